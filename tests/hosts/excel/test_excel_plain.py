"""The Excel module where xlwings has no Excel: decorators do nothing and the wrappers are plain functions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from computefi.spec.host_functions import with_host_functions

ADDIN = Path(__file__).parents[3] / "addin"


def run(code: str) -> str:
    """What the code prints in a fresh Python."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(ADDIN)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_star_import_gives_every_function_and_nothing_else() -> None:
    names = run(
        "before = set(globals()) | {'before'}\nfrom computefi.hosts.excel import *\nprint(*set(globals()) - before)"
    )
    assert set(names.split()) == set(with_host_functions())


CALLS = {
    "CFI_LTV(70, 100)": [[0.7]],
    "CFI_LTV([[70]], [[100]], None)": [[0.7]],
    "CFI_LTV(70, [[100], [None], ['#N/A'], [0]])": [[0.7], ["#VALUE!"], ["#N/A"], ["#DIV/0!"]],
    "CFI_LTV(70, [['#SPILL!']])": [["#SPILL!"]],
    "CFI_LTV(70, [100, 140])": [[0.7], [0.5]],
    "CFI_LTV()": [["#VALUE!"]],
    "CFI_LTV(70, object())": [["#VALUE!"]],
    "CFI_WHY('CFI_LTV', 70, [[None]])": [["value must be given, not blank"]],
    "CFI_WHY('CFI_LTV', 70, None)": [["value must be given"]],
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What each call prints, from one process."""
    code = "from computefi.hosts.excel import *\n" + "".join(f"print({call})\n" for call in CALLS)
    return dict(zip(CALLS, run(code).splitlines(), strict=True))


@pytest.mark.parametrize("call", CALLS)
def test_wrappers_are_plain_functions_of_rows_of_cells(answers: dict[str, str], call: str) -> None:
    assert answers[call] == str(CALLS[call])


def test_wrappers_carry_the_declared_names_and_no_type_hints() -> None:
    printed = run(
        "import inspect, computefi.hosts.excel as e\n"
        "for n in e.__all__:\n"
        "    f = getattr(e, n)\n"
        "    assert f.__name__ == n and f.__module__ == e.__name__ and not f.__annotations__\n"
        "    print(n, inspect.signature(f), sep='')"
    )
    for line, spec in zip(printed.splitlines(), with_host_functions().values(), strict=True):
        names = ", ".join(p.name + ("=None" if p.optional else "") for p in spec.parameters)
        assert line == f"{spec.name}({names})"


def test_the_functions_and_the_vba_text_need_no_xlwings() -> None:
    code = (
        "import sys, computefi, computefi.hosts.vba.module, computefi.hosts.windows.conf\n"
        "print('xlwings' in sys.modules)"
    )
    assert run(code) == "False"


def test_office_js_is_told_the_sheet_name_and_no_category() -> None:
    """With the decorators of xlwings Lite stood in: those of xlwings itself need its licence."""
    printed = run(
        "import xlwings as xw\n"
        "seen = {}\n"
        "def func(f=None, **about): return lambda f: seen.setdefault(f.__name__, about) and f\n"
        "def arg(name, **options): return lambda f: (seen.setdefault(f.__name__ + '.' + name, options), f)[1]\n"
        "func.__module__ = 'xlwings.pro.udfs_officejs'\n"
        "xw.func, xw.arg = func, arg\n"
        "from computefi.hosts.excel import *\n"
        "print(seen['CFI_LTV'], seen['CFI_LTV.loan'])\n"
        "print(CFI_LTV(70, [['#N/A'], ['#SPILL!'], [100]]))"
    )
    assert printed.splitlines() == [
        "{'name': 'CFI_LTV', 'namespace': ''} "
        "{'doc': 'Loan outstanding; unit: currency', 'ndim': 2, 'err_to_str': True}",
        "[['#N/A'], ['#VALUE!'], [0.7]]",
    ]
