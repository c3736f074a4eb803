"""The borrowing-base certificate: every asset counts or says why not, and no name counts for more than its limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import computefi
from computefi.errors import ModelError

FLEET: dict[str, Any] = {
    "cost": [1000, 1000, 500, 400], "age_months": [0, 12, 0, 40], "life_months": 72, "asset_class": [1, 1, 2, 1],
    "tests": [[1] * 6] * 4, "advances": [0.9, 0.6], "offtaker": [1, 2, 3, 1], "investment_grade": [1, 0, 0, 1],
    "vendor": [1, 1, 2, 2], "site": [1, 1, 2, 3],
}  # fmt: skip
TESTS = ("delivered", "commissioned", "accepted", "contracted", "insured", "jurisdiction")


def certified(**changed: Any) -> Any:
    return computefi.borrowing_base_cert(**{**FLEET, **changed})


def test_without_limits_it_is_the_borrowing_base() -> None:
    flags = [[1] * 6, [1] * 6, [1, 1, 0, 1, 1, 1], [1] * 6]
    base = certified(non_ig_limit=1, tests=flags).borrowing_base.sum()
    plain = computefi.borrowing_base([1000, 1000, 500, 400], [0, 12, 0, 40], 72, [0.9, 0.9, 0.6, 0.9], [1, 1, 0, 1])
    assert base == pytest.approx(plain)


@pytest.mark.parametrize("place", range(6))
def test_the_first_test_that_fails_is_the_reason(place: int) -> None:
    flags = [[1] * 6, [1] * 6, [1] * 6, [1] * 6]
    flags[1] = [int(i < place) for i in range(6)]
    answer = certified(tests=flags)
    assert list(answer.reason) == [0, place + 1, 0, 0], TESTS[place]
    assert answer.borrowing_base[1] == answer.value[1] == 0


def test_an_asset_over_age_is_told_after_all_other_tests() -> None:
    assert list(certified(max_age=36).reason) == [0, 0, 0, 7]
    assert list(certified(max_age=40).reason) == [0, 0, 0, 0]


def test_what_counts_never_exceeds_any_limit() -> None:
    random = np.random.default_rng(3)
    for _ in range(200):
        count = int(random.integers(6, 30))
        names = {name: 1 + np.arange(count) % 3 for name in ("offtaker", "vendor", "site")}
        for each in names.values():
            random.shuffle(each)
        grade, limits = random.integers(0, 2, count), random.uniform(0.34, 1, 3)
        answer = computefi.borrowing_base_cert(
            random.uniform(1, 100, count), random.uniform(0, 80, count), 72, 1,
            (random.uniform(size=(count, 6)) < 0.95).astype(int), 1, names["offtaker"], grade, names["vendor"],
            names["site"], limits[0], 0.35, limits[1], limits[2],
        )  # fmt: skip
        counted, whole = answer.value - answer.excess, answer.value.sum()
        assert (answer.excess >= -1e-9).all()
        assert counted[grade == 0].sum() <= 0.35 * whole * (1 + 1e-12)
        for limit, each in zip(limits, names.values(), strict=True):
            assert all(counted[each == name].sum() <= limit * whole * (1 + 1e-12) for name in (1, 2, 3))


def test_excess_is_cut_from_each_asset_of_a_name_in_proportion() -> None:
    answer = certified(offtaker=[1, 1, 2, 3], investment_grade=1, offtaker_limit=0.5)
    held, allowed = answer.value[:2].sum(), 0.5 * answer.value.sum()
    assert answer.excess[:2] / answer.value[:2] == pytest.approx([1 - allowed / held] * 2)
    assert not answer.excess[2:].any()


def test_the_advance_rate_is_that_of_the_class() -> None:
    answer = certified(non_ig_limit=1)
    assert answer.borrowing_base / answer.value == pytest.approx([0.9, 0.9, 0.6, 0.9])


REFUSED = [
    ({"offtaker_limit": 0.3}, "offtaker_limit times the number of offtakers must reach 1"),
    ({"vendor_limit": 0.4}, "vendor_limit times the number of vendors must reach 1"),
    ({"site_limit": 0.2}, "site_limit times the number of sites must reach 1"),
    ({"asset_class": [1, 1, 3, 1]}, "beyond the list of advances"),
    ({"asset_class": [1, 1, 0, 1]}, "at least 1"),
    ({"advances": [0.9, 60]}, "between 0 and 1"),
    ({"tests": [[1] * 6, [1] * 6, [1] * 6, [1, 1, 1, 1, 1, None]]}, "not blank|TRUE or FALSE"),
    ({"cost": [1000, 500]}, "entries like"),
    ({"offtaker": [1, 2.5, 3, 1]}, "whole number"),
    ({"life_months": 0}, "must not be 0"),
]


@pytest.mark.parametrize(("changed", "reason"), REFUSED)
def test_a_certificate_that_cannot_be_says_why(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        certified(**changed)


def test_the_cure_date_passes_over_weekends_and_holidays() -> None:
    short = computefi.base_availability([1000] * 2, 1200, 50, 2000, [46_206, 46_234], 5, "us")
    assert short.cure_date == pytest.approx([
        computefi.business_day(day, 5, "us") for day in (46_206, 46_234)
    ])  # fmt: skip
    assert short.shortfall == pytest.approx([250, 250])


def test_without_a_shortfall_there_is_no_cure_date_and_none_is_needed() -> None:
    answer = computefi.base_availability(1000, 800, 50)
    assert (answer.availability, answer.shortfall, answer.cure_date) == (150, 0, 0)
    with pytest.raises(ModelError, match="must be given where more is drawn"):
        computefi.base_availability(1000, 960, 50)


def test_a_large_fleet_is_certified_at_once() -> None:
    count = 200_000
    answer = computefi.borrowing_base_cert(
        np.full(count, 10.0), 3, 72, 1, np.ones((count, 6)), 0.9, 1 + np.arange(count) % 50, np.arange(count) % 2
    )
    assert answer.borrowing_base.sum() == pytest.approx(0.9 * 0.85 * count * 10 * (1 - 3 / 72))
