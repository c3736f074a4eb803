"""The edge of a command: a process of its own within limits, one line for whatever goes wrong, and the exit code.

The work is done in a child, whose memory and time of the processor are limited from its first step to its last. Its
parent stays behind, passes on INT, TERM and HUP, and says how it ended: a native engine can be stopped in no other way.

guarded(work) around =SUM(SEQUENCE(1E9))   →   "computefi: out of memory …; nothing was written", and 2
guarded(work), then kill -TERM             →   "computefi: stopped by SIGTERM; nothing was written", and 128 + 15
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import click

from computefi.cli.common import BAD_INPUT, refusing
from computefi.cli.encoding import prepare
from computefi.limits import CPU_VARIABLE, MEMORY_VARIABLE, cpu_budget, die_with, limit_process, memory_budget
from computefi.xlsx.temporary import remove_leftovers_of, witnesses

Work = Callable[[], object]
STOPPED = 128
STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
# A child that tidies up has so long; then it is killed.
GRACE_SECONDS = 1.5
NOTHING = "nothing was written"
ENDINGS = {
    "SIGXCPU": "more than {seconds} seconds of the processor: too much to compute, or without an end "
    f"({CPU_VARIABLE} sets the limit)",
    "SIGABRT": f"out of memory: more than {{memory}} MB ({MEMORY_VARIABLE} sets the limit)",
    "SIGSEGV": "out of stack: a formula that calls itself without an end",
    "SIGBUS": "out of memory or of disk",
}


class Stopped(BaseException):
    """A signal asks the work to end; raised where the work tidies up first."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Records:
    """What the child tells its parent on the way, for the case that it cannot tell anything more."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def note(self, kind: str, *told: Any) -> None:
        """In the child: a line for the parent."""
        with contextlib.suppress(OSError):
            os.write(self._writing, json.dumps([kind, *told]).encode() + b"\n")

    def enter_child(self) -> None:
        """The child's end; a pipe that is full must not hold it up."""
        os.close(self._reading)
        os.set_blocking(self._writing, False)
        witnesses.append(lambda path, inode: self.note("file", os.fspath(path), inode))

    def enter_parent(self) -> None:
        """The parent's end."""
        os.close(self._writing)

    def read(self) -> list[list[Any]]:
        """In the parent, after the child's end: what it noted."""
        os.set_blocking(self._reading, False)
        data = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(self._reading, 2**16):
                data += chunk
        os.close(self._reading)
        return [json.loads(line) for line in data.splitlines() if line.endswith(b"]")]


records: list[Records] = []
hints: list[list[Any]] = []


def hint(text: str) -> None:
    """What to say, should the work be stopped from now on, in place of what was written."""
    hints.append(["hint", text])
    for record in records:
        record.note("hint", text)


def guarded(work: Work, debug: bool = False) -> int:
    """Do the work in a limited process of its own; its exit code, or what its end means, after one line on stderr."""
    open_streams()
    if not hasattr(os, "fork"):
        return outcome(work, debug)
    return outcome(lambda: in_child(work, debug), debug)


def in_child(work: Work, debug: bool) -> int:
    memory, seconds = memory_budget(), cpu_budget()
    noted = Records()
    received: list[int] = []
    child = 0

    def pass_on(number: int, _: FrameType | None) -> None:
        received.append(number)
        if child:
            stop(child, number)

    watched = [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in watched:
        signal.signal(number, pass_on)
    signal.signal(signal.SIGALRM, lambda *_: kill(child))
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    # A signal between fork and the next line would find neither the child's number nor the child's handlers.
    signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    child = os.fork()
    if child == 0:
        code = BAD_INPUT
        try:
            for number in (*watched, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, watched)
            die_with(parent)
            noted.enter_child()
            records.append(noted)
            limit_process(memory, seconds)
            code = outcome(work, debug)
        finally:
            # It must not return into the caller's code.
            os._exit(code)
    noted.enter_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, watched)
    if received:
        stop(child, received[0])
    _, status = os.waitpid(child, 0)
    child = 0
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in watched:
        # All is done; one that comes while Python ends would change nothing but the exit code.
        signal.signal(number, signal.SIG_IGN)
    told = noted.read()
    if not os.WIFSIGNALED(status):
        return os.waitstatus_to_exitcode(status)
    return ended_by(os.WTERMSIG(status), received, told, {"seconds": seconds, "memory": memory // 2**20})


def stop(child: int, number: int) -> None:
    """Pass a signal on, and see to it that the child ends."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, number)
    signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)


def kill(child: int) -> None:
    """End a child that did not end in time; 0 for one that has."""
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def ended_by(number: int, received: list[int], told: list[list[Any]], limits: dict[str, int]) -> int:
    """Say what ended the child, and what it had written by then."""
    # Where the system has no files without names, one may be left.
    for path in {Path(path) for kind, path, *_ in told if kind == "file"}:
        remove_leftovers_of(path)
    name = signal.Signals(number).name
    if name in ENDINGS:
        say(f"{ENDINGS[name].format(**limits)}; {aftermath(told)}")
        return BAD_INPUT
    by = received[0] if received else number
    say(f"stopped by {signal.Signals(by).name}; {aftermath(told)}")
    return STOPPED + by


def aftermath(told: list[list[Any]]) -> str:
    """Which files are there now that were written; or how to go on."""
    there: dict[str, None] = {}
    for kind, path, *more in told:
        with contextlib.suppress(OSError):
            if kind == "file" and os.stat(path).st_ino == more[0]:
                there[path] = None
    going_on = [text for kind, text, *_ in told if kind == "hint"]
    return going_on[-1] if going_on else f"{', '.join(there)} was written" if there else NOTHING


def outcome(work: Work, debug: bool) -> int:
    """The exit code of the work; whatever goes wrong in it is one line on stderr."""
    told: list[list[Any]] = []

    def witness(path: Path, inode: int) -> None:
        told.append(["file", os.fspath(path), inode])

    witnesses.append(witness)
    hints.clear()
    try:
        with refusing():
            code = exit_code(work)
            sys.stdout.flush()
            return code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return BAD_INPUT
    except click.ClickException as error:
        say(refusal(error))
    except (KeyboardInterrupt, click.Abort, Stopped) as stopped:
        number = stopped.number if isinstance(stopped, Stopped) else signal.SIGINT
        say(f"stopped by {signal.Signals(number).name}; {aftermath(told + hints)}")
        return STOPPED + number
    except MemoryError:
        say(f"out of memory ({MEMORY_VARIABLE} sets the limit); {aftermath(told + hints)}")
    except BaseException as error:  # the promise is one line for anything; panics of an engine are no Exceptions
        if debug:
            traceback.print_exc()
        words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        say(f"an unexpected {words}; {aftermath(told + hints)}; --debug shows where")
    finally:
        witnesses.remove(witness)
        let_go_of_output()
    return BAD_INPUT


def exit_code(work: Work) -> int:
    """The code with which the work ends."""
    try:
        answer = work()
    except click.exceptions.Exit as end:
        return end.exit_code
    except SystemExit as end:
        if isinstance(end.code, str):
            raise click.ClickException(end.code) from None
        return end.code or 0
    return answer if isinstance(answer, int) else 0


def refusal(error: click.ClickException) -> str:
    """What click refuses, in one line."""
    words = error.format_message().removesuffix(".")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        words += f"; see {error.ctx.command_path} --help"
    return words


def say(words: str) -> None:
    """One line on stderr, whatever the words hold, if anybody can hear it."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"computefi: {line}", err=True)


def open_streams() -> None:
    """What is closed leads nowhere: else the next file that is opened would be taken for the output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
            continue
        if hasattr(stream, "reconfigure") and not stream.isatty():
            setattr(sys, name, indifferent(stream))
        prepare(getattr(sys, name))


class Indifferent(io.FileIO):
    """Output whose reader may leave, as in `computefi functions | head -1`: the rest goes nowhere, the work goes on."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.fileno())
            os.close(null)
            return len(data)


def indifferent(stream: TextIO) -> TextIO:
    """The same stream for a reader who may leave."""
    raw = Indifferent(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), stream.encoding, stream.errors, line_buffering=stream is sys.stderr)


def let_go_of_output() -> None:
    """Output that nobody takes must not fail again when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, stream.fileno())
                os.close(null)


@contextlib.contextmanager
def tidying_up() -> Iterator[None]:
    """Around work with processes of its own: a signal raises Stopped, so that they are ended and that is recorded."""

    def raise_stopped(number: int, _: FrameType | None) -> None:
        raise Stopped(number)

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, raise_stopped)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
