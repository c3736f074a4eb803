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
from workbooks.build.kit.page import Book
from workbooks.build.kit.words import complete, say_part, say_sheets, unsaid

STAMP = datetime(2026, 11, 22)
CALC_ID = 191029  # Excel 2019 and later: Excel then trusts the stored values and does not recalculate on opening


def deliver(book: Book, target: Path) -> list[str]:
    """Write a book that may lack words and fill its values; returns the texts that stay English for want of them."""
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        write(book, draft)
        recalculate(draft, target, calc="trust")
    return unsaid(book)


def save(book: Book, path: Path) -> None:
    """Write a book, and refuse it if it could not say all its texts."""
    write(book, path)
    complete(book)


def write(book: Book, path: Path) -> None:
    """Write the book with fixed dates, properties and zip headers."""
    workbook = book.workbook
    say_sheets(book)
    workbook.calculation = CalcProperties(calcId=CALC_ID, fullCalcOnLoad=False)
    properties = workbook.properties
    properties.creator = properties.lastModifiedBy = "computefi"
    properties.title, properties.language = book.say(book.title), book.language
    properties.created = properties.modified = STAMP
    draft = BytesIO()
    workbook.save(draft)
    # openpyxl numbers drawings in the order of the sheets.
    alt_texts = iter([text for sheet in workbook.sheetnames for text in book.alt_texts.get(sheet, [])])
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, STAMP.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o600 << 16,
            )
            content = _finish(member.filename, source.read(member), alt_texts)
            target.writestr(entry, say_part(book, member.filename, content))


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
