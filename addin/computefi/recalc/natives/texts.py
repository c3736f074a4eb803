"""Numbers and texts that become each other, and texts that are joined.

VALUE("12:30")              →   0.520833…
DATEVALUE("1-Feb-2026")     →   46054
TEXT(A1:A3,"0.0%")          →   three texts
TEXTJOIN(", ",TRUE,A1:A9)   →   those that are not empty; 1/3 with 15 digits, where the engine has 17
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.recalc.natives.number_text import joined, shown
from computefi.recalc.natives.values import moment_of, number_of
from computefi.xlsx.cells import Rows, Value

Answer = Value | Rows
Given = Sequence[Area | None]
LONGEST_TEXT = 32_767
BLANK = Area(((None,),), 1, 1)


def of_each(answer: Callable[..., Value]) -> Callable[[Given], Answer]:
    """A function of single values over whatever it is given; the first error among the values comes through."""

    def one(values: list[Value]) -> Value:
        return next((value for value in values if isinstance(value, Code)), None) or answer(*values)

    return lambda given: for_each([area or BLANK for area in given], one)


def text(value: Value, form: Value) -> Value:
    """TEXT(value, form)."""
    if isinstance(form, float):
        return shown(value, f"{form:.15g}")
    return shown(value, form if isinstance(form, str) else "" if form is None else str(form).upper())


def value(given: Value) -> Value:
    """VALUE(text)."""
    if isinstance(given, bool):
        return Code.VALUE
    number = number_of(given) if isinstance(given, str) else given or 0.0
    return Code.VALUE if number is None else number


def date_value(given: Value) -> Value:
    """DATEVALUE(text): the day of what may have a time too."""
    moment = moment_of(given.strip()) if isinstance(given, str) else None
    return Code.VALUE if moment is None else float(math.floor(moment))


def time_value(given: Value) -> Value:
    """TIMEVALUE(text): the time of what may have a day too."""
    moment = moment_of(given.strip()) if isinstance(given, str) else None
    return Code.VALUE if moment is None else moment % 1


def pieces(areas: Given) -> list[str] | Code:
    """All cells as texts, area by area and row by row; the first error among them comes through."""
    found: list[str] = []
    for area in areas:
        for cell in (cell for row in (area or BLANK).rows for cell in row):
            if isinstance(cell, Code):
                return cell
            found.append(joined(cell))
    return found


def concatenated(given: Given) -> Value:
    """CONCAT(text, …)."""
    found = pieces(given)
    return found if isinstance(found, Code) else short_enough("".join(found))


def text_joined(given: Given) -> Value:
    """TEXTJOIN(between, whether empty ones are left out, text, …); of several texts between each has its turn."""
    between, found = pieces(given[:1]), pieces(given[2:])
    setting = given[1].value if len(given) > 1 and given[1] is not None else True
    for one in (between, setting, found):
        if isinstance(one, Code):
            return one
    assert isinstance(between, list)
    assert isinstance(found, list)
    if isinstance(setting, str):
        if setting.upper() not in ("TRUE", "FALSE"):
            return Code.VALUE
        setting = setting.upper() == "TRUE"
    texts = [one for one in found if one] if setting else found
    made = "".join(
        one + (between[place % len(between)] if place < len(texts) - 1 else "") for place, one in enumerate(texts)
    )
    return short_enough(made)


def short_enough(made: str) -> Value:
    """A text, if a cell can hold it."""
    return made if len(made) <= LONGEST_TEXT else Code.VALUE


JOINING = frozenset(("CONCAT", "TEXTJOIN"))
TEXTS: dict[str, Callable[[Given], Answer]] = {
    "CONCAT": concatenated,
    "TEXT": of_each(text),
    "TEXTJOIN": text_joined,
    "VALUE": of_each(value),
    "DATEVALUE": of_each(date_value),
    "TIMEVALUE": of_each(time_value),
}
