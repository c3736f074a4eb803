"""The builders are moved onto one kit: until they all stand on it, every part of every workbook stays as delivered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbook_support import same_but_for_last_digits
from workbooks.build import NAMES
from workbooks.build.kit.words import LANGUAGES, edition


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_build_gives_the_parts_that_are_delivered(
    name: str, language: str, repository: Path, built: Callable[[str, str], Any]
) -> None:
    same_but_for_last_digits(edition(repository / "workbooks" / f"{name}.xlsx", language), built(name, language).path)
