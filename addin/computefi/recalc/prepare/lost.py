"""References that were lost when cells or sheets were deleted: the engine cannot read one with a sheet or a second end.

Deal!#REF!*2, 'Q1 26'!#REF!*2   →   #REF!*2
SUM(#REF!:B4), SUM(B4:#REF!)    →   SUM(#REF!)
"""

from __future__ import annotations

import re

QUOTED = r"(?:'[^']*')++"
SHEET = rf"(?:(?:{QUOTED}|(?<![\w.])[A-Za-z_\x80-\U0010ffff][\w.]*+)!)?"
LOST, CELL = rf"{SHEET}#REF!", rf"{SHEET}\$?[A-Za-z]{{1,3}}\$?[0-9]{{1,7}}"
# What is in quotes is passed over.
WHOLE = re.compile(rf'"[^"]*"|(?P<lost>{LOST}(?::(?:{LOST}|{CELL}))?|(?<![\w.$]){CELL}:{LOST})|{QUOTED}')


def without_lost(text: str) -> str:
    """A formula with nothing but the error in place of what was lost; texts are left as they are."""
    return WHOLE.sub(lambda match: "#REF!" if match["lost"] else match[0], text) if "#REF!" in text else text
