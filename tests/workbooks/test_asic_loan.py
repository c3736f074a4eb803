"""asic_loan.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

import computefi
import workbook_support as support
from computefi.dates import serial_of
from computefi.recalc import Book, Recalculated
from computefi.recalc.refresh import refresh
from workbooks.build.asic_loan import book as asic_loan
from workbooks.build.asic_loan.copies import LAST
from workbooks.build.asic_loan.inputs import INPUTS, SHARED
from workbooks.build.asic_loan.loan import TOP
from workbooks.build.asic_loan.paths import READINGS
from workbooks.build.asic_loan.pivot import INPUTS as PIVOT_INPUTS
from workbooks.build.asic_loan.replay import FACTS
from workbooks.build.asic_loan.replay import INPUTS as REPLAY_INPUTS
from workbooks.build.asic_loan.rows import ROWS
from workbooks.build.asic_loan.summary import SWEEP_TOP
from workbooks.build.kit import parameters
from workbooks.build.kit.inputs import Input
from workbooks.build.kit.rows import Row
from workbooks.build.kit.text import READABLE

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "asic_loan.xlsx"


ROW_OF = {item.key: row for row, item in enumerate(ROWS, TOP) if isinstance(item, Row)}
NUMERIC = [item for item in (*INPUTS, *PIVOT_INPUTS, *REPLAY_INPUTS) if isinstance(item, Input)]
RANGES = ("inputs_in_range", "pivot_inputs_in_range", "replay_inputs_in_range")


def test_committed_file_is_a_second_build_of_the_same_parts(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_stored_values_are_those_of_a_recalculation_without_errors(values: Recalculated, again: Path) -> None:
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_master_flag_is_true_and_every_check_passes(values: Recalculated) -> None:
    assert values["master_check"] is True
    assert values["checks_counted"] >= 50
    assert values["checks_failed"] == 0


def test_excel_trusts_the_values_and_every_sheet_is_set_up(formulas: Any, values: Recalculated) -> None:
    support.is_set_up(BOOK, formulas, values)


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)


def test_one_formula_per_row_over_the_months_and_the_cases(formulas: Any) -> None:
    months = [get_column_letter(column) for column in range(6, 42)]
    rows = sum(support.follows_the_row(formulas["Loan"], row, "E", months) for row in range(6, 103))
    rows += sum(support.follows_the_row(formulas["Paths"], row, "E", months) for row in range(24, 46))
    assert rows > 65
    pivot = [get_column_letter(column) for column in range(6, 41)]
    assert sum(support.follows_the_row(formulas["Pivot"], row, "E", pivot) for row in range(34, 49)) > 10
    assert sum(support.follows_the_row(formulas["Replay"], row, "D", list("EFGH")) for row in range(16, 64)) > 35


def test_every_input_has_unit_status_source_and_date(formulas: Any) -> None:
    found = support.inputs(formulas)
    assert len(found) > 300
    for sheet, cell in found:
        address, row = f"{sheet.title}!{cell.coordinate}", cell.row
        if sheet.title == "Inputs":
            beside = [sheet[f"{letter}{row}"].value for letter in "CHIJ"]
        elif sheet.title == "Facts":
            beside = [sheet[f"{letter}{row}"].value for letter in "EFGH"]
        elif sheet.title == "Paths":
            beside = [sheet[f"{letter}{row}"].value for letter in "CL"] if row < 24 else [sheet[f"AP{row}"].value]
        else:
            assert sheet.title in ("Replay", "Pivot"), address
            beside = [sheet[f"{letter}{row}"].value or sheet[f"I{row}"].value for letter in "BF"]
        assert all(beside), address


def test_no_unconfirmed_figure_is_used(cached: Any) -> None:
    for sheet, cell in support.cells(cached):
        if isinstance(cell.value, str):
            assert not re.search(r"\[R\]|31k|2\.5.year", cell.value), f"{sheet.title}!{cell.coordinate}"
    assert {fact["status"] for fact in FACTS} == set("VSDJ")


# where it stands, the figure in the public record, tolerance
RECORD = (
    ("iren_dscr", 2 / 7, 1e-12),
    ("iren_ltv_low", 104 / 70, 1e-12),
    ("iren_ltv_high", 1.600, 1e-12),
    ("iren_loan_per_th", 27.368, 5e-4),
    ("iren_third_loan_per_th", 35.5, 1e-12),
    ("loan_per_th", 35.5, 1e-12),
    ("Replay!F49", 26.96, 5e-3),
    ("leverage", 1 / (1 - 29.5 * 24 * 0.0588 / 191.8), 1e-12),
    ("drift", -0.3011050928, 1e-10),
    ("volatility", 0.9, 0),
    ("elasticity_start", 1.65, 0.05),
    ("hashprice_start", 191.8, 0),
    ("network_start", 202.2, 0.05),
)


@pytest.mark.parametrize(("place", "figure", "tolerance"), RECORD)
def test_a_number_is_the_one_on_record(values: Recalculated, place: str, figure: float, tolerance: float) -> None:
    assert values[place] == pytest.approx(figure, abs=tolerance, rel=0)


def test_the_fall_follows_the_dated_readings(values: Recalculated) -> None:
    hashprice = values["Loan!E14:AO14"][0]
    assert hashprice[0] == pytest.approx(191.8)
    assert hashprice[8] == pytest.approx(57.05, abs=0.5)  # 2022-11-24, beside the reading of 56.8 on 2022-11-21
    assert max(hashprice[:4]) == hashprice[0]


def test_the_loan_fails_on_the_fall_and_the_sentence_says_so(values: Recalculated) -> None:
    assert values["defaulted"] == 1
    assert f"fails in month {values['default_month']:.0f}" in values["reading"]
    assert values["min_dscr"] < 1
    assert values["loss_total"] > 0


def test_a_parameter_is_the_one_that_all_workbooks_share(values: Recalculated) -> None:
    shared = [key for key in SHARED if values[key] != parameters.value(key, "asic")]
    assert not shared
    assert values["drift"] == pytest.approx(parameters.drift("asic"))
    assert values["volatility"] == pytest.approx(parameters.volatility("asic"))


def test_what_was_said_at_origination_is_what_the_functions_say(values: Recalculated) -> None:
    loan, value, cost = (values[f"Loan!F{ROW_OF[key]}"] for key in ("before_cure", "value", "measured_cost"))
    rho, volatility = values["driver_rho"], values["volatility"]
    world = (rho, volatility, values["horizon"], values["drift"], cost, values["time_to_sell"])
    assert values["o_lgd"] == pytest.approx(computefi.corr_lgd(loan, value, values["o_pd"], *world), rel=1e-9)
    stress = (rho, volatility, values["horizon"], values["stress_quantile"], *world[3:])
    assert values["o_stress"] == pytest.approx(computefi.stress_lgd(loan, value, *stress), rel=1e-9)
    assert values["o_el"] == pytest.approx(values["o_pd"] * values["o_lgd"])
    assert values["o_low"] < values["o_lgd"] < values["o_high"]


def test_a_sticky_price_has_more_volatility_only_where_the_switch_is_on(model: Book) -> None:
    before = {name: model[name] for name in ("stale_share", "sticky_on")}
    model.set({"stale_share": 0.45, "sticky_on": 1})
    assert model["volatility"] == pytest.approx(0.9 * (1.45 / 0.55) ** 0.5)
    model.set({"sticky_on": 0})
    assert model["volatility"] == 0.9
    model.set(before)  # type: ignore[arg-type]


def test_no_formula_is_longer_than_a_reviewer_reads(formulas: Any) -> None:
    longest = max(
        (len(support.formula_of(cell)), f"{sheet.title}!{cell.coordinate}") for sheet, cell in support.cells(formulas)
    )
    assert longest[0] <= READABLE, longest


CORNERS: tuple[dict[str, Any], ...] = (
    {},
    {"deal": 3, "path": 3},
    {"deal": 2, "path": 1, "observed_volatility": 3.0},
    {"corr_market": 0.95, "vol_other": 0.0, "time_to_sell": 0.01, "horizon": 5},
    {"observed_volatility": 0.0, "loan_amount_1": 100_000},
    {"corr_market": -0.5, "corr_market_low": -0.6, "stress_quantile": 0.4, "loan_amount_1": 0.001},
)


def test_the_loss_in_native_cells_is_that_of_the_functions(model: Book) -> None:
    for changes in CORNERS:
        before = {name: model[name] for name in changes}
        model.set(changes)
        for key in ("lgd", "expected_loss", "stress_lgd"):
            ours, native = (model[f"Loan!E{ROW_OF[name]}:AO{ROW_OF[name]}"][0] for name in (key, f"{key}_native"))
            assert native == pytest.approx(ours, abs=1e-9), (key, changes)
        model.set(before)


def test_the_shadow_fails_where_the_function_is_not_what_it_was(model: Book) -> None:
    weight = f"Loan!AO{ROW_OF['weight']}"  # of the node at the threshold
    before = model[weight]
    model.set(weight, 0.5)
    assert model["master_check"] is False
    model.set(weight, before)


def test_the_pivot_is_answered_in_a_sentence(values: Recalculated) -> None:
    assert values["pivot_reading"].startswith("Can the hybrid miner cross over in time? No")
    assert values["pivot_dry"] < values["pivot_cross"]


def test_every_switch_recalculates_without_errors_and_with_a_true_flag(model: Book, values: Recalculated) -> None:
    for deal in (1, 2, 3):
        for path in (1, 2, 3):
            model.set({"deal": deal, "path": path})
            run = model.recalculate()
            assert run.errors == 0, (deal, path, run.reasons)
            assert run["master_check"] is True, (deal, path)
            copied = values["sweep"][3 * (deal - 1) + path - 1]
            assert run["default_month"] == copied[2]
            assert run["loss_total"] == pytest.approx(copied[6], abs=1e-8)
    model.set({"deal": 2, "path": 2, "value_basis": 1, "pivot_shock": 0.0, "margin_on_2": 0})
    run = model.recalculate()
    assert run.errors == 0, run.reasons
    assert run["master_check"] is True
    assert "live: inputs have changed since the copy" in [
        row[0] for row in run[f"Summary!J{SWEEP_TOP}:J{SWEEP_TOP + 8}"]
    ]
    model.set({"deal": 1, "path": 2, "value_basis": 2, "pivot_shock": -0.5, "margin_on_2": 1})


@pytest.mark.nightly
def test_refresh_makes_all_copies_anew_and_stamps_them() -> None:
    model = Book.open(BOOK)
    before = model.get("sweep")
    assert refresh(model, date(2026, 11, 29)) == {"All loans by all paths": 54}
    for old, new in zip(before, model.get("sweep"), strict=True):
        assert new[2:] == pytest.approx(old[2:], abs=1e-8)
    model.set({"loan_rate_1": 0.2})
    assert model.get(f"Summary!J{SWEEP_TOP}") == "copy of a run"
    assert "live: inputs have changed since the copy" in [row[0] for row in model.get(f"Summary!J{SWEEP_TOP}:J{LAST}")]
    refresh(model, date(2026, 11, 30))
    assert "live: the copy holds" in [row[0] for row in model.get(f"Summary!J{SWEEP_TOP}:J{LAST}")]
    assert [row[2:] for row in model.get("sweep")][:3] != [row[2:] for row in before][:3]
    assert [row[2:] for row in model.get("sweep")][6:] == [pytest.approx(row[2:], abs=1e-8) for row in before][6:]
    assert model.get("refreshed") == serial_of(date(2026, 11, 30))


def test_edges_give_no_error(model: Book) -> None:
    edges: tuple[dict[str, float], ...] = (
        {"observed_volatility": 0.0, "cure_days": 0, "support_1": 100, "margin_on_1": 1},
        {"loan_rate_1": 0.0, "tenor_1": 36, "strip_rate": 0.0},
        {"power_price_1": 0.5},
        {"stale_share": 0.5, "sticky_on": 0, "time_to_sell": 0.003, "volatility_low": 3, "corr_market_low": 0.95},
        {"ai_ramp": 0, "ai_delay": 0, "pivot_months": 1},
        {"deal": 2, "support_2": 0, "cover_call": 2.0, "cover_full": 2.2},
    )
    for edge in edges:
        before = {name: model[name] for name in edge}
        model.set(edge)
        run = model.recalculate()
        assert run.errors == 0, (edge, run.reasons)
        model.set(before)  # type: ignore[arg-type]


@pytest.mark.parametrize("nonsense", ["high", "text", "blank"])
def test_nonsense_is_flagged_beside_every_input(model: Book, nonsense: str) -> None:
    names = {item: item.key if len(item.values) == 1 else f"{item.key}_{1 + len(item.key) % 3}" for item in NUMERIC}
    before: dict[str, Any] = {name: model[name] for name in names.values()}
    wrong: dict[str, Any] = {}
    for item, name in names.items():
        high = float(item.high) + 1 if isinstance(item.high, int | float) else 1e6
        wrong[name] = {"high": high, "text": "much", "blank": None}[nonsense]
    model.set(wrong)
    flags = [row[0] for name in RANGES for row in model[name] if row[0] not in (None, "")]
    assert flags == [0] * len(NUMERIC)
    model.set(before)
    assert model["master_check"] is True


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.nightly), 7])
def test_nonsense_in_every_input_cell_fails_the_checks(model: Book, formulas: Any, step: int) -> None:
    tried, missed = support.unnoticed(model, formulas, step=step)
    assert tried > 300 // step
    assert missed == []


@pytest.mark.parametrize("nonsense", ["soon", None, True, 1.0, 1e6])
def test_nonsense_in_every_date_fails_the_checks(model: Book, formulas: Any, nonsense: Any) -> None:
    dates = [(sheet, cell) for sheet, cell in support.inputs(formulas) if isinstance(cell.value, datetime)]
    assert len(dates) == len(READINGS) + 6
    for sheet, cell in dates:
        assert any(cell.coordinate in rule.sqref for rule in sheet.data_validations.dataValidation)
        address = f"{sheet.title}!{cell.coordinate}"
        before = model[address]
        model.set(address, nonsense)
        assert model["master_check"] is not True, address
        model.set(address, before)  # type: ignore[arg-type]
    assert model["master_check"] is True


def test_a_step_of_your_own_path_that_nobody_believes_fails_the_checks(model: Book) -> None:
    before = model["Paths!K35"]
    model.set("Paths!K35", 11.0 * float(model["Paths!J35"]))  # type: ignore[arg-type]
    assert model["master_check"] is False
    model.set("Paths!K35", before)  # type: ignore[arg-type]
    assert model["master_check"] is True


def test_a_changed_fact_fails_the_checks(model: Book) -> None:
    model.set("Facts!D20", 8.0)
    assert model["master_check"] is False
    model.set("Facts!D20", 7.0)
    assert model["master_check"] is True


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    support.charts_show_their_findings(BOOK, values, 6)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 4000


def test_another_language_changes_words_and_no_arithmetic() -> None:
    plain = asic_loan.compose()
    spoken = asic_loan.compose("zh", {"Hashprice": "算力价格", "not on record": "无记录", "none": "无"})
    changed = 0
    for name, page in plain.pages.items():
        pairs = zip(support.cells([page.sheet]), support.cells([spoken.pages[name].sheet]), strict=True)
        for (_, ours), (_, theirs) in pairs:
            text, other = support.formula_of(ours), support.formula_of(theirs)
            assert re.sub(r'"[^"]*"', "", text) == re.sub(r'"[^"]*"', "", other)
            changed += text != other
    assert changed > 50


def test_the_first_page_is_the_answer_with_its_band(formulas: Any, values: Recalculated) -> None:
    summary = formulas["Summary"]
    end = min(mark.id for mark in summary.row_breaks.brk)
    charts = [chart for chart in summary._charts if chart.anchor._from.row < end]
    assert len(charts) == 1
    assert charts[0].anchor.to.row <= end
    lines = [row for row in range(9, end + 1) if summary[f"C{row}"].value]
    assert 5 <= len(lines) <= 8
    assert values["o_low"] < values["o_lgd"] < values["o_high"]
