"""Run by LibreOffice's own Python, never imported by the package: starts soffice, answers one JSON line per line.

The document is loaded hidden, its macros off and its links left alone; the profile is a private one. When its input
ends, because whoever asks has ended in whatever way, this program ends at once with soffice and with their folder.

["read", 0, 1, 1, 1, 1]   →   {"answer": {"rows": [[0.7]], "errors": {}, "booleans": [], "blanks": []}}
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

START_SECONDS = 120
REMOVE_SECONDS = 2.0
ERROR_RESULT = 4
LOGICAL = 1024
OPTIONS = "--headless --norestore --nologo --nodefault --nolockcheck --nofirststartwizard".split()


def properties(**named: Any) -> tuple[Any, ...]:
    """Named values as UNO takes them."""
    values = []
    for name, value in named.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        values.append(one)
    return tuple(values)


class Client:
    """One running LibreOffice with one document."""

    def __init__(self, soffice: str, profile: str) -> None:
        pipe = f"computefi{os.getpid()}"
        command = [soffice, *OPTIONS, f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={profile}"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
        self.desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        self.document: Any = None
        self.sheets: list[Any] = []
        self.logical = 0
        self.fresh = True

    def load(self, path: str) -> int:
        """Take a file; without links being updated and macros being run."""
        if self.document is not None:
            self.document.close(True)
        options = properties(Hidden=True, ReadOnly=False, MacroExecutionMode=0, UpdateDocMode=0)
        self.document = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, options)
        self.document.enableAutomaticCalculation(False)
        self.sheets = [self.document.Sheets.getByIndex(i) for i in range(self.document.Sheets.Count)]
        formats, locale = self.document.NumberFormats, uno.createUnoStruct("com.sun.star.lang.Locale")
        self.logical = formats.getStandardFormat(LOGICAL, locale)
        self.fresh = True
        return len(self.sheets)

    def calculate(self) -> None:
        """Compute everything the first time, then what has changed."""
        if self.fresh:
            self.document.calculateAll()
        else:
            self.document.calculate()
        self.fresh = False

    def read(self, sheet: int, top: int, left: int, bottom: int, right: int) -> dict[str, Any]:
        """A rectangle: its values, which of them are errors, and which are truth values."""
        area = self.sheets[sheet].getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)
        rows = [list(line) for line in area.getDataArray()]
        errors = {}
        for row, column, cell in self.cells(area, area.queryFormulaCells(ERROR_RESULT)):
            errors[f"{row - top + 1},{column - left + 1}"] = cell.getError()
        booleans = []
        if any(value in (0.0, 1.0) for line in rows for value in line if isinstance(value, float)):
            for i, line in enumerate(rows):
                for j, value in enumerate(line):
                    number = isinstance(value, float) and value in (0.0, 1.0)
                    if number and area.getCellByPosition(j, i).String in ("TRUE", "FALSE"):
                        booleans.append([i, j])
        blanks = []
        if any(value == "" for line in rows for value in line):
            for rect in area.queryEmptyCells().RangeAddresses:
                blanks.append([rect.StartRow - top + 1, rect.StartColumn - left + 1, rect.EndRow - top + 1,
                               rect.EndColumn - left + 1])  # fmt: skip
        return {"rows": rows, "errors": errors, "booleans": booleans, "blanks": blanks}

    def used(self, sheet: int) -> list[int]:
        """The last row and column with content."""
        cursor = self.sheets[sheet].createCursor()
        cursor.gotoEndOfUsedArea(False)
        return [cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1]

    def cells(self, area: Any, found: Any) -> Any:
        """The cells of several rectangles."""
        sheet = area.Spreadsheet
        for rect in found.RangeAddresses:
            for row in range(rect.StartRow, rect.EndRow + 1):
                for column in range(rect.StartColumn, rect.EndColumn + 1):
                    yield row, column, sheet.getCellByPosition(column, row)

    def write(self, cells: list[list[Any]]) -> None:
        """Put values into cells: ["n", 1.5], ["b", true], ["s", "text"], ["e", "#N/A"] or ["x"] for nothing."""
        for sheet, row, column, kind, *content in cells:
            cell = self.sheets[sheet].getCellByPosition(column - 1, row - 1)
            if kind == "n":
                cell.Value = content[0]
            elif kind == "b":
                cell.Value = float(content[0])
                cell.NumberFormat = self.logical
            elif kind == "e":
                cell.Formula = f"={content[0]}"
            else:
                cell.String = content[0] if content else ""


def listen(lines: queue.SimpleQueue[str], folder: str) -> None:
    """Take down what is asked; with the end of the input, end everything here, whatever it is at."""
    for line in sys.stdin:
        lines.put(line)
    everything = os.getpgrp()
    if os.fork() == 0:
        # Out of the group that ends: what soffice still writes would come back after it was removed.
        os.setsid()
        os.killpg(everything, signal.SIGKILL)
        until = time.monotonic() + REMOVE_SECONDS
        while os.path.exists(folder) and time.monotonic() < until:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def main() -> None:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    # Before soffice is started, which takes seconds.
    threading.Thread(target=listen, args=(lines, sys.argv[3]), daemon=True).start()
    client = Client(*sys.argv[1:3])
    print(json.dumps({"answer": "ready"}), flush=True)
    while True:
        name, *arguments = json.loads(lines.get())
        try:
            answer = {"answer": getattr(client, name)(*arguments)}
        except Exception as error:
            answer = {"error": str(error).splitlines()[0] if str(error) else type(error).__name__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
