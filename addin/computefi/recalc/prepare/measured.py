"""How many values an expression gives in a formula, as far as its text tells.

SUM(A1:A3)   →   one;  A1:A3*2   →   three rows and one column;  OFFSET(A1,0,0,B1,1)   →   nobody can tell
"""

from __future__ import annotations

from collections.abc import Sequence

from computefi.formulas.functions import CELL_BY_CELL, WITHIN_ARGUMENTS
from computefi.formulas.tree import (
    DEEP,
    LENGTH_LIMIT,
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Unreadable,
    array_constant,
    cfi_name,
    gives_one_value,
    is_joined,
    leaves_in,
    literal,
    multiplying,
    plain_name,
    too_nested,
    trimmed,
)
from computefi.recalc.natives.computed import ALWAYS_WRONG
from computefi.recalc.natives.table import is_computed
from computefi.recalc.prepare.intersect import ONE
from computefi.recalc.prepare.joined import ends_of
from computefi.recalc.prepare.lifted import EACH
from computefi.recalc.prepare.operands import Cells, Operand, OperandFault, View
from computefi.recalc.prepare.plan import Piece
from computefi.recalc.prepare.spelled import SHOWN
from computefi.xlsx.cells import parse_rect
from computefi.xlsx.sheet import decode

LET_VARIABLE = "_xlpm."
# Functions that give no more rows and no more columns than one of their arguments has.
KEEP_EXTENT = CELL_BY_CELL | WITHIN_ARGUMENTS
SPILL_LIMIT = 2**20


class Measured:
    """A formula whose expressions are measured: its operands, and the variables of LET in sight."""

    __slots__ = ()

    view: View
    bindings: list[Piece]
    unknown: frozenset[str]
    variables: dict[str, Expression | None]

    def is_one(self, expression: Expression) -> bool:
        """Whether an expression surely gives one value here."""
        for node in trimmed(expression):
            if isinstance(node, Group):
                if len(node.parts) != 1 or not self.is_one(node.parts[0]):
                    return False
            elif isinstance(node, Call):
                if not all(map(self.is_one, multiplying(node))):
                    return False
            elif node.kind == "ARRAY" or (node.kind == "RANGE" and not self.is_one_cell(node.text)):
                return False
        return True

    def is_one_cell(self, text: str) -> bool:
        """Whether an operand stands for one value; a variable of LET or LAMBDA may be several, but not those of MAP."""
        if text.startswith(("@", EACH, SHOWN)):
            return True
        variable = text.startswith(LET_VARIABLE) or text.casefold() in self.variables
        return not variable and SPILL not in text and self.view.kind(text) == ONE

    def unnamed(self, call: Call) -> Call:
        """A summary with what stands behind a name in its place, where that is what it gets wrong."""
        name = plain_name(call.name)
        return Call(call.name, [self.behind(name, argument) for argument in call.arguments])

    def behind(self, function: str, argument: Expression) -> Expression:
        """What a name stands for as an argument of a summary; itself where the engine is right about it."""
        nodes = trimmed(argument)
        leaf = nodes[0] if len(nodes) == 1 else None
        operand = self.operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
        if not isinstance(operand, list):
            return argument
        whole = trimmed(operand)
        wrong = is_computed(whole, self.view.kind) and (function in ALWAYS_WRONG or may_leave_out(whole))
        return whole if wrong else argument

    def hides_values(self, argument: Expression) -> bool:
        """Whether an argument is a variable of LAMBDA, or computed of one: only the engine knows its values."""
        leaves = [leaf for node in argument if not isinstance(node, Call) for leaf in leaves_in([node])]
        return any(leaf.text.casefold() in self.unknown and not leaf.text.startswith(EACH) for leaf in leaves)

    def is_area(self, expression: Expression) -> bool:
        """Whether an expression is the address or the name of several cells."""
        nodes = trimmed(expression)
        node = nodes[0] if len(nodes) == 1 else None
        return isinstance(node, Leaf) and node.kind == "RANGE" and not self.is_one_cell(node.text)

    def hides_names(self, expression: Expression) -> bool:
        """Whether an operand is a name or a structured reference, which may be more than one cell."""
        operands = (leaf.text.rpartition("!")[2] for leaf in leaves_in(expression) if leaf.kind == "RANGE")
        return any(parse_rect(text) is None for text in operands)

    def gives_too_much(self, expression: Expression) -> bool:
        """Whether an expression may give more cells than a sheet of results has room for: `$A:$XFD*2`."""
        if gives_one_value(expression):
            return False
        extent = self.extent(expression)
        if extent is not None:
            return extent[0] * extent[1] > SPILL_LIMIT
        operands = (self.operand(leaf.text) for leaf in leaves_in(expression) if leaf.kind == "RANGE")
        rects = [operand.rect for operand in operands if isinstance(operand, Cells)]
        return any(rect.rows * rect.columns > SPILL_LIMIT for rect in rects)

    def extent(self, expression: Expression) -> tuple[int, int] | None:
        """The most rows and columns that an expression gives; None where its text does not tell."""
        if self.bindings or any(is_joined(node) or ends_of([node]) for node in expression):
            return None
        rows = columns = 1
        for node in expression:
            found: tuple[int, int] | None = (1, 1)
            if isinstance(node, Leaf):
                found = self.extent_of_leaf(node)
            elif isinstance(node, Group):
                found = self.extent(node.parts[0]) if len(node.parts) == 1 else None
            elif not all(map(gives_one_value, multiplying(node))):
                parts = [self.extent(argument) for argument in node.arguments]
                known = [part for part in parts if part is not None]
                tells = plain_name(node.name) in KEEP_EXTENT and len(known) == len(parts)
                found = (max(r for r, _ in [(1, 1), *known]), max(c for _, c in [(1, 1), *known])) if tells else None
            if found is None:
                return None
            rows, columns = max(rows, found[0]), max(columns, found[1])
        return rows, columns

    def extent_of_leaf(self, leaf: Leaf) -> tuple[int, int] | None:
        if leaf.kind == "ARRAY":
            _, value = array_constant(leaf.text)
            return (len(value), len(value[0])) if value else None
        if leaf.kind != "RANGE":
            return 1, 1
        operand = self.operand(leaf.text)
        if isinstance(operand, Cells) and not operand.spill:
            return operand.rect.rows, operand.rect.columns
        return (1, 1) if isinstance(operand, OperandFault) else None

    def operand(self, text: str) -> Operand:
        """What an operand means here, LET's variables included."""
        if self.variables or LET_VARIABLE in text:
            name = text.rstrip(SPILL).removeprefix("@")
            if name.casefold() in self.variables or name.startswith(LET_VARIABLE):
                return name
        return self.view.operand(text)

    def cells_of(self, argument: Expression) -> Cells | None:
        """The cells that an argument is the address or the name of."""
        node = argument[0] if len(argument := trimmed(argument)) == 1 else None
        operand = self.operand(node.text) if isinstance(node, Leaf) and node.kind == "RANGE" else None
        if not isinstance(operand, Cells) or operand.spill or (isinstance(node, Leaf) and node.text.startswith("@")):
            return None
        return operand

    def intersected(self, argument: Expression) -> Cells | None:
        """The one cell of a range that stands in the formula's row or column."""
        if len(argument) != 1 or not isinstance(argument[0], Leaf) or argument[0].kind != "RANGE":
            return None
        cells = self.operand(argument[0].text)
        return self.view.intersected(cells) if isinstance(cells, Cells) else None

    def only_renames(self, value: Expression) -> bool:
        """Whether a variable is another word for cells or a constant, so that a blank stays a blank."""
        if literal(value)[0]:
            return True
        leaf = value[0] if len(value) == 1 else None
        return isinstance(leaf, Leaf) and leaf.kind == "RANGE" and isinstance(self.operand(leaf.text), Cells)


def may_leave_out(expression: Expression) -> bool:
    """Whether there is an IF in an expression, which gives FALSE where it is told nothing else."""
    return any(
        isinstance(node, Call) and (plain_name(node.name) == "IF" or any(map(may_leave_out, node.arguments)))
        for node in expression
    )


def refuse_too_deep(pieces: Sequence[Piece]) -> None:
    """Refuse a formula that is nested deeper than an engine's stack, the formulas of names in it included."""
    if too_nested("".join(piece for piece in pieces if isinstance(piece, str)).encode()):
        raise Unreadable(f"nested deeper than {DEEP} levels with the formulas of its names put in")


def only_call(expression: Expression) -> Call | None:
    """The CFI call that is the whole formula, if it is one."""
    expression = trimmed(expression)
    node = expression[0] if len(expression) == 1 else None
    return node if isinstance(node, Call) and cfi_name(node.name) else None


def too_deep(text: bytes) -> bool:
    """Whether a formula would exhaust the engine's stack or its time; Excel allows 64 levels and 8,192 characters."""
    return (len(text) > LENGTH_LIMIT and len(decode(text)) > LENGTH_LIMIT) or too_nested(text)
