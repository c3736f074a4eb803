"""The batch on Dask distributed, with a real cluster of processes on this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_books import folder_of, mischief, values

from computefi.recalc import WorkbookError
from computefi.recalc.batch.api import Batch, recalculate_many

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
    pytest.mark.filterwarnings("ignore"),
]
distributed = pytest.importorskip("distributed", reason="Dask distributed is not installed (computefi[cluster])")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("cluster")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with pytest.MonkeyPatch.context() as patch:
        mischief(patch, folder / "site")
        with distributed.LocalCluster(n_workers=2, local_directory=str(folder / "dask"), **options) as made:
            yield made


def test_a_cluster_does_the_workbooks_and_reports_the_bad_ones(tmp_path: Path, cluster: Any) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx", "hang.xlsx", "kill.xlsx", "sub/z.xlsx")
    batch = recalculate_many(source, tmp_path / "out", get=["LTV"], timeout=2, scheduler=cluster.scheduler_address)
    assert {answer.file: answer.status for answer in batch.answers} == {
        "a.xlsx": "done", "hang.xlsx": "timeout", "kill.xlsx": "died", "sub/z.xlsx": "done"
    }  # fmt: skip
    assert values(tmp_path / "out" / "sub" / "z.xlsx")["B1"] == 0.73


def test_a_dask_worker_killed_in_mid_run_loses_nothing(tmp_path: Path, cluster: Any) -> None:
    source = folder_of(tmp_path / "in", *(f"slow{number}.xlsx" for number in range(6)))
    batches: list[Batch] = []
    doing = threading.Thread(
        target=lambda: batches.append(recalculate_many(source, tmp_path / "out", scheduler=cluster.scheduler_address))
    )
    doing.start()
    while doing.is_alive() and not list(source.glob("*.started")):
        time.sleep(0.05)
    with distributed.Client(cluster, set_as_default=False) as client:
        victim = next(iter(client.run(os.getpid).values()))
    os.kill(victim, signal.SIGKILL)
    doing.join(60)
    assert [answer.status for answer in batches[0].answers] == ["done"] * 6


def test_a_cluster_of_its_own_is_started_when_told(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "in", "a.xlsx")
    batch = recalculate_many(source, tmp_path / "out", scheduler="local", jobs=1)
    assert [answer.status for answer in batch.answers] == ["done"]


def test_a_scheduler_that_is_not_there_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from computefi.recalc.batch import cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    source = folder_of(tmp_path / "in", "a.xlsx")
    with pytest.raises(WorkbookError, match="does not answer") as caught:
        recalculate_many(source, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert "\n" not in str(caught.value)
