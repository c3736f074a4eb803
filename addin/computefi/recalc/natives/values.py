"""How Excel compares values: by kind first, texts without regard to case, wildcards where they are asked for.

"ap?le*" → matches "Apple pie"; "~*" → the character *; "1-Feb-2026" → 46054.0; "" is a text, blank is not
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable

from computefi.dates import serial_of
from computefi.errors import CODES, Code
from computefi.xlsx.cells import Value

MONTHS = {name: i for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
NUMBER = re.compile(
    r"[-+]?\s*+(?:[$€]\s*+)?(?:\d++(?:,\d{3})*+(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?\s*+[%€]?", re.IGNORECASE
)
DAY_MONTH = re.compile(r"(\d{1,2})[-/ ]([a-z]{3})[a-z]*\.?(?:[-/ ,]+(\d{4}|\d{2}))", re.IGNORECASE)
MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?[-/ ]+(\d{1,2}),?[-/ ]+(\d{4}|\d{2})", re.IGNORECASE)
MONTH_YEAR = re.compile(r"([a-z]{3})[a-z]*\.?[-/ ]+(\d{4})", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})")
CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:\s+([ap]m))?", re.IGNORECASE)
SIGNS = ' !"#$%&()*,./:;?@[\\]^_`{|}~+<=>'
"""The signs as Excel sorts them (support.microsoft.com, "Sort data in a range or table")."""

CENTURY_TURN = 30
"""Two digits of a year: 29 is 2029, 30 is 1930."""

RANK = {float: 0, int: 0, str: 1, bool: 2}
"""Numbers come before texts, texts before truth values."""


def number_of(text: str) -> float | None:
    """The number that a text stands for where Excel takes texts for numbers: `5`, `1,000`, `50%`, `1-Feb-2026`."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and NUMBER.fullmatch(text[1:-1]) and text[1] not in "+-":
        text = f"-{text[1:-1]}"
    if NUMBER.fullmatch(text):
        plain = re.sub(r"[\s,$€%]", "", text)
        return float(plain) / (100 if text.endswith("%") else 1)
    return moment_of(text)


@functools.lru_cache(maxsize=4096)
def moment_of(text: str) -> float | None:
    """The day number of a date, a time or both, in the spellings of an American Excel."""
    day, _, time = text.rpartition(" ")
    clock = time_of(time)
    if clock is None and time[:1].isalpha() and ":" in day:
        day, _, time = day.rpartition(" ")
        clock = time_of(f"{time} {text.rpartition(' ')[2]}")
    if clock is None:
        return date_of(text)
    if not day:
        return clock
    date = date_of(day)
    return None if date is None else date + clock


def date_of(text: str) -> float | None:
    """The day number of a date."""
    if match := YEAR_FIRST.fullmatch(text):
        return serial(int(match[1]), int(match[2]), int(match[3]))
    if match := MONTH_FIRST.fullmatch(text):
        return serial(full_year(match[3]), int(match[1]), int(match[2]))
    if match := DAY_MONTH.fullmatch(text):
        return serial(full_year(match[3]), MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := MONTH_DAY.fullmatch(text):
        return serial(full_year(match[3]), MONTHS.get(match[1].lower(), 0), int(match[2]))
    if match := MONTH_YEAR.fullmatch(text):
        return serial(int(match[2]), MONTHS.get(match[1].lower(), 0), 1)
    return None


def full_year(digits: str) -> int:
    """A year of two digits with its century."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < CENTURY_TURN else 1900)


def serial(year: int, month: int, day: int) -> float | None:
    """A date's day number; None where there is no such date."""
    try:
        return serial_of(dt.date(year, month, day))
    except (ValueError, OverflowError):
        return None


def time_of(text: str) -> float | None:
    """The part of a day of a time."""
    match = CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), float(match[3] or 0)
    if match[4] and hours > 12:
        return None
    if match[4]:
        hours = hours % 12 + (12 if match[4].lower() == "pm" else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86_400


@functools.lru_cache(maxsize=1024)
def pattern(text: str) -> Callable[[str], object]:
    """What tells whether a whole text is like a pattern: ? is one character, * any, and ~ takes their meaning away."""
    out, place = [], 0
    while place < len(text):
        character = text[place]
        if character == "~" and text[place + 1 : place + 2] in ("*", "?", "~"):
            place += 1
            out.append(re.escape(text[place]))
        else:
            out.append({"?": ".", "*": ".*"}.get(character) or re.escape(character))
        place += 1
    return re.compile("".join(out), re.IGNORECASE | re.DOTALL).fullmatch


def has_wildcard(text: str) -> bool:
    """Whether a text is more than itself as a pattern."""
    return "*" in text or "?" in text or "~" in text


def folded(value: Value) -> Value:
    """A value as the key under which equal ones are found: texts in one case, TRUE apart from 1."""
    return value.casefold() if isinstance(value, str) else value


def constant_of(text: str) -> Value:
    """What a text means as the operand of a criterion: a number, TRUE, an error, or the text itself."""
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if text.upper() in CODES:
        return CODES[text.upper()]
    number = number_of(text)
    return text if number is None else number


def same_kind(one: Value, other: Value) -> bool:
    """Whether two values can be put in an order: numbers, texts or truth values both."""
    return not isinstance(one, Code) and type(one) in RANK and RANK.get(type(one)) == RANK.get(type(other))


@functools.lru_cache(maxsize=2**16)
def sorted_as(text: str) -> tuple[list[tuple[int, str]], int, str]:
    """A text as Excel sorts it: signs before digits, digits before letters, in one case; a hyphen, an apostrophe and
    an accent (`é`) decide only between texts that are equal without them.
    """
    characters = unicodedata.normalize("NFD", text.casefold())
    base = [c for c in characters if c not in "-'" and not unicodedata.combining(c)]
    ranks = [(1 if c.isdigit() else 2 if c.isalpha() else 0, chr(SIGNS.find(c) + 1) if c in SIGNS else c) for c in base]
    return ranks, len(characters), characters


def order(one: Value, other: Value) -> int:
    """-1, 0 or 1: which of two values of one kind comes first."""
    if isinstance(one, str) and isinstance(other, str):
        first, second = sorted_as(one), sorted_as(other)
        return (first > second) - (first < second)
    assert isinstance(one, (int, float))
    assert isinstance(other, (int, float))
    return (one > other) - (one < other)
