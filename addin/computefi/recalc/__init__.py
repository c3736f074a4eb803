"""A workbook recalculated without Excel: `recalculate(path_in, path_out, set={...})`, or `Book.open(path)`.

recalculate("deal.xlsx", "out.xlsx", set={"Loan": 80})["LTV"]   →   0.8, and out.xlsx differs from deal.xlsx in values

The way of a workbook, and where each step stands:

    read      xlsx.package, workbook, sheet   the file's bytes as parts, names and cells
    prepare   prepare.preparation             the passes over names, cells and calls, in `Preparation.run`
                formulas.shared               a shared formula as its cell reads it
                prepare.ways                  left as it is, computed as an array formula, or written anew
                prepare.intersect             one cell of a range where Excel takes one: SUM(ABS(A1:A9)) → SUM(ABS(A3))
                prepare.crossed               A1:B2 B2:C3 → B2; SUM(Jan:Mar!A1) → SUM(Jan!A1,Feb!A1,Mar!A1)
                prepare.lifted                SUM(ROUND(A1:A9*2,0)) → SUM(MAP(A1:A9*2,LAMBDA(x,ROUND(x,0))))
                prepare.keeping               OurMacro(A1): the stored value stays
                prepare.joined                A1:INDEX(A1:A9,n) → OFFSET(A1,…)
                prepare.cut                   CFI_LTV(A1,A2)*2 → 'cfi results'!A1*2; Deals[Loan] → Deals!B2:B9
                (none of them)                the stored value stays, and a warning names the cell
              prepare.copy                    the bytes that an engine gets
    run       engines                         every engine spells what it is asked for in its own way
              run                             compute, answer the calls, write the results, until nothing changes
              keep                            what the engine failed on: the stored value stays
              readers                         what reads such a cell is named
              whatif                          data tables, scenarios and goals on top of the run
    write     changes                         the values that the file does not hold yet, and why calls fail
              xlsx.patch, package             these values in the file's own bytes
"""

from computefi.errors import (
    DamagedFile,
    EngineFailed,
    EngineMissing,
    InputRefused,
    LimitReached,
    MissingName,
    NotSolved,
    WorkbookError,
)
from computefi.recalc.api import Recalculated, Timings, recalculate
from computefi.recalc.book import Book
from computefi.recalc.changes import Reason
from computefi.recalc.whatif.scenarios import Solved, Sweep

__all__ = [
    "Book", "DamagedFile", "EngineFailed", "EngineMissing", "InputRefused", "LimitReached", "MissingName", "NotSolved",
    "Reason", "Recalculated", "Solved", "Sweep", "Timings", "WorkbookError", "recalculate",
]  # fmt: skip
