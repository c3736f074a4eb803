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
from computefi.hosts.server.turns import Turns
from serve_client import BEARER, Client, connected, waiting_for, with_workers
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
    with_workers(monkeypatch, "raise RuntimeError('secret')")
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
    ({"public_url": 'https://x"><script>'}, "must start with https"),
    ({"public_url": "https://x/a b"}, "must start with https"),
    ({"public_url": "https://user:secret@x"}, "must start with https"),
    ({"public_url": "https://x/?a=1"}, "must start with https"),
    ({"public_url": "https://x:99999"}, "must start with https"),
    ({"public_url": "javascript:alert(1)"}, "must start with https"),
    ({"public_url": "https://x/\n"}, "must start with https"),
    ({"office_js": 'https://x"></script>'}, "office.js"),
    ({"hosts": ("a.example:8443",)}, "without a port"),
    ({"hosts": ("*",)}, "without a port"),
    ({"origins": ("*",)}, "without a path"),
    ({"origins": ("https://a.example\r\nX: y",)}, "without a path"),
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


def test_the_server_answers_while_it_computes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waiting_for(monkeypatch, tmp_path / "stop")

    async def run() -> tuple[int, int]:
        async with connected(Client().app, **BEARER) as client:
            computing = asyncio.create_task(client.post("/call", json=ONE_CALL))
            for _ in range(100):
                await asyncio.sleep(0.01)
                state = (await client.get("/health")).json()
                if state["requests"]:
                    break
            assert not computing.done()
            (tmp_path / "stop").touch()
            return state["requests"], (await computing).status_code

    assert asyncio.run(run()) == (1, 200)


def test_a_busy_server_says_so_and_when_to_come_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waiting_for(monkeypatch, tmp_path / "stop")

    async def run() -> None:
        async with connected(Client(workers=1, most_requests=3).app, **BEARER) as client:
            accepted = [asyncio.create_task(client.post("/call", json=ONE_CALL)) for _ in range(3)]
            await asyncio.sleep(0.1)
            refused = await client.post("/call", json=ONE_CALL)
            assert (refused.status_code, code(refused)) == (503, "busy")
            assert refused.headers["retry-after"] == "1"
            (tmp_path / "stop").touch()
            assert [(await task).status_code for task in accepted] == [200, 200, 200]
            assert (await client.post("/call", json=ONE_CALL)).status_code == 200

    asyncio.run(run())


def test_a_computation_over_its_time_is_ended_and_leaves_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waiting_for(monkeypatch, tmp_path / "stop")

    async def run() -> None:
        async with connected(Client(workers=1, most_requests=1, call_seconds=0.1).app, **BEARER) as client:
            answer = await client.post("/call", json=ONE_CALL)
            assert (answer.status_code, code(answer)) == (504, "time_limit")
            assert (await client.get("/health")).json()["requests"] == 0
            text = (await client.get("/metrics")).text
            assert "computefi_workers_ended_total 1\n" in text
            assert 'computefi_requests_total{outcome="time_limit"} 1\n' in text

    asyncio.run(run())


def test_a_worker_that_dies_is_said_so_and_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    died = tmp_path / "died"
    with_workers(monkeypatch, f"os.path.exists({str(died)!r}) or (open({str(died)!r}, 'w').close(), os._exit(9))")
    client = Client(workers=1)
    assert client.post("/call", json=ONE_CALL).status_code == 500
    assert client.post("/call", json=ONE_CALL).json() == {"answers": [0.7]}


def test_one_peer_has_half_of_the_places() -> None:
    async def run() -> None:
        turns = Turns(4)
        greedy = [asyncio.create_task(turns.acquire("greedy")) for _ in range(6)]
        await asyncio.sleep(0)
        assert [task.done() for task in greedy] == [True, True, False, False, False, False]
        await asyncio.wait_for(turns.acquire("other"), 1)
        greedy[2].cancel()
        turns.release("greedy")
        await asyncio.sleep(0.01)
        assert [task.done() for task in greedy] == [True, True, True, True, False, False]
        assert turns.running == {"greedy": 2, "other": 1}

    asyncio.run(run())


def test_what_a_request_may_ask_for_is_counted_before_it_is_computed() -> None:
    column, row = [[70.0]] * 60, [[100.0] * 60]
    grid = ["LTV", {"range": 0}, {"range": 1}]
    document = {"format": 1, "ranges": [column, row], "calls": [grid, grid, grid]}
    answers = Client(most_cells=8_000).post("/call", json=document).json()["answers"]
    assert [type(answer) for answer in answers] == [list, list, dict]
    assert "results beside the other calls" in answers[2]["reason"]


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
    lines = [
        "POST /call HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {TOKEN}",
        "Content-Type: application/json",
    ]
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


# --- who is called, and how ------------------------------------------------------------------------


def spoken(port: int, *lines: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return said(connection)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "[::1", "127.0.0.1:x", "localhost."]
)
def test_a_server_that_is_called_by_another_name_does_not_answer(impatient: Server, host: str) -> None:
    answer = spoken(impatient.port, "GET /health HTTP/1.1", f"Host: {host}")
    assert answer.split()[1] in (b"421", b"400")
    assert b"nosniff" in answer


def test_it_is_called_by_its_address_its_public_name_and_the_names_allowed() -> None:
    settings = Settings(token=TOKEN, public_url="https://sheets.bank.example/cfi", hosts=("other.example",))
    for name in ("127.0.0.1:8443", "localhost", "[::1]:1", "sheets.bank.example", "OTHER.example:443"):
        assert settings.serves(name, "127.0.0.1"), name
    assert Settings(token=TOKEN, host="0.0.0.0", behind_proxy=True).serves("10.1.2.3:8443", "10.1.2.3")
    assert not Settings(token=TOKEN, host="0.0.0.0", behind_proxy=True).serves("localhost", "10.1.2.3")


@pytest.mark.parametrize(
    "order", [("Content-Length: 5", "Transfer-Encoding: chunked"), ("Transfer-Encoding: chunked", "Content-Length: 5")]
)
def test_two_lengths_are_refused_and_the_connection_closed(impatient: Server, order: tuple[str, str]) -> None:
    answer = spoken(impatient.port, "POST /call HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {TOKEN}", *order)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"onnection: close" in answer


@pytest.mark.parametrize(
    "lines", [["garbage"], ["GET /nothing HTTP/1.1", "Host: 127.0.0.1", "Connection: close"],
              ["POST /call HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 99999999999"],
              ["GET / HTTP/1.1", "Host: a", "Host: b"],
              ["PUT /call HTTP/1.1", "Host: 127.0.0.1", "Connection: close"], ["GET / HTTP/1.0"]],
)  # fmt: skip
def test_the_librarys_own_answers_have_the_security_headers_too(impatient: Server, lines: list[str]) -> None:
    answer = spoken(impatient.port, *lines).lower()
    assert answer.startswith(b"http/1.1 4")
    for name in (b"x-content-type-options", b"referrer-policy", b"content-security-policy"):
        assert name in answer


def test_a_peer_with_many_connections_leaves_the_others_theirs() -> None:
    running = Server(most_connections_of_peer=5, head_seconds=20)
    try:
        held = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(5)]
        time.sleep(0.2)
        assert b"503" in spoken(running.port, "GET /health HTTP/1.1", "Host: 127.0.0.1")[:20]
        with socket.create_connection(("127.0.0.1", running.port), source_address=("127.0.0.2", 0)) as other:
            other.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert said(other).startswith(b"HTTP/1.1 200")
        for connection in held:
            connection.close()
    finally:
        running.stop()


def test_an_answer_that_nobody_reads_is_given_up() -> None:
    running = Server(write_seconds=0.5)
    document = {
        "format": 1,
        "ranges": [[[70.0]] * 700, [[103.0] * 700]],
        "calls": [["LTV", {"range": 0}, {"range": 1}]],
    }
    content = json.dumps(document).encode()
    try:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", running.port))
        connection.sendall(head(len(content)) + content)
        for _ in range(100):
            time.sleep(0.1)
            state = httpx.get(f"{running.url}/metrics").text
            if "computefi_connections 1\n" in state and 'outcome="ok"} 1' in state:
                break
        assert "computefi_connections 1\n" in state
        connection.close()
    finally:
        running.stop()
