"""Areas whose ends are computed, `INDEX(A1:A9,m):INDEX(A1:A9,n)`, which IronCalc cannot read.

SUM(INDEX(A1:A9,2):INDEX(A1:A9,4))    →  SUM(A2:A4)
SUM(A1:INDEX(A1:A9,B1))               →  SUM(OFFSET(…)), of B1 rows from A1

Where the numbers are written out the area is known; else it becomes the OFFSET that it means. An end outside its
range, and the 0 that means a whole row or column only once it is computed, give #DIV/0! and never other cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from computefi.formulas.tree import Call, Expression, Leaf, Node, literal, plain_name, trimmed
from computefi.recalc.prepare.operands import Cells, Operand, OperandFault, View
from computefi.recalc.prepare.plan import Piece
from computefi.xlsx.cells import Rect

LENGTH_LIMIT = 2000
Pieces = list[Piece]


@dataclass(frozen=True, slots=True)
class Bound:
    """A row or a column: `base` itself, or counted from there by `number`, which may not exceed `count`."""

    base: int
    number: tuple[Piece, ...] = ()
    count: int = 0

    def pieces(self, start: int) -> Pieces:
        """The row or column counted from `start` as 1."""
        if not self.number:
            return [str(self.base - start + 1)]
        number = list(self.number)
        whole: Pieces = ["INT(", *number, ")"]
        return [*whole, "/((", *number, ")>=1)/(", *whole, f"<={self.count})+{self.base - start + 1}"]


@dataclass(frozen=True, slots=True)
class End:
    """One end of an area: where it may be, and the first and last row and column that it has."""

    sheet: int
    area: Rect
    rows: tuple[Bound, ...]
    columns: tuple[Bound, ...]


def ends_of(expression: Expression) -> list[Node] | None:
    """The ends of an area joined by colons; None where the expression is nothing of the kind."""
    ends: list[Node] = []
    joined = False
    for node in expression:
        if isinstance(node, Leaf) and node.kind == "RANGE" and node.text != ":":
            joined = joined or node.text.startswith(":")
            ends.append(Leaf(node.text.removeprefix(":"), node.kind))
        elif isinstance(node, Call):
            before, colon, name = node.name.rpartition(":")
            joined = joined or bool(colon)
            ends += [Leaf(before, "RANGE")] if before else []
            ends.append(Call(name, node.arguments))
        else:
            return None
    return ends if joined else None


def area_between(
    expression: Expression, view: View, cut: Callable[[Expression], Pieces], operand: Callable[[str], Operand]
) -> Cells | OperandFault | Pieces | None:
    """The cells between computed ends, or the formula that gives them; None where there is neither."""
    nodes = ends_of(expression)
    if nodes is None:
        return None
    ends = []
    for node in nodes:
        end = end_of(node, cut, operand)
        if not isinstance(end, End):
            return end
        ends.append(end)
    if len({end.sheet for end in ends}) != 1:
        return None
    rows = [bound for end in ends for bound in end.rows]
    columns = [bound for end in ends for bound in end.columns]
    if not any(bound.number for bound in (*rows, *columns)):
        top, bottom = min(bound.base for bound in rows), max(bound.base for bound in rows)
        left, right = min(bound.base for bound in columns), max(bound.base for bound in columns)
        return Cells(ends[0].sheet, Rect(top, left, bottom, right))
    start = ends[0].area
    down, height = extent(rows, start.top)
    right_by, width = extent(columns, start.left)
    corner = Cells(ends[0].sheet, Rect(start.top, start.left, start.top, start.left))
    pieces: Pieces = ["OFFSET(", view.text_of(corner), ",", *down, "-1,", *right_by, "-1,", *height, ",", *width, ")"]
    return pieces if sum(len(piece) for piece in pieces if isinstance(piece, str)) <= LENGTH_LIMIT else None


def end_of(
    node: Node, cut: Callable[[Expression], Pieces], operand: Callable[[str], Operand]
) -> End | OperandFault | None:
    """A reference or an INDEX as an end of an area."""
    if isinstance(node, Leaf):
        cells = operand(node.text)
        if not isinstance(cells, Cells) or cells.spill:
            return None
        rect = cells.rect
        return End(cells.sheet, rect, whole(rect.top, rect.bottom), whole(rect.left, rect.right))
    if not isinstance(node, Call) or plain_name(node.name) != "INDEX" or not 2 <= len(node.arguments) <= 3:
        return None
    area, *numbers = [trimmed(argument) for argument in node.arguments]
    leaf = area[0] if len(area) == 1 else None
    looked_into = operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
    if not isinstance(looked_into, Cells) or looked_into.spill:
        return None
    rect = looked_into.rect
    if len(numbers) == 1:
        if rect.rows > 1 and rect.columns > 1:
            return None
        numbers = [[], *numbers] if rect.rows == 1 else [*numbers, []]
    rows = bounds(numbers[0], rect.top, rect.bottom, cut)
    columns = bounds(numbers[1], rect.left, rect.right, cut)
    if isinstance(rows, OperandFault) or isinstance(columns, OperandFault):
        return rows if isinstance(rows, OperandFault) else columns if isinstance(columns, OperandFault) else None
    return End(looked_into.sheet, rect, rows, columns)


def whole(first: int, last: int) -> tuple[Bound, ...]:
    return tuple(Bound(place) for place in dict.fromkeys((first, last)))


def bounds(
    number: Expression, first: int, last: int, cut: Callable[[Expression], Pieces]
) -> tuple[Bound, ...] | OperandFault:
    """The rows or columns that one number of an INDEX picks."""
    known, value = literal(number)
    if not number or (known and value == 0):
        return whole(first, last)
    count = last - first + 1
    if not known:
        return (Bound(first - 1, tuple(cut(number)), count),)
    if isinstance(value, float) and 1 <= int(value) <= count:
        return (Bound(first - 1 + int(value)),)
    return OperandFault(f"INDEX asks for row or column {value} of {count}", "#REF!")


def extent(found: list[Bound], start: int) -> tuple[Pieces, Pieces]:
    """Where the first of some rows or columns stands, counted from `start` as 1, and how many there are to the last."""
    fixed = [bound.base for bound in found if not bound.number]
    computed = [bound.pieces(start) for bound in found if bound.number]
    if not computed:
        return [str(min(fixed) - start + 1)], [str(max(fixed) - min(fixed) + 1)]
    if len(computed) == 1 and not fixed:
        return computed[0], ["1"]
    lowest: list[Pieces] = [[str(min(fixed) - start + 1)]] if fixed else []
    highest: list[Pieces] = [[str(max(fixed) - start + 1)]] if fixed else []
    first, last = call("MIN", [*computed, *lowest]), call("MAX", [*computed, *highest])
    return first, [*last, "-", *first, "+1"]


def call(name: str, arguments: list[Pieces]) -> Pieces:
    """A call of a native function."""
    pieces: Pieces = [f"{name}("]
    for place, argument in enumerate(arguments):
        pieces += [",", *argument] if place else argument
    return [*pieces, ")"]
