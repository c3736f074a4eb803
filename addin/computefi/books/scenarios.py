"""Scenarios for a book: a table with a name, a move for each factor in standard deviations, and a name that fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefi.books.table import LoanTable, read_rows
from computefi.errors import InputRefused
from computefi.models.portfolio import NOBODY
from computefi.models.portfolio_factors import given_failure


def stressed(loans: LoanTable, path: Path) -> list[tuple[str, float]]:
    """Each scenario with the book's expected loss in it."""
    headings, lines = read_rows(path)
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
        if failed and failed not in loans.names:
            raise InputRefused(f"{path}, row {row}: {failed} is no offtaker or guarantor of the book")
        point = np.linalg.lstsq(loans.book.root, moves, rcond=None)[0]
        if not np.allclose(loans.book.root @ point, moves, rtol=0, atol=1e-9):
            raise InputRefused(f"{path}, row {row}: the factors' correlation does not allow these moves")
        with np.errstate(all="ignore"):
            lost = given_failure(loans.book, point[None], loans.names.index(failed) if failed else NOBODY)
        answers.append((str(cells["scenario"]), float(lost.sum())))
    return answers
