"""The page of errors and cures: from the declared errors, the families of file errors and the rules of `lint`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from computefi import errors
from computefi.recalc.lint import claims
from computefi.spec import REGISTRY
from tools.markdown import NOTE, boosted, code, table
from tools.pages import errors_of, linked, prose

CURES = """
InputError | a text that looks like a number, a required blank, ranges of different lengths
  | Turn the text into a number; fill the cell; give ranges of one length, or one number for all.
DomainError | 30 typed for 30%, a probability above 1, a horizon of 0
  | Look the allowed range up on the function's page; `CFI_CHECK` asks about unusual numbers.
NoSolution | a target that no input reaches | Move the target, or what limits it.
MissingData | a table that ends before the horizon, too few prices
  | Give more rows, or ask for a horizon that the table has.
ZeroDivisor | a debt, a value or a debt service of 0 | Leave the period out, or wrap the call in IFERROR.
CellError | a cell that is an error already | Mend the cell that came first.
InputRefused | a name that the workbook lacks, a value beyond its data validation, a wrong path
  | `computefi inputs FILE` lists names, bounds and units; `--anyway` sets a value all the same.
DamagedFile | a download cut short, a password, an .xls | Open it in Excel and save it as .xlsx.
EngineMissing | `--verify cellrune` without cellrune, no LibreOffice
  | Install what the message names, such as `pip install 'computefi[cellrune]'`.
EngineFailed | an engine that ends or cannot read a formula
  | `computefi lint FILE` names the cells; try `--verify libreoffice` beside it.
NotSolved | a target beyond what the input can do | Give `--between`, or another input.
LimitReached | a workbook larger than the limits, a batch that takes too long
  | Raise `--memory` or `--timeout`, or split the work.
"""
FAMILIES: dict[type[Exception], tuple[str, str]] = {
    getattr(errors, name): (cause, cure)
    for name, cause, cure in (line.split(" | ") for line in CURES.replace("\n  |", " |").strip().splitlines())
}
ARGUMENTS = r"`[a-z_0-9]+`(?:, `[a-z_0-9]+`)*"
LEVELS = {"wrong": "a wrong value", "fails": "no value", "note": "a note"}


def page() -> str:
    """The whole page."""
    parts = [
        f"{boosted(3)}{NOTE}# Errors and cures\n\nA cell that fails shows an Excel error, and "
        f"{linked('CFI_WHY', '', 'functions/')} with the same arguments says why: `=CFI_WHY(\"CFI_LTV\",70,0)` gives "
        "*value must not be 0*. A command that fails prints one line and exits with 2.\n",
        "## In a cell\n\n" + table(["Shown", "Means", "Usual cause", "Cure"], families(errors.ModelError)),
        "`#NAME?` is not ours: the functions are not loaded; see [the hosts](hosts.md). `#BUSY!` and `#SPILL!` are "
        "Excel's: it waits for the server, or the cells beside are not empty.\n",
        "## With a file\n\n" + table(["In Python", "Means", "Usual cause", "Cure"], families(errors.WorkbookError)),
        "## In a workbook: `computefi lint`\n\n" + table(["Finding", "Gives", "What happens", "Cure"], findings()),
        "## Every declared error\n\nA dot stands for the argument; each function's page has them with its names.\n",
    ]  # fmt: skip
    for shown, texts in declared().items():
        rows = [
            [prose(text), functions if len(names) <= 4 else f"{functions} and {len(names) - 4} more"]
            for text, names in texts.items()
            for functions in [", ".join(linked(name, "", "functions/") for name in names[:4])]
        ]
        parts.append(f"### {shown}\n\n" + table(["Said", "By"], rows))
    return "\n".join(parts)


def families(base: type[Exception]) -> Iterator[list[str]]:
    """A row per child of an error: its Excel code or its name, what it means, a cause and a cure."""
    for family, (cause, cure) in FAMILIES.items():
        if issubclass(family, base):
            shown = family.code.value if issubclass(family, errors.ModelError) else family.__name__
            shown = "any" if family is errors.CellError else shown
            yield [code(shown), (inspect.getdoc(family) or "").partition("\n")[0], cause, cure]


def findings() -> Iterator[list[str]]:
    """A row per rule of lint; {f} stands for the function it is about."""
    for rule in [rule for rule in vars(claims).values() if isinstance(rule, claims.Rule)]:
        said = [text.replace("{f}", "the function") for text in (rule.what, rule.remedy)]
        yield [code(rule.name), LEVELS[rule.severity], *(re.sub(r"([*_<])", r"\\\1", text) for text in said)]


def declared() -> dict[str, dict[str, list[str]]]:
    """Every error that a declaration has: code → text, arguments left out → the functions that say it."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, spec in REGISTRY.items():
        for shown, text in errors_of(spec):
            general = re.sub(ARGUMENTS, "·", text)
            names = found.setdefault(shown, {}).setdefault(general, [])
            if name not in names:
                names.append(name)
    return {shown: dict(sorted(texts.items(), key=lambda item: -len(item[1]))) for shown, texts in found.items()}
