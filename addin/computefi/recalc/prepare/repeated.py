"""Rows that say the same as the row above, as those of a model and of a table do: they are read row by row.

<row r="7"><c r="A7"><v>7</v></c><c r="B7"><f>A7*2</f><v>14</v></c></row>   after the same in rows 5 and 6
→   one comparison with what row 6 leads to expect, and the values 7 and 14

A row is taken here only where every byte but those of its values is as expected from a row that was read cell by cell,
and where each value is one of its kind. Any other row, and whatever is damaged, is left to that reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computefi.recalc.prepare.columns import NO_GROUP, FormulaCells
from computefi.recalc.prepare.copy import Copy
from computefi.recalc.prepare.groups import Groups
from computefi.xlsx.cells import column_letters, column_number
from computefi.xlsx.sheet import ERROR, TRUTH, Sheet

TOKEN = re.compile(
    rb'(?P<row><row r="[0-9]{1,7}")|<c r="(?P<letters>[A-Z]{1,3})(?P<digits>[0-9]{1,7})"'
    rb"|<f>(?P<formula>[^<]*)</f>|(?P<shared><f [^<>]*/>)(?=<v>)|<v>(?P<value>[^<]*)</v>"
)
CELL = re.compile(rb"<c[\s/>]")
# What a row is cut at, and what stands there in a pattern; XML cannot hold it.
CUTS, CUT = (b"</v>", b"</f>"), b"<v>"
MARK = b"\x00"
# The pieces of rows that are held at a time.
PIECES = 2**16
PATIENCE = 255
# So many rows are read sooner together than cell by cell.
WORTH = 8
CONSTANTS = (b"", b"n", b"s", b"b")
FORMULAS = (b"", b"n", b"str", b"b", b"e")
NUMBERS = (b"", b"n")


class Entry(NamedTuple):
    """A cell with content in a row that was read cell by cell; `usual`: a number could be put in after its formula."""

    column: int
    kind: bytes
    group: int | None
    usual: bool


class Hole(NamedTuple):
    """A value in a row, by its place among the pieces that the row is cut into; of a formula the piece with which it
    ends, and how many bytes before the end of what is cut out after that.
    """

    entry: Entry
    piece: int
    before: int = 0


class Unlike(Exception):
    """A row or its values are not what can be read here."""


@dataclass(slots=True)
class Form:
    """What the rows below one are expected to be."""

    line: list[Entry]
    hidden: bool
    # The row with MARK where it is cut, its numbers to be put in, and how far each of them is from the row's own.
    pattern: bytes = b""
    offsets: list[int] = field(default_factory=list)
    literal: list[int] = field(default_factory=list)
    # The bytes that are cut out after each piece.
    cuts: list[int] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    # Where the formulas end.
    formulas: list[Hole] = field(default_factory=list)
    in_copy: bytes = b""

    @classmethod
    def of(cls, content: bytes, row: int, line: list[Entry], groups: Groups, hidden: bool) -> Form:
        """The form of a row of these bytes."""
        form = cls(line, hidden)
        entries = {entry.column: entry for entry in line}
        pattern: list[bytes] = []
        column = cells = place = 0
        if not content.startswith(b'<row r="%d"' % row):
            raise Unlike
        for match in TOKEN.finditer(content):
            pattern.append(content[place : match.start()].replace(b"%", b"%%"))
            place = match.end()
            if match["row"] is not None:
                pattern.append(b'<row r="%b"')
                form.offsets.append(0)
            elif match["digits"] is not None:
                if int(match["digits"]) != row:
                    raise Unlike
                column, cells = column_number(match["letters"].decode()), cells + 1
                pattern.append(b'<c r="%s%%b"' % match["letters"])
                form.offsets.append(0)
            elif match["formula"] is not None:
                relative = groups.above(column)
                if relative.at(row) != match["formula"]:
                    raise Unlike
                pattern += [b"<f>", relative.template, MARK]
                form.offsets += relative.offsets
                form.formulas.append(Hole(entries[column], len(form.cuts)))
                form.literal.append(len(form.cuts))
                form.cuts.append(len(b"</f>"))
            elif match["shared"] is not None:
                # It belongs to its group in every row; its text is that of the group's first cell.
                pattern.append(match["shared"].replace(b"%", b"%%"))
                form.formulas.append(Hole(entries[column], len(form.cuts), len(b"<v>")))
            else:
                form.holes.append(Hole(entries[column], len(form.cuts) + 1))
                pattern.append(MARK + MARK)
                form.literal.append(len(form.cuts))
                form.cuts += [len(b"<v>"), len(b"</v>")]
        pattern.append(content[place:].replace(b"%", b"%%"))
        form.literal.append(len(form.cuts))
        form.pattern = b"".join(pattern)
        form._check(content, cells)
        form._write()
        return form

    def _check(self, content: bytes, cells: int) -> None:
        """Refuse a row of which not every cell was understood."""
        formulas = [entry for entry in self.line if entry.group is not None]
        constants = [entry for entry in self.line if entry.group is None]
        filled = [hole.entry for hole in self.holes]
        if (
            cells != len(CELL.findall(content))
            or content.count(b"<v>") != content.count(b"</v>")
            or [hole.entry for hole in self.formulas] != formulas
            or [entry for entry in filled if entry.group is None] != constants
            or len(set(filled)) != len(filled)
            or any(entry.kind not in (CONSTANTS if entry.group is None else FORMULAS) for entry in self.line)
            or any(entry.kind not in NUMBERS and entry not in filled for entry in formulas)
            or self.pattern.count(MARK) != len(self.cuts)
        ):
            raise Unlike

    def _write(self) -> None:
        """How such a row reads in the engine's copy, with MARK for the row's number."""
        cells = []
        for column, kind, group, _ in self.line:
            place = column_letters(column).encode() + MARK
            if group is None:
                type_of = b"" if kind in NUMBERS else b' t="%s"' % kind
                cells.append(b'<c r="%s"%s><v>%%b</v></c>' % (place, type_of))
            else:
                cells.append(Copy.member_cell(place, group))
        self.in_copy = b'<row r="%s"%s>%s</row>' % (MARK, b' hidden="1"' if self.hidden else b"", b"".join(cells))


@dataclass(slots=True)
class RepeatedRows:
    """The rows of one sheet, as it is read."""

    sheet: Sheet
    index: int
    copy: Copy
    groups: Groups
    cells: FormulaCells
    hidden: frozenset[int]
    # Takes note of shared strings by their numbers; false where one is beyond them, or they are too long together.
    strings: Callable[[NDArray[np.int64]], bool]
    # The last row of an array formula or a data table: whatever stands in it is not what it seems.
    blocked: int = 0
    last_row: int = 1
    # The cells of the present row, and whether all of them are of a kind that can be repeated.
    line: list[Entry] = field(default_factory=list)
    _sound: bool = True
    _before: list[Entry] = field(default_factory=list)
    _start: int = 0
    _form: Form | None = None
    # Rows that are not tried, where too few before were alike: twice as many each time.
    _wait: int = 0
    _waited: int = 0

    def spoil(self) -> None:
        """The present row cannot be repeated."""
        self._sound = False

    def past(self, start: int, row: int) -> tuple[int, int]:
        """Where to read on, and after which row, at a row that starts here."""
        line, before, begun = self.line if self._sound else [], self._before, self._start
        self.line, self._before, self._start, self._sound = [], line, start, True
        if not line or line != before or row < self.blocked:
            return start, row
        if self._waited < self._wait:
            self._waited += 1
            return start, row
        if self._form is None or self._form.line != line or self._form.hidden != (row in self.hidden):
            try:
                content = self.sheet.data[begun:start]
                self._form = Form.of(content, row, line, self.groups, row in self.hidden)
            except (Unlike, KeyError):
                self._form = None
        first = row
        while self._form is not None:
            position, last = self._take(self._form, start, row)
            if last == row:
                self._form = None
            start, row = position, last
        self._wait, self._waited = (0, 0) if row - first >= WORTH else (min(2 * self._wait + 1, PATIENCE), 0)
        self._start = start
        return start, row

    def _take(self, form: Form, start: int, row: int) -> tuple[int, int]:
        """Take the rows that are as expected, as many as are held at a time; where they end, and the last of them."""
        data, end, mark, last = self.sheet.data, self.sheet.end, b"<row", row
        slots = sorted(set(form.offsets))
        numbers = itemgetter(*map(slots.index, form.offsets), 0)
        literal = itemgetter(*form.literal, 0)
        count, pieces, position = len(form.cuts) + 1, list[bytes](), start
        most = self.groups.reach(row)
        while position < end and last < most and len(pieces) < PIECES:
            found = data.find(mark, position + len(mark), end)
            after = end if found < 0 else found
            line = data[position:after]
            for cut in CUTS:
                line = line.replace(cut, CUT)
            parts = line.split(CUT)
            written = numbers([b"%d" % (last + 1 + offset) for offset in slots])[:-1]
            if len(parts) != count or literal(parts) != literal((form.pattern % written).split(MARK)):
                break
            if (last + 1 in self.hidden) != form.hidden:
                break
            pieces += parts
            position, last = after, last + 1
        if last == row:
            return start, row
        try:
            self._keep(form, pieces, start, row + 1)
        except (Unlike, ValueError):
            return start, row
        self.last_row = last
        return position, last

    def _keep(self, form: Form, pieces: list[bytes], start: int, first: int) -> None:
        """Note the formulas of rows, and put the rows into the copy."""
        count = len(form.cuts) + 1
        rows = np.arange(first, first + len(pieces) // count)
        texts = {hole.entry: pieces[hole.piece :: count] for hole in form.holes}
        numbers = {entry: numbers_in(entry, found) for entry, found in texts.items()}
        strings = [np.array(list(map(int, found))) for entry, found in texts.items() if entry.kind == b"s"]
        if strings and not self.strings(np.concatenate(strings)):
            raise Unlike
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        lengths += np.tile([*form.cuts, 0], len(rows))
        after = (start + np.cumsum(lengths)).reshape(len(rows), count)
        formulas = [hole.entry for hole in form.formulas]
        if formulas:
            nothing = np.full(len(rows), np.nan)
            found = [numbers.get(entry, nothing) for entry in formulas]
            usual = np.array([entry.usual and entry.kind != b"n" for entry in formulas])
            ends = after[:, [hole.piece for hole in form.formulas]] - [hole.before for hole in form.formulas]
            groups = [NO_GROUP if entry.group is None else entry.group for entry in formulas]
            known = len(self.cells)
            self.cells.extend(
                rows, [entry.column for entry in formulas], np.where(usual, ends, 0), groups, np.column_stack(found)
            )
            for place, entry in enumerate(formulas):
                if entry.kind not in NUMBERS:
                    places = range(known + place, len(self.cells), len(formulas))
                    self.cells.others.update(zip(places, ((entry.kind, text) for text in texts[entry]), strict=True))
        constants = [texts[entry] for entry in form.line if entry.group is None]
        self.copy.rows(self.index, form.in_copy, MARK, rows.tolist(), list(zip(*constants, strict=True)))


def numbers_in(entry: Entry, texts: Sequence[bytes]) -> NDArray[np.float64]:
    """The numbers that these are, NaN for nothing; what is not of the kind that it should be is unlike."""
    nothing, together = np.full(len(texts), np.nan), b" ".join(texts)
    if b"<" in together:
        raise Unlike
    if entry.kind not in NUMBERS:
        fits = {
            b"s": lambda text: text.isdigit() and len(text) <= 9,
            b"b": lambda text: text in TRUTH,
            b"e": lambda text: ERROR.fullmatch(text) is not None,
            b"str": lambda _: True,
        }[entry.kind]
        if not all(map(fits, set(texts))):
            raise Unlike
        return nothing
    filled = texts if all(texts) else [text or b"nan" for text in texts]
    numbers = np.array(list(map(float, filled)))
    empty = np.array(list(map(len, texts))) == 0
    if b"_" in together or not np.all(empty | np.isfinite(numbers)) or (entry.group is None and empty.any()):
        raise Unlike
    return numbers
