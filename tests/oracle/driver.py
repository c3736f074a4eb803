"""Oracle of the driver formula: docs/method/models.md §3.5, the variance as a quadratic form of the covariance."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import DIV0, NUM, Draw, Function, Number, Refused, amounts, cdf, floor, points, refuse_unless, write
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)


def weights(contracted: Number, vol_contract: Number, vol_market: Number, leverage: Number) -> tuple[Number, Number]:
    return leverage * contracted * vol_contract, leverage * (1 - contracted) * vol_market


def deviation(
    contracted: Number, vol_contract: Number, vol_market: Number, vol_other: Number, corr: Number, leverage: Number
) -> Number:
    # s² = wᵀ·[1 ρ; ρ 1]·w + σ_ε², w = ω(c·σ_C, (1−c)·σ_M)
    refuse_unless(0 <= contracted <= 1 and -1 <= corr <= 1)
    amounts(vol_contract, vol_market, vol_other, leverage)
    w = mpmath.matrix(weights(contracted, vol_contract, vol_market, leverage))
    variance = (w.T * mpmath.matrix([[1, corr], [corr, 1]]) * w)[0] + vol_other**2
    refuse_unless(variance > 0, DIV0)
    return mpmath.sqrt(variance)


def driver_rho(
    contracted: Number,
    vol_contract: Number,
    vol_market: Number,
    vol_other: Number,
    corr_contract: Number,
    corr_market: Number,
    corr_both: Number = ZERO,
    leverage: Number = ONE,
) -> Number:
    # ρ = w·(r_CZ, r_MZ) / s; (C, M, Z) must be a correlation matrix
    refuse_unless(-1 <= corr_contract <= 1 and -1 <= corr_market <= 1 and -1 <= corr_both <= 1)
    triple = mpmath.matrix(
        [[1, corr_both, corr_contract], [corr_both, 1, corr_market], [corr_contract, corr_market, 1]]
    )
    if mpmath.det(triple) < mpf("-1e-12"):
        raise Refused(NUM)
    s = deviation(contracted, vol_contract, vol_market, vol_other, corr_both, leverage)
    first, second = weights(contracted, vol_contract, vol_market, leverage)
    return (first * corr_contract + second * corr_market) / s


def driver_pd(
    dscr: Number,
    contracted: Number,
    vol_contract: Number,
    vol_market: Number,
    vol_other: Number,
    corr_both: Number = ZERO,
    leverage: Number = ONE,
    form: str = "additive",
    reserve: Number = ZERO,
    horizon: Number = ONE,
    least: Number = ZERO,
) -> Number:
    # P(cash + R < service) in units of CFADS, service 1/DSCR: cash 1 + s√T·ε, or e^{s√T·ε}; then the floor
    refuse_unless(dscr > 0)
    amounts(reserve, horizon)
    refuse_unless(0 <= least <= 1)
    s = deviation(contracted, vol_contract, vol_market, vol_other, corr_both, leverage)
    refuse_unless(horizon > 0, DIV0)
    needed = 1 / dscr - reserve
    if form == "additive":
        shortfall = cdf((needed - 1) / (s * mpmath.sqrt(horizon)))
    else:
        shortfall = cdf(mpmath.log(needed) / (s * mpmath.sqrt(horizon))) if needed > 0 else ZERO
    return max(shortfall, least)


FUNCTIONS: dict[str, Function] = {"CFI_DRIVER_RHO": driver_rho, "CFI_DRIVER_PD": driver_pd}


def volatilities(d: Draw) -> list[Any]:
    return [d.even(0, 1), d.even(0.01, 0.3), d.even(0.1, 1), d.even(0, 0.3)]


def random_rho(d: Draw) -> list[Any]:
    first, second = d.even(-0.7, 0.7), d.even(-0.7, 0.7)
    case = [*volatilities(d), first, second, round(first * second, 6)]
    return case[: d.choice([6, 7])] if abs(first * second) < 0.3 else [*case, d.even(0.2, 4)]


def random_pd(d: Draw) -> list[Any]:
    options: list[Any] = [d.even(-0.9, 0.9), d.even(0.3, 3), d.choice(["additive", "lognormal", "LOGNORMAL"])]
    options[2] = options[2] if options[2] != "LOGNORMAL" else "lognormal"
    case = [d.even(0.6, 3), *volatilities(d)[:3], d.even(0.02, 0.3)]
    if d.random() < 0.5:
        return [*case, *options[: d.randint(0, 3)]]
    return [*case, *options, d.even(0, 0.4), d.choice([None, d.even(0.1, 6)]), d.choice([None, 0.0005])]


MINER = [0, 0.06, 0.75, 0.1]
CONTRACT = [0.98, 0.06, 0.3, 0.05]
POINTS = {
    "CFI_DRIVER_RHO": points(
        "CFI_DRIVER_RHO",
        random_rho,
        [
            ([*CONTRACT, 0.2, 0.7, 0.3], "ComputeFi"),
            ([*MINER, 0.2, 0.85, 0.3], "MinerFi"),
            ([*MINER, 0.2, 0.85, 0.3, 1.6], "MinerFi levered"),
            ([0.25, *CONTRACT[1:], 0.2, 0.7, 0.3], "GPU on demand"),
            ([0.6, 0.1, 0.3, 0.05, 0.2, 0.7, 0.3], "mixed"),
            ([0, 0.1, 0.75, 0, 0.2, 0.85], "the market alone"),
            ([1, 0.1, 0.75, 0, 0.2, 0.85], "the contract alone"),
            ([0.5, 0, 0, 0, 0.1, 0.1], "no volatility"),
            ([0.5, 0.1, 0.1, 0.1, 0.9, 0.9, -0.9], "no such triple"),
            ([0.5, 0.1, 0.1, 0.1, 1.1, 0], "beyond 1"),
            ([0.5, 0.1, 0.1, 1e9, 0.2, 0.7], "all noise"),
            ([0.5, 0.1, 0.1, 0.1, 0.2, 0.2, 0, 0], "no leverage"),
            ([0.5, 0.1, 0.1, 0, 1, 1, 1], "all one"),
            ([1.1, 0.1, 0.1, 0.1, 0.2, 0.2], "share above 1"),
        ],
    ),
    "CFI_DRIVER_PD": points(
        "CFI_DRIVER_PD",
        random_pd,
        [
            ([1.2, *CONTRACT, 0.3], "ComputeFi"),
            ([2, *MINER, 0.3], "MinerFi"),
            ([2, *MINER, 0.3, 1.6], "levered"),
            ([2, *MINER, 0.3, 1, "lognormal"], "MinerFi lognormal"),
            ([1.2, *CONTRACT, 0.3, 1, "lognormal"], "ComputeFi"),
            ([1, *CONTRACT], "dscr 1"),
            ([0.5, *CONTRACT], "dscr below 1"),
            ([0, *CONTRACT], "dscr 0"),
            ([-1, *CONTRACT], "negative dscr"),
            ([1.2, 0.5, 0, 0, 0], "no volatility"),
            ([1.2, 0.5, 0.1, 0.1, 0, -1], "contract and market cancel"),
            ([1e6, *CONTRACT], "huge cover"),
            ([1e6, *MINER, 0, 1, "lognormal"], "huge cover, lognormal"),
            ([1.2, *CONTRACT, 1.1], "correlation beyond 1"),
            ([1.2, *CONTRACT, 0.3, 1, None, 0.25], "three months of CFADS in reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "lognormal", 0.25], "three months of CFADS in reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "lognormal", 0.83], "almost all in reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "lognormal", 0.9], "all in reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0.9], "all in reserve, cash may be negative"),
            ([0.5, *CONTRACT, 0.3, 1, "lognormal", 1.9, 2], "a reserve for a cover below 1"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0, 4], "four years"),
            ([2, *CONTRACT, 0.3, 1, "additive", 0, 1, 0.0005], "the floor"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0, 1, 0.0005], "above the floor"),
            ([2, *CONTRACT, 0.3, 1, "lognormal", 1, 1, 0.0005], "the floor, all in reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0, 0], "no time"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0, -1], "negative time"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", -0.1], "negative reserve"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 0, 1, 1.5], "floor above 1"),
            ([1.2, *CONTRACT, 0.3, 1, "additive", 1000, 0.01], "huge reserve"),
        ],
        24,
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_DRIVER_RHO": floor(1, "contributions of either sign cancel; scale is a correlation of 1"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
