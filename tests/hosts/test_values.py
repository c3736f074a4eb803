"""`export --host values`: formulas become the values in their cells; nothing else changes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from computefi.errors import WorkbookError
from computefi.hosts.table import export
from computefi.recalc import recalculate
from recalc_books import make, members, raw_book, values

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    cells = {
        "A1": 70, "A2": 100, "A3": "=CFI_LTV(A1,A2)", "A4": '=IF(A3>0.5," much & more ","")', "A5": "=A1/0",
        "A6": "=A3>1", "A7": '=IF(A3>2,"x","")', "B1": ("B1:B2", "=CFI_LTV(A1:A2,100)"), "C1": "=CFI_LTV(A1,0)",
    }  # fmt: skip
    path = make(tmp_path / "in.xlsx", cells, {"answer": "Deal!$A$3", "rule": "Deal!$A$1*2"})
    recalculate(path, path)
    return path


def test_no_formula_is_left_and_every_value_stays(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert str(export(source, out, "values")) == "7 formulas replaced by their values"
    found = openpyxl.load_workbook(out)["Deal"]
    kept = {c.coordinate: c.value for row in found.iter_rows() for c in row if c.value is not None}
    assert {place: kept.get(place) for place in values(source)} == values(source)
    assert kept["A4"] == " much & more "
    assert kept["A5"] == kept["C1"] == "#DIV/0!"
    assert kept["A6"] is False
    assert kept["B2"] == 1
    assert b"<f" not in members(out)["xl/worksheets/sheet1.xml"]


def test_all_but_the_sheets_stays_to_the_byte_names_included(source: Path, tmp_path: Path) -> None:
    export(source, tmp_path / "out.xlsx", "values")
    before, after = members(source), members(tmp_path / "out.xlsx")
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]
    assert b'name="answer"' in after["xl/workbook.xml"]


def test_what_has_values_only_stays_as_it_is(source: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "out.xlsx", tmp_path / "again.xlsx"
    export(source, out, "values")
    export(out, again, "values")
    assert out.read_bytes() == again.read_bytes()


def test_values_of_spills_shared_formulas_and_data_tables_stay(tmp_path: Path) -> None:
    rows = (
        '<sheetData><row r="1">'
        '<c r="A1" cm="1" s="0"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c><c r="B1"><v>1</v></c>'
        '<c r="C1"><f t="shared" ref="C1:C2" si="0">B1*2</f><v>2</v></c></row><!-- <c r="A9"><f>1</f></c> -->'
        '<row r="2"><c r="A2" t="str"><v>two</v></c><c r="C2"><f t="shared" si="0"/><v>4</v></c>'
        '<c r="D2" t="e" vm="1"><f t="dataTable" ref="D2" dt2D="0" r1="B1"/><v>#N/A</v></c></row></sheetData>'
    )
    for prefix in ("", "x"):
        content = re.sub(r"<(/?)([a-z])", rf"<\1{prefix}:\2", rows) if prefix else rows
        path = raw_book(tmp_path / f"raw{bool(prefix)}.xlsx", content, prefix)
        out = tmp_path / f"out{bool(prefix)}.xlsx"
        export(path, out, "values")
        data = members(out)["xl/worksheets/sheet1.xml"].decode()
        assert "cm=" not in data
        assert 'vm="1"' in data
        kept = [cell.value for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row]
        assert kept == [1, 1, 2, None, "two", None, 4, "#N/A"]


def test_a_formula_without_a_value_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = make(tmp_path / "in.xlsx", {"A1": 1, "A2": "=A1*2"})
    with pytest.raises(WorkbookError, match=r"^Deal!A2: no value is stored; recalculate first"):
        export(path, tmp_path / "out.xlsx", "values")
    assert not (tmp_path / "out.xlsx").exists()


def test_the_order_of_calculation_goes_with_the_formulas(tmp_path: Path) -> None:
    path = make(tmp_path / "in.xlsx", {"A1": 1, "A2": "=A1*2"})
    recalculate(path, path)
    chained = add_chain(path, tmp_path / "chained.xlsx")
    export(chained, tmp_path / "out.xlsx", "values")
    after = members(tmp_path / "out.xlsx")
    assert b"calcChain" in members(chained)["xl/_rels/workbook.xml.rels"]
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"] + after["[Content_Types].xml"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Deal"]["A2"].value == 2


def add_chain(source: Path, target: Path) -> Path:
    """The workbook with a calcChain as Excel saves it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members(source).items():
            data = data.replace(b"</Relationships>", CHAIN_LINK) if name.endswith("workbook.xml.rels") else data
            archive.writestr(name, data.replace(b"</Types>", CHAIN_TYPE) if name.startswith("[") else data)
        archive.writestr("xl/calcChain.xml", '<calcChain xmlns="x"><c r="A2" i="1"/></calcChain>')
    return target


CHAIN_LINK = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" '
    b'Target="calcChain.xml"/></Relationships>'
)
CHAIN_TYPE = (
    b'<Override PartName="/xl/calcChain.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>'
)


def test_a_column_of_a_table_fills_no_new_rows_with_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Loan", "LTV"), (70, "=CFI_LTV(A2,100)")):
        sheet.append(row)
    table = openpyxl.worksheet.table.Table(displayName="Loans", ref="A1:B2")
    table._initialise_columns()
    for column, name in zip(table.tableColumns, ("Loan", "LTV"), strict=True):
        column.name = name
    formula = openpyxl.worksheet.table.TableFormula(attr_text="CFI_LTV(Loans[Loan],100)")
    table.tableColumns[1].calculatedColumnFormula = formula
    sheet.add_table(table)
    book.save(tmp_path / "in.xlsx")
    recalculate(tmp_path / "in.xlsx", tmp_path / "in.xlsx")
    export(tmp_path / "in.xlsx", tmp_path / "out.xlsx", "values")
    assert b"CFI_LTV" in members(tmp_path / "in.xlsx")["xl/tables/table1.xml"]
    assert b"CFI_LTV" not in members(tmp_path / "out.xlsx")["xl/tables/table1.xml"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["B2"].value == 0.7


def test_a_delivered_workbook_keeps_every_value(tmp_path: Path) -> None:
    book, out = ROOT / "workbooks" / "asic_loan.xlsx", tmp_path / "asic_loan.xlsx"
    export(book, out, "values")
    before, after = openpyxl.load_workbook(book, data_only=True), openpyxl.load_workbook(out)
    for sheet in before:
        found = after[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                assert (found[cell.coordinate].value or None) == (cell.value or None), cell
