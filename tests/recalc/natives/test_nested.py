"""What is answered here is right wherever it stands: within LET, FILTER, a LAMBDA, an operator, another function."""

from __future__ import annotations

from typing import Any

import pytest
from native_claims import CELLS, CLAIMS, Claim
from openpyxl.worksheet.formula import ArrayFormula
from test_natives import PLAIN, is_right, stored

from computefi.errors import Code
from computefi.recalc import recalculate
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


def test_most_claims_are_tried() -> None:
    assert len(SINGLE) > 60 > len(CLAIMS) / 10
