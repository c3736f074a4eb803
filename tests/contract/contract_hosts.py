"""The hosts: each takes the whole contract table and gives, for every call, rows of cells.

What must come out stands in the table; no host computes what another is tested against.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import xlwings
from contract_arguments import Areas, Block, Cell, Filtered, Merged, Money, Typed, Whole
from contract_book import SHEET, make_book
from contract_calls import Call, answer_all
from contract_table import Never, Row, alike, row_id
from openpyxl.utils.datetime import to_excel

import com_standin as com
import computefi
from com_standin import DIV0, LEFT_OUT, NA, NAME, NULL, NUM, REF, SPILL, VALUE, Excel, Range
from computefi.errors import CODES, Code, ModelError
from computefi.hosts.server import wire
from computefi.hosts.table import export
from computefi.recalc import recalculate
from computefi.spec import MISSING, SEVERAL_AREAS

Rows = list[list[Any]]
Answers = dict[str, Rows]
MOST_CALLS = 10_000

OFFICE_JS_HAS_VALUES_ALONE = (
    "Office.js hands over no references, and what Excel itself makes of several areas was not seen"
)


def absent(host: str, line: Row) -> str:
    """Why a host cannot be asked at all: it has no such thing as an argument of the call."""
    areas = any(isinstance(value, Areas) for value in line.arguments)
    return OFFICE_JS_HAS_VALUES_ALONE if areas and host in ("lite", "server") else ""


def askable(host: str, table: list[Row]) -> list[Row]:
    return [line for line in table if not absent(host, line)]


def content(value: Any, cell: Callable[[Any], Any]) -> Any:
    """An argument with every cell as the host has it: MISSING, one cell, or a tuple of rows."""
    if value is MISSING:
        return value
    if isinstance(value, Areas):
        return SEVERAL_AREAS
    if isinstance(value, (Block, Typed)):
        return tuple(tuple(cell(unformatted(one)) for one in line) for line in value.rows)
    return cell(unformatted(value.content) if isinstance(value, Cell) else value)


def unformatted(content: Any) -> Any:
    """A content as it is whatever format its cell has."""
    return content.amount if isinstance(content, Money) else content


def shown(cell: Any) -> Any:
    """A cell of a host that writes errors as text, and nothing for a text of no letters."""
    if cell is None:
        return ""
    return CODES.get(cell, cell) if isinstance(cell, str) else cell


def as_it_is(cell: Any) -> Any:
    return cell


def serial(cell: Any) -> Any:
    """A date as the number that Excel keeps; anything else as it is."""
    return float(to_excel(cell)) if isinstance(cell, dt.datetime) else cell


# ---- Python ---------------------------------------------------------------------------------------------------------


def calls_of(table: list[Row]) -> list[Call]:
    """The table as `answer_all` takes it."""
    return [(row_id(line), line.function, [content(value, as_it_is) for value in line.arguments]) for line in table]


def call_path(table: list[Row]) -> Answers:
    """`computefi.spec.call`, which every host takes."""
    return answer_all(calls_of(table))


def functions(table: list[Row]) -> Answers:
    """The functions for Python users, `computefi.ltv` and so on, as a column; where one raises, its error alone."""
    answers: Answers = {}
    for line in table:
        given = [content(value, as_it_is) for value in line.arguments]
        function = getattr(computefi, line.spec.python_name)
        names = [parameter.name for parameter in line.spec.parameters]
        first = given.index(MISSING) if MISSING in given else len(given)
        named = {name: value for name, value in zip(names[first:], given[first:], strict=False) if value is not MISSING}
        try:
            result = function(*given[:first], **named)
            answers[row_id(line)] = [[cell] for cell in np.ravel(result).tolist()]
        except ModelError as error:
            answers[row_id(line)] = [[error.code]]
    return answers


def as_python(answer: Any) -> Any:
    """What a function for Python users makes of an answer: the first error alone, else the cells as a column."""
    cells = [cell for line in answer for cell in line] if isinstance(answer, tuple) else [answer]
    errors = [cell for cell in cells if isinstance(cell, Code)]
    return errors[0] if errors else tuple((cell,) for cell in cells)


# ---- a workbook -----------------------------------------------------------------------------------------------------


def headless(table: list[Row], folder: Path) -> Answers:
    """`computefi recalc`: the workbook recalculated without Excel."""
    path = folder / "contract.xlsx"
    areas = make_book(path, table)
    result = recalculate(path)
    answers: Answers = {}
    for name, area in areas.items():
        block = result[f"{SHEET}!{area.reference}"]
        rows = block if isinstance(block, tuple) else ((block,),)
        answers[name] = [["" if cell is None else cell for cell in line] for line in rows]
    return answers


def libreoffice(table: list[Row], office: Any, folder: Path) -> Answers:
    """The same workbook exported for LibreOffice, and calculated by it with the extension."""
    path = folder / "contract-calc.xlsx"
    areas = make_book(path, table)
    assert not export(path, path).unknown
    values = office.values(path)[SHEET]
    return {name: [[values.get(p, "") for p in line] for line in area.places] for name, area in areas.items()}


# ---- Excel through xlwings ------------------------------------------------------------------------------------------

COM_ERRORS = {
    Code.DIV0: DIV0, Code.NA: NA, Code.NAME: NAME, Code.NULL: NULL, Code.NUM: NUM, Code.REF: REF, Code.VALUE: VALUE,
    Code.SPILL: SPILL, Code.CALC: SPILL + 5,
}  # fmt: skip


FORMS: dict[type, str] = {Whole: "columns", Filtered: "filtered", Merged: "merged"}


def _com_cell(cell: Any) -> Any:
    if isinstance(cell, Code):
        return COM_ERRORS[cell]
    return Decimal(str(cell.amount)) if isinstance(cell, Money) else cell


def _com_range(block: Block) -> Range:
    form = "rows" if isinstance(block, Whole) and block.by_row else FORMS.get(type(block), "")
    return Range(tuple(tuple(map(_com_cell, line)) for line in block.rows), form)


def _com_argument(value: Any) -> Any:
    if value is MISSING:
        return LEFT_OUT
    if isinstance(value, (Cell, Block)):
        return _com_range(value if isinstance(value, Block) else Block(((value.content,),)))
    return com.Areas(tuple(map(_com_range, value.blocks))) if isinstance(value, Areas) else content(value, _com_cell)


def _com_answer(answer: Any) -> Rows:
    """What VBA answers: one cell bare, one row flat."""
    if not isinstance(answer, list):
        return [[shown(answer)]]
    rows = answer if isinstance(answer[0], list) else [answer]
    return [list(map(shown, line)) for line in rows]


def xlwings_com(table: list[Row], excel: Excel) -> Answers:
    """COMPUTEFI.bas in a VBA interpreter over cells, and xlwings' own code with pywin32 stood in."""
    return {row_id(line): _com_answer(excel.call(line.function, *map(_com_argument, line.arguments))) for line in table}


def lite_module() -> ModuleType:
    """The Excel module as it stands where xlwings' decorators are those of Office.js; the decorators do nothing."""

    def func(_: Any = None, **about: Any) -> Any:
        return as_it_is

    def arg(_: str, **about: Any) -> Any:
        return as_it_is

    func.__module__ = "xlwings.pro.udfs_officejs"
    found = importlib.util.find_spec("computefi.hosts.excel")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlwings, "func", func)
        patch.setattr(xlwings, "arg", arg)
        found.loader.exec_module(module)
    assert module.OFFICE_JS
    return module


def _lite_cell(cell: Any) -> Any:
    if isinstance(cell, Code):
        return cell.value
    return None if cell == "" else serial(cell)


def _lite_argument(value: Any) -> Any:
    """Rows of cells; an argument left out and a lone blank cell come as None."""
    if value is MISSING:
        return None
    given = content(value, _lite_cell)
    rows = [list(line) for line in given] if isinstance(given, tuple) else [[given]]
    return None if rows == [[None]] else rows


def lite(table: list[Row]) -> Answers:
    """The module that xlwings Lite calls, with arguments as Lite hands them over; not run in Lite."""
    module = lite_module()
    answers: Answers = {}
    for line in askable("lite", table):
        given = list(map(_lite_argument, line.arguments))
        answers[row_id(line)] = [list(map(shown, cells)) for cells in getattr(module, line.function)(*given)]
    return answers


# ---- the server of the Office.js add-in -----------------------------------------------------------------------------


def _wire_cell(cell: Any) -> Any:
    if isinstance(cell, Code):
        return {"error": cell.value}
    return "" if cell is None else serial(cell)


def request_body(table: list[Row]) -> bytes:
    """All calls in one request, as the add-in's script writes it."""
    ranges: list[Any] = []
    calls = []
    for line in askable("server", table):
        sent: list[Any] = []
        for value in line.arguments:
            given = content(value, _wire_cell)
            if given is MISSING:
                sent.append(None)
            elif isinstance(given, tuple) and (len(given) > 1 or len(given[0]) > 1):
                sent.append({"range": len(ranges)})
                ranges.append(given)
            else:
                sent.append(given[0][0] if isinstance(given, tuple) else given)
        while sent and sent[-1] is None:
            sent.pop()
        calls.append([line.function.removeprefix("CFI_"), *sent])
    return json.dumps({"format": wire.FORMAT, "ranges": ranges, "calls": calls}).encode()


def _wire_back(cell: Any) -> Any:
    return CODES[cell["error"]] if isinstance(cell, dict) else cell


def response_answers(table: list[Row], body: bytes) -> Answers:
    answers = json.loads(body)["answers"]
    return {
        row_id(line): [list(map(_wire_back, cells)) for cells in (a if isinstance(a, list) else [[a]])]
        for line, a in zip(askable("server", table), answers, strict=True)
    }


def server(table: list[Row]) -> Answers:
    """The answers to one request of the whole table."""
    return response_answers(table, wire.answer(request_body(table), MOST_CALLS))


# ---- judging --------------------------------------------------------------------------------------------------------


def judged(host: str, line: Row, given: Rows) -> tuple[str, str]:
    """What is wrong with an answer, and how it counts; an answer that is better than the table says is wrong too."""
    problem = _fault(host, line, given, line.differs.get(host))
    if problem:
        return problem, "failed"
    return "", type(line.differs[host]).__name__.lower() if host in line.differs else "passed"


def _fault(host: str, line: Row, given: Rows, differs: Never | None) -> str:
    right, otherwise = line.answer, differs.gives if differs else None
    if host == "python":
        right, otherwise = as_python(right), as_python(otherwise)
    good = alike(given, right, line.tolerance)
    if differs is None:
        return "" if good else f"{given}, not {right}"
    if good:
        return f"the host can do it after all, unlike: {differs.reason}"
    return "" if alike(given, otherwise, line.tolerance) else f"{given}, neither {right} nor {otherwise} as it used to"
