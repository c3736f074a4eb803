"""What a workbook's own data validation lets an input be, and the refusal of anything else.

rate_asic = 2   →   OutOfBounds: rate_asic (Deals!G17) may be from 0.0001 to 1 (a year, monthly); got 2
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from computefi.dates import EPOCH
from computefi.errors import InputRefused, WorkbookError, quoted, show
from computefi.recalc.book import Book
from computefi.recalc.describe.labels import Labels
from computefi.recalc.prepare.precedents import shifted
from computefi.xlsx.cells import CellAt, Rows, Value, parse_rect, quote_sheet
from computefi.xlsx.date_cells import FROM_1904
from computefi.xlsx.validations import Validation

NUMBERS = ("whole", "decimal", "date", "time", "textLength")
COMPARED: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "equal": ("", operator.eq),
    "notEqual": ("anything but ", operator.ne),
    "lessThan": ("below ", operator.lt),
    "lessThanOrEqual": ("at most ", operator.le),
    "greaterThan": ("above ", operator.gt),
    "greaterThanOrEqual": ("at least ", operator.ge),
}
NOUNS = {"whole": "a whole number ", "textLength": "a text of a length "}
MOST_CHOICES = 12


class OutOfBounds(InputRefused):
    """An input that the workbook's own validation does not allow."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a cell may hold: one of some choices, or a number that stands to one or two others as `operator` says."""

    kind: str
    operator: str = "between"
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    date1904: bool = False

    def allows(self, value: Value) -> bool:
        """Whether a cell may hold this; a blank is always allowed, as Excel lets anybody clear a cell."""
        if value is None:
            return True
        if self.kind == "list":
            return choice(value).casefold() in {text.casefold() for text in self.choices}
        number = len(value) if self.kind == "textLength" and isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)) or self.least is None:
            return False
        if self.kind == "whole" and number != int(number):
            return False
        if self.operator in COMPARED:
            return COMPARED[self.operator][1](number, self.least)
        if self.most is None:
            return False
        return (self.least <= number <= self.most) != (self.operator == "notBetween")

    def __str__(self) -> str:
        if self.kind == "list":
            more = ", …" if len(self.choices) > MOST_CHOICES else ""
            return "one of " + ", ".join(self.choices[:MOST_CHOICES]) + more
        least, most = (self.text(number) for number in (self.least, self.most))
        noun = NOUNS.get(self.kind, "")
        if self.operator in COMPARED:
            return f"{noun}{COMPARED[self.operator][0]}{least}"
        return f"{noun}{'outside of' if self.operator == 'notBetween' else 'from'} {least} to {most}"

    def told(self, value: Value) -> str:
        """A value as the bounds are told."""
        if isinstance(value, float) and self.kind == "date":
            return self.text(value)
        return str(quoted(value)) if isinstance(value, str) else show(value)

    def text(self, number: float | None) -> str:
        if number is None:
            return ""
        if self.kind == "date":
            return (EPOCH + dt.timedelta(days=number + FROM_1904 * self.date1904)).date().isoformat()
        return f"{number:.12g}"


def bounds_of(book: Book, labels: Labels, cell: CellAt) -> Bounds | None:
    """What the workbook's validation lets a cell hold; None where it says nothing, or in a formula of its own."""
    rule = labels.rule(cell)
    if rule is None:
        return None
    if rule.kind == "list":
        choices = choices_of(book, rule, cell)
        return Bounds("list", choices=choices) if choices else None
    if rule.kind not in NUMBERS:
        return None
    least, most = (number_of(book, rule, cell, text) for text in (rule.first, rule.second))
    one = rule.operator in COMPARED
    if least is None or (most is None and not one):
        return None
    return Bounds(rule.kind, rule.operator, least, None if one else most, date1904=book.plan.workbook.date1904)


def choices_of(book: Book, rule: Validation, cell: CellAt) -> tuple[str, ...]:
    """The texts of a list, written out or in cells."""
    text = rule.first.strip()
    if text.startswith('"') and text.endswith('"'):
        return tuple(part.strip() for part in text[1:-1].split(","))
    found = looked_up(book, rule, cell, text)
    rows = found if isinstance(found, tuple) else ((found,),)
    return tuple(choice(value) for row in rows for value in row if value is not None)


def number_of(book: Book, rule: Validation, cell: CellAt, text: str) -> float | None:
    """A bound: a number, or the cell or name that has it; None for a formula."""
    try:
        return float(text)
    except ValueError:
        found = looked_up(book, rule, cell, text)
        return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def looked_up(book: Book, rule: Validation, cell: CellAt, text: str) -> Value | Rows:
    """The cells that a bound names, seen from the cell; None where it is no reference."""
    text = text.strip().removeprefix("=")
    before, mark, rest = text.rpartition("!")
    if parse_rect(rest) is not None:
        first = rule.areas[0]
        rest = ":".join(shifted(end, cell.row - first.top, cell.column - first.left) for end in rest.split(":"))
        text = f"{before if mark else quote_sheet(book.plan.workbook.sheets[cell.sheet])}!{rest}"
    try:
        return book.get(text) if text else None
    except WorkbookError:
        return None


def choice(value: Value) -> str:
    """A value as a list of choices has it."""
    return show(value) if not isinstance(value, str) else value.strip()


def refuse_outside(book: Book, values: Mapping[str, Sequence[Value]]) -> None:
    """Refuse values of inputs that the workbook's validation does not let a cell hold."""
    labels = Labels(book)
    for name, several in values.items():
        bounds = None
        for number, value in enumerate(several):
            cell, held = book.input_cell(name, value)
            bounds = bounds_of(book, labels, cell) if number == 0 else bounds
            if bounds is not None and not bounds.allows(held):
                place, unit = book.plan.place(*cell), labels.of(cell).unit
                told = name if "!" in name else f"{name} ({place})"
                of_unit = f" ({unit})" if unit and unit != "date" else ""
                reason = f"{told} may be {bounds}{of_unit}; got {bounds.told(held)}"
                raise OutOfBounds(reason, name=name, cell=place)
