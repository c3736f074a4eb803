"""The deal as it is held: states that add up, limits at certain and impossible defaults, paths, covers, contracts."""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

import computefi
from computefi.errors import Code, DomainError, ZeroDivisor
from computefi.spec import REGISTRY, call

STRONG = (90, 100, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 1, -0.3, 0.25, 0.5)
WEAK = (80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1, -0.3, 0.25, 0.5)
PLAIN = (70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1)
DEALS = (STRONG, WEAK, PLAIN)
NAMES = [parameter.name for parameter in REGISTRY["CFI_DEAL_LOSS"].parameters]
MICROSECONDS = 60.0


def named(deal: tuple[float, ...], **changes: float) -> dict[str, Any]:
    return {**dict(zip(NAMES, deal, strict=False)), **changes}


def loss(deal: tuple[float, ...], **changes: float) -> np.ndarray:
    return computefi.deal_loss(**named(deal, **changes))


def sale(deal: tuple[float, ...], pd: float, rho: float) -> float:
    """E[s; one driver fails], by CFI_CORR_EL."""
    case = named(deal)
    options = [case.get(name, 0) for name in ("volatility", "horizon", "drift", "sale_cost", "lag")]
    return computefi.corr_el(case["loan"], case["value"], pd, rho, *options)


# --- deal loss ------------------------------------------------------------------------------------


@pytest.mark.parametrize("deal", DEALS)
def test_the_three_states_add_up_to_the_loss(deal: tuple[float, ...]) -> None:
    expected, probability, given, *states = loss(deal)
    assert expected == pytest.approx(sum(states), rel=1e-15)
    assert given == pytest.approx(expected / probability, rel=1e-15)
    case = named(deal)
    union = computefi.pd_either(case["pd_offtaker"], case["pd_operator"], case["link"])
    assert probability == pytest.approx(union, rel=1e-12)


@pytest.mark.parametrize("deal", DEALS)
def test_without_contract_and_offtaker_it_is_the_market_sale(deal: tuple[float, ...]) -> None:
    alone = loss(deal, pd_offtaker=0, assignable=0)
    market = sale(deal, alone[1], named(deal)["rho_operator"])
    assert alone == pytest.approx([market, alone[1], market / alone[1], 0, market, 0], rel=1e-10, abs=1e-15)
    assert alone[1] == pytest.approx(named(deal)["pd_operator"], rel=1e-14)


@pytest.mark.parametrize("deal", DEALS)
def test_an_offtaker_who_cannot_fail_leaves_operator_and_contract(deal: tuple[float, ...]) -> None:
    case = named(deal)
    pd, a = case["pd_operator"], case["assignable"]
    short = max(0.0, 1 - case["contract"] / case["loan"])
    expected = pd * a * short + (1 - a) * sale(deal, pd, case["rho_operator"])
    assert loss(deal, pd_offtaker=0)[0] == pytest.approx(expected, rel=1e-10)
    assert loss(deal, pd_offtaker=0, assignable=1)[0] == pytest.approx(pd * short, rel=1e-14)


@pytest.mark.parametrize("deal", DEALS)
def test_an_offtaker_who_must_fail_leaves_a_sale(deal: tuple[float, ...]) -> None:
    answer = loss(deal, pd_offtaker=1)
    unconditional = sale(deal, 1, 0)
    assert answer == pytest.approx([unconditional, 1, unconditional, 0, 0, unconditional], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("deal", DEALS)
def test_an_operator_who_cannot_fail_leaves_the_offtaker(deal: tuple[float, ...]) -> None:
    case = named(deal)
    failed = sale(deal, case["pd_offtaker"], case["rho_offtaker"])
    answer = loss(deal, pd_operator=0)
    expected = [failed, case["pd_offtaker"], failed / case["pd_offtaker"], 0, 0, failed]
    assert answer == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("deal", DEALS)
def test_an_operator_who_must_fail_makes_a_loss_event_certain(deal: tuple[float, ...]) -> None:
    answer = loss(deal, pd_operator=1, assignable=0)
    assert answer[1] == pytest.approx(1, rel=1e-15)
    assert answer[0] == pytest.approx(sale(deal, 1, 0), rel=1e-12)


def test_where_nobody_can_fail_only_the_loss_given_default_is_missing() -> None:
    cells = call(REGISTRY["CFI_DEAL_LOSS"], [*PLAIN[:3], 0, 0, *PLAIN[5:]]).cells()[0]
    assert cells == [0, 0, Code.NUM, 0, 0, 0]


@pytest.mark.parametrize("link", [-0.6, 0.0, 0.5])
def test_drivers_that_do_not_move_the_chips_sell_them_at_the_plain_loss(link: float) -> None:
    """Trivariate with the chips independent: the shortfall is a factor."""
    answer = loss(PLAIN, link=link, rho_operator=0, rho_offtaker=0)
    case, plain = named(PLAIN), sale(PLAIN, 1, 0)
    alone = answer[1] - case["pd_offtaker"]
    assert answer[4] == pytest.approx((1 - case["assignable"]) * alone * plain, rel=1e-12)
    assert answer[5] == pytest.approx(case["pd_offtaker"] * plain, rel=1e-12)


def test_an_offtaker_independent_of_all_else_is_a_factor() -> None:
    answer = loss(PLAIN, link=0, rho_offtaker=0)
    case = named(PLAIN)
    market = sale(PLAIN, case["pd_operator"], case["rho_operator"])
    assert answer[4] == pytest.approx((1 - case["assignable"]) * (1 - case["pd_offtaker"]) * market, rel=1e-12)


def test_two_names_that_are_one_fail_together() -> None:
    """link 1: the offtaker takes the lower part of the operator's failures."""
    answer = loss(WEAK, link=1, rho_operator=0.6, rho_offtaker=0.6)
    assert answer[1] == pytest.approx(0.05, rel=1e-13)
    difference = sale(WEAK, 0.05, 0.6) - sale(WEAK, 0.016, 0.6)
    assert answer[4] == pytest.approx(0.3 * difference, rel=1e-11)
    same = loss(WEAK, link=1, rho_operator=0.6, rho_offtaker=0.6, pd_offtaker=0.05)
    assert same[3] == pytest.approx(0, abs=1e-15)
    assert same[4] == pytest.approx(0, abs=1e-15)


def test_two_names_that_are_opposites_never_fail_together() -> None:
    answer = loss(WEAK, link=-1, rho_operator=0.6, rho_offtaker=-0.6)
    assert answer[1] == pytest.approx(0.05 + 0.016, rel=1e-13)
    assert answer[4] == pytest.approx(0.3 * sale(WEAK, 0.05, 0.6), rel=1e-11)


@pytest.mark.parametrize("changes", [{"volatility": 0}, {"horizon": 0, "lag": 0}])
def test_chips_whose_value_is_certain_lose_a_constant_share(changes: dict[str, float]) -> None:
    answer, case = loss(WEAK, **changes), named(WEAK, **changes)
    mean = case["value"] * np.exp(case["drift"] * (case["horizon"] + case["lag"]))
    share = max(0.0, 1 - mean * (1 - case["sale_cost"]) / case["loan"])
    alone = answer[1] - case["pd_offtaker"]
    assert answer[4] == pytest.approx(0.3 * alone * share, rel=1e-12)
    assert answer[5] == pytest.approx(case["pd_offtaker"] * share, rel=1e-12)


def test_a_lag_without_horizon_makes_the_chips_independent() -> None:
    answer = loss(WEAK, horizon=0)
    assert answer == pytest.approx(loss(WEAK, horizon=0, rho_operator=0, rho_offtaker=0), rel=1e-14)


def test_a_contract_above_the_loan_and_a_loan_of_nothing_lose_nothing() -> None:
    assert loss(WEAK, contract=100)[3] == 0
    assert loss(WEAK, loan=0).tolist() == [0] * 6
    assert loss(WEAK, loan=0, pd_operator=0, pd_offtaker=0).tolist() == [0] * 6
    assert loss(WEAK, value=0, assignable=0)[2] == pytest.approx(1, rel=1e-14)


def test_recovery_on_the_shortfall_scales_the_loss() -> None:
    plain, recovered = loss(WEAK), loss(WEAK, unsecured_recovery=0.3)
    assert recovered[[0, 2, 3, 4, 5]] == pytest.approx(0.7 * plain[[0, 2, 3, 4, 5]], rel=1e-13)
    assert recovered[1] == plain[1]


def test_an_uncertain_contract_of_95_loses_on_a_loan_of_90() -> None:
    case = {"pd_offtaker": 0, "assignable": 1}
    assert loss(STRONG, **case)[0] == 0
    assert loss(STRONG, **case, contract_volatility=0.2)[2] == pytest.approx(0.057, abs=5e-4)


def test_correlations_that_no_matrix_has_are_refused_with_their_eigenvalue() -> None:
    impossible = named(PLAIN, link=0.5, rho_operator=0.9, rho_offtaker=-0.4)
    for function in (computefi.deal_loss, computefi.package_ltv):
        with pytest.raises(DomainError, match=r"smallest eigenvalue is -0\.2299"):
            function(**impossible)
        with pytest.raises(DomainError, match="eigenvalue"):
            function(**{**impossible, "volatility": 0})
        with pytest.raises(DomainError, match=r"eigenvalue is -0\.2299.*row 2"):
            function(**{**impossible, "rho_operator": [0.2, 0.9]})
    for link, rho_operator, rho_offtaker in ((1, 0.5, 0.4), (-1, 0.5, 0.4), (0.3, 1, 0.2), (0.3, -1, 0.3)):
        with pytest.raises(DomainError, match="eigenvalue"):
            loss(PLAIN, link=link, rho_operator=rho_operator, rho_offtaker=rho_offtaker)


def test_one_impossible_row_leaves_the_other_rows_their_own_reason() -> None:
    rows = list(named(PLAIN, link=((0.5,), (0.25,)), rho_operator=((0.9,), (0.5,)), rho_offtaker=-0.4).values())
    rows[NAMES.index("loan")] = ((70,), (Code.NA,))
    assert call(REGISTRY["CFI_PACKAGE_LTV"], rows).cells() == [[Code.NUM], [Code.NA]]


def test_other_singular_correlations_are_valid_and_near_ones_are_near() -> None:
    exact = loss(PLAIN, link=0.96, rho_operator=0.6, rho_offtaker=0.8)
    near = loss(PLAIN, link=0.96, rho_operator=0.6, rho_offtaker=0.8 - 1e-9)
    assert near == pytest.approx(exact, abs=1e-7)


def test_the_kink_near_a_singular_matrix_is_resolved() -> None:
    answer = computefi.deal_loss(80, 100, 60, 0.05, 0.016, 0.7, 0.6, 0.8, 0.0001, 0.3, 1, -0.3, 0.25)
    assert answer[4] == pytest.approx(0.0078108561297557504, abs=1e-12)


def test_loss_falls_with_contract_value_and_assignability_where_the_contract_is_worth_more() -> None:
    steps = np.linspace(0, 1, 40)
    assert (np.diff(computefi.deal_loss(**{**named(WEAK), "contract": 80 * steps})[:, 0]) < 0).all()
    assert (np.diff(computefi.deal_loss(**{**named(STRONG), "assignable": steps})[:, 0]) < 0).all()
    assert (np.diff(computefi.deal_loss(**{**named(WEAK), "value": 50 + 100 * steps})[:, 0]) < 0).all()


def test_a_deal_in_bulk_takes_less_than_sixty_microseconds() -> None:
    count = 20_000
    arrows = np.random.default_rng(5).normal(size=(count, 3, 3))
    arrows /= np.linalg.norm(arrows, axis=2, keepdims=True)
    link, rho_operator, rho_offtaker = (
        np.einsum("ni,ni->n", arrows[:, i], arrows[:, j]) for i, j in ((0, 1), (0, 2), (1, 2))
    )
    case = {**named(WEAK), "link": link, "rho_operator": rho_operator, "rho_offtaker": rho_offtaker}
    best = np.inf
    for _ in range(3):
        start = process_time()
        computefi.deal_loss(**case)
        best = min(best, process_time() - start)
    assert best / count * 1e6 < MICROSECONDS


# --- package LTV ----------------------------------------------------------------------------------


@pytest.mark.parametrize("deal", DEALS)
def test_the_chips_alone_have_the_correlation_adjusted_ltv(deal: tuple[float, ...]) -> None:
    case = named(deal, pd_offtaker=0, assignable=0)
    names = ("loan", "value", "pd_operator", "rho_operator", "volatility", "horizon", "drift", "sale_cost", "lag")
    alone = computefi.corr_ltv(*(case.get(name, 0) for name in names))
    assert computefi.package_ltv(**case) == pytest.approx(alone, rel=1e-12)


def test_a_contract_that_is_surely_assigned_is_the_package() -> None:
    assert computefi.package_ltv(**named(PLAIN, pd_offtaker=0, assignable=1)) == pytest.approx(70 / 50, rel=1e-13)


def test_package_ltv_falls_with_contract_and_assignability_but_rises_as_the_operator_improves() -> None:
    steps = np.linspace(0.05, 1, 40)
    assert (np.diff(computefi.package_ltv(**{**named(STRONG), "contract": 200 * steps})) < 0).all()
    assert (np.diff(computefi.package_ltv(**{**named(STRONG), "assignable": steps})) < 0).all()
    better = np.geomspace(0.1, 1e-12, 30)
    ratios = computefi.package_ltv(**{**named(PLAIN, pd_offtaker=0), "pd_operator": better})
    assert (np.diff(ratios) > 0).all()
    assert ratios[-1] < 70 / (0.5 * 50)
    bare = computefi.package_ltv(**{**named(PLAIN, pd_offtaker=0, contract=0), "pd_operator": better})
    assert bare[-1] > 2.5 * bare[0]


def test_a_package_worth_nothing_divides_by_zero_and_no_default_is_no_package() -> None:
    with pytest.raises(ZeroDivisor, match="the package is worth 0"):
        computefi.package_ltv(**named(PLAIN, value=0, contract=0))
    with pytest.raises(ZeroDivisor, match="the package is worth 0"):
        computefi.package_ltv(**named(PLAIN, contract=0, assignable=1, pd_offtaker=0))
    with pytest.raises(DomainError, match="must not both be 0"):
        computefi.package_ltv(**named(PLAIN, pd_operator=0, pd_offtaker=0))
    assert computefi.package_ltv(**named(PLAIN, loan=0)) == 0


def test_package_ltv_takes_the_arguments_of_deal_loss_and_two_of_them_do_not_enter() -> None:
    alike = [list(REGISTRY[name].parameters) for name in ("CFI_DEAL_LOSS", "CFI_PACKAGE_LTV")]
    assert [parameter.name for parameter in alike[0]] == [parameter.name for parameter in alike[1]]
    uncertain = named(PLAIN, unsecured_recovery=0.3, contract_volatility=0.2)
    assert computefi.package_ltv(**uncertain) == computefi.package_ltv(**named(PLAIN))


# --- the contract ---------------------------------------------------------------------------------


def test_a_contract_without_delay_notice_or_default_is_a_present_value() -> None:
    cash = np.array([20.0, 18, 16, 14])
    expected = (cash * 1.08 ** -np.arange(1.0, 5)).sum()
    assert computefi.contract_value(cash, 0.08, 0, 0, 0) == pytest.approx(expected, rel=1e-14)
    assert computefi.contract_value(cash, 0.08, 0, 7, 9) == pytest.approx(expected + 2, rel=1e-14)


def test_delay_and_notice_cut_the_cash_at_its_two_ends() -> None:
    cash = (1.0,) * 24
    whole = computefi.contract_value(cash, 0.08, 0, 0, 0, 1, None, 12)
    late = computefi.contract_value(cash, 0.08, 0.5, 0, 0, 1, None, 12)
    first = computefi.contract_value(cash, 0.08, 0, 0, 0, 1, 0.5, 12)
    assert late + first == pytest.approx(whole, rel=1e-14)
    assert first == pytest.approx(sum(1.08 ** (-month / 12) for month in range(1, 7)), rel=1e-14)
    assert computefi.contract_value(cash, 0.08, 2, 0, 0, 1, None, 12) == 0


def test_chips_sold_when_the_offtaker_fails_later_add_to_the_contract() -> None:
    assert computefi.contract_value((20, 20), 0, 0, 0, 0, (0.9, 0.7), None, 1, (60, 40)) == pytest.approx(
        20 * 0.9 + 20 * 0.7 + 60 * 0.1 + 40 * 0.2, rel=1e-14
    )


# --- paths ----------------------------------------------------------------------------------------

BALANCES, CHIPS, CONTRACTS = (100, 80, 60), (77, 59, 46), (90, 65, 30)
OPERATOR, OFFTAKER = (0.03, 0.03, 0.03), (0.002, 0.003, 0.004)
TERMS = (0.8, 0.3, 0.4, 0.6, 0.3)


def test_one_period_is_the_deal_loss_discounted() -> None:
    expected = 90 * loss(STRONG)[0] / 1.08
    path = computefi.deal_loss_path(90, 100 * np.exp(-0.45), 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 0.08, 0.25, 0.5)
    assert path == pytest.approx([expected, expected], rel=1e-11)


def test_parts_of_a_path_add_up_and_states_are_counted_once() -> None:
    """Everything lost in any event: the parts are the probabilities of a first failure, period by period."""
    path = computefi.deal_loss_path(BALANCES, 0, 0, OPERATOR, OFFTAKER, *TERMS, 0)
    assert path[0] == pytest.approx(path[1:].sum(), rel=1e-15)
    by = [computefi.pd_either(q, p, 0.3) for p, q in zip(np.cumsum(OPERATOR), np.cumsum(OFFTAKER), strict=True)]
    assert path[1:] / BALANCES == pytest.approx(np.diff([0, *by]), rel=1e-12)


def test_a_path_is_not_the_difference_of_deal_losses() -> None:
    path = computefi.deal_loss_path((1, 1), (0.5, 0.5), (0.9, 0.2), (0.1, 0.1), (0.05, 0.05), *TERMS, 0)
    cumulative = computefi.deal_loss(1, 0.5, 0.2, 0.2, 0.1, *TERMS, 2)[0]
    first = computefi.deal_loss(1, 0.5, 0.9, 0.1, 0.05, *TERMS, 1)[0]
    assert abs(path[2] - (cumulative - first)) > 0.001


def test_mid_period_averages_the_balance_and_discounts_half_a_period_less() -> None:
    early = computefi.deal_loss_path(BALANCES, 0, 0, OPERATOR, OFFTAKER, *TERMS, 0.08, periods_per_year=4, mid_period=1)
    late = computefi.deal_loss_path(BALANCES, 0, 0, OPERATOR, OFFTAKER, *TERMS, 0.08, periods_per_year=4)
    ratio = np.array([90 / 100, 70 / 80, 30 / 60]) * 1.08**0.125
    assert early[1:] / late[1:] == pytest.approx(ratio, rel=1e-13)


def test_cover_is_one_over_package_ltv_and_its_minimum_has_a_month() -> None:
    lowest, month, *covers = computefi.recovery_cover(BALANCES, CHIPS, CONTRACTS, OPERATOR, OFFTAKER, *TERMS, 0.2, 0.5)
    sums = zip(np.cumsum(OPERATOR), np.cumsum(OFFTAKER), strict=True)
    expected = [
        1 / computefi.package_ltv(BALANCES[i], CHIPS[i], CONTRACTS[i], p, q, *TERMS, i + 1, 0, 0.2, 0.5)
        for i, (p, q) in enumerate(sums)
    ]
    assert covers == pytest.approx(expected, rel=1e-13)
    assert lowest == min(covers)
    assert month == 12 * (1 + covers.index(lowest))


def test_cover_is_blank_where_nothing_is_owed_and_0_where_nothing_is_held() -> None:
    repaid = computefi.recovery_cover((100, 80, 0), CHIPS, CONTRACTS, OPERATOR, OFFTAKER, *TERMS)
    assert repaid[4] == ""
    assert repaid[0] == min(repaid[2:4])
    assert computefi.recovery_cover(BALANCES, 0, 0, OPERATOR, OFFTAKER, *TERMS).tolist() == [0, 12, 0, 0, 0]
    with pytest.raises(DomainError, match="must be above 0 in a period"):
        computefi.recovery_cover(0, CHIPS, CONTRACTS, OPERATOR, OFFTAKER, *TERMS)


# --- stress ---------------------------------------------------------------------------------------


def test_stress_lgd_sees_the_volatility_that_stress_ltv_leaves_out() -> None:
    volatile, calm = (70, 100, 0.1, 0.9, 1, 0.01), (70, 100, 1, 0.09, 1, 0.01)
    assert computefi.stress_ltv(*volatile) == pytest.approx(computefi.stress_ltv(*calm), rel=1e-14)
    assert computefi.stress_lgd(*volatile) > 0.29
    assert computefi.stress_lgd(*calm) == 0


def test_stress_lgd_averages_to_the_unconditional_loss() -> None:
    """The mean over all quantiles of the driver is the loss without any condition."""
    points, weights = np.polynomial.legendre.leggauss(400)
    x = points * 9
    density = np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * weights * 9
    at = computefi.stress_lgd(70, 100, 0.6, 0.4, 1, ndtr(x[np.abs(x) < 8]), -0.2, 0.1, 0.5)
    mean = (at * density[np.abs(x) < 8]).sum()
    assert mean == pytest.approx(computefi.corr_lgd(70, 100, 1, 0, 0.4, 1, -0.2, 0.1, 0.5), abs=1e-10)


def test_systemic_losses_average_to_the_expected_loss() -> None:
    """Over all states of the economy the loss is CFI_CORR_EL at rho √(p·s)."""
    points, weights = np.polynomial.legendre.leggauss(400)
    y = points * 8
    density = np.exp(-y * y / 2) / np.sqrt(2 * np.pi) * weights * 8
    states = computefi.systemic_loss(70, 100, 0.05, 0.3, 0.6, 0.4, 1, ndtr(y), -0.2, 0.1, 0.5)
    probability, loss_rate = (states[:, [0, 2]] * density[:, None]).sum(axis=0)
    assert probability == pytest.approx(0.05, abs=1e-12)
    expected = computefi.corr_el(70, 100, 0.05, np.sqrt(0.18), 0.4, 1, -0.2, 0.1, 0.5)
    assert loss_rate == pytest.approx(expected, abs=1e-11)


def test_an_economy_that_decides_all_makes_default_certain_or_impossible() -> None:
    assert computefi.systemic_loss(70, 100, 0.05, 1, 0.5, 0.4, 1, 0.04)[0] == 1
    assert computefi.systemic_loss(70, 100, 0.05, 1, 0.5, 0.4, 1, 0.06)[0] == 0
