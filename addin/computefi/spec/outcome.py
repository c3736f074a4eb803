"""What a call gave: values, the cells that failed, and why. An outcome is final: no host looks at it again.

Its cells are finite numbers, texts, truth values and `Code`; nothing else leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import ModelError
from computefi.spec.convert import ERRORS, result_cell

CODE_NUMBER = {code: number for number, code in enumerate(ERRORS, start=1)}
CodeArray = NDArray[np.uint8]

finished_cells = np.frompyfunc(result_cell, 1, 1)


@dataclass(slots=True)
class Outcome:
    """What a call gave: values as a block, the cells that failed, and why.

    `whole` says that it failed before there were cases: a wrong shape, a missing argument, an unknown word.
    """

    values: NDArray[Any]
    codes: CodeArray | None = None
    explain: Callable[[int, int], ModelError] | None = None
    whole: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.values.shape
        return rows, columns

    def cells(self) -> list[list[Any]]:
        """Rows of cells: finite numbers, text, truth values, and `Code` where a cell failed."""
        if self.codes is None:
            rows: list[list[Any]] = self.values.tolist()
            return rows
        cells = self.values.astype(object)
        for row, column in np.argwhere(self.codes):
            cells[row, column] = ERRORS[self.codes[row, column] - 1]
        return list(cells.tolist())

    def reasons(self) -> Iterator[tuple[tuple[int, int], ModelError]]:
        """Position and error of every failing cell."""
        if self.codes is not None and self.explain is not None:
            for row, column in np.argwhere(self.codes).tolist():
                yield (row, column), self.explain(row, column)

    def first_error(self) -> ModelError | None:
        return next((error for _, error in self.reasons()), None)


def failed(error: ModelError, shape: tuple[int, int] = (1, 1), whole: bool = False) -> Outcome:
    """The outcome of a call that fails as a whole."""

    def explain(_row: int, _column: int) -> ModelError:
        return error

    return Outcome(np.full(shape, np.nan), np.full(shape, CODE_NUMBER[error.code], np.uint8), explain, whole)


def final(answer: Any) -> NDArray[Any]:
    """A model's answer as an array of floats, of truth values, or of cells of both kinds and texts."""
    array = np.asarray(answer)
    if array.dtype.kind == "f":
        return array.astype(np.float64, copy=False)
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    return array if array.dtype.kind == "b" else np.asarray(finished_cells(array), dtype=object)


def unfit(values: NDArray[Any]) -> NDArray[np.bool_]:
    """True where a final answer holds a number that is not finite."""
    if values.dtype == object:
        flags = [[isinstance(cell, float) and not np.isfinite(cell) for cell in row] for row in values]
        return np.array(flags, dtype=np.bool_)
    return np.logical_not(np.isfinite(values))
