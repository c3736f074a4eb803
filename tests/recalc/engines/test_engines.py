"""The engines by name, and that each computes native Excel and carries the CFI calls."""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from computefi.errors import Code
from computefi.recalc import Recalculated, WorkbookError, recalculate
from computefi.recalc.engines import by_name as engines
from computefi.recalc.engines.base import Engine, EngineFault, Extent, Formula
from computefi.recalc.engines.by_name import engine_named
from computefi.recalc.engines.libreoffice import LibreOffice, programs
from computefi.recalc.prepare.copy import Copy
from computefi.xlsx.cells import CellAt

CELLS: dict[str, Any] = {
    "A1": 70, "A2": 100, "A3": "text", "A4": True, "A5": 0.25,
    "B1": "=CFI_LTV(A1,A2)", "B2": "=B1*2+SUM(A1:A2)", "B3": '=IF(B1>0.5,"high","low")', "B4": "=B1>0.5",
    "B5": "=1/0", "B6": "=NA()", "B7": '=A3&" "&TEXT(B1,"0.0%")', "B8": "=SUMPRODUCT(A1:A2*2)", "B9": "=PMT(A5,10,A1)",
    "B10": "=CFI_HHI(A1:A2*2)", "B11": "=CFI_LTV(SUM(A1:A2),CFI_LTV(A1,A2))", "B12": "=ROWS(B$1:B12)", "B13": "=Z99",
    "B14": "=CFI_LTV(A1:A2*1,2)", "B15": "=CFI_LTV(1,0)",
    "C1": ("C1:C3", "=CFI_LTV(A1:A2,100)"), "D1": ("D1:E2", "=A1:A2*2"), "F1": "=SUM(C1:C2)+D2",
}  # fmt: skip
ENGINES = ("ironcalc", "cellrune", "formulon", "libreoffice")


def needed(name: str) -> None:
    """Skip with the reason where an optional engine is missing."""
    if name in ("cellrune", "formulon") and importlib.util.find_spec(name) is None:
        pytest.skip(f"the optional engine {name} is not installed")
    if name == "libreoffice":
        try:
            programs()
        except WorkbookError as error:
            pytest.skip(str(error))


def made(path: Path, cells: dict[str, Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, value in cells.items():
        sheet[place] = ArrayFormula(*value) if isinstance(value, tuple) else value
    book.save(path)
    return path


@pytest.fixture(scope="module", params=ENGINES)
def computed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recalculated]:
    needed(request.param)
    engine = engine_named(request.param)
    yield recalculate(made(tmp_path_factory.mktemp("engine") / "book.xlsx", CELLS), engine=engine)
    engine.close()


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("B1", 0.7), ("B2", 171.4), ("B3", "high"), ("B4", True), ("B5", Code.DIV0), ("B6", Code.NA),
        ("B7", "text 70.0%"), ("B8", 340.0), ("B9", -70 * 0.25 / (1 - 1.25**-10)), ("B10", 149 / 289),
        ("B11", 170 / 0.7),
        ("B12", 12.0), ("B14", 35.0), ("B15", Code.DIV0), ("C1:C3", ((0.7,), (1.0,), (Code.NA,))),
        ("D1:E2", ((140.0, 140.0), (200.0, 200.0))), ("F1", 201.7), ("A4", True),
    ],
)  # fmt: skip
def test_every_engine_gives_the_same(computed: Recalculated, reference: str, value: Any) -> None:
    found = computed[f"Deal!{reference}"]
    if isinstance(value, float) and not isinstance(value, bool):
        assert found == pytest.approx(value, rel=1e-12)
    else:
        assert found == value
        assert type(found) is type(value)


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(WorkbookError, match="did you mean ironcalc"):
        engine_named("ironclac")
    with pytest.raises(WorkbookError, match="one of ironcalc, cellrune, formulon, libreoffice"):
        engine_named("excel")


def test_a_missing_engine_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with pytest.raises(WorkbookError, match=r"pip install 'computefi\[cellrune\]'"):
        engine_named("cellrune")
    programs.cache_clear()
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(WorkbookError, match="there is no program soffice") as caught:
        engine_named("libreoffice")
    assert "\n" not in str(caught.value)
    programs.cache_clear()


def test_the_other_engines_are_not_imported_until_they_are_asked_for() -> None:
    wanted = "('cellrune', 'formulon', 'uno')"
    code = f"import sys, computefi.recalc.engines.by_name; print([m for m in {wanted} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def spilling(engine: Engine) -> list[object]:
    """What an engine gives for a spill that grows, and for what refers to it."""
    copy = Copy(["Deal"])
    copy.row(0, 1)
    for column, value in enumerate((b"1", b"2", b"3"), 1):
        copy.raw(0, 1, column, b"", value)
    copy.end_rows(0)
    engine.load(copy.build())
    engine.write(
        [
            (0, 3, 1, Formula("A1:B1*2", "spill")), (0, 5, 1, Formula("SUM(A3#)", "plain")),
            (4, 1, 1, Extent(CellAt(0, 3, 1), "rows")), (4, 1, 2, Extent(CellAt(0, 3, 1), "columns")),
        ]
    )  # fmt: skip
    engine.recalculate()
    found: list[object] = [engine.read(0, 3, 1, 3, 3)[0], engine.read(4, 1, 1, 1, 2)[0], engine.read(0, 5, 1, 5, 1)]
    engine.write([(0, 3, 1, Formula("A1:C1*10", "spill")), (0, 1, 1, 7.0), (0, 1, 2, Code.NUM), (0, 1, 3, None)])
    engine.recalculate()
    found += [engine.read(0, 3, 1, 3, 3)[0], engine.read(0, 1, 1, 1, 3)[0]]
    engine.write([(0, 1, 3, "")])
    engine.recalculate()
    return [*found, engine.read(0, 1, 3, 1, 3)[0]]


@pytest.mark.parametrize("name", ENGINES)
def test_a_spill_reaches_as_far_as_its_values(name: str) -> None:
    needed(name)
    engine = engine_named(name)
    try:
        assert spilling(engine) == [
            (2.0, 4.0, None), (1.0, 2.0), ((6.0,),), (70.0, Code.NUM, 0.0), (7.0, Code.NUM, None), ("",),
        ]  # fmt: skip
    finally:
        engine.close()


def test_what_cellrune_cannot_compute_is_said_in_words(tmp_path: Path) -> None:
    needed("cellrune")
    cells = {"A1": "=ECMA.CEILING(1,2)", "A2": "=A1*2", "A3": "=1+1"}
    result = recalculate(made(tmp_path / "book.xlsx", cells), engine=engine_named("cellrune"))
    assert result["Deal!A3"] == 2.0
    assert any("could not compute it: calculation.unsupported_function" in warning for warning in result.warnings)


def test_libreoffice_is_ended_with_its_engine_and_leaves_nothing() -> None:
    needed("libreoffice")
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (10**6, hard))
    try:
        engine = LibreOffice()
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    folder, client = Path(engine._folder), engine._client
    assert resource.prlimit(client.pid, resource.RLIMIT_CPU)[0] == hard, "the clock ends it, not this process's limit"
    assert folder.exists()
    engine.close()
    assert client.poll() is not None
    assert not folder.exists()
    with pytest.raises(WorkbookError, match="ended"):
        engine.read(0, 1, 1, 1, 1)


def test_libreoffice_ends_with_a_program_that_is_killed() -> None:
    needed("libreoffice")
    code = (
        "from computefi.recalc.engines.libreoffice import LibreOffice as L; e = L(); "
        "print(e._client.pid, e._folder, flush=True); import time; time.sleep(60)"
    )
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    client, folder = program.stdout.readline().split()
    program.kill()
    program.communicate()
    until = time.monotonic() + 300
    while Path(folder).exists() or Path(f"/proc/{client}/cmdline").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_libreoffice_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    needed("libreoffice")
    engine = LibreOffice()
    copy = Copy(["Deal"])
    engine.load(copy.build())
    engine.seconds = 0.0
    started = time.monotonic()
    with pytest.raises(WorkbookError, match="did not answer within 0 seconds"):
        engine.recalculate()
    assert time.monotonic() - started < 15
    assert engine._client.poll() is not None


def test_a_fault_of_the_engine_is_no_value_of_excel_s() -> None:
    from computefi.recalc.engines.libreoffice import error_of

    assert error_of(503) is Code.NUM
    assert isinstance(error_of(508), EngineFault)
    assert error_of(522) == "#CIRC!"
