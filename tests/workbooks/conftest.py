"""One workbook in the ways that its tests look at it: a test module names the file, BOOK."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from computefi.recalc import Book, Recalculated, recalculate
from workbooks.build.kit.words import words_for

BUILD_SECONDS = 900  # on a machine that is busy with much else


class Built(NamedTuple):
    """A workbook as it is built now, and the words of its language, which know what they were asked for."""

    path: Path
    words: Mapping[str, str]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Built]:
    """Builds a workbook in a language, once: the worker that asks first; the others wait. Nobody writes to it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def build(name: str, language: str) -> Built:
        folder = shared / f"built-{name}-{language}"
        target, words = folder / f"{name}.xlsx", folder / "words"
        try:
            folder.mkdir()
        except FileExistsError:
            wait_for(words, folder / "failed")
        else:
            try:
                said = pickle.dumps(words_after_build(name, language, target))
            except BaseException:
                (folder / "failed").touch()
                raise
            words.with_suffix(".part").write_bytes(said)
            words.with_suffix(".part").rename(words)
        return Built(target, pickle.loads(words.read_bytes()))

    return build


def words_after_build(name: str, language: str, target: Path) -> Mapping[str, str]:
    """Build a workbook; the words that its builder used."""
    builder = import_module(f"workbooks.build.{name}.book")
    used: list[Mapping[str, str]] = []

    def watched(*arguments: Any) -> Mapping[str, str]:
        used.append(words_for(*arguments))
        return used[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "words_for", watched)
        builder.build(target, language)
    return used[0]


def wait_for(done: Path, failed: Path) -> None:
    """Until another worker has built a workbook."""
    until = time.monotonic() + BUILD_SECONDS
    while not done.exists():
        if failed.exists() or time.monotonic() > until:
            pytest.fail(f"{done.parent.name} was not built; another worker says why")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def fresh(request: pytest.FixtureRequest, built: Callable[[str, str], Built]) -> Path:
    """The file as it is built now."""
    return built(request.module.BOOK.stem, "en").path


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the delivered file is when it is recalculated: see `values`."""
    return tmp_path_factory.mktemp("again") / "again.xlsx"


@pytest.fixture(scope="module")
def values(request: pytest.FixtureRequest, again: Path) -> Recalculated:
    """The delivered file, recalculated."""
    return recalculate(request.module.BOOK, again)


@pytest.fixture(scope="module")
def model(request: pytest.FixtureRequest) -> Book:
    """The delivered file, open for what-if; a test puts back what it sets."""
    return Book.open(request.module.BOOK)


@pytest.fixture(scope="module")
def formulas(request: pytest.FixtureRequest) -> Any:
    """The delivered file with its formulas."""
    return load_workbook(request.module.BOOK)


@pytest.fixture(scope="module")
def cached(request: pytest.FixtureRequest) -> Any:
    """The delivered file with the values stored in it."""
    return load_workbook(request.module.BOOK, data_only=True)
