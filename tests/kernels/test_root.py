"""The root finder against scipy's, which follows the same paper."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from computefi.arrays import FloatArray
from computefi.kernels.root import find_root

elementwise = pytest.importorskip("scipy.optimize.elementwise", reason="scipy before 1.15 has no find_root")


def cubic(x: FloatArray, level: FloatArray) -> FloatArray:
    return x**3 - 2 * x - level


def step(x: FloatArray, level: FloatArray) -> FloatArray:
    return np.where(x < level, -1.0, 1.0)


def flat(x: FloatArray, level: FloatArray) -> FloatArray:
    return (x - level) ** 9


def steep(x: FloatArray, level: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.expm1(50 * (x - level))


@pytest.mark.parametrize("function", [cubic, step, flat, steep], ids=lambda function: function.__name__)
def test_the_root_is_scipys(function) -> None:
    level = np.random.default_rng(1).uniform(-0.9, 2.5, 500)
    low, high = np.full(500, 1.5), np.full(500, 3.0)
    low[::2] = -3.0
    ours = find_root(function, low, high, level)
    theirs = elementwise.find_root(function, (low, high), args=(level,))
    np.testing.assert_array_equal(ours, np.where(theirs.success, theirs.x, np.nan))


@pytest.mark.parametrize("function", [cubic, step, flat, steep, np.subtract, lambda x, a: 1 / (x - a)])
def test_a_row_alone_has_the_root_that_it_has_among_others(function) -> None:
    level = np.random.default_rng(2).uniform(-0.9, 2.5, 300)
    low, high = np.full(300, 1.5), np.full(300, 3.0)
    low[::2], low[::50], high[1::50], level[2::50], low[3::50] = -3.0, np.nan, np.inf, np.nan, 2.5
    level[4::50], level[5::50] = 1.5, 3.0
    for options in ({}, {"absolute": 1e-6, "relative": 1e-3}, {"steps": 4}, {"absolute": 0.0, "relative": 0.0}):
        with np.errstate(all="ignore"):
            together = find_root(function, low, high, level, **options)
            alone = [find_root(function, *row, **options) for row in np.stack((low, high, level)).T[:, :, None]]
        np.testing.assert_array_equal(np.concatenate(alone), together)


def test_tolerances_and_steps_are_scipys() -> None:
    level = np.linspace(0.1, 2.0, 50)
    low, high = np.full(50, -10.0), np.full(50, 10.0)
    ours = find_root(steep, low, high, level, absolute=1e-6, relative=1e-6)
    theirs = elementwise.find_root(
        steep, (low, high), args=(level,), tolerances={"xatol": 1e-6, "xrtol": 1e-6, "fatol": 0, "frtol": 0}
    )
    np.testing.assert_array_equal(ours, theirs.x)
    assert np.isnan(find_root(steep, low, high, level, steps=3)).all()


def test_no_bracket_no_number_and_a_root_at_an_end() -> None:
    low, high, level = np.array([2.0, -1.0, np.nan, 0.5]), np.array([3.0, 1.0, 1.0, 1.0]), np.array([0.5, 1, 0, 0.5])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(find_root(lambda x, a: x - a, low, high, level), [np.nan, 1.0, np.nan, 0.5])


def test_no_rows() -> None:
    none = np.empty(0)
    assert find_root(cubic, none, none, none).size == 0
