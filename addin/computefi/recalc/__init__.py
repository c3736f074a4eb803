"""A workbook recalculated without Excel: `recalculate(path_in, path_out, set={...})`, or `Book.open(path)`."""

from computefi.errors import WorkbookError
from computefi.recalc.api import Recalculated, Timings, recalculate
from computefi.recalc.book import Book
from computefi.recalc.changes import Reason
from computefi.recalc.whatif.scenarios import Solved, Sweep

__all__ = ["Book", "Reason", "Recalculated", "Solved", "Sweep", "Timings", "WorkbookError", "recalculate"]
