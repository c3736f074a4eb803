"""The normal distribution, which the engine has to 10 digits.

NORM.S.DIST(-1.2,TRUE)   →   0.11506967022170828; the engine's is 0.115069670227…
"""

from __future__ import annotations

import math
from collections.abc import Callable

from computefi.errors import Code
from computefi.recalc.natives.texts import Answer, Given, of_each
from computefi.recalc.natives.values import number_of
from computefi.xlsx.cells import Value

ROOT_2, ROOT_2_PI = math.sqrt(2), math.sqrt(2 * math.pi)


def number(value: Value, truth: bool) -> float | None:
    """An argument as a number; where a truth value is wanted its name will do."""
    if isinstance(value, str):
        return {"TRUE": 1.0, "FALSE": 0.0}.get(value.upper()) if truth else number_of(value)
    return float(value or 0.0) if not isinstance(value, Code) else None


def of_numbers(answer: Callable[..., Value]) -> Callable[[Given], Answer]:
    """A function of numbers over whatever it is given; a truth value is 1 or 0, a blank 0."""

    def one(*values: Value) -> Value:
        numbers = [number(value, place == len(values) - 1 > 0) for place, value in enumerate(values)]
        return Code.VALUE if None in numbers else answer(*numbers)

    return of_each(one)


def below(deviations: float) -> float:
    """The probability below so many standard deviations."""
    return math.erfc(-deviations / ROOT_2) / 2


def standard(deviations: float, cumulative: float = 1.0) -> Value:
    """NORM.S.DIST(z, cumulative) and NORMSDIST(z)."""
    return below(deviations) if cumulative else math.exp(-deviations * deviations / 2) / ROOT_2_PI


def normal(x: float, mean: float, deviation: float, cumulative: float) -> Value:
    """NORM.DIST(x, mean, deviation, cumulative)."""
    if deviation <= 0:
        return Code.NUM
    found = standard((x - mean) / deviation, cumulative)
    return found if cumulative or not isinstance(found, float) else found / deviation


def lognormal(x: float, mean: float, deviation: float, cumulative: float = 1.0) -> Value:
    """LOGNORM.DIST(x, mean, deviation, cumulative) and LOGNORMDIST(x, mean, deviation)."""
    if x <= 0 or deviation <= 0:
        return Code.NUM
    found = normal(math.log(x), mean, deviation, cumulative)
    return found if cumulative or not isinstance(found, float) else found / x


def error_function(lower: float, upper: float | None = None) -> Value:
    """ERF(lower, [upper])."""
    return math.erf(lower) if upper is None else math.erf(upper) - math.erf(lower)


NORMAL: dict[str, tuple[Callable[[Given], Answer], int, int]] = {
    "NORM.S.DIST": (of_numbers(standard), 2, 2),
    "NORMSDIST": (of_numbers(standard), 1, 1),
    "NORM.DIST": (of_numbers(normal), 4, 4),
    "NORMDIST": (of_numbers(normal), 4, 4),
    "LOGNORM.DIST": (of_numbers(lognormal), 4, 4),
    "LOGNORMDIST": (of_numbers(lognormal), 3, 3),
    "GAUSS": (of_numbers(lambda z: math.erf(z / ROOT_2) / 2), 1, 1),
    "ERF": (of_numbers(error_function), 1, 2),
    "ERF.PRECISE": (of_numbers(math.erf), 1, 1),
    "ERFC": (of_numbers(math.erfc), 1, 1),
    "ERFC.PRECISE": (of_numbers(math.erfc), 1, 1),
}
"""Each with the fewest arguments that it takes, and the most."""
