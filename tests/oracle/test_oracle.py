"""Every function against values of programs that know nothing of the package."""

from __future__ import annotations

import ast
import importlib
import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import computefi  # noqa: F401  fills the registry
import tools.owed
from computefi.errors import CODES, Code
from computefi.spec import MISSING, REGISTRY, call, call_many

HERE = Path(__file__).resolve().parent
RESULTS = sorted(HERE.glob("*.json"))
PROGRAMS = sorted(path for path in HERE.glob("*.py") if not path.name.startswith("test_"))
SIMULATED = tools.owed.SIMULATED
SPOKEN = {name for name, spec in REGISTRY.items() if spec.raw}  # functions that speak about calls
FEWEST = 10
SAMPLED = 12  # rows of each program that are computed again
SECONDS_FOR_FAMILY = 1.2
Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))
    return rows


ROWS = {path.stem: rows_of(path) for path in RESULTS}
BY_FUNCTION: dict[str, list[Row]] = {}
for _rows in ROWS.values():
    for _row in _rows:
        BY_FUNCTION.setdefault(_row["function"], []).append(_row)
OWED = {debt.function for debt in tools.owed.oracles()}  # a release is refused while there is one
PROVED = sorted(set(REGISTRY) - SPOKEN - SIMULATED - OWED)


def cells_of(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Arguments as a host gives them: a series as one row, a matrix as its rows, a blank as a missing argument."""
    given: list[Any] = []
    for argument in arguments:
        if isinstance(argument, list):
            nested = argument if isinstance(argument[0], list) else [argument]
            given.append(tuple(tuple(row) for row in nested))
        else:
            given.append(MISSING if argument is None else argument)
    return tuple(given)


def is_error(row: Row) -> bool:
    """The whole call fails."""
    return isinstance(row["expected"], str) and row["expected"] in CODES


def expected_cells(expected: Any) -> list[list[Any]]:
    if not isinstance(expected, list):
        return [[expected]]
    return expected if isinstance(expected[0], list) else [expected]


def disagreement(cell: Any, expected: str, tolerance: Row) -> float:
    """How far a cell lies from the expected value, as a multiple of what is tolerated."""
    if expected in CODES:
        return 0.0 if cell is CODES[expected] else math.inf
    if isinstance(cell, str) or expected == "":
        return 0.0 if cell == expected else math.inf
    if isinstance(cell, Code):
        return math.inf
    wanted = float(expected)
    allowed = tolerance["absolute"] + tolerance["relative"] * abs(wanted)
    difference = abs(cell - wanted)
    if difference == 0:
        return 0.0
    return difference / allowed if allowed else math.inf


def disagreements(row: Row, cells: list[list[Any]]) -> Iterator[tuple[float, str]]:
    expected = expected_cells(row["expected"])
    if is_error(row):  # the whole call fails, however many numbers it would have given
        expected = [[row["expected"]] * len(line) for line in cells]
    told = f"{row['function']}{tuple(row['arguments'])} ({row['note']})"
    if [len(line) for line in expected] != [len(line) for line in cells]:
        yield math.inf, f"{told} has the shape of {cells}, expected {expected}"
        return
    for i, line in enumerate(expected):
        for j, wanted in enumerate(line):
            size = disagreement(cells[i][j], wanted, row["tolerance"])
            yield size, f"{told} cell {i + 1},{j + 1} is {cells[i][j]!r}, expected {wanted}, {size:.3g} tolerances off"


@pytest.mark.parametrize("name", sorted(BY_FUNCTION))
def test_a_function_agrees_with_its_oracle(name: str) -> None:
    if name not in REGISTRY:
        pytest.fail(f"{name} is not registered")
    rows = BY_FUNCTION[name]
    outcomes = call_many(REGISTRY[name], [cells_of(row["arguments"]) for row in rows])
    wrong = [
        told
        for row, outcome in zip(rows, outcomes, strict=True)
        for size, told in disagreements(row, outcome.cells())
        if size > 1
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(BY_FUNCTION))
def test_a_series_given_as_a_column_agrees_too(name: str) -> None:
    """The same rows with every series turned from a row into a column."""
    spec = REGISTRY[name]
    for row in BY_FUNCTION[name][:6]:
        turned = tuple(
            tuple((cell,) for cell in argument[0]) if isinstance(argument, tuple) and len(argument) == 1 else argument
            for argument in cells_of(row["arguments"])
        )
        if spec.has_matrix and any(isinstance(a, tuple) and len(a[0]) == 1 for a in turned):
            continue  # a matrix of one row is not the same as one of one column
        for size, told in disagreements(row, call(spec, turned).cells()):
            assert size <= 1, told


@pytest.mark.parametrize("name", PROVED)
def test_a_function_has_ten_independent_values_and_more(name: str) -> None:
    rows = BY_FUNCTION.get(name, [])
    assert len(rows) >= FEWEST, f"{name} has {len(rows)} oracle rows"
    assert sum(row["note"] == "random" for row in rows) >= FEWEST, f"{name} has too few random points"
    values = sum(not is_error(row) for row in rows)
    assert values >= FEWEST, f"{name} has {values} rows with a value"


def test_every_oracle_row_names_a_function_and_a_tolerance() -> None:
    for name, rows in BY_FUNCTION.items():
        for row in rows:
            assert set(row) == {"function", "arguments", "expected", "tolerance", "note"}
            assert set(row["tolerance"]) == {"relative", "absolute", "why"}
            assert row["tolerance"]["why"]
            assert row["tolerance"]["relative"] <= 1e-7, f"{name} tolerates {row['tolerance']}"


# --- independence ---------------------------------------------------------------------------------


def imported(path: Path) -> set[str]:
    """Every module a program names in an import, wherever it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "computefi").split(".")[0] if not node.level else "computefi")
        elif isinstance(node, ast.Name) and node.id in {"__import__", "exec", "eval"}:
            names.add("computefi")  # whatever is imported by such means counts as ours
        elif isinstance(node, ast.Attribute) and node.attr == "import_module":
            names.add("computefi")
    return names


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_an_oracle_imports_nothing_of_ours_nor_numpy(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"mpmath"} | {program.stem for program in PROGRAMS}
    assert imported(path) <= allowed, imported(path) - allowed


FORBIDDEN = [
    "import computefi",
    "from computefi.spec import call",
    "from . import high_precision",
    "import numpy as np",
    "def f():\n    from scipy.special import ndtr",
    "__import__('computefi')",
    "import importlib\nimportlib.import_module('computefi')",
]


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_an_oracle_that_imports_the_package_would_be_caught(forbidden: str, tmp_path: Path) -> None:
    path = tmp_path / "guilty.py"
    path.write_text(forbidden, encoding="utf-8")
    assert not imported(path) <= set(sys.stdlib_module_names) | {"mpmath"}


# --- the values kept are the values computed ------------------------------------------------------


def program(stem: str) -> ModuleType:
    module = importlib.import_module(stem)
    assert Path(module.__file__ or "").parent == HERE, f"{stem} is shadowed by {module.__file__}"
    return module


@pytest.mark.parametrize("stem", sorted(ROWS))
def test_the_points_of_an_oracle_are_those_of_its_seed(stem: str) -> None:
    module = program(stem)
    drawn = [(name, arguments, note) for name in module.FUNCTIONS for arguments, note in module.POINTS[name]]
    kept = [(row["function"], row["arguments"], row["note"]) for row in ROWS[stem]]
    assert json.loads(json.dumps(drawn)) == [list(row) for row in kept], f"run python tests/oracle/{stem}.py"


@pytest.mark.parametrize("stem", sorted(ROWS))
def test_computing_an_oracle_again_gives_what_is_kept(stem: str) -> None:
    """A seeded sample of the rows of each program; the dearest functions (searches over integrals) give one each."""
    from time import perf_counter

    module = program(stem)
    evaluate = importlib.import_module("high_precision").evaluate
    rows = list(ROWS[stem])
    random.Random(stem).shuffle(rows)
    start = perf_counter()
    done = 0
    for row in rows:
        again = evaluate(module.FUNCTIONS[row["function"]], row["arguments"])
        assert again == row["expected"], row
        done += 1
        if done >= SAMPLED or perf_counter() - start > SECONDS_FOR_FAMILY:
            break
    assert done


# --- the gate itself ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(BY_FUNCTION) & set(REGISTRY)))
def test_an_answer_off_by_a_millionth_would_be_caught(name: str) -> None:
    """Each function is made wrong by a factor 1 + 1e-6, by 1 where it counts or by a letter, and must fail a row."""
    spec = REGISTRY[name]
    original = spec.function

    def wrong(*cells: Any, **arguments: Any) -> Any:
        answer = np.asarray(original(*cells, **arguments))
        if answer.dtype == object:
            return np.vectorize(lambda c: c * (1 + 1e-6) if isinstance(c, float) else c + "x", otypes=[object])(answer)
        return np.where(answer == np.floor(answer), answer + 1, answer * (1 + 1e-6))

    rows = BY_FUNCTION[name]
    object.__setattr__(spec, "function", wrong)
    try:
        outcomes = call_many(spec, [cells_of(row["arguments"]) for row in rows])
    finally:
        object.__setattr__(spec, "function", original)
    worst = [max(size for size, _ in disagreements(r, o.cells())) for r, o in zip(rows, outcomes, strict=True)]
    assert max(worst) > 1
    values = [size for size, row in zip(worst, rows, strict=True) if not is_error(row)]
    assert sum(size > 1 for size in values) >= len(values) / 2, f"{name}: too few rows notice"
