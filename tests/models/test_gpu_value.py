"""What a GPU is worth under contract, on the market and in its box; what rent pays for it; how long to sell it."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import computefi
from computefi.errors import Code
from computefi.spec import REGISTRY, call

# contract years: value in dollars per GPU, elasticity to market rent
PUBLISHED = {
    0: (35434.843266, 1.669241),
    2: (41574.411869, 0.663288),
    4: (54773.309390, 0.180706),
    6: (70155.278704, 0.0),
}
CASE = {"market_rent": 2.5, "rent_decay": 0.19, "opex": 0.6, "utilisation": 0.95, "life": 6, "rate": 0.1}


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


def by_quadrature(
    r_c: float, t_c: float, r_0: float, delta: float, opex: float, u: float, life: float, k: float
) -> float:
    """The value as an integral of cash, without the closed form."""
    t_c = min(t_c, life)
    contract = mpmath.quad(lambda t: (r_c * u - opex) * mpmath.e ** (-k * t), [0, t_c])
    cross = math.log(r_0 * u / opex) / delta if delta else math.inf
    nodes = sorted({t_c, life, *([cross] if t_c < cross < life else [])})
    market = mpmath.quad(
        lambda t: max(r_0 * u * mpmath.e ** (-delta * t) - opex, mpmath.mpf(0)) * mpmath.e ** (-k * t), nodes
    )
    return float(8760 * (contract + market))


# --- income value --------------------------------------------------------------------------------


@pytest.mark.parametrize("years", PUBLISHED)
def test_published_values_and_elasticities(years: int) -> None:
    value, elasticity = computefi.gpu_value(2.5, years, **CASE)
    assert value == pytest.approx(PUBLISHED[years][0], abs=1e-6)  # printed to six decimals
    assert elasticity == pytest.approx(PUBLISHED[years][1], abs=5e-7)


def test_a_contract_for_life_doubles_the_value_and_removes_the_market() -> None:
    bare, contracted = computefi.gpu_value(2.5, 0, **CASE), computefi.gpu_value(2.5, 6, **CASE)
    assert contracted[0] / bare[0] > 1.9
    assert contracted[1] == 0


@pytest.mark.parametrize(
    "case",
    [
        (2.5, 2, 2.5, 0.19, 0.6, 0.95, 6, 0.1),
        (3.0, 1, 1.2, 0.5, 0.9, 0.8, 6, 0.1),  # the market stops paying at t*, after the contract
        (3.0, 5, 1.2, 0.5, 0.9, 0.8, 6, 0.1),  # … and before its end
        (2.0, 1, 2.0, 0.0, 0.5, 0.9, 5, 0.08),  # no decay
        (2.0, 1, 1.0, -0.1, 1.2, 1.0, 8, 0.05),  # rents that grow to opex, then past it
        (2.0, 1, 2.0, -0.1, 0.5, 1.0, 8, 0.1),  # rate + decay of 0
        (2.0, 9, 2.0, 0.1, 0.5, 1.0, 8, 0.0),  # a contract beyond the life, no discounting
        (1.0, 3, 2.0, 0.1, 1.5, 1.0, 8, 0.1),  # a contract below opex
    ],
)
def test_closed_form_equals_the_integral_of_cash(case: tuple[float, ...]) -> None:
    (row,) = cells("CFI_GPU_VALUE", *case)  # the elasticity of the last case has no meaning
    assert row[0] == pytest.approx(by_quadrature(*case), rel=1e-9)


@pytest.mark.parametrize("years", [0, 2, 4])
def test_elasticity_is_the_derivative(years: int) -> None:
    step = 1e-5
    up, down = (computefi.gpu_value(2.5, years, **{**CASE, "market_rent": 2.5 * math.exp(h)})[0] for h in (step, -step))
    slope = (math.log(up) - math.log(down)) / (2 * step)
    assert computefi.gpu_value(2.5, years, **CASE)[1] == pytest.approx(slope, rel=1e-8)


def test_a_market_that_stops_paying_before_the_contract_ends_adds_nothing() -> None:
    alone = computefi.gpu_value(3, 3, 0, 0.5, 0.9, 0.8, 6, 0.1)
    beside = computefi.gpu_value(3, 3, 1.2, 0.5, 0.9, 0.8, 6, 0.1)
    assert alone[0] == beside[0] == pytest.approx(8760 * (3 * 0.8 - 0.9) * (1 - math.exp(-0.3)) / 0.1, rel=1e-14)
    assert beside[1] == 0


def test_market_rent_at_or_below_opex_is_worth_nothing() -> None:
    for rent in (0, 0.3, 0.6 / 0.95):
        assert cells("CFI_GPU_VALUE", 0, 0, rent, 0.19, 0.6, 0.95, 6, 0.1)[0][0] == pytest.approx(0, abs=1e-9)
    assert cells("CFI_GPU_VALUE", 0, 0, 0.3, 0.19, 0.6, 0.95, 6, 0.1) == [[0, Code.NUM]]
    assert cells("CFI_GPU_VALUE", 0, 0, 0.6, 0, 0.6, 1, 6, 0.1) == [[0, Code.NUM]]


def test_nothing_in_and_nothing_out_is_zero() -> None:
    assert cells("CFI_GPU_VALUE", 0, 0, 0, 0.1, 0, 0, 6, 0.1) == [[0, Code.NUM]]


def test_a_contract_below_opex_has_negative_value_and_no_elasticity() -> None:
    (row,) = cells("CFI_GPU_VALUE", 0.5, 6, 2.5, 0.19, 0.6, 0.95, 6, 0.1)
    assert row[0] < 0
    assert row[1] is Code.NUM


def test_without_opex_the_market_pays_to_the_end_of_life() -> None:
    assert computefi.gpu_value(0, 0, 2, 0.5, 0, 1, 6, 0.1)[0] == pytest.approx(
        8760 * 2 * (1 - math.exp(-3.6)) / 0.6, rel=1e-14
    )


def test_value_is_continuous_where_decay_vanishes() -> None:
    still = computefi.gpu_value(2, 1, 2, 0, 0.5, 0.9, 5, 0.08)
    assert computefi.gpu_value(2, 1, 2, 1e-9, 0.5, 0.9, 5, 0.08) == pytest.approx(still, rel=1e-7)


def test_a_column_of_contract_lengths_gives_a_row_each() -> None:
    block = computefi.gpu_value(2.5, list(PUBLISHED), **CASE)
    assert block.shape == (4, 2)
    for row, years in zip(block, PUBLISHED, strict=True):
        assert list(row) == list(computefi.gpu_value(2.5, years, **CASE))


def test_a_grid_of_two_numbers_each_is_refused() -> None:
    assert cells("CFI_GPU_VALUE", ((2.5,), (3,)), ((1, 2),), 2.5, 0.19, 0.6, 0.95, 6, 0.1) == [[Code.VALUE]]


# --- step-in mix of docs/method/models.md §3.6 -----------------------------------------------------------------


def test_mixed_value_where_the_contract_may_survive() -> None:
    contract, market = computefi.gpu_value(2.5, 4, **CASE)[0], computefi.gpu_value(2.5, 0, **CASE)[0]
    assert 0.7 * contract + 0.3 * market == pytest.approx(48_972, abs=0.5)


# --- undeployed ----------------------------------------------------------------------------------


def test_unit_in_its_box() -> None:
    assert computefi.undeployed_value(100, 0.8, 0.75, 0.1, 0.26, 8, 20) == pytest.approx(58.6703595469, abs=1e-10)


def test_a_unit_sure_to_run_at_once_and_free_is_worth_its_live_value() -> None:
    assert computefi.undeployed_value(100, 1, 0, 0.1, 0.26, 0, 20) == 100
    assert computefi.undeployed_value(100, 0, 5, 0.1, 0.26, 8, 20) == 20


def test_scrap_is_not_discounted() -> None:
    late, later = (computefi.undeployed_value(0, 0.5, delay, 0.1, 0.26, 0, 20) for delay in (1, 10))
    assert late == later == 10


def test_undeployed_grid_of_delay_against_probability() -> None:
    grid = computefi.undeployed_value(100, [[0.5, 0.8]], [[0.5], [0.75]], 0.1, 0.26, 8, 20)
    assert grid.shape == (2, 2)
    assert grid[1, 1] == computefi.undeployed_value(100, 0.8, 0.75, 0.1, 0.26, 8, 20)


def test_a_probability_above_one_is_refused_in_its_own_cell() -> None:
    column = cells("CFI_UNDEPLOYED_VALUE", 100, ((0.8,), (1.2,)), 0.75, 0.1, 0.26, 8, 20)
    assert column[1] == [Code.NUM]
    assert column[0][0] == pytest.approx(58.6703595469)


# --- breakeven rent ------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", [0, 0.05, 0.19, 0.4, 1.5])
@pytest.mark.parametrize("cost", [1e-6, 100, 35434.843266, 200_000])
def test_at_its_breakeven_rent_a_unit_is_worth_its_cost(cost: float, decay: float) -> None:
    rent, life = computefi.breakeven_rent(cost, 0.6, 0.95, 6, 0.1, decay)
    value = computefi.gpu_value(0, 0, rent, decay, 0.6, 0.95, 6, 0.1)[0]
    # value moves by 8,760 dollars per dollar of rent and year
    assert value == pytest.approx(cost, rel=1e-10, abs=1e-9)
    assert life == pytest.approx(min(6, math.log(rent * 0.95 / 0.6) / decay) if decay else 6, rel=1e-6)


def test_the_published_unit_breaks_even_at_its_rent() -> None:
    rent, life = computefi.breakeven_rent(35434.843266, 0.6, 0.95, 6, 0.1, 0.19)
    assert rent == pytest.approx(2.5, abs=1e-10)
    assert life == 6


def test_without_cost_the_rent_is_opex_over_utilisation() -> None:
    for decay in (0, 0.2):
        assert computefi.breakeven_rent(0, 0.6, 0.8, 5, 0.1, decay)[0] == pytest.approx(0.75, rel=1e-13)


def test_at_rate_zero_the_cost_is_spread_over_the_hours() -> None:
    rent, life = computefi.breakeven_rent(8760 * 5, 0.5, 0.5, 5, 0)
    assert (rent, life) == (3, 5)


def test_breakeven_in_bulk_is_breakeven_one_by_one() -> None:
    costs = np.geomspace(10, 1e6, 50)
    block = computefi.breakeven_rent(costs, 0.6, 0.9, 5, 0.1, 0.3)
    assert np.array_equal(block, [computefi.breakeven_rent(cost, 0.6, 0.9, 5, 0.1, 0.3) for cost in costs])


def test_a_unit_never_rented_or_without_life_divides_by_zero() -> None:
    assert cells("CFI_BREAKEVEN_RENT", 100, 0.6, 0, 5, 0.1) == [[Code.DIV0, Code.DIV0]]
    assert cells("CFI_BREAKEVEN_RENT", 100, 0.6, 0.9, 0, 0.1) == [[Code.DIV0, Code.DIV0]]


# --- liquidation horizon -------------------------------------------------------------------------


def test_best_horizon_and_the_loss_there() -> None:
    horizon, haircut = computefi.liquidation_horizon(25, 100, 0.35, 0.26)
    assert horizon == pytest.approx(0.768026963243, abs=1e-11)
    assert haircut == pytest.approx(0.299530515665, abs=1e-11)


@pytest.mark.parametrize("exponent", [0.3, 0.5, 1.0])
def test_no_other_horizon_costs_less(exponent: float) -> None:
    horizon, haircut = computefi.liquidation_horizon(40, 100, 0.35, 0.2, exponent, 0.02)
    at_best = computefi.haircut_liquidity(40, 100, horizon, 0.35, exponent, 0.02, 0.2)
    assert at_best == pytest.approx(haircut, rel=1e-13)
    others = computefi.haircut_liquidity(40, 100, horizon * np.geomspace(0.1, 10, 40), 0.35, exponent, 0.02, 0.2)
    assert (others > haircut).all()


def test_nothing_to_sell_takes_no_time() -> None:
    assert list(computefi.liquidation_horizon(0, 100, 0.35, 0.26, 0.5, 0.03)) == [0, 0.03]
    assert list(computefi.liquidation_horizon(25, 100, 0, 0.26)) == [0, 0]


def test_without_decay_the_seller_may_wait_for_ever() -> None:
    assert cells("CFI_LIQUIDATION_HORIZON", 25, 100, 0.35, 0) == [[Code.DIV0, Code.DIV0]]
    assert cells("CFI_LIQUIDATION_HORIZON", 25, 0, 0.35, 0.26) == [[Code.DIV0, Code.DIV0]]
    assert cells("CFI_LIQUIDATION_HORIZON", 25, 100, 0.35, 0.26, 0) == [[Code.NUM, Code.NUM]]
