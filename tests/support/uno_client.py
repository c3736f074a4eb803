"""Run by LibreOffice's own Python, as the user who runs LibreOffice: starts it, and answers one JSON line per line.

Not a test and not imported by one; `calc_office` starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ERROR_RESULT = 4
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
START_SECONDS = 60


def properties(**named: Any) -> tuple[PropertyValue, ...]:
    """Named values as UNO takes them."""
    values = []
    for name, value in named.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        values.append(one)
    return tuple(values)


class Client:
    """One running LibreOffice."""

    def __init__(self, soffice: str, profile: str) -> None:
        pipe = f"computefi{os.getpid()}"
        options = "--headless --norestore --nologo --nodefault".split()
        command = [soffice, *options, f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={profile}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
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
        self.services = context.ServiceManager
        self.desktop = self.services.createInstance("com.sun.star.frame.Desktop")

    def open(self, path: str) -> Any:
        """A document, loaded without a window."""
        url = uno.systemPathToFileUrl(path) if path else "private:factory/scalc"
        return self.desktop.loadComponentFromURL(url, "_blank", 0, properties(Hidden=True))

    def values(self, path: str) -> dict[str, dict[str, Any]]:
        """What the cells of a workbook show."""
        document = self.open(path)
        try:
            return {sheet.Name: shown(sheet) for sheet in document.Sheets}
        finally:
            document.close(True)

    def typed(self, cells: dict[str, Any]) -> dict[str, Any]:
        """What a new sheet shows after these cells were typed into it; a formula in API grammar (`;` between)."""
        document = self.open("")
        try:
            sheet = document.Sheets.getByIndex(0)
            for place, content in cells.items():
                area = sheet.getCellRangeByName(place)
                if isinstance(content, (int, float)):
                    area.Value = content
                elif ":" in place:
                    area.setArrayFormula(content)
                elif content.startswith("="):
                    area.setFormula(content)
                else:
                    area.String = content
            formulas = {place: sheet.getCellRangeByName(place).getCellByPosition(0, 0).Formula for place in cells}
            return {**shown(sheet), "formulas": formulas}
        finally:
            document.close(True)

    def save(self, path: str, target: str) -> None:
        """The workbook as LibreOffice writes it."""
        document = self.open(path)
        try:
            name = FILTERS[os.path.splitext(target)[1]]
            document.storeToURL(uno.systemPathToFileUrl(target), properties(FilterName=name))
        finally:
            document.close(True)

    def seconds(self, path: str) -> list[float]:
        """Three complete recalculations of a workbook."""
        document = self.open(path)
        try:
            times = []
            for _ in range(3):
                start = time.perf_counter()
                document.calculateAll()
                times.append(time.perf_counter() - start)
            return times
        finally:
            document.close(True)

    def processor_seconds(self, path: str, repeats: int) -> list[float]:
        """What complete recalculations of a workbook take of the processor; others may be at work on it too. Linux
        only."""
        document = self.open(path)
        try:
            times = []
            for _ in range(repeats):
                start = self.processor()
                document.calculateAll()
                times.append(self.processor() - start)
            return times
        finally:
            document.close(True)

    def processor(self) -> float:
        """Seconds that LibreOffice has taken of the processor; `soffice` is but the script that started it."""
        profile = self.process.args[-1].encode()
        lines = [line for line in Path("/proc").glob("[0-9]*/cmdline") if profile in line.read_bytes()]
        tasks = [task for line in lines for task in line.parent.glob("task/*/schedstat")]
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def descriptions(self) -> list[dict[str, Any]]:
        """What the function wizard knows of our functions."""
        wizard = self.services.createInstance("com.sun.star.sheet.FunctionDescriptions")
        found = []
        for place in range(wizard.Count):
            one = {p.Name: p.Value for p in wizard.getByIndex(place)}
            if one["Name"].startswith("CFI."):
                one["Arguments"] = [[a.Name, a.Description, a.IsOptional] for a in one["Arguments"]]
                found.append(one)
        return found

    def close(self) -> None:
        """End LibreOffice."""
        try:
            self.desktop.terminate()
        except Exception as error:  # the connection ends with the program
            print(error, file=sys.stderr)
        self.process.wait(30)


def shown(sheet: Any) -> dict[str, Any]:
    """The used cells: a number, a text, or an error as ["error", what the cell shows]. The whole area is read at
    once, since each question to another process takes long."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
    cells = {}
    for row, line in enumerate(area.getDataArray(), start=1):
        for column, value in enumerate(line):
            if value != "" and value is not None:
                cells[f"{letters(column)}{row}"] = value
    for found in area.queryFormulaCells(ERROR_RESULT).RangeAddresses:
        for row in range(found.StartRow, found.EndRow + 1):
            for column in range(found.StartColumn, found.EndColumn + 1):
                text = sheet.getCellByPosition(column, row).String
                cells[f"{letters(column)}{row + 1}"] = ["error", text]
    return cells


def letters(column: int) -> str:
    """0 gives A, 27 gives AB."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def main() -> None:
    client = Client(*sys.argv[1:])
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"answer": getattr(client, name)(*arguments)}
        except Exception as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)
        if name == "close":
            break


if __name__ == "__main__":
    main()
