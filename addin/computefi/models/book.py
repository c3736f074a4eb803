"""What a book of loans loses, each loan's part of it, and what one loan adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np

from computefi.errors import InputError
from computefi.models.book_terms import (
    BOOK,
    DRAWN,
    ONE_FACTOR,
    OWN_VALUE,
    RULES,
    SOURCE,
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
    Nu,
    Offtaker,
    Paths,
    Pd,
    SaleCosts,
    Seed,
    Terms,
    UnsecuredShare,
    ValueLoading,
    ValueToday,
    Volatility,
    book_of,
    book_of_case,
    losses_by_loan,
)
from computefi.models.portfolio import Book
from computefi.models.portfolio_exact import distribution, tail_parts
from computefi.models.portfolio_means import expected_losses, expected_with_error
from computefi.models.portfolio_paths import blocks_of, gathered, simulation
from computefi.models.step_rows import as_case, each
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import FLOW, INDEX, MONEY, RATIO, SHARE, FloatArray, X, optional

LOSSES = (
    8.55680375903793, 68.9633731095622, 77.5201768686001, 92.0345859549857, 0, 0.068359375, 0.068359375,
    0.380963344554345,
)  # fmt: skip
PARTS = (
    (1.42333618283797, 18.2185927064972, 0.19795376398398),
    (5.78039137732608, 56.02081570589477, 0.60869308124332),
    (0.7801752978818, 12.46002501261048, 0.13538415893678),
    (0.57290090099208, 5.33515252998506, 0.05796899583592),
)

ADDED = (0.57290090099208, 3.4682812957568, 4.42531692897634)


Asked = tuple[float, int, int, float]  # level, paths, seed, nu


def _measures(book: Book, asked: Sequence[Asked]) -> list[tuple[float, ...]]:
    """Expected loss, VaR, expected shortfall, and their errors; what is asked twice is calculated once."""
    found = {key: _drawn(book, *key) for key in asked if key[1] > 0}
    levels = {key: key[0] for key in asked if key[1] == 0}
    if levels:
        whole, (losses, error) = distribution(book), expected_with_error(book)
        expected = float(losses.sum())
        for key, level in levels.items():
            at_risk, shortfall, _ = whole.at(level)
            found[key] = expected, at_risk, shortfall, error, *whole.errors(level)
    return [found[key] for key in asked]


def _drawn(book: Book, level: float, paths: int, seed: int, nu: float) -> tuple[float, ...]:
    prepared = simulation(book, seed, nu, level)
    losses, _ = gathered(prepared.block(number) for number in range(blocks_of(paths)))
    tail = losses.tail(level)
    three = (losses.expected, tail.at_risk, tail.shortfall)
    return (*(estimate.value for estimate in three), *(estimate.error for estimate in three))


def _asked(level: FloatArray, paths: FloatArray, seed: FloatArray, nu: FloatArray) -> list[Asked]:
    """What each row asks."""
    whole = paths.astype(int).tolist(), seed.astype(int).tolist()
    return list(zip(level.tolist(), *whole, nu.tolist(), strict=True))


def _wrong_way(book: Book) -> float:
    """Share of the expected loss that there would not be if collateral went with no factor."""
    lost = float(expected_losses(book).sum())
    return 1 - float(expected_losses(book.without_wrong_way()).sum()) / lost if lost > 0 else 0.0


def _by_loan(**given: Any) -> Iterator[tuple[str, Any]]:
    """The expected loss of each loan, and of all where collateral goes with no factor."""
    book = book_of_case(given)
    yield from losses_by_loan(expected_losses(book), "")
    yield "EL(value_loading 0, gamma 0)", expected_losses(book.without_wrong_way()).sum()


def _parts(**given: Any) -> Iterator[tuple[str, Any]]:
    rows = book_contribution(**as_case(given))
    yield from each("E[L[{}] | L ≥ VaR]", rows[:, 1])
    yield "Σ contribution", rows[:, 1].sum()


def _with_and_without(
    position: float, level: float, paths: float, seed: float, nu: float, **given: Any
) -> Iterator[tuple[str, Any]]:
    asked = level, int(paths), int(seed), nu
    for where, numbers in zip(("with", "without"), _both(book_of_case(given), int(position), asked), strict=True):
        for name, number in zip(("expected loss", "VaR", "expected shortfall"), numbers, strict=True):
            yield f"{name} {where} the loan", number


@declare(
    category=BOOK,
    questions=["What is it worth if they fail?", "How much can I lend?"],
    source=SOURCE,
    examples=[
        Example((*ONE_FACTOR, *(None,) * 7, 0.99), LOSSES, OWN_VALUE, 1e-3),
    ],
    rules=[*RULES, *DRAWN],
    steps=_by_loan,
)
def book_loss(
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
    paths: Paths = optional(0.0),
    seed: Seed = optional(1.0),
    nu: Nu = optional(0.0),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("expected loss", MONEY, "Expected loss of the book"),
        Column("unexpected loss", FLOW, "VaR less the expected loss"),
        Column("VaR", MONEY, "Loss that is exceeded with probability 1 − level"),
        Column("expected shortfall", MONEY, "Average loss of the worst 1 − level"),
        Column("error of expected loss", MONEY, "Standard error; without paths 0, save for guarantees on many factors"),
        Column("error of VaR", MONEY, "Standard error; of the exact method the step of its lattice, or more"),
        Column("error of shortfall", MONEY, "Standard error; of the exact method the step of its lattice, or more"),
        Column("wrong-way share", RATIO, "Share of the expected loss that collateral falling with the factors adds"),
    )),
]:  # fmt: skip
    """What a book of loans loses: expected loss, VaR and expected shortfall with their errors, and the wrong-way share.

    Xᵢ = loadingᵢ·F + rest, Zᵢ = value_loadingᵢ·F + rest, Yₖ = name_loadingₖ·F + rest, F normal with `correlation`
    the operator fails by year t where Xᵢ < Φ⁻¹(pd), a name where Yₖ < Φ⁻¹(name_pd), for all its loans at once
    due = exposure·(1 + accrued_interest), v = (1 + discount_rate)^−lag, u = unsecured_recovery, K = due/(1 − sale_cost)
    loss = due·(1 − u)·(1 − contract/due)⁺ + exposure·workout_cost where the contract is assigned
    loss = due·[1 − v + v·(1 − u)·(1 − V/K)⁺] + exposure·workout_cost where the collateral is sold
    V = value·e^{drift·T − a²/2 + a·Z'}, T = horizon + lag, a = volatility·√T, Z' diluted by √(horizon/T)
    gamma = correlation of the two rests of a loan; with a contract_volatility the contract is lognormal of that mean
    less the guaranteed share where the guarantor stands; EL = E[L], VaR = q-quantile of L at level,
    shortfall = E[L | L ≥ VaR], wrong-way share = 1 − EL(value_loading 0, gamma 0)/EL

    Steps: …
    Convention: pds are cumulative to the end of each year, values today's, money that of the failure. A loan fails
    once, by whichever of operator and offtaker fails first, both in one year being the offtaker's. loading > 0 fails,
    and value_loading > 0 is worth less, where the factor is low: both of one sign are wrong-way. One column is a year.
    The exact method puts losses on a lattice of 4,096 steps and takes at most eight shared names tied together by loans
    that have one as offtaker and another as guarantor. On one factor it integrates; on several it averages
    states drawn from every layer of the ranking by expected loss, thin where losses are rare; the errors say how well.
    Limits: one loan has CFI_DEAL_LOSS times its size, with link and rho_offtaker the products of the loadings, b·C·h
    and g·C·h, and rho_operator = b·C·g + gamma·√(1 − b·C·b)·√(1 − g·C·g). A book cut ever finer comes to Basel's
    formula. Independent equal loans are binomial.
    Trap: pairwise correlations do not make a tail: give nu 4 and paths for the same correlations with joint crashes.
    Errors: #VALUE! where lengths differ, an offtaker has no row, or nine names are tied without paths; #NUM! where
    loadings explain more than 1, a pd falls, or correlation is not semidefinite.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    wrong_way = _wrong_way(book)
    measures = _measures(book, _asked(level, paths, seed, nu))
    return np.array([(m[0], m[1] - m[0], *m[1:], wrong_way) for m in measures])


@declare(
    category=BOOK,
    questions=["What is it worth if they fail?"],
    source=SOURCE + "; contributions as in Tasche (1999) by Euler's theorem",
    examples=[Example((*ONE_FACTOR, *(None,) * 7, 0.99), PARTS, OWN_VALUE, 1e-3)],
    rules=[*RULES, *DRAWN],
    steps=_parts,
)
def book_contribution(
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
    paths: Paths = optional(0.0),
    seed: Seed = optional(1.0),
    nu: Nu = optional(0.0),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result(
        (
            Column("expected loss", MONEY, "Expected loss of the loan"),
            Column("contribution", MONEY, "The loan's part of the book's expected shortfall"),
            Column("share", SHARE, "That part as a share of the whole"),
        ),
        rows="loan",
    ),
]:  # fmt: skip
    """Each loan's part of what the book loses, a row per loan: expected loss, part of the expected shortfall, share.

    contributionᵢ = E[Lᵢ | L ≥ VaR], Σ contributionᵢ = expected shortfall of CFI_BOOK_LOSS
    shareᵢ = contributionᵢ / Σ contribution

    Steps: …
    Convention: by Euler: what the shortfall grows by as the loan grows, by its size. The arguments are those of
    CFI_BOOK_LOSS. The law of each loan is known, so that no loan is left out to find its part.
    Limits: the parts add up. A loan alone is the whole.
    Trap: a part is a slope, not what is left when the loan goes: that is CFI_BOOK_MARGINAL, and it is less.
    Errors: #VALUE! and #NUM! as CFI_BOOK_LOSS.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    confidence = float(level[0])
    if paths[0] == 0:
        whole = distribution(book)
        parts = tail_parts(book, whole.at(confidence)[2], whole.unit) / (1 - confidence)
        expected = expected_losses(book)
    else:
        prepared, count = simulation(book, int(seed[0]), float(nu[0]), confidence), blocks_of(int(paths[0]))
        losses, expected = gathered(prepared.block(number) for number in range(count))
        at_risk = losses.tail(confidence).at_risk.value
        tail = gathered(prepared.block(number, at_risk) for number in range(count))[1]
        # Where paths lose just the VaR there may be more of them than the tail has room for.
        parts = tail * (losses.tail(confidence).shortfall.value / tail.sum()) if tail.sum() > 0 else tail
    total = parts.sum()
    return np.stack([expected, parts, parts / total if total > 0 else 0 * parts], axis=-1)


@declare(
    category=BOOK,
    questions=["How much can I lend?"],
    source=SOURCE,
    examples=[Example((*ONE_FACTOR, 4, *(None,) * 7, 0.99), ADDED, OWN_VALUE, 2e-3)],
    rules=[
        *RULES,
        *DRAWN,
        Rule(
            "position", "must be the row of a loan",
            lambda position, exposure: (position >= 1) & (position <= len(exposure)), InputError,
        ),
    ],
    steps=_with_and_without,
)  # fmt: skip
def book_marginal(
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
    position: Annotated[X, INDEX, "Row of the loan that is asked about, from 1"],
    drift: Drift = optional(0.0),
    sale_cost: SaleCosts = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: UnsecuredShare = optional(0.0),
    guarantor: Guarantor = optional(0.0),
    guaranteed: Guaranteed = optional(1.0),
    correlation: Correlation = optional(0.0),
    level: Level = optional(0.999),
    paths: Paths = optional(0.0),
    seed: Seed = optional(1.0),
    nu: Nu = optional(0.0),
    gamma: Gamma = optional(0.0),
    terms: Terms = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("expected loss", FLOW, "What the loan adds to the expected loss"),
        Column("VaR", FLOW, "What it adds to the VaR"),
        Column("expected shortfall", FLOW, "What it adds to the expected shortfall"),
    )),
]:  # fmt: skip
    """What one loan adds to the book's expected loss, VaR and expected shortfall: with it less without it.

    answer = CFI_BOOK_LOSS(book) − CFI_BOOK_LOSS(book without the loan of that row)

    Steps: …
    Convention: put the new loan below the book and give its row. The arguments are those of CFI_BOOK_LOSS; with paths
    both books are drawn from the same seed.
    Limits: the whole loss for a book of one. The expected loss is the loan's own; VaR may fall where it is small.
    Errors: #VALUE! and #NUM! as CFI_BOOK_LOSS, and where the row is none of the book.
    """
    book = book_of(
        exposure, value, contract, pd, offtaker, name_pd, assignable, loading, value_loading, name_loading, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, guarantor, guaranteed, correlation, gamma, terms,
    )  # fmt: skip
    answers = np.empty((len(position), 3))
    for row, (number, asked) in enumerate(zip(position.astype(int), _asked(level, paths, seed, nu), strict=True)):
        answers[row] = np.subtract(*_both(book, number, asked))
    return answers


def _both(book: Book, number: int, asked: Asked) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Expected loss, VaR and expected shortfall with a loan and without it."""
    after = _measures(book, [asked])[0][:3]
    return after, _measures(book.without(number - 1), [asked])[0][:3] if len(book.offtaker) > 1 else (0.0,) * 3
