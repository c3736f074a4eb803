"""The visual system of the workbooks: type, colour, spacing, number formats, input cells, names, navigation, print.

A workbook is a `Book` of `Page`s. A page writes cells by look (`"label"`, `"input"`, `"calc"` …), so that no builder
sets a font or a colour. Text goes through `Book.say`: one build makes a workbook in any language that has a table of
words, with the same formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from computefi.dates import serial_of
from workbooks.build.kit.holes import Places

FONT = "Arial"  # LibreOffice prints it as Liberation Sans, which has the same widths
HEADER = f'&"{FONT},Regular"&8'

# Palette: two inks, three greys, one accent per meaning. Contrast of every text colour on its ground is above 4.5.
NAVY = "17324D"
INK = "1F2933"
GREY = "5B6673"
RULE = "C9D1DA"
GRID = "E3E8EE"
BAND = "F1F4F8"
WHITE = "FFFFFF"
INPUT_BLUE = "0000FF"
INPUT_GROUND = "FFFBEA"
LINK_GREEN = "1B6E3C"
GOOD, GOOD_GROUND = "1B6E3C", "E4F2E8"
WATCH, WATCH_GROUND = "8A5A00", "FCF1DA"
BAD, BAD_GROUND = "A3261B", "FBE6E3"
# One colour per line of a chart, told apart in grey print by their lightness.
SERIES = ("17324D", "2A8C82", "D08A0B", "B0402B", "7A8794")

PERCENT, PERCENT_2 = "0.0%", "0.00%"
TIMES = '0.00"×"'
MONEY, MONEY_1 = '#,##0"m";-#,##0"m";–', '#,##0.0"m";-#,##0.0"m";–'
BILLION = '0.0"bn"'
NUMBER, NUMBER_4, WHOLE = "0.00", "0.0000", "0"
YEARS = '0.0" y"'
DATE = "yyyy-mm-dd"
TEXT = "@"
GENERAL = "General"
A4, A3 = 9, 8  # as Excel numbers paper


@dataclass(frozen=True)
class Look:
    """How a cell looks, apart from its number format."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    colour: str = INK
    ground: str | None = None
    horizontal: str | None = None
    vertical: str = "center"
    wrap: bool = False
    indent: int = 0
    above: str | None = None
    below: str | None = None

    def dress(self, cell: Cell, number_format: str = GENERAL) -> None:
        """Give the cell this look; a bare cell takes the style of the first of this look, which is much faster."""
        styles: dict[tuple[Look, str], Any] = vars(cell.parent.parent).setdefault("looks", {})
        bare = not cell.has_style
        if bare and (self, number_format) in styles:
            cell._style = copy(styles[self, number_format])
            return
        self._dress(cell, number_format)
        if bare:
            styles[self, number_format] = copy(cell._style)

    def _dress(self, cell: Cell, number_format: str) -> None:
        cell.font = Font(name=FONT, size=self.size, bold=self.bold, italic=self.italic, color=self.colour)
        if self.ground:
            cell.fill = PatternFill("solid", fgColor=self.ground)
        cell.alignment = Alignment(
            horizontal=self.horizontal, vertical=self.vertical, wrap_text=self.wrap, indent=self.indent
        )
        sides = {
            edge: Side("thin", color=colour) for edge, colour in (("top", self.above), ("bottom", self.below)) if colour
        }
        if sides:
            cell.border = Border(**sides)
        cell.number_format = number_format


LOOKS: dict[str, Look] = {
    "title": Look(size=18, bold=True, colour=NAVY),
    "question": Look(size=11, colour=GREY),
    "link": Look(size=9, colour=LINK_GREEN, horizontal="center"),
    "flag": Look(size=9, bold=True, horizontal="left", indent=1),
    "section": Look(size=11, bold=True, colour=WHITE, ground=NAVY, horizontal="left"),
    "head": Look(bold=True, colour=NAVY, ground=BAND, horizontal="center", wrap=True, below=NAVY),
    "head_left": Look(bold=True, colour=NAVY, ground=BAND, horizontal="left", indent=1, wrap=True, below=NAVY),
    "label": Look(horizontal="left", below=GRID, indent=1, wrap=True),
    "label_bold": Look(bold=True, horizontal="left", below=GRID, indent=1, wrap=True),
    "unit": Look(size=9, colour=GREY, horizontal="center", below=GRID),
    "input": Look(colour=INPUT_BLUE, ground=INPUT_GROUND, horizontal="right", below=GRID),
    "input_text": Look(colour=INPUT_BLUE, ground=INPUT_GROUND, horizontal="center", wrap=True, below=GRID),
    "calc": Look(horizontal="right", below=GRID),
    "result": Look(bold=True, colour=NAVY, ground=BAND, horizontal="right", below=RULE),
    "words": Look(horizontal="center", wrap=True, below=GRID),
    "verdict": Look(bold=True, horizontal="center", wrap=True, below=RULE),
    "note": Look(size=9, colour=GREY, horizontal="left", wrap=True, below=GRID, indent=1),
    "plain": Look(size=9, colour=GREY, horizontal="left", wrap=True, vertical="top", indent=1),
    "finding": Look(size=11, bold=True, colour=NAVY, horizontal="left", wrap=True, indent=1),
    "reading": Look(size=12, colour=NAVY, ground=BAND, horizontal="left", wrap=True, indent=1),
    "aside": Look(size=8, colour=GREY, horizontal="center", below=GRID),
}


@dataclass
class Book:
    """A workbook, its language and the words of that language."""

    title: str
    language: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)
    footer: str = "Demonstration parameters are not filed figures; see Deals"
    places: Places = field(default_factory=Places)
    workbook: Workbook = field(default_factory=Workbook)
    pages: dict[str, Page] = field(default_factory=dict)
    alt_texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workbook.remove(self.workbook.worksheets[0])
        # Column widths are counted in digits of this font.
        self.workbook._named_styles["Normal"].font = Font(name=FONT, size=10)

    def say(self, text: str) -> str:
        """The text in the language of this book; a text without a translation stays as it is."""
        return self.words.get(text, text)

    def say_as(self, kind: str, text: str) -> str:
        """A text that is said otherwise as this kind of thing: the unit "years", beside an argument `years`."""
        return self.say(f"{kind}: {text}") if f"{kind}: {text}" in self.words else text

    def say_in(self, formula: str) -> str:
        """The formula with its quoted texts in the language of this book."""
        return re.sub(r'"([^"]*)"', lambda quoted: f'"{self.say(quoted[1])}"', formula)

    def page(self, name: str, title: str, question: str, widths: Mapping[str, float]) -> Page:
        sheet = self.workbook.create_sheet(name)
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90
        sheet.sheet_properties.tabColor = NAVY
        sheet.sheet_format.defaultRowHeight = 15
        for letter, width in widths.items():
            sheet.column_dimensions[letter].width = width
        page = Page(self, sheet)
        self.pages[name] = page
        sheet.row_dimensions[1].height = 30
        sheet.row_dimensions[2].height = 18
        sheet.row_dimensions[3].height = 18
        page.put("B1", title, "title")
        page.put("B2", question, "question")
        return page

    def name(self, name: str, page: Page, reference: str) -> None:
        """A defined name for a cell or a range of a page."""
        left, top, right, bottom = range_boundaries(reference)
        corner = f"${get_column_letter(left)}${top}"
        if (left, top) != (right, bottom):
            corner += f":${get_column_letter(right)}${bottom}"
        if name in self.workbook.defined_names:
            raise ValueError(f"the name {name} is given twice")
        sheet = page.sheet.title if page.sheet.title.isalnum() else f"'{page.sheet.title}'"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=f"{sheet}!{corner}")

    def address(self, name: str) -> str:
        """The cells of a name: within array arithmetic an engine may read a name as one cell."""
        return str(self.workbook.defined_names[name].attr_text).replace("'", "")

    def navigate(self, columns: Mapping[str, Sequence[str]]) -> None:
        """On each page, a link to every other one and, left of them, the master flag.

        Links stand in row 3 of the columns given; where they are too few, in the cells given: "D4".
        """
        for name, letters in columns.items():
            page = self.pages[name]
            words = MASTER_TEXT.format(passes=self.say("Checks: all pass"), fails=self.say("CHECKS FAIL: see Checks"))
            narrow = page.sheet.column_dimensions["B"].width < 25
            page.merge("B3:C3" if narrow else "B3:B3", f"={words}", "flag")
            page.paint("B3:C3" if narrow else "B3", {"master_check": "good", "NOT(master_check)": "bad"})
            others = [other for other in self.pages if other != name]
            for letter, other in zip(letters, others, strict=True):
                place = letter if letter[-1].isdigit() else f"{letter}3"
                cell = page.put(place, "› " + self.say(other), "link")
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{other}'!A1", tooltip=self.say(other))


MASTER_TEXT = 'IF(master_check,"{passes}","{fails}")'
GROUNDS = {"good": (GOOD, GOOD_GROUND), "watch": (WATCH, WATCH_GROUND), "bad": (BAD, BAD_GROUND)}


def serial(value: float | date) -> float:
    """A number, or a date as the number that Excel keeps."""
    return serial_of(value) if isinstance(value, date) else value


def all_within(area: str, low: float | date, high: float | date) -> str:
    """The condition that an area holds nothing but numbers within bounds: no blank, no text, no truth value."""
    least, most = serial(low), serial(high)
    return f"AND(COUNT({area})=ROWS({area})*COLUMNS({area}),MIN({area})>={least!r},MAX({area})<={most!r})"


@dataclass
class Page:
    """One sheet, written cell by cell through its looks."""

    book: Book
    sheet: Worksheet
    bands: set[str] = field(default_factory=set)  # the cells with titles and notes of bands: nothing is put over them

    def put(self, reference: str, value: Any, look: str = "calc", number_format: str = GENERAL, **changes: Any) -> Cell:
        """Write a value or a formula; text is translated. `changes` alter the look for this cell."""
        cell = self.sheet[reference]
        if isinstance(value, str):
            value = self.book.say_in(value) if value.startswith("=") else self.book.say(value)
        if reference in self.bands:
            raise ValueError(f"{self.sheet.title}!{reference} holds the title or the note of a band")
        cell.value = value
        style = LOOKS[look]
        (replace(style, **changes) if changes else style).dress(cell, number_format)
        return cell

    def fill(self, formula: str, column: str = "", row: int = 0) -> str:
        """The formula with its holes filled for a cell of this sheet: see `kit.holes`."""
        return self.book.places.fill(formula, str(self.sheet.title), column, row)

    def block(
        self, reference: str, formula: str, look: str = "calc", number_format: str = GENERAL, **changes: Any
    ) -> None:
        """One array formula over a range: one call for the whole row, column or grid."""
        left, top, right, bottom = range_boundaries(reference)
        for row in self.sheet.iter_rows(top, bottom, left, right):
            for cell in row:
                replace(LOOKS[look], **changes).dress(cell, number_format)
        self.sheet.cell(top, left).value = ArrayFormula(reference, formula)

    def row(self, number: int, height: float) -> None:
        self.sheet.row_dimensions[number].height = height

    def section(self, number: int, text: str, first: str, last: str, note: str = "", height: float | None = 19) -> None:
        """A band across the page that opens a group of rows."""
        left, right = range_boundaries(f"{first}1:{last}1")[0::2]
        for column in range(left, right + 1):
            LOOKS["section"].dress(self.sheet.cell(number, column))
        self.put(f"{first}{number}", text, "section", indent=1)
        self.bands.add(f"{first}{number}")
        if note:
            beside = f"{self._beside(left, text)}{number}"
            self.put(beside, note, "section", size=9, bold=False)
            self.bands.add(beside)
        if height:
            self.row(number, height)

    def heads(
        self, row: int, heads: Mapping[str, str], height: float | None = None, left: str = "B", **changes: Any
    ) -> None:
        """The heads of a table, each over a column or a span, "C:F"; those that begin in a column of `left` lean left."""
        for columns, text in heads.items():
            first, _, last = columns.partition(":")
            look = "head_left" if first in left else "head"
            self.merge(f"{first}{row}:{last or first}{row}", text, look, **changes)
        if height:
            self.row(row, height)

    def _beside(self, left: int, text: str) -> str:
        """The column in which the note of a band is clear of its title: the third one, or further to the right."""
        column, room = left, 0.0
        while column < left + 2 or room < len(text) + 2:  # a letter of a title is as wide as a digit of a column
            room += self.sheet.column_dimensions[get_column_letter(column)].width
            column += 1
        return get_column_letter(column)

    def merge(self, reference: str, value: Any, look: str, height: float | None = None, **changes: Any) -> None:
        left, top, right, bottom = range_boundaries(reference)
        style = replace(LOOKS[look], **changes)
        for row in self.sheet.iter_rows(top, bottom, left, right):
            for cell in row:
                style.dress(cell)
        self.put(reference.split(":")[0], value, look, **changes)
        if (left, top) != (right, bottom):
            self.sheet.merge_cells(reference)
        if height:
            self.row(top, height)

    def paint(self, reference: str, rules: Mapping[str, str]) -> None:
        """Colour a range by formulas; the words in the cells say the same, so colour is never alone."""
        for formula, meaning in rules.items():
            colour, ground = GROUNDS[meaning]
            rule = FormulaRule(
                formula=[self.book.say_in(formula)],
                font=Font(color=colour, bold=True),
                fill=PatternFill(bgColor=ground, fill_type="solid"),
            )
            self.sheet.conditional_formatting.add(reference, rule)

    def hide(self, reference: str, formula: str) -> None:
        """Show nothing of a range where a formula holds; the cells keep the numbers that others read."""
        nothing = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=";;;"))
        self.sheet.conditional_formatting.add(reference, Rule("expression", dxf=nothing, formula=[formula]))

    def validate(self, reference: str, low: float | date, high: float | date, title: str, message: str = "") -> None:
        """A number between bounds, or a date between two dates; without a message the bounds are shown."""
        if isinstance(low, date):
            kind, bounds, allowed = "date", [f"{serial(bound):g}" for bound in (low, high)], f"{low} … {high}"
        else:
            kind, bounds, allowed = "decimal", [repr(low), repr(high)], f"{low:g} … {high:g}"
        rule = DataValidation(type=kind, operator="between", formula1=bounds[0], formula2=bounds[1], allow_blank=False)
        self.tell(rule, reference, title, message or allowed, allowed)

    def tell(self, rule: DataValidation, reference: str, title: str, message: str, allowed: str) -> None:
        """Put a validation on a range, with the words that are shown beside the cell and when it is refused."""
        rule.showErrorMessage = rule.showInputMessage = True
        rule.promptTitle, rule.prompt = self.book.say(title)[:32], self.book.say(message)[:255]
        rule.errorTitle, rule.error = self.book.say("Outside the domain"), allowed
        rule.add(reference)
        self.sheet.add_data_validation(rule)

    def choose(self, reference: str, choices: Sequence[str], title: str) -> None:
        """A list to choose from."""
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=False)
        self.tell(rule, reference, title, " / ".join(choices), " / ".join(choices))

    def freeze(self, reference: str) -> None:
        self.sheet.freeze_panes = reference

    def print_setup(
        self, area: str, title_rows: str | None, breaks: Sequence[int] = (), pages_high: int = 0, paper: int = A4
    ) -> None:
        """Print one page wide; a wide sheet on A3, so that its small letters can be read."""
        sheet = self.sheet
        sheet.print_area = area
        if title_rows:
            sheet.print_title_rows = title_rows
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = paper
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, pages_high
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.6, 0.3, 0.3
        sheet.print_options.horizontalCentered = True
        sheet.oddHeader.left.text = HEADER + self.book.say(self.book.title)
        sheet.oddHeader.right.text = HEADER + "&A"
        sheet.oddFooter.left.text = HEADER + "computefi"
        sheet.oddFooter.center.text = HEADER + self.book.say(self.book.footer)
        sheet.oddFooter.right.text = HEADER + "&P / &N"
        for number in breaks:
            sheet.row_breaks.append(Break(id=number))

    def print_wide(self, area: str, titles: str, columns: Sequence[int], breaks: Sequence[int], scale: int) -> None:
        """Print over several pages across, broken after `columns`, with labels and heads on each."""
        self.print_setup(area, titles, breaks)
        sheet = self.sheet
        sheet.print_title_cols = "B:D"
        sheet.sheet_properties.pageSetUpPr.fitToPage = False
        sheet.page_setup.scale = scale
        sheet.col_breaks = ColBreak()
        for column in columns:
            sheet.col_breaks.append(Break(id=column))
