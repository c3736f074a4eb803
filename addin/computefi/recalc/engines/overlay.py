"""Cells put into the bytes of an engine's copy: for engines that take array formulas from a file only.

A formula that spills becomes an array formula over the cells that it fills at present. How far it reaches is
asked by `ROWS(…)` and `COLUMNS(…)` of the formula itself, in the cells of the copy that hold the extents.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from computefi.recalc.engines.base import Formula
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect, address, column_number, parse_cell, unquote_sheet
from computefi.xlsx.patch import stored_form

CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^>]*?(?:/>|>.*?</c>)', re.S)
SHEET_NAME = re.compile(r'<sheet name="[^"]*"')
EXTENT = re.compile(r"(ROWS|COLUMNS)\((?:(.*)!)?([A-Z]+[0-9]+)#\)")
ANCHOR = re.compile(rb"_xlfn\.ANCHORARRAY\(((?:'(?:[^']|'')+'|[\w.]+)!)?(\$?[A-Z]{1,3}\$?[0-9]{1,7})\)")
# What the preparation puts around an array formula so that engines without fixed blocks fill one.
FILLER = re.compile(r"IF\(SEQUENCE\(\d+,\d+,1,0\),(.*)\)", re.S)
SPILL_LIMIT = 2**20

Place = tuple[int, int, int]


class Overlay:
    """The copy as the engine got it, and every formula that was put into it since."""

    def __init__(self, xlsx: bytes, names: list[str]) -> None:
        self.base = xlsx
        self.names = names
        self.values: dict[Place, bytes] = {}
        self.formulas: dict[Place, Formula] = {}
        self.extents: dict[Place, tuple[int, int]] = {}
        self._sizes: dict[Place, tuple[Place, int]] = {}

    def put(self, place: Place, value: object) -> None:
        """Remember one cell; a formula forgets the value, and the other way round."""
        if isinstance(value, Formula):
            self.values.pop(place, None)
            self.formulas[place] = value
            match = EXTENT.fullmatch(value.text)
            anchor = parse_cell(match[3]) if match else None
            if match and anchor:
                sheet = self.names.index(unquote_sheet(match[2])) if match[2] else place[0]
                self._sizes[place] = ((sheet, *anchor), int(match[1] == "COLUMNS"))
            if value.kind == "spill":
                self.extents.setdefault(place, (1, 1))
            return
        self.formulas.pop(place, None)
        self.extents.pop(place, None)
        kind, text = stored_form(value)  # type: ignore[arg-type]
        self.values[place] = b"" if value is None else cell_xml(place, b"", kind, text)

    @property
    def size_cells(self) -> Iterable[Place]:
        """The cells that hold extents."""
        return self._sizes

    def learn(self, sizes: dict[Place, object]) -> bool:
        """Take over what the cells of extents show; whether anything spills further or less far than before."""
        found = dict(self.extents)
        for place, (anchor, which) in self._sizes.items():
            if anchor in found:
                value = sizes.get(place)
                size = [*found[anchor]]
                size[which] = max(1, int(value)) if isinstance(value, float) else 1
                room = (LAST_ROW - anchor[1] + 1, LAST_COLUMN - anchor[2] + 1)
                fits = size[0] <= room[0] and size[1] <= room[1] and size[0] * size[1] <= SPILL_LIMIT
                found[anchor] = (size[0], size[1]) if fits else (1, 1)
        changed = found != self.extents
        self.extents = found
        return changed

    def build(self) -> bytes:
        """The copy with everything in it."""
        by_sheet: dict[int, dict[tuple[int, int], bytes]] = {}
        for (sheet, row, column), content in self.values.items():
            by_sheet.setdefault(sheet, {})[row, column] = content
        for place, formula in self.formulas.items():
            by_sheet.setdefault(place[0], {})[place[1:]] = self._formula_xml(place, formula)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.base)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
            for info in old.infolist():
                content = old.read(info)
                if info.filename.startswith("xl/worksheets/sheet"):
                    number = int(info.filename.removeprefix("xl/worksheets/sheet").removesuffix(".xml")) - 1
                    content = ANCHOR.sub(lambda m, number=number: self._extent_text(m, number), content)  # type: ignore[misc]
                    content = merged(content, by_sheet.get(number, {}))
                new.writestr(info.filename, content)
        return out.getvalue()

    def _extent_text(self, match: re.Match[bytes], sheet: int) -> bytes:
        """`A1#` in a formula of the copy as the cells that it means at present."""
        before = (match[1] or b"").decode()
        name = unquote_sheet(before[:-1]) if before else self.names[sheet]
        cell = parse_cell(match[2].decode())
        if cell is None or name not in self.names:
            return match[0]
        rect = self._rect((self.names.index(name), *cell))
        return f"{before}{rect}".encode()

    def _rect(self, anchor: Place) -> Rect:
        rows, columns = self.extents.get(anchor, (1, 1))
        return Rect(anchor[1], anchor[2], anchor[1] + rows - 1, anchor[2] + columns - 1)

    def _formula_xml(self, place: Place, formula: Formula) -> bytes:
        if place in self._sizes:
            anchor, which = self._sizes[place]
            inner = self.formulas.get(anchor)
            text = f"{('ROWS', 'COLUMNS')[which]}({self._text(inner.text) if inner else address(*anchor[1:])})"
            return cell_xml(place, f'<f t="array" ref="{address(*place[1:])}">{escape(text)}</f>'.encode())
        text = self._text(formula.text)
        if formula.kind == "plain":
            return cell_xml(place, f"<f>{escape(text)}</f>".encode())
        if formula.kind == "array":
            filler = FILLER.fullmatch(text)
            text = filler[1] if filler else text
            ref = Rect(place[1], place[2], place[1] + formula.rows - 1, place[2] + formula.columns - 1)
        else:
            ref = self._rect(place)
        return cell_xml(place, f'<f t="array" ref="{ref}">{escape(text)}</f>'.encode())

    def _text(self, text: str) -> str:
        """A formula's text with every `Sheet!A1#` as the cells that it means at present."""
        if "#" not in text:
            return text
        for anchor in self.extents:
            cell = address(*anchor[1:])
            text = text.replace(f"{cell}#", str(self._rect(anchor))) if f"{cell}#" in text else text
        return text


def cell_xml(place: Place, formula: bytes, kind: bytes = b"", value: bytes = b"0") -> bytes:
    """One cell of the copy."""
    kind_text = b' t="%s"' % kind if kind else b""
    return b'<c r="%s"%s>%s<v>%s</v></c>' % (address(*place[1:]).encode(), kind_text, formula, value)


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
