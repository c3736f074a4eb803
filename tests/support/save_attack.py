"""Several who write one file at once, and somebody else who saves it meanwhile: whose work is lost?"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import openpyxl

from computefi.recalc import recalculate
from forked import Forked
from recalc_books import make


def edits_at_once(folder: Path, rounds: int, runs: int = 8) -> Counter[str]:
    """So many runs at the same time, each with an edit of its own; every edit is there or was refused."""
    outcomes: Counter[str] = Counter()
    book = folder / "at_once.xlsx"
    cells = {f"A{run}": 0 for run in range(1, runs + 1)}
    make(book, {**cells, "B1": "=CFI_LTV(A1,100)"})
    for turn in range(1, rounds + 1):

        def edit(cell: str, value: int = turn) -> None:
            recalculate(book, book, set={f"Deal!{cell}": value})

        started = {cell: Forked(lambda cell=cell: edit(cell)) for cell in cells}  # type: ignore[misc]
        ended = {cell: (process.communicate(timeout=120), process.returncode) for cell, process in started.items()}
        sheet = openpyxl.load_workbook(book)["Deal"]
        for cell, (_, code) in ended.items():
            there = sheet[cell].value == turn
            outcomes["there" if code == 0 and there else "refused" if code == 2 and not there else "lost"] += 1
    return outcomes


def saves_meanwhile(folder: Path, count: int, seed: int = 5) -> Counter[str]:
    """Somebody saves the file at a random moment of a run; what they saved is there afterwards."""
    outcomes: Counter[str] = Counter()
    chance = random.Random(seed)
    book, theirs = folder / "saved.xlsx", folder / "theirs.xlsx"
    cells = {"A1": 70, "A2": 100, **{f"B{row}": f"=CFI_LTV($A$1+{row},$A$2)" for row in range(1, 60)}}
    make(book, cells)
    began = time.monotonic()
    Forked(lambda: recalculate(book, book)).communicate()
    length = time.monotonic() - began
    for turn in range(1, count + 1):
        make(theirs, {**cells, "D1": turn})

        def run(value: int = turn) -> None:
            recalculate(book, book, set={"Deal!A1": value})

        running = Forked(run)
        time.sleep(chance.uniform(0, 1.2 * length))
        os.replace(theirs, book)
        running.communicate()
        sheet = openpyxl.load_workbook(book)["Deal"]
        if sheet["D1"].value != turn:
            outcomes["lost"] += 1
        elif running.returncode == 2:
            outcomes["refused"] += 1
        else:
            outcomes["ours on theirs" if sheet["A1"].value == turn else "theirs on ours"] += 1
    return outcomes
