"""What `help(computefi.corr_ltv)` shows: the declaration under the headings of numpydoc."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from computefi.spec import Example, Kind, Parameter, Shape, Spec
from computefi.spec.kinds import Choice, Raw, Words

WIDTH = 96
OUT_OF_BOUNDS = "where an argument is outside its bounds"
MOST_LINES = 55  # of the sixty that a screen holds, `help` takes some for itself
ERRORS = Parameter(
    "errors",
    Words("text", 'must be "raise" or "nan"'),
    "What a case that fails gives: an error, or NaN",
    Raw(),
    "raise",
)


def docstring(spec: Spec) -> str:
    """The sentence, the parameters, the answer, the errors, the formula, an example and the source."""
    text = _written(spec, short=False, most=MOST_LINES)
    for most in (MOST_LINES, 6, 4, 2, 1):
        if text.count("\n") >= MOST_LINES:
            text = _written(spec, short=True, most=most)
    return text


def _written(spec: Spec, short: bool, most: int) -> str:
    """The sections; in a short one the meaning of a parameter stands in its line, and numbers go without theirs.

    `most` is how many lines of the formula are told.
    """
    example = spec.examples[0]
    parts = [
        _filled(spec.summary),
        _section("Parameters", [_parameter(p, short) for p in _parameters(spec)]),
        _section("Returns", _returns(spec, short)),
        _section("Raises", [f"ModelError\n{_wrapped(said(spec, 'Errors') or OUT_OF_BOUNDS)}"]),
        _section("Notes", _formula(spec, most)),
        _section("Examples", [f">>> computefi.{call_text(spec, example)}\n{_shown(example.result)}"]),
        _section("References", [_filled(spec.source)]),
    ]
    return "\n\n".join(parts)


def _parameters(spec: Spec) -> list[Parameter]:
    """The parameters and `errors`; of cells by number, only the first and the last."""
    cells = [p for p in spec.parameters if isinstance(p.shape, Raw) and p.optional]
    others = [p for p in spec.parameters if p not in cells]
    if cells:
        first, last = cells[0], cells[-1]
        others.append(Parameter(f"{first.name}, …, {last.name}", first.kind, "The arguments of that call", Raw(), None))
    return others if spec.raw else [*others, ERRORS]


def _formula(spec: Spec, most: int) -> list[str]:
    """The formula; of a long one where the rest stands."""
    lines = spec.formula_lines.splitlines()
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"… (the rest in docs/functions/{spec.python_name}.md)"]


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH)


def _section(title: str, parts: list[str]) -> str:
    return "\n".join([title, "-" * len(title), *parts])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _parameter(parameter: Parameter, short: bool) -> str:
    """Name, shape, unit and bounds, and the meaning."""
    words = [_shape_of(parameter)]
    if isinstance(parameter.kind, Kind):
        words += [parameter.kind.unit.strip("–"), parameter.kind.bounds.removeprefix("must be ")]
    if parameter.optional:
        words.append("optional")
    if short:
        words = [word for word in words if word != "float or array"]
    head = f"{parameter.name} : " + "; ".join(word for word in words if word and word != "a number")
    return f"{head.rstrip(' :')} : {parameter.help}" if short else f"{head}\n{_wrapped(parameter.help)}"


def _shape_of(parameter: Parameter) -> str:
    if isinstance(parameter.kind, (Choice, Words)):
        return parameter.kind.bounds.removeprefix("must be ")
    if not isinstance(parameter.shape, Shape):
        return "anything"
    of = f" of {parameter.shape.size}" if parameter.shape.size else ""
    return ("float or array", f"series{of}", "matrix")[len(parameter.shape.axes)]


def _returns(spec: Spec, short: bool) -> list[str]:
    """A line or two for each number of the answer."""
    columns = [*spec.result.columns, *([spec.result.more] if spec.result.more else [])]
    if spec.result.single:
        head = f"float or array; {columns[0].kind.unit}" if isinstance(columns[0].kind, Kind) else "text"
        return [f"{head}\n{_wrapped(columns[0].help)}"]
    head = f"Answer, a row per {spec.result.rows}" if spec.result.rows else "Answer"
    if short:
        return [_filled(f"{head}: {', '.join(column.name for column in columns)}")]
    return [head, *(_wrapped(f"{column.name} ({column.kind.unit}): {column.help}") for column in columns)]


def said(spec: Spec, label: str) -> str:
    """A labelled paragraph of the declaration, `Errors: #NUM! outside the bounds.`; nothing where it has none."""
    lines = spec.body.partition("\n\n")[2].splitlines()
    for place, line in enumerate(lines):
        if line.startswith(f"{label}: "):
            more = []
            for other in lines[place + 1 :]:
                if not other.strip() or (other.partition(": ")[1] and other.partition(": ")[0].isalpha()):
                    break
                more.append(other.strip())
            return " ".join([line.removeprefix(f"{label}: "), *more])
    return ""


def call_text(spec: Spec, example: Example) -> str:
    """An example as a line of Python: `corr_ltv(70, 100, 0.05, 0.5, 0.4, 1)`."""
    return f"{spec.python_name}({', '.join(map(_literal, example.arguments))})"


def _literal(argument: Any) -> str:
    if isinstance(argument, (list, tuple, np.ndarray)):
        return f"[{', '.join(map(_literal, argument))}]"
    if isinstance(argument, (float, np.generic)):
        return f"{float(argument):.6g}"
    return repr(argument)


def _shown(result: Any) -> str:
    if isinstance(result, (list, tuple, np.ndarray)):
        return f"array([{', '.join(map(_shown, result))}])"
    return f"{float(result):.10g}" if isinstance(result, (int, float)) and not isinstance(result, bool) else str(result)
