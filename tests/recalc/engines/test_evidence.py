"""What recalculation does to real workbooks: those that Excel saved, and the project's own."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from excel_values import EXCEL_SAVED, close, table
from test_engines import needed

from computefi.recalc import recalculate
from computefi.recalc.engines.libreoffice import environment, programs
from computefi.recalc.verify import verification
from workbook_support import members, our_own_workbooks, same_but_for_last_digits

SAVED = sorted(EXCEL_SAVED.glob("*.xlsx"))
VALUES = re.compile(rb"<v(?: [^>]*)?>[^<]*</v>|<v\s*/>")
TYPES = re.compile(rb' t="(?:str|b|e|n)"')
# Functions in which Excel itself ends an iteration early, or is near 0: what differs, and by how much at most.
ITERATIONS = {"IRR": 5e-7, "NPV": 5e-7, "ODDFYIELD": 2e-9, "CUMPRINC": 2e-10}
NEVER_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop></item></oor:items>"""


def skeleton(part: bytes) -> bytes:
    """A sheet part without values and their types: formulas, formats and everything else."""
    return TYPES.sub(b"", VALUES.sub(b"", part))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """A workbook as it is when it is recalculated: once for all tests here."""
    folder = tmp_path_factory.mktemp("again")

    @cache
    def recalculated(path: Path) -> Path:
        recalculate(path, folder / path.name)
        return folder / path.name

    return recalculated


@pytest.mark.parametrize("path", [*(pytest.param(path, id=path.stem) for path in SAVED), *our_own_workbooks()])
def test_parts_and_formulas_stay(path: Path, again: Callable[[Path], Path]) -> None:
    out = again(path)
    before, after = members(path), members(out)
    assert list(before) == list(after)
    for name, content in before.items():
        if name.startswith("xl/worksheets/sheet"):
            assert skeleton(content) == skeleton(after[name]), name
        else:
            assert content == after[name], name


@pytest.mark.parametrize("path", our_own_workbooks())
def test_our_own_workbooks_hold_the_values_that_they_recalculate_to(path: Path, again: Callable[[Path], Path]) -> None:
    same_but_for_last_digits(path, again(path))


def test_values_are_those_that_excel_saved() -> None:
    found = table(SAVED)
    everything = found.pop("")
    assert everything.cells > 3000
    assert everything.equal / everything.cells > 0.985
    for function, tally in found.items():
        for place, one, other in tally.others:
            assert function in ITERATIONS, (function, place, one, other)
            assert abs(one - other) <= ITERATIONS[function], (function, place, one, other)


@pytest.mark.parametrize("engine", ["cellrune", "libreoffice"])
def test_the_comparison_agrees_cell_by_cell_with_a_second_engine(engine: str, repository: Path) -> None:
    needed(engine)
    found = verification(repository / "workbooks" / "compare.xlsx", engine)
    assert found.disagreements == []
    assert found.unavailable == []
    assert found.agreed == found.cells > 1500


@pytest.mark.parametrize(
    "name",
    [
        "compare",
        "book",
        "asic_loan",
        *(pytest.param(one, marks=pytest.mark.nightly) for one in ("ddtl", "calibration")),
    ],
)
def test_libreoffice_with_recalculation_off_shows_our_values(repository: Path, tmp_path: Path, name: str) -> None:
    needed("libreoffice")
    soffice, _ = programs()
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(NEVER_RECALCULATE)
    book, shown = tmp_path / "book.xlsx", tmp_path / "shown"
    shutil.copy(repository / "workbooks" / f"{name}.xlsx", book)
    recalculate(book, book, calc="trust")
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(shown), str(book)],
        check=True, capture_output=True, timeout=120, env=environment(str(tmp_path)),
    )  # fmt: skip
    formulas, ours, theirs = (
        openpyxl.load_workbook(book), openpyxl.load_workbook(book, data_only=True),
        openpyxl.load_workbook(shown / "book.xlsx", data_only=True),
    )  # fmt: skip
    compared = 0
    for sheet in formulas:
        # LibreOffice computes array formulas always, whatever it is told, and has no CFI functions here.
        arrays = array_cells(sheet)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and cell.coordinate not in arrays:
                    one, other = ours[sheet.title][cell.coordinate].value, theirs[sheet.title][cell.coordinate].value
                    assert alike(one, other), (sheet.title, cell.coordinate, one, other)
                    compared += 1
    assert compared > 1000


def array_cells(sheet: Any) -> set[str]:
    """The cells of a sheet's array formulas."""
    found: set[str] = set()
    for row in sheet.iter_rows():
        for cell in row:
            ref = getattr(cell.value, "ref", None)
            if ref:
                block = sheet[ref]
                rows = block if isinstance(block, tuple) else ((block,),)
                found |= {c.coordinate for line in rows for c in line}
    return found


def alike(one: Any, other: Any) -> bool:
    """Whether LibreOffice shows our value; an empty text is no value to openpyxl."""
    return close(one, other, 1e-14) or (one in (None, "") and other in (None, ""))
