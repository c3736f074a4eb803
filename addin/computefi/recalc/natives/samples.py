"""Functions of samples: pairs of numbers, the most frequent one, matrices.

COVAR(A1:A9,B1:B9)    →   over the rows in which both are numbers
SUMX2MY2(A1:A9,B1:B8) →   #N/A, as they are not as many
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.xlsx.cells import Rows, Value

Given = Sequence[Area | None]
Pairs = list[tuple[float, float]]


def cells(area: Area) -> list[Value]:
    """All cells of an area, row by row."""
    return [area.at(row, column) for row in range(area.height) for column in range(area.width)]


def pairs_of(given: Given) -> Pairs | Code:
    """The pairs in which both are numbers; an error among the cells comes through."""
    first, second = (area for area in given if area is not None)
    if first.size != second.size:
        return Code.NA
    both = list(zip(cells(first), cells(second), strict=True))
    fault = next((value for pair in both for value in pair if isinstance(value, Code)), None)
    return fault or [(x, y) for x, y in both if isinstance(x, float) and isinstance(y, float)]


def of_pairs(answer: Callable[[Pairs], float], least: int = 1) -> Callable[[Given], Value]:
    """A function of pairs, of which it needs so many."""

    def careful(given: Given) -> Value:
        pairs = pairs_of(given)
        if isinstance(pairs, Code):
            return pairs
        return answer(pairs) if len(pairs) >= least else Code.DIV0

    return careful


def products(pairs: Pairs) -> tuple[float, float, float]:
    """The sums of products of what the pairs are off their means: x with x, y with y, x with y."""
    count = len(pairs)
    mean_x, mean_y = math.fsum(x for x, _ in pairs) / count, math.fsum(y for _, y in pairs) / count
    away = [(x - mean_x, y - mean_y) for x, y in pairs]
    return (
        math.fsum(x * x for x, _ in away),
        math.fsum(y * y for _, y in away),
        math.fsum(x * y for x, y in away),
    )


def slope_of(given: Given) -> tuple[float, float, Pairs] | Code:
    """Slope and intercept of the line through pairs of y and x."""
    pairs = pairs_of(given)
    if isinstance(pairs, Code):
        return pairs
    if len(pairs) < 2 or not (over_x := products(pairs))[1]:
        return Code.DIV0
    slope = over_x[2] / over_x[1]
    return slope, (math.fsum(y for y, _ in pairs) - slope * math.fsum(x for _, x in pairs)) / len(pairs), pairs


def correlation(given: Given) -> Value:
    """CORREL and PEARSON."""
    pairs = pairs_of(given)
    if isinstance(pairs, Code):
        return pairs
    xx, yy, xy = products(pairs) if pairs else (0.0, 0.0, 0.0)
    return xy / math.sqrt(xx * yy) if xx * yy else Code.DIV0


def determination(given: Given) -> Value:
    """RSQ."""
    found = correlation(given)
    return found**2 if isinstance(found, float) else found


def slope(given: Given) -> Value:
    """SLOPE(y, x)."""
    found = slope_of(given)
    return found if isinstance(found, Code) else found[0]


def intercept(given: Given) -> Value:
    """INTERCEPT(y, x)."""
    found = slope_of(given)
    return found if isinstance(found, Code) else found[1]


def standard_error(given: Given) -> Value:
    """STEYX(y, x)."""
    found = slope_of(given)
    if isinstance(found, Code):
        return found
    gradient, start, pairs = found
    if len(pairs) < 3:
        return Code.DIV0
    return math.sqrt(math.fsum((y - start - gradient * x) ** 2 for y, x in pairs) / (len(pairs) - 2))


def forecast(given: Given) -> Value:
    """FORECAST(x, known y, known x)."""
    at = given[0].value if given[0] is not None else None
    found = slope_of(given[1:])
    if isinstance(at, (Code, str)):
        return at if isinstance(at, Code) else Code.VALUE
    return found if isinstance(found, Code) else found[1] + found[0] * float(at or 0.0)


def as_many(given: Given) -> bool:
    """Whether the last two areas are several cells, and as many: there the engine is right."""
    first, second = given[-2:]
    return first is not None and second is not None and first.size == second.size > 1


def mode(given: Given) -> Value:
    """MODE: the number that is there most often, the first of several such; a text by itself is none."""
    numbers: list[float] = []
    for area in given:
        if area is None or (area.single and isinstance(area.value, (str, bool))):
            return Code.VALUE
        found = cells(area)
        fault = next((value for value in found if isinstance(value, Code)), None)
        if fault is not None:
            return fault
        numbers += [value for value in found if isinstance(value, float)]
    often = max(Counter(numbers).values(), default=1)
    return next((number for number, count in Counter(numbers).items() if count == often), 0.0) if often > 1 else Code.NA


def is_matrix(given: Given) -> bool:
    """Whether there are numbers everywhere: the engine takes whatever else there is for 0."""
    return all(area is not None and all(isinstance(value, float) for value in cells(area)) for area in given)


def no_matrix(given: Given) -> Value:
    """What a function of matrices gives where one of its cells is no number."""
    values = [value for area in given if area is not None for value in cells(area)]
    return next((value for value in values if isinstance(value, Code)), Code.VALUE)


def inverse(given: Given) -> Value | Rows:
    """MINVERSE of a square of numbers."""
    area = given[0]
    if area is None or not is_matrix(given):
        return no_matrix(given)
    if area.height != area.width:
        return Code.VALUE
    try:
        made = np.linalg.inv(np.array(cells(area), dtype=float).reshape(area.height, area.width))
    except np.linalg.LinAlgError:
        return Code.NUM
    return tuple(map(tuple, made.tolist()))


PAIRS: dict[str, Callable[[Given], Value]] = {
    "CORREL": correlation,
    "COVAR": of_pairs(lambda pairs: products(pairs)[2] / len(pairs)),
    "COVARIANCE.P": of_pairs(lambda pairs: products(pairs)[2] / len(pairs)),
    "COVARIANCE.S": of_pairs(lambda pairs: products(pairs)[2] / (len(pairs) - 1), 2),
    "FORECAST": forecast,
    "FORECAST.LINEAR": forecast,
    "INTERCEPT": intercept,
    "PEARSON": correlation,
    "RSQ": determination,
    "SLOPE": slope,
    "STEYX": standard_error,
    "SUMX2MY2": of_pairs(lambda pairs: math.fsum(x * x - y * y for x, y in pairs)),
    "SUMX2PY2": of_pairs(lambda pairs: math.fsum(x * x + y * y for x, y in pairs)),
    "SUMXMY2": of_pairs(lambda pairs: math.fsum((x - y) ** 2 for x, y in pairs)),
}
ANSWERED_ALWAYS = frozenset("COVAR COVARIANCE.P COVARIANCE.S SUMX2MY2 SUMX2PY2 SUMXMY2".split())
"""The functions of pairs that the engine gets wrong wherever one of a pair is no number."""
