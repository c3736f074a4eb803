"""What an engine of others does for us, and what it is asked to put into cells.

It never sees a CFI name: it gets a copy of the workbook in which every call is a cell (see prepare). What it is asked
for is said as it is meant; every engine spells it in its own way, at run time and when it loads the copy.

Formula("A1:A2*2", "array", 2, 1)    →   IronCalc: IF(SEQUENCE(2,1,1,0),A1:A2*2) over two cells; LibreOffice: in the
                                         copy's bytes, <f t="array" ref="C1:C2">A1:A2*2</f>
Extent(CellAt(0, 3, 1), "rows")      →   IronCalc: ROWS(Deal!A3#); LibreOffice: ROWS(…) of the formula that is in A3
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from computefi.xlsx.cells import CellAt, Rows, Value, address, quote_sheet

FormulaKind = Literal["plain", "lifted", "array", "spill"]
"""plain: an ordinary formula, one value in one cell. lifted: an ordinary formula that is computed as an array formula
is, and shows the top left of it: `SUMPRODUCT(EXP(A1:A3))`. array: an array formula over a fixed block of cells.
spill: a formula that fills as many cells as its result has.
"""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to be put into a cell, and over how many rows and columns it stands."""

    text: str
    kind: FormulaKind = "plain"
    rows: int = 1
    columns: int = 1

    def over_block(self) -> str:
        """The text for an engine that does not fill a block of itself: `A1:A2*2` → `IF(SEQUENCE(2,1,1,0),A1:A2*2)`.

        An array formula shows #N/A beyond its result and repeats a single row or column over its block; such engines
        do so only for what an operation gives.
        """
        if self.rows * self.columns == 1:
            return self.text
        return f"IF(SEQUENCE({self.rows},{self.columns},1,0),{self.text})"


class Extent(NamedTuple):
    """How many rows or columns the formula in `anchor` fills at present: a number in a cell of the copy."""

    anchor: CellAt
    axis: Literal["rows", "columns"]

    def text(self, sheets: Sequence[str]) -> str:
        """The formula that asks for it, where an engine knows `A1#`: `ROWS(Deal!A1#)`."""
        sheet, row, column = self.anchor
        return f"{self.axis.upper()}({quote_sheet(sheets[sheet])}!{address(row, column)}#)"


Write = tuple[int, int, int, Value | Formula | Extent]
"""Sheet, row, column and what goes there."""


class EngineFault(str):
    """What the engine says where it could not compute; not one of Excel's error values."""


class Engine(Protocol):
    """The engine's methods; sheets count from 0 in the copy, rows and columns from 1."""

    def load(self, xlsx: bytes) -> None:
        """Take the copy of the workbook."""

    def recalculate(self) -> None:
        """Compute every formula."""

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        """The contents of a rectangle."""

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
        """The contents of single cells, in the order of rows and columns."""

    def write(self, cells: Iterable[Write]) -> None:
        """Put values, formulas and extents into cells."""

    def close(self) -> None:
        """End what the engine started."""

    @property
    def version(self) -> str:
        """Which engine it is, where it can be stored; else nothing."""

    def stored(self) -> bytes | None:
        """All that it holds, for `restore`; None where it cannot be stored."""

    def restore(self, stored: bytes) -> None:
        """Take what `stored` gave, in place of a copy."""

    def spare(self) -> Engine | None:
        """A fresh engine of the same kind; None where a second one would cost more than it saves."""


def read_side_by_side(engine: Engine, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
    """The contents of single cells, those that stand next to each other in a row at once: A1 B1 D1 → A1:B1, D1."""
    values: list[Value] = []
    first = 0
    for last, (row, column) in enumerate(zip(rows, columns, strict=True)):
        if last + 1 == len(rows) or (rows[last + 1], columns[last + 1]) != (row, column + 1):
            values += engine.read(sheet, row, columns[first], row, column)[0]
            first = last + 1
    return values
