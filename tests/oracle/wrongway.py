"""Oracle of correlation-adjusted LTV: docs/method/models.md §3.2 and §3.6, docs/method/catalogue.md “Edges”."""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import claim_for, loss_given_default, money_lost, quantile_in_default, value_factor
from high_precision import DIV0, Draw, Function, Number, amounts, floor, points, quantile, refuse_unless, write
from mpmath import mpf

ZERO = mpf(0)


def domain(pd: Number, rho: Number, volatility: Number, horizon: Number, *times: Number) -> None:
    refuse_unless(0 < pd <= 1)
    refuse_unless(-1 <= rho <= 1)
    amounts(volatility, horizon, *times)


def spread(rho: Number, volatility: Number, horizon: Number, lag: Number) -> tuple[Number, Number]:
    # a' = σ√(T+τ), ρ' = ρ√(T/(T+τ)); without any time rho is ignored
    total = horizon + lag
    return volatility * mpmath.sqrt(total), rho * mpmath.sqrt(horizon / total) if total > 0 else ZERO


def ltv(loan: Number, value: Number, haircut: Number = ZERO) -> Number:
    # loan / (value·(1−haircut))
    amounts(loan, value)
    refuse_unless(haircut <= 1)
    refuse_unless(value != 0, DIV0)
    refuse_unless(haircut != 1, DIV0)
    return loan / (value * (1 - haircut))


def value_in_default(
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    lag: Number = ZERO,
) -> Number:
    # (1): V·e^{μ(T+τ)}·m
    amounts(value)
    domain(pd, rho, volatility, horizon, lag)
    a, diluted = spread(rho, volatility, horizon, lag)
    return value * mpmath.exp(drift * (horizon + lag)) * value_factor(pd, diluted, a)


def corr_ltv(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    pd_floor: Number = ZERO,
) -> Number:
    # (2): L / ((1−κ)·E[V|D]) at the larger of pd and its floor
    amounts(loan, value)
    refuse_unless(0 <= sale_cost < 1)
    refuse_unless(0 <= pd <= 1 and 0 <= pd_floor <= 1)
    refuse_unless(value != 0, DIV0)
    floored = pd_floor if pd_floor > pd else pd
    return loan / ((1 - sale_cost) * value_in_default(value, floored, rho, volatility, horizon, drift, lag))


def value_in_default_q(
    q: Number, value: Number, pd: Number, rho: Number, volatility: Number, horizon: Number, drift: Number = ZERO
) -> Number:
    # (3): V·exp((μ−σ²/2)T + a·z), Φ₂(d, z; ρ) = q·PD
    amounts(value)
    refuse_unless(0 < q < 1)
    domain(pd, rho, volatility, horizon)
    a, diluted = spread(rho, volatility, horizon, ZERO)
    if a == 0:
        return value * mpmath.exp(drift * horizon)
    return value * mpmath.exp(drift * horizon - a * a / 2 + a * quantile_in_default(q, pd, diluted))


def corr_lgd(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    # (4): (1−u)·E[(1 − V/K)⁺ | D], K = claim/(1−κ), then what waiting and work-out cost
    amounts(loan, value)
    domain(pd, rho, volatility, horizon, lag)
    refuse_unless(0 <= sale_cost < 1)
    amounts(accrued_interest)
    a, diluted = spread(rho, volatility, horizon, lag)
    mean = value * mpmath.exp(drift * (horizon + lag))
    unpaid = loss_given_default(loan * (1 + accrued_interest) / (1 - sale_cost), mean, pd, diluted, a)
    return money_lost(loan, unpaid, lag, unsecured, discount_rate, workout_cost, accrued_interest)


def corr_el(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    # PD·LGD, 0 at PD 0
    refuse_unless(0 <= pd <= 1)
    if pd == 0:
        return ZERO
    sale = (drift, sale_cost, lag, unsecured, discount_rate, workout_cost, accrued_interest)
    return pd * corr_lgd(loan, value, pd, rho, volatility, horizon, *sale)


def corr_advance(
    target: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    # (5): A with PD·LGD(A, 1) = target; what a loan loses rises in the share unpaid along a straight line
    domain(pd, rho, volatility, horizon, lag)
    refuse_unless(0 < target < pd)
    refuse_unless(0 <= sale_cost < 1)
    amounts(accrued_interest)
    a, diluted = spread(rho, volatility, horizon, lag)
    none, all_ = (
        money_lost(mpf(1), x, lag, unsecured, discount_rate, workout_cost, accrued_interest) for x in (ZERO, mpf(1))
    )
    unpaid = (target / pd - none) / (all_ - none)
    refuse_unless(0 < unpaid < 1)
    mean = mpmath.exp(drift * (horizon + lag))
    return claim_for(unpaid, pd, diluted, a) * mean * (1 - sale_cost) / (1 + accrued_interest)


def stress_ltv(
    loan: Number,
    value: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    q: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
) -> Number:
    # (6): L / ((1−κ)·V·exp(μT + ρa·x_q − ρ²a²/2))
    amounts(loan, value)
    refuse_unless(0 < q < 1)
    domain(mpf(1), rho, volatility, horizon)
    refuse_unless(0 <= sale_cost < 1)
    refuse_unless(value != 0, DIV0)
    shift = rho * volatility * mpmath.sqrt(horizon)
    return loan / ((1 - sale_cost) * value * mpmath.exp(drift * horizon + shift * quantile(q) - shift**2 / 2))


def step_in_lgd(
    loan: Number,
    contract_value: Number,
    survival: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    # §3.6: s·(1 − V_contract/claim)⁺ + (1−s)·LGD
    amounts(contract_value)
    refuse_unless(0 <= survival <= 1)
    sale = (drift, sale_cost, lag, unsecured, discount_rate, workout_cost, accrued_interest)
    market = corr_lgd(loan, value, pd, rho, volatility, horizon, *sale)
    if loan == 0:
        return ZERO
    claim = loan * (1 + accrued_interest)
    assigned = (max(ZERO, claim - contract_value) + workout_cost * loan) / loan
    return survival * assigned + (1 - survival) * market


def wrong_way(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
) -> list[Number]:
    # LTV(ρ) − LTV(0), LGD(ρ) − LGD(0)
    rest = (volatility, horizon, drift, sale_cost, lag)
    return [f(loan, value, pd, rho, *rest) - f(loan, value, pd, ZERO, *rest) for f in (corr_ltv, corr_lgd)]


FUNCTIONS: dict[str, Function] = {
    "CFI_LTV": ltv,
    "CFI_CORR_LTV": corr_ltv,
    "CFI_VALUE_IN_DEFAULT": value_in_default,
    "CFI_VALUE_IN_DEFAULT_Q": value_in_default_q,
    "CFI_CORR_LGD": corr_lgd,
    "CFI_CORR_EL": corr_el,
    "CFI_CORR_ADVANCE": corr_advance,
    "CFI_STRESS_LTV": stress_ltv,
    "CFI_STEP_IN_LGD": step_in_lgd,
    "CFI_WRONG_WAY": wrong_way,
}


def risk(d: Draw) -> list[Any]:
    """pd, rho, volatility and horizon."""
    return [
        d.choice([d.log_uniform(1e-8, 1e-2), d.even(0.005, 0.5), d.even(0.5, 1)]),
        d.choice([d.even(-0.95, 0.95), d.even(0, 0.95), d.choice([-1.0, 1.0, 0.999, -0.999])]),
        d.even(0.05, 1.2),
        d.log_uniform(0.02, 6),
    ]


def with_options(d: Draw, case: list[Any], ranges: list[tuple[float, float]]) -> list[Any]:
    """Some of the optional arguments, from the left."""
    return [*case, *(d.even(*ends) for ends in ranges[: d.randint(0, len(ranges))])]


DRIFT, COST, LAG, UNSECURED = (-0.5, 0.3), (0.0, 0.6), (0.0, 1.5), (0.0, 0.9)
WORKOUT = [(0.0, 0.2), (0.0, 0.1), (0.0, 0.1)]  # discount rate, cost of the work-out, accrued interest
ADVANCE = [DRIFT, COST, LAG, (0.0, 0.05), (0.0, 0.005), (0.0, 0.001), (0.0, 0.1)]


def loan_and_value(d: Draw) -> list[Any]:
    value = d.log_uniform(1e-3, 1e9)
    return [float(f"{value * d.even(0.2, 1.5):.8g}"), value]


def random_loss(d: Draw) -> list[Any]:
    return with_options(d, [*loan_and_value(d), *risk(d)], [DRIFT, COST, LAG, UNSECURED, *WORKOUT])


def random_floored(d: Draw) -> list[Any]:
    return with_options(d, [*loan_and_value(d), *risk(d)], [DRIFT, COST, LAG, (0, 0.1)])


def random_ltv(d: Draw) -> list[Any]:
    return with_options(d, [*loan_and_value(d), *risk(d)], [DRIFT, COST, LAG])


A = [70, 100, 0.05, 0.5, 0.4, 1]
TABLE: list[tuple[list[Any], str]] = [
    (A, "docs/method/models.md §3.4 case A"),
    ([70, 100, 0.05, 0, 0.4, 1], "case B, rho 0"),
    ([70, 100, 0.05, 0.9, 0.4, 1], "case C"),
    ([70, 100, 0.05, -0.5, 0.4, 1], "case D"),
    ([70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1], "case E"),
    ([50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2], "case F"),
    ([70, 100, 0.999, 0.5, 0.4, 1], "case G"),
    ([70, 100, 0.0005, 0.5, 0.4, 1], "case H"),
    ([*A, 0, 0, 0.25], "case A with a lag"),
    ([70, 100, 0.05, 1, 0.4, 1], "rho 1"),
    ([70, 100, 0.05, -1, 0.4, 1], "rho −1"),
    ([70, 100, 1, 0.5, 0.4, 1], "pd 1"),
    ([70, 100, 1, 1, 0.4, 1], "pd 1 and rho 1"),
    ([70, 100, 1e-8, 0.5, 0.4, 1], "pd of 1e-8"),
    ([70, 100, 1e-8, 0.9999, 0.9, 1], "pd of 1e-8, nearly full correlation"),
    ([70, 100, 1e-100, 0.3, 0.4, 1], "pd of 1e-100"),
    ([70, 100, 0.05, 0.5, 0, 1], "volatility 0"),
    ([110, 100, 0.05, 0.5, 0, 1, -0.26, 0.1], "volatility 0 under water"),
    ([70, 100, 0.05, 0.5, 0.4, 0], "horizon 0"),
    ([110, 100, 0.05, 0.5, 0.4, 0, -0.26, 0.2], "horizon 0 under water"),
    ([70, 100, 0.05, 0.9, 0.4, 0, 0, 0, 1], "a lag without horizon has no correlation"),
    ([0, 100, 0.05, 0.5, 0.4, 1], "loan 0"),
    ([70, 0, 0.05, 0.5, 0.4, 1], "value 0"),
    ([1e-6, 1e6, 0.05, 0.9, 0.4, 1], "tiny loan"),
    ([1e12, 1, 0.05, 0.5, 0.4, 1], "huge loan"),
    ([7e200, 1e201, 0.05, 0.5, 0.4, 1], "huge amounts"),
    ([7e-200, 1e-199, 0.05, 0.5, 0.4, 1], "tiny amounts"),
    ([70, 100, 0.05, 0.5, 3, 10], "volatility without reason"),
    ([70, 100, 0, 0.5, 0.4, 1], "pd 0"),
    ([70, 100, 1.01, 0.5, 0.4, 1], "pd above 1"),
    ([70, 100, 0.05, 1.01, 0.4, 1], "rho above 1"),
    ([-70, 100, 0.05, 0.5, 0.4, 1], "negative loan"),
    ([70, 100, 0.05, 0.5, -0.4, 1], "negative volatility"),
    ([*A, 0, 1], "sale cost 1"),
    ([*A, 0, 0, -1], "negative lag"),
]
WORKED_OUT: list[tuple[list[Any], str]] = [
    ([*A, -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "discounted, worked out, interest accrued"),
    ([*A, 0, 0, 0.5, 0, 0.09], "discounted alone"),
    ([*A, 0, 0, 0, 0, 0.09], "nothing to discount without a lag"),
    ([*A, 0, 0, 0, 0, 0, 0.03], "worked out alone"),
    ([*A, 0, 0, 0, 0, 0, 0, 0.02], "interest alone"),
    ([1e-6, 1e6, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.01], "fully covered, still a loss"),
    ([70, 0, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.01], "value 0: above 1"),
    ([0, 100, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.01], "loan 0"),
    ([*A, 0, 0, 1, 0, 1e300], "a discount rate without reason"),
    ([*A, 0, 0, 1, 0, -0.1], "negative discount rate"),
    ([*A, 0, 0, 1, 0, 0, -0.1], "negative cost"),
    ([*A, 0, 0, 1, 0, 0, 0, -0.1], "negative interest"),
]


def without_loan(case: list[Any]) -> list[Any]:
    """value, pd, rho, volatility, horizon, drift, lag out of a row of the table."""
    return [*case[1:7], *([case[8]] if len(case) > 8 else [])]


POINTS = {
    "CFI_LTV": points(
        "CFI_LTV",
        lambda d: [*loan_and_value(d), d.choice([None, d.even(-0.5, 0.95)])],
        [
            ([70, 100], "plain"),
            ([70, 100, 0.3], "haircut"),
            ([0, 100], "loan 0"),
            ([70, 0], "value 0"),
            ([70, 100, 1], "haircut 1"),
            ([70, 100, 1.1], "haircut above 1"),
            ([70, 100, -0.5], "expected gain"),
            ([-70, 100], "negative loan"),
            ([70, -100], "negative value"),
            ([1e-300, 1e-300], "tiny"),
        ],
    ),
    "CFI_CORR_LTV": points(
        "CFI_CORR_LTV",
        random_floored,
        [
            *TABLE,
            ([70, 100, 1e-11, 0.5, 0.4, 1, 0, 0, 0, 0.0005], "a pd of 1e-11 with Basel's floor"),
            ([70, 100, 0, 0.5, 0.4, 1, 0, 0, 0, 0.0005], "pd 0 with a floor"),
            ([*A, 0, 0, 0, 0.0005], "a floor below pd"),
            ([*A, 0, 0, 0, 1], "a floor of 1"),
            ([*A, 0, 0, 0, 1.1], "a floor above 1"),
        ],
        16,
    ),
    "CFI_VALUE_IN_DEFAULT": points(
        "CFI_VALUE_IN_DEFAULT",
        lambda d: with_options(d, [d.log_uniform(1e-3, 1e9), *risk(d)], [DRIFT, LAG]),
        [(without_loan(case), note) for case, note in TABLE if "loan" not in note and note != "sale cost 1"],
    ),
    "CFI_VALUE_IN_DEFAULT_Q": points(
        "CFI_VALUE_IN_DEFAULT_Q",
        lambda d: with_options(d, [d.even(0.001, 0.999), d.log_uniform(1e-3, 1e9), *risk(d)], [DRIFT]),
        [
            ([0.1, 100, 0.05, 0.5, 0.4, 1], "case A at 0.10"),
            ([0.1, 100, 0.05, 0.9, 0.4, 1], "case C"),
            ([0.1, 100, 0.05, 0, 0.4, 1], "rho 0"),
            ([0.05, 100, 0.02, 0.3, 0.3, 2, -0.26], "case E"),
            ([0.05, 100, 0.25, 0.85, 0.9, 0.75, -0.3], "case F"),
            ([0.1, 100, 0.05, 1, 0.4, 1], "rho 1"),
            ([0.1, 100, 0.05, -1, 0.4, 1], "rho −1"),
            ([0.1, 100, 1, 0.5, 0.4, 1], "pd 1"),
            ([0.1, 100, 1e-8, 0.5, 0.4, 1], "pd of 1e-8"),
            ([0.1, 100, 0.05, 0.5, 0, 1, -0.2], "volatility 0"),
            ([0.1, 100, 0.05, 0.5, 0.4, 0], "horizon 0"),
            ([0.1, 0, 0.05, 0.5, 0.4, 1], "value 0"),
            ([0, 100, 0.05, 0.5, 0.4, 1], "quantile 0"),
            ([1, 100, 0.05, 0.5, 0.4, 1], "quantile 1"),
            ([0.1, 100, 0, 0.5, 0.4, 1], "pd 0"),
            ([1e-9, 100, 0.05, 0.5, 0.4, 1], "quantile of 1e-9"),
        ],
    ),
    "CFI_CORR_LGD": points(
        "CFI_CORR_LGD",
        random_loss,
        [
            *TABLE,
            ([*A, 0, 0, 0, 0.3], "unsecured recovery"),
            ([*A, 0, 0, 0, 1], "unsecured recovery of 1"),
            *WORKED_OUT,
        ],
        40,
    ),
    "CFI_CORR_EL": points("CFI_CORR_EL", random_loss, [*TABLE, *WORKED_OUT], 16),
    "CFI_CORR_ADVANCE": points(
        "CFI_CORR_ADVANCE",
        lambda d: (lambda r: with_options(d, [float(f"{r[0] * d.even(0.01, 0.9):.6g}"), *r], ADVANCE))(risk(d)),
        [
            ([0.0025, 0.05, 0, 0.4, 1], "docs/method/models.md §3.4"),
            ([0.0025, 0.05, 0.5, 0.4, 1], "docs/method/models.md §3.4"),
            ([0.0025, 0.05, 0.9, 0.4, 1], "docs/method/models.md §3.4"),
            ([0.001, 0.02, 0.2, 0.4, 1], "docs/method/models.md §3.4"),
            ([0.001, 0.25, 0.85, 0.4, 1], "docs/method/models.md §3.4"),
            ([0.0025, 0.05, 1, 0.4, 1], "rho 1"),
            ([0.0025, 0.05, 0.5, 0, 1, -0.26, 0.1], "volatility 0"),
            ([0.0025, 0.05, 0.5, 0.4, 0], "horizon 0"),
            ([0, 0.05, 0.5, 0.4, 1], "no loss allowed"),
            ([0.05, 0.05, 0.5, 0.4, 1], "target at pd"),
            ([0.06, 0.05, 0.5, 0.4, 1], "target above pd"),
            ([0.1, 1, 0.5, 0.4, 1], "pd 1"),
            ([5e-9, 1e-8, 0.5, 0.4, 1], "pd of 1e-8"),
            ([0.04999, 0.05, 0.5, 0.4, 1], "almost all may be lost"),
            ([0.0125, 0.05, 0.5, 0.4, 1, -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "worked out"),
            ([0.001, 0.05, 0.5, 0.4, 1, 0, 0, 0.5, 0, 0.09, 0.03], "work-out alone loses more"),
            ([0.04, 0.05, 0.5, 0.4, 1, 0, 0, 0, 0.5], "unsecured recovery keeps every loan below"),
            ([0.0125, 0.05, 0.5, 0, 1, -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "certain and worked out"),
        ],
    ),
    "CFI_STRESS_LTV": points(
        "CFI_STRESS_LTV",
        lambda d: with_options(d, [*loan_and_value(d), *risk(d)[1:], d.log_uniform(1e-6, 0.99)], [DRIFT, COST]),
        [
            ([70, 100, 0.5, 0.4, 1, 0.01], "docs/method/catalogue.md"),
            ([70, 100, 0, 0.4, 1, 0.01], "rho 0"),
            ([70, 100, 1, 0.4, 1, 0.01], "rho 1"),
            ([70, 100, -1, 0.4, 1, 0.01], "rho −1"),
            ([70, 100, 0.5, 0, 1, 0.01, -0.2], "volatility 0"),
            ([70, 100, 0.5, 0.4, 0, 0.01], "horizon 0"),
            ([70, 0, 0.5, 0.4, 1, 0.01], "value 0"),
            ([0, 100, 0.5, 0.4, 1, 0.01], "loan 0"),
            ([70, 100, 0.5, 0.4, 1, 0], "quantile 0"),
            ([70, 100, 0.5, 0.4, 1, 1], "quantile 1"),
            ([70, 100, 0.5, 0.4, 1, 0.5], "the median"),
            ([70, 100, 0.5, 0.4, 1, 1e-12], "quantile of 1e-12"),
        ],
    ),
    "CFI_STEP_IN_LGD": points(
        "CFI_STEP_IN_LGD",
        lambda d: (
            lambda lv, r: with_options(
                d, [lv[0], d.even(0, 1.3) * lv[0], d.even(0, 1), lv[1], *r], [DRIFT, COST, LAG, UNSECURED, *WORKOUT]
            )
        )(loan_and_value(d), risk(d)),
        [
            ([70, 60, 0.7, *A[1:]], "case A"),
            ([70, 60, 0, *A[1:]], "no contract survives"),
            ([70, 60, 1, *A[1:]], "the contract survives"),
            ([70, 80, 1, *A[1:]], "the contract covers the loan"),
            ([0, 60, 0.7, *A[1:]], "loan 0"),
            ([70, 0, 0.7, *A[1:]], "contract worth nothing"),
            ([70, 60, 1.1, *A[1:]], "survival above 1"),
            ([70, 60, 0.7, 100, 0, 0.5, 0.4, 1], "pd 0"),
            ([70, 60, 0.7, *A[1:], -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "worked out"),
            ([70, 71, 1, *A[1:], 0, 0, 0, 0, 0, 0, 0.02], "a contract worth less than the claim"),
            ([0, 60, 0.7, *A[1:], 0, 0, 1, 0, 0.1, 0.1, 0.1], "loan 0 and costs"),
        ],
    ),
    "CFI_WRONG_WAY": points("CFI_WRONG_WAY", random_ltv, TABLE, 14),
}

LOSS = floor(1, "loss is a difference of probabilities at most 1; scale 1 of the loan")


def advance_tolerance(target: Any, pd: Any, *_: Any) -> dict[str, Any]:
    share = target / pd
    sensitivity = float(max(mpf(1), 1 / share))
    return {
        "relative": max(1e-10, 1e-13 * sensitivity),
        "absolute": 0.0,
        "why": "root of a loss known to 1e-13 of the loan; the smaller the target share the fewer its digits",
    }


def wrong_way_scale(loan: Any, value: Any, pd: Any, rho: Any, *rest: Any) -> dict[str, Any]:
    plain = corr_ltv(loan, value, pd, ZERO, *rest)
    adjusted = corr_ltv(loan, value, pd, rho, *rest)
    return floor(max(plain, adjusted, mpf(1)), "difference of two ratios; scale is the larger, at least 1")


TOLERANCES: dict[str, Any] = {
    "CFI_CORR_LGD": LOSS,
    "CFI_CORR_EL": lambda *a: floor(a[2], "pd times a loss known to 1e-13 of the loan"),
    "CFI_STEP_IN_LGD": LOSS,
    "CFI_CORR_ADVANCE": advance_tolerance,
    "CFI_WRONG_WAY": wrong_way_scale,
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
