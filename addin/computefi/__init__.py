"""Credit functions for lenders whose collateral is computers.

Every sheet function `CFI_NAME` is here as `name`: numbers, lists and numpy arrays in, floats and arrays out, with
the same conversion, checks and errors as a cell. `computefi.corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)` and
`=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)` answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from computefi.errors import ModelError, did_you_mean
from computefi.python_calls import checked
from computefi.spec import REGISTRY

__version__ = "0.1.0"

# In the order in which a reader meets the functions.
MODELS = (
    "backlog",
    "cover",
    "sizing",
    "days",
    "curve",
    "drawdown",
    "accounts",
    "haircut",
    "gpu",
    "liquidation",
    "wrongway",
    "stress",
    "deal",
    "pool",
    "book",
    "book_factors",
    "granularity",
    "paths",
    "copula",
    "ranges",
    "driver",
    "support",
    "provisions",
    "capital",
    "ratings",
    "resilience",
    "miner",
    "calibration",
    "judgement",
    "steps",
    "plausibility",
    "reverse",
)

for _model in MODELS:
    import_module(f"computefi.models.{_model}")
del _model

FUNCTIONS = {spec.python_name: spec for spec in REGISTRY.values()}

__all__ = ["REGISTRY", "ModelError", "__version__", *sorted(FUNCTIONS)]


def __dir__() -> list[str]:
    """The functions alone, for those who look what there is."""
    return sorted(FUNCTIONS)


def __getattr__(name: str) -> Callable[..., Any]:
    """A function when it is first asked for: its help and its signature take longer to write than to call it."""
    if name not in FUNCTIONS:
        raise AttributeError(f"module 'computefi' has no attribute {name!r}{did_you_mean(_like(name))}", name=name)
    function = globals()[name] = checked(FUNCTIONS[name])
    return function


def _like(name: str) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, FUNCTIONS, 3)
