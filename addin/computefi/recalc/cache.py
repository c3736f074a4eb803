"""Prepared workbooks kept in a folder, so that one that is asked again and again is opened without reading its cells.

A file of the folder holds a plan and what the engine made of its copy. Its name is a digest of the workbook's content,
the package and the engine: of another workbook, and after an update, nothing is found. Both are private to the user.
What is damaged, of another owner, or open to others is as if it were not there; the run is the same as without.

kept = Cache(Path("~/.cache/loans").expanduser())
kept.put(key, data); kept.get(key)   →   data, or None
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import stat
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from computefi.errors import EngineFailed
from computefi.recalc.engines.base import Engine
from computefi.recalc.prepare.stored import NotStorable, packed, unpacked
from computefi.recalc.run import Run
from computefi.xlsx.cells import many_objects
from computefi.xlsx.files import digest
from computefi.xlsx.package import Package
from computefi.xlsx.temporary import temporary
from computefi.xlsx.workbook import Workbook

SUFFIX = ".prepared"
MAGIC = b"computefi prepared workbook 1\n"
PACKAGE = Path(__file__).resolve().parents[1]
# What others may do with a file or a folder.
OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of prepared workbooks."""

    folder: Path

    def key(self, content: str, engine: str) -> str:
        """The name of what is kept of a workbook of this digest."""
        return digest("\n".join((content, engine, package_state())).encode())

    def get(self, key: str) -> bytes | None:
        """What was kept under a key; None where there is nothing that can be trusted."""
        if not self.is_private():
            return None
        try:
            handle = os.open(
                self.folder / f"{key}{SUFFIX}",
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0),
            )
        except OSError:
            return None
        try:
            if not private(os.fstat(handle), stat.S_ISREG):
                return None
            with open(handle, "rb", closefd=False) as stream:
                stored = stream.read()
        except OSError:
            return None
        finally:
            os.close(handle)
        head = len(MAGIC) + len(sealed(key, b""))
        data = stored[head:]
        return data if stored[:head] == MAGIC + sealed(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep something under a key; where that cannot be done, nothing is kept."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{key}{SUFFIX}"
            if self.is_private():
                with temporary(path, MAGIC + sealed(key, data) + data) as made:
                    made.become(path, new=False)

    def is_private(self) -> bool:
        """Whether the folder is there, the user's own, and closed to others."""
        try:
            return private(os.stat(self.folder), stat.S_ISDIR)
        except OSError:
            return False


def private(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether a file or a folder is of a kind, the user's own, and closed to others."""
    if not is_kind(found.st_mode):
        return False
    if os.name == "nt":
        # Windows has other means, which guard a user's folders.
        return True
    return found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & OTHERS


def sealed(key: str, data: bytes) -> bytes:
    """A digest of what is kept, and under what key."""
    return hashlib.blake2b(data, key=key.encode()[:64]).digest()


@functools.cache
def package_state() -> str:
    """A digest of the package as it is installed: of another version, or changed by hand, it is another one."""
    found = []
    for folder, folders, names in os.walk(PACKAGE):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                state = os.stat(path)
                found.append(f"{os.path.relpath(path, PACKAGE)} {state.st_size} {state.st_mtime_ns}")
    return digest("\n".join(found).encode())


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one workbook for one engine."""

    cache: Cache
    key: str

    @classmethod
    def of(cls, folder: Path, package: Package, engine: Engine) -> Kept | None:
        """The place of a workbook in a folder; None for an engine that cannot be stored."""
        if not engine.version or package.identity is None:
            return None
        cache = Cache(folder)
        return cls(cache, cache.key(package.identity.digest, engine.version))

    def run(self, workbook: Workbook, engine: Engine, now: float | None, progress: Callable[[str], None]) -> Run | None:
        """The workbook in the engine as it was when it was kept; None where nothing is kept that can be used."""
        data = self.cache.get(self.key)
        if data is None:
            return None
        try:
            with many_objects():
                plan, stored = unpacked(data, workbook)
            plan.now = plan.now if now is None else now
            run = Run(plan, engine, progress)
            run.restore(stored)
        except (EngineFailed, LookupError, TypeError, ValueError, struct.error):
            return None
        return run

    def keep(self, run: Run) -> None:
        """Keep a workbook whose copy the engine has just read, unless something of it is another one each time."""
        stored = run.engine.stored()
        with contextlib.suppress(NotStorable):
            if stored is not None:
                self.cache.put(self.key, packed(run.plan, stored))
