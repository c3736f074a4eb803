"""One hostile holder of the token against `computefi serve`, and what another user notices.

    python benchmarks/attack_server.py [--seconds 20]

The server is a process of its own. A user at 127.0.0.1 sends requests of 100 cells one after the other, first alone,
then while an attacker at 127.0.0.2 with the same token does each of these: simulations beyond the budget, simulations
within it, calls that make grids, connections that say nothing, answers that nobody reads, and requests that are no
requests. Printed are the median and the 99th percentile of the user's times, what the user was refused, and what the
attacker was answered.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

TOKEN = "only-for-this-benchmark"
SERVE = f"""
from computefi.hosts.server.app import serve
from computefi.hosts.server.settings import Settings
serve(Settings(token={TOKEN!r}, port=0), lambda text: print(text, flush=True))
"""
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
ATTACKER = ("127.0.0.2", 0)
ATTACKERS = 16


def document(calls: list[Any], ranges: list[Any]) -> bytes:
    return json.dumps({"format": 1, "ranges": ranges, "calls": calls}).encode()


def simulations(paths: float, count: int) -> bytes:
    """Calls of the simulation over fifty assets."""
    from computefi.spec import REGISTRY

    spec = REGISTRY["CFI_CORR_LGD_SIM"]
    base = dict(zip([p.name for p in spec.parameters], spec.examples[0].arguments, strict=False))
    place = [p.name for p in spec.parameters].index("paths")
    arguments = [base.get(p.name) for p in spec.parameters]
    arguments[place] = paths
    ranges: list[Any] = []
    for i, argument in enumerate(arguments):
        if isinstance(argument, (list, tuple)):
            ranges.append([[c] if not isinstance(c, (list, tuple)) else list(c) for c in argument])
            arguments[i] = {"range": len(ranges) - 1}
    return document([["CORR_LGD_SIM", *arguments]] * count, ranges)


def grids() -> bytes:
    """Five thousand calls, each a column of 1,400 cells against a row of 1,400."""
    return document([["LTV", {"range": 0}, {"range": 1}]] * 5_000, [[[70.0]] * 1_400, [[100.0] * 1_400]])


def asked(port: int, body: bytes, source: tuple[str, int] | None = None) -> int:
    """The status of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
    try:
        connection.request("POST", "/call", body, HEADERS)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def held(port: int, first: bytes) -> int:
    """A connection that says this and then neither speaks nor reads."""
    with socket.create_connection(("127.0.0.1", port), source_address=ATTACKER) as connection:
        connection.sendall(first)
        time.sleep(2)
    return 0


def user(port: int, seconds: float) -> tuple[list[float], Counter[int]]:
    """Requests of 100 cells, one after the other: how long each took, and the answers."""
    body = document([["CORR_LTV", 70 + i / 10, 100, 0.05, 0.5, 0.4, 1] for i in range(100)], [])
    times: list[float] = []
    statuses: Counter[int] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        try:
            connection.request("POST", "/call", body, HEADERS)
            response = connection.getresponse()
            response.read()
            statuses[response.status] += 1
        except OSError:
            statuses[0] += 1
            connection.close()
        times.append(time.perf_counter() - started)
        time.sleep(0.01)
    return sorted(times), statuses


def attacking(port: int, name: str, stop: Any, answers: Any) -> None:
    """One process of the attacker, with some threads."""
    attack = attacks(port)[name]
    found: Counter[int] = Counter()

    def work() -> None:
        while not stop.is_set():
            try:
                found[attack()] += 1
            except OSError:
                found[0] += 1

    threads = [threading.Thread(target=work) for _ in range(ATTACKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(found)


def under(port: int, name: str, seconds: float) -> tuple[list[float], Counter[int], Counter[int]]:
    """What the user notices while the attacker, in another process, goes on."""
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    process = context.Process(target=attacking, args=(port, name, stop, answers))
    process.start()
    time.sleep(2)
    times, statuses = user(port, seconds)
    stop.set()
    found = answers.get()
    process.join()
    return times, statuses, found


def attacks(port: int) -> dict[str, Callable[[], int]]:
    """What the attacker can do, by name."""
    lines = ["POST /call HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {text}" for name, text in HEADERS.items()), ""]
    head = "\r\n".join(lines).encode()
    column = document([["LTV", {"range": 0}, {"range": 1}]], [[[70.0]] * 1_000, [[103.0] * 1_000]])
    unread = head + b"Content-Length: %d\r\n\r\n" % len(column) + column
    big, small, grid = simulations(1e8, 20), simulations(500_000, 1), grids()
    return {
        "simulations beyond the budget": lambda: asked(port, big, ATTACKER),
        "simulations within the budget": lambda: asked(port, small, ATTACKER),
        "5,000 grids in a request": lambda: asked(port, grid, ATTACKER),
        "connections that say nothing": lambda: held(port, b""),
        "answers that nobody reads": lambda: held(port, unread),
        "no requests": lambda: held(port, b"\x16\x03\x01garbage\r\n\r\n"),
    }


def report(name: str, times: list[float], quiet: float, statuses: Counter[int], answers: Counter[int]) -> None:
    middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
    print(
        f"{name:<34}{middle * 1e3:>9.2f}{late * 1e3:>9.2f}{late / quiet if quiet else 1:>7.1f}  "
        f"{dict(statuses)!s:<22}{dict(answers)}"
    )


def measure(port: int, seconds: float) -> None:
    user(port, 1)
    times, statuses = user(port, seconds)
    quiet = times[len(times) * 99 // 100]
    print(f"{'':<34}{'median':>9}{'99%':>9}{'times':>7}  {'user was answered':<22}attacker was answered")
    report("quiet", times, 0, statuses, Counter())
    for name in attacks(port):
        times, statuses, answers = under(port, name, seconds)
        report(name, times, quiet, statuses, answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    try:
        said = process.stdout.readline()
        measure(int(said.split()[-1].rsplit(":", 1)[1]), options.seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.stdout.close()


if __name__ == "__main__":
    main()
