"""Correlation-adjusted LTV: what the collateral is worth on the day the borrower fails.

The driver of the borrower's cash is X ~ N(0,1) and default is X < Φ⁻¹(pd). The collateral is lognormal with the
given drift and volatility and correlation rho with the driver. **rho > 0 is wrong-way**: value is low where the
borrower fails. pd is cumulative to the horizon.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, NoSolution, ZeroDivisor
from computefi.kernels.collateral import (
    claim_for_share,
    delayed,
    diluted_spread,
    economic_loss,
    expected_shortfall_share,
    tail_mean_factor,
)
from computefi.kernels.normal import bivariate_normal_quantile
from computefi.kernels.special import ndtri
from computefi.spec import REGISTRY, Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    CORRELATION,
    DEFAULT_PROBABILITY,
    HAIRCUT,
    MONEY,
    PROBABILITY,
    QUANTILE,
    RATE_NOT_NEGATIVE,
    RATIO,
    RECOMPUTED,
    SHARE_BELOW_ONE,
    SHARE_OF_LOAN,
    VOLATILITY,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    X,
    optional,
)
from computefi.spec.native import Native

WRONG_WAY = "Correlation-adjusted LTV"
SOURCE = (
    "Jokivuolle & Peura (2003), European Financial Management 9(3) 299–314; Frye (2000), Risk, “Collateral damage”; "
    "Pykhtin (2003), Risk, “Unexpected recovery risk”"
)
ADDED_RATIO = Kind("ratio", "×, negative for right-way correlation")
ADDED_SHARE = Kind("share", "-1 to 1", low=-1, high=1)

Loan = Annotated[X, MONEY, "Loan outstanding when the borrower fails"]
Value = Annotated[X, MONEY, "Value of the collateral today"]
PositiveValue = Annotated[X, MONEY.nonzero, "Value of the collateral today"]
Pd = Annotated[X, DEFAULT_PROBABILITY, "Probability of default, cumulative to the horizon"]
Rho = Annotated[X, CORRELATION, "Correlation of the borrower's driver with the collateral; above 0 is wrong-way"]
Volatility = Annotated[X, VOLATILITY, "Volatility of the collateral's value, per year"]
Horizon = Annotated[X, YEARS, "Horizon to which pd is cumulative"]
Drift = Annotated[X, CONTINUOUS, "Expected growth of the collateral's value; about -0.26 for GPUs"]
SaleCost = Annotated[X, SHARE_BELOW_ONE, "Cost of the sale as a share of the value"]
Lag = Annotated[X, YEARS, "Time from default to sale"]
Unsecured = Annotated[X, SHARE_BELOW_ONE, "Recovery on the shortfall from the borrower's other assets"]
DiscountRate = Annotated[X, RATE_NOT_NEGATIVE, "Rate at which recoveries are discounted over the lag to the default"]
WorkoutCost = Annotated[X, SHARE_OF_LOAN, "Cost of the work-out as a share of the loan, in money of the default"]
AccruedInterest = Annotated[X, SHARE_OF_LOAN, "Interest claimed beside the loan at the default, as a share of the loan"]


@declare(
    category=WRONG_WAY,
    questions=["How much can I lend?"],
    source="Definition",
    examples=[Example((70, 100), 0.7), Example((70, 100, 0.3), 1.0)],
    rules=[Rule("haircut", "must not be 1, which leaves no value", lambda haircut: haircut != 1, ZeroDivisor)],
    native=Native("loan/(value*(1-haircut))", rules=("haircut<>1",)),
)
def ltv(
    loan: Annotated[X, MONEY, "Loan outstanding"],
    value: PositiveValue,
    haircut: Annotated[X, HAIRCUT, "Haircut on the value"] = optional(0.0),
) -> Annotated[X, RATIO, "Loan to value"]:
    """Loan to value, after a haircut if one is given.

    LTV = loan / (value · (1 − haircut))

    Steps: net value = value·(1 − haircut)
    Limits: 0 where the loan is 0. A haircut below 0 (an expected gain) is kept.
    Errors: #DIV/0! where the value is 0 or the haircut 1; #NUM! where an amount is negative.
    """
    return loan / (value * (1 - haircut))


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example((70, 100, 0.05, 0.5, 0.4, 1), 1.07594919423, RECOMPUTED),
        Example((70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1), 1.79326091839, RECOMPUTED),
        Example((50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2), 2.15949994166, RECOMPUTED),
    ],
    rules=[
        Rule("pd", "must be above 0, or pd_floor must", lambda pd, pd_floor: (pd > 0) | (pd_floor > 0), DomainError),
    ],
    native=Native(
        """LET(
            floored,IF(pd<pd_floor,pd_floor,pd),
            loan/((1-sale_cost)*CFI_VALUE_IN_DEFAULT(value,floored,rho,volatility,horizon,drift,lag)))""",
        rules=("(pd>0)+(pd_floor>0)>0",),
    ),
)
def corr_ltv(
    loan: Loan,
    value: PositiveValue,
    pd: Annotated[X, PROBABILITY, "Probability of default, cumulative to the horizon"],
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    pd_floor: Annotated[X, PROBABILITY, "Least probability of default that is counted"] = optional(0.0),
) -> Annotated[X, RATIO, "Loan over the collateral's expected net value in default"]:
    """Correlation-adjusted LTV: the loan over the net value the collateral is expected to have when the borrower fails.

    p = max(pd, pd_floor), m = Φ(d − rho·a) / p, d = Φ⁻¹(p), a = volatility·√horizon
    LTV = loan / ((1 − sale_cost) · value · e^{drift·horizon} · m)
    With a lag, horizon + lag stands for horizon, and rho·√(horizon/(horizon + lag)) for rho.

    Steps: p; T = horizon + lag; a = volatility·√T; rho' = rho·√(horizon/T), 0 where T = 0; M = value·e^{drift·T}; d;
    m = Φ(d − rho'·a)/p; E[V|D] = M·m; net value = (1 − sale_cost)·E[V|D]
    Convention: rho > 0 is wrong-way; pd is cumulative to the horizon. The Basel Framework floors a one-year pd of
    corporates at 0.0005 (CRE32.4): give it as pd_floor, and a pd of nearly 0 out of a model no longer drives the ratio.
    Limits: the plain LTV on expected net value at rho 0, at pd 1, and at volatility 0 (m = 1).
    Trap: for rho > 0, m falls towards 0 as pd falls, so a better credit shows a worse ratio. Never rank deals by it
    alone: print CFI_CORR_EL beside it, or rank by CFI_STRESS_LTV, which has no pd. A floor bounds this, it does not
    cure it.
    Errors: #DIV/0! where value is 0; #NUM! where pd and pd_floor are both 0 or a number is outside its bounds.
    """
    floored = np.maximum(pd, pd_floor)
    return loan / ((1 - sale_cost) * value_in_default(value, floored, rho, volatility, horizon, drift, lag))


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example((100, 0.05, 0.5, 0.4, 1), 65.0588339817, RECOMPUTED),
        Example((100, 0.02, 0.3, 0.3, 2, -0.26), 43.3722594299, RECOMPUTED),
    ],
    native=Native(
        """LET(
            spread,volatility*SQRT(horizon+lag),
            value*EXP(drift*(horizon+lag))*CFI__TAIL(pd,CFI__DILUTED(rho,horizon,lag),spread))""",
    ),
)
def value_in_default(
    value: Value,
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    lag: Lag = optional(0.0),
) -> Annotated[X, MONEY, "Expected value of the collateral given default, gross of sale cost"]:
    """Expected value of the collateral given that the borrower fails, before the cost of the sale.

    E[V|D] = value · e^{drift·(horizon + lag)} · Φ(d − rho'·a) / pd, d = Φ⁻¹(pd)
    a = volatility·√(horizon + lag), rho' = rho·√(horizon / (horizon + lag))

    Steps: T = horizon + lag; a = volatility·√T; rho' = rho·√(horizon/T), 0 where T = 0; M = value·e^{drift·T}; d; m =
    Φ(d − rho'·a)/pd
    Convention: rho > 0 is wrong-way; pd is cumulative to the horizon.
    Limits: the expected value at rho 0 and at pd 1; at rho 1 the expected shortfall of the value at level pd.
    Errors: #NUM! where pd is 0 or a number is outside its bounds.
    """
    spread, diluted = diluted_spread(rho, volatility, horizon, lag)
    return value * np.exp(drift * (horizon + lag)) * tail_mean_factor(pd, diluted, spread)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source=SOURCE,
    examples=[Example((0.1, 100, 0.05, 0.5, 0.4, 1), 38.7922625545, RECOMPUTED)],
    nan=("no quantile of the value in default exists for these numbers", NoSolution),
)
def value_in_default_q(
    quantile: Annotated[X, QUANTILE, "Quantile of the value given default; 0.1 is the bad tenth"],
    value: Value,
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
) -> Annotated[X, MONEY, "Quantile of the collateral's value given default, gross of sale cost"]:
    """Quantile of the collateral's value given that the borrower fails.

    z solves Φ₂(d, z; rho) = quantile·pd, d = Φ⁻¹(pd)
    V_q = value · exp((drift − volatility²/2)·horizon + volatility·√horizon·z)

    Steps: d; quantile·pd; z with Φ₂(d, z; rho) = quantile·pd: Φ₂⁻¹(quantile·pd, d, rho); a = volatility·√horizon
    Convention: rho > 0 is wrong-way; small quantiles are the bad end.
    Limits: the plain lognormal quantile at rho 0 and at pd 1; the certain value at volatility 0.
    Errors: #NUM! where quantile is 0 or 1, pd is 0, or a number is outside its bounds.
    """
    z = bivariate_normal_quantile(quantile * pd, ndtri(pd), rho)
    spread = volatility * np.sqrt(horizon)
    return value * np.exp(drift * horizon - spread**2 / 2 + spread * z)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example((70, 100, 0.05, 0.5, 0.4, 1), 0.173559111227, RECOMPUTED),
        Example((70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1), 0.452489012628, RECOMPUTED),
        Example((70, 100, 0.05, 0.5, 0.4, 1, 0, 0, 0.25), 0.193088934107, RECOMPUTED),
    ],
    native=Native(
        """LET(
            claims,loan*(1+accrued_interest)/(1-sale_cost)+clear,
            means,value*EXP(drift*(horizon+lag))+clear,
            diluted,CFI__DILUTED(rho,horizon,lag)+clear,
            spreads,volatility*SQRT(horizon+lag)+clear,
            shares,MAP(claims,means,pd+clear,diluted,spreads,
                LAMBDA(claim,mean,probability,slope,spread,CFI__LOSS(claim,mean,probability,slope,spread))),
            received,EXP(-lag*LN(1+discount_rate)),
            lost,1-received+received*(1-unsecured_recovery)*shares,
            IF(loan+clear=0,0,(1+accrued_interest)*lost+workout_cost))""",
    ),
)
def corr_lgd(
    loan: Loan,
    value: Value,
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[X, SHARE_OF_LOAN, "Expected loss given default, as a share of the loan"]:
    """Loss given default with wrong-way correlation: the expected share of the loan that the collateral does not repay.

    K = loan·(1 + accrued_interest)/(1 − sale_cost), M = value·e^{drift·T}, T = horizon + lag
    a = volatility·√T, rho' = rho·√(horizon/T), z = (ln(K/M) + a²/2)/a, d = Φ⁻¹(pd)
    s = [Φ₂(d, z; rho') − (M/K)·Φ₂(d − rho'·a, z − a; rho')] / pd, v = 1/(1 + discount_rate)^lag
    LGD = (1 + accrued_interest)·[1 − v + v·(1 − unsecured_recovery)·s] + workout_cost

    Steps: T; a; rho' = rho·√(horizon/T), 0 where T = 0; M; K; z; d; Φ₂(d, z; rho'); Φ₂(d − rho'·a, z − a; rho'); M/K;
    LGD from the collateral alone: shortfall(K, M, pd, rho', a); v; 1 − unsecured_recovery
    Convention: rho > 0 is wrong-way; pd is cumulative to the horizon. The lender claims loan and accrued interest,
    receives min(claim, net proceeds) and the unsecured recovery after the lag, discounted to the default, and pays the
    work-out: the economic loss of Basel II §460, over the loan, so that LGD times the loan is money.
    Limits: a Black–Scholes put over K at rho 0; (1 − M/K)⁺ at volatility or T 0; 0 at loan 0; 1 at value 0, all before
    the last three arguments, which raise it: a covered loan still loses 1 − v and the work-out, and LGD may be above 1.
    It rises with rho, loan and sale_cost and falls with value and drift. It is accurate to about 1e-15 absolute,
    so a loss of 1e-8 carries seven digits.
    Trap: not what a court lets a covered lender add: interest after the default is left out, the discounting stands
    for it.
    Errors: #NUM! where pd is 0 or a number is outside its bounds.
    """
    spread, diluted = diluted_spread(rho, volatility, horizon, lag)
    mean, claim = value * np.exp(drift * (horizon + lag)), loan * (1 + accrued_interest) / (1 - sale_cost)
    received, waited = delayed(lag, discount_rate)
    shortfall = (1 - unsecured_recovery) * expected_shortfall_share(claim, mean, pd, diluted, spread)
    return economic_loss(claim, received * shortfall, waited, 1.0, workout_cost, accrued_interest)


def _loss_given_default(pd: FloatArray, unsecured_recovery: FloatArray, **others: Any) -> Iterator[tuple[str, Any]]:
    """The steps of CFI_CORR_LGD, where there is a default to speak of."""
    if pd > 0:
        arguments = others | {"pd": pd, "unsecured_recovery": unsecured_recovery}
        from computefi.models import lines  # the reader of formulas, for those who ask for steps

        yield from lines.rows(REGISTRY["CFI_CORR_LGD"], arguments)
        yield "LGD", corr_lgd(**arguments)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source=SOURCE,
    examples=[Example((70, 100, 0.05, 0.5, 0.4, 1), 0.00867795556137, RECOMPUTED)],
    native=Native(
        """LET(
            certain,IF(pd>0,pd,1),
            pd*CFI_CORR_LGD(loan,value,certain,rho,volatility,horizon,drift,
                sale_cost,lag,unsecured_recovery,discount_rate,workout_cost,accrued_interest))""",
    ),
    steps=_loss_given_default,
)
def corr_el(
    loan: Loan,
    value: Value,
    pd: Annotated[X, PROBABILITY, "Probability of default, cumulative to the horizon"],
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[X, SHARE_OF_LOAN, "Expected loss as a share of the loan"]:
    """Expected loss with wrong-way correlation, as a share of the loan: pd times CFI_CORR_LGD.

    EL = pd · LGD

    Steps: …; pd
    Convention: to the horizon, in money of the default: only recoveries are discounted, over the lag. The one number
    of this family by which deals may be ranked.
    Limits: 0 at pd 0 and at loan 0; the unconditional loss at pd 1.
    Errors: #NUM! where a number is outside its bounds.
    """
    certain = np.where(pd > 0, pd, 1.0)
    loss = corr_lgd(
        loan, value, certain, rho, volatility, horizon, drift, sale_cost, lag, unsecured_recovery, discount_rate,
        workout_cost, accrued_interest,
    )  # fmt: skip
    return pd * loss


@declare(
    category=WRONG_WAY,
    questions=["How much can I lend?"],
    source=SOURCE,
    examples=[
        Example((0.0025, 0.05, 0.5, 0.4, 1), 0.49299255, RECOMPUTED, 2e-8),
        Example((0.001, 0.25, 0.85, 0.4, 1), 0.35501069, RECOMPUTED, 2e-8),
    ],
    rules=[
        Rule("target_loss", "must be below pd", lambda target_loss, pd: target_loss < pd, DomainError),
    ],
    nan=("no advance rate meets the target loss", NoSolution),
)
def corr_advance(
    target_loss: Annotated[X, PROBABILITY.positive, "Expected loss allowed, as a share of the loan"],
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[X, RATIO, "Advance rate on today's value"]:
    """Advance rate at which the expected loss meets a target: how much can be lent per unit of collateral.

    A solves pd · LGD(loan = A, value = 1) = target_loss, LGD as in CFI_CORR_LGD
    v = 1/(1 + discount_rate)^lag, T = horizon + lag, a = volatility·√T, rho' = rho·√(horizon/T)
    shortfall wanted = ((LGD wanted − workout_cost)/(1 + accrued_interest) − 1 + v)/(v·(1 − unsecured_recovery))

    Steps: LGD wanted = target_loss/pd; v; shortfall wanted; T; a; rho' = rho·√(horizon/T), 0 where T = 0; K/M found by
    search: search(shortfall wanted, pd, rho', a); LGD at that K/M: shortfall(K/M found by search, 1, pd, rho', a);
    growth = e^{drift·T}; 1 − sale_cost
    Convention: rho > 0 is wrong-way; target_loss and pd are over the same horizon.
    Limits: (1 − sale_cost)·e^{drift·horizon}/(1 − target_loss/pd) at volatility 0; above 1 where the target is loose.
    Errors: #NUM! unless 0 < target_loss < pd, where discounting and work-out alone lose the target or more, or where
    the unsecured recovery keeps every loan below it.
    """
    spread, diluted = diluted_spread(rho, volatility, horizon, lag)
    received, waited = delayed(lag, discount_rate)
    of_claim = (target_loss / pd - workout_cost) / (1 + accrued_interest) - waited
    wanted = of_claim / (received * (1 - unsecured_recovery))
    claim = claim_for_share(np.where((wanted > 0) & (wanted < 1), wanted, np.nan), pd, diluted, spread)
    return claim * np.exp(drift * (horizon + lag)) * (1 - sale_cost) / (1 + accrued_interest)


@declare(
    category=WRONG_WAY,
    questions=["How much can I lend?", "What is it worth if they fail?", "How far may the collateral fall?"],
    source=SOURCE,
    examples=[Example((70, 100, 0.5, 0.4, 1, 0.01), 1.13722903317, RECOMPUTED)],
    native=Native(
        """LET(
            shift,rho*volatility*SQRT(horizon),
            stressed,value*EXP(drift*horizon+shift*NORM.S.INV(quantile)-shift^2/2),
            loan/((1-sale_cost)*stressed))""",
    ),
)
def stress_ltv(
    loan: Annotated[X, MONEY, "Loan outstanding"],
    value: PositiveValue,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    quantile: Annotated[X, QUANTILE, "Quantile of the borrower's driver; 0.01 is the bad end"],
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
) -> Annotated[X, RATIO, "Loan over the collateral's expected net value in the stress"]:
    """Stress LTV: the loan over the net value expected when the borrower's driver stands at a bad quantile.

    E[V|X = x] = value · exp(drift·horizon + rho·a·x − rho²·a²/2), x = Φ⁻¹(quantile), a = volatility·√horizon
    LTV = loan / ((1 − sale_cost) · E[V|X = x])

    Steps: x; rho·a, a = volatility·√horizon; E[V|X = x] = value·exp(drift·horizon + rho·a·x − (rho·a)²/2); net value =
    (1 − sale_cost)·E[V|X = x]
    Convention: it has no pd, so deals may be ranked by it, which CFI_CORR_LTV does not allow.
    Limits: the plain LTV on expected net value at rho 0.
    Errors: #DIV/0! where value is 0; #NUM! where quantile is 0 or 1 or a number is outside its bounds.
    """
    shift = rho * volatility * np.sqrt(horizon)
    stressed = value * np.exp(drift * horizon + shift * ndtri(quantile) - shift**2 / 2)
    return loan / ((1 - sale_cost) * stressed)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?", "Who else pays?"],
    source="Split on the contract's survival, after DDTL 4.0's direct agreement (rating releases of 2026-03-31)",
    examples=[Example((70, 60, 0.7, 100, 0.05, 0.5, 0.4, 1), 0.152067733368, "0.7/7 + 0.3·0.173559111227")],
    native=Native(
        """LET(
            market,CFI_CORR_LGD(loan,value,pd,rho,volatility,horizon,drift,
                sale_cost,lag,unsecured_recovery,discount_rate,workout_cost,accrued_interest),
            claim,loan*(1+accrued_interest),
            short,IF(contract_value<claim,1-contract_value/claim,0),
            assigned,IF(loan+clear=0,0,(1+accrued_interest)*short+workout_cost),
            survival*assigned+(1-survival)*market)""",
    ),
)
def step_in_lgd(
    loan: Loan,
    contract_value: Annotated[X, MONEY, "Value of the assigned contract and its equipment to a replacement operator"],
    survival: Annotated[X, PROBABILITY, "Probability that the contract outlives the borrower and is assigned"],
    value: Value,
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[X, SHARE_OF_LOAN, "Expected loss given default, as a share of the loan"]:
    """Loss given default when the customer contract may survive the borrower and pass to a replacement operator.

    LGD = survival·LGD with the contract + (1 − survival)·LGD of the market sale (CFI_CORR_LGD)
    LGD with the contract = (1 + accrued_interest)·(1 − contract_value/claim)⁺ + workout_cost
    claim = loan·(1 + accrued_interest), v = 1/(1 + discount_rate)^lag

    Steps: T = horizon + lag; a = volatility·√T; rho' = rho·√(horizon/T), 0 where T = 0; M = value·e^{drift·T}; claim;
    K = claim/(1 − sale_cost); z = (ln(K/M) + a²/2)/a; d = Φ⁻¹(pd); Φ₂(d, z; rho'); Φ₂(d − rho'·a, z − a; rho'); M/K;
    LGD from the collateral alone: shortfall(K, M, pd, rho', a); v; 1 − unsecured_recovery; LGD with the contract;
    survival
    Convention: rho > 0 is wrong-way; survival is 0 for crypto mining, which has no contract to assign. The lag, its
    discounting and the unsecured recovery are the sale's: contract_value is a present value at the default.
    Limits: CFI_CORR_LGD at survival 0; 0 at loan 0.
    Errors: #NUM! where pd is 0 or a number is outside its bounds.
    """
    market = corr_lgd(
        loan, value, pd, rho, volatility, horizon, drift, sale_cost, lag, unsecured_recovery, discount_rate,
        workout_cost, accrued_interest,
    )  # fmt: skip
    claim = loan * (1 + accrued_interest)
    short = np.maximum(0.0, 1 - contract_value / claim)
    assigned = economic_loss(claim, short, 0.0, 1.0, workout_cost, accrued_interest)
    return survival * assigned + (1 - survival) * market


def _with_and_without_rho(
    loan: FloatArray, value: FloatArray, pd: FloatArray, rho: FloatArray, volatility: FloatArray, horizon: FloatArray,
    drift: FloatArray, sale_cost: FloatArray, lag: FloatArray,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    for place, at in (("at rho", rho), ("at rho 0", np.zeros_like(rho))):
        given = value_in_default(value, pd, at, volatility, horizon, drift, lag)
        yield f"E[V|D] {place}", given
        yield f"LTV {place}", loan / ((1 - sale_cost) * given)
        yield f"LGD {place}", corr_lgd(loan, value, pd, at, volatility, horizon, drift, sale_cost, lag)


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?", "Is this lender what it says?"],
    source=SOURCE,
    examples=[Example((70, 100, 0.05, 0.5, 0.4, 1), (0.37594919423, 0.1253997985788), RECOMPUTED)],
    native=Native(
        """LET(
            ltv,CFI_CORR_LTV(loan,value,pd,rho,volatility,horizon,drift,sale_cost,lag,0),
            plain_ltv,CFI_CORR_LTV(loan,value,pd,0,volatility,horizon,drift,sale_cost,lag,0),
            lgd,CFI_CORR_LGD(loan,value,pd,rho,volatility,horizon,drift,sale_cost,lag,0,0,0,0),
            plain_lgd,CFI_CORR_LGD(loan,value,pd,0,volatility,horizon,drift,sale_cost,lag,0,0,0,0),
            HSTACK(TOCOL(ltv-plain_ltv+clear),TOCOL(lgd-plain_lgd+clear)))""",
    ),
    steps=_with_and_without_rho,
)
def wrong_way(
    loan: Loan,
    value: PositiveValue,
    pd: Pd,
    rho: Rho,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("LTV added", ADDED_RATIO, "Correlation-adjusted LTV less the same at rho 0"),
        Column("LGD added", ADDED_SHARE, "Loss given default less the same at rho 0"),
    )),
]:  # fmt: skip
    """Wrong-way add-on: what the correlation alone adds to LTV and to loss given default.

    LTV added = CFI_CORR_LTV(rho) − CFI_CORR_LTV(0)
    LGD added = CFI_CORR_LGD(rho) − CFI_CORR_LGD(0)

    Steps: …
    Convention: rho > 0 is wrong-way. Both are negative for right-way correlation.
    Limits: 0 at rho 0, at volatility 0 and at pd 1.
    Errors: #DIV/0! where value is 0; #NUM! where pd is 0 or a number is outside its bounds.
    """
    zero = np.zeros_like(rho)
    common = (volatility, horizon, drift, sale_cost, lag)
    ltv_added = corr_ltv(loan, value, pd, rho, *common) - corr_ltv(loan, value, pd, zero, *common)
    lgd_added = corr_lgd(loan, value, pd, rho, *common) - corr_lgd(loan, value, pd, zero, *common)
    return np.stack([ltv_added, lgd_added], axis=-1)
