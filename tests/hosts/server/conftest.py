from __future__ import annotations

from collections.abc import Iterator

import pytest

from serve_client import Client
from serve_process import Server


@pytest.fixture(scope="module")
def client() -> Client:
    """The application without a network, for a holder of the token."""
    return Client()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()
