"""The command that computes a workbook's static tables anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from computefi.cli.books import master_of, stop_if_strict, tell_master
from computefi.cli.common import (
    bar,
    busy,
    command,
    file_argument,
    force_option,
    json_option,
    output_option,
    print_json,
    refusing,
    strict_option,
)


@command
@file_argument
@output_option
@strict_option
@force_option
@json_option
def refresh(file: Path, output: Path | None, strict: bool, force: bool, as_json: bool) -> None:
    """Compute the static tables of a workbook anew.

    They are those that its own block named `refresh` lists. Each cell of them is what one full recalculation gives
    when an input is moved. Only these tables, the stamp beside them and what formulas make of both change in the file.

    \b
    Example:
      computefi refresh compare.xlsx
    """
    from computefi.recalc import Book
    from computefi.recalc.refresh import refresh as renew
    from computefi.xlsx.files import claimed
    from computefi.xlsx.package import check_suffix

    target = output or file
    with refusing():
        check_suffix(file, target)
    with refusing(), claimed(target, force) as claim:
        with busy(f"Recalculating {file.name}"):
            book = Book.open(file)
            read = book.package.identity
            book.settled()
        with bar("Tables") as progress:
            tables = renew(book, dt.datetime.now(dt.UTC).date(), progress)
        result = book.save_as_claimed(claim)
        master = master_of(book.run)
    if as_json:
        print_json({"tables": tables, "master_check": master}, [read], [claim.before], "ironcalc")
    else:
        for label, count in tables.items():
            click.echo(f"{label}: {count} cells")
        tell_master(master)
    stop_if_strict(strict, master, result.errors, result.warnings)
