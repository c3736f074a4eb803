"""Which cells a formula reads, found in its text.

The columns of a model hold the same formula row after row. So a formula's shape, its text without the addresses, is
taken apart once per sheet, and a cell costs little more than finding its addresses. What cannot be told from the text
(OFFSET, INDIRECT, `A1#`) is said to reach anywhere.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from computefi.formulas import structured
from computefi.formulas.functions import EXTENDED, READ_ANYWHERE
from computefi.formulas.tree import (
    ADDRESS,
    ADDRESSES,
    LENGTH_LIMIT,
    SPILL,
    Call,
    Expression,
    Leaf,
    Unreadable,
    leaves_in,
    moved,
    parse_shape,
    plain_name,
    refilled,
    trimmed,
)
from computefi.recalc.prepare.operands import RELATIVE, name_cells
from computefi.recalc.prepare.plan import Plan
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect, address, parse_cell, parse_rect, unquote_sheet
from computefi.xlsx.sheet import attributes_of, decode

Node = tuple[int, int, int]
Area = tuple[int, Rect]

PLAIN = re.compile(f"(?:(?P<sheet>'[^{ADDRESS}']+'|[^{ADDRESS}'!:\\[\\]]+)!)?{ADDRESS}(?P<second>:{ADDRESS})?")
NAME_DEPTH = 8


class Anywhere(Exception):
    """The formula may read cells that its text does not name."""


class Cells(NamedTuple):
    """An operand that is one address, or two with a colon, by their numbers in the formula's list."""

    sheet: int
    first: int
    last: int


class Odd(NamedTuple):
    """Any other operand: its text, and how many addresses were taken out before it."""

    text: str
    first: int


class SumOver(NamedTuple):
    """The third argument of SUMIF: as many cells from its first one as the first argument has."""

    tested: Cells | Odd
    summed: Cells | Odd


Operand = Cells | Odd | SumOver


class Text(NamedTuple):
    """A formula as it is stored."""

    formula: bytes
    attributes: bytes
    dynamic: bool


class Precedents:
    """The formulas of a workbook and what each reads."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._texts: dict[int, dict[tuple[int, int], Text]] = {}
        self._masters: dict[tuple[int, str], tuple[str, int, int]] = {}
        self._shapes: dict[tuple[int, str], list[Operand] | None] = {}
        self._odd: dict[tuple[str, int], list[Area]] = {}
        self._names = {(name.name.casefold(), name.sheet): name for name in plan.workbook.names}

    def text_of(self, node: Node) -> Text:
        """A formula cell's stored text."""
        return self._sheet_texts(node[0])[node[1], node[2]]

    def _sheet_texts(self, sheet: int) -> dict[tuple[int, int], Text]:
        """The formulas of one sheet, read when first asked for."""
        if sheet not in self._texts:
            texts = self._texts[sheet] = {}
            for cell in self._plan.sheets[sheet].cells():
                if cell.formula is None:
                    continue
                texts[cell.row, cell.column] = Text(cell.formula, cell.formula_attributes, cell.dynamic)
                if cell.formula and b"shared" in cell.formula_attributes:
                    attributes = attributes_of(cell.formula_attributes)
                    if attributes.get("t") == "shared":
                        master = (decode(cell.formula), cell.row, cell.column)
                        self._masters[sheet, attributes.get("si", "")] = master
        return self._texts[sheet]

    def written_out(self, node: Node) -> str:
        """A formula's text, that of a shared formula as it reads in this cell."""
        stored = self.text_of(node)
        if stored.formula:
            return decode(stored.formula)
        master = self._master(node, stored)
        return "" if master is None else moved(master[0], address(*master[1:]), address(*node[1:]))

    def _master(self, node: Node, stored: Text) -> tuple[str, int, int] | None:
        return self._masters.get((node[0], attributes_of(stored.attributes).get("si", "")))

    def reads(self, node: Node) -> list[Area]:
        """The cells that a formula reads; Anywhere where its text does not tell."""
        stored = self.text_of(node)
        master = None if stored.formula else self._master(node, stored)
        text = master[0] if master else decode(stored.formula)
        if len(text) > LENGTH_LIMIT:
            return []
        found = ADDRESSES.findall(text)
        operands = self._operands(node[0], ADDRESSES.sub(ADDRESS, text) if found else text)
        if operands is None:
            raise Anywhere
        if master and master[1:] != node[1:]:
            if not all(isinstance(operand, Cells) for operand in operands):
                text = self.written_out(node)
                found = ADDRESSES.findall(text)
            else:
                down, right = node[1] - master[1], node[2] - master[2]
                found = [shifted(place, down, right) for place in found]
        return [area for operand in operands for area in self._areas(operand, found, node)]

    def _operands(self, sheet: int, shape: str) -> list[Operand] | None:
        key = (sheet, shape)
        if key not in self._shapes:
            try:
                self._shapes[key] = list(self._walk(sheet, parse_shape(shape), [0]))
            except Anywhere:
                self._shapes[key] = None
            except Unreadable:
                # Such a formula is never computed.
                self._shapes[key] = []
        return self._shapes[key]

    def _walk(self, sheet: int, expression: Expression, count: list[int]) -> Iterator[Operand]:
        for node in expression:
            if isinstance(node, Leaf):
                if node.kind == "OPERATOR" and ":" in node.text:
                    raise Anywhere
                if node.kind == "RANGE":
                    yield self._operand(sheet, node.text, count[0])
                count[0] += node.text.count(ADDRESS)
                continue
            if isinstance(node, Call):
                name = plain_name(node.name)
                if name in READ_ANYWHERE or ":" in name or (name.casefold(), None) in self._names:
                    raise Anywhere
                count[0] += node.name.count(ADDRESS)
                if name in EXTENDED and len(node.arguments) == 3:
                    yield from self._extended(sheet, node, count[0])
            for part in node.arguments if isinstance(node, Call) else node.parts:
                yield from self._walk(sheet, part, count)

    def _extended(self, sheet: int, node: Call, count: int) -> Iterator[Operand]:
        """What SUMIF sums beyond the cells that are named."""
        before = [sum(leaf.text.count(ADDRESS) for leaf in leaves_in(part)) for part in node.arguments]
        tested, summed = trimmed(node.arguments[0]), trimmed(node.arguments[2])
        if len(tested) != 1 or len(summed) != 1:
            raise Anywhere
        first, last = tested[0], summed[0]
        if not isinstance(first, Leaf) or not isinstance(last, Leaf) or last.kind != "RANGE":
            raise Anywhere
        one, other = self._operand(sheet, first.text, count), self._operand(sheet, last.text, count + sum(before[:2]))
        assert not isinstance(one, SumOver)
        assert not isinstance(other, SumOver)
        yield SumOver(one, other)

    def _operand(self, sheet: int, text: str, first: int) -> Cells | Odd:
        if SPILL in text:
            raise Anywhere
        match = PLAIN.fullmatch(text.removeprefix("@"))
        if match is not None:
            there: int | None = sheet
            if match["sheet"]:
                there = self._plan.workbook.sheet_index(unquote_sheet(match["sheet"]))
            if there is not None:
                return Cells(there, first, first + bool(match["second"]))
        return Odd(text.removeprefix("@"), first)

    def _areas(self, operand: Operand, found: list[str], node: Node) -> Iterator[Area]:
        if isinstance(operand, Cells):
            yield operand.sheet, rect_of(found[operand.first], found[operand.last])
        elif isinstance(operand, Odd):
            text = operand.text
            if ADDRESS in text:
                text = refilled(text, iter(found[operand.first :]))
            yield from self._odd_areas(text, node, NAME_DEPTH)
        else:
            tested, summed = (list(self._areas(part, found, node)) for part in operand)
            if len(tested) == 1 and len(summed) == 1:
                (_, shape), (sheet, rect) = tested[0], summed[0]
                bottom = min(rect.top + shape.rows - 1, LAST_ROW)
                yield sheet, Rect(rect.top, rect.left, bottom, min(rect.left + shape.columns - 1, LAST_COLUMN))

    def _odd_areas(self, text: str, node: Node, depth: int) -> list[Area]:
        """Whole columns, names and structured references."""
        if "[" in text:
            try:
                return [structured.resolve(text, self._plan.workbook.list_objects, *node)]
            except structured.BadReference:
                return []
        key = (text, node[0])
        if key not in self._odd:
            self._odd[key] = list(self._named_areas(text, node, depth))
        return self._odd[key]

    def _named_areas(self, text: str, node: Node, depth: int) -> Iterator[Area]:
        before, mark, rest = text.rpartition("!")
        sheet: int | None = node[0]
        if mark:
            sheet = self._plan.workbook.sheet_index(unquote_sheet(before))
            if sheet is None and ":" in before:
                raise Anywhere
        rect = parse_rect(rest)
        if rect is not None:
            if sheet is not None:
                yield sheet, rect
            return
        name = self._names.get((rest.casefold(), sheet)) or self._names.get((rest.casefold(), None))
        if name is None:
            return
        cells = name_cells(self._plan, name)
        if cells is not None:
            yield cells.sheet, cells.rect
            return
        content = name.text.strip()
        if not depth or RELATIVE.search(content) or "[" in content:
            raise Anywhere
        found = ADDRESSES.findall(content)
        operands = self._operands(node[0], ADDRESSES.sub(ADDRESS, content))
        if operands is None:
            raise Anywhere
        for operand in operands:
            if isinstance(operand, Odd):
                yield from self._odd_areas(refilled(operand.text, iter(found[operand.first :])), node, depth - 1)
            else:
                yield from self._areas(operand, found, node)


@functools.lru_cache(maxsize=2**16)
def cell_of(text: str) -> tuple[int, int]:
    place = parse_cell(text)
    if place is None:
        # Longer than any column, such as a name that looks like an address; nothing stands there.
        raise Anywhere
    return place


def rect_of(first: str, last: str) -> Rect:
    """The rectangle between two addresses in any order."""
    top, left = cell_of(first)
    if first is last:
        return Rect(top, left, top, left)
    bottom, right = cell_of(last)
    if top > bottom:
        top, bottom = bottom, top
    if left > right:
        left, right = right, left
    return Rect(top, left, bottom, right)


def shifted(text: str, down: int, right: int) -> str:
    """An address as it reads in another cell."""
    row, column = cell_of(text)
    row += 0 if "$" in text[1:] else down
    column += 0 if text.startswith("$") else right
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        raise Anywhere
    return address(row, column)
