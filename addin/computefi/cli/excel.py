"""Commands for Excel on Windows: the add-in, its installation, and what to do where it does not work."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict
from pathlib import Path

import click

from computefi.cli.common import FINDINGS, claimed_new, command, json_option, print_json, refusing
from computefi.cli.group import Group
from computefi.cli.width import paragraph

home_option = click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The profile folder of a user of Windows, instead of this user's.",
)  # fmt: skip
interpreter_option = click.option(
    "--interpreter", default="", metavar="PATH", help="The pythonw.exe for Excel to use, instead of this Python's."
)


@click.group(cls=Group)
def excel() -> None:
    """Install or remove the functions in Excel on Windows.

    The add-in, its settings and what looks after them. Built on Linux too.
    """


@excel.command()
@interpreter_option
@click.option("--attach", is_flag=True, help="Excel uses the Python that `excel serve` runs, and starts none.")
@home_option
@json_option
def install(interpreter: str, attach: bool, home: Path | None, as_json: bool) -> None:
    """Put the add-in into this user's Excel.

    It writes the settings and puts the add-in into XLSTART. Close Excel first; `remove` undoes it.
    """
    from computefi.hosts.windows import install as installation

    with refusing():
        _say(installation.install(installation.places(home), interpreter, attach), as_json)


@excel.command()
@interpreter_option
@home_option
@json_option
def status(interpreter: str, home: Path | None, as_json: bool) -> None:
    """Say what is installed, and which Python Excel would use."""
    from computefi.hosts.windows import install as installation

    with refusing():
        _say(installation.status(installation.places(home), interpreter), as_json)


@excel.command()
@home_option
@json_option
def remove(home: Path | None, as_json: bool) -> None:
    """Put settings and XLSTART back as they were before."""
    from computefi.hosts.windows import install as installation

    with refusing():
        _say(installation.remove(installation.places(home)), as_json)


@excel.command()
def serve() -> None:
    """Wait for Excel, which then starts no Python itself.

    Where a policy keeps Excel from starting programs: `excel install --attach` once, then this before Excel, for as
    long as Excel is open. Ctrl+C ends it. Not tried in Excel.
    """
    from computefi.hosts.windows.serve import serve as run

    with refusing():
        run(platform.system())


@excel.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default="computefi.xlam", show_default=True)
@click.option("--force", is_flag=True, help="Overwrite a file that is already there.")
@json_option
def addin(output: Path, force: bool, as_json: bool) -> None:
    """Write the add-in as a file, for IT to sign and hand out.

    Built from source; not tried in Excel.
    """
    from computefi.hosts.windows.files import addin_for

    with refusing(), claimed_new([output], force) as [claim]:
        claim.write(addin_for(output))
        written = claim.before
    if as_json:
        print_json({}, [], [written])
    else:
        click.echo(str(output))


@command
@click.argument("workbooks", nargs=-1, type=click.Path(path_type=Path))
@json_option
@home_option
def doctor(workbooks: tuple[Path, ...], as_json: bool, home: Path | None) -> None:
    """Say what keeps the functions from working in Excel.

    And how to cure it. Name the WORKBOOKS that show #VALUE! or #NAME?. Exits 1 where something is found. On another
    system than Windows it says what it cannot check.
    """
    from computefi.hosts.windows.doctor import examine
    from computefi.hosts.windows.doctor_machine import here

    with refusing():
        report = examine(here(home), workbooks)
    if as_json:
        print_json(asdict(report))
    else:
        for number, finding in enumerate(report.findings, start=1):
            click.echo(paragraph(finding.what, f"{number}. ", "   ") + "\n" + paragraph(finding.cure, "   cure: "))
        _say([f"fine: {what}" for what in report.fine])
        _say([f"not checked: {what}" for what in report.unchecked])
        if not report.findings:
            click.echo("nothing found")
    if report.findings:
        sys.exit(FINDINGS)


def _say(lines: list[str], as_json: bool = False) -> None:
    if as_json:
        print_json({"lines": lines})
    for line in [] if as_json else lines:
        click.echo(paragraph(line, later="    "))
