"""numpy's threads: one for the command line, as many as they like for a program that imports the package."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKED = "import os, computefi; print(os.environ.get('OPENBLAS_NUM_THREADS'))"


def told(name: str, **environment: str) -> str:
    """What numpy is told in a process of that name."""
    others = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    lines = f"import sys; sys.argv[0] = {name!r}; {ASKED}"
    command = [sys.executable, "-c", lines]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=others | environment).stdout.strip()


@pytest.mark.parametrize(("name", "threads"), [("/usr/bin/computefi", "1"), ("model.py", "None"), ("-m", "None")])
def test_the_command_line_has_one_and_others_decide_for_themselves(name: str, threads: str) -> None:
    assert told(name) == threads


def test_who_says_how_many_has_as_many() -> None:
    assert told("computefi", OPENBLAS_NUM_THREADS="3") == "3"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no such file")
def test_the_module_as_a_command_has_one_too() -> None:
    lines = (
        "import runpy, sys; sys.argv, sys.orig_argv = ['-m', '--version'], ['python', '-m', 'computefi', '--version']\n"
        "import computefi; print([line for line in open('/proc/self/status') if line.startswith('Threads')])"
    )
    others = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", lines]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=others).stdout
    assert said.strip() == "['Threads:\\t1\\n']"
