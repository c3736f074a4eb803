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
