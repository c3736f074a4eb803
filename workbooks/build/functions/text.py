"""The room that texts take in cells of functions.xlsx and checks.xlsx."""

from __future__ import annotations

import math
import re

LINE = 12.5  # points of one line of 10-point text
CHARACTERS = {10: 1.1, 9: 1.22}  # letters in the width of one digit by size of type, on the safe side


def lines_of(text: str, width: float, size: int = 10) -> int:
    """How many lines a text takes in a cell of that width: whole words only, as a spreadsheet breaks them."""
    room, count = max(1, int(width * CHARACTERS[size]) - 2), 0
    for part in text.split("\n"):
        at, count = 0, count + 1
        for word in part.split(" "):
            if at and at + len(word) > room:
                at, count = 0, count + 1
            count += max(0, math.ceil(len(word) / room) - 1)
            at += len(word) + 1
    return count


def height_of(text: str, width: float, size: int = 10) -> float:
    return lines_of(text, width, size) * LINE + 5


def breakable(name: str) -> str:
    """A long name of an argument on several lines, broken after an underscore."""
    lines = [""]
    for part in re.findall(r"[^_]+_?|_", name):
        if lines[-1] and len(lines[-1] + part) > 11:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
