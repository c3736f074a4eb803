"""The commands for scenarios: `sweep` and `solve`."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from computefi.cli.books import (
    UNCHECKED,
    master_of,
    set_inputs,
    stop_if_strict,
    tell_master,
    within_bounds,
)
from computefi.cli.common import (
    Refusal,
    anyway_option,
    assignments,
    bar,
    busy,
    cache_option,
    cell_value,
    claimed_if,
    command,
    file_argument,
    force_option,
    json_option,
    now_option,
    plain,
    print_json,
    refusing,
    seed_option,
    set_option,
    strict_option,
)
from computefi.limits import allow_seconds, cpu_budget

LARGEST_RANGE = 1_000_000


def _variations(pairs: Sequence[str]) -> dict[str, list[Any]]:
    """`--vary` options: NAME=v1,v2,… or NAME=from:to:n; a text with a comma in it stands in quotation marks."""
    vary: dict[str, list[Any]] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name or not text.strip():
            raise Refusal(f"--vary takes NAME=v1,v2,… or NAME=from:to:n; got {pair!r}")
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
        raise Refusal(f"--vary NAME=from:to:n takes a whole number n from 2 to {LARGEST_RANGE:,}; got {pair!r}")
    number = int(count)
    # To fifteen digits, so that the third of 30%:60%:4 is 0.5 and the second 0.4.
    return [float(f"{first + (last - first) * step / (number - 1):.15g}") for step in range(number)]


@command
@file_argument
@click.option("--vary", "variations", multiple=True, required=True, metavar="NAME=v1,v2,…|from:to:n",
              help="An input and its values, or from, to and how many. May be repeated.")  # fmt: skip
@click.option("--get", "wanted", multiple=True, required=True, metavar="NAME", help="A name or Sheet!A1 to read.")
@click.option("--zip", "zipped", is_flag=True, help="Take first values together, then second; not all combinations.")
@set_option
@anyway_option
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
              help="A .csv, .parquet or .xlsx; else csv is printed.")  # fmt: skip
@click.option("--raw-csv", is_flag=True, help="Leave texts in a .csv that begin like a formula (= + - @) as they are.")
@now_option
@seed_option
@cache_option
@force_option
@strict_option
@json_option
def sweep(
    file: Path,
    variations: tuple[str, ...],
    wanted: tuple[str, ...],
    zipped: bool,
    settings: tuple[str, ...],
    anyway: bool,
    output: Path | None,
    raw_csv: bool,
    now: dt.datetime | None,
    seed: int | None,
    cache: Path | None,
    force: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Compute answers for many values of the inputs.

    The workbook is not changed; --set is for this run only. A scenario that fails has the error in its row.

    \b
    Example:
      computefi sweep compare.xlsx --vary advance_asic=30%:60%:4 --get life_share_asic
    """
    from computefi.recalc import Book
    from computefi.xlsx.table_files import table_bytes, writer_for

    vary = _variations(variations)
    with refusing(), claimed_if(output, force) as claim:
        if output is not None:
            writer_for(output)
        with busy(f"Opening {file.name}"):
            book = Book.open(file, now=now, seed=seed, cache=cache)
            if not anyway:
                within_bounds(book, vary)
            set_inputs(book, assignments(settings), anyway)
            master = master_of(book.run)
        # The workbook's own checks are asked in every scenario too.
        asked = [*wanted, *([] if master is None else ["master_check"])]
        with bar("Scenarios") as progress:
            answers = book.sweep(vary, asked, zipped, progress)
        checks = [] if master is None else [row[-1] for row in answers.rows]
        if len(asked) > len(wanted):
            answers.columns.pop()
            answers.rows[:] = [row[:-1] for row in answers.rows]
        if claim is not None:
            claim.write(table_bytes(output, answers.columns, answers.rows, raw_csv), book.package.identity)
    unsound = sum(check is not True for check in checks)
    if as_json:
        facts = {
            "columns": answers.columns, "rows": [[plain(value) for value in row] for row in answers.rows],
            "errors": answers.errors, "master_check": master, "master_check_false": unsound,
        }  # fmt: skip
        print_json(facts, [book.package.identity], [claim.before if claim else None], "ironcalc")
    elif claim is None:
        click.echo(table_bytes(None, answers.columns, answers.rows, raw_csv).decode("utf-8"), nl=False)
    click.echo(f"{len(answers.rows)} scenarios, {answers.errors} with errors", err=True)
    tell_master(master, quiet=True)
    if unsound:
        click.echo(f"master_check is FALSE in {unsound} of {len(checks)} scenarios", err=True)
    stop_if_strict(strict, master, answers.errors, unsound)


def _goal(text: str) -> tuple[str, float]:
    """NAME=VALUE of `--target`."""
    name, equals, number = text.rpartition("=")
    value = cell_value(number)
    if not equals or not name.strip() or isinstance(value, bool) or not isinstance(value, float):
        raise Refusal(f"--target takes NAME=NUMBER; got {text!r}")
    return name.strip(), value


def _ends(text: str | None) -> tuple[float, float] | None:
    """a:b of `--between`."""
    if text is None:
        return None
    ends = _numbers(text)
    if ends is None or len(ends) != 2:
        raise Refusal(f"--between takes two numbers a:b; got {text!r}")
    return ends[0], ends[1]


@command
@file_argument
@click.option("--target", required=True, metavar="NAME=VALUE", help="The cell and what it should be.")
@click.option("--by", required=True, metavar="NAME", help="The input to move.")
@click.option("--between", metavar="a:b", help="Search between these two; else from the present value outwards.")
@set_option
@anyway_option
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the solved workbook here.")
@now_option
@seed_option
@cache_option
@force_option
@strict_option
@json_option
def solve(
    file: Path,
    target: str,
    by: str,
    between: str | None,
    settings: tuple[str, ...],
    anyway: bool,
    output: Path | None,
    now: dt.datetime | None,
    seed: int | None,
    cache: Path | None,
    force: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Find the input that brings a cell to a value.

    Goal seek: FILE stays as it is unless -o names it.

    \b
    Example: what may be lent on the ASICs, that a stressed sale loses half of it?
      computefi solve compare.xlsx --target stress_lgd_asic=50% --by advance_asic
    """
    from computefi.recalc import Book
    from computefi.recalc.describe.bounds import OutOfBounds, refuse_outside
    from computefi.xlsx.package import check_suffix
    from computefi.xlsx.table_files import as_text

    name, value = _goal(target)
    ends = _ends(between)
    if output is not None:
        with refusing():
            check_suffix(file, output)
    with refusing(), claimed_if(output, force) as claim, busy(f"Solving {file.name}"):
        book = Book.open(file, now=now, seed=seed, cache=cache)
        read = book.package.identity
        set_inputs(book, assignments(settings), anyway)
        allow_seconds(cpu_budget())
        solved = book.solve(name, value, by, ends)
        try:
            if not anyway:
                refuse_outside(book, {by: [solved.by]})
        except OutOfBounds as error:
            words = f"{name} = {as_text(solved.value)} needs {by} = {as_text(solved.by)}"
            raise Refusal(f"{words}, but {error}; {UNCHECKED}") from None
        master = master_of(book.run)
        if claim is not None:
            book.save_as_claimed(claim)
    if as_json:
        found = {"by": by, "value": solved.by, "target": name, "reached": solved.value, "scenarios": solved.scenarios}
        found |= {"file": str(output) if output else None, "master_check": master}
        print_json(found, [read], [claim.before if claim else None], "ironcalc")
    else:
        click.echo(f"{by} = {as_text(solved.by)}\n{name} = {as_text(solved.value)}")
        click.echo(f"{solved.scenarios} scenarios" + (f"; written to {output}" if output else ""), err=True)
        tell_master(master, quiet=True)
    stop_if_strict(strict, master)
