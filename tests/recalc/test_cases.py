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

NOT_YET: dict[str, str] = {}
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
