"""What an engine is asked for, and how each one spells it."""

from __future__ import annotations

import io
import zipfile

import pytest

from computefi.recalc.engines.base import Engine, Extent, Formula
from computefi.recalc.engines.cellrune import CellRune
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.recalc.engines.libreoffice import LibreOffice
from computefi.recalc.engines.overlay import Overlay
from computefi.recalc.prepare.copy import Copy
from computefi.xlsx.cells import CellAt

A1, B1, C1 = CellAt(0, 1, 1), CellAt(0, 1, 2), CellAt(0, 1, 3)


def test_a_block_is_filled_by_an_operation_where_the_engine_fills_none() -> None:
    assert Formula("A1:A2*2", "array", 2, 1).over_block() == "IF(SEQUENCE(2,1,1,0),A1:A2*2)"
    assert Formula("SUM(A1:A2*2)", "array").over_block() == "SUM(A1:A2*2)"


def test_an_extent_is_asked_of_the_anchor_on_its_sheet() -> None:
    assert Extent(CellAt(1, 3, 1), "rows").text(["Deal", "Old deals"]) == "ROWS('Old deals'!A3#)"
    assert Extent(CellAt(0, 3, 1), "columns").text(["Deal"]) == "COLUMNS(Deal!A3#)"


def copy_with(formula: str) -> bytes:
    copy = Copy(["Deal", "Old deals"])
    copy.row(0, 9)
    copy.formula(0, 9, 9, formula.encode())
    copy.end_rows(0)
    return copy.build()


def sheet_of(overlay: Overlay) -> str:
    return zipfile.ZipFile(io.BytesIO(overlay.build())).read("xl/worksheets/sheet1.xml").decode()


def overlay_with_spill(formula: str) -> Overlay:
    """A1 fills three rows and two columns."""
    overlay = Overlay(copy_with(formula), ["Deal", "Old deals"])
    overlay.put(A1, Formula("D1:E3*2", "spill"))
    overlay.put(B1, Extent(A1, "rows"))
    overlay.put(C1, Extent(A1, "columns"))
    assert overlay.learn({B1: 3.0, C1: 2.0}.__getitem__)
    assert not overlay.learn({B1: 3.0, C1: 2.0}.__getitem__)
    return overlay


@pytest.mark.parametrize(
    ("formula", "spelled"),
    [
        ("SUM(A1#)", "SUM(A1:B3)"),
        ("SUM(Deal!$A$1#)*2", "SUM(Deal!A1:B3)*2"),
        ("SUM(_xlfn.ANCHORARRAY(A1))", "SUM(A1:B3)"),
        ("SUM(AA1#)", "SUM(AA1)"),
        ("SUM('Old deals'!A1#)", "SUM('Old deals'!A1)"),
        ('A1&amp;"A1#"', 'A1&amp;"A1#"'),
        ("IF(A1=0,#N/A,1)", "IF(A1=0,#N/A,1)"),
    ],
)
def test_what_spills_is_the_area_that_it_fills_in_an_engine_of_files(formula: str, spelled: str) -> None:
    assert f"<f>{spelled}</f>" in sheet_of(overlay_with_spill(formula))


def test_an_engine_of_files_gets_every_kind_of_formula_as_excel_stores_it() -> None:
    overlay = overlay_with_spill("1")
    overlay.put(CellAt(0, 5, 1), Formula("IF(SEQUENCE(2,1,1,0),D1:D2)", "array", 2, 1))
    overlay.put(CellAt(0, 5, 2), Formula("SUMPRODUCT(EXP(D1:D2))", "lifted"))
    overlay.put(CellAt(0, 5, 3), Formula("SUM(A1#)"))
    sheet = sheet_of(overlay)
    for cell in (
        '<c r="A1"><f t="array" ref="A1:B3">D1:E3*2</f>',
        '<c r="B1"><f t="array" ref="B1">ROWS(D1:E3*2)</f>',
        '<c r="C1"><f t="array" ref="C1">COLUMNS(D1:E3*2)</f>',
        '<c r="A5"><f t="array" ref="A5:A6">IF(SEQUENCE(2,1,1,0),D1:D2)</f>',
        '<c r="B5"><f t="array" ref="B5">SUMPRODUCT(EXP(D1:D2))</f>',
        '<c r="C5"><f>SUM(A1:B3)</f>',
    ):
        assert cell in sheet


@pytest.mark.parametrize("kind", [IronCalc, CellRune])
def test_a_spare_engine_is_a_fresh_one_of_the_same_kind(kind: type[IronCalc] | type[CellRune]) -> None:
    engine: Engine = kind()
    spare = engine.spare()
    assert type(spare) is kind
    assert spare is not engine
    engine.close()


def test_libreoffice_is_not_started_twice() -> None:
    assert LibreOffice.spare(LibreOffice.__new__(LibreOffice)) is None
