"""SORT and SORTBY: the order of texts, of kinds and of blanks."""

from __future__ import annotations

from computefi.errors import Code
from computefi.recalc.natives.area import area_of
from computefi.recalc.natives.sorting import sort, sort_by
from computefi.xlsx.cells import Rows, Value


def column(*values: Value) -> Rows:
    return tuple((value,) for value in values)


def test_kinds_have_their_order_and_blanks_come_last_either_way() -> None:
    mixed = column("b", None, True, 2.0, Code.NA, "a", 1.0)
    assert sort((area_of(mixed),)) == column(1.0, 2.0, "a", "b", True, Code.NA, None)
    assert sort((area_of(mixed), None, area_of(-1.0))) == column(Code.NA, True, "b", "a", 2.0, 1.0, None)


def test_texts_are_sorted_as_in_a_dictionary() -> None:
    texts = column("Zebra", "É", "co-op", "coop", "_x", "1x", "it's", "its", "f")
    assert sort((area_of(texts),)) == column("_x", "1x", "coop", "co-op", "É", "f", "its", "it's", "Zebra")


def test_equal_lines_stay_in_their_order_and_the_next_key_decides() -> None:
    table = (("b", 1.0), ("a", 2.0), ("B", 3.0), ("A", 4.0))
    assert sort((area_of(table),)) == (("a", 2.0), ("A", 4.0), ("b", 1.0), ("B", 3.0))
    assert sort((area_of(table), area_of(((1.0, 2.0),)), area_of(((1.0, -1.0),)))) == (
        ("A", 4.0), ("a", 2.0), ("B", 3.0), ("b", 1.0),
    )  # fmt: skip
    keys = area_of(column(*(line[0] for line in table)))
    assert sort_by((area_of(table), keys, area_of(-1.0))) == (("b", 1.0), ("B", 3.0), ("a", 2.0), ("A", 4.0))


def test_rows_are_sorted_across() -> None:
    row = ((3.0, 1.0, 2.0),)
    assert sort((area_of(row), None, None, area_of(True))) == ((1.0, 2.0, 3.0),)
    assert sort_by((area_of(row), area_of(((1.0, 3.0, 2.0),)))) == ((3.0, 2.0, 1.0),)


def test_what_cannot_be_sorted_by_is_an_error() -> None:
    values = area_of(column(2.0, 1.0))
    assert sort((values, area_of(2.0))) is Code.VALUE
    assert sort((values, area_of(1.0), area_of(2.0))) is Code.VALUE
    assert sort((values, area_of(Code.NA))) is Code.NA
    assert sort_by((values, area_of(column(1.0, 2.0, 3.0)))) is Code.VALUE
