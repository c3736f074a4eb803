"""Names of single cells as the engine's copy spells them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from computefi.recalc import recalculate
from computefi.recalc.prepare.named_cells import NamedCells


@pytest.fixture
def named() -> NamedCells:
    names = NamedCells(["Inputs", "My 'own' & sheet"])
    names.add("Rate", None, 0, 2, 2)
    names.add("rate_2", None, 1, 3, 3)
    names.add("Rate", 1, 1, 9, 9)
    names.add("Cost", None, 0, 5, 1)
    names.hide("Cost", 1)
    return names


@pytest.mark.parametrize(
    ("text", "sheet", "written"),
    [
        ("A1*Rate", 0, "A1*Inputs!$B$2"),
        ("A1*RATE", 1, "A1*'My ''own'' &amp; sheet'!$I$9"),
        ("rate_2+Cost", 0, "'My ''own'' &amp; sheet'!$C$3+Inputs!$A$5"),
        ("Cost", 1, "Cost"),
        ('"Rate"&amp;Rate', 0, '"Rate"&amp;Inputs!$B$2'),
        ("Rate(1)+Rate!A1+Rate[x]+Inputs!Rate", 0, "Rate(1)+Rate!A1+Rate[x]+Inputs!Rate"),
        ("A1:Rate+Rate:A1", 0, "A1:Rate+Rate:A1"),
        ("Rates+xRate+Rate.x+'Rate'!A1+Rate?", 0, "Rates+xRate+Rate.x+'Rate'!A1+Rate?"),
        ("-Rate^2", 0, "-Inputs!$B$2^2"),
    ],
)  # fmt: skip
def test_a_name_is_written_as_its_cell_where_it_is_one(named: NamedCells, text: str, sheet: int, written: str) -> None:
    assert named.written(text.encode(), sheet) == written.encode()


def test_values_are_those_of_the_names(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first, second = workbook.active, workbook.create_sheet("O'Neil & Co")
    assert first is not None
    first["A1"], second["A1"] = 3, 5
    workbook.defined_names["Rate"] = DefinedName("Rate", attr_text="Sheet!$A$1")
    second.defined_names["Rate"] = DefinedName("Rate", attr_text="'O''Neil & Co'!$A$1")
    for row in range(1, 4):
        first[f"B{row}"] = f'=Rate*{row}&"Rate"'
        second[f"B{row}"] = f"=rate*{row}+Sheet!A1"
    workbook.save(tmp_path / "book.xlsx")
    found = recalculate(tmp_path / "book.xlsx", tmp_path / "out.xlsx")
    assert found["Sheet!B3"] == "9Rate"
    assert found["'O''Neil & Co'!B3"] == 18
    assert recalculate(tmp_path / "out.xlsx", set={"Rate": 4})["Sheet!B1"] == "4Rate"
