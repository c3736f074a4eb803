"""Workbooks as the commands open them: inputs within what the workbook allows, its master check, errors by cause."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.common import FINDINGS

if TYPE_CHECKING:
    from computefi.recalc import Book, Recalculated
    from computefi.recalc.run import Run
    from computefi.xlsx.cells import Value

SHOWN_REASONS = 20
SHOWN_CAUSES = 5
UNCHECKED = "--anyway sets it all the same"


def set_inputs(book: Book, values: Mapping[str, Value], anyway: bool) -> None:
    """Set inputs, within what the workbook's validation allows unless told to set them anyway."""
    if values and not anyway:
        within_bounds(book, {name: [value] for name, value in values.items()})
    book.set(values)


def within_bounds(book: Book, values: Mapping[str, Sequence[Value]]) -> None:
    """Refuse what the workbook's validation does not allow, with its bounds and the unit."""
    from computefi.errors import InputRefused
    from computefi.recalc.describe.bounds import OutOfBounds, refuse_outside

    try:
        refuse_outside(book, values)
    except OutOfBounds as error:
        raise InputRefused(f"{error}; {UNCHECKED}", name=error.name, cell=error.cell) from None


def master_of(run: Run) -> bool | None:
    """Whether the workbook's own checks hold; None where it has no master check."""
    from computefi.recalc.describe.checks import master_check

    return master_check(run)


def tell_master(master: bool | None, quiet: bool = False) -> None:
    """The line about the master check, on stderr where stdout belongs to something else or the checks fail."""
    if master is not None:
        words = "TRUE" if master else "FALSE: the workbook's own checks do not hold; its sheet of checks says which"
        click.echo(f"master_check is {words}", err=quiet or not master)


def tell_findings(book: Book, result: Recalculated) -> None:
    """On stderr: the errors from which others come, failing calls with their reasons, and warnings."""
    from computefi.recalc.describe.checks import causes

    found = causes(book, result.error_cells) if result.errors > 1 else []
    reasons = {f"{r.sheet}!{r.cell}": f"  {r.function}: {r.reason}" for r in result.reasons}
    for cause in [cause for cause in found if cause.behind][:SHOWN_CAUSES]:
        cells = "1 cell shows" if cause.behind == 1 else f"{cause.behind:,} cells show"
        why = reasons.get(cause.cell.replace("'", ""), "")
        click.echo(f"{cause.cell}  {cause.code}{why}; {cells} an error because of it", err=True)
    named = {cause.cell for cause in found if cause.behind}
    rest = [reason for reason in result.reasons if f"{reason.sheet}!{reason.cell}" not in named]
    if found:
        rest = [reason for reason in rest if f"{reason.sheet}!{reason.cell}" in {c.cell for c in found}]
    for reason in rest[:SHOWN_REASONS]:
        click.echo(f"{reason.sheet}!{reason.cell}  {reason.code}  {reason.function}: {reason.reason}", err=True)
    if len(rest) > SHOWN_REASONS:
        click.echo(f"… and {len(rest) - SHOWN_REASONS} more failing calls (--json lists all)", err=True)
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)


def stop_if_strict(strict: bool, master: bool | None, *findings: object) -> None:
    """Exit 1 under --strict for a master check that is FALSE or anything else that was found."""
    if strict and (master is False or any(findings)):
        sys.exit(FINDINGS)


def caused(book: Book, result: Recalculated) -> list[dict[str, Any]]:
    """The same causes for --json."""
    from computefi.recalc.describe.checks import causes

    return [
        {"cell": cause.cell, "error": cause.code.value, "behind": cause.behind}
        for cause in causes(book, result.error_cells)
    ]


def stored_master(file: Path) -> bool | None:
    """What a workbook stores as its master check; nothing is computed."""
    from computefi.recalc.describe.checks import stored_master_check

    return stored_master_check(file)
