"""Oracle of the deal as it is held: the three states of operator and offtaker, integrated over the chips' score.

Given the chips' normal score Z = w the drivers X and Y are normal with means ρ_x·w and ρ_y·w and a fixed correlation,
so a state's expected shortfall is ∫ s(w) φ(w) P(state | w) dw, a positive integrand in which nothing cancels. The
probability of two drivers below two bounds is integrated over the angle θ of their correlation sin θ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
from collateral import loss_given_default, money_lost
from high_precision import (
    DIV0,
    INFINITY,
    NODES,
    NUM,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    as_series,
    cdf,
    density,
    floor,
    panels,
    points,
    quantile,
    refuse_unless,
    repeated,
    write,
)
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)
FAR = 10  # the chips' score beyond which nothing counts
NOWHERE = 13  # the same for a driver
State = Callable[[Number], Number]


def below_both(r: Number) -> Callable[[Number, Number], Number]:
    """(h, k) → P(A < h, B < k) = Φ(h)Φ(k) + ∫₀^{asin r} exp(−(h² + k² − 2hk·sin θ)/(2cos²θ)) dθ / 2π.

    The angle's distance from π/2 doubles from one panel to the next; sines and cosines are the same for all h and k.
    """
    one_line = abs(r) > 1 - mpf("1e-12")
    right, nodes = mpmath.pi / 2, []
    stop = mpmath.asin(abs(r))
    while stop > 0 and not one_line:
        start = max(ZERO, right - 2 * (right - stop))
        middle, half = (start + stop) / 2, (stop - start) / 2
        for x, weight in NODES:
            sine = mpmath.sin(middle + half * x)
            nodes.append((weight * half, sine if r > 0 else -sine, 1 / (2 * (1 - sine * sine))))
        stop = start

    def probability(h: Number, k: Number) -> Number:
        if min(h, k) < -NOWHERE:
            return ZERO
        if max(h, k) > NOWHERE:
            return cdf(min(h, k))
        if one_line:
            return cdf(min(h, k)) if r > 0 else max(ZERO, cdf(h) - cdf(-k))
        squares, product = h * h + k * k, 2 * h * k
        area = sum(weight * mpmath.exp((product * sine - squares) * scale) for weight, sine, scale in nodes)
        return cdf(h) * cdf(k) + (area if r > 0 else -area) / (2 * mpmath.pi)

    return probability


def both(h: Number, k: Number, r: Number) -> Number:
    return below_both(r)(h, k)


class Drivers:
    """Operator X, offtaker Y and the chips' score Z with their correlations."""

    def __init__(self, link: Number, rho_x: Number, rho_y: Number) -> None:
        self.link, self.rho_x, self.rho_y = link, rho_x, rho_y

    def operator_alone_given(self, d: Number, e: Number) -> State:
        """w → P(X < d, Y ≥ e | Z = w)."""
        free_x, free_y = (mpmath.sqrt((1 - r) * (1 + r)) for r in (self.rho_x, self.rho_y))
        partial = (self.link - self.rho_x * self.rho_y) / (free_x * free_y) if free_x * free_y > 0 else ZERO

        chance = below_both(max(min(-partial, ONE), -ONE))

        def state(w: Number) -> Number:
            return chance(standing(d - self.rho_x * w, free_x), standing(self.rho_y * w - e, free_y))

        return state

    def turned(self) -> Drivers:
        """The same with operator and offtaker changing places."""
        return Drivers(self.link, self.rho_y, self.rho_x)

    def steps(self, *bounds: tuple[Number, Number]) -> list[Number]:
        """Scores about which a state sets in sharply: where a driver's mean is at its bound, where two bounds meet."""
        found: list[Number] = []
        free_x, free_y = (mpmath.sqrt((1 - r) * (1 + r)) for r in (self.rho_x, self.rho_y))

        def step(at: Number, width: Number) -> None:
            if width < mpf("0.4") and abs(at) < FAR + 5:
                found.extend(at + j * width for j in range(-12, 13)) if width > 0 else found.append(at)

        for d, e in bounds:
            for bound, rho, free in ((d, self.rho_x, free_x), (e, self.rho_y, free_y)):
                if rho != 0:
                    step(bound / rho, free / abs(rho))
            if free_x * free_y == 0 or max(abs(d), abs(e)) > NOWHERE:
                continue
            partial = (self.link - self.rho_x * self.rho_y) / (free_x * free_y)
            sign = 1 if partial > 0 else -1
            tilt = self.rho_x / free_x - sign * self.rho_y / free_y
            if tilt != 0:
                width = mpmath.sqrt(max((1 - partial) * (1 + partial), ZERO)) / abs(tilt)
                step((d / free_x - sign * e / free_y) / tilt, width)
        return found


def standing(distance: Number, free: Number) -> Number:
    if free > 0:
        return distance / free
    return INFINITY if distance > 0 else -INFINITY


def expected_shortfall(claim: Number, mean: Number, a: Number, state: State, steps: list[Number]) -> Number:
    """E[(1 − V/claim)⁺; state]."""
    if claim == 0:
        return ZERO
    if mean == 0 or a == 0:
        return max(ZERO, 1 - mean / claim) * probability(state, steps)
    z = mpmath.log(claim / mean) / a + a / 2
    return over_score(lambda w: (1 - mpmath.exp(a * (w - z))) * density(w) * state(w), min(z, mpf(FAR)), steps)


def probability(state: State, steps: list[Number]) -> Number:
    return over_score(lambda w: density(w) * state(w), mpf(FAR), steps)


def expected_value(mean: Number, a: Number, state: State, steps: list[Number]) -> Number:
    """E[V; state]: the chips' score is pushed up by a."""
    return mean * over_score(lambda w: density(w - a) * state(w), FAR + a, steps)


def over_score(integrand: Function, high: Number, steps: list[Number]) -> Number:
    low = mpf(-FAR)
    if high <= low:
        return ZERO
    count = int(mpmath.ceil(high - low))
    stretch = [low + (high - low) * i / count for i in range(count + 1)]
    return panels(integrand, [*stretch, *(x for x in steps if low < x < high)])


def prepared(
    link: Number, rho_x: Number, rho_y: Number, volatility: Number, horizon: Number, lag: Number
) -> tuple[Drivers, Number]:
    """The drivers with the chips' correlations diluted by the lag, and the log standard deviation."""
    amounts(volatility, horizon, lag)
    refuse_unless(all(-1 <= r <= 1 for r in (link, rho_x, rho_y)))
    matrix = mpmath.matrix([[1, link, rho_x], [link, 1, rho_y], [rho_x, rho_y, 1]])
    refuse_unless(min(mpmath.eigsy(matrix, eigvals_only=True)) >= mpf("-1e-10"))
    total = horizon + lag
    dilution = mpmath.sqrt(horizon / total) if total > 0 else ZERO
    return Drivers(link, rho_x * dilution, rho_y * dilution), volatility * mpmath.sqrt(total)


def deal_loss(
    loan: Number,
    value: Number,
    contract: Number,
    pd_operator: Number,
    pd_offtaker: Number,
    assignable: Number,
    link: Number,
    rho_operator: Number,
    rho_offtaker: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    contract_volatility: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> list[Any]:
    amounts(loan, value, contract, contract_volatility, accrued_interest)
    refuse_unless(all(0 <= p <= 1 for p in (pd_operator, pd_offtaker, assignable)))
    refuse_unless(0 <= sale_cost < 1 and 0 <= unsecured < 1)
    drivers, a = prepared(link, rho_operator, rho_offtaker, volatility, horizon, lag)
    d, e = quantile(pd_operator), quantile(pd_offtaker)
    alone = both(d, -e, -link)
    owed, mean = loan * (1 + accrued_interest), value * mpmath.exp(drift * (horizon + lag))
    claim = owed / (1 - sale_cost)
    sale = ZERO
    if pd_operator > 0 and pd_offtaker < 1:
        sale = expected_shortfall(claim, mean, a, drivers.operator_alone_given(d, e), drivers.steps((d, e)))
    failed = pd_offtaker * loss_given_default(claim, mean, pd_offtaker, drivers.rho_y, a) if pd_offtaker > 0 else ZERO
    short = loss_given_default(owed, contract, ONE, ZERO, contract_volatility * mpmath.sqrt(horizon))
    costs = (discount_rate, workout_cost, accrued_interest)
    parts = [
        money_lost(loan, alone * assignable * short, ZERO, unsecured, *costs, alone * assignable),
        money_lost(loan, (1 - assignable) * sale, lag, unsecured, *costs, (1 - assignable) * alone),
        money_lost(loan, failed, lag, unsecured, *costs, pd_offtaker),
    ]
    if loan == 0:
        return [ZERO] * 6
    event = alone + pd_offtaker
    return [sum(parts), event, sum(parts) / event if event > 0 else NUM, *parts]


def package_ltv(
    loan: Number,
    value: Number,
    contract: Number,
    pd_operator: Number,
    pd_offtaker: Number,
    assignable: Number,
    link: Number,
    rho_operator: Number,
    rho_offtaker: Number,
    volatility: Number,
    horizon: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    _unsecured_recovery: Number = ZERO,
    _contract_volatility: Number = ZERO,
    _discount_rate: Number = ZERO,
    _workout_cost: Number = ZERO,
    _accrued_interest: Number = ZERO,
) -> Number:
    amounts(loan, value, contract)
    refuse_unless(all(0 <= p <= 1 for p in (pd_operator, pd_offtaker, assignable)))
    refuse_unless(0 <= sale_cost < 1)
    refuse_unless(pd_operator + pd_offtaker > 0)
    drivers, a = prepared(link, rho_operator, rho_offtaker, volatility, horizon, lag)
    d, e = quantile(pd_operator), quantile(pd_offtaker)
    alone = both(d, -e, -link)
    mean = value * mpmath.exp(drift * (horizon + lag))
    chips = ZERO
    if pd_operator > 0 and pd_offtaker < 1 and assignable < 1:
        state = drivers.operator_alone_given(d, e)
        chips = (1 - assignable) * expected_value(mean, a, state, drivers.steps((d, e)))
    if pd_offtaker > 0:
        state = drivers.turned().operator_alone_given(e, -INFINITY)
        chips += expected_value(mean, a, state, drivers.turned().steps((e, -INFINITY)))
    package = alone * assignable * contract + (1 - sale_cost) * chips
    refuse_unless(package > 0, DIV0)
    return loan * (alone + pd_offtaker) / package


def contract_value(
    cash: Number,
    rate: Number,
    delay: Number,
    replacement_cost: Number,
    residual: Number,
    survival: Number = ONE,
    notice: Number = INFINITY,
    per_year: Number = ONE,
    sale_values: Number = ZERO,
) -> Number:
    n = max(len(as_series(v)) for v in (cash, survival, sale_values))
    flows, alive, chips = repeated(cash, n), repeated(survival, n), repeated(sale_values, n)
    amounts(delay, replacement_cost, residual, notice, *chips)
    refuse_unless(rate > -1 and per_year > 0 and all(0 <= p <= 1 for p in alive))
    worth, before = residual - replacement_cost, ONE
    for i in range(1, n + 1):
        t = i / per_year
        if t <= notice:
            factor = (1 + rate) ** -t
            worth += flows[i - 1] * alive[i - 1] * factor if t > delay else ZERO
            worth += chips[i - 1] * max(ZERO, before - alive[i - 1]) * factor
        before = alive[i - 1]
    return worth


def cumulated(pds: list[Number]) -> list[Number]:
    refuse_unless(all(0 <= p <= 1 for p in pds) and sum(pds) <= 1 + mpf("1e-12"))
    return [ZERO, *(min(ONE, mpmath.fsum(pds[: i + 1])) for i in range(len(pds)))]


def deal_loss_path(
    balances: Number,
    values: Number,
    contracts: Number,
    pds_operator: Number,
    pds_offtaker: Number,
    assignable: Number,
    link: Number,
    rho_operator: Number,
    rho_offtaker: Number,
    volatility: Number,
    rate: Number,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    per_year: Number = ONE,
    mid_period: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> list[Number]:
    n = max(len(as_series(v)) for v in (balances, values, contracts, pds_operator, pds_offtaker))
    owed, worth, contract, first, second = (
        repeated(v, n) for v in (balances, values, contracts, pds_operator, pds_offtaker)
    )
    amounts(*owed, *worth, *contract, accrued_interest)
    refuse_unless(0 <= assignable <= 1 and rate > -1 and 0 <= sale_cost < 1 and 0 <= unsecured < 1)
    ds, es = ([quantile(p) for p in cumulated(pds)] for pds in (first, second))
    parts = []
    for i in range(1, n + 1):
        drivers, a = prepared(link, rho_operator, rho_offtaker, volatility, i / per_year, lag)
        balance, time = owed[i - 1], i / per_year
        if mid_period:
            balance, time = (balance + (owed[i] if i < n else ZERO)) / 2, (i - mpf(1) / 2) / per_year
        if balance == 0:
            parts.append(ZERO)
            continue
        due = balance * (1 + accrued_interest)
        claim = due / (1 - sale_cost)
        now, before = ds[i], ds[i - 1]
        loss, costs = ZERO, (discount_rate, workout_cost, accrued_interest)
        if first[i - 1] > 0:
            chance = both(now, -es[i], -link) - both(before, -es[i], -link)
            unpaid = assignable * chance * max(ZERO, 1 - contract[i - 1] / due)
            loss += money_lost(balance, unpaid, ZERO, unsecured, *costs, assignable * chance)
            unpaid = (1 - assignable) * between(drivers, claim, worth[i - 1], a, (before, now), es[i])
            loss += money_lost(balance, unpaid, lag, unsecured, *costs, (1 - assignable) * chance)
        if second[i - 1] > 0:
            chance = both(es[i], -before, -link) - both(es[i - 1], -before, -link)
            unpaid = between(drivers.turned(), claim, worth[i - 1], a, (es[i - 1], es[i]), before)
            loss += money_lost(balance, unpaid, lag, unsecured, *costs, chance)
        parts.append(balance * loss / (1 + rate) ** time)
    return [sum(parts), *parts]


def between(
    drivers: Drivers, claim: Number, mean: Number, a: Number, bounds: tuple[Number, Number], other: Number
) -> Number:
    """E[s; the first driver between its bounds, the other not below its own]."""
    low, high = (drivers.operator_alone_given(bound, other) for bound in bounds)
    steps = drivers.steps(*((bound, other) for bound in bounds))
    return expected_shortfall(claim, mean, a, lambda w: high(w) - low(w), steps)


def recovery_cover(
    balances: Number,
    values: Number,
    contracts: Number,
    pds_operator: Number,
    pds_offtaker: Number,
    assignable: Number,
    link: Number,
    rho_operator: Number,
    rho_offtaker: Number,
    volatility: Number,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    per_year: Number = ONE,
) -> list[Any]:
    n = max(len(as_series(v)) for v in (balances, values, contracts, pds_operator, pds_offtaker))
    owed, worth, contract, first, second = (
        repeated(v, n) for v in (balances, values, contracts, pds_operator, pds_offtaker)
    )
    amounts(*owed, *worth, *contract)
    covers: list[Any] = []
    for i, (by_operator, by_offtaker) in enumerate(zip(cumulated(first)[1:], cumulated(second)[1:], strict=True)):
        if owed[i] == 0 or by_operator + by_offtaker == 0:
            covers.append("")
            continue
        case = (by_operator, by_offtaker, assignable, link, rho_operator, rho_offtaker, volatility, (i + 1) / per_year)
        try:
            covers.append(1 / package_ltv(owed[i], worth[i], contract[i], *case, ZERO, sale_cost, lag))
        except Refused as code:
            if str(code) != DIV0:
                raise
            covers.append(ZERO)
    known = [cover for cover in covers if cover != ""]
    refuse_unless(bool(known))
    lowest = min(known)
    return [lowest, 12 * (covers.index(lowest) + 1) / per_year, *covers]


FUNCTIONS: dict[str, Function] = {
    "CFI_DEAL_LOSS": deal_loss,
    "CFI_PACKAGE_LTV": package_ltv,
    "CFI_CONTRACT_VALUE": contract_value,
    "CFI_DEAL_LOSS_PATH": deal_loss_path,
    "CFI_RECOVERY_COVER": recovery_cover,
}


def random_triple(d: Draw) -> list[float]:
    """Three correlations that a matrix has: those of three directions in space."""
    arrows = [[d.gauss(0, 1) for _ in range(3)] for _ in range(3)]
    lengths = [sum(x * x for x in arrow) ** 0.5 for arrow in arrows]
    return [
        round(sum(a * b for a, b in zip(arrows[i], arrows[j], strict=True)) / lengths[i] / lengths[j], 5)
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]


def random_deal(d: Draw) -> list[Any]:
    pd = d.choice([d.even(0.005, 0.3), d.log_uniform(1e-6, 1e-2)])
    case = [d.even(40, 110), 100, d.even(20, 120), pd, d.log_uniform(1e-6, 0.1), d.even(0, 1), *random_triple(d)]
    case += [d.even(0.1, 0.9), d.log_uniform(0.2, 4)]
    return [*case, d.even(-0.4, 0.1), d.even(0, 0.4), d.even(0, 1)] if d.random() < 0.7 else case


def random_loss(d: Draw) -> list[Any]:
    case = random_deal(d)
    if len(case) < 14:
        return case
    case += [d.even(0, 0.5), d.even(0, 0.4)]
    return [*case, d.even(0, 0.2), *d.series(2, 0, 0.1)] if d.random() < 0.6 else case


def random_contract(d: Draw) -> list[Any]:
    n, per_year = d.randint(2, 8), d.choice([1, 4, 12])
    survival = sorted(d.series(n, 0.5, 1), reverse=True)
    case = [d.series(n, -1, 30), d.even(-0.02, 0.2), d.even(0, 0.4) / per_year * n, d.even(0, 20), d.even(0, 30)]
    case += [survival, d.even(0.5, 1.2) / per_year * n, per_year]
    return [*case, d.series(n, 0, 60)] if d.random() < 0.5 else case


def random_series(d: Draw, n: int) -> list[Any]:
    balances = sorted(d.series(n, 20, 100), reverse=True)
    values = [float(f"{d.even(80, 150) * 0.77 ** (t + 1):.6g}") for t in range(n)]
    pds = [d.series(n, 0, d.choice([0.05, 0.002])) for _ in range(2)]
    return [balances, values, d.series(n, 10, 100), *pds, d.even(0, 1), *random_triple(d), d.even(0.1, 0.8)]


def random_path(d: Draw) -> list[Any]:
    case = [*random_series(d, d.randint(1, 3)), d.even(-0.02, 0.15), d.even(0, 0.4)]
    if d.random() < 0.4:
        return case
    case += [d.even(0, 1), d.even(0, 0.5), d.choice([1, 2, 12]), d.choice([0, 1])]
    return [*case, d.even(0, 0.2), *d.series(2, 0, 0.1)] if d.random() < 0.6 else case


def random_cover(d: Draw) -> list[Any]:
    case = random_series(d, d.randint(1, 3))
    return [*case, d.even(0, 0.4), d.even(0, 1), d.choice([1, 2, 12])] if d.random() < 0.6 else case


STRONG = [90, 100, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 1, -0.3, 0.25, 0.5]
WEAK = [80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1, -0.3, 0.25, 0.5]
PLAIN = [70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1]


def changed(case: list[Any], **places: Any) -> list[Any]:
    names = (
        "loan value contract pd_operator pd_offtaker assignable link rho_operator rho_offtaker volatility horizon "
        "drift sale_cost lag unsecured contract_volatility discount_rate workout_cost accrued_interest"
    ).split()
    named = {**dict(zip(names, case, strict=False)), **places}
    return [named.get(name, 0) for name in names[: max(names.index(name) for name in named) + 1]]


SHARED_EDGES: list[tuple[list[Any], str]] = [
    (STRONG, "DDTL 4.0's kind"),
    (WEAK, "DDTL 5.5's kind"),
    (PLAIN, "no drift, cost or lag"),
    (changed(WEAK, pd_offtaker=0), "pd_offtaker 0"),
    (changed(PLAIN, pd_offtaker=0, assignable=0), "pd_offtaker 0 and nothing assignable"),
    (changed(PLAIN, pd_offtaker=0, assignable=1), "pd_offtaker 0 and all assignable"),
    (changed(WEAK, pd_offtaker=1), "pd_offtaker 1"),
    (changed(WEAK, pd_operator=0), "pd_operator 0"),
    (changed(WEAK, pd_operator=1), "pd_operator 1"),
    (changed(PLAIN, pd_operator=0, pd_offtaker=0), "neither can fail"),
    (changed(WEAK, link=1, rho_operator=0.6, rho_offtaker=0.6), "link 1"),
    (changed(WEAK, link=-1, rho_operator=0.6, rho_offtaker=-0.6), "link −1"),
    (changed(WEAK, link=1, rho_operator=0.6, rho_offtaker=0.5), "link 1 of two that differ"),
    (changed(WEAK, link=0.4, rho_operator=1, rho_offtaker=0.4), "rho_operator 1"),
    (changed(PLAIN, link=0.25, rho_operator=0.25, rho_offtaker=1), "rho_offtaker 1"),
    (changed(PLAIN, link=-0.25, rho_operator=0.25, rho_offtaker=-1), "rho_offtaker −1"),
    (changed(PLAIN, link=0.5, rho_operator=0.9, rho_offtaker=-0.4), "no such correlations"),
    (changed(PLAIN, link=0.5, rho_operator=0.9, rho_offtaker=-0.4, volatility=0), "no such correlations, volatility 0"),
    (changed(PLAIN, link=0.96, rho_operator=0.6, rho_offtaker=0.8), "singular"),
    ([80, 100, 60, 0.05, 0.016, 0.7, 0.6, 0.8, 0.0001, 0.3, 1, -0.3, 0.25], "nearly singular"),
    (changed(PLAIN, link=0, rho_operator=0, rho_offtaker=0), "all independent"),
    (changed(WEAK, volatility=0), "volatility 0"),
    (changed(WEAK, horizon=0), "horizon 0 with a lag"),
    (changed(WEAK, horizon=0, lag=0), "no time at all"),
    (changed(WEAK, contract=100), "contract above the loan"),
    (changed(WEAK, loan=0), "loan 0"),
    (changed(WEAK, value=0), "value 0"),
    (changed(WEAK, value=0, contract=0), "package 0"),
    (changed(WEAK, value=0, assignable=0), "value 0 and nothing assignable"),
    (changed(WEAK, sale_cost=1), "sale cost 1"),
    (changed(WEAK, assignable=1.1), "assignable above 1"),
    (changed(WEAK, contract=-1), "contract below 0"),
    (changed(PLAIN, pd_operator=1e-8, pd_offtaker=1e-9), "pds of a billionth"),
]
THREE = [[100, 80, 60], [77, 59, 46], [90, 65, 30], [0.03, 0.03, 0.03], [0.002, 0.003, 0.004], 0.8, 0.3, 0.4, 0.6, 0.3]
ONE_PERIOD = [90, 63.7628, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3]
POINTS = {
    "CFI_DEAL_LOSS": points(
        "CFI_DEAL_LOSS",
        random_loss,
        [
            *SHARED_EDGES,
            (changed(WEAK, unsecured=0.3), "recovery on the shortfall"),
            (changed(STRONG, contract_volatility=0.2), "uncertain contract"),
            (changed(WEAK, unsecured=1), "unsecured recovery 1"),
            (changed(WEAK, discount_rate=0.09, workout_cost=0.03, accrued_interest=0.02), "worked out"),
            (changed(WEAK, value=0, contract=0, discount_rate=0.09, workout_cost=0.03), "nothing held: LGD above 1"),
            (changed(WEAK, loan=0, workout_cost=0.03), "loan 0 and costs"),
        ],
        count=20,
    ),
    "CFI_PACKAGE_LTV": points("CFI_PACKAGE_LTV", random_deal, SHARED_EDGES, count=20),
    "CFI_CONTRACT_VALUE": points(
        "CFI_CONTRACT_VALUE",
        random_contract,
        [
            ([[20, 20, 20], 0.1, 0, 5, 10], "plain"),
            ([[20, 20, 20], 0.1, 1, 5, 10, [0.99, 0.97, 0.94]], "first year in the delay"),
            ([[2, 2, 2, 2], 0.1, 0.25, 1, 0, 1, 0.75, 4], "quarters 2 and 3"),
            ([[20, 20, 20], 0.1, 3, 5, 10], "delay to the end"),
            ([[20, 20, 20], 0.1, 0, 5, 10, 1, 0], "ended at once"),
            ([[20, 20, 20], 0, 0, 0, 0, 0, None, 1, [50, 40, 30]], "the offtaker fails at once"),
            ([[20, 20], 0.1, 0, 100, 0], "costs more than it brings"),
            ([12, 0.08, 0.5, 0, 0], "one period"),
            ([[20, 20], -1, 0, 0, 0], "rate −1"),
            ([[20, 20], 0.1, -1, 0, 0], "negative delay"),
            ([[20, 20], 0.1, 0, 0, 0, 1.1], "survival above 1"),
        ],
    ),
    "CFI_DEAL_LOSS_PATH": points(
        "CFI_DEAL_LOSS_PATH",
        random_path,
        [
            ([*THREE, 0.08, 0.2, 0.5], "three years"),
            ([*THREE, 0.08, 0.2, 0.5, 0.3, 12, 1], "three months, mid-period"),
            ([*ONE_PERIOD, 0, 0.25, 0.5], "one period"),
            ([*THREE, 0.08, 0.2, 0.5, 0.3, 4, 1, 0.09, 0.03, 0.02], "quarters worked out"),
            ([*THREE[:4], 0, *THREE[5:], 0.08], "offtaker cannot fail"),
            ([*THREE[:3], 0, *THREE[4:], 0.08], "operator cannot fail"),
            ([*THREE[:3], 0, 0, *THREE[5:], 0.08], "no default"),
            ([[100, 80, 0], *THREE[1:], 0.08], "repaid"),
            ([THREE[0], 0, *THREE[2:], 0.08], "no value"),
            ([*THREE[:9], 0, 0.08], "volatility 0"),
            ([*THREE[:6], 1, 0.5, 0.5, 0.3, 0.08], "link 1"),
            ([*THREE[:6], 0.5, 0.9, -0.4, 0.3, 0.08], "no such correlations"),
            ([*THREE[:3], [0.5, 0.5, 0.5], *THREE[4:], 0.08], "more than certain"),
            ([*THREE, -1], "rate −1"),
            ([*THREE, 0.08, 1], "sale cost 1"),
        ],
    ),
    "CFI_RECOVERY_COVER": points(
        "CFI_RECOVERY_COVER",
        random_cover,
        [
            ([*THREE, 0.2, 0.5], "three years"),
            ([*THREE, 0.2, 0.5, 12], "three months"),
            ([*ONE_PERIOD, 0.25, 0.5], "one period"),
            ([[100, 80, 0], *THREE[1:]], "repaid"),
            ([*THREE[:3], [0, 0.03, 0.03], 0, *THREE[5:]], "nobody fails in the first year"),
            ([*THREE[:3], 0, 0, *THREE[5:]], "no default"),
            ([0, *THREE[1:]], "no loan"),
            ([THREE[0], 0, 0, *THREE[3:]], "package 0"),
            ([*THREE[:6], 0.5, 0.9, -0.4, 0.3], "no such correlations"),
            ([*THREE, 1], "sale cost 1"),
        ],
    ),
}
PROBABILITIES = "differences of probabilities, each known to 1e-13"
TOLERANCES: dict[str, Any] = {
    "CFI_DEAL_LOSS": lambda *_: floor(3, PROBABILITIES),
    "CFI_CONTRACT_VALUE": lambda cash, *_: floor(
        sum(abs(flow) for flow in as_series(cash)) + 100, "amounts in and out may cancel"
    ),
    "CFI_DEAL_LOSS_PATH": lambda balances, *_: floor(3 * sum(as_series(balances)), PROBABILITIES),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
