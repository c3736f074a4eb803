"""The sheet functions for Python users."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from computefi.spec.calls import call
from computefi.spec.convert import result_cell
from computefi.spec.declaration import MISSING, Spec
from computefi.spec.kinds import FloatArray
from computefi.spec.outcome import Outcome


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
