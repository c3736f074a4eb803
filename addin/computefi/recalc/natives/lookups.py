"""Functions that look something up: MATCH, VLOOKUP, HLOOKUP, LOOKUP, XMATCH, XLOOKUP.

MATCH(1E+306,A:A)   →   the last row with a number; blanks, texts and errors are passed over, as Excel's search does
VLOOKUP("k",T,2,0)  →   through an index, which is made once for a table
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.recalc.natives.values import RANK, folded, has_wildcard, number_of, order, pattern, same_kind, sorted_as
from computefi.xlsx.cells import Rows, Value

Answer = Value | Rows
Given = Sequence[Area | None]
Place = int | None
"""Where something was found, counted from 0."""


def vector_of(area: Area) -> list[Value]:
    """A row or a column as far as it is read; of a block its first column."""
    return area.row(0) if area.height == 1 and area.width > 1 else area.column(0)


def equal(area: Area, value: Value, last: bool = False) -> Place:
    """The first place, or the last, of a value in a row or column, through an index."""

    def index() -> dict[tuple[type, Value], int]:
        found: dict[tuple[type, Value], int] = {}
        places = list(enumerate(vector_of(area)))
        for place, one in places if last else reversed(places):
            if one is not None and not isinstance(one, Code):
                found[type(one), folded(one)] = place
        return found

    return area.known(("index", last), index).get((type(value), folded(value)))


def like(area: Area, text: str, last: bool = False) -> Place:
    """The first place, or the last, of a text that is like a pattern."""
    matches = pattern(text)
    places = list(enumerate(vector_of(area)))
    for place, one in reversed(places) if last else places:
        if isinstance(one, str) and matches(one):
            return place
    return None


def rising(area: Area, value: Value) -> Place:
    """Excel's search by halves in values that rise: the last that is not above; it looks past other kinds."""
    vector = vector_of(area)
    low, high, found = 0, max(area.height, area.width) - 1, None
    while low <= high:
        middle = (low + high) // 2
        place = next((i for i in range(middle, min(high + 1, len(vector))) if same_kind(vector[i], value)), None)
        side = 1 if place is None else order(vector[place], value)
        if place is None or side > 0:
            high = middle - 1
        elif side < 0:
            found, low = place, place + 1
        else:
            while (
                place + 1 < len(vector) and same_kind(vector[place + 1], value) and vector[place + 1] == vector[place]
            ):
                place += 1
            return place
    return found


def falling(area: Area, value: Value) -> Place:
    """The last of falling values that is not below; blanks and other kinds are passed over."""
    found = None
    for place, one in enumerate(vector_of(area)):
        if same_kind(one, value):
            if order(one, value) < 0:
                break
            found = place
            if order(one, value) == 0:
                break
    return found


def nearest(area: Area, value: Value, side: int, last: bool) -> Place:
    """The place of a value, or of the next one on a side of it: -1 below, 1 above; in no order, and in any kind."""
    vector, wanted = vector_of(area), rank(value)
    best: Place = None
    beyond = [] if max(area.height, area.width) == len(vector) else [None]
    vector = [*vector, *beyond]
    places: Iterable[int] = reversed(range(len(vector))) if last else range(len(vector))
    for place in places:
        if isinstance(vector[place], Code):
            continue
        one = rank(vector[place])
        if (one > wanted if side < 0 else one < wanted) or (
            best is not None and not (one > rank(vector[best]) if side < 0 else one < rank(vector[best]))
        ):
            continue
        best = place
    return best


def halved(area: Area, value: Value, side: int, falls: bool) -> Place:
    """XMATCH's search by halves: the first of equal values, where they fall the last; else the one beside the gap."""
    vector = vector_of(area)
    vector = vector[::-1] if falls else vector
    wanted, low, high = sort_key(value), 0, len(vector)
    while low < high:
        middle = (low + high) // 2
        if sort_key(vector[middle]) < wanted:
            low = middle + 1
        else:
            high = middle
    if low == len(vector) or sort_key(vector[low]) != wanted:
        low = low if side > 0 else low - 1 if side < 0 else -1
    if not 0 <= low < len(vector) or vector[low] is None or isinstance(vector[low], Code):
        return None
    return len(vector) - 1 - low if falls else low


def sort_key(value: Value) -> tuple[int, Any]:
    """What puts values of all kinds in the order in which Excel sorts them: errors and blanks come last."""
    if value is None or isinstance(value, Code):
        return (4 if value is None else 3), 0
    return RANK[type(value)], sorted_as(value) if isinstance(value, str) else value


def rank(value: Value) -> tuple[int, Any]:
    """What puts values of all kinds in an order; blank is 0."""
    return RANK.get(type(value), 0), folded(0.0 if value is None else value)


def each(values: Area, answer: Callable[[Value], Value]) -> Answer:
    """The answer for a value, or for each of several."""
    if values.single:
        return answer(values.value)
    return tuple(tuple(answer(values.at(i, j)) for j in range(values.width)) for i in range(values.height))


def option(given: Given, place: int, absent: float) -> Value:
    """A setting among the arguments: `absent` where there is none, 0 where its place is left empty."""
    if place >= len(given):
        return absent
    area = given[place]
    value = 0.0 if area is None else area.value
    if isinstance(value, Code):
        return value
    value = number_of(value) if isinstance(value, str) else value or 0.0
    return Code.VALUE if value is None else float(value)


def block(area: Area | None) -> Area:
    """An argument that must be there."""
    return area or Area(((Code.VALUE,),), 1, 1)


def is_vector(area: Area) -> bool:
    """Whether an area is one row or one column."""
    return area.height == 1 or area.width == 1


def matched(area: Area, value: Value, kind: float) -> Place:
    """MATCH in one row or column."""
    if kind == 0:
        if isinstance(value, str) and has_wildcard(value):
            return like(area, value)
        return equal(area, 0.0 if value is None else value)
    value = 0.0 if value is None else value
    return rising(area, value) if kind > 0 else falling(area, value)


def position(place: Place) -> Value:
    """A place as a function says it."""
    return Code.NA if place is None else place + 1.0


def match(given: Given) -> Answer:
    """MATCH(value, row or column, [1, 0 or -1])."""
    area, kind = block(given[1]), option(given, 2, 1.0)

    def answer(value: Value) -> Value:
        if isinstance(value, Code):
            return value
        if value is None and kind == 0:
            return Code.NA
        if isinstance(kind, Code) or not is_vector(area):
            return kind if isinstance(kind, Code) else Code.NA
        assert isinstance(kind, float)
        return position(matched(area, value, kind))

    return each(block(given[0]), answer)


def xmatched(area: Area, value: Value, kind: float, search: float) -> Place | Code:
    """XMATCH in one row or column."""
    if not is_vector(area) or kind not in (-1, 0, 1, 2) or search not in (-2, -1, 1, 2):
        return Code.VALUE
    if kind == 2 and abs(search) == 2:
        return Code.VALUE
    last = search == -1
    if value is None:
        return blank_place(area, last)
    if kind == 2:
        return like(area, value, last) if isinstance(value, str) else equal(area, value, last)
    if abs(search) == 2:
        return halved(area, value, int(kind), search < 0)
    found = equal(area, value, last)
    if found is not None or kind == 0:
        return found
    return nearest(area, value, int(kind), last)


def blank_place(area: Area, last: bool) -> Place:
    """The first blank cell, or the last: what a blank is found in."""
    vector, length = vector_of(area), max(area.height, area.width)
    blanks = [place for place, one in enumerate(vector) if one is None]
    blanks += [len(vector), length - 1] if length > len(vector) else []
    return None if not blanks else blanks[-1] if last else blanks[0]


def xmatch(given: Given) -> Answer:
    """XMATCH(value, row or column, [how], [from where])."""
    area, kind, search = block(given[1]), option(given, 2, 0.0), chosen_search(given, 3)

    def answer(value: Value) -> Value:
        if isinstance(value, Code):
            return value
        if not isinstance(kind, float) or not isinstance(search, float):
            return next(one for one in (kind, search) if not isinstance(one, float))
        found = xmatched(area, value, kind, search)
        return found if isinstance(found, Code) else position(found)

    return each(block(given[0]), answer)


def chosen_search(given: Given, place: int) -> Value:
    """From where is searched; from the first where nothing is said."""
    return 1.0 if place >= len(given) or given[place] is None else option(given, place, 1.0)


def xlookup(given: Given) -> Answer:
    """XLOOKUP(value, row or column, what is given back, [otherwise], [how], [from where])."""
    value, area, back = block(given[0]), block(given[1]), block(given[2])
    otherwise = given[3] if len(given) > 3 else None
    places = xmatch((value, area, *(given[4:5] or (None,)), *given[5:6]))
    upright = area.height > 1 or area.width == 1
    if (back.height if upright else back.width) != max(area.height, area.width):
        return Code.VALUE

    def found(place: Value, asked: Value) -> Answer:
        if place is Code.NA and otherwise is not None and asked is not Code.NA:
            return otherwise.value
        if not isinstance(place, float):
            return place
        if upright:
            line = tuple(back.at(int(place) - 1, column) for column in range(back.width))
            return line[0] if back.width == 1 else (line,)
        column = tuple((back.at(row, int(place) - 1),) for row in range(back.height))
        return column[0][0] if back.height == 1 else column

    if not isinstance(places, tuple):
        return found(places, value.value)

    def first(place: Value, row: int, column: int) -> Value:
        answer = found(place, value.at(row, column))
        return answer[0][0] if isinstance(answer, tuple) else answer

    if len(places[0]) == 1 and upright and back.width > 1 and len(places) > 1:
        return tuple((first(line[0], row, 0),) for row, line in enumerate(places))
    return tuple(
        tuple(first(place, row, column) for column, place in enumerate(line)) for row, line in enumerate(places)
    )


def table_lookup(by_column: bool) -> Callable[[Given], Answer]:
    """VLOOKUP and HLOOKUP: value, table, number of the column or row, and whether the next smaller one will do."""

    def answer(given: Given) -> Answer:
        table, near = block(given[1]), option(given, 3, 1.0)
        length = len(table.rows)
        head = table.known(
            ("head", by_column),
            lambda: (
                Area(tuple((table.at(i, 0),) for i in range(length)), table.height, 1)
                if by_column
                else Area((tuple(table.at(0, j) for j in range(len(table.rows[0]))),), 1, table.width)
            ),
        )
        numbers = given[2] if len(given) > 2 and given[2] is not None else Area(((0.0,),), 1, 1)

        def one(asked: list[Value]) -> Value:
            value, number = asked
            if isinstance(value, Code) or isinstance(number, Code):
                return value if isinstance(value, Code) else number
            number = 0.0 if number is None else number_of(number) if isinstance(number, str) else number
            if not isinstance(near, float):
                return near
            if number is None or number < 1:
                return Code.VALUE
            if number >= (table.width if by_column else table.height) + 1:
                return Code.REF
            place = matched(head, value, 1.0 if near else 0.0)
            if place is None:
                return Code.NA
            return table.at(place, int(number) - 1) if by_column else table.at(int(number) - 1, place)

        return for_each([block(given[0]), numbers], one)

    return answer


def lookup(given: Given) -> Answer:
    """LOOKUP(value, row or column, [row or column]) or LOOKUP(value, block)."""
    area = block(given[1])
    if len(given) > 2:
        searched, back = area, block(given[2])
    elif area.width > area.height:
        searched = area.known("first row", lambda: Area((tuple(area.row(0)),), 1, area.width))
        back = area.known("last row", lambda: Area((tuple(area.row(area.height - 1)) or (None,),), 1, area.width))
    else:
        rows = range(len(area.rows))
        searched = area.known("first column", lambda: Area(tuple((area.at(i, 0),) for i in rows), area.height, 1))
        right = area.width - 1
        back = area.known("last column", lambda: Area(tuple((area.at(i, right),) for i in rows), area.height, 1))

    def answer(value: Value) -> Value:
        if isinstance(value, Code):
            return value
        place = rising(searched, 0.0 if value is None else value)
        if place is None:
            return Code.NA
        return back.at(0, place) if back.height == 1 and back.width > 1 else back.at(place, 0)

    return each(block(given[0]), answer)


def rises(area: Area) -> bool:
    """Whether a row or column is numbers that rise from one to the next, which is what the engine can search."""

    def find() -> bool:
        vector: list[Any] = vector_of(area)
        return (
            len(vector) == max(area.height, area.width)
            and all(isinstance(value, float) for value in vector)
            and all(one < higher for one, higher in itertools.pairwise(vector))
        )

    return area.known("rises", find)


def engine_searches(function: str, given: Given) -> bool:
    """Whether the engine finds what Excel finds: equal values always, the next smaller among rising numbers."""
    value, area = block(given[0]), block(given[1])
    if function != "MATCH" and not value.value:
        # Of 0, FALSE and blank it takes a blank for one.
        return False
    if function in ("XMATCH", "XLOOKUP"):
        one_by_one = chosen_search(given, 3) in (1, -1)
        return function == "XMATCH" and one_by_one and value.value is not None and area.size > 1
    kind = option(given, 3 if function in ("VLOOKUP", "HLOOKUP") else 2, 1.0) if function != "LOOKUP" else 1.0
    if function in ("VLOOKUP", "HLOOKUP"):
        number = option(given, 2, 0.0)
        if not isinstance(number, float) or number < 1:
            return False
        head = area.column(0) if function == "VLOOKUP" else area.row(0)
        area = area.known(("line", function), lambda: Area(tuple((one,) for one in head) or ((None,),), len(head), 1))
        if len(head) < (block(given[1]).height if function == "VLOOKUP" else block(given[1]).width):
            return kind == 0
    if function == "LOOKUP" and not is_vector(area):
        return False
    if kind == 0:
        return area.size > 1
    return kind == 1 and isinstance(value.value, float) and area.size > 1 and rises(area)


LOOKUPS: dict[str, Callable[[Given], Answer]] = {
    "MATCH": match,
    "XMATCH": xmatch,
    "LOOKUP": lookup,
    "VLOOKUP": table_lookup(True),
    "HLOOKUP": table_lookup(False),
    "XLOOKUP": xlookup,
}
