"""The arrows of the house, read from the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "addin" / "computefi"
STANDARD = set(sys.stdlib_module_names)

# layer: outside packages it may import, parts of computefi it may import
EXTRAS = {"cellrune", "uno", "com", "pyarrow", "distributed", "dask"}  # imported where they are used
SERVER = {"starlette", "uvicorn", "h11"}
ALLOWED = {
    "kernels": ({"numpy", "scipy"}, {"kernels"}),
    "spec": ({"numpy"}, {"errors", "spec"}),
    "models": ({"numpy", "scipy"}, {"kernels", "spec", "errors", "models"}),
    "recalc": ({"numpy", "scipy", "openpyxl", "ironcalc", *EXTRAS}, {"spec", "errors", "recalc"}),
    "hosts": (
        {"numpy", "scipy", "xlwings", "uno", "unohelper", *SERVER},
        {"spec", "errors", "hosts", "models", "recalc"},
    ),
}


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "computefi"}
    return names


def modules(layer: str) -> list[Path]:
    return sorted((PACKAGE / layer).rglob("*.py"))


@pytest.mark.parametrize("layer", ALLOWED)
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    outside, inside = ALLOWED[layer]
    assert modules(layer), f"{layer} is empty"
    for path in modules(layer):
        for name in imports(path):
            top, *rest = name.split(".")
            if top == "computefi":
                # the package itself may be named, to have the registry filled
                assert not rest or rest[0] in inside or rest[0] in ("REGISTRY", "__version__"), (
                    f"{path.name} imports {name}"
                )
            else:
                assert top in STANDARD | outside | {"__future__"}, f"{path.name} imports {name}"


def test_only_the_command_line_imports_hosts() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "hosts" and not path.name.startswith("cli"):
            assert not any(name.startswith("computefi.hosts") for name in imports(path)), path


def test_only_hosts_import_xlwings() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "hosts":
            assert not any(name.split(".")[0] == "xlwings" for name in imports(path)), path


def test_no_module_is_too_long() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 600, path


def test_importing_the_package_is_light() -> None:
    heavy = "scipy.optimize scipy.stats scipy.integrate openpyxl ironcalc xlwings click rich".split()
    code = f"import sys, computefi; print([m for m in {heavy!r} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
