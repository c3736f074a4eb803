"""What a sheet function is: its declaration, the conversion of cells, and the one call path of every host."""

from computefi.spec.call import Outcome, call, call_many, checked, model_arguments
from computefi.spec.declaration import MISSING, PREFIX, REGISTRY, Parameter, Spec, declare
from computefi.spec.kinds import Column, Example, Kind, Result, Rule, Shape

__all__ = [
    "MISSING", "PREFIX", "REGISTRY", "Column", "Example", "Kind", "Outcome", "Parameter", "Result", "Rule", "Shape",
    "Spec", "call", "call_many", "checked", "declare", "model_arguments",
]  # fmt: skip
