"""ddtl.xlsx as it is delivered, and as it is built."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from computefi.recalc import Book, Recalculated, recalculate

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"
sys.path.insert(0, str(ROOT / "workbooks" / "build"))

import ddtl  # noqa: E402
import ddtl_static  # noqa: E402
from ddtl_checks import FILED  # noqa: E402
from ddtl_given import CASES  # noqa: E402
from ddtl_grid import CLOSE, FIRST, FIRST_COLUMN, LAST_COLUMN, Line  # noqa: E402
from ddtl_inputs import GIVEN  # noqa: E402
from ddtl_sensitivities import EL_AT, LEVERS, SHOCKS  # noqa: E402
from ddtl_terms import AGREEMENTS, CONTRACT_TERMS, FLEET, FLEET_TERMS  # noqa: E402
from kit import INPUT_BLUE  # noqa: E402
from kit import Book as Composed  # noqa: E402
from openpyxl.utils import get_column_letter  # noqa: E402
from render import freeze  # noqa: E402
from seal import save  # noqa: E402

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
REFUSED = re.compile(
    r"\b(COUNTIF|MEDIAN|LAMBDA|LET|TABLE|OFFSET|INDIRECT|NOW|TODAY|RAND|AGGREGATE|CONCAT|IFS|XLOOKUP|TEXTJOIN)\("
    r"|\b[A-Z]+\.[A-Z.]+\("
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built") / "ddtl.xlsx"
    ddtl.build(target)
    return target


@pytest.fixture(scope="module")
def plain() -> Composed:
    return ddtl.compose()


@pytest.fixture(scope="module")
def values() -> Recalculated:
    return recalculate(BOOK)


@pytest.fixture(scope="module")
def model() -> Book:
    return Book.open(BOOK)


@pytest.fixture(scope="module")
def formulas() -> Any:
    return load_workbook(BOOK)


@pytest.fixture(scope="module")
def cached() -> Any:
    return load_workbook(BOOK, data_only=True)


def cells(book: Any) -> Iterator[tuple[Worksheet, Cell]]:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet, cell


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def text_of(cell: Cell) -> str:
    return str(cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value)


def supposing(model: Book, changes: dict[str, Any], *names: str) -> list[Any]:
    """What the names are worth under the changes; the model is put back."""
    home = {name: model.get(name) for name in changes}
    model.set(changes)
    try:
        return [model.get(name) for name in names]
    finally:
        model.set(home)  # type: ignore[arg-type]


def test_committed_file_is_a_fresh_build(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    assert members(BOOK) == members(fresh)


def test_the_same_book_is_saved_as_the_same_bytes(plain: Composed, tmp_path: Path) -> None:
    for name, book in (("first.xlsx", plain), ("second.xlsx", ddtl.compose())):
        save(book, tmp_path / name)
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_excel_trusts_the_stored_values_and_dates_are_fixed() -> None:
    calculation = re.search(r"<calcPr[^>]*>", members(BOOK)["xl/workbook.xml"].decode())
    assert calculation is not None
    assert 'calcId="191029"' in calculation[0]
    assert "fullCalcOnLoad" not in calculation[0] or 'fullCalcOnLoad="0"' in calculation[0]
    with zipfile.ZipFile(BOOK) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2026, 11, 22, 0, 0, 0)}


def test_stored_values_are_those_of_a_recalculation(values: Recalculated) -> None:
    assert not values.changed
    assert values.errors == 0, values.reasons


def test_every_formula_cell_holds_a_value_and_no_error(formulas: Any, cached: Any) -> None:
    for sheet, cell in cells(formulas):
        if cell.data_type == "f":
            value = cached[sheet.title][cell.coordinate].value
            assert value is not None, f"{sheet.title}!{cell.coordinate}"
            assert not (isinstance(value, str) and value.startswith("#")), f"{sheet.title}!{cell.coordinate}"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_case_computes_without_error_and_its_checks_pass(model: Book, number: int) -> None:
    home = model.get("case")
    model.set({"case": number})
    try:
        result = model.recalculate()
        assert result.errors == 0, result.reasons
        assert result["master_check"] is True
        assert float(str(result["checks_counted"])) >= 90
        assert result["static_current"] is True
        assert result["unpaid_at_end"] == pytest.approx(0, abs=1e-6)
        live = [row[0] for row in result["Cover!D16:D33"]]  # type: ignore[union-attr]
        assert live == pytest.approx(ddtl_static.BASE[CASES[number - 1]], rel=1e-6, abs=1e-6)
    finally:
        model.set({"case": home})  # type: ignore[dict-item]


RECONCILED = (
    ("Checks!E{0}", "implied cost 8.33bn", 8333.3333, 0.01),
    ("Checks!E{0}", "loan to cost 102.0%", 1.02, 1e-6),
    ("Checks!E{0}", "drawn month by month", 1.02, 1e-6),
    ("Checks!E{0}", "is 1 / 1.40", 1 / 1.40, 2e-4),
    ("Checks!E{0}", "capex 4.34bn", 4340.52, 0.01),
    ("Checks!E{0}", "owed at month 36", 0.45541, 5e-6),
    ("Checks!E{0}", "3.16 against 3.14", 3.160760835, 1e-8),
    ("Checks!E{0}", "10.574% at 97", 0.105742101715, 1e-10),
    ("Checks!E{0}", "10.44% ± 0.25", 0.1044, 0.0025),
)


@pytest.mark.parametrize(("cell", "words", "figure", "tolerance"), RECONCILED)
def test_the_filed_figures_are_met(cached: Any, cell: str, words: str, figure: float, tolerance: float) -> None:
    sheet = cached["Checks"]
    rows = [row for row in range(9, sheet.max_row + 1) if words in str(sheet[f"C{row}"].value)]
    assert len(rows) >= 1, words
    row = rows[0] if words != "drawn month by month" else rows[-1]
    assert sheet[f"E{row}"].value == pytest.approx(figure, abs=tolerance, rel=0), cell
    assert sheet[f"H{row}"].value == "pass"
    assert sheet[f"I{row}"].value == 1


FACTS = (
    ("commitment_ddtl4", 8500),
    ("initial_ddtl4", 7500),
    ("advance_ddtl4", 0.90),
    ("top_up_dscr_ddtl4", 1.20),
    ("cov_dscr_ddtl4", 1.15),
    ("hedged_ddtl4", 0.95),
    ("margin_ddtl4", 0.0225),
    ("fixed_rate_ddtl4", 0.059),
    ("commitment_ddtl5", 3100),
    ("advance_ddtl5", 0.7142),
    ("margin_ddtl5", 0.045),
    ("cov_dscr_ddtl5", 1.35),
    ("commitment_ddtl55", 2600),
    ("margin_ddtl55", 0.055),
    ("upfront_ddtl55", 0.03),
    ("reserve_amount_ddtl55", 112.5),
    ("undrawn_fee_ddtl4", 0.005),
    ("book_life", 72),
)


@pytest.mark.parametrize(("name", "figure"), FACTS)
def test_a_fact_is_the_filed_figure(values: Recalculated, name: str, figure: float) -> None:
    assert values[name] == figure


def test_the_modelled_loan_is_like_the_filed_one(values: Recalculated) -> None:
    # The borrower's own base case was a cover of 1.26, the rating case 1.20, about $19bn of contract behind it.
    assert values["lowest_dscr"] == pytest.approx(1.26, abs=0.01)
    assert values["Cover!D16"] == pytest.approx(8333.33, abs=0.01)
    assert 17_000 < float(str(values["Contracts!J25"])) < 19_500


def test_one_formula_per_row_of_months(formulas: Any) -> None:
    rows = 0
    for sheet, (lines, _, _) in ddtl.MONTHLY.items():
        page = formulas[sheet]
        for row in range(5, page.max_row + 1):
            first = page[f"{FIRST}{row}"]
            if first.data_type != "f" or isinstance(first.value, ArrayFormula):
                continue
            rows += 1
            move = Translator(first.value, origin=first.coordinate)
            for column in range(FIRST_COLUMN + 1, LAST_COLUMN + 1):
                address = f"{get_column_letter(column)}{row}"
                assert page[address].value == move.translate_formula(address), f"{sheet}!{address}"
        arrays = [item for item in lines if isinstance(item, Line) and item.array]
        found = [text for text in page.array_formulae.values() if str(text).startswith(FIRST)]
        assert len(found) == len(arrays), sheet
    assert rows > 200


def test_calls_over_months_are_array_formulas_without_prefix(formulas: Any) -> None:
    for sheet, cell in cells(formulas):
        text = text_of(cell)
        if "CFI_" in text and text.startswith("="):
            assert not re.search(r"(_xll|_xldudf|_xlfn|!)\.?_?CFI_", text)
            if sheet.title in ddtl.MONTHLY and cell.column > CLOSE:
                assert isinstance(cell.value, ArrayFormula), f"{sheet.title}!{cell.coordinate}"


def test_nothing_is_used_that_the_engine_gets_wrong(formulas: Any) -> None:
    for sheet, cell in cells(formulas):
        text = text_of(cell)
        if text.startswith("="):
            assert not REFUSED.search(re.sub(r'"[^"]*"', "", text)), f"{sheet.title}!{cell.coordinate}"


def test_every_input_has_unit_source_date_and_validation(formulas: Any) -> None:
    found = 0
    for sheet, cell in cells(formulas):
        if cell.font.color is None or cell.font.color.rgb != "00" + INPUT_BLUE:
            continue
        if sheet.title == "Cover" and cell.coordinate != "D7":
            continue  # the sample of the legend
        found += 1
        address, row = f"{sheet.title}!{cell.coordinate}", cell.row
        beside = {
            "Cover": ("C7", "H7"),
            "Inputs": (f"C{row}", f"H{row}", f"I{row}", f"J{row}"),
            "Contracts": (f"U{row}", f"V{row}", f"W{row}"),
            "Fleet": (f"O{row}", f"P{row}", f"Q{row}"),
            "Checks": (f"N{row}", f"P{row}", f"Q{row}"),
            "Sensitivities": ("K12",),
        }[sheet.title]
        assert all(sheet[other].value for other in beside), address
        if isinstance(cell.value, int | float):
            assert any(cell.coordinate in rule.sqref for rule in sheet.data_validations.dataValidation), address
    assert found > 350


def test_a_parameter_that_is_not_filed_says_so() -> None:
    for item in GIVEN:
        assert len(item.status) == len(item.values), item.key
        if "P" in item.status:
            assert "emonstration parameter" in item.source, item.key
            assert "not filed" in item.source, item.key


def test_no_unconfirmed_figure_is_used(cached: Any) -> None:
    for sheet, cell in cells(cached):
        if isinstance(cell.value, str):
            assert not re.search(r"\[R\]|2\.5.year|15.25% prepay|31k", cell.value), f"{sheet.title}!{cell.coordinate}"


def test_master_flag_is_on_every_sheet_with_links_to_all_others(formulas: Any) -> None:
    for sheet in formulas:
        assert "master_check" in sheet["B3"].value, sheet.title
        assert len([cell for cell in sheet[3] if cell.hyperlink]) == len(formulas.sheetnames) - 1
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.freeze_panes
        assert not sheet.sheet_view.showGridLines
        if sheet.title in ddtl.MONTHLY:
            assert sheet.print_title_cols
            assert sheet.print_title_rows


NONSENSE = (
    "advance_ddtl4",
    "maturity_ddtl4",
    "style_ddtl4",
    "rent_ddtl55",
    "volatility",
    "corr_market",
    "sofr_3",
    "contract_take_or_pay_ddtl4_1",
    "contract_prepay_ddtl55_2",
    "tranche_share_ddtl4_2",
    "tranche_acceptance_ddtl5_1",
)


def highest(name: str) -> float:
    for item in GIVEN:
        if name == item.key or any(name == f"{item.key}_{case}" for case in CASES):
            return item.high
    terms = CONTRACT_TERMS if name.startswith("contract") else FLEET_TERMS
    return next(term.high for term in terms if f"_{term.key}_ddtl" in name)


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_in_an_input_fails_the_checks(model: Book, name: str) -> None:
    assert supposing(model, {name: highest(name) + 1}, "master_check") == [False]


@pytest.mark.parametrize("nonsense", ["much", True, None, 1.5, 4])
def test_a_case_that_does_not_exist_fails_the_checks(model: Book, nonsense: Any) -> None:
    assert supposing(model, {"case": nonsense}, "master_check") == [False]


def test_a_late_fleet_draws_less(model: Book) -> None:
    drawn, flag = supposing(model, {"delay": 6}, "Cover!D17", "master_check")
    assert flag is True
    assert drawn < 8500


def test_a_borrowing_base_on_market_value_forces_a_prepayment(model: Book, values: Recalculated) -> None:
    life, flag = supposing(model, {"base_test": 3}, "wal_years", "master_check")
    assert flag is True
    assert life < float(str(values["wal_years"]))


def test_a_loan_that_is_not_repaid_is_shown_and_is_no_fault_of_the_model(model: Book) -> None:
    unpaid, flag, breaches = supposing(
        model, {"case": 3, "rent_shock": 0.4}, "unpaid_at_end", "master_check", "breaches"
    )
    assert unpaid > 100
    assert flag is True
    assert breaches >= 2


@pytest.mark.parametrize("index", [2, 5])
def test_a_static_copy_is_what_the_model_says(model: Book, index: int) -> None:
    lever = LEVERS[index]
    found = supposing(model, {"case": 3, lever.key: lever.high}, "el_total", "lowest_dscr")
    assert found == pytest.approx(ddtl_static.TORNADO["ddtl55"][index][2:], rel=1e-6, abs=1e-6)


def test_falling_rents_hurt_the_loan_that_outlives_its_contracts_only() -> None:
    for case in ("ddtl4", "ddtl5"):
        assert len({row[0] for row in ddtl_static.SUPPLY[case]}) == 1
    losses = [row[0] for row in ddtl_static.SUPPLY["ddtl55"]]
    assert losses == sorted(losses)
    at_forty = ddtl_static.SUPPLY["ddtl55"][SHOCKS.index(0.4)]
    assert at_forty[0] > 2 * ddtl_static.BASE["ddtl55"][EL_AT]
    assert at_forty[3] > 0


def test_charts_have_axes_and_alt_text_and_show_the_finding(values: Recalculated) -> None:
    parts = members(BOOK)
    charts = {n: c.decode() for n, c in parts.items() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)}
    assert len(charts) == 4
    for name, chart in charts.items():
        title = re.search(r"<strRef><f>([^<]*)</f>.*?<v>([^<]*)</v>", chart, re.DOTALL)
        assert title is not None, name
        assert values[title[1].replace("$", "")] == title[2].replace("&amp;", "&"), name
        assert chart.count('<delete val="0"') >= 2, name
    drawings = "".join(c.decode() for n, c in parts.items() if "drawings/drawing" in n and n.endswith(".xml"))
    assert len(re.findall(r'descr="[^"]{40,}"', drawings)) == 4


def test_every_name_resolves_and_filed_figures_are_constants(formulas: Any, values: Recalculated) -> None:
    for name in formulas.defined_names:
        assert values[name] is not None, name
    for key, *_ in FILED:
        sheet, address = formulas.defined_names[key].attr_text.split("!")
        assert formulas[sheet.strip("'")][address.replace("$", "")].data_type == "n", key
    assert len(AGREEMENTS) == 9
    assert len(FLEET) == 12


def test_another_language_changes_words_and_no_arithmetic(plain: Composed) -> None:
    spoken = ddtl.compose("zh", {"Covenant": "约束条款", "pass": "通过", "FAIL": "不通过", "none": "无"})
    assert spoken.pages["Covenants"].sheet["B6"].value == "约束条款"
    changed = 0
    for name, page in plain.pages.items():
        for ours, theirs in zip(cells([page.sheet]), cells([spoken.pages[name].sheet]), strict=True):
            text, other = text_of(ours[1]), text_of(theirs[1])
            if text.startswith("="):
                assert re.sub(r'"[^"]*"', "", text) == re.sub(r'"[^"]*"', "", other)
                changed += text != other
    assert changed > 90


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.xlsx"
    freeze(BOOK, frozen, only=b"CFI_")
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(frozen)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    referee = load_workbook(tmp_path / "out" / "frozen.xlsx", data_only=True)
    compared = 0
    for sheet, cell in cells(formulas):
        if isinstance(cell.value, str) and cell.value.startswith("=") and "CFI_" not in cell.value:
            ours, theirs = (book[sheet.title][cell.coordinate].value for book in (cached, referee))
            if isinstance(ours, int | float):
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9), f"{sheet.title}!{cell.coordinate}"
            else:
                assert (theirs or None) == (ours or None), f"{sheet.title}!{cell.coordinate}"
            compared += 1
    assert compared > 15_000
