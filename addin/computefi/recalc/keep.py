"""What the engine could not compute keeps its stored value, in the file and for whatever reads it.

A1 is #N/IMPL! in the engine, 7 in the file   →   A1 is the constant 7, and the report names A1 and what reads it
A1 is in doubt, "co-op"<"coop"          →   A1 keeps its stored value too
A1:A3 spills in the file, #VALUE! here        →   A1 spills the stored values; nothing that the file holds is emptied
"""

from __future__ import annotations

from collections.abc import Callable

from computefi.errors import Code
from computefi.recalc.changes import Display, block_now
from computefi.recalc.engines.base import EngineFault, Write
from computefi.recalc.prepare.plan import Block
from computefi.recalc.prepare.precedents import Anywhere
from computefi.recalc.run import Run
from computefi.recalc.text_order import TextOrder
from computefi.recalc.whatif.slices import Dependencies
from computefi.xlsx.cells import CellAt, cells_in
from computefi.xlsx.patch import shown_value

CIRCLE = EngineFault("#CIRC!")
WHY = {CIRCLE: "it stands in a circular reference", EngineFault("#ERROR!"): "the engine cannot read it"}
# What a spill shows where the engine cannot compute it; Excel has other errors for a spill that came to nothing.
LOST = frozenset((Code.VALUE, Code.NAME))


def keep_what_failed(run: Run, display: Display, dependencies: Callable[[], Dependencies]) -> bool:
    """Put the stored values in place of what failed; whether there was anything. `dependencies` are dear to find."""
    plan = run.plan
    failed = doubts(run) | {
        cell: WHY.get(EngineFault(fault), f"the engine could not compute it: {fault}")
        for fault, cells in display.faults.items()
        for cell in cells
    }
    blocks: list[Block] = []
    for block in plan.blocks:
        anchor = CellAt(block.sheet, block.rect.top, block.rect.left)
        reason = next((failed[cell] for cell in cells_in(block.sheet, block_now(run, block)) if cell in failed), "")
        if not reason and block.dynamic and is_lost(anchor, display, dependencies):
            reason = f"the engine gives {display.errors[anchor].value} in place of its values"
        if reason:
            blocks.append(block)
            failed |= dict.fromkeys(cells_in(block.sheet, block.rect), reason)
    if not failed:
        return False
    stored = plan.children | {
        cell: plan.formulas[cell.sheet].stored(place)
        for cell in failed
        if (place := plan.formulas[cell.sheet].find(cell.row, cell.column)) is not None
    }
    # What reads a cell of which nothing is stored must not take it for 0.
    values = {cell: Code.NA if (v := shown_value(*stored[cell])) is None else v for cell in failed if cell in stored}
    writes: list[Write] = [(*cell, None) for cell in failed]
    spilled = {cell for block in blocks if block.dynamic for cell in cells_in(block.sheet, block.rect)}
    writes += [(*cell, value) for cell, value in values.items() if cell not in spilled]
    for block in blocks:
        writes += run.spill(block, values) if block.dynamic else []
    plan.children = stored
    plan.blocks = [block for block in plan.blocks if block not in blocks]
    for sheet in {cell.sheet for cell in failed}:
        gone = {(cell.row, cell.column) for cell in failed if cell.sheet == sheet}
        plan.formulas[sheet] = plan.formulas[sheet].without(gone)
    plan.frozen += [(*cell, reason) for cell, reason in sorted(failed.items())]
    run.kept.update(failed)
    run.engine.write(writes)
    return True


def doubts(run: Run) -> dict[CellAt, str]:
    """The formulas of which nobody here knows what Excel answers, with the reasons."""
    found = TextOrder(run).doubts()
    for number, reason in run.doubts.items():
        site = run.plan.calls[number]
        cell = CellAt(site.sheet, site.row, site.column)
        if cell not in run.kept and run.plan.formulas[cell.sheet].find(cell.row, cell.column) is not None:
            found[cell] = reason
    return found


def is_lost(anchor: CellAt, display: Display, dependencies: Callable[[], Dependencies]) -> bool:
    """Whether a spill shows an error where the file has values, though nothing that it reads is an error."""
    code = display.errors.get(anchor)
    if code not in LOST or anchor not in display.new_errors:
        return False
    try:
        areas = dependencies().reads(anchor)
    except Anywhere:
        areas = dependencies().precedents.names(anchor)
    return not any(sheet == cell.sheet and rect.holds(*cell[1:]) for cell in display.errors for sheet, rect in areas)
