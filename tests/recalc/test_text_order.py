"""Formulas that turn on an order of texts which nobody knows keep their stored values and are named."""

from __future__ import annotations

import re
from pathlib import Path

from computefi.recalc import Book, recalculate
from computefi.recalc.text_order import WHY
from recalc_books import make, raw_book

DOUBTFUL = [
    "A1<A2", "A1>=A2", '"co-op"<"coop"', 'A1&"x"<A2&"x"', 'SUMPRODUCT(--(A1:A3<"coop"))', 'IF(A4>"f",1,2)',
    "LEFT(A1,9)<A2", 'IF(A5<"Revenue",1,2)', "SUM(IF(A1:A5>A2,1))",
]  # fmt: skip
SURE = [
    "A3<A2", "B1<B2", "A1=A2", "A1<>A2", "A1<B1", "B1>0", 'A6<"2026-03-01"', 'SUMPRODUCT(--(A3:A3<"coop"))', "A1<A7",
    'COUNTIF(A1:A3,"<coop")', 'A4>"d"',
]  # fmt: skip
CELLS = {
    "A1": "co-op", "A2": "coop", "A3": "apple", "A4": "É", "A5": "Rev_2026", "A6": "2026-02-01", "B1": 1, "B2": 2,
}  # fmt: skip


def test_they_are_named_and_others_are_not(tmp_path: Path) -> None:
    formulas = {f"D{row}": f"={text}" for row, text in enumerate([*DOUBTFUL, *SURE], 1)}
    arrays = {f"F{row}": (f"F{row}", f"={text}") for row, text in enumerate([*DOUBTFUL, *SURE], 1)}
    readers = {"G1": "=D1", "G2": "=IF(G1,1,2)", "G3": "=A1"}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **formulas, **arrays, **readers}))
    doubtful = {f"Deal!{column}{row}" for column in "DF" for row in range(1, len(DOUBTFUL) + 1)}
    assert result.kept == dict.fromkeys(doubtful, WHY)
    assert result.readers_of_kept == ["Deal!G1", "Deal!G2"]


def test_one_of_many_alike_is_kept_by_itself(tmp_path: Path) -> None:
    texts = {f"{column}{row}": text for row in range(1, 21) for column, text in (("A", "bond"), ("B", f"loan {row}"))}
    formulas = {f"C{row}": f"=A{row}<B{row}" for row in range(1, 21)}
    path = make(tmp_path / "book.xlsx", {**texts, "A7": "loan-7", "B7": "loan8", **formulas})
    result = recalculate(path)
    assert list(result.kept) == []
    book = Book.open(path)
    book.set({"Deal!A7": "co-op", "Deal!B7": "coop"})
    assert list(book.recalculate().kept) == ["Deal!C7"]


def test_the_stored_value_stays_in_the_file(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="str"><v>co-op</v></c><c r="B1" t="str"><v>coop</v></c>'
    cells += '<c r="C1" t="b"><f>A1&lt;B1</f><v>0</v></c><c r="D1"><f>IF(C1,1,2)</f><v>1</v></c></row>'
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{cells}</sheetData>")
    result = recalculate(path, tmp_path / "out.xlsx")
    assert result["Deal!C1"] is False
    assert result["Deal!D1"] == 2
    assert re.search(r"Deal!C1 \(.*\) keeps its stored value", " ".join(result.warnings))
