"""Oracle of cover and sizing: docs/method/models.md §1.2 and §5 (realisation), in exact fractions of the doubles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from high_precision import (
    DIV0,
    NA,
    VALUE,
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


def exact(number: Number) -> Fraction:
    """A double, or an mpf made from one, as the fraction it is."""
    sign, mantissa, exponent, _ = mpf(number)._mpf_
    return Fraction((-1) ** int(sign) * int(mantissa)) * Fraction(2 ** max(exponent, 0), 2 ** max(-exponent, 0))


def rounded(fraction: Fraction) -> Number:
    return mpf(fraction.numerator) / mpf(fraction.denominator)


def factors(rate: Number, count: int) -> list[Fraction]:
    """Π 1/(1 + rate[s]), s = 1 … t."""
    rates = repeated(rate, count)
    refuse_unless(len(rates) == count, VALUE)
    refuse_unless(all(each > -1 for each in rates))
    found, worth_now = [], Fraction(1)
    for each in rates:
        worth_now /= 1 + exact(each)
        found.append(worth_now)
    return found


def length_of(*series: Number) -> int:
    return max(len(as_series(each)) for each in series)


def worth(cfads: Number, rate: Number) -> Fraction:
    """Σ cfads[t]·v(t), t = 1 … n."""
    count = length_of(cfads, rate)
    flows = repeated(cfads, count)
    refuse_unless(len(flows) == count, VALUE)
    return sum((exact(c) * v for c, v in zip(flows, factors(rate, count), strict=True)), Fraction(0))


def sized(flows: list[Fraction], rate: Number, balloon: Number, tail: Number) -> Fraction:
    """The loan that is paid by flows before the tail, and by a balloon of itself at maturity: forward, solved for it.

    Owed at maturity is loan·growth − Σ flow·growth since then, and that is balloon·loan.
    """
    refuse_unless(0 <= balloon < 1 and tail >= 0 and tail == int(tail))
    refuse_unless(tail < len(flows))
    growth, paid = Fraction(1), Fraction(0)
    rates = repeated(rate, len(flows))
    for flow, each in list(zip(flows, rates, strict=True))[: len(flows) - int(tail)]:
        growth *= 1 + exact(each)
        paid = paid * (1 + exact(each)) + flow
    refuse_unless(growth > exact(balloon))
    return paid / (growth - exact(balloon))


def services(cfads: Number, dscr: Number, rate: Number) -> list[Fraction]:
    count = length_of(cfads, dscr, rate)
    for series in (cfads, dscr, rate):
        refuse_unless(length_of(series) in (1, count), VALUE)
    refuse_unless(all(each > 0 for each in as_series(dscr)) and all(each > -1 for each in as_series(rate)))
    return [exact(c) / exact(k) for c, k in zip(repeated(cfads, count), repeated(dscr, count), strict=True)]


def dscr(cfads: Number, interest: Number, principal: Number) -> Number:
    # cfads / (interest + principal)
    amounts(interest, principal)
    due = exact(interest) + exact(principal)
    refuse_unless(due != 0, DIV0)
    return rounded(exact(cfads) / due)


def life_cover(cfads: Number, debt: Number, rate: Number, cash: Number = mpf(0)) -> Number:
    # (PV + cash) / debt
    amounts(debt, cash)
    refuse_unless(debt != 0, DIV0)
    return rounded((worth(cfads, rate) + exact(cash)) / exact(debt))


def sculpt_debt(
    cfads: Number, dscr: Number, rate: Number, balloon: Number = mpf(0), tail: Number = mpf(0)
) -> Number:  # fmt: skip
    return rounded(sized(services(cfads, dscr, rate), rate, balloon, tail))


def sculpt_schedule(
    cfads: Number, dscr: Number, rate: Number, balloon: Number = mpf(0), tail: Number = mpf(0)
) -> list[list[Number]]:  # fmt: skip
    # service = cfads/κ; interest = r·B; principal = service − interest; rolled forward from the sculpted debt
    due = services(cfads, dscr, rate)
    balance = sized(due, rate, balloon, tail)
    rates, rows = repeated(rate, len(due)), []
    for period, service in enumerate(due):
        if period >= len(due) - tail:
            rows.append([mpf(0)] * 4)
            continue
        interest = exact(rates[period]) * balance
        balance -= service - interest
        rows.append([rounded(v) for v in (service, interest, service - interest, balance)])
    return rows


def all_limits(
    cfads: Number, dscr: Number, rate: Number, capex: Number, advance: Number, cap: Number, balloon: Number,
    tail: Number, max_ltv: Number, value: Number, max_leverage: Number, earnings: Number,
) -> list[Fraction | None]:  # fmt: skip
    due = services(cfads, dscr, rate)
    amounts(capex, advance, cap, *(each for each in (max_ltv, value, max_leverage, earnings) if each is not None))
    tests: list[Fraction | None] = [sized(due, rate, balloon, tail)]
    for one, other in ((advance, capex), (cap, capex), (max_ltv, value), (max_leverage, earnings)):
        refuse_unless((one is None) == (other is None))
        tests.append(None if one is None or other is None else exact(one) * exact(other))
    return tests


def debt_capacity(
    cfads: Number, dscr: Number, rate: Number, capex: Number, advance: Number, cap: Number = mpf(1),
    balloon: Number = mpf(0), tail: Number = mpf(0), max_ltv: Number = None, value: Number = None,
    max_leverage: Number = None, earnings: Number = None,
) -> list[Number]:  # fmt: skip
    # the least of them, and which
    tests = all_limits(cfads, dscr, rate, capex, advance, cap, balloon, tail, max_ltv, value, max_leverage, earnings)
    least = min(test for test in tests if test is not None)
    return [rounded(least), mpf(tests.index(least) + 1)]


def debt_limits(
    cfads: Number, dscr: Number, rate: Number, capex: Number, advance: Number, cap: Number = mpf(1),
    balloon: Number = mpf(0), tail: Number = mpf(0), max_ltv: Number = None, value: Number = None,
    max_leverage: Number = None, earnings: Number = None,
) -> list[list[Any]]:  # fmt: skip
    tests = all_limits(cfads, dscr, rate, capex, advance, cap, balloon, tail, max_ltv, value, max_leverage, earnings)
    least = min(test for test in tests if test is not None)
    names = ["cover", "advance rate", "cap on cost", "loan to value", "leverage"]
    return [
        [name, *(["", ""] if test is None else [rounded(test), rounded(test - least)]), mpf(tests.index(least) == i)]
        for i, (name, test) in enumerate(zip(names, tests, strict=True))
    ]


def sculpt_blend(
    contracted: Number, merchant: Number, dscr_contracted: Number, dscr_merchant: Number, rate: Number,
    balloon: Number = mpf(0), tail: Number = mpf(0),
) -> list[Any]:  # fmt: skip
    series = (contracted, merchant, dscr_contracted, dscr_merchant, rate)
    count = length_of(*series)
    refuse_unless(all(length_of(each) in (1, count) for each in series), VALUE)
    rates = repeated(rate, count)
    one = sized(services(repeated(contracted, count), dscr_contracted, rate), rate, balloon, tail)
    two = sized(services(repeated(merchant, count), dscr_merchant, rate), rate, balloon, tail)
    kept = count - int(tail)
    cash = [a + b for a, b in zip(repeated(contracted, count), repeated(merchant, count), strict=True)][:kept]
    if one + two == 0:
        return [mpf(0), rounded(one), rounded(two), DIV0]
    total = sum((exact(a) for a in cash[:0]), Fraction(0))
    for flow, each in reversed(list(zip(cash, rates[:kept], strict=True))):
        total = (total + exact(flow)) / (1 + exact(each))
    return [rounded(v) for v in (one + two, one, two, total / (one + two))]


def cover_path(cfads: Number, loan: Number, principal: Number, rate: Number, cash: Number = mpf(0)) -> list[list[Any]]:
    count = length_of(cfads, rate)
    for series in (cfads, rate):
        refuse_unless(length_of(series) in (1, count), VALUE)
    flows, rates, due = repeated(cfads, count), repeated(rate, count), as_series(principal)
    amounts(loan, cash)
    refuse_unless(loan != 0, DIV0)
    refuse_unless(all(each > -1 for each in rates))
    owed, rows = exact(loan), []
    refuse_unless(all(sum(map(exact, due[: i + 1])) <= owed * (1 + Fraction(1, 10**12)) for i in range(len(due))))
    refuse_unless(len(due) <= count)
    for start in range(len(due)):
        covers = []
        for end in (len(due), count):
            value = Fraction(0)
            for flow, each in reversed(list(zip(flows[start:end], rates[start:end], strict=True))):
                value = (value + exact(flow)) / (1 + exact(each))
            covers.append(DIV0 if owed <= exact(loan) / 10**12 else rounded((value + exact(cash)) / owed))
        balance = owed if owed > exact(loan) / 10**12 else Fraction(0)
        service = exact(rates[start]) * balance + exact(due[start])
        rows.append([rounded(balance), rounded(exact(flows[start]) / service) if service != 0 else DIV0, *covers])
        owed -= exact(due[start])
    return rows


def top_up(cfads: Number, dscr: Number, rate: Number, capex: Number, cap: Number, drawn: Number) -> Number:
    # max(0, min(PV/κ, cap·capex) − drawn)
    due = services(cfads, dscr, rate)
    amounts(capex, cap, drawn)
    facility = min(sized(due, rate, mpf(0), mpf(0)), exact(cap) * exact(capex))
    return rounded(max(Fraction(0), facility - exact(drawn)))


def realisation(billed: Number, projected: Number, months: Number = mpf(3)) -> Number:
    # Σ billed / Σ projected over the last months
    received, planned = as_series(billed), as_series(projected)
    length = max(len(received), len(planned))
    received, planned = repeated(billed, length), repeated(projected, length)
    amounts(*received, *planned)
    refuse_unless(months >= 1 and months == int(months))
    refuse_unless(months <= length, NA)
    count = int(months)
    due = sum((exact(v) for v in planned[-count:]), Fraction(0))
    refuse_unless(due != 0, DIV0)
    return rounded(sum((exact(v) for v in received[-count:]), Fraction(0)) / due)


FUNCTIONS: dict[str, Function] = {
    "CFI_DSCR": dscr,
    "CFI_LLCR": life_cover,
    "CFI_PLCR": life_cover,
    "CFI_SCULPT_DEBT": sculpt_debt,
    "CFI_SCULPT_SCHEDULE": sculpt_schedule,
    "CFI_DEBT_CAPACITY": debt_capacity,
    "CFI_TOP_UP": top_up,
    "CFI_SCULPT_BLEND": sculpt_blend,
    "CFI_DEBT_LIMITS": debt_limits,
    "CFI_COVER_PATH": cover_path,
    "CFI_REALISATION": realisation,
}


def flows(d: Draw) -> list[float]:
    low = d.choice([0, 0, -20])
    return d.series(d.randint(2, 24), low, d.choice([10, 1000, 1e6]))


def rate(d: Draw) -> float:
    return d.choice([0.0, d.even(0, 0.25), d.even(-0.3, 0), d.log_uniform(1e-9, 1e-3)])


def rates(d: Draw, count: int) -> Any:
    """One rate, or one per period."""
    return d.choice([rate(d), d.series(count, -0.02, 0.15)])


def covers(d: Draw, count: int) -> Any:
    return d.choice([d.even(1, 2.5), d.series(count, 1, 2.5)])


def random_cover(d: Draw) -> list[Any]:
    series = flows(d)
    return [series, d.log_uniform(1, 1e7), rates(d, len(series)), d.choice([None, d.even(0, 100)])]


def random_sculpt(d: Draw) -> list[Any]:
    series = flows(d)
    count = len(series)
    return [
        series, covers(d, count), rates(d, count), d.choice([None, 0, d.even(0, 0.6)]),
        d.choice([None, d.randint(0, count - 1)]),
    ]  # fmt: skip


def random_capacity(d: Draw) -> list[Any]:
    series = d.series(d.randint(3, 20), 5, 50)
    total, count = sum(series), len(series)
    return [
        series, covers(d, count), rates(d, count), d.even(0.3, 2) * total, d.even(0.3, 1.1),
        d.choice([None, d.even(0.3, 1.1)]), d.choice([None, d.even(0, 0.5)]), d.choice([None, d.randint(0, 2)]),
        *d.choice([[None, None], [d.even(0.3, 0.9), d.even(0.2, 1.5) * total]]),
        *d.choice([[None, None], [d.even(1, 6), d.even(0.1, 0.4) * total]]),
    ]  # fmt: skip


def random_top_up(d: Draw) -> list[Any]:
    series = d.series(d.randint(3, 20), 5, 50)
    return [
        series,
        covers(d, len(series)),
        rates(d, len(series)),
        d.even(0.5, 2) * sum(series),
        d.even(0.3, 1.1),
        d.even(0, 0.8) * sum(series),
    ]


def random_blend(d: Draw) -> list[Any]:
    count = d.randint(2, 20)
    return [
        d.series(count, 0, 100), d.choice([d.even(0, 50), d.series(count, -5, 60)]), covers(d, count),
        covers(d, count), rates(d, count), d.choice([None, d.even(0, 0.5)]), d.choice([None, d.randint(0, count - 1)]),
    ]  # fmt: skip


def random_path(d: Draw) -> list[Any]:
    count = d.randint(3, 20)
    due = d.series(d.randint(1, count), 0, 50)
    return [
        d.series(count, -5, 100), sum(due) * d.even(1.01, 2), due, rates(d, count), d.choice([None, d.even(0, 30)])
    ]  # fmt: skip


def random_realisation(d: Draw) -> list[Any]:
    length = d.randint(3, 15)
    return [d.series(length, 0, 100), d.series(length, 50, 120), d.choice([None, 1, length])]


UNEVEN = [80, 120, 110, 90, 60]
BLEND = [[50, 50, 50, 50, 0, 0], [0, 10, 20, 20, 40, 30]]
SCULPTED = [41.9157361602667, 78.6023283864, 76.5571813239667, 66.0150891632, 46.2962962963]
VECTORS = [[1.2, 1.2, 1.3, 1.4, 1.5], [0.08, 0.08, 0.07, 0.07, 0.06]]
SCULPT_EDGES: list[tuple[list[Any], str]] = [
    ([UNEVEN, *VECTORS], "a cover and a rate per period"), ([UNEVEN, 1.2, 0.08, 0.2, 1], "balloon and tail"),
    ([UNEVEN, 1.2, 0.08, 0, 5], "all tail"), ([UNEVEN, 1.2, 0.08, 0, 1.5], "half a period"),
    ([UNEVEN, 1.2, 0.08, 1], "all of it a balloon"), ([UNEVEN, 1.2, -0.5, 0.1], "a balloon that shrinks the loan"),
    ([UNEVEN, [1.2, 1.3], 0.08], "two covers"), ([UNEVEN, 1.2, [0.08, 0.07, 0.06]], "three rates"),
    ([UNEVEN, [1.2, 1.2, 0, 1.2, 1.2], 0.08], "no cover asked in one period"),
    ([50, 1.2, [0.08, 0.09, 0.1]], "one flow repeated"), ([UNEVEN, 1.2, [0.08, 0.08, -1, 0.08, 0.08]], "a rate of −1"),
]  # fmt: skip
TWENTIES = [[20] * 6, 1.2, 0.059, 80]
LIMIT_EDGES: list[tuple[list[Any], str]] = [
    ([*TWENTIES, 0.9, 1.02, 0, 0, 0.6, 100], "value binds"),
    ([*TWENTIES, 0.9, 1.02, 0, 0, None, None, 2, 25], "leverage binds"),
    ([*TWENTIES, 0.9, 1.02, 0, 0, 0.6, 100, 3, 20], "a tie of value and leverage"),
    ([*TWENTIES, 0.9, 1.02, 0.3, 1, 0.6, 0], "worth nothing"), ([*TWENTIES, 0.9, 1.02, 0, 0, 0.6], "no value to it"),
    ([*TWENTIES, 0.9, 1.02, 0, 0, None, None, None, 20], "no leverage to earnings"),
    ([*TWENTIES, 0.9, 1.02, 0, 6], "all tail"),
]  # fmt: skip
COVER_EDGES: list[tuple[list[Any], str]] = [
    ([UNEVEN, 309.38663133, 0.08], "docs/method/models.md §1.3"),
    ([UNEVEN, 300, 0], "rate 0"), ([UNEVEN, 300, -0.5], "rate −½"),
    ([UNEVEN, 300, -1], "rate −1"), ([UNEVEN, 0, 0.08], "no debt"), ([UNEVEN, -5, 0.08], "negative debt"),
    ([UNEVEN, 300, 0.08, 50], "cash"), ([UNEVEN, 300, 0.08, -1], "negative cash"), ([[-5, -6], 10, 0.1], "losses"),
    ([UNEVEN, 300, [0.08, 0.08, 0.07, 0.07, 0.06]], "a rate per period"), ([UNEVEN, 300, [0.08, 0.07]], "two rates"),
    ([100, 90, 0.1], "one period"), ([[1e300, 1e300], 1e10, 0.1], "huge"), ([UNEVEN, 300, 1e6], "rate of a million"),
]  # fmt: skip

POINTS = {
    "CFI_DSCR": points(
        "CFI_DSCR",
        lambda d: [d.even(-1e6, 1e7), d.log_uniform(1, 1e6), d.log_uniform(1, 1e6)],
        [
            ([120, 40, 60], "plain"),
            ([2, 3, 4], "Iris SPVs 2022"),
            ([1, 0, 0], "nothing due"),
            ([0, 1, 1], "no cash"),
            ([-5, 1, 1], "negative cash"),
            ([5, -1, 2], "negative interest"),
            ([1, 0, 1e-300], "due almost nothing"),
        ],
    ),
    "CFI_LLCR": points("CFI_LLCR", random_cover, COVER_EDGES),
    "CFI_PLCR": points("CFI_PLCR", random_cover, COVER_EDGES),
    "CFI_SCULPT_DEBT": points(
        "CFI_SCULPT_DEBT",
        random_sculpt,
        [
            ([[100] * 5, 1.25, 0.08], "docs/method/models.md §1.3"),
            ([UNEVEN, 1.2, 0.08], "docs/method/models.md §1.3"),
            ([UNEVEN, 0, 0.08], "no cover asked"),
            ([UNEVEN, -1, 0.08], "negative cover"),
            ([UNEVEN, 1.2, -1], "rate −1"),
            ([UNEVEN, 1.2, 0], "rate 0"),
            ([[0, 0], 1.2, 0.1], "no cash"),
            ([50, 1.2, 0.1], "one period"),
            *SCULPT_EDGES,
        ],
        15,
    ),
    "CFI_SCULPT_SCHEDULE": points(
        "CFI_SCULPT_SCHEDULE",
        random_sculpt,
        [
            ([UNEVEN, 1.2, 0.08], "docs/method/models.md §1.3"),
            ([[10, -5, 20], 1.1, 0.1], "a year of losses"),
            ([UNEVEN, 1.2, 0], "rate 0"),
            ([UNEVEN, 0, 0.08], "no cover asked"),
            ([UNEVEN, 1.2, -1], "rate −1"),
            ([60, 1.2, 0.1], "one period"),
            *SCULPT_EDGES,
        ],
        15,
    ),
    "CFI_DEBT_CAPACITY": points(
        "CFI_DEBT_CAPACITY",
        random_capacity,
        [
            ([*TWENTIES, 0.9, 1.02], "docs/method/models.md §1.3: 72, test 2"),
            ([*TWENTIES, 2, 1.02], "the cap binds"),
            ([*TWENTIES, 2, 2], "coverage binds"),
            ([*TWENTIES, 1, 1], "a tie goes to the lowest number"),
            ([[20] * 6, 1.2, 0.059, 0, 0.9], "no capex"),
            ([[-1] * 6, 1.2, 0.059, 80, 0.9], "losses"),
            ([*TWENTIES, -0.1], "negative advance"),
            ([[20] * 6, 0, 0.059, 80, 0.9], "no cover asked"),
            *LIMIT_EDGES,
        ],
        15,
    ),
    "CFI_DEBT_LIMITS": points(
        "CFI_DEBT_LIMITS", random_capacity, [([*TWENTIES, 0.9, 1.02], "cost binds"), *LIMIT_EDGES], 15
    ),
    "CFI_SCULPT_BLEND": points(
        "CFI_SCULPT_BLEND",
        random_blend,
        [
            ([*BLEND, 1.2, 2, 0.08], "contracts for four of six periods"),
            ([*BLEND, 1.2, 1.2, 0.08], "one cover"),
            ([*BLEND, 1.2, 2, 0.08, 0.3, 2], "balloon and tail"),
            ([[0, 0], [0, 0], 1.2, 2, 0.08], "no cash"),
            ([*BLEND, [1.2, 1.3, 1.4, 1.5, 1.6, 1.7], 2, [0.05, 0.06, 0.07, 0.08, 0.09, 0.1]], "vectors"),
            ([*BLEND, 1.2, 0, 0.08], "no cover asked of merchant cash"),
            ([*BLEND, 1.2, 2, 0.08, 0, 6], "all tail"),
            ([*BLEND, 1.2, 2, 0.08, 1], "all of it a balloon"),
            ([*BLEND, [1.2, 1.3], 2, 0.08], "two covers"),
            ([100, [50, 40], 1.2, 2, -1], "rate −1"),
        ],
        15,
    ),
    "CFI_COVER_PATH": points(
        "CFI_COVER_PATH",
        random_path,
        [
            ([[*UNEVEN, 40, 30], 309.38663133, SCULPTED, 0.08], "sculpted"),
            ([UNEVEN, 100, [50, 50, 0], 0.08], "repaid"),
            ([UNEVEN, 100, [0, 0, 60], 0, 20], "a balloon and cash"),
            ([UNEVEN, 100, [60, 60], 0.08], "more than the loan"),
            ([[80, 90], 100, [20, 20, 20], 0.08], "past the end"),
            ([UNEVEN, 0, [20], 0.08], "no loan"),
            ([UNEVEN, 100, [50, -50, 40], 0.05], "redrawn"),
            ([UNEVEN, 100, [20, 20], [0.08, 0.07]], "two rates"),
            ([UNEVEN, 100, [20, 20], -1], "rate −1"),
        ],
        15,
    ),
    "CFI_TOP_UP": points(
        "CFI_TOP_UP",
        random_top_up,
        [
            ([*TWENTIES, 1.02, 72], "docs/method/models.md §1.3: 9.6"),
            ([*TWENTIES, 1.1, 72], "coverage binds"),
            ([*TWENTIES, 1.02, 100], "drawn above the facility"),
            ([*TWENTIES, 0, 0], "no cap"),
            ([*TWENTIES, 1.02, -1], "negative drawn"),
            ([[-1] * 3, 1.2, 0.059, 80, 1, 0], "losses"),
        ],
    ),
    "CFI_REALISATION": points(
        "CFI_REALISATION",
        random_realisation,
        [
            ([[90, 80, 85, 88], [100] * 4], "three of four months"),
            ([[9, 8], [10, 10], 1], "the last month"),
            ([[9, 8], [10, 10]], "fewer than three"),
            ([[9, 8, 7], [1, 0, 0], 2], "nothing projected"),
            ([[9, 8, 7], [1, 2, 3], 0], "no months"),
            ([[9, 8, 7], [1, 2, 3], 1.5], "half a month"),
            ([[9, -8, 7], [1, 2, 3]], "negative bill"),
        ],
    ),
}

EITHER_SIGN = "flows of either sign cancel; scale is the present value of their amounts"


def gross(cfads: Any, rate: Any) -> Any:
    return rounded(worth([abs(v) for v in repeated(cfads, length_of(cfads, rate))], rate))


def cover_scale(cfads: Any, debt: Any, rate: Any, cash: Any = None) -> Tolerance:
    return floor((gross(cfads, rate) + (cash or 0)) / debt, EITHER_SIGN)


def flow_scale(cfads: Any, dscr: Any, rate: Any, balloon: Any = None, *_: Any) -> Tolerance:
    return floor(gross(cfads, rate) / min(as_series(dscr)) / (1 - (balloon or 0)), EITHER_SIGN)


def capacity_scale(cfads: Any, dscr: Any, rate: Any, *_: Any) -> Tolerance:
    return flow_scale(cfads, dscr, rate)


def blend_scale(
    contracted: Any, merchant: Any, one: Any, two: Any, rate: Any, balloon: Any = None, _: Any = None
) -> Tolerance:  # fmt: skip
    most = max(max(abs(v) for v in as_series(each)) for each in (contracted, merchant))
    return flow_scale(most, 1, repeated(rate, length_of(contracted, merchant, rate)), balloon)


def top_up_scale(cfads: Any, dscr: Any, rate: Any, capex: Any, cap: Any, drawn: Any) -> Tolerance:
    return floor(max(cap * capex, drawn), "facility less drawn; scale is the larger of them")


def schedule_scale(cfads: Any, dscr: Any, rate: Any, balloon: Any = None, *_: Any) -> Tolerance:
    paid = gross(cfads, rate) + max(abs(v) for v in as_series(cfads))
    growth = max(mpf(1), *(1 + each for each in as_series(rate)))
    return floor(
        paid * growth / min(as_series(dscr)) / (1 - (balloon or 0)),
        "principal is service less interest; scale is the debt and a service",
    )


def path_scale(cfads: Any, loan: Any, *_: Any) -> Tolerance:
    return floor(max(loan, mpf(1)), "a balance is a loan less its instalments", 1e-9)


TOLERANCES: dict[str, Any] = {
    "CFI_LLCR": cover_scale,
    "CFI_PLCR": cover_scale,
    "CFI_SCULPT_DEBT": capacity_scale,
    "CFI_SCULPT_SCHEDULE": schedule_scale,
    "CFI_DEBT_CAPACITY": capacity_scale,
    "CFI_TOP_UP": top_up_scale,
    "CFI_SCULPT_BLEND": blend_scale,
    "CFI_DEBT_LIMITS": capacity_scale,
    "CFI_COVER_PATH": path_scale,
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
