"""Formulas of a sheet that say the same of their own neighbours: what is asked of a formula's text is asked once.

C1 =A1*2, C2 =A2*2, D2 =B2*2   →   one group, headed by C1; the copy holds the text of C1 alone, as a shared formula

Only formulas that the engine computes as they are stored belong to a group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.formulas.relative import Relative, relative


class Head(NamedTuple):
    """The first formula of a group."""

    row: int
    column: int
    text: bytes


@dataclass(slots=True)
class Groups:
    """The groups of one sheet, found in the order of the file; each is known by its place in `heads`."""

    heads: list[Head] = field(default_factory=list)
    _by_form: dict[bytes, int] = field(default_factory=dict)
    _in_column: dict[tuple[int, int], Relative] = field(default_factory=dict)
    # The last formula of each column and its group: most formulas are like the one above them.
    _above: dict[int, tuple[Relative, int]] = field(default_factory=dict)
    # The numbers of the rows around this one, as they are written.
    _row: int = 0
    _written: dict[int, bytes] = field(default_factory=dict)

    def like_above(self, text: bytes, row: int, column: int) -> int | None:
        """The group of the formula above in this column, where this one is like it."""
        above = self._above.get(column)
        if above is None:
            return None
        (_, template, offsets), group = above
        if row != self._row:
            self._row, self._written = row, {}
        written = self._written
        try:
            same = template % tuple([written[offset] for offset in offsets]) == text
        except KeyError:
            written.update((offset, b"%d" % (row + offset)) for offset in offsets)
            same = template % tuple([written[offset] for offset in offsets]) == text
        return group if same else None

    def join(self, text: bytes, row: int, column: int) -> int | None:
        """The group of a formula, a new one if none is like it; None for a formula that belongs to none."""
        own = relative(text, row, column)
        if own is None:
            return None
        group = self._by_form.setdefault(own.form, len(self.heads))
        if group == len(self.heads):
            self.heads.append(Head(row, column, text))
        self._above[column] = own, group
        self._in_column.setdefault((group, column), own)
        return group

    def above(self, column: int) -> Relative:
        """The last formula of a column that was joined or found alike, as it reads in any row."""
        return self._above[column][0]

    def text(self, group: int, row: int, column: int) -> bytes:
        """The text of a formula of a group, as it would be stored in its cell."""
        return self._in_column[group, column].at(row)
