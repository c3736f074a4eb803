"""Pyodide under Node: the Python of xlwings Lite, asked about the wheel of this package."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from contract_hosts import calls_of
from contract_table import Row

from computefi.hosts.packing import libraries, zipped
from pyodide_files import NotToBeHad, last_words, pyodide_folder, run

HERE = Path(__file__).parent
SECONDS = 180


def build_wheel(repository: Path, folder: Path) -> Path:
    """The wheel as `pip` builds it, with the hatchling that is installed or else one of its own."""
    try:
        import hatchling  # noqa: F401

        own = ["--no-build-isolation"]
    except ImportError:
        own = []
    pip = [sys.executable, "-m", "pip", "wheel", str(repository), "--no-deps", "--quiet", *own, "-w", str(folder)]
    done = run(pip, folder)
    assert done.returncode == 0, last_words(done)
    (wheel,) = folder.glob("computefi-*.whl")
    return wheel


def imported_modules() -> dict[str, list[str]]:
    """What the modules of the package import, by name, in a fresh Python: the functions computing every example,
    and what the Excel module needs besides."""
    code = (HERE / "contract_imports.py").read_text(encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "addin")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


class Pyodide:
    """What Pyodide says of the wheel, and what the functions of the table answer there: one process for all."""

    def __init__(self, wheel: Path, folder: Path, table: list[Row]) -> None:
        try:
            pyodide = pyodide_folder()
        except NotToBeHad as problem:
            pytest.skip(str(problem))
        self.shared = folder / "shared"
        self.shared.mkdir()
        (self.shared / "calls.pickle").write_bytes(pickle.dumps(calls_of(table), protocol=4))
        shutil.copy(HERE / "contract_calls.py", self.shared)
        shutil.copy(wheel, self.shared)
        (self.shared / "libraries.zip").write_bytes(zipped(libraries()))
        imported = imported_modules()
        standard = [name for name in (*imported["functions"], *imported["excel"]) if not is_library(name)]
        (self.shared / "standard.json").write_text(json.dumps(standard))
        script = HERE / "contract_in_pyodide.py"
        done = run(["node", *map(str, (HERE / "look.mjs", pyodide, script, self.shared))], folder)
        assert done.returncode == 0, last_words(done)
        self.said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        self.answers: dict[str, list[list[Any]]] = pickle.loads((self.shared / "answers.pickle").read_bytes())


def is_library(name: str) -> bool:
    return name.partition(".")[0] not in sys.stdlib_module_names
