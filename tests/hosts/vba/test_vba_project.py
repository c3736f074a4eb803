"""vbaProject.bin from source: others read every module, names are VBA's, nothing of the day or the machine is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefi.hosts.vba.container import read_container, write_container
from computefi.hosts.vba.project import (
    CHART,
    PROJECT_ID,
    WORKBOOK,
    WORKSHEET,
    BadProject,
    Kind,
    Module,
    build_project,
    document,
    encrypted,
    read_project,
    standard,
)
from vba_office import macros_read_by_olevba

CODE = standard('Attribute VB_Name = "Code"\r\nPublic Function One() As Long\r\n    One = 1\r\nEnd Function\r\n')
DOCUMENTS = [document("ThisWorkbook", WORKBOOK), document("Sheet1", WORKSHEET), document("Chart1", CHART)]


def test_modules_come_back_with_their_kinds(shipped: dict[str, Module]) -> None:
    modules = [*DOCUMENTS, *shipped.values(), CODE]
    assert read_project(build_project(modules)) == modules


def test_olevba_lists_and_decompresses_every_module(tmp_path: Path, shipped: dict[str, Module]) -> None:
    modules = [*DOCUMENTS, *shipped.values(), CODE]
    path = tmp_path / "vbaProject.bin"
    path.write_bytes(build_project(modules))
    assert macros_read_by_olevba(path) == {module.name: module.source for module in modules}


def test_the_project_says_to_compile_from_source_and_has_no_compiled_code() -> None:
    streams = read_container(build_project([*DOCUMENTS, CODE]))
    assert streams["VBA/_VBA_PROJECT"].hex() == "cc61ffff000000"
    assert not any(re.match("VBA/__SRP_", path) for path in streams)
    assert streams["VBA/Code"][0] == 1  # the compressed text begins the stream


def test_xlwings_ships_its_own_standalone_module_in_the_same_form(shipped: dict[str, Module]) -> None:
    import importlib.util
    import zipfile

    spec = importlib.util.find_spec("xlwings")
    assert spec is not None
    assert spec.origin is not None
    with zipfile.ZipFile(Path(spec.origin).parent / "quickstart_standalone.xlsm") as archive:
        streams = read_container(archive.read("xl/vbaProject.bin"))
    assert streams["VBA/_VBA_PROJECT"][:4].hex() == "cc61ffff"
    assert len(streams["VBA/_VBA_PROJECT"]) == 7
    assert streams["VBA/xlwings"][0] == 1


def test_the_project_stream_lists_the_modules_as_excel_does() -> None:
    text = read_container(build_project([*DOCUMENTS, CODE], "Mine"))["PROJECT"].decode("cp1252")
    assert text.startswith(f'ID="{PROJECT_ID}"\r\nDocument=ThisWorkbook/&H00000000\r\nDocument=Sheet1/&H00000000\r\n')
    assert 'Module=Code\r\nName="Mine"\r\n' in text
    assert text.endswith("[Workspace]\r\n" + "".join(f"{m.name}=0, 0, 0, 0, C\r\n" for m in [*DOCUMENTS, CODE]))


def decrypted(text: str, project_id: str) -> bytes:
    """MS-OVBA 2.4.3.3, written from the specification."""
    stored = bytes.fromhex(text)
    seed, version, key = stored[0], stored[0] ^ stored[1], stored[0] ^ stored[2]
    assert version == 2
    assert key == sum(project_id.encode()) & 0xFF
    before, last, second, out = key, stored[2], stored[1], bytearray()
    for byte in stored[3:]:
        before = byte ^ (second + before) & 0xFF
        second, last = last, byte
        out.append(before)
    return bytes(out[(seed & 6) // 2 :])


@given(st.binary(max_size=40), st.sampled_from([0x00, 0x09, 0x59, 0xF8]), st.uuids())
@settings(max_examples=60, deadline=None)
def test_what_is_encrypted_can_be_decrypted(data: bytes, seed: int, number: object) -> None:
    project = f"{{{str(number).upper()}}}"
    assert decrypted(encrypted(data, project, seed), project) == len(data).to_bytes(4, "little") + data


def test_the_project_is_neither_locked_nor_hidden() -> None:
    text = read_container(build_project([CODE]))["PROJECT"].decode("cp1252")
    values = {key: decrypted(re.search(f'{key}="(.*)"', text)[1], PROJECT_ID) for key in ("CMG", "DPB", "GC")}  # type: ignore[index]
    assert values == {"CMG": b"\4\0\0\0\0\0\0\0", "DPB": b"\1\0\0\0\0", "GC": b"\1\0\0\0\xff"}


def test_the_same_modules_give_the_same_bytes() -> None:
    assert build_project([*DOCUMENTS, CODE]) == build_project([*DOCUMENTS, CODE])


@pytest.mark.parametrize("name", ["", "1Sheet", "a b", "Blätter", "x" * 32, "a-b", "CODE", "code", "dir", "VBAProject"])
def test_a_name_that_vba_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name of a module|are called"):
        build_project([CODE, Module(name, Kind.STANDARD, "")])


def test_a_module_without_its_name_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with its VB_Name"):
        standard("Option Explicit\r\n")


def test_a_character_outside_the_code_page_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        build_project([Module("Code", Kind.STANDARD, "' Φ")])


def test_damage_is_said() -> None:
    sound = read_container(build_project([*DOCUMENTS, CODE]))
    for gone in ("PROJECT", "VBA/dir", "VBA/Code"):
        with pytest.raises(BadProject, match="no stream"):
            read_project(write_container({path: data for path, data in sound.items() if path != gone}))
    with pytest.raises(BadProject, match="damaged"):
        read_project(write_container({**sound, "VBA/Code": b"\x07"}))
    with pytest.raises(BadProject, match="not a compound file"):
        read_project(b"PK")
