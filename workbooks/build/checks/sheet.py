"""The sheet of one category of checks.xlsx: a band per function, a row per check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from computefi.spec import REGISTRY, Parameter
from workbooks.build.checks.case import Case, Group, Line, Listed, shown
from workbooks.build.checks.proof import COMMON, WITHIN, Proof, Reference
from workbooks.build.checks.read import GROUPS
from workbooks.build.functions.bounds import admit
from workbooks.build.functions.text import breakable, height_of, lines_of
from workbooks.build.kit.page import LOOKS, WHOLE, Page

TOP = 6
FIRST = 5  # the column of the first argument
WIDEST = max(len(check.arguments) for groups in GROUPS.values() for one in groups for check in one.cases)
ARGUMENTS = [get_column_letter(FIRST + k) for k in range(WIDEST)]
ARGUMENT, UNUSED = 10.5, 2.0  # the widths of a column of arguments, and of one that no check uses
LONG_TEXT = 10
TINY = "0.0E+00"
BEFORE = {"B": (5, "No."), "C": (24, "Function"), "D": (24, "Case")}
# The columns after the arguments: name, width, head.
RESULTS = (
    ("ours", 14, "Ours"),
    ("expected", 15.5, "To meet"),
    ("difference", 10.5, "Difference"),
    ("tolerance", 10, "Tolerance"),
    ("shadow", 14, "Shadow"),
    ("shadow_difference", 10.5, "Difference"),
    ("shadow_tolerance", 10, "Tolerance"),
    ("agrees", 11, "Shadow meets it"),
    ("result", 9, "Result"),
    ("formula", 50, "Shadow formula, by the names of the arguments and workings"),
    ("status", 12, "Status"),
    ("source", 37, "Source"),
    ("within", 13, "Arguments within bounds"),
)
AT = {name: get_column_letter(FIRST + WIDEST + k) for k, (name, _, _) in enumerate(RESULTS)}
LAST = AT["within"]
PARTS_FROM = column_index_from_string(LAST) + 1  # conditions that are too long for one formula stand there in parts
READABLE = 225  # letters of a condition
COLUMNS = BEFORE | {AT[name]: (width, head) for name, width, head in RESULTS}
WIDTHS = {"A": 1.5} | dict.fromkeys(ARGUMENTS, ARGUMENT) | {letter: width for letter, (width, _) in COLUMNS.items()}
# Formulas of a row: {ours} is its cell in the column of that name.
DIFFERENCE = (
    '=IF(ISERROR({ours}),"none",IF(ISNUMBER({expected}),IF(ISNUMBER({ours}),ABS({ours}-{expected}),"none"),'
    "IF({ours}={expected},0,1)))"
)
FROM_SHADOW = '=IF(ISERROR({ours}),"none",IF(ISNUMBER({ours}),ABS({ours}-{shadow}),"none"))'
AGREES = '=IF(ISNUMBER({shadow}),IF(ABS({shadow}-{expected})<={tolerance}+{shadow_tolerance},"agrees","FAIL"),"FAIL")'
HOLDS = "IF(ISNUMBER({shadow_difference}),IF({shadow_difference}<={shadow_tolerance},1,0),0)"
PASSES = (
    '=IF({within}="yes",IF(ISNUMBER({difference}),IF({difference}<={tolerance},IF(@holds@=1,"pass","FAIL"),"FAIL"),'
    '"FAIL"),"FAIL")'
)


def spread(text: str) -> str:
    """The text for a count of its lines: a Chinese letter is as wide as two others."""
    return re.sub(r"[\u3000-\u9fff\uff00-\uffef]", "xx", text)


@dataclass
class Category:
    """Writes the checks of one category below each other."""

    proof: Proof
    page: Page
    row: int = TOP

    def write(self, groups: Sequence[Group]) -> None:
        page, left = self.page, ("C", "D", AT["formula"], AT["source"])
        for letter, (_, head) in COLUMNS.items():
            page.put(f"{letter}5", head, "head_left" if letter in left else "head")
        page.merge(f"{ARGUMENTS[0]}5:{ARGUMENTS[-1]}5", "Arguments, named in the band of each function", "head")
        page.row(5, 32)
        for letter in ARGUMENTS[max(len(check.arguments) for one in groups for check in one.cases) :]:
            page.sheet.column_dimensions[letter].width = UNUSED
        for one in groups:
            self.band(one)
            for check in one.cases:
                self.check(check)
        for letter, good in ((AT["within"], ""), (AT["result"], "pass"), (AT["agrees"], "agrees")):
            rules = {f'{letter}6="{good}"': "good", f'{letter}6="FAIL"': "bad"} if good else {f'{letter}6="NO"': "bad"}
            page.paint(f"{letter}{TOP}:{letter}{self.row - 1}", rules)
        page.freeze("E6")

    def band(self, one: Group) -> None:
        page, row = self.page, self.row
        for column in range(2, column_index_from_string(LAST) + 1):
            LOOKS["head_left"].dress(page.sheet.cell(row, column))
        page.put(f"C{row}", one.function, "head_left", wrap=False)
        parameters = REGISTRY[one.function].parameters[: max(len(check.arguments) for check in one.cases)]
        names = [breakable(parameter.name) for parameter in parameters]
        for letter, name in zip(ARGUMENTS, names, strict=False):
            page.put(f"{letter}{row}", name, "head", size=8, bold=False)
        if one.without:
            page.put(f"{AT['formula']}{row}", f"No shadow: {one.without}", "head_left", size=9, bold=False)
        page.row(row, max(18, *(9 + 10 * lines_of(name, ARGUMENT) for name in names)))
        self.row += 1

    def check(self, check: Case) -> None:
        page, row, proof = self.page, self.row, self.proof
        proof.check += 1
        proof.function = check.function
        page.put(f"B{row}", proof.check, "aside", WHOLE)
        page.put(f"C{row}", check.function, "label", size=8)
        page.put(f"D{row}", page.book.say_as("case", check.name), "label")
        names, call, conditions = self.arguments(check)
        at = self.cells()
        page.put(at["ours"], f"={call}", "note" if check.words else "result", size=9)
        page.put(at["expected"], check.value, "note" if check.words else "calc", size=9, indent=1)
        page.put(at["difference"], DIFFERENCE.format(**at), "calc", TINY)
        page.put(at["tolerance"], check.allowed, "aside", TINY, size=9)
        self.shadow(check, COMMON | names)
        holds = HOLDS if check.shadow else "1"
        page.put(at["result"], PASSES.replace("@holds@", holds).format(**at), "verdict")
        page.put(at["within"], self.within(conditions), "words", size=9)
        self.origin(check)
        self.row += 1

    def cells(self) -> dict[str, str]:
        """The cells of the row after its arguments, by the names of their columns."""
        return {name: f"{letter}{self.row}" for name, letter in AT.items()}

    def arguments(self, check: Case) -> tuple[dict[str, Reference], str, list[str]]:
        """The arguments into cells; returns them by name, the call that reads them, and what must hold of them."""
        for letter in ARGUMENTS:
            LOOKS["calc"].dress(self.page.sheet[f"{letter}{self.row}"])
        names: dict[str, Reference] = {}
        cells: list[str] = []
        conditions: list[str] = []
        parameters = REGISTRY[check.function].parameters
        for letter, parameter, argument in zip(ARGUMENTS, parameters, check.arguments, strict=False):
            cell = f"{letter}{self.row}"
            number, text = isinstance(argument, int | float), isinstance(argument, str)
            if number or (text and len(argument) <= LONG_TEXT):
                self.page.put(cell, argument, "input" if number else "input_text", size=9)
                names[parameter.name] = Reference(self.page.sheet.title, self.row, column_index_from_string(letter))
                cells.append(cell)
                conditions += [admit(self.page, cell, parameter, [argument])] if number else []
            else:
                names[parameter.name] = laid = self.series(parameter, argument, names, conditions)
                cells.append(f"Series!{laid.area}")
                link = self.page.put(cell, f"› Series {laid.area.split(':')[0]}", "link", size=8)
                link.hyperlink = Hyperlink(cell, location=f"Series!{laid.area}", tooltip=f"Series {laid.area}")
        call = f"{check.function}({','.join(cells)})"
        return names, f"INDEX({call},{check.output[0]},{check.output[1]})" if check.output else call, conditions

    def within(self, conditions: Sequence[str]) -> str:
        """The formula that all conditions hold; what is long to read is put in parts on the right of the row."""
        if not conditions:
            return "yes"
        parts = [conditions[0]]
        for condition in conditions[1:]:
            if len(f"{parts[-1]},{condition}") <= READABLE:
                parts[-1] += f",{condition}"
            else:
                parts.append(condition)
        if len(parts) == 1:
            return f'=IF(AND({parts[0]}),"yes","NO")'
        cells = [f"{get_column_letter(PARTS_FROM + number)}{self.row}" for number in range(len(parts))]
        for cell, part in zip(cells, parts, strict=True):
            self.page.put(cell, f"=IF(AND({part}),1,0)", "aside")
        return f'=IF(SUM({cells[0]}:{cells[-1]})={len(cells)},"yes","NO")'

    def series(
        self, parameter: Parameter, argument: Any, names: dict[str, Reference], conditions: list[str]
    ) -> Reference:
        """An argument that stands on Series: made by formula, a long text, a series or a matrix."""
        proof = self.proof
        if isinstance(argument, Line | Listed):
            return proof.line(parameter.name, argument, names, "argument")
        if isinstance(argument, str):
            return proof.lay(parameter.name, [[argument]])
        rows = argument if isinstance(argument[0], list | tuple) else [argument]
        laid = proof.lay(parameter.name, rows)
        within = admit(proof.series, laid.area, parameter, [item for line in rows for item in line])
        cell = f"{WITHIN}{laid.top}"
        proof.series.put(cell, f"=IF({within},1,0)", "aside")
        conditions.append(f"Series!{cell}=1")
        return laid

    def shadow(self, check: Case, names: dict[str, Reference]) -> None:
        """The shadow beside our answer, with what it makes on its way; a dash in each column where there is none."""
        page, proof, at = self.page, self.proof, self.cells()
        if not check.shadow:
            for name in ("shadow", "shadow_difference", "shadow_tolerance", "agrees"):
                page.put(at[name], "–", "unit")
            return
        for name, making in check.made:
            names[name] = proof.make(name, making, names)
        page.put(at["shadow"], proof.formula(check.shadow, names, page), "calc", size=9)
        page.put(at["shadow_difference"], FROM_SHADOW.format(**at), "calc", TINY)
        page.put(at["shadow_tolerance"], check.shadow_allowed, "aside", TINY, size=9)
        page.put(at["agrees"], AGREES.format(**at), "verdict")

    def origin(self, check: Case) -> None:
        """The shadow as it is read, status and source, and the height that they need."""
        page, at, book = self.page, self.cells(), self.page.book
        text = shown(check.shadow) or "–"
        page.put(at["formula"], text, "note")
        page.put(at["status"], book.say_as("status", check.status), "unit")
        page.put(at["source"], check.source, "note")
        heights = [
            height_of(text, 0.75 * WIDTHS[AT["formula"]], 9),
            height_of(spread(book.say(check.source)), 0.93 * WIDTHS[AT["source"]], 9),
            height_of(spread(book.say_as("case", check.name)), WIDTHS["D"]),
        ]
        if check.words:
            heights.append(height_of(str(check.value), WIDTHS[AT["expected"]], 9))
        page.row(self.row, max(17.0, *heights))
