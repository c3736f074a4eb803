"""A curve of interest rates out of quotes: −ln of the discount factor at each tenor, and between them."""

from __future__ import annotations

import numpy as np

from computefi.arrays import FloatArray

MOST_ROUNDS = 400
SETTLED = 4e-16


def between(tenors: FloatArray, logs: FloatArray, times: FloatArray, interpolation: str) -> FloatArray:
    """−ln D at times up to the last tenor; 0 today. log-linear has level forwards, monotone smooth ones."""
    knots, heights = np.concatenate([[0.0], tenors]), np.concatenate([[0.0], logs])
    if interpolation == "log-linear" or knots.size == 2:
        values: FloatArray = np.interp(times, knots, heights)
        return values
    from scipy.interpolate import PchipInterpolator  # for those who ask for it

    smooth: FloatArray = PchipInterpolator(knots, heights)(times)
    return smooth


def logs_of_quotes(tenors: FloatArray, rates: FloatArray, quotes: str, interpolation: str, basis: float) -> FloatArray:
    """−ln D at the tenors. `basis` is the years of interest in a year of time: 365/360 on act/360. NaN where none."""
    if quotes == "zero":
        return rates * tenors
    if quotes == "futures":
        grown = np.diff(tenors, prepend=0.0) * rates * basis
        return np.cumsum(np.where(grown > -1, np.log1p(np.maximum(grown, -1 + 1e-16)), np.nan))
    return _bootstrapped(tenors, rates, interpolation, basis)


def first_unsolved(tenors: FloatArray, rates: FloatArray, quotes: str, interpolation: str, basis: float) -> int:
    """The first quote with which those before it give no discount factor above 0."""
    counts = range(1, len(tenors))
    whole = (np.isfinite(logs_of_quotes(tenors[:n], rates[:n], quotes, interpolation, basis)).all() for n in counts)
    return next((n - 1 for n, solved in zip(counts, whole, strict=True) if not solved), len(tenors) - 1)


def _payments(tenors: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """When each swap pays before its end, how long each of these periods is, and how long the last one is.

    A swap pays every year back from its end, a broken period first: one of 2.5 years after 0.5, 1.5 and 2.5 years.
    """
    count = max(1, int(np.ceil(tenors[-1] - 1e-9)))
    times = tenors[:, None] - np.arange(1, count)
    times = np.where(times > 1e-9, times, 0.0)
    lengths = np.minimum(times, 1.0)
    return times, lengths, np.minimum(tenors, 1.0)


def _bootstrapped(tenors: FloatArray, rates: FloatArray, interpolation: str, basis: float) -> FloatArray:
    """Par swaps: 1 − D(end) = rate·Σ length·basis·D(payment), in rounds until all of them hold at once."""
    times, lengths, last = _payments(tenors)
    logs = np.log1p(np.maximum(rates * basis, -0.5)) * tenors
    for _ in range(MOST_ROUNDS):
        discounts = np.exp(-between(tenors, logs, times.ravel(), interpolation)).reshape(times.shape)
        annuities = basis * (lengths * discounts).sum(axis=-1)
        ends = (1 - rates * annuities) / (1 + rates * last * basis)
        if not (ends > 0).all():
            break
        renewed = -np.log(ends)
        settled = np.abs(renewed - logs).max() <= SETTLED * (1 + np.abs(renewed).max())
        logs = renewed
        if settled:
            return logs
    return np.full_like(logs, np.nan)
