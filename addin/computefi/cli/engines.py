"""`--engine` and `--verify`: which engine computes, and which one is asked for a second opinion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from computefi.cli.common import plain
from computefi.errors import InputRefused

if TYPE_CHECKING:
    from computefi.recalc import Recalculated
    from computefi.recalc.engines.base import Engine
    from computefi.recalc.verify import Verification
    from computefi.xlsx.cells import Value

SHOWN = 20
NAMES = ("ironcalc", "cellrune", "formulon", "libreoffice")
Command = TypeVar("Command", bound=Callable[..., Any])


def engine_options(command: Command) -> Command:
    """`--engine` and `--verify`, as the arguments `engine_name` and `verify_name`; of which the first has a default."""
    verify = click.option(
        "--verify", "verify_name", type=click.Choice(NAMES), metavar="ENGINE",
        help="Compute with a second engine too: cellrune, formulon, libreoffice; exit 1 where they disagree.",
    )  # fmt: skip
    engine = click.option(
        "--engine", "engine_name", type=click.Choice(NAMES), default="ironcalc", show_default=True, metavar="ENGINE",
        help="The engine for native Excel: ironcalc, cellrune, formulon, libreoffice.",
    )  # fmt: skip
    return engine(verify(command))


def engine_for(name: str) -> Engine | None:
    """The engine to hand to `recalculate`; None for the default one. To be called inside `refusing`."""
    from computefi.recalc.engines.by_name import DEFAULT, engine_named

    return None if name == DEFAULT else engine_named(name)


def close_engine(engine: Engine | None) -> None:
    """End an engine that runs as a program of its own."""
    if engine is not None:
        engine.close()


def second_opinion(
    book: Recalculated, engine_name: str, verify_name: str | None, settings: Mapping[str, Value]
) -> Verification | None:
    """What the engine of `--verify` says of a recalculated workbook; None where it was not asked for."""
    if verify_name is None:
        return None
    from computefi.recalc.verify import verified

    if verify_name == engine_name:
        raise InputRefused(f"--verify {verify_name} is the engine that computed; name another one", name=verify_name)
    return verified(book, verify_name, settings, engine_name)


def report_verification(found: Verification) -> None:
    """Where two engines disagree, on stderr."""
    for disagreement in found.disagreements[:SHOWN]:
        click.echo(f"{disagreement}", err=True)
    if len(found.disagreements) > SHOWN:
        click.echo(f"… and {len(found.disagreements) - SHOWN} more disagreements (--json lists all)", err=True)
    for cell, reason in found.unavailable[:SHOWN]:
        click.echo(f"{cell}: not compared ({reason})", err=True)
    if len(found.unavailable) > SHOWN:
        click.echo(f"… and {len(found.unavailable) - SHOWN} more cells not compared (--json lists all)", err=True)
    first, second = found.engines
    click.echo(f"{first} and {second} agree on {found.agreed} of {found.cells} formula cells", err=True)


def verification_report(found: Verification) -> dict[str, Any]:
    """The same for `--json`."""
    return {
        "engines": list(found.engines),
        "cells": found.cells,
        "agreed": found.agreed,
        "disagreements": [
            {"cell": d.cell, found.engines[0]: plain(d.first), found.engines[1]: plain(d.second), "by": d.difference}
            for d in found.disagreements
        ],
        "not_compared": dict(found.unavailable),
    }
