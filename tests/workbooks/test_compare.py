"""compare.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from math import exp, log
from pathlib import Path
from typing import Any

import pytest

from computefi.recalc import Book, Recalculated, recalculate
from workbook_support import (
    cells,
    charts_show_their_findings,
    follows_the_row,
    formula_of,
    inputs,
    libreoffice_agrees,
    members,
    nonsense_for,
    same_but_for_last_digits,
    uses_nothing_that_goes_wrong,
)
from workbooks.build.compare.contracts import AGREEMENTS, TERMS
from workbooks.build.compare.inputs import COLUMNS, DEALS, FILED, INPUTS
from workbooks.build.compare.rows import RESULTS
from workbooks.build.compare.shadows import cell_of
from workbooks.build.compare.stress import CASES, LAST, LETTERS, NAMES_ROW, OUTPUTS, TOP
from workbooks.build.compare.summary import ANSWER
from workbooks.build.compare.verdict import GATES
from workbooks.build.kit import parameters as shared
from workbooks.build.kit.inputs import Input
from workbooks.build.kit.paper import scale_of

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "compare.xlsx"
GIVEN = [item for item in INPUTS if isinstance(item, Input)]
DRIFT = "Drift of the collateral's price, continuous"


@pytest.fixture(scope="module")
def stressed(model: Book) -> Iterator[Book]:
    """The model for tests that put back themselves what they set."""
    yield model
    assert model.get("master_check") is True


def under(model: Book, sets: dict[str, Any], *names: str) -> list[Any]:
    """What the names say under these inputs; the inputs are put back."""
    before = {name: model.get(name) for name in sets}
    model.set(sets)
    try:
        return [model.get(name) for name in names]
    finally:
        model.set(before)


def test_committed_file_is_a_fresh_build(fresh: Path) -> None:
    same_but_for_last_digits(BOOK, fresh)


def test_stored_values_are_those_of_a_recalculation(values: Recalculated, again: Path) -> None:
    same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_every_formula_cell_holds_a_value_and_no_error(formulas: Any, cached: Any) -> None:
    for sheet, cell in cells(formulas):
        if cell.data_type == "f":
            value = cached[sheet.title][cell.coordinate].value
            address = f"{sheet.title}!{cell.coordinate}"
            assert not (isinstance(value, str) and value.startswith("#")), address
            # An empty text, as in a column without a deal, is read back as nothing.
            own = cell.column_letter in COLUMNS[len(FILED) :] or re.search(r"^=Deals![H-K]5$", formula_of(cell))
            assert value is not None or '""' in formula_of(cell) or own, address


def test_master_flag_is_true_and_every_check_passes(values: Recalculated) -> None:
    assert values["master_check"] is True
    assert values["checks_counted"] >= 90
    assert values["checks_failed"] == 0
    assert values["checks_findings"] == 4  # both unrated loans lose more than half of their spread; two have weak names


def test_only_what_the_engine_gets_right_is_used(formulas: Any) -> None:
    uses_nothing_that_goes_wrong(formulas)


@pytest.mark.parametrize("book", [BOOK, BOOK.with_suffix(".zh.xlsx")], ids=lambda book: book.stem)
def test_the_file_is_small(book: Path) -> None:
    # Formulas are stored one by one: LibreOffice computes shared ones anew, and has no functions of ours.
    assert book.stat().st_size <= 200_000


def test_one_formula_per_row_across_all_columns(formulas: Any) -> None:
    for title, least in (("Deals", 90), ("Years", 120), ("Verdict", 45)):
        sheet = formulas[title]
        rows = sum(follows_the_row(sheet, row, COLUMNS[0], list(COLUMNS[1:])) for row in range(6, sheet.max_row + 1))
        assert rows >= least, (title, rows)


def test_every_input_has_unit_status_source_and_date(formulas: Any) -> None:
    beside = {"Deals": "CLMN", "Parameters": "CFGH", "Contracts": "TUY", "Claims": "K"}
    for sheet, cell in inputs(formulas):
        if sheet.title in beside and not (sheet.title == "Contracts" and cell.row > 8 + len(AGREEMENTS)):
            assert all(sheet[f"{letter}{cell.row}"].value for letter in beside[sheet.title]), cell.coordinate


def test_a_parameter_that_is_not_filed_says_so() -> None:
    for item in GIVEN:
        assert len(item.status) == len(item.values) == len(FILED), item.key
        if "P" in item.status:
            assert re.search("emonstration parameters?, not filed", item.source), item.key


def test_terms_and_parameters_are_those_of_all_workbooks(values: Recalculated, formulas: Any) -> None:
    for deal in FILED:
        for key in ("commitment", "first_funding", "advance", "rate", "tenor_months", "operating_cost"):
            assert values[f"{key}_{deal}"] == shared.term(key, deal)
        kind = "asic" if deal == "asic" else "gpu"
        assert values[f"volatility_{deal}"] == pytest.approx(shared.volatility(kind), abs=1e-12)
    rows = {str(cell.value): cell.row for cell in formulas["Deals"]["B"]}
    drift = values[f"Deals!D{rows[DRIFT]}"]
    assert drift == pytest.approx(log(shared.value("annual_residual")), abs=1e-12)
    assert exp(drift) == pytest.approx(0.74)


FACTS = (
    ("ltv_cost_ddtl4", 1.02, 1e-12),  # 8.5 over 7.5/0.90: more than cost
    ("cost_ddtl4", 8333.333333, 1e-5),
    ("wal_ddtl4", 3.218, 5e-4),  # filed 3.14
    ("tail_ddtl55", 0.45541, 5e-6),  # facts of DDTL 5.5: 45.5% owed when the contracts end
    ("own_dscr_ddtl4", 1.2023, 5e-5),  # Moody's 1.20
    ("offtaker_pd_ddtl4", 0.0002, 1e-12),
    ("leverage_ddtl4", 1.5625, 1e-9),
    ("history_backlog_1", 66.8, 0),
    ("Claims!H10", 66.8 / 9.7, 1e-12),
    ("Claims!H11", 9.7 / 0.7103, 1e-9),
    ("Peers!G8", 3.09259259, 1e-8),
    ("Peers!H10", 1.19598, 5e-6),
)


@pytest.mark.parametrize(("name", "value", "tolerance"), FACTS)
def test_a_derived_number_is_the_one_on_record(values: Recalculated, name: str, value: float, tolerance: float) -> None:
    assert values[name] == pytest.approx(value, abs=tolerance, rel=0)


def test_the_deals_are_ranked_alike_by_both_pds(values: Recalculated) -> None:
    assert (
        [values[f"rank_{deal}"] for deal in FILED] == [values[f"rank_model_{deal}"] for deal in FILED] == [1, 2, 3, 4]
    )
    assert [values[f"verdict_{deal}"].split()[0] for deal in FILED] == ["PASS", "WATCH", "FAIL", "FAIL"]


ONE_YEAR = {f"{term}_contract_{number}": 12 for term in ("months", "notice") for number in (2, 3)}
# The runs of a reviewer, and others like them: what is changed, and the verdict that it may be at most.
RUNS: dict[str, tuple[dict[str, Any], str, str]] = {
    "terminable on three months' notice": ({"notice_contract_1": 3}, "ddtl4", "FAIL"),
    "terminable at once": ({"notice_contract_1": 0}, "ddtl4", "FAIL"),
    "revenue halved": ({"revenue_contract_1": 9500}, "ddtl4", "FAIL"),
    "revenue a sixth less": ({"revenue_contract_1": 15800}, "ddtl4", "WATCH"),
    "contract ends two years early": ({"months_contract_1": 48, "notice_contract_1": 48}, "ddtl4", "WATCH"),
    "cost doubled": ({"operating_cost_ddtl4": 2280}, "ddtl4", "FAIL"),
    "offtaker of one in five": ({"pd_contract_1": 0.2}, "ddtl4", "FAIL"),
    "offtaker of one in twelve": ({"pd_contract_1": 0.08}, "ddtl4", "WATCH"),
    "offtaker that is all but sure to fail": ({"pd_contract_1": 0.99}, "ddtl4", "FAIL"),
    "with the borrower's own parent": ({"arms_length_contract_1": 0}, "ddtl4", "FAIL"),
    "no gate, no dominion": ({"draw_gate_ddtl55": 0, "cash_dominion_ddtl55": 0}, "ddtl55", "FAIL"),
    "one contract year": (ONE_YEAR, "ddtl55", "FAIL"),
    "rate of one in two": ({"rate_ddtl4": 0.5}, "ddtl4", "FAIL"),
    "delivery by chance": ({"delivery_contract_1": 0.5}, "ddtl4", "WATCH"),
    "on demand at a high cover": ({"market_revenue_ondemand": 1500}, "ondemand", "FAIL"),
}  # fmt: skip
ORDER = ("PASS", "WATCH", "FAIL")


@pytest.mark.parametrize("run", RUNS)
def test_the_verdict_follows_the_contracts(stressed: Book, run: str) -> None:
    sets, deal, most = RUNS[run]
    verdict, loss, before = (
        *under(stressed, sets, f"verdict_{deal}", f"deal_loss_{deal}"),
        stressed.get(f"deal_loss_{deal}"),
    )
    assert ORDER.index(verdict.split()[0]) >= ORDER.index(most), verdict
    if deal == "ddtl4" and run != "delivery by chance":
        assert loss > before


def test_a_typed_figure_that_the_contracts_do_not_bear_out_fails_the_checks(stressed: Book) -> None:
    for sets in ({"dscr_ddtl4": 0.5}, {"dscr_ddtl4": 2.0}, {"contracted_ddtl55": 0.95}):
        assert under(stressed, sets, "master_check") == [False], sets


def test_a_rating_speaks_of_the_filed_deal_only(stressed: Book) -> None:
    assert stressed.get("rating_leads_ddtl4") == 1
    leads, used, model = under(
        stressed, {"revenue_contract_1": 16000}, "rating_leads_ddtl4", "pd_operator_ddtl4", "pd_model_ddtl4"
    )
    assert leads == 0
    assert used == pytest.approx(model)
    assert used > 0.01


def test_a_stress_never_makes_a_loan_safer(values: Recalculated, cached: Any) -> None:
    sheet = cached["Stress"]
    for number, deal in enumerate(FILED):
        cover, life = LETTERS[3 * number], LETTERS[3 * number + 1]
        assert sheet[f"{cover}{TOP}"].value == pytest.approx(values[f"life_cover_{deal}"], abs=1e-8)
        for row in range(TOP + 1, LAST + 1):
            assert sheet[f"{cover}{row}"].value <= sheet[f"{cover}{TOP}"].value + 1e-9
            assert sheet[f"{life}{row}"].value >= sheet[f"{life}{TOP}"].value - 1e-9


def test_the_stress_table_is_what_its_refresh_block_says(stressed: Book, cached: Any) -> None:
    assert [row[:2] for row in stressed.get("refresh")] == [("Table", "Writes"), ("Credit", f"Stress!I{TOP}:T{LAST}")]
    assert [cached["Stress"][f"{letter}{NAMES_ROW}"].value for letter in LETTERS] == list(OUTPUTS)
    found = under(stressed, {"stress": len(CASES)}, *OUTPUTS)
    for letter, value in zip(LETTERS, found, strict=True):
        stored = cached["Stress"][f"{letter}{LAST}"].value
        assert stored == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value)


OWN = {"name": "Ours", "collateral": "GPU", "signed": 46357, "market_view": "not rated", "rating": "none"}


def own_deal(like: str) -> dict[str, Any]:
    """The terms of a fifth deal: those of another, under another name."""
    number = FILED.index(like)
    terms = {f"{item.key}_own1": item.values[number] for item in GIVEN if item.key not in OWN}
    contract = {key: value for key, value in AGREEMENTS[0].items() if key in {term.key for term in TERMS}}
    row = len(AGREEMENTS) + 1
    contracts = {f"{key}_contract_{row}": float(value) for key, value in contract.items()} | {f"deal_contract_{row}": 5}
    own = {f"{key}_own1": value for key, value in OWN.items()}
    return terms | own | contracts


def test_a_blank_column_is_the_users_own_deal(values: Recalculated) -> None:
    assert values["verdict_own1"] == ""
    filled = recalculate(BOOK, set=own_deal("ddtl4"))
    assert filled.errors == 0, filled.reasons
    assert filled["master_check"] is True
    assert filled["stress_lgd_own1"] == pytest.approx(filled["stress_lgd_ddtl4"], abs=1e-12)
    assert filled["min_contract_dscr_own1"] == pytest.approx(filled["min_contract_dscr_ddtl4"], abs=1e-12)
    assert 0 < filled["deal_loss_own1"] < filled["deal_loss_ddtl55"]


def test_a_column_half_filled_fails_the_checks(stressed: Book) -> None:
    assert under(stressed, {"name_own1": "Ours"}, "master_check") == [False]
    assert under(stressed, {"commitment_own2": 100.0}, "master_check") == [False]
    assert under(stressed, {"deal_contract_9": 1}, "master_check") == [False]


@pytest.mark.parametrize(
    "sets", [{"commitment_ddtl4": 0}, {"advance_ddtl55": None}, {"months_contract_1": "many"}], ids=str
)
def test_without_an_input_the_sentence_gives_no_answer(stressed: Book, sets: dict[str, Any]) -> None:
    reading, flag = under(stressed, sets, "reading", "master_check")
    assert flag is False
    assert reading.startswith("No answer: an input is missing or outside its range.")


def test_a_letter_that_never_failed_in_a_year_is_a_rating(stressed: Book) -> None:
    rated, flag = under(stressed, {"rating_ddtl4": "AAA"}, "pd_rated_ddtl4", "master_check")
    assert rated == 0
    assert flag is True


# A failure that is all but certain, which a stress or a cost above revenue brings about.
CERTAIN: tuple[dict[str, Any], ...] = ({"stress": len(CASES)}, {f"operating_cost_{deal}": 9000 for deal in FILED})


@pytest.mark.parametrize("sets", CERTAIN, ids=("all stresses", "costs above revenue"))
def test_the_integral_in_cells_holds_where_failure_is_certain(stressed: Book, sets: dict[str, Any]) -> None:
    keys = ("pd_operator", "deal_loss")
    cells_of_loss = [f"Curves!{cell_of('loss', letter)}" for letter in COLUMNS[: len(FILED)]]
    found = under(stressed, sets, *(f"{key}_{deal}" for key in keys for deal in FILED), *cells_of_loss)
    pds, losses, native = found[:4], found[4:8], found[8:]
    assert max(pds) > 0.999
    assert native == pytest.approx(losses, abs=1e-7)


def judged(model: Book) -> str:
    """The sentence on top, written by a program from the cells of the sheets Deals, Memo and Verdict."""
    losses = {deal: model.get(f"deal_loss_{deal}") for deal in FILED}
    best, worst = min(FILED, key=lambda deal: losses[deal]), max(FILED, key=lambda deal: losses[deal])
    names = {deal: model.get(f"name_{deal}") for deal in FILED}
    band = f"{percent(model.get(f'loss_low_{best}'), 2)} – {percent(model.get(f'loss_high_{best}'), 2)}"
    lost = {deal: model.get(f"life_share_{deal}") for deal in FILED}
    lives = {deal: told(share) for deal, share in lost.items()}
    least, most = min(FILED, key=lambda deal: lost[deal]), max(FILED, key=lambda deal: lost[deal])
    text = names[best]
    if best != worst:
        text += " is the safest" if lost[best] == lost[least] else " loses least at first"
    text += f": the lender expects to lose {told(losses[best])} of the loan in a year (band {band}), {lives[best]} over its life. "  # noqa: E501
    if lost[best] != lost[least]:
        text += f"Over the life {names[least]} loses least: {lives[least]}. "
    if best != worst:
        word = "is the weakest" if lost[worst] == lost[most] else "loses most at first"
        text += f"{names[worst]} {word}: {told(losses[worst])} in a year, {lives[worst]} over its life. "
        if lost[worst] != lost[most]:
            text += f"Over the life {names[most]} loses most: {lives[most]}. "
        mine, other = (rounded(model.get(f"own_contracted_{deal}"), 2) for deal in (best, worst))
        elsewhere = "; what sets them apart is elsewhere. "
        if mine == other:
            text += f"Both have {percent(mine, 0)} of their revenue under firm contract{elsewhere}"
        else:
            text += f"{names[best]} has {percent(mine, 0)} of its revenue under firm contract; "
            text += f"{names[worst]}: {percent(other, 0)}{'. ' if mine > other else elsewhere}"
    cover, limit = model.get(f"min_contract_dscr_{best}"), model.get("limit_contract_dscr")
    if cover >= limit:
        text += f"Contract cash of {names[best]} may fall by {percent(1 - limit / cover, 0)} before it no longer pays the debt service. "  # noqa: E501
    else:
        text += f"Firm contracts of {names[best]} alone do not pay the debt service in every year. "
    words = [model.get(f"verdict_{deal}").split()[0] for deal in FILED]
    return f"{text}Verdicts: {words.count('PASS')} pass, {words.count('WATCH')} watch, {words.count('FAIL')} fail."


def told(share: float) -> str:
    """A share of the loan as a credit officer says it."""
    if rounded(share, 4) > 0:
        return percent(share, 2)
    return "less than 0.01%" if share > 0 else "nothing"


def rounded(number: float, digits: int) -> float:
    """As a cell shows it: halves away from zero."""
    return int(number * 10**digits + 0.5 + 1e-9) / 10**digits


def percent(number: float, digits: int) -> str:
    return f"{rounded(100 * number, digits):.{digits}f}%"


def gates_as_judged(model: Book, deal: str) -> str:
    """The verdict, by a program that reads measures and limits."""
    soft = hard = 0
    for gate in GATES:
        value, limit = model.get(f"{gate.key}_{deal}"), model.get(gate.limit)
        failed = value < limit if gate.passes == ">=" else value > limit
        hard, soft = hard + (failed and gate.hard), soft + (failed and not gate.hard)
    hard += int(model.get(f"hard_fails_{deal}"))
    return "FAIL" if hard >= 2 else "WATCH" if hard or soft else "PASS"


def admissible(rng: random.Random) -> dict[str, Any]:
    """A few inputs at random, each within its bounds and no further from what is delivered than a deal could be."""
    drawn: dict[str, Any] = {}
    for item in rng.sample(
        [item for item in GIVEN if not item.words and item.key not in ("signed", "tenor_months")], 4
    ):
        deal = rng.randrange(len(FILED))
        low, high, now = float(item.low), float(item.high), float(item.values[deal])  # type: ignore[arg-type]
        drawn[f"{item.key}_{FILED[deal]}"] = min(
            high, max(low, now * rng.uniform(0, 2) + (rng.random() if high <= 1 else 0))
        )
    number = rng.randrange(len(AGREEMENTS)) + 1
    for term in rng.sample(TERMS[1:], 2):
        value = rng.uniform(term.low, min(term.high, 100 if term.unit == "months" else term.high))
        drawn[f"{term.key}_contract_{number}"] = (
            round(value) if term.unit in ("months", "1 or 0", "1, or 0 for many") else value
        )
    drawn |= {"sticky_on_gpu": rng.randint(0, 1), "exposure_basis": rng.randint(1, 2)}
    return drawn


def sentence_is_true(model: Book, seed: int, runs: int) -> None:
    """At random inputs the sentence is that of the cells, and the verdicts are those of the limits."""
    rng = random.Random(seed)
    for _ in range(runs):
        sets = admissible(rng)
        before = {name: model.get(name) for name in sets}
        model.set(sets)
        assert model.get("reading") == judged(model), sets
        for deal in FILED:
            assert model.get(f"verdict_{deal}").split()[0] == gates_as_judged(model, deal), (deal, sets)
        model.set(before)


def test_the_sentence_on_top_is_true_of_any_inputs(stressed: Book) -> None:
    sentence_is_true(stressed, 12, 4)


def test_a_loss_near_nothing_is_not_called_nothing(stressed: Book) -> None:
    sets = {"commitment_ddtl55": 9.7, "upfront_ddtl55": 0.2, "notice_contract_1": 29, "sticky_on_gpu": 0}
    loss, told_loss, told_life = under(stressed, sets, "deal_loss_ddtl55", "best_loss", "best_life")
    assert 0 < loss < 1e-15
    assert (told_loss, told_life) == ("less than 0.01%",) * 2


def test_who_loses_more_over_the_life_is_not_called_safest(stressed: Book) -> None:
    reading, *lives = under(stressed, {"notice_contract_1": 50}, "reading", *(f"life_share_{deal}" for deal in FILED))
    assert lives[0] > lives[1]
    assert reading.startswith("DDTL 4.0-style loses least at first: ")
    assert "Over the life DDTL 5.5-style loses least: 3.32%. " in reading


def test_who_loses_less_over_the_life_is_not_called_weakest(values: Recalculated) -> None:
    assert values["life_share_ondemand"] > values["life_share_asic"]
    assert "ASIC 2021-style loses most at first: " in values["reading"]
    assert "Over the life GPU on demand loses most: 30.07%. " in values["reading"]


@pytest.mark.nightly
def test_the_sentence_on_top_is_true_of_three_hundred_inputs(stressed: Book) -> None:
    sentence_is_true(stressed, 2026, 300)


def nonsense(model: Book, formulas: Any, step: int, start: int) -> list[str]:
    """Put nonsense into every `step`th input; returns where the master flag stayed true."""
    missed = []
    numeric = [(sheet, cell) for sheet, cell in inputs(formulas) if isinstance(cell.value, int | float)]
    for turn, (sheet, cell) in enumerate(numeric[start::step]):
        address = f"'{sheet.title}'!{cell.coordinate}"
        wrong = nonsense_for(cell, turn + start)
        model.set(address, wrong)
        if model.get("master_check") is True:
            missed.append(f"{address} = {wrong!r}")
        model.set(address, cell.value)
    return missed


def test_nonsense_in_an_input_fails_the_checks(stressed: Book, formulas: Any) -> None:
    assert not nonsense(stressed, formulas, 40, 7)


@pytest.mark.nightly
def test_nonsense_in_every_input_fails_the_checks(stressed: Book, formulas: Any) -> None:
    assert not nonsense(stressed, formulas, 1, 0)


def test_a_recalculation_of_the_delivered_file_has_nothing_to_do(tmp_path: Path) -> None:
    recalculate(BOOK, tmp_path / "again.xlsx")
    assert members(tmp_path / "again.xlsx") == members(BOOK)


def test_the_answer_is_a_full_rectangle(values: Recalculated) -> None:
    table = values["summary_table"]
    assert len(table) == len(ANSWER) + 1
    for row in table:
        assert all(value not in (None, "") for value in row[: 2 + len(FILED)])
        assert all(value in (None, "") for value in row[2 + len(FILED) :])


def test_own_columns_are_folded_away(formulas: Any) -> None:
    for title in ("Summary", "Verdict", "Deals", "Years"):
        dimensions = formulas[title].column_dimensions
        assert dimensions["H"].hidden, title
        assert not dimensions["G"].hidden, title


def test_names_of_the_results_stand_for_every_deal(formulas: Any) -> None:
    assert all(f"{item.key}_{deal}" in formulas.defined_names for item in RESULTS for deal in FILED)
    shown = [item for item in RESULTS if item.look == "result"]
    assert all(f"{item.key}_{deal}" in formulas.defined_names for item in shown for deal in DEALS)


def test_charts_have_alt_text_and_show_the_finding(values: Recalculated) -> None:
    charts_show_their_findings(BOOK, values, 3, axis_titles=1)


def test_the_answer_fits_on_the_first_page(formulas: Any) -> None:
    sheet = formulas["Summary"]
    last = min(mark.id for mark in sheet.row_breaks.brk)
    height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, last + 1))
    assert height * scale_of(sheet) <= 595 - 2 * 0.6 * 72


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 3000


def test_pages_are_set_up_for_print(formulas: Any) -> None:
    for sheet in formulas:
        assert "master_check" in sheet["B3"].value, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.freeze_panes
        assert not sheet.sheet_view.showGridLines
        links = [cell.hyperlink.location for row in (3, 4) for cell in sheet[row] if cell.hyperlink]
        assert len(links) == len(set(links)) == len(formulas.sheetnames) - 1


def test_no_unconfirmed_figure_is_used(cached: Any) -> None:
    for _, cell in cells(cached):
        if isinstance(cell.value, str):
            assert not re.search(r"\[R\]|payback|2\.5.year|15.25% prepay|31k", cell.value), cell.coordinate


def test_author_and_dates_are_fixed() -> None:
    core = members(BOOK)["docProps/core.xml"].decode()
    assert core.count("2026-11-22T00:00:00Z") == 2
    assert re.search("<dc:creator[^>]*>computefi</dc:creator>", core)
