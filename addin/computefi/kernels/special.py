"""The special functions that the package uses, without the rest of scipy.

`import scipy.special` loads numpy.testing, numpy.f2py and layers for other array libraries: 0.2 s, a fifth of a small
workbook's recalculation, where the functions themselves take a hundredth. They lie in one compiled module, which is
imported here beneath stand-ins for its packages; then the stand-ins go, so that a later `import scipy.special` finds
the real ones. Where this scipy is built otherwise, `scipy.special` is imported as everybody does.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType
from typing import Any

PACKAGE = "scipy.special"
ABOVE = ("scipy", "scipy._lib", PACKAGE)
COMPILED = f"{PACKAGE}._ufuncs"
NAMES = (
    "betaincinv", "gammainccinv", "gammaincinv", "gammaln", "log_ndtr", "ndtr", "ndtri", "owens_t", "stdtr", "stdtrit",
)  # fmt: skip


def _compiled() -> ModuleType:
    """The compiled module alone; ImportError where it is not where it is expected, or needs its package."""
    found = importlib.util.find_spec("scipy")
    if found is None or not found.origin:
        raise ImportError("scipy")
    stand_ins = {name: ModuleType(name) for name in ABOVE if name not in sys.modules}
    for name, stand_in in stand_ins.items():
        stand_in.__path__ = [os.path.join(os.path.dirname(found.origin), *name.split(".")[1:])]
        sys.modules[name] = stand_in
    try:
        return importlib.import_module(COMPILED)
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
        # Where scipy was there already it has got a stand-in for an attribute.
        if "scipy" not in stand_ins:
            vars(sys.modules["scipy"]).pop("special", None)


def _functions() -> dict[str, Any]:
    if PACKAGE not in sys.modules:
        try:
            module = _compiled()
            return {name: getattr(module, name) for name in NAMES}
        except (ImportError, AttributeError):
            for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.")]:
                del sys.modules[name]
    module = importlib.import_module(PACKAGE)
    return {name: getattr(module, name) for name in NAMES}


_found = _functions()
betaincinv = _found["betaincinv"]
gammainccinv = _found["gammainccinv"]
gammaincinv = _found["gammaincinv"]
gammaln = _found["gammaln"]
log_ndtr = _found["log_ndtr"]
ndtr = _found["ndtr"]
ndtri = _found["ndtri"]
owens_t = _found["owens_t"]
stdtr = _found["stdtr"]
stdtrit = _found["stdtrit"]
