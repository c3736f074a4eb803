"""A workbook recalculated without Excel, in one call.

recalculate("deal.xlsx", set={"Loan": 80})["LTV"]   →   0.8; nothing is written
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from computefi.recalc.book import Book
from computefi.recalc.engines.base import Engine
from computefi.recalc.places import find
from computefi.recalc.recalculated import Recalculated, Timings
from computefi.xlsx.calcmode import CalcMode
from computefi.xlsx.cells import SHOWN_PLACES, Value
from computefi.xlsx.files import claimed
from computefi.xlsx.package import check_suffix

__all__ = ["SHOWN_PLACES", "Recalculated", "Timings", "check_suffix", "find", "recalculate"]


def recalculate(
    path_in: str | os.PathLike[str],
    path_out: str | os.PathLike[str] | None = None,
    set: Mapping[str, Value] | None = None,
    engine: Engine | None = None,
    calc: CalcMode = "keep",
    needs: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    charts: bool = False,
    force: bool = False,
    now: dt.datetime | None = None,
    seed: int | None = None,
    cache: str | os.PathLike[str] | None = None,
    stamp: bool = False,
) -> Recalculated:
    """Recalculate a workbook, CFI functions included; write the values to `path_out` if it is given.

    `set` maps a defined name or `Sheet!A1` to a number, a text, a truth value or None (blank) for this run and
    for the file written. `path_out` may be `path_in`: nothing but values changes in the file, and at every moment
    it is there whole. `calc` says what Excel does when it opens the file written: "keep" leaves the workbook's own
    setting, "trust" makes it show these values even without the add-in, "recalc" makes it compute everything anew.
    `needs` are names and places that must be there, or nothing is done. `progress` is told each step in a word or two.
    `now` is what NOW and TODAY give, `seed` begins the random numbers: with both a volatile workbook comes out twice
    alike. `cache` is a private folder in which prepared workbooks are kept, so that this one is opened faster the next
    time. `charts` also refreshes the points that charts carry with them, for viewers that do not draw from the cells.
    `stamp` adds properties to the file: version, engine, hash of the input, inputs that were set, and time.

    Another run on the file written waits a minute for this one. Refused is what somebody saved meanwhile, and without
    `force` what is open in Excel or LibreOffice, read-only, or one of several names of a file.

    WorkbookError says in one line what is wrong with the file or the request; nothing is written then.
    """
    source = Path(path_in)
    if path_out is not None:
        check_suffix(source, Path(path_out))
    with nullcontext() if path_out is None else claimed(Path(path_out), force) as claim:
        book = Book.open(source, engine, progress, now, seed, cache)
        for reference in needs:
            find(book.plan, reference)
        book.set(set or {})
        return book.recalculate() if claim is None else book.save_as_claimed(claim, calc, charts, stamp)
