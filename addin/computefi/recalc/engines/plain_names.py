"""Sheets with an exclamation mark in their names, under plain names while IronCalc reads them.

=A1*3 on the sheet `It's odd!`   →   IronCalc takes the place to be `It's odd!!A1`, splits it at the first mark and
gives up: "RowError: invalid digit found in string". Renamed after it is read, the sheet is right.

A formula that names such a sheet names it plainly too: what names a sheet that is not there yet is not moved with the
cell that it stands in.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from computefi.xlsx.cells import quote_sheet
from computefi.xlsx.markup import decode, escape

WORKBOOK = "xl/workbook.xml"
SHEET = re.compile(rb"""(<sheet\s[^>]*?\bname=)("[^"]*"|'[^']*')""")
FORMULA = re.compile(rb"(<(?:f|definedName)\b[^<>]*(?<!/)>)([^<]+)")
REFERENCE = re.compile(r""""[^"]*"|'(?:[^']|'')*+'""")
# A letter for private use, by which no formula names a sheet.
PLAIN = "\ue000"


def plainly_named(xlsx: bytes) -> tuple[bytes, dict[int, str]]:
    """A workbook whose sheets have names that IronCalc can read, and the names that they are to have."""
    if not zipfile.is_zipfile(BytesIO(xlsx)):
        return xlsx, {}  # the engine says itself what it cannot read
    with zipfile.ZipFile(BytesIO(xlsx)) as archive:
        workbook = archive.read(WORKBOOK)
        listed = [decode(found[2][1:-1]) for found in SHEET.finditer(workbook)]
        names = {place: name for place, name in enumerate(listed) if "!" in name}
        if not names:
            return xlsx, names
        plain = {quote_sheet(name).casefold(): f"'{PLAIN}{place}'" for place, name in names.items()}

        def formula(found: re.Match[bytes]) -> bytes:
            text = REFERENCE.sub(lambda part: plain.get(part[0].casefold(), part[0]), decode(found[2]))
            return found[1] + escape(text).encode()

        places = iter(range(len(listed)))

        def sheet(found: re.Match[bytes]) -> bytes:
            place = next(places)
            return found[1] + f'"{PLAIN}{place}"'.encode() if place in names else found[0]

        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for part in archive.namelist():
                content = FORMULA.sub(formula, archive.read(part))
                copy.writestr(part, SHEET.sub(sheet, content) if part == WORKBOOK else content)
    return out.getvalue(), names
