"""SUBTOTAL over rows that are not shown: by hand, and by a filter with a condition."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from computefi.errors import Code
from computefi.recalc import Book, recalculate
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.xlsx.hidden import HiddenRows, active_filters

FORMULAS = {"C1": "=SUBTOTAL(9,A2:A5)", "C2": "=SUBTOTAL(109,A2:A5)", "C3": "=SUBTOTAL(103,A2:A5)+SUBTOTAL(9,A5:A6)"}


def book(path: Path, kind: str) -> Path:
    """A1 a heading, A2:A5 1, 10, 100, 1000, of which the second is hidden, and 10000 in A6; in the way of `kind`."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for row, value in enumerate(("Loan", 1, 10, 100, 1000, 10000), 1):
        sheet[f"A{row}"] = value
    for place, formula in FORMULAS.items():
        sheet[place] = formula
    if kind == "filter":
        sheet.auto_filter.ref = "A1:A5"
        sheet.auto_filter.add_filter_column(0, ["1", "100", "1000"])
    elif kind == "table":
        table = Table(displayName="Deals", ref="A1:A5")
        table.autoFilter = openpyxl.worksheet.filters.AutoFilter(ref="A1:A5")
        table.autoFilter.add_filter_column(0, ["1"])
        sheet.add_table(table)
    elif kind == "filter without a condition":
        sheet.auto_filter.ref = "A1:A5"
    sheet.row_dimensions[3].hidden = True
    made.save(path)
    return path


@pytest.mark.parametrize(
    ("kind", "of_9"), [("hand", 1111.0), ("filter without a condition", 1111.0), ("filter", 1101.0), ("table", 1101.0)]
)
def test_a_subtotal_leaves_out_what_excel_leaves_out(tmp_path: Path, kind: str, of_9: float) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", kind))
    assert [result[f"Deal!C{row}"] for row in (1, 2, 3)] == [of_9, 1101.0, 3 + 11000.0]
    assert not result.kept


def test_what_if_leaves_out_the_same_rows(tmp_path: Path) -> None:
    opened = Book.open(book(tmp_path / "book.xlsx", "hand"))
    sweep = opened.sweep({"Deal!A2": [1, 2], "Deal!A3": [0, 50]}, ["Deal!C1", "Deal!C2"])
    assert [row[2:] for row in sweep.rows] == [(1101, 1101), (1151, 1101), (1102, 1102), (1152, 1102)]


@pytest.mark.parametrize("kind", ["filter", "table"])
def test_on_a_filtered_sheet_every_hidden_row_is_left_out(tmp_path: Path, kind: str) -> None:
    path = book(tmp_path / "book.xlsx", kind)
    made = openpyxl.load_workbook(path)
    made["Deal"].row_dimensions[6].hidden = True
    made["Deal"]["C4"] = "=SUBTOTAL(9,A2:A6)"
    made["Deal"]["C5"] = "=SUBTOTAL(9,A6:A7)"
    made.save(path)
    result = recalculate(path)
    assert [result[f"Deal!C{row}"] for row in (4, 5)] == [1101.0, 0.0]
    assert not result.kept


def test_both_ways_of_hiding_in_one_subtotal_are_kept(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", "filter")
    made = openpyxl.load_workbook(path)
    other = made.create_sheet("Other")
    other["A2"] = 5
    other.row_dimensions[2].hidden = True
    made["Deal"]["C4"] = "=SUBTOTAL(9,A2:A6,Other!A1:A3)"
    made.save(path)
    assert list(recalculate(path).kept) == ["Deal!C4"]


NESTED: dict[str, object] = {
    # 1, 10, a subtotal with its sign changed, 100, hidden 1000, an AGGREGATE of the first two.
    "A1": 1, "A2": 10, "A3": "=-SUBTOTAL(9,A1:A2)", "A4": 100, "A5": 1000, "A6": "=AGGREGATE(9,6,A1:A2)", "B5": 7,
}  # fmt: skip
OF_NESTED = {
    "SUBTOTAL(9,A1:A6)": 1111.0, "SUBTOTAL(109,A1:A6)": 111.0, "SUBTOTAL(2,A1:A6)": 4.0, "SUBTOTAL(103,A1:A6)": 3.0,
    "SUBTOTAL(110,A1:A6)": 2997.0, "SUBTOTAL(111,A1:A6)": 1998.0, "SUBTOTAL(104,A1:A6)": 100.0,
    "SUBTOTAL(106,A5:A5)": 0.0, "SUBTOTAL(111,A5)": Code.DIV0, "SUBTOTAL(6,C1:C3)": 0.0, "SUBTOTAL(B5+2,A1:A4)": 111.0,
}  # fmt: skip


@pytest.mark.parametrize("alone", [True, False], ids=["no nested ones", "nested ones"])
def test_subtotals_within_formulas_and_hidden_rows_count_for_nothing(tmp_path: Path, alone: bool) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for place, content in NESTED.items():
        sheet[place] = None if alone and place in ("A3", "A6") else content
    for row, formula in enumerate(OF_NESTED, 11):
        sheet[f"F{row}"] = f"={formula}"
    sheet.row_dimensions[5].hidden = True
    made.save(tmp_path / "book.xlsx")
    result = recalculate(tmp_path / "book.xlsx")
    assert [result[f"Sheet!F{row}"] for row, _ in enumerate(OF_NESTED, 11)] == list(
        map(pytest.approx, OF_NESTED.values())
    )
    engine = IronCalc()
    engine.load((tmp_path / "book.xlsx").read_bytes())
    engine.recalculate()
    wrong = [
        formula
        for row, formula in enumerate(OF_NESTED, 11)
        if engine.read(0, row, 6, row, 6)[0][0] != OF_NESTED[formula]
    ]
    of_none = [
        "SUBTOTAL(110,A1:A6)",
        "SUBTOTAL(111,A1:A6)",
        "SUBTOTAL(106,A5:A5)",
        "SUBTOTAL(111,A5)",
        "SUBTOTAL(6,C1:C3)",
    ]
    assert set(of_none) <= set(wrong)
    assert alone or {"SUBTOTAL(9,A1:A6)", "SUBTOTAL(2,A1:A6)", "SUBTOTAL(103,A1:A6)"} <= set(wrong)


def test_a_filter_without_columns_is_not_active() -> None:
    assert active_filters(b'<autoFilter ref="A1:B9"/><x/>') == []
    assert (
        len(active_filters(b'<x:autoFilter xr:uid="{1}" ref="A1:B9"><x:filterColumn colId="0"/></x:autoFilter>')) == 1
    )


def test_hidden_rows_are_in_the_plan(tmp_path: Path) -> None:
    plan = Book.open(book(tmp_path / "book.xlsx", "filter")).plan
    assert plan.hidden == [HiddenRows(frozenset({3}), frozenset())]
