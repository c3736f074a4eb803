"""A LibreOffice of its own for the tests, with the extension in it, run as an unprivileged user.

As root (in a container) every program of LibreOffice is run by setpriv under the uid of nobody, which owns the
folder with the profile; unopkg refuses root, and a pipe cannot be opened by another uid.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import CODES
from computefi.hosts.libreoffice import extension as calc

NOBODY = 65534
Cells = dict[str, Any]


@functools.cache
def embedded_python(soffice: str) -> tuple[str, tuple[int, ...]] | None:
    """LibreOffice's Python and its version: one in its own folder, or the system's if that has UNO."""
    ask = "import sys, uno; print(*sys.version_info[:2])"
    for python in (Path(soffice).resolve().parent / "python", Path("/usr/bin/python3")):
        if python.exists():
            said = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
            if said.returncode == 0:
                return str(python), tuple(map(int, said.stdout.split()))
    return None


class Office:
    """The folder, the profile and the programs; `start` makes the running LibreOffice."""

    def __init__(self) -> None:
        self.soffice = shutil.which("soffice") or ""
        if not self.soffice or not shutil.which("unopkg"):
            pytest.skip("LibreOffice is not installed (soffice, unopkg)")
        python = embedded_python(self.soffice)
        if python is None:
            pytest.skip("LibreOffice's Python is not installed (python3-uno)")
        self.python, self.version = python
        self.as_nobody = os.name == "posix" and os.geteuid() == 0
        if self.as_nobody and not shutil.which("setpriv"):
            pytest.skip("root cannot run LibreOffice's unopkg, and there is no setpriv to become another user")
        self.folder = Path(tempfile.mkdtemp(prefix="computefi-calc-"))
        self.profile = self.folder / "profile"
        self.client: subprocess.Popen[str] | None = None
        for made in (self.folder, self.profile):
            made.mkdir(exist_ok=True)
            made.chmod(0o755)
            self.give(made)

    def give(self, path: Path) -> Path:
        """Let the user who runs LibreOffice have a file."""
        if self.as_nobody:
            os.chown(path, NOBODY, NOBODY)
        return path

    def command(self, command: Sequence[str]) -> list[str]:
        """The command as the unprivileged user runs it."""
        home = ["env", "-u", "PYTHONPATH", f"HOME={self.folder}", "LC_ALL=C.UTF-8"]
        if not self.as_nobody:
            return [*home, *command]
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *home, *command]

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """In the place of `calc._run`: the same, as the unprivileged user, who is given our temporary files."""
        for path in map(Path, command):
            if path.is_absolute() and path.parts[-2].startswith("computefi-"):
                self.give(path.parent)
                self.give(path)
        return subprocess.run(self.command(command), capture_output=True, text=True, timeout=100, check=False)

    def has_numpy(self) -> bool:
        """Whether LibreOffice's Python has a numpy of its own."""
        return subprocess.run(self.command([self.python, "-c", "import numpy"]), capture_output=True).returncode == 0

    def libraries(self) -> list[Path]:
        """numpy and scipy for LibreOffice's Python, where that user can read them."""
        if self.version == sys.version_info[:2]:
            if not self.as_nobody:
                return calc.libraries_here()
            target = self.folder / "libraries"
            for folder in calc.libraries_here():
                for source in (p for name in ("numpy*", "scipy*", "holidays*", "dateutil*") for p in folder.glob(name)):
                    if source.is_dir():
                        shutil.copytree(source, target / source.name, copy_function=link, dirs_exist_ok=True)
            return [target]
        target = self.folder / "libraries"
        wanted = [f"{name}>={'.'.join(map(str, least))}" for name, least in calc.NEEDS.items()]
        options = ["--python-version", ".".join(map(str, self.version)), "--only-binary=:all:", "--quiet"]
        pip = [sys.executable, "-m", "pip", "install", "--target", str(target), *options, *wanted]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no numpy and scipy for LibreOffice's Python {self.version}: {done.stderr.strip()[-200:]}")
        return [target]

    def start(self) -> None:
        """Start LibreOffice, to be asked through its own Python."""
        script = self.give(Path(shutil.copy(Path(__file__).parent / "uno_client.py", self.folder)))
        command = self.command([self.python, str(script), self.soffice, self.profile.as_uri()])
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.client = subprocess.Popen(command, text=True, **pipes)

    def ask(self, name: str, *arguments: Any) -> Any:
        """One question to the client."""
        assert self.client is not None
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        self.client.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.client.stdin.flush()
        line = self.client.stdout.readline()
        assert line, "LibreOffice has ended"
        said = json.loads(line)
        assert "error" not in said, said["error"]
        return said["answer"]

    def take(self, path: Path) -> str:
        """A copy of a workbook where LibreOffice can read it."""
        there = self.folder / path.name
        if there != path:
            shutil.copy(path, there)
        return str(self.give(there))

    def values(self, path: Path) -> dict[str, Cells]:
        """What LibreOffice shows in the cells of a workbook, by sheet."""
        return {sheet: understood(cells) for sheet, cells in self.ask("values", self.take(path)).items()}

    def typed(self, cells: Mapping[str, Any]) -> Cells:
        """What cells show after this was typed into them; `["formulas"]` says how they read then."""
        return understood(self.ask("typed", dict(cells)))

    def saved(self, path: Path, suffix: str) -> Path:
        """The workbook as LibreOffice saves it."""
        target = self.folder / f"{path.stem}-saved{suffix}"
        self.ask("save", self.take(path), str(target))
        return target

    def close(self) -> None:
        """End LibreOffice and take its folder away."""
        if self.client is not None:
            self.ask("close")
            self.client.communicate(timeout=30)
        shutil.rmtree(self.folder)


def link(source: str, target: str) -> None:
    """The same file under another name, or a copy on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def understood(cells: Mapping[str, Any]) -> Cells:
    """Errors as our codes; LibreOffice's own, such as Err:504, stay as text in angle brackets."""
    return {
        place: (CODES.get(shown[1], f"<{shown[1]}>") if isinstance(shown, list) else shown)
        for place, shown in cells.items()
    }


def office_with_extension() -> Iterator[Office]:
    """A running LibreOffice with the extension installed, for a fixture to yield from."""
    office = Office()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calc, "_run", office.run)
        patch.setattr("os.geteuid", lambda: NOBODY)
        installed = calc.install(office.libraries(), office.profile)
    assert installed.problem == ""
    office.start()
    yield office
    office.close()
