"""The requests of the Office.js add-in: many calls in, many answers out, one vectorised call per function.

    {"format": 1, "ranges": [[[1, 2], ["", 4]]], "calls": [["LTV", 70, {"range": 0}], ["LTV", null, 100]]}
    {"answers": [[[70, 35], [{"error": "#VALUE!"}, 17.5]], {"error": "#VALUE!", "reason": "loan must be given"}]}

An argument is null (left out), a cell, or the place of a range in the table; a cell is a number, text, true, false or
{"error": "#N/A"}. Office.js gives "" for a blank cell and for an empty text alike, so "" is read as blank here: blank
cells are many and an empty text among numbers is rare. The price: an empty text given to an optional argument takes
its default, where Excel on Windows would refuse it. An answer is a cell, or rows of cells; a failed cell that stands
alone carries its reason.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NoReturn

from computefi.errors import CODES, Code
from computefi.spec import MISSING, PREFIX, Outcome, Parameter, Shape, Spec, UnknownFunction, call_many, find
from computefi.spec.host_functions import Identity, with_host_functions

logger = logging.getLogger(__name__)

FORMAT = 1
# One vectorised call works on at most so many rows; more is cut into several. It bounds the memory of a request in
# which many calls share a large range, or in which a long row meets a long column.
MOST_ROWS = 2_000_000

PLAIN = {int, float, bool}
FUNCTIONS = with_host_functions(Identity("Office.js server", "Excel through Office.js"))


class BadRequest(Exception):
    """The request as a whole cannot be read."""


class TimeUp(Exception):
    """The calls took longer than a request may."""


@dataclass(slots=True)
class Call:
    """One call as it was asked for."""

    name: str
    arguments: list[Any]


def answer(body: bytes, most_calls: int, seconds: float = math.inf) -> bytes:
    """The body of the response to the body of a request."""
    deadline = time.monotonic() + seconds
    calls = read_calls(body, most_calls)
    return json.dumps({"answers": run(calls, deadline)}, allow_nan=False, separators=(",", ":")).encode()


# ---- reading --------------------------------------------------------------------------------------------------------


def read_calls(body: bytes, most_calls: int) -> list[Call]:
    """The calls of a request, each range one object however often it is used."""
    document = _json(body)
    if type(document) is not dict or document.keys() != {"format", "ranges", "calls"}:
        raise BadRequest('must be an object of "format", "ranges" and "calls"')
    if document["format"] != FORMAT:
        raise BadRequest(f"format must be {FORMAT}: the add-in and the server differ in age, reload the add-in")
    if type(document["ranges"]) is not list or type(document["calls"]) is not list:
        raise BadRequest("ranges and calls must be lists")
    if len(document["calls"]) > most_calls:
        raise BadRequest(f"must hold at most {most_calls} calls; got {len(document['calls'])}")
    ranges = [_range(rows, f"ranges[{i}]") for i, rows in enumerate(document["ranges"])]
    return [_call(item, ranges, f"calls[{i}]") for i, item in enumerate(document["calls"])]


def _json(body: bytes) -> Any:
    def refuse(word: str) -> NoReturn:
        raise BadRequest(f"is not JSON: {word} is no number there")

    try:
        return json.loads(body.decode("utf-8"), parse_constant=refuse)
    except RecursionError:
        raise BadRequest("is nested too deeply") from None
    except ValueError as error:  # JSON, UTF-8, or an integer of thousands of digits
        raise BadRequest(f"is not JSON: {error}"[:200]) from None


def _call(item: Any, ranges: Sequence[Any], where: str) -> Call:
    if type(item) is not list or not item or type(item[0]) is not str:
        raise BadRequest(f"{where} must be a list that starts with the name of a function")
    return Call(item[0], [_argument(argument, ranges, where) for argument in item[1:]])


def _argument(argument: Any, ranges: Sequence[Any], where: str) -> Any:
    kind = type(argument)
    if kind in PLAIN:
        return argument
    if argument is None:
        return MISSING
    if kind is dict and argument.keys() == {"range"}:
        place = argument["range"]
        if type(place) is not int or not 0 <= place < len(ranges):
            raise BadRequest(f"{where} names a range that is not there")
        return ranges[place]
    return _cell(argument, where)


def _range(rows: Any, where: str) -> Any:
    if type(rows) is not list or not all(type(row) is list for row in rows):
        raise BadRequest(f"{where} must be a list of rows")
    if set(map(type, chain.from_iterable(rows))) <= PLAIN:
        cells = tuple(map(tuple, rows))
    else:
        cells = tuple(tuple(_cell(cell, where) for cell in row) for row in rows)
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells


def _cell(cell: Any, where: str) -> Any:
    kind = type(cell)
    if kind in PLAIN:
        return cell
    if kind is str:
        return cell or None
    if cell is None:
        return None
    if kind is dict and cell.keys() == {"error"} and type(cell["error"]) is str and cell["error"] in CODES:
        return CODES[cell["error"]]
    raise BadRequest(f"{where} holds what is no cell")


# ---- computing ------------------------------------------------------------------------------------------------------


def run(calls: Sequence[Call], deadline: float = math.inf) -> list[Any]:
    """An answer for every call, in order: those of one function in one vectorised call."""
    answers: list[Any] = [None] * len(calls)
    groups: dict[str, list[int]] = {}
    for index, asked in enumerate(calls):
        groups.setdefault(PREFIX + asked.name, []).append(index)
    for name, members in groups.items():
        try:
            spec = find(name, FUNCTIONS)
        except UnknownFunction:
            refusal = _failed(Code.NAME, "the server has no function of that name: reload the add-in")
            for index in members:
                answers[index] = refusal
            continue
        for part in _parts(spec, calls, members, answers):
            results = _run(spec, [calls[index].arguments for index in part], deadline)
            for index, result in zip(part, results, strict=True):
                answers[index] = result
    return answers


def _parts(spec: Spec, calls: Sequence[Call], members: list[int], answers: list[Any]) -> Iterator[list[int]]:
    """The calls of one function in parts that fit the memory; a call that does not by itself is answered so."""
    part: list[int] = []
    total = 0
    for index in members:
        rows = _rows(spec, calls[index].arguments)
        if rows > MOST_ROWS:
            answers[index] = _failed(Code.VALUE, f"the ranges ask for {rows:,} results; at most {MOST_ROWS:,}")
            continue
        if part and total + rows > MOST_ROWS:
            yield part
            part, total = [], 0
        part.append(index)
        total += rows
    if part:
        yield part


def _rows(spec: Spec, arguments: Sequence[Any]) -> int:
    """How many numbers the model works on: cases times the longest series, or the grid of a row and a column."""
    while spec.raw:  # CFI_WHY: the call that it asks about
        if not arguments or type(arguments[0]) is not str:
            return 1
        try:
            spec, arguments = find(arguments[0]), arguments[1:]
        except UnknownFunction:
            return 1
    height = width = 1
    for parameter, argument in zip(spec.parameters, arguments, strict=False):
        if type(argument) is tuple and argument:
            rows, columns = len(argument), len(argument[0])
            if columns == 1 and _is_series(parameter):
                rows, columns = 1, rows
            height, width = max(height, rows), max(width, columns)
    return height * width


def _is_series(parameter: Parameter) -> bool:
    return isinstance(parameter.shape, Shape) and bool(parameter.shape.axes)


def _run(spec: Spec, calls: list[list[Any]], deadline: float) -> list[Any]:
    """The answers of one vectorised call; where the model breaks, of each call by itself."""
    if time.monotonic() > deadline:
        raise TimeUp
    try:
        return [_answer(outcome) for outcome in call_many(spec, calls)]
    except Exception:  # a fault of ours: the other cells of the sheet must not suffer
        if len(calls) > 1:
            return list(chain.from_iterable(_run(spec, [arguments], deadline) for arguments in calls))
        logger.exception("%s failed", spec.name)
        return [_failed(Code.VALUE, "the server failed on this call; its log says why")]


# ---- writing --------------------------------------------------------------------------------------------------------


def _answer(outcome: Outcome) -> Any:
    """An outcome as it is sent: a lone cell with its reason, or rows of cells."""
    rows = outcome.cells()
    if outcome.codes is not None:
        rows = [[{"error": cell.value} if isinstance(cell, Code) else cell for cell in row] for row in rows]
    if outcome.shape != (1, 1):
        return rows
    cell = rows[0][0]
    if type(cell) is dict:
        cell["reason"] = str(outcome.first_error() or "")
    return cell


def _failed(code: Code, reason: str) -> dict[str, str]:
    return {"error": code.value, "reason": reason}
