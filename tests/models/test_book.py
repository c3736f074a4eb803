"""The functions of a book, its provisions and its capital."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import DomainError, InputError
from computefi.models.book_terms import ONE_FACTOR, TWO_FACTORS
from computefi.models.portfolio import make_book
from computefi.models.portfolio_exact import distribution, large_pool
from computefi.spec import REGISTRY
from computefi.spec.budget import Budget, spending
from random_books import random_columns

NOTHING = (None,) * 7  # drift to correlation


def one_loan(**changes: object) -> dict[str, object]:
    loan: dict[str, object] = {
        "exposure": [100], "value": [120], "contract": [70], "pd": [0.04], "offtaker": [1], "name_pd": [0.01],
        "assignable": [0.6], "loading": [0.5], "value_loading": [0.6], "name_loading": [0.4], "volatility": [0.4],
        "horizon": 1,
    }  # fmt: skip
    return loan | changes


def test_a_book_of_one_is_its_deal_loss() -> None:
    single = computefi.deal_loss(100, 120, 70, 0.04, 0.01, 0.6, 0.2, 0.3, 0.24, 0.4, 1)[0]
    assert computefi.book_loss(**one_loan())[0] == pytest.approx(100 * single, rel=1e-9)


def test_a_book_of_one_with_all_arguments_of_a_deal_is_its_deal_loss() -> None:
    terms = (0.3, 0.1, 0.05, 0.02)
    rests = np.sqrt((1 - 0.5**2) * (1 - 0.6**2))
    single = computefi.deal_loss(
        100, 120, 70, 0.04, 0.01, 0.6, 0.2, 0.3 + 0.4 * rests, 0.24, 0.4, 1, -0.2, 0.1, 0.5, 0.1, *terms
    )  # fmt: skip
    more = {"drift": [-0.2], "sale_cost": [0.1], "lag": [0.5], "unsecured_recovery": [0.1], "gamma": [0.4]}
    answer = computefi.book_loss(**one_loan(terms=[terms], **more))
    assert answer[0] == pytest.approx(100 * single[0], rel=1e-9)
    assert answer[7] > computefi.book_loss(**one_loan(terms=[terms], **more | {"gamma": [0]}))[7]


def test_parts_add_up_to_the_shortfall() -> None:
    parts = computefi.book_contribution(*ONE_FACTOR, *NOTHING, 0.99)
    whole = computefi.book_loss(*ONE_FACTOR, *NOTHING, 0.99)
    assert parts.sum(axis=0) == pytest.approx([whole[0], whole[3], 1], rel=1e-9)


def test_paths_agree_with_the_exact_method_and_state_their_error() -> None:
    exact = computefi.book_loss(*ONE_FACTOR, *NOTHING, 0.99)
    drawn = computefi.book_loss(*ONE_FACTOR, *NOTHING, 0.99, 50_000)
    for value, error in ((0, 4), (2, 5), (3, 6)):
        assert abs(drawn[value] - exact[value]) < 3 * drawn[error] + exact[error]
        assert drawn[error] > 0
    parts = computefi.book_contribution(*ONE_FACTOR, *NOTHING, 0.99, 50_000)
    assert parts[:, 1].sum() == pytest.approx(drawn[3], rel=1e-9)


def test_a_column_of_levels_gives_a_row_each() -> None:
    rows = computefi.book_loss(*ONE_FACTOR, *NOTHING, [0.9, 0.99])
    assert rows[1] == pytest.approx(computefi.book_loss(*ONE_FACTOR, *NOTHING, 0.99), rel=1e-12)
    assert rows[0, 2] < rows[1, 2]


def test_the_loan_that_is_added_adds_what_the_book_without_it_lacks() -> None:
    added = computefi.book_marginal(*ONE_FACTOR, 4, *NOTHING, 0.99)
    parts = computefi.book_contribution(*ONE_FACTOR, *NOTHING, 0.99)
    assert added[0] == pytest.approx(parts[3, 0], rel=1e-9)
    assert added[2] <= parts[3, 1] * 1.01  # a slope at the whole size is no less than the way there
    assert computefi.book_marginal(**one_loan(position=1))[2] == pytest.approx(computefi.book_loss(**one_loan())[3])


def test_one_factors_worst_state_is_basels() -> None:
    answer = computefi.book_factor_share(*ONE_FACTOR, *NOTHING, 0.999)
    assert answer[0, 0] == pytest.approx(-3.0902323, rel=1e-6)
    assert answer[:, 2] == pytest.approx([1, 0], abs=1e-9)


def test_the_worst_state_is_worse_than_its_neighbours_at_that_distance() -> None:
    moves = computefi.book_factor_share(*TWO_FACTORS)[:, 0]
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ moves for a in (-0.02, 0, 0.02)]
    losses = computefi.book_stress(*TWO_FACTORS, turns)[:, 0]
    assert losses[1] == max(losses)
    assert losses[1] > losses[0]


def test_the_reverse_of_a_stress_costs_what_was_asked() -> None:
    found = computefi.book_reverse(*TWO_FACTORS, 50)
    assert computefi.book_stress(*TWO_FACTORS, [found[:, 0]])[0, 0] == pytest.approx(50, rel=1e-9)
    middle = computefi.book_stress(*TWO_FACTORS, [[0, 0]])[0, 0]
    assert found[:, 1].sum() == pytest.approx(50 - middle, rel=1e-6)


def test_a_loss_that_no_move_costs_has_no_reverse() -> None:
    with pytest.raises(DomainError, match="not reached"):
        computefi.book_reverse(*TWO_FACTORS, 1e6)


def test_a_name_that_fails_costs_its_loans() -> None:
    still, failed = computefi.book_stress(*TWO_FACTORS, [[0, 0], [0, 0]], *NOTHING, [0, 2])[:, 0]
    assert failed > 1.5 * still


def test_correlated_factors_keep_the_distance_in_their_own_measure() -> None:
    found = computefi.book_reverse(*TWO_FACTORS, 50, *(None,) * 6, 0.5)
    square = found[:, 0] @ np.linalg.solve([[1, 0.5], [0.5, 1]], found[:, 0])
    assert found[0, 2] == pytest.approx(np.sqrt(square), rel=1e-6)


def test_granularity_is_what_an_infinite_pool_lacks() -> None:
    columns = random_columns(3, 150, names=1)
    n = 150
    pd, lgd, loading = np.full(n, 0.03), np.full(n, 0.5), np.full(n, 0.45)
    columns |= {
        "exposure": np.ones((n, 1)), "value": np.full((n, 1), 0.5), "pd": pd[:, None], "offtaker": np.full(n, -1),
        "loading": loading[:, None], "collateral_loading": np.zeros((n, 1)), "volatility": np.zeros(n),
        "drift": np.zeros(n), "sale_cost": np.zeros(n), "lag": np.zeros(n), "unsecured": np.zeros(n),
        "assignable": np.zeros(n), "guarantor": np.full(n, -1),
    }  # fmt: skip
    answer = computefi.granularity(np.ones(n), pd, lgd, loading, 0.999)
    with np.errstate(all="ignore"):
        book = make_book(**columns)
        true, pool = distribution(book).at(0.999)[0], large_pool(book, 0.999)[0]
    assert answer[:2] == pytest.approx([1 / n, n])
    assert answer[2] == pytest.approx(pool, rel=1e-9)
    assert answer[4] == pytest.approx(true, rel=0.01)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"offtaker": [2]}, "offtaker must be a row of name_pd"),
        ({"loading": [1.2]}, "loading must be between -1 and 1"),
        ({"pd": [1.2]}, "pd must be between 0 and 1"),
        ({"level": 1}, "level must be between 0.5 and 1"),
        ({"nu": 4}, "nu needs paths"),
        ({"exposure": [100, 50]}, "must have"),
        ({"gamma": [1.1]}, "gamma must be between -1 and 1"),
        ({"terms": [[0.3, 0.1]]}, "terms must have 4 columns: contract_volatility, discount_rate, workout_cost"),
        ({"terms": [[0.3, -0.1, 0, 0]]}, "terms must be at least 0"),
        (
            {"pd": [[0.1, 0.05]], "exposure": [[1, 1]], "value": [[1, 1]], "contract": [[0, 0]], "horizon": [1, 2]},
            "pd must not fall from year to year: it is cumulative; got 0.05",
        ),
    ],
)
def test_bad_books_say_what_is_wrong(changes: dict[str, object], match: str) -> None:
    with pytest.raises((InputError, DomainError), match=match):
        computefi.book_loss(**one_loan(**changes))


def test_a_pd_that_falls_names_loan_and_year() -> None:
    pds = [0.01, 0.02, 0.05], [0.03, 0.06, 0.04]
    both = {name: [[1, 1, 1]] * 2 for name in ("exposure", "value", "contract")} | {"pd": pds, "horizon": [1, 2, 3]}
    both |= {name: [0.1] * 2 for name in ("assignable", "loading", "value_loading", "volatility")} | {
        "offtaker": [0, 1]
    }
    with pytest.raises(DomainError, match=r"pd must not fall .*got 0\.04 at row 2, column 3"):
        computefi.book_loss(**one_loan(**both))


def test_loadings_whose_squares_exceed_one_name_the_row() -> None:
    wide = one_loan(loading=[[0.8, 0.8]], value_loading=[[0.1, 0.1]], name_loading=[[0.1, 0.1]], paths=4096)
    with pytest.raises(DomainError, match=r"1\.28 at row 1"):
        computefi.book_loss(**wide)


def test_paths_are_counted_by_the_budget() -> None:
    with spending(Budget(cells=10**6, draws=10**5)), pytest.raises(InputError, match="may draw at most"):
        computefi.book_loss(*ONE_FACTOR, *NOTHING, 0.99, 100_000)
    assert "paths" in {p.name for p in REGISTRY["CFI_BOOK_LOSS"].parameters}


def test_lifetime_ecl_is_the_exact_path_at_the_effective_rate() -> None:
    path = ((100, 80, 60), (0.02, 0.03, 0.04), (90, 70, 50), 0.3, 0.4)
    losses = computefi.el_path(*path, 0)[1:]
    twelve, lifetime, undiscounted, provision = computefi.ecl([losses], [1], 0.07, 1, 2)
    assert lifetime == pytest.approx(computefi.el_path(*path, 0.07)[0], rel=1e-12)
    assert undiscounted == pytest.approx(losses.sum())
    assert provision == lifetime
    assert twelve == pytest.approx(losses[0] / 1.07)


@pytest.mark.parametrize(
    ("now", "days", "impaired", "stage"),
    [(0.019, 0, 0, 1), (0.02, 0, 0, 2), (0.01, 30, 0, 1), (0.01, 31, 0, 2), (0.01, 91, 0, 3), (0.01, 0, 1, 3)],
)
def test_stages_go_by_the_ratio_and_the_backstops(now: float, days: float, impaired: float, stage: int) -> None:
    assert computefi.ifrs9_stage(0.01, now, days, 2, 0, impaired) == stage


def test_a_pd_averaged_over_all_states_is_through_the_cycle() -> None:
    states, weights = np.polynomial.hermite_e.hermegauss(60)
    average = computefi.pit_pd(0.03, 0.25, states) @ weights / np.sqrt(2 * np.pi)
    assert average == pytest.approx(0.03, rel=1e-9)


def test_capital_of_a_loan_by_each_approach() -> None:
    floored = computefi.irb_capital(100, 0.0001, 0.05)
    assert floored[2] == pytest.approx(computefi.irb_rw(0.0005, 0.25))
    assert computefi.firb_lgd(100, 1000) == pytest.approx(0.25)
    assert computefi.slotting("weak", 5).tolist() == [2.5, 0.08]
    assert computefi.sa_weight("project before operation", 10).tolist() == pytest.approx([1.3, 13, 1.04])
    assert computefi.output_floor(60, 100).tolist() == [72.5, 12.5]
