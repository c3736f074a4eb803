"""Scenarios: a part of the workbook gives the same answers as the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whatif_books import LOAN, make, with_data_table

from computefi.errors import Code
from computefi.recalc import Book, WorkbookError, recalculate
from computefi.recalc.prepare.precedents import Anywhere, Precedents
from computefi.recalc.whatif.scenarios import Scenarios
from computefi.xlsx.cells import Rect

# Formulas of every kind over the inputs A1:A6; each is asked for under changes of each input.
FORMULAS: dict[str, Any] = {
    "B1": "=A1/A2",
    "B2": "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)",
    "B3": "=IF(B1>0.72,B2*2,-1)",
    "B4": "=SUM(A1:A6)+SUM(B1:B3)",
    "B5": '=CFI_LTV(CFI_VALUE_IN_DEFAULT(A2,A3,A4,A5,A6),A1)&"x"',
    "B6": "=CFI_LTV(A1,A2,)*B1+CFI_LTV(A1+0,A2)",
    "C1": ("C1:C3", "=A1:A3*2"),
    "C4": "=SUM(C1:C3)",
    "C5": "=half*A2",
    "C6": '=SUMIF(A1:A3,">1",D1)',
    "D1": "=A1*10",
    "D2": "=A2*10",
    "D3": "=A3*10",
    "D4": "=SUM(D:D)-D4_base",
    "E1": "=SUM(Other!A:A)+A4",
    "E2": "=Other!B2",
    "E3": "=VLOOKUP(A6,Other!A1:B3,2,FALSE)",
    "E4": "=OFFSET(A1,1,0)*A5",
    "E5": '=INDIRECT("A"&A6)',
    "E6": "=IFERROR(1/(A6-1),A1)",
    "F1": "=LET(x,A1,x*x+A2)",
    "F2": ("F2:F4", "=CFI_WATERFALL(A1,A2*{0.1;0.2;0.3})"),
    "F5": "=INDEX(A1:A6,A6)+ROWS(A:A)",
    "F6": "=TODAY()-TODAY()+A5",
}
del FORMULAS["D4"]
NAMES = {"half": "Deal!$A$1/2", "Loan": "Deal!$A$1", "Rate": "Deal!$A$3"}
OTHER = {"A1": 1, "A2": "=Deal!A1", "A3": "=A2*Deal!A2", "B1": "=Deal!B2", "B2": "=SUM(A1:A3)", "B3": 9}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    path = tmp_path_factory.mktemp("whatif") / "book.xlsx"
    return Book.open(make(path, {**LOAN, **FORMULAS}, NAMES, {"Other": OTHER}))


@pytest.mark.parametrize("place", FORMULAS)
def test_a_scenario_gives_what_the_whole_workbook_gives(book: Book, place: str) -> None:
    output = f"Deal!{place if isinstance(FORMULAS[place], str) else FORMULAS[place][0].split(':')[1]}"
    changes = {"Deal!A1": [75.0, 60.0], "Deal!A2": [90.0], "Deal!A3": [0.2], "Deal!A4": [0.1], "Deal!A5": [0.9],
               "Deal!A6": [2.0]}  # fmt: skip
    for reference, values in changes.items():
        rows = book.sweep({reference: values}, [output]).rows
        for value, answer in rows:
            with book.supposing({(0, int(reference[-1]), 1): value}):
                whole = book._run.engine.read(*_place(book, output))[0][0]
            assert answer == whole, (reference, value)


def _place(book: Book, reference: str) -> tuple[int, int, int, int, int]:
    from computefi.recalc.places import find_output

    found = find_output(book.plan, reference)
    assert isinstance(found, tuple)
    return found[0], *found[1]


@pytest.mark.parametrize(
    ("place", "sliced"),
    [("B4", True), ("C4", True), ("C5", True), ("E1", True), ("E4", False), ("E5", False), ("F1", True)],
)
def test_formulas_that_may_read_anything_are_computed_in_the_whole(book: Book, place: str, sliced: bool) -> None:
    row, column = int(place[1]), ord(place[0]) - 64
    scenarios = Scenarios(book, [(0, 1, 1)], [(0, Rect(row, column, row, column))])
    assert scenarios.sliced is sliced


def test_only_what_lies_between_input_and_output_is_in_the_slice(tmp_path: Path) -> None:
    cells = {"A1": 1, "A2": 5, "B1": "=A1*2", "B2": "=A2*2", "C1": "=B1+B2", "C2": "=B2*7", "D1": "=C1+C2"}
    book = Book.open(make(tmp_path / "book.xlsx", cells))
    scenarios = Scenarios(book, [(0, 1, 1)], [(0, Rect(1, 3, 1, 3))])
    assert scenarios._sliced is not None
    assert scenarios._sliced._part.live == [(0, 1, 2), (0, 1, 3)]
    assert scenarios.answer({(0, 1, 1): 10.0}) == [30.0]


def test_a_slice_follows_the_workbook(tmp_path: Path) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", {"A1": 1, "A2": 5, "B1": "=A2*2", "C1": "=A1+B1"}))
    assert book.sweep({"Deal!A1": [2]}, ["Deal!C1"]).rows == [(2.0, 12.0)]
    book.set("Deal!A2", 100)
    assert book.sweep({"Deal!A1": [2]}, ["Deal!C1"]).rows == [(2.0, 202.0)]
    assert book.get("Deal!C1") == 201


def test_shared_formulas_are_sliced(tmp_path: Path) -> None:
    from whatif_books import raw_book

    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}">'
        + ('<f t="shared" si="0" ref="B1:B9">A1*$A$1+1</f>' if r == 1 else '<f t="shared" si="0"/>')
        + "<v>0</v></c></row>"
        for r in range(1, 10)
    )
    book = Book.open(raw_book(tmp_path / "book.xlsx", f"<sheetData>{rows}</sheetData>"))
    assert book.sweep({"Deal!A5": [50]}, ["Deal!B5", "Deal!B6"]).rows == [(50.0, 51.0, 7.0)]
    assert Precedents(book.plan).reads((0, 5, 2)) == [(0, Rect(5, 1, 5, 1)), (0, Rect(1, 1, 1, 1))]
    assert Scenarios(book, [(0, 5, 1)], [(0, Rect(5, 2, 5, 2))]).sliced


@pytest.mark.parametrize(
    ("formula", "areas"),
    [
        ("A1", [(0, Rect(1, 1, 1, 1))]),
        ("SUM($A$1:B$3,Other!C4)", [(0, Rect(1, 1, 3, 2)), (1, Rect(4, 3, 4, 3))]),
        ("SUM(A:B)+SUM(2:3)", [(0, Rect(1, 1, 1048576, 2)), (0, Rect(2, 1, 3, 16384))]),
        ("SUM('My ''own'''!B2:A1)", [(2, Rect(1, 1, 2, 2))]),
        ("half", [(0, Rect(1, 1, 1, 1))]),
        ('"A7"&Loan', [(0, Rect(1, 1, 1, 1))]),
        ("SUMIF(A1:A5,1,C2)", [(0, Rect(2, 3, 6, 3)), (0, Rect(1, 1, 5, 1)), (0, Rect(2, 3, 2, 3))]),
        ("LOG10(5)+PI()", []),
        ("ROWS(A1:A9)*B1", [(0, Rect(1, 2, 1, 2))]),
    ],
)
def test_what_a_formula_reads(tmp_path: Path, formula: str, areas: list[Any]) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 1, "Z9": "=" + formula}, NAMES, {"Other": {}, "My 'own'": {}})
    assert Precedents(Book.open(path).plan).reads((0, 9, 26)) == areas


@pytest.mark.parametrize("formula", ["OFFSET(A1,1,1)", 'SUM(INDIRECT("A1"))', "SUM(A1:INDEX(A1:A9,3))", "SUM(D1#)"])
def test_what_cannot_be_told_from_the_text(tmp_path: Path, formula: str) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 1, "Z9": "=" + formula})
    with pytest.raises(Anywhere):
        Precedents(Book.open(path).plan).reads((0, 9, 26))


def test_a_spill_that_grows_in_a_scenario_is_noticed(tmp_path: Path) -> None:
    from whatif_books import with_spill

    # A1 rows spill from B1; C1 reads B3, which only a longer spill fills.
    path = with_spill(tmp_path / "book.xlsx", 2)
    book = Book.open(path)
    assert book.sweep({"Deal!A1": [2, 3, 4, 2]}, ["Deal!C1"]).rows == [(2, 0), (3, 3), (4, 3), (2, 0)]


def test_a_data_table_is_recalculated_and_written(tmp_path: Path) -> None:
    path = with_data_table(tmp_path / "book.xlsx")
    out = tmp_path / "out.xlsx"
    result = recalculate(path, out)
    assert not result.warnings
    again = recalculate(out)
    assert not again.changed
    # two inputs: row of A1 values, column of A2 values, A1*100+A2 in the corner
    assert again["Deal!E2:F3"] == ((1003.0, 2003.0), (1004.0, 2004.0))
    # one input down the side: A2 of A1*100+A2 and of A2*A2
    assert again["Deal!E6:F7"] == ((103.0, 9.0), (104.0, 16.0))
    # one input along the top
    assert again["Deal!E10:F10"] == ((1002.0, 2002.0),)
    # and what is made from a table
    assert again["Deal!H1"] == 1003 + 2003
    assert again.formula_cells == result.formula_cells


def test_a_data_table_follows_the_inputs(tmp_path: Path) -> None:
    book = Book.open(with_data_table(tmp_path / "book.xlsx"))
    book.set("Deal!B1", 1000)
    assert book.get("Deal!E2") == 10003
    rows = book.sweep({"Deal!B1": [100, 10]}, ["Deal!H1", "Deal!E10"]).rows
    assert rows == [(100.0, 1003.0 + 2003, 1002.0), (10.0, 103.0 + 203, 102.0)]
    assert book.get("Deal!H1") == 10003 + 20003
    with pytest.raises(WorkbookError, match="holds a formula"):
        book.set("Deal!E2", 1)


def test_a_data_table_whose_input_is_gone_keeps_its_values(tmp_path: Path) -> None:
    path = with_data_table(tmp_path / "book.xlsx", ' del1="1"')
    assert "data table" in recalculate(path).warnings[0]


def test_a_failing_scenario_is_an_error_in_its_row(tmp_path: Path) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", {**LOAN, "B1": "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)", "B2": "=1/A1"}))
    sweep = book.sweep({"Deal!A3": [0.05, 7], "Deal!A1": [70, 0]}, ["Deal!B1", "Deal!B2"])
    assert [row[2:] for row in sweep.rows] == [
        (pytest.approx(1.0456, rel=0.5), 1 / 70), (0, Code.DIV0), (Code.NUM, 1 / 70), (Code.NUM, Code.DIV0)
    ]  # fmt: skip
    assert sweep.errors == 3
    assert book.get("Deal!A3") == 0.05
