"""The commands that begin something: a workbook from a template, with deals of your own; the VBA module."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from computefi.cli.books import master_of, stop_if_strict, stored_master, tell_master
from computefi.cli.common import (
    Refusal,
    busy,
    claimed_new,
    command,
    json_option,
    print_json,
    refusing,
    strict_option,
)
from computefi.cli.compare import in_language, lang_option
from computefi.cli.width import paragraph

if TYPE_CHECKING:
    from computefi.xlsx.files import Claim, Identity

MOST_BYTES = 2**26  # of a template
WHERE = "Give both in the table, or on the sheets Deals and Contracts beside the inputs."

new_force_option = click.option("--force", is_flag=True, help="Overwrite files that are already there.")


def templates_like(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The templates that begin so, for completion."""
    from computefi import templates

    return [name for name in templates.names() if name.startswith(incomplete)]


@command
@click.argument("name", shell_complete=templates_like)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--deals", "table", metavar="FILE.csv", type=click.Path(path_type=Path),
              help="Fill the deals of this table into compare; `computefi deals` writes one.")  # fmt: skip
@click.option("--alone", is_flag=True, help="Your deals instead of the examples, not beside them.")
@lang_option
@strict_option
@new_force_option
@json_option
def new(
    name: str, folder: Path, table: Path | None, alone: bool, lang: str, strict: bool, force: bool, as_json: bool
) -> None:
    """Copy a template workbook, with your own deals if given.

    It goes to FOLDER, with an xlwings.conf beside it that names this Python; one that is there stays. With --deals the
    blank columns of compare.xlsx are filled from a table: up to four beside its examples, up to eight alone.

    \b
    Examples:
      computefi new compare
      computefi new compare filled --deals example.csv
    """
    from computefi import templates
    from computefi.hosts.windows.conf import conf_text, this_interpreter
    from computefi.xlsx.files import read_regular

    template_name = name.removesuffix(".xlsx")
    if table is not None and template_name != "compare":
        raise Refusal(f"--deals goes with compare; got {name}")
    if alone and table is None:
        raise Refusal("--alone goes with --deals")
    missing: dict[str, int] = {}
    settings = conf_text(this_interpreter()).encode("mbcs" if os.name == "nt" else "utf-8")
    with refusing():
        source = templates.template(in_language(template_name, lang))
        book, conf = folder / source.name, folder / "xlwings.conf"
        folder.mkdir(parents=True, exist_ok=True)
        # One that is there may be the user's own, or be beside another template: it stays.
        kept = conf.exists()
        with claimed_new([book] if kept else [book, conf], force) as claims:
            read: list[Identity | None] = []
            if table is None:
                content, identity = read_regular(source, MOST_BYTES)
                claims[0].write(content)
                read, master = [identity], stored_master(book)
            else:
                missing, master, read = filled(source, table, alone, claims[0])
            for claim in claims[1:]:
                claim.write(settings)
            written = [claim.before for claim in claims]
    if as_json:
        facts = {"template": name, "without_status_or_source": missing, "master_check": master}
        print_json(facts, read, written, "ironcalc" if table is not None else "")
    else:
        click.echo(f"{book}\n{conf}" + (" stays as it was" if kept else ""))
        for deal, count in missing.items():
            if count:
                click.echo(paragraph(f"{deal}: {count} inputs lack a status (V, S, D, P, J or C) or a source. {WHERE}"))
        tell_master(master)
    stop_if_strict(strict, master)


def filled(
    source: Path, table: Path, alone: bool, claim: Claim
) -> tuple[dict[str, int], bool | None, list[Identity | None]]:
    """Write compare.xlsx with the deals of a table; how many inputs lack status or source, the master check, and the
    files that were read."""
    from computefi.cli.deals import fill, write_filled
    from computefi.recalc import Book
    from computefi.recalc.refresh import refresh

    with busy(f"Filling {source.name}"):
        book = Book.open(source)
        done = fill(book, table, alone)
        if alone:
            # The tables of stresses are those of the deals that stood there before.
            refresh(book, dt.datetime.now(dt.UTC).date())
        write_filled(book, claim)
        return done.missing, master_of(book.run), [book.package.identity, done.table]


@command
@click.argument("file", type=click.Path(path_type=Path), default="deals.csv")
@lang_option
@new_force_option
@json_option
def deals(file: Path, lang: str, force: bool, as_json: bool) -> None:
    """Write the table of deals for `new compare --deals`.

    A line for each input of a deal and of its contracts, with its unit and bounds; an example fills the first deal.
    Status and source are yours to give.

    \b
    Example:
      computefi deals example.csv
    """
    from computefi import templates
    from computefi.cli.deals import example
    from computefi.recalc import Book

    with refusing(), claimed_new([file], force) as [claim]:
        if file.suffix.casefold() != ".csv":
            raise Refusal(f"{file} must end in .csv")
        book = Book.open(templates.template(in_language("compare", lang)))
        claim.write(example(book))
        written = claim.before
    if as_json:
        print_json({"file": str(file)}, [book.package.identity], [written], "ironcalc")
    else:
        click.echo(f"{file}: fill it, then computefi new compare --deals {file}")


@command
@click.option("-o", "--output", type=click.Path(path_type=Path), default="COMPUTEFI.bas", show_default=True)
@new_force_option
@json_option
def vba(output: Path, force: bool, as_json: bool) -> None:
    """Write the VBA module for Excel on Windows.

    Through it Excel calls the functions and gets true error values.

    \b
    Example:
      computefi vba -o COMPUTEFI.bas
    """
    from computefi.hosts.vba.module import wrapper_module
    from computefi.spec.host_functions import with_host_functions

    with refusing(), claimed_new([output], force) as [claim]:
        claim.write(wrapper_module(with_host_functions()).encode("ascii"))
        written = claim.before
    if as_json:
        print_json({"functions": len(with_host_functions())}, [], [written])
    else:
        click.echo(str(output))
