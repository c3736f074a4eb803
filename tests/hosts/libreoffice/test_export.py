"""`export`: only the spelling of our functions changes."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from computefi.hosts.table import export
from computefi.recalc import WorkbookError

X14 = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" id="{0}"><xm:f>CFI_LTV(A1,A2)&gt;1</xm:f></x14:cfRule><xm:sqref>A1</xm:sqref>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
)


def book_with(path: Path, *formulas: str) -> Path:
    """A workbook with one formula per row."""
    book = openpyxl.Workbook()
    for row, formula in enumerate(formulas, start=1):
        book.active.cell(row, 1, formula)
    book.save(path)
    return path


def formulas_in(path: Path) -> list[str]:
    return [row[0].value for row in openpyxl.load_workbook(path).active.iter_rows(max_col=1)]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def edit(path: Path, part: str, old: str, new: str) -> None:
    """Change the text of a part in place."""
    parts = members(path)
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.fixture
def full_book(tmp_path: Path) -> Path:
    """Our functions in every place of a workbook that can hold a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["loan", "value"])
    sheet.append([70, 100])
    sheet["D1"] = "=CFI_LTV(A2,B2)+CFI_LTV(1,2)"
    sheet["D2"] = ArrayFormula("D2:E2", "=CFI_BACKLOG_ROLL(100,40,20)")
    sheet["D3"] = "CFI_LTV(1,2)"
    sheet.conditional_formatting.add("A2", FormulaRule(formula=["CFI_LTV(A2,B2)>0.5"]))
    check = DataValidation(type="custom", formula1="CFI_LTV(A2,B2)<1")
    check.add("A2")
    sheet.add_data_validation(check)
    sheet.add_table(Table(displayName="Loans", ref="A1:B2"))
    book.defined_names["ratio"] = DefinedName("ratio", attr_text="CFI_LTV(Sheet!$A$2,Sheet!$B$2)")
    path = tmp_path / "full.xlsx"
    book.save(path)
    edit(path, "xl/tables/table1.xml", 'name="value" />', 'name="value"><calculatedColumnFormula>'
         "CFI_LTV(Loans[[#This Row],[loan]],2)</calculatedColumnFormula></tableColumn>")  # fmt: skip
    edit(path, "xl/worksheets/sheet1.xml", "<tableParts", X14 + "<tableParts")
    edit(path, "xl/worksheets/sheet1.xml", "<sheetData>", "<!-- <f>CFI_LTV(1,2)</f> --><sheetData>")
    return path


def test_formulas_of_every_part_are_respelled(full_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = export(full_book, out)
    assert (done.calls, done.rewritten, done.unknown) == (8, 8, set())
    before, after = members(full_book), members(out)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}
    for name in changed:
        assert after[name].count(b"CFI_") == (2 if name.endswith("sheet1.xml") else 0)  # a text and a comment
        assert after[name].replace(b"CFI.", b"CFI_") == before[name]


def test_texts_and_comments_stay(full_book: Path, tmp_path: Path) -> None:
    export(full_book, tmp_path / "out.xlsx")
    sheet = members(tmp_path / "out.xlsx")["xl/worksheets/sheet1.xml"]
    assert b"<t>CFI_LTV(1,2)</t>" in sheet
    assert b"<!-- <f>CFI_LTV(1,2)</f> -->" in sheet


def test_there_and_back_gives_the_same_file(full_book: Path, tmp_path: Path) -> None:
    there, again, back = (tmp_path / f"{name}.xlsx" for name in ("there", "again", "back"))
    export(full_book, there)
    assert export(there, again).rewritten == 0
    assert again.read_bytes() == there.read_bytes()
    export(there, back, "excel")
    assert members(back) == members(full_book)


@pytest.mark.parametrize(
    ("stored", "exported"),
    [
        ("=CFI_LTV(1,2)", "=CFI.LTV(1,2)"),
        ("=CFI_CORR_LTV(1,2,CFI_LTV(1,2))", "=CFI.CORR_LTV(1,2,CFI.LTV(1,2))"),
        ("=_xll.CFI_LTV(1,2)", "=CFI.LTV(1,2)"),
        ("=_xldudf_CFI_LTV(1,2)", "=CFI.LTV(1,2)"),
        ("=[1]!CFI_LTV(1,2)", "=CFI.LTV(1,2)"),
        ("=1+'[my tools.xlam]a''b'!CFI_LTV(1,2)", "=1+CFI.LTV(1,2)"),
        ("=COMPUTEFI.xlam!CFI_LTV(1,2)", "=CFI.LTV(1,2)"),
        ("=cfi_ltv(1,2)", "=cfi.ltv(1,2)"),
        ("=CFI.LTV(1,2)", "=CFI.LTV(1,2)"),
        ('=IF(A2<3,CFI_LTV(1,2),"CFI_LTV(1,2)")', '=IF(A2<3,CFI.LTV(1,2),"CFI_LTV(1,2)")'),
        ('="a""CFI_LTV("&CFI_LTV(1,2)', '="a""CFI_LTV("&CFI.LTV(1,2)'),
        ("='CFI_LTV(1)'!A1+CFI_LTV(1,2)", "='CFI_LTV(1)'!A1+CFI.LTV(1,2)"),
        ("=Loans[[#This Row],[CFI_LTV(x)]]+CFI_LTV(1,2)", "=Loans[[#This Row],[CFI_LTV(x)]]+CFI.LTV(1,2)"),
        ("=XCFI_LTV(1,2)+MY.CFI_LTV(1)", "=XCFI_LTV(1,2)+MY.CFI_LTV(1)"),
        ("=ÜCFI_LTV(1,2)", "=ÜCFI_LTV(1,2)"),
        ('="é&ü"&CFI_LTV(1,2)', '="é&ü"&CFI.LTV(1,2)'),
        ("=CFI_LTV+CFI_LTV", "=CFI_LTV+CFI_LTV"),
        ("=CFI_OF_OTHERS(1)", "=CFI_OF_OTHERS(1)"),
        ('="CFI_LTV(', '="CFI_LTV('),
    ],
)
def test_spellings(tmp_path: Path, stored: str, exported: str) -> None:
    export(book_with(tmp_path / "in.xlsx", stored), tmp_path / "out.xlsx")
    assert formulas_in(tmp_path / "out.xlsx") == [exported]


@pytest.mark.parametrize("stored", ["=CFI.LTV(1,2)", "=_xll.CFI_LTV(1,2)", "=[1]!CFI_LTV(1,2)", "=CFI_LTV(1,2)"])
def test_excel_gets_the_plain_name(tmp_path: Path, stored: str) -> None:
    export(book_with(tmp_path / "in.xlsx", stored), tmp_path / "out.xlsx", "excel")
    assert formulas_in(tmp_path / "out.xlsx") == ["=CFI_LTV(1,2)"]


def test_names_that_are_not_ours_are_reported(tmp_path: Path) -> None:
    done = export(book_with(tmp_path / "in.xlsx", "=CFI_OF_OTHERS(1)+CFI_LTV(1,2)"), tmp_path / "out.xlsx")
    assert (done.calls, done.unknown) == (1, {"CFI_OF_OTHERS"})


def test_entities_of_any_kind_are_read(tmp_path: Path) -> None:
    path = book_with(tmp_path / "in.xlsx", "=PLACE")
    edit(
        path,
        "xl/worksheets/sheet1.xml",
        "PLACE",
        "IF(&#65;2&#x3c;3,&quot;CFI_LTV(&quot;&amp;CFI_LTV(1,2),&apos;x&apos;!A1)",
    )
    export(path, path)
    sheet = members(path)["xl/worksheets/sheet1.xml"]
    assert b"IF(&#65;2&#x3c;3,&quot;CFI_LTV(&quot;&amp;CFI.LTV(1,2),&apos;x&apos;!A1)" in sheet


def test_a_book_without_our_functions_comes_out_byte_for_byte(tmp_path: Path) -> None:
    path = book_with(tmp_path / "in.xlsx", "=SUM(A2:A3)")
    export(path, tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == path.read_bytes()


def test_a_file_may_be_exported_into_itself(tmp_path: Path) -> None:
    path = book_with(tmp_path / "in.xlsx", "=CFI_LTV(1,2)")
    export(path, path)
    assert formulas_in(path) == ["=CFI.LTV(1,2)"]
    assert os.listdir(tmp_path) == ["in.xlsx"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.xlsx", None, "does not exist"),
        ("text.xlsx", b"hello", "not a workbook"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "not a workbook"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbookError, match=said) as caught:
        export(tmp_path / name, tmp_path / "out.xlsx")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.xlsx").exists()


def test_unknown_hosts_and_wrong_endings_are_refused(tmp_path: Path) -> None:
    path = book_with(tmp_path / "in.xlsx", "=CFI_LTV(1,2)")
    with pytest.raises(WorkbookError, match="choose excel or libreoffice"):
        export(path, tmp_path / "out.xlsx", "lotus")
    with pytest.raises(WorkbookError, match=r"must end in \.xlsx"):
        export(path, tmp_path / "out.xlsm")
