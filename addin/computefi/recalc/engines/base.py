"""The engine of others that computes native Excel, behind four methods so that any engine can take its place.

An engine never sees a CFI name: it gets a copy of the workbook in which every call is a cell (see prepare).
"""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from computefi.errors import CODES, Code, EngineFailed
from computefi.recalc.engines.guard import engine_limits
from computefi.xlsx.cells import Rows, Value


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to be put into a cell: plain, an array formula over a fixed block, or one that spills."""

    text: str
    kind: str = "plain"
    rows: int = 1
    columns: int = 1


Write = tuple[int, int, int, "Value | Formula"]
"""Sheet, row, column and what goes there."""


class EngineFault(str):
    """What the engine says where it could not compute; not one of Excel's error values."""


class Engine(Protocol):
    """Four methods; sheets count from 0 in the copy, rows and columns from 1."""

    def load(self, xlsx: bytes) -> None:
        """Take the copy of the workbook."""

    def recalculate(self) -> None:
        """Compute every formula."""

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        """The contents of a rectangle."""

    def write(self, cells: Iterable[Write]) -> None:
        """Put values and formulas into cells."""


@contextlib.contextmanager
def engine_errors(work: str) -> Iterator[None]:
    """What the engine cannot do, said in one line; its panics derive from BaseException."""
    import ironcalc

    try:
        yield
    except BaseException as error:
        # The class of a panic can be imported from nowhere; only the module that it names is its own.
        if not isinstance(error, ironcalc.WorkbookError) and type(error).__module__ != "pyo3_runtime":
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EngineFailed(f"the engine cannot {work} the workbook: {reason}", name="ironcalc") from None


class IronCalc:
    """IronCalc 0.9 (MIT or Apache): the default engine."""

    def __init__(self) -> None:
        self._model: Any = None
        self._error_type: Any = None

    def load(self, xlsx: bytes) -> None:
        # Imported here: a program that recalculates nothing does not pay for the engine.
        import ironcalc

        self._error_type = ironcalc.CellType.ErrorValue
        # IronCalc reads a file by its path only.
        handle, path = tempfile.mkstemp(suffix=".xlsx", prefix="computefi-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(xlsx)
            with engine_errors("read"), engine_limits():
                self._model = ironcalc.load_from_xlsx(path, "en", "UTC", "en")
        except OSError as error:
            raise EngineFailed(
                f"the engine's copy cannot be written: {error.strerror or error}", name="ironcalc"
            ) from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(path)

    def recalculate(self) -> None:
        with engine_errors("compute"), engine_limits():
            self._model.evaluate()

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        get = self._model.get_cell_value
        columns = range(left, right + 1)
        rows: list[tuple[Value, ...]] = []
        for row in range(top, bottom + 1):
            try:
                values = [get(sheet, row, column) for column in columns]
            except Exception:  # IronCalc raises bare errors for a number that is NaN
                values = [self._careful(sheet, row, column) for column in columns]
            for place, value in enumerate(values):
                # Text and error look the same to get_cell_value.
                if value.__class__ is str and value[:1] == "#":
                    values[place] = self._text_or_error(sheet, row, left + place, value)
                elif value.__class__ is float and not math.isfinite(value):
                    values[place] = Code.NUM
            rows.append(tuple(values))
        return tuple(rows)

    def _careful(self, sheet: int, row: int, column: int) -> Value:
        try:
            value: Value = self._model.get_cell_value(sheet, row, column)
        except Exception:  # see read
            return Code.NUM
        return value

    def _text_or_error(self, sheet: int, row: int, column: int, text: str) -> Value:
        if self._model.get_cell_type(sheet, row, column) != self._error_type:
            return text
        return CODES.get(text) or EngineFault(text)

    def write(self, cells: Iterable[Write]) -> None:
        model = self._model
        for sheet, row, column, value in cells:
            if isinstance(value, Formula):
                with engine_errors("read a formula of"):
                    self._write_formula(sheet, row, column, value)
            elif isinstance(value, bool):
                model.update_cell_with_bool(sheet, row, column, value)
            elif isinstance(value, (float, int)):
                model.update_cell_with_number(sheet, row, column, float(value))
            elif isinstance(value, Code):
                model.set_user_input(sheet, row, column, value.value)
            elif isinstance(value, str):
                model.update_cell_with_text(sheet, row, column, value)
            else:
                model.clear_cell_contents(sheet, row, column)

    def _write_formula(self, sheet: int, row: int, column: int, formula: Formula) -> None:
        model = self._model
        if formula.kind == "array":
            model.range_clear_contents(sheet, row, column, row + formula.rows - 1, column + formula.columns - 1)
            model.set_user_array_formula(sheet, row, column, formula.columns, formula.rows, "=" + formula.text)
        elif formula.kind == "plain":
            # IronCalc spills a formula given at run time; a one-cell array formula shows its top-left instead.
            model.set_user_array_formula(sheet, row, column, 1, 1, "=" + formula.text)
        else:
            model.update_cell_with_formula(sheet, row, column, "=" + formula.text)
