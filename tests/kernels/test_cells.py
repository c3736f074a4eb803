"""Normal numbers known by their cells: the law of normal numbers, whatever the limits that they are held against."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from computefi.kernels.cells import CELLS, TAIL, Cells, edges, inner


def stream(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def test_every_number_lies_within_its_cell_as_the_table_has_it() -> None:
    low = edges().astype(np.float64)
    lowest, highest = ndtri(np.arange(CELLS) / CELLS), ndtri(np.arange(1, CELLS + 1) / CELLS)
    first, beyond, width = map(float, inner())
    assert (low <= lowest).all()
    within = (low >= first) & (low < beyond)
    assert within.sum() == CELLS - 2 * TAIL
    assert (highest[within] < low[within] + width).all()


@pytest.mark.parametrize("limit", [-4.5, -3.5, -2.9, -2.326, -0.5, 0.0, 1.0, 2.9, 3.6, -np.inf, np.inf])
def test_as_many_lie_below_a_limit_as_of_normal_numbers(limit: float) -> None:
    drawn = Cells(stream(), 400, 1000)
    limits = np.full((400, 1000), limit)
    fails = drawn.may_lie_below(limits)
    place = np.flatnonzero(fails)
    below = int((drawn.not_below(place, [limits.ravel()[place]]) == 0).sum())
    chance = float(ndtr(limit))
    assert abs(below - 400_000 * chance) <= 4 * np.sqrt(400_000 * chance * (1 - chance))


def test_a_number_is_one_and_the_same_for_all_its_limits() -> None:
    drawn = Cells(stream(2), 100, 1000)
    place = np.arange(100_000)
    limits = [np.full(100_000, x) for x in (-1.0, -0.9999, -0.9998, 0.5)]
    counts = drawn.not_below(place, limits)
    for known in range(5):
        lower = -np.inf if not known else limits[known - 1][0]
        upper = np.inf if known == 4 else limits[known][0]
        expected = 100_000 * (ndtr(upper) - ndtr(lower))
        assert abs((counts == known).sum() - expected) <= 4 * np.sqrt(expected)


def test_exact_numbers_are_normal_to_the_tails_and_agree_with_their_cells() -> None:
    drawn = Cells(stream(3), 500, 400)
    exact = drawn.exactly(np.arange(200_000))
    assert np.isfinite(exact).all()
    assert (drawn.low <= exact).all()
    ordered = np.sort(ndtr(exact))
    assert np.abs(ordered - (np.arange(200_000) + 0.5) / 200_000).max() < 1.95 / np.sqrt(200_000)
    assert exact.min() < -4
    assert exact.max() > 4
