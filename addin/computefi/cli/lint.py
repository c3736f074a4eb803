"""The command that says what not to trust."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from computefi.cli.books import stored_master, tell_master
from computefi.cli.common import FINDINGS, command, file_argument, json_option, print_json, refusing, strict_option
from computefi.cli.width import paragraph


@command
@file_argument
@click.option("--notes/--no-notes", default=True, help="Also what need not be wrong, such as 30 for 30%.")
@strict_option
@json_option
def lint(file: Path, notes: bool, strict: bool, as_json: bool) -> None:
    """Find what is not to be trusted in a workbook.

    What the engine gets wrong or cannot compute, and numbers that are hardly meant. Nothing is computed and nothing is
    written. Exit 1 where a value would be wrong or missing.

    \b
    Example:
      computefi lint ddtl.xlsx --no-notes
    """
    from computefi.recalc.lint.api import lint as found_in
    from computefi.recalc.lint.claims import NOTE
    from computefi.xlsx.package import Package

    with refusing():
        read = Package.open(file).identity
        findings = [finding for finding in found_in(file) if notes or finding.severity != NOTE]
        master = stored_master(file)
    if as_json:
        print_json({"findings": [finding._asdict() for finding in findings], "master_check": master}, [read])
    else:
        for finding in findings:
            click.echo(
                paragraph(f"{finding.severity:<6} {finding.cell}  {finding.what}; {finding.remedy}", later=" " * 7)
            )
        click.echo(f"{len(findings)} findings in {file}" if findings else f"nothing found in {file}")
        tell_master(master)
    if any(finding.severity != NOTE for finding in findings) or (strict and master is False):
        sys.exit(FINDINGS)
