"""LibreOffice, headless: an independent referee, slower to start than the other engines.

It gets the engine's copy, which holds native Excel only: no macro, no link, nothing of the user's. It runs with a
profile of its own in a temporary folder, is asked through its own Python (UNO), and is ended with the engine, or
when an answer takes too long. Values are written into the open document, formulas into the copy's bytes (see overlay):

write 7.0 into A1              →   ["write", [[0, 1, 1, "n", 7.0]]] to the client
read a cell that shows Err:504  →   EngineFault("Err:504"), which is no error value of Excel's
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import select
import shutil
import signal
import subprocess
import time
import weakref
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from computefi.errors import Code, EngineFailed, EngineMissing, LimitReached
from computefi.limits import without_time_limit
from computefi.recalc.engines.base import EngineFault, Extent, Formula, Write, read_side_by_side
from computefi.recalc.engines.overlay import Overlay
from computefi.xlsx.cells import CellAt, Rows, Value
from computefi.xlsx.patch import STORED_ERRORS
from computefi.xlsx.temporary import temporary_folder
from computefi.xlsx.workbook import Walker

START_SECONDS, ANSWER_SECONDS = 120.0, 300.0
EXTENT_ROUNDS = 20
CACHED_CELLS = 2_000_000
CLIENT = Path(__file__).with_name("libreoffice_client.py")
PYTHONS = ("python", "python3", "../Resources/python")
ERRORS = {
    503: Code.NUM, 519: Code.VALUE, 521: Code.NULL, 524: Code.REF, 525: Code.NAME, 532: Code.DIV0, 32767: Code.NA,
    502: Code.VALUE,
}  # fmt: skip
CIRCULAR = (522, 523)


@functools.cache
def programs() -> tuple[str, str]:
    """soffice, and a Python that has UNO: LibreOffice's own or the system's."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        raise EngineMissing("the engine libreoffice is not installed: there is no program soffice", name="libreoffice")
    own = [Path(soffice).resolve().parent / name for name in PYTHONS]
    for python in (*own, Path("/usr/bin/python3")):
        if python.is_file():
            said = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False, timeout=60)
            if said.returncode == 0:
                return soffice, str(python)
    raise EngineMissing(
        "the engine libreoffice lacks its Python: install LibreOffice's python3-uno", name="libreoffice"
    )


class LibreOffice:
    """LibreOffice as an engine; `close` ends it, and so does the end of the program."""

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        if os.name == "nt":
            raise EngineMissing("the engine libreoffice works on Linux and macOS only", name="libreoffice")
        self.seconds = seconds
        soffice, python = programs()
        self._folder, held = temporary_folder("office")
        profile = (self._folder / "profile").as_uri()
        self._client = subprocess.Popen(
            [python, str(CLIENT), soffice, profile, str(self._folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, env=environment(self._folder), preexec_fn=without_time_limit,
        )  # fmt: skip
        self._end = weakref.finalize(self, end, self._client, self._folder, held)
        self._pending = b""
        self._overlay: Overlay | None = None
        self._changed = False
        self._sheets: dict[int, Rows | None] = {}
        self._answer(START_SECONDS)

    @property
    def version(self) -> str:
        return ""

    def stored(self) -> None:
        """It gives nothing away."""

    def restore(self, stored: bytes) -> None:
        raise EngineFailed(f"libreoffice takes no stored workbook; got {len(stored):,} bytes", name="libreoffice")

    def close(self) -> None:
        """End LibreOffice and take its folder away."""
        self._end()

    def spare(self) -> None:
        """A second LibreOffice takes longer to start than whatever it would compute."""

    def load(self, xlsx: bytes) -> None:
        self._overlay = Overlay(xlsx, sheet_names(xlsx))
        self._changed = True

    def recalculate(self) -> None:
        """Compute; what spills further or less far than before is put in anew until nothing moves."""
        overlay = self._overlay
        assert overlay is not None
        for _ in range(EXTENT_ROUNDS):
            if self._changed:
                path = self._folder / "copy.xlsx"
                path.write_bytes(overlay.build())
                self._ask("load", str(path))
                self._changed = False
            self._ask("calculate")
            self._sheets = {}
            if not overlay.learn(lambda cell: self.read(*cell, *cell[1:])[0][0]):
                return
            self._changed = True

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        whole = self._whole(sheet)
        if whole is None:
            return self._read(sheet, top, left, bottom, right)
        nothing = (None,) * (right - left + 1)
        rows = []
        for row in range(top, bottom + 1):
            line = whole[row - 1][left - 1 : right] if row <= len(whole) else ()
            rows.append(line + nothing[len(line) :])
        return tuple(rows)

    def _whole(self, sheet: int) -> Rows | None:
        """A sheet's used area, read once after each recalculation: every question costs a call between programs."""
        if sheet not in self._sheets:
            bottom, right = self._ask("used", sheet)
            fits = bottom * right <= CACHED_CELLS
            self._sheets[sheet] = self._read(sheet, 1, 1, bottom, right) if fits else None
        return self._sheets[sheet]

    def _read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> Rows:
        said = self._ask("read", sheet, top, left, bottom, right)
        rows: list[list[Value]] = said["rows"]
        for first, start, last, stop in said["blanks"]:
            for row in rows[first : last + 1]:
                row[start : stop + 1] = [None] * (stop - start + 1)
        for i, j in said["booleans"]:
            rows[i][j] = bool(rows[i][j])
        for place, number in said["errors"].items():
            row_number, column = map(int, place.split(","))
            rows[row_number][column] = error_of(number)
        return tuple(
            tuple(Code.NUM if isinstance(v, float) and not math.isfinite(v) else v for v in row) for row in rows
        )

    def read_each(self, sheet: int, rows: Sequence[int], columns: Sequence[int]) -> list[Value]:
        return read_side_by_side(self, sheet, rows, columns)

    def write(self, cells: Iterable[Write]) -> None:
        assert self._overlay is not None
        values = []
        for sheet, row, column, value in cells:
            cell = CellAt(sheet, row, column)
            if isinstance(value, (Formula, Extent)) or cell in self._overlay.formulas:
                self._changed = self._changed or self._overlay.formulas.get(cell) != value
            self._overlay.put(cell, value)
            if not isinstance(value, (Formula, Extent)):
                values.append([*cell, *told(value)])
        self._sheets = {}
        if values and not self._changed:
            self._ask("write", values)

    def _ask(self, name: str, *arguments: Any) -> Any:
        """One question, within the time limit."""
        try:
            assert self._client.stdin is not None
            self._client.stdin.write(json.dumps([name, *arguments]).encode() + b"\n")
            self._client.stdin.flush()
        except (OSError, ValueError):
            # ValueError: the pipe was closed by us.
            raise EngineFailed("libreoffice has ended unexpectedly", name="libreoffice") from None
        return self._answer(self.seconds)

    def _answer(self, seconds: float) -> Any:
        assert self._client.stdout is not None
        until = time.monotonic() + seconds
        handle = self._client.stdout.fileno()
        while b"\n" not in self._pending[-65536:]:
            left = until - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                self.close()
                raise LimitReached(
                    f"libreoffice did not answer within {seconds:.0f} seconds and was ended", name="libreoffice"
                )
            chunk = os.read(handle, 65536)
            if not chunk:
                self.close()
                raise EngineFailed("libreoffice has ended unexpectedly", name="libreoffice")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        said = json.loads(line)
        if "error" in said:
            raise EngineFailed(f"libreoffice cannot work on the workbook: {said['error']}", name="libreoffice")
        return said["answer"]


def environment(home: Path) -> dict[str, str]:
    """What soffice is told of the world: a home of its own for whatever it writes, no display, no Python of ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "DISPLAY"))}
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",
    }


def end(client: subprocess.Popen[bytes], folder: Path, held: int) -> None:
    """End the client and the soffice that it started, whatever they are at."""
    with contextlib.suppress(OSError):
        os.killpg(client.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        client.wait(10)
    for stream in (client.stdin, client.stdout):
        with contextlib.suppress(OSError):
            if stream is not None:
                stream.close()
    shutil.rmtree(folder, ignore_errors=True)
    os.close(held)


def sheet_names(xlsx: bytes) -> list[str]:
    """The names of the copy's sheets."""
    names: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            names.append(attributes["name"])

    with zipfile.ZipFile(BytesIO(xlsx)) as archive:
        Walker("xl/workbook.xml", start).run(archive.read("xl/workbook.xml"))
    return names


def error_of(number: int) -> Value:
    """LibreOffice's error number as an error value, where Excel has one for it."""
    if number in CIRCULAR:
        return EngineFault("#CIRC!")
    return ERRORS.get(number) or EngineFault(f"Err:{number}")


def told(value: Value) -> list[Any]:
    """A value as the client takes it."""
    if value is None:
        return ["x"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, Code):
        return ["e", value.value if value.value in STORED_ERRORS else Code.VALUE.value]
    if value == "":
        return ["e", '""']  # as a text it would leave the cell blank
    return ["s", value] if isinstance(value, str) else ["n", float(value)]
