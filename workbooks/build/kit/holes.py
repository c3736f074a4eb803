"""Holes in formulas: one language for the rows, checks and sentences of every workbook.

A formula names rows by their keys, and `Places.fill` says where they stand. With the row `cash` in row 7 of the sheet
Loan, its months in columns E to AO, asked in column F:

    {cash}         the cell of the row in this column             F7
    {cash$}        the same with the row fixed                    F$7
    {cash@-1}      the cell one column before                     E7
    {cash@G}       the cell in column G                           G7
    {cash$@G}      the same, fixed                                $G$7
    {cash:all}     all columns of the row                         $E$7:$AO$7
    {cash:later}   all but the first, to set against              $F$7:$AO$7
    {cash:earlier} all but the last                               $E$7:$AN$7
    {cash:row}     the row over its columns, not fixed            E7:AO7
    {cash:first}   its first column                               $E7
    {cash..debt}   the rows from `cash` to `debt`, this column    F7:F9
    {cash..debt@G:H}  the same in columns G and H                 G7:H9
    {column}{row}  the letter of this column, the number of this row
    {row@-1}       the number of the row above
    {terms}        one of the `words` of the workbook             as they stand

From another sheet each stands with the sheet before it, `Loan!F7`. A key is looked up on the formula's own sheet, then
on the others; `{Loan!cash}` says which where two others have it. `{cfads[2:5]}` is an entry or a part of a series, for
builders that lay out series and fill their own holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

HOLE = re.compile(
    r"\{(?:(?P<sheet>[A-Za-z]+)!)?(?P<key>[A-Za-z_]\w*)(?:\.\.(?P<last>[A-Za-z_]\w*))?(?P<fixed>\$)?"
    r"(?:@(?P<shift>[+-]\d+)|@(?P<column>[A-Z]+(?::[A-Z]+)?)|:(?P<part>[a-z]\w*)|\[(?P<entry>[^\]]*)\])?\}"
)


class Hole(NamedTuple):
    """One hole of a formula, taken apart; what is not said is an empty text."""

    text: str
    key: str
    sheet: str
    last: str
    fixed: bool
    shift: int
    column: str
    part: str
    entry: str


def fill_holes(formula: str, place: Callable[[Hole], str]) -> str:
    """The formula with each hole replaced by what `place` says of it."""

    def put(found: re.Match[str]) -> str:
        said = {name: text or "" for name, text in found.groupdict().items()}
        fixed, shift = bool(said.pop("fixed")), int(said.pop("shift") or 0)
        return place(Hole(found[0], fixed=fixed, shift=shift, **said))

    return HOLE.sub(put, formula)


@dataclass
class Block:
    """The rows of one sheet: the columns that they fill, and the number of each by its key."""

    sheet: str
    first: str  # the letter of the first column
    count: int
    row_of: dict[str, int] = field(default_factory=dict)

    @property
    def letters(self) -> list[str]:
        start = column_index_from_string(self.first)
        return [get_column_letter(column) for column in range(start, start + self.count)]

    def lay(self, keys: Iterable[str], top: int) -> int:
        """Give each row its number, a band's empty key only its room; returns the last."""
        row = top - 1
        for row, key in enumerate(keys, top):
            if key:
                self.set(key, row)
        return row

    def set(self, key: str, row: int) -> None:
        if key in self.row_of:
            raise ValueError(f"the row {key} of {self.sheet} is given twice")
        self.row_of[key] = row

    def span(self, key: str) -> str:
        """The whole row as another sheet writes it, for the charts."""
        row, letters = self.row_of[key], self.letters
        return f"{self.sheet}!${letters[0]}${row}:${letters[-1]}${row}"

    def place(self, hole: Hole, column: str) -> str:
        """What a hole stands for on this block's own sheet."""
        row, letters = self.row_of[hole.key], self.letters
        first, last = letters[0], letters[-1]
        end = self.row_of[hole.last or hole.key]
        spans = {"all": letters, "later": letters[1:], "earlier": letters[:-1]}
        if span := spans.get(hole.part):
            return f"${span[0]}${row}:${span[-1]}${end}"
        if hole.part == "row":
            return f"{first}{row}:{last}{end}"
        if hole.part == "first":
            return f"${first}{row}"
        if hole.part or hole.entry:
            raise ValueError(f"{hole.text} is no part of a row")
        left, _, right = (hole.column or column).partition(":")
        if not left:
            raise ValueError(f"{hole.text} needs a column")
        if hole.shift:
            left = get_column_letter(column_index_from_string(left) + hole.shift)
        row_mark = "$" if hole.fixed else ""
        column_mark = row_mark if hole.column else ""
        corner = f"{column_mark}{left}{row_mark}{row}"
        return f"{corner}:{column_mark}{right or left}{row_mark}{end}" if right or hole.last else corner


@dataclass
class Places:
    """Where the rows of every sheet stand, and what else a hole may say."""

    blocks: dict[str, Block] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, block: Block) -> Block:
        self.blocks[block.sheet] = block
        return block

    def fill(self, formula: str, sheet: str, column: str = "", row: int = 0) -> str:
        """The formula with its holes filled for one cell of one sheet."""

        def put(hole: Hole) -> str:
            if hole.key == "row":
                return str(row + hole.shift)
            if hole.key == "column":
                return column
            if hole.key in self.words:
                return self.words[hole.key]
            block = self._home(hole, sheet)
            place = block.place(hole, column)
            return place if block.sheet == sheet else f"{block.sheet}!{place}"

        return fill_holes(formula, put)

    def _home(self, hole: Hole, sheet: str) -> Block:
        if hole.sheet:
            return self.blocks[hole.sheet]
        if sheet in self.blocks and hole.key in self.blocks[sheet].row_of:
            return self.blocks[sheet]
        homes = [block for block in self.blocks.values() if hole.key in block.row_of]
        if len(homes) != 1:
            raise KeyError(f"{hole.text} on {sheet}: {len(homes)} sheets have that row")
        return homes[0]
