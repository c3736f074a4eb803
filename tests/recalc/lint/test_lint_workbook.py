"""What `lint` says of whole workbooks, where it says nothing, and what `recalc` repeats as warnings."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from computefi.recalc.lint.api import lint
from computefi.recalc.lint.formulas import Finding, formula_warnings
from computefi.recalc.prepare.preparation import prepare
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import open_workbook

SERIES = {"A1": 1, "A2": 2, "A3": 3}


def book(path: Path, cells: dict[str, Any], **settings: Any) -> Path:
    """A workbook with one sheet called Deal that Excel is not told to compute anew."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, value in cells.items():
        sheet[place] = value
    made.calculation.fullCalcOnLoad = settings.get("full", False)
    made.calculation.iterate = settings.get("iterate", False)
    made.epoch = settings.get("epoch", made.epoch)
    for name, text in settings.get("names", {}).items():
        made.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=text)
    made.save(path)
    return path


def rules(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.cell, finding.rule) for finding in findings]


@pytest.mark.parametrize(
    ("formula", "beside"),
    [("=SUM(A1:A3*2)", 4.0), ("=MAX(A1:A3*2)", 4.0), ("=AVERAGE(A1:A3*2)", 4.0), ("=AND(A1:A3>1)", True),
     ("=MEDIAN((A1:A3+1)*2)", 6.0), ("=LARGE(A1:A3*2,1)", 4.0)],
)  # fmt: skip
def test_an_array_in_an_ordinary_formula_is_one_cell_as_in_excel(
    tmp_path: Path, formula: str, beside: float | bool
) -> None:
    # Row 2 has a cell of A1:A3 beside it, row 9 none.
    path = book(tmp_path / "book.xlsx", {**SERIES, "C2": formula, "C9": formula})
    result = recalculate(path, path)
    assert result["Deal!C2"] == beside
    assert isinstance(result["Deal!C9"], Code)
    assert rules(lint(path)) == [(f"Deal!C{row}", "array-in-plain-formula") for row in (2, 9)]
    if importlib.util.find_spec("formulon") is None:
        pytest.skip("formulon, the referee, is not installed; the rest of this test has run")
    from formulon import Workbook

    with Workbook.load(path.read_bytes()) as referee:
        referee.recalc()
        assert referee.get_value(0, 8, 2).kind.name == "ERROR"
        found = referee.get_value(0, 1, 2)
        assert (found.boolean if isinstance(beside, bool) else found.number) == beside


def test_a_function_over_a_range_in_an_array_formula_is_computed_for_each_cell(tmp_path: Path) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    path = book(tmp_path / "book.xlsx", {**SERIES, "C2": ArrayFormula("C2", "=SUM(ROUND(A1:A3,0))")})
    assert recalculate(path)["Deal!C2"] == sum(SERIES.values())
    assert lint(path) == []


def test_a_call_with_an_expression_over_a_range_in_an_ordinary_formula(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {**SERIES, "C2": "=CFI_HHI(A1:A3*2)", "C3": "=CFI_HHI(A1:A3)"})
    assert recalculate(path)["Deal!C2"] == recalculate(path)["Deal!C3"]
    assert rules(lint(path)) == [("Deal!C2", "call-in-plain-formula")]


def test_what_a_call_is_given_is_computed_as_an_array(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {**SERIES, "C2": "=CFI_LTV(SUM(ROUND(A1:A3,0)),2)"})
    assert lint(path) == []
    assert recalculate(path)["Deal!C2"] == sum(SERIES.values()) / 2


@pytest.mark.parametrize(
    ("formula", "rule"),
    [("=CFI_LVT(1,2)", "unknown-call"), ("=_xlfn.LAMBDA(_xlpm.x,CFI_LTV(_xlpm.x,1))(A1)", "refused-call"),
     ("=TODAY()", "volatile"), ("=RAND()*A1", "volatile"), ("=IF(A1>0,NOW(),0)", "volatile"),
     ("=[1]Sheet1!$A$1", "kept"), ("=NPV(0.1,cash*2)", "array-in-plain-formula"),
     ("=IRR(cash*2)", "whole-range-in-plain-formula"),
     ("=GROUPBY(A1:A3,A1:A3,SUM)", "kept"), ("=OurMacro(A1)", "kept")],
)  # fmt: skip
def test_each_construct_is_found_in_its_cell(tmp_path: Path, formula: str, rule: str) -> None:
    path = book(tmp_path / "book.xlsx", {**SERIES, "C5": formula}, names={"cash": "Deal!$A$1:$A$3", "one": "Deal!$A$1"})
    [finding] = lint(path)
    assert (finding.cell, finding.rule) == ("Deal!C5", rule)
    assert finding.what
    assert finding.remedy
    assert "\n" not in str(finding)


@pytest.mark.parametrize(
    "formula",
    ["=SUM(A1:A3)", "=ROUND(one,0)", "=A1&\":{\"", "=NPV(0.1,cash)", "=IF(A1>0,SUM(A1:A3),COUNT(A1:A3))",
     "=CFI_LTV(A1,A2)", "=SUMPRODUCT(A1:A3*2)", "=SUM(cash)*2", "='2:3'!A1"],
)  # fmt: skip
def test_ordinary_formulas_are_left_alone(tmp_path: Path, formula: str) -> None:
    path = book(tmp_path / "book.xlsx", {**SERIES, "C5": formula}, names={"cash": "Deal!$A$1:$A$3", "one": "Deal!$A$1"})
    assert lint(path) == []


def test_dates_from_1904_are_right(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    path = book(tmp_path / "book.xlsx", {"A1": 0, "B1": "=YEAR(A1)"}, epoch=CALENDAR_MAC_1904)
    assert recalculate(path)["Deal!B1"] == 1904
    assert lint(path) == []


def test_iteration_is_noted_where_it_begins(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {"A1": "=100+B1", "B1": "=A1*0.05"}, iterate=True)
    assert rules(lint(path)) == [("Deal!A1", "iteration")]
    assert recalculate(path).warnings == []


@pytest.mark.parametrize(("formula", "found"), [("=CFI_LTV(1,2)", True), ("=1+1", False)])
def test_a_full_calculation_on_opening_matters_with_calls_only(tmp_path: Path, formula: str, found: bool) -> None:
    path = book(tmp_path / "book.xlsx", {"A1": formula}, full=True)
    assert rules(lint(path)) == ([("workbook", "full-calculation")] if found else [])


def test_recalc_warns_of_the_same_in_one_line_for_each_kind(tmp_path: Path) -> None:
    cells = {**SERIES, **{f"C{i}": f"=IRR(A{i}:A{i + 2}*2)" for i in range(1, 9)}, "D1": "=TODAY()"}
    [warning] = recalculate(book(tmp_path / "book.xlsx", cells)).warnings
    assert warning.startswith("Deal!C1, Deal!C2, Deal!C3 and 5 more: IRR of an expression over a range")


def test_the_project_s_own_workbooks_have_no_findings(repository: Path) -> None:
    books = sorted((repository / "workbooks").glob("*.xlsx"))
    assert books
    for path in books:
        assert lint(path) == [], path.name


def test_a_large_sheet_costs_little(tmp_path: Path) -> None:
    cells: dict[str, Any] = {f"A{i}": i for i in range(1, 20_001)}
    cells |= {f"B{i}": f"=ROUND(SUM(A{i}:A{i + 3})*2,2)" for i in range(1, 20_001)}
    plan = prepare(open_workbook(Package.open(book(tmp_path / "book.xlsx", cells))))
    started = time.perf_counter()
    assert formula_warnings(plan) == []
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        ("SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,MATCH(_xlpm.x,A1:A3,1))))", ["inside-lambda"]),
        ("SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(_xlpm.y,_xlpm.x,LEN(TEXT(_xlpm.y,\"0\"))))))",
         ["inside-lambda"]),
        ("SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,_xlpm.x+MATCH(2,A1:A3,1))))", []),
        ("SUM(_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)))", []),
    ],
)  # fmt: skip
def test_a_function_of_lambda_s_variables_is_named_where_it_would_be_answered(
    tmp_path: Path, formula: str, named: list[str]
) -> None:
    array = openpyxl.worksheet.formula.ArrayFormula("C1:C1", f"={formula}")
    path = book(tmp_path / "book.xlsx", {**SERIES, "C1": array})
    assert [finding.rule for finding in lint(path)] == named
    assert bool(recalculate(path).warnings) == bool(named)
