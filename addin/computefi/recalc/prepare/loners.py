"""Formulas of a sheet that differ in their numbers only and are like none beside them.

B1 =A1*1.5+7, B2 =A2*2.7+14   →   both as they are stored: what was found of the first holds for the second

Of those that are known, by their texts without regard to numbers, many go by before one is looked at again: each time
that it is like none before, and the last one was like none after it, twice as many.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from computefi.recalc.prepare.columns import FormulaCells
from computefi.recalc.prepare.early_dates import DATES
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.operands import ALIKE
from computefi.recalc.prepare.strict import is_suspect
from computefi.recalc.prepare.ways import BY_NUMBER, CRITERIA

PATIENCE = 255
NONE = (0, 0, -1)


@dataclass(slots=True)
class Loners:
    """Those of one sheet. `alike` makes texts equal that differ in their numbers only."""

    alike: bytes
    extremes: Extremes
    cells: FormulaCells
    # How many go by, how many have, and the place of the last one that was looked at.
    _waits: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)

    def goes_by(self, text: bytes) -> bool:
        """Whether a formula is given to the engine as it is stored without a further look."""
        key = text.translate(self.alike)
        waits, waited, last = self._waits.get(key, NONE)
        if waited >= waits:
            return False
        self._waits[key] = waits, waited + 1, last
        return True

    def alone(self, text: bytes) -> None:
        """Take note of the last cell: its formula is given to the engine as it is stored, and is like none before."""
        if self.stays_so(text):
            key = text.translate(self.alike)
            waits, _, last = self._waits.get(key, NONE)
            more = last >= 0 and not self.has_others(last)
            self._waits[key] = min(2 * waits + 1, PATIENCE) if more else 0, 0, len(self.cells) - 1

    def has_others(self, place: int) -> bool:
        """Whether the cell to the right or the one below belongs to the group of a cell."""
        cells = self.cells
        group, right = cells.groups[place], place + 1
        below = cells.find(cells.rows[place] + 1, cells.columns[place])
        return cells.groups[right] == group or (below is not None and cells.groups[below] == group)

    def joined(self, text: bytes) -> None:
        """Take note of one that is like another."""
        self._waits.pop(text.translate(self.alike), None)

    def stays_so(self, text: bytes) -> bool:
        """Whether with other numbers a formula would be given to the engine as it is stored, too."""
        if self.extremes.concern(text):
            return False
        asked = text.translate(ALIKE)
        looked_at = is_suspect(asked) or any(one.search(asked) for one in (DATES, CRITERIA, BY_NUMBER))
        return b"(" not in text or not looked_at
