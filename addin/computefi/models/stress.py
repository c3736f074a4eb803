"""Losses in a bad state, named by a quantile and not by a probability of default: for ranking and for capital."""

import numpy as np

from computefi.kernels.collateral import delayed, diluted_spread, economic_loss, unconditional_shortfall_share
from computefi.kernels.special import ndtr, ndtri
from computefi.models.wrongway import (
    WRONG_WAY,
    AccruedInterest,
    DiscountRate,
    Drift,
    Horizon,
    Lag,
    Loan,
    Rho,
    SaleCost,
    Unsecured,
    Value,
    Volatility,
    WorkoutCost,
)
from computefi.spec import Column, Example, Result, declare
from computefi.spec.kinds import (
    PROBABILITY,
    QUANTILE,
    RECOMPUTED,
    SHARE,
    SHARE_OF_LOAN,
    Annotated,
    FloatArray,
    X,
    optional,
)


def _sale_loss(
    loan: FloatArray, mean: FloatArray, spread: FloatArray, sale_cost: FloatArray, lag: FloatArray,
    unsecured_recovery: FloatArray, discount_rate: FloatArray, workout_cost: FloatArray, accrued_interest: FloatArray,
) -> FloatArray:  # fmt: skip
    """Expected share of the loan lost in a sale of chips of that mean and log standard deviation."""
    claim = loan * (1 + accrued_interest) / (1 - sale_cost)
    received, waited = delayed(lag, discount_rate)
    short = (1 - unsecured_recovery) * unconditional_shortfall_share(claim, mean, spread)
    return economic_loss(claim, received * short, waited, 1.0, workout_cost, accrued_interest)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?", "How far may the collateral fall?"],
    source="Conditional law of a lognormal given a normal driver; Jokivuolle & Peura (2003), European Financial "
    "Management 9(3) 299–314",
    examples=[
        Example((70, 100, 0.1, 0.9, 1, 0.01), 0.29970566080538, RECOMPUTED),
        Example((90, 100, 0.2, 0.3, 1, 0.01, -0.3, 0.25, 0.5), 0.54012659700936, RECOMPUTED),
    ],
)
def stress_lgd(
    loan: Loan,
    value: Value,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    quantile: Annotated[X, QUANTILE, "Quantile of the borrower's driver; 0.01 is the bad end"],
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[X, SHARE_OF_LOAN, "Expected loss as a share of the loan, the driver at the quantile"]:
    """Stress LGD: the expected share of the loan lost when the borrower's driver stands at a bad quantile. Ranks deals.

    K = loan·(1 + accrued_interest)/(1 − sale_cost), T = horizon + lag, a = volatility·√T, rho' = rho·√(horizon/T)
    x = Φ⁻¹(quantile), v = 1/(1 + discount_rate)^lag
    M' = value·e^{drift·T + rho'·a·x − (rho'·a)²/2}, b = a·√(1 − rho'²), w = (ln(K/M') + b²/2)/b
    LGD = (1 + accrued_interest)·{1 − v + v·(1 − unsecured_recovery)·[Φ(w) − (M'/K)·Φ(w − b)]} + workout_cost

    Steps: T; a; rho' = rho·√(horizon/T), 0 where T = 0; x; M'; b; K; w; Φ(w); (M'/K)·Φ(w − b); v; 1 −
    unsecured_recovery
    Convention: it has no pd, so deals may be ranked by it; low quantiles are the bad end, rho > 0 is wrong-way. The
    last three arguments raise it as they raise CFI_CORR_LGD.
    Limits: (1 − M'/K)⁺ at rho ±1 and at volatility 0; the unconditional loss at rho 0; 0 at loan 0; 1 at value 0.
    Unlike CFI_STRESS_LTV it counts the chips' own volatility, which a driver at its quantile leaves open.
    Trap: not a loss given default: the driver stands at one point, default is all below another. Not a downturn LGD
    either, which conditions on the economy (CFI_SYSTEMIC_LOSS).
    Errors: #NUM! where quantile is 0 or 1 or a number is outside its bounds.
    """
    spread, diluted = diluted_spread(rho, volatility, horizon, lag)
    shift = diluted * spread
    mean = value * np.exp(drift * (horizon + lag) + shift * ndtri(quantile) - shift**2 / 2)
    own = spread * np.sqrt((1 - diluted) * (1 + diluted))
    return _sale_loss(
        loan, mean, own, sale_cost, lag, unsecured_recovery, discount_rate, workout_cost, accrued_interest
    )


@declare(
    category=WRONG_WAY,
    questions=["How far may the collateral fall?"],
    source="One-factor split of driver and collateral: Frye (2000), Risk, “Collateral damage”; Pykhtin (2003), Risk, "
    "“Unexpected recovery risk”; Vasicek (2002), Risk, “Loan portfolio value”",
    examples=[
        Example(
            (70, 100, 0.05, 0.5, 0.5, 0.4, 1, 0.001), (0.7775836598, 0.4292396601, 0.3337697458), RECOMPUTED
        )
    ],
)  # fmt: skip
def systemic_loss(
    loan: Loan,
    value: Value,
    pd: Annotated[X, PROBABILITY, "Probability of default, cumulative to the horizon"],
    p: Annotated[X, SHARE, "Share of the driver's variance that is the economy's: the asset correlation"],
    s: Annotated[X, SHARE, "Share of the collateral's variance that is the economy's"],
    volatility: Volatility,
    horizon: Horizon,
    quantile: Annotated[X, QUANTILE, "Quantile of the economy; 0.001 is the bad state of the Basel Framework"],
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("probability of default", PROBABILITY, "Probability of default in that state of the economy"),
        Column("downturn LGD", SHARE_OF_LOAN, "Loss given default in that state, as a share of the loan"),
        Column("loss", SHARE_OF_LOAN, "Their product: loss in that state, as a share of the loan"),
    )),
]:  # fmt: skip
    """Loss in a bad state of the economy: probability of default, downturn LGD, and their product. For capital.

    X = √p·Y + √(1 − p)·ε, Z = √s·Y + √(1 − s)·η, y = Φ⁻¹(quantile), d = Φ⁻¹(pd)
    PD(y) = Φ((d − √p·y)/√(1 − p))
    T = horizon + lag, a = volatility·√T, s' = s·horizon/T, K = loan·(1 + accrued_interest)/(1 − sale_cost)
    M' = value·e^{drift·T + a·√s'·y − a²·s'/2}, b = a·√(1 − s'), w = (ln(K/M') + b²/2)/b
    LGD(y) = (1 + accrued_interest)·{1 − v + v·(1 − unsecured_recovery)·[Φ(w) − (M'/K)·Φ(w − b)]} + workout_cost
    loss = PD(y)·LGD(y), v = 1/(1 + discount_rate)^lag

    Steps: y; d; T; a; s' = s·horizon/T, 0 where T = 0; M'; b; K; w; Φ(w); (M'/K)·Φ(w − b); v; 1 − unsecured_recovery
    Convention: a low quantile is bad. Given the economy, default and value are independent: their correlation is
    √(p·s), and the mean of loss over all quantiles is CFI_CORR_EL at that rho.
    Limits: pd and the unconditional loss at p 0 and s 0; at p 1 the economy decides, PD(y) is 0 or 1.
    Trap: not for ranking single deals, whose p and s are guesses (CFI_STRESS_LGD); no concentration and no maturity
    adjustment are in it. One economy moves borrower and chips; what moves only these two together is left out.
    Errors: #NUM! where quantile is 0 or 1 or a number is outside its bounds.
    """
    y, d = ndtri(quantile), ndtri(pd)
    gap = d - np.sqrt(p) * y
    probability = np.where(p < 1, ndtr(gap / np.sqrt(1 - p)), (gap > 0).astype(np.float64))
    spread, root = diluted_spread(np.sqrt(s), volatility, horizon, lag)
    shift = root * spread
    mean = value * np.exp(drift * (horizon + lag) + shift * y - shift**2 / 2)
    own = spread * np.sqrt((1 - root) * (1 + root))
    given = _sale_loss(
        loan, mean, own, sale_cost, lag, unsecured_recovery, discount_rate, workout_cost, accrued_interest
    )
    return np.stack([probability, given, probability * given], axis=-1)
