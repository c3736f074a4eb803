"""One function of functions.xlsx: what its declaration says, and a live example beside its expected answer."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from openpyxl.utils import get_column_letter

from computefi.spec import MISSING, Parameter, Spec
from computefi.spec.kinds import Raw
from tools.pages import bounds_words, default_words, notes, shape_words  # the words of the documentation pages
from workbooks.build.functions.bounds import admit
from workbooks.build.functions.text import breakable, height_of
from workbooks.build.kit.page import Page

LABEL_WIDTH, COLUMN_WIDTH, COLUMNS = 19.0, 13.0, 12
FIRST, LAST = 3, 2 + COLUMNS  # the columns right of the labels
LAST_LETTER = get_column_letter(LAST)
WIDTHS = {"A": 1.5, "B": LABEL_WIDTH} | {get_column_letter(c): COLUMN_WIDTH for c in range(FIRST, LAST + 1)}
# The table of arguments: heading, first and last column.
TABLE = (("Meaning", "C", "F"), ("Unit", "G", "H"), ("Allowed", "I", "J"), ("Shape", "K", "M"), ("Default", "N", "N"))
DIFFERENCE = '=IF(ISERROR({0}),1,IF(ISNUMBER({0}),IF(ISNUMBER({1}),ABS({0}-{1}),1),IF({0}&""={1}&"",0,1)))'


def span(first: str, last: str) -> float:
    return sum((WIDTHS[get_column_letter(c)] for c in range(ord(first) - 64, ord(last) - 63)), 0.0)


def signature(spec: Spec) -> str:
    """The call with its optional arguments in brackets."""
    if spec.raw:
        named = [p.name for p in spec.parameters if not p.optional]
        cells = [p.name for p in spec.parameters if p.optional]
        return f"{spec.name}({', '.join([*named, f'[{cells[0]} … {cells[-1]}]'])})"
    return f"{spec.name}({', '.join(f'[{p.name}]' if p.optional else p.name for p in spec.parameters)})"


def example_call(spec: Spec) -> str:
    """The example as typed, shortened where a long series makes it unreadable: the cells below hold it all."""
    text = spec.formula()[1:]
    return text if len(text) <= 200 else text[:198] + " …"


def grid(value: Any) -> list[list[Any]]:
    """An argument as it stands in cells: a number, a column per series, a matrix."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    return [list(row) if isinstance(row, (list, tuple)) else [row] for row in value]


def answer_grid(spec: Spec, result: Any) -> list[list[Any]]:
    """The declared answer as it spills: one row for several numbers, a block for a schedule."""
    cells = grid(result)
    if len(cells[0]) > 1 or (spec.result.rows and len(spec.result.columns) == 1):
        return cells
    return [[row[0] for row in cells]]


def answer_heads(spec: Spec, width: int) -> list[str]:
    names = [column.name for column in spec.result.columns]
    if spec.result.more:
        names += [f"{spec.result.more.name} {i}" for i in range(1, width - len(names) + 1)]
    return ["answer"] if names == ["result"] else names


def capital(spec: Spec, text: str) -> str:
    """A sentence with a capital, unless it begins with an argument or a symbol."""
    argument = text.partition(" ")[0] in {p.name for p in spec.parameters}
    return text if argument or not re.match(r"[a-z]+(-[a-z]+)* [A-Za-z]", text) else text[0].upper() + text[1:]


def merge(page: Page, reference: str, value: Any, look: str, **changes: Any) -> None:
    """As Page.merge, for thousands of them: the style is made once and shared by the cells of the range."""
    first, last = reference.split(":")
    style = page.put(first, value, look, **changes)._style
    if first == last:
        return
    for line in page.sheet[reference]:
        for cell in line:
            cell._style = copy(style)
    page.sheet.merged_cells.add(reference)


@dataclass
class Card:
    """Writes one function below another on the sheet of a category."""

    page: Page
    row: int
    verdict: str = ""  # the cell that says whether the example holds

    def write(self, spec: Spec) -> None:
        self.page.section(self.row, spec.name, "B", LAST_LETTER, height=20)
        self.row += 1
        self.text("Sentence", spec.summary, "label_bold")
        self.text("Call", signature(spec))
        self.text("Formula", spec.formula_lines)
        self.arguments(spec)
        for label, text in notes(spec).items():
            self.text(label, capital(spec, text))
        self.text("Source", spec.source)
        self.example(spec)
        self.page.row(self.row, 12)
        self.row += 1

    def text(self, label: str, text: str, look: str = "label") -> None:
        page, row = self.page, self.row
        text = text.replace("`", "").removeprefix("=")  # a text, not a formula
        page.put(f"B{row}", label, "label_bold", vertical="top")
        merge(page, f"C{row}:{LAST_LETTER}{row}", text, look, vertical="top")
        page.row(row, height_of(text, span("C", LAST_LETTER)))
        self.row += 1

    def arguments(self, spec: Spec) -> None:
        """The table of arguments; those that may be any cell share a line."""
        page = self.page
        page.put(f"B{self.row}", "Argument", "head_left")
        for head, first, last in TABLE:
            merge(page, f"{first}{self.row}:{last}{self.row}", head, "head_left")
        page.row(self.row, 17)
        self.row += 1
        for raw, group in groupby(spec.parameters, lambda p: isinstance(p.shape, Raw) and p.optional):
            members = list(group)
            if raw and len(members) > 1:
                meaning = re.sub(r"^Argument 1\b", "Arguments", members[0].help)
                self.argument(spec, members[0], f"{members[0].name} …\n{members[-1].name}", meaning)
            else:
                for parameter in members:
                    self.argument(spec, parameter, breakable(parameter.name), parameter.help)

    def argument(self, spec: Spec, parameter: Parameter, name: str, meaning: str) -> None:
        page, row = self.page, self.row
        any_cell = isinstance(parameter.shape, Raw)
        texts = (
            meaning,
            "any" if any_cell else page.book.say_as("unit", parameter.kind.unit),
            "any" if any_cell else bounds_words(parameter).replace('"', ""),
            shape_words(spec, parameter),
            default_words(parameter),
        )
        page.put(f"B{row}", name, "label", bold=not parameter.optional)
        heights = [height_of(name, LABEL_WIDTH)]
        for (_, first, last), text in zip(TABLE, texts, strict=True):
            merge(page, f"{first}{row}:{last}{row}", text, "label", size=9)
            heights.append(height_of(text, span(first, last), 9))
        page.row(row, max(heights))
        self.row += 1

    def example(self, spec: Spec) -> None:
        """The call as typed, its arguments in cells, whether they are within their bounds, and its answer."""
        page, text = self.page, example_call(spec)
        page.put(f"B{self.row}", "Live example", "head_left")
        merge(page, f"C{self.row}:{LAST_LETTER}{self.row}", text, "head_left")
        page.row(self.row, height_of(text, span("C", LAST_LETTER)) + 2)
        self.row += 2
        column, row = FIRST, self.row
        references: list[str] = []
        conditions: dict[str, str] = {}  # by the letter of an argument
        bands: list[str] = []
        page.put(f"B{self.row - 1}", "Arguments", "head_left")
        for parameter, value in zip(spec.parameters, spec.examples[0].arguments, strict=False):
            if value is None or value is MISSING:
                references.append("")
                continue
            cells = grid(value)
            if column + len(cells[0]) - 1 > LAST:  # more than the page is wide: a band below
                self.row = row + 1
                bands.append(self.band(conditions, column))
                column, row, conditions = FIRST, self.row + 1, {}
                self.row += 1
            letter = get_column_letter(column)
            references.append(self.cells(parameter, cells, column))
            if numbers := [item for line in cells for item in line if not isinstance(item, str)]:
                conditions[letter] = admit(page, references[-1], parameter, numbers)
            row, column = max(row, self.row + len(cells) - 1), column + len(cells[0])
        page.put(f"B{self.row}", "Input cells", "label")
        self.row = row + 1
        bands.append(self.band(conditions, column))
        within = bands[0] if len(bands) == 1 else f"AND({','.join(bands)})"
        self.answer(spec, f"={spec.name}({','.join(references)})", within)

    def band(self, conditions: dict[str, str], column: int) -> str:
        """Whether the arguments of a row of them are within their bounds; what is no number has none."""
        return self.within(conditions, get_column_letter(column - 1)) if conditions else "TRUE"

    def cells(self, parameter: Parameter, cells: list[list[Any]], column: int) -> str:
        """One argument of the example, its name above; returns where it stands."""
        page, row = self.page, self.row
        letters = [get_column_letter(column + at) for at in range(len(cells[0]))]
        height = page.sheet.row_dimensions[row - 1].height or 17.0
        if len(letters) > 1:
            merge(page, f"{letters[0]}{row - 1}:{letters[-1]}{row - 1}", parameter.name, "head")
        else:
            name = breakable(parameter.name)
            page.put(f"{letters[0]}{row - 1}", name, "head")
            height = max(height, height_of(name, COLUMN_WIDTH))
        page.row(row - 1, height)
        for down, line in enumerate(cells, row):
            for letter, item in zip(letters, line, strict=True):
                page.put(f"{letter}{down}", item, "input_text" if isinstance(item, str) else "input", size=9)
        last = f"{letters[-1]}{row + len(cells) - 1}"
        return last if last == f"{letters[0]}{row}" else f"{letters[0]}{row}:{last}"

    def within(self, conditions: dict[str, str], last: str) -> str:
        """Whether each argument is within its bounds; returns the condition that all are."""
        page, row = self.page, self.row
        page.put(f"B{row}", "Within bounds", "label")
        for letter, condition in conditions.items():
            page.put(f"{letter}{row}", f'=IF({condition},"yes","NO")', "words", size=9)
        page.paint(f"C{row}:{last}{row}", {f'C{row}="NO"': "bad"})
        self.row += 1
        return f'COUNTIF(C{row}:{last}{row},"yes")={len(conditions)}'

    def answer(self, spec: Spec, formula: str, within: str) -> None:
        """What the formula gives, what is expected, their difference, and the verdict."""
        page, example = self.page, spec.examples[0]
        expected = answer_grid(spec, example.result)
        high, letters = len(expected), [get_column_letter(FIRST + at) for at in range(len(expected[0]))]
        heads, row = answer_heads(spec, len(letters)), self.row
        page.put(f"B{row}", "Answer", "head_left")
        for letter, head in zip(letters, heads, strict=True):
            page.put(f"{letter}{row}", page.book.say_as("answer", head), "head")
        page.row(row, max(17.0, *(height_of(head, COLUMN_WIDTH) for head in heads)))
        ours, wanted, off = row + 1, row + 1 + high, row + 1 + 2 * high
        for at, label in ((ours, "The formula gives"), (wanted, "Expected"), (off, "Difference")):
            page.put(f"B{at}", label, "label_bold" if at == ours else "label")
        if high * len(letters) > 1:
            page.block(f"{letters[0]}{ours}:{letters[-1]}{ours + high - 1}", formula, "result", size=9)
        else:
            page.put(f"C{ours}", formula, "result", size=9)
        for down, line in enumerate(expected):
            for letter, value in zip(letters, line, strict=True):
                self.compare(f"{letter}{ours + down}", f"{letter}{wanted + down}", f"{letter}{off + down}", value)
        wants, differences = (f"{letters[0]}{top}:{letters[-1]}{top + high - 1}" for top in (wanted, off))
        tolerance = f"={example.tolerance:g}*MAX(MAX({wants}),-MIN({wants}))+1E-12"
        if "standard error" in heads:  # a simulation is judged by its own error
            tolerance = f"=4*{letters[heads.index('standard error')]}{ours}"
        self.row = off + high
        counted = f"COUNT({differences})={high * len(letters)},IF(MAX({differences})<=E{self.row}"
        self.judge(f'=IF({within},IF({counted},"pass","FAIL"),"FAIL"),"FAIL")', tolerance, example.source)

    def compare(self, ours: str, wanted: str, off: str, value: Any) -> None:
        page = self.page
        if isinstance(value, str):  # a sentence or the name of a quantity
            said = page.put(wanted, value, "words", horizontal="left", size=9)
            page.sheet[ours].alignment = copy(said.alignment)
            for cell in (page.sheet[ours], said):
                page.row(cell.row, height_of(value, COLUMN_WIDTH))
        else:
            page.put(wanted, value, "calc", size=9)
        page.put(off, DIFFERENCE.format(ours, wanted), "calc", "0.0E+00")

    def judge(self, verdict: str, tolerance: str, source: str) -> None:
        page, row = self.page, self.row
        page.put(f"B{row}", "Verdict", "label_bold")
        page.put(f"C{row}", verdict, "verdict")
        page.put(f"D{row}", "tolerance", "unit", horizontal="right")
        page.put(f"E{row}", tolerance, "calc", "0.0E+00")
        if source:
            merge(page, f"F{row}:{LAST_LETTER}{row}", source, "note")
        page.paint(f"C{row}", {f'C{row}="pass"': "good", f'C{row}="FAIL"': "bad"})
        self.verdict = f"C{row}"
        self.row += 1
