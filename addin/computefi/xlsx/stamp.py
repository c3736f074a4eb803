"""Properties that say what computed a workbook, beside those that it has: docProps/custom.xml.

stamped(package, {}, {"computefi version": "0.1.0"})   →   the file with that property; its others stay byte by byte

Properties of the same name are replaced, so that a file that is stamped twice has one stamp. All are texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from computefi.errors import DamagedFile
from computefi.xlsx.cells import whole_number
from computefi.xlsx.package import Package
from computefi.xlsx.parts import CONTENT_TYPES, quoted, scannable, value_of, with_links, with_members
from computefi.xlsx.sheet import ATTRIBUTES
from computefi.xlsx.workbook import escaped, relationships, unescape

KIND = "/custom-properties"
LINK_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
PART_KIND = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{NAMESPACE}" xmlns:vt="{VALUES}"></Properties>'
).encode()
ROOT = re.compile(rb"<((?:[\w.-]+:)?)Properties(%b)\s*(/?)>" % ATTRIBUTES)
PROPERTY = re.compile(rb"<((?:[\w.-]+:)?)property(%b)\s*(?:/>|>.*?</\1property\s*>)" % ATTRIBUTES, re.S)
TYPES_END = re.compile(rb"</((?:[\w.-]+:)?)Types\s*>")
LINKS = "_rels/.rels"
FIRST_NUMBER, LAST_NUMBER = 2, 2**31 - 1  # the file format begins with 2


def stamped(package: Package, parts: Mapping[str, bytes], facts: Mapping[str, str]) -> bytes:
    """The file with these parts anew and these properties."""
    known = next((link.target for link in relationships(package, "").values() if link.kind.endswith(KIND)), None)
    if known is not None and package.has(known):
        return package.replaced({**parts, known: with_properties(package.read(known), known, facts)})
    name = free(package)
    links = package.read(LINKS)
    link = next(key for number in range(1, 10**6) if (key := f"rIdStamp{number}").encode() not in links)
    changes = {
        **parts,
        CONTENT_TYPES: with_type(parts.get(CONTENT_TYPES, package.read(CONTENT_TYPES)), name),
        LINKS: with_links(links, LINKS, {link: (LINK_KIND, name)}),
    }
    return with_members(package.replaced(changes), {name: with_properties(EMPTY, name, facts)})


def free(package: Package) -> str:
    """A name for the part that no member has."""
    names = (f"docProps/custom{number or ''}.xml" for number in range(10**6))
    return next(name for name in names if not package.has(name))


def with_type(data: bytes, part: str) -> bytes:
    """The content types with that of the properties."""
    end = TYPES_END.search(scannable(data, CONTENT_TYPES))
    if end is None:
        raise DamagedFile(f"{CONTENT_TYPES} is damaged: it has no end", part=CONTENT_TYPES)
    new = b"<%bOverride PartName=%b ContentType=%b/>" % (end[1], quoted(f"/{part}"), quoted(PART_KIND))
    return data[: end.start()] + new + data[end.start() :]


def with_properties(data: bytes, part: str, facts: Mapping[str, str]) -> bytes:
    """The part of properties with those that are given, in place of those of the same names."""
    scan = scannable(data, part)
    root = ROOT.search(scan)
    if root is None:
        raise DamagedFile(f"{part} is damaged: it has no properties", part=part)
    names = {name.casefold() for name in facts}
    kept, at, numbers = bytearray(), 0, [FIRST_NUMBER - 1]
    for found in PROPERTY.finditer(scan, root.end()):
        if unescape(value_of(found[2], "name") or "").casefold() in names:
            kept += data[at : found.start()]
            at = found.end()
        else:
            numbers.append(whole_number(value_of(found[2], "pid") or "", LAST_NUMBER) or 0)
    prefix, first = root[1], max(numbers) + 1
    new = "".join(
        f'<{prefix.decode()}property fmtid="{FORMAT_ID}" pid="{first + place}" name={quoted(name).decode()}>'
        f'<vt:lpwstr xmlns:vt="{VALUES}">{escaped(text)}</vt:lpwstr></{prefix.decode()}property>'
        for place, (name, text) in enumerate(facts.items())
    ).encode("ascii", "xmlcharrefreplace")
    if root[3]:  # <Properties/>
        opened = data[root.start() : root.end()].replace(b"/>", b">")
        return data[: root.start()] + opened + new + b"</%bProperties>" % prefix + data[root.end() :]
    end = scan.rindex(b"</%bProperties" % prefix)
    return bytes(kept) + data[at:end] + new + data[end:]
