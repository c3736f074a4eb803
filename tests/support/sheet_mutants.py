"""Sheets that differ from a sound one in one place or two, and what this package and openpyxl read in them.

Each change is of a kind that a careless writer or an attacker makes: an address that is none, a row out of order, a
cell twice, a second prefix, an element in the wrong place, a value that is not of its type.
"""

from __future__ import annotations

import io
import random
import re
from pathlib import Path
from typing import Any

import openpyxl

from computefi.errors import WorkbookError
from computefi.xlsx.cells import address
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import decode, open_sheet
from computefi.xlsx.workbook import open_workbook, unescape
from recalc_books import MAIN, OFFICE, PACKAGE, raw_book

STRINGS = (
    f'<sst xmlns="{MAIN}"><si><t>first</t></si><si><r><t>sec</t></r><r><t>ond</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'
    '</si><si><t xml:space="preserve"> third </t></si></sst>'
)
ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="str"><v>a&amp;b</v></c></row>'
    '<row r="2"><c r="A2" t="b"><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c></row>'
    '<row r="4" spans="1:4"><c r="A4" s="0"><v>-2.5E-3</v></c><c r="B4" t="inlineStr"><is><t>in</t></is></c>'
    '<c r="D4"><v>4</v></c></row>'
    '<row r="5"><c><v>51</v></c><c><v>52</v></c><c r="E5" t="s"><v>2</v></c></row>'
    '<row><c r="B6" t="n"><v>62</v></c><c t="s"><v>1</v></c></row>'
)
ADDRESSES = [
    "A17000000000", "AAAA1", "1A", "$A$1", "A0", "A-1", "", " ", "B", "12", "A01", "b1", "XFD1", "XFE1", "A1048577",
    "A1:B1", "Ａ1", "A１", "R1C1", "A1 ", "A1048576", "C1", "D2", "A2", "Sheet1!A1",
]  # fmt: skip
NUMBERS = [
    "", "x", "1_0", "0x10", "NaN", "INF", "1e999", "1,5", " 7 ", "1.", ".5", "+3", "1e5", "٣", "--1", "1 2", "TRUE",
    "00012", "1d5",
]  # fmt: skip
KINDS = ["s", "str", "b", "e", "n", "inlineStr", "", "x", "S", "N", "boolean"]
INLINES = [
    "<is/>", "<is></is>", "<is><t/></is>", "<is><t>a</t><t>b</t></is>", "<is><r><t>a</t></r><r><t>b</t></r></is>",
    "<is><r><rPr><b/></rPr><t>a</t></r><rPh sb='0' eb='1'><t>x</t></rPh></is>", "<is><rPh/><t>a</t></is>",
    "<is><t>a<b/>c</t></is>", "<is><t>a&amp;&#x42;</t></is>", "<is><t> a </t></is>", "<is><t>a\r\nb</t></is>",
    "<is><t>a<!-- x -->b</t></is>", "<is><foo><t>a</t></foo></is>", "<is>a</is>",
    "<is><r><t>a</t></r><phoneticPr fontId='1'/></is>",
]  # fmt: skip
ROW_TAGS = [' x=\' r="7"\' r="', ' R="', ' r = "', ' x:r="']
CELL_TAGS = [' x=\' r="B7"\' r="', ' R="', '\n\tr="', ' q=" t=\'s\' " r="']
VALUES = ["<v >", "<v a=''>", "<v/><v>", "<v></v><v>", "<!-- --><v>", "<v><!-- -->", "<V>"]
PIECES = [
    '<c r="B2"><v>9</v></c>', '<c r="A1"><v>9</v></c>', '<row r="3"><c r="A3"><v>9</v></c></row>', "<v>9</v>", "9",
    '<x:c xmlns:x="{main}" r="B2"><x:v>9</x:v></x:c>', '<x:row xmlns:x="{main}" r="3"/>', "<is><t>9</t></is>",
    '<c xmlns="urn:other" r="B2"><v>9</v></c>', "<!-- <c r='B2'><v>9</v></c> -->", "<?x <v>9</v> ?>", "<c/>", "<row/>",
    "<extLst><ext uri='x'/></extLst>", '<x:v xmlns:x="{main}">9</x:v>', "<sheetData/>", "<f>1+1</f>", "&#57;", "\n",
    '<v xmlns="urn:other">9</v>', "<rPh><t>9</t></rPh>", '<t xmlns="urn:other">9</t>', "<foo/>", "<c><v>9</v></c>",
]  # fmt: skip
PLACES = [
    (r'(?<= r=")[^"]*(?=")', ADDRESSES), (r"(?<=<v>)[^<]*(?=</v>)", NUMBERS), (r'(?<= t=")[^"]*(?=")', KINDS),
    (r'(?<=<row) r="', ROW_TAGS), (r'(?<=<c) r="', CELL_TAGS), (r"<v>", VALUES), (r"<is>.*?</is>", INLINES),
]  # fmt: skip


def sheet_xml(rows: str) -> str:
    """A worksheet part of these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def sheet_book(path: Path, xml: str) -> Path:
    """A workbook of this one sheet, with the shared texts."""
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    kinds = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "sharedStrings": "sharedStrings"}
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{office}{kind}+xml"/>' for part, kind in kinds.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="/xl/{part}.xml"/>'
        for i, (part, kind) in enumerate(list(kinds.items())[1:], 1)
    )
    extra = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{rels}{types}</Types>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": xml,
        "xl/sharedStrings.xml": STRINGS,
    }
    return raw_book(path, "", extra={name: content.encode() for name, content in extra.items()})


def mutant(chance: random.Random) -> str:
    """The sound sheet with one change, or two."""
    rows = ROWS
    for _ in range(chance.choice((1, 1, 1, 2))):
        rows = changed(rows, chance)
    return sheet_xml(rows)


def changed(rows: str, chance: random.Random) -> str:
    """One change of one of the kinds."""
    kind = chance.randrange(len(PLACES) + 2)
    if kind < len(PLACES):
        pattern, texts = PLACES[kind]
        start, end = chance.choice([match.span() for match in re.finditer(pattern, rows)] or [(0, 0)])
        return rows[:start] + chance.choice(texts) + rows[end:]
    if kind == len(PLACES):
        place = chance.choice([match.start() for match in re.finditer("<", rows)])
        return rows[:place] + chance.choice(PIECES).replace("{main}", MAIN) + rows[place:]
    spans = [match.span() for match in re.finditer(chance.choice((r"<row.*?</row>", r"<c[ >].*?</c>")), rows)]
    if len(spans) < 2:
        return rows
    first, second = sorted(chance.sample(spans, 2))
    a, b = rows[slice(*first)], rows[slice(*second)]
    if chance.random() < 0.5:  # one of them twice, else the two exchanged
        return rows[: second[1]] + a + rows[second[1] :]
    return rows[: first[0]] + b + rows[first[1] : second[0]] + a + rows[second[1] :]


def ours(path: Path) -> dict[str, Any] | str:
    """Constants of the first sheet as this package reads them; the reason where it refuses."""
    try:
        book = open_workbook(Package.open(path))
        cells = open_sheet(book.package.read(book.parts[0]), book.parts[0]).cells()
        found = {address(cell.row, cell.column): value(cell, book.shared_strings) for cell in cells}
    except (WorkbookError, IndexError) as error:
        return str(error)
    return {place: content for place, content in found.items() if content not in (None, "")}


def value(cell: Any, strings: list[str]) -> Any:
    """What a cell holds; IndexError where it names a shared text that is not there."""
    if cell.inline is not None or not cell.value:
        return cell.inline
    if cell.kind == b"s":
        return strings[int(cell.value)]
    if cell.kind == b"b":
        return cell.value.strip() in (b"1", b"true")
    return float(cell.value) if cell.kind in (b"", b"n") else unescape(decode(cell.value))


def theirs(path: Path) -> dict[str, Any] | str:
    """The same as openpyxl reads it; the reason where it cannot."""
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True).worksheets[0]
    except Exception as error:  # whatever it stumbles over
        return repr(error)
    # A cell in the last row would make iter_rows walk through a million.
    return {cell.coordinate: cell.value for cell in sheet._cells.values() if cell.value not in (None, "")}
