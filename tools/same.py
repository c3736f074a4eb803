"""Whether two workbooks are the same but for the last digits of their values."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

VALUE = re.compile(rb"<(?:c:)?v>([^<]*)</(?:c:)?v>")  # of a cell, or of a chart's cached point


def members(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def difference(one: Path, other: Path) -> str:
    """What tells two workbooks apart, or an empty text: parts are compared byte by byte, but for the last digits of
    numbers. exp and log of numpy round the last bit by the machine's instructions, so that a value may move by one
    part in 10^15 between two machines, and what is left of two large values by far more of itself."""
    ours, theirs = members(one), members(other)
    if ours.keys() != theirs.keys():
        return f"one has the parts {', '.join(sorted(ours.keys() ^ theirs.keys()))}, the other has not"
    for name, part in ours.items():
        if part != theirs[name]:
            pieces, others = VALUE.split(part), VALUE.split(theirs[name])
            if pieces[::2] != others[::2]:
                return f"{name} differs in more than its values"
            for value, wanted in zip(pieces[1::2], others[1::2], strict=True):
                if value != wanted and not near(value, wanted):
                    return f"{name}: {value!r}, not {wanted!r}"
    return ""


def near(one: bytes, other: bytes) -> bool:
    """Whether two stored values are numbers that agree but for rounding."""
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-10)
    except ValueError:
        return False
