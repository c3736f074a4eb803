"""What can go wrong in a cell, and the Excel error value that says so; and what can go wrong with a file.

ModelError (ValueError)
├── InputError   #VALUE!  wrong type, wrong shape, nothing given
├── DomainError  #NUM!    outside the range in which the formula means anything
├── NoSolution   #NUM!    a search that has no answer
├── MissingData  #N/A     too few observations
├── ZeroDivisor  #DIV/0!  a denominator of zero
└── CellError    any      an Excel error that came in as an argument

WorkbookError
├── InputRefused   what was asked for cannot be done: a name, a cell, a path, an option
│   └── MissingName  (KeyError) a name or a sheet that the workbook has not
├── DamagedFile    a file that is damaged, or of a kind that is not worked on
├── EngineMissing  a program or package that is needed is not there
├── EngineFailed   an engine that is there and cannot do its work
├── NotSolved      a search in a workbook that has no answer
└── LimitReached   more than is allowed: bytes, rows, combinations, seconds
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

MESSAGE_LIMIT = 255
GOT_LIMIT = 60


class Code(Enum):
    """An Excel error value. As the content of a cell it is the error itself, never its text."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value


CODES = {code.value: code for code in Code}


class ModelError(ValueError):
    """A sheet function cannot answer: which parameter, which rule it breaks, what was given, where."""

    code = Code.VALUE

    def __init__(self, parameter: str, rule: str, got: object = None, where: str = "") -> None:
        self.parameter = parameter
        self.rule = rule
        self.got = got
        self.where = where
        text = f"{parameter} {rule}".strip()
        if got is not None:
            text += f"; got {show(got)}"
        if where:
            text += f" at {where}"
        super().__init__(text if len(text) < MESSAGE_LIMIT else text[: MESSAGE_LIMIT - 2] + "…")


class InputError(ModelError):
    """Wrong type or shape, or nothing where something is required."""

    code = Code.VALUE


class DomainError(ModelError):
    """A number outside the range in which the formula means anything."""

    code = Code.NUM


class NoSolution(ModelError):
    """A search that has no answer."""

    code = Code.NUM


class MissingData(ModelError):
    """Too few observations."""

    code = Code.NA


class ZeroDivisor(ModelError):
    """A denominator of zero."""

    code = Code.DIV0


class CellError(ModelError):
    """An Excel error that came in as an argument and goes out unchanged."""

    def __init__(self, parameter: str, got: Code, where: str = "") -> None:
        super().__init__(parameter, "holds an error", got, where)
        self.code = got


class WorkbookError(Exception):
    """The file or the request cannot be worked on; the message is one line for the person who asked.

    `part` is the member of the file at fault ("xl/worksheets/sheet1.xml"), `cell` the cell ("Deal!B3"), and `name`
    what goes by a name: a defined name, a sheet, a file, an option, an engine. Each is "" where it says nothing.
    """

    def __init__(self, message: str, *, part: str = "", cell: str = "", name: str = "") -> None:
        super().__init__(printable(message))
        self.part = part
        self.cell = cell
        self.name = name


class InputRefused(WorkbookError):
    """What was asked for cannot be done: a name that is not there, a path that cannot be written, a wrong option."""


class MissingName(InputRefused, KeyError):
    """A name or a sheet that the workbook has not."""

    __str__ = Exception.__str__  # a KeyError shows its message in quotes


class DamagedFile(WorkbookError):
    """A file that is damaged, or of a kind that is not worked on."""


class EngineMissing(WorkbookError):
    """A program or package that is needed is not there, or not of a kind that serves."""


class EngineFailed(WorkbookError):
    """An engine that is there and cannot read or compute the workbook, or has ended."""


class NotSolved(WorkbookError):
    """A search in a workbook that has no answer."""


class LimitReached(WorkbookError):
    """More than is allowed: bytes, members, rows, combinations or seconds."""


def printable(text: str) -> str:
    """A text for one line of a terminal: line breaks, controls and what is no character as their escapes.

    "a\nb.xlsx" → a\\nb.xlsx; a name of a file can hold anything
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quoted(cell: object) -> object:
    """The content of a cell, text in quotes so that it is not taken for a number."""
    return f'the text "{cell}"' if isinstance(cell, str) else cell


def show(value: object) -> str:
    """The value as a banker would read it in a cell, shortened."""
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        text = f"{value:.12g}"
    else:
        text = str(value)
    return text if len(text) <= GOT_LIMIT else text[: GOT_LIMIT - 1] + "…"


def did_you_mean(near: Sequence[str]) -> str:
    """The end of a message about an unknown name: "; did you mean A1 or A2?", or nothing where none is like it."""
    return f"; did you mean {' or '.join(near)}?" if near else ""


def a_few(places: Sequence[str], most: int) -> str:
    """The first few of many, and how many more there are: "A1, A2, A3 and 7 more"."""
    more = len(places) - most
    return ", ".join(places[:most]) + (f" and {more} more" if more > 0 else "")
