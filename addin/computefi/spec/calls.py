"""The one call path: cells → convert → check → model → result, or ModelError → cell.

`call_many` is the primitive: all calls of one function in as few numpy calls as their shapes allow, never a
Python loop over cells. `call` is its case of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from computefi.errors import InputError, ModelError
from computefi.spec.binding import Binding, axes_of, bind, check_count, group_key
from computefi.spec.convert import Argument, convert_text, is_text
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import Raw, Shape
from computefi.spec.outcome import CODE_NUMBER, Outcome, failed, final, unfit
from computefi.spec.plain import plain_call
from computefi.spec.running import one_case, run

NUMBERS = frozenset((float, int))
SERIES_OR_NUMBERS = NUMBERS | {tuple}
PLAIN_NUMBERS = frozenset((float, int, type(MISSING)))
PLAIN_WORDS = frozenset((str, type(MISSING)))


def call(spec: Spec, arguments: Sequence[Any]) -> Outcome:
    """One call of a sheet function."""
    return plain_call(spec, arguments) or call_many(spec, [arguments])[0]


def call_many(spec: Spec, calls: Sequence[Sequence[Any]]) -> list[Outcome]:
    """Many calls of one sheet function, those of one shape in one vectorised call."""
    if spec.raw:
        return [_call_raw(spec, arguments) for arguments in calls]
    outcomes: list[Outcome | None] = [None] * len(calls)
    for index, outcome in _plain_calls(spec, calls):
        outcomes[index] = outcome
    groups: dict[Any, list[tuple[int, Binding]]] = {}
    cache: dict[Any, Argument] = {}
    for index, arguments in enumerate(calls):
        if outcomes[index] is not None:
            continue
        try:
            binding = bind(spec, arguments, cache)
        except ModelError as error:
            outcomes[index] = failed(error, whole=True)
            continue
        groups.setdefault(group_key(binding), []).append((index, binding))
    for members in groups.values():
        for (index, _), outcome in zip(members, run(spec, [binding for _, binding in members]), strict=True):
            outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def _plain_calls(spec: Spec, calls: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Outcome]]:
    """Calls of plain numbers, answered as the rows of one call over columns: the two calls (70, 100) and (35, 100)
    as the one call ((70, 35), (100, 100)), and their series as the rows of a block. A workbook is full of them, and to
    convert and bind each by itself would cost many times the calculation. A call that fails is asked again alone, so
    that its reason speaks of no row."""
    if len(calls) < 2 or spec.result.rows or any(axes_of(parameter) == 2 for parameter in spec.parameters):
        return
    for members in (_series_groups if spec.axes else _plain_groups)(spec, calls):
        if len(members) < 2:
            continue
        columns = zip_longest(*members.values(), fillvalue=MISSING)
        lengths = _lengths(spec, next(iter(members.values())))
        if lengths is None:
            continue
        outcome = call(spec, [_column(p, cells, lengths) for p, cells in zip(spec.parameters, columns, strict=False)])
        values, codes = outcome.values, outcome.codes
        if len(values) != len(members):  # failed as a whole
            continue
        failing = set() if codes is None else set(np.flatnonzero(codes.any(axis=1)).tolist())
        for row, index in enumerate(members):
            yield index, call(spec, calls[index]) if row in failing else Outcome(values[row : row + 1])


def _plain_groups(spec: Spec, calls: Sequence[Sequence[Any]]) -> Iterable[dict[int, Sequence[Any]]]:
    """Calls by their places that differ in nothing but single numbers, and words where words are asked for."""
    most, least = len(spec.parameters), sum(not p.optional for p in spec.parameters)
    words = [place for place, parameter in enumerate(spec.parameters) if is_text(parameter)]
    groups: dict[tuple[Any, ...], dict[int, Sequence[Any]]] = {}
    for index, arguments in enumerate(calls):
        if not least <= len(arguments) <= most:
            continue
        key: tuple[Any, ...] = ()
        numbers = arguments
        if words:
            key = tuple([arguments[place] for place in words if place < len(arguments)])
            if not PLAIN_WORDS.issuperset(map(type, key)):
                continue
            numbers = [argument for place, argument in enumerate(arguments) if place not in words]
        if PLAIN_NUMBERS.issuperset(map(type, numbers)):
            groups.setdefault(key, {})[index] = arguments
    return groups.values()


def _series_groups(spec: Spec, calls: Sequence[Sequence[Any]]) -> Iterable[dict[int, Sequence[Any]]]:
    """The same of a function of series, each put in a row: calls whose series are as long, or the same cells."""
    most, least = len(spec.parameters), sum(not p.optional for p in spec.parameters)
    groups: dict[tuple[Any, ...], dict[int, Sequence[Any]]] = {}
    known: dict[int, tuple[Any, ...]] = {}
    for index, arguments in enumerate(calls):
        if not least <= len(arguments) <= most:
            continue
        key: list[Any] = []
        row: list[Any] = []
        for parameter, argument in zip(spec.parameters, arguments, strict=False):
            kind = type(argument)
            if is_text(parameter):
                key.append(argument)
                plain = kind in PLAIN_WORDS
            elif not series_of(parameter):
                plain = kind in PLAIN_NUMBERS
            elif kind in PLAIN_NUMBERS:
                key.append(kind is type(MISSING))
                plain = True
            else:
                place = id(argument)
                if place not in known:
                    known[place] = in_a_row(argument)
                argument = known[place]
                key.append((len(argument), None if NUMBERS.issuperset(map(type, argument)) else place))
                plain = len(argument) > 1
            if not plain:
                break
            row.append(argument)
        else:
            groups.setdefault(tuple(key), {})[index] = row
    return groups.values()


def in_a_row(argument: Any) -> tuple[Any, ...]:
    """The cells of a row or of a column; none where it is no such."""
    if type(argument) is not tuple or not argument or type(argument[0]) is not tuple:
        return ()
    if len(argument) == 1:
        return argument[0]
    return tuple([cell for (cell,) in argument]) if len(argument[0]) == 1 else ()


def series_of(parameter: Parameter) -> Shape | None:
    """The shape of an argument that is a series."""
    shape = parameter.shape
    return shape if isinstance(shape, Shape) and shape.axes else None


def _lengths(spec: Spec, row: Sequence[Any]) -> dict[str, int] | None:
    """How long the series along each axis are; None where a number stands for a series of unknown length."""
    lengths: dict[str, int] = {}
    asked: set[str] = set()
    for parameter, argument in zip(spec.parameters, row, strict=False):
        series = series_of(parameter)
        if series and type(argument) is tuple:
            lengths[series.axes[0]] = len(argument)
        elif series and type(argument) in NUMBERS and not series.number_too:
            asked.add(series.axes[0])
    return lengths if asked <= lengths.keys() else None


def _column(parameter: Parameter, cells: tuple[Any, ...], lengths: dict[str, int]) -> Any:
    """One argument of many calls: a word, a row for each series or for all, or a column in which one left out is its
    default, as a blank cell is; a number for a series is a row of it."""
    if is_text(parameter):
        return cells[0]
    first, kinds = cells[0], set(map(type, cells))
    if type(first) is tuple and all(cell is first for cell in cells):
        return (first,)  # one series for all
    if kinds <= SERIES_OR_NUMBERS:
        series = series_of(parameter)
        try:
            column = np.array(cells, dtype=np.float64)
            if series and column.ndim == 1 and not series.number_too:  # several would be one series
                return np.repeat(column[:, None], lengths[series.axes[0]], axis=1)
            return column
        except OverflowError:  # a Python integer beyond any float
            return cells if tuple in kinds else tuple([(cell,) for cell in cells])
    if len(kinds) == 1:
        return MISSING
    return tuple([(None if parameter.optional and cell is MISSING else cell,) for cell in cells])


def _call_raw(spec: Spec, arguments: Sequence[Any]) -> Outcome:
    words, rest = [], list(arguments)
    try:
        check_count(spec, rest)
        for parameter in spec.parameters:
            if isinstance(parameter.shape, Raw):
                break
            words.append(convert_text(parameter, rest.pop(0) if rest else MISSING))
        while rest and rest[-1] is MISSING:
            rest.pop()
        required = sum(isinstance(p.shape, Raw) and not p.optional for p in spec.parameters)
        rest += [MISSING] * (required - len(rest))
        answer = spec.function(*words, *rest)
    except ModelError as error:
        return failed(error, whole=True)
    values = final(np.atleast_2d(np.array(answer, dtype=object)))
    bad = unfit(values)
    if not bad.any():
        return Outcome(values)
    text, kind = spec.nan
    codes = np.where(bad, CODE_NUMBER[kind.code], 0).astype(np.uint8)
    return Outcome(values, codes, lambda _row, _column: kind("", text))


def model_arguments(spec: Spec, arguments: Sequence[Any]) -> dict[str, Any]:
    """The arguments of a call of one case as its model sees them, defaults included."""
    binding = bind(spec, arguments, {})
    if binding.cases > 1:
        raise InputError(spec.name, "must be asked about one case", f"{binding.cases} cases")
    return one_case(binding, 0)
