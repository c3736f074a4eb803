"""What a function is still owed: its independent twins, written by hand and by somebody who does not look at the model.

A function works, and every page shows it, without them; a release does not go out while one is missing
(`python -m tools owed --release`). They are values of an oracle, a check against native Excel, and Chinese words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from computefi.spec import REGISTRY, Spec
from tools import pages
from tools.generated import ORACLES, ROOT
from workbooks.build.checks import book as checks_book
from workbooks.build.functions import book as functions_book
from workbooks.build.functions.words import codes, kept
from workbooks.build.kit import words

SIMULATED = {"CFI_CORR_LGD_SIM"}  # proved against its own standard error, not to ten digits


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing that is owed: to which function, where it goes and what to write there."""

    function: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.function}: {self.file}: {self.line}"


def owed() -> list[Debt]:
    """Everything that is owed, function by function."""
    debts = [*oracles(), *checks(), *chinese()]
    order = list(REGISTRY)
    return sorted(debts, key=lambda debt: order.index(debt.function) if debt.function in REGISTRY else len(order))


def oracles() -> list[Debt]:
    """Functions without a value that an independent program computed."""
    proved = {row["function"] for path in ORACLES.glob("*.json") for row in json.loads(path.read_text("utf-8"))}
    debts = []
    for name, spec in REGISTRY.items():
        if name not in proved | SIMULATED and not spec.raw:
            program = ORACLES / f"{module(spec)}.py"
            line = (
                f'FUNCTIONS["{name}"] = {spec.python_name}, the same in mpmath, and POINTS["{name}"] = '
                f'points("{name}", draw, edges); then python -m tools regenerate'
            )
            debts.append(Debt(name, program.relative_to(ROOT).as_posix(), line))
    return debts


def checks() -> list[Debt]:
    """Functions without a check in checks.xlsx."""
    checked = {group.function for groups in checks_book.GROUPS.values() for group in groups}
    debts = []
    for name, spec in REGISTRY.items():
        if name not in checked:
            arguments = ", ".join(str(argument) for argument in spec.examples[0].arguments)
            shadow = f"native Excel of {{{spec.parameters[0].name}}} …"
            line = f'{name},what it is,"{arguments}",,expected,,{shadow},,,high precision,source'
            debts.append(Debt(name, "workbooks/build/checks/checks.csv", line))
    return debts


def chinese() -> list[Debt]:
    """Texts of functions.xlsx without Chinese words, by the first function whose declaration holds the text."""
    said = words.words_for("functions", "zh", kept(), codes())
    assert isinstance(said, words.Words)
    book = functions_book.compose("zh", said)
    words.say_sheets(book)
    file = "workbooks/build/functions/words_zh.json"
    return [Debt(owner(text), file, f"{json.dumps(text, ensure_ascii=False)}: …") for text in said.missing]


def owner(text: str) -> str:
    """The function whose declaration holds a text as a whole, else the first that holds it within another."""
    for name, spec in REGISTRY.items():
        if flat(text) in said_by(spec):
            return name
    return next((name for name, spec in REGISTRY.items() if flat(text) in flat(spec.body)), "functions.xlsx")


def said_by(spec: Spec) -> set[str]:
    """The texts of a declaration."""
    texts = [spec.summary, spec.formula_lines, spec.source, spec.category, *pages.notes(spec).values()]
    texts += [text for p in spec.parameters for text in (p.help, p.kind.unit)]
    texts += [c.name for c in spec.result.columns] + [example.source for example in spec.examples]
    return {flat(text) for text in texts}


def flat(text: str) -> str:
    """A text without marks of code, line breaks and capitals."""
    return " ".join(text.replace("`", "").split()).casefold()


def module(spec: Spec) -> str:
    return spec.function.__module__.rpartition(".")[2]
