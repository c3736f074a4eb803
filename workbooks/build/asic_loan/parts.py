"""Parts that asic_loan.xlsx and calibration.xlsx share: tables of inputs, rows of months, sentences, lists of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from computefi.dates import serial_of
from workbooks.build.kit.checks import TOP, CheckList
from workbooks.build.kit.page import DATE, LOOKS, PERCENT, TEXT, WHOLE, Book, Page

LEGEND = (
    "Blue on cream: input. Black: formula. Status: V read in a filing · S secondary source · D derived by arithmetic · "
    "P demonstration parameter, not filed · J judgement · C convention of units."
)
PARAMETER = "Demonstration parameter, not filed"
Value = float | str | date
CHINESE_FROM = 0x2E80
FULL_WIDTH = tuple("，。；：？！、（）")


@dataclass(frozen=True)
class Section:
    """A band that opens a group of rows."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class Given:
    """An input: one value, or one per case with the live one chosen by a switch."""

    key: str
    label: str
    unit: str
    values: tuple[Value, ...]
    number_format: str
    status: str
    source: str
    as_of: str
    low: float | date = 0.0
    high: float | date = 1.0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a sheet of months: the same formula in every column, or one array formula over all of them.

    In the formula `{key}` is the cell of another row in the same column, `{key_before}` the one to its left and
    `{key_row}` the whole row. `answers` are the keys of further rows that the same array fills.
    """

    key: str
    label: str
    unit: str
    formula: str
    number_format: str
    how: str
    look: str = "calc"
    array: bool = False
    answers: tuple[str, ...] = ()
    total: str = ""


def phrase(book: Book, *parts: str) -> str:
    """A formula that joins texts and expressions; a part that begins with `=` is an expression, the rest is translated.

    The blanks at the ends of a text are kept and are no part of what is translated; a full-width mark has its own.
    """
    joined = []
    for part in parts:
        if part.startswith("="):
            joined.append(part[1:])
        else:
            core = part.strip()
            said = book.say(core)
            start = part[: len(part) - len(part.lstrip())] if not said.startswith(FULL_WIDTH) else ""
            end = part[len(part.rstrip()) :] if core and not said.endswith(FULL_WIDTH) else ""
            joined.append(f'"{start}{said}{end}"')
    return "&".join(joined)


def choose(book: Book, condition: str, yes: str, no: str) -> str:
    """An expression for `phrase`: one text or the other."""
    return f'=IF({condition},"{book.say(yes)}","{book.say(no)}")'


def place_of(book: Book, name: str) -> str:
    """The cells of a name, as another sheet writes them: a reader sees at once where an array comes from."""
    return str(book.workbook.defined_names[name].attr_text).replace("'", "")


def lines_of(text: str, width: float, size: float = 9) -> int:
    """How many lines a text takes in a column of that width; a Chinese character is as wide as two letters."""
    room = (width - 2) * 1.35 * 9 / size
    chinese = sum(ord(letter) > CHINESE_FROM for letter in text)
    # Beside Chinese, Latin letters are those of a wider font.
    return max(1, ceil(((len(text) - chinese) * (1.15 if chinese else 1) + chinese * 2.3) / room))


def number(value: Value) -> float:
    """A bound as the number that Excel keeps."""
    return serial_of(value) if isinstance(value, date) else float(value)


def validate(page: Page, reference: str, item: Given) -> None:
    """The validation of an input: a list of words or whole numbers, a date, or a number between its bounds."""
    if item.choices:
        rule = DataValidation(type="list", formula1='"' + ",".join(item.choices) + '"', allow_blank=False)
        rule.showErrorMessage = rule.showInputMessage = True
        rule.promptTitle, rule.prompt = page.book.say(item.label)[:32], page.book.say(item.source)[:255]
        rule.errorTitle, rule.error = page.book.say("Outside the domain"), " · ".join(item.choices)
    elif isinstance(item.low, date):
        low, high = number(item.low), number(item.high)
        rule = DataValidation(
            type="date", operator="between", formula1=f"{low:g}", formula2=f"{high:g}", allow_blank=False
        )
        rule.showErrorMessage = rule.showInputMessage = True
        rule.promptTitle, rule.prompt = page.book.say(item.label)[:32], page.book.say(item.source)[:255]
        rule.errorTitle, rule.error = page.book.say("Outside the domain"), f"{item.low} … {item.high}"
    else:
        page.validate(reference, number(item.low), number(item.high), item.label, item.source)
        return
    rule.add(reference)
    page.sheet.add_data_validation(rule)


@dataclass(frozen=True)
class Layout:
    """The columns of a table of inputs: where the live value, the cases and the notes stand."""

    live: str
    cases: tuple[str, ...]
    status: str
    source: str
    as_of: str
    low: str
    high: str
    inside: str

    @property
    def last(self) -> str:
        return self.inside


def input_heads(page: Page, row: int, layout: Layout, live: str, cases: Sequence[str]) -> None:
    heads = {
        "B": "",
        "C": "Unit",
        layout.status: "Status",
        layout.source: "Source, or why",
        layout.as_of: "As of",
        layout.low: "Least",
        layout.high: "Most",
        layout.inside: "In range",
    }
    if layout.live:
        heads[layout.live] = live
    heads |= dict(zip(layout.cases, cases, strict=True))
    for letter, text in heads.items():
        page.put(f"{letter}{row}", text, "head_left" if letter in ("B", layout.source) else "head")


def write_inputs(
    page: Page, items: Sequence[Section | Given], top: int, layout: Layout, switch: str = "", prefix: str = ""
) -> dict[str, int]:
    """Write a table of inputs from row `top`; returns the row of each key. Names: key, or key_1 … for cases."""
    rows: dict[str, int] = {}
    row = top
    for item in items:
        if isinstance(item, Section):
            page.section(row, item.title, "B", layout.last, item.note)
            row += 1
            continue
        rows[item.key] = row
        _write_given(page, item, row, layout, switch, prefix)
        row += 1
    page.paint(
        f"{layout.inside}{top}:{layout.inside}{row - 1}",
        {f'AND({layout.inside}{top}<>"",{layout.inside}{top}=0)': "bad"},
    )
    rows["last"] = row - 1
    return rows


def _write_given(page: Page, item: Given, row: int, layout: Layout, switch: str, prefix: str) -> None:
    book, key = page.book, prefix + item.key
    page.put(f"B{row}", item.label, "label")
    page.put(f"C{row}", item.unit, "unit")
    words = isinstance(item.values[0], str)
    look = "input_text" if words else "input"
    several = len(item.values) > 1
    letters = layout.cases if several else (layout.live or layout.cases[0],)
    for index, (letter, value) in enumerate(zip(letters, item.values, strict=True), 1):
        page.put(f"{letter}{row}", value, look, item.number_format)
        book.name(f"{key}_{index}" if several else key, page, f"{letter}{row}")
    span = f"{letters[0]}{row}:{letters[-1]}{row}"
    if several and layout.live:
        page.put(f"{layout.live}{row}", f"=INDEX({span},{switch})", "result", item.number_format)
        book.name(key, page, f"{layout.live}{row}")
    status = item.status if len(item.status) == len(item.values) else item.status[0]
    page.put(f"{layout.status}{row}", " ".join(status), "aside")
    page.put(f"{layout.source}{row}", item.source, "note")
    page.put(f"{layout.as_of}{row}", item.as_of, "aside", wrap=True)
    wide = page.sheet.column_dimensions
    lines = max(
        lines_of(book.say(item.label), wide["B"].width, 10),
        lines_of(book.say(item.source), wide[layout.source].width),
        2 if len(item.as_of) > 12 else 1,
    )
    page.row(row, 6 + 12 * lines)
    validate(page, span, item)
    if words:
        options = ",".join(f'{letters[0]}{row}="{choice}"' for choice in item.choices)
        page.put(f"{layout.inside}{row}", f"=IF(OR({options}),1,0)", "aside")
        return
    dates = isinstance(item.low, date)
    page.put(f"{layout.low}{row}", item.low, "aside", DATE if dates else "General")
    page.put(f"{layout.high}{row}", item.high, "aside", DATE if dates else "General")
    count, whole = len(item.values), f",MAX({span})=INT(MAX({span}))" if item.choices else ""
    low, high = f"{layout.low}{row}", f"{layout.high}{row}"
    formula = f"=IF(COUNT({span})={count},IF(AND(MIN({span})>={low},MAX({span})<={high}{whole}),1,0),0)"
    page.put(f"{layout.inside}{row}", formula, "aside")


@dataclass
class Months:
    """A sheet of months: columns from `first`, one per month, and the row of each key."""

    page: Page
    first: int
    count: int
    row_of: dict[str, int] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def letters(self) -> list[str]:
        return [get_column_letter(self.first + index) for index in range(self.count)]

    def span(self, key: str, sheet: bool = True) -> str:
        """The whole row of a key, as another sheet writes it."""
        letters, row = self.letters, self.row_of[key]
        place = f"{self.page.sheet.title}!" if sheet else ""
        return f"{place}${letters[0]}${row}:${letters[-1]}${row}"

    def cell(self, key: str, index: int) -> str:
        return f"{self.page.sheet.title}!{self.letters[index]}{self.row_of[key]}"

    def words(self, index: int) -> _Words:
        """What `{key}`, `{key_before}` and `{key_row}` stand for in a column."""
        return _Words(self, get_column_letter(self.first + index), get_column_letter(self.first + index - 1))

    def lay_out(self, items: Sequence[Section | Row], top: int) -> int:
        """Give every row its number; returns the last."""
        row = top
        for item in items:
            if isinstance(item, Row):
                self.row_of[item.key] = row
            row += 1
        return row - 1

    def write(self, items: Sequence[Section | Row], top: int, total: str, how: str, last: str) -> None:
        answers = {key for item in items if isinstance(item, Row) for key in item.answers}
        letters = self.letters
        for row, item in enumerate(items, top):
            if isinstance(item, Section):
                # The note stands with the months, so that the pages that follow do not cut it.
                self.page.section(row, item.title, "B", last)
                self.page.put(f"{letters[0]}{row}", item.note or None, "section", size=9, bold=False)
                continue
            lines = lines_of(self.page.book.say(item.how), self.page.sheet.column_dimensions[how].width)
            if lines > 1:
                self.page.row(row, 6 + 12 * lines)
            self.page.put(f"B{row}", item.label, "label_bold" if item.look == "result" else "label")
            self.page.put(f"C{row}", item.unit, "unit")
            self.page.put(f"{how}{row}", item.how, "note")
            self.page.put(f"{total}{row}", _total(item, self.span(item.key, sheet=False)), "calc", item.number_format)
            if item.array:
                tall = row + len(item.answers)
                block = f"{letters[0]}{row}:{letters[-1]}{tall}"
                self.page.block(
                    f"{letters[0]}{row}", item.formula.format_map(self.words(0)), item.look, item.number_format
                )
                self.page.sheet[f"{letters[0]}{row}"].value.ref = block
            elif item.key not in answers:
                formula = item.formula.format_map(self.words(0))
                self.page.put(f"{letters[0]}{row}", formula, item.look, item.number_format)
            else:
                LOOKS[item.look].dress(self.page.sheet[f"{letters[0]}{row}"], item.number_format)
            self._fill(item, row, item.array or item.key in answers)

    def _fill(self, item: Row, row: int, bare: bool) -> None:
        """The other months of a row, in the style of the first, which is much faster than dressing each."""
        style = self.page.sheet[f"{self.letters[0]}{row}"]._style
        for index, letter in enumerate(self.letters[1:], 1):
            cell = self.page.sheet[f"{letter}{row}"]
            if not bare:
                cell.value = self.page.book.say_in(item.formula.format_map(self.words(index)))
            cell._style = copy(style)


class _Words(dict[str, str]):
    """The words of one column, looked up when a formula asks for them."""

    def __init__(self, months: Months, here: str, before: str) -> None:
        super().__init__({"column": here} | months.extra)
        self.months, self.here, self.before = months, here, before

    def __missing__(self, key: str) -> str:
        rows = self.months.row_of
        if key in rows:
            return f"{self.here}{rows[key]}"
        name, _, kind = key.rpartition("_")
        return f"{self.before}{rows[name]}" if kind == "before" else self.months.span(name, sheet=False)


def _total(item: Row, span: str) -> str | None:
    return f"={item.total.upper()}({span})" if item.total else None


class Checks(CheckList):
    """The list of checks, each row as high as its text."""

    def add(
        self, words: str, who: str, got: str, should: str | float, tolerance: float, counts: bool = True, why: str = ""
    ) -> None:
        row, page = self.row, self.page
        super().add(words, who, got, should, tolerance, counts, why)
        texts = (("C", words, 10), ("D", who, 9), ("K", why or self.basis, 9))
        page.row(row, 6 + 12 * max(lines_of(page.book.say(text), CHECK_WIDTHS[at], size) for at, text, size in texts))

    def finish(self) -> None:
        """The master flag and the print set-up, when all checks stand."""
        print_page(self.page, f"B1:K{self.close()}", f"{TOP - 1}:{TOP - 1}")


CHECK_WIDTHS = {"A": 1.5, "B": 7, "C": 58, "D": 22, "E": 17, "F": 17, "G": 11, "H": 10, "I": 9, "J": 8, "K": 72}


def open_checks(book: Book, question: str, widths: Mapping[str, float] | None = None) -> Checks:
    page = book.page("Checks", "Checks", question, CHECK_WIDTHS | dict(widths or {}))
    heads = ("No.", "Check", "Which", "Got", "Should be", "Tolerance", "Result", "Counts", "Fails", "Why")
    for letter, text in zip("BCDEFGHIJK", heads, strict=True):
        page.put(f"{letter}8", text, "head_left" if letter in "CK" else "head")
    page.row(8, 20)
    return Checks(page)


def print_page(page: Page, area: str, title_rows: str | None, **options: Any) -> None:
    """The print set-up of the visual system, with a footer that fits these books."""
    page.print_setup(area, title_rows, **options)
    text = page.book.say("Demonstration parameters are not filed figures; see Inputs and the notes beside the numbers")
    page.sheet.oddFooter.center.text = page.sheet.oddFooter.center.text.split(",Regular")[0] + ',Regular"&8' + text


__all__ = [
    "DATE",
    "LEGEND",
    "PARAMETER",
    "PERCENT",
    "TEXT",
    "WHOLE",
    "Checks",
    "Given",
    "Layout",
    "Months",
    "Row",
    "Section",
    "choose",
    "input_heads",
    "open_checks",
    "phrase",
    "place_of",
    "print_page",
    "validate",
    "write_inputs",
]
