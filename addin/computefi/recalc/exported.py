"""The formulas between some inputs and some outputs as plain data, for a place that has no engine.

B1 =MAX(A1*2,Rate), from A1 to B1   →   {"values": [6, 3, 0.05], "cells": {"Loan!A1": [1], "Loan!B1": [0]}, "steps":
                                         [[[0], 1, ["call", "MAX", [["op", "*", ["cell", 1], 2], ["cell", 2]]]]]}

A cell is its place in `values`, the settled ones. A step is the cells that a formula fills, in rows of so many, and its
tree; each comes after the steps that it reads. What cannot be written so is refused with the formula's cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from computefi.errors import Code, InputRefused
from computefi.formulas.tree import (
    Call,
    Expression,
    Group,
    Leaf,
    Node,
    Unreadable,
    constant,
    is_blank,
    literal,
    parse,
    plain_name,
)
from computefi.recalc.book import Book
from computefi.recalc.places import find, find_input
from computefi.recalc.prepare.plan import Area, Helper, Output
from computefi.recalc.whatif.slices import find_slice
from computefi.xlsx.cells import CellAt, Rect, Value, cells_in, quote_sheet

BINDING = {**dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
Tree = Any


def exported(book: Book, inputs: Iterable[str], outputs: Iterable[str]) -> dict[str, Any]:
    """What leads from the inputs to the outputs, by names or addresses; each of these is among `cells`."""
    ends = {name: [find_input(book.plan, name)] for name in inputs}
    asked = {name: place_of(name, find(book.plan, name)) for name in outputs}
    given = [cell for cells in ends.values() for cell in cells]
    part = find_slice(book.dependencies, given, asked.values())
    if part is None or part.dynamic:
        raise InputRefused("what lies between these inputs and outputs cannot be told, or spills")
    export = Export(book)
    steps = [export.step(cell) for cell in in_order(book, part.live)]
    places = ends | {name: list(cells_in(*area)) for name, area in asked.items()}
    cells = {name: [export.slot(cell) for cell in found] for name, found in places.items()}
    return {"steps": steps, "cells": cells, "values": export.values()}


def place_of(name: str, output: Output) -> Area:
    """Cells that were asked for."""
    if isinstance(output, Helper):
        raise InputRefused(f"{name} is a formula without a cell", name=name)
    return output


def in_order(book: Book, live: Iterable[CellAt]) -> Iterator[CellAt]:
    """The formulas, each after those that it reads."""
    dependencies = book.dependencies
    filled = {cell: anchor for anchor in live for cell in dependencies.cells_of(anchor)}
    done: set[CellAt] = set()
    for start in filled.values():
        stack = [(start, False)]
        while stack:
            anchor, ready = stack.pop()
            if ready:
                yield anchor
            elif anchor not in done:
                done.add(anchor)
                stack.append((anchor, True))
                read = (cell for area in dependencies.reads(anchor) for cell in cells_in(*area))
                stack += [(filled[cell], False) for cell in read if cell in filled]


class Export:
    """The cells that were met, and formulas as trees over them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.slots: dict[CellAt, int] = {}

    def slot(self, cell: CellAt) -> int:
        """The place of a cell among the values."""
        return self.slots.setdefault(cell, len(self.slots))

    def values(self) -> list[Any]:
        """What the cells hold now."""
        read = self.book.settled().engine.read
        return [plain(read(*cell, *cell[1:])[0][0]) for cell in self.slots]

    def step(self, anchor: CellAt) -> list[Any]:
        """The cells that a formula fills, how many in a row, and its tree."""
        cells = list(self.book.dependencies.cells_of(anchor))
        width = cells[-1].column - anchor.column + 1
        try:
            tree = self.tree(parse(self.book.dependencies.precedents.written_out(anchor)), anchor.sheet)
        except Unreadable as problem:
            raise InputRefused(f"{self.book.plan.place(*anchor)} cannot be written as data: {problem}") from None
        return [[self.slot(cell) for cell in cells], width, tree]

    def tree(self, expression: Expression, sheet: int) -> Tree:
        """Operands and operators side by side as a tree, by how tightly each operator binds."""
        known, value = literal(expression)
        if known:
            return ["block", [list(map(plain, row)) for row in value]] if isinstance(value, tuple) else plain(value)
        nodes = [node for node in expression if not is_blank(node)]
        tree = self._operation(nodes, 0, sheet)
        if nodes:
            raise Unreadable("operands without an operator between them")
        return tree

    def _operation(self, nodes: list[Node], least: int, sheet: int) -> Tree:
        """What stands at the front, taken off, as far as its operators bind at least so tightly."""
        tree = self._operand(nodes, sheet)
        while nodes and (binding := BINDING.get(operator(nodes[0]), 0)) > least:
            name = operator(nodes.pop(0))
            tree = ["op", name, tree, self._operation(nodes, binding, sheet)]
        return tree

    def _operand(self, nodes: list[Node], sheet: int) -> Tree:
        if not nodes:
            raise Unreadable("an operand is missing")
        node = nodes.pop(0)
        if operator(node) in ("-", "+"):
            inner = self._operand(nodes, sheet)
            tree = ["neg", inner] if operator(node) == "-" else inner
        elif isinstance(node, Call):
            arguments = [self.tree(part, sheet) if part else None for part in node.arguments]
            tree = ["call", plain_name(node.name), [] if arguments == [None] else arguments]
        elif isinstance(node, Group):
            if len(node.parts) != 1:
                raise Unreadable("several areas")
            tree = self.tree(node.parts[0], sheet)
        elif node.kind == "RANGE":
            tree = self._cells(node.text, sheet)
        else:
            known, value = constant(node)
            if not known:
                raise Unreadable(node.text)
            tree = plain(value)
        while nodes and operator(nodes[0]) == "%":
            nodes.pop(0)
            tree = ["op", "/", tree, 100]
        return tree

    def _cells(self, text: str, sheet: int) -> Tree:
        """A cell or an area by the places of its cells."""
        plan = self.book.plan
        here = f"{quote_sheet(plan.workbook.sheets[sheet])}!{text}"
        try:
            output = find(plan, here if "!" not in text else text)
        except InputRefused as problem:
            raise Unreadable(str(problem)) from None
        if isinstance(output, Helper):
            raise Unreadable(f"{text} is a formula without a cell")
        rect: Rect = output[1]
        slots = [self.slot(cell) for cell in cells_in(*output)]
        return ["cell", slots[0]] if len(slots) == 1 else ["area", rect.columns, slots]


def operator(node: Node) -> str:
    """Which operator a node is; nothing for an operand."""
    return node.text.strip() if isinstance(node, Leaf) and node.kind == "OPERATOR" else ""


def plain(value: Value) -> Any:
    """A value as data."""
    return {"error": value.value} if isinstance(value, Code) else value
