"""Workbooks made to do harm: one clear line each, bounded time and memory, the target untouched."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from computefi.recalc import WorkbookError, recalculate
from computefi.xlsx.package import OLE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FILES = Path(__file__).parent / "files"
SHEET = "xl/worksheets/sheet1.xml"


def parts(cells: str, head: str = "", rels: str = "") -> dict[str, str]:
    """The members of a small workbook with a sheet Deal, and a sheet Far with a value in its last cell."""
    sheets = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in ((1, "Deal"), (2, "Far")))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in (1, 2)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}{rels}</Relationships>',
        SHEET: f'<worksheet xmlns="{MAIN}">{head}<sheetData><row r="1"><c r="A1"><v>70</v></c>{cells}</row></sheetData>'
        "</worksheet>",
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v>'
        "</c></row></sheetData></worksheet>",
    }


def write(path: Path, members: dict[str, str] | dict[str, bytes]) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def with_formula(path: Path, formula: str, attributes: str = "") -> Path:
    return write(path, parts(f'<c r="B1"><f{attributes}>{formula}</f><v>7</v></c>'))


def refused(path: Path, words: str) -> None:
    """The file is refused in one line, in little time, and stays as it is."""
    before, started = path.read_bytes(), time.perf_counter()
    with pytest.raises(WorkbookError, match=words) as caught:
        recalculate(path, path)
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - started < 5
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


BOMBS = [
    "FACT(1E15)", "SUM(A:XFD*1)", "SUM(Far!A:XFD*1)", "COUNTBLANK(Far!A:XFD)", "SEQUENCE(1048576,16384)",
    "_xlfn.LAMBDA(_xlpm.f,_xlpm.f(_xlpm.f))(_xlfn.LAMBDA(_xlpm.f,_xlpm.f(_xlpm.f)))",
    "SUM(OFFSET(Far!A1,0,0,1E6,1E4))", "CFI_HHI(Far!A:XFD)", "CFI_HHI(_xlfn.SEQUENCE(1048576,16384))",
    'LEN(REPT("a",1E9))',
]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot limit a process from outside")
@pytest.mark.parametrize("formula", BOMBS)
def test_a_formula_without_bounds_ends_in_one_line_and_touches_nothing(tmp_path: Path, formula: str) -> None:
    path = with_formula(tmp_path / "book.xlsx", formula)
    before = path.read_bytes()
    limits = {"COMPUTEFI_CPU_SECONDS": "1", "COMPUTEFI_MEMORY_MB": "2048"}
    command = subprocess.Popen(
        [sys.executable, "-m", "computefi", "recalc", str(path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **limits},
        start_new_session=True,
    )  # fmt: skip
    try:
        _, said = command.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(command.pid, signal.SIGKILL)
        raise
    assert "Traceback" not in said
    if command.returncode:
        assert command.returncode == 2
        assert path.read_bytes() == before
        [line] = said.splitlines()
        assert line.startswith("computefi: ")
    else:
        assert zipfile.ZipFile(path).testzip() is None
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize("attributes", [' t="array" ref="B1:XFD1048576"', ' t="shared" si="0" ref="B1:XFD1048576"'])
def test_a_formula_over_a_whole_sheet_keeps_its_value_or_is_one_cell(tmp_path: Path, attributes: str) -> None:
    path = with_formula(tmp_path / "book.xlsx", "CFI_LTV(A1,100)", attributes)
    started = time.perf_counter()
    result = recalculate(path, path)
    assert time.perf_counter() - started < 5
    assert result["Deal!B1"] == (7.0 if "array" in attributes else 0.7)


def test_a_dimension_that_is_not_true_costs_nothing(tmp_path: Path) -> None:
    cells = '<c r="B1"><f>CFI_LTV(A1,100)</f><v>7</v></c>'
    path = write(tmp_path / "book.xlsx", parts(cells, '<dimension ref="A1:XFD1048576"/>'))
    assert recalculate(path, path)["Deal!B1"] == 0.7


@pytest.mark.parametrize("reference", ["Far!A:XFD", "Far!1:1048576", "Far!A1:XFD1048576", "Far!A1:Z1000000"])
def test_an_argument_of_more_cells_than_memory_holds_is_refused(tmp_path: Path, reference: str) -> None:
    result = recalculate(with_formula(tmp_path / "book.xlsx", f"CFI_HHI({reference})"))
    [reason] = result.reasons
    assert "more than 4,194,304 cells" in reason.reason


@pytest.mark.parametrize(
    "formula",
    ["(" * 3000 + "1" + ")" * 3000, "1+" * 500_000 + "1", '"' + "a" * 1_000_000 + '"', "IF(" * 500 + "1" + ")" * 500],
    ids=["brackets", "sums", "text", "calls"],
)
def test_a_formula_that_excel_could_not_hold_keeps_its_value(tmp_path: Path, formula: str) -> None:
    path = with_formula(tmp_path / "book.xlsx", formula)
    started = time.perf_counter()
    result = recalculate(path)
    assert time.perf_counter() - started < 5
    assert result["Deal!B1"] == 7.0
    assert any("keeps its stored value" in warning for warning in result.warnings)


def test_circles_are_named(tmp_path: Path) -> None:
    through_a_call = '<c r="B1"><f>CFI_LTV(C1,1)</f><v>7</v></c><c r="C1"><f>B1+1</f><v>8</v></c>'
    refused(write(tmp_path / "book.xlsx", parts(through_a_call)), "circular reference through a CFI call: Deal!B1")
    native = '<c r="B1"><f>C1+1</f><v>7</v></c><c r="C1"><f>B1+1</f><v>8</v></c>'
    result = recalculate(write(tmp_path / "book.xlsx", parts(native)))
    assert any("Deal!B1, Deal!C1 (a circular reference) keep" in warning for warning in result.warnings)


def test_the_network_and_other_files_are_never_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object, **__: object) -> None:
        raise AssertionError("the network was reached")

    monkeypatch.setattr(socket, "socket", reached)
    monkeypatch.setattr(socket, "create_connection", reached)
    rels = f'<Relationship Id="rId9" Type="{OFFICE}/externalLink" Target="http://127.0.0.1:9/x" TargetMode="External"/>'
    cells = (
        '<c r="B1"><f>\'http://127.0.0.1:9/[x.xlsx]S\'!A1</f><v>7</v></c><c r="C1"><f>[1]S!A1</f><v>8</v></c>'
        '<c r="D1"><f>_xlfn.WEBSERVICE("http://127.0.0.1:9/")</f><v>9</v></c>'
    )
    path = write(tmp_path / "book.xlsx", parts(cells, rels=rels))
    result = recalculate(path)
    assert result["Deal!B1"] == 7.0
    assert result["Deal!C1"] == 8.0
    assert any("another workbook" in warning for warning in result.warnings)


DOCTYPES = {
    "a document type": "<!DOCTYPE x>",
    "a billion laughs": '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {n} "{f"&{m};" * 10}">' for m, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>",
    "a file of the system": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "a file of the network": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"])
def test_document_types_are_refused(tmp_path: Path, member: str, doctype: str) -> None:
    members = parts('<c r="B1"><f>CFI_LTV(A1,100)</f></c>')
    members[member] = doctype + members[member]
    refused(write(tmp_path / "book.xlsx", members), "document type")


def test_a_sheet_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("xl/media/a.bin", "w") as stream:
            for _ in range(70):
                stream.write(bytes(2**20))
        archive.writestr("_rels/.rels", "x")
    refused(path, "unreasonable size")


@pytest.mark.parametrize("name", ["../x", "/x", "..\\x", "a/../../x", "C:/x", "\\\\server\\x"])
def test_a_member_outside_the_package_is_refused(tmp_path: Path, name: str) -> None:
    refused(write(tmp_path / "book.xlsx", {**parts(""), name: "x"}), "outside its own folder")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "encrypted; save it without a password"),
        (OLE + b"\0" * 512, r"old \.xls"), (b"a;b\n1;2\n", "not a workbook"), (b"\xef\xbb\xbfa,b\n", "not a workbook"),
        (b"<html></html>", "not a workbook"), (b"%PDF-1.7", "not a workbook"), (b"", "empty"), (b"PK", "damaged"),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    refused(path, words)


def test_a_binary_workbook_is_named(tmp_path: Path) -> None:
    members = {name: content for name, content in parts("").items() if name != "xl/workbook.xml"}
    members["_rels/.rels"] = members["_rels/.rels"].replace("workbook.xml", "workbook.bin")
    refused(write(tmp_path / "book.xlsx", {**members, "xl/workbook.bin": "x"}), r"binary \.xlsb")


@pytest.mark.parametrize("path", sorted(FILES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_what_fuzzing_found_stays_mended(path: Path, tmp_path: Path) -> None:
    from fuzzing import check

    assert check(path.read_bytes(), tmp_path) == ""
