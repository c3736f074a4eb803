from __future__ import annotations

import pytest
from lambda_engines import Formulon


@pytest.fixture(scope="session")
def formulon() -> Formulon:
    return Formulon()
