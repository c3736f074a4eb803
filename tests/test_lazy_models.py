"""Models are imported when a function of theirs is first asked for, and nobody notices but the clock."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from computefi.spec.declaration import Registry
from tools.index import INDEX, index

LISTED = "print(*sorted(m for m in sys.modules if m.startswith(('computefi.models.', 'computefi.kernels', 'scipy'))))"


def loaded(code: str) -> list[str]:
    """The models, kernels and parts of scipy that some lines load."""
    lines = f"import sys, computefi\n{code}\n{LISTED}"
    return subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True).stdout.split()


def test_the_committed_index_is_what_the_models_declare() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "run python -m tools regenerate"


@pytest.mark.parametrize(
    "code",
    ["", "dir(computefi)", "'CFI_LTV' in computefi.REGISTRY", "len([*computefi.REGISTRY])", "hasattr(computefi, 'x')"],
)
def test_what_asks_for_no_function_imports_no_model(code: str) -> None:
    assert loaded(code) == ["computefi.models.index"]


def test_one_function_imports_its_own_model_and_no_formula_reader() -> None:
    found = loaded("import pickle; pickle.loads(pickle.dumps(computefi.ltv))(70, 100)")
    assert "computefi.models.wrongway" in found
    assert not {"computefi.models.portfolio", "computefi.models.lines", "scipy.special"} & set(found)


def test_all_functions_are_there_by_any_way() -> None:
    found = loaded("from computefi import *; assert corr_ltv is computefi.corr_ltv; dict(REGISTRY)")
    assert "computefi.models.portfolio" in found


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry that expects two functions of a module that declares one, after a while."""
    registry = Registry()
    (tmp_path / "slow_model.py").write_text(
        "import time\nfrom test_lazy_models import MADE\nMADE[0]['CFI_THERE'] = 'spec'\ntime.sleep(0.2)\ndone = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "test_lazy_models", sys.modules[__name__])
    MADE.append(registry)
    registry.expect({"CFI_THERE": "slow_model", "CFI_GONE": "slow_model"})
    yield registry
    MADE.clear()
    sys.modules.pop("slow_model", None)


MADE: list[Registry] = []


def test_who_asks_while_another_imports_waits_for_the_whole_module(package: Registry) -> None:

    whole: list[bool] = []

    def ask() -> None:
        assert package["CFI_THERE"]
        whole.append(hasattr(sys.modules["slow_model"], "done"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert whole == [True] * 4


def test_a_function_that_is_gone_is_missing_and_the_others_are_there(package: Registry) -> None:
    with pytest.raises(KeyError):
        package["CFI_GONE"]
    assert "CFI_GONE" in package  # until the index is written anew
    package.expect({"CFI_THERE": "slow_model"})
    assert list(package.items()) == [("CFI_THERE", "spec")]
    package["CFI_NEW"] = package["CFI_THERE"]
    del package["CFI_THERE"]
    assert list(package) == ["CFI_NEW"]
