"""Measures of spread of the library `statistics`, which takes as long to load as all natives together.

stdev([1, 2, 4])   →   1.5275…
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Measure = Callable[[Sequence[float]], float]


def of_library(name: str) -> Measure:
    """The measure of that name."""

    def measure(numbers: Sequence[float]) -> float:
        import statistics

        found: float = getattr(statistics, name)(numbers)
        return found

    return measure


stdev, pstdev = of_library("stdev"), of_library("pstdev")
variance, pvariance = of_library("variance"), of_library("pvariance")
median = of_library("median")
