"""The command that computes a workbook's static tables anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from computefi.cli.common import bar, busy, force_option, refusing


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here instead of into FILE.")
@force_option
def refresh(file: Path, output: Path | None, force: bool) -> None:
    """Compute the static tables of a workbook anew: those that its own block named `refresh` lists.

    Each cell of them is what one full recalculation gives when an input is moved. Only these tables, the stamp beside
    them and what formulas make of both change in the file.

    \b
    Example:
      computefi refresh ddtl.xlsx
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
            book.settled()
        with bar("Tables") as progress:
            tables = renew(book, dt.datetime.now(dt.UTC).date(), progress)
        book.save_as_claimed(claim)
    for label, count in tables.items():
        click.echo(f"{label}: {count} cells")
