"""Excel on Windows through xlwings as a host."""

from __future__ import annotations

from pathlib import Path

from computefi.hosts.base import ExportReport, Host

REQUIRED_MISSING = "VBA refuses a call without a required argument before it reads another"


def export(source: Path, target: Path, force: bool) -> ExportReport:
    """The workbook with its calls as CFI_NAME; an .xlsx written as .xlsm also gets the VBA of xlwings and ours."""
    if target.suffix.casefold() == ".xlsm" and source.suffix.casefold() == ".xlsx":
        from computefi.hosts.windows.conf import this_interpreter
        from computefi.hosts.windows.files import export_excel

        made = export_excel(source, target, this_interpreter(), force)
        note = "with the VBA of xlwings and of computefi inside; never opened in Excel by us"
        return ExportReport(made.calls, note=note)
    from computefi.hosts.spelling import respell

    return respell(source, target, "_", force)


EXCEL = Host(
    name="excel",
    title="Excel on Windows",
    needs="Windows, Excel, Python, the VBA module `COMPUTEFI.bas`",
    spelling="CFI_LTV",
    export=export,
    export_help="CFI_NAME, and into an .xlsm the VBA as well.",
    never=(REQUIRED_MISSING,),
)
