"""What a function gives to Python: a float, an array, or several numbers with their names.

gpu_value(2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1).elasticity   →   0.18…
"""

from __future__ import annotations

import functools
import keyword
import re
from typing import Any

import numpy as np

from computefi.spec import Kind, Outcome, Parameter, Spec
from computefi.spec.convert import result_cell


class Answer(np.ndarray[Any, np.dtype[Any]]):
    """Several numbers by their names: `.elasticity`, or `["elasticity"]`; an array otherwise.

    A row of numbers where there is one case, a row per case where there are several. A number that does not exist in a
    case where others do is NaN. A part of it, or what is computed from it, is an array without names.
    """

    _places: dict[str, int | slice]

    def __array_finalize__(self, obj: Any) -> None:
        self._places = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers are called, in their order."""
        return tuple(self._places)

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("_places", ()):
            return self[name]
        raise AttributeError(f"no number {name!r}; there are {', '.join(self.__dict__.get('_places', ()))}")

    def __getitem__(self, key: Any) -> Any:
        plain = self.view(np.ndarray)
        if not isinstance(key, str):
            return plain[key]
        if key not in self._places:
            raise KeyError(f"no number {key!r}; there are {', '.join(self._places)}")
        found = plain[..., self._places[key]]
        return found.item() if found.ndim == 0 else found

    def __repr__(self) -> str:
        return (
            f"Answer({', '.join(f'{name}={self[name]!r}' for name in self.names)})"
            if self.names
            else super().__repr__()
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __reduce__(self) -> Any:
        return _answer, (self.view(np.ndarray), self._places)


def _answer(values: Any, places: dict[str, int | slice]) -> Answer:
    answer = values.view(Answer)
    answer._places = places
    return answer


@functools.cache
def places_of(spec: Spec) -> dict[str, int | slice]:
    """The columns of an answer by names of Python: `loss given default` is loss_given_default."""
    columns, more = spec.result.columns, spec.result.more
    start = -len(columns) if more and spec.result.more_first else 0
    places: dict[str, int | slice] = {python_name(c.name): start + place for place, c in enumerate(columns)}
    if more:
        places[python_name(more.name)] = (
            slice(None, start or None) if spec.result.more_first else slice(len(columns), None)
        )
    return places


def takes_days(parameter: Parameter) -> bool:
    """Whether an argument is a day."""
    return isinstance(parameter.kind, Kind) and parameter.kind.name == "date"


def python_name(words: str) -> str:
    """Words as a name of Python: `loss given default` is loss_given_default, `12-month ECL` month_ecl_12."""
    name = re.sub(r"^(\d+)_(.+)$", r"\2_\1", re.sub(r"\W+", "_", words.lower()))
    return f"{name}_" if keyword.iskeyword(name) else name


def as_python(spec: Spec, outcome: Outcome, dimensions: int) -> Any:
    """An outcome in the shape of what was given, with names where there are several numbers."""
    values = outcome.values
    if spec.result.rows:
        return _answer(values, places_of(spec))
    if spec.result.single or spec.raw:
        if values.size == 1 and (spec.axes or spec.raw or dimensions == 0):
            return result_cell(values[0, 0])
        return values if dimensions > 1 and not spec.axes else values.ravel()
    return _answer(values[0] if len(values) == 1 and (spec.axes or dimensions == 0) else values, places_of(spec))
