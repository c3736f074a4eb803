"""LibreOffice opens what we built and runs what it can of it.

It runs our own module whole, calls, ranges, errors and the second attempt, with a class in Python's place. Where it is
no VBA the fault is not the module's:
- It cannot hand on an argument left out (error 449; VBA hands on that it is missing), so calls here give them all.
- It has no Debug, and its ranges no Value2; there Value stands here.
- A parameter called `base` is a keyword to it, so two functions are left out.
- CVErr reaches a cell as the text "Error 2036".
The same module runs as it is in another interpreter (com_standin).
"""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from computefi import REGISTRY
from computefi.hosts.vba.module import wrapper_module
from computefi.hosts.vba.project import Kind, Module, standard
from computefi.hosts.windows import files as excel_files
from computefi.hosts.windows.files import export_excel
from vba_office import opened_with_macros

STANDIN = """
Attribute VB_Name = "Standin"
Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = False
Attribute VB_Exposed = False
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = False
Public Function CallUDF(module, name, given, book, cell) As Variant
    Dim cells As Variant
    Dim first As Variant
    cells = given(0)
    first = cells
    If IsArray(cells) Then first = cells(LBound(cells, 1), LBound(cells, 2))
    CallUDF = module & " " & name & " " & CStr(UBound(given) + 1)
    If first = "fail" Then Err.Raise 1000, , "no Python"
    If first = "number" Then CallUDF = 12.5
    If first = "code" Then CallUDF = "#NUM!"
    If first = "sizes" Then CallUDF = UBound(given(1), 1) & " by " & UBound(given(1), 2)
End Function
"""
PROBE = """
Attribute VB_Name = "Probe"
Option Explicit
Public Function XLPy() As Variant
    Set XLPy = New Standin
End Function
Public Function CFI_TEST_LEFT_OUT(Optional given As Variant) As Variant
    Dim held As Variant
    On Error GoTo failed
    held = given
    CFI_TEST_LEFT_OUT = "handed on"
    Exit Function
failed:
    CFI_TEST_LEFT_OUT = "refused " & Err.Number
End Function
Public Function CFI_TEST_CELL(given As Variant) As Variant
    CFI_TEST_CELL = CFI_Fix(given)
End Function
Public Function CFI_TEST_ERROR(given As Variant) As Variant
    CFI_TEST_ERROR = IIf(IsError(CFI_Fix(given)), CStr(CFI_Fix(given)), "no error")
End Function
Public Function CFI_TEST_BLOCK(given As Variant) As Variant
    Dim block(1 To 2, 1 To 2) As Variant
    Dim fixed As Variant
    block(1, 1) = 1: block(1, 2) = 2: block(2, 1) = "#N/A": block(2, 2) = 4
    fixed = CFI_Fix(block)
    CFI_TEST_BLOCK = fixed(1, 1) & " " & fixed(1, 2) & " " & CStr(fixed(2, 1)) & " " & fixed(2, 2)
End Function
Public Function CFI_TEST_ROW(given As Variant) As Variant
    Dim fixed As Variant
    fixed = CFI_Fix(Array(1, "#DIV/0!", "text"))
    CFI_TEST_ROW = fixed(0) & " " & CStr(fixed(1)) & " " & fixed(2)
End Function
"""
CELLS = {
    "=CFI_TEST_CELL(21)": 21.0,
    '=CFI_TEST_CELL("text")': "text",
    "=SUM(CFI_TEST_CELL(3),4)": 7.0,
    '=CFI_TEST_ERROR("#NUM!")': "Error 2036",
    '=CFI_TEST_ERROR("#N/A")': "Error 2042",
    '=CFI_TEST_ERROR("#SPILL!")': "Error 2045",
    '=CFI_TEST_ERROR("#num!")': "no error",
    "=CFI_TEST_ERROR(5)": "no error",
    "=CFI_TEST_BLOCK(1)": "1 2 Error 2042 4",
    "=CFI_TEST_ROW(1)": "1 Error 2007 text",
    '=CFI_LTV("number",2,0)': 12.5,
    '=SUM(CFI_LTV("number",2,0),4)': 16.5,
    '=CFI_LTV("code",2,0)': "Error 2036",
    '=CFI_LTV("fail",2,0)': "Error 2015",
    '=CFI_LTV("text",2,0)': "computefi.hosts.excel CFI_LTV 3",
    "=CFI_LTV(D1,2,0)": 12.5,
    '=CFI_LTV("sizes",D1:E3,0)': "3 by 2",
    '=CFI_LTV("sizes",D1,0)': "1 by 1",
    "=CFI_HHI(D1:D3)": 12.5,
    '=CFI_LTV("sizes",E:E,0)': "3 by 1",
    '=CFI_LTV("sizes",3:3,0)': "1 by 5",
    "=CFI_TEST_LEFT_OUT()": "refused 449",
}


def module(text: str, kind: Kind = Kind.STANDARD) -> Module:
    source = text.lstrip().replace("\n", "\r\n")
    return standard(source) if kind is Kind.STANDARD else Module("Standin", kind, source)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """A workbook as LibreOffice opens it, with the modules of this test, and the same with its real ones."""
    folder = tmp_path_factory.mktemp("office")
    book = openpyxl.Workbook()
    assert book.active is not None
    for row, formula in enumerate(CELLS, start=1):
        book.active.cell(row, 1, formula)
    book.active["D1"], book.active["D3"], book.active["E3"] = "number", 2, 3
    book.save(folder / "probe.xlsx")
    ours = wrapper_module({n: s for n, s in REGISTRY.items() if all(p.name != "base" for p in s.parameters)})
    for its, here in (
        ("Private Function CFI_Fix", "Public Function CFI_Fix"),
        (" Debug.Print", " '"),
        ("Value2", "Value"),
    ):
        assert its in ours
        ours = ours.replace(its, here)
    modules = [module(STANDIN, Kind.CLASS), module(PROBE), standard(ours)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel_files, "standalone_modules", lambda: modules)
        export_excel(folder / "probe.xlsx", folder / "probe.xlsm")
    export_excel(folder / "probe.xlsx", folder / "real.xlsm")
    return opened_with_macros(folder / "probe.xlsm", folder / "real.xlsm")


def test_libreoffice_runs_our_module_from_the_file(opened: list[dict[str, Any]]) -> None:
    shown = {formula: opened[0]["cells"][f"Sheet!A{row}"] for row, formula in enumerate(CELLS, start=1)}
    assert shown == CELLS


def test_libreoffice_finds_every_module_of_an_exported_workbook(
    opened: list[dict[str, Any]], shipped: dict[str, Module]
) -> None:
    modules = opened[1]["modules"]["VBAProject"]
    assert set(modules) == {"ThisWorkbook", "Sheet1", "Sheet2", *shipped}
    for name, one in shipped.items():
        code = [line for line in one.source.splitlines() if line.strip() and not line.startswith("Attribute ")]
        there = [line for line in modules[name].splitlines() if line.strip()]
        assert code == there[-len(code) :], name


def test_the_settings_sheet_opens(opened: list[dict[str, Any]]) -> None:
    assert opened[1]["cells"]["xlwings.conf!B5"] == "computefi.hosts.excel"
