"""Small workbooks for the tests of recalculation, and ways to look into a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

# One loan: 70 on collateral of 100.
LOAN = {"A1": 70, "A2": 100, "A3": 0.05, "A4": 0.5, "A5": 0.4, "A6": 1}


def make(
    path: Path,
    cells: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
    sheets: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """A workbook as openpyxl writes it, its first sheet called Deal. ("B1:C2", formula) is an array formula."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Deal"
    for title, content in {"Deal": cells, **(sheets or {})}.items():
        sheet = first if title == "Deal" else book.create_sheet(title)
        for place, value in content.items():
            if isinstance(value, tuple):
                sheet[value[0].split(":")[0]] = ArrayFormula(*value)
            else:
                sheet[place] = value
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)
    return path


def values(path: Path, sheet: str = "Deal") -> dict[str, Any]:
    """What another reader finds in the cells of a sheet."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {cell.coordinate: cell.value for row in book[sheet].iter_rows() for cell in row if cell.value is not None}


def members(path: Path) -> dict[str, bytes]:
    """The unpacked members of a file in their order."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def raw_book(path: Path, sheet_xml: str, prefix: str = "", extra: Mapping[str, bytes] | None = None) -> Path:
    """A minimal workbook around the given `<sheetData>` content, under any namespace prefix."""
    p = f"{prefix}:" if prefix else ""
    xmlns = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {xmlns} xmlns:r="{OFFICE}"><{p}sheets>'
        f'<{p}sheet name="Deal" sheetId="1" r:id="rId1"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {xmlns}>{sheet_xml}</{p}worksheet>",
        **(extra or {}),
    }
    path.write_bytes(zipped(parts))
    return path


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
