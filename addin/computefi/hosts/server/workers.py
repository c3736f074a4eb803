"""Computations in processes of their own, which can be ended: a model in native code does not hear of a deadline.

A worker reads requests from its standard input and writes answers to its standard output, one after the other:

    request   length of the body, most calls, results, draws, seconds; the body     (REQUEST)
    answer    one letter, length of the content; the content                        (ANSWER)

The letters: A the answers, B the request cannot be read and why, T no time left, M no memory left, F a fault of ours.
The parent ends a worker that is late and starts another; a worker whose parent is gone ends by itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import struct
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, NamedTuple

REQUEST = struct.Struct("<QQQQdQ")
ANSWER = struct.Struct("<cQ")
ANSWERS, BAD_REQUEST, TIME_UP, NO_MEMORY, FAULT, GONE = b"A", b"B", b"T", b"M", b"F", b"G"
COMMAND = (sys.executable, "-c", "from computefi.hosts.server.workers import main; main()")
READY = b"R"
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
SLACK_SECONDS = 5
LATER = 10  # of the system's 19 steps


class Task(NamedTuple):
    """What a worker is asked, and what it may use."""

    body: bytes
    calls: int
    cells: int
    draws: int
    seconds: float
    memory: int


class Worker:
    """One process."""

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        self.ready = False

    def get_ready(self) -> None:
        """Wait until the process has imported what it needs; it says so by one byte."""
        assert self.process.stdout is not None
        if not self.ready:
            with contextlib.suppress(OSError, ValueError):
                self.process.stdout.read(len(READY))
            self.ready = True

    def ask(self, task: Task) -> tuple[bytes, bytes]:
        """The letter and the content of the answer; GONE where the process ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        body, *limits = task
        try:
            self.process.stdin.write(REQUEST.pack(len(body), *limits) + body)
            self.process.stdin.flush()
            letter, length = ANSWER.unpack(self.process.stdout.read(ANSWER.size))
            return letter, self.process.stdout.read(length)
        except (OSError, ValueError, struct.error):
            return GONE, b""

    def give_way(self) -> None:
        """Let the processes of others go first from now on; this cannot be taken back."""
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, LATER)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class Workers:
    """Some workers, started when they are needed."""

    def __init__(self, count: int) -> None:
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="computefi")
        self.idle: list[Worker] = []
        weakref.finalize(self, end_all, self.idle)
        self.lock = threading.Lock()
        self.ended = 0

    def start(self, count: int) -> None:
        """Start some ahead of the first request, which else would wait for their imports."""
        self.idle += [Worker() for _ in range(count)]

    def take(self) -> Worker:
        """A worker that does nothing yet."""
        with self.lock:
            while self.idle:
                worker = self.idle.pop(0)
                if worker.process.poll() is None:
                    return worker
                worker.end()
        return Worker()

    def give_back(self, worker: Worker) -> None:
        """A worker that has answered; it goes before those that may still be importing."""
        with self.lock:
            self.idle.insert(0, worker)

    def end(self, worker: Worker) -> None:
        """A worker that is late, or that has ended; another gets ready in its place."""
        self.ended += 1
        worker.end()
        with self.lock:
            self.idle.append(Worker())

    def close(self) -> None:
        """End all."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        with self.lock:
            end_all(self.idle)


def end_all(idle: list[Worker]) -> None:
    """End workers that do nothing."""
    while idle:
        idle.pop().end()


# ---- in the worker's process -----------------------------------------------------------------------------------------


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    requests = sys.stdin.buffer
    die_with_parent()
    # Ahead of the first request: what answers it, and every function.
    from computefi.hosts.server import wire  # noqa: F401
    from computefi.spec import REGISTRY

    dict(REGISTRY)

    answers.write(READY)
    answers.flush()
    while True:
        head = requests.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return
        length, *limits = REQUEST.unpack(head)
        letter, content = answered(Task(requests.read(length), *limits))
        write(answers, letter, content)


def write(answers: BinaryIO, letter: bytes, content: bytes) -> None:
    answers.write(ANSWER.pack(letter, len(content)))
    answers.write(content)
    answers.flush()


def answered(task: Task) -> tuple[bytes, bytes]:
    """The answer to one request, within its limits."""
    from computefi.hosts.server import wire
    from computefi.spec import Budget, spending

    limit_memory(task.memory)
    alarm(task.seconds + SLACK_SECONDS)
    try:
        with spending(Budget(task.cells, task.draws)):
            return ANSWERS, wire.answer(task.body, task.calls, task.seconds)
    except wire.BadRequest as error:
        return BAD_REQUEST, str(error).encode("utf-8", "replace")
    except wire.TimeUp:
        return TIME_UP, b""
    except MemoryError:
        return NO_MEMORY, b""
    except Exception:
        logging.getLogger(__name__).exception("a request failed")
        return FAULT, b""
    finally:
        alarm(0)


def alarm(seconds: float) -> None:
    """End this process after so long even where nobody is left to do it; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def limit_memory(memory: int) -> None:
    """No more than so many bytes, where the system can say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))


def die_with_parent() -> None:
    """Linux ends this process with its parent; elsewhere it ends when it next reads or its alarm rings."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
