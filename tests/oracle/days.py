"""Oracle of dates: a calendar walked day by day, with each holiday's own rule; nothing of numpy, no kept calendar."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import pairwise
from typing import Any

from cover import rounded
from high_precision import NUM, VALUE, Draw, Function, Number, Refused, points, refuse_unless, write

ZERO = dt.date(1899, 12, 30)
DAY = dt.timedelta(days=1)
MONDAY, WEDNESDAY, THURSDAY, SATURDAY, SUNDAY = 0, 2, 3, 5, 6
WORDS = {
    "basis": ("act/360", "act/365f", "30/360", "30e/360", "act/act"),
    "convention": ("following", "modified following", "preceding", "modified preceding"),
}


def day_of(serial: Number, low: int = 61, high: int = 2_958_465) -> dt.date:
    refuse_unless(serial == int(serial) and low <= serial <= high)
    return ZERO + int(serial) * DAY


def dated(serial: Number) -> dt.date:
    return day_of(serial, 36_161, 73_415)


def serial(day: dt.date) -> int:
    return (day - ZERO).days


def nth(year: int, month: int, weekday: int, number: int) -> dt.date:
    """The second Monday of October; the last one for number −1."""
    if number < 0:
        day = dt.date(year + month // 12, month % 12 + 1, 1) - DAY
        while day.weekday() != weekday:
            day -= DAY
        return day
    day = dt.date(year, month, 1)
    while day.weekday() != weekday:
        day += DAY
    return day + 7 * (number - 1) * DAY


def easter(year: int) -> dt.date:
    """Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    left = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * left) // 451
    month, day = divmod(h + left - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def federal_reserve(year: int) -> set[dt.date]:
    """A Sunday's holiday is kept on Monday, a Saturday's not at all (Federal Reserve Banks, holiday schedule)."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= 2022 else [])
    days = {dt.date(year, *each) for each in fixed}
    days = {day + DAY if day.weekday() == SUNDAY else day for day in days}
    return days | {
        nth(year, 1, MONDAY, 3), nth(year, 2, MONDAY, 3), nth(year, 5, MONDAY, -1), nth(year, 9, MONDAY, 1),
        nth(year, 10, MONDAY, 2), nth(year, 11, THURSDAY, 4),
    }  # fmt: skip


def england(year: int) -> set[dt.date]:
    """Years without a royal day; a weekend's holiday is kept on the next free weekday."""
    sunday = easter(year)
    days = {sunday - 2 * DAY, sunday + DAY, nth(year, 5, MONDAY, 1), nth(year, 5, MONDAY, -1), nth(year, 8, MONDAY, -1)}
    for day in (dt.date(year, 1, 1), dt.date(year, 12, 25), dt.date(year, 12, 26)):
        kept = day
        while kept.weekday() in (SATURDAY, SUNDAY) or kept in days:
            kept += DAY
        days.add(kept)
    return days


CENTRES = {"us": federal_reserve, "uk": england}


def is_open(day: dt.date, calendar: str) -> bool:
    if day.weekday() in (SATURDAY, SUNDAY):
        return False
    return calendar == "weekends" or not any(day in CENTRES[centre](day.year) for centre in calendar.split("+"))


def rolled(day: dt.date, calendar: str, convention: str) -> dt.date:
    if convention == "none":
        return day
    step, moved = (DAY if convention.endswith("following") else -DAY), day
    while not is_open(moved, calendar):
        moved += step
    if convention.startswith("modified") and moved.month != day.month:
        moved = day
        while not is_open(moved, calendar):
            moved -= step
    return moved


def years_between(first: dt.date, last: dt.date, basis: str) -> Fraction:
    if basis.startswith("30"):
        d1, d2 = min(first.day, 30), last.day
        if d2 == 31 and (basis == "30e/360" or d1 == 30):
            d2 = 30
        return Fraction(360 * (last.year - first.year) + 30 * (last.month - first.month) + d2 - d1, 360)
    if basis == "act/act":
        total, day = Fraction(0), first
        while day < last:
            stop = min(last, dt.date(day.year + 1, 1, 1))
            length = (dt.date(day.year + 1, 1, 1) - dt.date(day.year, 1, 1)).days
            total, day = total + Fraction((stop - day).days, length), stop
        return total
    return Fraction((last - first).days, 360 if basis == "act/360" else 365)


def year_fraction(start_date: Number, end_date: Number, basis: str = "act/360") -> Number:
    first, last = day_of(start_date), day_of(end_date)
    refuse_unless(first <= last)
    refuse_unless(basis.lower() in WORDS["basis"], VALUE)
    return rounded(years_between(first, last, basis.lower()))


def business_day(
    start_date: Number, steps: Number = 0, calendar: str = "weekends", convention: str = "following"
) -> Number:
    refuse_unless(convention in WORDS["convention"], VALUE)
    refuse_unless(abs(steps) <= 1000 and steps == int(steps))
    day = rolled(dated(start_date), calendar, convention)
    for _ in range(abs(int(steps))):
        day += DAY if steps > 0 else -DAY
        while not is_open(day, calendar):
            day += DAY if steps > 0 else -DAY
    refuse_unless(36_161 <= serial(day) <= 73_415)
    return serial(day)


def shifted(day: dt.date, months: int, roll: str) -> dt.date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if roll == "imm":
        return nth(year, month + 1, WEDNESDAY, 3)
    last = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY
    return last if roll == "month end" or day.day > last.day else last.replace(day=day.day)


def imm(day: dt.date, step: int) -> dt.date:
    """The IMM date on the day or next to it, before (−1) or after (1)."""
    for away in range(4):
        month = shifted(day, step * away, "imm")
        if month.month % 3 == 0 and (month - day).days * step >= 0:
            return month
    raise AssertionError(day)


def schedule(
    start_date: Number, end_date: Number, months: Number = 3, calendar: str = "us",
    convention: str = "modified following", basis: str = "act/360", day: str = "date", stub: str = "short first",
) -> list[list[Number]]:  # fmt: skip
    first, last = dated(start_date), dated(end_date)
    refuse_unless(first < last)
    refuse_unless(months == int(months) and 1 <= months <= 120)
    refuse_unless(day != "imm" or months % 3 == 0)
    step = -int(months) if stub.endswith("first") else int(months)
    anchor = last if step < 0 else first
    if day == "imm":
        anchor = imm(anchor, -1 if step < 0 else 1)
    dates, number = [], 0
    while True:
        each = shifted(anchor, step * number, day)
        number += 1
        if each < first or each > last:
            if (each < first) == (step < 0):
                break
            continue
        dates.append(each)
    dates = sorted({*dates})
    broken = {"long first": first not in dates, "long last": last not in dates}.get(stub, False)
    inner = [each for each in dates if first < each < last]
    if broken and inner:
        inner.pop(0 if stub == "long first" else -1)
    moved = sorted({rolled(each, calendar, convention) for each in [first, *inner, last]})
    if len(moved) < 2:
        raise Refused(NUM)
    return [[serial(a), serial(b), (b - a).days, rounded(years_between(a, b, basis))] for a, b in pairwise(moved)]


FUNCTIONS: dict[str, Function] = {
    "CFI_YEAR_FRACTION": year_fraction, "CFI_BUSINESS_DAY": business_day, "CFI_SCHEDULE": schedule,
}  # fmt: skip


def random_fraction(d: Draw) -> list[Any]:
    first = d.randint(40_000, 60_000)
    return [first, first + d.randint(0, 4000), d.choice(list(WORDS["basis"]))]


def random_day(d: Draw) -> list[Any]:
    return [
        d.randint(46_023, 54_000), d.randint(-30, 30), d.choice(["weekends", "us", "uk", "us+uk"]),
        d.choice(list(WORDS["convention"])),
    ]  # fmt: skip


def random_schedule(d: Draw) -> list[Any]:
    first = d.randint(46_023, 50_000)
    return [
        first, first + d.randint(20, 1500), d.choice([1, 3, 6, 12]), d.choice(["weekends", "us", "uk", "us+uk"]),
        d.choice(["none", *WORDS["convention"]]), d.choice(list(WORDS["basis"])), d.choice(["date", "month end"]),
        d.choice(["short first", "long first", "short last", "long last"]),
    ]  # fmt: skip


POINTS = {
    "CFI_YEAR_FRACTION": points(
        "CFI_YEAR_FRACTION",
        random_fraction,
        [
            ([46204, 46296], "a quarter"), ([46204, 46204], "no days"), ([46053, 46112, "30/360"], "31 Jan to 31 Mar"),
            ([46052, 46112, "30/360"], "30 Jan to 31 Mar"), ([46051, 46112, "30/360"], "29 Jan to 31 Mar"),
            ([46051, 46112, "30e/360"], "29 Jan to 31 Mar, both 30"), ([46081, 46112, "30/360"], "from 28 February"),
            ([46812, 46813, "act/act"], "a leap day"), ([46204, 46935, "act/act"], "over three years"),
            ([61, 2_958_465, "act/365F"], "from the first to the last day"), ([46204, 46203], "backwards"),
            ([60, 46204], "before March 1900"), ([46204.5, 46300], "a time of day"),
            ([46204, 46300, "act/364"], "no basis"),
        ],
        15,
    ),
    "CFI_BUSINESS_DAY": points(
        "CFI_BUSINESS_DAY",
        random_day,
        [
            ([46326, 0, "us", "modified following"], "the last of October, a Saturday"),
            ([46326, 0, "us"], "the same, on"),
            ([46206, 2, "us"], "over Independence Day"), ([46207, 0, "us", "preceding"], "back"),
            ([46082, 0, "us", "modified preceding"], "the first of March, a Sunday"), ([46115, 0, "uk"], "Good Friday"),
            ([46381, 1, "uk"], "Christmas"), ([46204, 0.5], "half a day"), ([36_160, 0], "1998"), ([73_415, 1], "2101"),
            ([46204, 1001], "too many"), ([46204, 0, "us", "nearest"], "no convention"),
        ],
        15,
    ),
    "CFI_SCHEDULE": points(
        "CFI_SCHEDULE",
        random_schedule,
        [
            ([46235, 46508, 3, "us"], "three quarters"),
            ([46356, 46630, 3, "weekends", "none"], "30 November to 31 August"),
            ([46235, 46508, 6, "weekends", "none", "30/360", "date", "long last"], "one long period"),
            ([46235, 46508, 6, "weekends", "none", "30/360", "date", "short last"], "broken at the end"),
            ([46235, 46240, 3], "within a period"), ([46331, 46996, 3, "us", "following", "act/360", "imm"], "IMM"),
            ([46331, 46996, 6, "us", "following", "act/360", "imm", "long last"], "IMM by halves, on"),
            ([46265, 47057, 1, "us", "modified following", "act/365f", "month end"], "month ends"),
            ([46508, 46235], "backwards"), ([46235, 46235], "one day"), ([46235, 46508, 0], "no months"),
            ([46235, 46508, 1, "us", "none", "act/360", "imm"], "IMM by months"), ([46235, 80_000], "beyond 2100"),
        ],
        15,
    ),
}  # fmt: skip


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, {})


if __name__ == "__main__":
    main()
