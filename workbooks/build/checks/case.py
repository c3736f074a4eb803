"""What one check of checks.xlsx is: a call, the value it must give and where that stands, and its shadow.

A shadow is a formula in native Excel functions, written with the names of the arguments in braces: `{backlog}/{debt}`.
Of a series `{cfads[2]}` is the second number and `{cfads[2:5]}` a part, `{revenue[r1]}` the first row of a matrix,
`{revenue[r1:1:5]}` a part of it and `{returns[c2]}` the second column. What a shadow makes on the way stands under
`made`: a formula makes a number, a `Line` a series, a `Bivariate` the value of the bivariate normal distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

STATUSES = ("high precision", "published", "filed", "derived", "exact")
WORDS, OWED = "answers in words", "not written yet"


def shown(template: str) -> str:
    """A formula as it is read: the names without their braces, with room to break a line."""
    return template.replace("{", "").replace("}", "").replace(",", ", ").replace("+", " + ")


@dataclass(frozen=True)
class Line:
    """A series made by formula: `#` is the number of the entry, `[<]` and `[>]` the entries before and after."""

    length: int
    formula: str
    first: str = ""

    def entry(self, number: int) -> str:
        text = self.first if number == 1 and self.first else self.formula
        return text.replace("#", str(number)).replace("[<]", f"[{number - 1}]").replace("[>]", f"[{number + 1}]")

    def said(self) -> str:
        known = " · ".join(shown(part) for part in (self.first, self.formula) if part)
        return known.replace("#", "k").replace("[<]", "[k-1]").replace("[>]", "[k + 1]")


@dataclass(frozen=True)
class Listed:
    """A series whose entries have a formula each."""

    formulas: tuple[str, ...]

    @property
    def length(self) -> int:
        return len(self.formulas)

    def entry(self, number: int) -> str:
        return self.formulas[number - 1]

    def said(self) -> str:
        return f"a formula each; the last: {shown(self.formulas[-1])}"


@dataclass(frozen=True)
class Bivariate:
    """P(X ≤ h, Y ≤ k) of two normal variables with correlation rho."""

    h: str
    k: str
    rho: str


Making = str | Line | Listed | Bivariate


@dataclass(frozen=True)
class Case:
    """One check: of an answer of several numbers it looks at the one in a row and a column."""

    function: str
    name: str
    arguments: tuple[Any, ...]
    expected: str  # as printed
    tolerance: str  # of the published value; none is half a unit of its last digit, "exact" all that a computer holds
    shadow: str
    shadow_tolerance: str
    status: str
    source: str
    output: tuple[int, int] | None
    made: tuple[tuple[str, Making], ...]

    @property
    def value(self) -> float | str:
        try:
            return float(self.expected)
        except ValueError:
            return self.expected

    @property
    def words(self) -> bool:
        """The answer is a text."""
        return isinstance(self.value, str)

    @property
    def allowed(self) -> float:
        """How far the answer may lie from the value given."""
        if isinstance(self.value, str):
            return 0.0
        if self.tolerance == "exact":
            return max(1e-12 * abs(self.value), 1e-13)
        exponent = Decimal(self.expected).as_tuple().exponent
        assert isinstance(exponent, int)
        return float(self.tolerance or max(0.51 * 10.0**exponent, 1e-11 * abs(self.value), 1e-14))

    @property
    def shadow_allowed(self) -> float:
        return float(self.shadow_tolerance or max(1e-9 * abs(float(self.value)), 1e-12))


@dataclass(frozen=True)
class Group:
    """The checks of one function."""

    function: str
    cases: tuple[Case, ...]

    @property
    def without(self) -> str:
        """Why it has no shadow, where it has none."""
        if any(case.shadow for case in self.cases):
            return ""
        return WORDS if all(case.words for case in self.cases) else OWED
