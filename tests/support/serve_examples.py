"""The declared examples as the add-in sends them, and whether an answer is theirs."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefi.errors import Code
from computefi.spec import Example


def sent(argument: Any) -> Any:
    """An argument of an example as the add-in sends it: a flat series as a column."""
    if isinstance(argument, Code):
        return {"error": argument.value}
    if isinstance(argument, (list, tuple, np.ndarray)):
        rows = [list(row) if isinstance(row, (list, tuple, np.ndarray)) else [row] for row in argument]
        return [["" if cell is None else sent(cell) for cell in row] for row in rows]
    return argument


def holds(answer: Any, example: Example) -> bool:
    """True where every cell is as declared: text and errors by their text, numbers within the tolerance."""
    cells, wanted = _flat(answer), _flat(example.result)
    return len(cells) == len(wanted) and all(map(_alike, cells, wanted, [example.tolerance] * len(cells)))


def _alike(cell: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(cell, dict):
        cell = cell.get("error", cell.get("basicValue"))
    if isinstance(wanted, (Code, str)):
        return bool(cell == str(wanted))
    return isinstance(cell, float | int) and abs(cell - wanted) <= tolerance * max(1, abs(wanted))


def _flat(block: Any) -> list[Any]:
    return [x for part in block for x in _flat(part)] if isinstance(block, (list, tuple)) else [block]
