"""A client of the application without a network."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from computefi.hosts.server import workers
from computefi.hosts.server.app import application
from computefi.hosts.server.settings import Settings
from serve_process import TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def connected(app: Any, **headers: str) -> httpx.AsyncClient:
    """An asynchronous client of one application."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


class Client:
    """One request at a time; with the token unless told otherwise."""

    def __init__(self, headers: dict[str, str] | None = None, **settings: Any) -> None:
        self.app = application(Settings(**{"token": TOKEN, **settings}))
        self.headers = BEARER if headers is None else headers

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with connected(self.app, **self.headers) as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def options(self, path: str, **more: Any) -> httpx.Response:
        return self.request("OPTIONS", path, **more)


def with_workers(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """Workers that run this code before each computation."""
    code = f"""
from computefi.hosts.server import wire, workers
import os, time
real = wire.answer
def answer(*arguments):
    {before}
    return real(*arguments)
wire.answer = answer
workers.main()
"""
    monkeypatch.setattr(workers, "COMMAND", (sys.executable, "-c", code))


def waiting_for(monkeypatch: pytest.MonkeyPatch, stop: Path) -> None:
    """Workers that compute only once this file is there."""
    with_workers(monkeypatch, f"while not os.path.exists({str(stop)!r}): time.sleep(0.01)")
