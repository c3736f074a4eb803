"""Dates of a loan: years between two days, business days, and the schedule of payments."""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels import days as calendar_days
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import Choice, FloatArray, Kind, Text, X, optional

DATES = "Days and rates"
DATE = Kind("date", "date, as Excel's day number", low=61, high=2_958_465, whole=True)
CALENDAR_DATE = Kind("date", "date from 1999-01-01 to 2100-12-31", low=36_161, high=73_415, whole=True)
STEPS = Kind("count", "business days, negative for earlier ones", low=-1000, high=1000, whole=True)
MONTHS_APART = Kind("count", "months", low=1, high=120, whole=True)
DAYS_BETWEEN = Kind("count", "days", low=0, whole=True)
FRACTION = Kind("time", "years of interest", low=0, usual_high=30)
BASIS = Choice(("act/360", "act/365f", "30/360", "30e/360", "act/act"))
CALENDAR = Choice(calendar_days.CALENDARS)
ROLL = Choice(("following", "modified following", "preceding", "modified preceding"))
CONVENTION = Choice(("none", *ROLL.words))
DAY = Choice(("date", "month end", "imm"))
STUB = Choice(("short first", "long first", "short last", "long last"))
ISDA = "2006 ISDA Definitions §4.16 (day counts), §4.12 (business day conventions)"
LIBRARY = "calendars of the PyPI package holidays"
EARLIER = "must not be before start_date"


def _counted(start_date: float, end_date: float, basis: str = "act/360") -> Iterator[tuple[str, Any]]:
    """The days and what they are over; of act/act each calendar year's."""
    start, end = (calendar_days.to_days(np.array([date])) for date in (start_date, end_date))
    if basis != "act/act":
        year = 365.0 if basis == "act/365f" else 360.0
        yield "days", year * calendar_days.year_fractions(start, end, basis)[0]
        yield "days of a year", year
        return
    for year_of in np.arange(start[0].astype("datetime64[Y]"), end[0].astype("datetime64[Y]") + 1):
        first, last = year_of.astype("datetime64[D]"), (year_of + 1).astype("datetime64[D]")
        yield f"days in {year_of}", float((min(end[0], last) - max(start[0], first)).astype(np.int64))
        yield f"days of {year_of}", float((last - first).astype(np.int64))


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=ISDA,
    examples=[
        Example((46204, 46296), 0.255555555555556, "2026-07-01 to 2026-10-01: 92/360"),
        Example((46053, 46112, "30/360"), 0.166666666666667, "2026-01-31 to 2026-03-31: 60/360"),
        Example((46204, 46935, "act/act"), 2.00137734860394, "184/365 + 1 + 182/366 of 2026, 2027 and 2028"),
    ],
    rules=[Rule("end_date", EARLIER, lambda start_date, end_date: end_date >= start_date, DomainError)],
    steps=_counted,
)
def year_fraction(
    start_date: Annotated[X, DATE, "First day, on which interest begins"],
    end_date: Annotated[X, DATE, "Last day, on which interest is paid"],
    basis: Annotated[Text, BASIS, "act/360 (SOFR loans), act/365f (sterling, Hong Kong), 30/360, 30e/360, act/act"] = (
        "act/360"
    ),
) -> Annotated[X, FRACTION, "Years of interest between them"]:
    """Year fraction: the years for which interest is due between two days, by a loan's day count.

    act/360 = days/360; act/365f = days/365; act/act = days of each calendar year over that year's 365 or 366
    30/360 = (360·(y₂ − y₁) + 30·(m₂ − m₁) + d₂ − d₁)/360, d₁ = 31 → 30, d₂ = 31 → 30 where d₁ is 30
    30e/360 = the same with both days 31 → 30

    Steps: …
    Convention: the first day counts, the last does not. act/act is ISDA's, 30/360 the bond basis.
    Limits: a year is 365/360 = 1.0139 on act/360, so a rate of 9% there pays 9.125% of the loan a year.
    Trap: not Excel's YEARFRAC: its basis 0 treats the end of February apart, and its basis 1 averages the years'
    lengths. With a price of time on another basis than the loan's, all yields shift by 1.4%.
    Errors: #NUM! where end_date is before start_date, a date has a time of day, or lies before March 1900;
    #VALUE! for another basis.
    """
    return calendar_days.year_fractions(calendar_days.to_days(start_date), calendar_days.to_days(end_date), basis)


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=f"{ISDA}; {LIBRARY}",
    examples=[
        Example((46326, 0, "us", "preceding"), 46325, "2026-10-31 is a Saturday, and October's last"),
        Example((46206, 2, "us"), 46210, "two business days after 2026-07-03, Saturday's holiday not moved to Friday"),
        Example((46206, -1, "sofr"), 46205),
    ],
    nan=("the days lead out of the calendar", DomainError),
)
def business_day(
    start_date: Annotated[X, CALENDAR_DATE, "Date to start from"],
    steps: Annotated[X, STEPS, "Business days to go on from there; 0 for the date itself, moved"] = optional(0.0),
    calendar: Annotated[
        Text, CALENDAR, "weekends, us (Federal Reserve), sofr (US securities), uk, hk, or joined: us+uk"
    ] = ("weekends"),
    convention: Annotated[Text, ROLL, "How a date that is no business day moves first"] = "following",
) -> Annotated[X, CALENDAR_DATE, "Business day"]:
    """Business day: a date moved to a business day of the payment centres, then some business days on or back.

    following = the next business day; preceding = the one before; modified = the same, but never into another month

    Convention: Saturday and Sunday are off; a joined calendar is open where all of its centres are. us is the Federal
    Reserve's (no holiday moves to a Friday), sofr that of US government securities (SIFMA, Good Friday closed), uk
    England's bank holidays, hk Hong Kong's general holidays.
    Limits: the date itself where it is a business day and steps is 0.
    Trap: holidays of years to come are those known to the installed package: Hong Kong's lunar ones are computed, and
    a day of mourning or a storm is not foreseen. Print CFI_SCHEDULE anew when the agent's notice comes.
    Errors: #NUM! before 1999, after 2100, or where start_date or steps is not whole; #VALUE! for another calendar.
    """
    moved = calendar_days.moved(calendar_days.to_days(start_date), steps.astype(np.int64), calendar, convention)
    serials = calendar_days.to_serials(moved)
    return np.where(CALENDAR_DATE.outside(serials), np.nan, serials)


def _dates(start_date: FloatArray, end_date: FloatArray, months: FloatArray, day: str, stub: str) -> calendar_days.Days:
    """The unadjusted dates of a case."""
    first, last = calendar_days.to_days(start_date)[0], calendar_days.to_days(end_date)[0]
    return calendar_days.schedule(first, last, int(months[0]), day, stub)


def _unadjusted(
    start_date: float, end_date: float, months: float, day: str, stub: str, **_: Any
) -> Iterator[tuple[str, Any]]:
    dates = _dates(np.array([start_date]), np.array([end_date]), np.array([months]), day, stub)
    yield from step_rows.each("unadjusted date {}", calendar_days.to_serials(dates))


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=f"{ISDA}; schedules of delayed-draw loans: quarterly or monthly, modified following; {LIBRARY}",
    examples=[
        Example(
            (46235, 46508, 3, "us"),
            ((46237, 46328, 91, 91 / 360), (46328, 46419, 91, 91 / 360), (46419, 46510, 91, 91 / 360)),
        ),
        Example((46235, 46508, 6, "weekends", "none", "30/360", "date", "long last"), ((46235, 46508, 273, 0.75),)),
    ],
    rules=[
        Rule("end_date", "must be after start_date", lambda start_date, end_date: end_date > start_date, DomainError)
    ],
    steps=_unadjusted,
)
def schedule(
    start_date: Annotated[X, CALENDAR_DATE, "First day of the first period"],
    end_date: Annotated[X, CALENDAR_DATE, "Last payment date"],
    months: Annotated[X, MONTHS_APART, "Months between payments"] = optional(3.0),
    calendar: Annotated[Text, CALENDAR, "weekends, us, sofr, uk, hk, or joined: us+uk"] = "us",
    convention: Annotated[Text, CONVENTION, "How a date that is no business day moves; none to leave it"] = (
        "modified following"
    ),
    basis: Annotated[Text, BASIS, "Day count of the last column"] = "act/360",
    day: Annotated[Text, DAY, "date (the same day each time), month end, or imm (third Wednesdays)"] = "date",
    stub: Annotated[Text, STUB, "Where a broken period stands; first counts back from end, last on from start"] = (
        "short first"
    ),
) -> Annotated[
    FloatArray,
    Result((
        Column("start", CALENDAR_DATE, "First day of the period"),
        Column("end", CALENDAR_DATE, "Payment date, on which the period ends"),
        Column("days", DAYS_BETWEEN, "Days in the period"),
        Column("year fraction", FRACTION, "Years of interest in the period"),
    ), rows="period"),
]:  # fmt: skip
    """Payment schedule, a row per period: first day, payment date, days and year fraction.

    unadjusted = dates `months` apart, counted back from end (stub first) or on from start (stub last)
    date = unadjusted moved by convention; days = end − start; year fraction = CFI_YEAR_FRACTION(start, end, basis)

    Steps: …
    Convention: each date is counted from the same anchor, so 31 August, 30 November, 28 February, 31 May. imm takes the
    third Wednesdays of March, June, September and December. Interest runs between moved dates; start and end move too.
    A period that moves to no days is left out.
    Limits: one period where end is within months of start.
    Trap: the last period of a loan that matures on a holiday is longer or shorter than the term sheet's; interest on
    unmoved dates is another convention: "none".
    Errors: #NUM! where end_date is not after start_date, a date lies outside 1999 to 2100, or imm has months
    that are no quarters; #VALUE! for several cases or another word.
    """
    if day == "imm" and months[0] % calendar_days.QUARTER:
        raise DomainError("months", "must be a multiple of 3 for imm", float(months[0]))
    dates = _dates(start_date, end_date, months, day, stub)
    dates = np.unique(calendar_days.moved(dates, 0, calendar, convention))
    if dates.size < 2:
        raise DomainError(
            "end_date", "must be after start_date when both are moved to business days", float(end_date[0])
        )
    begins, ends = dates[:-1], dates[1:]
    return np.stack(
        [
            calendar_days.to_serials(begins),
            calendar_days.to_serials(ends),
            (ends - begins).astype(np.float64),
            calendar_days.year_fractions(begins, ends, basis),
        ],
        axis=-1,
    )
