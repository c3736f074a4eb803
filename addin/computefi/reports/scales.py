"""The axes of a picture: their ends, round numbers that their format tells apart, and where a value stands.

Scale(Axis(str), [0, 37]).ticks   →   [0, 10, 20, 30, 40]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

MOST_TICKS = 6
FARTHEST = 1e300  # beyond it the width of an axis would be infinite
TINY = 1e-12

Say = Callable[[float], str]


class Axis(NamedTuple):
    """How an axis tells its numbers, what it is called, its ends where they are set, and whether it is logarithmic."""

    say: Say
    title: str = ""
    least: float | None = None
    most: float | None = None
    logarithmic: bool = False


class Scale:
    """An axis over values; with `zero` it begins at 0, as bars ask."""

    def __init__(self, axis: Axis, values: Iterable[float | None], zero: bool = False) -> None:
        known = [v for v in values if v is not None and abs(v) <= FARTHEST and (v > 0 or not axis.logarithmic)] or [1.0]
        self.axis = axis
        least, most = min(known), max(known)
        if axis.logarithmic:
            self.least, self.most = 10.0 ** math.floor(math.log10(least)), 10.0 ** math.ceil(math.log10(most))
            self.most = max(self.most, 10 * self.least)
            self.ticks = [10.0**power for power in range(round(self._at(self.least)), round(self._at(self.most)) + 1)]
            return
        if zero or least > 0 > least - (most - least) / 2:
            least, most = min(least, 0.0), max(most, 0.0)
        self.least = least if axis.least is None else axis.least
        self.most = most if axis.most is None else axis.most
        if not self.most - self.least > TINY * max(abs(self.least), abs(self.most), TINY):
            pad = abs(self.least) / 2 or 0.5
            self.least, self.most = self.least - pad, self.least + pad
        self.ticks = self._round()

    def _round(self) -> list[float]:
        """Round numbers from end to end; an end that is not set moves to the next of them."""
        for step in steps(self.most - self.least):
            first, last = math.floor(self.least / step + 1e-9), math.ceil(self.most / step - 1e-9)
            first += self.axis.least is not None and first * step < self.least - step / 1e9
            last -= self.axis.most is not None and last * step > self.most + step / 1e9
            ticks = [number * step for number in range(first, last + 1)]
            told = [self.axis.say(tick) for tick in ticks]
            if len(ticks) <= MOST_TICKS and len(set(told)) == len(told):
                self.least, self.most = min([self.least, *ticks]), max([self.most, *ticks])
                return ticks
        return []

    def _at(self, value: float) -> float:
        return math.log10(value) if self.axis.logarithmic else value

    def shows(self, value: float | None) -> bool:
        """Whether there is a place for a value."""
        return value is not None and abs(value) <= FARTHEST and (value > 0 or not self.axis.logarithmic)

    def share(self, value: float) -> float:
        """How far along the axis a value stands: 0 at its beginning, 1 at its end."""
        least, most = self._at(self.least), self._at(self.most)
        return (self._at(value) - least) / (most - least)


def steps(span: float) -> Iterator[float]:
    """1, 2, 5, 10 … from about a sixth of a width upwards."""
    power = math.floor(math.log10(span / MOST_TICKS))
    for more in range(9):
        yield (1, 2, 5)[more % 3] * 10.0 ** (power + more // 3)
