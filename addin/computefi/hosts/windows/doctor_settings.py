"""Where xlwings' VBA finds its settings for a workbook, layer by layer, and what is wrong with how they are written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from computefi.hosts.vba.module import MODULE_NAME, UDF_MODULE
from computefi.hosts.windows import conf_files
from computefi.hosts.windows.files import SETTINGS_NAME, modules_in, xlwings_version
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import decode, open_sheet
from computefi.xlsx.workbook import Workbook, open_workbook

INTERPRETER = "INTERPRETER_WIN"
ADD_FOLDER = "ADD_WORKBOOK_TO_PYTHONPATH"
# Every key that xlwings' VBA asks for.
KEYS = """
    INTERPRETER_WIN|INTERPRETER_MAC|INTERPRETER|PYTHONPATH|ADD_WORKBOOK_TO_PYTHONPATH|CONDA PATH|CONDA ENV
    |UDF MODULES|DEBUG UDFS|USE UDF SERVER|SHOW CONSOLE|SHOW_ERROR_POPUPS|LICENSE_KEY|TEMP DIR|CLI_PATH
    |ONEDRIVE_CONSUMER_WIN|ONEDRIVE_CONSUMER_MAC|ONEDRIVE_COMMERCIAL_WIN|ONEDRIVE_COMMERCIAL_MAC|SHAREPOINT_WIN
    |SHAREPOINT_MAC
""".replace("\n", "")
KNOWN = {key.strip() for key in KEYS.split("|")}
NEAR = 0.85


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One place of settings: its name for a person, and what stands there."""

    name: str
    settings: dict[str, str]
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was given: its VBA, and the settings in its sheets by the sheet's name."""

    path: Path
    project: str | None
    xlwings: str
    module: str
    sheets: dict[str, dict[str, str]]


def read_book(path: Path) -> Book:
    """The workbook's macros and settings; WorkbookError where it cannot be read."""
    book = open_workbook(Package.open(path))
    modules = modules_in(path)
    code = next((module.source for module in modules if module.name == "xlwings"), "")
    name = SETTINGS_NAME.search(code)
    ours = next((module.source for module in modules if module.name == MODULE_NAME), "")
    sheets = {
        sheet.casefold(): sheet_settings(book, n)
        for n, sheet in enumerate(book.sheets)
        if sheet.casefold().endswith(".conf")
    }
    return Book(path, name[0] if name else None, xlwings_version(modules), ours, sheets)


def sheet_settings(book: Workbook, index: int) -> dict[str, str]:
    """Keys in column A from A1 down to the first blank one, values beside them."""
    part = book.parts[index]
    texts: dict[tuple[int, int], str] = {}
    for cell in open_sheet(book.package.read(part), part).cells():
        if cell.column > 2:
            continue
        if cell.kind == b"inlineStr":
            text = cell.inline or ""
        else:
            text = decode(cell.value or b"")
            if cell.kind == b"s" and text.isdigit() and int(text) < len(book.shared_strings):
                text = book.shared_strings[int(text)]
            elif cell.kind == b"b":
                text = str(text == "1")
        texts[cell.row, cell.column] = text
    found: dict[str, str] = {}
    row = 1
    while texts.get((row, 1)):
        found.setdefault(texts[row, 1].upper(), texts.get((row, 2), ""))
        row += 1
    return found


def file_layer(path: Path) -> Layer | None:
    """The settings in a file; None where there is no file."""
    if not path.is_file():
        return None
    text = conf_files.text_of(path.read_bytes())
    broken = sum(1 for entry in conf_files.entries(text) if entry.line.strip() and not entry.key)
    return Layer(str(path), conf_files.settings(text), broken)


def layers(book: Book | None, project: str, user_files: Sequence[Path]) -> list[Layer]:
    """The layers in the order in which VBA asks them: the sheet, the file beside the workbook, the user's file."""
    found: list[Layer | None] = []
    if book is not None:
        sheet = book.sheets.get(f"{project}.conf".casefold())
        found.append(Layer(f"the sheet {project}.conf of {book.path.name}", sheet) if sheet is not None else None)
        found.append(file_layer(book.path.absolute().parent / f"{project}.conf"))
    found += [file_layer(path) for path in user_files if path.name == f"{project}.conf"]
    return [layer for layer in found if layer is not None]


def effective(found: Sequence[Layer], key: str) -> tuple[str, str]:
    """What holds for a key, and where it says so; the first layer that has the key wins, though it be empty."""
    return next(((layer.settings[key], layer.name) for layer in found if key in layer.settings), ("", ""))


def spelling(layer: Layer) -> Iterator[Finding]:
    """Keys that VBA would not recognise, modules that do not exist, lines that it would read askew."""
    squeezed = {re.sub(r"[^A-Z]", "", key): key for key in KNOWN}
    for key, value in layer.settings.items():
        if key in KNOWN:
            continue
        near = squeezed.get(re.sub(r"[^A-Z]", "", key))
        near = near or next(iter(difflib.get_close_matches(key, KNOWN, 1, NEAR)), None)
        if near:
            yield Finding(f'{layer.name}: xlwings does not know the key "{key}"', f'spell it "{near}","{value}"')
    names = [name.strip() for name in layer.settings.get(conf_files.MODULES_KEY, "").split(";")]
    for name in names:
        if name != UDF_MODULE and difflib.get_close_matches(name.lower(), [UDF_MODULE, "computefi"], 1, NEAR):
            yield Finding(
                f"{layer.name}: there is no module {name} of computefi", f'write "UDF MODULES","{UDF_MODULE}"'
            )
    if layer.broken:
        yield Finding(
            f'{layer.name}: {layer.broken} lines are not of the form "KEY","VALUE"; VBA reads what follows askew',
            "delete or mend these lines",
        )
