"""A workbook for those who have no functions: every formula replaced by the value that stands in its cell.

<c r="A3" t="str"><f>IF(CFI_LTV(A1,A2)>1,"no","yes")</f><v>yes</v></c>   →   the text "yes"; A3 holds no formula

Names, formats, rules, charts and every other byte stay; an error stays that error.
"""

from __future__ import annotations

import re
from pathlib import Path

from computefi.errors import DamagedFile, InputRefused, a_few
from computefi.hosts.base import ExportReport
from computefi.xlsx.cells import SHOWN_PLACES, address, quote_sheet
from computefi.xlsx.files import Claim, claimed
from computefi.xlsx.package import Package, check_suffix
from computefi.xlsx.sheet import Sheet, open_sheet
from computefi.xlsx.workbook import Workbook, open_workbook, relationships

DYNAMIC_ARRAY = re.compile(rb"""\scm\s*=\s*(?:"[^"]*"|'[^']*')""")
KIND = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")
CALCULATED_COLUMN = re.compile(
    rb"<((?:\w+:)?)calculatedColumnFormula\b[^<>]*(?:/>|>[^<]*</\1calculatedColumnFormula\s*>)"
)
CHAIN_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*/calcChain[\"'][^<>]*/>")
CHAIN_TYPE = re.compile(rb"<(?:\w+:)?Override\b[^<>]*calcChain\+xml[\"'][^<>]*/>")
TYPES = "[Content_Types].xml"


def only_values(path_in: Path, path_out: Path, force: bool = False) -> ExportReport:
    """Write the workbook with the values of its formulas in their place."""
    check_suffix(path_in, path_out)
    with claimed(path_out, force) as claim:
        return write_values(path_in, claim)


def write_values(path_in: Path, claim: Claim) -> ExportReport:
    """The same into a file that is claimed."""
    package = Package.open(path_in)
    book = open_workbook(package)
    changes: dict[str, bytes] = {}
    replaced, missing = 0, list[str]()
    for name, part in zip(book.sheets, book.parts, strict=True):
        sheet = open_sheet(package.read(part), part)
        data, count, blank = frozen(sheet)
        replaced += count
        missing += [f"{quote_sheet(name)}!{address(*place)}" for place in blank]
        if data != sheet.data:
            changes[part] = data
    if missing:
        raise InputRefused(
            f"{a_few(missing, SHOWN_PLACES)}: no value is stored; recalculate first: computefi recalc {path_in.name}",
            cell=missing[0],
        )
    changes |= without_chain(package, book) | without_column_formulas(package, book)
    claim.write(package.replaced(changes), package.identity)
    return ExportReport(note=f"{replaced} formulas replaced by their values")


def frozen(sheet: Sheet) -> tuple[bytes, int, list[tuple[int, int]]]:
    """The part without formulas, how many there were, and the cells of formulas that hold no value."""
    out, copied, count = bytearray(), 0, 0
    missing: list[tuple[int, int]] = []
    row = column = 0
    for match in sheet.patterns.row_or_cell.finditer(sheet.scannable, sheet.start, sheet.end):
        if match["others"] is None:
            if match["row"] is not None:
                row, column = sheet.row_of(match["row"], row), 0
            continue
        attributes = sheet.attributes_in(match)
        row, column = sheet.place_of(attributes, row, column)
        content = match["content"] or b""
        formula = sheet.patterns.formula.search(content)
        is_text = sheet.type_of(match["others"])[0] == b"str"
        if formula is None and not is_text and not DYNAMIC_ARRAY.search(attributes):
            continue
        value = sheet.patterns.value.search(content)
        text = value[1] if value and value[1] else b""
        if formula is not None:
            count += 1
            if not text and not is_text:
                missing.append((row, column))
        out += sheet.data[copied : match.start()] + _cell(sheet, attributes, content, text if is_text else None)
        copied = match.end()
    return bytes(out + sheet.data[copied:]), count, missing


def _cell(sheet: Sheet, attributes: bytes, content: bytes, text: bytes | None) -> bytes:
    """A cell without its formula; a text that a formula gave becomes one that was typed."""
    p = sheet.prefix
    attributes = DYNAMIC_ARRAY.sub(b"", attributes)
    content = sheet.patterns.formula.sub(b"", content)
    if text is not None:
        attributes = KIND.sub(b' t="inlineStr"', attributes)
        inline = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (p, p, text, p, p)
        value = sheet.patterns.value.search(content)
        start, end = value.span() if value else (len(content), len(content))
        content = content[:start] + inline + content[end:]
    return b"<%sc%s>%s</%sc>" % (p, attributes.rstrip(), content, p)


def without_chain(package: Package, book: Workbook) -> dict[str, bytes]:
    """The order of calculation lists cells with formulas: Excel would repair a file in which they have none."""
    folder, _, name = book.part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels".lstrip("/")
    chained = [link.target for link in relationships(package, book.part).values() if link.kind.endswith("/calcChain")]
    if not chained:
        return {}
    parts = {links: CHAIN_LINK.sub(b"", package.read(links)), TYPES: CHAIN_TYPE.sub(b"", package.read(TYPES))}
    if b"calcChain" in parts[links]:
        raise DamagedFile(f"{links} links the order of calculation in a form that is not understood", part=links)
    return parts


def without_column_formulas(package: Package, book: Workbook) -> dict[str, bytes]:
    """A table's column that fills new rows with a formula does so no more."""
    tables = {
        link.target
        for part in book.parts
        for link in relationships(package, part).values()
        if link.kind.endswith("/table") and package.has(link.target)
    }
    parts = {part: package.read(part) for part in tables}
    return {part: CALCULATED_COLUMN.sub(b"", data) for part, data in parts.items() if b"calculatedColumn" in data}
