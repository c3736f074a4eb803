"""Values put into the stored bytes of a sheet: only `<v>` and `t=` of the cells that changed are different.

Cells that are not in the file yet (the block of an array formula that openpyxl wrote, a spill that grew, an input
that was blank) are put in where they belong.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from computefi.errors import CODES, Code
from computefi.xlsx.cells import LAST_COLUMN, Value, address, whole_number
from computefi.xlsx.fast import LEAST_ALIKE, in_json
from computefi.xlsx.sheet import COLUMN_NUMBERS, Sheet, decode, unmasked
from computefi.xlsx.workbook import escaped, unescape

STORED_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
DROPPED = re.compile(rb"""\s(?:t|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")
SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
REF = re.compile(rb"""(\sref\s*=\s*)(?:"[^"]*"|'[^']*')""")

# Whole numbers below this are written without a decimal point.
PLAIN = 1e15
# Cells that are put together at a time.
MANY = 2**14

Place = tuple[int, int]


def stored_form(value: Value) -> tuple[bytes, bytes]:
    """A value as the file holds it: the cell's type and the text of its `<v>`."""
    if isinstance(value, bool):
        return b"b", b"1" if value else b"0"
    if isinstance(value, Code):
        # Newer errors are stored as #VALUE! with a rich value beside them, which is not forged here.
        return b"e", (value.value if value.value in STORED_ERRORS else "#VALUE!").encode()
    if isinstance(value, str):
        return b"str", escaped(value).encode("utf-8", "replace")
    return b"", number_text(0.0 if value is None else float(value))


def shown_value(kind: bytes, text: bytes | None) -> Value:
    """What a cell of this type with this text in its `<v>` shows; the other way round. Shared strings are not its
    concern."""
    if text is None or (not text and kind != b"str"):
        return None
    plain = decode(text)
    if kind == b"str":
        return unescape(plain)
    if kind == b"b":
        return plain.strip() == "1"
    if kind == b"e":
        return CODES.get(plain.strip(), Code.VALUE)
    try:
        return float(plain)
    except ValueError:
        return None


def number_text(number: float) -> bytes:
    """The shortest text that reads back as the same number."""
    if not math.isfinite(number):
        raise ValueError("a cell cannot hold a number that is not finite")
    if number.is_integer() and -PLAIN < number < PLAIN:
        return b"%d" % int(number)
    return repr(number).upper().encode()


def number_texts(numbers: Sequence[float]) -> list[bytes]:
    """`number_text` of many numbers; an encoder of JSON spells them three times as quickly, or more."""
    if not numbers:
        return []
    # −0 is no number of Excel's.
    spelled = in_json([number + 0.0 for number in numbers])[1:-1].upper()
    texts = f"{spelled},".replace(".0,", ",").encode()[:-1].split(b",")
    for place, number in enumerate(numbers):
        if number and not LEAST_ALIKE <= abs(number) < PLAIN:
            texts[place] = number_text(number)
    return texts


def unchanged(kind: bytes, value: bytes | None, new: Value) -> bool:
    """Whether the file holds the value already, perhaps in other words (Excel writes 17 digits)."""
    if isinstance(new, str):
        return kind == b"str" and value is not None and unescape(decode(value)) == new
    if isinstance(new, (bool, Code)):
        new_kind, text = stored_form(new)
        return kind == new_kind and value is not None and value.strip() == text
    if kind not in (b"", b"n") or not value:
        return False
    try:
        return float(value) == (0.0 if new is None else new)
    except ValueError:
        return False


@dataclass(slots=True)
class Usual:
    """Values for formula cells in the usual form, in the order of the file, and where their formulas end."""

    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    ends: Sequence[int] = ()
    values: Sequence[Value] = ()
    # Those, by their place here, that are no numbers, or were none.
    retyped: Collection[int] = ()


class SheetPatch:
    """The changes to one sheet, applied in a single pass over its bytes."""

    def __init__(self, sheets: Sequence[Sheet], index: int) -> None:
        """The sheet is asked for when the changes are applied: it may have to be opened for that."""
        self._sheets, self._index = sheets, index
        self._values: dict[Place, Value] = {}
        self._inputs: set[Place] = set()
        self._blank: set[Place] = set()
        self._refs: dict[Place, bytes] = {}
        self.usual = Usual()

    def __bool__(self) -> bool:
        return bool(len(self.usual.values) or self._values or self._blank or self._refs)

    def put(self, row: int, column: int, value: Value) -> None:
        """Show this value in a cell, which is made if it is not there."""
        self._values[row, column] = value

    def put_input(self, row: int, column: int, value: Value) -> None:
        """Change a constant; a text becomes an inline string, as a cell without a formula holds it."""
        self._values[row, column] = value
        self._inputs.add((row, column))

    def clear(self, row: int, column: int) -> None:
        """Leave a cell without content, if it is there; its format stays."""
        self._blank.add((row, column))

    def extend(self, row: int, column: int, ref: str) -> None:
        """Say how far the dynamic array in this cell now reaches."""
        self._refs[row, column] = ref.encode()

    @property
    def _sheet(self) -> Sheet:
        return self._sheets[self._index]

    def apply(self) -> bytes:
        """The sheet part with the changes in it."""
        if not (self._values or self._blank or self._refs):
            return self._usual_alone()
        usual = self.usual
        self._values.update(zip(zip(usual.rows, usual.columns, strict=True), usual.values, strict=True))
        sheet = self._sheet
        data, prefix = sheet.data, sheet.prefix
        pending: list[Place] = sorted(self._values)
        pending.reverse()
        head, tail = self._around()
        out = bytearray(head)
        copied = sheet.start
        row = column = 0
        in_row = False
        values, blank, refs = self._values, self._blank, self._refs
        closing, opened, closed = len(b"</f>") + len(prefix), b"<%sv>" % prefix, b"</%sv></%sc>" % (prefix, prefix)
        for match in sheet.patterns.row_or_cell.finditer(sheet.scannable, sheet.start, sheet.end):
            start, end = match.span()
            letters, digits, others, _, _, formula, _, rest, *_ = match.groups()
            if others is not None:
                if letters is not None:
                    row, column = int(digits), COLUMN_NUMBERS.get(letters) or sheet.column_of(letters)
                else:
                    row, column = sheet.place_of(others, row, column)
                place = (row, column)
                if pending and pending[-1] < place:
                    out += data[copied:start]
                    copied = start
                    while pending and pending[-1] < place:
                        out += self._new_cell(pending.pop())
                if pending and pending[-1] == place:
                    pending.pop()
                value = values.get(place)
                if (
                    isinstance(value, float) and formula and not rest and place not in refs
                    and b" t" not in others and b" vm" not in others
                ):  # fmt: skip
                    # A number after a formula, by far the most frequent: all up to its <v> stays as it is.
                    out += data[copied : match.end("formula") + closing]
                    out += opened + number_text(value) + closed
                    copied = end
                    continue
                if value is not None or place in values or place in blank or place in refs:
                    out += data[copied:start] + unmasked(self._patched(place, match))
                    copied = end
                continue
            if match["row"] is None:
                if not in_row:
                    continue
                out += data[copied:start]
                copied = start
                while pending and pending[-1][0] == row:
                    out += self._new_cell(pending.pop())
                in_row = False
                continue
            row, column = sheet.row_of(match["row"], row), 0
            if pending and pending[-1][0] < row:
                out += data[copied:start]
                copied = start
                out += b"".join(self._new_rows(pending, row))
            in_row = not match["empty"]
            if in_row and self._outgrows(match["row"], row, pending):
                tag = match[0][:-1]
                out += data[copied:start] + SPANS.sub(b"", tag) + b">"
                copied = end
            if match["empty"] and pending and pending[-1][0] == row:
                # An empty row opens for its new cells.
                out += data[copied:start] + b"<%srow%s>" % (prefix, SPANS.sub(b"", match["row"]))
                while pending and pending[-1][0] == row:
                    out += self._new_cell(pending.pop())
                out += b"</%srow>" % prefix
                copied = end
        out += data[copied : sheet.end]
        out += b"".join(self._new_rows(pending, None))
        out += tail
        return bytes(out)

    def _usual_alone(self) -> bytes:
        """The sheet part where nothing but formula cells of the usual form changes."""
        data, prefix, ends, values = self._sheet.data, self._sheet.prefix, self.usual.ends, self.usual.values
        end_of_cell, closed = b"</%sc" % prefix, b"</%sv></%sc>" % (prefix, prefix)
        opened, find = b"<%sv>" % prefix, data.index
        forms = {place: stored_form(values[place]) for place in sorted(self.usual.retyped)}
        numbers = [value if isinstance(value, float) else 0.0 for value in values] if forms else values
        texts = number_texts(cast("Sequence[float]", numbers))
        for place, (_, text) in forms.items():
            texts[place] = text
        retyped = list(forms)
        out, copied = bytearray(), 0
        for first in range(0, len(ends), MANY):
            some = ends[first : first + MANY]
            after = [copied, *[find(b">", find(end_of_cell, end)) + 1 for end in some]]
            copied = after.pop()
            shown = [opened + text + closed for text in texts[first : first + MANY]]
            between = [data[begin:end] for begin, end in zip(after, some, strict=True)]
            for place in retyped[bisect_left(retyped, first) : bisect_left(retyped, first + MANY)]:
                kind, text = forms[place]
                between[place - first] = self._retyped(between[place - first], kind)
                if kind == b"str" and text != text.strip():
                    shown[place - first] = b'<%sv xml:space="preserve">' % prefix + text + closed
            out += b"".join(itertools.chain.from_iterable(zip(between, shown, strict=True)))
        out += data[copied:]
        return bytes(out)

    def _retyped(self, before: bytes, kind: bytes) -> bytes:
        """What stands before a cell's value, its formula last, with another type in its start tag."""
        prefix = self._sheet.prefix
        formula = before.rfind(b"<%sf" % prefix)
        start = before.rfind(b"<", 0, formula)
        attributes = DROPPED.sub(b"", before[start + len(b"<c") + len(prefix) : formula - 1].rstrip())
        kind_text = b' t="%s"' % kind if kind else b""
        return b"%s<%sc%s%s>%s" % (before[:start], prefix, attributes, kind_text, before[formula:])

    def _outgrows(self, attributes: bytes, row: int, pending: list[Place]) -> bool:
        """Whether a row's `spans` would be wrong after its new cells are in."""
        spans = SPANS.search(attributes)
        if spans is None:
            return False
        written = (whole_number(number.decode(), LAST_COLUMN) for number in re.findall(rb"[0-9]+", spans[0]))
        numbers = [number for number in written if number is not None]
        for place in reversed(pending):
            if place[0] != row:
                break
            if not min(numbers, default=1) <= place[1] <= max(numbers, default=0):
                return True
        return False

    def _around(self) -> tuple[bytes, bytes]:
        """What stands before and after the cells; a sheet without cells gets room for them."""
        sheet = self._sheet
        head = sheet.data[: sheet.start]
        tail = sheet.data[sheet.end :]
        if sheet.start == sheet.end and head.rstrip().endswith(b"/>"):
            head = head.rstrip()[:-2] + b">"
            tail = b"</" + sheet.prefix + b"sheetData>" + tail
        return head, tail

    def _new_rows(self, pending: list[Place], before: int | None) -> list[bytes]:
        """Rows that are not in the file, up to the next one that is."""
        prefix = self._sheet.prefix
        out: list[bytes] = []
        while pending and (before is None or pending[-1][0] < before):
            row = pending[-1][0]
            out.append(b'<%srow r="%d">' % (prefix, row))
            while pending and pending[-1][0] == row:
                out.append(self._new_cell(pending.pop()))
            out.append(b"</%srow>" % prefix)
        return out

    def _new_cell(self, place: Place) -> bytes:
        if self._values[place] is None:
            return b""
        return self._content(place, b' r="%s"' % address(*place).encode(), b"", self._values[place], b"")

    def _cell(self, attributes: bytes, kind: bytes, text: bytes | None, before: bytes, after: bytes) -> bytes:
        """A cell element around what stands before and after its value."""
        p = self._sheet.prefix
        kind_text = b' t="%s"' % kind if kind else b""
        space = b' xml:space="preserve"' if kind == b"str" and text and text != text.strip() else b""
        value = b"" if text is None else b"<%sv%s>%s</%sv>" % (p, space, text, p)
        return b"<%sc%s%s>%s%s%s</%sc>" % (p, attributes, kind_text, before, value, after, p)

    def _patched(self, place: Place, match: re.Match[bytes]) -> bytes:
        """A stored cell with its new value; its formula and its format stay as they are."""
        patterns = self._sheet.patterns
        attributes, content = self._sheet.attributes_in(match), match["content"] or b""
        if match["rest"] == b"" and place not in self._refs and place not in self._blank and match["formula"]:
            # The usual form: a formula, perhaps a value, and nothing else.
            end = match.end("formula") - match.start("content") + len(b"</f>") + len(self._sheet.prefix)
            if b" t" in attributes or b" vm" in attributes:
                attributes = DROPPED.sub(b"", attributes)
            return self._cell(attributes, *stored_form(self._values[place]), content[:end], b"")
        formula = patterns.formula.search(content)
        before = content[: formula.end()] if formula else b""
        if place in self._refs:
            before = REF.sub(lambda found: found[1] + b'"' + self._refs[place] + b'"', before, count=1)
            if place not in self._values:
                start = match.start("content") - match.start()
                return match[0][:start] + before + match[0][start + (formula.end() if formula else 0) :]
        found = [m.end() for m in (formula, patterns.value.search(content), patterns.inline.search(content)) if m]
        after = content[max(found, default=0) :]
        attributes = DROPPED.sub(b"", attributes)
        if place in self._blank:
            return self._cell(attributes, b"", None, b"", after)
        value = self._values[place]
        if value is None and not formula:
            return self._cell(attributes, b"", None, b"", after)
        return self._content(place, attributes, before, value, after)

    def _content(self, place: Place, attributes: bytes, before: bytes, value: Value, after: bytes) -> bytes:
        if place in self._inputs and isinstance(value, str):
            p = self._sheet.prefix
            text = stored_form(value)[1]
            inline = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (p, p, text, p, p)
            return self._cell(attributes, b"inlineStr", None, inline, after)
        return self._cell(attributes, *stored_form(value), before, after)
