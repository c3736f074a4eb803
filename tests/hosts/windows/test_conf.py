"""xlwings.conf, as xlwings' VBA reads it: one `"KEY","VALUE"` per line."""

from __future__ import annotations

import csv
import importlib
import sys
from pathlib import Path

import pytest

from computefi.hosts.windows.conf import DEFAULT_INTERPRETER, conf_text, this_interpreter

ROOT = Path(__file__).parents[3]

# Every key that the VBA of xlwings 0.37 asks for, in its spelling.
KEYS = {
    "INTERPRETER_WIN", "INTERPRETER_MAC", "INTERPRETER", "PYTHONPATH", "ADD_WORKBOOK_TO_PYTHONPATH", "CONDA PATH",
    "CONDA ENV", "UDF MODULES", "DEBUG UDFS", "USE UDF SERVER", "SHOW CONSOLE",
}  # fmt: skip


def entries(text: str) -> dict[str, str]:
    rows = list(csv.reader(text.splitlines()))
    assert all(len(row) == 2 for row in rows)
    assert len({key for key, _ in rows}) == len(rows)
    return {key: value for key, value in rows}  # noqa: C416  a row is a list


def test_the_file_in_the_repository_is_the_text_for_the_default_interpreter() -> None:
    assert (ROOT / "xlwings.conf").read_bytes() == conf_text().encode("ascii")


def test_keys_are_spelled_as_vba_reads_them() -> None:
    assert set(entries(conf_text())) <= KEYS


def test_the_udf_module_is_one_that_can_be_imported_for_excel() -> None:
    assert entries(conf_text())["UDF MODULES"] == "computefi.hosts.excel"
    assert importlib.util.find_spec("computefi.hosts.excel")


def test_the_workbooks_folder_stays_off_the_path() -> None:
    assert entries(conf_text())["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"


@pytest.mark.parametrize("path", [r"C:\venv\Scripts\pythonw.exe", r"\\server\share\pythonw.exe", r"%APPDATA%\p.exe"])
def test_a_windows_interpreter_fills_the_windows_key(path: str) -> None:
    assert entries(conf_text(path))["INTERPRETER_WIN"] == path
    assert entries(conf_text(path))["INTERPRETER_MAC"] == ""


def test_another_interpreter_fills_the_macs_key_and_leaves_the_windows_default() -> None:
    assert entries(conf_text("/opt/venv/bin/python"))["INTERPRETER_MAC"] == "/opt/venv/bin/python"
    assert entries(conf_text("/opt/venv/bin/python"))["INTERPRETER_WIN"] == DEFAULT_INTERPRETER


def test_a_path_that_vba_could_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="quotes"):
        conf_text('C:\\"odd"\\pythonw.exe')


def test_lines_end_as_in_windows() -> None:
    text = conf_text()
    assert text.count("\r\n") == text.count("\n") == len(entries(text))


def test_this_interpreter_is_the_running_one_without_a_console_where_there_is_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert this_interpreter() == str(tmp_path / "python.exe")
    (tmp_path / "pythonw.exe").touch()
    assert this_interpreter() == str(tmp_path / "pythonw.exe")
