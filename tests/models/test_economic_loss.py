"""What waiting, work-out and accrued interest add to the losses, in every function that takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import computefi
from computefi.errors import DomainError, NoSolution
from computefi.spec import MISSING, REGISTRY, call

COSTS = ("discount_rate", "workout_cost", "accrued_interest")
LOSSES = [
    "CFI_CORR_LGD", "CFI_CORR_EL", "CFI_CORR_LGD_T", "CFI_CORR_LGD_JUMP", "CFI_CORR_LGD_RANGE", "CFI_STEP_IN_LGD",
    "CFI_STRESS_LGD", "CFI_SYSTEMIC_LOSS", "CFI_DEAL_LOSS", "CFI_DEAL_LOSS_RANGE", "CFI_EL_PATH", "CFI_DEAL_LOSS_PATH",
    "CFI_DEAL_LOSS_GUARANTEED",
]  # fmt: skip
A = (70, 100, 0.05, 0.5, 0.4, 1)


def first_cell(name: str, **given: float) -> float:
    """The measure of the first example with a lag of half a year and some costs; of systemic loss the LGD."""
    spec = REGISTRY[name]
    cells: list[Any] = [MISSING] * len(spec.parameters)
    for place, argument in enumerate(spec.examples[0].arguments):
        cells[place] = (argument,) if isinstance(argument, tuple) else argument
    names = [parameter.name for parameter in spec.parameters]
    for argument_name, value in given.items():
        cells[names.index(argument_name)] = value
    outcome = call(spec, cells)
    assert outcome.first_error() is None
    return float(outcome.cells()[0][1 if name == "CFI_SYSTEMIC_LOSS" else 0])


def test_the_family_is_whole() -> None:
    takes = {name for name, spec in REGISTRY.items() if set(COSTS) <= {p.name for p in spec.parameters}}
    assert takes == {*LOSSES, "CFI_CORR_ADVANCE", "CFI_PACKAGE_LTV"}
    for name in takes:
        names = [parameter.name for parameter in REGISTRY[name].parameters]
        assert tuple(names[-3:]) == COSTS
        assert "lag" in names


@pytest.mark.parametrize("name", LOSSES)
def test_without_costs_the_loss_is_the_same_to_the_last_bit(name: str) -> None:
    assert first_cell(name, lag=0.5) == first_cell(name, lag=0.5, **dict.fromkeys(COSTS, 0.0))
    assert first_cell(name, lag=0.0) == first_cell(name, lag=0.0, discount_rate=0.3)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("cost", COSTS)
def test_every_cost_raises_every_loss(name: str, cost: str) -> None:
    assert first_cell(name, lag=0.5, **{cost: 0.05}) > first_cell(name, lag=0.5)


@pytest.mark.parametrize("name", LOSSES)
def test_the_work_out_costs_in_every_default(name: str) -> None:
    added = [first_cell(name, lag=0.5, workout_cost=cost) - first_cell(name, lag=0.5) for cost in (0.1, 0.2)]
    assert added[1] == pytest.approx(2 * added[0], rel=1e-9)
    if not name.startswith("CFI_DEAL_LOSS") and name not in ("CFI_CORR_EL", "CFI_EL_PATH"):
        assert added[0] == pytest.approx(0.1, abs=1e-12)


def test_a_covered_loan_loses_the_time_and_the_work_out() -> None:
    lost = computefi.corr_lgd(1, 1e6, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.02)
    assert lost == pytest.approx(1.02 * (1 - 1.1**-2) + 0.05, abs=1e-12)


def test_a_loan_without_collateral_loses_more_than_itself() -> None:
    assert computefi.corr_lgd(70, 0, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.02) == pytest.approx(1.07, abs=1e-12)
    assert computefi.corr_lgd(70, 0, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0.5, 0, 0.05, 0.02) == pytest.approx(0.56, abs=1e-12)


def test_nothing_owed_loses_nothing_however_dear_the_work_out() -> None:
    assert computefi.corr_lgd(0, 100, 0.05, 0.5, 0.4, 1, 0, 0, 2, 0, 0.1, 0.05, 0.02) == 0
    assert computefi.deal_loss(0, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1, 0, 0, 2, 0, 0, 0.1, 0.05).sum() == 0


def test_one_period_of_a_path_is_the_loss_discounted() -> None:
    sale = (0.1, 0.5, 0.2)
    costs = (0.09, 0.03, 0.02)
    chips = computefi.el_path(100, 0.05, 74, 0.5, 0.4, 0.08, *sale, 1, 0, *costs)[0]
    assert chips == pytest.approx(100 / 1.08 * computefi.corr_el(100, 74, 0.05, 0.5, 0.4, 1, 0, *sale, *costs), 1e-12)
    deal = (0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4)
    path = computefi.deal_loss_path(100, 74, 50, *deal, 0.08, *sale, 1, 0, *costs)[0]
    assert path == pytest.approx(100 / 1.08 * computefi.deal_loss(100, 74, 50, *deal, 1, 0, *sale, 0, *costs)[0], 1e-12)


def test_a_lag_dilutes_alike_under_every_copula() -> None:
    case, sale = (70, 100, 0.05, 0.5, 0.4, 1), (-0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02)
    normal = computefi.corr_lgd(*case, *sale)
    assert computefi.corr_lgd_t(*case, 1e12, *sale) == pytest.approx(normal, abs=1e-11)
    assert computefi.corr_lgd_jump(*case, 0, 0.3, *sale) == normal


def test_the_advance_meets_its_target_with_every_cost() -> None:
    risk, sale = (0.05, 0.5, 0.4, 1), (-0.26, 0.1, 0.5, 0.2, 0.09, 0.01, 0.02)
    targets = np.array([0.008, 0.0125, 0.02, 0.03])
    loans = computefi.corr_advance(targets, *risk, *sale)
    assert computefi.corr_el(loans, 1, *risk, *sale) == pytest.approx(targets, rel=1e-11)
    with pytest.raises(NoSolution):
        computefi.corr_advance(0.001, *risk, *sale)  # the work-out alone costs more
    with pytest.raises(NoSolution):
        computefi.corr_advance(0.045, *risk, *sale)  # the unsecured recovery keeps every loan below


def test_a_floor_takes_the_place_of_a_lower_pd_only() -> None:
    floor = 0.0005
    at_floor = computefi.corr_ltv(70, 100, floor, 0.5, 0.4, 1)
    assert computefi.corr_ltv(70, 100, [0, 1e-11, 0.0004], 0.5, 0.4, 1, 0, 0, 0, floor).tolist() == [at_floor] * 3
    assert computefi.corr_ltv(*A, 0, 0, 0, floor) == computefi.corr_ltv(*A)
    with pytest.raises(DomainError, match="pd must be above 0, or pd_floor must"):
        computefi.corr_ltv(70, 100, 0, 0.5, 0.4, 1)


@pytest.mark.parametrize("bad", [{"discount_rate": -0.1}, {"workout_cost": -0.1}, {"accrued_interest": -0.1}])
def test_costs_below_0_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(DomainError):
        computefi.corr_lgd(*A, **bad)


def test_absurd_costs_give_no_infinity() -> None:
    assert computefi.corr_lgd(*A, 0, 0, 1, 0, 1e308) == pytest.approx(1, abs=1e-12)
    with pytest.raises(DomainError):
        computefi.corr_lgd(*A, 0, 0, 1, 0, 0, 1e308, 1e308)
