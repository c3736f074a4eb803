"""Formulas with the values that Excel for Mac gave them, as workbooks: a sheet for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from computefi.errors import CODES
from computefi.formulas.functions import FUNCTIONS
from computefi.xlsx.cells import Value, parse_cell
from recalc_books import MAIN, OFFICE, PACKAGE, zipped

GOLDENS = Path(__file__).parents[1] / "recalc" / "goldens" / "mac_excel.jsonl"
RESULT = "Z1"
CALLED = re.compile(r'"[^"]*"|(?<![\w.])[A-Z][A-Z0-9.]*(?=\()')


class Golden(NamedTuple):
    """A formula, the cells that it stands among, and Excel's value."""

    name: str
    formula: str
    cells: dict[str, Any]
    right: Value


def goldens() -> Iterator[Golden]:
    """All of them, in the order of the file."""
    for line in GOLDENS.read_text(encoding="utf-8").splitlines():
        name, formula, cells, right = json.loads(line)
        if isinstance(right, dict):
            right = CODES[right["error"]]
        elif isinstance(right, int) and not isinstance(right, bool):
            right = float(right)
        yield Golden(name, formula, cells, right)


def stored(formula: str) -> str:
    """A formula as a file spells it."""
    return CALLED.sub(lambda match: FUNCTIONS[match[0]].stored if match[0] in FUNCTIONS else match[0], formula)


def cell_xml(place: str, content: Any) -> str:
    """One cell as a file holds it."""
    if isinstance(content, dict) and "formula" in content:
        text = escape(content["formula"].removeprefix("="))
        area = content.get("ref", place)
        ref = f' t="array" ref="{area}"' if content.get("array") else ""
        return f'<c r="{place}"><f{ref}>{text}</f></c>'
    if isinstance(content, dict):
        return f'<c r="{place}" t="e"><v>{content["error"]}</v></c>'
    if isinstance(content, bool):
        return f'<c r="{place}" t="b"><v>{int(content)}</v></c>'
    if isinstance(content, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
    return "" if content is None else f'<c r="{place}"><v>{content!r}</v></c>'


def sheet_xml(cells: dict[str, Any]) -> str:
    """A sheet of such cells."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for place, content in cells.items():
        row, column = parse_cell(place.replace("$", "")) or (0, 0)
        rows.setdefault(row, []).append((column, cell_xml(place, content)))
    lines = "".join(
        f'<row r="{row}">{"".join(text for _, text in sorted(line))}</row>' for row, line in sorted(rows.items())
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def book_of(path: Path, sheets: Sequence[dict[str, Any]]) -> Path:
    """A workbook of these sheets, called S1, S2, …"""
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        + "</Relationships>",
        **{f"xl/worksheets/sheet{n}.xml": sheet_xml(cells) for n, cells in zip(numbers, sheets, strict=True)},
    }
    path.write_bytes(zipped(parts))
    return path
