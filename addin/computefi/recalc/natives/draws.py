"""RANDARRAY, whose numbers follow from a seed: the engine has its own, which are others each time.

RANDARRAY(2,2,1,6,TRUE)   →   four throws of a die
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.xlsx.cells import Rows, Value

MOST_CELLS = 2**22


def rand_array(given: Sequence[Area | None]) -> Value | Rows:
    """RANDARRAY([rows], [columns], [least], [most], [whether whole]); the last of what is given begins the numbers."""
    *areas, start = given
    values = [None if area is None else area.value for area in areas]
    if any(area is not None and not area.single for area in areas):
        return Code.VALUE
    for value in values:
        if isinstance(value, Code):
            return value
    if any(isinstance(value, str) for value in values) or start is None:
        return Code.VALUE
    numbers = [1.0, 1.0, 0.0, 1.0, 0.0]
    for place, value in enumerate(values):
        if value is not None:
            numbers[place] = float(value)  # type: ignore[arg-type]
    rows, columns, (low, high, whole) = math.trunc(numbers[0]), math.trunc(numbers[1]), numbers[2:]
    if rows * columns == 0:
        return Code.CALC
    if min(rows, columns) < 0 or rows * columns > MOST_CELLS or low > high:
        return Code.VALUE
    if whole and not (low.is_integer() and high.is_integer()):
        return Code.VALUE
    draw = Random(repr(start.value)).random

    def one() -> float:
        return low + math.floor(draw() * (high - low + 1)) if whole else low + draw() * (high - low)

    return tuple(tuple(one() for _ in range(columns)) for _ in range(rows))
