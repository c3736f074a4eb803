"""VBA judged without Excel: a published grammar (antlr4-vba, MIT), pyopenvba's syntax tree (MIT), and VBA's limits.

A module is read as VBA compiles it on one machine: lines between #If and #End If that do not hold there are blank.

The grammar takes minutes for xlwings' modules, which change with its releases alone. So what it accepted is kept, by
the hash of grammar and text; `python tests/support/vba_referees.py` asks it anew.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser
from pyopenvba.interpreter import _ast as vba

from computefi.hosts.vba.project import Kind, Module
from computefi.hosts.windows.files import build_addin, export_excel, modules_in

MACHINES = {
    "64-bit Excel": {"VBA6": True, "VBA7": True, "Win32": True, "Win64": True, "Mac": False},
    "32-bit Excel": {"VBA6": True, "VBA7": True, "Win32": True, "Win64": False, "Mac": False},
    "Excel on a Mac": {
        "VBA6": True,
        "VBA7": True,
        "Win32": False,
        "Win64": True,
        "Mac": True,
        "MAC_OFFICE_VERSION": 16,
    },
}
SIGNATURE = re.compile(r"(?:Function|Sub|Property \w+) (\w+)\(((?:[^()]|\(\))*)\)")
DECLARED = re.compile(r"(\w+)(?:\(\))? As\b")
LITERAL = re.compile(r'"[^"\n]*"')
WORD = re.compile(r"\w+")
KEPT = Path(__file__).with_name("vba_accepted.txt")
CHUNK = 4  # procedures at a time: the grammar's time grows faster than the text
CLASS = "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  'True\nEND\n"

LINE, CONTINUATIONS, IDENTIFIER, PARAMETERS, PROCEDURE, MODULE_LINES, MODULE_NAME = (
    1023,
    24,
    255,
    60,
    65_536,
    65_534,
    31,
)
# MS-VBAL 3.3.5.2: statement keywords, markers, operators, special forms, literals, types, reserved for implementations.
RESERVED = set(
    """
    call case close const declare defbool defbyte defcur defdate defdbl defint deflng deflnglng deflngptr defobj defsng
    defstr defvar dim do else elseif end endif enum erase event exit for friend function get global gosub goto if
    implements input let lock loop lset next on open option print private public put raiseevent redim resume return
    rset seek select set static stop sub type unlock wend while with write rem any as byref byval each in new
    optional paramarray preserve shared spc tab then to withevents until addressof and eqv imp is like mod not or
    typeof xor abs cbool cbyte ccur cdate cdbl cdec cint clng clnglng clngptr csng cstr cvar cverr date debug
    doevents fix int len lenb me pset scale sgn string array circle inputb lbound ubound true false nothing empty
    null boolean byte currency double integer long longlong longptr single variant object attribute linefeed
    vb_name vb_ext_key decimal
    """.split()
)


def on_machine(source: str, constants: dict[str, Any]) -> str:
    """The source with its conditional lines as one machine compiles them."""
    known = {name.casefold(): value for name, value in constants.items()}
    lines, stack = [], [[True, True]]  # for each #If: whether this branch holds, whether one has held
    for line in source.splitlines():
        text = line.strip()
        match = re.match(r"#(If|ElseIf|Else|End If|Const)\b(.*)", text, re.IGNORECASE)
        if match is None:
            lines.append(line if all(holds for holds, _ in stack) else "")
            continue
        word, rest = match[1].casefold(), match[2]
        if word == "const":
            name, _, value = rest.partition("=")
            known[name.strip().casefold()] = _value(value, known)
        elif word == "if":
            held = bool(_value(rest, known))
            stack.append([held, held])
        elif word == "elseif":
            stack[-1] = [not stack[-1][1] and bool(_value(rest, known)), stack[-1][1] or bool(_value(rest, known))]
        elif word == "else":
            stack[-1] = [not stack[-1][1], True]
        else:
            stack.pop()
        lines.append("")
    assert len(stack) == 1
    return "".join(f"{line}\n" for line in lines)


def _value(text: str, known: dict[str, Any]) -> Any:
    """A constant expression of #If: names, numbers, texts, =, >=, And, Or, Not. Unknown names are Empty."""
    code = re.sub(r"'.*|\bThen\b", "", text, flags=re.IGNORECASE).strip()
    code = re.sub(r"(?<![<>=])=", "==", code)
    words = {"and": "and", "or": "or", "not": "not", "true": "True", "false": "False"}

    def word(match: re.Match[str]) -> str:
        lower = match[0].casefold()
        return match[0] if match[0][0] == '"' else words.get(lower, repr(known.get(lower, 0)))

    return eval(re.sub(r'"[^"]*"|[A-Za-z_]\w*', word, code), {"__builtins__": {}})


# ---- what is handed out ----------------------------------------------------------------------------------------------


def handed_out_modules(workbook: Path, folder: Path) -> dict[str, Module]:
    """The modules of an exported workbook and of the add-in."""
    export_excel(workbook, folder / "book.xlsm")
    build_addin(folder / "computefi.xlam")
    return {
        f"{file.name}: {module.name}": module
        for file in (folder / "book.xlsm", folder / "computefi.xlam")
        for module in modules_in(file)
    }


# ---- the published grammar ------------------------------------------------------------------------------------------


class _Complaints(ErrorListener):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def syntaxError(self, *told: Any) -> None:  # noqa: N802 - ANTLR's name
        _, _, line, column, message, _ = told
        self.said.append(f"{line}:{column} {message}")


def complaints(source: str, is_class: bool = False) -> list[str]:
    """What the grammar does not accept in a module that has no #If any more, four procedures at a time; of those that
    differ in their names and texts only, one.
    """
    code = [line for line in source.splitlines() if not line.startswith("Attribute VB_")]
    name = f'{CLASS if is_class else ""}Attribute VB_Name = "Module"\n'
    parts = re.split(r"(?<=\nEnd Function\n)|(?<=\nEnd Sub\n)|(?<=\nEnd Property\n)", "\n".join(code) + "\n")
    parts = list({_form(part): part for part in parts}.values())
    return [
        complaint
        for start in range(0, len(parts), CHUNK)
        for complaint in _of_text(name + "".join(parts[start : start + CHUNK]))
    ]


def verdict(source: str, is_class: bool) -> str:
    """What a verdict of the grammar is kept under: this grammar, and the text to the letter."""
    text = f"{version('antlr4-vba')} {is_class} {source}"
    return hashlib.sha256(text.encode()).hexdigest()


def kept_verdicts() -> set[str]:
    """The modules that the grammar has accepted, as this program last wrote them."""
    return set(KEPT.read_text(encoding="utf-8").split())


def write_verdicts(workbook: Path) -> None:
    """Put every module that is not ours to the grammar, which takes minutes, and keep what it accepts."""
    with tempfile.TemporaryDirectory() as folder:
        modules = handed_out_modules(workbook, Path(folder)).values()
    accepted = set()
    for kind, source in {(module.kind, module.source) for module in modules if module.name != "COMPUTEFI"}:
        is_class = kind is not Kind.STANDARD
        texts = {on_machine(source, machine) for machine in MACHINES.values()}
        accepted |= {verdict(text, is_class) for text in texts if not complaints(text, is_class)}
    KEPT.write_text("".join(f"{key}\n" for key in sorted(accepted)), encoding="utf-8")


def _form(procedure: str) -> str:
    """A procedure with its own name, its arguments' and the content of its texts taken out."""
    head = SIGNATURE.search(procedure)
    own = [head[1], *DECLARED.findall(head[2])] if head else []
    names = {name: f"n{place}" for place, name in enumerate(dict.fromkeys(own))}
    bare = LITERAL.sub('""', procedure)
    return WORD.sub(lambda word: names.get(word[0], word[0]), bare)


@functools.cache
def _of_text(text: str) -> list[str]:
    heard = _Complaints()
    lexer = vbaLexer(InputStream(text))
    parser = vbaParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(heard)
    parser.startRule()
    return heard.said


# ---- the syntax tree ------------------------------------------------------------------------------------------------


def unassigned(procedure: vba.Procedure) -> bool:
    """Whether a path through a function ends before its answer is assigned.

    A jump, On Error among them, takes what is assigned there to its label; repeated until no label loses any more.
    """
    at_label: dict[str, bool] = {}
    while True:
        before = dict(at_label)
        ends: list[bool] = []
        ends.append(_walk(procedure.body, False, procedure.name.casefold(), at_label, ends))
        if at_label == before:
            return not all(ends)


def _walk(statements: list[vba.Stmt], have: bool, name: str, at_label: dict[str, bool], ends: list[bool]) -> bool:
    """Whether the answer is assigned where these statements end; True too where their end is not reached."""

    def jump(label: str | None) -> None:
        if label and label not in ("0", "-1"):
            key = label.casefold()
            at_label[key] = at_label.get(key, True) and have

    for one in statements:
        if isinstance(one, vba.Assign):
            have |= isinstance(one.target, vba.Name) and one.target.name.casefold() == name
        elif isinstance(one, vba.ExitStmt) and one.what in ("function", "property"):
            ends.append(have)
            have = True
        elif isinstance(one, vba.If):
            branches = [_walk(branch.body, have, name, at_label, ends) for branch in one.branches]
            have = all([*branches, _walk(one.otherwise or [], have, name, at_label, ends)])
        elif isinstance(one, (vba.For, vba.ForEach, vba.DoLoop, vba.WhileLoop)):
            _walk(one.body, have, name, at_label, ends)
        elif isinstance(one, vba.With):
            have = _walk(one.body, have, name, at_label, ends)
        elif isinstance(one, vba.SelectCase):
            blocks = [_walk(block.body, have, name, at_label, ends) for block in one.blocks]
            have = all([*blocks, _walk(one.otherwise or [], have, name, at_label, ends)])
        elif isinstance(one, vba.OnError):
            jump(one.label)
        elif isinstance(one, (vba.GoTo, vba.Resume)) and one.label:
            jump(one.label)
            have = True
        elif isinstance(one, vba.Label):
            have = have and at_label.get(one.name.casefold(), True)
    return have


def declared(module: vba.Module) -> Iterator[str]:
    """Every name that a module declares."""
    for procedure in module.procedures:
        yield procedure.name
        yield from (parameter.name for parameter in procedure.params)
        yield from _locals(procedure.body)
    yield from (one.name for dim in module.variables for one in dim.decls)


def _locals(statements: list[vba.Stmt]) -> Iterator[str]:
    for one in statements:
        if isinstance(one, vba.Dim):
            yield from (declaration.name for declaration in one.decls)
        elif isinstance(one, vba.Label):
            yield one.name
        for branch in (*getattr(one, "branches", ()), *getattr(one, "blocks", ())):
            yield from _locals(branch.body)
        yield from _locals(getattr(one, "body", None) or [])
        yield from _locals(getattr(one, "otherwise", None) or [])


def unsupported(module: vba.Module) -> list[str]:
    """Statements that the second referee could not read."""

    def within(statements: list[vba.Stmt]) -> Iterator[str]:
        for one in statements:
            if isinstance(one, vba.Unsupported):
                yield f"{one.line}: {one.text}: {one.reason}"
            for branch in (*getattr(one, "branches", ()), *getattr(one, "blocks", ())):
                yield from within(branch.body)
            yield from within(getattr(one, "body", None) or [])
            yield from within(getattr(one, "otherwise", None) or [])

    return [said for procedure in module.procedures for said in within(procedure.body)]


# ---- VBA's limits ---------------------------------------------------------------------------------------------------


def beyond_limits(name: str, source: str) -> list[str]:
    """Where a module exceeds what VBA takes. A procedure's 64 KB are of compiled code; its text must be within too."""
    said = []
    lines = source.splitlines()
    if len(name) > MODULE_NAME or len(lines) > MODULE_LINES:
        said.append(f"{name}: {len(lines)} lines")
    run = 0
    for number, line in enumerate(lines, 1):
        # An attribute stands in the file and not in the code window.
        run = run + 1 if line.endswith(" _") else 0
        if (len(line) > LINE and not line.startswith("Attribute ")) or run > CONTINUATIONS:
            said.append(f"{number}: {len(line)} characters, {run} continuations")
        said += [f"{number}: {w[:20]}" for w in re.findall(rf"[A-Za-z_]\w{{{IDENTIFIER},}}", line)]
    whole = re.sub(r" _\r?\n\s*", " ", source)
    for head in re.findall(r"^(?:Public |Private )?(?:Function|Sub) \w+\(([^)]*)\)", whole, re.MULTILINE):
        if head.count(",") >= PARAMETERS:
            said.append(f"{head[:40]}: more than {PARAMETERS} parameters")
    for part in re.split(r"^End (?:Function|Sub|Property)\r?$", source, flags=re.MULTILINE):
        if len(part) >= PROCEDURE:
            said.append(f"a procedure of {len(part)} characters: {part.strip()[:60]}")
    return said


if __name__ == "__main__":
    write_verdicts(Path(__file__).resolve().parents[2] / "workbooks" / "compare.xlsx")
