"""Time per row of every sheet function for 1, 1,000 and 1,000,000 rows, beside what a user would write instead.

    python benchmarks/functions.py [--rows 1000000] [NAME ...]

The rows are the function's own example with its numbers moved by up to one per cent, so that no two are alike.
"loop" is a plain Python loop over scipy or math for the same number; "QuantLib" is the same through QuantLib where
it has the function (`pip install '.[bench]'`). All in one run, the median of three, one thread of Python.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy import stats
from scipy.special import ndtr, ndtri

import computefi  # noqa: F401 - fills the registry
from computefi.spec import REGISTRY, Shape, Spec, call
from computefi.spec.kinds import Kind

LOOP_ROWS = 300
LONGEST = 60  # seconds


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def rows_of(spec: Spec, rows: int) -> tuple[Any, ...]:
    """The example's arguments with `rows` cases: a column per number, a block per series, a matrix as it is."""
    random = np.random.default_rng(1)
    of_row = random.uniform(0.99, 1, (rows, 1))  # one for all series of a row, which may have to add up
    arguments = []
    for parameter, value in zip(spec.parameters, spec.examples[0].arguments, strict=False):
        shape, kind = parameter.shape, parameter.kind
        if (
            not isinstance(shape, Shape)
            or not isinstance(kind, Kind)
            or rows == 1
            or (shape.axes and np.ndim(value) == 0)
        ):
            arguments.append(value)
            continue
        base = np.array(value, dtype=float)
        fixed = kind.whole or kind.flag or base.ndim == 2 or len(shape.axes) == 2 or (base.ndim and spec.has_matrix)
        if fixed and (base.ndim or spec.result.rows):
            arguments.append(value)
            continue
        moved = base * (1 if fixed else (of_row if base.ndim else random.uniform(0.99, 1, rows)))
        arguments.append(
            np.broadcast_to(
                moved.reshape(rows, -1) if base.ndim else np.reshape(moved, (-1, 1)), (rows, max(base.size, 1))
            )
        )
    return tuple(arguments)


def plain_loops() -> dict[str, Callable[..., float]]:
    """What a user writes without the package, one row at a time."""
    phi, quantile = statistics.NormalDist().cdf, statistics.NormalDist().inv_cdf

    def joint(h: float, k: float, rho: float) -> float:
        return float(stats.multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]]))

    def corr_lgd(loan: float, value: float, pd: float, rho: float, volatility: float, horizon: float) -> float:
        a = volatility * math.sqrt(horizon)
        d, z = float(ndtri(pd)), (math.log(loan / value) + a * a / 2) / a
        return (joint(d, z, rho) - value / loan * joint(d - rho * a, z - a, rho)) / pd

    def corr_ltv(loan: float, value: float, pd: float, rho: float, volatility: float, horizon: float) -> float:
        return loan / (value * float(ndtr(ndtri(pd) - rho * volatility * math.sqrt(horizon))) / pd)

    return {
        "CFI_LTV": lambda loan, value: loan / value,
        "CFI_LLCR": lambda cfads, debt, rate: sum(c / (1 + rate) ** t for t, c in enumerate(cfads, 1)) / debt,
        "CFI_HHI": lambda weights: sum((w / sum(weights)) ** 2 for w in weights),
        "CFI_HAIRCUT_VAR": lambda s, t, q: 1 - math.exp(-s * s / 2 * t - s * math.sqrt(t) * quantile(q)),
        "CFI_HAIRCUT_ES": lambda s, t, q: 1 - phi(-quantile(q) - s * math.sqrt(t)) / (1 - q),
        "CFI_PD_BOTH": lambda p, q, rho: joint(float(ndtri(p)), float(ndtri(q)), rho),
        "CFI_CORR_LTV": corr_ltv,
        "CFI_CORR_LGD": corr_lgd,
        "CFI_CORR_EL": lambda loan, value, pd, *rest: pd * corr_lgd(loan, value, pd, *rest),
    }


def quantlib_loops() -> dict[str, Callable[..., float]]:
    """The same through QuantLib, where it is installed and has it."""
    try:
        import QuantLib
    except ImportError:
        return {}

    def joint(h: float, k: float, rho: float) -> float:
        return float(QuantLib.BivariateCumulativeNormalDistribution(rho)(h, k))

    def corr_lgd(loan: float, value: float, pd: float, rho: float, volatility: float, horizon: float) -> float:
        a = volatility * math.sqrt(horizon)
        d, z = QuantLib.InverseCumulativeNormal()(pd), (math.log(loan / value) + a * a / 2) / a
        return (joint(d, z, rho) - value / loan * joint(d - rho * a, z - a, rho)) / pd

    inverse = QuantLib.InverseCumulativeNormal
    return {
        "CFI_PD_BOTH": lambda p, q, rho: joint(inverse()(p), inverse()(q), rho),
        "CFI_CORR_LGD": corr_lgd,
    }


def loop_time(loop: Callable[..., float] | None, spec: Spec) -> str:
    if loop is None:
        return "–"
    columns = rows_of(spec, LOOP_ROWS)
    rows = [tuple(c[i].tolist() if c.shape[1] > 1 else float(c[i, 0]) for c in columns) for i in range(LOOP_ROWS)]
    return f"{seconds(lambda: [loop(*row) for row in rows]) / LOOP_ROWS * 1e6:,.1f}"


def times_of(spec: Spec, most: int) -> list[float]:
    """µs a row for 1, 1,000 and the most rows; a function that takes one case has one time."""
    times: list[float] = []
    for rows in (1,) if spec.raw or spec.result.rows else (1, 1_000, most):
        # What searches or simulates would take minutes: its time for 1,000 rows stands for more.
        if times and times[-1] * rows > LONGEST * 1e6:
            times.append(times[-1])
            continue
        arguments = rows_of(spec, rows)
        error = call(spec, arguments).first_error()
        assert error is None, f"{spec.name}: {error}"
        repeats = 20 if rows == 1 else 1
        times.append(seconds(partial(repeat, spec, arguments, repeats)) / repeats / rows * 1e6)
    return times


def repeat(spec: Spec, arguments: tuple[Any, ...], repeats: int) -> None:
    for _ in range(repeats):
        call(spec, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="functions to time; all if none is named")
    parser.add_argument("--rows", type=int, default=1_000_000, help="the most rows")
    options = parser.parse_args()
    loops, quantlib = plain_loops(), quantlib_loops()
    print(f"{'µs a row':<26}{'1':>10}{'1,000':>10}{options.rows:>12,}{'loop':>10}{'QuantLib':>10}")
    for spec in REGISTRY.values():
        if options.names and spec.name not in options.names:
            continue
        times = times_of(spec, options.rows)
        shown = [f"{t:,.3g}" for t in times] + ["one case"] * (3 - len(times))
        print(
            f"{spec.name:<26}{shown[0]:>10}{shown[1]:>10}{shown[2]:>12}"
            f"{loop_time(loops.get(spec.name), spec):>10}{loop_time(quantlib.get(spec.name), spec):>10}",
            flush=True,
        )


if __name__ == "__main__":
    main()
