"""What a type checker sees of the functions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.stub import STUB, stub

ROOT = Path(__file__).parents[2]


def test_the_committed_stub_is_what_the_declarations_give() -> None:
    assert STUB.read_text(encoding="utf-8") == stub(), "run python -m tools regenerate"


def test_calls_have_the_types_that_users_count_on() -> None:
    pytest.importorskip("mypy")
    # As for a user, to whom nothing is said of the insides of an installed package.
    strict = ("--config-file", "", "--strict", "--follow-imports", "silent")
    command = [sys.executable, "-m", "mypy", *strict, "tests/typing/functions.py"]
    environment = os.environ | {"MYPYPATH": str(ROOT / "addin")}
    found = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
