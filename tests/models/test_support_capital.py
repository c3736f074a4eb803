"""Capital of guaranteed loans and regulatory risk weights."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import computefi
from computefi.errors import DomainError, InputError

# pd of obligor and guarantor: capital without guarantee at LGD .45, regulatory, exact
DOUBLE = [
    ((0.01, 0.0003), 0.0586227053054, 0.0116072956505, 0.00788386839053),
    ((0.01, 0.0010), 0.0586227053054, 0.0181730386447, 0.0192807837416),
    ((0.02, 0.0005), 0.0766165594219, 0.0176218086670, 0.0165837413181),
    ((0.05, 0.0010), 0.1055195186790, 0.0327110507905, 0.0400460259555),
]
# worst-case default rate of the corporate formula at 99.9%
WORST = {0.001: 0.0341911524, 0.005: 0.0977377644, 0.01: 0.140272678457, 0.015: 0.168506652072, 0.02: 0.190259020938}
# Basel II Annex 5, LGD 45%, maturity 2.5, no scaling
ANNEX_5 = {
    0.0003: 14.44, 0.0005: 19.65, 0.001: 29.65, 0.0025: 49.47, 0.005: 69.61,
    0.01: 92.32, 0.02: 114.86, 0.05: 149.86, 0.1: 193.09, 0.2: 238.23,
}  # fmt: skip


@pytest.mark.parametrize(("pds", "alone", "regulatory", "exact"), DOUBLE)
def test_double_default_has_the_published_capital(
    pds: tuple[float, float], alone: float, regulatory: float, exact: float
) -> None:
    assert computefi.double_default(*pds, 0.45) == pytest.approx(regulatory, abs=1e-12)
    assert computefi.double_default(*pds, 0.45, "exact") == pytest.approx(exact, abs=1e-12)
    assert computefi.double_default(pds[0], 0.5, 0.45) == pytest.approx(alone, abs=1e-12)


def test_double_default_factor_is_held_at_1() -> None:
    at_limit = computefi.double_default(0.01, [0.85 / 160, 0.01, 1], 0.45)
    assert at_limit == pytest.approx(np.full(3, 0.0586227053054), abs=1e-12)
    factor = computefi.double_default(0.01, [0.0003, 0.001], 0.45) / 0.0586227053054
    assert factor == pytest.approx([0.198, 0.31], abs=1e-11)


@pytest.mark.parametrize(("pd", "rate"), WORST.items())
def test_worst_case_default_rate_is_the_published_one(pd: float, rate: float) -> None:
    assert computefi.double_default(pd, 1, 1) + pd == pytest.approx(rate, abs=1e-10)
    assert computefi.double_default(pd, 1, 1, "exact") == pytest.approx(rate, abs=1e-10)


def test_nothing_is_lost_where_the_obligor_cannot_fail_or_all_is_recovered() -> None:
    for method in ("regulatory", "exact"):
        assert computefi.double_default(0, 0.01, 0.45, method) == 0
        assert computefi.double_default(0.01, 0.001, 0, method) == 0
    assert computefi.double_default(0.01, 0, 0.45, "exact") == 0
    assert computefi.double_default(0.01, 0, 0.45) == pytest.approx(0.15 * 0.0586227053054, abs=1e-13)


def test_exact_double_default_of_two_certain_failures_is_the_lgd() -> None:
    assert computefi.double_default(1, 1, 0.45, "exact") == pytest.approx(0.45, abs=1e-15)


def test_method_is_one_of_two_words() -> None:
    assert computefi.double_default(0.01, 0.001, 0.45, "EXACT") == computefi.double_default(0.01, 0.001, 0.45, "exact")
    with pytest.raises(InputError, match="regulatory"):
        computefi.double_default(0.01, 0.001, 0.45, "both")


@pytest.mark.parametrize(("pd", "percent"), ANNEX_5.items())
def test_risk_weights_are_those_of_annex_5(pd: float, percent: float) -> None:
    assert 100 * computefi.irb_rw(pd, 0.45) == pytest.approx(percent, abs=0.01)


def test_risk_weights_agree_with_forty_digits(vectors: Path) -> None:
    rows = list(csv.DictReader((vectors / "irb_mpmath.csv").read_text().splitlines()))
    pd, lgd, years, percent = (
        np.array([float(row[key]) for row in rows]) for key in ("pd", "lgd", "m_years", "risk_weight_pct_no_scaling")
    )
    assert len(rows) > 20
    assert computefi.irb_rw(pd, lgd, years) == pytest.approx(percent / 100, rel=1e-13)
    assert computefi.irb_rw(pd, lgd, years, 1.06) == pytest.approx(1.06 * percent / 100, rel=1e-13)


def test_risk_weight_is_capital_times_twelve_and_a_half_at_one_year() -> None:
    assert computefi.irb_rw(0.01, 0.45, 1) == pytest.approx(12.5 * 0.0586227053054, abs=1e-11)


def test_risk_weight_of_a_loan_in_default_is_0_in_this_formula() -> None:
    assert computefi.irb_rw(1, 0.45) == 0


@pytest.mark.parametrize("arguments", [(0, 0.45), (1e-6, 0.45), (0.01, 0.45, 0.5), (0.01, 0.45, 6), (0.01, 1.1)])
def test_risk_weight_outside_its_domain_is_an_error(arguments: tuple[float, ...]) -> None:
    with pytest.raises(DomainError):
        computefi.irb_rw(*arguments)
