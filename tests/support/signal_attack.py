"""Signals at random moments of a command, and what must hold after each: no process, no file left, a true message."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import openpyxl

from computefi.cli import edge
from computefi.recalc import recalculate
from forked import Forked
from recalc_books import make

SIGNALS = ("INT", "TERM", "HUP")
KINDS = [(name, to) for name in SIGNALS for to in ("parent", "child", "group")] + [("KILL", "parent")]
SECONDS_TO_END = 2.0
ROWS = 60


@dataclass
class Tally:
    """What became of the attacks of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def book_in(folder: Path) -> Path:
    """A workbook whose recalculation takes a moment, with a loan of 70 on collateral of 100."""
    cells: dict[str, object] = {"A1": 70, "A2": 100}
    cells |= {f"B{row}": f"=CFI_LTV($A$1+{row},$A$2)" for row in range(1, ROWS)}
    return make(folder / "book.xlsx", cells, {"Loan": "Deal!$A$1"})


def processes(session: int) -> list[int]:
    """The processes of a session, those that have ended apart."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except (OSError, ValueError):
                continue
            if int(its_session) == session and state != "Z":
                found.append(int(entry.name))
    return found


def loan_of(path: Path) -> int:
    """The loan in the file, once its formulas fit to it."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Deal"]
    loan = int(sheet["A1"].value)
    for row in range(1, ROWS):
        assert abs(sheet[f"B{row}"].value - (loan + row) / 100) < 1e-12, f"B{row} does not fit to the loan {loan}"
    return loan


class Running(Protocol):
    """A command that runs."""

    pid: int
    returncode: Any

    def poll(self) -> int | None: ...
    def communicate(self, *, timeout: float) -> tuple[Any, str]: ...


Start = Callable[[Path, int, Path], Running]


def as_command(book: Path, loan: int, scratch: Path) -> Running:
    """As a user starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "computefi", "recalc", str(book), "--set", f"Loan={loan}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip


def as_fork(book: Path, loan: int, scratch: Path) -> Running:
    """The same behind the same edge, without the time that Python takes to start."""
    return Forked(lambda: recalculate(book, book, set={"Loan": loan}), scratch=scratch)


class Attack:
    """One kind of signal, again and again on the same file."""

    def __init__(self, folder: Path, name: str, to: str, start: Start, seed: int) -> None:
        self.number, self.to, self.start = signal.Signals[f"SIG{name}"], to, start
        self.folder, self.scratch = folder / "books", folder / "scratch"
        self.folder.mkdir()
        self.scratch.mkdir()
        for ignored in edge.STOPPING:
            # A program in the background ignores INT, and whatever it starts does so too.
            if signal.getsignal(ignored) is signal.SIG_IGN:
                signal.signal(ignored, signal.SIG_DFL)
        self.chance = random.Random(seed)
        self.book = book_in(self.folder)
        self.loan, self.tally = 70, Tally()
        began = time.monotonic()
        first = self.start(self.book, self.loan, self.scratch)
        first.communicate(timeout=120)
        assert first.returncode == 0
        self.length = time.monotonic() - began

    def strike(self) -> None:
        """One signal at a random moment between the start of the child and a little after its end."""
        before, new = self.loan, 141 - self.loan
        began = time.monotonic()
        running = self.start(self.book, new, self.scratch)
        while len(processes(running.pid)) < 2 and running.poll() is None:
            time.sleep(0.0005)
        time.sleep(max(0.0, self.chance.uniform(0, 1.2 * self.length) - (time.monotonic() - began)))
        victims = [pid for pid in processes(running.pid) if pid != running.pid] if self.to == "child" else []
        struck = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            if self.to == "group":
                os.killpg(running.pid, self.number)
            elif running.poll() is None:
                os.kill(victims[0] if victims else running.pid, self.number)
        while (left := processes(running.pid)) and time.monotonic() - struck < 10:
            time.sleep(0.002)
        taken = time.monotonic() - struck
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        _, said = running.communicate(timeout=10)
        self.judge(running.returncode, said, before, new, taken, bool(left))

    def judge(self, code: int, said: str, before: int, new: int, taken: float, left: bool) -> None:
        """Whether all that must hold does."""
        faults = []
        self.loan = loan_of(self.book)
        written = self.loan == new
        signalled = {128 + self.number: "stopped", -self.number: "before it began", 0: "done"}
        kind = "killed" if self.number == signal.SIGKILL else signalled.get(code, f"exit {code}")
        self.tally.outcomes[kind] += 1
        self.tally.slowest = max(self.tally.slowest, taken)
        if code not in signalled:
            faults.append(f"exit code {code}")
        if left:
            faults.append("a process is left")
        if self.loan not in (before, new):
            faults.append(f"the loan is {self.loan}")
        if (code == 0 and not written) or (kind == "before it began" and written):
            faults.append("the file is not what the exit code says")
        if kind == "stopped" and ("nothing was written" in said) == written:
            faults.append(f"not true: {said.strip()!r}")
        if kind != "before it began" and (said.count("\n") > 1 or "Traceback" in said):
            faults.append(f"more than a line: {said[:200]!r}")
        names = {path.name for path in (*self.folder.iterdir(), *self.scratch.iterdir())} - {"book.xlsx"}
        if names:
            faults.append(f"left behind: {sorted(names)}")
        self.tally.faults += faults
