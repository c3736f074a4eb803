"""`computefi/__init__.pyi`: what a type checker and an editor see of the functions, from their declarations."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefi.answers import places_of
from computefi.spec import MISSING, REGISTRY, Parameter, Shape, Spec
from computefi.spec.convert import is_text
from computefi.spec.kinds import Raw, Words

STUB = Path(__file__).parents[1] / "addin" / "computefi" / "__init__.pyi"
WIDTH = 120
HEAD = '''"""The functions as type checkers see them. Written by `python -m tools regenerate`: change the declarations.

Plain numbers give a float; a range of them an array; a column of pandas, polars, pyarrow or xarray one of its kind.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from computefi.errors import ModelError as ModelError
from computefi.spec import REGISTRY as REGISTRY

__version__: str
MODELS: tuple[str, ...]

def about() -> dict[str, str]: ...

class _Column(Protocol):
    def to_numpy(self) -> Any: ...

class _Answer(np.ndarray[Any, np.dtype[np.float64]]):
    @property
    def names(self) -> tuple[str, ...]: ...
    def __getitem__(self, key: Any, /) -> Any: ...

_T = TypeVar("_T")
_Array: TypeAlias = NDArray[np.float64]
_Number: TypeAlias = float | Decimal
_Series: TypeAlias = _Number | Sequence[_Number]
_Matrix: TypeAlias = _Number | Sequence[Sequence[_Number]]
_Range: TypeAlias = _Number | Sequence[_Number | None] | Sequence[Sequence[_Number | None]] | NDArray[Any]
_Errors: TypeAlias = Literal["raise", "nan"]
'''
PLAIN = ("_Number", "_Series", "_Matrix")  # of one case, by the number of axes


def stub() -> str:
    """The whole file."""
    return HEAD + "\n" + "".join(names(spec) + signatures(spec) for spec in REGISTRY.values())


def names(spec: Spec) -> str:
    """The class of an answer of several numbers: a float or an array under each name."""
    if spec.raw or spec.result.single:
        return ""
    known = set(dir(np.ndarray))
    fields = [f"    {name}: {type_of(place)}\n" for name, place in places_of(spec).items() if name not in known]
    return f"\nclass {class_of(spec)}(_Answer, Generic[_T]):\n{''.join(fields) or '    pass' + chr(10)}\n"


def type_of(place: int | slice) -> str:
    return "_T" if isinstance(place, int) else "_Array"


def class_of(spec: Spec) -> str:
    return "_" + spec.python_name.title().replace("_", "")


def signatures(spec: Spec) -> str:
    """A function's signatures: of one case, of ranges, of columns of data frames."""
    if spec.raw:
        return signature(spec, "str" if spec.result.single else "NDArray[np.object_]", "")
    if spec.result.rows:
        one = many = f"{class_of(spec)}[_Array]"
    elif not spec.result.single:
        one, many = f"{class_of(spec)}[float]", f"{class_of(spec)}[Any]"
    elif isinstance(spec.result.columns[0].kind, Words):
        one, many = "str", "str | NDArray[np.object_]"
    else:
        one, many = "float", "float | _Array"
    kinds = (("", one), ("_Range", many), ("_Range | _Column", "Any"))
    return "".join(f"@overload\n{signature(spec, answer, kind)}" for kind, answer in kinds)


def signature(spec: Spec, answer: str, range_type: str) -> str:
    """One signature, in one line where it fits; `range_type` is what a number or a series may be, if not one case."""
    parameters = [f"{p.name}: {kind_of(p, range_type)}{default(p)}" for p in spec.parameters]
    parameters += ["*", 'errors: _Errors = "raise"']
    line = f"def {spec.python_name}({', '.join(parameters)}) -> {answer}: ...\n"
    if len(line) <= WIDTH + 1:
        return line
    lines = "".join(f"    {parameter},\n" for parameter in parameters)
    return f"def {spec.python_name}(\n{lines}) -> {answer}: ...\n"


def kind_of(parameter: Parameter, range_type: str) -> str:
    if isinstance(parameter.shape, Raw):
        return "Any"
    if is_text(parameter):
        return "str"
    assert isinstance(parameter.shape, Shape)
    return range_type or PLAIN[len(parameter.shape.axes)]


def default(parameter: Parameter) -> str:
    """The default as Python shows it; one that is no plain number is left to the function."""
    if not parameter.optional:
        return ""
    if isinstance(parameter.default, str):
        return f' = "{parameter.default}"'
    if parameter.default is not MISSING and np.size(parameter.default) == 1 and np.isfinite(parameter.default).all():
        return f" = {float(parameter.default)!r}"
    return " = ..."
