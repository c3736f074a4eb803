"""Files read and written so that nobody's work is lost: claimed, read, compared, and replaced in one step.

Who writes a file claims it first, reads what the new content comes from, and writes at the end:

with claimed(path) as claim:                        another run on this file waits here, up to WAIT_SECONDS
    package = Package.open(source)
    claim.write(new_content(package), package.identity)

The last line refuses where the source or the file itself is not what it was, for somebody saved it meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from computefi.errors import InputRefused, LimitReached
from computefi.limits import from_environment
from computefi.xlsx.owners import opened_by
from computefi.xlsx.temporary import Temporary, hold, remove_leftovers, temporary

WAIT_SECONDS = 60
WAIT_VARIABLE, MOST_WAIT = "COMPUTEFI_WAIT_SECONDS", 24 * 60 * 60
LOOK_AGAIN_SECONDS = 0.05
CHUNK = 2**20
KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file was when it was read."""

    path: Path
    device: int
    inode: int
    size: int
    mtime_ns: int
    digest: str

    def changed(self) -> bool:
        """Whether it is another one now, or holds something else."""
        try:
            return examined(self.path, self.size, len) != self
        except (InputRefused, LimitReached):
            return True

    def moved(self) -> bool:
        """Whether it is another one now: the quick look."""
        try:
            now = os.stat(self.path)
        except OSError:
            return True
        return (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != (
            self.device, self.inode, self.size, self.mtime_ns
        )  # fmt: skip


def digest(data: bytes) -> str:
    """A content as a short text."""
    return hashlib.sha256(data).hexdigest()


def open_regular(path: Path) -> int:
    """An open file that is one: no folder, pipe, device or socket, which may never end or never answer."""
    try:
        refuse_irregular(path, os.stat(path).st_mode)
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            refuse_irregular(path, os.fstat(handle).st_mode)
        except InputRefused:
            os.close(handle)
            raise
        return handle
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise InputRefused(f"{path} cannot be read: {reason(error)}", name=str(path)) from None


def refuse_irregular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise InputRefused(f"{path} is {KINDS.get(stat.S_IFMT(mode), 'no file')}, not a file", name=str(path))


def read_regular(path: Path, most: int) -> tuple[bytes, Identity]:
    """A whole file of up to so many bytes, and what it was."""
    chunks: list[bytes] = []
    identity = examined(path, most, chunks.append)
    return b"".join(chunks), identity


def examined(path: Path, most: int, take: Callable[[bytes], object]) -> Identity:
    """What a file of up to so many bytes is; `take` is given its content piece by piece."""
    try:
        handle = open_regular(path)
    except FileNotFoundError:
        raise InputRefused(f"{path} does not exist", name=str(path)) from None
    try:
        found = os.fstat(handle)
        content, size = hashlib.sha256(), 0
        while chunk := os.read(handle, CHUNK):
            size += len(chunk)
            if size > most:
                raise LimitReached(f"{path} is larger than {size_text(most)}", name=str(path))
            content.update(chunk)
            take(chunk)
    except OSError as error:
        raise InputRefused(f"{path} cannot be read: {reason(error)}", name=str(path)) from None
    finally:
        os.close(handle)
    return Identity(path.absolute(), found.st_dev, found.st_ino, size, found.st_mtime_ns, content.hexdigest())


def size_text(size: int) -> str:
    return f"{size // 2**20:,} MB" if size >= 2**20 else f"{size:,} bytes"


def reason(error: Exception) -> str:
    """What the system says."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


@dataclass(slots=True)
class Claim:
    """A file that this run alone is to write; `before` is what it was when it was claimed, None for no file."""

    path: Path
    before: Identity | None
    force: bool

    def write(self, data: bytes, *sources: Identity | None) -> Identity:
        """Put the content there, unless the file or a source has changed since: the old file stays, or the new is
        there, whole. Owner, group, permissions and extended attributes are those of the old file."""
        try:
            with temporary(self.path, data) as made:
                if self.before is not None and self.before.moved():
                    raise self.lost(self.path)
                if self.before is not None and not self.force:
                    # Somebody may have opened it meanwhile.
                    refuse_protected(self.path)
                dress(made, self)
                for source in (self.before, *sources):
                    if source is not None and source.changed():
                        raise self.lost(source.path)
                if self.before is not None and self.before.moved():
                    raise self.lost(self.path)
                made.become(self.path, new=self.before is None)
            sync_folder(self.path.parent)
            found = os.stat(self.path)
        except FileExistsError:
            raise self.lost(self.path) from None
        except OSError as error:
            raise InputRefused(f"{self.path} cannot be written: {reason(error)}", name=str(self.path)) from None
        self.before = Identity(self.path, found.st_dev, found.st_ino, len(data), found.st_mtime_ns, digest(data))
        return self.before

    def lost(self, path: Path) -> InputRefused:
        """Somebody else was there."""
        what = "was changed" if path.exists() else "was removed"
        return InputRefused(
            f"{path} {what} by someone else while this ran; nothing was written: run it again",
            name=str(path),
        )


@contextlib.contextmanager
def claimed(path: Path, force: bool = False) -> Iterator[Claim]:
    """Hold a file against other runs from before it is read until it is written.

    Refused is what is no file, what somebody has open in Excel or LibreOffice, what is read-only, and what has a
    second name (a hard link), which would then be another file; `force` takes the last three.
    """
    real = Path(os.path.realpath(path))
    try:
        # A loop of links has no end that could be written.
        os.stat(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise InputRefused(f"{path} cannot be written: {reason(error)}", name=str(path)) from None
    if not real.parent.is_dir():
        raise InputRefused(f"{path} cannot be written: there is no folder {real.parent}", name=str(path))
    with held(real):
        remove_leftovers(real.parent)
        before = None
        if os.path.lexists(real):
            if not force:
                refuse_protected(real)
            before = examined(real, sys.maxsize, len)
        yield Claim(real, before, force)


def refuse_protected(path: Path) -> None:
    """What is not written over without being told to."""
    owner = opened_by(path)
    if owner:
        raise InputRefused(f"{path} is open: {owner}; close it there first, or use --force", name=str(path))
    found = os.stat(path)
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise InputRefused(f"{path} is read-only; --force writes it all the same", name=str(path))
    if found.st_nlink > 1:
        raise InputRefused(
            f"{path} is one of {found.st_nlink} names of a file (hard links), which would part; --force parts them",
            name=str(path),
        )


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file against other runs. One that is not there needs no holding: the first to write it has it."""
    handle = wait_for(path)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def wait_for(path: Path) -> int | None:
    """The file open and held, once nobody else holds it."""
    seconds = from_environment(WAIT_VARIABLE, WAIT_SECONDS, 0, MOST_WAIT)
    until = time.monotonic() + seconds
    while True:
        handle = held_now(path)
        if handle is None or handle >= 0:
            return handle
        if time.monotonic() > until:
            raise LimitReached(
                f"{path} is being worked on by another run, which did not end within {seconds} seconds; "
                "nothing was written",
                name=str(path),
            )
        time.sleep(LOOK_AGAIN_SECONDS)


def held_now(path: Path) -> int | None:
    """The file open and held; -1 where somebody else holds it, None where there is none."""
    if sys.platform == "win32":
        return held_beside(path)
    try:
        handle = open_regular(path)
    except FileNotFoundError:
        return None
    now = os.fstat(handle)
    # Who waited for a file may hold what is no longer it: the one before put a new file in its place.
    with contextlib.suppress(OSError):
        if hold(handle) and os.path.samestat(now, os.stat(path)):
            return handle
    os.close(handle)
    return -1


def held_beside(path: Path) -> int | None:
    """The same on Windows, where a held file cannot be replaced: a file beside it that ends with this process.

    Not tried on Windows by us.
    """
    beside = path.with_name(f".{path.name}.computefi.lock")
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_TEMPORARY", 0)
    try:
        return os.open(beside, flags)
    except (FileExistsError, PermissionError):
        return -1


def dress(made: Temporary, claim: Claim) -> None:
    """Give the new file what the old one has besides its content, or what a new file gets."""
    if claim.before is None:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(made.path, 0o666 & ~mask)
        return
    was, now = os.stat(claim.path), os.stat(made.path)
    if sys.platform != "win32" and (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        try:
            os.chown(made.path, was.st_uid, was.st_gid)
        except PermissionError:
            if not claim.force:
                raise InputRefused(
                    f"{claim.path} belongs to another user or group, and would be yours; --force makes it so",
                    name=str(claim.path),
                ) from None
    shutil.copystat(claim.path, made.path)
    os.utime(made.path)


def open_to_add(path: Path) -> int:
    """A file open to add to, made where there is none; a pipe or a device is refused."""
    try:
        if os.path.lexists(path):
            refuse_irregular(path, os.stat(path).st_mode)
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError as error:
        raise InputRefused(f"{path} cannot be written: {reason(error)}", name=str(path)) from None


def write_atomically(path: Path, data: bytes, force: bool = False) -> None:
    """Put `data` at `path`, which comes from no other file."""
    with claimed(path, force) as claim:
        claim.write(data)


def sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
