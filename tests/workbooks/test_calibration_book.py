"""calibration.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import math
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator

import workbook_support as support
from computefi.recalc import Book, Recalculated
from workbooks.build.calibration import book as calibration
from workbooks.build.calibration import vintages
from workbooks.build.calibration.prices import FILLED, LAST, TOP, synthetic
from workbooks.build.calibration.sheet import INPUTS, SHARED
from workbooks.build.calibration.summary import RENTS_TOP
from workbooks.build.calibration.supply import INPUTS as SUPPLY_INPUTS
from workbooks.build.kit import parameters
from workbooks.build.kit.inputs import Input
from workbooks.build.kit.paper import scale_of
from workbooks.build.kit.text import READABLE

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "calibration.xlsx"


NUMERIC = [item for item in (*INPUTS, *SUPPLY_INPUTS) if isinstance(item, Input)]
CURVES = ("Value of the GPU", "LTV on that value", "Least debt service cover")


def test_committed_file_is_a_second_build_of_the_same_parts(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_stored_values_are_those_of_a_recalculation_without_errors(values: Recalculated, again: Path) -> None:
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_master_flag_is_true_and_every_check_passes(values: Recalculated) -> None:
    assert values["master_check"] is True
    assert values["checks_counted"] >= 80
    assert values["checks_failed"] == 0


def test_excel_trusts_the_values_and_every_sheet_is_set_up(formulas: Any, values: Recalculated) -> None:
    support.is_set_up(BOOK, formulas, values)


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    support.uses_nothing_that_goes_wrong(formulas)


def test_one_formula_per_row_across_the_lenders_and_per_column_of_returns(formulas: Any) -> None:
    supply, returns = formulas["Supply"], formulas["Returns"]
    lenders = [row for row in range(40, 160) if supply[f"I{row}"].value or supply[f"B{row}"].value in CURVES]
    lenders = [row for row in lenders if supply[f"B{row}"].value != "End of year"]  # curves side by side
    assert sum(support.follows_the_row(supply, row, "D", list("EFG")) for row in lenders) > 60
    for letter in "DEFGHIJKLMNOPQRSTUVWXY":
        first = returns[f"{letter}{TOP + 1}"]
        for row in (TOP + 2, TOP + FILLED, LAST):
            moved = Translator(first.value, origin=first.coordinate).translate_formula(f"{letter}{row}")
            assert returns[f"{letter}{row}"].value == moved


def test_every_input_has_unit_status_source(formulas: Any) -> None:
    found = support.inputs(formulas)
    assert len(found) > 1300
    for sheet, cell in found:
        address, row = f"{sheet.title}!{cell.coordinate}", cell.row
        if sheet.title == "Prices":
            assert "SYNTHETIC" in sheet["B5"].value
            beside = [sheet[f"{cell.column_letter}11"].value]
        elif sheet.title == "Calibration":
            sources = [sheet[f"{letter}{row}"].value for letter in "FHR"]
            beside = [sheet[f"C{row}"].value, any(sources)]
        else:
            assert sheet.title == "Supply", address
            beside = [sheet[f"{letter}{row}"].value for letter in "CHIJ"]
        assert all(beside), address


def test_prices_are_the_seeded_synthetic_series_and_say_so(values: Recalculated, cached: Any) -> None:
    sheet = cached["Prices"]
    assert sheet["B5"].value.startswith("SYNTHETIC")
    assert tuple(sheet.cell(TOP, 4 + k).value for k in range(4)) == synthetic()[0]
    assert sheet[f"D{TOP + FILLED}"].value is None
    assert values["price_count"] == FILLED == 261


def test_volatility_and_correlation_are_those_of_numpy(values: Recalculated) -> None:
    returns = np.diff(np.log(np.array(synthetic())), axis=0)
    assert values["series_vol"][0] == pytest.approx(returns.std(axis=0, ddof=1) * 52**0.5, rel=1e-10)
    matrix = np.corrcoef(returns.T)
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert [row[0] for row in values["pair_rhos"]] == pytest.approx([matrix[pair] for pair in pairs], rel=1e-10)


# The intervals and corrections of the measured correlations, and the demonstration values of supply.
RECORD = (
    ("Calibration!E{0}", 0.739081711197, 1e-9),
    ("Calibration!F{0}", 0.831941814766, 1e-9),
    ("Calibration!E{1}", -0.111556124333, 1e-9),
    ("Calibration!F{1}", 0.733204510935, 1e-9),
    ("Calibration!E{2}", -0.242881016145, 1e-9),
    ("Calibration!F{2}", 0.369688995599, 1e-9),
    ("Calibration!N{1}", 0.39 / 0.55, 1e-12),
    ("Calibration!N{2}", 0.07 / 0.55, 1e-12),
)


@pytest.mark.parametrize(("place", "figure", "tolerance"), RECORD)
def test_a_number_is_the_one_on_record(
    values: Recalculated, cached: Any, place: str, figure: float, tolerance: float
) -> None:
    first = next(c.row for c in cached["Calibration"]["B"] if c.value == "Hashprice and bitcoin, weekly 2020–24")
    assert values[place.format(first, first + 1, first + 2)] == pytest.approx(figure, abs=tolerance)


def test_measured_facts_are_the_published_ones(values: Recalculated) -> None:
    assert [row[0] for row in values["evidence"]] == [0.79, 0.39, 0.07]
    assert [row[3] for row in values["evidence"]] == [257, 17, 41]
    assert values["try_ltv"] == 0.7142
    assert values["market_rent"] == 2.81
    assert values["rent_decay"] == pytest.approx(-np.log(1 - 0.151), abs=5e-5)
    assert values["ask_decay"] == pytest.approx(-np.log(0.74), abs=5e-5)


def test_a_parameter_is_the_one_that_all_workbooks_share(values: Recalculated) -> None:
    shared = [key for key in SHARED if values[key] != parameters.value(key)]
    assert not shared
    assert values["try_drift"] == pytest.approx(parameters.drift())
    assert values["try_volatility"] == pytest.approx(parameters.volatility())
    assert values["rent_decay"] == pytest.approx(-math.log(parameters.value("annual_rent")), abs=5e-5)
    assert values["ask_decay"] == pytest.approx(-parameters.drift(), abs=5e-5)


def test_no_formula_is_longer_than_a_reviewer_reads(formulas: Any) -> None:
    found = [(len(support.formula_of(cell)), sheet.title) for sheet, cell in support.cells(formulas)]
    assert max(found)[0] <= READABLE, max(found)


def test_the_summary_prints_a_band_about_each_estimate(cached: Any) -> None:
    sheet = cached["Summary"]
    labels = [sheet.cell(row, 2).value for row in range(1, 90)]
    bands = [row for row, label in enumerate(labels, 1) if label == "… low end of its band"]
    assert len(bands) == 3
    for low in bands:
        point = max(row for row in range(1, low) if not str(labels[row - 1]).startswith("…"))
        for column in range(4, 8):
            least, middle, most = (sheet.cell(row, column).value for row in (low, point, low + 1))
            assert least <= middle + 1e-15 < most + 1e-15, (low, column)
    losses = [sheet.cell(labels.index("Expected loss") + 1, column).value for column in range(4, 8)]
    assert losses == sorted(losses)


def test_the_first_page_is_the_verdict_and_one_picture(formulas: Any) -> None:
    sheet = formulas["Summary"]
    end = min(mark.id for mark in sheet.row_breaks.brk)
    height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, end + 1))
    assert height * scale_of(sheet) <= 595 - 2 * 0.6 * 72
    (chart,) = sheet._charts
    assert chart.anchor.to.row < end
    assert sheet[f"B{RENTS_TOP}"].value.startswith("Verdict")


@pytest.mark.parametrize("change", [{"gpu_opex": 0}, {"gpu_rate": 0}, {"gpu_life": 2.5}, {"renegotiated": 0.5}])
def test_the_native_shadow_of_a_value_holds_at_the_ends_of_the_inputs(model: Book, change: dict[str, float]) -> None:
    before: dict[str, Any] = {name: model[name] for name in change}
    model.set(change)  # type: ignore[arg-type]
    assert model["master_check"] is True
    model.set(before)


def test_supply_is_answered_in_a_sentence(values: Recalculated) -> None:
    assert values["essay_reading"].startswith("What if supply compresses rents by 40%?")
    assert "The merchant lender is not repaid" in values["essay_reading"]
    ltv_now, ltv_essay = values["ltv_now"][0], values["ltv_essay"][0]
    assert ltv_essay[0] == pytest.approx(ltv_now[0])
    assert ltv_essay[3] > 1 > ltv_now[3]
    assert list(values["llcr_essay"][0]) == sorted(values["llcr_essay"][0], reverse=True)


def test_the_fall_of_rents_feeds_back_to_the_supply_that_brings_it(model: Book) -> None:
    needed = model["supply_needed"]
    model.set("supply_growth", float(needed))  # type: ignore[arg-type]
    assert model["ltv_supply"][0][3] == pytest.approx(model["ltv_essay"][0][3], rel=1e-9)  # type: ignore[index]
    assert model["master_check"] is True
    model.set("supply_growth", 1.4)


def test_fewer_prices_are_read_and_a_gap_is_flagged(model: Book) -> None:
    cut = [f"Prices!{letter}{row}" for letter in "CDEFG" for row in range(TOP + 60, TOP + FILLED)]
    before = {place: model[place] for place in (*cut, f"Prices!E{TOP + 10}")}
    model.set(dict.fromkeys(cut))
    run = model.recalculate()
    assert run["price_count"] == 60
    assert run.errors == 0, run.reasons
    assert run["master_check"] is True
    assert run["pair_rhos"][0][3] == 59
    model.set(f"Prices!E{TOP + 10}", None)
    assert model["master_check"] is not True
    model.set(before)  # type: ignore[arg-type]
    assert model["price_count"] == FILLED


@pytest.mark.parametrize("nonsense", ["high", "text", "blank"])
def test_nonsense_is_flagged_beside_every_input(model: Book, nonsense: str) -> None:
    names = {item: item.key if len(item.values) == 1 else f"{item.key}_{1 + len(item.key) % 4}" for item in NUMERIC}
    before: dict[str, Any] = {name: model[name] for name in names.values()}
    wrong: dict[str, Any] = {}
    for item, name in names.items():
        high = float(item.high) + 1  # type: ignore[arg-type]
        wrong[name] = {"high": high, "text": "much", "blank": None}[nonsense]
    model.set(wrong)
    ranges = ("calibration_inputs_in_range", "supply_inputs_in_range")
    flags = [row[0] for name in ranges for row in model[name] if row[0] not in (None, "")]  # type: ignore[union-attr]
    assert flags == [0] * len(NUMERIC)
    model.set(before)
    assert model["master_check"] is True


@pytest.mark.nightly
def test_nonsense_in_every_input_cell_fails_the_checks(model: Book) -> None:
    """Every cell but for the prices of the second to fourth series, of which every 13th is tried."""
    asked = load_workbook(BOOK)
    for row in asked["Prices"].iter_rows(TOP, LAST, 5, 7):
        for cell in row:
            if (cell.row - TOP) % 13:
                cell.value = None
    tried, missed = support.unnoticed(model, asked)
    assert missed == []
    assert tried > 400


@pytest.mark.parametrize("nonsense", ["soon", None, True, 1.0, 1e6, 45000.0])
def test_nonsense_in_a_date_fails_the_checks(model: Book, nonsense: Any) -> None:
    for row in (TOP, TOP + 1, TOP + 100, TOP + FILLED - 1):
        before = model[f"Prices!C{row}"]
        model.set(f"Prices!C{row}", nonsense)
        assert model["master_check"] is not True, row
        model.set(f"Prices!C{row}", before)  # type: ignore[arg-type]
    assert model["master_check"] is True


def test_a_slip_of_the_comma_fails_the_checks(model: Book) -> None:
    before = model[f"Prices!F{TOP + 50}"]
    model.set(f"Prices!F{TOP + 50}", 100.0 * float(before))  # type: ignore[arg-type]
    assert model["master_check"] is False
    model.set(f"Prices!F{TOP + 50}", before)  # type: ignore[arg-type]
    assert model["master_check"] is True


def test_dates_that_do_not_fit_the_prices_a_year_fail_the_checks(model: Book) -> None:
    model.set("per_year", 12)
    assert model["master_check"] is False
    model.set("per_year", 52)
    assert model["master_check"] is True


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    support.charts_show_their_findings(BOOK, values, 6)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    assert support.libreoffice_agrees(BOOK, formulas, cached, tmp_path) > 10000


def test_another_language_changes_words_and_no_arithmetic() -> None:
    plain = calibration.compose()
    spoken = calibration.compose("zh", {"Merchant": "现货", "moves with it": "同向", "PASS": "通过"})
    changed = 0
    for name, page in plain.pages.items():
        pairs = zip(support.cells([page.sheet]), support.cells([spoken.pages[name].sheet]), strict=True)
        for (_, ours), (_, theirs) in pairs:
            text, other = support.formula_of(ours), support.formula_of(theirs)
            assert re.sub(r'"[^"]*"', "", text) == re.sub(r'"[^"]*"', "", other)
            changed += text != other
    assert changed >= 6


def test_decays_of_the_vintages_are_least_squares_of_their_dated_prices(values: Recalculated) -> None:
    for (first, last), answer in zip(vintages.GROUPS.values(), values["vintage_decays"], strict=True):
        names = [line["group"] for line in vintages.OBSERVED]
        lines = vintages.OBSERVED[names.index(first) : len(names) - names[::-1].index(last)]
        ages = np.array([
            (date.fromisoformat(line["observed"]) - date.fromisoformat(line["new"])).days / 365.25 for line in lines
        ])  # fmt: skip
        logs = np.log([float(line["price"]) / float(line["price when new"]) for line in lines])
        assert answer[0] == pytest.approx(-(ages @ logs) / (ages @ ages), rel=1e-9)
        assert answer[1] < answer[0] < answer[2]
        assert answer[5] == len(lines)


def test_every_vintage_has_its_source() -> None:
    assert all("§B" in line["source"] for line in vintages.OBSERVED)


def test_a_pasted_index_gives_its_decay_and_a_gap_turns_the_flag(model: Book, formulas: Any) -> None:
    place = formulas.defined_names["index_dates"].attr_text.split("$")[2].split(":")[0]
    first = int(place)
    pasted: dict[str, Any] = {}
    for step in range(12):  # a month apart, 2% down each
        pasted |= {f"Calibration!D{first + step}": 45_000 + 30 * step, f"Calibration!E{first + step}": 5 * 0.98**step}
    before = {cell: model[cell] for cell in pasted}
    model.set(pasted)
    answer = model["index_decay"][0]  # type: ignore[index]
    assert answer[0] == pytest.approx(-np.log(0.98) / 30 * 365.25, rel=1e-9)
    assert answer[5] == 11
    assert model["master_check"] is True
    model.set(f"Calibration!E{first + 5}", None)
    assert model["master_check"] is not True
    model.set(before)
    assert model["master_check"] is True
