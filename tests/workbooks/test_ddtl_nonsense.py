"""Nonsense in each input cell of ddtl.xlsx in turn: a file of its own, because the whole model answers each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.datetime import to_excel

import workbook_support as support
from computefi.recalc import Book
from workbooks.build.ddtl.terms import AGREEMENTS, FLEET

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"


NUMBERS = {"Cover": 1, "Inputs": 139, "Contracts": 126, "Fleet": 108, "Sensitivities": 19, "Checks": 21}


def test_every_sheet_with_numbers_to_enter_is_tried(formulas: Any) -> None:
    found = [sheet.title for sheet, cell in support.inputs(formulas) if isinstance(cell.value, int | float)]
    assert {name: found.count(name) for name in found} == NUMBERS


@pytest.mark.parametrize("name", NUMBERS)
def test_nonsense_in_every_input_cell_fails_the_checks(formulas: Any, name: str) -> None:
    tried, missed = support.unnoticed(Book.open(BOOK), [formulas[name]])
    assert tried == NUMBERS[name]
    assert not missed


def test_nonsense_in_a_date_or_a_name_fails_the_checks(model: Book, formulas: Any) -> None:
    tried = 0
    for number, (sheet, cell) in enumerate(support.inputs(formulas)):
        if isinstance(cell.value, int | float) or sheet.title == "Cover":
            continue
        wrong: Any = (7, None, True)[number % 3] if isinstance(cell.value, str) else ("much", None, True, 7)[number % 4]
        address = f"'{sheet.title}'!{cell.coordinate}"
        model.set(address, wrong)
        assert model.get("master_check") is False, f"{address} = {wrong!r}"
        model.set(address, cell.value if isinstance(cell.value, str) else to_excel(cell.value))
        tried += 1
    assert tried == 9 + 2 * len(AGREEMENTS) + len(FLEET)
    assert model.get("master_check") is True
