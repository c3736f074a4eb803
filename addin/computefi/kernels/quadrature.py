"""Integrals of many functions at once, each over its own interval, to a stated accuracy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from computefi.arrays import FloatArray

NODES = 28
INTERVALS_AT_ONCE = 2048  # times nodes: half a megabyte, the cache of one core
ENOUGH = 1e-8  # last Legendre coefficients: Gauss's rule is about as exact as their square
NEGLIGIBLE = 1e-14  # an interval on which the integral is smaller is not halved again
MOST_HALVINGS = 60
MOST_INTERVALS = 1024  # of one integral at a time; a function that needs more is not resolved at all


@cache
def _rule(nodes: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Nodes and weights of Gauss-Legendre, and the weights that give the last two Legendre coefficients."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    orders = np.arange(nodes - 2, nodes)
    last = (np.polynomial.legendre.legvander(points, nodes - 1)[:, orders] * (2 * orders + 1) / 2).T * weights
    return points, weights, last


def integrate(
    function: Callable[..., FloatArray], low: FloatArray, high: FloatArray, *parameters: FloatArray, nodes: int = NODES
) -> FloatArray:
    """∫ function(x, *parameters) dx from low to high, one integral per row; 0 where high ≤ low.

    The function gets points as (nodes, rows) and parameters as (rows,), and should be of the order of 1. An
    interval on which the Legendre series of the function has not died out is halved, so steps are found and resolved;
    NaN where that does not come to an end. More nodes pay where most intervals would be halved with fewer.
    """
    points, weights, last = _rule(nodes)
    total = np.zeros(len(low))
    row = (high > low).nonzero()[0]
    start, stop = low[row], high[row]
    for _ in range(MOST_HALVINGS):
        if not row.size:
            break
        value, rest = np.empty(row.size), np.empty(row.size)
        for first in range(0, row.size, INTERVALS_AT_ONCE):
            some = slice(first, first + INTERVALS_AT_ONCE)
            half = (stop[some] - start[some]) / 2
            x = points[:, None] * half + (start[some] + half)
            y = function(x, *(p[row[some]] for p in parameters))
            value[some] = weights @ y * half
            settled = np.abs(last @ y).max(axis=0) <= ENOUGH
            rest[some] = np.where(settled, 0.0, np.abs(y).max(axis=0) * half)
        done = ~(rest > NEGLIGIBLE)  # a NaN is not made better by halving
        total += np.bincount(row[done], value[done], minlength=len(low))
        endless = np.bincount(row[~done], minlength=len(low)) > MOST_INTERVALS
        total[endless] = np.nan
        left = ~done & ~endless[row]
        row, start, stop = row[left], start[left], stop[left]
        middle = (start + stop) / 2
        row, start, stop = np.tile(row, 2), np.concatenate([start, middle]), np.concatenate([middle, stop])
    return total
