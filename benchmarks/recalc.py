"""A workbook recalculated by us and by LibreOffice, in one run: *base* and *big* (see recalc_models), and a batch.

    python benchmarks/recalc.py [--base-only] [--no-office] [--small 1000]

LibreOffice computes the same workbooks through the extension of `computefi calc`, their formulas rewritten by
`computefi export`. Medians where a step is done several times; in seconds of wall time unless said otherwise. The
last line of the tables says which ratio is the worst.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import recalc_models
from from_tests import support

import computefi

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
QUESTIONS = {
    # the input's name and cell; the output's name and cell
    "base": ("rate", "B2", "grid_mean", ("Summary", "B7"), "Inputs"),
    "big": ("deal_1_loan", "C2", "deal_1_llcr", ("Portfolio", "R2"), "Portfolio"),
}
Row = dict[str, float]
CPU = ", processor time"
# The rows in which the two do the same.
COMPARED = (
    f"load + recalculation + write{CPU}", "load + recalculation + write", f"whole process{CPU}", "whole process",
    "peak memory, MB", "what-if in the slice",
)  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(path: str, given: str, asked: str, out: str) -> Row:
    """In a process of its own: open, compute, ask again, write."""
    from computefi.recalc import Book
    from computefi.recalc.changes import collect

    start = time.perf_counter(), time.process_time()
    book = Book.open(path)
    row: Row = {"open (load and prepare)": time.perf_counter() - start[0]}
    row["open, processor time"] = time.process_time() - start[1]
    row["  of which prepare"] = book._seconds[1]
    used = time.process_time()
    row["first recalculation"] = seconds(book.settled)
    row["first recalculation, processor time"] = time.process_time() - used

    def again() -> None:
        book.run.results = [None] * len(book.plan.calls)
        book.run.settle()

    used = time.process_time()
    row["recalculation, every call anew"] = statistics.median(seconds(again) for _ in range(5))
    row["recalculation, processor time"] = (time.process_time() - used) / 5
    row["cells written"] = float(sum(len(patch._values) for patch in collect(book.settled()).patches.values()))
    used = time.process_time()
    row["write"] = seconds(lambda: book.save(out))
    row["write, processor time"] = time.process_time() - used
    row["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    value = book.get(given)
    assert isinstance(value, float)

    def whole(step: int) -> None:
        book.set(given, value * (1 + step / 1000))
        book.get(asked)

    row["one pass of the engine alone"] = seconds(book.engine.recalculate)
    row["what-if in the whole workbook"] = statistics.median(seconds(lambda s=s: whole(s)) for s in range(1, 6))
    book.set(given, value)
    book.settled()
    row["first what-if (finds the slice)"] = seconds(lambda: book.sweep({given: [value * 1.1]}, [asked]))
    row["what-if in the slice"] = statistics.median(
        seconds(lambda s=s: book.sweep({given: [value * (1 + s / 1000)]}, [asked])) for s in range(1, 6)
    )
    row["peak memory with slices, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return row


def process_of(command: list[str]) -> Row:
    """How long a process takes, with those that it waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"whole process": wall, f"whole process{CPU}": used}


class LibreOffice:
    """A LibreOffice with the extension in a profile of its own, as the tests of the extension use it."""

    def __init__(self) -> None:
        from computefi.hosts.libreoffice import extension as calc

        self.office = support("calc_office").Office()
        # unopkg refuses root; the office runs it as nobody then.
        with patch.object(calc, "_run", self.office.run), patch("os.geteuid", lambda: 65534):
            installed = calc.install(self.office.libraries(), self.office.profile)
        if installed.problem:
            raise RuntimeError(installed.problem)

    def measure(self, path: Path, name: str) -> Row:
        """The same steps, through UNO."""
        from computefi.hosts.table import export

        office = self.office
        exported = office.folder / f"{name}-office.xlsx"
        export(path, exported, "libreoffice")
        office.give(exported)
        for folder, part in ((REPOSITORY / "tests" / "support", "uno_client.py"), (HERE, "recalc_office.py")):
            office.give(Path(shutil.copy(folder / part, office.folder)))
        script = office.folder / "recalc_office.py"
        command = office.command([office.python, str(script), office.soffice, office.profile.as_uri()])
        client = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert client.stdin is not None
        assert client.stdout is not None
        row: Row = {"start": json.loads(client.stdout.readline())["start"]}
        _, given, _, asked, sheet = QUESTIONS[name]
        question = ["measure", str(exported), sheet, given, asked, f"{exported}.out.xlsx"]
        client.stdin.write(json.dumps(question) + "\n")
        client.stdin.flush()
        found = json.loads(client.stdout.readline())
        row["open (load and prepare)"] = found["load"]
        row["recalculation, every call anew"] = statistics.median(found["recalculate"])
        for label, used in zip(("open", "recalculation", "write"), found["cpu"], strict=True):
            row[f"{label}, processor time"] = used
        row["what-if in the whole workbook"] = row["what-if in the slice"] = statistics.median(found["what-if"])
        row["write"] = found["save"]
        row["peak memory, MB"] = self.peak()
        client.stdin.write('["close"]\n')
        client.stdin.close()
        client.wait(60)
        convert = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={office.profile.as_uri()}",
                   "--convert-to", "xlsx", "--outdir", str(office.folder / "converted"), str(exported)]  # fmt: skip
        return row | process_of(office.command(convert))

    def peak(self) -> float:
        """The most memory that soffice.bin had."""
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                command = status.with_name("cmdline").read_bytes().split(b"\0")
                if command[0].endswith(b"soffice.bin") and any(str(self.office.profile).encode() in c for c in command):
                    words = status.read_text().split("VmHWM:")[1].split()
                    return int(words[0]) / 1024
            except OSError:
                continue
        return float("nan")


def compare(name: str, path: Path, office: LibreOffice | None) -> Row:
    """Print one workbook's table; the ratios of the rows in which the two do the same."""
    given, _, asked, _, _ = QUESTIONS[name]
    out = path.with_name(f"{name}-out.xlsx")
    with get_context("spawn").Pool(1) as pool:
        mine = pool.apply(ours, (str(path), given, asked, str(out)))
    command = [sys.executable, "-m", "computefi", "recalc", str(path), "-o", str(out)]
    mine |= process_of(command)
    mine["load + recalculation + write"] = total(mine, "first recalculation")
    mine[f"load + recalculation + write{CPU}"] = cpu_total(mine, "first recalculation")
    theirs: Row = {}
    if office is not None:
        theirs = office.measure(path, name)
        theirs["load + recalculation + write"] = total(theirs, "recalculation, every call anew")
        theirs[f"load + recalculation + write{CPU}"] = cpu_total(theirs, "recalculation")
    print(f"\n{name}: {path.stat().st_size / 2**20:.1f} MB\n{'':44}{'ours':>10}{'LibreOffice':>13}{'ratio':>8}")
    for label in dict.fromkeys([*mine, *theirs]):
        one, other = mine.get(label), theirs.get(label)
        ratio = f"{other / one:8.2f}" if one and other else ""
        print(f"{label:44}{shown(one):>10}{shown(other):>13}{ratio}", flush=True)
    return {f"{name}, {label}": theirs[label] / mine[label] for label in COMPARED if label in theirs}


def total(row: Row, recalculation: str) -> float:
    return row["open (load and prepare)"] + row[recalculation] + row["write"]


def cpu_total(row: Row, recalculation: str) -> float:
    return row[f"open{CPU}"] + row[f"{recalculation}{CPU}"] + row[f"write{CPU}"]


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.4f}"


def batch(folder: Path, count: int) -> None:
    """Many small workbooks with one and with two workers."""
    from computefi.recalc.batch.api import recalculate_many

    source = folder / "small"
    source.mkdir()
    for number in range(min(count, 30)):
        recalc_models.small(source / f"{number:05}.xlsx", number)
    for number in range(30, count):
        shutil.copy(source / f"{number % 30:05}.xlsx", source / f"{number:05}.xlsx")
    times = {}
    for jobs in (1, 2):
        out = folder / f"out{jobs}"
        times[jobs] = seconds(lambda out=out, jobs=jobs: recalculate_many(source, out, jobs=jobs))
        print(f"batch of {count} workbooks, {jobs} worker{'s' * (jobs > 1)}: {times[jobs]:.2f} s, "
              f"{count / times[jobs]:.1f} a second", flush=True)  # fmt: skip
    print(f"two workers are {times[1] / times[2]:.2f} times as quick on {os.cpu_count()} cores")
    print(f"continued when all is done: {seconds(lambda: recalculate_many(source, folder / 'out2', jobs=2)):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-only", action="store_true")
    parser.add_argument("--no-office", action="store_true")
    parser.add_argument("--small", type=int, default=1000, help="how many workbooks the batch has; 0 for none")
    options = parser.parse_args()
    # As pip leaves it: else where Python may not write, every process would compile the package again.
    compileall.compile_dir(Path(computefi.__file__).parent, quiet=1)
    office = None
    if not options.no_office:
        try:
            office = LibreOffice()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            print(f"without LibreOffice: {error}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            ratios = compare("base", recalc_models.base(folder / "base.xlsx"), office)
            if not options.base_only:
                ratios |= compare("big", recalc_models.big(folder / "big.xlsx"), office)
            if ratios:
                worst = min(ratios, key=ratios.__getitem__)
                print(f"\nworst ratio: {ratios[worst]:.2f}, {worst}")
            if options.small:
                batch(folder, options.small)
        finally:
            if office is not None:
                office.office.close()


if __name__ == "__main__":
    main()
