"""Excel with nothing installed as a host: the functions are LAMBDAs of the workbook."""

from __future__ import annotations

from pathlib import Path

from computefi.hosts.base import ExportReport, Host


def export(source: Path, target: Path, force: bool) -> ExportReport:
    """The workbook with the functions that it calls as native LAMBDAs in it."""
    from computefi.hosts.lambdas.export import export_lambda

    made = export_lambda(source, target, force)
    note = f"{made.calls} calls of {len(made.functions)} functions, {len(made.added)} names added"
    return ExportReport(made.calls, note=note)


LAMBDAS = Host(
    name="lambda",
    title="No add-in at all",
    needs="Excel of Microsoft 365, the web, or 2024",
    spelling="CFI_LTV",
    export=export,
    export_help="the functions as native LAMBDAs in the workbook, for Excel 365 with nothing installed.",
)
