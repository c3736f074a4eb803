"""XLOOKUP and XMATCH by halves, as Excel stored their values: which of equal ones, which beside a gap, which kind."""

from __future__ import annotations

import pytest

from computefi.errors import Code
from computefi.recalc.natives.area import area_of
from computefi.recalc.natives.criteria import DATABASE, countif
from computefi.recalc.natives.lookups import xmatch
from computefi.xlsx.cells import Value

RISING = (1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, 6.0, 7.0, 7.0, 7.0, 8.0, 9.0)
FALLING = (9.0, 8.0, 7.0, 7.0, 7.0, 6.0, 5.0, 5.0, 5.0, 4.0, 3.0, 2.0, 1.0)
MIXED = (9700.0, "xyz", "xyz", 160726.0, 204100.0, 510300.0)


@pytest.mark.parametrize(
    ("values", "wanted", "side", "search", "place"),
    [
        (RISING, 5.0, 0, 2, 5), (RISING, 7.0, -1, 2, 9), (RISING, 7.1, -1, 2, 11), (RISING, 7.1, 1, 2, 12),
        (RISING, 6.8, -1, 2, 8), (RISING, 6.8, 1, 2, 9), (RISING, 4.8, 1, 2, 5), (RISING, 0.5, -1, 2, None),
        (RISING, 9.5, 1, 2, None), (RISING, 9.5, -1, 2, 13), (RISING, 5.5, 0, 2, None),
        (FALLING, 5.0, 0, -2, 9), (FALLING, 7.0, 1, -2, 5), (FALLING, 7.1, -1, -2, 3), (FALLING, 7.1, 1, -2, 2),
        (FALLING, 6.8, -1, -2, 6), (FALLING, 6.8, 1, -2, 5), (FALLING, 4.8, 1, -2, 9), (FALLING, 9.5, 1, -2, None),
        (MIXED, 46523.0, 1, 2, 2),
    ],
)  # fmt: skip
def test_a_search_by_halves_ends_where_excels_does(
    values: tuple[Value, ...], wanted: Value, side: int, search: int, place: int | None
) -> None:
    area = area_of(tuple((value,) for value in values))
    found = xmatch((area_of(wanted), area, area_of(float(side)), area_of(float(search))))
    assert found == (Code.NA if place is None else place)


def test_a_text_that_looks_like_the_number_is_another_all_the_same() -> None:
    area = area_of(((23.0,), ("23",), (True,), (1.0,), (None,), ("hey",)))
    assert countif((area, area_of("<>23"))) == 5
    assert countif((area, area_of("=23"))) == 2


def test_of_two_columns_with_one_heading_the_first_is_meant() -> None:
    table = area_of((("Rating", "Loan", "rating"), ("A", 1.0, "B"), ("A", 2.0, "A"), ("B", 4.0, "A")))
    assert DATABASE["DSUM"]((table, area_of("Loan"), area_of((("RATING",), ("A",))))) == 3
