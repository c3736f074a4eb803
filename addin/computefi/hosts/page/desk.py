"""What the page asks of Python: the functions there are, a call with its reason, its steps and its chart, the deals.

    {"ask": "call", "name": "CFI_LTV", "arguments": ["70", "0"]}
    {"cells": [[{"error": "#DIV/0!"}]], "reasons": ["value must not be 0"], "formula": "=CFI_LTV(70,0)", …}

It runs in the browser. Every value goes the one call path; nothing is computed in JavaScript.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from computefi import REGISTRY
from computefi.errors import Code, ModelError
from computefi.hosts.page.deals import Deals
from computefi.hosts.page.typed import formula, literal, read, told
from computefi.spec import MISSING, Kind, Outcome, Parameter, Shape, Spec, call, find
from computefi.spec.kinds import Choice

logger = logging.getLogger(__name__)

STEPS = "CFI_STEPS"
POINTS = 41
MOST_REASONS = 5
Answer = dict[str, Any]


class Desk:
    """Answers the page's questions one by one."""

    def __init__(self) -> None:
        self.deals: Deals | None = None
        self.asked: dict[str, Callable[..., Answer]] = {
            "functions": self.functions, "call": self.call, "chart": self.chart, "open deals": self.open_deals,
            "deals": self.table, "curve": self.curve,
        }  # fmt: skip

    def answer(self, question: str) -> str:
        """The answer to a question, both as JSON."""
        asked = json.loads(question)
        try:
            return json.dumps(self.asked[asked.pop("ask")](**asked), allow_nan=False)
        except ModelError as error:
            return json.dumps({"refused": str(error)})

    def functions(self) -> Answer:
        """Every function with what a form needs."""
        return {"functions": [described(spec) for spec in REGISTRY.values()]}

    def call(self, name: str, arguments: Sequence[str], mark: str = ".") -> Answer:
        """A call: cells, the first reasons of failure, steps, how each field was read, and the formula for Excel."""
        spec = find(name)
        given = [read(text, mark) for text in arguments]
        values = trimmed(given)
        outcome = call(spec, values)
        return {
            "cells": plain_rows(outcome),
            "heads": heads(spec, outcome),
            "reasons": reasons(outcome),
            "steps": steps(spec, values),
            "read": [told(value) for value in given],
            "formula": formula(spec.name, given),
        }

    def chart(self, name: str, arguments: Sequence[str], parameter: int, mark: str = ".") -> Answer:
        """The answer against one of its numbers, all others as they are: one call over a range."""
        spec = find(name)
        given = [read(text, mark) for text in arguments]
        at = given[parameter]
        along = span(spec.parameters[parameter], float(at)) if isinstance(at, float) else np.array([])
        fixed = all(
            not isinstance(value, tuple) or not p.is_number for value, p in zip(given, spec.parameters, strict=False)
        )
        if not along.size or not fixed or not spec.result.single or spec.axes or spec.raw:
            return {"x": [], "y": [], "at": None}
        outcome = call(spec, trimmed([*given[:parameter], along, *given[parameter + 1 :]]))
        cells = [row[0] for row in outcome.cells()]
        numbers = [cell if isinstance(cell, float) else None for cell in cells]
        return {"x": along.tolist(), "y": numbers, "at": at}

    def open_deals(self, data: str) -> Answer:
        """The comparison of deals, once: what there is to be moved."""
        self.deals = Deals(json.loads(data))
        return {"deals": self.deals.described()}

    def table(self, deal: str, moved: Mapping[str, float], whole: bool) -> Answer:
        """The table of deals with the sliders of one deal moved; the rows that take long only where all are asked."""
        assert self.deals is not None
        settings = self.deals.settings(deal, moved)
        rows = self.deals.rows(settings, whole)
        return {
            "rows": rows,
            "settings": settings,
            "reasons": list(dict.fromkeys(self.deals.sheet.reasons))[:MOST_REASONS],
        }

    def curve(self, deal: str, moved: Mapping[str, float], axis: str, places: Sequence[float]) -> Answer:
        """Points of the curves of a deal against one slider."""
        assert self.deals is not None
        return {"points": [self.deals.point(deal, {**moved, axis: place}) for place in places]}


def described(spec: Spec) -> Answer:
    """A function as its form shows it."""
    return {
        "name": spec.name,
        "category": spec.category,
        "questions": spec.questions,
        "summary": spec.summary,
        "body": spec.body,
        "source": spec.source,
        "parameters": [argument(p) for p in spec.parameters],
        "example": [pasted(value) for value in spec.examples[0].arguments],
        "chart": spec.result.single and not spec.axes and not spec.raw,
    }


def argument(parameter: Parameter) -> Answer:
    """An argument as its field shows it."""
    kind = parameter.kind
    return {
        "name": parameter.name,
        "help": parameter.help,
        "unit": kind.unit,
        "bounds": kind.bounds.removeprefix("must be ") if isinstance(kind, Kind) else "",
        "optional": parameter.optional,
        "words": kind.words if isinstance(kind, Choice) else (),
        "along": parameter.is_number,
    }


def pasted(value: Any) -> str:
    """An example's argument as it would be pasted from Excel; a series stands in a column."""
    if isinstance(value, (list, tuple, np.ndarray)):
        rows = [row if isinstance(row, (list, tuple, np.ndarray)) else [row] for row in value]
        return "\n".join("\t".join(map(pasted, row)) for row in rows)
    return value if isinstance(value, str) else literal(value)


def trimmed(given: list[Any]) -> list[Any]:
    """The arguments up to the last that is given."""
    last = max((place for place, value in enumerate(given, 1) if value is not MISSING), default=0)
    return given[:last]


def plain(cell: Any) -> Any:
    return {"error": cell.value} if isinstance(cell, Code) else cell


def plain_rows(outcome: Outcome) -> list[list[Any]]:
    return [list(map(plain, row)) for row in outcome.cells()]


def heads(spec: Spec, outcome: Outcome) -> list[str]:
    """What the columns of an answer are; nothing for a single number."""
    result = spec.result
    if outcome.whole or result.single or spec.raw:
        return []
    own = [column.name for column in result.columns]
    more = [f"{result.more.name} {i + 1}" for i in range(outcome.shape[1] - len(own))] if result.more else []
    return more + own if result.more_first else own + more


def reasons(outcome: Outcome) -> list[str]:
    """Why cells failed: each reason once, the first few."""
    found: dict[str, None] = {}
    for _, error in outcome.reasons():
        found[str(error)] = None
        if len(found) == MOST_REASONS:
            break
    return list(found)


def steps(spec: Spec, values: Sequence[Any]) -> list[list[Any]]:
    """The steps of a call of one case; none where the function has none."""
    if spec.raw or STEPS not in REGISTRY:
        return []
    try:
        outcome = call(REGISTRY[STEPS], [spec.name, *values])
    except Exception:  # a fault of ours: the answer itself must not suffer
        logger.exception("the steps of %s failed", spec.name)
        return []
    return [] if outcome.codes is not None else plain_rows(outcome)


def span(parameter: Parameter, at: float) -> Any:
    """Numbers around one, within its bounds."""
    kind = parameter.kind
    if not isinstance(kind, Kind) or not isinstance(parameter.shape, Shape) or kind.whole or kind.flag:
        return np.array([])
    if np.isfinite(kind.low) and np.isfinite(kind.high) and (at == 0 or kind.low < 0):
        low, high = kind.low, kind.high
    else:
        reach = abs(at) or 1.0
        low, high = max(at - reach, kind.low), min(at + reach, kind.high)
    inset = (high - low) * 1e-3
    return np.linspace(low + inset * kind.low_open, high - inset * kind.high_open, POINTS)


desk = Desk()
answer = desk.answer
