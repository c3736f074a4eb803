"""Every claim that `lint` makes about the default engine, tried in the engine: evidence, not folklore."""

from __future__ import annotations

import re

import openpyxl
import pytest
from lint_probes import CELLS, RIGHT, WRONG, Probe
from openpyxl.worksheet.formula import ArrayFormula

from computefi.errors import Code
from computefi.formulas.functions import FUNCTIONS
from computefi.recalc import recalculate
from computefi.recalc.lint.api import Finding, lint
from computefi.recalc.lint.claims import CLAIMS, Claim
from computefi.recalc.lint.claims import WRONG as WRONG_VALUE

FIRST = 10


def stored(formula: str) -> str:
    """A formula as a file holds it."""
    return "=" + re.sub(r"(?<![\w.])[A-Z][A-Z0-9.]*(?=\()", lambda name: spelled(name[0]), formula)


def spelled(name: str) -> str:
    """A function's name as a file spells it."""
    return FUNCTIONS[name].stored if name in FUNCTIONS else name


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, list[Finding]]]:
    """For every formula what the engine gives and what `lint` says, from one workbook."""
    formulas = [*(p.formula for p in WRONG), *(formula for formula, _ in RIGHT)]
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


@pytest.mark.parametrize("probe", WRONG, ids=lambda probe: probe.formula)
def test_what_lint_warns_of_is_wrong_in_the_engine(
    probe: Probe, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    assert isinstance(probe.right, float)
    value, findings = tried[probe.formula]
    assert not is_right(value, probe.right)
    assert probe.rule in [finding.rule for finding in findings]


@pytest.mark.parametrize("probe", WRONG, ids=lambda probe: probe.formula)
def test_a_silent_claim_gives_a_value_and_a_loud_one_none(
    probe: Probe, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    value, findings = tried[probe.formula]
    severity = next(finding.severity for finding in findings if finding.rule == probe.rule)
    # What the engine has no value for is kept; where the file stores none it is not available.
    assert severity == WRONG_VALUE or isinstance(value, Code)


@pytest.mark.parametrize(("formula", "right"), RIGHT)
def test_what_is_right_in_the_engine_is_left_alone(
    formula: str, right: float, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    value, findings = tried[formula]
    assert is_right(value, right)
    assert findings == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.rule.name} {claim.function}")
def test_every_claim_is_tried_on_the_function_that_it_is_about(claim: Claim) -> None:
    assert f"{claim.function}(" in claim.probe


def test_a_claim_is_about_the_arguments_that_it_counts() -> None:
    claim = next(claim for claim in CLAIMS if claim.function == "NPV")._replace(places="2,4,…")
    assert claim.chosen([0, 1, 2, 3, 4]) == [1, 3]
    assert claim._replace(places="2,3").chosen([0, 1]) == [1]
    assert claim._replace(places="1,2,…").chosen([0, 1, 2]) == [0, 1, 2]
