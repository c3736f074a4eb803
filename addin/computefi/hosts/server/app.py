"""`computefi serve`: the server behind the Office.js add-in, for a bank that hosts its own.

    GET   /functions.json /functions.js /functions.html /pane.js /manifest.xml /manifest.zip /icon-32.png   the add-in
    GET   /health /metrics                                            is it up; what has it done, as Prometheus reads it
    POST  /call                                                           many calls (`hosts.wire`); needs the token

Who may compute: whoever sends `Authorization: Bearer <token>`. The token is in none of the served files, because
whoever can fetch a file can read it. A user enters it once in the add-in's pane; the pane keeps it in
OfficeRuntime.storage, which belongs to this add-in and this user on this machine and is not encrypted. So the token
keeps strangers out of the machine's time; it is no user identity, and for that a proxy in front must ask.

What is refused, and how: {"error": {"code": "...", "reason": "..."}}, never a stack trace. The limits of `Settings`
hold before the work they limit: an announced length is refused unread, a body is kept only for holders of the token,
a busy server says 503 with Retry-After (the add-in repeats the request), a slow sender gets 408, a computation that
takes too long 504. Computations are processes (`workers`), so that one that is late is ended; what a request may ask
for is counted before it is computed (`spec.budget`), and a peer has half of the places at most (`turns`). A peer is an
address; behind a proxy it is the last that the proxy wrote into X-Forwarded-For.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

import computefi
from computefi.hosts.server import officejs, workers
from computefi.hosts.server.http import Gate, PatientProtocol, Peers
from computefi.hosts.server.metrics import Metrics
from computefi.hosts.server.settings import Settings, is_loopback
from computefi.hosts.server.turns import Turns
from computefi.spec import REGISTRY

METRICS = "text/plain; version=0.0.4; charset=utf-8"
LONG_SECONDS = 0.5  # from here on a computation gives way to shorter ones
REFUSAL_SECONDS = 0.25
SCRIPT_CALLS = 1_000  # in one request of the add-in; several such requests are under way at once
# Where Excel on the web shows an add-in's page in a frame.
FRAMES = (
    "'self' https://*.officeapps.live.com https://*.office.com https://*.office365.com https://*.sharepoint.com"
    " https://*.microsoft365.com https://*.cloud.microsoft"
)


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def error_response(status: int, code: str, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    content = json.dumps({"error": {"code": code, "reason": reason}})
    return Response(content, status, headers, officejs.JSON)


class Calls:
    """POST /call: what comes in, in processes, within the limits."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.expected = f"bearer {settings.token}".encode()
        self.in_hand: Counter[str] = Counter()
        self.turns = Turns(settings.workers)
        self.workers = workers.Workers(settings.workers)
        self.metrics = Metrics()

    async def __call__(self, request: Request) -> Response:
        try:
            response = await self._answer(request)
        except Refusal as refusal:
            self.metrics.answers[refusal.code] += 1
            raise
        self.metrics.answers["ok"] += 1
        return response

    async def _answer(self, request: Request) -> Response:
        limit = self.settings.most_bytes
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and (len(announced) > len(str(limit)) or int(announced) > limit):
            raise Refusal(413, "too_large", f"a request may have {limit:,} bytes", Connection="close")
        peer = self._peer(request)
        refusal = self._refusal(request, peer)
        if refusal:
            await self._body(request, keep=False)  # a client that still sends would miss the answer
            if self.in_hand[peer] >= self.settings.most_requests_of_peer:
                await asyncio.sleep(REFUSAL_SECONDS)  # so that a flood comes no faster
            raise refusal
        self.in_hand[peer] += 1
        try:
            body = await self._body(request)
            try:
                async with asyncio.timeout(self.settings.call_seconds):
                    await self.turns.acquire(peer)
            except TimeoutError:
                raise busy() from None
            try:
                return await self._compute(body)
            finally:
                self.turns.release(peer)
        finally:
            self.in_hand[peer] -= 1
            if not self.in_hand[peer]:
                del self.in_hand[peer]

    def _peer(self, request: Request) -> str:
        """Whose request it is."""
        forwarded = request.headers.getlist("x-forwarded-for") if self.settings.behind_proxy else []
        if forwarded:
            return forwarded[-1].rpartition(",")[2].strip()[:64]
        return request.client.host if request.client else ""

    def _refusal(self, request: Request, peer: str) -> Refusal | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = f"{scheme.lower()} {token}".encode("latin-1")
        if not hmac.compare_digest(given, self.expected):
            return Refusal(401, "unauthorized", "the access token is missing or wrong", WWW_Authenticate="Bearer")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != officejs.JSON:
            return Refusal(415, "not_json", f"the content type must be {officejs.JSON}")
        full = self.in_hand.total() >= self.settings.most_requests
        return busy() if full or self.in_hand[peer] >= self.settings.most_requests_of_peer else None

    async def _body(self, request: Request, keep: bool = True) -> bytes:
        """The body, read no further than the limit and no longer than its time."""
        chunks, size = [], 0
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > self.settings.most_bytes:
                        reason = f"a request may have {self.settings.most_bytes:,} bytes"
                        raise Refusal(413, "too_large", reason, Connection="close")
                    if keep:
                        chunks.append(chunk)
        except TimeoutError:
            raise Refusal(408, "too_slow", "the request did not arrive in time", Connection="close") from None
        except ClientDisconnect:
            raise Refusal(400, "gone", "the client went away", Connection="close") from None
        return b"".join(chunks)

    async def _compute(self, body: bytes) -> Response:
        """The answers, computed in a process, which is ended where it takes too long."""
        limits, seconds = self.settings, self.settings.call_seconds
        task = workers.Task(body, limits.most_calls, limits.most_cells, limits.most_draws, seconds, limits.most_memory)
        started = time.perf_counter()
        worker = self.workers.take()
        letter, content, long = workers.TIME_UP, b"", False
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.workers.pool, worker.get_ready)
            asked = loop.run_in_executor(self.workers.pool, worker.ask, task)
            done, _ = await asyncio.wait({asked}, timeout=min(seconds, LONG_SECONDS))
            long = not done
            if long:
                worker.give_way()
                done, _ = await asyncio.wait({asked}, timeout=max(0.0, seconds - LONG_SECONDS))
            if done:
                letter, content = asked.result()
        finally:
            if long or letter in (workers.TIME_UP, workers.NO_MEMORY, workers.GONE):
                self.workers.end(worker)
            else:
                self.workers.give_back(worker)
            self.metrics.seconds += time.perf_counter() - started
            self.metrics.computed += 1
        if letter == workers.ANSWERS:
            return Response(content, media_type=officejs.JSON, headers={"Cache-Control": "no-store"})
        if letter == workers.BAD_REQUEST:
            raise Refusal(400, "bad_request", f"the request {content.decode('utf-8')}")
        if letter == workers.TIME_UP:
            raise Refusal(504, "time_limit", f"the calls took longer than {seconds:g} seconds")
        if letter == workers.NO_MEMORY:
            raise Refusal(413, "memory_limit", "the calls need more memory than a request may")
        raise Refusal(500, "internal", "the server failed; its log says why")


def busy() -> Refusal:
    return Refusal(503, "busy", "the server is busy", Retry_After="1")


def application(settings: Settings, peers: Peers | None = None) -> ASGIApp:
    """The server as an ASGI application; `peers` counts the connections, where there are any."""
    peers = peers or Peers(settings.most_connections, settings.most_connections_of_peer)
    calls = Calls(settings)
    limits = {
        "mostCalls": min(settings.most_calls, SCRIPT_CALLS),
        "mostBytes": settings.most_bytes,
        "requestSeconds": settings.request_seconds,
        "patienceSeconds": settings.patience_seconds,
    }
    pages = officejs.files(settings.url, settings.office_js, limits)

    async def page(request: Request) -> Response:
        content, kind = pages[request.url.path.rsplit("/", 1)[-1]]
        headers = {"Cache-Control": "no-cache"}
        if kind == officejs.HTML:
            headers["Content-Security-Policy"] = _page_policy(settings)
        if kind == officejs.JSON:  # Excel on the web reads the metadata from a page of its own
            headers["Access-Control-Allow-Origin"] = "*"
        return Response(content, media_type=kind, headers=headers)

    async def call(request: Request) -> Response:
        return await calls(request)

    async def no_manifest(_request: Request) -> Response:
        reason = f"Excel takes add-ins over https only, and this server's address is {settings.url}"
        return error_response(404, "needs_https", reason)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        calls.workers.start(settings.workers + 1)  # one to take the place of another that is ended
        yield
        calls.workers.close()

    routes = [Route(f"/{name}", page) for name in pages]
    routes += [Route("/call", call, methods=["POST"]), *looking_after(calls, peers)]
    if "manifest.xml" not in pages:
        routes += [Route(f"/{name}", no_manifest) for name in ("manifest.xml", "manifest.zip")]
    middleware = []
    if settings.origins:
        allowed: dict[str, Any] = {"allow_methods": ["POST"], "allow_headers": ["Authorization", "Content-Type"]}
        middleware.append(Middleware(CORSMiddleware, allow_origins=list(settings.origins), **allowed))
    handlers = {Refusal: _refused, HTTPException: _http_error, Exception: _unexpected}
    return Gate(
        Starlette(routes=routes, middleware=middleware, exception_handlers=handlers, lifespan=lifespan),
        settings,
        https=settings.url.startswith("https://") and not is_loopback(urlsplit(settings.url).hostname or ""),
    )


def looking_after(calls: Calls, peers: Peers) -> list[Route]:
    """What whoever runs the server asks it."""

    async def health(_request: Request) -> Response:
        state = {
            "status": "ok",
            "version": computefi.__version__,
            "functions": len(REGISTRY),
            "requests": calls.in_hand.total(),
        }
        return Response(json.dumps(state), media_type=officejs.JSON, headers={"Cache-Control": "no-store"})

    async def metrics(_request: Request) -> Response:
        gauges = {
            "computefi_requests_in_hand": ("Requests read, waiting or computed.", calls.in_hand.total()),
            "computefi_computing": ("Computations under way.", calls.turns.running.total()),
            "computefi_connections": ("Open connections.", peers.open.total()),
            "computefi_workers_ended_total": (
                "Processes that were ended, or ended by themselves.",
                calls.workers.ended,
            ),
        }
        return Response(calls.metrics.text(gauges), media_type=METRICS, headers={"Cache-Control": "no-store"})

    return [Route("/health", health), Route("/metrics", metrics)]


def _page_policy(settings: Settings) -> str:
    """What the add-in's page may load: its own files, and Office.js from where it is served."""
    parts = urlsplit(settings.office_js)
    office = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        f"default-src 'none'; script-src 'self'{office}; connect-src 'self'{office}; img-src 'self' data:; "
        f"style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors {FRAMES}"
    )


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error_response(error.status, error.code, error.reason, error.headers)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "wrong_method"}.get(error.status_code, "http")
    return error_response(error.status_code, code, error.detail, error.headers)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return error_response(500, "internal", "the server failed; its log says why")  # Starlette logs what was raised


def server(settings: Settings) -> uvicorn.Server:
    """A server ready to run; on SIGTERM and Ctrl-C it finishes what it has accepted."""
    peers = Peers(settings.most_connections, settings.most_connections_of_peer)
    limits = {"head_seconds": settings.head_seconds, "write_seconds": settings.write_seconds, "peers": peers}
    config = uvicorn.Config(
        application(settings, peers),
        host=settings.host,
        port=settings.port,
        http=type("Protocol", (PatientProtocol,), limits),
        ws="none",
        lifespan="on",
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
        access_log=False,
        server_header=False,
        log_level="warning",
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=int(settings.request_seconds) + 1,
    )
    return uvicorn.Server(config)


def serve(settings: Settings, announce: Callable[[str], object] = print) -> None:
    """Serve until told to stop; port 0 takes a free one. OSError where the address or a TLS file cannot be had."""
    # Bound here, because uvicorn would end the process instead of saying that the address is taken.
    with _listening(settings.host, settings.port) as listening:
        bound = replace(settings, port=listening.getsockname()[1])
        running = server(bound)
        running.config.load()
        announce(f"computefi {computefi.__version__}: {len(REGISTRY)} functions at {bound.url}")
        with suppress(KeyboardInterrupt):
            running.run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Its protocol is named, or asyncio leaves Nagle's algorithm on: 40 ms a request."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening
