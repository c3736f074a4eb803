from __future__ import annotations

from collections.abc import Iterator

import pytest
from com_standin import Excel


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    process = Excel()
    yield process
    process.close()
