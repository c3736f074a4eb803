"""A process that recalculates one workbook after another, so that a workbook that hangs or crashes takes only it along.

Tasks and answers are lines of JSON on its standard input and output. `python -m computefi.recalc.batch.worker` is the
process, `Worker` its other end.

{"file": "a.xlsx", …, "set": {}, "get": ["LTV"]}   →   {"file": "a.xlsx", "status": "done", "values": {"LTV": 0.7}, …}
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from computefi import __version__
from computefi.errors import CODES, Code, InputRefused, WorkbookError
from computefi.limits import MEGABYTE, allow_seconds, die_with, limit_process
from computefi.recalc.places import find
from computefi.xlsx.cells import Rows, Value, parse_rect, unquote_sheet
from computefi.xlsx.date_cells import Typed
from computefi.xlsx.files import claimed, examined
from computefi.xlsx.package import FILE_LIMIT, Package
from computefi.xlsx.temporary import remove_leftovers_of
from computefi.xlsx.workbook import Workbook, open_workbook

if TYPE_CHECKING:
    from computefi.recalc.book import Book

START_SECONDS = 120.0
CPU_SIGNAL = getattr(signal, "SIGXCPU", 0)
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FOLDER = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Task:
    """One workbook to recalculate: from where to where, with which inputs, and what to read from it."""

    file: str
    source: str
    target: str
    set: dict[str, Value] = field(default_factory=dict)
    get: tuple[str, ...] = ()
    force: bool = False
    cache: str | None = None
    # Refuse inputs that the workbook's own validation does not allow.
    within_bounds: bool = False
    # Add properties that say what computed the file.
    stamp: bool = False
    # What NOW gives, as text, and where random numbers begin.
    now: str = ""
    seed: int | None = None
    look: bool = False
    """Only say which of `get` the workbook has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one workbook may take: seconds by the clock (None for any time), of the processor, and bytes of memory."""

    timeout: float | None
    cpu: int
    memory: int

    def __str__(self) -> str:
        clock = "" if self.timeout is None else f", {self.timeout:g} seconds by the clock"
        return f"{self.memory // MEGABYTE:,} MB, {self.cpu} seconds of the processor{clock}"


@dataclass(slots=True)
class Answer:
    """What became of one workbook. `status` is done, failed, timeout, died or kept."""

    file: str
    status: str
    message: str = ""
    seconds: float = 0.0
    formula_cells: int = 0
    calls: int = 0
    errors: int = 0
    warnings: int = 0
    # Whether the workbook's own checks hold; None where it has no master check.
    master_check: bool | None = None
    values: dict[str, Value] = field(default_factory=dict)
    start: str = ""
    end: str = ""
    host: str = ""
    versions: str = ""
    input: str = ""
    output: str = ""

    @property
    def good(self) -> bool:
        """Whether the recalculated workbook is there."""
        return self.status in ("done", "kept")


def digest_of(path: str) -> str:
    """A file's content as a short text; nothing where it cannot be read."""
    try:
        return examined(Path(path), FILE_LIMIT, len).digest
    except WorkbookError:
        return ""


def now() -> str:
    """The time, to the millisecond, with its zone."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


@functools.cache
def versions() -> str:
    """What computes here: "computefi 0.1.0, ironcalc 0.9.1, numpy 2.1.0, Python 3.11.7"."""
    found = [f"{name} {metadata.version(name)}" for name in ("ironcalc", "numpy")]
    return ", ".join([f"computefi {__version__}", *found, f"Python {platform.python_version()}"])


def look(task: Task) -> Answer:
    """Which of the names and sheets asked for a workbook has; nothing is computed."""
    answer = Answer(task.file, "failed")
    with contextlib.suppress(WorkbookError, MemoryError):
        book = open_workbook(Package.open(Path(task.source)))
        answer.values = {reference: mentions(book, reference) for reference in task.get}
        answer.status = "done"
    return answer


def mentions(book: Workbook, reference: str) -> bool:
    """Whether a workbook has the name, or the sheet of an address."""
    before, mark, rest = reference.strip().rpartition("!")
    if mark and book.sheet_index(unquote_sheet(before)) is None:
        return False
    if mark and parse_rect(rest) is not None:
        return True
    return any(name.name.casefold() == rest.casefold() for name in book.names)


def perform(task: Task) -> Answer:
    """Recalculate one workbook here and now."""
    from computefi.recalc.book import Book
    from computefi.recalc.describe.bounds import refuse_outside
    from computefi.recalc.describe.checks import master_check

    started = time.perf_counter()
    answer = Answer(task.file, "failed", start=now())
    try:
        target = Path(task.target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with claimed(target, task.force) as claim:
            moment = dt.datetime.fromisoformat(task.now) if task.now else None
            book = Book.open(task.source, now=moment, seed=task.seed, cache=task.cache)
            if task.within_bounds:
                refuse_outside(book, {name: [value] for name, value in task.set.items()})
            book.set(task.set)
            missing = {name: why for name in task.get if (why := not_there(book, name))}
            # What is asked for must be one cell each before anything is written.
            answer.values = {n: None if n in missing else single(n, book.get(n)) for n in task.get}
            result = book.save_as_claimed(claim, stamp=task.stamp)
            answer.master_check = master_check(book.run)
        answer.input = book.package.identity.digest if book.package.identity else ""
        answer.output = claim.before.digest if claim.before else ""
        answer.formula_cells, answer.calls, answer.errors = result.formula_cells, result.calls, result.errors
        answer.warnings = len(result.warnings)
        answer.message = "; ".join([*missing.values(), *result.warnings[:1]])
        answer.status = "done"
    except WorkbookError as error:
        answer.message = str(error)
    except OSError as error:
        answer.message = f"{error.filename or task.file}: {error.strerror or error}"
    except MemoryError:
        answer.message = "the memory does not suffice"
    except Exception as error:  # one workbook's trouble must not be the others'
        answer.message = f"an unexpected {type(error).__name__}: {error}".splitlines()[0]
    answer.seconds = round(time.perf_counter() - started, 6)
    return answer


def not_there(book: Book, name: str) -> str:
    """Why a workbook has nothing of this name; empty where it has."""
    try:
        find(book.plan, name)
    except InputRefused as error:
        return str(error)
    return ""


def single(name: str, value: Value | Rows) -> Value:
    """A single cell's value."""
    if isinstance(value, tuple):
        raise InputRefused(f"{name} is a range; ask for one cell at a time", name=name)
    return value


def packed(value: Value) -> Any:
    """A value as JSON has it; an error is not a text, and a text that was typed may be a date."""
    if isinstance(value, Typed):
        return {"typed": str(value)}
    return {"error": value.value} if isinstance(value, Code) else value


def unpacked(value: Any) -> Value:
    """The same backwards."""
    if not isinstance(value, dict):
        return value
    return Typed(value["typed"]) if "typed" in value else CODES[value["error"]]


def task_record(task: Task) -> dict[str, Any]:
    """A task as JSON has it."""
    return asdict(task) | {"set": {name: packed(value) for name, value in task.set.items()}}


def task_from(record: dict[str, Any]) -> Task:
    """The same backwards."""
    inputs = {name: unpacked(value) for name, value in record["set"].items()}
    return Task(**record | {"set": inputs, "get": tuple(record["get"])})


def to_record(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it."""
    return asdict(answer) | {"values": {name: packed(value) for name, value in answer.values.items()}}


def from_record(record: dict[str, Any]) -> Answer:
    """The same backwards."""
    return Answer(**record | {"values": {name: unpacked(value) for name, value in record["values"].items()}})


class Worker:
    """The other end of a worker process. A process that dies or is too slow is replaced for the next task."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def ask(self, task: Task) -> Answer:
        """Have one workbook recalculated within the limits."""
        start = now()
        answer = self._asked(task)
        answer.start, answer.end = answer.start or start, now()
        answer.host, answer.versions = platform.node(), versions()
        answer.input = answer.input or digest_of(task.source)
        return answer

    def _asked(self, task: Task) -> Answer:
        process = self._process
        if process is None:
            process = self._process = started(self._limits)
            # The workbook's time does not run while its process starts.
            answered(process, b"", START_SECONDS)
        if self._stopped:
            process.kill()
        started_at = time.perf_counter()
        line, late = answered(process, json.dumps(task_record(task)).encode() + b"\n", self._limits.timeout)
        if line.endswith(b"\n"):
            return from_record(json.loads(line))
        process.kill()
        code = process.wait()
        self.close()
        remove_leftovers_of(Path(task.target))
        seconds = round(time.perf_counter() - started_at, 6)
        if late:
            return Answer(task.file, "timeout", f"not done within {self._limits.timeout:g} seconds", seconds)
        if -code == CPU_SIGNAL:
            return Answer(task.file, "timeout", f"more than {self._limits.cpu} seconds of the processor", seconds)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if code == -signal.SIGABRT:
            how = f"out of memory: more than {self._limits.memory // MEGABYTE:,} MB"
        return Answer(task.file, "died", f"its process ended in mid-work ({how})", seconds)

    def stop(self) -> None:
        """End the process, whatever it is doing; called from another thread than `ask`, or after it."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Let go of an ended process."""
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout) if process is not None else ():
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def answered(process: subprocess.Popen[bytes], question: bytes, seconds: float | None) -> tuple[bytes, bool]:
    """The line that a process answers with, empty where it ended, and whether it was ended for being late."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, give_up) if seconds else None
    if timer is not None:
        timer.daemon = True
        timer.start()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question)
        process.stdin.flush()
        return process.stdout.readline(), late.is_set()
    except OSError:
        # The process is gone, as an empty line says too.
        return b"", late.is_set()
    finally:
        if timer is not None:
            timer.cancel()


def started(limits: Limits) -> subprocess.Popen[bytes]:
    """A new worker process; one core each, for there are as many processes as cores."""
    environment = dict.fromkeys(ONE_THREAD, "1") | os.environ
    paths = [str(FOLDER), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    numbers = [str(number) for number in (os.getpid(), limits.memory, limits.cpu)]
    command = [sys.executable, "-m", "computefi.recalc.batch.worker", *numbers]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def serve(tasks: IO[bytes], answers: IO[bytes], seconds: int) -> None:
    """Say that all is loaded, then answer one task after another until the input ends."""
    answers.write(b"ready\n")
    answers.flush()
    for line in tasks:
        allow_seconds(seconds)
        task = task_from(json.loads(line))
        answer = look(task) if task.look else perform(task)
        answers.write(json.dumps(to_record(answer)).encode() + b"\n")
        answers.flush()


def main(parent: int, memory: int, seconds: int) -> None:
    """The process, which ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with(parent)
    limit_process(memory, seconds)
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers, seconds)


if __name__ == "__main__":
    # What a workbook needs is loaded before the first one's time runs.
    import ironcalc  # noqa: F401

    import computefi.recalc.book  # noqa: F401
    from computefi.formulas import tree as formulas

    formulas.tokenizer()
    main(*map(int, sys.argv[1:]))
