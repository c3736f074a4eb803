"""The engines by name. IronCalc comes with the package; the others are extras, named where they are missing.

engine_named("ironcalc")   →   IronCalc()
engine_named("ironclac")   →   WorkbookError: there is no engine 'ironclac'; did you mean ironcalc?
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib.util import find_spec

from computefi.errors import EngineMissing, InputRefused, did_you_mean
from computefi.recalc.engines.base import Engine
from computefi.recalc.engines.ironcalc import IronCalc

DEFAULT = "ironcalc"


def cellrune() -> Engine:
    """CellRune, from PyPI."""
    if find_spec("cellrune") is None:
        raise EngineMissing("the engine cellrune is not installed: pip install 'computefi[cellrune]'", name="cellrune")
    from computefi.recalc.engines.cellrune import CellRune

    return CellRune()


def libreoffice() -> Engine:
    """LibreOffice, headless, from the system."""
    from computefi.recalc.engines.libreoffice import LibreOffice

    return LibreOffice()


def formulon() -> Engine:
    """formulon, from PyPI."""
    if find_spec("formulon") is None:
        raise EngineMissing("the engine formulon is not installed: pip install 'computefi[verify]'", name="formulon")
    from computefi.recalc.engines.formulon import Formulon

    return Formulon()


ENGINES: dict[str, Callable[[], Engine]] = {
    "ironcalc": IronCalc, "cellrune": cellrune, "formulon": formulon, "libreoffice": libreoffice,
}  # fmt: skip


def engine_named(name: str) -> Engine:
    """A new engine; WorkbookError says in one line why there is none."""
    maker = ENGINES.get(name.strip().casefold())
    if maker is None:
        near = get_close_matches(name.casefold(), ENGINES, 1)
        known = did_you_mean(near) or f"; it is one of {', '.join(ENGINES)}"
        raise InputRefused(f"there is no engine {name!r}{known}", name=name)
    return maker()
