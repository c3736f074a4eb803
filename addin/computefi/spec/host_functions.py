"""Functions that a host answers about itself: CFI_ABOUT, which code made a workbook, and CFI_SEEN, what arrived.

They are declared like all others, but per host, for it passes its identity; their answers differ from host to host, so
they are not in REGISTRY, in no table of equal answers, and in no workbook that we hand out.

=CFI_ABOUT("door")   →   LibreOffice
=CFI_SEEN(A1:A3)     →   number 70, blank, text "x", one below the other
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import platform
from collections import ChainMap
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from computefi.errors import Code, InputError
from computefi.spec.convert import as_cells
from computefi.spec.declaration import MISSING, REGISTRY, SEVERAL_AREAS, Registry, Spec, declare
from computefi.spec.kinds import Annotated, Cells, Column, Example, Raw, Result, Words
from computefi.version import __version__

CATEGORY = "The host"
SOURCE = "The host itself"
HASH_DIGITS = 16
ITEMS = ("version", "engine", "door", "python", "registry")


class Identity(NamedTuple):
    """Who answers: the door through which calls come, and what calculates behind it."""

    door: str
    engine: str


NO_HOST = Identity("", "")


@functools.cache
def host_functions(identity: Identity) -> Mapping[str, Spec]:
    """The functions of one host about itself."""
    found = Registry()

    @declare(category=CATEGORY, source=SOURCE, examples=[Example(("door",), identity.door)], registry=found)
    def about(
        item: Annotated[
            Cells, Words("any"), "One of version, engine, door, python, registry; all if left out"
        ] = MISSING,
    ) -> Annotated[
        list[tuple[str, str]],
        Result(
            (
                Column("item", Words(), "What is told"),
                Column("answer", Words(), "What holds here"),
            ),
            rows="item",
        ),
    ]:
        """Which computefi answers here: its version, engine, door, Python, and a hash of all declarations.

        =CFI_ABOUT() is a block of five rows; =CFI_ABOUT("registry") the hash alone

        Convention: two doors with one hash have the same functions with the same arguments, bounds and rules.
        Errors: #VALUE! where there is no such item.
        """
        answers = told(identity)
        if item is MISSING:
            return list(answers.items())
        asked = item.strip().lower() if isinstance(item, str) else ""
        if asked not in answers:
            raise InputError("item", f"must be one of {', '.join(answers)}", item)
        return [(answers[asked],)]  # type: ignore[list-item]

    @declare(category=CATEGORY, source=SOURCE, examples=[Example((70.0,), "number 70")], registry=found)
    def seen(
        content: Annotated[Cells, Words("any"), "A cell, a range, or whatever a formula gives"],
    ) -> Annotated[list[list[str]], Result((Column("content", Words(), "Kind and content of a cell"),), rows="cell")]:
        """What arrived here of an argument: kind and content of every cell, as every other function gets it.

        =CFI_SEEN(A1:A3) says number 70, blank, text "x", one below the other

        Convention: a host may send a blank cell as 0, a date as its number, an error as text; here it shows.
        """
        return seen_of(content)

    return found


def with_host_functions(identity: Identity = NO_HOST) -> Mapping[str, Spec]:
    """All functions as a host has them; names, texts and arguments are the same at every host."""
    return ChainMap(dict(host_functions(identity)), REGISTRY)  # it lists those of the last first


def told(identity: Identity) -> dict[str, str]:
    """What a host says of itself, by item. The hash imports every model."""
    return dict(zip(ITEMS, (__version__, identity.engine, identity.door, python_here(), registry_hash()), strict=True))


def seen_of(content: Any) -> list[list[str]]:
    """What stands in every cell of an argument."""
    if content is MISSING:
        return [["left out"]]
    if content is SEVERAL_AREAS:
        return [["several areas"]]
    rows = as_cells(content)
    return [[described(cell) for cell in row] for row in (rows.tolist() if isinstance(rows, np.ndarray) else rows)]


def described(cell: Any) -> str:
    """The kind and the content of one cell."""
    if cell is None:
        return "blank"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, Code):
        return f"error {cell.value}"
    if isinstance(cell, dt.date):
        return f"date {cell.isoformat()}"
    if isinstance(cell, (int, float)):
        return f"number {cell!r}".removesuffix(".0")
    return f'text "{cell}"'


def python_here() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"


@functools.cache
def registry_hash() -> str:
    """A hash of all that the declarations promise: names, arguments, defaults, units, bounds, rules, texts."""
    digest = hashlib.sha256()
    for name in sorted(REGISTRY):
        spec = REGISTRY[name]
        arguments = [
            (p.name, p.help, repr(p.kind), "raw" if isinstance(p.shape, Raw) else repr(p.shape), plain(p.default))
            for p in spec.parameters
        ]
        rules = [(rule.parameter, rule.text, rule.error.__name__) for rule in spec.rules]
        digest.update(repr((name, spec.summary, spec.body, arguments, repr(spec.result), rules, spec.nan[0])).encode())
    return digest.hexdigest()[:HASH_DIGITS]


def plain(default: Any) -> str:
    return repr(np.asarray(default).tolist()) if isinstance(default, np.ndarray) else str(default)
