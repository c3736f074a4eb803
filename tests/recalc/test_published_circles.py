"""The cases of iteration that formualizer publishes (Apache-2.0 or MIT), with the values that they have there.

Those of insertion, deletion and timing, which are about an editor, are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_circles import book

from computefi.errors import Code
from computefi.recalc import recalculate

NUM, DIV0 = Code.NUM, Code.DIV0
CONTRACTION = {"A1": "=0.5*10+0.5*A2", "A2": "=0.5*A1"}
CASES: dict[str, tuple[dict[str, Any], int, float, dict[str, Any]]] = {
    "a cell that counts": ({"A1": "=A1+1"}, 7, 0.001, {"A1": 7.0}),
    "two that drive each other on": ({"A1": "=A2+1", "A2": "=A1+1"}, 10, 0.001, {"A1": 19.0, "A2": 20.0}),
    "in a row": ({"B1": "=C1+1", "C1": "=B1+1"}, 2, 0.001, {"B1": 3.0, "C1": 4.0}),
    "an accumulator": ({"A1": 5, "B1": "=B1+A1", "D1": "=B1*2"}, 1, 0.001, {"B1": 5.0, "D1": 10.0}),
    "two routes": ({"B1": "=0.5*10+0.5*C1", "C1": "=0.5*B1+0.5*20"}, 100, 1e-12, {"B1": 40 / 3, "C1": 50 / 3}),
    "a range with the cell in it": ({"B1": 1, "B2": "=SUM(B1:B3)", "B3": 2}, 5, 0.001, {"B2": 15.0}),
    "its whole column": ({"B1": "=SUM(B:B)", "B4": 2, "B5": 3}, 4, 0.001, {"B1": 20.0}),
    "an error that stays": ({"B1": "=1/C1", "C1": "=B1"}, 100, 0.001, {"B1": DIV0, "C1": DIV0}),
    "out of an error": ({"D1": 4, "B1": "=IFERROR(0*C1,0)+1/D1", "C1": "=B1"}, 100, 0.001, {"B1": 0.25, "C1": 0.25}),
    "a branch that turns": ({"A1": "=IF(B1>2,7,B1+1)", "B1": "=A1"}, 100, 0.001, {"A1": 7.0, "B1": 7.0}),
    "a circle that opens late": (
        {"A1": "=IF(A2=999,A3,7)", "A2": "=IF(TRUE,999,A1)", "A3": "=IF(TRUE,A1,8)"}, 1, 0.001, {"A2": 999.0}
    ),
    "a circle on paper only": (
        {"A1": True, "A2": "=IF(A1,555,A3)", "A3": "=IF(A1,A2,999)"}, 100, 0.001, {"A2": 555.0, "A3": 555.0}
    ),
    "a text that settles": ({"B1": '=IF(C1="","x",C1)', "C1": "=B1"}, 100, 0.001, {"B1": "x", "C1": "x"}),
    "a text that grows": ({"A1": '=A1&"x"'}, 10, 0.001, {"A1": "x" * 10}),
    "the length of a text that grows": ({"A1": '=CONCATENATE(A1,"ab")', "B1": "=LEN(A1)"}, 5, 0.001, {"B1": 10.0}),
    "truth values, odd": ({"A1": "=NOT(B1)", "B1": "=A1"}, 3, 0.001, {"A1": True}),
    "truth values, even": ({"A1": "=NOT(B1)", "B1": "=A1"}, 4, 0.001, {"A1": False}),
    "a stamp": ({"A1": 1, "B1": '=IF(A1="","",IF(B1="",45000,B1))'}, 100, 0.001, {"B1": 45000.0}),
    "one circle feeds another": (
        CONTRACTION | {"B1": "=0.5*A1+0.5*B2", "B2": "=0.5*B1"}, 100, 1e-12, {"A1": 20 / 3, "B1": 40 / 9, "B2": 20 / 9}
    ),
    "a diamond of four": (
        CONTRACTION | {
            "B1": "=0.5*A1+0.5*B2", "B2": "=0.5*B1", "C1": "=0.5*A1+0.5*C2", "C2": "=0.5*C1",
            "D1": "=0.5*(B1+C1)+0.5*D2", "D2": "=0.5*D1",
        }, 100, 1e-12, {"B1": 40 / 9, "C1": 40 / 9, "D1": 160 / 27}
    ),
    "a plain cell between two circles": (
        CONTRACTION | {"M1": "=A1*3", "B1": "=0.5*M1+0.5*B2", "B2": "=0.5*B1"}, 100, 1e-12, {"M1": 20.0, "B1": 40 / 3}
    ),
    "beyond all numbers": ({"B1": "=C1*1E100", "C1": "=B1*1E100+1"}, 100, 0.001, {"B1": NUM, "C1": NUM}),
    "a sum beyond all numbers": (
        {"A1": 1e308, "A2": 1e308, "B1": "=-C1", "C1": "=MAX(B1,SUM(A1:A2))"}, 100, 0.001, {"B1": NUM, "C1": NUM}
    ),
    "large, and stopped before": ({"B1": "=C1*10", "C1": "=B1*10+1"}, 2, 0.001, {"B1": 10.0, "C1": 101.0}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_published_case(tmp_path: Path, name: str) -> None:
    cells, count, delta, expected = CASES[name]
    result = recalculate(book(tmp_path / "book.xlsx", cells, True, count, delta))
    for place, value in expected.items():
        right = pytest.approx(value, rel=1e-11) if type(value) is float else value
        assert result[f"Deal!{place}"] == right, place


def test_what_is_otherwise_here(tmp_path: Path) -> None:
    """There a circle is settled before the next begins; here, as Excel says of itself, each round goes through all."""
    cells: dict[str, Any] = {"A1": "=A1+1", "B1": "=0.5*A1+0.02*B2", "B2": "=0.5*B1"}
    result = recalculate(book(tmp_path / "rounds.xlsx", cells, count=5))
    assert result["Deal!A1"] == 5.0
    assert result["Deal!B1"] == pytest.approx(2.5201510, rel=1e-7)  # 2.5 / 0.99 there
    # A circle that only the text in a cell closes is not gone through, but kept and named.
    cells = {"D1": "B1", "A1": "=INDIRECT(D1)+1", "B1": "=A1+1"}
    assert recalculate(book(tmp_path / "text.xlsx", cells)).kept.keys() == {"Deal!A1", "Deal!B1"}
