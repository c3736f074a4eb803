"""Volatilities and correlations out of price series, and what to do about series that are short or sticky."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, MissingData, ZeroDivisor
from computefi.kernels.special import ndtri
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    ANY_NUMBER,
    CORRELATION,
    PER_YEAR,
    RECOMPUTED,
    SHARE,
    VOLATILITY,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)
from computefi.spec.native import Native

CALIBRATION = "Calibration"
PRICE = Kind("price", "any currency, above 0", low=0, low_open=True)
INTERVAL = Kind("confidence", "between 0 and 1", low=0, high=1, low_open=True, high_open=True)
AUTOCORRELATION = Kind("autocorrelation", "between -1 and 1", low=-1, high=1, low_open=True, high_open=True)
COUNT = Kind("count", "log returns", low=0, whole=True)
Returns = Annotated[FloatArray, Shape(("date", "asset"))]

FEWEST_FOR_INTERVAL = 4
CONSTANT = 1e-12  # log returns that differ by less are equal but for the rounding of prices
ROUNDING = 1e-12
PRICES_1 = (100, 104, 101, 108, 107, 112)
PRICES_2 = (50, 51, 50.5, 53, 52, 55)


def _log_returns(prices: FloatArray) -> FloatArray:
    returns: FloatArray = np.diff(np.log(prices), axis=-1)
    return returns


def _varies(prices: FloatArray) -> BoolArray:
    """True for a series whose log returns are not all the same."""
    returns = _log_returns(prices)  # none for a single price
    varies: BoolArray = returns.max(axis=-1, initial=-np.inf) - returns.min(axis=-1, initial=np.inf) > CONSTANT
    return varies


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?"],
    source="RiskMetrics Technical Document, 4th ed. (1996): exponentially weighted volatility",
    examples=[Example((PRICES_1,), 0.637314600432707, RECOMPUTED)],
    rules=[Rule("prices", "must hold at least two prices", lambda prices: prices.shape[1] >= 2, MissingData)],
    steps=step_rows.variances,
)
def ewma_vol(
    prices: Annotated[V, PRICE, "Prices at equal intervals, the latest last"],
    decay: Annotated[X, SHARE, "Weight that yesterday's variance keeps"] = optional(0.94),
    per_year: Annotated[X, PER_YEAR, "Prices per year: 252, 365, 52 or 12"] = optional(252.0),
) -> Annotated[X, VOLATILITY, "Volatility per year"]:
    """Exponentially weighted volatility of a price series, per year: recent returns count most.

    r[t] = ln(prices[t]/prices[t−1]); σ²[1] = r[1]²; σ²[t] = decay·σ²[t−1] + (1 − decay)·r[t]²
    volatility = √(per_year · σ²[n])

    Steps: …
    Convention: log returns with mean 0; the recursion is seeded with the first squared return.
    Limits: decay 0 uses the last return alone, decay 1 the first. Constant prices have volatility 0.
    Trap: prices posted rather than traded are sticky and show too little: CFI_UNSMOOTH_VOL.
    Errors: #N/A for fewer than two prices; #NUM! where a price is not positive.
    """
    squares = _log_returns(prices) ** 2
    count = squares.shape[1]
    ages = np.arange(count - 1, -1, -1)
    weights = decay[:, None] ** ages * np.where(ages == count - 1, 1.0, 1 - decay[:, None])
    variance: FloatArray = (weights * squares).sum(axis=-1)
    return np.sqrt(per_year * variance)


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?"],
    source="Fisher (1921), Metron 1: interval of a correlation through atanh",
    examples=[Example((PRICES_1, PRICES_2), (0.901742307558309, 0.0952724413541439, 0.993557374831109, 5), RECOMPUTED)],
    rules=[
        Rule("prices_1", "must hold at least three prices", lambda prices_1: prices_1.shape[1] >= 3, MissingData),
        Rule("prices_1", "must have returns that vary", lambda prices_1: _varies(prices_1), ZeroDivisor),
        Rule("prices_2", "must have returns that vary", lambda prices_2: _varies(prices_2), ZeroDivisor),
    ],
    nan=("an interval needs at least four log returns, that is five prices", MissingData),
    steps=step_rows.correlated,
)
def correlation(
    prices_1: Annotated[V, PRICE, "Prices of the first asset at equal intervals"],
    prices_2: Annotated[V, PRICE, "Prices of the second asset at the same times"],
    confidence: Annotated[X, INTERVAL, "Probability that the interval covers the true correlation"] = optional(0.95),
) -> Annotated[
    FloatArray,
    Result((
        Column("correlation", CORRELATION, "Correlation of log returns"),
        Column("low", CORRELATION, "Lower end of the interval"),
        Column("high", CORRELATION, "Upper end of the interval"),
        Column("count", COUNT, "Number of log returns"),
    )),
]:  # fmt: skip
    """Correlation of two price series' log returns, with Fisher's interval and the number of returns.

    low, high = tanh(atanh(correlation) ∓ Φ⁻¹((1 + confidence)/2)/√(count − 3))

    Steps: …
    Convention: means are removed; count is of log returns, one fewer than prices.
    Limits: a correlation of ±1 is its own interval. Fewer than four returns have no interval.
    Trap: sticky prices understate it (CFI_UNSMOOTH_CORR), and few returns leave almost any value possible.
    Errors: #N/A for fewer than three prices, and in low and high for fewer than five; #DIV/0! where a series' returns
    do not vary; #NUM! where a price is not positive; #VALUE! where the lengths differ.
    """
    first, second = (r - r.mean(axis=-1, keepdims=True) for r in (_log_returns(prices_1), _log_returns(prices_2)))
    size = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    rho = np.clip((first * second).sum(axis=-1) / size, -1.0, 1.0)  # rounding where one is the other
    count = first.shape[1]
    if count < FEWEST_FOR_INTERVAL:
        low = high = np.full_like(rho, np.nan)
    else:
        margin = -ndtri((1 - confidence) / 2) / np.sqrt(count - 3)  # the small tail keeps its digits
        with np.errstate(divide="ignore"):
            centre = np.arctanh(rho)
        low, high = np.tanh(centre - margin), np.tanh(centre + margin)
    return np.stack([rho, low, high, np.full_like(rho, count)], axis=-1)


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?"],
    source="Geltner (1993), Real Estate Economics 21: partial adjustment of appraised prices",
    examples=[Example((0.39, 0.45), 0.436716158545546, RECOMPUTED), Example((0.6, 0.8), 1)],
    rules=[
        Rule(
            "rho",
            "corrected for phi lies beyond -1 or 1: the two do not fit one model",
            lambda rho, phi: np.abs(rho) <= np.sqrt(1 - phi**2) * (1 + ROUNDING),
            DomainError,
        )
    ],
)
def unsmooth_corr(
    rho: Annotated[X, CORRELATION, "Correlation measured with sticky prices on one side"],
    phi: Annotated[X, AUTOCORRELATION, "First-order autocorrelation of the sticky series' returns"],
) -> Annotated[X, CORRELATION, "Correlation of the prices behind them"]:
    """Correlation corrected for sticky prices: posted rents and asks move late and hide how they go with the market.

    corrected = rho / √(1 − phi²)

    Steps: √(1 − phi²)
    Convention: one of the two series adjusts partially, with autocorrelation phi; the other is traded.
    Limits: rho at phi 0. What is measured with sticky prices is a lower bound.
    Errors: #NUM! where the corrected correlation lies beyond ±1, which is not limited, or where phi reaches ±1.
    """
    return np.clip(rho / np.sqrt(1 - phi**2), -1.0, 1.0)  # no more than rounding: the rule has refused the rest


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?"],
    source="Geltner (1993), Real Estate Economics 21: partial adjustment of appraised prices, "
    "r[t] = phi·r[t−1] + (1 − phi)·true return[t]",
    examples=[
        Example((0.27, 0.45), 0.438395836078434, RECOMPUTED),
        Example((0.27, 0), 0.27),
    ],
    native=Native("volatility*SQRT((1+phi)/(1-phi))"),
)
def unsmooth_vol(
    volatility: Annotated[X, VOLATILITY, "Volatility measured with sticky prices, per year"],
    phi: Annotated[X, AUTOCORRELATION, "First-order autocorrelation of the sticky series' returns"],
) -> Annotated[X, VOLATILITY, "Volatility of the prices behind them, per year"]:
    """Volatility corrected for appraisal smoothing: posted rents, asks and appraisals move late and look calm.

    corrected = volatility · √((1 + phi)/(1 − phi))

    Steps: 1 + phi; 1 − phi; (1 + phi)/(1 − phi)
    Convention: a price shown moves by 1 − phi of the way to the true one in each period, so shown returns are
    phi·(the last) + (1 − phi)·(the true one), with variance (1 − phi)/(1 + phi) of the true one's: the model of
    CFI_UNSMOOTH_CORR. phi is the autocorrelation of returns at the interval at which volatility was measured.
    Limits: the volatility itself at phi 0; lower below 0, where prices overshoot and bounce (bid and ask); without
    bound as phi nears 1. At phi 0.45 it is 1.62 times as much.
    Trap: not for prices that stand still and then jump, whose share of unchanged days is the better measure, nor for a
    true autocorrelation such as a trend in supply: it then counts the trend as noise. phi is itself uncertain, by
    √((1 − phi²)/n) out of n returns: at n 52 and phi 0.45 two standard errors make the factor anything from 1.2 to 2.4.
    Errors: #NUM! where volatility is negative or phi reaches ±1.
    """
    return volatility * np.sqrt((1 + phi) / (1 - phi))


def _spread(returns: FloatArray) -> tuple[FloatArray, float, float, float]:
    """The sample covariance, its mean variance, its distance from the target, and how uncertain it is itself."""
    centred = returns - returns.mean(axis=0)
    dates, assets = centred.shape
    sample = centred.T @ centred / dates
    scale = float(np.trace(sample) / assets)
    distance = float(((sample - scale * np.eye(assets)) ** 2).sum())
    noise = float((((centred**2).sum(axis=1) ** 2).sum() / dates - (sample**2).sum()) / dates)
    return sample, scale, distance, max(noise, 0.0)


def _weight(distance: float, noise: float) -> float:
    return min(noise / distance, 1.0) if distance > 0 else 1.0


def _intensity(returns: FloatArray) -> Iterator[tuple[str, Any]]:
    """How far the matrix is drawn to the target."""
    sample, scale, distance, noise = _spread(returns)
    yield from step_rows.each("S[{0},{0}]", np.diag(sample))
    yield "m = tr(S)/p", scale
    yield "d² = ‖S − m·I‖²", distance
    yield "b² = min(d², Σₖ‖xₖxₖᵀ − S‖²/n²)", min(distance, noise)
    yield "b²/d²", _weight(distance, noise)


@declare(
    category=CALIBRATION,
    questions=["How do I calibrate?"],
    source="Ledoit & Wolf (2004), Journal of Multivariate Analysis 88, 365–411: shrinkage to the scaled identity",
    examples=[
        Example((((1, 2), (2, 1), (3, 5), (6, 4)),), ((1, 0.212260333399), (0.212260333399, 1)), RECOMPUTED),
    ],
    rules=[
        Rule("returns", "must have at least two rows", lambda returns: len(returns) >= 2, MissingData),
        Rule("returns", "must vary in every column", lambda returns: (np.ptp(returns, axis=0) > 0).all(), ZeroDivisor),
    ],
    steps=_intensity,
)
def shrink_corr(
    returns: Annotated[Returns, ANY_NUMBER, "Returns: a row per date, a column per asset"],
) -> Annotated[
    FloatArray,
    Result((), Column("correlation", CORRELATION, "Correlation with each asset"), rows="asset"),
]:
    """Correlation matrix shrunk towards no correlation, by as much as the shortness of the series calls for.

    S = Σₖ xₖxₖᵀ/n of the n demeaned rows xₖ of p columns; m = tr(S)/p; d² = ‖S − m·I‖²
    b² = min(d², Σₖ‖xₖxₖᵀ − S‖²/n²); C = (b²/d²)·m·I + (1 − b²/d²)·S; answer[i,j] = C[i,j]/√(C[i,i]·C[j,j])

    Steps: …
    Convention: Ledoit and Wolf's estimator with 1/n; the norm is Frobenius'. Feed returns of like scale: the target has
    one variance for all.
    Limits: positive definite even with fewer dates than assets; close to the sample correlation for long series.
    Errors: #N/A for fewer than two dates; #DIV/0! where a column does not vary.
    """
    sample, scale, distance, noise = _spread(returns)
    weight = _weight(distance, noise)
    shrunk = weight * scale * np.eye(len(sample)) + (1 - weight) * sample
    deviation = np.sqrt(np.diag(shrunk))
    matrix: FloatArray = np.clip(shrunk / np.outer(deviation, deviation), -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix
