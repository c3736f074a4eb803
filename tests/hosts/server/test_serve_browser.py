"""The served JavaScript in a real browser against the running server, Excel's own objects stood in."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.spec import REGISTRY
from computefi.spec.host_functions import with_host_functions
from pyodide_files import NotToBeHad, last_words, node_modules, run
from serve_browser import Control, Page, chromium
from serve_examples import holds, sent
from serve_process import TOKEN, Server

FUNCTIONS = with_host_functions()

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium, which is not installed")

NA = {"type": "Error", "basicType": "Error", "basicValue": "#N/A", "errorType": "NotAvailable"}


@dataclass
class Excel:
    """A sheet that is open: the page of the add-in and the server behind it."""

    page: Page
    server: Server

    def __call__(self, name: str, *arguments: Any) -> Any:
        """What one cell holds; a number stands for a cell with it."""
        return self.page.calculate([name, *map(cell, arguments)])[0]


def cell(argument: Any) -> Any:
    """An argument as Excel hands it over: always a matrix, except where it was left out."""
    return argument if argument is None or isinstance(argument, list) else [[argument]]


def thrown(code: str, message: str) -> dict[str, str]:
    return {"thrown": code, "message": message}


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    control = Control()
    server = Server(office_js=f"{control.url}/office.js", patience_seconds=60, most_bytes=1_000_000)
    page = Page(control, server.url)
    sheet = Excel(page, server)
    try:
        page.ask("token", text=TOKEN)
        yield sheet
        assert page.ask("statistics")["violations"] == []
    finally:
        page.close()
        control.close()
        sheet.server.stop()


def test_every_function_is_there(excel: Excel) -> None:
    assert set(excel.page.ask("functions")) == {name.removeprefix("CFI_") for name in FUNCTIONS}


def test_a_cell_and_a_range(excel: Excel) -> None:
    assert excel("LTV", 70, 100) == [[0.7]]
    assert excel("LTV", [[70], [35]], [[100, 140]]) == [[0.7, 0.5], [0.35, 0.25]]
    assert excel("WHY", "LTV", 70, 100) == [[""]]


def test_an_error_carries_its_reason(excel: Excel) -> None:
    assert excel("LTV", 70, 0) == thrown("#DIV/0!", "value must not be 0")
    assert excel("LTV", 70, None) == thrown("#VALUE!", "value must be given")
    assert excel("LTV", 70, "") == thrown("#VALUE!", "value must be given, not blank")
    assert excel("LTV", 70, "abc") == thrown("#VALUE!", 'value must be a number; got the text "abc"')
    assert excel("LTV", True, 100) == thrown("#VALUE!", "loan must be a number; got TRUE")
    assert excel("CORR_LTV", 70, 100, 1.2, 0.5, 0.4, 1)["thrown"] == "#NUM!"


def test_left_out_arguments_are_null_or_undefined(excel: Excel) -> None:
    case = [70, 100, 0.05, 0.5, 0.4, 1]
    middle = excel("CORR_LTV", *case, None, 0.1)
    assert middle == excel("CORR_LTV", *case, 0, 0.1)
    assert middle == excel.page.calculate(["CORR_LTV", *map(cell, case), {"left": "out"}, [[0.1]]])[0]


def test_errors_inside_ranges_are_entities_and_errors_that_cannot_be_thrown_too(excel: Excel) -> None:
    rows = excel("LTV", 70, [[100], [NA], [0], [""]])
    assert [row[0] if isinstance(row[0], float) else row[0]["errorType"] for row in rows] == [
        0.7, "NotAvailable", "Div0", "Value",
    ]  # fmt: skip
    assert rows[1][0] == NA
    assert excel("LTV", 70, {**NA, "basicValue": "#REF!", "errorType": "Ref"})[0][0]["basicValue"] == "#REF!"
    assert excel("LTV", 70, NA)["thrown"] == "#N/A"


def test_an_excel_without_data_types_gets_errors_of_the_older_kind(excel: Excel) -> None:
    excel.page.ask("runtime", version=1.2)
    try:
        assert excel("LTV", 70, [[100], [{"older": "#N/A"}]]) == [[0.7], [{"thrown": "#N/A"}]]
        assert excel("LTV", 70, {"older": "#REF!"})["thrown"] == "#VALUE!"
    finally:
        excel.page.ask("runtime", version=1.4)


@pytest.mark.nightly
def test_the_reason_is_read_when_the_mouse_is_over_the_cell(tmp_path: Path) -> None:
    try:
        modules = node_modules()
    except NotToBeHad as problem:
        pytest.skip(str(problem))
    control = Control()
    server = Server(office_js=f"{control.url}/office.js", patience_seconds=60)
    picture = tmp_path / "hover.png"
    calls = [
        ["LTV", [[70]], [[0]]],
        ["LTV", [["x"]], [[100]]],
        ["CORR_LTV", *map(cell, (70, 100, 1.2, 0.5, 0.4, 1))],
        ["LTV", [[70]], [[100]]],
    ]
    for command in ({"do": "token", "text": TOKEN}, {"do": "sheet", "calls": calls}):
        control.commands.put(command)
    try:
        script = Path(__file__).with_name("hover.mjs")
        command = ["node", str(script), str(modules), str(chromium()), f"{server.url}/functions.html", str(picture)]
        done = run(command, tmp_path)
    finally:
        control.close()
        server.stop()
    assert done.returncode == 0, last_words(done)
    seen = json.loads(done.stdout)
    assert [one["before"] for one in seen] == [[], [], [], []]
    assert [(one["text"], one["cards"]) for one in seen] == [
        ("#DIV/0!", ["value must not be 0"]),
        ("#VALUE!", ['loan must be a number; got the text "x"']),
        ("#NUM!", ["pd must be between 0 and 1; got 1.2"]),
        ("0.7", []),
    ]
    assert picture.stat().st_size > 1_000


def test_on_the_web_an_error_is_a_value_and_never_busy(excel: Excel) -> None:
    excel.page.ask("platform", name="OfficeOnline")
    try:
        assert excel("LTV", 70, 0)[0][0]["basicValue"] == "#DIV/0!"
        assert excel("LTV", 70, NA)[0][0] == NA
        assert excel("LTV", 70, "x")[0][0]["errorType"] == "Value"
        assert excel("WHY", "LTV", 70, 0) == [["value must not be 0"]]
    finally:
        excel.page.ask("platform", name="PC")
    assert excel("LTV", 70, 0) == thrown("#DIV/0!", "value must not be 0")


def test_what_arrived_and_which_code_answers_is_told(excel: Excel) -> None:
    assert excel("SEEN", [[70], ["x"], [NA], [""]]) == [["number 70"], ['text "x"'], ["error #N/A"], ["blank"]]
    assert dict(excel("ABOUT"))["door"] == "Office.js server"


def test_formatted_numbers_dates_and_entities_are_read(excel: Excel) -> None:
    formatted = {"type": "FormattedNumber", "basicType": "Double", "basicValue": 46053, "numberFormat": "yyyy-mm-dd"}
    assert excel("LTV", formatted, 46053) == [[1.0]]
    assert excel("LTV", 70, {"type": "Empty", "basicValue": ""})["message"] == "value must be given, not blank"
    assert excel("LTV", 70, {"type": "String", "basicType": "String", "basicValue": "x"})["thrown"] == "#VALUE!"
    stock = {"type": "Entity", "text": "NVDA", "basicType": "Error", "basicValue": "#VALUE!"}
    assert excel("LTV", 70, stock)["thrown"] == "#VALUE!"


def test_a_whole_column_is_read_to_its_last_content(excel: Excel) -> None:
    assert excel.page.calculate(["LTV", {"column": [70, 35]}, [[100]]])[0] == [[0.7], [0.35]]


def test_every_declared_example_holds_in_one_calculation(excel: Excel) -> None:
    examples = [(spec, example) for spec in REGISTRY.values() for example in spec.examples]
    before = excel.page.ask("statistics")["requests"]
    calls = [[s.name.removeprefix("CFI_"), *(cell(of_office(a)) for a in e.arguments)] for s, e in examples]
    answers = excel.page.calculate(*calls)
    assert excel.page.ask("statistics")["requests"] == before + 1
    for (spec, example), answer in zip(examples, answers, strict=True):
        single = answer["thrown"] if isinstance(answer, dict) else answer
        assert holds(single, example), f"{spec.name}: {answer}"


def of_office(argument: Any) -> Any:
    """An argument of an example as Excel holds it."""
    if isinstance(argument, Code):
        return {"type": "Error", "basicValue": argument.value}
    return sent(argument)


def test_calls_of_one_calculation_go_out_in_few_requests(excel: Excel) -> None:
    table = [[i] for i in range(1, 200)]
    before = excel.page.ask("statistics")
    calls = [["LTV", [[i]], [[1000]]] if i % 2 else ["LTV", table, [[i + 1]]] for i in range(500)]
    answers = excel.page.calculate(*calls)
    after = excel.page.ask("statistics")
    assert after["calls"] - before["calls"] == 500
    assert after["requests"] - before["requests"] <= 2
    for i, answer in enumerate(answers):
        assert answer == ([[i / 1000]] if i % 2 else [[row / (i + 1)] for (row,) in table])


def test_large_ranges_are_spread_over_requests_and_a_giant_is_refused_alone(excel: Excel) -> None:
    before = excel.page.ask("statistics")["requests"]
    large = [["LTV", [[10_000 * i + j + 0.123456789] for j in range(9_000)], [[1]]] for i in range(12)]
    answers = excel.page.calculate(*large, ["LTV", [[1 / 3]] * 60_000, [[1]]], ["LTV", [[1]], [[2]]])
    assert [answer[8_999] for answer in answers[:12]] == [call[1][8_999] for call in large]
    assert 3 <= excel.page.ask("statistics")["requests"] - before <= 12
    assert answers[12] == thrown("#VALUE!", "the ranges of this call are larger than the server accepts")
    assert answers[13] == [[0.5]]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_lost_when_the_server_restarts_in_mid_run(excel: Excel, how: signal.Signals) -> None:
    calls = [["LTV", [[i]], [[4000]]] for i in range(4000)]
    before = excel.page.ask("statistics")
    excel.page.ask("begin", calls=calls, wave=20, every=10)  # two seconds
    excel.server = excel.server.restarted(how, pause=0.5)
    answers = excel.page.ask("finish")
    assert answers == [[[i / 4000]] for i in range(4000)]
    assert excel.page.ask("statistics")["retries"] > before["retries"]


def test_the_pane_takes_a_token_and_says_what_the_server_thinks_of_it(excel: Excel) -> None:
    excel.page.ask("token", text="")
    refused = excel.page.ask("pane", text="a-wrong-token-for-tests")
    assert refused.startswith("It did not work: the server refuses the access token")
    failed = excel("LTV", 70, 100)
    assert failed["thrown"] == "#N/A"
    assert "open the computefi pane" in failed["message"]
    assert excel.page.ask("pane", text=f" {TOKEN} ").startswith("The server accepts the token.")
    assert excel.page.ask("statistics")["recalculations"] == ["Full"]
    assert excel.page.ask("stored") == {"computefi.token": TOKEN}
    assert excel("LTV", 70, 100) == [[0.7]]


def test_a_token_changed_elsewhere_is_found(excel: Excel) -> None:
    excel.server.given["token"] = "the-next-token-for-tests"
    excel.server = excel.server.restarted(signal.SIGTERM)
    excel.page.ask("token", text="the-next-token-for-tests")
    assert excel("LTV", 70, 100) == [[0.7]]


def test_without_a_server_a_cell_gives_up_in_the_end(excel: Excel) -> None:
    excel.server.stop()
    try:
        excel.page.ask("begin", calls=[["LTV", [[70]], [[100]]]], wave=1, every=300)
        excel.page.ask("later", ms=61_000)
        failed = excel.page.ask("finish")
    finally:
        excel.server = Server(**{**excel.server.given, "port": excel.server.port})
    assert failed == [thrown("#N/A", "the computefi server does not answer; recalculate later")]
