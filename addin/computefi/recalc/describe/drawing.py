"""A trace as a picture: each step of it a column of boxes, a line from each cell to what it rests on. Plain SVG.

The columns are laid out from left to right; in each the boxes stand near the middle of those that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from computefi.errors import LimitReached
from computefi.recalc.describe.tracing import Step, every_step

WIDE, HIGH, GAP_X, GAP_Y, MARGIN, HEAD = 230, 50, 70, 12, 24, 58
CHARACTERS = 42  # of the small letters that a box holds in a line
MOST_BOXES = 400
ROUNDS = 4
COLOURS = {
    "formula": ("#ffffff", "#1f3a5f"), "input": ("#fff7dc", "#b7791f"), "range": ("#eef2f7", "#1f3a5f"),
    "blank": ("#f4f4f4", "#888888"),
}  # fmt: skip
LEGEND = (("formula", "formula"), ("range", "range"), ("input", "input"))


@dataclass(slots=True)
class Box:
    """A cell of the picture: what it says, in which column it stands, and what it is drawn to."""

    step: Step
    column: int
    below: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    y: float = 0.0


def boxes_of(step: Step) -> dict[str, Box]:
    """Each cell once, in the column of its longest way from the number that was asked for."""
    boxes: dict[str, Box] = {}
    below: dict[str, dict[str, None]] = {}
    for each in every_step(step):
        known = boxes.get(each.cell)
        if known is None or each.below:
            boxes[each.cell] = Box(each, 0)
        below.setdefault(each.cell, {}).update(dict.fromkeys(under.cell for under in each.below))
    if len(boxes) > MOST_BOXES:
        raise LimitReached(f"a picture holds {MOST_BOXES} cells and this one has {len(boxes)}: give a smaller --depth")
    order = list(ordered(step.cell, below))
    for cell in order:
        for under in below[cell]:
            if order.index(under) > order.index(cell):  # a circle has no further column
                boxes[under].column = max(boxes[under].column, boxes[cell].column + 1)
                boxes[cell].below.append(under)
                boxes[under].above.append(cell)
    return {cell: boxes[cell] for cell in order}


def ordered(first: str, below: dict[str, dict[str, None]]) -> list[str]:
    """The cells so that each comes before what it rests on, as far as there is no circle."""
    done: list[str] = []
    seen = {first}
    ahead = [(first, iter(below[first]))]
    while ahead:
        cell, rest = ahead[-1]
        under = next(rest, None)
        if under is None:
            done.append(cell)
            ahead.pop()
        elif under not in seen:
            seen.add(under)
            ahead.append((under, iter(below[under])))
    return done[::-1]


def place(boxes: dict[str, Box]) -> dict[int, list[Box]]:
    """Give each box its height: near the middle of its neighbours, none upon another."""
    columns: dict[int, list[Box]] = {}
    for box in boxes.values():
        columns.setdefault(box.column, []).append(box)
    for column in columns.values():
        spread(column, [index * (HIGH + GAP_Y) for index in range(len(column))])
    for number in range(ROUNDS):
        side = "above" if number % 2 == 0 else "below"
        for at in sorted(columns, reverse=side == "below"):
            column = columns[at]
            middles = {
                box.step.cell: sum(boxes[cell].y for cell in getattr(box, side)) / len(getattr(box, side))
                if getattr(box, side) else box.y
                for box in column
            }  # fmt: skip
            column.sort(key=lambda box: middles[box.step.cell])
            spread(column, [middles[box.step.cell] for box in column])
    top = min(box.y for box in boxes.values())
    for box in boxes.values():
        box.y -= top
    return columns


def spread(column: list[Box], wanted: list[float]) -> None:
    """Put boxes of one column near where they are wanted, in their order and apart from each other."""
    low = -1e9
    for box, y in zip(column, wanted, strict=True):
        box.y = low = max(y, low)
        low += HIGH + GAP_Y
    shift = sum(y - box.y for box, y in zip(column, wanted, strict=True)) / len(column)
    for box in column:
        box.y += shift


def svg(step: Step, title: str) -> str:
    """The picture of a trace."""
    boxes = boxes_of(step)
    columns = place(boxes)
    width = 2 * MARGIN + len(columns) * (WIDE + GAP_X) - GAP_X
    height = HEAD + MARGIN + HIGH + max(box.y for box in boxes.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" '
        f'viewBox="0 0 {width} {height:.0f}" font-family="Helvetica, Arial, sans-serif" role="img">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="28" font-size="16" font-weight="bold" fill="#1f3a5f">{escape(title)}</text>',
    ]
    for number, (kind, words) in enumerate(LEGEND):
        x = MARGIN + 84 * number
        fill, line = COLOURS[kind]
        lines.append(f'<rect x="{x}" y="38" width="12" height="10" rx="2" fill="{fill}" stroke="{line}"/>')
        lines.append(f'<text x="{x + 17}" y="47" font-size="10" fill="#444444">{words}</text>')
    lines += [line for box in boxes.values() for line in joined(box, boxes)]
    lines += [line for box in boxes.values() for line in drawn(box)]
    return "\n".join([*lines, "</svg>", ""])


def left_of(box: Box) -> float:
    return MARGIN + box.column * (WIDE + GAP_X)


def joined(box: Box, boxes: dict[str, Box]) -> Iterator[str]:
    """The lines from a cell to what it rests on."""
    x, y = left_of(box) + WIDE, HEAD + box.y + HIGH / 2
    for cell in box.below:
        there = boxes[cell]
        x2, y2 = left_of(there), HEAD + there.y + HIGH / 2
        bend = x + GAP_X * 0.6, x2 - GAP_X * 0.6
        path = f"M{x:.0f},{y:.1f} C{bend[0]:.0f},{y:.1f} {bend[1]:.0f},{y2:.1f} {x2:.0f},{y2:.1f}"
        lengthy = there.column - box.column > 1
        yield f'<path d="{path}" fill="none" stroke="{"#d5dbe3" if lengthy else "#8fa3bb"}" stroke-width="1.1"/>'


def drawn(box: Box) -> Iterator[str]:
    """A box: what it is called, its label, its value with the unit; more in the note that a browser shows."""
    step, x, y = box.step, left_of(box), HEAD + box.y
    fill, line = COLOURS[step.kind]
    dashes = ' stroke-dasharray="4 3"' if step.deeper else ""
    told = "\n".join(filter(None, (step.cell, step.label, step.formula, step.source)))
    calls = f" · {', '.join(step.calls)}" if step.calls else ""
    texts = (
        (14, 11, "bold", "#1f3a5f", step.name or step.cell),
        (29, 10, "normal", "#444444", step.label),
        (43, 10, "normal", "#111111", f"{value_words(step)} {step.unit}{calls}".strip()),
    )
    yield f"<g><title>{escape(told)}</title>"
    yield (f'<rect x="{x}" y="{y:.1f}" width="{WIDE}" height="{HIGH}" rx="4" fill="{fill}" stroke="{line}"{dashes}/>')
    for down, size, weight, colour, text in texts:
        yield (
            f'<text x="{x + 8}" y="{y + down:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
            f"{escape(shortened(text, CHARACTERS * 11 // (size + 1)))}</text>"
        )
    yield "</g>"


def value_words(step: Step) -> str:
    """A value as a picture has room for it."""
    value = step.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:,.6g}" if isinstance(value, (int, float)) else "" if value is None else str(value)


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
