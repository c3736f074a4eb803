"""`computefi excel install`, `status` and `remove` in the profile folder of a user of Windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from computefi.hosts.windows import conf_files
from computefi.hosts.windows import install as excel_install
from computefi.hosts.windows.conf import UDF_MODULE, conf_text
from computefi.hosts.windows.conf_files import merge, settings, unmerge
from computefi.hosts.windows.files import addin
from computefi.hosts.windows.install import Places, install, places, remove, status
from computefi.recalc import WorkbookError

PYTHON = r"C:\py\Scripts\pythonw.exe"
THEIRS = '"INTERPRETER_WIN","C:\\anaconda\\pythonw.exe"\r\n"CONDA PATH","C:\\anaconda"\r\n"UDF MODULES","theirs"\r\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def where(home: Path) -> Places:
    return places(home)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_places_are_those_of_windows() -> None:
    environment = {"USERPROFILE": "/u/me", "APPDATA": "/u/me/Roaming"}
    found = places(environment=environment, system="Windows")
    assert found.confs == (Path("/u/me/.computefi/computefi.conf"), Path("/u/me/.xlwings/xlwings.conf"))
    assert found.addin == Path("/u/me/Roaming/Microsoft/Excel/XLSTART/computefi.xlam")


def test_on_a_mac_only_the_settings_are_written(tmp_path: Path) -> None:
    where = places(environment={"HOME": str(tmp_path)}, system="Darwin")
    assert where.addin is None
    assert "xlwings Lite" in install(where, "/venv/bin/python")[-1]
    conf = tmp_path / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
    assert settings(conf.read_text())["INTERPRETER_MAC"] == "/venv/bin/python"
    assert status(where, "/venv/bin/python") == [f"{conf}: names this Python"]
    remove(where)
    assert tree(tmp_path) == {}


def test_on_linux_it_says_that_it_is_for_windows() -> None:
    with pytest.raises(WorkbookError, match="for Excel on Windows, and this computer runs Linux"):
        places(system="Linux")


def test_settings_and_add_in_are_written_and_all_of_it_is_removed(home: Path, where: Places) -> None:
    said = install(where, PYTHON)
    assert [line.rpartition(": ")[2] for line in said] == ["written"] * 3
    for path in where.confs:
        assert path.read_bytes() == conf_text(PYTHON).encode()
    assert where.addin is not None
    assert where.addin.read_bytes() == addin()
    assert status(where, PYTHON)[-1].endswith(": installed")
    remove(where)
    assert tree(home) == {}
    assert not (home / ".computefi").exists()


def test_nothing_but_the_add_in_lies_in_xlstart(where: Places) -> None:
    assert where.addin is not None
    where.addin.parent.mkdir(parents=True)
    where.addin.write_bytes(b"another")
    install(where, PYTHON)
    assert [path.name for path in where.addin.parent.iterdir()] == ["computefi.xlam"]  # Excel opens what lies there
    remove(where)
    assert where.addin.read_bytes() == b"another"


def test_settings_of_others_stay_and_come_back_byte_for_byte(home: Path, where: Places) -> None:
    (home / ".xlwings").mkdir()
    theirs = home / ".xlwings" / "xlwings.conf"
    theirs.write_bytes(THEIRS.replace("\r\n", "\n").encode())
    before = tree(home)
    said = "\n".join(install(where, PYTHON))
    now = settings(theirs.read_text())
    assert now["INTERPRETER_WIN"] == PYTHON
    assert now["UDF MODULES"] == f"theirs;{UDF_MODULE}"
    assert now["CONDA PATH"] == "C:\\anaconda"
    assert "CONDA PATH stays 'C:\\\\anaconda'" in said
    assert "INTERPRETER_WIN was 'C:\\\\anaconda\\\\pythonw.exe'" in said
    remove(where)
    assert tree(home) == before


def test_installing_twice_is_undone_to_what_was_before_the_first(home: Path, where: Places) -> None:
    (home / ".xlwings").mkdir()
    (home / ".xlwings" / "xlwings.conf").write_bytes(THEIRS.encode())
    before = tree(home)
    install(where, PYTHON)
    once = tree(home)
    install(where, PYTHON)
    assert tree(home) == once
    install(where, r"D:\other\pythonw.exe")
    assert status(where, PYTHON)[0].endswith(r"names another Python, D:\other\pythonw.exe")
    remove(where)
    assert tree(home) == before


def test_what_was_changed_after_the_installation_stays(home: Path, where: Places) -> None:
    theirs = home / ".xlwings" / "xlwings.conf"
    theirs.parent.mkdir()
    theirs.write_bytes(THEIRS.encode())
    install(where, PYTHON)
    theirs.write_text(theirs.read_text() + '"SHAREPOINT_WIN","C:\\sp"\n')
    assert "was changed since" in "\n".join(remove(where))
    assert settings(theirs.read_text()) == {**settings(THEIRS), "SHAREPOINT_WIN": "C:\\sp"}


def test_a_signed_add_in_is_kept_when_it_is_removed(home: Path, where: Places) -> None:
    install(where, PYTHON)
    assert where.addin is not None
    where.addin.write_bytes(b"signed")
    assert "signed" in "\n".join(remove(where))
    assert tree(home) == {str(Path(".computefi", "changed-computefi.xlam")): b"signed"}


def test_an_interrupted_installation_can_be_undone(home: Path, where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    write = excel_install._write

    def fails_on_the_add_in(path: Path, content: bytes) -> None:
        if path == where.addin:
            raise WorkbookError(f"{path} cannot be written")
        write(path, content)

    monkeypatch.setattr(excel_install, "_write", fails_on_the_add_in)
    with pytest.raises(WorkbookError):
        install(where, PYTHON)
    monkeypatch.undo()
    remove(where)
    assert tree(home) == {}


def test_a_file_that_excel_holds_is_said_with_the_cure(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path, content: bytes) -> None:
        raise WorkbookError(f"{path} cannot be written: used by another process")

    monkeypatch.setattr(excel_install, "write_atomically", locked)
    assert where.addin is not None
    with pytest.raises(WorkbookError, match="close Excel and try again"):
        excel_install._write(where.addin, b"")


def test_nothing_installed_is_said(where: Places) -> None:
    assert remove(where) == ["nothing is installed"]
    assert all(line.endswith("not there") for line in status(where, PYTHON))


def test_a_damaged_record_is_said(where: Places) -> None:
    where.own.mkdir()
    where.record.write_text("[1]")
    with pytest.raises(WorkbookError, match="is damaged"):
        remove(where)


def test_a_path_with_quotes_is_refused_before_anything_is_written(home: Path, where: Places) -> None:
    with pytest.raises(WorkbookError, match="quotes"):
        install(where, 'C:\\"x"\\pythonw.exe')
    assert tree(home) == {}


def test_merging_twice_is_merging_once_and_is_undone() -> None:
    ours = settings(conf_text(PYTHON))
    once = merge(THEIRS, ours)
    twice = merge(once.text, ours)
    assert twice.text == once.text
    assert not twice.set
    assert unmerge(once.text, once.before, once.set) == THEIRS


def test_lines_that_are_no_settings_and_other_code_pages_stay() -> None:
    text = 'odd line\r\n\r\n"PYTHONPATH","C:\\M\udcfcller"\r\n'
    merged = merge(text, settings(conf_text(PYTHON)))
    assert merged.text.startswith(text)
    assert conf_files.bytes_of(conf_files.text_of(b"\xfc")) == b"\xfc"


def test_keys_are_the_same_in_any_case_and_the_first_counts() -> None:
    text = '"Interpreter_Win","a"\r\n"interpreter_win","b"\r\n'
    assert settings(text)["INTERPRETER_WIN"] == "a"
    assert merge(text, {"INTERPRETER_WIN": "c"}).text == '"Interpreter_Win","c"\r\n"interpreter_win","b"\r\n'
