"""What came of the table at every door: noted with each test, and summed up after them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

PROPERTY = "contract"
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
Note = Callable[[str, object], None]
"""pytest's `record_property`, whose notes also come back from another process."""


def totals(noted: Iterable[Any]) -> list[str]:
    """The table of totals, out of a door, an outcome and perhaps a reason for every test."""
    counts: dict[str, Counter[str]] = {door: Counter() for door in TITLES}
    reasons = {}
    for door, outcome, reason in noted:
        counts[door][outcome] += 1
        if reason:
            reasons[door] = f"  {reason}"
    lines = [f"{'':<32}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES)]
    for door, of_door in counts.items():
        numbers = "".join(f"{of_door[outcome]:>9}" for outcome in OUTCOMES)
        lines.append(f"{TITLES[door]:<32}{numbers}{reasons.get(door, '')}")
    return lines
