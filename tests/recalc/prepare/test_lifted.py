"""Functions of single values over arrays: each claim is wrong in the engine as it is, and right here."""

from __future__ import annotations

import re

import pytest

from computefi.formulas.functions import FUNCTIONS
from computefi.recalc import Recalculated, recalculate
from computefi.recalc.prepare.lifted import CLAIMS, Lifted
from recalc_books import make

CELLS = {
    **{f"A{i}": i for i in range(1, 6)},
    **{f"B{i}": v for i, v in enumerate((-100, 20, 30, 40, 50), 1)},
    **{f"C{i}": v for i, v in enumerate("abcax", 1)},
    **{f"D{i}": v for i, v in enumerate((0.5, 1.5, 2.5), 1)},
}
FIRST = 10
# What is more than one claim: ranges, rows across columns, calls within, several at once; the values are formulon's.
MORE = {
    "SUM(ROUND(B1:B5*1.026,0))": 41.0,
    "SUM(ROUND(B1:B5/7,TRANSPOSE(A1:A3)))": 17.124,
    "SUM(MOD(A1:A5,A1:A5))": 0.0,
    'SUMPRODUCT(--ISNUMBER(SEARCH("a",C1:C5)))': 2.0,
    "SUMPRODUCT((MOD(A1:A5,2)=1)*B1:B5)": -20.0,
    "SUM(ISERROR(A1:A5/0)*1)": 5.0,
    "IF(ISERROR(FACTDOUBLE(-9)),1,0)": 1.0,
    "IF(ISNA(FACTDOUBLE(-9)),1,0)": 0.0,
    'SUMPRODUCT(--ISERROR(MATCH(C1:C5,{"a"},0)))': 3.0,
    "SUMPRODUCT(LARGE(A1:A5,{1;2}))": 9.0,
    "SUM(ROUND(MOD(A1:A5,2)/3,1))": 0.9,
    "SUM(IF(ISBLANK(A1:A9),1,0))": 4.0,
    "SUM(EOMONTH(45000+A1:A5,{0,1}))": 450310.0,
    "SUM(LARGE(A1:A5,{1,2,3}))": 12.0,
    "SUM(IFERROR(ROUND(A1:A5/(A1:A5-2),1),7))": 12.7,
    "_xlfn.LET(_xlpm.a,A1:A5,SUM(ROUND(_xlpm.a/3,0)))": 5.0,
    "SUM(_xlfn.BYROW(A1:B5,_xlfn.LAMBDA(_xlpm.r,SUM(ROUND(_xlpm.r/7,0)))))": 8.0,
    # N and T take the first cell of a range, and every value of an array.
    "SUM(N(B1:B5))": -100.0,
    "ROWS(N(B1:B5))": 1.0,
    "COUNTA(T(C1:C5))": 1.0,
    "SUM(N(A1:A5+0))": 15.0,
    "SUM(ROUND(CFI_LTV(A1:A5,3),1))": 5.0,
    "SUM(ROUND(A1:A5,CFI_LTV(0,3)))": 15.0,
}


def stored(formula: str) -> str:
    """A formula as a file holds it."""
    return re.sub(
        r"(?<![\w.])[A-Z][A-Z0-9.]*(?=\()", lambda name: FUNCTIONS[name[0]].stored if name[0] in FUNCTIONS else name[0],
        formula,
    )  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    formulas = [*(claim.probe for claim in CLAIMS), *MORE]
    cells = {f"F{row}": (f"F{row}", "=" + stored(formula)) for row, formula in enumerate(formulas, FIRST)}
    return recalculate(make(tmp_path_factory.mktemp("lifted") / "book.xlsx", {**CELLS, **cells}))


@pytest.fixture(scope="module")
def in_the_engine() -> dict[str, object]:
    import ironcalc

    model = ironcalc.create("x", "en", "UTC", "en")
    for place, value in CELLS.items():
        model.set_user_input(0, int(place[1:]), ord(place[0]) - 64, str(value))
    for row, claim in enumerate(CLAIMS, FIRST):
        model.set_user_array_formula(0, row, 6, 1, 1, "=" + claim.probe)
    model.evaluate()
    return {claim.probe: model.get_cell_value(0, row, 6) for row, claim in enumerate(CLAIMS, FIRST)}


@pytest.mark.parametrize(("row", "claim"), list(enumerate(CLAIMS, FIRST)), ids=lambda one: getattr(one, "function", ""))
def test_what_the_engine_gets_wrong_over_arrays_is_right_here(
    row: int, claim: Lifted, here: Recalculated, in_the_engine: dict[str, object]
) -> None:
    # RATE is an iteration, in Excel itself to 1E-7.
    tolerance = 1e-7 if claim.function == "RATE" else 1e-9
    assert here[f"Deal!F{row}"] == pytest.approx(claim.right, rel=tolerance)
    assert in_the_engine[claim.probe] != pytest.approx(claim.right, rel=tolerance)


@pytest.mark.parametrize(("row", "formula"), list(enumerate(MORE, FIRST + len(CLAIMS))), ids=str)
def test_relatives_are_right_too(row: int, formula: str, here: Recalculated) -> None:
    assert here[f"Deal!F{row}"] == pytest.approx(MORE[formula], rel=1e-9)


def test_nothing_is_said_of_what_is_right(here: Recalculated) -> None:
    assert here.warnings == []
    assert here.errors == 0
