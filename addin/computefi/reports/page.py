"""A page of HTML with everything inside: it asks nothing of the network and prints on A4 and Letter.

table(["a", "b"], [["x", "1"]])   →   "<table>…</table>"
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from computefi.reports.words import Words

STYLE = Path(__file__).with_name("page.css")


def page(title: str, parts: Iterable[str], words: Words, paper: str = "") -> str:
    """The whole document; without a paper it is that of the printer."""
    size = f"@page{{size:{paper}}}@page broad{{size:{paper} landscape}}" if paper else ""
    head = (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}{size}</style></head><body>"
    )
    return head + "\n".join(parts) + "</body></html>\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], texts: Sequence[int] = (0,), kind: str = "") -> str:
    """A table; columns in `texts` stand to the left, others, of numbers, to the right."""
    sides = ['class="t"' if place in texts else 'class="n"' for place in range(len(headings))]
    head = "".join(f"<th {side}>{escape(text)}</th>" for side, text in zip(sides, headings, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td {side}>{marked(cell)}</td>" for side, cell in zip(sides, row, strict=True)) + "</tr>\n"
        for row in rows
    )
    opened = f'<table class="{kind}">' if kind else "<table>"
    return f"{opened}<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"


def marked(text: str) -> str:
    """A cell's text; one that begins with ✗ or ✓ has its colour."""
    colour = {"✗": "bad", "✓": "good"}.get(text[:1])
    return f'<span class="{colour}">{escape(text)}</span>' if colour else escape(text)


def heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def bullets(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{marked(text)}</li>" for text in texts) + "</ul>"


def answer(lines: Sequence[str]) -> str:
    """What the page says first, in its box."""
    return '<div class="answer">' + "".join(f"<p>{marked(line)}</p>" for line in lines) + "</div>"


def cards(pairs: Iterable[tuple[str, str]]) -> str:
    """Headline numbers, each over what it is."""
    return '<div class="cards">' + "".join(
        f'<div class="card"><b>{escape(value)}</b><span>{escape(label)}</span></div>' for value, label in pairs
    ) + "</div>"  # fmt: skip
