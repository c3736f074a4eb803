"""Rows of CFI_STEPS for sums over contracts, names, periods and returns: each term by its number, then the sum.

CFI_HHI of (3, 1) lists s[1] = 0.75, s[2] = 0.25 and their squares.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from computefi.kernels.discount import discount_factors
from computefi.kernels.special import ndtr, ndtri
from computefi.spec.kinds import FloatArray

Row = tuple[str, Any]


def as_case(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of one case as a model takes them, with the axis of cases that CFI_STEPS took away."""
    return {
        name: value if isinstance(value, str) or np.ndim(value) == 2 else np.asarray(value)[None]
        for name, value in arguments.items()
    }


def each(label: str, values: FloatArray) -> Iterator[Row]:
    """One row for each value: `r[{}]` is r[1], r[2], …"""
    for number, value in enumerate(np.ravel(values), 1):
        yield label.format(number), value


def eligible(
    revenue: FloatArray, take_or_pay: FloatArray, hazard: FloatArray, delivery: FloatArray, rate: float,
    loan_periods: float, arms_length: FloatArray, cancellable: FloatArray, periods_per_year: float, **_: Any,
) -> Iterator[Row]:  # fmt: skip
    """The firm share of each contract and what it brings within the loan."""
    count = int(min(loan_periods, revenue.shape[1]))
    times = np.arange(1, count + 1) / periods_per_year
    firm = np.broadcast_to(take_or_pay * arms_length * (1 - cancellable) * delivery, len(revenue))
    yield from each("firm and delivered share of contract {}", firm)
    discounted = revenue[:, :count] * np.exp(-np.multiply.outer(hazard, times)) * np.exp(-np.log1p(rate) * times)
    parts = np.broadcast_to(firm, len(revenue)) * discounted.sum(axis=1)
    yield from each("present value of contract {}", parts)
    yield "Σ of the contracts", parts.sum()


def risked(opex: FloatArray, **arguments: Any) -> Iterator[Row]:
    """The same, and the operating cost within the loan."""
    yield from eligible(**arguments)
    periods = arguments["revenue"].shape[1]
    count = int(min(arguments["loan_periods"], periods))
    times = np.arange(1, count + 1) / arguments["periods_per_year"]
    costs = np.broadcast_to(opex, periods)[:count] * np.exp(-np.log1p(arguments["rate"]) * times)
    yield "present value of operating cost", costs.sum()


def overlap(revenue: FloatArray, loan_periods: float, **_: Any) -> Iterator[Row]:
    count = int(min(loan_periods, len(revenue)))
    yield "revenue within the loan", revenue[:count].sum()
    yield "all revenue", revenue.sum()


def remaining(values: FloatArray, terms: FloatArray, **_: Any) -> Iterator[Row]:
    yield from each("values[{0}]·terms[{0}]", values * terms)
    yield "Σ values·terms", (values * terms).sum()
    yield "Σ values", values.sum()


def shares(weights: FloatArray, **_: Any) -> Iterator[Row]:
    part = weights / weights.sum()
    yield from each("s[{0}] = weights[{0}]/Σ weights", part)
    yield from each("s[{}]²", part**2)


def effective(weights: FloatArray, correlation: FloatArray, **_: Any) -> Iterator[Row]:
    part = weights / weights.sum()
    yield from each("s[{0}] = weights[{0}]/Σ weights", part)
    if np.size(correlation) == 1:
        one = float(np.ravel(correlation)[0])
        own = (part**2).sum()
        yield "HHI = Σ s²", own
        yield "Σᵢ Σⱼ s[i]·s[j]·r[i,j]", own + one * (1 - own)
    else:
        yield from each("s[{}]·Σⱼ s[j]·r[i,j]", part * (correlation @ part))
        yield "Σᵢ Σⱼ s[i]·s[j]·r[i,j]", part @ correlation @ part


def life(principal: FloatArray, **_: Any) -> Iterator[Row]:
    times = np.arange(1, len(principal) + 1)
    yield from each("{0}·principal[{0}]", times * principal)
    yield "Σ t·principal[t]", (times * principal).sum()
    yield "Σ principal[t]", principal.sum()


def base(
    cost: FloatArray, age_months: FloatArray, life_months: FloatArray, advance: FloatArray, eligible: FloatArray,
    market: FloatArray, haircut: FloatArray, **_: Any,
) -> Iterator[Row]:  # fmt: skip
    """Book and market value of each asset, and what it supports."""
    book = cost * np.maximum(0.0, 1 - age_months / life_months)
    sold = np.broadcast_to(market * (1 - haircut), book.shape)
    yield from each("book[{}]", book)
    yield from each("market[{0}]·(1 − haircut[{0}])", sold)
    yield from each("base[{}]", eligible * advance * np.minimum(book, sold))


def headrooms(actual: FloatArray, limit: FloatArray, sense: str, **_: Any) -> Iterator[Row]:
    ratio = actual / limit
    yield from each("headroom[{}]", ratio - 1 if sense == "min" else 1 - ratio)


def paid_before(cash: float, dues: FloatArray, **_: Any) -> Iterator[Row]:
    yield from each("cash left for dues[{}]", np.maximum(0.0, cash - (np.cumsum(dues) - dues)))
    yield "Σ dues", dues.sum()


def variances(prices: FloatArray, decay: float, **_: Any) -> Iterator[Row]:
    """Each return and the variance once it is in."""
    variance = None
    for number, change in enumerate(np.diff(np.log(prices)), 1):
        variance = change**2 if variance is None else decay * variance + (1 - decay) * change**2
        yield f"r[{number}]", change
        yield f"σ²[{number}]", variance


def correlated(prices_1: FloatArray, prices_2: FloatArray, confidence: float, **_: Any) -> Iterator[Row]:
    """Covariance and deviations of the log returns, and Fisher's transform with its margin."""
    first, second = (returns - returns.mean() for returns in (np.diff(np.log(prices_1)), np.diff(np.log(prices_2))))
    products, size = (first * second).sum(), np.sqrt((first**2).sum() * (second**2).sum())
    yield "Σ (r₁ − mean)·(r₂ − mean)", products
    yield "√(Σ (r₁ − mean)²·Σ (r₂ − mean)²)", size
    yield "atanh(correlation)", np.arctanh(np.clip(products / size, -1.0, 1.0))
    count = len(first)
    yield "margin = Φ⁻¹((1 + confidence)/2)/√(count − 3)", -ndtri((1 - confidence) / 2) / np.sqrt(max(count - 3, 0))


def losses_of_periods(
    losses: FloatArray, weights: FloatArray, rate: float, periods_per_year: float, **_: Any
) -> Iterator[Row]:
    """The weighted loss of each period and its present value."""
    average = weights @ losses / weights.sum()
    factors = discount_factors(np.array([rate]), losses.shape[1], periods_per_year)[0]
    yield from each("loss[{}]", average)
    yield from each("loss[{0}]·v({0})", average * factors)


def exchanged(
    forwards: FloatArray, discounts: FloatArray, accruals: FloatArray, notional: FloatArray, **_: Any
) -> Iterator[Row]:
    weights = notional * accruals * discounts
    yield from each("notional[{0}]·accruals[{0}]·discounts[{0}]", weights)
    yield "Σ of these·forwards", (weights * forwards).sum()


def forgone(service: FloatArray, treasury: float, spread: float, per_year: float, **_: Any) -> Iterator[Row]:
    rate = (treasury + spread) / per_year
    present = service * np.exp(-np.log1p(rate) * np.arange(1, len(service) + 1))
    yield "y = (treasury + spread)/per_year", rate
    yield from each("service[{0}]/(1 + y)^{0}", present)
    yield "Σ service[t]/(1 + y)^t", present.sum()


def caplets(
    forwards: FloatArray, discounts: FloatArray, accruals: FloatArray, fixings: FloatArray, notional: FloatArray,
    strike: float, volatility: float, side: str, **_: Any,
) -> Iterator[Row]:  # fmt: skip
    """Each period's distance, deviation and value."""
    sign = 1.0 if side == "cap" else -1.0
    width, gain = volatility * np.sqrt(fixings), sign * (forwards - strike)
    distance = gain / width
    value = np.where(
        width > 0, gain * ndtr(distance) + width * np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi), np.maximum(0, gain)
    )
    yield from each("σ[{0}] = volatility·√fixings[{0}]", width)
    yield from each("s·d[{}]", distance)
    yield from each("value of period {}", notional * accruals * discounts * np.maximum(0.0, value))


def of_names(
    exposure: FloatArray, pd: FloatArray, lgd: FloatArray, loading: FloatArray, level: float, **_: Any
) -> Iterator[Row]:
    """The share of each name, its probability of default in the state at the level, and its loss then."""
    x = ndtri(1 - level)
    chance = ndtr((ndtri(pd) - loading * x) / np.sqrt((1 - loading) * (1 + loading)))
    yield "x = Φ⁻¹(1 − level)", x
    yield from each("s[{}]", exposure / exposure.sum())
    yield from each("p[{}]", np.broadcast_to(chance, exposure.shape))
    yield from each("exposure[{0}]·lgd[{0}]·p[{0}]", exposure * lgd * chance)


def months_of_pivot(
    cash: float, btc_revenue: float, mining_cost: float, ai_plan: FloatArray, spending: FloatArray, shock: float,
    decay: float, months: float, **_: Any,
) -> Iterator[Row]:  # fmt: skip
    """Mining, AI revenue and cash of each month."""
    today, full, margin, delay, ramp = ai_plan
    corporate, debt, capex, capex_months = spending
    for month in range(1, int(months) + 1):
        mining = btc_revenue * (1 + shock) * (1 - decay) ** (month - 1)
        part = 1.0 if month >= delay + ramp else max(0.0, (month - delay) / (ramp or 1.0))
        ai = today + (full - today) * (part if month > delay else 0.0)
        cash = cash + max(mining - mining_cost, 0.0) + ai * margin - corporate - debt - capex * (month <= capex_months)
        yield f"btc[{month}]", mining
        yield f"ai[{month}]", ai
        yield f"cash[{month}]", cash
