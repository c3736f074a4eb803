"""Credit functions for lenders whose collateral is computers.

Every sheet function `CFI_NAME` is here as `name`: numbers, lists and numpy arrays in, floats and arrays out, with
the same conversion, checks and errors as a cell. `computefi.corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)` and
`=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)` answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from computefi.errors import ModelError
from computefi.spec import REGISTRY, checked

__version__ = "0.1.0"

# In the order in which a reader meets the functions.
MODELS = (
    "backlog",
    "cover",
    "days",
    "curve",
    "drawdown",
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

globals().update({spec.python_name: checked(spec) for spec in REGISTRY.values()})

__all__ = ["REGISTRY", "ModelError", "__version__", *sorted(spec.python_name for spec in REGISTRY.values())]

if TYPE_CHECKING:

    def __getattr__(name: str) -> Callable[..., Any]: ...
