"""Reference values that travel in the package: some rows of the oracles for each function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MOST = 12  # rows for a function: edges and errors at most half of them, random points the rest
LONGEST = 1500  # signs of a row; a function whose rows are all longer keeps its two shortest


def references(oracles: Path) -> str:
    """The file's text, a line for each function."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(oracles.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            rows.setdefault(row["function"], []).append(row)
    lines = [f"{json.dumps(name)}:{written([kept(row) for row in thinned(rows[name])])}" for name in sorted(rows)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def thinned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of every kind, in their order."""
    short = [row for row in rows if len(written(kept(row))) <= LONGEST]
    if not short:
        return sorted(rows, key=lambda row: len(written(kept(row))))[:2]
    edges = [row for row in short if row["note"] != "random"][: MOST // 2]
    return edges + [row for row in short if row["note"] == "random"][: MOST - len(edges)]


def kept(row: dict[str, Any]) -> list[Any]:
    """A row without its function: note, arguments, value, and what is tolerated."""
    tolerance = row["tolerance"]
    return [row["note"], row["arguments"], row["expected"], tolerance["relative"], tolerance["absolute"]]


def written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
