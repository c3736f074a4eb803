"""XIRR to the digits at which Excel stops; the values are those that Excel stored in workbooks of others."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import Book, recalculate
from computefi.recalc.natives.area import Doubtful, area_of
from computefi.recalc.natives.cashflows import xirr
from computefi.xlsx.cells import Value
from recalc_books import make

NOTHING = 0.1 / 2**25  # what Excel shows where it finds no rate: 2.98023E-09
MONTHS = (44958, 44986, 45017, 45078, 45108, 45139)
DAYS = (45292, 45323, 45353, 45386, 45782, 46179)


def rate(paid: tuple[float, ...], days: tuple[float, ...], guess: Any = None) -> Value:
    return xirr([area_of((paid,)), area_of((days,)), None if guess is None else area_of(guess)])  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("paid", "days", "expected"),
    [
        ((-20, 5, 5, 5, 5, 5), MONTHS, 1.1859161972999572),
        ((-55, 10, 5, 5, 5, 5), (100, 120, 300, 101, 200, 150), -0.9271996639668942),
        ((-20, 5, 5, 7, -10, 5), DAYS, -0.48679569587111476),
        ((-400, 100, 10, 5, 6, 5), MONTHS, -0.9977533546974883),
        ((-400, 1, 1, 1, 1, 1), DAYS, -0.9121843662112951),
        ((-20, 5, 5, 0, 0, 5), DAYS, -0.2371315099298954),
        ((-20, 9, 9, 9, 9, 9), (23, 23.67, 123.69, 400.992, 500, 500), 3.131423544883728),
        ((-1000, 230, 200, 125, 200, 10), (1, 2, 3, 4, 5, 6), Code.NUM),
        ((20, 1, 2, 3, 4, 5), MONTHS, Code.NUM),
        ((-20, 8, 8), (10, 9, 11), Code.NUM),
        ((-20,), (10,), Code.NA),
        ((-50, -100, 20), (40000, 40365, 40730), NOTHING),
        ((-100, 100), (40000, 40365), NOTHING),
    ],
)
def test_it_stops_where_excel_stops(paid: tuple[float, ...], days: tuple[float, ...], expected: Value) -> None:
    found = rate(paid, days)
    assert found == (pytest.approx(expected, rel=1e-14) if isinstance(expected, float) else expected)


def test_it_has_the_digits_that_microsoft_prints() -> None:
    # support.microsoft.com, XIRR function; the worth is 0 at 0.3733625335.
    found = rate((-10000, 2750, 4250, 3250, 2750), (39448, 39508, 39751, 39859, 39904))
    assert isinstance(found, float)
    assert round(found, 9) == 0.373362535


@pytest.mark.parametrize(
    ("guess", "expected"),
    [(0.2, 1.1859162), (0.7, 1.1859162), (0.0, 1.1859162), (-0.5, Code.NUM), (-1.0, Code.NUM), ("10%", Code.VALUE)],
)
def test_a_guess_is_where_it_begins(guess: Any, expected: Value) -> None:
    found = rate((-20, 5, 5, 5, 5, 5), MONTHS, guess)
    assert found == (pytest.approx(expected, rel=1e-7) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("paid", "days"),
    [
        ((0, -20, 30), (1, 2, 500)),
        ((-100, 220, -120.75), (1, 366, 731)),
        ((-1, 1e9), (1, 366)),
        ((-5, 9, 1), (7, 7, 7)),
    ],
)
def test_where_nobody_knows_what_excel_finds_it_is_doubtful(paid: tuple[float, ...], days: tuple[float, ...]) -> None:
    with pytest.raises(Doubtful):
        rate(paid, days)


def test_a_rate_in_a_workbook_follows_its_flows(tmp_path: Path) -> None:
    cells: dict[str, Any] = {f"A{row}": value for row, value in enumerate((-20, 5, 5, 7, -10, 5), 1)}
    cells |= {f"B{row}": day for row, day in enumerate(DAYS, 1)} | {"C1": "=XIRR(A1:A6,B1:B6)", "C2": "=C1*2"}
    path = make(tmp_path / "book.xlsx", cells)
    assert recalculate(path)["Deal!C1"] == pytest.approx(-0.48679569587111476, rel=1e-14)
    book = Book.open(path)
    book.set("Deal!A5", -9)
    assert book.get("Deal!C1") == pytest.approx(rate((-20, 5, 5, 7, -9, 5), DAYS))


@pytest.mark.nightly
def test_it_is_formulons_which_is_held_to_excel() -> None:
    formulon = pytest.importorskip("formulon")
    book, draw, same = formulon.Workbook.create_default(), random.Random(1), 0
    for _ in range(400):
        count = draw.randint(2, 20)
        early = draw.randint(1, count - 1)
        days = [40000.0, *sorted(float(draw.randint(40000, 44000)) for _ in range(count - 1))]
        paid = [draw.uniform(-1000, -10) if place < early else draw.uniform(-50, 400) for place in range(count)]
        for column in range(20):
            for row, series in ((0, paid), (1, days)):
                if column < count:
                    book.set_number(0, row, column, series[column])
                else:
                    book.set_blank(0, row, column)
        last = chr(ord("A") + count - 1)
        book.set_formula(0, 3, 0, f"=XIRR(A1:{last}1,A2:{last}2)")
        book.recalc()
        theirs = book.get_value(0, 3, 0)
        try:
            ours = rate(tuple(paid), tuple(days))
        except Doubtful:
            continue
        if isinstance(ours, float):
            assert ours == pytest.approx(theirs.number, rel=1e-14), (paid, days)
            same += 1
        else:
            assert theirs.kind.name == "ERROR"
    assert same > 300
