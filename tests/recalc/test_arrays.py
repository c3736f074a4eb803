"""Array formulas: fixed blocks, spills, and what stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from recalc_books import make, members, raw_book, values

SERIES = {"A1": 10, "A2": 20, "A3": 40}


def test_an_array_formula_fills_its_block(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {**SERIES, "B1": ("B1:B3", "=CFI_LTV(A1:A3,100)")})
    result = recalculate(path, path)
    assert result["Deal!B1:B3"] == ((0.1,), (0.2,), (0.4,))
    assert values(path) == {**SERIES, "B1": 0.1, "B2": 0.2, "B3": 0.4}
    assert result.formula_cells == 3


@pytest.mark.parametrize("formula", ["=CFI_LTV(A1:A3,100)", "=CFI_LTV(A1:A3,100)+0", "=0+A1:A3/100"])
def test_a_block_repeats_one_column_and_ends_in_not_available(tmp_path: Path, formula: str) -> None:
    path = make(tmp_path / "book.xlsx", {**SERIES, "C1": ("C1:D4", formula)})
    result = recalculate(path, path)
    assert result["Deal!C1:D4"] == ((0.1, 0.1), (0.2, 0.2), (0.4, 0.4), (Code.NA, Code.NA))
    assert values(path)["D4"] == "#N/A"
    assert [reason.cell for reason in result.reasons] == []


def test_a_row_against_a_column_fills_a_grid(tmp_path: Path) -> None:
    cells = {"A2": 50, "A3": 70, "B1": 100, "C1": 200, "B2": ("B2:C3", "=CFI_LTV(A2:A3,B1:C1)")}
    path = make(tmp_path / "book.xlsx", cells)
    assert recalculate(path)["Deal!B2:C3"] == ((0.5, 0.25), (0.7, 0.35))


def test_a_bad_cell_is_an_error_in_its_own_cell(tmp_path: Path) -> None:
    cells = {"A1": 10, "A2": "x", "A3": "=1/0", "B1": ("B1:B3", "=CFI_LTV(A1:A3,100)")}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert result["Deal!B1:B3"] == ((0.1,), (Code.VALUE,), (Code.DIV0,))
    assert [reason.cell for reason in result.reasons] == ["B2", "B3"]


def test_calls_natives_and_ranges_are_computed_cell_by_cell(tmp_path: Path) -> None:
    cells = {
        **SERIES,
        "B1": ("B1:B3", "=IF(A1:A3>15,CFI_LTV(A1:A3,100),0)*2"),
        "C1": ("C1:C3", "=CFI_LTV(A1:A3*2,CFI_LTV(A1:A3,1))"),
        "D1": ("D1", "=SUM(CFI_LTV(A1:A3,100)*A1:A3)"),
        "E1": ("E1:E3", "=CFI_LTV(IF(A1:A3>15,A1:A3,0),100)"),
    }
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert result["Deal!B1:B3"] == ((0.0,), (0.4,), (0.8,))
    assert result["Deal!C1:C3"] == ((2.0,), (2.0,), (2.0,))
    assert result["Deal!D1"] == pytest.approx(1 + 4 + 16)
    assert result["Deal!E1:E3"] == ((0.0,), (0.2,), (0.4,))


def test_a_plain_formula_shows_the_top_left(tmp_path: Path) -> None:
    cells = {**SERIES, "B2": "=CFI_LTV(A1:A3,100)", "B3": "=CFI_LTV(A1:A3,100)*10", "B4": "=SUM(CFI_LTV(A1:A3,100))"}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert [result[f"Deal!B{i}"] for i in (2, 3, 4)] == pytest.approx([0.1, 1.0, 0.7])


def spilling(formula: str, ref: str, rest: str = "") -> str:
    """A sheet with a series in column A and a dynamic array in C1, some of its children cached."""
    cached = "".join(
        f'<row r="{i}"><c r="A{i}"><v>{v}</v></c>'
        + (
            f'<c r="C1" cm="1"><f t="array" ref="{ref}">{formula}</f><v>9</v></c>'
            if i == 1
            else f'<c r="C{i}"><v>9</v></c>'
        )
        + ('<c r="E1"><f>SUM(_xlfn.ANCHORARRAY(C1))</f><v>0</v></c>' if i == 1 else "")
        + "</row>"
        for i, v in enumerate((10, 20, 40), 1)
    )
    return f"<sheetData>{cached}{rest}</sheetData>"


def test_a_spill_keeps_its_extent(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", spilling("CFI_LTV(A1:A3,100)", "C1:C3"))
    result = recalculate(path, path)
    assert result["Deal!C1:C3"] == ((0.1,), (0.2,), (0.4,))
    assert result["Deal!E1"] == pytest.approx(0.7)
    assert b'ref="C1:C3"' in members(path)["xl/worksheets/sheet1.xml"]


def test_a_spill_grows_and_its_reference_with_it(tmp_path: Path) -> None:
    rest = '<row r="4"><c r="A4"><v>80</v></c></row>'
    path = raw_book(tmp_path / "book.xlsx", spilling("CFI_LTV(A1:A5,100)", "C1:C3", rest))
    result = recalculate(path, path, set={"Deal!A5": 160})
    assert result["Deal!C1:C5"] == ((0.1,), (0.2,), (0.4,), (0.8,), (1.6,))
    assert result["Deal!E1"] == pytest.approx(3.1)
    assert b'ref="C1:C5"' in members(path)["xl/worksheets/sheet1.xml"]
    assert values(path)["C5"] == 1.6
    assert values(path)["A5"] == 160


@pytest.mark.parametrize("formula", ["CFI_LTV(A1:A2,100)", "CFI_LTV(A1,100)", "CFI_LTV(A1:A2,100)*1"])
def test_a_spill_shrinks_and_leaves_nothing_behind(tmp_path: Path, formula: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", spilling(formula, "C1:C3"))
    recalculate(path, path)
    left = values(path)
    assert left["C1"] == 0.1
    assert "C3" not in left
    first = path.read_bytes()
    assert not recalculate(path, path).changed
    assert path.read_bytes() == first


def test_a_blocked_spill_says_so_and_the_block_stays(tmp_path: Path) -> None:
    sheet = spilling("CFI_LTV(A1:A3,100)", "C1").replace('<c r="C2"><v>9</v></c>', '<c r="C2"><v>5</v></c>')
    path = raw_book(tmp_path / "book.xlsx", sheet)
    result = recalculate(path, path)
    assert result["Deal!C1"] is Code.SPILL
    assert values(path)["C1"] == "#VALUE!"
    assert values(path)["C2"] == 5


def test_shared_formulas_are_each_cell_s_own(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}"><v>{i}</v></c>'
        + (
            '<c r="B1"><f t="shared" ref="B1:B3" si="0">CFI_LTV(A1,$A$3)</f><v>0</v></c>'
            '<c r="C1"><f t="shared" ref="C1:C3" si="1">A1*2</f><v>0</v></c>'
            if i == 1
            else f'<c r="B{i}"><f t="shared" si="0"/><v>0</v></c><c r="C{i}"><f t="shared" si="1"/><v>0</v></c>'
        )
        + "</row>"
        for i in (1, 2, 3)
    )
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{rows}</sheetData>")
    result = recalculate(path, path)
    assert result["Deal!B1:C3"] == ((1 / 3, 2.0), (2 / 3, 4.0), (1.0, 6.0))
    assert b'<f t="shared" si="0"/><v>1</v>' in members(path)["xl/worksheets/sheet1.xml"]


def test_calls_follow_a_spill_that_grows(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>CFI_HHI(_xlfn.ANCHORARRAY(D1))</f><v>0</v></c>'
        '<c r="C1"><f>CFI_HHI(E1#)</f><v>0</v></c>'
        '<c r="D1" cm="1"><f t="array" ref="D1:D2">_xlfn.SEQUENCE(A1)</f><v>1</v></c>'
        '<c r="E1" cm="1"><f t="array" ref="E1:E2">CFI_LTV(_xlfn.ANCHORARRAY(D1),10)</f><v>1</v></c>'
        '<c r="F1"><f>SUM(E1:E9)</f><v>0</v></c></row></sheetData>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet)
    result = recalculate(path, path, set={"Deal!A1": 4})
    assert result["Deal!B1"] == result["Deal!C1"] == pytest.approx(0.3)
    assert result["Deal!E1:E4"] == ((0.1,), (0.2,), (0.3,), (0.4,))
    assert result["Deal!F1"] == 1.0
    assert not recalculate(path, path).changed
    recalculate(path, path, set={"Deal!A1": 2})
    assert values(path) == {"A1": 2, "B1": 5 / 9, "C1": 5 / 9, "D1": 1, "D2": 2, "E1": 0.1, "E2": 0.2, "F1": 0.1 + 0.2}
