"""`computefi doctor`: what goes wrong in practice between Excel on Windows, xlwings' VBA and this Python.

Each finding comes with its cure. What this system cannot tell is listed as not checked, never passed over. Off
Windows the files can be read, the registry and the DLL cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from computefi.errors import WorkbookError
from computefi.hosts.vba.module import UDF_MODULE, wrapper_module
from computefi.hosts.windows.conf import ATTACH
from computefi.hosts.windows.conf_files import MODULES_KEY
from computefi.hosts.windows.doctor_machine import Machine
from computefi.hosts.windows.doctor_policies import policies
from computefi.hosts.windows.doctor_settings import (
    ADD_FOLDER,
    INTERPRETER,
    Book,
    Finding,
    Layer,
    effective,
    layers,
    read_book,
    spelling,
)
from computefi.hosts.windows.files import ADDIN_SETTINGS
from computefi.spec.host_functions import with_host_functions

REINSTALL = 'run "computefi excel install"'
CONVERT = 'make it again: "computefi export FILE.xlsx --host excel -o FILE.xlsm"'
OFFICE = r"Office\16.0\Excel\Security"
POLICIES = rf"Software\Policies\Microsoft\Cloud\{OFFICE}", rf"Software\Policies\Microsoft\{OFFICE}"
OWN = rf"Software\Microsoft\{OFFICE}"
BARE = {"python", "pythonw", "python.exe", "pythonw.exe"}
CLOUD = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


@dataclass(slots=True)
class Report:
    """What is wrong, what is right, and what could not be looked at."""

    findings: list[Finding] = field(default_factory=list)
    fine: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def add(self, subject: str, found: Iterator[Finding]) -> None:
        """The findings on a subject; without any the subject is fine."""
        new = [finding for finding in found if finding not in self.findings]
        self.findings += new
        if not new and subject not in self.fine:
            self.fine.append(subject)


def examine(machine: Machine, workbooks: Sequence[Path] = ()) -> Report:
    """Look at everything that can be looked at here."""
    report = Report()
    books = []
    for path in workbooks:
        try:
            books.append(read_book(path))
        except WorkbookError as error:
            report.findings.append(Finding(str(error), "name an .xlsx, .xlsm or .xlam file that is there"))
    addin = _installed(machine, report)
    report.add("this Python", _python(machine))
    for book in books:
        if book.project is not None or book.module:
            report.add(f"the macros of {book.path.name}", _macros(machine, book, CONVERT))
        elif addin is None and machine.places is not None and machine.places.startup is not None:
            cure = f"{REINSTALL}, or {CONVERT}"
            report.findings.append(Finding(f"{book.path} has no macros, and no add-in is installed: #NAME?", cure))
    if addin is not None:
        report.add("the add-in", _macros(machine, addin, REINSTALL))
    _settings(machine, report, books, addin)
    report.add("no other computefi in the way", _shadows(machine, books))
    files = [book.path for book in (*books, *([addin] if addin else []))]
    report.add("no file is marked as downloaded", _marked(files, machine))
    if not machine.is_windows:
        report.unchecked.append("the mark that Windows puts on downloaded files: only Windows' disks keep it")
    if machine.registry is None:
        report.unchecked.append(
            "Excel's macro and add-in settings, the firm's policies, and whether it is 32 or 64 bit: Windows' registry"
        )
    else:
        report.add("Excel's macro settings", _trust(machine))
        report.add("the firm's policies", policies(machine, _attaches(machine, books)))
    return report


def _attaches(machine: Machine, books: Sequence[Book]) -> bool:
    """Whether Excel attaches to a Python that runs (`computefi excel serve`), for all that was looked at."""
    files = machine.places.confs if machine.places else ()
    found = [layers(book, book.project or ADDIN_SETTINGS, files) for book in books]
    found = found or [layers(None, path.stem, files) for path in files]
    return bool(found) and all(effective(one, ATTACH)[0].strip().lower() == "true" for one in found)


def _installed(machine: Machine, report: Report) -> Book | None:
    """The add-in in XLSTART."""
    if machine.places is None:
        report.unchecked.append(f"the installation for Excel: {machine.system} has no Excel for it")
        return None
    path = machine.places.addin
    if path is None:
        report.unchecked.append("the add-in: Excel on a Mac has no functions through COM")
        return None
    if not path.is_file():
        report.unchecked.append(f"the add-in: none is installed at {path}; a workbook with macros needs none")
        return None
    try:
        return read_book(path)
    except WorkbookError as error:
        report.findings.append(Finding(str(error), f"close Excel and {REINSTALL}"))
        return None


def _python(machine: Machine) -> Iterator[Finding]:
    if not machine.xlwings:
        yield Finding("this Python has no xlwings", 'python -m pip install "computefi"')
    if machine.is_windows and not machine.has_pywin32:
        yield Finding("this Python has no pywin32, without which xlwings cannot serve Excel", "pip install pywin32")
    if machine.bits == 32:
        yield Finding("this Python is 32-bit", "install a 64-bit Python; it serves a 32-bit Excel as well")


def _macros(machine: Machine, book: Book, again: str) -> Iterator[Finding]:
    """The VBA in a workbook or the add-in."""
    if not book.module:
        yield Finding(f"{book.path}: there is no module COMPUTEFI in its macros", again)
    elif _code(book.module) != _code(wrapper_module(with_host_functions())):
        yield Finding(f"{book.path}: its functions are not those of this version of computefi", again)
    if book.project is not None and machine.xlwings and book.xlwings != machine.xlwings:
        yield Finding(
            f"{book.path}: its VBA is of xlwings {book.xlwings or 'unknown'}, this Python has {machine.xlwings}; the "
            "names of the DLL differ, and every function gives #VALUE!",
            f"pip install xlwings=={book.xlwings}, or {again}" if book.xlwings else again,
        )


def _code(source: str) -> list[str]:
    """A module's text without what Excel writes otherwise: case and blanks; attributes, which CFI_Register adds to."""
    lines = ("".join(line.split()).lower() for line in source.splitlines() if not line.startswith("Attribute "))
    return [line for line in lines if line]


def _settings(machine: Machine, report: Report, books: Sequence[Book], addin: Book | None) -> None:
    """The settings that hold for each workbook, and for the add-in and the user's files where none was given."""
    user_files = machine.places.confs if machine.places else ()
    subjects: list[tuple[str, Book | None, str]] = []
    for book in books:
        project = book.project or (ADDIN_SETTINGS if addin else "xlwings")
        subjects.append((f"the settings for {book.path.name}", book, project))
    subjects += [(f"the settings in {path.name}", None, path.stem) for path in user_files]
    for subject, given, project in subjects:
        found = layers(given, project, user_files)
        if not found:
            if given is None:
                report.unchecked.append(f"{project}.conf: this user has none")
            else:
                report.findings.append(
                    Finding(f"{given.path.name} finds no settings ({project}.conf)", f"{REINSTALL}, or {CONVERT}")
                )
            continue
        report.add(subject, _in_layers(machine, found, given, addin))
    if not machine.is_windows:
        report.unchecked.append("whether the interpreter and the DLL of the settings exist: they are on Windows")


def _in_layers(machine: Machine, found: list[Layer], book: Book | None, addin: Book | None) -> Iterator[Finding]:
    for layer in found:
        yield from spelling(layer)
    modules, _ = effective(found, MODULES_KEY)
    if book is None and UDF_MODULE not in modules:
        return  # the settings of others
    adds, place = effective(found, ADD_FOLDER)
    if adds.strip().lower() != "false":
        yield Finding(
            f"{place or found[-1].name}: {ADD_FOLDER} is {adds or 'not set, which means True'}; "
            "a computefi.py beside a workbook would hide the package",
            f'write "{ADD_FOLDER}","False"',
        )
    interpreter, place = effective(found, INTERPRETER)
    if not interpreter:
        yield Finding(f"no setting names a Python ({INTERPRETER})", REINSTALL)
    elif machine.is_windows:
        version = (book.xlwings if book else "") or (addin.xlwings if addin else "") or machine.xlwings
        yield from _interpreter(machine, interpreter, place, version)
    if book is not None:
        yield from _cloud(machine, book, found)


def _interpreter(machine: Machine, text: str, place: str, version: str) -> Iterator[Finding]:
    """The Python that the settings name, and the DLL beside it."""
    path = Path(machine.expanded(text))
    if text.lower() in BARE:
        yield Finding(f'{place}: "{text}" is whichever Python Windows finds first', f"give the whole path; {REINSTALL}")
        return
    if not path.is_file():
        yield Finding(f"{place}: there is no {path}", f"{REINSTALL} from the Python that has computefi, or correct it")
        return
    if path.parent not in {machine.prefix, machine.prefix / "Scripts"}:
        yield Finding(
            f"{place}: Excel uses {path}, not this Python ({machine.prefix})",
            f"run doctor with that one, or {REINSTALL}",
        )
    if _in_cloud(machine, path):
        yield Finding(f"{place}: {path} is in OneDrive, which may not have it on the disk", "put Python elsewhere")
    folders = [path.parent, path.parent.parent]
    bits = excel_bits(machine) or 64
    wanted = f"xlwings{bits}-{version}.dll"
    if not any((folder / wanted).is_file() for folder in folders):
        others = sorted({dll.name for folder in folders for dll in folder.glob("xlwings*-*.dll")})
        yield Finding(
            f"{wanted} is not in {folders[0]} or {folders[1]}" + (f", but {', '.join(others)}" if others else ""),
            f"with that Python: python -m pip install --force-reinstall xlwings=={version}",
        )


def _in_cloud(machine: Machine, path: Path) -> bool:
    text = str(path)
    roots = [machine.environment[name] for name in CLOUD if machine.environment.get(name)]
    return "://" in text or any(text.startswith(root) for root in roots) or "SharePoint" in text


def _cloud(machine: Machine, book: Book, found: Sequence[Layer]) -> Iterator[Finding]:
    """In OneDrive and SharePoint Excel calls the file by an address of the web, beside which VBA finds no settings."""
    if _in_cloud(machine, book.path.absolute()) and not found[0].name.startswith("the sheet "):
        yield Finding(
            f"{book.path} is in OneDrive or SharePoint; VBA may not find the settings file beside it",
            f"{CONVERT}, which puts the settings into a sheet, or {REINSTALL}",
        )


def _shadows(machine: Machine, books: Sequence[Book]) -> Iterator[Finding]:
    """Another computefi that Python might import. Excel's Python looks into its current folder too."""
    folders = dict.fromkeys([*machine.sys_path, *(book.path.absolute().parent for book in books)])
    for folder in folders:
        for other in (folder / "computefi.py", folder / "computefi" / "__init__.py"):
            if other.is_file() and other.parent.resolve() != machine.package.resolve():
                yield Finding(f"{other} can hide the package", "rename it or move it away")


def _marked(files: Sequence[Path], machine: Machine) -> Iterator[Finding]:
    firm = machine.registry is not None and _security(machine, "", "BlockContentExecutionFromInternet") == (1, True)
    cure = (
        "the firm has set this (BlockContentExecutionFromInternet): have IT put the file into a Trusted Location, or "
        "make it on this computer with computefi export, which leaves no mark"
        if firm
        else "right-click the file, Properties, Unblock; where there is no such box, ask IT"
    )
    for path in files:
        mark = Path(f"{path}:Zone.Identifier")
        try:
            text = mark.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        zone = re.search(r"ZoneId\s*=\s*([0-9]+)", text)
        if zone and int(zone[1]) >= 3:
            yield Finding(
                f"{path} is marked as from the internet; Excel blocks its macros without asking",
                cure,
            )


def excel_bits(machine: Machine) -> int | None:
    """Whether Excel is of 32 or 64 bits, where the registry tells."""
    if machine.registry is None:
        return None
    told = machine.registry("HKLM", r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform")
    told = told or machine.registry("HKLM", r"SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness")
    return {"x86": 32, "x64": 64}.get(str(told).lower())


def _trust(machine: Machine) -> Iterator[Finding]:
    """Settings of the Trust Center, those of the firm before the user's own."""
    clicks = "File, Options, Trust Center, Trust Center Settings"
    macros, firm = _security(machine, "", "VBAWarnings")
    if macros == 4:
        yield Finding("Excel disables all macros without asking", _allowed(firm, f"{clicks}, Macro Settings"))
    elif macros == 3:
        yield Finding(
            "Excel runs only signed macros, and computefi's are not signed",
            "have IT sign the add-in or the workbook (docs/excel-windows.md), or use a Trusted Location",
        )
    if _security(machine, r"\Trusted Locations", "AllLocationsDisabled")[0] == 1:
        yield Finding(
            "Excel trusts no folder, XLSTART included; the add-in's macros are treated like any",
            "have IT sign the add-in (docs/excel-windows.md)",
        )
    for name, what in (("DisableAllAddins", "disables all add-ins"), ("RequireAddinSig", "takes only signed add-ins")):
        value, firm = _security(machine, "", name)
        if value == 1:
            yield Finding(f"Excel {what}", _allowed(firm, f"{clicks}, Add-ins; or use a workbook with macros"))


def _security(machine: Machine, below: str, name: str) -> tuple[str | int | None, bool]:
    """A setting, and whether the firm has set it."""
    assert machine.registry is not None
    for key in POLICIES:
        value = machine.registry("HKCU", key + below, name)
        if value is not None:
            return value, True
    return machine.registry("HKCU", OWN + below, name), False


def _allowed(by_firm: bool, clicks: str) -> str:
    return "the firm has set this: ask IT" if by_firm else clicks
