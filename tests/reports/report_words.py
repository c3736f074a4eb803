"""The texts that a module of the reports asks to have in another language."""

from __future__ import annotations

import ast
from pathlib import Path


def texts_of(path: Path) -> set[str]:
    """What stands in `words("…")`, in tuples called names, at the head of an identity, what a headline is called."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "identity"):
            found |= constants(node.args[0])
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "names":
            found |= constants(node.value)
        if isinstance(node, ast.keyword) and node.arg == "called":
            found |= constants(node.value)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            found |= constants(node.value) if node.targets[0].attr == "not_examined" else set()
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id == "label":
            found |= constants(node.iter)
    return found - {""}


def constants(node: ast.AST) -> set[str]:
    """The texts of a literal; those of a condition are its two ways."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.BoolOp):
        return {text for one in node.values for text in constants(one)}
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {text for one in node.elts for text in constants(one)} if isinstance(node, (ast.Tuple, ast.List)) else set()
