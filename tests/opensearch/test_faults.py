"""What do dying nodes and processes cost? Nothing that was taken, no half told as whole, and an error says what to do.

Nodes and writers die by kill -9; the cluster and the commands are real.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import Article, opensearch_bulk
from index.errors import ClusterError
from index.opensearch_bulk import Bulk, Target
from index.opensearch_client import connect
from index.opensearch_mapping import USUAL_LENGTHS
from index.opensearch_settings import OpenSearchSettings
from index.opensearch_writer import _STATELESS, OpenSearchWriter
from index.terminal import DAMAGED
from search import open_searcher
from search.errors import IndexUnavailableError, SearchError
from tests.faults.process import PATIENCE, run, start

from .archive import articles, live, loaded, there, until, written
from .cluster import Cluster

pytestmark = pytest.mark.usefixtures("own_nodes")

COUNT = 450
LONG = " Река течёт мимо города, и мост стоит над рекой." * 25


@pytest.fixture
def replicas() -> int:
    return 1


def archive(count: int = COUNT, told: str = "Мост откроют весной") -> list[Article]:
    """Long enough that several processes load it, for seconds."""
    return [dataclasses.replace(one, text=one.text + LONG) for one in articles(count, told=told)]


def holder(cluster: Cluster, index: str) -> int:
    """The node that holds the primary of shard 0."""
    shards = cluster.ask(f"/_cat/shards/{index}?format=json")
    node = next(one["node"] for one in shards if one["shard"] == "0" and one["prirep"] == "p")
    return int(node[1:])


def as_sound_as(cluster: Cluster, prefix: str, count: int = COUNT) -> None:
    """All articles are there with their quotes, and every document is what was sent."""
    cluster.wait(3, "green")
    code, said, talk = run("check", "--json")
    assert code == 0, talk
    assert json.loads(said)["sound"]
    assert len(there(cluster, f"{prefix}-articles")) == len(there(cluster, f"{prefix}-quotes")) == count


def ended(process: Any) -> tuple[int, str, str]:
    said, talk = process.communicate(timeout=3 * PATIENCE)
    return process.returncode, said, talk


def test_a_node_that_dies_and_comes_back_while_a_new_index_is_loaded_costs_nothing(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    process = start("index", written(tmp_path / "a.jsonl", archive()), "--jobs", "2", "--json")
    quotes = f"{prefix}-quotes-000001"
    assert until(lambda: loaded(cluster, quotes) > 0)
    node = holder(cluster, quotes)  # it holds the only copy: there are no replicas yet
    cluster.kill(node)
    time.sleep(3)
    assert process.poll() is None
    cluster.start(node)
    code, said, talk = ended(process)
    assert code == 0, talk
    assert json.loads(said)["articles"] == COUNT
    as_sound_as(cluster, prefix)


def test_a_node_that_dies_while_the_live_index_is_written_is_not_even_waited_for(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.jsonl", archive())
    assert run("index", file)[0] == 0
    cluster.wait(3, "green")
    quotes = f"{prefix}-quotes-000001"
    before = loaded(cluster, quotes)
    process = start("index", written(file, archive(told="Мост откроют осенью")), "--jobs", "2", "--json")
    assert until(lambda: loaded(cluster, quotes) > before)
    cluster.kill(holder(cluster, quotes))
    code, said, talk = ended(process)
    assert code == 0, talk
    assert json.loads(said)["updated"] == COUNT
    bodies = there(cluster, f"{prefix}-articles").values()
    assert len(bodies) == COUNT
    assert all("осенью" in one["stored"] for one in bodies)
    cluster.restore()
    as_sound_as(cluster, prefix)


def test_loading_processes_that_are_killed_at_any_moment_are_gone_on_with(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.jsonl", archive())
    chance = random.Random(5)  # noqa: S311
    at_work = 0
    for _ in range(3):
        process = start("index", file, "--jobs", "2", "--json")
        assert until(lambda: loaded(cluster, f"{prefix}-articles-000001") > 0)
        time.sleep(chance.uniform(0, 0.3))
        if process.poll() is not None:
            ended(process)
            break
        at_work += 1
        (os.killpg if chance.random() < 0.5 else os.kill)(process.pid, signal.SIGKILL)
        ended(process)
        assert live(cluster, prefix) == {}  # nothing is told before all of it is there
    assert at_work
    code, said, talk = run("index", file, "--jobs", "2", "--json")
    assert code == 0, talk
    report = json.loads(said)
    assert report["added"] + report["unchanged"] == COUNT
    assert report["articles"] == COUNT or report["articles"] is None  # None: the last one was killed behind its publish
    as_sound_as(cluster, prefix)
    assert run("index", file, "--json")[1].count('"added": 0') == 1


def test_a_killed_rebuild_leaves_the_live_generation_alone_and_is_gone_on_with(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.jsonl", archive())
    assert run("index", file)[0] == 0
    first = live(cluster, prefix)
    process = start("reindex", written(file, archive(told="Мост откроют осенью")), "--jobs", "2")
    assert until(lambda: loaded(cluster, f"{prefix}-articles-000002") > 0)
    process.kill()
    ended(process)
    assert live(cluster, prefix) == first
    assert all("весной" in one["stored"] for one in there(cluster, f"{prefix}-articles").values())
    code, said, talk = run("reindex", file, "--jobs", "2", "--json")
    assert code == 0, talk
    report = json.loads(said)
    assert report["unchanged"] > 0  # of the rebuild that broke off
    assert report["generation"].startswith("000002.")
    assert all("осенью" in one["stored"] for one in there(cluster, f"{prefix}-articles").values())
    as_sound_as(cluster, prefix)


def test_a_cluster_that_takes_nothing_for_a_while_is_asked_again(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    def breaker(limit: str | None) -> None:
        cluster.ask("/_cluster/settings", "PUT", {"transient": {"network.breaker.inflight_requests.limit": limit}})

    process = start("index", written(tmp_path / "a.jsonl", archive()), "--jobs", "2", "--json")
    articles_index = f"{prefix}-articles-000001"
    assert until(lambda: loaded(cluster, articles_index) > 0)
    breaker("40kb")  # whatever is larger is refused: 429, circuit_breaking_exception
    try:
        time.sleep(3)
        stuck = loaded(cluster, articles_index)
        time.sleep(2)
        assert loaded(cluster, articles_index) == stuck < COUNT
        assert process.poll() is None
    finally:
        breaker(None)
    code, said, talk = ended(process)
    assert code == 0, talk
    assert json.loads(said)["rejected"] == []
    as_sound_as(cluster, prefix)


def test_what_is_taken_stays_when_a_cluster_takes_nothing_any_more(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    with OpenSearchWriter(settings) as writer:
        for one in articles(210):
            writer.add(one)
        assert writer._bulk is not None
        writer._bulk.flush()
        cluster.ask(f"/{prefix}-articles-000001/_settings", "PUT", {"index": {"blocks": {"write": True}}})
        short = Bulk(connect(settings), Target(settings, 1, USUAL_LENGTHS, 1 << 60), patience=2.0)
        short.put(articles(1)[0], (), _STATELESS, 0)
        short.flush()  # a block is no lack of room: it is refused at once
        assert "write" in short.rejected[0].reason
        cluster.ask(f"/{prefix}-articles-000001/_settings", "PUT", {"index": {"blocks": {"write": None}}})
    for node in (0, 1, 2):
        cluster.kill(node)
    lost = Bulk(
        connect(dataclasses.replace(settings, timeout=2)), Target(settings, 1, USUAL_LENGTHS, 1 << 60), patience=2
    )
    lost.put(articles(1)[0], (), _STATELESS, 0)
    with pytest.raises(ClusterError, match="goes on behind it"):
        lost.flush()
    cluster.restore()
    with OpenSearchWriter(settings) as writer:
        assert len(dict(writer.states())) == 210
        assert writer.publish().articles == 210


def test_without_most_of_its_nodes_every_command_says_so_and_goes_on_when_they_are_back(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "a.jsonl", articles(20))
    assert run("index", file)[0] == 0
    monkeypatch.setenv("MOLVA_OPENSEARCH_TIMEOUT", "2")
    for node in (0, 1):
        cluster.kill(node)
    for command in (("index", str(file)), ("check",)):
        code, said, talk = run(*command)
        assert (code, said) == (DAMAGED, ""), command
        assert "lacks shards" in talk or "no node of the cluster answers" in talk, talk
    cluster.restore()
    monkeypatch.delenv("MOLVA_OPENSEARCH_TIMEOUT")
    cluster.wait(3, "yellow")
    assert run("index", file, "--json")[0] == 0
    as_sound_as(cluster, prefix, 20)


def test_a_red_index_is_told_and_never_half_of_it_as_whole(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOLVA_OPENSEARCH_REPLICAS", "0")
    file = written(tmp_path / "a.jsonl", articles(40))
    assert run("index", file)[0] == 0
    cluster.kill(holder(cluster, f"{prefix}-articles-000001"))
    cluster.wait(2)
    code, _, talk = run("check")
    assert code == DAMAGED
    assert "has no copy" in talk
    code, _, talk = run("index", written(file, articles(41)))
    assert code == DAMAGED
    assert "molva:" in talk
    assert "Traceback" not in talk
    cluster.restore()
    assert run("index", file, "--json")[0] == 0
    as_sound_as(cluster, prefix, 41)


def test_waits_grow_and_end() -> None:
    waits = list(opensearch_bulk._waits(0.0))
    assert waits == []
    some = opensearch_bulk._waits(1e9)
    first = [next(some) for _ in range(12)]
    assert first[0] < 1 < first[4] < first[11] <= opensearch_bulk.LONGEST_WAIT * 1.25


def test_while_a_node_dies_every_answer_is_whole_or_an_error(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    assert run("index", written(tmp_path / "a.jsonl", articles(60)))[0] == 0
    cluster.wait(3, "green")
    dying = holder(cluster, f"{prefix}-articles-000001")
    with open_searcher(tmp_path) as molva:
        totals, refusals = Counter[int](), []
        assert molva.search("мост").total.value == 60
        ends = time.monotonic() + 8
        while time.monotonic() < ends:
            try:
                totals[molva.search("мост", limit=5).total.value] += 1
            except SearchError as error:
                refusals.append(str(error))
            if dying in cluster.living and sum(totals.values()) > 3:
                cluster.kill(dying)
        assert set(totals) == {60}
        assert all("127.0.0.1" in one for one in refusals)
        assert molva.search("мост").total.value == 60  # the copies answer
        assert len(list(molva.articles())) == 60


def test_where_a_shard_has_no_copy_nothing_is_answered_until_its_node_is_back(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOLVA_OPENSEARCH_REPLICAS", "0")
    assert run("index", written(tmp_path / "a.jsonl", articles(60)))[0] == 0
    with open_searcher(tmp_path) as molva:
        assert molva.search("мост").total.value == 60
        cluster.kill(holder(cluster, f"{prefix}-articles-000001"))
        cluster.wait(2)
        asks: dict[str, Callable[[], object]] = {
            "words that nobody has asked for before": lambda: molva.search("Заречку"),
            "the newest": lambda: molva.search("", sort="newest"),
            "all of them": lambda: list(molva.articles()),
        }
        for name, ask in asks.items():
            with pytest.raises(IndexUnavailableError, match="shard"):
                pytest.fail(f"{name}: {str(ask())[:300]}")
        for command in (("search", "мост"), ("export",), ("suggest", "мос")):
            code, said, talk = run(*command)
            assert (code, said) == (DAMAGED, ""), command
            assert "shard" in talk
        cluster.restore()
        assert until(lambda: molva.search("мост").total.value == 60)
