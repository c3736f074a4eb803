"""xlwings.conf files of a user: read as VBA's `Input #` reads them, and changed without touching what is others'."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from computefi.errors import DamagedFile, InputRefused
from computefi.hosts.vba.module import UDF_MODULE

MODULES_KEY = "UDF MODULES"
# What must be ours for the functions to be found; anything else that is set already stays as it is.
OURS = {"INTERPRETER_WIN", "INTERPRETER_MAC", MODULES_KEY}


def text_of(data: bytes) -> str:
    """A file's text in the code page of VBA; elsewhere bytes that are none survive a round trip."""
    try:
        return data.decode("mbcs") if os.name == "nt" else data.decode("utf-8", "surrogateescape")
    except UnicodeDecodeError:
        raise DamagedFile("a settings file is not in the code page of this Windows, in which VBA reads it") from None


def bytes_of(text: str) -> bytes:
    """The way back."""
    try:
        return text.encode("mbcs", "strict") if os.name == "nt" else text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InputRefused(
            f"VBA cannot read {error.object[error.start : error.end]!r} in a settings file; install Python into a "
            "folder without such characters",
            name=error.object[error.start : error.end],
        ) from None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as it stands, and the key and value in it; key "" where it is not a pair."""

    line: str
    key: str = ""
    value: str = ""


@dataclass(slots=True)
class Merge:
    """A file with our settings in it: what was set and what it was before, and what of others differs and stays."""

    text: str
    before: dict[str, str | None] = field(default_factory=dict)
    set: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


def entries(text: str) -> list[Entry]:
    """The lines of a file. Keys are compared without case, as VBA does in files."""
    found = []
    for line in text.splitlines():
        row = next(csv.reader([line]), [])
        pair = len(row) == 2 and row[0].strip()
        found.append(Entry(line, row[0].strip(), row[1].strip()) if pair else Entry(line))
    return found


def settings(text: str) -> dict[str, str]:
    """The values by their keys in capitals; the first of two counts, as in VBA."""
    found: dict[str, str] = {}
    for entry in entries(text):
        if entry.key:
            found.setdefault(entry.key.upper(), entry.value)
    return found


def pair(key: str, value: str) -> str:
    return f'"{key}","{value}"'


def with_module(value: str) -> str:
    """The list of modules with ours in it."""
    names = [name.strip() for name in value.split(";") if name.strip()]
    return ";".join(names if UDF_MODULE in names else [*names, UDF_MODULE])


def without_module(value: str) -> str:
    """The list of modules without ours."""
    return ";".join(name.strip() for name in value.split(";") if name.strip() not in ("", UDF_MODULE))


def merge(text: str, ours: Mapping[str, str], replaced: Set[str] = OURS) -> Merge:
    """The text with our settings: those that are missing are added, the interpreter is replaced, our module joins
    the list of modules, and every other line stays, with the value that it has. `replaced` are the keys whose values
    change."""
    lines = entries(text)
    have = settings(text)
    done = Merge("")
    out = []
    for entry in lines:
        key = entry.key.upper()
        value = ours.get(key)
        if value is not None and key in replaced and key not in done.set:
            value = with_module(entry.value) if key == MODULES_KEY else value or entry.value
            if value != entry.value:
                done.before[key], done.set[key] = entry.value, value
                out.append(pair(entry.key, value))
                continue
        elif value is not None and value != entry.value and key not in done.kept:
            done.kept[key] = entry.value
        out.append(entry.line)
    for key, value in ours.items():
        if key not in have:
            done.before[key], done.set[key] = None, value
            out.append(pair(key, value))
    done.text = "".join(f"{line}\r\n" for line in out)
    return done


def unmerge(text: str, before: Mapping[str, str | None], set_: Mapping[str, str]) -> str:
    """The text with what `merge` set taken back, where it still stands; later changes by others stay."""
    out = []
    for entry in entries(text):
        key = entry.key.upper()
        if key not in set_:
            out.append(entry.line)
        elif key == MODULES_KEY:
            value = without_module(entry.value)
            if value or before[key]:
                out.append(pair(entry.key, value))
        elif entry.value != set_[key]:
            out.append(entry.line)
        elif (old := before[key]) is not None:
            out.append(pair(entry.key, old))
    return "".join(f"{line}\r\n" for line in out)


def read_settings(path: Path) -> dict[str, str]:
    """The settings in a file; none where there is no file."""
    return settings(text_of(path.read_bytes())) if path.is_file() else {}
