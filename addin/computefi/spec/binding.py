"""The first half of a call: its arguments converted, and how their shapes go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import InputError, ModelError
from computefi.spec.budget import spend
from computefi.spec.convert import Argument, convert, convert_text, incoming_error, is_text, shape_words
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import Kind, Shape

PATHS = "paths"  # the unit of an argument that says how often something is drawn


@dataclass(slots=True)
class Binding:
    """One call with its arguments converted and its shape known."""

    spec: Spec
    words: tuple[str, ...] = ()
    numbers: list[Argument] = field(default_factory=list)
    cases: int = 1
    out: tuple[int, int] = (1, 1)
    lengths: dict[str, int] = field(default_factory=dict)
    per_case: set[str] = field(default_factory=set)  # series given as a column with a number per case
    said: dict[int, ModelError | None] = field(default_factory=dict)  # what the model said of one case by itself

    def row_in(self, argument: Argument, case: int) -> tuple[int, int]:
        """The cell of a number argument that belongs to one case."""
        rows, columns = argument.shape
        if self.spec.axes:
            return (case if rows > 1 else 0), 0
        row, column = divmod(case, self.out[1])
        return (row if rows > 1 else 0), (column if columns > 1 else 0)


def check_count(spec: Spec, arguments: Sequence[Any]) -> None:
    if len(arguments) > len(spec.parameters):
        raise InputError(spec.name, f"takes at most {len(spec.parameters)} arguments", len(arguments))


def _incoming(spec: Spec, arguments: Sequence[Any]) -> ModelError | None:
    """An Excel error among the arguments goes out even where the call fails as a whole."""
    found = (incoming_error(p, a) for p, a in zip(spec.parameters, arguments, strict=False))
    return next((error for error in found if error is not None), None)


def _convert_all(spec: Spec, arguments: Sequence[Any], cache: dict[Any, Argument]) -> tuple[list[str], list[Argument]]:
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


def bind(spec: Spec, arguments: Sequence[Any], cache: dict[Any, Argument]) -> Binding:
    check_count(spec, arguments)
    try:
        words, numbers = _convert_all(spec, arguments, cache)
    except ModelError as error:  # an Excel error goes out even where another argument is missing or no known word
        raise _incoming(spec, arguments) or error from None
    binding = Binding(spec, tuple(words), numbers)
    if spec.axes:
        _shape_series(binding)
    else:
        _shape_cells(binding)
    if spec.result.rows and binding.cases > 1:
        raise InputError(spec.name, "takes one case", f"{binding.cases} cases")
    longest = max(binding.lengths.values(), default=1)
    cells = binding.cases * (len(spec.result.columns) + (longest if spec.result.more else 0))
    spend(spec.name, max(cells, binding.cases * longest), _draws(binding) * longest)
    return binding


def _draws(binding: Binding) -> int:
    """How many paths a simulation draws for all its cases; 0 for what simulates nothing."""
    for argument in binding.numbers:
        kind = argument.parameter.kind
        if isinstance(kind, Kind) and kind.unit == PATHS:
            asked = np.clip(np.nan_to_num(argument.numbers), 0, kind.high)
            return int(asked.sum() / asked.size * binding.cases)
    return 0


def _shape_cells(binding: Binding) -> None:
    """Cell by cell, a row against a column makes the grid."""
    try:
        rows, columns = np.broadcast_shapes(*(c.shape for c in binding.numbers))
    except ValueError:
        sizes = shape_words((c.parameter.name, c.shape) for c in binding.numbers if c.shape != (1, 1))
        raise InputError("the ranges", f"must have shapes that fit: {sizes}") from None
    if not binding.spec.result.single and rows > 1 and columns > 1:
        raise InputError(
            binding.spec.name, "gives several numbers and takes one row or one column of cases, not a grid"
        )
    binding.cases, binding.out = rows * columns, (rows, columns)


def _shape_series(binding: Binding) -> None:
    """A row per series; a number goes with every series, a column of numbers row by row."""
    owner: dict[str, str] = {}
    cases_of: dict[str, int] = {}
    for argument in sorted(binding.numbers, key=_may_be_per_case):
        parameter, (rows, columns) = argument.parameter, argument.shape
        assert isinstance(parameter.shape, Shape)
        axes = parameter.shape.axes
        if _may_be_per_case(argument) and rows in cases_of.values():
            cases_of[parameter.name] = rows
            binding.per_case.add(parameter.name)
            continue
        if len(axes) == 2:
            if not (parameter.shape.number_too and rows == columns == 1):
                _fit(binding, owner, parameter, axes[0], rows)
                _fit(binding, owner, parameter, axes[1], columns)
        elif not axes:
            if columns > 1:
                raise InputError(
                    parameter.name, "must be one number, or one column with a number per case", f"{rows}×{columns}"
                )
            cases_of[parameter.name] = rows
        elif rows > 1 and columns > 1:
            if binding.spec.has_matrix and not binding.spec.blocks:
                raise InputError(parameter.name, "must be one row or one column", f"a block of {rows}×{columns}")
            cases_of[parameter.name] = rows
            _fit(binding, owner, parameter, axes[0], columns)
        elif rows * columns > 1:
            _fit(binding, owner, parameter, axes[0], rows * columns)
    several = {name: cases for name, cases in cases_of.items() if cases > 1}
    if len(set(several.values())) > 1:
        rows_of = ", ".join(f"{name} {cases}" for name, cases in several.items())
        raise InputError("the arguments", f"must have the same number of rows, one per case: {rows_of}")
    binding.cases = max(several.values(), default=1)
    binding.out = (binding.cases, 1)


def _may_be_per_case(argument: Argument) -> bool:
    """A column for a series that takes a number too: a number per case where other arguments have so many cases."""
    shape, (rows, columns) = argument.parameter.shape, argument.shape
    return isinstance(shape, Shape) and shape.number_too and len(shape.axes) == 1 and rows > columns == 1


def _fit(binding: Binding, owner: dict[str, str], parameter: Parameter, axis: str, length: int) -> None:
    """Two arguments along one axis have one length; where not, both are named."""
    assert isinstance(parameter.shape, Shape)
    if parameter.shape.size and length != parameter.shape.size:
        raise InputError(parameter.name, f"must have {parameter.shape.size} entries", length)
    known = binding.lengths.get(axis)
    if known is None:
        binding.lengths[axis], owner[axis] = length, parameter.name
    elif known != length:
        like = "as many columns as rows" if owner[axis] == parameter.name else f"{known} entries like {owner[axis]}"
        raise InputError(parameter.name, f"must have {like}", length)


def group_key(binding: Binding) -> Any:
    """Calls that share this key can be run as one."""
    lengths = tuple(sorted(binding.lengths.items()))
    # A matrix has no axis for cases, so only calls on the same one go together; a schedule stands alone.
    matrices = tuple(id(c.cells) for c in binding.numbers if axes_of(c.parameter) == 2)
    return binding.words, lengths, matrices, id(binding) if binding.spec.result.rows else 0


def axes_of(parameter: Parameter) -> int:
    return len(parameter.shape.axes) if isinstance(parameter.shape, Shape) else 0


def spread(binding: Binding, argument: Argument, block: NDArray[Any]) -> NDArray[Any]:
    """An argument (its numbers or its faults) with one entry, or one series, per case."""
    rows, columns = block.shape
    if not binding.spec.axes:
        return (block if block.shape == binding.out else np.broadcast_to(block, binding.out)).reshape(-1)
    shape = argument.parameter.shape
    assert isinstance(shape, Shape)
    axes = shape.axes
    if len(axes) == 2:
        return block
    one_series = (columns == 1 or rows == 1) and argument.parameter.name not in binding.per_case
    if axes and one_series:  # a row and a column are the same series
        block = block.reshape(1, -1)
    wanted = (binding.cases, binding.lengths.get(axes[0], shape.size or 1) if axes else 1)
    spread = block if block.shape == wanted else np.broadcast_to(block, wanted)
    return spread if axes else spread[:, 0]


def places_of(binding: Binding, argument: Argument, case: int) -> list[tuple[int, int]]:
    """The cells of an argument that one case reads."""
    rows, columns = argument.shape
    axes = axes_of(argument.parameter)
    if not axes:
        return [binding.row_in(argument, case)]
    if axes == 2 or ((rows == 1 or columns == 1) and argument.parameter.name not in binding.per_case):
        return [(i, j) for i in range(rows) for j in range(columns)]
    return [(case, j) for j in range(columns)]
