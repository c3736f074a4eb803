"""Formulas that must be cut are made from a few that are like them where that is the same as cutting each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from computefi.recalc import recalculate
from computefi.recalc.prepare.alike import FormulasAlike
from computefi.recalc.prepare.preparation import prepare
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import open_workbook
from recalc_books import make

NAMES = {
    "rate": "Deal!$E$1",
    "moves": "Deal!$E1",
    "twice": "Deal!$E$1*2",
    "column": "Deal!$A$1:$A$9",
    "here": "ROW()",
    "shifted": "OFFSET(Deal!$A$1,1,0)",
    "double": "LAMBDA(x,x*2)",
}
# The formula in row {r}, and whether those from the third on are made from the first two.
FORMULAS = {
    "call": ("CFI_LTV(A{r},B{r})", True),
    "call, fixed": ("CFI_LTV($A{r},B$1)", True),
    "call of an area": ("CFI_HHI(A{r}:B{r})", True),
    "call of a growing area": ("CFI_HHI(A$1:B{r})", True),
    "call with a name": ("CFI_LTV(A{r},rate)", True),
    "call with a name that moves": ("CFI_LTV(A{r},moves)", True),
    "call with a name's formula": ("CFI_LTV(A{r},twice)", True),
    "call with a name that asks for the row": ("CFI_LTV(A{r},here)", True),
    "call with a name that is moved": ("CFI_LTV(A{r},shifted)", False),
    "call of another sheet": ("CFI_LTV(Other!A{r},'Other'!$B$1)", True),
    "call in a formula": ("IF(A{r}>3,CFI_LTV(A{r},B{r})*2+{r},CFI_LTV(B{r},A{r}))", False),
    "calls in a formula": ("IF(A{r}>3,CFI_LTV(A{r},B{r})*2+7,CFI_LTV(B{r},A{r}))", True),
    "nested calls": ("CFI_LTV(CFI_LTV(A{r},B{r}),B{r})", True),
    "calls in calls": ("CFI_LTV(A{r},CFI_LTV(B{r}*2,CFI_LTV(A{r},3))+B$1)*CFI_LTV(1,B{r})", True),
    "computed argument": ("CFI_LTV(A{r}*2,B{r})", True),
    "computed area": ("CFI_HHI(A{r}:B{r}*2)", True),
    "computed area that grows": ("CFI_HHI(A$1:B{r}*2)", False),
    "refused call": ("CFI_LTV(A{r},(A1,B1))", False),
    "unknown call": ("CFI_NONE(A{r})", False),
    "call's top left": ("@CFI_LTV(A{r},B{r})", True),
    "criteria": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})", True),
    "criteria of a moving range": ("SUMIFS(B{r}:B$12,A{r}:A$12,A{r})", True),
    "computed criterion": ('SUMIF($A$1:$A$9,"<>"&A{r},B$1)', True),
    "computed criterion of a written range": ('SUMIF(A1:A9,"<>"&A{r},B$1)', False),
    "look-up": ("VLOOKUP(A{r},$A$1:$B$2000,2,FALSE)", True),
    "look-up with a name": ("MATCH(A{r},column,1)", True),
    "XLOOKUP": ("_xlfn.XLOOKUP(A{r},$A$1:$A$2000,$B$1:$B$2000)", True),
    "two look-ups": ("IFERROR(VLOOKUP(A{r},$A$1:$B$9,2),INDEX($B$1:$B$2000,MATCH(B{r},$A$1:$A$2000,0)))", True),
    "brackets": ("-(A{r}/B{r})^2", True),
    "one cell of a range": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+A$1:A$9", False),
    "one cell of a name": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+column", False),
    "its row": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+ROW()", True),
    "a name that asks for the row": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+here", True),
    "a name that is moved": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+shifted", False),
    "a name of a LAMBDA": ("SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})+double(2)", False),
    "moved cells": ("SUM(OFFSET(A{r},0,0,2,1))+SUMIFS($B$1:$B$9,$A$1:$A$9,A{r})", False),
    "moved cells above": ("SUM(OFFSET(A{r},-3,0,2,1))+CFI_LTV(A{r},B{r})", False),
    "cells moved by what is above": ("SUM(OFFSET(A$12,-A{r},0,-2,B$1-100))", True),
    "cells moved by what is beside": ("SUM(OFFSET($A$1,A{r},1,3,1))", True),
    "cells moved from the last ones": ("SUM(OFFSET(A{r},,,-2,1))", False),
    "a range that ends with moved cells": ("SUM(A{r}:OFFSET(A{r},0,1))", False),
    "a written address": ('INDIRECT("A1")+CFI_LTV(A{r},B{r})', True),
    "a written address from here": ('INDIRECT("R[-3]C1",FALSE)+CFI_LTV(A{r},B{r})', False),
    "crossed areas": ("SUM(A$1:B$6 A{r}:B{r})", False),
    "joined areas": ("SUM(A1:INDEX(B1:B9,A{r}))", False),
    "text with numbers": ('SUMIFS($B$1:$B$9,$A$1:$A$9,"<>A1%d")&A{r}', True),
    "this row": ("SUMIFS($B$1:$B$9,$A$1:$A$9,T[[#This Row],[a]])", True),
    "this row and a column": ("SUMIFS(T[b],T[a],T[[#This Row],[a]])/SUM(T[b])", True),
    "a call of this row": ("CFI_LTV(T[[#This Row],[a]],T[[#This Row],[b]])", True),
    "a column without @": ("T[a]*2", False),
}  # fmt: skip


def book(path: Path, formula: str, rows: int = 12) -> Path:
    """A table T over A1:B9, and the formula in the columns C and D of all rows, beyond the table's end too."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Deal"
    sheet.append(["a", "b"])
    for row in range(2, rows + 1):
        sheet.append([row * 7 % 5, 100 + row])
    for row in range(1, rows + 1):
        sheet[f"C{row}"] = "=" + formula.format(r=row)
        sheet[f"D{row}"] = "=" + formula.format(r=row)
    sheet["E1"], sheet["E2"] = 200, 300
    sheet.add_table(Table(displayName="T", ref="A1:B9"))
    other = workbook.create_sheet("Other")
    for row in range(1, rows + 1):
        other.append([7 * row, 1000])
    for name, text in NAMES.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    workbook.save(path)
    return path


def known(path: Path) -> Any:
    plan = prepare(open_workbook(Package.open(path)), now=45_000.0)
    with zipfile.ZipFile(io.BytesIO(plan.copy)) as archive:
        copy = {name: archive.read(name) for name in archive.namelist()}
    return (
        copy,
        plan.calls,
        plan.consumers,
        plan.sources,
        plan.initial,
        plan.consumers_of,
        list(map(list, plan.formulas)),
    )


@pytest.mark.parametrize(("formula", "made"), FORMULAS.values(), ids=FORMULAS)
def test_formulas_alike_are_as_if_cut_one_by_one(
    formula: str, made: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "book.xlsx", formula)
    found: list[bool] = []
    make = FormulasAlike.make_by
    monkeypatch.setattr(FormulasAlike, "make_by", lambda *given: [found.append(it := make(*given)), it][1])
    together = known(path)
    result = recalculate(path, tmp_path / "together.xlsx")
    assert any(found) == made
    monkeypatch.setattr(FormulasAlike, "make_by", lambda *_: False)
    for one, other in zip(together, known(path), strict=True):
        assert one == other
    alone = recalculate(path, tmp_path / "alone.xlsx")
    assert (tmp_path / "together.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()
    assert (result.reasons, result.warnings, result.kept) == (alone.reasons, alone.warnings, alone.kept)


# Formulas as they stand in the first cell of a block, from where they go along down and to the right.
ACROSS = {
    "call": ("CFI_LTV(A1,B1)", True),
    "call, fixed": ("CFI_LTV($A1,B$1)", True),
    "call, joined": ("IF(A1>3,CFI_LTV($A1,$B$1)*2+7,CFI_LTV(B1,A$1))", True),
    "growing to the right": ("CFI_HHI($A1:B1)", True),
    "growing down, computed": ("CFI_HHI(A$1:B1*2)", False),
    "computed arguments": ("CFI_LTV(A1*2,CFI_LTV(B$1+A1,3))", True),
    "criteria": ("SUMIFS($B$1:$B$9,A$1:A$9,A1)", True),
    "computed criteria": ('SUMIFS($B$1:$B$9,A$1:A$9,">"&$A1,$C$1:$C$9,"<=A1"&C1)', True),
    "look-up": ("VLOOKUP(A1,$A$1:$B$2000,2,FALSE)+A1", True),
    "normal distribution": ("SUMPRODUCT(NORMSDIST(-(A1+B$1*$A$2:$C$2)/9))*$B1", True),
    "another sheet": ("CFI_LTV(Other!A1,'Other'!B$1)", True),
    "beside nothing": ("IF(A1=0,CFI_LTV(B1,7),CFI_LTV(7,B1))", True),
    "its column": ("CFI_LTV(A1,COLUMN())", True),
    "one cell of a range": ("CFI_LTV(A1,7)+A$1:A$9", False),
    "a name that moves": ("CFI_LTV(A1,moves)", True),
}


def block(path: Path, formula: str, nothing: str = "") -> Path:
    """The formula in L1:P12, numbers in A1:H12; `nothing` is a cell that holds a number near nothing."""
    openpyxl.load_workbook(book(path, formula="1")).save(path)
    workbook = openpyxl.load_workbook(path)
    sheet, other = workbook["Deal"], workbook["Other"]
    for row in range(1, 13):
        for column in range(1, 9):
            other.cell(row, column).value = 100 + 7 * row + column
            if column > 2:
                sheet.cell(row, column).value = (row * 5 + column) % 7
        for column in range(12, 17):
            cell = sheet.cell(row, column)
            cell.value = Translator("=" + formula, "L1").translate_formula(cell.coordinate)
    if nothing:
        sheet[nothing] = 1e-17
    workbook.save(path)
    return path


@pytest.mark.parametrize("nothing", ["", "C4"])
@pytest.mark.parametrize(("formula", "made"), ACROSS.values(), ids=ACROSS)
def test_formulas_alike_in_a_block_are_as_if_cut_one_by_one(
    formula: str, made: bool, nothing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = block(tmp_path / "book.xlsx", formula, nothing)
    found: list[bool] = []
    make = FormulasAlike.make_by
    monkeypatch.setattr(FormulasAlike, "make_by", lambda *given: [found.append(it := make(*given)), it][1])
    together = known(path)
    # Of 60 formulas three are cut: the first, the next to the right, the first below.
    assert (found.count(True) == 57) == made or nothing
    recalculate(path, tmp_path / "together.xlsx")
    monkeypatch.setattr(FormulasAlike, "make_by", lambda *_: False)
    recalculate(path, tmp_path / "alone.xlsx")
    assert (tmp_path / "together.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()
    # Beside a number near nothing some are guarded that need not be, by themselves or because one of them is.
    for one, other in zip(together, known(path), strict=True) if not nothing else ():
        assert one == other


def test_addresses_in_texts_are_made_alike_where_there_are_no_names(tmp_path: Path) -> None:
    cells: dict[str, Any] = {f"A{row}": row * 3 % 7 + 1 for row in range(1, 30)}
    cells |= {f"B{row}": f'=INDIRECT("A"&A{row})+INDIRECT("Deal!A"&ROW(A{row}))' for row in range(1, 30)}
    cells |= {f"C{row}": f'=INDIRECT("A"&A{row})*2' for row in range(1, 30)}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    for row in range(1, 30):
        there = float(cells[f"A{cells[f'A{row}']}"])
        assert (result[f"Deal!B{row}"], result[f"Deal!C{row}"]) == (there + cells[f"A{row}"], there * 2)
