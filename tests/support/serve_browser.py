"""A headless Chromium that shows the add-in's page, with Office.js stood in, and does what a test asks."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import tempfile
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STAND_IN = Path(__file__).with_name("office_standin.js")
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-default-apps --disable-extensions""".split()
IDLE_SECONDS = 5


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Control:
    """The other end of the stand-in: hands out commands, takes results."""

    def __init__(self) -> None:
        self.commands: queue.Queue[dict[str, Any]] = queue.Queue()
        self.results: queue.Queue[dict[str, Any]] = queue.Queue()
        control = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/office.js":
                    self.answer(STAND_IN.read_bytes(), "text/javascript")
                elif self.path == "/next":
                    try:
                        command = control.commands.get(timeout=IDLE_SECONDS)
                    except queue.Empty:
                        command = {"idle": True}
                    self.answer(json.dumps(command).encode(), "application/json")
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                control.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.answer(b"{}", "application/json")

            def answer(self, content: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                with suppress(BrokenPipeError):  # a page that was closed while it waited
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.commands.put({"end": True})
        self.server.shutdown()
        self.server.server_close()


class Page:
    """The add-in's page in a browser of its own."""

    def __init__(self, control: Control, url: str) -> None:
        self.control = control
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        program = chromium()
        assert program
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile.name}", f"{url}/functions.html"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, what: str, seconds: float = 30, **more: Any) -> Any:
        """What the page gives for a command."""
        self.control.commands.put({"do": what, **more})
        try:
            answer = self.control.results.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"the page did not answer to {what}") from None
        assert "problem" not in answer, answer["problem"]
        return answer.get("result")

    def calculate(self, *calls: list[Any], seconds: float = 30) -> list[Any]:
        """What the cells of one calculation hold."""
        cells: list[Any] = self.ask("calculate", seconds, calls=list(calls))
        return cells

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.profile.cleanup()
