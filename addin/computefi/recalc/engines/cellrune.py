"""CellRune 0.2 (MIT or Apache): a second engine, to check the first with.

What it cannot compute comes back as a code in words (`calculation.unsupported_function`), never as a guess. It has
no array formulas over a fixed block; they are written as spills cut to the size of their block:

Formula("A1:A2*2", "array", 3, 1) in C1   →   =TAKE(IF(SEQUENCE(3,1,1,0),A1:A2*2),3,1) in C1, spilling
Formula("ROWS(B$9:B10)") in B11           →   =2 (see sizes)
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any

from computefi.dates import serial_of
from computefi.errors import CODES, Code, EngineFailed
from computefi.recalc.engines.base import EngineFault, Extent, Formula, Write, read_side_by_side
from computefi.recalc.engines.sizes import text_with_sizes, with_sizes
from computefi.xlsx.cells import CellAt, Rows, Value, address

SEED = 1
READ_LIMITS = {"max_compression_ratio": 1000}


class CellRune:
    """CellRune as an engine."""

    def __init__(self) -> None:
        self._book: Any = None
        self._error: type[Exception] = Exception
        self._sheets: list[str] = []
        # Formulas that CellRune refused to take, and what it said.
        self._refused: dict[CellAt, str] = {}
        now = dt.datetime.now(dt.UTC)
        # It never reads the clock: `TODAY()` is what we say it is, and the same in every pass.
        self._clock = {"now_serial": serial_of(now), "today_serial": float(int(serial_of(now))), "random_seed": SEED}

    def load(self, xlsx: bytes) -> None:
        # Imported here: it is an extra, and costs nobody anything who does not ask for it.
        import cellrune

        self._error = cellrune.CellRuneError
        self._refused = {}
        try:
            self._book = cellrune.Workbook.from_bytes(with_sizes(xlsx), read_limits=READ_LIMITS)  # type: ignore[arg-type]
        except self._error as error:
            raise EngineFailed(f"cellrune cannot read the workbook: {error}", name="cellrune") from None
        self._sheets = [sheet["name"] for sheet in self._book.summary()["sheets"]]

    def recalculate(self) -> None:
        try:
            self._book.recalculate(**self._clock)
        except self._error as error:
            raise EngineFailed(f"cellrune cannot compute the workbook: {error}", name="cellrune") from None

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        cells = self._book.read_values(self._sheets[sheet], address(top, left), address(bottom, right))
        rows = [[value_of(cell) for cell in line] for line in cells]
        for (where, row, column), reason in self._refused.items():
            if where == sheet and top <= row <= bottom and left <= column <= right:
                rows[row - top][column - left] = EngineFault(reason)
        return tuple(map(tuple, rows))

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
        return read_side_by_side(self, sheet, rows, columns)

    def write(self, cells: Iterable[Write]) -> None:
        changes = []
        for sheet, row, column, value in cells:
            cell = CellAt(sheet, row, column)
            changes.append((cell, self._change(cell, value)))
        if not changes:
            return
        for cell, _ in changes:
            self._refused.pop(cell, None)
        try:
            self._apply([change for _, change in changes])
        except self._error:
            # One formula that it does not take must not keep the others out.
            for cell, change in changes:
                try:
                    self._apply([change])
                except self._error as error:
                    self._refused[cell] = str(getattr(error, "code", error))

    def _apply(self, changes: list[dict[str, Any]]) -> None:
        self._book.apply_changes(self._book.summary()["semantic_revision"], changes)

    def _change(self, cell: CellAt, value: Value | Formula | Extent) -> dict[str, Any]:
        """One cell's new content in CellRune's words."""
        place = {"sheet": self._sheets[cell.sheet], "address": address(cell.row, cell.column)}
        if isinstance(value, Extent):
            return {"kind": "set_formula", **place, "formula": "=" + value.text(self._sheets)}
        if not isinstance(value, Formula):
            return {"kind": "set_value", **place, "value": value_record(value)}
        if value.kind == "plain":
            return {"kind": "set_formula", **place, "formula": "=" + text_with_sizes(value.text)}
        text = text_with_sizes(value.over_block())
        if value.kind != "spill":
            text = f"_xlfn.TAKE({text},{value.rows},{value.columns})"
        return {"kind": "set_formula", **place, "formula": "=" + text, "dynamic_array": True}

    @property
    def version(self) -> str:
        return ""

    def stored(self) -> None:
        """It gives nothing away."""

    def restore(self, stored: bytes) -> None:
        raise EngineFailed(f"cellrune takes no stored workbook; got {len(stored):,} bytes", name="cellrune")

    def close(self) -> None:
        """Nothing was started."""

    def spare(self) -> CellRune:
        """Another one."""
        return CellRune()


def value_of(cell: dict[str, Any]) -> Value:
    """A value of CellRune's as one of ours."""
    kind = cell["kind"]
    if kind == "blank":
        return None
    if kind == "error":
        return CODES.get(cell["value"]) or EngineFault(cell["value"])
    if kind == "number":
        return float(cell["value"]) if math.isfinite(cell["value"]) else Code.NUM
    if kind in ("text", "logical"):
        value: Value = cell["value"]
        return value
    return EngineFault(cell.get("code", kind))


def value_record(value: Value) -> dict[str, Any]:
    """A value of ours as one of CellRune's."""
    if value is None:
        return {"kind": "blank"}
    if isinstance(value, bool):
        return {"kind": "logical", "value": value}
    if isinstance(value, Code):
        return {"kind": "error", "value": value.value}
    if isinstance(value, str):
        return {"kind": "text", "value": value}
    return {"kind": "number", "value": float(value)}
