"""What a text means as a reference: INDIRECT of an address, a name, a table's column, or R1C1.

"rng", a name for Deal!$A$1:$A$3   →   Deal!A1:A3
"R[1]C[-1]" seen from B2           →   A3 on the same sheet
"D4:A1"                            →   A1:D4; the engine finds nothing in it
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from computefi.errors import Code
from computefi.formulas.tree import Call, Expression, Leaf, Unreadable, leaves_in, literal, plain_name, trimmed
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.table import Native, is_one
from computefi.recalc.prepare.operands import Cells, OtherWorkbook, View
from computefi.recalc.prepare.plan import Piece
from computefi.recalc.prepare.strict import compares
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect, Rows, Value, parse_rect, quote_sheet, unquote_sheet

CORNER = re.compile(r"(?=[RC])(?:R(\[-?\d+\]|\d*))?(?:C(\[-?\d+\]|\d*))?", re.IGNORECASE)


def meant(view: View, text: str, in_r1c1: bool) -> Cells | None:
    """The cells that a text means, seen from a formula's cell; None where it means none."""
    text = text.strip()
    if in_r1c1:
        return meant_in_r1c1(view, text)
    try:
        operand = view.operand(text)
    except (OtherWorkbook, Unreadable):
        return None
    return operand if isinstance(operand, Cells) and not operand.spill else None


def written_out(view: View, node: Call) -> Cells | None:
    """The cells that INDIRECT of a text in the formula means; None for anything else."""
    if plain_name(node.name) != "INDIRECT" or len(node.arguments) != 1:
        return None
    _, text = literal(trimmed(node.arguments[0]))
    return meant(view, text, False) if isinstance(text, str) else None


def meant_in_r1c1(view: View, text: str) -> Cells | None:
    """The cells of `R1C1:R3C1`, with a sheet before it or without."""
    before, mark, rest = text.rpartition("!")
    sheet = view.plan.workbook.sheet_index(unquote_sheet(before)) if mark else view.sheet
    corners = [CORNER.fullmatch(corner) for corner in rest.split(":")]
    if sheet is None or len(corners) > 2 or None in corners:
        return None
    rows = [row for corner in corners if corner for row in counted(corner[1], view.row, LAST_ROW)]
    columns = [column for corner in corners if corner for column in counted(corner[2], view.column, LAST_COLUMN)]
    if min(*rows, *columns, 1) < 1:
        return None
    return Cells(sheet, Rect(min(rows), min(columns), max(rows), max(columns)))


def counted(text: str | None, here: int, last: int) -> tuple[int, ...]:
    """A row or a column of R1C1, both ends where it is not said which; 0 beyond the sheet."""
    if text is None:
        return 1, last
    number = here + int(text[1:-1]) if text.startswith("[") else int(text or here)
    return (number if 1 <= number <= last else 0,)


def is_single(text: Expression, view: View) -> bool:
    """Whether a text that is computed is one: of what reads single cells, or by the functions that make it."""
    several = (leaf.kind == "ARRAY" or (leaf.kind == "RANGE" and view.kind(leaf.text)) for leaf in leaves_in(text))
    return not any(several) or is_one(text, view.kind)


def may_be_range(text: Expression) -> bool:
    """Whether a text that is computed may be that of a range: it stands in a cell, or has a colon."""
    nodes = trimmed(text)
    in_cell = len(nodes) == 1 and isinstance(nodes[0], Leaf)
    return in_cell or any(leaf.kind == "TEXT" and ":" in leaf.text for leaf in leaves_in(nodes))


def address_of(view: View) -> Native:
    """INDIRECT's text as an address that the engine reads, for a text that is computed."""

    def answer(given: Sequence[Area | None]) -> Value | Rows:
        text, setting = given[0], given[1].value if len(given) > 1 and given[1] else True
        if text is None or isinstance(text.value, Code):
            return Code.REF if text is None else text.value
        if not isinstance(text.value, str):
            return Code.REF
        cells = meant(view, text.value, not setting)
        if cells is not None:
            return view.text_of(cells)
        return text.value if "!" in text.value else f"{quote_sheet(view.plan.sheet_name(view.sheet))}!{text.value}"

    return Native(answer, never, lambda _: False)


def never(*_: object) -> bool:
    """No call is looked at by its text."""
    return False


def on_this_sheet(view: View, argument: Expression, cut: list[Piece]) -> list[Piece]:
    """The text for INDIRECT with the formula's sheet before an address that has none."""
    sheet = quote_sheet(view.plan.workbook.sheets[view.sheet]).replace('"', '""') + "!"
    known, text = literal(trimmed(argument))
    if known:
        return [f'"{sheet}{text}"'] if isinstance(text, str) and parse_rect(text) else cut
    view.expand(2 * sum(len(piece) for piece in cut if isinstance(piece, str)))  # it stands there three times
    # The engine loses brackets after & when it reads them from a file, and must be given such a formula by itself.
    joined = ["(", *cut, ")"] if compares(argument) else cut
    return ['IF(ISERROR(FIND("!",', *cut, f')),"{sheet}"&', *joined, ",", *cut, ")"]
