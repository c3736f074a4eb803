"""What a prepared workbook consists of: the calls, what they read, and the cells that show their results.

B1 =CFI_LTV(A1,SUM(A2:A9))*2   →   CallSite CFI_LTV in B1, reading Reference A1 and Helper =SUM(A2:A9);
                                   Consumer in B1: Hole(0), "*2"
C1:C3 {=A1:A3*2}               →   Consumer in C1, kind "array" over 3 rows and 1 column; Block C1:C3
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from computefi.dates import serial_of
from computefi.errors import Code, LimitReached
from computefi.recalc.engines.base import Extent, Formula, FormulaKind, Write
from computefi.recalc.natives.table import Native
from computefi.recalc.prepare.brackets import told_apart
from computefi.recalc.prepare.columns import FormulaCells
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.keeping import NotComputed
from computefi.xlsx.cells import (
    LAST_COLUMN,
    LAST_ROW,
    CellAt,
    Rect,
    Value,
    address,
    parse_cell,
    parse_rect,
    quote_sheet,
)
from computefi.xlsx.hidden import HiddenRows
from computefi.xlsx.sheet import Sheet
from computefi.xlsx.workbook import Workbook

RESULTS, AREAS, HELPERS, SIZES, ROUNDS = range(5)
"""The copy's own sheets, counted after the workbook's: single results, blocks, argument expressions, their sizes, and
the values that circular references had a round before.
"""

# What an array formula, or a data table, may fill.
BLOCK_LIMIT = 2**20

# Room on the helpers' sheet for what argument expressions spill: bands of this many rows over most of its columns, the
# last ones being for what is taller. Where nobody can tell how wide an expression is, the first ones get more room.
BAND_ROWS = 4096
TALL_COLUMN = LAST_COLUMN - 4096
FEW, WIDE, NARROW = 1024, 512, 64


@dataclass(frozen=True, slots=True)
class Hole:
    """The place in a formula of the copy where a call's result is referred to.

    `whole` is false where Excel would take the top-left of an array, as `CFI_WATERFALL(…)*2` in an ordinary formula
    does. `area`: a single cell is to be written as a range, `A1:A1`, as in `INDEX(CFI_LTV(A1,A2),1)`.
    """

    call: int
    whole: bool
    area: bool = False


Piece = str | Hole


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells that a call reads directly. `trim` drops the blanks after the last content of a whole column or row:
    A:A is read as A1:A9 where A9 is the last cell with content.
    """

    sheet: int
    rect: Rect
    trim: bool = False


@dataclass(frozen=True, slots=True)
class Helper:
    """An argument that the engine computes, at (row, column) of the helpers' sheet.

    `size_row` is the row of the sizes' sheet where its extent stands; 0 for a single value. `blanks`: it marks them.
    """

    row: int
    column: int
    size_row: int = 0
    blanks: bool = False


@dataclass(frozen=True, slots=True)
class FromCall:
    """An argument that is another call's result, handed over without the engine."""

    call: int


Source = Reference | Helper | FromCall
Area = tuple[int, Rect]
"""Cells of one sheet."""
Output = Area | Helper
"""What can be asked for: cells, or the formula behind a name."""


@dataclass(slots=True)
class CallSite:
    """One CFI call: where it stands, what it is given, and where its result goes."""

    function: str
    sheet: int
    row: int
    column: int
    formula: str
    fixed: list[Any] = field(default_factory=list)
    sources: list[tuple[int, int]] = field(default_factory=list)
    level: int = 0
    # Why the call is not made at all, and the error that it shows.
    refused: str = ""
    refusal: Code = Code.VALUE
    # The cell's formula is this call and nothing else: the results stand in these cells themselves.
    shown: Rect | None = None
    # One of Excel's own functions, answered here where the engine is wrong, and what stands in place of the answer
    # before there is one.
    native: Native | None = None
    start: Value = Code.NA
    # Whether its one answer may be left to the engine.
    single: bool = False

    @property
    def wants_blanks(self) -> bool:
        """Whether it is told of blank cells among those that another function gives."""
        return self.native is not None and self.native.blanks


@dataclass(slots=True)
class Consumer:
    """A formula of the copy that refers to results; written anew when a result's shape changes.

    `SUM(CFI_WATERFALL(A1,A2:A4))` reads one cell while there is no result, and three when there is.
    """

    sheet: int
    row: int
    column: int
    pieces: Sequence[Piece]
    kind: FormulaKind
    rows: int = 1
    columns: int = 1

    def formula(self, block_of: dict[int, str], plan: Plan) -> Formula:
        """The formula with its holes filled, as the engine is asked for it."""
        return Formula(told_apart(render(self.pieces, block_of, plan)), self.kind, self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class Block:
    """An array formula: the cells it fills, fixed, or spilled as far as its result reaches."""

    sheet: int
    rect: Rect
    dynamic: bool
    size_row: int = 0


@dataclass(frozen=True, slots=True)
class DataTable:
    """One of Excel's what-if data tables: the cells between its axes, and the inputs that the axes go through.

    The values left of `rect` go into `from_left`, those above it into `from_top`. With one input alone, the
    formulas stand on the other side; with both, in the corner.
    """

    sheet: int
    rect: Rect
    from_left: tuple[int, int] | None
    from_top: tuple[int, int] | None

    @classmethod
    def of(cls, sheet: int, attributes: Mapping[str, str]) -> DataTable:
        """The table that the attributes of its first formula mean."""
        rect = parse_rect(attributes.get("ref", ""))
        places = [parse_cell(attributes.get(name, "")) for name in ("r1", "r2")]
        both, row_input = (attributes.get(name) in ("1", "true") for name in ("dt2D", "dtr"))
        deleted = any(attributes.get(name) in ("1", "true") for name in ("del1", "del2"))
        if rect is None or min(rect.top, rect.left) < 2 or deleted or places[0] is None or (both and not places[1]):
            raise NotComputed("a what-if data table whose input cell is gone")
        if rect.rows * rect.columns > BLOCK_LIMIT:
            raise NotComputed(f"a what-if data table of more than {BLOCK_LIMIT:,} cells")
        from_top = places[0] if both or row_input else None
        from_left = places[1] if both else None if row_input else places[0]
        return cls(sheet, rect, from_left, from_top)


class StoredFormula(NamedTuple):
    """The text of a formula cell as the file has it."""

    formula: bytes
    attributes: bytes
    dynamic: bool


@dataclass(slots=True)
class HelperSheet:
    """Where the next argument expression goes, so that none spills into another."""

    count: int = 0
    top: int = 1
    left: int = 1
    tall_left: int = TALL_COLUMN
    # What each was given room for.
    extents: list[tuple[int, int] | None] = field(default_factory=list)

    def place(self, extent: tuple[int, int] | None) -> tuple[int, int]:
        """Room for an expression of so many rows and columns, at most; None where nobody can tell."""
        self.count += 1
        self.extents.append(extent)
        rows, columns = extent or (BAND_ROWS, WIDE if self.count <= FEW else NARROW)
        if rows > BAND_ROWS and self.tall_left + columns <= LAST_COLUMN:
            self.tall_left += columns
            return 1, self.tall_left - columns
        if self.left + columns > TALL_COLUMN:
            self.top, self.left = self.top + BAND_ROWS, 1
        if self.top + BAND_ROWS > LAST_ROW + 1 or rows > BAND_ROWS:
            raise LimitReached("the workbook has too many expressions over ranges as arguments; put them into cells")
        self.left += columns
        return self.top, self.left - columns


@dataclass(slots=True)
class Rounds:
    """Circular references that are gone through in rounds, as the workbook asks.

    B1 =A1*0.1, A1 =B1+100   →   A1 comes first and reads what B1 was a round before: A1 ='cfi rounds'!A1+100
    """

    # For each formula the cells, of later formulas of its circle or its own, of which it reads the value before.
    earlier: dict[CellAt, frozenset[CellAt]]
    # Those cells, with what the file shows in them: what the first round starts from.
    start: dict[CellAt, Value]
    # The cells with content of each sheet.
    filled: dict[int, frozenset[tuple[int, int]]]
    # The row of the rounds' sheet in which each of them stands.
    rows: dict[CellAt, int] = field(init=False)
    _mirrors: dict[tuple[int, Rect, frozenset[CellAt]], Rect] = field(default_factory=dict)
    _row: int = 1

    def __post_init__(self) -> None:
        self.rows = {cell: row for row, cell in enumerate(self.start, 1)}

    def mirror(self, plan: Plan, sheet: int, rect: Rect, earlier: frozenset[CellAt]) -> Rect:
        """Cells of a range, some of them as they were a round before, side by side on the rounds' sheet."""
        key = (sheet, rect, earlier)
        if key in self._mirrors:
            return self._mirrors[key]
        last = max((row for row, _ in self.filled[sheet]), default=1)
        rows = max(1, last - rect.top + 1) if rect.rows == LAST_ROW else rect.rows
        columns = min(rect.columns, LAST_COLUMN - 2)
        if self._row + rows > LAST_ROW:
            raise LimitReached("the ranges that circular references read do not fit on one sheet")
        own = Rect(self._row, 3, self._row + rows - 1, columns + 2)
        self._mirrors[key] = own
        self._row += rows
        there, here = quote_sheet(plan.sheet_name(sheet)), plan.own(ROUNDS)
        for row, column in sorted(self.filled[sheet]):
            if rect.holds(row, column):
                cell = CellAt(sheet, row, column)
                place = (own.top + row - rect.top, own.left + column - rect.left)
                text = f"A{self.rows[cell]}" if cell in earlier else f"{there}!{address(row, column)}"
                plan.initial.append((here, *place, Formula(text)))
        return own


@dataclass(slots=True)
class Plan:
    """A workbook prepared for an engine."""

    workbook: Workbook
    sheets: Sequence[Sheet] = field(default_factory=list)
    calls: list[CallSite] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)
    consumers_of: dict[int, list[int]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    formulas: list[FormulaCells] = field(default_factory=list)
    groups: list[Groups] = field(default_factory=list)
    # The formulas that belong to no group.
    apart: list[dict[tuple[int, int], StoredFormula]] = field(default_factory=list)
    # What the file holds in the cells of array formulas beside their first, and in those of data tables.
    children: dict[CellAt, tuple[bytes, bytes | None]] = field(default_factory=dict)
    frozen: list[tuple[int, int, int, str]] = field(default_factory=list)
    # Spills that keep their stored values, which are spilled from elsewhere, so that `A1#` means them.
    kept_spills: list[Block] = field(default_factory=list)
    tables: list[DataTable] = field(default_factory=list)
    # The functions inside LAMBDA that would be answered here, were their arguments known.
    in_lambdas: list[tuple[CellAt, str]] = field(default_factory=list)
    extents: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[HiddenRows] = field(default_factory=list)
    # Whether a SUBTOTAL stands within a larger formula, which the engine counts, or there is an AGGREGATE.
    joined_subtotals: bool = False
    initial: list[Write] = field(default_factory=list)
    named: dict[str, Helper] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    copy: bytes = b""
    own_sheets: tuple[str, ...] = ()
    rounds: Rounds | None = None
    size_rows: int = 0
    # Whether the present time or a random number stands in a formula of the copy.
    volatile: bool = False
    expanded: int = 0  # characters of names' formulas put in where they are used
    extremes: Extremes = field(default_factory=Extremes)
    helpers: HelperSheet = field(default_factory=HelperSheet)
    random: Random = field(default_factory=Random)
    now: float = field(default_factory=lambda: serial_of(dt.datetime.now()))

    @property
    def cfi_calls(self) -> list[CallSite]:
        """The calls of CFI functions; those of Excel's that are answered here are not among them."""
        return [site for site in self.calls if site.native is None]

    def filters_on(self, sheet: int) -> list[Rect]:
        """Where the tables of a sheet stand that filter their rows."""
        tables = self.workbook.list_objects.values()
        return [table.rect for table in tables if table.sheet == sheet and table.filtered]

    def once_a_run(self, name: str) -> float:
        """What NOW, TODAY or RAND gives, which stays as it is while the workbook is open."""
        self.volatile = True
        return self.random.random() if name == "RAND" else self.now if name == "NOW" else math.floor(self.now)

    def ends_of_tables(self, sheet: int) -> list[int]:
        """The last rows of the tables of a sheet, totals left out."""
        tables = self.workbook.list_objects.values()
        return sorted({table.rect.bottom - table.totals_rows for table in tables if table.sheet == sheet})

    def own(self, which: int) -> int:
        """The index in the copy of one of its own sheets."""
        return len(self.sheets) + which

    def place(self, sheet: int, row: int, column: int) -> str:
        """A cell's address as a banker reads it."""
        return f"{quote_sheet(self.workbook.sheets[sheet])}!{address(row, column)}"

    def result_cell(self, call: int) -> CellAt:
        """Where a call's single result stands in the copy."""
        site = self.calls[call]
        if site.shown is not None:
            return CellAt(site.sheet, site.shown.top, site.shown.left)
        column, row = divmod(call, LAST_ROW)
        return CellAt(self.own(RESULTS), row + 1, column + 1)

    def result_text(self, call: int) -> str:
        """The same as text in a formula."""
        sheet, row, column = self.result_cell(call)
        return f"{quote_sheet(self.sheet_name(sheet))}!{address(row, column)}"

    def sheet_name(self, sheet: int) -> str:
        """The name of a sheet of the copy."""
        count = len(self.workbook.sheets)
        return self.own_sheets[sheet - count] if sheet >= count else self.workbook.sheets[sheet]

    def follow(self, anchor: CellAt) -> int:
        """Have two cells show how far the formula in `anchor` spills; the row of the sizes' sheet they stand in."""
        self.size_rows += 1
        sheet, row = self.own(SIZES), self.size_rows
        self.initial += [(sheet, row, 1, Extent(anchor, "rows")), (sheet, row, 2, Extent(anchor, "columns"))]
        return row

    def number_of(self, source: Source, known: dict[Source, int]) -> int:
        """The number of what calls read, a new one if it is not known yet."""
        number = known.setdefault(source, len(self.sources))
        if number == len(self.sources):
            self.sources.append(source)
        return number

    def reach(self, sheet: int, row: int, column: int) -> None:
        """Note that a sheet has content at least this far."""
        rows, columns = self.extents[sheet]
        if row > rows or column > columns:
            self.extents[sheet] = (max(rows, row), max(columns, column))


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of a formula with the texts that stand side by side in one."""
    made: list[Piece] = []
    for piece in pieces:
        last = made[-1] if made else None
        if isinstance(piece, str) and isinstance(last, str):
            made[-1] = last + piece
        else:
            made.append(piece)
    return made


def render(pieces: Sequence[Piece], block_of: dict[int, str], plan: Plan) -> str:
    """A formula's text with its holes filled: the block where a call gave one, else the single cell."""
    texts = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
        else:
            block = block_of.get(piece.call) if piece.whole else None
            cell = plan.result_text(piece.call)
            texts.append(block or (f"{cell}:{cell.rpartition('!')[2]}" if piece.area else cell))
    return "".join(texts)
