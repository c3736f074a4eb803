"""The comparison on the page is the workbook: its cells under the page's sliders, and nothing of its own."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import InputRefused
from computefi.hosts.page.deals import BOUNDS, Deals, inputs_of, plain
from computefi.hosts.page.sheet import Sheet, Unknown, compiled
from computefi.recalc import Book, recalculate
from computefi.recalc.exported import exported
from computefi.recalc.places import find, find_input
from computefi.templates import template

FEW_SETTINGS, SETTINGS = 3, 20
CLOSE = 1e-9


def moved(deals: Deals, seed: int) -> tuple[str, dict[str, float]]:
    """A deal, and some of its sliders somewhere."""
    choose = random.Random(seed)
    key = choose.choice(list(deals.deals))
    names = list(deals.start(key))
    chosen = choose.sample(names, choose.randint(1, len(names)))
    return key, {name: choose.uniform(*BOUNDS[name]) for name in chosen}


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(ours == plain(theirs))


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.open(template("compare"))


def test_the_page_equals_the_workbook(deals: Deals, shown: dict[str, Any], book: Book) -> None:
    """All that the page shows at once, at the first of the settings."""
    names = [name for row in deals.quick for name in row]
    start = [cell for row in shown["rows"] if not row["slow"] for cell in row["start"]]
    inputs = {name: find_input(book.plan, name) for name in inputs_of(deals.deals.values())}
    scenarios = book.scenarios(list(inputs.values()), [find(book.plan, name) for name in names])
    changes = 0
    for seed in range(FEW_SETTINGS):
        key, sliders = moved(deals, seed)
        settings = deals.settings(key, sliders)
        theirs = scenarios.answer({inputs[name]: value for name, value in settings.items()})
        ours = [cell for row in deals.rows(settings, whole=False) for cell in row]
        unlike = {n: (a, b) for n, a, b in zip(names, ours, theirs, strict=True) if not alike(a, b)}
        assert unlike == {}, (seed, key, sliders)
        changes += sum(one != other for one, other in zip(ours, start, strict=True))
    assert changes > 10 * FEW_SETTINGS


@pytest.mark.nightly
@pytest.mark.parametrize("language", ["compare", "compare.zh"])
def test_every_cell_equals_the_whole_workbook_recalculated(language: str, shown: dict[str, Any]) -> None:
    """Bands too, through a file recalculated as a whole for each setting."""
    from computefi.cli.page_deals import comparison

    path = template(language)
    given = shown if language == "compare" else comparison(path)
    deals = Deals(given)
    for seed in range(SETTINGS):
        key, sliders = moved(deals, seed)
        settings = deals.settings(key, sliders)
        result = recalculate(path, set=settings)
        for row, cells in zip(deals.all, deals.rows(settings, whole=True), strict=True):
            assert [(name, cell) for name, cell in zip(row, cells, strict=True) if not alike(cell, result[name])] == []


def test_where_nothing_is_moved_the_page_shows_the_stored_values(shown: dict[str, Any], deals: Deals) -> None:
    assert deals.rows({}, whole=True) == [row["start"] for row in shown["rows"]]
    assert all(deals.settings(key, deals.start(key)) for key in deals.deals)


@pytest.mark.parametrize("key", ["ddtl4", "ondemand"])
def test_the_slider_of_the_dscr_gives_that_dscr(deals: Deals, key: str) -> None:
    for wanted in (0.9, 1.3):
        settings = deals.settings(key, {"dscr": wanted, "contracted": 0.6})
        assert deals.one(f"own_dscr_{key}", settings) == pytest.approx(wanted, abs=1e-9)
    most = deals.settings(key, {"dscr": 3.0, "contracted": 0.6})
    assert most[f"operating_cost_{key}"] >= 0


def test_a_slider_beyond_its_end_stands_at_its_end(deals: Deals) -> None:
    assert deals.settings("asic", {"haircut": 7.0}) == {"sale_cost_asic": BOUNDS["haircut"][1]}


def test_a_setting_that_cannot_be_says_why(deals: Deals) -> None:
    settings = deals.settings("ondemand", {"rho_market": 1.0, "rho_contract": 0.0})
    rows = deals.rows(settings, whole=False)
    column = list(deals.deals).index("ondemand")
    assert {"error": "#NUM!"} in [row[column] for row in rows]
    assert any("correlated" in reason for reason in deals.sheet.reasons)
    deals.rows({}, whole=False)
    assert deals.sheet.reasons == []


def test_a_point_of_a_curve_is_the_table_at_that_place(deals: Deals, shown: dict[str, Any]) -> None:
    labels = [row["label"] for row in shown["rows"] if not row["slow"]]
    column = list(deals.deals).index("ondemand")
    rows = deals.rows(deals.settings("ondemand", {"contracted": 0.3, "rents": -0.2}), whole=False)
    loss, stress = (rows[labels.index(label)][column] for label in ("Deal loss, one year", "Stress LGD"))
    assert deals.point("ondemand", {"contracted": 0.3, "rents": -0.2}) == [loss, stress]


@pytest.mark.nightly
def test_both_languages_show_the_same_measures(shown: dict[str, Any]) -> None:
    from computefi.cli.page_deals import rows_of

    book = Book.open(template("compare.zh"))
    rows = list(rows_of(book, shown["deals"]))
    assert [row["cells"] for row in rows] == [row["cells"] for row in shown["rows"]]
    assert [row["kind"] for row in rows] == [row["kind"] for row in shown["rows"]]
    assert all(row["label"] != other["label"] for row, other in zip(rows, shown["rows"], strict=True))


# ---- formulas as data -----------------------------------------------------------------------------------------------


def workbook(path: Path, **cells: Any) -> Book:
    import openpyxl

    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return Book.open(path)


FORMULAS = {
    "A1": 3.0, "A2": "text", "A4": True, "A5": 2.5, "A6": 4.0,
    "B1": "=-A1^2", "B2": "=A1*2+A5/4-1", "B3": "=A1%", "B4": "=IF(A1>2,MAX(A1:A6),1/0)", "B5": "=A6*A1&\"x\"",
    "B6": "=IF(A3=\"\",\"blank\",0)", "C1": "=A2=\"TEXT\"", "C2": "=SUMPRODUCT((A1:A6>2)*1)", "C3": "=COUNTA(A1:A6)",
    "C4": "=INDEX(A1:A6,5)", "C5": "=MATCH(A6,A5:A6,0)", "C6": "=A1/(A6-4)", "D1": "=MIN(A2,A1)", "D2": "=AND(A1>1,A4)",
    "D3": "=ROUND(A1*1.005,2)", "D4": "=TEXT(A1/1000,\"0.00%\")", "D5": "=COUNT(A1:A6)", "D6": "=A2+A1",
    "E1": "=A1<>A5", "E2": "=A3+A1", "E3": "=ROWS(A1:A6)+COLUMNS(A1:B1)+A1*0", "E4": "=IF(A1>5,1)",
    "E5": "=OR(A1>5,A4)", "E6": "=SQRT(A1-9)", "F1": "=CFI_LTV(A1,A5,)", "F2": "=CFI_LTV(A1,0*A5)",
    "F3": "=INDEX(A1:A6,9)+A1", "F4": "=EXP(A1*1000)", "F5": "=INT(-A1/2)", "F6": "=SIGN(-A1)*ABS(A1-A6)",
}  # fmt: skip


def test_formulas_give_what_the_engine_gives(tmp_path: Path) -> None:
    book = workbook(tmp_path / "forms.xlsx", **FORMULAS)
    names = [f"Sheet!{place}" for place in FORMULAS if place[0] != "A"]
    sheet = Sheet(exported(book, ["Sheet!A1", "Sheet!A5"], names))
    for first, second in [(3.0, 2.5), (9.0, -1.0), (0.0, 2.5), (-2.25, 1e200)]:
        book.set({"Sheet!A1": first, "Sheet!A5": second})
        ours = sheet.ask({"Sheet!A1": first, "Sheet!A5": second}, names)
        theirs = {name: book[name] for name in names}
        assert {n: (plain(ours[n][0]), v) for n, v in theirs.items() if not alike(plain(ours[n][0]), v)} == {}


@pytest.mark.parametrize(
    ("formula", "word"), [("=OFFSET(A1,A1,0)", "told"), ("=SUM((A1,A2))", "several areas"), ("=LET(x,A1,x)", "x")]
)
def test_what_cannot_be_data_is_refused_with_its_cell(tmp_path: Path, formula: str, word: str) -> None:
    book = workbook(tmp_path / "odd.xlsx", A1=1.0, A2=2.0, B1=formula)
    with pytest.raises(InputRefused, match=word):
        exported(book, ["Sheet!A1"], ["Sheet!B1"])


def test_a_function_that_is_not_computed_here_is_refused_when_the_sheet_is_read() -> None:
    with pytest.raises(Unknown, match="VLOOKUP"):
        compiled(["call", "VLOOKUP", [1, 2, 3]], [])
