"""From a letter rating to a probability of default and back, by a table of cumulative default rates; few defaults too.

The built-in table is an extract of a published study: fourteen ratings at one to five years. A table of one's own, with
its own ratings and horizons, takes its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, InputError, MissingData
from computefi.kernels.special import betaincinv
from computefi.models.step_rows import as_case
from computefi.models.support import SUPPORT
from computefi.spec import Example, Rule, Shape, declare
from computefi.spec.kinds import (
    PROBABILITY,
    RECOMPUTED,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    Text,
    Words,
    X,
    optional,
)

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
DEFAULTS = Kind("count", "defaults", low=0, whole=True)
LOAN_YEARS = Kind("time", "loans times years", low=0, high=1e12)
UNOBSERVED = "must be above 0: without an observation nothing is known"
INTERVAL = Kind("confidence", "between 0 and 1", low=0, high=1, low_open=True, high_open=True, usual_low=0.5)
ROUNDING = 1e-12  # a probability read from the table and asked back may be this far off, relatively

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
    """A table as logarithms of survival, a row per rating, and the times of its columns, a row per case; both begin
    with today."""

    ratings: tuple[str, ...]
    times: FloatArray
    logarithms: FloatArray

    def after(self, years: FloatArray) -> NDArray[np.int64]:
        """The column at each horizon or next after it."""
        times = np.broadcast_to(self.times, (len(years), self.times.shape[1]))
        column: NDArray[np.int64] = np.clip((times < years[:, None]).sum(axis=1), 1, times.shape[1] - 1)
        return column

    def at(self, years: FloatArray) -> FloatArray:
        """ln survival of every rating, linear between columns; −∞ beyond the one before nobody survives."""
        times, after = np.broadcast_to(self.times, (len(years), self.times.shape[1])), self.after(years)
        before, end = (np.take_along_axis(times, place[:, None], axis=1)[:, 0] for place in (after - 1, after))
        share = (years - before) / (end - before)
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
    times = np.pad(_times(table, horizons), ((0, 0), (1, 0)))
    if (falling := (np.diff(pds, axis=1) < 0).any(axis=1)).any():
        row = int(falling.argmax())
        raise DomainError("table", "must not fall from one horizon to the next", ratings[row], f"row {row + 1}")
    with np.errstate(divide="ignore"):
        return _Survival(ratings, times, np.pad(np.log1p(-pds), ((0, 0), (1, 0))))


def _times(table: FloatArray, horizons: FloatArray) -> FloatArray:
    """The horizons of the columns, 1, 2, 3 … where they are not said."""
    if not np.isnan(horizons).all():
        return horizons
    columns = len(PUBLISHED["AAA"]) if np.isnan(table).all() else table.shape[1]
    return np.arange(1.0, columns + 1)[None]


def _row(rating: str, ratings: tuple[str, ...]) -> int:
    """The row of a rating, upper or lower case alike."""
    wanted, known = rating.strip().casefold(), [name.casefold() for name in ratings]
    if wanted in known:
        return known.index(wanted)
    if ratings == tuple(PUBLISHED) and wanted.upper() in ABSENT:
        raise MissingData("rating", "is not among the published ones; give a table of your own that has it", rating)
    raise InputError("rating", f"must be one of {', '.join(ratings)}", rating)


def _is_known(years: FloatArray, table: FloatArray, horizons: FloatArray) -> BoolArray:
    known: BoolArray = years <= _times(table, horizons)[:, -1]
    return known


def _rise(horizons: FloatArray) -> BoolArray:
    rise: BoolArray = np.logical_not(np.diff(horizons, axis=-1, prepend=-np.inf) <= 0)
    return rise


def _around(rating: str, **given: Any) -> Iterator[tuple[str, Any]]:
    """The horizons before and after, and who survives them."""
    case = as_case(given)
    survival = _survival(case["table"], case["horizons"], case["names"])
    row, after = _row(rating, survival.ratings), int(survival.after(case["years"])[0])
    for sign, column in (("₁", after - 1), ("₂", after)):
        yield f"t{sign}", survival.times[0, column]
        yield f"S(t{sign})", np.exp(survival.logarithms[row, column])


def _each_rating(**given: Any) -> Iterator[tuple[str, Any]]:
    case = as_case(given)
    survival = _survival(case["table"], case["horizons"], case["names"])
    for rating, logarithm in zip(survival.ratings, survival.at(case["years"])[:, 0], strict=True):
        yield f"CFI_RATING_PD({rating}, years)", abs(np.expm1(logarithm))


RULES = (
    Rule("horizons", "must rise from each to the next", _rise, DomainError),
    Rule(
        "years",
        "must not lie beyond the last horizon of the table, after which nothing is known",
        _is_known,
        MissingData,
    ),
)


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
    rules=RULES,
    steps=_around,
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

    Steps: …; (years − t₁)/(t₂ − t₁)
    Convention: the hazard is constant between horizons. Published rates are long-run averages of one agency's rated
    companies, by issuer, not risk-neutral and not today's view. An own table says its rows in names and its columns in
    horizons: =CFI_RATING_PD("2", 3, B2:F11, B1:F1, "1,2,3,4,5,6,7,8,9,10"); TEXTJOIN makes that text of cells.
    Limits: 0 at years 0; the rate of the table at its horizons. Where nobody survives a horizon, 1 after the one
    before it. The extract ends at 5 years and has no AA+, A+ and BBB+: nothing is extrapolated.
    Trap: the study's order is not strict. AAA defaulted more often than AA by year 5 and AA more than AA-: averages of
    so few defaults are noise (CFI_PD_BOUND). Not for a loan's own rating where it leans on one contract: take the
    weaker of borrower and offtaker.
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
    rules=RULES,
    nan=("pd is below that of every rating in the table", MissingData),
    steps=_each_rating,
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

    Steps: …
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


@declare(
    category=SUPPORT,
    questions=["How do I calibrate?"],
    source="Clopper & Pearson (1934), Biometrika 26: exact limits of a proportion; for few defaults see Pluto & Tasche "
    "(2005), Thinking positively, Risk 18",
    examples=[
        Example((0, 17, 0.9), 0.126673837617157, RECOMPUTED),
        Example((2, 150, 0.95), 0.0413749698935771, RECOMPUTED),
        Example((3, 3), 1),
    ],
    rules=[
        Rule("loan_years", UNOBSERVED, lambda loan_years: loan_years > 0, MissingData),
        Rule(
            "defaults", "must not exceed loan_years", lambda defaults, loan_years: defaults <= loan_years, DomainError
        ),
    ],
)
def pd_bound(
    defaults: Annotated[X, DEFAULTS, "Number of defaults seen"],
    loan_years: Annotated[X, LOAN_YEARS, "Loan-years observed: each loan counts the years it was watched"],
    confidence: Annotated[X, INTERVAL, "Probability that the bound lies above the true one"] = optional(0.9),
) -> Annotated[X, PROBABILITY, "Upper bound of the yearly probability of default"]:
    """Upper bound of a yearly probability of default of which few or no defaults were seen: none so far is not zero.

    bound = the probability at which so few defaults or fewer have a chance of 1 − confidence: BETA.INV(confidence,
    defaults + 1, loan_years − defaults); with no default 1 − (1 − confidence)^(1/loan_years)

    Steps: defaults + 1; loan_years − defaults
    Convention: one-sided. Loan-years are independent draws of one probability; a loan that left within a year counts as
    a part of one.
    Limits: 1 where every loan defaulted; towards defaults/loan_years as observations grow; about 2.3/loan_years for no
    default at 90%. GPU-backed loans: 17 loan-years without a default leave 12.7%.
    Trap: loans that hang on one driver do not fail independently, and one cycle is one observation, so the true
    bound is higher. Not a best estimate: a margin of conservatism beside one.
    Errors: #N/A without loan-years; #NUM! where more defaulted than were seen, for a part of a default, or outside the
    bounds.
    """
    open_end = defaults < loan_years
    bound = betaincinv(defaults + 1, np.where(open_end, loan_years - defaults, 1.0), confidence)
    return np.where(open_end, bound, 1.0)
