"""A second engine's opinion: where it disagrees, where it has none, and where all is well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from test_engines import made, needed

from computefi.errors import Code
from computefi.formulas.guards import VARIABLE, without_guards
from computefi.formulas.tree import parse, written
from computefi.recalc import WorkbookError, recalculate
from computefi.recalc.engines.base import EngineFault, Write
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.verify import Verification as Account
from computefi.recalc.verify import against, compare, difference_of, verification, verified, verify


def test_two_engines_agree_on_a_sound_workbook(tmp_path: Path) -> None:
    needed("cellrune")
    cells = {"A1": 70, "A2": 100, "B1": "=CFI_LTV(A1,A2)", "B2": "=B1*2", "B3": "=RAND()", "B4": "=NOW()", "B5": "=1/0"}
    found = verification(made(tmp_path / "book.xlsx", cells), "cellrune")
    assert found.engines == ("ironcalc", "cellrune")
    assert (found.cells, found.agreed) == (5, 5)
    assert found.disagreements == found.unavailable == []


def test_what_the_default_engine_gets_wrong_is_found(tmp_path: Path) -> None:
    needed("formulon")
    path = made(tmp_path / "book.xlsx", {"A1": "straße", "B1": "=LEN(UPPER(A1))", "B2": '=B1&""', "B3": "=A1"})
    found = verify(path, "formulon")
    assert [d.cell for d in found] == ["Deal!B1", "Deal!B2"]
    assert str(found[0]).startswith("Deal!B1: 7 and 6")
    assert found[1].difference == "different text"


def test_the_inputs_of_the_run_are_those_of_the_second_engine(tmp_path: Path) -> None:
    needed("cellrune")
    path = made(tmp_path / "book.xlsx", {"A1": 70, "A2": 100, "B1": "=CFI_LTV(A1,A2)", "B2": "=B1*2"})
    inputs = {"Deal!A1": 80.0}
    book = recalculate(path, set=inputs)
    assert verified(book, "cellrune", inputs).agreed == 2
    assert len(verified(book, "cellrune").disagreements) == 2


def test_a_cell_that_the_second_engine_cannot_compute_is_not_a_disagreement(tmp_path: Path) -> None:
    needed("libreoffice")
    path = made(tmp_path / "book.xlsx", {"A1": "=SUM(_xlfn.SEQUENCE(3))", "A2": "=1+1"})
    found = verification(path, "libreoffice")
    assert found.disagreements == []
    assert found.agreed + len(found.unavailable) == found.cells == 2


class Lacking(IronCalc):
    """An engine that cannot compute the first cell of the first sheet."""

    fault = EngineFault("circular")

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Any]:
        values = list(super().read_each(sheet, rows, columns))
        places = zip(rows, columns, values, strict=True)
        return [self.fault if (sheet, *at) == (0, 1, 1) else v for *at, v in places]


def test_what_only_the_second_engine_cannot_compute_moves_no_other_cell(tmp_path: Path) -> None:
    book = recalculate(made(tmp_path / "book.xlsx", {"A1": "=1+1", "A2": "=1+2", "A3": "=A1*2", "A4": "=2+2"}))
    before = book.differing()
    found = against(book, Lacking(), "lacking")
    assert book.differing() == before
    assert found.disagreements == []
    assert (found.cells, found.agreed) == (4, 2)
    assert [cell for cell, _ in found.unavailable] == ["Deal!A1", "Deal!A3"]


class Older(IronCalc):
    """An engine that does not know the function in the first cell of the first sheet."""

    def write(self, cells: Iterable[Write]) -> None:
        super().write([*cells, (0, 1, 1, Code.NAME)])


class Circling(Lacking):
    """An engine that sees a circle in it."""

    fault = EngineFault("#CIRC!")


def test_a_block_whose_first_cell_is_lost_is_lost_as_a_whole(tmp_path: Path) -> None:
    cells = {"A1": ("A1:A3", "=CFI_LTV(C1:C3,D1)"), "C1": 1, "C2": 2, "C3": 3, "D1": 10, "B1": "=A3*2", "B2": "=D1*2"}
    found = against(recalculate(made(tmp_path / "book.xlsx", cells)), Circling(), "circling")
    assert (found.cells, found.agreed, found.disagreements) == (5, 1, [])


def test_what_an_unknown_function_feeds_is_not_taken_for_wrong(tmp_path: Path) -> None:
    cells = {"A1": "=2+1", "A2": "=IFERROR(A1,0)", "A3": "=A2*2", "A4": "=1+1", "B1": 5, "B2": "=CFI_LTV(B1,10)"}
    found = against(recalculate(made(tmp_path / "book.xlsx", cells)), Older(), "older")
    assert (found.cells, found.agreed, found.disagreements) == (5, 2, [])
    assert sorted(cell for cell, _ in found.unavailable) == ["Deal!A1", "Deal!A2", "Deal!A3"]


def test_what_reads_a_kept_cell_is_not_agreed_on(tmp_path: Path) -> None:
    needed("cellrune")
    path = made(tmp_path / "book.xlsx", {"A1": "=OurMacro(1)", "B1": "=IFERROR(A1,0)", "C1": "=B1+1", "D1": "=1+1"})
    found = verification(path, "cellrune")
    assert (found.cells, found.agreed, found.disagreements) == (4, 1, [])
    assert sorted(cell for cell, _ in found.unavailable) == ["Deal!A1", "Deal!B1", "Deal!C1"]
    assert {reason for cell, reason in found.unavailable if cell != "Deal!A1"} == {
        "it reads a cell that keeps its stored value"
    }


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="no engine"):
        verify(made(tmp_path / "book.xlsx", {"A1": "=1+1"}), "excel")


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        (1.0, 1.0 + 5e-10, ""), (1.0, 1.0 + 5e-9, "5.0e-09 of the value"), (1e12, 1e12 + 100, ""), (0.0, 1e-15, ""),
        (0.0, 1e-6, "1.0e+00 of the value"), (None, 0.0, ""), ("a", "a", ""), ("a", "A", "different text"),
        (Code.NA, Code.NUM, "different error"), (True, 1.0, "truth value against number"),
        ("", None, "text against number"),
        ("#N/A", Code.NA, "text against error"), (True, False, "different truth value"),
    ],
)  # fmt: skip
def test_values_differ_beyond_a_billionth_or_in_kind(one: object, other: object, difference: str) -> None:
    assert difference_of(one, other) == difference  # type: ignore[arg-type]


def test_faults_and_missing_functions_are_counted_apart() -> None:
    found = Account(("ironcalc", "cellrune"))
    compare(found, "A1", 1.0, EngineFault("calculation.unsupported_function"))
    compare(found, "A2", 1.0, Code.NAME)
    compare(found, "A3", Code.NAME, Code.NAME)
    assert found.unavailable == [
        ("A1", "cellrune: calculation.unsupported_function"), ("A2", "cellrune has no such function")
    ]  # fmt: skip
    assert (found.cells, found.agreed) == (3, 1)


GUARDED = {"A1": 1e-17, "B1": "=IF(A1-C1<C1*2,1,2)", "C1": 1e307, "D1": "=SUM(A1,C1)/C1", "E1": '=AND(A1<1,C1<>"a<b")'}


def test_what_is_made_safe_for_one_engine_another_gets_as_it_stands(tmp_path: Path) -> None:
    """LibreOffice has no LET before its version 24.8."""
    needed("libreoffice")
    found = verification(made(tmp_path / "book.xlsx", GUARDED), "libreoffice")
    assert (found.cells, found.agreed, found.unavailable) == (3, 3, [])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("IF(A1-B1<C1*2,1,2)", "IF(((A1-B1)<(C1*2)),1,2)"),
        ("AND(A1>0,B1+C1>=1E-17)", "AND((A1>0),((B1+C1)>=1E-17))"),
        ('(A1<B1)&"a<b"', '((A1<B1))&"a<b"'),
        ("SUM(A1:C1)>1", "(SUM(A1:C1))>1"),
    ],
)
def test_guards_are_taken_away_again(text: str, plain: str) -> None:
    guarded = written(Extremes(frozenset([1]), huge=True).guarded(parse(text), lambda _: True))
    assert VARIABLE in guarded
    assert without_guards(guarded) == plain
    assert without_guards(text) == text
