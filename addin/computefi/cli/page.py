"""The command that writes the page without a server."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.common import Refusal, busy, claimed_new, command, json_option, print_json, refusing

if TYPE_CHECKING:
    from computefi.xlsx.files import Identity

PORT = 8780
COMPARE = {"en": "compare", "zh": "compare.zh"}


@command
@click.option(
    "-o", "--output", "folder", metavar="FOLDER", required=True, help="Folder of the page.",
    type=click.Path(path_type=Path, file_okay=False),
)  # fmt: skip
@click.option(
    "--pyodide", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with Pyodide's files, numpy and scipy among them.",
)  # fmt: skip
@click.option(
    "--deals", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A workbook of yours made from compare, to show its deals instead of the delivered ones.",
)  # fmt: skip
@click.option("--open", "opened", is_flag=True, help="Serve the page on this machine alone and open it.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="For --open.")
@click.option("--force", is_flag=True, help="Overwrite files that are already there.")
@json_option
def page(
    folder: Path, pyodide: Path | None, deals: Path | None, opened: bool, port: int, force: bool, as_json: bool
) -> None:
    """Write a page that computes in the browser.

    A static site for an intranet: the functions, and the deals with sliders, in Python inside the browser. Nothing is
    asked of any other site. Pyodide's files are checked by their sha256.

    \b
    Examples:
      computefi page -o site --pyodide pyodide
      computefi page -o site --open
    """
    if pyodide is None and not opened:
        raise Refusal("--pyodide FOLDER is needed to write the page; --open alone shows one that is there")
    written: list[Identity | None] = []
    facts: dict[str, Any] = {}
    if pyodide is not None:
        written, facts = write(folder, pyodide, deals, force)
    if as_json:
        print_json(facts, [], written, "ironcalc")
    elif written:
        click.echo(f"{folder}: {facts['files']} files, {facts['bytes'] / 1e6:.1f} MB, with Pyodide {facts['pyodide']}")
    if not facts.get("tested", True):
        click.echo(f"warning: Pyodide {facts['pyodide']} was not tested; its own files are not checked", err=True)
    if opened:
        show(folder, port)


def write(folder: Path, pyodide: Path, deals: Path | None, force: bool) -> tuple[list[Identity | None], dict[str, Any]]:
    """Write every file; what was written, and facts about it."""
    from computefi.cli.page_deals import comparison, texts_of
    from computefi.hosts.page.site import TESTED, lock_of, site
    from computefi.templates import template

    with refusing():
        with busy("Reading the workbooks"):
            version = lock_of(pyodide)["info"]["version"]
            shown = {language: comparison(deals or template(name)) for language, name in COMPARE.items()}
            parts = site(pyodide, shown, texts_of(template("functions"), template("functions.zh")))
        paths = [folder / name for name in parts]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        with claimed_new(paths, force) as claims:
            for claim, content in zip(claims, parts.values(), strict=True):
                claim.write(content)
            written = [claim.before for claim in claims]
    size = sum(map(len, parts.values()))
    return written, {"files": len(parts), "bytes": size, "pyodide": version, "tested": version == TESTED}


def show(folder: Path, port: int) -> None:
    """Serve the page on loopback until told to stop."""
    import webbrowser

    from computefi.hosts.page.serve import server

    with refusing(), server(folder, port) as running:
        address = f"http://127.0.0.1:{running.server_port}/"
        click.echo(f"{address}  (Ctrl-C ends)")
        webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            running.serve_forever()
