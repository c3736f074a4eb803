"""Present values of series and annuities."""

from __future__ import annotations

import numpy as np

from computefi.arrays import FloatArray


def discount_factors(rate: FloatArray, periods: int, periods_per_year: FloatArray | float = 1.0) -> FloatArray:
    """(1 + rate)^−t for t = 1/p, 2/p, … n/p, a row per rate."""
    per_year = np.broadcast_to(np.asarray(periods_per_year, dtype=np.float64), np.shape(rate))
    times = np.arange(1, periods + 1) / per_year[..., None]
    factors: FloatArray = np.exp(-np.log1p(rate)[..., None] * times)
    return factors


def compounded_factors(rates: FloatArray) -> FloatArray:
    """Π 1/(1 + rates[s]) for s = 1 … t, a row per series of rates."""
    factors: FloatArray = np.exp(-np.cumsum(np.log1p(rates), axis=-1))
    return factors


def present_value(flows: FloatArray, rates: FloatArray) -> FloatArray:
    """Value today of flows at the ends of periods 1 … n, a rate per period, a row per series."""
    value: FloatArray = (flows * compounded_factors(rates)).sum(axis=-1)
    return value


def annuity(rate: FloatArray, time: FloatArray) -> FloatArray:
    """∫₀ᵀ e^{−xt} dt = (1 − e^{−xT})/x; T where x is 0, and 1/x for an endless T where x > 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        product = rate * time
        value: FloatArray = np.where(rate == 0, time, -np.expm1(-product) / rate)
    return value
