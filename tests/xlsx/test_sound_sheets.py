"""What is not a sound workbook is refused, not guessed: nothing is passed over, nothing is read as another thing."""

from __future__ import annotations

import random
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest

from computefi.errors import DamagedFile
from computefi.recalc import recalculate
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import decode, open_sheet
from computefi.xlsx.workbook import MAIN_NAMESPACES, open_workbook, read_shared_strings
from recalc_books import MAIN, OFFICE, PACKAGE, make, members, raw_book, zipped
from sheet_mutants import ROWS, mutant, ours, sheet_book, sheet_xml, theirs

MUTANTS = 320


def test_a_sound_sheet_is_read_as_another_program_reads_it(tmp_path: Path) -> None:
    path = sheet_book(tmp_path / "book.xlsx", sheet_xml(ROWS))
    assert len(ours(path)) == 13
    assert ours(path) == theirs(path)


@pytest.mark.parametrize("first", range(0, MUTANTS, 80))
def test_a_spoiled_sheet_is_refused_or_read_as_openpyxl_reads_it(tmp_path: Path, first: int) -> None:
    path, refused = tmp_path / "book.xlsx", 0
    for seed in range(first, first + 80):
        sheet_book(path, mutant(random.Random(seed)))
        mine = ours(path)
        refused += isinstance(mine, str)
        if not isinstance(mine, str):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of extensions that openpyxl does not know
                other = theirs(path)
            assert isinstance(other, str) or mine == other, seed
    assert 20 < refused < 75


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_spoiled_sheet_is_refused_or_read_as_libreoffice_reads_it(tmp_path: Path) -> None:
    read: dict[Path, object] = {}
    for seed in range(1000):
        xml = mutant(random.Random(seed))
        path = sheet_book(tmp_path / f"{seed}.xlsx", xml)
        mine = ours(path)
        # A formula is computed there, and its stored value not looked at.
        if not isinstance(mine, str) and "A1048576" not in mine and "<f>" not in xml:
            read[path] = mine
    assert len(read) >= 300
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    paths = list(read)
    for first in range(0, len(paths), 60):
        some = map(str, paths[first : first + 60])
        subprocess.run([*command, "--outdir", str(tmp_path / "out"), *some], check=True, capture_output=True)
    assert [path.stem for path, mine in read.items() if mine != theirs(tmp_path / "out" / path.name)] == []


REFUSED = [
    ('<row r="1"><c r="A17000000000"><v>1</v></c></row>', "'A17000000000' in row 1"),
    ('<row r="1"><c r="AAAA1"><v>1</v></c></row>', "'AAAA1' in row 1"),
    ('<row r="1"><c r="1A"><v>1</v></c></row>', "'1A' in row 1"),
    ('<row r="1"><c r="$A$1"><v>1</v></c></row>', r"'\$A\$1' in row 1"),
    ('<row r="-5"><c><v>1</v></c></row>', "a row of the number '-5'"),
    (f'<row r="{"9" * 5000}"/>', "a row of the number '9999"),
    ('<row r="2"/><row r="1"/>', "row 1 comes after row 2"),
    ('<row r="1"/><row r="1"/>', "row 1 comes after row 1"),
    ('<row r="1"><c r="B1"/><c r="A1"/></row>', "A1 comes after B1"),
    ('<row r="1"><c r="A1"/><c r="A1"/></row>', "A1 comes after A1"),
    ('<row r="1"><c r="A2"/></row>', "'A2' in row 1"),
    ('<row r="1"><c r="XFD1"/><c/></row>', "outside the sheet"),
    ('<c r="A1"><v>1</v></c>', "a cell outside a row"),
    ('<row r="1"><row r="2"/></row>', "neither a row nor a cell"),
    ('<row r="1"><c r="A1"><c r="B1"/></c></row>', "neither a row nor a cell"),
    ('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>', "A1 holds what does not belong"),
    ('<row r="1"><c r="A1"><v>1<b/>2</v></c></row>', "A1 holds what does not belong"),
    ('<row r="1"><c r="A1"><v>1<!-- -->2</v></c></row>', "a comment in the text of <v>"),
    ('<row r="1"><c r="A1" t="x"><v>1</v></c></row>', "A1 holds the kind 'x'"),
    ('<row r="1"><c r="A1"><v>1_0</v></c></row>', "A1 holds the number '1_0'"),
    ('<row r="1"><c r="A1"><v>NaN</v></c></row>', "A1 holds the number 'NaN'"),
    ('<row r="1"><c r="A1" t="b"><v>2</v></c></row>', "A1 holds the truth value '2'"),
    (f'<row r="1"><c r="A1" t="s"><v>{"9" * 5000}</v></c></row>', "A1 holds the shared string"),
    ('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t><t>b</t></is></c></row>', "stands there twice"),
    (f'<row r="1"><x:c xmlns:x="{MAIN}" r="A1"/></row>', "second prefix"),
    (f'<row r="1"><c r="A1"><x:v xmlns:x="{MAIN}">1</x:v></c></row>', "second prefix"),
    ('<row r="1"><c xmlns="urn:other" r="A1"/></row>', "second prefix"),
    ('<row r="1"/></sheetData><sheetData><row r="2"/>', "two cells' parts"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "words"), REFUSED)
def test_what_cannot_be_is_named_with_its_place(tmp_path: Path, rows: str, words: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", f"<sheetData>{rows}</sheetData>")
    before = path.read_bytes()
    with pytest.raises(DamagedFile, match=words) as caught:
        recalculate(path, path)
    assert caught.value.part == "xl/worksheets/sheet1.xml"
    assert len(str(caught.value)) < 250
    assert path.read_bytes() == before


def test_an_attribute_inside_the_value_of_another_is_not_read() -> None:
    xml = sheet_xml('<row x=" r=\'3\'" r="2"><c x=\' r="B7" t="s"\' r="A2"><v>1</v></c></row>')
    [cell] = open_sheet(xml.encode(), "sheet1.xml").cells()
    assert cell[:3] == (2, 1, b"")


def test_a_line_break_and_an_entity_are_what_xml_says_they_are() -> None:
    assert decode(b"a\r\nb\rc") == "a\nb\nc"
    assert decode(b"&#65;&#x42;&lt;&amp;lt;&#128;") == "AB<&lt;\x80"
    assert read_shared_strings(f'<sst xmlns="{MAIN}"><si><t>a\r\nb</t></si></sst>'.encode(), "x") == ["a\nb"]


def test_sixty_thousand_phonetic_readings_are_read_at_once() -> None:
    xml = sheet_xml(f'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t>{"<rPh/>" * 60_000}</is></c></row>')
    [cell] = open_sheet(xml.encode(), "sheet1.xml").cells()
    assert cell.inline == "a"


def test_a_workbook_in_strict_open_xml_is_read(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"A1": 70, "A2": "=CFI_LTV(A1,100)"}, names={"Loan": "Deal!$A$1"})
    strict = {
        name: content.replace(MAIN.encode(), MAIN_NAMESPACES[1].encode()).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, content in members(path).items()
    }
    path.write_bytes(zipped(strict))
    result = recalculate(path, path)
    assert result["Deal!A2"] == 0.7
    assert result["Loan"] == 70.0


def with_part(path: Path, part: str, old: str, new: str) -> Path:
    """A small workbook with one thing replaced in one part."""
    make(path, {"A1": 1}, names={"Loan": "Deal!$A$1"}, sheets={"Second": {"A1": 2}})
    parts = members(path)
    content = parts[part].decode()
    assert old in content
    parts[part] = content.replace(old, new).encode()
    path.write_bytes(zipped(parts))
    return path


BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
UNSOUND = [
    (BOOK, 'name="Second"', 'name="DEAL"', "two sheets of the name 'deal'"),
    (BOOK, 'r:id="rId2"', 'r:id="rId1"', "two sheets in the part"),
    (BOOK, 'id="rId2"', 'id="rId99"', "the sheet 'Second' has no part"),
    (BOOK, '<definedName name="Loan"', '<definedName name="Loan" localSheetId="99"', "belongs to the sheet"),
    (BOOK, '<definedName name="Loan"', f'<definedName name="Loan" localSheetId="{"9" * 5000}"', "belongs to the sheet"),
    (BOOK, '<definedName name="Loan"', '<definedName name="Loan" localSheetId="²"', "belongs to the sheet"),
    (BOOK, "<definedNames>", '<definedNames><definedName name="LOAN">1</definedName>', "two meanings of the name"),
    (LINKS, 'Id="rId2"', 'Id="rId1"', "two links of the name"),
    (BOOK, MAIN, "http://schemas.microsoft.com/office/excel/2006/2", "no workbook of a namespace"),
]


@pytest.mark.parametrize(("part", "old", "new", "words"), UNSOUND)
def test_a_workbook_part_that_contradicts_itself_is_refused(
    tmp_path: Path, part: str, old: str, new: str, words: str
) -> None:
    with pytest.raises(DamagedFile, match=words):
        open_workbook(Package.open(with_part(tmp_path / "book.xlsx", part, old, new)))


def test_an_element_of_an_extension_is_not_taken_for_the_workbooks_own(tmp_path: Path) -> None:
    extension = '<extLst><ext><x15:workbookPr xmlns:x15="urn:x15" date1904="1"/></ext></extLst></workbook>'
    path = with_part(tmp_path / "book.xlsx", BOOK, "</workbook>", extension)
    assert not open_workbook(Package.open(path)).date1904


TABLE = (
    '<table xmlns="{main}" name="T" displayName="T" ref="A1:B3"{more}><tableColumns>{columns}</tableColumns></table>'
)
COLUMNS = '<tableColumn id="1" name="a"/><tableColumn id="2" name="b"/>'


@pytest.mark.parametrize(
    ("more", "columns", "words"),
    [
        (f' headerRowCount="{"9" * 5000}"', COLUMNS, "no such heading"),
        (' totalsRowCount="x"', COLUMNS, "no such heading"), (' totalsRowCount="-1"', COLUMNS, "no such heading"),
        (' totalsRowCount="3"', COLUMNS, "no such heading"),
        ("", '<tableColumn id="1" name="a"/>', "names 1 columns and has 2"),
        ("", COLUMNS.replace('"b"', '"A"'), "two columns of the name 'a'"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_what_it_says_is_refused(tmp_path: Path, more: str, columns: str, words: str) -> None:
    path = raw_book(tmp_path / "book.xlsx", "<sheetData/>")
    link = f'<Relationship Id="rId1" Type="{OFFICE}/table" Target="/xl/tables/table1.xml"/>'
    links = f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>'
    parts = {
        **members(path),
        "xl/tables/table1.xml": TABLE.format(main=MAIN, more=more, columns=columns).encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": links.encode(),
    }
    path.write_bytes(zipped(parts))
    with pytest.raises(DamagedFile, match=words):
        open_workbook(Package.open(path))
