"""A process that recalculates one workbook after another, so that a workbook that hangs or crashes takes only it along.

Tasks and answers are lines of JSON on its standard input and output. `python -m computefi.recalc.batch.worker` is the
process, `Worker` its other end.

{"file": "a.xlsx", …, "set": {}, "get": ["LTV"]}   →   {"file": "a.xlsx", "status": "done", "values": {"LTV": 0.7}, …}
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from computefi.errors import CODES, Code, InputRefused, WorkbookError
from computefi.xlsx.cells import Rows, Value
from computefi.xlsx.date_cells import Typed

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
    values: dict[str, Value] = field(default_factory=dict)
    input: str = ""
    output: str = ""

    @property
    def good(self) -> bool:
        """Whether the recalculated workbook is there."""
        return self.status in ("done", "kept")


def digest(data: bytes) -> str:
    """A file's content as a short text."""
    return hashlib.sha256(data).hexdigest()


def perform(task: Task) -> Answer:
    """Recalculate one workbook here and now."""
    from computefi.recalc.book import Book

    started = time.perf_counter()
    answer = Answer(task.file, "failed")
    try:
        book = Book.open(task.source)
        answer.input = digest(book.package.data)
        book.set(task.set)
        # What is asked for must be there before anything is written.
        answer.values = {name: single(name, book.get(name)) for name in task.get}
        target = Path(task.target)
        target.parent.mkdir(parents=True, exist_ok=True)
        result = book.save(target)
        answer.output = digest(target.read_bytes())
        answer.formula_cells, answer.calls, answer.errors = result.formula_cells, result.calls, result.errors
        answer.warnings = len(result.warnings)
        answer.message = result.warnings[0] if result.warnings else ""
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


def to_record(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it."""
    return asdict(answer) | {"values": {name: packed(value) for name, value in answer.values.items()}}


def from_record(record: dict[str, Any]) -> Answer:
    """The same backwards."""
    return Answer(**record | {"values": {name: unpacked(value) for name, value in record["values"].items()}})


class Worker:
    """The other end of a worker process. A process that dies or is too slow is replaced for the next task."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def ask(self, task: Task, timeout: float | None = None) -> Answer:
        """Have one workbook recalculated; `timeout` in seconds ends the process."""
        process = self._process
        if process is None:
            process = self._process = started()
            assert process.stdout is not None
            # The workbook's time does not run while its process starts.
            process.stdout.readline()
        if self._stopped:
            process.kill()
        started_at = time.perf_counter()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, give_up) if timeout else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        line = b""
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(task_record(task)).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            # The process is gone, as an empty line says too.
            line = b""
        finally:
            if timer is not None:
                timer.cancel()
        if line.endswith(b"\n"):
            return from_record(json.loads(line))
        process.kill()
        code = process.wait()
        self.close()
        clean(Path(task.target))
        seconds = round(time.perf_counter() - started_at, 6)
        if late.is_set():
            return Answer(task.file, "timeout", f"not done within {timeout:g} seconds", seconds)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
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


def started() -> subprocess.Popen[bytes]:
    """A new worker process; one core each, for there are as many processes as cores."""
    environment = dict.fromkeys(ONE_THREAD, "1") | os.environ
    paths = [str(FOLDER), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [sys.executable, "-m", "computefi.recalc.batch.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def clean(target: Path) -> None:
    """Remove what a killed process left beside its target."""
    for left in target.parent.glob(f".{glob_escape(target.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()


def glob_escape(text: str) -> str:
    """A file's name as a pattern that means only it."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Say that all is loaded, then answer one task after another until the input ends."""
    answers.write(b"ready\n")
    answers.flush()
    for line in tasks:
        given = json.loads(line)
        inputs = {name: unpacked(value) for name, value in given["set"].items()}
        task = Task(**given | {"set": inputs, "get": tuple(given["get"])})
        answers.write(json.dumps(to_record(perform(task))).encode() + b"\n")
        answers.flush()


def main() -> None:
    """The process."""
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    # What a workbook needs is loaded before the first one's time runs.
    import ironcalc  # noqa: F401

    import computefi.recalc.book  # noqa: F401
    from computefi.formulas import tree as formulas

    formulas.tokenizer()
    main()
