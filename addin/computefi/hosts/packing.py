"""What the functions consist of, and zips of it, for hosts with a Python of their own."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path

import computefi
from computefi.errors import EngineMissing

PACKAGE = Path(computefi.__file__).parent
CARRIED = (
    "__init__.py", "answers.py", "arrays.py", "dates.py", "docstrings.py", "errors.py", "frames.py", "one_thread.py",
    "python_calls.py", "version.py", "kernels/*.py", "models/*.py", "spec/*.py",
)  # fmt: skip
# Days off, and what that package needs: pure Python, without its names of feasts in other languages.
LIBRARIES = ("holidays", "python-dateutil", "six")
DATE = (2020, 1, 1, 0, 0, 0)


def carried(*more: str) -> dict[str, bytes]:
    """The modules of the functions, and others of the package, by their places under its root."""
    files = [path for pattern in (*CARRIED, *more) for path in sorted(PACKAGE.glob(pattern))]
    return {f"computefi/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in files}


def libraries() -> dict[str, bytes]:
    """The modules of the pure libraries that the functions need besides numpy and scipy, and what these are called."""
    parts: dict[str, bytes] = {}
    for name in LIBRARIES:
        try:
            files = distribution(name).files or ()
        except PackageNotFoundError:
            raise EngineMissing(f"the calendars need the package {name}: python -m pip install {name}") from None
        kept = sorted(file for file in files if file.suffix == ".py" or file.name == "METADATA")
        parts |= {file.as_posix(): file.read_binary() for file in kept}
    return parts


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip that depends on its content only."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, DATE)
            member.create_system, member.external_attr = 3, 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()
