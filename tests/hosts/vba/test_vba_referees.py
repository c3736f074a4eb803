"""Every VBA module that we hand out, before two referees and VBA's limits; what is wrong must be seen by them.

The grammar takes minutes for xlwings' own modules. Those that it accepted are known by their hash; any other goes
before it, and by night all do.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("antlr4_vba", reason="the grammar of VBA is not installed (antlr4-vba)")

from pyopenvba.interpreter import parse_module

from computefi.hosts.vba.module import wrapper_module
from computefi.hosts.vba.project import Kind, Module
from computefi.spec.host_functions import with_host_functions
from vba_referees import (
    CONTINUATIONS,
    IDENTIFIER,
    LINE,
    MACHINES,
    PARAMETERS,
    PROCEDURE,
    RESERVED,
    beyond_limits,
    complaints,
    declared,
    handed_out_modules,
    kept_verdicts,
    on_machine,
    unassigned,
    unsupported,
    verdict,
)

FUNCTIONS = with_host_functions()

TEXT = wrapper_module(FUNCTIONS)


def code(source: str) -> str:
    """The text in the code window. Attributes of a procedure stand in the file of a module."""
    return "\n".join(line for line in source.splitlines() if not line.startswith("Attribute "))


@pytest.fixture(scope="session")
def handed_out(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, Module]:
    """The modules of an exported workbook and of the add-in."""
    return handed_out_modules(repository / "workbooks" / "compare.xlsx", tmp_path_factory.mktemp("handed-out"))


def test_the_workbook_and_the_add_in_have_our_module_and_that_of_xlwings(handed_out: dict[str, Module]) -> None:
    for file in ("book.xlsm", "computefi.xlam"):
        names = {name.partition(": ")[2] for name in handed_out if name.startswith(file)}
        assert names > {"COMPUTEFI", "xlwings", "Dictionary", "ThisWorkbook"}
    assert handed_out["book.xlsm: COMPUTEFI"].source == TEXT


@pytest.mark.parametrize("machine", MACHINES)
def test_the_grammar_accepts_our_module(machine: str) -> None:
    assert complaints(on_machine(TEXT, MACHINES[machine])) == []


@pytest.mark.parametrize(
    "known",
    [pytest.param(kept_verdicts(), id="but those known"), pytest.param(set(), marks=pytest.mark.nightly, id="all")],
)
def test_the_grammar_accepts_every_module_that_is_handed_out(handed_out: dict[str, Module], known: set[str]) -> None:
    for name, module in handed_out.items():
        is_class = module.kind is not Kind.STANDARD
        for text in {on_machine(module.source, machine) for machine in MACHINES.values()}:
            if module.name != "COMPUTEFI" and verdict(text, is_class) not in known:
                assert complaints(text, is_class) == [], name


def test_a_module_that_was_not_accepted_is_not_taken_for_known() -> None:
    known = kept_verdicts()
    assert known
    assert verdict(GOOD, False) not in known
    assert len({verdict(GOOD, False), verdict(GOOD, True), verdict(f"{GOOD} ", False)}) == 3


@pytest.mark.parametrize("machine", MACHINES)
def test_the_second_referee_reads_every_module_that_is_handed_out(handed_out: dict[str, Module], machine: str) -> None:
    for name, module in handed_out.items():
        tree = parse_module(code(on_machine(module.source, MACHINES[machine])))
        taken = {one.casefold() for one in declared(tree)} & RESERVED
        assert not taken, name
        if module.name == "COMPUTEFI":
            assert unsupported(tree) == []


def test_no_module_that_is_handed_out_is_beyond_vbas_limits(handed_out: dict[str, Module]) -> None:
    for name, module in handed_out.items():
        assert beyond_limits(module.name, module.source) == [], name


def test_every_function_assigns_its_answer_on_every_path(handed_out: dict[str, Module]) -> None:
    for file in ("book.xlsm", "computefi.xlam"):
        functions = [
            one for one in parse_module(code(handed_out[f"{file}: COMPUTEFI"].source)).procedures
            if one.kind == "function"
        ]  # fmt: skip
        assert {one.name for one in functions} > set(FUNCTIONS)
        assert [one.name for one in functions if unassigned(one)] == []


# ---- what is wrong is seen ------------------------------------------------------------------------------------------

GOOD = """\
Public Function F(x As Variant) As Variant
    If x > 1 Then
        F = 1
    Else
        F = 2
    End If
End Function
"""
CONDITIONAL = """\
#Const App = "Excel"
#If Win64 And Not Mac Then
a
#ElseIf Mac Then
b
#Else
c
#End If
#If App = "Excel" Then
d
#End If
"""


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace("    End If\n", ""),
        GOOD.replace("End Function", "End Sub"),
        GOOD.replace("x As Variant", "next As Variant"),
        GOOD.replace("F = 1", 'F = "1'),
        GOOD.replace("F = 1", "F = (1"),
        GOOD.replace("> 1 Then", "> Then"),
        GOOD.replace("F = 2", "Set F ="),
    ],
)
def test_the_grammar_sees_what_does_not_compile(broken: str) -> None:
    assert complaints(GOOD) == []
    assert complaints(broken) != []


@pytest.mark.parametrize(
    ("body", "open_path"),
    [
        ("If x Then Exit Function\nF = 1", True),
        ("If x Then\nF = 1\nEnd If", True),
        ("F = 1\nIf x Then Exit Function\nF = 2", False),
        ("If x Then\nF = 1\nElse\nF = 2\nEnd If", False),
        ("Do While x\nF = 1\nLoop", True),
        ("Select Case x\nCase 1: F = 1\nEnd Select", True),
        ("Select Case x\nCase 1: F = 1\nCase Else: F = 2\nEnd Select", False),
        ("On Error GoTo failed\nF = x\nExit Function\nfailed:\nDebug.Print x", True),
        ("F = 0\nOn Error GoTo failed\nF = x\nExit Function\nfailed:\nDebug.Print x", False),
        ("On Error GoTo failed\nF = x\nExit Function\nfailed:\nF = 2", False),
        ("GoTo out\nF = 1\nout:", True),
        ("With x\nF = 1\nEnd With", False),
    ],
)  # fmt: skip
def test_a_path_without_an_answer_is_seen(body: str, open_path: bool) -> None:
    (procedure,) = parse_module(f"Function F(x)\n{body}\nEnd Function\n").procedures
    assert unassigned(procedure) == open_path


def test_a_reserved_name_is_seen() -> None:
    tree = parse_module("Function F(x)\nDim Fix As Long\nF = 1\nEnd Function\n")
    assert {name.casefold() for name in declared(tree)} & RESERVED == {"fix"}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("x" * 32, GOOD),
        ("M", GOOD.replace("F = 1", f"F = {'1' * LINE}")),
        ("M", GOOD.replace("F = 1", "F = 1" + " + _\n1" * (CONTINUATIONS + 1))),
        ("M", GOOD.replace("x As Variant", "x" * (IDENTIFIER + 1))),
        ("M", GOOD.replace("x As Variant", ", ".join(f"x{i}" for i in range(PARAMETERS + 1)))),
        ("M", GOOD.replace("F = 1", "F = 1\n" * (PROCEDURE // 6))),
    ],
)
def test_what_is_beyond_a_limit_is_seen(name: str, source: str) -> None:
    assert beyond_limits("M", GOOD) == []
    assert beyond_limits(name, source) != []


def test_conditional_lines_are_those_of_the_machine() -> None:
    kept = ["".join(on_machine(CONDITIONAL, constants).split()) for constants in MACHINES.values()]
    assert kept == ["ad", "cd", "bd"]
