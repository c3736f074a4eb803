"""Formulas of a sheet that differ in their numbers only and are hardly ever like each other.

B1 =A1*1.5+7, B2 =A2*2.7+14   →   both as they are stored: what was found of the first holds for the second

Of those that are known, by their texts without regard to numbers, many go by before one is looked at again whether it
is like any other: each time that it is not, twice as many.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from computefi.recalc.prepare.early_dates import DATES
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.operands import ALIKE
from computefi.recalc.prepare.strict import SUSPECT
from computefi.recalc.prepare.ways import BY_NUMBER, CRITERIA

PATIENCE = 255


@dataclass(slots=True)
class Loners:
    """Those of one sheet. `alike` makes texts equal that differ in their numbers only."""

    alike: bytes
    extremes: Extremes
    # How many go by, and how many have.
    _waits: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def goes_by(self, text: bytes) -> bool:
        """Whether a formula is given to the engine as it is stored without a further look."""
        key = text.translate(self.alike)
        waits, waited = self._waits.get(key, (0, 0))
        if waited >= waits:
            return False
        self._waits[key] = waits, waited + 1
        return True

    def alone(self, text: bytes) -> None:
        """Take note of one that is given to the engine as it is stored, and is like none before."""
        if self.stays_so(text):
            key = text.translate(self.alike)
            waits, _ = self._waits.get(key, (0, 0))
            self._waits[key] = min(2 * waits + 1, PATIENCE), 0

    def joined(self, text: bytes) -> None:
        """Take note of one that is like another."""
        self._waits.pop(text.translate(self.alike), None)

    def stays_so(self, text: bytes) -> bool:
        """Whether with other numbers a formula would be given to the engine as it is stored, too."""
        if self.extremes.concern(text):
            return False
        asked = text.translate(ALIKE)
        return b"(" not in text or not any(one.search(asked) for one in (SUSPECT, DATES, CRITERIA, BY_NUMBER))
