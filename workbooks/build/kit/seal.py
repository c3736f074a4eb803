"""Save a workbook so that two builds are the same bytes, then let our own engine fill its values."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import quoteattr

from openpyxl.workbook.properties import CalcProperties

from computefi.recalc import recalculate
from workbooks.build.kit.compact import compact, names_of_blocks
from workbooks.build.kit.page import Book
from workbooks.build.kit.paper import make_readable
from workbooks.build.kit.words import complete, say_part, say_sheets, unsaid

STAMP = datetime(2026, 11, 22)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHARED = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_KIND = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
TELLING = {
    "[Content_Types].xml": {
        b"</Types>": b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/>' % _SHARED,
    },
    "xl/_rels/workbook.xml.rels": {
        b"</Relationships>": b'<Relationship Id="texts" Type="%b" Target="sharedStrings.xml"/>' % _KIND,
    },
}  # where a workbook says that it has shared texts, and what
CALC_ID = 191029  # Excel 2019 and later: Excel then trusts the stored values and does not recalculate on opening


def deliver(book: Book, target: Path) -> list[str]:
    """Write a book that may lack words and fill its values; returns the texts that stay English for want of them."""
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        write(book, draft)
        fill(draft, target)
    return unsaid(book)


def fill(draft: Path, target: Path) -> None:
    """Let our own engine fill the values of a book and what its charts show of them, and pack it as small as it goes."""
    recalculate(draft, target, calc="trust", charts=True)
    with zipfile.ZipFile(target) as source:
        parts = [(member, source.read(member)) for member in source.infolist()]
    names = names_of_blocks({member.filename: content for member, content in parts})
    with zipfile.ZipFile(target, "w") as packed:
        for member, content in parts:
            whole = compact(content, names) if member.filename.startswith("xl/worksheets/sheet") else content
            packed.writestr(member, whole, compresslevel=9)


def save(book: Book, path: Path) -> None:
    """Write a book, and refuse it if it could not say all its texts."""
    write(book, path)
    complete(book)


def write(book: Book, path: Path) -> None:
    """Write the book with fixed dates, properties and zip headers."""
    workbook = book.workbook
    say_sheets(book)
    for sheet in workbook.worksheets:
        make_readable(sheet)
    workbook.calculation = CalcProperties(calcId=CALC_ID, fullCalcOnLoad=False)
    properties = workbook.properties
    properties.creator = properties.lastModifiedBy = "computefi"
    properties.title, properties.language = book.say(book.title), book.language
    properties.created = properties.modified = STAMP
    draft = BytesIO()
    workbook.save(draft)
    # openpyxl numbers drawings in the order of the sheets.
    alt_texts = iter([text for sheet in workbook.sheetnames for text in book.alt_texts.get(sheet, [])])
    texts: dict[bytes, int] = {}
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = say_part(book, name, _finish(name, source.read(name), alt_texts))
            if name.startswith("xl/worksheets/sheet"):
                content = _share(content, texts)
            for mark, addition in TELLING.get(name, {}).items():
                content = content.replace(mark, addition + mark)
            _add(target, name, content)
        _add(target, "xl/sharedStrings.xml", b'<sst xmlns="%b">%b</sst>' % (MAIN, b"".join(texts)))


def _add(target: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, STAMP.timetuple()[:6])
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    target.writestr(entry, content)


def _share(sheet: bytes, texts: dict[bytes, int]) -> bytes:
    """The sheet with its texts in the table that all sheets share, and without what no reader needs.

    openpyxl repeats each text in its cell, and says of every cell that it is a number.
    """

    def shared(found: re.Match[bytes]) -> bytes:
        return b' t="s"><v>%d</v>' % texts.setdefault(b"<si>%b</si>" % found[1], len(texts))

    sheet = re.sub(rb' t="inlineStr"><is>(<t\b[^>]*>[^<]*</t>)</is>', shared, sheet)
    return sheet.replace(b' t="n"', b"").replace(b' t="inlineStr" />', b" />").replace(b" />", b"/>")


def _finish(name: str, content: bytes, alt_texts: Iterator[tuple[str, str]]) -> bytes:
    if name == "docProps/core.xml":
        # openpyxl stamps the moment of saving.
        stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
    if name.startswith("xl/charts/"):
        # openpyxl leaves out that a label has a number format of its own.
        return re.sub(
            rb'<((?:c:)?)numFmt formatCode="([^"]*)" ?/>', rb'<\1numFmt formatCode="\2" sourceLinked="0"/>', content
        )
    if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
        return _describe(content.decode(), alt_texts).encode()
    return content


def _describe(drawing: str, alt_texts: Iterator[tuple[str, str]]) -> str:
    """Give every chart its name and alt text; openpyxl writes "Chart 1" and none."""

    def named(match: re.Match[str]) -> str:
        title, text = next(alt_texts)
        return f"{match[1]}name={quoteattr(title)} descr={quoteattr(text)}"

    return re.sub(r'(<(?:xdr:)?cNvPr id="\d+" )name="Chart \d+"', named, drawing)
