"""The points that charts carry with them: refreshed when asked, and nothing else in the chart changes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference

from computefi.recalc import recalculate

CHART = "xl/charts/chart1.xml"
POINTS = re.compile(rb"<c:v>([^<]*)</c:v>")


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


@pytest.fixture
def charted(tmp_path: Path) -> Path:
    """A line over three calls, with the points of an earlier calculation in it as Excel stores them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    for row, (name, loan) in enumerate((("a", 10), ("b", 20), ("c", 40)), 1):
        sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = name, loan, f"=CFI_LTV(B{row},100)"
        sheet[f"D{row}"] = f'=A{row}&"!"'
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=3))
    chart.set_categories(Reference(sheet, min_col=4, min_row=1, max_row=3))
    sheet.add_chart(chart, "F1")
    path = tmp_path / "book.xlsx"
    book.save(path)
    cached = (
        "<c:f>'Deal'!$C$1:$C$3</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val=\"3\"/>"
        '<c:pt idx="0"><c:v>0.10000000000000001</c:v></c:pt><c:pt idx="1"><c:v>7</c:v></c:pt>{third}</c:numCache>'
    )
    words = (
        "<c:strRef><c:f>'Deal'!$D$1:$D$3</c:f><c:strCache><c:ptCount val=\"3\"/><c:pt idx=\"0\"><c:v>old</c:v></c:pt>"
        '<c:pt idx="1"><c:v>b!</c:v></c:pt><c:pt idx="2"><c:v>c!</c:v></c:pt></c:strCache></c:strRef>'
    )
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts[info.filename] = archive.read(info)
    text = parts[CHART].decode().replace("<chartSpace xmlns=", "<c:chartSpace xmlns:c=")
    text = re.sub(r"<(/?)(?!c:|a:|\?)(\w)", r"<\1c:\2", text)
    third = '<c:pt idx="2"><c:v>0.5</c:v></c:pt>'
    text = text.replace("<c:f>'Deal'!$C$1:$C$3</c:f>", cached.format(third=third))
    text = re.sub(r"<c:numRef><c:f>'Deal'!\$D\$1:\$D\$3</c:f></c:numRef>", words, text)
    assert "old" in text
    parts[CHART] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_charts_are_left_alone_unless_asked_for(charted: Path) -> None:
    before = member(charted, CHART)
    recalculate(charted, charted)
    assert member(charted, CHART) == before


def test_only_the_points_change(charted: Path) -> None:
    before = member(charted, CHART)
    recalculate(charted, charted, charts=True)
    after = member(charted, CHART)
    assert POINTS.findall(after) == [b"a!", b"b!", b"c!", b"0.10000000000000001", b"0.2", b"0.4"]
    assert POINTS.sub(b"", after) == POINTS.sub(b"", before)
    first = charted.read_bytes()
    recalculate(charted, charted, charts=True)
    assert charted.read_bytes() == first


def test_a_cell_that_became_blank_loses_its_point_and_a_new_one_gets_one(charted: Path, tmp_path: Path) -> None:
    parts = member(charted, CHART)
    data = tmp_path / "gap.xlsx"
    with zipfile.ZipFile(charted) as old, zipfile.ZipFile(data, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == CHART:
                content = parts.replace(b'<c:pt idx="2"><c:v>0.5</c:v></c:pt>', b"").replace(b"$C$1:$C$3", b"$B$1:$B$3")
            new.writestr(info.filename, content)
    recalculate(data, data, set={"Deal!B1": None}, charts=True)
    assert b'<c:ptCount val="3"/><c:pt idx="1"><c:v>20</c:v></c:pt><c:pt idx="2"><c:v>40</c:v></c:pt>' in member(data, CHART)
