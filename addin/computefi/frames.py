"""Columns of pandas, polars, pyarrow and xarray: they go in as they are, and the answer is one of their kind.

corr_ltv(frame["loan"], frame["value"], 0.05, 0.5, 0.4, 1)   →   a column named corr_ltv, with the index of `frame`
gpu_value(frame["rent"], …)                                  →   a frame with the columns value and elasticity

A null is a blank cell: an error where an argument is required, its default where it is not. NaN is no number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from computefi.answers import as_python, places_of, takes_days
from computefi.errors import InputError
from computefi.spec import MISSING, Outcome, Parameter, Shape, Spec

Ask = Callable[[list[Any]], Outcome]


def answer(spec: Spec, values: Sequence[Any], ask: Ask) -> Any:
    """The answer of a call in which at least one argument is a column, a frame or a labelled array."""
    if any(is_labelled(value) for value in values):
        return _labelled_answer(spec, values, ask)
    return _frame_answer(spec, values, ask)


def is_labelled(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "xarray"


# -- columns and frames, by narwhals
def _frame_answer(spec: Spec, values: Sequence[Any], ask: Ask) -> Any:
    import narwhals as nw

    pairs = list(zip(spec.parameters, map(_chunked, values), strict=False))
    frames = [(p, nw.from_native(value, allow_series=True, pass_through=True)) for p, value in pairs]
    frames = [(p, f.collect() if isinstance(f, nw.LazyFrame) else f) for p, f in frames]
    rows = [(p, f) for p, f in frames if isinstance(f, (nw.Series, nw.DataFrame)) and _gives_rows(spec, p, f)]
    _check_indexes(rows)
    outcome = ask([_cells(parameter, frame) for parameter, frame in frames])
    if not rows or spec.result.rows or spec.raw:
        return as_python(spec, outcome, 1 if 1 in outcome.shape else 2)
    parameter, like = rows[0]
    return _of_kind(_columns(spec, outcome, like), like, values[spec.parameters.index(parameter)])


def _chunked(value: Any) -> Any:
    """An array of pyarrow as the column of one chunk, which narwhals knows."""
    if (
        type(value).__module__ != "pyarrow.lib"
        or not type(value).__name__.endswith("Array")
        or hasattr(value, "chunks")
    ):
        return value
    import pyarrow

    return pyarrow.chunked_array([value])


def _cells(parameter: Parameter, frame: Any) -> Any:
    """A column or a frame as cells, nulls as blanks; anything else as it is."""
    import narwhals as nw

    if isinstance(frame, nw.DataFrame):
        columns = [_cells(parameter, column) for column in frame.iter_columns()]
        if not columns or not len(frame):
            return ()
        return np.column_stack(columns)
    if not isinstance(frame, nw.Series):
        return None if type(frame).__name__ in ("NAType", "NullScalar") else frame
    if frame.dtype.is_temporal() and takes_days(parameter):
        return frame.to_list()
    if frame.dtype.is_temporal():
        raise InputError(parameter.name, "must be a number, not a date", f"the column {frame.name}")
    if isinstance(frame.dtype, nw.Boolean | nw.String | nw.Object | nw.Decimal) or _has_nulls(frame):
        return np.array([None if type(cell).__name__ == "NAType" else cell for cell in frame.to_list()], dtype=object)
    return frame.to_numpy()


def _has_nulls(column: Any) -> bool:
    """Whether a column has nulls beside NaN, which pandas' own columns of floats cannot tell apart."""
    return bool(column.null_count()) and not (
        column.implementation.is_pandas_like() and isinstance(column.to_native().dtype, np.dtype)
    )


def _gives_rows(spec: Spec, parameter: Parameter, frame: Any) -> bool:
    """Whether an argument's rows are the rows of the answer: a column of numbers, or a series per row of a frame."""
    if not isinstance(parameter.shape, Shape):
        return False
    import narwhals as nw

    axes = len(parameter.shape.axes)
    return axes == 0 if not spec.axes or isinstance(frame, nw.Series) else axes == 1


def _check_indexes(rows: Sequence[tuple[Parameter, Any]]) -> None:
    """Columns with one index go together row by row; with two, nobody knows which row is meant."""
    import narwhals as nw

    indexed = [(p, index) for p, frame in rows if (index := nw.maybe_get_index(frame)) is not None]
    for parameter, index in indexed[1:]:
        first, known = indexed[0]
        if len(index) == len(known) and not index.equals(known):
            raise InputError(parameter.name, f"must have the index of {first.name}")


def _columns(spec: Spec, outcome: Outcome, like: Any) -> Any:
    """The answer as a column, or as a frame where there are several numbers or a grid."""
    import narwhals as nw

    values, backend = outcome.values, like.implementation
    if len(values) != len(like):
        return as_python(spec, outcome, 2)
    if spec.result.single and values.shape[1] == 1:
        column = nw.new_series(spec.python_name, values[:, 0].tolist(), backend=backend)
        return _indexed(column, like)
    names = (
        list(like.columns)
        if spec.result.single and values.shape[1] > 1 and hasattr(like, "columns")
        else column_names(spec, values.shape[1])
    )
    content = {name: values[:, place].tolist() for place, name in enumerate(names)}
    return _indexed(nw.from_dict(content, backend=backend), like)


def _of_kind(made: Any, like: Any, given: Any) -> Any:
    """What was made, of the kind of array that was given: one without chunks, or with nulls that are no NaN."""
    if like.implementation.is_pyarrow():
        return made.combine_chunks() if _chunked(given) is not given and hasattr(made, "combine_chunks") else made
    if like.implementation.is_pandas():
        kind = str(given.dtypes.iloc[0] if hasattr(given, "columns") else given.dtype)
        if kind.endswith("[pyarrow]"):
            return made.astype("double[pyarrow]")
        if kind.startswith(("Float", "Int", "UInt")):
            return made.astype("Float64")
    return made


def _indexed(made: Any, like: Any) -> Any:
    """What was made, with the index of what was given where that has one."""
    import narwhals as nw

    native, index = made.to_native(), nw.maybe_get_index(like)
    if index is not None:
        native.index = index
    return native


def column_names(spec: Spec, width: int) -> list[str]:
    """A name for each column of an answer: those that repeat with their number, `period_1`, `period_2`."""
    if spec.result.single:
        return [f"{spec.python_name}_{place}" for place in range(1, width + 1)]
    names = [""] * width
    for name, place in places_of(spec).items():
        if isinstance(place, int):
            names[place] = name
        else:
            for number, column in enumerate(range(width)[place], start=1):
                names[column] = f"{name}_{number}"
    return names


# -- arrays with named dimensions
def _labelled_answer(spec: Spec, values: Sequence[Any], ask: Ask) -> Any:
    """Dimensions of one name go together, others make a grid; the last one of a series is along the series."""
    import xarray

    given = list(zip(spec.parameters, values, strict=False))
    if any(p.shape.axes for p, v in given if is_labelled(v) and isinstance(p.shape, Shape) and len(p.shape.axes) == 2):
        return as_python(spec, ask([_plain(value) for value in values]), 2)
    along = {p.name: v.dims[-1] for p, v in given if is_labelled(v) and _is_series(p) and v.ndim}
    arrays = _aligned({p.name: v for p, v in given if is_labelled(v)})
    dims = list(dict.fromkeys(d for name, a in arrays.items() for d in a.dims if d != along.get(name)))
    sizes = {d: a.sizes[d] for a in arrays.values() for d in a.dims}
    cells = []
    for parameter, value in given:
        name = parameter.name
        cells.append(_rows(arrays[name], along.get(name), dims, sizes) if name in arrays else _beside(parameter, value))
    outcome = ask(cells)
    shape = [sizes[d] for d in dims]
    if not dims or len(outcome.values) != int(np.prod(shape)):
        return as_python(spec, outcome, 0)
    coordinates = {k: c for a in arrays.values() for k, c in a.coords.items() if set(c.dims) <= set(dims)}
    names = [spec.python_name] if spec.result.single else column_names(spec, outcome.values.shape[1])
    found = {
        name: xarray.DataArray(outcome.values[:, place].reshape(shape), coordinates, dims, name)
        for place, name in enumerate(names)
    }
    return found[spec.python_name] if spec.result.single else xarray.Dataset(found)


def _aligned(arrays: dict[str, Any]) -> dict[str, Any]:
    """The arrays once they are known to have one set of labels along each dimension they share."""
    import xarray

    for name, array in arrays.items():
        if not isinstance(array, xarray.DataArray):
            raise InputError(name, "must be one array of the data set, not all of them")
    try:
        return dict(zip(arrays, xarray.align(*arrays.values(), join="exact"), strict=True))
    except ValueError:
        raise InputError("the arrays", "must have the same labels along each dimension they share") from None


def _rows(array: Any, along: Any, dims: Sequence[Any], sizes: dict[Any, int]) -> Any:
    """An array as a column of cases, or as a row per case along the dimension of its series."""
    core = [] if along is None else [along]
    if core and len(array.dims) == 1:
        return array.to_numpy()[None, :]
    missing = {d: sizes[d] for d in dims if d not in array.dims}
    whole = array.expand_dims(missing).transpose(*dims, *core).to_numpy()
    return whole.reshape(-1, *whole.shape[len(dims) :])


def _is_series(parameter: Parameter) -> bool:
    return isinstance(parameter.shape, Shape) and len(parameter.shape.axes) == 1


def _beside(parameter: Parameter, value: Any) -> Any:
    """An argument without names beside those that have some: one number, or a series."""
    if value is MISSING or np.ndim(value) == 0 or _is_series(parameter):
        return value
    raise InputError(parameter.name, "must be one number or an array with named dimensions, like the others")


def _plain(value: Any) -> Any:
    return value.to_numpy() if is_labelled(value) else value
