"""YEARFRAC and DATEDIF, of which the engine gets some wrong.

YEARFRAC(A1,45000), A1 blank        →   from day 0 of January 1900: the engine has an error for it
YEARFRAC(B1,A1) of a later B1       →   as YEARFRAC(A1,B1)
DATEDIF("2025-01-31","2025-03-01","md")   →   -2, by the days of February, as in Excel
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Sequence

from computefi.dates import EPOCH
from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.values import number_of
from computefi.xlsx.cells import Value

UNITS = ("d", "m", "md", "y", "yd", "ym")
Given = Sequence[Area | None]
Day = tuple[int, int, int]


def number(area: Area | None) -> float | Code:
    """An argument as a whole number; blank is 0."""
    value = None if area is None else area.value
    if isinstance(value, str):
        found = number_of(value)
        return Code.VALUE if found is None else float(math.floor(found))
    if isinstance(value, (Code, bool)):
        return value if isinstance(value, Code) else Code.VALUE
    return float(math.floor(value or 0.0))


def in_order(given: Given) -> bool:
    """Whether YEARFRAC's two days are in order and none is 0, or there is something amiss with the arguments."""
    first, second = number(given[0]), number(given[1])
    if isinstance(first, Code) or isinstance(second, Code) or min(first, second) < 0:
        return True
    return 0 < first <= second


def parts(day: float) -> Day:
    """Year, month and day of the month."""
    if day == 0:
        return 1900, 1, 0
    moment = EPOCH + dt.timedelta(days=day + (day < 61))
    return moment.year, moment.month, moment.day


def ends_february(year: int, month: int, day: int) -> bool:
    """Whether this is the last day of a February."""
    return month == 2 and day == calendar.monthrange(year, 2)[1]


def year_fraction(given: Given) -> Value:
    """YEARFRAC(start, end, [basis]), in whatever order."""
    first, second = number(given[0]), number(given[1])
    basis = number(given[2]) if len(given) > 2 else 0.0
    for found in (first, second, basis):
        if isinstance(found, Code):
            return found
    assert not isinstance(first, Code)
    assert not isinstance(second, Code)
    first, second = sorted((first, second))
    if basis in (0, 4):
        return days_360(parts(first), parts(second), european=basis == 4) / 360
    if basis == 1:
        # Day 0 is of the year before.
        return (second - first) / year_length(parts(first) if first else (1899, 12, 31), parts(second))
    return (second - first) / {2.0: 360, 3.0: 365}[basis] if basis in (2.0, 3.0) else Code.NUM


def days_360(start: Day, end: Day, *, european: bool) -> int:
    """The days between two, of months of 30 days."""
    (year, month, day), (later_year, later_month, later) = start, end
    if european:
        day, later = min(day, 30), min(later, 30)
    elif day >= 30:
        day, later = 30, min(later, 30)
    elif ends_february(*start):
        day, later = 30, 30 if ends_february(*end) else later
    return (later_year - year) * 360 + (later_month - month) * 30 + later - day


def year_length(start: Day, end: Day) -> float:
    """How long a year is between two days: 366 days where a 29 February is in it, over several years their mean."""
    (year, *first), (later_year, *last) = start, end
    year -= first == [1, 0]  # the day before 1 January 1900
    if later_year == year or (later_year == year + 1 and first >= last):
        if later_year == year:
            leap = calendar.isleap(year)
        else:
            leap = (calendar.isleap(year) and first <= [2, 29]) or (calendar.isleap(later_year) and last >= [2, 29])
        return 366 if leap and year > 1900 else 365
    return sum(365 + calendar.isleap(one) for one in range(year, later_year + 1)) / (later_year - year + 1)


def day_difference(given: Given) -> Value:
    """DATEDIF(start, end, unit)."""
    start, end, unit = number(given[0]), number(given[1]), unit_of(given)
    if isinstance(start, Code) or isinstance(end, Code):
        return start if isinstance(start, Code) else end
    (first_year, month, day), (year, last_month, last) = parts(start), parts(end)
    months = (year - first_year) * 12 + last_month - month - (last < day)
    if unit in ("d", "m", "y", "ym"):
        return {"d": end - start, "m": float(months), "y": float(months // 12), "ym": float(months % 12)}[unit]
    if unit == "md":
        before = calendar.monthrange(year - (last_month == 1), (last_month - 2) % 12 + 1)[1]
        return float(last - day if last >= day else before - day + last)
    turn = EPOCH.toordinal()
    that_day = dt.date(year, month, 1).toordinal() - turn + day - 1
    if that_day > end:
        that_day = dt.date(year - 1, month, 1).toordinal() - turn + day - 1
    return end - that_day


def unit_of(given: Given) -> str:
    unit = given[2].value if len(given) > 2 and given[2] is not None else None
    return unit.lower() if isinstance(unit, str) else ""


def engine_counts(given: Given) -> bool:
    """Whether the engine answers a DATEDIF as Excel does: not from day 0, nor by what is left of months or years."""
    start, end, unit = number(given[0]), number(given[1]), unit_of(given)
    in_time = isinstance(start, float) and isinstance(end, float) and 0 <= start <= end and end > 60
    return not in_time or unit not in UNITS or (unit not in ("md", "yd") and start != 0)
