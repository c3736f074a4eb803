"""The generated parts of the navigation in mkdocs.yml, written out so that no builder needs a hook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from computefi.cli.main import PANELS, PROGRAM
from tools import pictures, python_pages
from tools.pages import categories, file_of

CONFIGURATION = Path(__file__).resolve().parents[1] / "mkdocs.yml"


def configuration() -> str:
    """mkdocs.yml with the lists between `# begin NAME` and `# end NAME` made anew."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for name, lines in PARTS.items():
        pattern = rf"(?m)^( *)# begin {name}\n(?:.*\n)*?\1# end {name}$"
        found = re.search(pattern, text)
        assert found, f"mkdocs.yml has no place for {name}"
        indent = found[1]
        block = "".join(f"{indent}{line}\n" for line in lines())
        text = text[: found.start()] + f"{indent}# begin {name}\n{block}{indent}# end {name}" + text[found.end() :]
    return text


def functions() -> Iterator[str]:
    for category, specs in categories().items():
        yield f"- {category}:"
        yield from (f"    - {spec.name}: functions/{file_of(spec)}" for spec in specs)


def commands() -> Iterator[str]:
    for title, entries in PANELS.items():
        yield f"- {title}:"
        yield from (f"    - {PROGRAM} {name}: commands/{name}.md" for name in entries)


def python() -> Iterator[str]:
    yield from (f"- {name}: api/{name.removeprefix('computefi.')}.md" for name in python_pages.MODULES)


def workbooks() -> Iterator[str]:
    yield from (f"- {name}: workbooks/{name}.md" for name in pictures.BOOKS if (pictures.PAGES / f"{name}.md").exists())


PARTS = {"functions": functions, "commands": commands, "python": python, "workbooks": workbooks}
