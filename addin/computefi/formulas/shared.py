"""Shared formulas: the first cell of a group stores the text, the others only the number of the group.

B1 <f t="shared" si="0" ref="B1:B3">A1*2</f>,  B2 <f t="shared" si="0"/>   →   B2 holds A2*2
"""

from __future__ import annotations

from computefi.formulas.tree import Unreadable, moved
from computefi.xlsx.cells import address


class SharedFormulas:
    """The shared formulas of one sheet, asked in the order of the file."""

    def __init__(self) -> None:
        self._masters: dict[str, tuple[str, int, int]] = {}

    def text(self, group: str, own: str, row: int, column: int) -> str | None:
        """The text of the cell's formula, `own` being what is stored in it; None where the group has no first cell."""
        if own:
            self._masters[group] = (own, row, column)
            return own
        master = self._masters.get(group)
        if master is None:
            return None
        text, first_row, first_column = master
        try:
            return moved(text, address(first_row, first_column), address(row, column))
        except Unreadable:
            return None
