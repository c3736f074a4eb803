"""Numbers that are possible and hardly ever meant: a volatility of 30 for 30%, a horizon of 36 for three years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from computefi.errors import ModelError, show
from computefi.spec.convert import OUTSIDE, Argument, convert, is_default
from computefi.spec.declaration import MISSING, Spec
from computefi.spec.kinds import Kind, Shape

DECIMAL = "decimal"  # how the unit of a rate or a volatility begins, which people type in per cent


def implausible(spec: Spec, arguments: Sequence[Any]) -> Iterator[str]:
    """A sentence for each argument that holds a number beyond its bounds or outside its usual range.

    `volatility is usually between 0 and 2; got 30 (30% is 0.3)`. Cells that are no numbers say nothing here.
    """
    for parameter, given in zip(spec.parameters, arguments, strict=False):
        if given is MISSING or not isinstance(parameter.kind, Kind) or not isinstance(parameter.shape, Shape):
            continue
        if is_default(parameter, given):
            continue
        try:
            argument = convert(parameter, given)
        except ModelError:
            continue
        if sentence := _said_of(argument, parameter.kind):
            yield sentence


def _said_of(argument: Argument, kind: Kind) -> str:
    """What is to be said of one argument: of its first number beyond the bounds, else of its first unusual one."""
    numbers, faults = argument.numbers, argument.faults
    if faults is not None and len(refused := np.argwhere(faults == OUTSIDE)):
        row, column = refused[0].tolist()
        return str(argument.error(row, column))
    taken = np.isfinite(numbers) if faults is None else faults == 0
    places = np.argwhere(taken & kind.unusual(numbers))
    if not len(places):
        return ""
    row, column = places[0].tolist()
    number, where, more = float(numbers[row, column]), argument.where(row, column), len(places) - 1
    per_cent = kind.unit.startswith(DECIMAL) and not kind.unusual(np.array(number / 100))
    text = f"{argument.parameter.name} is usually {kind.usual}; got {show(number)}"
    text += f" at {where}" if where else ""
    text += f" and {more} more" if more else ""
    return text + (f" ({show(number)}% is {show(number / 100)})" if per_cent else "")
