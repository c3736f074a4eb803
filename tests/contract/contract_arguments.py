"""What stands between the commas of a call of the contract: references to cells of every kind, and typed arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A reference to one cell. None is a blank one; "" is a text of no letters, as `=""` leaves it."""

    content: Any


@dataclass(frozen=True)
class Block:
    """A reference to a range, also to one of a single cell, written A1:A1."""

    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Money:
    """The content of a cell in a currency format."""

    amount: float


@dataclass(frozen=True)
class Whole(Block):
    """A reference to whole columns, or to whole rows, in which only the first cells hold anything."""

    by_row: bool = False


@dataclass(frozen=True)
class Filtered(Block):
    """A reference to a range of which a filter hides every second row."""


@dataclass(frozen=True)
class Merged(Block):
    """A reference to a range that is merged into one cell, with the content in the first."""


@dataclass(frozen=True)
class Areas:
    """A reference to several areas, `(A1:A2,C1:C2)`."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Typed:
    """An array typed into the formula: {1,2;3,4}."""

    rows: tuple[tuple[Any, ...], ...]
