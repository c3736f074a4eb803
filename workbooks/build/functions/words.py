"""What stays as it is in every language on the cards of functions: calls, formulas, names of arguments, choices."""

from __future__ import annotations

import re

from computefi.spec import REGISTRY
from computefi.spec.kinds import Choice
from tools.pages import bounds_words, default_words
from workbooks.build.functions.card import answer_grid, example_call, signature
from workbooks.build.functions.text import breakable

PROSE = re.compile(
    r"\b(a|the|to|as|with|where|over|counted|goes|of|in|is|are|for|and|or|if|from|then|until|left|not|its|each)\b"
)


def codes() -> set[str]:
    """Names of arguments and choices, which stand within sentences."""
    parameters = [p for spec in REGISTRY.values() for p in spec.parameters]
    choices = {word for p in parameters if isinstance(p.kind, Choice) for word in p.kind.words}
    return {p.name for p in parameters} | choices


def kept() -> set[str]:
    """Whole texts: calls, formulas without prose, choices, and the words that a function itself answers."""
    found = codes()
    for spec in REGISTRY.values():
        call, formula = signature(spec), spec.formula_lines.replace("`", "").removeprefix("=")
        found |= {call, call.removeprefix(spec.name)[1:-1], example_call(spec)}
        found |= {v for row in answer_grid(spec, spec.examples[0].result) for v in row if isinstance(v, str)}
        if not PROSE.search(formula):
            found.add(formula)
        for p in spec.parameters:
            found |= {breakable(p.name), f"{p.name} …\n{spec.parameters[-1].name}"}
            if isinstance(p.kind, Choice):
                found |= {bounds_words(p).replace('"', ""), default_words(p)}
    return found
