"""Areas whose ends are computed, `INDEX(A1:A9,m):INDEX(A1:A9,n)`, and references that IronCalc gets wrong.

SUM(INDEX(A1:A9,2):INDEX(A1:A9,4))    →  SUM(A2:A4)
SUM(A1:INDEX(A1:A9,B1))               →  SUM(OFFSET(…)), of B1 rows from A1
SUM(D1:OFFSET(D1,0,-3))               →  SUM(A1:D1); the engine gives 0 for a range to the left of its start
OFFSET(A9,0,0,-3,1), OFFSET(A1,,,,3)  →  A7:A9, A1:C1

Where the numbers are written out the area is known; else it becomes the OFFSET that it means. An end of INDEX outside
its range, and the 0 that means a whole row or column only once it is computed, give #DIV/0! and never other cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.tree import Call, Expression, Group, Leaf, Node, literal, plain_name, trimmed
from computefi.recalc.prepare.intersect import is_joined_text
from computefi.recalc.prepare.keeping import NotComputed
from computefi.recalc.prepare.operands import Cells, Operand, OperandFault, View
from computefi.recalc.prepare.plan import Piece
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect

LENGTH_LIMIT = 6000
TAKEN = frozenset(("TAKE", "DROP"))
"""Functions that give some of an area's cells."""

ANY_SHEET = -1
Pieces = list[Piece]


@dataclass(frozen=True, slots=True)
class Bound:
    """A row or a column: `base` itself, or counted from there by `number`, which may not exceed `count`; where that
    is 0, it may be any.
    """

    base: int
    number: tuple[Piece, ...] = ()
    count: int = 0

    def pieces(self, start: int) -> Pieces:
        """The row or column counted from `start` as 1."""
        if not self.number:
            return [str(self.base - start + 1)]
        number = list(self.number)
        if not self.count:
            return ["(", *number, f")+{self.base - start + 1}"]
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
            joined = joined or node.text.startswith(":") or is_joined_text(node.text)
            ends += ends_in(node.text.removeprefix(":"))
        elif isinstance(node, Call):
            before, colon, name = node.name.rpartition(":")
            joined = joined or bool(colon)
            ends += [Leaf(before, "RANGE")] if before else []
            ends.append(Call(name, node.arguments))
        else:
            return None
    return ends if joined else None


def ends_in(text: str) -> list[Node]:
    """The ends that stand in one operand's text."""
    first, _, last = text.rpartition(":")
    return [*ends_in(first), Leaf(last, "RANGE")] if is_joined_text(text) else [Leaf(text, "RANGE")]


@dataclass(frozen=True, slots=True)
class Sighted:
    """What is known where an area stands: what operands mean, and how an expression is written in the copy."""

    view: View
    cut: Callable[[Expression], Pieces]
    operand: Callable[[str], Operand]


def area_between(nodes: list[Node], sighted: Sighted) -> Cells | OperandFault | Pieces | None:
    """The cells between computed ends, or the formula that gives them; None where there is neither."""
    ends = []
    for node in nodes:
        end = end_of(node, sighted)
        if not isinstance(end, End):
            return end
        ends.append(end)
    sheets = {end.sheet for end in ends} - {ANY_SHEET}
    if len(sheets) > 1:
        return None
    sheet = min(sheets, default=sighted.view.sheet)
    rows = [bound for end in ends for bound in end.rows]
    columns = [bound for end in ends for bound in end.columns]
    if not any(bound.number for bound in (*rows, *columns)):
        top, bottom = min(bound.base for bound in rows), max(bound.base for bound in rows)
        left, right = min(bound.base for bound in columns), max(bound.base for bound in columns)
        if min(top, left) < 1 or bottom > LAST_ROW or right > LAST_COLUMN:
            return OperandFault("a reference beyond the sheet", "#REF!")
        return Cells(sheet, Rect(top, left, bottom, right))
    start = ends[0].area
    down, height = extent(rows, start.top)
    right_by, width = extent(columns, start.left)
    corner = Cells(sheet, Rect(start.top, start.left, start.top, start.left))
    text = sighted.view.text_of(corner)
    pieces: Pieces = ["OFFSET(", text, ",", *down, "-1,", *right_by, "-1,", *height, ",", *width, ")"]
    if sum(len(piece) for piece in pieces if isinstance(piece, str)) > LENGTH_LIMIT:
        # The engine takes the first end alone.
        raise NotComputed("an area whose ends take too long to write out")
    return pieces


def end_of(node: Node, sighted: Sighted) -> End | OperandFault | None:
    """A reference, or a function that gives one, as an end of an area."""
    if isinstance(node, Leaf):
        return end_at(node.text, sighted) if node.kind == "RANGE" else None
    if isinstance(node, Group):
        inner = trimmed([node])
        return end_of(inner[0], sighted) if len(inner) == 1 and not isinstance(inner[0], Group) else None
    name, count = plain_name(node.name), len(node.arguments)
    if name == "INDEX" and 2 <= count <= 3:
        return end_of_index(node.arguments, sighted)
    if name == "XLOOKUP" and count >= 3:
        return end_of_xlookup(node.arguments, sighted)
    if name == "OFFSET" and 3 <= count <= 5:
        return end_of_offset(node.arguments, sighted)
    if name == "INDIRECT":
        return end_of_indirect(node, sighted)
    if name in TAKEN and 2 <= count <= 3:
        return end_of_taken(name, node.arguments, sighted)
    if name in ("IF", "CHOOSE") and count >= (3 if name == "IF" else 2):
        return end_of_branches(name, node.arguments, sighted)
    return None


def end_at(text: str, sighted: Sighted) -> End | None:
    """A reference that is written out, or a name for one."""
    cells = sighted.operand(text)
    if isinstance(cells, list) and len(nodes := trimmed(cells)) == 1 and not isinstance(nodes[0], Leaf):
        end = end_of(nodes[0], sighted)
        return end if isinstance(end, End) else None
    if not isinstance(cells, Cells) or cells.spill:
        return None
    rect = cells.rect
    return End(cells.sheet, rect, whole(rect.top, rect.bottom), whole(rect.left, rect.right))


def end_of_index(arguments: list[Expression], sighted: Sighted) -> End | OperandFault | None:
    """`INDEX(A1:A9,n)`."""
    area, *numbers = [trimmed(argument) for argument in arguments]
    leaf = area[0] if len(area) == 1 else None
    looked_into = sighted.operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
    if not isinstance(looked_into, Cells) or looked_into.spill:
        return None
    rect = looked_into.rect
    if len(numbers) == 1:
        if rect.rows > 1 and rect.columns > 1:
            return None
        numbers = [[], *numbers] if rect.rows == 1 else [*numbers, []]
    rows = bounds(numbers[0], rect.top, rect.bottom, sighted.cut)
    columns = bounds(numbers[1], rect.left, rect.right, sighted.cut)
    if isinstance(rows, OperandFault) or isinstance(columns, OperandFault):
        return rows if isinstance(rows, OperandFault) else columns if isinstance(columns, OperandFault) else None
    return End(looked_into.sheet, rect, rows, columns)


def end_of_xlookup(arguments: list[Expression], sighted: Sighted) -> End | OperandFault | None:
    """`XLOOKUP(k,A1:A9,B1:B9)`, which is where XMATCH finds k."""
    value, searched, back = arguments[:3]
    how = arguments[4:]
    leaf = trimmed(searched)[0] if len(trimmed(searched)) == 1 else None
    cells = sighted.operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
    if not isinstance(cells, Cells) or 1 not in (cells.rect.rows, cells.rect.columns):
        return None
    place: Expression = [Call(FUNCTIONS["XMATCH"].stored, [value, searched, *how])]
    return end_of_index([back, *([place, []] if cells.rect.columns == 1 else [[], place])], sighted)


def sized_offset(arguments: list[Expression], sighted: Sighted) -> Pieces:
    """`OFFSET(A1,r,c,n,1)` for an n that may be below 0: `OFFSET(A1,r+MIN(TRUNC(n)+1,0),c,ABS(TRUNC(n)),1)`.

    Nothing where the first argument is no address, or where all the numbers are written out.
    """
    base = trimmed(arguments[0])
    leaf = base[0] if len(base) == 1 else None
    cells = sighted.operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
    steps = ([*map(trimmed, arguments[1:]), [], []])[:4]
    if not isinstance(cells, Cells) or cells.spill or all(not step or literal(step)[0] for step in steps):
        return []
    sizes: list[Pieces] = []
    moves: list[Pieces] = []
    for by, size, given in zip(steps[:2], steps[2:], (cells.rect.rows, cells.rect.columns), strict=True):
        move: Pieces = sighted.cut(by) if by else ["0"]
        whole_size: Pieces = ["TRUNC(", *sighted.cut(size), ")"]
        sizes.append(["ABS(", *whole_size, ")"] if size else [str(given)])
        moves.append(["TRUNC(", *move, ")+MIN(", *whole_size, "+1,0)"] if size else move)
    return call("OFFSET", [[sighted.view.text_of(cells)], *moves, *sizes])


def end_of_offset(arguments: list[Expression], sighted: Sighted) -> End | OperandFault | None:
    """`OFFSET(A1,rows,columns,height,width)`; what is left out is as the reference has it."""
    base = trimmed(arguments[0])
    start = end_of(base[0], sighted) if len(base) == 1 else None
    if not isinstance(start, End):
        return start
    down, right, height, width = ([*map(trimmed, arguments[1:]), [], []])[:4]
    rows = moved_by(start.rows, start.area.top, down, height, sighted.cut)
    columns = moved_by(start.columns, start.area.left, right, width, sighted.cut)
    if rows is None or columns is None:
        return OperandFault("OFFSET of no rows or columns", "#REF!")
    return End(start.sheet, start.area, rows, columns)


def moved_by(
    found: tuple[Bound, ...], first: int, by: Expression, size: Expression, cut: Callable[[Expression], Pieces]
) -> tuple[Bound, ...] | None:
    """Rows or columns moved, and so many of them, those before the first one where the size is below 0."""
    known, step = literal(by)
    moved: tuple[Bound, ...]
    if not by or (known and isinstance(step, (int, float))):
        shift = math.trunc(step) if by and isinstance(step, (int, float)) else 0
        moved = tuple(Bound(bound.base + shift, bound.number, bound.count) for bound in found)
    else:
        moved = tuple(
            Bound(first - 1, ("TRUNC(", *cut(by), ")+", *bound.pieces(first))) for bound in found
        )  # fmt: skip
    if not size:
        return moved
    low = moved[0] if len(moved) == 1 else least(moved, first)
    known, count = literal(size)
    if known and isinstance(count, (int, float)) and not low.number:
        reach = math.trunc(count)
        return None if not reach else whole(low.base, low.base + reach - (1 if reach > 0 else -1))
    number = ["TRUNC(", *cut(size), ")"] if not known else [str(math.trunc(count) if isinstance(count, float) else 0)]
    more: Pieces = ["IF(", *number, ">0,", *number, "-1,IF(", *number, "<0,", *number, "+1,#REF!))"]
    return low, Bound(first - 1, (*low.pieces(first), "+", *more))


def least(found: tuple[Bound, ...], first: int) -> Bound:
    """The first of some rows or columns."""
    if not any(bound.number for bound in found):
        return Bound(min(bound.base for bound in found))
    return Bound(first - 1, tuple(call("MIN", [bound.pieces(first) for bound in found])))


def end_of_taken(name: str, arguments: list[Expression], sighted: Sighted) -> End | OperandFault | None:
    """`TAKE(A1:B9,n,m)` and `DROP(A1:B9,n,m)` of an address: these rows and columns of it."""
    nodes = trimmed(arguments[0])
    start = end_of(nodes[0], sighted) if len(nodes) == 1 else None
    if not isinstance(start, End) or any(bound.number for bound in (*start.rows, *start.columns)):
        return start if isinstance(start, OperandFault) else None
    rows = taken(name, trimmed(arguments[1]), start.rows, sighted.cut)
    columns = taken(name, trimmed(arguments[2]) if len(arguments) > 2 else [], start.columns, sighted.cut)
    if rows is None or columns is None:
        return OperandFault(f"{name} of no rows or columns", "#CALC!")
    return End(start.sheet, start.area, rows, columns)


def taken(
    name: str, number: Expression, found: tuple[Bound, ...], cut: Callable[[Expression], Pieces]
) -> tuple[Bound, ...] | None:
    """So many rows or columns from the first on, or from the last on where the number is below 0; or all but these."""
    first, last = found[0].base, found[-1].base
    count = last - first + 1
    known, value = literal(number)
    if not number:
        return found
    if known:
        left = math.trunc(value) if isinstance(value, float) else 0
        if name == "DROP":
            # What is left is taken from the other end.
            rest = max(count - abs(left), 0)
            left = rest if left < 0 else -rest
        if not left:
            return None
        return whole(first, min(first + left - 1, last)) if left > 0 else whole(max(last + left + 1, first), last)
    n: Pieces = ["TRUNC(", *cut(number), ")"]
    if name == "TAKE":
        low: Pieces = ["IF(", *n, f"<0,MAX({count + 1}+", *n, ",1),1)"]
        high: Pieces = ["IF(", *n, f"<0,{count},IF(", *n, ">0,MIN(", *n, f",{count}),#CALC!))"]
    else:
        low = ["IF(ABS(", *n, f")>={count},#CALC!,MAX(", *n, ",0)+1)"]
        high = [f"{count}+MIN(", *n, ",0)"]
    return Bound(first - 1, tuple(low)), Bound(first - 1, tuple(high))


def end_of_indirect(node: Call, sighted: Sighted) -> End | None:
    """`INDIRECT("A1")`, and `INDIRECT(text)`, which is on the sheet of the other end."""
    known, text = literal(trimmed(node.arguments[0]))
    if known and len(node.arguments) == 1:
        return end_at(text, sighted) if isinstance(text, str) else None
    pieces = sighted.cut([node])

    def around(first: str, size: str) -> tuple[Bound, ...]:
        place: Pieces = [f"{first}(", *pieces, ")"]
        return Bound(0, tuple(place)), Bound(0, (*place, f"+{size}(", *pieces, ")-1"))

    return End(ANY_SHEET, Rect(1, 1, 1, 1), around("ROW", "ROWS"), around("COLUMN", "COLUMNS"))


def end_of_branches(name: str, arguments: list[Expression], sighted: Sighted) -> End | None:
    """`IF(c,A1,B1)` and `CHOOSE(n,A1,B1)`: one of several ends."""
    ends = [end_of(nodes[0], sighted) if len(nodes := trimmed(branch)) == 1 else None for branch in arguments[1:]]
    found = [end for end in ends if isinstance(end, End)]
    if len(found) < len(ends) or len({end.sheet for end in found}) != 1:
        return None
    chooser = sighted.cut(arguments[0])

    def chosen(sides: list[tuple[Bound, ...]]) -> tuple[Bound, ...]:
        return tuple(
            Bound(0, tuple(call(name, [chooser, *(call(end, [b.pieces(1) for b in side]) for side in sides)])))
            for end in ("MIN", "MAX")
        )

    rows, columns = chosen([end.rows for end in found]), chosen([end.columns for end in found])
    return End(found[0].sheet, Rect(1, 1, 1, 1), rows, columns)


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


def asks_more(node: Call) -> bool:
    """Whether an OFFSET is more than the engine can do: from no address, or with a size or an argument left out."""
    first = trimmed(node.arguments[0])
    return len(node.arguments) > 3 or any(isinstance(part, Call) for part in first) or not all(
        trimmed(argument) for argument in node.arguments
    )  # fmt: skip
