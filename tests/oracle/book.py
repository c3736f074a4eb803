"""Oracle of what a small book on one factor loses: all outcomes are gone through and the factor is integrated.

Collateral has no volatility here, so that each loan loses one of three known amounts, in whole units of the 4,096 that
the book may lose at most. Then nothing is rounded, and quantile and shortfall are those of a discrete distribution.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import mpmath
from high_precision import NODES, Draw, Function, Number, cdf, density, points, quantile, refuse_unless, write
from mpmath import mpf

WHOLE, REACH, PANELS = 4096, mpf(9), 6
ZERO, ONE = mpf(0), mpf(1)
Law = dict[Number, Number]


def below(pd: Number, loading: Number, state: Number) -> Number:
    refuse_unless(loading * loading < 1)
    return cdf((quantile(pd) - loading * state) / mpmath.sqrt(1 - loading * loading))


def joined(one: Law, other: Law) -> Law:
    """The law of the sum of two independent losses."""
    total: Law = defaultdict(lambda: ZERO)
    for a, p in one.items():
        for b, q in other.items():
            total[a + b] += p * q
    return total


def given(book: tuple[Any, ...], state: Number, singled: int) -> tuple[Law, Law, Number]:
    """The book's law, E[loss of one loan; the book loses so much], and that loan's expected loss, at a state."""
    exposure, value, contract, pd, offtaker, name_pd, sure, loading, _, names = book
    fails = [below(p[0], names[k][0], state) for k, p in enumerate(name_pd)]
    whole, part, mean = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO), ZERO
    for number in range(2 ** len(fails)):
        out = [number >> k & 1 for k in range(len(fails))]
        chance = ONE
        for gone, p in zip(out, fails, strict=True):
            chance *= p if gone else 1 - p
        laws = []
        for i, owed in enumerate(exposure):
            sold, kept = max(ZERO, owed[0] - value[i][0]), max(ZERO, owed[0] - contract[i][0])
            p, name = below(pd[i][0], loading[i][0], state), int(offtaker[i])
            if name and out[name - 1]:
                laws.append({sold: ONE})
                continue
            law: Law = defaultdict(lambda: ZERO)
            for loss, weight in ((sold, p * (1 - sure[i])), (kept, p * sure[i]), (ZERO, 1 - p)):
                law[loss] += weight
            laws.append(law)
        rest: Law = {ZERO: ONE}
        for i, law in enumerate(laws):
            if i != singled:
                rest = joined(rest, law)
        for loss, p in laws[singled].items():
            mean += chance * loss * p
            for others, q in rest.items():
                whole[loss + others] += chance * p * q
                part[loss + others] += chance * loss * p * q
    return whole, part, mean


def law_of(book: tuple[Any, ...], singled: int = 0) -> tuple[Law, Law, Number]:
    refuse_unless(all(0 <= p <= 1 for row in [*book[3], *book[5]] for p in row))
    whole, part, mean = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO), ZERO
    half = REACH / PANELS
    for panel in range(PANELS):
        middle = -REACH + (2 * panel + 1) * half
        for x, weight in NODES:
            state = middle + half * x
            w = weight * half * density(state)
            found, parts, expected = given(book, state, singled)
            mean += w * expected
            for loss, p in found.items():
                whole[loss] += w * p
            for loss, p in parts.items():
                part[loss] += w * p
    return whole, part, mean


def tail(whole: Law, level: Number) -> tuple[Number, Number, Law]:
    """Value at risk, shortfall, and which share of each outcome lies in the tail."""
    below_it = ZERO
    shares: Law = {}
    at_risk = None
    for loss in sorted(whole):
        below_it += whole[loss]
        if at_risk is None and below_it >= level - mpf(10) ** -12:
            at_risk = loss
            shares[loss] = max(below_it - level, ZERO) / whole[loss] if whole[loss] else ZERO
        elif at_risk is not None:
            shares[loss] = ONE
    return at_risk, sum(whole[x] * s * x for x, s in shares.items()) / (1 - level), shares


def measures(book: tuple[Any, ...], level: Number) -> tuple[Number, Number, Number]:
    """Expected loss, value at risk, shortfall."""
    refuse_unless(0.5 <= level < 1)
    whole = law_of(book)[0]
    at_risk, shortfall, _ = tail(whole, level)
    return sum(x * p for x, p in whole.items()), at_risk, shortfall


def loss(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, drift: Any = None, sale_cost: Any = None,
    lag: Any = None, unsecured: Any = None, guarantor: Any = None, guaranteed: Any = None, correlation: Any = None,
    level: Number = mpf(0.999),
) -> list[Number]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names)
    expected, at_risk, shortfall = measures(book, level)
    unit = sum(row[0] for row in exposure) / WHOLE
    return [expected, at_risk - expected, at_risk, shortfall, ZERO, unit, unit, ZERO]


def contribution(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, drift: Any = None, sale_cost: Any = None,
    lag: Any = None, unsecured: Any = None, guarantor: Any = None, guaranteed: Any = None, correlation: Any = None,
    level: Number = mpf(0.999),
) -> list[list[Number]]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names)
    refuse_unless(0.5 <= level < 1)
    rows = []
    for i in range(len(exposure)):
        whole, part, mean = law_of(book, i)
        shares = tail(whole, level)[2]
        rows.append([mean, sum(part[x] * s for x, s in shares.items()) / (1 - level)])
    total = sum(row[1] for row in rows)
    return [[*row, row[1] / total] for row in rows]


def marginal(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, position: Any, drift: Any = None, sale_cost: Any = None,
    lag: Any = None, unsecured: Any = None, guarantor: Any = None, guaranteed: Any = None, correlation: Any = None,
    level: Number = mpf(0.999),
) -> list[Number]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names)
    gone = int(position) - 1
    less = tuple(
        column if at in (5, 9) else [row for i, row in enumerate(column) if i != gone] for at, column in enumerate(book)
    )
    return [a - b for a, b in zip(measures(book, level), measures(less, level), strict=True)]


def book_of(draw: Draw, halves: bool = False) -> list[Any]:
    """Three loans of 4,096 units together; with `halves` two of them make a half, so that less one is whole too."""
    first = 1024 if halves else draw.randint(500, 1500)
    sizes = [first, 2048 - first, 2048] if halves else [first, 1300, 4096 - 1300 - first]
    return [
        [[size] for size in sizes], [[draw.randint(0, size)] for size in sizes],
        [[draw.randint(0, size)] for size in sizes], [[draw.even(0.01, 0.2)] for _ in sizes],
        [1, draw.randint(0, 2), 2], [[draw.even(0.01, 0.05)] for _ in range(2)],
        draw.series(3, 0, 1), [[draw.even(0.1, 0.8)] for _ in sizes], [[draw.even(0, 0.8)] for _ in sizes],
        [[draw.even(0.1, 0.7)] for _ in range(2)], [0, 0, 0], 1,
    ]  # fmt: skip


LOANS: list[Any] = [
    [[1024], [1024], [2048]], [[512], [0], [1024]], [[768], [0], [2048]], [[0.05], [0.1], [0.02]], [1, 0, 1],
    [[0.03]], [0.5, 0, 1], [[0.5], [0.6], [0.3]], [[0.5], [0.6], [0.3]], [[0.4]], [0, 0, 0], 1,
]  # fmt: skip
NOTHING = [None] * 7
CERTAIN = [*LOANS[:3], [[0.05], [1.2], [0.02]], *LOANS[4:]]
FUNCTIONS: dict[str, Function] = {
    "CFI_BOOK_LOSS": loss,
    "CFI_BOOK_CONTRIBUTION": contribution,
    "CFI_BOOK_MARGINAL": marginal,
}
EDGES = [
    ([*LOANS], "a book of three, 99.9%"),
    ([*LOANS, *NOTHING, 0.9], "90%"),
    ([*LOANS, *NOTHING, 1], "level 1"),
    ([*CERTAIN], "pd above 1"),
]
POINTS = {
    "CFI_BOOK_LOSS": points(
        "CFI_BOOK_LOSS", lambda draw: [*book_of(draw), *NOTHING, draw.even(0.9, 0.999)], EDGES
    ),
    "CFI_BOOK_CONTRIBUTION": points(
        "CFI_BOOK_CONTRIBUTION", lambda draw: [*book_of(draw), *NOTHING, draw.even(0.9, 0.999)], EDGES
    ),
    "CFI_BOOK_MARGINAL": points(
        "CFI_BOOK_MARGINAL",
        lambda draw: [*book_of(draw, True), 3, *NOTHING, draw.even(0.9, 0.999)],
        [([*LOANS, 3], "the third, 99.9%"), ([*LOANS, 3, *NOTHING, 1], "level 1"), ([*CERTAIN, 3], "pd above 1")],
    ),
}  # fmt: skip


def main() -> None:
    exact = {"relative": 1e-7, "absolute": 1e-6, "why": "a lattice of losses, and a factor integrated by panels"}
    write(__file__, FUNCTIONS, POINTS, dict.fromkeys(FUNCTIONS, exact))


if __name__ == "__main__":
    main()
