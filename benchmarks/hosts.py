"""What a call costs at each host: one call, 10,000 cells with a call each, and 10,000 rows in one call.

    python benchmarks/hosts.py [--cells 10000] [HOST ...]        hosts: python headless xlwings server libreoffice

The function is CFI_CORR_LTV, no two cells have the same arguments, and every answer is compared with that of the plain
function. The shortest of several times counts. xlwings is its own Windows code with pywin32 stood in and a pipe between
two processes: what COM and Excel add is not in it, and much of it is the stand-in; its calls of single cells are 1,000,
the time that of all by proportion. The stand-in and the LibreOffice are those of the tests.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from from_tests import support
from openpyxl.worksheet.formula import ArrayFormula

import computefi

BASE = (70.0, 100.0, 0.05, 0.5, 0.4, 1.0)
NAME = "CFI_CORR_LTV"
REPEATS = 3
FEW = 1_000
Seconds = tuple[float, float, float]


def cases(count: int) -> list[list[float]]:
    """As many calls: one loan with its numbers moved by up to one per cent."""
    moved: list[list[float]] = (np.array(BASE) * np.random.default_rng(1).uniform(0.99, 1, (count, 6))).tolist()
    return moved


def compare(given: Sequence[Any], wanted: Sequence[float]) -> None:
    if len(given) != len(wanted) or not all(map(math.isclose, given, wanted)):
        raise RuntimeError("an answer is not that of the plain function")


def timed(work: Callable[[], Any], repeats: int = REPEATS) -> float:
    """The shortest time of some work, as others may be at work on the machine too."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def python(calls: list[list[float]], wanted: list[float]) -> Seconds:
    one = timed(lambda: computefi.corr_ltv(*calls[0]), 200)
    compare([computefi.corr_ltv(*call) for call in calls], wanted)
    each = timed(lambda: [computefi.corr_ltv(*call) for call in calls])
    columns = [list(column) for column in zip(*calls, strict=True)]
    compare(computefi.corr_ltv(*columns).tolist(), wanted)
    return one, each, timed(lambda: computefi.corr_ltv(*columns))


def workbook(path: Path, calls: list[list[float]], array: bool) -> Path:
    """The arguments in columns A to F, a call per row in G or one array formula over all rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, call in enumerate(calls, start=1):
        sheet.append(call if array else [*call, f"={NAME}(A{row},B{row},C{row},D{row},E{row},F{row})"])
    if array:
        last = len(calls)
        columns = ",".join(f"{letter}1:{letter}{last}" for letter in "ABCDEF")
        sheet["G1"] = ArrayFormula(f"G1:G{last}", f"={NAME}({columns})")
    book.save(path)
    return path


def headless(calls: list[list[float]], wanted: list[float]) -> Seconds:
    from computefi.recalc import recalculate

    def run(path: Path, count: int) -> None:
        block = recalculate(path)[f"Sheet!G1:G{count}"]
        compare([row[0] for row in block] if isinstance(block, tuple) else [block], wanted[:count])

    with tempfile.TemporaryDirectory() as folder:
        one = workbook(Path(folder, "one.xlsx"), calls[:1], False)
        each = workbook(Path(folder, "each.xlsx"), calls, False)
        array = workbook(Path(folder, "array.xlsx"), calls, True)
        count = len(calls)
        return timed(lambda: run(one, 1), 20), timed(lambda: run(each, count)), timed(lambda: run(array, count))


def xlwings(calls: list[list[float]], wanted: list[float]) -> Seconds:
    standin = support("com_standin")
    excel = standin.Excel()
    try:
        columns = [standin.Range(tuple((number,) for number in column)) for column in zip(*calls, strict=True)]
        sent = [[standin.cell(number) for number in call] for call in calls]
        few = sent[:FEW]
        compare([excel.call(NAME, *call) for call in few], wanted[:FEW])
        compare([row[0] for row in excel.call(NAME, *columns)], wanted)
        each = timed(lambda: [excel.call(NAME, *call) for call in few], 1) / len(few) * len(sent)
        return timed(lambda: excel.call(NAME, *sent[0]), 200), each, timed(lambda: excel.call(NAME, *columns))
    finally:
        excel.close()


def server(calls: list[list[float]], wanted: list[float]) -> Seconds:
    """`computefi serve` as a process of its own, asked over loopback as the add-in asks: 1,000 calls a request."""
    import serve

    name = NAME.removeprefix("CFI_")
    with running_server(serve) as port, serve.Connection(port) as connection:
        batches = [calls[start : start + 1_000] for start in range(0, len(calls), 1_000)]
        columns = [[[number] for number in column] for column in zip(*calls, strict=True)]
        places = [{"range": place} for place in range(len(columns))]

        def each() -> list[float]:
            return [answer for batch in batches for answer in connection.ask(name, batch)]

        def array() -> list[float]:
            return [row[0] for row in connection.ask(name, [places], columns)[0]]

        compare(each(), wanted)
        compare(array(), wanted)
        return timed(lambda: connection.ask(name, calls[:1]), 200), timed(each), timed(array)


@contextmanager
def running_server(serve: Any) -> Any:
    import signal
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", serve.SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        said = process.stdout.readline()
        if " at http" not in said:
            raise SystemExit("the server did not start")
        yield int(said.split()[-1].rsplit(":", 1)[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def libreoffice(calls: list[list[float]], wanted: list[float]) -> Seconds:
    """Complete recalculations of open workbooks by LibreOffice with the extension."""
    import pytest

    from computefi.hosts.libreoffice import extension as calc
    from computefi.hosts.table import export

    office = support("calc_office").Office()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(calc, "_run", office.run)
            patch.setattr("os.geteuid", lambda: 65534)
            installed = calc.install(office.libraries(), office.profile)
        assert installed.problem == "", installed.problem
        office.start()
        seconds = []
        for name, count, array in (("one", 1, False), ("each", len(calls), False), ("array", len(calls), True)):
            path = workbook(office.folder / f"{name}.xlsx", calls[:count], array)
            export(path, path)
            shown = office.values(path)["Sheet"]
            compare([shown[f"G{row}"] for row in range(1, count + 1)], wanted[:count])
            seconds.append(min(office.ask("seconds", office.take(path))))
        one, each, whole = seconds
        return one, each, whole
    finally:
        office.close()


HOSTS = {"python": python, "headless": headless, "xlwings": xlwings, "server": server, "libreoffice": libreoffice}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("hosts", nargs="*", metavar="HOST", help=f"of {', '.join(HOSTS)}; all if none is named")
    parser.add_argument("--cells", type=int, default=10_000)
    options = parser.parse_args()
    if unknown := set(options.hosts) - set(HOSTS):
        parser.error(f"there is no host {', '.join(sorted(unknown))}")
    calls = cases(options.cells)
    wanted = computefi.corr_ltv(*[list(column) for column in zip(*calls, strict=True)]).tolist()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
    print(f"{NAME}, {options.cells:,} cells, {os.cpu_count()} cores, load before {load:.1f}")
    print(f"{'':<14}{'one call, ms':>14}{'a call a cell, s':>18}{'µs a cell':>11}{'one call on all, s':>20}")
    for name in options.hosts or HOSTS:
        one, each, array = HOSTS[name](calls, wanted)
        print(f"{name:<14}{one * 1e3:>14.3f}{each:>18.3f}{each / len(calls) * 1e6:>11.1f}{array:>20.4f}", flush=True)


if __name__ == "__main__":
    main()
