"""The builders are moved onto one kit: until they all stand on it, every part of every workbook stays as delivered."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from workbook_support import same_but_for_last_digits
from workbooks.build import NAMES
from workbooks.build.kit.words import LANGUAGES, edition


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_build_gives_the_parts_that_are_delivered(name: str, language: str, tmp_path: Path) -> None:
    book = import_module(f"workbooks.build.{name}.book")
    built = tmp_path / "built.xlsx"
    book.build(built, language)
    same_but_for_last_digits(edition(book.TARGET, language), built)
