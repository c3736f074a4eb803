"""What `computefi doctor` looks at: this machine, this Python, Windows' registry; all of it can be stood in for."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from computefi.errors import WorkbookError
from computefi.hosts.windows.install import Places, places

Registry = Callable[[str, str, str], "str | int | None"]

WINDOWS = "Windows"


@dataclass(frozen=True, slots=True)
class Machine:
    """One computer with one Python. `places` and `registry` are None where there is no Excel for them."""

    system: str
    places: Places | None
    environment: Mapping[str, str]
    prefix: Path
    sys_path: tuple[Path, ...]
    package: Path
    xlwings: str
    bits: int
    has_pywin32: bool
    registry: Registry | None

    @property
    def is_windows(self) -> bool:
        return self.system == WINDOWS

    def expanded(self, text: str) -> str:
        """The text with %VARIABLES% replaced as Windows does, without regard to case; unknown ones stay."""
        known = {name.upper(): value for name, value in self.environment.items()}
        return re.sub("%([^%]+)%", lambda match: known.get(match[1].upper(), match[0]), text)


def here(home: Path | None = None) -> Machine:
    """This machine; with another home that of the user who has it."""
    system = platform.system()
    try:
        there: Places | None = places(home)
    except WorkbookError:
        there = None
    return Machine(
        system=system,
        places=there,
        environment=dict(os.environ),
        prefix=Path(sys.prefix),
        sys_path=tuple(Path(entry or os.curdir).absolute() for entry in sys.path),
        package=Path(__file__).resolve().parents[2],
        xlwings=installed_xlwings(),
        bits=struct.calcsize("P") * 8,
        has_pywin32=importlib.util.find_spec("win32com") is not None,
        registry=read_registry if system == WINDOWS else None,
    )


def installed_xlwings() -> str:
    """The version of xlwings in this Python, empty where there is none."""
    try:
        return metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        return ""


def read_registry(hive: str, key: str, name: str) -> str | int | None:
    """One value of the registry; None where there is none."""
    if sys.platform != "win32":
        return None
    import winreg

    root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(root, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            value = winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None
    return value if isinstance(value, (str, int)) else None
