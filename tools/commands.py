"""The reference of the command line, from click: a page per command, with its options, first example and exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from computefi.cli.group import LazyGroup
from computefi.cli.main import PANELS, PROGRAM, cli
from tools.markdown import NOTE, boosted, code, table

EXIT = re.compile(r"exit(?:s| code| code is)? 1\b", re.IGNORECASE)


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    return {"index.md": index()} | {f"{name}.md": page(name) for name in names()}


def names() -> list[str]:
    return [name for entries in PANELS.values() for name in entries]


def index() -> str:
    """The commands in the groups of `computefi --help`."""
    parts = [
        f"{NOTE}# Commands\n\nAll of them, as `computefi --help` groups them. What they have in common stands in "
        "[the command line](../command-line.md).\n"
    ]
    for title, entries in PANELS.items():
        rows = [[f"[{code(f'{PROGRAM} {name}')}]({name}.md)", prose(entry.sentence)] for name, entry in entries.items()]
        parts.append(f"## {title}\n\n" + table(["Command", "What it does"], rows))
    return "\n".join([*parts, "## Exit codes\n\n" + exit_codes("where a command finds what it looks for")])


def page(name: str) -> str:
    """The page of one command, and of those below it."""
    assert isinstance(cli, LazyGroup)
    command = cli.load(name)
    sections = [body(path, below, level) for path, below, level in family(command, (name,))]
    return boosted(2) + NOTE + "\n".join(sections)


def family(command: click.Command, path: tuple[str, ...], level: int = 1) -> Iterator[tuple[str, click.Command, int]]:
    """A command and the commands below it, each with how it is typed."""
    yield " ".join((PROGRAM, *path)), command, level
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from family(below, (*path, name), level + 1)


def body(typed: str, command: click.Command, level: int) -> str:
    """What is said of one command: its help, an example, arguments, options, exit codes."""
    said, examples = help_of(command)
    heads = "#" * (level + 1)
    context = click.Context(command, info_name=typed, terminal_width=78)
    parts = [f"{'#' * level} {typed}\n", said, f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```\n"]
    if examples:
        parts.append(f"{heads} Example\n\n```\n{examples}\n```\n")
    if options := list(rows(command, context)):
        parts.append(f"{heads} Options\n\n" + table(["Option", "Value", "What it does", "Default"], options))
    if not isinstance(command, click.Group):
        parts.append(f"{heads} Exit codes\n\n" + exit_codes(finding(command)))
    return "\n".join(parts)


def help_of(command: click.Command) -> tuple[str, str]:
    """The sentences of a command's help, and the lines of its examples."""
    sentences: list[str] = []
    examples: list[str] = []
    for line in (command.help or "").replace("\b", "").splitlines():
        text = line.strip()
        if text.startswith(f"{PROGRAM} "):
            examples.append(text)
        elif not re.fullmatch(r"Examples?:", text):
            sentences.append(text)
    paragraphs = re.split(r"\n{2,}", "\n".join(sentences).strip())
    return prose("\n\n".join(paragraphs)) + "\n", "\n".join(examples)


def rows(command: click.Command, context: click.Context) -> Iterator[list[str]]:
    """A row per option; the arguments stand in the line above."""
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and not parameter.hidden:
            typed = ", ".join(map(code, (*parameter.opts, *parameter.secondary_opts)))
            value = "" if parameter.is_flag or parameter.count else code(parameter.make_metavar(context))
            more = " May be repeated." if parameter.multiple and "repeated" not in (parameter.help or "") else ""
            yield [typed, value, prose((parameter.help or "") + more), default(parameter)]


def default(option: click.Option) -> str:
    """What holds where an option is not given."""
    if option.required:
        return "required"
    shown = option.show_default and option.default is not None and not callable(option.default)
    return code(str(option.default)) if shown else ""


def finding(command: click.Command) -> str:
    """In which case the exit code is 1, as the help says it."""
    if EXIT.search(command.help or ""):
        return "see above"
    strict = [o for o in command.params if isinstance(o, click.Option) and EXIT.search(o.help or "")]
    return ", ".join(f"under {code(option.opts[-1])}" for option in strict)


def exit_codes(one: str) -> str:
    """The meaning of the exit codes; `one` says when it is 1, or nothing where it never is."""
    lines = [
        ["0", "done"],
        ["1", f"findings: {one}"],
        ["2", "bad input: one line on stderr says what; nothing is written"],
        ["128 + signal", "stopped by a signal, such as 130 after Ctrl+C"],
    ]
    return table(["Exit code", "Means"], [line for line in lines if one or line[0] != "1"])


def prose(text: str) -> str:
    """Help as Markdown: what it has in `…` stays code, options become code, nothing else is markup."""
    pieces = re.split(r"(`[^`]+`|(?<![\w-])--?[a-z][\w-]*|\b(?:NAME|FILE|FOLDER)\b)", text)
    return "".join(
        (piece if piece.startswith("`") else code(piece)) if index % 2 else re.sub(r"([*_<\\])", r"\\\1", piece)
        for index, piece in enumerate(pieces)
    )
