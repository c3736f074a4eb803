from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from contract_tally import PROPERTY, totals

from calc_office import office_with_extension
from com_standin import Excel


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The totals of every host. Without this folder on the command line and with several workers, pytest does not
    read this file where it prints; `python tests/contract/report.py` always does."""
    items = [item for kind in terminalreporter.stats.values() for item in kind]
    reports = [item for item in items if isinstance(item, pytest.TestReport) and item.when == "call"]
    noted = [value for report in reports for key, value in report.user_properties if key == PROPERTY]
    if noted:
        terminalreporter.section("contract: calls per host")
        for line in totals(noted):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    process = Excel()
    yield process
    process.close()


@pytest.fixture(scope="session")
def office() -> Iterator[Any]:
    """A running LibreOffice with the extension installed."""
    yield from office_with_extension()
