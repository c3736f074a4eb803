"""Formula cells in the usual form get their new values where they stand, in the same bytes as any other cell."""

from __future__ import annotations

import itertools

import pytest

from computefi.errors import Code
from computefi.recalc.prepare.copy import MAIN
from computefi.xlsx.cells import Value
from computefi.xlsx.patch import SheetPatch, Usual
from computefi.xlsx.sheet import Sheet, open_sheet

STORED = (
    ("", "<v>7</v>"), ("", ""), (' t="str"', "<v>x &amp; y</v>"), (' t="b"', "<v>1</v>"),
    (' t="e" vm="1"', "<v>#N/A</v>"),
)  # fmt: skip
FORMULAS = ("<{p}f>A1&lt;2</{p}f>", '<{p}f t="shared" si="0"/>', '<{p}f t="shared" ref="B1:B9" si="0">A1*2</{p}f>')
VALUES: tuple[Value, ...] = (2.5, -0.0, 1e300, "text", " a < b ", "", True, False, Code.NA, Code.SPILL, None)


def sheet(prefix: str) -> Sheet:
    """A row of constants and formula cells of every kind."""
    cells = [
        f'<{prefix}c r="{{place}}"{style}{kind}>{formula}{value}</{prefix}c>'
        for style, (kind, value), formula in itertools.product(("", ' s="3"'), STORED, FORMULAS)
    ]
    rows = "".join(
        f'<{{p}}row r="{row}"><{{p}}c r="A{row}"><{{p}}v>1</{{p}}v></{{p}}c>{cell.format(place=f"B{row}", p=prefix)}'
        f'<{{p}}c r="C{row}" s="1"/></{{p}}row>'
        for row, cell in enumerate(cells, 1)
    ).replace("{p}", prefix).replace("<v>", f"<{prefix}v>").replace("</v>", f"</{prefix}v>")  # fmt: skip
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    data = f'<{prefix}worksheet {name}="{MAIN}"><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>'
    return open_sheet(data.encode(), "sheet1.xml")


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("first", range(len(VALUES)))
def test_values_are_put_in_as_in_any_cell(prefix: str, first: int) -> None:
    opened = sheet(prefix)
    found = [cell for cell in opened.cells() if cell.formula is not None]
    assert all(cell.end for cell in found)
    values = [VALUES[(first + number) % len(VALUES)] for number in range(len(found))]
    one, other = SheetPatch([opened], 0), SheetPatch([opened], 0)
    retyped = {n for n, cell in enumerate(found) if cell.kind or not isinstance(values[n], float)}
    columns = zip(*((cell.row, cell.column, cell.end) for cell in found), strict=True)
    one.usual = Usual(*map(list, columns), values, retyped)
    for cell, value in zip(found, values, strict=True):
        other.put(cell.row, cell.column, value)
    assert one.apply() == other.apply()


def test_where_another_cell_changes_too_they_are_put_in_with_it() -> None:
    opened = sheet("")
    cell = next(cell for cell in opened.cells() if cell.formula is not None)
    patch = SheetPatch([opened], 0)
    patch.usual = Usual([cell.row], [cell.column], [cell.end], ["new"], {0})
    patch.put_input(1, 1, 8.0)
    assert b'<c r="A1"><v>8</v></c><c r="B1" t="str"><f>A1&lt;2</f><v>new</v></c>' in patch.apply()
