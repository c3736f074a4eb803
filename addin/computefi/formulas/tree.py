"""A formula as a small tree of operands, operators, calls and brackets, and the spellings of a CFI name.

IF(A1>0,CFI_LTV(A1,B1),"")  →  [Call("IF", arguments=[[A1 > 0], [Call("CFI_LTV", …)], [""]])]

openpyxl's Tokenizer cuts the text. What it cannot read (`C1#`) is made readable first; what it still refuses
is reported by the caller, never dropped.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from computefi.errors import CODES
from computefi.formulas.functions import CELL_BY_CELL, FUNCTIONS, ONE_VALUE
from computefi.xlsx.cells import Rows, Value

LENGTH_LIMIT = 16_384
DEPTH_LIMIT = 128
DEEP = 100  # Excel allows 64 levels
SPILL = "\ue000"
"""Stands for the `#` of `A1#` while the Tokenizer, which does not know it, is at work."""

ADDRESS = "\ue001"
"""Stands for a cell's address while the shape of a formula is parsed: a column of formulas is parsed once."""

ADDRESSES = re.compile(r"(?<![A-Za-z0-9_.$])\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![A-Za-z0-9_.(])")
CFI_NAME = re.compile(
    r"@?(?:(?:'(?:[^']|'')*'|\[[^\]]*\][^'!]*|[^'!\[\]@]+)!)?(?:_xll\.|_xldudf_|_xlfn\.|_xludf\.)*(CFI[._][A-Z0-9_.]+)",
    re.IGNORECASE,
)


class Unreadable(Exception):
    """The formula cannot be taken apart; the text says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An operand, an operator or blanks. `kind` is RANGE, NUMBER, TEXT, LOGICAL, ERROR, ARRAY, OPERATOR or BLANK."""

    text: str
    kind: str


@dataclass(slots=True)
class Call:
    """A function call; the name stands as it is stored."""

    name: str
    arguments: list[Expression] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Brackets: one part, or several for a union of areas."""

    parts: list[Expression] = field(default_factory=list)


COMPARISONS = frozenset(("=", "<", ">", "<=", ">=", "<>"))

Node = Leaf | Call | Group
Expression = list[Node]


def cfi_name(text: str) -> str | None:
    """The canonical name of a CFI function under any stored spelling; None for other functions."""
    match = CFI_NAME.fullmatch(text)
    return None if match is None else match[1].upper().replace(".", "_")


def plain_name(text: str) -> str:
    """A native function's name without the prefixes that files put before newer functions."""
    return text.upper().removeprefix("@").removeprefix("_XLFN.").removeprefix("_XLWS.")


def hide_spill_marks(text: str) -> str:
    """`A1#` with its mark replaced; texts, sheet names and error values keep theirs."""
    if "#" not in text:
        return text
    out: list[str] = []
    quote, brackets = "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and not brackets:
            quote = character
        elif character == "[":
            brackets += 1
        elif character == "]":
            brackets -= 1
        elif character == "#" and not brackets and ends_reference(text[:place]):
            out.append(SPILL)
            continue
        out.append(character)
    return "".join(out)


def ends_reference(text: str) -> bool:
    """Whether a `#` after this text would be the mark of a spill."""
    return text[-1:].isalnum() or text.endswith(("_", ")", ADDRESS))


def parse(text: str) -> Expression:
    """The tree of a formula given without its equals sign."""
    return with_addresses(parse_shape(shape_of(text)), iter(ADDRESSES.findall(text)))


def shape_of(text: str) -> str:
    """A formula with its addresses taken out, which many formulas have in common."""
    if len(text) > LENGTH_LIMIT:
        raise Unreadable(f"longer than {LENGTH_LIMIT} characters")
    if ADDRESS in text or SPILL in text:
        raise Unreadable("characters of no alphabet")
    return ADDRESSES.sub(ADDRESS, text)


def with_addresses(shape: Expression, addresses: Iterator[str]) -> Expression:
    """The tree of a formula from that of its shape; the addresses come in the order of the text."""
    expression: Expression = []
    for node in shape:
        if isinstance(node, Leaf):
            expression.append(Leaf(refilled(node.text, addresses), node.kind) if ADDRESS in node.text else node)
        elif isinstance(node, Call):
            name = refilled(node.name, addresses)
            expression.append(Call(name, [with_addresses(part, addresses) for part in node.arguments]))
        else:
            expression.append(Group([with_addresses(part, addresses) for part in node.parts]))
    return expression


def refilled(text: str, addresses: Iterator[str]) -> str:
    """A text with its addresses back in their places."""
    while ADDRESS in text:
        text = text.replace(ADDRESS, next(addresses), 1)
    return text


@functools.cache
def tokenizer() -> Any:
    """The module of openpyxl's Tokenizer alone: all of openpyxl takes longer to load than most workbooks to compute."""
    package = importlib.util.find_spec("openpyxl")
    places = package.submodule_search_locations if package is not None else None
    if not places:
        raise ModuleNotFoundError("No module named 'openpyxl'", name="openpyxl")
    path = Path(places[0]) / "formula" / "tokenizer.py"
    spec = importlib.util.spec_from_file_location("computefi_openpyxl_tokenizer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.lru_cache(maxsize=1024)
def parse_shape(text: str) -> Expression:
    """The tree of a formula whose addresses were taken out; it is shared and must not be changed."""
    module = tokenizer()
    Token = module.Token
    try:
        items = module.Tokenizer("=" + hide_spill_marks(text)).items
    except (module.TokenizerError, IndexError) as error:
        raise Unreadable(str(error).replace(ADDRESS, "A1")) from None
    top = Group([[]])
    # Each level: the node whose parts are being filled, and those parts.
    stack: list[tuple[str, list[Expression]]] = [("", top.parts)]
    array: list[str] | None = None
    for item in items:
        parts = stack[-1][1]
        if item.type == Token.ARRAY:
            if item.subtype == Token.OPEN:
                array = ["{"]
            elif array is not None:
                parts[-1].append(Leaf("".join([*array, "}"]), "ARRAY"))
                array = None
        elif array is not None:
            array.append(item.value)
        elif item.type in (Token.FUNC, Token.PAREN) and item.subtype == Token.OPEN:
            node: Call | Group = Call(item.value[:-1]) if item.type == Token.FUNC else Group()
            inner = node.arguments if isinstance(node, Call) else node.parts
            inner.append([])
            parts[-1].append(node)
            stack.append((item.type, inner))
            if len(stack) > DEPTH_LIMIT:
                raise Unreadable(f"nested deeper than {DEPTH_LIMIT} levels")
        elif item.type in (Token.FUNC, Token.PAREN):
            if len(stack) == 1 or stack[-1][0] != item.type:
                raise Unreadable("its brackets do not match")
            stack.pop()
        elif item.type == Token.SEP:
            parts.append([])
        elif item.type == Token.OPERAND:
            parts[-1].append(Leaf(item.value, item.subtype))
        elif item.type == Token.OP_IN and item.value == "," and stack[-1][0] == Token.PAREN:
            parts.append([])
        else:
            kind = "BLANK" if item.type == Token.WSPACE else "OPERATOR"
            parts[-1].append(Leaf(item.value, kind))
    if len(stack) != 1 or len(top.parts) != 1 or array is not None:
        raise Unreadable("its brackets do not match")
    return top.parts[0]


def too_nested(text: bytes) -> bool:
    """Whether a stored formula would exhaust the engine's stack."""
    if text.count(b"(") <= DEEP and text.count(b"-") <= DEEP and text.count(b"+") <= DEEP:
        return False
    depth = deepest = 0
    for byte in text:
        depth += (byte == 40) - (byte == 41)
        deepest = max(deepest, depth)
    return deepest > DEEP or re.search(rb"[-+]{%d}" % DEEP, text) is not None


def moved(text: str, origin: str, target: str) -> str:
    """A formula's text as it reads when copied from one cell to another."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator("=" + text, origin=origin).translate_formula(target))[1:]
    except (TokenizerError, TranslatorError, ValueError, IndexError) as error:
        raise Unreadable(str(error)) from None


def written(expression: Expression) -> str:
    """An expression as text."""
    return "".join(
        node.text.replace(SPILL, "#")
        if isinstance(node, Leaf)
        else f"({','.join(map(written, node.parts))})"
        if isinstance(node, Group)
        else f"{node.name}({','.join(map(written, node.arguments))})"
        for node in expression
    )


def trimmed(expression: Expression) -> Expression:
    """The expression without blanks at its ends and without brackets around the whole of it."""
    while True:
        start, stop = 0, len(expression)
        while start < stop and is_blank(expression[start]):
            start += 1
        while stop > start and is_blank(expression[stop - 1]):
            stop -= 1
        expression = expression[start:stop]
        if len(expression) != 1 or not isinstance(expression[0], Group) or len(expression[0].parts) != 1:
            return expression
        expression = expression[0].parts[0]


def is_blank(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind == "BLANK"


def is_joined(node: Node) -> bool:
    """Whether a node begins with the colon that joins it to the one before: the Tokenizer leaves it there."""
    return (node.text if isinstance(node, Leaf) else node.name if isinstance(node, Call) else "").startswith(":")


def runs_in(expression: Expression) -> list[Expression]:
    """The nodes one by one, but those that are joined by colons together."""
    runs: list[Expression] = []
    for node in expression:
        if runs and is_joined(node):
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def leaves_in(expression: Expression) -> Iterator[Leaf]:
    """Every leaf of the tree."""
    for node in expression:
        if isinstance(node, Leaf):
            yield node
        else:
            for part in node.arguments if isinstance(node, Call) else node.parts:
                yield from leaves_in(part)


def literal(expression: Expression) -> tuple[bool, Value | Rows]:
    """Whether the trimmed expression is a constant, and which: a number, text, TRUE, an error or `{1,2;3,4}`."""
    sign, percent = 1.0, 0
    nodes = [node for node in expression if not is_blank(node)]
    while len(nodes) > 1 and isinstance(nodes[0], Leaf) and nodes[0].kind == "OPERATOR" and nodes[0].text in "+-":
        sign = -sign if nodes[0].text == "-" else sign
        nodes = nodes[1:]
    while len(nodes) > 1 and isinstance(nodes[-1], Leaf) and nodes[-1].kind == "OPERATOR" and nodes[-1].text == "%":
        percent += 1
        nodes = nodes[:-1]
    if len(nodes) != 1 or not isinstance(nodes[0], Leaf):
        return False, None
    leaf = nodes[0]
    if leaf.kind == "NUMBER":
        return True, sign * float(leaf.text) / 100**percent
    if len(expression) > 1:
        return False, None
    if leaf.kind == "ARRAY":
        return array_constant(leaf.text)
    return constant(leaf)


def constant(leaf: Leaf) -> tuple[bool, Value]:
    """The value of a constant operand."""
    if leaf.kind == "NUMBER":
        return True, float(leaf.text)
    if leaf.kind == "TEXT":
        return True, leaf.text[1:-1].replace('""', '"')
    if leaf.kind == "LOGICAL":
        return True, leaf.text.upper() == "TRUE"
    if leaf.kind == "ERROR" and leaf.text.upper() in CODES:
        return True, CODES[leaf.text.upper()]
    return False, None


ARRAY_ITEM = re.compile(r'\s*("(?:[^"]|"")*"|[^,;]*?)\s*([,;]|$)')


def array_constant(text: str) -> tuple[bool, Rows | None]:
    """`{1,2;3,4}` as rows."""
    rows: list[list[Value]] = [[]]
    body, place = text[1:-1], 0
    while place <= len(body):
        match = ARRAY_ITEM.match(body, place)
        if match is None or not match[1]:
            return False, None
        known, value = array_item(match[1])
        if not known:
            return False, None
        rows[-1].append(value)
        if match[2] == ";":
            rows.append([])
        if not match[2]:
            break
        place = match.end()
    if len({len(row) for row in rows}) != 1:
        return False, None
    return True, tuple(tuple(row) for row in rows)


def array_item(text: str) -> tuple[bool, Value]:
    """One item of an array constant."""
    if text.startswith('"'):
        return True, text[1:-1].replace('""', '"')
    if text.upper() in ("TRUE", "FALSE"):
        return True, text.upper() == "TRUE"
    if text.upper() in CODES:
        return True, CODES[text.upper()]
    try:
        return True, float(text)
    except ValueError:
        return False, None


def gives_one_value(expression: Expression) -> bool:
    """Whether the expression surely gives a single value, so that no room for a block need be kept."""
    for node in expression:
        if isinstance(node, Group):
            if len(node.parts) != 1 or not gives_one_value(node.parts[0]):
                return False
        elif isinstance(node, Call):
            if not all(map(gives_one_value, multiplying(node))):
                return False
        elif node.kind == "ARRAY" or (node.kind == "RANGE" and not ONE_CELL.fullmatch(node.text.removeprefix("@"))):
            return False
    return True


def multiplying(call: Call) -> list[Expression]:
    """The arguments whose several values make several answers: k of `SMALL(A1:A9,k)`; of an unknown function all."""
    name = plain_name(call.name)
    if name in CELL_BY_CELL:
        return call.arguments
    if name not in ONE_VALUE:
        return [[Leaf("{1,2}", "ARRAY")]]
    parameter = FUNCTIONS[name].parameter
    return [argument for place, argument in enumerate(call.arguments) if parameter(place) in "vo"]


ONE_CELL = re.compile(r"(?:(?:'(?:[^']|'')+'|[^'!:\[\]]+)!)?\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")


def has_call(expression: Expression) -> bool:
    """Whether anything is called in an expression."""
    return any(is_or_has_call(node) for node in expression)


def is_or_has_call(node: Node) -> bool:
    return isinstance(node, Call) or (not isinstance(node, Leaf) and any(map(has_call, node.parts)))
