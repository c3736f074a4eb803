"""computefi.xlam: an add-in by its types, with xlwings' VBA under settings of its own, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import computefi
from computefi.hosts.vba.container import read_container
from computefi.hosts.vba.module import wrapper_module
from computefi.hosts.vba.project import Module
from computefi.hosts.windows import files as excel_files
from computefi.hosts.windows.files import addin, addin_modules, build_addin, modules_in, xlwings_version
from computefi.recalc import WorkbookError
from computefi.spec.host_functions import with_host_functions
from vba_office import macros_read_by_olevba
from workbook_support import with_macros

FUNCTIONS = with_host_functions()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "computefi.xlam"
    build_addin(path)
    return path


def test_the_same_bytes_every_time(path: Path) -> None:
    assert path.read_bytes() == addin()


def test_olevba_reads_every_module(path: Path) -> None:
    macros = macros_read_by_olevba(path)
    assert list(macros) == ["ThisWorkbook", "Sheet1", "xlwings", "Dictionary", "COMPUTEFI"]
    assert macros["COMPUTEFI"] == wrapper_module(FUNCTIONS)


def test_its_settings_are_its_own_and_look_at_the_active_workbook_first(path: Path) -> None:
    source = next(module.source for module in modules_in(path) if module.name == "xlwings")
    assert source.count('PROJECT_NAME As String = "computefi"') == 1
    assert "myaddin" not in source
    assert 'SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf")' in source


def test_the_project_is_called_unlike_its_modules(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        text = read_container(archive.read("xl/vbaProject.bin"))["PROJECT"].decode("cp1252")
    assert 'Name="computefi_addin"' in text


def test_it_is_an_add_in_of_well_formed_parts_that_are_all_linked(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    for name, data in texts.items():
        if not name.endswith(".bin"):
            ElementTree.fromstring(data)
    types = texts["[Content_Types].xml"].decode()
    assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in types
    for name in texts.keys() - {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}:
        assert f'PartName="/{name}"' in types
        assert name.rpartition("/")[2] in (texts["_rels/.rels"] + texts["xl/_rels/workbook.xml.rels"]).decode()


def test_openpyxl_reads_what_it_says_of_itself(path: Path, tmp_path: Path) -> None:
    # openpyxl takes neither the ending of an add-in nor its type.
    with zipfile.ZipFile(path) as built, zipfile.ZipFile(tmp_path / "addin.xlsm", "w") as copy:
        for name in built.namelist():
            copy.writestr(name, built.read(name).replace(b"ms-excel.addin.", b"ms-excel.sheet."))
    buffer = io.BytesIO()
    with with_macros(tmp_path / "addin.xlsm") as book:
        assert f"computefi {computefi.__version__}, {len(FUNCTIONS)} functions" in book["about"]["A1"].value
        assert xlwings_version(addin_modules()) in book["about"]["A2"].value
        book.save(buffer)
    with zipfile.ZipFile(buffer) as saved, zipfile.ZipFile(path) as built:
        assert saved.read("xl/vbaProject.bin") == built.read("xl/vbaProject.bin")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"must end in \.xlam"):
        build_addin(tmp_path / "computefi.xlsm")


def test_an_xlwings_without_its_project_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = [Module(m.name, m.kind, "") for m in addin_modules()[:2]]
    monkeypatch.setattr(excel_files, "xlwings_modules", lambda _: modules)
    with pytest.raises(WorkbookError, match="no PROJECT_NAME"):
        addin()


def test_an_xlwings_without_its_files_is_said() -> None:
    with pytest.raises(WorkbookError, match="cannot be read"):
        excel_files.xlwings_modules("nosuch.xlsm")
