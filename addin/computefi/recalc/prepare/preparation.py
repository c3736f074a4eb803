"""The engine's copy of a workbook: cells and names only, every CFI call cut out and replaced by its result.

B1 =CFI_LTV(A1,A2)*2     →   B1 ='cfi results'!A1*2, where the call's result is put whenever A1 or A2 has changed
B2 =SUM(A1:A2)           →   B2 =SUM(A1:A2), byte for byte
B3 =[1]Other.xlsx!A1     →   B3 as the constant that the file shows, and a warning that it keeps its value
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from computefi.errors import Code, DamagedFile, LimitReached
from computefi.formulas.shared import SharedFormulas
from computefi.formulas.tree import (
    Expression,
    Unreadable,
    cfi_name,
    parse,
)
from computefi.recalc.engines.base import FormulaKind
from computefi.recalc.prepare.aggregated import has_joined_subtotals
from computefi.recalc.prepare.alike import FormulasAlike, is_steady
from computefi.recalc.prepare.circles import find_rounds
from computefi.recalc.prepare.columns import FormulaCell, FormulaCells
from computefi.recalc.prepare.copy import Copy
from computefi.recalc.prepare.crossed import crosses, plain_references
from computefi.recalc.prepare.cut import Cutter
from computefi.recalc.prepare.displayed import as_displayed
from computefi.recalc.prepare.early_dates import DATES, serial, with_early_dates
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.intersect import AS_ARRAY, AS_STORED, REWRITTEN, OrdinaryFormula
from computefi.recalc.prepare.keeping import NotComputed
from computefi.recalc.prepare.loners import Loners
from computefi.recalc.prepare.lost import without_lost
from computefi.recalc.prepare.measured import only_call, refuse_too_deep, too_deep
from computefi.recalc.prepare.named_cells import NamedCells
from computefi.recalc.prepare.operands import Names, OtherWorkbook, View, name_cells
from computefi.recalc.prepare.placing import IN_COPY, place_formulas, place_results, place_whole, refuse_large_reads
from computefi.recalc.prepare.plan import (
    BLOCK_LIMIT,
    ROUNDS,
    Block,
    CallSite,
    Consumer,
    DataTable,
    Plan,
    Rounds,
    Source,
    StoredFormula,
    merged,
)
from computefi.recalc.prepare.repeated import Entry, RepeatedRows
from computefi.recalc.prepare.strict import is_suspect, strict_text
from computefi.recalc.prepare.table_cells import TableCells
from computefi.recalc.prepare.variables import seen_through
from computefi.recalc.prepare.ways import Ways, lengths_part
from computefi.xlsx.cells import CellAt, Rect, cells_in, many_objects, parse_rect, whole_number
from computefi.xlsx.displayed import DOUBTFUL, places_shown
from computefi.xlsx.hidden import HiddenRows, hidden_rows
from computefi.xlsx.markup import escape
from computefi.xlsx.sheet import Cell, Sheet, attributes_of, decode, open_sheet
from computefi.xlsx.workbook import Workbook, unescape

# Characters of the cells' texts, one that many cells share counted for each of them.
TEXT_LIMIT = 2**27
RESERVED_NAME = "_xlnm."
NOTHING: Mapping[CellAt, str] = {}


@dataclass(slots=True)
class Preparation:
    """The work of preparing one workbook."""

    plan: Plan
    copy: Copy
    names: Names = field(default_factory=dict)
    ways: Ways = field(init=False)
    named: NamedCells = field(init=False)
    tables: TableCells = field(init=False)
    known: dict[Source, int] = field(default_factory=dict)
    shared: SharedFormulas = field(default_factory=SharedFormulas)
    # Whether the engine gets the shared formulas of a number as they stand, the groups that these are, and the groups
    # of other cells than their first by how they say that they belong to them.
    passed: dict[str, bool] = field(default_factory=dict)
    joined: dict[str, int | None] = field(default_factory=dict)
    members: dict[bytes, int] = field(default_factory=dict)
    text_length: int = 0
    # The lengths of the shared strings, where many of them are asked for at once.
    lengths: NDArray[np.int64] | None = None
    groups: Groups = field(default_factory=Groups)
    alike: FormulasAlike = field(init=False)
    loners: Loners = field(init=False)
    # Whether nothing in the formula that was cut last goes along with its cell but relative addresses, and what its
    # calls read.
    steady: bool = False
    asked: list[tuple[CallSite, int, int]] = field(default_factory=list)
    # Formulas that keep their stored values, each with the reason.
    kept: Mapping[CellAt, str] = field(default_factory=dict)
    # The formulas of the sheet that do not belong with those that are like them: kept ones, and those of circles.
    apart: frozenset[tuple[int, int]] = frozenset()
    # The cells of the sheet that are rounded by their formats, where the workbook calculates with what is displayed.
    rounded: dict[tuple[int, int], int] = field(default_factory=dict)
    # Array formulas that keep their stored values, and whether they spill.
    kept_blocks: dict[tuple[int, Rect], bool] = field(default_factory=dict)

    def run(self, sheets: list[Sheet]) -> None:
        """The passes of the preparation, one after the other."""
        plan = self.plan
        plan.sheets = sheets
        plan.extents = [(1, 1) for _ in sheets]
        plan.formulas = [FormulaCells() for _ in sheets]
        plan.apart = [{} for _ in sheets]
        if not plan.hidden:
            plan.hidden = [hidden_rows(sheet, plan.filters_on(i)) for i, sheet in enumerate(sheets)]
        plan.joined_subtotals = has_joined_subtotals(sheets)
        plan.extremes = Extremes.of(sheets)
        by_place = plan.extremes.concern if plan.extremes.tiny else None
        self.tables = TableCells(plan.workbook.sheets, plan.workbook.list_objects)
        plan.groups = [Groups(by_place=by_place, ends=plan.ends_of_tables(i)) for i in range(len(sheets))]
        self.sort_names()
        for index, sheet in enumerate(sheets):
            self.read_sheet(index, sheet)
        self.compute_names()
        refuse_large_reads(plan)
        place_formulas(plan, self.copy)
        place_results(plan)
        self.plan.copy = self.copy.build(self.plan.workbook.shared_strings)

    def sort_names(self) -> None:
        """Names of cells go to the engine; a name with a formula behind it is put in where it is used."""
        plan, computed, watched = self.plan, [], []
        self.named = NamedCells(plan.workbook.sheets)
        for name in plan.workbook.names:
            if name.name.casefold().startswith(RESERVED_NAME):
                continue
            self.names[name.name.casefold(), name.sheet] = name
            cells = name_cells(plan, name)
            if name.sheet is not None and (cells is None or cells.rect[:2] != cells.rect[2:]):
                self.named.hide(name.name, name.sheet)
            if cells is None:
                computed.append(name.name)
                continue
            if cells.rect[:2] == cells.rect[2:] and name.name.isascii():
                self.named.add(name.name, name.sheet, cells.sheet, cells.rect.top, cells.rect.left)
            self.copy.add_name(name, cells.sheet, cells.rect)
            if cells.rect.rows * cells.rect.columns > 1 or not name.name.isascii():
                watched.append(name.name)
        computed += [table.name for table in plan.workbook.list_objects.values()]
        self.ways = Ways(plan, self.names, computed, watched)

    def read_sheet(self, index: int, sheet: Sheet) -> None:
        """Copy a sheet's cells, cutting the formulas that need it."""
        plan, copy = self.plan, self.copy
        blocks: list[Rect] = []
        self.shared, self.passed, self.joined, self.members = SharedFormulas(), {}, {}, {}
        self.ways.known, self.ways.groups = {}, plan.groups[index]
        self.groups, self.alike = plan.groups[index], FormulasAlike(plan, index, self.known)
        self.loners = Loners(self.ways.alike, plan.extremes, plan.formulas[index])
        circles = plan.rounds.earlier if plan.rounds else ()
        self.apart = frozenset((cell.row, cell.column) for cell in (*self.kept, *circles) if cell.sheet == index)
        self.rounded = places_shown(plan.workbook, sheet) if plan.workbook.as_displayed else {}
        self.apart |= self.rounded.keys()
        apart = self.apart
        hidden = frozenset().union(*plan.hidden[index])
        last_row = 0
        rows = columns = 1
        note, member, like_above = plan.formulas[index].append, copy.member, self.groups.like_above
        again = RepeatedRows(sheet, index, copy, self.groups, plan.formulas[index], hidden, self.takes_strings)
        plain = sheet.data is sheet.scannable and not sheet.prefix and not apart
        for cell in sheet.cells(again.past if plain else None):
            row, column, kind, _, formula, formula_attributes, value, _, end = cell
            if row != last_row:
                blocks = [rect for rect in blocks if rect.bottom >= row]
                again.blocked = max((rect.bottom for rect in blocks), default=0)
                copy.row(index, row, row in hidden)
                last_row = row
            if row > rows:
                rows = row
            if column > columns:
                columns = column
            group = None
            if formula and not formula_attributes and (not apart or (row, column) not in apart):
                group = like_above(formula, row, column)
            elif formula == b"":
                group = self.members.get(formula_attributes)
            if group is not None:
                # What read_formula would come to, for nearly every formula of a large workbook.
                note(FormulaCell(row, column, kind, value, end, group))
                member(index, row, column, group)
                again.line.append(Entry(column, kind, group, end > 0))
            elif formula and not formula_attributes and not apart and self.is_like_another(index, cell):
                again.spoil()
            elif formula is not None and not (blocks and cell.is_spilled and any(r.holds(row, column) for r in blocks)):
                again.spoil()
                rect = self.read_formula(index, cell)
                if rect is not None:
                    blocks.append(rect)
            elif not blocks or not any(rect.holds(row, column) for rect in blocks):
                self.read_constant(index, cell)
                again.line.append(Entry(column, kind, None, False))
            else:
                again.spoil()
                self.keep_child(index, cell)
        rows = max(rows, again.last_row)
        copy.end_sheet(index, rows, columns)
        plan.reach(index, rows, columns)

    def is_like_another(self, index: int, cell: Cell) -> bool:
        """Whether a formula is like the one to the left, or one above that was made from others: then it is done."""
        row, column, kind, dynamic, formula, _, value, _, end = cell
        assert formula is not None
        group = self.groups.like_left(formula, row, column)
        if group is not None:
            self.plan.formulas[index].append(FormulaCell(row, column, kind, value, end, group))
            self.copy.member(index, row, column, group)
            return True
        made = self.alike.make_again(formula, CellAt(index, row, column))
        if not made and not self.loners.goes_by(formula):
            return False
        self.plan.apart[index][row, column] = StoredFormula(formula, b"", dynamic)
        if made:
            self.place_made(index, cell)
            return True
        self.groups.forget(column)
        self.note(index, cell)
        self.copy.formula(index, row, column, formula)
        return True

    def read_constant(self, index: int, cell: Cell) -> None:
        """A cell without a formula, in the form that the engine reads."""
        kind, value = cell.kind, cell.value
        if kind == b"inlineStr" and cell.inline is not None:
            self.copy.text(index, cell.row, cell.column, cell.inline)
        elif value is None or (not value and kind != b"str"):
            return
        elif kind == b"s":
            self.shared_string(index, cell)
            self.copy.raw(index, cell.row, cell.column, kind, value.strip())
        elif kind == b"str":
            self.copy.text(index, cell.row, cell.column, unescape(decode(value)))
        elif kind == b"d":
            self.copy.raw(index, cell.row, cell.column, b"", repr(serial(decode(value))).encode())
        elif kind in (b"", b"n", b"b", b"e"):
            self.copy.raw(index, cell.row, cell.column, b"" if kind == b"n" else kind, value)

    def keep_child(self, index: int, cell: Cell) -> None:
        """Remember what the file shows of an array formula or a data table, which is filled anew."""
        if any(table.sheet == index and table.rect.holds(cell.row, cell.column) for table in self.plan.tables):
            self.read_constant(index, cell)
        for (sheet, rect), dynamic in self.kept_blocks.items():
            if sheet == index and rect.holds(cell.row, cell.column):
                self.plan.frozen.append((index, cell.row, cell.column, "a cell of an array formula that is kept"))
                if not dynamic:
                    self.read_constant(index, cell)
        kind, value = cell.kind, cell.value
        if kind == b"s" and value:
            kind, value = b"str", escape(self.shared_string(index, cell)).encode()
        self.plan.children[CellAt(index, cell.row, cell.column)] = (kind, value)

    def takes_strings(self, numbers: NDArray[np.int64]) -> bool:
        """Whether the workbook has the texts of these numbers, and they are not too long together."""
        if self.lengths is None:
            self.lengths = np.array(list(map(len, self.plan.workbook.shared_strings)), np.int64)
        if numbers.max() >= len(self.lengths):
            return False
        length = self.text_length + int(self.lengths[numbers].sum())
        if length <= TEXT_LIMIT:
            self.text_length = length
        return length <= TEXT_LIMIT

    def shared_string(self, index: int, cell: Cell) -> str:
        """The text that a cell names by its number."""
        strings = self.plan.workbook.shared_strings
        stored = (cell.value or b"").strip()
        number = whole_number(stored.decode(), len(strings) - 1)
        if number is None:
            part = self.plan.sheets[index].part
            place = self.plan.place(index, cell.row, cell.column)
            raise DamagedFile(f"{part} is damaged: {place} names shared string {stored[:40]!r}", part=part, cell=place)
        text = strings[number]
        self.text_length += len(text)
        if self.text_length > TEXT_LIMIT:
            place = self.plan.place(index, cell.row, cell.column)
            reason = f"{place}: the texts of cells up to here are longer than {TEXT_LIMIT:,} characters"
            raise LimitReached(reason, cell=place)
        return text

    def read_formula(self, index: int, cell: Cell) -> Rect | None:
        """A formula cell; for an array formula the block it fills."""
        assert cell.formula is not None
        stored = StoredFormula(cell.formula, cell.formula_attributes, cell.dynamic)
        self.plan.apart[index][cell.row, cell.column] = stored
        attributes = attributes_of(cell.formula_attributes) if cell.formula_attributes else {}
        kind = attributes.get("t", "normal")
        text = cell.formula
        reason = self.kept.get(CellAt(index, cell.row, cell.column)) if self.kept else None
        if reason is not None:
            if kind == "shared":
                self.shared.text(attributes.get("si", ""), decode(text or b""), cell.row, cell.column)
            self.freeze(index, cell, reason)
            return None
        if kind == "array":
            rect = parse_rect(attributes.get("ref", "")) or Rect(cell.row, cell.column, cell.row, cell.column)
            return self.read_array(index, cell, decode(text), rect)
        if kind == "shared":
            self.read_shared(index, cell, attributes)
            return None
        if kind == "dataTable":
            return self.read_data_table(index, cell, attributes)
        if not text.strip():
            self.freeze(index, cell, "an empty formula")
            return None
        self.read_plain(index, cell, text)
        return None

    def read_data_table(self, index: int, cell: Cell, attributes: dict[str, str]) -> Rect | None:
        """A what-if data table: its cells are constants in the copy, computed by the table's own loop."""
        try:
            table = DataTable.of(index, attributes)
        except NotComputed as error:
            self.freeze(index, cell, str(error))
            return None
        self.plan.tables.append(table)
        self.keep_child(index, cell)
        return table.rect

    def read_shared(self, index: int, cell: Cell, attributes: dict[str, str]) -> None:
        """A shared formula: as it is where the engine can compute it, else the cell's own text."""
        group = attributes.get("si", "")
        assert cell.formula is not None
        if cell.formula:
            self.members.clear()
            self.joined[group] = None
            self.passed[group] = (
                not too_deep(cell.formula)
                and not (self.plan.extremes.tiny and self.plan.extremes.concern(cell.formula))
                and not lengths_part(cell.formula)
                and self.ways.of(index, cell, cell.formula) == AS_STORED
            )
            if self.passed[group] and not self.apart:
                self.joined[group] = self.groups.join(cell.formula, cell.row, cell.column)
        joined = self.joined.get(group)
        if joined is not None:
            if not cell.formula:
                self.members[cell.formula_attributes] = joined
            self.note(index, cell, joined)
            self.put_into(joined, index, cell, cell.formula)
            return
        if self.passed.get(group) and not self.apart:
            self.note(index, cell)
            in_copy = self.written(index, cell, cell.formula)
            self.copy.shared_formula(index, cell.row, cell.column, in_copy, group, attributes.get("ref", ""))
            return
        text = self.shared.text(group, decode(cell.formula or b""), cell.row, cell.column)
        if text is None:
            self.freeze(index, cell, "a shared formula without its first cell")
        else:
            self.read_plain(index, cell, escape(text).encode())

    def read_plain(self, index: int, cell: Cell, text: bytes) -> None:
        """An ordinary formula."""
        if too_deep(text):
            self.freeze(index, cell, "a formula too long or too deeply nested")
            return
        apart = (cell.row, cell.column) in self.apart
        in_cells = self.tables.written(text, CellAt(index, cell.row, cell.column))
        way = REWRITTEN if apart or b"[" in in_cells else self.ways.of(index, cell, in_cells)
        if way == REWRITTEN:
            here = Rect(cell.row, cell.column, cell.row, cell.column)
            if self.apart:
                self.cut(index, cell, decode(text), "plain", here)
            elif not self.made_alike(index, cell, text):
                before = self.alike.mark()
                if self.cut(index, cell, decode(text), "plain", here) and self.steady:
                    self.alike.learn(text, CellAt(index, cell.row, cell.column), before, self.asked)
            return
        joins = way == AS_STORED and not lengths_part(in_cells)
        group = self.groups.join(text, cell.row, cell.column) if joins else None
        self.note(index, cell, group)
        if group is not None:
            self.put_into(group, index, cell, in_cells)
            return
        put = self.copy.array_formula if way == AS_ARRAY else self.copy.formula
        put(index, cell.row, cell.column, self.written(index, cell, in_cells))

    def put_into(self, group: int, index: int, cell: Cell, in_cells: bytes) -> None:
        """A formula as one of its group; the first one with its text."""
        del self.plan.apart[index][cell.row, cell.column]
        if self.groups.heads[group][:2] != (cell.row, cell.column):
            self.loners.joined(in_cells)
            self.copy.member(index, cell.row, cell.column, group)
            return
        in_copy = self.written(index, cell, in_cells)
        if in_copy == cell.formula:
            self.loners.alone(in_copy)
        self.copy.head(index, cell.row, cell.column, in_copy, group)

    def made_alike(self, index: int, cell: Cell, text: bytes) -> bool:
        """Whether a formula is like some that were cut, and is made from them."""
        at = CellAt(index, cell.row, cell.column)
        if not self.alike.make(text, at):
            return False
        if not lengths_part(text):
            self.alike.trust(text, at)
        self.place_made(index, cell)
        return True

    def place_made(self, index: int, cell: Cell) -> None:
        """A formula that was made into the copy."""
        plan = self.plan
        last = plan.consumers[-1] if plan.consumers else None
        if last is not None and (last.sheet, last.row, last.column) == (index, cell.row, cell.column):
            place_whole(self.copy, last)
        else:
            plan.initial.append((index, cell.row, cell.column, Code.NA))
        self.note(index, cell)

    def written(self, index: int, cell: Cell, text: bytes) -> bytes:
        """A stored formula as the engine gets it: cells in place of names, days before March 1900, what it misses."""
        text = self.named.written(text, index)
        if is_suspect(text) or self.plan.extremes.concern(text):
            view = View(self.plan, self.names, index, cell.row, cell.column)
            text = escape(strict_text(decode(text), view, self.plan.extremes)).encode()
        if self.plan.workbook.date1904 or DATES.search(text) is None:
            return text
        return escape(with_early_dates(decode(text))).encode()

    def read_array(self, index: int, cell: Cell, text: str, rect: Rect) -> Rect | None:
        """An array formula: over a fixed block, or spilling where the cell is marked dynamic."""
        if (rect.top, rect.left) != (cell.row, cell.column) or not text.strip() or too_deep(text.encode()):
            self.freeze(index, cell, "an array formula without its block or its text")
            return None
        if rect.rows * rect.columns > BLOCK_LIMIT:
            self.freeze(index, cell, f"an array formula over more than {BLOCK_LIMIT:,} cells")
            return None
        self.plan.reach(index, rect.bottom, rect.right)
        if not self.cut(index, cell, text, "spill" if cell.dynamic else "array", rect):
            self.kept_blocks[index, rect] = cell.dynamic
            if cell.dynamic:
                self.plan.kept_spills.append(Block(index, rect, True))
        return rect

    def cut(self, index: int, cell: Cell, text: str, kind: FormulaKind, rect: Rect) -> bool:
        """Take the formula apart and put what the engine can compute into the copy."""
        plan = self.plan
        cutter = Cutter(plan, self.names, self.known, index, cell.row, cell.column, text, kind != "plain")
        if plan.rounds is not None:
            cutter.earlier = plan.rounds.earlier.get(CellAt(index, cell.row, cell.column), frozenset())
        calls, consumers = len(plan.calls), len(plan.consumers)
        try:
            in_cells = self.tables.written(without_lost(text).encode(), CellAt(index, cell.row, cell.column)).decode()
            expression = seen_through(parse(in_cells if plan.workbook.date1904 else with_early_dates(in_cells)))
            self.asked = cutter.asked
            self.steady = not crosses(expression) and is_steady(expression, cutter.view.kind)
            guarded = plan.extremes.concern(text.encode())
            if guarded and (kind != "plain" or only_call(expression)):
                expression = plan.extremes.guarded(expression, cutter.is_one)
            expression = self.as_displayed(plain_references(expression, cutter.view), kind, rect)
            whole = only_call(expression) if kind != "spill" else None
            if whole is not None and not whole.name.startswith("@"):
                site = plan.calls[cutter.call(cfi_name(whole.name) or "", whole)]
                site.shown = rect
                plan.initial += [(*cell_at, Code.NA) for cell_at in cells_in(index, rect)]
            elif kind == "plain":
                found = OrdinaryFormula(cutter.view.kind).read(expression)
                self.steady = self.steady and is_steady(found.expression, cutter.view.kind)
                cutter.over_arrays = found.array
                expression = found.expression
                # Only what Excel does not take one cell of is compared value by value.
                expression = plan.extremes.guarded(expression, cutter.is_one) if guarded else expression
                self.consume(cutter, expression, "lifted" if found.array else "plain", rect)
            else:
                self.consume(cutter, expression, kind, rect)
        except (NotComputed, OtherWorkbook, Unreadable) as error:
            self.undo(calls, consumers)
            others = "a formula that reads another workbook"
            unread = f"a formula that cannot be read ({error})" if isinstance(error, Unreadable) else str(error)
            self.freeze(index, cell, others if isinstance(error, OtherWorkbook) else unread)
            return False
        self.note(index, cell)
        if kind != "plain":
            self.add_block(index, rect, kind == "spill")
        return True

    def as_displayed(self, expression: Expression, kind: FormulaKind, rect: Rect) -> Expression:
        """A formula with what it gives rounded to the places that its cell shows."""
        shown = {self.rounded[place] for place in self.rounded if rect.holds(*place)} if self.rounded else set()
        if not shown:
            return expression
        if kind != "plain":
            raise NotComputed("an array formula in a workbook that calculates with the precision displayed")
        if shown == {DOUBTFUL}:
            raise NotComputed("a format that rounds by no one number of places, in a workbook that calculates so")
        return as_displayed(expression, *shown)

    def consume(self, cutter: Cutter, expression: Expression, kind: FormulaKind, rect: Rect) -> None:
        """A formula in which the engine has a part."""
        pieces = cutter.cut(expression)
        refuse_too_deep(pieces)
        if kind in IN_COPY:
            self.copy.keep(cutter.sheet, cutter.row, cutter.column)
        consumer = Consumer(cutter.sheet, cutter.row, cutter.column, merged(pieces), kind, rect.rows, rect.columns)
        self.plan.consumers.append(consumer)

    def undo(self, calls: int, consumers: int) -> None:
        """Forget what was cut from a formula that turned out not to be readable."""
        del self.plan.calls[calls:]
        del self.plan.consumers[consumers:]

    def add_block(self, index: int, rect: Rect, dynamic: bool) -> None:
        size_row = self.plan.follow(CellAt(index, rect.top, rect.left)) if dynamic else 0
        self.plan.blocks.append(Block(index, rect, dynamic, size_row))

    def note(self, index: int, cell: Cell, group: int | None = None) -> None:
        self.plan.formulas[index].append(FormulaCell(cell.row, cell.column, cell.kind, cell.value, cell.end, group))

    def freeze(self, index: int, cell: Cell, reason: str) -> None:
        """A formula that cannot be computed: the copy holds its stored value, and the file keeps it."""
        if cell.dynamic:
            self.plan.children[CellAt(index, cell.row, cell.column)] = (cell.kind, cell.value)
        self.plan.frozen.append((index, cell.row, cell.column, reason))
        if cell.value or cell.kind in (b"str", b"inlineStr"):
            self.read_constant(index, cell)
        else:
            # Nothing is stored: what reads it must not take it for 0.
            self.copy.raw(index, cell.row, cell.column, b"e", Code.NA.value.encode())

    def compute_names(self) -> None:
        """A name with a formula behind it gets a helper, so that its value can be asked for."""
        for (key, scope), name in self.names.items():
            if name_cells(self.plan, name) is not None or "#REF!" in name.text:
                continue
            calls, consumers = len(self.plan.calls), len(self.plan.consumers)
            cutter = Cutter(self.plan, self.names, self.known, scope or 0, 1, 1, name.text, True)
            try:
                expression = plain_references(seen_through(parse(name.text)), cutter.view)
                if cutter.gives_too_much(expression):
                    continue
                helper = cutter.helper(expression)
            except (LimitReached, NotComputed, OtherWorkbook, Unreadable):
                self.undo(calls, consumers)
                continue
            if scope is None:
                self.plan.named[key] = helper


def open_sheets(workbook: Workbook) -> list[Sheet]:
    """The workbook's worksheets as they are stored."""
    return [open_sheet(workbook.package.read(part), part) for part in workbook.parts]


def prepare(
    workbook: Workbook,
    sheets: list[Sheet] | None = None,
    now: float | None = None,
    kept: Mapping[CellAt, str] = NOTHING,
    hidden: Sequence[HiddenRows] = (),
    seed: int | None = None,
) -> Plan:
    """Everything a run needs to know of the workbook, or of the same workbook with other cells in its sheets.

    `kept`: formulas that keep their stored values, with the reasons. `hidden`: the rows that are not shown, where other
    cells do not say so. `now` and `seed` fix what volatile functions give.
    """
    opened = open_sheets(workbook) if sheets is None else sheets

    def made(rounds: Rounds | None) -> Plan:
        plan = Plan(workbook, own_sheets=Copy(workbook.sheets).own_sheets, rounds=rounds, hidden=list(hidden))
        plan.now = start
        plan.random.seed(seed)
        return prepared(plan, opened, kept)

    start = Plan(workbook).now if now is None else now
    plan = made(None)
    if workbook.iterate and sheets is None:
        rounds = find_rounds(plan)
        plan = plan if rounds is None else made(rounds)
    return plan


def prepared(plan: Plan, sheets: list[Sheet], kept: Mapping[CellAt, str]) -> Plan:
    """The workbook prepared, its circular references in rounds where they were found."""
    rounds = plan.rounds
    if rounds is not None:
        own = len(sheets) + ROUNDS
        plan.initial += [(own, rounds.rows[cell], 1, value) for cell, value in rounds.start.items()]
    with many_objects():
        Preparation(plan, Copy(plan.workbook.sheets), kept=kept).run(sheets)
    return plan
