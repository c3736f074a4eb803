"""Cash flows on days: XIRR as Excel stops its search, blank cells among the flows left out.

XIRR(A1:D1,A2:D2), B and C blank in both rows      →   the rate of A and D
XIRR of -100 and 115 a year later                  →   0.14999999999999986…, as Excel, and not 0.15
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from computefi.errors import Code
from computefi.recalc.natives.area import Area, Doubtful
from computefi.xlsx.cells import Value

Given = Sequence[Area | None]
Flows = list[tuple[float, float]]
GUESS, LEAST, NEAR, LARGEST = 0.1, 1e-5, 1e-8, 1e6
# Where it is asked whether there is one rate: in so many parts of an interval, and not below.
PARTS, LOWEST = 64, -0.9999


def flows(values: Area | None, days: Area | None) -> Flows | Code:
    """What is paid on which day, whole days; a pair of blanks is none."""
    if values is None or days is None or values.size != days.size:
        return Code.NUM
    if values.size == 1:
        return Code.NA
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
    return Code.NUM if any(day < max(found[0][1], 0) for _, day in found) else found


def xirr(given: Given) -> Value:
    """XIRR(values, days, [guess])."""
    found = flows(given[0], given[1])
    guess = given[2].value if len(given) > 2 and given[2] is not None else GUESS
    if isinstance(found, Code) or isinstance(guess, (Code, str)):
        return found if isinstance(found, Code) else guess if isinstance(guess, Code) else Code.VALUE
    if found[0][0] == 0:
        raise Doubtful("XIRR of flows of which the first is 0, which Excel often gets wrong")
    rate = float(guess if guess is not None else GUESS)
    if rate <= -1 or not (any(paid > 0 for paid, _ in found) and any(paid < 0 for paid, _ in found)):
        return Code.NUM
    worth = Worth(found)
    return as_excel_stops(worth, rate)


class Worth:
    """What flows are worth on the first day at a rate, with the first of them taken for a receipt."""

    def __init__(self, found: Flows) -> None:
        self.first, start = found[0]
        self.flows = [(paid if self.first > 0 else -paid, (day - start) / 365) for paid, day in found]
        self.total = math.fsum(paid for paid, _ in self.flows) / abs(self.first)
        by_day: dict[float, float] = {}
        for paid, years in sorted(self.flows, key=lambda flow: flow[1]):
            by_day[years] = by_day.get(years, 0.0) + paid
        signs = [paid > 0 for paid in by_day.values() if paid]
        # How often what is paid turns into what is received, or back.
        self.turns = sum(one != other for one, other in itertools.pairwise(signs))
        self.last = math.inf if signs and signs[-1] else -math.inf

    def at(self, rate: float) -> float:
        """Summed as Excel's formula is written, for a rate of two digits is met to the last one."""
        growth, value = 1 + rate, 0.0
        try:
            for paid, years in self.flows:
                value += paid / growth**years
        except (OverflowError, ZeroDivisionError):
            return self.last  # near -100% the last flow is worth more than any number
        return value

    def has_one_rate(self, low: float, high: float) -> bool:
        """Whether the worth turns once in an interval, which it does wherever payments turn once into receipts."""
        if self.turns == 1:
            return True
        rates = (low + (high - low) * step / PARTS for step in range(PARTS + 1))
        below = [self.at(max(rate, LOWEST)) < 0 for rate in rates]
        return below[0] and sum(one != other for one, other in itertools.pairwise(below)) == 1


def as_excel_stops(worth: Worth, guess: float) -> float | Code:
    """Excel's rate: it halves an interval, and stops before the last digits.

    The interval begins at 0, as long as the guess, twice as long each time until the rate is in it; for a loss it is
    as long below 0, or all below that. Excel stops where it is short beside the rate and, for a loss, the worth is
    small beside the first flow. Of a loss of twice the first flow or more it makes 0, however large the rate is.
    """
    step, found = abs(guess) or LEAST, worth.total < 2
    if (guess < 0 and worth.total <= 0) or (step >= 1 and 0 < worth.total < 2):
        return Code.NUM
    if guess < 0 and not found:
        raise Doubtful("XIRR of a loss from a guess below 0")
    low, high = 0.0, step
    if 0 < worth.total < 2:
        low, high = (-step, 0.0) if worth.at(-step) < 0 else (-1.0, -step)
    elif found:
        while worth.at(high) < 0:
            high *= 2
            if high > LARGEST:
                raise Doubtful("XIRR of flows for which no rate is found that occurs")
    if found and not worth.has_one_rate(low, high):
        raise Doubtful("XIRR of flows that have several rates, or none")
    while low < (middle := (low + high) / 2) < high:
        value = worth.at(middle)
        near = high - low <= NEAR * (2 * abs(middle) + 1)
        if near and (worth.total <= 0 or not found or abs(value) <= 2 * NEAR * abs(worth.first)):
            return middle
        low, high = (low, middle) if value > 0 or not found else (middle, high)
    return Code.NUM
