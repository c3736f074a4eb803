"""Commands that explain themselves with rich-click, and a group that imports a command when it is meant.

`computefi recalc deal.xlsx` imports computefi.cli.recalc and no other command; `computefi --help` imports none at all,
for it prints the sentences of the table; only what shows help imports rich-click.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

import click

from computefi.errors import did_you_mean

BEGAN = "computefi.began"
Panels = Mapping[str, Mapping[str, "Entry"]]


class Entry(NamedTuple):
    """A command that is not imported yet: its module in this room, and the first sentence of its help."""

    module: str
    sentence: str


class Command(click.Command):
    """A command that knows when it began, for its report, and whose help is laid out by rich-click."""

    def invoke(self, ctx: click.Context) -> Any:
        ctx.meta[BEGAN] = (dt.datetime.now(dt.UTC), time.perf_counter())
        return super().invoke(ctx)

    def get_help(self, ctx: click.Context) -> str:
        from computefi.cli.help import help_text

        return help_text(self, ctx, {})


def elapsed() -> tuple[dt.datetime, float]:
    """When the command that runs began, and the seconds since."""
    began, clock = click.get_current_context().meta[BEGAN]
    return began, time.perf_counter() - clock


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def get_help(self, ctx: click.Context) -> str:
        from computefi.cli.help import help_text

        return help_text(self, ctx, {})


class LazyGroup(Group):
    """A group of commands that are imported when they are meant."""

    def __init__(self, *arguments: Any, panels: Panels, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.panels = panels
        self.entries = {name: entry for entries in panels.values() for name, entry in entries.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """What lists need of a command: its name and its sentence."""
        entry = self.entries.get(cmd_name)
        return None if entry is None else Command(cmd_name, help=entry.sentence)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself; the nearest ones where there is none of that name."""
        name = args[0] if args else ""
        if name and name not in self.entries and not name.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(name.casefold(), self.entries, 3)
            raise click.UsageError(f"there is no command {name!r}{did_you_mean(near)}", ctx)
        found, _, rest = super().resolve_command(ctx, args)
        return found, None if found is None else self.load(found), rest

    def load(self, name: str) -> click.Command:
        """The command of that name, imported."""
        command: click.Command = getattr(import_module(f"computefi.cli.{self.entries[name].module}"), name)
        return command

    def get_help(self, ctx: click.Context) -> str:
        from computefi.cli.help import help_text

        return help_text(self, ctx, self.panels)
