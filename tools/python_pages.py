"""The reference of the Python interface: signatures and docstrings of what may be imported."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from computefi import recalc
from computefi.spec import REGISTRY, Parameter
from tools.markdown import NOTE, boosted, code, table
from tools.pages import categories, default_words, file_of

# The modules that a user imports, and what from them; () is all that they define with a public name.
MODULES: dict[str, tuple[str, ...]] = {
    "computefi.recalc": tuple(recalc.__all__),
    "computefi.recalc.batch.api": ("recalculate_many", "Batch"),
    "computefi.plot": (),
    "computefi.errors": (
        "Code", "ModelError", "InputError", "DomainError", "NoSolution", "MissingData", "ZeroDivisor", "CellError",
    ),
}  # fmt: skip


LOW = boosted(0.5)  # who searches for a function wants its own page


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"index.md": index()} | {f"{name.removeprefix('computefi.')}.md": page(name) for name in MODULES}


def index() -> str:
    """The functions as Python calls them, and the modules beside them."""
    rows = [
        [f"[{code(name)}]({name.removeprefix('computefi.')}.md)", first_line(import_module(name))] for name in MODULES
    ]
    parts = [
        f"{LOW}{NOTE}# Python reference\n\nHow arguments and answers look stands in [In Python](../python.md).\n",
        "## Modules\n\n" + table(["Module", "What it is for"], rows),
        '## computefi\n\nEvery function below is imported with `import computefi`, and takes `errors="raise"` or '
        '`errors="nan"` besides. Its page has units, bounds, an example and the source.\n',
    ]
    for category, specs in categories().items():
        lines = [
            f"[`{spec.python_name}({', '.join(map(parameter, spec.parameters))})`](../functions/{file_of(spec)})"
            for spec in specs
        ]
        parts.append(f"### {category}\n\n" + "\n".join(f"- {line}" for line in lines) + "\n")
    assert sum(len(specs) for specs in categories().values()) == len(REGISTRY)
    return "\n".join(parts)


def parameter(given: Parameter) -> str:
    """A parameter of a function as a signature has it."""
    default = default_words(given)
    return given.name if default == "required" else f"{given.name}={'None' if default == 'none' else default}"


def page(name: str) -> str:
    """What may be imported from one module."""
    module = import_module(name)
    parts = [f"{LOW}{NOTE}# {name}\n", docstring(module)]
    for called in MODULES[name] or public(module):
        parts += entry(called, getattr(module, called))
    return "\n".join(parts)


def public(module: Any) -> list[str]:
    """What a module defines with a public name."""
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and inspect.isfunction(thing) and thing.__module__ == module.__name__
    ]


def entry(name: str, thing: Any) -> Iterator[str]:
    """A function with its signature; a class with its fields and methods."""
    yield f"## {name}\n"
    if not inspect.isclass(thing):
        yield f"```python\n{signature(name, thing)}\n```\n"
        yield docstring(thing)
        return
    bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
    yield f"```python\nclass {name}({bases})\n```\n".replace("()", "")
    yield docstring(thing)
    if dataclasses.is_dataclass(thing):
        fields = [f for f in dataclasses.fields(thing) if not f.name.startswith("_")]
        yield table(["Field", "Type"], [[code(f.name), code(str(f.type))] for f in fields])
    for called, member in vars(thing).items():
        function = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
        public = not called.startswith("_") or called == "__getitem__"
        if public and inspect.isfunction(function):
            yield f"### {name}.{called}\n"
            yield f"```python\n{signature(called, function)}\n```\n"
            yield docstring(function)
        elif public and isinstance(member, property):
            yield f"### {name}.{called}\n"
            yield docstring(member)


def signature(name: str, function: Any) -> str:
    """The signature on one line, or a line for each parameter where it is long."""
    found = inspect.signature(function)
    given = [typed(p) for p in found.parameters.values() if p.name not in ("self", "cls")]
    gives = found.return_annotation
    line = f"def {name}({', '.join(given)}) -> {gives}"
    if len(line) < 100:
        return line
    return f"def {name}(\n" + "".join(f"    {one},\n" for one in given) + f") -> {gives}"


def typed(given: inspect.Parameter) -> str:
    """A parameter with its type and its default."""
    stars = "**" if given.kind is given.VAR_KEYWORD else "*" if given.kind is given.VAR_POSITIONAL else ""
    kind = "" if given.annotation is given.empty else f": {given.annotation}"
    if given.default is given.empty:
        return f"{stars}{given.name}{kind}"
    return f"{given.name}{kind} = {'…' if callable(given.default) else repr(given.default)}"


def docstring(thing: Any) -> str:
    """A docstring as Markdown; what is laid out by hand stays as it is."""
    text = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) and text.startswith(f"{thing.__name__}("):
        text = ""  # what a dataclass says of itself
    blocks = []
    for paragraph in re.split(r"\n{2,}", text):
        drawn = re.search(r"→|──|^ {2,}\S|^from ", paragraph, re.MULTILINE)
        blocks.append(f"```text\n{paragraph}\n```" if drawn else re.sub(r"([<*])", r"\\\1", paragraph))
    return "\n\n".join(blocks) + "\n"


def first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]
