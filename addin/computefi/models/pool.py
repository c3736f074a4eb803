"""Pools of collateral: several assets behind one loan."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels.collateral import tail_mean_factor, unconditional_shortfall_share
from computefi.kernels.correlation import (
    bordered_smallest_eigenvalue,
    is_bordered_semidefinite,
    is_symmetric_with_unit_diagonal,
)
from computefi.kernels.special import ndtr, ndtri
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    CORRELATION,
    DEFAULT_PROBABILITY,
    MONEY,
    RECOMPUTED,
    SHARE,
    VOLATILITY,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    X,
    optional,
)

WRONG_WAY = "Correlation-adjusted LTV"
CELLS_AT_ONCE = 1_000_000  # pairs of assets times cases: eight megabytes

Assets = Annotated[FloatArray, Shape(("asset",))]
AssetMatrix = Annotated[FloatArray, Shape(("asset", "asset"))]

NO_LOAN = optional(np.nan)
THREE_ASSETS = (
    (60, 30, 10),
    (-0.26, -0.15, 0),
    (0.3, 0.28, 0.6),
    (0.2, 0.15, 0.7),
    ((1, 0.6, 0.2), (0.6, 1, 0.1), (0.2, 0.1, 1)),
)

SYMMETRIC = Rule(
    "correlation",
    "must be symmetric with ones on its diagonal",
    lambda correlation: is_symmetric_with_unit_diagonal(correlation),
    DomainError,
)
SEMIDEFINITE = "and rhos must be positive semidefinite together"


def semidefinite(rhos: FloatArray, correlation: FloatArray) -> BoolArray:
    """True per case whose driver and assets can be so correlated; a case alone that cannot is an error."""
    possible = is_bordered_semidefinite(rhos, correlation)
    if len(rhos) == 1 and not possible[0]:
        smallest = float(bordered_smallest_eigenvalue(rhos, correlation)[0])
        raise DomainError("correlation", f"{SEMIDEFINITE}; the smallest eigenvalue is {smallest:.6g}")
    return possible


def _pool_moments(
    means: FloatArray, spreads: FloatArray, rhos: FloatArray, correlation: FloatArray, pd: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of the pool's value given default."""
    threshold = ndtri(pd)[:, None]
    certain = ndtr(threshold)  # pd to the last bit but one, so that m is exactly 1 without volatility
    shift = rhos * spreads
    given = ndtr(threshold - shift) / certain
    expected = means * given
    variance = np.empty(len(means))
    step = max(1, CELLS_AT_ONCE // correlation.size)
    for start in range(0, len(means), step):
        some = slice(start, start + step)
        a, s, m = spreads[some], shift[some], given[some]
        both = ndtr(threshold[some, :, None] - s[:, :, None] - s[:, None, :]) / certain[some, :, None]
        covariance = np.expm1(correlation * a[:, :, None] * a[:, None, :]) * both + (
            both - m[:, :, None] * m[:, None, :]
        )
        variance[some] = np.einsum("ni,nij,nj->n", means[some], covariance, means[some])
    return expected.sum(axis=-1), np.sqrt(np.maximum(variance, 0.0))


def _matched_loss(loan: FloatArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Expected share of the loan lost to a lognormal value of that mean and standard deviation."""
    spread = np.where(deviation > 0, np.sqrt(np.log1p((deviation / mean) ** 2)), 0.0)
    return unconditional_shortfall_share(loan, mean, spread)


def smallest_eigenvalue(rhos: FloatArray, correlation: FloatArray) -> tuple[str, Any]:
    """A step of those that ask whether driver and assets can be so correlated."""
    return "smallest eigenvalue of [1 rhos; rhos correlation]", bordered_smallest_eigenvalue(rhos[None], correlation)[0]


def _each_asset(
    values: FloatArray, drifts: FloatArray, volatilities: FloatArray, rhos: FloatArray, correlation: FloatArray,
    pd: FloatArray, horizon: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    spreads, means = volatilities * np.sqrt(horizon), values * np.exp(drifts * horizon)
    factors = tail_mean_factor(pd, rhos, spreads)
    yield "d = Φ⁻¹(pd)", ndtri(pd)
    yield smallest_eigenvalue(rhos, correlation)
    for asset, (spread, mean, factor) in enumerate(zip(spreads, means, factors, strict=True), 1):
        yield f"a of asset {asset} = volatility·√horizon", spread
        yield f"M of asset {asset} = value·e^{{drift·horizon}}", mean
        yield f"m of asset {asset} = Φ(d − rho·a)/pd", factor
        yield f"E[V|D] of asset {asset} = M·m", mean * factor


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source="Exact first two moments of correlated lognormals given a normal driver; lognormal match as in "
    "Fenton (1960) and Wilkinson",
    examples=[
        Example((*THREE_ASSETS, 0.05, 1, 70), (68.3681757663, 17.3042474891, 0.110090489322), RECOMPUTED),
        Example((*THREE_ASSETS, 0.05, 1), (68.3681757663, 17.3042474891, ""), RECOMPUTED),
    ],
    rules=[SYMMETRIC],
    nan=(f"correlation {SEMIDEFINITE}", DomainError),
    blocks=True,
    steps=_each_asset,
)
def pool_in_default(
    values: Annotated[Assets, MONEY, "Value of each asset today"],
    drifts: Annotated[Assets, CONTINUOUS, "Expected growth of each asset's value; about -0.26 for GPUs"],
    volatilities: Annotated[Assets, VOLATILITY, "Volatility of each asset's value, per year"],
    rhos: Annotated[Assets, CORRELATION, "Correlation of the borrower's driver with each asset; above 0 is wrong-way"],
    correlation: Annotated[AssetMatrix, CORRELATION, "Correlation matrix among the assets only"],
    pd: Annotated[X, DEFAULT_PROBABILITY, "Probability of default, cumulative to the horizon"],
    horizon: Annotated[X, YEARS, "Horizon to which pd is cumulative"],
    loan: Annotated[X, MONEY, "Loan against the pool; left out, the third answer is blank"] = NO_LOAN,
) -> Annotated[
    FloatArray,
    Result((
        Column("mean", MONEY, "Expected value of the pool given default"),
        Column("standard deviation", MONEY, "Standard deviation of the pool's value given default"),
        Column("matched LGD", SHARE, "Loss given default by lognormal match, blank without a loan"),
    )),
]:  # fmt: skip
    """Pool of collateral given that the borrower fails: mean, standard deviation, and loss given default of a loan.

    aᵢ = volatilities[i]·√horizon, d = Φ⁻¹(pd), Mᵢ = values[i]·e^{drifts[i]·horizon}
    E[Vᵢ|D] = Mᵢ·Φ(d − ρᵢaᵢ)/pd
    E[VᵢVⱼ|D] = MᵢMⱼ·e^{rᵢⱼaᵢaⱼ}·Φ(d − ρᵢaᵢ − ρⱼaⱼ)/pd, rᵢᵢ = 1
    s² = ln(1 + sd²/mean²), z = (ln(loan/mean) + s²/2)/s, LGD = Φ(z) − (mean/loan)·Φ(z − s)

    Steps: …
    Convention: rho > 0 is wrong-way. A block of values is one pool per row; all share the correlation matrix.
    Limits: a pool of one asset has the mean of CFI_VALUE_IN_DEFAULT. The moments are exact, the LGD approximate
    (.11009 against .10996 by CFI_CORR_LGD_SIM in the example). LGD is 0 at loan 0, 1 at value 0.
    Errors: #VALUE! where lengths differ; #NUM! where correlation is not symmetric, or with rhos not positive
    semidefinite.
    """
    possible = semidefinite(rhos, correlation)
    spreads = volatilities * np.sqrt(horizon)[:, None]
    means = values * np.exp(drifts * horizon[:, None])
    mean, deviation = _pool_moments(means, spreads, rhos, correlation, pd)
    answer = np.stack([mean, deviation, _matched_loss(loan, mean, deviation)], axis=-1)
    answer[~possible] = np.nan
    without = np.isnan(loan) & possible
    if not without.any():
        return answer
    cells = answer.astype(object)
    cells[without, 2] = ""
    return cells
