"""Excel's functions that are answered here: the engine is wrong, and what comes out is right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from native_claims import CELLS, CLAIMS, Claim
from openpyxl.worksheet.formula import ArrayFormula

from computefi.errors import CODES
from computefi.formulas.functions import FUNCTIONS
from computefi.recalc import recalculate
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.natives.values import order
from computefi.xlsx.cells import parse_cell
from recalc_books import make

FIRST, COLUMN = 20, 15
PLAIN = [claim for claim in CLAIMS if not any(mark in claim.formula for mark in ("{", "*2", "--", "(IF("))]


def stored(formula: str) -> str:
    """A formula as a file holds it."""
    name = re.compile(r"(?<![\w.])[A-Z][A-Z0-9.]*(?=\()")
    return "=" + name.sub(lambda match: FUNCTIONS[match[0]].stored if match[0] in FUNCTIONS else match[0], formula)


def is_right(found: Any, right: Any) -> bool:
    if isinstance(right, float):
        return isinstance(found, float) and found == pytest.approx(right, rel=1e-9, abs=1e-9)
    return type(found) is type(right) and found == right


@pytest.fixture(scope="module")
def engine() -> dict[str, Any]:
    """What the engine alone makes of the formulas."""
    model = ironcalc.create("x", "en", "UTC", "en")
    for place, value in CELLS.items():
        row, column = parse_cell(place) or (0, 0)
        if isinstance(value, str) and not value.startswith("="):
            model.update_cell_with_text(0, row, column, value)
        elif isinstance(value, bool):
            model.update_cell_with_bool(0, row, column, value)
        else:
            model.set_user_input(0, row, column, str(value))
    for row, claim in enumerate(CLAIMS, FIRST):
        model.set_user_array_formula(0, row, COLUMN, 1, 1, "=" + claim.formula)
    model.evaluate()
    values = [model.get_cell_value(0, row, COLUMN) for row in range(FIRST, FIRST + len(CLAIMS))]
    return {
        claim.formula: CODES.get(value, value) if isinstance(value, str) else value
        for claim, value in zip(CLAIMS, values, strict=True)
    }


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Any]:
    """What a recalculation makes of them, as ordinary formulas and as array formulas."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, value in CELLS.items():
        sheet[place] = value
    for row, claim in enumerate(CLAIMS, FIRST):
        sheet[f"O{row}"] = stored(claim.formula) if claim in PLAIN else None
        sheet[f"P{row}"] = ArrayFormula(f"P{row}", stored(claim.formula))
    path = tmp_path_factory.mktemp("natives") / "book.xlsx"
    book.save(path)
    result = recalculate(path)
    assert result.warnings == []
    return {
        (claim.formula, array): result[f"Deal!{'P' if array else 'O'}{row}"]
        for row, claim in enumerate(CLAIMS, FIRST)
        for array in (False, True)
    }


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.formula)
def test_the_engine_alone_is_wrong(claim: Claim, engine: dict[str, Any]) -> None:
    assert not is_right(engine[claim.formula], claim.right)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.formula)
def test_an_array_formula_is_right(claim: Claim, ours: dict[tuple[str, bool], Any]) -> None:
    assert is_right(ours[claim.formula, True], claim.right)


@pytest.mark.parametrize("claim", PLAIN, ids=lambda claim: claim.formula)
def test_an_ordinary_formula_is_right(claim: Claim, ours: dict[tuple[str, bool], Any]) -> None:
    assert is_right(ours[claim.formula, False], claim.right)


@pytest.mark.parametrize("function", NATIVES)
def test_every_function_answered_here_has_its_claim(function: str) -> None:
    known = {
        *("DMIN", "DSTDEVP", "DVARP"),  # their conditions are read as those of the others are
        "RANDARRAY",  # no value is wrong: tests of recalc --seed
    }
    assert function in known or any(f"{function}(" in claim.formula for claim in CLAIMS)


def test_what_looks_for_nothing_is_answered_after_what_looks_for_something(tmp_path: Path) -> None:
    calls = ["VLOOKUP(5,C1:D9,1,FALSE)", "VLOOKUP(0,C1:D9,1,FALSE)", "VLOOKUP(5,C1:D9,1,FALSE)"]
    cells = {f"O{row}": "=" + call for row, call in enumerate(calls, FIRST)}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **cells}))
    assert [result[f"Deal!O{row}"] for row in range(FIRST, FIRST + 3)] == [5, CODES["#N/A"], 5]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("é", "f"),
        ("e", "é"),
        ("É", "f"),
        ("coop", "co-op"),
        ("co-op", "coot"),
        ("o'neil", "onset"),
        ("_a", "1"),
        ("9", "a"),
    ],
)
def test_texts_are_sorted_as_excel_sorts_them(one: str, other: str) -> None:
    """Accents, hyphens and apostrophes decide only between texts that are equal without them."""
    assert (order(one, other), order(other, one), order(one, one)) == (-1, 1, 0)
