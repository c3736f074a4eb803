"""Markdown as the generated pages use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by `python -m tools regenerate`. Change what it is made from, not this page. -->\n\n"


def boosted(factor: float) -> str:
    """The head of a page that search is to rank higher or lower."""
    return f"---\nsearch:\n  boost: {factor:g}\n---\n"


def code(text: str) -> str:
    return f"`{text}`"


def cell(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell(c) for c in line) + " |" for line in lines) + "\n"


def slug(title: str) -> str:
    """The anchor that MkDocs gives to a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())
