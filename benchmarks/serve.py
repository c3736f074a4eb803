"""Load on `computefi serve`, on the loopback of one machine: latency of a call, and 10,000 cells in batches.

    python benchmarks/serve.py [--cells 10000] [--function CORR_LTV]

The server is a process of its own; the client here keeps its connections open, as a browser does, and builds and
reads the same JSON as the add-in's script. No two cells have the same arguments. Every answer is compared with that
of a direct call of the same functions. The first of several repeats is not counted: it warms the server.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from computefi.spec import REGISTRY, Shape, Spec, call_many
from computefi.spec.kinds import Kind

TOKEN = "only-for-this-benchmark"
SERVE = f"""
from computefi.hosts.server.app import serve
from computefi.hosts.server.settings import Settings
serve(Settings(token={TOKEN!r}, port=0), lambda text: print(text, flush=True))
"""
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
START_SECONDS = 30


class Connection:
    """One kept connection to the server."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, name: str, calls: Sequence[Sequence[Any]], ranges: Sequence[Any] = ()) -> list[Any]:
        document = {"format": 1, "ranges": ranges, "calls": [[name, *arguments] for arguments in calls]}
        self.http.request("POST", "/call", json.dumps(document, separators=(",", ":")), HEADERS)
        response = self.http.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {content[:300]!r}")
        answers: list[Any] = json.loads(content)["answers"]
        return answers


def cells_of(spec: Spec, count: int) -> list[list[float]]:
    """As many calls as cells: the function's example with its numbers moved by up to one per cent."""
    for parameter in spec.parameters:
        plain = isinstance(parameter.kind, Kind) and isinstance(parameter.shape, Shape) and not parameter.shape.axes
        if not plain:
            raise SystemExit(f"{spec.name} takes more than numbers: {parameter.name}")
    base = np.array(spec.examples[0].arguments, dtype=float)
    cells: list[list[float]] = (base * np.random.default_rng(1).uniform(0.99, 1, (count, base.size))).tolist()
    return cells


def in_batches(port: int, users: int, name: str, cells: Sequence[Sequence[Any]], size: int) -> list[Any]:
    """All cells, so many to a request, the requests shared out among new connections."""
    connections = [Connection(port) for _ in range(users)]
    batches = [cells[start : start + size] for start in range(0, len(cells), size)]
    answers: list[list[Any]] = [[] for _ in batches]

    def work(place: int) -> None:
        for number in range(place, len(batches), users):
            answers[number] = connections[place].ask(name, batches[number])

    with ThreadPoolExecutor(users) as pool:
        list(pool.map(work, range(users)))
    for connection in connections:
        connection.http.close()
    return [answer for batch in answers for answer in batch]


def timed(work: Callable[[], list[Any]], wanted: list[Any], repeats: int = 3) -> float:
    """The median time of some work whose answers must be those wanted."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        answers = work()
        times.append(time.perf_counter() - started)
        if answers != wanted:
            raise RuntimeError("an answer over the wire is not that of a direct call")
    return statistics.median(times[1:])


def latency(connection: Connection, name: str, cells: Sequence[Sequence[Any]]) -> list[float]:
    """Seconds of each of some requests of one call."""
    times = []
    for cell in cells:
        started = time.perf_counter()
        connection.ask(name, [cell])
        times.append(time.perf_counter() - started)
    return sorted(times)


def line(what: str, requests: int, cells: int, seconds: float) -> None:
    print(
        f"{what:<46}{requests:>9,}{seconds:>10.3f}{requests / seconds:>12,.0f}{cells / seconds:>12,.0f}"
        f"{seconds / cells * 1e6:>11,.1f}"
    )


def measure(port: int, spec: Spec, count: int) -> None:
    name, cells = spec.name.removeprefix("CFI_"), cells_of(spec, count)
    started = time.perf_counter()
    wanted = [outcome.cells()[0][0] for outcome in call_many(spec, cells)]
    direct = time.perf_counter() - started

    with Connection(port) as connection:
        latency(connection, name, cells[:100])
        times = latency(connection, name, cells[:1_000])
    middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{spec.name}, {count:,} cells, {os.cpu_count()} cores shared by client and server")
    print(f"one call a request: median {middle * 1e3:.2f} ms, 99% within {late * 1e3:.2f} ms\n")
    print(f"{'':<46}{'requests':>9}{'seconds':>10}{'requests/s':>12}{'cells/s':>12}{'µs a cell':>11}")
    few = min(count, 2_000)
    for users in (1, 4):
        single = timed(partial(in_batches, port, users, name, cells[:few], 1), wanted[:few], 1)
        line(f"one call a request, {users} connection{'s' * (users > 1)}", few, few, single)
    for size in (100, 1_000):
        for users in (1, 4):
            seconds = timed(partial(in_batches, port, users, name, cells, size), wanted)
            line(f"{size:,} calls a request, {users} connection{'s' * (users > 1)}", -(-count // size), count, seconds)

    columns = [[[number] for number in column] for column in zip(*cells, strict=True)]
    arguments = [{"range": place} for place in range(len(columns))]
    block = [[[answer] for answer in wanted]]
    with Connection(port) as connection:
        seconds = timed(lambda: connection.ask(name, [arguments], columns), block)
        line(f"one call over ranges of {count:,}", 1, count, seconds)
    line("no server: one call_many in Python", 0, count, direct)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--function", default="CORR_LTV", help="a function of numbers, without CFI_")
    options = parser.parse_args()
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        said = process.stdout.readline()
        if " at http" not in said:
            raise SystemExit("the server did not start")
        measure(int(said.split()[-1].rsplit(":", 1)[1]), REGISTRY[f"CFI_{options.function}"], options.cells)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)
        process.stdout.close()


if __name__ == "__main__":
    main()
