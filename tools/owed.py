"""What a function is still owed: its independent twins, written by hand and by somebody who does not look at the model.

A function works, and every page shows it, without them; a release does not go out while one is missing
(`python -m tools owed --release`). They are values of an oracle, a check against native Excel, and Chinese words.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from io import StringIO

from computefi.spec import REGISTRY, Spec
from tools import pages
from tools.generated import ORACLES, ROOT
from workbooks.build.checks import book as checks_book
from workbooks.build.checks.case import OWED
from workbooks.build.checks.read import GROUPS
from workbooks.build.functions import book as functions_book
from workbooks.build.kit import words

CHECKS = "workbooks/build/checks/checks.csv"
# Proved against their own errors, not to ten digits: by paths, or on a lattice of losses.
SIMULATED = {"CFI_CORR_LGD_SIM", "CFI_BOOK_LOSS", "CFI_BOOK_CONTRIBUTION", "CFI_BOOK_MARGINAL"}


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
    debts = [*oracles(), *checks(), *shadows(), *chinese()]
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
    checked = {group.function for groups in GROUPS.values() for group in groups}
    return [Debt(name, CHECKS, check_line(spec)) for name, spec in REGISTRY.items() if name not in checked]


def check_line(spec: Spec) -> str:
    """A line of checks.csv to begin with."""
    example, line = spec.examples[0], StringIO()
    arguments = ", ".join(repr(argument) for argument in example.arguments)
    shadow = f"a native formula with {{{spec.parameters[0].name}}}"
    row = (spec.name, "what it is", arguments, "", example.result, "", shadow, "", "", "high precision", "its source")
    csv.writer(line, lineterminator="").writerow(row)
    return line.getvalue()


def shadows() -> list[Debt]:
    """Functions whose checks have no native formula beside them."""
    bare = [group for groups in GROUPS.values() for group in groups if group.without == OWED]
    return [Debt(group.function, CHECKS, f"the shadow of “{group.cases[0].name}”") for group in bare]


def chinese() -> list[Debt]:
    """Texts of the two workbooks without Chinese words, by the first function whose declaration holds the text."""
    debts = []
    for name, builder in (("functions", functions_book), ("checks", checks_book)):
        said = words.words_for(name, "zh", builder.kept(), builder.codes())
        book = builder.compose("zh", said)
        words.say_sheets(book)
        file = f"workbooks/build/{name}/words_zh.json"
        debts += [Debt(owner(text), file, f"{json.dumps(text, ensure_ascii=False)}: …") for text in words.unsaid(book)]
    return debts


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
    cases = (case for groups in GROUPS.values() for group in groups for case in group.cases)
    texts += [text for case in cases if case.function == spec.name for text in (case.name, case.source)]
    return {flat(text) for text in texts}


def flat(text: str) -> str:
    """A text without marks of code, line breaks and capitals."""
    return " ".join(text.replace("`", "").split()).casefold()


def module(spec: Spec) -> str:
    return spec.function.__module__.rpartition(".")[2]
