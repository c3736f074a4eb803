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
POINTS = re.compile(rb"<v>([^<]*)</v>")


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
        "<f>'Deal'!$C$1:$C$3</f><numCache><formatCode>General</formatCode><ptCount val=\"3\"/>"
        '<pt idx="0"><v>0.10000000000000001</v></pt><pt idx="1"><v>7</v></pt>{third}</numCache>'
    )
    words = (
        '<strRef><f>\'Deal\'!$D$1:$D$3</f><strCache><ptCount val="3"/><pt idx="0"><v>old</v></pt>'
        '<pt idx="1"><v>b!</v></pt><pt idx="2"><v>c!</v></pt></strCache></strRef>'
    )
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts[info.filename] = archive.read(info)
    text = parts[CHART].decode()
    third = '<pt idx="2"><v>0.5</v></pt>'
    text = text.replace("<f>'Deal'!$C$1:$C$3</f>", cached.format(third=third))
    text = re.sub(r"<numRef><f>'Deal'!\$D\$1:\$D\$3</f></numRef>", words, text)
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
                content = parts.replace(b'<pt idx="2"><v>0.5</v></pt>', b"").replace(b"$C$1:$C$3", b"$B$1:$B$3")
            new.writestr(info.filename, content)
    recalculate(data, data, set={"Deal!B1": None}, charts=True)
    assert b'<ptCount val="3"/><pt idx="1"><v>20</v></pt><pt idx="2"><v>40</v></pt>' in member(data, CHART)


@pytest.mark.parametrize("empty", [b"<v/>", b"<v />", b"<v></v>"])
def test_an_empty_point_is_filled(charted: Path, tmp_path: Path, empty: bytes) -> None:
    data = tmp_path / "empty.xlsx"
    with zipfile.ZipFile(charted) as old, zipfile.ZipFile(data, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(b"<v>0.5</v>", empty))
    recalculate(data, data, charts=True)
    assert [float(point) for point in POINTS.findall(member(data, CHART))[3:]] == [0.1, 0.2, 0.4]
