"""The inputs of a workbook as a page lists them: what stands side by side, or in a long column, is one line.

Rent | 2.10 | a month | SEC 8-K, deal A and deal B in C4:D4   →   Rent · A: 2.10 · B: 2.50
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import groupby
from typing import NamedTuple

from computefi.recalc.describe.bounds import Bounds
from computefi.recalc.describe.inputs import Input
from computefi.reports.page import heading, paragraph
from computefi.reports.words import Words

MOST_LINES = 150  # of a sheet
SERIES = 5  # so many alike one below the other are told as a series
PLACE = re.compile(r"(.*)!([A-Z]+)(\d+)")
BESIDE = " · "  # between the label of a row and the head of a column

Show = Callable[[Input], str]


class Line(NamedTuple):
    """One line of the list: its sheet, what it is and where, its values, its unit and bounds, where it comes from."""

    sheet: str
    label: str
    place: str
    value: str
    unit: str
    bounds: str
    source: str


def inputs_table(inputs: Iterable[Input], shown: Show, words: Words) -> Iterator[str]:
    """Every input that is filled, with unit, bounds, source and status; a source that lines share stands once."""
    yield heading(words("Inputs"))
    every = list(inputs)
    if not every:
        yield paragraph(words("The workbook has no input: no constant that has a name or a validation, or that a "
                              "formula reads."))  # fmt: skip
        return
    lines = list(listed([one for one in every if one.value not in (None, "")], shown, words))
    names = ("Input", "Value", "Unit", "Bounds", "Source and status")
    head = "".join(f'<th class="t">{escape(words(name))}</th>' for name in names)
    rows, before = [], ""
    for line in shortened(lines, words):
        # A source is said once for the lines that share it, which may go over several pages.
        source = words("as above") if line.source and line.source == before else line.source
        before = line.source
        told = [line.value, line.unit, line.bounds, source or words("no source beside it")]
        label = f'{escape(line.label)} <span class="under">{escape(line.place)}</span>'
        rows.append("<tr>" + "".join(f'<td class="t">{cell}</td>' for cell in [label, *map(escape, told)]) + "</tr>\n")
    yield f'<table class="inputs"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    if blank := sum(one.value in (None, "") for one in every):
        yield paragraph(words("{n} inputs are blank.", n=blank), "small")


def shortened(lines: list[Line], words: Words) -> Iterator[Line]:
    """The lines sheet by sheet; of a long list of records only the first, so that no other sheet is left out."""
    for sheet, group in groupby(lines, key=lambda line: line.sheet):
        together = list(group)
        yield from together[:MOST_LINES]
        if (rest := len(together) - MOST_LINES) > 0:
            yield Line(sheet, words("and {n} more", n=f"{rest:,}"), f"({sheet})", "–", "", "", "–")


def listed(inputs: list[Input], shown: Show, words: Words) -> Iterator[Line]:
    """The inputs in their order: a long column of alike ones where its first stands, and side by side what is alike."""
    columns: dict[object, list[Input]] = {}
    for one in inputs:
        columns.setdefault(column_of(one), []).append(one)
    told: set[object] = set()
    singles: list[Input | Line] = []
    for one in inputs:
        key = column_of(one)
        if len(columns[key]) < SERIES:
            singles.append(one)
        elif key not in told:
            told.add(key)
            singles.append(series(columns[key], shown, words))
    for _, group in groupby(singles, key=lambda one: one if isinstance(one, Line) else row_of(one)):
        together = list(group)
        alike = [one for one in together if isinstance(one, Input)]
        if alike:
            yield side_by_side(alike, shown, words)
        else:
            yield from (one for one in together if isinstance(one, Line))


def column_of(one: Input) -> object:
    """What inputs of a series share; what has a name is no part of one."""
    place = PLACE.fullmatch(one.cell)
    if place is None or one.name or not one.label:
        return one.cell
    return place[1], place[2], one.label, one.unit, str(one.bounds), one.source


def row_of(one: Input) -> object:
    """What inputs side by side share."""
    place = PLACE.fullmatch(one.cell)
    if place is None or not one.label:
        return one.cell
    return place[1], place[3], one.label.partition(BESIDE)[0], one.unit, str(one.bounds), one.source


def series(inputs: list[Input], shown: Show, words: Words) -> Line:
    """A column of numbers by its count and its ends."""
    first, last = inputs[0], inputs[-1]
    place = f"{first.cell}:{last.cell.rpartition('!')[2]}"
    numbers = {one.value: one for one in inputs if isinstance(one.value, float)}
    if all(isinstance(one.value, float) for one in inputs):
        least, most = (shown(numbers[end(numbers)]) for end in (min, max))
        value = words("{n} values, {least} to {most}", n=f"{len(inputs):,}", least=least, most=most)
    else:
        value = words("{n} values", n=f"{len(inputs):,}")
    return Line(sheet_of(first), first.label, place, value, first.unit, bounds_said(first.bounds, words), first.source)


def side_by_side(inputs: list[Input], shown: Show, words: Words) -> Line:
    """One input, or those of a row with the heads of their columns."""
    first = inputs[0]
    if len(inputs) == 1:
        label, value = first.label or first.name or first.cell, shown(first)
    else:
        label = first.label.partition(BESIDE)[0]
        heads = (one.label.partition(BESIDE)[2] for one in inputs)
        value = BESIDE.join(f"{head}: {shown(one)}" if head else shown(one)
                            for head, one in zip(heads, inputs, strict=True))  # fmt: skip
    place = ", ".join(one.name or one.cell for one in inputs)
    return Line(sheet_of(first), label, f"({place})", value, first.unit, bounds_said(first.bounds, words), first.source)


def sheet_of(one: Input) -> str:
    return one.cell.rpartition("!")[0]


def bounds_said(bounds: Bounds | None, words: Words) -> str:
    """The bounds in the language of the page, where they are two ends."""
    if bounds is None:
        return ""
    if bounds.operator == "between" and None not in (bounds.least, bounds.most) and bounds.kind != "list":
        ends = {"least": bounds.text(bounds.least), "most": bounds.text(bounds.most)}
        return words("{least} to {most}", **ends)
    return str(bounds)
