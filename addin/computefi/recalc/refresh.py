"""The static tables that a workbook's own Refresh block names: computed anew by full recalculations, and stamped.

The block is the range called `refresh`, a head and then a row per table. `refreshed`, where there is one, is the stamp.

Table    | Writes       | Reads    | Moves        | To           | Also moves | To
Tornado  | Sens!D5:E13  | el_total | Sens!B5:B13  | Sens!F5:G13  |            |
Grid     | Sens!D20:H24 | el_total | rent_shock   | Sens!D19:H19 | delay      | Sens!C20:C24

What is read, moved and moved to is one cell, or a range that fits what is written in its rows, its columns or both. A
range under Reads or Moves holds names, a single cell is meant itself. A row of names that is blank stays blank.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from computefi.dates import serial_of
from computefi.errors import Code, InputRefused
from computefi.recalc.book import Book
from computefi.recalc.places import find, find_input, find_output
from computefi.recalc.prepare.plan import Area, Helper, Output
from computefi.xlsx.cells import CellAt, Rows, Value
from computefi.xlsx.date_cells import holds_date

BLOCK, STAMP = "refresh", "refreshed"
COLUMNS = 7
Move = tuple[CellAt, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table: where it stands, what it reads, and which inputs are moved for it."""

    cell: CellAt
    output: Output
    moves: tuple[Move, ...]


def refresh(
    book: Book, today: dt.date, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> dict[str, int]:
    """Set every table of the block to what the workbook gives now; how many cells each has. Nothing is saved."""
    tables = {label: list(entries) for label, entries in _tables(book)}
    values = _answers(book, [entry for entries in tables.values() for entry in entries], progress)
    written: dict[CellAt, Value] = {}
    for label, entries in tables.items():
        for entry in entries:
            if entry.cell in written:
                raise InputRefused(f"{label}: {book.plan.place(*entry.cell)} is written by another table too")
            written[entry.cell] = values[entry.output, entry.moves]
    moved = {cell for entries in tables.values() for entry in entries for cell, _ in entry.moves}
    if both := sorted(moved & written.keys()):
        raise InputRefused(f"{book.plan.place(*both[0])} is an input that is moved; no table may be written over it")
    stamp = {STAMP: _stamp(book, today)} if any(n.name.casefold() == STAMP for n in book.plan.workbook.names) else {}
    book.set({book.plan.place(*cell): value for cell, value in written.items()} | stamp)
    return {label: len(entries) for label, entries in tables.items()}


def _stamp(book: Book, today: dt.date) -> Value:
    """The day, as the stamp's cell holds it."""
    cell = find_input(book.plan, STAMP)
    return serial_of(today) if holds_date(book.plan.workbook, book.plan.sheets[cell.sheet], cell) else f"{today}"


def _tables(book: Book) -> Iterator[tuple[str, Iterator[Entry]]]:
    """The rows of the block."""
    block = book.get(BLOCK)
    if not isinstance(block, tuple) or len(block) < 2 or len(block[0]) != COLUMNS:
        raise InputRefused(f"the name {BLOCK} must stand for {COLUMNS} columns: a head and a row per table", name=BLOCK)
    labels: set[str] = set()
    for number, row in enumerate(block[1:], 2):
        if all(value in (None, "") for value in row):
            continue
        label = str(row[0] or f"row {number} of {BLOCK}")
        texts = [str(value) if isinstance(value, str) else "" for value in row]
        if not texts[1] or not texts[2] or bool(texts[3]) != bool(texts[4]) or bool(texts[5]) != bool(texts[6]):
            raise InputRefused(f"{label}: say what is written and read, and for each that moves, to what", name=BLOCK)
        if label in labels:
            raise InputRefused(f"the block {BLOCK} has two tables called {label}", name=BLOCK)
        labels.add(label)
        try:
            yield label, _entries(book, label, texts)
        except InputRefused as error:
            raise InputRefused(f"{label}: {error}", name=BLOCK) from None
    if not labels:
        raise InputRefused(f"the block {BLOCK} names no table", name=BLOCK)


def _entries(book: Book, label: str, texts: list[str]) -> Iterator[Entry]:
    """The cells of one table, checked as they come."""
    target = _area(book, texts[1])
    reads = _Fitted(book, target, texts[2])
    moves = [(_Fitted(book, target, name), _Fitted(book, target, to)) for name, to in (texts[3:5], texts[5:7]) if name]
    found = []
    for i in range(target[1].rows):
        for j in range(target[1].columns):
            cell = CellAt(target[0], target[1].top + i, target[1].left + j)
            find_input(book.plan, book.plan.place(*cell))
            names = [reads.name(i, j), *(inputs.name(i, j) for inputs, _ in moves)]
            settings = [to.value(i, j) for _, to in moves]
            if "" in names or None in settings:
                continue
            inputs = [find_input(book.plan, name) for name in names[1:]]
            found.append(Entry(cell, find_output(book.plan, names[0]), tuple(zip(inputs, settings, strict=True))))
    if not found:
        raise InputRefused(f"nothing to compute for {label}")
    return iter(found)


def _area(book: Book, reference: str) -> Area:
    found = find(book.plan, reference)
    if isinstance(found, Helper):
        raise InputRefused(f"{reference} stands for no cells")
    return found


class _Fitted:
    """What a column of the block names for each cell of a table: one for all, one per row or column, or its own."""

    def __init__(self, book: Book, target: Area, reference: str) -> None:
        self.reference = reference
        found = find(book.plan, reference)
        rows, columns = (1, 1) if isinstance(found, Helper) else (found[1].rows, found[1].columns)
        if rows not in (1, target[1].rows) or columns not in (1, target[1].columns):
            raise InputRefused(
                f"{reference} has {rows} × {columns} cells, which does not fit "
                f"{target[1].rows} × {target[1].columns}"
            )  # fmt: skip
        self.shape = rows, columns
        content = book.get(reference)
        self.content: Rows = content if isinstance(content, tuple) else ((content,),)

    def value(self, i: int, j: int) -> Value:
        return self.content[i if self.shape[0] > 1 else 0][j if self.shape[1] > 1 else 0]

    def name(self, i: int, j: int) -> str:
        """The single cell that is named itself, or the name that stands in a range."""
        return self.reference if self.shape == (1, 1) else str(self.value(i, j) or "")


def _answers(
    book: Book, entries: list[Entry], progress: Callable[[int, int], None]
) -> dict[tuple[Output, tuple[Move, ...]], Value]:
    """What every entry reads under its moves; entries under the same moves are read in one recalculation."""
    asked: dict[tuple[CellAt, ...], dict[tuple[Move, ...], list[Output]]] = {}
    for entry in entries:
        cells = tuple(cell for cell, _ in entry.moves)
        asked.setdefault(cells, {}).setdefault(entry.moves, []).append(entry.output)
    answers: dict[tuple[Output, tuple[Move, ...]], Value] = {}
    total, done = sum(map(len, asked.values())), 0
    for cells, scenarios in asked.items():
        outputs = list(dict.fromkeys(output for group in scenarios.values() for output in group))
        for moves in scenarios:
            found = book.scenarios(cells, outputs).answer(dict(moves))
            for output, value in zip(outputs, found, strict=True):
                if isinstance(value, Code) and output in scenarios[moves]:
                    where = ", ".join(f"{book.plan.place(*cell)} = {to}" for cell, to in moves)
                    raise InputRefused(
                        f"nothing was written: with {where or 'the inputs as they are'} a table reads {value}"
                    )
                answers[output, moves] = value
            done += 1
            progress(done, total)
    return answers
