"""SUBTOTAL over rows that a filter hides, which the engine counts where Excel does not.

SUBTOTAL(9,A2:A99), some of whose rows are filtered out   →   SUBTOTAL(109,A2:A99), which leaves out hidden rows
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from computefi.formulas.tree import Call, Expression, Group, Leaf, literal, trimmed
from computefi.recalc.prepare.keeping import NotComputed
from computefi.recalc.prepare.operands import Cells
from computefi.xlsx.hidden import HiddenRows


def with_filtered_rows(
    node: Call, hidden_in: Sequence[HiddenRows], cells_of: Callable[[Expression], Cells | None]
) -> Call:
    """SUBTOTAL(9,…) over rows that a filter hides is SUBTOTAL(109,…), which the engine knows."""
    number, *areas = node.arguments
    if not any(hidden.filtered for hidden in hidden_in):
        return node
    filtered = others = False
    for area in areas:
        cells = cells_of(area)
        if cells is None:
            raise NotComputed("SUBTOTAL over cells that are computed, where a filter hides rows")
        top, bottom = cells.rect.top, cells.rect.bottom
        hidden = hidden_in[cells.sheet]
        filtered = filtered or any(top <= row <= bottom for row in hidden.filtered)
        others = others or any(top <= row <= bottom for row in hidden.others)
    if filtered and others:
        raise NotComputed("SUBTOTAL over rows of which a filter hides some and others are hidden by hand")
    known, value = literal(trimmed(number))
    if not filtered or (known and isinstance(value, float) and value > 100):
        return node
    return Call(node.name, [[Group([number]), Leaf("+", "OPERATOR"), Leaf("100", "NUMBER")], *areas])
