"""Charts in the visual system of the workbooks: fonts, light gridlines, axes with titles and formats, linked titles.

A title is a cell: the finding is computed, so it stays true when an input changes. openpyxl writes no cache for such
a title; `cached` gives the text to show until Excel reads the cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.data_source import StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.fill import ColorChoice
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as Typeface
from openpyxl.utils import absolute_coordinate, column_index_from_string, get_column_letter

from workbooks.build.kit.page import FONT, GREY, GRID, INK, NAVY, WHITE, Page

DIGIT = 7 * 9525  # a digit of the normal font, which column widths are counted in, in drawing units


@dataclass(frozen=True)
class Line:
    """One series of a scatter chart: its cells and how it is drawn."""

    name: str
    x: Reference
    y: Reference
    colour: str
    dash: str | None = None
    width: float = 2.25
    marker: str | None = None
    label: str | None = None  # where the name stands beside a marker: "t", "b", "l", "r"


def letters(size: float, colour: str = INK, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(
        sz=int(size * 100), b=bold, latin=Typeface(typeface=FONT), solidFill=ColorChoice(srgbClr=colour)
    )


def body(size: float, colour: str = INK, bold: bool = False, turned: bool = False) -> RichText:
    marks = letters(size, colour, bold)
    text = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=marks), endParaRPr=marks)])
    if turned:
        text.bodyPr.rot, text.bodyPr.vert = -5400000, "horz"
    return text


def plain_title(words: str, size: float, colour: str = GREY, turned: bool = False) -> Title:
    text = body(size, colour, turned=turned)
    text.p[0].r = [RegularTextRun(rPr=letters(size, colour), t=words)]
    return Title(tx=Text(rich=text), overlay=False)


def finding(sheet: str, cell: str, size: float = 10.5) -> Title:
    """A title that shows what a cell of a sheet has found; the recalculation tells the chart the text."""
    cache = StrData(ptCount=1, pt=[StrVal(idx=0, v="")])
    shown = StrRef(f=f"{sheet}!{absolute_coordinate(cell)}", strCache=cache)
    return Title(tx=Text(strRef=shown), txPr=body(size, NAVY, bold=True), overlay=False)


def dress_axis(
    axis: Any,
    side: str,
    title: str,
    number_format: str,
    low: float | None = None,
    high: float | None = None,
    unit: float | None = None,
) -> None:
    """`side` is where the axis stands: "b", "l" or "r"."""
    axis.delete, axis.axPos = False, side
    if title:
        axis.title = plain_title(title, 9, turned=side != "b")
    axis.number_format = number_format
    axis.numFmt.sourceLinked = False
    axis.scaling.min, axis.scaling.max = low, high
    if unit is not None:
        axis.majorUnit = unit
    axis.majorTickMark, axis.minorTickMark = "out", "none"
    axis.tickLblPos = "low"
    axis.txPr = body(9, GREY)
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=GREY, w=9525))
    if axis.majorGridlines is not None:
        axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID, w=6350))


def dress_chart(chart: ChartBase, title: Title, legend: str | None = "b") -> None:
    chart.title = title
    chart.style = 2
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE, ln=LineProperties(solidFill=GRID, w=9525))
    if legend is None:
        chart.legend = None
    else:
        chart.legend.position = legend
        chart.legend.txPr = body(9, INK)
        chart.legend.overlay = False


def scatter(lines: list[Line]) -> ScatterChart:
    chart = ScatterChart(scatterStyle="lineMarker")
    for line in lines:
        series = Series(line.y, line.x, title=line.name)
        if line.marker:
            series.marker.symbol = line.marker
            series.marker.size = 10
            series.marker.graphicalProperties = GraphicalProperties(
                solidFill=line.colour, ln=LineProperties(solidFill=WHITE, w=9525)
            )
            series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
            if line.label:
                series.dLbls = labels("showSerName", 9, line.colour, True)
                series.dLbls.position = line.label
        else:
            series.marker.symbol = "none"
            series.graphicalProperties = GraphicalProperties(
                ln=LineProperties(solidFill=line.colour, w=int(line.width * 12700), prstDash=line.dash)
            )
        series.smooth = False
        chart.series.append(series)
    return chart


def labels(show: str, size: float, colour: str, bold: bool, number_format: str | None = None) -> DataLabelList:
    """Data labels that show one thing and nothing else."""
    parts = ("showVal", "showSerName", "showCatName", "showLegendKey", "showPercent", "showBubbleSize")
    marks = DataLabelList(**{part: part == show for part in parts})
    marks.numFmt, marks.txPr = number_format, body(size, colour, bold)
    return marks


def second_axis(chart: ScatterChart, other: ScatterChart, title: str, number_format: str, low: float | None) -> None:
    """Draw `other` in the same frame against an axis of its own on the right."""
    # As Excel does it, the second group has a hidden horizontal axis of its own.
    other.x_axis.axId, other.y_axis.axId = 300, 200
    other.x_axis.crossAx, other.y_axis.crossAx = 200, 300
    other.x_axis.delete, other.x_axis.axPos = True, "b"
    other.x_axis.scaling.min, other.x_axis.scaling.max = chart.x_axis.scaling.min, chart.x_axis.scaling.max
    other.x_axis.majorGridlines = other.y_axis.majorGridlines = None
    other.y_axis.crosses = "max"
    dress_axis(other.y_axis, "r", title, number_format, low)
    other.y_axis.tickLblPos = "nextTo"
    chart += other


def bridge(categories: Reference, parts: dict[str, tuple[Reference, str | None]], scale: Reference) -> BarChart:
    """Stacked columns on an invisible base: how one number becomes another.

    An invisible line at `scale` gives charts beside each other one axis, whatever the inputs.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 45
    for name, (values, colour) in parts.items():
        series = Series(values, title=name)
        series.invertIfNegative = False
        if colour is None:
            series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        else:
            series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
            series.dLbls = labels("showVal", 8.5, WHITE if colour == NAVY else INK, True, "0%;-0%;;")
            series.dLbls.position = "inEnd" if colour == NAVY else "ctr"
        chart.series.append(series)
    line = LineChart()
    ceiling = Series(scale, title="scale")
    ceiling.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    ceiling.marker.symbol = "none"
    line.series.append(ceiling)
    line.set_categories(categories)
    chart += line
    chart.set_categories(categories)
    return chart


def bars(categories: Reference, parts: dict[str, tuple[Reference, str]], number_format: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "clustered", -5, 60
    for name, (values, colour) in parts.items():
        series = Series(values, title=name)
        series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
        series.dLbls = labels("showVal", 9, INK, False, number_format)
        series.dLbls.position = "outEnd"
        chart.series.append(series)
    chart.set_categories(categories)
    return chart


def stacked(categories: Reference, parts: dict[str, tuple[Reference, str]], number_format: str) -> BarChart:
    """Columns of parts on each other, each with its label; light letters on dark parts."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 60
    for name, (values, colour) in parts.items():
        series = Series(values, title=name)
        series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
        series.dLbls = labels("showVal", 9, WHITE if colour == NAVY else INK, True, number_format)
        series.dLbls.position = "ctr"
        chart.series.append(series)
    chart.set_categories(categories)
    return chart


@dataclass(frozen=True)
class Frame:
    """Where a chart stands: rows of the sheet, and a share of the width from the first to the last column."""

    first: str
    last: str
    top: int
    bottom: int
    left: float = 0.0
    right: float = 1.0


def place(page: Page, chart: ChartBase, frame: Frame, name: str, alt_text: str) -> None:
    """Anchor a chart in its frame, so that it lines up with the columns in every program.

    The alt text is written when the book is sealed.
    """
    columns = range(column_index_from_string(frame.first), column_index_from_string(frame.last) + 1)
    widths = [page.sheet.column_dimensions[get_column_letter(column)].width for column in columns]
    total = sum(widths)

    def corner(share: float, row: int) -> AnchorMarker:
        left = share * total
        for column, width in zip(columns, widths, strict=True):
            if left <= width:
                return AnchorMarker(col=column - 1, colOff=int(left * DIGIT), row=row - 1, rowOff=0)
            left -= width
        return AnchorMarker(col=columns[-1], colOff=0, row=row - 1, rowOff=0)

    chart.anchor = TwoCellAnchor(
        editAs="oneCell", _from=corner(frame.left, frame.top), to=corner(frame.right, frame.bottom)
    )
    page.sheet.add_chart(chart)
    page.book.alt_texts.setdefault(page.sheet.title, []).append((page.book.say(name), page.book.say(alt_text)))


def plot_area(chart: ChartBase, left: float, top: float, width: float, height: float) -> None:
    """Fix the inner plot area as shares of the frame, so that small charts beside each other align."""
    chart.layout = Layout(
        manualLayout=ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=left, y=top, w=width, h=height)
    )


__all__ = [
    "Frame",
    "Line",
    "Reference",
    "bars",
    "body",
    "bridge",
    "dress_axis",
    "dress_chart",
    "finding",
    "place",
    "plain_title",
    "plot_area",
    "scatter",
    "second_axis",
    "stacked",
]
