"""The arrows of the house, read from the imports themselves: type-only imports and those inside functions too."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "addin" / "computefi"
STANDARD = set(sys.stdlib_module_names)

# Every room of the house: the packages from outside and the rooms, or single modules, that it may import. A folder that
# is not listed fails the test. What an extra brings is imported where it is used, and counts too.
ROOMS: dict[str, tuple[str, str]] = {
    "kernels": ("numpy scipy holidays", "arrays"),
    "spec": ("numpy", "arrays dates errors version"),
    "models": ("numpy scipy", "kernels spec errors"),
    "xlsx": ("openpyxl pyarrow isal orjson", "dates errors limits"),
    "formulas": ("openpyxl", "errors xlsx.cells"),
    "recalc.engines": ("ironcalc cellrune formulon uno com", "dates errors limits xlsx formulas"),
    "recalc.natives": ("numpy", "dates errors xlsx formulas"),
    "recalc.prepare": ("numpy openpyxl", "dates errors spec xlsx formulas recalc.engines.base recalc.natives"),
    "recalc.lint": ("", "errors spec xlsx formulas recalc.prepare"),
    "recalc.whatif": ("numpy", "errors xlsx recalc.engines.base recalc.prepare recalc.run recalc.tables"),
    "recalc.describe": (
        "",
        "dates errors xlsx recalc.book recalc.places recalc.prepare recalc.readers recalc.recalculated recalc.run",
    ),
    "recalc.batch": (
        "distributed dask ironcalc",
        "errors limits computefi xlsx formulas recalc.book recalc.places recalc.describe",
    ),
    "recalc": (
        "numpy pandas polars",
        # of the package itself its version
        "computefi dates errors spec xlsx formulas recalc.engines recalc.natives recalc.prepare recalc.lint "
        "recalc.whatif",
    ),
    "hosts": (
        "numpy xlwings",
        "errors computefi spec xlsx formulas hosts.vba hosts.lambdas.host hosts.libreoffice.host hosts.lite.host "
        "hosts.server.host hosts.windows.host",
    ),
    "hosts.vba": ("", "errors spec hosts.wording"),
    "hosts.windows": ("xlwings", "errors computefi spec xlsx hosts.vba hosts.base hosts.spelling"),
    "hosts.libreoffice": (
        "uno unohelper com",
        "errors computefi spec xlsx hosts.base hosts.packing hosts.spelling hosts.wording",
    ),
    "hosts.lite": ("", "hosts.base hosts.server.host"),
    "hosts.server": ("numpy starlette uvicorn h11", "errors computefi spec hosts.base hosts.wording"),
    "hosts.page": ("numpy", "dates errors computefi spec hosts.packing"),
    "hosts.lambdas": ("numpy", "errors spec models xlsx formulas hosts.base"),
    "books": ("numpy openpyxl pyarrow distributed", "errors spec models version"),
    "reports": ("numpy", "arrays dates docstrings errors limits templates computefi spec xlsx recalc"),
    "cli": ("click rich rich_click", "dates errors limits templates computefi spec xlsx recalc hosts books reports"),
}
TOP = set(
    "answers arrays dates docstrings errors frames limits one_thread plot python_calls templates version "
    "__init__ __main__".split()
)


def module_name(path: Path) -> str:
    """`recalc/run.py` → recalc.run; the package itself is "computefi"."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "computefi"


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    """The folder in which a module stands."""
    path = MODULES[module]
    return ".".join(path.parent.relative_to(PACKAGE).parts)


@cache
def imports(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The packages from outside that a module imports, and the modules of the house."""
    outside, inside = set(), set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        names: list[tuple[str, str]] = []
        if isinstance(node, ast.Import):
            names = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names = [(node.module or "", alias.name) for alias in node.names]
        for package, name in names:
            top, _, rest = package.partition(".")
            if top != "computefi":
                outside.add(top)
            else:
                longer = ".".join(part for part in (rest, name) if part)
                inside.add(longer if longer in MODULES else rest or "computefi")
    return frozenset(outside - STANDARD), frozenset(inside - {module})


def allowed(target: str, rooms: set[str]) -> bool:
    """Whether an import of that module goes to one of the rooms."""
    parts = target.split(".")
    return any(".".join(parts[:length]) in rooms for length in range(1, len(parts) + 1))


def test_every_folder_is_a_room_with_its_arrows() -> None:
    assert {room_of(module) for module in MODULES} - {""} == set(ROOMS)
    assert {path.stem for path in PACKAGE.glob("*.py")} == TOP


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    packages, rooms = (set(words.split()) for words in ROOMS[room])
    for module in (m for m in MODULES if room_of(m) == room):
        outside, inside = imports(module)
        assert outside <= packages, f"{module} imports {', '.join(sorted(outside - packages))}"
        strangers = sorted(t for t in inside if room_of(t) != room and not allowed(t, rooms))
        assert not strangers, f"{module} imports {', '.join(strangers)}"


def test_no_module_imports_itself_by_a_detour() -> None:
    """Each walk down the arrows ends; a type-only import counts as any other."""
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for below in sorted(imports(module)[1]):
                # A module of a package that it is named by (recalc.run in recalc) is no detour.
                if below in MODULES and not module.startswith(f"{below}."):
                    walk(below, (*path, module))
            done.add(module)

    for module in MODULES:
        walk(module, ())


def test_only_the_command_line_imports_hosts() -> None:
    for module in MODULES:
        if not module.startswith(("hosts", "cli")):
            assert not any(name.startswith("hosts") for name in imports(module)[1]), module


def test_only_hosts_import_xlwings() -> None:
    for module in MODULES:
        if not module.startswith("hosts"):
            assert "xlwings" not in imports(module)[0], module


# What makes or changes a file. All of them but these go through xlsx.files, where nobody's work is lost.
WRITES = {"write_bytes", "write_text", "mkstemp", "NamedTemporaryFile", "replace", "rename", "link", "copyfile", "move"}
WRITERS = {
    "xlsx.temporary": {"mkstemp", "replace", "link", "open"},
    "hosts.libreoffice.extension": {"write_text"},  # in a folder of its own
    "recalc.engines.libreoffice": {"write_bytes"},  # in a folder of its own
    "reports.paper": {"write_bytes"},  # in a folder of its own
    "books.run": {"open"},  # the journal, to which chunks are added
    "recalc.batch.api": {"open"},  # the manifest, to which lines are added
    "cli.edge": {"open"},  # /dev/null
}


def writes(module: str) -> set[str]:
    """The ways in which a module writes files."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        of = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
        if name in ("replace", "rename", "link", "copyfile", "move") and of not in ("os", "shutil"):
            continue  # of a text
        modes = [a.value for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.Constant)]
        if name in WRITES or (name == "open" and any(m in ("w", "a", "x", "wb", "ab", "xb", "r+b") for m in modes)):
            found.add(name)
    return found


def test_files_are_written_in_one_place() -> None:
    assert {module: found for module in MODULES if (found := writes(module))} == WRITERS


def test_no_module_is_too_long() -> None:
    for path in MODULES.values():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 600, path


def test_no_function_is_too_long() -> None:
    long = {
        (path.relative_to(ROOT).as_posix(), node.name)
        for folder in ("addin", "tools", "workbooks/build")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and lines_of(node) > 60
    }
    # Half a million cells go through this one loop; a call for each would cost more than the writing.
    assert long == {("addin/computefi/xlsx/patch.py", "apply")}


def lines_of(function: ast.FunctionDef) -> int:
    """The lines of a function, its head and its docstring apart."""
    first = function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_importing_the_package_is_light() -> None:
    heavy = "scipy scipy.optimize openpyxl ironcalc xlwings click rich narwhals altair".split()
    code = f"import sys, computefi; print([m for m in {heavy!r} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
