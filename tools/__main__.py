"""The work that recurs, as one command: `python -m tools COMMAND`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click

from tools.generated import ROOT

QUICK = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "tests/test_architecture.py", "tests/kernels", "tests/spec", "tests/models"),
)
ALL = (*QUICK[:3], ("pytest",))


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command()
@click.argument("name")
def new_function(name: str) -> None:
    """Begin a function: a model with its declaration, and its tests."""
    from tools import scaffold

    begin(name, scaffold.new_function)


@main.command()
@click.argument("name")
def new_workbook(name: str) -> None:
    """Begin a workbook: a builder that works, and the table of its Chinese words."""
    from tools import scaffold

    begin(name, scaffold.new_workbook)


@main.command()
@click.option("--check", is_flag=True, help="Only name what is not up to date; exit 1 if anything is not.")
def regenerate(check: bool) -> None:
    """Make every generated file anew: pages, type stub, functions.xlsx, checks.xlsx, the values of oracles."""
    from tools.generated import regenerate as made_anew

    changed = made_anew(check)
    for name in changed:
        click.echo(name)
    click.echo(f"{len(changed)} files {'are not up to date' if check else 'written'}")
    if check and changed:
        raise SystemExit(1)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def site(folder: Path) -> None:
    """Build the site of this version into FOLDER, beside those of others."""
    from tools.site import build

    click.echo(build(folder) / "index.html")


@main.command()
@click.argument("names", nargs=-1)
def pictures(names: tuple[str, ...]) -> None:
    """Draw the sheets of the workbooks, and write their pages and the facts; of all workbooks, or of NAMES."""
    from tools.pictures import made

    for written in made(names):
        click.echo(written)


@main.command()
@click.option("--release", is_flag=True, help="Exit 1 if anything is owed.")
def owed(release: bool) -> None:
    """List the independent twins that functions are owed: file, and what to write there."""
    from tools.owed import owed as debts

    found = debts()
    for debt in found:
        click.echo(debt)
    click.echo(f"{len(found)} owed")
    if release and found:
        raise SystemExit(1)


@main.command()
def quick() -> None:
    """Lint, types, architecture and unit tests: what every change passes."""
    run(QUICK)


@main.command(name="all")
def everything() -> None:
    """Lint, types and the whole suite."""
    run(ALL)


def begin(name: str, scaffolded: Callable[[str], list[str]]) -> None:
    """Scaffold, and say what to do next."""
    from tools.scaffold import Refused

    try:
        files = scaffolded(name)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("edit " + " and ".join(files))
    click.echo("then: python -m tools regenerate, python -m tools quick, python -m tools owed")


def run(commands: tuple[tuple[str, ...], ...]) -> None:
    """Each command in turn; the first that fails ends it."""
    for command in commands:
        click.echo("$ " + " ".join(command))
        ended = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False)
        if ended.returncode:
            raise SystemExit(ended.returncode)


main()
