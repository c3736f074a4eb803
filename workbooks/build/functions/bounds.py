"""The bounds of an input cell, out of the declaration of its argument: what Excel lets in, and what a check accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable

from computefi.spec import Kind, Parameter
from workbooks.build.kit.page import Page, all_within

EDGE = 1e-9  # how near a number may come to a bound that is excluded
WIDEST = 1e12
# How far a number without a declared bound may go, by its kind or its unit.
WIDE = dict.fromkeys(("rate", "growth", "spread", "volatility", "haircut"), 10)
WIDE |= {"change": 100, "ratio": 1000, "years": 1000, "months": 12_000, "days": 365_000, "periods": 1_048_576}


def bounds(parameter: Parameter) -> tuple[float, float]:
    """The least and the greatest number; where the declaration has none, a wide one."""
    kind = parameter.kind
    if not isinstance(kind, Kind):
        return -int(WIDEST), int(WIDEST)
    wide = WIDE.get(kind.name, WIDE.get(kind.unit, WIDEST))
    low = kind.low + EDGE * kind.low_open if math.isfinite(kind.low) else -wide
    high = kind.high - EDGE * kind.high_open if math.isfinite(kind.high) else wide
    return plain(low), plain(high)


def plain(number: float) -> float:
    """A whole number without its decimal point, so that a formula reads well."""
    return int(number) if number == int(number) else round(number, 9)


def admit(page: Page, area: str, parameter: Parameter, values: Iterable[float]) -> str:
    """Tell Excel what the cells of an argument may hold; returns the condition that they hold nothing else."""
    low, high = bounds(parameter)
    if not all(low <= value <= high for value in values):
        raise ValueError(f"{parameter.name} in {page.sheet.title}!{area} is not between {low} and {high}")
    unit = page.book.say_as("unit", parameter.kind.unit) if isinstance(parameter.kind, Kind) else "any"
    said = (page.book.say(parameter.name)[:32], page.book.say(unit), repr(low), repr(high))
    rules = page.sheet.data_validations.dataValidation
    same = [rule for rule in rules if (rule.promptTitle, rule.prompt, rule.formula1, rule.formula2) == said]
    if same:  # one rule for all cells of the same kind
        same[0].add(area)
    else:
        page.validate(area, low, high, parameter.name, unit)
        if isinstance(parameter.kind, Kind) and (parameter.kind.whole or parameter.kind.flag):
            rules[-1].type = "whole"
    if ":" in area:
        return all_within(area, low, high)
    return f"AND(ISNUMBER({area}),{area}>={low!r},{area}<={high!r})"
