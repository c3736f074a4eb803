"""What machines of several ages have fetched: the decay that fits them, and how sure that is."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, MissingData, ZeroDivisor
from computefi.kernels.special import stdtrit
from computefi.models.calibration import CALIBRATION, INTERVAL
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    RECOMPUTED,
    SHARE_BELOW_ONE,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    X,
    optional,
)

REGRESSION = (
    "Regression through the origin with Student's interval; the age curve of CFI_GPU_RESIDUAL. Asks of several "
    "generations fall by 26% a year, rents of one by 15–19% (facts of this project, from the CCIR ledger)"
)
PAID = Kind("share", "share of the price when new, above 0", low=0, low_open=True, usual_high=2)
SPREAD = Kind("standard deviation", "of the logarithm", low=0)
OBSERVATIONS = Kind("count", "observations", low=0, whole=True)
SHARE_LEFT = Kind("share", "share of the price when new", low=0)
ANNUAL = Kind("share", "share a year, above the floor", high=1)
AGES, PRICES = (1, 2, 3, 4), (0.78, 0.55, 0.42, 0.35)

Observed = Annotated[FloatArray, Shape(("observation",))]
Asked = Annotated[FloatArray, Shape(("age",)), YEARS, "Ages at which the curve is read"]
Ages = Annotated[Observed, YEARS, "Age of each observed machine when it was priced"]
Shares = Annotated[Observed, PAID, "Its price, or rent, over that when new"]
Floor = Annotated[X, SHARE_BELOW_ONE, "Share below which nothing falls: scrap, as in CFI_GPU_RESIDUAL"]
Confidence = Annotated[X, INTERVAL, "Probability that the interval holds"]

RULES = (
    Rule("shares", "must all be above floor", lambda shares, floor: shares > floor[:, None], DomainError),
    Rule("ages", "must hold at least two observations", lambda ages: ages.shape[1] >= 2, MissingData),
    Rule("ages", "must not all be 0", lambda ages: ages.max(axis=-1) > 0, ZeroDivisor),
)  # fmt: skip


def _fitted(
    ages: FloatArray, shares: FloatArray, floor: FloatArray, confidence: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Decay, standard deviation around it, Σ age² and Student's quantile, a case per row."""
    logs = np.log((shares - floor[:, None]) / (1 - floor[:, None]))
    squares = (ages**2).sum(axis=-1)
    decay = -(ages * logs).sum(axis=-1) / squares
    left = (logs + decay[:, None] * ages) ** 2
    free = ages.shape[1] - 1
    return decay, np.sqrt(left.sum(axis=-1) / free), squares, stdtrit(float(free), (1 + confidence) / 2)


def _sums(
    ages: FloatArray, shares: FloatArray, floor: float = 0.0, confidence: float = 0.9, **_: Any
) -> Iterator[tuple[str, Any]]:
    logs = np.log((shares - floor) / (1 - floor))
    for number, (age, log) in enumerate(zip(ages, logs, strict=True), 1):
        yield f"age {number}·ln((share − floor)/(1 − floor))", age * log
    yield "Σ age²", (ages**2).sum()
    yield "Student's quantile of n − 1", _fitted_one(ages, shares, floor, confidence)[3]


def _fitted_one(ages: FloatArray, shares: FloatArray, floor: float, confidence: float) -> list[float]:
    case = (np.atleast_2d(ages), np.atleast_2d(shares), np.atleast_1d(floor), np.atleast_1d(confidence))
    return [float(each[0]) for each in _fitted(*case)]


def _first_age(
    at_ages: FloatArray, ages: FloatArray, shares: FloatArray, floor: float = 0.0, confidence: float = 0.9
) -> Iterator[tuple[str, Any]]:
    """The fit, and the widths at the first age asked for."""
    yield from _sums(ages, shares, floor, confidence)
    decay, deviation, squares, quantile = _fitted_one(ages, shares, floor, confidence)
    yield "decay", decay
    yield "deviation", deviation
    yield "decay·age", decay * at_ages[0]
    yield "width of the curve = t·deviation·age/√(Σ age²)", quantile * deviation * at_ages[0] / np.sqrt(squares)
    yield "width of one = t·deviation·√(1 + age²/Σ age²)", quantile * deviation * np.sqrt(1 + at_ages[0] ** 2 / squares)


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?", "What is it worth if they fail?"],
    source=REGRESSION,
    examples=[
        Example(
            (AGES, PRICES),
            (0.274864185397, 0.253645826903, 0.296082543892, 0.240324708783, 0.0493836753338, 4),
            RECOMPUTED,
        ),
        Example(
            (AGES, PRICES, 0.15),
            (0.367839307935, 0.346403197726, 0.389275418145, 0.307771591636, 0.049890471371, 4),
            RECOMPUTED,
        ),
    ],
    rules=RULES,
    steps=_sums,
)
def residual_fit(
    ages: Ages, shares: Shares, floor: Floor = optional(0.0), confidence: Confidence = optional(0.9)
) -> Annotated[
    FloatArray,
    Result((
        Column("decay", CONTINUOUS, "Decay of value with age"),
        Column("low", CONTINUOUS, "Low end of its interval"),
        Column("high", CONTINUOUS, "High end"),
        Column("annual fall", ANNUAL, "The same a year: 1 − e^{−decay}"),
        Column("deviation", SPREAD, "Standard deviation of a machine around the curve"),
        Column("observations", OBSERVATIONS, "Number of observations"),
    )),
]:  # fmt: skip
    """Residual-value fit: the decay that observed prices of machines of several ages imply, with its interval.

    y[i] = ln((shares[i] − floor)/(1 − floor)); decay = −Σ ages[i]·y[i] / Σ ages[i]²
    deviation = √(Σ (y[i] + decay·ages[i])² / (n − 1))
    low, high = decay ∓ t·deviation/√(Σ ages[i]²), t Student's quantile with n − 1 degrees of freedom

    Steps: …
    Convention: a machine of age 0 has its full price, so the curve is floor + (1 − floor)·e^{−decay·age} of
    CFI_GPU_RESIDUAL, whose decay this is. ages in years since the price that shares are of.
    Limits: the exact decay, and no width, where all observations lie on one curve.
    Trap: asks stand above what is paid (H100: 1.2 to 2 times), scarcity puts young machines above their price, and
    observations of one generation over time move together: the interval is narrower than the truth. Say of which price
    shares are: of launch, of list, or of what was paid.
    Errors: #N/A for fewer than two observations; #NUM! where a share is not above floor; #DIV/0! where all ages are 0;
    #VALUE! where the lists differ in length.
    """
    decay, deviation, squares, quantile = _fitted(ages, shares, floor, confidence)
    width = quantile * deviation / np.sqrt(squares)
    count = np.full_like(decay, ages.shape[1])
    return np.stack([decay, decay - width, decay + width, -np.expm1(-decay), deviation, count], axis=-1)


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?", "What is it worth if they fail?"],
    source=REGRESSION,
    examples=[
        Example(
            ((1, 3), AGES, PRICES),
            (
                (0.759675291217, 0.743726035445, 0.77596657988, 0.675026718682, 0.854938822588),
                (0.43841358498, 0.411376003774, 0.467228204201, 0.384004440554, 0.500531898063),
            ),
            RECOMPUTED,
        )
    ],
    rules=RULES,
    steps=_first_age,
)
def residual_band(
    at_ages: Asked,
    ages: Ages,
    shares: Shares,
    floor: Floor = optional(0.0),
    confidence: Confidence = optional(0.9),
) -> Annotated[
    FloatArray,
    Result((
        Column("share left", SHARE_LEFT, "Residual value on the curve, as a share of the price when new"),
        Column("low", SHARE_LEFT, "Low end of the curve's interval"),
        Column("high", SHARE_LEFT, "High end"),
        Column("low of one", SHARE_LEFT, "Low end for a single machine or month"),
        Column("high of one", SHARE_LEFT, "High end"),
    ), rows="age"),
]:  # fmt: skip
    """Residual-value curve with its band, a row per age: the curve of CFI_RESIDUAL_FIT, its interval, one machine's.

    share left = floor + (1 − floor)·e^{−decay·age}
    low, high = the same with decay ± t·deviation/√(Σ ages[i]²)
    of one = the same with −decay·age ∓ t·deviation·√(1 + age²/Σ ages[i]²) in the exponent

    Steps: …
    Convention: decay, deviation and t of CFI_RESIDUAL_FIT. The first interval is for the curve, the second, which is
    wider, for a price that is still to be observed. One case.
    Limits: 1, and no width of the curve, at age 0; the floor at great age.
    Trap: beyond the oldest observation the band is arithmetic, not evidence.
    Errors: those of CFI_RESIDUAL_FIT; #VALUE! for several cases.
    """
    decay, deviation, squares, quantile = _fitted(ages, shares, floor, confidence)
    time, width = at_ages[0], (quantile * deviation)[0]
    of_curve = width * time / np.sqrt(squares[0])
    of_one = width * np.sqrt(1 + time**2 / squares[0])
    exponents = -decay[0] * time + np.stack([np.zeros_like(time), -of_curve, of_curve, -of_one, of_one])
    return (floor[0] + (1 - floor[0]) * np.exp(exponents)).T
