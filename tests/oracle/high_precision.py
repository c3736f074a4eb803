"""What the oracle programs share: 40-digit arithmetic, quadrature, roots, seeded points and the file of results.

Nothing here or in the other programs of this directory knows the package. Inputs are doubles taken as exact
numbers. A program has FUNCTIONS (name to formula), POINTS (name to seeded arguments) and TOLERANCES; `write`
evaluates them all and keeps the results beside the program as JSON, one row a line:

    function, arguments, expected (20 digits as text, a list, a list of lists, or an error value),
    tolerance (relative, absolute, why), note
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
from mpmath import mp, mpf

mp.dps = 40
DIGITS = 20
NATS = 60  # an integrand is dropped below e^-60 of its peak
NODES = list(mpmath.calculus.quadrature.GaussLegendre(mp).calc_nodes(4, 150))  # 24 nodes

VALUE, NUM, DIV0, NA = "#VALUE!", "#NUM!", "#DIV/0!", "#N/A"
INFINITY = mpf("inf")
Number = Any
Function = Callable[..., Any]
Point = tuple[list[Any], str]
Tolerance = dict[str, Any]


class Refused(Exception):
    """docs/method/catalogue.md says that these arguments give an error value."""


def refuse_unless(condition: bool, code: str = NUM) -> None:
    if not condition:
        raise Refused(code)


def amounts(*values: Number) -> None:
    """Amounts must not be negative."""
    for value in values:
        refuse_unless(value >= 0)


def repeated(series: Number, length: int) -> list[Number]:
    """A single number given for a series is repeated."""
    return list(series) if isinstance(series, list) else [series] * length


def as_series(series: Number) -> list[Number]:
    return list(series) if isinstance(series, list) else [series]


# --- the normal distribution ---------------------------------------------------------------------


def cdf(x: Number) -> Number:
    if mpmath.isinf(x):
        return mpf(1 if x > 0 else 0)
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x: Number) -> Number:
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi)


@cache
def quantile(probability: Number) -> Number:
    """Φ⁻¹ by Newton's method on ln Φ, in whichever tail is the smaller."""
    p = mpf(probability)
    if p <= 0:
        return -INFINITY
    if p >= 1:
        return INFINITY
    if p > mpf("0.5"):
        return -quantile(1 - p)
    x = -mpmath.sqrt(-2 * mpmath.log(p)) if p < mpf("0.1") else mpf(0)
    for _ in range(200):
        tail = cdf(x)
        step = (mpmath.log(tail) - mpmath.log(p)) * tail / density(x)
        x -= step
        if abs(step) < mpf(10) ** -37 * (1 + abs(x)):
            break
    return x


# --- quadrature and roots ------------------------------------------------------------------------


def panels(function: Function, points: Iterable[Number]) -> Number:
    """Gauss-Legendre on each stretch between neighbouring points."""
    total = mpf(0)
    for left, right in pairwise(sorted(set(points))):
        middle, half = (left + right) / 2, (right - left) / 2
        total += half * sum(w * function(middle + half * x) for x, w in NODES)
    return total


def _bisect(is_left: Callable[[Number], bool], left: Number, right: Number, steps: int = 50) -> Number:
    for _ in range(steps):
        middle = (left + right) / 2
        left, right = (middle, right) if is_left(middle) else (left, middle)
    return (left + right) / 2


def peaked_integral(
    function: Function, low: Number, high: Number, step_at: Number = 0, step_width: Number = 0
) -> Number:
    """∫ of a log-concave function over [low, high]; around a steep step the panels are laid in its own width."""

    def height(x: Number) -> Number:
        value = function(x)
        return mpmath.log(value) if value > 0 else -INFINITY

    if high <= low:
        return mpf(0)
    with mp.workdps(25):
        left, right = low, high
        for _ in range(90):  # the peak of a unimodal function, by thirds
            third = (right - left) / 3
            first, second = height(left + third), height(right - third)
            if first < second or (first == second == -INFINITY and abs(left) > abs(right)):
                left += third
            else:
                right -= third
            if right - left < mpf("1e-12"):
                break
        peak = (left + right) / 2
        top = height(peak)
        start = low if height(low) > top - NATS else _bisect(lambda x: height(x) < top - NATS, low, peak)
        end = high if height(high) > top - NATS else _bisect(lambda x: height(x) > top - NATS, peak, high)
    width = min(mpf(1), (end - start) / 20)
    count = int(mpmath.ceil((end - start) / width))
    points = [start + (end - start) * i / count for i in range(count + 1)]
    if 0 < step_width < 1:
        steps = (step_at + j * step_width for j in range(-12, 13))
        points += [x for x in steps if start < x < end]
    return panels(function, points)


def root(function: Function, left: Number, right: Number) -> Number:
    """The zero between two points of opposite sign, by the Illinois form of regula falsi."""
    f_left, f_right = function(left), function(right)
    assert f_left * f_right <= 0, "no change of sign"
    for _ in range(300):
        if f_left == f_right:
            break
        if mpmath.isinf(f_left) or mpmath.isinf(f_right):
            middle = (left + right) / 2
        else:
            middle = (left * f_right - right * f_left) / (f_right - f_left)
        value = function(middle)
        if value == 0 or abs(right - left) < mpf(10) ** -24 * (1 + abs(middle)):
            return middle
        if value * f_right < 0:
            left, f_left = right, f_right
        else:
            f_left /= 2
        right, f_right = middle, value
        if abs(right - left) < mpf(10) ** -24 * (1 + abs(right)):
            break
    return right


def both_below(h: Number, k: Number, rho: Number) -> Number:
    """Φ₂(h, k; ρ) = ∫_{−∞}^h φ(x) Φ((k − ρx)/√(1−ρ²)) dx, the limits of |ρ| = 1 exact."""
    if rho == 1:
        return cdf(min(h, k))
    if rho == -1:
        return max(mpf(0), cdf(h) - cdf(-k))
    if mpmath.isinf(h) or mpmath.isinf(k):
        return cdf(min(h, k))
    spread = mpmath.sqrt((1 - rho) * (1 + rho))

    def integrand(x: Number) -> Number:
        return density(x) * cdf((k - rho * x) / spread)

    if rho == 0:
        return cdf(h) * cdf(k)
    return peaked_integral(integrand, mpf(-60), h, k / rho, spread / abs(rho))


# --- seeded points -------------------------------------------------------------------------------


class Draw(random.Random):
    """A seeded source of arguments."""

    def log_uniform(self, low: float, high: float) -> float:
        """Even over the orders of magnitude; six digits, so that the file stays readable."""
        exponent = self.uniform(float(mpmath.log10(low)), float(mpmath.log10(high)))
        return float(f"{10**exponent:.6g}")

    def even(self, low: float, high: float) -> float:
        return float(f"{self.uniform(low, high):.6g}")

    def series(self, length: int, low: float, high: float) -> list[float]:
        return [self.even(low, high) for _ in range(length)]


def draw_for(name: str) -> Draw:
    """A source of its own for each function, so that a new function does not move the others' points."""
    return Draw(f"computefi oracle {name}")


def points(name: str, one: Callable[[Draw], list[Any]], edges: Sequence[Point] = (), count: int = 12) -> list[Point]:
    """The edges with their notes, and then random points."""
    draw = draw_for(name)
    return [*edges, *((one(draw), "random") for _ in range(count))]


# --- results -------------------------------------------------------------------------------------

CLOSED: Tolerance = {"relative": 1e-10, "absolute": 0.0, "why": "closed form, well conditioned"}
EXACT: Tolerance = {"relative": 0.0, "absolute": 0.0, "why": "a count, a flag or an error value"}


def floor(scale: Number, why: str, relative: float = 1e-10) -> Tolerance:
    """Relative tolerance with an absolute floor of 1e-13 of the scale at which digits are lost."""
    return {"relative": relative, "absolute": float(mpmath.nstr(mpf("1e-13") * scale, 3)), "why": why}


def to_mpf(argument: Any) -> Any:
    """Doubles as exact numbers; words and blanks stay."""
    if isinstance(argument, (list, tuple)):
        return [to_mpf(a) for a in argument]
    if argument is None or isinstance(argument, str):
        return argument
    return mpf(argument)


def to_text(answer: Any) -> Any:
    if isinstance(answer, (list, tuple)):
        return [to_text(a) for a in answer]
    return answer if isinstance(answer, str) else mpmath.nstr(mpf(answer), DIGITS)


def evaluate(function: Function, arguments: Sequence[Any]) -> Any:
    """The expected answer of one call as it stands in the file. A blank argument is left to its default."""
    given = to_mpf(list(arguments))
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    named = {name: value for name, value in zip(names, given, strict=False) if value is not None}
    try:
        return to_text(function(**named))
    except Refused as code:
        return str(code)


def write(
    program: str,
    functions: dict[str, Function],
    samples: dict[str, list[Point]],
    tolerances: dict[str, Tolerance | Callable[..., Tolerance]],
) -> None:
    """Evaluate every point and keep the rows beside the program."""
    lines = []
    for name, function in functions.items():
        for arguments, note in samples[name]:
            tolerance = tolerances.get(name, CLOSED)
            expected = evaluate(function, arguments)
            if expected in (VALUE, NUM, DIV0, NA):
                tolerance = EXACT
            elif callable(tolerance):
                tolerance = tolerance(*to_mpf(arguments))
            row = {
                "function": name, "arguments": arguments, "expected": expected, "tolerance": tolerance, "note": note,
            }  # fmt: skip
            lines.append(json.dumps(row, ensure_ascii=False))
    Path(program).with_suffix(".json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
