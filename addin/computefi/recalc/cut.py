"""CFI calls cut out of a formula, so that the engine sees native Excel only.

A call becomes a reference to the cell that holds its latest result. An argument that is a reference, a constant
or another call is read directly; any other expression becomes a helper formula that the engine computes. Inside
a call's arguments an expression over ranges is computed element by element, as the engine does inside its own
functions.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from computefi.errors import Code
from computefi.recalc import structured
from computefi.recalc.cells import LAST_COLUMN, LAST_ROW, Rect, address, parse_rect, quote_sheet, unquote_sheet
from computefi.recalc.formulas import (
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Node,
    Unreadable,
    cfi_name,
    gives_one_value,
    leaves_in,
    literal,
    moved,
    parse,
    plain_name,
    trimmed,
)
from computefi.recalc.plan import HELPERS as HELPERS_SHEET
from computefi.recalc.plan import CallSite, Consumer, FromCall, Helper, Hole, Piece, Plan, Reference, Source
from computefi.recalc.workbook import DefinedName
from computefi.spec import MISSING, REGISTRY

NAME_DEPTH_LIMIT = 32
LET_VARIABLE = "_xlpm."
VOLATILE = ("NOW", "RAND")
RELATIVE = re.compile(r"(?<![$A-Za-z0-9_.])(?:[A-Za-z]{1,3}\$?[0-9]+|\$[A-Za-z]{1,3}[0-9]+)(?![A-Za-z0-9_(.])")


class External(Exception):
    """The formula reads another workbook, which is never fetched."""


@dataclass(frozen=True, slots=True)
class Cells:
    """An operand that means cells of this workbook."""

    sheet: int
    rect: Rect
    spill: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """An operand that cannot be an argument, and why."""

    reason: str
    text: str


Operand = Cells | Wrong | list[Node] | str
"""Cells, something refused, the formula behind a name, or text that only the engine understands."""


@dataclass(slots=True)
class Cutter:
    """Cuts one formula of one cell."""

    plan: Plan
    names: dict[tuple[str, int | None], DefinedName]
    known: dict[Source, int]
    sheet: int
    row: int
    column: int
    formula: str
    array: bool
    # LET's variables in sight: the pieces of "name, value," for a helper, and those that only rename something.
    bindings: list[Piece] = field(default_factory=list)
    variables: dict[str, Expression | None] = field(default_factory=dict)
    in_lambda: bool = False
    depth: int = 0

    def cut(self, expression: Expression, inside: bool = False) -> list[Piece]:
        """The formula's text with holes for its calls. `inside`: within a function, where arrays stay whole."""
        pieces: list[Piece] = []
        for node in expression:
            if isinstance(node, Leaf):
                pieces += self.leaf(node, inside)
            elif isinstance(node, Group):
                pieces.append("(")
                for place, part in enumerate(node.parts):
                    pieces += [","] if place else []
                    pieces += self.cut(part, inside)
                pieces.append(")")
            elif (name := cfi_name(node.name)) is not None:
                top_left = node.name.startswith("@") or not (inside or self.array)
                pieces.append(Hole(self.call(name, node), not top_left))
            else:
                pieces += self.native(node)
        return pieces

    def leaf(self, leaf: Leaf, inside: bool) -> list[Piece]:
        if leaf.kind != "RANGE":
            return [leaf.text.replace(SPILL, "#")]
        operand = self.operand(leaf.text)
        if leaf.text.startswith("@") and isinstance(operand, Cells):
            operand = self.intersected([leaf]) or Wrong("", "#VALUE!")
        if isinstance(operand, Cells):
            return [self.text_of(operand)]
        if isinstance(operand, Wrong):
            return [operand.text]
        if isinstance(operand, str):
            return [operand]
        self.depth += 1
        if self.depth > NAME_DEPTH_LIMIT:
            raise Unreadable("names that refer to each other without end")
        pieces: list[Piece] = ["(", *self.cut(operand, inside), ")"]
        self.depth -= 1
        return pieces

    def native(self, node: Call) -> list[Piece]:
        name = plain_name(node.name)
        if "[" in name:
            raise External(node.name)
        if name == "LET":
            return self.let(node)
        if name in ("ROW", "COLUMN") and not trimmed(node.arguments[0]):
            # The helper formula stands elsewhere than the cell that asks.
            return [str(self.row if name == "ROW" else self.column)]
        if name in VOLATILE and not trimmed(node.arguments[0]):
            # A value that changed from pass to pass would never settle.
            return [repr(self.plan.now if name == "NOW" else random.random())]
        if name == "SINGLE" and len(node.arguments) == 1:
            return self.single(node)
        if name.endswith(":INDEX") and (offset := self.to_index(node, name)):
            return offset
        outer = self.in_lambda
        self.in_lambda = outer or name == "LAMBDA"
        pieces: list[Piece] = [f"{node.name}("]
        for place, argument in enumerate(node.arguments):
            pieces += [","] if place else []
            cut = self.cut(argument, True)
            pieces += self.on_this_sheet(argument, cut) if name == "INDIRECT" and not place else cut
        self.in_lambda = outer
        return [*pieces, ")"]

    def on_this_sheet(self, argument: Expression, cut: list[Piece]) -> list[Piece]:
        """The text for INDIRECT with the formula's sheet before an address that has none."""
        sheet = quote_sheet(self.plan.book.sheets[self.sheet]).replace('"', '""') + "!"
        known, text = literal(trimmed(argument))
        if known:
            return [f'"{sheet}{text}"'] if isinstance(text, str) and parse_rect(text) else cut
        return ['IF(ISERROR(FIND("!",', *cut, f')),"{sheet}"&(', *cut, "),", *cut, ")"]

    def to_index(self, node: Call, name: str) -> list[Piece] | None:
        """`A1:INDEX(A1:A9,n)`, which the engine cannot read, as the OFFSET that it means."""
        first = self.operand(node.name[: name.rindex(":INDEX")])
        area = trimmed(node.arguments[0])
        leaf = area[0] if len(area) == 1 else None
        cells = self.operand(leaf.text) if isinstance(leaf, Leaf) and leaf.kind == "RANGE" else None
        if not isinstance(first, Cells) or not isinstance(cells, Cells) or not 2 <= len(node.arguments) <= 3:
            return None
        numbers: list[list[Piece]] = [self.cut(argument, True) for argument in node.arguments[1:]]
        if len(numbers) == 1:
            numbers = [["1"], *numbers] if cells.rect.rows == 1 else [*numbers, ["1"]]
        down, right = cells.rect.top - first.rect.top, cells.rect.left - first.rect.left
        return [f"OFFSET({self.text_of(first)},0,0,{down}+(", *numbers[0], f"),{right}+(", *numbers[1], "))"]

    def single(self, node: Call) -> list[Piece]:
        """Excel's `@`: of a call its top-left, of a range the cell in this row or column."""
        argument = trimmed(node.arguments[0])
        if len(argument) == 1 and isinstance(argument[0], Call) and (name := cfi_name(argument[0].name)):
            return [Hole(self.call(name, argument[0]), False)]
        cells = self.intersected(argument)
        return [self.text_of(cells)] if cells else [f"{node.name}(", *self.cut(argument, True), ")"]

    def intersected(self, argument: Expression) -> Cells | None:
        """The one cell of a range that stands in the formula's row or column."""
        if len(argument) != 1 or not isinstance(argument[0], Leaf) or argument[0].kind != "RANGE":
            return None
        cells = self.operand(argument[0].text)
        if not isinstance(cells, Cells) or cells.spill:
            return None
        rect = cells.rect
        row = rect.top if rect.rows == 1 else self.row
        column = rect.left if rect.columns == 1 else self.column
        return Cells(cells.sheet, Rect(row, column, row, column)) if rect.holds(row, column) else None

    def let(self, node: Call) -> list[Piece]:
        """LET: a call in it may use the variables bound before it."""
        kept_bindings, kept_variables = list(self.bindings), dict(self.variables)
        pieces: list[Piece] = [f"{node.name}("]
        for place in range(0, len(node.arguments) - 1, 2):
            name = "".join(leaf.text for leaf in leaves_in(node.arguments[place])).strip()
            value = trimmed(node.arguments[place + 1])
            cut = self.cut(value, True)
            binding: list[Piece] = [name, ",", *cut, ","]
            pieces += binding
            self.bindings += binding
            self.variables[name.casefold()] = value if self.only_renames(value) else None
        pieces += [*self.cut(node.arguments[-1], True), ")"]
        self.bindings, self.variables = kept_bindings, kept_variables
        return pieces

    def only_renames(self, value: Expression) -> bool:
        """Whether a variable is another word for cells or a constant, so that a blank stays a blank."""
        if literal(value)[0]:
            return True
        leaf = value[0] if len(value) == 1 else None
        return isinstance(leaf, Leaf) and leaf.kind == "RANGE" and isinstance(self.operand(leaf.text), Cells)

    def call(self, name: str, node: Call) -> int:
        """Register one CFI call, its arguments first, and return its number."""
        arguments = node.arguments if len(node.arguments) > 1 or trimmed(node.arguments[0]) else []
        site = CallSite(name, self.sheet, self.row, self.column, self.formula)
        if name not in REGISTRY:
            near = get_close_matches(name, REGISTRY, 3, 0.6)
            site.refusal = Code.NAME
            site.refused = f"there is no function {name}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        elif self.in_lambda:
            site.refused = f"{name} cannot be used inside LAMBDA without Excel; write it out or use a range"
        else:
            for place, argument in enumerate(arguments):
                self.argument(site, place, trimmed(argument))
        self.plan.calls.append(site)
        return len(self.plan.calls) - 1

    def argument(self, site: CallSite, place: int, expression: Expression) -> None:
        """Decide how one argument is read."""
        site.fixed.append(MISSING)
        if not expression:
            return
        is_literal, value = literal(expression)
        if is_literal:
            site.fixed[place] = value
            return
        node = expression[0] if len(expression) == 1 else None
        if isinstance(node, Group):
            site.refused = site.refused or f"argument {place + 1} joins several areas; give one range"
            return
        if isinstance(node, Call):
            if (name := cfi_name(node.name)) is not None and not node.name.startswith("@"):
                inner = self.call(name, node)
                site.level = max(site.level, self.plan.calls[inner].level + 1)
                self.add_source(site, place, FromCall(inner))
                return
            cells = self.intersected(trimmed(node.arguments[0])) if plain_name(node.name) == "SINGLE" else None
            if cells:
                self.add_source(site, place, Reference(cells.sheet, cells.rect))
                return
        if isinstance(node, Leaf) and node.kind == "RANGE":
            operand = self.operand(node.text)
            if node.text.startswith("@") and isinstance(operand, Cells):
                lost = Wrong(f"{operand.rect} has no cell in this row or column", "#VALUE!")
                operand = self.intersected([node]) or lost
            if isinstance(operand, Wrong):
                site.refused = site.refused or f"argument {place + 1}: {operand.reason}"
                site.refusal = Code.REF if operand.text == Code.REF.value else Code.VALUE
                return
            if isinstance(operand, Cells) and not operand.spill:
                self.add_source(site, place, reference(operand))
                return
            if isinstance(operand, list):
                self.depth += 1
                if self.depth > NAME_DEPTH_LIMIT:
                    raise Unreadable("names that refer to each other without end")
                site.fixed.pop()
                self.argument(site, place, trimmed(operand))
                self.depth -= 1
                return
            renamed = self.variables.get(node.text.casefold())
            if renamed is not None:
                site.fixed.pop()
                self.argument(site, place, renamed)
                return
        self.add_source(site, place, self.helper(expression))

    def add_source(self, site: CallSite, place: int, source: Source) -> None:
        number = self.known.setdefault(source, len(self.plan.sources))
        if number == len(self.plan.sources):
            self.plan.sources.append(source)
        site.sources.append((place, number))

    def helper(self, expression: Expression) -> Helper:
        """A formula in the copy that computes an argument."""
        plan = self.plan
        pieces = self.cut(expression, True)
        if self.bindings:
            pieces = ["_xlfn.LET(", *self.bindings, *pieces, ")"]
        row, column = plan.next_slot()
        size_row = 0
        holes = any(isinstance(piece, Hole) for piece in pieces)
        one = not self.bindings and not holes and gives_one_value(expression) and not self.hides_names(expression)
        if not one:
            size_row, writes = plan.add_size(f"{quote_sheet(plan.own_sheets[HELPERS_SHEET])}!{address(row, column)}")
            plan.initial += writes
        kind = "plain" if one else "spill"
        plan.consumers.append(Consumer(plan.own(HELPERS_SHEET), row, column, pieces, kind))
        return Helper(row, column, size_row)

    def hides_names(self, expression: Expression) -> bool:
        """Whether an operand is a name or a structured reference, which may be more than one cell."""
        operands = (leaf.text.rpartition("!")[2] for leaf in leaves_in(expression) if leaf.kind == "RANGE")
        return any(parse_rect(text) is None for text in operands)

    def operand(self, text: str) -> Operand:
        """What an operand means, seen from this cell."""
        spill = text.endswith(SPILL)
        text = text.rstrip(SPILL).removeprefix("@")
        if text.casefold() in self.variables or text.startswith(LET_VARIABLE):
            return text
        before, mark, rest = text.rpartition("!")
        if mark:
            return self.on_sheet(unquote_sheet(before), rest, text, spill)
        if "[" in text:
            if re.match(r"\[\d+\]", text):
                raise External(text)
            try:
                sheet, rect = structured.resolve(text, self.plan.book.tables, self.sheet, self.row, self.column)
            except structured.BadReference as error:
                return Wrong(str(error), "#REF!")
            return Cells(sheet, rect)
        rect_here = parse_rect(text)
        if rect_here is not None:
            return Cells(self.sheet, rect_here, spill)
        return self.named(text, self.sheet)

    def on_sheet(self, sheet_name: str, rest: str, text: str, spill: bool) -> Operand:
        """An operand with a sheet before it."""
        if "[" in sheet_name:
            raise External(text)
        sheet = self.plan.book.sheet_index(sheet_name)
        if sheet is None:
            if ":" in sheet_name:
                return Wrong("a reference over several sheets; give one range", text)
            # Excel writes a workbook-wide name as Book.xlsx!name.
            if parse_rect(rest) is None:
                return self.named(rest, None)
            return Wrong(f"there is no sheet {sheet_name}", "#REF!")
        rect = parse_rect(rest)
        if rect is not None:
            return Cells(sheet, rect, spill)
        return self.named(rest, sheet)

    def named(self, name: str, sheet: int | None) -> Operand:
        """What a defined name means: cells, or the formula behind it."""
        found = self.names.get((name.casefold(), sheet)) or self.names.get((name.casefold(), None))
        if found is None:
            return name
        text = found.text.strip()
        if cells := name_cells(self.plan, found):
            return cells
        if RELATIVE.search(text):
            text = moved(text, "A1", address(self.row, self.column))
        return parse(text)

    def text_of(self, cells: Cells) -> str:
        """Cells as the copy's formulas write them, sheet included: a helper stands on another sheet."""
        mark = "#" if cells.spill else ""
        return f"{quote_sheet(self.plan.book.sheets[cells.sheet])}!{rect_text(cells.rect)}{mark}"


def reference(cells: Cells) -> Reference:
    """Cells as a call reads them."""
    rect = cells.rect
    return Reference(cells.sheet, rect, rect.rows == LAST_ROW or rect.columns == LAST_COLUMN)


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
    sheet = plan.book.sheet_index(unquote_sheet(before))
    return None if sheet is None else Cells(sheet, rect)


def only_call(expression: Expression) -> Call | None:
    """The CFI call that is the whole formula, if it is one."""
    expression = trimmed(expression)
    node = expression[0] if len(expression) == 1 else None
    return node if isinstance(node, Call) and cfi_name(node.name) else None
