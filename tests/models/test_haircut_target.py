"""The haircut for a target loss, and the gap between margin call and sale."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import DomainError

MARGIN = 1e-10


@pytest.mark.parametrize(("days", "haircut"), [(10, 0.136008760), (90, 0.449784568)])
def test_target_haircut_has_the_published_value(days: int, haircut: float) -> None:
    assert computefi.haircut_target(0.03, 0.0001, 0.6, days / 365) == pytest.approx(haircut, abs=1e-9)


def test_target_haircut_reproduces_its_target() -> None:
    rho = np.linspace(-0.9, 1, 39)
    haircut = computefi.haircut_target(0.05, 0.002, 0.4, 1, rho, -0.26)
    loss = computefi.corr_el(1 - haircut, 1, 0.05, rho, 0.4, 1, -0.26)
    assert loss == pytest.approx(np.full(39, 0.002), abs=1e-13)


def test_target_haircut_is_one_less_the_advance_rate() -> None:
    haircut = computefi.haircut_target(0.05, 0.0025, 0.4, 1, 0.5)
    assert haircut == pytest.approx(1 - computefi.corr_advance(0.0025, 0.05, 0.5, 0.4, 1), abs=1e-14)
    assert haircut == pytest.approx(1 - 0.49299255, abs=1e-8)


def test_target_haircut_without_volatility_is_the_deterministic_limit() -> None:
    expected = 1 - np.exp(-0.26) / (1 - 0.002 / 0.05)
    assert computefi.haircut_target(0.05, 0.002, 0, 1, 0, -0.26) == pytest.approx(expected, abs=1e-14)
    assert computefi.haircut_target(0.05, 0.002, 0.4, 0) == pytest.approx(1 - 1 / (1 - 0.04), abs=1e-14)


@pytest.mark.parametrize("target", [0, 0.05, 0.06])
def test_target_loss_must_lie_between_0_and_pd(target: float) -> None:
    with pytest.raises(DomainError, match="target_loss"):
        computefi.haircut_target(0.05, target, 0.4, 1)


@pytest.mark.parametrize(
    ("arguments", "probability", "loss"),
    [
        ((0.75, 0.75, 10), 0.0120568332163, 0.000497969692121),
        ((0.75, 0.3, 90, -0.26), 0.0768889234111, 0.00486352379766761),
    ],
)
def test_gap_risk_has_the_published_values(arguments: tuple[float, ...], probability: float, loss: float) -> None:
    assert computefi.gap_risk(*arguments) == pytest.approx([probability, loss], abs=MARGIN)


def test_gap_without_time_or_volatility_is_certain_or_impossible() -> None:
    assert computefi.gap_risk([0.9, 1.0, 1.25], 0.3, 0) == pytest.approx(np.array([[0, 0], [0, 0], [1, 0.2]]))
    value = np.exp(-0.26 * 73 / 365)
    assert computefi.gap_risk([0.9, 1.0], 0, 73, -0.26) == pytest.approx(np.array([[0, 0], [1, 1 - value]]), abs=1e-15)


def test_gap_risk_of_no_loan_is_nothing() -> None:
    assert computefi.gap_risk(0, 0.3, 10).tolist() == [0, 0]


def test_gap_loss_is_the_unconditional_loss() -> None:
    loss = computefi.corr_lgd(0.75, 1, 1, 0, 0.75, 10 / 365)
    assert computefi.gap_risk(0.75, 0.75, 10)[1] == pytest.approx(loss, abs=1e-15)
