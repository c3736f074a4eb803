"""Whether Excel computes a workbook anew when it opens it: the `calcPr` element of the workbook part."""

from __future__ import annotations

import re
from typing import Literal

from computefi.xlsx.sheet import ATTRIBUTES

CalcMode = Literal["keep", "trust", "recalc"]

# Excel computes a file anew that an older version saved; this is the number of the current ones.
CALC_ID = b"191029"
CALC_PR = re.compile(rb"<((?:[\w.-]+:)?)calcPr(%s)\s*(?=/?>)" % ATTRIBUTES)
# calcPr follows these, in the order of the file format.
BEFORE = re.compile(rb"</((?:[\w.-]+:)?)(?:sheets|functionGroups|externalReferences|definedNames)\s*>")


def with_calc_mode(workbook: bytes, mode: CalcMode) -> bytes:
    """The workbook part with its setting changed; every other byte as it was."""
    settings = {b"calcId": CALC_ID} if mode == "trust" else {b"fullCalcOnLoad": b"1"}
    match = CALC_PR.search(workbook)
    if match is None:
        places = list(BEFORE.finditer(workbook))
        element = b"<%scalcPr%s/>" % (places[-1][1], joined(settings))
        return workbook[: places[-1].end()] + element + workbook[places[-1].end() :]
    attributes = without(match[2], (b"fullCalcOnLoad", *settings))
    return workbook[: match.start(2)] + attributes + joined(settings) + workbook[match.end(2) :]


def without(attributes: bytes, names: tuple[bytes, ...]) -> bytes:
    """A start tag's attributes without some of them."""
    pattern = rb"""\s+(?:%s)\s*=\s*(?:"[^"]*"|'[^']*')""" % b"|".join(names)
    return re.sub(pattern, b"", attributes)


def joined(settings: dict[bytes, bytes]) -> bytes:
    """Settings as attributes."""
    return b"".join(b' %s="%s"' % item for item in settings.items())
