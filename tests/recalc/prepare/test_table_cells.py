"""Structured references as the engine's copy spells them, and that no value changes by it."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from computefi.errors import Code
from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.table_cells import TableCells
from computefi.xlsx.cells import CellAt, ListObject, Rect

TABLES = {
    "deals": ListObject("Deals", 0, Rect(2, 1, 9, 3), ("Loan", "Chips & co", "a b"), 1, 1),
    "fx": ListObject("FX", 1, Rect(1, 2, 3, 2), ("Rate",), 1, 0),
    "costs": ListObject("Costs", 2, Rect(1, 2, 3, 2), ("Rate",), 1, 0),
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Deals[[#This Row],[Loan]]*2", "$A5*2"),
        ("DEALS[[#this row],[loan]]+Deals[@[a b]]", "$A5+$C5"),
        ("SUM(Deals[[#This Row],[Loan]:[a b]])", "SUM($A5:$C5)"),
        ("SUM(Deals[Loan])", "SUM($A$3:$A$8)"),
        ("SUM(Deals[#All],Deals[[#Totals],[Loan]])", "SUM($A$2:$C$9,$A$9:$A$9)"),
        ("SUM(FX[Rate])", "SUM(Out!$B$2:$B$3)"),
        ('"Deals[Loan]"&Deals[[#Headers],[a b]]', '"Deals[Loan]"&$C$2:$C$2'),
        # Written out elsewhere: none of them is cells alone, or they are not known by their text.
        ("FX[[#This Row],[Rate]]", None),
        ("Deals[[#This Row],[none]]+Deals[Loan]", None),
        ("[1]Deals!A1+Other[Loan]", None),
        ("SUM(Costs[Rate])", None),
        ("Deals[Loan]:B9", None),
        ("A1:Deals[[#This Row],[Loan]]", None),
        ("Deals[[#This Row],[Chips &amp; co]]", None),
        ("Deals[[#This Row],[d'#]]", None),
    ],
)
def test_a_structured_reference_is_written_as_its_cells(text: str, written: str | None) -> None:
    found = TableCells(["S1", "Out", "R&D"], TABLES).written(text.encode(), CellAt(0, 5, 7))
    assert found == (text if written is None else written).encode()


@pytest.mark.parametrize("row", [1, 2, 9, 10])
def test_a_row_that_is_not_among_those_of_the_table_has_no_cells(row: int) -> None:
    text = b"Deals[[#This Row],[Loan]]"
    assert TableCells(["S1", "Out", "R&D"], TABLES).written(text, CellAt(0, row, 7)) == text


FORMULAS = {
    "one cell": ("T[[#This Row],[a]]*2+A{r}", "$A{r}*2+A{r}"),
    "several cells": ("SUM(T[[#This Row],[a]:[b]])+{r}", "SUM($A{r}:$B{r})+{r}"),
    "a column": ("T[[#This Row],[a]]/SUM(T[b])", "$A{r}/SUM($B$3:$B$9)"),
    "a look-up": ("INDEX(T[b],MATCH(T[[#This Row],[a]],T[a],0))", "INDEX($B$3:$B$9,MATCH($A{r},$A$3:$A$9,0))"),
    "a criterion": ('SUMIFS(T[b],T[a],">"&T[[#This Row],[a]])', 'SUMIFS($B$3:$B$9,$A$3:$A$9,">"&$A{r})'),
    "one of a column": ("ABS(T[a])", "ABS($A$3:$A$9)"),
    "a call": ("CFI_LTV(T[[#This Row],[a]],T[[#This Row],[b]])", "CFI_LTV($A{r},$B{r})"),
    "an early date": ("YEAR(T[[#This Row],[a]])", "YEAR($A{r})"),
    "an early date beside a call": ("YEAR(T[[#This Row],[a]])+CFI_LTV(1,B{r})", "YEAR($A{r})+CFI_LTV(1,B{r})"),
    "a difference": ("T[[#This Row],[b]]/10-T[[#This Row],[b]]*0.1-0", "$B{r}/10-$B{r}*0.1-0"),
    "a joined number": ('T[[#This Row],[a]]/3&"x"', '$A{r}/3&"x"'),
    "an error that is reached": ("AND(T[[#This Row],[a]]>9,1/0>1)", "AND($A{r}>9,1/0>1)"),
}


def book(path: Path, formula: str) -> Path:
    """A table T over A2:D9, and the formula in columns inside and outside, in and beyond its rows."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Deal"
    for column, name in enumerate("abcd", 1):
        sheet.cell(2, column, name)
    for row in range(3, 15):
        sheet[f"A{row}"], sheet[f"B{row}"] = row * 7 % 5, 100 + row
    for row in (1, *range(3, 15)):
        for column in "CDF":
            if row > 1 or column == "F":
                sheet[f"{column}{row}"] = "=" + formula.format(r=row)
    sheet.add_table(Table(displayName="T", ref="A2:D9"))
    workbook.save(path)
    return path


@pytest.mark.parametrize(("structured", "plain"), FORMULAS.values(), ids=FORMULAS)
def test_values_are_those_of_the_cells(structured: str, plain: str, tmp_path: Path) -> None:
    found = recalculate(book(tmp_path / "structured.xlsx", structured), tmp_path / "out.xlsx")
    wanted = recalculate(book(tmp_path / "plain.xlsx", plain), tmp_path / "wanted.xlsx")
    assert found["Deal!C3:F9"] == wanted["Deal!C3:F9"]


def test_a_table_on_a_sheet_with_any_name_has_its_values(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first, other = workbook.active, workbook.create_sheet("R&D <'1'>")
    assert first is not None
    for row in (["a"], [2], [3]):
        other.append(row)
    other.add_table(Table(displayName="T", ref="A1:A3"))
    first["A1"], first["A2"], first["A3"] = "=SUM(T[a])", "=SUM(T[a])*CFI_LTV(1,2)", '=SUM(T[a])&"<&>"'
    workbook.save(tmp_path / "book.xlsx")
    found = recalculate(tmp_path / "book.xlsx", tmp_path / "out.xlsx")
    assert found["Sheet!A1:A3"] == ((5.0,), (2.5,), ("5<&>",))


def test_formulas_of_a_table_are_one_group_as_far_as_it_reaches(tmp_path: Path) -> None:
    opened = Book.open(book(tmp_path / "book.xlsx", "T[[#This Row],[a]]*2"))
    assert opened.get("Deal!C9") == 9 * 7 % 5 * 2
    assert {opened.get(f"Deal!{place}") for place in ("F1", "C10", "D14")} == {Code.VALUE}
    with zipfile.ZipFile(BytesIO(opened.plan.copy)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<f[^>]*>(\$A[^<]*)</f>", sheet) == ["$A3*2"]
    assert len(re.findall(r'<f t="shared" si="\d+"/>', sheet)) == 3 * 7 - 1
    assert [head.text for head in opened.plan.groups[0].heads] == [b"T[[#This Row],[a]]*2"]


def test_a_what_if_reaches_the_formulas_of_a_table(tmp_path: Path) -> None:
    opened = Book.open(book(tmp_path / "book.xlsx", "T[[#This Row],[b]]*2"))
    swept = opened.sweep({"Deal!B9": [1.0, 50.0]}, ["Deal!C9", "Deal!C8"])
    assert swept.rows == [(1.0, 2.0, 216.0), (50.0, 100.0, 216.0)]
