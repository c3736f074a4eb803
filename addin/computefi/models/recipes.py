"""The steps of the haircut, correlation-adjusted, cover and driver functions, each quantity with its formula.

A recipe takes the arguments of one case and yields names and values up to, not including, the function's answer.
Recipes read like the docstrings; where a quantity has a kernel they call it, so both have it from one place.
"""

from collections.abc import Callable, Generator
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtr

from computefi.kernels.collateral import claim_for_share, expected_shortfall_share, tail_mean_factor
from computefi.kernels.correlation import bordered_smallest_eigenvalue
from computefi.kernels.discount import annuity, discount_factors
from computefi.kernels.normal import bivariate_normal_cdf, bivariate_normal_quantile
from computefi.kernels.simulation import SHIFTS, paths_per_shift
from computefi.kernels.student import student_of_score

Arguments = SimpleNamespace
Steps = Generator[tuple[str, Any], None, Any]
Recipe = Callable[[Arguments], Steps]

RECIPES: dict[str, Recipe] = {}
LISTED_JUMPS = 1e-9  # the list of jumps ends where fewer than one case in a billion has more


def _of(*names: str) -> Callable[[Recipe], Recipe]:
    """Register a recipe for the functions of these names."""

    def register(recipe: Recipe) -> Recipe:
        RECIPES.update(dict.fromkeys(names, recipe))
        return recipe

    return register


# Haircuts and residual values


def _confidence(s: Arguments) -> Steps:
    spread, z = s.volatility * np.sqrt(s.horizon), ndtri(s.confidence)
    yield "a = volatility·√horizon", spread
    yield "z = Φ⁻¹(confidence)", z
    return spread, z


@_of("haircut_var")
def _haircut_var(s: Arguments) -> Steps:
    spread, z = yield from _confidence(s)
    exponent = (s.drift - s.volatility**2 / 2) * s.horizon - spread * z
    yield "exponent = (drift − volatility²/2)·horizon − a·z", exponent
    yield "share of value left = e^exponent", np.exp(exponent)


@_of("haircut_es")
def _haircut_es(s: Arguments) -> Steps:
    spread, z = yield from _confidence(s)
    growth, tail = np.exp(s.drift * s.horizon), ndtr(-z - spread) / (1 - s.confidence)
    yield "growth = e^{drift·horizon}", growth
    yield "tail = Φ(−z − a)/(1 − confidence)", tail
    yield "share of value left = growth·tail", growth * tail


@_of("haircut_basel")
def _haircut_basel(s: Arguments) -> Steps:
    held = s.haircut * np.sqrt(s.to_days / s.from_days)
    scale = np.sqrt((s.revaluation_days + s.to_days - 1) / s.to_days)
    yield "H_M = haircut·√(to_days/from_days)", held
    yield "√((revaluation_days + to_days − 1)/to_days)", scale
    yield "H before the limit of 1", held * scale


@_of("haircut_liquidity")
def _haircut_liquidity(s: Arguments) -> Steps:
    share = s.quantity / (s.depth * s.horizon)
    yield "share of depth = quantity/(depth·horizon)", share
    yield "price impact = impact·share^exponent", s.impact * share**s.exponent
    yield "decay while selling = decay·horizon/2", s.decay * s.horizon / 2
    yield "base", s.base


@_of("liquidation_horizon")
def _liquidation_horizon(s: Arguments) -> Steps:
    share = s.quantity / s.depth
    yield "share of a year's depth = quantity/depth", share
    yield "impact of selling within a year = impact·share^exponent", s.impact * share**s.exponent


@_of("collateral_haircut")
def _collateral_haircut(s: Arguments) -> Steps:
    left = np.cumprod(1 - s.haircuts)
    for i, share in enumerate(left, 1):
        yield f"value left after component {i}", share


@_of("haircut_target")
def _haircut_target(s: Arguments) -> Steps:
    yield from _search(s)


@_of("corr_advance")
def _corr_advance(s: Arguments) -> Steps:
    yield from _search(s)
    yield "1 − sale_cost", 1 - s.sale_cost


def _search(s: Arguments) -> Steps:
    wanted, spread = s.target_loss / s.pd, s.volatility * np.sqrt(s.horizon)
    claim = claim_for_share(*(np.atleast_1d(x) for x in (wanted, s.pd, s.rho, spread)))[0]
    yield "LGD wanted = target_loss/pd", wanted
    yield "a = volatility·√horizon", spread
    yield "K/M found by search", claim
    yield "LGD at that K/M", expected_shortfall_share(claim, np.ones(()), s.pd, s.rho, spread)
    yield "growth = e^{drift·horizon}", np.exp(s.drift * s.horizon)


@_of("gap_risk")
def _gap_risk(s: Arguments) -> Steps:
    years = s.cure_days / 365
    spread = s.volatility * np.sqrt(years)
    z = (np.log(s.ltv) - (s.drift - s.volatility**2 / 2) * years) / spread
    yield "τ = cure_days/365", years
    yield "a = volatility·√τ", spread
    yield "expected value over loan = e^{drift·τ}/ltv", np.exp(s.drift * years) / s.ltv
    yield "z = (ln(ltv) − (drift − volatility²/2)·τ)/a", z
    yield "Φ(z − a)", ndtr(z - spread)


@_of("gpu_residual")
def _gpu_residual(s: Arguments) -> Steps:
    yield "e^{−decay·age}", np.exp(-s.decay * s.age)
    yield "curve = floor + (1 − floor)·e^{−decay·age}", s.floor + (1 - s.floor) * np.exp(-s.decay * s.age)
    for i, (age, shock) in enumerate(zip(s.shock_ages, s.shocks, strict=True), 1):
        yield f"factor of shock {i}", 1 - shock if age <= s.age else 1.0


@_of("gpu_value")
def _gpu_value(s: Arguments) -> Steps:
    contract_end = np.minimum(s.contract_years, s.life)
    margin, income = s.contract_rent * s.utilisation - s.opex, s.market_rent * s.utilisation
    total = s.rate + s.rent_decay
    yield "contract margin per hour = contract_rent·utilisation − opex", margin
    yield "t_c = min(contract_years, life)", contract_end
    yield "contract part = 8760·margin·A(rate, t_c)", 8760 * margin * annuity(s.rate, contract_end)
    yield "market income per hour = market_rent·utilisation", income
    if s.rent_decay > 0:
        end = np.maximum(np.minimum(s.life, np.log(income / s.opex) / s.rent_decay), contract_end)
        rents = 8760 * income * (annuity(total, end) - annuity(total, contract_end))
        yield "t* = min(life, ln(income/opex)/rent_decay), not before t_c", end
        yield "market rents = 8760·income·[A(rate + rent_decay, t*) − A(rate + rent_decay, t_c)]", rents
        yield (
            "opex meanwhile = 8760·opex·[A(rate, t*) − A(rate, t_c)]",
            (8760 * s.opex * (annuity(s.rate, end) - annuity(s.rate, contract_end))),
        )


@_of("undeployed_value")
def _undeployed_value(s: Arguments) -> Steps:
    live = s.live_value * np.exp(-(s.rate + s.decay) * s.delay)
    yield "e^{−(rate + decay)·delay}", np.exp(-(s.rate + s.decay) * s.delay)
    yield "value when live, today", live
    yield "less cost", live - s.cost
    yield "probability-weighted", s.probability * (live - s.cost)
    yield "scrap, probability-weighted", (1 - s.probability) * s.scrap


@_of("breakeven_rent")
def _breakeven_rent(s: Arguments) -> Steps:
    yield "cost per hour of a year = cost/8760", s.cost / 8760
    yield "A(rate, life)", annuity(s.rate, s.life)
    yield "A(rate + rent_decay, life)", annuity(s.rate + s.rent_decay, s.life)


# Correlation-adjusted LTV


@_of("ltv")
def _ltv(s: Arguments) -> Steps:
    yield "net value = value·(1 − haircut)", s.value * (1 - s.haircut)


def _horizon(s: Arguments) -> Steps:
    """T, a, rho' and M; with a lag where the function has one."""
    lag = getattr(s, "lag", np.float64(0))
    total = s.horizon + lag
    spread = s.volatility * np.sqrt(total)
    rho = s.rho * np.sqrt(s.horizon / total) if total > 0 else np.float64(0)
    mean = s.value * np.exp(s.drift * total)
    yield "T = horizon + lag" if hasattr(s, "lag") else "T = horizon", total
    yield "a = volatility·√T", spread
    yield "rho' = rho·√(horizon/T)", rho
    yield "M = value·e^{drift·T}", mean
    return spread, rho, mean


@_of("value_in_default")
def _value_in_default(s: Arguments) -> Steps:
    spread, rho, mean = yield from _horizon(s)
    factor = tail_mean_factor(s.pd, rho, spread)
    yield "d = Φ⁻¹(pd)", ndtri(s.pd)
    yield "m = Φ(d − rho'·a)/pd", factor
    return mean * factor


@_of("corr_ltv")
def _corr_ltv(s: Arguments) -> Steps:
    value = yield from _value_in_default(s)
    yield "E[V|D] = M·m", value
    yield "net value = (1 − sale_cost)·E[V|D]", (1 - s.sale_cost) * value


@_of("value_in_default_q")
def _value_in_default_q(s: Arguments) -> Steps:
    yield "d = Φ⁻¹(pd)", ndtri(s.pd)
    yield "quantile·pd", s.quantile * s.pd
    yield "z with Φ₂(d, z; rho) = quantile·pd", bivariate_normal_quantile(s.quantile * s.pd, ndtri(s.pd), s.rho)
    yield "a = volatility·√horizon", s.volatility * np.sqrt(s.horizon)


def _shortfall(s: Arguments) -> Steps:
    """Up to the loss given default before any recovery."""
    spread, rho, mean = yield from _horizon(s)
    claim = s.loan / (1 - s.sale_cost)
    z = (np.log(claim / mean) + spread**2 / 2) / spread
    d = ndtri(s.pd)
    loss = expected_shortfall_share(claim, mean, s.pd, rho, spread)
    yield "K = loan/(1 − sale_cost)", claim
    yield "z = (ln(K/M) + a²/2)/a", z
    yield "d = Φ⁻¹(pd)", d
    yield "Φ₂(d, z; rho')", bivariate_normal_cdf(d, z, rho)
    yield "Φ₂(d − rho'·a, z − a; rho')", bivariate_normal_cdf(d - rho * spread, z - spread, rho)
    yield "M/K", mean / claim
    yield "LGD from the collateral alone", loss
    return loss


@_of("corr_lgd")
def _corr_lgd(s: Arguments) -> Steps:
    loss = yield from _shortfall(s)
    yield "1 − unsecured_recovery", 1 - s.unsecured_recovery
    return (1 - s.unsecured_recovery) * loss


@_of("corr_el")
def _corr_el(s: Arguments) -> Steps:
    if s.pd > 0:
        loss = yield from _corr_lgd(s)
        yield "LGD", loss
    yield "pd", s.pd


@_of("stress_ltv")
def _stress_ltv(s: Arguments) -> Steps:
    shift, x = s.rho * s.volatility * np.sqrt(s.horizon), ndtri(s.quantile)
    stressed = s.value * np.exp(s.drift * s.horizon + shift * x - shift**2 / 2)
    yield "x = Φ⁻¹(quantile)", x
    yield "rho·a, a = volatility·√horizon", shift
    yield "E[V|X = x] = value·exp(drift·horizon + rho·a·x − (rho·a)²/2)", stressed
    yield "net value = (1 − sale_cost)·E[V|X = x]", (1 - s.sale_cost) * stressed


@_of("step_in_lgd")
def _step_in_lgd(s: Arguments) -> Steps:
    yield from _shortfall(s)
    yield "LGD with the contract = (1 − contract_value/loan)⁺", np.maximum(0.0, 1 - s.contract_value / s.loan)
    yield "survival", s.survival


@_of("wrong_way")
def _wrong_way(s: Arguments) -> Steps:
    for rho in (s.rho, np.float64(0)):
        at_rho = Arguments(**{**vars(s), "rho": rho})
        place = "at rho" if rho == s.rho else "at rho 0"
        value = _last(_value_in_default(at_rho))
        yield f"E[V|D] {place}", value
        yield f"LTV {place}", s.loan / ((1 - s.sale_cost) * value)
        yield f"LGD {place}", _last(_shortfall(at_rho))


def _last(recipe: Steps) -> Any:
    """What a recipe comes to, its steps left out."""
    try:
        while True:
            next(recipe)
    except StopIteration as end:
        return end.value


def _smallest_eigenvalue(s: Arguments) -> tuple[str, Any]:
    smallest = bordered_smallest_eigenvalue(s.rhos[None], s.correlation)[0]
    return "smallest eigenvalue of [1 rhos; rhos correlation]", smallest


@_of("pool_in_default")
def _pool_in_default(s: Arguments) -> Steps:
    spreads = s.volatilities * np.sqrt(s.horizon)
    means = s.values * np.exp(s.drifts * s.horizon)
    factors = tail_mean_factor(s.pd, s.rhos, spreads)
    yield "d = Φ⁻¹(pd)", ndtri(s.pd)
    yield _smallest_eigenvalue(s)
    for i, (spread, mean, factor) in enumerate(zip(spreads, means, factors, strict=True), 1):
        yield f"a of asset {i} = volatility·√horizon", spread
        yield f"M of asset {i} = value·e^{{drift·horizon}}", mean
        yield f"m of asset {i} = Φ(d − rho·a)/pd", factor
        yield f"E[V|D] of asset {i} = M·m", mean * factor


@_of("el_path")
def _el_path(s: Arguments) -> Steps:
    cumulative = np.cumsum(s.pds)
    factors = discount_factors(np.atleast_1d(s.rate), len(s.pds))[0]
    for i, (pd, balance, value, factor) in enumerate(zip(cumulative, s.balances, s.values, factors, strict=True), 1):
        spread, claim = s.volatility * np.sqrt(i), balance / (1 - s.sale_cost)
        yield f"cumulative pd of year {i}", pd
        yield f"LTV of year {i} = balance/((1 − sale_cost)·value)", claim / value
        yield f"LGD of year {i}", expected_shortfall_share(claim, value, pd, s.rho, spread)
        yield f"v({i}) = (1 + rate)^−{i}", factor


@_of("corr_lgd_t")
def _corr_lgd_t(s: Arguments) -> Steps:
    normal = yield from _shortfall(s)
    yield "d of the t copula = t_ν⁻¹(pd)", student_of_score(ndtri(s.pd), s.nu)
    yield (
        "tail dependence = 2·T_{ν+1}(−√((ν+1)(1−rho)/(1+rho)))",
        2 * stdtr(s.nu + 1, -np.sqrt((s.nu + 1) * (1 - s.rho) / (1 + s.rho))),
    )
    yield "LGD with the normal copula (CFI_CORR_LGD)", normal


@_of("corr_lgd_jump")
def _corr_lgd_jump(s: Arguments) -> Steps:
    normal = yield from _shortfall(s)
    expected = s.intensity * s.horizon
    yield "LGD without jumps (CFI_CORR_LGD)", normal
    yield "λ = intensity·horizon", expected
    left, count = 1.0, 0
    while left > LISTED_JUMPS and count <= expected + 9 * np.sqrt(expected) + 20:
        weight = np.exp((count * np.log(expected) if count else 0.0) - expected - gammaln(count + 1))
        fallen = Arguments(**{**vars(s), "value": s.value * (1 - s.jump) ** count})
        yield f"probability of {count} jumps", weight
        yield f"LGD after {count} jumps", _last(_shortfall(fallen))
        left, count = left - weight, count + 1


@_of("corr_lgd_sim")
def _corr_lgd_sim(s: Arguments) -> Steps:
    yield _smallest_eigenvalue(s)
    yield "expected value of the pool", s.values.sum()
    yield (
        "expected value given default, normal copula",
        (s.values * tail_mean_factor(s.pd, s.rhos, s.volatilities * np.sqrt(s.horizon))).sum(),
    )
    yield "random shifts", SHIFTS
    yield "defaults simulated", SHIFTS * paths_per_shift(int(s.paths))


# Cover and sizing


@_of("dscr")
def _dscr(s: Arguments) -> Steps:
    yield "debt service = interest + principal", s.interest + s.principal


def _present_value(s: Arguments) -> Steps:
    factors = discount_factors(np.atleast_1d(s.rate), len(s.cfads))[0]
    for i, (cash, factor) in enumerate(zip(s.cfads, factors, strict=True), 1):
        yield f"v({i}) = (1 + rate)^−{i}", factor
        yield f"cfads[{i}]·v({i})", cash * factor
    value = (s.cfads * factors).sum()
    yield "PV = Σ cfads[t]·v(t)", value
    return value


@_of("llcr", "plcr")
def _life_cover(s: Arguments) -> Steps:
    value = yield from _present_value(s)
    yield "PV + cash", value + s.cash


@_of("sculpt_debt")
def _sculpt_debt(s: Arguments) -> Steps:
    yield from _present_value(s)
    yield "dscr", s.dscr


@_of("debt_capacity")
def _debt_capacity(s: Arguments) -> Steps:
    value = yield from _present_value(s)
    yield "1 coverage = PV/dscr", value / s.dscr
    yield "2 advance = advance·capex", s.advance * s.capex
    yield "3 cap = cap·capex", s.cap * s.capex


@_of("top_up")
def _top_up(s: Arguments) -> Steps:
    value = yield from _present_value(s)
    yield "coverage = PV/dscr", value / s.dscr
    yield "cap·capex", s.cap * s.capex
    yield "facility = the lesser", np.minimum(value / s.dscr, s.cap * s.capex)


@_of("realisation")
def _realisation(s: Arguments) -> Steps:
    months = int(s.months)
    yield "billed over the last months", s.billed[-months:].sum()
    yield "projected over the last months", s.projected[-months:].sum()


# Driver


def _driver(s: Arguments) -> Steps:
    contract = s.leverage * s.contracted * s.vol_contract
    market = s.leverage * (1 - s.contracted) * s.vol_market
    covariance = 2 * s.corr_contract_market * contract * market
    variance = np.maximum(contract**2 + market**2 + covariance + s.vol_other**2, 0.0)
    yield "contract part = leverage·contracted·vol_contract", contract
    yield "market part = leverage·(1 − contracted)·vol_market", market
    yield "covariance = 2·corr_contract_market·contract·market", covariance
    yield "s² = contract² + market² + covariance + vol_other²", variance
    yield "s", np.sqrt(variance)
    return contract, market, np.sqrt(variance)


@_of("driver_rho")
def _driver_rho(s: Arguments) -> Steps:
    contract, market, _ = yield from _driver(s)
    yield "contract·corr_contract", contract * s.corr_contract
    yield "market·corr_market", market * s.corr_market


@_of("driver_pd")
def _driver_pd(s: Arguments) -> Steps:
    _, _, total = yield from _driver(s)
    lognormal = s.form == "lognormal"
    cushion = np.log(s.dscr) if lognormal else 1 - 1 / s.dscr
    yield "cushion = ln(dscr)" if lognormal else "cushion = 1 − 1/dscr", cushion
    yield "distance to default = cushion/s", cushion / total
