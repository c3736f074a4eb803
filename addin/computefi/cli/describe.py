"""The commands that read a workbook for a person: its inputs, its outputs, and what a number rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.books import master_of, stop_if_strict, tell_master
from computefi.cli.common import (
    anyway_option,
    assignments,
    busy,
    claimed_if,
    command,
    exact,
    file_argument,
    force_option,
    json_option,
    plain,
    print_json,
    refusing,
    set_option,
    strict_option,
)
from computefi.cli.width import columns, records, table, wrapped

if TYPE_CHECKING:
    from computefi.recalc.describe.bounds import Bounds
    from computefi.recalc.describe.tracing import Step

HEAD = ("name", "cell", "label", "unit", "bounds", "value", "source", "may be set")
LONGEST = 60  # of a text beside others; records, --json and --csv have all of it

csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print a table as csv.")


@command
@file_argument
@click.option("--all", "every", is_flag=True, help="Also numbers without a name or a validation that formulas read.")
@click.option("--sheet", metavar="NAME", help="Of one sheet only.")
@csv_option
@strict_option
@json_option
def inputs(file: Path, every: bool, sheet: str | None, as_csv: bool, strict: bool, as_json: bool) -> None:
    """List what may be set: unit, bounds, value, source.

    Inputs are constants with a name or a validation; where few have one, all numbers that formulas read. Bounds are
    those of the workbook's data validation; label, unit and source stand beside the cell. Nothing is written.

    \b
    Examples:
      computefi inputs ddtl.xlsx --sheet Inputs
      computefi inputs compare.xlsx --csv
    """
    from computefi.recalc import Book
    from computefi.recalc.describe.inputs import Description

    with refusing(), busy(f"Reading {file.name}"):
        book = Book.open(file)
        found = Description(book).inputs(every)
        if sheet is not None:
            found = [one for one in found if is_on(one.cell, sheet)]
        master = master_of(book.run)
    if as_json:
        rows = [
            {"name": one.name or None, "cell": one.cell, "label": one.label, "unit": one.unit,
             "bounds": bounds_record(one.bounds), "value": plain(one.value), "source": one.source,
             "may_be_set": one.settable, "why_not": one.why_not or None}
            for one in found
        ]  # fmt: skip
        print_json({"inputs": rows, "master_check": master}, [book.package.identity], engine="ironcalc")
    else:
        cells = [
            [one.name, one.cell, one.label, one.unit, str(one.bounds or ""), of_kind(one.value, one.unit, as_csv),
             one.source, "yes" if one.settable else f"no, {one.why_not}"]
            for one in found
        ]  # fmt: skip
        print_rows(HEAD, cells, as_csv)
        click.echo(f"{len(found)} inputs", err=True)
        tell_master(master, quiet=True)
    stop_if_strict(strict, master)


@command
@file_argument
@csv_option
@strict_option
@json_option
def outputs(file: Path, as_csv: bool, strict: bool, as_json: bool) -> None:
    """List what a workbook answers.

    Outputs are formulas with a name; where few have one, also the numbers that no other formula reads. They are
    computed anew; nothing is written.

    \b
    Example:
      computefi outputs ddtl.xlsx
    """
    from computefi.recalc import Book
    from computefi.recalc.describe.inputs import Description

    with refusing(), busy(f"Recalculating {file.name}"):
        book = Book.open(file)
        found = Description(book).outputs()
        master = master_of(book.run)
    if as_json:
        rows = [
            {"name": one.name or None, "cell": one.cell, "label": one.label, "unit": one.unit,
             "value": plain(one.value)}
            for one in found
        ]  # fmt: skip
        print_json({"outputs": rows, "master_check": master}, [book.package.identity], engine="ironcalc")
    else:
        cells = [[one.name, one.cell, one.label, one.unit, of_kind(one.value, one.unit, as_csv)] for one in found]
        print_rows(("name", "cell", "label", "unit", "value"), cells, as_csv)
        click.echo(f"{len(found)} outputs", err=True)
        tell_master(master, quiet=True)
    stop_if_strict(strict, master)


@command
@file_argument
@click.argument("name")
@click.option("--depth", type=click.IntRange(1, 50), default=2, show_default=True, help="How many steps to go back.")
@set_option
@anyway_option
@click.option("-o", "--output", metavar="FILE.svg", type=click.Path(path_type=Path), help="Draw it into a picture.")
@strict_option
@force_option
@json_option
def trace(
    file: Path,
    name: str,
    depth: int,
    settings: tuple[str, ...],
    anyway: bool,
    output: Path | None,
    strict: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Show what a number rests on, down to its inputs.

    NAME is a defined name or Sheet!A1. Each line is a cell that the one above it reads, with its value and what it
    calls; inputs have their source. What was told before is marked ^, what lies deeper is marked +.

    \b
    Examples:
      computefi trace ddtl.xlsx el_share --depth 1
      computefi trace ddtl.xlsx el_share --depth 2 -o trace.svg
    """
    from computefi.errors import InputRefused
    from computefi.recalc import Book
    from computefi.recalc.describe.drawing import svg
    from computefi.recalc.describe.tracing import trace as traced

    with refusing(), claimed_if(output, force) as claim:
        if output is not None and output.suffix.casefold() != ".svg":
            raise InputRefused(f"{output} must end in .svg", name=str(output))
        with busy(f"Recalculating {file.name}"):
            book = Book.open(file)
            values = assignments(settings)
            if not anyway:
                from computefi.cli.books import within_bounds

                within_bounds(book, {key: [value] for key, value in values.items()})
            book.set(values)
            step = traced(book, name, depth)
            master = master_of(book.run)
        if claim is not None:
            title = f"What {step.name or step.cell} rests on"
            claim.write(svg(step, f"{title}: {step.label}" if step.label else title).encode("utf-8"))
    if as_json:
        facts = {"trace": record(step), "depth": depth, "master_check": master}
        print_json(facts, [book.package.identity], [claim.before if claim else None], "ironcalc")
    else:
        for line in tree(step):
            click.echo(line)
        if claim is not None:
            click.echo(f"drawn into {output}", err=True)
        tell_master(master, quiet=True)
    stop_if_strict(strict, master)


def is_on(cell: str, sheet: str) -> bool:
    """Whether an address is one of a sheet."""
    from computefi.xlsx.cells import unquote_sheet

    return unquote_sheet(cell.rpartition("!")[0]).casefold() == sheet.strip().casefold()


def bounds_record(bounds: Bounds | None) -> dict[str, Any] | None:
    """Bounds as JSON has them."""
    if bounds is None:
        return None
    told = {"kind": bounds.kind, "words": str(bounds)}
    if bounds.kind == "list":
        return told | {"choices": list(bounds.choices)}
    return told | {"operator": bounds.operator, "least": bounds.least, "most": bounds.most}


def of_kind(value: Any, unit: str, whole: bool) -> str:
    """A value as a person reads it: a date as a date, a range by its size."""
    from computefi.dates import moment_of

    if isinstance(value, tuple):
        return f"{len(value)} rows × {len(value[0])} columns"
    if unit.casefold() in ("date", "日期") and isinstance(value, float):
        return moment_of(value).date().isoformat()
    return exact(value) if whole or not isinstance(value, float) else f"{value:.10g}"


def print_rows(head: Sequence[str], rows: Sequence[Sequence[str]], as_csv: bool) -> None:
    """A table: as csv with all of it, else within the width of the terminal: long texts cut, or a record for each."""
    if as_csv:
        from computefi.xlsx.table_files import csv_bytes

        click.echo(csv_bytes(head, rows).decode("utf-8"), nl=False)
        return
    short = [[beginning(text) for text in row] for row in rows]
    titled = [row if row[0] else [row[1], *row[1:]] for row in rows]
    click.echo(table(head, short, columns()) or records(head, titled, columns()))


def beginning(text: str) -> str:
    """As many words as a table has room for."""
    if len(text) <= LONGEST:
        return text
    words, blank, _ = text[: LONGEST - 1].rpartition(" ")
    return f"{words} …" if blank else text


def tree(step: Step, before: str = "", joint: str = "") -> Iterator[str]:
    """A step and what lies below it, each on a line of its own."""
    marks = " ^" if step.told_above else " +" if step.deeper else ""
    value = of_kind(step.value, step.unit, whole=False)
    worth = f"= {value} {step.unit}".rstrip() if step.kind in ("formula", "input") and value else value
    calls = f" by {', '.join(step.calls)}" if step.calls else ""
    label = f" · {step.label}" if step.label else ""
    source = f" [{step.source}]" if step.source else ""
    text = f"{step.name or step.cell} {worth}{calls}{label}{source}{marks}"
    under = before + {"": "", "├─ ": "│  ", "└─ ": "   "}[joint]
    later = under + ("│  " if step.below else "   ")
    yield from wrapped(before + joint + text, columns(), later)
    for number, below in enumerate(step.below, start=1):
        yield from tree(below, under, "└─ " if number == len(step.below) else "├─ ")


def record(step: Step) -> dict[str, Any]:
    """A step as JSON has it."""
    return {
        "cell": step.cell, "name": step.name or None, "label": step.label, "unit": step.unit, "kind": step.kind,
        "value": plain(step.value), "formula": step.formula or None, "calls": list(step.calls),
        "source": step.source or None, "told_above": step.told_above, "deeper": step.deeper,
        "rests_on": [record(below) for below in step.below],
    }  # fmt: skip
