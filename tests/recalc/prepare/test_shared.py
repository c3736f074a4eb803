"""Shared formulas, as Excel stores them: groups like any others, each cell's own value, and every other byte stays."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from computefi.recalc import Book, recalculate
from recalc_books import raw_book

ROWS = 30
FORMULAS = {
    "one above": "A2+A1",
    "fixed": "$A$1*A1-A$2",
    "a growing range": "SUM(A$1:A1)",
    "a whole column": "SUM(A:A)*A1",
    "a text": 'A1&amp;"A1%d"',
    "a look-up": "INDEX($A$1:$A$30,MATCH(A1,$A$1:$A$30,0))",
    "criteria": 'SUMIF(A$1:A1,"&gt;3",A$1:A$9)',
    "one of a range": "A$1:A$30*2",
    "a call": "CFI_LTV(A1,100)",
    "an early date": "YEAR(A1)",
    "and": "AND(A1&gt;3,1/A1&gt;0)",
    "of another column": "B1*2",
    "volatile": "A1+0*NOW()",
    "a spill": "IFERROR(SUM(_xlfn.ANCHORARRAY(C1)),A1)",
}


def rows(text: str, shared: bool) -> str:
    """Numbers in A; in B one formula as it stands, in D and E the text: shared, or written out cell by cell."""
    lines = []
    for row in range(1, ROWS + 1):
        line = f'<c r="A{row}"><v>{row * 7 % 11}</v></c><c r="B{row}"><f>A{row}+1</f><v>{row * 7 % 11 + 1}</v></c>'
        for column, letter in enumerate("DE"):
            own = moved(text, row - 1, column)
            if shared:
                first = (row, letter) == (1, "D")
                own = f'<f t="shared" ref="D1:E{ROWS}" si="3">{text}</f>' if first else '<f t="shared" si="3"/>'
            else:
                own = f"<f>{own}</f>"
            line += f'<c r="{letter}{row}" s="0">{own}<v>0</v></c>'
        lines.append(f'<row r="{row}">{line}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def moved(text: str, down: int, right: int) -> str:
    """A text as it reads so many rows and columns further; what is quoted stays."""

    def there(match: re.Match[str]) -> str:
        quoted, column_fixed, column, row_fixed, row = match.groups()
        if quoted:
            return quoted
        column = column if column_fixed else chr(ord(column) + right)
        return f"{column_fixed}{column}{row_fixed}{int(row) + (0 if row_fixed else down)}" if row else column

    text = re.sub(r'("[^"]*")|(?<![A-Z_$])(\$?)([A-E])(\$?)([0-9]+)(?![0-9(])', there, text)
    return re.sub(r"\b([A-E]):([A-E])\b", lambda m: ":".join(chr(ord(c) + right) for c in m.groups()), text)


@pytest.mark.parametrize("text", FORMULAS.values(), ids=FORMULAS)
def test_values_are_those_of_formulas_written_out(tmp_path: Path, text: str) -> None:
    found = recalculate(raw_book(tmp_path / "shared.xlsx", rows(text, True)), tmp_path / "found.xlsx")
    wanted = recalculate(raw_book(tmp_path / "plain.xlsx", rows(text, False)), tmp_path / "wanted.xlsx")
    assert found[f"Deal!A1:E{ROWS}"] == wanted[f"Deal!A1:E{ROWS}"]
    assert (list(found.kept), found.error_cells) == (list(wanted.kept), wanted.error_cells)
    before, after = (sheet(tmp_path / name) for name in ("shared.xlsx", "found.xlsx"))
    assert without_values(after) == without_values(before)
    assert values(after) == values(sheet(tmp_path / "wanted.xlsx"))


def sheet(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def without_values(data: bytes) -> bytes:
    return re.sub(rb'<v>[^<]*</v>| t="(?:str|b|e)"', b"", data)


def values(data: bytes) -> list[bytes]:
    return re.findall(rb"<v>[^<]*</v>", data)


def test_the_copy_has_them_in_one_group_with_those_that_are_alike(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", rows("A1*2", True).replace("<f>A30+1</f>", "<f>#REF!</f>"))
    opened = Book.open(path)
    assert [head.text for head in opened.plan.groups[0].heads] == [b"A1+1", b"A1*2"]
    assert list(opened.plan.apart[0]) == [(ROWS, 2)]
    with zipfile.ZipFile(BytesIO(opened.plan.copy)) as archive:
        copy = archive.read("xl/worksheets/sheet1.xml")
    assert copy.count(b"A1*2") == 1
    swept = opened.sweep({"Deal!A30": [1.0, 10.0]}, ["Deal!D30", "Deal!D29"])
    assert [row[1:] for row in swept.rows] == [(2.0, 2 * (29 * 7 % 11)), (20.0, 2 * (29 * 7 % 11))]


def test_a_number_that_is_given_twice_means_the_last_one_before(tmp_path: Path) -> None:
    data = "<sheetData>" + "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}">'
        + (f'<f t="shared" ref="B{row}:B{row + 4}" si="0">A{row}*{row}</f>' if row in (1, 6) else
           '<f t="shared" si="0"/>')
        + "<v>0</v></c></row>"
        for row in range(1, 11)
    ) + "</sheetData>"  # fmt: skip
    result = recalculate(raw_book(tmp_path / "book.xlsx", data))
    assert result["Deal!B1:B10"] == tuple((float(row * (1 if row < 6 else 6)),) for row in range(1, 11))


def test_one_before_the_first_cell_of_its_group_is_kept(tmp_path: Path) -> None:
    data = (
        '<sheetData><row r="1"><c r="A1"><f t="shared" si="0"/><v>7</v></c></row><row r="2"><c r="A2">'
        '<f t="shared" ref="A1:A2" si="0">1+1</f><v>0</v></c></row></sheetData>'
    )
    result = recalculate(raw_book(tmp_path / "book.xlsx", data))
    assert result["Deal!A1:A2"] == ((7.0,), (2.0,))
    assert list(result.kept) == ["Deal!A1"]
