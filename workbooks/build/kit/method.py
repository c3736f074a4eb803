"""The sheet Method: what each measure says, how it is calculated and where it ends; then what the workbook is not for.

Its words stand in a CSV file: a line for each measure, then one for each sentence with the band that it stands under.

    measure,band,says,how,limit
    Deal loss,,What the lender expects to lose.,CFI_DEAL_LOSS,An average: says nothing of a bad year.
    ,Not for,Pricing a bond.,,
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import Book, Page
from workbooks.build.kit.text import lines_of, width_of

WIDTHS = {"A": 1.5, "B": 30} | dict.fromkeys("CDEFGHIJKL", 13.5)
COLUMNS = {"says": "C:F", "how": "G:H", "limit": "I:L"}
TOP = 6


@dataclass(frozen=True)
class Measure:
    """A measure in a sentence, its function or formula, and what it does not say."""

    name: str
    says: str
    how: str
    limit: str


@dataclass(frozen=True)
class Text:
    """A group of sentences: what the workbook is for, what it leaves out."""

    title: str
    sentences: tuple[str, ...]


def read_method(path: Path) -> tuple[list[Measure], list[Text]]:
    """The measures and the sentences of a CSV file."""
    lines = read_table(path)
    measures = [Measure(line["measure"], line["says"], line["how"], line["limit"]) for line in lines if line["measure"]]
    bands = dict.fromkeys(line["band"] for line in lines if line["band"])
    return measures, [Text(band, tuple(line["says"] for line in lines if line["band"] == band)) for band in bands]


def write_method(book: Book, measures: Sequence[Measure], texts: Sequence[Text]) -> Page:
    """The sheet Method; the links to the other sheets stand in C3, D3 … L3."""
    page = book.page("Method", "Method", "What each number means, and what it must not be used for.", WIDTHS)
    page.put("B5", "Measure", "head_left")
    heads = {"says": "What it says", "how": "How it is calculated", "limit": "Its limits"}
    for field, columns in COLUMNS.items():
        _across(page, columns, 5, heads[field], "head_left")
    for row, measure in enumerate(measures, TOP):
        page.put(f"B{row}", measure.name, "label_bold")
        for field, columns in COLUMNS.items():
            _across(page, columns, row, getattr(measure, field), "note")
        lines = [lines_of(book.say(measure.name), width_of(page, "B"), 10)]
        lines += [lines_of(book.say(getattr(measure, field)), width_of(page, COLUMNS[field])) for field in COLUMNS]
        page.row(row, 6 + 12 * max(lines))
    row = TOP + len(measures)
    for text in texts:
        row += 1
        page.section(row, text.title, "B", "L")
        for sentence in text.sentences:
            row += 1
            _across(page, "B:L", row, sentence, "note")
            page.row(row, 6 + 12 * lines_of(book.say(sentence), width_of(page, "B:L")))
        row += 1
    page.freeze(f"C{TOP}")
    page.print_setup(f"B1:L{row}", "5:5")
    return page


def _across(page: Page, columns: str, row: int, text: str, look: str) -> None:
    first, _, last = columns.partition(":")
    page.merge(f"{first}{row}:{last}{row}", text, look)
