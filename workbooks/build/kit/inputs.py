"""Inputs: what a banker may change, read from a CSV file and written as a table with its validation and its flag.

A file has a line for each input: its key, which becomes the name of the cell, the label, the unit, a value for each
case (or one for all of them), least and most, the number format, the source with its date, and the status, one letter
for each case:

    key,label,unit,value 1,value 2,low,high,format,source,date,status,choices,note
    ,1 · The loan,,,,,,,,,,,column D is the live deal
    loan_rate,Interest,a year,0.12,0.1,0,1,0.0%,Not on record,–,PP,,

A line without a key is a band. `choices`, "1/2/3", makes a list to choose from.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl.worksheet.datavalidation import DataValidation

from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import DATE, GENERAL, Page
from workbooks.build.kit.rows import Section, write_note
from workbooks.build.kit.text import lines_of, width_of

Value = float | str | date


@dataclass(frozen=True)
class Input:
    """An input: one value, or one per case with the live one chosen by a switch."""

    key: str
    label: str
    unit: str
    values: tuple[Value, ...]
    low: float | date
    high: float | date
    number_format: str
    source: str
    as_of: str
    status: str
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> bool:
        return isinstance(self.values[0], str)


def read_table(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file, each by its heads."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def value_of(text: str) -> Value:
    """What a field of a CSV file says: a number, a date as 2026-11-22, or words."""
    for read in (float, date.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def bound_of(text: str) -> float | date:
    """The least or the most that an input may be; an input of words has none."""
    bound = value_of(text or "0")
    if isinstance(bound, str):
        raise ValueError(f"a bound is a number or a date, not {text!r}")
    return bound


def read_inputs(path: Path) -> tuple[Section | Input, ...]:
    """The bands and inputs of a CSV file."""
    items: list[Section | Input] = []
    for line in read_table(path):
        if not line["key"]:
            items.append(Section(line["label"], line["note"]))
            continue
        values = [text for head, text in line.items() if head.startswith("value") and text]
        items.append(
            Input(
                line["key"],
                line["label"],
                line["unit"],
                tuple(map(value_of, values)),
                bound_of(line["low"]),
                bound_of(line["high"]),
                line["format"],
                line["source"],
                line["date"],
                line["status"],
                tuple(line["choices"].split("/")) if line["choices"] else (),
            )
        )
    return tuple(items)


@dataclass(frozen=True)
class InputColumns:
    """The columns of a table of inputs: where the live value, the cases and the notes stand.

    `source` and `as_of` may each be a span, "F:P". Without `live` the cases, or the only value, stand for themselves.
    """

    live: str
    cases: tuple[str, ...]
    status: str
    source: str
    as_of: str
    low: str
    high: str
    inside: str
    band: float = 19  # the height of a band
    suffixes: tuple[str, ...] = ()  # of the names of cases, if not 1, 2, 3
    used: str = ""  # flags of the cases in use, where some are left blank for the user's own: "$D$7:$K$7"

    @property
    def endings(self) -> tuple[str, ...]:
        return self.suffixes or tuple(str(number) for number in range(1, len(self.cases) + 1))


def write_heads(page: Page, row: int, columns: InputColumns, live: str, cases: Sequence[str]) -> None:
    """The heads of a table of inputs; `live` is the head of the live column."""
    page.put(f"B{row}", "", "head_left")
    page.put(f"C{row}", "Unit", "head")
    page.put(f"{columns.status}{row}", "Status", "head")
    write_note(page, columns.source, row, "Source, or why", "head_left")
    write_note(page, columns.as_of, row, "As of", "head")
    heads = {columns.low: "Least", columns.high: "Most", columns.inside: "In range"}
    if columns.live:
        heads[columns.live] = live
    for letter, text in (heads | dict(zip(columns.cases, cases, strict=True))).items():
        page.put(f"{letter}{row}", text, "head")


def write_inputs(
    page: Page, items: Sequence[Section | Input], top: int, columns: InputColumns, block: Block, switch: str = ""
) -> int:
    """Write a table of inputs from row `top` and place each in the block; returns the last row.

    Each cell gets a name: the key, or key_1, key_2 … for cases. `switch` is the name of the cell that chooses one.
    With `columns.used` an input may have fewer values than there are cases: the others are blank.
    """
    last = block.lay([item.key for item in items], top)
    for row, item in enumerate(items, top):
        if isinstance(item, Section):
            page.section(row, item.title, "B", columns.inside, item.note, columns.band)
        else:
            _write_input(page, item, row, columns, switch)
    page.paint(
        f"{columns.inside}{top}:{columns.inside}{last}",
        {f'AND({columns.inside}{top}<>"",{columns.inside}{top}=0)': "bad"},
    )
    return last


def _write_input(page: Page, item: Input, row: int, columns: InputColumns, switch: str) -> None:
    book = page.book
    page.put(f"B{row}", item.label, "label")
    page.put(f"C{row}", item.unit, "unit", wrap=True)
    several = len(item.values) > 1
    letters = columns.cases if several else (columns.live or columns.cases[0],)
    blanks = (None,) * (len(letters) - len(item.values) if columns.used else 0)
    endings = columns.endings if several else ("",)
    for letter, ending, value in zip(letters, endings, (*item.values, *blanks), strict=True):
        page.put(f"{letter}{row}", value, "input_text" if item.words else "input", item.number_format)
        book.name(f"{item.key}_{ending}" if several else item.key, page, f"{letter}{row}")
    span = f"{letters[0]}{row}:{letters[-1]}{row}"
    if several and columns.live:
        page.put(f"{columns.live}{row}", f"=INDEX({span},{switch})", "result", item.number_format)
        book.name(item.key, page, f"{columns.live}{row}")
    status = item.status if len(item.status) == len(item.values) else item.status[0]
    page.put(f"{columns.status}{row}", " ".join(status), "aside")
    write_note(page, columns.source, row, item.source)
    if ":" in columns.as_of:
        write_note(page, columns.as_of, row, item.as_of, "aside")
    else:
        page.put(f"{columns.as_of}{row}", item.as_of, "aside", wrap=True)
    lines = max(
        lines_of(book.say(item.label), width_of(page, "B"), 10),
        lines_of(book.say(item.source), width_of(page, columns.source)),
        2 if len(item.as_of) > 12 else 1,
    )
    page.row(row, 6 + 12 * lines)
    validate_input(page, span, item)
    _write_flag(page, item, row, columns, span)


def validate_input(page: Page, reference: str, item: Input) -> None:
    """The validation of an input: a list to choose from, a date, or a number between its bounds."""
    if item.choices:
        rule = DataValidation(type="list", formula1='"' + ",".join(item.choices) + '"', allow_blank=False)
        choices = " · ".join(item.choices)
        page.tell(rule, reference, item.label, choices, choices)
    elif not item.words:
        page.validate(reference, item.low, item.high, item.label)


def _write_flag(page: Page, item: Input, row: int, columns: InputColumns, span: str) -> None:
    """Least and most, and whether the value is one that the input may have."""
    if item.words:
        page.put(f"{columns.inside}{row}", f"=IF({_words_hold(item, columns, span)},1,0)", "aside")
        return
    number_format = DATE if isinstance(item.low, date) else GENERAL
    low, high = f"{columns.low}{row}", f"{columns.high}{row}"
    page.put(low, item.low, "aside", number_format)
    page.put(high, item.high, "aside", number_format)
    whole = f",MAX({span})=INT(MAX({span}))" if item.choices else ""
    count = f"COUNT({span})={len(item.values)}"
    if columns.used:
        count = f"AND(COUNT({span})=SUM({columns.used}),{_stands_where_used(columns, span)})"
    formula = f"=IF({count},IF(AND(MIN({span})>={low},MAX({span})<={high}{whole}),1,0),0)"
    page.put(f"{columns.inside}{row}", formula, "aside")


def _words_hold(item: Input, columns: InputColumns, span: str) -> str:
    """The condition that an input of words is one of its choices, or any text where it has none."""
    if not columns.used and not item.choices:
        return f'COUNTIF({span},"?*")={len(item.values)}'
    if not columns.used and len(item.values) > 1:
        among = "+".join(f'({span}="{choice}")' for choice in item.choices)
        return f"SUMPRODUCT({among})={len(item.values)}"
    if not columns.used:
        first = span.partition(":")[0]
        options = ",".join(f'{first}="{choice}"' for choice in item.choices)
        return f"OR({options})"
    if item.choices:
        among = "+".join(f'({span}="{choice}")' for choice in item.choices)
        return f"AND(SUMPRODUCT({columns.used}*({among}))=SUM({columns.used}),COUNTA({span})=SUM({columns.used}))"
    return f"AND(COUNT({span})=0,{_stands_where_used(columns, span)})"


def _stands_where_used(columns: InputColumns, span: str) -> str:
    """The condition that something stands in each column in use, and nothing in the others."""
    return f'COUNTA({span})=SUM({columns.used}),SUMPRODUCT({columns.used}*({span}<>""))=SUM({columns.used})'
