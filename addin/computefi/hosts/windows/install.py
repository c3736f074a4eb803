"""Installing for one user of Excel on Windows: two settings files, and the add-in in XLSTART. All of it can be undone.

- %USERPROFILE%\\.computefi\\computefi.conf: the settings of our add-in alone.
- %USERPROFILE%\\.xlwings\\xlwings.conf: those of xlwings, for workbooks with COMPUTEFI.bas in them. What others have
  set there stays, but for the interpreter, which is one for all; what it was is kept and comes back with `remove`.
- %APPDATA%\\Microsoft\\Excel\\XLSTART\\computefi.xlam: Excel opens what lies there when it starts. For the same reason
  no safety copy may lie there: those are in .computefi.

On a Mac there are no functions through COM; there only the settings are written. Elsewhere there is no Excel.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from computefi.errors import DamagedFile, InputRefused, WorkbookError
from computefi.hosts.windows import conf_files
from computefi.hosts.windows.conf import ATTACH, conf_text, this_interpreter
from computefi.hosts.windows.files import ADDIN_FILE, addin, modules_in, xlwings_version
from computefi.xlsx.files import write_atomically

RECORD = "installed.json"
COPIES = "before"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a user's files are. `startup` is None where Excel has no functions through COM."""

    own: Path
    confs: tuple[Path, ...]
    startup: Path | None

    @property
    def addin(self) -> Path | None:
        return None if self.startup is None else self.startup / ADDIN_FILE

    @property
    def record(self) -> Path:
        return self.own / RECORD


@dataclass(slots=True)
class InstalledFile:
    """One file that was written: its digest then, the safety copy of what was there before, and settings changed."""

    digest: str
    copy: str | None = None
    before: dict[str, str | None] = field(default_factory=dict)
    set: dict[str, str] = field(default_factory=dict)


def places(home: Path | None = None, environment: Mapping[str, str] | None = None, system: str = "") -> Places:
    """The places on this machine. A home that is given is taken for that of a user of Windows, on any system."""
    environment = os.environ if environment is None else environment
    system = system or ("Windows" if home else platform.system())
    if system == "Windows":
        profile = home or Path(environment.get("USERPROFILE") or Path.home())
        roaming = environment.get("APPDATA") if home is None else None
        data = Path(roaming) if roaming else profile / "AppData" / "Roaming"
        own = profile / ".computefi"
        confs = own / "computefi.conf", profile / ".xlwings" / "xlwings.conf"
        return Places(own, confs, data / "Microsoft" / "Excel" / "XLSTART")
    if system == "Darwin":
        profile = home or Path(environment.get("HOME") or Path.home())
        container = profile / "Library" / "Containers" / "com.microsoft.Excel" / "Data"
        return Places(profile / ".computefi", (container / "xlwings.conf",), None)
    raise InputRefused(
        f"this is for Excel on Windows, and this computer runs {system}; "
        "--home FOLDER prepares the profile folder of a user of Windows",
        name=system,
    )


def install(where: Places, interpreter: str = "", attach: bool = False) -> list[str]:
    """Write the settings and the add-in, and say line by line what was done. Doing it again renews them.

    `attach` has Excel use a Python that runs already, and an installation without it takes that back.
    """
    try:
        text = conf_text(interpreter or this_interpreter(), attach)
    except ValueError as error:
        raise InputRefused(str(error), name=interpreter) from None
    ours = conf_files.settings(text)
    contents: dict[Path, bytes] = {}
    merges: dict[Path, conf_files.Merge] = {}
    record = _record(where)
    for path in where.confs:
        there = path.read_bytes() if path.is_file() else b""
        was = record.get(str(path))
        own = {ATTACH} if attach or (was is not None and ATTACH in was.set) else set()
        merges[path] = conf_files.merge(conf_files.text_of(there), ours, conf_files.OURS | own)
        contents[path] = conf_files.bytes_of(merges[path].text)
    if where.addin is not None:
        contents[where.addin] = addin()
    said = []
    for path, content in contents.items():
        earlier = record.get(str(path))
        copy = earlier.copy if earlier else _copied(where, path)
        merged = merges.get(path)
        _write(path, content)
        written = InstalledFile(_digest(content), copy)
        if merged is not None:
            # What was before the first installation is what `remove` brings back.
            before = {**merged.before, **(earlier.before if earlier else {})}
            written.before, written.set = before, {**(earlier.set if earlier else {}), **merged.set}
        record[str(path)] = written
        _save(where, record)  # after each file, so that an interruption can be undone too
        said.append(f"{path}: written" + (f"; what was there is in {where.own / copy}" if copy else ""))
        said += _told(merged) if merged else []
    if where.addin is None:
        said.append("Excel on a Mac has no functions through COM; use xlwings Lite there")
    return said


def _told(merged: conf_files.Merge) -> list[str]:
    changed = [f"  {key} was {old!r}" for key, old in merged.before.items() if old]
    return changed + [f"  {key} stays {value!r}, as it was" for key, value in merged.kept.items()]


def remove(where: Places) -> list[str]:
    """Put everything back as it was before the first `install`; what others changed since then stays."""
    record = _record(where)
    if not record:
        return ["nothing is installed"]
    said = []
    for name, written in list(record.items()):
        path = Path(name)
        said.append(f"{path}: {_restored(where, path, written)}")
        del record[name]
        _save(where, record)
    if where.record.exists():
        where.record.unlink()
    for folder in (where.own / COPIES, where.own, *(path.parent for path in where.confs)):
        if folder.is_dir() and not any(folder.iterdir()) and folder.name.startswith((".", COPIES)):
            folder.rmdir()
    return said


def _restored(where: Places, path: Path, written: InstalledFile) -> str:
    """Undo one file and say how."""
    copy = None if written.copy is None else where.own / written.copy
    old = copy.read_bytes() if copy is not None and copy.is_file() else None
    if not path.is_file():
        return "was gone already"
    now = path.read_bytes()
    done = "removed"
    if _digest(now) != written.digest:
        if path in where.confs:
            old = conf_files.bytes_of(conf_files.unmerge(conf_files.text_of(now), written.before, written.set)) or None
            done = "our settings taken out; it was changed since"
        else:
            kept = where.own / f"changed-{path.name}"
            _write(kept, now)
            done = f"removed; it was changed since (signed?), so it is kept as {kept}"
    elif old is not None:
        done = "as it was before"
    if old is None:
        _unlink(path)
    else:
        _write(path, old)
    if copy is not None and copy.is_file():
        copy.unlink()
    return done


def status(where: Places, interpreter: str = "") -> list[str]:
    """What is installed, line by line."""
    wanted = interpreter or this_interpreter()
    said = []
    for path in where.confs:
        have = conf_files.read_settings(path)
        named = have.get("INTERPRETER_WIN") if where.startup else have.get("INTERPRETER_MAC")
        if not path.is_file():
            said.append(f"{path}: not there")
        elif named != wanted:
            said.append(f"{path}: names another Python, {named or 'none'}")
        else:
            said.append(f"{path}: names this Python")
    if where.addin is not None:
        said.append(f"{where.addin}: {_addin_state(where.addin)}")
    return said


def _addin_state(path: Path) -> str:
    if not path.is_file():
        return "not there"
    if path.read_bytes() == addin():
        return "installed"
    try:
        modules = modules_in(path)
    except WorkbookError as error:
        return str(error)
    ours = {m.name: m.source for m in modules}.get("COMPUTEFI")
    if ours is None:
        return "is not our add-in"
    return f"installed, for xlwings {xlwings_version(modules)}, but not the file this version writes (signed or older)"


def _copied(where: Places, path: Path) -> str | None:
    """A safety copy of a file, as a path within our folder; None where there is no file."""
    if not path.is_file():
        return None
    copy = Path(COPIES) / path.name
    _write(where.own / copy, path.read_bytes())
    return copy.as_posix()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(where: Places) -> dict[str, InstalledFile]:
    """What was installed, by path."""
    if not where.record.is_file():
        return {}
    try:
        stored: dict[str, dict[str, Any]] = json.loads(where.record.read_text(encoding="utf-8"))
        return {path: InstalledFile(**written) for path, written in stored.items()}
    except (ValueError, TypeError, AttributeError):
        raise DamagedFile(
            f"{where.record} is damaged; the copies of what was before are beside it", name=str(where.record)
        ) from None


def _save(where: Places, record: Mapping[str, InstalledFile]) -> None:
    text = json.dumps({path: asdict(written) for path, written in record.items()}, indent=1)
    _write(where.record, text.encode("utf-8"))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_atomically(path, content)
    except WorkbookError as error:
        raise _in_use(path, error) from None


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise _in_use(path, InputRefused(f"{path} cannot be removed: {error.strerror}", name=str(path))) from None


def _in_use(path: Path, error: WorkbookError) -> WorkbookError:
    """Windows does not let go of a file that Excel has open."""
    return InputRefused(f"{error}; close Excel and try again", name=str(path)) if path.suffix == ".xlam" else error
