"""YEARFRAC from or to a day before 1 January 1900, which is what a blank cell is: the engine has an error for it.

YEARFRAC(A1,45000), A1 blank   →   from day 0 of January 1900
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from computefi.dates import EPOCH
from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.xlsx.cells import Value

Given = Sequence[Area | None]


def number(area: Area | None) -> float | Code:
    """An argument as a number; blank is 0."""
    value = None if area is None else area.value
    if isinstance(value, (Code, str, bool)):
        return value if isinstance(value, Code) else Code.VALUE
    return float(math.floor(value or 0.0))


def early(given: Given) -> bool:
    """Whether one of the two days is 0, and nothing is amiss with the others."""
    days = [number(area) for area in given[:2]]
    return 0.0 in days and all(isinstance(day, float) and day >= 0 for day in days)


def parts(day: float) -> tuple[int, int, int]:
    """Year, month and day of the month."""
    if day == 0:
        return 1900, 1, 0
    moment = EPOCH + dt.timedelta(days=day + (day < 61))
    return moment.year, moment.month, moment.day


def year_fraction(given: Given) -> Value:
    """YEARFRAC(start, end, [basis]) where one of the days is 0."""
    first, second = number(given[0]), number(given[1])
    basis = number(given[2]) if len(given) > 2 else 0.0
    for found in (first, second, basis):
        if isinstance(found, Code):
            return found
    assert not isinstance(first, Code)
    assert not isinstance(second, Code)
    days = abs(second - first)
    if basis in (0, 4):
        (year, month, day), (later_year, later_month, later) = parts(min(first, second)), parts(max(first, second))
        later = min(later, 30) if basis == 4 else later
        return ((later_year - year) * 360 + (later_month - month) * 30 + later - day) / 360
    if basis == 1:
        years = range(1899, parts(max(first, second))[0] + 1)
        length = (dt.date(years[-1] + 1, 1, 1) - dt.date(years[0], 1, 1)).days / len(years)
        return days / (length if days > 366 else 365)
    return days / {2.0: 360, 3.0: 365}[basis] if basis in (2.0, 3.0) else Code.NUM
