"""From cells to numbers: what each kind of cell content means for an argument, and what is wrong with it.

A cell is a float or int, a str, a bool, None (blank), a `Code` (an Excel error) or a date. An argument is a cell,
a range as rows of cells, a numpy array, MISSING, or SEVERAL_AREAS, which is always refused. Blank, "", 0, missing and
an error stay five different things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from numbers import Complex, Number, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.dates import serial_of
from computefi.errors import CellError, Code, DomainError, InputError, ModelError, ZeroDivisor, quoted
from computefi.spec.declaration import LAST_COLUMN, LAST_ROW, MISSING, SEVERAL_AREAS, Parameter
from computefi.spec.kinds import Choice, FloatArray, Kind, Words

Rows = tuple[tuple[Any, ...], ...]
FaultArray = NDArray[np.uint8]

# What may be wrong with one cell. An incoming error is its own fault, numbered by its place in Code.
ERRORS = tuple(Code)
FIRST_OTHER = len(ERRORS) + 1
BLANK, EMPTY_TEXT, TEXT, BOOLEAN, OBJECT, NOT_FINITE, OUTSIDE, ZERO = range(FIRST_OTHER, FIRST_OTHER + 8)


@dataclass(slots=True)
class Argument:
    """An argument as numbers, with a fault number per cell where something is wrong."""

    parameter: Parameter
    numbers: FloatArray
    faults: FaultArray | None
    cells: Any

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.numbers.shape
        return rows, columns

    def error(self, row: int, column: int) -> ModelError:
        """The error of one faulty cell."""
        assert self.faults is not None
        fault = int(self.faults[row, column])
        name, bounds = self.parameter.name, self.parameter.kind.bounds
        got = self.got(row, column)
        where = self.where(row, column)
        if fault < FIRST_OTHER:
            return CellError(name, ERRORS[fault - 1], where)
        if fault == BLANK:
            return InputError(name, "must be given, not blank", None, where)
        if fault == NOT_FINITE:
            return DomainError(name, "must be a finite number", got, where)
        if fault == OUTSIDE:
            return DomainError(name, bounds, got, where)
        if fault == ZERO:
            return ZeroDivisor(name, "must not be 0", None, where)
        kind = self.parameter.kind
        return InputError(name, bounds if isinstance(kind, Kind) and kind.flag else "must be a number", got, where)

    def got(self, row: int, column: int) -> Any:
        """The cell as it was given, for an error message."""
        cells = self.cells
        return float(cells[row, column]) if isinstance(cells, np.ndarray) else quoted(cells[row][column])

    def where(self, row: int, column: int) -> str:
        """Where in the argument the cell stands; empty for a single cell."""
        rows, columns = self.shape
        if rows == 1 and columns == 1:
            return ""
        if columns == 1:
            return f"row {row + 1}"
        if rows == 1:
            return f"column {column + 1}"
        return f"row {row + 1}, column {column + 1}"


def as_cells(argument: Any) -> Rows | FloatArray:
    """Any argument as a block: rows of cells, or a two-dimensional float array. A flat list is a column."""
    if argument is SEVERAL_AREAS:
        raise InputError("", "must be one range, not several areas")
    if isinstance(argument, tuple) and argument and isinstance(argument[0], tuple):
        rows: Rows = argument
    elif isinstance(argument, np.ndarray) or (hasattr(argument, "__array__") and np.ndim(argument)):
        return _array_cells(_unmasked(argument) if hasattr(argument, "mask") else np.asarray(argument))
    elif isinstance(argument, (list, tuple, range)):
        if any(isinstance(row, (list, tuple, np.ndarray)) for row in argument):
            rows = tuple(tuple(row) if isinstance(row, (list, tuple, np.ndarray)) else (row,) for row in argument)
        else:
            rows = tuple((cell,) for cell in argument)
    else:
        return ((argument,),)
    if not rows or not rows[0]:
        raise InputError("", "must not be empty")
    if len({len(row) for row in rows}) > 1:
        raise InputError("", "must have rows of one length")
    return _used_part(rows)


def _unmasked(array: Any) -> NDArray[Any]:
    """A masked array with blanks where something hides a number."""
    cells = np.array(array, dtype=object)
    cells[np.ma.getmaskarray(array)] = None
    return cells


def _array_cells(array: NDArray[Any]) -> Rows | FloatArray:
    if array.ndim > 2:
        raise InputError("", "must have at most two dimensions", array.ndim)
    if array.size == 0:
        raise InputError("", "must not be empty")
    block = array.reshape(-1, 1) if array.ndim < 2 else array
    if block.dtype.kind in "fiu":
        return block.astype(np.float64, copy=False)
    return tuple(tuple(row) for row in block.tolist())


def _used_part(rows: Rows) -> Rows:
    """A whole column or row without the blanks after its last content, as Excel's own functions read it."""
    if len(rows) == LAST_ROW:
        last = len(rows)
        while last > 1 and all(cell is None for cell in rows[last - 1]):
            last -= 1
        rows = rows[:last]
    if len(rows[0]) == LAST_COLUMN:
        width = LAST_COLUMN
        while width > 1 and all(row[width - 1] is None for row in rows):
            width -= 1
        rows = tuple(row[:width] for row in rows)
    return rows


def is_default(parameter: Parameter, argument: Any) -> bool:
    """A missing or blank optional argument, a range of one blank cell included, is its default."""
    if argument is MISSING and not parameter.optional:
        raise InputError(parameter.name, "must be given")
    if isinstance(argument, (tuple, list)) and len(argument) == 1:
        (argument,) = argument
        if isinstance(argument, (tuple, list)) and len(argument) == 1:
            (argument,) = argument
    return parameter.optional and (argument is MISSING or argument is None)


def incoming_error(parameter: Parameter, argument: Any) -> CellError | None:
    """The first Excel error in an argument of any shape."""
    cells = argument if isinstance(argument, (tuple, list)) else (argument,)
    for row in cells:
        for cell in row if isinstance(row, (tuple, list)) else (row,):
            if isinstance(cell, Code):
                return CellError(parameter.name, cell)
    return None


def convert(parameter: Parameter, argument: Any) -> Argument:
    """The argument as numbers with its faults; the default where it is missing or blank and optional."""
    kind = parameter.kind
    assert isinstance(kind, Kind)
    if is_default(parameter, argument):
        numbers = np.atleast_2d(parameter.default)
        return Argument(parameter, numbers, None, numbers)
    cells = _cells_of(parameter, argument)
    if isinstance(cells, np.ndarray):
        numbers, faults = cells, None
    else:
        numbers, faults = _read(parameter, cells)
    faults = _check(kind, numbers, faults)
    default = _element_default(parameter)
    if faults is not None and default is not None and not np.isfinite(default) and not isinstance(cells, np.ndarray):
        faults[[[cell is None for cell in row] for row in cells]] = 0  # a default such as "no loan" is not a number
    return Argument(parameter, numbers, faults, cells)


def _cells_of(parameter: Parameter, argument: Any) -> Rows | FloatArray:
    """The argument as a block; what is wrong with its form is said of the parameter."""
    try:
        return as_cells(argument)
    except InputError as error:
        raise InputError(parameter.name, error.rule, error.got) from None


def _read(parameter: Parameter, rows: Rows) -> tuple[FloatArray, FaultArray | None]:
    """Numbers out of cells. All plain numbers is the common case and the fast one."""
    if set(map(type, chain.from_iterable(rows))) <= {float, int}:
        try:
            return np.array(rows, dtype=np.float64), None
        except OverflowError:  # a Python integer beyond any float
            pass
    kind = parameter.kind
    assert isinstance(kind, Kind)
    blank_value = _element_default(parameter)
    numbers = np.empty((len(rows), len(rows[0])))
    faults = np.zeros(numbers.shape, dtype=np.uint8)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            number, fault = _number(cell, kind.flag)
            if fault == BLANK and blank_value is not None:
                number, fault = blank_value, 0
            numbers[i, j], faults[i, j] = number, fault
    return numbers, faults if faults.any() else None


def _element_default(parameter: Parameter) -> float | None:
    """The default that a blank cell inside a range of an optional number stands for."""
    return float(parameter.default) if parameter.is_number and parameter.optional else None


def _number(cell: Any, boolean_too: bool) -> tuple[float, int]:
    """One cell as a number, or NaN and the fault."""
    if cell is None or cell is MISSING:
        return np.nan, BLANK
    if isinstance(cell, (bool, np.bool_)):
        return (float(cell), 0) if boolean_too else (np.nan, BOOLEAN)
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return _as_float(cell)
    if isinstance(cell, Code):
        return np.nan, ERRORS.index(cell) + 1
    if isinstance(cell, str):
        return np.nan, EMPTY_TEXT if cell == "" else TEXT
    if isinstance(cell, dt.date):
        return serial_of(cell), 0
    if isinstance(cell, Number) and (isinstance(cell, Real) or not isinstance(cell, Complex)):  # Decimal, Fraction
        return _as_float(cell)
    return np.nan, OBJECT


def _as_float(number: Any) -> tuple[float, int]:
    try:
        return float(number), 0
    except (OverflowError, ValueError):  # an integer beyond any float; the Decimal "sNaN"
        return np.nan, NOT_FINITE


def _check(kind: Kind, numbers: FloatArray, faults: FaultArray | None) -> FaultArray | None:
    """Add the faults of numbers that are not finite or outside the bounds."""
    finite = np.isfinite(numbers)
    with np.errstate(invalid="ignore"):
        outside = kind.outside(numbers)
    zero = (numbers == 0) if kind.zero_divides else None
    if faults is None and finite.all() and not outside.any() and (zero is None or not zero.any()):
        return None
    faults = np.zeros(numbers.shape, dtype=np.uint8) if faults is None else faults
    clean = faults == 0
    if zero is not None:
        faults[clean & zero] = ZERO
    faults[clean & finite & outside & (faults == 0)] = OUTSIDE
    faults[clean & ~finite] = NOT_FINITE
    return faults


def convert_text(parameter: Parameter, argument: Any) -> str:
    """A word: one of the choices in their own spelling, or any text."""
    if is_default(parameter, argument):
        return str(parameter.default)
    cells = _cells_of(parameter, argument)
    if isinstance(cells, np.ndarray) or len(cells) != 1 or len(cells[0]) != 1:
        raise InputError(parameter.name, "must be one word, not a range")
    cell = cells[0][0]
    if isinstance(cell, Code):
        raise CellError(parameter.name, cell)
    if cell is None or (isinstance(cell, str) and cell == ""):
        raise InputError(parameter.name, "must be given, not blank")
    if not isinstance(cell, str):
        raise InputError(parameter.name, parameter.kind.bounds, quoted(cell))
    if isinstance(parameter.kind, Choice):
        for word in parameter.kind.words:
            if word.lower() == cell.strip().lower():
                return word
        raise InputError(parameter.name, parameter.kind.bounds, quoted(cell))
    return cell


def result_cell(value: Any) -> Any:
    """One element of a model's answer as a cell: a float, a truth value, an error or a text; nothing is a text of
    no letters."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (str, bool, Code)):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    return "" if value is None else str(value)


def shape_words(shapes: Iterable[tuple[str, Sequence[int]]]) -> str:
    """Names with their sizes: "loan 3×1, value 4×1"."""
    return ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in shapes)


def is_text(parameter: Parameter) -> bool:
    return isinstance(parameter.kind, (Choice, Words))
