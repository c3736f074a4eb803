"""`computefi excel …` and `computefi doctor` as commands."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from computefi.cli.excel import doctor, excel
from computefi.hosts.windows.files import addin


def run(*arguments: object) -> Result:
    command = doctor if arguments[0] == "doctor" else excel
    return CliRunner(env={"COLUMNS": "400"}).invoke(
        command, [str(argument) for argument in arguments if argument != "doctor"]
    )


def test_install_status_remove(tmp_path: Path) -> None:
    python = r"C:\venv\Scripts\pythonw.exe"
    done = run("install", "--home", tmp_path, "--interpreter", python)
    assert done.exit_code == 0, done.output
    assert "computefi.xlam: written" in done.output
    assert "names this Python" in run("status", "--home", tmp_path, "--interpreter", python).output
    assert "removed" in run("remove", "--home", tmp_path).output
    assert "nothing is installed" in run("remove", "--home", tmp_path).output


@pytest.mark.skipif(platform.system() in ("Windows", "Darwin"), reason="there is an Excel for this system")
@pytest.mark.parametrize("command", ["install", "status", "remove"])
def test_on_linux_the_refusal_is_one_plain_line(command: str) -> None:
    said = run(command)
    assert said.exit_code == 2
    assert said.stderr.startswith("computefi: this is for Excel on Windows, and this computer runs Linux")
    assert said.stderr.count("\n") == 1


def test_the_add_in_is_written_and_not_over_another_file(tmp_path: Path) -> None:
    target = tmp_path / "computefi.xlam"
    assert run("addin", "-o", target).exit_code == 0
    assert target.read_bytes() == addin()
    said = run("addin", "-o", target)
    assert said.exit_code == 2
    assert "--force overwrites" in said.stderr
    assert run("addin", "-o", target, "--force").exit_code == 0
    assert run("addin", "-o", tmp_path / "x.xlsm").exit_code == 2


def test_doctor_lists_findings_with_cures_and_exits_1(tmp_path: Path) -> None:
    said = run("doctor", tmp_path / "none.xlsm")
    assert said.exit_code == 1
    assert f"1. {tmp_path / 'none.xlsm'} does not exist\n   cure: " in said.output


def test_doctor_as_json(tmp_path: Path) -> None:
    said = run("doctor", "--json", tmp_path / "none.xlsm")
    report = json.loads(said.stdout)
    assert {"findings", "fine", "unchecked", "version", "elapsed"} <= set(report)
    assert {"what", "cure"} == set(report["findings"][0])
