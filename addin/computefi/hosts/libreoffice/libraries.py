"""numpy and scipy for the Python of LibreOffice, which brings neither.

Debian 12, Ubuntu 24.04, Fedora   LibreOffice uses the system's Python; a virtual environment made by it has what fits
Windows, macOS                    LibreOffice has a Python of its own, most often of another version than yours

Where the versions are one, the folders of this Python are used as they are. Where not, this Python's pip fetches the
wheels for that version into a folder of the user's own; nothing of LibreOffice or of the system is changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from computefi.errors import EngineMissing

Version = tuple[int, int]
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]

HERE: Version = sys.version_info[:2]
ASK = "import sys; print(*sys.version_info[:2])"
ASK_UNO = f"import uno; {ASK}"


def here(names: Sequence[str]) -> list[Path]:
    """The folders in which this Python finds packages."""
    found = [spec.origin for spec in map(find_spec, names) if spec is not None and spec.origin is not None]
    return list(dict.fromkeys(Path(origin).resolve().parents[1] for origin in found))


def version_of(soffice: str, run: Run) -> Version:
    """The version of LibreOffice's Python; this one's where it cannot be asked."""
    program = Path(soffice).resolve().parent
    own = (program / "python.exe", program / "python", program.parent / "Resources" / "python")
    for python, question in [*((one, ASK) for one in own), (Path("/usr/bin/python3"), ASK_UNO)]:
        if python.exists():
            said = run([str(python), "-c", question])
            numbers = said.stdout.split()
            if said.returncode == 0 and len(numbers) == 2 and all(map(str.isdigit, numbers)):
                return int(numbers[0]), int(numbers[1])
    return HERE


def folder_of(version: Version, environment: Mapping[str, str], home: Path) -> Path:
    """Where the libraries of another Python stand: a folder of this user's."""
    base = environment.get("LOCALAPPDATA") or environment.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    return Path(base) / "computefi" / f"libraries-{version[0]}.{version[1]}"


def fetched(version: Version, wanted: Sequence[str], run: Run) -> Path:
    """The folder with the libraries for a Python of that version, brought up to date by this Python's pip."""
    folder = folder_of(version, os.environ, Path.home())
    spelled = f"{version[0]}.{version[1]}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder)]
    said = run([*pip, "--python-version", spelled, "--only-binary", ":all:", *wanted])
    if said.returncode:
        reason = (said.stderr or said.stdout).strip().splitlines()
        raise EngineMissing(
            f"pip finds no {' and '.join(wanted)} for the Python {spelled} of LibreOffice: "
            f"{reason[-1] if reason else said.returncode}; where there is no index, fetch them elsewhere and name the "
            "folder: computefi calc install --libraries FOLDER",
            name="pip",
        )
    return folder
