"""Texts within the width of a terminal: wrapped by word, so that no word is broken, and tables of wrapped cells.

table(head, rows, 80)   →   columns side by side where their longest words fit, else a record for each row
"""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Collection, Sequence

from computefi.cli.encoding import as_printed

UNPRINTED = 160  # a file or a log folds no lines, but somebody reads them
GAP = 2
# A word, or a sign of a script that is written without blanks, with the blanks before it.
UNIT = re.compile(r"(?<!\s)(\s*)([⺀-￯]|[^\s⺀-￯]+)")


def columns() -> int:
    """How many columns a line may have: those of the terminal, or of COLUMNS."""
    return shutil.get_terminal_size((80 if sys.stdout.isatty() else UNPRINTED, 24)).columns


def cells(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def wrapped(text: str, width: int, later: str = "") -> list[str]:
    """The lines of a text, each up to so many columns unless one word has more; all but the first are indented."""
    lines = [""]
    for blanks, word in UNIT.findall(as_printed(text)):
        longer = lines[-1] + blanks + word
        if lines[-1].strip() and cells(longer) > width:
            lines.append(later + word)
        else:
            lines[-1] = longer
    return lines


def paragraph(text: str, first: str = "", later: str | None = None) -> str:
    """A text within the width there is, its first line after `first`, the others indented by `later`."""
    return "\n".join(wrapped(first + text, columns(), first if later is None else later))


def longest_word(text: str) -> int:
    return max((cells(word) for _, word in UNIT.findall(text)), default=0)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int, numbers: Collection[int] = ()) -> str | None:
    """Columns side by side, those of `numbers` to the right; None where not even their longest words fit."""
    grid = [list(map(as_printed, row)) for row in (head, *rows)]
    places = range(len(head))
    least = [max(longest_word(row[at]) for row in grid) for at in places]
    widths = [max(cells(row[at]) for row in grid) for at in places]
    room = width - GAP * (len(head) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max((at for at in places if widths[at] > least[at]), key=lambda at: widths[at])
        widths[widest] -= 1
    lines: list[str] = []
    for number, row in enumerate(grid):
        pieces = [wrapped(text, widths[at]) for at, text in enumerate(row)]
        for deep in range(max(map(len, pieces))):
            line = [
                padded(piece[deep] if deep < len(piece) else "", widths[at], at in numbers)
                for at, piece in enumerate(pieces)
            ]
            lines.append((" " * GAP).join(line).rstrip())
        if number == 0:
            lines.append("─" * (sum(widths) + GAP * (len(head) - 1)))
    return "\n".join(lines)


def padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def records(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """A record for each row: its first cell, then a line for each of the others that says something."""
    told: list[str] = []
    for first, *others in rows:
        told += wrapped(first, width)
        for name, text in zip(head[1:], others, strict=True):
            if text:
                told += wrapped(f"  {name}: {text}" if name else f"  {text}", width, "    ")
        told.append("")
    return "\n".join(told).rstrip("\n")
