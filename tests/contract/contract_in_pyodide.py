"""Run inside Pyodide, not a test: looks at the package that was unpacked there. The last line is what Node prints."""

from __future__ import annotations

import importlib
import importlib.util
import json
import pickle
import site
import sys
import types
from pathlib import Path
from typing import Any

SHARED = Path("/shared")


def tried(name: str) -> str:
    """What importing a module says; nothing where it works."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def compiled(package: Path) -> dict[str, str]:
    """What this Python's compiler says of every module of the package."""
    said = {}
    for path in sorted(package.rglob("*.py")):
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
            said[str(path.relative_to(package))] = ""
        except SyntaxError as error:
            said[str(path.relative_to(package))] = str(error)
    return said


def errors_alone(package: Path) -> list[str]:
    """The errors, which need nothing: imported without the functions."""
    bare = types.ModuleType("computefi")
    bare.__path__ = [str(package)]
    sys.modules["computefi"] = bare
    try:
        errors: Any = importlib.import_module("computefi.errors")
        error = errors.DomainError("pd", "must be between 0 and 1", 1.2, "row 3")
        return [str(error), str(error.code), *(code.value for code in errors.Code)]
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "computefi"]:
            del sys.modules[name]


def look() -> dict[str, Any]:
    found = importlib.util.find_spec("computefi")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    said: dict[str, Any] = {
        "python": list(sys.version_info[:3]),
        "platform": sys.platform,
        "errors": errors_alone(package),
        "compiled": compiled(package),
        "standard": {name: tried(name) for name in json.loads((SHARED / "standard.json").read_text())},
        "functions": tried("computefi"),
    }
    site.addsitedir(str(SHARED))
    from contract_calls import answer_all

    answers = answer_all(pickle.loads((SHARED / "calls.pickle").read_bytes()))
    (SHARED / "answers.pickle").write_bytes(pickle.dumps(answers))
    said["registry"] = sorted(sys.modules["computefi"].REGISTRY)
    said["scipy"] = importlib.import_module("scipy").__version__
    return said


json.dumps(look())
