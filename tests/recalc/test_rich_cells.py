"""Cells with a share, a place or a picture in them: a file shows `#VALUE!`, which is not what Excel computes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefi.recalc import Book, Recalculated, recalculate
from recalc_books import MAIN, members, raw_book

RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
# Three values: an error that older files have no word for, a share, a number with the format of its service.
METADATA = f"""<metadata xmlns="{MAIN}" xmlns:xlrd="{RICH}"><metadataTypes count="2"><metadataType name="XLDAPR"/>
<metadataType name="XLRICHVALUE"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst/></bk>
</futureMetadata><futureMetadata name="XLRICHVALUE" count="3">
{"".join(f'<bk><extLst><ext><xlrd:rvb i="{i}"/></ext></extLst></bk>' for i in (2, 0, 1))}</futureMetadata>
<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata><valueMetadata count="3">
{"".join(f'<bk><rc t="2" v="{v}"/></bk>' for v in (0, 1, 2))}</valueMetadata></metadata>"""
VALUES = f'<rvData xmlns="{RICH}"><rv s="0"><v>AMZN</v></rv><rv s="2"><v>1</v></rv><rv s="1"><v>8</v></rv></rvData>'
KINDS = (
    f'<rvStructures xmlns="{RICH}"><s t="_linkedentitycore"/><s t="_error"/><s t="_formattednumber"/></rvStructures>'
)
PARTS = {
    "xl/metadata.xml": METADATA.encode(),
    "xl/richData/rdrichvalue.xml": VALUES.encode(),
    "xl/richData/rdrichvaluestructure.xml": KINDS.encode(),
}
CELLS = """<row r="1"><c r="A1" t="e" vm="2"><v>#VALUE!</v></c><c r="B1" t="str"><f>A1&amp;""</f><v>AMAZON</v></c></row>
<row r="2"><c r="A2" t="e" vm="1"><v>#VALUE!</v></c><c r="B2"><f>COUNTIF(A1:A9,"AMAZON")</f><v>1</v></c>
<c r="C2"><f>B2*2</f><v>9</v></c></row>
<row r="3"><c r="A3"><v>5</v></c><c r="B3"><f>IF(ISERROR(A2),A3,0)</f><v>9</v></c>
<c r="C3"><f>IFERROR(A2,1)+A3</f><v>9</v></c></row>
<row r="4"><c r="A4" vm="3"><v>7</v></c><c r="B4"><f>A4+A3</f><v>9</v></c></row>
<row r="5"><c r="D5" t="e" cm="1" vm="2"><f t="array" ref="D5:D6">_xlfn.UNIQUE(A1:A2)</f><v>#VALUE!</v></c></row>
<row r="6"><c r="D6" t="e" vm="2"><v>#VALUE!</v></c>
<c r="E6"><f>SUMIFS(A3:A4,A3:A4,_xlfn.ANCHORARRAY(D5))</f><v>16</v></c></row>
<row r="8"><c r="D8"><v>11</v></c></row><row r="9"><c r="D9"><f>D8+1</f><v>9</v></c></row>"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return raw_book(tmp_path / "book.xlsx", f"<sheetData>{CELLS}</sheetData>", extra=PARTS)


@pytest.fixture
def result(path: Path) -> Recalculated:
    return recalculate(path)


def test_what_reads_one_keeps_its_stored_value_and_is_named(result: Recalculated) -> None:
    assert {"Deal!B1", "Deal!B2", "Deal!D5", "Deal!E6"} == result.kept.keys()
    assert (result["Deal!B1"], result["Deal!B2"], result["Deal!E6"]) == ("AMAZON", 1.0, 16.0)
    assert "Deal!C2" in result.readers_of_kept
    assert result["Deal!C2"] == 2.0


def test_an_error_without_a_word_and_a_number_with_a_format_are_what_they_are(result: Recalculated) -> None:
    assert (result["Deal!B3"], result["Deal!C3"], result["Deal!B4"]) == (5.0, 6.0, 12.0)


def test_a_cell_below_a_spill_of_them_is_computed(path: Path, result: Recalculated) -> None:
    assert result["Deal!D9"] == 12.0
    assert "Deal!D9" not in result.kept


def test_nothing_else_of_the_file_changes(path: Path, result: Recalculated) -> None:
    assert {name: data for name, data in members(path).items() if name in PARTS} == PARTS
    assert members(path)["xl/worksheets/sheet1.xml"].count(b'vm="2"') == 3


def test_what_if_keeps_them_too(path: Path) -> None:
    opened = Book.open(path)
    assert opened.sweep({"Deal!A3": [5, 6]}, ["Deal!B2", "Deal!C3"]).rows == [(5, 1, 6), (6, 1, 7)]


@pytest.mark.parametrize("part", ["xl/richData/rdrichvalue.xml", "xl/richData/rdrichvaluestructure.xml"])
def test_without_the_values_none_is_known_to_be_an_error(tmp_path: Path, part: str) -> None:
    extra = {name: data for name, data in PARTS.items() if name != part}
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{CELLS}</sheetData>", extra=extra)
    assert "Deal!B3" in recalculate(path).kept


def test_a_workbook_without_rich_values_is_not_looked_through(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{CELLS}</sheetData>")
    assert "Deal!B2" not in recalculate(path).kept
