"""Oracle of granularity: Wilde's formula differentiated numerically at forty digits."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    NUM,
    Draw,
    Function,
    Number,
    Refused,
    as_series,
    cdf,
    density,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO = mpf(0)


def granularity(
    exposure: Number, pd: Number, lgd: Number, loading: Number, level: Number = mpf(0.999), deviation: Number = ZERO
) -> list[Any]:
    n = len(exposure)
    pds, lgds, loadings, deviations = (
        as_series(x) * (n if len(as_series(x)) == 1 else 1) for x in (pd, lgd, loading, deviation)
    )
    refuse_unless(all(0 <= p <= 1 for p in [*pds, *lgds, *deviations]) and all(0 <= b < 1 for b in loadings))
    refuse_unless(0.5 <= level < 1)
    total = sum(exposure)
    if total == 0:
        raise Refused(DIV0)
    names = list(zip(exposure, pds, lgds, loadings, deviations, strict=True))

    def chance(p: Number, b: Number, x: Number) -> Number:
        return cdf((quantile(p) - b * x) / mpmath.sqrt(1 - b * b))

    def mean(x: Number) -> Number:
        return sum(e * h * chance(p, b, x) for e, p, h, b, _ in names)

    def variance(x: Number) -> Number:
        given = ((e, h, s, chance(p, b, x)) for e, p, h, b, s in names)
        return sum(e * e * ((h * h + s * s) * q - (h * q) ** 2) for e, h, s, q in given)

    x = quantile(1 - level)
    slope = mpmath.diff(mean, x)
    concentration = sum((e / total) ** 2 for e in exposure)
    if slope == 0:
        return [concentration, 1 / concentration, mean(x), NUM, NUM]
    added = -mpmath.diff(lambda y: density(y) * variance(y) / mpmath.diff(mean, y), x) / (2 * density(x))
    return [concentration, 1 / concentration, mean(x), added, mean(x) + added]


def book(draw: Draw) -> list[Any]:
    n = draw.randint(2, 6)
    return [
        draw.series(n, 1, 100), draw.series(n, 0.001, 0.2), draw.series(n, 0.1, 1), draw.series(n, 0.1, 0.8),
        draw.even(0.9, 0.999), draw.series(n, 0, 0.3),
    ]  # fmt: skip


FUNCTIONS: dict[str, Function] = {"CFI_GRANULARITY": granularity}
POINTS = {
    "CFI_GRANULARITY": points(
        "CFI_GRANULARITY",
        book,
        [
            ([[100, 60, 40], [0.02, 0.05, 0.1], [0.45, 0.4, 0.6], [0.4, 0.5, 0.6], 0.99], "three names"),
            ([[1, 1, 1, 1], 0.02, 0.45, 0.4], "equal names at 99.9%"),
            ([[0, 0], 0.02, 0.45, 0.4], "nothing lent"),
            ([[1, 1], 0.02, 0.45, 0], "no loading"),
            ([[1, 1], 1.2, 0.45, 0.4], "pd above 1"),
            ([[1, 1], 0.02, 0.45, 1], "loading 1"),
        ],
    )
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, {"CFI_GRANULARITY": {"relative": 1e-9, "absolute": 0.0, "why": "differences"}})


if __name__ == "__main__":
    main()
