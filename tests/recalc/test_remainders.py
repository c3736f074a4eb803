"""What Excel takes for 0: the rounding that the last + or − of a formula leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from computefi.recalc import Book, recalculate
from computefi.recalc.remainders import are_remainders, last_difference
from recalc_books import make

# B1:B2 and B4:B6 are of a model that Excel saved: both sums are 0 there.
CELLS = {
    "A1": 0.3, "A2": "=0.1+0.2", "A3": 41.1, "A4": 40, "A5": 1.1, "B1": 8409.999099999999, "B2": -8409.999099999997,
    "B3": 0, "B4": 16638.009405623718, "B5": -7050, "B6": -9588.009405623718,
}  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "is_zero"),
    [("A2-A1", True), ("A1-A2", True), ("-A1+A2", True), ("A2-0.3", True), ("0.5-0.4-0.1", True), ("A3-A4-1.05", False),
     ("(A2-A1)", False), ("(A2-A1)*1", False), ("SUM(A2,-A1)", True), ("SUM(B1:B2)", True), ("-SUM(Deal!B1:B2)", True),
     ("SUM(B1:B3)", False), ("SUM(B2,B1)", True), ("SUM(B4:B6)", True), ("SUM(B1:B2,0)", False), ("A2-A1&\"\"", False),
     ("IF(A2-A1,1,0)", False), ("1E-20-0", False), ("A1-A1/3", False), ("A2-ROUND(A1,2)", True),
     ("CFI_LTV(A2,1)-A1", True), ("A2 - A1 ", True),
     ("SUM(A2)-INDEX(A1:A2,1)", True)],
)  # fmt: skip
def test_a_difference_that_is_rounding_is_zero(tmp_path: Path, formula: str, is_zero: bool) -> None:
    cells = {**CELLS, "C1": f"={formula}", "C2": "=SIGN(C1)", "C3": '=IF(C1,"check","ok")'}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert (result["Deal!C1"] == 0) == is_zero
    if is_zero:
        assert (result["Deal!C2"], result["Deal!C3"]) == (0.0, "ok")


def test_a_remainder_behind_a_chain_of_calls_takes_no_pass_of_its_own(tmp_path: Path) -> None:
    calls = {"B1": "=CFI_LTV(A1,A2)"} | {f"B{row}": f"=CFI_LTV(B{row - 1}*1000,1000)" for row in range(2, 6)}
    cells = {"A1": 30, "A2": 100, **calls, "C2": "=B2+0.1+0.2-0.6", "C5": "=B5*2"}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert (result["Deal!C2"], result["Deal!C5"]) == (0.0, 0.6)
    # One for each call of the chain, and the last, in which nothing changes.
    assert result.timings.passes == 6


def test_a_column_of_differences_is_zero_where_it_is_rounding(tmp_path: Path) -> None:
    cells = {f"A{i}": 0.1 * i for i in range(1, 41)} | {f"B{i}": round(0.1 * i, 1) for i in range(1, 41)}
    cells |= {"A41": 5, "B41": 4.5}
    cells |= {f"C{i}": f"=A{i}-B{i}" for i in range(1, 42)}  # type: ignore[dict-item]
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert [result[f"Deal!C{i}"] for i in range(1, 42)] == [0.0] * 40 + [0.5]


def test_what_if_sees_zero_too(tmp_path: Path) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", {"A1": 1, "A2": "=A1+0.2", "B1": "=A2-0.3", "B2": "=IF(B1=0,1,2)"}))
    sweep = book.sweep({"Deal!A1": [1, 0.1, 2]}, ["Deal!B1", "Deal!B2"])
    assert [row[2] for row in sweep.rows] == [2.0, 1.0, 2.0]
    assert sweep.rows[1][1] == 0.0
    book.set("Deal!A1", 0.1)
    assert book.get("Deal!B1") == 0.0
    book.set("Deal!A1", 5)
    assert book.get("Deal!B1") == pytest.approx(4.9)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("A1-B1", ("A1", "B1")), ("A1*2-B1/3", ("A1*2", "B1/3")), ("A1-B1+C1", ("A1-B1", "C1")), ("-A1", None),
     ("A1*-B1", None), ("1E-5", None), ("A1-1E-5", ("A1", "1E-5")), ("'a-b'!A1-2", ("'a-b'!A1", "2")), ('"a-b"', None),
     ("SUM(A1-B1)", None), ("A1-B1=C1", None), ("T[a-b]-1", ("T[a-b]", "1")), ("A1--B1", ("A1", "-B1")),
     ("5%-A1", ("5%", "A1")), ("Rate1E-A1", ("Rate1E", "A1"))],
)  # fmt: skip
def test_the_last_difference_of_a_formula(text: str, parts: tuple[str, str] | None) -> None:
    assert last_difference(text) == parts


def test_a_remainder_has_few_digits() -> None:
    assert are_remainders(np.array([0.1 + 0.2 - 0.3, 41.1 - 40 - 1.1, -(2.0**-40)])).all()
    assert not are_remainders(np.array([0.0, 0.01, 1.0, 1 / 3e9, np.nan])).any()
