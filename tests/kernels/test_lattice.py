"""Sums on a lattice against plain convolution."""

from __future__ import annotations

import numpy as np
import pytest

from computefi.kernels.lattice import pulled_back, summed

RANDOM = np.random.default_rng(3)
AMOUNTS = [RANDOM.dirichlet(np.ones(size), 2) for size in (2, 5, 3, 9, 2)]


def plain(row: int, without: int = -1) -> np.ndarray:
    total = np.ones(1)
    for number, amount in enumerate(AMOUNTS):
        if number != without:
            total = np.convolve(total, amount[row])
    return total


def test_a_sum_is_the_convolution_of_its_amounts() -> None:
    for row in range(2):
        assert summed(AMOUNTS).probabilities[row] == pytest.approx(plain(row), abs=1e-15)


def test_one_amount_is_its_own_sum() -> None:
    assert summed(AMOUNTS[:1]).probabilities is AMOUNTS[0]


def test_what_is_pulled_back_is_the_rest_of_the_sum() -> None:
    whole = summed(AMOUNTS)
    weights = RANDOM.random(whole.probabilities.shape)
    slopes = pulled_back(whole, weights)
    for number, amount in enumerate(AMOUNTS):
        for row in range(2):
            others = plain(row, number)
            wanted = [weights[row, k : k + len(others)] @ others for k in range(amount.shape[1])]
            assert slopes[id(amount)][row] == pytest.approx(wanted, abs=1e-14)
