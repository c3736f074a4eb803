"""What a call costs in LibreOffice, in one run: ours, native formulas of like work, and the least that Python costs.

    python benchmarks/libreoffice.py [--cells 10000]

Each line is a workbook with a call per row, no two rows alike, recalculated as a whole in an open LibreOffice:
processor time of its process, the least of several. `echo` is an extension of a few lines of Python that gives back its
first argument: what LibreOffice takes to reach Python at all. Its arguments are numbers, or blocks of cells as our
functions need them, since one formula may read a cell and another a range. Its answers and ours are compared with what
was to come out.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
from from_tests import support
from hosts import cases, compare

import computefi
from computefi.hosts.libreoffice import extension as calc
from computefi.hosts.packing import zipped
from computefi.hosts.table import export

REPEATS = 9
LETTERS = "ABCDEF"
ARGUMENTS = ",".join(f"{letter}{{row}}" for letter in LETTERS)
FORMULAS = {
    "native, one multiplication": "A{row}*1",
    "native, like work": "A{row}/(B{row}*NORMSDIST(NORMSINV(C{row})-D{row}*E{row}*SQRT(F{row}))/C{row})",
    "native, XIRR of 13 flows": "XIRR($H$1:$H$13,$I$1:$I$13,C{row})",
    "echo of one number": "ECHO.NUMBER(A{row})",
    "echo of one block": "ECHO.BLOCK(A{row})",
    "echo of six numbers": f"ECHO.NUMBERS({ARGUMENTS})",
    "echo of six of any kind": f"ECHO.KINDS({ARGUMENTS})",
    "echo of six blocks": f"ECHO.BLOCKS({ARGUMENTS})",
    "CFI.LTV, two arguments": "CFI_LTV(A{row},B{row})",
    "CFI.CORR_LTV, six arguments": f"CFI_CORR_LTV({ARGUMENTS})",
}
ECHO_IDL = f"""\
module echo {{
interface XEcho {{
  double NUMBER([in] double a1);
  {calc.BLOCK} BLOCK([in] {calc.BLOCK} a1);
  double NUMBERS({", ".join(f"[in] double a{place}" for place in range(1, 7))});
  any KINDS({", ".join(f"[in] any a{place}" for place in range(1, 7))});
  {calc.BLOCK} BLOCKS({", ".join(f"[in] {calc.BLOCK} a{place}" for place in range(1, 7))});
}};
}};
"""
ECHO_PYTHON = """\
import uno
import unohelper

XEcho = uno.getClass("echo.XEcho")
XServiceInfo = uno.getClass("com.sun.star.lang.XServiceInfo")


class Echo(unohelper.Base, XEcho, XServiceInfo):
    def __init__(self, context):
        pass

    def NUMBER(self, *given):
        return given[0]

    NUMBERS = BLOCK = BLOCKS = KINDS = NUMBER

    def getImplementationName(self):
        return "echo.Echo"

    def supportsService(self, name):
        return name == "ECHO"

    def getSupportedServiceNames(self):
        return ("ECHO",)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Echo, "echo.Echo", ("ECHO",))
"""


def echo_texts() -> str:
    """What LibreOffice reads to know the functions of the echo."""
    functions = []
    for name, count in (("NUMBER", 1), ("BLOCK", 1), ("NUMBERS", 6), ("BLOCKS", 6), ("KINDS", 6)):
        arguments = [f"a{place}" for place in range(1, count + 1)]
        inner = "".join(
            f'<node oor:name="{a}" oor:op="replace"><prop oor:name="DisplayName"><value>{a}</value></prop></node>'
            for a in arguments
        )
        functions.append(
            f'<node oor:name="{name}" oor:op="replace"><prop oor:name="DisplayName"><value>ECHO.{name}</value></prop>'
            f'<prop oor:name="Category"><value>Add-In</value></prop><node oor:name="Parameters">{inner}</node></node>'
        )
    return (
        f'{calc.HEAD}<oor:component-data {calc.NAMESPACES} oor:name="CalcAddIns" oor:package="org.openoffice.Office">'
        '<node oor:name="AddInInfo"><node oor:name="ECHO" oor:op="replace"><node oor:name="AddInFunctions">'
        f"{''.join(functions)}</node></node></node></oor:component-data>"
    )


def echo_extension() -> bytes:
    """The extension of the echo, packed as ours is."""
    manifest = calc.MANIFEST.replace("calc_component.py", "echo.py")
    description = calc.DESCRIPTION.replace(calc.IDENTIFIER, "computefi.echo")
    return zipped(
        {
            "META-INF/manifest.xml": manifest.encode(),
            "description.xml": description.encode(),
            "functions.idl": ECHO_IDL.encode(),
            "functions.xcu": echo_texts().encode(),
            "recalculation.xcu": calc.RECALCULATION.encode(),
            "echo.py": ECHO_PYTHON.encode(),
        }
    )


@contextmanager
def running_office() -> Iterator[Any]:
    """A LibreOffice of its own with both extensions, as the tests start it."""
    import pytest

    office = support("calc_office").Office()
    try:
        echo = office.folder / "computefi-echo" / "echo.oxt"
        echo.parent.mkdir()
        echo.write_bytes(echo_extension())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(calc, "_run", office.run)
            patch.setattr("os.geteuid", lambda: 65534)
            installed = calc.install(office.libraries(), office.profile)
            calc._unopkg(["add", "-f", "-s", str(echo)], office.profile)
        if installed.problem:
            raise SystemExit(installed.problem)
        office.start()
        yield office
    finally:
        office.close()


def workbook(path: Path, calls: list[list[float]], formula: str) -> None:
    """The arguments in columns A to F, a formula per row in G, and in H and I a loan of a year that XIRR reads."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, call in enumerate(calls, start=1):
        sheet.append([*call, f"={formula.format(row=row)}"])
    for month in range(13):
        sheet.cell(month + 1, 8, 9 if month else -100)
        sheet.cell(month + 1, 9, 46_000 + 30 * month)
    book.save(path)


def wanted(formula: str, calls: list[list[float]]) -> list[float] | None:
    """What the formula is to answer in each row; nothing where that is not ours to say."""
    columns = [list(column) for column in zip(*calls, strict=True)]
    if "ECHO" in formula:
        return columns[0]
    if "LTV(" in formula:
        function = computefi.corr_ltv if "CORR" in formula else computefi.ltv
        answers: list[float] = function(*columns[: formula.count("{row}")]).tolist()
        return answers
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cells", type=int, default=10_000)
    options = parser.parse_args()
    calls = cases(options.cells)
    print(f"{options.cells:,} cells, a call each; load before {os.getloadavg()[0]:.1f}")
    with running_office() as office:
        for name, formula in FORMULAS.items():
            path = office.folder / "calls.xlsx"
            workbook(path, calls, formula)
            export(path, path)
            seconds = min(office.ask("processor_seconds", office.take(path), REPEATS))
            if answers := wanted(formula, calls):
                shown = office.values(path)["Sheet"]
                compare([shown.get(f"G{row}", math.nan) for row in range(1, len(calls) + 1)], answers)
            print(f"{name:<28}{seconds:>8.3f} s{seconds / len(calls) * 1e6:>8.1f} µs a cell", flush=True)


if __name__ == "__main__":
    main()
