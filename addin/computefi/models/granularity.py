"""Concentration of a book on one factor: its names' shares, the infinite pool, and what is missing to it."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.special import ndtr, ndtri
from computefi.models import step_rows
from computefi.models.book_terms import BOOK, Level
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    FLOW,
    MONEY,
    NUMBER,
    PROBABILITY,
    RECOMPUTED,
    SHARE,
    SHARE_BELOW_ONE,
    FloatArray,
    optional,
)

PerLoan = Shape(("loan",))
THREE = ((100, 60, 40), (0.02, 0.05, 0.1), (0.45, 0.4, 0.6), (0.4, 0.5, 0.6))


@declare(
    category=BOOK,
    questions=["How much can I lend?"],
    source="Wilde (2001), Probing granularity, Risk 14(8); Martin & Wilde (2002), Risk 15(11); Gordy & Lütkebohmert "
    "(2013), International Journal of Central Banking 9(3)",
    examples=[
        Example(
            (*THREE, 0.99),
            (0.38, 2.631578947368421, 25.258265690988566, 31.865548982675207, 57.12381467366377),
            RECOMPUTED,
        )
    ],
    rules=[Rule("exposure", "must not sum to 0", lambda exposure: exposure.sum(axis=-1) != 0, ZeroDivisor)],
    nan=("loading must be above 0 for a loan that can lose: without a factor there is no infinite pool", DomainError),
    steps=step_rows.of_names,
)
def granularity(
    exposure: Annotated[FloatArray, PerLoan, MONEY, "Exposure to each name"],
    pd: Annotated[FloatArray, PerLoan, PROBABILITY, "Probability of default of each name"],
    lgd: Annotated[FloatArray, PerLoan, SHARE, "Expected loss given default of each name"],
    loading: Annotated[FloatArray, PerLoan, SHARE_BELOW_ONE, "Loading on the factor: root of the asset correlation"],
    level: Level = optional(0.999),
    lgd_deviation: Annotated[FloatArray, PerLoan, SHARE, "Standard deviation of each lgd"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("HHI", SHARE, "Sum of the squared shares of exposure"),
        Column("effective number", NUMBER, "Names of equal size that would be as concentrated"),
        Column("infinite pool", MONEY, "Loss at the level were every name cut into infinitely many: Basel's formula"),
        Column("granularity", FLOW, "What single names add to that, to the first order"),
        Column("adjusted", FLOW, "Both together"),
    )),
]:  # fmt: skip
    """Concentration by name: HHI, effective number, the infinite pool's loss at a level, and what single names add.

    HHI = Σ s², s = exposure / Σ exposure, effective number = 1/HHI, x = Φ⁻¹(1 − level)
    p = Φ((Φ⁻¹(pd) − loading·x)/√(1 − loading²)), μ(x) = Σ exposure·lgd·p, infinite pool = μ(x)
    σ²(x) = Σ exposure²·[(lgd² + lgd_deviation²)·p − lgd²·p²]
    granularity = −½·[(σ²)'/μ' − x·σ²/μ' − σ²·μ''/μ'²], adjusted = infinite pool + granularity

    Steps: …
    Convention: one factor, a name a row; add up the loans of a name first. A loss, not capital: less the expected
    loss it is what Basel's formula gives before its maturity adjustment.
    Limits: the granularity falls as 1/number of names. Good to a few per cent from some fifty names, for fewer or
    uneven ones ask CFI_BOOK_LOSS.
    Errors: #DIV/0! where nothing is lent; #NUM! where no loan that can lose has a loading; #VALUE! where lengths
    differ.
    """
    share = exposure / exposure.sum(axis=-1, keepdims=True)
    concentration = (share**2).sum(axis=-1)
    x = ndtri(1 - level)[:, None]
    rest = np.sqrt((1 - loading) * (1 + loading))
    score = (ndtri(pd) - loading * x) / rest
    turn = -loading / rest
    chance, density = ndtr(score), np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi)
    density = np.where(np.isfinite(score), density, 0.0)
    first = density * turn
    second = np.where(density > 0, -score * density * turn**2, 0.0)
    weight, square = exposure * lgd, exposure**2 * (lgd**2 + lgd_deviation**2)
    pool, slope, bend = ((weight * p).sum(axis=-1) for p in (chance, first, second))
    variance = (square * chance - (weight * chance) ** 2).sum(axis=-1)
    drift = (square * first - 2 * weight**2 * chance * first).sum(axis=-1)
    added = -0.5 * (drift / slope - x[:, 0] * variance / slope - variance * bend / slope**2)
    added = np.where(variance == 0, 0.0, added)
    return np.stack([concentration, 1 / concentration, pool, added, pool + added], axis=-1)
