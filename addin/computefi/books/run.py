"""Drawing a book: chunks of blocks on all cores or on a cluster, kept in a journal, so that a killed run goes on.

Chunks are the same whoever draws them, and are added in their order: no number depends on how the work was split. A
first pass draws what the book loses; a second one draws the same paths again and adds up, in those that lose at least
the highest level's VaR, what each loan loses in them.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np

from computefi.errors import EngineMissing, InputRefused
from computefi.models.portfolio import Book
from computefi.models.portfolio_paths import BLOCK, Losses, Simulation, Tail, blocks_of, simulation
from computefi.spec.kinds import FloatArray
from computefi.version import __version__

BLOCKS_AT_ONCE = 16
AHEAD = 2  # chunks waiting per worker
CONNECT_SECONDS = 15
Progress = Callable[[int, int, float], None]  # chunks done, chunks in all, relative standard error


@dataclass(frozen=True, slots=True)
class Chunk:
    """Losses and weights of the paths of some blocks, and the weighted sum of what each loan loses in them."""

    losses: FloatArray
    weights: FloatArray
    by_loan: FloatArray


@dataclass(slots=True)
class Answer:
    """What the paths of a book say: all losses, the tails at each level, and each loan's parts."""

    losses: Losses
    tails: list[Tail]
    expected: FloatArray
    parts: FloatArray  # of the expected shortfall at the highest level


def draw(prepared: Simulation, number: int, blocks: int, at_risk: float | None) -> Chunk:
    """One chunk: the blocks from BLOCKS_AT_ONCE·number, no more than there are."""
    first = number * BLOCKS_AT_ONCE
    with np.errstate(all="ignore"):
        drawn = [prepared.block(block, at_risk) for block in range(first, min(first + BLOCKS_AT_ONCE, blocks))]
    by_loan = drawn[0].by_loan
    for block in drawn[1:]:
        by_loan = by_loan + block.by_loan
    return Chunk(np.array([b.losses for b in drawn]), np.array([b.weights for b in drawn]), by_loan)


def identity(book: Book, *settings: object) -> str:
    """What a journal is of: the same book drawn the same way."""
    digest = hashlib.sha256(repr((__version__, BLOCK, BLOCKS_AT_ONCE, *settings)).encode())
    for owner in (book.loans, book):
        for one in fields(owner):
            value = getattr(owner, one.name)
            if isinstance(value, np.ndarray):
                digest.update(f"{one.name}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


class Journal(AbstractContextManager["Journal"]):
    """Chunks on disk as they are done, each with its length and checksum; what a kill cut off is drawn again."""

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.key = path, key
        self.found: dict[tuple[int, int], Chunk] = {}
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        good = self._read()
        self._file = self.path.open("r+b") if good else self.path.open("wb")
        if good:
            self._file.truncate(good)
            self._file.seek(good)
        else:
            self._file.write(self.key.encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _read(self) -> int:
        """Read the chunks of a run of the same kind; up to where the file is good."""
        if not self.path.is_file():
            return 0
        data = self.path.read_bytes()
        place = len(self.key)
        if data[:place] != self.key.encode():
            return 0
        while place + 12 <= len(data):
            length, checksum = (int.from_bytes(data[place + a : place + b], "little") for a, b in ((0, 8), (8, 12)))
            record = data[place + 12 : place + 12 + length]
            if len(record) < length or zlib.crc32(record) != checksum:
                break
            with np.load(io.BytesIO(record), allow_pickle=False) as held:
                phase, number = (int(x) for x in held["where"])
                self.found[phase, number] = Chunk(held["losses"], held["weights"], held["by_loan"])
            place += 12 + length
        return place

    def add(self, phase: int, number: int, chunk: Chunk) -> None:
        """Keep a chunk."""
        record = io.BytesIO()
        np.savez(
            record, where=np.array([phase, number]), losses=chunk.losses, weights=chunk.weights, by_loan=chunk.by_loan
        )
        data = record.getvalue()
        assert self._file is not None
        self._file.write(len(data).to_bytes(8, "little") + zlib.crc32(data).to_bytes(4, "little") + data)
        self._file.flush()


def dask() -> Any:
    """Dask distributed, which has no types."""
    try:
        import distributed
    except ImportError:
        raise EngineMissing("a cluster needs Dask: pip install 'computefi[cluster]'", name="dask") from None
    return distributed


def itself(prepared: Simulation) -> Simulation:
    """The book made ready, as the task on whose answer all chunks depend."""
    return prepared


@contextmanager
def cluster(scheduler: str, workers: int) -> Iterator[Callable[..., Any]]:
    """A function that gives work to Dask and returns its future."""
    distributed = dask()
    local = None
    if scheduler == "local":
        local = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        with distributed.Client(local or scheduler, timeout=CONNECT_SECONDS, set_as_default=False) as client:
            shared: dict[int, Any] = {}

            def give(function: Callable[..., Chunk], prepared: Simulation, *arguments: Any) -> Any:
                if id(prepared) not in shared:
                    # A task, unlike data that were handed out, is done again when the worker that holds it is lost.
                    shared[id(prepared)] = client.submit(itself, prepared, pure=False, retries=3)
                return client.submit(function, shared[id(prepared)], *arguments, pure=False, retries=3)

            yield give
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineMissing(f"the Dask scheduler {scheduler} does not answer: {error}", name=scheduler) from None
    finally:
        if local is not None:
            local.close()


@contextmanager
def threads(workers: int) -> Iterator[Callable[..., Future[Chunk]]]:
    """The same on the cores of this machine: numpy draws and multiplies without Python's lock."""
    with ThreadPoolExecutor(workers) as pool:
        yield pool.submit


def chunks_in_order(
    prepared: Simulation, blocks: int, at_risk: float | None, give: Callable[..., Any], waiting: int, journal: Journal,
    phase: int,
) -> Iterator[Chunk]:  # fmt: skip
    """All chunks of a pass by their numbers; no more than `waiting` are on their way, so that memory stays flat."""
    count = -(-blocks // BLOCKS_AT_ONCE)
    asked: dict[int, Any] = {}
    following = 0
    for number in range(count):
        while following < count and len(asked) < waiting:
            if (phase, following) not in journal.found:
                asked[following] = give(draw, prepared, following, blocks, at_risk)
            following += 1
        if number in asked:
            chunk: Chunk = asked.pop(number).result()
            journal.add(phase, number, chunk)
        else:
            chunk = journal.found.pop((phase, number))
        yield chunk


def run(
    book: Book, *, paths: int, seed: int, nu: float, levels: Sequence[float], journal: Path, workers: int = 0,
    scheduler: str | None = None, progress: Progress = lambda _done, _all, _error: None,
) -> Answer:  # fmt: skip
    """Draw a book, or go on with what the journal has of it; the journal is gone when all is done."""
    if not levels or not all(0.5 <= level < 1 for level in levels):
        raise InputRefused(f"levels must be from 0.5 to below 1; got {', '.join(f'{x:g}' for x in levels)}")
    highest, blocks = max(levels), blocks_of(paths)
    workers = workers or os.cpu_count() or 1
    with np.errstate(all="ignore"):
        prepared = simulation(book, seed, nu, highest)
    key = identity(book, blocks, seed, nu, highest)
    count = -(-blocks // BLOCKS_AT_ONCE)
    with Journal(journal, key) as kept, cluster(scheduler, workers) if scheduler else threads(workers) as give:
        waiting = AHEAD * workers
        losses, weights, expected = [], [], np.zeros(len(book.offtaker))
        for number, chunk in enumerate(chunks_in_order(prepared, blocks, None, give, waiting, kept, 1), 1):
            losses.append(chunk.losses)
            weights.append(chunk.weights)
            expected = expected + chunk.by_loan
            progress(number, 2 * count, _error_so_far(losses, weights))
        drawn = Losses(np.concatenate(losses), np.concatenate(weights))
        tails = [drawn.tail(level) for level in levels]
        worst = tails[list(levels).index(highest)]
        parts = np.zeros(len(book.offtaker))
        second = chunks_in_order(prepared, blocks, worst.at_risk.value, give, waiting, kept, 2)
        for number, chunk in enumerate(second, 1):
            parts = parts + chunk.by_loan
            progress(count + number, 2 * count, _error_so_far(losses, weights))
    journal.unlink(missing_ok=True)
    whole = parts.sum()
    # Where paths lose just the VaR there may be more of them than the tail has room for.
    parts = parts * (worst.shortfall.value / whole) if whole > 0 else parts
    return Answer(drawn, tails, expected / (blocks * BLOCK), parts)


def _error_so_far(losses: list[FloatArray], weights: list[FloatArray]) -> float:
    """Relative standard error of the expected loss in the paths that are done."""
    averages = np.concatenate([(w * x).mean(axis=1) for x, w in zip(losses, weights, strict=True)])
    mean = averages.mean()
    return float(averages.std(ddof=1) / np.sqrt(len(averages)) / mean) if mean > 0 and len(averages) > 1 else np.inf
