"""What IronCalc gets wrong, case by case, as a page from which each can be reported to its authors.

    PYTHONPATH=tests/support python tests/recalc/natives/upstream.py

writes docs/upstream.md from the tables of claims and the divergences from Excel's values. A case has its own new
workbook with the cells that its formula reads and nothing else; it is listed where IronCalc by itself is wrong there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ironcalc
import native_claims

from computefi.errors import CODES, Code
from computefi.recalc.compared import difference_of
from computefi.recalc.prepare import lifted
from computefi.xlsx.cells import parse_cell, parse_rect
from goldens import GOLDENS, goldens

PAGE = Path(__file__).parents[3] / "docs" / "upstream.md"
PLACE = (30, 26)
REFERENCE = re.compile(r'"[^"]*"|(?<![\w.])(\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?)(?![\w(.])')
ERROR = re.compile(r"#[A-Z/]+!")
# What differs in digits that need not be the same on every machine.
IN_LAST_DIGITS = "engine: the inverse has 10 digits"
FIVE = {
    **{f"A{i}": i for i in range(1, 6)},
    **{f"B{i}": value for i, value in enumerate((-100, 20, 30, 40, 50), 1)},
    **{f"C{i}": letter for i, letter in enumerate("abcax", 1)},
}
HEAD = """# What IronCalc gets wrong

Each line is a case by itself, in a form that can be reported to [IronCalc](https://github.com/ironcalc/IronCalc): put
the cells into an empty sheet, enter the formula as an array formula of one cell (Z30) and compare. IronCalc's answers
are those of version {version}. Made by `tests/recalc/natives/upstream.py`.

In a recalculation (see [Without Excel](recalculation.md)) the formulas under *Functions* and under *Functions of single
values over arrays* come out right, and a sheet of any name is read; those under *Against Excel's own values* are still
wrong.

## A sheet with an exclamation mark in its name

A workbook with a formula on a sheet named `It's odd!` is not read: `XML Error: RowError: invalid digit found in
string`. Excel reads it. The place of the formula is written `It's odd!!A1` and split at the first mark.
"""
KINDS = (
    ("Functions", "formulon 0.18 and LibreOffice where both have a value, else what Excel's documentation says"),
    ("Functions of single values over arrays", "formulon 0.18, and by hand where the numbers are small"),
    ("Against Excel's own values", "Excel for Mac 16.108, from the golden files of formulon (`tests/recalc/goldens`)"),
)


class Case(NamedTuple):
    """A formula, the cells that it reads, and Excel's value."""

    kind: int
    formula: str
    cells: dict[str, Any]
    right: Any


def every_case() -> Iterator[Case]:
    """The claims of the three tables, and what diverges from Excel's values because of the engine."""
    for claim in native_claims.CLAIMS:
        yield Case(0, claim.formula, read_by(claim.formula, native_claims.CELLS), claim.right)
    for each in lifted.CLAIMS:
        yield Case(1, each.probe, read_by(each.probe, FIVE), each.right)
    reasons = json.loads((GOLDENS.parent / "divergences.json").read_text(encoding="utf-8"))
    for golden in goldens():
        reason = reasons.get(golden.name, "")
        if reason.startswith("engine:") and reason != IN_LAST_DIGITS:
            yield Case(2, golden.formula.removeprefix("="), golden.cells, golden.right)


def read_by(formula: str, cells: dict[str, Any]) -> dict[str, Any]:
    """Those of the cells that a formula names."""
    rects = [rect for match in REFERENCE.finditer(formula) if match[1] and (rect := parse_rect(match[1]))]
    return {
        place: content
        for place, content in cells.items()
        if any(rect.holds(*(parse_cell(place) or PLACE)) for rect in rects)
    }


def answered(case: Case) -> Any:
    """What IronCalc by itself makes of a case."""
    model = ironcalc.create("case", "en", "UTC", "en")
    for place, content in case.cells.items():
        row, column = parse_cell(place.replace("$", "")) or PLACE
        if isinstance(content, str) and not content.startswith("="):
            model.update_cell_with_text(0, row, column, content)
        else:
            model.set_user_input(0, row, column, entered(content))
    model.set_user_array_formula(0, *PLACE, 1, 1, "=" + case.formula)
    model.evaluate()
    value = model.get_cell_value(0, *PLACE)
    return CODES.get(value, value) if isinstance(value, str) else value


def entered(content: Any) -> str:
    """What is typed for a cell."""
    if isinstance(content, dict):
        return str(content.get("formula") or content["error"])
    return str(content).upper() if isinstance(content, bool) else str(content)


def shown(value: Any) -> str:
    """A value as the page shows it; numbers with the digits that are the same on every machine."""
    if isinstance(value, str) and not value.startswith("=") and not ERROR.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Code):
        return value.value
    if isinstance(value, float):
        return f"{value:.10g}"
    return "blank" if value is None else entered(value)


def code(text: str) -> str:
    """A text as code in a cell of a table."""
    mark = "``" if "`" in text else "`"
    return f"{mark}{text}{mark}".replace("|", "\\|").replace("\n", "⏎")


def page() -> str:
    """The page."""
    lines = [HEAD.format(version=ironcalc.__version__)]
    cases = [(case, answered(case)) for case in every_case()]
    for kind, (title, source) in enumerate(KINDS):
        lines += [f"## {title}", "", f"Source of Excel's values: {source}.", ""]
        lines += ["| Formula | Cells | IronCalc | Excel |", "|---|---|---|---|"]
        for case, answer in cases:
            if case.kind == kind and difference_of(case.right, answer):
                cells = "; ".join(f"{place} {shown(content)}" for place, content in case.cells.items())
                row = (code("=" + case.formula), code(cells) if cells else "", code(shown(answer)))
                lines.append(f"| {' | '.join(row)} | {code(shown(case.right))} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
