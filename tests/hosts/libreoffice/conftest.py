from __future__ import annotations

from collections.abc import Iterator

import pytest

from calc_office import Office, office_with_extension
from computefi.hosts.libreoffice import extension as calc


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A LibreOffice without the extension; `calc` runs its programs as the unprivileged user."""
    office = Office()
    monkeypatch.setattr(calc, "_run", office.run)
    monkeypatch.setattr("os.geteuid", lambda: 65534)
    yield office
    monkeypatch.undo()
    office.close()


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A running LibreOffice with the extension installed."""
    yield from office_with_extension()
