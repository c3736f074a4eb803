# ruff: noqa: E402 - the helpers of other tests are found only once their folders are on the path
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# The stand-in for pywin32 and the LibreOffice of the other tests.
for folder in ("hosts", "hosts_calc", "hosts_serve"):
    sys.path.append(str(Path(__file__).parents[1] / folder))

from calc_office import Office
from com_standin import Excel
from contract_pyodide import Pyodide, build_wheel
from contract_table import TABLE
from contract_tally import Tally

from computefi.hosts import calc

COUNTS = pytest.StashKey[Tally]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The totals of every door."""
    if COUNTS in config.stash:
        terminalreporter.section("contract: calls per door")
        for line in config.stash[COUNTS].lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    return pytestconfig.stash.setdefault(COUNTS, Tally())


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    process = Excel()
    yield process
    process.close()


@pytest.fixture(scope="session")
def office() -> Iterator[Any]:
    """A running LibreOffice with the extension installed."""
    office = Office()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calc, "_run", office.run)
        patch.setattr("os.geteuid", lambda: 65534)
        installed = calc.install(office.libraries(), office.profile)
    assert installed.problem == ""
    office.start()
    yield office
    office.close()


@pytest.fixture(scope="session")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(repository, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def pyodide(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Pyodide:
    """What Pyodide under Node says of the package's wheel."""
    return Pyodide(wheel, tmp_path_factory.mktemp("pyodide"), TABLE)
