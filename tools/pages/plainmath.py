"""The plain mathematics of docstrings as LaTeX and as MathML.

A formula line such as `LTV = loan / ((1 − sale_cost) · value)` is read strictly: every character must find its place,
or `Untranslatable` says where it does not. How a line is read:

- `a / b` with spaces is a fraction over the product before it; `a/b` without spaces stays on the line, unless a bracket
  or a root stands at it. A product after a spaced slash needs brackets.
- `x[i]`, `xᵢ`, `x_i` with one letter, and `T_{ν+1}` are subscripts; `^`, `²`, `⁻¹`, `⁺`, `'` and `*` are superscripts.
- One letter is a variable. Longer words are names, upright, where they are arguments of the function, stand at an
  operator, or hold an underscore or capitals; other words are text.
- `Σₜ` reaches over a product, and over a spaced slash only where its index stands below it. `Σₖ x for k = 1 … n`,
  `Σₛ x over s > t` and `Π over i ≤ n of x` take their range along.
- Clauses between `;` or `,` that have a relation of their own stand on a row of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tools.pages.notation import (  # isort: skip
    COMMA, GREEK, THIN, WIDE, WORD_SPACE, Break, Fraction, Group, Line, Node, Root, Row, Script, Space, Symbol, Text,
    operator, tex_text,
)  # fmt: skip  # fmt: skip

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ", "0123456789+−nT", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₗₘₙₚₛₜₓ", "0123456789+−ijklmnpstx", strict=True))
FUNCTIONS = {"min": r"\min", "max": r"\max", "ln": r"\ln", "exp": r"\exp", "tanh": r"\tanh", "tr": r"\operatorname{tr}",
             "atanh": r"\operatorname{atanh}"}  # fmt: skip
RELATIONS = {"=": "=", "<": "<", ">": ">", "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "≠": r"\ne", "→": r"\to",
             "|": r"\mid"}  # fmt: skip
SIGNS = {"+": "+", "−": "-", "±": r"\pm", "∓": r"\mp"}
BIG = {"Σ": ("∑", r"\sum"), "Π": ("∏", r"\prod"), "∫": ("∫", r"\int")}
BRACKETS = {"(": ")", "[": "]", "{": "}", "‖": "‖"}
SEPARATORS = {",", ";", ":"}

TOKEN = re.compile(
    r"""(?P<code>`[^`]+`)
    |(?P<word>[A-Z]+[+-](?=[\s,;]|$)|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*(?:-[A-Za-z]+)*(?:'s\b)?)
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<sup>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ]+)
    |(?P<sub>[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₗₘₙₚₛₜₓ]+)
    |(?P<greek>[αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ∞∫])
    |(?P<sign>[-+−±∓=<>≤≥≈≠→|·/√^_()\[\]{}‖,;:!'*…])""",
    re.VERBOSE,
)


class Untranslatable(ValueError):
    """A formula line that does not read as mathematics."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    before: bool  # a space stands before it
    after: bool  # a space stands after it


@dataclass(frozen=True, slots=True)
class Prose:
    """A line of the formula block that is no mathematics."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the formula block that is a cell formula and what is said of it."""

    formula: str
    said: str


def translate(block: str, names: Sequence[str]) -> list[Line | Prose | Cell]:
    """The formula block of a docstring; `names` are the function's arguments."""
    answer: list[Line | Prose | Cell] = []
    letters = frozenset(re.findall(r"\b[A-Za-z]\b", block))
    for line in _joined(block):
        if line.startswith("="):
            formula, _, said = line.partition(") ")
            answer.append(Cell(formula + ")", said))
        elif not re.search(r"[=≤≥≈∝]|solves", line):
            answer.append(Prose(line))
        else:
            tokens = _tokens(line)
            answer += [Line(_Reader(row, line, frozenset(names), letters).row()) for row in _rows(tokens)]
    return answer


def _joined(block: str) -> list[str]:
    """Lines, with those that end in an operator joined to what follows."""
    lines: list[str] = []
    for line in block.splitlines():
        if lines and lines[-1].endswith(("·", "+", "−", "=", "/", ",")):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return lines


def _tokens(line: str) -> list[Token]:
    tokens: list[Token] = []
    line = line.removesuffix(".")
    place = 0
    while place < len(line):
        if line[place] == " ":
            place += 1
            continue
        match = TOKEN.match(line, place)
        if not match:
            raise Untranslatable(f"“{line[place]}” has no meaning in: {line}")
        end = match.end()
        kind = str(match.lastgroup)
        text = match[0]
        before = place == 0 or line[place - 1] == " "
        tokens.append(Token(kind, text, before, end == len(line) or line[end] == " "))
        place = end
    return tokens


def _rows(tokens: list[Token]) -> list[list[Token]]:
    """The tokens cut at the separators, where both sides have a relation of their own."""
    clauses: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "sign" and token.text in "([{":
            depth += 1
        elif token.kind == "sign" and token.text in ")]}":
            depth -= 1
        clauses[-1].append(token)
        if depth == 0 and token.text in (",", ";"):
            clauses.append([])
    rows: list[list[Token]] = []
    for clause in clauses:
        if rows and not (_has_relation(rows[-1]) and _has_relation(clause) and not _is_range(clause)):
            rows[-1] += clause
        else:
            rows.append(clause)
    for row, following in zip(rows, [*rows[1:], []], strict=True):
        if following and row[-1].text in (",", ";"):
            row.pop()
    return rows


def _has_relation(clause: list[Token]) -> bool:
    return any(t.kind == "sign" and t.text in RELATIONS and t.text != "|" for t in clause) or any(
        t.text == "solves" for t in clause
    )


def _is_range(clause: list[Token]) -> bool:
    """Such as `t = 1 … n`: it belongs to what stands before it."""
    return len(clause) > 2 and len(clause[0].text) == 1 and clause[1].text == "=" and any(t.text == "…" for t in clause)


class _Reader:
    """One row, read from left to right."""

    def __init__(self, tokens: list[Token], line: str, names: frozenset[str], letters: frozenset[str]) -> None:
        self.tokens = tokens
        self.line = line
        self.names = names
        self.letters = letters  # one-letter variables of the whole block
        self.place = 0
        self.depth = 0  # of scripts, where fractions stay on the line
        self.brackets = 0
        self.integral = any(t.text == "∫" for t in tokens)

    # -- the tokens
    def peek(self, ahead: int = 0) -> Token | None:
        place = self.place + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def at(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind in ("sign", "word", "greek") and token.text in texts

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise self.fault("something is missing at the end")
        self.place += 1
        return token

    def expect(self, text: str) -> None:
        if not self.at(text):
            raise self.fault(f"“{text}” is missing")
        self.place += 1

    def fault(self, what: str) -> Untranslatable:
        read = " ".join(t.text for t in self.tokens[: self.place])
        return Untranslatable(f"{what} after “{read}” in: {self.line}")

    def is_prose(self) -> bool:
        """Whether the next token is a word of plain text."""
        token = self.peek()
        if token is None or token.kind not in ("word", "code"):
            return False
        if token.kind == "code":
            return True
        text, following, previous = token.text, self.peek(1), self.peek(-1)
        if text == "solves" or text.endswith("'s"):
            return True
        operators = {*RELATIONS, *SIGNS, "·", "/", "^", "_", "√"}
        for t in (following, previous):
            unary = t is following and t is not None and t.text in SIGNS and t.before and not t.after
            if t is not None and t.kind == "sign" and t.text in operators and not unary:
                return False
        if following is not None and not token.after and (following.kind == "sub" or following.text in ("(", "[", "'")):
            return False
        if self.brackets and all(t is not None and t.text in {*"([{,;)]}"} for t in (following, previous)):
            return False  # alone in its place of a list
        if len(text) == 1:
            before_word = following is not None and following.kind == "word"
            after_text = previous is not None and previous.kind == "word" and not self.known(previous.text)
            return text == "a" and before_word and (after_text or not self.known(following.text if following else ""))
        return not self.known(text)

    def known(self, text: str) -> bool:
        return (
            text in self.names
            or text in FUNCTIONS
            or len(text) == 1
            or "_" in text
            or (text.isupper() and len(text) > 1)
            or bool(re.fullmatch(r"[A-Z]{2,}[a-z]?", text))
            or (self.integral and bool(re.fullmatch(r"d[a-z]", text)))
        )

    # -- the grammar
    def row(self) -> Row:
        node = self.items(end=None)
        if self.peek() is not None:
            raise self.fault(f"“{self.take().text}” has no place")
        return node

    def items(self, end: str | None) -> Row:
        """Relations, text and separators up to a closing bracket."""
        parts: list[Node] = []
        self.brackets += end is not None
        while (token := self.peek()) is not None and token.text != end:
            if self.is_prose():
                parts += self.prose()
            elif token.kind == "sign" and token.text in SEPARATORS:
                parts += self.separator()
            elif token.kind == "sign" and token.text in RELATIONS:
                self.take()
                parts += [Break(), operator(token.text, RELATIONS[token.text])]
                if self.peek() is None or self.at(*SEPARATORS, *RELATIONS):
                    raise self.fault("something is missing")
            elif token.text in (")", "]", "}"):
                raise self.fault(f"“{token.text}” closes nothing")
            else:
                if parts and not self.joins(parts[-1]):
                    parts.append(WORD_SPACE)
                parts += self.sum()
        if end is not None:
            self.expect(end)
            self.brackets -= 1
        if not parts:
            raise self.fault("something is missing")
        return Row(tuple(parts))

    @staticmethod
    def joins(node: Node) -> bool:
        return isinstance(node, (Text, Space)) or (isinstance(node, Symbol) and node.tag == "mo")

    def prose(self) -> list[Node]:
        words: list[str] = []
        start = self.place
        while self.is_prose():
            words.append(self.take().text.strip("`"))
        before = " " if start and self.tokens[start].before else ""
        after = " " if self.peek() is not None and self.tokens[self.place - 1].after else ""
        return [Text(before + " ".join(words) + after)]

    def separator(self) -> list[Node]:
        text = self.take().text
        if text == ":":
            return [Text(": ")]
        if self.is_prose():
            return [Text(text)]
        if text == ";":
            return [Text("; ")] if self.brackets == 0 else [Symbol(";", ";", "mo", ' separator="true"')]
        return [COMMA, Break(), WIDE if _is_range(self.tokens[self.place :]) else THIN]

    def sum(self, bound: str | None = None) -> list[Node]:
        parts: list[Node] = []
        if self.at(*SIGNS):
            sign = self.take().text
            parts.append(operator(sign, SIGNS[sign], "prefix"))
        parts += self.product(bound)
        while self.at(*SIGNS):
            sign = self.take().text
            parts += [Break(), operator(sign, SIGNS[sign]), *self.product(bound)]
        return parts

    def product(self, bound: str | None = None, swallow: bool = True) -> list[Node]:
        """Factors with spaced dots and spaced slashes between them.

        In the reach of a Σ with an index, a spaced slash belongs to the Σ only where the index stands below it.
        """
        parts = self.chain()
        while True:
            token = self.peek()
            if token is None or token.kind != "sign" or not (token.before and token.after):
                return parts
            if token.text == "·":
                self.take()
                parts = [*parts, Break(), operator("·", r"\cdot"), *self.chain()]
            elif token.text == "/" and self.at("/"):
                start = self.place
                self.take()
                below = self.chain(below=True)
                if not swallow or (bound is not None and not self.mentions(bound, start, self.place)):
                    self.place = start
                    return parts
                if len(parts) == 1 and isinstance(parts[0], Fraction):
                    parts = [parts[0], operator("/", "/"), *below]
                else:
                    parts = [Fraction(_bare(parts), _bare(below))]
            else:
                return parts

    def mentions(self, index: str, start: int, end: int) -> bool:
        """Whether an index stands free between two places, outside a Σ of its own."""
        tokens = self.tokens[start:end]
        for token, following in pairwise(tokens):
            if token.text in BIG and following.kind == "sub" and _subscript(following.text) == index:
                return False
        return any(
            (t.kind == "word" and t.text == index) or (t.kind == "sub" and index in _subscript(t.text)) for t in tokens
        )

    def chain(self, below: bool = False) -> list[Node]:
        """Factors without spaces around what joins them; `below` a spaced slash a product must stand in brackets."""
        parts = self.factor()
        while (token := self.peek()) is not None:
            tight = not token.before
            if token.kind == "sign" and token.text in "·/" and tight != (not token.after):
                raise self.fault(f"“{token.text}” has a space on one side only")
            if self.at("·") and tight:
                self.refuse(below, "a product below a slash needs brackets")
                self.take()
                parts = [*parts, operator("·", r"\cdot"), *self.factor()]
            elif self.at("/") and tight:
                self.refuse(below, "two slashes need brackets")
                self.take()
                parts = self.slash(parts, self.factor())
            elif self.starts_factor():
                big = any(isinstance(p, Script) and p.limits for p in parts)
                self.refuse(below and token.before and not big, "a product below a slash needs brackets")
                pair = (self.tokens[self.place - 1], token)
                words = token.before and any(t.kind == "word" and len(t.text) > 1 for t in pair)
                parts = [*parts, *([WORD_SPACE] if words else [THIN] if token.before else []), *self.factor()]
            else:
                break
        return parts

    def refuse(self, condition: bool, why: str) -> None:
        if condition:
            raise self.fault(why)

    def slash(self, above: list[Node], below: list[Node]) -> list[Node]:
        """`a/b`: on the line, or a fraction where brackets, roots or a following product ask for it."""
        heavy = any(isinstance(n, Root) or (isinstance(n, Group) and n.opening in "([") for n in (above[0], below[0]))
        followed = self.at("·") or self.at("/")
        if self.depth == 0 and (heavy or followed):
            return [Fraction(_bare(above), _bare(below))]
        if followed and self.depth:
            raise self.fault("a slash and a product in an exponent need brackets")
        return [*above, Symbol("/", "/", "mo", ' form="infix" lspace="0.05em" rspace="0.05em"'), *below]

    def starts_factor(self) -> bool:
        token = self.peek()
        if token is None or self.is_prose():
            return False
        if token.kind in ("word", "number", "greek"):
            return True
        if token.text == "‖":
            return False
        return token.kind == "sign" and token.text in ("(", "[", "{", "√", "…")

    def factor(self) -> list[Node]:
        token = self.peek()
        if token is None or self.is_prose():
            raise self.fault("something is missing")
        if token.text in BIG and not self.is_matrix():
            return self.big()
        if token.text == "√":
            self.take()
            base = self.atom()
            return [Root(base.inner if isinstance(base, Group) else self.scripts(base, powers=False))]
        if token.text == "…":
            return self.ellipsis()
        base = self.scripts(self.atom())
        following = self.peek()
        if following is not None and following.text == "…" and self.tokens[self.place - 1].text != ",":
            self.take()
            dots: list[Node] = [base, COMMA, THIN, Symbol("…", r"\ldots")]
            if self.peek() is not None and (self.starts_factor() or self.is_prose()):
                dots += [COMMA, THIN, *([] if self.is_prose() else self.chain())]
            return dots
        return [base]

    def ellipsis(self) -> list[Node]:
        self.take()
        return [Symbol("⋯", r"\cdots", "mi")]

    def is_matrix(self) -> bool:
        """Σ[i,j] and `Σ = …` are a matrix, not a sum."""
        following = self.peek(1)
        return following is not None and (following.text == "=" or (following.text == "[" and not following.before))

    def big(self) -> list[Node]:
        text, tex = BIG[self.take().text]
        sign = Symbol(text, tex, "mo", ' form="prefix" largeop="true" movablelimits="false"')
        sub: Node | None = None
        sup: Node | None = None
        index: str | None = None
        token = self.peek()
        if token is not None and token.kind == "sub":
            index = _subscript(self.take().text)
            sub = Symbol(index, index)
        if self.at("over") and index is None and self.is_condition(1):
            self.take()
            sub = Row(tuple(self.condition()))
            self.expect("of")
        if self.peek() is None or self.is_prose():
            return [Script(sign, sub, sup, True) if sub else sign]
        body = self.product(index, swallow=index is not None)
        following = self.peek(1)
        if index is not None and following is not None and following.text == index and self.at("for", "over"):
            ranged = self.take().text == "for"
            if ranged:
                sub, sup = self.range()
            else:
                sub = Row(tuple(self.condition()))
        if sub is None:
            return [sign, THIN, *body]
        return [Script(sign, sub, sup, True), *body]

    def is_condition(self, ahead: int) -> bool:
        following = self.peek(ahead + 1)
        return following is not None and following.text in RELATIONS

    def condition(self) -> list[Node]:
        self.depth += 1
        left = self.sum()
        relation = self.take()
        if relation.text not in RELATIONS:
            raise self.fault("a relation is missing")
        right = self.sum()
        self.depth -= 1
        return [*left, operator(relation.text, RELATIONS[relation.text]), *right]

    def range(self) -> tuple[Node, Node]:
        """`k = 1 … n` below and above a big operator."""
        self.depth += 1
        index = self.take().text
        self.expect("=")
        low = self.take()
        self.expect("…")
        high = self.chain()
        self.depth -= 1
        below = Row((Symbol(index, index), operator("=", "="), Symbol(low.text, low.text, "mn")))
        return below, Row(tuple(high))

    def atom(self) -> Node:
        token = self.take()
        text = token.text
        if token.kind == "number":
            text = f"0{text}" if text.startswith(".") else text
            return Symbol(text, text, "mn")
        if token.kind == "greek":
            if text == "∞":
                return Symbol("∞", r"\infty", "mn")
            upright = ' mathvariant="normal"' if text.isupper() else ""
            return Symbol(text, GREEK[text], "mi", upright)
        if token.kind == "word":
            return self.word(text)
        if text in BRACKETS:
            inner = self.items(end=BRACKETS[text])
            return Group(text, BRACKETS[text], inner)
        raise self.fault(f"“{text}” stands where a number or a name should")

    def word(self, text: str) -> Node:
        if text in FUNCTIONS:
            return Symbol(text, FUNCTIONS[text])
        if len(text) == 1:
            return Symbol(text, text)
        if self.integral and re.fullmatch(r"d[a-z]", text):
            return Row((Symbol("d", r"\mathrm{d}", "mi", ' mathvariant="normal"'), Symbol(text[1], text[1])))
        first, _, rest = text.partition("_")
        if len(first) == 1 and rest:
            return Script(Symbol(first, first), self.word(rest), None)
        if self.depth and len(text) == 2 and text not in self.names and set(text) <= self.letters:
            return Row((Symbol(text[0], text[0]), Symbol(text[1], text[1])))  # xt is x times t
        return Symbol(text, rf"\text{{{tex_text(text)}}}")

    def scripts(self, base: Node, powers: bool = True) -> Node:
        """The base with whatever stands above and below it."""
        subs: list[Node] = []
        sups: list[Node] = []
        bang = False
        while (token := self.peek()) is not None and not token.before:
            if token.kind == "sub":
                subs += [_sign(c) for c in _subscript(self.take().text)]
            elif token.kind == "sup" and powers:
                sups += [_sign(SUPERSCRIPTS[c]) for c in self.take().text]
            elif token.text == "_":
                self.take()
                subs.append(self.script())
            elif token.text == "^" and powers:
                self.take()
                sups.append(self.script())
            elif token.text == "[" and self.is_index(base):
                self.take()
                self.depth += 1
                subs.append(self.items(end="]"))
                self.depth -= 1
            elif token.text == "'":
                self.take()
                base = self.primed(base)
            elif token.text == "*":
                self.take()
                sups.append(Symbol("∗", "*", "mo"))
            elif token.text == "!" and powers:
                self.take()
                bang = True
            else:
                break
        if subs or sups:
            if isinstance(base, Script) and not base.limits:  # V_q with more
                subs = ([base.sub] if base.sub else []) + subs
                base = base.base
            base = Script(base, _one(subs), _one(sups))
        return Row((base, Symbol("!", "!", "mo", ' form="postfix"'))) if bang else base

    def primed(self, base: Node) -> Node:
        """The prime is part of the name: a browser would raise it twice."""
        if not isinstance(base, Symbol):
            raise self.fault("a prime stands at no name")
        return Symbol(f"{base.text}′", f"{base.tex}'", base.tag, base.attributes)

    def is_index(self, base: Node) -> bool:
        """`x[i]` is an index; `E[V|D]` is an expectation."""
        if not isinstance(base, (Symbol, Script)):
            return False
        return not (isinstance(base, Symbol) and (base.tag == "mn" or base.text == "E"))

    def script(self) -> Node:
        self.depth += 1
        try:
            if self.at("{"):
                self.take()
                return self.items(end="}")
            if self.at("("):
                self.take()
                return self.items(end=")")
            sign: list[Node] = []
            if self.at("−"):
                self.take()
                sign = [operator("−", "-", "prefix")]
            return _one([*sign, self.atom()]) or Text("")
        finally:
            self.depth -= 1


def _sign(character: str) -> Node:
    if character.isdigit():
        return Symbol(character, character, "mn")
    if character in "+−":
        return Symbol(character, "+" if character == "+" else "-", "mo", ' form="prefix"')
    return Symbol(character, r"\mathsf{T}" if character == "T" else character)


def _subscript(text: str) -> str:
    return "".join(SUBSCRIPTS[c] for c in text)


def _one(nodes: list[Node]) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return Row(tuple(nodes))


def _bare(nodes: list[Node]) -> Node:
    """What stands above or below a fraction's line, without the brackets that the line makes superfluous."""
    kept = [n for n in nodes if not isinstance(n, Break)]
    if len(kept) == 1 and isinstance(kept[0], Group) and kept[0].opening in "([":
        return kept[0].inner
    return Row(tuple(kept))
