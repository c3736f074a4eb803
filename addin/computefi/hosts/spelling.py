"""The same workbook for another host: only the spelling of our functions in its formulas changes.

Excel's files hold `CFI_LTV(…)`, or `_xll.`, `_xldudf_` and `[1]!` before it, by the add-in that was there when the
file was saved; LibreOffice's hold `CFI.LTV(…)`. Every formula of the file is read: cells, defined names, conditional
formats, data validations (the newer ones in extension lists too) and the columns of tables. Texts, sheet names and
names of others stay, and so does every other byte. What is in the cells stays too: LibreOffice computes it anew,
Excel at the next calculation.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from computefi.errors import DamagedFile
from computefi.formulas.tree import cfi_name
from computefi.hosts.base import ExportReport
from computefi.spec import PREFIX
from computefi.spec.host_functions import with_host_functions
from computefi.xlsx.files import claimed
from computefi.xlsx.package import Package, check_suffix
from computefi.xlsx.sheet import ATTRIBUTES, BREAK
from computefi.xlsx.workbook import open_workbook, parse_safely, relationships, safe_parser

FORMULA = re.compile(
    rb"<((?:[\w.-]+:)?(?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula))"
    rb"%b\s*>([^<]*)</\1\s*>" % ATTRIBUTES
)
ENTITY = re.compile(rb"&(?:#[0-9]+|#x[0-9A-Fa-f]+|\w+);")
# Texts and column names come first, so that what stands in them is not taken for a call.
TOKEN = re.compile(
    rb"""
    "(?:[^"]|"")*+(?:"|$)
    | (?P<call>
        (?: (?: (?<!')'(?:[^']|'')*+' | \[[^\[\]]*\][\w.\x80-\xff]* | [\w.\x80-\xff]+ ) ! )?+
        [\w.\\?\x80-\xff]+
      ) (?=\()
    | (?<!')'(?:[^']|'')*+'
    | \[ (?: [^\[\]'] | '. | \[ (?: [^\[\]'] | '. )*+ \] )*+ (?:\]|'?$)
    | [\w.\\?\x80-\xff]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def respell(path_in: Path, path_out: Path, separator: str, force: bool = False) -> ExportReport:
    """Write the workbook with its calls as CFI_NAME or, with "." as the separator, CFI.NAME."""
    check_suffix(path_in, path_out)
    report = ExportReport()
    with claimed(path_out, force) as claim:
        package = Package.open(path_in)
        changes = {}
        for part in formula_parts(package):
            data = package.read(part)
            new = respelled_part(data, part, separator, report)
            if new != data:
                changes[part] = new
        claim.write(package.replaced(changes), package.identity)
    return report


def formula_parts(package: Package) -> list[str]:
    """The parts that hold formulas: the workbook, its sheets and their tables."""
    book = open_workbook(package)
    tables = [
        link.target
        for sheet in book.parts
        for link in relationships(package, sheet).values()
        if link.kind.endswith("/table") and package.has(link.target)
    ]
    return list(dict.fromkeys([book.part, *book.parts, *tables]))


def respelled_part(data: bytes, part: str, separator: str, report: ExportReport) -> bytes:
    """A part with the calls in its formulas respelled."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"UTF-16" in data[:100].upper():
        raise DamagedFile(f"{part} is stored as UTF-16, which is not supported", part=part)
    parse_safely(safe_parser(), data, part)
    if b"<![CDATA[" in data:
        raise DamagedFile(f"{part} has CDATA sections, which are not supported", part=part)
    # Comments become blanks of the same length, so that no byte moves.
    scannable = BREAK.sub(lambda match: b" " * len(match[0]), data)
    out, copied = [], 0
    for formula in FORMULA.finditer(scannable):
        for start, end, new in _respelled(formula[2], separator, report):
            out += [data[copied : formula.start(2) + start], new]
            copied = formula.start(2) + end
    return b"".join([*out, data[copied:]])


def _respelled(stored: bytes, separator: str, report: ExportReport) -> list[tuple[int, int, bytes]]:
    """Where in a stored formula a call of ours is spelled otherwise, and how the host spells it."""
    if b"cfi" not in stored.lower():
        return []
    text, places = _characters(stored)
    changes = []
    known = with_host_functions()
    for token in TOKEN.finditer(text):
        call = token["call"]
        name = cfi_name(call.decode("latin-1")) if call else None
        if name is None:
            continue
        if name not in known:
            report.unknown.add(name)
            continue
        # The letters stay as they were typed, so that the way back gives the same file.
        typed = call[-len(name) :]
        prefix, rest = typed[: len(PREFIX) - 1], typed[len(PREFIX) :].replace(b".", b"_")
        new = prefix + separator.encode() + rest
        report.calls += 1
        if new != call:
            report.rewritten += 1
            changes.append((places[token.start("call")], places[token.end("call")], new))
    return changes


def _characters(stored: bytes) -> tuple[bytes, list[int]]:
    """The formula with its entities as one byte each, and where each byte, and the end, stands in the file."""
    text, places, copied = bytearray(), list[int](), 0
    for entity in ENTITY.finditer(stored):
        text += stored[copied : entity.start()]
        places += range(copied, entity.start())
        character = html.unescape(entity[0].decode("ascii"))
        text.append(ord(character) if character.isascii() and len(character) == 1 else 0xFF)
        places.append(entity.start())
        copied = entity.end()
    text += stored[copied:]
    places += range(copied, len(stored) + 1)
    return bytes(text), places
