"""What computed a report: Python, the system, the package's own files and those of its dependencies, by hash.

The hash of a package is that of its RECORD, the list of files with their hashes that its wheel brought: the same wheel
has the same hash on every machine. Lines that an installation adds (scripts, compiled files, notes) do not count.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path
from typing import NamedTuple

import computefi
from computefi import templates

PACKAGE = Path(computefi.__file__).resolve().parent
SECOND_ENGINES = ("cellrune", "formulon")
NO_CODE = ("__pycache__", "workbooks")
ADDED = (".dist-info/INSTALLER", ".dist-info/REQUESTED", ".dist-info/direct_url.json", ".dist-info/uv_cache.json")


class Part(NamedTuple):
    """A room of the package, or the workbooks: how many files, and one hash over them."""

    name: str
    files: int
    sha256: str


class Dependency(NamedTuple):
    """An installed package; `altered` are the files that no longer are what its RECORD says, None where not looked."""

    name: str
    version: str
    sha256: str
    files: int
    altered: tuple[str, ...] | None


def system() -> list[tuple[str, str]]:
    """Where the report was computed."""
    return [
        ("computefi", computefi.__version__),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Processor", platform.machine()),
    ]


def version_of(package: str) -> str:
    try:
        return distribution(package).version
    except PackageNotFoundError:
        return ""


def code() -> list[Part]:
    """The package by its rooms, and the workbooks that come with it."""
    rooms = sorted(
        path for path in PACKAGE.iterdir() if path.is_dir() and path.name not in ("__pycache__", "workbooks")
    )
    modules = sorted(path for path in PACKAGE.iterdir() if path.is_file())
    parts = [part("computefi", modules), *(part(f"computefi.{room.name}", files_in(room)) for room in rooms)]
    return [*parts, part("workbooks", sorted(templates.folder().glob("*.xlsx")))]


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def part(name: str, files: list[Path]) -> Part:
    """One hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return Part(name, len(files), total.hexdigest())


def dependencies(look: bool) -> list[Dependency]:
    """What the package needs, and what that needs, as far as it is installed; with a look at every file if asked."""
    found: dict[str, Distribution] = {}
    ahead = ["computefi", *SECOND_ENGINES]
    while ahead:
        name = ahead.pop()
        key = canonical(name)
        if key in found:
            continue
        try:
            found[key] = distribution(name)
        except PackageNotFoundError:  # of another system, or an extra that is not installed
            continue
        ahead += [match[0] for line in found[key].requires or () if (match := needed(line))]
    return [described(name, found[name], look) for name in sorted(found)]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def needed(requirement: str) -> re.Match[str] | None:
    """The name at the head of a requirement that no extra asks for."""
    return None if "extra ==" in requirement else re.match(r"[A-Za-z0-9._-]+", requirement)


def described(name: str, found: Distribution, look: bool) -> Dependency:
    lines = sorted(recorded(found))
    text = "".join(f"{path},{digest}\n" for path, digest in lines)
    altered = tuple(path for path, digest in lines if differs(found, path, digest)) if look else None
    return Dependency(name, found.version, hashlib.sha256(text.encode()).hexdigest(), len(lines), altered)


def recorded(found: Distribution) -> Iterator[tuple[str, str]]:
    """The files that a wheel brought, with their hashes."""
    for file in found.files or ():
        path = file.as_posix()
        if (
            file.hash is not None
            and file.hash.mode == "sha256"
            and not path.startswith("..")
            and not path.endswith(ADDED)
        ):
            yield path, file.hash.value


def differs(found: Distribution, path: str, digest: str) -> bool:
    """Whether a file is gone or no longer has the hash that RECORD has of it."""
    try:
        content = Path(str(found.locate_file(path))).read_bytes()
    except OSError:
        return True
    own = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return own != digest


def in_place() -> bool:
    """Whether the package runs from a working copy, of which no RECORD speaks."""
    try:
        found = distribution("computefi")
    except PackageNotFoundError:
        return True
    return not isinstance(found, PathDistribution) or Path(str(found.locate_file("computefi"))).resolve() != PACKAGE
