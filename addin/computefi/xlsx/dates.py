"""Dates as a workbook stores them: days since 1899-12-30, the time of day as a fraction."""

from __future__ import annotations

import datetime as dt

EPOCH = dt.datetime(1899, 12, 30)


def serial_of(moment: dt.datetime) -> float:
    """A moment as Excel's day number."""
    since = moment.replace(tzinfo=None) - EPOCH
    return since.days + since.seconds / 86_400
