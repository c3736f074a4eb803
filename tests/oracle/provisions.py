"""Oracle of provisions: stages by words, expected credit losses term by term, the one-factor pd in a state."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    as_series,
    cdf,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)


def ifrs9_stage(
    before: Number, now: Number, days: Number, ratio: Number, low: Number = ZERO, impaired: Number = ZERO,
    backstop: Number = mpf(30), default_days: Number = mpf(90),
) -> Number:  # fmt: skip
    amounts(days, ratio, backstop, default_days)
    refuse_unless(all(0 <= p <= 1 for p in (before, now, low)) and impaired in (0, 1))
    if impaired == 1 or days > default_days:
        return mpf(3)
    if days > backstop:
        return mpf(2)
    return mpf(2) if now >= ratio * before and now > low else ONE


def ecl(losses: Any, weights: Number, rate: Number, per_year: Number = ONE, stage: Number = ONE) -> list[Number]:
    shares = as_series(weights) * (len(losses) if len(as_series(weights)) == 1 else 1)
    amounts(*shares, *(x for row in losses for x in row))
    refuse_unless(rate > -1 and per_year > 0 and stage in (1, 2, 3))
    if sum(shares) == 0:
        raise Refused(DIV0)
    soon = whole = plain = ZERO
    for period in range(1, len(losses[0]) + 1):
        loss = sum(w * row[period - 1] for w, row in zip(shares, losses, strict=True)) / sum(shares)
        present = loss * (1 + rate) ** (-period / per_year)
        plain, whole = plain + loss, whole + present
        if period <= per_year * (1 + mpf("1e-9")):
            soon += present
    return [soon, whole, plain, soon if stage == 1 else whole]


def pit_pd(pd: Number, correlation: Number, state: Number) -> Number:
    refuse_unless(0 <= pd <= 1 and 0 <= correlation < 1)
    return cdf((quantile(pd) - mpmath.sqrt(correlation) * state) / mpmath.sqrt(1 - correlation))


def stage_of(draw: Draw) -> list[Any]:
    return [draw.log_uniform(0.001, 0.1), draw.log_uniform(0.001, 0.3), draw.randint(0, 100), draw.choice([2, 2.5, 3])]


def losses_of(draw: Draw) -> list[Any]:
    periods = draw.randint(2, 6)
    rows = [draw.series(periods, 0, 5) for _ in range(3)]
    return [rows, draw.series(3, 0.1, 1), draw.even(0, 0.15), draw.choice([1, 4, 12]), draw.randint(1, 3)]


def state_of(draw: Draw) -> list[Any]:
    return [draw.log_uniform(0.0005, 0.3), draw.even(0.01, 0.9), draw.even(-3, 3)]


TWO = [[1, 2, 1], [3, 4, 2]]
FUNCTIONS: dict[str, Function] = {"CFI_IFRS9_STAGE": ifrs9_stage, "CFI_ECL": ecl, "CFI_PIT_PD": pit_pd}
POINTS = {
    "CFI_IFRS9_STAGE": points(
        "CFI_IFRS9_STAGE",
        stage_of,
        [
            ([0.01, 0.02, 0, 2], "at the ratio"),
            ([0.01, 0.02, 0, 2, 0.02], "risk still low"),
            ([0.01, 0.01, 30, 2], "thirty days"),
            ([0.01, 0.01, 31, 2], "thirty-one days"),
            ([0.01, 0.01, 91, 2], "ninety-one days"),
            ([0.01, 0.01, 0, 2, 0, 1], "impaired"),
            ([0.01, 0.01, 0, 2, 0, 2], "a flag of 2"),
            ([1.01, 0.01, 0, 2], "pd above 1"),
        ],
    ),
    "CFI_ECL": points(
        "CFI_ECL",
        losses_of,
        [
            ([TWO, [0.6, 0.4], 0.08], "stage 1"),
            ([TWO, [0.6, 0.4], 0.08, 1, 2], "stage 2"),
            ([TWO, [0, 0], 0.08], "no weights"),
            ([TWO, [0.6, 0.4], -1], "rate of −100%"),
            ([TWO, [0.6, 0.4], 0.08, 1, 4], "stage 4"),
        ],
    ),
    "CFI_PIT_PD": points(
        "CFI_PIT_PD",
        state_of,
        [
            ([0.02, 0.2, -1], "a bad state"),
            ([0.02, 0, -1], "no correlation"),
            ([0, 0.2, -1], "pd 0"),
            ([1, 0.2, -1], "pd 1"),
            ([0.02, 1, -1], "correlation 1"),
        ],
    ),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, {})


if __name__ == "__main__":
    main()
