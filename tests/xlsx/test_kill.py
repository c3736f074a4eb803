"""A recalculation killed at any moment leaves the old file or the new one, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from computefi.recalc import recalculate
from computefi.xlsx import files, temporary

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


def forked_writer(path: Path, loan: int) -> int:
    """A process that writes the file again and again, forked from this one, which has everything loaded."""
    child = os.fork()
    if child == 0:
        try:
            for turn in range(10**9):
                # It begins with the value that the file does not have.
                recalculate(path, path, set={"Deal!A1": 70 + (loan - 69 + turn) % 2})
        finally:
            os._exit(1)
    return child


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_two_hundred_kills_leave_a_whole_file_each_time(book: Path) -> None:
    recalculate(book, book)
    started = time.perf_counter()
    recalculate(book, book)
    cycle = time.perf_counter() - started
    chance, loan, seen = random.Random(4), 70, {70: 0, 71: 0}
    for turn in range(KILLS):
        if turn % 20 == 19 and min(seen.values()) == 0:
            cycle *= 2  # other work on the machine slows the writers down
        child = forked_writer(book, loan)
        # Moments that reach over two writings.
        time.sleep(chance.uniform(0.2, 2.5) * cycle)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        sheet = openpyxl.load_workbook(book, data_only=True)["Deal"]
        loan = int(sheet["A1"].value)
        expected = [(loan + row) / 100 for row in range(1, 40)]
        assert [sheet[f"B{row}"].value for row in range(1, 40)] == pytest.approx(expected, rel=1e-12)
        seen[loan] += 1
    assert min(seen.values()) > 0, "no writer was ever done before it was killed"
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
    assert openpyxl.load_workbook(book, data_only=True)["Deal"]["A1"].value in (70, 71)


def test_what_a_killed_writer_left_is_removed_by_the_next(book: Path) -> None:
    before = time.time() - 60
    names = ("book.xlsx", "other.xlsx", "fresh.xlsx", "held.xlsx")
    left = [book.with_name(f".{name}.k3v9x1a_.computefi.tmp") for name in names]
    kept = [book.with_name(name) for name in (".book.xlsx.k3v9x1a_.tmp", "book.xlsx.k3v9x1a_.computefi.tmp", ".tmp")]
    for path in (*left, *kept):
        path.write_bytes(b"half a file")
        os.utime(path, (before, before))
    os.utime(left[2])
    with open(left[3], "rb") as writer:
        assert temporary.hold(writer.fileno())
        files.write_atomically(book, book.read_bytes())
    assert [path.exists() for path in left] == [False, False, True, True]
    assert all(path.exists() for path in kept)


@pytest.mark.parametrize("nameless", [True, False])
def test_a_writer_s_temporary_file_is_one_that_would_be_removed(
    book: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    names: list[str] = []
    replace = os.replace

    def noted(source: Path, target: Path) -> None:
        names.append(Path(source).name)
        replace(source, target)

    monkeypatch.setattr(temporary.os, "replace", noted)
    if not nameless:
        monkeypatch.setattr(temporary, "nameless", lambda _: None)
    files.write_atomically(book, b"new")
    assert temporary.LEFT_BEHIND.fullmatch(names[0])
    assert book.read_bytes() == b"new"
    assert [path.name for path in book.parent.iterdir()] == [book.name]
