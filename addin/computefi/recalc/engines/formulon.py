"""formulon 0.18 (Apache-2.0): a second engine, to check the first with; it is held to values of Excel for Mac.

A formula given at run time spills as one does that is typed into Excel. Array formulas over a fixed block are spills,
cut to the size of their block:

Formula("A1:A2*2", "array", 3, 1) in C1   →   =TAKE(IF(SEQUENCE(3,1,1,0),A1:A2*2),3,1) in C1, spilling
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from computefi.errors import CODES, Code, EngineFailed
from computefi.recalc.engines.base import EngineFault, Extent, Formula, Write
from computefi.xlsx.cells import Rows, Value

ORDINALS = [CODES[text] for text in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")]
"""Excel's errors in the order in which formulon counts them."""


class Formulon:
    """formulon as an engine."""

    def __init__(self) -> None:
        self._book: Any = None
        self._error: type[Exception] = Exception
        self._sheets: list[str] = []
        # Formulas that it refused to take, and what it said.
        self._refused: dict[tuple[int, int, int], str] = {}

    def load(self, xlsx: bytes) -> None:
        # Imported here: it is an extra, and costs nobody anything who does not ask for it.
        import formulon

        self._error, self._refused = formulon.FormulonError, {}
        try:
            self._book = formulon.Workbook.load(xlsx)
        except self._error as error:
            raise EngineFailed(f"formulon cannot read the workbook: {error}", name="formulon") from None
        self._sheets = [self._book.sheet_name(index) for index in range(self._book.sheet_count())]

    def recalculate(self) -> None:
        try:
            self._book.recalc()
        except self._error as error:
            raise EngineFailed(f"formulon cannot compute the workbook: {error}", name="formulon") from None

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        return tuple(
            tuple(self._value(sheet, row, column) for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        )

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
        return [self._value(sheet, row, column) for row, column in zip(rows, columns, strict=True)]

    def _value(self, sheet: int, row: int, column: int) -> Value:
        """A cell's value as one of ours."""
        refused = self._refused.get((sheet, row, column))
        if refused is not None:
            return EngineFault(refused)
        found = self._book.get_value(sheet, row - 1, column - 1)
        kind = found.kind.name
        if kind == "NUMBER":
            return float(found.number) if math.isfinite(found.number) else Code.NUM
        if kind == "ERROR":
            known = 0 <= found.error_code < len(ORDINALS)
            return ORDINALS[found.error_code] if known else EngineFault(f"error {found.error_code}")
        value: Value = {"TEXT": found.text, "BOOL": found.boolean}.get(kind)
        return value if value is not None or kind == "BLANK" else EngineFault(kind)

    def write(self, cells: Iterable[Write]) -> None:
        for sheet, row, column, value in cells:
            self._refused.pop((sheet, row, column), None)
            place = (sheet, row - 1, column - 1)
            try:
                if isinstance(value, Formula):
                    self._book.set_formula(*place, "=" + in_block(value))
                elif isinstance(value, Extent):
                    self._book.set_formula(*place, "=" + value.text(self._sheets))
                else:
                    self._put(place, value)
            except self._error as error:
                # One formula that it does not take must not keep the others out.
                self._book.set_blank(*place)
                self._refused[sheet, row, column] = str(error)

    def _put(self, place: tuple[int, int, int], value: Value) -> None:
        """A constant in a cell."""
        if value is None:
            self._book.set_blank(*place)
        elif isinstance(value, bool):
            self._book.set_bool(*place, value)
        elif isinstance(value, Code):
            self._book.set_error(*place, ORDINALS.index(value) if value in ORDINALS else ORDINALS.index(Code.VALUE))
        elif isinstance(value, str):
            self._book.set_text(*place, value)
        else:
            self._book.set_number(*place, float(value))

    @property
    def version(self) -> str:
        return ""

    def stored(self) -> None:
        """It gives nothing away."""

    def restore(self, stored: bytes) -> None:
        raise EngineFailed(f"formulon takes no stored workbook; got {len(stored):,} bytes", name="formulon")

    def close(self) -> None:
        if self._book is not None:
            self._book.close()
            self._book = None

    def spare(self) -> Formulon:
        """Another one."""
        return Formulon()


def in_block(formula: Formula) -> str:
    """A formula's text, cut to its block where it may fill no more."""
    if formula.kind in ("plain", "spill"):
        return formula.text
    return f"TAKE({formula.over_block()},{formula.rows},{formula.columns})"
