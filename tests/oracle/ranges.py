"""Oracle of the ranges: the lowest and the highest loss are located in doubles and computed in 40 digits.

A smooth extreme is flat, so that a place known to seven digits gives the loss to fourteen. Correlations are looked at
at both ends and in the middle, which would show a loss that does not rise with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from copula import corr_lgd_jump
from deal import deal_loss
from high_precision import (
    NUM,
    VALUE,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    floor,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf
from wrongway import corr_lgd

ZERO = mpf(0)
GOLDEN = (math.sqrt(5) - 1) / 2
STEPS = 160  # of Simpson's rule in doubles
Measure = Callable[..., Number]


def three(given: Any) -> list[Number]:
    """Low, central and high; one number is all three."""
    numbers = list(given) if isinstance(given, list) else [given] * 3
    refuse_unless(len(numbers) == 3, VALUE)
    refuse_unless(numbers[0] <= numbers[1] <= numbers[2])
    return numbers


def below(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def simpson(function: Callable[[float], float], low: float, high: float, steps: int = STEPS) -> float:
    width = (high - low) / steps
    if width <= 0:
        return 0.0
    inner = sum((4 if i % 2 else 2) * function(low + i * width) for i in range(1, steps))
    return width / 3 * (function(low) + inner + function(high))


def rough_loss(claim: float, mean: float, spread: float, event: Callable[[float], float]) -> float:
    """E[(1 − V/K)⁺; event] in doubles, the event's probability given by the chips' score."""
    if claim == 0:
        return 0.0
    if spread == 0:
        return max(0.0, 1 - mean / claim) * simpson(lambda w: math.exp(-w * w / 2) * event(w), -9, 9)
    strike = math.log(claim / mean) / spread + spread / 2

    def integrand(w: float) -> float:
        return -math.expm1(spread * (w - strike)) * math.exp(-w * w / 2) * event(w)

    return simpson(integrand, -9, min(strike, 9.0)) / math.sqrt(2 * math.pi)


def place(rough: Callable[[float], float], side: int, low: float, high: float) -> float:
    """Where a function is highest (side 1) or lowest (−1): the best of a grid, and then the golden section about it."""

    def height(x: float) -> float:
        return side * rough(x)

    grid = [low + (high - low) * i / 20 for i in range(21)]
    best = max(range(21), key=lambda i: height(grid[i]))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    for _ in range(26):
        inner, outer = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        left, right = (left, outer) if height(inner) >= height(outer) else (inner, right)
    return max((low, high, (left + right) / 2), key=height)


def ends(
    rough: Callable[[float, float], float], exact: Measure, rho: list[Number], sigma: list[Number]
) -> list[Number]:
    """Lowest and highest over both intervals."""
    low, high = float(sigma[0]), float(sigma[2])
    found = []
    for side in (-1, 1):
        places = [(r, place(partial(rough, float(r)), side, low, high)) for r in rho]
        r, s = max(places, key=lambda at: side * rough(float(at[0]), at[1]))
        found.append(exact(r, mpf(s)))
    return found


def corr_lgd_range(
    loan: Number, value: Number, pd: Number, rho: Any, volatility: Any, horizon: Number, drift: Number = ZERO,
    sale_cost: Number = ZERO, lag: Number = ZERO, unsecured: Number = ZERO, nu: Number = ZERO,
    intensity: Number = ZERO, jump: Number = ZERO, discount_rate: Number = ZERO, workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> list[Number]:  # fmt: skip
    assert nu == 0, "the t copula takes too long here"
    rhos, sigmas = three(rho), three(volatility)
    amounts(loan, value, *sigmas, horizon, lag, accrued_interest)
    refuse_unless(0 < pd <= 1 and rhos[0] >= -1 and rhos[2] <= 1)
    total = horizon + lag
    dilution = (horizon / total) ** mpf("0.5") if total > 0 else ZERO
    sale = (sale_cost, lag, unsecured, discount_rate, workout_cost, accrued_interest)

    def plain(r: Number, s: Number) -> Number:
        return corr_lgd(loan, value, pd, r, s, horizon, drift, *sale)

    def jumping(r: Number, s: Number) -> Number:
        between = drift + intensity * jump
        return corr_lgd_jump(loan, value, pd, r, s, horizon, intensity, jump, between, *sale)

    claim, threshold = float(loan * (1 + accrued_interest) / (1 - sale_cost)), float(quantile(pd))

    def rough(r: float, s: float, n: int = 0) -> float:
        diluted, grown = r * float(dilution), float(drift + intensity * jump * bool(n)) * float(total)
        own = math.sqrt(max(1 - diluted * diluted, 1e-12))
        mean = float(value) * math.exp(grown) * (1 - float(jump)) ** max(n - 1, 0)
        spread = s * math.sqrt(total)
        return rough_loss(claim, mean, spread, lambda w: below((threshold - diluted * w) / own))

    def rough_jumping(r: float, s: float) -> float:
        expected = float(intensity * total)
        weights = [math.exp(-expected) * expected**n / math.factorial(n) for n in range(9)]
        return sum(weight * rough(r, s, n + 1) for n, weight in enumerate(weights))

    low, high = ends(rough, plain, rhos, sigmas)
    if intensity * jump > 0:
        other = ends(rough_jumping, jumping, rhos, sigmas)
        low, high = min(low, other[0]), max(high, other[1])
    return [low, plain(rhos[1], sigmas[1]), high]


def deal_loss_range(
    loan: Number, value: Number, contract: Number, pd_operator: Number, pd_offtaker: Number, assignable: Number,
    link: Number, rho_operator: Any, rho_offtaker: Any, volatility: Any, horizon: Number, drift: Number = ZERO,
    sale_cost: Number = ZERO, lag: Number = ZERO, unsecured: Number = ZERO, contract_volatility: Number = ZERO,
    discount_rate: Number = ZERO, workout_cost: Number = ZERO, accrued_interest: Number = ZERO,
) -> list[Any]:  # fmt: skip
    operator, offtaker, sigmas = three(rho_operator), three(rho_offtaker), three(volatility)
    total = horizon + lag
    dilution = math.sqrt(horizon / total) if total > 0 else 0.0
    d, e = float(quantile(pd_operator)), float(quantile(pd_offtaker))
    claim = float(loan * (1 + accrued_interest) / (1 - sale_cost))
    mean = float(value) * math.exp(drift * total)

    def exact(at: int, s: Number) -> Any:
        return deal_loss(
            loan, value, contract, pd_operator, pd_offtaker, assignable, link, operator[at], offtaker[at], s, horizon,
            drift, sale_cost, lag, unsecured, contract_volatility, discount_rate, workout_cost, accrued_interest,
        )[0]  # fmt: skip

    def rough(at: int, s: float) -> float:
        """What depends on the volatility: the chips' loss where the contract is lost and where the offtaker fails."""
        x, y = float(operator[at]) * dilution, float(offtaker[at]) * dilution
        own_x, own_y = math.sqrt(1 - x * x), math.sqrt(1 - y * y)
        between = min(max((float(link) - x * y) / (own_x * own_y), -0.999999), 0.999999)
        left = math.sqrt(1 - between * between)

        def alone(w: float) -> float:
            first, second = (d - x * w) / own_x, (e - y * w) / own_y
            return simpson(
                lambda u: math.exp(-u * u / 2) * below((between * u - second) / left), -8, min(first, 8.0), 60
            ) / math.sqrt(2 * math.pi)  # fmt: skip

        def event(w: float) -> float:
            return float(1 - assignable) * alone(w) + below((e - y * w) / own_y)

        return rough_loss(claim, mean, s * math.sqrt(total), event)

    low, high = float(sigmas[0]), float(sigmas[2])
    found = [exact(at, mpf(place(partial(rough, at), side, low, high))) for at, side in ((0, -1), (2, 1))]
    try:
        central = exact(1, sigmas[1])
    except Refused:
        central = NUM
    return [found[0], central, found[1]]


FUNCTIONS: dict[str, Function] = {"CFI_CORR_LGD_RANGE": corr_lgd_range, "CFI_DEAL_LOSS_RANGE": deal_loss_range}


def rising(d: Draw, low: float, high: float) -> list[float]:
    return sorted(d.series(3, low, high))


def random_lgd(d: Draw) -> list[Any]:
    case = [d.even(40, 110), 100, d.log_uniform(1e-3, 0.3), rising(d, -0.5, 0.9), rising(d, 0.1, 0.9)]
    case += [d.log_uniform(0.3, 4)]
    return [*case, d.even(-0.4, 0.1), d.even(0, 0.3), d.even(0, 1), d.even(0, 0.4)] if d.random() < 0.6 else case


def random_deal(d: Draw) -> list[Any]:
    case = [d.even(40, 100), 100, d.even(30, 100), d.log_uniform(5e-3, 0.2), d.log_uniform(1e-3, 0.05)]
    case += [d.even(0, 1), d.even(0.2, 0.4), rising(d, 0, 0.6), rising(d, 0.1, 0.6), rising(d, 0.15, 0.8)]
    case += [d.log_uniform(0.3, 3)]
    return [*case, d.even(-0.4, 0.1), d.even(0, 0.3), d.even(0, 1)] if d.random() < 0.6 else case


DIP = [90, 100, 0.017, -0.11, [0.1, 0.3, 0.6], 1.5, -0.3, 0.25]
A = [70, 100, 0.05, [0.2, 0.5, 0.7], [0.3, 0.4, 0.6], 1]
DEAL = [70, 100, 50, 0.05, 0.02, 0.5, 0.25, [0.2, 0.5, 0.7], [0.1, 0.3, 0.5], [0.3, 0.4, 0.6], 1]
POINTS = {
    "CFI_CORR_LGD_RANGE": points(
        "CFI_CORR_LGD_RANGE",
        random_lgd,
        [
            (DIP, "lowest inside the interval of volatility"),
            ([*DIP[:3], [-0.11, 0.3, 0.73], *DIP[4:]], "H100 and bitcoin"),
            (A, "plain"),
            ([*A[:3], 0.5, 0.4, 1], "no intervals"),
            ([*A, 0, 0, 0, 0, 0, 0.25, 0.35], "with jumps"),
            ([*A, -0.2, 0.1, 0.5, 0.2, 0, 0.25, 0.35, 0.09, 0.03, 0.02], "with jumps and worked out"),
            ([*DIP, 0, 0.2, 0, 0, 0, 0.09, 0.03, 0.02], "worked out"),
            ([*A[:4], 0, 1], "volatility 0"),
            ([0, *A[1:]], "loan 0"),
            ([*A[:3], [0.7, 0.5, 0.2], *A[4:]], "falling"),
            ([*A[:3], [0.5, 0.7], *A[4:]], "two numbers"),
            ([*A[:3], [0.5, 0.7, 1.1], *A[4:]], "rho above 1"),
            ([*A[:2], 0, *A[3:]], "pd 0"),
        ],
        count=14,
    ),
    "CFI_DEAL_LOSS_RANGE": points(
        "CFI_DEAL_LOSS_RANGE",
        random_deal,
        [
            (DEAL, "plain"),
            ([*DEAL[:7], 0.5, 0.3, 0.4, 1], "no intervals"),
            ([*DEAL, -0.3, 0.25, 0.5, 0.2, 0.3], "with all options"),
            ([*DEAL, -0.3, 0.25, 0.5, 0.2, 0.3, 0.09, 0.03, 0.02], "and worked out"),
            ([90, 100, 20, 0.05, 0.016, 0.1, 0.2, -0.11, -0.1, [0.05, 0.3, 0.6], 1.5, -0.3, 0.25], "lowest inside"),
            ([*DEAL[:7], [0.7, 0.5, 0.2], *DEAL[8:]], "falling"),
            ([*DEAL[:6], -0.9, 0.9, 0.9, *DEAL[9:]], "no matrix"),
        ],
        count=13,
    ),
}  # fmt: skip
TOLERANCES: dict[str, Any] = {
    name: lambda *_: floor(1, "a search, and a difference of probabilities") for name in FUNCTIONS
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
