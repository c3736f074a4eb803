"""checks.xlsx as it is delivered, as it is built, and as LibreOffice sees its native half."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

import tools.owed
import workbook_support as support
from computefi.recalc import Book, Recalculated, recalculate
from computefi.spec import REGISTRY
from workbooks.build.checks import book as checks_book
from workbooks.build.checks import read
from workbooks.build.checks.case import Case, Line, Listed
from workbooks.build.checks.sheet import ARGUMENTS, AT
from workbooks.build.kit.render import freeze

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "checks.xlsx"
ORACLE = ROOT / "tests" / "oracle"


GROUPS = [group for groups in read.GROUPS.values() for group in groups]
CASES = [case for group in GROUPS for case in group.cases]
PROVED = [case for case in CASES if "tests/oracle/" in case.source]
# What a native half may use: every spreadsheet has it and none gets it wrong in a plain cell.
NATIVE = set(
    """ABS ACOS AND ASIN ATAN AVERAGE COLUMNS CORREL COS COUNT COUNTIF DATE DAY EDATE EXP FISHER FISHERINV FV IF INDEX
    IPMT IRR ISERROR ISNUMBER LN MATCH MAX MIN MONTH NORMSDIST NORMSINV NOT NPV OR PI PMT POISSON PPMT PV RANK ROWS SIN
    SLN SQRT SUM SUMPRODUCT SUMSQ WORKDAY YEAR""".split()
)


def checks(book: Any) -> list[tuple[Worksheet, int]]:
    """The sheet and row of every check."""
    return [
        (book[category], cell.row)
        for category in read.GROUPS
        for cell in book[category]["B"][5:]
        if isinstance(cell.value, int)
    ]


def test_committed_file_is_a_fresh_build(fresh: Path) -> None:
    # By parts, because another zlib may pack the same content into other bytes.
    support.same_but_for_last_digits(BOOK, fresh)


def test_two_builds_are_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    checks_book.build(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == fresh.read_bytes()


def test_excel_trusts_the_stored_values_and_dates_are_fixed() -> None:
    calculation = re.search(r"<calcPr[^>]*>", support.members(BOOK)["xl/workbook.xml"].decode())
    assert calculation is not None
    assert 'calcId="191029"' in calculation[0]
    assert "fullCalcOnLoad" not in calculation[0] or 'fullCalcOnLoad="0"' in calculation[0]
    with zipfile.ZipFile(BOOK) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2026, 11, 22, 0, 0, 0)}


def test_both_flags_are_true_and_nothing_has_to_be_computed_anew(values: Recalculated, again: Path) -> None:
    assert values["master_check"] is True
    assert values["native_check"] is True
    assert values["checks_failed"] == values["shadows_failed"] == 0
    assert values["checks_counted"] == len(CASES)
    assert values["shadows_counted"] == sum(bool(case.shadow) for case in CASES)
    assert len(CASES) > len(PROVED) > 100
    support.same_but_for_last_digits(BOOK, again)
    assert values.errors == 0, values.reasons


def test_every_function_has_a_value_and_its_category_is_that_of_the_registry() -> None:
    owed = [debt.function for debt in tools.owed.checks()]
    assert sorted([*(group.function for group in GROUPS), *owed]) == sorted(REGISTRY)
    for category, groups in read.GROUPS.items():
        for group in groups:
            assert REGISTRY[group.function].category == category
            assert group.cases, group.function


def test_only_words_have_no_shadow() -> None:
    without = {group.function: group.without for group in GROUPS if not any(case.shadow for case in group.cases)}
    assert without == dict.fromkeys(("CFI_WHY", "CFI_CHECK", "CFI_PD_RATING"), "answers in words")


def test_every_case_names_its_source_and_status_and_no_loose_tolerance() -> None:
    for case in CASES:
        told = f"{case.function} {case.name} allows {case.allowed}"
        assert case.source, told
        assert case.status in {"high precision", "published", "filed", "derived", "exact"}
        if case.status in {"high precision", "exact"} and not case.words and case.function != "CFI_CORR_LGD_SIM":
            assert case.allowed <= max(1e-9 * abs(float(case.value)), 1e-10), told
        if case.shadow and case.function != "CFI_CORR_LGD_SIM":
            assert case.shadow_allowed <= max(1e-9 * abs(float(case.value)), 1e-10), told


@pytest.mark.parametrize("case", PROVED, ids=lambda case: f"{case.function}-{case.name}")
def test_a_high_precision_value_is_that_of_an_oracle_where_it_holds_the_same_call(case: Case) -> None:
    stem = re.search(r"tests/oracle/(\w+)\.py", case.source)
    assert stem is not None
    rows = json.loads((ORACLE / f"{stem[1]}.json").read_text(encoding="utf-8"))
    if any(isinstance(a, (Line, Listed)) for a in case.arguments):
        return
    given = json.loads(json.dumps(case.arguments))
    for row in rows:
        if row["function"] == case.function and row["arguments"] == given:
            found = row["expected"]
            if case.output:
                line = found[case.output[0] - 1] if isinstance(found[0], list) else found
                found = line[case.output[1] - 1]
            assert float(case.value) == pytest.approx(float(found), abs=case.allowed, rel=0)


def test_a_row_holds_function_case_call_value_shadow_and_source(formulas: Any) -> None:
    rows = checks(formulas)
    assert len(rows) == len(CASES)
    for (sheet, row), case in zip(rows, CASES, strict=True):
        assert sheet[f"C{row}"].value == case.function
        assert f"{case.function}(" in sheet[f"{AT['ours']}{row}"].value
        assert sheet[f"{AT['expected']}{row}"].value == (
            case.value if case.words else pytest.approx(case.value, rel=1e-14, abs=0)
        )
        assert sheet[f"{AT['source']}{row}"].value == case.source
        shadow = sheet[f"{AT['shadow']}{row}"].value
        assert (shadow.startswith("=") and "CFI_" not in shadow) if case.shadow else shadow == "–"
        said = sheet[f"{AT['formula']}{row}"].value.replace(" ", "")
        assert said == (case.shadow.replace("{", "").replace("}", "") or "–")


def test_a_shadow_reads_cells_and_repeats_no_argument(formulas: Any) -> None:
    for sheet, row in checks(formulas):
        shadow = sheet[f"{AT['shadow']}{row}"].value
        if shadow != "–":
            assert re.search(r"\$[A-Z]+\$\d+", shadow), f"{sheet.title}!{AT['shadow']}{row}"
            here = re.sub(r"Series!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", "", shadow)
            assert f"${AT['ours']}${row}" not in here, "a shadow that reads our answer proves nothing"


def test_the_native_half_uses_only_functions_that_every_spreadsheet_gets_right(formulas: Any) -> None:
    for sheet, cell in support.cells(formulas):
        if isinstance(cell.value, str) and cell.value.startswith("=") and "CFI_" not in cell.value:
            bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", cell.value)
            used = set(re.findall(r"\b([A-Z][A-Z0-9.]*)\(", bare))
            assert used <= NATIVE, f"{sheet.title}!{cell.coordinate}: {used - NATIVE}"
            # −x^2 is (−x)^2 in Excel.
            assert not re.search(r"(?<![\w)\]])-[$'A-Za-z!0-9]+\^", bare), f"{sheet.title}!{cell.coordinate}"


def test_an_argument_moved_away_fails_its_row_and_the_flag(formulas: Any) -> None:
    sheet, row = next((s, r) for s, r in checks(formulas) if s[f"C{r}"].value == "CFI_HASHCOST")
    moved = recalculate(BOOK, set={f"{sheet.title}!E{row}": 30})
    assert moved["master_check"] is False
    assert moved["native_check"] is False
    assert moved["checks_failed"] == moved["shadows_failed"] == 1
    assert moved[f"{sheet.title}!{AT['shadow_difference']}{row}"] == pytest.approx(0, abs=1e-12), (
        "ours and the shadow move together"
    )


@pytest.mark.nightly
def test_nonsense_in_every_input_cell_fails_the_checks(formulas: Any) -> None:
    tried, missed = support.unnoticed(Book.open(BOOK), formulas)
    assert tried > 1500
    assert not missed


def test_a_wrong_answer_fails_its_row_and_not_the_native_half(formulas: Any) -> None:
    # The shadow is of the lognormal form and stays; what the add-in answers is turned to the additive one.
    sheet, row = next((s, r) for s, r in checks(formulas) if s[f"L{r}"].value == "lognormal")
    moved = recalculate(BOOK, set={f"{sheet.title}!L{row}": "additive"})
    assert moved[f"{sheet.title}!{AT['result']}{row}"] == "FAIL"
    assert moved["master_check"] is False
    assert moved["native_check"] is True


def test_no_cell_shows_an_error(cached: Any) -> None:
    codes = ("#NUM!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#REF!")
    assert not [(s.title, c.coordinate) for s, c in support.cells(cached) if c.data_type == "e" or c.value in codes]


def test_verdicts_are_words_and_colour_only_repeats_them(cached: Any, formulas: Any) -> None:
    for sheet, row in checks(cached):
        assert sheet[f"{AT['result']}{row}"].value == "pass", f"{sheet.title} {row}"
        assert sheet[f"{AT['agrees']}{row}"].value in ("agrees", "–")
    for category in read.GROUPS:
        rules = [rule.formula[0] for area in formulas[category].conditional_formatting for rule in area.rules]
        assert sum('"pass"' in rule or '"FAIL"' in rule or '"agrees"' in rule for rule in rules) == 4


def test_pages_have_flag_links_frozen_heads_and_print_set_up(formulas: Any) -> None:
    for sheet in formulas:
        assert "master_check" in sheet["B3"].value
        links = [cell.hyperlink.location.split("!")[0].strip("'") for cell in sheet[3] if cell.hyperlink]
        assert len(links) >= 3
        assert set(links) <= set(formulas.sheetnames)
        assert sheet.print_area
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (1, None) or sheet.page_setup.scale  # 1 where nothing is said


def test_links_to_series_lead_to_the_argument_of_that_check(formulas: Any) -> None:
    series, followed = formulas["Series"], 0
    for sheet, row in checks(formulas):
        for cell in sheet[row][4 : 4 + len(ARGUMENTS)]:
            if cell.hyperlink:
                first = re.search(r"!([A-Z]+)(\d+)", cell.hyperlink.location)
                assert first is not None
                assert series[f"B{first[2]}"].value == sheet[f"B{row}"].value
                assert f"Series!{first[1]}{first[2]}" in sheet[f"{AT['ours']}{row}"].value
                followed += 1
    assert followed > 100


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_on_every_native_cell(formulas: Any, cached: Any, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.xlsx"
    freeze(BOOK, frozen, only=b"CFI_")
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(support.ALWAYS_RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(frozen)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    referee = load_workbook(tmp_path / "out" / "frozen.xlsx", data_only=True)
    for flag in ("master_check", "native_check"):
        sheet, _, address = formulas.defined_names[flag].attr_text.partition("!")
        assert referee[sheet.strip("'")][address.replace("$", "")].value is True, flag
    limits = {AT["difference"]: AT["tolerance"], AT["shadow_difference"]: AT["shadow_tolerance"]}
    compared = shadows = 0
    for sheet, cell in support.cells(formulas):
        if isinstance(cell.value, str) and cell.value.startswith("=") and "CFI_" not in cell.value:
            ours, theirs = (book[sheet.title][cell.coordinate].value for book in (cached, referee))
            tolerance = limits.get(cell.column_letter)
            if tolerance and sheet.title in read.GROUPS:  # of a frozen answer and a native one
                limit = cached[sheet.title][f"{tolerance}{cell.row}"].value
                assert theirs <= limit, f"{sheet.title}!{cell.coordinate}"
            elif isinstance(ours, int | float):
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9), f"{sheet.title}!{cell.coordinate}"
            else:
                assert (theirs or None) == (ours or None), f"{sheet.title}!{cell.coordinate}"
            compared += 1
            shadows += cell.column_letter == AT["shadow"] and sheet.title in read.GROUPS
    assert compared > 3000
    assert shadows == sum(bool(case.shadow) for case in CASES)
