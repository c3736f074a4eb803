"""The list on a sheet Checks, columns B to K, with the master flag above it: one for every workbook that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbooks.build.kit.page import WHOLE, Page

TOP = 9
GOT = "0.000000000"


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
        inside = f'IF(ABS(E{row}-F{row})<=G{row},"pass","FAIL")'
        page.put(f"H{row}", f'=IF(ISNUMBER(E{row}-F{row}),{inside},"FAIL")', "verdict")
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
