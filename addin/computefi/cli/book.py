"""The command for a book of loans: `book`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from computefi.cli.common import FINDINGS, Refusal, command, force_option, json_option, print_json, refusing
from computefi.limits import allow_seconds, cpu_budget
from computefi.xlsx.files import claimed

if TYPE_CHECKING:
    from computefi.books.run import Answer
    from computefi.books.table import Problem
    from computefi.xlsx.files import Identity

LARGEST_SEED = 2**53
MOST_PATHS = 100_000_000


@contextmanager
def falling_error(label: str) -> Iterator[Callable[[int, int, float], None]]:
    """A progress bar on a terminal that shows the standard error as it falls."""
    seconds = cpu_budget()
    if not sys.stderr.isatty():
        yield lambda _done, _total, _error: allow_seconds(seconds)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)

        def step(done: int, total: int, error: float) -> None:
            allow_seconds(seconds)
            progress.update(task, completed=done, total=total, description=f"{label}, error {error:.2%}")

        yield step


def _levels(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise Refusal(f"--levels takes numbers with commas between; got {text!r}") from None


@command
@click.argument("file", type=click.Path(path_type=Path), metavar="BOOK")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="A .parquet, .csv or .xlsx: a row per loan.",
)
@click.option(
    "--scenarios",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A table of scenarios (scenario, factors, failed), or ready: those that come along.",
)
@click.option(
    "--correlation", metavar="FILE", type=click.Path(path_type=Path), help="The factors' correlation matrix, a .csv."
)
@click.option(
    "--paths",
    metavar="N",
    type=click.IntRange(1, MOST_PATHS),
    default=100_000,
    show_default=True,
    help="Simulated paths.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, LARGEST_SEED),
    default=1,
    show_default=True,
    help="Start of the random numbers.",
)
@click.option(
    "--nu", metavar="N", type=click.FloatRange(0), default=0.0, help="Degrees of freedom of a t copula; 0 for normal."
)
@click.option("--levels", metavar="Q,…", default="0.99,0.999", show_default=True, help="Confidence levels.")
@click.option(
    "--report", metavar="FILE", type=click.Path(path_type=Path), help="A page of HTML with plots, to read or print."
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(0, 1024), default=0, help="Threads or Dask workers; 0 for every core."
)
@click.option("--scheduler", metavar="ADDRESS|local", help='A Dask scheduler\'s address, or "local".')
@force_option
@json_option
def book(
    file: Path,
    output: Path,
    scenarios: Path | None,
    correlation: Path | None,
    paths: int,
    seed: int,
    nu: float,
    levels: str,
    report: Path | None,
    workers: int,
    scheduler: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Simulate what a book of loans loses.

    A table with a row per loan goes in, one with a row per loan comes out, and its tails are printed. The same seed
    gives the same numbers whatever the workers. A run that was killed goes on where it was when it is started again.
    Rows that cannot be taken are named and left out; the exit code is 1 then.

    \b
    Example:
      computefi book loans.csv --scenarios stress.csv -o losses.parquet --report book.html
    """
    from computefi.books.report import html
    from computefi.books.run import run
    from computefi.books.scenarios import READY, ready_made, stressed
    from computefi.books.table import read_book
    from computefi.xlsx.table_files import table_bytes, writer_for

    wanted = _levels(levels)
    if 0 < nu < 0.1:
        raise Refusal(f"--nu must be 0 or at least 0.1; got {nu:g}")
    with refusing(), claimed(output, force) as claim:
        writer_for(output)
        loans = read_book(file, correlation)
        losses = []
        if scenarios is not None:
            losses = ready_made(loans) if str(scenarios) == READY else stressed(loans, scenarios)
        journal = output.with_name(f".{output.name}.paths")
        with falling_error("Paths") as progress:
            answer = run(
                loans.book, paths=paths, seed=seed, nu=nu, levels=wanted, journal=journal, workers=workers,
                scheduler=scheduler, progress=progress,
            )  # fmt: skip
        total = float(answer.parts.sum()) or 1.0
        columns = ("id", "row", "exposure", "expected loss", "part of shortfall", "share")
        owed = loans.numbers["exposure"][:, 0].tolist()
        found = zip(loans.ids, loans.rows, owed, answer.expected.tolist(), answer.parts.tolist(), strict=True)
        rows = [(name, float(row), exposure, el, part, part / total) for name, row, exposure, el, part in found]
        written = [claim.write(table_bytes(output, columns, rows))]
        if report is not None:
            copula = f"Student's t, nu {nu:g}" if nu else "normal"
            said = {"paths": f"{answer.losses.losses.size:,}", "seed": str(seed), "copula": copula, "book": file.name}
            with claimed(report, force) as page:
                written.append(page.write(html(loans, answer, said, losses).encode("utf-8")))
    _print(answer, losses, loans.problems, written if as_json else None)
    for problem in loans.problems:
        click.echo(f"computefi: {file}, {problem}", err=True)
    if loans.problems:
        raise SystemExit(FINDINGS)


def _print(
    answer: Answer, scenarios: list[tuple[str, float]], problems: list[Problem], written: list[Identity] | None
) -> None:
    """The tails with their errors, as lines, or as JSON with the files that were written."""
    expected = answer.losses.expected
    if written is not None:
        tails = [
            {"level": tail.level, "VaR": tail.at_risk.value, "VaR error": tail.at_risk.error,
             "expected shortfall": tail.shortfall.value, "shortfall error": tail.shortfall.error}
            for tail in answer.tails
        ]  # fmt: skip
        rows = [{"row": p.row, "column": p.column, "reason": p.reason} for p in problems]
        found = {"expected loss": expected.value, "expected loss error": expected.error, "tails": tails}
        print_json(found | {"scenarios": dict(scenarios), "problems": rows}, (), written)
        return
    click.echo(f"expected loss {expected.value:,.6g} ± {expected.error:.2g}")
    for tail in answer.tails:
        click.echo(f"VaR {tail.level:g} {tail.at_risk.value:,.6g} ± {tail.at_risk.error:.2g}")
        click.echo(f"expected shortfall {tail.level:g} {tail.shortfall.value:,.6g} ± {tail.shortfall.error:.2g}")
    for name, loss in scenarios:
        click.echo(f"{name}: {loss:,.6g}")
