"""Formulas in groups: what the engine's copy holds, what stays apart, and that no value changes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from computefi.errors import Code
from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.groups import Groups
from recalc_books import raw_book


def test_a_group_is_found_down_and_across() -> None:
    groups = Groups()
    assert groups.join(b"A1*2", 1, 3) == 0
    assert groups.like_above(b"A2*2", 2, 3) == 0
    assert groups.like_above(b"A2*3", 3, 3) is None
    assert groups.join(b"B1*2", 1, 4) == 0
    assert groups.join(b"B1*3", 1, 4) == 1
    assert groups.like_above(b"B2*3", 2, 4) == 1
    assert groups.text(0, 7, 4) == b"B7*2"
    assert groups.join(b"SUM(A:A)", 1, 5) is None


def test_a_formula_is_found_to_be_like_the_one_to_its_left() -> None:
    groups = Groups()
    assert groups.join(b'A1*$B1+"A1%"+B$7', 1, 3) == 0
    assert groups.like_left(b'B1*$B1+"A1%"+C$7', 1, 4) == 0
    assert groups.like_left(b'C1*$B1+"A1%"+D$7', 1, 5) == 0
    assert groups.like_left(b'D1*$B1+"A1%"+D$7', 1, 6) is None
    assert groups.like_left(b'D1*$B1+"A1%"+E$7', 2, 6) is None
    assert groups.like_left(b'E1*$B1+"A1%"+F$7', 1, 7) is None
    # Below it, one that is like the one above is known by its column from then on.
    assert groups.like_above(b'B2*$B2+"A1%"+C$7', 2, 4) == 0
    assert groups.above(4).at(9) == b'B9*$B9+"A1%"+C$7'
    assert groups.text(0, 9, 5) == b'C9*$B9+"A1%"+D$7'
    assert groups.known(b'D3*$B3+"A1%"+E$7', 3, 6) == 0
    assert groups.known(b'D3*$B3+"A2%"+E$7', 3, 6) is None


def test_the_last_column_has_no_neighbour() -> None:
    groups = Groups()
    assert groups.join(b"XFD1*2", 1, 3) == 0
    assert groups.like_left(b"XFE1*2", 1, 4) is None


def book(path: Path, formulas: dict[str, str]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in range(1, 21):
        sheet[f"A{row}"] = row
        sheet[f"B{row}"] = row * 10
    for place, formula in formulas.items():
        sheet[place] = formula
    workbook.save(path)
    return path


def test_the_copy_holds_one_text_a_group(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {f"C{row}": f"=A{row}*B{row}+$A$1" for row in range(1, 21)})
    opened = Book.open(path)
    with zipfile.ZipFile(BytesIO(opened.plan.copy)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("A1*B1+$A$1") == 1
    assert len(re.findall(r'<f t="shared" si="\d+"/>', sheet)) == 19
    assert opened.get("Sheet!C20") == 20 * 200 + 1


@pytest.mark.parametrize(
    ("above", "below", "value"),
    [
        ("=SUM(A:A)", "=SUM(A:A)", 210),
        ("=SUM(5:5)", "=SUM(5:5)", 55),
        ('="A1"&A1', '="A2"&A2', "A22"),
        ('="A1"&A1', '="A1"&A2', "A12"),
        ("=A1%", "=A2%", 0.02),
        ("=IF(A1>1,\"%d\",A1)", "=IF(A2>1,\"%d\",A2)", "%d"),
        ("=SUM(A$1:A1)", "=SUM(A$1:A2)", 3),
        ("=A1", "=A1", 1),
        ("=$A1+B$1", "=$A2+B$1", 12),
        ("=Sheet!A1*2", "=Sheet!A2*2", 4),
        ("=a1*3", "=A2*3", 6),
        ('=SUMIF(A$1:A1,">0",B$1:B$1)', '=SUMIF(A$1:A2,">0",B$1:B$1)', 30),
        ('=SUMIFS(B$1:B$1,A$1:A1,">0")', '=SUMIFS(B$1:B$1,A$1:A2,">0")', Code.VALUE),
        ('=COUNTIFS(A1:A$9,">0",B$1:B$9,">0")', '=COUNTIFS(A2:A$9,">0",B$1:B$9,">0")', Code.VALUE),
        ('=COUNTIFS(A$1:A1,">0",B$1:B1,">0")', '=COUNTIFS(A$1:A2,">0",B$1:B2,">0")', 2),
    ],
)  # fmt: skip
def test_neighbours_have_their_own_values(tmp_path: Path, above: str, below: str, value: object) -> None:
    path = book(tmp_path / "book.xlsx", {"D1": above, "D2": below})
    found = recalculate(path, tmp_path / "out.xlsx")
    assert found["Sheet!D2"] == value
    alone = recalculate(book(tmp_path / "alone.xlsx", {"D2": below}), tmp_path / "out2.xlsx")
    assert found["Sheet!D2"] == alone["Sheet!D2"]


def test_shared_formulas_over_ranges_that_grow_have_their_own_values(tmp_path: Path) -> None:
    text = 'SUMIF(A$1:A1,"&gt;0",B$1:B$1)'
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>{10 * row}</v></c><c r="D{row}">'
        + (f'<f t="shared" si="0" ref="D1:D3">{text}</f>' if row == 1 else '<f t="shared" si="0"/>')
        + "<v>0</v></c></row>"
        for row in range(1, 4)
    )
    result = recalculate(raw_book(tmp_path / "book.xlsx", f"<sheetData>{rows}</sheetData>"))
    assert result["Deal!D1:D3"] == ((10.0,), (30.0,), (60.0,))


def test_a_what_if_and_a_warning_reach_every_formula_of_a_group(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {f"C{row}": f"=BAHTTEXT(A{row})" for row in range(1, 6)})
    warned = [line for line in recalculate(path, tmp_path / "out.xlsx").warnings if "C1" in line]
    assert len(warned) == 1
    assert "C3" in warned[0]
    path = book(tmp_path / "other.xlsx", {f"C{row}": f"=A{row}+IF({row}=1,0,C{row - 1 or 1})" for row in range(2, 21)})
    swept = Book.open(path).sweep({"Sheet!A2": [2.0, 102.0]}, ["Sheet!C20"])
    low, high = (row[-1] for row in swept.rows)
    assert high - low == 100
