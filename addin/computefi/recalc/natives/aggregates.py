"""AGGREGATE's nineteen functions, over cells of which some are left out.

aggregated(9, [1.0, Code.NA, 3.0], leave_errors=True)   →   4.0
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from computefi.errors import Code
from computefi.recalc.natives import spreads
from computefi.xlsx.cells import Value

Numbers = list[float]
WITH_RANK = 14
"""From this function on a second argument says which one: LARGE, SMALL, PERCENTILE, QUARTILE."""


def at_least(count: int, summary: Callable[[Numbers], float], otherwise: Code) -> Callable[[Numbers], Value]:
    return lambda numbers: summary(numbers) if len(numbers) >= count else otherwise


def most_often(numbers: Numbers) -> Value:
    """The number that is there most often."""
    number, count = Counter(numbers).most_common(1)[0] if numbers else (0.0, 0)
    return number if count > 1 else Code.NA


SUMMARIES: dict[int, Callable[[Numbers], Value]] = {
    1: at_least(1, lambda numbers: math.fsum(numbers) / len(numbers), Code.DIV0),
    4: lambda numbers: max(numbers, default=0.0),
    5: lambda numbers: min(numbers, default=0.0),
    6: lambda numbers: math.prod(numbers) if numbers else 0.0,
    7: at_least(2, spreads.stdev, Code.DIV0),
    8: at_least(1, spreads.pstdev, Code.DIV0),
    9: lambda numbers: float(sum(numbers)),
    10: at_least(2, spreads.variance, Code.DIV0),
    11: at_least(1, spreads.pvariance, Code.DIV0),
    12: at_least(1, spreads.median, Code.NUM),
    13: most_often,
}


def ranked(function: int, numbers: Numbers, which: float) -> Value:
    """LARGE, SMALL, PERCENTILE and QUARTILE."""
    ordered, count = sorted(numbers), len(numbers)
    if function <= WITH_RANK + 1:
        place = math.ceil(which)
        if not 1 <= place <= count:
            return Code.NUM
        return ordered[count - place] if function == WITH_RANK else ordered[place - 1]
    share = math.floor(which) / 4 if function in (17, 19) else which
    # The second two count from one beyond the first number to one beyond the last.
    place_of = share * (count + 1) - 1 if function >= 18 else share * (count - 1)
    if not count or not 0 <= share <= 1 or not 0 <= place_of <= count - 1:
        return Code.NUM
    below = math.floor(place_of)
    above = min(below + 1, count - 1)
    return ordered[below] + (place_of - below) * (ordered[above] - ordered[below])


def aggregated(function: int, values: Sequence[Value], leave_errors: bool, which: Value = None) -> Value:
    """The answer for cells of which those to be left out by their place are gone already."""
    if function == 3:
        return float(sum(value is not None and not (leave_errors and isinstance(value, Code)) for value in values))
    numbers = [value for value in values if isinstance(value, float)]
    if function == 2:
        return float(len(numbers))
    fault = next((value for value in values if isinstance(value, Code)), None)
    if fault is not None and not leave_errors:
        return fault
    if function >= WITH_RANK:
        if isinstance(which, (str, Code)):
            return which if isinstance(which, Code) else Code.VALUE
        return ranked(function, numbers, float(which or 0.0))
    return SUMMARIES[function](numbers)
