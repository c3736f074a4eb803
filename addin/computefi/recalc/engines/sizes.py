"""`ROWS(B$9:B10)` in an engine's copy as the number that it is.

CellRune takes a formula that asks for the place or the size of a range around itself for a circular reference;
Excel does not, since it reads no cell. A place and a size are known without computing anything.

B10 <f>A10/ROWS(B$9:B10)</f>   →   B10 <f>A10/2</f>
"""

from __future__ import annotations

import io
import re
import zipfile

from computefi.formulas.shared import SharedFormulas
from computefi.xlsx.cells import parse_rect
from computefi.xlsx.markup import escape
from computefi.xlsx.sheet import Sheet, attributes_of, decode, open_sheet

SIZE = re.compile(
    rb"(?<![A-Za-z0-9_.])(ROWS?|COLUMNS?)\((\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)\)"
)
CELL_FORMULA = re.compile(rb"<f[^<>]*>[^<]*</f>|<f[^<>]*/>")


def with_sizes(xlsx: bytes) -> bytes:
    """The copy with its sizes and places as numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.startswith("xl/worksheets/") and SIZE.search(content):
                content = sheet_with_sizes(open_sheet(content, info.filename))
            new.writestr(info.filename, content)
    return out.getvalue()


def sheet_with_sizes(sheet: Sheet) -> bytes:
    """One sheet; a group of shared formulas that asks for sizes is written out cell by cell."""
    shared, opened = SharedFormulas(), set()
    texts: list[bytes | None] = []
    for cell in sheet.cells():
        if cell.formula is None:
            continue
        attributes = attributes_of(cell.formula_attributes)
        group = attributes.get("si", "") if attributes.get("t") == "shared" else None
        text: bytes | None = cell.formula
        if group is not None:
            own = shared.text(group, decode(cell.formula or b""), cell.row, cell.column)
            if cell.formula and SIZE.search(cell.formula):
                opened.add(group)
            text = escape(own).encode() if own is not None and group in opened else None
        texts.append(text if text is not None and SIZE.search(text) else None)
    ahead = iter(texts)

    def replaced(match: re.Match[bytes]) -> bytes:
        text = next(ahead)
        if text is None:
            return match[0]
        start = match[0][: match[0].index(b">") + 1] if b't="array"' in match[0] else b"<f>"
        return start + SIZE.sub(lambda m: number(text, m), text) + b"</f>"

    return CELL_FORMULA.sub(replaced, sheet.data)


def text_with_sizes(text: str) -> str:
    """The same for a formula that is given at run time."""
    stored = text.encode()
    return SIZE.sub(lambda match: number(stored, match), stored).decode()


def number(text: bytes, match: re.Match[bytes]) -> bytes:
    """The size or the place that one call asks for; in a text it stays as it is."""
    rect = parse_rect(decode(match[2]))
    if rect is None or (text[: match.start()].count(b'"') + text[: match.start()].count(b"&quot;")) % 2:
        return match[0]
    sizes = {b"ROWS": rect.rows, b"COLUMNS": rect.columns}
    places = {b"ROW": (rect.top, rect.rows), b"COLUMN": (rect.left, rect.columns)}
    if match[1] in sizes:
        return b"%d" % sizes[match[1]]
    first, count = places[match[1]]
    return b"%d" % first if count == 1 else match[0]
