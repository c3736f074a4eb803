"""Ranges in ordinary formulas, which are no array formulas: one cell where Excel takes one, all where it takes all.

IronCalc 0.9 alone gets most of these wrong. The values are LibreOffice's, which computes ordinary formulas by the same
rules, and are asked of it again where it is installed. A1:A5 is 1…5 and called days; B1:B5 is 0.5, 20, −30, 40, 50, B1
is called k; D1:D5 are 45001…45005.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from computefi.errors import Code
from computefi.recalc import Book, Recalculated, WorkbookError, recalculate
from computefi.recalc.engines.libreoffice import programs
from computefi.recalc.lint.api import lint
from recalc_books import make, members, raw_book, values

CELLS: dict[str, Any] = {
    **{f"A{i}": i for i in range(1, 6)},
    **{f"B{i}": v for i, v in enumerate((0.5, 20, -30, 40, 50), 1)},
    **{f"D{i}": 45000 + i for i in range(1, 6)},
}
NAMES = {"k": "Deal!$B$1", "days": "Deal!$A$1:$A$5"}
ERROR = "#VALUE!"


class Case(NamedTuple):
    """A formula, its value in row 2, and in row 20, where no cell of the ranges stands beside it."""

    formula: str
    beside: float | str
    elsewhere: float | str


def case(line: str) -> Case:
    formula, beside, elsewhere = line.split(" | ")
    return Case(formula, *(text if text in (ERROR, "2x") else float(text) for text in (beside, elsewhere)))


# In all of these arrays are computed, so every cell of a range counts.
WHOLE = [case(line) for line in """
SUMPRODUCT(EXP(-k*A1:A5)) | 1.41496054289302 | 1.41496054289302
SUMPRODUCT(EXP(-K*a1:a5)) | 1.41496054289302 | 1.41496054289302
SUMPRODUCT(EXP(-days*k)) | 1.41496054289302 | 1.41496054289302
SUMPRODUCT(EXP(-A1:A5)) | 0.578055378663739 | 0.578055378663739
SUMPRODUCT(EXP(-days)) | 0.578055378663739 | 0.578055378663739
SUMPRODUCT(ABS(days-3),B1:B5) | 161 | 161
SUMPRODUCT(LN(OFFSET(A1,0,0,5,1))) | 4.78749174278205 | 4.78749174278205
SUMPRODUCT(EXP(INDEX(A1:A5,0))) | 233.204183986298 | 233.204183986298
SUMPRODUCT(POWER(1+k,A1:A5)) | 19.78125 | 19.78125
SUMPRODUCT((LEN(A1:A5)>0)*B1:B5) | 80.5 | 80.5
SUMPRODUCT(MAX(ABS(A1:A5-B1:B5))) | 45 | 45
CORREL(LN(A1:A5),B1:B5) | 0.488165191937262 | 0.488165191937262
SUMXMY2(EXP(A1:A5),B1:B5) | 12570.7735581696 | 12570.7735581696
SUM(IF(k>0,A1:A5,0)) | 15 | 15
SUM(IF(k>0,INDEX(A1:B5,0,2),0)) | 80.5 | 80.5
NPV(k,IF(k>0,B1:B5,0)) | 14.8189300411523 | 14.8189300411523
AVERAGE(IFERROR(k,0),CHOOSE(2,A1:A5,B1:B5)) | 13.5 | 13.5
WORKDAY(45000,5,D1:D5) | 45012 | 45012
SUM(days) | 15 | 15
SUMPRODUCT(days,B1:B5) | 360.5 | 360.5
""".strip().splitlines()]  # fmt: skip

# Here one value is wanted: the cell beside the formula, or none.
ONE = [case(line) for line in """
days*2 | 4 | #VALUE!
A1:A5*2 | 4 | #VALUE!
-days+k | -1.5 | #VALUE!
IF(days>1,days,0) | 2 | #VALUE!
EXP(-days) | 0.135335283236613 | #VALUE!
INDEX(days,2)*days | 4 | #VALUE!
SUM(days)*days | 30 | #VALUE!
days&"x" | 2x | #VALUE!
VLOOKUP(days,A1:B5,2,FALSE) | 20 | #VALUE!
MATCH(days,days,0) | 2 | #VALUE!
SUMPRODUCT(EXP(-k*A1:A5))*days | 2.82992108578603 | #VALUE!
IF(SUMPRODUCT(EXP(-days))>0,days,0) | 2 | #VALUE!
""".strip().splitlines()]  # fmt: skip

# The same, where it is hardly what was meant: lint says so.
REDUCED = [case(line) for line in """
SUM(days*2) | 4 | #VALUE!
MAX(ABS(A1:A5-2)) | 0 | #VALUE!
SUM(IF(A1:A5>2,1,0)) | 0 | #VALUE!
NPV(k,days*1) | 1.33333333333333 | #VALUE!
""".strip().splitlines()]  # fmt: skip

# INDEX of a single cell, and areas whose ends are computed.
INDEXED = [case(line) for line in """
INDEX(B1,1,1) | 0.5 | 0.5
INDEX(k,1) | 0.5 | 0.5
SUM(INDEX(k,1,1),1) | 1.5 | 1.5
SUM(INDEX(days,2):INDEX(days,4)) | 9 | 9
SUM(INDEX(days,4):INDEX(days,2)) | 9 | 9
SUM(INDEX(days,MATCH(2,days,0)):INDEX(B1:B5,MATCH(4,days,0))) | 39 | 39
SUM(INDEX(A1:A5,k*8):A2) | 9 | 9
SUM(A2:INDEX(A1:A5,4)) | 9 | 9
SUM(INDEX(A1:B5,2,0):INDEX(A1:B5,3,0)) | -5 | -5
SUMPRODUCT(ABS(INDEX(A1:A5,2))) | 2 | 2
SUMPRODUCT(INDEX(days,1):INDEX(days,3)*2) | 12 | 12
SUMPRODUCT(EXP(-k*(A1:INDEX(days,k*10)))) | 1.41496054289302 | 1.41496054289302
INDEX(days,1):INDEX(days,3)*2 | 4 | #VALUE!
""".strip().splitlines()]  # fmt: skip

CASES = [*WHOLE, *ONE, *REDUCED, *INDEXED]


def column(number: int) -> str:
    return openpyxl.utils.get_column_letter(number + 6)


def is_close(found: object, expected: float | str) -> bool:
    if isinstance(expected, str):
        return (found.value if isinstance(found, Code) else found) == expected
    return isinstance(found, (int, float)) and found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = dict(CELLS)
    for number, one in enumerate(CASES):
        cells[f"{column(number)}2"] = cells[f"{column(number)}20"] = "=" + one.formula
    return make(tmp_path_factory.mktemp("ordinary") / "book.xlsx", cells, NAMES)


@pytest.fixture(scope="module")
def computed(book: Path) -> Recalculated:
    return recalculate(book, book.with_name("out.xlsx"))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[one.formula for one in CASES])
def test_a_range_counts_as_it_does_in_excel(number: int, computed: Recalculated) -> None:
    assert is_close(computed[f"Deal!{column(number)}2"], CASES[number].beside)
    assert is_close(computed[f"Deal!{column(number)}20"], CASES[number].elsewhere)


def test_libreoffice_gives_these_values_from_the_file_itself(book: Path, tmp_path: Path) -> None:
    try:
        programs()
    except WorkbookError as error:
        pytest.skip(str(error))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    found = values(tmp_path / book.name)
    for number, one in enumerate(CASES):
        assert is_close(found[f"{column(number)}2"], one.beside), one.formula
        assert is_close(found[f"{column(number)}20"], one.elsewhere), one.formula


def test_the_file_keeps_its_own_formulas(book: Path, computed: Recalculated) -> None:
    before, after = (openpyxl.load_workbook(path)["Deal"] for path in (book, book.with_name("out.xlsx")))
    assert [[cell.value for cell in row] for row in before] == [[cell.value for cell in row] for row in after]
    assert b't="array"' not in members(book.with_name("out.xlsx"))["xl/worksheets/sheet1.xml"]


def test_lint_says_where_one_cell_is_hardly_meant_and_nothing_elsewhere(book: Path) -> None:
    found = {finding.cell: finding.rule for finding in lint(book)}
    reduced = range(len(WHOLE) + len(ONE), len(WHOLE) + len(ONE) + len(REDUCED))
    assert found == {f"Deal!{column(i)}{row}": "array-in-plain-formula" for i in reduced for row in (2, 20)}


def rules(path: Path) -> list[str]:
    """What lint finds in formulas."""
    return [finding.rule for finding in lint(path) if finding.cell != "workbook"]


def value_of(tmp_path: Path, formula: str, row: int = 2, **more: Any) -> Any:
    path = make(tmp_path / "book.xlsx", {**CELLS, f"F{row}": formula}, **{"names": NAMES, **more})
    return recalculate(path)[f"Deal!F{row}"]


@pytest.mark.parametrize(
    ("formula", "value"), [("=SUMPRODUCT(IF(A1:A5>1,B1:B5,0))", 80.5), ("=SUMPRODUCT(IFERROR(days,0))", 2.0)]
)
def test_if_takes_one_value_inside_sumproduct_too_and_lint_says_so(tmp_path: Path, formula: str, value: float) -> None:
    # Excel wants Ctrl+Shift+Enter for this; LibreOffice computes the array.
    path = make(tmp_path / "book.xlsx", {**CELLS, "F2": formula}, NAMES)
    result = recalculate(path)
    assert result["Deal!F2"] == value
    assert rules(path) == ["one-cell-inside-array"]
    assert "IF" in result.warnings[0]


# -- names
@pytest.mark.parametrize(
    ("names", "formula"),
    [({"exp": "Deal!$B$1"}, "=SUMPRODUCT(EXP(-exp*A1:A5))"), ({"衰减": "Deal!$B$1"}, "=SUMPRODUCT(EXP(-衰减*A1:A5))"),
     ({"Ставка": "Deal!$B$1", "Дни": "Deal!$A$1:$A$5"}, "=SUMPRODUCT(EXP(-СТАВКА*ДНИ))"),
     ({"rate_1": "Deal!$B$1", "rate_2": "Deal!$A$1:$A$5"}, "=SUMPRODUCT(EXP(-rate_1*rate_2))"),
     ({"k": "'Deal'!$B$1"}, '=SUMPRODUCT(EXP(-k*A1:A5))+LEN("k*days")-6'),
     ({"minus": "-Deal!$B$1", "days": "Deal!$A$1:$A$5"}, "=SUMPRODUCT(EXP(minus*days))"),
     ({"minus": "-0.5"}, "=SUMPRODUCT(EXP(minus*A1:A5))"), ({"made": "EXP(-0.5*Deal!$A$1:$A$5)"}, "=SUM(made)"),
     ({"far": "OFFSET(Deal!$A$1,0,0,5,1)"}, "=SUMPRODUCT(EXP(-0.5*far))"), ({"R1_C1": "Deal!$B$1"},
      "=SUMPRODUCT(EXP(-R1_C1*A1:A5))")],
)  # fmt: skip
@pytest.mark.parametrize("row", [2, 20])
def test_a_name_of_any_kind_counts_as_what_it_stands_for(
    tmp_path: Path, names: dict[str, str], formula: str, row: int
) -> None:
    assert value_of(tmp_path, formula, row, names=names) == pytest.approx(1.414960542893017, rel=1e-12)


@pytest.mark.parametrize(("formula", "value"), [("=rate_1*2", 1.0), ("=rate_2*2", 4.0), ("=far*2", 4.0)])
def test_names_that_differ_in_a_number_only_are_not_taken_for_each_other(
    tmp_path: Path, formula: str, value: float
) -> None:
    names = {"rate_1": "Deal!$B$1", "rate_2": "Deal!$A$1:$A$5", "far": "OFFSET(Deal!$A$1,0,0,5,1)"}
    path = make(tmp_path / "book.xlsx", {**CELLS, "E2": "=rate_1*3", "F2": formula, "G2": "=rate_2*3"}, names)
    result = recalculate(path)
    assert [result[f"Deal!{letter}2"] for letter in "EFG"] == [1.5, value, 6.0]


def test_a_sheet_s_own_name_comes_before_the_workbook_s(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Deal"
    made.create_sheet("Other One")
    for sheet in made:
        for place, value in CELLS.items():
            sheet[place] = value
        sheet["F2"] = "=SUMPRODUCT(EXP(-rate*A1:A5))"
    made["Deal"]["G2"] = "=SUMPRODUCT(EXP(-'Other One'!rate*A1:A5))"
    name = openpyxl.workbook.defined_name.DefinedName
    made.defined_names["rate"] = name("rate", attr_text="Deal!$B$1")
    made["Other One"].defined_names["rate"] = name("rate", attr_text="'Other One'!$A$1:$A$5")
    made.save(tmp_path / "book.xlsx")
    result = recalculate(tmp_path / "book.xlsx")
    squares = sum(2.718281828459045 ** -(i * i) for i in range(1, 6))
    assert result["Deal!F2"] == pytest.approx(1.414960542893017, rel=1e-12)
    assert result["'Other One'!F2"] == result["Deal!G2"] == pytest.approx(squares, rel=1e-12)


# -- where formulas stand
def test_shared_formulas_each_take_their_own_cells(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c>{{}}</row>' for i in range(1, 4))
    shared = ['<c r="B1"><f t="shared" si="0" ref="B1:B3">SUMPRODUCT(EXP(-$A$1:$A$3*A1))</f><v>0</v></c>']
    shared += [f'<c r="B{i}"><f t="shared" si="0"/><v>0</v></c>' for i in (2, 3)]
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{rows.format(*shared)}</sheetData>")
    result = recalculate(path)
    expected = [sum(2.718281828459045 ** -(i * row) for i in (1, 2, 3)) for row in (1, 2, 3)]
    assert [result[f"Deal!B{i}"] for i in (1, 2, 3)] == pytest.approx(expected, rel=1e-12)


def test_what_follows_from_other_inputs_is_computed_alike(tmp_path: Path) -> None:
    cells = {**CELLS, "F2": "=SUMPRODUCT(EXP(-k*A1:A5))", "F3": "=F2+days+CFI_LTV(k,1)", "F4": "=SUM(IF(k>1,A1:A5,0))"}
    path = make(tmp_path / "book.xlsx", cells, NAMES)
    outputs = ["Deal!F2", "Deal!F3", "Deal!F4"]
    sweep = Book.open(path).sweep({"k": [0.5, 1.0, 2.0]}, outputs)
    for k, *answers in sweep.rows:
        whole = recalculate(path, set={"k": k})
        assert answers == [whole[place] for place in outputs]
        assert answers[0] == pytest.approx(sum(2.718281828459045 ** (-k * i) for i in range(1, 6)), rel=1e-12)
        assert answers[1] == pytest.approx(answers[0] + 3 + k, rel=1e-12)
        assert answers[2] == (15.0 if k > 1 else 0.0)


# -- calls
@pytest.mark.parametrize(
    ("formula", "value"),
    [("=ISNUMBER(CFI_GAP_RISK(0.75,0.75,10))", True), ("=ISNUMBER(CFI_LTV(A1:A5,2))", True),
     ("=ROUND(CFI_LTV(A1:A5,2),1)", 0.5), ("=IF(ISNUMBER(CFI_LTV(A1:A5,2)+1),1,0)", 1.0),
     ("=SUM(CFI_LTV(A1:A5,2))", 7.5), ("=INDEX(CFI_LTV(A1:A5,2),3)", 1.5), ("=INDEX(CFI_LTV(1,2),1,1)", 0.5),
     ("=SUMPRODUCT(ABS(CFI_LTV(A1:A5,2)-1))", 3.5)],
)  # fmt: skip
def test_where_one_value_is_wanted_a_call_gives_its_first(tmp_path: Path, formula: str, value: float | bool) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "F2": formula})
    assert recalculate(path)["Deal!F2"] == value
    assert rules(path) == []


@pytest.mark.parametrize("call", ["CFI_GAP_RISK(0.75,0.75,10)", "CFI_LTV(A1:A5,2)"])
def test_in_an_array_formula_each_cell_of_a_call_is_asked(tmp_path: Path, call: str) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "F1": ("F1:F3", f"=ISNUMBER({call})"), "G1": ("G1:G3", f"={call}")})
    result = recalculate(path)
    asked, given = result["Deal!F1:F3"], result["Deal!G1:G3"]
    assert [row[0] for row in asked] == [isinstance(row[0], float) for row in given]
    assert rules(path) == []


@pytest.mark.parametrize(
    "argument",
    ["INDEX(A1:A5,2):INDEX(A1:A5,4)", "INDEX(days,2):INDEX(days,k*8)", "A2:INDEX(days,4)", "INDEX(A1:A5,4):A2"],
)
def test_an_area_with_computed_ends_reaches_a_call(tmp_path: Path, argument: str) -> None:
    assert value_of(tmp_path, f"=CFI_HHI({argument})") == pytest.approx((4 + 9 + 16) / 81, rel=1e-12)


def test_blanks_in_an_area_with_written_ends_stay_blanks(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx", {"A1": 1, "A3": 3, "F1": "=CFI_HHI(A1:A3)", "F2": "=CFI_HHI(A1:INDEX(A1:A9,3))"}
    )
    result = recalculate(path)
    assert result["Deal!F1"] == result["Deal!F2"]


@pytest.mark.parametrize("number", ["A1-1", "A5+1", "0.5", "6"])
def test_an_end_outside_its_range_gives_no_other_cells(tmp_path: Path, number: str) -> None:
    found = value_of(tmp_path, f"=SUM(A3:INDEX(A1:A5,{number}))")
    assert found in (Code.DIV0, Code.REF)
    assert value_of(tmp_path, f"=CFI_HHI(A3:INDEX(A1:A5,{number}))") in (Code.DIV0, Code.REF)


# -- expressions as arguments
def test_wide_and_tall_arguments_do_not_spill_into_each_other(tmp_path: Path) -> None:
    months = {f"{openpyxl.utils.get_column_letter(i)}1": i for i in range(1, 85)}
    cells = {**months, **{f"A{i}": i for i in range(2, 5001)}}
    cells |= {f"C{i}": f"=CFI_HHI(A1:CF1*{i})" for i in range(3, 43)}
    cells |= {f"D{i}": f"=CFI_HHI(A1:A5000*{i})" for i in range(3, 43)}
    cells |= {f"E{i}": f"=CFI_HHI(OFFSET(A1,0,0,1,84)*{i})" for i in range(3, 43)}
    cells["F3"] = ("F3:F14", "=CFI_GPU_RESIDUAL(A1:A12/12,0.2)")
    result = recalculate(make(tmp_path / "book.xlsx", cells))
    wide, tall = (sum(i * i for i in range(1, n + 1)) / (n * (n + 1) / 2) ** 2 for n in (84, 5000))
    for letter, expected in (("C", wide), ("D", tall), ("E", wide)):
        assert [row[0] for row in result[f"Deal!{letter}3:{letter}42"]] == pytest.approx([expected] * 40, rel=1e-9)
    ages = [row[0] for row in result["Deal!F3:F14"]]
    assert ages == pytest.approx([2.718281828459045 ** (-0.2 * i / 12) for i in range(1, 13)], rel=1e-12)


def test_too_many_tall_arguments_are_refused_in_a_sentence(tmp_path: Path) -> None:
    from computefi.recalc.prepare.plan import HelperSheet

    sheet = HelperSheet()
    taken = [sheet.place((5000, 1000)) for _ in range(4)]
    assert len(set(taken)) == 4
    with pytest.raises(WorkbookError, match="put them into cells"):
        sheet.place((5000, 1000))
