"""Oracle of what a loan can take: balances rolled forward in exact fractions, rents integrated, no closed form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from cover import exact, rounded
from high_precision import (
    DIV0,
    NA,
    Draw,
    Function,
    Number,
    Tolerance,
    amounts,
    as_series,
    floor,
    panels,
    points,
    refuse_unless,
    root,
    write,
)
from mpmath import mpf

ZERO = mpf(0)
HOURS = 8760


def left(balance: Fraction, cfads: list[Fraction], rate: Fraction) -> Fraction:
    """The balance after all cash has gone to it, period by period."""
    for flow in cfads:
        balance = balance * (1 + rate) - flow
    return balance


def breakeven_cfads(cfads: Number, debt: Number, rate: Number, cash: Number = ZERO) -> Number:
    # the last balance is linear in the share of cash that is left: it is 0 at the share sought
    amounts(debt, cash)
    refuse_unless(rate > -1)
    flows, r = [exact(flow) for flow in as_series(cfads)], exact(rate)
    owed = max(Fraction(0), exact(debt) - exact(cash))
    without, full = left(owed, [Fraction(0)] * len(flows), r), left(owed, flows, r)
    refuse_unless(without != full, DIV0)
    refuse_unless(full < without)
    return rounded(1 - without / (without - full))


def refinance_dscr(balance: Number, cfads: Number, rate: Number, periods: Number) -> list[Number]:
    # the level payment after which nothing is owed
    amounts(balance)
    refuse_unless(rate > -1 and periods >= 1 and periods == int(periods))
    refuse_unless(balance != 0, DIV0)
    flows, n, r = as_series(cfads), int(periods), exact(rate)
    flows = flows * n if len(flows) == 1 else flows
    refuse_unless(n <= len(flows), NA)
    unpaid, paid = left(exact(balance), [Fraction(0)] * n, r), -left(Fraction(0), [Fraction(1)] * n, r)
    service = unpaid / paid
    used = [exact(flow) for flow in flows[:n]]
    return [rounded(min(used) / service), rounded(sum(used, Fraction(0)) / (n * service)), rounded(service)]


def relet_rate(
    balance: Number, gpus: Number, years: Number, rate: Number, opex: Number, use: Number, decay: Number = ZERO
) -> list[Number]:
    # ∫ (rent·u·e^{−δt} − o)⁺ e^{−rt} dt over the years = owed / 8760
    amounts(balance, gpus, years, opex, decay)
    refuse_unless(0 <= use <= 1)
    refuse_unless(gpus != 0 and years != 0 and use != 0, DIV0)
    owed = balance / gpus / HOURS

    def end(rent: Number) -> Number:
        if decay == 0 or opex == 0:
            return years
        return min(years, max(ZERO, mpmath.log(rent * use / opex) / decay))

    def excess(rent: Number) -> Number:
        stop = end(rent)
        if stop <= 0:
            return -owed
        cuts = [stop * i / 8 for i in range(9)]
        return panels(lambda t: (rent * use * mpmath.exp(-decay * t) - opex) * mpmath.exp(-rate * t), cuts) - owed

    low = opex / use
    if owed == 0:
        return [low, years if decay == 0 or opex == 0 else ZERO]
    high = low + 1
    while excess(high) < 0:
        high *= 2
    rent = root(excess, low, high)
    return [rent, end(rent)]


def reserve_months(
    reserve: Number, service: Number, target: Number = mpf(6), periods_per_year: Number = mpf(12)
) -> list[Number]:
    amounts(reserve, target, *as_series(service))
    refuse_unless(periods_per_year > 0)
    dues = [exact(due) for due in as_series(service)]
    month = max(dues) / (12 / exact(periods_per_year))
    refuse_unless(month != 0, DIV0)
    refuse_unless(exact(target) * exact(periods_per_year) <= 12 * len(dues))
    held = min(exact(target) * month, sum(dues, Fraction(0)))
    return [rounded(exact(reserve) / month), rounded(max(Fraction(0), held - exact(reserve)))]


def usage_cfads(
    rent: Number, gpus: Number, usage: Number, power: Number, pue: Number, power_price: Number,
    idle: Number = ZERO, opex: Number = ZERO, take_or_pay: Number = mpf(1),
) -> list[Number]:  # fmt: skip
    # an hour used and an hour idle, each with its own bill
    amounts(rent, gpus, power, power_price, opex)
    refuse_unless(all(0 <= share <= 1 for share in (usage, idle, take_or_pay)) and pue >= 1)
    numbers = (rent, gpus, usage, power, pue, power_price, idle, opex, take_or_pay)
    r, g, u, kw, p, price, i, o, paid = (exact(number) for number in numbers)
    used, unused = u * HOURS * g, (1 - u) * HOURS * g
    revenue = r * max(used, paid * HOURS * g)
    electricity = used * kw * p * price + unused * i * kw * p * price
    other = (used + unused) * o
    return [rounded(n) for n in (revenue - electricity - other, revenue, electricity, other)]


def assignability(
    conditions: Number, weights: Number = (mpf("0.5"), mpf("0.4"), mpf("0.3"), mpf("0.2")), best: Number = mpf("0.9")
) -> Number:
    """The chance over all ways in which the conditions may be missed and a missed one may stop the assignment."""
    kept = best
    met = list(conditions) if isinstance(conditions, list) else [conditions] * 4
    lost = list(weights) if isinstance(weights, (list, tuple)) else [weights] * 4
    refuse_unless(len(met) == 4 and len(lost) == 4, "#VALUE!")
    refuse_unless(all(0 <= share <= 1 for share in [*met, *lost, best]))
    for condition, weight in zip(met, lost, strict=True):
        kept = condition * kept + (1 - condition) * (kept - weight * kept)
    return kept


FUNCTIONS: dict[str, Function] = {
    "CFI_BREAKEVEN_CFADS": breakeven_cfads,
    "CFI_REFINANCE_DSCR": refinance_dscr,
    "CFI_RELET_RATE": relet_rate,
    "CFI_RESERVE_MONTHS": reserve_months,
    "CFI_USAGE_CFADS": usage_cfads,
    "CFI_ASSIGNABILITY": assignability,
}


def flows(d: Draw) -> list[float]:
    return d.series(d.randint(2, 24), d.choice([1, 5, -2]), 40)


def rate(d: Draw) -> float:
    return d.choice([0.0, d.even(0, 0.2), d.even(-0.2, 0), d.log_uniform(1e-9, 1e-3)])


def random_refinance(d: Draw) -> list[Any]:
    series = flows(d)
    return [d.even(5, 300), series, rate(d), d.randint(1, len(series))]


def random_relet(d: Draw) -> list[Any]:
    case = [
        d.log_uniform(1e5, 1e8),
        d.randint(500, 5000),
        d.even(0.5, 4),
        d.even(0, 0.15),
        d.even(0, 1),
        d.even(0.3, 1),
    ]
    return [*case, d.choice([None, d.even(0, 0.4)])]


def random_usage(d: Draw) -> list[Any]:
    case = [d.even(0.5, 8), d.randint(8, 50000), d.even(0, 1), d.even(0.3, 2), d.even(1, 1.6), d.even(0.02, 0.2)]
    return [*case, *[d.even(0, 0.6), d.even(0, 1), d.even(0, 1)][: d.randint(0, 3)]]


UNEVEN = [80, 120, 110, 90, 60]
TAIL = [20, 18, 16, 14, 12]
POINTS = {
    "CFI_BREAKEVEN_CFADS": points(
        "CFI_BREAKEVEN_CFADS",
        lambda d: [flows(d), d.even(1, 400), rate(d), d.choice([None, d.even(0, 60)])],
        [
            ([UNEVEN, 309.38663133, 0.08], "sculpted to 1.2"), ([UNEVEN, 309.38663133, 0.08, 50], "with cash"),
            ([[100] * 5, 319.416802966, 0.08], "sculpted to 1.25"), ([UNEVEN, 500, 0.08], "cash must rise"),
            ([UNEVEN, 0, 0.08], "no debt"), ([UNEVEN, 100, 0.08, 200], "cash repays it"), ([UNEVEN, 300, 0], "rate 0"),
            ([UNEVEN, 300, -0.5], "rate −½"), ([UNEVEN, 300, -1], "rate −1"), ([[0, 0], 10, 0.1], "no cash flow"),
            ([[-5, -6], 10, 0.1], "losses"), ([UNEVEN, -1, 0.1], "negative debt"), ([110, 50, 0.1], "one period"),
        ],
        15,
    ),
    "CFI_REFINANCE_DSCR": points(
        "CFI_REFINANCE_DSCR",
        random_refinance,
        [
            ([60, TAIL, 0.08, 4], "four of five years"), ([60, TAIL, 0.08, 5], "all five"), ([60, 20, 0, 4], "level"),
            ([60, 20, 0.08, 4], "level cash"), ([60, TAIL, 0.08, 6], "beyond the cash"),
            ([0, TAIL, 0.08, 4], "nothing"),
            ([60, [20, -5, 30], 0.08, 3], "a year of losses"), ([60, TAIL, -1, 4], "rate −1"),
            ([60, TAIL, -0.1, 4], "negative rate"), ([60, TAIL, 0.08, 0], "no periods"),
            ([60, TAIL, 0.08, 2.5], "a half"),
            ([60, TAIL, 1e-13, 5], "tiny rate"),
        ],
        15,
    ),
    "CFI_RELET_RATE": points(
        "CFI_RELET_RATE",
        random_relet,
        [
            ([12e6, 1000, 2, 0.09, 0.6, 0.7], "12,000 a GPU"), ([12e6, 1000, 2, 0.09, 0.6, 0.7, 0.17], "decaying"),
            ([12e6, 1000, 2, 0.09, 0.6, 0.7, 2], "stops before the end"),
            ([0, 100, 2, 0.09, 0.6, 0.75], "nothing owed"),
            ([12e6, 1000, 2, 0.09, 0, 0.7, 0.17], "no cost"), ([12e6, 1000, 2, 0, 0.6, 0.7], "rate 0"),
            ([12e6, 0, 2, 0.09, 0.6, 0.7], "no machines"), ([12e6, 1000, 0, 0.09, 0.6, 0.7], "no time"),
            ([12e6, 1000, 2, 0.09, 0.6, 0], "nothing re-let"), ([12e6, 1000, 2, 0.09, 0.6, 1.1], "above 1"),
            ([-1, 1000, 2, 0.09, 0.6, 0.7], "negative balance"), ([12e6, 1000, 2, 0.09, 0.6, 0.7, -0.1], "growing"),
        ],
        15,
    ),
    "CFI_RESERVE_MONTHS": points(
        "CFI_RESERVE_MONTHS",
        lambda d: [
            d.even(0, 90), d.series(d.randint(6, 30), 0, 15), *[d.even(0, 6), d.choice([1, 4, 12])][: d.randint(0, 2)]
        ],
        [
            ([30, [8, 10, 9, 9, 8, 8]], "three months"), ([30, [8, 10, 9], 3, 4], "quarters"),
            ([0, [8, 10, 9], 3], "to the last month"), ([30, [8, 10, 9], 3.1], "beyond the last month"),
            ([12, [8, 10, 9, 0, 0, 0]], "all that is due"), ([30, [8, 10, 9, 0, 0, 0]], "more than is due"),
            ([100, [8, 10, 9, 9, 8, 8]], "more than six"), ([30, [0, 0], 2], "nothing due"),
            ([30, 12, 6, 1], "a year's service"), ([30, [8, 10], 0], "no target"), ([-1, [8, 10], 2], "negative"),
            ([30, [8, -1], 2], "negative service"), ([30, [8, 10], -1], "negative target"),
            ([30, [8, 10], 6, 0], "no periods"),
        ],
        15,
    ),
    "CFI_USAGE_CFADS": points(
        "CFI_USAGE_CFADS",
        random_usage,
        [
            ([2.5, 1000, 0.7, 1.4, 1.2, 0.06, 0.3, 0.4, 1], "take-or-pay"),
            ([2.5, 1000, 0.7, 1.4, 1.2, 0.06, 0.3, 0.4, 0], "on demand"),
            ([2.5, 1000, 0.7, 1.4, 1.2, 0.06, 0.3, 0.4, 0.5], "used beyond the share paid for"),
            ([2.5, 1000, 1, 1.4, 1.2, 0.06], "full use"), ([2.5, 1000, 0, 1.4, 1.2, 0.06], "no use, no idle power"),
            ([0.05, 1000, 1, 1.4, 1.2, 0.1], "below its power"), ([2.5, 0, 0.5, 1.4, 1.2, 0.06], "no machines"),
            ([2.5, 1000, 1.1, 1.4, 1.2, 0.06], "above 1"), ([2.5, 1000, 0.5, 1.4, 0.9, 0.06], "pue below 1"),
            ([2.5, 1000, 0.5, -1, 1.2, 0.06], "negative power"),
        ],
        15,
    ),
    "CFI_ASSIGNABILITY": points(
        "CFI_ASSIGNABILITY",
        lambda d: [d.series(4, 0, 1), *[d.series(4, 0, 1), d.even(0, 1)][: d.randint(0, 2)]],
        [
            ([[1, 1, 1, 1]], "all in place"), ([[0, 1, 1, 0.5]], "no direct agreement"), ([[0, 0, 0, 0]], "none"),
            ([0.5], "each by half"), ([[1, 0, 1, 1], [1, 1, 1, 1]], "each decides"), ([[1, 1, 1]], "three"),
            ([[1, 1, 1, 1], None, 0], "never"), ([[0, 0, 0, 0], 0, 1], "nothing matters"), ([[1, 1, 1, 2]], "above 1"),
            ([[1, 1, 1, 1], [0.1, 0.1]], "two weights"), ([[1, 1, 1, 1], None, 1.1], "best above 1"),
        ],
        15,
    ),
}  # fmt: skip

EITHER_SIGN = "flows of either sign cancel; scale is the present value of their amounts"


def fall_scale(cfads: Any, debt: Any, rate: Any, *_: Any) -> Tolerance:
    r, gross, net = exact(rate), Fraction(0), Fraction(0)
    for flow in reversed(as_series(cfads)):
        gross, net = (gross + abs(exact(flow))) / (1 + r), (net + exact(flow)) / (1 + r)
    return floor(max(1, debt * rounded(gross / net / net) if net > 0 else 1), EITHER_SIGN)


def refinance_scale(balance: Any, cfads: Any, *_: Any) -> Tolerance:
    return floor(max(abs(flow) for flow in as_series(cfads)) / balance, "flows of either sign cancel in the average")


TOLERANCES: dict[str, Any] = {
    "CFI_BREAKEVEN_CFADS": fall_scale,
    "CFI_REFINANCE_DSCR": refinance_scale,
    "CFI_RESERVE_MONTHS": lambda reserve, *_: floor(max(reserve, 1), "target less reserve; scale is the reserve"),
    "CFI_USAGE_CFADS": lambda rent, gpus, *_: floor(rent * gpus * HOURS + gpus * HOURS, "revenue less cost"),
    "CFI_RELET_RATE": {"relative": 1e-9, "absolute": 1e-12, "why": "a search"},
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
