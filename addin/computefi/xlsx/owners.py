"""Who has a file open, as the owner file says that Excel or LibreOffice puts beside it.

~$loan.xlsx          1 byte of length, a name of 54 bytes, the length again, the name in UTF-16
.~lock.loan.xlsx#    ,anna,pc17,28.11.2026 09:30,file:///home/anna;
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

OWNER_FILE_LIMIT = 4096
NAME_LIMIT = 54
UTF16_AT = 1 + NAME_LIMIT
# LibreOffice puts a backslash before a comma, a semicolon and a backslash of a name.
FIELD = re.compile(r"((?:[^\\,;]|\\.)*+)[,;]?")


def opened_by(path: Path) -> str:
    """Who has it open, and in what: "Anna Meier, in Excel (~$loan.xlsx)"; empty where nobody has."""
    for beside, program, name_in in (
        (path.with_name(f"~${path.name}"), "Excel", excel_name),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice", office_name),
    ):
        if os.path.lexists(beside):
            who = printable(name_in(content(beside))) or "someone"
            return f"{who}, in {program} ({beside.name})"
    return ""


def content(path: Path) -> bytes:
    """The beginning of an owner file; nothing where it cannot be read, as on Windows while Excel has it."""
    data = b""
    with contextlib.suppress(OSError):
        if path.is_file():
            with open(path, "rb") as stream:
                data = stream.read(OWNER_FILE_LIMIT)
    return data


def excel_name(data: bytes) -> str:
    """The name in an owner file of Excel's."""
    length = int.from_bytes(data[UTF16_AT : UTF16_AT + 2], "little")
    if 0 < length <= NAME_LIMIT:
        start = UTF16_AT + 2
        return data[start : start + 2 * length].decode("utf-16-le", "replace")
    return data[1 : 1 + min(data[0], NAME_LIMIT)].decode("cp1252", "replace") if data else ""


def office_name(data: bytes) -> str:
    """The user and the computer in an owner file of LibreOffice's."""
    fields = [re.sub(r"\\(.)", r"\1", found) for found in FIELD.findall(data.decode("utf-8", "replace"))]
    full, account, computer = (*fields, "", "", "")[:3]
    user = full or account
    return f"{user} on {computer}" if user and computer else user


def printable(name: str) -> str:
    """A name as one line of a message can hold it."""
    return "".join(character for character in name if character.isprintable()).strip()[: 2 * NAME_LIMIT]
