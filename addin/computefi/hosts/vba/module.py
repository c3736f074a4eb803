"""COMPUTEFI.bas: the VBA module that stands between Excel's cells and `hosts.excel`.

xlwings can generate such a module itself, but its functions end in `= Err.Description`: a failure becomes a text
in the cell, which SUM skips and IFERROR does not see. Ours ends in an error value, and turns the texts of our error
codes into true Excel errors, cell by cell. The call itself is the one that xlwings 0.37 generates, without the
branch for programs other than Excel.

The text is plain ASCII, because VBA reads a module in the code page of the machine; lines end in CR LF. It needs
xlwings' VBA in the same project: a reference to the xlwings add-in, or its standalone module.

Not run in Excel. Tests check the structure of the text against VBA's limits.
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
"""

HELPERS = """\
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

Private Sub CFI_Describe(ByVal macro As String, ByVal about As String, ByVal heading As String, arguments As Variant)
    Application.MacroOptions _
        Macro:="'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & macro, _
        Description:=about, Category:=heading, ArgumentDescriptions:=arguments
End Sub
""".replace(
    "@CASES@",
    "\n".join(f'        Case "{code}": CFI_Cell = CVErr({number})' for code, number in ERROR_NUMBERS.items()),
)


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
    """One sheet function. On Error stands first, so that no failure of Python, of COM or of the guard gets out."""
    names = [p.name for p in spec.parameters]
    declared = ", ".join(f"{'Optional ' if p.optional else ''}{p.name} As Variant" for p in spec.parameters)
    given = f'"{UDF_MODULE}", "{spec.name}", Array({", ".join(names)}), ThisWorkbook, Application.Caller'
    return f"""\
Public Function {spec.name}({declared}) As Variant
Attribute {spec.name}.VB_Description = {quoted(spec.summary)}
    On Error GoTo failed
    If (Not Application.CommandBars("Standard").Controls(1).Enabled) Then Exit Function
    {spec.name} = CFI_Fix(XLPy.CallUDF({given}))
    Exit Function
failed:
    Debug.Print "{spec.name}: " & Err.Description
    {spec.name} = CVErr({ERROR_NUMBERS[Code.VALUE]})
End Function
"""


def _register(specs: list[Spec]) -> str:
    calls = "\n".join(f"    {_help_name(spec)}" for spec in specs)
    return f"""\
' Argument help and categories, which a module's text cannot carry. Excel refuses it for a hidden workbook: run it
' before the workbook is saved as an add-in.
Public Sub CFI_Register()
{calls}
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
