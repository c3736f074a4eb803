"""Every host gives the answers of the contract table, or differs exactly as the table says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract_hosts as hosts
import pytest
from contract_arguments import Areas, Filtered, Merged, Typed, Whole
from contract_hosts import Answers, absent, judged
from contract_table import BY_ID, REFERENCES, TABLE, NotYet, Row, row_id
from contract_tally import PROPERTY, TITLES, Note

from com_standin import Excel
from computefi.errors import Code
from computefi.hosts.base import Host as HostFacts
from computefi.hosts.table import HOSTS
from computefi.hosts.vba.module import wrapper_module
from computefi.spec import MISSING, REGISTRY

OPEN: dict[str, Callable[[pytest.FixtureRequest], Answers]] = {
    "call": lambda _: hosts.call_path(TABLE),
    "python": lambda _: hosts.functions(TABLE),
    "headless": lambda request: hosts.headless(TABLE, request.getfixturevalue("tmp_path_factory").mktemp("headless")),
    "excel": lambda request: hosts.xlwings_com(TABLE, request.getfixturevalue("excel")),
    "lite": lambda _: hosts.lite(TABLE),
    "server": lambda _: hosts.server(TABLE),
    "libreoffice": lambda request: hosts.libreoffice(
        TABLE, request.getfixturevalue("office"), request.getfixturevalue("tmp_path_factory").mktemp("calc")
    ),
}


@dataclass(frozen=True)
class Host:
    """A host and what it gave; or why it gave nothing."""

    name: str
    answers: Answers
    closed: str = ""


@pytest.fixture(scope="session", params=OPEN)
def host(request: pytest.FixtureRequest) -> Host:
    try:
        return Host(request.param, OPEN[request.param](request))
    except pytest.skip.Exception as skipped:
        return Host(request.param, {}, str(skipped))


@pytest.mark.parametrize("name", BY_ID)
def test_a_host_answers_as_the_table_says(host: Host, name: str, record_property: Note) -> None:
    if host.closed:
        record_property(PROPERTY, [host.name, "not run", host.closed])
        pytest.skip(host.closed)
    if reason := absent(host.name, BY_ID[name]):
        record_property(PROPERTY, [host.name, "absent", ""])
        pytest.skip(reason)
    problem, outcome = judged(host.name, BY_ID[name], host.answers[name])
    record_property(PROPERTY, [host.name, outcome, ""])
    assert not problem


READS_IT = "sent(i) = CFI_Cells(given(i))"
SENDS_IT = "If IsObject(given(i)) Then Set sent(i) = given(i) Else sent(i) = given(i)"
FORMS = (Areas, Filtered, Merged, Whole)


def test_vba_that_sends_references_fails_where_cells_have_formats_or_references_areas() -> None:
    """xlwings' own wrappers send them, as ours once did; so the table would see it."""
    special = [line for line in REFERENCES if "Money" in contents(line) or has(line, Areas) or has(line, Whole)]
    ours = wrapper_module({line.function: line.spec for line in special})
    assert ours.count(READS_IT) == 1
    excel = Excel()
    try:
        excel.load(ours.replace(READS_IT, SENDS_IT))
        answers = hosts.xlwings_com(special, excel)
    finally:
        excel.close()
    assert [line.name for line in special if not judged("excel", line, answers[row_id(line)])[0]] == []


def has(line: Row, form: type) -> bool:
    return any(isinstance(value, form) for value in line.arguments)


def test_the_table_has_references_of_every_form() -> None:
    assert [form for form in FORMS if not any(has(line, form) for line in TABLE)] == []
    assert any("Money" in contents(line) for line in TABLE)


# ---- the table itself -----------------------------------------------------------------------------------------------


def test_no_two_calls_have_one_name() -> None:
    assert [name for name, count in Counter(map(row_id, TABLE)).items() if count > 1] == []


def test_the_table_has_every_example_of_every_function() -> None:
    rows = Counter(line.function for line in TABLE if line.name.startswith("example "))
    assert rows == {name: 2 * len(spec.examples) for name, spec in REGISTRY.items()}


def test_only_known_hosts_differ() -> None:
    assert set(OPEN) | {"pyodide"} == set(TITLES)
    assert {host for line in TABLE for host in line.differs} <= set(TITLES)


def test_every_host_that_calls_the_package_answers_the_table() -> None:
    """LAMBDAs call nothing of ours; they have tests of their own."""
    assert {host.name for host in HOSTS} - {"lambda"} <= set(OPEN)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_host_says_why_it_differs_and_differs_for_no_other_reason(host: HostFacts) -> None:
    differing = (line.differs.get(host.name) for line in TABLE)
    assert {d.reason for d in differing if d is not None and not isinstance(d, NotYet)} == set(host.never)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_the_page_of_the_hosts_has_each_with_what_it_needs(host: HostFacts, repository: Path) -> None:
    page = (repository / "docs" / "hosts.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| **{host.title}**")]
    assert f"| {host.needs}" in row


def test_a_call_on_which_a_host_differs_has_another_answer_there() -> None:
    for line in TABLE:
        for differs in line.differs.values():
            assert differs.gives != line.answer, row_id(line)


def contents(line: Row) -> set[str]:
    """What kinds of content and of argument a call has."""
    kinds = set()
    for value in line.arguments:
        if value is MISSING:
            kinds.add("left out")
            continue
        rows = getattr(value, "rows", None)
        if rows is not None and not isinstance(value, Typed):
            kinds.add("one-cell range" if len(rows) == len(rows[0]) == 1 else _range(rows))
        for cell in [c for r in rows for c in r] if rows is not None else [getattr(value, "content", value)]:
            kinds.add("blank" if cell is None else "empty" if cell == "" else type(cell).__name__)
            kinds |= {cell.value} if isinstance(cell, Code) else {"zero"} if cell == 0.0 else set()
    return kinds


def _range(rows: Any) -> str:
    return "row" if len(rows) == 1 else "column" if len(rows[0]) == 1 else "block"


WANTED = {
    "left out", "blank", "empty", "zero", "str", "bool", "datetime", "Code", "one-cell range", "row", "column", "block",
}  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("numbers", WANTED | {code.value for code in Code}),
        ("several answers", WANTED - {"empty", "block", "zero"}),
        ("series", WANTED),
        ("matrix", {"left out", "blank", "empty", "zero", "str", "bool", "Code", "one-cell range", "row", "block"}),
        ("word", WANTED - {"zero", "row", "block"}),
        ("schedule", {"blank", "empty", "str", "bool", "Code", "one-cell range", "row", "column", "block"}),
        ("calls", {"left out", "blank", "empty", "zero", "str", "bool", "Code", "column", "block"}),
    ],
)
def test_functions_of_every_shape_meet_cells_of_every_kind(shape: str, wanted: set[str]) -> None:
    met = set().union(*(contents(line) for line in TABLE if shape in shapes(line)))
    assert wanted <= met, wanted - met


def shapes(line: Row) -> set[str]:
    """The classes that a function belongs to by its arguments and its answer."""
    spec = line.spec
    several = len(spec.result.columns) > 1 or spec.result.more is not None
    classes = {
        "calls": spec.raw,
        "numbers": not spec.axes and not spec.raw and spec.result.single,
        "several answers": several and not spec.result.rows,
        "series": spec.axes and not spec.has_matrix,
        "matrix": any(len(getattr(p.shape, "axes", ())) == 2 for p in spec.parameters),
        "word": not spec.raw and any(p.kind.unit == "text" for p in spec.parameters),
        "schedule": bool(spec.result.rows) and not spec.raw,
    }
    return {name for name, holds in classes.items() if holds}


def test_the_page_of_the_hosts_names_every_reason(repository: Path) -> None:
    page = (repository / "docs" / "hosts.md").read_text(encoding="utf-8")
    for line in TABLE:
        for differs in line.differs.values():
            assert differs.reason in page
            assert isinstance(differs, NotYet) == (differs.reason in page.partition("## Not yet")[2]), differs.reason


def test_the_server_answers_over_http_as_the_table_is_answered_here() -> None:
    pytest.importorskip("starlette", reason="the server's extra is not installed (starlette)")
    pytest.importorskip("httpx", reason="httpx is not installed")
    from serve_client import Client

    response = Client().post("/call", content=hosts.request_body(TABLE), headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    assert hosts.response_answers(TABLE, response.content) == hosts.server(TABLE)
