"""book.xlsx as it is delivered, as it is built, and with another book pasted over it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefi
import workbook_support as support
from computefi.recalc import Book, Recalculated
from workbooks.build.book.grid import LAST, LOANS, TOP
from workbooks.build.book.loans import COLUMNS, DELIVERED, FIRST
from workbooks.build.book.stress import SCENARIOS
from workbooks.build.kit import parameters
from workbooks.build.kit.text import READABLE

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "book.xlsx"
LETTER = {one.key: chr(ord(FIRST) + place) for place, one in enumerate(COLUMNS)}


def column(values: Recalculated, name: str) -> np.ndarray:
    """A named column as numbers."""
    return np.array([row[0] for row in values[name]], dtype=float)


@pytest.mark.nightly
def test_committed_file_is_a_second_build_of_the_same_parts(fresh: Path) -> None:
    support.same_but_for_last_digits(BOOK, fresh)


def test_stored_values_are_those_of_a_recalculation_without_errors(values: Recalculated, again: Path) -> None:
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_master_flag_is_true_and_every_check_passes(values: Recalculated) -> None:
    assert values["master_check"] is True
    assert values["checks_counted"] >= 35
    assert values["checks_failed"] == 0


def test_excel_trusts_the_values_and_every_sheet_is_set_up(formulas: Any, values: Recalculated) -> None:
    support.is_set_up(BOOK, formulas, values)


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)


def test_no_formula_is_longer_than_a_reviewer_reads(formulas: Any) -> None:
    found = [(len(support.formula_of(cell)), sheet.title) for sheet, cell in support.cells(formulas)]
    assert max(found)[0] <= READABLE, max(found)


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    support.charts_show_their_findings(BOOK, values, 4)


def test_sixty_loans_are_delivered_and_say_that_they_are_synthetic(values: Recalculated, cached: Any) -> None:
    sheet = cached["Loans"]
    assert sheet["B5"].value.startswith("SYNTHETIC")
    assert sum(sheet[f"{FIRST}{row}"].value is not None for row in range(TOP, LAST + 1)) == DELIVERED == 60
    assert values["rows_left_out"] == 0


def test_the_two_books_have_one_size_and_ltv_and_the_miners_lose_more(values: Recalculated) -> None:
    whole = values["total_exposure"], values["total_value"]
    for kind in ("gpu", "asic"):
        scaled = column(values, f"b_{kind}_exposure").sum(), column(values, f"b_{kind}_value").sum()
        assert scaled == pytest.approx(whole, rel=1e-12)
    assert values["loss_asic"][0][2] > 1.3 * values["loss_gpu"][0][2]
    assert "times as much" in str(values["reading"])


def test_losses_are_those_of_the_function_on_the_pasted_columns(values: Recalculated) -> None:
    names = ("exposure", "value", "contract", "pd", "offtaker")
    first = [column(values, f"b_{name}") for name in names]
    loads = [np.array(values[f"b_{name}"], dtype=float) for name in ("drivers", "values")]
    own = [
        column(values, f"b_{name}") for name in ("volatility", "drift", "sale_cost", "lag", "unsecured", "guarantor")
    ]
    matrix = np.array(values["corrs"], dtype=float)
    answer = computefi.book_loss(
        *first, column(values, "n_pd"), column(values, "b_assignable"), *loads,
        np.array(values["n_loads"], dtype=float), own[0], 1, *own[1:], column(values, "b_guaranteed"), matrix, 0.999,
    )  # fmt: skip
    assert values["loss_whole"][0] == pytest.approx(answer, rel=1e-9)


def test_the_expected_loss_is_that_of_the_single_deals(values: Recalculated) -> None:
    single = computefi.deal_loss(
        *(column(values, f"b_{name}") for name in ("exposure", "value", "contract", "pd")),
        np.array([values["n_pd"][int(at) - 1][0] if at else 0.0 for at in column(values, "b_offtaker")]),
        column(values, "b_assignable"), *_correlations(values), column(values, "b_volatility"), 1,
        *(column(values, f"b_{name}") for name in ("drift", "sale_cost", "lag", "unsecured")),
    )[:, 0] * column(values, "b_exposure")  # fmt: skip
    without = column(values, "b_guarantor") == 0
    book = column(values, "part_el")[without & (column(values, "b_ok") == 1)]
    assert book.sum() == pytest.approx(single[without & (column(values, "b_ok") == 1)].sum(), rel=1e-8)


def _correlations(values: Recalculated) -> list[np.ndarray]:
    matrix = np.array(values["corrs"], dtype=float)
    driver, chips = (np.array(values[f"b_{name}"], dtype=float) for name in ("drivers", "values"))
    names = np.vstack([np.array(values["n_loads"], dtype=float), np.zeros((1, 4))])
    other = names[column(values, "b_offtaker").astype(int) - 1]
    return [
        np.einsum("nf,fg,ng->n", one, matrix, two) for one, two in ((driver, other), (driver, chips), (chips, other))
    ]


def test_a_loans_provision_is_that_of_its_exact_path(values: Recalculated, cached: Any) -> None:
    sheet, heads = cached["Provisions"], {}
    for cell in sheet[TOP - 1]:
        heads.setdefault(cell.value, []).append(cell.column)
    row = TOP + 5
    losses = []
    for state in ("middle", "good", "bad"):
        start = heads[f"Loss, {state}"][0] + 1
        losses.append([sheet.cell(row, start + year).value for year in range(5)])
    weights = [values[f"weight_{state}"] for state in ("middle", "good", "bad")]
    rate = sheet.cell(row, heads["Rate"][0]).value
    wanted = computefi.ecl(losses, weights, rate, 1, 1)
    for place, head in enumerate(("12-month ECL", "Lifetime ECL", "CECL, undiscounted")):
        assert sheet.cell(row, heads[head][0]).value == pytest.approx(wanted[place], rel=1e-9), head


def test_the_scenarios_of_the_issue_stand_ready(values: Recalculated) -> None:
    shares = [row[0] for row in values["stress_shares"]]
    assert len(shares) == len(SCENARIOS) == 7
    assert max(shares) == shares[-1] > max(shares[1:-1])
    assert values["moves"][1][2] == pytest.approx(np.log(0.3) / values["vol_btc"])


def test_reverse_stress_costs_what_was_asked(values: Recalculated) -> None:
    total = sum(row[0] for row in values["reverse_losses"]) + values["stress_middle"]
    assert total == pytest.approx(values["limit_loss"] * values["total_exposure"], rel=1e-6)


def test_a_parameter_is_the_one_that_all_workbooks_share(values: Recalculated) -> None:
    assert values["segment_drift"][0][0] == pytest.approx(parameters.drift())
    assert values["segment_volatility"][0][::3] == pytest.approx(
        [parameters.volatility("gpu"), parameters.volatility("asic")]
    )


WRONG = (
    ("pd", 1.2, "PD, one year is no number within its bounds"),
    ("id", "C20", "Id stands in another row too"),
    ("serials", "syn-g 020", "A serial number is pledged in another row too"),
    ("offtaker", "Lab Z", "Offtaker is none of Names"),
    ("currency", "EUR", "Currency is not that of the book"),
    ("exposure", "much", "Exposure is no number within its bounds"),
    ("segment", None, "Segment is none of Inputs"),
    ("term", 2.5, "Years left is no number within its bounds"),
)


@pytest.mark.nightly
def test_a_bad_row_says_why_and_is_left_out(model: Book) -> None:
    before = {}
    for row, (key, value, _) in enumerate(WRONG, TOP):
        place = f"Loans!{LETTER[key]}{row}"
        before[place] = model[place]
        model.set(place, value)
    run = model.recalculate()
    assert [run[f"Loans!C{row}"] for row in range(TOP, TOP + len(WRONG))] == [reason for _, _, reason in WRONG]
    assert run["rows_left_out"] == len(WRONG) + 1  # the row whose number two others have
    assert run["master_check"] is False
    assert run.errors == 0, run.reasons
    model.set(before)  # type: ignore[arg-type]


@pytest.mark.nightly
def test_correlations_that_no_factors_have_are_said_in_words(model: Book) -> None:
    impossible = {"corr_ai_btc": 0.95, "corr_chips_btc": -0.95, "corr_ai_chips": 0.95}
    before = {name: model[name] for name in impossible}
    model.set(impossible)  # type: ignore[arg-type]
    run = model.recalculate()
    assert str(run["reading"]).startswith("No answer: the correlations of the factors")
    assert run["state_of_book"] == ""
    assert run["master_check"] is False
    assert any("smallest eigenvalue is -" in str(reason) for reason in run.reasons)
    model.set(before)  # type: ignore[arg-type]


@pytest.mark.nightly
def test_a_book_of_one_loan_can_be_pasted(model: Book) -> None:
    cleared = {f"Loans!{letter}{row}": None for letter in LETTER.values() for row in range(TOP + 1, TOP + DELIVERED)}
    before = {place: model[place] for place in cleared}
    model.set(cleared)
    run = model.recalculate()
    assert run.errors == 0, run.reasons
    assert run["loss_whole"][0][2] <= run["total_exposure"]
    assert run["master_check"] is True
    assert run["loss_asic"][0][0] == 0
    last = {f"Loans!{letter}{TOP}": model[f"Loans!{letter}{TOP}"] for letter in LETTER.values()}
    model.set(dict.fromkeys(last))
    empty = model.recalculate()
    assert empty.errors == 0, empty.reasons
    assert empty["total_exposure"] == 0
    assert empty["master_check"] is False
    model.set({**last, **before})  # type: ignore[arg-type]
    assert model["master_check"] is True


@pytest.mark.nightly
def test_nonsense_in_every_input_cell_fails_the_checks(model: Book, formulas: Any) -> None:
    """Of the loans every ninth row; names that are not there may be blank."""
    for row in formulas["Loans"].iter_rows(TOP, LAST):
        for cell in row:
            if (cell.row - TOP) % 9:
                cell.value = None
    tried, missed = support.unnoticed(model, formulas, blank=("Names",))
    assert tried > 150
    assert missed == []


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 10000


@pytest.mark.nightly
def test_paths_on_the_sheet_agree_with_the_method_without(model: Book) -> None:
    exact = model["loss_whole"][0]  # type: ignore[index]
    model.set("paths", 65_536)
    drawn = model["loss_whole"][0]  # type: ignore[index]
    model.set("paths", 0)
    for value, error in ((0, 4), (2, 5), (3, 6)):
        assert abs(drawn[value] - exact[value]) < 3 * np.hypot(drawn[error], exact[error])  # type: ignore[index,operator]


def test_there_is_room_for_a_hundred_loans(cached: Any) -> None:
    assert cached["Loans"][f"B{LAST}"].value == LOANS == 100
