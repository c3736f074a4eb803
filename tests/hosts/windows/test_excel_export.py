"""A workbook for Excel on Windows: macros and settings come in, everything else stays byte for byte."""

from __future__ import annotations

import importlib.metadata
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chartsheet import Chartsheet

from computefi.hosts.vba.module import wrapper_module
from computefi.hosts.windows.conf import DEFAULT_INTERPRETER, conf_text
from computefi.hosts.windows.conf_files import settings
from computefi.hosts.windows.doctor_settings import read_book
from computefi.hosts.windows.files import export_excel, modules_in
from computefi.recalc import WorkbookError, recalculate
from computefi.spec.host_functions import with_host_functions
from computefi.xlsx.parts import code_name, with_code_name
from vba_office import macros_read_by_olevba
from workbook_support import with_macros

BookOf = Callable[..., Path]
CODE_NAME = re.compile(rb' codeName="[^"]*"')


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.fixture(scope="module")
def compare(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A real workbook and its export."""
    source = repository / "workbooks" / "compare.xlsx"
    target = tmp_path_factory.mktemp("excel") / "compare.xlsm"
    assert export_excel(source, target).calls > 100
    return source, target


def test_only_code_names_links_and_types_differ_from_the_original(compare: tuple[Path, Path]) -> None:
    before, after = map(parts, compare)
    own = sum(name.startswith("xl/worksheets/sheet") for name in before)
    assert after.keys() - before.keys() == {"xl/vbaProject.bin", f"xl/worksheets/sheet{own + 1}.xml"}
    changed = {name for name in before if before[name] != after[name]}
    sheets = {f"xl/worksheets/sheet{n}.xml" for n in range(1, own + 1)}
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", *sheets}
    for name in sheets:
        assert CODE_NAME.sub(b"", after[name], count=1) == before[name]
    book = re.sub(rb'<sheet name="xlwings.conf"[^>]*/>', b"", CODE_NAME.sub(b"", after["xl/workbook.xml"], count=1))
    assert book == before["xl/workbook.xml"]


def test_members_that_do_not_change_lie_in_the_file_as_they_did(compare: tuple[Path, Path]) -> None:
    source, target = (path.read_bytes() for path in compare)
    with zipfile.ZipFile(compare[0]) as before, zipfile.ZipFile(compare[1]) as after:
        for info in before.infolist():
            there = after.getinfo(info.filename)
            if before.read(info) == after.read(there):
                size = 30 + len(info.filename) + info.compress_size
                old = source[info.header_offset : info.header_offset + size]
                assert target[there.header_offset : there.header_offset + size] == old


def test_code_names_in_the_sheets_are_those_of_the_modules(compare: tuple[Path, Path]) -> None:
    after = parts(compare[1])
    sheets = range(1, 1 + sum(name.startswith("xl/worksheets/sheet") for name in after))
    modules = [module.name for module in modules_in(compare[1])]
    assert modules == ["ThisWorkbook", *(f"Sheet{n}" for n in sheets), "xlwings", "Dictionary", "COMPUTEFI"]
    for n in sheets:
        assert f'codeName="Sheet{n}"'.encode() in after[f"xl/worksheets/sheet{n}.xml"]
    assert b'<workbookPr codeName="ThisWorkbook"' in after["xl/workbook.xml"]


def test_the_file_is_a_macro_workbook_by_its_types_and_links(compare: tuple[Path, Path]) -> None:
    after = parts(compare[1])
    types = after["[Content_Types].xml"].decode()
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"' in types
    assert 'PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    assert "sheet.main+xml" not in types.replace("macroEnabled.main+xml", "")
    links = after["xl/_rels/workbook.xml.rels"].decode()
    assert 'relationships/vbaProject" Target="vbaProject.bin"' in links


def test_olevba_reads_our_module_and_xlwings(compare: tuple[Path, Path]) -> None:
    macros = macros_read_by_olevba(compare[1])
    assert macros["COMPUTEFI"] == wrapper_module(with_host_functions())
    assert f'XLWINGS_VERSION As String = "{importlib.metadata.version("xlwings")}"' in macros["xlwings"]
    assert 'PROJECT_NAME As String = "xlwings"' in macros["xlwings"]
    assert "BSD 3-clause license" in macros["xlwings"]


def test_the_settings_sheet_is_visible_last_and_as_vba_reads_it(compare: tuple[Path, Path]) -> None:
    book = openpyxl.load_workbook(compare[1])
    sheet = book["xlwings.conf"]
    assert book.sheetnames[-1] == "xlwings.conf"
    assert sheet.sheet_state == "visible"
    rows = [(key.value, value.value) for key, value in sheet["A1:B10"]]
    assert {key: value or "" for key, value in rows} == settings(conf_text())
    assert sheet["A11"].value is None  # VBA stops here
    assert read_book(compare[1]).sheets["xlwings.conf"] == settings(conf_text())
    assert sheet["B1"].value == DEFAULT_INTERPRETER


def test_openpyxl_keeps_the_macros_byte_for_byte(compare: tuple[Path, Path], tmp_path: Path) -> None:
    with with_macros(compare[1]) as book:
        book.save(tmp_path / "again.xlsm")
    assert parts(tmp_path / "again.xlsm")["xl/vbaProject.bin"] == parts(compare[1])["xl/vbaProject.bin"]


def test_the_exported_workbook_recalculates_without_excel(compare: tuple[Path, Path], tmp_path: Path) -> None:
    names = ("summary_table",)
    before = recalculate(compare[0], needs=names)["summary_table"]
    book = recalculate(compare[1], tmp_path / "again.xlsm", needs=names)
    assert book["summary_table"] == before
    assert parts(tmp_path / "again.xlsm")["xl/vbaProject.bin"] == parts(compare[1])["xl/vbaProject.bin"]


def test_the_same_workbook_gives_the_same_bytes(compare: tuple[Path, Path], tmp_path: Path) -> None:
    export_excel(compare[0], tmp_path / "again.xlsm")
    assert (tmp_path / "again.xlsm").read_bytes() == compare[1].read_bytes()


def test_calls_of_other_hosts_are_spelled_for_excel(book_of: BookOf, tmp_path: Path) -> None:
    source = book_of("=CFI.LTV(70,100)", "=_xll.CFI_LTV(70,100)", "=CFI_NOSUCH(1)", '="CFI.LTV("')
    done = export_excel(source, tmp_path / "out.xlsm")
    assert (done.calls, done.rewritten, done.unknown) == (2, 2, ("CFI_NOSUCH",))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsm")["Sheet"]
    assert [cell.value for (cell,) in sheet["A1:A4"]] == [
        "=CFI_LTV(70,100)", "=CFI_LTV(70,100)", "=CFI_NOSUCH(1)", '="CFI.LTV("',
    ]  # fmt: skip


def test_code_names_that_are_there_stay_unless_vba_would_refuse_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("Mine", "COMPUTEFI", "mine", "Ärger", "Sheet1"):
        book.create_sheet(name).sheet_properties.codeName = name
    book.save(tmp_path / "in.xlsx")
    export_excel(tmp_path / "in.xlsx", tmp_path / "out.xlsm")
    stored = parts(tmp_path / "out.xlsm")
    names = [re.search(rb'codeName="([^"]*)"', stored[f"xl/worksheets/sheet{n}.xml"])[1].decode() for n in range(1, 8)]  # type: ignore[index]
    assert names == ["Sheet2", "Mine", "Sheet3", "Sheet4", "Sheet5", "Sheet1", "Sheet7"]
    assert [m.name for m in modules_in(tmp_path / "out.xlsm")][:8] == ["ThisWorkbook", *names]


def test_a_chart_sheet_gets_a_module_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    chart: Chartsheet = book.create_chartsheet("Chart")
    chart.add_chart(openpyxl.chart.BarChart())
    book.save(tmp_path / "in.xlsx")
    export_excel(tmp_path / "in.xlsx", tmp_path / "out.xlsm")
    sources = {module.name: module.source for module in modules_in(tmp_path / "out.xlsm")}
    assert "{00020821-" in sources["Sheet2"]
    assert b'<sheetPr codeName="Sheet2"' in parts(tmp_path / "out.xlsm")["xl/chartsheets/sheet1.xml"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsm").sheetnames == ["Sheet", "Chart", "xlwings.conf"]


def test_prefixed_parts_without_properties_are_patched_in_their_prefix(book_of: BookOf, tmp_path: Path) -> None:
    source = book_of("=CFI_LTV(70,100)")
    stored = parts(source)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        text = stored[name].decode().replace("<workbookPr />", "").replace("xmlns=", "xmlns:q=")
        text = re.sub(r"<sheetPr>.*?</sheetPr>", "", text)
        stored[name] = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1q:", text).encode()
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in stored.items():
            archive.writestr(name, data)
    export_excel(source, tmp_path / "out.xlsm")
    after = parts(tmp_path / "out.xlsm")
    assert b'<q:workbookPr codeName="ThisWorkbook"/><q:' in after["xl/workbook.xml"]
    assert b'<q:sheet name="xlwings.conf"' in after["xl/workbook.xml"]
    assert b'<q:sheetPr codeName="Sheet1"/><q:' in after["xl/worksheets/sheet1.xml"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsm").sheetnames == ["Sheet", "xlwings.conf"]


def test_properties_of_extensions_are_not_taken_for_those_of_the_workbook() -> None:
    inner = b'<x14:workbookPr defaultImageDpi="1"/>'
    book = b'<workbook xmlns="m" xmlns:x14="e"><fileVersion/>%b<extLst>' + inner + b"</extLst></workbook>"
    assert with_code_name(book % b"", "p", "A") == book % b'<workbookPr codeName="A"/>'
    assert with_code_name(book % b"<workbookPr/>", "p", "A") == book % b'<workbookPr codeName="A"/>'
    for old in (b"<workbookPr codeName='B' x='1'/>", b"<!-- <workbookPr/> --><workbookPr codeName='B' x='1'/>"):
        assert with_code_name(book % old, "p", "A") == book % old.replace(b"'B'", b'"A"')
        assert code_name(book % old, "p") == "B"


def test_a_settings_sheet_that_is_there_stays(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("XLWINGS.conf")["A1"] = "INTERPRETER_WIN"
    book.save(tmp_path / "in.xlsx")
    assert export_excel(tmp_path / "in.xlsx", tmp_path / "out.xlsm").kept_settings
    assert openpyxl.load_workbook(tmp_path / "out.xlsm").sheetnames == ["Sheet", "XLWINGS.conf"]


def test_another_interpreter_is_named(book_of: BookOf, tmp_path: Path) -> None:
    export_excel(book_of("=1"), tmp_path / "out.xlsm", r"D:\py & <co>\pythonw.exe")
    sheets = read_book(tmp_path / "out.xlsm").sheets
    assert sheets["xlwings.conf"]["INTERPRETER_WIN"] == r"D:\py & <co>\pythonw.exe"


def refused(source: Path, target: Path) -> str:
    with pytest.raises(WorkbookError) as error:
        export_excel(source, target)
    assert not target.exists()
    return str(error.value)


def test_what_cannot_be_exported_is_said_and_nothing_is_written(
    compare: tuple[Path, Path], book_of: BookOf, tmp_path: Path
) -> None:
    assert "must end in .xlsm" in refused(compare[0], tmp_path / "out.xlsx")
    assert "has macros of its own" in refused(compare[1], tmp_path / "out.xlsm")
    assert "does not exist" in refused(tmp_path / "none.xlsx", tmp_path / "out.xlsm")
    assert ".xlsx or .xlsm" in refused(tmp_path / "none.xls", tmp_path / "out.xlsm")
    strict = book_of("=1", name="strict.xlsx")
    stored = parts(strict)
    old = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    stored["xl/workbook.xml"] = stored["xl/workbook.xml"].replace(
        b"<workbook ", b'<workbook xmlns:s="http://purl.oclc.org/ooxml/spreadsheetml/main" '
    )
    assert old in stored["xl/_rels/workbook.xml.rels"]
    with zipfile.ZipFile(strict, "w") as archive:
        for name, data in stored.items():
            archive.writestr(name, data)
    assert "Strict" in refused(strict, tmp_path / "out.xlsm")


def test_a_workbook_of_old_macro_sheets_is_refused(book_of: BookOf, tmp_path: Path) -> None:
    source = book_of("=1")
    book = openpyxl.load_workbook(source)
    book.create_sheet("Second")
    book.save(source)
    stored = parts(source)
    name = "xl/_rels/workbook.xml.rels"
    links = stored[name]
    stored[name] = links.replace(
        b'/worksheet" Target="/xl/worksheets/sheet2', b'/dialogsheet" Target="/xl/worksheets/sheet2'
    )
    assert stored[name] != links
    with zipfile.ZipFile(source, "w") as archive:
        for member, data in stored.items():
            archive.writestr(member, data)
    assert "old kind (dialogsheet)" in refused(source, tmp_path / "out.xlsm")
