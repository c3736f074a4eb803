"""What computefi.oxt is made of, without LibreOffice."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from computefi.hosts.libreoffice import extension as calc
from computefi.recalc import WorkbookError
from computefi.spec.host_functions import with_host_functions

FUNCTIONS = with_host_functions()

NAME = "{http://openoffice.org/2001/registry}name"
# What LibreOffice's reader of interface files takes: no underscore after a small first letter.
METHOD = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("oxt") / "computefi.oxt"
    calc.build(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_the_same_bytes_every_time_and_no_path_in_them(parts: dict[str, bytes]) -> None:
    assert calc.extension() == calc.extension()
    here = str(calc.PACKAGE.parent).encode()
    assert not any(here in content for content in parts.values())


def test_everything_in_the_manifest_is_there(parts: dict[str, bytes]) -> None:
    listed = re.findall(r'full-path="([^"]+)"', parts["META-INF/manifest.xml"].decode())
    assert len(listed) == 4
    assert set(listed) <= set(parts)
    for name, content in parts.items():
        if name.endswith((".xml", ".xcu")):
            ElementTree.fromstring(content)


def test_a_method_per_function(parts: dict[str, bytes]) -> None:
    methods = dict(re.findall(r"(\w+)\((.*)\);", parts["functions.idl"].decode()))
    assert list(methods) == [name.removeprefix("CFI_") for name in FUNCTIONS]
    assert all(METHOD.fullmatch(name) for name in methods)
    assert json.loads(parts["settings.json"])["functions"] == list(methods)
    for spec in FUNCTIONS.values():
        arguments = methods[calc.method_name(spec)].split(", ")
        assert [a.startswith("[in] any ") for a in arguments] == [p.optional for p in spec.parameters]


def test_the_wizard_knows_every_argument(parts: dict[str, bytes]) -> None:
    tree = ElementTree.fromstring(parts["functions.xcu"])
    nodes = {node.get(NAME): node for node in tree.findall("node/node/node/node")}
    assert len(nodes) == len(FUNCTIONS)
    for spec in FUNCTIONS.values():
        arguments = nodes[calc.method_name(spec)].findall("node/node")
        assert [a.get(NAME) for a in arguments] == [f"a{i}" for i in range(1, len(spec.parameters) + 1)]


def test_the_extension_carries_the_functions_and_nothing_of_other_hosts(parts: dict[str, bytes]) -> None:
    carried = {name.removeprefix("pythonpath/computefi/") for name in parts if name.startswith("pythonpath/")}
    assert {
        "__init__.py",
        "arrays.py",
        "dates.py",
        "errors.py",
        "spec/calls.py",
        "models/wrongway.py",
        "kernels/normal.py",
    } <= carried
    assert not any(name.startswith(("hosts", "recalc", "cli")) or "__pycache__" in name for name in carried)


def test_libraries_are_named_with_the_python_they_are_for(tmp_path: Path) -> None:
    assert json.loads(calc.settings([]))["libraries_python"] is None
    settings = json.loads(calc.settings([tmp_path]))
    assert settings["libraries"] == [str(tmp_path.resolve())]
    assert len(settings["libraries_python"]) == 2


def test_needs_are_those_of_the_package(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = {name: ".".join(map(str, version)) for name, version in calc.NEEDS.items()}
    for name, version in least.items():
        assert f"{name}>={version}" in project["dependencies"]
    assert project["requires-python"] == ">=" + ".".join(map(str, calc.PYTHON))


def test_root_is_told_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    for act in (calc.install, calc.remove, calc.status):
        with pytest.raises(WorkbookError, match="run this as the user who opens Calc"):
            act()


def test_a_missing_libreoffice_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(calc, "program", lambda name: f"/nowhere/{name}")
    with pytest.raises(WorkbookError, match="cannot be started"):
        calc.status()


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("ERROR: unopkg cannot be started. The lock file indicates it is already running.", "close it and try again"),
        ("ERROR: Exception occurred: unsatisfied dependencies\n\nERROR: unopkg failed.\n", "unsatisfied dependencies"),
    ],
)
def test_what_unopkg_says_comes_out_in_one_line(monkeypatch: pytest.MonkeyPatch, stderr: str, said: str) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(calc, "program", lambda name: name)
    monkeypatch.setattr(calc, "_run", lambda command: subprocess.CompletedProcess(command, 1, "", stderr))
    with pytest.raises(WorkbookError, match=said) as caught:
        calc.installed_version()
    assert "\n" not in str(caught.value)
