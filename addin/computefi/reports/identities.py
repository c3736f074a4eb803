"""Identities between functions: what must hold whatever the numbers, each tried over fixed points.

default with ρ and survival with −ρ add up to the put   →   Identity(…, worst=2.8e-17, tolerance=1e-13)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import computefi
from computefi.arrays import FloatArray

LOAN, VALUE, VOLATILITY, HORIZON = 70.0, 100.0, 0.4, 1.0
POINTS = 9
FLOWS = (24.0, 30.0, 28.0, 22.0, 20.0, 18.0)
SIMULATED, SEED, ERRORS = 50_000, 7, 4


class Identity(NamedTuple):
    """One identity: in words, the functions that it joins, at how many points it was tried, and the worst of them."""

    statement: str
    functions: tuple[str, ...]
    points: int
    worst: float
    tolerance: float

    @property
    def holds(self) -> bool:
        return self.worst <= self.tolerance


STATES = ("contract_assigned", "contract_lost", "offtaker_failed")
Sides = tuple[Any, Any]
CHECKS: list[tuple[str, tuple[str, ...], float, Callable[[], Sides]]] = []


def identity(statement: str, functions: str, tolerance: float) -> Callable[[Callable[[], Sides]], Callable[[], Sides]]:
    """Enter two sides that must be equal."""

    def enter(sides: Callable[[], Sides]) -> Callable[[], Sides]:
        CHECKS.append((statement, tuple(functions.split()), tolerance, sides))
        return sides

    return enter


def identities() -> Iterator[Identity]:
    """Every identity, tried; a difference is absolute for numbers below 1, relative above."""
    for statement, functions, tolerance, sides in CHECKS:
        left, right = (np.asarray(side, dtype=float) for side in sides())
        apart = np.abs(left - right) / np.maximum(1.0, np.abs(right))
        worst = float(apart.max()) if np.isfinite(apart).all() else math.inf
        yield Identity(statement, functions, apart.size, worst, tolerance)


def grid() -> tuple[FloatArray, FloatArray]:
    """Probabilities of default and correlations, every pair."""
    pd, rho = np.meshgrid(np.geomspace(1e-4, 0.9, POINTS), np.linspace(-0.95, 0.95, POINTS))
    return pd.ravel(), rho.ravel()


@identity("Loss with default at ρ and with survival at −ρ add up to the whole put", "CFI_CORR_EL", 1e-13)
def put() -> Sides:
    pd, rho = grid()
    failing = computefi.corr_el(LOAN, VALUE, pd, rho, VOLATILITY, HORIZON)
    living = computefi.corr_el(LOAN, VALUE, 1 - pd, -rho, VOLATILITY, HORIZON)
    return failing + living, computefi.corr_el(LOAN, VALUE, 1, 0, VOLATILITY, HORIZON)


@identity("At ρ = 0 the expected loss is pd times a Black–Scholes put", "CFI_CORR_EL CFI_GAP_RISK", 1e-13)
def put_at_no_correlation() -> Sides:
    pd, _ = grid()
    loss = np.asarray(computefi.gap_risk(LOAN / VALUE, VOLATILITY, 365))[1]
    return computefi.corr_el(LOAN, VALUE, pd, 0, VOLATILITY, HORIZON), pd * loss


@identity("Values in default and in survival mix to the plain expected value", "CFI_VALUE_IN_DEFAULT", 1e-12)
def mixed_value() -> Sides:
    pd, rho = grid()
    failing = computefi.value_in_default(VALUE, pd, rho, VOLATILITY, HORIZON)
    living = computefi.value_in_default(VALUE, 1 - pd, -rho, VOLATILITY, HORIZON)
    return pd * failing + (1 - pd) * living, VALUE


@identity("The advance and the haircut for one target loss add up to 1", "CFI_CORR_ADVANCE CFI_HAIRCUT_TARGET", 1e-12)
def advance_and_haircut() -> Sides:
    pd, rho = grid()
    advance = computefi.corr_advance(pd / 4, pd, rho, VOLATILITY, HORIZON)
    return advance + computefi.haircut_target(pd, pd / 4, VOLATILITY, HORIZON, rho), 1


@identity("Φ₂(a, b; 0) = Φ(a)·Φ(b): independent names fail together by the product", "CFI_PD_BOTH", 1e-14)
def independent() -> Sides:
    first, second = np.meshgrid(np.geomspace(1e-6, 0.99, POINTS), np.geomspace(1e-6, 0.99, POINTS))
    return computefi.pd_both(first.ravel(), second.ravel(), 0), first.ravel() * second.ravel()


@identity("Both and either add up to the two single probabilities", "CFI_PD_BOTH CFI_PD_EITHER", 1e-13)
def both_and_either() -> Sides:
    pd, rho = grid()
    return computefi.pd_both(pd, 0.03, rho) + computefi.pd_either(pd, 0.03, rho), pd + 0.03


@identity("Debt sculpted to a cover has that DSCR in every period", "CFI_SCULPT_SCHEDULE CFI_DSCR", 1e-12)
def sculpted_service() -> Sides:
    service = np.asarray(computefi.sculpt_schedule((FLOWS,), 1.3, 0.08))[:, 0]
    return np.array(FLOWS) / service, 1.3


@identity("Debt sculpted to a cover has that LLCR", "CFI_SCULPT_DEBT CFI_LLCR", 1e-12)
def sculpted_life() -> Sides:
    rates = np.linspace(0, 0.3, POINTS)
    return [computefi.llcr((FLOWS,), computefi.sculpt_debt((FLOWS,), 1.3, r), r) for r in rates], 1.3


@identity("Payments of a loan are worth the loan at its rate", "CFI_AMORTISE CFI_SCULPT_DEBT", 1e-11)
def payments() -> Sides:
    paid = [np.asarray(computefi.amortise(100, 0.02, n, style))[:, :2].sum(axis=1)
            for n in (1, 12, 60) for style in ("annuity", "straight", "bullet")]  # fmt: skip
    return [computefi.sculpt_debt((tuple(one),), 1, 0.02) for one in paid], 100


@identity("A waterfall pays out the cash, no more and no less", "CFI_WATERFALL", 1e-12)
def cash() -> Sides:
    given = np.linspace(0, 60, POINTS)
    return [np.sum(computefi.waterfall(one, ((10.0, 20.0, 15.0),))) for one in given], given


@identity("The states of a deal add up to its expected loss", "CFI_DEAL_LOSS", 1e-13)
def states() -> Sides:
    found = computefi.deal_loss(70, 100, np.linspace(0, 100, POINTS), 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1)
    return sum(np.asarray(found[name]) for name in STATES), found["expected_loss"]


@identity("Survival over two stretches multiplies", "CFI_PD_TERM", 1e-13)
def survival() -> Sides:
    pd, _ = grid()
    alive = (1 - computefi.pd_term(pd, 2.5)) * (1 - computefi.pd_term(pd, 1.5))
    return 1 - computefi.pd_term(pd, 4), alive


@identity("Basel scaling by steps is scaling at once", "CFI_HAIRCUT_BASEL", 1e-13)
def scaling() -> Sides:
    days = np.linspace(2, 20, POINTS)
    by_steps = computefi.haircut_basel(computefi.haircut_basel(0.02, 10, days), days, 5)
    return by_steps, computefi.haircut_basel(0.02, 10, 5)


@identity("The breakeven rent makes a GPU worth its cost", "CFI_BREAKEVEN_RENT CFI_GPU_VALUE", 1e-9)
def breakeven() -> Sides:
    costs = np.linspace(5e3, 1e5, POINTS)
    rents = np.asarray(computefi.breakeven_rent(costs, 0.5, 0.9, 5, 0.1, 0.2)["rent"])
    return np.asarray(computefi.gpu_value(0, 0, rents, 0.2, 0.5, 0.9, 5, 0.1)["value"]), costs


@identity(
    "A simulated loss lies within four standard errors of the integral",
    "CFI_CORR_LGD_SIM CFI_CORR_LGD CFI_CORR_LGD_T",
    ERRORS,
)
def simulated() -> Sides:
    case = (LOAN, VALUE, 0.05, 0.5, VOLATILITY, HORIZON)
    exact = {0: computefi.corr_lgd(*case), 4: computefi.corr_lgd_t(*case, 4)}
    apart = []
    for nu, integral in exact.items():
        mean, error = np.ravel(computefi.corr_lgd_sim(*case[:6], 1, nu, SIMULATED, SEED))
        apart.append((mean - integral) / error)
    return apart, 0
