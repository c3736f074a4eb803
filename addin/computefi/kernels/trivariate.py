"""Trivariate normal distribution, vectorised, up to and including singular correlation matrices.

Method. Plackett's formula: the derivative of Φ₃ with respect to one correlation is a bivariate density times Φ of
the third variable given the other two. Following Genz, the two variables that are correlated most, b and c, keep
their correlation, and those of a with them grow from 0 (where a is independent) to their values in proportion to t:

    Φ₃ = Φ(a)·Φ₂(b, c; r_bc) + ∫₀¹ [r_ab·φ₂(a, b; t·r_ab)·Φ(u_c) + r_ac·φ₂(a, c; t·r_ac)·Φ(u_b)] dt
    u_c = (c − E[C | A = a, B = b]) / sd(C | A, B), u_b likewise, for the matrix at t

Near a singular matrix u turns over sharply just before t = 1, where the conditional standard deviations go to 0 like
the square root of the distance y² = δ + (1 − t) from the matrix that is singular. So the integral is taken over x,
with y = ε·sinh(x) and ε = 3e-6: evenly over the orders of magnitude of y down to ε, below which the kink is worth
less than ε². The range of x is short where the matrix is far from singular (0.35 for δ ≥ 1) and 13 where it is
singular; the number of nodes follows it.

Accuracy: see `trivariate_normal_cdf`.

Sources: R. L. Plackett, A reduction formula for normal multivariate integrals, Biometrika 41 (1954) 351-360;
A. Genz, Numerical computation of rectangular bivariate and trivariate normal and t probabilities, Statistics and
Computing 14 (2004) 251-260. The variable x is this module's own.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from computefi.arrays import FloatArray
from computefi.kernels.normal import CERTAIN, bivariate_normal_cdf, gauss_legendre
from computefi.kernels.special import ndtr

ROWS = 4096  # rows worked on at once
NODE_VALUES = 32768  # nodes times rows worked on at once: a quarter of a megabyte fits the cache
KINK = 3e-6  # the scale ε of y below which nothing is resolved
FARTHEST = 1.0  # δ of a matrix far from singular; a larger one would not shorten the range of x
EASY, USUAL, HARD = 24, 48, 96  # nodes
SHORT, LONG = 0.75, 4.0  # ranges of x up to which they do


def trivariate_normal_cdf(
    a: ArrayLike, b: ArrayLike, c: ArrayLike, r_ab: ArrayLike, r_ac: ArrayLike, r_bc: ArrayLike
) -> FloatArray:
    """Probability that A ≤ a, B ≤ b and C ≤ c, for standard normal A, B and C with these correlations.

    The arguments are broadcast against each other. Limits: with r_ab = r_ac = 0 it is Φ(a)·Φ₂(b, c; r_bc); an
    infinite bound leaves the bivariate probability of the others. The matrix must be positive semidefinite; one that
    misses it by rounding is taken as singular. NaN where an argument is NaN or a correlation outside −1 and 1.
    """
    arrays = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in (a, b, c, r_ab, r_ac, r_bc)))
    rows = [np.ravel(x) for x in arrays]
    result = np.empty(arrays[0].size)
    with np.errstate(all="ignore"):
        for start in range(0, result.size, ROWS):
            block = slice(start, start + ROWS)
            result[block] = _cdf(*(x[block] for x in rows))
    return result.reshape(arrays[0].shape)[()]


def _cdf(
    a: FloatArray, b: FloatArray, c: FloatArray, r_ab: FloatArray, r_ac: FloatArray, r_bc: FloatArray
) -> FloatArray:
    a, b, c = (np.minimum(np.maximum(x, -CERTAIN), CERTAIN) for x in (a, b, c))
    # The pair that is correlated most becomes b and c.
    most = np.argmax(np.abs([r_bc, r_ac, r_ab]), axis=0)
    first, second = most == 1, most == 2
    a, b = np.where(first, b, a), np.where(first, a, b)
    r_bc, r_ac = np.where(first, r_ac, r_bc), np.where(first, r_bc, r_ac)
    a, c = np.where(second, c, a), np.where(second, a, c)
    r_bc, r_ab = np.where(second, r_ab, r_bc), np.where(second, r_bc, r_ab)

    result: FloatArray = ndtr(a) * bivariate_normal_cdf(b, c, r_bc)
    one_line = np.abs(r_bc) == 1
    if (at := one_line.nonzero()[0]).size:
        result[at] = _one_line(*(x[at] for x in (a, b, c, r_ab, r_bc)))
    if (at := (~one_line & ((r_ab != 0) | (r_ac != 0))).nonzero()[0]).size:
        result[at] += _path(*(x[at] for x in (a, b, c, r_ab, r_ac, r_bc)))
    return np.clip(result, 0.0, 1.0)


def _one_line(a: FloatArray, b: FloatArray, c: FloatArray, r_ab: FloatArray, r_bc: FloatArray) -> FloatArray:
    """Where C is B, or −B, two variables are left."""
    answer: FloatArray = bivariate_normal_cdf(a, np.where(r_bc > 0, np.minimum(b, c), b), r_ab)
    at = (r_bc < 0).nonzero()[0]
    if at.size:
        answer[at] -= bivariate_normal_cdf(a[at], np.minimum(-c[at], b[at]), r_ab[at])
    return answer


def _path(
    a: FloatArray, b: FloatArray, c: FloatArray, r_ab: FloatArray, r_ac: FloatArray, r_bc: FloatArray
) -> FloatArray:
    """∫₀¹ of the derivative along the path, the rows sorted by the nodes they need."""
    free = (1 - r_bc) * (1 + r_bc)
    # The determinant of the matrix at t is free − t²·used; at 1 it is `end`.
    used = (r_ab - r_ac * r_bc) ** 2 + r_ac * r_ac * free
    end = np.maximum(free - used, 0.0)
    delta = np.minimum(end / (used * (np.sqrt(free / used) + 1)), FARTHEST)
    low, high = np.arcsinh(np.sqrt(delta) / KINK), np.arcsinh(np.sqrt(1 + delta) / KINK)
    length = high - low
    result = np.empty_like(a)
    easy, hard = length <= SHORT, length > LONG
    for count, rows in ((EASY, easy), (USUAL, ~(easy | hard)), (HARD, hard)):
        chosen = rows.nonzero()[0]
        step = NODE_VALUES // count
        for start in range(0, chosen.size, step):
            some = chosen[start : start + step]
            points, weights = gauss_legendre(count)
            x = low[some] + points[:, np.newaxis] * length[some]
            y = KINK * np.sinh(x)
            left = np.minimum(np.maximum((y - np.sqrt(delta[some])) * (y + np.sqrt(delta[some])), 0.0), 1.0)  # 1 − t
            row = [v[some] for v in (a, b, c, r_ab, r_ac, r_bc)]
            determinant = end[some] + left * (2 - left) * used[some]
            slope = _derivative(left, determinant, *row)
            slope *= 2 * y * np.hypot(y, KINK)
            result[some] = (weights[:, np.newaxis] * slope).sum(axis=0) * length[some]
    return result


def _derivative(
    left: FloatArray,
    determinant: FloatArray,
    a: FloatArray,
    b: FloatArray,
    c: FloatArray,
    r_ab: FloatArray,
    r_ac: FloatArray,
    r_bc: FloatArray,
) -> FloatArray:  # fmt: skip
    """dΦ₃/dt at t = 1 − left."""
    t = 1 - left
    past = left * (2 - left)  # 1 − t²
    total = np.zeros_like(t)
    for h, k, r_h, r_k in ((b, c, r_ab, r_ac), (c, b, r_ac, r_ab)):
        rest = (1 - r_h) * (1 + r_h) + r_h * r_h * past  # 1 − t²·r_h²
        gap = h - t * (r_h * a)
        density = np.exp(-0.5 * (a * a + gap * gap / rest)) / np.sqrt(rest)
        turn = (k - r_bc * h) - t * (a * (r_k - r_bc * r_h)) - t * t * (r_h * (r_h * k - r_k * h))
        total += r_h * density * ndtr(turn / np.sqrt(rest * determinant))
    return total / (2 * math.pi)
