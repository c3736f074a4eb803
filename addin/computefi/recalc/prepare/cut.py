"""CFI calls cut out of a formula, so that the engine sees native Excel only.

=2*CFI_LTV(A1+1,B1)   →   =2*'cfi results'!A1, and A1+1 in a cell of 'cfi helpers'

A call becomes a reference to the cell that holds its latest result. An argument that is a reference, a constant
or another call is read directly; any other expression becomes a helper formula that the engine computes. Inside
a call's arguments an expression over ranges is computed element by element, as the engine does inside its own
functions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from computefi.errors import Code, did_you_mean
from computefi.formulas.functions import EXTENDED, FUNCTIONS, LET, UNLISTED
from computefi.formulas.native import NATIVE
from computefi.formulas.tree import (
    DEPTH_LIMIT,
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Unreadable,
    cfi_name,
    gives_one_value,
    leaves_in,
    literal,
    plain_name,
    runs_in,
    trimmed,
)
from computefi.recalc.natives.computed import ALWAYS_WRONG, FALSE_COUNTED
from computefi.recalc.natives.table import LARGE, NATIVES, OWN, is_one
from computefi.recalc.prepare.aggregated import aggregate_over, subtotal_over
from computefi.recalc.prepare.blanks import gives_cells, with_blanks
from computefi.recalc.prepare.crossed import plain_references
from computefi.recalc.prepare.extremes import EXACTLY
from computefi.recalc.prepare.formula_text import formula_text_of
from computefi.recalc.prepare.given import ASKED, READ_CELLS, READ_VALUES, Look, with_cells, with_values
from computefi.recalc.prepare.indirect import address_of, is_single, may_be_range, meant, on_this_sheet, written_out
from computefi.recalc.prepare.intersect import is_joined_text, is_several
from computefi.recalc.prepare.joined import TAKEN, Sighted, area_between, asks_more, ends_of, sized_offset
from computefi.recalc.prepare.keeping import NotComputed, why_kept
from computefi.recalc.prepare.lifted import EACH, counted, over_each
from computefi.recalc.prepare.measured import LET_VARIABLE, Measured, refuse_too_deep
from computefi.recalc.prepare.operands import Cells, Names, OperandFault, OtherWorkbook, View
from computefi.recalc.prepare.plan import HELPERS as HELPERS_SHEET
from computefi.recalc.prepare.plan import (
    ROUNDS,
    CallSite,
    Consumer,
    FromCall,
    Helper,
    Hole,
    Piece,
    Plan,
    Reference,
    Source,
    merged,
)
from computefi.recalc.prepare.spelled import (
    COUNT_EVERYTHING,
    DAYS,
    FROM_1904,
    GIVE_DAYS,
    HALF_TAILS,
    NTH,
    SPELLED,
    from_1904,
    in_other_words,
)
from computefi.spec import MISSING, SEVERAL_AREAS, UnknownFunction, find
from computefi.spec.host_functions import with_host_functions
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, CellAt, Rect

NAME_DEPTH_LIMIT = 32
# Functions that ask where a reference is: it may be one that another function gives.
PLACES = frozenset(("OFFSET", "ROW", "COLUMN", "ROWS", "COLUMNS"))
# A value that changed from pass to pass would never settle.
ONCE_A_RUN = ("NOW", "RAND", "TODAY")
# The classes of parameters that are looked through.
CELLS_WANTED = "rxa"


@dataclass(slots=True)
class Cutter(Measured):
    """Cuts one formula of one cell."""

    plan: Plan
    names: Names
    known: dict[Source, int]
    sheet: int
    row: int
    column: int
    formula: str
    array: bool
    # LET's variables in sight: the pieces of "name, value," for a helper, and those that only rename something.
    bindings: list[Piece] = field(default_factory=list)
    variables: dict[str, Expression | None] = field(default_factory=dict)
    # The cells that this formula of a circular reference reads as they were a round before.
    earlier: frozenset[CellAt] = frozenset()
    in_lambda: bool = False
    # The variables of LAMBDA in sight, and those of LET that may follow from them.
    unknown: frozenset[str] = frozenset()
    # Whether functions of single values are given several, and the numbers of LAMBDA's variables for them.
    over_arrays: bool = False
    lifts: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    depth: int = 0
    levels: int = 0
    # What each call reads, in the order in which it was found, by its number among the sources.
    asked: list[tuple[CallSite, int, int]] = field(default_factory=list)
    view: View = field(init=False)
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        self.view = View(self.plan, self.names, self.sheet, self.row, self.column)
        self.look = Look(self.view, self.is_one)

    def cut(self, expression: Expression, inside: bool = False) -> list[Piece]:
        """The formula's text with holes for its calls. `inside`: within a function, where arrays stay whole."""
        self.deeper()
        pieces: list[Piece] = []
        for run in runs_in(expression):
            area = self.joined(run)
            if area is not None:
                pieces += area if isinstance(area, list) else [self.shown(area)]
            else:
                pieces += self.nodes(run, inside)
        self.levels -= 1
        return pieces

    def deeper(self) -> None:
        """One level more; names can nest what no formula nests by itself."""
        self.levels += 1
        if self.levels > DEPTH_LIMIT:
            raise Unreadable(f"nested deeper than {DEPTH_LIMIT} levels with the formulas of its names put in")

    def nodes(self, expression: Expression, inside: bool) -> list[Piece]:
        """The text of nodes, one after the other."""
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
                # Cells that are read as they were a round before stand elsewhere.
                reads = plain_name(node.name) in READ_CELLS and not self.earlier
                node = with_cells(node, self.look) if reads else node
                node = with_values(node, self.look) if plain_name(node.name) in READ_VALUES else node
                pieces += self.answered(node, inside or self.array) or self.native(node)
        return pieces

    def leaf(self, leaf: Leaf, inside: bool) -> list[Piece]:
        if leaf.kind != "RANGE":
            return [leaf.text.replace(SPILL, "#")]
        operand = self.operand(leaf.text)
        if leaf.text.startswith("@") and isinstance(operand, Cells):
            operand = self.intersected([leaf]) or OperandFault("", "#VALUE!")
        if isinstance(operand, (Cells, OperandFault)):
            return [self.shown(operand)]
        if isinstance(operand, str):
            return [operand]
        self.depth += 1
        if self.depth > NAME_DEPTH_LIMIT:
            raise Unreadable("names that refer to each other without end")
        pieces: list[Piece] = ["(", *self.cut(plain_references(operand, self.view), inside), ")"]
        self.depth -= 1
        return pieces

    def native(self, node: Call) -> list[Piece]:
        name = plain_name(node.name)
        if "[" in name:
            raise OtherWorkbook(node.name)
        body = self.lambda_of(node)
        if body is not None:
            return self.inlined(body, node.arguments)
        lifts = self.over_arrays or self.array
        lifted = over_each(node, self.look.one, self.lifts, self.plan.workbook.date1904) if lifts else None
        if lifted is not None:
            return self.native(lifted)
        if name in TAKEN and (area := area_between([node], self.sighted())) is not None:
            return area if isinstance(area, list) else [self.shown(area)]
        if reason := why_kept(node, node.name.casefold() in self.variables or node.name.startswith(LET_VARIABLE)):
            raise NotComputed(reason)
        if name in SPELLED and not (name == "DATE" and self.plan.workbook.date1904):
            node = in_other_words(node, self.is_one, self.lifts)
        if self.plan.workbook.date1904 and name in (*DAYS, "TEXT"):
            node = from_1904(node)
            if name in GIVE_DAYS:
                return ["(", *self.as_written(node), f"-{FROM_1904})"]
        return self.as_written(node)

    def as_written(self, node: Call) -> list[Piece]:
        """A call of a native function, its arguments cut."""
        name = plain_name(node.name)
        if name == "LET":
            return self.let(node)
        if name in ("ROW", "COLUMN") and not trimmed(node.arguments[0]):  # a helper stands elsewhere than what asks
            # Cells in this row or column, of which a formula that is like this one names its own.
            last = (self.row, LAST_COLUMN) if name == "ROW" else (LAST_ROW, self.column)
            return [f"{name}(", self.view.text_of(Cells(self.sheet, Rect(*last, *last))), ")"]
        if name == "SHEETS" and not trimmed(node.arguments[0]):  # the copy has some of its own
            return [str(len(self.plan.workbook.sheets))]
        if name in ONCE_A_RUN and not trimmed(node.arguments[0]):
            return [repr(self.plan.once_a_run(name))]
        if name == "RANDBETWEEN" and len(node.arguments) == 2:
            least, most = (self.cut(argument, True) for argument in node.arguments)
            self.plan.volatile = True
            lowest: list[Piece] = ["-INT(-(", *least, "))"]
            count: list[Piece] = ["(INT(", *most, ")+INT(-(", *least, "))+1)"]
            return ["IF(", *count, "<1,#NUM!,INT(", repr(self.plan.random.random()), "*", *count, ")", *lowest, ")"]
        if name == "SINGLE" and len(node.arguments) == 1:
            return self.single(node)
        if name == "INDIRECT" and (found := self.indirect(node)):
            return found
        if name == "OFFSET" and any(is_several(step) or self.is_area(step) for step in node.arguments[1:]):
            raise NotComputed("OFFSET by several steps at once is not known to the engine")
        own = name == "OFFSET" and any(
            leaf.text.startswith(ASKED) for part in node.arguments for leaf in leaves_in(part)
        )
        if name == "OFFSET" and not own and asks_more(node):
            area = sized_offset(node.arguments, self.sighted()) or area_between([node], self.sighted())
            if area is not None:
                return area if isinstance(area, list) else [self.shown(area)]
        outer, outer_unknown, outer_look = self.in_lambda, self.unknown, self.look
        if name == "LAMBDA":
            self.in_lambda = True
            given = {leaf.text.casefold() for part in node.arguments[:-1] for leaf in leaves_in(part)}
            self.unknown |= given
            self.look = self.look.without(given)
        pieces: list[Piece] = [f"{node.name}("]
        for place, argument in enumerate(node.arguments):
            pieces += [","] if place else []
            if name == "INDEX" and not place:
                cut = self.indexed(argument)
            elif name in COUNT_EVERYTHING or (name in NTH and not place):
                cut = self.ranged(argument)
            else:
                refers = (name in PLACES and not place) or (name == "CELL" and place)
                cut = self.referred(argument) if refers else self.cut(argument, True)
            pieces += on_this_sheet(self.view, argument, cut) if name == "INDIRECT" and not place else cut
        self.in_lambda, self.unknown, self.look = outer, outer_unknown, outer_look
        return [*pieces, ")"]

    def answered(self, node: Call, whole: bool) -> list[Piece]:
        """A call of one of Excel's functions that is answered here, or by the engine where that is right."""
        name = plain_name(node.name)
        native = NATIVES.get(name)
        kind = self.view.kind
        if name == "AGGREGATE" and len(node.arguments) > 2:
            native = aggregate_over(self.plan, list(map(self.cells_of, node.arguments[2:])))
        if name == "SUBTOTAL":
            native = subtotal_over(self.plan, node.arguments[0], list(map(self.cells_of, node.arguments[1:])))
        if name == "FORMULATEXT":
            native = formula_text_of(self.plan, self.cells_of(node.arguments[0]))
        if name in ALWAYS_WRONG or name in FALSE_COUNTED:
            node = self.unnamed(node)
            if name in ALWAYS_WRONG and any(map(self.hides_values, node.arguments[name == "NPV" :])):
                return self.as_written(counted(node, self.lifts))
        near = name in EXACTLY and self.plan.extremes.tiny and any(map(self.plan.extremes.touch, node.arguments))
        if native is None or not (near or native.looks_at(node.arguments, kind)):
            return []
        used = {leaf.text for part in node.arguments for leaf in leaves_in(part)}
        variables = [text for text in used if text.casefold() in self.unknown]
        if variables:
            # They are known to the engine only; those of our own MAP are single values of what is written.
            if name not in HALF_TAILS and not all(text.startswith(EACH) for text in variables):
                self.plan.in_lambdas.append((CellAt(self.sheet, self.row, self.column), name))
            return []
        if name == "XLOOKUP" and (found := self.xlookup(node)):
            return found
        if name in EXTENDED and len(node.arguments) == 3:
            node = self.extended(node)
        if self.plan.workbook.date1904 and name in (*DAYS, "TEXT"):
            if name in GIVE_DAYS:
                return []
            node = from_1904(node)
        site = CallSite(name, self.sheet, self.row, self.column, self.formula, native=native)
        calls, consumers = len(self.plan.calls), len(self.plan.consumers)
        for place, argument in enumerate(node.arguments):
            self.argument(site, place, trimmed(argument))
        if site.refused:
            del self.plan.calls[calls:], self.plan.consumers[consumers:]
            return []
        alone = not (near or native.several)
        site.single = alone and all(is_one(argument, kind) for argument in native.each(node.arguments))
        if site.single and not self.reads_much(site):
            site.start = OWN
        self.plan.calls.append(site)
        number = len(self.plan.calls) - 1
        answer = Hole(number, whole and not site.single)
        if not site.single:
            return [answer]
        own: list[Piece] = [f"{node.name}("]
        for place, argument in enumerate(node.arguments):
            in_range = FUNCTIONS.get(name, UNLISTED).parameter(place) in CELLS_WANTED
            own += [","] if place else []
            own += self.ranged(argument) if in_range else self.cut(argument, True)
        return ["IF(", answer, f'="{OWN}",', *own, "),", answer, ")"]

    def xlookup(self, node: Call) -> list[Piece]:
        """XLOOKUP in one row or column as the cells that it means: `INDEX(B1:C9,XMATCH(k,A1:A9),0)`."""
        value, searched, back, *rest = node.arguments
        area, given = self.cells_of(searched), self.cells_of(back)
        otherwise, how = (rest[:1] or [[]])[0], rest[1:]
        known = literal(trimmed(back))[0]
        if known or area is None or not is_one(value, self.view.kind) or 1 not in (area.rect.rows, area.rect.columns):
            return []
        upright = area.rect.columns == 1
        if given is not None and (
            given.rect.rows != area.rect.rows if upright else given.rect.columns != area.rect.columns
        ):
            return []
        match = Call(FUNCTIONS["XMATCH"].stored, [value, searched, *how])
        place = self.answered(match, True) or self.native(match)
        one = given is not None and 1 in (given.rect.rows, given.rect.columns)
        which = place if one else [*place, ",0"] if upright else ["0,", *place]
        found: list[Piece] = ["INDEX(", *self.indexed(back), ",", *which, ")"]
        if not trimmed(otherwise):
            return found
        nothing = self.cut(otherwise, True)
        if not literal(trimmed(value))[0]:
            nothing = ["IF(ISNA(", *self.cut(value, True), "),#N/A,", *nothing, ")"]
        return ["IF(ISNA(", *place, "),", *nothing, ",", *found, ")"]

    def extended(self, node: Call) -> Call:
        """SUMIF sums as many cells as it tests, from the first one that it is told: `SUMIF(A1:A9,"x",B1)`."""
        tested, summed = self.cells_of(node.arguments[0]), self.cells_of(node.arguments[2])
        if tested is None or summed is None:
            return node
        top, left = summed.rect.top, summed.rect.left
        bottom, right = top + tested.rect.rows - 1, left + tested.rect.columns - 1
        cells = Cells(summed.sheet, Rect(top, left, min(bottom, LAST_ROW), min(right, LAST_COLUMN)))
        return Call(node.name, [*node.arguments[:2], [Leaf(self.view.text_of(cells), "RANGE")]])

    def reads_much(self, site: CallSite) -> bool:
        """Whether a call reads so much that an index pays."""
        sources = [self.plan.sources[number] for _, number in site.sources]
        return any(isinstance(source, Reference) and source.rect.rows >= LARGE for source in sources)

    def ranged(self, argument: Expression) -> list[Piece]:
        """An argument of a function that looks through a range: a single cell as `A1:A1`, else the engine cannot."""
        nodes = trimmed(argument)
        area: Cells | OperandFault | list[Piece] | None = self.cells_of(argument)
        if area is None and len(nodes) == 1 and isinstance(nodes[0], Call) and plain_name(nodes[0].name) in TAKEN:
            area = area_between(nodes, self.sighted())
        elif area is None and nodes:
            area = self.joined(nodes)
        if isinstance(area, Cells):
            return [self.view.text_of(self.placed(area), as_range=True)]
        return area if isinstance(area, list) else self.cut(argument, True)

    def indirect(self, node: Call) -> list[Piece]:
        """INDIRECT of a written text as the cells that it means, of a computed one as that of an address."""
        texts = [literal(trimmed(argument)) for argument in node.arguments]
        in_r1c1 = len(texts) > 1 and not texts[1][1]
        (known, text), settled = texts[0], len(texts) == 1 or texts[1][0]
        if known and settled:
            cells = meant(self.view, text, in_r1c1) if isinstance(text, str) else None
            return [self.shown(cells)] if cells else [Code.REF.value] if in_r1c1 else []
        if self.in_lambda or not (len(texts) > 1 or self.names or may_be_range(node.arguments[0])):
            return []
        site = CallSite("INDIRECT", self.sheet, self.row, self.column, self.formula, native=address_of(self.view))
        for place, argument in enumerate(node.arguments[:2]):
            self.argument(site, place, trimmed(argument))
        if site.refused or not is_single(node.arguments[0], self.view):
            return []
        self.plan.calls.append(site)
        return [f"{node.name}(", Hole(len(self.plan.calls) - 1, False), ")"]

    def lambda_of(self, node: Call) -> Expression | None:
        """The LAMBDA that a call's name stands for, if it is a name of the workbook."""
        if node.name.upper() in NATIVE or node.name.casefold() in self.variables:
            return None
        operand = self.operand(node.name)
        return trimmed(operand) if isinstance(operand, list) else None

    def inlined(self, body: Expression, arguments: list[Expression]) -> list[Piece]:
        """`AddTwo(3)` as the engine reads it: `LAMBDA(x,x+2)(3)`, without brackets around the LAMBDA."""
        self.depth += 1
        if self.depth > NAME_DEPTH_LIMIT:
            raise NotComputed("a LAMBDA that calls itself")
        pieces = [*self.cut(body, True), "("]
        for place, argument in enumerate(arguments):
            pieces += [",", *self.cut(argument, True)] if place else self.cut(argument, True)
        self.depth -= 1
        return [*pieces, ")"]

    def joined(self, expression: Expression) -> Cells | OperandFault | list[Piece] | None:
        """`A1:INDEX(A1:A9,n)` and the like as the cells or the formula that it means."""
        node = expression[0]
        if len(expression) == 1 and not (
            ":" in node.name if isinstance(node, Call) else isinstance(node, Leaf) and is_joined_text(node.text)
        ):
            return None
        ends = ends_of(expression)
        return None if ends is None else area_between(ends, self.sighted())

    def sighted(self) -> Sighted:
        """What is known where this formula stands."""
        return Sighted(self.view, lambda number: self.cut(number, True), self.operand)

    def referred(self, argument: Expression) -> list[Piece]:
        """An argument that must be a reference: one that a function gives as the OFFSET that it means."""
        nodes = trimmed(argument)
        computed = len(nodes) == 1 and isinstance(nodes[0], Call) and plain_name(nodes[0].name) != "INDIRECT"
        area = area_between(nodes, self.sighted()) if computed else None
        return area if isinstance(area, list) else self.cut(argument, True) if area is None else [self.shown(area)]

    def indexed(self, argument: Expression) -> list[Piece]:
        """What INDEX looks into; a single cell as a range and a single value as an array, else the engine cannot."""
        argument = trimmed(argument)
        node = argument[0] if len(argument) == 1 else None
        if isinstance(node, Leaf) and node.kind == "RANGE":
            operand = self.operand(node.text)
            cells = operand if isinstance(operand, Cells) and not operand.spill else None
            if cells and node.text.startswith("@"):
                cells = self.view.intersected(cells)
            if cells:
                return [self.view.text_of(self.placed(cells), as_range=True)]
        pieces = self.cut(argument, True)
        if len(pieces) == 1 and isinstance(pieces[0], Hole):
            return [Hole(pieces[0].call, pieces[0].whole, area=True)]
        return ["IF({1},", *pieces, ")"] if gives_one_value(argument) else pieces

    def single(self, node: Call) -> list[Piece]:
        """Excel's `@`: of a call its top-left, of a range the cell in this row or column."""
        argument = trimmed(node.arguments[0])
        if len(argument) == 1 and isinstance(argument[0], Call) and (name := cfi_name(argument[0].name)):
            return [Hole(self.call(name, argument[0]), False)]
        cells = self.intersected(argument)
        return [self.shown(cells)] if cells else [f"{node.name}(", *self.cut(argument, True), ")"]

    def let(self, node: Call) -> list[Piece]:
        """LET: a call in it may use the variables bound before it."""
        kept_bindings, kept_variables, kept_look = list(self.bindings), dict(self.variables), self.look
        pieces: list[Piece] = [f"{node.name}("]
        for place in range(0, len(node.arguments) - 1, 2):
            name = "".join(leaf.text for leaf in leaves_in(node.arguments[place])).strip()
            value = trimmed(node.arguments[place + 1])
            cut = self.cut(value, True)
            binding: list[Piece] = [name, ",", *cut, ","]
            self.unknown |= {name.casefold()} if self.in_lambda else set()
            pieces += binding
            self.bindings += binding
            self.look = self.look.bound(name, value)
            self.variables[name.casefold()] = value if self.only_renames(value) else None
        pieces += [*self.cut(node.arguments[-1], True), ")"]
        self.bindings, self.variables, self.look = kept_bindings, kept_variables, kept_look
        return pieces

    def call(self, name: str, node: Call) -> int:
        """Register one CFI call, its arguments first, and return its number."""
        self.deeper()
        arguments = node.arguments if len(node.arguments) > 1 or trimmed(node.arguments[0]) else []
        site = CallSite(name, self.sheet, self.row, self.column, self.formula)
        try:
            find(name, with_host_functions())
        except UnknownFunction as error:
            site.refusal = Code.NAME
            site.refused = f"there is no function {name}" + did_you_mean(error.near)
        else:
            if self.in_lambda:
                site.refused = f"{name} cannot be used inside LAMBDA without Excel; write it out or use a range"
                arguments = []
            for place, argument in enumerate(arguments):
                self.argument(site, place, trimmed(argument))
        self.plan.calls.append(site)
        self.levels -= 1
        return len(self.plan.calls) - 1

    def argument(self, site: CallSite, place: int, expression: Expression) -> None:
        """Decide how one argument is read."""
        site.fixed.append(MISSING)
        if not expression:
            return
        is_literal, site.fixed[place] = literal(expression)
        if is_literal:
            return
        area = self.joined(expression)
        if area is not None:
            if isinstance(area, list):
                self.add_source(site, place, self.helper(expression, area, site.wants_blanks))
            else:
                self.operand_argument(site, place, area)
            return
        node = expression[0] if len(expression) == 1 else None
        if isinstance(node, Group):
            site.fixed[place], site.refused = SEVERAL_AREAS, site.refused or ("several areas" if site.native else "")
            return
        if isinstance(node, Call):
            if (name := cfi_name(node.name)) is not None and not node.name.startswith("@"):
                inner = self.call(name, node)
                site.level = max(site.level, self.plan.calls[inner].level + 1)
                self.add_source(site, place, FromCall(inner))
                return
            single = plain_name(node.name) == "SINGLE"
            if cells := self.intersected(trimmed(node.arguments[0])) if single else written_out(self.view, node):
                self.add_source(site, place, reference(self.placed(cells)))
                return
        if isinstance(node, Leaf) and node.kind == "RANGE":
            operand = self.operand(node.text)
            if node.text.startswith("@") and isinstance(operand, Cells):
                lost = OperandFault(f"{operand.rect} has no cell in this row or column", "#VALUE!")
                operand = self.intersected([node]) or lost
            if isinstance(operand, OperandFault) or (isinstance(operand, Cells) and not operand.spill):
                self.operand_argument(site, place, operand)
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
        self.add_source(site, place, self.helper(expression, blanks=site.wants_blanks))

    def operand_argument(self, site: CallSite, place: int, operand: Cells | OperandFault) -> None:
        """An argument that is cells, or that cannot be one."""
        if isinstance(operand, Cells):
            read = reference(operand := self.placed(operand))
            trim = site.native is not None and operand.sheet < len(self.plan.sheets)
            self.add_source(site, place, Reference(read.sheet, read.rect, trim=True) if trim else read)
            return
        site.refused = site.refused or f"argument {place + 1}: {operand.reason}"
        site.refusal = Code.REF if operand.text == Code.REF.value else Code.VALUE

    def add_source(self, site: CallSite, place: int, source: Source) -> None:
        number = self.plan.number_of(source, self.known)
        site.sources.append((place, number))
        self.asked.append((site, place, number))

    def helper(self, expression: Expression, pieces: list[Piece] | None = None, blanks: bool = False) -> Helper:
        """A formula in the copy that computes an argument; `pieces` is its text, where that is known, and `blanks`
        whether a blank cell must be told from 0.
        """
        plan = self.plan
        outer, self.over_arrays = self.over_arrays, True
        blanks = blanks and gives_cells(expression)
        if pieces is None:
            pieces = self.ranged(expression) if blanks else self.cut(expression, True)
        self.over_arrays = outer
        pieces = with_blanks(pieces) if blanks else pieces
        if self.bindings:
            pieces = [f"{LET}(", *self.bindings, *pieces, ")"]
        refuse_too_deep(pieces)
        size_row = 0
        holes = any(isinstance(piece, Hole) for piece in pieces)
        one = not self.bindings and not holes and gives_one_value(expression) and not self.hides_names(expression)
        row, column = plan.helpers.place((1, 1) if one else self.extent(expression))
        if not one:
            size_row = plan.follow(CellAt(plan.own(HELPERS_SHEET), row, column))
        plan.consumers.append(
            Consumer(plan.own(HELPERS_SHEET), row, column, merged(pieces), "plain" if one else "spill")
        )
        return Helper(row, column, size_row, blanks)

    def shown(self, operand: Cells | OperandFault) -> str:
        """Cells, or the error that stands for them, as the copy's formulas write them."""
        return self.view.text_of(self.placed(operand)) if isinstance(operand, Cells) else operand.text

    def placed(self, cells: Cells) -> Cells:
        """Cells, or where their values of the round before stand."""
        rect, rounds = cells.rect, self.plan.rounds
        earlier = [cell for cell in self.earlier if cell.sheet == cells.sheet and rect.holds(*cell[1:])]
        if not earlier or cells.spill or rounds is None:
            return cells
        if rect[:2] == rect[2:]:
            row = rounds.rows[earlier[0]]
            return Cells(self.plan.own(ROUNDS), Rect(row, 1, row, 1))
        return Cells(self.plan.own(ROUNDS), rounds.mirror(self.plan, cells.sheet, rect, frozenset(earlier)))


def reference(cells: Cells) -> Reference:
    """Cells as a call reads them."""
    return Reference(cells.sheet, cells.rect, cells.rect.rows == LAST_ROW or cells.rect.columns == LAST_COLUMN)
