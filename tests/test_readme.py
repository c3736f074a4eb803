"""The README says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import computefi

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMAND = "python -m pip install '.[test]' && pytest"


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    assert f"\n{TEST_COMMAND}\n" in README
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().splitlines()[-1] == TEST_COMMAND


def test_every_link_into_the_repository_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_changelog_says_each_thing_once() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    said = [part for line in lines for part in re.split(r"(?<=[.;]) ", line.removeprefix("- ")) if len(part) > 40]
    assert [part for part in set(said) if said.count(part) > 1] == []


def test_the_python_lines_give_the_numbers_written_beside_them() -> None:
    block = re.search(r"```python\nimport computefi\n\n(.*?)```", README, re.S)
    assert block
    lines = [line.split("#", 1) for line in block[1].strip().splitlines()]
    assert len(lines) == 3
    for code, comment in lines[:2]:
        written = [float(number) for number in re.findall(r"\d+\.\d+", comment)]
        got = np.ravel(eval(code, {"computefi": computefi}))
        np.testing.assert_allclose(got, written, atol=1.01e-4)
    with pytest.raises(computefi.ModelError, match="value must not be 0"):
        eval(lines[2][0], {"computefi": computefi})


def test_the_formulas_of_the_readme_answer_as_written() -> None:
    assert "=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)`; the answer is 1.0759" in README
    assert computefi.corr_ltv(70, 100, 0.05, 0.5, 0.4, 1) == pytest.approx(1.0759, abs=5e-5)
    assert '=CFI_WHY("CFI_LTV",70,0)` says why a cell failed: *value must not be 0*' in README
    assert computefi.why("CFI_LTV", 70, 0) == "value must not be 0"
