"""The families of what can go wrong with a file or a request, and what each tells its caller: by type, not by text."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest

from computefi import errors
from computefi.errors import (
    DamagedFile,
    EngineFailed,
    EngineMissing,
    InputRefused,
    LimitReached,
    NotSolved,
    WorkbookError,
)
from computefi.recalc import Book, recalculate
from computefi.recalc import WorkbookError as PublicError
from computefi.recalc.engines import by_name
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.xlsx import package
from computefi.xlsx.package import Package
from computefi.xlsx.table_files import writer_for
from recalc_books import make, raw_book

FAMILIES = [InputRefused, DamagedFile, EngineMissing, EngineFailed, NotSolved, LimitReached]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    path = make(tmp_path / "book.xlsx", {"A1": 70, "B1": "=A1*2", "C1": "=MOD(A1,2)"}, {"loan": "Deal!$A$1"})
    return Book.open(path)


def test_all_families_have_one_base_which_is_public() -> None:
    assert PublicError is WorkbookError
    found = {thing for thing in vars(errors).values() if isinstance(thing, type) and issubclass(thing, WorkbookError)}
    assert found == {WorkbookError, *FAMILIES, errors.MissingName}
    assert not any(issubclass(one, other) for one in FAMILIES for other in FAMILIES if one is not other)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_error_keeps_its_family_and_fields_between_processes(family: type[WorkbookError]) -> None:
    error = family("what is wrong", part="xl/workbook.xml", cell="Deal!B3", name="loan")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is family
    assert str(again) == "what is wrong"
    assert (again.part, again.cell, again.name) == ("xl/workbook.xml", "Deal!B3", "loan")


def test_a_field_that_says_nothing_is_empty() -> None:
    error = InputRefused("nothing to get")
    assert (error.part, error.cell, error.name) == ("", "", "")


def test_a_name_that_is_not_there_is_refused_by_its_name(book: Book) -> None:
    with pytest.raises(InputRefused) as caught:
        book.get("lone")
    assert caught.value.name == "lone"


def test_an_input_that_is_a_formula_is_refused_with_its_cell(book: Book) -> None:
    with pytest.raises(InputRefused) as caught:
        book.set("Deal!B1", 1.0)
    assert (caught.value.name, caught.value.cell) == ("Deal!B1", "Deal!B1")


def test_a_circle_through_a_call_names_a_cell_of_it(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(B1,100)", "B1": "=A1+1"})
    with pytest.raises(InputRefused) as caught:
        recalculate(path)
    assert caught.value.cell in ("Deal!A1", "Deal!B1")


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        recalculate(tmp_path / "nothing.xlsx")
    assert caught.value.name == str(tmp_path / "nothing.xlsx")


def test_a_file_that_is_no_zip_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(DamagedFile) as caught:
        recalculate(path)
    assert caught.value.name == str(path)


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>')
    with pytest.raises(DamagedFile) as caught:
        recalculate(path)
    assert caught.value.part.startswith("xl/worksheets/")


def test_a_part_that_declares_a_document_type_is_damaged(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", "")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            start = b"<!DOCTYPE workbook>" if name == "xl/workbook.xml" else b""
            head, _, rest = content.rpartition(b"?>")
            archive.writestr(name, (head + b"?>" if head else b"") + start + rest)
    with pytest.raises(DamagedFile) as caught:
        recalculate(path)
    assert caught.value.part == "xl/workbook.xml"


def test_an_engine_that_is_not_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_name, "find_spec", lambda _: None)
    with pytest.raises(EngineMissing) as caught:
        by_name.engine_named("cellrune")
    assert caught.value.name == "cellrune"


def test_an_engine_of_no_known_name_is_an_input_that_is_refused() -> None:
    with pytest.raises(InputRefused) as caught:
        by_name.engine_named("ironcalk")
    assert caught.value.name == "ironcalk"


def test_an_engine_that_cannot_read_its_copy_has_failed() -> None:
    with pytest.raises(EngineFailed) as caught:
        IronCalc().load(b"no workbook")
    assert caught.value.name == "ironcalc"


def test_a_goal_out_of_reach_is_not_solved(book: Book) -> None:
    with pytest.raises(NotSolved) as caught:
        book.solve("Deal!C1", 7.0, "loan")
    assert caught.value.name == "loan"


def test_a_file_beyond_the_limit_of_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 1})
    monkeypatch.setattr(package, "FILE_LIMIT", 10)
    with pytest.raises(LimitReached) as caught:
        Package.open(path)
    assert caught.value.name == str(path)


def test_a_table_of_no_known_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        writer_for(tmp_path / "table.ods")
    assert caught.value.name == str(tmp_path / "table.ods")


def test_a_name_of_a_file_cannot_break_the_line_of_a_message() -> None:
    error = WorkbookError("a\nb\x1b[31m\udc80\u202e贷.xlsx does not exist")
    assert str(error) == "a\\nb\\x1b[31m\\udc80\\u202e贷.xlsx does not exist"
