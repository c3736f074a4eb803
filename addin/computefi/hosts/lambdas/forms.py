"""From a declaration and a text to the LAMBDA that a workbook stores.

The declaration gives the parameters, their defaults, the bounds and the errors, so that a LAMBDA refuses what the
Python function refuses, with the same error value; its `native` gives the formula. A stored LAMBDA spells
functions younger than Excel 2007 `_xlfn.NAME`, what it binds `_xlpm.name`, and an optional parameter in the
parameter list, there only, `_xlop.name`. Excel takes no name of more than 8,192 characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import numpy as np

from computefi.errors import Code
from computefi.formulas.functions import FUNCTIONS as EXCEL
from computefi.formulas.tree import Call, Expression, Group, Leaf, parse
from computefi.hosts.lambdas.texts import FUNCTIONS, HELPERS, mirrors
from computefi.spec import REGISTRY, Spec
from computefi.spec.convert import is_text
from computefi.spec.declaration import Parameter
from computefi.spec.kinds import Choice, Kind, Shape
from computefi.spec.native import Native, array, plain

LENGTH_LIMIT = 8_192
COMMENT_LIMIT = 255


def definition(name: str) -> str:
    """The LAMBDA as `definedName` stores it, its lines apart by line feeds."""
    return _definitions(name)[0]


def needed(names: set[str]) -> list[str]:
    """The names and all that their texts call in turn, in the order of the alphabet, case aside."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _definitions(name)[1]
    return sorted(found, key=str.casefold)


def comment(name: str) -> str:
    """What Excel shows beside the name: the Python function it mirrors, and the first sentence of its help."""
    if name in HELPERS:
        return f"{mirrors(name)}: a part of the functions that begin with CFI_"
    text = f"{mirrors(name)}: {REGISTRY[name].summary}"
    return text if len(text) <= COMMENT_LIMIT else text[: COMMENT_LIMIT - 1] + "…"


def typed(name: str) -> str:
    """The LAMBDA as one would type it, but for the square brackets around optional parameters."""
    if name in HELPERS:
        helper = HELPERS[name]
        return laid_out(f"LAMBDA({','.join(helper.parameters)},\n{helper.body})")
    return laid_out(_function(REGISTRY[name], FUNCTIONS[name]))


@cache
def _definitions(name: str) -> tuple[str, tuple[str, ...]]:
    optional = {p.name for p in REGISTRY[name].parameters if p.optional} if name in FUNCTIONS else set()
    stored, called = stored_form(typed(name), optional)
    if len(stored) + stored.count("\n") > LENGTH_LIMIT:
        raise ValueError(f"{name} has {len(stored)} characters, more than Excel takes")
    return stored, tuple(called)


def stored_form(text: str, optional: set[str] | frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    """A typed LAMBDA as a file spells it, and our functions that it calls."""
    head, body = text.removeprefix("LAMBDA(").split("\n", 1)
    called = []

    def spelled(function: str) -> str:
        if function in HELPERS or function in FUNCTIONS:
            called.append(function)
            return function
        if function not in EXCEL:
            raise ValueError(f"{function} is no function this export knows how to spell")
        return EXCEL[function].stored

    written = rewritten(parse(body.removesuffix(")")), spelled, lambda name: f"_xlpm.{name}")
    names = [name for name in head.split(",") if name]
    heading = "".join(f"{'_xlop' if name in optional else '_xlpm'}.{name}," for name in names)
    return laid_out(f"_xlfn.LAMBDA({heading}\n{written})"), called


def rewritten(tree: Expression, function: Callable[[str], str], name: Callable[[str], str]) -> str:
    """The text of a formula with its functions and the names in it changed."""
    out = []
    for node in tree:
        if isinstance(node, Leaf):
            out.append(name(node.text) if node.kind == "RANGE" else node.text)
        else:
            parts = [rewritten(part, function, name) for part in inner(node)]
            out.append(f"{function(node.name) if isinstance(node, Call) else ''}({','.join(parts)})")
    return "".join(out)


def inner(node: Call | Group) -> list[Expression]:
    """The arguments of a call, or what stands in brackets."""
    return node.arguments if isinstance(node, Call) else node.parts


def laid_out(text: str) -> str:
    """The same with every line as deep as the brackets open before it; no text of ours holds a bracket in quotes."""
    lines, depth = [], 0
    for line in text.split("\n"):
        lines.append("  " * depth + line.strip())
        depth += line.count("(") - line.count(")")
    return "\n".join(lines)


def _function(spec: Spec, text: Native) -> str:
    """A sheet function: its defaults, its checks in the order of the call path, its rules, its formula."""
    heading = f"LAMBDA({','.join(p.name for p in spec.parameters)},\n"
    if not text.checked:
        return f"{heading}{text.body})"
    lines = [*_values(spec), f"given,{_given(spec)}", *_fits(spec), "whole,given+fits"]
    lines += [f"errors,{'+'.join(_each(spec, p, f'CFI__ERROR({_filled(p)})') for p in _numbers(spec))}"]
    bounds = [_each(spec, p, _bounds(p)) for p in _numbers(spec)]
    lines += [f"bounds,{'+'.join(bounds)}", "clear,errors+bounds"]
    rules = [
        f"IF({_renamed(spec, rule)},0,{declared.error.code.value})"
        for rule, declared in zip(text.rules, spec.rules, strict=True)
    ]
    lines += [f"rules,{'+'.join(rules)}"] if rules else []
    lines += [f"answer,{_renamed(spec, text.body)}"]
    clear = "clear+rules" if rules else "clear"
    clear = f"TOCOL({clear})" if not (spec.result.single or spec.axes) else clear
    # Ranges that do not fit would be filled up with #N/A, so the call as a whole is judged first.
    lines += [f"IF(ISERROR(whole),whole,{clear}+IFERROR(answer,{spec.nan[1].code.value}))"]
    return f"{heading}LET(\n" + ",\n".join(lines) + "))"


def _rows(name: str) -> str:
    """The number of rows, of an error too, which ROWS would hand on as itself."""
    return f"ROWS(ISERROR({name}))"


def _columns(name: str) -> str:
    return f"COLUMNS(ISERROR({name}))"


def _numbers(spec: Spec) -> list[Parameter]:
    return [p for p in spec.parameters if not is_text(p)]


def _axes(parameter: Parameter) -> tuple[str, ...]:
    return parameter.shape.axes if isinstance(parameter.shape, Shape) else ()


def _filled(parameter: Parameter) -> str:
    """The argument as given, the default where it is missing or blank; blanks inside a range are still blanks."""
    if len(_axes(parameter)) == 1:
        return f"{parameter.name}_or" if parameter.optional else parameter.name
    return _final(parameter)


def _final(parameter: Parameter) -> str:
    """The argument as the formula uses it."""
    return f"{parameter.name}_" if parameter.optional or len(_axes(parameter)) == 1 else parameter.name


def _values(spec: Spec) -> Iterator[str]:
    """A line per parameter that has a default or is a series."""
    for p in spec.parameters:
        if p.optional:
            default, name = _default(p), p.name
            blank = f"IF(ISBLANK({name}),{default},{name})"
            if not p.is_number:  # the blanks inside a series are faults
                blank = f"IF({_rows(name)}*{_columns(name)}>1,{name},{blank})"
            yield f"{_filled(p)},IF(ISOMITTED({name}),{default},{blank})"
        if len(_axes(p)) == 1:
            yield f"{_final(p)},CFI__ROWS({_filled(p)})"


def _default(parameter: Parameter) -> str:
    if is_text(parameter):
        return f'"{parameter.default}"'
    numbers = np.atleast_1d(parameter.default)
    return plain(float(numbers[0])) if len(numbers) == 1 else array(numbers)


def _given(spec: Spec) -> str:
    """What fails the call as a whole before its numbers are looked at: nothing given, or the wrong word."""
    missing = ",".join(f"ISOMITTED({p.name})" for p in spec.parameters if not p.optional)
    terms = [f"IF(OR({missing}),#VALUE!,0)"]
    for p in spec.parameters:
        if is_text(p):
            assert isinstance(p.kind, Choice)
            words = "{" + ",".join(f'"{word}"' for word in p.kind.words) + "}"
            word = _final(p)
            known = f"IF(ISTEXT({word}),IF(OR(TRIM({word})={words}),0,#VALUE!),#VALUE!)"
            terms.append(f"IF({_rows(word)}*{_columns(word)}>1,#VALUE!,IF(ISERROR({word}),{word},{known}))")
    return "+".join(terms)


def _fits(spec: Spec) -> list[str]:
    """Whether the shapes of the arguments go together."""
    return _fits_series(spec) if spec.axes else _fits_cells(spec)


def _fits_cells(spec: Spec) -> list[str]:
    names = [_final(p) for p in _numbers(spec)]
    lines = [
        f"tall,VSTACK({','.join(map(_rows, names))})",
        f"wide,VSTACK({','.join(map(_columns, names))})",
    ]
    grid = "" if spec.result.single else "+IF((MAX(tall)>1)*(MAX(wide)>1),#VALUE!,0)"
    return [*lines, f"fits,CFI__FIT(tall,0)+CFI__FIT(wide,0){grid}"]


def _fits_series(spec: Spec) -> list[str]:
    numbers = _numbers(spec)
    cases = ",".join(_rows(_final(p)) for p in numbers if len(_axes(p)) < 2)
    lines, terms = [f"cases,VSTACK({cases})"], ["CFI__FIT(cases,0)"]
    singles = [_columns(_final(p)) for p in numbers if not _axes(p)]
    if singles:
        terms.append(f"IF(MAX({','.join(singles)})>1,#VALUE!,0)")
    if spec.result.rows:
        terms.append("IF(MAX(cases)>1,#VALUE!,0)")
    elif spec.has_matrix and not spec.blocks:
        series = ",".join(_rows(_final(p)) for p in numbers if len(_axes(p)) == 1)
        terms.append(f"IF(MAX({series})>1,#VALUE!,0)")
    for axis in dict.fromkeys(axis for p in numbers for axis in _axes(p)):
        terms.append(_fits_axis(numbers, axis))
    for p in numbers:
        if len(set(_axes(p))) < len(_axes(p)):
            terms.append(f"IF({_rows(_final(p))}={_columns(_final(p))},0,#VALUE!)")
    return [*lines, f"fits,{'+'.join(terms)}"]


def _fits_axis(numbers: list[Parameter], axis: str) -> str:
    """The series along one axis have one length: that of the matrix, or the declared one, where there is one."""
    size = "0"
    for p in numbers:
        assert isinstance(p.shape, Shape)
        if p.shape.size and axis in p.shape.axes:
            size = str(p.shape.size)
        if len(p.shape.axes) == 2 and axis in p.shape.axes:
            name = _final(p)
            size = _rows(name) if p.shape.axes[0] == axis else _columns(name)
            if p.shape.number_too:
                size = f"IF({_rows(name)}*{_columns(name)}=1,0,{size})"
    lengths = [_columns(_final(p)) for p in numbers if _axes(p) == (axis,)]
    return f"CFI__FIT(VSTACK({','.join(lengths)}),{size})"


def _bounds(parameter: Parameter) -> str:
    """0 where a number is within its bounds, the error where not."""
    kind, name = parameter.kind, _filled(parameter)
    assert isinstance(kind, Kind)
    assert not kind.flag, f"{parameter.name} is a flag, which no text has needed yet"
    terms = [f"CFI__CHECK({name},{plain(kind.low)},{plain(kind.high)})"]
    if kind.low_open and np.isfinite(kind.low):
        terms.append(f"IF({name}={plain(kind.low)},{Code.NUM.value},0)")
    if kind.high_open and np.isfinite(kind.high):
        terms.append(f"IF({name}={plain(kind.high)},{Code.NUM.value},0)")
    if kind.whole:
        terms.append(f"IF({name}=INT({name}),0,{Code.NUM.value})")
    if kind.zero_divides:
        terms.append(f"IF({name}=0,{Code.DIV0.value},0)")
    return "+".join(terms)


def _each(spec: Spec, parameter: Parameter, check: str) -> str:
    """A check of every cell as one number per case."""
    if spec.result.rows or len(_axes(parameter)) == 2:
        return f"SUM({check})" if _axes(parameter) else check
    return f"CFI__TOTALS(CFI__ROWS({check}))" if _axes(parameter) else check


def _renamed(spec: Spec, text: str) -> str:
    """A text with its parameters as the lines before it call them."""
    finals: Mapping[str, str] = {p.name: _final(p) for p in spec.parameters}
    return rewritten(parse(text), str, lambda name: finals.get(name, name))
