"""The functions as type checkers see them. Written by `python -m tools regenerate`: change the declarations.

Plain numbers give a float; a range of them, or several answers, an array.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from computefi.errors import ModelError as ModelError
from computefi.spec import REGISTRY as REGISTRY

__version__: str
MODELS: tuple[str, ...]

Array: TypeAlias = NDArray[np.float64]
Series: TypeAlias = float | Sequence[float]
Matrix: TypeAlias = float | Sequence[Sequence[float]]
Range: TypeAlias = float | Sequence[float | None] | Sequence[Sequence[float | None]] | NDArray[Any]

@overload
def backlog_coverage(backlog: float, debt: float) -> float: ...
@overload
def backlog_coverage(backlog: Range, debt: Range) -> float | Array: ...
@overload
def eligible_backlog(
    revenue: Matrix,
    take_or_pay: Series,
    hazard: Series,
    delivery: Series,
    rate: float,
    loan_periods: float,
    arms_length: Series = 1.0,
    cancellable: Series = 0.0,
    periods_per_year: float = 1.0,
) -> float: ...
@overload
def eligible_backlog(
    revenue: Range,
    take_or_pay: Range,
    hazard: Range,
    delivery: Range,
    rate: Range,
    loan_periods: Range,
    arms_length: Range = 1.0,
    cancellable: Range = 0.0,
    periods_per_year: Range = 1.0,
) -> float | Array: ...
@overload
def risked_coverage(
    revenue: Matrix,
    take_or_pay: Series,
    hazard: Series,
    delivery: Series,
    rate: float,
    loan_periods: float,
    debt: float,
    opex: Series = 0.0,
    arms_length: Series = 1.0,
    cancellable: Series = 0.0,
    periods_per_year: float = 1.0,
) -> float: ...
@overload
def risked_coverage(
    revenue: Range,
    take_or_pay: Range,
    hazard: Range,
    delivery: Range,
    rate: Range,
    loan_periods: Range,
    debt: Range,
    opex: Range = 0.0,
    arms_length: Range = 1.0,
    cancellable: Range = 0.0,
    periods_per_year: Range = 1.0,
) -> float | Array: ...
@overload
def firm_share(notice_months: float, remaining_months: float, break_fee: float = 0.0) -> float: ...
@overload
def firm_share(notice_months: Range, remaining_months: Range, break_fee: Range = 0.0) -> float | Array: ...
@overload
def tenor_overlap(revenue: Series, loan_periods: float) -> float: ...
@overload
def tenor_overlap(revenue: Range, loan_periods: Range) -> float | Array: ...
@overload
def tail_exposure(balances: Series, contract_periods: float) -> float: ...
@overload
def tail_exposure(balances: Range, contract_periods: Range) -> float | Array: ...
@overload
def contracted_share(contracted: float, total: float, affiliate: float = 0.0) -> float: ...
@overload
def contracted_share(contracted: Range, total: Range, affiliate: Range = 0.0) -> float | Array: ...
@overload
def remaining_term(values: Series, terms: Series) -> float: ...
@overload
def remaining_term(values: Range, terms: Range) -> float | Array: ...
@overload
def hhi(weights: Series) -> float: ...
@overload
def hhi(weights: Range) -> float | Array: ...
@overload
def effective_names(weights: Series, correlation: Matrix = 0.0) -> float: ...
@overload
def effective_names(weights: Range, correlation: Range = 0.0) -> float | Array: ...
def backlog_roll(
    opening: Range,
    signed: Range,
    recognised: Range,
    cancelled: Range = 0.0,
    repriced: Range = 0.0,
) -> Array: ...
@overload
def dscr(cfads: float, interest: float, principal: float) -> float: ...
@overload
def dscr(cfads: Range, interest: Range, principal: Range) -> float | Array: ...
@overload
def llcr(cfads: Series, debt: float, rate: float, cash: float = 0.0) -> float: ...
@overload
def llcr(cfads: Range, debt: Range, rate: Range, cash: Range = 0.0) -> float | Array: ...
@overload
def plcr(cfads: Series, debt: float, rate: float, cash: float = 0.0) -> float: ...
@overload
def plcr(cfads: Range, debt: Range, rate: Range, cash: Range = 0.0) -> float | Array: ...
@overload
def sculpt_debt(cfads: Series, dscr: float, rate: float) -> float: ...
@overload
def sculpt_debt(cfads: Range, dscr: Range, rate: Range) -> float | Array: ...
def sculpt_schedule(cfads: Range, dscr: Range, rate: Range) -> Array: ...
def debt_capacity(cfads: Range, dscr: Range, rate: Range, capex: Range, advance: Range, cap: Range = 1.0) -> Array: ...
@overload
def top_up(cfads: Series, dscr: float, rate: float, capex: float, cap: float, drawn: float) -> float: ...
@overload
def top_up(cfads: Range, dscr: Range, rate: Range, capex: Range, cap: Range, drawn: Range) -> float | Array: ...
@overload
def realisation(billed: Series, projected: Series, months: float = 3.0) -> float: ...
@overload
def realisation(billed: Range, projected: Range, months: Range = 3.0) -> float | Array: ...
def draw_gate(flags: Range) -> Array: ...
@overload
def borrowing_base(
    cost: Series,
    age_months: Series,
    life_months: Series,
    advance: Series,
    eligible: Series,
    market: Series = ...,
    haircut: Series = 0.0,
) -> float: ...
@overload
def borrowing_base(
    cost: Range,
    age_months: Range,
    life_months: Range,
    advance: Range,
    eligible: Range,
    market: Range = ...,
    haircut: Range = 0.0,
) -> float | Array: ...
def draw(
    available: Range,
    commitment: Range,
    drawn: Range,
    eligible_cost: Range,
    advance: Range,
    capacity: Range = ...,
) -> Array: ...
def amortise(principal: Range, rate: Range, periods: Range, style: str = "annuity") -> Array: ...
def waterfall(cash: Range, dues: Range) -> Array: ...
def all_in_yield(
    draws: Range,
    repayments: Range,
    rate: Range,
    upfront: Range = 0.0,
    undrawn_fee: Range = 0.0,
    per_year: Range = 4.0,
) -> Array: ...
@overload
def wal(principal: Series, per_year: float = 1.0) -> float: ...
@overload
def wal(principal: Range, per_year: Range = 1.0) -> float | Array: ...
def covenant(actual: Range, limit: Range, sense: str = "min") -> Array: ...
@overload
def haircut_var(volatility: float, horizon: float, confidence: float, drift: float = 0.0) -> float: ...
@overload
def haircut_var(volatility: Range, horizon: Range, confidence: Range, drift: Range = 0.0) -> float | Array: ...
@overload
def haircut_es(volatility: float, horizon: float, confidence: float, drift: float = 0.0) -> float: ...
@overload
def haircut_es(volatility: Range, horizon: Range, confidence: Range, drift: Range = 0.0) -> float | Array: ...
@overload
def haircut_basel(haircut: float, from_days: float, to_days: float, revaluation_days: float = 1.0) -> float: ...
@overload
def haircut_basel(haircut: Range, from_days: Range, to_days: Range, revaluation_days: Range = 1.0) -> float | Array: ...
@overload
def haircut_liquidity(
    quantity: float,
    depth: float,
    horizon: float,
    impact: float,
    exponent: float = 0.5,
    base: float = 0.0,
    decay: float = 0.0,
) -> float: ...
@overload
def haircut_liquidity(
    quantity: Range,
    depth: Range,
    horizon: Range,
    impact: Range,
    exponent: Range = 0.5,
    base: Range = 0.0,
    decay: Range = 0.0,
) -> float | Array: ...
@overload
def collateral_haircut(haircuts: Series) -> float: ...
@overload
def collateral_haircut(haircuts: Range) -> float | Array: ...
@overload
def haircut_target(
    pd: float,
    target_loss: float,
    volatility: float,
    horizon: float,
    rho: float = 0.0,
    drift: float = 0.0,
) -> float: ...
@overload
def haircut_target(
    pd: Range,
    target_loss: Range,
    volatility: Range,
    horizon: Range,
    rho: Range = 0.0,
    drift: Range = 0.0,
) -> float | Array: ...
def gap_risk(ltv: Range, volatility: Range, cure_days: Range, drift: Range = 0.0) -> Array: ...
@overload
def gpu_residual(
    age: float,
    decay: float,
    floor: float = 0.0,
    shock_ages: Series = ...,
    shocks: Series = 0.0,
) -> float: ...
@overload
def gpu_residual(
    age: Range,
    decay: Range,
    floor: Range = 0.0,
    shock_ages: Range = ...,
    shocks: Range = 0.0,
) -> float | Array: ...
def gpu_value(
    contract_rent: Range,
    contract_years: Range,
    market_rent: Range,
    rent_decay: Range,
    opex: Range,
    utilisation: Range,
    life: Range,
    rate: Range,
) -> Array: ...
@overload
def undeployed_value(
    live_value: float,
    probability: float,
    delay: float,
    rate: float,
    decay: float,
    cost: float,
    scrap: float,
) -> float: ...
@overload
def undeployed_value(
    live_value: Range,
    probability: Range,
    delay: Range,
    rate: Range,
    decay: Range,
    cost: Range,
    scrap: Range,
) -> float | Array: ...
def breakeven_rent(
    cost: Range,
    opex: Range,
    utilisation: Range,
    life: Range,
    rate: Range,
    rent_decay: Range = 0.0,
) -> Array: ...
def liquidation_horizon(
    quantity: Range,
    depth: Range,
    impact: Range,
    decay: Range,
    exponent: Range = 0.5,
    base: Range = 0.0,
) -> Array: ...
@overload
def ltv(loan: float, value: float, haircut: float = 0.0) -> float: ...
@overload
def ltv(loan: Range, value: Range, haircut: Range = 0.0) -> float | Array: ...
@overload
def corr_ltv(
    loan: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    pd_floor: float = 0.0,
) -> float: ...
@overload
def corr_ltv(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    pd_floor: Range = 0.0,
) -> float | Array: ...
@overload
def value_in_default(
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    lag: float = 0.0,
) -> float: ...
@overload
def value_in_default(
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    lag: Range = 0.0,
) -> float | Array: ...
@overload
def value_in_default_q(
    quantile: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
) -> float: ...
@overload
def value_in_default_q(
    quantile: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
) -> float | Array: ...
@overload
def corr_lgd(
    loan: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def corr_lgd(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
@overload
def corr_el(
    loan: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def corr_el(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
@overload
def corr_advance(
    target_loss: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def corr_advance(
    target_loss: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
@overload
def stress_ltv(
    loan: float,
    value: float,
    rho: float,
    volatility: float,
    horizon: float,
    quantile: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
) -> float: ...
@overload
def stress_ltv(
    loan: Range,
    value: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    quantile: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
) -> float | Array: ...
@overload
def step_in_lgd(
    loan: float,
    contract_value: float,
    survival: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def step_in_lgd(
    loan: Range,
    contract_value: Range,
    survival: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
def wrong_way(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
) -> Array: ...
@overload
def stress_lgd(
    loan: float,
    value: float,
    rho: float,
    volatility: float,
    horizon: float,
    quantile: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def stress_lgd(
    loan: Range,
    value: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    quantile: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
def systemic_loss(
    loan: Range,
    value: Range,
    pd: Range,
    p: Range,
    s: Range,
    volatility: Range,
    horizon: Range,
    quantile: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
def deal_loss(
    loan: Range,
    value: Range,
    contract: Range,
    pd_operator: Range,
    pd_offtaker: Range,
    assignable: Range,
    link: Range,
    rho_operator: Range,
    rho_offtaker: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    contract_volatility: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
@overload
def package_ltv(
    loan: float,
    value: float,
    contract: float,
    pd_operator: float,
    pd_offtaker: float,
    assignable: float,
    link: float,
    rho_operator: float,
    rho_offtaker: float,
    volatility: float,
    horizon: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    contract_volatility: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def package_ltv(
    loan: Range,
    value: Range,
    contract: Range,
    pd_operator: Range,
    pd_offtaker: Range,
    assignable: Range,
    link: Range,
    rho_operator: Range,
    rho_offtaker: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    contract_volatility: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
@overload
def contract_value(
    cash: Series,
    rate: float,
    delay: float,
    replacement_cost: float,
    residual: float,
    survival: Series = 1.0,
    notice: float = ...,
    periods_per_year: float = 1.0,
    sale_values: Series = 0.0,
) -> float: ...
@overload
def contract_value(
    cash: Range,
    rate: Range,
    delay: Range,
    replacement_cost: Range,
    residual: Range,
    survival: Range = 1.0,
    notice: Range = ...,
    periods_per_year: Range = 1.0,
    sale_values: Range = 0.0,
) -> float | Array: ...
def pool_in_default(
    values: Range,
    drifts: Range,
    volatilities: Range,
    rhos: Range,
    correlation: Range,
    pd: Range,
    horizon: Range,
    loan: Range = ...,
) -> Array: ...
def book_loss(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
    level: Range = 0.999,
    paths: Range = 0.0,
    seed: Range = 1.0,
    nu: Range = 0.0,
) -> Array: ...
def book_contribution(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
    level: Range = 0.999,
    paths: Range = 0.0,
    seed: Range = 1.0,
    nu: Range = 0.0,
) -> Array: ...
def book_marginal(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    position: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
    level: Range = 0.999,
    paths: Range = 0.0,
    seed: Range = 1.0,
    nu: Range = 0.0,
) -> Array: ...
def book_factor_share(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
    level: Range = 0.999,
) -> Array: ...
def book_stress(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    moves: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
    failed: Range = 0.0,
) -> Array: ...
def book_reverse(
    exposure: Range,
    value: Range,
    contract: Range,
    pd: Range,
    offtaker: Range,
    name_pd: Range,
    assignable: Range,
    loading: Range,
    value_loading: Range,
    name_loading: Range,
    volatility: Range,
    horizon: Range,
    loss: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    guarantor: Range = 0.0,
    guaranteed: Range = 1.0,
    correlation: Range = 0.0,
) -> Array: ...
def granularity(
    exposure: Range,
    pd: Range,
    lgd: Range,
    loading: Range,
    level: Range = 0.999,
    lgd_deviation: Range = 0.0,
) -> Array: ...
def el_path(
    balances: Range,
    pds: Range,
    values: Range,
    rho: Range,
    volatility: Range,
    rate: Range,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    periods_per_year: Range = 1.0,
    mid_period: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
def deal_loss_path(
    balances: Range,
    values: Range,
    contracts: Range,
    pds_operator: Range,
    pds_offtaker: Range,
    assignable: Range,
    link: Range,
    rho_operator: Range,
    rho_offtaker: Range,
    volatility: Range,
    rate: Range,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    periods_per_year: Range = 1.0,
    mid_period: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
def recovery_cover(
    balances: Range,
    values: Range,
    contracts: Range,
    pds_operator: Range,
    pds_offtaker: Range,
    assignable: Range,
    link: Range,
    rho_operator: Range,
    rho_offtaker: Range,
    volatility: Range,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    periods_per_year: Range = 1.0,
) -> Array: ...
@overload
def corr_lgd_t(
    loan: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    nu: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def corr_lgd_t(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    nu: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
@overload
def corr_lgd_jump(
    loan: float,
    value: float,
    pd: float,
    rho: float,
    volatility: float,
    horizon: float,
    intensity: float,
    jump: float,
    drift: float = 0.0,
    sale_cost: float = 0.0,
    lag: float = 0.0,
    unsecured_recovery: float = 0.0,
    discount_rate: float = 0.0,
    workout_cost: float = 0.0,
    accrued_interest: float = 0.0,
) -> float: ...
@overload
def corr_lgd_jump(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    intensity: Range,
    jump: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> float | Array: ...
def corr_lgd_sim(
    loan: Range,
    values: Range,
    pd: Range,
    rhos: Range,
    volatilities: Range,
    horizon: Range,
    correlation: Range,
    nu: Range = 0.0,
    paths: Range = 100000.0,
    seed: Range = 1.0,
) -> Array: ...
def corr_lgd_range(
    loan: Range,
    value: Range,
    pd: Range,
    rho: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    nu: Range = 0.0,
    intensity: Range = 0.0,
    jump: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
def deal_loss_range(
    loan: Range,
    value: Range,
    contract: Range,
    pd_operator: Range,
    pd_offtaker: Range,
    assignable: Range,
    link: Range,
    rho_operator: Range,
    rho_offtaker: Range,
    volatility: Range,
    horizon: Range,
    drift: Range = 0.0,
    sale_cost: Range = 0.0,
    lag: Range = 0.0,
    unsecured_recovery: Range = 0.0,
    contract_volatility: Range = 0.0,
    discount_rate: Range = 0.0,
    workout_cost: Range = 0.0,
    accrued_interest: Range = 0.0,
) -> Array: ...
@overload
def driver_rho(
    contracted: float,
    vol_contract: float,
    vol_market: float,
    vol_other: float,
    corr_contract: float,
    corr_market: float,
    corr_contract_market: float = 0.0,
    leverage: float = 1.0,
) -> float: ...
@overload
def driver_rho(
    contracted: Range,
    vol_contract: Range,
    vol_market: Range,
    vol_other: Range,
    corr_contract: Range,
    corr_market: Range,
    corr_contract_market: Range = 0.0,
    leverage: Range = 1.0,
) -> float | Array: ...
@overload
def driver_pd(
    dscr: float,
    contracted: float,
    vol_contract: float,
    vol_market: float,
    vol_other: float,
    corr_contract_market: float = 0.0,
    leverage: float = 1.0,
    form: str = "additive",
    reserve: float = 0.0,
    horizon: float = 1.0,
    floor: float = 0.0,
) -> float: ...
@overload
def driver_pd(
    dscr: Range,
    contracted: Range,
    vol_contract: Range,
    vol_market: Range,
    vol_other: Range,
    corr_contract_market: Range = 0.0,
    leverage: Range = 1.0,
    form: str = "additive",
    reserve: Range = 0.0,
    horizon: Range = 1.0,
    floor: Range = 0.0,
) -> float | Array: ...
@overload
def pd_term(pd: float, years: float) -> float: ...
@overload
def pd_term(pd: Range, years: Range) -> float | Array: ...
@overload
def pd_spread(spread: float, recovery: float, years: float) -> float: ...
@overload
def pd_spread(spread: Range, recovery: Range, years: Range) -> float | Array: ...
@overload
def pd_both(pd_1: float, pd_2: float, rho: float) -> float: ...
@overload
def pd_both(pd_1: Range, pd_2: Range, rho: Range) -> float | Array: ...
@overload
def pd_either(pd_1: float, pd_2: float, rho: float, step_in: float = 0.0) -> float: ...
@overload
def pd_either(pd_1: Range, pd_2: Range, rho: Range, step_in: Range = 0.0) -> float | Array: ...
@overload
def double_default(pd_obligor: float, pd_guarantor: float, lgd: float, method: str = "regulatory") -> float: ...
@overload
def double_default(pd_obligor: Range, pd_guarantor: Range, lgd: Range, method: str = "regulatory") -> float | Array: ...
@overload
def irb_rw(pd: float, lgd: float, maturity: float = 2.5, scaling: float = 1.0) -> float: ...
@overload
def irb_rw(pd: Range, lgd: Range, maturity: Range = 2.5, scaling: Range = 1.0) -> float | Array: ...
@overload
def ifrs9_stage(
    pd_origination: float,
    pd_now: float,
    days_past_due: float,
    ratio: float,
    low_risk: float = 0.0,
    impaired: float = 0.0,
    backstop: float = 30.0,
    default_days: float = 90.0,
) -> float: ...
@overload
def ifrs9_stage(
    pd_origination: Range,
    pd_now: Range,
    days_past_due: Range,
    ratio: Range,
    low_risk: Range = 0.0,
    impaired: Range = 0.0,
    backstop: Range = 30.0,
    default_days: Range = 90.0,
) -> float | Array: ...
def ecl(losses: Range, weights: Range, rate: Range, periods_per_year: Range = 1.0, stage: Range = 1.0) -> Array: ...
@overload
def pit_pd(pd: float, correlation: float, state: float) -> float: ...
@overload
def pit_pd(pd: Range, correlation: Range, state: Range) -> float | Array: ...
def irb_capital(
    exposure: Range,
    pd: Range,
    lgd: Range,
    maturity: Range = 2.5,
    pd_floor: Range = 0.0005,
    lgd_floor: Range = 0.25,
) -> Array: ...
@overload
def firb_lgd(
    exposure: float,
    value: float,
    haircut: float = 0.4,
    secured: float = 0.25,
    unsecured: float = 0.4,
) -> float: ...
@overload
def firb_lgd(
    exposure: Range,
    value: Range,
    haircut: Range = 0.4,
    secured: Range = 0.25,
    unsecured: Range = 0.4,
) -> float | Array: ...
def slotting(category: str, maturity: Range) -> Array: ...
def sa_weight(grade: str, exposure: Range) -> Array: ...
def output_floor(internal: Range, standardised: Range, floor: Range = 0.725) -> Array: ...
@overload
def rating_pd(
    rating: str,
    years: float,
    table: Matrix = ...,
    horizons: Series = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
) -> float: ...
@overload
def rating_pd(
    rating: str,
    years: Range,
    table: Range = ...,
    horizons: Range = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
) -> float | Array: ...
@overload
def pd_rating(
    pd: float,
    years: float,
    table: Matrix = ...,
    horizons: Series = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
) -> str: ...
@overload
def pd_rating(
    pd: Range,
    years: Range,
    table: Range = ...,
    horizons: Range = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
) -> str | NDArray[np.object_]: ...
@overload
def pd_bound(defaults: float, loan_years: float, confidence: float = 0.9) -> float: ...
@overload
def pd_bound(defaults: Range, loan_years: Range, confidence: Range = 0.9) -> float | Array: ...
@overload
def breakeven_cfads(cfads: Series, debt: float, rate: float, cash: float = 0.0) -> float: ...
@overload
def breakeven_cfads(cfads: Range, debt: Range, rate: Range, cash: Range = 0.0) -> float | Array: ...
def refinance_dscr(balance: Range, cfads: Range, rate: Range, periods: Range) -> Array: ...
def relet_rate(
    balance: Range,
    gpus: Range,
    years: Range,
    rate: Range,
    opex: Range,
    utilisation: Range,
    rent_decay: Range = 0.0,
) -> Array: ...
def reserve_months(reserve: Range, service: Range, target: Range = 6.0, periods_per_year: Range = 12.0) -> Array: ...
def usage_cfads(
    rent: Range,
    gpus: Range,
    usage: Range,
    power: Range,
    pue: Range,
    power_price: Range,
    idle: Range = 0.0,
    opex: Range = 0.0,
    take_or_pay: Range = 1.0,
) -> Array: ...
@overload
def assignability(conditions: Series, weights: Series = ..., best: float = 0.9) -> float: ...
@overload
def assignability(conditions: Range, weights: Range = ..., best: Range = 0.9) -> float | Array: ...
@overload
def hashprice(btc: float, subsidy: float, network_eh: float, fee_share: float = 0.0) -> float: ...
@overload
def hashprice(btc: Range, subsidy: Range, network_eh: Range, fee_share: Range = 0.0) -> float | Array: ...
@overload
def hashcost(efficiency: float, power: float, other: float = 0.0) -> float: ...
@overload
def hashcost(efficiency: Range, power: Range, other: Range = 0.0) -> float | Array: ...
@overload
def payback(price_per_th: float, hashprice: float, hashcost: float) -> float: ...
@overload
def payback(price_per_th: Range, hashprice: Range, hashcost: Range) -> float | Array: ...
def asic_value(hashprice: Range, hashcost: Range, decay: Range, rate: Range, life: Range = ...) -> Array: ...
def pivot_runway(
    cash: Range,
    btc_revenue: Range,
    mining_cost: Range,
    ai_plan: Range,
    spending: Range,
    shock: Range,
    decay: Range,
    months: Range = 120.0,
) -> Array: ...
@overload
def supply_factor(demand_growth: float, supply_growth: float, elasticity: float) -> float: ...
@overload
def supply_factor(demand_growth: Range, supply_growth: Range, elasticity: Range) -> float | Array: ...
@overload
def halving(fee_share: float) -> float: ...
@overload
def halving(fee_share: Range) -> float | Array: ...
@overload
def ewma_vol(prices: Series, decay: float = 0.94, per_year: float = 252.0) -> float: ...
@overload
def ewma_vol(prices: Range, decay: Range = 0.94, per_year: Range = 252.0) -> float | Array: ...
def correlation(prices_1: Range, prices_2: Range, confidence: Range = 0.95) -> Array: ...
@overload
def unsmooth_corr(rho: float, phi: float) -> float: ...
@overload
def unsmooth_corr(rho: Range, phi: Range) -> float | Array: ...
@overload
def unsmooth_vol(volatility: float, phi: float) -> float: ...
@overload
def unsmooth_vol(volatility: Range, phi: Range) -> float | Array: ...
def shrink_corr(returns: Range) -> Array: ...
def rebrand_score(measures: Range, weights: Range = ...) -> Array: ...
def neocloud_score(
    software: Range,
    contracted_share: Range,
    backlog: Range,
    customers: Range,
    weights: Range = ...,
) -> Array: ...
def why(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
) -> str: ...
def steps(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
) -> NDArray[np.object_]: ...
def check(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
) -> str: ...
def reverse(
    name: str,
    which: str,
    target: Any,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
) -> str: ...
