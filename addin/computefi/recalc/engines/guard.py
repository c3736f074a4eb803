"""Limits around the engine, for workbooks that nobody vouches for.

A formula can ask for more memory or time than there is (`FACT(1E15)`, a LAMBDA that calls itself without end), and
an engine of native code then cannot be interrupted from inside: it ends its process. `guarded` runs the work in a
process of its own, limited in memory and, while the engine computes, in time, and says in one line what happened.

guarded(work, print) around =SUM(SEQUENCE(1E9))   →   "the engine ran out of memory: …; nothing was written", and 2
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator

ENGINE_SECONDS = 120
BAD_INPUT = 2
SECONDS_VARIABLE, MEMORY_VARIABLE = "COMPUTEFI_ENGINE_SECONDS", "COMPUTEFI_MEMORY_MB"
ENDINGS = {
    "SIGALRM": "the engine did not finish within {seconds} seconds: a formula over too many cells, or without an end",
    "SIGABRT": "the engine ran out of memory: a formula gives or reads too many cells",
    "SIGKILL": "the work was ended from outside, or ran out of memory",
    "SIGSEGV": "the engine ran out of stack: a formula that calls itself without an end",
}
LIMITED_VARIABLE = "COMPUTEFI_LIMITED"  # set in a limited process
LEAST_MEMORY = 4 * 2**30  # numpy alone reserves more addresses than it uses


def seconds() -> int:
    """How long the engine may compute at a stretch."""
    return max(1, int(os.environ.get(SECONDS_VARIABLE, ENGINE_SECONDS)))


def possible() -> bool:
    """Whether this system can limit a process (Windows cannot)."""
    return hasattr(os, "fork")


def guarded(work: Callable[[], object], say: Callable[[str], None]) -> int:
    """Run the work in a process of its own; its exit code, or 2 after `say` was told how it ended."""
    if not possible():
        return exit_code(work)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        # In the child: whatever happens, it must not return into the caller's code.
        code = BAD_INPUT
        try:
            limit()
            try:
                code = exit_code(work)
            except MemoryError:
                say("the work needs more memory than there is; nothing was written")
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    while True:
        try:
            _, status = os.waitpid(child, 0)
            break
        except KeyboardInterrupt:
            # The child gets it too, and ends in its own way.
            continue
    if not os.WIFSIGNALED(status):
        return os.waitstatus_to_exitcode(status)
    name = signal.Signals(os.WTERMSIG(status)).name
    say(ENDINGS.get(name, f"the work was ended by {name}").format(seconds=seconds()) + "; nothing was written")
    return BAD_INPUT


def exit_code(work: Callable[[], object]) -> int:
    """The code with which the work ends."""
    try:
        work()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0


def limit() -> None:
    """Limit this process: its memory now, and its time whenever the engine computes."""
    import resource

    asked = os.environ.get(MEMORY_VARIABLE)
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    memory = int(asked) * 2**20 if asked else max(installed, LEAST_MEMORY)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    os.environ[LIMITED_VARIABLE] = "1"


@contextlib.contextmanager
def engine_limits() -> Iterator[None]:
    """Around the engine's work, in a limited process: a time limit, and no words of the engine's own on stderr."""
    if LIMITED_VARIABLE not in os.environ:
        yield
        return
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    signal.alarm(seconds())
    try:
        yield
    finally:
        signal.alarm(0)
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
