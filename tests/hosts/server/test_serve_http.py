"""Who may call, what is refused and how, and what a slow or greedy client can do."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from computefi.hosts.server import wire
from computefi.hosts.server.app import serve
from computefi.hosts.server.settings import Settings, new_token
from serve_client import BEARER, Client, connected
from serve_process import TOKEN, Server

KIND = {"Content-Type": "application/json"}
ONE_CALL = {"format": 1, "ranges": [], "calls": [["LTV", 70, 100]]}


def body(calls: int = 1) -> bytes:
    return json.dumps({**ONE_CALL, "calls": ONE_CALL["calls"] * calls}).encode()  # type: ignore[operator]


def code(answer: httpx.Response) -> str:
    """The code of a structured error, after a look that it says no more than it should."""
    content = answer.json()
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "reason"}
    assert "Traceback" not in answer.text
    assert str(Path(__file__).parents[3]) not in answer.text
    return str(content["error"]["code"])


# --- who may call ----------------------------------------------------------------------------------


def test_a_holder_of_the_token_is_answered(client: Client) -> None:
    answer = client.post("/call", json=ONE_CALL)
    assert answer.json() == {"answers": [0.7]}
    assert answer.headers["cache-control"] == "no-store"
    assert client.post("/call", json=ONE_CALL, headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}",
               TOKEN, f"Bearer  {TOKEN}", "Bearer t\u00f6ken"],
)  # fmt: skip
def test_nobody_else_is(client: Client, header: str) -> None:
    answer = client.post("/call", json=ONE_CALL, headers={"Authorization": header.encode("latin-1")})
    assert (answer.status_code, code(answer)) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_token_the_body_is_not_looked_at(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "answer", None)
    assert client.post("/call", content=b"{", headers={"Authorization": "x"}).status_code == 401


def test_health_needs_no_token_and_says_little(client: Client) -> None:
    answer = client.get("/health", headers={"Authorization": ""})
    assert set(answer.json()) == {"status", "version", "functions", "requests"}


def test_tokens_are_long_and_different() -> None:
    assert len(new_token()) >= 43
    assert new_token() != new_token()


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "wanted"),
    [(b"{", "bad_request"), (b'{"format":1,"ranges":[],"calls":[["LTV",NaN]]}', "bad_request"), (b"", "bad_request")],
)
def test_malformed_requests(client: Client, content: bytes, wanted: str) -> None:
    answer = client.post("/call", content=content, headers=KIND)
    assert (answer.status_code, code(answer)) == (400, wanted)


def test_only_json_is_taken(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = client.post("/call", content=body(), headers={"Content-Type": kind})
        assert (answer.status_code, code(answer)) == (415, "not_json")
    kind = "application/json; charset=utf-8"
    assert client.post("/call", content=body(), headers={"Content-Type": kind}).status_code == 200


def test_unknown_addresses_and_methods(client: Client) -> None:
    assert code(client.get("/etc/passwd")) == "not_found"
    assert code(client.get("/call")) == "wrong_method"
    assert code(client.post("/functions.js")) == "wrong_method"
    assert code(client.get("/../serve.py")) == "not_found"


def test_too_many_calls_are_refused() -> None:
    answer = Client(most_calls=10).post("/call", content=body(11), headers=KIND)
    assert (answer.status_code, code(answer)) == (400, "bad_request")
    assert "at most 10 calls; got 11" in answer.text


def test_a_body_over_the_limit_is_refused_announced_or_not() -> None:
    client = Client(most_bytes=1_000)
    announced = client.post("/call", content=b" " * 1_001, headers=KIND)
    assert (announced.status_code, code(announced)) == (413, "too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(2):
            yield b" " * 600

    chunked = client.post("/call", content=chunks(), headers=KIND)
    assert (chunked.status_code, code(chunked)) == (413, "too_large")
    assert client.post("/call", content=body().ljust(1_000), headers=KIND).status_code == 200


def test_a_failure_of_ours_says_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("secret")

    monkeypatch.setattr(wire, "answer", fail)
    answer = Client().post("/call", json=ONE_CALL)
    assert (answer.status_code, code(answer)) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_answer_has_its_security_headers(client: Client) -> None:
    for answer in (client.get("/health"), client.get("/functions.js"), client.get("/nothing"), client.post("/call")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "content-security-policy" in answer.headers
        assert "strict-transport-security" not in answer.headers


def test_browsers_are_held_to_https_where_the_address_is_https_but_not_on_localhost() -> None:
    for url, held in (("https://bank.example", True), ("https://localhost:8443", False)):
        headers = Client(public_url=url).get("/health").headers
        assert ("strict-transport-security" in headers) == held


def test_other_sites_may_call_only_where_named() -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in Client().options("/call", headers=asked).headers
    client = Client(origins=("https://a.example",))
    assert client.options("/call", headers=asked).headers["access-control-allow-origin"] == "https://a.example"
    other = client.options("/call", headers={**asked, "Origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers
    answer = client.post("/call", json=ONE_CALL, headers={"Origin": "https://a.example"})
    assert answer.headers["access-control-allow-origin"] == "https://a.example"


# --- settings --------------------------------------------------------------------------------------

BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"token": ""}, "at least 16 characters"),
    ({"token": "short"}, "at least 16 characters"),
    ({"token": "ö" * 20}, "plain ASCII"),
    ({"token": "0123456789 0123456789"}, "blanks"),
    ({"host": "0.0.0.0"}, "unencrypted"),
    ({"host": "::"}, "unencrypted"),
    ({"host": "bank.example"}, "unencrypted"),
    ({"certificate": Path("a.pem")}, "go together"),
    ({"public_url": "bank.example"}, "must start with https"),
    ({"origins": ("*",)}, "without a path"),
    ({"origins": ("https://a.example/",)}, "without a path"),
]


@pytest.mark.parametrize(("settings", "reason"), BAD_SETTINGS)
def test_unsafe_settings_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Settings(**{"token": TOKEN, **settings})


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_loopback_needs_no_tls(host: str) -> None:
    assert TOKEN not in repr(Settings(token=TOKEN, host=host))


def test_a_taken_address_and_a_missing_certificate_are_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(Settings(token=TOKEN, port=taken.getsockname()[1]))
    nowhere = tmp_path / "none.pem"
    with pytest.raises(FileNotFoundError):
        serve(Settings(token=TOKEN, port=0, certificate=nowhere, key=nowhere))


# --- load ------------------------------------------------------------------------------------------


def slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> threading.Event:
    """Every computation waits so long, or until the event is set."""
    real, stop = wire.answer, threading.Event()

    def answer(*arguments: Any) -> bytes:
        stop.wait(seconds)
        return real(*arguments)

    monkeypatch.setattr(wire, "answer", answer)
    return stop


def test_the_server_answers_while_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = slow(monkeypatch, 20)

    async def run() -> tuple[int, int]:
        async with connected(Client().app, **BEARER) as client:
            computing = asyncio.create_task(client.post("/call", json=ONE_CALL))
            for _ in range(100):
                await asyncio.sleep(0.01)
                state = (await client.get("/health")).json()
                if state["requests"]:
                    break
            assert not computing.done()
            stop.set()
            return state["requests"], (await computing).status_code

    assert asyncio.run(run()) == (1, 200)


def test_a_busy_server_says_so_and_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = slow(monkeypatch, 20)

    async def run() -> None:
        async with connected(Client(threads=1, most_requests=3).app, **BEARER) as client:
            accepted = [asyncio.create_task(client.post("/call", json=ONE_CALL)) for _ in range(3)]
            await asyncio.sleep(0.1)
            refused = await client.post("/call", json=ONE_CALL)
            assert (refused.status_code, code(refused)) == (503, "busy")
            assert refused.headers["retry-after"] == "1"
            stop.set()
            assert [(await task).status_code for task in accepted] == [200, 200, 200]
            assert (await client.post("/call", json=ONE_CALL)).status_code == 200

    asyncio.run(run())


def test_a_computation_over_its_time_is_given_up_and_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = slow(monkeypatch, 20)

    async def run() -> None:
        async with connected(Client(threads=1, most_requests=1, call_seconds=0.1).app, **BEARER) as client:
            answer = await client.post("/call", json=ONE_CALL)
            assert (answer.status_code, code(answer)) == (504, "time_limit")
            assert (await client.post("/call", json=ONE_CALL)).status_code == 503  # its thread still runs
            stop.set()
            for _ in range(100):
                if not (await client.get("/health")).json()["requests"]:
                    break
                await asyncio.sleep(0.01)
            assert (await client.post("/call", json=ONE_CALL)).status_code == 200

    asyncio.run(run())


# --- on the wire -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def impatient() -> Iterator[Server]:
    running = Server(head_seconds=0.4, body_seconds=0.4)
    yield running
    running.stop()


def said(connection: socket.socket, seconds: float = 5) -> bytes:
    """All that the server says until it closes."""
    connection.settimeout(seconds)
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def head(length: int) -> bytes:
    lines = ["POST /call HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()


def test_a_client_that_says_nothing_is_dropped(impatient: Server) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        assert said(connection) == b""


def test_a_client_that_drips_its_head_is_dropped(impatient: Server) -> None:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        for byte in head(10)[:40]:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                break
            time.sleep(0.05)
        assert said(connection) == b""
    assert time.monotonic() - started < 3


def test_a_second_request_on_a_connection_has_the_same_limit(impatient: Server) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        connection.sendall(head(len(body())) + body())
        connection.settimeout(5)
        answer = b""
        while not answer.endswith(b'{"answers":[0.7]}'):
            part = connection.recv(65536)
            assert part
            answer += part
        connection.sendall(b"POST /ca")
        assert said(connection) == b""


def test_a_client_that_drips_its_body_is_told_and_dropped(impatient: Server) -> None:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        connection.sendall(head(1_000) + body()[:5])
        answer = said(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"too_slow"' in answer
    assert 0.3 < time.monotonic() - started < 3


def test_an_announced_giant_is_refused_before_it_is_sent(impatient: Server) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        connection.sendall(head(10**12))
        assert said(connection).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a" * 100_000]
)
def test_what_is_not_http_does_no_harm(impatient: Server, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        connection.sendall(garbage)
        assert said(connection)[:12] in (b"HTTP/1.1 400", b"")
    assert httpx.get(f"{impatient.url}/health").status_code == 200


def test_a_client_that_goes_away_leaves_nothing_behind(impatient: Server) -> None:
    for _ in range(40):  # more than the server takes at once
        with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
            connection.sendall(head(1_000) + b"{")
    for _ in range(50):
        if not httpx.get(f"{impatient.url}/health").json()["requests"]:
            break
        time.sleep(0.05)
    answer = httpx.post(f"{impatient.url}/call", json=ONE_CALL, headers=BEARER)
    assert answer.json() == {"answers": [0.7]}


def test_a_server_told_to_stop_finishes_what_it_accepted() -> None:
    running = Server(delay=0.8)
    answers: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{running.url}/call", json=ONE_CALL, headers=BEARER))
    )
    asking.start()
    time.sleep(0.3)
    running.stop(signal.SIGTERM)
    asking.join(5)
    assert [answer.json() for answer in answers] == [{"answers": [0.7]}]


def test_tls(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate of this test, is not installed")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-out", str(certificate),
         "-keyout", str(key)],
        check=True, capture_output=True,
    )  # fmt: skip
    running = Server(certificate=str(certificate), key=str(key))
    try:
        assert re.fullmatch(r"https://127\.0\.0\.1:\d+", running.url)
        trust = ssl.create_default_context(cafile=str(certificate))
        answer = httpx.post(f"{running.url}/call", json=ONE_CALL, headers=BEARER, verify=trust)
        assert answer.json() == {"answers": [0.7]}
        assert httpx.get(f"{running.url}/manifest.xml", verify=trust).status_code == 200
    finally:
        running.stop()
