"""Formulas by chance over blanks, texts, truth values, errors, dates and spills, against two other engines.

`goldens/random.json` has, of 2,000 such formulas, the values on which LibreOffice 7.4 and formulon 0.18 agree, and
`goldens/nested.json` those of 2,500 with functions within functions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import CODES, Code
from computefi.recalc import recalculate
from computefi.recalc.compared import difference_of
from goldens import book_of, stored
from random_formulas import SHEET, nested_formulas, random_formulas

SEED, COUNT, NESTED = 2026, 2000, 2500
GOLDENS = Path(__file__).parent / "goldens"
AGREED: list[list[Any]] = json.loads((GOLDENS / "random.json").read_text())
AGREED_NESTED: list[list[Any]] = json.loads((GOLDENS / "nested.json").read_text())
# Where both are not as Excel, or each stops elsewhere, in its beginning and with the reason.
BOTH_DIFFER: dict[str, str] = {}


def different_from(agreed: list[list[Any]], formulas: list[str], path: Path) -> dict[str, tuple[Any, Any]]:
    """The formulas that have another value here, with both."""
    cells = {f"M{row}": {"formula": stored(formula)} for row, formula in enumerate(formulas, 1)}
    result, found = recalculate(book_of(path, [{**SHEET, **cells}])), {}
    for place, right in agreed:
        expected = CODES[right["error"]] if isinstance(right, dict) else right
        ours = result[f"S1!M{place + 1}"]
        if difference_of(expected, ours):  # type: ignore[arg-type]
            found[formulas[place]] = (ours, expected)
    return found


@pytest.fixture(scope="module")
def different(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    return different_from(AGREED, random_formulas(SEED, COUNT), tmp_path_factory.mktemp("random") / "book.xlsx")


@pytest.fixture(scope="module")
def different_nested(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    formulas = nested_formulas(SEED, NESTED)
    return different_from(AGREED_NESTED, formulas, tmp_path_factory.mktemp("nested") / "book.xlsx")


def silent(different: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {formula: both for formula, both in different.items() if not isinstance(both[0], Code)}


def test_no_value_is_silently_another(different: dict[str, tuple[Any, Any]]) -> None:
    assert silent(different) == {}


def test_no_value_of_functions_within_functions_is_silently_another(
    different_nested: dict[str, tuple[Any, Any]],
) -> None:
    assert set(silent(different_nested)) == set(BOTH_DIFFER)
    errors = [f for f, (_, right) in different_nested.items() if not isinstance(right, Code)]
    assert len(errors) <= 20, errors


def test_hardly_any_value_is_an_error_here_alone(different: dict[str, tuple[Any, Any]]) -> None:
    errors = [f for f, (_, right) in different.items() if not isinstance(right, Code)]
    # Days from a blank cell on: the engine has none.
    assert all(formula.startswith(("NETWORKDAYS(", "YEARFRAC(")) for formula in errors)


def test_the_formulas_are_many_and_of_many_functions() -> None:
    formulas = random_formulas(SEED, COUNT)
    assert len({formula.partition("(")[0] for formula in formulas}) >= 100
    assert len(AGREED) >= 1700
    assert len(AGREED_NESTED) >= 2000
