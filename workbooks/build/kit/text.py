"""Texts of the workbooks: sentences that are computed, their room, and what several workbooks say alike."""

from __future__ import annotations

import re
from math import ceil

from openpyxl.utils import column_index_from_string, get_column_letter

from workbooks.build.kit.page import Book, Page

LEGEND = (
    "Blue on cream: input. Black: formula. Status: V read in a filing · S secondary source · D derived by arithmetic · "
    "P demonstration parameter, not filed · J judgement · C convention of units."
)
PARAMETER = "Demonstration parameter, not filed"
CHINESE_FROM = 0x2E80
FULL_WIDTH = tuple("，。；：？！、（）")
PART = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")


def sentence(book: Book, template: str) -> str:
    """An expression that joins texts and values: `LTV goes from [ltv_start|0%] to [ltv_end|0%]`.

    A value is a name, a cell or an expression, with `|` before the format it is shown in; each text between values is
    translated by itself. The blanks at its ends are kept and are no part of what is translated; a full-width mark has
    its own.
    """
    parts, at = [], 0
    for value in PART.finditer(template):
        parts += [_quoted(book, template[at : value.start()])] if value.start() > at else []
        parts.append(f'TEXT({value[1]},"{value[2]}")' if value[2] else value[1])
        at = value.end()
    parts += [_quoted(book, template[at:])] if at < len(template) else []
    return "&".join(parts)


def _quoted(book: Book, text: str) -> str:
    core = text.strip()
    said = book.say(core)
    start = text[: len(text) - len(text.lstrip())] if not said.startswith(FULL_WIDTH) else ""
    end = text[len(text.rstrip()) :] if core and not said.endswith(FULL_WIDTH) else ""
    return f'"{start}{said}{end}"'


def width_of(page: Page, columns: str) -> float:
    """The width of a column, "B", or of several together, "E:J"."""
    first, _, last = columns.partition(":")
    span = range(column_index_from_string(first), column_index_from_string(last or first) + 1)
    return float(sum(page.sheet.column_dimensions[get_column_letter(column)].width for column in span))


def lines_of(text: str, width: float, size: float = 9) -> int:
    """How many lines a text takes in a column of that width; a Chinese character is as wide as two letters."""
    room = (width - 2) * 1.35 * 9 / size
    chinese = sum(ord(letter) > CHINESE_FROM for letter in text)
    # Beside Chinese, Latin letters are those of a wider font.
    return max(1, ceil(((len(text) - chinese) * (1.15 if chinese else 1) + chinese * 2.3) / room))
