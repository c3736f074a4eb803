"""Many workbooks: what goes wrong with one is reported, and the others are there."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import platform
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from batch_books import folder_of, make, mischief, values
from click.testing import CliRunner

from computefi import __version__
from computefi.recalc import WorkbookError
from computefi.recalc.batch.api import MANIFEST, Batch, recalculate_many, tasks_for
from computefi.recalc.batch.worker import Limits, Task, Worker
from computefi.xlsx.files import WAIT_VARIABLE, held

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
        "other.xlsx": "done", "print.xlsx": "done", "strange.xlsx": "failed", "z.xlsx": "done",
    }  # fmt: skip
    messages = {answer.file: answer.message for answer in batch.answers}
    assert "damaged" in messages["broken.xlsx"]
    assert "signal 9" in messages["kill.xlsx"]
    assert messages["hang.xlsx"] == "not done within 2 seconds"
    assert "no name 'LTV'" in messages["other.xlsx"]
    assert "ZeroDivisionError: no one" in messages["strange.xlsx"]
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "a.xlsx", "other.xlsx", "print.xlsx", "z.xlsx"]
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert [row["file"] for row in rows] == sorted(messages)
    assert rows[0]["LTV"] == "0.7"
    assert rows[1]["LTV"] == ""
    for row in rows:
        assert row["input"] == hashlib.sha256((source / row["file"]).read_bytes()).hexdigest()
        there = out / row["file"]
        assert row["output"] == (hashlib.sha256(there.read_bytes()).hexdigest() if there.exists() else "")
        assert "T" in row["start"] <= row["end"]
        assert row["host"] == platform.node()
        assert row["versions"].startswith(f"computefi {__version__}, ironcalc ")


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
    worker = Worker(Limits(None, 120, 4 * 2**30))
    answers = []
    task = Task("hang.xlsx", str(source / "hang.xlsx"), str(tmp_path / "hang.xlsx"))
    asking = threading.Thread(target=lambda: answers.append(worker.ask(task)))
    asking.start()
    while worker._process is None:
        time.sleep(0.01)
    (tmp_path / ".hang.xlsx.abcdefgh.computefi.tmp").write_bytes(b"half a file")
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
    from computefi.cli.batch import batch

    source = folder_of(tmp_path / "in", "a.xlsx")
    (source / "broken.xlsx").write_bytes(b"PK nothing")
    arguments = [str(source), "-o", str(tmp_path / "out"), "--set", "Loan=90", "--get", "LTV", "--jobs", "1", "--json"]
    done = CliRunner().invoke(batch, arguments)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["workbooks"][0]["values"] == {"LTV": 0.9}
    assert "broken.xlsx  failed" in done.stderr
    assert "2 workbooks: 1 done, 1 failed: broken.xlsx" in done.stderr


@needs_signals
def test_limits_stand_without_being_asked_for_and_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mischief(monkeypatch, tmp_path / "site")
    monkeypatch.setenv("COMPUTEFI_CPU_SECONDS", "1")
    monkeypatch.setenv("COMPUTEFI_MEMORY_MB", "1200")
    source = folder_of(tmp_path / "in", "a.xlsx", "greedy.xlsx", "native_greedy.xlsx", "spin.xlsx", "z.xlsx")
    said: list[str] = []
    batch = recalculate_many(source, tmp_path / "out", jobs=2, say=said.append)
    assert statuses(batch) == {
        "a.xlsx": "done", "greedy.xlsx": "failed", "native_greedy.xlsx": "died", "spin.xlsx": "timeout",
        "z.xlsx": "done",
    }  # fmt: skip
    messages = {answer.file: answer.message for answer in batch.answers}
    assert messages["greedy.xlsx"] == "the memory does not suffice"
    assert "out of memory: more than 600 MB" in messages["native_greedy.xlsx"]
    assert messages["spin.xlsx"] == "more than 1 seconds of the processor"
    assert said == [
        "5 workbooks, 2 side by side; for each 600 MB, 1 seconds of the processor, 300 seconds by the clock"
    ]


def test_names_that_are_not_there_are_told_before_any_work_and_leave_a_column_empty(tmp_path: Path) -> None:
    source, log = folder_of(tmp_path / "in", "a.xlsx", "b.xlsx"), tmp_path / "log.txt"
    make(source / "c.xlsx", {"A1": 1}, {"Only": "Deal!$A$1"})
    (source / "broken.xlsx").write_bytes(b"PK")
    log.write_text("before\n")
    said: list[tuple[int, str]] = []
    done: list[int] = []
    wanted = ["LTV", "Only", "LTW", "Deal!A1", "Dael!A1", "A1"]
    batch = recalculate_many(
        source, tmp_path / "out", get=wanted, jobs=1, report=tmp_path / "report.csv", log=log,
        say=lambda words: said.append((len(done), words)), progress=lambda count, _: done.append(count),
    )  # fmt: skip
    assert [words for _, words in said[1:]] == [
        f"no workbook has {name}: its column stays empty" for name in ("LTW", "Dael!A1", "A1")
    ]
    assert {when for when, _ in said} == {0}
    by_file = {answer.file: answer for answer in batch.answers}
    assert {name: by_file[f"{name}.xlsx"].status for name in "abc"} == dict.fromkeys("abc", "done")
    assert by_file["a.xlsx"].values == {
        "LTV": 0.7,
        "Only": None,
        "LTW": None,
        "Deal!A1": 70,
        "Dael!A1": None,
        "A1": None,
    }
    assert by_file["c.xlsx"].values["Only"] == 1
    assert "there is no name 'LTW'" in by_file["a.xlsx"].message
    lines = log.read_text().splitlines()
    assert lines[0] == "before"
    assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 ", line) for line in lines[1:])
    assert "b.xlsx  done" in log.read_text()
    assert "4 workbooks: 3 done, 1 failed: broken.xlsx" in lines[-1]


@pytest.mark.parametrize("option", ["report", "log"])
def test_what_cannot_be_written_is_known_before_any_work(tmp_path: Path, option: str) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx")
    for path in (tmp_path / "none" / "x.csv", source / "a.xlsx"):
        with pytest.raises(WorkbookError, match=r"cannot be written|over one of the workbooks"):
            recalculate_many(source, tmp_path / "out", **{option: path})  # type: ignore[arg-type]
    assert not (tmp_path / "out" / "a.xlsx").exists()


def test_a_second_batch_into_the_same_folder_waits_or_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = folder_of(tmp_path / "in", "a.xlsx"), tmp_path / "out"
    recalculate_many(source, out, jobs=1)
    monkeypatch.setenv(WAIT_VARIABLE, "0")
    with held(out / MANIFEST), pytest.raises(WorkbookError, match="another run"):
        recalculate_many(source, out, jobs=1)


@needs_signals
@pytest.mark.parametrize("name", ["INT", "KILL"])
def test_a_batch_that_is_stopped_says_how_to_go_on_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from computefi.cli.batch import batch
    from forked import Forked
    from signal_attack import processes

    mischief(monkeypatch, tmp_path / "site")
    source, out, log = folder_of(tmp_path / "in", "a.xlsx", "hang.xlsx"), tmp_path / "out", tmp_path / "log"
    arguments = [str(source), "-o", str(out), "--jobs", "1", "--log", str(log)]
    running = Forked(lambda: batch.main(arguments, standalone_mode=False))
    while not (log.exists() and "a.xlsx  done" in log.read_text()):
        assert running.poll() is None
        time.sleep(0.02)
    os.kill(running.pid, signal.Signals[f"SIG{name}"])
    until = time.monotonic() + 300
    while processes(running.pid):
        assert time.monotonic() < until
        time.sleep(0.01)
    _, said = running.communicate()
    if name == "KILL":
        return
    number = signal.Signals[f"SIG{name}"]
    assert running.returncode == 128 + number
    assert said.splitlines()[-1] == (
        f"computefi: stopped by SIG{name}; what is done is kept; the same command goes on from there"
    )
    assert "stopped: Stopped" in log.read_text()
    (source / "hang.xlsx").unlink()
    assert statuses(recalculate_many(source, out, jobs=1)) == {"a.xlsx": "kept"}
