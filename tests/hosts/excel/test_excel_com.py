"""The Excel module under xlwings' own Windows code, with pywin32 stood in (com_standin). Not Excel itself."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from com_standin import (
    DIV0,
    GETTING_DATA,
    LEFT_OUT,
    NA,
    NAME,
    NULL,
    NUM,
    REF,
    SPILL,
    VALUE,
    Areas,
    Excel,
    Range,
    cell,
    column,
    row,
)
from computefi.errors import Code
from computefi.spec import MISSING, REGISTRY, Spec
from computefi.spec.host_functions import with_host_functions

FUNCTIONS = with_host_functions()

DATE = dt.datetime(2026, 7, 1, 12)
SERIAL = 46204.5
CASE = (70.0, 100.0, 0.05, 0.5, 0.4, 1.0)


def test_xlwings_sees_every_function_of_the_registry(excel: Excel) -> None:
    about = excel.ask("about")
    assert sorted(about) == sorted(FUNCTIONS)
    for name, spec in FUNCTIONS.items():
        info = about[name]
        assert info["category"] == f"computefi - {spec.category}"
        assert info["ret"]["doc"] == spec.summary
        assert not info["volatile"]
        assert [a["name"] for a in info["args"]] == [p.name for p in spec.parameters]
        assert ["optional" in a for a in info["args"]] == [p.optional for p in spec.parameters]


def test_help_of_functions_and_arguments_fits_the_wizard(excel: Excel) -> None:
    for name, info in excel.ask("about").items():
        assert 0 < len(info["ret"]["doc"]) <= 255
        assert len(info["category"]) <= 255
        for argument, parameter in zip(info["args"], FUNCTIONS[name].parameters, strict=True):
            assert argument["doc"].startswith(parameter.help.rstrip("."))
            assert len(argument["doc"]) <= 255


def test_help_names_the_unit_and_the_default(excel: Excel) -> None:
    arguments = {a["name"]: a["doc"] for a in excel.ask("about")["CFI_CORR_LTV"]["args"]}
    assert arguments["horizon"] == "Horizon to which pd is cumulative; unit: years"
    assert arguments["lag"].endswith("unit: years; optional, 0 if left out")


def test_arguments_come_as_rows_with_errors_kept_and_without_type_hints(excel: Excel) -> None:
    for info in excel.ask("about").values():
        for argument in info["args"]:
            assert argument["options"]["ndim"] == "2"
            assert argument["options"]["err_to_str"] == "True"
            assert "ComCells" in argument["options"]["convert"]
        assert info["ret"]["options"] == {}


def test_numbers_typed_and_numbers_in_cells_answer_alike(excel: Excel) -> None:
    typed = excel.call("CFI_CORR_LTV", *CASE)
    assert typed == pytest.approx(1.0759491942272548, rel=1e-12)
    assert excel.call("CFI_CORR_LTV", *map(cell, CASE)) == typed


def test_a_column_gives_a_column_a_row_a_row_and_both_a_grid(excel: Excel) -> None:
    assert excel.call("CFI_LTV", 70.0, column(100.0, 140.0)) == [[0.7], [0.5]]
    assert excel.call("CFI_LTV", 70.0, row(100.0, 140.0)) == [0.7, 0.5]  # xlwings sends one row as a plain list
    assert excel.call("CFI_LTV", column(70.0, 35.0), row(100.0, 140.0)) == [[0.7, 0.5], [0.35, 0.25]]


def test_arrays_of_a_formula_come_as_ranges_do(excel: Excel) -> None:
    assert excel.call("CFI_LTV", 70.0, ((100.0,), (140.0,))) == [[0.7], [0.5]]
    assert excel.call("CFI_LTV", 70.0, (100.0, 140.0)) == [0.7, 0.5]  # VBA has {100,140} with one dimension


@pytest.mark.parametrize("left_out", [(), (LEFT_OUT,), (cell(None),)], ids=["absent", "omitted", "blank"])
def test_an_optional_argument_left_out_or_blank_takes_its_default(excel: Excel, left_out: tuple[Any, ...]) -> None:
    assert excel.call("CFI_LTV", 70.0, 100.0, *left_out) == 0.7


def test_an_omitted_middle_argument_takes_its_default(excel: Excel) -> None:
    with_cost = excel.call("CFI_CORR_LTV", *CASE, 0.0, 0.1)
    assert excel.call("CFI_CORR_LTV", *CASE, LEFT_OUT, 0.1) == with_cost
    assert with_cost == pytest.approx(excel.call("CFI_CORR_LTV", *CASE) / 0.9, rel=1e-12)


def test_missing_blank_empty_text_zero_and_error_are_five_things(excel: Excel) -> None:
    def why(value: Any) -> str:
        return str(excel.call("CFI_WHY", "CFI_LTV", 70.0, value))

    reasons = [why(value) for value in (LEFT_OUT, cell(None), cell(""), cell(0.0), cell(NA))]
    assert all(reason.startswith("value ") for reason in reasons)
    assert len(set(reasons)) == 5
    codes = [excel.call("CFI_LTV", 70.0, v) for v in (LEFT_OUT, cell(None), cell(""), cell(0.0), cell(NA))]
    assert codes == ["#VALUE!", "#VALUE!", "#VALUE!", "#DIV/0!", "#N/A"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (NULL, "#NULL!"), (DIV0, "#DIV/0!"), (VALUE, "#VALUE!"), (REF, "#REF!"), (NAME, "#NAME?"), (NUM, "#NUM!"),
        (NA, "#N/A"), (SPILL, "#SPILL!"), (GETTING_DATA, "#VALUE!"),
    ],
)  # fmt: skip
def test_an_error_comes_out_as_itself(excel: Excel, sent: int, code: str) -> None:
    assert excel.call("CFI_LTV", 70.0, sent) == code
    assert excel.call("CFI_LTV", 70.0, cell(sent)) == code
    assert excel.call("CFI_LTV", 70.0, column(100.0, sent)) == [[0.7], [code]]


def test_text_that_spells_an_error_is_text(excel: Excel) -> None:
    assert excel.call("CFI_LTV", 70.0, cell("#N/A")) == "#VALUE!"
    assert excel.call("CFI_LTV", 70.0, "#N/A") == "#VALUE!"


def test_one_bad_cell_fails_alone(excel: Excel) -> None:
    values = column(100.0, None, "", "100", True, NA, 0.0, -1.0, 140.0)
    answers = [answer for (answer,) in excel.call("CFI_LTV", 70.0, values)]
    assert answers == [0.7, "#VALUE!", "#VALUE!", "#VALUE!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", 0.5]


def test_dates_are_serials_and_currency_cells_numbers(excel: Excel) -> None:
    assert excel.call("CFI_LTV", SERIAL, cell(DATE)) == 1.0
    assert excel.call("CFI_LTV", SERIAL, DATE) == 1.0
    assert excel.call("CFI_LTV", 70.0, column(Decimal("100"), DATE)) == [[0.7], [pytest.approx(70 / SERIAL)]]


def test_booleans_are_flags_only(excel: Excel) -> None:
    for spec in FUNCTIONS.values():
        given = list(map(_as_sent, spec.examples[0].arguments))
        wanted = excel.call(spec.name, *given)
        for place, parameter in enumerate(spec.parameters[: len(given)]):
            if isinstance(given[place], Range) and getattr(parameter.kind, "flag", False):
                given[place] = Range(tuple(tuple(bool(flag) for flag in flags) for flags in given[place].rows))
        assert excel.call(spec.name, *given) == wanted, spec.name
    assert excel.call("CFI_LTV", 70.0, True) == "#VALUE!"


def test_shapes_that_do_not_fit_fail_as_a_whole(excel: Excel) -> None:
    assert excel.call("CFI_LTV", column(1.0, 2.0), column(1.0, 2.0, 3.0)) == "#VALUE!"
    assert excel.call("CFI_LTV", *[1.0] * 9) == "#VALUE!"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_never_leave(excel: Excel, number: float) -> None:
    assert excel.call("CFI_LTV", number, 100.0) == "#NUM!"
    assert excel.call("CFI_LTV", column(number, 70.0), 100.0) == [["#NUM!"], [0.7]]


def test_why_answers_for_the_call_as_it_stands(excel: Excel) -> None:
    assert excel.call("CFI_WHY", cell("CFI_LTV"), cell(70.0), column(100.0, 0.0)) == "value must not be 0 at row 2"
    assert excel.call("CFI_WHY", "CFI_LTV", 70.0, 100.0, LEFT_OUT) == ""
    assert excel.call("CFI_WHY", "CFI_NO_SUCH", 70.0) == "#VALUE!"


def test_a_bug_in_a_model_is_an_error_in_the_cell_and_a_line_in_the_log(excel: Excel) -> None:
    answer, log = excel.ask("broken")
    assert answer == [["#VALUE!"]]
    assert log == [("computefi.hosts.excel", "CFI_LTV failed", "a bug")]


def _as_sent(argument: Any) -> Any:
    """An argument of a declared example as cells of a sheet send it."""
    if isinstance(argument, (list, tuple)):
        rows = [r if isinstance(r, (list, tuple)) else (r,) for r in argument]
        return Range(tuple(tuple(_value(v) for v in r) for r in rows))
    return LEFT_OUT if argument is MISSING else cell(_value(argument))


def _value(value: Any) -> Any:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number else value


EXAMPLES = [
    pytest.param(spec, i, id=f"{name}-{i}") for name, spec in REGISTRY.items() for i in range(len(spec.examples))
]


@pytest.mark.parametrize(("spec", "index"), EXAMPLES)
def test_every_declared_example_holds(excel: Excel, spec: Spec, index: int) -> None:
    example = spec.examples[index]
    given = excel.call(spec.name, *map(_as_sent, example.arguments))
    for got, wanted in zip(_flat(given), _flat(example.result), strict=True):
        if isinstance(wanted, (Code, str)):
            assert got == str(wanted)
        else:
            assert got == pytest.approx(wanted, rel=example.tolerance, abs=example.tolerance)


def _flat(block: Any) -> list[Any]:
    return [x for part in block for x in _flat(part)] if isinstance(block, (list, tuple)) else [block]


def test_several_areas_and_currency_are_read_as_they_stand(excel: Excel) -> None:
    assert excel.call("CFI_LTV", cell(Decimal("0.05512345")), 1.0) == 0.05512345
    assert excel.call("CFI_LTV", Areas((cell(70.0), cell(35.0))), 100.0) == "#VALUE!"
    assert excel.call("CFI_WHY", "CFI_LTV", Areas((cell(70.0), cell(35.0))), 100.0).startswith("loan must be one range")
