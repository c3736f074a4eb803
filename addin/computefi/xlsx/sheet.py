"""The cells of a worksheet part: found by their bytes, so that a value can be replaced where it stands.

expat first checks the whole part (well-formed, no document type); only then is it cut into cells by one
regular expression, which is several times quicker than callbacks per element.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.errors import DamagedFile
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, column_number
from computefi.xlsx.workbook import parse_safely, safe_parser, unescape

ATTRIBUTES = rb"""(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
ATTRIBUTE = re.compile(rb"""([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
TYPE = re.compile(rb"""\st\s*=\s*["']([A-Za-z]*)["']""")
DYNAMIC = re.compile(rb"""\scm\s*=""")
ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
BREAK = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.S)


COLUMN_NUMBERS: dict[bytes, int] = {}


class Patterns(NamedTuple):
    """The expressions for one namespace prefix."""

    row_or_cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    value: re.Pattern[bytes]
    inline: re.Pattern[bytes]
    sheet_data: re.Pattern[bytes]
    inside: re.Pattern[bytes]


class Cell(NamedTuple):
    """One stored cell, its texts still in bytes."""

    row: int
    column: int
    kind: bytes
    dynamic: bool
    formula: bytes | None
    formula_attributes: bytes
    value: bytes | None
    inline: bytes | None
    # Where the formula ends, in a cell that holds it, perhaps a value, and nothing else; 0 elsewhere.
    end: int


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

    def cells(self) -> Iterator[Cell]:
        """The stored cells in the order of the file."""
        row = column = 0
        # Half a million cells come through here: no look-up by name, no call that can be spared.
        new, columns, types = tuple.__new__, COLUMN_NUMBERS, self.types
        last = b""
        for match in self.patterns.row_or_cell.finditer(self.scannable, self.start, self.end):
            letters, digits, others, content, f_attributes, formula, value, rest, row_start, *_ = match.groups()
            if letters is None:
                if others is None:
                    if row_start is not None:
                        row, column = self.row_of(row_start, row), 0
                    continue
                row, column = self.place_of(others, row, column)
            else:
                column = columns.get(letters) or self.column_of(letters)
                if digits != last:
                    row, last = int(digits), digits
                    if not 1 <= row <= LAST_ROW:
                        raise DamagedFile(f"{self.part} is damaged: row {row}", part=self.part)
            if rest is None:
                continue
            inline, end = None, 0
            if rest:
                f_attributes, formula, value, inline = self.unusual(content)
            elif formula:
                end = match.end(6)
            kind, dynamic = types.get(others) or self.type_of(others)
            yield new(Cell, (row, column, kind, dynamic, formula, f_attributes or b"", value, inline, end))

    def attributes_in(self, match: re.Match[bytes]) -> bytes:
        """The attributes of a cell that `row_or_cell` found, its address among them."""
        return self.scannable[match.start() + len(b"<c") + len(self.prefix) : match.end("others")]

    def type_of(self, attributes: bytes) -> tuple[bytes, bool]:
        """A cell's type, and whether it is marked dynamic, by its attributes without the address."""
        kind = TYPE.search(attributes)
        found = self.types[attributes] = kind[1] if kind else b"", DYNAMIC.search(attributes) is not None
        return found

    def unusual(self, content: bytes) -> tuple[bytes, bytes | None, bytes | None, bytes | None]:
        """The formula's attributes and text, the value and the inline string of a cell in an unusual form."""
        formula = self.patterns.formula.search(content)
        value = self.patterns.value.search(content)
        inline = self.patterns.inline.search(content)
        inside = self.patterns.inside.findall(content)
        if inside.count(b"f") != (formula is not None) or inside.count(b"v") != (value is not None) or b"c" in inside:
            raise DamagedFile(
                f"{self.part} is damaged: a cell holds two formulas, two values or another cell", part=self.part
            )
        return (
            b"" if formula is None else formula[1],
            None if formula is None else (formula[2] or b""),
            None if value is None else (value[1] or b""),
            None if inline is None else inline[1],
        )

    def column_of(self, letters: bytes) -> int:
        """The number of a column, kept for the next cell."""
        column = COLUMN_NUMBERS[letters] = column_number(letters.decode())
        if column > LAST_COLUMN:
            del COLUMN_NUMBERS[letters]
            raise DamagedFile(f"{self.part} is damaged: a cell outside the sheet", part=self.part)
        return column

    def row_of(self, attributes: bytes, previous: int) -> int:
        """The number of a row; a row without one follows the row before."""
        match = ROW_NUMBER.search(attributes)
        row = int(match[1]) if match else previous + 1
        if not 1 <= row <= LAST_ROW:
            raise DamagedFile(f"{self.part} is damaged: row {row}", part=self.part)
        return row

    def place_of(self, attributes: bytes, row: int, column: int) -> tuple[int, int]:
        """The place of a cell; one without an address follows the cell before."""
        match = PLACE.search(attributes)
        if match is None:
            return row, column + 1
        row, column = int(match[2]), column_number(match[1].decode())
        if not 1 <= row <= LAST_ROW or column > LAST_COLUMN:
            raise DamagedFile(f"{self.part} is damaged: a cell outside the sheet", part=self.part)
        return row, column


def open_sheet(data: bytes, part: str) -> Sheet:
    """Check a worksheet part and find where its cells stand."""
    declared = ENCODING.match(data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise DamagedFile(f"{part} is not stored as UTF-8, which is all that is supported", part=part)
    root: list[str] = []
    odd: list[bool] = []
    parser = safe_parser()
    parser.namespace_prefixes = True

    def first_element(tag: str, _: dict[str, str]) -> None:
        root.extend(tag.split(" "))
        parser.StartElementHandler = None

    def mark(*_: object) -> None:
        odd.append(True)

    parser.StartElementHandler = first_element
    parser.CommentHandler = mark
    parser.ProcessingInstructionHandler = mark
    parser.StartCdataSectionHandler = mark
    parse_safely(parser, data, part)
    if len(root) < 2 or root[1] != "worksheet":
        raise DamagedFile(f"{part} is not a worksheet", part=part)
    prefix = root[2].encode() + b":" if len(root) > 2 else b""
    scannable = data
    if odd:
        if b"<![CDATA[" in data:
            raise DamagedFile(f"{part} has CDATA sections, which are not supported", part=part)
        # Comments become blanks of the same length: what stands in them is not a cell, and no byte moves.
        scannable = BREAK.sub(lambda match: b" " * len(match[0]), data)
    patterns = patterns_for(prefix)
    match = patterns.sheet_data.search(scannable)
    if match is None:
        raise DamagedFile(f"{part} is damaged: it has no cells' part (sheetData)", part=part)
    end = scannable.find(b"</" + prefix + b"sheetData", match.end())
    start = match.end()
    if match[1] or end < 0:
        end = start
    return Sheet(part, data, scannable, prefix, patterns, start, end)


def patterns_for(prefix: bytes) -> Patterns:
    """The expressions that find rows, cells, formulas and values under one namespace prefix."""
    p, a = re.escape(prefix), ATTRIBUTES
    return Patterns(
        re.compile(
            # The usual form of a cell is read by its groups; whatever else is in it is the rest.
            rb'<%(p)sc(?:\s+r="(?P<letters>[A-Z]{1,3})(?P<digits>[0-9]{1,7})")?(?P<others>%(a)s)\s*'
            rb"(?:/>|>(?P<content>(?:<%(p)sf(?P<f_attributes>%(a)s)>(?P<formula>[^<]*)</%(p)sf>)?"
            rb"(?:<%(p)sv>(?P<value>[^<]*)</%(p)sv>|<%(p)sv\s?/>)?(?P<rest>.*?))</%(p)sc\s*>)"
            rb"|<%(p)srow(?P<row>%(a)s)\s*(?P<empty>/?)>|</%(p)s(?P<row_end>row)\s*>" % {b"p": p, b"a": a},
            re.S,
        ),
        re.compile(rb"<%(p)sf(%(a)s)\s*(?:/>|>([^<]*)</%(p)sf\s*>)" % {b"p": p, b"a": a}),
        re.compile(rb"<%(p)sv%(a)s\s*(?:/>|>([^<]*)</%(p)sv\s*>)" % {b"p": p, b"a": a}),
        re.compile(rb"<%(p)sis%(a)s\s*>(.*?)</%(p)sis\s*>" % {b"p": p, b"a": a}, re.S),
        re.compile(rb"<%(p)ssheetData%(a)s\s*(/?)>" % {b"p": p, b"a": a}),
        re.compile(rb"<%(p)s(f|v|c)[\s/>]" % {b"p": p}),
    )


def attributes_of(text: bytes) -> dict[str, str]:
    """The attributes of an element, read from its start tag."""
    return {
        match[1].decode(): decode(match[2] if match[2] is not None else match[3])
        for match in ATTRIBUTE.finditer(text)
    }  # fmt: skip


def decode(text: bytes) -> str:
    """The characters that stand for the stored bytes."""
    plain = text.decode("utf-8")
    return html.unescape(plain) if "&" in plain else plain


def inline_text(content: bytes) -> str:
    """The text of an inline string, without its formats and its phonetic reading."""
    content = re.sub(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh\s*>", b"", content, flags=re.S)
    return unescape("".join(decode(t) for t in re.findall(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<", content)))
