"""A short run of the mutator, always with the same seeds' start: see `fuzzing` for the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("seconds", [8, pytest.param(300, marks=pytest.mark.nightly)])
@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system cannot limit a process from outside")
def test_spoiled_workbooks_end_in_a_result_or_in_one_line(seconds: int, tmp_path: Path) -> None:
    script = Path(__file__).with_name("fuzzing.py")
    done = subprocess.run(
        [sys.executable, str(script), str(seconds), str(tmp_path), "0"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout.split()[0]) > 0, "how many files a machine gets through in the time is its own affair"
    problems = tmp_path / "problems"
    assert not problems.exists(), problems.read_text()
