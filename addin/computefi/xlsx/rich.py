"""Cells that hold more than a file shows in them: a share, a place or a picture, of which `#VALUE!` is stored.

<c r="B7" t="e" vm="2"><v>#VALUE!</v></c>   →   AMAZON.COM (XNAS:AMZN) in Excel: what reads B7 has another value there
<c r="B8" t="e" vm="5"><v>#VALUE!</v></c>   →   an error that older files know no word for, if the fifth value is one
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from computefi.xlsx.cells import CellAt, parse_cell, whole_number
from computefi.xlsx.sheet import Sheet, attributes_of
from computefi.xlsx.workbook import Walker, Workbook

METADATA = "xl/metadata.xml"
VALUES, STRUCTURES = "xl/richData/rdrichvalue.xml", "xl/richData/rdrichvaluestructure.xml"
KIND = b"XLRICHVALUE"
MOST = 2**31 - 1
MARKED = re.compile(rb"<(?:\w+:)?c(\s[^<>]*\svm\s*=[^<>]*)>")


def rich_cells(workbook: Workbook, sheets: Sequence[Sheet]) -> set[CellAt]:
    """The cells of which the file does not show what is in them."""
    package = workbook.package
    if not package.has(METADATA) or KIND not in (metadata := package.read(METADATA)):
        return set()
    errors = errors_in(metadata, workbook)
    found = set()
    for index, sheet in enumerate(sheets):
        for match in MARKED.finditer(sheet.scannable, sheet.start, sheet.end):
            named = attributes_of(match[1])
            place = parse_cell(named.get("r", ""))
            if place is not None and named.get("t") == "e" and whole_number(named["vm"], MOST) not in errors:
                found.add(CellAt(index, *place))
    return found


def errors_in(metadata: bytes, workbook: Workbook) -> set[int]:
    """The numbers, from 1, of the values that are errors and nothing else."""
    package = workbook.package
    if not (package.has(VALUES) and package.has(STRUCTURES)):
        return set()
    kinds: list[str] = []
    structures: list[int] = []
    types: list[str] = []
    rich: list[int] = []
    values: list[tuple[int, int]] = []
    part = [""]

    def structure(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "s":
            kinds.append(attributes.get("t", ""))

    def value(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "rv":
            structures.append(number(attributes, "s"))

    def entry(tag: str, attributes: dict[str, str]) -> None:
        tag = local(tag)
        if tag in ("futureMetadata", "valueMetadata", "cellMetadata"):
            part[0] = attributes.get("name", tag)
        elif tag == "metadataType":
            types.append(attributes.get("name", ""))
        elif tag == "rvb" and part[0] == KIND.decode():
            rich.append(number(attributes, "i"))
        elif tag == "rc" and part[0] == "valueMetadata":
            values.append((number(attributes, "t"), number(attributes, "v")))

    Walker(STRUCTURES, structure).run(package.read(STRUCTURES))
    Walker(VALUES, value).run(package.read(VALUES))
    Walker(METADATA, entry).run(metadata)
    return {
        place
        for place, (kind, entry_number) in enumerate(values, 1)
        if 0 < kind <= len(types)
        and types[kind - 1] == KIND.decode()
        and 0 <= entry_number < len(rich)
        and 0 <= rich[entry_number] < len(structures)
        and 0 <= structures[rich[entry_number]] < len(kinds)
        and kinds[structures[rich[entry_number]]] == "_error"
    }


def local(tag: str) -> str:
    """An element's name, of whatever namespace."""
    return tag.rpartition(" ")[2]


def number(attributes: dict[str, str], name: str) -> int:
    """An index; -1 where there is none."""
    found = whole_number(attributes.get(name, ""), MOST)
    return -1 if found is None else found
