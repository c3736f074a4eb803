"""Oracle of the borrowing-base certificate: docs/functions/borrowing_base_cert.md in exact fractions of the doubles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cover import exact, rounded
from days import business_day
from high_precision import (
    DIV0,
    NUM,
    VALUE,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO = Fraction(0)


def column(series: Number, count: int) -> list[Number]:
    listed = as_series(series)
    refuse_unless(len(listed) in (1, count), VALUE)
    return listed * count if len(listed) == 1 else listed


def trimmed(counted: list[Fraction], groups: list[list[int]], most: Fraction) -> list[Fraction]:
    """Each group that holds more than the most keeps that much, in proportion."""
    left = list(counted)
    for group in groups:
        held = sum((counted[i] for i in group), ZERO)
        if held > most:
            for i in group:
                left[i] = counted[i] * most / held
    return left


def groups_of(names: list[Number]) -> list[list[int]]:
    return [[i for i, other in enumerate(names) if other == name] for name in sorted(set(names))]


def borrowing_base_cert(
    cost: Number, age_months: Number, life_months: Number, asset_class: Number, tests: Any, advances: Number,
    offtaker: Number, investment_grade: Number, vendor: Number = mpf(1), site: Number = mpf(1),
    offtaker_limit: Number = mpf(1), non_ig_limit: Number = mpf(0.35), vendor_limit: Number = mpf(1),
    site_limit: Number = mpf(1), max_age: Number = None, market: Number = None, haircut: Number = mpf(0),
) -> list[list[Number]]:  # fmt: skip
    count = len(tests)
    costs, ages, lives, classes, customers, grades, vendors, sites, cuts = (
        column(series, count)
        for series in (
            cost, age_months, life_months, asset_class, offtaker, investment_grade, vendor, site, haircut
        )
    )  # fmt: skip
    markets = [None] * count if market is None else column(market, count)
    amounts(*costs, *ages, *lives, *(each for each in markets if each is not None))
    refuse_unless(all(lives), DIV0)
    refuse_unless(all(each in (0, 1) for row in tests for each in row) and all(each in (0, 1) for each in grades))
    rates = as_series(advances)
    refuse_unless(all(0 <= each <= 1 for each in rates) and all(each <= 1 for each in cuts))
    limits = offtaker_limit, non_ig_limit, vendor_limit, site_limit
    refuse_unless(all(0 <= each <= 1 for each in limits) and (max_age is None or max_age >= 0))
    for names in (classes, customers, vendors, sites):
        refuse_unless(all(each >= 1 and each == int(each) for each in names))
    refuse_unless(max(classes) <= len(rates))
    for limit, names in ((offtaker_limit, customers), (vendor_limit, vendors), (site_limit, sites)):
        refuse_unless(exact(limit) * len(set(names)) >= 1 - Fraction(1, 10**12))
    reasons, values = [], []
    for i, row in enumerate(tests):
        failing = [place for place, met in enumerate([*row, 0 if max_age is not None and ages[i] > max_age else 1], 1)
                   if not met]  # fmt: skip
        reasons.append(failing[0] if failing else 0)
        value = exact(costs[i]) * max(ZERO, 1 - exact(ages[i]) / exact(lives[i]))
        if markets[i] is not None:
            value = min(value, exact(markets[i]) * (1 - exact(cuts[i])))
        values.append(ZERO if failing else value)
    whole = sum(values, ZERO)
    counted = trimmed(values, groups_of(customers), exact(offtaker_limit) * whole)
    weak = [i for i, grade in enumerate(grades) if grade == 0]
    counted = trimmed(counted, [weak], exact(non_ig_limit) * whole)
    counted = trimmed(counted, groups_of(vendors), exact(vendor_limit) * whole)
    counted = trimmed(counted, groups_of(sites), exact(site_limit) * whole)
    return [
        [
            mpf(reason == 0), mpf(reason), rounded(value), rounded(value - left),
            rounded(exact(rates[int(kind) - 1]) * left),
        ]
        for reason, value, left, kind in zip(reasons, values, counted, classes, strict=True)
    ]  # fmt: skip


def base_availability(
    base: Number, drawn: Number, reserves: Number = mpf(0), commitment: Number = None, certificate_date: Number = None,
    cure_days: Number = mpf(5), calendar: str = "weekends",
) -> list[Number]:  # fmt: skip
    amounts(base, drawn, reserves, cure_days, *([commitment] if commitment is not None else []))
    refuse_unless(cure_days == int(cure_days) and cure_days <= 1000)
    if certificate_date is not None:
        refuse_unless(36_161 <= certificate_date <= 73_415 and certificate_date == int(certificate_date))
    limit = max(ZERO, exact(base) - exact(reserves))
    if commitment is not None:
        limit = min(limit, exact(commitment))
    over = exact(drawn) - limit
    day: Any = mpf(0)
    if over > 0:
        refuse_unless(certificate_date is not None)
        try:
            day = business_day(certificate_date, cure_days, calendar)
        except Refused:
            day = NUM
    return [rounded(limit), rounded(max(ZERO, -over)), rounded(max(ZERO, over)), day]


FUNCTIONS: dict[str, Function] = {
    "CFI_BORROWING_BASE_CERT": borrowing_base_cert, "CFI_BASE_AVAILABILITY": base_availability
}  # fmt: skip


def random_certificate(d: Draw) -> list[Any]:
    count, names = d.randint(2, 9), d.randint(1, 4)
    customers = [1 + i % names for i in range(count)]
    sites = [d.randint(1, 2) for _ in range(count)]
    return [
        d.series(count, 0, 1000), d.series(count, 0, 90), d.choice([72, d.series(count, 36, 84)]),
        [d.randint(1, 2) for _ in range(count)], [[int(d.random() < 0.93) for _ in range(6)] for _ in range(count)],
        [0.9, d.even(0.3, 0.8)], customers, [int(d.random() < 0.5) for _ in range(count)],
        [d.randint(1, 3) for _ in range(count)], sites, d.choice([1, 1 / min(names, count), 0.7 if names > 1 else 1]),
        d.choice([None, 0.35, 0.2, 1]), d.choice([None, 1]), d.choice([None, 0.6 if len(set(sites)) > 1 else 1]),
        d.choice([None, 60]), d.choice([None, d.series(count, 0, 1000)]), d.choice([None, d.even(0, 0.4)]),
    ]  # fmt: skip


def random_availability(d: Draw) -> list[Any]:
    return [
        d.even(0, 2000), d.even(0, 2000), d.choice([None, d.even(0, 200)]), d.choice([None, d.even(500, 2500)]),
        d.randint(46_000, 47_500), d.choice([None, d.randint(0, 20)]), d.choice([None, "us", "uk", "us+uk"]),
    ]  # fmt: skip


FLEET = [
    [1000, 1000, 500, 400], [0, 12, 0, 0], 72, [1, 1, 2, 1], [[1, 1], [1, 1], [1, 1], [1, 0]], [0.9, 0.6],
    [1, 2, 3, 1], [1, 0, 0, 1],
]  # fmt: skip
POINTS = {
    "CFI_BORROWING_BASE_CERT": points(
        "CFI_BORROWING_BASE_CERT",
        random_certificate,
        [
            ([*FLEET, 1, 1, 1, 0.35], "not investment grade"), ([*FLEET, 1, 1, 0.4, 1], "one offtaker too large"),
            ([*FLEET, 1, [1, 1, 2, 2], 1, 1, 1, 0.6], "one site too large"),
            ([*FLEET, [1, 1, 2, 2], 1, 1, 0.35, 0.7, 1], "vendor and grade"),
            ([*FLEET, 1, 1, 1, 1, 1, 1, 6], "over age"),
            ([*FLEET, 1, 1, 1, 1, 1, 1, None, [900, 400, 500, 0], 0.2], "market"),
            ([*FLEET, 1, 1, 0.3], "three offtakers of 30%"), ([*FLEET, 1, 1, 1, 0.35, 0.5], "one vendor of 50%"),
            ([*FLEET[:3], [1, 1, 3, 1], *FLEET[4:]], "no third class"),
            ([*FLEET[:5], [0.9, 60], *FLEET[6:]], "60 for 60%"),
            ([*FLEET[:4], [[0, 1]] * 4, *FLEET[5:]], "nothing eligible"),
            ([*FLEET[:2], 0, *FLEET[3:]], "no life"), ([*FLEET[:4], [[1, 2]] * 4, *FLEET[5:]], "no flag"),
            ([[1000, 500], *FLEET[1:]], "two costs"), ([*FLEET[:6], [1, 2, 2.5, 1], 1], "no number of a name"),
            ([1000, 6, 72, 1, [[1, 1, 1]], 0.9, 1, 1], "one asset"),
        ],
        25,
    ),
    "CFI_BASE_AVAILABILITY": points(
        "CFI_BASE_AVAILABILITY",
        random_availability,
        [
            ([1543.125, 1400, 50], "available"), ([1543.125, 1600, 50, 2000, 46234, 5, "us"], "short"),
            ([1543.125, 1600, 50], "short without a date"), ([1543.125, 1493.125, 50], "just enough"),
            ([100, 0, 200], "reserves above the base"), ([100, 50, 0, 20, 46234, 0], "above the commitment"),
            ([100, 150, 0, None, 73_415], "past the calendar"), ([100, 50, -1], "negative reserve"),
            ([100, 150, 0, None, 46234.5], "a time of day"), ([100, 150, 0, None, 46234, 2.5], "half a day"),
        ],
        15,
    ),
}  # fmt: skip


def scale(cost: Any, *_: Any) -> Any:
    return floor(1000 * max(*as_series(cost), mpf(1)), "excess is a difference of values; scale is the cost")


TOLERANCES: dict[str, Any] = {
    "CFI_BORROWING_BASE_CERT": scale,
    "CFI_BASE_AVAILABILITY": lambda base, drawn, *_: floor(10 * max(base, drawn), "differences of amounts"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
