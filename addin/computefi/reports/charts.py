"""The charts of a workbook, redrawn from its cells as they are now: lines, points and bars in their axes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree

from computefi.errors import WorkbookError
from computefi.recalc import Book
from computefi.recalc.charts import charts as chart_parts
from computefi.reports.formats import formatted
from computefi.reports.plots import Frame, Series
from computefi.reports.scales import Axis
from computefi.xlsx.cells import Rows, Value
from computefi.xlsx.workbook import parse_safely, safe_parser

SCHEMAS = "http://schemas.openxmlformats.org/drawingml/2006"
SPACE = {"c": f"{SCHEMAS}/chart", "a": f"{SCHEMAS}/main"}
KINDS = ("barChart", "lineChart", "areaChart", "scatterChart")
MOST_POINTS, MOST_SERIES = 1000, 12


class Picture(NamedTuple):
    """A chart: its title, its series, and the frame in which they stand."""

    title: str
    series: list[Series]
    frame: Frame


def pictures(book: Book) -> Iterator[Picture]:
    """Every chart of the worksheets that can be redrawn."""
    package = book.plan.workbook.package
    seen: list[tuple[str, list[Series]]] = []
    for part in charts_of(book):
        stored = package.read(part)
        parse_safely(safe_parser(), stored, part)  # no document type, nothing from outside
        picture = read(book, ElementTree.fromstring(stored))
        if picture is not None and picture[:2] not in seen:  # a summary repeats the charts of other sheets
            seen.append(picture[:2])
            yield picture


def charts_of(book: Book) -> list[str]:
    """The chart parts in the order of the sheets, each once."""
    return list(dict.fromkeys(chart_parts(book.run)))


def read(book: Book, chart: ElementTree.Element) -> Picture | None:
    """A chart's series with their values now."""
    series: list[Series] = []
    below: list[Value] = []
    plots = [plot for kind in KINDS for plot in chart.iterfind(f".//c:plotArea/c:{kind}", SPACE)]
    main = axis_of(plots[0]) if plots else ""
    sides = {axis_of(plot) != main: axis_of(plot) for plot in reversed(plots)}
    silent = {entry.get("val") for entry in chart.iterfind(".//c:legendEntry[c:delete]/c:idx", SPACE)}
    for plot in plots:
        for one in plot.iterfind("c:ser", SPACE):
            drawn = series_of(book, plot, one, axis_of(plot) != main)
            if drawn.values and len(series) < MOST_SERIES:
                hidden = known(one.find("c:idx", SPACE)) in silent
                series.append(drawn._replace(name="" if hidden else drawn.name))
                below = below or ([] if drawn.across else cells(book, one, "c:cat"))
    if not any(value is not None for one in series for value in one.values):
        return None
    filled = max(place for one in series for place, value in enumerate(one.values, 1) if value is not None)
    series = [one._replace(values=one.values[:filled]) for one in series]  # blank columns at the end wait for deals
    foot = axis_named(book, chart, axis_of(plots[0], 0))
    stacked = chart.find(".//c:barChart/c:grouping[@val='stacked']", SPACE) is not None
    left, right = (axis_named(book, chart, sides.get(second, "")) for second in (False, True))
    code = number_format(chart, axis_of(plots[0], 0))
    return Picture(title_of(book, chart.find(".//c:chart/c:title", SPACE)), series,
                   Frame(left, right, foot, [formatted(value, code) for value in below], stacked))  # fmt: skip


def series_of(book: Book, plot: ElementTree.Element, one: ElementTree.Element, second: bool) -> Series:
    """One series of a plot: its numbers, where they stand, and in which colour."""
    values = numbers(cells(book, one, "c:val") or cells(book, one, "c:yVal"))
    bars, across = plot.tag.endswith("barChart"), numbers(cells(book, one, "c:xVal"))
    points = one.find("c:spPr/a:ln/a:noFill", SPACE) is not None and not bars
    where = "c:marker/c:spPr/" if points else "c:spPr/" if bars else "c:spPr/a:ln/"
    colour = known(one.find(f"{where}a:solidFill/a:srgbClr", SPACE))
    return Series(name_of(book, one), values, bars, second, across, points, f"#{colour}" if colour else "")


def known(element: ElementTree.Element | None) -> str:
    """What an element says, "" where it is not there."""
    return "" if element is None else element.get("val", "")


def axis_of(plot: ElementTree.Element, place: int = 1) -> str:
    """The number of a plot's axis: 0 below, 1 at the side."""
    axes = [known(axis) for axis in plot.iterfind("c:axId", SPACE)]
    return axes[place] if len(axes) > place else ""


def axis_element(chart: ElementTree.Element, number: str) -> ElementTree.Element | None:
    """The axis with a number."""
    axes = chart.iterfind(".//c:plotArea/*[c:axId][c:scaling]", SPACE)
    return next((one for one in axes if known(one.find("c:axId", SPACE)) == number), None)


def number_format(chart: ElementTree.Element, number: str) -> str:
    axis = axis_element(chart, number)
    code = None if axis is None else axis.find("c:numFmt", SPACE)
    return "General" if code is None else code.get("formatCode", "General")


def axis_named(book: Book, chart: ElementTree.Element, number: str) -> Axis:
    """An axis: its format, its title, its ends and whether it is logarithmic."""
    axis, code = axis_element(chart, number), number_format(chart, number)
    say = partial(formatted, code=code)
    if axis is None:
        return Axis(say)
    least, most = (real(known(axis.find(f"c:scaling/c:{end}", SPACE))) for end in ("min", "max"))
    logarithmic = axis.find("c:scaling/c:logBase", SPACE) is not None
    return Axis(say, title_of(book, axis.find("c:title", SPACE)), least, most, logarithmic)


def real(text: str) -> float | None:
    """A number that a file says; None where it says none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def title_of(book: Book, title: ElementTree.Element | None) -> str:
    """A title: its text, or that of the cell it names."""
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
