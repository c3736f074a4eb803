"""The edge of a command: limits from the first step to the last, and one line for whatever goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from computefi import limits
from computefi.cli import edge, main
from computefi.cli.group import LazyGroup
from computefi.errors import InputRefused, WorkbookError
from forked import ran
from recalc_books import make

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system limits no process")


def thrown(error: BaseException) -> Callable[[], object]:
    def throw() -> None:
        raise error

    return throw


def recurse() -> None:
    recurse()


def spin() -> None:
    while True:
        pass


def show_limits() -> None:
    import resource

    click.echo(f"{resource.getrlimit(resource.RLIMIT_CPU)[0]}", err=True)
    assert 0 < resource.getrlimit(resource.RLIMIT_AS)[0] < 2**60


DEEDS: dict[str, Callable[[], object]] = {
    "unexpected": lambda: 1 / 0,
    "lines": thrown(ValueError("one\ntwo")),
    "base": thrown(BaseException()),
    "expected": thrown(WorkbookError("this file is not sound")),
    "system": thrown(PermissionError(13, "Permission denied", "a.xlsx")),
    "memory": lambda: bytearray(10**13),
    "abort": os.abort,
    "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "text": lambda: sys.exit("as a text"),
    "spin": spin,
}


FAULTS = {
    "unexpected": "an unexpected ZeroDivisionError: division by zero; nothing was written; --debug shows where",
    "lines": "an unexpected ValueError: one\\ntwo; nothing was written; --debug shows where",
    "base": "an unexpected BaseException; nothing was written; --debug shows where",
    "expected": "this file is not sound",
    "system": "a.xlsx: Permission denied",
    "memory": "out of memory (COMPUTEFI_MEMORY_MB sets the limit); nothing was written",
    "text": "as a text",
}


@posix
@pytest.mark.parametrize("deed", FAULTS)
def test_whatever_goes_wrong_is_one_line_and_exit_2(deed: str) -> None:
    assert ran(DEEDS[deed]) == (2, f"computefi: {FAULTS[deed]}\n")


@posix
def test_a_recursion_without_end_is_one_line() -> None:
    code, said = ran(recurse)
    assert (code, said.count("\n")) == (2, 1)


@posix
def test_a_fault_is_told_whether_or_not_stdout_is_open() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    for stdout in (None, full):
        code, said = ran(DEEDS["unexpected"], stdout)
        assert (code, said.count("\n")) == (2, 1)
        assert ran(DEEDS["unexpected"], stdout, stderr=False) == (2, "")
    os.close(full)


@posix
def test_output_that_cannot_be_written_is_one_line_and_a_reader_may_leave() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    reading, broken = os.pipe()
    os.close(reading)
    assert ran(lambda: click.echo("said"), full) == (2, "computefi: No space left on device\n")
    assert ran(lambda: print("said"), full) == (2, "computefi: No space left on device\n")
    assert ran(lambda: click.echo("said"), broken) == (0, "")
    assert ran(lambda: [print("said") for _ in range(10_000)] and 1, broken) == (1, "")
    assert ran(lambda: click.echo("said"), None) == (0, "")
    os.close(full)
    os.close(broken)


@pytest.mark.parametrize("shown", [("functions",), ("recalc", "--help")])
def test_a_command_whose_reader_leaves_ends_as_it_would_have(shown: tuple[str, ...]) -> None:
    reading, broken = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "computefi", *shown], stdout=broken, stderr=subprocess.PIPE)
    os.close(broken)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_what_no_terminal_can_show_is_escaped() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    assert ran(lambda: print("\udcff"), null) == (0, "")
    assert ran(thrown(WorkbookError("a\udcff\x1b[31m\nb")), null) == (2, "computefi: a\\udcff\\x1b[31m\\nb\n")
    os.close(null)


@posix
def test_debug_shows_where_an_unexpected_fault_arose() -> None:
    code, said = ran(DEEDS["unexpected"], debug=True)
    assert code == 2
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith("computefi: an unexpected ZeroDivisionError")


@posix
def test_other_exit_codes_go_through() -> None:
    assert [ran(lambda code=code: sys.exit(code))[0] for code in (0, 1, 3)] == [0, 1, 3]


@posix
@pytest.mark.parametrize(
    ("deed", "code", "words"),
    [
        ("spin", 2, "more than 1 seconds of the processor"), ("abort", 2, "out of memory: more than 1000 MB"),
        ("segv", 2, "out of stack"), ("kill", 137, "stopped by SIGKILL"),
    ],
)  # fmt: skip
def test_a_process_that_is_ended_is_one_line(deed: str, code: int, words: str) -> None:
    ended, said = ran(DEEDS[deed], COMPUTEFI_CPU_SECONDS="1", COMPUTEFI_MEMORY_MB="1000")
    assert ended == code
    assert said.startswith(f"computefi: {words}")
    assert said.endswith("; nothing was written\n")
    assert said.count("\n") == 1


@posix
def test_memory_and_time_are_limited() -> None:
    assert ran(show_limits) == (0, f"{limits.CPU_SECONDS}\n")


@pytest.mark.parametrize("text", ["abc", "-1", "0", "1e3", "9" * 5000, " ", "²"])
@pytest.mark.parametrize("name", [limits.CPU_VARIABLE, limits.MEMORY_VARIABLE])
def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(InputRefused, match=f"{name} must be a whole number from") as caught:
        (limits.cpu_budget if name == limits.CPU_VARIABLE else limits.memory_budget)()
    assert len(str(caught.value)) < 255


@posix
def test_a_wrong_variable_is_one_line() -> None:
    code, said = ran(lambda: None, COMPUTEFI_MEMORY_MB="abc")
    assert (code, said.count("\n")) == (2, 1)


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something."""
    if isinstance(command, LazyGroup):
        for name in command.entries:
            yield from leaves(command.load(name), (*path, name))
    elif isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from leaves(below, (*path, name))
    else:
        yield path, command


LEAVES = dict(leaves(main.cli))


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_runs_within_limits(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    for name in ("guarded", "outcome"):
        monkeypatch.setattr(main, name, lambda _work, _debug, name=name: ran.append(name) or 0)
    monkeypatch.setattr(sys, "argv", ["computefi", *path])
    with pytest.raises(SystemExit):
        main.main()
    if path[0] in main.UNGUARDED:
        # What is given no file opens no workbook.
        assert not [p for p in LEAVES[path].params if isinstance(p, click.Argument)]
    else:
        assert ran == ["guarded"]


def group(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "5000\n", "memory.max": "9000\n"}, [5000, 9000]),
        ("4:memory:/a\n0::/\n", {"memory/a/memory.limit_in_bytes": "7000\n"}, [7000]),
        ("4:cpu,memory:/a\n", {"memory/memory.limit_in_bytes": "8000", "memory/a/memory.limit_in_bytes": "x"}, [8000]),
        ("0::/\n", {"memory.max": "9223372036854771712\n"}, []), ("nonsense", {}, []), ("", {}, []),
        ("0::/../..\n", {"memory.max": "6000"}, [6000]),
    ],
)  # fmt: skip
def test_the_groups_of_processes_limit_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, membership: str, files: dict[str, str], expected: list[int]
) -> None:
    group(tmp_path / "groups", files)
    (tmp_path / "cgroup").write_text(membership)
    monkeypatch.setattr(limits, "CGROUPS", tmp_path / "groups")
    monkeypatch.setattr(limits, "MEMBERSHIP", tmp_path / "cgroup")
    assert limits.cgroup_limits() == expected
    monkeypatch.delenv(limits.MEMORY_VARIABLE, raising=False)
    assert limits.memory_budget() == min([limits.installed_memory() // 2, *expected])


def test_a_file_that_is_there_is_not_denied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from computefi.recalc import recalculate

    path = make(tmp_path / "a.xlsx", {"A1": 1, "B1": "=A1"}, {"Loan": "Deal!$A$1"})

    def write_and_fail() -> None:
        recalculate(path, path, set={"Loan": 2})
        raise ZeroDivisionError

    assert edge.outcome(write_and_fail, False) == 2
    assert capsys.readouterr().err == (
        f"computefi: an unexpected ZeroDivisionError; {path} was written; --debug shows where\n"
    )


def test_expected_faults_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> None:
        raise edge.Stopped(signal.SIGTERM)

    def interrupted() -> None:
        raise KeyboardInterrupt

    def refused() -> None:
        raise WorkbookError("no")

    assert [edge.outcome(work, False) for work in (stopped, interrupted, refused)] == [143, 130, 2]
    assert [line.split(";")[0] for line in capsys.readouterr().err.splitlines()] == [
        "computefi: stopped by SIGTERM", "computefi: stopped by SIGINT", "computefi: no"
    ]  # fmt: skip


@posix
@pytest.mark.parametrize("option", ["--token-file", "--certificate", "--key"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_the_server_reads_no_pipe_and_no_device(tmp_path: Path, option: str, kind: str) -> None:
    path = tmp_path / "secret"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    code, said = ran(lambda: main.cli.main(["serve", "--port", "0", option, str(path)], standalone_mode=False))
    assert (code, said.count("\n")) == (2, 1)
    assert f"a {kind}, not a file" in said


@posix
def test_a_child_that_does_not_end_is_killed_and_the_signal_named() -> None:
    def deaf() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.kill(os.getppid(), signal.SIGTERM)
        while True:
            signal.pause()

    assert ran(deaf) == (143, "computefi: stopped by SIGTERM; nothing was written\n")
