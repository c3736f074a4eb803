"""The special functions are scipy's own, found without its package, and leave scipy as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import scipy.special

from computefi.kernels import special

PACKAGE = Path(special.__file__).resolve().parents[1]


def said(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_each_gives_what_scipys_gives() -> None:
    values = np.linspace(0.01, 0.99, 9)
    for name in special.NAMES:
        ours, theirs = getattr(special, name), getattr(scipy.special, name)
        assert isinstance(ours, np.ufunc)
        arguments = (values,) if ours.nin == 1 else (np.full(9, 3.0), values) if ours.nin == 2 else (3.0, 2.0, values)
        np.testing.assert_array_equal(ours(*arguments), theirs(*arguments))


def test_scipy_is_whole_afterwards() -> None:
    program = (
        "import computefi, sys; assert 'scipy.special' not in sys.modules;"
        "import scipy.special, scipy.stats, scipy.optimize;"
        "from computefi.kernels import special as ours;"
        "print(scipy.special.ndtr(0.0), scipy.stats.norm.cdf(0.0), scipy.special._ufuncs.ndtr(0.0), ours.ndtr(0.0))"
    )
    assert said(program) == "0.5 0.5 0.5 0.5"


def test_where_scipy_is_built_otherwise_its_package_is_imported() -> None:
    program = (
        "import importlib; real = importlib.import_module\n"
        "def refuse(name, *rest):\n"
        "    if name.endswith('_ufuncs'): raise ImportError(name)\n"
        "    return real(name, *rest)\n"
        "importlib.import_module = refuse\n"
        "from computefi.kernels import special; import scipy.special\n"
        "print(special.ndtr is scipy.special.ndtr)"
    )
    assert said(program) == "True"


def test_nobody_else_imports_them_from_scipy() -> None:
    others = [
        path.name
        for path in sorted(PACKAGE.rglob("*.py"))
        if any(
            name in path.read_text("utf-8") for name in ("from scipy", "import scipy.special", "import scipy.optimize")
        )
    ]
    assert others == ["curve.py", "special.py"]  # the first asks for the monotone cubic when it is wanted
