"""What in a workbook is not to be trusted, found before it is: `lint(path)`.

Deal!B3 =ISNUMBER(A1:A3)  →  Finding of the rule that IronCalc tests one cell there, at Deal!B3, with what to do
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from computefi.recalc.lint.claims import FAILS, NOTE
from computefi.recalc.lint.formulas import Finding, formula_findings
from computefi.recalc.lint.plausibility import implausible_arguments
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.preparation import prepare
from computefi.xlsx.calcmode import CALC_PR
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import attributes_of
from computefi.xlsx.workbook import open_workbook


def lint(path: str | os.PathLike[str]) -> list[Finding]:
    """Everything in a workbook that the default engine gets wrong or cannot compute, that changes by itself, or that
    is a number hardly meant."""
    book = open_workbook(Package.open(Path(path)))
    plan = prepare(book)
    return [*formula_findings(plan), *call_findings(plan), *implausible_arguments(plan), *workbook_findings(plan)]


def call_findings(plan: Plan) -> Iterator[Finding]:
    """CFI calls that are refused: unknown names, calls inside LAMBDA, references over several sheets."""
    for site in plan.cfi_calls:
        if site.refused:
            cell = plan.place(site.sheet, site.row, site.column)
            rule = "unknown-call" if "there is no function" in site.refused else "refused-call"
            yield Finding(cell, rule, FAILS, site.refused, "correct the formula", "=" + site.formula)


def workbook_findings(plan: Plan) -> Iterator[Finding]:
    """What concerns the workbook as a whole, and the formulas that keep their stored values."""
    book = plan.workbook
    for sheet, row, column, reason in plan.frozen:
        remedy = "open it in Excel, or replace the formula by its value"
        yield Finding(plan.place(sheet, row, column), "kept", FAILS, f"{reason}: it keeps its stored value", remedy)
    if plan.rounds is not None:
        what = "circular references are gone through in rounds, and end where the workbook says, not where they settle"
        cell = plan.place(*min(plan.rounds.earlier))
        yield Finding(cell, "iteration", NOTE, what, "solve the circle in closed form, or with `computefi solve`")
    match = CALC_PR.search(book.package.read(book.part))
    if plan.cfi_calls and match and attributes_of(match[2]).get("fullCalcOnLoad") in ("1", "true"):
        what = "Excel computes everything anew on opening: without the add-in every CFI cell then shows #NAME?"
        yield Finding("workbook", "full-calculation", NOTE, what, "recalculate with calc='trust'")
