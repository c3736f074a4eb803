"""Formulas that are not to be trusted, found by their shape: what is looked for stands in `claims`.

=SUM(A1:A5*2)   →   array-in-plain-formula: Excel uses one cell of the range

Formulas are read as trees (openpyxl's Tokenizer cuts them); those that differ in their numbers and cells only are
looked at once, so that a large sheet costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.errors import a_few
from computefi.formulas.functions import CELL_BY_CELL, FUNCTIONS, SEVERAL_VALUES, VOLATILE
from computefi.formulas.tree import (
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
from computefi.recalc.lint.claims import (
    CALL_IN_PLAIN,
    DOUBTFUL,
    IN_LAMBDA,
    NOTE,
    ONE_IN_ARRAY,
    ONE_IN_PLAIN,
    VOLATILE_VALUE,
    WHOLE_IN_PLAIN,
    Rule,
)
from computefi.recalc.prepare.intersect import COMPUTED as COMPUTED_NAME
from computefi.recalc.prepare.intersect import ONE, OrdinaryFormula
from computefi.recalc.prepare.operands import Names, View, alike_but_for_numbers, name_cells, names_of
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.ways import without_places
from computefi.spec import REGISTRY
from computefi.xlsx.sheet import attributes_of, decode
from computefi.xlsx.workbook import DefinedName

SHOWN = 3
NAME_DEPTH = 8
Found = tuple[tuple[Rule, str], ...]
NONE, RANGE, WRITTEN, COMPUTED_KIND = range(4)
# `A1#`, which files store as ANCHORARRAY(A1), is cells, not an array that is computed in the formula.
COMPUTE_ARRAYS = SEVERAL_VALUES - {"ANCHORARRAY"}
# T answers with an empty text for an array as a whole.
PASS_ARRAYS_ON = CELL_BY_CELL - {"T"}


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
    return [f"{a_few(cells, SHOWN)}: {what}; {remedy}" for (what, remedy), cells in places.items()]


def formula_findings(plan: Plan) -> Iterator[Finding]:
    """The findings in the formulas of cells."""
    reader = Reader(plan)
    for index in range(len(plan.sheets)):
        for place, text, found in sorted(reader.suspects(index)):
            for rule, function in found:
                yield finding_of(plan.place(index, *place), rule, function, "=" + decode(text))
    for cell, function in dict.fromkeys(plan.in_lambdas):
        stored = plan.apart[cell.sheet].get((cell.row, cell.column))
        formula = "" if stored is None else "=" + decode(stored.formula)
        yield finding_of(plan.place(*cell), IN_LAMBDA, function, formula)


def finding_of(cell: str, rule: Rule, function: str, formula: str) -> Finding:
    what, remedy = rule.what.format(f=function), rule.remedy.format(f=function)
    return Finding(cell, rule.name, rule.severity, what, remedy, formula)


@dataclass(slots=True)
class Reader:
    """Looks into formulas; what it found in one holds for all of its sheet that differ in numbers and cells only."""

    plan: Plan
    names: Names = field(init=False)
    words: re.Pattern[bytes] = field(init=False)
    alike: bytes = field(init=False)
    known: dict[tuple[int, bytes, bool], Found] = field(default_factory=dict)
    view: View = field(init=False)
    depth: int = 0

    def __post_init__(self) -> None:
        self.names = names_of(self.plan)
        self.alike = alike_but_for_numbers(self.names)
        self.view = View(self.plan, self.names, 0, 1, 1)
        words = set(VOLATILE)
        words |= {name.name for name in self.plan.workbook.names if self.may_be_several(name)}
        listed = b"|".join(re.escape(word.casefold().encode()) for word in sorted(words))
        beyond = b"" if all(word.isascii() for word in words) else rb"|[\x80-\xff]|&#"
        # A formula without any of these cannot have more than one value anywhere.
        words_or_ranges = rb"[A-Za-z0-9]:\$?[A-Za-z0-9]|[{\[#]|[-+*/^&=<>(,; ]CFI[._]|\b(?:" + listed + rb")\b"
        self.words = re.compile(words_or_ranges + beyond, re.IGNORECASE)

    def suspects(self, sheet: int) -> Iterator[tuple[tuple[int, int], bytes, Found]]:
        """The formulas of a sheet in which something is found; those of a group are asked once."""
        plan = self.plan
        groups, found_in = plan.groups[sheet], {}
        for number, head in enumerate(groups.heads):
            if self.words.search(head.text) is not None:
                found = self.findings(sheet, (head.row, head.column), head.text, False)
                if found:
                    found_in[number] = found
        for cell in plan.formulas[sheet] if found_in else ():
            if cell.group in found_in:
                text = groups.text(cell.group, cell.row, cell.column)
                yield (cell.row, cell.column), text, found_in[cell.group]
        for place, (text, attributes, _) in plan.apart[sheet].items():
            if text and self.words.search(text) is not None:
                array = bool(attributes) and attributes_of(attributes).get("t") == "array"
                found = self.findings(sheet, place, text, array)
                if found:
                    yield place, text, found

    def may_be_several(self, name: DefinedName) -> bool:
        """Whether a name stands for several cells, or for a formula."""
        cells = name_cells(self.plan, name)
        return cells is None or cells.rect.rows * cells.rect.columns > 1

    def findings(self, sheet: int, place: tuple[int, int], text: bytes, array: bool) -> Found:
        """What is wrong with a formula, as a rule and the function that it is about."""
        key = (sheet, text.translate(self.alike), array)
        if key not in self.known:
            elsewhere = (sheet, without_places(key[1]), array)
            if elsewhere not in self.known:
                self.view = View(self.plan, self.names, sheet, *place)
                try:
                    found = list(self.look_at_formula(parse(decode(text)), array))
                except Unreadable:
                    found = []
                self.known[elsewhere] = tuple(dict.fromkeys(found))
            self.known[key] = self.known[elsewhere]
        return self.known[key]

    def look_at_formula(self, expression: Expression, array: bool) -> Iterator[tuple[Rule, str]]:
        """An ordinary formula is looked at as it is computed: with @ where it takes one cell of a range."""
        if not array:
            read = OrdinaryFormula(self.view.kind).read(expression)
            expression = read.expression
            for function in read.reduced:
                listed = FUNCTIONS[function]
                yield ONE_IN_ARRAY if "o" in listed.first + listed.repeated else ONE_IN_PLAIN, function
        yield from self.look(trimmed(expression), array)

    def look(self, expression: Expression, array: bool) -> Iterator[tuple[Rule, str]]:
        """Walk through an expression. `array`: whether it stands in an array formula."""
        for node in expression:
            if isinstance(node, Group):
                for part in node.parts:
                    yield from self.look(part, array)
            elif isinstance(node, Call):
                yield from self.look_at_call(node, array)

    def look_at_call(self, node: Call, array: bool) -> Iterator[tuple[Rule, str]]:
        name = cfi_name(node.name)
        arguments = [trimmed(argument) for argument in node.arguments]
        if name is None:
            yield from self.claims(plain_name(node.name), arguments, array)
        elif not array and any(self.kind(argument) == COMPUTED_KIND for argument in arguments):
            yield CALL_IN_PLAIN, name
        for argument in arguments:
            yield from self.look(argument, array)

    def claims(self, name: str, arguments: list[Expression], array: bool) -> Iterator[tuple[Rule, str]]:
        """What is wrong with one call of a native function."""
        if name in VOLATILE:
            yield VOLATILE_VALUE, name
        if name in DOUBTFUL and not array and any(self.kind(argument) == COMPUTED_KIND for argument in arguments):
            yield WHOLE_IN_PLAIN, name

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
        if (own := cfi_name(node.name)) is not None:
            return RANGE if self.answers_with_several(own, node) else NONE
        if name in COMPUTE_ARRAYS:
            return COMPUTED_KIND
        if name == "IF" and self.kind(node.arguments[0]) == NONE:
            return max((self.kind(branch) for branch in node.arguments[1:]), default=NONE)
        if name in PASS_ARRAYS_ON:
            return COMPUTED_KIND if any(self.kind(argument) != NONE for argument in node.arguments) else NONE
        return NONE

    def kind_of_leaf(self, leaf: Leaf) -> int:
        if leaf.kind == "ARRAY":
            return WRITTEN if "," in leaf.text or ";" in leaf.text else NONE
        if leaf.kind != "RANGE" or leaf.text.startswith("@"):
            return NONE
        if leaf.text.endswith(SPILL):
            return RANGE
        kind = self.view.kind(leaf.text)
        if kind != COMPUTED_NAME:
            return NONE if kind == ONE else RANGE
        operand = self.view.operand(leaf.text)
        self.depth += 1
        kind = self.kind(operand) if isinstance(operand, list) and self.depth < NAME_DEPTH else NONE
        self.depth -= 1
        return kind

    def answers_with_several(self, name: str, node: Call) -> bool:
        """Whether a CFI call gives more than one cell; where that is up to its arguments, whether they say so."""
        if node.name.startswith("@") or name not in REGISTRY:
            return False
        spec = REGISTRY[name]
        numbers = [
            argument
            for parameter, argument in zip(spec.parameters, node.arguments, strict=False)
            if parameter.is_number
        ]
        return not spec.result.single or any(self.kind(argument) != NONE for argument in numbers)
