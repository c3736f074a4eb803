"""The command that recalculates one workbook."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.books import caused, master_of, set_inputs, stop_if_strict, tell_findings, tell_master
from computefi.cli.common import (
    FINDINGS,
    anyway_option,
    assignments,
    busy,
    cache_option,
    claimed_if,
    command,
    exact,
    file_argument,
    force_option,
    json_option,
    now_option,
    output_option,
    plain,
    print_json,
    refusing,
    seed_option,
    set_option,
    stamp_option,
    strict_option,
)
from computefi.cli.engines import (
    close_engine,
    engine_for,
    engine_options,
    report_verification,
    second_opinion,
    verification_report,
)

if TYPE_CHECKING:
    from computefi.recalc import Book, Recalculated


@command
@file_argument
@output_option
@click.option("--dry-run", is_flag=True, help="Compute and report, write nothing.")
@set_option
@anyway_option
@click.option("--get", "wanted", multiple=True, metavar="NAME", help="Print the value of a name or Sheet!A1.")
@strict_option
@click.option("--check", is_flag=True, help="Write nothing; list cells whose stored values differ, exit 1 for any.")
@now_option
@seed_option
@cache_option
@engine_options
@force_option
@click.option("--charts", is_flag=True, help="Also the numbers that charts store, for viewers that read no cells.")
@stamp_option
@json_option
def recalc(
    file: Path,
    output: Path | None,
    dry_run: bool,
    settings: tuple[str, ...],
    anyway: bool,
    wanted: tuple[str, ...],
    strict: bool,
    check: bool,
    now: dt.datetime | None,
    seed: int | None,
    cache: Path | None,
    engine_name: str,
    verify_name: str | None,
    force: bool,
    charts: bool,
    stamp: bool,
    as_json: bool,
) -> None:
    """Recalculate a workbook without Excel.

    CFI functions are computed too. Only the values of formula cells change, and of cells named with --set; every
    other byte of the file stays.

    \b
    Examples:
      computefi recalc ddtl.xlsx --get el_share --get verdict
      computefi recalc ddtl.xlsx --set case=2 --get el_share -o case2.xlsx
    """
    from computefi.recalc import Book
    from computefi.recalc.places import find
    from computefi.xlsx.package import check_suffix

    target = None if dry_run or check else output or file
    with refusing():
        values = assignments(settings)
        engine = engine_for(engine_name)
        if target is not None:
            check_suffix(file, target)
        try:
            with claimed_if(target, force) as claim, busy(f"Recalculating {file.name}"):
                book = Book.open(file, engine, now=now, seed=seed, cache=cache)
                read = book.package.identity
                for reference in wanted:
                    find(book.plan, reference)
                set_inputs(book, values, anyway)
                result = (
                    book.recalculate() if claim is None else book.save_as_claimed(claim, charts=charts, stamp=stamp)
                )
                found = second_opinion(result, engine_name, verify_name, values)
            got = {name: result[name] for name in wanted}
            differing = result.differing() if check else {}
            master = master_of(book.run)
        finally:
            close_engine(engine)
    if as_json:
        checked = {"differing": {place: [*map(plain, both)] for place, both in differing.items()}} if check else {}
        verification = {} if found is None else {"verification": verification_report(found)}
        facts = {**report(book, result, got), "master_check": master, **checked, **verification}
        print_json(facts, [read], [claim.before if claim else None], engine_name)
    else:
        for name, value in got.items():
            click.echo(f"{name} = {line(value)}")
        for place, (held, value) in differing.items():
            click.echo(f"{place}: {exact(held)} is stored, {exact(value)} is right")
        tell_findings(book, result)
        click.echo(
            f"{result.formula_cells} formula cells, {result.calls} CFI calls, {result.errors} errors; "
            f"{sum(seconds(result).values()):.3f} s",
            err=bool(wanted),
        )
        tell_master(master, quiet=bool(wanted))
        if found is not None:
            report_verification(found)
    if (found is not None and found.disagreements) or differing:
        sys.exit(FINDINGS)
    stop_if_strict(strict, master, result.reasons, result.warnings, result.errors)


def line(value: Any) -> str:
    """A value, or a range with its rows one after the other, with all digits."""
    if isinstance(value, tuple):
        return "; ".join(", ".join(exact(cell) for cell in row) for row in value)
    return exact(value)


def seconds(result: Recalculated) -> dict[str, float]:
    """Where the time went."""
    return {key: round(getattr(result.timings, key), 6) for key in ("load", "prepare", "engine", "python", "write")}


def report(book: Book, result: Recalculated, got: dict[str, Any]) -> dict[str, Any]:
    """What a recalculation gave, for --json."""
    return {
        "values": {name: plain(value) for name, value in got.items()},
        "formula_cells": result.formula_cells,
        "cfi_calls": result.calls,
        "causes": caused(book, result),
        "errors": {place: code.value for place, code in result.error_cells.items()},
        "kept": result.kept,
        "reasons": [
            {"cell": f"{r.sheet}!{r.cell}", "formula": r.formula, "error": r.code.value, "reason": r.reason}
            for r in result.reasons
        ],
        "reads_kept": result.readers_of_kept,
        "warnings": result.warnings,
        "seconds": seconds(result),
        "engine_passes": result.timings.passes,
    }  # fmt: skip
