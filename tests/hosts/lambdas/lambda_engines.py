"""The engines that referee the LAMBDAs, and calls of one function as formulas that they can compute.

formulon reads an optional parameter only as `[_xlpm.name]`, not as Excel stores it (`_xlop.name`), so it is given
that spelling. IronCalc reads Excel's own. Neither is Excel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from computefi.errors import Code
from computefi.hosts.lambdas.forms import definition, needed
from computefi.hosts.lambdas.texts import FUNCTIONS
from computefi.spec.declaration import MISSING

FORMULON_ERRORS = (Code.NULL, Code.DIV0, Code.VALUE, Code.REF, Code.NAME, Code.NUM, Code.NA)
OPTIONAL = re.compile(r"_xlop\.(\w+),")


def for_formulon(stored: str) -> str:
    """A stored LAMBDA with optional parameters as formulon reads them."""
    return OPTIONAL.sub(r"[_xlpm.\1],", stored)


class Formulon:
    """A workbook in formulon with every LAMBDA and one sheet on which arguments are laid out."""

    def __init__(self) -> None:
        formulon = pytest.importorskip("formulon", reason="formulon is not installed: it computes the LAMBDAs")
        self.book = formulon.Workbook.create_default()
        for name in needed(set(FUNCTIONS)):
            self.book.set_defined_name(name, for_formulon(definition(name)))

    def evaluate(self, formula: str) -> list[list[Any]]:
        """The answer of a formula as rows of numbers, texts and codes."""
        rows = self.book.evaluate_formula_array(0, 900, 900, formula)
        return [[formulon_cell(cell) for cell in row] for row in rows]

    def call(self, name: str, arguments: Sequence[Any]) -> list[list[Any]]:
        """One call whose arguments stand in cells, as they do in a workbook."""
        column, given = 0, []
        for argument in arguments:
            if argument is MISSING:
                given.append("")
                continue
            rows = argument if isinstance(argument, tuple) else ((argument,),)
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    self.put(i, column + j, value)
            last = column + len(rows[0]) - 1
            given.append(f"{letters(column)}1:{letters(last)}{len(rows)}".removesuffix(f":{letters(column)}1"))
            column = last + 2
        return self.evaluate(f"={name}({','.join(given)})")

    def put(self, row: int, column: int, value: Any) -> None:
        """Put a value into a cell."""
        if value is None:
            self.book.set_blank(0, row, column)
        elif isinstance(value, Code):
            self.book.set_error(0, row, column, FORMULON_ERRORS.index(value))
        elif isinstance(value, bool):
            self.book.set_bool(0, row, column, value)
        elif isinstance(value, str):
            self.book.set_text(0, row, column, value)
        else:
            self.book.set_number(0, row, column, float(value))


def formulon_cell(value: Any) -> Any:
    """A value of formulon as ours."""
    kind = value.kind.name
    if kind == "NUMBER":
        return value.number
    if kind == "BOOL":
        return bool(value.boolean)
    if kind == "TEXT":
        return value.text
    if kind == "ERROR":
        known = value.error_code < len(FORMULON_ERRORS)
        return FORMULON_ERRORS[value.error_code] if known else f"error {value.error_code}"
    return None


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def difference(got: Sequence[Sequence[Any]], wanted: Sequence[Sequence[Any]]) -> str:
    """Where two answers differ by more than 1e-9 of 1 or of the number, or an empty text.

    One cell answers for a whole call that fails, as an array formula shows it in every cell.
    """
    if len(wanted) == len(wanted[0]) == 1 and isinstance(wanted[0][0], Code):
        wrong = [cell for row in got for cell in row if cell != wanted[0][0]]
        return f"{wrong[0]} for {wanted[0][0]}" if wrong else ""
    if (len(got), len(got[0])) != (len(wanted), len(wanted[0])):
        return f"{len(got)}×{len(got[0])} for {len(wanted)}×{len(wanted[0])}"
    for i, (got_row, wanted_row) in enumerate(zip(got, wanted, strict=True)):
        for j, (mine, right) in enumerate(zip(got_row, wanted_row, strict=True)):
            if isinstance(right, float) and isinstance(mine, float):
                if abs(mine - right) > 1e-9 * max(1.0, abs(right)):
                    return f"{mine!r} for {right!r} at {i},{j}"
            elif mine != right:
                return f"{mine} for {right} at {i},{j}"
    return ""


def literal(argument: Any) -> str:
    """An argument as a constant in a formula."""
    if isinstance(argument, tuple):
        return "{" + ";".join(",".join(literal(cell) for cell in row) for row in argument) + "}"
    return f'"{argument}"' if isinstance(argument, str) else repr(argument)
