"""Nonsense in each input cell of ddtl.xlsx in turn: a file of its own, because the whole model answers each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.datetime import to_excel

import workbook_support as support
from computefi.recalc import Book

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"
STEP = 47  # the regular run tries every so many of them


def unnoticed(model: Book, formulas: Any, first: int, step: int) -> tuple[int, list[str]]:
    """Nonsense in every so many inputs that hold a number; how many were tried, and which the master flag missed."""
    filled = [(s, c) for s, c in support.inputs(formulas) if isinstance(c.value, int | float)]
    tried, missed = 0, []
    for turn, (sheet, cell) in enumerate(filled[first::step]):
        address, wrong = f"'{sheet.title}'!{cell.coordinate}", support.nonsense_for(cell, turn)
        model.set(address, wrong)
        if model.get("master_check") is not False:
            missed.append(f"{address} = {wrong!r}")
        model.set(address, cell.value)
        tried += 1
    assert model.get("master_check") is True
    return tried, missed


def test_nonsense_in_an_input_fails_the_checks(model: Book, formulas: Any) -> None:
    tried, missed = unnoticed(model, formulas, 3, STEP)
    assert tried > 10
    assert not missed


@pytest.mark.nightly
def test_nonsense_in_every_input_fails_the_checks(model: Book, formulas: Any) -> None:
    tried, missed = unnoticed(model, formulas, 0, 1)
    assert tried > 480
    assert not missed


@pytest.mark.nightly
def test_nonsense_in_a_date_or_a_name_fails_the_checks(model: Book, formulas: Any) -> None:
    words = [
        (s, c) for s, c in support.inputs(formulas) if c.value is not None and not isinstance(c.value, int | float)
    ]
    assert len(words) > 60
    for number, (sheet, cell) in enumerate(words):
        wrong: Any = (7, None, True)[number % 3] if isinstance(cell.value, str) else ("much", None, True, 7)[number % 4]
        address = f"'{sheet.title}'!{cell.coordinate}"
        model.set(address, wrong)
        assert model.get("master_check") is False, f"{address} = {wrong!r}"
        model.set(address, cell.value if isinstance(cell.value, str) else to_excel(cell.value))
    assert model.get("master_check") is True
