"""A chart as SVG: lines, points and bars in one frame, over categories or over an axis of numbers."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple
from zlib import crc32

from computefi.reports.drawings import COLOURS, WIDTH, svg
from computefi.reports.scales import Axis, Scale

HEIGHT, LEFT, RIGHT, TOP, FOOT = 320, 70, 70, 22, 60
HIGH, ROOM = HEIGHT - TOP - FOOT, WIDTH - LEFT - RIGHT
MOST_LABELS, MOST_LINES, SIGN = 12, 3, 6.5  # below a picture; a sign of a label is about so wide
LINE = 13


class Series(NamedTuple):
    """Numbers with a name; None where there is none. `second` is told by the axis at the right.

    With `across` each number has its own place on the axis below; `points` are not joined by a line.
    """

    name: str
    values: Sequence[float | None]
    bars: bool = False
    second: bool = False
    across: Sequence[float | None] = ()
    points: bool = False
    colour: str = ""


class Frame(NamedTuple):
    """The axes of a chart, the categories below it, and whether its bars stand on each other."""

    left: Axis
    right: Axis
    below: Axis
    categories: Sequence[str] = ()
    stacked: bool = False


class Bar(NamedTuple):
    """A bar of one series over one category, in its slot beside the others."""

    series: int
    category: int
    foot: float
    top: float
    slot: int


def chart(label: str, series: Sequence[Series], frame: Frame) -> str:
    """The whole picture with its legend."""
    bars = bars_of(series, frame.stacked)
    points = max((len(one.values) for one in series), default=0)
    scales = {}
    for second, axis in ((False, frame.left), (True, frame.right)):
        values = [value for one in series if one.second is second and not one.bars for value in one.values]
        values += [end for bar in bars if series[bar.series].second is second for end in (bar.foot, bar.top)]
        if any(one.second is second for one in series):
            scales[second] = Scale(axis, values, any(series[bar.series].second is second for bar in bars))
    below = Scale(frame.below, [x for one in series for x in one.across]) if any(s.across for s in series) else None
    clip = f"c{crc32(label.encode()):x}"
    inside = [
        *(bar_drawn(bar, series, points, scales, 1 + max(b.slot for b in bars)) for bar in bars),
        *(drawn for number, one in enumerate(series) if not one.bars
          for drawn in line_drawn(one, coloured(series, number), scales[one.second], below, points)),
    ]  # fmt: skip
    drawn = [
        *sides(scales), *(feet(frame.categories, points) if below is None else ticks_below(below)),
        f'<text x="{LEFT + ROOM / 2}" y="{HEIGHT - 4}" text-anchor="middle">{escape(frame.below.title)}</text>',
        f'<clipPath id="{clip}"><rect x="{LEFT}" y="{TOP - 2}" width="{ROOM}" height="{HIGH + 4}"/></clipPath>',
        f'<g clip-path="url(#{clip})">{"".join(inside)}</g>',
    ]  # fmt: skip
    return legend(series) + svg(HEIGHT, label, drawn)


def bars_of(series: Sequence[Series], stacked: bool) -> list[Bar]:
    """The bars beside each other, or each on those before it, what is below 0 downwards."""
    held: dict[tuple[int, bool], float] = defaultdict(float)
    found = []
    for slot, number in enumerate(number for number, one in enumerate(series) if one.bars):
        for category, value in enumerate(series[number].values):
            if value is not None:
                foot = held[category, value < 0] if stacked else 0.0
                held[category, value < 0] = foot + value
                found.append(Bar(number, category, foot, foot + value, 0 if stacked else slot))
    return found


def up(scale: Scale, value: float) -> float:
    return TOP + HIGH * (1 - scale.share(value))


def coloured(series: Sequence[Series], number: int) -> str:
    return series[number].colour or COLOURS[number % len(COLOURS)]


def bar_drawn(bar: Bar, series: Sequence[Series], points: int, scales: dict[bool, Scale], slots: int) -> str:
    scale = scales[series[bar.series].second]
    if not (scale.shows(bar.foot) and scale.shows(bar.top)):
        return ""
    room = ROOM / points
    wide = 0.8 * room / slots
    x = LEFT + room * (bar.category + 0.1) + wide * bar.slot
    top, foot = sorted((up(scale, bar.foot), up(scale, bar.top)))
    colour = coloured(series, bar.series)
    return f'<rect x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{foot - top:.1f}" fill="{colour}"/>'


def line_drawn(one: Series, colour: str, scale: Scale, below: Scale | None, points: int) -> Iterator[str]:
    """A series as points, or as a line that begins anew where a number is missing."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(one.values):
        across = one.across[place] if place < len(one.across) else None
        known = not one.across or (below is not None and below.shows(across))
        if value is None or not scale.shows(value) or not known:
            runs.append([])
            continue
        along = (place + 0.5) / points if across is None or below is None else below.share(across)
        runs[-1].append((LEFT + ROOM * along, up(scale, value)))
    for run in filter(None, runs):
        if one.points or len(run) == 1:
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in run)
        else:
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            yield f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{places}"/>'


def sides(scales: dict[bool, Scale]) -> Iterator[str]:
    """Lines and numbers at the sides, each side's title above it."""
    for second, scale in scales.items():
        x, anchor = (WIDTH - RIGHT + 6, "start") if second else (LEFT - 6, "end")
        end, toward = (WIDTH - 4, "end") if second else (4, "start")
        yield f'<text x="{end}" y="11" text-anchor="{toward}">{escape(scale.axis.title)}</text>'
        for tick in scale.ticks:
            y = up(scale, tick)
            if not second or False not in scales:
                shade = "#8a97a5" if tick == 0 else "#d5dbe1"
                yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{shade}"/>'
            yield f'<text x="{x}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(scale.axis.say(tick))}</text>'


def ticks_below(scale: Scale) -> Iterator[str]:
    for tick in scale.ticks:
        x, y = LEFT + ROOM * scale.share(tick), TOP + HIGH
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 4}" stroke="#8a97a5"/>'
        yield f'<text x="{x:.1f}" y="{y + 17}" text-anchor="middle">{escape(scale.axis.say(tick))}</text>'


def feet(categories: Sequence[str], points: int) -> Iterator[str]:
    """The categories below, in as many lines as they have room for."""
    every = max(1, -(-points // MOST_LABELS))
    wide = max(5, int(ROOM / max(points, 1) * every / SIGN))
    for place in range(0, min(points, len(categories)), every):
        x = LEFT + ROOM * (place + 0.5) / points
        lines = textwrap.wrap(categories[place], wide, max_lines=MOST_LINES, placeholder="…", break_long_words=False)
        for number, text in enumerate(lines):
            y = TOP + HIGH + 15 + LINE * number
            yield f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def legend(series: Sequence[Series]) -> str:
    parts = [
        f'<span><b style="color:{coloured(series, number)}">{"●" if one.points else "■"}</b> {escape(one.name)}'
        f'{" →" * one.second}</span>'
        for number, one in enumerate(series) if one.name
    ]  # fmt: skip
    return f'<p class="small">{" &nbsp; ".join(parts)}</p>' if parts else ""
