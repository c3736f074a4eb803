"""What a formula is made of: a small tree whose every part knows its LaTeX and its MathML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

GREEK = dict(
    zip(
        "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ",
        r"\alpha \beta \gamma \delta \varepsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \pi \rho \sigma \tau "
        r"\varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Phi \Psi \Omega".split(),
        strict=True,
    )
)
LATEX_BRACKETS = {"{": r"\{", "}": r"\}", "‖": r"\|"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A number, a variable, a name, an operator: one sign."""

    text: str
    tex: str
    tag: str = "mi"
    attributes: str = ""

    def latex(self) -> str:
        return self.tex

    def mathml(self) -> str:
        return f"<{self.tag}{self.attributes}>{escape(self.text, quote=False)}</{self.tag}>"


@dataclass(frozen=True, slots=True)
class Space:
    tex: str
    width: str

    def latex(self) -> str:
        return self.tex

    def mathml(self) -> str:
        return f'<mspace width="{self.width}"/>'


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a long row may be broken."""

    def latex(self) -> str:
        return r"\allowbreak"

    def mathml(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Text:
    text: str

    def latex(self) -> str:
        return rf"\text{{{tex_text(self.text)}}}"

    def mathml(self) -> str:
        return f"<mtext>{escape(self.text.replace(' ', chr(160)), quote=False)}</mtext>"


@dataclass(frozen=True, slots=True)
class Row:
    parts: tuple[Node, ...]

    def latex(self) -> str:
        return " ".join(part.latex() for part in self.parts)

    def mathml(self) -> str:
        return f"<mrow>{''.join(part.mathml() for part in self.parts)}</mrow>"


@dataclass(frozen=True, slots=True)
class Group:
    opening: str
    closing: str
    inner: Node

    def latex(self) -> str:
        left, right = (LATEX_BRACKETS.get(b, b) for b in (self.opening, self.closing))
        inner = self.inner.latex().replace(r"\allowbreak ", "")
        return rf"\left{left} {inner} \right{right}" if tall(self.inner) else f"{left}{inner}{right}"

    def mathml(self) -> str:
        stretchy = "true" if tall(self.inner) else "false"
        sides = [
            f'<mo form="{form}" fence="true" stretchy="{stretchy}">{bracket}</mo>'
            for form, bracket in (("prefix", self.opening), ("postfix", self.closing))
        ]
        return f"<mrow>{sides[0]}{self.inner.mathml()}{sides[1]}</mrow>"


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction; a part that is itself tall keeps its full size."""

    above: Node
    below: Node

    def latex(self) -> str:
        above, below = (r"\displaystyle " * tall(part) + plain(part) for part in (self.above, self.below))
        return rf"\frac{{{above}}}{{{below}}}"

    def mathml(self) -> str:
        full = ' displaystyle="true" scriptlevel="0"'
        parts = (f"<mstyle{full * tall(part)}>{part.mathml()}</mstyle>" for part in (self.above, self.below))
        return f"<mfrac>{''.join(parts)}</mfrac>"


@dataclass(frozen=True, slots=True)
class Root:
    inner: Node

    def latex(self) -> str:
        return rf"\sqrt{{{plain(self.inner)}}}"

    def mathml(self) -> str:
        return f"<msqrt>{self.inner.mathml()}</msqrt>"


@dataclass(frozen=True, slots=True)
class Script:
    """Something with an index, a power, or both; for a big operator above and below it."""

    base: Node
    sub: Node | None
    sup: Node | None
    limits: bool = False

    def latex(self) -> str:
        text = self.base.latex()
        if self.sub is not None:
            text += f"_{{{plain(self.sub)}}}"
        if self.sup is not None:
            text += f"^{{{plain(self.sup)}}}"
        return text

    def mathml(self) -> str:
        below, above = ("under", "over") if self.limits else ("sub", "sup")
        scripts = [(below, self.sub), (above, self.sup)]
        tag = "m" + "".join(name for name, script in scripts if script is not None)
        inner = "".join(script.mathml() for _, script in scripts if script is not None)
        return f"<{tag}>{self.base.mathml()}{inner}</{tag}>"


Node = Symbol | Space | Break | Text | Row | Group | Fraction | Root | Script

THIN, WORD_SPACE, WIDE = Space(r"\,", "0.17em"), Space(r"\ ", "0.28em"), Space(r"\quad", "1em")
COMMA = Symbol(",", ",", "mo", ' separator="true"')


def tall(node: Node) -> bool:
    return bool(re.search(r"\\(frac|sum|prod|int|sqrt)", node.latex()))


def tex_text(text: str) -> str:
    return re.sub(r"([_&%#${}])", r"\\\1", text)


def plain(node: Node) -> str:
    return node.latex().replace(r"\allowbreak ", "")


def operator(text: str, tex: str, form: str = "infix") -> Symbol:
    return Symbol(text, tex, "mo", f' form="{form}"')


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a formula."""

    node: Row

    def latex(self) -> str:
        return re.sub(r"(\\text\{[^{}]*)\} \\text\{", r"\1", self.node.latex())

    def html(self) -> str:
        """Pieces of MathML between which the browser may break the row, with the row's own text between them."""
        pieces: list[str] = []
        run: list[Node] = []

        def close() -> None:
            if run:
                inner = "".join(node.mathml() for node in run)
                pieces.append(f'<math displaystyle="true"><mrow>{inner}</mrow></math>')
                run.clear()

        for node in self.node.parts:
            if isinstance(node, Text):
                close()
                pieces.append(escape(node.text, quote=False))
            elif isinstance(node, Break):
                close()
                pieces.append("<wbr>")
            else:
                run.append(node)
        close()
        return "".join(pieces)
