"""Formulas that differ in their numbers only: the same values as if each were looked at, and few that are."""

from __future__ import annotations

import random
import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from computefi.recalc import Book, recalculate, text_order
from computefi.recalc.prepare.columns import FormulaCell, FormulaCells
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.loners import PATIENCE, Loners
from computefi.recalc.prepare.operands import ALIKE
from computefi.recalc.prepare.ways import Ways

ROWS = 60
FORMULAS = {
    "arithmetic": "A{r}*{k}.5+{r}",
    "a choice": "IF(A{r}>{k},B{r}*1.{k},{r})",
    "a date that may be early": "DATE(190{k},1,{r})+YEAR({k}{r})",
    "beyond all numbers": "EXP({k}00)+COSH({k})",
    "a look-up of nothing": "LOOKUP({z},A1:A9)+VLOOKUP({z},A$1:B$60,2,FALSE)",
    "a criterion": 'SUMIF(A$1:A{r},">{k}",B$1:B$9)',
    "near nothing": "IF(A{r}*{k}E-17=0,{k},1)",
    "a name": "rate*{k}+half*{r}",
    "an array": "SUMPRODUCT(A$1:A$9*{k})",
    "a digit that is a letter": 'LOG10({k}0)&"x{r}"',
    "a call": "CFI_LTV(A{r},{k}0)",
    "cells": "A{k}*2-B{r}",
    "a difference": "0.{k}+A{r}/10-0.{k}",
    "texts in order": 'IF(B{r}<"{k}",{r},A{r})',
}


def book(path: Path, formula: str, repeated: int = 9) -> Path:
    """Numbers in A and B; in C and D a formula whose numbers are any up to `repeated`, now and then all the same."""
    dice = random.Random(formula)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Deal"
    for row in range(1, ROWS + 1):
        same = row // 15 % 2
        sheet.append([row % 4 / 3, row])
        for column in "CD":
            k = 7 if same else dice.randint(1, repeated)
            sheet[f"{column}{row}"] = "=" + formula.format(r=row, k=k, z=dice.choice((0, k)))
    for name, text in {"rate": "Deal!$B$3", "half": "Deal!$A$1/2"}.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    workbook.save(path)
    return path


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_values_are_as_if_each_were_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formula: str) -> None:
    path = book(tmp_path / "book.xlsx", formula)
    found = recalculate(path, tmp_path / "out.xlsx")
    with monkeypatch.context() as patch:
        patch.setattr(Loners, "goes_by", lambda *_: False)
        patch.setattr(Ways, "of", lambda self, index, cell, text: self.found(index, cell, text))
        each = recalculate(path, tmp_path / "each.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == (tmp_path / "each.xlsx").read_bytes()
    assert (found.warnings, found.kept, found.error_cells) == (each.warnings, each.kept, each.error_cells)


def known(path: Path, texts: dict[str, str]) -> Book:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for place, text in texts.items():
        sheet[place] = text
    workbook.save(path)
    return Book.open(path)


def test_most_go_by_and_what_is_alike_is_a_group_again(tmp_path: Path) -> None:
    opened = known(tmp_path / "book.xlsx", {f"B{r}": f"=A{r}*{r if r <= 500 else 3}.5" for r in range(1, 1001)})
    assert len(opened.plan.groups[0].heads) < 30
    with zipfile.ZipFile(BytesIO(opened.plan.copy)) as archive:
        copy = archive.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall(r'<f t="shared" si="\d+"/>', copy)) > 500 - PATIENCE


def test_what_is_alike_in_a_few_rows_is_a_group_in_each_of_them(tmp_path: Path) -> None:
    runs = {f"B{row}": f"=A{row}*$F${100 + row // 4}" for row in range(100, 900)}
    opened = known(tmp_path / "book.xlsx", runs)
    assert [head.row for head in opened.plan.groups[0].heads] == list(range(100, 900, 4))
    assert not opened.plan.apart[0]


def test_what_is_alike_in_a_few_columns_is_a_group_in_each_row(tmp_path: Path) -> None:
    lines = {f"{column}{row}": f"={before}{row}*$A${row}" for row in range(100, 300) for before, column in ("BC", "CD")}
    opened = known(tmp_path / "book.xlsx", lines)
    assert [head.row for head in opened.plan.groups[0].heads] == list(range(100, 300))
    assert not opened.plan.apart[0]


def looked_at(cells: FormulaCells, loners: Loners, rows: range, group: int) -> list[int]:
    """The rows in which one of the formulas of a column was looked at, each of a group of its own, or of this one."""
    found = []
    for row in rows:
        text, alone = b"A%d*%d" % (row % 9 + 1, row % 9 + 1), group < 0 or row == rows[0]
        goes_by = alone and loners.goes_by(text)
        cells.append(FormulaCell(row, 1, b"", b"1", 0, None if goes_by else row if group < 0 else group))
        if alone and not goes_by:
            found.append(row)
            loners.alone(text)
    return found


def test_each_time_that_one_is_alone_twice_as_many_go_by() -> None:
    cells = FormulaCells()
    loners = Loners(ALIKE, Extremes(), cells)
    assert looked_at(cells, loners, range(1, 40), -1) == [1, 2, 4, 8, 16, 32]
    loners.joined(b"A2*2")
    assert looked_at(cells, loners, range(40, 43), -1) == [40, 41]
    assert looked_at(cells, loners, range(43, 50), 7) == [43]
    assert looked_at(cells, loners, range(50, 56), -1) == [53, 54]


@pytest.mark.parametrize("text", [b"EXP(7)", b"YEAR(A1)", b"SUMIF(A1:A9,1,B1:B9)", b"VLOOKUP(5,A1:B9,2,0)"])
def test_where_numbers_decide_none_goes_by(text: bytes) -> None:
    cells = FormulaCells()
    loners = Loners(ALIKE, Extremes(), cells)
    for row in range(1, 9):
        cells.append(FormulaCell(row, 1, b"", b"1", 0, row))
        loners.alone(text)
    assert not loners.goes_by(text)


def test_whether_texts_are_compared_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    pairs_of = text_order.pairs_of
    monkeypatch.setattr(text_order, "pairs_of", lambda text: [asked.append(text), pairs_of(text)][1])
    recalculate(book(tmp_path / "book.xlsx", "IF(A{r}>{k}.5,{r},{k})"))
    assert 0 < len(asked) < ROWS / 4
