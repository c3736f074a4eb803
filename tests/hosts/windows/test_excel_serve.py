"""Python first, Excel second: what `computefi excel serve` offers is what VBA asks for; not Excel itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from com_standin import Excel
from computefi.errors import EngineMissing
from computefi.hosts.vba.project import Module
from computefi.hosts.windows.conf_files import settings, text_of
from computefi.hosts.windows.install import install, places, remove
from computefi.hosts.windows.serve import CLASS_ID, serve

PYTHON = r"C:\computefi\venv\Scripts\pythonw.exe"


def test_vba_attaches_to_the_number_that_is_offered(excel: Excel, shipped: dict[str, Module]) -> None:
    assert f'XLPyCommand = "{CLASS_ID}"' in shipped["xlwings"].source
    assert excel.ask("attached") == (CLASS_ID, 0.7)


def test_on_another_system_it_says_so() -> None:
    with pytest.raises(EngineMissing, match="on Windows only, not on Linux"):
        serve("Linux")


def attaches(home: Path) -> list[str]:
    return [settings(text_of(path.read_bytes()))["DEBUG UDFS"] for path in places(home).confs]


def test_an_installation_attaches_where_asked_and_starts_python_where_not(tmp_path: Path) -> None:
    install(places(tmp_path), PYTHON, attach=True)
    assert set(attaches(tmp_path)) == {"True"}
    install(places(tmp_path), PYTHON)
    assert set(attaches(tmp_path)) == {"False"}


def test_a_setting_of_the_users_own_comes_back(tmp_path: Path) -> None:
    (own,) = [path for path in places(tmp_path).confs if path.name == "xlwings.conf"]
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(b'"DEBUG UDFS","True"\r\n"SHOW CONSOLE","True"\r\n')
    install(places(tmp_path), PYTHON)
    assert settings(text_of(own.read_bytes()))["DEBUG UDFS"] == "True"  # not ours to change unasked
    install(places(tmp_path), PYTHON, attach=True)
    remove(places(tmp_path))
    assert own.read_bytes() == b'"DEBUG UDFS","True"\r\n"SHOW CONSOLE","True"\r\n'
