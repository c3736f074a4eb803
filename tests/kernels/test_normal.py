"""Φ₂ and its quantile: published values, 50-digit values, identities, limits."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from computefi.kernels.normal import (
    bivariate_normal_cdf,
    bivariate_normal_cdf_by_owen,
    bivariate_normal_quantile,
)

TESTS = Path(__file__).parents[1]
INFINITY = math.inf
levels = st.floats(-8, 8)
correlations = st.floats(-1, 1)
untimed = settings(deadline=None)


def columns(path: Path, *names: str) -> list[NDArray[np.float64]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[name]) for row in rows]) for name in names]


@pytest.mark.parametrize(
    ("h", "k", "rho", "probability"),
    [
        (0, 0, 0.5, 1 / 3),
        (0, 0, -0.5, 1 / 6),
        (-1, -1, 0.5, 0.0625140947097),
        (-2, 1, 0.9, 0.022750131948),
        (-3, -3, 0.95, 0.000809163346436),
        (ndtri(0.01), -1, 0.8, 0.00961853071224),
    ],
)
def test_known_probabilities(h: float, k: float, rho: float, probability: float) -> None:
    assert bivariate_normal_cdf(h, k, rho) == pytest.approx(probability, rel=2e-12)


def test_by_owen_it_is_the_same_within_the_last_digits_of_one() -> None:
    random = np.random.default_rng(1)
    h, k = random.normal(0, 2, (2, 5000))
    rho = np.tanh(random.normal(0, 2, 5000))
    h[:400], k[200:600], rho[::50], k[-100:] = 0, 0, 1, -40
    h[-200:-100], rho[25::50], k[600:700] = h[-200:-100] * 20, -1, h[600:700]
    assert np.abs(bivariate_normal_cdf_by_owen(h, k, rho) - bivariate_normal_cdf(h, k, rho)).max() < 1e-15


def test_a_case_alone_is_what_it_is_among_others() -> None:
    random = np.random.default_rng(3)
    h, k = random.normal(0, 3, (2, 3000))
    rho = np.tanh(random.normal(0, 2, 3000))
    h[::40] *= 8
    k[::50], k[1::50], h[2::50], k[3::50] = h[::50], -h[1::50], 0, 0
    rho[::70], rho[1::70], rho[2::70], rho[3::70] = 0, 1, -1, 1 - 1e-15
    rho[4::70], rho[5::500], h[6::500], k[7::500], h[8::500] = -1 + 1e-15, 2, INFINITY, -INFINITY, math.nan
    together = bivariate_normal_cdf(h, k, rho)
    alone = np.array([bivariate_normal_cdf(*row) for row in zip(h, k, rho, strict=True)])
    assert alone == pytest.approx(together, rel=2e-15, abs=0, nan_ok=True)
    few = np.concatenate([bivariate_normal_cdf(*(x[i : i + 3] for x in (h, k, rho))) for i in range(0, 3000, 3)])
    np.testing.assert_array_equal(few, alone)


def test_haugs_published_table_is_met() -> None:
    a, b, rho, published = columns(TESTS / "vectors/quantlib_bivariate_normal_haug.csv", "a", "b", "rho", "cdf_6dp")
    assert np.abs(bivariate_normal_cdf(a, b, rho) - published).max() < 1e-6


def test_vectors_are_met_relatively() -> None:
    a, b, rho, exact = columns(TESTS / "vectors/bvn_mpmath.csv", "a", "b", "rho", "cdf")
    # The file's rho is decimal: its rounding to a double weighs as 1/(1 + rho). Below 1e-41 the file holds
    # only the rounding of a subtraction at 40 digits: (−6, −3, −.999) is 2e-8802, not 1e-52.
    error = np.abs(bivariate_normal_cdf(a, b, rho) - exact)
    assert np.all(error < 3e-14 / (1 + rho) * np.abs(exact) + 1e-41)


def test_fifty_digit_values_are_met_relatively() -> None:
    h, k, rho, exact = columns(TESTS / "oracle/bivariate_normal.csv", "h", "k", "rho", "cdf")
    assert exact.size > 300
    error = np.abs(bivariate_normal_cdf(h, k, rho) / exact - 1)
    assert error.max() < 3e-13
    assert error[exact > 1e-16].max() < 2e-14


def test_error_is_that_of_the_last_digit_of_the_arguments() -> None:
    h, k, rho, exact, condition = columns(TESTS / "oracle/bivariate_normal.csv", "h", "k", "rho", "cdf", "condition")
    error = np.abs(bivariate_normal_cdf(h, k, rho) / exact - 1)
    assert np.all(error < 3e-15 * (1 + condition))


@untimed
@given(levels, levels, correlations)
def test_arguments_exchange(h: float, k: float, rho: float) -> None:
    forth, back = bivariate_normal_cdf(h, k, rho), bivariate_normal_cdf(k, h, rho)
    assert forth == pytest.approx(back, rel=1e-12, abs=1e-300)


@untimed
@given(levels, levels, correlations)
def test_a_level_and_its_complement_make_the_marginal(h: float, k: float, rho: float) -> None:
    total = bivariate_normal_cdf(h, k, rho) + bivariate_normal_cdf(h, -k, -rho)
    assert total == pytest.approx(ndtr(h), rel=1e-12)


@untimed
@given(levels, levels, correlations)
def test_probability_lies_between_frechets_bounds(h: float, k: float, rho: float) -> None:
    probability = bivariate_normal_cdf(h, k, rho)
    assert max(ndtr(h) - ndtr(-k), 0) - 1e-15 <= probability
    assert probability <= min(ndtr(h), ndtr(k)) * (1 + 1e-13)


@untimed
@given(levels, levels, correlations, correlations)
def test_probability_rises_with_correlation(h: float, k: float, one: float, other: float) -> None:
    low, high = bivariate_normal_cdf(h, k, sorted((one, other)))
    assert low <= high * (1 + 1e-12)


@untimed
@given(levels, levels)
def test_no_correlation_is_the_product(h: float, k: float) -> None:
    assert bivariate_normal_cdf(h, k, 0.0) == pytest.approx(ndtr(h) * ndtr(k), rel=1e-15)


@pytest.mark.parametrize("side", [-1, 1])
def test_probability_is_continuous_where_correlation_changes_sign(side: float) -> None:
    h, k = np.meshgrid(np.linspace(-8, 8, 33), np.linspace(-8, 8, 33))
    assert np.allclose(bivariate_normal_cdf(h, k, side * 1e-17), ndtr(h) * ndtr(k), rtol=3e-14, atol=0)


def test_origin_gives_the_arcsine_law() -> None:
    rho = np.array([-0.999, -0.7, -1e-3, 0.2, 0.95, 1 - 1e-9])
    assert np.allclose(bivariate_normal_cdf(0, 0, rho), 0.25 + np.arcsin(rho) / (2 * np.pi), rtol=1e-12)


def test_full_correlation_is_the_lower_level() -> None:
    h, k = np.meshgrid(np.linspace(-37, 8, 46), np.linspace(-37, 8, 46))
    assert np.array_equal(bivariate_normal_cdf(h, k, 1), ndtr(np.minimum(h, k)))


def test_full_opposition_is_the_interval() -> None:
    assert bivariate_normal_cdf(1, 0.5, -1) == pytest.approx(ndtr(1) - ndtr(-0.5), rel=1e-15)
    assert bivariate_normal_cdf(-1, 0.5, -1) == 0
    assert bivariate_normal_cdf(-1, 1, -1) == 0
    density = math.exp(-0.5) / math.sqrt(2 * math.pi)
    assert bivariate_normal_cdf(-1 + 2**-40, 1, -1) == pytest.approx(2**-40 * density, rel=1e-12)


@pytest.mark.parametrize("rho", [-1, -1 + 1e-15, -0.4, 0, 0.4, 1 - 1e-15, 1])
def test_infinite_levels_are_exact(rho: float) -> None:
    k = np.linspace(-37, 9, 47)
    assert np.array_equal(bivariate_normal_cdf(INFINITY, k, rho), ndtr(k))
    assert np.array_equal(bivariate_normal_cdf(k, INFINITY, rho), ndtr(k))
    assert not bivariate_normal_cdf(-INFINITY, k, rho).any()
    assert not bivariate_normal_cdf(k, -INFINITY, rho).any()
    assert bivariate_normal_cdf(INFINITY, INFINITY, rho) == 1
    assert bivariate_normal_cdf(-INFINITY, INFINITY, rho) == 0


def test_nan_passes_through() -> None:
    nan = np.nan
    for arguments in ((nan, 0, 0.5), (0, nan, 0.5), (0, 0, nan), (nan, 0, 1), (nan, INFINITY, -1)):
        assert np.isnan(bivariate_normal_cdf(*arguments))
        assert np.isnan(bivariate_normal_quantile(*arguments))


def test_no_probability_has_correlation_beyond_one() -> None:
    assert np.isnan(bivariate_normal_cdf(0, 0, [1.0001, -1.0001, INFINITY])).all()
    assert np.isnan(bivariate_normal_quantile(0.1, 0, [1.0001, -1.0001, INFINITY])).all()


def test_one_bad_row_leaves_the_others() -> None:
    result = bivariate_normal_cdf([0, np.nan, 0], 0, [0.5, 0.5, 2])
    assert result[0] == pytest.approx(1 / 3)
    assert np.isnan(result[1:]).all()


def test_arguments_broadcast() -> None:
    table = bivariate_normal_cdf(np.linspace(-3, 3, 7)[:, None], np.linspace(-2, 2, 5), 0.3)
    assert table.shape == (7, 5)
    assert table[2, 4] == pytest.approx(bivariate_normal_cdf(-1, 2, 0.3), rel=1e-14)
    assert np.ndim(bivariate_normal_cdf(0, 0, 0.3)) == 0
    assert bivariate_normal_cdf([], 0, 0.3).shape == (0,)
    assert bivariate_normal_quantile(0.01, [-1, 0], np.array([[0.2], [0.3], [0.4]])).shape == (3, 2)


def test_a_row_is_the_same_alone_and_in_a_long_column() -> None:
    random = np.random.default_rng(7)
    h, k, rho = random.uniform(-8, 2, 10_000), random.uniform(-8, 2, 10_000), random.uniform(-1, 1, 10_000)
    column = bivariate_normal_cdf(h, k, rho)
    for row in range(0, 10_000, 499):
        assert bivariate_normal_cdf(h[row], k[row], rho[row]) == pytest.approx(column[row], rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("default_probability", "rho", "q", "z"),
    [
        (0.05, 0.5, 0.10, -2.16737344486),
        (0.05, 0.9, 0.10, -2.56694580282),
        (0.05, 0.0, 0.10, -1.28155156554),
        (0.02, 0.3, 0.05, -2.30442956392),
        (0.25, 0.85, 0.05, -2.24000216184),
    ],
)
def test_known_quantiles_given_default(default_probability: float, rho: float, q: float, z: float) -> None:
    found = bivariate_normal_quantile(q * default_probability, ndtri(default_probability), rho)
    assert found == pytest.approx(z, abs=1e-11)


@untimed
@given(st.floats(-30, 8), correlations, st.floats(-50, 0), st.booleans())
def test_quantile_undoes_the_probability(h: float, rho: float, exponent: float, upper: bool) -> None:
    marginal = ndtr(h)
    share = 10**exponent
    q_joint = marginal * (1 - share) if upper else marginal * share
    assume(1e-290 < q_joint < marginal)
    z = bivariate_normal_quantile(q_joint, h, rho)
    # The root lies among the nearest neighbours of z, with h and q_joint uncertain by their last digits.
    reach = 16 * np.spacing(max(float(abs(z)), abs(h), 1e-12)) + 4 * np.spacing(marginal) / marginal
    allowance = 1e-12 * q_joint + 8 * np.spacing(marginal)
    assert bivariate_normal_cdf(h, z - reach, rho) <= q_joint + allowance
    assert bivariate_normal_cdf(h, z + reach, rho) >= q_joint - allowance


@untimed
@given(st.floats(-6, 2), st.floats(-0.95, 0.95), st.floats(-4, 3))
def test_probability_undoes_the_quantile(h: float, rho: float, z: float) -> None:
    q_joint = bivariate_normal_cdf(h, z, rho)
    density = math.exp(-z * z / 2) * ndtr((h - rho * z) / math.sqrt((1 - rho) * (1 + rho)))
    assume(q_joint > 1e-290 and density > 1e-4 * ndtr(h))
    assert bivariate_normal_quantile(q_joint, h, rho) == pytest.approx(z, rel=1e-10, abs=1e-10)


def test_quantile_at_full_correlation_is_exact() -> None:
    h = np.array([-3.0, -1.0, 2.0])
    q_joint = 0.3 * ndtr(h)
    assert np.allclose(bivariate_normal_quantile(q_joint, h, 1), ndtri(q_joint), rtol=1e-14)
    assert np.allclose(bivariate_normal_quantile(q_joint, h, -1), -ndtri(ndtr(h) - q_joint), rtol=1e-13)
    assert np.allclose(bivariate_normal_quantile(0.8 * ndtr(h), h, 1), ndtri(0.8 * ndtr(h)), rtol=1e-13)


def test_quantile_without_condition_is_the_normal_quantile() -> None:
    q = np.array([1e-200, 1e-9, 0.2, 0.5, 0.9])
    assert np.allclose(bivariate_normal_quantile(q, INFINITY, np.array([[-0.9], [0.0], [0.6]])), ndtri(q), rtol=1e-13)


def test_quantile_needs_a_probability_inside_the_marginal() -> None:
    h = -1.0
    outside = [-0.1, 0, ndtr(h), 0.5, 1, INFINITY]
    assert np.isnan(bivariate_normal_quantile(outside, h, 0.4)).all()
    assert np.isnan(bivariate_normal_quantile(0.1, -INFINITY, 0.4))


def test_quantile_stands_at_the_edge_of_correlation() -> None:
    rho = np.array([1 - 1e-12, -1 + 1e-12, 1 - 1e-15, -1 + 1e-15])
    z = bivariate_normal_quantile(1e-9, -2, rho)
    limit = np.where(rho > 0, ndtri(1e-9), -ndtri(ndtr(-2) - 1e-9))
    assert np.allclose(z, limit, atol=1e-5)


def test_import_is_light() -> None:
    path = TESTS.parent / "addin/computefi/kernels/normal.py"
    code = (
        "import runpy, sys; "
        f"runpy.run_path({str(path)!r}); "
        "sys.exit(any(m in sys.modules for m in ('scipy.stats', 'scipy.optimize', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
