"""Oracle of a book given its factors: each loan's states added up one by one, states searched along one factor.

Where several factors move the book the worst state is known only where the book is alike in all of them; the general
search is tested by what its answer must fulfil.
"""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import Draw, Function, Number, cdf, points, quantile, refuse_unless, root, write
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)


def below(pd: Number, loadings: list[Number], state: list[Number]) -> Number:
    rest = 1 - sum(b * b for b in loadings)
    refuse_unless(rest > 0)
    return cdf((quantile(pd) - sum(b * f for b, f in zip(loadings, state, strict=True))) / mpmath.sqrt(rest))


def shortfall(owed: Number, mean: Number, a: Number) -> Number:
    """E[(1 − V/owed)⁺] of a lognormal V."""
    z = mpmath.log(owed / mean) / a + a / 2
    return cdf(z) - mean / owed * cdf(z - a)


def lost(book: tuple[Any, ...], state: list[Number], failed: int = 0) -> Number:
    """Expected loss of all loans in a state of independent factors."""
    exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names, volatility, horizon = book
    years = horizon if isinstance(horizon, list) else [horizon]
    total = ZERO
    for i, owed in enumerate(exposure):
        name = int(offtaker[i])
        before = gone = ZERO
        for t, year in enumerate(years):
            by = below(pd[i][t], loading[i], state)
            out = ZERO
            if name:
                out = ONE if name == failed else below(name_pd[name - 1][t], names[name - 1], state)
            a = volatility[i] * mpmath.sqrt(year)
            g2 = sum(g * g for g in chips[i])
            score = sum(g * f for g, f in zip(chips[i], state, strict=True))
            mean = value[i][t] * mpmath.exp(a * score - a * a * g2 / 2)
            sale = shortfall(owed[t], mean, a * mpmath.sqrt(1 - g2))
            short = max(ZERO, 1 - contract[i][t] / owed[t])
            total += owed[t] * (by - before) * (1 - out) * (sure[i] * short + (1 - sure[i]) * sale)
            total += owed[t] * (out - gone) * (1 - before) * sale
            before, gone = by, out
    return total


def checked(book: tuple[Any, ...]) -> None:
    refuse_unless(all(0 <= p <= 1 for row in [*book[3], *book[5]] for p in row))


def stress(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, moves: Any, drift: Any = None, sale_cost: Any = None,
    lag: Any = None, unsecured: Any = None, guarantor: Any = None, guaranteed: Any = None, correlation: Any = None,
    failed: Any = None,
) -> list[list[Number]]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names, volatility, horizon)
    checked(book)
    middle, owed = lost(book, [ZERO] * len(loading[0])), sum(row[0] for row in exposure)
    rows = []
    for number, move in enumerate(moves):
        loss = lost(book, move, int(failed[number]) if failed else 0)
        rows.append([loss, loss / owed, loss / middle])
    return rows


def share(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, drift: Any = None, sale_cost: Any = None, lag: Any = None,
    unsecured: Any = None, guarantor: Any = None, guaranteed: Any = None, correlation: Any = None,
    level: Number = mpf(0.999),
) -> list[list[Number]]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names, volatility, horizon)
    checked(book)
    refuse_unless(0.5 <= level < 1)
    worst = [quantile(1 - level), ZERO]
    return [[worst[0], lost(book, worst) - lost(book, [ZERO, ZERO]), ONE], [ZERO, ZERO, ZERO]]


def reverse(
    exposure: Any, value: Any, contract: Any, pd: Any, offtaker: Any, name_pd: Any, sure: Any, loading: Any,
    chips: Any, names: Any, volatility: Any, horizon: Any, loss: Any,
) -> list[list[Number]]:  # fmt: skip
    book = (exposure, value, contract, pd, offtaker, name_pd, sure, loading, chips, names, volatility, horizon)
    checked(book)
    middle = lost(book, [ZERO, ZERO])
    if middle >= loss:
        return [[ZERO, ZERO, ZERO], [ZERO, ZERO, ZERO]]
    refuse_unless(lost(book, [mpf(-8), ZERO]) >= loss)
    far = root(lambda x: lost(book, [-x, ZERO]) - loss, ZERO, mpf(8))
    return [[-far, loss - middle, far], [ZERO, ZERO, far]]


def book_of(draw: Draw, both: bool) -> list[Any]:
    n, years = draw.randint(2, 4), draw.randint(2, 3)

    def grid(low: float, high: float, rising: bool = False, rows: int = n) -> list[list[float]]:
        made = [draw.series(years, low, high) for _ in range(rows)]
        return [sorted(row) for row in made] if rising else made

    def loads(rows: int, high: float) -> list[list[float]]:
        return [[draw.even(0.1, high), draw.even(0.05, high) if both else 0] for _ in range(rows)]

    return [
        grid(20, 100), grid(20, 120), grid(0, 80), grid(0.01, 0.2, True), [draw.randint(0, 2) for _ in range(n)],
        grid(0.005, 0.05, True, 2), draw.series(n, 0, 1), loads(n, 0.6), loads(n, 0.6), loads(2, 0.6),
        draw.series(n, 0.2, 0.8), list(range(1, years + 1)),
    ]  # fmt: skip


def asked(draw: Draw) -> list[Any]:
    return [*book_of(draw, True), [draw.series(2, -3, 1) for _ in range(2)]]


LOANS: list[Any] = [
    [[100, 60], [80, 50]], [[120, 80], [90, 60]], [[70, 40], [0, 0]], [[0.03, 0.06], [0.12, 0.2]], [1, 0],
    [[0.01, 0.02], [0.02, 0.03]], [0.8, 0], [[0.3, 0], [0.7, 0]], [[0.4, 0], [0.8, 0]], [[0.5, 0], [0.6, 0]],
    [0.3, 0.6], [1, 2],
]  # fmt: skip
FAR = [*LOANS[:3], [[0.03, 1.2], [0.12, 0.2]], *LOANS[4:]]
NOTHING = [None] * 7
FUNCTIONS: dict[str, Function] = {
    "CFI_BOOK_STRESS": stress,
    "CFI_BOOK_FACTOR_SHARE": share,
    "CFI_BOOK_REVERSE": reverse,
}
POINTS = {
    "CFI_BOOK_STRESS": points(
        "CFI_BOOK_STRESS",
        asked,
        [
            ([*LOANS, [[0, 0], [-2, 0]]], "the middle and a bad state"),
            ([*LOANS, [[0, 0], [-2, 0]], *NOTHING, [1, 0]], "an offtaker fails"),
            ([*FAR, [[0, 0], [-2, 0]]], "pd above 1"),
        ],
    ),
    "CFI_BOOK_FACTOR_SHARE": points(
        "CFI_BOOK_FACTOR_SHARE",
        lambda draw: [*book_of(draw, False), *NOTHING, draw.even(0.9, 0.999)],
        [(LOANS, "99.9%"), ([*LOANS, *NOTHING, 1], "level 1"), (FAR, "pd above 1")],
    ),
    "CFI_BOOK_REVERSE": points(
        "CFI_BOOK_REVERSE",
        lambda draw: [*book_of(draw, False), draw.even(5, 40)],
        [([*LOANS, 30], "a loss"), ([*LOANS, 0.1], "less than the middle"), ([*LOANS, 1000], "more than there is")],
    ),
}


def main() -> None:
    searched = {"relative": 1e-7, "absolute": 1e-7, "why": "a search over the factors"}
    write(__file__, FUNCTIONS, POINTS, {"CFI_BOOK_FACTOR_SHARE": searched, "CFI_BOOK_REVERSE": searched})


if __name__ == "__main__":
    main()
