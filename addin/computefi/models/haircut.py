"""How far collateral may fall before it is sold, and what the sale itself costs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, NoSolution
from computefi.kernels.collateral import claim_for_share, unconditional_shortfall_share
from computefi.kernels.special import ndtr, ndtri
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CONFIDENCE,
    CONTINUOUS,
    CORRELATION,
    DAYS,
    DEFAULT_PROBABILITY,
    HAIRCUT,
    HAZARD,
    NUMBER,
    PROBABILITY,
    RATIO,
    RECOMPUTED,
    SHARE,
    VOLATILITY,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    X,
    optional,
)
from computefi.spec.native import Native

HAIRCUTS = "Collateral haircut"
REVALUATION = Kind("time", "days", low=1)
Components = Annotated[FloatArray, Shape(("component",))]
DAYS_PER_YEAR = 365.0


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="Lognormal value at risk; McNeil, Frey & Embrechts, Quantitative Risk Management",
    examples=[
        Example((0.4, 0.25, 0.99), 0.38446875732, RECOMPUTED),
        Example((0.9, 0.25, 0.99, -0.3), 0.705685555277, RECOMPUTED),
    ],
    native=Native("1-EXP((drift-volatility^2/2)*horizon-volatility*SQRT(horizon)*NORM.S.INV(confidence))"),
)
def haircut_var(
    volatility: Annotated[X, VOLATILITY, "Volatility of the collateral's value, per year"],
    horizon: Annotated[X, YEARS, "Time to sell the collateral"],
    confidence: Annotated[X, CONFIDENCE, "Probability that the haircut suffices"],
    drift: Annotated[X, CONTINUOUS, "Expected growth of the value; about -0.26 for GPUs"] = optional(0.0),
) -> Annotated[X, HAIRCUT, "Haircut"]:
    """Value-at-risk haircut: the fall in value that is exceeded with probability 1 − confidence.

    H = 1 − exp((drift − volatility²/2)·horizon − volatility·√horizon·z), z = Φ⁻¹(confidence)

    Steps: a = volatility·√horizon; z; exponent = (drift − volatility²/2)·horizon − a·z; share of value left =
    e^exponent
    Convention: lognormal value; drift and volatility per year, horizon in years.
    Limits: 1 − e^{drift·horizon} at volatility 0; negative where drift is large, and reported so.
    Errors: #NUM! where confidence is below 0.5 or not below 1.
    """
    spread = volatility * np.sqrt(horizon)
    return -np.expm1((drift - volatility**2 / 2) * horizon - spread * ndtri(confidence))


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="Lognormal expected shortfall; McNeil, Frey & Embrechts, Quantitative Risk Management",
    examples=[
        Example((0.4, 0.25, 0.99), 0.423723539796, RECOMPUTED),
        Example((0.3, 0.5, 0.99, -0.26), 0.511185367988, RECOMPUTED),
    ],
)
def haircut_es(
    volatility: Annotated[X, VOLATILITY, "Volatility of the collateral's value, per year"],
    horizon: Annotated[X, YEARS, "Time to sell the collateral"],
    confidence: Annotated[X, CONFIDENCE, "Probability beyond which the average is taken"],
    drift: Annotated[X, CONTINUOUS, "Expected growth of the value; about -0.26 for GPUs"] = optional(0.0),
) -> Annotated[X, HAIRCUT, "Haircut"]:
    """Expected-shortfall haircut: the average fall in value in the worst 1 − confidence of cases.

    H = 1 − e^{drift·horizon} · Φ(−z − volatility·√horizon) / (1 − confidence), z = Φ⁻¹(confidence)

    Steps: a = volatility·√horizon; z; growth = e^{drift·horizon}; tail = Φ(−z − a)/(1 − confidence); share of value
    left = growth·tail
    Convention: lognormal value. It is the ρ = 1 case of CFI_VALUE_IN_DEFAULT with PD = 1 − confidence.
    Limits: never below CFI_HAIRCUT_VAR; 1 − e^{drift·horizon} at volatility 0.
    Errors: #NUM! where confidence is below 0.5 or not below 1.
    """
    spread = volatility * np.sqrt(horizon)
    tail = ndtr(-ndtri(confidence) - spread) / (1 - confidence)
    return 1 - np.exp(drift * horizon) * tail


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="Basel Framework CRE22, haircut scaling for holding period and revaluation (CRE22.59)",
    examples=[
        Example((0.15, 10, 20), 0.212132034356, RECOMPUTED),
        Example((0.15, 10, 20, 5), 0.232379000772, RECOMPUTED),
        Example((0.2, 10, 20, 63), 0.572712842531, RECOMPUTED),
    ],
)
def haircut_basel(
    haircut: Annotated[X, SHARE, "Supervisory haircut for the holding period it is quoted for"],
    from_days: Annotated[X, DAYS.nonzero, "Holding period the haircut is quoted for; 10 in the tables"],
    to_days: Annotated[X, DAYS.nonzero, "Holding period wanted: 5 repo, 10 capital market, 20 secured lending"],
    revaluation_days: Annotated[X, REVALUATION, "Business days between revaluations"] = optional(1.0),
) -> Annotated[X, SHARE, "Haircut, at most 1"]:
    """Basel square-root-of-time haircut for another holding period and revaluation interval.

    H_M = haircut · √(to_days / from_days)
    H = min(1, H_M · √((revaluation_days + to_days − 1) / to_days))

    Steps: H_M = haircut·√(to_days/from_days); √((revaluation_days + to_days − 1)/to_days); H before the limit of 1:
    H_M·√((revaluation_days + to_days − 1)/to_days)
    Convention: business days; daily revaluation is 1.
    Limits: held at 1, the one haircut that is. Scaling there and back returns the haircut.
    Errors: #DIV/0! where a holding period is 0; #NUM! outside the bounds.
    """
    held = haircut * np.sqrt(to_days / from_days)
    return np.minimum(1.0, held * np.sqrt((revaluation_days + to_days - 1) / to_days))


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="Square-root impact law; Almgren, Thum, Hauptmann & Li (2005), Risk, “Direct estimation of equity market "
    "impact”",
    examples=[
        Example((25, 100, 1, 0.35), 0.175),
        Example((0.25, 1, 0.768026963243, 0.35, 0.5, 0, 0.26), 0.299530515665, RECOMPUTED),
    ],
    native=Native("base+impact*IF(exponent=0,1,(quantity/(depth*horizon))^exponent)+decay*horizon/2"),
)
def haircut_liquidity(
    quantity: Annotated[X, NUMBER, "Units to be sold"],
    depth: Annotated[X, NUMBER.nonzero, "Units the market absorbs per year"],
    horizon: Annotated[X, YEARS.nonzero, "Time allowed for the sale"],
    impact: Annotated[X, NUMBER, "Price impact of selling the depth of the whole horizon; about 0.35"],
    exponent: Annotated[X, NUMBER, "Power of the impact law"] = optional(0.5),
    base: Annotated[X, SHARE, "Cost of any sale, however small"] = optional(0.0),
    decay: Annotated[X, HAZARD, "Loss of value while the sale runs"] = optional(0.0),
) -> Annotated[X, NUMBER, "Haircut"]:
    """Liquidation haircut: price impact of selling a quantity into a market of given depth, and decay meanwhile.

    H = base + impact · (quantity / (depth · horizon))^exponent + decay · horizon / 2

    Steps: share of depth = quantity/(depth·horizon); price impact = impact·share^exponent; decay while selling =
    decay·horizon/2; base
    Convention: quantity and depth in the same unit; the sale is spread evenly over the horizon.
    Limits: base at quantity 0 and decay 0. Above 1 for a sale the market cannot absorb: reported, not limited.
    Errors: #DIV/0! where depth or horizon is 0; #NUM! outside the bounds.
    """
    return base + impact * (quantity / (depth * horizon)) ** exponent + decay * horizon / 2


def _left_after_each(haircuts: FloatArray) -> Iterator[tuple[str, Any]]:
    for component, share in enumerate(np.cumprod(1 - haircuts), 1):
        yield f"value left after component {component}", share


@declare(
    category=HAIRCUTS,
    questions=["How much can I lend?", "How far may the collateral fall?"],
    source="Product rule: independent haircuts apply one after the other",
    examples=[Example(((0.3, 0.2, 0.1),), 0.496)],
    native=Native("BYROW(haircuts,LAMBDA(one,1-PRODUCT(1-one)))"),
    steps=_left_after_each,
)
def collateral_haircut(
    haircuts: Annotated[
        Components, HAIRCUT, "Component haircuts: volatility, technology, liquidity, dead units, currency"
    ],
) -> Annotated[X, HAIRCUT, "Combined haircut"]:
    """Combined haircut by the product rule: each component applies to what the others left.

    H = 1 − Π (1 − haircuts[i])

    Steps: …
    Convention: never add percentages; 30%, 20% and 10% make 49.6%, not 60%.
    Limits: 1 as soon as one component is 1; a negative component (an expected gain) is kept.
    Errors: #NUM! where a component exceeds 1.
    """
    return 1 - np.prod(1 - haircuts, axis=-1)


@declare(
    category=HAIRCUTS,
    questions=["How much can I lend?", "How far may the collateral fall?"],
    source="Repo haircut for a target expected loss: Lou, Repo haircuts and economic capital (arXiv 1604.05404)",
    examples=[
        Example((0.03, 0.0001, 0.6, 10 / 365), 0.136008760, RECOMPUTED, 2e-9),
        Example((0.03, 0.0001, 0.6, 90 / 365), 0.449784568, RECOMPUTED, 2e-9),
    ],
    rules=[Rule("target_loss", "must be below pd", lambda target_loss, pd: target_loss < pd, DomainError)],
    nan=("no haircut meets the target loss", NoSolution),
)
def haircut_target(
    pd: Annotated[X, DEFAULT_PROBABILITY, "Probability that the borrower fails within the horizon"],
    target_loss: Annotated[X, PROBABILITY.positive, "Expected loss allowed, as a share of the loan"],
    volatility: Annotated[X, VOLATILITY, "Volatility of the collateral's value, per year"],
    horizon: Annotated[X, YEARS, "Time to sell the collateral"],
    rho: Annotated[X, CORRELATION, "Correlation of borrower and collateral; above 0 is wrong-way"] = optional(0.0),
    drift: Annotated[X, CONTINUOUS, "Expected growth of the value; about -0.26 for GPUs"] = optional(0.0),
) -> Annotated[X, HAIRCUT, "Haircut"]:
    """Target-loss haircut: the haircut at which the expected loss of the loan is what the lender allows.

    H solves pd · LGD(loan = 1 − H, value = 1) = target_loss, LGD as in CFI_CORR_LGD

    Steps: LGD wanted = target_loss/pd; a = volatility·√horizon; K/M found by search: search(LGD wanted, pd, rho, a);
    LGD at that K/M: shortfall(K/M found by search, 1, pd, rho, a); growth = e^{drift·horizon}
    Convention: H = 1 − CFI_CORR_ADVANCE without sale cost; rho > 0 is wrong-way.
    Limits: 1 − e^{drift·horizon}/(1 − target_loss/pd) at volatility 0; negative where the target is loose, and
    reported so.
    Errors: #NUM! unless 0 < target_loss < pd.
    """
    claim = claim_for_share(target_loss / pd, pd, rho, volatility * np.sqrt(horizon))
    return 1 - claim * np.exp(drift * horizon)


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="Lognormal gap between the margin trigger and the sale; Merton (1974) put on the collateral",
    examples=[
        Example((0.75, 0.75, 10), (0.0120568332163, 0.000497969692121), RECOMPUTED),
        Example((0.75, 0.3, 90, -0.26), (0.0768889234111, 0.00486352379766761), RECOMPUTED),
    ],
)
def gap_risk(
    ltv: Annotated[X, RATIO, "Loan to value at which margin is called"],
    volatility: Annotated[X, VOLATILITY, "Volatility of the collateral's value, per year"],
    cure_days: Annotated[X, DAYS, "Calendar days from the margin call to the sale"],
    drift: Annotated[X, CONTINUOUS, "Expected growth of the value; about -0.26 for GPUs"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("probability", PROBABILITY, "Probability that the value falls below the loan before the sale"),
        Column("expected loss", SHARE, "Expected loss per unit of loan"),
    )),
]:  # fmt: skip
    """Gap risk after a margin call: how likely the value falls below the loan before the sale, and the expected loss.

    z = (ln(ltv) − (drift − volatility²/2)·τ) / a, a = volatility·√τ, τ = cure_days/365
    probability = Φ(z); expected loss = Φ(z) − (e^{drift·τ}/ltv)·Φ(z − a)

    Steps: τ; a; expected value over loan = e^{drift·τ}/ltv; z = (ln(ltv) − (drift − volatility²/2)·τ)/a; Φ(z − a)
    Convention: the borrower does not cure; calendar days, 365 a year.
    Limits: at volatility or cure_days 0 the probability is 1 where the value lies below the loan, else 0; both are 0
    at ltv 0.
    Errors: #NUM! outside the bounds.
    """
    years = cure_days / DAYS_PER_YEAR
    mean, spread = np.exp(drift * years), volatility * np.sqrt(years)
    z = (np.log(ltv / mean) + spread**2 / 2) / spread
    probability = np.where(spread == 0, (mean < ltv).astype(np.float64), ndtr(z))
    return np.stack([probability, unconditional_shortfall_share(ltv, mean, spread)], axis=-1)
