"""SORT and SORTBY, for the order of texts: the engine sorts by their characters, Excel as a dictionary does.

SORT({"Zebra";"É";"co-op";"coop"})   →   coop, co-op, É, Zebra
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.lookups import sort_key
from computefi.xlsx.cells import Rows, Value

Answer = Value | Rows
Given = Sequence[Area | None]
Key = tuple[Sequence[Value], bool]
"""What is sorted by, and whether it falls."""


def values_of(given: Given, place: int, otherwise: Value) -> list[Value]:
    """The values of an argument; one where it is left out."""
    area = given[place] if place < len(given) else None
    return [otherwise] if area is None else [value for row in area.rows for value in row]


def falls(direction: Value) -> bool | Code:
    """Whether 1 or -1 asks for falling values."""
    if isinstance(direction, Code):
        return direction
    return Code.VALUE if direction not in (1, -1) else direction == -1


def sort(given: Given) -> Answer:
    """SORT(array, [columns or rows], [1 or -1], [whether columns are sorted])."""
    area = given[0]
    [across, *_] = values_of(given, 3, False)
    if area is None or isinstance(across, (str, Code)):
        return across if isinstance(across, Code) else Code.VALUE
    lines = list(zip(*area.rows, strict=True)) if across else list(area.rows)
    numbers, directions = values_of(given, 1, 1.0), values_of(given, 2, 1.0)
    if len(directions) not in (1, len(numbers)):
        return Code.VALUE
    keys: list[Key] = []
    for place, number in enumerate(numbers):
        falling = falls(directions[place if len(directions) > 1 else 0])
        for fault in (number, falling):
            if isinstance(fault, Code):
                return fault
        if isinstance(number, (str, Code)) or isinstance(falling, Code) or not 1 <= int(number or 0) <= len(lines[0]):
            return Code.VALUE
        keys.append(([line[int(number or 0) - 1] for line in lines], falling))
    found = in_order(lines, keys)
    return tuple(zip(*found, strict=True)) if across else tuple(found)


def sort_by(given: Given) -> Answer:
    """SORTBY(array, row or column, [1 or -1], …)."""
    area, keys = given[0], []
    across = area is not None and given[1] is not None and given[1].width > 1 and given[1].height == 1
    if area is None:
        return Code.VALUE
    lines = list(zip(*area.rows, strict=True)) if across else list(area.rows)
    for place in range(1, len(given), 2):
        [direction, *_] = values_of(given, place + 1, 1.0)
        falling, values = falls(direction), values_of(given, place, None)
        if isinstance(falling, Code) or len(values) != len(lines):
            return falling if isinstance(falling, Code) else Code.VALUE
        keys.append((values, falling))
    found = in_order(lines, keys)
    return tuple(zip(*found, strict=True)) if across else tuple(found)


def in_order(lines: Sequence[tuple[Value, ...]], keys: Iterable[Key]) -> list[tuple[Value, ...]]:
    """Lines sorted by the first key, equal ones by the next; a blank comes last either way."""
    places = list(range(len(lines)))
    for values, falling in reversed(list(keys)):
        ranks = [((value is None) != falling, sort_key(value)) for value in values]
        places.sort(key=ranks.__getitem__, reverse=falling)
    return [lines[place] for place in places]


SORTS: dict[str, Callable[[Given], Answer]] = {"SORT": sort, "SORTBY": sort_by}
