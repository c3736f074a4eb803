"""Credit functions for lenders whose collateral is computers.

Every sheet function `CFI_NAME` is here as `name`: numbers, lists and numpy arrays in, floats and arrays out, with
the same conversion, checks and errors as a cell. `computefi.corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)` and
`=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)` answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from computefi import one_thread  # noqa: F401 - before numpy
from computefi.errors import ModelError, did_you_mean
from computefi.models.index import MODULE_OF
from computefi.spec import PREFIX, REGISTRY
from computefi.version import __version__

# In the order in which a reader meets the functions.
MODELS = (
    "backlog",
    "cover",
    "sizing",
    "days",
    "curve",
    "drawdown",
    "accounts",
    "certificate",
    "haircut",
    "gpu",
    "liquidation",
    "wrongway",
    "stress",
    "deal",
    "guarantee",
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
    "vintages",
    "judgement",
    "steps",
    "plausibility",
    "reverse",
)

REGISTRY.expect({name: f"computefi.models.{module}" for name, module in MODULE_OF.items()})
FUNCTIONS = {name.removeprefix(PREFIX).lower(): name for name in MODULE_OF}

__all__ = ["REGISTRY", "ModelError", "__version__", "about", *sorted(FUNCTIONS)]


def about() -> dict[str, str]:
    """Which computefi answers here, as CFI_ABOUT tells it in a cell: version, engine, door, python, and a hash of all
    declarations under "registry"."""
    import numpy
    import scipy

    from computefi.spec.host_functions import Identity, told

    return told(Identity("Python", f"numpy {numpy.__version__}, scipy {scipy.__version__}"))


def __dir__() -> list[str]:
    """The functions alone, for those who look what there is."""
    return sorted(FUNCTIONS)


def __getattr__(name: str) -> Callable[..., Any]:
    """A function when it is first asked for: its module, its help and its signature take longer than to call it."""
    if name not in FUNCTIONS:
        raise AttributeError(f"module 'computefi' has no attribute {name!r}{did_you_mean(_like(name))}", name=name)
    from computefi.python_calls import checked

    function = globals()[name] = checked(REGISTRY[FUNCTIONS[name]])
    return function


def _like(name: str) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, FUNCTIONS, 3)
