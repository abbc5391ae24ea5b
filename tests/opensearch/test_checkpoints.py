"""A load that was killed goes on from its checkpoints: what is done is neither sent nor even read again."""

from __future__ import annotations

import dataclasses
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Article, opensearch_bulk, opensearch_checkpoints, opensearch_lengths, opensearch_writer
from index.opensearch_bulk import PARTITION
from index.opensearch_settings import OpenSearchSettings
from index.opensearch_writer import OpenSearchWriter
from index.pipeline import Report, sync
from index.sources import Loaded, Skipped
from index.storage import loading
from tests.faults.process import start

from .archive import articles, live, loaded, there, until
from .cluster import Cluster

COUNT = 3 * PARTITION
FEW = 4  # tasks of a partition, where it is small
WIDE = "б" * (loading.TASK // 2)  # of each article, so that each is a task of its own


class Stopped(Exception):  # noqa: N818
    """As if the process were killed."""


def written(file: Path, some: list[Article]) -> Path:
    with file.open("w", encoding="utf-8") as lines:
        for one in some:
            told = {"id": one.id, "title": one.title, "text": one.text, "date": one.published, "wide": WIDE}
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
    return file


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tasks that this process reads."""
    numbers: list[int] = []
    numbered = loading._numbered

    def counted(task: loading.Task) -> Iterator[tuple[int, Loaded | Skipped]]:
        numbers.append(task.number)
        return numbered(task)

    monkeypatch.setattr(loading, "_numbered", counted)
    return numbers


def load(settings: OpenSearchSettings, file: Path, jobs: int = 1) -> Report:
    with OpenSearchWriter(settings) as writer:
        return sync(writer, [file], jobs=jobs)


def checkpoints(cluster: Cluster, prefix: str) -> int:
    cluster.ask(f"/{prefix}-load/_refresh", "POST")
    return int(cluster.ask(f"/{prefix}-load/_count")["count"])


def killed(cluster: Cluster, prefix: str, file: Path) -> int:
    """Two processes load a file until a partition is done, and die; how many partitions are."""
    process = start("index", file, "--jobs", "2")
    assert until(lambda: checkpoints(cluster, prefix) > 0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert live(cluster, prefix) == {}
    before, now = -1, 0
    while before != now:  # what was on its way still arrives
        time.sleep(0.5)
        cluster.ask(f"/{prefix}-articles-000001/_refresh", "POST")
        before, now = now, len(there(cluster, f"{prefix}-articles-000001"))
    return checkpoints(cluster, prefix)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions of a few tasks, and an index that is made for its first articles."""
    for module in (opensearch_bulk, opensearch_checkpoints, opensearch_writer):
        monkeypatch.setattr(module, "PARTITION", FEW)
    monkeypatch.setattr(opensearch_lengths, "SAMPLE", 2)


def stopped(settings: OpenSearchSettings, cluster: Cluster, prefix: str, file: Path) -> int:
    """A load breaks off in the middle; how many articles its checkpoints have."""

    def stop(report: Report) -> None:
        if report.seen == 5 * FEW + 2:
            raise Stopped

    with pytest.raises(Stopped), OpenSearchWriter(settings) as writer:
        sync(writer, [file], progress=stop)
    done = FEW * checkpoints(cluster, prefix)
    assert FEW < done < 6 * FEW
    cluster.ask(f"/{prefix}-articles-000001/_refresh", "POST")
    return done


def test_a_killed_load_neither_sends_nor_reads_again_what_is_done(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, read: list[int]
) -> None:
    file = written(tmp_path / "a.jsonl", articles(COUNT))
    done = killed(cluster, prefix, file)
    index = f"{prefix}-articles-000001"
    cluster.ask(f"/{index}/_refresh", "POST")
    before = set(there(cluster, index))
    assert {f"a{number}" for number in range(done * PARTITION)} <= before
    sent = loaded(cluster, index)
    report = load(settings, file)
    assert (report.unchanged, report.added) == (len(before), COUNT - len(before))
    assert loaded(cluster, index) - sent == COUNT - len(before)
    assert [number for number in read if number < COUNT] == list(range(done * PARTITION, COUNT))
    assert len(there(cluster, index)) == COUNT
    assert f"{prefix}-load" not in cluster.ask("/_all/_alias")  # nothing is left to go on with


def test_what_changed_in_a_done_partition_is_read_anew_and_nothing_else_of_it(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, read: list[int], small: None
) -> None:
    some = articles(8 * FEW)
    done = stopped(settings, cluster, prefix, written(tmp_path / "a.jsonl", some))
    some[3] = dataclasses.replace(some[3], text=some[3].text.replace("весной", "зимой!"))
    read.clear()
    report = load(settings, written(tmp_path / "a.jsonl", some))
    assert report.updated == 1
    assert [number for number in read if number < done] == [3]
    assert "зимой" in there(cluster, f"{prefix}-articles")["a3"]["stored"]
    assert len(there(cluster, f"{prefix}-quotes")) == 8 * FEW


def test_an_article_that_was_lost_behind_its_checkpoint_is_read_after_all(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, read: list[int], small: None
) -> None:
    file = written(tmp_path / "a.jsonl", articles(8 * FEW))
    done = stopped(settings, cluster, prefix, file)
    cluster.ask(f"/{prefix}-articles-000001/_doc/a2?refresh=true", "DELETE")
    read.clear()
    report = load(settings, file)
    assert report.published is not None
    assert (report.published.articles, report.published.quotes) == (8 * FEW, 8 * FEW)
    assert [number for number in read if number < done] == [2]


def test_faults_of_the_input_are_told_again(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, small: None
) -> None:
    file = written(tmp_path / "a.jsonl", articles(8 * FEW))
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:5], '{"id": "broken", "title": \n', *lines[5:]]))
    stopped(settings, cluster, prefix, file)
    report = load(settings, file)
    assert [one.where.endswith("a.jsonl:line 6") for one in report.rejected] == [True]
    assert len(there(cluster, f"{prefix}-articles")) == 8 * FEW


def test_the_checkpoints_of_an_abandoned_load_are_nobody_elses(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, read: list[int], small: None
) -> None:
    stopped(settings, cluster, prefix, written(tmp_path / "a.jsonl", articles(8 * FEW)))
    (tmp_path / "a.jsonl").unlink()
    read.clear()
    report = load(settings, written(tmp_path / "b.jsonl", articles(3)))
    assert (report.added + report.updated, read[:3]) == (3, [0, 1, 2])
    assert f"{prefix}-load" not in cluster.ask("/_all/_alias")
