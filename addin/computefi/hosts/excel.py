"""Excel through xlwings: the module that xlwings.conf names in "UDF MODULES".

One wrapper per function of the registry, under its sheet name: CFI_CORR_LTV and so on. A wrapper only turns what
the host sends into cells, takes the one call path (`spec.call`), and turns the outcome into rows of cells. It
never raises: xlwings would write the exception into the cell as text, which SUM skips and IFERROR does not see.

In: rows of cells. A lone cell comes as 1×1; None inside rows is a blank cell, None without rows an argument left
out. Out: rows of cells in which a failed cell is the text of its error, "#NUM!". The VBA module of `hosts.vba` turns
that text into a true Excel error, and xlwings' Office.js runtime does so by itself; xlwings' own "Import
Functions" does not, so it must not be used in place of our module. A function's text can never be taken for an
error: those of CFI_WHY start with the name of a parameter or are empty.

The same module serves three kinds of xlwings, told apart by where `xw.func` comes from:
- COM on Windows. Our VBA sends cells, not references. xlwings' standard reader makes "" a blank, and gives #SPILL! and
  other younger errors as numbers near −2·10⁹; therefore an accessor of ours reads here.
- Office.js (xlwings Lite). Errors come as text, so there a text "#N/A" and the error #N/A are alike; and a lone blank
  cell comes as an argument left out.
- Anywhere else the decorators do nothing, and the wrappers are plain Python functions.

Not run in Excel: what is known of COM was tested on xlwings' own code, with pywin32 stood in.
"""

from __future__ import annotations

import datetime as dt
import inspect
import logging
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

import xlwings as xw
from xlwings.conversion import Accessor, Ensure2DStage, Pipeline, ReadValueFromRangeStage

from computefi.errors import CODES, Code
from computefi.hosts.vba import module as vba
from computefi.hosts.wording import argument_help, category
from computefi.spec import MISSING, SEVERAL_AREAS, Spec, call
from computefi.spec.host_functions import Identity, with_host_functions

logger = logging.getLogger(__name__)

Cell = Any
Rows = list[list[Cell]]

RUNTIME = xw.func.__module__
COM = RUNTIME == "xlwings.udfs"
OFFICE_JS = RUNTIME == "xlwings.pro.udfs_officejs"

SPELLING = {code: code.value for code in Code}
if OFFICE_JS:  # it has no name for these two, and would write them as text
    SPELLING |= {Code.SPILL: "#VALUE!", Code.CALC: "#VALUE!"}

# pywin32 gives an error cell as the integer behind its VARIANT: 0x800A0000 and the number that CVErr takes.
COM_ERRORS = range(0x800A0000 - 2**32 + 2000, 0x800A0000 - 2**32 + 3000)
COM_CODES = {COM_ERRORS.start - 2000 + number: code for code, number in vba.ERROR_NUMBERS.items()}
COM_AREAS = COM_ERRORS.start - 2000 + vba.SEVERAL_AREAS
PLAIN = {float, str, bool, type(None)}


def from_com(value: Any) -> Cell:
    """One value as pywin32 gives it, as a cell."""
    if value == COM_AREAS:
        return SEVERAL_AREAS
    if isinstance(value, int) and not isinstance(value, bool) and value in COM_ERRORS:
        return COM_CODES.get(value, Code.VALUE)
    if isinstance(value, dt.datetime):  # pywin32 adds a time zone that the cell does not have
        return dt.datetime(
            value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond
        )
    if isinstance(value, Decimal):  # a cell formatted as currency
        return float(value)
    return value


class ComCells(Accessor):
    """Reads an argument under COM: rows of cells, with blanks, empty texts and errors as they stand.

    It does by itself what `ndim=2` and `err_to_str=True` ask of xlwings' own reader.
    """

    @staticmethod
    def clean(context: Any) -> None:
        rows = context.value
        if not set(map(type, chain.from_iterable(rows))) <= PLAIN:
            context.value = [[from_com(value) for value in row] for row in rows]

    @classmethod
    def reader(cls, options: dict[str, Any]) -> Any:
        stages = ReadValueFromRangeStage(options), Ensure2DStage(), cls.clean  # type: ignore[no-untyped-call]
        return Pipeline(stages)


def read(argument: Any) -> Any:
    """An argument as `spec.call` takes it: MISSING, one cell, or rows of cells."""
    if argument is None:
        return MISSING
    if not isinstance(argument, (list, tuple)):
        return _cell(argument)
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in argument]
    if len(rows) == 1 and len(rows[0]) == 1:
        return _cell(rows[0][0])
    if not COM and any(type(cell) is str for cell in chain.from_iterable(rows)):
        rows = [[_cell(cell) for cell in row] for row in rows]
    return rows


def _cell(cell: Cell) -> Cell:
    """The cell; outside COM a text that spells an error is that error."""
    return CODES.get(cell, cell) if isinstance(cell, str) and not COM else cell


def _sent(cell: Cell) -> Cell:
    """One cell of an outcome as xlwings takes it."""
    return SPELLING[cell] if isinstance(cell, Code) else cell


def answer(spec: Spec, arguments: Sequence[Any]) -> Rows:
    """What a call leaves in its cells."""
    try:
        outcome = call(spec, [read(argument) for argument in arguments])
        return [[_sent(cell) for cell in row] for row in outcome.cells()]
    except Exception:
        logger.exception("%s failed", spec.name)
        return [[SPELLING[Code.VALUE]]]


def _signature(spec: Spec) -> inspect.Signature:
    """The declared names. The default is None, which `read` knows from a blank cell: that comes in rows."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [
            inspect.Parameter(p.name, kind, default=None if p.optional else inspect.Parameter.empty)
            for p in spec.parameters
        ]
    )


def _wrapper(spec: Spec) -> Callable[..., Rows]:
    """The function that xlwings calls. No type hints: xlwings would pick converters by them."""

    def function(*arguments):  # type: ignore[no-untyped-def]
        return answer(spec, arguments)

    function.__name__ = function.__qualname__ = spec.name
    function.__doc__ = spec.summary
    function.__signature__ = _signature(spec)  # type: ignore[attr-defined]
    return function


def _decorated(spec: Spec) -> Callable[..., Rows]:
    """The wrapper with what xlwings wants to know; each runtime has its own words for it."""
    about: dict[str, Any] = {}
    reading: dict[str, Any] = {}
    if COM:
        about = {"category": category(spec)}
        reading = {"convert": ComCells, "ndim": 2, "err_to_str": True}
    elif OFFICE_JS:
        about = {"name": spec.name, "namespace": ""}
        reading = {"ndim": 2, "err_to_str": True}
    function = _wrapper(spec)
    for parameter in spec.parameters:
        function = xw.arg(parameter.name, doc=argument_help(parameter), **reading)(function)
    return xw.func(None, **about)(function)


DOOR = "Excel on Windows" if COM else "xlwings Lite" if OFFICE_JS else "xlwings without Excel"
FUNCTIONS = with_host_functions(Identity(DOOR, f"Excel through xlwings {xw.__version__}"))

globals().update({name: _decorated(spec) for name, spec in FUNCTIONS.items()})

__all__ = list(FUNCTIONS)
