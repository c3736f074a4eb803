"""Ranges hold whatever lies inside their intervals, and are reached by something that does."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, DomainError, InputError
from computefi.kernels.extremes import highest, lowest
from computefi.spec import REGISTRY, call

DIP = (90, 100, 0.017, -0.11, (0.1, 0.3, 0.6), 1.5, -0.3, 0.25)
RHOS, SIGMAS = (-0.11, 0.3, 0.73), (0.2, 0.4, 0.7)
DEAL = (70, 100, 50, 0.05, 0.02, 0.5, 0.25)
BOXES = ((0.2, 0.5, 0.7), (0.1, 0.3, 0.5), SIGMAS)
SLACK = 1e-12


def inside(seed: int, count: int, *boxes: tuple[float, float, float]) -> list[np.ndarray]:
    """Points of the boxes, their corners among them."""
    random = np.random.default_rng(seed)
    corners = np.meshgrid(*((box[0], box[2]) for box in boxes))
    return [
        np.concatenate([random.uniform(box[0], box[2], count), corner.ravel()])
        for box, corner in zip(boxes, corners, strict=True)
    ]


def test_loss_dips_inside_the_interval_of_volatility() -> None:
    low, central, high = computefi.corr_lgd_range(*DIP)
    at_ends = [computefi.corr_lgd(*DIP[:4], sigma, *DIP[5:]) for sigma in (0.1, 0.6)]
    assert low < central < min(at_ends)
    assert high == pytest.approx(max(at_ends), rel=1e-13)
    assert central == computefi.corr_lgd(*DIP[:4], 0.3, *DIP[5:])
    assert round(low, 3) == 0.421


def test_one_number_is_no_range() -> None:
    plain = computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, 1)
    assert computefi.corr_lgd_range(70, 100, 0.05, 0.5, 0.4, 1) == pytest.approx([plain] * 3, rel=1e-14)
    loss = computefi.deal_loss(*DEAL, 0.5, 0.3, 0.4, 1)[0]
    assert computefi.deal_loss_range(*DEAL, 0.5, 0.3, 0.4, 1) == pytest.approx([loss] * 3, rel=1e-13)


@pytest.mark.parametrize("options", [(), (-0.3, 0.25), (-0.3, 0.25, 0.5, 0.2)])
def test_lgd_inside_the_intervals_is_inside_the_range(options: tuple[float, ...]) -> None:
    low, _, high = computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 1, *options)
    rho, sigma = inside(1, 2000, RHOS, SIGMAS)
    found = computefi.corr_lgd(70, 100, 0.05, rho, sigma, 1, *options)
    assert low - SLACK <= found.min() < low + 0.01
    assert high - 0.01 < found.max() <= high + SLACK


def test_the_t_copula_is_looked_at_too() -> None:
    low, central, high = computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 1, nu=4)
    rho, sigma = inside(2, 200, RHOS, SIGMAS)
    normal = computefi.corr_lgd(70, 100, 0.05, rho, sigma, 1)
    student = computefi.corr_lgd_t(70, 100, 0.05, rho, sigma, 1, 4)
    both = np.concatenate([normal, student])
    assert low - SLACK <= both.min() < low + 0.02
    assert high - 0.02 < both.max() <= high + SLACK
    assert student.max() > normal.max(), "or the t copula adds nothing here"
    assert central == computefi.corr_lgd(70, 100, 0.05, RHOS[1], SIGMAS[1], 1)


def test_jumps_keep_the_expected_value() -> None:
    low, _, high = computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 2, -0.3, intensity=0.25, jump=0.35)
    rho, sigma = inside(3, 200, RHOS, SIGMAS)
    normal = computefi.corr_lgd(70, 100, 0.05, rho, sigma, 2, -0.3)
    jumps = computefi.corr_lgd_jump(70, 100, 0.05, rho, sigma, 2, 0.25, 0.35, -0.3 + 0.25 * 0.35)
    both = np.concatenate([normal, jumps])
    assert low - SLACK <= both.min() < low + 0.02
    assert high - 0.02 < both.max() <= high + SLACK
    certain = computefi.corr_lgd_range(100, 60, 1, 0, 0, 1, intensity=0.5, jump=0.1)
    assert certain == pytest.approx([0.4, 0.4, 0.4], abs=2e-8), "a claim far above the value loses its mean"


def test_a_case_without_a_law_is_as_if_it_stood_alone() -> None:
    rows = computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 1, nu=[0, 4])
    assert rows[0] == pytest.approx(computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 1), rel=1e-13)
    assert rows[1] == pytest.approx(computefi.corr_lgd_range(70, 100, 0.05, RHOS, SIGMAS, 1, nu=4), rel=1e-12)


def test_a_row_per_case() -> None:
    rows = computefi.corr_lgd_range([70, 90], 100, 0.05, [RHOS, (0.1, 0.2, 0.3)], SIGMAS, 1)
    assert rows[1] == pytest.approx(computefi.corr_lgd_range(90, 100, 0.05, (0.1, 0.2, 0.3), SIGMAS, 1), rel=1e-13)


def test_deal_loss_inside_the_intervals_is_inside_the_range() -> None:
    low, central, high = computefi.deal_loss_range(*DEAL, *BOXES, 1)
    found = computefi.deal_loss(*DEAL, *inside(4, 2000, *BOXES), 1)[:, 0]
    assert low - SLACK <= found.min() < low + 1e-3
    assert high - 1e-3 < found.max() <= high + SLACK
    assert central == computefi.deal_loss(*DEAL, 0.5, 0.3, 0.4, 1)[0]


def test_a_corner_that_no_matrix_has_is_left_out() -> None:
    link, operator, offtaker = -0.5, (0.2, 0.5, 0.9), (0.1, 0.3, 0.8)
    low, _, high = computefi.deal_loss_range(*DEAL[:6], link, operator, offtaker, 0.4, 1)
    x, y = inside(5, 60_000, operator, offtaker)
    possible = 1 - x * x - y * y - link * link + 2 * link * x * y >= 0
    assert not possible[-1]
    found = computefi.deal_loss(*DEAL[:6], link, x[possible], y[possible], 0.4, 1)[:, 0]
    assert low - SLACK <= found.min() < low + 1e-4
    assert high - 1e-4 < found.max() <= high + 1e-9


def test_central_correlations_without_a_matrix_fail_alone() -> None:
    arguments = (*DEAL[:6], -0.5, (0.2, 0.8, 0.9), (0.1, 0.6, 0.8), 0.4, 1)
    cells = call(REGISTRY["CFI_DEAL_LOSS_RANGE"], arguments).cells()[0]
    assert cells[1] is Code.NUM
    assert cells[0] < cells[2]
    with pytest.raises(DomainError, match="positive semidefinite"):
        computefi.deal_loss_range(*DEAL[:6], -0.9, 0.9, 0.9, 0.4, 1)


def test_three_numbers_rise() -> None:
    with pytest.raises(DomainError, match="rising order"):
        computefi.corr_lgd_range(70, 100, 0.05, (0.7, 0.5, 0.2), 0.4, 1)
    with pytest.raises(InputError):
        computefi.corr_lgd_range(70, 100, 0.05, (0.2, 0.5), 0.4, 1)


def test_the_higher_of_two_peaks_is_found_and_the_ends_count() -> None:
    def peaks(x: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.exp(-((x - 0.2) ** 2) * 900) + 1.1 * np.exp(-((x - 0.83) ** 2) * 900)

    one = np.ones(1)
    assert highest(peaks, 0 * one, one)[0] == pytest.approx(1.1, rel=1e-12)
    assert highest(lambda x, _: x, 0 * one, 3 * one)[0] == 3
    assert lowest(lambda x, _: x, -one, one)[0] == -1
    assert highest(lambda x, _: np.where(x > 0.5, np.nan, x), 0 * one, one)[0] == pytest.approx(0.5, abs=1e-8)
    assert np.isnan(highest(lambda x, _: x * np.nan, 0 * one, one)[0])
