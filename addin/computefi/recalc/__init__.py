"""A workbook recalculated without Excel: `recalculate(path_in, path_out, set={...})`."""

from computefi.recalc.api import Recalculated, Timings, recalculate
from computefi.recalc.changes import Reason
from computefi.recalc.package import WorkbookError

__all__ = ["Reason", "Recalculated", "Timings", "WorkbookError", "recalculate"]
