"""What one check of checks.xlsx is: a call, the value it must give and where that stands, and its shadow.

A shadow is a formula in native Excel functions, written with the names of the arguments in braces: `{backlog}/{debt}`.
Of a series `{cfads[2]}` is the second number and `{cfads[2:5]}` a part, `{revenue[r1]}` the first row of a matrix and
`{revenue[r1:1:5]}` a part of it. What a shadow makes on the way stands under `made`: a formula makes a number, a `Line`
a series, a `Bivariate` the value of the bivariate normal distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

BY_DEFINITION = ("Exact", "Closed form", "The rule", "A judgement")
HIGH, PUBLISHED, FILED, DERIVED, EXACT = "high precision", "published", "filed", "derived", "exact"


@dataclass(frozen=True)
class Line:
    """A series made by formula: `#` stands for the number of the entry, `[<]` and `[>]` for the entries before and after."""

    length: int
    formula: str
    first: str = ""

    def entry(self, number: int) -> str:
        text = self.first if number == 1 and self.first else self.formula
        return text.replace("#", str(number)).replace("[<]", f"[{number - 1}]").replace("[>]", f"[{number + 1}]")


@dataclass(frozen=True)
class Listed:
    """A series whose entries have a formula each."""

    formulas: tuple[str, ...]

    @property
    def length(self) -> int:
        return len(self.formulas)

    def entry(self, number: int) -> str:
        return self.formulas[number - 1]


@dataclass(frozen=True)
class Bivariate:
    """P(X ≤ h, Y ≤ k) of two normal variables with correlation rho."""

    h: str
    k: str
    rho: str


Making = str | Line | Listed | Bivariate


@dataclass(frozen=True)
class Case:
    """One check, or several that share one call: one for each number of the answer that is looked at."""

    function: str
    name: str
    arguments: tuple[Any, ...]
    expected: float | str
    shadow: str = ""
    source: str = ""
    status: str = HIGH
    output: tuple[int, int] | None = None  # row and column within an answer of several numbers
    made: tuple[tuple[str, Making], ...] = ()
    tolerance: float = 0.0  # of the published value; 0 is half a unit of its last digit
    shadow_tolerance: float = 0.0
    words: bool = False  # the answer is a text

    @property
    def value(self) -> float | str:
        return self.expected if self.words else float(self.expected)

    @property
    def allowed(self) -> float:
        """How far the answer may lie from the value given: half a unit of the last digit printed."""
        if self.tolerance or self.words:
            return self.tolerance
        if isinstance(self.expected, str):
            exponent = Decimal(self.expected).as_tuple().exponent
            assert isinstance(exponent, int)
            return max(0.51 * 10.0**exponent, 1e-11 * abs(float(self.expected)), 1e-14)
        return max(1e-12 * abs(self.expected), 1e-13)

    @property
    def shadow_allowed(self) -> float:
        return self.shadow_tolerance or max(1e-9 * abs(float(self.value)), 1e-12)


@dataclass(frozen=True)
class Group:
    """The checks of one function, and why it has no shadow where it has none."""

    function: str
    cases: tuple[Case, ...]
    without: str = ""


def group(function: str, cases: Sequence[Case], source: str, without: str = "") -> Group:
    """Cases of one function; `source` holds where a case names none."""
    named = [replace(c, function=f"CFI_{function}", source=c.source or source) for c in cases]
    named = [replace(c, status=EXACT) if c.status == HIGH and c.source.startswith(BY_DEFINITION) else c for c in named]
    return Group(f"CFI_{function}", tuple(named), without)


def case(name: str, arguments: Sequence[Any], expected: float | str, shadow: str = "", **more: Any) -> Case:
    """A check without its function, which `group` adds."""
    return Case("", name, tuple(arguments), expected, shadow, **more)
