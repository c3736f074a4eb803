"""The command that validates what is installed: `validate`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.common import FINDINGS, Refusal, claimed_if, command, force_option, json_option, print_json, refusing
from computefi.limits import allow_seconds, cpu_budget

if TYPE_CHECKING:
    from computefi.reports.validation import Validation

language_option = click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="The report's language."
)


@contextmanager
def telling(doing: str) -> Iterator[Callable[[str], None]]:
    """What runs, on a terminal; each step has as much time of the processor as a whole command had."""
    seconds = cpu_budget()
    if not sys.stderr.isatty():
        yield lambda _: allow_seconds(seconds)
        return
    from rich.console import Console

    with Console(stderr=True).status(doing) as status:

        def step(name: str) -> None:
            allow_seconds(seconds)
            status.update(f"{doing}: {name}")

        yield step


@command
@click.option("-o", "--output", metavar="FILE.html", type=click.Path(path_type=Path), help="Write the report here.")
@click.option("--quick", is_flag=True, help="A self-test: every function and identity, one workbook.")
@language_option
@force_option
@json_option
def validate(output: Path | None, quick: bool, language: str, force: bool, as_json: bool) -> None:
    """Test what is installed and write the report to file.

    Every function against reference values, identities between functions, the workbooks' own checks, a second engine's
    opinion, and hashes of the code and of what it needs. On one machine the report has the same bytes but for its date.
    Exit code 1 where anything does not hold.

    \b
    Examples:
      computefi validate --quick
      computefi validate -o validation.html
    """
    from computefi.reports.validation import validate as run
    from computefi.reports.validation_page import validation_page

    if output is not None and output.suffix.casefold() not in (".html", ".htm"):
        raise Refusal(f"{output} must end in .html")
    with refusing(), claimed_if(output, force) as claim:
        with telling("Validating") as step:
            found = run(quick, step)
        if claim is not None:
            claim.write(validation_page(found, dt.datetime.now(dt.UTC), language).encode("utf-8"))
    if as_json:
        print_json(record(found), [], [claim.before if claim else None], "ironcalc")
    else:
        for line in found.failures:
            click.echo(f"does not hold: {line}")
        click.echo(summary(found), err=bool(found.failures))
    if not found.holds:
        sys.exit(FINDINGS)


def summary(found: Validation) -> str:
    """The totals in one line."""
    held = sum(one.holds for one in found.identities)
    books = sum(one.holds for one in found.books)
    cells = sum(one.cells for one in found.agreements)
    agreed = f", {sum(one.agreed for one in found.agreements):,} of {cells:,} cells alike in a second engine" * (
        cells > 0
    )
    return (
        f"{len(found.functions)} functions, {found.values:,} values, {held} of {len(found.identities)} identities, "
        f"{books} of {len(found.books)} workbooks hold{agreed}; {len(found.failures)} findings"
    )


def record(found: Validation) -> dict[str, Any]:
    """The findings as JSON has them."""
    return {
        "quick": found.quick, "failures": found.failures,
        "functions": [
            {"function": one.spec.name, "reference_values": len(one.rows), "examples": len(one.examples),
             "failing": len(one.failing), "share_of_tolerance": max((d.used for d in one.all), default=None)}
            for one in found.functions
        ],
        "identities": [
            {"statement": one.statement, "functions": list(one.functions), "points": one.points, "worst": one.worst,
             "tolerance": one.tolerance, "holds": one.holds}
            for one in found.identities
        ],
        "workbooks": [one._asdict() | {"holds": one.holds} for one in found.books],
        "engines": [one._asdict() | {"beyond": list(one.beyond), "holds": one.holds} for one in found.agreements],
        "engines_missing": found.missing, "system": dict(found.system),
        "code": [one._asdict() for one in found.code],
        "dependencies": [one._asdict() for one in found.dependencies],
    }  # fmt: skip
