"""The parts of a workbook file that macros ask for, patched by their bytes: content types, links, sheets, code names.

Every function takes a part as it is stored and gives it back with something put in; nothing else moves. Any prefix
of the namespaces is followed, and comments are not taken for elements.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from computefi.errors import DamagedFile
from computefi.xlsx.cells import whole_number
from computefi.xlsx.markup import quoteattr
from computefi.xlsx.package import CENTRAL, END, LOCAL
from computefi.xlsx.sheet import ATTRIBUTES, BREAK
from computefi.xlsx.workbook import parse_safely, safe_parser

CONTENT_TYPES = "[Content_Types].xml"
LAST_SHEET_ID = 2**32 - 1
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
PLAIN_WORKBOOK = f"{TYPE}sheet.main+xml"
WORKSHEET_TYPE = f"{TYPE}worksheet+xml"
MACRO_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
PROJECT_LINK = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"

OVERRIDE = re.compile(rb"<((?:[\w.-]+:)?)Override(%b)\s*/?>" % ATTRIBUTES)
LINK = re.compile(rb"<((?:[\w.-]+:)?)Relationships?(?=[\s/>])(%b)\s*(/?)>" % ATTRIBUTES)
SHEETS_END = re.compile(rb"</((?:[\w.-]+:)?)sheets\s*>")
SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet(%b)\s*/?>" % ATTRIBUTES)
ROOT = re.compile(rb"<((?:[\w.-]+:)?)(?:workbook|worksheet|chartsheet)(%b)\s*>" % ATTRIBUTES)
# The file format puts workbookPr right after these.
BEFORE = re.compile(
    rb"<(?:[\w.-]+:)?(?:fileVersion|fileSharing)%b\s*/>|</(?:[\w.-]+:)?(?:fileVersion|fileSharing)\s*>" % ATTRIBUTES
)
CODE_NAME = re.compile(rb"""(\scodeName\s*=\s*)(?:"[^"]*"|'[^']*')""")


def scannable(data: bytes, part: str) -> bytes:
    """The part with its comments as blanks, so that no byte moves; a part that cannot be patched is refused."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"UTF-16" in data[:100].upper():
        raise DamagedFile(f"{part} is stored as UTF-16, which is not supported", part=part)
    parse_safely(safe_parser(), data, part)
    if b"<![CDATA[" in data:
        raise DamagedFile(f"{part} has CDATA sections, which are not supported", part=part)
    return BREAK.sub(lambda match: b" " * len(match[0]), data)


def value_of(attributes: bytes, name: str) -> str | None:
    """One attribute of an element; plain values only, as those that are asked for here are."""
    match = re.search(rb"""\s%b\s*=\s*(?:"([^"]*)"|'([^']*)')""" % name.encode(), attributes)
    return None if match is None else (match[1] or match[2] or b"").decode("utf-8")


def quoted(text: str) -> bytes:
    """An attribute's value with its quotation marks, in characters that every encoding writes alike."""
    return quoteattr(text).encode("ascii", "xmlcharrefreplace")


def with_types(data: bytes, workbook: str, added: Mapping[str, str]) -> bytes:
    """The content types, with the workbook as one that has macros, and those of new parts."""
    scan = scannable(data, CONTENT_TYPES)
    found = [m for m in OVERRIDE.finditer(scan) if (value_of(m[2], "PartName") or "").lower() == f"/{workbook}".lower()]
    if len(found) != 1:
        raise DamagedFile(f"{CONTENT_TYPES} does not say what {workbook} is", part=CONTENT_TYPES)
    (main,) = found
    kind = value_of(main[2], "ContentType")
    if kind not in (PLAIN_WORKBOOK, MACRO_WORKBOOK):
        raise DamagedFile(f"the file is not a workbook but a {kind}", part=CONTENT_TYPES)
    element = data[main.start() : main.end()].replace(PLAIN_WORKBOOK.encode(), MACRO_WORKBOOK.encode())
    new = b"".join(
        b"<%bOverride PartName=%b ContentType=%b/>" % (main[1], quoted(f"/{part}"), quoted(kind))
        for part, kind in added.items()
    )
    return data[: main.start()] + element + new + data[main.end() :]


def with_links(data: bytes, part: str, added: Mapping[str, tuple[str, str]]) -> bytes:
    """A part of links with new ones: id → (kind, target)."""
    scan = scannable(data, part)
    first = LINK.search(scan)
    if first is None or first[3]:
        raise DamagedFile(f"{part} is damaged: it has no links", part=part)
    new = b"".join(
        b"<%bRelationship Id=%b Type=%b Target=%b/>" % (first[1], quoted(name), quoted(kind), quoted(target))
        for name, (kind, target) in added.items()
    )
    end = scan.rindex(b"</%bRelationships" % first[1])
    return data[:end] + new + data[end:]


def with_sheet(data: bytes, part: str, name: str, link: str) -> bytes:
    """The workbook part with one more sheet, the last."""
    scan = scannable(data, part)
    end, sheets = SHEETS_END.search(scan), list(SHEET.finditer(scan))
    prefixes = [match[1] for sheet in sheets if (match := re.search(rb"\s([\w.-]+):id\s*=", sheet[1]))]
    if end is None or not prefixes:
        raise DamagedFile(f"{part} is damaged: it has no sheets", part=part)
    numbers = [whole_number(value_of(sheet[1], "sheetId") or "", LAST_SHEET_ID) or 0 for sheet in sheets]
    new = b"<%bsheet name=%b sheetId=%b %b:id=%b/>" % (
        end[1], quoted(name), quoted(str(max(numbers, default=0) + 1)), prefixes[0], quoted(link),
    )  # fmt: skip
    return data[: end.start()] + new + data[end.start() :]


def _properties(scan: bytes) -> tuple[re.Match[bytes] | None, re.Match[bytes] | None]:
    """The root of a workbook or sheet, and its properties. Extensions have elements of that name under prefixes."""
    root = ROOT.search(scan)
    if root is None:
        return None, None
    wanted = rb"<%b(?:workbookPr|sheetPr)(%b)\s*/?>" % (re.escape(root[1]), ATTRIBUTES)
    return root, re.compile(wanted).search(scan, root.end())


def code_name(data: bytes, part: str) -> str | None:
    """By which name VBA knows the workbook or sheet in this part."""
    _, properties = _properties(scannable(data, part))
    return None if properties is None else value_of(properties[1], "codeName")


def with_code_name(data: bytes, part: str, name: str) -> bytes:
    """The part of the workbook or a sheet with a code name, in place of one that it may have."""
    scan = scannable(data, part)
    root, properties = _properties(scan)
    if root is None:
        raise DamagedFile(f"{part} is damaged: it is neither a workbook nor a sheet", part=part)
    if properties is not None:
        have = CODE_NAME.search(scan, properties.start(1), properties.end(1))
        place, end = (have.end(1), have.end()) if have else (properties.end(1), properties.end(1))
        return data[:place] + (b"" if have else b" codeName=") + quoted(name) + data[end:]
    is_workbook = root[0].startswith(b"<%bworkbook" % root[1])
    before = [match.end() for match in BEFORE.finditer(scan)] if is_workbook else []
    place = max(before, default=root.end())
    kind = b"workbookPr" if is_workbook else b"sheetPr"
    return data[:place] + b"<%b%b codeName=%b/>" % (root[1], kind, quoted(name)) + data[place:]


def with_members(package: bytes, added: Mapping[str, bytes]) -> bytes:
    """A zip file with more members, after those it has; they carry no date."""
    end = package.rfind(b"PK\5\6")
    fields = list(END.unpack_from(package, end))
    start, size = fields[6], fields[5]
    local, central = bytearray(), bytearray()
    for member, content in added.items():
        name = member.encode("utf-8")
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        about = (20, 0x800, 8, 0, 0x21, zlib.crc32(content), len(packed), len(content), len(name), 0)
        central += CENTRAL.pack(b"PK\1\2", 20, *about, 0, 0, 0, 0, start + len(local)) + name
        local += LOCAL.pack(b"PK\3\4", *about) + name + packed
    fields[3], fields[4] = fields[3] + len(added), fields[4] + len(added)
    fields[5], fields[6] = size + len(central), start + len(local)
    directory = package[start : start + size] + bytes(central)
    return package[:start] + bytes(local) + directory + END.pack(*fields) + package[end + END.size :]
