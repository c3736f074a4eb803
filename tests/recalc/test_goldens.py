"""Formulas with the values that Excel for Mac gave them: every divergence has a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from computefi.recalc import recalculate
from computefi.recalc.compared import difference_of
from goldens import GOLDENS, RESULT, book_of, goldens, stored

TOGETHER = 150
DIVERGENCES: dict[str, str] = json.loads((GOLDENS.parent / "divergences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def divergent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The formulas that have another value here, with both."""
    path = tmp_path_factory.mktemp("goldens") / "book.xlsx"
    everything, found = list(goldens()), {}
    for first in range(0, len(everything), TOGETHER):
        part = everything[first : first + TOGETHER]
        # Excel took them as formulas that may spill.
        book = [{**one.cells, RESULT: {"formula": stored(one.formula), "array": True}} for one in part]
        result = recalculate(book_of(path, book))
        for number, one in enumerate(part, 1):
            value = result[f"S{number}!{RESULT}"]
            if difference_of(one.right, value):  # type: ignore[arg-type]
                found[one.name] = f"{one.formula}: {value!r}, in Excel {one.right!r}"
    return found


def test_what_diverges_has_its_reason(divergent: dict[str, str]) -> None:
    assert {name: text for name, text in divergent.items() if name not in DIVERGENCES} == {}


def test_what_has_a_reason_diverges(divergent: dict[str, str]) -> None:
    assert sorted(DIVERGENCES.keys() - divergent.keys()) == []


def test_hardly_any_divergence_is_a_value_of_the_engine_s(divergent: dict[str, str]) -> None:
    assert len([name for name, reason in DIVERGENCES.items() if reason == "engine: a value"]) <= 15


def test_the_goldens_say_whose_they_are() -> None:
    assert "Apache License 2.0" in (Path(GOLDENS.parent) / "README.md").read_text()
