"""Run in a fresh Python, not a test: prints what the modules of the package import, and imports nothing that a browser
lacks on their behalf."""

from __future__ import annotations

import builtins
import json
import sys
from typing import Any

# What Pyodide has in name only, and packages that no function may need. numpy and scipy have their own builds there
# and may use what they like.
LACKING = {
    "threading", "_thread", "concurrent", "multiprocessing", "subprocess", "asyncio", "socket", "ssl", "select",
    "selectors", "signal", "ctypes", "mmap", "fcntl", "resource", "urllib", "http", "tempfile", "shutil", "sqlite3",
    "ironcalc", "openpyxl", "click", "rich", "cellrune", "formulon", "starlette", "uvicorn", "pandas", "polars",
}  # fmt: skip
real = builtins.__import__
seen: set[str] = set()


def of_ours(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    """`__import__`, watched where a module of ours imports."""
    importer = (globals or {}).get("__name__") or ""
    if importer.partition(".")[0] == "computefi" and name.partition(".")[0] != "computefi":
        if name.partition(".")[0] in LACKING:
            raise ImportError(f"{importer} imports {name}, which Pyodide does not have")
        seen.add(name)
    return real(name, globals, locals, fromlist, level)


builtins.__import__ = of_ours
import computefi  # noqa: E402
from computefi.spec import call  # noqa: E402

for spec in computefi.REGISTRY.values():
    for example in spec.examples:
        call(spec, example.arguments)
ours = {name for name in sys.modules if name.partition(".")[0] == "computefi"}
found = {"functions": sorted(seen), "ours": sorted(ours)}
seen.clear()
import computefi.hosts.excel  # noqa: E402

found["excel"] = sorted(seen)
print(json.dumps(found))
