"""Run by LibreOffice's own Python: starts a LibreOffice, opens one workbook with its macros on, prints what it finds.

Not a test and not imported by one; `vba_office` starts it. Arguments: soffice, the profile's address, the workbook.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

MACROS_WITHOUT_ASKING = 4
START_SECONDS = 60


def connected(soffice: str, profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    pipe = f"computefivba{os.getpid()}"
    options = "--headless --norestore --nologo --nodefault".split()
    command = [soffice, *options, f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={profile}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return process, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until or process.poll() is not None:
                raise
            time.sleep(0.05)


def named(**values: Any) -> tuple[PropertyValue, ...]:
    properties = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        properties.append(one)
    return tuple(properties)


def found(document: Any) -> dict[str, Any]:
    document.calculateAll()
    cells = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        for row in range(min(last.EndRow, 60) + 1):
            for column in range(min(last.EndColumn, 5) + 1):
                cell = sheet.getCellByPosition(column, row)
                place = f"{sheet.Name}!{'ABCDEF'[column]}{row + 1}"
                if cell.getError():
                    cells[place] = ["error", cell.getError(), cell.String]
                elif cell.Type.value == "FORMULA":
                    cells[place] = cell.String if cell.FormulaResultType2 == 2 else cell.Value
                elif cell.Type.value == "TEXT":
                    cells[place] = cell.String
    libraries = document.BasicLibraries
    modules = {
        library: {
            name: libraries.getByName(library).getByName(name) for name in libraries.getByName(library).ElementNames
        }
        for library in libraries.ElementNames
        if libraries.isLibraryLoaded(library) or libraries.loadLibrary(library) is None
    }
    return {"cells": cells, "modules": modules}


def main() -> None:
    soffice, profile, *paths = sys.argv[1:]
    process, context = connected(soffice, profile)
    desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    answers = []
    try:
        for path in paths:
            options = named(Hidden=True, MacroExecutionMode=MACROS_WITHOUT_ASKING)
            document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, options)
            answers.append(found(document))
            document.close(True)
    finally:
        print(json.dumps(answers))
        try:
            desktop.terminate()
        except Exception as error:  # the connection ends with the program
            print(error, file=sys.stderr)
        process.wait(30)


if __name__ == "__main__":
    main()
