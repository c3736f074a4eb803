"""IronCalc 0.9 (MIT or Apache): the default engine.

Given at run time, a formula spills in IronCalc unless it is an array formula of one cell, and an array formula fills
its block only with what an operation gives:

Formula("A1*2") in C1                          →   array formula A1*2 over C1:C1
Formula("A1:A2*2", "array", 3, 1) in C1        →   array formula IF(SEQUENCE(3,1,1,0),A1:A2*2) over C1:C3
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from computefi.errors import CODES, Code, EngineFailed
from computefi.recalc.engines.base import EngineFault, Extent, Formula, Write
from computefi.recalc.engines.guard import engine_quiet
from computefi.recalc.engines.plain_names import plainly_named
from computefi.xlsx.cells import Rows, Value
from computefi.xlsx.temporary import private_copy


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
    """IronCalc as an engine."""

    def __init__(self) -> None:
        self._model: Any = None
        self._error_type: Any = None
        self._sheets: list[str] = []

    def load(self, xlsx: bytes) -> None:
        # Imported here: a program that recalculates nothing does not pay for the engine.
        import ironcalc

        self._error_type = ironcalc.CellType.ErrorValue
        xlsx, names = plainly_named(xlsx)
        # IronCalc reads a file by its path only.
        try:
            with private_copy(xlsx) as path, engine_errors("read"), engine_quiet():
                self._model = ironcalc.load_from_xlsx(path, "en", "UTC", "en")
                for sheet, name in names.items():
                    self._model.rename_sheet(sheet, name)
        except OSError as error:
            raise EngineFailed(
                f"the engine's copy cannot be written: {error.strerror or error}", name="ironcalc"
            ) from None
        self._take_names()

    def _take_names(self) -> None:
        self._sheets = [sheet["name"] for sheet in self._model.get_worksheets_properties()]

    @property
    def version(self) -> str:
        import ironcalc

        return f"ironcalc {ironcalc.__version__}"

    def stored(self) -> bytes:
        stored: bytes = self._model.to_bytes()
        return stored

    def restore(self, stored: bytes) -> None:
        import ironcalc

        self._error_type = ironcalc.CellType.ErrorValue
        with engine_errors("restore"), engine_quiet():
            self._model = ironcalc.load_from_bytes(stored, "en")
        self._take_names()

    def recalculate(self) -> None:
        with engine_errors("compute"), engine_quiet():
            self._model.evaluate()

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        height, width = bottom - top + 1, right - left + 1
        if width == 1:
            return tuple(zip(self.read_each(sheet, range(top, bottom + 1), [left] * height), strict=True))
        rows = list(itertools.chain.from_iterable(itertools.repeat(row, width) for row in range(top, bottom + 1)))
        values = self.read_each(sheet, rows, list(range(left, right + 1)) * height)
        return tuple(tuple(values[first : first + width]) for first in range(0, width * height, width))

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
        get = self._model.get_cell_value
        try:
            values = list(map(get, itertools.repeat(sheet), rows, columns))
        except Exception:  # IronCalc raises bare errors for a number that is NaN
            values = [self._careful(sheet, row, column) for row, column in zip(rows, columns, strict=True)]
        if set(map(type, values)) <= {float} and all(map(math.isfinite, values)):
            return values
        for place, value in enumerate(values):
            # Text and error look the same to get_cell_value.
            if value.__class__ is str and value[:1] == "#":
                values[place] = self._text_or_error(sheet, rows[place], columns[place], value)
            elif value.__class__ is float and not math.isfinite(value):
                values[place] = Code.NUM
        return values

    def _careful(self, sheet: int, row: int, column: int) -> Value:
        try:
            value: Value = self._model.get_cell_value(sheet, row, column)
        except Exception:  # see read_each
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
            elif isinstance(value, Extent):
                with engine_errors("read a formula of"):
                    self._write_formula(sheet, row, column, Formula(value.text(self._sheets)))
            else:
                model.clear_cell_contents(sheet, row, column)

    def _write_formula(self, sheet: int, row: int, column: int, formula: Formula) -> None:
        model, rows, columns = self._model, formula.rows, formula.columns
        if formula.kind == "spill":
            model.update_cell_with_formula(sheet, row, column, "=" + formula.text)
            return
        if formula.kind == "array":
            model.range_clear_contents(sheet, row, column, row + rows - 1, column + columns - 1)
        model.set_user_array_formula(sheet, row, column, columns, rows, "=" + formula.over_block())

    def close(self) -> None:
        """Nothing was started."""

    def spare(self) -> IronCalc:
        """Another one."""
        return IronCalc()
