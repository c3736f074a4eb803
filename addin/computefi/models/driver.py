"""The driver formula: one formula for a contracted GPU loan and a miner's loan, with different numbers in it.

Relative change of the cash that services debt: y = leverage·[c·σ_C·C + (1−c)·σ_M·M] + σ_ε·ε, with C the customers'
performance under contract, M the market price of compute (or the coin), Z the collateral's price.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.special import ndtr
from computefi.spec import Example, Rule, declare
from computefi.spec.kinds import (
    CORRELATION,
    PROBABILITY,
    RATIO,
    RECOMPUTED,
    SHARE,
    VOLATILITY,
    YEARS,
    Annotated,
    BoolArray,
    Choice,
    FloatArray,
    Text,
    X,
    optional,
)
from computefi.spec.native import Native

DRIVER = "Driver"
VARIANCE = "CFI__VARIANCE(contracted,vol_contract,vol_market,vol_other,corr_contract_market,leverage)"
SOURCE = "Linear factor model of debt-service cash; distance to default as in Merton (1974)"
ROUNDING = 1e-12  # a triple on the edge of validity may come out this far below 0

Contracted = Annotated[X, SHARE, "Arm's-length contracted share of revenue, over the loan's life"]
VolContract = Annotated[X, VOLATILITY, "Volatility of contracted revenue"]
VolMarket = Annotated[X, VOLATILITY, "Volatility of market revenue: rent for GPUs, hashprice for miners"]
VolOther = Annotated[X, VOLATILITY, "Volatility of everything else: operations, delay, power"]
CorrContractMarket = Annotated[X, CORRELATION, "Correlation of contracted with market revenue"]
Leverage = Annotated[X, RATIO, "Operating leverage: revenue over CFADS"]
FORM = Choice(("additive", "lognormal"))


def _factors(
    contracted: FloatArray, vol_contract: FloatArray, vol_market: FloatArray, leverage: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Volatility contributed by contract and by market."""
    return leverage * contracted * vol_contract, leverage * (1 - contracted) * vol_market


def _variance(
    contracted: FloatArray,
    vol_contract: FloatArray,
    vol_market: FloatArray,
    vol_other: FloatArray,
    corr_contract_market: FloatArray,
    leverage: FloatArray,
) -> FloatArray:
    contract, market = _factors(contracted, vol_contract, vol_market, leverage)
    variance = contract**2 + market**2 + 2 * corr_contract_market * contract * market + vol_other**2
    return np.maximum(variance, 0.0)  # rounding at correlation −1


def _has_volatility(
    contracted: FloatArray,
    vol_contract: FloatArray,
    vol_market: FloatArray,
    vol_other: FloatArray,
    corr_contract_market: FloatArray,
    leverage: FloatArray,
) -> BoolArray:
    return _variance(contracted, vol_contract, vol_market, vol_other, corr_contract_market, leverage) > 0


def _is_correlation_triple(
    corr_contract: FloatArray, corr_market: FloatArray, corr_contract_market: FloatArray
) -> BoolArray:
    determinant = (
        1
        + 2 * corr_contract * corr_market * corr_contract_market
        - corr_contract**2
        - corr_market**2
        - corr_contract_market**2
    )
    return determinant >= -ROUNDING


@declare(
    category=DRIVER,
    questions=["What is it worth if they fail?", "How do I calibrate?", "Is this lender what it says?"],
    source=SOURCE,
    examples=[
        Example((0.98, 0.06, 0.3, 0.05, 0.2, 0.7, 0.3), 0.202608562228, RECOMPUTED),
        Example((0, 0.06, 0.75, 0.1, 0.2, 0.85, 0.3, 1.6), 0.847063894508, RECOMPUTED),
        Example((0.6, 0.1, 0.3, 0.05, 0.2, 0.7, 0.3), 0.609354951477, RECOMPUTED),
    ],
    rules=[
        Rule(
            "corr_contract_market",
            "does not fit corr_contract and corr_market: no three variables are so correlated",
            _is_correlation_triple,
            DomainError,
        ),
        Rule("vol_other", "and the other volatilities must not add up to 0", _has_volatility, ZeroDivisor),
    ],
    native=Native(
        f"""LET(
            contract,leverage*contracted*vol_contract,
            market,leverage*(1-contracted)*vol_market,
            CFI__CLIP((contract*corr_contract+market*corr_market)/SQRT({VARIANCE}),-1,1))""",
        rules=(
            "1+2*corr_contract*corr_market*corr_contract_market"
            "-corr_contract^2-corr_market^2-corr_contract_market^2>=-1E-12",
            f"{VARIANCE}>0",
        ),
    ),
)
def driver_rho(
    contracted: Contracted,
    vol_contract: VolContract,
    vol_market: VolMarket,
    vol_other: VolOther,
    corr_contract: Annotated[X, CORRELATION, "Correlation of contracted revenue with the collateral's price"],
    corr_market: Annotated[X, CORRELATION, "Correlation of market revenue with the collateral's price"],
    corr_contract_market: CorrContractMarket = optional(0.0),
    leverage: Leverage = optional(1.0),
) -> Annotated[X, CORRELATION, "Correlation of the borrower's driver with the collateral"]:
    """Correlation of the borrower's cash with the collateral, built up from what the cash is made of.

    s² = leverage²·[c²σ_C² + (1−c)²σ_M² + 2c(1−c)·corr_contract_market·σ_C·σ_M] + vol_other²
    rho = leverage·[c·σ_C·corr_contract + (1−c)·σ_M·corr_market] / s

    Steps: contract part = leverage·contracted·vol_contract; market part = leverage·(1 − contracted)·vol_market;
    covariance = 2·corr_contract_market·contract·market; s² = contract² + market² + covariance + vol_other²; s: √max(s²,
    0); contract·corr_contract; market·corr_market
    Convention: c is the contracted share; σ_C, σ_M are vol_contract, vol_market.
    Limits: corr_market for a miner with nothing else (c 0, vol_other 0); corr_contract at c 1; 0 as vol_other grows.
    Errors: #DIV/0! where all volatility is 0; #NUM! where the three correlations cannot hold together.
    """
    contract, market = _factors(contracted, vol_contract, vol_market, leverage)
    variance = _variance(contracted, vol_contract, vol_market, vol_other, corr_contract_market, leverage)
    rho = (contract * corr_contract + market * corr_market) / np.sqrt(variance)
    return np.clip(rho, -1.0, 1.0)  # rounding where the driver is the collateral


def _cushion(dscr: FloatArray, reserve: FloatArray, form: str) -> FloatArray:
    """How far cash and reserve lie above debt service, in the form asked for; ∞ where the reserve alone pays it."""
    if form == "lognormal":
        return np.where(reserve * dscr < 1, np.log(dscr) - np.log1p(-reserve * dscr), np.inf)
    return 1 - 1 / dscr + reserve


def _named_cushion(dscr: FloatArray, reserve: FloatArray, form: str, **_: Any) -> Iterator[tuple[str, Any]]:
    said = "ln(dscr/(1 − reserve·dscr))" if form == "lognormal" else "1 − 1/dscr + reserve"
    yield f"cushion = {said}", _cushion(dscr, reserve, form)


@declare(
    category=DRIVER,
    questions=["Is the cash there?", "How do I calibrate?"],
    source=f"{SOURCE}; floor of 0.05%: Basel Framework CRE32.4",
    examples=[
        Example((1.2, 0.98, 0.06, 0.3, 0.05, 0.3), 0.017181108599, RECOMPUTED),
        Example((2, 0, 0.06, 0.75, 0.1, 0.3), 0.254364326386, RECOMPUTED),
        Example((2, 0, 0.06, 0.75, 0.1, 0.3, 1, "lognormal"), 0.179810082276, RECOMPUTED),
        Example((1.2, 0.98, 0.06, 0.3, 0.05, 0.3, 1, "additive", 0.05, 3, 0.0005), 0.0561407369969, RECOMPUTED),
    ],
    rules=[Rule("vol_other", "and the other volatilities must not add up to 0", _has_volatility, ZeroDivisor)],
    native=Native(
        f"""LET(
            covered,IF(reserve*dscr<1,LN(dscr)-LN(1-reserve*dscr),1E+99),
            cushion,IF(TRIM(form)="lognormal",covered,1-1/dscr+reserve),
            shortfall,NORM.S.DIST(-cushion/SQRT({VARIANCE}*horizon),TRUE),
            IF(shortfall<floor,floor,shortfall))""",
        rules=(f"{VARIANCE}>0",),
    ),
    steps=_named_cushion,
)
def driver_pd(
    dscr: Annotated[X, RATIO.positive, "Debt service cover ratio expected"],
    contracted: Contracted,
    vol_contract: VolContract,
    vol_market: VolMarket,
    vol_other: VolOther,
    corr_contract_market: CorrContractMarket = optional(0.0),
    leverage: Leverage = optional(1.0),
    form: Annotated[Text, FORM, "additive or lognormal shortfall"] = "additive",
    reserve: Annotated[X, RATIO, "Reserve account and trapped cash, over a year's CFADS"] = optional(0.0),
    horizon: Annotated[X, YEARS.nonzero, "Years over which the driver's uncertainty has grown"] = optional(1.0),
    floor: Annotated[X, PROBABILITY, "Least probability given; Basel's is 0.0005"] = optional(0.0),
) -> Annotated[X, PROBABILITY, "Probability that cash and reserve do not cover debt service"]:
    """Probability that the driver leaves too little cash for a year's debt service, offtaker's own default excluded.

    additive: pd = Φ(−(1 − 1/dscr + reserve)/(s·√horizon)); lognormal: pd = Φ(−ln(dscr/(1 − reserve·dscr))/(s·√horizon))
    not below floor; s as in CFI_DRIVER_RHO

    Steps: contract part = leverage·contracted·vol_contract; market part = leverage·(1 − contracted)·vol_market;
    covariance = 2·corr_contract_market·contract·market; s² = contract² + market² + covariance + vol_other²; s: √max(s²,
    0); …; distance to default = cushion/(s·√horizon); before the floor: Φ(−distance)
    Convention: a year's cash, with volatilities of a year; at a horizon of 2 they have grown by √2. Both forms ask
    whether cash and reserve fall short of debt service: CFADS·(1 + y) + R < CFADS/dscr, lognormal with e^y for 1 + y.
    The floor is applied last. The offtaker's own default is not in it: combine with CFI_PD_EITHER.
    Limits: 0.5 at dscr 1 without reserve; towards 0 as s falls; above 0.5 where dscr is below 1. Lognormal cash is
    never negative: a reserve of a year's debt service (reserve·dscr = 1) leaves the floor only.
    Trap: a year's shortfall is not yet a default, and a horizon counts the shortfall at its end, not one on the way.
    Cover is a cliff: at 1.20 the first example has 1.7%, at 1.26 0.4%, at 1.40 0.01%. Not for a rating on record, which
    leads (CFI_RATING_PD), and not for the 1e-11 of a comfortable month: give a floor.
    Errors: #DIV/0! where all volatility or the horizon is 0; #NUM! where dscr is not positive.
    """
    variance = _variance(contracted, vol_contract, vol_market, vol_other, corr_contract_market, leverage)
    distance = _cushion(dscr, reserve, form) / np.sqrt(variance * horizon)
    return np.maximum(ndtr(-distance), floor)
