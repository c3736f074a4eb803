"""What formulas have in common that say the same of their own neighbours, found in their stored bytes.

C7 =A7*$B$1   →   form =[0,-2]*[$1,$2], the same as that of C8 =A8*$B$1
              →   template =A%b*$B$1 and the offset 0: C8 is alike where =A8*$B$1 is what its row gives

Where letters may be an address and may be none (the name `Rate1?`, the sheet of `FY24!A1`), or would be moved in
another way (`A:A`, `A1#`), a formula is like no other. A structured reference reads the same in every cell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from computefi.formulas.structured import STRUCTURED
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, column_letters, column_number

# Texts and quoted names are passed over; bytes beyond ASCII, \ and ? are letters of names.
QUOTED = rb""""[^"]*"|'[^']*'"""
PLACE = rb"(?<![A-Za-z0-9_.$\\?\x80-\xff])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![A-Za-z0-9_.(!\\?$\x80-\xff])"
ADDRESSES = re.compile(QUOTED + rb"|" + PLACE)
IN_TABLES = re.compile(QUOTED + rb"|" + STRUCTURED + rb"|" + PLACE)
ADDRESS = b"\x01"
# What must not be left when addresses, texts and quoted names are out: whole columns and rows, spills, tables, arrays,
# a quotation mark without another or stored as an entity.
DOUBTFUL = re.compile(rb"""[\[\]#{"']|&(?!amp;|lt;|gt;)|(?<!\x01):|:(?!\x01)""")


# Without any of these nothing can be doubtful.
SPECIAL = re.compile(rb"""[\[\]#{"'&:]""")


class Relative(NamedTuple):
    """A formula as seen from its cell, and as a pattern for the cells below it."""

    form: bytes
    template: bytes
    offsets: tuple[int, ...]

    def at(self, row: int) -> bytes:
        """The formula's text in another row of its column."""
        return self.template % tuple(b"%d" % (row + offset) for offset in self.offsets)


def places_in(text: bytes) -> re.Pattern[bytes]:
    """What finds the addresses in a formula, and what is passed over."""
    return IN_TABLES if b"[" in text else ADDRESSES


def relative(text: bytes, row: int, column: int) -> Relative | None:
    """What a formula in this cell has in common with others; None where it cannot be told for certain."""
    form, template, left = [], [], []
    offsets: list[int] = []
    place, doubtful, percent = 0, SPECIAL.search(text) is not None, b"%" in text
    for match in places_in(text).finditer(text):
        between = text[place : match.start()]
        place = match.end()
        form.append(between)
        if doubtful:
            left.append(between)
        template.append(between.replace(b"%", b"%%") if percent else between)
        fixed_column, letters, fixed_row, digits = match.groups()
        if letters is None:
            form.append(match[0])
            template.append(match[0].replace(b"%", b"%%"))
            left.append(b" ")
            continue
        there = column_number(letters.decode()), int(digits)
        if there[0] > LAST_COLUMN or there[1] > LAST_ROW:
            return None
        across = b"$%d" % there[0] if fixed_column else b"%d" % (there[0] - column)
        down = b"$%d" % there[1] if fixed_row else b"%d" % (there[1] - row)
        form.append(b"\x01%s,%s\x02" % (across, down))
        left.append(ADDRESS)
        if fixed_row:
            template.append(match[0])
        else:
            template.append(fixed_column + letters + b"%b")
            offsets.append(there[1] - row)
    rest = text[place:]
    if doubtful and DOUBTFUL.search(b"".join((*left, rest))) is not None:
        return None
    return Relative(b"".join((*form, rest)), b"".join((*template, rest.replace(b"%", b"%%"))), tuple(offsets))


def moved(text: bytes, down: int, right: int) -> bytes:
    """The text of a formula as it reads so many rows down and columns to the right; one that is like others."""

    def there(match: re.Match[bytes]) -> bytes:
        fixed_column, letters, fixed_row, digits = match.groups()
        if letters is None:
            return match[0]
        if right and not fixed_column:
            letters = column_letters(column_number(letters.decode()) + right).encode()
        return fixed_column + letters + fixed_row + (digits if fixed_row else b"%d" % (int(digits) + down))

    return places_in(text).sub(there, text)


def to_the_right(text: bytes, column: int) -> tuple[bytes, tuple[int, ...]]:
    """A formula as a pattern for the cells beside it, and how far its columns are from its own: `A7*$B$1` in C →
    %b7*$B$1 and the offset -2.
    """
    offsets: list[int] = []

    def pattern(match: re.Match[bytes]) -> bytes:
        fixed_column, letters, fixed_row, digits = match.groups()
        if letters is None or fixed_column:
            return match[0]
        offsets.append(column_number(letters.decode()) - column)
        return b"\x01" + fixed_row + digits

    made = places_in(text).sub(pattern, text).replace(b"%", b"%%")
    return made.replace(b"\x01", b"%b"), tuple(offsets)
