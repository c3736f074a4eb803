"""Roots of many equations side by side, bracketed.

Own code, since scipy.optimize takes 0.17 s to import, a fifth of a small workbook's recalculation; the tests hold it
to scipy's `find_root`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from computefi.arrays import BoolArray, FloatArray

SMALLEST = float(np.finfo(np.float64).smallest_normal)
EPSILON = float(np.finfo(np.float64).eps)
MOST_STEPS = 2045  # as many halvings as lead from the largest double to the smallest


def find_root(
    function: Callable[..., FloatArray],
    low: FloatArray,
    high: FloatArray,
    *arguments: FloatArray,
    absolute: float = 4 * SMALLEST,
    relative: float = 4 * EPSILON,
    steps: int = MOST_STEPS,
) -> FloatArray:
    """The root of function(x, *arguments) between `low` and `high`, row by row; NaN where no bracket or no root.

    A row is done when its bracket is narrower than absolute + relative·|x|, or the function is 0 there.

    Source: Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function
    without using derivatives", Advances in Engineering Software 28(3), 1997. x1 is the newest point, x2 the other end
    of the bracket, x3 the point before; t is where in the bracket the next one lies.
    """
    if low.size == 1:

        def of_number(x: float) -> float:
            return float(function(np.full(low.shape, x), *arguments).item())

        ends = float(low.item()), float(high.item())
        return np.full(low.shape, _root_of_one(of_number, *ends, absolute, relative, steps))
    answer = np.full(low.shape, np.nan)
    rows = np.arange(low.size)
    x1, x2 = low.astype(np.float64), high.astype(np.float64)
    f1, f2 = function(x1, *arguments), function(x2, *arguments)
    x3, f3, t = x2, f2, np.full(low.shape, 0.5)
    for step in range(steps + 1):
        best = np.where(np.abs(f1) < np.abs(f2), x1, x2)
        width, wanted = np.abs(x2 - x1), absolute + relative * np.abs(best)
        exact = (f1 == 0) | (f2 == 0)
        lost = ~exact & ((np.sign(f1) == np.sign(f2)) | np.isnan(f1) | np.isnan(f2))
        done = exact | (width < wanted)
        answer[rows[done & ~lost]] = best[done & ~lost]
        going = ~(done | lost)
        if step == steps or not going.any():
            break
        if not going.all():
            rows, x1, x2, x3, f1, f2, f3, t = (each[going] for each in (rows, x1, x2, x3, f1, f2, f3, t))
            width, wanted = width[going], wanted[going]
            arguments = tuple(each[going] for each in arguments)
        if step:
            t = np.clip(_next_place(x1, x2, x3, f1, f2, f3), wanted / width / 2, 1 - wanted / width / 2)
        x = x1 + t * (x2 - x1)
        f = function(x, *arguments)
        same: BoolArray = np.sign(f) == np.sign(f1)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, f
    return answer


def _next_place(
    x1: FloatArray, x2: FloatArray, x3: FloatArray, f1: FloatArray, f2: FloatArray, f3: FloatArray
) -> FloatArray:
    """Inverse quadratic interpolation through three points where it is sure to stay inside, else the middle."""
    with np.errstate(all="ignore"):
        place, height = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        inside = (1 - np.sqrt(1 - place) < height) & (height < np.sqrt(place))
        ahead = (x3 - x1) / (x2 - x1)
        quadratic = f1 / (f1 - f2) * f3 / (f3 - f2) - ahead * f1 / (f3 - f1) * f2 / (f2 - f3)
        answer: FloatArray = np.where(inside, quadratic, 0.5)
    return answer


def _root_of_one(
    function: Callable[[float], float], x1: float, x2: float, absolute: float, relative: float, steps: int
) -> float:
    """The same in plain numbers: of one row, numpy takes longer to decide where to look than the function to answer."""
    f1, f2 = function(x1), function(x2)
    x3, f3, t = x2, f2, 0.5
    for step in range(steps + 1):
        best = x1 if abs(f1) < abs(f2) else x2
        if f1 == 0 or f2 == 0:
            return best
        if (f1 > 0) == (f2 > 0) or f1 != f1 or f2 != f2:
            break
        width, wanted = abs(x2 - x1), absolute + relative * abs(best)
        if width < wanted:
            return best
        if step:
            nearest = wanted / width / 2 if width else math.inf
            t = min(max(_next_place_of_one(x1, x2, x3, f1, f2, f3), nearest), 1 - nearest)
        x = x1 + t * (x2 - x1)
        f = function(x)
        if f == f and f != 0 and (f > 0) == (f1 > 0):
            x3, f3 = x1, f1
        else:
            x3, f3, x2, f2 = x2, f2, x1, f1
        x1, f1 = x, f
    return math.nan


def _next_place_of_one(x1: float, x2: float, x3: float, f1: float, f2: float, f3: float) -> float:
    if x3 == x2 or f3 in (f1, f2):
        return 0.5
    place, height = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
    if not (0 <= place <= 1 and 1 - math.sqrt(1 - place) < height < math.sqrt(place)):
        return 0.5
    ahead = (x3 - x1) / (x2 - x1)
    return f1 / (f1 - f2) * f3 / (f3 - f2) - ahead * f1 / (f3 - f1) * f2 / (f2 - f3)
