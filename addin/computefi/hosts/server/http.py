"""What the server adds to HTTP: headers on every answer, who is called and how, and limits on peers and on time."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from http import HTTPStatus

import h11
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from computefi.hosts.server.settings import Settings

SECURE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def refusal(status: int, code: str, reason: str, **more: str) -> bytes:
    """An answer as bytes, for where there is no application to make it."""
    content = json.dumps({"error": {"code": code, "reason": reason}}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close", **SECURE}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in {**headers, **more}.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + content


class Gate:
    """In front of the application: refuses what is not meant for it, and tells browsers their rules in every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, https: bool) -> None:
        self.app, self.settings = app, settings
        self.headers = dict(SECURE)
        if https:  # not for localhost, where it would bind every other server of the machine
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        fault = self.fault(scope)
        if fault is None:
            await self.app(scope, receive, send_more)
            return
        status, code, reason = fault
        content = json.dumps({"error": {"code": code, "reason": reason}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        headers.append((b"connection", b"close"))
        await send_more({"type": "http.response.start", "status": status, "headers": headers})
        await send_more({"type": "http.response.body", "body": content})

    def fault(self, scope: Scope) -> tuple[int, str, str] | None:
        """Why a request is not let in: status, code and reason."""
        headers = Headers(scope=scope)
        if "content-length" in headers and "transfer-encoding" in headers:
            # Two lengths: what one server takes for the end another takes for the next request.
            return 400, "two_lengths", "a request has a length or is sent in chunks, not both"
        local = (scope.get("server") or ("",))[0]
        if len(headers.getlist("host")) != 1 or not self.settings.serves(headers["host"], local):
            return 421, "wrong_host", "this server is not called by that name; see --allowed-host"
        return None


class Peers:
    """The connections of every peer."""

    def __init__(self, most: int, most_of_peer: int) -> None:
        self.most, self.most_of_peer = most, most_of_peer
        self.open: Counter[str] = Counter()

    def enter(self, peer: str) -> bool:
        """Count a connection; false where there are enough."""
        self.open[peer] += 1
        return self.open[peer] <= self.most_of_peer and self.open.total() <= self.most

    def leave(self, peer: str) -> None:
        self.open[peer] -= 1
        if not self.open[peer]:
            del self.open[peer]


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP with limits that it has not: on connections of a peer, on the time in which the head of a request
    must arrive, and on that in which an answer must be read."""

    peers: Peers
    head_seconds: float = 10
    write_seconds: float = 60
    head_timer: asyncio.TimerHandle | None = None
    write_timer: asyncio.TimerHandle | None = None
    peer = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        if not self.peers.enter(self.peer):
            transport.write(refusal(503, "busy", "too many connections", Retry_After="1"))
            transport.close()
            return
        self._start()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self.conn.trailing_data[0] and self.head_timer is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._read()
        self.peers.leave(self.peer)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.write_timer is None:
            self.write_timer = self.loop.call_later(self.write_seconds, self._abort_unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self._read()

    def on_response_complete(self) -> None:
        if not self.transport.get_write_buffer_size():
            self._read()
        elif self.write_timer is None:
            self.write_timer = self.loop.call_later(self.write_seconds, self._abort_unread)
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # to close would wait until all is read
            return
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """What is not HTTP; uvicorn's own answer has no headers of ours."""
        self.transport.write(refusal(400, "not_http", "the request cannot be read"))
        self.transport.close()

    def _abort_unread(self) -> None:
        self.write_timer = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _read(self) -> None:
        if self.write_timer is not None:
            self.write_timer.cancel()
            self.write_timer = None

    def _start(self) -> None:
        self.head_timer = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _stop(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
