"""References that were lost when cells or sheets were deleted: the engine cannot read one with a sheet or a second end.

Deal!#REF!*2, 'Q1 26'!#REF!*2   →   #REF!*2
SUM(#REF!:B4), SUM(B4:#REF!)    →   SUM(#REF!)
"""

from __future__ import annotations

import re

SHEET = r"(?:(?:'(?:[^']|'')+'|[A-Za-z_\x80-\U0010ffff][\w.]*)!)?"
LOST, CELL = rf"{SHEET}#REF!", rf"{SHEET}\$?[A-Za-z]{{1,3}}\$?[0-9]{{1,7}}"
WHOLE = re.compile(rf'"[^"]*"|{LOST}(?::(?:{LOST}|{CELL}))?|(?<![\w.$]){CELL}:{LOST}')


def without_lost(text: str) -> str:
    """A formula with nothing but the error in place of what was lost; texts are left as they are."""
    return WHOLE.sub(lambda match: match[0] if match[0][0] == '"' else "#REF!", text) if "#REF!" in text else text
