"""The checklist for the first person in Excel promises what is there: what it can be wrong about here, it is not."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from computefi.hosts.windows.files import export_excel, modules_in
from computefi.recalc import recalculate

STEP = re.compile(r"^## (\d+)\. ", re.MULTILINE)
LINE = re.compile(r"^\| (A\d): `(=[^`]+)` \| `([^`]+)`", re.MULTILINE)
MOST_STEPS = 15


@pytest.fixture(scope="module")
def text(repository: Path) -> str:
    return (repository / "docs" / "windows-checklist.md").read_text(encoding="utf-8")


def test_it_is_short_and_its_steps_are_counted(text: str) -> None:
    steps = list(map(int, STEP.findall(text)))
    assert steps == [*range(1, len(steps) + 1)]
    assert len(steps) <= MOST_STEPS
    assert "Twelve steps, twenty minutes" in text
    assert len(steps) == 12


def test_the_cells_of_its_table_show_what_it_says(text: str, tmp_path: Path) -> None:
    lines = LINE.findall(text)
    assert len(lines) == 8
    book = openpyxl.Workbook()
    assert book.active is not None
    for place, formula, _ in lines:
        book.active[place] = formula
    book.save(tmp_path / "cells.xlsx")
    values = recalculate(tmp_path / "cells.xlsx")
    for place, formula, shown in lines:
        value = values[f"Sheet!{place}"]
        assert getattr(value, "value", f"{value:g}" if isinstance(value, float) else value) == shown, formula


def test_the_modules_and_sheets_that_it_names_are_in_the_file(text: str, repository: Path, tmp_path: Path) -> None:
    export_excel(repository / "workbooks" / "compare.xlsx", tmp_path / "compare.xlsm")
    step = text[text.index("## 2.") : text.index("## 3.")]
    named = set(re.findall(r"\*(Sheet\d+|ThisWorkbook|COMPUTEFI|xlwings|Dictionary)\*", step))
    modules = [module.name for module in modules_in(tmp_path / "compare.xlsm")]
    last = max((name for name in modules if name.startswith("Sheet")), key=lambda name: int(name[5:]))
    assert named == {*modules} - {f"Sheet{i}" for i in range(2, int(last[5:]))}
    sheets = openpyxl.load_workbook(tmp_path / "compare.xlsm", read_only=True).sheetnames
    assert {"Deals", "Curves", "Checks", "xlwings.conf"} <= set(sheets)
