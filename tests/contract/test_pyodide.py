"""The package in Pyodide, the Python of xlwings Lite and of browsers: what it needs, and the whole table there."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest
from contract_hosts import judged
from contract_pyodide import Pyodide, build_wheel, imported_modules, is_library
from contract_table import BY_ID, TABLE
from contract_tally import PROPERTY, Note

from computefi import REGISTRY
from computefi.errors import Code
from computefi.hosts.packing import carried


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(repository, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def pyodide(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Pyodide:
    """What Pyodide under Node says of the package's wheel."""
    return Pyodide(wheel, tmp_path_factory.mktemp("pyodide"), TABLE)


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    return imported_modules()


def test_the_functions_compute_without_what_a_browser_lacks(imported: dict[str, list[str]]) -> None:
    """Threads, processes, sockets and ctypes are refused to every module of ours while all examples are computed."""
    assert {name for name in imported["functions"] if is_library(name)} <= {
        "numpy", "numpy.typing", "numpy._core._methods", "scipy", "scipy.special", "holidays",
    }  # fmt: skip


def test_the_functions_need_no_host_and_no_recalculation(imported: dict[str, list[str]]) -> None:
    parts = {name.split(".")[1] for name in imported["ours"] if "." in name}
    assert parts <= {
        place.partition("/")[0].removesuffix(".py") for place in (one.removeprefix("computefi/") for one in carried())
    }
    assert parts >= {"errors", "kernels", "models", "spec"}


def test_the_excel_module_needs_xlwings_besides(imported: dict[str, list[str]]) -> None:
    assert {name.partition(".")[0] for name in imported["excel"] if is_library(name)} <= {"xlwings", "numpy"}


def test_the_wheel_is_for_every_platform_and_holds_every_module(wheel: Path, repository: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    addin = repository / "addin"
    modules = {path.relative_to(addin).as_posix() for path in (addin / "computefi").rglob("*.py")}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert modules <= names
    assert not {name for name in names if name.endswith((".so", ".pyd", ".dll"))}
    engine = next(line for line in metadata.splitlines() if line.startswith("Requires-Dist: ironcalc"))
    assert "sys_platform != 'emscripten'" in engine.replace('"', "'")


def test_the_errors_work_in_pyodide(pyodide: Pyodide) -> None:
    message, code, *codes = pyodide.said["errors"]
    assert message == "pd must be between 0 and 1; got 1.2 at row 3"
    assert code == "#NUM!"
    assert codes == [code.value for code in Code]


def test_every_module_compiles_in_pyodide(pyodide: Pyodide) -> None:
    assert pyodide.said["platform"] == "emscripten"
    assert tuple(pyodide.said["python"]) >= (3, 11)
    assert {name: problem for name, problem in pyodide.said["compiled"].items() if problem} == {}
    assert "spec/calls.py" in pyodide.said["compiled"]


def test_pyodide_has_every_standard_module_that_is_needed(pyodide: Pyodide) -> None:
    standard = pyodide.said["standard"]
    assert {name: problem for name, problem in standard.items() if problem} == {}
    assert {"dataclasses", "enum"} <= set(standard)


def test_the_functions_are_all_there_in_pyodide(pyodide: Pyodide) -> None:
    assert pyodide.said["functions"] == ""
    assert pyodide.said["registry"] == sorted(REGISTRY)
    assert set(pyodide.answers) == set(BY_ID)


def test_the_package_asks_for_no_newer_scipy_than_pyodide_has(pyodide: Pyodide, repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (least,) = [line.removeprefix("scipy>=") for line in project["dependencies"] if line.startswith("scipy")]
    assert [int(part) for part in least.split(".")] <= [int(part) for part in pyodide.said["scipy"].split(".")]


@pytest.mark.parametrize("name", BY_ID)
def test_pyodide_answers_as_the_table_says(request: pytest.FixtureRequest, name: str, record_property: Note) -> None:
    try:
        pyodide: Pyodide = request.getfixturevalue("pyodide")
    except pytest.skip.Exception as skipped:
        record_property(PROPERTY, ["pyodide", "not run", str(skipped)])
        raise
    problem, outcome = judged("pyodide", BY_ID[name], pyodide.answers[name])
    record_property(PROPERTY, ["pyodide", outcome, ""])
    assert not problem
