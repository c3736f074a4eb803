"""`computefi/models/index.py`: which module declares which function, so that one is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from computefi import MODELS, REGISTRY
from computefi.models import index as committed

INDEX = Path(committed.__file__)
HEAD = '"""Which module declares which function, in their order. Written by `python -m tools regenerate`."""\n\n'


def modules() -> dict[str, str]:
    """The functions in the order of their modules and of their declarations there, whatever is committed."""
    found: dict[str, str] = {}
    for model in MODELS:
        module = import_module(f"computefi.models.{model}").__name__
        found |= {name: model for name, spec in REGISTRY.declared.items() if spec.function.__module__ == module}
    return found


def index() -> str:
    """The whole file."""
    lines = "".join(f'    "{name}": "{model}",\n' for name, model in modules().items())
    return f"{HEAD}MODULE_OF = {{\n{lines}}}\n"
