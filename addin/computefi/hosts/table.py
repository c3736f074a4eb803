"""The hosts, in the order in which a reader meets them. A host is a folder and a line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from computefi.errors import InputRefused
from computefi.hosts.base import ExportReport, Host
from computefi.hosts.lambdas.host import LAMBDAS
from computefi.hosts.libreoffice.host import LIBREOFFICE
from computefi.hosts.lite.host import LITE
from computefi.hosts.server.host import SERVER
from computefi.hosts.values import only_values
from computefi.hosts.windows.host import EXCEL

HOSTS: tuple[Host, ...] = (
    EXCEL,
    LITE,
    SERVER,
    LIBREOFFICE,
    LAMBDAS,
)


VALUES = "values"
WRITERS: dict[str, tuple[Callable[[Path, Path, bool], ExportReport], str]] = {
    **{host.name: (host.export, host.export_help) for host in HOSTS if host.export is not None},
    VALUES: (only_values, "no formulas, only their values, for converters and for those without the functions."),
}


def export(path_in: Path, path_out: Path, name: str = "libreoffice", force: bool = False) -> ExportReport:
    """Write the workbook as the host of that name reads its CFI calls, or with values only."""
    if name not in WRITERS:
        raise InputRefused(f"there is no export for {name!r}; choose {' or '.join(WRITERS)}", name=name)
    return WRITERS[name][0](path_in, path_out, force)
