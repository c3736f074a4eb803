"""The cells of a worksheet part: found by their bytes, so that a value can be replaced where it stands.

expat first checks the whole part (well-formed, no document type, one prefix for the main namespace); only then is it
cut into cells by one regular expression, which is several times quicker than callbacks per element. Every byte between
the first cell and the last must belong to what the expression knows: what it would pass over is damage, and said so.

<row r="1"><c r="A1"/><c r="A01x"/></row>   →   DamagedFile: … the cell address 'A01x'
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple, NoReturn

from computefi.errors import DamagedFile
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, address, column_number, parse_cell, whole_number
from computefi.xlsx.markup import decode as decode
from computefi.xlsx.workbook import MAIN_NAMESPACES, parse_safely, read_shared_strings, safe_parser, unescape

ATTRIBUTES = rb"""(?:\s+[^\s=/<>"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
ATTRIBUTE = re.compile(rb"""(?<!\S)([^\s=/<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# The start tag of nearly every row.
USUAL_ROW = re.compile(rb"""\s+r="([0-9]{1,7})"(?=\s|\Z)""")
ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
# None goes on to the end of the part for an end that is not there, as the same mark comes again: linear on any input.
BREAK = re.compile(
    rb"<!--(?:[^-]|-(?!-))*+-->|<\?(?:[^?<]|\?(?!>)|<(?!\?))*+\?>"
    rb"|<!\[CDATA\[((?:[^\]<]|\](?!\]>)|<(?!!\[CDATA\[))*+)\]\]>"
)
# What stands for < and & of a CDATA section, and for its marks, while no byte may move; XML cannot hold it.
MASK, MASKED = bytes.maketrans(b"<&", b"\x01\x02"), re.compile(rb"[\x01-\x03]")
UNMASKED = {b"\x01": b"&lt;", b"\x02": b"&amp;", b"\x03": b""}
NUMBERS = (b"", b"n")
KINDS = frozenset((*NUMBERS, b"s", b"str", b"inlineStr", b"b", b"e", b"d"))
ERROR = re.compile(rb"#[A-Z0-9/_]+[!?]?")
TRUTH = (b"0", b"1", b"true", b"false")
TEXT_ELEMENTS = ("f", "v", "t")
LAST_STRING = 2**31 - 1

COLUMN_NUMBERS: dict[bytes, int] = {}


class Patterns:
    """The expressions that find rows, cells, formulas and values under one namespace prefix, made when asked for."""

    def __init__(self, prefix: bytes) -> None:
        self._names = names = {b"p": re.escape(prefix), b"a": ATTRIBUTES}
        self._formula = rb"<%(p)sf(%(a)s)\s*(?:/>|>([^<]*)</%(p)sf\s*>)" % names
        self._value = rb"<%(p)sv%(a)s\s*(?:/>|>([^<]*)</%(p)sv\s*>)" % names
        self._inline = rb"<%(p)sis%(a)s\s*(?:/>|>((?:[^<]|<(?!/?%(p)sis[\s/>]))*+)</%(p)sis\s*>)" % names
        self._extension = rb"<%(p)sextLst%(a)s\s*(?:/>|>(?:[^<]|<(?!/?%(p)sextLst[\s/>]))*+</%(p)sextLst\s*>)" % names

    @cached_property
    def row_or_cell(self) -> re.Pattern[bytes]:
        """Rows and cells; the usual form of a cell is read by its groups, whatever else is in it is the rest."""
        return re.compile(
            rb'<%(p)sc(?:\s+r="(?P<letters>[A-Z]{1,3})(?P<digits>[0-9]{1,7})")?(?P<others>%(a)s)\s*'
            rb"(?:/>|>(?P<content>(?:<%(p)sf(?P<f_attributes>%(a)s)(?:/>|>(?P<formula>[^<]*)</%(p)sf>))?"
            rb"(?:<%(p)sv>(?P<value>[^<]*)</%(p)sv>|<%(p)sv\s?/>)?(?P<rest>(?:[^<]|<(?!/?%(p)sc[\s/>]))*+))</%(p)sc\s*>)"
            rb"|<%(p)srow(?P<row>%(a)s)\s*(?P<empty>/?)>|</%(p)s(?P<row_end>row)\s*>"
            % self._names
            + rb"|%s|(?P<stray>\S)" % self._extension,
            re.S,
        )

    @cached_property
    def sheet_data(self) -> re.Pattern[bytes]:
        return re.compile(rb"<%(p)ssheetData%(a)s\s*(/?)>" % self._names)

    @cached_property
    def formula(self) -> re.Pattern[bytes]:
        return re.compile(self._formula)

    @cached_property
    def value(self) -> re.Pattern[bytes]:
        return re.compile(self._value)

    @cached_property
    def inline(self) -> re.Pattern[bytes]:
        return re.compile(self._inline, re.S)

    @cached_property
    def plain_inline(self) -> re.Pattern[bytes]:
        return re.compile(rb'<%(p)sis><%(p)st(?: xml:space="preserve")?>([^<]*)</%(p)st></%(p)sis>' % self._names)

    @cached_property
    def piece(self) -> re.Pattern[bytes]:
        """What is in a cell of an unusual form, piece by piece."""
        formula = self._formula.replace(b"(%s)" % ATTRIBUTES, b"(?P<formula_attributes>%s)" % ATTRIBUTES)
        return re.compile(
            rb"(?P<formula>%s)|(?P<value>%s)|(?P<inline>%s)|(?P<extension>%s)|(?P<stray>\S)"
            % (
                formula.replace(b"([^<]*)", b"(?P<formula_text>[^<]*)"),
                self._value.replace(b"([^<]*)", b"(?P<value_text>[^<]*)"),
                self._inline.replace(b">((?:[^<]", b">(?P<inline_text>(?:[^<]"),
                self._extension,
            ),
            re.S,
        )


patterns_for = lru_cache(Patterns)


class Cell(NamedTuple):
    """One stored cell; its formula and its value still in bytes."""

    row: int
    column: int
    kind: bytes
    dynamic: bool
    formula: bytes | None
    formula_attributes: bytes
    value: bytes | None
    inline: str | None
    # Where the formula's element ends, in a cell that holds it, perhaps a value, and nothing else; 0 elsewhere.
    end: int

    @property
    def is_spilled(self) -> bool:
        """Whether a volatile spill fills it: Excel stores an empty formula in it, `<f ca="1"/>`."""
        return not (self.formula or b"").strip() and "t" not in attributes_of(self.formula_attributes)


@dataclass(slots=True)
class Sheet:
    """A worksheet part ready to be read and patched."""

    part: str
    data: bytes
    scannable: bytes
    prefix: bytes
    patterns: Patterns
    start: int
    end: int

    # What was found by attributes that many cells share.
    types: dict[bytes, tuple[bytes, bool]] = field(default_factory=dict)

    @property
    def outline(self) -> tuple[str, int, int] | None:
        """What `reopened` wants to know; None for a part with comments, CDATA sections or renamed namespaces."""
        return None if self.scannable is not self.data else (self.prefix.decode(), self.start, self.end)

    def cells(self, past: Callable[[int, int], tuple[int, int]] | None = None) -> Iterator[Cell]:
        """The stored cells in the order of the file, which is that of their rows and columns.

        `past` is asked where a row begins, and what row was before; it says where to read on, and after which row, for
        what it has read itself.
        """
        row = column = 0
        sections = self.scannable is not self.data and b"\x03" in self.scannable
        opened = b""  # the number of the row whose cells are being read
        # Half a million cells come through here: no look-up by name, no call that can be spared.
        new, columns, types, finite = tuple.__new__, COLUMN_NUMBERS, self.types, math.isfinite
        find, closing = self.patterns.row_or_cell.finditer, len(b"</f>") + len(self.prefix)
        found = find(self.scannable, self.start, self.end)
        while (match := next(found, None)) is not None:
            letters, digits, others, content, f_attributes, formula, value, rest, row_start, *marks = match.groups()
            if others is None:
                empty, row_end, stray = marks
                if row_start is not None and not opened:
                    if past is not None:
                        begins, row = past(match.start(), row)
                        if begins > match.start():
                            found = find(self.scannable, begins, self.end)
                            continue
                    row, column = self.row_of(row_start, row), 0
                    opened = b"" if empty else b"%d" % row
                elif row_end is not None and opened:
                    opened = b""
                elif stray is not None or row_start is not None or row_end is not None:
                    self.refuse("what is neither a row nor a cell", row)
                continue
            if letters is not None and digits == opened:
                place = columns.get(letters) or self.column_of(letters)
            else:
                if not opened:
                    self.refuse("a cell outside a row", row)
                place = self.place_of(self.attributes_in(match), row, column)[1]
            if place <= column:
                self.refuse(f"{address(row, place)} comes after {address(row, column)}", row)
            column = place
            if rest is None:
                continue
            inline, end = None, 0
            if rest or (sections and content and b"\x03" in content):
                f_attributes, formula, value, inline = self.unusual(unmasked(content), row, column)
            elif formula:
                end = match.end(6) + closing
            elif f_attributes is not None and formula is None:
                formula, end = b"", match.end(5) + len(b"/>")
                value = b"" if value is None and end < match.end(4) else value
            kind, dynamic = types.get(others) or self.type_of(others)
            if value and inline is None and kind in NUMBERS:
                try:
                    if not finite(float(value)) or b"_" in value:
                        self.refuse_cell("the number", value, row, column)
                except ValueError:
                    self.refuse_cell("the number", value, row, column)
            elif kind != b"s" or rest or not value or len(value) > 9 or not value.isdigit():
                kind = self.checked(kind, formula, value, inline, row, column)
            yield new(Cell, (row, column, kind, dynamic, formula, f_attributes or b"", value, inline, end))
        if opened:
            self.refuse("a row without an end", row)

    def attributes_in(self, match: re.Match[bytes]) -> bytes:
        """The attributes of a cell that `row_or_cell` found, its address among them."""
        return self.scannable[match.start() + len(b"<c") + len(self.prefix) : match.end("others")]

    def type_of(self, attributes: bytes) -> tuple[bytes, bool]:
        """A cell's type, and whether it is marked dynamic, by its attributes without the address."""
        named = attributes_of(attributes)
        kind = named.get("t")
        found = self.types[attributes] = b"" if kind is None else kind.encode() or b"''", "cm" in named
        return found

    def checked(
        self, kind: bytes, formula: bytes | None, value: bytes | None, inline: str | None, row: int, column: int
    ) -> bytes:
        """The type of a cell whose content is of the kind that it says; any other is refused."""
        stripped = value.strip() if value else b""
        if inline is not None and (kind != b"inlineStr" or stripped):
            self.refuse_cell("an inline text and besides it", kind + b" " + stripped, row, column)
        if kind == b"inlineStr" and inline is None and stripped:
            if formula is None:
                self.refuse_cell("an inline text that is not one:", stripped, row, column)
            return b"str"  # a formula's text under the wrong name, as some libraries write it
        if kind == b"s" and stripped and whole_number(stripped.decode(), LAST_STRING) is None:
            self.refuse_cell("the shared string", stripped, row, column)
        if kind == b"b" and stripped and stripped not in TRUTH:
            self.refuse_cell("the truth value", stripped, row, column)
        if kind == b"e" and stripped and not ERROR.fullmatch(stripped):
            self.refuse_cell("the error", stripped, row, column)
        if kind not in KINDS:
            self.refuse_cell("the kind", kind, row, column)
        return kind

    def refuse_cell(self, what: str, text: bytes, row: int, column: int) -> NoReturn:
        """What a cell holds cannot be."""
        place = address(row, column)
        shown = text[:40].decode("utf-8", "replace")
        raise DamagedFile(f"{self.part} is damaged: {place} holds {what} {shown!r}", part=self.part, cell=place)

    def refuse(self, what: str, row: int) -> NoReturn:
        """The rows and cells do not follow each other as they must."""
        where = f" after row {row}" if row else ""
        raise DamagedFile(f"{self.part} is damaged: {what}{where}", part=self.part)

    def unusual(self, content: bytes, row: int, column: int) -> tuple[bytes, bytes | None, bytes | None, str | None]:
        """The formula's attributes and text, the value and the inline string of a cell in an unusual form."""
        plain = self.patterns.plain_inline.fullmatch(content)
        if plain is not None:
            return b"", None, None, unescape(decode(plain[1]))
        formula = value = None
        attributes = b""
        inline: str | None = None
        seen = set()
        for match in self.patterns.piece.finditer(content):
            kind = match.lastgroup or ""
            if kind in seen or kind == "stray":
                self.refuse_cell("what does not belong in a cell:", content[match.start() :], row, column)
            seen.add(kind)
            if kind == "formula":
                attributes, formula = match["formula_attributes"], match["formula_text"] or b""
            elif kind == "value":
                value = match["value_text"] or b""
            elif kind == "inline":
                inline = self.inline_text(match["inline_text"] or b"")
        return attributes, formula, value, inline

    def inline_text(self, content: bytes) -> str:
        """The text of an inline string: it is built as a shared one is."""
        p = self.prefix
        xmlns = b":" + p[:-1] if p else b""
        root = b'<%ssst xmlns%s="%s"><%ssi>%s</%ssi></%ssst>'
        whole = root % (p, xmlns, MAIN_NAMESPACES[0].encode(), p, content, p, p)
        return read_shared_strings(whole, self.part)[0]

    def column_of(self, letters: bytes) -> int:
        """The number of a column, kept for the next cell."""
        column = column_number(letters.decode())
        if column > LAST_COLUMN:
            raise DamagedFile(f"{self.part} is damaged: a cell outside the sheet", part=self.part)
        COLUMN_NUMBERS[letters] = column
        return column

    def row_of(self, attributes: bytes, previous: int) -> int:
        """The number of a row; a row without one follows the row before."""
        match = USUAL_ROW.match(attributes)
        text = match[1].decode() if match else attributes_of(attributes).get("r", str(previous + 1))
        row = whole_number(text, LAST_ROW)
        if not row:
            self.refuse(f"a row of the number {text[:40]!r}", previous)
        if row <= previous:
            self.refuse(f"row {row} comes", previous)
        return row

    def place_of(self, attributes: bytes, row: int, column: int) -> tuple[int, int]:
        """The place of a cell in its row; one without an address follows the cell before."""
        text = attributes_of(attributes).get("r")
        if text is None:
            if column == LAST_COLUMN:
                self.refuse("a cell outside the sheet", row)
            return row, column + 1
        place = None if "$" in text else parse_cell(text)
        if place is None or place[0] != row:
            reason = f"{self.part} is damaged: the cell address {text[:40]!r} in row {row}"
            raise DamagedFile(reason, part=self.part, cell=text[:40])
        return place


def open_sheet(data: bytes, part: str) -> Sheet:
    """Check a worksheet part and find where its cells stand."""
    declared = ENCODING.match(data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise DamagedFile(f"{part} is not stored as UTF-8, which is all that is supported", part=part)
    outline = Outline(data, part)
    if outline.namespace not in MAIN_NAMESPACES or outline.root != "worksheet":
        raise DamagedFile(f"{part} is not a worksheet", part=part)
    if outline.begin < 0:
        raise DamagedFile(f"{part} is damaged: it has no cells' part (sheetData)", part=part)
    scannable = data
    if outline.odd or outline.renamed:
        refuse_oddities(data, outline)
        scannable = BREAK.sub(without_break, data)
    prefix = outline.prefix.encode() + b":" if outline.prefix else b""
    patterns = patterns_for(prefix)
    match = patterns.sheet_data.match(scannable, outline.begin)
    if match is None:
        raise DamagedFile(f"{part} is damaged: it has no cells' part (sheetData)", part=part)
    start = match.end()
    end = start if match[1] else scannable.find(b"</" + prefix + b"sheetData", start)
    if patterns.sheet_data.search(scannable, end) is not None:
        raise DamagedFile(f"{part} is damaged: it has two cells' parts (sheetData)", part=part)
    return Sheet(part, data, scannable, prefix, patterns, start, end)


def reopened(data: bytes, part: str, prefix: str, start: int, end: int) -> Sheet:
    """A worksheet part that was opened and checked before."""
    return Sheet(part, data, data, prefix.encode(), patterns_for(prefix.encode()), start, end)


def without_break(match: re.Match[bytes]) -> bytes:
    """A comment as blanks, a CDATA section as a text without < and &, of the same length: no byte moves."""
    if match[1] is None:
        return b" " * len(match[0])
    return b"\x03" * len(b"<![CDATA[") + match[1].translate(MASK) + b"\x03" * len(b"]]>")


def unmasked(text: bytes) -> bytes:
    """What was a CDATA section as the text that means the same."""
    return MASKED.sub(lambda match: UNMASKED[match[0]], text)


class Outline:
    """What expat finds in a worksheet part that is well-formed: its root, and where its cells begin."""

    def __init__(self, data: bytes, part: str) -> None:
        self.part = part
        self.namespace = self.root = self.prefix = ""
        self.begin = -1
        self.odd = False  # comments, processing instructions or CDATA sections
        self.renamed = False  # a namespace of the cells under a second prefix, or their prefix for another
        self._depth = 0
        self._declared: list[tuple[str, str]] = []
        self._parser = parser = safe_parser()
        parser.namespace_prefixes = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartNamespaceDeclHandler = lambda prefix, uri: self._declared.append((prefix or "", uri or ""))
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._mark
        parser.StartCdataSectionHandler = self._mark
        parse_safely(parser, data, part)
        self.renamed = any(
            (uri in MAIN_NAMESPACES) != (prefix == self.prefix) or (prefix == self.prefix and uri != self.namespace)
            for prefix, uri in self._declared
        )

    def _open(self, tag: str, _: dict[str, str]) -> None:
        namespace, name, prefix = split_tag(tag)
        self._depth += 1
        if self._depth == 1:
            self.namespace, self.root, self.prefix = namespace, name, prefix
        elif self._depth == 2 and name == "sheetData" and namespace == self.namespace:
            self.begin = self._parser.CurrentByteIndex
            self._parser.StartElementHandler = self._parser.EndElementHandler = None

    def _close(self, _: str) -> None:
        self._depth -= 1

    def _mark(self, *_: object) -> None:
        self.odd = True


def refuse_oddities(data: bytes, outline: Outline) -> None:
    """Refuse what the expressions for one prefix would pass over, or take for what it is not.

    Among the cells stand elements of one namespace under one prefix, and no comment stands inside a text.
    """
    inside: list[str] = []
    parser = safe_parser()
    parser.namespace_prefixes = True

    def refuse(what: str) -> NoReturn:
        reason = f"{outline.part} is damaged: {what} (line {parser.CurrentLineNumber})"
        raise DamagedFile(reason, part=outline.part)

    def begin(tag: str, _: dict[str, str]) -> None:
        namespace, name, prefix = split_tag(tag)
        if name == "sheetData" or inside:
            if (namespace in MAIN_NAMESPACES) != (prefix == outline.prefix):
                refuse(f"<{name}> under a second prefix for the main namespace, or under its prefix for another")
            inside.append(name)

    def end(_: str) -> None:
        if inside:
            inside.pop()

    def remark(*_: object) -> None:
        if inside and inside[-1] in TEXT_ELEMENTS:
            refuse(f"a comment in the text of <{inside[-1]}>")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CommentHandler = parser.ProcessingInstructionHandler = remark
    parse_safely(parser, data, outline.part)


def split_tag(tag: str) -> tuple[str, str, str]:
    """Namespace, local name and prefix of an element as expat names it."""
    pieces = tag.split(" ")
    if len(pieces) == 1:
        return "", pieces[0], ""
    return pieces[0], pieces[1], pieces[2] if len(pieces) > 2 else ""


def attributes_of(text: bytes) -> dict[str, str]:
    """The attributes of an element, read from its start tag."""
    return {
        match[1].decode(): decode(match[2] if match[2] is not None else match[3])
        for match in ATTRIBUTE.finditer(text)
    }  # fmt: skip
