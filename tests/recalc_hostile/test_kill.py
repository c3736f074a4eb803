"""A recalculation killed at any moment leaves the old file or the new one, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

KILLS = int(os.environ.get("COMPUTEFI_KILLS", "200"))
# The writer goes round and round between two values of one input, as fast as it can write.
WRITER = """
import sys
from computefi.recalc import recalculate
print("ready", flush=True)
for round in range(10**9):
    recalculate(sys.argv[1], sys.argv[1], set={"Deal!A1": 70 + round % 2})
    print(round, flush=True)
"""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    sheet["A1"] = 70
    for row in range(1, 40):
        sheet[f"B{row}"] = f"=CFI_LTV($A$1+{row},100)"
    path = tmp_path / "book.xlsx"
    made.save(path)
    return path


def forked_writers(path: Path, count: int) -> Iterator[int]:
    """Processes that write the file again and again, forked from one that has everything loaded."""
    from computefi.recalc import recalculate

    recalculate(path, path)
    for _ in range(count):
        child = os.fork()
        if child == 0:
            try:
                for turn in range(10**9):
                    recalculate(path, path, set={"Deal!A1": 70 + turn % 2})
            finally:
                os._exit(1)
        yield child


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_two_hundred_kills_leave_a_whole_file_each_time(book: Path) -> None:
    chance = random.Random(4)
    seen: dict[float, int] = {}
    for child in forked_writers(book, KILLS):
        time.sleep(chance.uniform(0.005, 0.06))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        sheet = openpyxl.load_workbook(book, data_only=True)["Deal"]
        loan = sheet["A1"].value
        assert loan in (70, 71)
        assert [sheet[f"B{row}"].value for row in range(1, 40)] == pytest.approx(
            [(loan + row) / 100 for row in range(1, 40)], rel=1e-12
        )
        seen[loan] = seen.get(loan, 0) + 1
    assert set(seen) == {70, 71}, "the kills never fell into a writing"
    # What a killed writer was at is beside the file, and nothing else is.
    assert all(path.name.startswith(f".{book.name}.") for path in book.parent.iterdir() if path != book)


def test_a_killed_command_leaves_a_whole_file(book: Path) -> None:
    chance = random.Random(5)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(book)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for _ in range(3):
        writer.stdout.readline()
    time.sleep(chance.uniform(0.01, 0.1))
    writer.kill()
    writer.communicate()
    loan = openpyxl.load_workbook(book, data_only=True)["Deal"]["A1"].value
    assert loan in (70, 71)
