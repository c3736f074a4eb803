"""Whether two values are the same: in kind, and numbers to a relative 1e-9.

0.7 and 0.70000000001   →   the same;  0.7 and "0.7"   →   "number against text"
"""

from __future__ import annotations

from computefi.errors import Code
from computefi.xlsx.cells import Value

RELATIVE, ABSOLUTE = 1e-9, 1e-12


def difference_of(one: Value, other: Value) -> str:
    """How two values differ; empty where they do not. A formula that gives nothing shows 0."""
    one, other = (0.0 if value is None else value for value in (one, other))
    kinds = [kind_of(value) for value in (one, other)]
    if kinds[0] != kinds[1]:
        return f"{kinds[0]} against {kinds[1]}"
    if isinstance(one, float) and isinstance(other, float):
        gap, scale = abs(one - other), max(abs(one), abs(other))
        return "" if gap <= RELATIVE * scale or gap <= ABSOLUTE else f"{gap / scale:.1e} of the value"
    return "" if one == other else f"different {kinds[0]}"


def kind_of(value: Value) -> str:
    """What a value is, in a word or two."""
    if isinstance(value, Code):
        return "error"
    if isinstance(value, bool):
        return "truth value"
    return "text" if isinstance(value, str) else "number"
