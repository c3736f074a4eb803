"""Limits and edges: what happens at zero, at one, at the ends of every range."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import computefi
from computefi.errors import Code
from computefi.spec import REGISTRY, call

A = (70, 100, 0.05, 0.5, 0.4, 1)


def code(name: str, *arguments: object) -> object:
    """The error value of a call that must fail."""
    cell = call(REGISTRY[name], arguments).cells()[0][0]
    assert isinstance(cell, Code), f"{name}{arguments} gave {cell}"
    return cell


# --- docs/method/models.md §3.3 ------------------------------------------------------------------------------


def black_scholes_put(spot: float, strike: float, volatility: float, time: float, drift: float) -> float:
    """Undiscounted put on a lognormal with the given drift."""
    a = volatility * math.sqrt(time)
    d2 = (math.log(spot / strike) + (drift - volatility**2 / 2) * time) / a
    return strike * ndtr(-d2) - spot * math.exp(drift * time) * ndtr(-d2 - a)


@pytest.mark.parametrize("pd", [1e-6, 0.05, 0.7])
def test_without_correlation_lgd_is_a_black_scholes_put(pd: float) -> None:
    strike = 70 / 0.9
    expected = black_scholes_put(100, strike, 0.3, 2, -0.26) / strike
    assert computefi.corr_lgd(70, 100, pd, 0, 0.3, 2, -0.26, 0.1) == pytest.approx(expected, rel=1e-12)


def test_full_correlation_has_its_own_closed_form() -> None:
    d, a = ndtri(0.05), 0.4
    z = (math.log(0.7) + a * a / 2) / a
    expected = (ndtr(min(d, z)) - ndtr(min(d, z) - a) / 0.7) / 0.05
    assert computefi.corr_lgd(70, 100, 0.05, 1, 0.4, 1) == pytest.approx(expected, rel=1e-11)
    shortfall = 100 * ndtr(d - a) / 0.05
    assert computefi.value_in_default(100, 0.05, 1, 0.4, 1) == pytest.approx(shortfall, rel=1e-13)
    assert computefi.haircut_es(0.4, 1, 0.95) == pytest.approx(1 - shortfall / 100, rel=1e-13)


@pytest.mark.parametrize("rho", [-1, -0.999999999, 0.999999999, 1])
def test_lgd_is_continuous_up_to_full_correlation(rho: float) -> None:
    exact = computefi.corr_lgd(70, 100, 0.05, math.copysign(1, rho), 0.4, 1)
    assert computefi.corr_lgd(70, 100, 0.05, rho, 0.4, 1) == pytest.approx(exact, abs=1e-4)


def test_certain_default_gives_the_unconditional_values() -> None:
    for rho in (-1, -0.5, 0, 0.5, 1):
        assert computefi.corr_ltv(70, 100, 1, rho, 0.4, 1) == pytest.approx(0.7, rel=1e-14)
        put = black_scholes_put(100, 70, 0.4, 1, 0) / 70
        assert computefi.corr_lgd(70, 100, 1, rho, 0.4, 1) == pytest.approx(put, rel=1e-12)
        assert computefi.value_in_default(100, 1, rho, 0.4, 1) == pytest.approx(100)
    assert computefi.value_in_default_q(0.1, 100, 1, 0.5, 0.4, 1) == pytest.approx(
        100 * math.exp(-0.08 + 0.4 * ndtri(0.1)), rel=1e-11
    )
    assert computefi.corr_lgd(70, 100, 1 - 1e-15, 0.5, 0.4, 1) == pytest.approx(put, rel=1e-10)


@pytest.mark.parametrize(("volatility", "horizon"), [(0, 1), (0.4, 0), (0, 0)])
def test_without_volatility_or_horizon_the_value_is_certain(volatility: float, horizon: float) -> None:
    mean = 100 * math.exp(-0.26 * horizon)
    for rho in (-1, 0, 0.5, 1):
        case = (100, 0.05, rho, volatility, horizon, -0.26)
        assert computefi.value_in_default(*case) == pytest.approx(mean)
        assert computefi.value_in_default_q(0.1, *case) == pytest.approx(mean)
        for loan in (50, 90, 120):
            expected = max(0.0, 1 - mean * 0.9 / loan)
            assert computefi.corr_lgd(loan, *case, 0.1) == pytest.approx(expected, rel=1e-14, abs=1e-15)
    # break-even exactly: neither gain nor loss
    assert computefi.corr_lgd(100, 100, 0.05, 0.5, 0, 1) == 0


def test_a_lag_without_horizon_has_volatility_but_no_correlation() -> None:
    with_lag = computefi.corr_lgd(70, 100, 0.05, 0.9, 0.4, 0, 0, 0, 1)
    assert with_lag == pytest.approx(computefi.corr_lgd(70, 100, 0.05, 0, 0.4, 1), rel=1e-13)


def test_lgd_runs_from_zero_to_one_with_the_loan() -> None:
    assert computefi.corr_lgd(1e-300, 100, 0.05, 0.5, 0.4, 1) == 0
    assert computefi.corr_lgd(1e300, 100, 0.05, 0.5, 0.4, 1) == pytest.approx(1)
    loans = np.geomspace(1, 1e4, 200)
    assert (np.diff(computefi.corr_lgd(loans, 100, 0.05, 0.5, 0.4, 1)) >= 0).all()


def test_lgd_rises_with_rho_loan_and_sale_cost_and_falls_with_value_and_drift() -> None:
    steps = np.linspace(0, 0.95, 60)
    assert (np.diff(computefi.corr_lgd(70, 100, 0.05, np.linspace(-1, 1, 100), 0.4, 1)) > 0).all()
    assert (np.diff(computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, 1, 0, steps)) > 0).all()
    assert (np.diff(computefi.corr_lgd(70, 50 + 100 * steps, 0.05, 0.5, 0.4, 1)) < 0).all()
    assert (np.diff(computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, 1, steps)) < 0).all()


def test_a_better_credit_shows_a_worse_correlation_adjusted_ltv() -> None:
    ratio = computefi.corr_ltv(100, 100, [0.01, 1e-4, 1e-6], 0.2, 0.3, 1)
    np.testing.assert_allclose(1 / ratio, [0.8508, 0.7872, 0.7418], atol=5e-5)
    loss = computefi.corr_el(100, 100, [0.01, 1e-4, 1e-6], 0.2, 0.3, 1)
    assert (np.diff(loss) < 0).all()


@pytest.mark.parametrize("pd", [1e-8, 1e-12, 1e-100, 1e-300])
def test_a_tiny_pd_gives_a_finite_loss_between_zero_and_one(pd: float) -> None:
    assert 0 < computefi.corr_lgd(70, 100, pd, 0.5, 0.4, 1) < 1
    # the deeper the default the worse the collateral
    assert computefi.corr_lgd(70, 100, pd, 0.5, 0.4, 1) > computefi.corr_lgd(70, 100, 0.01, 0.5, 0.4, 1)


# --- docs/method/catalogue.md “Edges” ------------------------------------------------------------


def test_a_loan_of_nothing_loses_nothing() -> None:
    rest = (100, 0.05, 0.5, 0.4, 1)
    assert computefi.ltv(0, 100) == 0
    assert computefi.corr_ltv(0, *rest) == 0
    assert computefi.corr_lgd(0, *rest) == 0
    assert computefi.corr_el(0, *rest) == 0
    assert computefi.corr_lgd(0, 0, 0.05, 0.5, 0.4, 1) == 0
    assert computefi.stress_ltv(0, 100, 0.5, 0.4, 1, 0.01) == 0
    assert computefi.step_in_lgd(0, 10, 0.5, *rest) == 0


def test_collateral_of_nothing_is_lost_whole_and_has_no_ltv() -> None:
    assert computefi.corr_lgd(70, 0, 0.05, 0.5, 0.4, 1) == 1
    assert computefi.corr_lgd(70, 0, 0.05, 0.5, 0.4, 1, 0, 0, 0, 0.3) == pytest.approx(0.7)
    assert code("CFI_LTV", 70, 0) is Code.DIV0
    assert code("CFI_CORR_LTV", 70, 0, *A[2:]) is Code.DIV0
    assert code("CFI_STRESS_LTV", 70, 0, 0.5, 0.4, 1, 0.01) is Code.DIV0
    assert code("CFI_WRONG_WAY", 70, 0, *A[2:]) is Code.DIV0
    assert code("CFI_LTV", 70, 100, 1) is Code.DIV0


def test_a_pd_of_zero_conditions_on_nothing() -> None:
    for name in ("CFI_CORR_LTV", "CFI_CORR_LGD", "CFI_WRONG_WAY"):
        assert code(name, 70, 100, 0, 0.5, 0.4, 1) is Code.NUM
    assert code("CFI_VALUE_IN_DEFAULT", 100, 0, 0.5, 0.4, 1) is Code.NUM
    assert code("CFI_VALUE_IN_DEFAULT_Q", 0.1, 100, 0, 0.5, 0.4, 1) is Code.NUM
    assert computefi.corr_el(70, 100, 0, 0.5, 0.4, 1) == 0


@pytest.mark.parametrize("amount", [-1, -1e-300])
def test_negative_amounts_are_refused(amount: float) -> None:
    assert code("CFI_LTV", amount, 100) is Code.NUM
    assert code("CFI_CORR_LGD", amount, *A[1:]) is Code.NUM
    assert code("CFI_BACKLOG_COVERAGE", amount, 1) is Code.NUM
    assert code("CFI_DSCR", 1, amount, 2) is Code.NUM
    assert code("CFI_HHI", (1, amount)) is Code.NUM
    assert computefi.dscr(amount, 1, 2) == amount / 3, "cash flow may be negative"


@pytest.mark.parametrize("rho", [1.0000001, -1.0000001, 2])
def test_a_correlation_beyond_one_is_refused(rho: float) -> None:
    assert code("CFI_CORR_LTV", 70, 100, 0.05, rho, 0.4, 1) is Code.NUM
    assert code("CFI_PD_BOTH", 0.1, 0.1, rho) is Code.NUM
    assert code("CFI_DRIVER_RHO", 0.5, 0.1, 0.1, 0.1, rho, 0.1) is Code.NUM


def test_sale_cost_and_unsecured_recovery_stop_short_of_one() -> None:
    assert code("CFI_CORR_LTV", *A, 0, 1) is Code.NUM
    assert code("CFI_CORR_LGD", *A, 0, 0, 0, 1) is Code.NUM
    assert code("CFI_CORR_LGD", *A, 0, -0.1) is Code.NUM


def test_a_spread_with_full_recovery_divides_by_zero() -> None:
    assert code("CFI_PD_SPREAD", 0.02, 1, 5) is Code.DIV0


@pytest.mark.parametrize("confidence", [0.4999, 1, -1, 1.5])
def test_haircut_confidence_lies_between_a_half_and_below_one(confidence: float) -> None:
    assert code("CFI_HAIRCUT_VAR", 0.4, 0.25, confidence) is Code.NUM
    assert code("CFI_HAIRCUT_ES", 0.4, 0.25, confidence) is Code.NUM
    assert computefi.haircut_var(0.4, 0.25, 0.5) == pytest.approx(1 - math.exp(-0.02))


@pytest.mark.parametrize("quantile", [0, 1, -0.1])
def test_quantiles_lie_strictly_between_zero_and_one(quantile: float) -> None:
    assert code("CFI_STRESS_LTV", 70, 100, 0.5, 0.4, 1, quantile) is Code.NUM
    assert code("CFI_VALUE_IN_DEFAULT_Q", quantile, 100, 0.05, 0.5, 0.4, 1) is Code.NUM


@pytest.mark.parametrize("target", [0, 0.05, 0.06, -0.01])
def test_a_target_loss_lies_strictly_between_zero_and_pd(target: float) -> None:
    assert code("CFI_CORR_ADVANCE", target, 0.05, 0.5, 0.4, 1) is Code.NUM


@pytest.mark.parametrize("rho", [-1, -0.3, 0, 0.6, 1])
@pytest.mark.parametrize(("volatility", "horizon"), [(0.4, 1), (0.01, 0.1), (2, 5), (0, 1), (0.4, 0)])
@pytest.mark.parametrize("share", [1e-6, 0.05, 0.9, 0.999])
def test_an_advance_rate_gives_back_its_target(rho: float, volatility: float, horizon: float, share: float) -> None:
    target = 0.05 * share
    advance = computefi.corr_advance(target, 0.05, rho, volatility, horizon, -0.26, 0.2)
    loss = computefi.corr_el(advance, 1, 0.05, rho, volatility, horizon, -0.26, 0.2)
    assert loss == pytest.approx(target, rel=1e-9)


def test_the_driver_needs_volatility_cover_and_a_possible_correlation() -> None:
    assert code("CFI_DRIVER_RHO", 0.5, 0, 0, 0, 0.1, 0.1) is Code.DIV0
    assert code("CFI_DRIVER_PD", 1.2, 0.5, 0, 0, 0) is Code.DIV0
    assert code("CFI_DRIVER_PD", 0, 0.5, 0.1, 0.1, 0.1) is Code.NUM
    assert code("CFI_DRIVER_PD", -1, 0.5, 0.1, 0.1, 0.1) is Code.NUM
    assert code("CFI_DRIVER_RHO", 0.5, 0.1, 0.1, 0.1, 0.9, 0.9, -0.9) is Code.NUM
    assert code("CFI_DRIVER_RHO", 0.5, 0.1, 0.1, 0.1, 0.9, 0.9, 0.62 - 1e-9) is not Code.VALUE


def test_the_driver_at_its_limits() -> None:
    assert computefi.driver_rho(0, 0.1, 0.75, 0, 0.2, 0.85, 0.3) == pytest.approx(0.85)
    assert computefi.driver_rho(1, 0.1, 0.75, 0, 0.2, 0.85, 0.3) == pytest.approx(0.2)
    assert computefi.driver_rho(0.5, 0.1, 0.75, 1e9, 0.2, 0.85, 0.3) == pytest.approx(0, abs=1e-9)
    assert computefi.driver_pd(1, 0.5, 0.1, 0.1, 0.1) == 0.5
    assert computefi.driver_pd(1, 0.5, 0.1, 0.1, 0.1, 0, 1, "lognormal") == 0.5


def test_a_machine_without_margin_is_worth_nothing_and_has_no_elasticity() -> None:
    for hashcost in (45, 45.0001, 60):
        assert call(REGISTRY["CFI_ASIC_VALUE"], (45, hashcost, 0.4, 0.15)).cells() == [[0.0, 0.0, Code.NUM]]
    assert code("CFI_PAYBACK", 90, 41.6, 41.6) is Code.NUM
    assert code("CFI_PAYBACK", 90, 40, 41.6) is Code.NUM


def test_a_machine_without_cost_or_decay_lives_on() -> None:
    value, life, elasticity = computefi.asic_value(100, 0, 0.4, 0.15, 5)
    assert life == 5
    assert value == pytest.approx(36.5 * (1 - math.exp(-0.55 * 5)) / 0.55)
    assert elasticity == 1
    value, life, _ = computefi.asic_value(100, 40, 0, 0.15, 5)
    assert (value, life) == (pytest.approx(0.365 * 60 * (1 - math.exp(-0.75)) / 0.15), 5)
    assert code("CFI_ASIC_VALUE", 100, 40, 0, 0) is Code.NUM, "nothing ends the strip"


def test_divisions_by_nothing() -> None:
    assert code("CFI_BACKLOG_COVERAGE", 1, 0) is Code.DIV0
    assert code("CFI_DSCR", 1, 0, 0) is Code.DIV0
    assert code("CFI_LLCR", (1, 2), 0, 0.1) is Code.DIV0
    assert code("CFI_HHI", (0, 0)) is Code.DIV0
    assert code("CFI_EFFECTIVE_NAMES", (0, 0)) is Code.DIV0
    assert code("CFI_FIRM_SHARE", 1, 0) is Code.DIV0
    assert code("CFI_CONTRACTED_SHARE", 0, 0) is Code.DIV0
    assert code("CFI_TAIL_EXPOSURE", (0, 1), 1) is Code.DIV0
    assert code("CFI_HASHPRICE", 1, 1, 0) is Code.DIV0
    assert code("CFI_HAIRCUT_BASEL", 0.1, 0, 10) is Code.DIV0
    assert code("CFI_HAIRCUT_LIQUIDITY", 1, 0, 1, 0.3) is Code.DIV0
    assert code("CFI_RISKED_COVERAGE", ((1, 2),), 1, 0, 1, 0, 2, 0) is Code.DIV0
    assert code("CFI_REBRAND_SCORE", (0.5,) * 13, (0,) * 13) is Code.DIV0
    assert code("CFI_NEOCLOUD_SCORE", (1, 1), (1, 1), (0, 0), (1, 1)) is Code.DIV0


def test_a_whole_number_of_periods_inside_the_series() -> None:
    assert code("CFI_TAIL_EXPOSURE", (100, 50, 0), 3) is Code.NUM
    assert code("CFI_TAIL_EXPOSURE", (100, 50, 0), 1.5) is Code.NUM
    assert code("CFI_ELIGIBLE_BACKLOG", ((1, 2),), 1, 0, 1, 0, 1.5) is Code.NUM
    assert computefi.eligible_backlog(((1, 2),), 1, 0, 1, 0, 99) == 3, "columns used = min(loan_periods, columns)"


def test_parts_do_not_exceed_the_whole() -> None:
    assert code("CFI_CONTRACTED_SHARE", 101, 100) is Code.NUM
    assert code("CFI_CONTRACTED_SHARE", 50, 100, 51) is Code.NUM
    assert code("CFI_COLLATERAL_HAIRCUT", (0.1, 1.01)) is Code.NUM
    assert computefi.collateral_haircut((0.1, 1)) == 1
    assert computefi.collateral_haircut((0.1, -0.1)) == pytest.approx(0.01)


def test_a_haircut_may_be_negative_where_the_value_is_expected_to_rise() -> None:
    assert computefi.haircut_var(0.1, 1, 0.9, 1) < 0
    assert computefi.haircut_es(0.1, 1, 0.9, 1) < 0


def test_the_shortfall_haircut_is_never_below_the_quantile_haircut() -> None:
    volatility, confidence = np.meshgrid(np.linspace(0, 2, 21), [0.5, 0.9, 0.99, 0.9999])
    var = computefi.haircut_var(volatility, 0.5, confidence, -0.2)
    assert (computefi.haircut_es(volatility, 0.5, confidence, -0.2) >= var - 1e-15).all()


def test_basel_scaling_composes() -> None:
    there = computefi.haircut_basel(0.1, 10, 20)
    assert computefi.haircut_basel(there, 20, 10) == pytest.approx(0.1)
    assert computefi.haircut_basel(computefi.haircut_basel(0.1, 10, 5), 5, 20) == pytest.approx(there)


def test_joint_and_union_add_up_to_the_sum() -> None:
    pd_1, pd_2 = np.array([0, 1e-8, 0.3, 1]), np.array([0.5, 1e-6, 0.7, 0.2])
    for rho in (-1, -0.4, 0, 0.8, 1):
        both, either = computefi.pd_both(pd_1, pd_2, rho), computefi.pd_either(pd_1, pd_2, rho)
        np.testing.assert_allclose(both + either, pd_1 + pd_2, rtol=1e-14)


def test_a_guarantee_needs_both_to_fail() -> None:
    assert computefi.pd_both(0, 0.5, 0.3) == 0
    assert computefi.pd_both(1, 0.5, 0.3) == pytest.approx(0.5)
    assert computefi.pd_both(0.2, 0.3, -1) == 0
    assert computefi.pd_both(0.8, 0.7, -1) == pytest.approx(0.5)
    assert computefi.pd_either(0.0021, 0.1288, 0.3) / computefi.pd_both(0.0021, 0.1288, 0.3) == pytest.approx(
        146, abs=0.5
    )


def test_pd_over_time() -> None:
    assert computefi.pd_term(0.02, 0) == 0
    assert computefi.pd_term(1, 3) == 1
    assert computefi.pd_term(1, 0) == 0
    assert computefi.pd_term(1e-12, 10) == pytest.approx(1e-11, rel=1e-10)
    assert computefi.pd_spread(0, 0.4, 5) == 0


def test_risked_coverage_of_contract_cash_alone_is_llcr() -> None:
    flows = (80, 120, 110, 90, 60)
    assert computefi.risked_coverage((flows,), 1, 0, 1, 0.08, 5, 300) == pytest.approx(computefi.llcr(flows, 300, 0.08))
    net = computefi.risked_coverage((flows,), 1, 0, 1, 0.08, 5, 300, (10,) * 5)
    assert net == pytest.approx(computefi.llcr(np.array(flows) - 10, 300, 0.08))


def test_sculpted_debt_has_llcr_equal_to_its_target() -> None:
    flows = np.array([80, 120, 110, 90, 60, 40])
    for target in (1.0, 1.2, 1.75):
        debt = computefi.sculpt_debt(flows, target, 0.07)
        assert computefi.llcr(flows, debt, 0.07) == pytest.approx(target, rel=1e-14)


def test_gpu_value_falls_to_its_floor_and_by_the_steps_of_its_successors() -> None:
    assert computefi.gpu_residual(0, 0.3, 0.15) == 1
    assert computefi.gpu_residual(1e3, 0.3, 0.15) == pytest.approx(0.15)
    with_shock = computefi.gpu_residual([1.99, 2, 2.01], 0, 0, 2, 0.35)
    np.testing.assert_allclose(with_shock, [1, 0.65, 0.65])
    assert computefi.gpu_residual(5, 0.2, 0, (2, 4), (0.1, 0.2)) == pytest.approx(math.exp(-1) * 0.72)


# --- scores --------------------------------------------------------------------------------------


def test_the_rebrand_test_counts_hard_fails_and_names_the_first() -> None:
    full = [0.85, 0.65, 0.10, 1, 1.15, 0.35, 0.10, 0.10, 1, 0.85, 1, 0.90, 0.20]
    none = [0, 0, 1, 0, 1.00, 0.60, 0.25, 1, 0, 0, 0, 0, 0.50]
    assert tuple(computefi.rebrand_score(full)) == (100, 0, 0)
    assert tuple(computefi.rebrand_score(none)) == (0, 5, 1)
    half = [(a + b) / 2 for a, b in zip(full, none, strict=True)]
    score, fails, first = computefi.rebrand_score(half)
    assert score == pytest.approx(50)
    assert (fails, first) == (2, 1), "0.425 of take-or-pay and 0.55 owed at contract end"
    single = full.copy()
    single[8] = 0
    assert tuple(computefi.rebrand_score(single)) == (95, 1, 9)
    assert computefi.rebrand_score(full, [0] * 12 + [1])[0] == 100


def test_the_rebrand_test_refuses_impossible_measures() -> None:
    good = [0.85, 0.65, 0.10, 1, 1.15, 0.35, 0.10, 0.10, 1, 0.85, 1, 0.90, 0.20]
    for place, value in [(0, 1.1), (1, -0.1), (2, -0.1), (3, 2), (5, 1.2), (7, 1.1), (9, -1), (12, 1.5)]:
        bad = good.copy()
        bad[place] = value
        assert code("CFI_REBRAND_SCORE", bad) is Code.NUM
    assert code("CFI_REBRAND_SCORE", good[:12]) is Code.VALUE
    assert computefi.rebrand_score([good, good]).shape == (2, 3), "a block is a loan per row"


def test_neoclouds_are_ranked_against_the_largest_and_ties_share_the_better_rank() -> None:
    answer = computefi.neocloud_score((1, 0.5, 1), (1, 0.5, 1), (4, 2, 4), (3, 6, 3))
    np.testing.assert_allclose(answer, [[87.5, 1], [62.5, 3], [87.5, 1]])
    only_software = computefi.neocloud_score((1, 0.5), (0, 1), (1, 2), (1, 2), (1, 0, 0, 0))
    np.testing.assert_allclose(only_software, [[100, 1], [50, 2]])
    assert code("CFI_NEOCLOUD_SCORE", (1, 1), (1, 1, 1), 1, 1) is Code.VALUE
    assert code("CFI_NEOCLOUD_SCORE", (1, 1), 1, 1, 1, (1, 1, 1)) is Code.VALUE


def test_why_explains_any_call_of_any_function() -> None:
    assert computefi.why("CFI_LTV", 70, 100) == ""
    assert computefi.why("ltv", 70, 0) == "value must not be 0"
    assert computefi.why("CFI_LTV", Code.NA, 100) == "loan holds an error; got #N/A"
    assert computefi.why("CFI_LTV", [70, 80], [100, -1]) == "value must be at least 0; got -1 at row 2"
    assert computefi.why("CFI_LTV") == "loan must be given"
    assert "such as CFI_LTV" in str(call(REGISTRY["CFI_WHY"], ("CFI_LTW", 1)).first_error())
    assert code("CFI_WHY", "CFI_NOTHING_LIKE_IT") is Code.VALUE
    assert code("CFI_WHY", None) is Code.VALUE
    assert code("CFI_WHY", Code.NA) is Code.NA
    assert computefi.why("CFI_WHY", "CFI_LTV", 70, 0) == ""
