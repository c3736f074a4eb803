"""From a letter rating to a probability of default and back, by a table of cumulative default rates.

The built-in table is an extract of a published study: fourteen ratings at one to five years. A table of one's own, with
its own ratings and horizons, takes its place.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, InputError, MissingData
from computefi.models.support import SUPPORT
from computefi.spec import Example, Rule, Shape, declare
from computefi.spec.kinds import PROBABILITY, YEARS, BoolArray, FloatArray, Text, Words, X, optional

# S&P Global Ratings, 2024 Annual Global Corporate Default And Rating Transition Study (2025-03-27), Table 26: global
# average cumulative default rates 1981–2024 in basis points at one to five years. CCC stands for CCC/C.
PUBLISHED = {
    "AAA": (0, 3, 13, 23, 34),
    "AA": (2, 3, 8, 20, 33),
    "AA-": (2, 7, 15, 21, 27),
    "A": (5, 12, 19, 28, 39),
    "A-": (5, 14, 22, 30, 42),
    "BBB": (13, 33, 51, 80, 109),
    "BBB-": (21, 63, 117, 176, 240),
    "BB+": (27, 83, 150, 221, 290),
    "BB": (44, 138, 267, 384, 505),
    "BB-": (87, 271, 462, 657, 828),
    "B+": (183, 497, 805, 1072, 1288),
    "B": (269, 636, 968, 1244, 1469),
    "B-": (516, 1120, 1594, 1935, 2203),
    "CCC": (2612, 3592, 4132, 4435, 4653),
}
ABSENT = ("AA+", "A+", "BBB+")  # ratings of that scale that the extract does not have
SOURCE = (
    "S&P Global Ratings, 2024 Annual Global Corporate Default And Rating Transition Study (2025-03-27), Table 26, "
    "average 1981–2024, an extract: fourteen ratings, years 1 to 5"
)
BASIS_POINTS = 10_000
ROUNDING = 1e-12  # a probability read from the table and asked back may be this far off, relatively
UNKNOWN_BEYOND = "must not lie beyond the last horizon of the table, after which nothing is known"

Years = Annotated[X, YEARS, "Horizon, at most the last one of the table"]
Table = Annotated[
    FloatArray,
    Shape(("rating", "horizon"), number_too=True),
    PROBABILITY,
    "Your own cumulative default rates, a row per rating, a column per horizon; left out, the published ones",
]
Horizons = Annotated[
    FloatArray,
    Shape(("horizon",)),
    YEARS.positive,
    "Years at which the columns of your table stand; left out, 1, 2, 3 …",
]
Names = Annotated[Text, Words(), "Ratings of the rows of your table, the best first, with commas between"]
PUBLISHED_NAMES = ",".join(PUBLISHED)
NONE = optional(np.nan)


@dataclass(frozen=True, slots=True)
class _Survival:
    """A table as logarithms of survival, a row per rating, today as its first column."""

    ratings: tuple[str, ...]
    times: FloatArray
    logarithms: FloatArray

    def at(self, years: FloatArray) -> FloatArray:
        """ln survival of every rating, linear between columns; −∞ beyond the one before nobody survives."""
        after = np.clip(np.searchsorted(self.times, years), 1, len(self.times) - 1)
        share = (years - self.times[after - 1]) / (self.times[after] - self.times[after - 1])
        earlier, later = self.logarithms[:, after - 1], self.logarithms[:, after]
        linear = (1 - share) * earlier + share * later
        logarithm: FloatArray = np.where(share <= 0, earlier, np.where(share >= 1, later, linear))
        return logarithm


def _survival(table: FloatArray, horizons: FloatArray, names: str) -> _Survival:
    """The published table or the user's, or what is wrong with the latter."""
    own = not np.isnan(table).all()
    if not own and not (np.isnan(horizons).all() and names == PUBLISHED_NAMES):
        raise InputError("table", "must be given where horizons or names are")
    pds = table if own else np.array(list(PUBLISHED.values())) / BASIS_POINTS
    ratings = tuple(rating.strip() for rating in names.split(","))
    if len(ratings) != len(pds) or len({rating.casefold() for rating in ratings}) < len(ratings):
        raise InputError("names", f"must name each of the {len(pds)} rows of table once", names)
    times = np.concatenate([[0.0], _times(table, horizons)])
    if (np.diff(times) <= 0).any():
        raise DomainError("horizons", "must rise from each to the next")
    if (falling := (np.diff(pds, axis=1) < 0).any(axis=1)).any():
        row = int(falling.argmax())
        raise DomainError("table", "must not fall from one horizon to the next", ratings[row], f"row {row + 1}")
    with np.errstate(divide="ignore"):
        return _Survival(ratings, times, np.pad(np.log1p(-pds), ((0, 0), (1, 0))))


def _times(table: FloatArray, horizons: FloatArray) -> FloatArray:
    """The horizons of the columns, 1, 2, 3 … where they are not said."""
    if not np.isnan(horizons).all():
        return horizons[0]
    columns = len(PUBLISHED["AAA"]) if np.isnan(table).all() else table.shape[1]
    return np.arange(1.0, columns + 1)


def _row(rating: str, ratings: tuple[str, ...]) -> int:
    """The row of a rating, upper or lower case alike."""
    wanted, known = rating.strip().casefold(), [name.casefold() for name in ratings]
    if wanted in known:
        return known.index(wanted)
    if ratings == tuple(PUBLISHED) and wanted.upper() in ABSENT:
        raise MissingData("rating", "is not among the published ones; give a table of your own that has it", rating)
    raise InputError("rating", f"must be one of {', '.join(ratings)}", rating)


def _is_known(years: FloatArray, table: FloatArray, horizons: FloatArray) -> BoolArray:
    known: BoolArray = years <= _times(table, horizons).max()
    return known


@declare(
    category=SUPPORT,
    questions=["Is the cash there?", "Who else pays?", "How do I calibrate?"],
    source=SOURCE,
    examples=[
        Example(("BBB", 1), 0.0013, "as published"),
        Example(("B+", 2.5), 0.0652268456999848, "between the published 4.97% and 8.05%"),
        Example(
            ("strong", 4, ((0.01, 0.03), (0.04, 0.1)), (2, 5), "strong,weak"), 0.023378634609702, "a table of one's own"
        ),
    ],
    rules=[Rule("years", UNKNOWN_BEYOND, _is_known, MissingData)],
)
def rating_pd(
    rating: Annotated[Text, Words(), "AAA, AA, AA-, A, A-, BBB … B- or CCC, which stands for CCC/C; or one of names"],
    years: Years,
    table: Table = NONE,
    horizons: Horizons = NONE,
    names: Names = PUBLISHED_NAMES,
) -> Annotated[X, PROBABILITY, "Cumulative probability of default"]:
    """Cumulative probability of default of a letter rating, from published default rates or your own table.

    PD(T) = 1 − S(T), S the survival by horizon: 1 today, 1 − PD at the horizons of the table
    ln S(T) = ln S(t₁) + (T − t₁)/(t₂ − t₁)·(ln S(t₂) − ln S(t₁)), t₁ and t₂ the horizons around T

    Convention: the hazard is constant between horizons. Published rates are long-run averages of one agency's rated
    companies, by issuer, not risk-neutral and not today's view. An own table says its rows in names and its columns in
    horizons: =CFI_RATING_PD("2", 3, B2:F11, B1:F1, "1,2,3,4,5,6,7,8,9,10"); TEXTJOIN makes that text of cells.
    Limits: 0 at years 0; the rate of the table at its horizons. Where nobody survives a horizon, 1 after the one
    before it. The extract ends at 5 years and has no AA+, A+ and BBB+: nothing is extrapolated.
    Trap: the study's order is not strict. AAA defaulted more often than AA by year 5 and AA more than AA-: averages of
    so few defaults are noise. Not for a loan's own rating where it leans on one contract: take the weaker of borrower
    and offtaker.
    Errors: #N/A beyond the last horizon and for a rating that the extract lacks; #VALUE! for a rating that is not in
    names or names that do not name each row once; #NUM! for a table that falls, or outside the bounds.
    """
    survival = _survival(table, horizons, names)
    return np.abs(np.expm1(survival.at(years)[_row(rating, survival.ratings)]))


@declare(
    category=SUPPORT,
    questions=["Who else pays?", "How do I calibrate?"],
    source=SOURCE,
    examples=[
        Example((0.0172, 1), "BB-", "B+ has 1.83%, BB- 0.87%"),
        Example((0.003, 5), "AA-", "AA has 0.33%, AA- 0.27%"),
        Example((0.05, 4, ((0.01, 0.03), (0.04, 0.1)), (2, 5), "strong,weak"), "strong", "a table of one's own"),
    ],
    rules=[Rule("years", UNKNOWN_BEYOND, _is_known, MissingData)],
    nan=("pd is below that of every rating in the table", MissingData),
)
def pd_rating(
    pd: Annotated[X, PROBABILITY, "Cumulative probability of default to that horizon"],
    years: Years,
    table: Table = NONE,
    horizons: Horizons = NONE,
    names: Names = PUBLISHED_NAMES,
) -> Annotated[NDArray[np.object_], Words(), "The weakest rating that defaults no more often"]:
    """The letter rating of a probability of default: the weakest whose default rate does not exceed it.

    rating = the last of names with CFI_RATING_PD(rating, years) ≤ pd

    Convention: the table and the reading between its horizons are those of CFI_RATING_PD. All ratings are looked at,
    for rates need not rise from each to the next: AA- defaulted less often by year 5 than AA.
    Limits: the weakest of all at pd 1. What CFI_RATING_PD gives for a rating comes back as that rating, or as a weaker
    one with the same rate.
    Trap: a label for a model's probability, not a rating: an agency looks at more than the chance of default. Not for
    risk-neutral probabilities such as CFI_PD_SPREAD, which come out several grades too weak.
    Errors: #N/A where even the best rating defaults more often, and beyond the last horizon; else as CFI_RATING_PD.
    """
    survival = _survival(table, horizons, names)
    with np.errstate(divide="ignore"):
        fits = survival.at(years) >= np.log1p(-pd) * (1 + ROUNDING)
    weakest = len(fits) - 1 - fits[::-1].argmax(axis=0)
    ratings = np.array(survival.ratings, dtype=object)
    return np.where(fits.any(axis=0), ratings[weakest], np.nan)
