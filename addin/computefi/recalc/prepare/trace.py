"""The search for a circular reference that runs through a CFI call.

A1 =CFI_LTV(B1,2), B1 =A1*2   →   Deal!A1, Deal!B1, Deal!A1

The engine cannot see such a circle, because a call is cut out of its copy. This search is run only where the
loop's behaviour gives cause; it looks at the addresses, names and tables in the formulas' text.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from computefi.formulas.tree import Unreadable
from computefi.recalc.prepare.plan import Area, Plan
from computefi.recalc.prepare.precedents import Anywhere, Precedents
from computefi.xlsx.cells import CellAt, Rect

SMALL = 4096


class FormulaGraph:
    """The formula cells of a workbook and which of them each looks at."""

    def __init__(self, plan: Plan) -> None:
        self._precedents = Precedents(plan)
        # For every cell that shows a formula's result, the cell where the formula stands.
        self._owner: dict[CellAt, CellAt] = {node: node for node in self._precedents.formula_cells()}
        self._shown: dict[CellAt, list[CellAt]] = {}
        for block in plan.blocks:
            anchor = CellAt(block.sheet, block.rect.top, block.rect.left)
            shown = self._shown.setdefault(anchor, [])
            for row in range(block.rect.top, block.rect.bottom + 1):
                for column in range(block.rect.left, block.rect.right + 1):
                    self._owner[CellAt(block.sheet, row, column)] = anchor
                    shown.append(CellAt(block.sheet, row, column))

    def nodes(self) -> Iterator[CellAt]:
        """Every formula."""
        return self._precedents.formula_cells()

    def owner(self, cell: CellAt) -> CellAt:
        """Where the formula stands whose value a cell shows."""
        return self._owner.get(cell, cell)

    def shown(self, node: CellAt) -> list[CellAt]:
        """The cells that show a formula's values."""
        return self._shown.get(node) or [node]

    def areas(self, node: CellAt) -> list[Area]:
        """The cells that a formula names."""
        return self._precedents.names(node)

    def reads_anywhere(self, node: CellAt) -> bool:
        """Whether a formula may read cells that it does not name."""
        try:
            self._precedents.reads(node)
        except Anywhere:
            return True
        except Unreadable:
            return False
        return False

    def reads(self, node: CellAt) -> tuple[CellAt, ...]:
        """The formula cells that one formula cell looks at."""
        found: dict[CellAt, None] = {}
        # A call in a name's formula stands in no cell.
        for sheet, rect in self._precedents.names(node) if node in self._owner else ():
            found.update(dict.fromkeys(self._formulas_in(sheet, rect)))
        return tuple(found)

    @functools.cache  # noqa: B019 - the graph lives no longer than the search
    def _formulas_in(self, sheet: int, rect: Rect) -> tuple[CellAt, ...]:
        owner = self._owner
        if rect.rows * rect.columns <= SMALL:
            cells = (
                CellAt(sheet, row, column)
                for row in range(rect.top, rect.bottom + 1)
                for column in range(rect.left, rect.right + 1)
            )
            return tuple(dict.fromkeys(owner[cell] for cell in cells if cell in owner))
        inside = (anchor for cell, anchor in owner.items() if cell[0] == sheet and rect.holds(cell[1], cell[2]))
        return tuple(dict.fromkeys(inside))


def find_cycle(plan: Plan) -> list[CellAt]:
    """The cells of a circle through a call, in reading order, the first repeated at the end; empty if none."""
    graph = FormulaGraph(plan)
    with_calls = {CellAt(site.sheet, site.row, site.column) for site in plan.calls}
    done: set[CellAt] = set()
    for start in sorted(with_calls):
        if start in done:
            continue
        path: list[CellAt] = [start]
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
                    return [*circle, following]
            elif following not in done:
                on_path[following] = len(path)
                path.append(following)
                ahead.append(iter(graph.reads(following)))
    return []
