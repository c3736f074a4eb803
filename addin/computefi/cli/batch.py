"""The command for many workbooks: `batch`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from computefi.cli.common import (
    FINDINGS,
    File,
    anyway_option,
    assignments,
    bar,
    cache_option,
    command,
    force_option,
    json_option,
    now_option,
    plain,
    print_json,
    refusing,
    seed_option,
    set_option,
    stamp_option,
    strict_option,
)
from computefi.cli.edge import hint, tidying_up


@command
@click.argument("source", metavar="FOLDER|GLOB")
@click.option("-o", "--output", "folder", required=True, metavar="FOLDER",
              type=click.Path(path_type=Path, file_okay=False), help="The folder to write into.")  # fmt: skip
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), help="Processes side by side; else one per core.")
@set_option
@anyway_option
@click.option("--get", "wanted", multiple=True, metavar="NAME", help="A name or Sheet!A1 for the report.")
@click.option(
    "--report", metavar="FILE", type=click.Path(path_type=Path), help="A row per workbook: .csv .parquet .xlsx"
)
@strict_option
@click.option("--timeout", type=float, default=300.0, show_default=True, metavar="SECONDS",
              help="Give up on a workbook after so long by the clock.")  # fmt: skip
@click.option("--memory", type=int, metavar="MB", help="For each workbook; by default its share of what there is.")
@click.option("--log", metavar="FILE", type=click.Path(path_type=Path), help="Add what happens to FILE, with the time.")
@now_option
@seed_option
@cache_option
@stamp_option
@force_option
@click.option("--scheduler", metavar="ADDRESS|local", help="Work on a Dask cluster, or start one here.")
@json_option
def batch(
    source: str,
    folder: Path,
    jobs: int | None,
    settings: tuple[str, ...],
    anyway: bool,
    wanted: tuple[str, ...],
    report: Path | None,
    strict: bool,
    timeout: float,
    memory: int | None,
    log: Path | None,
    now: dt.datetime | None,
    seed: int | None,
    cache: Path | None,
    stamp: bool,
    force: bool,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Recalculate every workbook of a folder.

    Or of a pattern in quotation marks. The outputs lie in the folder of -o as the inputs lie in theirs. A workbook that
    fails, hangs, takes too much memory or crashes is reported and the others go on; the exit code is 1 then. Started
    again after an interruption, it continues: what was done and has not changed since is kept. A name of --get that a
    workbook does not have is blank in its row.

    \b
    Example:
      computefi batch deals -o recalculated --get master_check --report report.csv
    """
    from computefi.recalc.batch.api import recalculate_many, summary

    values = assignments(settings)
    hint("what is done is kept; the same command goes on from there")
    with refusing(), tidying_up(), bar("Workbooks") as progress:
        done = recalculate_many(
            source, folder, values, wanted, jobs, timeout, scheduler, report, progress,
            memory, log, lambda note: click.echo(note, err=True), force, cache, not anyway, stamp, now, seed,
        )  # fmt: skip
    if as_json:
        rows = [
            {"file": a.file, "status": a.status, "message": a.message, "seconds": a.seconds, "errors": a.errors,
             "master_check": a.master_check, "values": {name: plain(value) for name, value in a.values.items()},
             "start": a.start, "end": a.end, "host": a.host, "versions": a.versions, "input": a.input,
             "output": a.output}
            for a in done.answers
        ]  # fmt: skip
        read = [File(a.file, a.input) for a in done.answers if a.input]
        written = [File(str(folder / a.file), a.output) for a in done.answers if a.output]
        print_json({"workbooks": rows}, read, written, "ironcalc")
    for answer in done.failed:
        click.echo(f"{answer.file}  {answer.status}: {answer.message}", err=True)
    unsound = [answer for answer in done.answers if answer.master_check is False]
    for answer in unsound:
        click.echo(f"{answer.file}  master_check is FALSE", err=True)
    click.echo(f"{len(done.answers)} workbooks: {summary(done)}", err=as_json)
    checked = sum(answer.master_check is not None for answer in done.answers)
    if checked:
        click.echo(f"master_check is TRUE in {checked - len(unsound)} of {checked}", err=as_json)
    found = unsound or any(answer.errors or answer.warnings for answer in done.answers)
    if done.failed or (strict and found):
        sys.exit(FINDINGS)
