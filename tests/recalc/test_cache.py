"""Prepared workbooks on disk: the same answers as without, and nothing that does not fit is ever used."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from computefi.recalc import Book, cache, recalculate
from computefi.recalc.batch.api import recalculate_many
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.stored import KEPT
from computefi.recalc.run import Run
from recalc_books import LOAN, make

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
CELLS = {
    **LOAN,
    "B1": "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)",
    "B2": "=CFI_LTV(A1,-1)",
    "B3": "=Loan*2&\"x\"",
    "B4": "=COUNTIF(A1:A6,\"<>70\")",
    "B5": "=INDIRECT(\"A\"&A6)",
    "B6": "=OFFSET(A1,A6,0)",
    "C1": ("C1:C3", "=A1:A3*2"),
    "D1": "=D1+1",
    "E1": "=[1]Other!A1",
    **{f"G{row}": row for row in range(1, 41)},
    **{f"H{row}": f"=G{row}*A$1" for row in range(1, 41)},
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "book.xlsx", CELLS, names={"Loan": "Deal!$A$1", "Twice": "Deal!$A$1*2"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A line for each workbook that was prepared anew."""
    found: list[Path] = []
    start = Run.start
    monkeypatch.setattr(Run, "start", lambda self, *keep: [found.append(Path()), start(self, *keep)])
    return found


def told(path: Path, folder: Path | None, target: Path) -> Any:
    """All that a recalculation says and writes, with another input."""
    result = recalculate(path, target, {"Deal!A1": 80.0}, cache=folder)
    return (
        target.read_bytes(), result.error_cells, result.reasons, result.warnings, result.kept, result.readers_of_kept,
        result.formula_cells, result.calls, result.differing(),
    )  # fmt: skip


def test_what_was_kept_gives_the_same(path: Path, folder: Path, tmp_path: Path, prepared: list[Path]) -> None:
    plain = told(path, None, tmp_path / "plain.xlsx")
    assert told(path, folder, tmp_path / "first.xlsx") == plain
    prepared.clear()
    assert told(path, folder, tmp_path / "second.xlsx") == plain
    # Once anew for the circular reference, which is known only when everything is computed.
    assert len(prepared) == 1


def test_brackets_and_digits_that_the_engine_loses_in_a_file_are_kept(
    folder: Path, tmp_path: Path, prepared: list[Path]
) -> None:
    cells = {
        "B1": "=(A1<=A2)=(A3<=A4)",
        "B2": "=(A1&A2)*0.12345678901234567",
        "B3": "=CFI_LTV(A1,A2)*0.30000000000000004-0.3*CFI_LTV(A1,A2)",
        "B4": "=-(CFI_LTV(A1,A2)/A2)^2",
        "B5": '=IF((A1=70)=(A2="x"),1/3,(A1&A3)%)',
    }
    path = make(tmp_path / "brackets.xlsx", {**LOAN, **cells})
    plain = told(path, None, tmp_path / "plain.xlsx")
    assert told(path, folder, tmp_path / "first.xlsx") == plain
    prepared.clear()
    assert told(path, folder, tmp_path / "second.xlsx") == plain
    assert not prepared


def test_names_what_ifs_and_goals_are_the_same(path: Path, folder: Path, prepared: list[Path]) -> None:
    Book.open(path, cache=folder)
    prepared.clear()
    without, kept = Book.open(path), Book.open(path, cache=folder)
    assert len(prepared) == 1
    for one in ("Twice", "Loan", "Deal!H1:H40", "Deal!C1:C3"):
        assert kept.get(one) == without.get(one)
    vary: dict[str, list[Any]] = {"Loan": [60.0, 90.0], "Deal!A6": [2.0, 3.0]}
    assert kept.sweep(vary, ["Deal!B1", "Deal!H40"]).rows == without.sweep(vary, ["Deal!B1", "Deal!H40"]).rows
    assert kept.solve("Deal!H40", 4000.0, "Loan") == without.solve("Deal!H40", 4000.0, "Loan")


@pytest.mark.parametrize("name", ["asic_loan.xlsx"])
def test_workbooks_of_ours_are_the_same(name: str, folder: Path, tmp_path: Path) -> None:
    source = WORKBOOKS / name
    plain = recalculate(source, tmp_path / name, cache=folder)
    assert only(folder).stat().st_size
    kept = recalculate(source, tmp_path / f"kept-{name}", cache=folder)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"kept-{name}").read_bytes()
    assert (kept.reasons, kept.warnings, kept.calls) == (plain.reasons, plain.warnings, plain.calls)


@pytest.mark.nightly
@pytest.mark.parametrize("source", sorted(WORKBOOKS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_workbook_of_ours_is_the_same(source: Path, folder: Path, tmp_path: Path) -> None:
    test_workbooks_of_ours_are_the_same(source.name, folder, tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("source", sorted((Path(__file__).parent / "cases").glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_case_is_the_same(source: Path, folder: Path, tmp_path: Path) -> None:
    given: dict[str, Any] = {"now": dt.datetime(2026, 1, 31, 12), "seed": 7}
    written = set()
    for name, kept in (("plain", None), ("first", folder), ("second", folder)):
        recalculate(source, tmp_path / f"{name}.xlsx", cache=kept, **given)
        written.add((tmp_path / f"{name}.xlsx").read_bytes())
    assert len(written) == 1


def test_every_part_of_a_plan_is_kept_or_known_to_be_needed_no_more() -> None:
    until_the_engine_has_it = {"copy", "expanded", "helpers", "kept_spills", "random", "volatile"}
    given = {"extremes", "now", "sheets", "workbook"}
    assert {part.name for part in fields(Plan)} == {*KEPT} | until_the_engine_has_it | given


def test_what_looks_at_the_plan_itself_is_answered_anew(tmp_path: Path, folder: Path) -> None:
    formulas = {"B1": "=AGGREGATE(9,6,A1:A2)", "B2": "=SUBTOTAL(11,A1:A2)", "B3": "=_xlfn.FORMULATEXT(B2)"}
    path = make(tmp_path / "aggregate.xlsx", {"A1": 1, "A2": 2, **formulas})
    for _ in range(2):
        result = recalculate(path, cache=folder)
        assert [result[f"Deal!B{row}"] for row in (1, 2, 3)] == [3.0, 0.25, "=SUBTOTAL(11,A1:A2)"]


def only(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_it_is_private_to_the_user(path: Path, folder: Path) -> None:
    Book.open(path, cache=folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600


def other_owner(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)


SPOILED: dict[str, Callable[[pytest.MonkeyPatch, Path], object]] = {
    "empty": lambda _, kept: kept.write_bytes(b""),
    "half": lambda _, kept: kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2]),
    "a byte": lambda _, kept: kept.write_bytes(kept.read_bytes()[:-9] + b"x" + kept.read_bytes()[-8:]),
    "a head": lambda _, kept: kept.write_bytes(b"x" + kept.read_bytes()[1:]),
    "a folder": lambda _, kept: [kept.unlink(), kept.mkdir()],
    "a link": lambda _, kept: [kept.rename(kept.parent.parent / "x"), kept.symlink_to(kept.parent.parent / "x")],
    "open to others": lambda _, kept: kept.chmod(0o640),
    "its folder open to others": lambda _, kept: kept.parent.chmod(0o750),
    "of another owner": other_owner,
    "of another version": lambda patch, _: patch.setattr(cache, "package_state", lambda: "another"),
    "nothing": lambda _, kept: kept.write_bytes(cache.MAGIC + cache.sealed(kept.stem, b"") + b""),
    "no plan": lambda _, kept: kept.write_bytes(cache.MAGIC + cache.sealed(kept.stem, b"x" * 99) + b"x" * 99),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_damaged_old_or_foreign_is_ignored(
    how: str, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, prepared: list[Path]
) -> None:
    right = Book.open(path, cache=folder).get("Deal!B1")
    SPOILED[how](monkeypatch, only(folder))
    prepared.clear()
    assert Book.open(path, cache=folder).get("Deal!B1") == right
    assert prepared


def test_another_workbook_s_is_ignored(path: Path, folder: Path, tmp_path: Path) -> None:
    Book.open(path, cache=folder)
    first = only(folder)
    other = make(tmp_path / "other.xlsx", CELLS | {"A1": 71}, names={"Loan": "Deal!$A$1"})
    Book.open(other, cache=folder)
    (second,) = set(folder.iterdir()) - {first}
    shutil.copy(first, second)
    assert Book.open(other, cache=folder).get("Loan") == 71.0


def test_a_changed_workbook_is_another_one(path: Path, folder: Path) -> None:
    Book.open(path, cache=folder)
    make(path, CELLS | {"A1": 71}, names={"Loan": "Deal!$A$1"})
    assert Book.open(path, cache=folder).get("Loan") == 71.0


def test_what_is_another_one_each_time_is_not_kept(folder: Path, tmp_path: Path) -> None:
    for number, formula in enumerate(("=NOW()", "=TODAY()", "=RAND()", "=RANDBETWEEN(1,A1)")):
        path = make(tmp_path / f"{number}.xlsx", {"A1": 70, "B1": formula})
        recalculate(path, cache=folder)
    assert not folder.exists() or not list(folder.iterdir())
    moment = dt.datetime(2027, 1, 1)
    path = make(tmp_path / "now.xlsx", {"A1": "=YEAR(NOW())"})
    for year in (2027, 2028):
        assert recalculate(path, now=moment.replace(year=year), cache=folder)["Deal!A1"] == year


def test_a_folder_that_cannot_be_made_is_no_matter(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert recalculate(path, cache=tmp_path / "file" / "kept").calls == 2
    assert recalculate(path, cache=tmp_path / "file").calls == 2


def test_the_command_line_and_a_batch_use_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    run = cache.Kept.run
    monkeypatch.setattr(cache.Kept, "run", lambda *given: [found.append((it := run(*given)) is not None), it][1])
    (tmp_path / "loans").mkdir()
    path = make(tmp_path / "loans" / "loan.xlsx", {**LOAN, "B1": "=CFI_LTV(A1,A2)"}, names={"LTV": "Deal!$B$1"})
    for command in (
        ["recalc", str(path), "--dry-run", "--get", "LTV"],
        ["sweep", str(path), "--vary", "Deal!A1=60,80", "--get", "LTV"],
        ["solve", str(path), "--target", "LTV=90%", "--by", "Deal!A1"],
    ):
        first = CliRunner().invoke(cli, [*command, "--cache", str(folder)], catch_exceptions=False)
        again = CliRunner().invoke(cli, [*command, "--cache", str(folder)], catch_exceptions=False)
        assert (first.exit_code, again.exit_code) == (0, 0)
        assert re.sub("[0-9.]+ s$", "", first.stdout) == re.sub("[0-9.]+ s$", "", again.stdout)
    assert found == [False, True, True, True, True, True]
    shutil.rmtree(folder)
    monkeypatch.chdir(tmp_path)
    for out in ("one", "two"):
        batch = recalculate_many("loans", out, get=["LTV"], jobs=1, cache="kept")
        assert batch.answers[0].values == {"LTV": 0.7}
    assert only(folder).suffix == cache.SUFFIX
