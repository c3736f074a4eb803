"""Dates against QuantLib's, and what schedules promise."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import computefi
from computefi.errors import ModelError
from computefi.kernels.days import EPOCH, LAST_YEAR, business_days

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("quantlib_holidays.csv"), ids=lambda row: row["calendar"])
def test_holidays_are_those_of_quantlib(row: dict[str, str]) -> None:
    first, last = np.datetime64(row["from"]), np.datetime64(row["to"]) + 1
    ours = business_days(row["calendar"]).holidays
    ours = ours[(ours >= first) & (ours < last)]
    assert (ours - EPOCH).astype(int).tolist() == [int(day) for day in row["holidays, Excel's day numbers"].split()]


@pytest.mark.parametrize("row", rows("quantlib_schedules.csv"), ids=lambda row: row["start"])
def test_schedules_are_those_of_quantlib(row: dict[str, str]) -> None:
    got = computefi.schedule(
        int(row["start"]), int(row["end"]), int(row["months"]), row["calendar"], row["convention"], row["basis"],
        "date", row["stub"],
    )  # fmt: skip
    dates = [int(day) for day in row["dates"].split()]
    assert [*got[:, 0], got[-1, 1]] == dates
    np.testing.assert_allclose(got[:, 3], [float(years) for years in row["year fractions"].split()], rtol=1e-14)


def test_hong_kong_and_joined_calendars_close_where_any_centre_does() -> None:
    joined = business_days("us+uk+hk").holidays
    for centre in ("us", "uk", "hk"):
        assert np.isin(business_days(centre).holidays, joined).all()
    assert np.datetime64("2026-02-17") in business_days("hk").holidays  # Lunar New Year


def test_the_calendars_reach_to_their_last_year() -> None:
    for centre in ("us", "sofr", "uk", "hk"):
        closed = business_days(centre).holidays
        assert closed.astype("datetime64[Y]").astype(int)[-1] + 1970 == LAST_YEAR, centre


@pytest.mark.parametrize("stub", ["short first", "long first", "short last", "long last"])
@pytest.mark.parametrize("day", ["date", "month end", "imm"])
def test_periods_join_and_cover_the_loan(day: str, stub: str) -> None:
    got = computefi.schedule(46235, 49000, 3, "us", "modified following", "act/360", day, stub)
    assert (got[1:, 0] == got[:-1, 1]).all()
    assert (got[:, 2] > 0).all()
    assert got[0, 0] == computefi.business_day(46235, 0, "us", "modified following")
    assert got[:, 2].sum() == got[-1, 1] - got[0, 0]


def test_a_loan_that_moves_to_no_days_is_refused() -> None:
    with pytest.raises(ModelError, match="business days"):
        computefi.schedule(46235, 46236)  # a Saturday and a Sunday
