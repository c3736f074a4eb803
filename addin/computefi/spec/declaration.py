"""One declaration makes a sheet function: the decorator reads it once and refuses what a host would refuse."""

from __future__ import annotations

import functools
import inspect
import keyword
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any, Final, Literal, TypeVar, get_args

import numpy as np

from computefi.errors import Code, DomainError, ModelError
from computefi.spec.kinds import Choice, Column, Example, Kind, Raw, Result, Rule, Shape, Words, parameter_names
from computefi.spec.native import Native

PREFIX = "CFI_"
HELP_LIMIT = 255
NAMES_LIMIT = 230
LAST_COLUMN = 16_384
LAST_ROW = 1_048_576
VARIADIC = 26  # as many as the longest call that CFI_WHY explains
MORE_ARGUMENTS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
CELL_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})|R\d*|C\d*|R\d*C\d*")
FUNCTION_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class Missing(Enum):
    """An argument that was not given at all."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class Several(Enum):
    """Several areas, `(A1:A9,C1:C9)`, given where one range belongs."""

    AREAS = "several areas"


SEVERAL_AREAS: Final = Several.AREAS

# Reserved words of VBA: none can name a parameter of a generated wrapper.
VBA_WORDS = frozenset(
    """addressof alias and any as binary boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cint
    clng close const csng cstr currency cvar cverr date debug declare dim do double each else elseif empty end enum
    eqv erase error event exit false for friend function get global gosub goto if imp implements in input integer is
    len let like lock long loop lset me mid mod new next not nothing null object on open option optional or output
    paramarray preserve print private property public put raiseevent redim rem resume return rset seek select set
    single static step stop string sub tab then to true type until variant wend while with withevents write
    xor caller abs array circle doevents fix int lbound ubound lenb inputb pset scale sgn""".split()
)

# What a reader comes with, in the order of the index; every function answers at least one.
Question = Literal[
    "How much can I lend?",
    "What is it worth if they fail?",
    "Is the cash there?",
    "What are the contracts worth?",
    "How far may the collateral fall?",
    "Who else pays?",
    "What do miners earn?",
    "How do I calibrate?",
    "Is this lender what it says?",
]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a sheet function."""

    name: str
    kind: Kind | Choice | Words
    help: str
    shape: Shape | Raw
    default: Any

    @property
    def optional(self) -> bool:
        return self.default is not inspect.Parameter.empty

    @property
    def is_number(self) -> bool:
        """A number, cell by cell."""
        return isinstance(self.kind, Kind) and isinstance(self.shape, Shape) and not self.shape.axes


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """All that any host, page or test needs to know of a sheet function. One is itself alone, and found so at once."""

    name: str
    function: Callable[..., Any]
    category: str
    questions: tuple[Question, ...]
    summary: str
    body: str
    parameters: tuple[Parameter, ...]
    result: Result
    rules: tuple[Rule, ...]
    nan: tuple[str, type[ModelError]]
    source: str
    examples: tuple[Example, ...]
    blocks: bool
    native: Native | None
    steps: Callable[..., Iterable[tuple[str, Any]]] | None
    # Read off the parameters once, because every call asks:
    raw: bool = field(init=False)  # arguments reach the model as cells, errors included
    axes: bool = field(init=False)  # at least one argument is a series or a matrix
    has_matrix: bool = field(init=False)  # at least one argument is always a matrix

    def __post_init__(self) -> None:
        shapes = [p.shape for p in self.parameters if isinstance(p.shape, Shape)]
        object.__setattr__(self, "raw", len(shapes) < len(self.parameters))
        object.__setattr__(self, "axes", any(shape.axes for shape in shapes))
        object.__setattr__(self, "has_matrix", any(len(s.axes) == 2 and not s.number_too for s in shapes))

    @property
    def python_name(self) -> str:
        return self.function.__name__

    @property
    def formula_lines(self) -> str:
        """The docstring's formula, up to the first blank line after the sentence."""
        return self.body.partition("\n\n")[0]

    def formula(self, example: Example | None = None) -> str:
        """The example as a banker would type it."""
        arguments = (example or self.examples[0]).arguments
        return f"={self.name}({','.join(_literal(a) for a in arguments)})"


def _literal(argument: Any) -> str:
    if argument is None:
        return ""
    if isinstance(argument, bool):
        return "TRUE" if argument else "FALSE"
    if isinstance(argument, str):
        return '"' + argument.replace('"', '""') + '"'
    if isinstance(argument, Code):
        return argument.value
    if isinstance(argument, (list, tuple, np.ndarray)):
        rows = [r if isinstance(r, (list, tuple, np.ndarray)) else [r] for r in argument]
        if all(len(r) == 1 for r in rows):  # a series is written as one row
            rows = [[r[0] for r in rows]]
        return "{" + ";".join(",".join(_literal(c) for c in r) for r in rows) + "}"
    return repr(float(argument)).removesuffix(".0")


class Registry(MutableMapping[str, Spec]):
    """The declarations by the names of their functions.

    What a module is known to declare is there before it is imported: `"CFI_LTV" in REGISTRY` imports nothing, and
    `REGISTRY["CFI_LTV"]` the one module that has it.
    """

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self.declared: dict[str, Spec] = {}  # by the modules that were imported
        self._awaited: dict[str, str] = {}  # the modules of the others

    def expect(self, modules: Mapping[str, str]) -> None:
        """The functions there are, in their order, with their modules; what was declared elsewhere comes after them."""
        self._names = dict.fromkeys((*modules, *self.declared))
        self._awaited = {name: module for name, module in modules.items() if name not in self.declared}

    def __getitem__(self, name: str) -> Spec:
        if name in self._awaited:
            # Where another thread imports it, this waits until the whole module is there.
            import_module(self._awaited[name])
            self._awaited.pop(name, None)
        return self.declared[name]

    def __setitem__(self, name: str, spec: Spec) -> None:
        self._names.setdefault(name)
        self.declared[name] = spec

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self.declared.pop(name, None)
        self._awaited.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


REGISTRY = Registry()


def documentation(function: Callable[..., Any]) -> str:
    """A function's docstring; `python -OO` drops it, and then it is read from the source, since it is Excel's help."""
    if function.__doc__ or sys.flags.optimize < 2:
        return function.__doc__ or ""
    return docstrings_in(function.__code__.co_filename).get(function.__name__, "")


@functools.cache
def docstrings_in(path: str) -> dict[str, str]:
    """The docstrings of the functions of a module by their names."""
    import ast

    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    # Those within others first, so that one of the module itself goes before them.
    functions = [node for node in reversed([*ast.walk(tree)]) if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_docstring(node) or "" for node in functions}


def declare(
    *,
    category: str,
    source: str,
    examples: Sequence[Example],
    questions: Sequence[Question] = (),
    rules: Sequence[Rule] = (),
    nan: tuple[str, type[ModelError]] = ("the result is not a finite number", DomainError),
    blocks: bool = False,
    native: Native | None = None,
    steps: Callable[..., Iterable[tuple[str, Any]]] | None = None,
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Register a model function as a sheet function; the function comes back unchanged.

    `questions` are those of the index that the function answers. `rules` are the conditions between arguments, in the
    order in which they are reported. `nan` says what a NaN in the model's answer means. `blocks` lets a function of a
    matrix take blocks of series, a row per case, that share the matrix. `native` is the function as a formula of
    Excel, for workbooks without an add-in. `steps` gives rows of CFI_STEPS that no line can: one per period, a search.
    `registry` takes the declaration; another than that of all functions is a host's own.
    A declaration that a host would refuse raises TypeError here, with all its faults at once.
    """

    def register(function: F) -> F:
        hints = inspect.get_annotations(function, eval_str=True)
        name = PREFIX + function.__name__.upper()
        summary, _, body = inspect.cleandoc(documentation(function)).partition("\n")
        faults: list[str] = []
        parameters = tuple(_parameters(function, hints, faults))
        result = _result(hints.get("return"), faults)
        spec = Spec(
            name, function, category, tuple(questions), summary, body.strip(), parameters, result,
            tuple(rules), nan, source, tuple(examples), blocks, native, steps,
        )  # fmt: skip
        faults += _faults(spec) + (["declared twice"] if name in registry.declared else [])
        if faults:
            raise TypeError(f"{name}: " + "; ".join(faults))
        registry[name] = spec
        return function

    return register


def _parameters(function: Callable[..., Any], hints: Mapping[str, Any], faults: list[str]) -> Iterator[Parameter]:
    """The parameters as hosts see them. `*values` of raw cells becomes a fixed number of optional ones, because xlwings
    refuses optional together with variadic: as many as their joined names have room for."""
    room = NAMES_LIMIT
    for name, default, kind_of in _given(function):
        variadic = kind_of is inspect.Parameter.VAR_POSITIONAL
        kind, text, shape = _declared(name, hints.get(name), [] if variadic else faults)
        if variadic and isinstance(shape, Raw):
            names = [f"{name.removesuffix('s')}_{i}" for i in range(1, VARIADIC + 1)]
            for i, each in enumerate(names, 1):
                if len(",".join(names[:i])) <= room:
                    yield Parameter(each, Words("any"), f"Argument {i} {text}", shape, MISSING)
            continue
        room -= len(name) + 1
        if kind_of is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            faults.append(f"{name} must be a plain positional parameter")
        yield Parameter(name, kind, text, shape, default)


def _given(function: Callable[..., Any]) -> list[tuple[str, Any, Any]]:
    """Name, default and kind of each parameter; off the code where all are plain, twenty times as fast."""
    code, plain, none = function.__code__, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
    if code.co_posonlyargcount or code.co_kwonlyargcount or code.co_flags & MORE_ARGUMENTS:
        return [(p.name, p.default, p.kind) for p in inspect.signature(function).parameters.values()]
    names, defaults = parameter_names(function), function.__defaults__ or ()
    return [
        (name, default, plain)
        for name, default in zip(names, (none,) * (len(names) - len(defaults)) + defaults, strict=True)
    ]


def _declared(name: str, hint: Any, faults: list[str]) -> tuple[Kind | Choice | Words, str, Shape | Raw]:
    """What an annotation says of a parameter: its kind, its help, its shape; the last of each counts."""
    kind: Kind | Choice | Words | None = None
    shape: Shape | Raw | None = None
    text = ""
    for extra in _said(hint):
        if isinstance(extra, str):
            text = extra
        elif isinstance(extra, (Kind, Choice, Words)):
            kind = extra
        elif isinstance(extra, (Shape, Raw)):
            shape = extra
    if kind is None:
        faults.append(f"{name} has no kind, so no unit")
    if shape is None:
        faults.append(f"{name} has no shape")
    return kind or Words("any"), text, shape or Shape()


def _said(hint: Any) -> tuple[Any, ...]:
    """What an annotation says beside the type, with what it builds on first."""
    said: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    return (*_said(hint.__origin__), *said) if hasattr(hint, "__origin__") else said


def _result(hint: Any, faults: list[str]) -> Result:
    kind, text = None, ""
    for extra in _said(hint):
        if isinstance(extra, Result):
            return extra
        if isinstance(extra, str):
            text = extra
        elif isinstance(extra, (Kind, Words)):
            kind = extra
    if kind is None or not text:
        faults.append("the result has no kind or no help text")
        return Result()
    return Result((Column("result", kind, text),))


def _faults(spec: Spec) -> list[str]:
    """Everything that some host would refuse or that a reader would miss."""
    faults = []
    if not FUNCTION_NAME.fullmatch(spec.name):
        faults.append("the name is not one that VBA, Office.js and Calc all take")
    if is_cell_address(spec.name):
        faults.append("the name is a cell address")
    for text, owner in [(spec.summary, "the summary"), *((p.help, p.name) for p in spec.parameters)]:
        if not 0 < len(text) <= HELP_LIMIT:
            faults.append(f"help of {owner} has {len(text)} characters, not 1 to {HELP_LIMIT}")
    if len(",".join(p.name for p in spec.parameters)) > NAMES_LIMIT:
        faults.append(f"parameter names join to more than {NAMES_LIMIT} characters")
    names = {p.name for p in spec.parameters}
    for p in spec.parameters:
        if p.name in VBA_WORDS or keyword.iskeyword(p.name):
            faults.append(f"{p.name} is a word of VBA or Python")
        if is_cell_address(p.name):
            faults.append(f"{p.name} is a cell address")
    for earlier, later in zip(spec.parameters, spec.parameters[1:], strict=False):
        if earlier.optional and not later.optional:
            faults.append(f"{later.name} is required but follows the optional {earlier.name}")
    for rule in spec.rules:
        unknown = {rule.parameter, *rule.reads} - names
        if unknown:
            faults.append(f"rule “{rule.text}” reads {', '.join(sorted(unknown))}, not a parameter")
    if not spec.body:
        faults.append("the docstring has no formula")
    if not spec.source:
        faults.append("no source")
    if not spec.examples:
        faults.append("no example")
    for example in spec.examples:
        if len(example.arguments) > len(spec.parameters):
            faults.append("an example has more arguments than the function")
    if not spec.category:
        faults.append("no category")
    for question in set(spec.questions) - set(get_args(Question)):
        faults.append(f"“{question}” is no question of the index")
    if spec.native and spec.native.checked and len(spec.native.rules) != len(spec.rules):
        faults.append(f"the native formula has {len(spec.native.rules)} rules, the declaration {len(spec.rules)}")
    return faults


def is_cell_address(name: str) -> bool:
    """True for A1 and R1C1 addresses, which no function may be called."""
    match = CELL_ADDRESS.fullmatch(name.upper())
    if match is None or match[1] is None:
        return match is not None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column <= LAST_COLUMN and 1 <= int(match[2]) <= LAST_ROW
