"""`computefi/__init__.pyi`: what a type checker and an editor see of the functions, from their declarations."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefi.spec import MISSING, REGISTRY, Parameter, Shape, Spec
from computefi.spec.convert import is_text
from computefi.spec.kinds import Raw, Words

STUB = Path(__file__).parents[1] / "addin" / "computefi" / "__init__.pyi"
WIDTH = 120
HEAD = '''"""The functions as type checkers see them. Written by `python -m tools regenerate`: change the declarations.

Plain numbers give a float; a range of them, or several answers, an array.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from computefi.errors import ModelError as ModelError
from computefi.spec import REGISTRY as REGISTRY

__version__: str
MODELS: tuple[str, ...]

Array: TypeAlias = NDArray[np.float64]
Series: TypeAlias = float | Sequence[float]
Matrix: TypeAlias = float | Sequence[Sequence[float]]
Range: TypeAlias = float | Sequence[float | None] | Sequence[Sequence[float | None]] | NDArray[Any]
'''
PLAIN = ("float", "Series", "Matrix")  # of one case, by the number of axes


def stub() -> str:
    """The whole file."""
    return HEAD + "\n" + "".join(signatures(spec) for spec in REGISTRY.values())


def signatures(spec: Spec) -> str:
    """A function's signatures: one where an answer has one type, else that of one case before that of many."""
    if spec.raw:
        return signature(spec, "str" if spec.result.single else "NDArray[np.object_]", many=True)
    if not spec.result.single:
        return signature(spec, "Array", many=True)
    number, array = (
        ("str", "NDArray[np.object_]") if isinstance(spec.result.columns[0].kind, Words) else ("float", "Array")
    )
    one, many = signature(spec, number, many=False), signature(spec, f"{number} | {array}", many=True)
    return f"@overload\n{one}@overload\n{many}"


def signature(spec: Spec, answer: str, many: bool) -> str:
    """One signature, in one line where it fits."""
    parameters = [f"{p.name}: {kind_of(p, many)}{default(p)}" for p in spec.parameters]
    line = f"def {spec.python_name}({', '.join(parameters)}) -> {answer}: ...\n"
    if len(line) <= WIDTH + 1:
        return line
    lines = "".join(f"    {parameter},\n" for parameter in parameters)
    return f"def {spec.python_name}(\n{lines}) -> {answer}: ...\n"


def kind_of(parameter: Parameter, many: bool) -> str:
    if isinstance(parameter.shape, Raw):
        return "Any"
    if is_text(parameter):
        return "str"
    assert isinstance(parameter.shape, Shape)
    return "Range" if many else PLAIN[len(parameter.shape.axes)]


def default(parameter: Parameter) -> str:
    """The default as Python shows it; one that is no plain number is left to the function."""
    if not parameter.optional:
        return ""
    if isinstance(parameter.default, str):
        return f' = "{parameter.default}"'
    if parameter.default is not MISSING and np.size(parameter.default) == 1 and np.isfinite(parameter.default).all():
        return f" = {float(parameter.default)!r}"
    return " = ..."
