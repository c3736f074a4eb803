"""Oracle of GPU values: docs/method/models.md §2 (b), (d). The income value is integrated, no closed form."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    INFINITY,
    NUM,
    Draw,
    Function,
    Number,
    amounts,
    as_series,
    floor,
    panels,
    points,
    refuse_unless,
    repeated,
    root,
    write,
)
from mpmath import mpf

ZERO = mpf(0)
HOURS = 8760


def gpu_residual(
    age: Number, decay: Number, floor_value: Number = ZERO, shock_ages: Number = INFINITY, shocks: Number = ZERO
) -> Number:
    # [f + (1−f)e^{−δt}]·Π(1−s_k)^{t_k ≤ t}
    amounts(age)
    refuse_unless(0 <= floor_value <= 1)
    length = max(len(as_series(shock_ages)), len(as_series(shocks)))
    value = floor_value + (1 - floor_value) * mpmath.exp(-decay * age)
    for when, size in zip(repeated(shock_ages, length), repeated(shocks, length), strict=True):
        amounts(when)
        refuse_unless(0 <= size <= 1)
        value *= 1 - size if when <= age else 1
    return value


def worth(flow: Any, rate: Number, start: Number, end: Number, *breaks: Number) -> Number:
    """∫ flow(t) e^{−rate·t} dt over [start, end] by quadrature."""
    if end <= start:
        return ZERO
    count = int(mpmath.ceil((end - start) * 2)) + 1
    stretch = [start + (end - start) * i / count for i in range(count + 1)]
    stretch += [b for b in breaks if start < b < end]
    return panels(lambda t: flow(t) * mpmath.exp(-rate * t), stretch)


def crossing(income: Number, opex: Number, decay: Number) -> list[Number]:
    """When decaying income meets opex."""
    return [mpmath.log(income / opex) / decay] if income > 0 and opex > 0 and decay != 0 else []


def gpu_value(
    contract_rent: Number,
    contract_years: Number,
    market_rent: Number,
    rent_decay: Number,
    opex: Number,
    utilisation: Number,
    life: Number,
    rate: Number,
) -> list[Any]:
    # 8760·{∫_0^{t_c} (r_c·u − o) e^{−kt} dt + ∫_{t_c}^{N} (r₀u·e^{−δt} − o)⁺ e^{−kt} dt}
    amounts(contract_rent, contract_years, market_rent, opex, life)
    refuse_unless(0 <= utilisation <= 1)
    end = min(contract_years, life)
    income = market_rent * utilisation
    times = crossing(income, opex, rent_decay)

    def rent(t: Number) -> Number:
        current = income * mpmath.exp(-rent_decay * t)
        return current if current > opex else ZERO

    def margin(t: Number) -> Number:
        return max(ZERO, income * mpmath.exp(-rent_decay * t) - opex)

    contract = worth(lambda _: contract_rent * utilisation - opex, rate, ZERO, end)
    value = HOURS * (contract + worth(margin, rate, end, life, *times))
    elasticity = HOURS * worth(rent, rate, end, life, *times) / value if value > 0 else NUM
    return [value, elasticity]


def undeployed_value(
    live: Number, probability: Number, delay: Number, rate: Number, decay: Number, cost: Number, scrap: Number
) -> Number:
    # p·[V_live·e^{−(r+δ)L} − C] + (1−p)·scrap
    amounts(live, delay, cost, scrap)
    refuse_unless(0 <= probability <= 1)
    return probability * (live * mpmath.exp(-(rate + decay) * delay) - cost) + (1 - probability) * scrap


def breakeven_rent(
    cost: Number, opex: Number, utilisation: Number, life: Number, rate: Number, rent_decay: Number = ZERO
) -> list[Number]:
    # the market rent at which the integrated value without contract equals the cost
    amounts(cost, opex, life, rent_decay)
    refuse_unless(0 <= utilisation <= 1)
    refuse_unless(utilisation != 0 and life != 0, DIV0)

    def excess(rent: Number) -> Number:
        value = gpu_value(ZERO, ZERO, rent, rent_decay, opex, utilisation, life, rate)[0]
        return mpmath.log((value + opex * HOURS) / (cost + opex * HOURS))

    low = high = max(opex / utilisation, cost / HOURS / life * mpf("1e-6"))
    while excess(high) < 0:
        high *= 2
    rent = root(excess, low, high) if high > low else low
    times = crossing(rent * utilisation, opex, rent_decay)
    return [rent, min([life, *times])]


FUNCTIONS: dict[str, Function] = {
    "CFI_GPU_RESIDUAL": gpu_residual,
    "CFI_GPU_VALUE": gpu_value,
    "CFI_UNDEPLOYED_VALUE": undeployed_value,
    "CFI_BREAKEVEN_RENT": breakeven_rent,
}


def random_residual(d: Draw) -> list[Any]:
    count = d.randint(1, 4)
    case: list[Any] = [d.even(0, 8), d.even(-0.05, 0.6)]
    rest: list[Any] = [d.even(0, 0.4), d.series(count, 0, 6), d.series(count, 0, 0.6)]
    if count == 1:
        rest[1:] = [rest[1][0], rest[2][0]]
    return [*case, *rest[: d.choice([0, 1, 3])]]


def random_value(d: Draw) -> list[Any]:
    return [
        d.even(0.5, 5), d.even(0, 7), d.even(0.5, 6), d.choice([d.even(0, 0.5), d.even(-0.1, 0)]),
        d.even(0.1, 1.5), d.even(0.4, 1), d.even(1, 8), d.even(0, 0.25),
    ]  # fmt: skip


H100 = [2.5, 0, 2.5, 0.19, 0.6, 0.95, 6, 0.1]


def h100(**changes: float) -> list[float]:
    names = ["contract_rent", "contract_years", "market_rent", "decay", "opex", "utilisation", "life", "rate"]
    return [changes.get(name, value) for name, value in zip(names, H100, strict=True)]


POINTS = {
    "CFI_GPU_RESIDUAL": points(
        "CFI_GPU_RESIDUAL",
        random_residual,
        [
            ([3, 0.301105092783922], ".74³"),
            ([3, 0.26], "docs/method/catalogue.md"),
            ([3, 0.163696092720405, 0, 2, 0.35], ".849³, a step"),
            ([0, 0.3, 0.15], "new"),
            ([1000, 0.3, 0.15], "old"),
            ([2, 0, 0, 2, 0.35], "a shock at exactly the age"),
            ([1.99, 0, 0, 2, 0.35], "a shock to come"),
            ([5, 0.2, 0, [2, 4], [0.1, 0.2]], "two shocks"),
            ([5, 0.2, 1], "floor 1"),
            ([5, 0.2, 1.1], "floor above 1"),
            ([-1, 0.2], "negative age"),
            ([5, 0.2, 0, [2, 4], 1.5], "shock above 1"),
            ([5, 0.2, 0, [2, 4], 0.1], "one size for two shocks"),
        ],
    ),
    "CFI_GPU_VALUE": points(
        "CFI_GPU_VALUE",
        random_value,
        [
            (h100(), "docs/method/models.md §2: no contract"),
            (h100(contract_years=2), "docs/method/models.md §2"),
            (h100(contract_years=4), "docs/method/models.md §2"),
            (h100(contract_years=6), "docs/method/models.md §2: contract for life"),
            (h100(contract_years=9), "contract beyond life"),
            (h100(market_rent=0.5), "market below opex"),
            (h100(market_rent=0, contract_years=2), "no market"),
            (h100(decay=0), "no decay"),
            (h100(decay=-0.1), "rents that rise"),
            (h100(decay=-0.3, market_rent=0.4), "rents that rise above opex"),
            (h100(rate=0), "no discounting"),
            (h100(decay=0.19, rate=-0.19), "rate and decay cancel"),
            (h100(opex=0), "no opex"),
            (h100(life=0), "no life"),
            (h100(utilisation=0), "never rented"),
            (h100(contract_rent=0.1, contract_years=6), "contract below opex"),
            (h100(utilisation=1.1), "above 1"),
            (h100(opex=-1), "negative opex"),
            (h100(rate=1e-12), "tiny rate"),
        ],
    ),
    "CFI_UNDEPLOYED_VALUE": points(
        "CFI_UNDEPLOYED_VALUE",
        lambda d: [
            d.log_uniform(1, 1e6),
            d.even(0, 1),
            d.even(0, 3),
            d.even(0, 0.3),
            d.even(0, 0.5),
            d.log_uniform(0.1, 100),
            d.log_uniform(0.1, 1e4),
        ],
        [
            ([100, 0.8, 0.75, 0.1, 0.26, 8, 20], "docs/method/models.md §2"),
            ([100, 1, 0, 0.1, 0.26, 0, 20], "live"),
            ([100, 0, 0.75, 0.1, 0.26, 8, 20], "no chance"),
            ([100, 1, 9, 0.1, 0.26, 80, 20], "not worth installing"),
            ([100, 1.2, 1, 0.1, 0.2, 8, 20], "probability above 1"),
            ([-1, 1, 1, 0.1, 0.2, 8, 20], "negative value"),
            ([100, 0.5, -1, 0.1, 0.2, 8, 20], "negative delay"),
            ([0, 0.5, 1, 0.1, 0.2, 0, 0], "nothing"),
        ],
    ),
    "CFI_BREAKEVEN_RENT": points(
        "CFI_BREAKEVEN_RENT",
        lambda d: [
            d.log_uniform(5e3, 1e5),
            d.even(0.1, 1.5),
            d.even(0.4, 1),
            d.even(1, 8),
            d.even(0, 0.25),
            d.choice([None, d.even(0, 0.5)]),
        ],
        [
            ([35434.843266, 0.6, 0.95, 6, 0.1, 0.19], "docs/method/models.md §2 turned round"),
            ([30000, 0.6, 0.9, 5, 0.1], "no decay"),
            ([30000, 0, 0.9, 5, 0.1, 0.3], "no opex"),
            ([30000, 0.6, 0, 5, 0.1], "never rented"),
            ([30000, 0.6, 0.9, 0, 0.1], "no life"),
            ([-1, 0.6, 0.9, 5, 0.1], "negative cost"),
            ([30000, 0.6, 0.9, 5, 0], "no discounting"),
            ([100, 1.5, 0.9, 8, 0.1, 0.5], "opex is nearly all"),
            ([30000, 0.6, 0.9, 5, 0.1, -0.1], "rents that rise"),
            ([0, 0.6, 0.9, 5, 0.1], "no cost, no decay"),
        ],
    ),
}


def value_scale(
    contract_rent: Any, years: Any, market_rent: Any, decay: Any, opex: Any, utilisation: Any, life: Any, rate: Any
) -> dict[str, Any]:
    gross = HOURS * (contract_rent + market_rent * mpmath.exp(max(ZERO, -decay) * life) + opex) * life
    return floor(gross, "rents less opex; scale is both over the whole life")


TOLERANCES: dict[str, Any] = {
    "CFI_GPU_VALUE": value_scale,
    "CFI_UNDEPLOYED_VALUE": lambda *a: floor(a[0] + a[5] + a[6], "value less cost; scale is their sum"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
