"""Oracle of floating rates: curves by Newton's method on all quotes at once, options by integrating their payoff."""

from __future__ import annotations

import itertools
from typing import Any

import mpmath
from high_precision import (
    DIV0,
    NA,
    NUM,
    VALUE,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    repeated,
    write,
)
from mpmath import mpf

BASIS = mpf(365 / 360)


def slopes(x: list[Number], y: list[Number]) -> list[Number]:
    """Of the monotone cubic: weighted harmonic means within, three-point ones at the ends, never against the data."""
    h = [b - a for a, b in itertools.pairwise(x)]
    s = [(b - a) / w for a, b, w in zip(y, y[1:], h, strict=False)]
    if len(s) == 1:
        return [s[0], s[0]]

    def end(h0: Number, h1: Number, s0: Number, s1: Number) -> Number:
        d = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
        if mpmath.sign(d) != mpmath.sign(s0):
            return mpf(0)
        if mpmath.sign(s0) != mpmath.sign(s1) and abs(d) > 3 * abs(s0):
            return 3 * s0
        return d

    inner = []
    for i in range(1, len(s)):
        if s[i - 1] * s[i] <= 0:
            inner.append(mpf(0))
            continue
        w1, w2 = 2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]
        inner.append((w1 + w2) / (w1 / s[i - 1] + w2 / s[i]))
    return [end(h[0], h[1], s[0], s[1]), *inner, end(h[-1], h[-2], s[-1], s[-2])]


def joined(x: list[Number], y: list[Number], t: Number, smooth: bool) -> Number:
    i = next(i for i in range(len(x) - 1) if t <= x[i + 1] or i == len(x) - 2)
    h, u = x[i + 1] - x[i], (t - x[i]) / (x[i + 1] - x[i])
    if not smooth:
        return y[i] + u * (y[i + 1] - y[i])
    d = slopes(x, y)
    return (
        (1 + 2 * u) * (1 - u) ** 2 * y[i] + u * u * (3 - 2 * u) * y[i + 1]
        + h * u * (1 - u) ** 2 * d[i] - h * u * u * (1 - u) * d[i + 1]
    )  # fmt: skip


def swapped(x: list[Number], rates: list[Number], smooth: bool, basis: Number) -> list[Number]:
    """−ln D at the tenors, by Newton's method on the swaps' values."""

    def values(*logs: Number) -> list[Number]:
        knots, heights = [mpf(0), *x], [mpf(0), *logs]
        left = []
        for end, rate in zip(x, rates, strict=True):
            paid, t = mpf(0), end
            while t > mpf("1e-9"):
                paid += min(t, mpf(1)) * basis * mpmath.exp(-joined(knots, heights, t, smooth))
                t -= 1
            left.append(rate * paid + mpmath.exp(-joined(knots, heights, end, smooth)) - 1)
        return left

    start = [mpmath.log(1 + rate) * t for rate, t in zip(rates, x, strict=True)]
    if len(x) == 1:
        return [mpmath.findroot(lambda y: values(y)[0], start[0])]
    return list(mpmath.findroot(values, start, tol=mpf("1e-50"), maxsteps=60))


def forward(
    tenors: Number, rates: Number, ends: Number, quotes: str = "swap", interpolation: str = "log-linear",
    basis: Number = BASIS,
) -> list[list[Number]]:  # fmt: skip
    x, times = as_series(tenors), as_series(ends)
    quoted = legs(tenors, rates)[1] if len(as_series(rates)) == 1 else rates
    refuse_unless(len(quoted) == len(x), VALUE)
    refuse_unless(quotes in ("swap", "futures", "zero"), VALUE)
    refuse_unless(all(t > 0 for t in [*x, *times]) and all(r > -1 for r in quoted))
    refuse_unless(all(a < b for series in (x, times) for a, b in itertools.pairwise(series)))
    refuse_unless(times[-1] <= x[-1], NA)
    smooth = interpolation == "monotone"
    if quotes == "zero":
        logs = [r * t for r, t in zip(quoted, x, strict=True)]
    elif quotes == "futures":
        logs, worth, since = [], mpf(1), mpf(0)
        for t, rate in zip(x, quoted, strict=True):
            worth /= 1 + rate * basis * (t - since)
            since = t
            logs.append(-mpmath.log(worth))
    else:
        try:
            logs = swapped(x, quoted, smooth, basis)
        except (ValueError, ZeroDivisionError):
            raise Refused(NUM) from None
        refuse_unless(all(mpmath.im(each) == 0 for each in logs))
    knots, heights = [mpf(0), *x], [mpf(0), *logs]
    rows, before, since = [], mpf(1), mpf(0)
    for t in times:
        worth = mpmath.exp(-joined(knots, heights, t, smooth))
        rows.append([worth, (before / worth - 1) / basis / (t - since), -mpmath.log(worth) / t])
        before, since = worth, t
    return rows


def floating_rate(
    forwards: Number, margin: Number, floor: Number = mpf(0), cap: Number = mpmath.inf, hedged: Number = mpf(0),
    swap_rate: Number = mpf(0),
) -> list[list[Number]]:  # fmt: skip
    series = as_series(forwards)
    shares = repeated(hedged, len(series))
    refuse_unless(len(shares) == len(series), VALUE)
    amounts(margin, *shares)
    refuse_unless(all(rate > -1 for rate in [*series, floor, swap_rate]) and cap >= -1)
    refuse_unless(cap >= floor)
    rows = []
    for rate, share in zip(series, shares, strict=True):
        index = floor if rate < floor else cap if rate > cap else rate
        paid, received = share * swap_rate, share * rate
        rows.append([index, index + margin, paid - received, index + margin + paid - received])
    return rows


def legs(*series: Number) -> list[list[Number]]:
    length = max(len(as_series(each)) for each in series)
    full = [list(each) if isinstance(each, list) and len(each) > 1 else as_series(each) * length for each in series]
    refuse_unless(all(len(each) == length for each in full), VALUE)
    return full


def swap(forwards: Number, discounts: Number, accruals: Number, notional: Number, fixed: Number) -> list[Number]:
    rates, factors, years, amount = legs(forwards, discounts, accruals, notional)
    amounts(*years, *amount)
    refuse_unless(all(rate > -1 for rate in [*rates, fixed]) and all(factor > 0 for factor in factors))
    refuse_unless(max(years) > 0 and max(amount) > 0, DIV0)
    received = mpmath.fsum(n * a * d * f for f, d, a, n in zip(rates, factors, years, amount, strict=True))
    paid = mpmath.fsum(n * a * d * fixed for d, a, n in zip(factors, years, amount, strict=True))
    annuity = mpmath.fsum(n * a * d for d, a, n in zip(factors, years, amount, strict=True))
    refuse_unless(annuity > 0, NUM)
    return [received - paid, received / annuity, annuity]


def rate_option(
    forwards: Number, discounts: Number, accruals: Number, notional: Number, strike: Number, volatility: Number,
    fixings: Number, side: str = "cap",
) -> Number:  # fmt: skip
    rates, factors, years, amount, times = legs(forwards, discounts, accruals, notional, fixings)
    amounts(*years, *amount, *times, volatility)
    refuse_unless(all(rate > -1 for rate in [*rates, strike]) and all(factor > 0 for factor in factors))
    total = mpf(0)
    for rate, d, a, n, t in zip(rates, factors, years, amount, times, strict=True):
        width, sign = volatility * mpmath.sqrt(t), 1 if side == "cap" else -1
        gain = sign * (rate - strike)
        if width == 0:
            total += n * a * d * max(mpf(0), gain)
            continue
        start = -gain / width  # the option pays where the standard normal lies above this
        tail = mpmath.erfc(start / mpmath.sqrt(2)) / 2
        total += n * a * d * (gain * tail + width * mpmath.npdf(start))
    return total


def make_whole(
    service: Number, prepaid: Number, treasury: Number, spread: Number = mpf(0.005), per_year: Number = mpf(4)
) -> Number:
    amounts(prepaid, spread, *as_series(service))
    refuse_unless(treasury > -1 and per_year > 0)
    refuse_unless(treasury + spread > -per_year)
    value = mpf(0)
    for payment in reversed(as_series(service)):
        value = (value + payment) / (1 + (treasury + spread) / per_year)
    return max(mpf(0), value - prepaid)


FUNCTIONS: dict[str, Function] = {
    "CFI_FORWARD": forward, "CFI_FLOATING_RATE": floating_rate, "CFI_SWAP": swap, "CFI_RATE_OPTION": rate_option,
    "CFI_MAKE_WHOLE": make_whole,
}  # fmt: skip
TENORS, QUOTED = [0.25, 0.5, 1, 2, 3, 5], [0.0387, 0.038, 0.0365, 0.035, 0.0345, 0.035]
SOFR = [TENORS, QUOTED]


def random_curve(d: Draw) -> list[Any]:
    tenors = sorted({round(d.even(0.1, 6), 2) for _ in range(d.randint(1, 5))})
    ends = sorted({round(tenors[-1] * d.even(0.05, 1), 3) for _ in range(d.randint(1, 5))})
    kind = d.choice(["swap", "futures", "zero"])
    return [
        tenors, d.series(len(tenors), -0.01, 0.12), ends, kind, d.choice(["log-linear", "monotone"]),
        d.choice([1, 365 / 360]),
    ]  # fmt: skip


def random_legs(d: Draw) -> list[Any]:
    count = d.randint(1, 12)
    return [d.series(count, -0.01, 0.09), d.series(count, 0.6, 1), d.choice([0.25, d.series(count, 0.2, 0.3)]),
            d.choice([100, d.series(count, 0, 200)])]  # fmt: skip


POINTS = {
    "CFI_FORWARD": points(
        "CFI_FORWARD",
        random_curve,
        [
            ([*SOFR, [0.5, 1, 2, 4, 5]], "a curve of swaps"),
            ([*SOFR, [0.5, 1, 2, 4, 5], "swap", "monotone"], "smooth"),
            ([*SOFR, [0.1, 0.3, 5], "futures"], "futures"), ([*SOFR, [1, 5], "zero", "monotone", 1], "zero rates"),
            ([[1, 2], [0.04, 0.04], [1, 2], "swap", "log-linear", 1], "level"),
            ([2.5, 0.04, [0.5, 1.5, 2.5]], "one swap"),
            ([[1, 2, 3], [-0.005, -0.003, 0], [1, 2, 3]], "negative rates"), ([*SOFR, [5.5]], "past the end"),
            ([[1, 1], [0.04, 0.04], [1]], "tenors stand"), ([*SOFR, [2, 1]], "ends fall"),
            ([[0, 1], [0.04, 0.04], [1]], "today"),
            ([[1, 2, 3], [0.04, 0.05], [1]], "a rate is missing"), ([[1, 2], [0.04], [1]], "one rate"),
            ([*SOFR, [1], "bond"], "no quote"),
            ([[1, 2, 3], [0.1, 1.5, 9], [3]], "no discount factor"),
        ],
        15,
    ),
    "CFI_FLOATING_RATE": points(
        "CFI_FLOATING_RATE",
        lambda d: [
            d.series(d.randint(1, 9), -0.01, 0.09), d.even(0, 0.13), d.even(-0.005, 0.02), d.even(0.03, 0.1),
            d.even(0, 1.2),
            d.even(0, 0.06),
        ],
        [
            ([[0.04, 0.03, 0.005], 0.055, 0.01, 0.05, [0.8, 0.8, 0], 0.035], "hedged, then not"),
            ([0.04, 0.055], "plain"),
            ([[0.04, 0.06], 0.055, 0, 0.05], "capped"), ([[0.04, 0.03], 0.055, 0.01, None, 1, 0.035], "wholly hedged"),
            ([0.04, 0.055, 0.05, 0.04], "cap below floor"),
            ([[0.04, 0.03], 0.05, 0, None, [1, 1, 1], 0.03], "three shares"),
            ([0.04, -0.01], "negative margin"), ([[-0.02, 0.01], 0.05, -0.01], "negative index"),
            ([0.04, 0.05, 0, None, -0.1], "share"),
        ],
        15,
    ),
    "CFI_SWAP": points(
        "CFI_SWAP",
        lambda d: [*random_legs(d), d.even(0, 0.08)],
        [
            ([[0.04, 0.03], [0.99, 0.98], 0.25, [100, 50], 0.03], "amortising"),
            ([0.04, 0.99, 0.25, 100, 0.04], "at par"),
            ([[0.04, 0.03], [0.99, 0.98], 0.25, [0, 0], 0.03], "no notional"), ([0.04, 0.99, 0, 100, 0.04], "no time"),
            ([[0.04, 0.03], [0.99, 0], 0.25, 100, 0.03], "worth nothing"),
            ([[0.04, 0.03], [0.9, 0.8, 0.7], 1, 1, 0.03], "lengths"),
        ],
        15,
    ),
    "CFI_RATE_OPTION": points(
        "CFI_RATE_OPTION",
        lambda d: [*random_legs(d), d.even(0, 0.06), d.even(0, 0.02), d.even(0, 5), d.choice(["cap", "floor"])],
        [
            ([[0.04, 0.03], [0.99, 0.98], 0.25, 100, 0.035, 0.01, [0.25, 0.5]], "a cap"),
            ([[0.04, 0.03], [0.99, 0.98], 0.25, 100, 0.035, 0.01, [0.25, 0.5], "floor"], "a floor"),
            ([[0.04, 0.03], [0.99, 0.98], 0.25, 100, 0.035, 0, [0.25, 0.5], "floor"], "no volatility"),
            ([0.04, 0.99, 0.25, 100, 0.2, 0.005, 0.25], "far out"),
            ([0.04, 0.99, 0.25, 100, 0.035, -0.01, 1], "negative"),
            ([0.04, 0.99, 0.25, 100, 0.04, 0.01, 0], "fixed today"),
            ([0.04, 0.99, 0.25, 0, 0.04, 0.01, 1], "no notional"),
        ],
        15,
    ),
    "CFI_MAKE_WHOLE": points(
        "CFI_MAKE_WHOLE",
        lambda d: [d.series(d.randint(1, 20), 0, 20), d.even(0, 150), d.even(-0.01, 0.1), d.even(0, 0.01),
                   d.choice([1, 4, 12])],
        [
            ([[6, 6, 106], 100, 0.04, 0.005, 1], "three years"),
            ([[6, 6, 106], 100, 0.08, 0.005, 1], "rates above the coupon"),
            ([[1.5, 101.5], 100, 0.04], "as usual"), ([106, 0, 0.04, 0, 1], "nothing prepaid"),
            ([106, 100, -1, 0, 1], "rate −1"),
            ([106, -1, 0.04], "negative"), ([106, 100, 0.04, 0.005, 0], "no periods"),
        ],
        15,
    ),
}  # fmt: skip

TOLERANCES: dict[str, Any] = {
    "CFI_FORWARD": {"relative": 1e-10, "absolute": 1e-13, "why": "a forward is a difference of two discounts"},
    "CFI_FLOATING_RATE": {"relative": 1e-13, "absolute": 1e-16, "why": "differences of rates"},
    "CFI_SWAP": lambda *_: floor(100, "received less paid"),
    "CFI_RATE_OPTION": lambda *_: floor(1, "gain and spread cancel far out of the money"),
    "CFI_MAKE_WHOLE": lambda _, prepaid, *__: floor(max(prepaid, 1), "value less what is prepaid"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
