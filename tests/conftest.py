"""What several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# openpyxl writes other bytes where lxml happens to be installed, and tests look for bytes.
os.environ["OPENPYXL_LXML"] = "False"

REPOSITORY = Path(__file__).resolve().parents[1]
LONGEST = ("test_ddtl_nonsense", "workbooks", "tools", "recalc")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no worker is left alone with one of them at the end."""

    def place(item: pytest.Item) -> int:
        parts = {item.path.stem, *item.path.parts}
        return next((at for at, name in enumerate(LONGEST) if name in parts), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def vectors() -> Path:
    return Path(__file__).resolve().parent / "vectors"
