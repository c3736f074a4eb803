"""What nobody computes keeps its stored value, whole, and what reads it is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from computefi.errors import Code
from computefi.formulas.native import NATIVE
from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.keeping import NOBODY_HAS, ONLY_IN_EXCEL
from recalc_books import make, members, raw_book, values


def sheet(*cells: str) -> str:
    return f'<sheetData><row r="1">{"".join(cells)}</row></sheetData>'


def cell(place: str, formula: str, value: object = 7, kind: str = "") -> str:
    return f'<c r="{place}"{kind}><f>{formula}</f><v>{value}</v></c>'


@pytest.mark.parametrize(
    "formula",
    ["OurMacro(1)", "IFERROR(OurMacro(1),0)", "Module1.Loss(A1)", "_xll.PRICE(1)", 'GETPIVOTDATA("x",Z1)', "PriceIt()",
     'CUBEVALUE("c","m")', "_xludf.GONE(1)", "_xlfn.STOCKHISTORY(1,2)", "SUM(1,OurMacro(2))", 'CELL("filename",A1)',
     "[1]!Loss(1)", "_xlfn.LET(_xlpm.x,OurMacro(1),_xlpm.x*2)", "SUMPRODUCT(OurMacro(D1:D3))", 'INFO("osversion")',
     "CFI_LTV(OurMacro(1),2)"],
)  # fmt: skip
def test_a_function_that_nobody_has_keeps_its_value_and_names_its_readers(tmp_path: Path, formula: str) -> None:
    stored = sheet(cell("A1", formula.replace('"', "&quot;")), cell("B1", "A1*2", 14), cell("C1", "1+1", 2))
    path = raw_book(tmp_path / "book.xlsx", stored)
    before = path.read_bytes()
    result = recalculate(path, path)
    assert list(result.kept) == ["Deal!A1"]
    assert result.readers_of_kept == ["Deal!B1"]
    assert (result["Deal!A1"], result["Deal!B1"], result["Deal!C1"]) == (7.0, 14.0, 2.0)
    assert path.read_bytes() == before
    assert any("Deal!A1" in warning and "keeps its stored value" in warning for warning in result.warnings)
    assert any("Deal!B1 reads a cell that nobody computed" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    "formula", ['CELL("row",B7)', "SUM(1,2)", "_xlfn.SEQUENCE(2)", "_xlfn._xlws.SORT(D1:D3)", "LOG10(5)"]
)
def test_a_function_of_excel_is_computed(tmp_path: Path, formula: str) -> None:
    stored = sheet(cell("A1", formula.replace('"', "&quot;")))
    assert recalculate(raw_book(tmp_path / "book.xlsx", stored)).kept == {}


@pytest.mark.parametrize(
    "reader", ["SUM(A:A)", "OFFSET(A2,-1,0)", 'INDIRECT("A"&1)', "Old*2", "A1:B1 A1:A9", "SUM(E1)"]
)
def test_whoever_reads_a_kept_cell_in_any_way_is_named(tmp_path: Path, reader: str) -> None:
    cells = {"A1": "=OurMacro(1)", "C1": f"={reader}", "D1": "=1+1", "E1": "=A1+1"}
    path = make(tmp_path / "book.xlsx", cells, names={"Old": "Deal!$A$1"})
    named = recalculate(path).readers_of_kept
    assert "Deal!C1" in named
    assert "Deal!D1" not in named


def test_what_reads_a_kept_cell_of_which_nothing_is_stored_is_no_number(tmp_path: Path) -> None:
    result = recalculate(make(tmp_path / "book.xlsx", {"A1": "=OurMacro(1)", "B1": "=A1+1"}))
    assert result["Deal!B1"] is Code.NA


def test_a_circle_and_what_reads_it_keep_what_is_stored(tmp_path: Path) -> None:
    stored = sheet(
        cell("A1", "B1+1", 5), cell("B1", "A1/2", 4), cell("C1", "IFERROR(A1,0)", 5), cell("D1", "COUNT(A1)", 1)
    )
    result = recalculate(raw_book(tmp_path / "book.xlsx", stored))
    assert set(result.kept) == {"Deal!A1", "Deal!B1", "Deal!C1", "Deal!D1"}
    assert (result["Deal!C1"], result["Deal!D1"]) == (5.0, 1.0)


SPILL = (
    '<sheetData><row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A3">{0}</f><v>3</v></c>'
    '<c r="C1" cm="1"><f t="array" ref="C1:C3">_xlfn.ANCHORARRAY(A1)*2</f><v>6</v></c></row>'
    '<row r="2"><c r="A2">{1}<v>2</v></c><c r="C2"><v>4</v></c></row>'
    '<row r="3"><c r="A3">{1}<v>1</v></c><c r="C3"><v>2</v></c></row></sheetData>'
)


@pytest.mark.parametrize("child", ["", '<f ca="1"/>', '<f ca="1"></f>'])
@pytest.mark.parametrize(
    "formula", ["OurMacro(1)", "_xlfn._xlws.SORT(_xlfn.STOCKHISTORY(1),,-1)", "GROUPBY(E1:E3,F1:F3,SUM)"]
)
def test_a_spill_that_nobody_computes_is_kept_whole(tmp_path: Path, formula: str, child: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", SPILL.format(formula, child))
    before = path.read_bytes()
    result = recalculate(path, path)
    assert list(result.kept) == ["Deal!A1", "Deal!A2", "Deal!A3"]
    assert result["Deal!C1:C3"] == ((6.0,), (4.0,), (2.0,))
    assert result.readers_of_kept == ["Deal!C1", "Deal!C2", "Deal!C3"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("child", ["", '<f ca="1"/>'])
def test_a_volatile_spill_is_filled_as_any(tmp_path: Path, child: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", SPILL.format("_xlfn.SEQUENCE(3,1,9,-1)+0*TODAY()", child))
    result = recalculate(path, path)
    assert (result.kept, result.errors) == ({}, 0)
    assert {place: value for place, value in values(path).items() if place[0] == "A"} == {"A1": 9, "A2": 8, "A3": 7}
    assert members(path)["xl/worksheets/sheet1.xml"].count(b'<f ca="1"/>') == (2 if child else 0)


def test_a_spill_that_fails_though_nothing_that_it_reads_does_loses_nothing(tmp_path: Path) -> None:
    # IMABS of several: the engine has no value for it.
    formula = "_xlfn.SEQUENCE(SUM(IMABS(E1:E3*1)))"
    path = raw_book(tmp_path / "book.xlsx", SPILL.format(formula, ""))
    before = path.read_bytes()
    result = recalculate(path, path)
    assert {"Deal!A1", "Deal!A2", "Deal!A3"} <= set(result.kept)
    assert path.read_bytes() == before


def test_a_kept_cell_stays_kept_under_other_inputs(tmp_path: Path) -> None:
    stored = sheet(cell("A1", "OurMacro(C1)"), cell("B1", "A1*C1", 14), '<c r="C1"><v>2</v></c>')
    book = Book.open(raw_book(tmp_path / "book.xlsx", stored))
    assert book.get("Deal!B1") == 14.0
    book.set("Deal!C1", 3)
    assert (book.get("Deal!A1"), book.get("Deal!B1")) == (7.0, 21.0)


def test_json_lists_what_is_kept_and_what_reads_it(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", sheet(cell("A1", "OurMacro(1)"), cell("B1", "A1*2", 14)))
    answer = CliRunner().invoke(cli, ["recalc", str(path), "--json"])
    report = json.loads(answer.stdout)
    assert list(report["kept"]) == ["Deal!A1"]
    assert report["reads_kept"] == ["Deal!B1"]


@pytest.fixture(scope="module")
def known() -> dict[str, bool]:
    """For each of Excel's functions whether the engine has it."""
    import ironcalc

    model = ironcalc.create("x", "en", "UTC", "en")
    found = dict.fromkeys(NATIVE, False)
    for arguments in ("", "B1", "B1,B2", "B1,B2,B3"):
        for row, name in enumerate(sorted(NATIVE), 1):
            model.set_user_input(0, row, 1, f"=_xlfn.{name}({arguments})")
            model.set_user_input(0, row, 3, f"={name}({arguments})")
        model.evaluate()
        for row, name in enumerate(sorted(NATIVE), 1):
            answers = {str(model.get_cell_value(0, row, column)) for column in (1, 3)}
            found[name] = found[name] or not answers <= {"#NAME?", "#N/IMPL!"}
    return found


def test_the_functions_said_to_be_missing_in_the_engine_are_and_no_others(known: dict[str, bool]) -> None:
    # ANCHORARRAY and SINGLE are how files spell A1# and @; INFO is there, but about another program.
    missing = {name for name, is_known in known.items() if not is_known} - {"ANCHORARRAY", "SINGLE"}
    assert missing - (ONLY_IN_EXCEL | NOBODY_HAS) == set()
    assert {name for name in NOBODY_HAS if known[name]} == set()


def test_an_answer_that_excel_may_give_otherwise_is_kept(tmp_path: Path) -> None:
    flows = "".join(f'<c r="{c}1"><v>{v}</v></c>' for c, v in zip("ABCD", (0, -100, 120, 45000), strict=True))
    days = '<c r="E1"><v>45100</v></c><c r="F1"><v>45400</v></c>'
    formulas = [cell("G1", "XIRR(A1:C1,D1:F1)", 2.98e-9), cell("H1", "G1*2"), cell("I1", "XIRR(B1:C1,E1:F1)")]
    result = recalculate(raw_book(tmp_path / "book.xlsx", sheet(flows, days, *formulas)))
    assert result.kept == {"Deal!G1": "XIRR of flows of which the first is 0, which Excel often gets wrong"}
    assert result.readers_of_kept == ["Deal!H1"]
    assert result["Deal!G1"] == 2.98e-9
    assert result["Deal!I1"] == pytest.approx(1.2 ** (365 / 300) - 1)
