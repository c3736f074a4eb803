"""Volatility and correlation out of price series."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import computefi
from computefi.errors import Code, DomainError, InputError, MissingData, ZeroDivisor
from computefi.spec import REGISTRY, call

PUBLISHED_RETURNS = np.array([0.02, -0.01, 0.03, -0.04, 0.01])
ROWS = [[1, 2], [2, 1], [3, 5], [6, 4]]


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


def prices(returns: np.ndarray) -> np.ndarray:
    return 100 * np.exp(np.r_[0, np.cumsum(returns)])


def pair(rho: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two price series whose log returns have exactly this correlation."""
    rng = np.random.default_rng(count)
    first, second = rng.normal(size=(2, count))
    first -= first.mean()
    second -= second.mean()
    second -= first * (first @ second) / (first @ first)
    first, second = first / np.sqrt(first @ first), second / np.sqrt(second @ second)
    return prices(0.3 * first), prices(0.2 * (rho * first + math.sqrt(1 - rho**2) * second) + 0.01)


# --- exponentially weighted volatility -----------------------------------------------------------


def test_published_ewma() -> None:
    series = prices(PUBLISHED_RETURNS)
    assert computefi.ewma_vol(series, 0.94, 1) ** 2 == pytest.approx(0.000461237488, rel=1e-11)
    assert computefi.ewma_vol(series) == pytest.approx(0.340927920499, rel=1e-11)


def test_ewma_is_the_recursion() -> None:
    variance = PUBLISHED_RETURNS[0] ** 2
    for r in PUBLISHED_RETURNS[1:]:
        variance = 0.8 * variance + 0.2 * r**2
    assert computefi.ewma_vol(prices(PUBLISHED_RETURNS), 0.8, 12) == pytest.approx(math.sqrt(12 * variance), rel=1e-12)


def test_ewma_at_the_ends_of_decay() -> None:
    series = prices(PUBLISHED_RETURNS)
    assert computefi.ewma_vol(series, 0, 1) == pytest.approx(0.01, rel=1e-12)
    assert computefi.ewma_vol(series, 1, 1) == pytest.approx(0.02, rel=1e-12)
    assert computefi.ewma_vol([100, 110], 0, 1) == pytest.approx(math.log(1.1), rel=1e-14)


def test_prices_that_stand_still_have_no_volatility() -> None:
    assert computefi.ewma_vol([5, 5, 5, 5]) == 0


def test_one_price_is_too_few() -> None:
    assert cells("CFI_EWMA_VOL", (100,)) == [[Code.NA]]
    with pytest.raises(MissingData, match="prices must hold at least two prices"):
        computefi.ewma_vol([100])


@pytest.mark.parametrize("bad", [0, -1])
def test_a_price_that_is_not_positive_is_refused(bad: float) -> None:
    assert cells("CFI_EWMA_VOL", (100, bad, 100)) == [[Code.NUM]]
    assert cells("CFI_CORRELATION", (100, bad, 100), (1, 2, 3)) == [[Code.NUM] * 4]


def test_an_empty_series_is_refused() -> None:
    with pytest.raises(InputError, match="prices must not be empty"):
        computefi.ewma_vol([])


def test_volatility_of_a_block_is_that_of_its_rows() -> None:
    rng = np.random.default_rng(2)
    block = np.exp(rng.normal(size=(6, 30)).cumsum(axis=1) / 20)
    decays = np.linspace(0.5, 1, 6)
    assert list(computefi.ewma_vol(block, decays)) == [
        computefi.ewma_vol(row, decay) for row, decay in zip(block, decays, strict=True)
    ]


def test_the_currency_does_not_matter() -> None:
    series = prices(PUBLISHED_RETURNS)
    assert computefi.ewma_vol(series * 1e6) == pytest.approx(computefi.ewma_vol(series), rel=1e-12)


# --- correlation with its interval ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("rho", "count", "low", "high"),
    [
        (0.79, 257, 0.739081711197, 0.831941814766),
        (0.39, 17, -0.111556124333, 0.733204510935),
        (0.07, 41, -0.242881016145, 0.369688995599),
    ],
)
def test_published_intervals(rho: float, count: int, low: float, high: float) -> None:
    assert computefi.correlation(*pair(rho, count)) == pytest.approx([rho, low, high, count], abs=1e-11)


def test_a_series_with_itself_is_its_own_interval() -> None:
    series, _ = pair(0.5, 12)
    assert computefi.correlation(series, series).tolist() == [1, 1, 1, 12]
    assert computefi.correlation(series, 1 / series) == pytest.approx([-1, -1, -1, 12], abs=1e-12)


def test_correlation_is_symmetric_and_free_of_currency() -> None:
    one, other = pair(0.4, 20)
    assert computefi.correlation(other * 7, one) == pytest.approx(computefi.correlation(one, other), rel=1e-12)


def test_more_confidence_is_a_wider_interval() -> None:
    one, other = pair(0.4, 20)
    narrow, wide = computefi.correlation(one, other, 0.5), computefi.correlation(one, other, 0.99)
    assert wide[1] < narrow[1] < narrow[0] < narrow[2] < wide[2]


def test_fewer_than_four_returns_have_no_interval() -> None:
    assert cells("CFI_CORRELATION", (1, 2, 3, 5), (2, 3, 5, 4))[0][1:] == [Code.NA, Code.NA, 3]
    assert Code.NA not in cells("CFI_CORRELATION", (1, 2, 3, 5, 6), (2, 3, 5, 4, 7))[0]


def test_fewer_than_three_prices_have_no_correlation() -> None:
    assert cells("CFI_CORRELATION", (1, 2), (2, 3)) == [[Code.NA] * 4]


@pytest.mark.parametrize("steady", [[5, 5, 5, 5, 5], [1, 2, 4, 8, 16], list(1.01 ** np.arange(5))])
def test_returns_that_do_not_vary_divide_by_zero(steady: list[float]) -> None:
    moving = [1, 2, 3, 5, 4]
    assert cells("CFI_CORRELATION", steady, moving) == [[Code.DIV0] * 4]
    with pytest.raises(ZeroDivisor, match="prices_2 must have returns that vary"):
        computefi.correlation(moving, steady)


def test_lengths_that_differ_are_both_named() -> None:
    with pytest.raises(InputError, match="prices_2 must have 5 entries like prices_1; got 4"):
        computefi.correlation([1, 2, 3, 5, 4], [1, 2, 3, 5])


def test_a_row_and_a_column_are_the_same_series() -> None:
    one, other = pair(0.4, 10)
    assert list(computefi.correlation(one.reshape(1, -1), other)) == list(computefi.correlation(one, other))


def test_a_block_correlates_row_by_row_and_a_bad_row_spoils_only_itself() -> None:
    one, other = pair(0.4, 10)
    block = cells("CFI_CORRELATION", np.array([one, np.ones(11), other]), other)
    assert block[0] == list(computefi.correlation(one, other))
    assert block[1] == [Code.DIV0] * 4
    assert block[2][0] == pytest.approx(1)


# --- sticky prices -------------------------------------------------------------------------------


def test_published_correction_for_sticky_prices() -> None:
    assert computefi.unsmooth_corr(1 / 1.5, 0.45) * 1.5 == pytest.approx(1.11978502191, rel=1e-11)
    assert computefi.unsmooth_corr(-0.3, -0.45) == pytest.approx(-0.3 * 1.11978502191, rel=1e-11)


def test_prices_that_are_not_sticky_need_no_correction() -> None:
    assert computefi.unsmooth_corr([0.4, -1, 1], 0).tolist() == [0.4, -1, 1]


def test_a_correction_beyond_one_is_refused_and_not_clipped() -> None:
    assert cells("CFI_UNSMOOTH_CORR", 0.9, 0.45) == [[Code.NUM]]
    assert cells("CFI_UNSMOOTH_CORR", -0.9, 0.45) == [[Code.NUM]]
    with pytest.raises(DomainError, match="beyond -1 or 1"):
        computefi.unsmooth_corr(0.9, 0.45)
    assert computefi.unsmooth_corr(0.6, 0.8) == 1


@pytest.mark.parametrize("phi", [1, -1, 1.5])
def test_an_autocorrelation_of_one_is_refused(phi: float) -> None:
    assert cells("CFI_UNSMOOTH_CORR", 0, phi) == [[Code.NUM]]


def test_a_sticky_series_is_put_right_in_a_long_sample() -> None:
    rng = np.random.default_rng(17)
    rho, phi, count = 0.6, 0.45, 200_000
    true = rng.normal(size=count)
    traded = rho * true + math.sqrt(1 - rho**2) * rng.normal(size=count)
    posted = np.empty(count)
    posted[0] = true[0]
    for t in range(1, count):
        posted[t] = phi * posted[t - 1] + (1 - phi) * true[t]
    measured = computefi.correlation(prices(posted / 1000), prices(traded / 1000))[0]
    assert measured < 0.56
    assert computefi.unsmooth_corr(measured, phi) == pytest.approx(rho, abs=4 / math.sqrt(count))


# --- shrinkage -----------------------------------------------------------------------------------


def shrunk(rows: list[list[float]]) -> np.ndarray:
    """Ledoit and Wolf as they write it, with loops."""
    x = np.array(rows, dtype=float)
    x -= x.mean(axis=0)
    n, p = x.shape
    s = x.T @ x / n
    m = np.trace(s) / p
    d2 = np.linalg.norm(s - m * np.eye(p)) ** 2 / p
    b2 = min(sum(np.linalg.norm(np.outer(row, row) - s) ** 2 / p for row in x) / n**2, d2)
    return b2 / d2 * m * np.eye(p) + (1 - b2 / d2) * s


def test_published_shrinkage() -> None:
    covariance = shrunk(ROWS)
    assert covariance[0] == pytest.approx([3.18160377358491, 0.635613207547170], rel=1e-13)
    assert covariance[1, 1] == pytest.approx(2.81839622641509, rel=1e-13)
    assert computefi.shrink_corr(ROWS) == pytest.approx(np.array([[1, 0.212260333399], [0.212260333399, 1]]), abs=1e-12)


def test_shrinkage_as_its_authors_write_it() -> None:
    rows = np.random.default_rng(8).normal(size=(30, 5)) @ np.random.default_rng(9).normal(size=(5, 5))
    covariance = shrunk(rows.tolist())
    deviation = np.sqrt(np.diag(covariance))
    assert computefi.shrink_corr(rows) == pytest.approx(covariance / np.outer(deviation, deviation), abs=1e-13)


@given(st.integers(2, 12), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_a_shrunk_correlation_matrix_is_one(dates: int, assets: int, seed: int) -> None:
    matrix = computefi.shrink_corr(np.random.default_rng(seed).normal(size=(dates, assets)))
    assert matrix.shape == (assets, assets)
    assert np.array_equal(np.diag(matrix), np.ones(assets))
    assert matrix == pytest.approx(matrix.T, abs=1e-15)
    assert np.linalg.eigvalsh(matrix).min() > -1e-12


def test_a_long_series_keeps_its_sample_correlation() -> None:
    rng = np.random.default_rng(4)
    first = rng.normal(size=100_000)
    rows = np.c_[first, 0.5 * first + rng.normal(size=100_000)]
    assert computefi.shrink_corr(rows)[0, 1] == pytest.approx(np.corrcoef(rows.T)[0, 1], abs=1e-3)


def test_shrinkage_faults() -> None:
    assert cells("CFI_SHRINK_CORR", ((0.1, 0.2),)) == [[Code.NA]]
    assert cells("CFI_SHRINK_CORR", ((0.1, 0.2), (0.1, 0.3), (0.1, 0.1))) == [[Code.DIV0]]
    assert cells("CFI_SHRINK_CORR", ((0.1, 0.2), (None, 0.3))) == [[Code.VALUE]]
    assert cells("CFI_SHRINK_CORR", ((0.1,), (0.2,))) == [[1]]
