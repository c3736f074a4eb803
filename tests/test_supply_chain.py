"""What is installed, by which names and hashes, and that the package works without what is optional."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import computefi

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
CI_EXTRAS = ("test", "dev", "docs", "cellrune", "verify", "cluster", "parquet", "fast")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# An import system in which xlwings is not installed.
WITHOUT_XLWINGS = """
import importlib.abc, importlib.machinery, sys
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name.partition(".")[0] == "xlwings" else find(name, *rest)
)
"""


def run(code: str, *options: str) -> str:
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def canonical(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_every_package_of_the_tests_is_known_by_its_hashes() -> None:
    pinned = re.findall(r"^([a-z0-9-]+)==", CONSTRAINTS, re.MULTILINE)
    wanted = PROJECT["dependencies"] + [one for extra in CI_EXTRAS for one in PROJECT["optional-dependencies"][extra]]
    assert {canonical(one) for one in wanted} <= set(pinned)
    for block in re.split(r"^(?=[a-z0-9])", CONSTRAINTS, flags=re.MULTILINE)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_the_constraints_name_no_host() -> None:
    assert "://" not in CONSTRAINTS
    assert "index" not in re.sub(r"^[a-z0-9-]+==", "", CONSTRAINTS, flags=re.MULTILINE)


def test_ci_installs_by_hash_before_anything_else() -> None:
    lines = [line for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if "pip install" in line]
    assert "python -m pip install --quiet --require-hashes -r" in lines[0], "uv itself"
    assert "uv pip install --quiet --compile-bytecode --require-hashes -r constraints.txt" in lines[1]


def test_xlwings_is_a_dependency_where_excel_is_and_an_extra_elsewhere() -> None:
    [line] = [one for one in PROJECT["dependencies"] if one.startswith("xlwings")]
    assert "win32" in line
    assert "darwin" in line
    assert PROJECT["optional-dependencies"]["excel"] == ["xlwings>=0.33"]
    assert any(one.startswith("xlwings") for one in PROJECT["optional-dependencies"]["test"])


def test_all_but_the_excel_module_is_imported_without_xlwings() -> None:
    code = """
import importlib, pkgutil, computefi
missing = []
for module in pkgutil.walk_packages(computefi.__path__, "computefi."):
    if module.name.endswith("__main__") or ".libreoffice" in module.name:
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        missing.append((module.name, error.name))
print(missing)
"""
    assert run(WITHOUT_XLWINGS + code).strip() == "[('computefi.hosts.excel', 'xlwings')]"


@pytest.mark.parametrize(
    "arguments", [["export", "workbooks/compare.xlsx", "--host", "excel", "-o", "x.xlsm"], ["excel", "install"]]
)
def test_a_command_that_needs_xlwings_says_so_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    arguments = [str(ROOT / one) if one.startswith("workbooks") else one for one in arguments]
    code = f"{WITHOUT_XLWINGS}\nfrom computefi.cli.main import cli\ncli({arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 4
    assert list(tmp_path.iterdir()) == []


def test_the_functions_work_and_have_their_help_where_docstrings_are_dropped() -> None:
    spec = computefi.REGISTRY["CFI_LTV"]
    code = "import computefi; s = computefi.REGISTRY['CFI_LTV']; print(computefi.ltv(70, 100), s.summary, len(s.body))"
    assert run(code, "-OO").split() == ["0.7", *spec.summary.split(), str(len(spec.body))]
