"""References that the engine cannot read, as plain ranges: areas that cross, areas over several sheets.

A1:B2 B2:C3          →   B2, the cells that both have; #NULL! where there are none
SUM(Jan:Mar!A1)      →   SUM(Jan!A1,Feb!A1,Mar!A1); likewise of a name for Jan:Mar!A1
LARGE(Jan:Mar!A1,2)  →   LARGE(VSTACK(IF(Jan!A1="","",Jan!A1),…),2): a blank counts for nothing
Jan!A1:Jan!B2        →   Jan!A1:B2
"""

from __future__ import annotations

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.tree import Call, Expression, Group, Leaf, Node, cfi_name, is_blank, plain_name, trimmed
from computefi.recalc.prepare.choosing import chosen
from computefi.recalc.prepare.keeping import NotComputed
from computefi.recalc.prepare.operands import Cells, OperandFault, View
from computefi.xlsx.cells import Rect

RANKED = frozenset("LARGE PERCENTILE PERCENTILE.EXC PERCENTILE.INC QUARTILE QUARTILE.EXC QUARTILE.INC SMALL".split())
"""Functions of one range and a number, which Excel lets reach over several sheets."""


def plain_references(expression: Expression, view: View) -> Expression:
    """The expression with every such reference as ranges of one sheet."""
    made: Expression = []
    crossing = False
    for node in expression:
        if is_blank(node):
            made.append(node)
            continue
        node = plain_node(node, view)
        if crossing and is_operand(node) and is_blank(made[-1]):
            while is_blank(made[-1]):
                made.pop()
            node = cross(made.pop(), node, view)
        crossing = is_operand(node)
        made.append(node)
    return made


def crosses(expression: Expression) -> bool:
    """Whether areas cross anywhere in an expression."""
    before = apart = False
    for node in expression:
        if isinstance(node, (Call, Group)):
            parts = node.arguments if isinstance(node, Call) else node.parts
            if any(crosses(part) for part in parts):
                return True
        if not is_blank(node):
            if before and apart and is_operand(node):
                return True
            before = is_operand(node)
        apart = is_blank(node)
    return False


def is_operand(node: Node) -> bool:
    """Whether a node could be an area: the second of two side by side is no operand where a colon joins them."""
    if isinstance(node, Leaf):
        return node.kind == "RANGE" and not node.text.startswith(":")
    return isinstance(node, Group) or not node.name.startswith(":")


def plain_node(node: Node, view: View) -> Node:
    if isinstance(node, Group):
        return Group([plain_references(part, view) for part in node.parts])
    if isinstance(node, Leaf):
        return node
    arguments: list[Expression] = []
    for place, argument in enumerate(node.arguments):
        sheets = over_sheets(argument, view)
        spreads = sheets and cfi_name(node.name) is None
        arguments += spread(node, place, sheets) if spreads else [plain_references(argument, view)]
    return chosen(Call(node.name, arguments))


def over_sheets(argument: Expression, view: View) -> list[Leaf]:
    """The ranges that an area over several sheets consists of."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    if not isinstance(node, Leaf) or node.kind != "RANGE":
        return []
    text = node.text if ":" in node.text.rpartition("!")[0] else view.sheets_behind(node.text)
    return [Leaf(view.text_of(cells), "RANGE") for cells in view.on_sheets(text)] if text else []


def spread(call: Call, place: int, sheets: list[Leaf]) -> list[Expression]:
    """An argument over several sheets, as the function takes it."""
    name = plain_name(call.name)
    function = FUNCTIONS.get(name)
    if function is not None and set(function.first + function.repeated) == {"x"}:
        return [[sheet] for sheet in sheets]
    if name in ("TEXTJOIN", "VSTACK", "HSTACK") and (place > 1 or name != "TEXTJOIN"):
        return [[sheet] for sheet in sheets]
    if name in RANKED and not place:
        equals, empty = Leaf("=", "OPERATOR"), Leaf('""', "TEXT")
        parts: list[Expression] = [[Call("IF", [[sheet, equals, empty], [empty], [sheet]])] for sheet in sheets]
        return [[Call(FUNCTIONS["VSTACK"].stored, parts)]]
    raise NotComputed(f"{name} over several sheets")


def cross(first: Node, second: Node, view: View) -> Node:
    """The cells that two areas have in common."""
    one, other = area(first, view), area(second, view)
    if one.sheet != other.sheet:
        return Leaf("#VALUE!", "ERROR")
    (top, left, bottom, right), rect = one.rect, other.rect
    common = Rect(max(top, rect.top), max(left, rect.left), min(bottom, rect.bottom), min(right, rect.right))
    if common.top > common.bottom or common.left > common.right:
        return Leaf("#NULL!", "ERROR")
    return Leaf(view.text_of(Cells(one.sheet, common)), "RANGE")


def area(node: Node, view: View) -> Cells:
    """The cells that an operand of a crossing means."""
    nodes = trimmed([node])
    if len(nodes) == 1 and isinstance(nodes[0], Leaf) and nodes[0].kind == "RANGE":
        operand = view.operand(nodes[0].text)
        if isinstance(operand, list) and len(trimmed(operand)) == 1:
            return area(trimmed(operand)[0], view)
        if isinstance(operand, Cells) and not operand.spill:
            return operand
        if isinstance(operand, OperandFault):
            raise NotComputed(operand.reason)
    raise NotComputed("areas that cross and are computed")
