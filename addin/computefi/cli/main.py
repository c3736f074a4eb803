"""The command line. Exit codes: 0, 1 for findings under `--strict`, 2 for bad input with one clear line on stderr."""

from __future__ import annotations

import os
import sys

import click

import computefi
from computefi.cli.edge import guarded, outcome
from computefi.cli.group import Entry, LazyGroup

# It opens no workbook, runs on, and limits the processes that compute for it.
UNGUARDED = {"serve"}
DEBUG = "--debug"
PROGRAM, COMPLETION = "computefi", "_COMPUTEFI_COMPLETE"
PANELS = {
    "Start": {
        "compare": Entry("compare", "Compare loans against computers side by side."),
        "new": Entry("new", "Copy a template workbook, with your own deals if given."),
        "deals": Entry("new", "Write the table of deals for `new compare --deals`."),
        "functions": Entry("functions", "List the sheet functions, or explain one."),
    },
    "Read a workbook": {
        "inputs": Entry("describe", "List what may be set: unit, bounds, value, source."),
        "outputs": Entry("describe", "List what a workbook answers."),
        "trace": Entry("describe", "Show what a number rests on, down to its inputs."),
        "report": Entry("report", "Write a workbook's memo: answer, stress, inputs, steps."),
        "lint": Entry("lint", "Find what is not to be trusted in a workbook."),
    },
    "Recalculate without Excel": {
        "recalc": Entry("recalc", "Recalculate a workbook without Excel."),
        "sweep": Entry("whatif", "Compute answers for many values of the inputs."),
        "solve": Entry("whatif", "Find the input that brings a cell to a value."),
        "batch": Entry("batch", "Recalculate every workbook of a folder."),
        "book": Entry("book", "Simulate what a book of loans loses."),
        "refresh": Entry("refresh", "Compute the static tables of a workbook anew."),
    },
    "Excel and other hosts": {
        "excel": Entry("excel", "Install or remove the functions in Excel on Windows."),
        "doctor": Entry("excel", "Say what keeps the functions from working in Excel."),
        "vba": Entry("new", "Write the VBA module for Excel on Windows."),
        "calc": Entry("hosts", "Install or remove the functions in LibreOffice Calc."),
        "export": Entry("hosts", "Write a workbook as another host reads it."),
        "page": Entry("page", "Write a page that computes in the browser."),
        "serve": Entry("hosts", "Serve the functions to Excel as Office.js functions."),
    },
    "This command line": {
        "validate": Entry("validate", "Test what is installed and write the report to file."),
        "completion": Entry("completion", "Print the script for completion at the TAB key."),
    },
}


@click.group(cls=LazyGroup, panels=PANELS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(computefi.__version__, prog_name=PROGRAM)
@click.option(DEBUG, is_flag=True, expose_value=False, help="After any command: show where an unexpected fault arose.")
def cli() -> None:
    """Credit functions for lenders whose collateral is computers, and workbooks recalculated without Excel."""


def main() -> None:
    """The entry point: every command within limits of memory and time, and its faults in one line."""
    given = sys.argv[1:]
    arguments = [argument for argument in given if argument != DEBUG]
    run = outcome if UNGUARDED.intersection(arguments[:1]) else guarded
    sys.exit(run(lambda: _run(arguments), len(arguments) < len(given)))


def _run(arguments: list[str]) -> int:
    """A command as click would run it, whose own way out takes a closed output for a finding."""
    if instruction := os.environ.get(COMPLETION):
        from click.shell_completion import shell_complete

        import computefi.cli.completion  # noqa: F401 - it knows PowerShell

        return shell_complete(cli, {}, PROGRAM, COMPLETION, instruction)
    with cli.make_context(PROGRAM, arguments) as context:
        cli.invoke(context)
    return 0
