"""The trivariate normal distribution: symmetry, factors, limits, singular and nearly singular matrices, speed."""

from __future__ import annotations

from itertools import permutations
from time import process_time

import numpy as np
import pytest
from scipy.special import ndtr, roots_legendre

from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.trivariate import trivariate_normal_cdf

PAIRS = ((0, 1), (0, 2), (1, 2))
MICROSECONDS = 60.0


def random_matrices(count: int, seed: int) -> np.ndarray:
    arrows = np.random.default_rng(seed).normal(size=(count, 3, 3))
    arrows /= np.linalg.norm(arrows, axis=2, keepdims=True)
    return arrows @ arrows.transpose(0, 2, 1)


def of(bounds: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    return trivariate_normal_cdf(*bounds.T, *(matrices[:, i, j] for i, j in PAIRS))


BOUNDS = np.random.default_rng(3).normal(size=(400, 3)) * 1.5
MATRICES = random_matrices(400, 4)


def test_the_three_may_change_places() -> None:
    expected = of(BOUNDS, MATRICES)
    for order in permutations(range(3)):
        places = list(order)
        changed = of(BOUNDS[:, places], MATRICES[:, places][:, :, places])
        np.testing.assert_allclose(changed, expected, atol=2e-14)


def test_one_that_correlates_with_neither_is_a_factor() -> None:
    a, b, c = BOUNDS.T
    expected = ndtr(a) * bivariate_normal_cdf(b, c, 0.7)
    np.testing.assert_array_equal(trivariate_normal_cdf(a, b, c, 0, 0, 0.7), expected)
    np.testing.assert_array_equal(trivariate_normal_cdf(b, a, c, 0, 0.7, 0), expected)


def test_one_that_correlates_with_nearly_neither_is_nearly_a_factor() -> None:
    a, b, c = BOUNDS.T
    expected = ndtr(a) * bivariate_normal_cdf(b, c, 0.7)
    np.testing.assert_allclose(trivariate_normal_cdf(a, b, c, 1e-12, -1e-12, 0.7), expected, atol=1e-12)


@pytest.mark.parametrize(("bound", "expected"), [(np.inf, "the others"), (-np.inf, "nothing")])
def test_an_infinite_bound_leaves_the_others_or_nothing(bound: float, expected: str) -> None:
    a, b, _ = BOUNDS.T
    ab, ac, bc = (MATRICES[:, i, j] for i, j in PAIRS)
    left = bivariate_normal_cdf(a, b, ab) if expected == "the others" else np.zeros(len(a))
    np.testing.assert_allclose(trivariate_normal_cdf(a, b, bound, ab, ac, bc), left, atol=1e-14)


def test_the_eight_octants_add_up_to_one() -> None:
    ab, ac, bc = (MATRICES[:, i, j] for i, j in PAIRS)
    a, b, c = BOUNDS.T
    signs = [(i, j, k) for i in (1, -1) for j in (1, -1) for k in (1, -1)]
    total = sum(trivariate_normal_cdf(i * a, j * b, k * c, i * j * ab, i * k * ac, j * k * bc) for i, j, k in signs)
    np.testing.assert_allclose(total, 1, atol=1e-13)


def test_at_the_origin_it_is_sheppards_sum_of_angles() -> None:
    angles = sum(np.arcsin(MATRICES[:, i, j]) for i, j in PAIRS)
    np.testing.assert_allclose(of(np.zeros((400, 3)), MATRICES), 0.125 + angles / (4 * np.pi), atol=1e-14)


@pytest.mark.parametrize("r", [-0.8, 0.0, 0.3, 1.0])
def test_two_that_are_one_leave_two(r: float) -> None:
    a, b, c = BOUNDS.T
    alike = bivariate_normal_cdf(a, np.minimum(b, c), r)
    np.testing.assert_allclose(trivariate_normal_cdf(a, b, c, r, r, 1), alike, atol=1e-15)
    between = np.maximum(bivariate_normal_cdf(a, b, r) - bivariate_normal_cdf(a, -c, r), 0)
    np.testing.assert_allclose(trivariate_normal_cdf(a, b, c, r, -r, -1), between, atol=1e-15)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_singular_matrix_is_the_limit_of_regular_ones(sign: int) -> None:
    """C = .6·A ± .8·B: by integration over A on the line, and coming nearer from inside."""
    points, weights = roots_legendre(2000)
    low, high = -9.0, 0.4
    x = (points + 1) / 2 * (high - low) + low
    density = np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * weights * (high - low) / 2
    bound = (0.1 - 0.6 * x) / 0.8
    given = np.minimum(ndtr(bound), ndtr(0.2)) if sign > 0 else np.maximum(ndtr(0.2) - ndtr(-bound), 0)
    expected = float((density * given).sum())
    assert trivariate_normal_cdf(0.4, 0.2, 0.1, 0, 0.6, 0.8 * sign) == pytest.approx(expected, abs=1e-7)
    exact = trivariate_normal_cdf(0.4, 0.2, 0.1, 0, 0.6, 0.8 * sign)
    for distance in (1e-4, 1e-8, 1e-12):
        near = trivariate_normal_cdf(0.4, 0.2, 0.1, 0, 0.6, 0.8 * (1 - distance) * sign)
        assert abs(near - exact) < np.sqrt(distance)


def test_near_singular_kinks_are_resolved() -> None:
    """The probabilities of C above and below its bound add up, however sharply C is given by A and B."""
    generator = np.random.default_rng(8)
    a, b = generator.normal(size=(2, 3000))
    ab, ac = np.tanh(generator.normal(size=(2, 3000)))
    distance = 10 ** generator.uniform(-15, -1, 3000)
    bc = ab * ac + (1 - distance) * np.sqrt((1 - ab**2) * (1 - ac**2))
    c = (ac - ab * bc) / (1 - ab**2) * a + (bc - ab * ac) / (1 - ab**2) * b
    c += 10 ** generator.uniform(-9, 0, 3000) * generator.choice([-1, 1], 3000)
    both = trivariate_normal_cdf(a, b, c, ab, ac, bc) + trivariate_normal_cdf(a, b, -c, ab, -ac, -bc)
    np.testing.assert_allclose(both, bivariate_normal_cdf(a, b, ab), atol=1e-12)


def test_it_rises_with_each_bound_and_each_correlation() -> None:
    steps = np.linspace(-0.6, 0.9, 200)
    assert (np.diff(trivariate_normal_cdf(-1, steps, 0.5, 0.3, 0.2, 0.4)) > 0).all()
    assert (np.diff(trivariate_normal_cdf(-1, 0.2, 0.5, 0.3, 0.2, steps)) > 0).all()


def test_nan_in_gives_nan_out() -> None:
    assert np.isnan(trivariate_normal_cdf(np.nan, 0, 0, 0.1, 0.2, 0.3))
    assert np.isnan(trivariate_normal_cdf(0, 0, 0, 1.5, 0.2, 0.3))


def test_a_row_in_bulk_takes_less_than_sixty_microseconds() -> None:
    bounds, matrices = np.tile(BOUNDS, (50, 1)), np.tile(MATRICES, (50, 1, 1))
    best = np.inf
    for _ in range(3):
        start = process_time()
        of(bounds, matrices)
        best = min(best, process_time() - start)
    assert best / len(bounds) * 1e6 < MICROSECONDS
