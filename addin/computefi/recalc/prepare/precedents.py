"""Which cells a formula reads, found in its text.

C7 =SUM(A1:A7)*Rate, Rate =Inputs!$B$2   →   A1:A7 and Inputs!B2

The columns of a model hold the same formula row after row. So a formula's shape, its text without the addresses, is
taken apart once per sheet, and a cell costs little more than finding its addresses. What cannot be told from the text
(OFFSET, INDIRECT, `A1#`) is said to reach anywhere.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from computefi.formulas import structured
from computefi.formulas.functions import ASK_PLACES, EXTENDED, READ_ANYWHERE
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
from computefi.recalc.prepare.columns import NO_GROUP
from computefi.recalc.prepare.operands import RELATIVE, Cells, View, name_cells
from computefi.recalc.prepare.plan import Plan, StoredFormula
from computefi.recalc.prepare.strict import strict_text
from computefi.recalc.prepare.table_cells import TableCells
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, CellAt, Rect, address, parse_cell, parse_rect, unquote_sheet
from computefi.xlsx.sheet import attributes_of, decode

Area = tuple[int, Rect]

PLAIN = re.compile(f"(?:(?P<sheet>'[^{ADDRESS}']+'|[^{ADDRESS}'!:\\[\\]]+)!)?{ADDRESS}(?P<second>:{ADDRESS})?")
NAME_DEPTH = 8


class Anywhere(Exception):
    """The formula may read cells that its text does not name."""


class Span(NamedTuple):
    """An operand that is one address, or two with a colon, by their numbers in the formula's list."""

    sheet: int
    first: int
    last: int


class Wording(NamedTuple):
    """Any other operand, a name or a whole column: its text, and how many addresses were taken out before it."""

    text: str
    first: int


class SummedSpan(NamedTuple):
    """The third argument of SUMIF: as many cells from its first one as the first argument has."""

    tested: Span | Wording
    summed: Span | Wording


Operand = Span | Wording | SummedSpan | None
"""None: cells that the text does not name."""


class Precedents:
    """The formulas of a workbook and what each reads."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._masters: list[dict[str, tuple[str, int, int]] | None] = [None for _ in plan.apart]
        self._shapes: dict[tuple[int, str], list[Operand]] = {}
        self._worded: dict[tuple[str, int], list[Area | None]] = {}
        self._names = {(name.name.casefold(), name.sheet): name for name in plan.workbook.names}
        self._tables = TableCells(plan.workbook.sheets, plan.workbook.list_objects)

    def text_of(self, node: CellAt) -> StoredFormula:
        """A formula cell's stored text."""
        stored = self._plan.apart[node[0]].get((node[1], node[2]))
        if stored is not None:
            return stored
        group = self._group(node)
        if group is None:
            raise KeyError(node)
        return StoredFormula(self._plan.groups[node[0]].text(group, node[1], node[2]), b"", False)

    def formula_cells(self) -> Iterator[CellAt]:
        """Every cell with a formula, sheet by sheet."""
        for sheet, (apart, cells) in enumerate(zip(self._plan.apart, self._plan.formulas, strict=True)):
            for row, column in apart:
                yield CellAt(sheet, row, column)
            for row, column, group in zip(cells.rows, cells.columns, cells.groups, strict=True):
                if group != NO_GROUP:
                    yield CellAt(sheet, row, column)

    def _group(self, node: CellAt) -> int | None:
        """The group of a formula."""
        cells = self._plan.formulas[node[0]]
        place = cells.find(node[1], node[2])
        return None if place is None or cells.groups[place] == NO_GROUP else cells.groups[place]

    def _masters_on(self, sheet: int) -> dict[str, tuple[str, int, int]]:
        """The first cells of a sheet's shared formulas, put together when first asked for."""
        masters = self._masters[sheet]
        if masters is None:
            masters = self._masters[sheet] = {}
            for (row, column), stored in self._plan.apart[sheet].items():
                if stored.formula and b"shared" in stored.attributes:
                    attributes = attributes_of(stored.attributes)
                    if attributes.get("t") == "shared":
                        masters[attributes.get("si", "")] = decode(stored.formula), row, column
        return masters

    def written_out(self, node: CellAt) -> str:
        """A formula's text, that of a shared formula as it reads in this cell."""
        stored = self.text_of(node)
        if stored.formula:
            return decode(stored.formula)
        master = self._master(node, stored)
        return "" if master is None else moved(master[0], address(*master[1:]), address(*node[1:]))

    def in_the_copy(self, node: CellAt) -> str:
        """The same as the engine gets it, where it gets the formula as it stands."""
        text = self._tables.written(self.written_out(node).encode(), node).decode()
        return strict_text(text, View(self._plan, self._names, *node), self._plan.extremes)

    def _master(self, node: CellAt, stored: StoredFormula) -> tuple[str, int, int] | None:
        return self._masters_on(node[0]).get(attributes_of(stored.attributes).get("si", ""))

    def reads(self, node: CellAt) -> list[Area]:
        """The cells that a formula reads; Anywhere where its text does not tell."""
        operands, addresses = self._operands_of(node)
        areas = [area for operand in operands for area in self._areas(operand, addresses, node)]
        told = [area for area in areas if area is not None]
        if len(told) < len(areas):
            raise Anywhere
        return told

    def names(self, node: CellAt) -> list[Area]:
        """The cells that a formula's text names, whatever else it reads: A1 and B1 for `OFFSET(A1,1,0)*B1`."""
        named: list[Area] = []
        with contextlib.suppress(Anywhere, Unreadable):
            operands, addresses = self._operands_of(node)
            for operand in operands:
                with contextlib.suppress(Anywhere):
                    named += [area for area in self._areas(operand, addresses, node) if area is not None]
        return named

    def _operands_of(self, node: CellAt) -> tuple[list[Operand], list[str]]:
        """A formula's operands, and the addresses in its text as they read in this cell."""
        group = self._group(node)
        if group is not None:
            row, column, formula = self._plan.groups[node[0]].heads[group]
            master: tuple[str, int, int] | None = (decode(formula), row, column)
        else:
            stored = self.text_of(node)
            master = None if stored.formula else self._master(node, stored)
        text = master[0] if master else decode(stored.formula)
        if len(text) > LENGTH_LIMIT:
            return [], []
        addresses = ADDRESSES.findall(text)
        operands = self._operands(node[0], ADDRESSES.sub(ADDRESS, text) if addresses else text)
        if master and master[1:] != node[1:]:
            if not all(isinstance(operand, Span) for operand in operands):
                addresses = ADDRESSES.findall(self.written_out(node))
            else:
                down, right = node[1] - master[1], node[2] - master[2]
                addresses = [shifted(place, down, right) for place in addresses]
        return operands, addresses

    def _operands(self, sheet: int, shape: str) -> list[Operand]:
        key = (sheet, shape)
        if key not in self._shapes:
            try:
                self._shapes[key] = list(self._walk(sheet, parse_shape(shape), [0]))
            except Unreadable:
                # Such a formula is never computed.
                self._shapes[key] = []
        return self._shapes[key]

    def _walk(self, sheet: int, expression: Expression, count: list[int]) -> Iterator[Operand]:
        """The operands of an expression; `count` is how many addresses were taken out before it."""
        for node in expression:
            if isinstance(node, Leaf):
                if SPILL in node.text or (node.kind == "OPERATOR" and ":" in node.text):
                    yield None
                if node.kind == "RANGE":
                    yield self._operand(sheet, node.text.replace(SPILL, ""), count[0])
                count[0] += node.text.count(ADDRESS)
                continue
            if isinstance(node, Call):
                name = plain_name(node.name)
                if name in READ_ANYWHERE or ":" in name or (name.casefold(), None) in self._names:
                    yield None
                count[0] += node.name.count(ADDRESS)
                if name in ASK_PLACES and all(self._is_place(sheet, argument) for argument in node.arguments):
                    count[0] += sum(leaf.text.count(ADDRESS) for part in node.arguments for leaf in leaves_in(part))
                    continue
                if name in EXTENDED and len(node.arguments) == 3:
                    yield self._extended(sheet, node, count[0])
            for part in node.arguments if isinstance(node, Call) else node.parts:
                yield from self._walk(sheet, part, count)

    def _is_place(self, sheet: int, argument: Expression) -> bool:
        """Whether an argument is cells wherever they stand, of which ROWS and the like read nothing: no `OFFSET(…)`."""
        nodes = trimmed(argument)
        if not nodes:
            return True
        if len(nodes) > 1 or not isinstance(nodes[0], Leaf) or SPILL in nodes[0].text:
            return False
        text = nodes[0].text.rpartition("!")[2]
        name = self._names.get((text.casefold(), sheet)) or self._names.get((text.casefold(), None))
        return name is None or name_cells(self._plan, name) is not None

    def _extended(self, sheet: int, node: Call, count: int) -> Operand:
        """What SUMIF sums beyond the cells that are named."""
        before = [sum(leaf.text.count(ADDRESS) for leaf in leaves_in(part)) for part in node.arguments]
        tested, summed = trimmed(node.arguments[0]), trimmed(node.arguments[2])
        if len(tested) != 1 or len(summed) != 1:
            return None
        first, last = tested[0], summed[0]
        if not isinstance(first, Leaf) or not isinstance(last, Leaf) or last.kind != "RANGE":
            return None
        return SummedSpan(
            self._operand(sheet, first.text, count), self._operand(sheet, last.text, count + sum(before[:2]))
        )

    def _operand(self, sheet: int, text: str, first: int) -> Span | Wording:
        match = PLAIN.fullmatch(text.removeprefix("@"))
        if match is not None:
            there: int | None = sheet
            if match["sheet"]:
                there = self._plan.workbook.sheet_index(unquote_sheet(match["sheet"]))
            if there is not None:
                return Span(there, first, first + bool(match["second"]))
        return Wording(text.removeprefix("@"), first)

    def _areas(self, operand: Operand, addresses: list[str], node: CellAt) -> Iterator[Area | None]:
        """The cells of an operand; None for cells that are not named."""
        if isinstance(operand, Span):
            yield operand.sheet, rect_of(addresses[operand.first], addresses[operand.last])
        elif isinstance(operand, Wording):
            yield from self._worded_areas(with_addresses_in(operand, addresses), node, NAME_DEPTH)
        elif operand is None:
            yield None
        else:
            tested, summed = (list(self._areas(part, addresses, node)) for part in operand)
            if len(tested) == len(summed) == 1 and tested[0] is not None and summed[0] is not None:
                (_, shape), (sheet, rect) = tested[0], summed[0]
                bottom = min(rect.top + shape.rows - 1, LAST_ROW)
                yield sheet, Rect(rect.top, rect.left, bottom, min(rect.left + shape.columns - 1, LAST_COLUMN))

    def _worded_areas(self, text: str, node: CellAt, depth: int) -> list[Area | None]:
        """Whole columns, names and structured references."""
        if "[" in text and len(structured.ends(text)) > 1:
            cells = View(self._plan, self._names, *node).operand(text)
            return [(cells.sheet, cells.rect)] if isinstance(cells, Cells) else []
        if "[" in text:
            try:
                return [structured.resolve(text, self._plan.workbook.list_objects, *node)]
            except structured.BadReference:
                return []
        key = (text, node[0])
        if key not in self._worded:
            # Each once: n0 = n1+n1, n1 = n2+n2 … would double with every name.
            self._worded[key] = list(dict.fromkeys(self._named_areas(text, node, depth)))
        return self._worded[key]

    def _named_areas(self, text: str, node: CellAt, depth: int) -> Iterator[Area | None]:
        before, mark, rest = text.rpartition("!")
        sheet: int | None = node[0]
        if mark:
            sheet = self._plan.workbook.sheet_index(unquote_sheet(before))
            if sheet is None and ":" in before:
                areas = [(cells.sheet, cells.rect) for cells in View(self._plan, self._names, *node).on_sheets(text)]
                yield from areas or (None,)
                return
        rect = parse_rect(rest)
        if rect is not None:
            if sheet is not None:
                yield sheet, rect
            return
        name = self._names.get((rest.casefold(), sheet)) or self._names.get((rest.casefold(), None))
        if name is None:
            if rest.casefold() in self._plan.workbook.list_objects:
                yield structured.resolve(f"{rest}[]", self._plan.workbook.list_objects, *node)
            return
        cells = name_cells(self._plan, name)
        if cells is not None:
            yield cells.sheet, cells.rect
            return
        content = name.text.strip()
        if not depth or RELATIVE.search(content) or "[" in content:
            yield None
        if not depth:
            return
        addresses = ADDRESSES.findall(content)
        for operand in self._operands(node[0], ADDRESSES.sub(ADDRESS, content)):
            if isinstance(operand, Wording):
                yield from self._worded_areas(with_addresses_in(operand, addresses), node, depth - 1)
            else:
                yield from self._areas(operand, addresses, node)


def with_addresses_in(operand: Wording, addresses: list[str]) -> str:
    """An operand's text with its addresses back in their places."""
    return refilled(operand.text, iter(addresses[operand.first :])) if ADDRESS in operand.text else operand.text


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
