"""The formula lines of a docstring, evaluated: what an auditor reads is what is computed.

A docstring says its steps in a paragraph of their own, apart by semicolons: `Steps: a = volatility·√horizon; M/K; z`.

- `a = volatility·√horizon` is a quantity with its formula, and later steps may use `a`.
- `M/K` is a value of its own; `z` alone is the quantity of that name among the formula lines above.
- `rho' = rho·√(horizon/T), 0 where T = 0` has a limit, which is not shown.
- `LGD at that K/M: shortfall(…)` shows its words only, `LGD at that K/M`.
- `…` stands for the rows that `steps` of the declaration gives, such as one per period.

A name of several words may be called by one of them: after `share of depth = …` comes `impact·share^exponent`.
`cfads[1]` is the first of a series. A line is read as mathematics writes it: `·`, `/`, `^`, `²`, `⁺` for the positive
part, `√`, `e^{…}`, `Φ`, `Φ⁻¹`, `Φ₂`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np

from computefi.kernels.collateral import claim_for_share, expected_shortfall_share
from computefi.kernels.discount import annuity
from computefi.kernels.normal import bivariate_normal_cdf, bivariate_normal_quantile
from computefi.kernels.special import ndtr, ndtri, stdtr
from computefi.kernels.student import student_of_score
from computefi.spec import Spec

Row = tuple[str, Any]
ROWS = "…"
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Φ": ndtr,
    "Φ⁻¹": ndtri,
    "Φ₂": bivariate_normal_cdf,
    "Φ₂⁻¹": bivariate_normal_quantile,
    "ln": np.log,
    "exp": np.exp,
    "√": np.sqrt,
    "min": lambda *numbers: np.minimum.reduce(numbers),
    "max": lambda *numbers: np.maximum.reduce(numbers),
    "A": annuity,
    "shortfall": expected_shortfall_share,  # of claim, mean, pd, rho, spread
    "search": lambda *numbers: claim_for_share(*(np.atleast_1d(number) for number in numbers))[0],
}
SUPERSCRIPTS: dict[str, Callable[[Any], Any]] = {"²": lambda x: x**2, "⁺": lambda x: np.maximum(0.0, x)}
BRACKETS = {"(": ")", "[": "]", "{": "}"}
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"=": lambda a, b: a == b, ">": lambda a, b: a > b}
LETTER = re.compile(r"[A-Za-z0-9_'*α-ωΑ-Ω]")  # ² and ⁺ end a name
WORD = re.compile(r"[A-Za-z_]+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PARAGRAPH = re.compile(r"^Steps: (.*(?:\n(?![A-Z][a-z]+: )\S.*)*)", re.MULTILINE)


class UnreadableLine(Exception):
    """A line that is no formula, or that names something unknown."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is shown, the name by which others call it, its formula, and what it is at the limits."""

    label: str
    name: str
    formula: str
    limits: tuple[str, ...] = ()


def items(spec: Spec) -> list[str]:
    """The steps of a function as its docstring has them; none where it says none."""
    found = PARAGRAPH.search(spec.body)
    return split(found[1].replace("\n", " "), "; ") if found else []


def labels(spec: Spec) -> list[str]:
    """The steps as CFI_STEPS shows them, `…` for rows that are not lines."""
    known = clauses(spec)
    return [read(item, known)[0].label for item in items(spec)]


def rows(spec: Spec, arguments: Mapping[str, Any]) -> Iterator[Row]:
    """The steps of one call: names and values, up to, not including, the function's answer."""
    known = clauses(spec)
    steps = [read(item, known) for item in items(spec)]
    sheet = Sheet(arguments, {step.name: step for step in chain(known.values(), *steps) if step.name})
    for step, *_ in steps:
        if step.label != ROWS:
            yield step.label, sheet.value(step)
            continue
        assert spec.steps is not None
        for label, value in spec.steps(**arguments):
            sheet.known[split(label, " = ", 1)[0]] = value
            yield label, value


def clauses(spec: Spec) -> dict[str, Step]:
    """The formula lines by the name on their left: `z = (…)/a, d = Φ⁻¹(pd)` are two."""
    found = {}
    for line in spec.formula_lines.split("\n"):
        for clause in (part for half in split(line, "; ") for part in split(half, ", ")):
            name, *formula = split(clause, " = ", 1)
            if formula:
                found[name] = Step(clause, name, formula[0])
    return found


def read(item: str, known: Mapping[str, Step]) -> list[Step]:
    """The step that a text says, and those that it defines in passing: `rho·a, a = volatility·√horizon` is two."""
    if item in known:
        return [known[item]]
    words, *hidden = split(item, ": ", 1)
    if hidden:
        return [Step(words, split(words, " = ", 1)[0], hidden[0])]
    parts = split(item, ", ")
    limits = tuple(part for part in parts if " where " in part)
    shown = [part for part in parts if part not in limits]
    steps = []
    for part in shown:
        name, *formula = split(part, " = ", 1)
        steps.append(Step(part, name if formula else "", formula[0] if formula else part))
    return [replace(steps[0], label=", ".join(shown), limits=limits), *steps[1:]]


def split(text: str, mark: str, most: int = -1) -> list[str]:
    """The parts of a text between marks that stand in no bracket, at most so many cuts."""
    depth, cuts = 0, [-len(mark)]
    for at, sign in enumerate(text):
        depth += (sign in BRACKETS) - (sign in BRACKETS.values())
        if depth == 0 and text.startswith(mark, at) and most != len(cuts) - 1:
            cuts.append(at)
    return [text[start + len(mark) : end] for start, end in pairwise([*cuts, len(text)])]


class Sheet:
    """One call: the arguments, and every quantity computed when it is first asked for."""

    def __init__(self, arguments: Mapping[str, Any], steps: Mapping[str, Step]) -> None:
        self.known = {name: value for name, value in arguments.items() if not isinstance(value, str)}
        self.steps = steps
        if "nu" in self.known:
            self.known["ν"] = self.known["nu"]

    def names(self) -> dict[str, str]:
        """What may stand in a line, longest first, and what it means: whole names, then single words of them."""
        whole = {name: name for name in (*self.known, *self.steps)}
        words: dict[str, set[str]] = {}
        for name in whole:
            for word in name.split(" ") if " " in name else ():
                if WORD.fullmatch(word.strip(",")) and word not in FUNCTIONS:
                    words.setdefault(word.strip(","), set()).add(name)
        single = {word: owners.pop() for word, owners in words.items() if len(owners) == 1}
        return dict(sorted((single | whole).items(), key=lambda pair: -len(pair[0])))

    def named(self, name: str) -> Any:
        """An argument, or a quantity by its name."""
        if name not in self.known:
            self.known[name] = self.value(self.steps[name])
        return self.known[name]

    def value(self, step: Step) -> Any:
        """The value of a step: its formula, but at a limit."""
        if step.name in self.known:
            return self.known[step.name]
        for limit in step.limits:
            value, condition = limit.split(" where ")
            left, relation, right = condition.rsplit(" ", 2)
            if RELATIONS[relation](self.evaluate(left), self.evaluate(right)):
                return self.evaluate(value)
        return self.evaluate(step.formula)

    def evaluate(self, formula: str) -> Any:
        """The value of one formula."""
        reader = Reader(formula, self)
        answer = reader.sum()
        if reader.rest():
            raise UnreadableLine(f"“{formula}” is not read beyond “{formula[: reader.at]}”")
        return answer


class Reader:
    """Reads a formula from left to right and computes as it goes."""

    def __init__(self, text: str, sheet: Sheet) -> None:
        self.text, self.sheet, self.at = text, sheet, 0
        self.names = sheet.names()

    def rest(self) -> str:
        """What is still to be read, from the next sign on."""
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.text[self.at :]

    def take(self, *signs: str) -> str:
        """The sign that comes next, if it is one of these."""
        found = next((sign for sign in signs if self.rest().startswith(sign)), "")
        self.at += len(found)
        return found

    def word(self, words: Mapping[str, Any]) -> str:
        """The longest of these words that comes next as a whole."""
        rest = self.rest()
        found = next((word for word in words if rest.startswith(word) and ends(word, rest[len(word) :])), "")
        self.at += len(found)
        return found

    def sum(self) -> Any:
        answer = self.product()
        while sign := self.take("+", "−"):
            answer = answer + self.product() if sign == "+" else answer - self.product()
        return answer

    def product(self) -> Any:
        if self.take("−"):
            return -self.product()
        answer = self.power()
        while True:
            if self.take("·") or self.rest().startswith(("(", "[")):  # (1 + x)(1 − x) is a product
                answer = answer * self.power()
            elif self.take("/"):
                answer = answer / self.power()
            else:
                return answer

    def power(self) -> Any:
        answer = self.atom()
        while sign := self.take(*SUPERSCRIPTS):
            answer = SUPERSCRIPTS[sign](answer)
        return answer ** self.atom() if self.take("^") else answer

    def atom(self) -> Any:
        """A name, a number, a function with its arguments, e to a power, or what stands in brackets."""
        if name := self.word(self.names):
            value = self.sheet.named(self.names[name])
            return value[int(self.inside("[")[0]) - 1] if np.ndim(value) and self.take("[") else value
        if self.take("e^"):
            return np.exp(self.atom())
        if self.take("T_{"):
            degrees = self.inside("{")[0]
            return stdtr(degrees, *self.arguments())
        if self.take("t_ν⁻¹"):
            return student_of_score(ndtri(*self.arguments()), self.sheet.named("ν"))
        if function := self.take(*sorted(FUNCTIONS, key=len, reverse=True)):
            return FUNCTIONS[function](*([self.atom()] if function == "√" else self.arguments()))
        if number := NUMBER.match(self.rest()):
            self.at += number.end()
            return np.float64(number[0])
        if bracket := self.take(*BRACKETS):
            return self.inside(bracket)[0]
        raise UnreadableLine(f"“{self.text}” has something unknown after “{self.text[: self.at]}”")

    def arguments(self) -> list[Any]:
        if not self.take("("):
            raise UnreadableLine(f"“{self.text}” has no arguments after “{self.text[: self.at]}”")
        return self.inside("(")

    def inside(self, bracket: str) -> list[Any]:
        """What stands up to the closing bracket, apart by commas or semicolons."""
        values = [self.sum()]
        while self.take(",", ";"):
            values.append(self.sum())
        if not self.take(BRACKETS[bracket]):
            raise UnreadableLine(f"“{self.text}” closes no “{bracket}”")
        return values


def ends(word: str, rest: str) -> bool:
    """Whether a name ends here: no letter, stroke or star may follow a letter."""
    return not ((word[-1].isalnum() or word[-1] == "_") and LETTER.match(rest))
