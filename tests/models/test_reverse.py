"""The reverse stress undoes any function of one number, and says where it cannot."""

from __future__ import annotations

import math

import numpy as np
import pytest

import computefi
from computefi.errors import Code, InputError, MissingData, ModelError
from computefi.models.reverse import candidates, sought
from computefi.spec import REGISTRY, Kind, call
from computefi.spec.kinds import CORRELATION, DEFAULT_PROBABILITY, FLOW, HAIRCUT, MONEY, Shape

REVERSE = REGISTRY["CFI_REVERSE"]
A = (70, 100, 0.05, 0.5, 0.4, 1)
SCALARS = [
    (spec.name, parameter.name)
    for spec in REGISTRY.values()
    if not spec.raw and spec.result.single and isinstance(spec.result.columns[0].kind, Kind)
    for place, parameter in enumerate(spec.parameters[: len(spec.examples[0].arguments)])
    if isinstance(parameter.kind, Kind) and not (parameter.kind.whole or parameter.kind.flag)
    and isinstance(parameter.shape, Shape) and not parameter.shape.axes
]  # fmt: skip


@pytest.mark.parametrize(("name", "which"), SCALARS)
def test_the_result_at_the_value_found_is_the_target(name: str, which: str) -> None:
    spec = REGISTRY[name]
    arguments = list(spec.examples[0].arguments)
    target = call(spec, arguments).cells()[0][0]
    found = call(REVERSE, [name, which, target, *arguments]).cells()[0][0]
    arguments[sought(spec, which)] = found
    assert call(spec, arguments).cells()[0][0] == pytest.approx(target, rel=1e-8, abs=1e-12)


def test_value_and_correlation_are_recovered() -> None:
    target = computefi.corr_lgd(*A)
    assert computefi.reverse("CFI_CORR_LGD", "rho", target, *A) == pytest.approx(0.5, rel=1e-10)
    assert computefi.reverse("CFI_CORR_LGD", "value", target, *A) == pytest.approx(100, rel=1e-10)
    assert computefi.reverse("CFI_CORR_LGD", "rho", target, *A[:3], None, *A[4:]) == pytest.approx(0.5, rel=1e-10)


def test_corr_advance_is_a_reverse_of_expected_loss() -> None:
    advance = computefi.corr_advance(0.0025, *A[2:])
    assert computefi.reverse("CFI_CORR_EL", "loan", 0.0025, None, 1, *A[2:]) == pytest.approx(advance, rel=1e-9)


def test_ranges_answer_cell_by_cell() -> None:
    targets = np.array([[0.1, 0.2], [0.3, 0.9]])
    cells = call(REVERSE, ["CFI_CORR_LGD", "rho", targets, *A]).cells()
    assert cells[1][1] is Code.NA
    for i, j in ((0, 0), (0, 1), (1, 0)):
        assert cells[i][j] == computefi.reverse("CFI_CORR_LGD", "rho", targets[i, j], *A)
    loans = call(REVERSE, ["CFI_LTV", "value", 0.5, ((10.0, 20.0),), 100]).cells()
    assert loans == [[pytest.approx(20), pytest.approx(40)]]
    grid = call(REVERSE, ["CFI_LTV", "value", ((0.5,), (0.8,)), ((10.0, 20.0),), 100])
    assert grid.shape == (2, 2)


def test_an_error_stays_in_its_cell() -> None:
    cells = call(REVERSE, ["CFI_LTV", "value", ((0.5,), (Code.REF,)), 10.0, 100]).cells()
    assert cells == [[pytest.approx(20)], [Code.REF]]
    cells = call(REVERSE, ["CFI_LTV", "value", 0.5, ((10.0,), (Code.NAME,), (-1.0,)), 100]).cells()
    assert cells == [[pytest.approx(20)], [Code.NAME], [Code.NUM]]
    assert call(REVERSE, ["CFI_LTV", "value", Code.NULL, 10.0, 100]).cells() == [[Code.NULL]]
    assert call(REVERSE, ["CFI_LTV", "value", 0.5, Code.NULL, 100]).cells() == [[Code.NULL]]


def test_no_such_value_says_how_near_the_result_comes() -> None:
    with pytest.raises(MissingData, match=r"brings CFI_CORR_LGD to 0.9; the nearest is 0.41615\d* at 1"):
        computefi.reverse("CFI_CORR_LGD", "rho", 0.9, *A)
    assert "the nearest is" in computefi.why("CFI_REVERSE", "CFI_CORR_LGD", "rho", 0.9, *A)


def test_a_jump_across_the_target_is_no_answer() -> None:
    # 1/value jumps from below 0 to above it at no value; a target below 0 is never met
    assert call(REVERSE, ["CFI_LTV", "value", -0.5, 70, 100]).cells() == [[Code.NA]]


def test_a_stretch_at_the_target_gives_its_end() -> None:
    edge = computefi.reverse("CFI_CORR_LGD", "value", 0, 70, 100, 0.05, 0.5, 0, 1)
    assert edge == pytest.approx(70, rel=1e-12)


def test_a_result_that_does_not_move_is_met_by_any_value() -> None:
    found = computefi.reverse("CFI_CORR_LGD", "rho", 0.3, 100, 70, 0.05, 0.5, 0, 1)
    assert -1 <= found <= 1


def test_a_series_is_sought_as_a_factor() -> None:
    cash, target = (100, 90, 80), 1.15
    factor = computefi.reverse("CFI_LLCR", "cfads", target, cash, 150, 0.08)
    fallen = tuple(factor * flow for flow in cash)
    assert computefi.llcr(fallen, 150, 0.08) == pytest.approx(target, rel=1e-12)
    targets = computefi.reverse("CFI_LLCR", "cfads", [1.15, 1.3], cash, 150, 0.08)
    assert targets == pytest.approx([factor, factor * 1.3 / 1.15])


def test_functions_and_arguments_that_cannot_be_sought() -> None:
    for arguments in (
        ("CFI_WHY", "name", 1, "CFI_LTV"),
        ("CFI_REVERSE", "target", 1, "CFI_LTV", "value", 1, 70),
        ("CFI_WRONG_WAY", "rho", 1, *A),
        ("CFI_LTV", "price", 1, 70, 100),
        ("CFI_NO_SUCH", "value", 1, 70, 100),
        ("CFI_LTV", "value", "x", 70, 100),
        ("CFI_LTV", "value"),
        ("CFI_LTV", "value", None, 70, 100),
        ("CFI_LTV", "value", ((1.0,), (2.0,)), ((1.0,), (2.0,), (3.0,)), 100),
    ):
        with pytest.raises(InputError):
            computefi.reverse(*arguments)
    with pytest.raises(ModelError, match="loan must be at least 0"):
        computefi.reverse("CFI_LTV", "value", 0.5, -70, 100)


@pytest.mark.parametrize(
    "kind", [MONEY, MONEY.nonzero, MONEY.positive, CORRELATION, DEFAULT_PROBABILITY, HAIRCUT, FLOW]
)
def test_candidates_keep_to_the_bounds_and_rise(kind: Kind) -> None:
    points = candidates(kind)
    assert not kind.outside(points).any()
    assert (np.diff(points) > 0).all()
    assert math.isclose(points[-1], min(kind.high, 1e15), rel_tol=1e-9)
