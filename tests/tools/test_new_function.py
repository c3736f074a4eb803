"""A new function in a copy of the repository: two files touched by hand, one command, and what reads them agrees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import owed, scaffold

ROOT = Path(__file__).parents[2]
BY_HAND = {"addin/computefi/models/cash_on_cash.py", "tests/models/test_cash_on_cash.py"}
REGISTERED = "addin/computefi/__init__.py"
READERS = (
    "tests/test_docs.py::test_the_committed_pages_are_what_they_are_made_from",
    "tests/test_docs.py::test_a_page_shows_the_declared_examples_and_no_others[CFI_CASH_ON_CASH]",
    "tests/test_docs.py::test_every_function_answers_a_question_and_no_question_names_another",
    "tests/test_docs.py::test_the_docs_name_only_functions_that_exist",
    "tests/tools/test_typing.py::test_the_committed_stub_is_what_the_declarations_give",
    "tests/models/test_cash_on_cash.py",
    "tests/models/test_steps.py::test_every_function_of_more_than_one_line_has_steps",
    "tests/models/test_steps.py::test_the_formula_lines_give_the_declared_answer[CFI_CASH_ON_CASH]",
    "tests/workbooks/test_functions_book.py::test_every_function_has_one_card_with_a_sentence_a_source_and_a_call",
    "tests/workbooks/test_functions_book.py::test_every_example_passes_and_the_flag_is_true",
    "tests/workbooks/test_checks_book.py::test_every_function_has_a_value_and_its_category_is_that_of_the_registry",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the repository, and nothing else that lies beside them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git repository to copy")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return tmp_path


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(copy / "addin"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def contents(copy: Path) -> dict[str, bytes]:
    return {p.relative_to(copy).as_posix(): p.read_bytes() for p in copy.rglob("*") if p.is_file()}


def edited(copy: Path) -> None:
    """What a person writes: the model and its test, from the scaffold."""
    model, test = (copy / name for name in sorted(BY_HAND))
    text = model.read_text(encoding="utf-8")
    for old, new in (
        ("Loan outstanding", "Cash paid out in the year"),
        ("Value of the collateral today", "Cash put in"),
        ("one sentence that says what it gives", "what a year pays on the cash put in"),
        ("Author (year), Journal volume, pages; or the article of the rule", "Definition"),
    ):
        assert old in text
        text = text.replace(old, new)
    model.write_text(text, encoding="utf-8")
    test.write_text(test.read_text(encoding="utf-8").replace("a_published_value", "a_value_by_hand"), encoding="utf-8")


def test_a_new_function_takes_two_files_by_hand_and_one_command(copy: Path) -> None:
    before = contents(copy)
    begun = run(copy, "tools", "new-function", "cash_on_cash")
    assert begun.returncode == 0, begun.stderr
    assert all(name in begun.stdout for name in BY_HAND)
    assert {name for name, text in contents(copy).items() if before.get(name) != text} == {*BY_HAND, REGISTERED}
    edited(copy)

    written = run(copy, "tools", "regenerate")
    assert written.returncode == 0, written.stderr
    changed = {name for name, text in contents(copy).items() if before.get(name) != text} - {*BY_HAND, REGISTERED}
    assert changed == set(written.stdout.split()[: len(changed)])
    assert {"docs/functions/cash_on_cash.md", "addin/computefi/__init__.pyi", "workbooks/functions.xlsx"} <= changed

    read = run(copy, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *READERS)
    assert read.returncode == 0, read.stdout

    told = run(copy, "tools", "owed", "--release")
    assert told.returncode == 1, told.stderr
    for twin in ("tests/oracle/cash_on_cash.py", "workbooks/build/checks/", "workbooks/build/functions/words_zh.json"):
        assert f"CFI_CASH_ON_CASH: {twin}" in told.stdout, told.stdout


@pytest.mark.parametrize("name", ["ltv", "wrongway", "Cash", "2nd", "cash-on-cash"])
def test_a_name_that_is_taken_or_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(scaffold.Refused):
        scaffold.new_function(name)


def test_nothing_is_owed_that_is_there() -> None:
    assert not [debt for debt in (*owed.oracles(), *owed.checks()) if debt.function in ("CFI_LTV", "CFI_WHY")]


def test_a_new_workbook_builds_in_both_languages_before_a_line_is_written(copy: Path) -> None:
    assert run(copy, "tools", "new-workbook", "renewal").returncode == 0
    built = run(copy, "workbooks.build", "renewal")
    assert built.returncode == 0, built.stderr
    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("renewal.xlsx", "renewal.zh.xlsx"):
        assert (copy / "workbooks" / name).exists()
        assert f'"workbooks/{name}" = "computefi/workbooks/{name}"' in project
    assert run(copy, "tools", "new-workbook", "renewal").returncode == 1, "it exists now"
