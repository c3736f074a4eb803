"""One function of functions.xlsx: what its declaration says, and a live example beside its expected answer."""

from __future__ import annotations

import math
import re
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from openpyxl.utils import get_column_letter

from computefi.spec import MISSING, Parameter, Spec
from computefi.spec.kinds import Raw
from tools.pages import bounds_words, default_words, notes, shape_words  # the words of the documentation pages
from workbooks.build.functions.bounds import admit
from workbooks.build.kit.page import LOOKS, Page

LABEL_WIDTH, COLUMN_WIDTH, COLUMNS = 19.0, 13.0, 12
FIRST, LAST = 3, 2 + COLUMNS  # the columns right of the labels
LAST_LETTER = get_column_letter(LAST)
WIDTHS = {"A": 1.5, "B": LABEL_WIDTH} | {get_column_letter(c): COLUMN_WIDTH for c in range(FIRST, LAST + 1)}
LINE = 12.5  # points of one line of 10-point text
CHARACTERS = {10: 1.1, 9: 1.22}  # letters in the width of one digit by size of type, on the safe side
# The table of arguments: heading, first and last column.
TABLE = (
    ("Meaning", "C", "F"),
    ("Unit", "G", "H"),
    ("Allowed", "I", "J"),
    ("Shape", "K", "M"),
    ("Default", "N", "N"),
)


def lines_of(text: str, width: float, size: int = 10) -> int:
    """How many lines a text takes in a cell of that width: whole words only, as a spreadsheet breaks them."""
    room, count = max(1, int(width * CHARACTERS[size]) - 2), 0
    for part in text.split("\n"):
        at, count = 0, count + 1
        for word in part.split(" "):
            if at and at + len(word) > room:
                at, count = 0, count + 1
            count += max(0, math.ceil(len(word) / room) - 1)
            at += len(word) + 1
    return count


def height_of(text: str, width: float, size: int = 10) -> float:
    return lines_of(text, width, size) * LINE + 5


def span(first: str, last: str) -> float:
    return sum((WIDTHS[get_column_letter(c)] for c in range(ord(first) - 64, ord(last) - 63)), 0.0)


def breakable(name: str) -> str:
    """A long name of an argument on several lines, broken after an underscore."""
    lines = [""]
    for part in re.findall(r"[^_]+_?|_", name):
        if lines[-1] and len(lines[-1] + part) > 11:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def signature(spec: Spec) -> str:
    """The call with its optional arguments in brackets."""
    named: list[str] = []
    for raw, group in groupby(spec.parameters, lambda p: isinstance(p.shape, Raw)):
        members = list(group)
        named += (
            [f"[{members[0].name} … {members[-1].name}]"]
            if raw
            else [f"[{p.name}]" if p.optional else p.name for p in members]
        )
    return f"{spec.name}({', '.join(named)})"


def grid(value: Any) -> list[list[Any]]:
    """An argument as it stands in cells: a number, a column per series, a matrix."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    return [list(row) if isinstance(row, (list, tuple)) else [row] for row in value]


def answer_grid(spec: Spec, result: Any) -> list[list[Any]]:
    """The declared answer as it spills: one row for several numbers, a block for a schedule."""
    if not isinstance(result, (list, tuple)):
        return [[result]]
    if any(isinstance(row, (list, tuple)) for row in result):
        return [list(row) for row in result]
    return [[value] for value in result] if spec.result.rows and len(spec.result.columns) == 1 else [list(result)]


def answer_heads(spec: Spec, width: int) -> list[str]:
    names = [column.name for column in spec.result.columns]
    if spec.result.more:
        names += [f"{spec.result.more.name} {i}" for i in range(1, width - len(names) + 1)]
    return ["answer"] if names == ["result"] else names


def capital(spec: Spec, text: str) -> str:
    """A sentence with a capital, unless it begins with an argument or a symbol."""
    plain = re.match(r"[a-z]+(-[a-z]+)* [A-Za-z]", text) and text.partition(" ")[0] not in {
        p.name for p in spec.parameters
    }
    return text[0].upper() + text[1:] if plain else text


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
        page = self.page
        page.section(self.row, spec.name, "B", LAST_LETTER, height=20)
        self.row += 1
        self.text("Sentence", spec.summary, bold=True)
        self.text("Call", signature(spec))
        self.text("Formula", spec.formula_lines)
        self.arguments(spec)
        for label, text in notes(spec).items():
            self.text(label, capital(spec, text))
        self.text("Source", spec.source)
        self.example(spec)
        page.row(self.row, 12)
        self.row += 1

    def text(self, label: str, text: str, bold: bool = False) -> None:
        page, row = self.page, self.row
        text = text.replace("`", "").removeprefix("=")  # a text, not a formula
        page.put(f"B{row}", label, "label_bold", vertical="top")
        merge(page, f"C{row}:{LAST_LETTER}{row}", text, "label_bold" if bold else "label", vertical="top")
        page.row(row, height_of(text, span("C", LAST_LETTER)))
        self.row += 1

    def arguments(self, spec: Spec) -> None:
        page = self.page
        page.put(f"B{self.row}", "Argument", "head_left")
        for head, first, last in TABLE:
            merge(page, f"{first}{self.row}:{last}{self.row}", head, "head_left")
        page.row(self.row, 17)
        self.row += 1
        for raw, group in groupby(spec.parameters, lambda p: isinstance(p.shape, Raw)):
            members = list(group)
            for parameter in members[:1] if raw else members:
                self.argument(spec, parameter, members[-1] if raw and len(members) > 1 else None)

    def argument(self, spec: Spec, parameter: Parameter, until: Parameter | None) -> None:
        page, row = self.page, self.row
        name = f"{parameter.name} …\n{until.name}" if until else breakable(parameter.name)
        meaning = re.sub(r"^Argument 1\b", "Arguments", parameter.help) if until else parameter.help
        any_cell = isinstance(parameter.shape, Raw)
        texts = (
            meaning,
            "any" if any_cell else page.book.say_as("unit", parameter.kind.unit),
            "any" if any_cell else bounds_words(parameter).replace('"', ""),
            shape_words(spec, parameter),
            default_words(parameter),
        )
        page.put(f"B{row}", name, "label", bold=not parameter.optional)
        height = height_of(name, LABEL_WIDTH)
        for (_, first, last), text in zip(TABLE, texts, strict=True):
            merge(page, f"{first}{row}:{last}{row}", text, "label", size=9)
            height = max(height, height_of(text, span(first, last), 9))
        page.row(row, height)
        self.row += 1

    def example(self, spec: Spec) -> None:
        page, example = self.page, spec.examples[0]
        given = [(p, value) for p, value in zip(spec.parameters, example.arguments, strict=False)]
        page.put(f"B{self.row}", "Live example", "head_left")
        merge(page, f"C{self.row}:{LAST_LETTER}{self.row}", self.shown(spec), "head_left")
        page.row(self.row, height_of(self.shown(spec), span("C", LAST_LETTER)) + 2)
        heads, top, column = self.row + 1, self.row + 2, FIRST
        references: list[str] = []
        conditions: dict[str, str] = {}  # by the letter of an argument
        deepest, head_height = 1, 17.0
        for parameter, value in given:
            if value is None or value is MISSING:
                references.append("")
                continue
            cells = grid(value)
            letters = [get_column_letter(column + i) for i in range(len(cells[0]))]
            if len(letters) > 1:
                merge(page, f"{letters[0]}{heads}:{letters[-1]}{heads}", parameter.name, "head")
            else:
                page.put(f"{letters[0]}{heads}", breakable(parameter.name), "head")
                head_height = max(head_height, height_of(breakable(parameter.name), COLUMN_WIDTH))
            for down, line in enumerate(cells):
                for letter, item in zip(letters, line, strict=True):
                    page.put(f"{letter}{top + down}", item, "input_text" if isinstance(item, str) else "input", size=9)
            last = f":{letters[-1]}{top + len(cells) - 1}" if len(cells) * len(letters) > 1 else ""
            references.append(f"{letters[0]}{top}{last}")
            numbers = [item for line in cells for item in line if not isinstance(item, str)]
            if numbers:
                conditions[letters[0]] = admit(page, references[-1], parameter, numbers)
            deepest, column = max(deepest, len(cells)), column + len(letters)
        if column - 1 > LAST:
            raise ValueError(f"{spec.name}: the example needs {column - 1} columns, there are {LAST}")
        page.put(f"B{heads}", "Arguments", "head_left")
        page.row(heads, head_height)
        page.put(f"B{top}", "Input cells", "label")
        row, within = top + deepest, "TRUE"
        if conditions:
            page.put(f"B{row}", "Within bounds", "label")
            for letter, condition in conditions.items():
                page.put(f"{letter}{row}", f'=IF({condition},"yes","NO")', "words", size=9)
            allowed = f"C{row}:{get_column_letter(column - 1)}{row}"
            page.paint(allowed, {f'C{row}="NO"': "bad"})
            within = f'COUNTIF({allowed},"yes")={len(conditions)}'
            row += 1
        self.answer(spec, f"={spec.name}({','.join(references)})", within, row)

    @staticmethod
    def shown(spec: Spec) -> str:
        """The example as typed, shortened where a long series makes it unreadable: the cells below hold it all."""
        text = spec.formula()[1:]
        return text if len(text) <= 200 else text[:198] + " …"

    def answer(self, spec: Spec, formula: str, within: str, row: int) -> None:
        page, example = self.page, spec.examples[0]
        expected = answer_grid(spec, example.result)
        high, letters = len(expected), [get_column_letter(FIRST + i) for i in range(len(expected[0]))]
        heads = answer_heads(spec, len(letters))
        page.put(f"B{row}", "Answer", "head_left")
        for letter, head in zip(letters, heads, strict=True):
            page.put(f"{letter}{row}", page.book.say_as("answer", head), "head")
        page.row(row, max(17.0, *(height_of(head, COLUMN_WIDTH) for head in heads)))
        ours, wanted, off = row + 1, row + 1 + high, row + 1 + 2 * high
        for at, label in ((ours, "The formula gives"), (wanted, "Expected"), (off, "Difference")):
            page.put(f"B{at}", label, "label_bold" if at == ours else "label")
        block = f"{letters[0]}{ours}:{letters[-1]}{ours + high - 1}"
        if high * len(letters) == 1:
            page.put(f"C{ours}", formula, "result", size=9)
        else:
            page.block(block, formula, "result")
            for line in page.sheet[block]:
                for cell in line:
                    replace(LOOKS["result"], size=9).dress(cell)
        for down, line in enumerate(expected):
            for letter, value in zip(letters, line, strict=True):
                text = isinstance(value, str)
                mine, its = f"{letter}{ours + down}", f"{letter}{wanted + down}"
                if text:  # a sentence or the name of a quantity
                    page.sheet[mine].alignment = copy(
                        page.put(its, value, "words", horizontal="left", size=9).alignment
                    )
                    page.row(ours + down, height_of(value, COLUMN_WIDTH))
                    page.row(wanted + down, height_of(value, COLUMN_WIDTH))
                else:
                    page.put(its, value, "calc", size=9)
                page.put(
                    f"{letter}{off + down}",
                    f'=IF(ISERROR({mine}),1,IF(ISNUMBER({mine}),IF(ISNUMBER({its}),ABS({mine}-{its}),1),IF({mine}&""={its}&"",0,1)))',
                    "calc",
                    "0.0E+00",
                )
        differences = f"{letters[0]}{off}:{letters[-1]}{off + high - 1}"
        wants = f"{letters[0]}{wanted}:{letters[-1]}{wanted + high - 1}"
        self.row = off + high
        page.put(f"B{self.row}", "Verdict", "label_bold")
        page.put(
            f"C{self.row}",
            f'=IF({within},IF(COUNT({differences})={high * len(letters)},IF(MAX({differences})<=E{self.row},"pass","FAIL"),"FAIL"),"FAIL")',
            "verdict",
        )
        page.put(f"D{self.row}", "tolerance", "unit", horizontal="right")
        tolerance = f"={example.tolerance:g}*MAX(MAX({wants}),-MIN({wants}))+1E-12"
        if "standard error" in heads:  # a simulation is judged by its own error
            tolerance = f"=4*{letters[heads.index('standard error')]}{ours}"
        page.put(f"E{self.row}", tolerance, "calc", "0.0E+00")
        if example.source:
            merge(page, f"F{self.row}:{LAST_LETTER}{self.row}", example.source, "note")
        page.paint(f"C{self.row}", {f'C{self.row}="pass"': "good", f'C{self.row}="FAIL"': "bad"})
        self.verdict = f"C{self.row}"
        self.row += 1
