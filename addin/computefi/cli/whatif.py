"""The commands for scenarios and for many workbooks: `sweep`, `solve` and `batch`."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from computefi.cli.common import (
    FINDINGS,
    Refusal,
    assignments,
    bar,
    busy,
    cache_option,
    cell_value,
    force_option,
    plain,
    refusing,
    set_option,
)
from computefi.cli.edge import hint, tidying_up
from computefi.limits import allow_seconds, cpu_budget
from computefi.xlsx.files import Claim, claimed

LARGEST_RANGE = 1_000_000


def _variations(pairs: Sequence[str]) -> dict[str, list[Any]]:
    """`--vary` options: REF=v1,v2,… or REF=from:to:n; a text with a comma in it stands in quotation marks."""
    vary: dict[str, list[Any]] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name or not text.strip():
            raise Refusal(f"--vary takes REF=v1,v2,… or REF=from:to:n; got {pair!r}")
        if name in vary:
            raise Refusal(f"--vary names {name} twice")
        ends = _numbers(text)
        if ends is not None and len(ends) == 3:
            vary[name] = _steps(pair, *ends)
        else:
            words = next(csv.reader([text], skipinitialspace=True))
            vary[name] = [cell_value(word) for word in words]
    return vary


def _numbers(text: str) -> list[float] | None:
    """Numbers with colons between; None for anything else."""
    values = [cell_value(part) for part in text.split(":")]
    numbers = [value for value in values if isinstance(value, float) and not isinstance(value, bool)]
    return numbers if len(numbers) == len(values) else None


def _steps(pair: str, first: float, last: float, count: float) -> list[float]:
    """Evenly spaced numbers, both ends among them."""
    if count != int(count) or not 2 <= count <= LARGEST_RANGE:
        raise Refusal(f"--vary REF=from:to:n takes a whole number n from 2 to {LARGEST_RANGE:,}; got {pair!r}")
    number = int(count)
    return [first + (last - first) * step / (number - 1) for step in range(number)]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vary", "variations", multiple=True, required=True, metavar="REF=v1,v2,…|from:to:n",
              help="An input and its values, or from, to and how many. May be repeated.")  # fmt: skip
@click.option("--get", "wanted", multiple=True, required=True, metavar="REF", help="A name or Sheet!A1 to read.")
@click.option("--zip", "zipped", is_flag=True, help="Take first values together, then second; not all combinations.")
@set_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .csv, .parquet or .xlsx; else csv is printed.")
@click.option("--raw-csv", is_flag=True, help="Leave texts in a .csv that begin like a formula (= + - @) as they are.")
@cache_option
@force_option
@click.option("--strict", is_flag=True, help="Exit 1 where a scenario gives an error.")
def sweep(
    file: Path,
    variations: tuple[str, ...],
    wanted: tuple[str, ...],
    zipped: bool,
    settings: tuple[str, ...],
    output: Path | None,
    raw_csv: bool,
    cache: Path | None,
    force: bool,
    strict: bool,
) -> None:
    """Compute a workbook's answers for many values of its inputs; the workbook is not changed.

    --set is for this run only. A scenario that fails has the error in its row.

    \b
    Example:
      computefi sweep compare.xlsx --vary advance_asic=30%:60%:7 --get reading -o ltv.csv
    """
    from computefi.recalc import Book
    from computefi.xlsx.table_files import table_bytes, writer_for

    vary = _variations(variations)
    with refusing(), _claimed_if(output, force) as claim:
        if output is not None:
            writer_for(output)
        with busy(f"Opening {file.name}"):
            book = Book.open(file, cache=cache)
            book.set(assignments(settings))
        with bar("Scenarios") as progress:
            answers = book.sweep(vary, wanted, zipped, progress)
        table = table_bytes(output, answers.columns, answers.rows, raw_csv)
        if claim is not None:
            claim.write(table, book.package.identity)
    if claim is None:
        click.echo(table.decode("utf-8"), nl=False)
    click.echo(f"{len(answers.rows)} scenarios, {answers.errors} with errors", err=True)
    if strict and answers.errors:
        sys.exit(FINDINGS)


def _claimed_if(output: Path | None, force: bool) -> AbstractContextManager[Claim | None]:
    """The file of -o, held from before the workbook is read, or nothing."""
    return nullcontext() if output is None else claimed(output, force)


def _goal(text: str) -> tuple[str, float]:
    """REF=VALUE of `--target`."""
    name, equals, number = text.rpartition("=")
    value = cell_value(number)
    if not equals or not name.strip() or isinstance(value, bool) or not isinstance(value, float):
        raise Refusal(f"--target takes REF=NUMBER; got {text!r}")
    return name.strip(), value


def _ends(text: str | None) -> tuple[float, float] | None:
    """a:b of `--between`."""
    if text is None:
        return None
    ends = _numbers(text)
    if ends is None or len(ends) != 2:
        raise Refusal(f"--between takes two numbers a:b; got {text!r}")
    return ends[0], ends[1]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", required=True, metavar="REF=VALUE", help="The cell and what it should be.")
@click.option("--by", required=True, metavar="REF", help="The input to move.")
@click.option("--between", metavar="a:b", help="Search between these two; else from the present value outwards.")
@set_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the solved workbook here.")
@cache_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def solve(
    file: Path,
    target: str,
    by: str,
    between: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    cache: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Find the input that brings a cell to a value (goal seek); FILE stays as it is unless -o names it.

    \b
    Example: how much can be lent at an LTV in default of 100%?
      computefi solve deal.xlsx --target ltv_in_default=100% --by loan
    """
    from computefi.recalc import Book
    from computefi.xlsx.package import check_suffix
    from computefi.xlsx.table_files import as_text

    name, value = _goal(target)
    ends = _ends(between)
    if output is not None:
        with refusing():
            check_suffix(file, output)
    with refusing(), _claimed_if(output, force) as claim, busy(f"Solving {file.name}"):
        book = Book.open(file, cache=cache)
        book.set(assignments(settings))
        allow_seconds(cpu_budget())
        solved = book.solve(name, value, by, ends)
        if claim is not None:
            book.save_as_claimed(claim)
    if as_json:
        found = {"by": by, "value": solved.by, "target": name, "reached": solved.value, "scenarios": solved.scenarios}
        click.echo(json.dumps(found | {"file": str(output) if output else None}, indent=1))
        return
    click.echo(f"{by} = {as_text(solved.by)}\n{name} = {as_text(solved.value)}")
    click.echo(f"{solved.scenarios} scenarios" + (f"; written to {output}" if output else ""), err=True)


@click.command()
@click.argument("source", metavar="FOLDER|GLOB")
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="The folder for the recalculated workbooks; it mirrors the inputs' folders.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes side by side; by default one per core.")
@set_option
@click.option("--get", "wanted", multiple=True, metavar="REF", help="A name or Sheet!A1 for the report.")
@click.option("--report", type=click.Path(path_type=Path), help="A .csv, .parquet or .xlsx with a row per workbook.")
@click.option("--timeout", type=float, default=300.0, show_default=True, metavar="SECONDS",
              help="Give up on a workbook after so long by the clock.")  # fmt: skip
@click.option("--memory", type=int, metavar="MB", help="For each workbook; by default its share of what there is.")
@click.option("--log", type=click.Path(path_type=Path), help="Add to this file what happens, with the time.")
@cache_option
@force_option
@click.option("--scheduler", metavar="ADDRESS|local", help="Work on a Dask cluster, or start one here.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each workbook as JSON.")
def batch(
    source: str,
    folder: Path,
    jobs: int | None,
    settings: tuple[str, ...],
    wanted: tuple[str, ...],
    report: Path | None,
    timeout: float,
    memory: int | None,
    log: Path | None,
    cache: Path | None,
    force: bool,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Recalculate every workbook of a folder, or of a pattern in quotation marks, into another folder.

    A workbook that fails, hangs, takes too much memory or crashes is reported and the others go on; the exit code is 1
    then. Started again after an interruption, it continues: what was done and has not changed since is kept. A name of
    --get that a workbook does not have is blank in its row.

    \b
    Example:
      computefi batch deals -o recalculated --set sofr=4.1% --get ltv --report report.csv
    """
    from computefi.recalc.batch.api import recalculate_many, summary

    values = assignments(settings)
    hint("what is done is kept; the same command goes on from there")
    with refusing(), tidying_up(), bar("Workbooks") as progress:
        done = recalculate_many(
            source, folder, values, wanted, jobs, timeout, scheduler, report, progress,
            memory, log, lambda note: click.echo(note, err=True), force, cache,
        )  # fmt: skip
    if as_json:
        rows = [
            {"file": a.file, "status": a.status, "message": a.message, "seconds": a.seconds, "errors": a.errors,
             "values": {name: plain(value) for name, value in a.values.items()}, "start": a.start, "end": a.end,
             "host": a.host, "versions": a.versions, "input": a.input, "output": a.output}
            for a in done.answers
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=1))
    for answer in done.failed:
        click.echo(f"{answer.file}  {answer.status}: {answer.message}", err=True)
    click.echo(f"{len(done.answers)} workbooks: {summary(done)}", err=as_json)
    if done.failed:
        sys.exit(FINDINGS)
