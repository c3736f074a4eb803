"""Commands of the hosts: LibreOffice, other spellings of a workbook's calls, and the server for Office.js."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from computefi.cli.books import stop_if_strict, stored_master, tell_master
from computefi.cli.common import (
    FINDINGS,
    Refusal,
    claimed_new,
    command,
    file_argument,
    force_option,
    json_option,
    print_json,
    refusing,
    strict_option,
)
from computefi.cli.group import Group
from computefi.hosts.table import WRITERS
from computefi.hosts.table import export as write_for
from computefi.xlsx.files import examined, read_regular

TOKEN_VARIABLE = "COMPUTEFI_TOKEN"
TOKEN_LIMIT, PEM_LIMIT = 4096, 2**20

libraries_option = click.option(
    "--libraries", multiple=True, type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with numpy and scipy for LibreOffice's Python; may be repeated. By default those of this Python.",
)  # fmt: skip
profile_option = click.option(
    "--profile", type=click.Path(path_type=Path, file_okay=False), help="Another LibreOffice profile than this user's."
)


@click.group(cls=Group)
def calc() -> None:
    """Install or remove the functions in LibreOffice Calc."""


@calc.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default="computefi.oxt", show_default=True)
@click.option("--force", is_flag=True, help="Overwrite a file that is already there.")
@libraries_option
@json_option
def build(output: Path, force: bool, libraries: tuple[Path, ...], as_json: bool) -> None:
    """Write the extension file, which carries the package inside."""
    from computefi.hosts.libreoffice.extension import extension

    with refusing(), claimed_new([output], force) as [claim]:
        claim.write(extension(libraries))
        written = claim.before
    if as_json:
        print_json({}, [], [written])
    else:
        click.echo(str(output))


@calc.command()
@libraries_option
@profile_option
@json_option
def install(libraries: tuple[Path, ...], profile: Path | None, as_json: bool) -> None:
    """Install the extension for this user and try it.

    Calc then recalculates every file it loads.
    """
    from computefi.hosts.libreoffice import extension as calc_extension

    with refusing():
        _tell(calc_extension.install(libraries or None, profile), as_json)


@calc.command()
@profile_option
@json_option
def remove(profile: Path | None, as_json: bool) -> None:
    """Remove the extension from this user's LibreOffice."""
    from computefi.hosts.libreoffice import extension as calc_extension

    with refusing():
        removed = calc_extension.remove(profile)
    if as_json:
        print_json({"removed": bool(removed)})
    else:
        click.echo("removed" if removed else "not installed")


@calc.command()
@profile_option
@json_option
def status(profile: Path | None, as_json: bool) -> None:
    """Say which version is installed, and if it answers."""
    from computefi.hosts.libreoffice import extension as calc_extension

    with refusing():
        _tell(calc_extension.status(profile), as_json)


def _tell(found: Any, as_json: bool) -> None:
    if as_json:
        print_json({"installed": found.version or None, "problem": found.problem or None})
    else:
        click.echo(f"computefi {found.version} is installed" if found.version else "not installed")
    if found.problem:
        click.echo(found.problem, err=True)
        sys.exit(FINDINGS)


@command
@file_argument
@click.option(
    "--host", required=True, type=click.Choice(list(WRITERS)),
    help=" ".join(f"{name}: {told}" for name, (_, told) in WRITERS.items()),
)  # fmt: skip
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path),
              help="Write here; may be FILE.")  # fmt: skip
@strict_option
@force_option
@json_option
def export(file: Path, host: str, output: Path, strict: bool, force: bool, as_json: bool) -> None:
    """Write a workbook as another host reads it.

    Its CFI calls are spelled as that host spells them, or only values stay. Nothing else in the file changes.

    \b
    Example:
      computefi export compare.xlsx --host values -o values.xlsx
    """
    with refusing():
        read = examined(file, sys.maxsize, len)
        report = write_for(file, output, host, force)
        written = examined(output, sys.maxsize, len)
        master = stored_master(file)
    if as_json:
        print_json(
            {"report": str(report), "unknown": sorted(report.unknown), "master_check": master}, [read], [written]
        )
    else:
        for name in sorted(report.unknown):
            click.echo(f"warning: {name} is not a CFI function and was left as it is", err=True)
        click.echo(f"{output}: {report}")
        tell_master(master)
    stop_if_strict(strict, master, report.unknown)


def token_in(file: Path) -> str:
    """The token in a file of one line."""
    try:
        return read_regular(file, TOKEN_LIMIT)[0].decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Refusal(f"{file} holds no text") from None


@command
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8443, show_default=True, type=click.IntRange(0, 65535))
@click.option("--public-url", default="", help="Where Excel finds the server, if not where it listens.")
@click.option(
    "--certificate", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="TLS certificate (PEM)."
)
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Its private key (PEM).")
@click.option("--behind-proxy", is_flag=True, help="A proxy speaks TLS for this server.")
@click.option("--allowed-host", "hosts", multiple=True, help="Another name by which it is called; may be repeated.")
@click.option("--origin", "origins", multiple=True, help="Another site whose pages may call; may be repeated.")
@click.option("--office-js", help="Where the page loads Microsoft's office.js from, if not from Microsoft.")
@click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"File that holds the token; else {TOKEN_VARIABLE} holds it, else a new one is made and shown.",
)  # fmt: skip
@json_option
def serve(token_file: Path | None, office_js: str | None, as_json: bool, **given: Any) -> None:
    """Serve the functions to Excel as Office.js functions.

    To Excel on Windows, Mac and the web, from a server of the bank's.
    """
    try:
        from computefi.hosts.server.app import serve as run
        from computefi.hosts.server.settings import Settings, new_token
    except ImportError as error:
        raise Refusal(f"the server needs {error.name}: python -m pip install 'computefi[serve]'") from None

    def announce(words: str) -> None:
        click.echo(json.dumps({"announced": words}) if as_json else words)

    with refusing():
        if office_js:
            given["office_js"] = office_js
        for file in (given["certificate"], given["key"]):
            if file is not None:
                # TLS would wait for a pipe without end.
                read_regular(file, PEM_LIMIT)
        token = token_in(token_file) if token_file else os.environ.get(TOKEN_VARIABLE, "")
        if not token:
            token = new_token()
            announce(f"Token for this run: {token}")
        try:
            settings = Settings(token=token, **given)
        except ValueError as error:
            raise Refusal(str(error)) from None
        run(settings, announce)
