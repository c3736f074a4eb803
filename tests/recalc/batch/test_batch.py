"""Many workbooks: what goes wrong with one is reported, and the others are there."""

from __future__ import annotations

import csv
import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from batch_books import folder_of, make, mischief, values
from click.testing import CliRunner

from computefi.recalc import WorkbookError
from computefi.recalc.batch.api import MANIFEST, Batch, recalculate_many, tasks_for
from computefi.recalc.batch.worker import Task, Worker

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def statuses(batch: Batch) -> dict[str, str]:
    return {answer.file: answer.status for answer in batch.answers}


def test_a_folder_is_recalculated_into_another_of_the_same_shape(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx", "b/c.xlsx", "b/d/e.xlsm")
    (source / "~$a.xlsx").write_bytes(b"Excel's lock")
    (source / "notes.txt").write_text("not a workbook")
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    seen: list[tuple[int, int]] = []
    out = tmp_path / "out"
    batch = recalculate_many(source, out, {"Loan": 50}, ["LTV"], jobs=2, progress=lambda *c: seen.append(c))
    assert statuses(batch) == {"a.xlsx": "done", "b/c.xlsx": "done", "b/d/e.xlsm": "done"}
    assert all(answer.values == {"LTV": 0.5} and answer.calls == 1 for answer in batch.answers)
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
        *statuses(batch), MANIFEST
    }  # fmt: skip
    assert values(out / "b" / "c.xlsx")["B1"] == 0.5
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)


@needs_signals
def test_a_workbook_that_fails_hangs_or_kills_its_process_is_reported_and_the_others_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mischief(monkeypatch, tmp_path / "site")
    names = ["a.xlsx", "hang.xlsx", "kill.xlsx", "print.xlsx", "strange.xlsx", "z.xlsx"]
    source = folder_of(tmp_path / "in", *names)
    (source / "broken.xlsx").write_bytes(b"PK nothing")
    make(source / "other.xlsx", {"A1": 1})
    out, report = tmp_path / "out", tmp_path / "report.csv"
    batch = recalculate_many(source, out, get=["LTV"], jobs=2, timeout=2, report=report)
    assert statuses(batch) == {
        "a.xlsx": "done", "broken.xlsx": "failed", "hang.xlsx": "timeout", "kill.xlsx": "died",
        "other.xlsx": "failed", "print.xlsx": "done", "strange.xlsx": "failed", "z.xlsx": "done",
    }  # fmt: skip
    messages = {answer.file: answer.message for answer in batch.answers}
    assert "damaged" in messages["broken.xlsx"]
    assert "signal 9" in messages["kill.xlsx"]
    assert messages["hang.xlsx"] == "not done within 2 seconds"
    assert "no name 'LTV'" in messages["other.xlsx"]
    assert "ZeroDivisionError: no one" in messages["strange.xlsx"]
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "a.xlsx", "print.xlsx", "z.xlsx"]
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert [row["file"] for row in rows] == sorted(messages)
    assert rows[0]["LTV"] == "0.7"
    assert rows[1]["LTV"] == ""


def test_a_batch_continues_where_it_stopped_by_content(tmp_path: Path) -> None:
    source, out = folder_of(tmp_path / "in", "a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"), tmp_path / "out"
    first = recalculate_many(source, out, get=["LTV"], jobs=1)
    (out / "a.xlsx").write_bytes(b"someone else's")
    (out / "b.xlsx").unlink()
    folder_of(source, "x.xlsx", "c.xlsx")
    os.utime(source / "d.xlsx", (1, 1))
    with (out / MANIFEST).open("a") as manifest:
        manifest.write('{"request": "cut sho')
    again = recalculate_many(source, out, get=["LTV"], jobs=1)
    assert statuses(again) == {"a.xlsx": "done", "b.xlsx": "done", "c.xlsx": "done", "d.xlsx": "kept", "x.xlsx": "done"}
    assert again.answers[3].values == first.answers[3].values == {"LTV": 0.73}
    # An output that no longer holds is gone when the new one fails.
    (source / "a.xlsx").write_bytes(b"PK broken")
    assert statuses(recalculate_many(source, out, get=["LTV"], jobs=1))["a.xlsx"] == "failed"
    assert not (out / "a.xlsx").exists()
    (source / "a.xlsx").unlink()
    # Another request is other work.
    assert set(statuses(recalculate_many(source, out, {"Loan": 1}, jobs=1)).values()) == {"done"}
    assert set(statuses(recalculate_many(source, out, {"Loan": 1}, jobs=1)).values()) == {"kept"}


@needs_signals
def test_an_interrupted_batch_keeps_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mischief(monkeypatch, tmp_path / "site")
    source, out = folder_of(tmp_path / "in", "a.xlsx", "b.xlsx", "hang.xlsx"), tmp_path / "out"

    class Interrupted(Exception): ...

    def interrupt(done: int, _: int) -> None:
        if done == 2:
            raise Interrupted

    started = time.monotonic()
    with pytest.raises(Interrupted):
        recalculate_many(source, out, jobs=1, progress=interrupt)
    assert time.monotonic() - started < 30
    (source / "hang.xlsx").rename(source / "last.xlsx")
    assert statuses(recalculate_many(source, out, jobs=1)) == {"a.xlsx": "kept", "b.xlsx": "kept", "last.xlsx": "done"}


@needs_signals
def test_a_worker_killed_from_outside_loses_only_its_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mischief(monkeypatch, tmp_path / "site")
    source = folder_of(tmp_path / "in", "hang.xlsx", "next.xlsx")
    worker = Worker()
    answers = []
    task = Task("hang.xlsx", str(source / "hang.xlsx"), str(tmp_path / "hang.xlsx"))
    asking = threading.Thread(target=lambda: answers.append(worker.ask(task)))
    asking.start()
    while worker._process is None:
        time.sleep(0.01)
    (tmp_path / ".hang.xlsx.abc.tmp").write_bytes(b"half a file")
    worker._process.kill()
    asking.join()
    assert (answers[0].status, answers[0].file) == ("died", "hang.xlsx")
    assert not list(tmp_path.glob(".*.tmp"))
    good = worker.ask(Task("next.xlsx", str(source / "next.xlsx"), str(tmp_path / "next.xlsx")))
    assert good.status == "done"
    worker.stop()
    worker.close()


def test_a_pattern_names_the_workbooks(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx", "b/c.xlsx", "b/x.xlsx")
    names = [task.file for task in tasks_for(f"{source}/**/[ac].xlsx", tmp_path / "out", {}, ())]
    assert names == ["a.xlsx", "b/c.xlsx"]
    assert [task.file for task in tasks_for(str(source / "b" / "c.xlsx"), tmp_path / "out", {}, ())] == ["c.xlsx"]


def test_outputs_within_the_inputs_folder_are_not_inputs_the_next_time(tmp_path: Path) -> None:
    source = folder_of(tmp_path, "a.xlsx")
    for status in ("done", "kept"):
        assert statuses(recalculate_many(source, source / "out", jobs=1)) == {"a.xlsx": status}


def test_a_batch_never_writes_over_its_inputs(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx", "sub/a.xlsx")
    before = (source / "a.xlsx").read_bytes()
    for pattern in (source, f"{source}/*.xlsx", f"{source}/**/*.xlsx"):
        with pytest.raises(WorkbookError, match="over one of the inputs"):
            recalculate_many(pattern, source)
    assert tasks_for(str(source / "sub"), tmp_path, {}, ())[0].target == str(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookError, match="over one of the workbooks"):
        recalculate_many(source, tmp_path / "out", report=source / "a.xlsx")
    assert (source / "a.xlsx").read_bytes() == before


def test_two_workbooks_for_one_file_are_refused(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx", "A.xlsx")
    if len(list(source.iterdir())) == 1:
        pytest.skip("the file system does not tell a from A")
    with pytest.raises(WorkbookError, match="one file"):
        recalculate_many(source, tmp_path / "out")


def test_a_batch_that_cannot_be_is_refused(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for folder, out, options, words in (
        (tmp_path / "empty", "out", {}, "no workbook"), (tmp_path / "none", "out", {}, "neither"),
        (source, "file", {}, "not a folder"), (source, "out", {"jobs": 0}, "at least one job"),
        (source, "out", {"timeout": 0.0}, "above 0"), (source, "out", {"report": "x.doc"}, "must end in"),
    ):  # fmt: skip
        with pytest.raises(WorkbookError, match=words):
            recalculate_many(folder, tmp_path / out, **options)  # type: ignore[arg-type]


def test_batch_on_the_command_line(tmp_path: Path) -> None:
    from computefi.cli.whatif import batch

    source = folder_of(tmp_path / "in", "a.xlsx")
    (source / "broken.xlsx").write_bytes(b"PK nothing")
    arguments = [str(source), "-o", str(tmp_path / "out"), "--set", "Loan=90", "--get", "LTV", "--jobs", "1", "--json"]
    done = CliRunner().invoke(batch, arguments)
    assert done.exit_code == 1
    assert json.loads(done.stdout)[0]["values"] == {"LTV": 0.9}
    assert "broken.xlsx  failed" in done.stderr
    assert "2 workbooks: 1 done, 1 failed: broken.xlsx" in done.stderr
