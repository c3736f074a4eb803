"""Cells put into the bytes of an engine's copy: for an engine that takes array formulas from a file only.

A formula that spills becomes an array formula over the cells that it fills at present. How far it reaches is asked by
`ROWS(…)` and `COLUMNS(…)` of the formula itself, in the cells of the copy that hold the extents:

Formula("A1:B1*2", "spill") in A3          →   <c r="A3"><f t="array" ref="A3:B3">A1:B1*2</f>…
Extent(CellAt(0, 3, 1), "columns") in B1   →   <c r="B1"><f t="array" ref="B1">COLUMNS(A1:B1*2)</f>…
SUM(A3#) in any cell                       →   SUM(A3:B3)
LET(a,A1,b,A2,IF(…)) about tiny numbers    →   (A1<A2), what it was before it was made safe for another engine
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from computefi.formulas.guards import VARIABLE, without_guards
from computefi.recalc.engines.base import Extent, Formula
from computefi.xlsx.cells import (
    LAST_COLUMN,
    LAST_ROW,
    CellAt,
    Rect,
    Value,
    address,
    column_number,
    parse_cell,
    unquote_sheet,
)
from computefi.xlsx.markup import decode, escape
from computefi.xlsx.patch import stored_form

CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^<>]*?(?:/>|>(?:[^<]|<(?!/?c[\s/>]))*+</c>)', re.S)
FORMULA = re.compile(rb"(<f(?: [^<>]*)?>)([^<]+)(?=</f>)")
# `Deal!A1#`, or as files have it `_xlfn.ANCHORARRAY(Deal!A1)`; what stands in quotes is a text.
SPILLED = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?P<stored>_xlfn\.ANCHORARRAY\()?(?P<sheet>(?:(?<!')'(?:[^']|'')++'|(?<![\w.])[\w.]+)!)?"
    r"(?<![A-Za-z0-9_.$])(?P<cell>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?(stored)\)|#)"
)
SPILL_LIMIT = 2**20


class Overlay:
    """The copy as the engine got it, and everything that was put into it since."""

    def __init__(self, xlsx: bytes, names: list[str]) -> None:
        self.base = xlsx
        self.names = names
        self.values: dict[CellAt, bytes] = {}
        self.formulas: dict[CellAt, Formula | Extent] = {}
        # The rows and columns that each spill fills at present.
        self.spills: dict[CellAt, tuple[int, int]] = {}

    def put(self, cell: CellAt, content: Value | Formula | Extent) -> None:
        """Remember one cell; a formula forgets the value, and the other way round."""
        if isinstance(content, (Formula, Extent)):
            self.values.pop(cell, None)
            self.formulas[cell] = content
            if isinstance(content, Formula) and content.kind == "spill":
                self.spills.setdefault(cell, (1, 1))
            return
        self.formulas.pop(cell, None)
        self.spills.pop(cell, None)
        kind, text = stored_form(content)
        self.values[cell] = b"" if content is None else cell_xml(cell, b"", kind, text)

    def learn(self, read: Callable[[CellAt], Value]) -> bool:
        """Take over what the cells of extents show; whether anything spills further or less far than before."""
        found = dict(self.spills)
        for cell, extent in self.formulas.items():
            if isinstance(extent, Extent) and extent.anchor in found:
                anchor, value = extent.anchor, read(cell)
                count = max(1, int(value)) if isinstance(value, float) else 1
                rows, columns = found[anchor]
                rows, columns = (count, columns) if extent.axis == "rows" else (rows, count)
                room = rows <= LAST_ROW - anchor.row + 1 and columns <= LAST_COLUMN - anchor.column + 1
                found[anchor] = (rows, columns) if room and rows * columns <= SPILL_LIMIT else (1, 1)
        changed = found != self.spills
        self.spills = found
        return changed

    def build(self) -> bytes:
        """The copy with everything in it."""
        by_sheet: dict[int, dict[tuple[int, int], bytes]] = {}
        for cell, content in self.values.items():
            by_sheet.setdefault(cell.sheet, {})[cell.row, cell.column] = content
        for cell, formula in self.formulas.items():
            by_sheet.setdefault(cell.sheet, {})[cell.row, cell.column] = self._formula_xml(cell, formula)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.base)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
            for info in old.infolist():
                content = old.read(info)
                if info.filename.startswith("xl/worksheets/sheet"):
                    number = int(info.filename.removeprefix("xl/worksheets/sheet").removesuffix(".xml")) - 1
                    content = merged(self._with_areas(content, number), by_sheet.get(number, {}))
                new.writestr(info.filename, content)
        return out.getvalue()

    def _with_areas(self, content: bytes, sheet: int) -> bytes:
        """A sheet of the copy in whose formulas every `A1#` is the area that it means at present."""
        if b"#" not in content and b"ANCHORARRAY(" not in content and VARIABLE.encode() not in content:
            return content
        return FORMULA.sub(lambda match: match[1] + escape(self._text(decode(match[2]), sheet)).encode(), content)

    def _text(self, text: str, sheet: int) -> str:
        """A formula's text with every `Deal!A1#` as the area that it means at present: `Deal!A1:A3`."""

        def area(match: re.Match[str]) -> str:
            before = match["sheet"] or ""
            name = unquote_sheet(before[:-1]) if before else self.names[sheet]
            cell = parse_cell(match["cell"]) if match["cell"] else None
            if cell is None or name not in self.names:
                return match[0]
            return f"{before}{self._rect(CellAt(self.names.index(name), *cell))}"

        return SPILLED.sub(area, without_guards(text))

    def _rect(self, anchor: CellAt) -> Rect:
        rows, columns = self.spills.get(anchor, (1, 1))
        return Rect(anchor.row, anchor.column, anchor.row + rows - 1, anchor.column + columns - 1)

    def _formula_xml(self, cell: CellAt, formula: Formula | Extent) -> bytes:
        here = Rect(cell.row, cell.column, cell.row, cell.column)
        if isinstance(formula, Extent):
            spilling = self.formulas.get(formula.anchor)
            asked = address(formula.anchor.row, formula.anchor.column)
            if isinstance(spilling, Formula):
                asked = self._text(spilling.text, formula.anchor.sheet)
            return array_xml(cell, here, f"{formula.axis.upper()}({asked})")
        text = self._text(formula.text, cell.sheet)
        if formula.kind == "plain":
            return cell_xml(cell, f"<f>{escape(text)}</f>".encode())
        if formula.kind == "spill":
            return array_xml(cell, self._rect(cell), text)
        bottom, right = cell.row + formula.rows - 1, cell.column + formula.columns - 1
        return array_xml(cell, here._replace(bottom=bottom, right=right), text)


def array_xml(cell: CellAt, rect: Rect, text: str) -> bytes:
    """A cell of the copy with an array formula over a block."""
    return cell_xml(cell, f'<f t="array" ref="{rect}">{escape(text)}</f>'.encode())


def cell_xml(cell: CellAt, formula: bytes, kind: bytes = b"", value: bytes = b"0") -> bytes:
    """One cell of the copy."""
    kind_text = b' t="%s"' % kind if kind else b""
    return b'<c r="%s"%s>%s<v>%s</v></c>' % (address(cell.row, cell.column).encode(), kind_text, formula, value)


def merged(sheet: bytes, cells: dict[tuple[int, int], bytes]) -> bytes:
    """A sheet of the copy with these cells in it."""
    if not cells:
        return sheet
    rows: dict[int, dict[int, bytes]] = {}
    for match in CELL.finditer(sheet):
        rows.setdefault(int(match[2]), {})[column_number(match[1].decode())] = match[0]
    for (row, column), content in cells.items():
        rows.setdefault(row, {})[column] = content
    start, end = sheet.index(b"<sheetData>") + len(b"<sheetData>"), sheet.index(b"</sheetData>")
    lines = (
        b'<row r="%d">%s</row>' % (row, b"".join(rows[row][column] for column in sorted(rows[row])))
        for row in sorted(rows)
    )
    return sheet[:start] + b"".join(lines) + sheet[end:]
