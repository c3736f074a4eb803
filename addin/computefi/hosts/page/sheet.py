"""Formulas of a workbook as data, computed again where an input changes. It runs in the browser and needs no engine.

Sheet({"values": [3, 0.05, 6], "cells": {"loan": [0], "answer": [2]}, "steps": [[[2], 1, ["op", "*", ["cell", 0], 2]]]})
sheet.ask({"loan": 4}, ["answer"])   →   {"answer": [8.0]}

Native Excel is what the workbook's formulas use of it, in Excel's sense of blanks, texts and errors; a function that is
not among these is refused when the sheet is read. CFI functions go the one call path.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from computefi.errors import CODES, Code
from computefi.spec import MISSING, PREFIX, call, find

Value = Any
"""A number, text, truth value, None for a blank cell, or `Code`; or a tuple of rows of these."""
Cells = list[Any]
Formula = Callable[[Cells], Value]


class Failed(Exception):
    """A formula's error, on its way to the cell."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class Unknown(Exception):
    """A tree with a function or a form that is not computed here."""


class Sheet:
    """Values, and the steps that follow from them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.start: Cells = [value_of(value) for value in data["values"]]
        self.places: dict[str, list[int]] = data["cells"]
        # Why calls of our functions failed when the sheet was asked last.
        self.reasons: list[str] = []
        self.steps = [
            (slots, width, compiled(tree, self.reasons), frozenset(read_by(tree)))
            for slots, width, tree in data["steps"]
        ]
        self._needed: dict[tuple[str, ...], list[int]] = {}

    def ask(self, inputs: Mapping[str, Value], outputs: Sequence[str]) -> dict[str, Cells]:
        """The cells of each output under these inputs, all others as in the workbook."""
        cells = list(self.start)
        self.reasons.clear()
        changed = set()
        for name, value in inputs.items():
            (slot,) = self.places[name]
            if cells[slot] != value:
                cells[slot] = value
                changed.add(slot)
        for index in self._steps_for(tuple(outputs)):
            slots, width, formula, reads = self.steps[index]
            if not reads.isdisjoint(changed):
                for slot, value in zip(slots, filling(formula, cells, len(slots), width), strict=True):
                    if cells[slot] != value or type(cells[slot]) is not type(value):
                        cells[slot] = value
                        changed.add(slot)
        return {name: [cells[slot] for slot in self.places[name]] for name in outputs}

    def _steps_for(self, outputs: tuple[str, ...]) -> list[int]:
        """The steps that these outputs need, in their order."""
        if outputs not in self._needed:
            wanted = {slot for name in outputs for slot in self.places[name]}
            found = []
            for index in range(len(self.steps) - 1, -1, -1):
                slots, _, _, reads = self.steps[index]
                if not wanted.isdisjoint(slots):
                    wanted |= reads
                    found.append(index)
            self._needed[outputs] = found[::-1]
        return self._needed[outputs]


def value_of(value: Any) -> Value:
    """A value from data: whole numbers are numbers like others."""
    if isinstance(value, dict):
        return CODES[value["error"]]
    return float(value) if type(value) is int else value


def filling(formula: Formula, cells: Cells, count: int, width: int) -> Iterator[Value]:
    """What the cells that a formula fills hold."""
    try:
        answer = formula(cells)
    except Failed as failure:
        answer = failure.code
    rows = rows_of(answer)
    if count == 1:
        yield shown(rows[0][0])
        return
    for place in range(count):
        yield shown(element(rows, *divmod(place, width)))


def shown(value: Value) -> Value:
    """A formula that gives a blank shows 0."""
    return 0.0 if value is None else value


def rows_of(value: Value) -> tuple[tuple[Value, ...], ...]:
    return value if isinstance(value, tuple) else ((value,),)


def element(rows: tuple[tuple[Value, ...], ...], row: int, column: int) -> Value:
    """One cell of an array as Excel spreads it: a single row or column repeats, beyond the others is #N/A."""
    row, column = 0 if len(rows) == 1 else row, 0 if len(rows[0]) == 1 else column
    return rows[row][column] if row < len(rows) and column < len(rows[0]) else Code.NA


# ---- trees ----------------------------------------------------------------------------------------------------------


def read_by(tree: Any) -> Iterator[int]:
    """The places that a tree reads."""
    if not isinstance(tree, list):
        return
    if tree[0] == "cell":
        yield tree[1]
    elif tree[0] == "area":
        yield from tree[2]
    else:
        for part in tree[1:]:
            yield from (
                chain.from_iterable(map(read_by, part))
                if tree[0] == "call" and isinstance(part, list)
                else (read_by(part))
            )


def compiled(tree: Any, reasons: list[str]) -> Formula:
    """A tree as a function of the cells, which notes why calls of our functions fail."""
    if not isinstance(tree, list):
        value = value_of(tree)
        return lambda _: value
    kind, *parts = tree
    if kind == "cell":
        return operator.itemgetter(parts[0])
    if kind == "area":
        return area(*parts)
    if kind == "block":
        rows = tuple(tuple(map(value_of, row)) for row in parts[0])
        return lambda _: rows
    if kind == "neg":
        return lifted(lambda value: -number(value), [compiled(parts[0], reasons)])
    if kind == "op":
        return lifted(OPERATORS[parts[0]], [compiled(part, reasons) for part in parts[1:]])
    if kind != "call":
        raise Unknown(str(kind))
    return called(parts[0], parts[1], reasons)


def area(width: int, slots: Sequence[int]) -> Formula:
    lines = [slots[start : start + width] for start in range(0, len(slots), width)]
    return lambda cells: tuple(tuple([cells[slot] for slot in line]) for line in lines)


def called(name: str, arguments: Sequence[Any], reasons: list[str]) -> Formula:
    """A call; what is a reference stays one, since MAX(A1) passes over a text that MAX("a") refuses."""
    if name.startswith(PREFIX):
        return cfi(name, [None if one is None else compiled(one, reasons) for one in arguments], reasons)
    formulas = [compiled(argument, reasons) for argument in arguments]
    if name == "IF":
        return chosen(formulas)
    if name in CELL_BY_CELL:
        return lifted(CELL_BY_CELL[name], formulas)
    if name in SUMMARIES:
        formulas = [as_range(f) if is_cell(a) else f for f, a in zip(formulas, arguments, strict=True)]
    elif name not in OF_RANGES:
        raise Unknown(name)
    whole = {**SUMMARIES, **OF_RANGES}[name]
    return lambda cells: whole(*[formula(cells) for formula in formulas])


def is_cell(tree: Any) -> bool:
    return isinstance(tree, list) and tree[0] == "cell"


def as_range(formula: Formula) -> Formula:
    return lambda cells: ((formula(cells),),)


def cfi(name: str, formulas: Sequence[Formula | None], reasons: list[str]) -> Formula:
    """A function of ours, by the one call path."""
    spec = find(name)

    def answer(cells: Cells) -> Value:
        given = [MISSING if formula is None else formula(cells) for formula in formulas]
        outcome = call(spec, given)
        if (error := outcome.first_error()) is not None and not any(map(has_error, given)):
            reasons.append(f"{name}: {error}")
        rows = outcome.cells()
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else tuple(map(tuple, rows))

    return answer


def has_error(value: Value) -> bool:
    return any(isinstance(cell, Code) for row in rows_of(value) for cell in row)


def chosen(formulas: Sequence[Formula]) -> Formula:
    """IF: only what is chosen is computed; over an array, cell by cell."""
    test, then, *rest = formulas
    otherwise = rest[0] if rest else lambda _: False

    def pick(condition: Value, yes: Value, no: Value) -> Value:
        return yes if truth(condition) else no

    cell_by_cell = lifted(pick, [test, then, otherwise])

    def answer(cells: Cells) -> Value:
        condition = test(cells)
        if isinstance(condition, tuple):
            return cell_by_cell(cells)
        return then(cells) if truth(condition) else otherwise(cells)

    return answer


def lifted(function: Callable[..., Value], formulas: Sequence[Formula]) -> Formula:
    """A function of single values over arrays too, cell by cell, where an error stays in its own cell."""

    def answer(cells: Cells) -> Value:
        given = [formula(cells) for formula in formulas]
        if not any(isinstance(value, tuple) for value in given):
            return function(*given)
        arrays = list(map(rows_of, given))
        height, width = max(map(len, arrays)), max(len(rows[0]) for rows in arrays)
        return tuple(
            tuple(kept(function, [element(rows, row, column) for rows in arrays]) for column in range(width))
            for row in range(height)
        )

    return answer


def kept(function: Callable[..., Value], arguments: Sequence[Value]) -> Value:
    try:
        return function(*arguments)
    except Failed as failure:
        return failure.code


# ---- single values --------------------------------------------------------------------------------------------------


def number(value: Value) -> float:
    """A value as arithmetic takes it."""
    if type(value) is float:
        return value
    if isinstance(value, Code):
        raise Failed(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise Failed(Code.VALUE) from None
    if isinstance(value, tuple):
        raise Failed(Code.VALUE)
    return 0.0 if value is None else float(value)


def truth(value: Value) -> bool:
    return value if isinstance(value, bool) else number(value) != 0


def finite(function: Callable[..., float]) -> Callable[..., float]:
    """Arithmetic whose answer must be a number."""

    def answer(*values: Value) -> float:
        given = [number(value) for value in values]
        try:
            result = function(*given)
        except (ValueError, OverflowError):
            raise Failed(Code.NUM) from None
        except ZeroDivisionError:
            raise Failed(Code.DIV0) from None
        if isinstance(result, complex) or not math.isfinite(result):
            raise Failed(Code.NUM)
        return result

    return answer


def compared(test: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """A comparison in Excel's order: numbers, texts without regard to case, truth values; a blank is like the other."""

    def answer(left: Value, right: Value) -> bool:
        for value in (left, right):
            if isinstance(value, Code):
                raise Failed(value)
        left, right = like(left, right), like(right, left)
        return test(ranked(left), ranked(right))

    return answer


def like(value: Value, other: Value) -> Value:
    return value if value is not None else "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0


def ranked(value: Value) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def text_of(value: Value) -> str:
    """A value as text in a sentence."""
    if isinstance(value, Code):
        raise Failed(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value or ""


def per_cent(value: Value, form: Value) -> str:
    """TEXT in the forms 0%, 0.0%, 0.00%: half a digit goes away from 0."""
    digits = form.removesuffix("%").removeprefix("0").removeprefix(".") if isinstance(form, str) else "?"
    if digits.strip("0") or form[-1:] != "%":
        raise Failed(Code.VALUE)
    scaled = rounded(number(value) * 100, float(len(digits)))
    return f"{scaled:.{len(digits)}f}%"


def rounded(value: float, digits: float) -> float:
    """ROUND of the number as its fifteen digits read."""
    scale = 10.0 ** int(digits)
    return math.copysign(math.floor(float(f"{abs(value) * scale:.15g}") + 0.5) / scale, value)


OPERATORS: dict[str, Callable[..., Value]] = {
    "+": finite(operator.add), "-": finite(operator.sub), "*": finite(operator.mul), "/": finite(operator.truediv),
    "^": finite(operator.pow), "&": lambda left, right: text_of(left) + text_of(right),
    "=": compared(operator.eq), "<>": compared(operator.ne), "<": compared(operator.lt), ">": compared(operator.gt),
    "<=": compared(operator.le), ">=": compared(operator.ge),
}  # fmt: skip
CELL_BY_CELL: dict[str, Callable[..., Value]] = {
    "ABS": finite(abs), "SQRT": finite(math.sqrt), "EXP": finite(math.exp), "LN": finite(math.log),
    "INT": finite(lambda value: float(math.floor(value))),
    "SIGN": finite(lambda value: float((value > 0) - (value < 0))),
    "ROUND": finite(rounded), "TEXT": per_cent, "ISNUMBER": lambda value: type(value) is float,
    "ISTEXT": lambda value: isinstance(value, str),
}  # fmt: skip


# ---- whole ranges ---------------------------------------------------------------------------------------------------


def flat(values: Iterable[Value]) -> Iterator[tuple[Value, bool]]:
    """Every value, and whether it stands in a range or an array."""
    for value in values:
        if isinstance(value, tuple):
            yield from ((cell, True) for row in value for cell in row)
        else:
            yield value, False


def numbers(values: Iterable[Value]) -> Iterator[float]:
    """The numbers: in ranges those alone, but an error counts."""
    for value, inside in flat(values):
        if not inside or type(value) is float or isinstance(value, Code):
            yield number(value)


def conditions(values: Iterable[Value]) -> list[bool]:
    """What AND and OR look at: a text in a range is passed over."""
    found = [truth(v) for v, inside in flat(values) if not inside or not (v is None or isinstance(v, str))]
    if not found:
        raise Failed(Code.VALUE)
    return found


def sum_of_products(*arrays: Value) -> float:
    """What is no number counts as 0; an error counts."""
    blocks = list(map(rows_of, arrays))
    if len({(len(block), len(block[0])) for block in blocks}) > 1:
        raise Failed(Code.VALUE)
    total = 0.0
    for cells in zip(*(chain.from_iterable(block) for block in blocks), strict=True):
        total += math.prod(number(cell) if isinstance(cell, (float, Code)) else 0.0 for cell in cells)
    return total


def index(block: Value, row: Value, column: Value = None) -> Value:
    """INDEX of one cell, or of a whole row or column by 0; in a single row the second place is the column."""
    rows = rows_of(block)
    down, right = int(number(row)), int(number(column))
    if column is None:
        down, right = (1, down) if len(rows) == 1 else (down, 1 if len(rows[0]) == 1 else 0)
    if not (0 <= down <= len(rows) and 0 <= right <= len(rows[0])):
        raise Failed(Code.REF)
    kept_rows = rows if down == 0 else rows[down - 1 : down]
    found = kept_rows if right == 0 else tuple(line[right - 1 : right] for line in kept_rows)
    return found[0][0] if len(found) == len(found[0]) == 1 else found


def match(sought: Value, block: Value, kind: Value = 1.0) -> float:
    """MATCH of an equal value."""
    if number(kind) != 0 or isinstance(sought, tuple):
        raise Failed(Code.VALUE)
    if isinstance(sought, Code):
        raise Failed(sought)
    for place, (cell, _) in enumerate(flat([block]), 1):
        if cell is not None and not isinstance(cell, Code) and ranked(cell) == ranked(like(sought, 0.0)):
            return float(place)
    raise Failed(Code.NA)


def count(test: Callable[[Value], bool]) -> Callable[..., float]:
    return lambda *values: float(sum(test(value) for value, _ in flat(values)))


SUMMARIES: dict[str, Callable[..., Value]] = {
    "MAX": lambda *values: max(numbers(values), default=0.0), "MIN": lambda *values: min(numbers(values), default=0.0),
    "SUM": lambda *values: math.fsum(numbers(values)), "SUMPRODUCT": sum_of_products,
    "AND": lambda *values: all(conditions(values)), "OR": lambda *values: any(conditions(values)),
    "COUNT": count(lambda value: type(value) is float), "COUNTA": count(lambda value: value is not None),
}  # fmt: skip
OF_RANGES: dict[str, Callable[..., Value]] = {
    "ROWS": lambda block: float(len(rows_of(block))), "COLUMNS": lambda block: float(len(rows_of(block)[0])),
    "TRANSPOSE": lambda block: tuple(zip(*rows_of(block), strict=True)), "INDEX": index, "MATCH": match,
}  # fmt: skip
