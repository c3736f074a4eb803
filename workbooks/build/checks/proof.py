"""The sheets that all checks share: series, workings, and the bivariate normal distribution in native Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from workbooks.build.checks.case import Bivariate, Line, Listed, Making, shown
from workbooks.build.functions.text import height_of
from workbooks.build.kit.holes import Hole, fill_holes
from workbooks.build.kit.page import WHOLE, Book, Page

NODES = 24
SERIES_FIRST, BIVARIATE_FIRST = 6, 9  # the columns of the first entry and of the first node
TOPS = {"Series": 7, "Workings": 6, "Bivariate": 9}
SAID, SAID_WIDTH = "AD", 60.0  # the column that says how a series is made
WITHIN = "AE"  # the column that says whether an argument lies within its bounds
LEFT = {"A": 1.5, "B": 5, "C": 24, "D": 18}
HEADS = ("No.", "Function", "Name")
NODE = "={0}$7*EXP(-($E{1}^2+$F{1}^2-2*$E{1}*$F{1}*SIN({2}))/(2*COS({2})^2))"
DREZNER = (
    "P(X ≤ h, Y ≤ k) at correlation ρ in native Excel: Drezner and Wesolowsky (1990) with 24 Gauss–Legendre nodes."
)


@dataclass(frozen=True)
class Reference:
    """A range that a formula can name: whole, an entry, a part, a row or a column."""

    sheet: str
    top: int
    left: int
    rows: int = 1
    columns: int = 1

    def __str__(self) -> str:
        return self.at(self.top, self.left, self.top + self.rows - 1, self.left + self.columns - 1)

    @property
    def area(self) -> str:
        """Without its sheet and without dollars."""
        return str(self).split("!")[1].replace("$", "")

    def at(self, top: int, left: int, bottom: int, right: int) -> str:
        sheet = self.sheet if self.sheet in TOPS else f"'{self.sheet}'"
        corner = f"{sheet}!${get_column_letter(left)}${top}"
        return corner if (top, left) == (bottom, right) else f"{corner}:${get_column_letter(right)}${bottom}"

    def part(self, key: str) -> str:
        """`2` is an entry, `2:5` a part, `r1` a row, `r1:2:5` a part of it, `c2` a column; none is all of it."""
        if not key:
            return str(self)
        if key.startswith("c"):
            column = self.left + int(key[1:]) - 1
            return self.at(self.top, column, self.top + self.rows - 1, column)
        row, part = self.top, key
        if key.startswith("r"):
            number, _, part = key[1:].partition(":")
            row += int(number) - 1
        first, _, last = part.partition(":")
        left = self.left + int(first or 1) - 1
        right = self.left + int(last or first or self.columns) - 1
        if right >= self.left + self.columns or row >= self.top + self.rows:
            raise ValueError(f"[{key}] lies outside of {self}")
        return self.at(row, left, row, right)


@dataclass
class Proof:
    """The next free row of each sheet, and the check that is being written."""

    series: Page
    workings: Page
    bivariate: Page
    check: int = 0
    function: str = ""
    rows: dict[str, int] = field(default_factory=lambda: dict(TOPS))

    def last(self, page: Page) -> int:
        return self.rows[page.sheet.title] - 1

    def next_row(self, page: Page, name: str) -> int:
        row = self.rows[page.sheet.title]
        self.rows[page.sheet.title] += 1
        page.put(f"B{row}", self.check, "aside", WHOLE)
        page.put(f"C{row}", self.function, "label", size=8)
        page.put(f"D{row}", name, "label", size=9, wrap=False)
        return row

    def formula(self, template: str, names: Mapping[str, Reference], page: Page) -> str:
        """The formula with its references filled in; those to its own sheet lose the name of it."""

        def place(hole: Hole) -> str:
            if hole.key not in names:
                raise ValueError(f"{self.function}: {hole.text} is no argument and no working")
            reference = names[hole.key]
            text = reference.part(hole.entry)
            return text.split("!")[1] if reference.sheet == page.sheet.title else text

        return "=" + fill_holes(template, place)

    def lay(self, name: str, values: Sequence[Sequence[Any]], what: str = "argument") -> Reference:
        """A series or matrix into the sheet Series, a row per row."""
        top = self.rows["Series"]
        for line in values:
            row = self.next_row(self.series, name)
            self.series.put(f"E{row}", what, "unit")
            for at, value in enumerate(line, SERIES_FIRST):
                made, text = str(value).startswith("="), isinstance(value, str)
                look, side = "calc" if made else "input", "left" if text and not made else "right"
                self.series.put(f"{get_column_letter(at)}{row}", value, look, horizontal=side, size=8, indent=1)
        return Reference("Series", top, SERIES_FIRST, len(values), max(len(line) for line in values))

    def line(self, name: str, made: Line | Listed, names: Mapping[str, Reference], what: str = "made") -> Reference:
        """A series made by formula; it may name its own earlier entries."""
        own = Reference("Series", self.rows["Series"], SERIES_FIRST, 1, made.length)
        entries = [made.entry(number) for number in range(1, made.length + 1)]
        laid = self.lay(name, [[self.formula(entry, {**names, name: own}, self.series) for entry in entries]], what)
        self.series.put(f"{SAID}{laid.top}", made.said(), "note")
        self.series.row(laid.top, max(15.0, height_of(made.said(), 0.9 * SAID_WIDTH, 9)))
        return laid

    def make(self, name: str, making: Making, names: Mapping[str, Reference]) -> Reference:
        if isinstance(making, (Line, Listed)):
            return self.line(name, making, names)
        if isinstance(making, Bivariate):
            return self.probability(name, making, names)
        page, row = self.workings, self.next_row(self.workings, name)
        page.put(f"E{row}", self.formula(making, names, page), "calc")
        page.put(f"F{row}", shown(making), "note")
        page.row(row, max(16.0, height_of(shown(making), 80, 9)))
        return Reference("Workings", row, 5)

    def probability(self, name: str, made: Bivariate, names: Mapping[str, Reference]) -> Reference:
        """Φ(h)Φ(k) + asin ρ/(4π)·Σ weight·exp(−(h² + k² − 2hk·sin θ)/(2cos² θ)) over the nodes θ."""
        page, row = self.bivariate, self.next_row(self.bivariate, name)
        for letter, template in (("E", made.h), ("F", made.k), ("G", made.rho)):
            page.put(f"{letter}{row}", self.formula(template, names, page), "calc", size=9)
        page.put(f"H{row}", f"=ASIN(G{row})", "calc", size=9)
        letters = [get_column_letter(BIVARIATE_FIRST + k) for k in range(NODES + 1)]
        for letter in letters[:-1]:
            formula = NODE.format(letter, row, f"$H{row}*(1+{letter}$6)/2")
            page.put(f"{letter}{row}", formula, "calc", "0.0E+00", size=8)
        nodes = f"SUM({letters[0]}{row}:{letters[-2]}{row})"
        total = f"=NORMSDIST(E{row})*NORMSDIST(F{row})+H{row}/(4*PI())*{nodes}"
        page.put(f"{letters[-1]}{row}", total, "result", size=9)
        return Reference("Bivariate", row, BIVARIATE_FIRST + NODES)


# What every shadow may name: the numbers 1 to 24, and the nodes and their weights.
COMMON = {
    "k": Reference("Series", 6, SERIES_FIRST, 1, NODES),
    "node": Reference("Bivariate", 6, BIVARIATE_FIRST, 1, NODES),
    "weight": Reference("Bivariate", 7, BIVARIATE_FIRST, 1, NODES),
}


def open_proof(book: Book) -> Proof:
    """The shared sheets with their headings."""
    wide = {get_column_letter(SERIES_FIRST + k): 9.5 for k in range(NODES)}
    question = "Arguments that are series or matrices, and series that shadows make on their way."
    series = book.page("Series", "Series", question, LEFT | {"E": 10, SAID: SAID_WIDTH, WITHIN: 13} | wide)
    question = "Numbers that shadows make on their way, all in native Excel functions."
    workings = book.page("Workings", "Workings", question, LEFT | {"E": 16, "F": 96})
    nodes = {get_column_letter(BIVARIATE_FIRST + k): 8.5 for k in range(NODES)}
    nodes |= dict.fromkeys("EFGH", 13.0) | {get_column_letter(BIVARIATE_FIRST + NODES): 19}
    bivariate = book.page("Bivariate", "Bivariate normal distribution", DREZNER, LEFT | nodes)
    for page, heads in (
        (series, ("What",)),
        (workings, ("Value", "Formula, by names")),
        (bivariate, ("h", "k", "ρ", "asin ρ")),
    ):
        top = TOPS[page.sheet.title] - 1
        for letter, head in zip("BCDEFGH", HEADS + heads, strict=False):
            page.put(f"{letter}{top}", head, "head_left" if head in ("Function", "Name") or "names" in head else "head")
    for k in range(NODES):
        series.put(f"{get_column_letter(SERIES_FIRST + k)}6", k + 1, "head", WHOLE)
    series.put(f"{SAID}6", "Formula of entry k, by names (first entry · the others)", "head_left")
    series.put(f"{WITHIN}6", "Arguments within bounds", "head")
    series.row(6, 32)
    write_nodes(bivariate)
    return Proof(series, workings, bivariate)


def write_nodes(page: Page) -> None:
    points, weights = np.polynomial.legendre.leggauss(NODES)
    page.put("D6", "node", "label_bold")
    page.put("D7", "weight", "label_bold")
    for k, (point, weight) in enumerate(zip(points, weights, strict=True)):
        letter = get_column_letter(BIVARIATE_FIRST + k)
        # 15 digits, so that every machine writes the same.
        page.put(f"{letter}6", float(f"{point:.15g}"), "input", "0.0000", size=8)
        page.put(f"{letter}7", float(f"{weight:.15g}"), "input", "0.0000", size=8)
        page.put(f"{letter}8", k + 1, "head", WHOLE)
    page.put(f"{get_column_letter(BIVARIATE_FIRST + NODES)}8", "P", "head")
    page.validate(f"I6:{letter}6", -1, 1, "node", "Gauss–Legendre, between -1 and 1")
    page.validate(f"I7:{letter}7", 0, 1, "weight", "Gauss–Legendre, their sum is 2")
