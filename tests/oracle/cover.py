"""Oracle of cover and sizing: docs/method/models.md §1.2 and §5 (realisation), in exact fractions of the doubles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

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


def worth(cfads: Number, rate: Number) -> Fraction:
    """Σ cfads[t] / (1 + rate)^t, t = 1 … n, by Horner's rule from the last period."""
    refuse_unless(rate > -1)
    total = Fraction(0)
    for flow in reversed(as_series(cfads)):
        total = (total + exact(flow)) / (1 + exact(rate))
    return total


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


def sculpt_debt(cfads: Number, dscr: Number, rate: Number) -> Number:
    # PV / dscr
    refuse_unless(dscr > 0)
    return rounded(worth(cfads, rate) / exact(dscr))


def sculpt_schedule(cfads: Number, dscr: Number, rate: Number) -> list[list[Number]]:
    # service = cfads/κ; interest = r·B; principal = service − interest; rolled forward from the sculpted debt
    refuse_unless(dscr > 0)
    balance = worth(cfads, rate) / exact(dscr)
    rows = []
    for flow in as_series(cfads):
        service = exact(flow) / exact(dscr)
        interest = exact(rate) * balance
        balance -= service - interest
        rows.append([rounded(v) for v in (service, interest, service - interest, balance)])
    return rows


def debt_capacity(
    cfads: Number, dscr: Number, rate: Number, capex: Number, advance: Number, cap: Number = mpf(1)
) -> list[Number]:
    # min(PV/κ, advance·capex, cap·capex), and which
    refuse_unless(dscr > 0)
    amounts(capex, advance, cap)
    tests = [worth(cfads, rate) / exact(dscr), exact(advance) * exact(capex), exact(cap) * exact(capex)]
    return [rounded(min(tests)), mpf(tests.index(min(tests)) + 1)]


def top_up(cfads: Number, dscr: Number, rate: Number, capex: Number, cap: Number, drawn: Number) -> Number:
    # max(0, min(PV/κ, cap·capex) − drawn)
    refuse_unless(dscr > 0)
    amounts(capex, cap, drawn)
    facility = min(worth(cfads, rate) / exact(dscr), exact(cap) * exact(capex))
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
    "CFI_REALISATION": realisation,
}


def flows(d: Draw) -> list[float]:
    low = d.choice([0, 0, -20])
    return d.series(d.randint(2, 24), low, d.choice([10, 1000, 1e6]))


def rate(d: Draw) -> float:
    return d.choice([0.0, d.even(0, 0.25), d.even(-0.3, 0), d.log_uniform(1e-9, 1e-3)])


def random_cover(d: Draw) -> list[Any]:
    return [flows(d), d.log_uniform(1, 1e7), rate(d), d.choice([None, d.even(0, 100)])]


def random_capacity(d: Draw) -> list[Any]:
    series = d.series(d.randint(3, 20), 5, 50)
    capex = d.even(0.3, 2) * sum(series)
    return [series, d.even(1, 1.8), rate(d), capex, d.even(0.3, 1.1), d.choice([None, d.even(0.3, 1.1)])]


def random_top_up(d: Draw) -> list[Any]:
    series = d.series(d.randint(3, 20), 5, 50)
    return [
        series,
        d.even(1, 1.8),
        rate(d),
        d.even(0.5, 2) * sum(series),
        d.even(0.3, 1.1),
        d.even(0, 0.8) * sum(series),
    ]


def random_realisation(d: Draw) -> list[Any]:
    length = d.randint(3, 15)
    return [d.series(length, 0, 100), d.series(length, 50, 120), d.choice([None, 1, length])]


UNEVEN = [80, 120, 110, 90, 60]
TWENTIES = [[20] * 6, 1.2, 0.059, 80]
COVER_EDGES: list[tuple[list[Any], str]] = [
    ([UNEVEN, 309.38663133, 0.08], "docs/method/models.md §1.3"),
    ([UNEVEN, 300, 0], "rate 0"), ([UNEVEN, 300, -0.5], "rate −½"),
    ([UNEVEN, 300, -1], "rate −1"), ([UNEVEN, 0, 0.08], "no debt"), ([UNEVEN, -5, 0.08], "negative debt"),
    ([UNEVEN, 300, 0.08, 50], "cash"), ([UNEVEN, 300, 0.08, -1], "negative cash"), ([[-5, -6], 10, 0.1], "losses"),
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
        lambda d: [flows(d), d.even(1, 2.5), rate(d)],
        [
            ([[100] * 5, 1.25, 0.08], "docs/method/models.md §1.3"),
            ([UNEVEN, 1.2, 0.08], "docs/method/models.md §1.3"),
            ([UNEVEN, 0, 0.08], "no cover asked"),
            ([UNEVEN, -1, 0.08], "negative cover"),
            ([UNEVEN, 1.2, -1], "rate −1"),
            ([UNEVEN, 1.2, 0], "rate 0"),
            ([[0, 0], 1.2, 0.1], "no cash"),
            ([50, 1.2, 0.1], "one period"),
        ],
    ),
    "CFI_SCULPT_SCHEDULE": points(
        "CFI_SCULPT_SCHEDULE",
        lambda d: [flows(d), d.even(1, 2.5), rate(d)],
        [
            ([UNEVEN, 1.2, 0.08], "docs/method/models.md §1.3"),
            ([[10, -5, 20], 1.1, 0.1], "a year of losses"),
            ([UNEVEN, 1.2, 0], "rate 0"),
            ([UNEVEN, 0, 0.08], "no cover asked"),
            ([UNEVEN, 1.2, -1], "rate −1"),
            ([60, 1.2, 0.1], "one period"),
        ],
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
        ],
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


def flow_scale(cfads: Any, divisor: Any, rate: Any, *rest: Any) -> Tolerance:
    gross = rounded(worth([abs(v) for v in as_series(cfads)], rate))
    return floor((gross + (rest[0] if rest and rest[0] else 0)) / divisor, EITHER_SIGN)


def capacity_scale(cfads: Any, dscr: Any, rate: Any, *_: Any) -> Tolerance:
    return flow_scale(cfads, dscr, rate)


def top_up_scale(cfads: Any, dscr: Any, rate: Any, capex: Any, cap: Any, drawn: Any) -> Tolerance:
    return floor(max(cap * capex, drawn), "facility less drawn; scale is the larger of them")


def schedule_scale(cfads: Any, dscr: Any, rate: Any) -> Tolerance:
    gross = rounded(worth([abs(v) for v in as_series(cfads)], rate)) + max(abs(v) for v in as_series(cfads))
    return floor(
        gross * max(1, (1 + rate)) / dscr, "principal is service less interest; scale is the debt and a service"
    )


TOLERANCES: dict[str, Any] = {
    "CFI_LLCR": flow_scale,
    "CFI_PLCR": flow_scale,
    "CFI_SCULPT_DEBT": capacity_scale,
    "CFI_SCULPT_SCHEDULE": schedule_scale,
    "CFI_DEBT_CAPACITY": capacity_scale,
    "CFI_TOP_UP": top_up_scale,
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
