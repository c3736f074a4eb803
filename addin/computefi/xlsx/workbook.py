"""What a workbook says about itself: its sheets, names, tables, shared strings and calculation settings.

Every part is read by expat with entities and document types refused, under any namespace prefix.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from computefi.errors import DamagedFile, LimitReached
from computefi.xlsx.cells import LAST_ROW, ListObject, parse_rect, whole_number
from computefi.xlsx.markup import decode, escape
from computefi.xlsx.package import Package

DEPTH_LIMIT = 256
SHEET_LIMIT = 4096
OFFICE_DOCUMENT = "/officeDocument"
# As Excel writes it, and as Strict Open XML has it.
LAST_ITERATION = 32_767
MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
# Where a piece of a shared text may stand.
TEXT_PARENTS = {"si": ("sst",), "r": ("si",), "rPh": ("si",), "t": ("si", "r", "rPh")}
NAMESPACES = frozenset((*MAIN_NAMESPACES, "http://schemas.openxmlformats.org/package/2006/relationships"))
# A part of shared strings as every program begins one, and a text without formats.
STRINGS = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*+(?:<\?xml version=["']1.0["'](?: encoding=["'](?i:utf-8)["'])?"""
    rb"""(?: standalone=["'](?:yes|no)["'])?\s*\?>\s*+)?"""
    rb"""<sst(?:\s+(?!xmlns)[\w:]+="[^"<]*")*\s+xmlns="(?:%s)"(?:\s+[\w:]+="[^"<]*")*\s*>"""
    % b"|".join(re.escape(namespace.encode()) for namespace in MAIN_NAMESPACES)
)
PLAIN_STRING = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `sheet` is the index of the sheet it belongs to, None for the whole workbook."""

    name: str
    text: str
    sheet: int | None


@dataclass(slots=True)
class Workbook:
    """The parts of a workbook that a recalculation needs, beside the sheets' cells."""

    package: Package
    part: str
    sheets: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    names: list[DefinedName] = field(default_factory=list)
    list_objects: dict[str, ListObject] = field(default_factory=dict)
    shared_strings: list[str] = field(default_factory=list)
    date1904: bool = False
    # Circular references: whether to go through them again and again, how often, and until what change.
    iterate: bool = False
    # Whether it calculates with what is displayed, each cell rounded by its format.
    as_displayed: bool = False
    iterate_count: int = 100
    iterate_delta: float = 0.001

    def sheet_index(self, name: str) -> int | None:
        """The place of a sheet; Excel ignores case here."""
        wanted = name.casefold()
        return next((i for i, sheet in enumerate(self.sheets) if sheet.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A part's link to another part."""

    kind: str
    target: str


class DocumentType(Exception):
    """A part declares a document type, and so perhaps entities."""


class Walker:
    """An expat run that hands each element's local name, attributes without prefixes and text to a callback.

    An element of another namespace keeps its namespace before its name: <x15:workbookPr/> of an extension is not the
    <workbookPr/> of the workbook.
    """

    def __init__(
        self, part: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str, str], None] | None = None
    ) -> None:
        self.part = part
        self._start, self._end = start, end
        self._text: list[str] = []
        self._depth = 0
        self._parser = safe_parser()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text.append
        self._parser.buffer_text = True

    def run(self, data: bytes) -> None:
        parse_safely(self._parser, data, self.part)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise LimitReached(f"{self.part} is nested deeper than any workbook", part=self.part)
        self._text.clear()
        self._start(local(tag), {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _close(self, tag: str) -> None:
        self._depth -= 1
        if self._end is not None:
            self._end(local(tag), "".join(self._text))
        self._text.clear()


def local(tag: str) -> str:
    """The name of an element of the file format; of any other, its namespace and its name."""
    namespace, _, name = tag.rpartition(" ")
    return name if namespace in NAMESPACES else tag


def safe_parser() -> expat.XMLParserType:
    """An expat parser that refuses document types, so that no entity can be declared."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise DocumentType

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def parse_safely(parser: expat.XMLParserType, data: bytes, part: str) -> None:
    """Parse the whole part; what is wrong with it comes out as one line."""
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # LookupError: an encoding that does not exist.
        raise DamagedFile(f"{part} is damaged: {error}", part=part) from None
    except DocumentType:
        reason = f"{part} has a document type declaration, which no workbook needs; it is refused"
        raise DamagedFile(reason, part=part) from None


def unescape(text: str) -> str:
    """Excel's `_x0001_` for characters that XML cannot hold."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def escaped(text: str) -> str:
    """A text as XML content; characters that XML cannot hold, and texts that look like their escape, as Excel does."""
    if not text.isprintable() or "_x" in text:
        text = UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return escape(text)


def relationships(package: Package, part: str) -> dict[str, Relationship]:
    """The links of a part by their id; targets as member names, whether stored absolute or relative."""
    folder, name = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Relationship] = {}
    if not package.has(member):
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            name = attributes.get("Id", "")
            if name in found:
                raise DamagedFile(f"{member} is damaged: two links of the name {name[:40]!r}", part=member, name=name)
            found[name] = Relationship(attributes.get("Type", ""), target)

    Walker(member, start).run(package.read(member))
    return found


def open_workbook(package: Package) -> Workbook:
    """The workbook in the package."""
    part = next((r.target for r in relationships(package, "").values() if r.kind.endswith(OFFICE_DOCUMENT)), None)
    if part is None or not package.has(part):
        binary = package.has("xl/workbook.bin") or (part or "").endswith(".bin")
        reason = "a binary .xlsb workbook; save it as .xlsx first" if binary else "not a workbook (.xlsx or .xlsm)"
        raise DamagedFile(f"{package.name} is {reason}", name=package.name)
    if part.endswith(".bin"):
        raise DamagedFile(f"{package.name} is a binary .xlsb workbook; save it as .xlsx first", name=package.name)
    book = Workbook(package, part)
    links = relationships(package, part)
    read_workbook_part(book, links)
    for link in links.values():
        if link.kind.endswith("/sharedStrings") and package.has(link.target):
            book.shared_strings = read_shared_strings(package.read(link.target), link.target)
    for index, sheet_part in enumerate(book.parts):
        for link in relationships(package, sheet_part).values():
            if link.kind.endswith("/table") and package.has(link.target):
                read_table(book, index, link.target)
    return book


def read_iteration(book: Workbook, attributes: dict[str, str]) -> None:
    """How circular references are gone through."""
    book.iterate = attributes.get("iterate") in ("1", "true")
    book.as_displayed = attributes.get("fullPrecision") in ("0", "false")
    with contextlib.suppress(ValueError):
        book.iterate_count = min(max(int(attributes.get("iterateCount", "100")), 1), LAST_ITERATION)
    with contextlib.suppress(ValueError):
        book.iterate_delta = float(attributes.get("iterateDelta", "0.001"))


def read_workbook_part(book: Workbook, links: dict[str, Relationship]) -> None:
    """Sheets, names and settings from workbook.xml."""
    name_attributes: dict[str, str] = {}
    # A name's scope counts every sheet, chart sheets included; they hold no cells and are left out here.
    places: list[int | None] = []
    names: list[tuple[str, str, str | None]] = []
    is_workbook = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal name_attributes, is_workbook
        if tag == "workbook":
            is_workbook = True
        elif tag == "sheet":
            title, key = attributes.get("name", ""), attributes.get("id", "")
            link = links.get(key)
            if key and link is None:  # a module of an old Excel's macros has no key
                reason = f"{book.part} is damaged: the sheet {title[:40]!r} has no part"
                raise DamagedFile(reason, part=book.part, name=title)
            if link is not None and link.kind.endswith("/worksheet"):
                places.append(len(book.sheets))
                book.sheets.append(title)
                book.parts.append(link.target)
            else:
                places.append(None)
        elif tag == "definedName":
            name_attributes = attributes
        elif tag == "workbookPr":
            book.date1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            read_iteration(book, attributes)

    def end(tag: str, text: str) -> None:
        if tag == "definedName":
            names.append((name_attributes.get("name", ""), text, name_attributes.get("localSheetId")))

    Walker(book.part, start, end).run(book.package.read(book.part))
    if not is_workbook:
        raise DamagedFile(f"{book.part} is no workbook of a namespace that Excel reads", part=book.part)
    if not book.sheets:
        raise DamagedFile(f"{book.package.name} has no worksheet", name=book.package.name)
    if len(book.sheets) > SHEET_LIMIT:
        raise LimitReached(f"{book.package.name} has more than {SHEET_LIMIT} sheets", name=book.package.name)
    refuse_twice(book.part, "two sheets of the name", [sheet.casefold() for sheet in book.sheets])
    refuse_twice(book.part, "two sheets in the part", [part.casefold() for part in book.parts])
    for name, text, scope in names:
        sheet = None
        if scope is not None:
            number = whole_number(scope, len(places) - 1)
            if number is None:
                reason = (
                    f"{book.part} is damaged: the name {name[:40]!r} belongs to the sheet {scope[:40]!r}, which is none"
                )
                raise DamagedFile(reason, part=book.part, name=name)
            sheet = places[number]
            if sheet is None:
                continue
        book.names.append(DefinedName(name, text, sheet))
    own = [(name.name.casefold(), name.sheet) for name in book.names if not name.name.startswith("_xlnm.")]
    refuse_twice(book.part, "two meanings of the name", own)


def refuse_twice(part: str, what: str, entries: Sequence[object]) -> None:
    """Refuse a part in which something stands twice that can stand only once."""
    if len(set(entries)) == len(entries):
        return
    seen: set[object] = set()
    twice: object = ""
    for twice in entries:
        if twice in seen:
            break
        seen.add(twice)
    shown = twice[0] if isinstance(twice, tuple) else twice
    raise DamagedFile(f"{part} is damaged: it has {what} {str(shown)[:40]!r}", part=part)


def read_shared_strings(data: bytes, part: str) -> list[str]:
    """The shared strings as plain text; a part that is not in the usual form is walked through.

    <sst …><si><t>one</t></si><si><t xml:space="preserve"> two</t></si></sst>   →   one, " two"
    """
    head = STRINGS.match(data)
    if head is None or not data.rstrip().endswith(b"</sst>"):
        return walked_strings(data, part)
    parse_safely(safe_parser(), data, part)
    body = data[head.end() : data.rindex(b"</sst>")]
    texts = PLAIN_STRING.findall(body)
    if len(texts) != body.count(b"<si") or PLAIN_STRING.sub(b"", body).strip():
        return walked_strings(data, part)
    if any(mark in body for mark in (b"&", b"\r", b"_x")):
        return [unescape(decode(text)) for text in texts]
    return b"\0".join(texts).decode("utf-8").split("\0") if texts else []


def walked_strings(data: bytes, part: str) -> list[str]:
    """The shared strings as plain text, without the phonetic readings.

    <si><r><t>80</t></r><r><t>%</t></r><rPh sb="0" eb="1"><t>…</t></rPh></si>   →   80%
    """
    strings: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        parent = inside[-1] if inside else ""
        if parent == "t" or (tag in TEXT_PARENTS and parent not in TEXT_PARENTS[tag]):
            raise DamagedFile(
                f"{part} is damaged: text {len(strings)} has <{tag[-40:]}> in <{parent[-40:]}>", part=part
            )
        inside.append(tag)
        if tag == "si":
            pieces.clear()

    def end(tag: str, text: str) -> None:
        inside.pop()
        if tag == "t" and inside[-1] != "rPh":
            if inside[-1] == "si" and pieces:
                raise DamagedFile(f"{part} is damaged: text {len(strings)} stands there twice", part=part)
            pieces.append(unescape(text))
        elif tag == "si":
            strings.append("".join(pieces))

    Walker(part, start, end).run(data)
    return strings


def read_table(book: Workbook, sheet: int, part: str) -> None:
    """One table part."""
    columns: list[str] = []
    conditions: list[str] = []
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            found.update(attributes)
        elif tag == "tableColumn":
            columns.append(unescape(attributes.get("name", "")))
        elif tag == "filterColumn":
            conditions.append(tag)

    Walker(part, start).run(book.package.read(part))
    rect = parse_rect(found.get("ref", ""))
    name = found.get("displayName") or found.get("name", "")
    if rect is None or not name:
        raise DamagedFile(f"{part} is damaged: a table without a place or a name", part=part)
    header = whole_number(found.get("headerRowCount") or "1", LAST_ROW)
    totals = whole_number(found.get("totalsRowCount") or "0", LAST_ROW)
    if header is None or totals is None or header + totals > rect.rows:
        raise DamagedFile(
            f"{part} is damaged: the table {name[:40]!r} has no such heading or totals", part=part, name=name
        )
    if len(columns) != rect.columns:
        reason = f"{part} is damaged: the table {name[:40]!r} names {len(columns)} columns and has {rect.columns}"
        raise DamagedFile(reason, part=part, name=name)
    refuse_twice(part, "two columns of the name", [column.casefold() for column in columns])
    if name.casefold() in book.list_objects:
        raise DamagedFile(f"{part} is damaged: a second table of the name {name[:40]!r}", part=part, name=name)
    filtered = bool(conditions)
    book.list_objects[name.casefold()] = ListObject(name, sheet, rect, tuple(columns), header, totals, filtered)
