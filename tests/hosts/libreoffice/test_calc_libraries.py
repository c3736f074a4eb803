"""numpy and scipy for LibreOffice's Python: this Python's where the versions are one, else fetched for that version."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from computefi.errors import EngineMissing
from computefi.hosts.libreoffice import extension
from computefi.hosts.libreoffice.libraries import HERE, fetched, folder_of, version_of


def saying(stdout: str = "", stderr: str = "", code: int = 0) -> tuple[list[list[str]], object]:
    """A run of programs that notes what was run and says what it is told to."""
    asked: list[list[str]] = []

    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        asked.append([*command])
        return subprocess.CompletedProcess(command, code, stdout, stderr)

    return asked, run


@pytest.mark.parametrize("place", ["program/python.exe", "program/python", "Resources/python"])
def test_the_python_beside_libreoffice_is_asked_for_its_version(tmp_path: Path, place: str) -> None:
    for name in ("program/soffice", place):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    asked, run = saying("3 12\n")
    assert version_of(str(tmp_path / "program" / "soffice"), run) == (3, 12)  # type: ignore[arg-type]
    assert asked[0][0] == str(tmp_path / place)


def test_a_python_that_does_not_answer_is_taken_for_this_one(tmp_path: Path) -> None:
    _, run = saying("", "no uno", 1)
    assert version_of(str(tmp_path / "soffice"), run) == HERE  # type: ignore[arg-type]


def test_the_folder_is_the_users_own(tmp_path: Path) -> None:
    windows = folder_of((3, 12), {"LOCALAPPDATA": str(tmp_path / "local")}, tmp_path)
    assert windows == tmp_path / "local" / "computefi" / "libraries-3.12"
    assert folder_of((3, 12), {}, tmp_path) == tmp_path / ".local" / "share" / "computefi" / "libraries-3.12"


def test_wheels_of_another_version_are_fetched_by_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    asked, run = saying()
    folder = fetched((3, 12), ["numpy>=1.26"], run)  # type: ignore[arg-type]
    assert folder == tmp_path / "computefi" / "libraries-3.12"
    (command,) = asked
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-4:] == ["3.12", "--only-binary", ":all:", "numpy>=1.26"]
    assert str(folder) in command


def test_where_there_are_none_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    _, run = saying("", "ERROR: no matching distribution", 1)
    with pytest.raises(EngineMissing, match=r"Python 3\.8 of LibreOffice: ERROR: no matching.*--libraries FOLDER"):
        fetched((3, 8), ["numpy>=1.26"], run)  # type: ignore[arg-type]


def test_the_extension_knows_for_which_python_its_libraries_are(tmp_path: Path) -> None:
    assert json.loads(extension.settings([tmp_path], (3, 12)))["libraries_python"] == [3, 12]
    assert json.loads(extension.settings([tmp_path]))["libraries_python"] == [*HERE]
