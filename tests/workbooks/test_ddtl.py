"""ddtl.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

import workbook_support as support
from computefi.recalc import Book, Recalculated
from workbooks.build.ddtl import book as ddtl
from workbooks.build.ddtl import static as ddtl_static
from workbooks.build.ddtl.checks import FILED
from workbooks.build.ddtl.given import CASES
from workbooks.build.ddtl.grid import CLOSE, FIRST, FIRST_COLUMN, LAST_COLUMN, Line
from workbooks.build.ddtl.inputs import GIVEN
from workbooks.build.ddtl.sensitivities import EL_AT, LEVERS, SHOCKS, STAMPS, TORNADO_TOP
from workbooks.build.ddtl.terms import AGREEMENTS, FLEET
from workbooks.build.kit.page import Book as Composed
from workbooks.build.kit.seal import save

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"


@pytest.fixture(scope="module")
def plain() -> Composed:
    return ddtl.compose()


def supposing(model: Book, changes: dict[str, Any], *names: str) -> list[Any]:
    """What the names are worth under the changes; the model is put back."""
    home = {name: model.get(name) for name in changes}
    model.set(changes)
    try:
        return [model.get(name) for name in names]
    finally:
        model.set(home)  # type: ignore[arg-type]


def test_committed_file_is_a_fresh_build(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_the_same_book_is_saved_as_the_same_bytes(plain: Composed, tmp_path: Path) -> None:
    for name, book in (("first.xlsx", plain), ("second.xlsx", ddtl.compose())):
        save(book, tmp_path / name)
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_excel_trusts_the_values_and_every_sheet_is_set_up(formulas: Any, values: Recalculated) -> None:
    support.is_set_up(BOOK, formulas, values)
    for sheet in ddtl.MONTHLY:
        assert formulas[sheet].print_title_cols


def test_stored_values_are_those_of_a_recalculation(values: Recalculated, again: Path) -> None:
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_every_formula_cell_holds_a_value_and_no_error(formulas: Any, cached: Any) -> None:
    for sheet, cell in support.cells(formulas):
        if cell.data_type == "f":
            value = cached[sheet.title][cell.coordinate].value
            assert value is not None, f"{sheet.title}!{cell.coordinate}"
            assert not (isinstance(value, str) and value.startswith("#")), f"{sheet.title}!{cell.coordinate}"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_case_computes_without_error_and_its_checks_pass(model: Book, number: int) -> None:
    home = model.get("case")
    model.set({"case": number})
    try:
        result = model.recalculate()
        assert result.errors == 0, result.reasons
        assert result["master_check"] is True
        assert float(str(result["checks_counted"])) >= 90
        assert result["static_current"] is True
        assert result["unpaid_at_end"] == pytest.approx(0, abs=1e-6)
        live = [row[0] for row in result["Cover!D16:D33"]]  # type: ignore[union-attr]
        assert live == pytest.approx(ddtl_static.BASE[CASES[number - 1]], rel=1e-6, abs=1e-6)
    finally:
        model.set({"case": home})  # type: ignore[dict-item]


RECONCILED = (
    ("Checks!E{0}", "implied cost 8.33bn", 8333.3333, 0.01),
    ("Checks!E{0}", "loan to cost 102.0%", 1.02, 1e-6),
    ("Checks!E{0}", "drawn month by month", 1.02, 1e-6),
    ("Checks!E{0}", "is 1 / 1.40", 1 / 1.40, 2e-4),
    ("Checks!E{0}", "capex 4.34bn", 4340.52, 0.01),
    ("Checks!E{0}", "owed at month 36", 0.45541, 5e-6),
    ("Checks!E{0}", "3.16 against 3.14", 3.160760835, 1e-8),
    ("Checks!E{0}", "10.574% at 97", 0.105742101715, 1e-10),
    ("Checks!E{0}", "10.44% ± 0.25", 0.1044, 0.0025),
)


@pytest.mark.parametrize(("cell", "words", "figure", "tolerance"), RECONCILED)
def test_the_filed_figures_are_met(cached: Any, cell: str, words: str, figure: float, tolerance: float) -> None:
    sheet = cached["Checks"]
    rows = [row for row in range(9, sheet.max_row + 1) if words in str(sheet[f"C{row}"].value)]
    assert len(rows) >= 1, words
    row = rows[0] if words != "drawn month by month" else rows[-1]
    assert sheet[f"E{row}"].value == pytest.approx(figure, abs=tolerance, rel=0), cell
    assert sheet[f"H{row}"].value == "pass"
    assert sheet[f"I{row}"].value == 1


FACTS = (
    ("commitment_ddtl4", 8500),
    ("initial_ddtl4", 7500),
    ("advance_ddtl4", 0.90),
    ("top_up_dscr_ddtl4", 1.20),
    ("cov_dscr_ddtl4", 1.15),
    ("hedged_ddtl4", 0.95),
    ("margin_ddtl4", 0.0225),
    ("fixed_rate_ddtl4", 0.059),
    ("commitment_ddtl5", 3100),
    ("advance_ddtl5", 0.7142),
    ("margin_ddtl5", 0.045),
    ("cov_dscr_ddtl5", 1.35),
    ("commitment_ddtl55", 2600),
    ("margin_ddtl55", 0.055),
    ("upfront_ddtl55", 0.03),
    ("reserve_amount_ddtl55", 112.5),
    ("undrawn_fee_ddtl4", 0.005),
    ("book_life", 72),
)


@pytest.mark.parametrize(("name", "figure"), FACTS)
def test_a_fact_is_the_filed_figure(values: Recalculated, name: str, figure: float) -> None:
    assert values[name] == figure


def test_the_modelled_loan_is_like_the_filed_one(values: Recalculated) -> None:
    # The borrower's own base case was a cover of 1.26, the rating case 1.20, about $19bn of contract behind it.
    assert values["lowest_dscr"] == pytest.approx(1.26, abs=0.01)
    assert values["Cover!D16"] == pytest.approx(8333.33, abs=0.01)
    assert 17_000 < float(str(values["Contracts!J25"])) < 19_500


def test_one_formula_per_row_of_months(formulas: Any) -> None:
    rows, months = 0, [get_column_letter(column) for column in range(FIRST_COLUMN + 1, LAST_COLUMN + 1)]
    for sheet, (lines, _, _) in ddtl.MONTHLY.items():
        page = formulas[sheet]
        rows += sum(support.follows_the_row(page, row, FIRST, months) for row in range(5, page.max_row + 1))
        arrays = [item for item in lines if isinstance(item, Line) and item.array]
        found = [text for text in page.array_formulae.values() if str(text).startswith(FIRST)]
        assert len(found) == len(arrays), sheet
    assert rows > 200


def test_calls_over_months_are_array_formulas(formulas: Any) -> None:
    for sheet, cell in support.cells(formulas):
        if "CFI_" in support.formula_of(cell) and sheet.title in ddtl.MONTHLY and cell.column > CLOSE:
            assert isinstance(cell.value, ArrayFormula), f"{sheet.title}!{cell.coordinate}"


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)
    for sheet, cell in support.cells(formulas):
        assert "COUNTIF(" not in support.formula_of(cell), f"{sheet.title}!{cell.coordinate}"


def test_every_input_has_unit_source_date_and_validation(formulas: Any) -> None:
    found = 0
    for sheet, cell in support.inputs(formulas):
        address, row = f"{sheet.title}!{cell.coordinate}", cell.row
        if address == "Cover!B37":  # the sample of the legend
            assert isinstance(cell.value, str)
            continue
        found += 1
        beside = {
            "Cover": ("C7", "H7"),
            "Inputs": (f"C{row}", f"H{row}", f"I{row}", f"P{row}"),
            "Contracts": (f"U{row}", f"V{row}", f"X{row}"),
            "Fleet": (f"O{row}", f"P{row}", f"R{row}"),
            "Checks": (f"U{row}", f"W{row}", f"X{row}"),
            "Sensitivities": ("K12",),
        }[sheet.title]
        assert all(sheet[other].value for other in beside), address
        if not isinstance(cell.value, str):
            assert any(cell.coordinate in rule.sqref for rule in sheet.data_validations.dataValidation), address
    assert found > 350


def test_a_parameter_that_is_not_filed_says_so() -> None:
    for item in GIVEN:
        assert len(item.status) == len(item.values), item.key
        if "P" in item.status:
            assert "emonstration parameter" in item.source, item.key
            assert "not filed" in item.source, item.key


def test_no_unconfirmed_figure_is_used(cached: Any) -> None:
    for sheet, cell in support.cells(cached):
        if isinstance(cell.value, str):
            assert not re.search(r"\[R\]|2\.5.year|15.25% prepay|31k", cell.value), f"{sheet.title}!{cell.coordinate}"


@pytest.mark.parametrize("nonsense", ["much", True, None, 1.5, 4])
def test_a_case_that_does_not_exist_fails_the_checks(model: Book, nonsense: Any) -> None:
    assert supposing(model, {"case": nonsense}, "master_check") == [False]


def test_a_late_fleet_draws_less(model: Book) -> None:
    drawn, flag = supposing(model, {"delay": 6}, "Cover!D17", "master_check")
    assert flag is True
    assert drawn < 8500


def test_a_borrowing_base_on_market_value_forces_a_prepayment(model: Book, values: Recalculated) -> None:
    life, flag = supposing(model, {"base_test": 3}, "wal_years", "master_check")
    assert flag is True
    assert life < float(str(values["wal_years"]))


def test_a_loan_that_is_not_repaid_is_shown_and_is_no_fault_of_the_model(model: Book) -> None:
    unpaid, flag, breaches = supposing(
        model, {"case": 3, "rent_shock": 0.4}, "unpaid_at_end", "master_check", "breaches"
    )
    assert unpaid > 100
    assert flag is True
    assert breaches >= 2


@pytest.mark.parametrize("index", [2, 5])
def test_a_static_copy_is_what_the_model_says(model: Book, index: int) -> None:
    lever = LEVERS[index]
    found = supposing(model, {"case": 3, lever.key: lever.high}, "el_total", "lowest_dscr")
    assert found == pytest.approx(ddtl_static.TORNADO["ddtl55"][index][2:], rel=1e-6, abs=1e-6)


def test_falling_rents_hurt_the_loan_that_outlives_its_contracts_only() -> None:
    for case in ("ddtl4", "ddtl5"):
        assert len({row[0] for row in ddtl_static.SUPPLY[case]}) == 1
    losses = [row[0] for row in ddtl_static.SUPPLY["ddtl55"]]
    assert losses == sorted(losses)
    at_forty = ddtl_static.SUPPLY["ddtl55"][SHOCKS.index(0.4)]
    assert at_forty[0] > 2 * ddtl_static.BASE["ddtl55"][EL_AT]
    assert at_forty[3] > 0


STALE = {
    "a lever": {"rent_shock": 0.4},
    "an input of another case": {"margin_ddtl55": 0.06},
    "an input for all cases": {"pue": 1.3},
    "a contract of another case": {"contract_tenor_ddtl5_1": 60},
    "a tranche of another case": {"tranche_acceptance_ddtl55_2": 3},
}


@pytest.mark.parametrize("changes", STALE.values(), ids=STALE)
def test_an_input_that_has_changed_since_makes_the_copies_stale(model: Book, changes: dict[str, Any]) -> None:
    notes = ("Cover!B34", f"Sensitivities!B{TORNADO_TOP - 4}", "Summary!B64")
    current, flag, title, *texts = supposing(
        model, changes, "static_current", "master_check", "finding_tornado", *notes
    )
    assert current is False
    assert flag is True  # shown, not counted
    assert "stale" in title
    assert all("STALE: inputs have changed since the copies were made." in text for text in texts)
    assert model.get("static_current") is True
    assert "They belong to the inputs as they stand." in str(model.get(notes[0]))


def test_the_copies_say_what_inputs_they_were_made_from(values: Recalculated) -> None:
    live = [values[f"stamp_{key}"] for key, _ in STAMPS]
    assert live == pytest.approx(ddtl_static.STAMP, rel=0, abs=1e-5)


def test_a_delay_shrinks_the_loan_and_a_note_says_so(model: Book, formulas: Any) -> None:
    at_home = [model.get(name) for name in ("Cover!D17", "el_total")]
    delayed = supposing(model, {"delay": 3}, "Cover!D17", "el_total")
    assert delayed[0] < at_home[0]
    assert delayed[1] < at_home[1]
    for sheet, cell in (("Sensitivities", f"B{TORNADO_TOP - 3}"), ("Summary", "B65")):
        assert formulas[sheet][cell].value.startswith("A delay also shrinks the loan that is drawn")


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    support.charts_show_their_findings(BOOK, values, 4)


def test_filed_figures_are_constants(formulas: Any) -> None:
    for key, *_ in FILED:
        sheet, address = formulas.defined_names[key].attr_text.split("!")
        assert formulas[sheet.strip("'")][address.replace("$", "")].data_type == "n", key
    assert len(AGREEMENTS) == 9
    assert len(FLEET) == 12


def test_another_language_changes_words_and_no_arithmetic(plain: Composed) -> None:
    spoken = ddtl.compose("zh", {"Covenant": "约束条款", "pass": "通过", "FAIL": "不通过", "none": "无"})
    assert spoken.pages["Covenants"].sheet["B6"].value == "约束条款"
    changed = 0
    for name, page in plain.pages.items():
        for ours, theirs in zip(support.cells([page.sheet]), support.cells([spoken.pages[name].sheet]), strict=True):
            text, other = support.formula_of(ours[1]), support.formula_of(theirs[1])
            if text:
                assert re.sub(r'"[^"]*"', "", text) == re.sub(r'"[^"]*"', "", other)
                changed += text != other
    assert changed > 90


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 15_000
