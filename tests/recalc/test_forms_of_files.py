"""Files that other writers store in other forms, which mean the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from computefi.recalc import WorkbookError, recalculate
from recalc_books import make, members, raw_book

CASES = Path(__file__).parent / "cases"


def test_a_file_with_backslashes_in_its_names_keeps_them(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert recalculate(CASES / "zip_backslash_names.xlsx", out)["S!B1"] == 4.0
    with zipfile.ZipFile(CASES / "zip_backslash_names.xlsx") as before, zipfile.ZipFile(out) as after:
        assert after.namelist() == before.namelist()
        assert all(after.read(n) == before.read(n) for n in before.namelist() if "sheet1" not in n)
    assert recalculate(out).changed is False


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1" t="inlineStr"><is><t><![CDATA[a & b < c]]></t></is></c>', "a & b < c"),
        ('<c r="A1" t="str"><v><![CDATA[x]]>y</v></c>', "xy"),
        ('<c r="A1"><f><![CDATA[IF(1<2,"a"&"b","")]]></f><v>0</v></c>', "ab"),
        ('<c r="A1"><v><![CDATA[5]]></v></c>', 5.0),
        ('<!-- <![CDATA[ --><c r="A1"><v>6</v></c>', 6.0),
        ('<c r="A1" t="str"><v><![CDATA[<!-- no comment -->]]></v></c>', "<!-- no comment -->"),
    ],
)
def test_a_cdata_section_is_the_text_in_it(tmp_path: Path, cell: str, expected: object) -> None:
    sheet = f'<sheetData><row r="1">{cell}<c r="B1"><f>A1</f><v>0</v></c></row></sheetData>'
    path = raw_book(tmp_path / "book.xlsx", sheet)
    result = recalculate(path, tmp_path / "out.xlsx")
    assert result["Deal!B1"] == expected
    assert recalculate(tmp_path / "out.xlsx")["Deal!B1"] == expected
    kept = cell if "<f>" not in cell else "IF(1&lt;2"
    assert kept.encode() in members(tmp_path / "out.xlsx")["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("stored", "serial"),
    [
        ("12:00:00", 0.5),
        ("T06:00:00", 0.25),
        ("18:00", 0.75),
        ("2024-03-18", 45369.0),
        ("2024-03-18T12:00:00Z", 45369.5),
    ],
)
def test_a_stored_time_or_date_is_its_serial(tmp_path: Path, stored: str, serial: float) -> None:
    sheet = f'<sheetData><row r="1"><c r="A1" t="d"><v>{stored}</v></c><c r="B1"><f>A1</f></c></row></sheetData>'
    assert recalculate(raw_book(tmp_path / "book.xlsx", sheet))["Deal!B1"] == serial


def test_what_is_no_date_is_refused(tmp_path: Path) -> None:
    sheet = '<sheetData><row r="1"><c r="A1" t="d"><v>25:00</v></c></row></sheetData>'
    with pytest.raises(WorkbookError, match="no date"):
        recalculate(raw_book(tmp_path / "book.xlsx", sheet))


@pytest.mark.parametrize(
    "text",
    [
        "Deal!$A:$A,Deal!$1:$1",
        "Deal!$A:$B Deal!$1:$2",
        "Deal!$1:$1048576+1",
        "OFFSET(Deal!$A:$XFD,0,0)",
        "Deal!$A:$XFD*2",
    ],
)
def test_a_name_over_whole_columns_and_rows_that_nobody_uses_hinders_nothing(tmp_path: Path, text: str) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 1, "B1": "=A1+1"}, {"unused": text})
    assert recalculate(path)["Deal!B1"] == 2.0
