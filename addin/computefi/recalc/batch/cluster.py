"""The batch on Dask distributed: a cluster that is there, or one on this machine.

Each Dask worker has every workbook done by a process of its own below it, so that a workbook that hangs or crashes
does not take the Dask worker along; where a whole Dask worker is lost, its workbook is given to another one.

on_dask("tcp://scheduler:8786", 8, limits)(tasks)   →   an Answer for each task, as they come
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Generator, Iterator, Sequence
from dataclasses import astuple
from typing import Any

from computefi.errors import EngineMissing
from computefi.recalc.batch.worker import Answer, Limits, Task, Worker, from_record, task_from, task_record, to_record

ATTEMPTS = 3
CONNECT_SECONDS = 15

# On a Dask worker: the processes below it, by the batch and the thread that they work for.
_here: dict[tuple[str, int], Worker] = {}


def loaded() -> Any:
    """Dask distributed, which has no types."""
    try:
        import distributed
    except ImportError:
        raise EngineMissing("a cluster needs Dask: pip install 'computefi[cluster]'", name="dask") from None
    return distributed


def ask_here(batch: str, task: dict[str, Any], limits: tuple[float | None, int, int]) -> dict[str, Any]:
    """On a Dask worker: one workbook in the process that belongs to this thread.

    Plain data comes and goes: a worker with another version of this package could not even read a class that it does
    not have, and would end in silence.
    """
    worker = _here.setdefault((batch, threading.get_ident()), Worker(Limits(*limits)))
    return to_record(worker.ask(task_from(task)))


def end_here(batch: str) -> None:
    """On a Dask worker: end the processes of one batch."""
    for key in [key for key in _here if key[0] == batch]:
        worker = _here.pop(key)
        worker.stop()
        worker.close()


class DaskRunner:
    """Runs tasks on a scheduler. As many are given out as there are workers, so that a lost one loses one."""

    def __init__(self, scheduler: str, jobs: int, limits: Limits) -> None:
        self._scheduler, self._jobs, self._limits = scheduler, jobs, limits
        self._batch = uuid.uuid4().hex

    def __call__(self, tasks: Sequence[Task]) -> Generator[Answer, None, None]:
        if not tasks:
            return
        distributed = loaded()
        cluster = None
        if self._scheduler == "local":
            cluster = distributed.LocalCluster(
                n_workers=self._jobs, threads_per_worker=1, processes=True, dashboard_address=None
            )
        try:
            address = cluster or self._scheduler
            with distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False) as client:
                try:
                    yield from self._run(client, tasks)
                finally:
                    client.run(end_here, self._batch, on_error="ignore")
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineMissing(
                f"the Dask scheduler {self._scheduler} does not answer: {error}", name=self._scheduler
            ) from None
        finally:
            if cluster is not None:
                cluster.close()

    def _run(self, client: Any, tasks: Sequence[Task]) -> Iterator[Answer]:
        waiting = list(reversed(tasks))
        attempts: dict[str, int] = {}
        given: dict[str, Task] = {}
        futures = loaded().as_completed(loop=client.loop)

        def give() -> None:
            task = waiting.pop()
            future = client.submit(ask_here, self._batch, task_record(task), astuple(self._limits), pure=False)
            given[future.key] = task
            futures.add(future)

        threads = sum(client.nthreads().values())
        for _ in range(min(max(threads, 1), len(tasks))):
            give()
        for future in futures:
            task = given.pop(future.key)
            if future.status == "finished":
                yield from_record(future.result())
            else:
                attempts[task.file] = attempts.get(task.file, 0) + 1
                if attempts[task.file] < ATTEMPTS:
                    waiting.append(task)
                else:
                    error = future.exception()
                    yield Answer(task.file, "died", f"lost on the cluster: {type(error).__name__}: {error}"[:500])
            if waiting:
                give()


def on_dask(scheduler: str, jobs: int, limits: Limits) -> DaskRunner:
    """The runner for a scheduler's address, or for "local"."""
    loaded()
    return DaskRunner(scheduler, jobs, limits)
