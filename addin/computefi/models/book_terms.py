"""The arguments that the functions of a book share, and the book that they make."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, InputError
from computefi.models.portfolio import NOBODY, Book, IntArray, make_book
from computefi.models.step_rows import as_case, each
from computefi.spec import Rule, Shape
from computefi.spec.kinds import (
    CONTINUOUS,
    CORRELATION,
    INDEX,
    MONEY,
    PROBABILITY,
    SHARE,
    SHARE_BELOW_ONE,
    VOLATILITY,
    YEARS,
    FloatArray,
    Kind,
    X,
)

BOOK = "Book"
SOURCE = (
    "Vasicek (2002), Risk 15(12), on common factors, Li (2000), Journal of Fixed Income 9(4), Frye (2000) and Pykhtin "
    "(2003), Risk, with the states of CFI_DEAL_LOSS"
)
OWN_VALUE = "the value of the function itself, kept so that a change is seen"
LOADING = Kind("correlation", "-1 to 1, by factor", low=-1, high=1)
TERM = Kind("share", "decimal, 0 or more", low=0)
TERMS = ("contract_volatility", "discount_rate", "workout_cost", "accrued_interest")
LEVEL = Kind("confidence", "0.5 to below 1", low=0.5, high=1, high_open=True)
PATHS = Kind("count", "paths", low=0, high=1_000_000, whole=True)
SEED = Kind("count", "seed", low=0, high=2.0**53, whole=True)
DEGREES_OR_NORMAL = Kind("degrees of freedom", "number, 0 for normal", low=0)
MOST_LOANS = 5_000
MOST_DRAWN = 500_000_000  # paths times loans: half a minute

ByYear = Shape(("loan", "year"))
Exposure = Annotated[FloatArray, ByYear, MONEY, "Loan outstanding at a failure in each year, a row per loan"]
ValueToday = Annotated[FloatArray, ByYear, MONEY, "Today's value of the collateral that is left in each year"]
Contract = Annotated[FloatArray, ByYear, MONEY, "Worth of the assigned contract at a failure in each year; 0 for none"]
Pd = Annotated[
    FloatArray, ByYear, PROBABILITY, "Probability that the operator fails by the end of each year, cumulative"
]
Offtaker = Annotated[FloatArray, Shape(("loan",)), INDEX, "Row of the loan's offtaker among the names; 0 for none"]
NamePd = Annotated[
    FloatArray,
    Shape(("name", "year"), number_too=True),
    PROBABILITY,
    "Probability that each name, offtaker or guarantor, fails by the end of each year; 0 without names",
]
Assignable = Annotated[
    FloatArray,
    Shape(("loan",)),
    PROBABILITY,
    "Probability that the contract passes to a replacement; 0 for crypto mining",
]
Loading = Annotated[FloatArray, Shape(("loan", "factor")), LOADING, "Loading of each operator's driver on each factor"]
ValueLoading = Annotated[
    FloatArray, Shape(("loan", "factor")), LOADING, "Loading of each loan's collateral on each factor"
]
NameLoading = Annotated[
    FloatArray,
    Shape(("name", "factor"), number_too=True),
    LOADING,
    "Loading of each name on each factor; 0 without names",
]
Volatility = Annotated[FloatArray, Shape(("loan",)), VOLATILITY, "Volatility of each loan's collateral, per year"]
Horizon = Annotated[FloatArray, Shape(("year",)), YEARS, "Years from today to the end of each year; one number for one"]
Drift = Annotated[FloatArray, Shape(("loan",)), CONTINUOUS, "Expected growth of the collateral's value"]
SaleCosts = Annotated[FloatArray, Shape(("loan",)), SHARE_BELOW_ONE, "Cost of selling, as a share of value"]
Lag = Annotated[FloatArray, Shape(("loan",)), YEARS, "Time from default to sale"]
UnsecuredShare = Annotated[FloatArray, Shape(("loan",)), SHARE, "Share of the shortfall recovered as unsecured"]
Guarantor = Annotated[FloatArray, Shape(("loan",)), INDEX, "Row of the loan's guarantor among the names; 0 for none"]
Guaranteed = Annotated[FloatArray, Shape(("loan",)), SHARE, "Share of the loss that the guarantor makes good"]
Correlation = Annotated[
    FloatArray,
    Shape(("factor", "factor"), number_too=True),
    CORRELATION,
    "Correlation of the factors: one number, or the matrix",
]
Gamma = Annotated[
    FloatArray,
    Shape(("loan",)),
    CORRELATION,
    "Correlation of what the factors leave of the operator and of its collateral; above 0 is wrong-way",
]
Terms = Annotated[
    FloatArray,
    Shape(("loan", "term"), number_too=True),
    TERM,
    "Four columns as of CFI_DEAL_LOSS: contract_volatility, discount_rate, workout_cost, accrued_interest; 0 for none",
]
Level = Annotated[X, LEVEL, "Confidence level, such as 0.999; a column of them gives a row each"]
Paths = Annotated[X, PATHS, "Simulated paths, rounded up to a multiple of 256 from 4,096; 0 for the exact method"]
Seed = Annotated[X, SEED, "Start of the random numbers: the same seed gives the same answer"]
Nu = Annotated[X, DEGREES_OR_NORMAL, "Degrees of freedom of a t copula, 0 for the normal one; needs paths"]

OF_NAMES = "must be a row of name_pd, or 0"

# A ComputeFi loan, a miner, and two loans on one offtaker, over two years. Factors are AI demand and bitcoin.
LOANS = (
    ((100, 60), (80, 50), (60, 40), (40, 30)),
    ((120, 80), (90, 60), (80, 60), (70, 60)),
    ((70, 40), (0, 0), (50, 30), (30, 20)),
    ((0.03, 0.06), (0.12, 0.2), (0.04, 0.07), (0.05, 0.09)),
    (1, 0, 2, 2),
    ((0.01, 0.02), (0.02, 0.03)),
    (0.8, 0, 0.5, 0.5),
)
OTHERS = ((0.3, 0.6, 0.4, 0.4), (1, 2))
TWO_FACTORS = (
    *LOANS, ((0.3, 0), (0.1, 0.7), (0.4, 0.1), (0.5, 0)), ((0.4, 0), (0, 0.8), (0.5, 0.1), (0.5, 0)),
    ((0.5, 0), (0.6, 0.1)), *OTHERS,
)  # fmt: skip
ONE_FACTOR = (
    *LOANS, ((0.3, 0), (0.7, 0), (0.4, 0), (0.5, 0)), ((0.4, 0), (0.8, 0), (0.5, 0), (0.5, 0)), ((0.5, 0), (0.6, 0)),
    *OTHERS,
)  # fmt: skip
RULES = [
    Rule("pd", "must not fall from year to year: it is cumulative", lambda pd: not_falling(pd), DomainError),
    Rule("name_pd", "must not fall from year to year", lambda name_pd: not_falling(name_pd), DomainError),
    Rule("horizon", "must rise", lambda horizon: np.diff(horizon, axis=1, prepend=-np.inf) > 0, DomainError),
    Rule(
        "exposure", f"must have at most {MOST_LOANS:,} rows", lambda exposure: len(exposure) <= MOST_LOANS, InputError
    ),
    Rule("offtaker", OF_NAMES, lambda offtaker, name_pd: offtaker <= len(name_pd), InputError),
    Rule(
        "terms",
        f"must have {len(TERMS)} columns: {', '.join(TERMS)}",
        lambda terms: terms.size == 1 or terms.shape[1] == len(TERMS),
        InputError,
    ),
    Rule("guarantor", OF_NAMES, lambda guarantor, name_pd: guarantor <= len(name_pd), InputError),
]
DRAWN = [
    Rule(
        "paths", f"times loans must be at most {MOST_DRAWN:,} in one calculation",
        lambda paths, exposure: paths * len(exposure) <= MOST_DRAWN, DomainError,
    ),
    Rule("nu", "needs paths: the exact method is normal", lambda nu, paths: (nu == 0) | (paths > 0), DomainError),
    Rule("nu", "must be 0 or at least 0.1", lambda nu: (nu == 0) | (nu >= 0.1), DomainError),
]  # fmt: skip


def not_falling(pds: FloatArray) -> NDArray[np.bool_]:
    """Whether cumulative probabilities, a row per loan or name, do not fall from the year before, entry by entry."""
    return (np.diff(pds, axis=1, prepend=0.0) >= 0).reshape(1, -1)


def names_of(numbers: FloatArray) -> IntArray:
    """Rows from 1 as positions from 0, and 0 as nobody, which is −1."""
    return numbers[0].astype(np.intp) + NOBODY


def book_of_case(given: Mapping[str, Any]) -> Book:
    """The book of arguments as CFI_STEPS has them."""
    case = as_case(given)
    return book_of(**{name: case[name] for name in inspect.signature(book_of).parameters})


def losses_by_loan(losses: FloatArray, where: str) -> Iterator[tuple[str, Any]]:
    """Rows of CFI_STEPS: what each loan loses, and all."""
    yield from each(f"E[L[{{}}]{where}]", losses)
    yield f"Σ E[L[i]{where}]", losses.sum()


def book_of(
    exposure: FloatArray, value: FloatArray, contract: FloatArray, pd: FloatArray, offtaker: FloatArray,
    name_pd: FloatArray, assignable: FloatArray, loading: FloatArray, value_loading: FloatArray,
    name_loading: FloatArray, volatility: FloatArray, horizon: FloatArray, drift: FloatArray, sale_cost: FloatArray,
    lag: FloatArray, unsecured_recovery: FloatArray, guarantor: FloatArray, guaranteed: FloatArray,
    correlation: FloatArray, gamma: FloatArray, terms: FloatArray,
) -> Book:  # fmt: skip
    """The book of a call's arguments, in which every series is one row."""
    years, factors = pd.shape[1], loading.shape[1]
    pds = np.broadcast_to(name_pd, (len(name_pd), years))
    loadings = np.broadcast_to(name_loading, (len(pds), factors)) if name_loading.size == 1 else name_loading
    if len(loadings) != len(pds):
        raise InputError("name_loading", f"must have {len(pds)} rows like name_pd", len(loadings))
    more = dict(zip(TERMS, np.broadcast_to(terms, (len(exposure), len(TERMS))).T, strict=True))
    return make_book(
        exposure=exposure, value=value, contract=contract, pd=pd, offtaker=names_of(offtaker),
        guarantor=names_of(guarantor), name_pd=pds, assignable=assignable[0], loading=loading,
        collateral_loading=value_loading, name_loading=loadings, volatility=volatility[0], times=horizon[0],
        drift=drift[0], sale_cost=sale_cost[0], lag=lag[0], unsecured=unsecured_recovery[0],
        guaranteed=guaranteed[0], correlation=correlation, gamma=gamma[0], **more,
    )  # fmt: skip
