"""Completion at the TAB key, in the shells themselves where they are there."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from computefi.cli.completion import INSTALL, script_for

# What is typed, and what it becomes: a command, an option, a file, a function, a template.
TYPED = {
    "computefi rec": "recalc",
    "computefi recalc --dry": "--dry-run",
    "computefi trace loa": "loan.xlsx",
    "computefi functions corr_lt": "corr_ltv",
    "computefi new asic_loan.z": "asic_loan.zh",
}
# The scripts take the line and the shell does the rest: what differs between them is asked once for each.
SHORT = dict(list(TYPED.items())[:2])
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x07\x08\r]")
SECONDS = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workbook, and the command as a shell finds it."""
    (tmp_path / "loan.xlsx").write_bytes(b"")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "computefi"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m computefi "$@"\n')
    program.chmod(0o755)
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(folder), "TERM": "dumb", "COLUMNS": "200", "PS1": "> "}


def program(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not on this machine")
    return found


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, folder: Path, *command: str) -> None:
        pytest.importorskip("pty", reason="Windows has no terminals of this kind")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])", *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environment(folder), bufsize=0,
        )  # fmt: skip

    def type(self, keys: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(keys.encode())

    def until(self, wanted: str) -> str:
        """What stands there, once the wanted does."""
        assert self.process.stdout is not None
        shown, end = "", time.monotonic() + SECONDS
        while wanted not in shown and time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 0.5)[0]:
                new = os.read(self.process.stdout.fileno(), 2**16).decode("utf-8", "replace")
                shown = CONTROL.sub("", shown + new)
        return shown


@contextmanager
def terminal(folder: Path, *command: str) -> Iterator[Terminal]:
    made = Terminal(folder, *command)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


@pytest.mark.parametrize(
    ("shell", "options", "before"),
    [("bash", ["--norc", "--noprofile", "-i"], ""), ("zsh", ["-f", "-i"], "autoload -Uz compinit; compinit -u; ")],
)
def test_the_tab_key_completes(folder: Path, shell: str, options: list[str], before: str) -> None:
    with terminal(folder, program(shell), *options) as there:
        there.type(f'{before}{loading(shell)}; echo "=$((6*7))"\n')
        assert "=42" in there.until("=42")  # the sum is shown when all before it has run
        for typed, wanted in (TYPED if shell == "bash" else SHORT).items():
            there.type(f"{typed}\t")
            assert wanted in there.until(wanted)
            there.type("\x15")


def loading(shell: str) -> str:
    """What the user puts into the shell's own file."""
    return INSTALL[shell].partition(" in ~")[0]


def test_fish_completes(folder: Path) -> None:
    asked = "; ".join(f"complete -C '{typed}'" for typed in SHORT)
    said = subprocess.run(
        [program("fish"), "--no-config", "-c", f"computefi completion fish | source; {asked}"],
        cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    assert [line.partition("\t")[0] for line in said.stdout.splitlines()] == list(SHORT.values())


def test_powershell_completes(folder: Path) -> None:
    asked = "; ".join(f"(TabExpansion2 '{typed}' {len(typed)}).CompletionMatches.CompletionText" for typed in SHORT)
    load = "computefi completion powershell | Out-String | Invoke-Expression"
    said = subprocess.run(
        [program("pwsh"), "-NoProfile", "-NonInteractive", "-Command", f"{load}; {asked}"],
        cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    assert said.stdout.split() == list(SHORT.values())


@pytest.mark.parametrize("shell", INSTALL)
def test_there_is_a_script_for_each_shell(shell: str) -> None:
    assert "_COMPUTEFI_COMPLETE" in script_for(shell)


@pytest.mark.parametrize(
    ("shell", "words", "counted", "wanted"),
    [("bash", "computefi rec", "1", "recalc"), ("powershell", "computefi recalc --dry", "--dry", "--dry-run")],
)
def test_a_script_is_answered_where_its_shell_is_missing(
    folder: Path, shell: str, words: str, counted: str, wanted: str
) -> None:
    asked = {"_COMPUTEFI_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": counted}
    said = subprocess.run(
        [sys.executable, "-m", "computefi"], cwd=folder, env=os.environ | asked, capture_output=True, text=True
    )
    assert wanted in said.stdout
