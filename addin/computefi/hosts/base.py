"""What a host is to the rest: the facts that the command line, the contract and the page of hosts read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class ExportReport:
    """What an export did: how many calls it found and rewrote, names in our style that are not ours, and what else
    there is to say."""

    calls: int = 0
    rewritten: int = 0
    unknown: set[str] = field(default_factory=set)
    note: str = ""

    def __str__(self) -> str:
        return self.note or f"{self.calls} calls, {self.rewritten} rewritten"


@dataclass(frozen=True, slots=True)
class Host:
    """A program in which the functions answer.

    `needs` is what must be there, `spelling` how a call reads there. `export` writes a workbook as the host reads it,
    by force or not (see `xlsx.files.claimed`), with `export_help` for the command line; None where workbooks stay as
    they are. `never` are the reasons why its answers differ from the contract, as sentences without a stop; nothing
    but the host itself stands behind them.
    """

    name: str
    title: str
    needs: str
    spelling: str
    export: Callable[[Path, Path, bool], ExportReport] | None = None
    export_help: str = ""
    never: tuple[str, ...] = ()
