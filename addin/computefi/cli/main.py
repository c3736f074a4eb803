"""The command line. Exit codes: 0, 1 for findings under `--strict`, 2 for bad input with one clear line on stderr."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import shell_complete

import computefi
from computefi import templates
from computefi.cli.common import (
    FINDINGS,
    Refusal,
    assignments,
    busy,
    cache_option,
    claimed_new,
    exact,
    force_option,
    plain,
    refusing,
    set_option,
    shown,
)
from computefi.cli.edge import guarded, outcome
from computefi.cli.excel import doctor, excel
from computefi.cli.hosts import calc, export, serve
from computefi.cli.lint import (
    close_engine,
    engine_for,
    engine_options,
    lint,
    report_verification,
    second_opinion,
    verification_report,
)
from computefi.cli.refresh import refresh
from computefi.cli.whatif import batch, solve, sweep
from computefi.errors import did_you_mean
from computefi.spec import REGISTRY, Spec, UnknownFunction, find

if TYPE_CHECKING:
    from computefi.recalc import Recalculated

SHOWN_REASONS = 20
# It opens no workbook, runs on, and limits the processes that compute for it.
UNGUARDED = {"serve"}
DEBUG = "--debug"
PROGRAM, COMPLETION = "computefi", "_COMPUTEFI_COMPLETE"
# How the units of compare.xlsx and compare.zh.xlsx begin.
IN_PER_CENT = ("share", "probability", "loan / value", "占", "概率", "贷款/价值", "每年，占")
WITH_TWO_DIGITS = ("×", "correlation", "相关")
IN_WORDS = ("words", "文字")
COMPARE_NAMES = ("summary_table", "reading")
WIDE = 160


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(computefi.__version__, prog_name=PROGRAM)
@click.option(DEBUG, is_flag=True, expose_value=False, help="After any command: show where an unexpected fault arose.")
def cli() -> None:
    """Credit functions for lenders whose collateral is computers, and workbooks recalculated without Excel."""


lang_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the workbook."
)


def _in_language(name: str, lang: str) -> str:
    """The template's name in a language: compare, compare.zh."""
    return name if lang == "en" else f"{name}.{lang}"


@cli.command()
@set_option
@lang_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def compare(settings: tuple[str, ...], lang: str, force: bool, as_json: bool) -> None:
    """Compare four loans side by side: two contracted GPU loans, an on-demand GPU cloud, an ASIC-backed loan.

    Recalculates compare.xlsx in the current folder, and puts it there first if it is not. Prints the table of its
    Summary sheet and the reading of it in one sentence.

    \b
    Example: what if Meta could end its contract on three months' notice?
      computefi compare --set notice_contract_1=3
    """
    from computefi.recalc import recalculate

    name = _in_language("compare", lang)
    path = Path(f"{name}.xlsx")
    with refusing():
        values = assignments(settings)
        with busy(f"Recalculating {path}"):
            start = path if path.exists() else templates.template(name)
            book = recalculate(start, path, set=values, needs=COMPARE_NAMES, force=force)
        table, reading = (book[name] for name in COMPARE_NAMES)
    if as_json:
        click.echo(
            json.dumps({"table": plain(table), "reading": plain(reading), "file": str(path.resolve())}, indent=1)
        )
        return
    _print_table(table)
    click.echo(f"\n{reading}\n")
    click.echo(f"Workbook: {path.resolve()}")
    _report_findings(book)


def _print_table(table: Any) -> None:
    """A rectangle of a sheet: a row of headings, then rows that begin with their name and their unit.

    A column whose heading is blank waits for a deal of the user's own and is not shown.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    # Piped into a file or a log, lines are not folded to the width of a terminal that is not there.
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    with_units = console.width >= WIDE
    shown_columns = [at for at, head in enumerate(table[0]) if head not in (None, "")]
    (name, unit, *deals), *rows = ([row[at] for at in shown_columns] for row in table)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    label, each = (36, 24) if with_units else (18, min(24, (console.width - 20) // len(deals) - 2))
    drawn.add_column(shown(name), overflow="fold", width=label)
    for title in deals:
        drawn.add_column(shown(title), justify="right", overflow="fold", width=each)
    if with_units:
        drawn.add_column(shown(unit), style="dim", width=14, no_wrap=True)
    for row, measure, *cells in rows:
        numbers = [_in_unit(cell, str(measure)) for cell in cells]
        drawn.add_row(shown(row), *numbers, *([] if measure in IN_WORDS or not with_units else [shown(measure)]))
    console.print(drawn)


def _in_unit(value: Any, unit: str) -> str:
    """A number as its unit is read: shares and probabilities in per cent, ratios with two digits."""
    if not isinstance(value, float):
        return shown(value)
    if unit.startswith(IN_PER_CENT):
        return f"{value:.2%}" if 0 < abs(value) < 0.1 else f"{value:.1%}"
    if unit.startswith(WITH_TWO_DIGITS):
        return f"{value:.2f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here instead of into FILE.")
@click.option("--dry-run", is_flag=True, help="Compute and report, write nothing.")
@set_option
@click.option(
    "--get", "wanted", multiple=True, metavar="NAME", help="Print the value of a name or Sheet!A1 afterwards."
)
@click.option(
    "--strict", is_flag=True, help="Exit 1 where a CFI function fails, a cell shows an error or a warning is given."
)
@click.option("--check", is_flag=True, help="Write nothing; list the cells whose stored values differ, exit 1 for any.")
@click.option("--now", type=click.DateTime(), help="What NOW and TODAY give.")
@click.option(
    "--seed", type=int, help="Where random numbers begin; with --now, volatile workbooks come out twice alike."
)
@cache_option
@engine_options
@force_option
@click.option("--charts", is_flag=True, help="Refresh the numbers that charts store, for viewers that read no cells.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def recalc(
    file: Path,
    output: Path | None,
    dry_run: bool,
    settings: tuple[str, ...],
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
    as_json: bool,
) -> None:
    """Recalculate a workbook without Excel, CFI functions included, and write the values into it.

    Only the values of formula cells change, and of cells named with --set; every other byte of the file stays.
    """
    from computefi.recalc import recalculate

    with refusing():
        values = assignments(settings)
        engine = engine_for(engine_name)
        try:
            with busy(f"Recalculating {file.name}"):
                target = None if dry_run or check else output or file
                book = recalculate(
                    file, target, values, engine, needs=wanted, charts=charts, force=force, now=now, seed=seed,
                    cache=cache,
                )  # fmt: skip
                found = second_opinion(book, engine_name, verify_name, values)
            got = {name: book[name] for name in wanted}
            differing = book.differing() if check else {}
        finally:
            close_engine(engine)
    if as_json:
        checked = {"differing": {place: [*map(plain, both)] for place, both in differing.items()}} if check else {}
        verification = {} if found is None else {"verification": verification_report(found)}
        click.echo(json.dumps({**_report(book, got), **checked, **verification}, indent=1))
    else:
        for name, value in got.items():
            click.echo(f"{name} = {_line(value)}")
        if check:
            for place, (held, value) in differing.items():
                click.echo(f"{place}: {exact(held)} is stored, {exact(value)} is right")
        _report_findings(book)
        total = sum(_seconds(book).values())
        click.echo(
            f"{book.formula_cells} formula cells, {book.calls} CFI calls, {book.errors} errors; {total:.3f} s",
            err=bool(wanted),
        )
        if found is not None:
            report_verification(found)
    if (found is not None and found.disagreements) or differing:
        sys.exit(FINDINGS)
    if strict and (book.reasons or book.warnings or book.errors):
        sys.exit(FINDINGS)


def _line(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(", ".join(exact(cell) for cell in row) for row in value)
    return exact(value)


def _seconds(book: Recalculated) -> dict[str, float]:
    """Where the time went."""
    return {key: round(getattr(book.timings, key), 6) for key in ("load", "prepare", "engine", "python", "write")}


def _report(book: Recalculated, got: dict[str, Any]) -> dict[str, Any]:
    return {
        "values": {name: plain(value) for name, value in got.items()},
        "formula_cells": book.formula_cells,
        "cfi_calls": book.calls,
        "errors": {place: code.value for place, code in book.error_cells.items()},
        "kept": book.kept,
        "reasons": [
            {"cell": f"{r.sheet}!{r.cell}", "formula": r.formula, "error": r.code.value, "reason": r.reason}
            for r in book.reasons
        ],
        "reads_kept": book.readers_of_kept,
        "warnings": book.warnings,
        "seconds": _seconds(book),
        "engine_passes": book.timings.passes,
    }  # fmt: skip


def _report_findings(book: Recalculated) -> None:
    """Failing calls with their reasons, and warnings, on stderr."""
    for reason in book.reasons[:SHOWN_REASONS]:
        click.echo(f"{reason.sheet}!{reason.cell}  {reason.code}  {reason.function}: {reason.reason}", err=True)
    if len(book.reasons) > SHOWN_REASONS:
        click.echo(f"… and {len(book.reasons) - SHOWN_REASONS} more failing calls (--json lists all)", err=True)
    for warning in book.warnings:
        click.echo(f"warning: {warning}", err=True)


@cli.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@lang_option
@click.option("--force", is_flag=True, help="Overwrite files that are already there.")
def new(name: str, folder: Path, lang: str, force: bool) -> None:
    """Copy a template workbook to FOLDER, with an xlwings.conf beside it that names this Python.

    \b
    Example:
      computefi new compare deals/2026
    """
    from computefi.hosts.windows.conf import conf_text, this_interpreter

    with refusing():
        source = templates.template(_in_language(name.removesuffix(".xlsx"), lang))
        book, conf = folder / source.name, folder / "xlwings.conf"
        folder.mkdir(parents=True, exist_ok=True)
        with claimed_new([book, conf], force) as [book_claim, conf_claim]:
            book_claim.write(source.read_bytes())
            conf_claim.write(conf_text(this_interpreter()).encode("mbcs" if os.name == "nt" else "utf-8"))
    click.echo(f"{book}\n{conf}")


@cli.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default="COMPUTEFI.bas", show_default=True)
@click.option("--force", is_flag=True, help="Overwrite a file that is already there.")
def vba(output: Path, force: bool) -> None:
    """Write the VBA module through which Excel on Windows calls the functions and gets true error values."""
    from computefi.hosts.vba.module import wrapper_module

    with refusing(), claimed_new([output], force) as [claim]:
        claim.write(wrapper_module(REGISTRY).encode("ascii"))
    click.echo(str(output))


@cli.command()
@click.argument("name", required=False)
def functions(name: str | None) -> None:
    """List the sheet functions, or explain one: formula, arguments with units, errors, example, source."""
    if name is None:
        category = ""
        for spec in REGISTRY.values():
            if spec.category != category:
                category = spec.category
                click.secho(f"\n{category}", bold=True)
            click.echo(f"  {spec.name:<26}{spec.summary}")
        return
    try:
        _explain(find(name))
    except UnknownFunction as error:
        raise Refusal(f"there is no function {name!r}" + did_you_mean(error.near)) from None


def _explain(spec: Spec) -> None:
    arguments = ", ".join(f"[{p.name}]" if p.optional else p.name for p in spec.parameters)
    click.secho(f"{spec.name}({arguments})", bold=True)
    click.echo(f"\n{spec.summary}\n\n{spec.body}\n")
    for parameter in spec.parameters:
        click.echo(f"  {parameter.name:<22}{parameter.help} [{parameter.kind.unit}]")
    click.echo(f"\nExample: {spec.formula()} = {_example(spec)}\nSource: {spec.source}")


def _example(spec: Spec) -> str:
    result = spec.examples[0].result
    rows = result if isinstance(result, (tuple, list)) else (result,)
    return "; ".join(str(tuple(row)) if isinstance(row, (tuple, list)) else str(row) for row in rows)


for command in (lint, refresh, sweep, solve, batch, calc, excel, doctor, export, serve):
    cli.add_command(command)


def main() -> None:
    """The entry point: every command within limits of memory and time, and its faults in one line."""
    given = sys.argv[1:]
    arguments = [argument for argument in given if argument != DEBUG]
    run = outcome if UNGUARDED.intersection(arguments[:1]) else guarded
    sys.exit(run(lambda: _run(arguments), len(arguments) < len(given)))


def _run(arguments: list[str]) -> int:
    """A command as click would run it, whose own way out takes a closed output for a finding."""
    if instruction := os.environ.get(COMPLETION):
        return shell_complete(cli, {}, PROGRAM, COMPLETION, instruction)
    with cli.make_context(PROGRAM, arguments) as context:
        cli.invoke(context)
    return 0
