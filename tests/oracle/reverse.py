"""Oracle of the reverse stress: inverses in closed form, of functions that have one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
from high_precision import NA, VALUE, Draw, Function, Number, floor, points, quantile, refuse_unless, write
from mpmath import mpf

ONE = mpf(1)


def growth(a: list[Number]) -> Number:
    """Shift of the log of the stressed value without its drift: loan, value, rho, volatility, horizon, quantile."""
    shift = a[2] * a[3] * mpmath.sqrt(a[4])
    return shift * quantile(a[5]) - shift * shift / 2


def haircut_of(a: list[Number]) -> Number:
    return a[2] if len(a) > 2 else mpf(0)


def present_value(cash: list[Number], rate: Number) -> Number:
    return sum(flow / (1 + rate) ** i for i, flow in enumerate(cash, start=1))


def unsmoothing(t: Number, a: list[Number]) -> Number:
    """phi with rho/√(1 − phi²) = t: of the two the one nearer to what stands in the call, the lower where it is 0."""
    refuse_unless(abs(t) >= abs(a[0]) and t * a[0] > 0, NA)
    size = mpmath.sqrt(1 - (a[0] / t) ** 2)
    return size if a[1] > 0 else -size


# By function and argument: the target and the arguments of the call to the value sought.
INVERSES: dict[tuple[str, str], Callable[[Number, list[Number]], Number]] = {
    ("LTV", "loan"): lambda t, a: t * a[1] * (1 - haircut_of(a)),
    ("LTV", "value"): lambda t, a: a[0] / (t * (1 - haircut_of(a))),
    ("LTV", "haircut"): lambda t, a: 1 - a[0] / (t * a[1]),
    ("DSCR", "cfads"): lambda t, a: t * (a[1] + a[2]),
    ("DSCR", "interest"): lambda t, a: a[0] / t - a[2],
    ("PD_TERM", "pd"): lambda t, a: 1 - (1 - t) ** (1 / a[1]),
    ("PD_TERM", "years"): lambda t, a: mpmath.log1p(-t) / mpmath.log1p(-a[0]),
    ("PD_SPREAD", "spread"): lambda t, a: -mpmath.log1p(-t) * (1 - a[1]) / a[2],
    ("PD_SPREAD", "recovery"): lambda t, a: 1 + a[0] * a[2] / mpmath.log1p(-t),
    ("STRESS_LTV", "value"): lambda t, a: a[0] / t / mpmath.exp(growth(a)),
    ("STRESS_LTV", "drift"): lambda t, a: (mpmath.log(a[0] / (t * a[1])) - growth(a)) / a[4],
    ("HASHCOST", "power"): lambda t, a: t / (a[0] * 24 / 1000) / 1000,
    ("HASHPRICE", "btc"): lambda t, a: t * a[2] * 1000 / (144 * a[1]),
    ("UNSMOOTH_CORR", "rho"): lambda t, a: t * mpmath.sqrt(1 - a[1] ** 2),
    ("UNSMOOTH_CORR", "phi"): unsmoothing,
    ("LLCR", "cfads"): lambda t, a: t * a[1] / present_value(a[0], a[2]),
    ("LLCR", "debt"): lambda t, a: present_value(a[0], a[2]) / t,
}
# What the value sought must keep to, where a target can ask for more.
BOUNDS = {
    ("LTV", "loan"): (0, None), ("LTV", "haircut"): (None, 1), ("DSCR", "interest"): (0, None),
    ("PD_SPREAD", "recovery"): (0, 1), ("UNSMOOTH_CORR", "rho"): (-1, 1), ("LLCR", "cfads"): (0, None),
}  # fmt: skip


def reverse(
    name: str, which: str, target: Number, a: Any = None, b: Any = None, c: Any = None, d: Any = None,
    e: Any = None, f: Any = None,
) -> Number:  # fmt: skip
    key = (name.removeprefix("CFI_").upper(), which.lower())
    refuse_unless(key in INVERSES, VALUE)
    given = [value for value in (a, b, c, d, e, f) if value is not None]
    found = INVERSES[key](target, given)
    low, high = BOUNDS.get(key, (None, None))
    refuse_unless((low is None or found >= low) and (high is None or found <= high), NA)
    return found


FUNCTIONS: dict[str, Function] = {"CFI_REVERSE": reverse}
STRESS = [70, 100, 0.5, 0.4, 1, 0.01]


def random_reverse(d: Draw) -> list[Any]:
    loan, value = d.even(20, 120), d.even(60, 200)
    pd, years = d.log_uniform(1e-3, 0.3), d.even(0.5, 8)
    cash = d.series(d.randint(2, 8), 50, 150)
    stress = [loan, value, d.even(-0.9, 0.9), d.even(0.1, 0.9), d.even(0.3, 3), d.log_uniform(1e-3, 0.3)]
    return d.choice(
        [
            ["CFI_LTV", "loan", d.even(0.3, 2), loan, value, d.even(0, 0.5)],
            ["CFI_LTV", "value", d.even(0.3, 2), loan, value, d.even(0, 0.5)],
            ["CFI_DSCR", "cfads", d.even(0.8, 3), loan, d.even(5, 20), d.even(5, 50)],
            ["CFI_PD_TERM", "pd", d.even(0.01, 0.9), pd, years],
            ["CFI_PD_TERM", "years", d.even(0.01, 0.9), pd, years],
            ["CFI_PD_SPREAD", "spread", d.even(0.01, 0.9), 0.05, d.even(0.1, 0.7), years],
            ["CFI_STRESS_LTV", "value", d.even(0.5, 2), *stress],
            ["CFI_STRESS_LTV", "drift", d.even(0.5, 2), *stress],
            ["CFI_LLCR", "cfads", d.even(0.8, 2), cash, d.even(50, 500), d.even(0, 0.2)],
            ["CFI_LLCR", "debt", d.even(0.8, 2), cash, d.even(50, 500), d.even(0, 0.2)],
        ]
    )


POINTS = {
    "CFI_REVERSE": points(
        "CFI_REVERSE",
        random_reverse,
        [
            (["CFI_LTV", "value", 0.8, 70, 100], "the fall in value that breaks the covenant"),
            (["ltv", "Value", 0.8, 70, 100], "the names in other letters"),
            (["CFI_LTV", "haircut", 0.8, 70, 100, 0.1], "haircut"),
            (["CFI_LTV", "haircut", 0.5, 70, 100, 0.1], "haircut below 0, an expected gain"),
            (["CFI_LTV", "loan", -0.1, 70, 100], "no loan is below 0"),
            (["CFI_DSCR", "interest", 1.15, 130, 40, 60], "interest"),
            (["CFI_DSCR", "interest", 3, 130, 40, 60], "principal alone is too much"),
            (["CFI_PD_TERM", "pd", 0.5, 0.02, 5], "pd"),
            (["CFI_PD_TERM", "pd", 1e-9, 0.02, 5], "a small pd"),
            (["CFI_PD_TERM", "years", 0.5, 0.02, 5], "years"),
            (["CFI_PD_SPREAD", "recovery", 0.5, 0.0881, 0.4, 5], "recovery"),
            (["CFI_STRESS_LTV", "drift", 1.2, *STRESS], "drift"),
            (["CFI_HASHCOST", "power", 40, 29.5, 0.0588], "power price"),
            (["CFI_HASHPRICE", "btc", 40, 84714, 3.125, 952], "price of bitcoin"),
            (["CFI_UNSMOOTH_CORR", "rho", 0.4, 0.39, 0.45], "rho"),
            (["CFI_UNSMOOTH_CORR", "phi", 0.5, 0.39, 0.45], "two values, the one nearer to .45"),
            (["CFI_UNSMOOTH_CORR", "phi", 0.5, 0.39, -0.45], "two values, the one nearer to −.45"),
            (["CFI_UNSMOOTH_CORR", "phi", 0.3, 0.39, 0.45], "unsmoothing only raises"),
            (["CFI_LLCR", "cfads", 1.3, [100, 100], 150, 0.08], "factor on a series"),
            (["CFI_LLCR", "cfads", -1, [100, 100], 150, 0.08], "no factor is below 0"),
            (["CFI_LTV", "nothing", 1, 70, 100], "no such argument"),
        ],
        count=16,
    ),
}
TOLERANCES: dict[str, Any] = {"CFI_REVERSE": lambda *_: floor(1, "a search by halving, to the last digits")}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
