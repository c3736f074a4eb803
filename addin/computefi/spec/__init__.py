"""What a sheet function is: its declaration, the conversion of cells, and the one call path of every host."""

from computefi.spec.budget import Budget, spending
from computefi.spec.calls import call, call_many, model_arguments
from computefi.spec.declaration import MISSING, PREFIX, REGISTRY, SEVERAL_AREAS, Parameter, Spec, declare
from computefi.spec.kinds import Column, Example, Kind, Result, Rule, Shape
from computefi.spec.names import UnknownFunction, find
from computefi.spec.outcome import Outcome

__all__ = [
    "MISSING", "PREFIX", "REGISTRY", "SEVERAL_AREAS", "Budget", "Column", "Example", "Kind", "Outcome", "Parameter",
    "Result", "Rule", "Shape", "Spec", "UnknownFunction", "call", "call_many", "declare", "find",
    "model_arguments", "spending",
]  # fmt: skip
