"""The shell lines that README, docs and help show, and the commands that they mention."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from computefi.cli.group import LazyGroup
from computefi.cli.main import PROGRAM, cli

FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(rf"`({PROGRAM} [^`\n]+)`")
WRITTEN = "<!-- Written by"  # so begins a page that a program has written
LINE = re.compile(rf"(?:^|&& |\| )({PROGRAM} [^|&\n]*)", re.MULTILINE)


def pages(root: Path) -> list[Path]:
    """The pages in which lines stand; those that are written by a program show no lines of their own."""
    found = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    by_hand = [page for page in found if WRITTEN not in page.read_text(encoding="utf-8")]
    return [page for page in by_hand if page.parent.name != "tutorials"]  # they are gone through as a whole


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its help."""
    yield path, command
    if isinstance(command, LazyGroup):
        for name in command.entries:
            yield from commands(command.load(name), (*path, name))
    elif isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))


COMMANDS = dict(commands(cli))


def shown(root: Path) -> dict[str, str]:
    """Each line with the place where it stands first."""
    found: dict[str, str] = {}
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        blocks = [block for fence in FENCE.findall(text) for block in LINE.findall(fence)]
        for line in (*blocks, *SPAN.findall(FENCE.sub("", text))):
            found.setdefault(line.strip().replace("\\|", "|"), page.relative_to(root).as_posix())
    for path, command in COMMANDS.items():
        for line in re.findall(rf"^ *({PROGRAM} .*)$", command.help or "", re.MULTILINE):
            found.setdefault(line.strip(), f"{' '.join(path)} --help")
    return found


def taken_apart(line: str) -> tuple[tuple[str, ...], list[str]]:
    """The command that a line calls, and what it is given."""
    words = shlex.split(line.partition("  ")[0].partition(" > ")[0], posix=True)[1:]
    path: tuple[str, ...] = ()
    while words and (*path, words[0]) in COMMANDS:
        path += (words.pop(0),)
    return path, words
