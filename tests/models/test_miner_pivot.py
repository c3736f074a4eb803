"""The hybrid miner's runway, the supply factor and the halving."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, InputError
from computefi.spec import REGISTRY, call

PLAN = [5, 140, 0.85, 3, 12]
SLOW_PLAN = [5, 140, 0.85, 6, 24]
SPENDING = [12, 20, 25, 9]


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


def by_hand(cash: float, btc: float, cost: float, plan: list[float], spending: list[float], shock: float, decay: float,
            months: int = 120) -> tuple[int, int, float]:  # fmt: skip
    """The recursion as an analyst writes it down."""
    today, full, margin, delay, ramp = plan
    corporate, debt, capex, capex_months = spending
    dry = crossed = 0
    least = cash
    for k in range(1, months + 1):
        mining = btc * (1 + shock) * (1 - decay) ** (k - 1)
        done = 0.0 if k <= delay else 1.0 if ramp == 0 else min(1.0, (k - delay) / ramp)
        ai = today + (full - today) * done
        cash += max(mining - cost, 0) + ai * margin - corporate - debt - (capex if k <= capex_months else 0)
        least = min(least, cash)
        dry = dry or (k if cash < 0 else 0)
        crossed = crossed or (k if ai >= btc else 0)
    return dry, crossed, least


# --- runway --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "shock", "expected"),
    [(PLAN, -0.5, (4, 8, -98.5625)), (PLAN, 0, (0, 8, 83.1751096)), (SLOW_PLAN, -0.5, (4, 16, -278.53125))],
)
def test_published_runways(plan: list[float], shock: float, expected: tuple[float, ...]) -> None:
    answer = computefi.pivot_runway(180, 60, 30, plan, SPENDING, shock, 0.02)
    assert answer == pytest.approx(expected, abs=5e-8)


def test_runway_equals_the_recursion_by_hand_and_row_by_row() -> None:
    rng = np.random.default_rng(11)
    n = 40
    cash, btc, cost = rng.uniform(0, 300, n), rng.uniform(10, 80, n), rng.uniform(5, 60, n)
    plans = np.c_[
        rng.uniform(0, 20, n),
        rng.uniform(20, 200, n),
        rng.uniform(0.2, 1, n),
        rng.integers(0, 9, n),
        rng.integers(0, 25, n),
    ]
    spending = np.c_[rng.uniform(0, 20, (n, 3)), rng.integers(0, 24, n)]
    shocks, decays, months = rng.uniform(-1, 0.5, n), rng.uniform(0, 0.1, n), rng.integers(1, 90, n)
    block = computefi.pivot_runway(cash, btc, cost, plans, spending, shocks, decays, months)
    for i in range(n):
        one = (cash[i], btc[i], cost[i], list(plans[i]), list(spending[i]), shocks[i], decays[i], int(months[i]))
        assert block[i] == pytest.approx(by_hand(*one), rel=1e-12, abs=1e-9)
        assert list(block[i]) == list(computefi.pivot_runway(*one))


def test_a_column_of_shocks_gives_a_row_each() -> None:
    block = computefi.pivot_runway(180, 60, 30, PLAN, SPENDING, [-0.5, 0], 0.02)
    assert block == pytest.approx(np.array([[4, 8, -98.5625], [0, 8, 83.1751096]]), abs=5e-8)


def test_a_plan_may_stand_in_a_row_or_a_column() -> None:
    row = cells("CFI_PIVOT_RUNWAY", 180, 60, 30, (tuple(PLAN),), (tuple(SPENDING),), -0.5, 0.02)
    column = tuple((x,) for x in PLAN), tuple((x,) for x in SPENDING)
    assert cells("CFI_PIVOT_RUNWAY", 180, 60, 30, *column, -0.5, 0.02) == row


def test_it_has_at_most_ten_arguments() -> None:
    assert len(REGISTRY["CFI_PIVOT_RUNWAY"].parameters) <= 10


def test_a_miner_that_never_needs_money_has_its_cash_as_minimum() -> None:
    assert list(computefi.pivot_runway(10, 60, 0, [0, 0, 0, 0, 0], [0, 0, 0, 0], 0, 0)) == [0, 0, 10]


def test_events_beyond_the_months_looked_ahead_are_none() -> None:
    assert list(computefi.pivot_runway(180, 60, 30, PLAN, SPENDING, -0.5, 0.02, 3)[:2]) == [0, 0]


def test_a_ramp_of_zero_is_a_step_after_the_delay() -> None:
    answer = computefi.pivot_runway(100, 60, 30, [0, 60, 1, 4, 0], [0, 0, 0, 0], 0, 0)
    assert answer[1] == 5


def test_a_plan_of_another_length_is_refused() -> None:
    with pytest.raises(InputError, match="ai_plan must have 5 entries; got 4"):
        computefi.pivot_runway(180, 60, 30, PLAN[:4], SPENDING, 0, 0.02)
    with pytest.raises(InputError, match="spending must have 4 entries; got 5"):
        computefi.pivot_runway(180, 60, 30, PLAN, PLAN, 0, 0.02)


@pytest.mark.parametrize(
    "arguments",
    [
        (-1, 60, 30, PLAN, SPENDING, 0, 0.02),
        (180, 60, 30, [5, 140, 1.1, 3, 12], SPENDING, 0, 0.02),
        (180, 60, 30, PLAN, SPENDING, -1.1, 0.02),
        (180, 60, 30, PLAN, SPENDING, 0, 1.02),
        (180, 60, 30, PLAN, SPENDING, 0, 0.02, 0),
        (180, 60, 30, PLAN, SPENDING, 0, 0.02, 2000),
    ],
)
def test_runway_outside_its_domain(arguments: tuple[object, ...]) -> None:
    assert cells("CFI_PIVOT_RUNWAY", *arguments) == [[Code.NUM] * 3]


# --- supply and halving --------------------------------------------------------------------------


def test_supply_outgrowing_demand_lowers_the_rent() -> None:
    assert computefi.supply_factor(0.2, 0.4, 1.5) == pytest.approx(0.902337085379, abs=1e-12)


def test_equal_growth_leaves_the_rent() -> None:
    assert computefi.supply_factor(0.4, 0.4, 0.3) == 1


def test_supply_factors_compose_over_time() -> None:
    one, other = computefi.supply_factor([0.1, 0.3], [0.5, 0.2], 1.2)
    assert computefi.supply_factor(1.1 * 1.3 - 1, 1.5 * 1.2 - 1, 1.2) == pytest.approx(one * other, rel=1e-13)


def test_supply_factor_outside_its_domain() -> None:
    assert cells("CFI_SUPPLY_FACTOR", 0.2, 0.4, 0) == [[Code.DIV0]]
    assert cells("CFI_SUPPLY_FACTOR", 0.2, 0.4, -1) == [[Code.NUM]]
    assert cells("CFI_SUPPLY_FACTOR", 0.2, -1, 1.5) == [[Code.NUM]]


def test_halving_with_fees() -> None:
    assert computefi.halving([0.05, 0.02, 0]) == pytest.approx([0.52380952381, 0.509803921569, 0.5], abs=1e-11)


def test_halving_is_the_ratio_of_hashprices() -> None:
    before, after = computefi.hashprice(84714, 3.125, 952, 0.05), computefi.hashprice(84714, 1.5625, 952, 0.1)
    assert computefi.halving(0.05) == pytest.approx(after / before, rel=1e-14)
