"""FORMULATEXT shows what the workbook has, in whatever words the engine got it."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from recalc_books import make

CELLS = {"A1": 0.3, "B1": "=ERF($A1)", "B2": '=_xlfn.CONCAT(A1,"x")', "B3": "=A1*2", "B4": '=TEXT(A1,"0%")'}


@pytest.mark.parametrize(
    ("place", "right"),
    [("B1", "=ERF($A1)"), ("B2", '=CONCAT(A1,"x")'), ("B3", "=A1*2"), ("B4", '=TEXT(A1,"0%")'), ("A1", Code.NA)],
)
def test_a_formula_s_text_is_the_workbook_s(tmp_path: Path, place: str, right: str | Code) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "C1": f"=_xlfn.FORMULATEXT({place})"})
    assert recalculate(path)["Deal!C1"] == right
