"""Normal numbers of which most need not be known exactly: whether each lies below a limit of its own.

A number is drawn as its cell, one of 4,096 of equal probability, whose lower edge stands in a small table. Above its
limit by that edge it is above it for certain, and below where the edge lies more than a cell lower. Only near its
limit, in the widest cells at both ends, and where the number itself is asked for, its place within the cell is drawn
too and the normal score taken of it. So it has the law of a normal number to its last digit.

limit −2.326: cells 41 to 4,087 lie above, 8 to 36 below; of 37 to 40, and of eight at either end, the place decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from computefi.arrays import FloatArray
from computefi.kernels.special import ndtri

BITS = 12
CELLS = 2**BITS
TAIL = 8  # cells at either end, the widest, each of which is always looked into
PER_WORD = 4  # numbers drawn from 64 random bits
LEAST_PLACE = 2.0**-54  # so that no number is −∞


@cache
def edges() -> NDArray[np.float32]:
    """Lower edges of all cells: in single precision, which the fastest cache holds, rounded downwards twice over."""
    low = ndtri(np.arange(CELLS) / CELLS).astype(np.float32)
    below = np.float32(-np.inf)
    return np.nextafter(np.nextafter(low, below), below)


@cache
def inner() -> tuple[np.float32, np.float32, np.float32]:
    """The lowest edge within the tails and the first beyond, and the width of the widest cell between, rounded up."""
    low = edges()
    return low[TAIL], low[CELLS - TAIL], np.float32(1.001 * (low[TAIL + 1] - low[TAIL]))


class Cells:
    """Rows and columns of normal numbers, each known by its cell."""

    def __init__(self, stream: np.random.Generator, rows: int, columns: int) -> None:
        words = stream.bit_generator.random_raw(-(-rows * columns // PER_WORD))
        self.stream = stream
        drawn = words.astype("<u8", copy=False).view("<u2")[: rows * columns]
        self.cells: NDArray[np.uint16] = np.right_shift(drawn, 16 - BITS, dtype=np.uint16)
        self.low = edges().take(self.cells)

    def may_lie_below(self, limits: FloatArray) -> NDArray[np.bool_]:
        """False for those that lie above their limit for certain."""
        # Rounding to single precision moves a limit by less than the edges are moved downwards.
        below: NDArray[np.bool_] = self.low.reshape(limits.shape) < limits.astype(np.float32)
        return below

    def not_below(self, place: NDArray[np.intp], limits: Sequence[FloatArray]) -> NDArray[np.int8]:
        """How many of its limits each number at a flat place is not below."""
        low, (first, beyond, width) = self.low.take(place), inner()
        above = [low >= limit for limit in limits]
        near = (low < first) | (low >= beyond)
        for limit, one in zip(limits, above, strict=True):
            near |= (low >= limit - width) & ~one
        some = np.flatnonzero(near)
        exact = self.exactly(place.take(some))
        count = np.zeros(len(place), dtype=np.int8)
        for limit, one in zip(limits, above, strict=True):
            one[some] = exact >= limit.take(some)
            count += one
        return count

    def exactly(self, place: NDArray[np.intp]) -> FloatArray:
        """Numbers at flat places."""
        inside = self.stream.random(len(place)) + LEAST_PLACE
        exact: FloatArray = ndtri((self.cells.take(place) + inside) / CELLS)
        return exact
