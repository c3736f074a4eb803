"""Cells that hold one CFI call each are read once where they are alike: the same calls, of the right cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.alike import CallsAlike
from recalc_books import make

NAMES = {"rate": "Deal!$E$1", "moves": "Deal!E1", "twice": "Deal!$E$1*2"}
FORMULAS = {
    "plain": "=CFI_LTV(A{r},B{r})",
    "fixed": "=CFI_LTV($A{r},B$1)",
    "area": "=CFI_HHI(A{r}:B{r})",
    "area half fixed": "=CFI_HHI(A$1:B{r})",
    "area turned": "=CFI_HHI(B{r}:A{r})",
    "name": "=CFI_LTV(rate,B{r})*1",
    "only a name": "=CFI_LTV(A{r},rate)",
    "a name that moves": "=CFI_LTV(A{r},moves)",
    "a name's formula": "=CFI_LTV(A{r},twice)",
    "another sheet": "=CFI_LTV(Other!A{r},'Other'!$B$1)",
    "in words": '=CFI_LTV("A1",B{r})',
    "nested": "=CFI_LTV(CFI_LTV(A{r},B{r}),B{r})",
    "computed": "=CFI_LTV(A{r}*2,B{r})",
    "refused": "=CFI_LTV(A{r},(A1,B1))",
    "unknown": "=CFI_NONE(A{r})",
    "missing": "=CFI_LTV(A{r},)",
    "top left": "=@CFI_LTV(A{r},B{r})",
}


def book(path: Path, formula: str) -> Path:
    cells: dict[str, Any] = {"E1": 200, "E2": 300}
    for row in range(1, 7):
        cells |= {f"A{row}": 50 + row, f"B{row}": 100 + 3 * row, f"C{row}": formula.format(r=row)}
        cells[f"D{row}"] = formula.replace("A{r}", "B{r}").format(r=row)
    return make(path, cells, names=NAMES, sheets={"Other": {f"{c}{r}": 7 * r for c in "AB" for r in range(1, 7)}})


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_calls_alike_are_as_if_read_one_by_one(formula: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "book.xlsx", formula)
    together = recalculate(path, tmp_path / "together.xlsx")
    monkeypatch.setattr(CallsAlike, "site", lambda *_: None)
    alone = recalculate(path, tmp_path / "alone.xlsx")
    assert (tmp_path / "together.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()
    assert (together.reasons, together.warnings, together.calls) == (alone.reasons, alone.warnings, alone.calls)


@pytest.mark.parametrize(
    ("name", "learnt"), [("plain", True), ("only a name", True), ("area", True), ("nested", False)]
)
def test_only_calls_of_cells_are_learnt(
    name: str, learnt: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []
    site = CallsAlike.site
    monkeypatch.setattr(CallsAlike, "site", lambda *given: [found.append((it := site(*given)) is not None), it][1])
    Book.open(book(tmp_path / "book.xlsx", FORMULAS[name]))
    assert any(found) == learnt
