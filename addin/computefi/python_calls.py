"""The sheet functions for Python users: what goes in, what comes out, what `help` shows.

corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)                     →   1.0759…
corr_ltv(70, 100, [0.05, 1.2], 0.5, 0.4, 1)              →   ModelError: pd must be between 0 and 1; got 1.2 at row 2
corr_ltv(70, 100, [0.05, 1.2], 0.5, 0.4, 1, errors="nan")  →   array([1.0759…, nan])
gpu_value(2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1).elasticity  →   0.27…
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from computefi.answers import Answer, as_python, takes_days
from computefi.docstrings import docstring
from computefi.errors import InputError
from computefi.spec import MISSING, Outcome, Spec, call

ERRORS = ("raise", "nan")
FRAMES = frozenset("pandas polars pyarrow xarray".split())
ONE_NUMBER = frozenset((float, int, str, bool, type(None), type(MISSING)))


def checked(spec: Spec) -> Callable[..., Any]:
    """The function for Python users: numpy in and out, checked as a cell is, ModelError raised.

    A flat sequence is a column. Numbers in give a float (or a row of floats where the function has several
    answers); sequences give arrays. `errors="nan"` gives NaN where a case fails.
    """
    names = [p.name for p in spec.parameters]

    def function(*arguments: Any, errors: str = "raise", **named: Any) -> Any:
        values = list(arguments)
        if named:
            values = _in_order(spec, names, values, named)
        if errors not in ERRORS:
            raise ValueError(f'errors must be "raise" or "nan"; got {errors!r}')
        dimensions = 0 if ONE_NUMBER.issuperset(map(type, values)) else _plain_dimensions(values)
        if dimensions is not None:
            return as_python(spec, outcome_of(spec, values, errors), dimensions)
        values = _with_days(spec, values)
        if any(type(value).__module__.partition(".")[0] in FRAMES for value in values):
            from computefi import frames

            return frames.answer(spec, values, lambda given: outcome_of(spec, given, errors))
        return as_python(spec, outcome_of(spec, values, errors), max(map(np.ndim, values)))

    function.__name__ = function.__qualname__ = spec.python_name
    function.__module__ = "computefi"
    function.__doc__ = docstring(spec)
    function.__signature__ = signature(spec)  # type: ignore[attr-defined]
    return function


def _plain_dimensions(values: Sequence[Any]) -> int | None:
    """How many dimensions an answer has of plain numbers and flat lists of them; None where there is anything else."""
    dimensions = 0
    for value in values:
        if type(value) in ONE_NUMBER:
            continue
        if not (type(value) in (list, tuple) and ONE_NUMBER.issuperset(map(type, value))):
            return None
        dimensions = 1
    return dimensions


def _in_order(spec: Spec, names: Sequence[str], values: list[Any], named: dict[str, Any]) -> list[Any]:
    """Arguments given by name, each at its place."""
    for name in named:
        if name not in names:
            raise TypeError(f"{spec.python_name}() has no parameter {name!r}; it takes {', '.join(names)}")
        if names.index(name) < len(values):
            raise TypeError(f"{spec.python_name}() got {name!r} twice")
    return values + [named.get(name, MISSING) for name in names[len(values) :]]


def signature(spec: Spec) -> Signature:
    """Names and defaults as a reader types them: `(loan, value, haircut=0.0, *, errors='raise') -> float | ndarray`."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        Parameter(p.name, kind, default=plain_default(p.default) if p.optional else Parameter.empty)
        for p in spec.parameters
    ]
    parameters.append(Parameter("errors", Parameter.KEYWORD_ONLY, default="raise"))
    answers: Any = float | np.ndarray if spec.result.single else Answer
    return Signature(parameters, return_annotation=Any if spec.raw else answers)


def plain_default(default: Any) -> Any:
    """A default as Python shows it; None for one that is no plain number or word."""
    if isinstance(default, str):
        return default
    if default is MISSING or np.size(default) != 1 or not np.isfinite(default).all():
        return None
    return float(default)


def _with_days(spec: Spec, values: Sequence[Any]) -> list[Any]:
    """The arguments with numpy's days as Python's; where no day is asked for, one is a column mistaken for another."""
    found = []
    for parameter, value in zip(spec.parameters, values, strict=False):
        asked = takes_days(parameter)
        if asked and isinstance(value, (np.ndarray, np.datetime64)) and value.dtype.kind == "M":
            value = value.astype("datetime64[us]").tolist()  # of nanoseconds numpy makes integers
        elif not asked and not spec.raw and (day := _date_in(value)) is not None:
            raise InputError(parameter.name, "must be a number, not a date", day)
        found.append(value)
    return [*found, *values[len(found) :]]


def _date_in(value: Any) -> Any:
    """The first date of an argument, a column of dates included."""
    if isinstance(value, (dt.date, dt.timedelta, np.datetime64, np.timedelta64)):
        return value
    if "date" in (kind := str(getattr(value, "dtype", getattr(value, "type", ""))).lower()) or "timestamp" in kind:
        return f"a column of {kind}"
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object):
        if ONE_NUMBER.issuperset(map(type, value)):
            return None
        return next((found for cell in value if (found := _date_in(cell)) is not None), None)
    return None


def outcome_of(spec: Spec, values: Sequence[Any], errors: str) -> Outcome:
    """The outcome of a call; ModelError for a call that is none, and unless errors are to be NaN for the first case
    that has no answer. Of several numbers in one row, those that exist are given: a repaid loan has no cover, but it
    has a balance."""
    outcome = call(spec, values)
    if outcome.codes is None or outcome.explain is None:
        return outcome
    failing = outcome.codes > 0
    if errors == "raise" or outcome.whole:
        several = not (spec.result.single or spec.raw)
        fatal = failing & failing.all(axis=1, keepdims=True) if several else failing
        if fatal.any():
            raise outcome.explain(*np.argwhere(fatal)[0].tolist())
    return Outcome(np.where(failing, np.nan, outcome.values))
