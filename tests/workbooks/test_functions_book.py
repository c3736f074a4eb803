"""functions.xlsx as it is delivered, and as it is built from the registry."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

import workbook_support as support
from computefi.recalc import Book, Recalculated, recalculate
from computefi.spec import MISSING, REGISTRY, Kind, Spec
from workbooks.build.functions import book as functions_book
from workbooks.build.functions.bounds import bounds
from workbooks.build.functions.card import COLUMN_WIDTH, FIRST, LABEL_WIDTH, LAST, grid, signature, span
from workbooks.build.functions.text import lines_of

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "functions.xlsx"


def texts(book: Any) -> set[str]:
    return {cell.value for _, cell in support.cells(book) if isinstance(cell.value, str)}


def told_of(monkeypatch: pytest.MonkeyPatch, spec: Spec) -> set[str]:
    """All texts of a workbook whose registry holds this one function."""
    monkeypatch.setattr(functions_book, "REGISTRY", {spec.name: spec})
    return texts(functions_book.compose().workbook)


def test_committed_file_is_a_fresh_build_of_the_registry(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_two_builds_are_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    functions_book.build(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == fresh.read_bytes()


def test_a_change_of_declaration_changes_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = REGISTRY["CFI_LTV"]
    loan = replace(spec.parameters[0], help="The loan, in other words", kind=Kind("money", "doubloons", low=7))
    parameters = (loan, *spec.parameters[1:])
    changed = replace(spec, summary="Another sentence.", source="Another source", parameters=parameters)
    before, after = told_of(monkeypatch, spec), told_of(monkeypatch, changed)
    told = {"Another sentence.", "Another source", "The loan, in other words", "doubloons", "at least 7"}
    assert not told & before
    assert told <= after


def test_a_new_example_becomes_the_live_example(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = REGISTRY["CFI_LTV"]
    assert "CFI_LTV(70,100,0.3)" not in told_of(monkeypatch, spec)
    assert "CFI_LTV(70,100,0.3)" in told_of(monkeypatch, replace(spec, examples=spec.examples[1:]))


def test_excel_trusts_the_stored_values_and_dates_are_fixed() -> None:
    calculation = re.search(r"<calcPr[^>]*>", support.members(BOOK)["xl/workbook.xml"].decode())
    assert calculation is not None
    assert 'calcId="191029"' in calculation[0]
    assert "fullCalcOnLoad" not in calculation[0] or 'fullCalcOnLoad="0"' in calculation[0]
    with zipfile.ZipFile(BOOK) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2026, 11, 22, 0, 0, 0)}


def test_every_function_has_one_card_with_a_sentence_a_source_and_a_call(formulas: Any) -> None:
    words = texts(formulas)
    cards = (sheet for sheet in formulas if sheet.title not in ("Cover", "Index"))
    bands = [cell.value for sheet in cards for cell in sheet["B"] if cell.value in REGISTRY]
    assert bands == [spec.name for specs in functions_book.categories().values() for spec in specs]
    for spec in REGISTRY.values():
        assert {spec.summary, signature(spec), spec.source} <= words, spec.name


def test_every_argument_has_its_meaning_and_its_unit(formulas: Any) -> None:
    for category, specs in functions_book.categories().items():
        sheet = formulas[category]
        said = {(str(row[1].value).replace("\n", ""), row[2].value, row[6].value) for row in sheet.iter_rows()}
        for spec in specs:
            for p in spec.parameters:
                if not spec.raw:
                    assert (p.name, p.help, p.kind.unit) in said, f"{spec.name} {p.name}"


def test_every_example_passes_and_the_flag_is_true(values: Recalculated, again: Path) -> None:
    assert values["master_check"] is True
    assert values["Cover!C6"] == len(REGISTRY)
    assert values["Cover!C7"] == 0
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_another_input_fails_its_example_and_the_flag(formulas: Any) -> None:
    sheet = formulas["Backlog"]
    row = next(c.row for c in sheet["B"] if c.value == "Input cells")
    moved = recalculate(BOOK, set={f"Backlog!C{row}": 67})
    assert moved[f"Backlog!C{row + 1}"] == "yes", "67 is within the bounds"
    assert moved["master_check"] is False
    assert moved["Cover!C7"] == 1


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.nightly), 7])
def test_nonsense_in_every_input_cell_fails_the_checks(formulas: Any, step: int) -> None:
    tried, missed = support.unnoticed(Book.open(BOOK), formulas, step=step)
    assert tried > 500 // step
    assert not missed


def test_bounds_are_the_declared_ones_or_wide() -> None:
    for spec in REGISTRY.values():
        for p in spec.parameters:
            if isinstance(p.kind, Kind):
                low, high = bounds(p)
                assert low == pytest.approx(p.kind.low, abs=1e-9) if p.kind.low > -inf else low <= -10
                assert high == pytest.approx(p.kind.high, abs=1e-9) if p.kind.high < inf else high >= 10
                assert not p.kind.outside(np.array([low, high])).any(), f"{spec.name} {p.name}"


def places(spec: Spec, last: int) -> list[tuple[Any, list[list[Any]], int, int]]:
    """The arguments of an example, each with its cells, row and column, in bands of which the last begins at `last`."""
    found, column, top, bottom = [], FIRST, 0, 0
    for p, value in zip(spec.parameters, spec.examples[0].arguments, strict=False):
        if value is None or value is MISSING:
            continue
        cells = grid(value)
        if column + len(cells[0]) - 1 > LAST:
            column, top = FIRST, bottom + 3
        found.append((p, cells, top, column))
        column, bottom = column + len(cells[0]), max(bottom, top + len(cells) - 1)
    return [(p, cells, last - found[-1][2] + row, column) for p, cells, row, column in found]


def test_an_input_cell_lets_in_what_the_declaration_allows_and_says_its_name_and_unit(formulas: Any) -> None:
    for category, specs in functions_book.categories().items():
        sheet, seen = formulas[category], 0
        rules = [rule for rule in sheet.data_validations.dataValidation if not rule.allowBlank]
        starts = [cell.row for cell in sheet["B"] if cell.value == "Input cells"]
        for spec, row in zip(specs, starts, strict=True):
            for p, cells, top, column in places(spec, row):
                for across in range(len(cells[0])):
                    for down in range(len(cells)):
                        where = f"{get_column_letter(column + across)}{top + down}"
                        own = [(r.promptTitle, r.formula1, r.formula2, r.prompt) for r in rules if where in r.sqref]
                        unit = p.kind.unit if isinstance(p.kind, Kind) else "any"
                        low, high = bounds(p)
                        number = not isinstance(cells[down][across], str)
                        assert own == [(p.name, repr(low), repr(high), unit)] * number, where
                        seen += len(own)
        assert seen == sum(isinstance(cell.value, int | float) for _, cell in support.inputs([sheet]))


def test_every_live_example_calls_its_function_on_cells(formulas: Any) -> None:
    called = []
    for sheet, cell in support.cells(formulas):
        text = support.formula_of(cell)
        if "CFI_" in text:
            name, _, arguments = text[1:].partition("(")
            called.append(name)
            assert re.fullmatch(r"([A-Z]+\d+(:[A-Z]+\d+)?|(?=,)|,)+", arguments[:-1]), (
                f"{sheet.title}!{cell.coordinate}"
            )
    assert sorted(called) == sorted(REGISTRY)


def test_no_cell_shows_an_error(cached: Any) -> None:
    codes = ("#NUM!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#REF!")
    assert not [c.coordinate for _, c in support.cells(cached) if c.data_type == "e" or c.value in codes]


def test_links_lead_to_cards_and_every_page_has_its_flag(formulas: Any) -> None:
    index = formulas["Index"]
    found = {}
    for cell in index["B"]:
        if cell.hyperlink and cell.value in REGISTRY:
            sheet, place = cell.hyperlink.location.split("!")
            found[cell.value] = formulas[sheet.strip("'")][place].value
    assert found == {name: name for name in REGISTRY}
    for sheet in formulas:
        assert "master_check" in sheet["B3"].value, sheet.title
        links = [cell.hyperlink.location for cell in sheet[3] if cell.hyperlink]
        assert len(links) >= 1 + (sheet.title != "Cover")
        assert all(link.split("!")[0].strip("'") in formulas.sheetnames for link in links)


def test_pages_are_set_up_for_print_and_no_card_begins_at_the_foot(formulas: Any) -> None:
    for sheet in formulas:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.freeze_panes
        assert not sheet.sheet_view.showGridLines
        for stop in sheet.row_breaks.brk:
            top = sheet[f"B{stop.id + 1}"].value
            assert top in REGISTRY or (sheet.title == "Index" and top in functions_book.categories()), top
            assert sheet[f"B{stop.id}"].value not in functions_book.categories(), top


def test_rows_are_high_enough_for_their_text(formulas: Any) -> None:
    checked = 0
    for sheet in formulas:
        if sheet.title in ("Cover", "Index"):
            continue
        wide = {
            (area.min_row, area.min_col): span(get_column_letter(area.min_col), get_column_letter(area.max_col))
            for area in sheet.merged_cells.ranges
        }
        for row in sheet.iter_rows(min_row=5):
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("=") and cell.alignment.wrap_text:
                    width = wide.get((cell.row, cell.column), LABEL_WIDTH if cell.column == 2 else COLUMN_WIDTH)
                    lines = lines_of(cell.value, width, int(cell.font.sz))
                    height = sheet.row_dimensions[cell.row].height or 15.0
                    assert lines * 12 <= height, f"{sheet.title}!{cell.coordinate}"
                    checked += 1
    assert checked > 1500


def test_formulas_use_nothing_that_goes_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 600
