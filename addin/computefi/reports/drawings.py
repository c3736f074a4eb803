"""Pictures as SVG, and the tornado of what an answer is sensitive to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from computefi.reports.scales import Say

WIDTH, TOP = 800, 14
COLOURS = ("#1f3a5f", "#c0504d", "#5b9bd5", "#7f8c3a", "#8064a2", "#d98b2b", "#4f8f6f", "#8c8c8c")
BAR, LABELS, ENDS = 24, 300, 90


class Swing(NamedTuple):
    """An input at its low and high value, and what the answer is then."""

    label: str
    low: float
    high: float
    at_low: str
    at_high: str


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


def svg(height: float, label: str, drawn: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
