"""vbaProject.bin built from source text (MS-OVBA): what Excel keeps of the modules in a macro workbook.

No compiled code is in it: the version 0xFFFF in `_VBA_PROJECT` tells VBA to compile from the source, which is what
xlwings does in the workbooks it ships, and EPPlus in those it writes. The same modules give the same bytes. Ours was
read back by oletools and run by LibreOffice, never by Excel.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from computefi.hosts.vba.compression import BadCompression, compress, decompress
from computefi.hosts.vba.container import BadContainer, read_container, write_container

CODE_PAGE = "cp1252"
ENGLISH = 0x409
PROJECT_ID = "{7C7DE7E9-8C1B-5E0B-9F3C-2D6A51F0CF11}"
# The seed of Excel's light encryption; with these bits no filling bytes follow it.
SEED = 0x09
VERSION_STREAM = bytes.fromhex("cc61ffff000000")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")

# What every project of Excel refers to; VBA finds the libraries by their number, wherever they are.
REFERENCES = {
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
    r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
}
WORKBOOK, WORKSHEET, CHART = (f"0{{000208{n}-0000-0000-C000-000000000046}}" for n in ("19", "20", "21"))


class Kind(Enum):
    """What a module is, by the word that the PROJECT stream has for it."""

    STANDARD = "Module"
    CLASS = "Class"
    DOCUMENT = "Document"


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its name, its kind and its text, which begins with its attributes."""

    name: str
    kind: Kind
    source: str


class BadProject(ValueError):
    """The bytes are not a VBA project that can be read."""


def document(name: str, base: str) -> Module:
    """The empty module behind the workbook or one of its sheets."""
    flags = {
        "GlobalNameSpace": False, "Creatable": False, "PredeclaredId": True, "Exposed": True,
        "TemplateDerived": False, "Customizable": True,
    }  # fmt: skip
    lines = [f'Attribute VB_Name = "{name}"', f'Attribute VB_Base = "{base}"']
    lines += [f"Attribute VB_{flag} = {value}" for flag, value in flags.items()]
    return Module(name, Kind.DOCUMENT, "".join(f"{line}\r\n" for line in lines))


def standard(source: str) -> Module:
    """A standard module, named by its first line."""
    match = re.match(r'Attribute VB_Name = "([^"]*)"\r\n', source)
    if match is None:
        raise ValueError("a module's text begins with its VB_Name")
    return Module(match[1], Kind.STANDARD, source)


def build_project(modules: Sequence[Module], name: str = "VBAProject") -> bytes:
    """vbaProject.bin. A text that the code page cannot hold, and a name that VBA refuses, are ValueErrors."""
    _check_names([name, *(module.name for module in modules)])
    streams = {
        "PROJECT": _project_text(modules, name).encode(CODE_PAGE),
        "PROJECTwm": b"".join(m.name.encode(CODE_PAGE) + b"\0" + _wide(m.name) + b"\0\0" for m in modules) + b"\0\0",
        "VBA/_VBA_PROJECT": VERSION_STREAM,
        "VBA/dir": compress(b"".join(_directory(modules, name))),
    }
    for module in modules:
        streams[f"VBA/{module.name}"] = compress(module.source.encode(CODE_PAGE))
    return write_container(streams)


def _check_names(names: list[str]) -> None:
    """VBA knows no case, and a project and its modules share one room for names."""
    seen: set[str] = set()
    for name in names:
        if not IDENTIFIER.fullmatch(name):
            raise ValueError(f"VBA does not take {name!r} as the name of a module or project")
        if name.lower() in seen or name.lower() in ("dir", "_vba_project"):
            raise ValueError(f"two modules, or the project and a module, are called {name!r}")
        seen.add(name.lower())


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HL", number, len(content)) + content


def _both(number: int, wide_number: int, text: str) -> bytes:
    """A text in the code page and once more in Unicode."""
    return _record(number, text.encode(CODE_PAGE)) + _record(wide_number, _wide(text))


def _short(value: int) -> bytes:
    return struct.pack("<H", value)


def _long(value: int) -> bytes:
    return struct.pack("<L", value)


def _directory(modules: Sequence[Module], name: str) -> Iterator[bytes]:
    """The `dir` stream (MS-OVBA 2.3.4.2): the project, its references, its modules."""
    yield _record(0x01, _long(1))  # Windows of 32 bits, which VBA of 64 bits reads too
    yield _record(0x02, _long(ENGLISH)) + _record(0x14, _long(ENGLISH))
    yield _record(0x03, _short(1252)) + _record(0x04, name.encode(CODE_PAGE))
    yield _both(0x05, 0x40, "") + _record(0x06) + _record(0x3D)
    yield _record(0x07, _long(0)) + _record(0x08, _long(0))
    yield struct.pack("<HLLH", 0x09, 4, 1, 1)  # the version, whose length is said wrongly in the format itself
    yield _both(0x0C, 0x3C, "")
    for reference, library in REFERENCES.items():
        identifier = library.encode(CODE_PAGE)
        yield _both(0x16, 0x3E, reference)
        yield _record(0x0D, _long(len(identifier)) + identifier + _long(0) + _short(0))
    yield _record(0x0F, _short(len(modules))) + _record(0x13, _short(0xFFFF))
    for module in modules:
        yield _both(0x19, 0x47, module.name) + _both(0x1A, 0x32, module.name) + _both(0x1C, 0x48, "")
        yield _record(0x31, _long(0))  # the source begins at once: no compiled code before it
        yield _record(0x1E, _long(0)) + _record(0x2C, _short(0xFFFF))
        yield _record(0x21 if module.kind is Kind.STANDARD else 0x22) + _record(0x2B)
    yield _record(0x10)


def _project_text(modules: Sequence[Module], name: str) -> str:
    lines = [f'ID="{PROJECT_ID}"']
    for module in modules:
        lines.append(f"{module.kind.value}={module.name}" + ("/&H00000000" if module.kind is Kind.DOCUMENT else ""))
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    # Not locked for viewing, no password, shown.
    lines += [f'{key}="{encrypted(data)}"' for key, data in (("CMG", bytes(4)), ("DPB", b"\0"), ("GC", b"\xff"))]
    lines += ["", "[Host Extender Info]", "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"]
    lines += ["", "[Workspace]", *(f"{module.name}=0, 0, 0, 0, C" for module in modules)]
    return "".join(f"{line}\r\n" for line in lines)


def encrypted(data: bytes, project_id: str = PROJECT_ID, seed: int = SEED) -> str:
    """Data as the PROJECT stream hides it (MS-OVBA 2.4.3.2), for a seed that asks for no filling."""
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    before = key
    for byte in _long(len(data)) + data:
        out.append(byte ^ (out[-2] + before) & 0xFF)
        before = byte
    return bytes(out).hex().upper()


def read_project(data: bytes) -> list[Module]:
    """The modules of any vbaProject.bin, in its order. Excel's own files are read too."""
    try:
        streams = {path.lower(): content for path, content in read_container(data).items()}
        kinds = _kinds(streams["project"].decode("latin-1"))
        return [
            Module(name, kinds.get(name.lower(), Kind.STANDARD), _source(streams[f"vba/{stream}".lower()], offset))
            for name, stream, offset in _listed(decompress(streams["vba/dir"]))
        ]
    except (BadContainer, BadCompression, struct.error, UnicodeDecodeError) as error:
        raise BadProject(f"the VBA project is damaged: {error}") from None
    except KeyError as error:
        raise BadProject(f"the VBA project is damaged: it has no stream {error.args[0]}") from None


def _source(stream: bytes, offset: int) -> str:
    return decompress(stream[offset:]).decode(CODE_PAGE, "replace")


def _kinds(text: str) -> dict[str, Kind]:
    found = {}
    for line in text.splitlines():
        word, _, rest = line.partition("=")
        if word in ("Module", "Class", "Document"):
            found[rest.partition("/")[0].lower()] = Kind(word)
    return found


def _listed(directory: bytes) -> Iterator[tuple[str, str, int]]:
    """The name, the stream and the place of the source of each module."""
    position = 0
    name = stream = ""
    while position + 6 <= len(directory):
        number, length = struct.unpack_from("<HL", directory, position)
        length = 6 if number == 0x09 else length
        content = directory[position + 6 : position + 6 + length]
        position += 6 + length
        if number == 0x47:
            name = content.decode("utf-16-le")
        elif number == 0x32:
            stream = content.decode("utf-16-le")
        elif number == 0x31 and name:
            yield name, stream or name, struct.unpack("<L", content)[0]
            name = stream = ""
