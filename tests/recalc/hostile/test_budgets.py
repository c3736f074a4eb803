"""Small files that ask for much: each is refused, or a cell of it, with the place and the budget; nothing is lost."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

import computefi
from computefi.errors import InputError, LimitReached
from computefi.recalc import recalculate
from computefi.recalc.prepare import preparation
from computefi.spec import REGISTRY, Budget, call_many, spending
from recalc_books import make, members, raw_book, zipped
from sheet_mutants import sheet_book, sheet_xml


@pytest.mark.parametrize("levels", [16, 60])
@pytest.mark.parametrize("formula", ["=deep_0", "=CFI_LTV(deep_0,2)", "=SUM(deep_0)+CFI_LTV(1,2)", "=INDEX(deep_0,1)"])
def test_names_that_double_are_kept_and_named(tmp_path: Path, levels: int, formula: str) -> None:
    names = {f"deep_{i}": f"deep_{i + 1}+deep_{i + 1}" for i in range(levels)} | {f"deep_{levels}": "Deal!$A$1*1"}
    path = make(tmp_path / "book.xlsx", {"A1": 1, "B1": formula}, names=names)
    result = recalculate(path, path)
    assert any("Deal!B1" in warning and "names" in warning for warning in result.warnings)


@pytest.mark.parametrize("inner", ["(({}))", "1+({})", "ABS({})"])
def test_names_that_nest_are_no_deeper_than_a_formula(tmp_path: Path, inner: str) -> None:
    wrapped = inner
    for _ in range(20):
        wrapped = wrapped.format(inner)
    names = {f"deep_{i}": wrapped.format(f"deep_{i + 1}") for i in range(30)} | {"deep_30": "Deal!$A$1*1"}
    path = make(tmp_path / "book.xlsx", {"A1": 1, "B1": "=CFI_LTV(deep_0,2)+deep_0"}, names=names)
    result = recalculate(path, path)
    assert any("Deal!B1" in warning and "keeps its stored value" in warning for warning in result.warnings)


def test_names_of_many_formulas_have_a_budget_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("computefi.recalc.prepare.operands.BOOK_TEXT", 10_000)
    names = {"long": "+".join(["Deal!$A$1"] * 50)}
    path = make(tmp_path / "book.xlsx", {"A1": 1, **{f"B{i}": f"=long*{i}" for i in range(1, 90)}}, names=names)
    with pytest.raises(LimitReached, match=r"Deal!B\d+: the formulas of names.*10,000 characters"):
        recalculate(path)


def test_indirect_within_indirect_does_not_treble_without_end(tmp_path: Path) -> None:
    formula = 'CFI_LTV(INDIRECT("A"&1),2)'
    for _ in range(40):
        formula = f"INDIRECT({formula})"
    path = make(tmp_path / "book.xlsx", {"A1": 1, "B1": f"=CFI_LTV({formula},2)"})
    assert any("Deal!B1" in warning for warning in recalculate(path, path).warnings)


def test_a_long_text_of_many_cells_counts_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "TEXT_LIMIT", 100)
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>1</v></c></row>' for i in range(1, 30))
    path = sheet_book(tmp_path / "book.xlsx", sheet_xml(rows))  # the text is "second"
    with pytest.raises(LimitReached, match=r"Deal!A17: the texts of cells.*100 characters") as caught:
        recalculate(path)
    assert caught.value.cell == "Deal!A17"


def test_many_sheets_of_blanks_are_one_bomb(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", "<sheetData/>")
    parts = members(path) | {f"xl/worksheets/sheet{i}.xml": b" " * 30 * 2**20 for i in range(2, 6)}
    path.write_bytes(zipped(parts))
    assert all(info.file_size < 64 * 2**20 for info in zipfile.ZipFile(path).infolist())
    with pytest.raises(LimitReached, match="unreasonable size"):
        recalculate(path)


def test_a_row_against_a_column_is_counted_before_it_is_computed() -> None:
    with pytest.raises(InputError, match="at most 16,777,216 results; got 25000000"):
        computefi.ltv(np.ones((1, 5000)), np.ones((5000, 1)))


def test_calls_share_the_budget_of_their_workbook_or_request() -> None:
    column, row = tuple((70.0,) for _ in range(40)), (tuple([100.0] * 40),)
    with spending(Budget(cells=4000, draws=0)):
        outcomes = call_many(REGISTRY["CFI_LTV"], [(column, row)] * 3)
    assert [outcome.values.shape for outcome in outcomes] == [(40, 40), (40, 40), (1, 1)]
    assert "at most 800 results beside the other calls; got 1600" in str(outcomes[2].first_error())


def test_simulations_share_their_draws() -> None:
    spec = REGISTRY["CFI_CORR_LGD_SIM"]
    example = spec.examples[0].arguments
    place = [parameter.name for parameter in spec.parameters].index("paths")
    arguments = [*example[:place], *[None] * (place - len(example)), 100_000.0]
    with spending(Budget(cells=1000, draws=100)):
        [outcome] = call_many(spec, [arguments])
    assert "may draw at most 100 times beside the other calls" in str(outcome.first_error())


def test_a_workbook_of_simulations_names_the_cells_that_are_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("computefi.recalc.run.MOST_RESULTS", 100)
    cells = {f"A{i}": 50 + i for i in range(1, 61)} | {"C1": ("C1:C60", "=CFI_LTV(A1:A60,100)")}
    path = make(tmp_path / "book.xlsx", cells | {"D1": ("D1:D60", "=CFI_LTV(A1:A60,200)")})
    result = recalculate(path)
    assert [reason.cell for reason in result.reasons][:1] == ["D1"]
    assert result["Deal!C1"] == 0.51


def test_a_formula_of_many_chinese_characters_is_computed(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": f'=LEN("{"贷" * 6300}")'})
    assert recalculate(path)["Deal!A1"] == 6300.0
