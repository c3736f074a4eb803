"""The texts of a function that Excel's function wizard shows, within Excel's limits."""

from __future__ import annotations

import numpy as np

from computefi.spec import Parameter, Spec
from computefi.spec.declaration import HELP_LIMIT
from computefi.spec.kinds import Choice

WITHOUT_UNIT = {"–", "text", "any"}


def category(spec: Spec) -> str:
    """The heading in Insert Function; with a hyphen, so that the VBA text can spell it alike."""
    return f"computefi - {spec.category}"


def argument_help(parameter: Parameter) -> str:
    """What an argument is, its unit or its words, and what holds where it is left out."""
    parts = [parameter.help.rstrip(".")]
    if isinstance(parameter.kind, Choice):
        parts.append(parameter.kind.bounds)
    elif parameter.kind.unit not in WITHOUT_UNIT:
        parts.append(f"unit: {parameter.kind.unit}")
    if parameter.optional:
        parts.append(_when_left_out(parameter))
    text = "; ".join(parts)
    return text if len(text) <= HELP_LIMIT else text[: HELP_LIMIT - 3] + "..."


def _when_left_out(parameter: Parameter) -> str:
    if parameter.is_number and np.isfinite(parameter.default):
        return f"optional, {np.asarray(parameter.default).item():g} if left out"
    if isinstance(parameter.kind, Choice):
        return f'optional, "{parameter.default}" if left out'
    return "optional"
