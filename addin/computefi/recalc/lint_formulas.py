"""Formulas that the default engine gets wrong, found by their shape: what is looked for stands in `lint_rules`.

Formulas are read as trees (openpyxl's Tokenizer cuts them); those that differ in their numbers only are looked at
once, so that a large sheet costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.recalc.cells import parse_rect
from computefi.recalc.cut import name_cells
from computefi.recalc.formulas import (
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Unreadable,
    cfi_name,
    parse,
    plain_name,
    trimmed,
)
from computefi.recalc.lint_rules import (
    CALL_IN_PLAIN,
    COMPUTED,
    FALSE_AS_ZERO,
    FALSE_COUNTED,
    GIVE_ARRAYS,
    INTERSECTED,
    LIFTED,
    MISSING_FUNCTIONS,
    NOT_CELL_BY_CELL,
    NOTE,
    ONE_BY_ONE,
    ONE_CELL_ONLY,
    SEVERAL,
    UNKNOWN,
    VOLATILE_FUNCTIONS,
    VOLATILE_VALUE,
    WHOLE_ARRAYS,
    WHOLE_IN_PLAIN,
    Claim,
)
from computefi.recalc.plan import Plan
from computefi.recalc.sheet import Sheet, attributes_of, decode

SHOWN = 3
ALIKE = bytes.maketrans(b"123456789", b"0" * 9)
Found = tuple[tuple[Claim, str], ...]
NONE, RANGE, WRITTEN, COMPUTED_KIND = range(4)


class Finding(NamedTuple):
    """One place that is not to be trusted. `severity` is wrong (a wrong value), fails (none) or note."""

    cell: str
    rule: str
    severity: str
    what: str
    remedy: str
    formula: str = ""

    def __str__(self) -> str:
        return f"{self.cell}: {self.what}; {self.remedy}"


def formula_warnings(plan: Plan) -> list[str]:
    """The constructs that give wrong values or none, a line for each kind: what `recalc` warns of."""
    places: dict[tuple[str, str], list[str]] = {}
    for finding in formula_findings(plan):
        if finding.severity != NOTE:
            places.setdefault((finding.what, finding.remedy), []).append(finding.cell)
    return [f"{few(cells)}: {what}; {remedy}" for (what, remedy), cells in places.items()]


def few(cells: list[str]) -> str:
    """A few cells, and how many more there are."""
    return ", ".join(cells[:SHOWN]) + (f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else "")


def formula_findings(plan: Plan) -> Iterator[Finding]:
    """The findings in the formulas of cells."""
    reader = Reader(frozenset(several_cells(plan)))
    for index, sheet in enumerate(plan.sheets):
        for place, text, array in suspects(sheet, reader.words):
            for claim, function in reader.findings(text, array):
                yield finding_of(plan.place(index, *place), claim, function, "=" + decode(text))


def finding_of(cell: str, claim: Claim, function: str, formula: str) -> Finding:
    what, remedy = claim.what.format(f=function), claim.remedy.format(f=function)
    return Finding(cell, claim.name, claim.severity, what, remedy, formula)


def several_cells(plan: Plan) -> Iterator[str]:
    """The names that stand for more than one cell."""
    for name in plan.book.names:
        cells = name_cells(plan, name)
        if cells is not None and cells.rect.rows * cells.rect.columns > 1:
            yield name.name.casefold()


def suspects(sheet: Sheet, words: re.Pattern[bytes]) -> Iterator[tuple[tuple[int, int], bytes, bool]]:
    """The formulas in which anything could be found: those with a range, an array or a name of interest."""
    if words.search(sheet.scannable, sheet.start, sheet.end) is None:
        return
    for cell in sheet.cells():
        if cell.formula and words.search(cell.formula) is not None:
            kind = attributes_of(cell.formula_attributes).get("t", "") if cell.formula_attributes else ""
            yield (cell.row, cell.column), cell.formula, kind == "array"


@dataclass(slots=True)
class Reader:
    """Looks into formulas; what it found in one holds for all that differ in their numbers only."""

    several: frozenset[str]
    known: dict[tuple[bytes, bool], Found] = field(default_factory=dict)
    words: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        names = sorted({*self.several, *(name.casefold() for name in (*VOLATILE_FUNCTIONS, *MISSING_FUNCTIONS))})
        listed = b"|".join(re.escape(name.encode()) for name in names)
        # A formula without any of these cannot have more than one value anywhere.
        self.words = re.compile(rb"[A-Za-z0-9]:\$?[A-Za-z0-9]|[{\[#]|\b(?:" + listed + rb")\b", re.IGNORECASE)

    def findings(self, text: bytes, array: bool) -> Found:
        """What is wrong with a formula, as a claim and the function that it is about."""
        key = (text.translate(ALIKE), array)
        if key not in self.known:
            try:
                found = list(self.look(trimmed(parse(decode(text))), array))
            except Unreadable:
                found = []
            self.known[key] = tuple(dict.fromkeys(found))
        return self.known[key]

    def look(self, expression: Expression, array: bool) -> Iterator[tuple[Claim, str]]:
        """Walk through an expression. `array`: whether Excel computes arrays here."""
        for node in expression:
            if isinstance(node, Group):
                for part in node.parts:
                    yield from self.look(part, array)
            elif isinstance(node, Call):
                yield from self.look_at_call(node, array)

    def look_at_call(self, node: Call, array: bool) -> Iterator[tuple[Claim, str]]:
        name = cfi_name(node.name)
        arguments = [trimmed(argument) for argument in node.arguments]
        if name is not None:
            if not array and any(self.kind(argument) == COMPUTED_KIND for argument in arguments):
                yield CALL_IN_PLAIN, name
            inside = True
        else:
            name = plain_name(node.name)
            inside = array or name in WHOLE_ARRAYS
            yield from self.claims(name, arguments, inside)
        for argument in arguments:
            yield from self.look(argument, inside)

    def claims(self, name: str, arguments: list[Expression], array: bool) -> Iterator[tuple[Claim, str]]:
        """What is wrong with one call of a native function."""
        if name in MISSING_FUNCTIONS:
            yield UNKNOWN, name
        if name in VOLATILE_FUNCTIONS:
            yield VOLATILE_VALUE, name
        kinds = [self.kind(argument) for argument in arguments]
        for table, least in ((COMPUTED, WRITTEN), (SEVERAL, RANGE if array else WRITTEN)):
            if name in table:
                claim, positions = table[name]
                if any(kind >= least for kind in chosen(kinds, positions)):
                    yield claim, name
        if name in ONE_BY_ONE:
            if max(kinds, default=NONE) >= WRITTEN:
                yield NOT_CELL_BY_CELL, name
            elif array and RANGE in kinds:
                yield ONE_CELL_ONLY, name
        if name in FALSE_AS_ZERO and array and any(self.leaves_out(argument) for argument in arguments):
            yield FALSE_COUNTED, name
        if name in INTERSECTED and not array and any(map(self.operates, arguments)):
            yield WHOLE_IN_PLAIN, name

    def leaves_out(self, argument: Expression) -> bool:
        """Whether an argument is an IF over an array without an otherwise."""
        node = argument[0] if len(argument) == 1 else None
        return (
            isinstance(node, Call)
            and plain_name(node.name) == "IF"
            and len(node.arguments) == 2
            and self.kind(trimmed(node.arguments[0])) != NONE
        )

    def operates(self, argument: Expression) -> bool:
        """Whether an argument is an operation on a range, and not a function's result."""
        return len(argument) > 1 and any(
            self.kind([node]) == RANGE or (isinstance(node, Group) and any(self.operates(part) for part in node.parts))
            for node in argument
        )

    def kind(self, expression: Expression) -> int:
        """Whether an expression is one value, a range, an array written out, or one that is computed."""
        expression = trimmed(expression)
        kinds = [self.kind_of_node(node) for node in expression]
        highest = max(kinds, default=NONE)
        if len(expression) <= 1 or highest == NONE:
            return highest
        return WRITTEN if RANGE not in kinds and COMPUTED_KIND not in kinds else COMPUTED_KIND

    def kind_of_node(self, node: Leaf | Call | Group) -> int:
        if isinstance(node, Leaf):
            return self.kind_of_leaf(node)
        if isinstance(node, Group):
            return max((self.kind(part) for part in node.parts), default=NONE)
        name = plain_name(node.name)
        if name in GIVE_ARRAYS:
            return COMPUTED_KIND
        if name in LIFTED or name in ONE_BY_ONE:
            return COMPUTED_KIND if any(self.kind(argument) != NONE for argument in node.arguments) else NONE
        return NONE

    def kind_of_leaf(self, leaf: Leaf) -> int:
        if leaf.kind == "ARRAY":
            return WRITTEN if "," in leaf.text or ";" in leaf.text else NONE
        if leaf.kind != "RANGE" or leaf.text.startswith("@"):
            return NONE
        text = leaf.text.rpartition("!")[2]
        if text.endswith(SPILL):
            return RANGE
        if "[" in text:
            return NONE if "[@" in text or "#this row" in text.casefold() else RANGE
        if ":" in text:
            rect = parse_rect(text)
            return RANGE if rect is None or rect.rows * rect.columns > 1 else NONE
        return RANGE if text.casefold() in self.several else NONE


def chosen(kinds: list[int], positions: Iterable[int] | None) -> list[int]:
    """The kinds of the arguments that a claim is about."""
    return kinds if positions is None else [kinds[place] for place in positions if place < len(kinds)]
