"""Folders of workbooks for the tests of the batch, and worker processes that misbehave on some of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recalc_books import LOAN, make, values

__all__ = ["LOAN", "folder_of", "make", "mischief", "values"]

# Run by every worker process as it starts: what its workbook's name asks for happens when the workbook is opened.
SITE = """
import os, signal, time
from pathlib import Path
from computefi.recalc.book import Book
opened = Book.open
def open_(path, *more, **others):
    name = Path(path).name
    if "kill" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "print" in name:
        print("a library prints this", flush=True)
    if "hang" in name:
        time.sleep(60)
    if "native" in name:
        os.abort()
    if "greedy" in name:
        bytearray(10**12)
    while "spin" in name:
        pass
    if "slow" in name:
        Path(path).with_suffix(".started").touch()
        time.sleep(0.5)
    if "strange" in name:
        raise ZeroDivisionError("no one\\nexpected this")
    return opened(path, *more, **others)
Book.open = open_
"""


def mischief(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the worker processes of this test misbehave."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)


def folder_of(folder: Path, *names: str) -> Path:
    """Workbooks of these names, each with a loan of its own."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path, {**LOAN, "A1": 70 + number, "B1": "=CFI_LTV(A1,A2)"}, {"Loan": "Deal!$A$1", "LTV": "Deal!$B$1"})
    return folder
