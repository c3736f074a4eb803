"""What Excel demands of a stored LAMBDA, and that each text stands beside something that exists.

The stored spellings were read in files that Excel for Windows and for the Mac saved: `_xlfn.LAMBDA(_xlpm.value,
_xlpm.rate,_xlop.periods, …)` with `_xlop.` in the parameter list only and `_xlpm.` wherever the parameter is used,
`_xlfn.LET`, `_xlfn.MAP`, `_xlfn.BYROW`, `_xlfn.ISOMITTED`, and CR LF at the ends of lines.
"""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

import computefi
from computefi.hosts.lambdas.forms import (
    COMMENT_LIMIT,
    comment,
    definition,
    needed,
    stored_form,
    typed,
)
from computefi.hosts.lambdas.texts import FUNCTIONS, HELPERS, NODES, WEIGHTS, mirrors
from computefi.spec.declaration import is_cell_address

NAMES = sorted([*FUNCTIONS, *HELPERS])
# Excel's Name Manager was seen to take 7,992 characters and to refuse 8,192.
SEEN_TO_WORK = 7_992
# Written out here, so that a wrong spelling in the table of functions is noticed: those that files spell with a prefix,
# because Excel 2007 did not know them, and the others.
PREFIXED = frozenset(
    "BYROW CHOOSECOLS HSTACK ISOMITTED LAMBDA LET MAP MUNIT NORM.S.DIST NORM.S.INV SEQUENCE TOCOL VSTACK".split()
)
PLAIN = frozenset(
    "ABS COLUMNS EXP IF IFERROR INDEX INT ISBLANK ISERROR ISNUMBER ISTEXT LN MAX MEDIAN MIN MMULT OR PI PRODUCT "
    "ROWS SQRT SUM TRANSPOSE TRIM".split()
)


def tokens(name: str) -> list[Token]:
    return Tokenizer("=" + definition(name)).items


def operands(name: str) -> list[str]:
    return [t.value for t in tokens(name) if t.type == Token.OPERAND and t.subtype == Token.RANGE]


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_is_short_enough_balanced_and_plain(name: str) -> None:
    text = definition(name)
    assert len(text.replace("\n", "\r\n")) <= SEEN_TO_WORK
    assert text.isascii()
    assert text.startswith("_xlfn.LAMBDA(")
    depth = lowest = deepest = 0
    for token in tokens(name):
        depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
        lowest, deepest = min(lowest, depth), max(deepest, depth)
    assert (depth, lowest) == (0, 0)
    assert deepest <= 64
    assert re.sub(r"\s+", "", text).endswith(")")


@pytest.mark.parametrize("name", NAMES)
def test_every_function_is_spelled_as_a_file_spells_it(name: str) -> None:
    for token in tokens(name):
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            function = token.value[:-1]
            assert function.removeprefix("_xlfn.") in PREFIXED if function.startswith("_xlfn.") else (
                function in PLAIN or function in FUNCTIONS or function in HELPERS
            )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_everything_bound_is_marked_and_nothing_else_is_referred_to(name: str) -> None:
    for operand in operands(name):
        assert re.fullmatch(r"_xl[po][mp]\.[a-z_][a-z0-9_]*", operand), operand
        bare = operand.split(".")[1]
        assert not is_cell_address(bare), f"{bare} is a reference to Excel"
    optional = [operand for operand in operands(name) if operand.startswith("_xlop.")]
    declared = [p.name for p in computefi.REGISTRY[name].parameters if p.optional] if name in FUNCTIONS else []
    assert optional == [f"_xlop.{parameter}" for parameter in declared]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_stand_as_declared(name: str) -> None:
    heading = definition(name).split("\n")[0].removeprefix("_xlfn.LAMBDA(").rstrip(",")
    stored = [re.sub(r"^_xl(pm|op)\.", "", parameter) for parameter in heading.split(",")]
    assert stored == [p.name for p in computefi.REGISTRY[name].parameters]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if FUNCTIONS[name].checked])
def test_a_text_binds_no_name_twice(name: str) -> None:
    """Excel's rules for a name bound again inside its own scope are not written down; none of ours needs them."""
    text = typed(name)
    body = re.sub(
        r"^\s*(?:\w+,)+\w+\)+,?$", "", text.split("\n", 2)[2], flags=re.MULTILINE
    )  # arguments on a line of theirs
    bound = re.findall(r"^\s*([a-z_][a-z0-9_]*),(?!\s*$)", body, re.MULTILINE)
    inner = [p for found in re.findall(r"LAMBDA\(((?:[a-z_]+,)+)", text)[1:] for p in found.split(",") if p]
    parameters = [p.name for p in computefi.REGISTRY[name].parameters]
    every = [*parameters, *bound, *inner]
    assert sorted(set(every)) == sorted(every)


@pytest.mark.parametrize("name", NAMES)
def test_each_text_points_to_the_function_it_mirrors(name: str) -> None:
    path = mirrors(name)
    parts = path.split(".")
    module = import_module("computefi." + ".".join(parts[:2]))
    target: object = module
    for part in parts[2:]:
        target = getattr(target, part)
    assert callable(target)
    if name in FUNCTIONS:
        assert target is computefi.REGISTRY[name].function
    assert comment(name).startswith(path)
    assert len(comment(name)) <= COMMENT_LIMIT


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if FUNCTIONS[name].checked])
def test_every_rule_of_the_declaration_has_its_text(name: str) -> None:
    assert len(FUNCTIONS[name].rules) == len(computefi.REGISTRY[name].rules)


def test_a_known_lambda_is_stored_as_excel_stores_it() -> None:
    text = "LAMBDA(value,rate,periods,\nLET(years,IF(ISOMITTED(periods),1,periods),value*(1+rate)^years))"
    stored, called = stored_form(text, {"periods"})
    assert re.sub(r"\s+", "", stored) == (
        "_xlfn.LAMBDA(_xlpm.value,_xlpm.rate,_xlop.periods,_xlfn.LET(_xlpm.years,"
        "IF(_xlfn.ISOMITTED(_xlpm.periods),1,_xlpm.periods),_xlpm.value*(1+_xlpm.rate)^_xlpm.years))"
    )
    assert called == []


def test_a_function_nobody_has_spelled_is_refused() -> None:
    with pytest.raises(ValueError, match="PIVOTBY"):
        stored_form("LAMBDA(one,\nPIVOTBY(one,one,one))")


def test_helpers_come_with_the_functions_that_call_them() -> None:
    assert needed({"CFI_PD_EITHER"}) == [
        "CFI__CHECK", "CFI__ERROR", "CFI__FIT", "CFI__PHI2", "CFI__SCORE", "CFI_PD_BOTH", "CFI_PD_EITHER",
    ]  # fmt: skip


def test_constants_keep_no_more_digits_than_excel() -> None:
    for name in NAMES:
        for token in tokens(name):
            if token.type == Token.OPERAND and token.subtype == Token.NUMBER:
                digits = token.value.split("E")[0].replace(".", "").lstrip("0")
                assert len(digits) <= 15, token.value


def test_nodes_and_weights_are_gauss_legendre_of_48_points() -> None:
    mpmath = pytest.importorskip("mpmath")
    mpmath.mp.dps = 30
    nodes, weights = ([mpmath.mpf(x) for x in text.split(",")] for text in (NODES, WEIGHTS))
    assert len(nodes) == len(weights) == 24
    for node, weight in zip(nodes, weights, strict=True):
        before, value = mpmath.legendre(47, node), mpmath.legendre(48, node)
        slope = 48 * (node * value - before) / (node**2 - 1)
        assert abs(value / slope) < 1e-15
        assert abs(2 / ((1 - node**2) * slope**2) - weight) < 1e-15
