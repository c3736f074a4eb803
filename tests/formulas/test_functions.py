"""The table of Excel's functions: what a line means, and that every line says what can be read."""

from __future__ import annotations

import pytest

from computefi.formulas.functions import FUNCTIONS, TABLE, Function, read_line
from computefi.formulas.tree import gives_one_value, parse, plain_name

TRAITS = {"one", "each", "several", "within", "volatile", "anywhere", "places", "extended"}


def test_a_line_gives_name_spelling_parameters_and_traits() -> None:
    function = read_line("_xlfn.MAXIFS  r(rv)  one")
    assert (function.name, function.stored, function.traits) == ("MAXIFS", "_xlfn.MAXIFS", {"one"})
    assert [function.parameter(place) for place in range(6)] == ["r", "r", "v", "r", "v", "r"]


def test_the_last_parameter_repeats_where_no_brackets_stand() -> None:
    assert [FUNCTIONS["TEXTJOIN"].parameter(place) for place in range(5)] == ["v", "v", "x", "x", "x"]


def test_a_function_stands_in_the_table_once() -> None:
    names = [line.split()[0] for line in TABLE.strip().splitlines()]
    assert len(FUNCTIONS) == len(names)
    assert list(FUNCTIONS) == sorted(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_line_can_be_read(function: Function) -> None:
    assert function.traits <= TRAITS
    assert len(function.traits & {"one", "each", "several"}) <= 1
    assert set(function.first + function.repeated) <= set("voxrba-")
    assert plain_name(function.stored) == function.name


@pytest.mark.parametrize(
    ("formula", "one"),
    [("SUM(A1:A3)", True), ("ROUND(A1,0)", True), ("ROUND(A1:A3,0)", False), ("SEQUENCE(3)", False),
     ("KURT(A1:A9)", True), ("ROUND(SUM(A1:A3),0)+1", True), ("NOBODYKNOWS(A1)", False), ("COS(A1)", True),
     ("IF(A1,A2,A3)", True)],
)  # fmt: skip
def test_whether_a_formula_gives_one_value_is_read_from_the_table(formula: str, one: bool) -> None:
    assert gives_one_value(parse(formula)) == one
