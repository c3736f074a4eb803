"""Numbers as a sheet shows them, near enough for a report: places, thousands, per cent, dates and words beside them.

0.0256, "0.0%" → 2.6%     8500, "#,##0" → 8,500     1.27, '0.00"×"' → 1.27×     45000, "yyyy-mm-dd" → 2023-03-15
"""

from __future__ import annotations

import math
import re

from computefi.dates import moment_of
from computefi.errors import Code
from computefi.xlsx.cells import Value
from computefi.xlsx.date_cells import is_date
from computefi.xlsx.displayed import places_of

QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
DIGITS = re.compile(r"[0#?][0#?,.]*%?")


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
    sections = code.split(";")
    which = 1 if number < 0 else 2 if number == 0 else 0
    section = sections[which] if which < len(sections) else sections[0]
    places = places_of(section)
    match = DIGITS.search(QUOTED.sub("", section))
    if places is None or match is None:
        return section_words(section, number) or general(number)
    scaled = number * 100 if "%" in section else number
    decimals = max(places - 2 if "%" in section else places, 0)
    if places < 0:  # 0,, shows millions
        scaled, decimals = number / 10**-places, 0
    told = abs(scaled) if number < 0 and len(sections) > 1 else scaled
    comma = "," if "," in match[0] else ""
    text = f"{told:{comma}.{decimals}f}"
    before, after = words_around(section)
    return f"{before}{text}{'%' if '%' in section else ''}{after}"


def words_around(section: str) -> tuple[str, str]:
    """What a format writes before and after its digits: '"US$ "0' → ("US$ ", "")."""
    plain = QUOTED.sub(lambda m: f"\x00{m[1] or m[2] or ''}\x01" if m[0][0] in '"\\' else "", section)
    start, end, depth = None, None, 0
    for place, sign in enumerate(plain):
        depth += (sign == "\x00") - (sign == "\x01")
        if not depth and sign in "0#?":
            start, end = place if start is None else start, place + 1
    if start is None or end is None:
        return "", ""
    return tuple(re.sub("[\x00\x01%,.]", "", part) for part in (plain[:start], plain[end:]))  # type: ignore[return-value]


def section_words(section: str, number: float) -> str:
    """What a format without digits shows: '"–"' for a 0."""
    return "".join(m[1] or m[2] or "" for m in QUOTED.finditer(section)) if number == 0 and section != "General" else ""


def general(number: float) -> str:
    """A number without a format, short enough to read."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}" if abs(number) >= 10_000 else str(int(number))
    return f"{number:,.6g}" if 1e-4 <= abs(number) < 1e15 else f"{number:.4g}"
