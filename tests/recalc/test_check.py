"""`recalc --check`, `--now` and `--seed`: what differs from the file, and volatile workbooks twice alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from computefi.recalc import Book, recalculate
from recalc_books import make, raw_book

STALE = (
    '<sheetData><row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>4</v></c><c r="C1"><f>A1*3</f><v>7</v></c>'
    '<c r="D1" t="str"><f>A1&amp;"x"</f><v>3x</v></c><c r="E1"><f>A1/3</f><v>0.66666666666666663</v></c>'
    '<c r="F1"><f>A1-2</f><v>-0</v></c><c r="G1"><f>1/A2</f><v>1</v></c></row></sheetData>'
)
VOLATILE = {
    "A1": "=RAND()", "A2": "=RAND()", "A3": "=RANDBETWEEN(-3,3)", "A4": "=NOW()", "A5": "=TODAY()", "A6": "=A1+A3",
    "A7": "=RANDBETWEEN(1.2,1.9)", "A8": "=RANDBETWEEN(5,5)", "A9": "=RANDBETWEEN(2,1)",
    "B1": "=SUM(RANDARRAY(3,2))", "B2": ("B2:C4", "=RANDARRAY(3,2,10,20,TRUE)"),
}  # fmt: skip


def test_check_lists_what_differs_and_writes_nothing(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", STALE)
    before = path.read_bytes()
    answer = CliRunner().invoke(cli, ["recalc", str(path), "--check"])
    assert answer.exit_code == 1
    listed = [line.split(":")[0] for line in answer.stdout.splitlines() if "is stored" in line]
    assert listed == ["Deal!C1", "Deal!D1", "Deal!G1"]
    assert "Deal!C1: 7 is stored, 6 is right" in answer.stdout
    assert path.read_bytes() == before


def test_check_of_a_recalculated_workbook_finds_nothing(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "book.xlsx", STALE)
    recalculate(path, path)
    answer = CliRunner().invoke(cli, ["recalc", str(path), "--check"])
    assert answer.exit_code == 0
    assert "is stored" not in answer.stdout
    assert recalculate(path).differing() == {}


def test_a_cell_without_a_stored_value_differs(tmp_path: Path) -> None:
    assert recalculate(make(tmp_path / "book.xlsx", {"A1": "=0*1"})).differing() == {"Deal!A1": (None, 0.0)}


def test_a_spill_that_shrinks_differs_in_the_cells_that_it_leaves(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">_xlfn.SEQUENCE(B1)</f><v>1</v></c>'
        '<c r="B1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>'
    )
    assert recalculate(raw_book(tmp_path / "book.xlsx", sheet)).differing() == {"Deal!A2": (2.0, None)}


def test_now_and_seed_give_the_same_bytes_twice(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", VOLATILE)
    given = {"now": dt.datetime(2026, 1, 31, 12), "seed": 7}
    written = []
    for name in ("one.xlsx", "two.xlsx"):
        recalculate(path, tmp_path / name, **given)  # type: ignore[arg-type]
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    recalculate(path, tmp_path / "other.xlsx", now=given["now"], seed=8)  # type: ignore[arg-type]
    assert (tmp_path / "other.xlsx").read_bytes() != written[0]


def test_now_and_today_are_what_is_said(tmp_path: Path) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", VOLATILE), now=dt.datetime(2026, 1, 31, 12), seed=1)
    assert (book.get("Deal!A4"), book.get("Deal!A5")) == (46053.5, 46053.0)


@pytest.mark.parametrize("seed", range(5))
def test_random_numbers_stay_within_their_bounds(tmp_path: Path, seed: int) -> None:
    book = Book.open(make(tmp_path / "book.xlsx", VOLATILE), seed=seed)
    drawn = book.get("Deal!A3")
    assert drawn in range(-3, 4)
    assert 0 <= book.get("Deal!A1") < 1  # type: ignore[operator]
    assert book.get("Deal!A1") != book.get("Deal!A2")
    assert book.get("Deal!A6") == book.get("Deal!A1") + drawn  # type: ignore[operator]
    assert str(book.get("Deal!A7")) == "#NUM!"
    assert (book.get("Deal!A8"), str(book.get("Deal!A9"))) == (5.0, "#NUM!")


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("COUNT(RANDARRAY(D1,D2))", "20"), ("COUNT(RANDARRAY(D1,D9))", "4"), ("COUNT(RANDARRAY(,3))", "3"),
        ("AND(RANDARRAY(9)>=0,RANDARRAY(9)<1)", "True"), ("SUM(RANDARRAY(9,1,4,4))", "36"),
        ("SUMPRODUCT(--ISNUMBER(MATCH(RANDARRAY(99,1,1,6,TRUE),SEQUENCE(6),0)))", "99"),
        ("SUM(RANDARRAY(0))", "#CALC!"), ("SUM(RANDARRAY(-1))", "#VALUE!"), ("SUM(RANDARRAY(2,2,5,1))", "#VALUE!"),
        ("SUM(RANDARRAY(2,2,1.5,3,TRUE))", "#VALUE!"), ("SUM(RANDARRAY(\"x\"))", "#VALUE!"),
        ("SUM(RANDARRAY(NA()))", "#N/A"), ("SUM(RANDARRAY(1E6,10))", "#VALUE!"),
    ],
)  # fmt: skip
def test_arrays_of_random_numbers(call: str, shown: str, tmp_path: Path) -> None:
    found = Book.open(make(tmp_path / "book.xlsx", {"D1": 4, "D2": 5, "A1": f"={call}"}), seed=1).get("Deal!A1")
    assert f"{found:g}" == shown if isinstance(found, float) else str(found) == shown


def test_the_engine_s_own_random_arrays_begin_anywhere() -> None:
    from computefi.recalc.engines.base import Formula
    from computefi.recalc.engines.ironcalc import IronCalc
    from computefi.recalc.prepare.copy import Copy

    copy = Copy(["Deal"])
    copy.end_rows(0)
    found = set()
    for _ in range(2):
        engine = IronCalc()
        engine.load(copy.build())
        engine.write([(0, 1, 1, Formula("SUM(RANDARRAY(3))"))])
        engine.recalculate()
        found.add(engine.read(0, 1, 1, 1, 1))
    assert len(found) == 2


def test_what_is_another_one_each_time_is_the_same_with_a_cache(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", VOLATILE)
    written = set()
    for name in ("one.xlsx", "two.xlsx", "three.xlsx"):
        given = {} if name == "one.xlsx" else {"cache": tmp_path / "kept"}
        recalculate(path, tmp_path / name, now=dt.datetime(2026, 1, 31, 12), seed=7, **given)  # type: ignore[arg-type]
        written.add((tmp_path / name).read_bytes())
    assert len(written) == 1


def test_the_command_takes_both(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", VOLATILE)
    say = ["recalc", str(path), "--now", "2026-01-31T12:00:00", "--seed", "7"]
    assert CliRunner().invoke(cli, say).exit_code == 0
    assert CliRunner().invoke(cli, [*say, "--check"]).exit_code == 0


def test_a_batch_and_a_sweep_take_both_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = make(tmp_path / "in" / "book.xlsx", VOLATILE)
    both = ["--now", "2026-01-31T12:00:00", "--seed", "7"]
    for out in ("one", "two"):
        say = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / out), *both, "--cache", str(tmp_path / "kept")]
        assert CliRunner().invoke(cli, say).exit_code == 0
    recalculate(path, tmp_path / "alone.xlsx", now=dt.datetime(2026, 1, 31, 12), seed=7)
    written = {(tmp_path / name).read_bytes() for name in ("one/book.xlsx", "two/book.xlsx", "alone.xlsx")}
    assert len(written) == 1
    # Another seed is another request: what was done is not taken for it.
    CliRunner().invoke(cli, ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "one"), *both[:3], "8"])
    assert (tmp_path / "one" / "book.xlsx").read_bytes() not in written
    say = ["sweep", str(path), "--vary", "Deal!D9=1:3:3", "--get", "Deal!A6", "--get", "Deal!B1", *both]
    first, second = (CliRunner().invoke(cli, say).stdout for _ in range(2))
    assert first == second
    assert first.count("\n") > 3
