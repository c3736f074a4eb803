"""Values as a sheet shows them, dates as ISO has them, and numbers without a format short enough to read.

0.0256, "0.0%" → 2.6%     8500, "#,##0" → 8,500     1.27, '0.00"×"' → 1.27×     45000, "d mmm" → 2023-03-15
"""

from __future__ import annotations

import math

from computefi.dates import moment_of
from computefi.errors import Code
from computefi.recalc.natives.number_text import shown
from computefi.xlsx.cells import Value
from computefi.xlsx.date_cells import is_date


def formatted(value: Value, code: str = "General") -> str:
    """A cell's value by its number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (str, Code)):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return "#NUM!"
    if is_date(code) and number >= 1:
        return moment_of(number).date().isoformat()
    text = general(number) if code == "General" else shown(number, code)
    # A format that cannot be read is passed over.
    return text if isinstance(text, str) else general(number)


def general(number: float) -> str:
    """A number without a format, short enough to read."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}" if abs(number) >= 10_000 else str(int(number))
    return f"{number:,.6g}" if 1e-4 <= abs(number) < 1e15 else f"{number:.4g}"
