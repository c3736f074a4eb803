"""No regular expression takes more than linear time, whatever it is given.

Every expression of the package is collected, those written inside functions too, and is fed what is worst for it: what
each of its parts matches, over and over, alone and after what stands before the part; 64 KB of it in the long form, 8
in the short one. An expression of quadratic time needs a minute for 64 KB, a linear one some milliseconds. The budget
is processor time.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import computefi
from computefi.xlsx.sheet import Patterns

LENGTH = 65_536
BUDGET = 2.0  # seconds of processor time for one expression and one text
ROOT = Path(computefi.__file__).parent
USES = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split", "pattern"}
SEVERAL = ("a", "0", " ", "A", "<", '"', "'", "=", ":", "!", "[", "_", "x")


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(computefi.__path__, "computefi."):
        if not found.name.endswith("__main__") and ".libreoffice" not in found.name and found.name.count("excel") == 0:
            yield importlib.import_module(found.name)


def patterns_in(thing: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(thing, re.Pattern):
        yield thing
    elif isinstance(thing, (tuple, list, frozenset)):
        for one in thing:
            yield from patterns_in(one)
    elif isinstance(thing, dict):
        yield from patterns_in(tuple(thing.values()))


def written_inside_functions() -> Iterator[tuple[re.Pattern[Any], set[str]]]:
    """Expressions given as plain texts to `re.search` and its like, and how each is used."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            first, module, used = node.args[0], node.func.value, node.func.attr
            plain = isinstance(first, ast.Constant) and isinstance(first.value, (str, bytes))
            if plain and isinstance(module, ast.Name) and module.id == "re" and used not in ("escape", "compile"):
                yield re.compile(first.value), {used}  # type: ignore[attr-defined]


def all_patterns() -> list[tuple[re.Pattern[Any], set[str]]]:
    """Every expression and the methods by which it is used; those in tables are taken to be searched for."""
    found: dict[Any, tuple[re.Pattern[Any], set[str]]] = {}
    for module in modules():
        source = Path(module.__file__).read_text(encoding="utf-8")
        for name, thing in vars(module).items():
            for pattern in patterns_in(thing):
                used = set(re.findall(rf"\b{name}\.(\w+)", source)) & USES
                found.setdefault((pattern.pattern, pattern.flags), (pattern, set()))[1].update(used)
    for name, made in vars(Patterns).items():
        for prefix in (b"", b"x:") if isinstance(made, cached_property) else ():
            pattern = getattr(Patterns(prefix), name)
            found[pattern.pattern, pattern.flags] = pattern, {"finditer"}
    for pattern, used in written_inside_functions():
        found.setdefault((pattern.pattern, pattern.flags), (pattern, used))
    return list(found.values())


def use(pattern: re.Pattern[Any], used: set[str], text: Any) -> None:
    """As the package uses it: at one place where it only matches there, else all over."""
    if used and used <= {"match", "fullmatch"}:
        pattern.fullmatch(text)
        pattern.match(text)
        return
    for _ in pattern.finditer(text):
        pass


# ---- what is worst for an expression --------------------------------------------------------------------------------


def example(nodes: Any, choice: int) -> str:
    """A text that a part of a parsed expression matches; `choice` says which of several."""
    return "".join(example_of(str(name), value, choice) for name, value in nodes)


def example_of(name: str, value: Any, choice: int) -> str:
    if name == "LITERAL":
        return chr(value)
    if name == "NOT_LITERAL":
        return next(c for c in SEVERAL[choice % len(SEVERAL) :] + SEVERAL if ord(c) != value)
    if name == "ANY":
        return SEVERAL[choice % len(SEVERAL)]
    if name == "IN":
        allowed = re.compile(class_text(value), re.DOTALL)
        rotated = chain(SEVERAL[choice % len(SEVERAL) :], SEVERAL, map(chr, range(1, 0x3000)))
        return next((c for c in rotated if allowed.fullmatch(c)), "a")
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _, body = value
        return example(body, choice) * max(1, min(int(least), 200))
    if name == "SUBPATTERN":
        return example(value[3], choice)
    if name == "ATOMIC_GROUP":
        return example(value, choice)
    if name == "BRANCH":
        return example(value[1][choice % len(value[1])], choice)
    return ""  # assertions, anchors, references to groups


def class_text(items: Any) -> str:
    """A character class as an expression again."""
    out = ""
    for kind, value in items:
        name = str(kind)
        if name == "NEGATE":
            out += "^"
        elif name == "LITERAL":
            out += re.escape(chr(value))
        elif name == "RANGE":
            out += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        elif name == "CATEGORY":
            out += {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}.get(
                str(value).removeprefix("CATEGORY_"), {"NOT_SPACE": r"\S", "NOT_WORD": r"\W"}.get(
                    str(value).removeprefix("CATEGORY_"), r"\D"
                )
            )  # fmt: skip
    return f"[{out}]"


def parts(nodes: Any, before: str, choice: int) -> Iterator[tuple[str, str]]:
    """Each part's example, and an example of what stands before it."""
    for name, value in nodes:
        mine = example_of(str(name), value, choice)
        if mine:
            yield before, mine
        inner = {"SUBPATTERN": lambda v: [v[3]], "BRANCH": lambda v: v[1], "ATOMIC_GROUP": lambda v: [v]}.get(str(name))
        if str(name).endswith("REPEAT"):
            inner = lambda v: [v[2]]  # noqa: E731
        for part in inner(value) if inner else []:
            yield from parts(part, before, choice)
        before += mine


def worst_texts(pattern: re.Pattern[Any], choices: int = 4, length: int = LENGTH) -> set[str]:
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    tree = re._parser.parse(pattern.pattern, flags)  # type: ignore[attr-defined]
    texts = set()
    for choice in range(choices):
        whole = example(tree, choice)
        seeds = {("", whole[:-1]), ("", whole), *parts(tree, "", choice)}
        for before, pump in seeds:
            if pump:
                texts.add((before + pump * (length // len(pump)))[:length])
                texts.add(((before + pump) * (length // len(before + pump) + 1))[:length])
    return texts


class OverBudget(Exception):
    pass


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise OverBudget


def over_budget(choices: int, length: int, budget: float) -> dict[Any, str]:
    """The expressions that take too long, and with what."""
    slow: dict[Any, str] = {}
    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        for pattern, used in all_patterns():
            for text in sorted(worst_texts(pattern, choices, length)):
                given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
                signal.setitimer(signal.ITIMER_VIRTUAL, budget)
                try:
                    use(pattern, used, given)
                except OverBudget:
                    slow[pattern.pattern] = text[:60]
                    break
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return slow


@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="this system does not count a process's time")
def test_no_regular_expression_takes_more_than_linear_time() -> None:
    assert over_budget(choices=1, length=LENGTH // 8, budget=BUDGET / 10) == {}


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="this system does not count a process's time")
def test_no_regular_expression_takes_more_than_linear_time_whatever_its_parts_match() -> None:
    assert over_budget(choices=4, length=LENGTH, budget=BUDGET) == {}


@pytest.mark.parametrize("slow", [r"<r\b.*?</r>", r"(a+)+b", r"\s+x"])
def test_the_worst_is_found_for_an_expression_that_is_known_to_be_slow(slow: str) -> None:
    pattern = re.compile(slow)

    def try_all() -> None:
        for text in sorted(worst_texts(pattern)):
            use(pattern, {"sub"}, text)

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.5)
    try:
        with pytest.raises(OverBudget):
            try_all()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
