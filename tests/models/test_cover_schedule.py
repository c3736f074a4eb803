"""The sculpted schedule, the top-up and the realisation ratio."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import computefi
from computefi.errors import Code, InputError, MissingData
from computefi.spec import REGISTRY, call

UNEVEN = [80, 120, 110, 90, 60]
LEVEL = [20] * 6


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


# --- sculpted schedule ---------------------------------------------------------------------------


def test_balances_of_the_uneven_case() -> None:
    schedule = computefi.sculpt_schedule(UNEVEN, 1.2, 0.08)
    expected = [267.47089517, 188.868566784, 112.31138546, 46.2962962963, 0]
    assert schedule[:, 3] == pytest.approx(expected, rel=1e-10)
    assert schedule[:, 0] == pytest.approx(np.array(UNEVEN) / 1.2, rel=1e-15)


def test_sculpted_debt_has_dscr_and_llcr_at_target_at_every_date_and_ends_at_zero() -> None:
    rng = np.random.default_rng(3)
    cfads, dscr, rate = rng.uniform(5, 200, 40), 1.37, 0.021
    service, interest, principal, closing = computefi.sculpt_schedule(cfads, dscr, rate).T
    opening = np.r_[computefi.sculpt_debt(cfads, dscr, rate), closing[:-1]]
    assert closing[-1] == 0
    assert interest + principal == pytest.approx(service, rel=1e-14)
    assert interest == pytest.approx(rate * opening, rel=1e-12)
    assert opening - principal == pytest.approx(closing, abs=1e-9)
    for period, (owed, due, repaid) in enumerate(zip(opening, interest, principal, strict=True)):
        assert computefi.llcr(cfads[period:], owed, rate) == pytest.approx(dscr, rel=1e-12)
        assert computefi.dscr(cfads[period], due, abs(repaid)) == pytest.approx(dscr, rel=1e-12) or repaid < 0


def test_sculpted_case_of_exact_arithmetic(vectors: Path) -> None:
    cases = json.loads((vectors / "project_finance_exact.json").read_text())["cases"]
    case = next(c for c in cases if c["name"] == "sculpted to DSCR 1.30")
    rows = case["expected"]["rows"]
    schedule = computefi.sculpt_schedule(case["inputs"]["cfads"], 1.3, case["inputs"]["rate"])
    for name, column in (("debt_service", 0), ("interest", 1), ("principal", 2)):
        assert schedule[:, column] == pytest.approx([row[name] for row in rows], rel=1e-12)


def test_at_rate_zero_all_service_is_principal() -> None:
    schedule = computefi.sculpt_schedule(UNEVEN, 1.25, 0)
    assert (schedule[:, 1] == 0).all()
    assert schedule[:, 2].sum() == pytest.approx(sum(UNEVEN) / 1.25, rel=1e-15)


def test_a_schedule_takes_one_case() -> None:
    with pytest.raises(InputError, match="takes one case"):
        computefi.sculpt_schedule([UNEVEN, UNEVEN], 1.2, 0.08)
    assert cells("CFI_SCULPT_SCHEDULE", (UNEVEN,), ((1.2,), (1.3,)), 0.08) == [[Code.VALUE]]


def test_a_row_and_a_column_of_cash_give_one_schedule() -> None:
    column = tuple((cash,) for cash in UNEVEN)
    assert cells("CFI_SCULPT_SCHEDULE", (tuple(UNEVEN),), 1.2, 0.08) == cells("CFI_SCULPT_SCHEDULE", column, 1.2, 0.08)


def test_a_period_of_negative_cash_is_drawn() -> None:
    schedule = computefi.sculpt_schedule([-10, 100], 1.25, 0.1)
    assert schedule[0, 0] == -8
    assert schedule[0, 3] == pytest.approx(80 / 1.1, rel=1e-15)


# --- top-up --------------------------------------------------------------------------------------


def test_top_up_of_the_stabilised_site() -> None:
    assert computefi.sculpt_debt(LEVEL, 1.2, 0.059) == pytest.approx(82.2135333339, rel=1e-11)
    assert computefi.top_up(LEVEL, 1.2, 0.059, 80, 1.02, 72) == pytest.approx(9.6, rel=1e-13)


def test_top_up_with_coverage_binding() -> None:
    assert computefi.top_up(LEVEL, 1.2, 0.059, 80, 2, 72) == pytest.approx(82.2135333339 - 72, rel=1e-10)


def test_top_up_never_asks_for_money_back() -> None:
    assert computefi.top_up(LEVEL, 1.2, 0.059, 80, 1.02, 90) == 0
    assert computefi.top_up([-5, 1], 1.2, 0.059, 80, 1.02, 0) == 0


def test_first_draw_and_top_up_reach_the_facility() -> None:
    first, test = computefi.debt_capacity(LEVEL, 1.2, 0.059, 80, 0.9, 1.02)
    assert (first, test) == (72, 2)
    assert first + computefi.top_up(LEVEL, 1.2, 0.059, 80, 1.02, first) == pytest.approx(81.6, rel=1e-14)


def test_filed_loan_to_cost_of_ddtl_4() -> None:
    cost = 7.5 / 0.9
    plenty = [100.0] * 5
    assert computefi.top_up(plenty, 1.2, 0.059, cost, 1.02, 7.5) == pytest.approx(1.0, abs=1e-12)
    assert computefi.ltv(8.5, cost) == pytest.approx(1.02, rel=1e-14)


def test_a_block_of_series_tops_up_row_by_row() -> None:
    block = computefi.top_up([LEVEL, [*UNEVEN, 0]], [1.2, 1.3], 0.059, 80, 1.02, [72, 10])
    single = [
        computefi.top_up(LEVEL, 1.2, 0.059, 80, 1.02, 72),
        computefi.top_up([*UNEVEN, 0], 1.3, 0.059, 80, 1.02, 10),
    ]
    assert list(block) == single


@pytest.mark.parametrize("bad", [(0, 0.05, 80), (1.2, -1, 80), (1.2, 0.05, -80)])
def test_top_up_outside_its_domain(bad: tuple[float, float, float]) -> None:
    dscr, rate, capex = bad
    assert cells("CFI_TOP_UP", LEVEL, dscr, rate, capex, 1, 0) == [[Code.NUM]]


# --- realisation ---------------------------------------------------------------------------------


def test_realisation_is_a_sum_over_a_sum_of_the_last_three() -> None:
    billed, projected = [10, 90, 80, 100], [100, 100, 50, 200]
    assert computefi.realisation(billed, projected) == pytest.approx(270 / 350, rel=1e-15)
    assert computefi.realisation(billed, projected, 1) == 0.5
    assert computefi.realisation(billed, projected, 4) == pytest.approx(280 / 450, rel=1e-15)


def test_fewer_months_than_asked_for_are_too_little_data() -> None:
    with pytest.raises(MissingData, match="months must not exceed the months given"):
        computefi.realisation([1, 2], [1, 2])
    assert cells("CFI_REALISATION", (1, 2), (1, 2)) == [[Code.NA]]


def test_nothing_projected_divides_by_zero() -> None:
    assert cells("CFI_REALISATION", (1, 2, 3), (5, 0, 0), 2) == [[Code.DIV0]]


def test_realisation_names_both_lengths() -> None:
    with pytest.raises(InputError, match="projected must have 3 entries like billed; got 2"):
        computefi.realisation([1, 2, 3], [1, 2])


def test_months_may_differ_by_row() -> None:
    block = computefi.realisation([[1, 2, 3], [4, 5, 6]], [2, 2, 2], [2, 3])
    assert block == pytest.approx([5 / 4, 15 / 6], rel=1e-15)
