"""Losses and cover through a loan's life, period by period: of the chips alone, and of the deal as it is held.

The series share one time grid: period i ends at t = i/periods_per_year. Default is counted *in* the period in which it
falls: the driver is one variable for the whole life, and default in period i is a threshold between those of the
probabilities of default by its opening and by its end.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError
from computefi.kernels.collateral import (
    delayed,
    diluted_spread,
    economic_loss,
    expected_shortfall_share,
    shortfall_in_both,
)
from computefi.kernels.discount import discount_factors
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtri
from computefi.models.deal import (
    DEAL,
    TRIPLE,
    Assignable,
    Link,
    RhoOfftaker,
    RhoOperator,
    package_ltv,
    possible_triple,
)
from computefi.models.wrongway import (
    WRONG_WAY,
    AccruedInterest,
    DiscountRate,
    Lag,
    Rho,
    SaleCost,
    Unsecured,
    Volatility,
    WorkoutCost,
)
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    FLAG,
    MONEY,
    PER_YEAR,
    PROBABILITY,
    RATE,
    RATIO,
    RECOMPUTED,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)

SOURCE = "The states of CFI_DEAL_LOSS by the period in which the first of operator and offtaker fails"
TOTAL_ROUNDING = 1e-12  # ten marginals of 0.1 add up to a little more or less than 1
MONTH = Kind("count", "months from today", low=0)

Balances = Annotated[V, MONEY, "Loan balance at the opening of each period"]
Values = Annotated[V, MONEY, "Value of the chips expected at the sale after each period's default, drift included"]
Contracts = Annotated[V, MONEY, "What the assigned contract is worth to the lender in each period: CFI_CONTRACT_VALUE"]
PdsOperator = Annotated[V, PROBABILITY, "Marginal probability that the operator fails in each period, seen from today"]
PdsOfftaker = Annotated[V, PROBABILITY, "Marginal probability that the offtaker fails in each period, seen from today"]
Rate = Annotated[X, RATE, "Discount rate, effective per year"]
PeriodsPerYear = Annotated[X, PER_YEAR, "Periods per year: 1, 4 or 12"]
MidPeriod = Annotated[X, FLAG, "1: average of opening and closing balance, discounted from the middle of the period"]


def not_more_than_certain(pds: FloatArray) -> BoolArray:
    """True in periods up to which marginal probabilities add up to at most 1."""
    fits: BoolArray = np.cumsum(pds, axis=-1) <= 1 + TOTAL_ROUNDING
    return fits


OPERATOR_CERTAIN = Rule(
    "pds_operator", "must not add up to more than 1", lambda pds_operator: not_more_than_certain(pds_operator),
    DomainError,
)  # fmt: skip
OFFTAKER_CERTAIN = Rule(
    "pds_offtaker", "must not add up to more than 1", lambda pds_offtaker: not_more_than_certain(pds_offtaker),
    DomainError,
)  # fmt: skip


def _has_cover(balances: FloatArray, pds_operator: FloatArray, pds_offtaker: FloatArray) -> BoolArray:
    """True in periods in which something is owed and by whose end somebody may have failed."""
    cover: BoolArray = (balances > 0) & (np.cumsum(pds_operator, axis=-1) + np.cumsum(pds_offtaker, axis=-1) > 0)
    return cover


def default_by(pds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probability of default by the end of each period, and by its opening."""
    by_end = np.minimum(np.cumsum(pds, axis=-1), 1.0)
    return by_end, np.concatenate([np.zeros((len(pds), 1)), by_end[:, :-1]], axis=1)


def exposure(
    balances: FloatArray, rate: FloatArray, periods_per_year: FloatArray, mid_period: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The balance at risk in each period and its discount factor; the last period closes at 0."""
    factors = discount_factors(rate, balances.shape[1], periods_per_year)
    closing = np.concatenate([balances[:, 1:], np.zeros((len(balances), 1))], axis=1)
    middle = mid_period[:, None] > 0
    half = np.exp(np.log1p(rate) / (2 * periods_per_year))[:, None]
    return np.where(middle, (balances + closing) / 2, balances), np.where(middle, factors * half, factors)


def _each_period(
    balances: FloatArray, pds: FloatArray, values: FloatArray, rho: FloatArray, volatility: FloatArray,
    sale_cost: FloatArray, lag: FloatArray, periods_per_year: FloatArray, accrued_interest: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    by_end, before = (pd[0] for pd in default_by(pds[None]))
    for i, (first, last, balance, value) in enumerate(zip(before, by_end, balances, values, strict=True), 1):
        spread, diluted = diluted_spread(rho, volatility, i / periods_per_year, lag)
        claim = balance * (1 + accrued_interest) / (1 - sale_cost)
        yield f"t of period {i}", i / periods_per_year
        yield f"pd by the end of period {i}", last
        yield f"LTV of period {i} = balance/((1 − sale_cost)·value)", balance / (1 - sale_cost) / value
        yield f"F(pd by the end) of period {i}", last * expected_shortfall_share(claim, value, last, diluted, spread)
        if first > 0:
            lost = first * expected_shortfall_share(claim, value, first, diluted, spread)
            yield f"F(pd by the opening) of period {i}", lost


def _each_cumulative(
    pds_operator: FloatArray, pds_offtaker: FloatArray, volatility: FloatArray, lag: FloatArray,
    periods_per_year: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    pds = zip(default_by(pds_operator[None])[0][0], default_by(pds_offtaker[None])[0][0], strict=True)
    for i, (operator, offtaker) in enumerate(pds, 1):
        time = i / periods_per_year
        yield f"t of period {i}", time
        yield f"pd of the operator by period {i}", operator
        yield f"pd of the offtaker by period {i}", offtaker
        yield f"a of period {i} = volatility·√(t + lag)", volatility * np.sqrt(time + lag)
        yield f"dilution of period {i} = √(t/(t + lag))", np.sqrt(time / (time + lag))


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?"],
    source="Default in a period under the Gaussian copula of CFI_CORR_LGD: a difference of bivariate normal terms",
    examples=[
        Example(
            (
                (100, 80, 60, 40, 20),
                (0.02, 0.0196, 0.019208, 0.01882384, 0.0184473632),
                (85.6723984226185, 66.0578386633549, 50.934001256136, 39.2727424398645, 30.2813103371125),
                0.2, 0.3, 0.06, 0.25,
            ),
            (2.326063121542, 0.843515211482, 0.672891043924, 0.470069739262, 0.261863630267, 0.077723496606),
            RECOMPUTED,
        ),
        Example(
            (
                (40, 30, 20, 10), (0.2, 0.16, 0.128, 0.1024),
                (77.1051585803566, 59.4520547970194, 45.8406011305224, 35.345468195878), 0.7, 0.4, 0.1, 0.1,
            ),
            (0.932483098489, 0.549746531615, 0.279890504936, 0.0944480095855, 0.0083980523528),
            RECOMPUTED,
        ),
    ],
    rules=[
        Rule("pds", "must not add up to more than 1", lambda pds: not_more_than_certain(pds), DomainError),
    ],
    steps=_each_period,
)  # fmt: skip
def el_path(
    balances: Balances,
    pds: Annotated[V, PROBABILITY, "Marginal probability of default in each period, seen from today"],
    values: Values,
    rho: Rho,
    volatility: Volatility,
    rate: Rate,
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    periods_per_year: PeriodsPerYear = optional(1.0),
    mid_period: MidPeriod = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (Column("total", MONEY, "Present value of expected loss"),),
        more=Column("period", MONEY, "Expected loss of each period, discounted"),
    ),
]:
    """Expected loss through a loan's life, default in each period: the total present value, then each period's part.

    EL[i] = v·L·{(1 + accrued_interest)·[w·(1 − unsecured_recovery)·(F(P[i]) − F(P[i−1])) + (1 − w)·pds[i]]
    + workout_cost·pds[i]}, P[i] = pds[1] + … + pds[i], w = (1 + discount_rate)^−lag, total = Σ EL[i]
    F(P) = Φ₂(Φ⁻¹(P), z; rho') − (values[i]/K)·Φ₂(Φ⁻¹(P) − rho'·a, z − a; rho'), the loss given default by P times P
    t = i/periods_per_year, v = (1 + rate)^−t, L = balances[i], K = L·(1 + accrued_interest)/(1 − sale_cost)
    a = volatility·√(t + lag), rho' = rho·√(t/(t + lag)), z = (ln(K/values[i]) + a²/2)/a
    With mid_period 1, L = (balances[i] + balances[i+1])/2 and v = (1 + rate)^−(i − ½)/periods_per_year.

    Steps: …
    Convention: marginal pds; the driver X is one for the whole life, default in period i is P[i−1] ≤ Φ(X) < P[i].
    values are those expected at the sale, the lag's drift included. After the last period nothing is owed. rate brings
    a loss from its period to today, discount_rate a recovery over the lag to its default.
    Limits: a period with a marginal pd of 0, or a balance of 0, adds 0. One period gives loan · CFI_CORR_EL discounted.
    The loss may peak in mid-life: amortisation must outrun depreciation.
    Trap: pds[i] times CFI_CORR_LGD at P[i] is another number, 2% to 51% higher in cases tried: it takes the loss of
    all who failed by i for those who fail in i, and the early failures are the deepest. The contract and the
    offtaker's default are not in it: CFI_DEAL_LOSS_PATH.
    Errors: #VALUE! where lengths differ; #NUM! where the pds add up to more than 1 or a number is outside its bounds.
    """
    owed, factors = exposure(balances, rate, periods_per_year, mid_period)
    times = np.arange(1, balances.shape[1] + 1) / periods_per_year[:, None]
    spread, diluted = diluted_spread(rho[:, None], volatility[:, None], times, lag[:, None])
    claim = owed * (1 + accrued_interest[:, None]) / (1 - sale_cost[:, None])

    def lost_by(probability: FloatArray) -> FloatArray:
        certain = np.where(probability > 0, probability, 1.0)
        return probability * expected_shortfall_share(claim, values, certain, diluted, spread)

    by_end, before = default_by(pds)
    lost = np.where(pds > 0, np.maximum(lost_by(by_end) - lost_by(before), 0.0), 0.0)
    received, waited = (x[:, None] for x in delayed(lag, discount_rate))
    present = factors * owed
    losses = economic_loss(
        claim, received * (present * (1 - unsecured_recovery[:, None]) * lost), waited * (present * pds),
        present * pds, workout_cost[:, None], accrued_interest[:, None],
    )  # fmt: skip
    return np.concatenate([losses.sum(axis=-1, keepdims=True), losses], axis=-1)


@declare(
    category=DEAL,
    questions=["What is it worth if they fail?", "Who else pays?"],
    source=SOURCE,
    examples=[
        Example(
            (
                (100, 80, 60), (77, 59, 46), (90, 65, 30), (0.03, 0.03, 0.03), (0.002, 0.003, 0.004),
                0.8, 0.3, 0.4, 0.6, 0.3, 0.08, 0.2,
            ),
            (2.117082108934, 0.6338024779305, 0.6583677091712, 0.8249119218319),
            RECOMPUTED,
        )
    ],
    rules=[OPERATOR_CERTAIN, OFFTAKER_CERTAIN],
    nan=(f"link {TRIPLE}", DomainError),
    steps=_each_cumulative,
)  # fmt: skip
def deal_loss_path(
    balances: Balances,
    values: Values,
    contracts: Contracts,
    pds_operator: PdsOperator,
    pds_offtaker: PdsOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: RhoOperator,
    rho_offtaker: RhoOfftaker,
    volatility: Volatility,
    rate: Rate,
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    periods_per_year: PeriodsPerYear = optional(1.0),
    mid_period: MidPeriod = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (Column("total", MONEY, "Present value of expected loss"),),
        more=Column("period", MONEY, "Expected loss of each period, discounted"),
    ),
]:
    """Expected loss of the whole deal through its life: the total present value, then the part of each period.

    x[i] = Φ⁻¹(pds_operator[1] + … + pds_operator[i]), y[i] likewise of the offtaker, x[0] = y[0] = −∞
    operator fails first: A[i] = {x[i−1] ≤ X < x[i], Y ≥ y[i]}
    offtaker fails first: B[i] = {y[i−1] ≤ Y < y[i], X ≥ x[i−1]}
    sold = (1 − assignable)·P(A[i]) + P(B[i]), w = (1 + discount_rate)^−lag, L = balances[i]
    unpaid = (1 − unsecured_recovery)·{P(A[i])·assignable·c + w·[(1 − assignable)·E[s; A[i]] + E[s; B[i]]]}
    loss[i] = v·L·{(1 + accrued_interest)·[unpaid + (1 − w)·sold] + workout_cost·(P(A[i]) + P(B[i]))}
    total = Σ loss[i], t = i/periods_per_year, v = (1 + rate)^−t, claim = L·(1 + accrued_interest)
    c = (1 − contracts[i]/claim)⁺, s = (1 − V/K)⁺, K = claim/(1 − sale_cost), V with mean values[i], horizon t and lag
    With mid_period 1, L = (balances[i] + balances[i+1])/2 and v = (1 + rate)^−(i − ½)/periods_per_year.

    Steps: …
    Convention: marginal pds; a loan fails once, by whichever of the two fails first, both in one period being the
    offtaker's. values are those expected at the sale, the lag's drift included. After the last period nothing is owed.
    Limits: one period gives loan · CFI_DEAL_LOSS discounted; CFI_EL_PATH with pds_offtaker 0 and assignable 0.
    Trap: not the difference of CFI_DEAL_LOSS at two horizons: an operator who failed in year 1 and an offtaker who
    fails in year 2 are one loss, counted in year 1.
    Errors: #VALUE! where lengths differ; #NUM! where pds add up to more than 1, no matrix has the three
    correlations, or a number is outside its bounds.
    """
    possible = possible_triple(link, rho_operator, rho_offtaker)
    owed, factors = exposure(balances, rate, periods_per_year, mid_period)
    times = np.arange(1, balances.shape[1] + 1) / periods_per_year[:, None]
    spread, to_operator = diluted_spread(rho_operator[:, None], volatility[:, None], times, lag[:, None])
    to_offtaker = diluted_spread(rho_offtaker[:, None], volatility[:, None], times, lag[:, None])[1]
    operator_by, operator_before = default_by(pds_operator)
    offtaker_by, offtaker_before = default_by(pds_offtaker)
    d, d_before, e, e_before = (ndtri(p) for p in (operator_by, operator_before, offtaker_by, offtaker_before))
    apart = -link[:, None]
    claim = owed * (1 + accrued_interest[:, None])
    strike = claim / (1 - sale_cost[:, None])

    def one_alone(x: FloatArray, y: FloatArray, rho_x: FloatArray, rho_y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """P and E[s] of a driver below x while the other is not below y."""
        chance = bivariate_normal_cdf(x, -y, apart)
        return chance, shortfall_in_both(strike, values, spread, x, -y, apart, rho_x, -rho_y, chance)

    operator, operator_loss = one_alone(d, e, to_operator, to_offtaker)
    earlier, earlier_loss = one_alone(d_before, e, to_operator, to_offtaker)
    offtaker, offtaker_loss = one_alone(e, d_before, to_offtaker, to_operator)
    sooner, offtaker_earlier = one_alone(e_before, d_before, to_offtaker, to_operator)
    received, waited = (x[:, None] for x in delayed(lag, discount_rate))
    assigned, lost = assignable[:, None], 1 - assignable[:, None]
    by_operator = np.where(pds_operator > 0, np.maximum(operator - earlier, 0.0), 0.0)
    by_offtaker = np.where(pds_offtaker > 0, np.maximum(offtaker - sooner, 0.0), 0.0)
    short = np.where(owed > 0, np.maximum(1 - contracts / claim, 0.0), 0.0)
    of_operator = assigned * by_operator * short + received * (lost * np.maximum(operator_loss - earlier_loss, 0.0))
    of_offtaker = received * np.maximum(offtaker_loss - offtaker_earlier, 0.0)
    share = np.where(pds_operator > 0, of_operator, 0.0) + np.where(pds_offtaker > 0, of_offtaker, 0.0)
    present = factors * owed
    losses = economic_loss(
        claim, present * (1 - unsecured_recovery[:, None]) * share,
        waited * (present * (lost * by_operator + by_offtaker)), present * (by_operator + by_offtaker),
        workout_cost[:, None], accrued_interest[:, None],
    )  # fmt: skip
    losses[~possible] = np.nan
    return np.concatenate([losses.sum(axis=-1, keepdims=True), losses], axis=-1)


@declare(
    category=DEAL,
    questions=["What is it worth if they fail?"],
    source="One over CFI_PACKAGE_LTV at each period's cumulative probabilities of default",
    examples=[
        Example(
            (
                (100, 80, 60), (77, 59, 46), (90, 65, 70), (0.03, 0.03, 0.03), (0.002, 0.003, 0.004),
                0.8, 0.3, 0.4, 0.6, 0.3, 0.2, 0.5,
            ),
            (0.6979142881022302, 24, 0.7838846165494048, 0.6979142881022302, 0.9459213322526843),
            RECOMPUTED,
        )
    ],
    rules=[
        OPERATOR_CERTAIN,
        OFFTAKER_CERTAIN,
        Rule(
            "balances",
            "must be above 0 in a period by which operator or offtaker may have failed",
            lambda balances, pds_operator, pds_offtaker: _has_cover(balances, pds_operator, pds_offtaker).any(axis=-1),
            DomainError,
        ),
    ],
    nan=(f"link {TRIPLE}", DomainError),
    steps=_each_cumulative,
)  # fmt: skip
def recovery_cover(
    balances: Balances,
    values: Values,
    contracts: Contracts,
    pds_operator: PdsOperator,
    pds_offtaker: PdsOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: RhoOperator,
    rho_offtaker: RhoOfftaker,
    volatility: Volatility,
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    periods_per_year: PeriodsPerYear = optional(1.0),
) -> Annotated[
    NDArray[np.object_],
    Result(
        (
            Column("minimum", RATIO, "Lowest cover through the life"),
            Column("month", MONTH, "Month at whose end the cover is lowest, the first if several"),
        ),
        more=Column("period", RATIO, "Cover of each period; blank where nothing is owed or nobody can have failed"),
    ),
]:
    """Recovery cover through a loan's life: what the lender has given a loss event, over the balance; its minimum.

    cover[i] = package / (balances[i]·PD) = 1 / CFI_PACKAGE_LTV with loan balances[i], contract contracts[i],
    pds pds_operator[1] + … + pds_operator[i] and pds_offtaker[1] + … + pds_offtaker[i], horizon t = i/periods_per_year,
    expected value values[i] at the sale
    minimum = the smallest cover[i], month = 12·t of that period

    Steps: …
    Convention: marginal pds, cumulated here; balances at the opening of each period; rho > 0 is wrong-way.
    Limits: 0 where the package is worth 0; one period gives 1/CFI_PACKAGE_LTV. Above 1 the package is expected to
    repay the loan, which does not say that nothing is lost: the shortfalls are not made good by the gains.
    Trap: it falls as pd_operator falls, as 1/CFI_PACKAGE_LTV does: it shows when a loan is weak, not which of two
    loans is weaker.
    Errors: #VALUE! where lengths differ; #NUM! where no period has both a balance and a possible default, pds add up
    to more than 1, no matrix has the three correlations, or a number is outside its bounds.
    """
    possible = possible_triple(link, rho_operator, rho_offtaker)
    cases, periods = balances.shape
    months = 12 * np.arange(1, periods + 1) / periods_per_year[:, None]

    def each(argument: FloatArray) -> FloatArray:
        return np.broadcast_to(argument[:, None], balances.shape).ravel()

    by_operator, by_offtaker = default_by(pds_operator)[0].ravel(), default_by(pds_offtaker)[0].ravel()
    ratio = package_ltv(
        balances.ravel(), values.ravel(), contracts.ravel(), by_operator, by_offtaker, each(assignable), each(link),
        each(rho_operator), each(rho_offtaker), each(volatility), months.ravel() / 12, np.zeros(cases * periods),
        each(sale_cost), each(lag),
    )  # fmt: skip
    known = _has_cover(balances, pds_operator, pds_offtaker)
    cover = np.where(known, 1 / ratio.reshape(cases, periods), np.inf)
    lowest = cover.argmin(axis=-1)[:, None]
    answer = np.concatenate(
        [np.take_along_axis(cover, lowest, axis=1), np.take_along_axis(months, lowest, axis=1), cover], axis=1
    ).astype(object)
    answer[:, 2:][~known] = ""
    answer[~possible] = np.nan
    return answer
