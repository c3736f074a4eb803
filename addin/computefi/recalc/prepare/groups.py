"""Formulas of a sheet that say the same of their own neighbours: what is asked of a formula's text is asked once.

C1 =A1*2, C2 =A2*2, D2 =B2*2   →   one group, headed by C1; the copy holds the text of C1 alone, as a shared formula

Only formulas that the engine computes as they are stored belong to a group.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.formulas.relative import Relative, moved, relative, to_the_right
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, column_letters


class Head(NamedTuple):
    """The first formula of a group."""

    row: int
    column: int
    text: bytes


DIGITS = b"0123456789"


@dataclass(slots=True)
class Groups:
    """The groups of one sheet, found in the order of the file; each is known by its place in `heads`."""

    heads: list[Head] = field(default_factory=list)
    # Whether it is only by row and by column that a formula is like others that say the same.
    by_place: Callable[[bytes], bool] | None = None
    # The last rows of tables, in order: a formula that names a row of its table is like none below.
    ends: Sequence[int] = ()
    _by_form: dict[Hashable, int] = field(default_factory=dict)
    _in_column: dict[tuple[int, int], Relative] = field(default_factory=dict)
    # The last formula of each column and its group: most formulas are like the one above them.
    _above: dict[int, tuple[Relative, int]] = field(default_factory=dict)
    # The numbers of the rows around this one, as they are written.
    _row: int = 0
    _written: dict[int, bytes] = field(default_factory=dict)
    # The last formula that was joined or found alike in reading order, and as a pattern for the cell to its right.
    _left: tuple[int, int, bytes, int] = (0, 0, b"", 0)
    _pattern: tuple[bytes, tuple[int, ...]] | None = None
    # The last formulas of columns that were found to be like the one to the left: row, text and group.
    _beside: dict[int, tuple[int, bytes, int]] = field(default_factory=dict)
    _asked: tuple[tuple[bytes, int, int], Relative | None] = ((b"", 0, 0), None)

    def like_above(self, text: bytes, row: int, column: int) -> int | None:
        """The group of the formula above in this column, where this one is like it."""
        if row != self._row:
            self._begin(row)
        if self._beside:
            self._look_again(text, column)
        above = self._above.get(column)
        if above is None:
            return None
        (_, template, offsets), group = above
        written = self._written
        try:
            same = template % tuple([written[offset] for offset in offsets]) == text
        except KeyError:
            written.update((offset, b"%d" % (row + offset)) for offset in offsets)
            same = template % tuple([written[offset] for offset in offsets]) == text
        return group if same else None

    def _begin(self, row: int) -> None:
        """Come to another row."""
        if self.reach(self._row) < row:
            self._above.clear()
            self._beside.clear()
        self._row, self._written = row, {}

    def reach(self, row: int) -> int:
        """The last row in which a formula may be like one in this row."""
        place = bisect_left(self.ends, row)
        return self.ends[place] if place < len(self.ends) else LAST_ROW

    def forget(self, column: int) -> None:
        """Nothing below is like the last formula of this column."""
        self._above.pop(column, None)
        self._beside.pop(column, None)

    def like_left(self, text: bytes, row: int, column: int) -> int | None:
        """The group of the formula to the left, where this one is like it."""
        left_row, left_column, left, group = self._left
        if left_row != row or left_column != column - 1:
            return None
        if self._pattern is None:
            self._pattern = to_the_right(left, left_column)
        template, offsets = self._pattern
        if template % tuple([column_letters(column + offset).encode() for offset in offsets]) != text or (
            column + max(offsets, default=0) > LAST_COLUMN
        ):
            return None
        self._left = row, column, text, group
        if self.by_place is None or self.heads[group].column == column or not self.by_place(text):
            self._beside[column] = row, text, group
        return group

    def _look_again(self, text: bytes, column: int) -> None:
        """The last formula of a column as one that those below are compared with, where that may pay."""
        found = self._beside.get(column)
        if found is not None and found[1].translate(None, DIGITS) == text.translate(None, DIGITS):
            row, above, group = self._beside.pop(column)
            own = relative(above, row, column)
            if own is not None:
                self._above[column] = own, group
                self._in_column.setdefault((group, column), own)

    def known(self, text: bytes, row: int, column: int) -> int | None:
        """The group that a formula belongs to, if there is one already."""
        return self._group(text, row, column, False)

    def join(self, text: bytes, row: int, column: int) -> int | None:
        """The group of a formula, a new one if none is like it; None for a formula that belongs to none."""
        return self._group(text, row, column, True)

    def _group(self, text: bytes, row: int, column: int, new: bool) -> int | None:
        own = self._relative(text, row, column)
        if own is None:
            return None
        by_place = self.by_place is not None and self.by_place(text)
        group = self._by_form.get((own.form, column, 0) if by_place else own.form)
        if by_place and group is None:
            group = self._by_form.get((own.form, 0, row))
        if group is None:
            if not new:
                return None
            group = len(self.heads)
            self.heads.append(Head(row, column, text))
            for form in ((own.form, column, 0), (own.form, 0, row)) if by_place else (own.form,):
                self._by_form[form] = group
        head = self.heads[group]
        # What follows in this column, and in this row, may be like this formula.
        if not by_place or head.column == column:
            self._above[column] = own, group
            if self._beside:
                self._beside.pop(column, None)
        if not by_place or head.row == row:
            self._left, self._pattern = (row, column, text, group), None
        self._in_column.setdefault((group, column), own)
        return group

    def _relative(self, text: bytes, row: int, column: int) -> Relative | None:
        """A formula as seen from its cell; kept for the next question, which is about the same."""
        if self._asked[0] != (text, row, column):
            self._asked = (text, row, column), relative(text, row, column)
        return self._asked[1]

    def above(self, column: int) -> Relative:
        """The last formula of a column that was joined or found alike, as it reads in any row."""
        return self._above[column][0]

    def text(self, group: int, row: int, column: int) -> bytes:
        """The text of a formula of a group, as it would be stored in its cell."""
        own = self._in_column.get((group, column))
        if own is not None:
            return own.at(row)
        head = self.heads[group]
        return moved(head.text, row - head.row, column - head.column)
