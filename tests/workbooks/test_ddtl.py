"""ddtl.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

import workbook_support as support
from computefi.recalc import Book, Recalculated
from computefi.recalc.refresh import refresh
from workbook_support import supposing
from workbooks.build.ddtl import book as ddtl
from workbooks.build.ddtl.agreement import BRIDGES, SWITCHES, LossPath, all_switched
from workbooks.build.ddtl.grid import FIRST, LAST, MONTHS
from workbooks.build.ddtl.stress import CREDIT, CREDIT_TOP, DEALS, DEALS_TOP, WORLDS, static_values
from workbooks.build.ddtl.summary import GATES, GATES_TOP
from workbooks.build.ddtl.tables import AGREEMENTS, CASES, FLEET, GIVEN, SHARED
from workbooks.build.kit import parameters as shared
from workbooks.build.kit.inputs import Input, read_table
from workbooks.build.kit.page import Book as Composed
from workbooks.build.kit.paper import scale_of
from workbooks.build.kit.seal import STAMP, save

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"
INPUTS = [item for item in GIVEN if isinstance(item, Input)]


@pytest.fixture(scope="module")
def plain() -> Composed:
    return ddtl.compose()


def test_committed_file_is_a_fresh_build(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_the_same_book_is_saved_as_the_same_bytes(plain: Composed, tmp_path: Path) -> None:
    for name, book in (("first.xlsx", plain), ("second.xlsx", ddtl.compose())):
        save(book, tmp_path / name)
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_excel_trusts_the_values_and_every_sheet_is_set_up(formulas: Any, values: Recalculated) -> None:
    support.is_set_up(BOOK, formulas, values)
    assert BOOK.stat().st_size <= 800_000


def test_stored_values_are_those_of_a_recalculation(values: Recalculated, again: Path) -> None:
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


# -- the deals
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_deal_computes_without_error_and_its_checks_pass(model: Book, number: int) -> None:
    home = model.get("case")
    model.set({"case": number})
    try:
        result = model.recalculate()
        assert result.errors == 0, result.reasons
        assert result["master_check"] is True
        assert float(str(result["checks_counted"])) >= 60
        table = [result[f"Stress!{'DEFGHIJKLM'[column]}{DEALS_TOP + number - 1}"] for column in range(len(DEALS))]
        for (name, *_), stored in zip(DEALS, table, strict=True):
            live = result[name]
            assert stored == (pytest.approx(live, rel=1e-6, abs=1e-9) if isinstance(live, float) else live), name
    finally:
        model.set({"case": home})  # type: ignore[dict-item]


def test_loss_a_year_ranks_the_deals_as_their_price_does(cached: Any) -> None:
    sheet, (share, spread) = cached["Stress"], ("H", "I")
    assert [name for name, *_ in DEALS][4:6] == ["el_share", "el_spread"]
    losses = [sheet[f"{share}{DEALS_TOP + row}"].value for row in range(3)]
    assert losses[0] < min(losses[1:])
    assert all(0 < sheet[f"{spread}{DEALS_TOP + row}"].value < 1 for row in range(4))


def test_the_modelled_loan_is_like_the_filed_one(values: Recalculated) -> None:
    # The borrower's own base case was a cover of 1.26; 7.5 over 0.90 with 8.5 drawn is 102.0% of cost.
    assert values["lowest_dscr"] == pytest.approx(1.26, abs=0.03)
    assert values["fleet_cost"] == pytest.approx(8333.33, abs=0.01)
    assert values["ltc_total"] == pytest.approx(1.02, abs=1e-9)
    assert 17_500 < float(str(values["Ratios!F22"])) < 19_500


TERMS = {
    "commitment": "commitment", "initial": "first_funding", "advance": "advance", "margin": "spread",
    "upfront": "upfront", "balloon": "bullet", "rating": "rating", "survival": "assignable",
    "vol_contract": "vol_contract", "annual_rate": "rate", "annual_tenor": "tenor_months",
    "annual_cost": "operating_cost",
    "annual_revenue": "contract_total", "annual_contract": "contract_months", "annual_offtaker": "offtaker_pd",
    "annual_market": "market_revenue",
}  # fmt: skip


@pytest.mark.parametrize(("key", "term"), TERMS.items())
def test_terms_are_those_of_the_block_that_all_workbooks_share(key: str, term: str) -> None:
    own = next(item for item in INPUTS if item.key == key)
    assert list(own.values[:3]) == [shared.term(term, deal) for deal in CASES[:3]]


def test_parameters_are_those_that_all_workbooks_share(values: Recalculated) -> None:
    for key in SHARED:
        assert values[key] == shared.value(key), key
    assert values["volatility"] == pytest.approx(shared.volatility())
    assert values["decay"] == pytest.approx(-shared.drift())


# -- one deal, two workbooks
@pytest.fixture(scope="module")
def side_by_side() -> Book:
    return Book.open(BOOK.with_name("compare.xlsx"))


@pytest.fixture(scope="module")
def life_row() -> int:
    """The row of compare.xlsx, sheet Deals, with the deal loss over the life."""
    sheet = load_workbook(BOOK.with_name("compare.xlsx"), read_only=True)["Deals"]
    return [row[0].value for row in sheet.iter_rows(min_col=2, max_col=2)].index(
        "Deal loss over the life, in money"
    ) + 1


TOGETHER: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "as delivered": ({}, {}),
    "a dearer sale": ({"sale_cost": 0.4}, {"sale_cost_gpu": 0.4}),
    "faster decay": ({"annual_residual": 0.6}, {"annual_residual_gpu": 0.6}),
    "a quick sale, prices as observed": (
        {"time_to_sell": 0.1, "sticky_on": 0}, {"time_to_sell_gpu": 0.1, "sticky_on_gpu": 0},
    ),
    "cash that is the market's": ({"corr_market": 0.9, "link": 0.5}, {"corr_market_gpu": 0.9, "link_gpu": 0.5}),
    "a replacement that takes a year": ({"replacement_delay": 1}, {"replacement_delay_gpu": 1}),
}  # fmt: skip


def leads_to_compare(model: Book, compare: Book, cell: str, together: str, case: int) -> None:
    """The same change in both workbooks: the lines of Agreement lead to what compare.xlsx says."""
    ours, theirs = TOGETHER[together]
    names = ("el_total", "agreement_changes", "agreement_end", "agreement_left", "master_check")
    here, changes, end, left, flag = supposing(model, {"case": case, **ours}, *names)
    (there,) = supposing(compare, dict(theirs), cell)
    assert end == pytest.approx(there, rel=1e-12, abs=1e-9)
    assert here + changes == pytest.approx(there, rel=1e-12, abs=1e-9)
    assert abs(left) <= 1e-9
    assert flag is True


def measures_lead_to_compare(model: Book, compare: Book, deal: str, together: str, case: int) -> None:
    """Stress LGD and package LTV of one deal: here, the changes of Agreement, and what compare.xlsx says."""
    ours, theirs = TOGETHER[together]
    for bridge, here, there in (
        ("stress_bridge", "stress_lgd", f"stress_lgd_{deal}"),
        ("package_bridge", "package_ltv", f"package_common_{deal}"),
    ):
        names = (here, f"{bridge}_changes", f"{bridge}_end", f"{bridge}_left")
        start, changes, end, left = supposing(model, {"case": case, **ours}, *names)
        (said,) = supposing(compare, dict(theirs), there)
        assert end == pytest.approx(said, rel=1e-12, abs=1e-12), bridge
        assert start + changes == pytest.approx(said, rel=1e-12, abs=1e-12), bridge
        assert abs(left) <= 1e-9
        assert abs(changes) > 1e-3, bridge


@pytest.mark.parametrize(
    ("together", "case", "column"),
    [("as delivered", 1, "D"), ("as delivered", 3, "E"), ("a quick sale, prices as observed", 3, "E")],
)
def test_the_loss_leads_line_by_line_to_that_of_compare(
    model: Book, side_by_side: Book, life_row: int, together: str, case: int, column: str
) -> None:
    leads_to_compare(model, side_by_side, f"Deals!{column}{life_row}", together, case)


def test_stress_lgd_and_package_ltv_lead_line_by_line_to_those_of_compare(model: Book, side_by_side: Book) -> None:
    measures_lead_to_compare(model, side_by_side, "ddtl4", "as delivered", 1)


@pytest.mark.nightly
@pytest.mark.parametrize(("case", "deal"), [(1, "ddtl4"), (3, "ddtl55")])
@pytest.mark.parametrize("together", TOGETHER)
def test_measures_lead_to_those_of_compare_whatever_both_assume(
    model: Book, side_by_side: Book, case: int, deal: str, together: str
) -> None:
    measures_lead_to_compare(model, side_by_side, deal, together, case)


@pytest.mark.nightly
@pytest.mark.parametrize(("case", "column"), [(1, "D"), (3, "E")])
@pytest.mark.parametrize("together", TOGETHER)
def test_the_loss_leads_to_that_of_compare_whatever_both_assume(
    model: Book, side_by_side: Book, life_row: int, together: str, case: int, column: str
) -> None:
    leads_to_compare(model, side_by_side, f"Deals!{column}{life_row}", together, case)


@pytest.mark.parametrize("changes", [{"rating_ddtl4": "BB", "survival_ddtl4": 0.2}, {"balloon_ddtl4": 0.3}])
def test_lines_lead_to_the_loss_by_years_whatever_the_terms_are(model: Book, changes: dict[str, Any]) -> None:
    here, moved, end = supposing(model, {"case": 1, **changes}, "el_total", "agreement_changes", "annual_total")
    assert here + moved == pytest.approx(end, abs=1e-9)


def test_each_line_of_the_agreement_switches_one_assumption() -> None:
    kept = [asdict(LossPath())]
    for switch in SWITCHES[1:]:
        assert len(switch.change) == 1, switch.label
        kept.append(kept[-1] | switch.change)
        assert kept[-1] != kept[-2], switch.label
    assert kept[-1] == asdict(all_switched())
    for bridge in BRIDGES[1:]:
        formulas = [formula for _, formula in bridge.lines]
        assert all(len(switch.change) == 1 for switch, _ in bridge.lines)
        assert len(set(formulas)) == len(formulas)


# -- the headline in native Excel, and findings
SHADOWED: tuple[dict[str, Any], ...] = (
    {"case": 2, "world": 8},
    {"case": 3, "rho_offtaker": 0.9, "link": 0.6},
    {"case": 2, "colocation": 8, "link": -0.5},
    {"case": 4, "observed_volatility": 1.5, "unsecured_recovery": 0.2},
    {"case": 3, "corr_market": -0.5, "link": 0, "survival_ddtl55": 0},
)


@pytest.mark.parametrize("changes", SHADOWED[:2])
def test_the_whole_deal_loss_is_the_integral_in_cells(model: Book, changes: dict[str, Any]) -> None:
    loss, shadow, flag = supposing(model, changes, "el_total", "shadow_total", "master_check")
    assert shadow == pytest.approx(loss, rel=1e-5)
    assert loss > 0
    assert flag is True


@pytest.mark.nightly
@pytest.mark.parametrize("changes", SHADOWED[2:])
def test_the_integral_in_cells_follows_the_loss_into_the_corners(model: Book, changes: dict[str, Any]) -> None:
    loss, shadow = supposing(model, changes, "el_total", "shadow_total")
    assert shadow == pytest.approx(loss, rel=1e-5)


def test_correlations_that_no_matrix_has_are_brought_within_it_and_found(model: Book) -> None:
    loss, flag, before = supposing(model, {"case": 3}, "el_total", "master_check", "checks_findings")
    within, stands, after = supposing(model, {"case": 3, "link": -0.95}, "el_total", "master_check", "checks_findings")
    assert isinstance(within, float)
    assert within != loss
    assert stands is flag is True
    assert after == before + 1


def test_findings_are_counted_in_amber_under_every_flag(model: Book, formulas: Any) -> None:
    count, line, first = supposing(model, {"world": 3}, "checks_findings", "Summary!B4", "Summary!B10")
    assert str(line).startswith(f"{count:.0f} of ")
    assert re.fullmatch(r"The first finding that does not hold: .{10,}\.", first)
    for sheet in formulas:
        rules = [rule for area in sheet.conditional_formatting if "B4" in str(area.sqref) for rule in area.rules]
        if not str(sheet["B4"].value).startswith("=IF(checks_findings"):
            assert sheet.title in ("Inputs", "Contracts", "Fleet", "Checks")
        else:
            assert {str(rule.formula[0]) for rule in rules} == {"checks_findings=0", "checks_findings>0"}, sheet.title


def test_the_market_must_pay_a_rent_where_contracts_end_before_the_loan(model: Book) -> None:
    rent, owed, expected = supposing(model, {"case": 3}, "relet_rate", "tail_balance", "rent_then")
    assert owed > 500
    assert 0 < rent < expected
    shorter, more = supposing(
        model, {"case": 3, "Contracts!J15": 30, "Contracts!J16": 30, "Contracts!J17": 30}, "relet_rate", "tail_balance"
    )
    assert more > owed
    assert shorter != rent
    assert supposing(model, {"case": 2}, "relet_rate") == [0]


def test_cash_may_fall_by_what_the_function_says(model: Book) -> None:
    fall, peak = supposing(model, {"case": 1}, "even_cash", "peak_balance")
    assert 0.1 < fall < 0.4
    assert supposing(model, {"case": 1, "colocation": 50}, "even_cash", "master_check")[1] is True
    assert peak > 8000


# -- the verdict follows the contracts
RUNS: dict[str, tuple[dict[str, Any], str]] = {
    "terminable on three months' notice": ({"Contracts!N11": 3}, "gate_contract"),
    "terminable in the last year": ({"Contracts!N11": 50}, "gate_contract"),
    "an affiliate's contract": ({"Contracts!P11": 0}, "gate_contract"),
    "revenue halved": ({"Contracts!G11": 1.41}, "gate_dscr"),
    "half of the fleet without a contract": ({"Contracts!F11": 0.5}, "gate_contract"),
    "the contract ends with a third owed": ({"Contracts!J11": 48}, "gate_contract"),
    "cost doubled": ({"colocation": 8}, "gate_dscr"),
}


@pytest.mark.parametrize(("changes", "gate"), RUNS.values(), ids=RUNS)
def test_a_contract_that_does_not_pay_is_no_pass(model: Book, changes: dict[str, Any], gate: str) -> None:
    for world in ({"world": 1},):
        verdict, failing, flag, reading = supposing(model, changes | world, "verdict", gate, "master_check", "reading")
        assert verdict in ("WATCH", "FAIL")
        assert failing == "FAILS"
        assert flag is True
        assert re.search(r"expects to lose US\$ [\d,.]+m of the US\$ [\d,]+m drawn", str(reading))


def judged(model: Book) -> str:
    """The verdict as a program reads it from figures and limits."""
    figures = {gate.name: model.get(f"Summary!C{GATES_TOP + row}") for row, gate in enumerate(GATES)}
    limits = {gate.name: model.get(f"Summary!D{GATES_TOP + row}") for row, gate in enumerate(GATES)}
    fails = {True: 0, False: 0}
    for gate in GATES:
        figure, limit = figures[gate.name], limits[gate.name]
        good = isinstance(figure, float) and isinstance(limit, float)
        fails[gate.hard] += not (good and (figure >= limit if gate.at_least else figure <= limit))  # type: ignore[operator]
    if float(str(model.get("drawn_total"))) < 1e-5:
        return "NO LOAN"
    return "FAIL" if fails[True] > 1 else "WATCH" if fails[True] or fails[False] else "PASS"


def says_what_the_cells_say(model: Book, seed: int, count: int) -> None:
    """Random admissible inputs: the verdict, and the number in the sentence, are those of the cells."""
    chance = random.Random(seed)
    own = [item for item in INPUTS if len(item.values) == 4 and not item.words and isinstance(item.values[0], float)]
    skipped = {"style", "first_repayment", "commitment", "initial", "ltc_cap", "advance", "certificate_offtaker"}
    skipped |= {"certificate_site", "sweep", "sweep_share_2", "sweep_share_3"}  # which others bound
    for _ in range(count):
        case, world = chance.randint(1, 4), chance.randint(1, len(WORLDS))
        changes: dict[str, Any] = {"case": case, "world": world, "resize": chance.randint(0, 1)}
        for item in chance.sample([item for item in own if item.key not in skipped], 4):
            value = float(str(item.values[case - 1]))
            low, high = float(str(item.low)), float(str(item.high))
            moved = min(high, max(low, value * chance.uniform(0.5, 1.5)))
            changes[f"{item.key}_{CASES[case - 1]}"] = round(moved) if item.number_format == "0" else moved
        home = {name: model.get(name) for name in changes}
        model.set(changes)
        try:
            assert model.get("verdict") == judged(model), changes
            loss, reading = model.get("el_total"), str(model.get("reading"))
            assert f"US$ {float(str(loss)):,.1f}m of the" in reading, changes
            assert model.get("master_check") is True, changes
        finally:
            model.set(home)  # type: ignore[arg-type]


def test_verdict_and_sentence_are_true_of_any_inputs(model: Book) -> None:
    says_what_the_cells_say(model, 5, 2)


@pytest.mark.nightly
def test_verdict_and_sentence_are_true_of_a_hundred_inputs(model: Book) -> None:
    says_what_the_cells_say(model, 2026, 100)


# -- worlds
def total(plain: Composed, sheet: str, key: str) -> str:
    """Where the total of a row of months stands."""
    return f"{sheet}!D{plain.places.blocks[sheet].row_of[key]}"


def test_a_world_after_the_draw_leaves_what_was_drawn(model: Book, plain: Composed) -> None:
    names = ("drawn_total", total(plain, "Loan", "scheduled"))
    home = [model.get(name) for name in names]
    for world in (3, 10):
        assert supposing(model, {"world": world}, *names) == home


def test_a_delay_known_before_shrinks_the_loan_and_one_after_it_hurts(model: Book) -> None:
    home = supposing(model, {"world": 1}, "drawn_total", "lowest_dscr")
    sized = supposing(model, {"world": 3, "resize": 1}, "drawn_total")
    after = supposing(model, {"world": 3}, "drawn_total", "lowest_dscr", "el_total")
    assert sized[0] < home[0] == after[0]
    assert after[1] < home[1]
    assert after[2] >= float(str(model.get("el_total"))) - 1e-9


@pytest.mark.parametrize("case", [2, 4])
def test_a_delay_beyond_the_availability_lends_nothing_and_says_so(model: Book, case: int) -> None:
    names = ("verdict", "drawn_total", "el_total", "even_cash", "relet_rate", "master_check")
    found = supposing(model, {"case": case, "world": 3, "resize": 1}, *names)
    assert found == ["NO LOAN", 0, 0, pytest.approx(1), 0, True]


def test_no_month_looks_safer_because_little_was_drawn(cached: Any, formulas: Any) -> None:
    sheet = cached["Ratios"]
    row = next(row for row in range(7, 80) if formulas["Ratios"][f"B{row}"].value == "PD of the operator, one year")
    early = [sheet[f"{get_column_letter(7 + month)}{row}"].value for month in range(9)]
    assert min(early) >= 0.0005
    assert min(early) == pytest.approx(early[-1])


def test_a_customer_that_fails_is_shown_and_is_no_fault_of_the_model(model: Book) -> None:
    verdict, missed, flag = supposing(model, {"world": 8}, "verdict", "missed_months", "master_check")
    assert (verdict, flag) == ("FAIL", True)
    assert missed > 12


@pytest.mark.nightly
def test_every_static_cell_is_what_a_full_recalculation_gives() -> None:
    model = Book.open(BOOK)
    refresh(model, STAMP.date())
    assert model.get("static_current") is True
    for cell, stored in static_values().items():
        if cell != "refreshed":
            live = model.get(cell)
            assert live == (pytest.approx(stored, rel=1e-6, abs=1e-6) if isinstance(stored, float) else stored), cell


@pytest.mark.parametrize("number", [4, 10])
def test_a_static_row_is_what_the_model_says(model: Book, number: int) -> None:
    found = supposing(model, {"world": number}, *(name for name, *_ in CREDIT))
    stored = [static_values()[f"Stress!{'DEFGHIJ'[column]}{CREDIT_TOP + number - 1}"] for column in range(len(CREDIT))]
    assert found[:-1] == pytest.approx(stored[:-1], rel=1e-6, abs=1e-6)
    assert found[-1] == stored[-1]


STALE = {
    "a setting of a world": {"Stress!D14": 0.2},
    "an input of another deal": {"margin_ddtl55": 0.06},
    "an input for all deals": {"pue": 1.3},
    "a contract of another deal": {"Contracts!J13": 60},
    "a tranche of another deal": {"Fleet!L20": 3},
}


@pytest.mark.parametrize("changes", STALE.values(), ids=STALE)
def test_an_input_that_has_changed_since_makes_the_copies_stale(model: Book, changes: dict[str, Any]) -> None:
    current, flag, note = supposing(model, changes, "static_current", "master_check", "copies_note")
    assert current is False
    assert flag is True  # shown, not counted
    assert "STALE" in note
    assert "computefi refresh" in note
    assert "Copies are of these inputs" in str(model.get("copies_note"))


# -- one's own deal
def test_nothing_filed_stays_with_a_deal_that_is_not_the_filed_one(model: Book, formulas: Any) -> None:
    levels = {row: str(formulas["Memo"][f"E{row}"].value) for row in range(60, 90)}
    rows = [row for row, level in levels.items() if "MID(" in level]
    assert len(rows) >= 4
    filed = supposing(model, {"case": 1}, *(f"Memo!E{row}" for row in rows))
    own = supposing(model, {"case": 4}, *(f"Memo!E{row}" for row in rows))
    assert "filed" in filed
    assert set(own[:-1]) == {"demonstration"}
    assert supposing(model, {"case": 4}, "live_case_name") == ["Your deal"]


def test_a_name_is_typed_once(model: Book) -> None:
    changes = {"case": 4, "deal_name_own": "Project Falcon"}
    places = ("live_case_name", "Inputs!H6", f"Stress!B{DEALS_TOP + 3}")
    assert supposing(model, changes, *places) == ["Project Falcon"] * 3


def test_lists_grow_by_a_row_with_the_number_of_the_deal(model: Book, plain: Composed) -> None:
    free = AGREEMENTS.first + len(read_table(ROOT / "workbooks/build/ddtl/contracts.csv"))
    terms = (4, "Customer D", "BB", 0.01, 0.1, 2.5, 1, 0, 48, 0, 0, 0, 48, 0, 1, 1, 1, 0)
    row = dict(zip("BCDEFGHIJKLMNOPQRS", terms, strict=True))
    changes = {"case": 4} | {f"Contracts!{letter}{free}": value for letter, value in row.items()}
    billed = total(plain, "Cash", "billed")
    before = supposing(model, {"case": 4}, billed)
    after, flag = supposing(model, changes, billed, "master_check")
    assert flag is True
    assert after > before[0]


def test_a_name_on_two_contracts_is_one_customer(model: Book, plain: Composed) -> None:
    apart, hhi = supposing(model, {"case": 4}, "c_customers", total(plain, "Ratios", "hhi"))
    changes = {"case": 4, "Contracts!C19": "Customer A", "certificate_date_own": 46538}
    billed, together, more, names = supposing(
        model, changes, "c_billed", "c_customers", total(plain, "Ratios", "hhi"), "Certificate!B36:B38"
    )
    assert together[0][0] == pytest.approx(billed[0][0] + billed[2][0]) == pytest.approx(apart[0][0] + apart[2][0])
    assert together[2][0] == 0
    assert more > hhi
    assert names == (("Customer A",), ("Customer B",), ("",))


def test_a_top_up_is_capped_by_what_has_passed_the_gate_by_then(model: Book, plain: Composed) -> None:
    # The second of two tranches, 40% of the cost, gets its contract after the availability has ended.
    costs = total(plain, "Loan", "size_cost"), "fleet_cost"
    drawn, passed, cost, flag = supposing(model, {"case": 4, "Fleet!I24": 12}, "drawn_total", *costs, "master_check")
    assert passed == pytest.approx(0.6 * cost)
    assert drawn == pytest.approx(0.75 * passed)
    assert flag is True


def test_copies_of_another_deal_are_told_as_stale_where_they_stand(model: Book) -> None:
    places = ("Memo!D32", "Memo!D33", f"Stress!D{CREDIT_TOP - 3}", f"Stress!D{DEALS_TOP - 3}")
    said = supposing(model, {"case": 4}, *places)
    assert said[:2] == ["stale", "stale"]
    assert all("STALE" in text for text in said[2:])
    assert supposing(model, {}, places[0])[0] == pytest.approx(static_values()[f"Stress!D{CREDIT_TOP + 1}"])


@pytest.mark.parametrize("nonsense", ["much", True, None, 1.5, 5])
def test_a_deal_that_does_not_exist_fails_the_checks(model: Book, nonsense: Any) -> None:
    assert supposing(model, {"case": nonsense}, "master_check") == [False]


# -- how it is made
def test_one_formula_per_row_of_months(formulas: Any) -> None:
    letters = [get_column_letter(column) for column in range(8, 7 + MONTHS)]
    rows = sum(
        support.follows_the_row(formulas[sheet], row, FIRST, letters)
        for sheet in ddtl.MONTHLY
        for row in range(7, formulas[sheet].max_row + 1)
    )
    assert rows > 120


def test_calls_over_months_are_array_formulas(formulas: Any) -> None:
    for sheet, cell in support.cells(formulas):
        if "CFI_" in support.formula_of(cell) and sheet.title in ddtl.MONTHLY and cell.column > 6:
            assert isinstance(cell.value, ArrayFormula), f"{sheet.title}!{cell.coordinate}"


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)


def test_every_input_has_unit_source_date_and_validation(formulas: Any) -> None:
    found = 0
    for sheet, cell in support.inputs(formulas):
        address, row = f"{sheet.title}!{cell.coordinate}", cell.row
        found += 1
        if cell.value is not None:
            beside = {
                "Summary": ("B6",),
                "Inputs": (f"C{row}", f"I{row}", f"J{row}", f"N{row}"),
                "Contracts": (f"{AGREEMENTS.source}{row}",),
                "Fleet": (f"{FLEET.source}{row}",),
                "Stress": (f"B{row}", "D10"),
            }[sheet.title]
            assert all(sheet[other].value for other in beside), address
        if isinstance(cell.value, int | float):
            assert any(cell.coordinate in rule.sqref for rule in sheet.data_validations.dataValidation), address
    assert found > 350


def test_a_parameter_that_is_not_filed_says_so() -> None:
    for item in INPUTS:
        assert len(item.status) == len(item.values), item.key
        if "P" in item.status:
            assert "emonstration parameter" in item.source, item.key
            assert "not filed" in item.source, item.key


def test_no_unconfirmed_figure_is_used(cached: Any) -> None:
    for sheet, cell in support.cells(cached):
        if isinstance(cell.value, str):
            assert not re.search(r"\[R\]|2\.5.year|15.25% prepay|31k", cell.value), f"{sheet.title}!{cell.coordinate}"


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    support.charts_show_their_findings(BOOK, values, 4, axis_titles=1)


def test_the_answer_fits_on_the_first_page(formulas: Any) -> None:
    sheet = formulas["Summary"]
    first = sheet.row_breaks.brk[0].id
    height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, first + 1))
    assert height * scale_of(sheet) <= 595 - 2 * 0.6 * 72


def test_another_language_changes_words_and_no_arithmetic(plain: Composed) -> None:
    spoken = ddtl.compose("zh", {"Covenant": "约束条款", "pass": "通过", "FAIL": "不通过", "none": "无"})
    changed = 0
    for name, page in plain.pages.items():
        for ours, theirs in zip(support.cells([page.sheet]), support.cells([spoken.pages[name].sheet]), strict=True):
            text, other = support.formula_of(ours[1]), support.formula_of(theirs[1])
            if text:
                assert re.sub(r'"[^"]*"', "", text) == re.sub(r'"[^"]*"', "", other)
                changed += text != other
    assert changed > 60


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 12_000
    assert formulas["Cash"][f"{LAST}8"].value
