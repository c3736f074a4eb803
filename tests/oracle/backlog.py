"""Oracle of the backlog family: docs/method/models.md §1.1, docs/method/catalogue.md “Backlog” and “Exact meanings”."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    Draw,
    Function,
    Number,
    Tolerance,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    repeated,
    write,
)
from mpmath import mpf


def backlog_coverage(backlog: Number, debt: Number) -> Number:
    # B / D
    amounts(backlog, debt)
    refuse_unless(debt != 0, DIV0)
    return backlog / debt


def contract_cash(
    revenue: list[list[Number]],
    take_or_pay: Number,
    hazard: Number,
    delivery: Number,
    rate: Number,
    loan_periods: Number,
    opex: Number,
    arms_length: Number,
    cancellable: Number,
    per_year: Number,
) -> Number:
    # Σᵢ Σₖ [R·y·w·(1−x)·e^{−h·t}·g] (1+r)^{−t} − Σₖ opex·(1+r)^{−t}, t = k/m, k ≤ min(loan, columns)
    contracts, columns = len(revenue), len(revenue[0])
    shares = [repeated(v, contracts) for v in (take_or_pay, arms_length, cancellable, delivery)]
    hazards, costs = repeated(hazard, contracts), repeated(opex, columns)
    refuse_unless(all(0 <= v <= 1 for share in shares for v in share))
    amounts(*hazards, *costs, *(v for row in revenue for v in row))
    refuse_unless(rate > -1 and per_year > 0 and loan_periods >= 1 and loan_periods == int(loan_periods))
    total = mpf(0)
    for k in range(1, min(int(loan_periods), columns) + 1):
        t = k / per_year
        discount = mpmath.exp(-t * mpmath.log(1 + rate))
        for i in range(contracts):
            y, w, x, g = (share[i] for share in shares)
            total += revenue[i][k - 1] * y * w * (1 - x) * g * mpmath.exp(-hazards[i] * t) * discount
        total -= costs[k - 1] * discount
    return total


def eligible_backlog(
    revenue: list[list[Number]],
    take_or_pay: Number,
    hazard: Number,
    delivery: Number,
    rate: Number,
    loan_periods: Number,
    arms_length: Number = mpf(1),
    cancellable: Number = mpf(0),
    per_year: Number = mpf(1),
) -> Number:
    return contract_cash(
        revenue, take_or_pay, hazard, delivery, rate, loan_periods, mpf(0), arms_length, cancellable, per_year
    )


def risked_coverage(
    revenue: list[list[Number]],
    take_or_pay: Number,
    hazard: Number,
    delivery: Number,
    rate: Number,
    loan_periods: Number,
    debt: Number,
    opex: Number = mpf(0),
    arms_length: Number = mpf(1),
    cancellable: Number = mpf(0),
    per_year: Number = mpf(1),
) -> Number:
    # (B* − PV opex) / D
    amounts(debt)
    refuse_unless(debt != 0, DIV0)
    cash = contract_cash(
        revenue, take_or_pay, hazard, delivery, rate, loan_periods, opex, arms_length, cancellable, per_year
    )
    return cash / debt


def firm_share(notice: Number, remaining: Number, fee: Number = mpf(0)) -> Number:
    # n + fee·(1−n), n = min(notice, remaining)/remaining
    amounts(notice, remaining)
    refuse_unless(0 <= fee <= 1)
    refuse_unless(remaining != 0, DIV0)
    n = min(notice, remaining) / remaining
    return n + fee * (1 - n)


def tenor_overlap(revenue: Number, loan_periods: Number) -> Number:
    # Σ_{t ≤ T_loan} R / Σ R
    flows = as_series(revenue)
    amounts(*flows)
    refuse_unless(loan_periods >= 1 and loan_periods == int(loan_periods))
    refuse_unless(sum(flows) != 0, DIV0)
    return sum(flows[: int(loan_periods)]) / sum(flows)


def tail_exposure(balances: Number, contract_periods: Number) -> Number:
    # balances[contract_periods] / balances[0]
    owed = as_series(balances)
    amounts(*owed, contract_periods)
    refuse_unless(contract_periods == int(contract_periods))
    refuse_unless(owed[0] != 0, DIV0)
    refuse_unless(contract_periods < len(owed))
    return owed[int(contract_periods)] / owed[0]


def contracted_share(contracted: Number, total: Number, affiliate: Number = mpf(0)) -> Number:
    # (contracted − affiliate) / total
    amounts(contracted, total, affiliate)
    refuse_unless(total != 0, DIV0)
    refuse_unless(affiliate <= contracted <= total)
    return (contracted - affiliate) / total


def remaining_term(values: Number, terms: Number) -> Number:
    # Σ V·T / Σ V
    weights = as_series(values)
    years = repeated(terms, len(weights))
    amounts(*weights, *years)
    refuse_unless(sum(weights) != 0, DIV0)
    return sum(v * t for v, t in zip(weights, years, strict=True)) / sum(weights)


def hhi(weights: Number) -> Number:
    # Σ sᵢ²
    names = as_series(weights)
    amounts(*names)
    refuse_unless(sum(names) != 0, DIV0)
    return sum((w / sum(names)) ** 2 for w in names)


def effective_names(weights: Number, correlation: Number = mpf(0)) -> Number:
    # 1 / ΣΣ sᵢ sⱼ rᵢⱼ
    names = as_series(weights)
    amounts(*names)
    refuse_unless(sum(names) != 0, DIV0)
    if isinstance(correlation, list):
        refuse_unless(min(mpmath.eigsy(mpmath.matrix(correlation), eigvals_only=True)) > mpf("-1e-10"))
    elif (count := sum(name > 0 for name in names)) > 1:
        refuse_unless(1 + (count - 1) * correlation >= mpf("-1e-10"))
    total = mpf(0)
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            if isinstance(correlation, list):
                r = correlation[i][j]
            else:
                refuse_unless(-1 <= correlation <= 1)
                r = mpf(1) if i == j else correlation
            total += first * second * r
    refuse_unless(total > 0)
    return sum(names) ** 2 / total


def backlog_roll(
    opening: Number, signed: Number, recognised: Number, cancelled: Number = mpf(0), repriced: Number = mpf(0)
) -> list[Number]:
    # closing = opening + signed − recognised − cancelled + repriced; book-to-bill = net orders / recognised
    amounts(opening, signed, recognised, cancelled)
    closing = opening + signed - recognised - cancelled + repriced
    refuse_unless(closing >= 0)
    return [closing, (signed - cancelled + repriced) / recognised if recognised > 0 else DIV0]


FUNCTIONS: dict[str, Function] = {
    "CFI_BACKLOG_COVERAGE": backlog_coverage,
    "CFI_ELIGIBLE_BACKLOG": eligible_backlog,
    "CFI_RISKED_COVERAGE": risked_coverage,
    "CFI_FIRM_SHARE": firm_share,
    "CFI_TENOR_OVERLAP": tenor_overlap,
    "CFI_TAIL_EXPOSURE": tail_exposure,
    "CFI_CONTRACTED_SHARE": contracted_share,
    "CFI_REMAINING_TERM": remaining_term,
    "CFI_HHI": hhi,
    "CFI_EFFECTIVE_NAMES": effective_names,
    "CFI_BACKLOG_ROLL": backlog_roll,
}


def contracts(d: Draw) -> list[Any]:
    """Revenue, take-or-pay, hazard, delivery, rate and loan periods of a random book."""
    count, columns = d.randint(1, 4), d.randint(2, 12)
    revenue = [d.series(columns, 0, 50) for _ in range(count)]
    book: list[Any] = [revenue, d.series(count, 0, 1), d.series(count, 0, 0.5), d.series(count, 0, 1)]
    if count == 1:
        book[1:] = [v[0] for v in book[1:]]
    return [*book, d.even(-0.2, 0.3), d.randint(1, 15)]


def options(d: Draw, revenue: list[list[float]]) -> list[Any]:
    count = len(revenue)
    if count == 1:
        return [d.even(0, 1), d.even(0, 1), d.choice([1, 4, 12])]
    return [[d.choice([0, 1, 0.5]) for _ in range(count)], d.series(count, 0, 1), d.choice([1, 4, 12])]


def random_eligible(d: Draw) -> list[Any]:
    book = contracts(d)
    return [*book, *options(d, book[0])] if d.random() < 0.6 else book


def random_risked(d: Draw) -> list[Any]:
    book = contracts(d)
    opex = [d.even(0, 10) for _ in book[0][0]] if d.random() < 0.7 else None
    return [*book, d.log_uniform(1, 1000), opex, *options(d, book[0])]


def random_matrix(d: Draw, size: int) -> list[list[float]]:
    """A correlation matrix from random loadings on two factors."""
    loadings = [(d.uniform(-0.7, 0.7), d.uniform(-0.7, 0.7)) for _ in range(size)]
    matrix = [[1.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            matrix[i][j] = matrix[j][i] = round(sum(a * b for a, b in zip(loadings[i], loadings[j], strict=True)), 6)
    return matrix


def random_names(d: Draw) -> list[Any]:
    size = d.randint(2, 7)
    weights = d.series(size, 0.01, 100)
    return [weights, d.choice([None, d.even(0, 1), random_matrix(d, size)])]


def random_roll(d: Draw) -> list[Any]:
    opening, signed = d.log_uniform(1, 1e6), d.log_uniform(1, 1e6)
    whole = opening + signed
    return [opening, signed, d.even(0, 0.4) * whole, d.even(0, 0.2) * whole, d.even(-0.3, 0.5) * whole]


BOOK = [[[10, 10, 10, 10, 10, 10], [6, 6, 6, 0, 0, 0]], [1, 0.9], [0.0005, 0.03], [0.97, 0.9]]

POINTS = {
    "CFI_BACKLOG_COVERAGE": points(
        "CFI_BACKLOG_COVERAGE",
        lambda d: [d.log_uniform(1e-6, 1e15), d.log_uniform(1e-6, 1e15)],
        [
            ([0, 5], "no backlog"),
            ([5, 0], "no debt"),
            ([0, 0], "neither"),
            ([-1, 5], "negative amount"),
            ([1e300, 1e-5], "huge but finite"),
            ([1e-300, 1e5], "tiny"),
        ],
    ),
    "CFI_ELIGIBLE_BACKLOG": points(
        "CFI_ELIGIBLE_BACKLOG",
        random_eligible,
        [
            ([*BOOK, 0.07, 5], "docs/method/models.md §1.3"),
            ([*BOOK, 0, 6], "no discounting"),
            ([BOOK[0], 1, 0, 1, 0, 99], "gross backlog, loan beyond the contracts"),
            ([BOOK[0], 1, 0, 1, 0, 1], "one period"),
            ([*BOOK, 0.07, 5, [1, 0]], "an affiliate counts nothing"),
            ([*BOOK, 0.07, 5, 1, 1], "all of it may be cancelled"),
            ([*BOOK, -0.999, 3], "rate close to −1"),
            ([*BOOK, -1, 3], "rate −1"),
            ([*BOOK, 0.07, 0], "no loan"),
            ([*BOOK, 0.07, 2.5], "half a period"),
            ([BOOK[0], 1.01, 0, 1, 0, 1], "share above 1"),
            ([BOOK[0], 1, -0.01, 1, 0, 1], "negative hazard"),
            ([*BOOK, 0.07, 5, 1, 0, 0], "no periods in a year"),
            ([*BOOK, 0.07, 6, 1, 0, 12], "monthly"),
        ],
    ),
    "CFI_RISKED_COVERAGE": points(
        "CFI_RISKED_COVERAGE",
        random_risked,
        [
            ([*BOOK, 0.07, 5, 40], "docs/method/models.md §1.3"),
            ([*BOOK, 0.07, 5, 0], "no debt"),
            ([*BOOK, 0.07, 5, -1], "negative debt"),
            ([*BOOK, 0.07, 5, 40, 20], "opex above revenue"),
            ([*BOOK, 0.07, 5, 40, [1, 2, 3, 4, 5, 6]], "opex per column"),
            ([*BOOK, 0.07, 5, 40, -1], "negative opex"),
        ],
    ),
    "CFI_FIRM_SHARE": points(
        "CFI_FIRM_SHARE",
        lambda d: [d.even(0, 60), d.log_uniform(0.1, 120), d.choice([None, d.even(0, 1)])],
        [
            ([3, 36], "90 days of 36 months"),
            ([0, 36], "no notice"),
            ([36, 36], "notice to the end"),
            ([99, 36], "longer notice than contract"),
            ([3, 36, 1], "full fee"),
            ([3, 0], "nothing remains"),
            ([3, 36, 1.5], "fee above 1"),
            ([-1, 36], "negative notice"),
        ],
    ),
    "CFI_TENOR_OVERLAP": points(
        "CFI_TENOR_OVERLAP",
        lambda d: [d.series(d.randint(2, 12), 0, 100), d.randint(1, 12)],
        [
            ([[10, 10, 10], 3], "loan as long as the contracts"),
            ([[10, 10, 10], 99], "loan outlives them"),
            ([[0, 0], 1], "no revenue"),
            ([[1, 2], 0], "no loan"),
            ([[1, 2], 1.5], "half a period"),
            ([[0, 5], 1], "nothing within"),
            ([7, 1], "a single period"),
        ],
    ),
    "CFI_TAIL_EXPOSURE": points(
        "CFI_TAIL_EXPOSURE",
        lambda d: [sorted(d.series(9, 0, 1e6), reverse=True), d.randint(0, 8)],
        [
            ([[100, 80, 60, 40, 20, 0], 3], "straight line at 3 of 5"),
            ([[100, 50, 0], 0], "contract ends today"),
            ([[100, 50, 0], 2], "at the end"),
            ([[100, 50, 0], 3], "beyond the series"),
            ([[0, 50], 1], "no loan"),
            ([[100, 50], 0.5], "half a period"),
            ([[100, 50], -1], "before today"),
        ],
    ),
    "CFI_CONTRACTED_SHARE": points(
        "CFI_CONTRACTED_SHARE",
        lambda d: (lambda t, c, a: [t * c, t, t * c * a])(d.log_uniform(1, 1e9), d.even(0, 1), d.even(0, 1)),
        [
            ([98, 100], "no affiliate"),
            ([60, 100, 60], "all of it the parent's"),
            ([100, 100], "all contracted"),
            ([0, 100], "none"),
            ([0, 0], "no revenue"),
            ([101, 100], "part above the whole"),
            ([50, 100, 51], "affiliate above contracted"),
        ],
    ),
    "CFI_REMAINING_TERM": points(
        "CFI_REMAINING_TERM",
        lambda d: (lambda n: [d.series(n, 0, 1000), d.series(n, 0, 15)])(d.randint(2, 8)),
        [
            ([[60, 18], [6, 3]], "docs/method/models.md §1.3"),
            ([[5, 9], 4], "one term for all"),
            ([[0, 0], [1, 2]], "no value"),
            ([[0, 5], [1, 2]], "one of no value"),
            ([[1, -1], [1, 2]], "negative value"),
            ([7, 3], "one contract"),
        ],
    ),
    "CFI_HHI": points(
        "CFI_HHI",
        lambda d: [d.series(d.randint(2, 12), 0, 100)],
        [
            ([[0.36, 0.26, 0.10, *[0.028] * 10]], "docs/method/models.md §1.3"),
            ([[1, 0, 0]], "one name"),
            ([[1] * 8], "equal"),
            ([[0, 0]], "none"),
            ([[1, -1]], "negative"),
            ([5], "a single number"),
            ([[1e-300, 1e-300]], "tiny"),
        ],
    ),
    "CFI_EFFECTIVE_NAMES": points(
        "CFI_EFFECTIVE_NAMES",
        random_names,
        [
            ([[0.5, 0.3, 0.2], 0.4], "docs/method/models.md §1.3"),
            ([[0.5, 0.3, 0.2], 1], "all alike"),
            ([[0.5, 0.3, 0.2]], "1/HHI"),
            ([[0, 0]], "none"),
            ([[1, 1], -1], "perfect hedge"),
            ([[1, 1], 1.1], "beyond 1"),
            ([[3, 1], -0.5], "negative correlation"),
            ([5, 0.3], "one name"),
            ([5], "one name, nothing said of correlation"),
            ([[1, 2, 3], [[1, 0.2, 0.1], [0.2, 1, 0.4], [0.1, 0.4, 1]]], "matrix"),
            ([[0.9, 0.05, 0.05], -0.9], "three names at −.9"),
            ([[5, 2, 1], -0.5], "three names at their lowest"),
            ([[5, 2, 1, 0, 0], -0.5], "a weight of 0 is no name"),
            ([[1, 2, 3], [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]], "no such matrix"),
            ([[1, 2, 3], [[1, 0.6, 0.8], [0.6, 1, 0.96], [0.8, 0.96, 1]]], "a singular matrix"),
        ],
    ),
    "CFI_BACKLOG_ROLL": points(
        "CFI_BACKLOG_ROLL",
        random_roll,
        [
            ([100, 40, 20], "no cancellations"),
            ([100, 20, 20], "book-to-bill of 1"),
            ([100, 0, 0], "nothing happens"),
            ([100, 0, 100], "used up"),
            ([100, 0, 101], "more used than held"),
            ([100, 0, 10, 20], "cancellations"),
            ([0, 0, 0], "nothing at all"),
            ([-1, 2, 1], "negative opening"),
        ],
    ),
}


def net_cash_scale(
    revenue: Any, _y: Any, _h: Any, _g: Any, rate: Any, periods: Any, debt: Any, *rest: Any
) -> Tolerance:
    opex = rest[0] if rest and rest[0] is not None else mpf(0)
    per_year = rest[3] if len(rest) > 3 and rest[3] is not None else mpf(1)
    one = mpf(1)
    gross = eligible_backlog(revenue, one, mpf(0), one, rate, periods, one, mpf(0), per_year)
    spent = sum(repeated(opex, len(revenue[0])))
    return floor((gross + spent) / debt, "cash and opex of either sign cancel; scale is both over debt")


TOLERANCES: dict[str, Any] = {
    "CFI_RISKED_COVERAGE": net_cash_scale,
    "CFI_CONTRACTED_SHARE": floor(1, "contracted less affiliate: the difference loses digits, not the shares"),
    "CFI_BACKLOG_ROLL": lambda *a: floor(
        sum(abs(v) for v in a) * (1 + 1 / a[2] if a[2] else 1), "flows of either sign cancel; scale is their sum"
    ),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
