"""The sheet Checks, columns B to K: one list with its master flag, for every workbook.

A workbook's checks are data, one a line; their formulas have the holes of `kit.holes`:

    Section("Identities", "Must hold whatever the inputs are"),
    Check("Owed = recovered + lost", "Loan", "=SUM({exposure:all})", "=recovered+lost", 1e-9),
    holds("No balance below 0", "Loan", "MIN({closing:all})>=0"),
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbooks.build.kit.page import WHOLE, Book, Page
from workbooks.build.kit.rows import Section
from workbooks.build.kit.text import lines_of

TOP = 9
GOT = "0.000000000"
WIDTHS = {"A": 1.5, "B": 7, "C": 58, "D": 22, "E": 17, "F": 17, "G": 11, "H": 10, "I": 9, "J": 8, "K": 72}
HEADS = ("No.", "Check", "Which", "Got", "Should be", "Tolerance", "Result", "Counts", "Fails", "Why")
FINDINGS = Section(
    "Findings: shown, not counted, because an input may change them", "True at the inputs delivered"
)  # the last group of checks, each with counts=False


@dataclass(frozen=True)
class Check:
    """Passes where `got` and `should` differ by no more than the tolerance; `why` where its group's basis is not it."""

    words: str
    who: str
    got: str
    should: str | float
    tolerance: float = 0
    why: str = ""
    counts: bool = True


def holds(words: str, who: str, condition: str, counts: bool = True) -> Check:
    """A check that a condition is true."""
    return Check(words, who, f"=IF({condition},1,0)", 1, counts=counts)


@dataclass(frozen=True)
class Published:
    """A published case: the arguments stand beside the list, a function reads them, its answer is compared.

    `call` is the formula where it is not simply the function of its arguments; in it `{row}` is the row of the case,
    `{row@+1}` the one below. `several` says that the function has several answers.
    """

    function: str
    arguments: tuple[float, ...]
    answer: int
    value: float
    tolerance: float
    source: str
    several: bool = False
    call: str = ""


@dataclass(frozen=True)
class Beside:
    """The columns right of the list where published cases stand: M the function, N which answer, then these."""

    arguments: Sequence[str]
    answer: str
    source: str
    function_width: float
    argument_width: float
    name: str = ""  # of the answers

    @property
    def widths(self) -> dict[str, float]:
        widths = {"L": 3, "M": self.function_width, "N": 9} | dict.fromkeys(self.arguments, self.argument_width)
        return widths | {self.answer: 17, self.source: 52}


@dataclass
class CheckList:
    """The growing list of checks."""

    page: Page
    row: int = TOP
    number: int = 0
    basis: str = ""

    def heading(self, text: str, basis: str) -> None:
        """A group of checks that share their basis."""
        self.basis = basis
        self.page.section(self.row, text, "B", "K")
        self.row += 1

    def add(
        self, words: str, who: str, got: str, should: str | float, tolerance: float, counts: bool = True, why: str = ""
    ) -> None:
        """One check: passes where got and should differ by no more than the tolerance."""
        row, page = self.row, self.page
        self.compared(words, who, got, should, tolerance, GOT)
        page.put(f"H{row}", f'=IF(IFERROR(ABS(E{row}-F{row})<=G{row},FALSE),"pass","FAIL")', "verdict")
        page.put(f"I{row}", 1 if counts else 0, "aside")
        page.put(f"J{row}", f'=IF(H{row}="pass",0,I{row})', "aside")
        page.put(f"K{row}", why or self.basis, "note")
        self.row += 1

    def compared(
        self, words: str, who: str, got: str, should: str | float, tolerance: float, number_format: str
    ) -> None:
        """The number of a check, what it is about, and the two values that are compared."""
        row, page = self.row, self.page
        self.number += 1
        page.put(f"B{row}", self.number, "aside")
        page.put(f"C{row}", words, "label")
        page.put(f"D{row}", who, "note", horizontal="center", indent=0)
        page.put(f"E{row}", got, "calc", number_format)
        page.put(f"F{row}", should, "calc", number_format)
        page.put(f"G{row}", tolerance, "aside", "0.0E+00")

    def holds(self, words: str, who: str, condition: str, counts: bool = True, why: str = "") -> None:
        """A check that a condition is true."""
        self.add(words, who, f"=IF({condition},1,0)", 1, 0, counts, why)

    def close(self, rules: Mapping[str, str] | None = None) -> int:
        """The colours, `rules` besides, the master flag and its names, when all checks stand; returns the last row."""
        page, last = self.page, self.row - 1
        page.paint(f"H{TOP}:H{last}", {f'H{TOP}="pass"': "good", f'H{TOP}="FAIL"': "bad"} | dict(rules or {}))
        page.put("C5", "Master flag", "label_bold")
        page.put("E5", f"=SUM(J{TOP}:J{last})=0", "verdict")
        page.put("C6", "Checks counted, and how many fail", "label")
        page.put("E6", f"=SUM(I{TOP}:I{last})", "result", WHOLE)
        page.put("F6", f"=SUM(J{TOP}:J{last})", "result", WHOLE)
        page.paint("E5", {"E5": "good", "NOT(E5)": "bad"})
        page.book.name("master_check", page, "E5")
        page.book.name("checks_counted", page, "E6")
        page.book.name("checks_failed", page, "F6")
        page.freeze(f"A{TOP}")
        return last


@dataclass
class _Written(CheckList):
    """The list as `write_checks` writes it: holes filled, each row as high as its text."""

    typed: list[float] = field(default_factory=list)  # the arguments of the published cases

    def check(self, item: Check) -> None:
        page, row = self.page, self.row
        should = page.fill(item.should) if isinstance(item.should, str) else item.should
        self.add(item.words, item.who, page.fill(item.got), should, item.tolerance, item.counts, item.why)
        texts = (("C", item.words, 10), ("D", item.who, 9), ("K", item.why or self.basis, 9))
        page.row(
            row,
            6
            + 12 * max(lines_of(page.book.say(text), WIDTHS[at], size) for at, text, size in texts if text[:1] != "="),
        )

    def published(self, item: Published, beside: Beside) -> None:
        page, row = self.page, self.row
        self.typed.extend(item.arguments)
        page.put(f"M{row}", item.function, "label")
        page.put(f"N{row}", item.answer, "aside")
        cells = [f"{letter}{row}" for letter in beside.arguments[: len(item.arguments)]]
        for cell, value in zip(cells, item.arguments, strict=True):
            page.put(cell, value, "input", "General")
        call = item.call or f"{item.function}({','.join(cells)})"
        call = page.fill(call, row=row)
        answer = f"=INDEX({call},1,$N{row})" if item.several else f"={call}"
        page.put(f"{beside.answer}{row}", answer, "result", GOT)
        page.put(f"{beside.source}{row}", item.source, "note")
        words = f"{item.function}, answer {item.answer}"
        self.check(Check(words, "as published", f"={beside.answer}{row}", item.value, item.tolerance))

    def name_answers(self, beside: Beside) -> None:
        if beside.name:
            self.page.book.name(beside.name, self.page, f"{beside.answer}{TOP + 1}:{beside.answer}{self.row - 1}")

    def arguments_stand(self, beside: Beside) -> None:
        """Two checks that the published cases have their arguments, where another would give the same answer."""
        area, numbers = f"{beside.arguments[0]}{TOP + 1}:{beside.arguments[-1]}{self.row - 1}", self.typed
        self.check(Check("Arguments of the published cases: how many", "as published", f"=COUNT({area})", len(numbers)))
        self.check(
            Check("Arguments of the published cases: their sum", "as published", f"=SUM({area})", sum(numbers), 1e-9)
        )
        words = "Argument of a published case: the answer is known for this number only"
        self.page.validate(area, float(min(numbers)), float(max(numbers)), "Published case", words)


def write_checks(
    book: Book, question: str, cases: Sequence[Published], beside: Beside | None, items: Sequence[Section | Check]
) -> None:
    """The sheet Checks: the published cases first, then the groups of checks in their order, and the master flag.

    A workbook without published cases has nothing `beside`.
    """
    page = book.page("Checks", "Checks", question, WIDTHS | (beside.widths if beside else {}))
    for letter, text in zip("BCDEFGHIJK", HEADS, strict=True):
        page.put(f"{letter}8", text, "head_left" if letter in "CK" else "head")
    page.row(8, 20)
    checks = _Written(page)
    if beside:
        _write_published(checks, cases, beside)
    for item in items:
        if isinstance(item, Section):
            checks.heading(item.title, item.note)
        else:
            checks.check(item)
    page.print_setup(f"B1:K{checks.close()}", f"{TOP - 1}:{TOP - 1}")


def _write_published(checks: _Written, cases: Sequence[Published], beside: Beside) -> None:
    page = checks.page
    page.section(8, "Published cases: the arguments, typed in", "M", beside.source, height=None)
    checks.heading("Published values", "The case stands on the right of this sheet, with its source")
    heads = {"M": "Function", "N": "Answer no."}
    heads |= {letter: f"arg. {number}" for number, letter in enumerate(beside.arguments, 1)}
    for letter, text in (heads | {beside.answer: "Answer", beside.source: "Source"}).items():
        page.put(f"{letter}{TOP}", text, "head_left" if letter in ("M", beside.source) else "head")
    for case in cases:
        checks.published(case, beside)
    checks.name_answers(beside)
    checks.arguments_stand(beside)
