"""The formula cells of a sheet, in the order of the file: a column of numbers for each thing that is known of them.

B1 <f>A1*2</f><v>4</v>, C1 <f>A1&"x"</f><v>2x</v>   →   rows 1 1, columns 2 3, numbers 4 NaN; others {1: (str, 2x)}
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computefi.xlsx.cells import Value
from computefi.xlsx.patch import number_text

NO_GROUP = -1
Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class FormulaCell(NamedTuple):
    """A formula cell as the file has it, and its group in the sheet's `groups`."""

    row: int
    column: int
    kind: bytes
    value: bytes | None
    # Where the formula's element ends in the sheet's bytes, in the usual form of a cell; 0 elsewhere.
    end: int = 0
    group: int | None = None


@dataclass(slots=True)
class FormulaCells:
    """The formula cells of one sheet."""

    rows: array[int] = field(default_factory=lambda: array("q"))
    columns: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    groups: array[int] = field(default_factory=lambda: array("q"))
    # What the file shows where that is a number.
    numbers: array[float] = field(default_factory=lambda: array("d"))
    # The type and the content of the other cells that show something, by their places in the columns.
    others: dict[int, tuple[bytes, bytes | None]] = field(default_factory=dict)

    def append(self, cell: FormulaCell) -> None:
        """One more cell, which comes after all others."""
        number = math.nan
        if cell.kind not in (b"", b"n"):
            self.others[len(self.rows)] = cell.kind, cell.value
        elif cell.value:
            number = float(cell.value)
        self.rows.append(cell.row)
        self.columns.append(cell.column)
        self.ends.append(0 if cell.kind == b"n" else cell.end)
        self.groups.append(NO_GROUP if cell.group is None else cell.group)
        self.numbers.append(number)

    def extend(self, rows: Whole, columns: Sequence[int], ends: Whole, groups: Sequence[int], numbers: Floats) -> None:
        """The same columns of several rows; `ends` and `numbers` have a line for each of these."""
        self.rows.frombytes(np.repeat(rows, len(columns)).astype(np.int64).tobytes())
        self.columns.frombytes(np.tile(columns, len(rows)).astype(np.int64).tobytes())
        self.ends.frombytes(ends.astype(np.int64).tobytes())
        self.groups.frombytes(np.tile(groups, len(rows)).astype(np.int64).tobytes())
        self.numbers.frombytes(numbers.astype(np.float64).tobytes())

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[FormulaCell]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> FormulaCell:
        kind, value = self.stored(place)
        group = self.groups[place]
        return FormulaCell(
            self.rows[place],
            self.columns[place],
            kind,
            value,
            self.ends[place],
            None if group == NO_GROUP else group,
        )

    def stored(self, place: int) -> tuple[bytes, bytes | None]:
        """The type and the content of a cell; of a number a text that reads back as the same."""
        number = self.numbers[place]
        return self.others.get(place) or (b"", None if math.isnan(number) else number_text(number))

    def find(self, row: int, column: int) -> int | None:
        """The place of a cell in the columns; None where there is no formula."""
        first, last = bisect_left(self.rows, row), bisect_right(self.rows, row)
        place = bisect_left(self.columns, column, first, last)
        return place if place < last and self.columns[place] == column else None

    def without(self, gone: Collection[tuple[int, int]]) -> FormulaCells:
        """The cells but for those in these rows and columns."""
        left = FormulaCells()
        for cell in self:
            if (cell.row, cell.column) not in gone:
                left.append(cell)
        return left


@dataclass(slots=True)
class Shown:
    """What formula cells show, by their places in the columns."""

    numbers: Floats
    # What is no number.
    others: dict[int, Value]

    @classmethod
    def of(cls, values: Sequence[Value]) -> Shown:
        """Values as an engine gives them."""
        if set(map(type, values)) <= {float}:
            return cls(np.array(values, np.float64), {})
        others = {place: value for place, value in enumerate(values) if value.__class__ is not float}
        return cls(np.array([v if v.__class__ is float else math.nan for v in values], np.float64), others)

    def value(self, place: int) -> Value:
        """What one cell shows."""
        return self.others[place] if place in self.others else float(self.numbers[place])
