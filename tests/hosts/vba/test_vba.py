"""COMPUTEFI.bas as text: what VBA demands of it, and that it makes the call xlwings' own wrapper would make."""

from __future__ import annotations

import re

import pytest

from com_standin import Excel
from computefi.errors import Code
from computefi.hosts.vba.module import ERROR_NUMBERS, ascii_text, quoted, wrapper_module
from computefi.spec.host_functions import with_host_functions

FUNCTIONS = with_host_functions()

TEXT = wrapper_module(FUNCTIONS)
LINES = TEXT.removesuffix("\r\n").split("\r\n")
HEAD = r"(Public|Private) (Function|Sub) (\w+)\((.*)\)( As \w+)?"


def body(kind: str, name: str) -> list[str]:
    """The lines of one procedure."""
    (start,) = [i for i, line in enumerate(LINES) if (m := re.fullmatch(HEAD, line)) and m[2] == kind and m[3] == name]
    return LINES[start : LINES.index(f"End {kind}", start) + 1]


def test_lines_end_as_in_windows_and_are_plain_ascii_within_the_limit() -> None:
    assert TEXT.endswith("\r\n")
    assert "\r" not in "".join(LINES)
    assert "\n" not in "".join(LINES)
    assert TEXT.isascii()
    assert "\t" not in TEXT
    assert max(map(len, LINES)) <= 1023


def test_the_module_begins_with_its_name_and_demands_declarations() -> None:
    assert LINES[0] == 'Attribute VB_Name = "COMPUTEFI"'
    first = next(i for i, line in enumerate(LINES) if re.fullmatch(HEAD, line))
    assert "Option Explicit" in LINES[:first]
    assert "Option Private Module" not in LINES  # it would hide the functions from Insert Function


def test_every_function_of_the_registry_stands_once_and_no_other_is_public() -> None:
    public = re.findall(r"^Public (Function|Sub) (\w+)", TEXT, re.M)
    assert public == [*(("Function", name) for name in FUNCTIONS), ("Sub", "CFI_Register")]


def test_procedures_open_and_close_in_turn_under_names_used_once() -> None:
    open_kind, names = "", []
    for line in LINES:
        if match := re.fullmatch(HEAD, line):
            assert not open_kind, line
            open_kind = match[2]
            names.append(match[3].lower())  # VBA knows no case
        elif match := re.fullmatch(r"End (Function|Sub)", line):
            assert open_kind == match[1], line
            open_kind = ""
        elif line and not open_kind:
            assert line.startswith(("Attribute VB_Name", "Option ", "Private CFI_", "'")), line
    assert not open_kind
    assert len(names) == len(set(names))


def test_quotes_close_on_every_line() -> None:
    for line in LINES:
        if not line.lstrip().startswith("'"):
            assert line.count('"') % 2 == 0, line
    assert sum(line.endswith(" _") for line in LINES) <= 24


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_declares_its_arguments_and_leaves_all_to_one_helper(name: str) -> None:
    spec = FUNCTIONS[name]
    head, description, *rest = body("Function", name)
    declared = ", ".join(("Optional " if p.optional else "") + f"{p.name} As Variant" for p in spec.parameters)
    assert head == f"Public Function {name}({declared}) As Variant"
    assert description == f"Attribute {name}.VB_Description = {quoted(spec.summary)}"
    arguments = ", ".join(p.name for p in spec.parameters)
    assert [line.strip() for line in rest] == [
        f'{name} = CFI_Answer("{name}", Array({arguments}))',
        "End Function",
    ]


def test_the_call_is_the_one_xlwings_itself_would_generate(excel: Excel) -> None:
    call = r"\.CallUDF\((.*), (.*), (.*), (ThisWorkbook), (Application\.Caller)\)"
    theirs = re.findall(call.replace("(.*), (.*)", '(.*), "(CFI_\\w+)"', 1), excel.ask("vba"))
    ((module, name, given, *rest),) = re.findall(call, TEXT)
    assert {(one[0], *one[3:]) for one in theirs} == {(module, *rest)}
    assert (name, given) == ("called", "sent")
    wanted = sorted((one[1], one[2]) for one in theirs)
    assert sorted(re.findall(r'CFI_Answer\("(CFI_\w+)", (Array\(.*\))\)\r$', TEXT, re.M)) == wanted
    assert len(wanted) == len(FUNCTIONS)


def test_no_failure_becomes_text() -> None:
    assert not re.search(r"= Err\.Description", TEXT)


def test_every_error_code_becomes_the_excel_error_of_its_name() -> None:
    cases = re.findall(r'Case "(.+)": CFI_Cell = CVErr\((\d+)\)', TEXT)
    assert {code: int(number) for code, number in cases} == {
        "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042,
        "#SPILL!": 2045, "#CALC!": 2050,
    }  # fmt: skip
    assert set(ERROR_NUMBERS) == set(Code)


def test_no_parameter_hides_a_name_that_its_wrapper_or_vba_uses() -> None:
    used = {"array", "application", "thisworkbook", "xlpy", "cverr", "cfi_answer"}
    # Names with a syntax of their own, which VBA's grammar reserves beside its keywords.
    used |= set("abs cbool circle date doevents fix inputb int lbound lenb pset scale sgn spc tab ubound".split())
    for spec in FUNCTIONS.values():
        names = [p.name.lower() for p in spec.parameters]
        assert len(names) == len(set(names))
        assert not used & set(names), spec.name


def test_registration_describes_every_function_and_argument() -> None:
    clear, *calls, _, _, _, _, _, _, _ = [line.strip() for line in body("Sub", "CFI_Register")[1:]]
    assert clear == 'CFI_Refused = ""'
    assert calls == [name.replace("CFI_", "CFI_Help_", 1) for name in FUNCTIONS]
    for call, spec in zip(calls, FUNCTIONS.values(), strict=True):
        _, size, *texts, describe, _ = body("Sub", call)
        assert size.strip() == f"Dim arguments(0 To {len(spec.parameters) - 1}) As Variant"
        assert len(texts) == len(spec.parameters)
        for i, line in enumerate(texts):
            match = re.fullmatch(rf'    arguments\({i}\) = "(.+)"', line)
            assert match
            assert len(match[1].replace('""', '"')) <= 255
        heading = quoted(f"computefi - {spec.category}")
        assert describe.strip() == f'CFI_Describe "{spec.name}", {quoted(spec.summary)}, {heading}, arguments'


def test_text_is_spelled_in_ascii_or_refused() -> None:
    assert ascii_text("Φ₂(a, b) ≥ σ² · 3 × ρ – “net”\n  café") == 'Phi2(a, b) >= sigma^2 * 3 x rho - "net" cafe'
    with pytest.raises(ValueError, match="no ASCII spelling for '中'"):
        ascii_text("中")


def test_a_string_doubles_its_quotes_and_stays_within_the_wizard() -> None:
    assert quoted('one of "a", "b"') == '"one of ""a"", ""b"""'
    assert quoted("≥" * 200) == '"' + ">=" * 126 + '..."'
