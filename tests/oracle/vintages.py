"""Oracle of residual values by age: least squares by its normal equation, Student's quantile by integration."""

from __future__ import annotations

from typing import Any

import mpmath
from copula import student_quantile
from high_precision import (
    DIV0,
    NA,
    VALUE,
    Draw,
    Function,
    Number,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    write,
)
from mpmath import mpf


def prepared(ages: Number, shares: Number, least: Number, confidence: Number) -> tuple[list[Number], list[Number]]:
    count = max(len(as_series(ages)), len(as_series(shares)))
    listed = [list(as_series(each)) for each in (ages, shares)]
    refuse_unless(all(len(each) in (1, count) for each in listed), VALUE)
    times, left = (each * count if len(each) == 1 else each for each in listed)
    amounts(*times)
    refuse_unless(all(each > 0 for each in left) and 0 <= least < 1 and 0 < confidence < 1)
    refuse_unless(min(left) > least)
    refuse_unless(count >= 2, NA)
    refuse_unless(max(times) > 0, DIV0)
    return times, [mpmath.log((each - least) / (1 - least)) for each in left]


def law(ages: Number, shares: Number, least: Number, confidence: Number) -> tuple[Number, Number, Number, Number]:
    times, logs = prepared(ages, shares, least, confidence)
    squares = mpmath.fsum(t * t for t in times)
    decay = -mpmath.fsum(t * y for t, y in zip(times, logs, strict=True)) / squares
    free = mpf(len(times) - 1)
    deviation = mpmath.sqrt(mpmath.fsum((y + decay * t) ** 2 for t, y in zip(times, logs, strict=True)) / free)
    return decay, deviation, squares, student_quantile((1 + confidence) / 2, free)


def residual_fit(ages: Number, shares: Number, floor: Number = mpf(0), confidence: Number = mpf(0.9)) -> list[Number]:
    decay, deviation, squares, t = law(ages, shares, floor, confidence)
    width = t * deviation / mpmath.sqrt(squares)
    count = max(len(as_series(ages)), len(as_series(shares)))
    return [decay, decay - width, decay + width, 1 - mpmath.exp(-decay), deviation, mpf(count)]


def residual_band(
    at_ages: Number, ages: Number, shares: Number, floor: Number = mpf(0), confidence: Number = mpf(0.9)
) -> list[list[Number]]:
    amounts(*as_series(at_ages))
    decay, deviation, squares, t = law(ages, shares, floor, confidence)
    rows = []
    for age in as_series(at_ages):
        curve, one = age / mpmath.sqrt(squares), mpmath.sqrt(1 + age * age / squares)
        rows.append([
            floor + (1 - floor) * mpmath.exp(-decay * age + sign * t * deviation)
            for sign in (mpf(0), -curve, curve, -one, one)
        ])  # fmt: skip
    return rows


FUNCTIONS: dict[str, Function] = {"CFI_RESIDUAL_FIT": residual_fit, "CFI_RESIDUAL_BAND": residual_band}


def observed(d: Draw) -> list[Any]:
    count, least = d.randint(2, 14), d.choice([0, d.even(0, 0.2)])
    ages = [d.even(0, 8) for _ in range(count)]
    shares = [round(least + (1 - least) * 2.718 ** (-0.3 * age) * d.even(0.7, 1.3), 5) for age in ages]
    return [ages, shares, d.choice([None, least]) if least == 0 else least, d.choice([None, d.even(0.5, 0.99)])]


SEEN = [[1, 2, 3, 4], [0.78, 0.55, 0.42, 0.35]]
EDGES: list[tuple[list[Any], str]] = [
    (SEEN, "four generations"), ([*SEEN, 0.15], "a floor"), ([[1, 2], [0.5, 0.25]], "on one curve"),
    ([[0, 2], [1.2, 0.6], 0, 0.95], "a scarce new machine"), ([*SEEN, 0.36], "a share below the floor"),
    ([[0, 0], [1, 1]], "new ones alone"), ([2, 0.5], "one observation"), ([[1, 2, 3], [0.5, 0.4]], "two shares"),
    ([[1, -2], [0.5, 0.4]], "negative age"), ([[1, 2], [0.5, 0]], "worth nothing"), ([*SEEN, 0, 1], "certain"),
]  # fmt: skip
POINTS = {
    "CFI_RESIDUAL_FIT": points("CFI_RESIDUAL_FIT", observed, EDGES, 15),
    "CFI_RESIDUAL_BAND": points(
        "CFI_RESIDUAL_BAND",
        lambda d: [d.series(d.randint(1, 5), 0, 9), *observed(d)],
        [*(([[0, 1, 3, 8], *arguments], note) for arguments, note in EDGES), ([-1, *SEEN], "before it was made")],
        12,
    ),
}  # fmt: skip

NEAR = "residuals are differences of logarithms"
TOLERANCES: dict[str, Any] = {
    "CFI_RESIDUAL_FIT": lambda *_: floor(10, NEAR), "CFI_RESIDUAL_BAND": lambda *_: floor(10, NEAR)
}  # fmt: skip


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
