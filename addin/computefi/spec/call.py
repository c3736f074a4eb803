"""The one call path: cells → convert → check → model → result, or ModelError → cell.

`call_many` is the primitive: all calls of one function in as few numpy calls as their shapes allow, never a
Python loop over cells. `call` is its case of one; `checked` gives it to Python users.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import Code, InputError, ModelError
from computefi.spec.convert import (
    ERRORS,
    FIRST_OTHER,
    NOT_FINITE,
    OUTSIDE,
    ZERO,
    Converted,
    convert,
    convert_text,
    incoming_error,
    is_text,
    result_cell,
    shape_words,
)
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import FloatArray, Raw, Shape

CODE_NUMBER = {code: number for number, code in enumerate(ERRORS, start=1)}
CodeArray = NDArray[np.uint8]
PLAIN = frozenset((float, int, type(MISSING)))


@dataclass(slots=True)
class Outcome:
    """What a call gave: values as a block, the cells that failed, and why."""

    values: NDArray[Any]
    codes: CodeArray | None = None
    explain: Callable[[int, int], ModelError] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.values.shape
        return rows, columns

    def cells(self) -> list[list[Any]]:
        """Rows of cells: numbers, text, booleans and `Code` where a cell failed."""
        if self.codes is None:
            rows: list[list[Any]] = self.values.tolist()
            return rows
        cells = self.values.astype(object)
        for row, column in np.argwhere(self.codes):
            cells[row, column] = ERRORS[self.codes[row, column] - 1]
        return list(cells.tolist())

    def reasons(self) -> Iterator[tuple[tuple[int, int], ModelError]]:
        """Position and error of every failing cell."""
        if self.codes is not None and self.explain is not None:
            for row, column in np.argwhere(self.codes).tolist():
                yield (row, column), self.explain(row, column)

    def first_error(self) -> ModelError | None:
        return next((error for _, error in self.reasons()), None)


def failed(error: ModelError, shape: tuple[int, int] = (1, 1)) -> Outcome:
    """The outcome of a call that fails as a whole."""

    def explain(_row: int, _column: int) -> ModelError:
        return error

    return Outcome(np.full(shape, np.nan), np.full(shape, CODE_NUMBER[error.code], np.uint8), explain)


@dataclass(slots=True)
class _Bound:
    """One call with its arguments converted and its shape known."""

    spec: Spec
    words: tuple[str, ...] = ()
    numbers: list[Converted] = field(default_factory=list)
    cases: int = 1
    out: tuple[int, int] = (1, 1)
    lengths: dict[str, int] = field(default_factory=dict)

    def row_in(self, converted: Converted, case: int) -> tuple[int, int]:
        """The cell of a number argument that belongs to one case."""
        rows, columns = converted.shape
        if self.spec.axes:
            return (case if rows > 1 else 0), 0
        row, column = divmod(case, self.out[1])
        return (row if rows > 1 else 0), (column if columns > 1 else 0)


def call(spec: Spec, arguments: Sequence[Any]) -> Outcome:
    """One call of a sheet function."""
    return call_many(spec, [arguments])[0]


def call_many(spec: Spec, calls: Sequence[Sequence[Any]]) -> list[Outcome]:
    """Many calls of one sheet function, those of one shape in one vectorised call."""
    if spec.raw:
        return [_call_raw(spec, arguments) for arguments in calls]
    outcomes: list[Outcome | None] = [None] * len(calls)
    for index, outcome in _call_plain(spec, calls):
        outcomes[index] = outcome
    groups: dict[Any, list[tuple[int, _Bound]]] = {}
    cache: dict[Any, Converted] = {}
    for index, arguments in enumerate(calls):
        if outcomes[index] is not None:
            continue
        try:
            bound = _bind(spec, arguments, cache)
        except ModelError as error:
            outcomes[index] = failed(error)
            continue
        groups.setdefault(_group(bound), []).append((index, bound))
    for members in groups.values():
        for (index, _), outcome in zip(members, _run(spec, [bound for _, bound in members]), strict=True):
            outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def _call_plain(spec: Spec, calls: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Outcome]]:
    """Calls whose arguments are all single numbers, as one call over columns. A workbook is full of them, and to
    convert and bind each by itself would cost many times the calculation."""
    parameters = spec.parameters
    if spec.axes or spec.result.rows or any(map(is_text, parameters)):
        return
    required = sum(not p.optional for p in parameters)
    plain = [
        index
        for index, arguments in enumerate(calls)
        if required <= len(arguments) <= len(parameters) and PLAIN.issuperset(map(type, arguments))
    ]
    if len(plain) < 2:
        return
    columns: list[Any] = []
    for place, parameter in enumerate(parameters):
        given = [calls[i][place] if place < len(calls[i]) else MISSING for i in plain]
        if all(number is MISSING for number in given):
            columns.append(MISSING)
        elif parameter.optional:  # a missing one among them is its default, as a blank cell is
            columns.append(tuple((None if number is MISSING else number,) for number in given))
        else:
            columns.append(tuple((number,) for number in given))
    outcome = call(spec, columns)
    for row, index in enumerate(plain):
        if outcome.codes is not None and outcome.codes[row].any():
            yield index, call(spec, calls[index])  # alone, so that its reason speaks of no row
        else:
            yield index, Outcome(outcome.values[row : row + 1])


def _call_raw(spec: Spec, arguments: Sequence[Any]) -> Outcome:
    words, rest = [], list(arguments)
    try:
        _count(spec, rest)
        for parameter in spec.parameters:
            if isinstance(parameter.shape, Raw):
                break
            words.append(convert_text(parameter, rest.pop(0) if rest else MISSING))
        while rest and rest[-1] is MISSING:
            rest.pop()
        answer = spec.function(*words, *rest)
    except ModelError as error:
        return failed(error)
    return Outcome(np.atleast_2d(np.array(answer, dtype=object)))


def _count(spec: Spec, arguments: Sequence[Any]) -> None:
    if len(arguments) > len(spec.parameters):
        raise InputError(spec.name, f"takes at most {len(spec.parameters)} arguments", len(arguments))


def _incoming(spec: Spec, arguments: Sequence[Any]) -> ModelError | None:
    """An Excel error among the arguments goes out even where the call fails as a whole."""
    found = (incoming_error(p, a) for p, a in zip(spec.parameters, arguments, strict=False))
    return next((error for error in found if error is not None), None)


def _convert_all(
    spec: Spec, arguments: Sequence[Any], cache: dict[Any, Converted]
) -> tuple[list[str], list[Converted]]:
    words, numbers = [], []
    for position, parameter in enumerate(spec.parameters):
        argument = arguments[position] if position < len(arguments) else MISSING
        if is_text(parameter):
            words.append(convert_text(parameter, argument))
            continue
        # A range is known by its identity, a number by its value and type: TRUE is not 1.
        plain = type(argument) in (float, int)
        key = (position, type(argument), argument) if plain else (position, id(argument))
        if key not in cache:
            cache[key] = convert(parameter, argument)
        numbers.append(cache[key])
    return words, numbers


def _bind(spec: Spec, arguments: Sequence[Any], cache: dict[Any, Converted]) -> _Bound:
    _count(spec, arguments)
    try:
        words, numbers = _convert_all(spec, arguments, cache)
    except ModelError as error:  # an Excel error goes out even where another argument is missing or no known word
        raise _incoming(spec, arguments) or error from None
    bound = _Bound(spec, tuple(words), numbers)
    if spec.axes:
        _shape_series(bound)
    else:
        _shape_cells(bound)
    if spec.result.rows and bound.cases > 1:
        raise InputError(spec.name, "takes one case", f"{bound.cases} cases")
    return bound


def _shape_cells(bound: _Bound) -> None:
    """Cell by cell, a row against a column makes the grid."""
    try:
        rows, columns = np.broadcast_shapes(*(c.shape for c in bound.numbers))
    except ValueError:
        sizes = shape_words((c.parameter.name, c.shape) for c in bound.numbers if c.shape != (1, 1))
        raise InputError("the ranges", f"must have shapes that fit: {sizes}") from None
    if not bound.spec.result.single and rows > 1 and columns > 1:
        raise InputError(bound.spec.name, "gives several numbers and takes one row or one column of cases, not a grid")
    bound.cases, bound.out = rows * columns, (rows, columns)


def _shape_series(bound: _Bound) -> None:
    """A row per series; a number goes with every series, a column of numbers row by row."""
    owner: dict[str, str] = {}
    cases_of: dict[str, int] = {}
    for converted in bound.numbers:
        parameter, (rows, columns) = converted.parameter, converted.shape
        assert isinstance(parameter.shape, Shape)
        axes = parameter.shape.axes
        if len(axes) == 2:
            if not (parameter.shape.number_too and rows == columns == 1):
                _fit(bound, owner, parameter, axes[0], rows)
                _fit(bound, owner, parameter, axes[1], columns)
        elif not axes:
            if columns > 1:
                raise InputError(
                    parameter.name, "must be one number, or one column with a number per case", f"{rows}×{columns}"
                )
            cases_of[parameter.name] = rows
        elif rows > 1 and columns > 1:
            if bound.spec.has_matrix and not bound.spec.blocks:
                raise InputError(parameter.name, "must be one row or one column", f"a block of {rows}×{columns}")
            cases_of[parameter.name] = rows
            _fit(bound, owner, parameter, axes[0], columns)
        elif rows * columns > 1:
            _fit(bound, owner, parameter, axes[0], rows * columns)
    several = {name: cases for name, cases in cases_of.items() if cases > 1}
    if len(set(several.values())) > 1:
        rows_of = ", ".join(f"{name} {cases}" for name, cases in several.items())
        raise InputError("the arguments", f"must have the same number of rows, one per case: {rows_of}")
    bound.cases = max(several.values(), default=1)
    bound.out = (bound.cases, 1)


def _fit(bound: _Bound, owner: dict[str, str], parameter: Parameter, axis: str, length: int) -> None:
    """Two arguments along one axis have one length; where not, both are named."""
    assert isinstance(parameter.shape, Shape)
    if parameter.shape.size and length != parameter.shape.size:
        raise InputError(parameter.name, f"must have {parameter.shape.size} entries", length)
    known = bound.lengths.get(axis)
    if known is None:
        bound.lengths[axis], owner[axis] = length, parameter.name
    elif known != length:
        like = "as many columns as rows" if owner[axis] == parameter.name else f"{known} entries like {owner[axis]}"
        raise InputError(parameter.name, f"must have {like}", length)


def _group(bound: _Bound) -> Any:
    """Calls that share this key can be run as one."""
    lengths = tuple(sorted(bound.lengths.items()))
    # A matrix has no axis for cases, so only calls on the same one go together; a schedule stands alone.
    matrices = tuple(id(c.cells) for c in bound.numbers if _axes(c.parameter) == 2)
    return bound.words, lengths, matrices, id(bound) if bound.spec.result.rows else 0


def _axes(parameter: Parameter) -> int:
    return len(parameter.shape.axes) if isinstance(parameter.shape, Shape) else 0


def _spread(bound: _Bound, converted: Converted, block: NDArray[Any]) -> NDArray[Any]:
    """An argument (its numbers or its faults) with one entry, or one series, per case."""
    rows, columns = block.shape
    if not bound.spec.axes:
        return (block if block.shape == bound.out else np.broadcast_to(block, bound.out)).reshape(-1)
    shape = converted.parameter.shape
    assert isinstance(shape, Shape)
    axes = shape.axes
    if len(axes) == 2:
        return block
    if axes and (columns == 1 or rows == 1):  # a row and a column are the same series
        block = block.reshape(1, -1)
    wanted = (bound.cases, bound.lengths.get(axes[0], shape.size or 1) if axes else 1)
    spread = block if block.shape == wanted else np.broadcast_to(block, wanted)
    return spread if axes else spread[:, 0]


def _run(spec: Spec, group: list[_Bound]) -> list[Outcome]:
    """Check and run calls of one shape together, then give each its part."""
    cases = sum(bound.cases for bound in group)
    arguments = _stack(spec, group)
    broken = _broken(group, cases)
    ruled = np.zeros(cases, dtype=np.uint8)
    with np.errstate(all="ignore"):
        good = _apply_rules(spec, arguments, broken == 0, ruled)
        try:
            answer = _model(spec, arguments, good, _blank_answer(group[0], cases))
        except ModelError as error:
            if len(group) > 1:  # the fault of one call is not the others'
                return [outcome for bound in group for outcome in _run(spec, [bound])]
            return [failed(error, _blank_answer(group[0], cases))]
    codes = _codes(spec, answer, broken, ruled)
    outcomes, start = [], 0
    for bound in group:
        rows = slice(start, start + bound.cases) if not spec.result.rows else slice(None)
        values, mine = answer[rows], None if codes is None else codes[rows]
        if spec.result.single:
            values = values.reshape(bound.out)
            mine = None if mine is None else mine.reshape(bound.out)
        if mine is not None and not mine.any():
            mine = None
        explain = None if mine is None else functools.partial(_explain, bound, ruled[start : start + bound.cases])
        outcomes.append(Outcome(values, mine, explain))
        start += bound.cases
    return outcomes


def _stack(spec: Spec, group: list[_Bound]) -> dict[str, Any]:
    """The model's arguments by name: the calls one below the other."""
    arguments: dict[str, Any] = {}
    words = iter(group[0].words)
    place = 0
    for parameter in spec.parameters:
        if is_text(parameter):
            arguments[parameter.name] = next(words)
            continue
        parts = [bound.numbers[place] for bound in group]
        place += 1
        if len(group) == 1 or _axes(parameter) == 2:
            arguments[parameter.name] = _spread(group[0], parts[0], parts[0].numbers)
        elif all(part is parts[0] for part in parts) and all(bound.cases == 1 for bound in group):
            shared = _spread(group[0], parts[0], parts[0].numbers)  # one range read by all, as in a grid of calls
            arguments[parameter.name] = np.broadcast_to(shared, (len(group), *shared.shape[1:]))
        else:
            spread = [_spread(bound, part, part.numbers) for bound, part in zip(group, parts, strict=True)]
            arguments[parameter.name] = np.concatenate(spread)
    return arguments


def _broken(group: list[_Bound], cases: int) -> CodeArray:
    """The code number of each case whose arguments are at fault; an incoming error goes before all else."""
    broken = np.zeros(cases, dtype=np.uint8)
    start = 0
    for bound in group:
        mine = broken[start : start + bound.cases]
        start += bound.cases
        faulty = [c for c in bound.numbers if c.faults is not None]
        for incoming in (True, False):
            for converted in faulty:
                assert converted.faults is not None
                faults = _spread(bound, converted, converted.faults)
                if faults.ndim == 2:
                    faults = faults.reshape(1, -1) if _axes(converted.parameter) == 2 else faults
                    faults = _first_fault(faults, incoming)
                chosen = (mine == 0) & (faults > 0) & ((faults < FIRST_OTHER) == incoming)
                mine[chosen] = CODE_OF_FAULT[np.broadcast_to(faults, mine.shape)[chosen]]
    return broken


def _first_fault(faults: NDArray[np.uint8], incoming: bool) -> NDArray[np.uint8]:
    """The first fault of each series: of incoming errors, or of the others."""
    wanted = (faults > 0) & ((faults < FIRST_OTHER) == incoming)
    position = wanted.argmax(axis=1)
    picked = np.take_along_axis(faults, position[:, None], axis=1)[:, 0]
    return np.where(wanted.any(axis=1), picked, 0).astype(np.uint8)


def _code_of_fault() -> NDArray[np.uint8]:
    """Fault numbers to code numbers."""
    table = np.full(256, CODE_NUMBER[Code.VALUE], dtype=np.uint8)
    table[0] = 0
    for number in range(1, FIRST_OTHER):
        table[number] = number
    table[OUTSIDE] = table[NOT_FINITE] = CODE_NUMBER[Code.NUM]
    table[ZERO] = CODE_NUMBER[Code.DIV0]
    return table


CODE_OF_FAULT = _code_of_fault()


def _apply_rules(spec: Spec, arguments: dict[str, Any], good: NDArray[np.bool_], ruled: CodeArray) -> NDArray[np.bool_]:
    """Cases that pass every rule; the others get the number of the first rule they break."""
    for number, rule in enumerate(spec.rules, start=1):
        holds = np.asarray(rule.holds(**{name: arguments[name] for name in rule.reads}))
        if holds.ndim == 2:
            holds = np.asarray(holds.all(axis=1))
        breaks = good & ~np.broadcast_to(holds, good.shape)
        ruled[breaks] = number
        good &= ~breaks
    return good


def _blank_answer(bound: _Bound, cases: int) -> tuple[int, int]:
    """The extent of an answer of which nothing is known but the shape of the arguments."""
    result = bound.spec.result
    if result.rows:  # a schedule that fails is one cell
        return 1, 1
    return cases, len(result.columns) + (max(bound.lengths.values(), default=1) if result.more else 0)


def _model(spec: Spec, arguments: dict[str, Any], good: NDArray[np.bool_], blank: tuple[int, int]) -> NDArray[Any]:
    """The model's answer for the good cases, NaN for the others, as rows of columns."""
    everything = bool(good.all())
    if not good.any():
        return np.full(blank, np.nan)
    chosen = arguments if everything else {name: _pick(spec, name, a, good) for name, a in arguments.items()}
    answer = np.asarray(spec.function(**chosen))
    if spec.result.rows:
        return answer
    answer = answer.reshape(int(good.sum()), -1)
    if everything:
        return answer
    full = np.full((len(good), answer.shape[1]), np.nan, dtype=answer.dtype)
    full[good] = answer
    return full


def _pick(spec: Spec, name: str, argument: Any, good: NDArray[np.bool_]) -> Any:
    """The good cases of one argument; a matrix and a word belong to all cases."""
    parameter = next(p for p in spec.parameters if p.name == name)
    if is_text(parameter) or _axes(parameter) == 2:
        return argument
    return argument[good]


def _codes(spec: Spec, answer: NDArray[Any], broken: CodeArray, ruled: CodeArray) -> CodeArray | None:
    """A code number for every cell of the answer that failed; NaN and infinity never leave."""
    if answer.dtype == object:
        unfit = np.array([[isinstance(c, float) and not np.isfinite(c) for c in row] for row in answer], dtype=bool)
    else:
        unfit = np.logical_not(np.isfinite(answer))
    if not unfit.any():
        return None
    codes = np.where(unfit, CODE_NUMBER[spec.nan[1].code], 0).astype(np.uint8)
    if spec.result.rows:
        reason = int(broken[0]) or (CODE_NUMBER[spec.rules[ruled[0] - 1].error.code] if ruled[0] else 0)
        if reason:
            codes[:] = reason
        return codes
    of_rule = np.array([0, *(CODE_NUMBER[rule.error.code] for rule in spec.rules)], dtype=np.uint8)
    reasons = np.where(broken > 0, broken, of_rule[ruled])
    codes[reasons > 0] = reasons[reasons > 0][:, None]
    return codes


def _explain(bound: _Bound, ruled: CodeArray, row: int, column: int) -> ModelError:
    """Why one cell of an outcome failed: an incoming error, a faulty argument, a broken rule, or no result."""
    spec = bound.spec
    case = row * bound.out[1] + column if spec.result.single else (0 if spec.result.rows else row)
    for incoming in (True, False):
        for converted in bound.numbers:
            if converted.faults is None:
                continue
            for place in _places(bound, converted, case):
                fault = converted.faults[place]
                if fault and (fault < FIRST_OTHER) == incoming:
                    return converted.error(*place)
    if ruled[case]:
        rule = spec.rules[ruled[case] - 1]
        holder = next(c for c in bound.numbers if c.parameter.name == rule.parameter)
        if holder.parameter.is_number:
            place = bound.row_in(holder, case)
            return rule.error(rule.parameter, rule.text, holder.got(*place), holder.where(*place))
        where = f"row {case + 1}" if bound.cases > 1 else ""
        return rule.error(rule.parameter, rule.text, None, where)
    text, error = spec.nan
    where = f"row {row + 1}" if bound.cases > 1 and bound.out[1] == 1 else ""
    return _fault_alone(bound, case, where) or error("", text, None, where)


def _fault_alone(bound: _Bound, case: int, where: str) -> ModelError | None:
    """What a model that raises for a whole call says of one case of many that has no answer."""
    try:
        with np.errstate(all="ignore"):
            bound.spec.function(**_one_case(bound, case))
    except ModelError as error:
        return type(error)(error.parameter, error.rule, error.got, where or error.where)
    return None


def _one_case(bound: _Bound, case: int) -> dict[str, Any]:
    """The model's arguments by name for one case."""
    stacked = _stack(bound.spec, [bound])
    chosen = np.arange(bound.cases) == case
    return {name: _pick(bound.spec, name, argument, chosen) for name, argument in stacked.items()}


def model_arguments(spec: Spec, arguments: Sequence[Any]) -> dict[str, Any]:
    """The arguments of a call of one case as its model sees them, defaults included."""
    bound = _bind(spec, arguments, {})
    if bound.cases > 1:
        raise InputError(spec.name, "must be asked about one case", f"{bound.cases} cases")
    return _one_case(bound, 0)


def _places(bound: _Bound, converted: Converted, case: int) -> list[tuple[int, int]]:
    """The cells of an argument that one case reads."""
    rows, columns = converted.shape
    axes = _axes(converted.parameter)
    if not axes:
        return [bound.row_in(converted, case)]
    if axes == 2 or rows == 1 or columns == 1:
        return [(i, j) for i in range(rows) for j in range(columns)]
    return [(case, j) for j in range(columns)]


def checked(spec: Spec) -> Callable[..., Any]:
    """The function for Python users: numpy in and out, checked as a cell is, ModelError raised.

    A flat sequence is a column. Numbers in give a float (or a row of floats where the function has several
    answers); sequences give arrays.
    """
    names = [p.name for p in spec.parameters]

    @functools.wraps(spec.function)
    def function(*arguments: Any, **named: Any) -> Any:
        values = list(arguments)
        for name in named:
            if name not in names:
                raise TypeError(f"{spec.python_name}() has no parameter {name!r}; it takes {', '.join(names)}")
            if names.index(name) < len(arguments):
                raise TypeError(f"{spec.python_name}() got {name!r} twice")
        values += [named.get(name, MISSING) for name in names[len(arguments) :]]
        outcome = call(spec, values)
        error = outcome.first_error()
        if error is not None:
            raise error
        return _as_python(spec, outcome, max((np.ndim(v) for v in values if not isinstance(v, str)), default=0))

    return function


def _as_python(spec: Spec, outcome: Outcome, dimensions: int) -> Any:
    values: FloatArray = outcome.values
    if spec.result.rows:
        return values
    if spec.result.single or spec.raw:
        if values.size == 1 and (spec.axes or spec.raw or dimensions == 0):
            return result_cell(values[0, 0])
        return values if dimensions > 1 and not spec.axes else values.ravel()
    return values[0] if len(values) == 1 and (spec.axes or dimensions == 0) else values
