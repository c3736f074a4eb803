"""The parts under the recalculation: addresses, names, trees, texts, structured references."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefi.formulas import structured
from computefi.formulas.tree import Call, Expression, Leaf, Unreadable, cfi_name, literal, parse, parse_shape
from computefi.xlsx.cells import (
    LAST_COLUMN,
    LAST_ROW,
    ListObject,
    Rect,
    address,
    column_letters,
    column_number,
    parse_rect,
)
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import escaped, unescape


def spelled(expression: Expression) -> list[object]:
    """A tree as nested lists."""
    found: list[object] = []
    for node in expression:
        if isinstance(node, Leaf):
            found.append((node.text, node.kind))
        else:
            parts = node.arguments if isinstance(node, Call) else node.parts
            found.append([getattr(node, "name", ""), *map(spelled, parts)])
    return found


@given(st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN))
def test_an_address_reads_back(row: int, column: int) -> None:
    assert parse_rect(address(row, column)) == Rect(row, column, row, column)
    assert column_number(column_letters(column)) == column


@pytest.mark.parametrize("text", ["XFE1", "A0", "A1048577", "LTV", "A1:", "", "A1B", "1A", "A:XFE", "0:1"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_rect(text) is None


@pytest.mark.parametrize("text", ["CFILTV", "XCFI_LTV", "SUM", "CFI", "CFI_", "_CFI_LTV", "CFI_A B"])
def test_other_functions_are_not_ours(text: str) -> None:
    assert cfi_name(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "IF(A1>0,CFI_X($B$2,'A1 b2'!C3:D4,\"A1\"),LOG10(A2)+1E5+ABC1:INDEX(B:B,3))", "SUM(A1 A2,(A1,B1))",
        "Tax_A1+Deals[[#This Row],[Q1]]+Sheet1!A1#", "{1,2;\"A1\",3}&A1.x", "5%+A1%-(-B2)",
    ],
)  # fmt: skip
def test_a_shape_with_its_addresses_is_the_formula(text: str) -> None:
    assert spelled(parse(text)) == spelled(parse_shape(text))


@pytest.mark.parametrize("text", ["(1", "1)", "SUM(1", "{1", '"a', "\ue000", "((((" * 100 + "))))" * 100])
def test_what_cannot_be_read_is_said_to_be_so(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("-5%", -0.05), ('"a""b"', 'a"b'), ("TRUE", True), ("{1,2;3,4}", ((1.0, 2.0), (3.0, 4.0))), ("+1", 1.0),
     ('{"a,b;c",TRUE,-1.5}', (("a,b;c", True, -1.5),)), ('{""}', (("",),))],
)  # fmt: skip
def test_a_constant_is_read(text: str, value: object) -> None:
    known, found = literal(parse(text))
    assert known
    assert found == value
    assert type(found) is type(value)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_from_its_stored_form(text: str) -> None:
    import html

    assert unescape(html.unescape(escaped(text))) == text


TABLE = ListObject("Deals", 0, Rect(2, 1, 6, 3), ("Loan", "Value [m]", "it's"), 1, 1)


@pytest.mark.parametrize(
    ("text", "rect"),
    [
        ("Deals[Loan]", "A3:A5"), ("deals[loan]", "A3:A5"), ("Deals[#All]", "A2:C6"), ("Deals[]", "A3:C5"),
        ("Deals[#Headers]", "A2:C2"), ("Deals[#Totals]", "A6:C6"), ("Deals[@Loan]", "A4"), ("[@Loan]", "A4"),
        ("[@]", "A4:C4"), ("Deals[@[Value '[m']]]", "B4"), ("Deals[[#This Row],[it''s]]", "C4"),
        ("Deals[[Loan]:[it''s]]", "A3:C5"), ("Deals[[#Headers],[#Data],[Loan]]", "A2:A5"),
        ("Deals[[#All],[Loan]:[Value '[m']]]", "A2:B6"),
    ],
)  # fmt: skip
def test_a_structured_reference_is_a_rectangle(text: str, rect: str) -> None:
    assert structured.resolve(text, {"deals": TABLE}, 0, 4, 2) == (0, parse_rect(rect))


@pytest.mark.parametrize("text", ["Nothing[Loan]", "Deals[Nothing]"])
def test_a_structured_reference_to_nothing_is_refused(text: str) -> None:
    with pytest.raises(structured.BadReference):
        structured.resolve(text, {"deals": TABLE}, 0, 4, 2)


def test_a_row_outside_the_table_has_no_this_row() -> None:
    with pytest.raises(structured.BadReference, match="not a row"):
        structured.resolve("Deals[@Loan]", {"deals": TABLE}, 0, 2, 2)


def test_a_package_without_changes_is_the_file() -> None:
    from recalc_books import zipped

    data = zipped({"a.xml": "<a/>", "b.xml": "<b/>"})
    assert Package(data, "x").replaced({}) is data
    again = Package(Package(data, "x").replaced({"a.xml": b"<longer/>"}), "x")
    assert again.read("A.XML") == b"<longer/>"
    assert again.read("b.xml") == b"<b/>"
