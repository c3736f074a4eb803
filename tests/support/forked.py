"""A command as a process of its own, forked from this one, which has everything loaded: a twentieth of the time."""

from __future__ import annotations

import faulthandler
import os
import select
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from computefi.cli import edge


class Forked:
    """Work behind the edge of a command, in a session of its own; as far as needed like subprocess.Popen."""

    def __init__(
        self,
        work: Callable[[], object],
        stdout: int | None = None,
        stderr: bool = True,
        debug: bool = False,
        scratch: Path | None = None,
        **environment: str,
    ) -> None:
        """`stdout` is a descriptor or None for a closed one."""
        self.returncode: int | None = None
        self._reading, writing = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the process has threads, which do nothing
            self.pid = os.fork()
        if self.pid == 0:
            code = 99
            try:
                faulthandler.disable()
                os.setsid()
                os.environ.update(environment)
                tempfile.tempdir = str(scratch) if scratch else None
                place(1, stdout)
                place(2, writing if stderr else None)
                code = edge.guarded(work, debug)
            finally:
                os._exit(code)
        os.close(writing)

    def poll(self) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def communicate(self, timeout: float = 60) -> tuple[None, str]:
        """What it said on stderr, once it has ended."""
        said = b""
        until = time.monotonic() + timeout
        while select.select([self._reading], [], [], max(0.0, until - time.monotonic()))[0]:
            chunk = os.read(self._reading, 65536)
            if not chunk:
                break
            said += chunk
        else:
            raise TimeoutError(said)
        os.close(self._reading)
        while self.poll() is None:
            time.sleep(0.001)
        return None, said.decode()


def place(number: int, target: int | None) -> None:
    """A standard stream of this process that leads elsewhere, or nowhere."""
    name = {1: "stdout", 2: "stderr"}[number]
    if target is None:
        os.close(number)
        setattr(sys, name, None)
        return
    os.dup2(target, number)
    setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - as long as the process


def ran(work: Callable[[], object], stdout: int | None = None, **options: object) -> tuple[int, str]:
    """The exit code of work behind the edge, and what it said on stderr."""
    process = Forked(work, stdout, **options)  # type: ignore[arg-type]
    _, said = process.communicate()
    assert process.returncode is not None
    return process.returncode, said
