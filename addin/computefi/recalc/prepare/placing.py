"""What a workbook was cut into, put into the copy once every call has its place.

B1 =CFI_LTV(A1,A2)*2   →   the text 'cfi results'!A1*2 in B1, where its place was kept, and #N/A in 'cfi results'!A1
B2 =CFI_HHI(A:XFD)     →   refused: no argument reads so much
"""

from __future__ import annotations

from computefi.recalc.prepare.brackets import may_lose_brackets, text_loses_brackets
from computefi.recalc.prepare.copy import Copy
from computefi.recalc.prepare.plan import Consumer, Hole, Plan, Reference, Source
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Rect
from computefi.xlsx.markup import escape

# What one argument may read: four whole columns.
READ_LIMIT = 2**22
# The formulas that stand in the copy's file; an engine gets the others at run time.
IN_COPY = ("plain", "lifted")


def place_whole(copy: Copy, consumer: Consumer) -> None:
    """A formula of a cell into the copy: now where it has no holes, else its place is kept."""
    sheet, row, column = consumer.sheet, consumer.row, consumer.column
    texts = [piece for piece in consumer.pieces if isinstance(piece, str)]
    if consumer.kind == "plain" and len(texts) == len(consumer.pieces):
        text = escape("".join(texts)).encode()
        if not may_lose_brackets(text):
            copy.formula(sheet, row, column, text)
            return
    copy.keep(sheet, row, column)


def place_formulas(plan: Plan, copy: Copy) -> None:
    """Put the formulas with holes into the copy, now that every call has its place."""
    for number, consumer in enumerate(plan.consumers):
        in_copy = consumer.sheet < len(plan.sheets) and consumer.kind in IN_COPY
        if in_copy and not copy.waits(consumer.sheet, consumer.row, consumer.column):
            continue
        for piece in consumer.pieces:
            if isinstance(piece, Hole) and piece.whole:
                plan.consumers_of.setdefault(piece.call, []).append(number)
        formula = consumer.formula({}, plan)
        if in_copy and not text_loses_brackets(formula.text):
            copy.late_formula(consumer.sheet, consumer.row, consumer.column, formula)
        else:
            plan.initial.append((consumer.sheet, consumer.row, consumer.column, formula))


def place_results(plan: Plan) -> None:
    """Every result that has a cell of its own starts as #N/A, or as the engine's own."""
    for number, site in enumerate(plan.calls):
        if site.shown is None:
            plan.initial.append((*plan.result_cell(number), site.start))


def refuse_large_reads(plan: Plan) -> None:
    """A call that would read more cells than memory holds is refused; what lies beyond the sheet's end is not."""
    large = {number for number, source in enumerate(plan.sources) if cells_read(plan, source) > READ_LIMIT}
    for site in plan.calls if large else ():
        if any(number in large for _, number in site.sources):
            site.refused = f"an argument reads more than {READ_LIMIT:,} cells; give a smaller range"
            site.sources = []
    for number in large:
        # Every source is read in every pass, whoever asks for it.
        source = plan.sources[number]
        if isinstance(source, Reference):
            top, left = source.rect.top, source.rect.left
            plan.sources[number] = Reference(source.sheet, Rect(top, left, top, left))


def cells_read(plan: Plan, source: Source) -> int:
    """How many cells a source reads."""
    if not isinstance(source, Reference):
        return 1
    rows, columns = plan.extents[source.sheet] if source.trim else (LAST_ROW, LAST_COLUMN)
    rect = source.rect
    return max(1, min(rect.bottom, rows) - rect.top + 1) * max(1, min(rect.right, columns) - rect.left + 1)
