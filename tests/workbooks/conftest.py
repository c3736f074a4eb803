"""One workbook in the ways that its tests look at it: a test module names the file, BOOK, and its BUILDER."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from computefi.recalc import Book, Recalculated, recalculate


@pytest.fixture(scope="module")
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file as it is built now."""
    target = tmp_path_factory.mktemp("built") / request.module.BOOK.name
    request.module.BUILDER.build(target)
    return target


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the delivered file is when it is recalculated: see `values`."""
    return tmp_path_factory.mktemp("again") / "again.xlsx"


@pytest.fixture(scope="module")
def values(request: pytest.FixtureRequest, again: Path) -> Recalculated:
    """The delivered file, recalculated."""
    return recalculate(request.module.BOOK, again)


@pytest.fixture(scope="module")
def model(request: pytest.FixtureRequest) -> Book:
    """The delivered file, open for what-if; a test puts back what it sets."""
    return Book.open(request.module.BOOK)


@pytest.fixture(scope="module")
def formulas(request: pytest.FixtureRequest) -> Any:
    """The delivered file with its formulas."""
    return load_workbook(request.module.BOOK)


@pytest.fixture(scope="module")
def cached(request: pytest.FixtureRequest) -> Any:
    """The delivered file with the values stored in it."""
    return load_workbook(request.module.BOOK, data_only=True)
