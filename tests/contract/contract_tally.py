"""What came of the table at every door, counted while the tests run and printed after them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

OUTCOMES = "passed", "never", "notyet", "failed", "not run"
TITLES = {
    "call": "the call path",
    "python": "functions in Python",
    "headless": "headless engine",
    "xlwings": "xlwings on Windows, stood in",
    "lite": "xlwings Lite, stood in",
    "server": "Office.js server",
    "libreoffice": "LibreOffice",
    "pyodide": "Pyodide in Node",
}


@dataclass
class Tally:
    """Counts per door, and why a door was not run."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, door: str, outcome: str, reason: str = "") -> None:
        self.counts.setdefault(door, Counter())[outcome] += 1
        if reason:
            self.reasons[door] = reason

    def lines(self) -> list[str]:
        """The table of totals."""
        lines = [f"{'':<32}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES)]
        for door, counts in self.counts.items():
            numbers = "".join(f"{counts[outcome]:>9}" for outcome in OUTCOMES)
            reason = f"  {self.reasons[door]}" if door in self.reasons else ""
            lines.append(f"{TITLES[door]:<32}{numbers}{reason}")
        return lines
