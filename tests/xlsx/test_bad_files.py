"""Files that are not what they should be: one line, nothing written, bounded work."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from computefi.recalc import WorkbookError, recalculate
from computefi.xlsx.package import OLE
from recalc_books import make, members, raw_book, zipped

ENCRYPTED = OLE + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000
XLSB = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01"})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ENCRYPTED, "encrypted"),
        (OLE + b"\0" * 2000, "old .xls"),
        (XLSB, "xlsb"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "not a workbook"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged"),
        (zipped({"word/document.xml": "<w/>"}), "not a workbook"),
        (zipped({"../evil.xml": "x"}), "outside its own folder"),
        (zipped({"/etc/passwd": "x"}), "outside its own folder"),
    ],
)
def test_a_file_that_is_no_workbook_is_named_as_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    path, out = tmp_path / "book.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match=words) as caught:
        recalculate(path, out)
    assert "\n" not in str(caught.value)
    assert not out.exists()


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="does not exist"):
        recalculate(tmp_path / "nothing.xlsx")
    with pytest.raises(WorkbookError, match="folder"):
        recalculate(tmp_path)


def test_a_missing_target_folder(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    with pytest.raises(WorkbookError, match="cannot be written"):
        recalculate(path, tmp_path / "none" / "out.xlsx")


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_torn_file_is_damaged(tmp_path: Path, cut: float) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(WorkbookError, match="damaged"):
        recalculate(path)


def spoiled(tmp_path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A good workbook with its members changed."""
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)", "A2": "text"})
    path.write_bytes(zipped({name: change(name, content) for name, content in members(path).items()}))
    return path


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize(("prefix", "words"), [(BOMB, "document type"), (b"<broken", "damaged")])
def test_a_part_with_entities_or_broken_xml_is_refused(tmp_path: Path, member: str, prefix: bytes, words: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        return (
            prefix + content[content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0 :]
            if name == member
            else content
        )

    with pytest.raises(WorkbookError, match=words):
        recalculate(spoiled(tmp_path, change))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 1})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(100 * 2**20))
    started = time.perf_counter()
    with pytest.raises(WorkbookError, match="unreasonable size"):
        recalculate(path)
    assert time.perf_counter() - started < 1


def test_a_member_with_a_wrong_checksum_is_damaged(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)"})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(WorkbookError, match="damaged"):
        recalculate(path)


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 5000 + "1" + ")" * 5000, "-" * 20000 + "1", "1+" * 20000 + "1", '"' + "a" * 10**6 + '"',
        "CFI_LTV(" * 300 + "1" + ")" * 300,
    ],
    ids=["brackets", "signs", "sums", "length", "calls"],
)  # fmt: skip
def test_a_monstrous_formula_keeps_its_value(tmp_path: Path, formula: str) -> None:
    sheet = f'<sheetData><row r="1"><c r="A1"><f>{formula}</f><v>7</v></c></row></sheetData>'
    path = raw_book(tmp_path / "book.xlsx", sheet)
    result = recalculate(path, path)
    assert result["Deal!A1"] == 7.0
    assert any("keeps its stored value" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    "cell",
    ['<c r="A1" t="s"><v>99</v></c>', '<c r="XFE1"><v>1</v></c>', '<c r="A9999999"><v>1</v></c>'],
)
def test_a_cell_that_cannot_be_is_damage(tmp_path: Path, cell: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", f'<sheetData><row r="1">{cell}</row></sheetData>')
    with pytest.raises(WorkbookError, match="damaged"):
        recalculate(path)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_a_sheet_that_is_not_utf_8_is_refused(tmp_path: Path, encoding: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        text = content.decode()
        return f'<?xml version="1.0" encoding="{encoding}"?>{text[text.find("<worksheet") :]}'.encode(encoding)

    with pytest.raises(WorkbookError, match="UTF-8"):
        recalculate(spoiled(tmp_path, change))


def test_a_whole_column_of_a_sheet_of_full_height_is_read(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>CFI_HHI(A:A)</f><v>0</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet)
    assert recalculate(path)["Deal!B1"] == 1.0


def test_importing_the_package_brings_in_neither_the_engine_nor_openpyxl() -> None:
    code = "import sys, computefi.recalc; print([m for m in ('ironcalc', 'openpyxl', 'xlwings') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": "=CFI_LTV(1,2)", "A2": "=A1", "A3": ("A3:A4", "=CFI_LTV({1;2},2)")})
    recalculate(path, path)
    assert capfd.readouterr() == ("", "")
