"""Cells that functions give to functions which pass over what is no number in cells, and not among values.

SUM(INDEX(A1:A9,B1))         →   SUM(LET(n,TRUNC(B1),OFFSET(A1,IF((n-1)*(9-n)>=0,n-1,…),0,IF(n=0,9,1),1)))
MAX(0,INDEX(B1:B9,MATCH(k,A1:A9,0)))   →   MAX(0,OFFSET(B1,MATCH(k,A1:A9,0)-1,0)): MATCH finds no row outside
MIN(IF(A1>0,B1),3)           →   MIN(IF(A1>0,OFFSET(B1,0,0)),3)
SUM(XLOOKUP(k,A1:A9,B1:B9))  →   SUM(OFFSET(B1,XMATCH(k,A1:A9)-1,0))
LET(q,B1,COUNT(q))           →   LET(q,B1,COUNT(OFFSET(B1,0,0)))
ISBLANK(OFFSET(A1,B1,0))     →   ISBLANK(@OFFSET(A1,B1,0))

The engine takes the value of a single cell that INDEX, XLOOKUP, IF, IFS, SWITCH or a name of LET gives, and with it a
text, TRUE or a blank; a cell of OFFSET or CHOOSE stays a cell, even to functions of values: to ISBLANK it is not blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.formulas.functions import FUNCTIONS, LET
from computefi.formulas.tree import (
    ONE_CELL,
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Node,
    Unreadable,
    literal,
    parse,
    plain_name,
    trimmed,
    written,
)
from computefi.recalc.natives.table import branches
from computefi.recalc.prepare.blanks import all_counted
from computefi.recalc.prepare.crossed import plain_references
from computefi.recalc.prepare.lifted import EACH
from computefi.recalc.prepare.operands import Cells, OtherWorkbook, View
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect, address, parse_cell, quote_sheet

READ_CELLS = frozenset(
    "AVEDEV AVERAGE AVERAGEA CONCAT COUNT COUNTA COUNTBLANK DEVSQ GEOMEAN HARMEAN KURT LARGE MAX MAXA MEDIAN MIN MINA "
    "NPV PERCENTILE PERCENTILE.EXC PERCENTILE.INC PRODUCT QUARTILE QUARTILE.EXC QUARTILE.INC SKEW SKEW.P SMALL STDEV "
    "STDEV.P STDEV.S STDEVA STDEVP STDEVPA SUBTOTAL SUM SUMSQ TEXTJOIN TRIMMEAN VAR VAR.P VAR.S VARA VARP VARPA".split()
)
"""Functions that pass over what is no number in cells, or over blanks, and not among values."""

READ_VALUES = frozenset(
    "DATEDIF ERROR.TYPE ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT N SWITCH T TYPE UNICODE".split()
)
"""Functions of a value to which the engine gives the single cell of OFFSET or CHOOSE as a range."""

CHOOSE_CELLS = frozenset("CHOOSE IF IFS SWITCH".split())
"""Functions that give one of several cells."""

CATCH = frozenset(("IFERROR", "IFNA"))
OF_THE_FIRST = frozenset(("N", "T", "TYPE"))
"""Functions that take the first cell of a reference, whatever else it has."""

ASKED = "_xlpm.asked"
"""The names of the row and the column that an INDEX asks for begin with it."""

ONE, SEVERAL = Leaf("1", "NUMBER"), Leaf("{1,2}", "ARRAY")
"""What is surely one value, and what may be several."""

ENDS = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7}):(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})", re.IGNORECASE)
WHOLE_COLUMNS = re.compile(r"(\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})", re.IGNORECASE)
WHOLE_ROWS = re.compile(r"(\$?[0-9]{1,7}):(\$?[0-9]{1,7})")


class Block(NamedTuple):
    """A range as a formula writes it: its first cell, how many rows and columns it has, and how that is written."""

    first: str
    rows: int
    columns: int
    height: str
    width: str


class Axis(NamedTuple):
    """The row or the column that an INDEX asks for: how far from the first, how many, and what LET binds for that."""

    step: Expression
    size: str = "1"
    bound: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What is known where a formula stands: what operands mean, what gives one value, and the names of LET."""

    view: View
    single: Callable[[Expression], bool]
    variables: Mapping[str, Expression | None] = field(default_factory=dict)
    # Those of the names that are one value.
    singles: frozenset[str] = frozenset()

    def bound(self, name: str, value: Expression) -> Look:
        """The same where LET gives a name to a value: what is put in its place where cells are read."""
        made, name = branch(value, self), name.casefold()
        variables = {**self.variables, name: None if made is value else made}
        singles = self.singles | {name} if self.one(value) else self.singles - {name}
        return Look(self.view, self.single, variables, singles)

    def without(self, names: Collection[str]) -> Look:
        """The same where names are those of something else."""
        left = {name: value for name, value in self.variables.items() if name not in names}
        return Look(self.view, self.single, left, self.singles.difference(names))

    def behind(self, text: str) -> Expression | None:
        """What a name of LET stands for, or the formula of a name, where it gives a cell that the engine would not."""
        if text.casefold() in self.variables:
            return self.variables[text.casefold()]
        try:
            operand = None if ONE_CELL.fullmatch(text) or ":" in text else self.view.operand(text)
        except (OtherWorkbook, Unreadable):
            return None
        if not isinstance(operand, list):
            return None
        formula = plain_references(operand, self.view)
        made = as_cells(formula, self)
        return None if made is formula else made

    def meant(self, text: str) -> Cells | None:
        """The cells that an operand stands for."""
        if SPILL in text or text.casefold() in self.variables:
            return None
        try:
            operand = self.view.operand(text)
            cells = operand if isinstance(operand, Cells) and not operand.spill else None
            return self.view.intersected(cells) if cells and text.startswith("@") else cells
        except (OtherWorkbook, Unreadable):
            return None

    def one(self, expression: Expression) -> bool:
        """Whether an expression gives one value: an INDEX does that asks for one row and one column."""
        return self.single([self.picked(node) for node in expression])

    def picked(self, node: Node) -> Node:
        """A part of a formula, with a number for what picks one cell of several."""
        if isinstance(node, Leaf):
            name = node.text.casefold()
            if name.startswith(EACH):
                return node
            return ONE if name in self.singles else SEVERAL if name in self.variables else node
        if isinstance(node, Group):
            return Group([[self.picked(inner) for inner in part] for part in node.parts])
        arguments = [[self.picked(inner) for inner in part] for part in node.arguments]
        if self.picks(plain_name(node.name), arguments):
            return ONE
        return Call(node.name, arguments)

    def picks(self, name: str, arguments: list[Expression]) -> bool:
        """Whether a function gives one cell: INDEX of one row and column, OFFSET of a single cell, and the like."""
        numbers = [trimmed(argument) for argument in arguments[1:]]
        if name == "INDEX":
            return all(number and literal(number)[1] != 0 and self.single(number) for number in numbers)
        if name in (*CHOOSE_CELLS, "SINGLE"):
            return name == "SINGLE" or all(map(self.single, arguments))
        if name == "XLOOKUP" and len(arguments) > 2:
            back = self.block(arguments[2])
            return back is not None and 1 in (back.rows, back.columns) and self.single(arguments[0])
        first = trimmed(arguments[0]) if arguments else []
        of_one = all(literal(size) == (True, 1.0) for size in numbers[2:])
        moves = name == "OFFSET" and len(numbers) >= 2 and of_one and all(map(self.single, numbers[:2]))
        return moves and len(first) == 1 and isinstance(first[0], Leaf) and self.cell(first[0].text) != ""

    def cell(self, text: str) -> str:
        """How a single cell is written; nothing where an operand is none."""
        if ONE_CELL.fullmatch(text) and text.casefold() not in self.variables:
            return text
        cells = self.meant(text)
        return self.fixed(cells) if cells and cells.rect[:2] == cells.rect[2:] else ""

    def fixed(self, cells: Cells) -> str:
        """The first of some cells, which does not move with the formula."""
        place = address(cells.rect.top, cells.rect.left)
        match = re.fullmatch(r"([A-Z]+)([0-9]+)", place)
        assert match is not None
        return f"{quote_sheet(self.view.plan.sheet_name(cells.sheet))}!${match[1]}${match[2]}"

    def block(self, argument: Expression) -> Block | None:
        """The range that an argument is the address or the name of."""
        nodes = trimmed(argument)
        node = nodes[0] if len(nodes) == 1 else None
        if start := spilled_from(node):
            spill = written(nodes)
            return Block(start, 0, 0, f"ROWS({spill})", f"COLUMNS({spill})")
        if not isinstance(node, Leaf) or node.kind != "RANGE" or node.text.startswith("@"):
            return None
        cells = self.meant(node.text)
        return (
            None if cells is None else written_block(node.text, cells.rect) or block_of(self.fixed(cells), cells.rect)
        )


def spilled_from(node: Node | None) -> str:
    """The cell that `A1#` or ANCHORARRAY(A1) spills from; nothing of anything else."""
    if isinstance(node, Call) and plain_name(node.name) == "ANCHORARRAY":
        inner = trimmed(node.arguments[0])
        node = Leaf(inner[0].text + SPILL, "RANGE") if len(inner) == 1 and isinstance(inner[0], Leaf) else None
    text = node.text.removesuffix(SPILL) if isinstance(node, Leaf) and node.text.endswith(SPILL) else ""
    return text if ONE_CELL.fullmatch(text) else ""


def block_of(first: str, rect: Rect) -> Block:
    """A block of so many rows and columns."""
    return Block(first, rect.rows, rect.columns, str(rect.rows), str(rect.columns))


def written_block(text: str, rect: Rect) -> Block | None:
    """A range as it is written, so that formulas made from this one read their own."""
    before, mark, rest = text.rpartition("!")
    if match := ENDS.fullmatch(rest):
        if parse_cell(rest.partition(":")[0].replace("$", "")) != (rect.top, rect.left):
            return None
        height = str(rect.rows) if match[3] == match[7] else f"ROWS({text})"
        width = str(rect.columns) if match[1] == match[5] else f"COLUMNS({text})"
        return Block(before + mark + rest.partition(":")[0], rect.rows, rect.columns, height, width)
    if match := WHOLE_COLUMNS.fullmatch(rest):
        fixed = match[1].startswith("$") == match[2].startswith("$")
        width = str(rect.columns) if fixed else f"COLUMNS({text})"
        return Block(f"{before}{mark}{match[1]}$1", LAST_ROW, rect.columns, str(LAST_ROW), width)
    if match := WHOLE_ROWS.fullmatch(rest):
        fixed = match[1].startswith("$") == match[2].startswith("$")
        height = str(rect.rows) if fixed else f"ROWS({text})"
        return Block(f"{before}{mark}$A{match[1]}", rect.rows, LAST_COLUMN, height, str(LAST_COLUMN))
    return None


def with_cells(call: Call, look: Look) -> Call:
    """A call of a function that reads cells, of arguments that are cells to the engine too; itself where they are."""
    parameter = FUNCTIONS[plain_name(call.name)].parameter
    arguments = [
        argument if parameter(place) in "vo" else as_cells(argument, look)
        for place, argument in enumerate(call.arguments)
    ]
    if plain_name(call.name) == "COUNTA":
        arguments = list(map(all_counted, arguments))
    same = all(made is argument for made, argument in zip(arguments, call.arguments, strict=True))
    return call if same else Call(call.name, arguments)


def with_values(call: Call, look: Look) -> Call:
    """A call of a function of values, of the values of the cells that OFFSET and CHOOSE give."""
    chosen = branches(call)
    if plain_name(call.name) in OF_THE_FIRST and is_indirect(trimmed(call.arguments[0])):
        return Call(call.name, [[Call("INDEX", [call.arguments[0], [ONE], [ONE]])]])
    made = [
        argument if any(argument is one for one in chosen) else as_value(argument, look) for argument in call.arguments
    ]
    same = all(one is other for one, other in zip(made, call.arguments, strict=True))
    return call if same else Call(call.name, made)


def is_indirect(nodes: Expression) -> bool:
    """Whether an expression is an INDIRECT and nothing else."""
    return len(nodes) == 1 and isinstance(nodes[0], Call) and plain_name(nodes[0].name) == "INDIRECT"


def as_value(argument: Expression, look: Look) -> Expression:
    """The value of a single cell that is one to the engine; itself where there is none, or surely no single one."""
    nodes = trimmed(argument)
    if not gives_cell(nodes, CHOOSE_CELLS | CATCH if len(nodes) == 1 else frozenset()) or not look.one(nodes):
        return argument
    return [Call(FUNCTIONS["SINGLE"].stored, [nodes])]


def gives_cell(expression: Expression, others: frozenset[str]) -> bool:
    """Whether a part of an expression is a cell that OFFSET, CHOOSE, INDIRECT or one of the others gives."""
    for node in expression:
        if isinstance(node, Group) and any(gives_cell(part, others) for part in node.parts):
            return True
        if isinstance(node, Call) and plain_name(node.name) in {"CHOOSE", "INDIRECT", "OFFSET", *others}:
            return True
    return False


def as_cells(argument: Expression, look: Look) -> Expression:
    """What gives a cell to a function, so that the engine takes it for a cell; itself where it does."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    if isinstance(node, Leaf):
        value = look.behind(node.text) if node.kind == "RANGE" else None
        return argument if value is None else value
    if not isinstance(node, Call):
        return argument
    name = plain_name(node.name)
    if name in CHOOSE_CELLS:
        return chosen(name, node, argument, look)
    if name == "LET":
        for place in range(0, len(node.arguments) - 1, 2):
            look = look.bound(written(trimmed(node.arguments[place])), node.arguments[place + 1])
        body = branch(node.arguments[-1], look)
        return argument if body is node.arguments[-1] else [Call(node.name, [*node.arguments[:-1], body])]
    if name == "INDEX" and (one_of := indexes_one_of(node)):
        return chosen(plain_name(one_of.name), one_of, argument, look)
    made = indexed(node, look) if name == "INDEX" else looked_up(node, look) if name == "XLOOKUP" else None
    return argument if made is None else [made]


def branch(argument: Expression, look: Look) -> Expression:
    """One of the cells among which a function chooses."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    if isinstance(node, Leaf) and node.kind == "RANGE" and (cell := look.cell(node.text)):
        return parse(f"OFFSET({cell},0,0)")
    return as_cells(argument, look)


def chosen(name: str, call: Call, argument: Expression, look: Look) -> Expression:
    """A function that gives one of several cells; a single one that CHOOSE gives is a cell to the engine."""
    made = []
    for place, part in enumerate(call.arguments):
        if is_branch(name, place, len(call.arguments)):
            made.append(as_cells(part, look) if name == "CHOOSE" else branch(part, look))
        elif look.one(part):
            made.append(part)
        else:
            return argument
    same = all(one is other for one, other in zip(made, call.arguments, strict=True))
    return argument if same else [Call(call.name, made)]


def looked_up(call: Call, look: Look) -> Call | None:
    """XLOOKUP in a row or column for what is beside it."""
    if len(call.arguments) < 3 or not look.one(call.arguments[0]):
        return None
    value, searched, back, *rest = call.arguments
    there, found = look.block(searched), look.block(back)
    if there is None or found is None or there[1:] != found[1:] or 1 not in there[1:3]:
        return None
    place = Call(FUNCTIONS["XMATCH"].stored, [value, searched, *rest[1:]])
    otherwise = rest[0] if rest and trimmed(rest[0]) else None
    nth: Expression = [place] if otherwise is None else parse(ASKED)
    steps: list[Expression] = [[*nth, *parse("-1")], parse("0")]
    cell = Call("OFFSET", [parse(found.first), *(steps if there.columns == 1 else steps[::-1])])
    if otherwise is None:
        return cell
    return Call(LET, [nth, [place], [Call("IF", [[Call("ISNA", [nth])], branch(otherwise, look), [cell]])]])


def is_branch(name: str, place: int, count: int) -> bool:
    """Whether a function that chooses may give its argument in this place, of so many."""
    return FUNCTIONS[name].parameter(place) == "b" or (name == "SWITCH" and place == count - 1 and place % 2 == 1)


def indexes_one_of(call: Call) -> Call | None:
    """INDEX of one of several areas as one of the INDEX of each: `CHOOSE(n,INDEX(A1:A9,k),INDEX(B1:B9,k))`."""
    area = trimmed(call.arguments[0])
    choice = area[0] if len(area) == 1 else None
    if not isinstance(choice, Call) or plain_name(choice.name) not in CHOOSE_CELLS:
        return None
    name, count = plain_name(choice.name), len(choice.arguments)
    arguments: list[Expression] = [
        [Call(call.name, [argument, *call.arguments[1:]])] if is_branch(name, place, count) else argument
        for place, argument in enumerate(choice.arguments)
    ]
    return Call(choice.name, arguments)


def indexed(call: Call, look: Look) -> Call | None:
    """INDEX of one cell of a range; None where it gives several for sure, or an error."""
    block = look.block(call.arguments[0])
    numbers = call.arguments[1:]
    if len(numbers) == 3 and literal(trimmed(numbers[2])) == (True, 1.0):
        numbers = numbers[:2]
    if block is None or not 1 <= len(numbers) <= 2:
        return None
    if len(numbers) == 1:
        numbers = by_shape(block, numbers[0])
    rows = axis(numbers[0], block.rows, block.height, f"{ASKED}_row", look)
    columns = axis(numbers[1], block.columns, block.width, f"{ASKED}_column", look)
    if rows is None or columns is None or block.height == block.width == "1":
        return None
    sizes = [] if rows.size == columns.size == "1" else [parse(rows.size), parse(columns.size)]
    cell = Call("OFFSET", [parse(block.first), rows.step, columns.step, *sizes])
    bound = [*rows.bound, *columns.bound]
    return Call(LET, [*bound, [cell]]) if bound else cell


def by_shape(block: Block, number: Expression) -> list[Expression]:
    """The row and the column that are meant by one number; what is left empty is all."""
    if block.rows > 1 or (block.columns == 1 and block.height != "1"):
        return [number, []]
    if block.rows == 1:
        return [[], number]
    tall, wide = parse(f"{block.height}>1"), parse(f"{block.width}>1")
    column = Call("IF", [tall, parse("0"), number])
    return [[Call("IF", [tall, number, parse("1")])], [Call("IF", [wide, [column], parse("1")])]]


def axis(number: Expression, count: int, size: str, name: str, look: Look) -> Axis | None:
    """The row or the column of so many that a number asks for; None where that is all of them, none or several."""
    nodes = trimmed(number)
    known, value = literal(nodes)
    if not nodes or (known and value == 0):
        return Axis(parse("0"), size) if size == "1" or not size.isdigit() else None
    if known and size.isdigit():
        inside = isinstance(value, float) and 1 <= value < count + 1
        return Axis(parse(str(int(value) - 1))) if inside and isinstance(value, float) else None
    if not look.one(nodes):
        return None
    if size.isdigit() and finds_no_more(nodes, count, look):
        return Axis([*nodes, *parse("-1")])
    step = f"IF(({name}-1)*({size}-{name})>=0,{name}-1,IF({name}=0,0,IF({name}<0,#VALUE!,#REF!)))"
    return Axis(parse(step), f"IF({name}=0,{size},1)", (parse(name), [Call("TRUNC", [number])]))


def finds_no_more(nodes: Expression, count: int, look: Look) -> bool:
    """Whether a number is a MATCH in no more rows or columns than so many."""
    node = nodes[0]
    if not isinstance(node, Call) or len(nodes) > 1 or plain_name(node.name) not in ("MATCH", "XMATCH"):
        return False
    searched = look.block(node.arguments[1]) if len(node.arguments) > 1 else None
    fixed = searched is not None and searched.height.isdigit() and searched.width.isdigit()
    return searched is not None and fixed and max(searched.rows, searched.columns) <= count
