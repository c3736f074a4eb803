"""What the lender really holds: the chips, the customer contract that may be assigned, and the offtaker behind it.

Two drivers, X ~ N(0,1) of the operator who borrows and Y ~ N(0,1) of the offtaker who pays under the contract, have
correlation `link`. The operator fails where X < x = Φ⁻¹(pd_operator), the offtaker where Y < y = Φ⁻¹(pd_offtaker). A
loss event is one of three states: the operator fails and the contract passes to a replacement, which performs it with
the chips; the operator fails and the contract is lost, so the chips are sold; the offtaker fails, so there is nothing
to assign and the chips are sold. The chips are lognormal, their log value correlates rho_operator with X and
rho_offtaker with Y; **rho > 0 is wrong-way**. Both pds are cumulative to the horizon.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.collateral import (
    delayed,
    diluted_spread,
    economic_loss,
    shortfall_in_both,
    unconditional_shortfall_share,
)
from computefi.kernels.correlation import is_triple_semidefinite, triple_smallest_eigenvalue
from computefi.kernels.discount import discount_factors
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtr, ndtri
from computefi.models.wrongway import (
    AccruedInterest,
    DiscountRate,
    Drift,
    Horizon,
    Lag,
    Loan,
    SaleCost,
    Unsecured,
    Value,
    Volatility,
    WorkoutCost,
    corr_el,
)
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    CORRELATION,
    FLOW,
    MONEY,
    PER_YEAR,
    PROBABILITY,
    RATE,
    RATIO,
    RECOMPUTED,
    SHARE_OF_LOAN,
    VOLATILITY,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    V,
    X,
    optional,
)

DEAL = "Deal"
SOURCE = (
    "Three states of operator and offtaker under a Gaussian copula; shortfall as in Pykhtin (2003), Risk, “Unexpected "
    "recovery risk”; trivariate normal by Plackett (1954), Biometrika 41, and Genz (2004), Statistics and Computing 14"
)
TRIPLE = "and rho_operator and rho_offtaker must be positive semidefinite together"

Contract = Annotated[X, MONEY, "What the assigned contract is worth to the lender at default: CFI_CONTRACT_VALUE"]
PdOperator = Annotated[X, PROBABILITY, "Probability that the operator, who borrows, fails by the horizon"]
PdOfftaker = Annotated[X, PROBABILITY, "Probability that the offtaker, who pays, fails by the horizon"]
Assignable = Annotated[X, PROBABILITY, "Probability that the contract passes to a replacement; 0 for crypto mining"]
Link = Annotated[X, CORRELATION, "Correlation of the drivers of operator and offtaker"]
RhoOperator = Annotated[X, CORRELATION, "Correlation of the operator's driver with the chips; above 0 is wrong-way"]
RhoOfftaker = Annotated[X, CORRELATION, "Correlation of the offtaker's driver with the chips; above 0 is wrong-way"]

ContractVolatility = Annotated[
    X, VOLATILITY, "Volatility of the contract's worth up to the default, independent of all else"
]


def possible_triple(link: FloatArray, rho_operator: FloatArray, rho_offtaker: FloatArray) -> BoolArray:
    """True per case whose three correlations a matrix has; a case alone that has none is an error."""
    possible = is_triple_semidefinite(link, rho_operator, rho_offtaker)
    if len(link) == 1 and not possible[0]:
        smallest = float(triple_smallest_eigenvalue(link, rho_operator, rho_offtaker)[0])
        raise DomainError("link", f"{TRIPLE}; the smallest eigenvalue is {smallest:.6g}")
    return possible


def operator_alone(pd_operator: FloatArray, pd_offtaker: FloatArray, link: FloatArray) -> FloatArray:
    """P(X < x, Y ≥ y): by −Y, so that nothing cancels."""
    return bivariate_normal_cdf(ndtri(pd_operator), -ndtri(pd_offtaker), -link)


def _leaves_something(
    value: FloatArray, contract: FloatArray, pd_operator: FloatArray, pd_offtaker: FloatArray, assignable: FloatArray,
    link: FloatArray,
) -> BoolArray:  # fmt: skip
    alone = operator_alone(pd_operator, pd_offtaker, link)
    sold = np.where(value > 0, (1 - assignable) * alone + pd_offtaker, 0.0)
    return np.where(contract > 0, assignable * alone, 0.0) + sold > 0


def states(**given: Any) -> Iterator[tuple[str, Any]]:
    """The thresholds of operator and offtaker, the states' probabilities, the chips' law, and what is lost."""
    s = SimpleNamespace(**given)
    alone = operator_alone(s.pd_operator, s.pd_offtaker, s.link)
    spread, to_operator = diluted_spread(s.rho_operator, s.volatility, s.horizon, s.lag)
    to_offtaker = diluted_spread(s.rho_offtaker, s.volatility, s.horizon, s.lag)[1]
    d, e = ndtri(s.pd_operator), ndtri(s.pd_offtaker)
    owed = s.loan * (1 + s.accrued_interest)
    claim, mean = owed / (1 - s.sale_cost), s.value * np.exp(s.drift * (s.horizon + s.lag))
    triple = (np.atleast_1d(r) for r in (s.link, s.rho_operator, s.rho_offtaker))
    deviation = s.contract_volatility * np.sqrt(s.horizon)
    yield "smallest eigenvalue of link, rho_operator, rho_offtaker", triple_smallest_eigenvalue(*triple)[0]
    yield "x = Φ⁻¹(pd_operator)", d
    yield "y = Φ⁻¹(pd_offtaker)", e
    yield "pd_operator − both", alone
    yield "probability that the contract is assigned", alone * s.assignable
    yield "probability that the contract is lost", alone * (1 - s.assignable)
    yield "a = volatility·√(horizon + lag)", spread
    yield "rho_operator'", to_operator
    yield "rho_offtaker'", to_offtaker
    yield "M = value·e^{drift·(horizon + lag)}", mean
    yield "claim = loan·(1 + accrued_interest)", owed
    yield "K = claim/(1 − sale_cost)", claim
    yield "z = (ln(K/M) + a²/2)/a", (np.log(claim / mean) + spread**2 / 2) / spread
    yield "c = (1 − contract/claim)⁺", unconditional_shortfall_share(owed, s.contract, deviation)
    lost = shortfall_in_both(claim, mean, spread, d, -e, -s.link, to_operator, -to_offtaker, alone)
    yield "E[s; X < x, Y ≥ y]", lost
    yield "v = (1 + discount_rate)^−lag", delayed(s.lag, s.discount_rate)[0]
    yield "1 − unsecured_recovery", 1 - s.unsecured_recovery


def _cash_steps(
    cash: FloatArray, rate: FloatArray, delay: FloatArray, replacement_cost: FloatArray, residual: FloatArray,
    survival: FloatArray, notice: FloatArray, periods_per_year: FloatArray, sale_values: FloatArray,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    factors = discount_factors(np.atleast_1d(rate), len(cash), periods_per_year)[0]
    alive, chips = np.broadcast_to(survival, cash.shape), np.broadcast_to(sale_values, cash.shape)
    before = 1.0
    for i, (flow, after, sold, factor) in enumerate(zip(cash, alive, chips, factors, strict=True), 1):
        time = i / periods_per_year
        yield f"v({i})", factor
        yield f"cash[{i}]·survival[{i}]·v({i})", flow * after * factor if delay < time <= notice else 0.0
        yield f"chips sold in period {i}", sold * max(before - after, 0.0) * factor if time <= notice else 0.0
        before = after
    yield "residual − replacement_cost", residual - replacement_cost


@declare(
    category=DEAL,
    questions=["What is it worth if they fail?", "Who else pays?"],
    source=SOURCE,
    examples=[
        Example(
            (70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1),
            (0.0132692117173, 0.0671527124414, 0.197597553917, 0.00673610177734, 0.00397554225707, 0.00255756768288),
            RECOMPUTED,
        ),
        Example(
            (90, 100, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 1, -0.3, 0.25, 0.5),
            (0.00142566024851, 0.0204244760609, 0.0698015579082, 0, 0.00107990298655, 0.00034575726196),
            RECOMPUTED,
        ),
        Example(
            (80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1, -0.3, 0.25, 0.5),
            (0.0266084552145, 0.062110096306, 0.428407888524, 0.00806926685355, 0.00808399389898, 0.0104551944619),
            RECOMPUTED,
        ),
    ],
    nan=("pd_operator and pd_offtaker must not both be 0: without a default there is no loss given it", DomainError),
    steps=states,
)
def deal_loss(
    loan: Loan,
    value: Value,
    contract: Contract,
    pd_operator: PdOperator,
    pd_offtaker: PdOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: RhoOperator,
    rho_offtaker: RhoOfftaker,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    contract_volatility: ContractVolatility = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("expected loss", SHARE_OF_LOAN, "Expected loss as a share of the loan"),
        Column("probability", PROBABILITY, "Probability of a loss event: operator or offtaker fails"),
        Column("loss given default", SHARE_OF_LOAN, "Expected loss over the probability of a loss event"),
        Column("contract assigned", SHARE_OF_LOAN, "Part lost where the operator fails and the contract is assigned"),
        Column("contract lost", SHARE_OF_LOAN, "Part lost where the operator fails and the contract is lost"),
        Column("offtaker failed", SHARE_OF_LOAN, "Part lost where the offtaker fails"),
    )),
]:  # fmt: skip
    """Deal loss: expected loss with chips, assigned contract and offtaker together; probability, LGD and three states.

    claim = loan·(1 + accrued_interest), K = claim/(1 − sale_cost), s = (1 − V/K)⁺ at the sale
    c = (1 − contract/claim)⁺, u = unsecured_recovery, v = (1 + discount_rate)^−lag, i = accrued_interest
    x = Φ⁻¹(pd_operator), y = Φ⁻¹(pd_offtaker), both = Φ₂(x, y; link)
    contract assigned = (pd_operator − both)·assignable·[(1 + i)·(1 − u)·c + workout_cost]
    S(A) = P(A)·[(1 + i)·(1 − v) + workout_cost] + (1 + i)·v·(1 − u)·E[s; A]
    contract lost = (1 − assignable)·S(X < x, Y ≥ y)
    offtaker failed = S(Y < y) = CFI_CORR_EL with pd_offtaker and rho_offtaker
    EL = contract assigned + contract lost + offtaker failed
    probability = pd_operator + pd_offtaker − both, LGD = EL / probability
    E[s; X < x, Y ≥ y] = Φ₃(x, −y, z) − (M/K)·Φ₃(x − rho_operator'·a, −y + rho_offtaker'·a, z − a)
    with M, a, z and the correlations diluted by the lag as in CFI_CORR_LGD, Φ₃ with −link, rho_operator',
    −rho_offtaker'. With a contract_volatility, c is the put on a lognormal contract of that mean at the horizon.

    Steps: …
    Convention: both pds cumulative to the horizon; in money of the default; rho > 0 is wrong-way. Where both fail the
    state is the offtaker's. With the contract assigned the chips perform it and are not sold. The offtaker's later
    failure is in `contract` alone. A sale is received after the lag, `contract` is a present value already; claim,
    discounting and work-out as in CFI_CORR_LGD, so LGD may be above 1.
    Limits: CFI_CORR_EL at pd_offtaker 0 and assignable 0; E[s] at pd_offtaker 1; (1 − u)·pd·c at assignable 1 and
    pd_offtaker 0; all six 0 at loan 0, where nothing can be lost; s = 1 at value 0. Where both pds are 0 only LGD is
    an error. Accurate to 1e-12.
    Trap: without a contract_volatility c ignores that the contract's worth is uncertain: a contract of 95 against a
    loan of 90 loses nothing, with a volatility of 20% it loses 5.7%. Not for one lender's capital: it is an average,
    and says nothing of a bad year (CFI_SYSTEMIC_LOSS).
    Errors: #NUM! where no matrix has the three correlations, or a number is outside its bounds.
    """
    possible = possible_triple(link, rho_operator, rho_offtaker)
    spread, to_operator = diluted_spread(rho_operator, volatility, horizon, lag)
    to_offtaker = diluted_spread(rho_offtaker, volatility, horizon, lag)[1]
    mean = value * np.exp(drift * (horizon + lag))
    alone = operator_alone(pd_operator, pd_offtaker, link)
    owed = loan * (1 + accrued_interest)
    sale = shortfall_in_both(
        owed / (1 - sale_cost), mean, spread, ndtri(pd_operator), -ndtri(pd_offtaker), -link, to_operator,
        -to_offtaker, alone,
    )  # fmt: skip
    short = unconditional_shortfall_share(owed, contract, contract_volatility * np.sqrt(horizon))
    assigned = (1 - unsecured_recovery) * alone * assignable * short
    assigned = economic_loss(owed, assigned, 0.0, alone * assignable, workout_cost, accrued_interest)
    received, waited = delayed(lag, discount_rate)
    lost = received * ((1 - unsecured_recovery) * (1 - assignable) * sale)
    unassigned = (1 - assignable) * alone
    lost = economic_loss(owed, lost, waited * unassigned, unassigned, workout_cost, accrued_interest)
    failed = corr_el(
        loan, value, pd_offtaker, rho_offtaker, volatility, horizon, drift, sale_cost, lag, unsecured_recovery,
        discount_rate, workout_cost, accrued_interest,
    )  # fmt: skip
    expected = assigned + lost + failed
    probability = np.minimum(pd_offtaker + alone, 1.0)
    given = np.minimum(expected / probability, 1 + accrued_interest + workout_cost)
    answer = np.stack([expected, probability, given, assigned, lost, failed], axis=-1)
    answer[loan == 0] = 0.0
    answer[~possible] = np.nan
    return answer


@declare(
    category=DEAL,
    questions=["What is it worth if they fail?", "Who else pays?"],
    source=SOURCE,
    examples=[
        Example((70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1), 1.11582751689, RECOMPUTED),
        Example(
            (90, 100, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 1, -0.3, 0.25, 0.5), 1.0213359627, RECOMPUTED
        ),
        Example((80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1, -0.3, 0.25, 0.5), 1.74935974809, RECOMPUTED),
    ],
    rules=[
        Rule(
            "pd_operator",
            "and pd_offtaker must not both be 0: without a default nothing is held at it",
            lambda pd_operator, pd_offtaker: (pd_operator > 0) | (pd_offtaker > 0),
            DomainError,
        ),
        Rule("value", "and contract leave the lender nothing: the package is worth 0", _leaves_something, ZeroDivisor),
    ],
    nan=(f"link {TRIPLE}", DomainError),
)  # fmt: skip
def package_ltv(
    loan: Loan,
    value: Value,
    contract: Contract,
    pd_operator: PdOperator,
    pd_offtaker: PdOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: RhoOperator,
    rho_offtaker: RhoOfftaker,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),  # noqa: ARG001
    contract_volatility: ContractVolatility = optional(0.0),  # noqa: ARG001
    discount_rate: DiscountRate = optional(0.0),  # noqa: ARG001
    workout_cost: WorkoutCost = optional(0.0),  # noqa: ARG001
    accrued_interest: AccruedInterest = optional(0.0),  # noqa: ARG001
) -> Annotated[X, RATIO, "Loan over the expected value of what the lender has, given a loss event"]:
    """Package LTV: the loan over the expected value of what the lender really has when operator or offtaker fails.

    x = Φ⁻¹(pd_operator), y = Φ⁻¹(pd_offtaker), both = Φ₂(x, y; link), T = horizon + lag
    a = volatility·√T, M = value·e^{drift·T}
    rho_operator' = rho_operator·√(horizon/T), rho_offtaker' = rho_offtaker·√(horizon/T)
    E[V; Y < y] = M·Φ(y − rho_offtaker'·a)
    E[V; X < x, Y ≥ y] = M·Φ₂(x − rho_operator'·a, rho_offtaker'·a − y; −link)
    chips = (1 − sale_cost)·[(1 − assignable)·E[V; X < x, Y ≥ y] + E[V; Y < y]]
    package = (pd_operator − both)·assignable·contract + chips
    LTV = loan·(pd_operator + pd_offtaker − both)/package

    Steps: x; y; both; T; a; M; rho_operator' = rho_operator·√(horizon/T), 0 where T = 0; rho_offtaker' =
    rho_offtaker·√(horizon/T), 0 where T = 0; E[V; Y < y]; E[V; X < x, Y ≥ y]; chips; package
    Convention: rho > 0 is wrong-way; both pds cumulative to the horizon; M, a and the dilution as in CFI_CORR_LTV.
    The arguments are those of CFI_DEAL_LOSS, so that one list serves both; unsecured_recovery and what follows it do
    not enter: they are no part of the package, move not its mean, or are costs that the losses count.
    Limits: CFI_CORR_LTV at pd_offtaker 0 and assignable 0; loan/contract at assignable 1 and pd_offtaker 0. The
    contract counts in full where it is worth more than the loan; the excess is not the lender's to keep.
    Trap: it falls with contract and assignable, but rises as pd_operator falls: towards loan/(assignable·contract)
    with pd_offtaker 0, and without bound where there is no contract and rho_operator is above 0. Compare deals at a
    common pd only; rank them by CFI_DEAL_LOSS or CFI_STRESS_LGD.
    Errors: #DIV/0! where the package is worth 0; #NUM! where both pds are 0, no matrix has the three correlations,
    or a number is outside its bounds.
    """
    possible = possible_triple(link, rho_operator, rho_offtaker)
    spread, to_operator = diluted_spread(rho_operator, volatility, horizon, lag)
    to_offtaker = diluted_spread(rho_offtaker, volatility, horizon, lag)[1]
    alone = operator_alone(pd_operator, pd_offtaker, link)
    d, e = ndtri(pd_operator), ndtri(pd_offtaker)
    sold_alone = bivariate_normal_cdf(d - to_operator * spread, -e + to_offtaker * spread, -link)
    chips = (1 - assignable) * sold_alone + ndtr(e - to_offtaker * spread)
    mean = value * np.exp(drift * (horizon + lag))
    package = alone * assignable * contract + (1 - sale_cost) * mean * chips
    return np.where(possible, loan * (pd_offtaker + alone) / package, np.nan)


@declare(
    category=DEAL,
    questions=["What are the contracts worth?"],
    source="Present value of an assigned contract to a lender who steps in; delay, replacement and termination rights "
    "as in direct agreements (Yescombe, Principles of Project Finance)",
    examples=[
        Example(((20, 20, 20), 0.1, 0, 5, 10), 54.737039819684, "20/1.1 + 20/1.21 + 20/1.331 + 10 − 5"),
        Example(
            ((20, 20, 20), 0.1, 1, 5, 10, (0.99, 0.97, 0.94)), 35.157776108189324, "20·.97/1.21 + 20·.94/1.331 + 10 − 5"
        ),
        Example(((2, 2, 2, 2), 0.1, 0.25, 1, 0, 1, 0.75, 4), 2.7689500677356302, "2/1.1^.5 + 2/1.1^.75 − 1"),
    ],
    steps=_cash_steps,
)  # fmt: skip
def contract_value(
    cash: Annotated[V, FLOW, "Contract cash after cost of service, at the end of each period from the default"],
    rate: Annotated[X, RATE, "Discount rate, effective per year"],
    delay: Annotated[X, YEARS, "Time from default until a replacement performs; cash until then is lost"],
    replacement_cost: Annotated[X, MONEY, "Cost of the replacement, paid at default"],
    residual: Annotated[X, MONEY, "Present value of the chips left at the contract's end, net of sale cost"],
    survival: Annotated[
        V, PROBABILITY, "Probability that an offtaker who stands at the default outlives each period"
    ] = optional(1.0),
    notice: Annotated[X, YEARS, "Notice at which the customer may end the contract; left out, it may not"] = optional(
        np.inf
    ),
    periods_per_year: Annotated[X, PER_YEAR, "Periods per year: 1, 4 or 12"] = optional(1.0),
    sale_values: Annotated[
        V, MONEY, "Net value of the chips sold in each period if the offtaker fails in it"
    ] = optional(0.0),
) -> Annotated[X, FLOW, "Worth of the assigned contract to the lender at the default of the operator"]:
    """What an assigned contract is worth to the lender at the operator's default: the contract of CFI_DEAL_LOSS.

    t = i / periods_per_year, v(t) = (1 + rate)^−t, period 1 is the first after the default
    contract = Σ cash[i]·survival[i]·v(t), over delay < t ≤ notice, + residual − replacement_cost
    + Σ sale_values[i]·(survival[i−1] − survival[i])·v(t) over t ≤ notice, survival[0] = 1

    Steps: …
    Convention: Cash at period ends, after the cost of running the chips; survival of the offtaker given that it
    stands when the operator fails, else its failure counts twice. residual counts as it is given: discount it, and
    value it given X < x, Y ≥ y.
    Limits: the present value of the cash at delay 0, survival 1 and no notice; residual − replacement_cost where the
    delay outlasts the contract or notice is 0. Below 0 where stepping in costs more than it brings: do not step in,
    and set assignable to 0.
    Trap: not a market value of the contract, and not revenue: cash must be what is left for the lender.
    Errors: #VALUE! where lengths differ; #NUM! where a number is outside its bounds.
    """
    periods = cash.shape[1]
    times = np.arange(1, periods + 1) / periods_per_year[:, None]
    factors = discount_factors(rate, periods, periods_per_year)
    firm = times <= notice[:, None]
    alive = np.broadcast_to(survival, cash.shape)
    before = np.concatenate([np.ones((len(alive), 1)), alive[:, :-1]], axis=1)
    performed = np.where((times > delay[:, None]) & firm, cash * alive, 0.0)
    sold = np.where(firm, sale_values * np.maximum(before - alive, 0.0), 0.0)
    return ((performed + sold) * factors).sum(axis=-1) + residual - replacement_cost
