"""The page in a real Chromium: what Python says, nothing asked of others, and usable by everybody.

By night: Python has to be loaded twice, with a network and without.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from computefi import REGISTRY
from computefi.hosts.page.deals import Deals, plain
from computefi.hosts.page.desk import Desk
from computefi.hosts.page.serve import server
from computefi.hosts.page.site import site
from computefi.spec import call
from computefi.templates import template
from pyodide_files import NotToBeHad, last_words, node_modules, pyodide_folder, run
from serve_browser import chromium

CLOSE = 1e-12
# Functions of a book take differences of sums of many integrals, and the browser's exponential has another last digit.
BOOK, CLOSE_OF_BOOK = "CFI_BOOK_", 1e-10
HERE = Path(__file__).parent

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def story(shown: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen when somebody used the page."""
    from computefi.cli.page_deals import comparison, texts_of

    program = chromium()
    if not program:
        pytest.skip("Chromium is not installed")
    try:
        modules, pyodide = node_modules(), pyodide_folder()
    except NotToBeHad as problem:
        pytest.skip(str(problem))
    folder, pictures = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("pictures")
    deals = {"en": shown, "zh": comparison(template("compare.zh"))}
    words = texts_of(template("functions"), template("functions.zh"))
    for name, content in site(pyodide, deals, words).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    asked = tmp_path_factory.mktemp("asked") / "questions.json"
    asked.write_text(json.dumps(questions()))
    with server(folder, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        command = ["node", str(HERE / "page_story.mjs"), str(modules), program, address, str(pictures), str(asked)]
        done = run(command, folder)
        running.shutdown()
    assert done.returncode == 0, last_words(done)
    return {**json.loads(done.stdout.splitlines()[-1]), "address": address, "pictures": pictures}


def questions() -> list[dict[str, Any]]:
    """The example of every function, as its form fills it."""
    described = Desk().functions()["functions"]
    return [{"ask": "call", "name": one["name"], "arguments": one["example"]} for one in described]


def alike(ours: Any, theirs: Any, close: float = CLOSE) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == pytest.approx(theirs, rel=close, abs=close)
    return bool(ours == theirs)


def test_every_function_gives_in_the_browser_what_python_gives(story: dict[str, Any]) -> None:
    for asked, answer in zip(questions(), story["asked"], strict=True):
        spec = REGISTRY[asked["name"]]
        close = CLOSE_OF_BOOK if spec.name.startswith(BOOK) else CLOSE
        expected = [list(map(plain, row)) for row in call(spec, spec.examples[0].arguments).cells()]
        cells = [
            (a, b)
            for given, row in zip(answer["cells"], expected, strict=True)
            for a, b in zip(given, row, strict=True)
        ]
        assert [pair for pair in cells if not alike(*pair, close)] == [], spec.name


def test_the_table_of_deals_is_that_of_the_workbook(story: dict[str, Any], shown: dict[str, Any]) -> None:
    assert unlike(story["start"], [row["start"] for row in shown["rows"]]) == []


def test_sliders_move_the_table_as_python_moves_it(story: dict[str, Any], deals: Deals) -> None:
    key = deals_chosen(story, deals)
    settings = deals.settings(key, {"haircut": 0.4, "contracted": story["slider"] / 100})
    assert unlike(story["moved"], deals.rows(settings, whole=True)) == []
    assert story["marked"] > 20
    for name, value in settings.items():
        assert f"--set {name}=" in story["settings"], (name, value)


def deals_chosen(story: dict[str, Any], deals: Deals) -> str:
    (key,) = [key for key in deals.deals if any(f"{n}=" in story["settings"] for n in contracts_of(deals, key))]
    return key


def contracts_of(deals: Deals, key: str) -> list[str]:
    return [f"fleet_contract_{number}" for number in deals.deals[key]["contracts"]]


def unlike(shown: list[list[Any]], expected: list[list[Any]]) -> list[Any]:
    """Cells whose number is another; what is no number is shown as text."""
    pairs = [(a, b) for row, own in zip(shown, expected, strict=True) for a, b in zip(row, own, strict=True)]
    return [(a, b) for a, b in pairs if not alike(a, b["error"] if isinstance(b, dict) else b)]


def test_a_function_is_answered_with_steps_reason_and_formula(story: dict[str, Any]) -> None:
    arguments = REGISTRY["CFI_CORR_LTV"].examples[0].arguments
    assert story["value"] == pytest.approx(call(REGISTRY["CFI_CORR_LTV"], arguments).cells()[0][0], rel=CLOSE)
    assert story["formula"].startswith("=CFI_CORR_LTV(")
    assert story["steps"] > 5
    assert story["reason"] == "value must not be 0"


def test_a_range_pasted_from_excel_is_a_range(story: dict[str, Any]) -> None:
    first, *rest = REGISTRY["CFI_CORR_LTV"].examples[0].arguments
    expected = call(REGISTRY["CFI_CORR_LTV"], [first, ((100.0,), (80.0,)), *rest[1:]]).cells()
    assert story["column"] == pytest.approx([row[0] for row in expected], rel=CLOSE)
    assert story["read"] == "Read as 2 × 1: 2 numbers"


def test_nothing_is_asked_of_another_site(story: dict[str, Any]) -> None:
    here = urlsplit(story["address"])
    assert {(urlsplit(one).scheme, urlsplit(one).netloc) for one in story["requests"]} == {(here.scheme, here.netloc)}
    assert any("scipy" in one for one in story["requests"])
    assert story["problems"] == []


def test_axe_finds_nothing(story: dict[str, Any]) -> None:
    assert story["axe"].keys() >= {"deals-en", "function-en"}
    assert {name: found for name, found in story["axe"].items() if found} == {}


def test_the_keyboard_moves_tabs_and_sliders(story: dict[str, Any]) -> None:
    assert story["tab"] == "tab-function"
    assert story["slider"] > 0


def test_nothing_hangs_over_the_edge(story: dict[str, Any]) -> None:
    assert {name: wide for name, wide in story["wide"].items() if wide > 0} == {}


def test_it_works_in_chinese_and_without_a_network(story: dict[str, Any], shown: dict[str, Any]) -> None:
    assert story["language"] == "zh"
    assert any("通过" in str(cell) for row in story["chinese"] for cell in row)
    assert unlike(story["offline"], [row["start"] for row in shown["rows"]]) == []
    assert len(list(story["pictures"].glob("*.png"))) == 7
