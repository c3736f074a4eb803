"""What an operand of a formula means, seen from the formula's cell: cells, the formula behind a name, or neither.

Deals[@LTV] seen from row 3   →   C3;  rate, a name for -Inputs!$B$2   →   the formula -Inputs!$B$2
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from computefi.errors import Code, LimitReached
from computefi.formulas import structured
from computefi.formulas.tree import ONE_CELL, SPILL, Node, Unreadable, gives_one_value, parse, trimmed
from computefi.recalc.prepare.intersect import COMPUTED, ONE, SEVERAL
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.variables import seen_through
from computefi.xlsx.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Rect,
    address,
    column_letters,
    column_number,
    parse_rect,
    quote_sheet,
    unquote_sheet,
)
from computefi.xlsx.workbook import DefinedName

RELATIVE = re.compile(r"(?<![$A-Za-z0-9_.])(?:[A-Za-z]{1,3}\$?[0-9]+|\$[A-Za-z]{1,3}[0-9]+)(?![A-Za-z0-9_(.])")
# What stands in quotes is no address.
QUOTED_OR_PLACE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![A-Za-z0-9_.$])(?P<place>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"""
    r"""|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}:\$?[0-9]{1,7})(?![A-Za-z0-9_.(!])"""
)
COLUMN_OR_ROW = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")
BOTH_ENDS = re.compile(
    r"(?P<sheet>'(?:[^']|'')*+'|[^!]+)!(?P<first>[^!:]+):(?P<second>'(?:[^']|'')*+'|[^!]+)!(?P<last>[^!:]+)"
)
ALIKE = bytes.maketrans(b"123456789", b"0" * 9)
"""Makes `A1*2` and `A7*3` one text: what is decided of one formula holds for those that differ in numbers only."""

# How long the texts of names that are put into one formula may be together, repeated ones each time; and what one
# workbook may come to: n0 = n1+n1, n1 = n2+n2 … doubles with every name.
FORMULA_TEXT, BOOK_TEXT = 2**16, 2**27
NAME_COST = 64  # what a name counts besides its text

Names = dict[tuple[str, int | None], DefinedName]


class OtherWorkbook(Exception):
    """The formula reads another workbook, which is never fetched."""


@dataclass(frozen=True, slots=True)
class Cells:
    """An operand that means cells of this workbook."""

    sheet: int
    rect: Rect
    spill: bool = False


@dataclass(frozen=True, slots=True)
class OperandFault:
    """An operand that cannot be an argument, and why."""

    reason: str
    text: str


Operand = Cells | OperandFault | list[Node] | str
"""Cells, something refused, the formula behind a name, or text that only the engine understands."""


def names_of(plan: Plan) -> Names:
    """The workbook's names by their folded text and their sheet."""
    return {(name.name.casefold(), name.sheet): name for name in plan.workbook.names}


def alike_but_for_numbers(names: Names) -> bytes:
    """What makes formulas equal that differ in their numbers only; nothing, where names differ in a number only."""
    folded = {name for name, _ in names}
    alike = len({name.encode().translate(ALIKE) for name in folded}) == len(folded)
    return ALIKE if alike else bytes(range(256))


@dataclass(slots=True)
class View:
    """The operands of a formula in one cell."""

    plan: Plan
    names: Names
    sheet: int
    row: int
    column: int
    expanded: int = 0

    def expand(self, characters: int) -> None:
        """Count text that is put into the formula beyond its own; Unreadable over the budget of a formula."""
        self.expanded += characters
        self.plan.expanded += characters
        if self.expanded > FORMULA_TEXT:
            raise Unreadable(f"longer than {FORMULA_TEXT:,} characters with the formulas of its names put in")
        if self.plan.expanded > BOOK_TEXT:
            place = self.plan.place(self.sheet, self.row, self.column)
            reason = f"the formulas of names, put in where they are used, are longer than {BOOK_TEXT:,} characters"
            raise LimitReached(f"{place}: {reason}", cell=place)

    def operand(self, text: str) -> Operand:
        """What an operand means, seen from this cell."""
        if text.endswith(Code.REF.value):
            return OperandFault("a reference that was lost", Code.REF.value)
        spill = text.endswith(SPILL)
        text = text.rstrip(SPILL).removeprefix("@")
        if "[" in text and len(ends := structured.ends(text)) > 1:
            return self.between(ends)
        before, mark, rest = text.rpartition("!")
        if mark:
            return self.on_sheet(unquote_sheet(before), rest, text, spill)
        if "[" in text:
            if re.match(r"\[\d+\]", text):
                raise OtherWorkbook(text)
            try:
                sheet, rect = structured.resolve(
                    text, self.plan.workbook.list_objects, self.sheet, self.row, self.column
                )
            except structured.BadReference as error:
                return OperandFault(str(error), error.shown)
            return Cells(sheet, rect)
        rect_here = parse_rect(text)
        if rect_here is not None:
            return Cells(self.sheet, rect_here, spill)
        return self.named(text, self.sheet)

    def between(self, ends: list[str]) -> Operand:
        """The cells between ends of which one is a structured reference."""
        found = [self.operand(end.strip()) for end in ends]
        fault = next((one for one in found if isinstance(one, OperandFault)), None)
        cells = [one for one in found if isinstance(one, Cells) and not one.spill]
        if fault is not None or len(cells) < len(ends) or len({one.sheet for one in cells}) > 1:
            return fault or OperandFault("ends of a range that are not cells of one sheet", "#REF!")
        rects = [one.rect for one in cells]
        top, left = min(rect.top for rect in rects), min(rect.left for rect in rects)
        return Cells(
            cells[0].sheet, Rect(top, left, max(rect.bottom for rect in rects), max(rect.right for rect in rects))
        )

    def on_sheet(self, sheet_name: str, rest: str, text: str, spill: bool) -> Operand:
        """An operand with a sheet before it."""
        if "[" in sheet_name:
            raise OtherWorkbook(text)
        sheet = self.plan.workbook.sheet_index(sheet_name)
        if sheet is None:
            if sheet_name == "":
                # `!A1` in a name: of whatever sheet the formula stands on.
                return self.operand(rest)
            ends = BOTH_ENDS.fullmatch(text)
            if ends is not None and unquote_sheet(ends["sheet"]) == unquote_sheet(ends["second"]):
                return self.on_sheet(unquote_sheet(ends["sheet"]), f"{ends['first']}:{ends['last']}", text, spill)
            if ":" in sheet_name:
                shown = "#VALUE!" if self.on_sheets(text) else text
                return OperandFault("a reference over several sheets; give one range", shown)
            # Excel writes a workbook-wide name as Book.xlsx!name.
            if parse_rect(rest) is None:
                return self.named(rest, None)
            return OperandFault(f"there is no sheet {sheet_name}", "#REF!")
        rect = parse_rect(rest)
        if rect is not None:
            return Cells(sheet, rect, spill)
        return self.named(rest, sheet)

    def named(self, name: str, sheet: int | None) -> Operand:
        """What a defined name means: cells, or the formula behind it."""
        found = self.names.get((name.casefold(), sheet)) or self.names.get((name.casefold(), None))
        if found is None:
            table = self.plan.workbook.list_objects.get(name.casefold())
            return name if table is None else self.operand(f"{name}[]")
        text = found.text.strip()
        if cells := name_cells(self.plan, found):
            return cells
        self.expand(len(text) + NAME_COST)
        if self.row > 1 or self.column > 1:
            text = seen_from(text, self.row, self.column)
        return seen_through(parse(text))

    def sheets_behind(self, name: str) -> str:
        """The area over several sheets that a name stands for, as this cell sees it; empty where it is none."""
        found = self.names.get((name.casefold(), self.sheet)) or self.names.get((name.casefold(), None))
        if found is None or ":" not in found.text.rpartition("!")[0]:
            return ""
        return seen_from(found.text.strip(), self.row, self.column)

    def on_sheets(self, text: str) -> list[Cells]:
        """The ranges of `Jan:Mar!A1`, sheet by sheet in the order of the workbook."""
        before, _, rest = text.removeprefix("@").rpartition("!")
        rect = parse_rect(rest)
        if "[" in before:
            raise OtherWorkbook(text)
        places = [self.plan.workbook.sheet_index(name) for name in unquote_sheet(before).split(":")]
        if rect is None or len(places) != 2 or places[0] is None or places[1] is None:
            return []
        first, last = sorted((places[0], places[1]))
        return [Cells(sheet, rect) for sheet in range(first, last + 1)]

    def kind(self, text: str) -> int:
        """Whether an operand is one value, several cells, or a name's formula that may give several."""
        if SPILL in text or ONE_CELL.fullmatch(text):
            return ONE
        if "[" in text:
            if len(structured.ends(text)) > 1:
                return SEVERAL
            this_row = "[@" in text or "#this row" in text.casefold()
            return ONE if "!" in text or (this_row and "]:[" not in text) else SEVERAL
        before, _, rest = text.rpartition("!")
        if ":" in rest:
            # `A1:A1` is several too: what is known of a formula holds for others that differ in numbers only.
            return SEVERAL if ":" not in before and parse_rect(rest) else ONE
        try:
            operand = self.operand(text)
        except (OtherWorkbook, Unreadable):
            return ONE
        if isinstance(operand, Cells):
            return SEVERAL if operand.rect.rows * operand.rect.columns > 1 else ONE
        return COMPUTED if isinstance(operand, list) and not gives_one_value(trimmed(operand)) else ONE

    def intersected(self, cells: Cells) -> Cells | None:
        """The one cell of a range that stands in the formula's row or column."""
        if cells.spill:
            return None
        rect = cells.rect
        row = rect.top if rect.rows == 1 else self.row
        column = rect.left if rect.columns == 1 else self.column
        return Cells(cells.sheet, Rect(row, column, row, column)) if rect.holds(row, column) else None

    def text_of(self, cells: Cells, as_range: bool = False) -> str:
        """Cells as the copy's formulas write them, sheet included: a helper stands on another sheet."""
        text = rect_text(cells.rect)
        if as_range and ":" not in text:
            text = f"{text}:{text}"
        mark = "#" if cells.spill else ""
        return f"{quote_sheet(self.plan.sheet_name(cells.sheet))}!{text}{mark}"


def seen_from(text: str, row: int, column: int) -> str:
    """A name's formula, stored as it reads in A1, as it reads in another cell; it goes round the sheet's edges.

    XFD1 in A1 is the cell to the left, so that it is A1 in B1.
    """

    def part(match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        if match[2].isdigit():
            return str((int(match[2]) + row - 2) % LAST_ROW + 1)
        return column_letters((column_number(match[2]) + column - 2) % LAST_COLUMN + 1)

    return QUOTED_OR_PLACE.sub(lambda m: COLUMN_OR_ROW.sub(part, m[0]) if m["place"] else m[0], text)


def rect_text(rect: Rect) -> str:
    """A rectangle as a formula writes it; whole columns stay whole columns."""
    if rect.rows == LAST_ROW:
        first, last = address(1, rect.left)[:-1], address(1, rect.right)[:-1]
        return f"${first}:${last}"
    if rect.columns == LAST_COLUMN:
        return f"${rect.top}:${rect.bottom}"
    return str(rect)


def name_cells(plan: Plan, name: DefinedName) -> Cells | None:
    """The cells that a name stands for, where it stands for cells."""
    before, mark, rest = name.text.strip().rpartition("!")
    rect = parse_rect(rest)
    if not mark or rect is None or "[" in before or RELATIVE.search(rest):
        return None
    sheet = plan.workbook.sheet_index(unquote_sheet(before))
    return None if sheet is None else Cells(sheet, rect)
