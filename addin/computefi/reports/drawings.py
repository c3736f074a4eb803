"""Pictures of a report as SVG, drawn from numbers: lines, bars, and the tornado of what an answer is sensitive to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 800, 300, 70, 60, 14, 34
COLOURS = ("#1f3a5f", "#c0504d", "#5b9bd5", "#7f8c3a", "#8064a2", "#d98b2b", "#4f8f6f", "#8c8c8c")
BAR, LABELS, ENDS = 24, 300, 90
TICKS = 5


class Series(NamedTuple):
    """Numbers with a name; None where there is none. `second` is drawn on the axis to the right."""

    name: str
    values: Sequence[float | None]
    bars: bool = False
    second: bool = False


class Swing(NamedTuple):
    """An input at its low and high value, and what the answer is then."""

    label: str
    low: float
    high: float
    at_low: str
    at_high: str


Say = Callable[[float], str]


def tornado(base: float, swings: Sequence[Swing], say: Say, label: str) -> str:
    """One bar for each input, the longest first, from the answer at its low value to that at its high one."""
    ends = [base, *(end for one in swings for end in (one.low, one.high))]
    least, most = min(ends), max(ends)
    span = most - least or 1.0
    room = WIDTH - LABELS - 2 * ENDS

    def across(value: float) -> float:
        return LABELS + ENDS + (value - least) / span * room

    drawn = []
    for place, one in enumerate(swings):
        y = TOP + place * BAR
        drawn.append(f'<text x="{LABELS - 4}" y="{y + 15}" text-anchor="end">{escape(short(one.label, 46))}</text>')
        for value, at, colour in ((one.low, one.at_low, COLOURS[2]), (one.high, one.at_high, COLOURS[1])):
            left, right = sorted((across(base), across(value)))
            wide = right - left
            drawn.append(f'<rect x="{left:.1f}" y="{y + 3}" width="{wide:.1f}" height="{BAR - 7}" fill="{colour}"/>')
            if wide > 0.5:
                outward = value >= base
                x, anchor = (right + 4, "start") if outward else (left - 4, "end")
                drawn.append(f'<text x="{x:.1f}" y="{y + 15}" text-anchor="{anchor}">{escape(at)}</text>')
    foot = TOP + len(swings) * BAR
    x = across(base)
    drawn.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{foot + 4}" stroke="{COLOURS[0]}"/>')
    drawn.append(f'<text x="{x:.1f}" y="{foot + 18}" text-anchor="middle">{escape(say(base))}</text>')
    return svg(foot + 24, label, drawn)


def chart(label: str, across: Sequence[str], series: Sequence[Series], say: Say, say_second: Say) -> str:
    """Lines and bars over the same categories."""
    points = max((len(one.values) for one in series), default=0)
    first, second = ([one for one in series if one.second is side] for side in (False, True))
    scales = {side: scale(group) for side, group in ((False, first), (True, second)) if group}
    room = WIDTH - LEFT - RIGHT
    high = HEIGHT - TOP - FOOT

    def at(place: float) -> float:
        return LEFT + room * (place + 0.5) / max(points, 1)

    def up(value: float, side: bool) -> float:
        least, most = scales[side]
        return TOP + high * (1 - (value - least) / (most - least))

    drawn = axes(scales, at, up, across, points, {False: say, True: say_second})
    columns = [one for one in series if one.bars]
    for number, one in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        if one.bars:
            wide = room / max(points, 1) * 0.8 / len(columns)
            shift = (columns.index(one) - len(columns) / 2) * wide
            zero = up(min(max(0.0, scales[one.second][0]), scales[one.second][1]), one.second)
            for place, value in enumerate(one.values):
                if value is not None:
                    y = up(value, one.second)
                    drawn.append(f'<rect x="{at(place) + shift:.1f}" y="{min(y, zero):.1f}" width="{wide:.1f}" '
                                 f'height="{abs(y - zero):.1f}" fill="{colour}"/>')  # fmt: skip
        else:
            drawn += [f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{run}"/>'
                      for run in runs(one, at, up)]  # fmt: skip
    return legend(series) + svg(HEIGHT, label, drawn)


def runs(one: Series, at: Callable[[float], float], up: Callable[[float, bool], float]) -> list[str]:
    """The points of a line; where a number is missing it begins anew."""
    parts: list[list[str]] = [[]]
    for place, value in enumerate(one.values):
        if value is None:
            parts.append([])
        else:
            parts[-1].append(f"{at(place):.1f},{up(value, one.second):.1f}")
    return [" ".join(part) for part in parts if part]


def axes(
    scales: dict[bool, tuple[float, float]],
    at: Callable[[float], float],
    up: Callable[[float, bool], float],
    across: Sequence[str],
    points: int,
    say: dict[bool, Say],
) -> list[str]:
    """Lines and numbers at the sides, and some of the categories below."""
    drawn = []
    for side, (least, most) in scales.items():
        x, anchor = (WIDTH - RIGHT + 6, "start") if side else (LEFT - 6, "end")
        for tick in range(TICKS):
            value = least + (most - least) * tick / (TICKS - 1)
            y = up(value, side)
            if not side or False not in scales:
                drawn.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d5dbe1"/>')
            drawn.append(f'<text x="{x}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(say[side](value))}</text>')
    every = max(1, math.ceil(points / 8))
    for place in range(0, min(points, len(across)), every):
        text = escape(short(across[place], 14))
        drawn.append(f'<text x="{at(place):.1f}" y="{HEIGHT - 12}" text-anchor="middle">{text}</text>')
    return drawn


def scale(series: Sequence[Series]) -> tuple[float, float]:
    """The ends of an axis: 0 is shown where it is near or bars stand on it."""
    values = [value for one in series for value in one.values if value is not None] or [0.0]
    least, most = min(values), max(values)
    if any(one.bars for one in series) or least > 0 > least - (most - least) / 2:
        least, most = min(least, 0.0), max(most, 0.0)
    return (least, most) if most > least else (least - 0.5, most + 0.5)


def legend(series: Sequence[Series]) -> str:
    parts = [
        f'<span><b style="color:{COLOURS[number % len(COLOURS)]}">■</b> {escape(one.name)}{" →" * one.second}</span>'
        for number, one in enumerate(series) if one.name
    ]  # fmt: skip
    return f'<p class="small">{" &nbsp; ".join(parts)}</p>' if parts else ""


def svg(height: float, label: str, drawn: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
