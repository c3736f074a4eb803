"""Who reads whom: the search for a circular reference that runs through a CFI call.

The engine cannot see such a circle, because a call is cut out of its copy. This search is run only where the
loop's behaviour gives cause; it looks at the addresses, names and tables in the formulas' text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from computefi.formulas import structured
from computefi.formulas.shared import SharedFormulas
from computefi.recalc.prepare.plan import Plan
from computefi.xlsx.cells import Rect, parse_rect, unquote_sheet
from computefi.xlsx.sheet import attributes_of, decode

Node = tuple[int, int, int]
OPERAND = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?<![\w.])(?i:ROWS?|COLUMNS?)\([^()]*\)"  # asks where cells are, not what they hold
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?"
    r"(?:(?P<cells>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?(?![\w(.])"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(.])|\$?[0-9]{1,7}:\$?[0-9]{1,7})"
    r"|(?P<table>[A-Za-z_][\w.]*\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]|\[@[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\])"
    r"|(?P<name>[A-Za-z_\\][\w.]*)(?![\w(.!\[]))"
)
SMALL = 4096
NAME_DEPTH = 8


class Graph:
    """The formula cells of a workbook and what each reads."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._texts: dict[Node, str] = {}
        self._owner: dict[Node, Node] = {}
        self._names = {name.name.casefold(): name.text for name in plan.workbook.names}
        for index in range(len(plan.sheets)):
            self._read(index)
        for block in plan.blocks:
            anchor = (block.sheet, block.rect.top, block.rect.left)
            for row in range(block.rect.top, block.rect.bottom + 1):
                for column in range(block.rect.left, block.rect.right + 1):
                    self._owner[block.sheet, row, column] = anchor

    def _read(self, index: int) -> None:
        shared = SharedFormulas()
        for cell in self._plan.sheets[index].cells():
            if cell.formula is None:
                continue
            attributes = attributes_of(cell.formula_attributes)
            text: str | None = decode(cell.formula)
            if attributes.get("t") == "shared":
                text = shared.text(attributes.get("si", ""), decode(cell.formula), cell.row, cell.column)
            node = (index, cell.row, cell.column)
            self._texts[node] = text or ""
            self._owner[node] = node

    @functools.cache  # noqa: B019 - the graph lives no longer than the search
    def reads(self, node: Node) -> tuple[Node, ...]:
        """The formula cells that one formula cell looks at."""
        found: dict[Node, None] = {}
        for sheet, rect in self._operands(self._texts.get(node, ""), node, NAME_DEPTH):
            found.update(dict.fromkeys(self._formulas_in(sheet, rect)))
        return tuple(found)

    def _operands(self, text: str, node: Node, depth: int) -> Iterator[tuple[int, Rect]]:
        for match in OPERAND.finditer(text):
            sheet: int | None = node[0]
            if match["sheet"]:
                sheet = self._plan.workbook.sheet_index(unquote_sheet(match["sheet"][:-1]))
            rect = parse_rect(match["cells"]) if match["cells"] else None
            if sheet is not None and rect is not None:
                yield sheet, rect
            elif match["table"]:
                try:
                    yield structured.resolve(match["table"], self._plan.workbook.list_objects, *node)
                except structured.BadReference:
                    continue
            elif match["name"] and depth and match["name"].casefold() in self._names:
                yield from self._operands(self._names[match["name"].casefold()], node, depth - 1)

    @functools.cache  # noqa: B019 - see reads
    def _formulas_in(self, sheet: int, rect: Rect) -> tuple[Node, ...]:
        owner = self._owner
        if rect.rows * rect.columns <= SMALL:
            cells = (
                (sheet, row, column)
                for row in range(rect.top, rect.bottom + 1)
                for column in range(rect.left, rect.right + 1)
            )
            return tuple(dict.fromkeys(owner[cell] for cell in cells if cell in owner))
        inside = (anchor for cell, anchor in owner.items() if cell[0] == sheet and rect.holds(cell[1], cell[2]))
        return tuple(dict.fromkeys(inside))


def find_cycle(plan: Plan) -> list[str]:
    """The cells of a circle through a CFI call, in reading order, the first repeated at the end; empty if none."""
    graph = Graph(plan)
    with_calls = {(site.sheet, site.row, site.column) for site in plan.calls}
    done: set[Node] = set()
    for start in sorted(with_calls):
        if start in done:
            continue
        path: list[Node] = [start]
        on_path = {start: 0}
        ahead = [iter(graph.reads(start))]
        while path:
            following = next(ahead[-1], None)
            if following is None:
                done.add(path[-1])
                del on_path[path.pop()]
                ahead.pop()
            elif following in on_path:
                circle = path[on_path[following] :]
                if with_calls.intersection(circle):
                    return [plan.place(*node) for node in [*circle, following]]
            elif following not in done:
                on_path[following] = len(path)
                path.append(following)
                ahead.append(iter(graph.reads(following)))
    return []
