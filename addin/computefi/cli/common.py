"""What the commands share: refusals in one line, inputs as a person types them, files written whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from computefi import templates
from computefi.cli.encoding import holds_every_sign
from computefi.cli.group import Command, elapsed
from computefi.errors import Code, ModelError, WorkbookError
from computefi.limits import allow_seconds, cpu_budget

if TYPE_CHECKING:
    from computefi.xlsx.files import Claim, Identity

FINDINGS, BAD_INPUT = 1, 2


def command(function: Callable[..., Any]) -> Command:
    """A command of this house, by its function."""
    return click.command(cls=Command)(function)


class Refusal(click.ClickException):
    """Bad input: one line on stderr and exit code 2."""

    exit_code = BAD_INPUT

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        click.echo(f"computefi: {self.format_message()}", err=True)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn every expected failure into one line."""
    try:
        yield
    except (WorkbookError, ModelError) as error:
        raise Refusal(f"{error}{where_from(getattr(error, 'name', None))}") from None
    except OSError as error:
        words = error.strerror or str(error)
        named = f"{error.filename}: {words}" if error.filename else words
        raise Refusal(named) from None


def where_from(name: str | None) -> str:
    """How a template that is not there comes to be: `computefi inputs ddtl.xlsx` in an empty folder."""
    path = Path(name or "")
    if not name or name != path.name or path.suffix != ".xlsx" or path.exists() or path.stem not in templates.names():
        return ""
    book, _, language = path.stem.partition(".")
    return f"; computefi new {book}{f' --lang {language}' * bool(language)} puts the template here"


@contextmanager
def busy(text: str) -> Iterator[None]:
    """A sign of life on a terminal while something runs."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; silence elsewhere. Each step has as much time of the processor as the whole had."""
    seconds = cpu_budget()
    if not sys.stderr.isatty():
        yield lambda _done, _total: allow_seconds(seconds)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)

        def step(done: int, total: int) -> None:
            allow_seconds(seconds)
            progress.update(task, completed=done, total=total)

        yield step


def cell_value(text: str) -> float | str | bool | None:
    """What a person types after NAME=: a number, 5%, TRUE, FALSE, nothing (blank), a date, or text."""
    word = text.strip()
    from computefi.xlsx.date_cells import Typed

    if word == "":
        return None
    if word.upper() in ("TRUE", "FALSE"):
        return word.upper() == "TRUE"
    percent = word.endswith("%")
    try:
        number = float(word.removesuffix("%"))
    except ValueError:
        return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else Typed(word)
    return number / 100 if percent else number


def assignments(pairs: Sequence[str]) -> dict[str, Any]:
    """`--set` options as a mapping."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise Refusal(f"--set takes NAME=VALUE or Sheet!A1=VALUE; got {pair!r}")
        values[name.strip()] = cell_value(text)
    return values


class File(NamedTuple):
    """A file that was read or written elsewhere, in a process of its own."""

    path: str
    digest: str


def plain(value: Any) -> Any:
    """A value as JSON has it: an error as its text, a range as rows."""
    if isinstance(value, tuple):
        return [[plain(cell) for cell in row] for row in value]
    return value.value if isinstance(value, Code) else value


def print_json(
    facts: dict[str, Any],
    read: Iterable[Identity | File | None] = (),
    written: Iterable[Identity | File | None] = (),
    engine: str = "",
) -> None:
    """One object: what was found, and by what, from which files and into which, when and in what time."""
    from importlib.metadata import PackageNotFoundError, version

    from computefi import __version__

    by = engine
    with suppress(PackageNotFoundError, ValueError):  # LibreOffice is a program, and says its version to nobody
        by = f"{engine} {version(engine)}"
    began, seconds = elapsed()
    stamp = {
        "version": __version__,
        "engine": by or None,
        "read": [{"file": str(file.path), "sha256": file.digest} for file in read if file is not None],
        "written": [{"file": str(file.path), "sha256": file.digest} for file in written if file is not None],
        "began": began.isoformat(timespec="milliseconds"),
        "elapsed": round(seconds, 6),
    }
    click.echo(json.dumps(facts | stamp, indent=1, ensure_ascii=not holds_every_sign()))


def claimed_if(output: Path | None, force: bool) -> AbstractContextManager[Claim | None]:
    """The file of -o, held from before the workbook is read, or nothing."""
    from computefi.xlsx.files import claimed

    return nullcontext() if output is None else claimed(output, force)


set_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="Set an input, by name or Sheet!A1: a number, 5%, TRUE, text, a day as 2027-01-15. May be repeated.",
)  # fmt: skip

anyway_option = click.option(
    "--anyway", is_flag=True, help="Set what the workbook's own validation does not allow."
)  # fmt: skip

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")

output_option = click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write here instead of into FILE."
)

strict_option = click.option(
    "--strict", is_flag=True, help="Exit 1 where master_check is FALSE, a cell shows an error, or a warning is given."
)

force_option = click.option(
    "--force", is_flag=True, help="Write also what is open in Excel or LibreOffice, read-only, or has hard links."
)

stamp_option = click.option(
    "--stamp", is_flag=True, help="Add properties to the file: version, engine, hash of the input, time."
)

file_argument = click.argument("file", type=click.Path(path_type=Path))


cache_option = click.option(
    "--cache", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Keep the prepared workbook in this private folder, so that it opens at once the next time.",
)  # fmt: skip

now_option = click.option("--now", metavar="DATE", type=click.DateTime(), help="What NOW and TODAY give: 2026-01-31.")
seed_option = click.option(
    "--seed", type=int, metavar="N", help="Where random numbers begin, so that they come out twice alike."
)


@contextmanager
def claimed_new(paths: Sequence[Path], force: bool) -> Iterator[list[Claim]]:
    """Files to be written that are not to be there yet, unless told to overwrite them."""
    from computefi.xlsx.files import claimed

    there = [str(path) for path in paths if path.exists()]
    with ExitStack() as stack:
        if not there or force:
            claims = [stack.enter_context(claimed(path, force)) for path in paths]
            # Between the two looks somebody else may have made one.
            there = [str(path) for path, claim in zip(paths, claims, strict=True) if claim.before is not None]
        if there and not force:
            raise Refusal(f"{' and '.join(there)} already there; --force overwrites")
        yield claims


def shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def exact(value: Any) -> str:
    """A value with all its digits."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else shown(value)
