from __future__ import annotations

from typing import Any

import pytest

from computefi.cli.page_deals import comparison
from computefi.hosts.page.deals import Deals
from computefi.templates import template


@pytest.fixture(scope="session")
def shown() -> dict[str, Any]:
    """What the page is given of compare.xlsx."""
    return comparison(template("compare"))


@pytest.fixture(scope="session")
def deals(shown: dict[str, Any]) -> Deals:
    return Deals(shown)
