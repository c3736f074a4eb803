"""Excel's own values against ours, cell by cell and function by function.

    python tests/recalc/engines/excel_values.py

prints the table over the workbooks saved by Excel.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from computefi.formulas.tree import Call, Expression, Group, Unreadable, parse, plain_name
from computefi.recalc import recalculate

EXCEL_SAVED = Path(__file__).resolve().parents[2] / "vectors" / "excel_saved"
TOLERANCE = 1e-9


@dataclass
class Tally:
    """How many cells there are, how many agree, and the others with both values."""

    cells: int = 0
    equal: int = 0
    others: list[tuple[str, Any, Any]] = field(default_factory=list)


def functions_in(expression: Expression) -> set[str]:
    """The names of the functions in a formula."""
    found: set[str] = set()
    for node in expression:
        if isinstance(node, Call):
            found.add(plain_name(node.name))
        if isinstance(node, (Call, Group)):
            for part in node.arguments if isinstance(node, Call) else node.parts:
                found |= functions_in(part)
    return found


def close(one: Any, other: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether a value of ours is Excel's."""
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    if numbers and isinstance(one, bool) == isinstance(other, bool):
        return bool(abs(one - other) <= tolerance * max(abs(one), abs(other)) or abs(one - other) <= 1e-12)
    return type(one) is type(other) and bool(one == other)


def compare(path: Path, out: Path) -> dict[str, Tally]:
    """Each function of a workbook with its cells; a cell counts for every function in its formula."""
    recalculate(path, out)
    formulas, old, new = (
        openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True),
        openpyxl.load_workbook(out, data_only=True),
    )  # fmt: skip
    tallies: dict[str, Tally] = {"": Tally()}
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                text = getattr(cell.value, "text", cell.value)
                try:
                    names = functions_in(parse(str(text).removeprefix("=")))
                except Unreadable:
                    names = set()
                one, other = old[sheet.title][cell.coordinate].value, new[sheet.title][cell.coordinate].value
                for name in {"", *names}:
                    tally = tallies.setdefault(name, Tally())
                    tally.cells += 1
                    if close(one, other):
                        tally.equal += 1
                    else:
                        tally.others.append((f"{path.name} {sheet.title}!{cell.coordinate}", one, other))
    return tallies


def table(paths: list[Path]) -> dict[str, Tally]:
    """The same over many workbooks."""
    total: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            for name, tally in compare(path, Path(scratch) / path.name).items():
                sum_ = total.setdefault(name, Tally())
                sum_.cells += tally.cells
                sum_.equal += tally.equal
                sum_.others += tally.others
    return total


if __name__ == "__main__":
    for name, tally in sorted(table(sorted(EXCEL_SAVED.glob("*.xlsx"))).items()):
        print(f"{name or 'all':14} {tally.cells:6} {tally.equal:6} {tally.equal / tally.cells:8.2%}")
        for place, one, other in tally.others[:3]:
            print(f"    {place}: {one!r} and {other!r}")
