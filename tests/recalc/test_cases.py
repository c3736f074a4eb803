"""Small workbooks of kinds that real ones are made of, with the values that Excel stores in them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import Recalculated, WorkbookError, recalculate

CASES = Path(__file__).parent / "cases"
TABLE: list[dict[str, Any]] = json.loads((CASES / "cases.json").read_text())

NOT_YET: dict[str, str] = {
    "subtotal_hidden_rows.xlsx S!A4": "SUBTOTAL 101-111 counts hidden rows",
    "subtotal_hidden_rows.xlsx S!C4": "SUBTOTAL 101-111 counts hidden rows",
    "subtotal_hidden_rows.xlsx S!D4": "SUBTOTAL 101-111 counts hidden rows",
    "intersection_other_sheet.xlsx": "intersection operator (space)",
    "intersection_operator.xlsx S!D1": "intersection operator (space)",
    "intersection_operator.xlsx S!F1": "intersection operator (space)",
    "text_seconds_sixty.xlsx": "TEXT of a time shows :60 or a minute too few",
    "near_zero_difference.xlsx S!E1": "a difference that Excel takes for 0",
    "near_zero_difference.xlsx S!F1": "a difference that Excel takes for 0",
    "near_zero_difference.xlsx S!G1": "a difference that Excel takes for 0",
    "text_of_a_logical.xlsx": "TEXT of a logical, SUMSQ of texts, MINA of a logical, SWITCH with an empty argument",
    "named_lambda.xlsx": "a LAMBDA under a name",
    "relative_name.xlsx": "a relative defined name",
    "vba_function_value_lost.xlsx": "a VBA function: the stored value is overwritten",
    "three_d_references.xlsx": "right today",
}
"""Cases that are not right yet, `file cell` or a whole file, each with its reason; one that is right does not stay."""


@cache
def recalculated(file: str) -> Recalculated | WorkbookError:
    """A workbook recalculated once for all its cells, or why it is refused."""
    try:
        return recalculate(CASES / file)
    except WorkbookError as error:
        return error


def is_right(found: object, expected: Any, tolerance: float) -> bool:
    """Whether a value is the expected one, of the same kind."""
    if isinstance(found, bool) or isinstance(expected, (bool, str)):
        return type(found) is type(expected) and found == expected
    return not isinstance(found, (str, Code)) and found == pytest.approx(expected, rel=tolerance, abs=0)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['file'].removesuffix('.xlsx')} {case['cell']}")
def test_a_strangers_workbook_comes_back_as_excel_stored_it(case: dict[str, Any]) -> None:
    result = recalculated(case["file"])
    found = result if isinstance(result, WorkbookError) else result[case["cell"]]
    # Excel itself seeks XIRR to a tolerance only.
    right = is_right(found, case["expected"], 1e-6 if "XIRR" in case["kind"] else 1e-9)
    reason = NOT_YET.get(f"{case['file']} {case['cell']}") or NOT_YET.get(case["file"])
    if reason is None:
        assert right, f"{case['kind']}: {found!r} for {case['expected']!r} ({case['source']})"
    elif not right:
        pytest.xfail(reason)
    else:
        pytest.fail(f"right now, and still listed: {reason}")


def test_what_is_not_right_yet_is_a_case() -> None:
    files = {case["file"] for case in TABLE}
    assert set(NOT_YET) <= files | {f"{case['file']} {case['cell']}" for case in TABLE}
