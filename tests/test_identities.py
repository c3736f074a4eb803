"""Identities between functions: what must hold exactly whatever the numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

import computefi

seeded = settings(max_examples=25, derandomize=True, deadline=None)
shares = st.floats(0.01, 0.99)
rates = st.floats(-0.2, 0.4)
flows = st.lists(st.floats(1, 1e6), min_size=2, max_size=20)
CASE_A = (70, 100, 0.05, 0.5, 0.4, 1)


# --- cover and sizing -----------------------------------------------------------------------------


@given(cfads=flows, target=st.floats(1, 3), rate=rates)
@seeded
def test_sculpted_debt_has_dscr_and_llcr_equal_to_target_at_every_date(
    cfads: list[float], target: float, rate: float
) -> None:
    schedule = computefi.sculpt_schedule((tuple(cfads),), target, rate)
    service, interest, principal, balance = np.asarray(schedule).T
    debt = computefi.sculpt_debt((tuple(cfads),), target, rate)
    np.testing.assert_allclose(service, interest + principal, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(np.array(cfads) / service, target, rtol=1e-12)
    assert balance[-1] == pytest.approx(0, abs=1e-9 * debt)
    opening = [debt, *balance[:-1]]
    np.testing.assert_allclose(np.array(opening) - principal, balance, atol=1e-9 * debt)
    for period, owed in enumerate(opening):
        assert computefi.llcr((tuple(cfads[period:]),), owed, rate) == pytest.approx(target, rel=1e-9)


@given(cfads=flows, rate=rates, debt=st.floats(1, 1e6), cash=st.floats(0, 1e4))
@seeded
def test_llcr_is_linear_in_cash_and_plcr_adds_the_tail(
    cfads: list[float], rate: float, debt: float, cash: float
) -> None:
    plain = computefi.llcr((tuple(cfads),), debt, rate)
    assert computefi.llcr((tuple(cfads),), debt, rate, cash) - plain == pytest.approx(cash / debt, abs=1e-10 * plain)
    tail = computefi.sculpt_debt(((0.0,) * len(cfads) + (5.0, 5.0),), 1, rate) / debt
    assert computefi.plcr(((*cfads, 5.0, 5.0),), debt, rate) == pytest.approx(plain + tail, rel=1e-10)


@given(cfads=flows, dscr=st.floats(1, 2), rate=rates, capex=st.floats(1, 1e6), advance=shares, cap=st.floats(0.1, 1.5))
@seeded
def test_capacity_is_the_least_of_three_and_top_up_fills_it(
    cfads: list[float], dscr: float, rate: float, capex: float, advance: float, cap: float
) -> None:
    capacity, binding = computefi.debt_capacity((tuple(cfads),), dscr, rate, capex, advance, cap)
    tests = [computefi.sculpt_debt((tuple(cfads),), dscr, rate), advance * capex, cap * capex]
    assert capacity == min(tests)
    assert tests[int(binding) - 1] == capacity
    top_up = computefi.top_up((tuple(cfads),), dscr, rate, capex, cap, capacity)
    assert capacity + top_up == pytest.approx(max(capacity, min(tests[0], tests[2])), rel=1e-12)


# --- drawdown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["annuity", "straight", "bullet"])
@given(principal=st.floats(1, 1e9), rate=st.floats(-0.1, 0.3), periods=st.integers(1, 60))
@seeded
def test_amortisation_ends_at_zero_and_repays_the_loan(style: str, principal: float, rate: float, periods: int) -> None:
    interest, repaid, balance = np.asarray(computefi.amortise(principal, rate, periods, style)).T
    assert balance[-1] == 0
    assert repaid.sum() == pytest.approx(principal, rel=1e-11)
    opening = np.array([principal, *balance[:-1]])
    np.testing.assert_allclose(interest, rate * opening, rtol=1e-12)
    np.testing.assert_allclose(opening - repaid, balance, atol=1e-10 * principal)
    worth = computefi.sculpt_debt((tuple(interest + repaid),), 1, rate)
    assert worth == pytest.approx(principal, rel=1e-9), "the payments are worth the loan"
    if style == "annuity":
        assert np.ptp(interest + repaid) < 1e-9 * principal


@given(cash=st.floats(-100, 1e6), dues=st.lists(st.floats(0, 1e5), min_size=1, max_size=9))
@seeded
def test_a_waterfall_conserves_cash_and_pays_in_order(cash: float, dues: list[float]) -> None:
    *paid, left = np.ravel(computefi.waterfall(cash, (tuple(dues),)))
    assert sum(paid) + left == pytest.approx(cash, abs=1e-9)
    assert all(0 <= part <= due for part, due in zip(paid, dues, strict=True))
    short = next((i for i, (part, due) in enumerate(zip(paid, dues, strict=True)) if part < due - 1e-9), len(dues))
    assert not any(part > 1e-9 for part in paid[short + 1 :]), "nobody is paid before one who is short"


@given(periods=st.integers(1, 120), amount=st.floats(0.01, 1e6), per_year=st.sampled_from([1, 4, 12]))
@seeded
def test_a_level_schedule_has_a_life_of_half_of_one_more_than_its_periods(
    periods: int, amount: float, per_year: int
) -> None:
    life = computefi.wal(((amount,) * periods,), per_year)
    assert life == pytest.approx((periods + 1) / 2 / per_year, rel=1e-12)


@given(rate=st.floats(0, 0.3), fee=st.floats(0, 0.05), periods=st.integers(1, 30))
@seeded
def test_the_yield_is_the_coupon_without_fees_and_more_with_them(rate: float, fee: float, periods: int) -> None:
    repayments = ((0.0, *(100.0 / periods,) * periods),)
    nominal, effective = computefi.all_in_yield(100, repayments, rate)
    assert nominal == pytest.approx(rate, abs=1e-11)
    assert effective == pytest.approx((1 + rate / 4) ** 4 - 1, abs=1e-11)
    assert computefi.all_in_yield(100, repayments, rate, fee)[0] >= nominal - 1e-12


# --- correlation-adjusted LTV ---------------------------------------------------------------------


@pytest.mark.parametrize(("p", "s"), [(0.5, 0.5), (0.2, 0.7), (0.9, 0.1), (0.05, 0.95)])
@pytest.mark.parametrize(("loan", "pd", "volatility"), [(70, 0.05, 0.4), (90, 0.005, 0.3), (60, 0.25, 0.9)])
def test_the_systematic_split_integrates_back(p: float, s: float, loan: float, pd: float, volatility: float) -> None:
    """docs/method/models.md §3.2 (7): given y, borrower and collateral are independent; over y (4) comes back."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(160)
    weights = weights / math.sqrt(2 * math.pi)
    default, loss = systematic(nodes, p, s, loan, pd, volatility)
    assert (weights * default).sum() == pytest.approx(pd, rel=1e-7)
    rho = math.sqrt(p * s)
    expected = computefi.corr_el(loan, 100, pd, rho, volatility, 1)
    assert (weights * default * loss).sum() == pytest.approx(expected, rel=1e-6)


def systematic(y: np.ndarray, p: float, s: float, loan: float, pd: float, volatility: float) -> tuple[np.ndarray, ...]:
    """PD(y), and the loss of a lognormal of log mean shifted by a√s·y and variance a²(1−s), by CFI_GAP_RISK."""
    default = ndtr((ndtri(pd) - math.sqrt(p) * y) / math.sqrt(1 - p))
    mean = 100 * np.exp(volatility * math.sqrt(s) * y - volatility**2 * s / 2)
    loss = computefi.gap_risk(loan / mean, volatility * math.sqrt(1 - s), 365)
    return default, np.asarray(loss)[:, 1]


def test_the_systematic_split_at_the_thousandth_quantile() -> None:
    """docs/method/models.md §3.4, Systematic: p = s = ½, y = Φ⁻¹(.001)."""
    default, loss = systematic(np.array([ndtri(0.001), ndtri(0.001)]), 0.5, 0.5, 70, 0.05, 0.4)
    assert default[0] == pytest.approx(0.777583659809, abs=1e-11)
    assert loss[0] == pytest.approx(0.429239660079, abs=1e-11)
    assert default[0] * loss[0] == pytest.approx(0.333769745819, abs=1e-11)


@given(pd=st.floats(1e-6, 0.999), rho=st.floats(-0.99, 0.99), volatility=st.floats(0.05, 1), loan=st.floats(30, 150))
@seeded
def test_loss_with_default_and_without_add_up_to_the_put(pd: float, rho: float, volatility: float, loan: float) -> None:
    """Default of X < d and survival X > d are the same event seen with −ρ: together the whole loss."""
    failing = computefi.corr_el(loan, 100, pd, rho, volatility, 1)
    living = computefi.corr_el(loan, 100, 1 - pd, -rho, volatility, 1)
    assert failing + living == pytest.approx(computefi.corr_el(loan, 100, 1, 0, volatility, 1), abs=1e-13)
    mean = pd * computefi.value_in_default(100, pd, rho, volatility, 1)
    mean += (1 - pd) * computefi.value_in_default(100, 1 - pd, -rho, volatility, 1)
    assert mean == pytest.approx(100, rel=1e-12)


@given(pd=st.floats(1e-4, 0.9), rho=st.floats(-0.95, 0.95), volatility=st.floats(0.05, 0.8), q=shares)
@seeded
def test_a_loan_at_the_quantile_is_short_with_its_probability(
    pd: float, rho: float, volatility: float, q: float
) -> None:
    """The slope of loan·LGD in the loan is the probability that the value falls short of it: formulas (3) and (4)."""
    level = computefi.value_in_default_q(q, 100, pd, rho, volatility, 1)
    step = 1e-4 * level
    up, down = (loan * computefi.corr_lgd(loan, 100, pd, rho, volatility, 1) for loan in (level + step, level - step))
    assert (up - down) / (2 * step) == pytest.approx(q, abs=1e-5)


@given(pd=st.floats(1e-4, 0.9), rho=st.floats(-1, 1), share=shares, volatility=st.floats(0.05, 1))
@seeded
def test_haircut_and_advance_meet_one_target(pd: float, rho: float, share: float, volatility: float) -> None:
    advance = computefi.corr_advance(pd * share, pd, rho, volatility, 1)
    assert computefi.haircut_target(pd, pd * share, volatility, 1, rho) == pytest.approx(1 - advance, abs=1e-12)
    assert computefi.corr_el(advance, 1, pd, rho, volatility, 1) == pytest.approx(pd * share, rel=1e-8)


@given(
    q=st.floats(0.5, 0.9999), volatility=st.floats(0.01, 1.2), horizon=st.floats(0.01, 4), drift=st.floats(-0.5, 0.3)
)
@seeded
def test_haircuts_are_the_full_correlation_case(q: float, volatility: float, horizon: float, drift: float) -> None:
    shortfall = 1 - computefi.value_in_default(1, 1 - q, 1, volatility, horizon, drift)
    assert computefi.haircut_es(volatility, horizon, q, drift) == pytest.approx(shortfall, abs=1e-12)
    worst = computefi.value_in_default_q(1 - q, 1, 1, 0, volatility, horizon, drift)
    assert computefi.haircut_var(volatility, horizon, q, drift) == pytest.approx(1 - worst, abs=1e-12)


def test_step_in_mixes_the_two_sales() -> None:
    at = [computefi.step_in_lgd(70, 60, survival, *CASE_A[1:]) for survival in (0, 0.5, 1)]
    assert at[0] == computefi.corr_lgd(*CASE_A)
    assert at[2] == pytest.approx(1 / 7)
    assert at[1] == pytest.approx((at[0] + at[2]) / 2)


@pytest.mark.parametrize("rho", [-0.5, 0, 0.4, 1])
def test_a_loss_path_is_the_sum_of_yearly_expected_losses(rho: float) -> None:
    balances, value, rate, cost = (100, 80, 60, 40, 20), 1000 / 9, 0.06, 0.25
    pds = [0.98 ** (t - 1) - 0.98**t for t in range(1, 6)]
    values = [value * math.exp(-0.26 * t) for t in range(1, 6)]
    total, *parts = np.ravel(computefi.el_path((balances,), (tuple(pds),), (tuple(values),), rho, 0.3, rate, cost))
    for t, part in enumerate(parts, start=1):
        case = (rho, 0.3, t, -0.26, cost)
        by_end = computefi.corr_el(balances[t - 1], value, 1 - 0.98**t, *case)
        before = computefi.corr_el(balances[t - 1], value, 1 - 0.98 ** (t - 1), *case)
        assert part == pytest.approx(1.06**-t * (by_end - before) * balances[t - 1], rel=1e-10)
    assert total == pytest.approx(sum(parts), rel=1e-14)


@given(pd=st.floats(1e-4, 1), rho=st.floats(-1, 1), volatility=st.floats(0.05, 0.8), drift=st.floats(-0.4, 0.1))
@seeded
def test_a_pool_of_one_machine_twice_is_that_machine(pd: float, rho: float, volatility: float, drift: float) -> None:
    both = np.ravel(
        computefi.pool_in_default((60, 40), (drift,) * 2, (volatility,) * 2, (rho,) * 2, ((1, 1), (1, 1)), pd, 1)
    )
    assert float(both[0]) == pytest.approx(computefi.value_in_default(100, pd, rho, volatility, 1, drift), rel=1e-12)


def test_simulation_agrees_with_the_integrals_within_its_error() -> None:
    for nu, exact in ((0, computefi.corr_lgd(*CASE_A)), (4, computefi.corr_lgd_t(*CASE_A, 4))):
        mean, error = np.ravel(computefi.corr_lgd_sim(70, 100, 0.05, 0.5, 0.4, 1, 1, nu, 50_000, 7))
        assert 0 < error < 0.003
        assert abs(mean - exact) < 4 * error, (nu, mean, exact, error)
    again = np.ravel(computefi.corr_lgd_sim(70, 100, 0.05, 0.5, 0.4, 1, 1, 4, 50_000, 7))
    assert tuple(again) == (mean, error), "the same seed gives the same answer"


def test_jumps_of_nothing_and_a_normal_limit_give_the_plain_loss() -> None:
    plain = computefi.corr_lgd(*CASE_A)
    assert computefi.corr_lgd_jump(*CASE_A, 0.5, 0) == pytest.approx(plain, rel=1e-13)
    assert computefi.corr_lgd_t(*CASE_A, 1e7) == pytest.approx(plain, rel=1e-5)


# --- two names ------------------------------------------------------------------------------------


@given(p=shares, q=shares, rho=st.floats(-1, 1))
@seeded
def test_both_default_is_bounded_and_symmetric_and_its_complements_add_up(p: float, q: float, rho: float) -> None:
    both = computefi.pd_both(p, q, rho)
    assert max(0.0, p + q - 1) - 1e-15 <= both <= min(p, q) + 1e-15
    assert computefi.pd_both(q, p, rho) == pytest.approx(both, rel=1e-13)
    assert both + computefi.pd_either(p, q, rho) == pytest.approx(p + q, rel=1e-13)
    assert both + computefi.pd_both(p, 1 - q, -rho) == pytest.approx(p, abs=1e-14), "the second fails or does not"


@given(pd=st.floats(1e-6, 0.9), first=st.floats(0, 20), second=st.floats(0, 20))
@seeded
def test_survival_over_two_stretches_multiplies(pd: float, first: float, second: float) -> None:
    alive = (1 - computefi.pd_term(pd, first)) * (1 - computefi.pd_term(pd, second))
    assert 1 - computefi.pd_term(pd, first + second) == pytest.approx(alive, rel=1e-10)


# --- haircuts, GPUs and miners --------------------------------------------------------------------


@given(haircut=st.floats(0, 0.05), a=st.floats(1, 30), b=st.floats(1, 30), c=st.floats(1, 30))
@seeded
def test_basel_scaling_by_steps_is_scaling_at_once(haircut: float, a: float, b: float, c: float) -> None:
    steps = computefi.haircut_basel(computefi.haircut_basel(haircut, a, b), b, c)
    assert steps == pytest.approx(computefi.haircut_basel(haircut, a, c), rel=1e-13, abs=1e-18)


@given(quantity=st.floats(1, 1e4), impact=st.floats(0.05, 1), decay=st.floats(0.05, 1), factor=st.floats(0.2, 5))
@seeded
def test_no_other_horizon_sells_better(quantity: float, impact: float, decay: float, factor: float) -> None:
    horizon, best = computefi.liquidation_horizon(quantity, 1000, impact, decay)
    assert computefi.haircut_liquidity(quantity, 1000, horizon, impact, 0.5, 0, decay) == pytest.approx(best, rel=1e-12)
    other = computefi.haircut_liquidity(quantity, 1000, horizon * factor, impact, 0.5, 0, decay)
    assert other >= best * (1 - 1e-14)


@given(
    cost=st.floats(5e3, 1e5),
    opex=st.floats(0.1, 1.5),
    life=st.floats(1, 8),
    rate=st.floats(0, 0.3),
    decay=st.floats(0, 0.5),
)
@seeded
def test_the_breakeven_rent_makes_a_gpu_worth_its_cost(
    cost: float, opex: float, life: float, rate: float, decay: float
) -> None:
    rent, _ = computefi.breakeven_rent(cost, opex, 0.9, life, rate, decay)
    assert computefi.gpu_value(0, 0, rent, decay, opex, 0.9, life, rate)[0] == pytest.approx(cost, rel=1e-9)


@given(hashprice=st.floats(45, 300), step=st.just(1e-6))
@seeded
def test_the_elasticity_of_a_machine_is_the_slope_of_its_value(hashprice: float, step: float) -> None:
    _, _, elasticity = computefi.asic_value(hashprice, 41.6, 0.4, 0.15)
    up, down = (computefi.asic_value(hashprice * (1 + sign * step), 41.6, 0.4, 0.15)[0] for sign in (1, -1))
    assert math.log(up / down) / math.log((1 + step) / (1 - step)) == pytest.approx(elasticity, rel=1e-5)


@given(subsidy=st.floats(0.1, 10), fees=st.floats(0, 2))
@seeded
def test_a_halving_is_the_ratio_of_two_hashprices(subsidy: float, fees: float) -> None:
    before = computefi.hashprice(80_000, subsidy, 900, fees)
    after = computefi.hashprice(80_000, subsidy / 2, 900, 2 * fees)  # the same fees in coin
    assert computefi.halving(fees) == pytest.approx(after / before, rel=1e-13)


def test_the_backlog_rolls_forward_by_its_book_to_bill() -> None:
    closing, book_to_bill = computefi.backlog_roll(100, 40, 20, 5, 3)
    assert closing == pytest.approx(100 + 20 * (book_to_bill - 1))
