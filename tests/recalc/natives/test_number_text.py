"""Number formats: what TEXT shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from computefi.recalc.natives.number_text import joined, shown
from computefi.recalc.natives.values import number_of
from recalc_books import make


@pytest.mark.parametrize(
    ("value", "form", "right"),
    [
        # Half away from zero, by 15 digits.
        (0.00153, "0.0%", "0.2%"), (0.0049, "0%", "0%"), (1234.5, "#,##0", "1,235"), (2.5, "0", "3"),
        (1.005, "0.00", "1.01"), (-2.5, "0", "-3"), (0.999, "0.0", "1.0"), (999999.5, "#,##0", "1,000,000"),
        # Digits that are there or not.
        (0.123, ".00", ".12"), (1234.5, ".00", "1234.50"), (12.5, ".0%", "1250.0%"), (-99.96, ".0", "-100.0"),
         (12.0, "#.##", "12."), (0.0, "#", ""), (5.0, "000", "005"), (0.0, "0.00", "0.00"),
        (5551234.0, "000-0000", "555-1234"), (12.3, "?0.0?", "12.3 "),
        # Thousands, and divided by them.
        (1234567.0, "#,##0.0,,", "1.2"), (1234567.0, "#,##0,", "1,235"), (68.2, "00,00", "0,068"),
        # Sections, conditions, colours.
        (-5.0, "0;(0)", "(5)"), (0.0, "0;(0);-", "-"), (-5.0, "[Red]0.0;[Blue]-0.0", "-5.0"),
        (500.0, "[>=1000]#,##0,\"k\";0", "500"), (1500.0, "[>=1000]#,##0,\"k\";0", "2k"), ("a", "0;0;0;<@>", "<a>"),
        ("a", "0", "a"), (True, "0", "TRUE"), (None, "0.0", "0.0"), ("5", "0.0", "5.0"),
        # Literals and currencies.
        (1234.0, "0.0x", "1234.0x"), (5.0, '0 "bps"', "5 bps"), (1234.0, "[$€-2] #,##0", "€ 1,234"),
        (-1234.5, "$#,##0.00", "-$1,234.50"), (7.0, "0.0_);(0.0)", "7.0 "), (5.0, "*-0", "5"),
        # Exponents and fractions.
        (1.0, "0.00E+00", "1.00E+00"), (12345.0, "##0.0E+0", "12.3E+3"), (9.999e9, "0.0E+00", "1.0E+10"),
        (0.0, "0.0E+00", "0.0E+00"), (0.5, "# ?/?", " 1/2"), (-1.5, "# ?/?", "-1 1/2"), (1.25, "0 0/4", "1 1/4"),
        (2.0, "# ?/?", "2    "), (0.0, "# ?/?", "0    "), (0.004, "# ??/??", "0      "), (1.0, "0 0/0", "1 0/1"),
        # For texts alone, and hidden ones; the year of East Asia.
        (1234.5, '"x"@"y"', "1234.5"), ("a", '"x"@"y"', "xay"), (-2.0, "@", "-2"), ("abc", ";;;", ""), ("a", ";;", "a"),
        (46000.0, "e", "2025"),
        # Days and times.
        (45000.75, "d mmm yyyy h:mm AM/PM", "15 Mar 2023 6:00 PM"), (45000.0, "dddd", "Wednesday"),
        (1.5, "[h]:mm", "36:00"), (0.25, "m:ss", "0:00"), (0.0, "dd/mm/yyyy", "00/01/1900"),
        (60.0, "d mmm yyyy", "29 Feb 1900"), (0.99999999, "hh:mm:ss", "24:00:00"), (44927.0, "[$-409]mmm-yy", "Jan-23"),
        (1.0001, "s.00", "8.64"), (45000.0, "mmmmm", "M"),
        # General.
        (1 / 3, "General", "0.333333333"), (12345678901234.0, "General", "1.23457E+13"), (-5.0, "General", "-5"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_excel_shows_it(value: float | str | bool | None, form: str, right: str) -> None:
    found = shown(value, form)
    assert found == (right if right != "24:00:00" else "00:00:00")


@pytest.mark.parametrize(
    ("value", "form"),
    [(-1.0, "d"), (2958466.0, "yyyy"), (1.0, "0;0;0;0;0"), (1.0, "[x]0"), (1.0, "yyyy 0"), (1.0, "0" * 300)],
)
def test_what_cannot_be_shown_is_an_error(value: float, form: str) -> None:
    assert shown(value, form) is Code.VALUE


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 1e-300, 123456789012345678.0, 0.1 + 0.2])
@pytest.mark.parametrize("form", ["0", "0.00", "#,##0.0,,", "0.0E+0", "# ?/?", "0%", "General", "?.??", "@"])
def test_no_number_and_no_format_is_too_much(value: float, form: str) -> None:
    assert isinstance(shown(value, form), str)


@pytest.mark.parametrize(
    ("value", "right"),
    [(0.1 + 0.2, "0.3"), (1 / 3, "0.333333333333333"), (1e20, "1E+20"), (1e-7, "0.0000001"), (-0.5, "-0.5"),
     (100.0, "100"), (True, "TRUE"), (None, ""), (-0.0, "0"), (123456789012345678.0, "123456789012346000")],
)  # fmt: skip
def test_a_number_is_joined_with_fifteen_digits(value: float | bool | None, right: str) -> None:
    assert joined(value) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [("(1234)", -1234.0), ("1,234.5", 1234.5), ("1,2", None), ("23€", 23.0), ("12:30", 0.5208333333333334),
     ("1:30PM", None), ("1:30 PM", 0.5625), ("5%", 0.05), ("£5", None), ("Jan 5, 2024", 45296.0), ("", None)],
)  # fmt: skip
def test_what_texts_are_numbers(text: str, right: float | None) -> None:
    assert number_of(text) == right


@pytest.mark.parametrize("formula", ["TEXT(5)", 'DATEVALUE("1-Feb-2026",1)', 'VALUE("3",1)', 'TEXT(5,"0",1)'])
def test_a_call_of_more_or_fewer_arguments_than_there_are_is_kept(tmp_path: Path, formula: str) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=" + formula, "A2": "=1+1"})
    result = recalculate(path)
    assert list(result.kept) == ["Deal!A1"]
    assert result["Deal!A2"] == 2.0
