"""Help as rich-click lays it out: in panels, by word, for the width there is. Imported only to show help."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import click
from rich_click import RichCommand, RichCommandPanel, RichGroup
from rich_click.rich_context import RichContext

from computefi.cli.width import columns

WIDEST = 110
STYLE: dict[str, Any] = {
    "text_markup": None,  # [--json] is no markup
    "style_options_panel_box": None,
    "style_commands_panel_box": None,
    "options_table_column_types": ["required", "opt_all_metavar", "help"],
}


def help_text(command: click.Command, ctx: click.Context, panels: Mapping[str, Collection[str]]) -> str:
    """The help of a command, or of a group with its commands in panels."""
    same: dict[str, Any] = {
        "name": command.name, "params": command.params, "help": command.help,
        "context_settings": command.context_settings,
    }  # fmt: skip
    shown: RichCommand = RichCommand(**same)
    if isinstance(command, click.Group):
        known = {name: command.get_command(ctx, name) for name in command.list_commands(ctx)}
        shown = RichGroup(**same, commands={name: found for name, found in known.items() if found is not None})
        for title, names in panels.items():
            shown.add_panel(RichCommandPanel(title, commands=list(names)))
    width = min(ctx.terminal_width or columns(), WIDEST)
    style = STYLE | {"width": width}
    with RichContext(
        shown, info_name=ctx.info_name, parent=ctx.parent, help_option_names=ctx.help_option_names,
        rich_help_config=style,
    ) as context:  # fmt: skip
        lines = shown.get_help(context).rstrip().splitlines()
    return "\n".join(line.rstrip() for line in lines).lstrip("\n")
