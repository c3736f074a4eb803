"""The notebooks in examples/ run from their first cell to their last, and what each cell ends with can be shown."""

from __future__ import annotations

import ast
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

for needed in ("pandas", "narwhals", "altair"):
    pytest.importorskip(needed)

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.ipynb"))


def test_there_are_four() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "calibrate_from_prices", "first_loan", "recalculate_a_folder", "replay_2022",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_something(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = 0
    for cell in notebook["cells"]:
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == ([], None)
        if cell["cell_type"] == "code":
            shown += len(run(ast.parse("".join(cell["source"]), path.name), names)) > 0
    assert shown >= 4


def run(code: ast.Module, names: dict[str, Any]) -> str:
    """Run a cell as a notebook does: the value of its last expression is shown."""
    last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
    exec(compile(code, "cell", "exec"), names)
    if last is None:
        return ""
    assert isinstance(last, ast.Expr)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # altair's own, about the version of its schema
        return "" if value is None else str(getattr(value, "_repr_html_", value.__repr__)())
