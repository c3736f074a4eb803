"""Numbers, dates and texts as a number format shows them, which is what TEXT gives.

shown(0.0049, "0%")              →   "0%"
shown(-1234.5, "#,##0;(#,##0)")  →   "(1,235)"
shown(45000.75, "d mmm yy h:mm") →   "15 Mar 23 18:00"

Numbers are rounded as Excel rounds them: half away from zero, by their first 15 digits.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from computefi.dates import EPOCH
from computefi.errors import Code
from computefi.recalc.natives.values import number_of
from computefi.xlsx.cells import Value

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[\$(?P<money>[^\[\]-]*)(?:-[^\[\]]*)?\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<sign><=|>=|<>|<|>|=)(?P<limit>-?[0-9.]+)\]"
    r"|\[(?P<colour>Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?[0-9]+)\]"
    r"|(?P<half>AM/PM|A/P)|(?P<general>General)|(?P<power>E[+-])|(?P<date>y+|e+|m+|d+|h+|s+(?:\.0+)?)"
    r"|(?P<digit>[0#?])|(?P<mark>[.,%/@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
LAST_DAY, SECONDS = 2_958_466, 86_400
LONGEST, GENERAL_DIGITS = 255, 10
# Beyond these powers of ten a number is joined to texts in scientific notation.
LEAST_POWER, MOST_POWER = 19, 20
EXACT = Context(prec=400)


class Token(NamedTuple):
    """One piece of a format: `digit` 0, `date` mm, `literal` €, …"""

    kind: str
    text: str


class Section(NamedTuple):
    """One of the parts that ; separates, and the condition that it is for: [>=1000]0."""

    tokens: tuple[Token, ...]
    sign: str
    limit: float

    @property
    def dated(self) -> bool:
        """Whether it shows days or times."""
        return any(token.kind in ("date", "elapsed") for token in self.tokens)

    @property
    def mixed(self) -> bool:
        """Whether it shows what is no day or time."""
        return self.has("mark", "@") or self.has("digit") or self.has("power")

    def has(self, kind: str, text: str = "") -> bool:
        return any(token.kind == kind and text in token.text for token in self.tokens)


class Unshowable(Exception):
    """A format, or a number in it, that cannot be shown."""


def shown(value: Value, form: str) -> Value:
    """TEXT(value, form)."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Code):
        return value
    try:
        sections = sections_of(form)
        if isinstance(value, str):
            number = number_of(value)
            if number is None:
                return text_shown(value, sections)
            value = number
        return number_shown(float(value or 0.0), sections)
    except Unshowable:
        return Code.VALUE


@functools.lru_cache(maxsize=1024)
def sections_of(form: str) -> tuple[Section, ...]:
    """A format taken apart."""
    if len(form) > LONGEST:
        raise Unshowable
    parts: list[list[Token]] = [[]]
    conditions: list[tuple[str, float]] = [("", 0.0)]
    for match in TOKEN.finditer(form):
        kind, text = match.lastgroup or "other", match[match.lastgroup or "other"]
        if kind == "limit":
            conditions[-1] = (match["sign"], float(text))
        elif kind == "other" and text == ";":
            parts.append([])
            conditions.append(("", 0.0))
        elif kind in ("quoted", "escaped", "money"):
            parts[-1].append(Token("literal", text))
        elif kind == "space":
            parts[-1].append(Token("literal", " "))
        elif kind == "other" and text == "[":
            raise Unshowable
        elif kind not in ("fill", "colour"):
            parts[-1].append(Token("literal" if kind == "other" else kind, text))
    found = tuple(Section(tuple(part), *condition) for part, condition in zip(parts, conditions, strict=True))
    if len(found) > 4 or any(section.dated and section.mixed for section in found):
        raise Unshowable
    return found


def text_shown(text: str, sections: tuple[Section, ...]) -> str:
    """A text, in the part that has an @, or in the fourth, which is for texts."""
    last = sections[-1]
    if not last.has("mark", "@") and len(sections) < 4:
        return text
    return "".join(text if token == ("mark", "@") else token.text for token in last.tokens)


def number_shown(number: float, sections: tuple[Section, ...]) -> str:
    """A number, in the part that it belongs to."""
    if len(sections) == 1 and sections[0].has("mark", "@"):
        # A part for texts alone leaves numbers as they are.
        sections = (*sections_of("General"), *sections)
    numeric = sections[:3] if len(sections) > 3 or not sections[-1].has("mark", "@") else sections[:-1]
    section, bare = chosen(number, numeric)
    if section.dated:
        return moment_shown(number, section)
    minus = "-" if number < 0 and not bare else ""
    if section.has("general"):
        return minus + "".join(
            general(abs(number)) if token.kind == "general" else token.text for token in section.tokens
        )
    text = digits_shown(abs(number), section)
    return minus + text if minus and re.search("[1-9]", text) else text


def chosen(number: float, sections: tuple[Section, ...]) -> tuple[Section, bool]:
    """The part for a number, and whether it is shown without its minus there."""
    if not any(section.sign for section in sections):
        place = 0 if number > 0 or len(sections) == 1 else 1 if number < 0 else min(2, len(sections) - 1)
        if number == 0 and len(sections) == 2:
            place = 0
        return sections[place], place == 1
    for place, section in enumerate(sections):
        tests = {"<": number < section.limit, ">": number > section.limit, "=": number == section.limit}
        if any(tests[sign] for sign in section.sign.replace("<>", "")) or (
            section.sign == "<>" and number != section.limit
        ):
            return section, section.sign in ("<", "<=") and section.limit <= 0
        if not section.sign and place == len(sections) - 1:
            return section, False
    return sections[-1], False


def general(number: float) -> str:
    """A number that is not negative in the format General: at most 11 characters."""
    if number == 0:
        return "0"
    exact = decimal_of(number)
    power = exact.adjusted()
    if (
        power >= GENERAL_DIGITS + 1
        or power < -GENERAL_DIGITS + 1
        or (power < -4 and len(plain(exact)) > GENERAL_DIGITS)
    ):
        mantissa = round_to(exact.scaleb(-power, EXACT), 5)
        if mantissa >= 10:
            mantissa, power = mantissa / 10, power + 1
        return f"{plain(mantissa)}E{'+' if power >= 0 else '-'}{abs(power):02d}"
    return plain(round_to(exact, max(0, GENERAL_DIGITS - 1 - max(power, 0))))


def joined(value: Value) -> str:
    """A value as it is joined to texts: a number with at most 15 digits."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return "" if value is None else value if isinstance(value, str) else str(value).upper()
    assert isinstance(value, float)
    exact = decimal_of(value + 0.0)  # 0 without its sign
    power = exact.adjusted() if exact else 0
    if -LEAST_POWER <= power < MOST_POWER:
        return plain(exact)
    return f"{plain(exact.scaleb(-power, EXACT))}E{'+' if power > 0 else '-'}{abs(power):02d}"


def decimal_of(number: float) -> Decimal:
    """A number as Excel knows it: 15 digits."""
    return Decimal(f"{number:.15g}")


def round_to(number: Decimal, places: int) -> Decimal:
    """Rounded half away from zero."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digits_shown(number: float, section: Section) -> str:
    """A number that is not negative by the digits 0, # and ? of a part."""
    tokens = list(section.tokens)
    exact = decimal_of(number)
    for token in tokens:
        if token == ("mark", "%"):
            exact *= 100
    if section.has("mark", "/") and section.has("digit"):
        return fraction_shown(exact, tokens)
    power = next((place for place, token in enumerate(tokens) if token.kind == "power"), len(tokens))
    last = max((place for place, token in enumerate(tokens[:power]) if token.kind == "digit"), default=-1)
    point = next((place for place, token in enumerate(tokens[:power]) if token == ("mark", ".")), power)
    before = [place for place, token in enumerate(tokens[:point]) if token.kind == "digit"]
    # A comma between digits separates thousands; behind the last digit it divides by a thousand.
    commas = [place for place, token in enumerate(tokens) if token == ("mark", ",")]
    thousands = any(before and before[0] < comma < before[-1] for comma in commas)
    behind = (before[-1] if before and point < power else last) if before else last
    ends = [comma for comma in commas if comma > behind and (comma < point or comma > last)]
    exact = exact.scaleb(-3 * len(ends), EXACT)
    places = sum(token.kind == "digit" for token in tokens[point:power])
    exponent = 0
    if power < len(tokens):
        exponent, exact = scaled(exact, max(1, len(before)), places)
    whole, _, decimals = f"{round_to(exact, places):f}".partition(".")
    shown_parts = whole_part(tokens[:point], "" if whole == "0" else whole, thousands)
    shown_parts += [whole] if point < power and not before and whole != "0" else []
    shown_parts += decimal_part(tokens[point:power], decimals)
    if power < len(tokens):
        sign = "-" if exponent < 0 else "+" if tokens[power].text[1] == "+" else ""
        shown_parts += [tokens[power].text[0], sign, *whole_part(tokens[power + 1 :], str(abs(exponent)), False)]
    return "".join(shown_parts)


def scaled(exact: Decimal, digits: int, places: int) -> tuple[int, Decimal]:
    """The exponent of a number in scientific notation, and what stands before it."""
    if not exact:
        return 0, exact
    for _ in range(2):
        exponent = (exact.adjusted() // digits) * digits if digits > 1 else exact.adjusted()
        mantissa = round_to(exact.scaleb(-exponent, EXACT), places)
        if mantissa.adjusted() < digits:
            return exponent, mantissa
        exact = mantissa.scaleb(exponent, EXACT)
    return exponent, mantissa


def whole_part(tokens: list[Token], whole: str, thousands: bool) -> list[str]:
    """What stands before the point: a digit for each place, all that are left for the first."""
    places = [place for place, token in enumerate(tokens) if token.kind == "digit"]
    filled: dict[int, str] = {}
    rest, done = whole, 0
    for place in reversed(places):
        first = place == places[0]
        take = rest if first else rest[-1:]
        rest = "" if first else rest[:-1]
        pad = {"0": "0", "#": "", "?": " "}[tokens[place].text]
        text = ""
        for digit in reversed(take or pad):
            text = (digit + "," if thousands and done and done % 3 == 0 and digit != " " else digit) + text
            done += 1
        filled[place] = text
    return [
        filled.get(place, "") if token.kind == "digit" else "" if token == ("mark", ",") else token.text
        for place, token in enumerate(tokens)
    ]


def decimal_part(tokens: list[Token], decimals: str) -> list[str]:
    """What stands from the point on; zeros at the end only where the format asks for them."""
    places = [place for place, token in enumerate(tokens) if token.kind == "digit"]
    used = dict(zip(places, decimals, strict=False))
    for place in reversed(places):
        if used.get(place, "0") != "0" or tokens[place].text == "0":
            break
        used[place] = " " if tokens[place].text == "?" else ""
    return [
        used.get(place, "") if token.kind == "digit" else "" if token == ("mark", ",") else token.text
        for place, token in enumerate(tokens)
    ]


def fraction_shown(exact: Decimal, tokens: list[Token]) -> str:
    """A number as a fraction: `# ?/?`, `0/8`."""
    slash = next(place for place, token in enumerate(tokens) if token == ("mark", "/"))
    above = [place for place in range(slash) if tokens[place].kind == "digit"]
    start = above[-1] if above else slash
    while start > 0 and tokens[start - 1].kind == "digit":
        start -= 1
    whole_tokens, text_below = tokens[:start], "".join(token.text for token in tokens[slash + 1 :])
    fixed = re.match(r"[0-9]+", text_below) if not set(text_below) <= {"0", "#", "?"} else None
    has_whole = any(token.kind == "digit" for token in whole_tokens)
    whole = int(exact) if has_whole else 0
    width = sum(token.kind == "digit" for token in tokens[slash + 1 :])
    part = Fraction(exact) - whole
    below = int(fixed[0]) if fixed else 0
    nearest = Fraction(round(part * below), below) if below else part.limit_denominator(10**width - 1)
    above_number = nearest.numerator if not below else round(part * below)
    below_number = below or nearest.denominator
    if has_whole and above_number == below_number:
        whole, above_number = whole + 1, 0
    text = "".join(whole_part(whole_tokens, str(whole) if whole or not above_number else "", False))
    if has_whole and not above_number and all(token.text != "0" for token in tokens[start:slash]):
        return text + " " * (slash - start + 1 + (len(str(below)) if below else width))
    return text + f"{above_number:>{slash - start}}/{below_number:<{width if not below else 1}}"


def moment_shown(number: float, section: Section) -> str:
    """A day and time; minutes are told from months by the hours before them or the seconds behind."""
    digits = max((len(t.text.partition(".")[2]) for t in section.tokens if t.kind == "date"), default=0)
    moment = round_to(decimal_of(number) * SECONDS, digits)
    if moment < 0 or moment >= LAST_DAY * SECONDS:
        raise Unshowable
    day, seconds = divmod(moment, SECONDS)
    shown_parts, tokens = [], section.tokens
    half = section.has("half")
    for place, token in enumerate(tokens):
        if token.kind == "half":
            late = seconds >= SECONDS // 2
            words = token.text.split("/")
            shown_parts.append(words[late].upper() if len(words[0]) > 1 else words[late])
        elif token.kind == "elapsed":
            whole = moment // {"h": 3600, "m": 60, "s": 1}[token.text[0].lower()]
            shown_parts.append(f"{int(whole):0{len(token.text)}d}")
        elif token.kind == "date":
            letter = token.text[0].lower()
            if letter in "hs" or (letter == "m" and is_minutes(tokens, place)):
                shown_parts.append(time_shown(token.text, letter, seconds, half))
            else:
                shown_parts.append(day_shown(letter, len(token.text), int(day)))
        else:
            shown_parts.append(token.text)
    return "".join(shown_parts)


def is_minutes(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether an m stands for minutes: behind hours, or before seconds."""
    if len(tokens[place].text) > 2:
        return False
    letters = [token.text[0].lower() if token.kind in ("date", "elapsed") else "" for token in tokens]
    before = next((letter for letter in reversed(letters[:place]) if letter), "")
    return before == "h" or next((letter for letter in letters[place + 1 :] if letter), "") == "s"


def time_shown(text: str, letter: str, seconds: Decimal, half: bool) -> str:
    """Hours, minutes or seconds."""
    form, _, digits = text.partition(".")
    if letter == "s":
        whole = seconds % 60
        fraction = f"{whole % 1:.{len(digits)}f}"[1:] if digits else ""
        return f"{int(whole):0{min(len(form), 2)}d}{fraction}"
    number = int(seconds // 3600) if letter == "h" else int(seconds // 60 % 60)
    if letter == "h" and half:
        number = (number - 1) % 12 + 1
    return f"{number:0{min(len(form), 2)}d}"


def day_shown(letter: str, length: int, day: int) -> str:
    """A year, month or day. Excel has a day 0, and a 29 February 1900."""
    if day < 61:
        year, month, date = 1900, (1 if day < 32 else 2), (day if day < 32 else day - 31)
    else:
        moment = EPOCH + dt.timedelta(days=day)
        year, month, date = moment.year, moment.month, moment.day
    if letter in "ye":
        return f"{year % 100:02d}" if length <= 2 and letter == "y" else f"{year:04d}"
    name = MONTHS[month - 1] if letter == "m" else WEEKDAYS[(day - 1) % 7]
    if length <= 2:
        return f"{month if letter == 'm' else date:0{length}d}"
    return name[:3] if length == 3 else name[:1] if length == 5 and letter == "m" else name
