"""The charts of a workbook, redrawn from its cells as they are now: lines, areas and points as lines, bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from computefi.errors import WorkbookError
from computefi.recalc import Book
from computefi.recalc.charts import charts as chart_parts
from computefi.reports.drawings import Series
from computefi.reports.formats import formatted
from computefi.xlsx.cells import Rows, Value
from computefi.xlsx.workbook import parse_safely, safe_parser

SCHEMAS = "http://schemas.openxmlformats.org/drawingml/2006"
SPACE = {"c": f"{SCHEMAS}/chart", "a": f"{SCHEMAS}/main"}
KINDS = ("barChart", "lineChart", "areaChart", "scatterChart")
MOST_POINTS, MOST_SERIES = 1000, 8


class Picture(NamedTuple):
    """A chart: its title, what stands below, and its series with the format of their axis."""

    title: str
    across: list[str]
    series: list[Series]
    code: str
    code_second: str


def pictures(book: Book) -> Iterator[Picture]:
    """Every chart of the worksheets that can be redrawn."""
    package = book.plan.workbook.package
    for part in charts_of(book):
        stored = package.read(part)
        parse_safely(safe_parser(), stored, part)  # no document type, nothing from outside
        picture = read(book, ElementTree.fromstring(stored))
        if picture is not None:
            yield picture


def charts_of(book: Book) -> list[str]:
    """The chart parts in the order of the sheets, each once."""
    return list(dict.fromkeys(chart_parts(book.run)))


def read(book: Book, chart: ElementTree.Element) -> Picture | None:
    """A chart's series with their values now."""
    across: list[str] = []
    series: list[Series] = []
    codes = {False: "General", True: "General"}
    plots = [plot for kind in KINDS for plot in chart.iterfind(f".//c:plotArea/c:{kind}", SPACE)]
    main = axis_of(plots[0]) if plots else ""
    for plot in plots:
        second = axis_of(plot) != main
        codes[second] = axis_format(chart, axis_of(plot)) or codes[second]
        for one in plot.iterfind("c:ser", SPACE):
            values = numbers(cells(book, one, "c:val") or cells(book, one, "c:yVal"))
            if values and len(series) < MOST_SERIES:
                series.append(Series(name_of(book, one), values, plot.tag.endswith("barChart"), second))
                below = cells(book, one, "c:cat") or cells(book, one, "c:xVal")
                code = axis_format(chart, axis_of(plot, 0)) or "General"
                across = across or [formatted(value, code) for value in below]
    if not any(value is not None for one in series for value in one.values):
        return None
    return Picture(title_of(book, chart), across, series, codes[False], codes[True])


def axis_of(plot: ElementTree.Element, place: int = 1) -> str:
    """The number of a plot's axis: 0 below, 1 at the side."""
    axes = [axis.get("val", "") for axis in plot.iterfind("c:axId", SPACE)]
    return axes[place] if len(axes) > place else ""


def axis_format(chart: ElementTree.Element, axis: str) -> str:
    """The number format of an axis."""
    for one in chart.iterfind(".//c:plotArea/*", SPACE):
        known, code = one.find("c:axId", SPACE), one.find("c:numFmt", SPACE)
        if known is not None and code is not None and known.get("val") == axis:
            return code.get("formatCode", "")
    return ""


def title_of(book: Book, chart: ElementTree.Element) -> str:
    """The title: its text, or that of the cell it names."""
    title = chart.find(".//c:chart/c:title", SPACE)
    if title is None:
        return ""
    named = title.find(".//c:f", SPACE)
    if named is not None and named.text:
        found = flat(book, named.text)
        return formatted(found[0]) if found else ""
    return "".join(text.text or "" for text in title.iterfind(".//a:t", SPACE))


def name_of(book: Book, series: ElementTree.Element) -> str:
    """What a series is called: by a cell, or in words."""
    found, words = cells(book, series, "c:tx"), series.find("c:tx/c:v", SPACE)
    return formatted(found[0]) if found else (words.text or "" if words is not None else "")


def cells(book: Book, series: ElementTree.Element, what: str) -> list[Value]:
    """The values of the cells that a part of a series names."""
    found = series.find(f"{what}//c:f", SPACE)
    return flat(book, found.text) if found is not None and found.text else []


def flat(book: Book, reference: str) -> list[Value]:
    """A range as one list; nothing where it cannot be read, such as a range of another workbook."""
    try:
        values: Value | Rows = book.get(reference.replace("$", ""))
    except WorkbookError:
        return []
    rows = values if isinstance(values, tuple) else ((values,),)
    return [value for row in rows for value in row][:MOST_POINTS]


def numbers(values: list[Value]) -> list[float | None]:
    return [float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else None for v in values]
