"""The commonest call by the shortest way: single numbers, all within their bounds, and an answer that is finite.

corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)   →   six arrays of one number, and the model: a quarter of the time
corr_ltv(70, 100, 1.2, 0.5, 0.4, 1)    →   nothing; the call goes the long way, which says what is wrong

What is answered here is what the long way answers; a test compares the two for every function.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from computefi.arrays import FloatArray
from computefi.errors import ModelError
from computefi.spec.binding import PATHS
from computefi.spec.budget import spend
from computefi.spec.convert import is_text
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import Choice, Kind
from computefi.spec.outcome import Outcome, final, unfit


class Plain(NamedTuple):
    """One argument as this way asks about it: a number in closed bounds, or one of some words."""

    name: str
    low: float
    high: float
    tests: tuple[Callable[[float], bool], ...]
    words: frozenset[str]
    default: FloatArray | str | None


def plain_call(spec: Spec, arguments: Sequence[Any]) -> Outcome | None:
    """The outcome of a call of single numbers; nothing where the call or its answer is anything else."""
    parameters = _plain(spec)
    if parameters is None or len(arguments) > len(parameters):
        return None
    given: dict[str, Any] = {}
    names: list[str] = []
    numbers: list[float] = []
    for (name, low, high, tests, words, default), value in zip(parameters, arguments, strict=False):
        kind = type(value)
        if (kind is float or kind is int) and low <= value <= high:
            for test in tests:
                if not test(value):
                    return None
            names.append(name)
            numbers.append(value)
        elif (value is MISSING or value is None) and default is not None:
            given[name] = default
        elif kind is str and value in words:
            given[name] = value
        else:
            return None
    for parameter in parameters[len(arguments) :]:
        if parameter.default is None:
            return None
        given[parameter.name] = parameter.default
    given.update(zip(names, np.array(numbers, dtype=np.float64).reshape(-1, 1), strict=True))
    return _answer(spec, given)


def _answer(spec: Spec, given: dict[str, Any]) -> Outcome | None:
    with np.errstate(all="ignore"):
        for rule in spec.rules:
            # Of single numbers, so one truth value.
            if not rule.holds(*[given[name] for name in rule.reads]):
                return None
        try:
            spend(spec.name, len(spec.result.columns), 0)
            values = final(spec.function(**given)).reshape(1, -1)
        except ModelError:
            return None
    if values.size == 1 and values.dtype == np.float64:
        return Outcome(values) if math.isfinite(values.item()) else None
    return None if unfit(values).any() else Outcome(values)


@functools.cache
def _plain(spec: Spec) -> tuple[Plain, ...] | None:
    """How each argument is asked about; nothing for functions of series, of cells, of paths and for schedules."""
    if spec.axes or spec.raw or spec.result.rows or spec.result.more:
        return None
    if any(parameter.kind.unit == PATHS for parameter in spec.parameters):
        return None
    return tuple([_asked(parameter) for parameter in spec.parameters])


def _asked(parameter: Parameter) -> Plain:
    kind = parameter.kind
    if is_text(parameter):
        words = frozenset(kind.words) if isinstance(kind, Choice) else frozenset()
        default = str(parameter.default) if parameter.optional and parameter.default is not MISSING else None
        return Plain(parameter.name, math.inf, -math.inf, (), words, default)
    assert isinstance(kind, Kind)
    low, high = max(kind.low, -sys.float_info.max), min(kind.high, sys.float_info.max)
    tests: list[Callable[[float], bool]] = []
    if kind.flag:
        tests.append((0.0, 1.0).__contains__)
    elif kind.whole:
        tests.append(lambda value: value == math.floor(value))
    if kind.zero_divides:
        tests.append(bool)
    return Plain(
        parameter.name,
        math.nextafter(low, math.inf) if kind.low_open else low,
        math.nextafter(high, -math.inf) if kind.high_open else high,
        tuple(tests),
        frozenset(),
        np.broadcast_to(parameter.default, 1) if parameter.optional else None,
    )
