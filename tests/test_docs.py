"""The documentation pages: written from the declarations."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefi
from computefi.errors import Code
from computefi.spec import REGISTRY, Spec
from tools import pages

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"

SPECS = [pytest.param(spec, id=name) for name, spec in REGISTRY.items()]
MISSING_TOOLS = [tool for tool in ("mkdocs", "material") if importlib.util.find_spec(tool) is None]


# -- the pages
def test_the_committed_pages_are_what_the_declarations_give() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "functions").glob("*.md")}
    fresh = pages.pages()
    differ = sorted(name for name in committed.keys() | fresh.keys() if committed.get(name) != fresh.get(name))
    assert not differ, f"run python -m tools regenerate; these differ: {', '.join(differ)}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_page_shows_the_declared_examples_and_no_others(spec: Spec) -> None:
    text = pages.page(spec)
    assert re.findall(r"^```excel\n(.*?)\n```$", text, re.MULTILINE) == [spec.formula(e) for e in spec.examples]
    shown = text.partition("## Example\n")[2].partition("\n## Errors\n")[0]
    calls = shown.split("```text\n")[1:]
    for example, part in zip(spec.examples, calls, strict=True):
        call, _, answer = part.partition("\n```\n")
        assert close(eval(call, {"computefi": computefi, "Code": Code}), example.result, example.tolerance)
        table = [line.strip("|").split("|") for line in answer.splitlines() if line.startswith("|")][2:]
        single = re.search(r"^gives `(.*?)`", answer, re.MULTILINE)
        values = [[single[1]]] if single else [[c.strip() for c in row] for row in table]
        assert close(values, example.result, 0.0)


def close(found: Any, declared: Any, tolerance: float) -> bool:
    """Whether two answers of any shape agree, text to the letter and numbers to the tolerance."""
    pairs = list(zip(flat(found), flat(declared), strict=True))
    return bool(pairs) and all(
        a == b
        if not isinstance(b, float)
        else bool(np.isclose(float(a), b, rtol=tolerance, atol=max(tolerance, 1e-15)))
        for a, b in pairs
    )


def flat(answer: Any) -> list[Any]:
    if isinstance(answer, (list, tuple, np.ndarray)):
        return [cell for part in answer for cell in flat(part)]
    return [answer if isinstance(answer, (str, Code)) else float(answer)]


@pytest.mark.parametrize("spec", SPECS)
def test_every_argument_has_its_unit_on_the_page(spec: Spec) -> None:
    rows = pages.arguments_part(spec).splitlines()[2:]
    if not spec.raw:
        assert [row.split("`")[1] for row in rows] == [p.name for p in spec.parameters]
        assert all(p.kind.unit in row for p, row in zip(spec.parameters, rows, strict=True))


def test_every_function_answers_a_question_and_no_question_names_another() -> None:
    named = [name for names in pages.questions().values() for name in names]
    assert not set(named) - REGISTRY.keys(), "these are no functions"
    assert not REGISTRY.keys() - set(named), "these answer no question: name one in their declaration"


def test_every_trap_concerns_a_function() -> None:
    for title, names in pages.traps().items():
        assert names, f"“{title}” concerns nothing"
        assert set(names) <= REGISTRY.keys(), title


def test_the_docs_name_only_functions_that_exist() -> None:
    for path in DOCS.rglob("*.md"):
        unknown = set(re.findall(r"\bCFI_[A-Z0-9_]*[A-Z0-9]\b", path.read_text(encoding="utf-8"))) - REGISTRY.keys()
        assert not unknown, f"{path.name} names {', '.join(sorted(unknown))}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_page_shows_the_formula_lines_as_the_docstring_has_them(spec: Spec) -> None:
    block = pages.page(spec).partition("## Formula\n\n```text\n")[2].partition("\n```\n")[0]
    assert inspect.cleandoc(spec.function.__doc__ or "").split("\n\n")[1] == block


# -- the site
@pytest.mark.skipif(bool(MISSING_TOOLS), reason=f"needs the extra docs: {', '.join(MISSING_TOOLS)} not installed")
def test_the_site_builds_strictly_and_asks_nothing_of_the_network(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(REGISTRY)
    for path in pages:
        html = path.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?(?:https?:)?//[^>]*>", html)
        assert not fetched, f"{path.name} fetches {fetched[0]}"
        assert "```" not in html, f"{path.name} shows a fence"
    assert "e^{drift·T}" in (tmp_path / "functions" / "corr_lgd.html").read_text(encoding="utf-8")
