"""The page on this machine alone: a static server on loopback, with the headers that the page asks for."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from computefi.errors import InputRefused
from computefi.hosts.page.site import HEADERS, KINDS

LOOPBACK = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Files of one folder, to this machine under its own name."""

    extensions_map = KINDS | {"": "application/octet-stream"}

    def do_GET(self) -> None:
        # Another name is that of a foreign page that leads here.
        if self.headers.get("Host", "").rpartition(":")[0] not in (LOOPBACK, "localhost"):
            self.send_error(421)
            return
        super().do_GET()

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None: ...


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """The server of a folder that holds the page, not yet running."""
    if not (folder / "index.html").is_file():
        raise InputRefused(f"{folder} holds no page; make one with --pyodide")
    return ThreadingHTTPServer((LOOPBACK, port), partial(Handler, directory=str(folder)))
