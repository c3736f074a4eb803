"""What a change must pass: `quick` while working on it, `everything` before it is handed over.

python -m tools quick        lint, format, types, the arrows of the house, unit tests: under two minutes
python -m tools all          the same with every test
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
STATIC = ("ruff check .", "ruff format --check .", "mypy")
# Rooms whose tests start no other program and open no delivered workbook.
UNIT = """tests/test_architecture.py tests/test_method.py tests/test_package.py tests/test_readme.py
    tests/test_properties.py tests/test_identities.py tests/spec tests/kernels tests/models tests/formulas
    tests/recalc/test_formulas.py tests/recalc/test_arrays.py"""


def quick() -> int:
    """0 where all of it passes, else what the first check that fails ends with."""
    return first_failure(*STATIC, f"pytest {UNIT}")


def everything() -> int:
    """The same, with the whole suite: what `.ci/run` asks in an environment that it makes."""
    return first_failure(*STATIC, "pytest")


def first_failure(*commands: str) -> int:
    """Run them in turn, each told on a line of its own."""
    for command in commands:
        print(f"$ {' '.join(command.split())}", flush=True)
        done = subprocess.run([sys.executable, "-m", *command.split()], cwd=REPOSITORY, check=False)
        if done.returncode:
            return done.returncode
    return 0
