"""The workbooks that the engine's own project keeps, saved by Excel: every divergence has a reason, in reasons.json.

They are not ours to carry. COMPUTEFI_FIXTURES names a folder with a folder of them in it: xlsx/tests of IronCalc 0.9.1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
FIXTURES = os.environ.get("COMPUTEFI_FIXTURES", "")


@pytest.mark.nightly
@pytest.mark.skipif(not FIXTURES, reason="COMPUTEFI_FIXTURES names no folder with the engine's own workbooks")
def test_what_diverges_has_its_reason_and_what_has_one_diverges() -> None:
    command = [sys.executable, BENCHMARKS / "foreign.py", FIXTURES, "--reasons", BENCHMARKS / "reasons.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
