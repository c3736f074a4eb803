"""Scenarios for a book: a table with a name, a move for each factor in standard deviations, and a name that fails."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from computefi.books.table import LoanTable, read_rows
from computefi.errors import InputRefused
from computefi.models.portfolio import NOBODY
from computefi.models.portfolio_factors import given_failure

READY = "ready"  # instead of a file: the table that comes with the package
LARGEST = "largest"  # instead of a name: the offtaker with the largest exposure


def ready_made(loans: LoanTable) -> list[tuple[str, float]]:
    """The scenarios that come with the package, on those of their factors that the book has."""
    with as_file(files("computefi.books") / "scenarios.csv") as path:
        headings, lines = read_rows(path)
        known = [h for h in headings if h in loans.factors]
        if not known:
            wanted = ", ".join(h for h in headings if h not in ("scenario", "failed"))
            raise InputRefused(f"the ready scenarios move {wanted}; the book has {', '.join(loans.factors)}")
        kept = [at for at, h in enumerate(headings) if h in ("scenario", "failed", *known)]
        return _stressed(loans, path, [headings[at] for at in kept], [[line[at] for at in kept] for line in lines])


def largest_offtaker(loans: LoanTable) -> str:
    """The offtaker of most exposure of the first year; blank where there is none."""
    sums: dict[str, float] = {}
    for name, owed in zip(loans.texts["offtaker"], loans.numbers["exposure"][:, 0].tolist(), strict=True):
        if name:
            sums[name] = sums.get(name, 0.0) + owed
    return max(sums, key=lambda name: sums[name], default="")


def stressed(loans: LoanTable, path: Path) -> list[tuple[str, float]]:
    """Each scenario of a table with the book's expected loss in it."""
    return _stressed(loans, path, *read_rows(path))


def _stressed(loans: LoanTable, path: Path, headings: list[str], lines: list[list[Any]]) -> list[tuple[str, float]]:
    unknown = [h for h in headings if h not in ("scenario", "failed", *loans.factors)]
    if unknown or "scenario" not in headings:
        wanted = ", ".join(["scenario", *loans.factors])
        raise InputRefused(f"{path} must have the columns {wanted} and, where a name fails, failed")
    answers = []
    for row, line in enumerate(lines, 2):
        cells = dict(zip(headings, line, strict=False))
        try:
            moves = np.array([float(cells.get(factor) or 0) for factor in loans.factors])
        except (TypeError, ValueError):
            raise InputRefused(f"{path}, row {row}: every move must be a number") from None
        failed = str(cells.get("failed") or "").strip()
        if failed.casefold() == LARGEST and failed not in loans.names:
            failed = largest_offtaker(loans)
        if failed and failed not in loans.names:
            raise InputRefused(f"{path}, row {row}: {failed} is no offtaker or guarantor of the book")
        point = np.linalg.lstsq(loans.book.root, moves, rcond=None)[0]
        if not np.allclose(loans.book.root @ point, moves, rtol=0, atol=1e-9):
            raise InputRefused(f"{path}, row {row}: the factors' correlation does not allow these moves")
        with np.errstate(all="ignore"):
            lost = given_failure(loans.book, point[None], loans.names.index(failed) if failed else NOBODY)
        answers.append((str(cells["scenario"]), float(lost.sum())))
    return answers
