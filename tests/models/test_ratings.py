"""Default rates of letter ratings by horizon, and the rating of a probability of default."""

from __future__ import annotations

import math

import numpy as np
import pytest

import computefi
from computefi.errors import Code, DomainError, InputError, MissingData
from computefi.models.ratings import PUBLISHED
from computefi.spec import REGISTRY, call

# a handful of cells of S&P Global's 2024 default study, Table 26
STUDY = [
    ("AA", 5, 0.0033), ("A", 3, 0.0019), ("A-", 5, 0.0042), ("BBB", 1, 0.0013), ("BBB", 5, 0.0109), ("BB+", 3, 0.0150),
    ("BB", 5, 0.0505), ("B+", 1, 0.0183), ("B+", 2, 0.0497), ("B+", 3, 0.0805), ("B+", 5, 0.1288), ("B", 5, 0.1469),
    ("CCC", 1, 0.2612), ("CCC", 5, 0.4653),
]  # fmt: skip
OWN = ((0.01, 0.05, 0.09), (0.02, 0.04, 0.3))


@pytest.mark.parametrize(("rating", "years", "published"), STUDY)
def test_a_horizon_of_the_study_has_its_rate(rating: str, years: int, published: float) -> None:
    assert computefi.rating_pd(rating, years) == pytest.approx(published, rel=1e-14)


def test_default_rates_rise_with_time_at_a_constant_hazard_within_each_year() -> None:
    years = np.arange(0, 5.0625, 0.0625)
    for rating in PUBLISHED:
        curve = computefi.rating_pd(rating, years)
        assert curve[0] == 0
        assert (np.diff(curve) >= 0).all()
        hazards = np.diff(np.log1p(-curve)).reshape(5, 16)
        assert hazards == pytest.approx(np.repeat(hazards[:, :1], 16, axis=1), abs=1e-15)


@pytest.mark.parametrize("rating", ["AAA", "AA+", "B+", "CCC"])
@pytest.mark.parametrize("years", [5.01, 30, 1e308])
def test_nothing_is_said_beyond_the_last_horizon(rating: str, years: float) -> None:
    with pytest.raises(MissingData, match="last horizon"):
        computefi.rating_pd(rating, years)
    with pytest.raises(MissingData, match="last horizon"):
        computefi.pd_rating(0.01, years)


def test_a_rating_that_the_extract_lacks_is_missing_and_an_unknown_word_is_refused() -> None:
    for rating in ("AA+", "a+", "BBB+"):
        with pytest.raises(MissingData, match="table of your own"):
            computefi.rating_pd(rating, 1)
    assert computefi.rating_pd(" bbb- ", 1) == computefi.rating_pd("BBB-", 1)
    with pytest.raises(InputError, match="AAA, AA"):
        computefi.rating_pd("Baa2", 1)


def test_an_own_table_is_read_by_its_own_names_and_horizons() -> None:
    assert computefi.rating_pd("BBB+", 2, OWN, names="AA+,BBB+") == pytest.approx(0.04)
    assert computefi.rating_pd("bbb+", [7, 10], OWN, (0.5, 7, 10), "AA+, BBB+") == pytest.approx([0.04, 0.3])
    assert computefi.rating_pd("1", 0.5, 0.19, 1, "1") == pytest.approx(0.1)


def test_the_inverse_is_the_last_rating_that_defaults_no_more_often() -> None:
    for years in (0.5, 1, 2.25, 5):
        pds = {rating: computefi.rating_pd(rating, years) for rating in PUBLISHED}
        for asked in [*pds.values(), 0.0041, 0.2]:
            found = computefi.pd_rating(asked, years)
            weaker = list(pds)[list(pds).index(found) + 1 :]
            assert pds[found] <= asked * (1 + 1e-12)
            assert all(pds[rating] > asked for rating in weaker)


def test_the_inverse_finds_a_rating_behind_one_that_defaults_more_often() -> None:
    assert computefi.pd_rating(0.003, 5) == "AA-"  # AAA has .34% and AA .33%
    found = computefi.pd_rating([0.045, 0.1], [2, 3], OWN, names="strong,weak")
    assert found.tolist() == ["weak", "strong"]


def test_a_probability_below_every_rating_has_none() -> None:
    with pytest.raises(MissingData, match="below that of every rating"):
        computefi.pd_rating(1e-5, 5)
    assert computefi.pd_rating(0, 1) == "AAA"
    assert computefi.pd_rating(1, 5) == "CCC"


@pytest.mark.parametrize(
    ("table", "horizons", "names", "error"),
    [
        (((0.1, 0.05),), None, "1", DomainError),
        (((0.1, 0.2),), (2, 2), "1", DomainError),
        (((0.1, 0.2),), (0, 1), "1", DomainError),
        (((0.1, 0.2),), (1, 2, 3), "1", InputError),
        (((0.1, 1.2),), None, "1", DomainError),
        (((0.1, None),), None, "1", InputError),
        (((0.1, 0.2),), None, "1,2", InputError),
        (((0.1, 0.2), (0.2, 0.3)), None, "a,A", InputError),
        (None, (1, 2), "1", InputError),
        (None, None, "1", InputError),
    ],
)
def test_a_table_that_is_none_is_refused(table: object, horizons: object, names: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        computefi.rating_pd("1", 1, table, horizons, names)


def test_an_unknown_word_is_the_same_error_beside_a_case_that_is_refused_for_itself() -> None:
    outcome = call(REGISTRY["CFI_RATING_PD"], ("Baa2", ((1,), (9,), ("x",))))
    assert outcome.cells() == [[Code.VALUE], [Code.NA], [Code.VALUE]]
    assert [error.parameter for _, error in outcome.reasons()] == ["rating", "years", "years"]


def test_horizons_may_differ_from_case_to_case() -> None:
    found = computefi.rating_pd("1", [2, 2], ((0.1, 0.19),), ((1, 3), (2, 4)), "1")
    assert found == pytest.approx([1 - 0.9**1.5, 0.1])


@pytest.mark.parametrize(("defaults", "loan_years", "confidence"), [(0, 17, 0.9), (1, 17, 0.9), (3, 40, 0.5)])
def test_at_the_bound_so_few_defaults_have_the_chance_left(defaults: int, loan_years: int, confidence: float) -> None:
    bound = computefi.pd_bound(defaults, loan_years, confidence)
    seen = sum(math.comb(loan_years, i) * bound**i * (1 - bound) ** (loan_years - i) for i in range(defaults + 1))
    assert seen == pytest.approx(1 - confidence, rel=1e-12)


def test_no_default_among_seventeen_loan_years_leaves_an_eighth() -> None:
    assert computefi.pd_bound(0, 17) == pytest.approx(0.127, abs=5e-4)


def test_the_bound_rises_with_defaults_and_confidence_and_falls_with_observation() -> None:
    assert (np.diff(computefi.pd_bound(range(31), 30)) >= 0).all()
    assert (np.diff(computefi.pd_bound(2, 30, [0.5, 0.9, 0.99])) > 0).all()
    assert (np.diff(computefi.pd_bound(2, [3, 30, 3000, 1e9, 1e12])) < 0).all()
    assert computefi.pd_bound(2, [2, 2.5]).tolist()[0] == 1
    assert (computefi.pd_bound([0, 4], [10, 40]) > [0, 0.1]).all()


def test_without_an_observation_there_is_no_bound() -> None:
    with pytest.raises(MissingData, match="nothing is known"):
        computefi.pd_bound(0, 0)
    for arguments in [(2, 1.5), (0.5, 3), (-1, 3), (0, 17, 1), (0, 17, 0), (0, 1e308)]:
        with pytest.raises(DomainError):
            computefi.pd_bound(*arguments)
