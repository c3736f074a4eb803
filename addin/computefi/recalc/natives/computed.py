"""Summaries of arrays that a formula computes: the engine takes some for nothing, in others it counts FALSE as 0.

NPV(0.1,A1:A5*2)                →   the engine says 0
PRODUCT(1+A1:A5)                →   it cannot
AVERAGE(IF(A1:A5>1,A1:A5))      →   it counts what IF leaves out; Excel does not

Over cells the engine is right and answers itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from computefi.errors import Code
from computefi.recalc.natives import spreads
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.xlsx.cells import Rows, Value

Given = Sequence[Area | None]
Numbers = list[float]


def cells_of(given: Given) -> list[Value]:
    """All cells of several areas, row by row; an argument that is left empty is 0."""
    return [
        value for area in given for value in ([0.0] if area is None else [one for line in area.rows for one in line])
    ]


def first_error(values: Sequence[Value]) -> Code | None:
    return next((value for value in values if isinstance(value, Code)), None)


def of_numbers(
    summary: Callable[[Numbers], Value], least: int = 1, otherwise: Value = Code.DIV0
) -> Callable[[Given], Value]:
    """A summary of the numbers among the cells, of which it needs so many; an error comes through."""

    def answer(given: Given) -> Value:
        values = cells_of(given)
        numbers = [value for value in values if isinstance(value, float)]
        return first_error(values) or (summary(numbers) if len(numbers) >= least else otherwise)

    return answer


def of_everything(summary: Callable[[Numbers], Value], least: int) -> Callable[[Given], Value]:
    """The same where a text counts as 0, TRUE as 1 and FALSE as 0."""

    def answer(given: Given) -> Value:
        values = [value for value in cells_of(given) if value is not None]
        numbers = [0.0 if isinstance(value, str) else float(value) for value in values if not isinstance(value, Code)]
        return first_error(values) or (summary(numbers) if len(numbers) >= least else Code.DIV0)

    return answer


def count(given: Given) -> Value:
    """COUNT: how many numbers there are, whatever else there is."""
    return float(sum(isinstance(value, float) for value in cells_of(given)))


def mean(numbers: Numbers) -> float:
    return math.fsum(numbers) / len(numbers)


def geometric_mean(numbers: Numbers) -> Value:
    return Code.NUM if min(numbers) <= 0 else math.exp(mean(list(map(math.log, numbers))))


def harmonic_mean(numbers: Numbers) -> Value:
    return Code.NUM if min(numbers) <= 0 else len(numbers) / math.fsum(1 / number for number in numbers)


def skewness(of_sample: bool) -> Callable[[Numbers], Value]:
    """SKEW of a sample, SKEW.P of all there is."""

    def answer(numbers: Numbers) -> Value:
        count, middle = len(numbers), mean(numbers)
        spread = (spreads.stdev if of_sample else spreads.pstdev)(numbers)
        if not spread:
            return Code.DIV0
        cubes = math.fsum(((number - middle) / spread) ** 3 for number in numbers)
        return cubes * count / ((count - 1) * (count - 2)) if of_sample else cubes / count

    return answer


def kurtosis(numbers: Numbers) -> Value:
    """KURT: of a sample, 0 for a normal one."""
    n, middle, spread = len(numbers), mean(numbers), spreads.stdev(numbers)
    if not spread:
        return Code.DIV0
    fourth = math.fsum(((number - middle) / spread) ** 4 for number in numbers)
    apart = (n - 2) * (n - 3)
    return fourth * n * (n + 1) / ((n - 1) * apart) - 3 * (n - 1) ** 2 / apart


def npv(given: Given) -> Value | Rows:
    """NPV(rate or rates, values…): what is no number takes no period."""
    rates = given[0] or Area(((0.0,),), 1, 1)
    values = cells_of(given[1:])
    flows = [value for value in values if isinstance(value, float)]

    def answer(rate: list[Value]) -> Value:
        one = 0.0 if rate[0] is None else rate[0]
        if isinstance(one, (Code, str)):
            return one if isinstance(one, Code) else Code.VALUE
        fault = first_error(values)
        if fault or one == -1:
            return fault or Code.DIV0
        return math.fsum(flow / (1 + one) ** period for period, flow in enumerate(flows, 1))

    return for_each([rates], answer)


ALWAYS_WRONG: dict[str, Callable[[Given], Value | Rows]] = {
    "AVERAGEA": of_everything(mean, 1),
    "COUNT": count,
    "NPV": npv,
    "PRODUCT": of_numbers(math.prod, otherwise=0.0),
    "STDEVA": of_everything(spreads.stdev, 2),
    "STDEVPA": of_everything(spreads.pstdev, 1),
    "VARA": of_everything(spreads.variance, 2),
    "VARPA": of_everything(spreads.pvariance, 1),
}
"""Wrong over whatever a formula computes."""

FALSE_COUNTED: dict[str, Callable[[Given], Value | Rows]] = {
    "AVERAGE": of_numbers(mean),
    "GEOMEAN": of_numbers(geometric_mean, otherwise=Code.NUM),
    "HARMEAN": of_numbers(harmonic_mean, otherwise=Code.NUM),
    "KURT": of_numbers(kurtosis, 4),
    "MEDIAN": of_numbers(spreads.median, otherwise=Code.NUM),
    "SKEW": of_numbers(skewness(True), 3),
    "SKEW.P": of_numbers(skewness(False), 3),
}
"""Wrong where a function may leave FALSE in what is computed."""
