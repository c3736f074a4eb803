"""Relative forms, against the way in which shared formulas are moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefi.formulas.relative import relative
from computefi.formulas.tree import Unreadable, moved
from computefi.xlsx.cells import address

PIECES = ["A1", "$B$2", "C$3", "$D4", "AA10", "SUM(A1:B2)", "'FY 24'!C5", "Sheet1!$A7", '"A1 %d"', "LOG10(A9)",
          "Rate_1", "1E5", "2.5%", "$XFD$1048576", "a1", "TRUE", "1&amp;A1", "A1&lt;B1", "A1:$A$5"]  # fmt: skip
FORMULAS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("+".join)
PLACES = st.tuples(st.integers(1, 40), st.integers(1, 30))


@given(FORMULAS, PLACES, PLACES)
def test_a_formula_that_is_moved_keeps_its_form(text: str, first: tuple[int, int], second: tuple[int, int]) -> None:
    one = relative(text.encode(), *first)
    try:
        there = moved(text, address(*first), address(*second))
    except Unreadable:  # beyond the sheet's edge
        return
    if one is None or "#REF!" in there:
        return
    other = relative(there.encode(), *second)
    assert other is not None
    assert one.form.upper() == other.form.upper()
    if first[1] == second[1]:
        assert one.at(second[0]).decode().upper() == there.upper()


@given(FORMULAS, PLACES, FORMULAS, PLACES)
def test_formulas_of_one_form_are_one_formula_moved(
    text: str, first: tuple[int, int], other: str, second: tuple[int, int]
) -> None:
    one, two = relative(text.encode(), *first), relative(other.encode(), *second)
    if one is not None and two is not None and one.form == two.form:
        assert moved(text, address(*first), address(*second)).upper() == other.upper()


@pytest.mark.parametrize(
    "text",
    ["SUM(A:A)", "SUM(1:1)", "SUM($A:$B)+A1", "A1#", "[1]Other!A1", '&quot;A1&quot;&amp;B1', "{1,2}*A1",
     "&#36;A1", "ZZZ1", "A1048577", "SUM(A1:INDEX(B:B,2))", "B1:OFFSET(A1,1,1)", '"A1', "'My A1"],
)  # fmt: skip
def test_what_might_be_moved_otherwise_is_like_no_other(text: str) -> None:
    assert relative(text.encode(), 5, 5) is None


@pytest.mark.parametrize("text", ["FY24!A$1", "A1?", "A1_", "x.A1", "贷款A1", "R1C1", "A1(2)", "Tax2024!B$2", r"\A1"])
def test_letters_that_only_look_like_an_address_stay_as_they_are(text: str) -> None:
    one, below = relative(text.encode(), 5, 5), relative(text.encode(), 9, 5)
    assert one is not None
    assert below is not None
    assert one.at(9) == text.encode() == below.at(9)
