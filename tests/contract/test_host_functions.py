"""CFI_ABOUT and CFI_SEEN: every door answers them, with its own identity and what arrived there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import contract_hosts as hosts
import numpy as np
import openpyxl
import pytest
from contract_arguments import Block, Cell
from contract_table import Row, column, row_id

import computefi
from computefi.errors import Code
from computefi.hosts.server import wire
from computefi.hosts.table import export
from computefi.recalc import recalculate
from computefi.spec import MISSING, REGISTRY, SEVERAL_AREAS, call
from computefi.spec.host_functions import ITEMS, Identity, host_functions, registry_hash, seen_of, with_host_functions

BLOCK = (70.0, None, "", "x", True, Code.NA)
CALLS = [
    Row("about", "CFI_ABOUT", (), None),
    Row("door", "CFI_ABOUT", ("door",), None),
    Row("registry", "CFI_ABOUT", (Cell("registry"),), None),
    Row("no such item", "CFI_ABOUT", ("colour",), None),
    Row("cells", "CFI_SEEN", (column(*BLOCK[:5]),), None),
    Row("one cell", "CFI_SEEN", (Cell(0.05512345),), None),
    Row("a date", "CFI_SEEN", (Block(((dt.datetime(2026, 7, 1),),)),), None),
    Row("blank cell", "CFI_SEEN", (Cell(None),), None),
]  # fmt: skip
SHAPES = {"about": (5, 2), "cells": (5, 1)}


def in_workbook(folder: Path, host: str) -> tuple[Path, dict[str, list[list[str]]]]:
    """The calls as array formulas in a workbook, and where each answer stands."""
    from contract_book import fill

    book = openpyxl.Workbook()
    assert book.active is not None
    sized = []
    for line in CALLS:
        rows, columns = SHAPES.get(line.name, (1, 1))
        sized.append(Row(line.name, line.function, line.arguments, ((0.0,) * columns,) * rows))
    places = {name: area.places for name, area in fill(book.active, sized).items()}
    book.active.title = "Calls"
    path = folder / f"{host}.xlsx"
    book.save(path)
    return path, places


def by_recalculation(request: pytest.FixtureRequest) -> dict[str, Any]:
    path, places = in_workbook(request.getfixturevalue("tmp_path"), "headless")
    result = recalculate(path)
    return {name: [[result[f"Calls!{p}"] for p in line] for line in lines] for name, lines in places.items()}


def by_libreoffice(request: pytest.FixtureRequest) -> dict[str, Any]:
    office = request.getfixturevalue("office")
    path, places = in_workbook(request.getfixturevalue("tmp_path"), "calc")
    assert not export(path, path).unknown
    values = office.values(path)["Calls"]
    return {name: [[values.get(p, "") for p in line] for line in lines] for name, lines in places.items()}


DOORS: dict[str, tuple[str, Callable[[pytest.FixtureRequest], dict[str, Any]]]] = {
    "excel": ("Excel on Windows", lambda request: hosts.xlwings_com(CALLS, request.getfixturevalue("excel"))),
    "lite": ("xlwings Lite", lambda _: hosts.lite(CALLS)),
    "server": ("Office.js server", lambda _: hosts.server(CALLS)),
    "headless": ("A workbook without Excel", by_recalculation),
    "libreoffice": ("LibreOffice", by_libreoffice),
}
# Where a door sends something else than what stands in the cell; all else comes as it is.
SENT = {
    ("lite", "cells"): {2: "blank"},
    ("server", "cells"): {2: "blank"},
    ("libreoffice", "cells"): {2: "blank", 4: "number 1"},
    ("libreoffice", "blank cell"): {0: "number 0"},
    ("lite", "blank cell"): {0: "left out"},
}


@pytest.mark.parametrize("name", DOORS)
def test_every_door_tells_which_code_answers_and_what_arrived(name: str, request: pytest.FixtureRequest) -> None:
    door, ask = DOORS[name]
    answers = {row.name: ask_answers for row, ask_answers in zip(CALLS, _in_order(ask(request)), strict=True)}
    about = dict(answers["about"])
    assert list(about) == list(ITEMS)
    assert about["version"] == computefi.__version__
    assert about["door"] == door
    assert about["engine"]
    assert about["registry"] == registry_hash()
    assert answers["door"] == [[door]]
    assert answers["registry"] == [[registry_hash()]]
    assert answers["no such item"] == [[Code.VALUE]]
    expected = ["number 70", "blank", 'text ""', 'text "x"', "TRUE"]
    for place, sent in SENT.get((name, "cells"), {}).items():
        expected[place] = sent
    assert [cell for (cell,) in answers["cells"]] == expected
    assert answers["one cell"] == [["number 0.05512345"]]
    assert answers["a date"] in ([["number 46204"]], [["date 2026-07-01T00:00:00"]])
    assert answers["blank cell"] == [[SENT.get((name, "blank cell"), {}).get(0, "blank")]]


def _in_order(answers: dict[str, Any]) -> list[Any]:
    return [answers[row_id(line)] for line in CALLS]


def test_what_arrives_of_other_kinds_is_told_too() -> None:
    assert seen_of(MISSING) == [["left out"]]
    assert seen_of(SEVERAL_AREAS) == [["several areas"]]
    assert seen_of(((Code.NA, 1e308, -0.5),)) == [["error #N/A", "number 1e+308", "number -0.5"]]


def test_they_are_in_no_table_and_in_no_workbook(repository: Path) -> None:
    own = set(with_host_functions()) - set(REGISTRY)
    assert own == {"CFI_ABOUT", "CFI_SEEN"}
    for path in sorted((repository / "workbooks").glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        texts = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
        assert not [text for text in texts if text.startswith("=") and any(name in text for name in own)], path.name
        book.close()


def test_the_examples_hold_for_any_identity() -> None:
    for spec in with_host_functions(Identity("a door", "an engine")).values():
        if spec.name not in REGISTRY:
            for example in spec.examples:
                given = call(spec, list(example.arguments)).cells()
                rows = example.result if isinstance(example.result, tuple) else ((example.result,),)
                assert given == [list(line) for line in rows]


def test_the_hash_changes_with_a_declaration_and_with_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    before = registry_hash()
    assert registry_hash.__wrapped__() == before
    changed = dataclasses.replace(REGISTRY["CFI_LTV"], summary="Another sentence.")
    monkeypatch.setitem(REGISTRY, "CFI_LTV", changed)
    assert registry_hash.__wrapped__() != before


def test_the_server_lists_them_for_excel_and_refuses_what_no_host_has() -> None:
    body = {"format": 1, "ranges": [], "calls": [["SEEN", 1], ["NO_SUCH"]]}
    seen, none = json.loads(wire.answer(json.dumps(body).encode(), 10))["answers"]
    assert seen == "number 1"
    assert none["error"] == "#NAME?"


def test_python_is_told_what_a_cell_is_told() -> None:
    told = computefi.about()
    asked = host_functions(Identity(told["door"], told["engine"]))["CFI_ABOUT"]
    assert [*map(tuple, call(asked, []).cells())] == [*told.items()]
    assert told["door"] == "Python"
    assert f"numpy {np.__version__}" in told["engine"]
