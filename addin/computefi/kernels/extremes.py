"""The highest value of a function over an interval, for many intervals at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from computefi.arrays import FloatArray

FIRST, AGAIN = 33, 17  # points looked at: first so that of several peaks the highest is followed, then about the best
ROUNDS = 9  # each leaves an eighth of the interval: in the end 1e-9 of it
Rows = NDArray[np.intp]
OverRows = Callable[[FloatArray, Rows], FloatArray]


def highest(function: OverRows, low: FloatArray, high: FloatArray) -> FloatArray:
    """The highest value over [low, high], ends included; NaN counts for nothing, and is given where all is NaN.

    `function` takes many numbers with the number of the interval of each, and gives a value for each.
    """
    cases = np.arange(len(low))
    left, right, peak = low, high, np.full(low.shape, -np.inf)
    for points in (FIRST, *[AGAIN] * ROUNDS):
        grid = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, points)
        grid[:, -1] = right
        values = function(grid.ravel(), np.repeat(cases, points)).reshape(grid.shape)
        values = np.where(np.isnan(values), -np.inf, values)
        best = values.argmax(axis=1)
        peak = np.maximum(peak, values[cases, best])
        left, right = grid[cases, np.maximum(best - 1, 0)], grid[cases, np.minimum(best + 1, points - 1)]
    answer: FloatArray = np.where(np.isinf(peak), np.nan, peak)
    return answer


def lowest(function: OverRows, low: FloatArray, high: FloatArray) -> FloatArray:
    """The lowest value over [low, high], as `highest`."""
    return -highest(lambda x, rows: -function(x, rows), low, high)
