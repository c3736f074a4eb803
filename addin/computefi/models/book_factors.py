"""What factors do to a book of loans: shares of its worst state, scenarios, the likeliest move that costs so much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from computefi.errors import DomainError, InputError
from computefi.models.book_terms import (
    BOOK,
    OWN_VALUE,
    RULES,
    SOURCE,
    TWO_FACTORS,
    Assignable,
    Contract,
    Correlation,
    Drift,
    Exposure,
    Gamma,
    Guaranteed,
    Guarantor,
    Horizon,
    Lag,
    Level,
    Loading,
    NameLoading,
    NamePd,
    Offtaker,
    Pd,
    SaleCosts,
    Terms,
    UnsecuredShare,
    ValueLoading,
    ValueToday,
    Volatility,
    book_of,
    book_of_case,
    losses_by_loan,
    names_of,
)
from computefi.models.portfolio import Book
from computefi.models.portfolio_factors import attributed, given_failure, worst_at, worst_for
from computefi.models.step_rows import each
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import ANY_NUMBER, FLOW, INDEX, MONEY, NUMBER, RATIO, FloatArray, X, optional

Moves = Annotated[
    FloatArray,
    Shape(("scenario", "factor")),
    ANY_NUMBER,
    "Move of each factor in each scenario, in standard deviations; below 0 is bad",
]
Failed = Annotated[FloatArray, Shape(("scenario",)), INDEX, "Row of the name that fails in the scenario; 0 for none"]
SCENARIOS = ((-1, 0), (0, -1.6), (-2, -2))


def _at_state(book: Book, point: FloatArray) -> Iterator[tuple[str, Any]]:
    """A state of the factors, and what each loan loses there."""
    yield from each("F*[{}]", book.root @ point)
    yield from losses_by_loan(book.expected_given(point[None])[0], " | F*")
    yield "g(0)", _at_no_move(book)


def _worst_state(level: float, **given: Any) -> Iterator[tuple[str, Any]]:
    book = book_of_case(given)
    yield from _at_state(book, worst_at(book, level))


def _nearest_state(loss: float, **given: Any) -> Iterator[tuple[str, Any]]:
    book = book_of_case(given)
    yield from _at_state(book, worst_for(book, loss))


@declare(
    category=BOOK,
    questions=["How far may the collateral fall?", "What is it worth if they fail?"],
    source="The worst state at a distance: Breuer, Jandačka, Rheinberger & Summer (2009), International Journal of "
    "Central Banking 5(3); shares by Aumann & Shapley (1974), Values of Non-Atomic Games",
    examples=[
        Example(
            TWO_FACTORS,
            (
                (-1.54337994145228, 9.25734588772138, 0.15203137591922),
                (-2.677221332353, 51.63367632232649, 0.84796862408078),
            ),
            OWN_VALUE,
            1e-7,
        )
    ],
    rules=RULES,
    steps=_worst_state,
)
def book_factor_share(
    exposure: Exposure,
    value: ValueToday,
    contract: Contract,
    pd: Pd,
    offtaker: Offtaker,
    name_pd: NamePd,
    assignable: Assignable,
    loading: Loading,
    value_loading: ValueLoading,
    name_loading: NameLoading,
    volatility: Volatility,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCosts = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: UnsecuredShare = optional(0.0),
    guarantor: Guarantor = optional(0.0),
    guaranteed: Guaranteed = optional(1.0),
    correlation: Correlation = optional(0.0),
    level: Level = optional(0.999),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (
            Column("move", ANY_NUMBER, "Move of the factor in standard deviations, below 0 is bad"),
            Column("loss", FLOW, "What the factor adds to the expected loss in that state"),
            Column("share", RATIO, "The same as a share of what all factors add"),
        ),
        rows="factor",
    ),
]:  # fmt: skip
    """What each factor adds in the book's worst likely state, a row per factor: its move, its loss, and its share.

    g(F) = Σ E[Lᵢ | F], F* = the state with the highest g among those at the distance Φ⁻¹(level), |F|² = F·C⁻¹·F
    lossₖ = F*ₖ·∫₀¹ ∂g/∂Fₖ(s·F*) ds, Σ lossₖ = g(F*) − g(0), shareₖ = lossₖ / Σ loss

    Steps: …
    Convention: what is common to all loans; names and single loans are averaged. Any number of factors, no paths. With
    one factor F* is Basel's state, Φ⁻¹(1 − level).
    Limits: one factor has all of it; a factor that moves nothing has 0.
    Trap: shares of factors that are correlated depend on which of them is said to have moved: here, as far as it did.
    Errors: #VALUE! and #NUM! as CFI_BOOK_LOSS.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    point = worst_at(book, float(level[0]))
    return attributed(book, point)


def _by_scenario(book: Book, moves: FloatArray, failed: FloatArray) -> Iterator[FloatArray]:
    """What each loan loses in each scenario."""
    points = np.linalg.lstsq(book.root, moves.T, rcond=None)[0].T
    if not np.allclose(points @ book.root.T, moves, rtol=0, atol=1e-9):
        raise DomainError("moves", "are such that the factors' correlation does not allow them")
    for point, name in zip(points, np.broadcast_to(names_of(failed), len(moves)), strict=True):
        yield given_failure(book, point[None], int(name))


def _at_no_move(book: Book) -> float:
    return float(book.expected_given(np.zeros((1, book.factors))).sum())


def _first_scenario(moves: FloatArray, failed: FloatArray, **given: Any) -> Iterator[tuple[str, Any]]:
    book = book_of_case(given)
    yield from losses_by_loan(next(_by_scenario(book, moves[:1], failed[None, :1])), " | F")
    yield "Σ exposure of the first year", given["exposure"][:, 0].sum()
    yield "Σ E[L[i] | F = 0]", _at_no_move(book)


@declare(
    category=BOOK,
    questions=["How far may the collateral fall?"],
    source=SOURCE + "; conditional expectation given the factors",
    examples=[
        Example(
            (*TWO_FACTORS, SCENARIOS),
            (
                (6.20992214542752, 0.0221782933765269, 2.00893600551846),
                (28.3701551322713, 0.101321982615255, 9.17786484156322),
                (54.8312803732279, 0.195826001332957, 17.7381504616064),
            ),
            OWN_VALUE,
        )
    ],
    rules=[
        *RULES,
        Rule("failed", "must be a row of name_pd, or 0", lambda failed, name_pd: failed <= len(name_pd), InputError),
    ],
    steps=_first_scenario,
)
def book_stress(
    exposure: Exposure,
    value: ValueToday,
    contract: Contract,
    pd: Pd,
    offtaker: Offtaker,
    name_pd: NamePd,
    assignable: Assignable,
    loading: Loading,
    value_loading: ValueLoading,
    name_loading: NameLoading,
    volatility: Volatility,
    horizon: Horizon,
    moves: Moves,
    drift: Drift = optional(0.0),
    sale_cost: SaleCosts = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: UnsecuredShare = optional(0.0),
    guarantor: Guarantor = optional(0.0),
    guaranteed: Guaranteed = optional(1.0),
    correlation: Correlation = optional(0.0),
    failed: Failed = optional(0.0),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (
            Column("loss", MONEY, "Expected loss in the scenario"),
            Column("share of exposure", RATIO, "The same over the exposure of the first year"),
            Column("multiple", RATIO, "The same over the loss at no move, 0 where there is none"),
        ),
        rows="scenario",
    ),
]:  # fmt: skip
    """What the book loses in scenarios, a row each: expected loss given the factors' moves and a name's failure.

    loss = Σ E[Lᵢ | F = moves, the failed name fails in the first year]
    share of exposure = loss / Σ exposure of the first year, multiple = loss / Σ E[Lᵢ | F = 0]

    Steps: …
    Convention: a fall of a price by x is a move of ln(1 − x)/(volatility·√horizon) of its factor: bitcoin down 70% at a
    volatility of .75 is −1.6 of the factor that is bitcoin. What no scenario moves stays uncertain. Several offtakers
    at once are several moves of their factor.
    Limits: no move is the middle state, which loses less than the average. Far enough down all operators fail.
    Trap: one row that moves everything is worse than the sum of the rows that move one thing each.
    Errors: #VALUE! and #NUM! as CFI_BOOK_LOSS, and where a failed name is no row of the names.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    lost = np.array([losses.sum() for losses in _by_scenario(book, moves, failed)])
    middle = _at_no_move(book)
    owed = exposure[:, 0].sum()
    return np.stack([lost, lost / owed if owed > 0 else 0 * lost, lost / middle if middle > 0 else 0 * lost], axis=-1)


@declare(
    category=BOOK,
    questions=["How far may the collateral fall?"],
    source="Reverse stress: the nearest state at which a loss is reached, Breuer, Jandačka, Rheinberger & Summer "
    "(2009), International Journal of Central Banking 5(3)",
    examples=[
        Example(
            (*TWO_FACTORS, 50),
            (
                (-0.55009268284312, 2.22110566030876, 2.41337508152083),
                (-2.34984623420089, 44.68774453278057, 2.41337508152083),
            ),
            OWN_VALUE,
            1e-7,
        )
    ],
    rules=RULES,
    steps=_nearest_state,
    nan=("loss is not reached by any move of the factors within 8 standard deviations", DomainError),
)
def book_reverse(
    exposure: Exposure,
    value: ValueToday,
    contract: Contract,
    pd: Pd,
    offtaker: Offtaker,
    name_pd: NamePd,
    assignable: Assignable,
    loading: Loading,
    value_loading: ValueLoading,
    name_loading: NameLoading,
    volatility: Volatility,
    horizon: Horizon,
    loss: Annotated[X, MONEY, "Expected loss that is asked about"],
    drift: Drift = optional(0.0),
    sale_cost: SaleCosts = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: UnsecuredShare = optional(0.0),
    guarantor: Guarantor = optional(0.0),
    guaranteed: Guaranteed = optional(1.0),
    correlation: Correlation = optional(0.0),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (
            Column("move", ANY_NUMBER, "Move of the factor in standard deviations, below 0 is bad"),
            Column("loss", FLOW, "What the factor adds to the expected loss in that state"),
            Column("distance", NUMBER, "How far all moves together are, in standard deviations"),
        ),
        rows="factor",
    ),
]:  # fmt: skip
    """The likeliest move of the factors that costs a given loss, a row per factor: its move, its part, the distance.

    F* = the state nearest to 0 with g(F*) = loss, g(F) = Σ E[Lᵢ | F], distance = √(F*·C⁻¹·F*)
    lossₖ as in CFI_BOOK_FACTOR_SHARE

    Steps: …
    Convention: what is likeliest is what is nearest; a distance of 2.33 is a state of one in a hundred at least.
    Limits: no move where the middle state loses as much already.
    Errors: #NUM! where no state within 8 standard deviations costs so much; #VALUE! and #NUM! as CFI_BOOK_LOSS.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    point = worst_for(book, float(loss[0]))
    parts = attributed(book, point)
    return np.stack([parts[:, 0], parts[:, 1], np.full(len(parts), np.sqrt(point @ point))], axis=-1)
