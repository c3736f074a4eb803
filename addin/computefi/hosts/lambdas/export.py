"""A workbook that needs no add-in at all: our functions as defined names that hold native LAMBDAs of Excel.

The cells keep their formulas, `CFI_LTV(…)`: Excel finds a defined name where it would have looked for an add-in.
Only `definedName` elements are added to the workbook part; every other byte of the file stays. It takes an Excel
that has LAMBDA, VSTACK and their like: Microsoft 365, the web, or 2024.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from computefi.errors import DamagedFile, InputRefused, a_few
from computefi.formulas.tree import Call, Expression, Leaf, Unreadable, cfi_name, parse
from computefi.hosts.lambdas.forms import comment, definition, needed
from computefi.hosts.lambdas.texts import FUNCTIONS, HELPERS
from computefi.xlsx.cells import SHOWN_PLACES, address
from computefi.xlsx.files import claimed
from computefi.xlsx.package import Package, check_suffix
from computefi.xlsx.sheet import ATTRIBUTES, BREAK, decode, open_sheet
from computefi.xlsx.workbook import Workbook, escaped, open_workbook, parse_safely, relationships, safe_parser

# Formulas outside cells: conditional formats, data validations and the columns of tables.
OTHER_FORMULA = re.compile(
    rb"<((?:[\w.-]+:)?(?:formula[12]?|calculatedColumnFormula|totalsRowFormula))%b\s*>([^<]*)</\1\s*>" % ATTRIBUTES
)
NAMES = re.compile(rb"<((?:[\w.-]+:)?)definedNames(%b)\s*(/?)>" % ATTRIBUTES)
NAME = re.compile(rb"<(?:[\w.-]+:)?definedName(%b)\s*/?>" % ATTRIBUTES)
NAME_ATTRIBUTE = re.compile(rb"""\sname\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# The file format puts definedNames right after these.
BEFORE = re.compile(
    rb"</((?:[\w.-]+:)?)(?:sheets|functionGroups|externalReferences)\s*>"
    rb"|<((?:[\w.-]+:)?)(?:functionGroups|externalReferences)%b\s*/>" % ATTRIBUTES
)
NUMBER = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?(?![\w.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LambdaExport:
    """What an export did: the functions that the workbook calls, how many calls, and the names it added."""

    functions: tuple[str, ...]
    calls: int
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _StoredCall:
    """One call in the workbook: the function's canonical name, how it is spelled there, and where."""

    name: str
    spelled: str
    place: str


def export_lambda(path_in: Path, path_out: Path, force: bool = False) -> LambdaExport:
    """Write the workbook with a LAMBDA for every CFI function that it calls, and for what those call.

    A workbook that has these names already is written as it is. WorkbookError says in one line what stands in the
    way; nothing is written then.
    """
    check_suffix(path_in, path_out)
    with claimed(path_out, force) as claim:
        package = Package.open(path_in)
        book = open_workbook(package)
        stored = package.read(book.part)
        refuse_unreadable(stored, book.part)
        have = existing(book)
        calls = list(found_calls(book))
        refuse_unknown(calls)
        functions = {call.name for call in calls}
        added = [name for name in needed(functions) if name.casefold() not in have]
        data = package.replaced({book.part: with_names(stored, added)} if added else {})
        claim.write(data, package.identity)
    return LambdaExport(tuple(sorted(functions)), len(calls), tuple(added))


def existing(book: Workbook) -> set[str]:
    """Our names that the workbook has already; another name or table in their place is refused."""
    ours = {name.casefold(): name for name in (*FUNCTIONS, *HELPERS)}
    have = set()
    for name in book.names:
        key = name.name.casefold()
        if key not in ours:
            continue
        if name.sheet is not None:
            raise InputRefused(
                f"{book.sheets[name.sheet]} has a name {name.name} of its own; rename it first", name=name.name
            )
        if squeezed(name.text) != squeezed(definition(ours[key])):
            raise InputRefused(
                f"the workbook has a name {name.name} that means something else; delete or rename it", name=name.name
            )
        have.add(key)
    for key in ours.keys() & book.list_objects.keys():
        raise InputRefused(
            f"the workbook has a table {book.list_objects[key].name}; rename it first", name=book.list_objects[key].name
        )
    return have


def squeezed(formula: str) -> str:
    """A formula without what Excel may write otherwise: blanks, line ends and the form of its numbers."""
    return NUMBER.sub(lambda match: repr(float(match[0])), "".join(formula.split()))


def found_calls(book: Workbook) -> Iterator[_StoredCall]:
    """Every call of a CFI function in cells, names, conditional formats, data validations and tables."""
    for sheet, part in zip(book.sheets, book.parts, strict=True):
        data = book.package.read(part)
        for cell in open_sheet(data, part).cells():
            if cell.formula:
                yield from calls_in(decode(cell.formula), f"{sheet}!{address(cell.row, cell.column)}")
        tables = [link.target for link in relationships(book.package, part).values() if link.kind.endswith("/table")]
        for other in [part, *(table for table in tables if book.package.has(table))]:
            data = book.package.read(other)
            parse_safely(safe_parser(), data, other)
            for match in OTHER_FORMULA.finditer(data):
                yield from calls_in(decode(match[2]), f"{sheet} (a rule, a check or a table's column)")
    ours = {name.casefold() for name in (*FUNCTIONS, *HELPERS)}
    for name in book.names:
        if name.name.casefold() not in ours:
            yield from calls_in(name.text, f"the name {name.name}")


def calls_in(formula: str, place: str) -> Iterator[_StoredCall]:
    """The CFI calls of one formula."""
    if "cfi" not in formula.casefold():
        return
    try:
        tree = parse(formula)
    except Unreadable as error:
        raise DamagedFile(f"the formula in {place} cannot be read: {error}", cell=place) from None
    for call in calls_of(tree):
        name = cfi_name(call.name)
        if name is not None:
            yield _StoredCall(name, call.name.removeprefix("@"), place)


def calls_of(expression: Expression) -> Iterator[Call]:
    """Every call in the tree."""
    for node in expression:
        if isinstance(node, Call):
            yield node
        if not isinstance(node, Leaf):
            for part in node.arguments if isinstance(node, Call) else node.parts:
                yield from calls_of(part)


def refuse_unknown(calls: Iterable[_StoredCall]) -> None:
    """Functions without a LAMBDA, and spellings that call an add-in by its own name, are listed with their cells."""
    unknown: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        if call.name not in FUNCTIONS:
            unknown[call.name].append(call.place)
        elif call.spelled.upper() != call.name:
            unknown[f"the spelling {call.spelled}"].append(call.place)
    if unknown:
        distinct = {name: list(dict.fromkeys(places)) for name, places in sorted(unknown.items())}
        told = "; ".join(f"{name} ({a_few(places, SHOWN_PLACES)})" for name, places in distinct.items())
        raise InputRefused(f"there is no LAMBDA for {told}", name=min(unknown))


def refuse_unreadable(workbook: bytes, part: str) -> None:
    """Only a workbook part that is well-formed UTF-8 without CDATA can be patched by its bytes."""
    if workbook[:2] in (b"\xff\xfe", b"\xfe\xff") or b"UTF-16" in workbook[:100].upper():
        raise DamagedFile(f"{part} is stored as UTF-16, which is not supported", part=part)
    parse_safely(safe_parser(), workbook, part)
    if b"<![CDATA[" in workbook:
        raise DamagedFile(f"{part} has CDATA sections, which are not supported", part=part)


def with_names(workbook: bytes, names: list[str]) -> bytes:
    """The workbook part with the names added, each before the first one that follows it in the alphabet."""
    # Comments become blanks of the same length, so that no byte moves.
    scannable = BREAK.sub(lambda match: b" " * len(match[0]), workbook)
    container = NAMES.search(scannable)
    if container is None:
        *_, last = BEFORE.finditer(scannable)
        prefix = last[1] or last[2] or b""
        inner = b"".join(element(name, prefix) for name in names)
        block = b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, inner, prefix)
        return workbook[: last.end()] + block + workbook[last.end() :]
    prefix = container[1]
    if container[3]:
        inner = b"".join(element(name, prefix) for name in names)
        block = b"<%bdefinedNames%b>%b</%bdefinedNames>" % (prefix, container[2], inner, prefix)
        return workbook[: container.start()] + block + workbook[container.end() :]
    end = scannable.index(b"</%bdefinedNames" % prefix, container.end())
    places = [(sort_key(match[1]), match.start()) for match in NAME.finditer(scannable, container.end(), end)]
    out, copied = [], 0
    for name in names:
        place = next((start for key, start in places if key > name.casefold()), end)
        if place > copied:
            out.append(workbook[copied:place])
            copied = place
        out.append(element(name, prefix))
    return b"".join([*out, workbook[copied:]])


def sort_key(attributes: bytes) -> str:
    """What a stored name is sorted by: Excel's own names go by what follows their mark."""
    match = NAME_ATTRIBUTE.search(attributes)
    return "" if match is None else decode(match[1] or match[2] or b"").casefold().removeprefix("_xlnm.")


def element(name: str, prefix: bytes) -> bytes:
    """One `definedName`. Excel ends the lines of a formula with CR LF."""
    text = escaped(definition(name)).replace("\n", "\r\n")
    note = escape(comment(name), {'"': "&quot;"})
    return (
        b'<%bdefinedName name="%b" comment="%b">' % (prefix, name.encode(), as_bytes(note))
        + as_bytes(text)
        + b"</%bdefinedName>" % prefix
    )


def as_bytes(text: str) -> bytes:
    """The text in characters that every encoding of a part writes alike."""
    return text.encode("ascii", "xmlcharrefreplace")
