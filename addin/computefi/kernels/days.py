"""Days of payment: business days, day counts, and the dates of a schedule. Days are Excel's day numbers."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from computefi.arrays import FloatArray

Days = NDArray[np.datetime64]

EPOCH = np.datetime64("1899-12-30")
FIRST_YEAR, LAST_YEAR = 1999, 2100  # of the calendars
WEDNESDAY = "Wed"
QUARTER = 3

WEEKENDS = "weekends"
# What the kept library calls each centre: a financial market, or a country and its part.
CENTRES = {"us": "XFED", "sofr": "XSIF", "uk": "GB ENG", "hk": "HK"}
CALENDARS = (WEEKENDS, *CENTRES, "us+uk", "us+hk", "us+uk+hk")
Roll = Literal["following", "modifiedfollowing", "preceding", "modifiedpreceding"]
ROLLS: dict[str, Roll] = {
    "following": "following",
    "modified following": "modifiedfollowing",
    "preceding": "preceding",
    "modified preceding": "modifiedpreceding",
}


def to_days(serials: FloatArray) -> Days:
    days: Days = EPOCH + serials.astype(np.int64)
    return days


def to_serials(days: Days) -> FloatArray:
    serials: FloatArray = (days.astype("datetime64[D]") - EPOCH).astype(np.float64)
    return serials


@cache
def business_days(calendar: str) -> np.busdaycalendar:
    """The business days of a calendar, Saturday and Sunday off; a joined one is closed where any of its centres is."""
    if calendar == WEEKENDS:
        return np.busdaycalendar()
    if "+" in calendar:
        closed = [business_days(centre).holidays for centre in calendar.split("+")]
        return np.busdaycalendar(holidays=np.concatenate(closed))
    import holidays  # a tenth of a second, for those who ask for a calendar

    country, _, part = CENTRES[calendar].partition(" ")
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    if country.startswith("X"):  # a market, by its ISO code
        days = holidays.financial_holidays(country, years=years)
    else:
        days = holidays.country_holidays(country, subdiv=part or None, years=years)
    return np.busdaycalendar(holidays=np.array([*days], dtype="datetime64[D]"))


def moved(days: Days, steps: NDArray[np.int64] | int, calendar: str, convention: str) -> Days:
    """Days brought onto business days by a convention, and then `steps` business days on."""
    if convention == "none":
        return days
    open_days = business_days(calendar)
    on: Days = np.busday_offset(days, 0, roll=ROLLS[convention], busdaycal=open_days)
    later: Days = np.busday_offset(on, steps, roll="following", busdaycal=open_days)
    return later


def _parts(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    months = days.astype("datetime64[M]")
    count = months.astype(np.int64)
    return count // 12 + 1970, count % 12 + 1, (days - months.astype("datetime64[D]")).astype(np.int64) + 1


def _thirty(start: Days, end: Days, *, european: bool) -> FloatArray:
    (y1, m1, d1), (y2, m2, d2) = _parts(start), _parts(end)
    d1 = np.minimum(d1, 30)
    d2 = np.where((d2 == 31) & (european | (d1 == 30)), 30, d2)
    fraction: FloatArray = (360 * (y2 - y1) + 30 * (m2 - m1) + (d2 - d1)) / 360
    return fraction


def _actual(start: Days, end: Days) -> FloatArray:
    """Days that fall in each calendar year over the days of that year."""

    def position(days: Days) -> FloatArray:
        years = days.astype("datetime64[Y]")
        first = years.astype("datetime64[D]")
        length = ((years + 1).astype("datetime64[D]") - first).astype(np.float64)
        return (days - first).astype(np.float64) / length

    whole = (end.astype("datetime64[Y]") - start.astype("datetime64[Y]")).astype(np.float64)
    fraction: FloatArray = whole + (position(end) - position(start))
    return fraction


def year_fractions(start: Days, end: Days, basis: str) -> FloatArray:
    """Years between two days on a basis of interest."""
    if basis == "30/360":
        return _thirty(start, end, european=False)
    if basis == "30e/360":
        return _thirty(start, end, european=True)
    if basis == "act/act":
        return _actual(start, end)
    fraction: FloatArray = (end - start).astype(np.float64) / (360 if basis == "act/360" else 365)
    return fraction


def _third_wednesdays(months: NDArray[np.datetime64]) -> Days:
    days: Days = np.busday_offset(months.astype("datetime64[D]"), 2, roll="following", weekmask=WEDNESDAY)
    return days


def _in_months(months: NDArray[np.datetime64], roll: str, anchor: Days) -> Days:
    """The schedule's day in each month: the anchor's, shorter months at their end; the last; or the third Wednesday."""
    if roll == "imm":
        return _third_wednesdays(months)
    last = (months + 1).astype("datetime64[D]") - 1
    if roll == "month end":
        return last
    day = anchor - anchor.astype("datetime64[M]").astype("datetime64[D]")
    days: Days = np.minimum(months.astype("datetime64[D]") + day, last)
    return days


def schedule(start: Days, end: Days, months: int, roll: str, stub: str) -> Days:
    """The unadjusted dates of a schedule, first and last included: counted back from the end, or on from the start.

    2026-11-30 to 2027-08-31 by quarters with the short stub first: 2026-11-30, 2027-02-28, 2027-05-31, 2027-08-31.
    """
    backward = stub.endswith("first")
    anchor = end if backward else start
    first, last = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    count = int((last - first).astype(np.int64)) // months + 2
    origin = anchor.astype("datetime64[M]")
    if roll == "imm":  # March, June, September and December
        origin = origin - (int(origin.astype(np.int64)) + 1) % QUARTER
        if backward and _third_wednesdays(origin) > end:
            origin = origin - QUARTER
        if not backward and _third_wednesdays(origin) < start:
            origin = origin + QUARTER
    steps = months * np.arange(count)
    grid = _in_months(np.sort(origin - steps if backward else origin + steps), roll, anchor)
    inner = grid[(grid > start) & (grid < end)]
    if stub == "long first" and inner.size and start not in grid:
        inner = inner[1:]
    if stub == "long last" and inner.size and end not in grid:
        inner = inner[:-1]
    return np.concatenate([[start], inner, [end]])
