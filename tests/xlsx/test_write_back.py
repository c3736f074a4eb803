"""What a recalculation leaves alone in the file, which is everything but values."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import struct
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from computefi.recalc import WorkbookError, recalculate
from computefi.xlsx.package import Package
from computefi.xlsx.patch import stored_form
from recalc_books import LOAN, make, members, raw_book, values

SHEET = "xl/worksheets/sheet1.xml"
EXCEL_SAVED = Path(__file__).resolve().parents[1] / "vectors" / "excel_saved"


def skeleton(sheet: bytes) -> bytes:
    """A sheet part without its values and their types."""
    sheet = re.sub(rb"<(\w+:)?v(?: [^>]*)?>[^<]*</(\w+:)?v>|<(\w+:)?v\s*/>", b"", sheet)
    return re.sub(rb'( t="(str|b|e|n)")', b"", sheet)


def raw_member(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """A member as it lies in the file, from its header to the end of its packed bytes."""
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    return data[info.header_offset : info.header_offset + 30 + name + extra + info.compress_size]


def test_only_values_of_formula_cells_change(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        {**LOAN, "B1": "=CFI_LTV(A1,A2)", "B2": "=A1*2", "B3": "text", "B4": True},
        sheets={"Other": {"A1": "nothing here is computed"}},
    )
    before, out = path.read_bytes(), tmp_path / "out.xlsx"
    recalculate(path, out)
    assert path.read_bytes() == before
    after = out.read_bytes()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out) as new:
        assert [i.filename for i in old.infolist()] == [i.filename for i in new.infolist()]
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert one.date_time == other.date_time
            if one.filename == SHEET:
                assert skeleton(old.read(one)) == skeleton(new.read(other))
            else:
                assert raw_member(before, one) == raw_member(after, other)
        assert new.testzip() is None


def test_a_second_recalculation_changes_no_byte(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        {**LOAN, "B1": "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)", "B2": '=IF(B1>1,"high","low")', "B3": "=B1>1",
         "B4": "=1/0", "B5": "=1/3", "B6": '=""', "B7": '=" a "', "B8": "=1E-7*1", "B9": "=A99", "B10": "=10^15",
         "C1": ("C1:D3", "=CFI_LTV(A1:A2,A2)")},
    )  # fmt: skip
    assert recalculate(path, path).changed
    first = path.read_bytes()
    again = recalculate(path, path)
    assert not again.changed
    assert path.read_bytes() == first


def test_a_number_in_seventeen_digits_is_left_as_it_is(tmp_path: Path) -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><f>1/10</f><v>0.10000000000000001</v></c></row></sheetData>'
    path = raw_book(tmp_path / "book.xlsx", sheet)
    assert not recalculate(path, path).changed


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (17.0, b"", b"17"), (0.1, b"", b"0.1"), (1.5e-7, b"", b"1.5E-07"), (-3.0, b"", b"-3"), (1e300, b"", b"1E+300"),
        (True, b"b", b"1"), ("a<b & c", b"str", b"a&lt;b &amp; c"), ("\x01_x0001_", b"str", b"_x0001__x005F_x0001_"),
        ("", b"str", b""), (None, b"", b"0"),
    ],
)  # fmt: skip
def test_values_are_stored_as_excel_stores_them(value: Any, kind: bytes, text: bytes) -> None:
    assert stored_form(value) == (kind, text)


@pytest.mark.parametrize("text", ['a<b & "c"', " spaces ", "line\nbreak", "_x0041_ stays", "Φ ρ €", "]]>"])
def test_texts_come_back_as_they_went(tmp_path: Path, text: str) -> None:
    path = make(tmp_path / "book.xlsx", {"B1": '=A1&""', "B2": "=CFI_WHY(A1,1)"})
    recalculate(path, path, set={"Deal!A1": text, "Deal!C1": text})
    found = recalculate(path)
    assert found["Deal!B1"] == found["Deal!C1"] == text
    assert not found.changed


def test_set_changes_a_constant_and_nothing_else(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {**LOAN, "B1": "=CFI_LTV(A1,A2)"}, {"Loan": "Deal!$A$1"})
    book = openpyxl.load_workbook(path)
    book["Deal"]["A1"].number_format = "0.00"
    book.save(path)
    out = tmp_path / "out.xlsx"
    inputs = {"loan": 80, "Deal!A2": 160.0, "Deal!A3": None, "Deal!A4": "text", "Deal!C9": True}
    result = recalculate(path, out, set=inputs)
    assert result["Deal!B1"] == 0.5
    assert values(out) == {"A1": 80, "A2": 160, "A4": "text", "A5": 0.4, "A6": 1, "B1": 0.5, "C9": True}
    assert openpyxl.load_workbook(out)["Deal"]["A1"].number_format == "0.00"
    assert values(path)["A1"] == 70


def test_computing_without_an_output_writes_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {**LOAN, "B1": "=CFI_LTV(A1,A2)"})
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert recalculate(path, set={"Deal!A1": 80})["Deal!B1"] == 0.8
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("Lone", "did you mean Loan"), ("Dael!A1", "did you mean Deal"), ("Deal!B1", "formula"), ("Deal!C2", "formula"),
        ("A1", "which sheet"), ("Deal!A1:A2", "range"), ("Both", "range"), ("half", "only inputs"), ("", "no name"),
    ],
)  # fmt: skip
def test_a_set_that_cannot_be_is_refused_in_words(tmp_path: Path, reference: str, words: str) -> None:
    path = make(
        tmp_path / "book.xlsx",
        {**LOAN, "B1": "=CFI_LTV(A1,A2)", "C1": ("C1:C2", "=CFI_LTV(A1:A2,A2)")},
        {"Loan": "Deal!$A$1", "Both": "Deal!$A$1:$A$2", "half": "0.5"},
    )
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=words):
        recalculate(path, path, set={reference: 1})
    assert path.read_bytes() == before


@pytest.mark.parametrize("value", [float("nan"), float("inf"), (1, 2)])
def test_a_set_value_that_no_cell_holds_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(WorkbookError, match="cannot be set"):
        recalculate(make(tmp_path / "book.xlsx", LOAN), set={"Deal!A1": value})


def test_any_namespace_prefix_and_missing_addresses(tmp_path: Path) -> None:
    sheet = (
        "<x:sheetData><!-- <x:c r='A1'><x:v>5</x:v></x:c> --><x:row><x:c><x:v>70</x:v></x:c><x:c t='inlineStr'><x:is>"
        "<x:t>a</x:t></x:is></x:c><x:c s='0'/><x:c><x:f>CFI_LTV(A1,100)</x:f></x:c></x:row>"
        "<x:row r='3'/><x:row><x:c r='A4'><x:f>D1*2</x:f><x:v/></x:c></x:row></x:sheetData>"
    )
    path = raw_book(tmp_path / "book.xlsx", sheet, "x")
    result = recalculate(path, path, set={"Deal!C3": 5, "Deal!A9": 6})
    assert result["Deal!D1"] == 0.7
    after = members(path)[SHEET]
    assert b"<x:f>CFI_LTV(A1,100)</x:f><x:v>0.7</x:v>" in after
    assert b"<x:row r='3'><x:c r=\"C3\"><x:v>5</x:v></x:c></x:row>" in after
    assert b"<x:v>1.4</x:v>" in after
    assert b"<!-- " in after
    assert not recalculate(path, path).changed


def test_attributes_and_formats_of_a_cell_stay(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1" spans="1:2" ht="20"><c r="A1"><v>70</v></c>'
        '<c r="B1" s="0" t="str" ph="1"><f ca="1">CFI_LTV(A1,100)</f><v>old</v></c></row></sheetData>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet)
    recalculate(path, path)
    assert b'<c r="B1" s="0" ph="1"><f ca="1">CFI_LTV(A1,100)</f><v>0.7</v></c>' in members(path)[SHEET]


def test_a_row_that_gets_new_cells_loses_its_spans_only_when_they_would_be_wrong(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1" spans="1:2" ht="20"><c r="A1"><v>70</v></c></row><row r="2" spans="1:1"/></sheetData>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet)
    recalculate(path, path, set={"Deal!B1": 1})
    assert b'<row r="1" spans="1:2" ht="20">' in members(path)[SHEET]
    recalculate(path, path, set={"Deal!D1": 1, "Deal!C2": 2})
    assert b'<row r="1" ht="20">' in members(path)[SHEET]
    assert values(path) == {"A1": 70, "B1": 1, "D1": 1, "C2": 2}


def test_an_empty_sheet_takes_an_input(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", "<sheetData/>")
    recalculate(path, path, set={"Deal!B2": 1})
    assert values(path) == {"B2": 1}


def test_formulas_that_read_other_workbooks_keep_their_values(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><f>[1]Sheet1!$A$1*2</f><v>70</v></c>'
        '<c r="B1"><f>CFI_LTV(A1,100)</f><v>0</v></c></row></sheetData>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet)
    result = recalculate(path, path)
    assert values(path) == {"A1": 70, "B1": 0.7}
    assert any("another workbook" in warning for warning in result.warnings)


def test_macros_and_everything_else_of_a_macro_workbook_stay(tmp_path: Path) -> None:
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        pytest.skip("xlwings, whose wheel has a workbook with macros, is not installed")
    found = sorted(Path(spec.origin).parent.rglob("*.xlsm"))
    if not found:
        pytest.skip("this version of xlwings carries no workbook with macros")
    path = tmp_path / "macros.xlsm"
    shutil.copy(found[0], path)
    before = members(path)
    recalculate(path, path, set={recalc_first_sheet(path) + "!Z50": 1})
    after = members(path)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [SHEET]
    assert "xl/vbaProject.bin" in after
    with pytest.raises(WorkbookError, match=r"must end in \.xlsm"):
        recalculate(path, tmp_path / "out.xlsx")


def recalc_first_sheet(path: Path) -> str:
    name: str = openpyxl.load_workbook(path, read_only=True).sheetnames[0]
    return f"'{name}'"


def test_a_member_with_a_data_descriptor_is_replaced_and_the_rest_copied(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    parts = members(path)

    class Pipe:
        """A stream that cannot seek, so that zipfile writes data descriptors."""

        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes) -> int:
            self.data += bytes(data)
            return len(data)

        def flush(self) -> None:
            pass

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(pipe.data)
    assert Package(pipe.data, "x").replaced({}) == pipe.data
    recalculate(path, path)
    assert values(path) == {"A1": 0.5}


def test_a_failing_rename_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WorkbookError, match="cannot be written: Permission denied"):
        recalculate(path, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkbookError, match="the disk is full"):
        recalculate(path, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


def test_permissions_and_links_of_the_target_stay(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    path.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    recalculate(link, link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert values(path) == {"A1": 0.5}


def saved_by_excel() -> list[Path]:
    return sorted(EXCEL_SAVED.glob("*.xlsx"))


# An iteration that ends elsewhere, within Excel's own tolerance for it; NPV at such a rate is near 0, not 0.
LOOSE = {"IRR.xlsx": 5e-7}


def test_workbooks_saved_by_excel_keep_parts_formulas_and_values(tmp_path: Path) -> None:
    cells = wrong = 0
    for path in saved_by_excel():
        out = tmp_path / path.name
        recalculate(path, out)
        before, after = members(path), members(out)
        assert list(before) == list(after)
        for name, content in before.items():
            if name.startswith("xl/worksheets/sheet"):
                assert skeleton(content) == skeleton(after[name]), (path.name, name)
            else:
                assert content == after[name], (path.name, name)
        formulas, old, new = (
            openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True),
            openpyxl.load_workbook(out, data_only=True),
        )  # fmt: skip
        for sheet in formulas:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        cells += 1
                        one, other = old[sheet.title][cell.coordinate].value, new[sheet.title][cell.coordinate].value
                        wrong += not close(one, other, LOOSE.get(path.name, 1e-9))
    assert cells > 3000
    assert wrong == 0


def close(one: Any, other: Any, tolerance: float) -> bool:
    """Whether our value is Excel's."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= tolerance * max(1.0, abs(one))
    return bool(one == other)


def test_excel_is_told_to_trust_the_values_or_to_compute_anew(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    part = "xl/workbook.xml"
    kept = members(path)[part]
    assert b'<calcPr calcId="124519" fullCalcOnLoad="1" />' in kept
    recalculate(path, path)
    assert members(path)[part] == kept
    recalculate(path, path, calc="trust")
    trusting = members(path)[part]
    assert trusting == kept.replace(b'calcId="124519" fullCalcOnLoad="1"', b'calcId="191029"')
    first = path.read_bytes()
    recalculate(path, path, calc="trust")
    assert path.read_bytes() == first
    recalculate(path, path, calc="recalc")
    assert b'<calcPr calcId="191029" fullCalcOnLoad="1" />' in members(path)[part]


def test_a_workbook_without_the_setting_gets_it_where_it_belongs(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", "<x:sheetData/>", "x")
    recalculate(path, path, calc="trust")
    assert b'</x:sheets><x:calcPr calcId="191029"/></x:workbook>' in members(path)["xl/workbook.xml"]
    assert not recalculate(path).changed
