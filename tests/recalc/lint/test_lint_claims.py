"""What is right in a recalculation is left alone by `lint`, however much it looks like what Excel reads otherwise."""

from __future__ import annotations

import re

import openpyxl
import pytest
from lint_probes import CELLS, RIGHT
from openpyxl.worksheet.formula import ArrayFormula

from computefi.formulas.functions import FUNCTIONS
from computefi.recalc import recalculate
from computefi.recalc.lint.api import Finding, lint

FIRST = 10


def stored(formula: str) -> str:
    """A formula as a file holds it."""
    return "=" + re.sub(r"(?<![\w.])[A-Z][A-Z0-9.]*(?=\()", lambda name: spelled(name[0]), formula)


def spelled(name: str) -> str:
    """A function's name as a file spells it."""
    return FUNCTIONS[name].stored if name in FUNCTIONS else name


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, list[Finding]]]:
    """For every formula what comes out and what `lint` says, from one workbook."""
    formulas = [formula for formula, _ in RIGHT]
    path = tmp_path_factory.mktemp("lint") / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, value in CELLS.items():
        sheet[place] = value
    for row, formula in enumerate(formulas, FIRST):
        sheet[f"F{row}"] = ArrayFormula(f"F{row}", stored(formula))
    book.save(path)
    result = recalculate(path)
    found: dict[str, list[Finding]] = {}
    for finding in lint(path):
        found.setdefault(finding.cell, []).append(finding)
    return {
        formula: (result[f"Deal!F{row}"], found.get(f"Deal!F{row}", [])) for row, formula in enumerate(formulas, FIRST)
    }


def is_right(value: object, right: float) -> bool:
    return isinstance(value, float) and value == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize(("formula", "right"), RIGHT)
def test_what_is_right_is_left_alone(
    formula: str, right: float, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    value, findings = tried[formula]
    assert is_right(value, right)
    assert findings == []
