"""The server in a process of its own, on a free port of this machine."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ADDIN = Path(__file__).parents[2] / "addin"
TOKEN = "a-token-for-tests-only"
START_SECONDS = 20

CODE = """
import json, sys
given = json.loads(sys.argv[1])
delay = given.pop("delay")
from computefi.hosts.server import app as serve
from computefi.hosts.server import workers
from computefi.hosts.server.settings import Settings
if delay:
    late = "import time; from computefi.hosts.server import wire, workers; real = wire.answer; "
    late += f"wire.answer = lambda *all: (time.sleep({delay}), real(*all))[1]; workers.main()"
    workers.COMMAND = (sys.executable, "-c", late)
serve.serve(Settings(**given), lambda text: print(text, flush=True))
"""


class Server:
    """`delay` seconds are added to every computation."""

    def __init__(self, delay: float = 0, port: int = 0, **settings: Any) -> None:
        given = {"token": TOKEN, "port": port, "delay": delay, **settings}
        self.given = given
        command = [sys.executable, "-c", CODE, json.dumps(given)]
        environment = {**os.environ, "PYTHONPATH": str(ADDIN)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        said = self.process.stdout.readline() if ready else ""
        assert " at http" in said, f"the server did not start: {said!r}"
        self.url = said.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 15) -> None:
        self.process.send_signal(how)
        self.process.wait(seconds)
        assert self.process.stdout
        self.process.stdout.close()

    def restarted(self, how: signal.Signals, pause: float = 0) -> Server:
        """The same server again on the same port, after it was ended."""
        self.stop(how)
        time.sleep(pause)
        return Server(**{**self.given, "port": self.port})
