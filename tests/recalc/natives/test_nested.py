"""What is answered here is right wherever it stands: within LET, FILTER, a LAMBDA, an operator, another function."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from native_claims import CELLS, CLAIMS, Claim
from openpyxl.worksheet.formula import ArrayFormula
from test_natives import PLAIN, is_right, stored

from computefi.errors import Code
from computefi.formulas.tree import parse, written
from computefi.recalc import recalculate
from computefi.recalc.prepare.variables import seen_through
from recalc_books import make

AROUND = [
    "LET(v,{},v)", "LET(v,1,w,{},w)", "IF(TRUE,{},1)", "IFERROR({},\"error\")", "IFS(TRUE,{})", "CHOOSE(1,{})",
    "SWITCH(1,1,{})", "INDEX(VSTACK({},9),1)", "INDEX(HSTACK(9,{}),2)", "INDEX(MAP({{1;2}},LAMBDA(v,{})),1)",
    "REDUCE(0,{{1,2}},LAMBDA(a,b,{}))", "INDEX(FILTER(VSTACK({},9),{{TRUE;TRUE}}),1)", "TAKE(VSTACK({},9),1)",
    "LET(v,LAMBDA(w,w),v({}))", "IF(ISERROR({0}),NA(),{0})", "({})",
    "INDEX(TOCOL(HSTACK({},9)),1)", "INDEX(EXPAND({},2,1,0),1)", "INDEX(MAKEARRAY(1,1,LAMBDA(r,c,{})),1)",
]  # fmt: skip
ERRORS = {'IFERROR({},"error")': "error", "IF(ISERROR({0}),NA(),{0})": Code.NA}
# ROUND of such a function within a LAMBDA of an array formula is an error.
SINGLE = [claim for claim in PLAIN if not claim.formula.startswith(("LINEST", "ROUND", "TREND"))]


@pytest.fixture(scope="module", params=["ordinary", "array"])
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    cells, places = dict(CELLS), {}
    for column, around in enumerate(AROUND):
        for row, claim in enumerate(SINGLE, 20):
            place = f"{chr(ord('L') + column)}{row}" if column < 15 else f"A{chr(ord('A') + column - 15)}{row}"
            formula = stored(around.format(claim.formula))
            cells[place] = ArrayFormula(place, formula) if request.param == "array" else formula
            places[around, claim.formula] = place
    result = recalculate(make(tmp_path_factory.mktemp("nested") / "book.xlsx", cells))
    return {key: result[f"Deal!{place}"] for key, place in places.items()}


@pytest.mark.parametrize("around", AROUND)
def test_an_answer_is_right_within(around: str, answers: dict[Any, Any]) -> None:
    def expected(claim: Claim) -> Any:
        return ERRORS.get(around, claim.right) if isinstance(claim.right, Code) else claim.right

    found = {claim.formula: (answers[around, claim.formula], expected(claim)) for claim in SINGLE}
    assert {formula: both for formula, both in found.items() if not is_right(*both)} == {}


FIRST = re.compile(r"""(?<=[(,])(?:(?:--)?[A-Z]+[0-9]+:[A-Z]+[0-9]+[^,()]*|\{[^}]*\}|IF\([^()]*\))(?=[,)])""")


def bound(formula: str) -> str:
    """A formula with the first of its arguments that is several cells or values as a variable of LET."""
    found = FIRST.search(formula)
    if found is None:
        return ""
    return f"LET(v,1,_xlpm.w,{found[0]},{formula[: found.start()]}_xlpm.w{formula[found.end() :]})"


@pytest.mark.parametrize("array", [False, True], ids=["ordinary", "array"])
def test_a_variable_of_let_is_seen_through(array: bool, tmp_path: Path) -> None:
    formulas = {claim.formula: bound(claim.formula) for claim in CLAIMS if bound(claim.formula)}
    places = {formula: f"N{row}" for row, formula in enumerate(formulas, 20)}
    cells = {place: stored(formulas[formula]) for formula, place in places.items()}
    if array:
        cells = {place: ArrayFormula(place, text) for place, text in cells.items()}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **cells}))
    found = {c.formula: (result[f"Deal!{places[c.formula]}"], c.right) for c in CLAIMS if c.formula in places}
    assert len(found) > 60
    assert {formulas[formula]: both for formula, both in found.items() if not is_right(*both)} == {}


def test_variables_keep_their_meaning() -> None:
    def through(text: str) -> str:
        return written(seen_through(parse(text)))

    assert through("LET(v,A1:A5*2,COUNT(v)/SUM(v))") == "LET(v,A1:A5*2,COUNT(A1:A5*2)/SUM(v))"
    assert through("LET(v,A1:A5,w,v*2,COUNT(w))") == "LET(v,A1:A5,w,v*2,COUNT((A1:A5)*2))"
    assert through("LET(v,A1:A5*2,LET(v,B1:B5*3,COUNT(v)))") == "LET(v,A1:A5*2,LET(v,B1:B5*3,COUNT(B1:B5*3)))"
    assert through("LET(a,A1:A5,v,a*2,LET(a,1,COUNT(v)))") == "LET(a,A1:A5,v,a*2,LET(a,1,COUNT((A1:A5)*2)))"
    for as_it_is in (
        "LET(v,A1*2,COUNT(v))",
        "LET(v,RANDARRAY(5),COUNT(v)-COUNT(v))",
        "LET(v,A1:A5*2,MAP(B1:B5,LAMBDA(v,COUNT(v))))",
    ):
        assert through(as_it_is) == as_it_is


def test_most_claims_are_tried() -> None:
    assert len(SINGLE) > 60 > len(CLAIMS) / 10
