"""Numbers and texts that become each other, for one value or for each of several: TEXT, VALUE, DATEVALUE, TIMEVALUE.

VALUE("12:30")              →   0.520833…
DATEVALUE("1-Feb-2026")     →   46054
TEXT(A1:A3,"0.0%")          →   three texts
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.recalc.natives.number_text import shown
from computefi.recalc.natives.values import moment_of, number_of
from computefi.xlsx.cells import Rows, Value

Answer = Value | Rows
BLANK = Area(((None,),), 1, 1)


def of_each(answer: Callable[..., Value]) -> Callable[[Sequence[Area | None]], Answer]:
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


TEXTS: dict[str, Callable[[Sequence[Area | None]], Answer]] = {
    "TEXT": of_each(text),
    "VALUE": of_each(value),
    "DATEVALUE": of_each(date_value),
    "TIMEVALUE": of_each(time_value),
}
