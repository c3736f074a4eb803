"""Many workbooks recalculated into a folder of their own, on one machine or on a Dask cluster.

What was done is written down as it is done, by content: a batch that was interrupted goes on where it stopped, and a
workbook, a request or an output that has changed since is worked on again.

recalculate_many("deals", "out", get=["LTV"])           →   answers "done", each with its LTV
the same once more, after deals/b.xlsx was changed      →   "kept" for all but b.xlsx, which is "done"
"""

from __future__ import annotations

import datetime as dt
import glob
import json
import os
import platform
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from computefi import __version__
from computefi.errors import EngineMissing, InputRefused
from computefi.limits import LEAST_MEMORY_MB, MEGABYTE, cpu_budget, memory_budget
from computefi.recalc.batch.worker import Answer, Limits, Task, Worker, digest_of, from_record, now, to_record, versions
from computefi.xlsx.cells import SHOWN_PLACES, Value
from computefi.xlsx.files import claimed, digest, held, open_to_add
from computefi.xlsx.package import SUFFIXES
from computefi.xlsx.table_files import writer_for

MANIFEST = ".computefi-batch.jsonl"
COLUMNS = (
    "file", "status", "seconds", "formula_cells", "calls", "errors", "warnings", "master_check", "message",
    "start", "end", "host", "versions", "input", "output",
)  # fmt: skip
BOOK_SECONDS = 300.0
# As many processes work side by side as leave this to each.
COMFORTABLE_MEMORY = 512 * MEGABYTE

Answers = Generator[Answer, None, None]
Runner = Callable[[Sequence[Task]], Answers]


@dataclass(slots=True)
class Batch:
    """What became of every workbook, in the order of their names."""

    wanted: tuple[str, ...]
    answers: list[Answer] = field(default_factory=list)

    @property
    def failed(self) -> list[Answer]:
        """The workbooks that are not there now."""
        return [answer for answer in self.answers if not answer.good]

    def report(self, path: Path) -> bytes:
        """A row per workbook: what became of it, when, where and by what; its digests, and the values asked for."""
        rows: list[list[Value]] = []
        for answer in self.answers:
            fixed: list[Value] = [getattr(answer, column) for column in COLUMNS]
            rows.append([*fixed, *(answer.values.get(name) for name in self.wanted)])
        return writer_for(path)([*COLUMNS, *self.wanted], rows)


def recalculate_many(
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    set: Mapping[str, Value] | None = None,
    get: Sequence[str] = (),
    jobs: int | None = None,
    timeout: float | None = BOOK_SECONDS,
    scheduler: str | None = None,
    report: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    memory: int | None = None,
    log: str | os.PathLike[str] | None = None,
    say: Callable[[str], object] = lambda _: None,
    force: bool = False,
    cache: str | os.PathLike[str] | None = None,
    within_bounds: bool = False,
    stamp: bool = False,
    now: dt.datetime | None = None,
    seed: int | None = None,
) -> Batch:
    """Recalculate every workbook of a folder, or of a pattern such as `deals/*.xlsx`, into another folder.

    The outputs lie in `folder` as the inputs lie in theirs. `set` and `get` are as for one workbook. `jobs` processes
    work side by side, by default one per core; `timeout` seconds by the clock (None for any time) and `memory`
    megabytes, by default its share of what a command may have, are given to each workbook. `scheduler` is the
    address of a Dask scheduler, or "local" for a cluster on this machine; its workers must see the same folders.
    A workbook that fails, takes too long or kills its process is reported, and the others go on. A name of `get` that
    a workbook does not have is blank for it. `say` is told the limits and names that no workbook has, before any
    work; `log` is a file to which all that happens is added, with the time. `force`, `cache`, `now` and
    `seed` are as for `recalculate`. `within_bounds` fails a workbook whose own validation does not allow what is set.
    `stamp` adds the properties of `recalculate` to each file.
    """
    if jobs is not None and jobs < 1:
        raise InputRefused(f"at least one job is needed; got {jobs}")
    if timeout is not None and not timeout > 0:
        raise InputRefused(f"the time for each workbook must be above 0 seconds; got {timeout:g}")
    if report is not None:
        writer_for(Path(report))
    target = Path(folder).absolute()
    kept_in = None if cache is None else os.path.abspath(cache)
    tasks = tasks_for(str(source), target, dict(set or {}), tuple(get), force, kept_in, within_bounds, stamp, now, seed)
    for written in (path for path in (report, log) if path is not None):
        if os.path.realpath(written) in {os.path.realpath(t.source) for t in tasks}:
            raise InputRefused(f"{written} would be written over one of the workbooks", name=str(written))
    jobs = jobs or max(1, min(os.cpu_count() or 1, memory_budget() // COMFORTABLE_MEMORY))
    jobs = min(jobs, max(len(tasks), 1))
    limits = Limits(timeout, cpu_budget(), megabytes(memory) if memory is not None else memory_budget() // jobs)
    runner = local(jobs, limits)
    if scheduler is not None:
        from computefi.recalc.batch.cluster import on_dask

        runner = on_dask(scheduler, jobs, limits)
    batch = Batch(tuple(get))
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Whatever cannot be written is known now, not in the morning.
        claim = stack.enter_context(claimed(Path(report), force)) if report is not None else None
        journal = stack.enter_context(Journal.open(None if log is None else Path(log)))
        journal.line(f"{source} into {target}, by {versions()} on {platform.node()}")
        for note in notes(tasks, jobs, limits):
            say(note)
            journal.line(note)
        progress(0, len(tasks))
        # Closed at once when the caller's progress breaks off, so that no process works on.
        answers = stack.enter_context(closing(batch_answers(tasks, target, runner)))
        for answer in answers:
            batch.answers.append(answer)
            journal.line(f"{answer.file}  {answer.status}  {answer.seconds:.3f} s  {answer.message}".rstrip())
            progress(len(batch.answers), len(tasks))
        batch.answers.sort(key=lambda answer: answer.file)
        if claim is not None and report is not None:
            claim.write(batch.report(Path(report)))
        journal.line(f"{len(batch.answers)} workbooks: {summary(batch)}")
    return batch


def megabytes(memory: int) -> int:
    """A limit of memory in bytes."""
    if memory < LEAST_MEMORY_MB:
        raise InputRefused(f"the memory for each workbook must be at least {LEAST_MEMORY_MB} MB; got {memory}")
    return memory * MEGABYTE


class Journal:
    """A file to which lines with their time are added, each at once."""

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    @classmethod
    @contextmanager
    def open(cls, path: Path | None) -> Iterator[Journal]:
        """The journal at a path, or none; how the work ends stands in it."""
        handle = None if path is None else open_to_add(path)
        journal = cls(handle)
        try:
            yield journal
        except BaseException as error:
            journal.line(f"stopped: {type(error).__name__} {error}".rstrip())
            raise
        finally:
            if handle is not None:
                os.close(handle)

    def line(self, text: str) -> None:
        """Add a line."""
        if self._handle is not None:
            shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
            os.write(self._handle, f"{now()} {shown}\n".encode("utf-8", "backslashreplace"))


def notes(tasks: Sequence[Task], jobs: int, limits: Limits) -> Iterator[str]:
    """What is to be said before any work: the limits, and each thing asked for that no workbook has.

    They are read until all have been seen once, by a worker process: what one workbook does to it is no harm to the
    others.
    """
    yield f"{len(tasks)} workbooks, {jobs} side by side; for each {limits}"
    unseen = list(tasks[0].get) if tasks else []
    worker = Worker(limits)
    try:
        for task in tasks:
            if not unseen:
                break
            seen = worker.ask(replace(task, look=True)).values
            unseen = [reference for reference in unseen if not seen.get(reference)]
    finally:
        worker.stop()
        worker.close()
    for reference in unseen:
        yield f"no workbook has {reference}: its column stays empty"


def tasks_for(
    source: str,
    folder: Path,
    values: dict[str, Value],
    get: tuple[str, ...],
    force: bool = False,
    cache: str | None = None,
    within_bounds: bool = False,
    stamp: bool = False,
    now: dt.datetime | None = None,
    seed: int | None = None,
) -> list[Task]:
    """The workbooks of a folder or a pattern, and where each goes."""
    root, files = found(source)
    real, real_root = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    if real != real_root and real.is_relative_to(real_root):
        # Outputs of an earlier batch into a folder within the inputs' are no inputs.
        files = [file for file in files if not Path(os.path.realpath(file)).is_relative_to(real)]
    inputs = {os.path.realpath(file) for file in files}
    if folder.exists() and not folder.is_dir():
        raise InputRefused(f"{folder} is not a folder", name=str(folder))
    tasks: list[Task] = []
    moment = "" if now is None else now.isoformat()
    taken: dict[str, str] = {}
    for file in files:
        name = file.relative_to(root).as_posix()
        target = folder / name
        if os.path.realpath(target) in inputs:
            raise InputRefused(
                f"{target} would be written over one of the inputs; choose another folder", name=str(target)
            )
        if name.casefold() in taken:
            raise InputRefused(f"{taken[name.casefold()]} and {name} would be written to one file", name=name)
        taken[name.casefold()] = name
        tasks.append(Task(name, str(file), str(target), values, get, force, cache, within_bounds, stamp, moment, seed))
    if not tasks:
        raise InputRefused(f"there is no workbook ({', '.join(SUFFIXES)}) in {source}", name=str(source))
    return tasks


def found(source: str) -> tuple[Path, list[Path]]:
    """The workbooks that are meant, and the folder their places are told from."""
    path = Path(source)
    names: Iterator[Path]
    if path.is_dir():
        root = path.absolute()
        names = root.rglob("*")
    elif path.is_file():
        root, names = path.absolute().parent, iter([path.absolute()])
    elif glob.has_magic(source):
        parts = path.absolute().parts
        fixed = next(place for place, part in enumerate(parts) if glob.has_magic(part))
        root = Path(*parts[:fixed])
        names = (Path(name) for name in glob.glob(str(path.absolute()), recursive=True))
    else:
        raise InputRefused(
            f"{source} is neither a folder nor a workbook, and no pattern such as deals/*.xlsx", name=str(source)
        )
    files = (
        name for name in names
        if name.suffix.casefold() in SUFFIXES and not name.name.startswith(("~$", ".")) and name.is_file()
    )  # fmt: skip
    return root, sorted(set(files))


def batch_answers(tasks: Sequence[Task], folder: Path, runner: Runner) -> Answers:
    """Every task's answer, from what was written down or from the runner."""
    path = folder / MANIFEST
    os.close(open_to_add(path))
    # One batch at a time has the folder.
    with held(path):
        yield from claimed_answers(tasks, path, runner)


def claimed_answers(tasks: Sequence[Task], path: Path, runner: Runner) -> Answers:
    """The same, once the manifest is ours."""
    done = read_manifest(path)
    open_tasks: list[Task] = []
    for task in tasks:
        before = done.get((task.file, request_of(task)))
        if before is not None and still_holds(task, before):
            before.status = "kept"
            yield before
        else:
            open_tasks.append(task)
    requests = {task.file: request_of(task) for task in open_tasks}
    for task in open_tasks:
        remove_ours(Path(task.target), {old.output for (file, _), old in done.items() if file == task.file})
    with open(path, "a", encoding="utf-8") as manifest, closing(runner(open_tasks)) as answers:
        for answer in answers:
            if answer.status == "done":
                record = {"request": requests[answer.file], "answer": to_record(answer)}
                # One write: a line that a kill cuts short is not read again.
                manifest.write("\n" + json.dumps(record) + "\n")
                manifest.flush()
            yield answer


def remove_ours(target: Path, outputs: set[str]) -> None:
    """Remove an output of ours that no longer holds, lest it be taken for the new one should that fail."""
    with suppress(OSError):
        if outputs and digest_of(str(target)) in outputs:
            target.unlink()


def request_of(task: Task) -> str:
    """What is asked of a workbook, with this version, as a short text."""
    asked = [__version__, sorted(task.set.items()), task.get, *([task.stamp] if task.stamp else [])]
    volatile = [task.now, task.seed] if task.now or task.seed is not None else []
    return digest(json.dumps([*asked, *volatile]).encode())[:32]


def read_manifest(path: Path) -> dict[tuple[str, str], Answer]:
    """The answers that were written down, the latest of each."""
    done: dict[tuple[str, str], Answer] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
            answer = from_record(record["answer"])
            done[answer.file, record["request"]] = answer
        except (ValueError, KeyError, TypeError):
            # An empty line, or one that was cut short.
            continue
    return done


def still_holds(task: Task, answer: Answer) -> bool:
    """Whether input and output are what they were when the answer was written down."""
    return digest_of(task.source) == answer.input != "" and digest_of(task.target) == answer.output != ""


def local(jobs: int, limits: Limits) -> Runner:
    """Worker processes on this machine, each looked after by a thread."""

    def run(tasks: Sequence[Task]) -> Answers:
        ahead: queue.SimpleQueue[Task] = queue.SimpleQueue()
        answers: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
        for task in tasks:
            ahead.put(task)
        workers = [Worker(limits) for _ in range(min(jobs, len(tasks)))]
        stopping = threading.Event()

        def look_after(worker: Worker) -> None:
            try:
                while not stopping.is_set():
                    answers.put(worker.ask(ahead.get_nowait()))
            except queue.Empty:
                pass
            except BaseException as error:
                answers.put(error)
            finally:
                worker.stop()
                worker.close()

        threads = [threading.Thread(target=look_after, args=(worker,), daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        try:
            for _ in tasks:
                answer = answers.get()
                if isinstance(answer, BaseException):
                    raise EngineMissing(f"no worker process could be started: {answer}")
                yield answer
        finally:
            stopping.set()
            for worker in workers:
                worker.stop()
            for thread in threads:
                thread.join()

    return run


def summary(batch: Batch) -> str:
    """One line about a batch."""
    counts: dict[str, int] = {}
    for answer in batch.answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
    text = ", ".join(f"{count} {status}" for status, count in counts.items())
    names = [answer.file for answer in batch.failed]
    if not names:
        return text
    return f"{text}: {', '.join(names[:SHOWN_PLACES])}" + (" …" if len(names) > SHOWN_PLACES else "")
