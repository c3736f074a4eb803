"""Dates as a workbook stores them: days since 1899-12-30, the time of day as a fraction."""

from __future__ import annotations

import datetime as dt

EPOCH = dt.datetime(1899, 12, 30)
DAY = dt.timedelta(days=1)
MOST_BEFORE, MOST_AFTER = (float((end - EPOCH) // DAY) for end in (dt.datetime.min + DAY, dt.datetime.max))


def serial_of(moment: dt.date) -> float:
    """A day, or a moment, as Excel's day number: 2026-07-01 at noon is 46204.5."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    return (moment.replace(tzinfo=None) - EPOCH) / DAY


def moment_of(serial: float) -> dt.datetime:
    """The other way round; the earliest and the latest moment there are for what lies beyond."""
    return EPOCH + min(max(serial, MOST_BEFORE), MOST_AFTER) * DAY
