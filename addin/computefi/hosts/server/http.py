"""What the server adds to HTTP: headers on every response, and a limit on the time a request's head may take."""

from __future__ import annotations

import asyncio

import h11
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class SecureHeaders:
    """Adds to every response what browsers are to be told, also to those of unexpected failures."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }
        if https:  # not for localhost, where it would bind every other server of the machine
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_more if scope["type"] == "http" else send)


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP with a limit on the time in which the head of a request must arrive; uvicorn has none."""

    head_seconds: float = 10
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self.conn.trailing_data[0] and self.head_timer is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self.head_timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
