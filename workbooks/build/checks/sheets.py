"""Writes the cases of checks.xlsx into cells: a row per check, and the series and workings that its shadow reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from computefi.spec import REGISTRY
from workbooks.build.checks.case import Bivariate, Case, Group, Line, Listed, Making
from workbooks.build.functions.bounds import admit
from workbooks.build.functions.card import breakable, height_of, lines_of
from workbooks.build.kit.page import LOOKS, WHOLE, Book, Page

NODES = 24
SERIES_FIRST, SERIES_TOP = 6, 7
BIVARIATE_FIRST, BIVARIATE_TOP = 9, 9
SAID, SAID_WIDTH = "AD", 60.0  # the column that says how a series is made
ARGUMENTS = 10  # columns E to N
LONG_TEXT = 10
UNUSED = 2.0  # the width of a column without an argument
WIDTHS: dict[str, float] = {"A": 1.5, "B": 5, "C": 24, "D": 24}
WIDTHS |= dict.fromkeys("EFGHIJKLMN", 10.5)
WIDTHS |= {
    "O": 14,
    "P": 15.5,
    "Q": 10.5,
    "R": 10,
    "S": 14,
    "T": 10.5,
    "U": 10,
    "V": 11,
    "W": 9,
    "X": 50,
    "Y": 12,
    "Z": 37,
    "AA": 13,
}
HEADS = {
    "B": "No.",
    "C": "Function",
    "D": "Case",
    "O": "Ours",
    "P": "To meet",
    "Q": "Difference",
    "R": "Tolerance",
    "S": "Shadow",
    "T": "Difference",
    "U": "Tolerance",
    "V": "Shadow meets it",
    "W": "Result",
    "X": "Shadow formula, by the names of the arguments and workings",
    "Y": "Status",
    "Z": "Source",
    "AA": "Arguments within bounds",
}


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
        corner = f"'{self.sheet}'!${get_column_letter(left)}${top}"
        return corner if (top, left) == (bottom, right) else f"{corner}:${get_column_letter(right)}${bottom}"

    def __getitem__(self, place: int | str) -> str:
        key = str(place)
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


def shown(template: str) -> str:
    """A shadow as it is read: the names without their braces, with room to break a line."""
    return re.sub(r"\{([^}]*)\}", r"\1", template).replace(",", ", ").replace("+", " + ")


def spread(text: str) -> str:
    """The text for a count of its lines: a Chinese letter is as wide as two others."""
    return re.sub(r"[\u3000-\u9fff\uff00-\uffef]", "xx", text)


def number_of(argument: Any) -> bool:
    return isinstance(argument, (int, float))


@dataclass
class Proof:
    """The sheets that all checks share: series, workings, and the bivariate normal distribution."""

    book: Book
    series: Page
    workings: Page
    bivariate: Page
    check: int = 0
    function: str = ""
    rows: dict[str, int] = field(
        default_factory=lambda: {"Series": SERIES_TOP, "Workings": 6, "Bivariate": BIVARIATE_TOP}
    )
    common: dict[str, Reference] = field(default_factory=dict)

    def next_row(self, page: Page, name: str) -> int:
        sheet = page.sheet.title
        row = self.rows[sheet]
        self.rows[sheet] += 1
        page.put(f"B{row}", self.check, "aside", WHOLE)
        page.put(f"C{row}", self.function, "label", size=8)
        page.put(f"D{row}", name, "label", size=9, wrap=False)
        return row

    def lay(self, name: str, values: Sequence[Sequence[Any]], what: str = "argument") -> Reference:
        """A series or matrix into the sheet Series, a row per row."""
        top = self.rows["Series"]
        for line in values:
            row = self.next_row(self.series, name)
            self.series.put(f"E{row}", what, "unit")
            for at, value in enumerate(line):
                letter = get_column_letter(SERIES_FIRST + at)
                made, text = str(value).startswith("="), isinstance(value, str)
                side = "right" if made or not text else "left"
                self.series.put(f"{letter}{row}", value, "calc" if made else "input", horizontal=side, size=8, indent=1)
        return Reference("Series", top, SERIES_FIRST, len(values), max(len(line) for line in values))

    def line(self, name: str, made: Line | Listed, names: dict[str, Reference], what: str = "made") -> Reference:
        """A series made by formula; it may name its own earlier entries."""
        own = Reference("Series", self.rows["Series"], SERIES_FIRST, 1, made.length)
        names = names | {name: own}
        formulas = [self.formula(made.entry(k), names, "Series") for k in range(1, made.length + 1)]
        laid = self.lay(name, [formulas], what)
        text = made.formula if isinstance(made, Line) else made.formulas[-1]
        known = " · ".join(shown(part) for part in (getattr(made, "first", ""), text) if part)
        if isinstance(made, Listed):
            known = f"a formula each; the last: {known}"
        for sign, word in (("#", "k"), ("[<]", "[k-1]"), ("[>]", "[k + 1]")):
            known = known.replace(sign, word)
        self.series.put(f"{SAID}{laid.top}", known, "note")
        self.series.row(laid.top, max(15.0, height_of(known, 0.9 * SAID_WIDTH, 9)))
        return laid

    @staticmethod
    def formula(template: str, names: Mapping[str, Any], sheet: str) -> str:
        """The template with its references filled in; those to the same sheet lose its name."""
        text = "=" + template.format_map(dict(names))
        return (
            text.replace(f"'{sheet}'!", "")
            .replace("'Series'!", "Series!")
            .replace("'Workings'!", "Workings!")
            .replace("'Bivariate'!", "Bivariate!")
        )

    def make(self, name: str, making: Making, names: dict[str, Reference]) -> Reference:
        if isinstance(making, (Line, Listed)):
            return self.line(name, making, names)
        if isinstance(making, Bivariate):
            return self.probability(name, making, names)
        page, row = self.workings, self.next_row(self.workings, name)
        page.put(f"E{row}", self.formula(making, names, "Workings"), "calc")
        page.put(f"F{row}", shown(making), "note")
        page.row(row, max(16.0, height_of(shown(making), 80, 9)))
        return Reference("Workings", row, 5)

    def probability(self, name: str, made: Bivariate, names: dict[str, Reference]) -> Reference:
        """Φ(h)Φ(k) + asin ρ/(4π)·Σ weight·exp(−(h² + k² − 2hk·sin θ)/(2cos² θ)) over the nodes θ."""
        page, row = self.bivariate, self.next_row(self.bivariate, name)
        for letter, template in (("E", made.h), ("F", made.k), ("G", made.rho)):
            page.put(f"{letter}{row}", self.formula(template, names, "Bivariate"), "calc", size=9)
        page.put(f"H{row}", f"=ASIN(G{row})", "calc", size=9)
        for k in range(NODES):
            letter = get_column_letter(BIVARIATE_FIRST + k)
            angle = f"$H{row}*(1+{letter}$6)/2"
            page.put(
                f"{letter}{row}",
                f"={letter}$7*EXP(-($E{row}^2+$F{row}^2-2*$E{row}*$F{row}*SIN({angle}))/(2*COS({angle})^2))",
                "calc",
                "0.0E+00",
                size=8,
            )
        last, total = get_column_letter(BIVARIATE_FIRST + NODES - 1), get_column_letter(BIVARIATE_FIRST + NODES)
        page.put(
            f"{total}{row}",
            f"=NORMSDIST(E{row})*NORMSDIST(F{row})+H{row}/(4*PI())*SUM(I{row}:{last}{row})",
            "result",
            size=9,
        )
        return Reference("Bivariate", row, BIVARIATE_FIRST + NODES)


def open_proof(book: Book) -> Proof:
    """The shared sheets with their headings."""
    left = {"A": 1.5, "B": 5, "C": 24, "D": 18}
    wide = {get_column_letter(SERIES_FIRST + k): 9.5 for k in range(NODES)}
    series = book.page(
        "Series",
        "Series",
        "Arguments that are series or matrices, and series that shadows make on their way.",
        left | {"E": 10, SAID: SAID_WIDTH} | wide,
    )
    workings = book.page(
        "Workings",
        "Workings",
        "Numbers that shadows make on their way, all in native Excel functions.",
        left | {"E": 16, "F": 96},
    )
    nodes = {get_column_letter(BIVARIATE_FIRST + k): 8.5 for k in range(NODES)}
    bivariate = book.page(
        "Bivariate",
        "Bivariate normal distribution",
        "P(X ≤ h, Y ≤ k) at correlation ρ in native Excel: Drezner and Wesolowsky (1990) with 24 Gauss–Legendre nodes.",
        left | dict.fromkeys("EFGH", 13.0) | nodes | {get_column_letter(BIVARIATE_FIRST + NODES): 19},
    )
    proof = Proof(book, series, workings, bivariate)
    for page, top, heads in (
        (series, 6, ("No.", "Function", "Name", "What")),
        (workings, 5, ("No.", "Function", "Name", "Value", "Formula, by names")),
        (bivariate, 8, ("No.", "Function", "Name", "h", "k", "ρ", "asin ρ")),
    ):
        for letter, head in zip("BCDEFGHI", heads, strict=False):
            page.put(f"{letter}{top}", head, "head_left" if head in ("Function", "Name") or "names" in head else "head")
    for k in range(NODES):
        letter = get_column_letter(SERIES_FIRST + k)
        series.put(f"{letter}6", k + 1, "head", WHOLE)
    series.put(f"{SAID}6", "Formula of entry k, by names (first entry · the others)", "head_left")
    points, weights = np.polynomial.legendre.leggauss(NODES)
    bivariate.put("D6", "node", "label_bold")
    bivariate.put("D7", "weight", "label_bold")
    for k in range(NODES):
        letter = get_column_letter(BIVARIATE_FIRST + k)
        # 15 digits, so that every machine writes the same.
        bivariate.put(f"{letter}6", float(f"{points[k]:.15g}"), "input", "0.0000", size=8)
        bivariate.put(f"{letter}7", float(f"{weights[k]:.15g}"), "input", "0.0000", size=8)
        bivariate.put(f"{letter}8", k + 1, "head", WHOLE)
    bivariate.put(f"{get_column_letter(BIVARIATE_FIRST + NODES)}8", "P", "head")
    bivariate.validate(f"I6:{letter}6", -1, 1, "node", "Gauss–Legendre, between -1 and 1")
    bivariate.validate(f"I7:{letter}7", 0, 1, "weight", "Gauss–Legendre, their sum is 2")
    proof.common = {
        "k": Reference("Series", 6, SERIES_FIRST, 1, NODES),
        "node": Reference("Bivariate", 6, BIVARIATE_FIRST, 1, NODES),
        "weight": Reference("Bivariate", 7, BIVARIATE_FIRST, 1, NODES),
    }
    return proof


@dataclass
class Tally:
    """Where the checks of a category stand, and how many there are."""

    sheet: str
    first: int
    last: int = 0
    functions: int = 0
    with_shadow: int = 0
    checks: int = 0
    shadows: int = 0


@dataclass
class Category:
    """The sheet of one category."""

    proof: Proof
    page: Page
    row: int = 6

    def write(self, groups: Sequence[Group]) -> Tally:
        page = self.page
        for letter, head in HEADS.items():
            page.put(f"{letter}5", head, "head_left" if letter in "CDXZ" else "head")
        page.merge("E5:N5", "Arguments, named in the band of each function", "head")
        page.row(5, 32)
        used = max(len(c.arguments) for one in groups for c in one.cases)
        for letter in "EFGHIJKLMN"[used:]:
            page.sheet.column_dimensions[letter].width = UNUSED
        tally = Tally(page.sheet.title, 6)
        for one in groups:
            self.band(one)
            tally.functions += 1
            tally.with_shadow += any(c.shadow for c in one.cases)
            for check in one.cases:
                self.check(check)
                tally.checks += 1
                tally.shadows += bool(check.shadow)
        tally.last = self.row - 1
        span = f"6:{{0}}{tally.last}"
        page.paint(f"AA{span.format('AA')}", {'AA6="NO"': "bad"})
        for letter, good in (("W", "pass"), ("V", "agrees")):
            page.paint(f"{letter}{span.format(letter)}", {f'{letter}6="{good}"': "good", f'{letter}6="FAIL"': "bad"})
        page.freeze("E6")
        return tally

    def band(self, one: Group) -> None:
        page, row = self.page, self.row
        for column in range(2, 28):
            LOOKS["head_left"].dress(page.sheet.cell(row, column))
        page.put(f"C{row}", one.function, "head_left", wrap=False)
        parameters = REGISTRY[one.function].parameters[: max(len(c.arguments) for c in one.cases)]
        for at, parameter in enumerate(parameters):
            page.put(f"{get_column_letter(5 + at)}{row}", breakable(parameter.name), "head", size=8, bold=False)
        if one.without:
            page.put(f"X{row}", f"No shadow: {one.without}", "head_left", size=9, bold=False)
        page.row(row, max(18, *(9 + 10 * lines_of(breakable(p.name), WIDTHS["E"]) for p in parameters)))
        self.row += 1

    def arguments(self, check: Case) -> tuple[dict[str, Reference], str, list[str]]:
        """The arguments into cells; returns them by name, the call that reads them, and what must hold of them."""
        page, row, proof = self.page, self.row, self.proof
        spec = REGISTRY[check.function]
        names: dict[str, Reference] = {}
        cells: list[str] = []
        conditions: list[str] = []
        for at, (parameter, argument) in enumerate(zip(spec.parameters, check.arguments, strict=False)):
            if at >= ARGUMENTS:
                raise ValueError(f"{check.function}: more than {ARGUMENTS} arguments")
            cell = f"{get_column_letter(5 + at)}{row}"
            short = isinstance(argument, str) and len(argument) <= LONG_TEXT
            if number_of(argument) or short:
                page.put(cell, argument, "input" if number_of(argument) else "input_text", size=9)
                names[parameter.name] = Reference(page.sheet.title, row, 5 + at)
                cells.append(cell)
                if number_of(argument):
                    conditions.append(admit(page, cell, parameter, [argument]))
                continue
            if isinstance(argument, (Line, Listed)):
                laid = proof.line(parameter.name, argument, names, "argument")
            elif isinstance(argument, str):
                laid = proof.lay(parameter.name, [[argument]])
            else:
                rows = [list(r) for r in argument] if isinstance(argument[0], tuple) else [list(argument)]
                laid = proof.lay(parameter.name, rows)
                numbers = [item for line in rows for item in line]
                within = admit(proof.series, laid.area, parameter, numbers)
                conditions.append(within.replace(laid.area, f"Series!{laid.area}"))
            names[parameter.name] = laid
            corner = laid.area
            page.put(cell, f"› Series {corner.split(':')[0]}", "link", size=8).hyperlink = Hyperlink(
                ref=cell, location=f"Series!{corner}", tooltip=f"Series {corner}"
            )
            cells.append(f"Series!{corner}")
        return names, f"{check.function}({','.join(cells)})", conditions

    def check(self, check: Case) -> None:
        page, row, proof = self.page, self.row, self.proof
        proof.check += 1
        proof.function = check.function
        page.put(f"B{row}", proof.check, "aside", WHOLE)
        page.put(f"C{row}", check.function, "label", size=8)
        page.put(f"D{row}", page.book.say_as("case", check.name), "label")
        for at in range(ARGUMENTS):
            LOOKS["calc"].dress(page.sheet.cell(row, 5 + at))
        given, call, conditions = self.arguments(check)
        names = proof.common | given
        if check.output:
            call = f"INDEX({call},{check.output[0]},{check.output[1]})"
        answer = "note" if check.words else "result"
        page.put(f"O{row}", f"={call}", answer, size=9)
        page.put(f"P{row}", check.value, "note" if check.words else "calc", size=9, indent=1)
        page.put(
            f"Q{row}",
            f'=IF(ISERROR(O{row}),"none",IF(ISNUMBER(P{row}),IF(ISNUMBER(O{row}),ABS(O{row}-P{row}),"none"),IF(O{row}=P{row},0,1)))',
            "calc",
            "0.0E+00",
        )
        page.put(f"R{row}", check.allowed, "aside", "0.0E+00", size=9)
        if check.shadow:
            for name, making in check.made:
                names[name] = proof.make(name, making, names)
            page.put(f"S{row}", proof.formula(check.shadow, names, page.sheet.title), "calc", size=9)
            page.put(
                f"T{row}",
                f'=IF(ISERROR(O{row}),"none",IF(ISNUMBER(O{row}),ABS(O{row}-S{row}),"none"))',
                "calc",
                "0.0E+00",
            )
            page.put(f"U{row}", check.shadow_allowed, "aside", "0.0E+00", size=9)
            page.put(
                f"V{row}",
                f'=IF(ISNUMBER(S{row}),IF(ABS(S{row}-P{row})<=R{row}+U{row},"agrees","FAIL"),"FAIL")',
                "verdict",
            )
            holds = f"IF(ISNUMBER(T{row}),IF(T{row}<=U{row},1,0),0)"
        else:
            for letter in "STUV":
                page.put(f"{letter}{row}", "–", "unit")
            holds = "1"
        page.put(
            f"W{row}",
            f'=IF(AA{row}="yes",IF(ISNUMBER(Q{row}),IF(Q{row}<=R{row},IF({holds}=1,"pass","FAIL"),"FAIL"),"FAIL"),"FAIL")',
            "verdict",
        )
        page.put(f"AA{row}", f'=IF(AND({",".join(conditions)}),"yes","NO")' if conditions else "yes", "words", size=9)
        text = shown(check.shadow) or "–"
        page.put(f"X{row}", text, "note")
        page.put(f"Y{row}", page.book.say_as("status", check.status), "unit")
        page.put(f"Z{row}", check.source, "note")
        heights = [
            height_of(text, 0.75 * WIDTHS["X"], 9),
            height_of(spread(page.book.say(check.source)), 0.93 * WIDTHS["Z"], 9),
            height_of(spread(page.book.say_as("case", check.name)), WIDTHS["D"]),
        ]
        if check.words:
            heights.append(height_of(str(check.value), WIDTHS["P"], 9))
        page.row(row, max(17.0, *heights))
        self.row += 1
