"""The way of a formula is found once for those that are alike, and is what it would be found to be by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from computefi.recalc import recalculate
from computefi.recalc.book import Book
from computefi.recalc.prepare.ways import Ways, without_places
from computefi.xlsx.sheet import Cell

TEXTS = (
    "{0}1*rate_1+1", "{0}1*rates_2+1", "SUM(ABS({0}1:{0}9))", "SUM({0}$1:$B{0})", "{0}1:{0}3*2", "LOG10({0}1)",
    "SUMIFS({0}1:{0}9,{0}1:{0}9,1)", "SUMIFS({0}1:{0}9,{0}1:{0}8,1)", '"A1"&{0}1', "'A1 b'!{0}1*2",
    "CFI_LTV({0}1,{0}2)",
    "VLOOKUP(0,{0}1:{0}9,1)", "VLOOKUP(3,{0}1:{0}9,1)",
    "MATCH({0}1,{0}1:{0}9,0)", "MATCH({0}1,{0}1:{0}9,1)", 'VLOOKUP("x",{0}1:{0}9,1,0)', 'VLOOKUP("x",{0}1:{0}9,1,1)',
    "DATE(2000,{0}1,1)", "DATE(1900,{0}1,1)", "half*{0}1", "{0}1 {0}1:{0}9", "INDEX({0}1,1)",
    "OFFSET({0}1,1,0)", "SUMPRODUCT(EXP({0}1*{0}1:{0}9))",
)  # fmt: skip


def test_formulas_across_columns_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where names differ in a number alone, `rate_1` and `rates_2` among them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    book.create_sheet("A1 b")
    for name, area in (("rate_1", "$A$1"), ("rate_2", "$A$2"), ("rates_2", "$A$1:$A$9"), ("rates_3", "$A$3:$A$9")):
        book.defined_names[name] = DefinedName(name, attr_text=f"{sheet.title}!{area}")
    book.defined_names["half"] = DefinedName("half", attr_text=f"{sheet.title}!$A$1/2")
    letters = ("C", "D", "AA", "XFA")
    for row, text in enumerate(TEXTS, 11):
        for column, letter in enumerate(letters, 10):
            sheet.cell(row, column, "=" + text.format(letter).replace("$B" + letter, "$B9"))
    book.save(tmp_path / "book.xlsx")
    asked, given, found = 0, Ways.of, Ways.found

    def counted(self: Ways, index: int, cell: Cell, text: bytes) -> int:
        nonlocal asked
        asked += 1
        return found(self, index, cell, text)

    def compared(self: Ways, index: int, cell: Cell, text: bytes) -> int:
        way = given(self, index, cell, text)
        assert way == found(self, index, cell, text), text
        return way

    monkeypatch.setattr(Ways, "found", counted)
    monkeypatch.setattr(Ways, "of", compared)
    Book.open(tmp_path / "book.xlsx")
    # One is alone: ranges of several lengths.
    assert asked == len(TEXTS) + len(letters) - 1


def test_formulas_that_differ_in_a_number_alone_are_as_each_by_itself(tmp_path: Path) -> None:
    """A1:A5 is 1…5, A6 blank and A7 a text: the engine finds the last of them for whatever is above 5."""
    pairs = [
        (f"{function},{exact})", f"{function},{near})")
        for function in (
            "MATCH(9,A1:A7", 'MATCH("zz",A1:A5', "VLOOKUP(C1,A1:B7,1", 'VLOOKUP("2",A1:B7,2', "XMATCH(9,A1:A7"
        )
        for exact, near in ((0, 1), (1, 0))
    ] + [("DATE(2000,1,1)", "DATE(1900,1,1)"), ("SUBTOTAL(9,A6:A6)", "SUBTOTAL(6,A6:A6)")]  # fmt: skip
    cells: dict[str, object] = {**{f"A{i}": i for i in range(1, 6)}, "A7": "x", "C1": 9}
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    alone = []
    for place, content in cells.items():
        sheet[place] = content
    for row, (first, second) in enumerate(pairs, 11):
        sheet[f"J{row}"], sheet[f"K{row}"] = (
            f"={first}".replace("XM", "_xlfn.XM"),
            f"={second}".replace("XM", "_xlfn.XM"),
        )
        other = Workbook()
        assert other.active is not None
        for place, content in cells.items():
            other.active[place] = content
        other.active["K1"] = sheet[f"K{row}"].value
        other.save(tmp_path / "alone.xlsx")
        alone.append(recalculate(tmp_path / "alone.xlsx")["Sheet!K1"])
    book.save(tmp_path / "book.xlsx")
    result = recalculate(tmp_path / "book.xlsx")
    assert [result[f"Sheet!K{row}"] for row, _ in enumerate(pairs, 11)] == alone


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("$A$1*AB12", "@*@"),
        ("SUM(A1:B9)", "SUM(@:@)"),
        ("LOG10(A1)", "LOG10(@)"),
        ("T1_rate+x.A1+A1.b", "T1_rate+x.A1+A1.b"),
        ("'A1'!B2&\"C3\"&D4!E5", "'A1'!@&\"C3\"&D4!@"),
        ("éA1+A1é+\\A1", "éA1+A1é+\\A1"),
    ],
)
def test_references_to_cells_alone_are_taken_for_one(text: str, kept: str) -> None:
    assert without_places(text.encode()).decode() == kept
