"""Every claim that `lint` makes about the default engine, tried in the engine: evidence, not folklore."""

from __future__ import annotations

import openpyxl
import pytest
from lint_probes import CELLS, ONE_BY_ONE, RIGHT, WRONG, Probe
from openpyxl.worksheet.formula import ArrayFormula

from computefi.errors import Code
from computefi.recalc import recalculate
from computefi.recalc.lint import claims as lint_rules
from computefi.recalc.lint.api import Finding, lint

NEWER = "XLOOKUP XMATCH SWITCH MINIFS MAXIFS CONCAT TEXTJOIN MAP SEQUENCE".split()
NEWER += [name for name in ONE_BY_ONE if "." in name] + "DAYS PDURATION RRI PHI GAMMA GAUSS BITAND".split()
NEWER += ["PERCENTILE.INC", "STDEV.P"]
FIRST = 10


def stored(formula: str) -> str:
    """A formula as a file holds it."""
    for name in NEWER:
        for before in ("", "(", ",", "-", "/"):
            if before:
                formula = formula.replace(f"{before}{name}(", f"{before}_xlfn.{name}(")
            elif formula.startswith(f"{name}("):
                formula = f"_xlfn.{formula}"
    return "=" + formula


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, list[Finding]]]:
    """For every formula what the engine gives and what `lint` says, from one workbook."""
    one_by_one = [f"SUM({call.replace('#', 'A1:A5*1')})" for call in ONE_BY_ONE.values()]
    formulas = [*(p.formula for p in WRONG), *one_by_one, *(formula for formula, _ in RIGHT)]
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
    if not isinstance(value, Code):
        assert severity == lint_rules.WRONG


@pytest.mark.parametrize("function", ONE_BY_ONE)
def test_a_function_said_to_fail_over_arrays_fails(
    function: str, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    value, findings = tried[f"SUM({ONE_BY_ONE[function].replace('#', 'A1:A5*1')})"]
    assert isinstance(value, Code)
    assert [(f.rule, f.what.split()[0]) for f in findings] == [("cell-by-cell", function)]


@pytest.mark.parametrize(("formula", "right"), RIGHT)
def test_what_is_right_in_the_engine_is_left_alone(
    formula: str, right: float, tried: dict[str, tuple[object, list[Finding]]]
) -> None:
    value, findings = tried[formula]
    assert is_right(value, right)
    assert findings == []


def test_every_claim_has_a_probe() -> None:
    assert set(ONE_BY_ONE) == lint_rules.ONE_BY_ONE
    probed = " ".join(probe.formula for probe in WRONG)
    for function in {*lint_rules.COMPUTED, *lint_rules.SEVERAL, *lint_rules.FALSE_AS_ZERO}:
        assert f"{function}(" in probed, function


@pytest.mark.parametrize("function", sorted(lint_rules.MISSING_FUNCTIONS))
def test_the_functions_said_to_be_missing_are(function: str) -> None:
    import ironcalc

    model = ironcalc.create("x", "en", "UTC", "en")
    model.set_user_array_formula(0, 1, 1, 1, 1, f"={function}(B1)")
    model.evaluate()
    assert model.get_cell_value(0, 1, 1) in ("#NAME?", "#N/IMPL!")
