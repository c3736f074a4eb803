"""The commands that begin something: a workbook from a template, with deals of your own; the VBA module."""

from __future__ import annotations

import os
from pathlib import Path

import click

from computefi.cli.common import claimed_new, command, json_option, print_json, refusing
from computefi.cli.compare import in_language, lang_option

new_force_option = click.option("--force", is_flag=True, help="Overwrite files that are already there.")


@command
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@lang_option
@new_force_option
@json_option
def new(name: str, folder: Path, lang: str, force: bool, as_json: bool) -> None:
    """Copy a template workbook, with your own deals if given.

    It goes to FOLDER, with an xlwings.conf beside it that names this Python.

    \b
    Example:
      computefi new compare deals/2026
    """
    from computefi import templates
    from computefi.hosts.windows.conf import conf_text, this_interpreter

    with refusing():
        source = templates.template(in_language(name.removesuffix(".xlsx"), lang))
        book, conf = folder / source.name, folder / "xlwings.conf"
        folder.mkdir(parents=True, exist_ok=True)
        with claimed_new([book, conf], force) as claims:
            claims[0].write(source.read_bytes())
            claims[1].write(conf_text(this_interpreter()).encode("mbcs" if os.name == "nt" else "utf-8"))
            written = [claim.before for claim in claims]
    if as_json:
        print_json({"template": name}, [], written)
    else:
        click.echo(f"{book}\n{conf}")


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
    from computefi import REGISTRY
    from computefi.hosts.vba.module import wrapper_module

    with refusing(), claimed_new([output], force) as [claim]:
        claim.write(wrapper_module(REGISTRY).encode("ascii"))
        written = claim.before
    if as_json:
        print_json({"functions": len(REGISTRY)}, [], [written])
    else:
        click.echo(str(output))
