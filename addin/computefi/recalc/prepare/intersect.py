"""Where an ordinary formula (no array formula) takes one cell of a range: decided before the engine sees it.

B2 =A1:A3*2  →  B2 =@A1:A3*2, which takes A2;  B2 =SUM(A1:A3)  →  as it is

Where Excel wants one value and is given a range, such a formula takes the cell in its own row or column; modern Excel
writes that as @. IronCalc 0.9 puts @ of its own into the ordinary formulas of a file, and often wrongly:
`SUMPRODUCT(EXP(-k*A1:A3))`, `SUM(IF(B1>0,A1:A3))` and `WORKDAY(B1,5,A1:A3)` use one cell of A1:A3, `name*2` none.
So @ is put in here, by the classes that Excel's file formats give to the parameters of functions. Where a function of
single values is then left with several, the engine gets the formula as an array formula, into which it puts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.formulas.functions import FUNCTIONS, LEFT_ALONE, SEVERAL_VALUES, UNLISTED
from computefi.formulas.tree import (
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Node,
    cfi_name,
    gives_one_value,
    is_blank,
    leaves_in,
    literal,
    plain_name,
    runs_in,
    trimmed,
)
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.prepare.lifted import LIFTED
from computefi.xlsx.cells import parse_rect

ONE, SEVERAL, COMPUTED = range(3)
"""What an operand stands for: one value at most, several cells, or a name's formula, which may give several."""

AS_STORED, AS_ARRAY, REWRITTEN = range(3)
"""How the engine gets an ordinary formula: as it is, as it is but as an array formula, or written anew."""

TAKES_ONE_CELL = frozenset(
    "CELL CHOOSE FORMULATEXT IF IFERROR IFNA IFS IMPRODUCT IMSUM ISFORMULA SHEET SHEETS SWITCH WORKDAY "
    "WORKDAY.INTL".split()
)
"""Functions that in an ordinary formula get one cell of a range from the engine where they should get all of it."""

COMPUTES = LEFT_ALONE - {"ANCHORARRAY", "ISOMITTED", "N", "SINGLE", "T"}
"""Functions within which arrays are computed, whatever stands around them."""

SINGLE = FUNCTIONS["SINGLE"].stored
NAME = re.compile(r"[A-Za-z_\\][\w.\\?]*")


class Sight(NamedTuple):
    """What is wanted at a place in a formula.

    `cells`: a reference is kept; `array`: several values are computed; `left`: the engine itself leaves a range alone;
    `function`: the function around that is there for several values.
    """

    cells: bool
    array: bool
    left: bool
    function: str


@dataclass(slots=True)
class OrdinaryFormula:
    """An ordinary formula read by Excel's rules. `kind` says what an operand's text stands for."""

    kind: Callable[[str], int]
    expression: Expression = field(default_factory=list)
    # Whether anything is not as it was, or is beyond the engine as it is.
    changed: bool = False
    # Whether a function of single values is given several, so that the engine must not put in its own @.
    array: bool = False
    # Functions that are there for several values and get one cell of a range.
    reduced: list[str] = field(default_factory=list)
    _single: bool = False

    @property
    def way(self) -> int:
        """How the engine gets the formula."""
        if self.changed or (self.array and self._single):
            return REWRITTEN
        return AS_ARRAY if self.array else AS_STORED

    def read(self, expression: Expression) -> OrdinaryFormula:
        """Go through the whole formula, which stands in one cell."""
        self.expression = self.walk(expression, Sight(False, False, False, ""))
        return self

    def walk(self, expression: Expression, sight: Sight) -> Expression:
        operands = [run for run in runs_in(expression) if not is_blank(run[0]) and not is_operator(run[0])]
        operates = any(is_operator(node) for node in expression)
        if not operates and len(operands) > 1:
            # Two areas crossed: a reference, which is left to the engine.
            return expression
        if operates:
            sight = sight._replace(cells=False)
        return [node for run in runs_in(expression) for node in self.run(run, sight)]

    def run(self, run: Expression, sight: Sight) -> Expression:
        """One node, or several that are joined by colons to a reference."""
        if len(run) == 1 and not (isinstance(run[0], Call) and ":" in run[0].name):
            return [self.node(run[0], sight)]
        self.changed = True
        made: Expression = [self.arguments(node, sight) if isinstance(node, Call) else node for node in run]
        if sight.cells or sight.array:
            self.array = self.array or not sight.left
            return made
        return [Call(SINGLE, [made])]

    def node(self, node: Node, sight: Sight) -> Node:
        if isinstance(node, Leaf):
            return self.leaf(node, sight)
        if isinstance(node, Group):
            return Group([self.walk(node.parts[0], sight)]) if len(node.parts) == 1 else node
        return self.call(node, sight)

    def leaf(self, leaf: Leaf, sight: Sight) -> Node:
        if leaf.kind != "RANGE" or leaf.text.startswith("@"):
            return leaf
        self.changed = self.changed or beyond_engine(leaf.text) or is_joined_text(leaf.text)
        kind = self.kind(leaf.text)
        if kind == ONE:
            self.array = self.array or (SPILL in leaf.text and (sight.cells or sight.array) and not sight.left)
            return leaf
        # Excel computes the formula behind a name as an array formula.
        self.array = self.array or kind == COMPUTED
        if sight.cells or sight.array:
            self.array = self.array or not sight.left
            return leaf
        self.changed = True
        if sight.function:
            self.reduced.append(sight.function)
        return Leaf("@" + leaf.text, leaf.kind) if kind == SEVERAL else Call(SINGLE, [[leaf]])

    def call(self, call: Call, sight: Sight) -> Node:
        if cfi_name(call.name) is not None:
            if sight.cells or sight.array or call.name.startswith("@"):
                return call
            return Call("@" + call.name, call.arguments)
        name = plain_name(call.name)
        self.changed = self.changed or self.is_beyond(name, call)
        several = name in SEVERAL_VALUES or may_refer_to_several(name, call)
        if several and (sight.cells or sight.array) and not sight.left:
            self.array = True
        if name in LEFT_ALONE:
            # What it is given may be computed, `VSTACK(IF(A1:A3="","",A1:A3))`, into which the engine would put its @.
            self.array = self.array or (name in COMPUTES and self.holds_several(call.arguments))
            self.changed = self.changed or any(map(self.holds_beyond, call.arguments))
            return call
        self.array = self.array or gives_each(name, call)
        made = self.arguments(call, sight)
        if name == "INDEX" and self.indexes_one(made.arguments[0]):
            self.changed = True
        if several and name not in SEVERAL_VALUES and not sight.cells and not sight.array:
            self._single = True
            return Call(SINGLE, [[made]]) if refers_to_several(name, call) else made
        return made

    def is_beyond(self, name: str, call: Call) -> bool:
        """Whether a call itself is more than the engine can do, or is answered elsewhere."""
        if name == "OFFSET" or (name in ("ROW", "COLUMN") and any(isinstance(n, Call) for n in call.arguments[0])):
            if len(call.arguments) != 3 or isinstance(call.arguments[0][0], Call):
                return True
            if any(map(is_several, call.arguments[1:])):
                return True
        if name == "INDIRECT":
            text = literal(trimmed(call.arguments[0]))[1]
            return len(call.arguments) > 1 or not (isinstance(text, str) and parse_rect(text))
        native = NATIVES.get(name)
        return native is not None and native.looks_at(call.arguments, self.kind)

    def holds_beyond(self, expression: Expression) -> bool:
        """Whether anything within what is left as it is must be written anew all the same."""
        if any(len(run) > 1 for run in runs_in(expression)):
            return True
        for node in expression:
            if isinstance(node, Leaf):
                found = node.kind == "RANGE" and (beyond_engine(node.text) or is_joined_text(node.text))
            elif isinstance(node, Group):
                found = any(map(self.holds_beyond, node.parts))
            else:
                name = plain_name(node.name)
                found = ":" in node.name or self.is_beyond(name, node) or any(map(self.holds_beyond, node.arguments))
                found = found or (name == "INDEX" and self.indexes_one(node.arguments[0]))
            if found:
                return True
        return False

    def holds_several(self, arguments: list[Expression]) -> bool:
        """Whether any operand within arguments is several cells."""
        leaves = (leaf for argument in arguments for leaf in leaves_in(argument))
        return any(leaf.kind == "ARRAY" or (leaf.kind == "RANGE" and self.kind(leaf.text) != ONE) for leaf in leaves)

    def arguments(self, call: Call, sight: Sight) -> Call:
        """The call with its arguments gone through."""
        name = plain_name(call.name.rpartition(":")[2])
        if cfi_name(call.name) is not None or name in LEFT_ALONE:
            return call
        function = FUNCTIONS.get(name, UNLISTED)
        arguments = [
            self.walk(argument, seen_by(function.parameter(place), name, sight))
            for place, argument in enumerate(call.arguments)
        ]
        return Call(call.name, arguments)

    def indexes_one(self, argument: Expression) -> bool:
        """Whether INDEX is given a single cell or value, which the engine cannot look into."""
        argument = trimmed(argument)
        if len(argument) == 1 and isinstance(argument[0], Leaf) and argument[0].kind == "RANGE":
            return self.kind(argument[0].text) == ONE
        return bool(argument) and gives_one_value(argument)


def seen_by(parameter: str, name: str, around: Sight) -> Sight:
    """What a parameter wants, in a function that stands where `around` says."""
    left = name not in TAKES_ONE_CELL
    if parameter == "v":
        return around._replace(cells=False, left=False)
    if parameter == "o":
        return Sight(False, False, False, name if around.array else around.function)
    if parameter == "x":
        return Sight(True, around.array, left, name)
    if parameter == "a":
        return Sight(True, True, left, name)
    if parameter == "b":
        return Sight(around.cells or around.array, False, left, name if around.array else around.function)
    return Sight(True, False, left, around.function)


def is_joined_text(text: str) -> bool:
    """Whether an operand's text is ends with a colon between them: `first:last`, `Deal!A1:Deal!B2`, and no `A1:B2`."""
    first, colon, last = text.rpartition(":")
    if (
        not colon
        or not first
        or text.startswith("@")
        or "[" in text
        or SPILL in text
        or ("!" in last and "!" not in first)
    ):
        return False
    return parse_rect(text.rpartition("!")[2]) is None or "!" in last


def is_operator(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind == "OPERATOR"


def beyond_engine(text: str) -> bool:
    """Whether an operand is none that the engine knows: a name in other letters or with a sheet before it, or cells
    of several sheets.
    """
    before, sheet, name = text.rpartition("!")
    if not name.isascii() or ":" in before:
        return True
    return bool(sheet) and NAME.fullmatch(name) is not None and parse_rect(name) is None


def may_refer_to_several(name: str, call: Call) -> bool:
    """Whether a function that gives a reference may give several cells, whatever numbers stand in it."""
    if name == "INDEX":
        return any(is_number_or_nothing(argument) for argument in call.arguments[1:])
    return refers_to_several(name, call)


def refers_to_several(name: str, call: Call) -> bool:
    """Whether it may give several with the numbers that stand in it."""
    if name == "OFFSET":
        return len(call.arguments) > 3 or any(":" in leaf.text for leaf in leaves_in(call.arguments[0]))
    if name == "INDEX":
        return any(is_number_or_nothing(a) and not literal(trimmed(a))[1] for a in call.arguments[1:])
    return name == "INDIRECT"


def gives_each(name: str, call: Call) -> bool:
    """Whether a function of single values is given an array that is written out, or the numbers of several rows."""
    claim = LIFTED.get(name)
    return claim is not None and any(is_several(call.arguments[place]) for place in claim.chosen(len(call.arguments)))


def is_several(argument: Expression) -> bool:
    """Whether an array is written out in an argument, or the rows of a range are counted."""
    return any(leaf.kind == "ARRAY" for leaf in leaves_in(argument)) or counts_rows(argument)


def counts_rows(argument: Expression) -> bool:
    """Whether an argument has ROW or COLUMN of a range in it, `SMALL(A1:A9,ROW(1:3))`."""
    for node in argument:
        if isinstance(node, Call) and node.name.upper() in ("ROW", "COLUMN"):
            return any(":" in leaf.text for leaf in leaves_in(node.arguments[0]))
        parts = [] if isinstance(node, Leaf) else node.arguments if isinstance(node, Call) else node.parts
        if any(map(counts_rows, parts)):
            return True
    return False


def is_number_or_nothing(argument: Expression) -> bool:
    argument = trimmed(argument)
    return not argument or (len(argument) == 1 and isinstance(argument[0], Leaf) and argument[0].kind == "NUMBER")
