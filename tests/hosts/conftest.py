from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from com_standin import Excel
from computefi.hosts.vba import project as vbaproject
from computefi.hosts.vba.project import Module
from computefi.hosts.windows.files import standalone_modules


@pytest.fixture(scope="session", autouse=True)
def _packed_once() -> Iterator[None]:
    """The same modules are packed in almost every test here; it takes half a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vbaproject, "compress", functools.cache(vbaproject.compress))
        yield


@pytest.fixture(scope="session")
def shipped() -> dict[str, Module]:
    """The modules of an exported workbook."""
    return {module.name: module for module in standalone_modules()}


@pytest.fixture
def book_of(tmp_path: Path) -> Callable[..., Path]:
    """A workbook with formulas in column A of its one sheet."""

    def made(*formulas: str, name: str = "book.xlsx") -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row, formula in enumerate(formulas, start=1):
            book.active.cell(row, 1, formula)
        path = tmp_path / name
        book.save(path)
        return path

    return made


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    process = Excel()
    yield process
    process.close()
