"""The page for IronCalc's authors is in step with the claims: what the engine has learnt is no longer on it."""

from __future__ import annotations

import native_claims
import pytest
import upstream

from computefi.recalc.prepare import lifted


@pytest.fixture(scope="module")
def committed() -> str:
    return upstream.PAGE.read_text(encoding="utf-8")


def test_the_committed_page_is_what_the_claims_and_the_engine_give(committed: str) -> None:
    assert committed == upstream.page(), "run python tests/recalc/natives/upstream.py"


def test_every_claim_is_on_the_page(committed: str) -> None:
    formulas = [claim.formula for claim in native_claims.CLAIMS]
    formulas += [claim.probe for claim in lifted.CLAIMS]
    assert [formula for formula in formulas if f"| {upstream.code('=' + formula)} |" not in committed] == []


def test_a_case_has_the_cells_that_its_formula_reads_and_no_others() -> None:
    cells = {"A1": 1, "A2": 2, "B1": 3, "AA1": 4}
    assert upstream.read_by('SUM($A$1,IF(B1="A2",1,2))', cells) == {"A1": 1, "B1": 3}
    assert upstream.read_by("SUM(A:A)+LOG10(2)", cells) == {"A1": 1, "A2": 2}
    assert upstream.read_by("ATAN2(AA1,1)", cells) == {"AA1": 4}
