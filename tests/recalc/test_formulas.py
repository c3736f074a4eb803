"""CFI calls anywhere in a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import computefi
from computefi.errors import Code
from computefi.recalc import recalculate
from recalc_books import LOAN, make, values

CORR_LTV = computefi.corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)


def result_of(tmp_path: Path, formula: Any, more: dict[str, Any] | None = None, **rest: Any) -> Any:
    """The value of one formula in H1 beside the loan of column A."""
    path = make(tmp_path / "book.xlsx", {**LOAN, "H1": formula, **(more or {})}, **rest)
    return recalculate(path)["Deal!H1"]


@pytest.mark.parametrize(
    "name",
    ["CFI_LTV", "cfi_ltv", "_xll.CFI_LTV", "_xldudf_CFI_LTV", "[1]!CFI_LTV", "CFI.LTV", "_xll.CFI.LTV",
     "'[Computefi.xlam]'!CFI_LTV", "'C:\\Add ins\\Computefi.xlam'!CFI_LTV", "Cfi_Ltv", "_xlfn.CFI_LTV"],
)  # fmt: skip
def test_every_stored_spelling_is_the_same_function(tmp_path: Path, name: str) -> None:
    assert result_of(tmp_path, f"={name}(A1,A2)") == 0.7


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)", CORR_LTV),
        ("=CFI_LTV(70,100)", 0.7),
        ("=CFI_LTV(+A1,-(-A2))", 0.7),
        ("=CFI_LTV((A1),A2)", 0.7),
        ("=CFI_LTV( A1 , A2 )", 0.7),
        ("=CFI_LTV(7E1,1e+2)", 0.7),
        ("=CFI_LTV(70,100,50%)", 1.4),
        ("=CFI_LTV(A1*2,A2+A2)", 0.7),
        ("=CFI_LTV(SUM(A1,10),MAX(A1:A2))", 0.8),
        ("=CFI_LTV(CFI_LTV(A1,A2)*A2,A2)", 0.7),
        ("=CFI_LTV(CFI_LTV(A1,A2),A6)", 0.7),
        ("=CFI_LTV(CFI_LTV(CFI_LTV(CFI_LTV(A1,A2),1),1),1)", 0.7),
        ("=ROUND(CFI_LTV(A1,A2)*100,0)/100+1", 1.7),
        ('=IF(CFI_LTV(A1,A2)>0.5,"high","low")', "high"),
        ('="LTV "&TEXT(CFI_LTV(A1,A2),"0.0%")', "LTV 70.0%"),
        ("=CFI_LTV(A1,A2)>0.5", True),
        ("=SUM(CFI_LTV(A1:A2,A2),CFI_LTV(A1,A2))", 2.4),
        ("=SUM(CFI_LTV({70;100},{100,200}))", 2.55),
        ("=SUM(CFI_LTV({70,100;30,40},100))", 2.4),
        ("=CFI_HHI(A1:A2*2)", (49 + 100) / 289),
        ("=CFI_HHI({70,100})", (49 + 100) / 289),
        ("=CFI_HHI(INDEX(A1:B2,0,1))", (49 + 100) / 289),
        ("=CFI_HHI(A1:INDEX(A1:A6,2))", (49 + 100) / 289),
        ("=CFI_HHI(A1:INDEX(A:A,1+1))", (49 + 100) / 289),
        ("=SUM(A1:INDEX(A1:A6,2))", 170.0),
        ("=INDEX(CFI_WRONG_WAY(A1,A2,A3,A4,A5,A6),2)", 0.12539979857927333),
        ("=SUMPRODUCT(CFI_LTV(A1:A2,100),A1:A2)", 149.0),
        ("=@CFI_LTV(A1:A2,100)+1", 1.7),
        ("=CFI_LTV(@A1:A6,1)", 70.0),
        ("=CFI_LTV(_xlfn.SINGLE(A1:A6),1)", 70.0),
        ("=CFI_HHI(TRANSPOSE(A1:A2))", (49 + 100) / 289),
        ("=CFI_HHI(FILTER(A1:A6,A1:A6>1))", (49 + 100) / 289),
        ('=CFI_LTV(INDIRECT("A1"),A2)', 0.7),
        ('=CFI_LTV(INDIRECT("A"&A6),INDIRECT("Deal!A2"))', 0.7),
        ("=CFI_LTV(RAND()*0+1,NOW()*0+2)", 0.5),
        ("=CFI_LTV(ROW()*70,100)", 0.7),
        ("=CFI_HHI(OFFSET(A1,0,0,2,1))", (49 + 100) / 289),
        ("=CFI_HHI(IF(A6=1,A1:A2,A3:A4))", (49 + 100) / 289),
        ("=IFERROR(CFI_LTV(A1,0),-1)", -1.0),
        ("=LET(x,A1,CFI_LTV(x,A2))", 0.7),
        ("=LET(x,A1*2,y,CFI_LTV(x,A2),y+CFI_LTV(y*50,A2))", 2.1),
        ("=_xlfn.LET(_xlpm.x,A1,CFI_LTV(_xlpm.x,A2))", 0.7),
        ("=CFI_LTV(Deal!A1,'Deal'!$A$2)", 0.7),
        ("=-CFI_LTV(A1,A2)%", -0.007),
        ('=CFI_LTV(A1,A2)&""', "0.7"),
    ],
)
def test_a_call_stands_anywhere_in_a_formula(tmp_path: Path, formula: str, expected: Any) -> None:
    found = result_of(tmp_path, formula)
    if isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12)
    else:
        assert found == expected
        assert type(found) is type(expected)


def test_missing_blank_text_and_zero_stay_different(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        {
            "A1": 70, "A2": 100, "A4": "", "A5": 0, "A6": '=""',
            "B1": "=CFI_LTV(A1,A2,)", "B2": "=CFI_LTV(A1,A2,A3)", "B3": "=CFI_LTV(A3,A2)", "B4": "=CFI_LTV(A6,A2)",
            "B5": "=CFI_LTV(A5,A2)", "B6": "=CFI_LTV(,A2)", "B7": "=CFI_LTV(A1,A5)",
            "B8": '=CFI_WHY("CFI_LTV",A3,A2)', "B9": '=CFI_WHY("CFI_LTV",A6,A2)', "B10": '=CFI_WHY("CFI_LTV",,A2)',
        },
    )  # fmt: skip
    result = recalculate(path)
    assert [result[f"Deal!B{i}"] for i in range(1, 8)] == [
        0.7, 0.7, Code.VALUE, Code.VALUE, 0.0, Code.VALUE, Code.DIV0,
    ]  # fmt: skip
    assert len({result[f"Deal!B{i}"] for i in (8, 9, 10)}) == 3


def test_an_error_that_comes_in_goes_out_and_text_that_looks_like_one_does_not(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        {"A1": "=NA()", "A2": '="#N/A"', "A3": "=1/0", "B1": "=CFI_LTV(A1,1)", "B2": "=CFI_LTV(A2,1)",
         "B3": "=CFI_LTV(A3,1)", "B4": "=CFI_LTV(TRUE,1)", "B5": "=CFI_LTV(#REF!,1)"},
    )  # fmt: skip
    result = recalculate(path)
    assert [result[f"Deal!B{i}"] for i in range(1, 6)] == [Code.NA, Code.VALUE, Code.DIV0, Code.VALUE, Code.REF]
    assert result["Deal!A2"] == "#N/A"
    assert isinstance(result["Deal!A2"], str)


def test_names_reach_calls_and_may_hold_calls(tmp_path: Path) -> None:
    names = {
        "Loan": "Deal!$A$1", "Value": "Deal!$A$2", "Both": "Deal!$A$1:$A$2", "cut": "0.5",
        "own_ltv": "CFI_LTV(Loan,Value)", "doubled": "own_ltv*2", "left_of": "Deal!A1048576",
    }  # fmt: skip
    path = make(
        tmp_path / "book.xlsx",
        {**LOAN, "B1": "=CFI_LTV(Loan,Value)", "B2": "=CFI_HHI(Both)", "B3": "=CFI_LTV(loan,VALUE,cut)",
         "B4": "=own_ltv", "B5": "=doubled+cut", "B6": "=CFI_LTV(own_ltv,1)", "B7": "=Loan*cut"},
        names,
    )  # fmt: skip
    result = recalculate(path)
    assert [result[f"Deal!B{i}"] for i in range(1, 8)] == pytest.approx([0.7, 149 / 289, 1.4, 0.7, 1.9, 0.7, 35])
    assert result["own_ltv"] == 0.7
    assert result["doubled"] == 1.4
    assert result["Both"] == ((70.0,), (100.0,))


def test_calls_read_other_sheets_and_follow_their_results(tmp_path: Path) -> None:
    sheets = {"O'Brien & Co": {"A1": 100, "B1": "=CFI_LTV(Deal!A1,A1)"}, "Last": {"A1": "='O''Brien & Co'!B1*2"}}
    path = make(tmp_path / "book.xlsx", {**LOAN, "B1": "=CFI_LTV('O''Brien & Co'!B1,Last!A1)"}, sheets=sheets)
    result = recalculate(path, path)
    assert result["Deal!B1"] == 0.5
    assert result["'O''Brien & Co'!B1"] == 0.7
    assert values(path, "Last") == {"A1": 1.4}


def test_a_whole_column_ends_at_its_last_content(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 70, "A2": 100, "B9": 1, "C1": "=CFI_HHI(A:A)", "C2": "=CFI_HHI(1:1)"})
    result = recalculate(path)
    assert result["Deal!C1"] == pytest.approx(149 / 289)


def test_structured_references_are_cells(tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.worksheet.table import Table

    path = make(
        tmp_path / "book.xlsx",
        {"A1": "Loan", "B1": "Value [m]", "C1": "LTV", "A2": 70, "B2": 100, "A3": 30, "B3": 60,
         "C2": "=CFI_LTV(Deals[[#This Row],[Loan]],Deals[[#This Row],[Value '[m']]])", "C3": "=CFI_LTV([@Loan],100)",
         "E1": "=SUM(Deals[LTV])", "E2": "=CFI_HHI(Deals[Loan])", "E3": "=CFI_HHI(Deals[Nothing])",
         "E4": "=ROWS(Deals[#All])", "E5": "=CFI_LTV(Deals[@Loan],1)"},
    )  # fmt: skip
    book = openpyxl.load_workbook(path)
    book["Deal"].add_table(Table(displayName="Deals", ref="A1:C3"))
    book.save(path)
    result = recalculate(path)
    assert result["Deal!C2:C3"] == ((0.7,), (0.3,))
    assert result["Deal!E1"] == pytest.approx(1.0)
    assert result["Deal!E2"] == pytest.approx(0.58)
    assert result["Deal!E3"] is Code.REF
    assert result["Deal!E4"] == 3.0
    assert any("no column 'Nothing'" in reason.reason for reason in result.reasons)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("=CFI_LVT(A1,A2)", "did you mean CFI_LTV"),
        ("=CFI_HHI((A1,A2))", "several areas"),
        ("=CFI_HHI(Deal:Other!A1)", "several sheets"),
        ("=CFI_LTV(A1,0)", "value must not be 0"),
        ("=_xlfn.LAMBDA(_xlpm.x,CFI_LTV(_xlpm.x,1))(A1)", "LAMBDA"),
        ("=CFI_LTV(1,2,3,4,5,6,7)", "at most"),
        ("=CFI_LTV(Nowhere!A1,1)", "no sheet Nowhere"),
        ("=CFI_LTV(@A3:A6,1)", "no cell in this row"),
    ],
)
def test_a_failing_call_says_why(tmp_path: Path, formula: str, words: str) -> None:
    path = make(tmp_path / "book.xlsx", {**LOAN, "H1": formula}, sheets={"Other": {"A1": 1}})
    result = recalculate(path)
    assert isinstance(result["Deal!H1"], Code)
    [reason] = result.reasons
    assert (reason.sheet, reason.cell, reason.formula) == ("Deal", "H1", formula)
    assert words in reason.reason


def test_a_failure_that_nobody_sees_is_not_reported(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=IFERROR(CFI_LTV(1,0),0)", "A2": "=IF(TRUE,1,CFI_LTV(1,0))"})
    result = recalculate(path)
    assert result.reasons == []
    assert result.errors == 0


def test_a_cycle_through_a_call_is_named(tmp_path: Path) -> None:
    from computefi.recalc import WorkbookError

    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(B1,100)", "B1": "=SUM(C1:C3)", "C2": "=A1*2"})
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=r"circular.*Deal!A1 → Deal!B1 → Deal!C2 → Deal!A1"):
        recalculate(path, path)
    assert path.read_bytes() == before


def test_a_cycle_that_never_settles_is_named_too(tmp_path: Path) -> None:
    from computefi.recalc import WorkbookError

    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(IFERROR(B1,1),1)", "B1": "=IF(A1>1000,1,A1*1.1+1)"})
    with pytest.raises(WorkbookError, match="circular"):
        recalculate(path)


def test_an_error_is_not_taken_for_a_cycle(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=NA()", "B1": "=CFI_LTV(A1,1)", "C1": "=CFI_LTV(B1,1)"})
    assert recalculate(path)["Deal!C1"] is Code.NA


def test_a_long_chain_of_calls_through_cells_settles(tmp_path: Path) -> None:
    cells = {"A1": 1.0} | {f"A{i}": f"=CFI_LTV(A{i - 1}+1,1)" for i in range(2, 40)}
    assert recalculate(make(tmp_path / "book.xlsx", cells))["Deal!A39"] == 39.0


@pytest.mark.parametrize("place", ["ROWS(B$1:B1)", "COLUMNS($A:B)", "ROW(B1)", "column(B1)"])
def test_asking_where_a_cell_is_does_not_read_it(tmp_path: Path, place: str) -> None:
    cells = {"A1": 70, "A2": "=NA()", "B1": f"=CFI_LTV(A1,100*{place}/{place})", "B2": "=CFI_LTV(A2,100)"}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert result["Deal!B1"] == 0.7
    assert result["Deal!B2"] is Code.NA


def test_a_native_circle_keeps_its_values_and_is_reported(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=B1+1", "B1": "=A1", "C1": "=CFI_LTV(1,2)"})
    result = recalculate(path, path)
    assert any("circular" in warning and "Deal!A1" in warning for warning in result.warnings)
    assert values(path) == {"C1": 0.5}


def test_calls_of_one_function_are_answered_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from computefi.recalc import run

    sizes: list[int] = []
    call_many = run.call_many

    def counted(spec: Any, calls: Any) -> Any:
        sizes.append(len(calls))
        return call_many(spec, calls)

    monkeypatch.setattr(run, "call_many", counted)
    cells = {f"A{i}": float(i) for i in range(1, 101)} | {f"B{i}": f"=CFI_LTV(A{i},100)" for i in range(1, 101)}
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    assert sizes == [100]
    assert result.timings.calls == result.calls == 100


def test_every_step_is_told(tmp_path: Path) -> None:
    steps: list[str] = []
    recalculate(make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"}), progress=steps.append)
    assert steps == ["reading", "preparing", "computing, pass 1", "computing, pass 2", "writing"]


@pytest.mark.parametrize("title", ["TRUE", "R1C1", "A1", "C", "it's", "Größe", "1st", "a-b", "R"])
def test_a_sheet_may_have_any_name(tmp_path: Path, title: str) -> None:
    quoted = "'" + title.replace("'", "''") + "'"
    cells = {"A1": f"=CFI_LTV({quoted}!A1*1,{quoted}!A2)", "A2": f"={quoted}!A3"}
    path = make(tmp_path / "book.xlsx", cells, sheets={title: {"A1": 70, "A2": 100, "A3": "=CFI_LTV(A1+0,A2)&Deal!A1"}})
    result = recalculate(path)
    assert result["Deal!A1"] == 0.7
    assert result["Deal!A2"] == "0.70.7"
