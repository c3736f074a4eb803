"""The one table of calls that every host must answer alike: what stands in the cells, and what must come out.

The answers are written down here from the documented rules of the declarations, not computed. A call's arguments are
written as in a formula: a number, text, truth value or error stands for one typed into the formula, `Cell` for a
reference to one cell, `Block` for a reference to a range, MISSING for an argument left empty between commas. A row of
the table may say for a host that it cannot answer so: `Never` where the host itself stands in the way, `NotYet` where
the work is still to be done; both with what the host gives instead. A host that does better than the table says fails.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_arguments import Areas, Block, Cell, Filtered, Merged, Money, Typed, Whole

from computefi.errors import CODES, Code
from computefi.hosts.libreoffice.host import (
    BLANK_IS_ZERO,
    EMPTY_IS_BLANK_IN_RANGE,
    ERROR_PASSED_ON,
    LAST_ERROR_FIRST,
    NO_AREAS,
    NO_SUCH_ERROR,
    NOTHING_GIVEN,
    RANGE_WITH_ERROR,
    TRUTH_IS_NUMBER,
    WRONG_COUNT,
)
from computefi.hosts.lite.host import LITE_BLANK_IS_MISSING, LITE_NO_SUCH_ERROR, LITE_TEXT_IS_ERROR
from computefi.hosts.server.host import EMPTY_IS_BLANK
from computefi.hosts.windows.host import REQUIRED_MISSING
from computefi.spec import MISSING, REGISTRY, Example, Spec

NULL, DIV0, VALUE, REF, NAME, NUM, NA = (
    Code.NULL, Code.DIV0, Code.VALUE, Code.REF, Code.NAME, Code.NUM, Code.NA,
)  # fmt: skip
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Never:
    """The host cannot; what it gives instead."""

    reason: str
    gives: Any


@dataclass(frozen=True)
class NotYet(Never):
    """The host could, and does not yet."""


@dataclass(frozen=True)
class Row:
    """One call. `answer` is a number, text or error, or rows of them; an error alone stands for a whole answer."""

    name: str
    function: str
    arguments: tuple[Any, ...]
    answer: Any
    tolerance: float = TOLERANCE
    differs: Mapping[str, Never] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        return REGISTRY[self.function]


def cells(*contents: Any) -> tuple[Cell, ...]:
    """Each content in a cell of its own."""
    return tuple(map(Cell, contents))


def column(*contents: Any) -> Block:
    return Block(tuple((content,) for content in contents))


def row(*contents: Any) -> Block:
    return Block((contents,))


def block(*rows: tuple[Any, ...]) -> Block:
    return Block(rows)


# ---- why a host differs ---------------------------------------------------------------------------------------------

DIFFERENT_VALUE = "<Err:504>"
NOTHING = "<Err:502>"


def calc(reason: str, gives: Any) -> dict[str, Never]:
    return {"libreoffice": Never(reason, gives)}


NO_AMOUNT = "In Python a date is refused where an amount, a share or a rate is asked for"


def python(reason: str, gives: Any) -> dict[str, Never]:
    return {"python": Never(reason, gives)}


def empty_text(gives: Any) -> dict[str, Never]:
    """What the hosts answer that read an empty text as a blank cell."""
    return {"server": Never(EMPTY_IS_BLANK, gives), "lite": Never(EMPTY_IS_BLANK, gives)}


def areas(*blocks: Block) -> Areas:
    return Areas(blocks)


# ---- functions of numbers: cell by cell -----------------------------------------------------------------------------

LTV = "CFI_LTV"  # loan / (value · (1 − haircut)); value must not be 0, haircut is optional
DAY = dt.datetime(2026, 7, 1)  # serial 46204
CORR = (70.0, 100.0, 0.05, 0.0, 0.4, 1.0)  # at rho 0 the ratio is loan / value / (1 − sale_cost)

NUMBERS = [
    Row("numbers typed", LTV, (70.0, 100.0), 0.7),
    Row("numbers in cells", LTV, cells(70.0, 100.0), 0.7),
    Row("an optional number in a cell", LTV, cells(70.0, 100.0, 0.3), 1.0),
    Row("an optional number typed", LTV, (70.0, 100.0, 0.3), 1.0),
    Row("an optional argument left empty after the last comma", LTV, (70.0, 100.0, MISSING), 0.7),
    Row("an omitted middle argument takes its default", "CFI_CORR_LTV", (*CORR, MISSING, 0.3), 1.0),
    Row("an omitted middle argument among cells", "CFI_CORR_LTV", (*cells(*CORR), MISSING, Cell(0.3)), 1.0),
    Row("two omitted middle arguments", "CFI_CORR_LTV", (*CORR, MISSING, MISSING, 2.0), 0.7),
    Row("a range of one cell is a cell", LTV, (Cell(70.0), block((100.0,))), 0.7),
    Row("a date is its serial number", LTV, (46204.0, Cell(DAY)), 1.0, differs=python(NO_AMOUNT, VALUE)),
    Row("a date with its time of day", LTV, (46204.5, Cell(DAY + dt.timedelta(hours=12))), 1.0,
        differs=python(NO_AMOUNT, VALUE)),
    Row("a negative number outside its bounds", LTV, cells(-1.0, 100.0), NUM),
    Row("a probability above 1", "CFI_PD_TERM", cells(1.2, 5.0), NUM),
    Row("0 as a probability", "CFI_PD_TERM", cells(0.0, 5.0), 0.0),
    Row("a number that is not whole where one must be", "CFI_TAIL_EXPOSURE", (row(100.0, 50.0, 0.0), 1.5), NUM),
    Row("an open bound itself", "CFI_IRB_RW", (0.0, 0.45), NUM),
    Row("0 where it is allowed", LTV, cells(0.0, 100.0), 0.0),
    Row("0 as a denominator", LTV, cells(70.0, 0.0), DIV0),
    Row("0 typed as a denominator", LTV, (70.0, 0.0), DIV0),
    Row("a rule between arguments broken", "CFI_CONTRACTED_SHARE", cells(60.0, 50.0), NUM),
    Row("a rule against a zero sum", "CFI_DSCR", cells(120.0, 0.0, 0.0), DIV0),
    Row("a search without an answer", "CFI_PAYBACK", cells(90.0, 40.0, 41.6), NUM),
    # blank, missing and ""
    Row("a blank cell for a required number", LTV, cells(None, 100.0), VALUE, differs=calc(BLANK_IS_ZERO, 0.0)),
    Row("a blank cell for a denominator", LTV, cells(70.0, None), VALUE, differs=calc(BLANK_IS_ZERO, DIV0)),
    Row("a blank cell for an optional number", LTV, cells(70.0, 100.0, None), 0.7),
    Row(
        "a blank cell for an optional number whose default is not 0", "CFI_IRB_RW", cells(0.01, 0.45, None),
        0.9231680139205138, differs=calc(BLANK_IS_ZERO, NUM),
    ),
    Row("a blank range of one cell for a required number", LTV, (70.0, block((None,))), VALUE),
    Row(
        "a blank range of one cell for an optional number", "CFI_IRB_RW", (0.01, 0.45, block((None,))),
        0.9231680139205138,
    ),
    Row("an omitted required number", LTV, (MISSING, 100.0), VALUE, differs=calc(NOTHING_GIVEN, NOTHING)),
    Row("an omitted last required number", LTV, (70.0, MISSING), VALUE, differs=calc(NOTHING_GIVEN, NOTHING)),
    Row("a required number not given", LTV, (70.0,), VALUE, differs=calc(WRONG_COUNT, DIFFERENT_VALUE)),
    Row("nothing given", LTV, (), VALUE, differs=calc(WRONG_COUNT, DIFFERENT_VALUE)),
    Row("too many arguments", LTV, (70.0, 100.0, 0.0, 1.0), VALUE, differs=calc(WRONG_COUNT, DIFFERENT_VALUE)),
    Row("an empty text in a cell for a required number", LTV, cells("", 100.0), VALUE),
    Row("an empty text in a cell for a denominator", LTV, cells(70.0, ""), VALUE),
    Row("an empty text in a cell for an optional number", LTV, cells(70.0, 100.0, ""), VALUE, differs=empty_text(0.7)),
    Row("an empty text typed for an optional number", LTV, (70.0, 100.0, ""), VALUE, differs=empty_text(0.7)),
    Row("an empty text typed for a required number", LTV, (70.0, ""), VALUE),
    # text and truth values
    Row("text that looks like a number in a cell", LTV, cells("70", 100.0), VALUE),
    Row("text that looks like a number typed", LTV, ("70", 100.0), VALUE),
    Row("text in a cell", LTV, cells("seventy", 100.0), VALUE),
    Row("text for an optional number", LTV, cells(70.0, 100.0, "none"), VALUE),
    Row("text that spells an error", LTV, cells("#N/A", 100.0), VALUE, differs={"lite": Never(LITE_TEXT_IS_ERROR, NA)}),
    Row("a truth value in a cell", LTV, cells(True, 100.0), VALUE, differs=calc(TRUTH_IS_NUMBER, 0.01)),
    Row("a truth value typed", LTV, (True, 100.0), VALUE, differs=calc(TRUTH_IS_NUMBER, 0.01)),
    Row("FALSE as a denominator", LTV, cells(70.0, False), VALUE, differs=calc(TRUTH_IS_NUMBER, DIV0)),
    Row(
        "a truth value for an optional number", LTV, cells(70.0, 100.0, False), VALUE,
        differs=calc(TRUTH_IS_NUMBER, 0.7),
    ),
    Row("a truth value as a flag", "CFI_DRAW", cells(True, 100.0, 40.0, 90.0, 0.9, 85.0), ((41.0, 2.0),)),
    Row("FALSE as a flag", "CFI_DRAW", cells(False, 100.0, 40.0, 90.0, 0.9, 85.0)[:5], ((0.0, 0.0),)),
    Row("a number that is no flag", "CFI_DRAW", cells(2.0, 100.0, 40.0, 90.0, 0.9), NUM),
    Row("text that is no flag", "CFI_DRAW", cells("TRUE", 100.0, 40.0, 90.0, 0.9), VALUE),
    # an infinite default: a cap that is not there
    Row("a blank cell for a cap", "CFI_DRAW", (1.0, 100.0, 40.0, 200.0, 0.9, block((None,))), ((60.0, 1.0),)),
    Row("an omitted cap", "CFI_DRAW", (1.0, 100.0, 40.0, 200.0, 0.9, MISSING), ((60.0, 1.0),)),
    # shapes
    Row("a column gives a column", LTV, (column(70.0, 35.0), 100.0), ((0.7,), (0.35,))),
    Row("a row gives a row", LTV, (row(70.0, 35.0, 7.0), 100.0), ((0.7, 0.35, 0.07),)),
    Row("a block gives a block", LTV, (block((70.0, 35.0), (7.0, 0.0)), 100.0), ((0.7, 0.35), (0.07, 0.0))),
    Row("a row against a column gives the grid", LTV, (column(70.0, 35.0), row(100.0, 140.0)),
        ((0.7, 0.5), (0.35, 0.25))),
    Row("two columns go pairwise", LTV, (column(70.0, 35.0), column(100.0, 140.0)), ((0.7,), (0.25,))),
    Row("two rows go pairwise", LTV, (row(70.0, 35.0), row(100.0, 140.0)), ((0.7, 0.25),)),
    Row("a column beside a range of one cell", LTV, (column(70.0, 35.0), block((100.0,))), ((0.7,), (0.35,))),
    Row("columns of unequal length", LTV, (column(70.0, 35.0), column(100.0, 140.0, 200.0)), VALUE),
    Row("rows of unequal length", LTV, (row(70.0, 35.0), row(100.0, 140.0, 200.0)), VALUE),
    Row("blocks that do not fit", LTV, (block((1.0, 2.0), (3.0, 4.0)), column(1.0, 2.0, 3.0)), VALUE),
    # bad cells fail alone
    Row("a blank cell in a column of a required number", LTV, (70.0, column(100.0, None, 140.0)),
        ((0.7,), (VALUE,), (0.5,))),
    Row("a blank cell in a column of an optional number", "CFI_IRB_RW", (0.01, 0.45, column(2.5, None)),
        ((0.9231680139205138,), (0.9231680139205138,))),
    Row("a column wholly blank", LTV, (70.0, column(None, None)), ((VALUE,), (VALUE,))),
    Row("an empty text in a column of a required number", LTV, (70.0, column(100.0, "")), ((0.7,), (VALUE,))),
    Row(
        "an empty text in a column of an optional number", LTV, (70.0, 100.0, column(0.3, "")), ((1.0,), (VALUE,)),
        differs={**empty_text(((1.0,), (0.7,))), **calc(EMPTY_IS_BLANK_IN_RANGE, ((1.0,), (0.7,)))},
    ),
    Row("text in a column", LTV, (70.0, column(100.0, "100", "x")), ((0.7,), (VALUE,), (VALUE,))),
    Row("a truth value in a column", LTV, (70.0, column(100.0, True)), ((0.7,), (VALUE,)),
        differs=calc(TRUTH_IS_NUMBER, ((0.7,), (70.0,)))),
    Row("a date in a column", LTV, (46204.0, column(DAY, 46204.0)), ((1.0,), (1.0,)),
        differs=python(NO_AMOUNT, VALUE)),
    Row("0 and a negative number in a column", LTV, (70.0, column(100.0, 0.0, -1.0)), ((0.7,), (DIV0,), (NUM,))),
    Row("an error in a column", LTV, (70.0, column(100.0, NA, 140.0)), ((0.7,), (NA,), (0.5,)),
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("an error in a row", LTV, (70.0, row(100.0, REF)), ((0.7, REF),),
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("an error in a grid", LTV, (column(70.0, DIV0), row(100.0, 140.0)), ((0.7, 0.5), (DIV0, DIV0)),
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("a rule broken in one row", "CFI_CONTRACTED_SHARE", (column(60.0, 40.0), 50.0), ((NUM,), (0.8,))),
    # which of two faults is told
    Row("an error goes before a blank cell", LTV, (block((None,)), Cell(NA)), NA),
    Row("an error goes before a missing argument", LTV, (MISSING, Cell(NA)), NA,
        differs={"excel": Never(REQUIRED_MISSING, VALUE)}),
    Row("an error goes before a zero", LTV, cells(NA, 0.0), NA),
    Row("the first of two errors", LTV, cells(REF, NA), REF, differs=calc(LAST_ERROR_FIRST, NA)),
    Row("the first of two bad arguments", LTV, cells(-1.0, 0.0), NUM),
]  # fmt: skip

ERRORS = [
    *(Row(f"{code} in a cell", LTV, cells(code, 100.0), code) for code in (NULL, DIV0, VALUE, REF, NAME, NUM, NA)),
    *(Row(f"{code} typed", LTV, (70.0, code), code) for code in (NULL, DIV0, VALUE, REF, NAME, NUM, NA)),
    *(
        Row(f"{code} in an optional argument", LTV, cells(70.0, 100.0, code), code)
        for code in (NULL, DIV0, VALUE, REF, NAME, NUM, NA)
    ),
    *(
        Row(
            f"{code} in a cell", LTV, cells(code, 100.0), code,
            differs={
                "libreoffice": Never(NO_SUCH_ERROR, NAME), "lite": Never(LITE_NO_SUCH_ERROR, VALUE),
            },
        )
        for code in (Code.SPILL, Code.CALC)
    ),
]  # fmt: skip

# ---- functions with several answers per case ------------------------------------------------------------------------

ROLL = "CFI_BACKLOG_ROLL"  # closing = opening + signed − recognised − cancelled + repriced; book-to-bill
SEVERAL = [
    Row("several answers stand in a row", ROLL, cells(100.0, 40.0, 20.0), ((120.0, 2.0),)),
    Row("optional arguments of several answers omitted in the middle", ROLL, (100.0, 40.0, 20.0, MISSING, 4.0),
        ((124.0, 2.2),)),
    Row("a column of cases gives a row for each", ROLL, (column(100.0, 200.0), 40.0, 20.0),
        ((120.0, 2.0), (220.0, 2.0))),
    Row("a row of cases gives a row for each", ROLL, (row(100.0, 200.0), 40.0, 20.0), ((120.0, 2.0), (220.0, 2.0))),
    Row("a grid of cases is refused", ROLL, (column(100.0, 200.0), row(40.0, 60.0), 20.0), VALUE),
    Row("one of several answers may fail alone", ROLL, cells(100.0, 40.0, 0.0), ((140.0, DIV0),),
        differs=python("a number that is missing beside others is NaN", ((140.0,), (float("nan"),)))),
    Row("a blank cell fails every answer", ROLL, (100.0, block((None,)), 20.0), VALUE),
    Row("text fails every answer", ROLL, cells(100.0, "40", 20.0), ((VALUE, VALUE),)),
    Row("an error fails every answer", ROLL, cells(100.0, NA, 20.0), NA),
    Row("a broken rule fails every answer", ROLL, cells(10.0, 0.0, 20.0), ((NUM, NUM),)),
    Row("a bad cell fails its own row of answers", ROLL, (column(100.0, None), 40.0, 20.0),
        ((120.0, 2.0), (VALUE, VALUE))),
    Row("an error fails its own row of answers", ROLL, (column(NA, 100.0), 40.0, 20.0), ((NA, NA), (120.0, 2.0)),
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("a truth value fails every answer", ROLL, cells(100.0, True, 20.0), ((VALUE, VALUE),),
        differs=calc(TRUTH_IS_NUMBER, ((81.0, 0.05),))),
    Row("a date among several arguments", ROLL, (Cell(DAY), 0.0, 4.0), ((46200.0, 0.0),),
        differs=python(NO_AMOUNT, VALUE)),
    Row("a limit of 0 needs no division", "CFI_GAP_RISK", cells(0.0, 0.75, 10.0), ((0.0, 0.0),)),
    # an amount for every due, and what is left
    Row("a column per entry of a series", "CFI_WATERFALL", (60.0, row(30.0, 20.0, 18.0)), ((30.0, 20.0, 10.0, 0.0),)),
    Row("a series in a column gives the same", "CFI_WATERFALL", (60.0, column(30.0, 20.0, 18.0)),
        ((30.0, 20.0, 10.0, 0.0),)),
    Row("a column of cash gives a row for each", "CFI_WATERFALL", (column(60.0, 25.0), row(30.0, 20.0)),
        ((30.0, 20.0, 10.0), (25.0, 0.0, 0.0))),
    Row("a bad entry fails the row", "CFI_WATERFALL", (60.0, row(30.0, "x", 18.0)), VALUE),
    Row("a blank entry fails the row", "CFI_WATERFALL", (60.0, row(30.0, None, 18.0)), ((VALUE,) * 4,)),
]  # fmt: skip

# ---- functions of series --------------------------------------------------------------------------------------------

LLCR = "CFI_LLCR"  # (Σ cfads[t]/(1+rate)^t + cash) / debt
SERIES = [
    Row("a series in a row", LLCR, (row(100.0, 200.0, 300.0), 400.0, 0.0), 1.5),
    Row("a series in a column", LLCR, (column(100.0, 200.0, 300.0), 400.0, 0.0), 1.5),
    Row("a series of one cell", LLCR, (Cell(600.0), 400.0, 0.0), 1.5),
    Row("a series of one cell as a range", LLCR, (block((600.0,)), 400.0, 0.0), 1.5),
    Row("a series of one number typed", LLCR, (600.0, 400.0, 0.0), 1.5),
    Row("a series beside an optional number", LLCR, (row(100.0, 200.0), 400.0, 0.0, 100.0), 1.0),
    Row("a series beside an omitted number", LLCR, (row(100.0, 200.0), 400.0, 0.0, MISSING), 0.75),
    Row("a series beside a blank optional number", LLCR, (row(100.0, 200.0), 400.0, 0.0, Cell(None)), 0.75),
    Row("a block is a series per row", LLCR, (block((100.0, 200.0), (300.0, 300.0)), 400.0, 0.0), ((0.75,), (1.5,))),
    Row("a series beside a column of numbers", LLCR, (row(100.0, 200.0), column(400.0, 300.0), 0.0), ((0.75,), (1.0,))),
    Row("a block beside a column of numbers", LLCR, (block((100.0, 200.0), (300.0, 300.0)), column(400.0, 300.0), 0.0),
        ((0.75,), (2.0,))),
    Row("a column of series beside a column of numbers", LLCR, (column(100.0, 200.0), column(400.0, 300.0), 0.0),
        ((0.75,), (1.0,))),
    Row("a row of numbers beside a series is refused", LLCR, (row(100.0, 200.0), row(400.0, 300.0), 0.0), VALUE),
    Row("a block of numbers beside a series is refused", LLCR,
        (row(100.0, 200.0), block((400.0, 300.0), (1.0, 2.0)), 0.0), VALUE),
    Row("more series than numbers", LLCR, (block((1.0, 2.0), (3.0, 4.0)), column(4.0, 3.0, 2.0), 0.0), VALUE),
    Row("0 in a series", LLCR, (row(0.0, 300.0), 400.0, 0.0), 0.75),
    Row("a blank cell in a series", LLCR, (row(100.0, None), 400.0, 0.0), VALUE),
    Row("a blank cell for a series", LLCR, (Cell(None), 400.0, 0.0), VALUE, differs=calc(BLANK_IS_ZERO, 0.0)),
    Row("an omitted series", LLCR, (MISSING, 400.0, 0.0), VALUE, differs=calc(NOTHING_GIVEN, NOTHING)),
    Row("an empty text in a series", LLCR, (row(100.0, ""), 400.0, 0.0), VALUE),
    Row("text in a series", LLCR, (row(100.0, "200"), 400.0, 0.0), VALUE),
    Row("text for a series", LLCR, ("none", 400.0, 0.0), VALUE),
    Row("a truth value in a series", LLCR, (row(100.0, True), 400.0, 0.0), VALUE,
        differs=calc(TRUTH_IS_NUMBER, 0.2525)),
    Row("a date in a series", LLCR, (row(DAY, 0.0), 46204.0, 0.0), 1.0, differs=python(NO_AMOUNT, VALUE)),
    Row("an error in a series", LLCR, (row(100.0, NA), 400.0, 0.0), NA,
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("an error for a series", LLCR, (Cell(NAME), 400.0, 0.0), NAME),
    Row("an error in a series goes before text", LLCR, (row("x", NA), 400.0, 0.0), NA,
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("an error beside a series", LLCR, (row(100.0, 200.0), Cell(DIV0), 0.0), DIV0),
    Row("a blank number beside a series", LLCR, (row(100.0, 200.0), block((None,)), 0.0), VALUE),
    Row("0 as a denominator beside a series", LLCR, (row(100.0, 200.0), 0.0, 0.0), DIV0),
    Row("a bad cell fails its own series of a block", LLCR, (block((100.0, None), (100.0, 200.0)), 400.0, 0.0),
        ((VALUE,), (0.75,))),
    Row("an error fails its own series of a block", LLCR, (block((100.0, 200.0), (NA, 200.0)), 400.0, 0.0),
        ((0.75,), (NA,)), differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("a bad number fails its own case", LLCR, (row(100.0, 200.0), column(400.0, 0.0, None), 0.0),
        ((0.75,), (DIV0,), (VALUE,))),
    Row("a rate outside its bounds", LLCR, (row(100.0, 200.0), 400.0, -1.0), NUM),
    Row("two series of one length", "CFI_REMAINING_TERM", (row(60.0, 20.0), column(6.0, 2.0)), 5.0),
    Row("two series of unequal length", "CFI_REMAINING_TERM", (row(60.0, 20.0), row(6.0, 2.0, 1.0)), VALUE),
    Row("a series that sums to 0", "CFI_HHI", (row(0.0, 0.0),), DIV0),
    Row("a negative entry", "CFI_HHI", (row(0.5, -0.5),), NUM),
    Row("a series alone", "CFI_HHI", (column(1.0, 1.0, 2.0),), 0.375),
    Row("too few observations", "CFI_REALISATION", (row(9.0, 8.0), row(10.0, 10.0)), NA),
    Row("enough observations", "CFI_REALISATION", (row(9.0, 8.0), row(10.0, 10.0), 2.0), 0.85),
    Row("a series of the wrong size", "CFI_REBRAND_SCORE", (row(1.0, 1.0, 1.0),), VALUE),
    Row("a number stands for a whole series", "CFI_COVENANT", (row(1.5, 1.25, 1.0), 1.25), ((-0.2, 3.0),)),
    Row("flags of a series may be truth values", "CFI_BORROWING_BASE",
        (row(100.0, 100.0), 0.0, 72.0, 0.5, row(True, False)), 50.0),
    Row("a blank series takes its infinite default", "CFI_BORROWING_BASE",
        (row(100.0, 100.0), 0.0, 72.0, 0.5, 1.0, Cell(None)), 100.0, differs=calc(BLANK_IS_ZERO, 0.0)),
    Row("a blank range of one cell for an optional series", "CFI_BORROWING_BASE",
        (row(100.0, 100.0), 0.0, 72.0, 0.5, 1.0, block((None,))), 100.0),
    Row("an omitted series takes its infinite default", "CFI_BORROWING_BASE",
        (row(100.0, 100.0), 0.0, 72.0, 0.5, 1.0, MISSING, 0.5), 100.0),
]  # fmt: skip

# ---- what Excel has besides plain ranges: formats, several areas, whole columns, filters, merged cells ---------------

HHI = "CFI_HHI"
REFERENCES = [
    Row("a currency cell with eight decimals", LTV, (Cell(Money(0.05512345)), 1.0), 0.05512345, 1e-15),
    Row("currency cells in a column", LTV, (column(Money(0.05512345), Money(12345.12345678)), 1.0),
        ((0.05512345,), (12345.12345678,)), 1e-15),
    Row("a currency cell among plain ones in a series", HHI, (row(Money(0.00001), 0.00001),), 0.5),
    Row("a date cell with its time in a row", LTV, (row(DAY, DAY + dt.timedelta(hours=6)), 46204.0),
        ((1.0, 46204.25 / 46204.0),), 1e-15, differs=python(NO_AMOUNT, VALUE)),
    Row("several areas for a series", HHI, (areas(column(1.0, 1.0), column(2.0)),), VALUE,
        differs=calc(NO_AREAS, DIFFERENT_VALUE)),
    Row("several areas for a number", LTV, (areas(Block(((70.0,),)), Block(((35.0,),))), 100.0), VALUE,
        differs=calc(NO_AREAS, DIFFERENT_VALUE)),
    Row("several areas for an optional number", LTV, (70.0, 100.0, areas(column(0.1, 0.2), column(0.3))), VALUE,
        differs=calc(NO_AREAS, DIFFERENT_VALUE)),
    Row("the reason of several areas", "CFI_WHY", ("CFI_HHI", areas(column(1.0, 1.0), column(2.0))),
        "weights must be one range, not several areas", differs=calc(NO_AREAS, DIFFERENT_VALUE)),
    Row("a whole column for a series", HHI, (Whole(((1.0,), (1.0,), (2.0,))),), 0.375),
    Row("a whole row for a series", HHI, (Whole(((1.0, 1.0, 2.0),), by_row=True),), 0.375),
    Row("a whole column of cases", LTV, (Whole(((70.0,), (35.0,))), 100.0), ((0.7,), (0.35,))),
    Row("a whole row of cases", LTV, (70.0, Whole(((100.0, 140.0),), by_row=True)), ((0.7, 0.5),)),
    Row("a whole column with a blank cell between", LTV, (Whole(((70.0,), (None,), (35.0,))), 100.0),
        ((0.7,), (VALUE,), (0.35,))),
    Row("a filtered range with all its rows", HHI, (Filtered(((1.0,), (1.0,), (2.0,))),), 0.375),
    Row("a merged cell is its first cell and blank ones", LTV, (Merged(((70.0, None),)), 100.0), ((0.7, VALUE),)),
    Row("a merged cell for a series", HHI, (Merged(((1.0,), (None,))),), VALUE),
]  # fmt: skip

# ---- matrices -------------------------------------------------------------------------------------------------------

NAMES, GATE = "CFI_EFFECTIVE_NAMES", "CFI_DRAW_GATE"
MATRIX = [
    Row("a matrix", NAMES, (row(1.0, 1.0), block((1.0, 0.5), (0.5, 1.0))), 4 / 3),
    Row("a number stands for a matrix", NAMES, (row(1.0, 1.0), 0.5), 4 / 3),
    Row("a cell stands for a matrix", NAMES, (column(1.0, 1.0), Cell(1.0)), 1.0),
    Row("an omitted matrix", NAMES, (row(1.0, 1.0),), 2.0),
    Row("a blank cell for an optional matrix", NAMES, (row(1.0, 1.0), Cell(None)), 2.0),
    Row("a blank range of one cell for an optional matrix", NAMES, (row(1.0, 1.0), block((None,))), 2.0),
    Row("a matrix that is not symmetric", NAMES, (row(1.0, 1.0), block((1.0, 0.5), (0.4, 1.0))), NUM),
    Row("a matrix that is not square", NAMES, (row(1.0, 1.0), block((1.0, 0.5, 0.0), (0.5, 1.0, 0.0))), VALUE),
    Row("a matrix of another size than the series", NAMES, (row(1.0, 1.0, 1.0), block((1.0, 0.5), (0.5, 1.0))), VALUE),
    Row("a row for a matrix", NAMES, (row(1.0, 1.0), row(1.0, 0.5)), VALUE),
    Row("text in a matrix", NAMES, (row(1.0, 1.0), block((1.0, "x"), (0.5, 1.0))), VALUE),
    Row("an error in a matrix", NAMES, (row(1.0, 1.0), block((1.0, NA), (0.5, 1.0))), NA,
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("an entry of a matrix outside its bounds", NAMES, (row(1.0, 1.0), block((1.0, 2.0), (2.0, 1.0))), NUM),
    Row("a matrix of flags", GATE, (block((1.0, 1.0), (1.0, 0.0)),), ((1.0, 0.0), (0.0, 2.0))),
    Row("a matrix of truth values", GATE, (block((True, True), (False, True)),), ((1.0, 0.0), (0.0, 1.0))),
    Row("a matrix with what is no flag", GATE, (block((1.0, 2.0), (1.0, 0.0)),), NUM),
    Row("a matrix with a blank cell", GATE, (block((1.0, None), (1.0, 0.0)),), VALUE),
    Row("a matrix with an empty text", GATE, (block((1.0, ""), (1.0, 0.0)),), VALUE),
    Row("a matrix with an error", GATE, (block((1.0, REF), (1.0, 0.0)),), REF,
        differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("a required matrix omitted", GATE, (MISSING,), VALUE, differs=calc(WRONG_COUNT, DIFFERENT_VALUE)),
    Row("too few rows of a matrix", "CFI_SHRINK_CORR", (row(1.0, 2.0),), NA),
]  # fmt: skip

# ---- text, schedules, and functions of calls ------------------------------------------------------------------------

PLAN, RATING = "CFI_AMORTISE", "CFI_RATING_PD"
STRAIGHT = ((10.0, 50.0, 50.0), (5.0, 50.0, 0.0))
ANNUITY = ((10.0, 47.6190476190476, 52.3809523809524), (5.23809523809524, 52.3809523809524, 0.0))
TEXT = [
    Row("a word typed", PLAN, (100.0, 0.1, 2.0, "straight"), STRAIGHT),
    Row("a word in a cell", PLAN, cells(100.0, 0.1, 2.0, "straight"), STRAIGHT),
    Row("a word in other letters", PLAN, (100.0, 0.1, 2.0, " STRAIGHT "), STRAIGHT),
    Row("a word left out", PLAN, (100.0, 0.1, 2.0), ANNUITY),
    Row("a word omitted", PLAN, (100.0, 0.1, 2.0, MISSING), ANNUITY),
    Row("a blank cell for an optional word", PLAN, cells(100.0, 0.1, 2.0, None), ANNUITY,
        differs=calc(BLANK_IS_ZERO, VALUE)),
    Row("a blank range of one cell for an optional word", PLAN, (100.0, 0.1, 2.0, block((None,))), ANNUITY),
    Row("an empty text for an optional word", PLAN, cells(100.0, 0.1, 2.0, ""), VALUE, differs=empty_text(ANNUITY)),
    Row("a word that is not among the choices", PLAN, (100.0, 0.1, 2.0, "curved"), VALUE),
    Row("a number for a word", PLAN, cells(100.0, 0.1, 2.0, 1.0), VALUE),
    Row("a truth value for a word", PLAN, (100.0, 0.1, 2.0, True), VALUE),
    Row("an error goes before an unknown word", PLAN, (Cell(NA), 0.1, 2.0, "curved"), NA),
    Row("an error for a word", PLAN, cells(100.0, 0.1, 2.0, NA), NA),
    Row("a range for a word", PLAN, (100.0, 0.1, 2.0, column("straight", "bullet")), VALUE),
    Row("a range of one cell for a word", PLAN, (100.0, 0.1, 2.0, block(("straight",))), STRAIGHT),
    Row("a required word", RATING, (Cell("BBB"), 1.0), 0.0013),
    Row("a required word in small letters", RATING, (Cell("bbb"), 1.0), 0.0013),
    Row("a required word with a column of numbers", RATING, ("BBB", column(1.0, -1.0)),
        ((0.0013,), (NUM,))),
    Row("a required word blank", RATING, (Cell(None), 1.0), VALUE),
    Row("a required word empty", RATING, (Cell(""), 1.0), VALUE),
    Row("a required word omitted", RATING, (MISSING, 1.0), VALUE, differs=calc(NOTHING_GIVEN, NOTHING)),
    Row("a date for a word", RATING, (Cell(DAY), 1.0), VALUE),
    # one case, a row per period
    Row("a schedule of one period", PLAN, cells(100.0, 0.1, 1.0), ((10.0, 100.0, 0.0),)),
    Row("a schedule from a series", "CFI_SCULPT_SCHEDULE", (column(60.0, 120.0), 1.2, 0.0),
        ((50.0, 0.0, 50.0, 100.0), (100.0, 0.0, 100.0, 0.0))),
    Row("a schedule takes one case", PLAN, (column(100.0, 200.0), 0.1, 2.0), VALUE),
    Row("a schedule takes one series", "CFI_SCULPT_SCHEDULE", (block((60.0, 120.0), (1.0, 2.0)), 1.2, 0.0), VALUE),
    Row("a schedule with a bad number", PLAN, (100.0, -1.0, 2.0), NUM),
    Row("a schedule with a blank cell", PLAN, (100.0, block((None,)), 2.0), VALUE),
    Row("a schedule with an error", PLAN, cells(100.0, NUM, 2.0), NUM),
    Row("a schedule with an empty text", PLAN, cells(100.0, "", 2.0), VALUE),
    Row("a schedule of too many periods", PLAN, (100.0, 0.1, 1_048_577.0), NUM),
    Row("a schedule of 1.5 periods", PLAN, (100.0, 0.1, 1.5), NUM),
    Row("a schedule whose series has a bad entry", "CFI_SCULPT_SCHEDULE", (row(60.0, "x"), 1.2, 0.0), VALUE),
]  # fmt: skip

WHY = "CFI_WHY"
CALLS = [
    Row("the reason of a failing call", WHY, ("CFI_LTV", 70.0, 0.0), "value must not be 0"),
    Row("no reason where all is well", WHY, ("CFI_LTV", 70.0, 100.0), ""),
    Row("the name without prefix in small letters", WHY, ("ltv", 70.0, 0.0), "value must not be 0"),
    Row("the name in a cell", WHY, cells("CFI_LTV", 70.0, 0.0), "value must not be 0"),
    Row("the reason of a cell in a range", WHY, ("CFI_LTV", 70.0, column(100.0, 0.0)), "value must not be 0 at row 2"),
    Row("the reason of a missing argument", WHY, ("CFI_LTV", MISSING, 100.0), "loan must be given"),
    Row("the reason of a blank cell", WHY, ("CFI_LTV", Cell(None), 100.0), "loan must be given, not blank",
        differs={
            **calc(BLANK_IS_ZERO, ""),
            "lite": Never(LITE_BLANK_IS_MISSING, "loan must be given"),
        }),
    Row("the reason of a blank range", WHY, ("CFI_LTV", column(None, 70.0), 100.0),
        "loan must be given, not blank at row 1"),
    Row("the reason of an empty text", WHY, ("CFI_LTV", Cell(""), 100.0), 'loan must be a number; got the text ""',
        differs={
            "server": Never(EMPTY_IS_BLANK, "loan must be given, not blank"),
            "lite": Never(EMPTY_IS_BLANK, "loan must be given"),
        }),
    Row("the reason of text", WHY, ("CFI_LTV", "70", 100.0), 'loan must be a number; got the text "70"'),
    Row("the reason of a truth value", WHY, ("CFI_LTV", Cell(True), 100.0), "loan must be a number; got TRUE",
        differs=calc(TRUTH_IS_NUMBER, "")),
    Row("the reason of an error", WHY, ("CFI_LTV", Cell(NA), 100.0), "loan holds an error; got #N/A",
        differs=calc(ERROR_PASSED_ON, NA)),
    Row("the reason of an error in a range", WHY, ("CFI_LTV", column(70.0, REF), 100.0),
        "loan holds an error; got #REF! at row 2", differs=calc(RANGE_WITH_ERROR, DIFFERENT_VALUE)),
    Row("the reason of shapes that do not fit", WHY, ("CFI_LTV", column(1.0, 2.0), column(1.0, 2.0, 3.0)),
        "the ranges must have shapes that fit: loan 2×1, value 3×1"),
    Row("the reason of a call of a matrix", WHY, ("CFI_DRAW_GATE", block((1.0, 2.0), (1.0, 0.0))),
        "flags must be 0 or 1, TRUE or FALSE; got 2 at row 1, column 2"),
    Row("the reason of a function that is not there", WHY, ("CFI_NO_SUCH", 70.0), VALUE),
    Row("the reason of nothing", WHY, (Cell(None),), VALUE),
    Row("an error for the name", WHY, (Cell(REF), 70.0), REF),
    Row("steps of a call", "CFI_STEPS", ("CFI_LTV", 70.0, 100.0, 0.3),
        (("net value = value·(1 − haircut)", 70.0), ("CFI_LTV", 1.0))),
    Row("steps of a failing call", "CFI_STEPS", ("CFI_LTV", 70.0, 0.0), DIV0),
    Row("steps of a function that is not there", "CFI_STEPS", ("CFI_NO_SUCH", 70.0), VALUE),
]  # fmt: skip

# ---- every declared example, typed and in cells ---------------------------------------------------------------------


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _rows(value: Any) -> tuple[tuple[Any, ...], ...]:
    """Nested sequences as rows of cells; a flat one is a row."""
    lines = value if any(isinstance(line, tuple) for line in value) else (value,)
    return tuple(tuple(map(_float, line)) for line in lines)


def _argument(value: Any, in_cells: bool) -> Any:
    if value is MISSING:
        return value
    if isinstance(value, tuple):
        return Block(_rows(value)) if in_cells else Typed(_rows(value))
    return Cell(_float(value)) if in_cells else _float(value)


MANY_ARRAYS = {"CFI_BOOK_LOSS", "CFI_BOOK_CONTRIBUTION", "CFI_BOOK_MARGINAL"}
TYPED_ARRAYS = "a call with so many arrays typed into it is read as #NAME?; in cells it is right"


def _example(spec: Spec, number: int, example: Example, in_cells: bool) -> Row:
    answer = _rows(example.result) if isinstance(example.result, tuple) else _float(example.result)
    name = f"example {number} {'in cells' if in_cells else 'typed'}"
    arguments = tuple(_argument(value, in_cells) for value in example.arguments)
    differs = (
        {}
        if in_cells or spec.name not in MANY_ARRAYS
        else dict.fromkeys(("headless", "libreoffice"), NotYet(TYPED_ARRAYS, CODES["#NAME?"]))
    )
    return Row(name, spec.name, arguments, answer, max(TOLERANCE, example.tolerance), differs)


EXAMPLES = [
    _example(spec, number, example, in_cells)
    for spec in REGISTRY.values()
    for number, example in enumerate(spec.examples, start=1)
    for in_cells in (False, True)
]

TABLE = [*NUMBERS, *ERRORS, *SEVERAL, *SERIES, *REFERENCES, *MATRIX, *TEXT, *CALLS, *EXAMPLES]


def row_id(line: Row) -> str:
    return f"{line.function}: {line.name}"


BY_ID = {row_id(line): line for line in TABLE}


def alike(given: Any, wanted: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether rows of cells are the answer: errors and texts equal, numbers to the tolerance.

    An error alone is met by one cell that shows it, or by an answer of which every cell does.
    """
    if not isinstance(wanted, tuple):
        if isinstance(wanted, (Code, str)) and wanted != "":
            return bool(given) and all(cell == wanted for line in given for cell in line)
        wanted = ((wanted,),)
    return [len(line) for line in given] == [len(line) for line in wanted] and all(
        _same(cell, other, tolerance)
        for line, other_line in zip(given, wanted, strict=True)
        for cell, other in zip(line, other_line, strict=True)
    )


def _same(cell: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, float):
        if math.isnan(wanted):
            return isinstance(cell, float) and math.isnan(cell)
        number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
        return number and abs(cell - wanted) <= tolerance * max(1.0, abs(wanted))
    return bool(cell == wanted)
