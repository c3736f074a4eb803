"""Oracle of delayed-draw mechanics: docs/method/models.md §5, loans rolled forward a period at a time, in fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from high_precision import (
    DIV0,
    INFINITY,
    Draw,
    Function,
    Number,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    repeated,
    root,
    write,
)
from mpmath import mpf

ZERO = mpf(0)


def exact(number: Number) -> Fraction:
    sign, mantissa, exponent, _ = mpf(number)._mpf_
    return Fraction((-1) ** int(sign) * int(mantissa)) * Fraction(2 ** max(exponent, 0), 2 ** max(-exponent, 0))


def rounded(fraction: Fraction) -> Number:
    return mpf(fraction.numerator) / mpf(fraction.denominator)


def draw_gate(flags: list[list[Number]]) -> list[list[Number]]:
    # 1 where every flag is 1; the number of the first that is 0
    rows = []
    for row in flags:
        refuse_unless(all(flag in (0, 1) for flag in row))
        failing = [number for number, flag in enumerate(row, start=1) if flag == 0]
        rows.append([mpf(0 if failing else 1), mpf(failing[0] if failing else 0)])
    return rows


def borrowing_base(
    cost: Number,
    age: Number,
    life: Number,
    advance: Number,
    eligible: Number,
    market: Number = INFINITY,
    haircut: Number = ZERO,
) -> Number:
    # Σ ok·adv·min(cost·max(0, 1−age/life), market·(1−H))
    size = max(len(as_series(v)) for v in (cost, age, life, advance, eligible, market, haircut))
    total = ZERO
    for c, a, n, rate, ok, m, h in zip(
        *(repeated(v, size) for v in (cost, age, life, advance, eligible, market, haircut)), strict=True
    ):
        amounts(c, a, n, rate, m)
        refuse_unless(h <= 1 and ok in (0, 1))
        refuse_unless(n != 0, DIV0)
        book = c * max(ZERO, 1 - a / n)
        total += ok * rate * (book if mpmath.isinf(m) else min(book, m * (1 - h)))
    return total


def draw(
    available: Number,
    commitment: Number,
    drawn: Number,
    eligible_cost: Number,
    advance: Number,
    capacity: Number = INFINITY,
) -> list[Number]:
    # avail·max(0, min(commitment − drawn, a·cost − drawn, capacity − drawn)), and which binds; 0 where not available
    amounts(commitment, drawn, eligible_cost, advance)
    refuse_unless(available in (0, 1))
    tests = [commitment, advance * eligible_cost, capacity]
    binding = 1 + min(range(3), key=lambda i: (tests[i], i))
    return [available * max(ZERO, min(tests) - drawn), available * binding]


def amortise(principal: Number, rate: Number, periods: Number, style: str = "annuity") -> list[list[Number]]:
    # each period: interest on the balance; principal = payment − interest, or P/n, or P at the end
    amounts(principal)
    refuse_unless(rate > -1 and periods >= 1 and periods == int(periods))
    n, r, balance = int(periods), exact(rate), exact(principal)
    if style == "annuity":
        payment = balance * r / (1 - (1 + r) ** -n) if r else balance / n
    rows = []
    for k in range(1, n + 1):
        interest = r * balance
        if style == "annuity":
            repaid = payment - interest
        elif style == "straight":
            repaid = exact(principal) / n
        else:
            repaid = balance if k == n else Fraction(0)
        balance -= repaid
        rows.append([rounded(interest), rounded(repaid), rounded(balance)])
    return rows


def waterfall(cash: Number, dues: Number) -> list[Number]:
    # each due in turn takes what it can; the rest is left
    paid, left = [], exact(cash)
    for due in as_series(dues):
        amounts(due)
        part = min(exact(due), max(Fraction(0), left))
        paid.append(rounded(part))
        left -= part
    return [*paid, rounded(left)]


def all_in_yield(
    draws: Number,
    repayments: Number,
    rate: Number,
    upfront: Number = ZERO,
    undrawn_fee: Number = ZERO,
    per_year: Number = mpf(4),
    commitment: Number = None,
    ticking_fee: Number = None,
    exit_fee: Number = ZERO,
    charges: Number = ZERO,
    accruals: Number = None,
    index: Number = ZERO,
) -> list[Number]:
    # IRR of what the lender pays and gets, period by period, as the term sheet says it
    drawn, repaid, other = as_series(draws), as_series(repayments), as_series(charges)
    length = max(len(drawn), len(repaid), len(other))
    drawn, repaid, other = (each + [ZERO] * (length - len(each)) for each in (drawn, repaid, other))
    ticking_fee = undrawn_fee if ticking_fee is None else ticking_fee
    amounts(*drawn, *repaid, *other, undrawn_fee, ticking_fee)
    refuse_unless(rate > -1 and 0 <= upfront < 1 and 0 <= exit_fee < 1 and per_year > 0)
    years, indices = as_series(1 / per_year if accruals is None else accruals), as_series(index)
    amounts(*years)
    total = sum(drawn)
    refuse_unless(total != 0, DIV0)
    refuse_unless(abs(sum(repaid) - total) <= mpf("1e-9") * total)
    commitment = total if commitment is None else commitment
    refuse_unless(commitment >= total)
    refuse_unless(all(len(each) in (1, length - 1) for each in (years, indices)), "#VALUE!")
    years, indices = (each * (length - 1) if len(each) == 1 else each for each in (years, indices))
    last = max(t for t, out in enumerate(drawn) if out > 0)
    flows, balance, unused, coupons = [], ZERO, ZERO, []
    for t, (out, back) in enumerate(zip(drawn, repaid, strict=True)):
        paid = other[t] + back * exit_fee - out * (1 - upfront) + back
        if t:
            coupons.append((rate + indices[t - 1]) * years[t - 1])
            begun = any(each > 0 for each in drawn[:t])
            paid += balance * coupons[-1] + unused * (undrawn_fee if begun else ticking_fee) * years[t - 1]
        flows.append(paid)
        balance += out - back
        unused = commitment - sum(drawn[: t + 1]) if t < last else ZERO

    def worth(y: Number) -> Number:
        return sum(flow / (1 + y) ** t for t, flow in enumerate(flows))

    low = min(coupons) if coupons else rate / per_year
    if abs(worth(low)) < mpf("1e-25") * commitment:
        y = low
    else:
        high = low + mpf("0.001")
        while worth(high) > 0:
            high = low + (high - low) * mpf("1.5")
        y = root(worth, low, high)
    return [per_year * y, (1 + y) ** per_year - 1]


def wal(principal: Number, per_year: Number = mpf(1)) -> Number:
    # Σ t·P / ΣP / m
    series = as_series(principal)
    amounts(*series)
    refuse_unless(per_year > 0)
    refuse_unless(sum(series) != 0, DIV0)
    return sum(t * p for t, p in enumerate(series, start=1)) / sum(series) / per_year


def covenant(actual: Number, limit: Number, sense: str = "min") -> list[Number]:
    # worst of actual/limit − 1 (min) or 1 − actual/limit (max); the first period of breach, equality passing
    size = max(len(as_series(actual)), len(as_series(limit)))
    values, limits = repeated(actual, size), repeated(limit, size)
    amounts(*limits)
    refuse_unless(all(v != 0 for v in limits), DIV0)
    headroom = [a / b - 1 if sense == "min" else 1 - a / b for a, b in zip(values, limits, strict=True)]
    breached = [k for k, h in enumerate(headroom, start=1) if h < 0]
    return [min(headroom), mpf(breached[0] if breached else 0)]


FUNCTIONS: dict[str, Function] = {
    "CFI_DRAW_GATE": draw_gate,
    "CFI_BORROWING_BASE": borrowing_base,
    "CFI_DRAW": draw,
    "CFI_AMORTISE": amortise,
    "CFI_WATERFALL": waterfall,
    "CFI_ALL_IN_YIELD": all_in_yield,
    "CFI_WAL": wal,
    "CFI_COVENANT": covenant,
}


def random_base(d: Draw) -> list[Any]:
    n = d.randint(2, 8)
    case: list[Any] = [
        d.series(n, 0, 1e6), [d.randint(0, 90) for _ in range(n)],
        d.choice([72, [d.choice([48, 60, 72]) for _ in range(n)]]),
        d.series(n, 0, 1), [d.choice([0, 1, 1]) for _ in range(n)],
    ]  # fmt: skip
    return [*case, *[d.series(n, 0, 1e6), d.series(n, -0.1, 0.9)][: d.randint(0, 2)]]


def random_loan(d: Draw) -> list[Any]:
    """Draws at first, then repayments of the same sum, in whole numbers so that the sums agree."""
    draws = [d.randint(1, 200), *[d.randint(0, 200) for _ in range(d.randint(0, 4))]]
    left, repayments = sum(draws), [0] * len(draws)
    for _ in range(d.randint(0, 20)):
        part = d.randint(0, left // 3)
        repayments.append(part)
        left -= part
    return [draws, [*repayments, left], d.even(0, 0.2), d.even(0, 0.06), d.even(0, 0.02), d.choice([None, 1, 4, 12])]


STYLES = ["annuity", "straight", "bullet"]
LOAN = [[40, 0, 60], [0, 0, 0, *[5] * 20], 0.08]
POINTS = {
    "CFI_DRAW_GATE": points(
        "CFI_DRAW_GATE",
        lambda d: (lambda n: [[[d.choice([0, 1, 1, 1]) for _ in range(n)] for _ in range(d.randint(2, 8))]])(
            d.randint(2, 8)
        ),
        [
            ([[[1, 1, 1], [1, 0, 0], [0, 1, 1]]], "plain"),
            ([[[0, 0], [0, 0]]], "all fail"),
            ([[[1, 1], [1, 1]]], "all pass"),
            ([[[1, 0.5]]], "neither"),
            ([[[1, 1, 0]]], "one asset"),
            ([[[1], [0]]], "one test"),
            ([[[1, 2]]], "2"),
        ],
    ),
    "CFI_BORROWING_BASE": points(
        "CFI_BORROWING_BASE",
        random_base,
        [
            (
                [[1000, 1000, 500, 400], [0, 12, 0, 0], 72, [0.9, 0.9, 0.6, 0.9], [1, 1, 1, 0]],
                "docs/method/models.md §5: 1950",
            ),
            ([[1000, 500], [12, 0], 72, 0.9, 1, [900, 500], [0.4, 0]], "market"),
            ([1000, 80, 72, 0.9, 1], "past its life"),
            ([[1000, 500], 0, 0, 0.9, 1], "no life"),
            ([[1000, 500], 0, 72, 0.9, 0.5], "half eligible"),
            ([[1000, -5], 0, 72, 0.9, 1], "negative cost"),
            ([[1000, 500], 0, 72, 0.9, 1, 0], "worth nothing"),
            ([[1000, 500], 0, 72, 0.9, 1, 800, 1.1], "haircut above 1"),
            ([0, 0, 72, 0.9, 1], "no cost"),
            ([[1000, 500], 0, 72, 0.9, 1, None, 0.5], "a haircut without market value"),
        ],
    ),
    "CFI_DRAW": points(
        "CFI_DRAW",
        lambda d: [
            d.choice([1, 1, 1, 0]),
            d.even(50, 200),
            d.even(0, 120),
            d.even(50, 300),
            d.even(0.3, 1),
            d.choice([None, d.even(-20, 250)]),
        ],
        [
            ([1, 100, 40, 90, 0.9, 85], "advance binds"),
            ([1, 100, 40, 200, 0.9], "commitment binds"),
            ([1, 100, 40, 200, 0.9, 70], "capacity binds"),
            ([0, 100, 40, 90, 0.9], "not available"),
            ([1, 100, 100, 200, 0.9], "all drawn"),
            ([1, 100, 120, 200, 0.9], "overdrawn"),
            ([1, 90, 0, 100, 0.9], "a tie"),
            ([0.5, 100, 40, 90, 0.9], "half available"),
            ([1, -1, 0, 90, 0.9], "negative commitment"),
            ([1, 100, 0, 0, 0.9], "nothing eligible"),
        ],
    ),
    "CFI_AMORTISE": points(
        "CFI_AMORTISE",
        lambda d: [
            d.log_uniform(1, 1e9),
            d.choice([d.even(0, 0.15), d.even(-0.2, 0), d.log_uniform(1e-9, 1e-4)]),
            d.randint(1, 40),
            d.choice(STYLES),
        ],
        [
            ([100, 0.1, 2], "annuity"),
            ([100, 0.1, 2, "straight"], "straight"),
            ([100, 0.1, 2, "bullet"], "bullet"),
            ([100, 0.1, 1], "one period"),
            ([100, 0, 5], "rate 0"),
            ([0, 0.1, 3], "no loan"),
            ([100, 0.0917 / 12, 60], "DDTL"),
            ([100, -1, 3], "rate −1"),
            ([100, 0.1, 0], "no periods"),
            ([100, 0.1, 2.5], "half a period"),
            ([-1, 0.1, 2], "negative loan"),
            ([100, 1e-15, 3], "tiny rate"),
            ([100, 5, 4], "huge rate"),
        ],
    ),
    "CFI_WATERFALL": points(
        "CFI_WATERFALL",
        lambda d: [d.even(-20, 300), d.series(d.randint(2, 8), 0, 60)],
        [
            ([100, [30, 2, 18, 35, 10]], "docs/method/models.md §5"),
            ([60, [30, 2, 18, 35, 10]], "short"),
            ([0, [30, 2]], "no cash"),
            ([-5, [30, 2]], "negative cash"),
            ([100, [0, 0]], "nothing due"),
            ([100, 100], "exactly enough"),
            ([100, [30, -2]], "negative due"),
            ([1e15, [1, 1e14]], "huge"),
        ],
    ),
    "CFI_ALL_IN_YIELD": points(
        "CFI_ALL_IN_YIELD",
        random_loan,
        [
            ([*LOAN, 0.015, 0.005], "docs/method/models.md §5"),
            (LOAN, "no fees: the coupon"),
            ([100, [0, *[5] * 20], 0.0917, 0.03], "20 quarters at 97"),
            ([100, [0, *[100 / 60] * 60], 0.0917, 0.03, 0, 12], "60 months at 97"),
            ([*LOAN, 1], "upfront of 1"),
            ([[0, 0], [0, 0], 0.08], "no draws"),
            ([100, [0, 99], 0.08], "not repaid"),
            ([100, [0, 100], 0, 0.02, 0, 1], "a discount alone"),
            ([100, [0, 0, 100], 0.08, 0, 0, 1], "one bullet"),
            ([[100, -1], [0, 99], 0.08], "negative draw"),
            ([100, [0, 100], 0.1, 0.3, 0, 1], "a large discount"),
            ([*LOAN, 0.015, 0.005, 4, 150], "a commitment that is not all drawn"),
            ([[0, 0, 40, 60], [0, 0, 0, 0, *[5] * 20], 0.08, 0.01, 0.005, 4, 120, 0.0025], "ticking, then undrawn"),
            ([*LOAN, 0.015, 0.005, 4, None, None, 0.02], "an exit fee"),
            ([*LOAN, 0.015, 0, 4, None, None, 0, [1, 0, 0, 0.5]], "an agency fee and a premium"),
            ([*LOAN, 0, 0, 4, None, None, 0, 0, 365 / 360 / 4], "act/360 in equal quarters"),
            ([100, [0, 0, 50, 50], 0.08, 0.01, 0, 4, None, None, 0, 0, [0.25, 0.2556, 0.2528]], "as days fall"),
            ([100, [0, 0, 50, 50], 0.055, 0.01, 0, 4, None, None, 0, 0, 0.25, [0.04, 0.035, 0.03]], "a falling index"),
            (
                [[50, 50], [0, 0, 50, 50], 0.055, 0.03, 0.01, 4, 110, 0.005, 0.01, [0.2], 0.2528, [0.04, 0.03, 0.03]],
                "all",
            ),
            ([*LOAN, 0, 0, 4, 99], "less committed than drawn"),
            ([100, [0, 0, 100], 0.08, 0, 0, 4, None, None, 0, 0, [0.25, 0.25, 0.25]], "a period too many"),
            ([100, [0, 0, 100], 0.08, 0, 0, 4, None, None, 0, 0, 0.25, [0.1, 0.1, 0.1]], "an index too many"),
        ],
    ),
    "CFI_WAL": points(
        "CFI_WAL",
        lambda d: [d.series(d.randint(2, 30), 0, 100), d.choice([None, 1, 4, 12])],
        [
            ([[20] * 5], "level: (n+1)/2"),
            ([[5] * 20, 4], "quarterly"),
            ([[0, 0, 0, 100]], "bullet"),
            ([[0, 0]], "nothing repaid"),
            ([[5, -1]], "negative"),
            ([[5, 5], 0], "no periods in a year"),
            ([100], "one period"),
        ],
    ),
    "CFI_COVENANT": points(
        "CFI_COVENANT",
        lambda d: (
            lambda n: [
                d.series(n, 0.5, 2),
                d.choice([d.even(0.8, 1.4), d.series(n, 0.8, 1.4)]),
                d.choice([None, "min", "max"]),
            ]
        )(d.randint(2, 12)),
        [
            ([[1.4, 1.2, 1.1, 1.3], 1.15], "plain"),
            ([[0.5, 0.6, 0.8], [0.8, 0.8, 0.8], "max"], "equality passes"),
            ([[1.2, 1.15], 1.15], "equality passes"),
            ([[-1, 2], 1.15], "negative"),
            ([[1, 2], 0], "no limit"),
            ([[1, 2], -1], "negative limit"),
            ([1.4, 1.15], "one period"),
            ([[0.9, 0.7], 0.8, "max"], "above its limit"),
        ],
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_BORROWING_BASE": lambda cost, *_: floor(
        sum(as_series(cost)), "book value is cost less age; scale is the cost"
    ),
    "CFI_DRAW": lambda _, commitment, drawn, *__: floor(commitment + drawn, "limit less drawn; scale is both"),
    "CFI_AMORTISE": lambda principal, rate, *_: floor(
        principal * (1 + abs(rate)), "principal is a difference of balances; scale is the loan"
    ),
    "CFI_WATERFALL": lambda cash, dues: floor(
        abs(cash) + sum(as_series(dues)), "what is left is cash less dues; scale is both"
    ),
    "CFI_ALL_IN_YIELD": {
        "relative": 1e-10,
        "absolute": 1e-12,
        "why": "root of a sum of flows of either sign, known to 1e-12 of a rate",
    },
    "CFI_COVENANT": floor(1, "a ratio less 1; scale 1"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
