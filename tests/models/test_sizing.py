"""Loans sized on vectors of covers and rates, on two kinds of cash, and within the constraints of a term sheet."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, ModelError
from computefi.spec import REGISTRY, call

CASH = [80.0, 120.0, 110.0, 90.0, 60.0]
COVERS = [1.2, 1.25, 1.3, 1.4, 1.5]
RATES = [0.08, 0.075, 0.07, 0.065, 0.06]


def test_a_number_is_the_vector_that_repeats_it() -> None:
    for name in ("sculpt_debt", "sculpt_schedule"):
        function = getattr(computefi, name)
        assert np.allclose(function(CASH, 1.2, 0.08), function(CASH, [1.2] * 5, [0.08] * 5), rtol=1e-14)
    assert computefi.llcr(CASH, 300, 0.08) == pytest.approx(computefi.llcr(CASH, 300, [0.08] * 5), rel=1e-14)


def test_a_loan_sculpted_on_vectors_has_its_covers_at_every_date() -> None:
    debt = computefi.sculpt_debt(CASH, COVERS, RATES)
    schedule = computefi.sculpt_schedule(CASH, COVERS, RATES)
    path = computefi.cover_path(CASH, debt, schedule.principal, RATES)
    assert path.dscr == pytest.approx(COVERS)
    assert schedule.balance[-1] == pytest.approx(0, abs=1e-10)
    assert path.llcr[0] == pytest.approx(computefi.llcr(CASH, debt, RATES))


def test_a_loan_sculpted_on_one_cover_has_it_as_life_cover_whatever_the_rates() -> None:
    debt = computefi.sculpt_debt(CASH, 1.25, RATES)
    schedule = computefi.sculpt_schedule(CASH, 1.25, RATES)
    assert computefi.cover_path(CASH, debt, schedule.principal, RATES).llcr == pytest.approx(1.25)


@pytest.mark.parametrize("tail", [0, 1, 2])
@pytest.mark.parametrize("balloon", [0.0, 0.2, 0.5])
def test_what_is_owed_at_maturity_is_the_balloon(balloon: float, tail: int) -> None:
    debt = computefi.sculpt_debt(CASH, COVERS, RATES, balloon, tail)
    schedule = computefi.sculpt_schedule(CASH, COVERS, RATES, balloon, tail)
    assert schedule.balance[4 - tail] == pytest.approx(balloon * debt)
    assert schedule.balance[0] + schedule.principal[0] == pytest.approx(debt)
    assert not np.any(schedule.service[5 - tail :])


def test_the_tail_is_what_project_cover_has_beyond_life_cover() -> None:
    debt = computefi.sculpt_debt(CASH, 1.3, RATES, 0, 2)
    principal = computefi.sculpt_schedule(CASH, 1.3, RATES, 0, 2).principal[:3]
    path = computefi.cover_path(CASH, debt, principal, RATES)
    assert path.llcr == pytest.approx(1.3)
    assert path.plcr[0] == pytest.approx(computefi.plcr(CASH, debt, RATES))
    assert (path.plcr > path.llcr).all()


def test_blended_debt_at_one_cover_is_sculpted_debt() -> None:
    contracted, merchant = [50, 50, 40, 0, 0], [0, 10, 20, 40, 30]
    both = computefi.sculpt_blend(contracted, merchant, 1.3, 1.3, RATES, 0.1, 1)
    assert both.debt == pytest.approx(computefi.sculpt_debt(np.add(contracted, merchant), 1.3, RATES, 0.1, 1))
    alone = computefi.sculpt_blend(contracted, merchant, 1.2, 1e12, RATES)
    assert alone.debt == pytest.approx(computefi.sculpt_debt(contracted, 1.2, RATES))


def test_the_blend_is_paid_by_the_schedule_of_its_two_services() -> None:
    contracted, merchant = np.array([50, 50, 40, 0, 0]), np.array([0, 10, 20, 40, 30])
    service = contracted / 1.2 + merchant / 2
    schedule = computefi.sculpt_schedule(service, 1, RATES)
    assert schedule.balance[0] + schedule.principal[0] == pytest.approx(
        computefi.sculpt_blend(contracted, merchant, 1.2, 2, RATES).debt
    )
    assert schedule.balance[-1] == pytest.approx(0, abs=1e-10)


LIMITS = [
    ("cover", 1, (CASH, 1.2, 0.08, 1000, 0.9)),
    ("advance rate", 2, (CASH, 1.2, 0.08, 100, 0.9)),
    ("cap on cost", 3, (CASH, 1.2, 0.08, 100, 0.9, 0.8)),
    ("loan to value", 4, (CASH, 1.2, 0.08, 100, 0.9, 1, 0, 0, 0.5, 100)),
    ("leverage", 5, (CASH, 1.2, 0.08, 100, 0.9, 1, 0, 0, None, None, 3, 20)),
]


@pytest.mark.parametrize(("name", "number", "arguments"), LIMITS)
def test_the_constraint_that_binds_is_named(name: str, number: int, arguments: tuple[object, ...]) -> None:
    rows = call(REGISTRY["CFI_DEBT_LIMITS"], arguments).cells()
    capacity = computefi.debt_capacity(*arguments)
    assert [row[0] for row in rows if row[3] == 1.0] == [name]
    assert capacity.binding_test == number
    assert rows[number - 1][1] == pytest.approx(capacity.capacity)
    assert rows[number - 1][2] == 0.0


def test_a_column_beside_several_cases_is_a_number_per_case() -> None:
    """A block of cash flows with a rate per loan in a column, as before rates could be vectors."""
    flows = [CASH, [100.0] * 5]
    covers = computefi.llcr(flows, [300, 250], [[0.08], [0.05]])
    assert covers == pytest.approx([computefi.llcr(CASH, 300, 0.08), computefi.llcr([100] * 5, 250, 0.05)])
    square = [CASH] * 5
    debts = computefi.sculpt_debt(square, [[1.2], [1.3], [1.4], [1.5], [1.6]], 0.08)
    assert debts == pytest.approx([computefi.sculpt_debt(CASH, cover, 0.08) for cover in (1.2, 1.3, 1.4, 1.5, 1.6)])
    assert computefi.sculpt_debt(square, (tuple(COVERS),), 0.08) == pytest.approx(
        computefi.sculpt_debt(CASH, COVERS, 0.08)
    )


def test_a_fault_in_a_column_of_rates_is_told_of_its_own_case() -> None:
    outcome = call(REGISTRY["CFI_LLCR"], [(tuple(CASH), tuple(CASH)), 300, ((0.08,), ("x",))])
    assert outcome.cells() == [[pytest.approx(computefi.llcr(CASH, 300, 0.08))], [Code.VALUE]]
    assert "row 2" in str(outcome.first_error())


REFUSED = [
    ((CASH, [1.2, 1.3], 0.08), "entries like cfads"),
    ((CASH, 1.2, [0.08, 0.07, 0.06, 0.05]), "entries like cfads"),
    ((CASH, 1.2, 0.08, 0, 5), "must leave a period"),
    ((CASH, 1.2, 0.08, 1.0), "1 excluded"),
    ((CASH, 1.2, -0.5, 0.1), "outgrows"),
    ((CASH, [1.2, 1.2, 0, 1.2, 1.2], 0.08), "above 0"),
    ((CASH, 1.2, [0.08, 0.07, -1, 0.05, 0.05]), "above -1"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_a_loan_that_cannot_be_sized_says_why(arguments: tuple[object, ...], reason: str) -> None:
    for function in (computefi.sculpt_debt, computefi.sculpt_schedule):
        with pytest.raises(ModelError, match=reason):
            function(*arguments)


def test_limits_given_by_half_are_refused() -> None:
    for half in ((0.6,), (None, 100), (None, None, 4), (None, None, None, 20)):
        with pytest.raises(ModelError, match="give both or neither"):
            computefi.debt_capacity(CASH, 1.2, 0.08, 100, 0.9, 1, 0, 0, *half)


def test_a_schedule_past_the_cash_or_above_the_loan_is_refused() -> None:
    with pytest.raises(ModelError, match="more periods than cfads"):
        computefi.cover_path(CASH, 300, [20] * 6, 0.08)
    with pytest.raises(ModelError, match="more than the loan"):
        computefi.cover_path(CASH, 100, [60, 60], 0.08)
    assert call(REGISTRY["CFI_COVER_PATH"], [(tuple(CASH),), 100, ((100, 0),), 0.08]).cells()[1][1:] == [Code.DIV0] * 3
