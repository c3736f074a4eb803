"""COMPUTEFI.bas: the VBA module that stands between Excel's cells and `hosts.excel`.

xlwings can generate such a module itself, but its functions end in `= Err.Description`: a failure becomes a text
in the cell, which SUM skips and IFERROR does not see; and Python would read `Value`, in which a cell of currency has
four decimals and several areas are the first alone. Ours reads `Value2` in Excel's own process, ends in an error value,
and turns the texts of our error codes into true Excel errors, cell by cell. No path of a function ends unanswered.

The text is plain ASCII, because VBA reads a module in the code page of the machine; lines end in CR LF. It needs
xlwings' VBA in the same project: a reference to the xlwings add-in, or its standalone module.

Not run in Excel. Tests parse it by two grammars, walk its syntax tree, and run it in a VBA interpreter over cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from computefi.errors import Code
from computefi.hosts.wording import argument_help, category
from computefi.spec import Spec
from computefi.spec.declaration import HELP_LIMIT

MODULE_NAME = "COMPUTEFI"
LINE_LIMIT = 1023
# The Python module that the wrappers and xlwings.conf name.
UDF_MODULE = "computefi.hosts.excel"

# What CVErr takes: Excel's XlCVError. The last two are only in an Excel that spills.
ERROR_NUMBERS = {
    Code.NULL: 2000,
    Code.DIV0: 2007,
    Code.VALUE: 2015,
    Code.REF: 2023,
    Code.NAME: 2029,
    Code.NUM: 2036,
    Code.NA: 2042,
    Code.SPILL: 2045,
    Code.CALC: 2050,
}

# An error that no cell holds: our VBA sends it for several areas, `(A1:A9,C1:C9)`.
SEVERAL_AREAS = 2900

# Beyond these, NFKD takes accents off and superscripts down.
SPELLED = {
    "×": "x", "·": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "‑": "-", "…": "...",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"',
    "≤": "<=", "≥": ">=", "≠": "<>", "≈": "~", "±": "+/-", "∞": "infinity", "√": "sqrt", "→": "->",
    "²": "^2", "³": "^3", "°": " degrees", "€": "EUR", "£": "GBP", "§": "section ",
    "Σ": "sum", "Π": "product", "Φ": "Phi", "Δ": "Delta", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta",
    "ε": "epsilon", "κ": "kappa", "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi",
}  # fmt: skip

HEADER = f"""\
Attribute VB_Name = "{MODULE_NAME}"
' Written by computefi ("computefi vba"); changes are lost when it is written again.
' Needs the VBA of xlwings: Tools, References, xlwings; or its standalone module in this project.
' Do not use "Import Functions" of xlwings beside it: that writes errors into cells as text.
' Run CFI_Register once in an open workbook for argument help and categories in Insert Function.
Option Explicit
Private CFI_Server As Object
Private CFI_Refused As String
"""

HELPERS = """\
' One call. No failure of Python or of COM gets out, and a Python that has gone is started anew, once.
Private Function CFI_Answer(ByVal called As String, given As Variant) As Variant
    Dim sent() As Variant
    Dim i As Long
    Dim again As Boolean
    CFI_Answer = CVErr(@VALUE@)
    On Error GoTo failed
ask:
    ReDim sent(LBound(given) To UBound(given))
    For i = LBound(given) To UBound(given)
        sent(i) = CFI_Cells(given(i))
    Next i
    CFI_Answer = CFI_Fix(CFI_Python().CallUDF("@MODULE@", called, sent, ThisWorkbook, Application.Caller))
    Exit Function
failed:
    Debug.Print called & ": " & Err.Description
    Set CFI_Server = Nothing
    If again Then Exit Function
    again = True
    Resume ask
End Function

' The object that xlwings makes looks all its settings up again each time; one is enough.
Private Function CFI_Python() As Object
    If CFI_Server Is Nothing Then Set CFI_Server = XLPy
    Set CFI_Python = CFI_Server
End Function

' An argument as its cells hold it, or as it is where it is no range. What is done with the range stands by itself:
' LibreOffice takes every variable for an object of which a member is asked anywhere in the same function.
Private Function CFI_Cells(Optional ByVal given As Variant) As Variant
    If IsObject(given) Then
        CFI_Cells = CFI_Values(given)
    Else
        CFI_Cells = given
    End If
End Function

' Value would cut a cell in currency format to four decimals, and of several areas it is the first alone. A cell comes
' in rows, so that a blank one is told from an argument left out.
Private Function CFI_Values(ByVal given As Object) As Variant
    Dim lone(1 To 1, 1 To 1) As Variant
    Dim found As Variant
    If given.Areas.Count > 1 Then
        CFI_Values = CVErr(@AREAS@)
        Exit Function
    End If
    found = CFI_Used(given).Value2
    If IsArray(found) Then
        CFI_Values = found
    Else
        lone(1, 1) = found
        CFI_Values = lone
    End If
End Function

' Whole columns and rows, and ranges that run to the end of the sheet, go as far as their last content.
Private Function CFI_Used(ByVal given As Object) As Object
    Dim used As Object
    Dim deep As Long
    Dim wide As Long
    Set used = given.Worksheet.UsedRange
    deep = given.Rows.Count
    wide = given.Columns.Count
    If given.Row + deep - 1 = given.Worksheet.Rows.Count And deep > 1 Then
        deep = CFI_Last(given, used.Row + used.Rows.Count - given.Row, True)
    End If
    If given.Column + wide - 1 = given.Worksheet.Columns.Count And wide > 1 Then
        wide = CFI_Last(given.Resize(deep), used.Column + used.Columns.Count - given.Column, False)
    End If
    Set CFI_Used = given.Resize(deep, wide)
End Function

' The last row, or column, that holds anything; 1 where none does.
Private Function CFI_Last(ByVal given As Object, ByVal last As Long, ByVal by_row As Boolean) As Long
    Dim first As Long
    Dim middle As Long
    Dim rest As Object
    first = 1
    Do While first < last
        middle = (first + last) \\ 2
        If by_row Then
            Set rest = given.Rows(middle + 1).Resize(last - middle)
        Else
            Set rest = given.Columns(middle + 1).Resize(, last - middle)
        End If
        If Application.WorksheetFunction.CountA(rest) > 0 Then
            first = middle + 1
        Else
            last = middle
        End If
    Loop
    CFI_Last = first
End Function

' Our error codes as true Excel errors, in a value, a row (which xlwings sends as a list) or a block.
Private Function CFI_Fix(ByVal given As Variant) As Variant
    Dim fixed() As Variant
    Dim i As Long
    Dim j As Long
    If Not IsArray(given) Then
        CFI_Fix = CFI_Cell(given)
    ElseIf CFI_IsBlock(given) Then
        ReDim fixed(LBound(given, 1) To UBound(given, 1), LBound(given, 2) To UBound(given, 2))
        For i = LBound(given, 1) To UBound(given, 1)
            For j = LBound(given, 2) To UBound(given, 2)
                fixed(i, j) = CFI_Cell(given(i, j))
            Next j
        Next i
        CFI_Fix = fixed
    Else
        ReDim fixed(LBound(given) To UBound(given))
        For i = LBound(given) To UBound(given)
            fixed(i) = CFI_Cell(given(i))
        Next i
        CFI_Fix = fixed
    End If
End Function

Private Function CFI_IsBlock(given As Variant) As Boolean
    Dim last As Long
    On Error Resume Next
    last = UBound(given, 2)
    CFI_IsBlock = (Err.Number = 0)
End Function

Private Function CFI_Cell(ByVal given As Variant) As Variant
    CFI_Cell = given
    If VarType(given) <> vbString Then Exit Function
    Select Case given
@CASES@
    End Select
End Function

' Where Excel refuses the help of one function, the others still get theirs.
Private Sub CFI_Describe(ByVal macro As String, ByVal about As String, ByVal heading As String, arguments As Variant)
    On Error GoTo refused
    Application.MacroOptions _
        Macro:="'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & macro, _
        Description:=about, Category:=heading, ArgumentDescriptions:=arguments
    Exit Sub
refused:
    CFI_Refused = CFI_Refused & vbLf & macro & ": " & Err.Description
End Sub
"""
PLACES = {
    "@VALUE@": str(ERROR_NUMBERS[Code.VALUE]),
    "@AREAS@": str(SEVERAL_AREAS),
    "@MODULE@": UDF_MODULE,
    "@CASES@": "\n".join(f'        Case "{code}": CFI_Cell = CVErr({n})' for code, n in ERROR_NUMBERS.items()),
}
for _place, _text in PLACES.items():
    HELPERS = HELPERS.replace(_place, _text)


def wrapper_module(registry: Mapping[str, Spec]) -> str:
    """The text of COMPUTEFI.bas; write it with `newline=""`, its line ends are those of Windows."""
    specs = list(registry.values())
    parts = [HEADER, *(_function(spec) for spec in specs), HELPERS, _register(specs), *(_help(spec) for spec in specs)]
    lines = "\n".join(parts).splitlines()
    for line in lines:
        if len(line) > LINE_LIMIT:
            raise ValueError(f"VBA takes {LINE_LIMIT} characters in a line; this has {len(line)}: {line[:80]}...")
    return "".join(f"{line}\r\n" for line in lines)


def _function(spec: Spec) -> str:
    """One sheet function, which leaves all to CFI_Answer."""
    names = ", ".join(p.name for p in spec.parameters)
    declared = ", ".join(f"{'Optional ' if p.optional else ''}{p.name} As Variant" for p in spec.parameters)
    return f"""\
Public Function {spec.name}({declared}) As Variant
Attribute {spec.name}.VB_Description = {quoted(spec.summary)}
    {spec.name} = CFI_Answer("{spec.name}", Array({names}))
End Function
"""


def _register(specs: list[Spec]) -> str:
    calls = "\n".join(f"    {_help_name(spec)}" for spec in specs)
    return f"""\
' Argument help and categories, which a module's text cannot carry. Excel refuses it for a hidden workbook: run it
' before the workbook is saved as an add-in.
Public Sub CFI_Register()
    CFI_Refused = ""
{calls}
    If CFI_Refused = "" Then
        MsgBox "The help of {len(specs)} functions is registered."
    Else
        Debug.Print "CFI_Register:" & CFI_Refused
        MsgBox "Excel refused the help of these functions; the others have theirs:" & Left(CFI_Refused, 800)
    End If
End Sub
"""


def _help_name(spec: Spec) -> str:
    return spec.name.replace("CFI_", "CFI_Help_", 1)


def _help(spec: Spec) -> str:
    """The help of one function, in a Sub of its own, since VBA limits a procedure to 64 K."""
    texts = "\n".join(f"    arguments({i}) = {quoted(argument_help(p))}" for i, p in enumerate(spec.parameters))
    return f"""\
Private Sub {_help_name(spec)}()
    Dim arguments(0 To {len(spec.parameters) - 1}) As Variant
{texts}
    CFI_Describe "{spec.name}", {quoted(spec.summary)}, {quoted(category(spec))}, arguments
End Sub
"""


def quoted(text: str) -> str:
    """A VBA string of at most 255 characters."""
    plain = ascii_text(text)
    if len(plain) > HELP_LIMIT:
        plain = plain[: HELP_LIMIT - 3] + "..."
    return '"' + plain.replace('"', '""') + '"'


def ascii_text(text: str) -> str:
    """The text in plain ASCII on one line. A character without a spelling is an error, not a question mark."""
    return "".join(_spelled(text))


def _spelled(text: str) -> Iterator[str]:
    for character in " ".join(text.split()):
        plain = SPELLED.get(character, character)
        if not plain.isascii():
            plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
            plain = "".join(SPELLED.get(c, c) for c in plain)
        if not plain.isascii():
            raise ValueError(f"no ASCII spelling for {character!r} in {text!r}")
        yield plain
