"""What came of the table at every host: noted with each test, and summed up after them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

PROPERTY = "contract"
OUTCOMES = "passed", "never", "notyet", "absent", "failed", "not run"
TITLES = {
    "call": "the call path",
    "python": "functions in Python",
    "headless": "headless engine",
    "excel": "xlwings on Windows, stood in",
    "lite": "xlwings Lite, stood in",
    "server": "Office.js server",
    "libreoffice": "LibreOffice",
    "pyodide": "Pyodide in Node",
}
Note = Callable[[str, object], None]
"""pytest's `record_property`, whose notes also come back from another process."""


def totals(noted: Iterable[Any]) -> list[str]:
    """The table of totals, out of a host, an outcome and perhaps a reason for every test."""
    counts: dict[str, Counter[str]] = {host: Counter() for host in TITLES}
    reasons = {}
    for host, outcome, reason in noted:
        counts[host][outcome] += 1
        if reason:
            reasons[host] = f"  {reason}"
    lines = [f"{'':<32}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES)]
    for host, of_host in counts.items():
        numbers = "".join(f"{of_host[outcome]:>9}" for outcome in OUTCOMES)
        lines.append(f"{TITLES[host]:<32}{numbers}{reasons.get(host, '')}")
    return lines
