"""Macro workbooks for Excel on Windows: `export --host excel` and the add-in, with their VBA inside.

The VBA is xlwings' own standalone module, taken from the installed package (BSD licence, whose text stands in the
module), and our COMPUTEFI module. Nothing else is to be installed into Excel. xlwings' VBA names its DLL with the
version, so the Python of whoever opens the file must have the very xlwings with which the file was made; the
settings sheet says which.

Made from source on any system; read back by oletools and LibreOffice, never opened in Excel.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import computefi
from computefi.errors import DamagedFile, EngineMissing, InputRefused
from computefi.hosts.base import ExportReport
from computefi.hosts.spelling import formula_parts, respelled_part
from computefi.hosts.vba.module import MODULE_NAME, wrapper_module
from computefi.hosts.vba.project import (
    CHART,
    IDENTIFIER,
    WORKBOOK,
    WORKSHEET,
    BadProject,
    Module,
    build_project,
    document,
    read_project,
    standard,
)
from computefi.hosts.windows.conf import DEFAULT_INTERPRETER, conf_text
from computefi.spec.host_functions import with_host_functions
from computefi.xlsx import parts as excel_parts
from computefi.xlsx.files import Claim, claimed, write_atomically
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import Walker, escaped, open_workbook, relationships

CONF_SHEET = "xlwings.conf"
ADDIN_FILE = "computefi.xlam"
# A project may not be called as one of its modules is, and one of those is COMPUTEFI.
ADDIN_PROJECT = "computefi_addin"
ADDIN_SETTINGS = "computefi"
XLWINGS_MODULES = ("xlwings", "Dictionary")
SETTINGS_NAME = re.compile(r'(?<=Const PROJECT_NAME As String = ")[^"]*(?=")')
XLWINGS_VERSION = re.compile(r'Const XLWINGS_VERSION As String = "([^"]*)"')
DOCUMENTS = {"worksheet": WORKSHEET, "chartsheet": CHART}
PROJECT_PART = "vbaProject.bin"
NO_FORMAT = 'numFmtId="0" fontId="0" fillId="0" borderId="0"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class ExcelExport:
    """What an export did.

    How many calls it found and respelled, names in our style that are not ours, whether the workbook had settings of
    its own, and which xlwings its VBA asks for.
    """

    calls: int
    rewritten: int
    unknown: tuple[str, ...]
    kept_settings: bool
    xlwings: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of any kind: its name, its part and the kind."""

    name: str
    part: str
    kind: str


def export_excel(
    path_in: Path, path_out: Path, interpreter: str = DEFAULT_INTERPRETER, force: bool = False
) -> ExcelExport:
    """Write the workbook as an .xlsm that calls the functions by VBA of its own.

    The sheet xlwings.conf comes last and names the interpreter; a sheet of that name that is there already stays as
    it is. WorkbookError says in one line what stands in the way; nothing is written then.
    """
    if path_out.suffix.casefold() != ".xlsm":
        raise InputRefused(f"{path_out} must end in .xlsm: it has macros", name=str(path_out))
    if path_in.suffix.casefold() not in (".xlsx", ".xlsm"):
        raise InputRefused(f"{path_in} must be an .xlsx or .xlsm workbook", name=str(path_in))
    with claimed(path_out, force) as claim:
        return _exported(path_in, claim, interpreter)


def _exported(path_in: Path, claim: Claim, interpreter: str) -> ExcelExport:
    package = Package.open(path_in)
    book = open_workbook(package)
    links = relationships(package, book.part)
    if any(link.kind.endswith("/vbaProject") for link in links.values()):
        raise InputRefused(
            f'{path_in} has macros of its own, which stay untouched; write COMPUTEFI.bas with "computefi vba" and '
            "import it there (Alt+F11, File, Import File)",
            name=str(path_in),
        )
    if b"//purl.oclc.org/ooxml/" in package.read(book.part):
        raise DamagedFile(
            f"{path_in} is saved as Strict Open XML; save it as an ordinary .xlsx first", name=str(path_in)
        )
    done = ExportReport()
    changes = {part: respelled_part(package.read(part), part, "_", done) for part in formula_parts(package)}
    sheets = list(_sheets(package, book.part))
    kept = any(sheet.name.casefold() == CONF_SHEET for sheet in sheets)
    modules = standalone_modules()
    added: dict[str, bytes] = {}
    folder = posixpath.dirname(book.part)
    new_links = {"computefiVba": (excel_parts.PROJECT_LINK, PROJECT_PART)}
    types = {posixpath.join(folder, PROJECT_PART): excel_parts.PROJECT_TYPE}
    if not kept:
        conf = _free(package, posixpath.join(folder, "worksheets", "sheet{}.xml"))
        sheets.append(_Sheet(CONF_SHEET, conf, "worksheet"))
        added[conf] = _conf_sheet(interpreter, xlwings_version(modules))
        kind = next(link.kind for link in links.values() if link.kind.endswith("/worksheet"))
        new_links["computefiConf"] = (kind, f"/{conf}")
        types[conf] = excel_parts.WORKSHEET_TYPE
        changes[book.part] = excel_parts.with_sheet(changes[book.part], book.part, CONF_SHEET, "computefiConf")
    if new_links.keys() & links.keys():
        raise DamagedFile(
            f"{path_in} has links by the names that the export gives; it will not be touched", name=str(path_in)
        )
    documents = _named(package, book.part, sheets, [m.name for m in modules], changes, added)
    project = build_project([*documents, *modules])
    added[posixpath.join(folder, PROJECT_PART)] = project
    if taken := [member for member in added if package.has(member)]:
        raise DamagedFile(
            f"{path_in} has a member {taken[0]} already, which nothing links to", name=str(path_in), part=taken[0]
        )
    rels = posixpath.join(folder, "_rels", f"{posixpath.basename(book.part)}.rels")
    changes[rels] = excel_parts.with_links(package.read(rels), rels, new_links)
    stored_types = package.read(excel_parts.CONTENT_TYPES)
    changes[excel_parts.CONTENT_TYPES] = excel_parts.with_types(stored_types, book.part, types)
    changes = {part: data for part, data in changes.items() if data != package.read(part)}
    claim.write(excel_parts.with_members(package.replaced(changes), added), package.identity)
    return ExcelExport(done.calls, done.rewritten, tuple(sorted(done.unknown)), kept, xlwings_version(modules))


def _sheets(package: Package, workbook: str) -> Iterable[_Sheet]:
    """Every sheet in its order, chart sheets too."""
    links = relationships(package, workbook)
    found: list[_Sheet] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        link = links.get(attributes.get("id", "")) if tag == "sheet" else None
        if link is not None:
            found.append(_Sheet(attributes.get("name", ""), link.target, link.kind.rpartition("/")[2]))

    Walker(workbook, start).run(package.read(workbook))
    for sheet in found:
        if sheet.kind not in DOCUMENTS:
            raise DamagedFile(
                f"the sheet {sheet.name} is of an old kind ({sheet.kind}), which is not supported", name=sheet.name
            )
    return found


def _free(package: Package, pattern: str) -> str:
    """The first name of a member that is not taken."""
    return next(name for n in range(1, 10_000) if not package.has(name := pattern.format(n)))


def _named(
    package: Package,
    workbook: str,
    sheets: list[_Sheet],
    taken: list[str],
    changes: dict[str, bytes],
    added: dict[str, bytes],
) -> list[Module]:
    """Give the workbook and each sheet a code name, in their parts too, and make the modules of these names.

    A code name that is there stays, unless VBA would refuse it beside the others.
    """
    used = {name.lower() for name in (*taken, "VBAProject", "dir", "_VBA_PROJECT")}
    modules = []
    parts = [(workbook, WORKBOOK, "ThisWorkbook", "ThisWorkbook{}")]
    parts += [(sheet.part, DOCUMENTS[sheet.kind], f"Sheet{n}", "Sheet{}") for n, sheet in enumerate(sheets, start=1)]
    stored = {part: added.get(part) or changes.get(part) or package.read(part) for part, *_ in parts}
    have = {part: excel_parts.code_name(data, part) for part, data in stored.items()}
    kept: dict[str, str] = {}
    for part, name in have.items():
        if name is not None and IDENTIFIER.fullmatch(name) and name.lower() not in used:
            kept[part] = name
            used.add(name.lower())
    for part, base, preferred, pattern in parts:
        name = kept.get(part)
        if name is None:
            choices = (preferred, *(pattern.format(n) for n in range(1, len(parts) + len(used) + 2)))
            name = next(choice for choice in choices if choice.lower() not in used)
            used.add(name.lower())
            (added if part in added else changes)[part] = excel_parts.with_code_name(stored[part], part, name)
        modules.append(document(name, base))
    return modules


def _conf_sheet(interpreter: str, version: str) -> bytes:
    """The settings as xlwings' VBA reads them: keys in column A from A1 on, values beside them, as texts."""
    entries = [tuple(row) for row in csv.reader(conf_text(interpreter).splitlines())]
    notes = [
        "These settings go before those of xlwings.conf files. INTERPRETER_WIN is the Python that has computefi.",
        f"Its xlwings must be version {version}, that of the VBA in this workbook: pip install xlwings=={version}",
        'If a cell shows #VALUE!, run "computefi doctor" with this workbook.',
    ]
    return _sheet([*entries, (), *((note,) for note in notes)], widths=(34, 80))


def _sheet(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> bytes:
    """A worksheet of texts. A blank text is no cell."""
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(widths, 1))
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{"AB"[column]}{number}" t="inlineStr"><is><t>{escaped(text)}</t></is></c>'
            for column, text in enumerate(row)
            if text
        )
        if cells:
            lines.append(f'<row r="{number}">{cells}</row>')
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{columns}</cols><sheetData>{''.join(lines)}</sheetData></worksheet>"
    ).encode()


def xlwings_modules(shipped: str) -> list[Module]:
    """xlwings' VBA as it stands in one of the files it ships."""
    spec = importlib.util.find_spec("xlwings")
    if spec is None or not spec.origin:
        raise EngineMissing('xlwings is not installed in this Python: pip install "computefi[excel]"', name="xlwings")
    path = Path(spec.origin).parent / shipped
    try:
        with zipfile.ZipFile(path) as archive:
            found = {module.name: module for module in read_project(archive.read("xl/vbaProject.bin"))}
        return [found[name] for name in XLWINGS_MODULES]
    except (OSError, zipfile.BadZipFile, KeyError, BadProject) as error:
        raise EngineMissing(f"xlwings' own {path} cannot be read: {error}", name="xlwings") from None


def standalone_modules() -> list[Module]:
    """The code of an exported workbook."""
    return [*xlwings_modules("quickstart_standalone.xlsm"), standard(wrapper_module(with_host_functions()))]


def addin_modules() -> list[Module]:
    """The code of the add-in. Its settings are files and a sheet called computefi.conf, apart from xlwings' own."""
    modules = xlwings_modules("quickstart_addin.xlam")
    code = modules[0]
    source, count = SETTINGS_NAME.subn(ADDIN_SETTINGS, code.source)
    if count != 1:
        raise EngineMissing(
            "xlwings' add-in module has no PROJECT_NAME; this version of xlwings is not supported", name="xlwings"
        )
    return [Module(code.name, code.kind, source), modules[1], standard(wrapper_module(with_host_functions()))]


def xlwings_version(modules: Iterable[Module]) -> str:
    """Which xlwings the VBA belongs to; empty where it is not xlwings'."""
    found = (XLWINGS_VERSION.search(module.source) for module in modules if module.name == "xlwings")
    return next((match[1] for match in found if match), "")


def modules_in(path: Path) -> list[Module]:
    """The VBA of a macro workbook or add-in; none where it has none."""
    package = Package.open(path)
    for link in relationships(package, open_workbook(package).part).values():
        if link.kind.endswith("/vbaProject"):
            try:
                return read_project(package.read(link.target))
            except BadProject as error:
                raise DamagedFile(f"{path}: {error}", name=str(path), part=link.target) from None
    return []


def addin() -> bytes:
    """The add-in as the bytes of an .xlam: its VBA, and a sheet that says what it is."""
    modules = addin_modules()
    version = xlwings_version(modules)
    about = [
        (f"computefi {computefi.__version__}, {len(with_host_functions())} functions",),
        (f"VBA of xlwings {version}; the Python must have the same: pip install xlwings=={version}",),
        (r"Settings: %USERPROFILE%\.computefi\computefi.conf, written by: computefi excel install",),
        (f"The module {MODULE_NAME} is computefi's; the modules xlwings and Dictionary are xlwings' own.",),
    ]
    part = "xl/worksheets/sheet1.xml"
    sheet = excel_parts.with_code_name(_sheet(about, widths=(110,)), part, "Sheet1")
    project = build_project(
        [document("ThisWorkbook", WORKBOOK), document("Sheet1", WORKSHEET), *modules], ADDIN_PROJECT
    )
    return _zipped({**{name: text.encode() for name, text in _addin_parts().items()},
                    part: sheet, f"xl/{PROJECT_PART}": project})  # fmt: skip


def _addin_parts() -> dict[str, str]:
    kinds = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": excel_parts.WORKSHEET_TYPE,
        "/xl/styles.xml": f"{excel_parts.TYPE}styles+xml",
        f"/xl/{PROJECT_PART}": excel_parts.PROJECT_TYPE,
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())

    def links(*targets: tuple[str, str]) -> str:
        inner = "".join(
            f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, 1)
        )
        return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'

    return {
        excel_parts.CONTENT_TYPES: f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": links(
            (f"{LINKS}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>computefi</dc:title>'
        "<dc:description>Credit functions for lenders whose collateral is computers</dc:description>"
        "</cp:coreProperties>",
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr codeName="ThisWorkbook"/>'
        '<bookViews><workbookView visibility="hidden"/></bookViews>'
        '<sheets><sheet name="about" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": links(
            (f"{LINKS}/worksheet", "worksheets/sheet1.xml"),
            (f"{LINKS}/styles", "styles.xml"),
            (excel_parts.PROJECT_LINK, PROJECT_PART),
        ),
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
        '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf {NO_FORMAT}/></cellStyleXfs>'
        f'<cellXfs count="1"><xf {NO_FORMAT} xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip file without dates and without the system it was made on."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def addin_for(path: Path) -> bytes:
    """The add-in, for a file of this name."""
    if path.suffix.casefold() != ".xlam":
        raise InputRefused(f"{path} must end in .xlam: it is an add-in", name=str(path))
    return addin()


def build_addin(path: Path) -> None:
    """Write the add-in."""
    write_atomically(path, addin_for(path))
