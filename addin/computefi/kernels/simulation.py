"""Quasi-random simulation of lognormal assets given that a driver lies in its lower tail.

Points come from Richtmyer's lattice, the fractional parts of i·√prime, once per random shift; each point is used
with its mirror image 1 − u (antithetic). The shifts are independent, so their averages give the standard error.
The driver is drawn inside its tail by inversion: every path is a default, however small the probability.

Sources: R. D. Richtmyer (1951); R. Cranley and T. N. L. Patterson, SIAM J. Numer. Anal. 13 (1976) 904–914 for the
shifts; A. Genz and F. Bretz, Computation of Multivariate Normal and t Probabilities (2009) for both together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, ndtr, ndtri, stdtr, stdtrit

FloatArray = NDArray[np.float64]

SHIFTS = 32
POINTS_AT_ONCE = 8192
SMALLEST = 1e-16  # a probability at which a normal score is still finite on both sides
REACH = 8.3  # normal scores beyond have no mass in double precision
GRID = 65_536


def tail_paths(
    probability: float, border: FloatArray, root: FloatArray, nu: float, paths: int, seed: int
) -> Iterator[tuple[int, FloatArray]]:
    """Batches of (number of the shift, normal scores of the assets as (assets, points)) given default.

    `border` holds the assets' correlations with the driver and `root` a root of what that leaves unexplained. The
    copula is normal where nu is 0, else Student's t with nu degrees of freedom.
    """
    assets = len(border)
    points = paths_per_shift(paths) // 2
    axes = assets + (2 if nu else 1)
    generator = np.sqrt(_primes(axes)) % 1
    shifts = np.random.Generator(np.random.PCG64(seed)).random((SHIFTS, axes))
    tables = _Tables(nu) if nu else None
    for number, shift in enumerate(shifts):
        for start in range(0, points, POINTS_AT_ONCE):
            index = np.arange(start + 1, min(points, start + POINTS_AT_ONCE) + 1)
            u = (generator[:, None] * index + shift[:, None]) % 1
            np.clip(u, SMALLEST, 1 - SMALLEST, out=u)
            noise = root @ ndtri(u[1 : assets + 1])
            for sign in (1.0, -1.0):
                driver = ndtri(probability * (u[0] if sign > 0 else 1 - u[0]))
                if tables is None:
                    yield number, border[:, None] * driver + sign * noise
                else:
                    yield number, tables.assets(driver, border, sign * noise, u[-1] if sign > 0 else 1 - u[-1])


def paths_per_shift(paths: int) -> int:
    """Paths rounded up to pairs in every shift."""
    return 2 * -(-paths // (2 * SHIFTS))


class _Tables:
    """Student's t and its mixing variable by linear interpolation in normal scores, to about 1e-8."""

    def __init__(self, nu: float) -> None:
        self.nu = nu
        self.scores = np.linspace(-REACH, REACH, GRID)
        below = self.scores[: GRID // 2]
        variates = stdtrit(nu, ndtr(below))
        variates = np.concatenate([variates, -variates[::-1]])
        self.stretched = np.arcsinh(variates)
        self.even = np.linspace(self.stretched[0], self.stretched[-1], GRID)
        lower = stdtr(nu, np.sinh(self.even[: GRID // 2]))
        score = ndtri(lower)
        self.score_of = np.concatenate([score, -score[::-1]])
        self.log_mixing = np.log(chdtri(nu + 1, ndtr(-self.scores)))

    def assets(self, driver: FloatArray, border: FloatArray, noise: FloatArray, u: FloatArray) -> FloatArray:
        """Normal scores of assets whose t variates go with the driver's normal score.

        Given the driver's variate t the others are border·t + √((ν + t²)/χ²_{ν+1}) · noise.
        """
        t = np.sinh(_even_interp(driver, self.scores, self.stretched))
        mixing = np.exp(_even_interp(ndtri(u), self.scores, self.log_mixing))
        variates = border[:, None] * t + np.sqrt((self.nu + t * t) / mixing) * noise
        return _even_interp(np.arcsinh(variates), self.even, self.score_of)


def _even_interp(x: FloatArray, grid: FloatArray, values: FloatArray) -> FloatArray:
    """Linear interpolation on an even grid, held constant beyond its ends."""
    place = np.clip((x - grid[0]) * ((len(grid) - 1) / (grid[-1] - grid[0])), 0, len(grid) - 1 - 1e-9)
    left = place.astype(np.intp)
    answer: FloatArray = values[left] + (place - left) * (values[left + 1] - values[left])
    return answer


def _primes(count: int) -> FloatArray:
    """The first primes."""
    limit = max(16, int(count * (np.log(count + 1) + np.log(np.log(count + 2)) + 2)))
    sieve = np.ones(limit, dtype=bool)
    sieve[:2] = False
    for number in range(2, int(limit**0.5) + 1):
        sieve[number * number :: number] = False
    return sieve.nonzero()[0][:count].astype(np.float64)
