"""Brackets that the engine loses when it reads a formula from a file: every pair of operators, by arithmetic."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from computefi.formulas.tree import parse
from computefi.recalc import Recalculated, recalculate
from computefi.recalc.prepare.brackets import loses_brackets
from recalc_books import make

OPERATORS = ("+", "-", "*", "/", "^", "&", "=", "<", ">", "<=", ">=", "<>")
A, B, C = 3.0, 7.0, 2.0
Value = float | str | bool


def text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else f"{value:g}"


def number(value: Value) -> float:
    return float(value)


def rank(value: Value) -> tuple[int, float | str]:
    """Where a value stands among others: numbers, then texts, then truth values."""
    return (2, value) if isinstance(value, bool) else (1, value.casefold()) if isinstance(value, str) else (0, value)


def apply(one: Value, sign: str, other: Value) -> Value:
    first, second = rank(one), rank(other)
    compared = {
        "=": first == second, "<>": first != second, "<": first < second, ">": first > second, "<=": first <= second,
        ">=": first >= second,
    }  # fmt: skip
    if sign in compared:
        return compared[sign]
    if sign == "&":
        return text(one) + text(other)
    x, y = number(one), number(other)
    return {"+": x + y, "-": x - y, "*": x * y}[sign] if sign in "+-*" else x / y if sign == "/" else x**y


def expected() -> dict[str, Value]:
    found: dict[str, Value] = {}
    for inner, outer in itertools.product(OPERATORS, OPERATORS):
        inside = apply(A, inner, B)
        if (outer, inner) in (("&", "/"), ("^", "^")):
            continue  # a number of 17 digits joined to a text is another matter, and one beyond all numbers too
        found[f"(A1{inner}B1){outer}C1"] = apply(inside, outer, C)
        if outer != "/" or number(inside):
            found[f"C1{outer}(A1{inner}B1)"] = apply(C, outer, inside)
    for inner in OPERATORS:
        inside = apply(A, inner, B)
        found[f"(A1{inner}B1)%"] = number(inside) / 100
        found[f"-(A1{inner}B1)"] = -number(inside)
        found[f"-(A1{inner}B1)^2"] = number(inside) ** 2
        found[f"C1-(A1{inner}B1)^2"] = found[f"C1--(A1{inner}B1)^2"] = C - number(inside) ** 2
        found[f"SUM((A1{inner}B1)*1,1)"] = number(inside) + 1
    return found


EXPECTED = expected()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    cells = {f"F{row}": f"={formula}" for row, formula in enumerate(EXPECTED, 1)}
    return recalculate(make(tmp_path_factory.mktemp("brackets") / "book.xlsx", {"A1": 3, "B1": 7, "C1": 2, **cells}))


@pytest.mark.parametrize("formula", EXPECTED)
def test_brackets_stay(formula: str, here: Recalculated) -> None:
    found, right = here[f"Deal!F{list(EXPECTED).index(formula) + 1}"], EXPECTED[formula]
    assert found == (pytest.approx(right, rel=1e-12) if isinstance(right, float) else right)
    assert isinstance(found, bool) == isinstance(right, bool)


@pytest.mark.parametrize("order", [1, -1])
def test_formulas_that_differ_in_brackets_alone_are_told_apart(order: int, tmp_path: Path) -> None:
    """The engine gives formulas of one text without brackets one meaning, that of the first of them."""
    right: dict[str, tuple[str, Value]] = {}
    for one, other in itertools.product(OPERATORS, OPERATORS):
        if "/" in (one, other):
            continue
        twins = {
            f"(A{{0}}{one}B{{0}}){other}C{{0}}": apply(apply(A, one, B), other, C),
            f"A{{0}}{one}(B{{0}}{other}C{{0}})": apply(A, one, apply(B, other, C)),
        }
        for formula in list(twins)[::order]:
            row = len(right) + 1
            right[f"F{row}"] = formula.format(row), twins[formula]
    cells = {
        f"{name}{row}": value for row in range(1, len(right) + 1) for name, value in zip("ABC", (A, B, C), strict=True)
    }
    result = recalculate(make(tmp_path / "book.xlsx", cells | {name: f"={text}" for name, (text, _) in right.items()}))
    for name, (text, value) in right.items():
        assert result[f"Deal!{name}"] == value, text


def test_brackets_of_a_name_s_formula_stay(tmp_path: Path) -> None:
    cells = {"A1": 3, "B1": 7, "D1": "=joined*2", "D2": "=share%"}
    names = {"joined": "Deal!$A$1&Deal!$B$1", "share": "Deal!$A$1+Deal!$B$1"}
    result = recalculate(make(tmp_path / "book.xlsx", cells, names=names))
    assert (result["Deal!D1"], result["Deal!D2"]) == (74.0, 0.1)


@pytest.mark.parametrize(
    "formula", ["(A1+B1)*C1", "(A1>0)*B1", "SUMPRODUCT((A1:A3>0)*(B1:B3<9))", '"("&A1&")"', "A1&(B1)", "1-(A1/B1)^2"]
)
def test_brackets_that_the_engine_keeps_are_left_to_it(formula: str) -> None:
    assert not loses_brackets(parse(formula))


def test_the_engine_loses_them(tmp_path: Path) -> None:
    import ironcalc

    from computefi.recalc.prepare.copy import Copy

    copy = Copy(["Deal"])
    copy.row(0, 1)
    copy.raw(0, 1, 1, b"", b"3")
    copy.raw(0, 1, 2, b"", b"7")
    for column, formula in enumerate((b"(A1&amp;B1)*2", b"(A1+B1)%", b"B1=(A1&gt;2)", b"-(A1/B1)^2"), 3):
        copy.formula(0, 1, column, formula)
    copy.end_rows(0)
    (tmp_path / "copy.xlsx").write_bytes(copy.build())
    model = ironcalc.load_from_xlsx(str(tmp_path / "copy.xlsx"), "en", "UTC", "en")
    model.evaluate()
    found = [model.get_cell_value(0, 1, column) for column in (3, 4, 5, 6)]
    assert all(a != b for a, b in zip(found, (74.0, 0.1, False, (3 / 7) ** 2), strict=True))


def test_the_engine_takes_formulas_of_one_text_without_brackets_for_one_another() -> None:
    from computefi.recalc.engines.base import Formula
    from computefi.recalc.engines.ironcalc import IronCalc
    from computefi.recalc.prepare.copy import Copy

    copy = Copy(["Deal"])
    copy.end_rows(0)
    engine = IronCalc()
    engine.load(copy.build())
    engine.write(
        (0, row, 1, Formula(text)) for row, text in ((1, "(3=1)=0"), (2, "3=(1=0)"), (3, "(3&2)*2"), (4, "3&(2*2)"))
    )
    engine.recalculate()
    assert engine.read(0, 1, 1, 4, 1) == ((False,), (False,), (64.0,), (64.0,))
