"""Numbers joined to texts have 15 digits, as in Excel."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from computefi.recalc import Book, recalculate
from computefi.recalc.long_digits import has_many_digits
from recalc_books import make

CELLS = {"A1": "=0.1+0.2", "A2": "=1/3", "A3": 7, "A4": "text", "A5": 0}


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ('="x"&A1', "x0.3"), ("=A2&A3", "0.3333333333333337"), ("=A2&A4", "0.333333333333333text"),
        ("=-A2&A5", "-0.3333333333333330"), ('=IF(A3=7,"a"&A2*10&"b","c")', "a3.33333333333333b"),
        ('=CONCATENATE("x",A1," ",A2)', "x0.3 0.333333333333333"), ('=UPPER("v"&A2)', "V0.333333333333333"),
        ('=A2&""=A2&""', True), ("=A1+A2&A4", "0.633333333333333text"), ('=CFI_LTV(1,3)&"x"', "0.333333333333333x"),
        ('="0.12345678901234567"', "0.12345678901234567"), ('="x"&A3', "x7"),
        ('="loss of "&ROUND(-0.3,0)&"%"', "loss of 0%"), ("=-A5&A4", "0text"), ('=CONCATENATE(A5*-1,"x")', "0x"),
        ("=LEFT(-A5,2)", "0"), ('=_xlfn.TEXTJOIN(",",TRUE,-A5,A3)', "0,7"), ('="A-0"&A4', "A-0text"),
        ('=1/A5&"x"', None),
    ],
)  # fmt: skip
def test_what_is_joined_has_fifteen_digits(tmp_path: Path, formula: str, right: str | bool | None) -> None:
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, "C1": formula}))
    assert right is None or result["Deal!C1"] == right


def test_array_formulas_join_so_too(tmp_path: Path) -> None:
    formulas = {"C1": '="x"&SUM(IF(A1:A3<7,A1:A3))&"y"', "D1": '=A3&"/"&MAX(A1:A2)', "E1": '=A1:A3&""'}
    cells = {place: ArrayFormula(place, text) for place, text in formulas.items()}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **cells}))
    assert [result[f"Deal!{place}"] for place in ("C1", "D1")] == ["x0.633333333333333y", "7/0.333333333333333"]


def test_another_input_is_joined_likewise(tmp_path: Path) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", {"A1": 2, "B1": '=A1/3&"x"'}))
    assert book.get("Deal!B1") == "0.666666666666667x"
    book.set("Deal!A1", 1)
    assert book.get("Deal!B1") == "0.333333333333333x"


@pytest.mark.parametrize(
    ("text", "many"),
    [("0.30000000000000004", True), ("a5.333333333333333b", True), ("5.33333333333333", False), ("0.000123", False),
     ("12345678901234567890", False), ("1.5 and 0.1234567890123456", True), ("", False), ("x", False),
     ("x-0", True), ("-0%", True), ("A-05", False), ("-0.5", False)],
)  # fmt: skip
def test_too_many_digits_are_seen(text: str, many: bool) -> None:
    assert has_many_digits(text) == many
