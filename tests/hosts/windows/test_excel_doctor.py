"""`computefi doctor`: what goes wrong in practice is found, with its cure; and nothing where all is well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from computefi.hosts.vba.project import Module
from computefi.hosts.windows import doctor_machine
from computefi.hosts.windows import files as excel_files
from computefi.hosts.windows.conf import conf_text
from computefi.hosts.windows.doctor import Report, examine
from computefi.hosts.windows.doctor_machine import Machine, here, installed_xlwings
from computefi.hosts.windows.files import export_excel
from computefi.hosts.windows.install import install, places
from workbook_support import with_macros

VERSION = installed_xlwings()
BookOf = Callable[..., Path]
Set = dict[tuple[str, str], "str | int"]


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A venv of Windows with its DLLs."""
    prefix = tmp_path / "venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "pythonw.exe").touch()
    for bits in (32, 64):
        (prefix / f"xlwings{bits}-{VERSION}.dll").touch()
    return prefix


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def machine(python: Path, home: Path) -> Machine:
    """A Windows on which all is well."""
    install(places(home), "C:\\x")
    for path in places(home).confs:
        path.write_text(path.read_text().replace("C:\\x", str(python / "Scripts" / "pythonw.exe")))
    return Machine(
        system="Windows", places=places(home), environment={"LocalAppData": str(home / "local")}, prefix=python,
        sys_path=(Path(excel_files.__file__).parents[3],), package=Path(excel_files.__file__).parents[2],
        xlwings=VERSION, bits=64, has_pywin32=True, registry=registry({}),
    )  # fmt: skip


def registry(values: Set) -> doctor_machine.Registry:
    """Windows compares keys and names without regard to case."""
    held = {(key.casefold(), name.casefold()): value for (key, name), value in values.items()}
    return lambda hive, key, name: held.get((f"{hive}\\{key}".casefold(), name.casefold()))


def change(machine: Machine, **changes: object) -> Machine:
    return dataclasses.replace(machine, **changes)  # type: ignore[arg-type]


def told(report: Report) -> str:
    assert all(finding.what and finding.cure for finding in report.findings)
    return "\n".join(f"{finding.what} -> {finding.cure}" for finding in report.findings)


def only(report: Report) -> str:
    assert len(report.findings) == 1, told(report)
    return told(report)


@pytest.fixture
def book(book_of: BookOf, tmp_path: Path, python: Path) -> Path:
    """An exported workbook whose settings name that venv."""
    source = book_of("=CFI_LTV(70,100)")
    export_excel(source, tmp_path / "book.xlsm")
    with with_macros(tmp_path / "book.xlsm") as saved:
        saved["xlwings.conf"]["B1"] = str(python / "Scripts" / "pythonw.exe")
        saved.save(tmp_path / "book.xlsm")
    return tmp_path / "book.xlsm"


def test_nothing_is_found_where_all_is_well(machine: Machine, book: Path) -> None:
    report = examine(machine, [book])
    assert told(report) == ""
    assert not report.unchecked
    assert {"the add-in", "this Python", "Excel's macro settings", "the settings for book.xlsm"} <= set(report.fine)


def test_an_interpreter_that_is_not_there(machine: Machine, python: Path) -> None:
    (python / "Scripts" / "pythonw.exe").unlink()
    assert "there is no" in told(examine(machine))


def test_an_interpreter_that_is_another_python(machine: Machine, tmp_path: Path) -> None:
    assert "not this Python" in told(examine(change(machine, prefix=tmp_path / "other")))


def test_an_interpreter_that_is_only_a_word(machine: Machine, home: Path) -> None:
    path = home / ".computefi" / "computefi.conf"
    path.write_text(conf_text("C:\\x").replace("C:\\x", "pythonw"))
    assert "whichever Python Windows finds first" in only(examine(machine))


def test_variables_of_windows_are_expanded_in_any_case(machine: Machine) -> None:
    value = machine.environment["LocalAppData"]
    assert machine.expanded("%LOCALAPPDATA%\\x") == f"{value}\\x"
    assert machine.expanded("100% %nosuch%") == "100% %nosuch%"
    assert machine.expanded("%LOCALAPPDATA%%LOCALAPPDATA%") == value * 2


def test_a_dll_that_is_missing_or_of_another_version(machine: Machine, python: Path) -> None:
    for bits in (32, 64):
        (python / f"xlwings{bits}-{VERSION}.dll").rename(python / f"xlwings{bits}-0.1.0.dll")
    said = told(examine(machine))
    assert f"xlwings64-{VERSION}.dll is not in" in said
    assert "but xlwings32-0.1.0.dll, xlwings64-0.1.0.dll" in said
    assert f"xlwings=={VERSION}" in said


def test_a_32_bit_excel_asks_for_its_own_dll(machine: Machine, python: Path) -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
    (python / f"xlwings32-{VERSION}.dll").unlink()
    assert f"xlwings32-{VERSION}.dll is not in" in told(
        examine(change(machine, registry=registry({(key, "Platform"): "x86"})))
    )


def test_an_add_in_of_another_xlwings(machine: Machine) -> None:
    said = told(examine(change(machine, xlwings="0.1.0")))
    assert f"its VBA is of xlwings {VERSION}, this Python has 0.1.0" in said
    assert f"pip install xlwings=={VERSION}" in said


def test_an_add_in_of_an_older_computefi(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = excel_files.addin_modules()
    older = Module("COMPUTEFI", modules[2].kind, modules[2].source.replace("CFI_LTV", "CFI_LTV_OLD"))
    monkeypatch.setattr(excel_files, "addin_modules", lambda: [*modules[:2], older])
    assert machine.places is not None
    assert machine.places.addin is not None
    excel_files.build_addin(machine.places.addin)
    assert "not those of this version of computefi" in only(examine(machine))


def test_an_add_in_saved_again_by_excel_is_the_same(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = excel_files.addin_modules()
    source = (
        modules[2]
        .source.replace("Public Function", "public  function")
        .replace("End Function\r\n", 'End Function\r\nAttribute X.VB_ProcData.VB_Invoke_Func = " \\n14"\r\n\r\n')
    )
    again = Module("COMPUTEFI", modules[2].kind, source)
    monkeypatch.setattr(excel_files, "addin_modules", lambda: [*modules[:2], again])
    assert machine.places is not None
    assert machine.places.addin is not None
    excel_files.build_addin(machine.places.addin)
    assert told(examine(machine)) == ""


def test_an_add_in_that_is_damaged(machine: Machine) -> None:
    assert machine.places is not None
    assert machine.places.addin is not None
    machine.places.addin.write_bytes(b"PK damaged")
    assert "damaged" in only(examine(machine))


@pytest.mark.parametrize("key", ["UDF_MODULES", "UDF MODULE", "UDFMODULES", "INTERPRETER WIN"])
def test_a_key_that_is_spelled_wrongly(machine: Machine, home: Path, key: str) -> None:
    path = home / ".computefi" / "computefi.conf"
    path.write_text(path.read_text() + f'"{key}","x"\n')
    assert f'does not know the key "{key}"' in only(examine(machine))


def test_a_module_that_is_spelled_wrongly(machine: Machine, home: Path) -> None:
    path = home / ".computefi" / "computefi.conf"
    path.write_text(path.read_text().replace("computefi.hosts.excel", "computefi.host.excel"))
    assert "there is no module computefi.host.excel" in told(examine(machine))


def test_a_line_that_shifts_all_that_follow(machine: Machine, home: Path) -> None:
    path = home / ".computefi" / "computefi.conf"
    path.write_text('"PYTHONPATH"\n' + path.read_text())
    assert "reads what follows askew" in only(examine(machine))


def test_settings_of_others_are_not_found_fault_with(machine: Machine, home: Path) -> None:
    (home / ".xlwings" / "xlwings.conf").write_text('"INTERPRETER_WIN","python"\n"UDF MODULES","theirs"\n')
    assert told(examine(machine)) == ""


def test_a_workbook_whose_folder_goes_onto_the_path(machine: Machine, home: Path) -> None:
    path = home / ".computefi" / "computefi.conf"
    path.write_text(path.read_text().replace('PYTHONPATH","False"', 'PYTHONPATH","True"'))
    assert "would hide the package" in only(examine(machine))


def test_a_computefi_beside_the_workbook_or_on_the_path(machine: Machine, book: Path, tmp_path: Path) -> None:
    (book.parent / "computefi.py").touch()
    assert "computefi.py can hide the package" in only(examine(machine, [book]))
    (tmp_path / "on_path" / "computefi").mkdir(parents=True)
    (tmp_path / "on_path" / "computefi" / "__init__.py").touch()
    assert "can hide" in only(examine(change(machine, sys_path=(*machine.sys_path, tmp_path / "on_path"))))


def test_a_file_with_the_mark_of_the_web(machine: Machine, book: Path) -> None:
    Path(f"{book}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n")
    assert "Unblock" in only(examine(machine, [book]))
    Path(f"{book}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=1\r\n")
    assert told(examine(machine, [book])) == ""


def test_a_workbook_in_onedrive_without_its_settings_in_a_sheet(machine: Machine, book: Path, book_of: BookOf) -> None:
    cloud = change(machine, environment={"OneDriveCommercial": str(book.parent)})
    assert "is in OneDrive" not in "\n".join(
        f.what for f in examine(cloud, [book]).findings if f.what.startswith(str(book))
    )
    plain = book_of("=CFI_LTV(70,100)", name="plain.xlsx")
    assert f"{plain} is in OneDrive or SharePoint" in told(examine(cloud, [plain]))


def test_a_workbook_that_finds_no_settings(machine: Machine, book_of: BookOf, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bare = change(machine, places=places(tmp_path / "empty"))
    assert "finds no settings (xlwings.conf)" in told(examine(bare, [book_of("=CFI_LTV(70,100)")]))


def test_a_workbook_without_macros_where_no_add_in_is_installed(machine: Machine, book_of: BookOf) -> None:
    assert machine.places is not None
    assert machine.places.addin is not None
    machine.places.addin.unlink()
    assert "no add-in is installed: #NAME?" in only(examine(machine, [book_of("=CFI_LTV(70,100)")]))


def test_a_workbook_that_is_not_there(machine: Machine, tmp_path: Path) -> None:
    assert "does not exist" in only(examine(machine, [tmp_path / "none.xlsm"]))


SECURITY = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
CLOUD = r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0\Excel\Security"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"


@pytest.mark.parametrize(
    ("key", "name", "value", "words"),
    [
        (SECURITY, "VBAWarnings", 4, "disables all macros without asking -> File, Options"),
        (POLICY, "VBAWarnings", 4, "disables all macros without asking -> the firm has set this: ask IT"),
        (CLOUD, "VBAWarnings", 4, "the firm has set this"),
        (SECURITY, "VBAWarnings", 3, "only signed macros"),
        (SECURITY + r"\Trusted Locations", "AllLocationsDisabled", 1, "trusts no folder"),
        (POLICY, "RequireAddinSig", 1, "takes only signed add-ins -> the firm"),
        (SECURITY, "DisableAllAddins", 1, "disables all add-ins -> File, Options"),
    ],
)
def test_trust_settings_that_keep_macros_from_running(
    machine: Machine, key: str, name: str, value: int, words: str
) -> None:
    assert words in only(examine(change(machine, registry=registry({(key, name): value}))))


ASR = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
MANAGED = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
CHILD, WIN32 = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
POLICIES = r"\Software\Policies\Microsoft"
CMD = (rf"HKCU{POLICIES}\Windows\System", "DisableCMD")
EXPLORER = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Policies\Explorer"


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ((ASR, CHILD), "1", 'from creating child processes" (D4F940AB-401B-4EFC-AADC-AD5F3C50688A) is in force'),
        ((ASR, CHILD.lower()), 1, "excel serve"),
        ((ASR, WIN32), "1", "Block Win32 API calls from Office macros"),
        ((MANAGED, "ASRRules"), f"{{{CHILD}}}=1|{WIN32}=2", "child processes"),
        ((MANAGED, "ASRRules"), f"{CHILD}=2|{WIN32}=1", "Win32 API"),
        (CMD, 1, "DisableCMD"),
        (CMD, 2, "DisableCMD"),
        ((EXPLORER, "RestrictRun"), 1, "RestrictRun"),
        ((rf"HKCU{POLICIES}\Office\16.0\Common", "VBAOff"), 1, "switched VBA off"),
        ((rf"HKLM{POLICIES}\Windows\SrpV2\Exe", "EnforcementMode"), 1, "AppLocker decides which programs"),
        ((rf"HKLM{POLICIES}\Windows\SrpV2\Dll", "EnforcementMode"), 1, "AppLocker decides which DLLs"),
        ((rf"HKLM{POLICIES}\Windows\Safer\CodeIdentifiers", "DefaultLevel"), 0, "software restriction"),
    ],
)
def test_policies_that_keep_excel_from_starting_python(
    machine: Machine, where: tuple[str, str], value: str | int, words: str
) -> None:
    assert words in only(examine(change(machine, registry=registry({where: value}))))


@pytest.mark.parametrize(("name", "value"), [(CHILD, "2"), (CHILD, "0"), (CHILD, "6"), (CHILD, ""), (WIN32, 2)])
def test_a_rule_that_only_notes_is_no_finding(machine: Machine, name: str, value: str | int) -> None:
    assert told(examine(change(machine, registry=registry({(ASR, name): value})))) == ""


def test_where_excel_attaches_rules_against_starting_programs_do_no_harm(machine: Machine) -> None:
    blocked = change(machine, registry=registry({(ASR, CHILD): "1", CMD: 1}))
    assert len(examine(blocked).findings) == 2
    assert machine.places is not None
    for path in machine.places.confs:
        path.write_text(path.read_text().replace('"DEBUG UDFS","False"', '"DEBUG UDFS","True"'))
    assert told(examine(blocked)) == ""
    # A rule against the DLL holds all the same.
    assert "Win32 API" in only(examine(change(machine, registry=registry({(ASR, WIN32): "1"}))))


def test_where_the_firm_blocks_marked_files_the_box_is_not_promised(machine: Machine, book: Path) -> None:
    Path(f"{book}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n")
    blocked = registry({(POLICY, "BlockContentExecutionFromInternet"): 1})
    assert "Trusted Location" in only(examine(change(machine, registry=blocked), [book]))
    assert "Unblock" in only(examine(machine, [book]))


def test_asking_before_macros_run_is_no_finding(machine: Machine) -> None:
    for value in (1, 2):
        assert told(examine(change(machine, registry=registry({(SECURITY, "VBAWarnings"): value})))) == ""


def test_a_python_without_what_xlwings_needs(machine: Machine) -> None:
    assert "no pywin32" in only(examine(change(machine, has_pywin32=False)))
    assert "32-bit" in only(examine(change(machine, bits=32)))
    assert "no xlwings" in only(examine(change(machine, xlwings="")))


def test_on_linux_it_says_what_it_cannot_check(book: Path, tmp_path: Path) -> None:
    report = examine(dataclasses.replace(here(), system="Linux", places=None, registry=None), [book])
    said = "\n".join(report.unchecked)
    assert "Linux has no Excel" in said
    assert "registry" in said
    assert "the interpreter and the DLL" in said
    assert "downloaded files" in said


def test_this_machine_can_be_described() -> None:
    machine = here()
    assert machine.package.name == "computefi"
    assert machine.xlwings == VERSION
    assert doctor_machine.read_registry("HKCU", "Software", "none") is None
