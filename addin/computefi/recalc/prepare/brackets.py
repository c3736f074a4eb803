"""Brackets that the engine loses when it reads a formula from a file; given at run time it keeps them.

(A1&A2)*2      →   read as A1&A2*2
(A1+A2)%       →   read as A1+A2%
A3=(A1>A2)     →   read as A3=A1>A2
-(A1/A2)^2     →   read as -A1/A2^2
(A1+A2)*2, (A1>0)*A2, 1-(A1/A2)^2   →   as they are
"""

from __future__ import annotations

import functools
import re
from zlib import crc32

from computefi.formulas.tree import (
    COMPARISONS,
    Call,
    Expression,
    Group,
    Leaf,
    Node,
    Unreadable,
    is_blank,
    parse_shape,
    shape_of,
)

# Brackets of no function, and an operator that could make them matter; `&` begins every < and > of a stored formula.
BRACKET, OPERATOR = re.compile(rb"(?<![\w.])\("), re.compile(rb"[&=<>]|\)\s*[%^]")

# For whether brackets are lost no number matters.
ALL_DIGITS = bytes.maketrans(b"123456789", b"000000000")
TEXTS, SIGNS = re.compile(r'"[^"]*"'), re.compile(r"[-+*/^&=<>%(),]")


def may_lose_brackets(text: bytes) -> bool:
    """Whether a stored formula is to be looked at."""
    return BRACKET.search(text) is not None and OPERATOR.search(text) is not None


@functools.lru_cache(maxsize=16)
def text_loses_brackets(text: str) -> bool:
    """Whether a formula's text has such brackets."""
    if not may_lose_brackets(text.encode()):
        return False
    try:
        return shape_loses_brackets(shape_of(text).encode().translate(ALL_DIGITS))
    except Unreadable:
        return False


@functools.lru_cache(maxsize=4096)
def shape_loses_brackets(shape: bytes) -> bool:
    """The same of a formula whose addresses and numbers were taken out."""
    return loses_brackets(parse_shape(shape.decode()))


def told_apart(text: str) -> str:
    """A formula so that the engine takes no other for it: it goes by what it would write into a file, without the
    brackets, and gives two formulas that are alike there the meaning of the first.

    A1=(B1=C1) and (A2=B2)=C2   →   IF(2044583263,A1=(B1=C1)) and IF(1198461373,(A2=B2)=C2)
    """
    if not text_loses_brackets(text):
        return text
    return f"IF({crc32(''.join(SIGNS.findall(TEXTS.sub('', text))).encode()) + 1},{text})"


def loses_brackets(expression: Expression) -> bool:
    """Whether an expression has such brackets anywhere."""
    nodes = [node for node in expression if not is_blank(node)]
    for place, node in enumerate(nodes):
        if isinstance(node, Leaf):
            continue
        parts = node.arguments if isinstance(node, Call) else node.parts
        if any(loses_brackets(part) for part in parts):
            return True
        if isinstance(node, Group) and len(parts) == 1:
            inside = {inner.text for inner in parts[0] if isinstance(inner, Leaf) and inner.kind == "OPERATOR"}
            before, after = operator(nodes, place - 1), operator(nodes, place + 1)
            if inside and (
                after == "%"
                or (after == "^" and is_sign(nodes, place - 1))
                or ("&" in inside and (before or after))
                or (inside & COMPARISONS and {before, after} & (COMPARISONS | {"&"}))
            ):
                return True
    return False


def is_in_brackets(expression: Expression) -> bool:
    """Whether an expression stands in two pairs of brackets: it was looked at already."""
    node = expression[0] if len(expression) == 1 else None
    inside = node.parts[0] if isinstance(node, Group) and len(node.parts) == 1 else []
    return len(inside) == 1 and isinstance(inside[0], Group)


def is_sign(nodes: list[Node], place: int) -> bool:
    """Whether a minus stands at a place that takes nothing away: `-(A1)`, `A2*-(A1)`; not `A2-(A1)`."""
    return operator(nodes, place) == "-" and (place == 0 or operator(nodes, place - 1) != "")


def operator(nodes: list[Node], place: int) -> str:
    """The operator at a place; empty where there is none."""
    node = nodes[place] if 0 <= place < len(nodes) else None
    return node.text if isinstance(node, Leaf) and node.kind == "OPERATOR" else ""
