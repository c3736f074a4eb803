"""A function as a native formula of Excel, for workbooks without an add-in: the text of its LAMBDA.

A text is written as one would type it in Excel, with the parameters' own names; the export puts the argument checks
of the declaration before it and spells it as a file stores it. In a text

- a parameter stands for its value with the default filled in; a series is one row, a block one row per series;
- `clear` is 0 in the shape of the answer, an error where an argument is at fault: adding it gives any number that
  shape, which MAP needs;
- rules are the conditions of the declaration, in its order, and hold where all is well;
- `CFI__NAME(…)` with two underscores is a helper that several functions share (hosts/lambdas/texts.py).

Excel takes R and C and everything that reads as a cell for references: no name here may be one. A number keeps 15
digits, because Excel keeps no more of a constant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Native(NamedTuple):
    """The formula of a sheet function in Excel, and one for each of its rules; `checked` puts the checks before it."""

    body: str
    rules: tuple[str, ...] = ()
    checked: bool = True


def array(numbers: Iterable[float]) -> str:
    """Numbers as a row of Excel constants; infinity as the largest bound the checks know."""
    return "{" + ",".join(plain(float(number)) for number in numbers) + "}"


def plain(number: float) -> str:
    """A number as Excel reads it."""
    return f"{max(-1e300, min(1e300, number)):.15g}".replace("e", "E")
