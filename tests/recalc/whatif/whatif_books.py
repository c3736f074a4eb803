"""Workbooks for the tests of scenarios; the makers of tests/recalc are used again."""

from __future__ import annotations

import zipfile
from pathlib import Path

from recalc_books import LOAN, make, raw_book, values

__all__ = ["LOAN", "make", "raw_book", "values", "with_data_table", "with_spill"]


def with_data_table(path: Path, more: str = "") -> Path:
    """A1*B1+A2, and three data tables as Excel stores them: of two inputs, down the side, along the top."""
    table = f't="dataTable"{more}'
    rows = {
        1: '<c r="A1"><v>1</v></c><c r="B1"><v>100</v></c><c r="D1"><f>A1*B1+A2</f></c><c r="E1"><v>10</v></c>'
        '<c r="F1"><v>20</v></c><c r="H1"><f>E2+F2</f><v>0</v></c>',
        2: '<c r="A2"><v>2</v></c><c r="D2"><v>3</v></c>'
        f'<c r="E2"><f {table} ref="E2:F3" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>0</v></c><c r="F2"><v>7</v></c>',
        3: '<c r="D3"><v>4</v></c><c r="E3"><v>0</v></c><c r="F3"><v>0</v></c>',
        5: '<c r="E5"><f>A1*B1+A2</f></c><c r="F5"><f>A2*A2</f></c>',
        6: f'<c r="D6"><v>3</v></c><c r="E6"><f {table} ref="E6:F7" dt2D="0" dtr="0" r1="A2"/><v>0</v></c>'
        '<c r="F6"><v>0</v></c>',
        7: '<c r="D7"><v>4</v></c><c r="E7"><v>0</v></c><c r="F7"><v>0</v></c>',
        9: '<c r="E9"><v>10</v></c><c r="F9"><v>20</v></c>',
        10: '<c r="D10"><f>A1*B1+A2</f></c>'
        f'<c r="E10"><f {table} ref="E10:F10" dt2D="0" dtr="1" r1="A1"/><v>0</v></c><c r="F10"><v>0</v></c>',
    }
    content = "".join(f'<row r="{number}">{cells}</row>' for number, cells in rows.items())
    return raw_book(path, f"<sheetData>{content}</sheetData>")


def with_spill(path: Path, rows: int) -> Path:
    """SEQUENCE(A1) spilling from B1, and a formula that reads the third cell of it."""
    return raw_book(
        path,
        f'<sheetData><row r="1"><c r="A1"><v>{rows}</v></c><c r="B1" cm="1"><f t="array" ref="B1:B{rows}">'
        '_xlfn.SEQUENCE(A1)</f><v>1</v></c><c r="C1"><f>B3+0</f><v>0</v></c></row>'
        '<row r="2"><c r="B2"><v>2</v></c></row></sheetData>',
    )


def sheet_part(path: Path) -> bytes:
    """The first worksheet's part."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")
