"""Circular references: which formulas are on a circle, in what order Excel goes through them, and who reads them.

B9 =AVERAGE(B8,B11)*rate, B11 =B8+B9   →   a circle of B9 and B11; B9 comes first and reads B11 as it was a round before

Excel's documentation says that circular references are computed sheet by sheet, and in a sheet from left to right and
from top to bottom, each formula with the newest values there are. That is how it is done here. What follows from a
circle, and what it follows from, is computed in the order in which one needs the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from computefi.errors import CODES
from computefi.recalc.prepare.plan import Plan, Rounds
from computefi.recalc.prepare.trace import FormulaGraph
from computefi.xlsx.cells import CellAt, Rect, Value
from computefi.xlsx.sheet import decode
from computefi.xlsx.workbook import unescape

SMALL = 256
CIRCLE, READER = "a circular reference", "reads a circular reference"


def circles(graph: FormulaGraph) -> Iterator[list[CellAt]]:
    """The sets of formulas that all need each other (Tarjan's algorithm), a formula that needs itself among them."""
    number: dict[CellAt, int] = {}
    lowest: dict[CellAt, int] = {}
    open_nodes: list[CellAt] = []
    is_open: set[CellAt] = set()
    for root in graph.nodes():
        if root in number:
            continue
        path: list[tuple[CellAt, Iterator[CellAt]]] = []
        ahead: CellAt | None = root
        while ahead is not None or path:
            if ahead is not None:
                number[ahead] = lowest[ahead] = len(number)
                open_nodes.append(ahead)
                is_open.add(ahead)
                path.append((ahead, iter(graph.reads(ahead))))
            node, following = path[-1]
            ahead = None
            for other in following:
                if other not in number:
                    ahead = other
                    break
                if other in is_open:
                    lowest[node] = min(lowest[node], number[other])
            if ahead is not None:
                continue
            path.pop()
            if path:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
            if lowest[node] == number[node]:
                place = open_nodes.index(node, number_of_place(open_nodes, node))
                found = open_nodes[place:]
                del open_nodes[place:]
                is_open.difference_update(found)
                if len(found) > 1 or node in graph.reads(node):
                    yield sorted(found)


def number_of_place(nodes: list[CellAt], node: CellAt) -> int:
    """Where the last stretch that holds a node begins to be searched: most circles are small."""
    start = max(0, len(nodes) - SMALL)
    return start if node in nodes[start:] else 0


def find_rounds(plan: Plan) -> Rounds | None:
    """What is to be gone through in rounds; None where there is no circular reference."""
    graph = FormulaGraph(plan)
    earlier: dict[CellAt, frozenset[CellAt]] = {}
    for circle in circles(graph):
        shown = [cell for node in circle for cell in graph.shown(node)]
        members = dict.fromkeys(shown)
        for node in circle:
            read = {
                cell
                for sheet, rect in graph.areas(node)
                for cell in cells_among(members, sheet, rect)
                if graph.owner(cell) >= node
            }
            if read:
                earlier[node] = frozenset(read)
    if not earlier:
        return None
    stored = stored_values(plan)
    start = {cell: stored.get(cell) for cell in sorted(set().union(*earlier.values()))}
    filled = {
        index: frozenset(
            (cell.row, cell.column)
            for cell in sheet.cells()
            if cell.value or cell.formula is not None or cell.inline is not None
        )
        for index, sheet in enumerate(plan.sheets)
    }
    return Rounds(earlier, start, filled)


def cells_among(members: dict[CellAt, None], sheet: int, rect: Rect) -> Iterator[CellAt]:
    """Those of some cells that lie in an area."""
    if rect.rows * rect.columns <= min(SMALL, len(members)):
        for row in range(rect.top, rect.bottom + 1):
            for column in range(rect.left, rect.right + 1):
                if CellAt(sheet, row, column) in members:
                    yield CellAt(sheet, row, column)
        return
    yield from (cell for cell in members if cell.sheet == sheet and rect.holds(cell.row, cell.column))


def stored_values(plan: Plan) -> dict[CellAt, Value]:
    """What the file shows in the cells of formulas."""
    found = {
        CellAt(sheet, cell.row, cell.column): stored_value(cell.kind, cell.value)
        for sheet, cells in enumerate(plan.formulas)
        for cell in cells
    }
    return found | {cell: stored_value(*child) for cell, child in plan.children.items()}


def stored_value(kind: bytes, value: bytes | None) -> Value:
    """The value of a formula's cell; blank where the file has none."""
    if value is None:
        return None
    if kind == b"s":
        return 0.0
    if kind == b"str":
        return unescape(decode(value))
    if not value.strip():
        return 0.0
    if kind == b"b":
        return value.strip() in (b"1", b"true")
    return CODES.get(decode(value), 0.0) if kind == b"e" else float(value)


def with_readers(plan: Plan, circular: Iterable[CellAt]) -> dict[CellAt, str]:
    """The formulas on circles, and all that read them, directly or through others, with the reason to keep them.

    A formula whose text does not say what it reads, `OFFSET(A1,B1,0)`, may read them and is one of those.
    """
    graph = FormulaGraph(plan)
    readers: dict[CellAt, list[CellAt]] = {}
    anywhere = []
    for node in graph.nodes():
        if graph.reads_anywhere(node):
            anywhere.append(node)
        for read in graph.reads(node):
            readers.setdefault(read, []).append(node)
    seen = {graph.owner(cell) for cell in circular}
    on_circle = {node for circle in circles(graph) for node in circle}
    found = {node: CIRCLE if node in on_circle or not on_circle & seen else READER for node in seen}
    ahead = [*seen, *anywhere]
    found |= dict.fromkeys((node for node in anywhere if node not in found), READER)
    while ahead:
        for node in readers.get(ahead.pop(), ()):
            if node not in found:
                found[node] = READER
                ahead.append(node)
    return found
