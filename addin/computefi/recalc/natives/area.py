"""What a function is given: cells as they are read, and how large the range is that they stand in.

A:A with content in A1:A9   →   Area of 9 rows that are read, 1,048,576 that it has; the others are blank
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from computefi.xlsx.cells import Rows, Value

T = TypeVar("T")
BLANK = "\ue003"
"""What a helper shows for a blank cell."""


class Doubtful(Exception):
    """An answer that Excel may give otherwise; the text says why."""


@dataclass(slots=True)
class Area:
    """A block of cells; what is not read is blank. What is worked out of it once is kept beside it."""

    rows: Rows
    height: int
    width: int
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def value(self) -> Value:
        """The value of a single cell; of a block its first."""
        return self.rows[0][0]

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.height == self.width == 1

    @property
    def size(self) -> int:
        """How many cells it has."""
        return self.height * self.width

    def at(self, row: int, column: int) -> Value:
        """One cell, counted from 0."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def column(self, number: int) -> list[Value]:
        """A column as far as it is read, counted from 0."""
        return self.known(("column", number), lambda: [self.at(row, number) for row in range(len(self.rows))])

    def row(self, number: int) -> list[Value]:
        """A row as far as it is read, counted from 0."""
        return list(self.rows[number]) if number < len(self.rows) else []

    def filled(self) -> Iterator[tuple[int, int, Value]]:
        """The cells that hold something, row by row."""
        for row, line in enumerate(self.rows):
            for column, value in enumerate(line):
                if value is not None:
                    yield row, column, value

    def known(self, key: Any, find: Callable[[], T]) -> T:
        """Something worked out once."""
        if key not in self._known:
            self._known[key] = find()
        found: T = self._known[key]
        return found


def area_of(value: Value | Rows) -> Area:
    """A constant of a formula, or rows, as an area."""
    rows = value if isinstance(value, tuple) else ((value,),)
    return Area(rows, len(rows), len(rows[0]))


def unmarked(rows: Rows) -> Rows:
    """Rows of a helper with its blank cells as such."""
    return tuple(tuple(None if value == BLANK else value for value in row) for row in rows)
