"""Oracle of miner economics: docs/method/models.md §6; a machine is worth the integral of its margin."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from high_precision import (
    DIV0,
    INFINITY,
    NUM,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    floor,
    panels,
    points,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO = mpf(0)


def hashprice(btc: Number, subsidy: Number, network_eh: Number, fee_share: Number = ZERO) -> Number:
    # 144·subsidy·BTC·(1+f)/H_PH
    amounts(btc, subsidy, network_eh, fee_share)
    refuse_unless(network_eh != 0, DIV0)
    return 144 * subsidy * btc * (1 + fee_share) / (1000 * network_eh)


def hashcost(efficiency: Number, power: Number, other: Number = ZERO) -> Number:
    # e·24·$/kWh + other
    amounts(efficiency, power, other)
    return 24 * efficiency * power + other


def payback(price: Number, hashprice: Number, hashcost: Number) -> Number:
    # 1000·P/(HP−c)
    amounts(price, hashprice, hashcost)
    refuse_unless(hashprice > hashcost)
    return 1000 * price / (hashprice - hashcost)


def asic_value(hashprice: Number, hashcost: Number, decay: Number, rate: Number, life: Number = INFINITY) -> list[Any]:
    # 365/1000·∫_0^{t*} (HP·e^{−gt} − c) e^{−rt} dt; Ω = ∂ln V/∂ln HP
    amounts(hashprice, hashcost, life)
    if hashprice <= hashcost:
        return [ZERO, ZERO, NUM]
    end = life
    if decay > 0 and hashcost > 0:
        end = min(life, mpmath.log(hashprice / hashcost) / decay)
    if mpmath.isinf(end):
        if hashcost == 0 and rate + decay > 0:
            return [mpf(365) / 1000 * hashprice / (rate + decay), NUM, mpf(1)]
        if decay == 0 and rate > 0:
            return [mpf(365) / 1000 * (hashprice - hashcost) / rate, NUM, hashprice / (hashprice - hashcost)]
        raise Refused(NUM)
    count = int(mpmath.ceil(end * 2)) + 1
    stretch = [end * i / count for i in range(count + 1)]
    revenue = panels(lambda t: hashprice * mpmath.exp(-(decay + rate) * t), stretch)
    cost = panels(lambda t: hashcost * mpmath.exp(-rate * t), stretch)
    return [mpf(365) / 1000 * (revenue - cost), end, revenue / (revenue - cost) if revenue > cost else NUM]


def exact(number: Number) -> Fraction:
    sign, mantissa, exponent, _ = mpf(number)._mpf_
    return Fraction((-1) ** int(sign) * int(mantissa)) * Fraction(2 ** max(exponent, 0), 2 ** max(-exponent, 0))


def pivot_runway(
    cash: Number,
    btc_revenue: Number,
    mining_cost: Number,
    ai_plan: list[Number],
    spending: list[Number],
    shock: Number,
    decay: Number,
    months: Number = mpf(120),
) -> list[Number]:
    # cash += max(BTC_k − mining cost, 0) + AI_k·margin − corporate − debt service − capex, month by month
    amounts(cash, btc_revenue, mining_cost, *ai_plan, *spending)
    refuse_unless(ai_plan[2] <= 1 and shock >= -1 and 0 <= decay <= 1)
    refuse_unless(1 <= months <= 1200 and months == int(months))
    today, full, margin, delay, ramp = map(exact, ai_plan)
    corporate, debt, capex, capex_months = map(exact, spending)
    balance = least = exact(cash)
    mining = exact(btc_revenue) * (1 + exact(shock))
    first_negative = crossing = 0
    for k in range(1, int(months) + 1):
        done = Fraction(0) if k <= delay else min(Fraction(1), (k - delay) / ramp) if ramp else Fraction(1)
        ai = today + (full - today) * done
        balance += max(mining - exact(mining_cost), Fraction(0)) + ai * margin - corporate - debt
        balance -= capex if k <= capex_months else 0
        balance = exact(mpf(balance.numerator) / balance.denominator)  # 40 digits, lest the fraction grow
        least = min(least, balance)
        first_negative = first_negative or (k if balance < 0 else 0)
        crossing = crossing or (k if ai >= exact(btc_revenue) else 0)
        mining *= 1 - exact(decay)
        mining = exact(mpf(mining.numerator) / mining.denominator)
    return [mpf(first_negative), mpf(crossing), mpf(least.numerator) / least.denominator]


def supply_factor(demand_growth: Number, supply_growth: Number, elasticity: Number) -> Number:
    # (D/S)^{1/ε}
    refuse_unless(demand_growth > -1 and supply_growth > -1)
    amounts(elasticity)
    refuse_unless(elasticity != 0, DIV0)
    return ((1 + demand_growth) / (1 + supply_growth)) ** (1 / elasticity)


def halving(fee_share: Number) -> Number:
    # (½+f)/(1+f)
    amounts(fee_share)
    return (mpf(1) / 2 + fee_share) / (1 + fee_share)


FUNCTIONS: dict[str, Function] = {
    "CFI_HASHPRICE": hashprice,
    "CFI_HASHCOST": hashcost,
    "CFI_PAYBACK": payback,
    "CFI_ASIC_VALUE": asic_value,
    "CFI_PIVOT_RUNWAY": pivot_runway,
    "CFI_SUPPLY_FACTOR": supply_factor,
    "CFI_HALVING": halving,
}


def random_asic(d: Draw) -> list[Any]:
    cost = d.even(5, 60)
    price = float(f"{cost * d.choice([d.even(1.01, 1.2), d.even(1.2, 6)]):.6g}")
    return [price, cost, d.even(0.02, 1), d.even(0, 0.3), d.choice([None, d.even(0.5, 8)])]


def random_pivot(d: Draw) -> list[Any]:
    plan = [d.even(0, 20), d.even(20, 200), d.even(0.3, 1), d.randint(0, 12), d.choice([0, d.randint(1, 30), 7.5])]
    spending = [d.even(1, 20), d.even(0, 30), d.even(0, 40), d.randint(0, 24)]
    case = [d.even(0, 500), d.even(20, 100), d.even(5, 60), plan, spending, d.even(-0.8, 0.5), d.even(0, 0.05)]
    return [*case, d.choice([None, 12, 60, 240])]


HYBRID, OUTLAYS = [5, 140, 0.85, 3, 12], [12, 20, 25, 9]
POINTS = {
    "CFI_HASHPRICE": points(
        "CFI_HASHPRICE",
        lambda d: [
            d.log_uniform(1e3, 1e6),
            d.choice([6.25, 3.125, 1.5625]),
            d.log_uniform(10, 5000),
            d.choice([None, d.even(0, 1)]),
        ],
        [
            ([84714, 3.125, 952], "docs/method/models.md §6"),
            ([0, 3.125, 952], "a coin of nothing"),
            ([84714, 0, 952], "no subsidy"),
            ([84714, 3.125, 0], "no network"),
            ([-1, 3.125, 952], "negative price"),
            ([84714, 3.125, 952, -0.1], "negative fees"),
            ([1e300, 3.125, 1], "huge"),
            ([84714, 3.125, 952, 10], "fees are most"),
        ],
    ),
    "CFI_HASHCOST": points(
        "CFI_HASHCOST",
        lambda d: [d.even(5, 120), d.even(0.01, 0.2), d.choice([None, d.even(0, 10)])],
        [
            ([29.5, 0.0588], "Iris"),
            ([18, 0.05], "docs/method/models.md §6"),
            ([0, 0.05], "no energy"),
            ([18, 0], "free power"),
            ([18, 0, 3], "hosting only"),
            ([-1, 0.05], "negative"),
            ([18, -0.05], "paid to run"),
        ],
    ),
    "CFI_PAYBACK": points(
        "CFI_PAYBACK",
        lambda d: (lambda c: [d.log_uniform(1, 200), c + d.log_uniform(0.01, 300), c])(d.even(0, 60)),
        [
            ([90, 200, 41.6], "docs/method/models.md §6"),
            ([90, 41.6, 41.6], "no margin"),
            ([90, 40, 41.6], "a loss"),
            ([0, 200, 41.6], "a free machine"),
            ([90, 200, 0], "no cost"),
            ([-1, 200, 41.6], "negative price"),
        ],
    ),
    "CFI_ASIC_VALUE": points(
        "CFI_ASIC_VALUE",
        random_asic,
        [
            ([200, 41.6, 0.4, 0.15], "docs/method/models.md §6"),
            ([100, 41.6, 0.4, 0.15], "docs/method/models.md §6"),
            ([60, 41.6, 0.4, 0.15], "docs/method/models.md §6"),
            ([45, 41.6, 0.4, 0.15], "docs/method/models.md §6"),
            ([41.6, 41.6, 0.4, 0.15], "no margin"),
            ([30, 41.6, 0.4, 0.15], "a loss"),
            ([200, 41.6, 0.4, 0.15, 2], "life caps it"),
            ([100, 40, 0, 0.15, 5], "no decay"),
            ([100, 40, 0, 0], "nothing ends it"),
            ([100, 0, 0.4, 0.15, 5], "no cost"),
            ([100, 40, 0.4, 0], "no discounting"),
            ([100, 40, 0.4, -0.4, 3], "rate and decay cancel"),
            ([100, 40, -0.1, 0.15, 5], "hashprice that rises"),
            ([100, 40, 0.4, 0.15, 0], "no life"),
            ([-1, 40, 0.4, 0.15], "negative hashprice"),
            ([40.01, 40, 0.4, 0.15], "next to breakeven"),
        ],
    ),
    "CFI_PIVOT_RUNWAY": points(
        "CFI_PIVOT_RUNWAY",
        random_pivot,
        [
            ([180, 60, 30, HYBRID, OUTLAYS, -0.5, 0.02], "docs/method/models.md §6"),
            ([180, 60, 30, HYBRID, OUTLAYS, 0, 0.02], "no shock"),
            ([180, 60, 30, [5, 140, 0.85, 6, 24], OUTLAYS, -0.5, 0.02], "a slow ramp"),
            ([180, 60, 30, [5, 140, 0.85, 3, 0], OUTLAYS, -0.5, 0.02], "a step"),
            ([180, 60, 30, HYBRID, OUTLAYS, -0.5, 0.02, 3], "three months"),
            ([180, 60, 30, [0, 0, 0, 0, 0], [0, 0, 0, 0], -1, 0], "nothing happens"),
            ([180, 60, 30, [5, 140, 1.1, 3, 12], OUTLAYS, 0, 0], "margin above 1"),
            ([180, 60, 30, HYBRID, OUTLAYS, -1.1, 0], "a shock below −1"),
            ([180, 60, 30, HYBRID, OUTLAYS, 0, 0, 1.5], "half a month"),
        ],
    ),
    "CFI_SUPPLY_FACTOR": points(
        "CFI_SUPPLY_FACTOR",
        lambda d: [d.even(-0.5, 2), d.even(-0.5, 2), d.log_uniform(0.1, 10)],
        [
            ([0.2, 0.4, 1.5], "docs/method/models.md §6"),
            ([0.4, 0.4, 1.5], "alike"),
            ([0.2, 0.4, 0], "no elasticity"),
            ([-1, 0.4, 1.5], "no demand left"),
            ([0.2, -1, 1.5], "no supply left"),
            ([0.2, 0.4, -1], "negative elasticity"),
            ([0.2, 0.4, 1e9], "perfectly elastic"),
            ([-0.999999, 0.4, 1], "almost no demand"),
        ],
    ),
    "CFI_HALVING": points(
        "CFI_HALVING",
        lambda d: [d.log_uniform(1e-4, 10)],
        [
            ([0.05], "docs/method/models.md §6"),
            ([0.02], "docs/method/models.md §6"),
            ([0], "no fees"),
            ([-0.1], "negative fees"),
            ([1e12], "all fees"),
        ],
    ),
}


def asic_tolerance(hashprice: Any, hashcost: Any, *rest: Any) -> dict[str, Any]:
    margin = (hashprice - hashcost) / hashprice if hashprice > hashcost else mpf(1)
    relative = max(mpf("1e-10"), mpf("1e-15") / margin**2)
    return {
        "relative": float(mpmath.nstr(relative, 3)),
        "absolute": 0.0,
        "why": "revenue less cost: the value is of the second order in the margin, and so are the digits lost",
    }


def runway_scale(
    cash: Any, btc: Any, cost: Any, plan: Any, spending: Any, shock: Any, decay: Any, months: Any = 120
) -> Any:
    gross = cash + (months or 120) * (btc * (1 + shock) + sum(plan[:2]) + sum(spending[:3]))
    return floor(gross, "cash in and out over the months; scale is all of it")


TOLERANCES: dict[str, Any] = {
    "CFI_ASIC_VALUE": asic_tolerance,
    "CFI_PIVOT_RUNWAY": runway_scale,
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
