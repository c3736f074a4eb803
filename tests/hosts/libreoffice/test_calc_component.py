"""The component in LibreOffice's place: its UNO stood in, so that what it says of a bad installation can be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from computefi.errors import Code
from computefi.hosts.libreoffice import extension as calc

SOURCE = calc.PACKAGE / "hosts" / "libreoffice" / "component.py"
Load = Callable[..., SimpleNamespace]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """The component as LibreOffice's loader runs it, with some settings changed."""
    uno, helper = ModuleType("uno"), ModuleType("unohelper")
    uno.getClass = lambda name: type(name, (), {})  # type: ignore[attr-defined]
    helper.Base = type("Base", (), {})  # type: ignore[attr-defined]
    registered: list[Any] = []
    helper.ImplementationHelper = lambda: SimpleNamespace(  # type: ignore[attr-defined]
        addImplementation=lambda *about: registered.append(about)
    )
    monkeypatch.setitem(sys.modules, "uno", uno)
    monkeypatch.setitem(sys.modules, "unohelper", helper)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(**changed: Any) -> SimpleNamespace:
        settings = json.loads(calc.settings([])) | changed
        (tmp_path / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        names: dict[str, Any] = {"__file__": str(tmp_path / SOURCE.name), "__name__": "uno_component"}
        exec(compile(SOURCE.read_text(encoding="utf-8"), SOURCE.name, "exec"), names)
        ((functions, _, services),) = registered
        assert services == ("CFI",)
        return SimpleNamespace(functions=functions(None), **names)

    return run


def code_of(component: SimpleNamespace, answer: Any) -> Code:
    """The error in a single answer."""
    ((value,),) = answer
    assert value != value
    return {number: Code(text) for text, number in component.NUMBERS.items()}[component.number_of(value)]


def test_a_cell_is_answered_in_rows(load: Load) -> None:
    component = load()
    assert component.functions.LTV(((70.0,),), ((100.0,),)) == ((0.7,),)
    assert component.functions.WHY((("CFI_LTV",),), 70.0, 0.0) == "value must not be 0"
    assert component.functions.LTV(((1.0, 2.0),), ((10.0,),)) == ((0.1, 0.2),)


def test_errors_go_out_and_come_in_as_numbers(load: Load) -> None:
    component = load()
    for text, value in component.ERRORS.items():
        assert code_of(component, component.functions.LTV(((1.0,),), ((value,),))) is Code(text)
    assert code_of(component, component.functions.LTV(((1.0,),), ((0.0,),))) is Code.DIV0
    assert code_of(component, component.functions.LTV()) is Code.VALUE


def test_nothing_that_happens_inside_gets_out(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    component = load()
    assert code_of(component, component.functions.LTV(object(), ((1.0,),))) is Code.VALUE
    component.functions.LTV(((1.0,),), ((1.0,),))
    component.packages[0].registry = {}
    assert code_of(component, component.functions.LTV(((1.0,),), ((1.0,),))) is Code.VALUE
    assert "CFI.LTV failed" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"python": [9, 1]}, f"needs Python 9.1; this LibreOffice brings {sys.version_info[0]}.{sys.version_info[1]}"),
        ({"needs": {"no_such_library": [1, 0]}}, "finds no no_such_library that works"),
        ({"needs": {"numpy": [99, 0]}}, "needs numpy 99.0, LibreOffice's Python finds"),
    ],
)
def test_a_python_that_will_not_do_is_told_by_why_and_leaves_errors_elsewhere(
    load: Load, capfd: pytest.CaptureFixture[str], changed: dict[str, Any], said: str
) -> None:
    component = load(**changed)
    assert code_of(component, component.functions.LTV(((70.0,),), ((100.0,),))) is Code.VALUE
    reason = component.functions.WHY((("CFI_LTV",),))
    assert said in reason
    assert said in capfd.readouterr().err


def test_folders_of_another_python_are_left_alone(load: Load, tmp_path: Path) -> None:
    component = load(libraries=[str(tmp_path)], libraries_python=[3, 1])
    component.prepare_libraries(component.SETTINGS)
    assert str(tmp_path) not in sys.path
    component.prepare_libraries({**component.SETTINGS, "libraries_python": list(sys.version_info[:2])})
    assert sys.path[:2] == [str(tmp_path / "pythonpath"), str(tmp_path)]
