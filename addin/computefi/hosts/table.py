"""The hosts, in the order in which a reader meets them. A host is a folder and a line here."""

from __future__ import annotations

from pathlib import Path

from computefi.errors import InputRefused
from computefi.hosts.base import ExportReport, Host
from computefi.hosts.lambdas.host import LAMBDAS
from computefi.hosts.libreoffice.host import LIBREOFFICE
from computefi.hosts.lite.host import LITE
from computefi.hosts.server.host import SERVER
from computefi.hosts.windows.host import EXCEL

HOSTS: tuple[Host, ...] = (
    EXCEL,
    LITE,
    SERVER,
    LIBREOFFICE,
    LAMBDAS,
)


def export(path_in: Path, path_out: Path, name: str = "libreoffice") -> ExportReport:
    """Write the workbook as the host of that name reads its CFI calls."""
    writers = {host.name: host.export for host in HOSTS if host.export is not None}
    if name not in writers:
        raise InputRefused(f"there is no export for {name!r}; choose {' or '.join(writers)}", name=name)
    return writers[name](path_in, path_out)
