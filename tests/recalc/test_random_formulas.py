"""Formulas by chance over blanks, texts, truth values, errors, dates and spills, against two other engines.

`goldens/random.json` has, of 2,000 such formulas, the values on which LibreOffice 7.4 and formulon 0.18 agree.
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
from random_formulas import SHEET, random_formulas

SEED, COUNT = 2026, 2000
AGREED: list[list[Any]] = json.loads((Path(__file__).parent / "goldens" / "random.json").read_text())


@pytest.fixture(scope="module")
def different(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """The formulas that have another value here, with both."""
    formulas = random_formulas(SEED, COUNT)
    cells = {f"M{row}": {"formula": stored(formula)} for row, formula in enumerate(formulas, 1)}
    path = book_of(tmp_path_factory.mktemp("random") / "book.xlsx", [{**SHEET, **cells}])
    result, found = recalculate(path), {}
    for place, right in AGREED:
        expected = CODES[right["error"]] if isinstance(right, dict) else right
        ours = result[f"S1!M{place + 1}"]
        if difference_of(expected, ours):  # type: ignore[arg-type]
            found[formulas[place]] = (ours, expected)
    return found


def test_no_value_is_silently_another(different: dict[str, tuple[Any, Any]]) -> None:
    assert {formula: both for formula, both in different.items() if not isinstance(both[0], Code)} == {}


def test_hardly_any_value_is_an_error_here_alone(different: dict[str, tuple[Any, Any]]) -> None:
    errors = [f for f, (_, right) in different.items() if not isinstance(right, Code)]
    # Days from a blank cell on: the engine has none.
    assert all(formula.startswith(("NETWORKDAYS(", "YEARFRAC(")) for formula in errors)


def test_the_formulas_are_many_and_of_many_functions() -> None:
    formulas = random_formulas(SEED, COUNT)
    assert len({formula.partition("(")[0] for formula in formulas}) >= 100
    assert len(AGREED) >= 1700
