"""A table of calls per function: every kind of bad cell in every place, edges, ranges, and two faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from computefi.errors import Code
from computefi.spec import REGISTRY
from computefi.spec.convert import is_text
from computefi.spec.declaration import MISSING, Parameter, Spec
from computefi.spec.kinds import Kind, Shape

Arguments = list[Any]

# Arguments in full, so that every place can be spoiled; the examples leave the optional ones out.
FULL: dict[str, Arguments] = {
    "CFI_BACKLOG_COVERAGE": [66.8, 21.6],
    "CFI_CONTRACTED_SHARE": [80.0, 100.0, 10.0],
    "CFI_FIRM_SHARE": [3.0, 36.0, 0.1],
    "CFI_TAIL_EXPOSURE": [((100.0, 80.0, 60.0, 40.0, 20.0),), 3.0],
    "CFI_EFFECTIVE_NAMES": [((0.5, 0.3, 0.2),), 0.4],
    "CFI_RISKED_COVERAGE": [
        ((10.0, 10.0, 9.0), (6.0, 6.0, 0.0)),
        ((1.0,), (0.9,)),
        ((0.0005,), (0.03,)),
        ((0.97, 0.9),),
        0.07, 3.0, 40.0,
        ((0.5, 0.6, 0.7),),
        ((1.0, 0.5),),
        ((0.0, 0.1),),
        4.0,
    ],
    "CFI_HAIRCUT_VAR": [0.4, 0.25, 0.99, -0.3],
    "CFI_HAIRCUT_LIQUIDITY": [0.25, 1.0, 0.77, 0.35, 0.5, 0.01, 0.26],
    "CFI_COLLATERAL_HAIRCUT": [((0.3,), (0.2,), (-0.1,))],
    "CFI_GPU_RESIDUAL": [3.0, 0.26, 0.1, ((1.0, 2.5, 4.0),), ((0.1, 0.2, 0.3),)],
    "CFI_LTV": [70.0, 100.0, 0.3],
    "CFI_VALUE_IN_DEFAULT": [100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.25],
    "CFI_CORR_LTV": [70.0, 100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.1, 0.25, 0.0005],
    "CFI_CORR_LGD": [70.0, 100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.1, 0.25, 0.2, 0.09, 0.03, 0.02],
    "CFI_CORR_EL": [70.0, 100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.1, 0.25, 0.2, 0.09, 0.03, 0.02],
    "CFI_STRESS_LTV": [70.0, 100.0, 0.5, 0.4, 1.0, 0.01, -0.1, 0.1],
    "CFI_STEP_IN_LGD": [70.0, 60.0, 0.7, 100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.1, 0.25, 0.2, 0.09, 0.03, 0.02],
    "CFI_UNSMOOTH_VOL": [0.27, 0.45],
    "CFI_WRONG_WAY": [70.0, 100.0, 0.05, 0.5, 0.4, 1.0, -0.1, 0.1, 0.25],
    "CFI_DRIVER_RHO": [0.6, 0.1, 0.3, 0.05, 0.2, 0.7, 0.3, 1.2],
    "CFI_DRIVER_PD": [1.35, 0.6, 0.1, 0.3, 0.05, 0.3, 1.2, "lognormal", 0.1, 2.0, 0.0005],
    "CFI_PD_BOTH": [0.0021, 0.1288, 0.3],
    "CFI_PD_EITHER": [0.0021, 0.1288, 0.3, 0.9],
    "CFI_REBRAND_SCORE": [
        ((0.6, 0.5, 0.3, 0.5, 1.1, 0.5, 0.2, 0.4, 1.0, 0.5, 1.0, 0.8, 0.3),),
        ((15.0, 10.0, 15.0, 10.0, 10.0, 10.0, 5.0, 5.0, 5.0, 5.0, 5.0, 3.0, 2.0),),
    ],
    "CFI_NEOCLOUD_SCORE": [
        ((1.0,), (0.5,), (0.2,)),
        ((0.98,), (0.9,), (0.6,)),
        ((3.0,), (6.0,), (1.5,)),
        ((4.0,), (2.0,), (2.0,)),
        ((1.0, 2.0, 3.0, 4.0),),
    ],
}  # fmt: skip

BAD_CELLS: list[Any] = [None, "", "x", "5", True, Code.NA, Code.DIV0, Code.NAME]


def calls(name: str) -> Iterator[Arguments]:
    """Every call of the table for one function."""
    spec, full = REGISTRY[name], FULL[name]
    yield full
    required = [p for p in spec.parameters if not p.optional]
    for count in range(len(required), len(full)):
        yield full[:count]
    for place, parameter in enumerate(spec.parameters):
        yield with_one(full, place, MISSING)
        for cell in [*BAD_CELLS, *edges(parameter)]:
            yield with_one(full, place, cell)
            if isinstance(full[place], tuple):
                yield with_one(full, place, spoiled(full[place], cell))
    yield from two_faults(spec, full)
    yield from shapes(spec, full)
    for example in spec.examples:
        yield [as_rows(argument) for argument in example.arguments]


def with_one(full: Arguments, place: int, value: Any) -> Arguments:
    return [*full[:place], value, *full[place + 1 :]]


def as_rows(argument: Any) -> Any:
    """An example's argument as rows of cells."""
    if not isinstance(argument, tuple):
        return argument
    return argument if isinstance(argument[0], tuple) else (argument,)


def spoiled(rows: tuple[tuple[Any, ...], ...], cell: Any) -> tuple[tuple[Any, ...], ...]:
    """A range with its last cell replaced."""
    return (*rows[:-1], (*rows[-1][:-1], cell))


def edges(parameter: Parameter) -> list[Any]:
    """Words, or numbers at, within and beyond the bounds."""
    if is_text(parameter):
        return ["additive", " LogNormal ", "regulatory", 3.0]
    kind = parameter.kind
    assert isinstance(kind, Kind)
    found = [0.0, 1.0, -0.5, 2.5, 60.0]
    found += [limit for limit in (kind.low, kind.high) if np.isfinite(limit)]
    found += [kind.low - 1e-6] if np.isfinite(kind.low) else []
    found += [kind.high + 1e-6, kind.high - 1e-6] if np.isfinite(kind.high) else []
    return found


def two_faults(spec: Spec, full: Arguments) -> Iterator[Arguments]:
    """Two bad cells at once: an incoming error goes first, else the first parameter."""
    for first in range(len(full)):
        second = (first + 1) % len(full)
        for one, other in (("x", Code.NA), (Code.DIV0, Code.NA), (-9.0, "x"), ("x", -9.0), (-9.0, Code.REF)):
            if not is_text(spec.parameters[first]) and not is_text(spec.parameters[second]):
                yield with_one(with_one(full, first, one), second, other)


def shapes(spec: Spec, full: Arguments) -> Iterator[Arguments]:
    """Ranges: a column, a row, a grid of two, ranges that do not fit, a bad cell in the middle."""
    single = [
        place
        for place, p in enumerate(spec.parameters)
        if isinstance(p.shape, Shape) and not p.shape.axes and not is_text(p)
    ]
    for place in single:
        value = full[place]
        column = ((value,), (value * 0.9,), ("x",), (None,), (Code.NA,), (-99.0,), (value * 0.8,))
        yield with_one(full, place, column)
        yield with_one(full, place, (tuple(cell for (cell,) in column),))
    for first, second in pairwise(single):
        column = tuple((full[first] * factor,) for factor in (1.0, 0.9, 0.8))
        row = (tuple(full[second] * factor for factor in (1.0, 0.95)),)
        yield with_one(with_one(full, first, column), second, row)
        yield with_one(with_one(full, first, column), second, column[:2])
        yield with_one(with_one(full, first, column), second, column)
    for place, parameter in enumerate(spec.parameters):
        if isinstance(parameter.shape, Shape) and len(parameter.shape.axes) == 1:
            row = tuple(cell for cells in full[place] for cell in cells)
            yield with_one(full, place, (row,))
            yield with_one(full, place, tuple((cell,) for cell in row))
            yield with_one(full, place, (row, row, tuple(cell * 0.5 for cell in row)))
            yield with_one(full, place, (row, (*row[:-1], "x"), (Code.NA, *row[1:])))
            yield with_one(full, place, (row[:-1],))
            for other in single:
                numbers = tuple((full[other] * factor,) for factor in (1.0, 0.5, 1.0))
                yield with_one(with_one(full, place, (row, row, row)), other, numbers)
                yield with_one(with_one(full, place, (row, row)), other, numbers)
