"""Functions that choose cells by criteria: COUNTIF and its family, DSUM and its family.

COUNTIF(A1:A9,"<>x")   →   every cell that is not x, blanks and numbers among them
SUMIFS(C:C,A:A,"=")    →   the sum where A is blank
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from computefi.errors import Code
from computefi.recalc.natives import spreads
from computefi.recalc.natives.area import Area, area_of
from computefi.recalc.natives.values import constant_of, has_wildcard, number_of, order, pattern, same_kind
from computefi.xlsx.cells import Rows, Value

SIGNS: dict[str, Callable[[int, int], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
Answer = Value | Rows


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition: the sign, "" where none is written, and the operand."""

    sign: str
    operand: Value

    def holds(self, value: Value) -> bool:
        """Whether a cell meets it."""
        if self.sign == "<>":
            # A text that looks like the number is another all the same.
            return (isinstance(value, str) and isinstance(self.operand, float)) or not self.equals(value)
        if self.sign in ("", "="):
            return self.equals(value)
        if self.operand is None:
            return False
        return same_kind(value, self.operand) and SIGNS[self.sign](order(value, self.operand), 0)

    def equals(self, value: Value) -> bool:
        operand = self.operand
        if operand is None:
            return value is None
        if isinstance(operand, str):
            if not operand:
                return value is None or value == ""
            return isinstance(value, str) and pattern(operand)(value) is not None
        if isinstance(operand, bool) or isinstance(value, bool):
            return value is operand
        if isinstance(value, str) and isinstance(operand, float):
            return number_of(value) == operand
        return value is not None and value == operand


def criterion(given: Value) -> Criterion:
    """A criterion as it is written: `5`, `>5`, `<>text`, `=`; a blank cell means 0."""
    if given is None:
        return Criterion("", 0.0)
    if not isinstance(given, str):
        return Criterion("", given)
    sign = next((sign for sign in ("<>", "<=", ">=", "<", ">", "=") if given.startswith(sign)), "")
    rest = given[len(sign) :]
    if sign and not rest:
        return Criterion(sign, None)
    return Criterion(sign, constant_of(rest))


def engine_is_right(given: Value) -> bool:
    """Whether the engine understands a criterion: numbers with any sign, and texts without sign or wildcard."""
    if not isinstance(given, str):
        # Of a blank cell it takes no text "0" for a 0.
        return given is not None and not isinstance(given, Code)
    found = criterion(given)
    if isinstance(found.operand, float):
        # A date is not read as one.
        return given[len(found.sign) :].replace(".", "", 1).lstrip("-").isdigit()
    return found.sign == "" and isinstance(found.operand, str) and not has_wildcard(found.operand)


def chosen(areas: Sequence[Area], criteria: Sequence[Value]) -> tuple[list[int], int]:
    """The places that meet every criterion: those among the cells that are read, and how many of the others."""
    first = areas[0]
    read = max(len(area.rows) for area in areas) * first.width
    beyond = first.size - read
    tests = []
    for area, given in zip(areas, criteria, strict=True):
        blank = criterion(given).holds(None)
        tests.append((meeting(area, given), blank, len(area.rows) * area.width))
        beyond = beyond if blank else 0
    # The criterion that fewest cells meet goes first.
    tests.sort(key=lambda test: len(test[0]) + (read - test[2] if test[1] else 0))
    meets, blank, own = tests[0]
    places = [*sorted(meets), *(range(own, read) if blank else ())]
    for meets, blank, own in tests[1:]:
        places = [place for place in places if (place in meets if place < own else blank)]
    return places, beyond


def meeting(area: Area, given: Value) -> set[int]:
    """The places of an area, counted row by row, that meet a criterion."""

    def find() -> set[int]:
        wanted = criterion(given)
        if wanted.sign in ("", "=") and isinstance(wanted.operand, float):
            return area.known("numbers", lambda: numbers_of(area)).get(wanted.operand, set())
        if wanted.sign in ("", "=") and isinstance(wanted.operand, str) and not has_wildcard(wanted.operand or "*"):
            return area.known("texts", lambda: texts_of(area)).get(wanted.operand.casefold(), set())
        return {
            row * area.width + column
            for row in range(len(area.rows))
            for column in range(area.width)
            if wanted.holds(area.at(row, column))
        }

    return area.known(("meets", type(given), given), find)


def numbers_of(area: Area) -> dict[float, set[int]]:
    """The places of each number, texts that look like one included."""
    places: dict[float, set[int]] = {}
    for row, column, value in area.filled():
        number = number_of(value) if isinstance(value, str) else value
        if isinstance(number, float):
            places.setdefault(number, set()).add(row * area.width + column)
    return places


def texts_of(area: Area) -> dict[str, set[int]]:
    """The places of each text, in whatever case."""
    places: dict[str, set[int]] = {}
    for row, column, value in area.filled():
        if isinstance(value, str):
            places.setdefault(value.casefold(), set()).add(row * area.width + column)
    return places


def for_each(criteria: Sequence[Area], answer: Callable[[list[Value]], Value]) -> Answer:
    """One answer, or one for each cell of criteria that are several."""
    height, width = max(area.height for area in criteria), max(area.width for area in criteria)
    if height == width == 1:
        return answer([area.value for area in criteria])
    return tuple(
        tuple(
            answer([area.at(0 if area.height == 1 else i, 0 if area.width == 1 else j) for area in criteria])
            for j in range(width)
        )
        for i in range(height)
    )


def alike(areas: Sequence[Area]) -> bool:
    """Whether areas have one shape."""
    return len({(area.height, area.width) for area in areas}) == 1


def added(values: Iterable[float]) -> float:
    """A sum, number by number as Excel adds, so that what cancels there cancels here."""
    total = 0.0
    for value in values:
        total += value
    return total


def counted(areas: Sequence[Area], criteria: Sequence[Area]) -> Answer:
    """COUNTIF and COUNTIFS."""
    if not alike(areas):
        return Code.VALUE

    def answer(given: list[Value]) -> Value:
        places, beyond = chosen(areas, given)
        return float(len(places) + beyond)

    return for_each(criteria, answer)


def summarised(
    of: Area, areas: Sequence[Area], criteria: Sequence[Area], summary: Callable[[list[float]], Value]
) -> Answer:
    """What is made of the numbers that stand where all criteria are met; the first error among them comes through."""
    if not alike([of, *areas]):
        return Code.VALUE

    def answer(given: list[Value]) -> Value:
        places, _ = chosen(areas, given)
        values = [of.at(*divmod(place, of.width)) for place in places]
        fault = next((value for value in values if isinstance(value, Code)), None)
        return fault or summary([value for value in values if isinstance(value, float)])

    return for_each(criteria, answer)


def average(values: list[float]) -> Value:
    return added(values) / len(values) if values else Code.DIV0


def least(values: list[float]) -> Value:
    return min(values, default=0.0)


def greatest(values: list[float]) -> Value:
    return max(values, default=0.0)


def countif(arguments: Sequence[Area]) -> Answer:
    """COUNTIF(range, criterion)."""
    return counted(arguments[:1], arguments[1:2])


def countifs(arguments: Sequence[Area]) -> Answer:
    """COUNTIFS(range, criterion, …)."""
    return counted(arguments[::2], arguments[1::2])


def one_criterion(summary: Callable[[list[float]], Value]) -> Callable[[Sequence[Area]], Answer]:
    """SUMIF and AVERAGEIF: range, criterion, and what is summed."""

    def answer(arguments: Sequence[Area]) -> Answer:
        of = arguments[2] if len(arguments) > 2 else arguments[0]
        return summarised(of, arguments[:1], arguments[1:2], summary)

    return answer


def several_criteria(summary: Callable[[list[float]], Value]) -> Callable[[Sequence[Area]], Answer]:
    """SUMIFS and its like: what is summed, then ranges and criteria in turn."""
    return lambda arguments: summarised(arguments[0], arguments[1::2], arguments[2::2], summary)


def records(table: Area, conditions: Area) -> Iterator[int]:
    """The rows of a table with a header that meet the conditions of one row below their header."""
    # Of two columns with one heading the first is meant.
    filled = [*Area(table.rows[:1], 1, table.width).filled()]
    heads = {folded_head(value): column for _, column, value in reversed(filled)}
    wanted: list[list[tuple[int, Criterion]]] = []
    for row in range(1, conditions.height):
        line = []
        for column in range(conditions.width):
            given, head = conditions.at(row, column), folded_head(conditions.at(0, column))
            if given is not None and head in heads:
                line.append((heads[head], begins(given)))
        wanted.append(line)
    for row in range(1, min(table.height, len(table.rows))):
        if any(all(test.holds(table.at(row, column)) for column, test in line) for line in wanted):
            yield row


def folded_head(value: Value) -> str:
    """A column's heading, whatever its case: `Paid`, 1, TRUE."""
    return (f"{value:.15g}" if type(value) is float else str(value)).strip().casefold()


def begins(given: Value) -> Criterion:
    """A condition of a D-function: a text without a sign stands for all that begin with it."""
    found = criterion(given)
    if found.sign == "" and isinstance(found.operand, str) and found.operand:
        return Criterion("", found.operand + "*")
    return found


def field_of(table: Area, given: Value) -> int | None:
    """The column that a D-function is asked for, by its heading or its number."""
    if isinstance(given, float):
        return int(given) - 1 if 1 <= int(given) <= table.width else None
    heads = [folded_head(table.at(0, column)) for column in range(table.width)]
    return heads.index(folded_head(given)) if given is not None and folded_head(given) in heads else None


def database(summary: Callable[[list[Value]], Value], whole: bool = False) -> Callable[[Sequence[Area]], Answer]:
    """A D-function: table, column and conditions. `whole`: without a column it counts the records."""

    def answer(arguments: Sequence[Area]) -> Answer:
        table, wanted, conditions = arguments
        if conditions.height < 2 or not wanted.single:
            return Code.VALUE
        rows = list(records(table, conditions))
        if whole and wanted.value is None:
            return float(len(rows))
        column = field_of(table, wanted.value)
        return Code.VALUE if column is None else summary([table.at(row, column) for row in rows])

    return answer


def of_numbers(summary: Callable[[list[float]], Value]) -> Callable[[list[Value]], Value]:
    """What is made of the numbers among values; an error comes through."""

    def answer(values: list[Value]) -> Value:
        fault = next((value for value in values if isinstance(value, Code)), None)
        return fault or summary([value for value in values if isinstance(value, float)])

    return answer


def only(values: list[Value]) -> Value:
    """DGET: the one value."""
    return Code.VALUE if not values else Code.NUM if len(values) > 1 else values[0]


def spread(measure: Callable[[list[float]], float], least_count: int) -> Callable[[list[float]], Value]:
    """A measure of spread, which needs so many numbers."""
    return lambda values: measure(values) if len(values) >= least_count else Code.DIV0


CRITERIA: dict[str, Callable[[Sequence[Area]], Answer]] = {
    "COUNTIF": countif,
    "COUNTIFS": countifs,
    "SUMIF": one_criterion(added),
    "AVERAGEIF": one_criterion(average),
    "SUMIFS": several_criteria(added),
    "AVERAGEIFS": several_criteria(average),
    "MINIFS": several_criteria(least),
    "MAXIFS": several_criteria(greatest),
}
DATABASE: dict[str, Callable[[Sequence[Area]], Answer]] = {
    "DSUM": database(of_numbers(added)),
    "DAVERAGE": database(of_numbers(average)),
    "DMIN": database(of_numbers(least)),
    "DMAX": database(of_numbers(greatest)),
    "DPRODUCT": database(of_numbers(lambda values: math.prod(values) if values else 0.0)),
    "DCOUNT": database(lambda values: float(sum(isinstance(value, float) for value in values)), whole=True),
    "DCOUNTA": database(lambda values: float(sum(value is not None for value in values)), whole=True),
    "DGET": database(only),
    "DSTDEV": database(of_numbers(spread(spreads.stdev, 2))),
    "DSTDEVP": database(of_numbers(spread(spreads.pstdev, 1))),
    "DVAR": database(of_numbers(spread(spreads.variance, 2))),
    "DVARP": database(of_numbers(spread(spreads.pvariance, 1))),
}


def criteria_of(function: str, arguments: Sequence[Area]) -> Sequence[Area]:
    """The criteria among the arguments."""
    if function in DATABASE:
        conditions = arguments[2]
        return [area_of(value) for row, _, value in conditions.filled() if row]
    return arguments[1:2] if function in ("COUNTIF", "SUMIF", "AVERAGEIF") else (
        arguments[1::2] if function == "COUNTIFS" else arguments[2::2]
    )  # fmt: skip
