"""The command that writes a workbook's report: `report`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from computefi.cli.books import set_inputs
from computefi.cli.common import (
    FINDINGS,
    Refusal,
    anyway_option,
    assignments,
    claimed_if,
    command,
    file_argument,
    force_option,
    json_option,
    print_json,
    refusing,
    set_option,
)
from computefi.cli.validate import telling

ENDINGS = (".html", ".htm", ".pdf")


@command
@file_argument
@click.option("-o", "--output", metavar="FILE.html|pdf", type=click.Path(path_type=Path), required=True,
              help="The page to write; a PDF needs a browser or LibreOffice.")  # fmt: skip
@click.option("--target", metavar="NAME", default="", help="The number to examine; else the workbook's headline.")
@click.option("--language", type=click.Choice(["auto", "en", "zh"]), default="auto", show_default=True,
              help="The report's language; auto is the workbook's.")  # fmt: skip
@click.option("--paper", type=click.Choice(["A4", "Letter"], case_sensitive=False),
              help="The paper; without it a PDF is on A4, a page of HTML on what the printer has.")  # fmt: skip
@set_option
@anyway_option
@force_option
@json_option
def report(
    file: Path,
    output: Path,
    target: str,
    language: str,
    paper: str | None,
    settings: tuple[str, ...],
    anyway: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write a workbook's memo: answer, stress, inputs, steps.

    Of ours: the answer with its band, sources and uses, the deal, charts, what moves it, stress and reverse stress,
    covenants, checks, inputs with their sources, steps and provenance. Of any other: outputs, inputs, checks,
    differences from what it stores, what moves its answer. The workbook itself is not changed. The exit code is 1
    where its master_check is FALSE.

    \b
    Examples:
      computefi report ddtl.xlsx -o memo.html
      computefi report stranger.xlsx --target Total -o report.pdf
    """
    from computefi.recalc import Book
    from computefi.reports.memo import language_of, memo
    from computefi.reports.memo_page import memo_page
    from computefi.reports.paper import pdf_of

    ending = output.suffix.casefold()
    if ending not in ENDINGS:
        raise Refusal(f"{output} must end in .html or .pdf")
    with refusing(), claimed_if(output, force) as claim:
        assert claim is not None
        with telling(f"Reading {file.name}") as step:
            book = Book.open(file)
            set_inputs(book, assignments(settings), anyway)
            found = memo(book, target, step)
            spoken = language_of(found) if language == "auto" else language
            sheet = paper or ("A4" if ending == ".pdf" else "")
            page = memo_page(found, dt.datetime.now(dt.UTC), spoken, sheet)
            step("paper")
            content = pdf_of(page) if ending == ".pdf" else page.encode("utf-8")
        written = claim.write(content, book.package.identity)
    examined = found.examined
    if as_json:
        facts = {
            "language": spoken, "master_check": found.master, "errors": found.result.errors,
            "differing": len(found.differing), "kept": len(found.result.kept), "inputs": len(found.inputs),
            "outputs": len(found.outputs), "charts": len(found.pictures),
            "examined": None if examined is None else examined.target.name or examined.target.cell,
            "moved_by": [] if examined is None else [one.input.name or one.input.cell for one in examined.swings],
        }  # fmt: skip
        print_json(facts, [book.package.identity], [written], "ironcalc")
    else:
        moved = 0 if examined is None else len(examined.swings)
        click.echo(f"{output}: {len(found.inputs)} inputs, {len(found.pictures)} charts, {moved} inputs that move it")
    if found.master is False:
        click.echo("master_check is FALSE: the workbook's own checks do not hold", err=True)
        sys.exit(FINDINGS)
