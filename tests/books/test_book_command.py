"""`computefi book`: a table in, tails and a row per loan out, the same however the work is split."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from computefi.books import run as running
from computefi.books.report import round_step
from computefi.books.run import Journal, draw, identity, run
from computefi.books.scenarios import largest_offtaker, ready_made
from computefi.books.table import LoanTable, book_of, read_book
from computefi.cli.main import cli
from computefi.errors import DomainError, InputRefused
from computefi.models.portfolio_factors import given_failure
from computefi.models.portfolio_paths import BLOCK, simulation
from workbooks.build.book.stress import SCENARIOS

HEADINGS = (
    "id,exposure,value,contract,pd,assignable,offtaker,offtaker_pd,guarantor,guarantor_pd,guaranteed,vendor,currency,"
    "serials,volatility,sale_cost,lag,gamma,workout_cost,driver:btc,driver:ai,value:btc,value:ai,offtaker:ai"
).split(",")
GOOD = [
    "1",
    "100",
    "120",
    "60",
    "0.04",
    "0.6",
    "Lab",
    "0.01",
    "",
    "",
    "",
    "N",
    "USD",
    "",
    "0.4",
    "0.1",
    "0.25",
    "",
    "0.05",
    "0.1",
    "0.5",
    "0.1",
    "0.5",
    "0.4",
]


def rows(count: int = 30, **changes: str) -> list[list[str]]:
    made = []
    for number in range(count):
        row = dict(zip(HEADINGS, GOOD, strict=True)) | {"id": f"L{number}", "serials": f"S{number}a; S{number}b"}
        if number % 2:
            row |= {"offtaker": "", "offtaker_pd": "", "assignable": "0", "driver:btc": "0.7", "driver:ai": "0",
                    "value:btc": "0.8", "value:ai": "0", "offtaker:ai": "0"}  # fmt: skip
        made.append([(row | changes)[heading] for heading in HEADINGS])
    return made


def with_cell(number: int, column: str, cell: str) -> list[list[str]]:
    made = rows()
    made[number][HEADINGS.index(column)] = cell
    return made


def written(path: Path, lines: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *lines])
    return path


def made(lines: Sequence[Sequence[Any]]) -> LoanTable:
    return book_of(HEADINGS, lines)


def command(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["book", *map(str, arguments)])


@pytest.fixture
def loans() -> LoanTable:
    return made(rows())


@pytest.fixture(autouse=True)
def _as_in_a_call() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def test_the_command_writes_a_row_per_loan_and_a_report(tmp_path: Path) -> None:
    book = written(tmp_path / "book.csv", rows())
    scenarios = written(tmp_path / "s.csv", [["crash", "-2", "-1", ""], ["lab fails", "0", "0", "Lab"]],
                        ["scenario", "btc", "ai", "failed"])  # fmt: skip
    out, report = tmp_path / "out.parquet", tmp_path / "book.html"
    result = command(book, "--paths", 5000, "-o", out, "--report", report, "--scenarios", scenarios)
    assert result.exit_code == 0, result.output
    assert "VaR 0.999" in result.output
    assert "lab fails: " in result.output
    parquet = pytest.importorskip("pyarrow.parquet").read_table(out)
    assert parquet.num_rows == 30
    assert sum(parquet["share"].to_pylist()) == pytest.approx(1)
    page = report.read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "http" not in page
    assert "crash" in page
    assert "In one year of 1,000 the book loses more than" in page


def test_the_report_of_years_says_so_and_counts_names_alone_as_concentrated(tmp_path: Path) -> None:
    book = written(tmp_path / "b.csv", [[*row, "0.07"] for row in rows(4)], [*HEADINGS, "pd_2"])
    result = command(book, "--paths", 4096, "-o", tmp_path / "o.csv", "--report", tmp_path / "r.html")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Over 2 years, in one case of 1,000, the book loses more than" in page
    assert "By offtaker: HHI 1.000 of the exposure that has one" in page  # two loans of four have none
    assert "on the factors btc, ai" in page


@pytest.mark.parametrize(("top", "step"), [(5626, 1000), (6, 1), (6.1, 2), (0.013, 0.005), (1, 0.2)])
def test_losses_are_marked_at_round_numbers(top: float, step: float) -> None:
    assert round_step(top) == pytest.approx(step)


@pytest.mark.parametrize("kind", [".parquet", ".xlsx"])
def test_all_kinds_of_files_are_the_same_book(tmp_path: Path, kind: str) -> None:
    plain = read_book(written(tmp_path / "book.csv", rows()))
    path = tmp_path / f"book{kind}"
    if kind == ".parquet":
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        columns = {heading: [row[at] for row in rows()] for at, heading in enumerate(HEADINGS)}
        parquet.write_table(arrow.table(columns), path)
    else:
        from openpyxl import Workbook

        book = Workbook()
        for row in [HEADINGS, *rows()]:
            book.active.append(row)
        book.save(path)
    assert identity(read_book(path).book) == identity(plain.book)


@pytest.mark.parametrize("workers", [1, 3])
def test_no_split_changes_a_number(loans: LoanTable, tmp_path: Path, workers: int) -> None:
    settings: dict[str, Any] = {"paths": 10_000, "seed": 5, "nu": 0.0, "levels": [0.95], "journal": tmp_path / "j"}
    answer = run(loans.book, workers=workers, **settings)
    prepared = simulation(loans.book, 5, 0.0, 0.95)
    single = np.concatenate([draw(prepared, number, 40, None).losses for number in (2, 1, 0)][::-1])
    assert np.array_equal(answer.losses.losses, single)
    assert answer.losses.losses.shape == (40, BLOCK)
    assert answer.parts.sum() == pytest.approx(answer.tails[0].shortfall.value, rel=1e-12)
    assert not (tmp_path / "j").exists()


@pytest.mark.nightly
def test_dask_gives_the_same_numbers(loans: LoanTable, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    settings: dict[str, Any] = {"paths": 20_000, "seed": 5, "nu": 0.0, "levels": [0.95], "journal": tmp_path / "j"}
    here, there = run(loans.book, **settings), run(loans.book, scheduler="local", workers=2, **settings)
    assert np.array_equal(here.losses.losses, there.losses.losses)
    assert np.array_equal(here.parts, there.parts)


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_killed_in_mid_run_changes_nothing(loans: LoanTable, tmp_path: Path, workers: int) -> None:
    pytest.importorskip("distributed")
    psutil = pytest.importorskip("psutil")
    settings: dict[str, Any] = {"paths": 400_000, "seed": 5, "nu": 0.0, "levels": [0.95], "journal": tmp_path / "j"}
    here = run(loans.book, **settings)
    killed: list[int] = []

    def kill(done: int, total: int, error: float) -> None:
        if done in (5, total // 2 + 5):
            # Children of the cluster's own children are none, so the last one born is a worker.
            worker = max(_workers(psutil), key=lambda process: process.create_time())
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    there = run(loans.book, scheduler="local", workers=workers, progress=kill, **settings)
    assert len(set(killed)) == 2
    assert np.array_equal(here.losses.losses, there.losses.losses)
    assert np.array_equal(here.expected, there.expected)
    assert np.array_equal(here.parts, there.parts)


def _workers(psutil: Any) -> list[Any]:
    """The processes that work for this one, but for Python's own tracker of resources."""
    return [child for child in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_killed_with_no_warning_goes_on_and_ends_with_the_same_files(tmp_path: Path) -> None:
    book = written(tmp_path / "book.csv", rows())
    start = [sys.executable, "-m", "computefi", "book", str(book), "--paths", "1500000", "--report"]

    def ends_as(name: str) -> tuple[bytes, bytes]:
        return (tmp_path / f"{name}.csv").read_bytes(), (tmp_path / f"{name}.html").read_bytes()

    def command_for(name: str) -> list[str]:
        return [*start, str(tmp_path / f"{name}.html"), "-o", str(tmp_path / f"{name}.csv")]

    subprocess.run(command_for("whole"), check=True, capture_output=True)
    journal = tmp_path / ".cut.csv.paths"
    for least in (1_000_000, 8_000_000):
        with subprocess.Popen(command_for("cut"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as cut:
            while not journal.exists() or journal.stat().st_size < least:
                assert cut.poll() is None, "it ended before it was killed"
                time.sleep(0.01)
            cut.send_signal(signal.SIGKILL)
        assert not (tmp_path / "cut.csv").exists()
    # What it goes on from is kept, so that the rest alone is drawn.
    assert journal.stat().st_size >= 8_000_000
    subprocess.run([*command_for("cut"), "--force"], check=True, capture_output=True)
    assert ends_as("cut") == ends_as("whole")
    assert not journal.exists()


@pytest.mark.parametrize("cut", [0, 7])
def test_a_run_that_was_killed_goes_on(
    loans: LoanTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    settings: dict[str, Any] = {"paths": 20_000, "seed": 5, "nu": 0.0, "levels": [0.95], "workers": 1}
    whole = run(loans.book, journal=tmp_path / "whole", **settings)
    journal, drawn = tmp_path / "cut", []

    class Killed(BaseException):
        pass

    def dying(done: int, total: int, error: float) -> None:
        if done == 7:
            raise Killed

    with pytest.raises(Killed):
        run(loans.book, journal=journal, progress=dying, **settings)
    if cut:  # the last record was half written
        journal.write_bytes(journal.read_bytes()[:-cut])
    real = draw
    monkeypatch.setattr(running, "draw", lambda *a: (drawn.append(a[1]), real(*a))[1])
    again = run(loans.book, journal=journal, **settings)
    assert len(drawn) < 10
    assert np.array_equal(again.losses.losses, whole.losses.losses)
    assert np.array_equal(again.parts, whole.parts)


def test_the_journal_of_another_book_is_not_taken(loans: LoanTable, tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, identity(loans.book, 1)) as journal:
        journal.add(1, 0, draw(simulation(loans.book, 1, 0.0, 0.95), 0, 1, None))
    with Journal(path, identity(loans.book, 1)) as journal:
        assert set(journal.found) == {(1, 0)}
    with Journal(path, identity(loans.book, 2)) as journal:
        assert not journal.found


@pytest.mark.parametrize(
    ("lines", "row", "column", "reason"),
    [
        (with_cell(3, "pd", "1.2"), 5, "pd", "between 0 and 1; got 1.2"),
        (with_cell(3, "pd", "x"), 5, "pd", 'must be a number; got "x"'),
        (with_cell(3, "exposure", ""), 5, "exposure", "must be given, not blank"),
        (with_cell(3, "exposure", "-1"), 5, "exposure", "at least 0; got -1"),
        (with_cell(3, "exposure", "nan"), 5, "exposure", "finite"),
        (with_cell(3, "exposure", "1e308"), 5, "exposure", "finite"),
        (with_cell(2, "driver:btc", "0.95"), 4, "driver:", "at most 1; got 1.1525"),
        (with_cell(3, "gamma", "1.5"), 5, "gamma", "between -1 and 1; got 1.5"),
        (with_cell(3, "workout_cost", "-0.1"), 5, "workout_cost", "at least 0; got -0.1"),
        (with_cell(3, "id", "L0"), 5, "id", "L0 is that of row 2 too"),
        (with_cell(3, "serials", "S9; S0b"), 5, "serials", "S0b is pledged in row 2 already"),
        (with_cell(3, "serials", "S9, s0B"), 5, "serials", "s0B is pledged in row 2 already"),
        (with_cell(3, "serials", "S9; s 9"), 5, "serials", "s 9 stands twice in the row"),
        (with_cell(3, "id", "l0"), 5, "id", "l0 is that of row 2 too"),
        (with_cell(3, "offtaker", "Nobody Ltd"), 5, "offtaker", "Nobody Ltd has no offtaker_pd: the name is unknown"),
        (with_cell(3, "guarantor", "Parent"), 5, "guarantor", "Parent has no guarantor_pd: the name is unknown"),
        ([*rows(3), [*rows()[3], "0.5"], *rows()[4:]], 5, "", "has 25 cells under 24 heads"),
        (with_cell(3, "currency", "EUR"), 5, "currency", "must be USD like most of the book; got EUR"),
        (with_cell(2, "offtaker_pd", "0.5"), 4, "offtaker", "another pd or loading than in row 2"),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_on(lines: list[list[str]], row: int, column: str, reason: str) -> None:
    loans = made(lines)
    assert [(problem.row, problem.column) for problem in loans.problems] == [(row, column)]
    assert reason in loans.problems[0].reason
    assert len(loans.ids) == 29


def test_a_name_is_the_same_however_it_is_spelled() -> None:
    loans = made(with_cell(2, "offtaker", " LAB"))
    assert loans.names == ["Lab"]
    assert identity(loans.book) == identity(made(rows()).book)


def test_loadings_that_explain_too_much_by_the_correlation_are_named_by_row() -> None:
    lines = with_cell(4, "value:btc", "0.85")
    assert made(lines).problems == []
    loans = book_of(HEADINGS, lines, (["ai", "btc"], np.array([[1, 0.9], [0.9, 1]])))
    assert [(problem.row, problem.column) for problem in loans.problems] == [(6, "value:")]
    assert "with the factors' correlation, must add up to at most 1; got 1.737" in loans.problems[0].reason
    # What goes against each other explains less than its squares.
    lines = with_cell(2, "driver:btc", "0.95")
    assert made(lines).problems
    assert book_of(HEADINGS, lines, (["ai", "btc"], np.array([[1, -0.5], [-0.5, 1]]))).problems == []


def test_a_book_that_owes_nothing_has_its_report(tmp_path: Path) -> None:
    book = written(tmp_path / "book.csv", rows(3, exposure="0"))
    result = command(book, "--paths", 4096, "-o", tmp_path / "o.csv", "--report", tmp_path / "r.html")
    assert result.exit_code == 0, result.output
    assert "Book of 3 loans, exposure USD 0" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_the_command_names_bad_rows_and_exits_with_findings(tmp_path: Path) -> None:
    result = command(written(tmp_path / "b.csv", with_cell(3, "pd", "1.2")), "--paths", 4096, "-o", tmp_path / "o.csv")
    assert result.exit_code == 1
    assert "row 5, pd: must be between 0 and 1; got 1.2" in result.stderr
    assert len((tmp_path / "o.csv").read_text().splitlines()) == 30


@pytest.mark.parametrize(
    ("headings", "match"),
    [
        ([h.replace("exposure", "exposur") for h in HEADINGS], "no column exposure; did you mean exposur?"),
        ([h.replace("vendor", "supplier") for h in HEADINGS], "column supplier is unknown"),
        ([h.replace("vendor", "id") for h in HEADINGS], "column id twice"),
        ([h.replace("driver:", "x_") for h in HEADINGS], "unknown"),
    ],
)
def test_a_table_that_is_no_book_is_refused(headings: list[str], match: str) -> None:
    with pytest.raises(InputRefused, match=match):
        book_of(headings, rows())


def test_an_offtaker_without_a_pd_is_unknown() -> None:
    less = [heading for heading in HEADINGS if heading != "offtaker_pd"]
    lines = [[cell for cell, heading in zip(row, HEADINGS, strict=True) if heading != "offtaker_pd"] for row in rows()]
    assert "the name is unknown" in book_of(less, lines).problems[0].reason


def test_an_empty_book_is_refused_and_a_book_of_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no loan"):
        made([])
    assert len(made(rows(1)).ids) == 1
    result = command(written(tmp_path / "one.csv", rows(1)), "--paths", 4096, "-o", tmp_path / "one.out.csv")
    assert result.exit_code == 0, result.output


def test_a_path_of_years_is_read_from_numbered_columns() -> None:
    headings = [*HEADINGS, "pd_2", "exposure_2"]
    loans = book_of(headings, [[*row, "0.07", "50"] for row in rows(4)])
    assert loans.book.loans.years == 2
    assert loans.numbers["exposure"][0].tolist() == [100, 50]
    assert loans.numbers["value"][0].tolist() == [120, 120]
    falling = book_of(headings, [[*row, "0.01" if n else "0.07", "50"] for n, row in enumerate(rows(4))])
    assert {problem.column for problem in falling.problems} == {"pd_2"}


def test_factors_that_no_matrix_correlates_are_refused() -> None:
    with pytest.raises(DomainError, match="semidefinite"):
        book_of(HEADINGS, rows(), (["btc", "ai"], np.array([[1, 1.5], [1.5, 1]])))
    with pytest.raises(InputRefused, match="must have the factors btc, ai"):
        book_of(HEADINGS, rows(), (["btc", "power"], np.eye(2)))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PAR1garbage"])
@pytest.mark.parametrize("kind", [".csv", ".parquet", ".xlsx"])
def test_files_that_are_damaged_are_refused_in_one_line(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / f"b{kind}"
    path.write_bytes(content)
    result = command(path, "-o", tmp_path / "o.csv")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_ready_scenarios_move_the_factors_that_the_book_has(loans: LoanTable) -> None:
    found = dict(ready_made(loans))
    assert len(found) == 7
    assert found["Bitcoin falls by 70%"] > found["Nothing moves"]
    assert found["All at once"] == max(found.values())
    assert found["Power costs twice as much"] == found["Nothing moves"]  # the book has no such factor
    failing = given_failure(loans.book, np.zeros((1, 2)), loans.names.index(largest_offtaker(loans))).sum()
    assert found["The largest offtaker fails"] == pytest.approx(failing, rel=1e-12)


def test_ready_scenarios_are_those_of_the_workbook() -> None:
    table = (files("computefi.books") / "scenarios.csv").read_text().splitlines()[1:]
    for line, (name, bitcoin, rents, power, late, _) in zip(table, SCENARIOS, strict=True):
        said, *moves, _ = line.split(",")
        assert said == name
        wanted = [
            np.log(1 - late / 48) / 0.3,
            np.log(1 + rents) / 0.3,
            np.log(1 + bitcoin) / 0.75,
            -np.log(power) / 0.4,
        ]
        assert [float(move) for move in moves] == pytest.approx(wanted, abs=1e-5)


def test_ready_scenarios_need_one_of_their_factors(tmp_path: Path) -> None:
    headings = [heading.replace("btc", "gold").replace("ai", "silver") for heading in HEADINGS]
    with pytest.raises(InputRefused, match="ready scenarios move ai, chips, btc, power"):
        ready_made(book_of(headings, rows()))
