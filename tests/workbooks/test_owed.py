"""What a new function is still owed does not stop a workbook from being built: it is counted, and shown in English."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

import workbook_support as support
from computefi.recalc import recalculate
from computefi.spec import REGISTRY
from workbooks.build.checks import read
from workbooks.build.checks.case import Group
from workbooks.build.functions import book as functions_book

SENTENCE = "A toy that nobody has translated yet."


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    """A function that stands in the registry and nowhere else."""
    spec = replace(REGISTRY["CFI_LTV"], name="CFI_TOY", summary=SENTENCE)
    monkeypatch.setitem(REGISTRY, "CFI_TOY", spec)
    return spec.name


def test_a_function_without_words_has_its_card_in_english_and_the_build_says_so(toy: str, tmp_path: Path) -> None:
    target = tmp_path / "functions.zh.xlsx"
    owed = functions_book.build(target, "zh")
    assert SENTENCE in owed
    told = {cell.value for _, cell in support.cells(load_workbook(target))}
    assert {toy, SENTENCE, "说明"} <= told
    assert recalculate(target)["master_check"] is True


def test_a_function_without_a_check_is_left_out_of_the_checks(toy: str) -> None:
    assert read.read_groups() == read.GROUPS


def test_a_check_without_a_shadow_says_that_it_is_not_written_yet() -> None:
    groups = {group.function: group for groups in read.GROUPS.values() for group in groups}
    bare = tuple(replace(case, shadow="") for case in groups["CFI_LTV"].cases)
    assert groups["CFI_LTV"].without == ""
    assert Group("CFI_LTV", bare).without == "not written yet"
    assert groups["CFI_WHY"].without == "answers in words"


def test_a_check_of_no_function_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: spec for name, spec in REGISTRY.items() if name != "CFI_LTV"}
    monkeypatch.setattr(read, "REGISTRY", others)  # taken out of the registry itself it would come back as the last
    with pytest.raises(ValueError, match="CFI_LTV, which is no function"):
        read.read_groups()


def test_every_set_of_workings_is_used_and_named_where_it_is_missing() -> None:
    rows = read.read_table(read.FOLDER / "checks.csv")
    named = {part for row in rows for part in row["workings"].split("; ") if part and " = " not in part}
    assert named == set(read.sets())
    with pytest.raises(ValueError, match="no set 'loss by year and name'"):
        list(read.makings("loss by year and name"))
