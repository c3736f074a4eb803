"""Texts of the workbooks: sentences that are computed, their room, and what several workbooks say alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil

from openpyxl.utils import column_index_from_string, get_column_letter

from workbooks.build.kit.page import Book, Page

LEGEND = (
    "Blue on cream: input. Black: formula. Status: V read in a filing · S secondary source · D derived by arithmetic · "
    "P demonstration parameter, not filed · J judgement · C convention of units."
)
FOOTER = "Demonstration parameters are not filed figures; see Inputs and the notes beside the numbers"
CHINESE_FROM = 0x2E80
READABLE = 250  # characters of a formula that a reviewer can still read
QUOTED = re.compile(r'"([^"]*)"')
PART = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")


def sentence(book: Book, template: str) -> str:
    """An expression that joins texts and values: `LTV goes from [ltv_start|0%] to [ltv_end|0%]`.

    A value is a name, a cell or an expression, with `|` before the format it is shown in. Each text between values, and
    each within one, is translated by itself; the blanks at its ends are kept and are no part of what is translated.
    """
    return "&".join(_parts(book.say, template))


def write_words(page: Page, top: int, last: str, sentences: Mapping[str, str]) -> dict[str, str]:
    """A block of words below `top`: each sentence in pieces that a reviewer can read, one a cell, from the column D on.

    Returns for each key the expression that joins its pieces. `sentences` are templates as `sentence` takes them.
    """
    page.section(top, "Words", "B", last, "the pieces of the sentences of this sheet; nothing is calculated here")
    row, joined = top, {}
    for key, template in sentences.items():
        cells: list[str] = []
        said = [page.fill(part) for part in _parts(page.book.say, template)]
        for first, end in _pieces([page.fill(part) for part in _parts(str, template)]):
            row += 1
            page.put(f"B{row}", key, "label")
            page.put(f"C{row}", len(cells) + 1, "unit")
            page.put(f"D{row}", "=" + "&".join(said[first:end]), "note", wrap=False)
            cells.append(f"D{row}")
        joined[key] = "&".join(cells)
    return joined


def _pieces(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From which part to which each piece goes; by the English words, so that all languages have the same cells."""
    first, length = 0, 0
    for at, part in enumerate(parts):
        if at > first and length + len(part) + 1 > READABLE:
            yield first, at
            first, length = at, 0
        length += len(part) + 1
    yield first, len(parts)


def _parts(say: Callable[[str], str], template: str) -> list[str]:
    """The texts of a sentence and its values, each as an expression."""
    parts, at = [], 0
    for value in PART.finditer(template):
        if value.start() > at:
            parts.append(_said(say, template[at : value.start()]))
        expression = QUOTED.sub(lambda text: _said(say, text[1]), value[1])
        parts.append(f'TEXT({expression},"{value[2]}")' if value[2] else expression)
        at = value.end()
    if at < len(template):
        parts.append(_said(say, template[at:]))
    return parts


def _said(say: Callable[[str], str], text: str) -> str:
    core = text.strip()
    start, _, end = text.partition(core) if core else ("", "", text)
    return f'"{start}{say(core)}{end}"'


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
