"""The commonest call by the shortest way: one case of plain numbers, all within their bounds, with a finite answer.

corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)   →   six arrays of one number, and the model: a quarter of the time
llcr([40, 42, 44], 80, 0.08)           →   the series as a row, and the model: half of the time
corr_ltv(70, 100, 1.2, 0.5, 0.4, 1)    →   nothing; the call goes the long way, which says what is wrong

What is answered here is what the long way answers; a test compares the two for every function.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np

from computefi.arrays import FloatArray
from computefi.errors import ModelError
from computefi.spec.binding import PATHS
from computefi.spec.budget import spend
from computefi.spec.convert import is_text
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import Choice, Kind, Shape
from computefi.spec.outcome import Outcome, final, unfit

NUMBERS = frozenset((float, int))
ROWS = frozenset((tuple, list))


class Plain(NamedTuple):
    """One argument as this way asks about it: a number, or numbers, in closed bounds, or one of some words."""

    name: str
    low: float
    high: float
    tests: tuple[Callable[[float], bool], ...]
    words: frozenset[str]
    default: FloatArray | str | None
    kind: Kind | None
    axes: tuple[str, ...]
    size: int


def plain_call(spec: Spec, arguments: Sequence[Any]) -> Outcome | None:
    """The outcome of a call of plain numbers; nothing where the call or its answer is anything else."""
    parameters = _plain(spec)
    if parameters is None or len(arguments) > len(parameters):
        return None
    return _of_series(spec, parameters, arguments) if spec.axes else _of_numbers(spec, parameters, arguments)


def _of_numbers(spec: Spec, parameters: tuple[Plain, ...], arguments: Sequence[Any]) -> Outcome | None:
    """A call of a function that takes single numbers only."""
    given: dict[str, Any] = {}
    names: list[str] = []
    numbers: list[float] = []
    for (name, low, high, tests, words, default, _, _, _), value in zip(parameters, arguments, strict=False):
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
    return _answer(spec, given, 1)


def _of_series(spec: Spec, parameters: tuple[Plain, ...], arguments: Sequence[Any]) -> Outcome | None:
    """A call of a function that takes series or matrices too: one case, and one length along an axis."""
    given: dict[str, Any] = {}
    lengths: dict[str, int] = {}
    for asked, value in zip(parameters, chain(arguments, repeat(MISSING)), strict=False):
        taken = given[asked.name] = _taken(asked, value)
        if taken is None:
            return None
        if type(taken) is str or taken.size == 1:
            continue
        for axis, length in zip(asked.axes, taken.shape, strict=True):
            if lengths.setdefault(axis, length) != length or (asked.size and length != asked.size):
                return None
    for asked in parameters:
        if len(asked.axes) == 1:
            series, length = given[asked.name].reshape(1, -1), lengths.get(asked.axes[0], asked.size or 1)
            given[asked.name] = series if series.size == length else np.broadcast_to(series, (1, length))
    return _answer(spec, given, max(lengths.values(), default=1))


def _taken(asked: Plain, value: Any) -> Any:
    """A word, a row of one number or more, or a matrix; nothing for what is no such or out of bounds."""
    kind = type(value)
    if value is MISSING or value is None:
        return asked.default
    if kind is str:
        return value if value in asked.words else None
    if kind is float or kind is int:
        inside = asked.low <= value <= asked.high and all(test(value) for test in asked.tests)
        return np.array((value,), dtype=np.float64) if inside and len(asked.axes) < 2 else None
    block = _block(value)
    if asked.kind is None or block is None or not (block.min() >= asked.low and block.max() <= asked.high):
        return None
    if asked.tests and (asked.kind.outside(block).any() or (asked.kind.zero_divides and not block.all())):
        return None
    if len(asked.axes) == 2:
        return block if block.ndim == 2 and min(block.shape) > 1 else None
    # A row and a column of cells are the same series; several rows are several cases.
    one = block.size == 1 or (asked.axes and (block.ndim == 1 or 1 in block.shape))
    return block.reshape(-1) if one else None


def _block(value: Any) -> FloatArray | None:
    """Several numbers, or rows of them, as an array; nothing where one is no plain number."""
    if type(value) is np.ndarray:
        return value if value.dtype == np.float64 and value.size and value.ndim in (1, 2) else None
    if type(value) not in ROWS or not value:
        return None
    nested = type(value[0]) in ROWS
    if nested and not (value[0] and ROWS.issuperset(map(type, value)) and len(set(map(len, value))) == 1):
        return None
    if not NUMBERS.issuperset(map(type, chain.from_iterable(value) if nested else value)):
        return None
    try:
        return np.array(value, dtype=np.float64)
    except OverflowError:  # a Python integer beyond any float
        return None


def _answer(spec: Spec, given: dict[str, Any], longest: int) -> Outcome | None:
    result = spec.result
    with np.errstate(all="ignore"):
        for rule in spec.rules:
            # Of one case, so one truth value, or one for each entry of a series.
            holds = rule.holds(*[given[name] for name in rule.reads])
            if not (np.all(holds) if spec.axes else holds):
                return None
        try:
            spend(spec.name, max(longest, len(result.columns) + (longest if result.more else 0)), 0)
            values = final(spec.function(**given))
        except ModelError:
            return None
    if not result.rows:
        values = values.reshape(1, -1)
    if values.size == 1 and values.dtype == np.float64:
        return Outcome(values) if math.isfinite(values.item()) else None
    return None if unfit(values).any() else Outcome(values)


@functools.cache
def _plain(spec: Spec) -> tuple[Plain, ...] | None:
    """How each argument is asked about; nothing for functions of cells and of paths."""
    if spec.raw or any(parameter.kind.unit == PATHS for parameter in spec.parameters):
        return None
    return tuple([_asked(parameter) for parameter in spec.parameters])


def _asked(parameter: Parameter) -> Plain:
    name, kind, default = parameter.name, parameter.kind, parameter.default
    assert isinstance(parameter.shape, Shape)
    shape = parameter.shape
    axes = shape.axes
    if is_text(parameter):
        words = frozenset(kind.words) if isinstance(kind, Choice) else frozenset()
        word = str(default) if parameter.optional and default is not MISSING else None
        return Plain(name, math.inf, -math.inf, (), words, word, None, axes, 0)
    assert isinstance(kind, Kind)
    low, high = max(kind.low, -sys.float_info.max), min(kind.high, sys.float_info.max)
    tests: list[Callable[[float], bool]] = []
    if kind.flag:
        tests.append((0.0, 1.0).__contains__)
    elif kind.whole:
        tests.append(lambda value: value == math.floor(value))
    if kind.zero_divides:
        tests.append(bool)
    usual: FloatArray | None = None
    if parameter.optional and (len(axes) < 2 or shape.number_too):
        usual = np.atleast_2d(default) if len(axes) == 2 else np.reshape(default, -1)
    return Plain(
        name,
        math.nextafter(low, math.inf) if kind.low_open else low,
        math.nextafter(high, -math.inf) if kind.high_open else high,
        tuple(tests), frozenset(), usual, kind, axes, shape.size,
    )  # fmt: skip
