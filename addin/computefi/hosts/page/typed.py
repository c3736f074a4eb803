"""What a person types or pastes into a field of the page, as cells; and cells as a formula of Excel.

read("70")           →   70.0
read("5%\\t\\n#N/A\\tno")   →   ((0.05, None), (Code.NA, "no"))
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from typing import Any

from computefi.dates import serial_of
from computefi.errors import CODES, Code
from computefi.spec import MISSING

LONGEST_FORMULA = 8192
SIGNS = {"\u2212": "-", "\u00a0": " ", "\u202f": " "}
# A number by its decimal mark: sign, currency, digits with thousands, exponent, per cent.
FORMS = {
    ".": re.compile(r"([-+]?)[$€£¥]? ?((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)(?:E([-+]?\d+))? ?(%?)"),
    ",": re.compile(r"([-+]?)[$€£¥]? ?((?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?)(?:E([-+]?\d+))? ?(%?)"),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(text: str, mark: str = ".") -> Any:
    """The cells of a field: nothing is an argument left out; tabs and lines, as Excel copies them, make a range."""
    if not text.strip():
        return MISSING
    if "\t" not in text and "\n" not in text.strip():
        return cell(text, mark)
    lines = list(csv.reader(text.strip("\r\n").splitlines(keepends=True), delimiter="\t"))
    width = max(map(len, lines))
    return tuple(tuple(cell(one, mark) for one in [*line, *[""] * (width - len(line))]) for line in lines)


def cell(text: str, mark: str = ".") -> Any:
    """One cell as Excel shows it; what is neither number, day, truth value nor error is text."""
    for shown, meant in SIGNS.items():
        text = text.replace(shown, meant)
    text = text.strip()
    if not text:
        return None
    word = text.upper()
    if word in ("TRUE", "FALSE"):
        return word == "TRUE"
    if word in CODES:
        return CODES[word]
    if DAY.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return text
    return number(word, mark, text)


def number(word: str, mark: str, text: str) -> Any:
    """A number with its thousands, currency, brackets for minus and per cent; else the text."""
    bracketed = word.startswith("(") and word.endswith(")")
    match = FORMS[mark].fullmatch(word[1:-1] if bracketed else word)
    if match is None or not any(character.isdigit() for character in match[2]):
        return text
    digits = match[2].replace("," if mark == "." else ".", "").replace(",", ".")
    value = float(f"{match[1]}{digits}E{int(match[3] or 0) - 2 * len(match[4])}")
    return text if math.isinf(value) else -value if bracketed else value


def told(value: Any) -> dict[str, Any]:
    """How a field was read, so that nobody need guess."""
    if value is MISSING:
        return {"kind": "missing"}
    rows = value if isinstance(value, tuple) else ((value,),)
    cells = [one for row in rows for one in row]
    kinds = [kind_of(one) for one in cells]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    said = "" if cells[0] is None else literal(cells[0])
    return {"kind": "range" if isinstance(value, tuple) else "cell", "rows": len(rows), "columns": len(rows[0]),
            "counts": counts, "first": said}  # fmt: skip


def kind_of(value: Any) -> str:
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, Code):
        return "error"
    return "text" if isinstance(value, str) else "day" if isinstance(value, dt.datetime) else "number"


def formula(name: str, arguments: list[Any]) -> str:
    """The call as a formula to paste into Excel; nothing where a formula cannot hold it."""
    given = list(arguments)
    while given and given[-1] is MISSING:
        given.pop()
    if any(one is None for value in given if isinstance(value, tuple) for row in value for one in row):
        return ""
    text = f"={name}({','.join(map(literal, given))})"
    return text if len(text) <= LONGEST_FORMULA else ""


def literal(value: Any) -> str:
    """A value as it is typed into a formula."""
    if value is MISSING or value is None:
        return ""
    if isinstance(value, tuple):
        return "{" + ";".join(",".join(map(literal, row)) for row in value) + "}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Code):
        return value.value
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(serial_of(value) if isinstance(value, dt.datetime) else float(value)).removesuffix(".0")
