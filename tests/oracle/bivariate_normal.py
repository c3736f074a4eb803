"""Reference values of the bivariate normal distribution function, by mpmath at 50 digits.

The formula is not the module's: here the conditional form P = ∫_{-∞}^h φ(x) Φ((k − ρx)/√(1−ρ²)) dx is summed
by Gauss-Legendre panels over the stretch where its log-concave integrand is within 100 nats of its peak.
Inputs are doubles, taken as exact numbers. `condition` is the relative change of P for relative changes of
h, k and ρ: (|h ∂P/∂h| + |k ∂P/∂k| + |ρ ∂P/∂ρ|) / P.

Run `python tests/oracle/bivariate_normal.py` to rewrite bivariate_normal.csv; optional arguments: rows per
family, seed, path of the csv.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.dps = 50
NATS = 100  # the integrand is dropped below e^-100 of its peak
PANEL = mpf("1.25")  # longest panel, in units of x and of (k − ρx)/√(1−ρ²)
NODES = [(x, w) for x, w in mpmath.calculus.quadrature.GaussLegendre(mp).calc_nodes(5, 200)]
CSV = Path(__file__).with_suffix(".csv")
Triple = tuple[float, float, float]


def log_normal_cdf(t: mpf) -> mpf:
    return mpmath.log(mpmath.erfc(-t / mpmath.sqrt(2)) / 2)


def bisect(is_left: Callable[[mpf], bool], left: mpf, right: mpf) -> mpf:
    for _ in range(45):
        middle = (left + right) / 2
        left, right = (middle, right) if is_left(middle) else (left, middle)
    return (left + right) / 2


def bivariate_normal_cdf(h: mpf, k: mpf, rho: mpf) -> mpf:
    h, k, rho = mpf(h), mpf(k), mpf(rho)
    spread = mpmath.sqrt((1 - rho) * (1 + rho))

    def inner(x: mpf) -> mpf:
        return (k - rho * x) / spread

    def log_integrand(x: mpf) -> mpf:
        return -x * x / 2 + log_normal_cdf(inner(x))

    def slope(x: mpf) -> mpf:
        t = inner(x)
        return -x - rho / spread * mpmath.exp(-t * t / 2 - log_normal_cdf(t)) / mpmath.sqrt(2 * mp.pi)

    low = mpf(-60)
    if slope(h) >= 0:
        peak = h
    else:
        with mp.workdps(20):
            peak = bisect(lambda x: slope(x) > 0, low, h)
    top = log_integrand(peak)
    with mp.workdps(20):
        left = bisect(lambda x: log_integrand(x) < top - NATS, low, peak)
        right = bisect(lambda x: log_integrand(x) > top - NATS, peak, h)
    if log_integrand(h) > top - NATS:
        right = h

    breaks = {left, peak, right}
    x = peak
    while x > left:
        breaks.add(x)
        x -= PANEL
    x = peak
    while x < right:
        breaks.add(x)
        x += PANEL
    if rho != 0:
        ends = sorted([max(min(inner(left), 16), -60), max(min(inner(right), 16), -60)])
        t = ends[0]
        while t <= ends[1]:
            breaks.add((k - spread * t) / rho)
            t += PANEL
    points = sorted(b for b in breaks if left <= b <= right)

    def integrand(x: mpf) -> mpf:
        return mpmath.exp(-x * x / 2) * mpmath.erfc(-inner(x) / mpmath.sqrt(2))

    total = mpf(0)
    for a, b in pairwise(points):
        middle, half = (a + b) / 2, (b - a) / 2
        total += half * sum(w * integrand(middle + half * x) for x, w in NODES)
    return total / 2 / mpmath.sqrt(2 * mp.pi)


def condition(h: mpf, k: mpf, rho: mpf, probability: mpf) -> mpf:
    h, k, rho = mpf(h), mpf(k), mpf(rho)
    variance = (1 - rho) * (1 + rho)
    spread = mpmath.sqrt(variance)
    by_h = mpmath.npdf(h) * mpmath.ncdf((k - rho * h) / spread)
    by_k = mpmath.npdf(k) * mpmath.ncdf((h - rho * k) / spread)
    by_rho = mpmath.exp(-(h * h - 2 * rho * h * k + k * k) / (2 * variance)) / (2 * mp.pi * spread)
    return (abs(h) * by_h + abs(k) * by_k + abs(rho) * by_rho) / probability


def families(random_: random.Random) -> dict[str, Callable[[], Triple]]:
    uniform = random_.uniform

    def near_one() -> float:
        return 1 - 10 ** -uniform(3, 12)

    def sign() -> float:
        return random_.choice((-1.0, 1.0))

    def near_diagonal() -> Triple:
        h, rho = uniform(-12, 5), near_one()
        return h, h + uniform(-4, 4) * math.sqrt(2 * (1 - rho)), rho

    def near_antidiagonal() -> Triple:
        h, rho = uniform(-9, 9), near_one()
        return h, -h + uniform(-4, 4) * math.sqrt(2 * (1 - rho)), -rho

    def on_the_line() -> Triple:
        h, rho = uniform(-6, 6), uniform(-1, 1)
        side = sign()
        return h, side * h * (1 + random_.choice((0.0, 1e-12, -1e-9, 1e-6, -1e-3))), rho

    def close_to_the_line() -> Triple:
        h = uniform(-6, 6)
        side = sign()
        return h, side * h + sign() * 10 ** uniform(-8, 0), -side * uniform(0, 1)

    def on_an_axis() -> Triple:
        rho = random_.choice((near_one(), uniform(0, 1)))
        return random_.choice((0.0, 1e-9)), uniform(-20, 3), sign() * rho

    def small_arguments() -> Triple:
        return sign() * 10 ** uniform(-12, 0), sign() * 10 ** uniform(-12, 0), sign() * near_one()

    return {
        "centre": lambda: (uniform(-5, 5), uniform(-5, 5), uniform(-1, 1)),
        "lending": lambda: (uniform(-5, 0), uniform(-8, 2), uniform(0, 0.95)),
        "deep": lambda: (uniform(-36, 3), uniform(-36, 3), uniform(-0.5, 1)),
        "opposed": lambda: (uniform(-9, 3), uniform(-9, 9), -uniform(0, 1)),
        "steep": lambda: (uniform(-12, 6), uniform(-12, 6), sign() * near_one()),
        "diagonal": near_diagonal,
        "antidiagonal": near_antidiagonal,
        "line": on_the_line,
        "beside": close_to_the_line,
        "small": small_arguments,
        "weak": lambda: (uniform(-8, 8), uniform(-8, 8), sign() * 10 ** -uniform(1, 17)),
        "axis": on_an_axis,
    }


def row(named: tuple[str, Triple]) -> tuple[str, ...] | None:
    family, (h, k, rho) = named
    probability = bivariate_normal_cdf(h, k, rho)
    if probability < mpf("1e-300"):
        return None
    number = condition(h, k, rho, probability)
    return family, repr(h), repr(k), repr(rho), mpmath.nstr(probability, 25), mpmath.nstr(number, 6)


def main(rows_per_family: int = 30, seed: int = 20240611, path: Path = CSV) -> None:
    random_ = random.Random(seed)
    points = [(name, draw()) for name, draw in families(random_).items() for _ in range(rows_per_family)]
    with Pool(2) as pool:
        rows = [r for r in pool.map(row, points, chunksize=8) if r is not None]
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["family", "h", "k", "rho", "cdf", "condition"])
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
