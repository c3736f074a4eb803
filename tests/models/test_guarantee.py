"""A floor under the fleet's value is worth what its seller is on the day the market is down."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

import computefi
from computefi.errors import ModelError

CASE = {
    "value": 100, "floor": 60, "years": 2, "volatility": 0.35, "guarantor_pd": 0.05, "rho_guarantor": 0.4, "loan": 70,
    "pd": 0.06, "rho": 0.5, "drift": 0.03, "rate": 0.03,
}  # fmt: skip


def guaranteed(**changed: object) -> object:
    return computefi.rv_guarantee(**{**CASE, **changed})


def test_a_guarantor_who_cannot_fail_sells_a_black_scholes_put() -> None:
    a = 0.35 * math.sqrt(2)
    d1 = (math.log(100 / 60) + 0.03 * 2) / a + a / 2
    normal = NormalDist()
    put = 60 * math.exp(-0.06) * normal.cdf(a - d1) - 100 * normal.cdf(-d1)
    answer = guaranteed(guarantor_pd=0)
    assert answer.premium == pytest.approx(put, rel=1e-12)
    assert answer.sound_premium == answer.premium


def test_a_guarantor_who_certainly_fails_sells_nothing() -> None:
    answer = guaranteed(guarantor_pd=1)
    assert answer.premium == 0
    assert answer.lgd_with == answer.lgd_without
    assert answer.loss_with == answer.loss_without


def test_lgd_without_it_is_that_of_the_chips_alone() -> None:
    answer = guaranteed()
    assert answer.lgd_without == pytest.approx(computefi.corr_lgd(70, 100, 0.06, 0.5, 0.35, 2, 0.03))
    assert answer.loss_without == pytest.approx(computefi.corr_el(70, 100, 0.06, 0.5, 0.35, 2, 0.03))


def test_a_floor_of_the_whole_loan_by_a_sound_guarantor_loses_nothing() -> None:
    for floor in (70, 90):
        assert guaranteed(guarantor_pd=0, floor=floor).lgd_with == pytest.approx(0, abs=1e-12)


def test_wrong_way_risk_takes_from_the_premium_and_adds_to_the_loss() -> None:
    answers = [guaranteed(rho_guarantor=rho) for rho in (-0.8, -0.3, 0, 0.3, 0.8)]
    assert (np.diff([answer.premium for answer in answers]) < 0).all()
    assert (np.diff([answer.lgd_with for answer in answers]) > 0).all()


def test_an_independent_guarantor_pays_in_all_but_its_own_defaults() -> None:
    answer = guaranteed(rho_guarantor=0, link=0, guarantor_recovery=0.25)
    assert answer.premium == pytest.approx((1 - 0.05 * 0.75) * answer.sound_premium)


def test_a_link_to_the_borrower_adds_to_the_loss_and_not_to_the_premium() -> None:
    apart, linked = guaranteed(link=0.2), guaranteed(link=0.8)
    assert linked.lgd_with > apart.lgd_with
    assert linked.premium == apart.premium


def test_it_agrees_with_a_simulation_of_the_three_drivers() -> None:
    link, rho, rho_guarantor = 0.45, 0.5, 0.4
    matrix = np.array([[1, link, rho], [link, 1, rho_guarantor], [rho, rho_guarantor, 1]])
    x, g, z = np.linalg.cholesky(matrix) @ np.random.default_rng(5).standard_normal((3, 400_000))
    a, recovery = 0.35 * math.sqrt(2), 0.3
    price = 0.9 * 100 * math.exp(0.06) * np.exp(a * z - a * a / 2)
    fails = g < NormalDist().inv_cdf(0.05)
    paid = np.maximum(0, 60 - price) * np.where(fails, recovery, 1)
    default = x < NormalDist().inv_cdf(0.06)
    lost = np.maximum(0, 70 - price - paid)[default] / 70
    answer = guaranteed(link=link, sale_cost=0.1, guarantor_recovery=recovery)
    assert answer.lgd_with == pytest.approx(lost.mean(), abs=4 * lost.std() / math.sqrt(lost.size))
    assert answer.premium * math.exp(0.06) == pytest.approx(paid.mean(), abs=4 * paid.std() / math.sqrt(paid.size))


REFUSED = [
    ({"loan": 0}, "must not be 0"),
    ({"guarantor_pd": 1.2}, "between 0 and 1"),
    ({"link": -0.9}, "positive semidefinite together"),
    ({"floor": -1}, "at least 0"),
    ({"pd": 0}, "0 excluded"),
    ({"sale_cost": 1.0}, "1 excluded"),
]


@pytest.mark.parametrize(("changed", "reason"), REFUSED)
def test_a_guarantee_that_cannot_be_says_why(changed: dict[str, float], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        guaranteed(**changed)


DEAL = (70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1)
STRAINED = (80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1)
COSTS = {
    "drift": -0.3, "sale_cost": 0.1, "lag": 0.5, "unsecured_recovery": 0.1, "discount_rate": 0.08, "workout_cost": 0.02,
    "accrued_interest": 0.05,
}  # fmt: skip


def floored(floor: float, guarantor_pd: float, rho_guarantor: float, deal: tuple[float, ...] = STRAINED, **costs: float
            ) -> object:  # fmt: skip
    return computefi.deal_loss_guaranteed(*deal, floor, guarantor_pd, rho_guarantor, **costs)


@pytest.mark.parametrize("costs", [{}, COSTS])
def test_a_guarantor_who_certainly_fails_leaves_the_deal_loss_as_it_is(costs: dict[str, float]) -> None:
    for deal in (DEAL, STRAINED):
        without = computefi.deal_loss(*deal, **costs)
        assert floored(60, 1, 0.4, deal, **costs).tolist() == without.tolist()
        assert floored(0, 0.1, 0.4, deal, **costs).tolist() == without.tolist()


@pytest.mark.parametrize("costs", [{}, COSTS])
def test_with_a_guarantor_who_cannot_fail_every_sale_brings_the_floor(costs: dict[str, float]) -> None:
    """The floor under the price leaves a shortfall between floor and claim, and what waiting and work-out cost."""
    whole = floored(200, 0, 0.5, **costs)
    half = floored(50, 0, 0.5, **costs)
    without = computefi.deal_loss(*STRAINED, **costs)
    costs_alone = computefi.deal_loss(80, 1e9, *STRAINED[2:], **costs)  # chips that are worth any claim
    assert whole[4:] == pytest.approx(costs_alone[4:], abs=1e-12)
    assert whole[3] == half[3] == without[3]
    assert (whole[4:] < half[4:]).all()
    assert (half[4:] < without[4:]).all()


def test_the_state_of_a_failed_offtaker_is_the_guarantee_of_the_chips_alone() -> None:
    _, _, _, pd_operator, pd_offtaker, _, _, _, rho, volatility, years = STRAINED
    chips = computefi.rv_guarantee(100, 50, years, volatility, 0.06, 0.4, 80, pd_offtaker, rho, -0.3, 0, 0.1)
    answer = floored(50, 0.06, 0.4, drift=-0.3, sale_cost=0.1)
    assert answer.offtaker_failed == pytest.approx(chips.loss_with, rel=1e-11)
    no_contract = computefi.deal_loss_guaranteed(
        80, 100, 0, pd_operator, 0, 0, 0.4, 0.6, 0.7, volatility, years, 50, 0.06, 0.4
    )
    operator = computefi.rv_guarantee(100, 50, years, volatility, 0.06, 0.4, 80, pd_operator, 0.6)
    assert no_contract.expected_loss == pytest.approx(operator.loss_with, rel=1e-11)


def test_a_guarantor_who_falls_with_the_market_saves_less_of_the_deal() -> None:
    losses = [floored(60, 0.05, rho) for rho in (-0.9, -0.4, 0, 0.4, 0.9)]
    for part in ("expected_loss", "loss_given_default", "contract_lost", "offtaker_failed"):
        assert (np.diff([loss[part] for loss in losses]) > 0).all()
    worse = [floored(60, pd, 0.4).expected_loss for pd in (0, 0.01, 0.1, 0.5, 1)]
    assert (np.diff(worse) > 0).all()
    higher = [floored(floor, 0.05, 0.4).expected_loss for floor in (0, 20, 40, 60, 80)]
    assert (np.diff(higher) < 0).all()


def test_the_deal_with_its_guarantee_agrees_with_a_simulation_of_the_four_drivers() -> None:
    loan, value, contract, pd_operator, pd_offtaker, assignable, link, rho_x, rho_y, volatility, years = STRAINED
    rho_g, floor, failing = 0.5, 60, 0.1
    matrix = np.array([[1, link, rho_x], [link, 1, rho_y], [rho_x, rho_y, 1]])
    random = np.random.default_rng(11)
    x, y, z = np.linalg.cholesky(matrix) @ random.standard_normal((3, 400_000))
    g = rho_g * z + math.sqrt(1 - rho_g**2) * random.standard_normal(z.size)
    a, score = volatility * math.sqrt(years), NormalDist().inv_cdf
    price = value * np.exp(a * z - a * a / 2)
    made_up = np.where(g < score(failing), price, np.maximum(price, floor))
    sold = np.maximum(0, loan - made_up) / loan
    offtaker = y < score(pd_offtaker)
    operator = (x < score(pd_operator)) & ~offtaker
    lost = np.where(offtaker, sold, 0) + operator * ((1 - assignable) * sold + assignable * max(0, 1 - contract / loan))
    answer = floored(floor, failing, rho_g)
    assert answer.expected_loss == pytest.approx(lost.mean(), abs=4 * lost.std() / math.sqrt(lost.size))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"floor": -1}, "floor must be at least 0"),
        ({"guarantor_pd": 1.01}, "guarantor_pd must be between 0 and 1"),
        ({"rho_guarantor": -1.5}, "rho_guarantor must be between"),
        ({"floor": math.nan}, "floor"),
        ({"link": 0.99}, "positive semidefinite together"),
        ({"pd_operator": 0, "pd_offtaker": 0}, None),
        ({"sale_cost": 1}, "1 excluded"),
        ({"floor": "60"}, "floor must be a number"),
    ],
)
def test_a_guaranteed_deal_that_cannot_be_says_why(changed: dict[str, object], reason: str | None) -> None:
    names = computefi.deal_loss_guaranteed.__signature__.parameters
    given = {**dict(zip(names, (*DEAL, 60, 0.02, 0.3), strict=False)), **changed}
    if reason is None:
        assert math.isnan(computefi.deal_loss_guaranteed(**given).loss_given_default)
        return
    with pytest.raises(ModelError, match=reason):
        computefi.deal_loss_guaranteed(**given)


def test_a_floor_beyond_all_money_is_a_floor_of_the_claim() -> None:
    assert floored(1e308, 0.05, 0.4).tolist() == pytest.approx(floored(80, 0.05, 0.4).tolist(), abs=1e-15)
    assert np.isfinite(floored(60, 0.05, 0.4, deal=(1e300, *STRAINED[1:])).tolist()).all()


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9])
def test_a_narrow_window_between_two_thresholds_is_not_stepped_over(gap: float) -> None:
    """Operator and offtaker are both nearly the market: alone the operator fails in a sliver of it only."""
    rho = math.sqrt(1 - gap)
    deal = (80, 100, 0, 0.05, 0.045, 0, rho * rho, rho, rho, 0.3, 1)
    sure = floored(200, 0, 0.5, deal=deal)
    assert sure.contract_lost == pytest.approx(0, abs=1e-12)
    assert sure.offtaker_failed == pytest.approx(0, abs=1e-12)
