"""A book of loans: the exact method and the simulation against each other, and against what is known otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import computefi
from computefi.arrays import FloatArray
from computefi.errors import DomainError, InputError
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtr, ndtri
from computefi.models import portfolio_nodes
from computefi.models.portfolio import Book, make_book
from computefi.models.portfolio_exact import distribution, large_pool, tail_parts, unit_of
from computefi.models.portfolio_means import expected_losses, expected_with_error
from computefi.models.portfolio_paths import Losses, blocks_of, gathered, simulation
from random_books import TERMS, random_book, random_columns, simple_book

SIGMAS = 3.0


@pytest.fixture(autouse=True)
def _as_in_a_call() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def correlations(columns: dict[str, Any], i: int) -> tuple[FloatArray, float, float, float]:
    """The pds of a loan's offtaker, and link, rho_operator and rho_offtaker as its loadings make them."""
    own, chips, name = columns["loading"][i], columns["collateral_loading"][i], columns["offtaker"][i]
    other = columns["name_loading"][name] if name >= 0 else 0 * own
    pds = columns["name_pd"][name] if name >= 0 else 0 * columns["pd"][i]
    rests = np.sqrt((1 - own @ own) * (1 - chips @ chips))
    return pds, own @ other, own @ chips + columns["gamma"][i] * rests, other @ chips


def single_losses(columns: dict[str, Any]) -> FloatArray:
    """CFI_DEAL_LOSS_PATH of each loan alone, with the correlations that its loadings make."""
    parts = []
    for i in range(len(columns["offtaker"])):
        pds, *matrix = correlations(columns, i)
        means = columns["value"][i] * np.exp(columns["drift"][i] * (columns["times"] + columns["lag"][i]))
        answer = computefi.deal_loss_path(
            columns["exposure"][i], means, columns["contract"][i], np.diff(columns["pd"][i], prepend=0),
            np.diff(pds, prepend=0), columns["assignable"][i], *matrix, columns["volatility"][i], 0,
            *(columns[name][i] for name in ("sale_cost", "lag", "unsecured")), 1, 0,
            *(columns[name][i] for name in ("discount_rate", "workout_cost", "accrued_interest")),
        )  # fmt: skip
        parts.append(np.ravel(answer)[0])
    return np.array(parts)


def deal_losses(columns: dict[str, Any]) -> FloatArray:
    """CFI_DEAL_LOSS of each loan alone with all of its arguments."""
    parts = []
    for i, exposure in enumerate(columns["exposure"][:, 0]):
        pds, *matrix = correlations(columns, i)
        answer = computefi.deal_loss(
            exposure, *(columns[name][i, 0] for name in ("value", "contract", "pd")), pds[0], columns["assignable"][i],
            *matrix, columns["volatility"][i], 1,
            *(columns[name][i] for name in ("drift", "sale_cost", "lag", "unsecured", "contract_volatility",
                                            "discount_rate", "workout_cost", "accrued_interest")),
        )  # fmt: skip
        parts.append(exposure * answer[0])
    return np.array(parts)


def drawn(book: Book, paths: int, seed: int = 1, nu: float = 0.0, level: float = 0.99) -> Losses:
    prepared = simulation(book, seed, nu, level)
    return gathered(prepared.block(number) for number in range(blocks_of(paths)))[0]


def sigmas_apart(seed: int, paths: int) -> list[float]:
    """How many standard errors lie between the two methods: expected loss, VaR and shortfall of a random book."""
    loans = int(np.random.default_rng(seed).integers(1, 60))
    book = random_book(seed, loans, years=1 + seed % 3 // 2, guarantors=seed % 4 == 3, terms=seed % 2 == 1)
    level = (0.9, 0.99, 0.995)[seed % 3]
    exact = distribution(book)
    at_risk, shortfall, _ = exact.at(level)
    losses = drawn(book, paths, seed, level=level)
    tail = losses.tail(level)
    pairs = [(losses.expected, expected_losses(book).sum(), 0.0), (tail.shortfall, shortfall, exact.unit)]
    pairs.append((tail.at_risk, at_risk, exact.unit))
    return [abs(estimate.value - true) / (estimate.error + step / SIGMAS) for estimate, true, step in pairs]


@pytest.mark.parametrize("years", [1, 3])
def test_expected_loss_is_the_sum_of_the_single_deals_losses(years: int) -> None:
    columns = random_columns(4, 40, years=years)
    assert expected_losses(make_book(**columns)) == pytest.approx(single_losses(columns), rel=1e-9)


@pytest.mark.parametrize("factors", [1, 4])
def test_with_all_arguments_of_a_deal_the_book_loses_what_the_deals_lose(factors: int) -> None:
    columns = random_columns(4, 40, factors=factors, terms=True)
    assert expected_losses(make_book(**columns)) == pytest.approx(deal_losses(columns), rel=1e-9)
    columns = random_columns(5, 20, factors=factors, years=3, terms=True) | {"contract_volatility": np.zeros(20)}
    assert expected_losses(make_book(**columns)) == pytest.approx(single_losses(columns), rel=1e-9)


def test_simulation_with_all_arguments_of_a_deal_loses_the_same() -> None:
    columns = random_columns(6, 40, factors=4, terms=True)
    expected = drawn(make_book(**columns), 20_000).expected
    assert abs(expected.value - deal_losses(columns).sum()) < SIGMAS * expected.error < 0.03 * expected.value


@pytest.mark.parametrize("name", [name for name, *_ in TERMS])
def test_each_of_the_further_terms_adds_to_the_loss(name: str) -> None:
    plain = random_columns(7, 10)
    changed = plain | {name: np.full(10, 0.1)}
    added = expected_losses(make_book(**changed)) - expected_losses(make_book(**plain))
    assert (added >= 0).all()
    assert added.sum() > 0


def test_collateral_coupled_to_its_own_operator_has_the_loss_of_corr_lgd() -> None:
    one = simple_book(
        1, value=np.full((1, 1), 1.3), volatility=np.full(1, 0.4), loading=np.zeros((1, 1)), gamma=np.full(1, 0.6)
    )
    single = 0.05 * computefi.corr_lgd(1, 1.3, 0.05, 0.6, 0.4, 1)
    assert expected_losses(one)[0] == pytest.approx(single, rel=1e-9)
    student = 0.05 * computefi.corr_lgd_t(1, 1.3, 0.05, 0.6, 0.4, 1, 4)
    estimate = drawn(one, 200_000, nu=4.0).expected
    assert abs(estimate.value - student) < SIGMAS * estimate.error < 0.1 * student


def test_the_lattice_keeps_the_mean() -> None:
    book = random_book(5, 30, terms=True)
    exact = distribution(book)
    mean = exact.unit * (exact.probabilities @ np.arange(len(exact.probabilities)))
    assert mean == pytest.approx(expected_losses(book).sum(), rel=1e-9)


@pytest.mark.parametrize("seed", [3, 7, 8])
def test_both_methods_agree(seed: int) -> None:
    assert max(sigmas_apart(seed, 20_000)) < SIGMAS


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 120))
def test_both_methods_agree_on_twenty_random_books(seed: int) -> None:
    assert max(sigmas_apart(seed, 200_000)) < SIGMAS


def test_simulation_on_four_factors_has_the_sum_of_the_single_deals_losses() -> None:
    columns = random_columns(6, 40, factors=4)
    expected = drawn(make_book(**columns), 40_000).expected
    assert abs(expected.value - single_losses(columns).sum()) < SIGMAS * expected.error
    assert expected.error < 0.01 * expected.value


@pytest.mark.parametrize(("pd", "loading"), [(0.01, 0.3), (0.05, 0.6), (0.2, 0.9)])
def test_an_infinite_pool_is_basels_formula(pd: float, loading: float) -> None:
    book = simple_book(3, pd=pd, loading=loading, lost=0.45)
    basel = 0.45 * ndtr((ndtri(pd) + loading * ndtri(0.999)) / np.sqrt(1 - loading**2))
    assert large_pool(book, 0.999)[0] / 3 == pytest.approx(basel, rel=1e-9)
    # E[Φ((d − bF)/√(1 − b²)); F < y] = Φ₂(d, y; b)
    shortfall = 0.45 * bivariate_normal_cdf(ndtri(pd), ndtri(0.001), loading) / 0.001
    assert large_pool(book, 0.999)[1] / 3 == pytest.approx(shortfall, rel=1e-9)


def test_many_equal_loans_come_close_to_the_infinite_pool() -> None:
    away = [abs(distribution(simple_book(n)).at(0.99)[0] / n - large_pool(simple_book(n), 0.99)[0] / n)
            for n in (16, 64, 256)]  # fmt: skip
    assert away[0] > 2 * away[1] > 4 * away[2]


def test_independent_loans_are_binomial() -> None:
    exact = distribution(simple_book(16, loading=0.0, pd=0.07))
    whole = round(1 / exact.unit)
    assert exact.probabilities[::whole] == pytest.approx(binom.pmf(np.arange(17), 16, 0.07), abs=1e-12)
    assert exact.at(0.99)[0] == pytest.approx(binom.ppf(0.99, 16, 0.07), rel=1e-12)


@pytest.mark.parametrize("loading", [0.3, 0.7, 0.95])
def test_two_equal_names_fail_together_as_the_bivariate_normal_says(loading: float) -> None:
    exact = distribution(simple_book(2, pd=0.04, loading=loading))
    both = bivariate_normal_cdf(ndtri(0.04), ndtri(0.04), loading**2)
    assert exact.probabilities[-2:].sum() == pytest.approx(both, abs=1e-9)


def test_an_offtakers_default_stops_every_loan_of_its_name() -> None:
    book = simple_book(8, pd=0.0, lost=1.0, offtaker=np.zeros(8, dtype=int))
    exact = distribution(book)
    whole = round(8 / exact.unit)
    assert exact.probabilities[[0, whole]] == pytest.approx([0.98, 0.02], abs=1e-12)
    losses = drawn(book, 4096).losses
    assert set(np.unique(losses)) == {0.0, 8.0}


def test_a_guarantee_loses_only_where_both_fail() -> None:
    book = simple_book(1, guarantor=np.zeros(1, dtype=int), guaranteed=np.ones(1))
    both = bivariate_normal_cdf(ndtri(0.05), ndtri(0.02), 0.5 * 0.4)
    assert expected_losses(book)[0] == pytest.approx(both, rel=1e-9)
    estimate = drawn(book, 50_000).expected
    assert abs(estimate.value - both) < SIGMAS * estimate.error


@pytest.mark.parametrize(("guarantors", "terms"), [(False, True), (True, False)])
def test_parts_of_the_tail_add_up(guarantors: bool, terms: bool) -> None:
    book = random_book(9, 12, guarantors=guarantors, terms=terms)
    exact = distribution(book)
    _, shortfall, weights = exact.at(0.97)
    parts = tail_parts(book, weights, exact.unit) / 0.03
    assert parts.sum() == pytest.approx(shortfall, rel=1e-9)
    assert (parts > 0).all()


def test_a_part_is_the_derivative_of_the_shortfall_by_the_loans_size() -> None:
    columns = random_columns(10, 6)
    exact = distribution(make_book(**columns))
    part = tail_parts(make_book(**columns), exact.at(0.95)[2], exact.unit)[2] / 0.05

    def shortfall(scale: float) -> float:
        moved = {key: columns[key] * np.where(np.arange(6) == 2, scale, 1)[:, None]
                 for key in ("exposure", "value", "contract")}  # fmt: skip
        return distribution(make_book(**columns | moved)).at(0.95)[1]

    assert (shortfall(1.05) - shortfall(0.95)) / 0.1 == pytest.approx(part, rel=0.01)


def test_parts_of_simulated_tails_are_those_of_the_exact_method() -> None:
    book = random_book(11, 10)
    exact = distribution(book)
    prepared = simulation(book, 1, 0.0, 0.95)
    losses, _ = gathered(prepared.block(number) for number in range(400))
    at_risk = losses.tail(0.95).at_risk.value
    parts = gathered(prepared.block(number, at_risk) for number in range(400))[1] / 0.05
    wanted = tail_parts(book, exact.at(0.95)[2], exact.unit) / 0.05
    assert parts == pytest.approx(wanted, rel=0.05, abs=0.01 * wanted.sum())


def test_a_block_is_the_same_whoever_draws_it() -> None:
    prepared = simulation(random_book(12, 30, factors=3), 7, 0.0, 0.99)
    first = [prepared.block(number).losses for number in range(4)]
    again = [simulation(random_book(12, 30, factors=3), 7, 0.0, 0.99).block(number).losses for number in (3, 2, 1, 0)]
    assert all(np.array_equal(a, b) for a, b in zip(first, again[::-1], strict=True))
    assert not np.array_equal(first[0], first[1])


def test_the_t_copula_has_the_loss_of_corr_lgd_t_for_a_book_of_one() -> None:
    one = simple_book(
        1, value=np.full((1, 1), 1.3), volatility=np.full(1, 0.4), collateral_loading=np.full((1, 1), 0.7)
    )
    single = 0.05 * computefi.corr_lgd_t(1, 1.3, 0.05, 0.35, 0.4, 1, 4)
    estimate = drawn(one, 200_000, nu=4.0).expected
    assert abs(estimate.value - single) < SIGMAS * estimate.error < 0.1 * single


def test_a_t_copula_has_a_fatter_tail() -> None:
    book = random_book(13, 40)
    assert drawn(book, 20_000, nu=4.0).tail(0.99).shortfall.value > 1.2 * drawn(book, 20_000).tail(0.99).shortfall.value


def test_collateral_without_wrong_way_loses_less() -> None:
    book = random_book(14, 20)
    assert (expected_losses(book.without_wrong_way()) < expected_losses(book)).all()


def test_nine_names_tied_together_are_refused_and_eight_are_not() -> None:
    def chain(names: int) -> Book:
        # Loan i has offtaker i and guarantor i + 1, so that all names hang together.
        ring = np.arange(2 * names) % names
        return simple_book(
            2 * names, loading=0.0, offtaker=ring, guarantor=(ring + 1) % names, guaranteed=np.ones(2 * names),
            name_pd=np.full((names, 1), 0.02), name_loading=np.zeros((names, 1)),
        )  # fmt: skip

    assert distribution(chain(8)).probabilities.sum() == pytest.approx(1, abs=1e-9)
    with pytest.raises(InputError, match="tie 9 shared names"):
        distribution(chain(9))


@pytest.mark.parametrize("years", [1, 2])
def test_several_factors_are_taken_without_paths_and_state_their_error(years: int) -> None:
    columns = random_columns(20 + years, 25, factors=3, years=years)
    book = make_book(**columns)
    exact, losses = distribution(book), drawn(book, 20_000)
    tail, (at_risk, shortfall, _), errors = losses.tail(0.99), exact.at(0.99), exact.errors(0.99)
    for estimate, value, error in ((tail.at_risk, at_risk, errors[0]), (tail.shortfall, shortfall, errors[1])):
        assert abs(estimate.value - value) < SIGMAS * np.hypot(estimate.error, error)
        assert error < estimate.error
    assert expected_losses(book) == pytest.approx(single_losses(columns), rel=1e-9)


def two_ways_to_fail(seed: int, loans: int = 40) -> Book:
    """Loans each of one factor only, so that the tail lies in the direction of none and of all of them."""
    columns = random_columns(seed, loans, factors=4)
    one = np.eye(4)[np.arange(loans) % 4]
    for key in ("loading", "collateral_loading"):
        columns[key] = one * 2 * columns[key]
    return make_book(**columns | {"pd": columns["pd"] * 0.3})


def test_a_tail_that_lies_in_several_directions_is_found_without_paths() -> None:
    book = two_ways_to_fail(1, 24)
    exact, losses = distribution(book), drawn(book, 40_000, level=0.999)
    tail, (at_risk, shortfall, _), errors = losses.tail(0.999), exact.at(0.999), exact.errors(0.999)
    for estimate, value, error in ((tail.at_risk, at_risk, errors[0]), (tail.shortfall, shortfall, errors[1])):
        assert abs(estimate.value - value) < SIGMAS * np.hypot(estimate.error, error)
        assert error < 0.03 * value


@pytest.mark.nightly
def test_errors_stated_on_four_factors_cover_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 24 books, VaR and shortfall at two levels: nineteen in twenty within two errors, but for chance."""
    apart = []
    for seed in range(300, 324):
        monkeypatch.setattr(portfolio_nodes, "SEED", seed)  # one seed errs alike for all books
        book = two_ways_to_fail(seed) if seed % 4 == 0 else random_book(seed, 10 + seed % 40, factors=4, names=5)
        exact = distribution(book)
        losses = drawn(book, 400_000)
        for level in (0.99, 0.999):
            tail, pair, errors = losses.tail(level), exact.at(level)[:2], exact.errors(level)
            for estimate, value, error in zip((tail.at_risk, tail.shortfall), pair, errors, strict=True):
                apart.append((value - estimate.value) / np.hypot(estimate.error, error))
    assert np.mean(np.abs(apart) < 1) > 0.6
    assert np.mean(np.abs(apart) < 2) > 0.92
    assert np.max(np.abs(apart)) < 4


def test_guarantees_on_several_factors_are_averaged_and_state_their_error() -> None:
    book = random_book(24, 20, factors=3, guarantors=True)
    (expected, error), estimate = expected_with_error(book), drawn(book, 50_000).expected
    assert abs(expected.sum() - estimate.value) < SIGMAS * np.hypot(error, estimate.error)
    assert 0 < error < 0.01 * expected.sum()


def test_factors_in_one_line_are_one_factor() -> None:
    columns = random_columns(2, 5, factors=2) | {"correlation": np.ones((2, 2))}
    columns |= {key: columns[key] * 0.8 for key in ("loading", "collateral_loading", "name_loading")}
    together = columns | {"correlation": np.eye(1)}
    together |= {
        key: columns[key].sum(axis=1, keepdims=True) for key in ("loading", "collateral_loading", "name_loading")
    }
    one, other = distribution(make_book(**columns)), distribution(make_book(**together))
    assert one.at(0.99)[1] == pytest.approx(other.at(0.99)[1], rel=1e-9)


def test_loadings_that_explain_more_than_everything_name_the_row() -> None:
    columns = random_columns(2, 5)
    columns["loading"][3] = 1.1
    with pytest.raises(DomainError, match=r"loading .*1\.21 at row 4"):
        make_book(**columns)


def test_factor_correlations_that_no_matrix_has_name_the_eigenvalue() -> None:
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    with pytest.raises(DomainError, match=r"smallest eigenvalue is -0\.8"):
        make_book(**random_columns(2, 5, factors=3) | {"correlation": impossible})


@pytest.mark.parametrize("pd", [0.0, 1.0])
def test_certain_loans_lose_nothing_or_all(pd: float) -> None:
    exact = distribution(simple_book(4, pd=pd, lost=0.5))
    assert exact.at(0.99)[:2] == pytest.approx((2 * pd, 2 * pd), abs=1e-10)


def test_a_driver_that_is_all_factor_falls_by_a_step() -> None:
    book = simple_book(4, loading=1.0)
    assert expected_losses(book).sum() == pytest.approx(0.2, rel=1e-9)
    assert drawn(book, 4096).losses.max() == 4


def test_a_book_that_cannot_lose_loses_nothing() -> None:
    book = simple_book(3, exposure=np.zeros((3, 1)), value=np.zeros((3, 1)))
    assert unit_of(book) == 1
    assert distribution(book).at(0.999)[:2] == (0, 0)
    assert drawn(book, 4096).tail(0.999).shortfall.value == 0
