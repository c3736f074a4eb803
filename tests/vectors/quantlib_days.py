"""Writes quantlib_holidays.csv and quantlib_schedules.csv with QuantLib 1.44; knows nothing of the package."""

from __future__ import annotations

import csv
import random
from itertools import pairwise
from pathlib import Path

import QuantLib as ql  # noqa: N813

HERE = Path(__file__).resolve().parent
CALENDARS = {
    "us": (ql.UnitedStates(ql.UnitedStates.FederalReserve), 2020, 2049),
    "sofr": (ql.UnitedStates(ql.UnitedStates.GovernmentBond), 2020, 2030),
    "uk": (ql.UnitedKingdom(), 2020, 2049),
}
CONVENTIONS = {
    "none": ql.Unadjusted, "following": ql.Following, "modified following": ql.ModifiedFollowing,
    "preceding": ql.Preceding, "modified preceding": ql.ModifiedPreceding,
}  # fmt: skip
BASES = {
    "act/360": ql.Actual360(), "act/365f": ql.Actual365Fixed(), "30/360": ql.Thirty360(ql.Thirty360.BondBasis),
    "30e/360": ql.Thirty360(ql.Thirty360.EurobondBasis), "act/act": ql.ActualActual(ql.ActualActual.ISDA),
}  # fmt: skip


def main() -> None:
    with (HERE / "quantlib_holidays.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["calendar", "from", "to", "holidays, Excel's day numbers"])
        for name, (calendar, first, last) in CALENDARS.items():
            closed = calendar.holidayList(ql.Date(1, 1, first), ql.Date(31, 12, last), False)
            out.writerow([name, first, last, " ".join(str(day.serialNumber()) for day in closed)])
    draw = random.Random(20261128)
    with (HERE / "quantlib_schedules.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["start", "end", "months", "calendar", "convention", "basis", "stub", "dates", "year fractions"])
        for _ in range(60):
            start = ql.Date(draw.randint(46_023, 50_000))
            end = start + draw.randint(40, 2500)
            months, name = draw.choice([1, 3, 6, 12]), draw.choice(list(CALENDARS))
            convention, basis = draw.choice(list(CONVENTIONS)), draw.choice(list(BASES))
            stub = draw.choice(["short first", "short last"])
            rule = ql.DateGeneration.Backward if stub == "short first" else ql.DateGeneration.Forward
            dates = list(ql.Schedule(
                start, end, ql.Period(months, ql.Months), CALENDARS[name][0], CONVENTIONS[convention],
                CONVENTIONS[convention], rule, False,
            ))  # fmt: skip
            years = [BASES[basis].yearFraction(a, b) for a, b in pairwise(dates)]
            out.writerow([
                start.serialNumber(), end.serialNumber(), months, name, convention, basis, stub,
                " ".join(str(day.serialNumber()) for day in dates), " ".join(map(repr, years)),
            ])  # fmt: skip


if __name__ == "__main__":
    main()
