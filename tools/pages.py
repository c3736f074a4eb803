"""The documentation pages of the functions, from their declarations.

`python -m tools regenerate` writes docs/functions/ among the rest.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import numpy as np

from computefi.errors import Code, DomainError
from computefi.models.lines import ROWS, items, labels
from computefi.spec import MISSING, REGISTRY, Column, Example, Kind, Parameter, Shape, Spec
from computefi.spec.declaration import Question
from computefi.spec.kinds import Choice, Raw
from tools.markdown import boosted, code, slug, table

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = DOCS / "functions"
TRAPS = DOCS / "traps.md"
NOTE = "<!-- Written by `python -m tools regenerate` from the declaration. Change that, not this page. -->\n\n"


def questions() -> dict[str, list[str]]:
    """The functions that answer each question, by their names on a sheet."""
    return {
        question: [name for name, spec in REGISTRY.items() if question in spec.questions]
        for question in get_args(Question)
    }


# -- words
def file_of(spec: Spec) -> str:
    return f"{spec.python_name}.md"


def linked(name: str, here: str = "", folder: str = "") -> str:
    """A function's name as a link to its page, unless that is this page or there is none."""
    if name not in REGISTRY or name == here:
        return code(name)
    return f"[{code(name)}]({folder}{file_of(REGISTRY[name])})"


def prose(text: str, here: str = "", folder: str = "") -> str:
    """A docstring's words as Markdown: names of functions linked, names of arguments and errors in code."""

    def mark(match: re.Match[str]) -> str:
        word = match[0]
        if word.startswith("CFI_"):
            return linked(word, here, folder)
        return word if word.startswith("`") else code(word)

    pattern = r"`[^`]+`|CFI_[A-Z0-9_]+|#[A-Z/0]+[!?]|#N/A|\b[a-z]+(?:_[a-z0-9]+)+\b(?!\()"
    pieces = re.split(f"({pattern})", text)
    return "".join(
        re.sub(pattern, mark, piece) if index % 2 else re.sub(r"([*\\])", r"\\\1", piece).replace("<", "&lt;")
        for index, piece in enumerate(pieces)
    )


def number(value: Any) -> str:
    """A value as a reader sees it; no more digits than the declaration has."""
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (Code, str)):
        return str(value)
    return repr(float(value)).removesuffix(".0")


# -- the parts of a page
def formula_part(spec: Spec) -> str:
    """The docstring's formula lines as they stand: the characters that workbooks and CFI_STEPS show as well."""
    return f"```text\n{spec.formula_lines}\n```\n"


def notes(spec: Spec) -> dict[str, str]:
    """The labelled paragraphs of the docstring: convention, limits, trap, errors."""
    found: dict[str, str] = {}
    label = ""
    for line in spec.body.partition("\n\n")[2].splitlines():
        match = re.match(r"([A-Z][a-z]+): (.*)", line)
        if match:
            label = match[1]
            found[label] = match[2]
        elif label:
            found[label] += f" {line.strip()}"
        elif line.strip():
            raise ValueError(f"{spec.name}: “{line}” stands under no label")
    return {label: text for label, text in found.items() if label != "Steps"}


def steps_part(spec: Spec) -> str:
    """The steps as CFI_STEPS lists them."""
    if not items(spec):
        return ""
    shown = labels(spec)
    said = f"{linked('CFI_STEPS', spec.name)} with the same arguments lists"
    if shown == [ROWS]:
        return f"## Steps\n\n{said} the quantities of the case, by name and value.\n"
    rest = f"; `{ROWS}` stands for rows that depend on the case, such as one per period" if ROWS in shown else ""
    block = "".join(f"{label}\n" for label in shown)
    return f"## Steps\n\n{said}, each with its value{rest}:\n\n```text\n{block}```\n"


def shape_words(spec: Spec, parameter: Parameter) -> str:
    shape = parameter.shape
    if isinstance(shape, Raw):
        return "any cell or range, errors included"
    if not isinstance(parameter.kind, Kind):
        return "a word"
    if not shape.axes:
        if takes_one_case(spec):
            return "a number"
        return "a number, or a column with one per series" if spec.axes else "a number, cell by cell"
    if len(shape.axes) == 2:
        rows, columns = shape.axes
        words = f"a matrix: a row and a column per {rows}" if rows == columns else (
            f"a matrix: a row per {rows}, a column per {columns}"
        )  # fmt: skip
        return words + ", or one number for all" * shape.number_too
    count = f" of {shape.size}" if shape.size else ""
    words = f"a series{count}: one row or column"
    return words if takes_one_case(spec) else f"{words}; a block is one series per row"


def takes_one_case(spec: Spec) -> bool:
    return bool(spec.result.rows) or (spec.has_matrix and not spec.blocks)


def default_words(parameter: Parameter) -> str:
    if not parameter.optional:
        return "required"
    if parameter.default is MISSING:
        return "none"
    if isinstance(parameter.default, str):
        return f'"{parameter.default}"'
    values = np.atleast_1d(np.asarray(parameter.default, dtype=float))
    if np.isnan(values).all():
        return "none"
    if np.isinf(values).all():
        return "no limit"
    return ", ".join(f"{v:g}" if abs(v) < 1e5 else f"{v:,.0f}" for v in values)


def bounds_words(parameter: Parameter) -> str:
    kind = parameter.kind
    if not isinstance(kind, Kind):
        return ", ".join(f'"{word}"' for word in kind.words) if isinstance(kind, Choice) else "any text"
    words = kind.bounds.removeprefix("must be ").replace("a number", "any number")
    return words + ", not 0" * (kind.zero_divides and not (kind.low_open and kind.low == 0))


def usual_words(parameter: Parameter) -> str:
    """The range outside which CFI_CHECK asks whether a number is meant."""
    usual = parameter.kind.usual if isinstance(parameter.kind, Kind) else ""
    return f"; usually {usual}" if usual else ""


def arguments_part(spec: Spec) -> str:
    rows = []
    for raw, group in groupby(spec.parameters, lambda p: isinstance(p.shape, Raw) and p.optional):
        members = list(group)
        for p in members[:1] if raw else members:
            many = raw and len(members) > 1
            name = f"{code(members[0].name)} … {code(members[-1].name)}" if many else code(p.name)
            meaning = re.sub(r"^Argument 1\b", "Arguments", p.help) if many else p.help
            unit = "any" if raw else p.kind.unit
            bounds = "any" if raw else bounds_words(p) + usual_words(p)
            rows.append([name, prose(meaning, spec.name), unit, bounds, shape_words(spec, p), default_words(p)])
    return table(["Argument", "Meaning", "Unit", "Allowed", "Shape", "Default"], rows)


def returns_part(spec: Spec) -> str:
    result = spec.result
    if spec.raw:
        layout = "Text." if len(result.columns) == 1 else "A block with these columns."
    elif result.rows:
        layout = f"A row per {result.rows}, below one another; the function takes one case."
    elif result.more:
        layout = "One row to the right, a row per case."
    elif len(result.columns) > 1:
        layout = "One row to the right, a row per case; cases are one row or one column, a grid is `#VALUE!`."
    elif not spec.axes:
        layout = "One number per cell; a range spills, and a row against a column gives the grid."
    else:
        layout = "One number." if takes_one_case(spec) else "One number per series."
    columns: list[tuple[str, Column]] = [(c.name, c) for c in result.columns]
    if result.more:
        columns.append((f"{result.more.name}, repeated", result.more))
    if len(columns) == 1 and columns[0][0] == "result":
        only = columns[0][1]
        unit = "" if only.kind.unit in ("text", "–") else f" ({only.kind.unit})"
        return f"{prose(only.help, spec.name)}{unit}. {layout}\n"
    rows = [[name, prose(c.help, spec.name), c.kind.unit] for name, c in columns]
    return layout + "\n\n" + table(["Number", "Meaning", "Unit"], rows)


def errors_of(spec: Spec) -> list[tuple[str, str]]:
    """Which error for which reason, as the declaration has it."""
    if spec.raw:
        return []
    found: list[tuple[str, str]] = []
    numeric = [p for p in spec.parameters if isinstance(p.kind, Kind)]
    if numeric:
        found.append((Code.VALUE.value, "an argument must be a number"))
    if any(not p.optional for p in spec.parameters):
        found.append((Code.VALUE.value, "a required argument must be given, not blank"))
    for p in spec.parameters:
        if isinstance(p.kind, Choice):
            found.append((Code.VALUE.value, f"{code(p.name)} {p.kind.bounds}"))
    found += [(Code.VALUE.value, text) for text in shape_errors(spec)]
    grouped: dict[str, list[str]] = {}
    for p in numeric:
        assert isinstance(p.kind, Kind)
        if p.kind.bounds != "must be a number":
            grouped.setdefault(p.kind.bounds, []).append(code(p.name))
    for bounds, names in grouped.items():
        found.append((Code.NUM.value, f"{', '.join(names)} {bounds}"))
    zero = [code(p.name) for p in numeric if isinstance(p.kind, Kind) and p.kind.zero_divides]
    if zero:
        found.append((Code.DIV0.value, f"{', '.join(zero)} must not be 0"))
    found += [(rule.error.code.value, f"{code(rule.parameter)} {rule.text}") for rule in spec.rules]
    text, error = spec.nan
    if error is not DomainError or "not a finite number" not in text:
        found.append((error.code.value, text))
    else:
        found.append((Code.NUM.value, text))
    return found


def shape_errors(spec: Spec) -> list[str]:
    owners: dict[str, list[str]] = {}
    found = []
    for p in spec.parameters:
        if not isinstance(p.shape, Shape) or not isinstance(p.kind, Kind):
            continue
        for axis in dict.fromkeys(p.shape.axes):
            owners.setdefault(axis, []).append(code(p.name))
        if p.shape.size:
            found.append(f"{code(p.name)} must have {p.shape.size} entries, or be one number for all")
        if len(p.shape.axes) == 2 and p.shape.axes[0] == p.shape.axes[1]:
            found.append(f"{code(p.name)} must have as many columns as rows")
    sized = {axis for p in spec.parameters if isinstance(p.shape, Shape) and p.shape.size for axis in p.shape.axes}
    for axis, names in owners.items():
        if len(names) > 1 and axis not in sized:
            found.append(f"{', '.join(names)} must have one entry per {axis} each, or be one number for all")
    return found


def errors_part(spec: Spec) -> str:
    said = notes(spec).get("Errors", "")
    parts = [sentence(spec, said) + "\n"] if said else []
    rows = errors_of(spec)
    if rows:
        order = [c.value for c in (Code.VALUE, Code.NUM, Code.DIV0, Code.NA)]
        rows.sort(key=lambda row: order.index(row[0]))
        parts.append(table(["Error", "Reason, as CFI_WHY gives it"], [[code(c), prose(t)] for c, t in rows]))
    parts.append("What holds for every function: [conventions](../conventions.md#errors).\n")
    return "\n".join(parts)


def python_call(spec: Spec, example: Example) -> str:
    return f"computefi.{spec.python_name}({', '.join(python_value(a) for a in example.arguments)})"


def python_value(argument: Any) -> str:
    if isinstance(argument, str):
        return json.dumps(argument, ensure_ascii=False)
    if argument is None or isinstance(argument, bool):
        return repr(argument)
    if isinstance(argument, Code):
        return f"Code.{argument.name}"
    if isinstance(argument, (list, tuple, np.ndarray)):
        return "[" + ", ".join(python_value(a) for a in argument) + "]"
    return number(argument)


def answer_part(spec: Spec, example: Example) -> str:
    """The declared answer: a number, or a table where there are several."""
    result = example.result
    source = f" ({prose(example.source, spec.name)})" if example.source else ""
    if not isinstance(result, (tuple, list, np.ndarray)):
        return f"gives {code(number(result))}{source}\n"
    rows = [list(row) if isinstance(row, (tuple, list, np.ndarray)) else [row] for row in result]
    if all(len(row) == 1 for row in rows):
        rows = [[row[0] for row in rows]]
    width = max(len(row) for row in rows)
    names = [c.name for c in spec.result.columns]
    if spec.result.more:
        names += [f"{spec.result.more.name} {i}" for i in range(1, width - len(names) + 1)]
    if len(names) != width:
        names = [str(i) for i in range(1, width + 1)]
    return f"gives{source}\n\n" + table(names, [[number(v) for v in row] for row in rows])


def example_part(spec: Spec) -> str:
    return "\n".join(
        f"```excel\n{spec.formula(example)}\n```\n\n```text\n{python_call(spec, example)}\n```\n\n"
        + answer_part(spec, example)
        for example in spec.examples
    )


def traps() -> dict[str, list[str]]:
    """The traps of the hand-written page, by title, with the functions each concerns."""
    found: dict[str, list[str]] = {}
    for section in re.split(r"^## ", TRAPS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0].strip()
        concerns = re.search(r"^Concerns:(.*?)(?:\n\n|\Z)", section, re.MULTILINE | re.DOTALL)
        found[title] = re.findall(r"`(CFI_[A-Z0-9_]+)`", concerns[1]) if concerns else []
    return found


def sentence(spec: Spec, text: str) -> str:
    """A labelled paragraph, with a capital where it begins with a word and not with an argument or a symbol."""
    begins = re.match(r"[a-z]+(-[a-z]+)* [A-Za-z]", text)
    plain = begins is not None and text.partition(" ")[0] not in {p.name for p in spec.parameters}
    return prose(text[0].upper() + text[1:] if plain else text, spec.name)


def limits_part(spec: Spec) -> str:
    said = notes(spec)
    parts = [
        f"**{label}.** {sentence(spec, text)}\n" for label, text in said.items() if label not in ("Errors", "Trap")
    ]
    if "Trap" in said:
        parts.append(f"> **Trap.** {sentence(spec, said['Trap'])}\n")
    told = [f"[{title}](../traps.md#{slug(title)})" for title, names in traps().items() if spec.name in names]
    if told:
        parts.append(f"On this: {', '.join(told)}.\n")
    return "\n".join(parts)


def see_also(spec: Spec) -> str:
    """Functions that the docstring names, and those whose docstrings name this one."""
    mine = set(re.findall(r"CFI_[A-Z0-9_]+", spec.summary + spec.body))
    theirs = {s.name for s in REGISTRY.values() if re.search(rf"\b{spec.name}\b", s.summary + s.body)}
    names = [name for name in REGISTRY if name in mine | theirs and name != spec.name]
    return f"**See also** {', '.join(linked(n) for n in names)}\n" if names else ""


def page(spec: Spec) -> str:
    """The page of one function."""
    parts = [
        # Who types CFI_LTV means it, not CFI_CORR_LTV, in which the same words stand.
        f"{boosted(round(2 + 1 / len(spec.name.split('_')), 2))}{NOTE}# {spec.name}\n",
        f"{prose(spec.summary, spec.name)}\n",
        f"In [{spec.category}](index.md#{slug(spec.category)})\n",
        f"## Formula\n\n{formula_part(spec)}",
        steps_part(spec),
        limits_part(spec),
        f"## Arguments\n\n{arguments_part(spec)}",
        f"## Returns\n\n{returns_part(spec)}",
        f"## Example\n\n{example_part(spec)}",
        f"## Errors\n\n{errors_part(spec)}",
        f"## Source\n\n{prose(spec.source.rstrip('.'), spec.name)}.\n",
        see_also(spec),
    ]
    return "\n".join(part for part in parts if part)


def categories() -> dict[str, list[Spec]]:
    found: dict[str, list[Spec]] = {}
    for spec in REGISTRY.values():
        found.setdefault(spec.category, []).append(spec)
    return found


def category_page() -> str:
    parts = [f"{NOTE}# Functions by category\n\n{len(REGISTRY)} functions. [By question](questions.md)\n"]
    for category, specs in categories().items():
        parts.append(f"## {category}\n\n" + table(["Function", "What it says"], [entry(spec) for spec in specs]))
    return "\n".join(parts)


def question_page() -> str:
    parts = [f"{NOTE}# Functions by question\n\n[By category](index.md)\n"]
    for question, names in questions().items():
        rows = [entry(REGISTRY[name]) for name in names if name in REGISTRY]
        parts.append(f"## {question}\n\n" + table(["Function", "What it says"], rows))
    return "\n".join(parts)


def entry(spec: Spec) -> list[str]:
    return [linked(spec.name), prose(spec.summary)]


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    found = {file_of(spec): page(spec) for spec in REGISTRY.values()}
    return {"index.md": category_page(), "questions.md": question_page()} | found
