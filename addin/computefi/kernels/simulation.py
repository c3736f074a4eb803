"""Quasi-random simulation of lognormal assets given that a driver lies in its lower tail.

Points come from Richtmyer's lattice, the fractional parts of i·√prime, once per random shift; each point is used
with its mirror image 1 − u (antithetic). The shifts are independent, so their averages give the standard error.
The driver is drawn inside its tail by inversion: every path is a default, however small the probability. Where a loss
is rare even then, points are drawn about the likeliest path that loses and weighted back (importance sampling).

Sources: R. D. Richtmyer (1951); R. Cranley and T. N. L. Patterson, SIAM J. Numer. Anal. 13 (1976) 904–914 for the
shifts; A. Genz and F. Bretz, Computation of Multivariate Normal and t Probabilities (2009) for both together;
P. Glasserman, Monte Carlo Methods in Financial Engineering (2003) §4.6 for the shift of the mean, and R. Rackwitz and
B. Fiessler, Computers & Structures 9 (1978) 489–494 for the search.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from computefi.arrays import FloatArray
from computefi.kernels.special import gammainccinv, gammaincinv, ndtr, ndtri, stdtr
from computefi.kernels.student import student_of_score

SHIFTS = 32
POINTS_AT_ONCE = 8192
SMALLEST = 1e-16  # a probability at which a normal score is still finite on both sides
NORMAL_REACH = 8.3  # normal scores beyond belong to probabilities below SMALLEST
FARTHEST = 37.0
GRID = 32_768
TINY = 1e-300
MOST_STEPS, NEAR_ENOUGH = 100, 0.01  # of the search for the likeliest loss; where it ends is not critical
FURTHEST_CENTRE = 30.0  # standard deviations; what loses only beyond is below 1e-195


def tail_paths(
    probability: float, border: FloatArray, root: FloatArray, nu: float, paths: int, seed: int, centre: FloatArray
) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Batches of (number of the shift, normal scores of the assets as (assets, points), weights) given default.

    `border` holds the assets' correlations with the driver and `root` a root of what that leaves unexplained. The
    copula is normal where nu is 0, else Student's t with nu degrees of freedom. Points are drawn about `centre`, one
    coordinate an axis (driver, assets, mixing variable), and the weights make up for it.
    """
    assets = len(border)
    points = paths_per_shift(paths) // 2
    axes = assets + (2 if nu else 1)
    generator = np.sqrt(primes(axes)) % 1
    shifts = np.random.Generator(np.random.PCG64(seed)).random((SHIFTS, axes))
    tables = _Tables(nu, probability) if nu else None
    for number, shift in enumerate(shifts):
        for start in range(0, points, POINTS_AT_ONCE):
            index = np.arange(start + 1, min(points, start + POINTS_AT_ONCE) + 1)
            u = (generator[:, None] * index + shift[:, None]) % 1
            drawn = ndtri(np.clip(u, SMALLEST, 1 - SMALLEST, out=u))
            lean = centre @ drawn
            for sign in (1.0, -1.0):
                point = centre[:, None] + sign * drawn
                weights = np.exp(-sign * lean - centre @ centre / 2)
                driver = tail_driver(probability, point[0])
                noise = root @ point[1 : assets + 1]
                if tables is None:
                    yield number, border[:, None] * driver + noise, weights
                else:
                    yield number, tables.assets(driver, border, noise, point[-1]), weights


def tail_driver(probability: float, score: FloatArray) -> FloatArray:
    """The driver given default, by the normal score of its place within the tail."""
    driver: FloatArray = ndtri(np.maximum(probability * ndtr(score), TINY))
    return driver


def losing_centre(
    probability: float, border: FloatArray, root: FloatArray, logs: FloatArray, spreads: FloatArray
) -> FloatArray:
    """The likeliest path on which a pool falls to the loan, under the normal copula; 0 where the middle path does.

    `logs` are those of the assets' values over the loan at a score of 0. The log of a sum of exponentials is convex,
    so that but for the driver's bend there is one such path, and the losing ones lie to one side of it.
    """

    def excess(point: FloatArray) -> tuple[float, FloatArray]:
        """Log of the pool over the loan, and its slope."""
        driver = tail_driver(probability, point[0])
        terms = logs + spreads * (border * driver + root @ point[1:])
        largest = terms.max()
        parts = np.exp(terms - largest)
        pull = parts / parts.sum() * spreads
        bend = probability * np.exp((driver - point[0]) * (driver + point[0]) / 2)  # d driver/d score
        return float(largest + np.log(parts.sum())), np.concatenate([[pull @ border * bend], pull @ root])

    middle = np.zeros(len(border) + 1)
    if not 0 < excess(middle)[0] < np.inf:
        return middle
    point = middle
    for _ in range(MOST_STEPS):
        value, slope = excess(point)
        steepness = float(slope @ slope)
        if not steepness > 0:
            return middle
        step = (slope @ point - value) / steepness * slope - point  # to the nearest point of the tangent
        if step @ step < NEAR_ENOUGH**2:
            break
        penalty = 1 + 2 * np.sqrt(max(point @ point, (point + step) @ (point + step)) / steepness)
        before = point @ point / 2 + penalty * abs(value)
        while True:
            tried = point + step
            if tried @ tried / 2 + penalty * abs(excess(tried)[0]) < before or step @ step < NEAR_ENOUGH**2:
                break
            step = step / 2
        point = tried
    found = abs(excess(point)[0]) < 1 and point @ point < FURTHEST_CENTRE**2
    return point if found else middle


def paths_per_shift(paths: int) -> int:
    """Paths rounded up to pairs in every shift."""
    return 2 * -(-paths // (2 * SHIFTS))


class _Tables:
    """Student's t and its mixing variable by linear interpolation in normal scores, to about 1e-7."""

    def __init__(self, nu: float, probability: float) -> None:
        self.nu = nu
        reach = min(FARTHEST, max(NORMAL_REACH, -float(ndtri(probability * SMALLEST))))
        self.scores = np.linspace(-reach, reach, GRID)
        self.stretched = np.arcsinh(student_of_score(self.scores, nu))
        self.even = np.linspace(self.stretched[0], self.stretched[-1], GRID)
        self.score_of = _mirrored(ndtri(stdtr(nu, np.sinh(self.even[: GRID // 2]))))
        self.mixing_scores = np.linspace(-NORMAL_REACH, NORMAL_REACH, GRID)
        tail = ndtr(self.mixing_scores[: GRID // 2])
        shape = (nu + 1) / 2
        self.log_mixing = np.log(2 * np.concatenate([gammaincinv(shape, tail), gammainccinv(shape, tail[::-1])]))

    def assets(self, driver: FloatArray, border: FloatArray, noise: FloatArray, mixing: FloatArray) -> FloatArray:
        """Normal scores of assets whose t variates go with the driver's normal score and the mixing variable's.

        Given the driver's variate t the others are border·t + √((ν + t²)/χ²_{ν+1}) · noise.
        """
        t = np.sinh(_even_interp(driver, self.scores, self.stretched))
        mixed = np.exp(_even_interp(mixing, self.mixing_scores, self.log_mixing))
        variates = border[:, None] * t + np.sqrt((self.nu + t * t) / mixed) * noise
        return _even_interp(np.arcsinh(variates), self.even, self.score_of)


def _mirrored(lower: FloatArray) -> FloatArray:
    """An odd function from its negative half."""
    return np.concatenate([lower, -lower[::-1]])


def _even_interp(x: FloatArray, grid: FloatArray, values: FloatArray) -> FloatArray:
    """Linear interpolation on an even grid, held constant beyond its ends."""
    place = np.clip((x - grid[0]) * ((len(grid) - 1) / (grid[-1] - grid[0])), 0, len(grid) - 1 - 1e-9)
    left = place.astype(np.intp)
    answer: FloatArray = values[left] + (place - left) * (values[left + 1] - values[left])
    return answer


def primes(count: int) -> FloatArray:
    """The first primes."""
    limit = max(16, int(count * (np.log(count + 1) + np.log(np.log(count + 2)) + 2)))
    sieve = np.ones(limit, dtype=bool)
    sieve[:2] = False
    for number in range(2, int(limit**0.5) + 1):
        sieve[number * number :: number] = False
    return sieve.nonzero()[0][:count].astype(np.float64)
