"""Files on the way: written whole under no name, then put where they belong in one step.

On Linux a new file has no name until it is complete, so that a killed process leaves nothing behind. Where the file
system has no such files, it is called .loan.xlsx.k3v9x1ab.computefi.tmp while it is written, and its writer holds it;
one that nobody holds is removed by the next to write in that folder.

with temporary(path, data) as made: made.become(path, new=False)   →   the old file at `path`, or the new one, whole
with private_copy(data) as name: load(name)                        →   a path that ends with this process

Every command imports this module; tempfile and shutil, which few of them use, take as long as all else in it together.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import fcntl

TEMPORARY = ".computefi.tmp"
LEFT_BEHIND = re.compile(r"\..+\.[a-z0-9_]{8}" + re.escape(TEMPORARY))
# On a shared disk a writer on another machine may not be seen to hold its file; none takes so long.
STALE_SECONDS = 30
OWN_FILES = "/proc/self/fd"

# Told the place and the inode just before a file gets its name: whoever ends in mid-step can be asked for.
Witness = Callable[[Path, int], None]
witnesses: list[Witness] = []


@dataclass(slots=True)
class Temporary:
    """A complete file without its name yet; `name` is what it is called meanwhile, or None."""

    handle: int
    folder: Path
    stem: str
    name: Path | None

    @property
    def path(self) -> str:
        """A path by which this process reaches the file."""
        return str(self.name) if self.name is not None else f"{OWN_FILES}/{self.handle}"

    def become(self, path: Path, new: bool) -> None:
        """Give the file its place; FileExistsError where a `new` one finds another there."""
        for witness in witnesses:
            witness(path, os.fstat(self.handle).st_ino)
        if new:
            try:
                self._link(path)
                return
            except OSError:
                # Some file systems give no file a second name.
                if self.name is None or os.path.lexists(path):
                    raise
        if self.name is None:
            name = self.folder / f".{self.stem}.{os.urandom(4).hex()}{TEMPORARY}"
            self._link(name)
            self.name = name
        # Windows renames no file that is open.
        self._close()
        os.replace(self.name, path)
        self.name = None

    def _link(self, path: Path) -> None:
        """Another name for the file."""
        if self.name is not None:
            os.link(self.name, path)
            return
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            # Only with a folder given does the system follow the link that stands for an open file.
            os.link(self.path, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _close(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def end(self) -> None:
        """Let go of the file, and of the name that it had meanwhile."""
        self._close()
        if self.name is not None:
            with contextlib.suppress(OSError):
                os.unlink(self.name)


@contextlib.contextmanager
def temporary(path: Path, data: bytes) -> Iterator[Temporary]:
    """A complete file with this content, in the folder of `path`, that can become it."""
    made = nameless(path) or named(path)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(made.handle, view) :]
        os.fsync(made.handle)
        yield made
    finally:
        made.end()


def nameless(path: Path) -> Temporary | None:
    """A file without a name, where system and file system have such files."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir(OWN_FILES):
        return None
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    return Temporary(handle, path.parent, path.name, None)


def named(path: Path) -> Temporary:
    """A file of a name that is removed by the next start, held as long as this process lives."""
    import tempfile

    while True:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY, dir=path.parent)
        made = Temporary(handle, path.parent, path.name, Path(name))
        # Somebody who looked for what was left behind may have held it first.
        if hold(handle) and os.path.exists(name):
            return made
        made.end()


def hold(handle: int) -> bool:
    """Hold an open file against everybody else who asks; False where somebody does. Ends with the process."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True


def temporary_folder(stem: str) -> tuple[Path, int]:
    """A folder for a program that works with files, and what holds it; the next start removes one that nobody holds."""
    import tempfile

    remove_leftovers(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f".{stem}.", suffix=TEMPORARY))
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    hold(handle)
    return folder, handle


@contextlib.contextmanager
def private_copy(data: bytes) -> Iterator[str]:
    """The path of a file with this content for a library that reads files only; it ends with this process."""
    if hasattr(os, "memfd_create") and os.path.isdir(OWN_FILES):
        handle = os.memfd_create("computefi")
        try:
            with open(handle, "wb", closefd=False) as stream:
                stream.write(data)
            yield f"{OWN_FILES}/{handle}"
        finally:
            os.close(handle)
        return
    import tempfile

    folder = Path(tempfile.gettempdir())
    remove_leftovers(folder)
    made = named(folder / "copy.xlsx")
    try:
        with open(made.handle, "wb", closefd=False) as stream:
            stream.write(data)
        yield made.path
    finally:
        made.end()


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left in a folder; what is quite new may be somebody's on another machine."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if LEFT_BEHIND.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_SECONDS:
                        remove_leftover(entry.path)


def remove_leftovers_of(path: Path) -> None:
    """Remove what the writer of this file, which was killed, left beside it."""
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(f".{path.name}.") and LEFT_BEHIND.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    remove_leftover(entry.path)


def remove_leftover(path: str) -> None:
    """Remove one file or folder of ours, unless somebody holds it."""
    found = os.lstat(path)
    is_folder = stat.S_ISDIR(found.st_mode)
    if not (is_folder or stat.S_ISREG(found.st_mode)):
        return
    if sys.platform == "win32":
        # What is open there cannot be removed.
        remove_folder(path) if is_folder else os.unlink(path)
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not hold(handle):
            return
        if not is_folder:
            os.unlink(path)
        elif found.st_uid == os.geteuid():
            remove_folder(path)
    finally:
        os.close(handle)


def remove_folder(path: str) -> None:
    """Remove a folder with all in it, as far as that goes."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)
