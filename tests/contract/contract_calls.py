"""The calls of the contract through the one call path. This file also runs as it is in Pyodide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from computefi.spec import REGISTRY, call

Call = tuple[str, str, list[Any]]


def answer_all(calls: Iterable[Call]) -> dict[str, list[list[Any]]]:
    """The answer of every call under its name, as rows of cells."""
    return {name: call(REGISTRY[function], arguments).cells() for name, function, arguments in calls}
