"""Structured references, written as their cells in the engine's copy.

Deals stands in A1:C9, LTV is its third column:   Deals[[#This Row],[LTV]]*2 in D5   →   $C5*2
                                                  SUM(Deals[LTV])                    →   SUM($C$2:$C$9)

Formulas that say the same in every row of a table are then like each other, as any other formulas are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from computefi.formulas.relative import QUOTED
from computefi.formulas.structured import STRUCTURED, BadReference, resolve
from computefi.xlsx.cells import CellAt, ListObject, column_letters, quote_sheet
from computefi.xlsx.markup import escape

REFERENCES = re.compile(QUOTED + rb"|(" + STRUCTURED + rb")")


@dataclass(slots=True)
class TableCells:
    """The tables of a workbook."""

    sheets: list[str]
    tables: Mapping[str, ListObject]

    def written(self, text: bytes, at: CellAt) -> bytes:
        """A stored formula with cells in place of its structured references; itself where one of them has none."""
        if b"[" not in text:
            return text
        try:
            return REFERENCES.sub(lambda match: match[0] if match[1] is None else self.cells(match[1], at), text)
        except (BadReference, UnicodeDecodeError):
            return text

    def cells(self, reference: bytes, at: CellAt) -> bytes:
        """The cells of one of them, its columns fixed; more than one row is a range, be it only one now."""
        sheet, rect = resolve(reference.decode(), self.tables, *at)
        first, last = (f"${column_letters(column)}" for column in (rect.left, rect.right))
        if b"@" in reference or b"#this row" in reference.lower():
            if sheet != at.sheet:
                raise BadReference("a row of a table on another sheet")
            return f"{first}{at.row}:{last}{at.row}".encode() if first != last else f"{first}{at.row}".encode()
        if rect.top > rect.bottom:
            raise BadReference("a table without rows")
        before = f"{quote_sheet(self.sheets[sheet])}!" if sheet != at.sheet else ""
        if before != escape(before):
            raise BadReference("a sheet that a file writes in another way than a formula does")
        return f"{before}{first}${rect.top}:{last}${rect.bottom}".encode()
