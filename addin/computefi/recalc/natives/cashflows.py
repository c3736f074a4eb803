"""Cash flows on days: XIRR over ranges in which some cells are blank.

XIRR(A1:D1,A2:D2), B and C blank in both rows   →   the rate of A and D
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from computefi.errors import Code
from computefi.recalc.natives.area import Area, Doubtful
from computefi.xlsx.cells import Value

Given = Sequence[Area | None]
Flows = list[tuple[float, float]]
STEPS, NEAR = 100, 1e-8


def flows(values: Area | None, days: Area | None) -> Flows | Code:
    """What is paid on which day, whole days; a pair of blanks is none."""
    if values is None or days is None or values.size != days.size:
        return Code.NUM
    found: Flows = []
    for place in range(values.size):
        paid, day = values.at(*divmod(place, values.width)), days.at(*divmod(place, days.width))
        if paid is None and day is None:
            continue
        for one in (paid, day):
            if isinstance(one, (Code, str, bool)):
                return one if isinstance(one, Code) else Code.VALUE
        assert not isinstance(paid, (str, Code))
        assert not isinstance(day, (str, Code))
        found.append((float(paid or 0.0), float(math.floor(day or 0.0))))
    if not found:
        return Code.NUM
    return Code.NUM if any(day < found[0][1] for _, day in found) else found


def present_value(found: Flows, rate: float) -> tuple[float, float]:
    """The value of the flows on the first day at a rate, and how it moves with the rate."""
    value = slope = 0.0
    for paid, day in found:
        years = (day - found[0][1]) / 365
        factor = (1 + rate) ** -years
        value += paid * factor
        slope -= years * paid * factor / (1 + rate)
    return value, slope


def xirr(given: Given) -> Value:
    """XIRR(values, days, [guess])."""
    found = flows(given[0], given[1])
    guess = given[2].value if len(given) > 2 and given[2] is not None else 0.1
    if isinstance(found, Code) or isinstance(guess, (Code, str)):
        return found if isinstance(found, Code) else guess if isinstance(guess, Code) else Code.VALUE
    if found[0][0] == 0:
        raise Doubtful("XIRR of flows of which the first is 0, which Excel often gets wrong")
    rate = float(guess if guess is not None else 0.1)
    if rate <= -1 or not (any(paid > 0 for paid, _ in found) and any(paid < 0 for paid, _ in found)):
        return Code.NUM
    for _ in range(STEPS):
        value, slope = present_value(found, rate)
        if not slope or not math.isfinite(slope):
            return Code.NUM
        ahead = rate - value / slope
        if ahead <= -1:
            ahead = (rate - 1) / 2
        if abs(ahead - rate) <= NEAR * max(1.0, abs(rate)):
            return refined(found, ahead)
        rate = ahead
    return Code.NUM


def refined(found: Flows, rate: float) -> float:
    """One more step, for the last digits."""
    value, slope = present_value(found, rate)
    return rate - value / slope


def is_plain(given: Given) -> bool:
    """Whether neither values nor days have blank cells, and the first value is not 0."""
    return all(area is not None and area.size == sum(1 for _ in area.filled()) for area in given) and bool(
        given[0] and given[0].value
    )
