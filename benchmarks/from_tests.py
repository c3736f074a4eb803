"""What benchmarks share with the tests: LibreOffice and Excel's stand-in, which lie in tests/support."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "support"


def support(name: str) -> ModuleType:
    """A module of tests/support. It is on pytest's path alone, and a benchmark runs without pytest."""
    found = spec_from_file_location(name, SUPPORT / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = sys.modules[name] = module_from_spec(found)
    found.loader.exec_module(module)
    return module
