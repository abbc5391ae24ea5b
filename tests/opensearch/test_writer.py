"""The writer on a real cluster: what is sent is there, once, whole, and not before it is published."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from index import Article, opensearch_bulk, opensearch_lengths, opensearch_mapping, opensearch_writer
from index.errors import DamagedIndexError, InvalidArticleError, LockedError, UnsupportedIndexError
from index.maintenance import read_states
from index.opensearch_client import connect
from index.opensearch_settings import OpenSearchSettings
from index.opensearch_writer import OpenSearchWriter
from index.pipeline import Report, rebuild, sync
from index.schema import Kind

from .archive import articles, live, there, written
from .cluster import Cluster

HERE = Path()


def put(settings: OpenSearchSettings, some: list[Article]) -> None:
    with OpenSearchWriter(settings) as writer:
        for article in some:
            writer.add(article)
        writer.publish()


def run(settings: OpenSearchSettings, path: Path, **options: Any) -> Report:
    with OpenSearchWriter(settings) as writer:
        return sync(writer, [path], **options)


def test_what_is_added_is_seen_when_it_is_published_and_not_before(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    with OpenSearchWriter(settings) as writer:
        for article in articles(3):
            writer.add(article)
        assert live(cluster, prefix) == {}
        published = writer.publish()
        assert (published.articles, published.quotes) == (3, 3)
        assert set(there(cluster, f"{prefix}-articles")) == {"a0", "a1", "a2"}
        assert set(there(cluster, f"{prefix}-quotes")) == {"a0#q1", "a1#q1", "a2#q1"}
        writer.add(articles(4)[3])
        assert len(there(cluster, f"{prefix}-articles")) == 3
        again = writer.publish()
        assert len(there(cluster, f"{prefix}-articles")) == 4
        assert again.generation != published.generation


@pytest.mark.parametrize("replicas", [1])
def test_both_aliases_lead_to_one_generation_with_replicas_again(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    put(settings, articles(2))
    assert live(cluster, prefix) == {
        f"{prefix}-articles": [f"{prefix}-articles-000001"],
        f"{prefix}-quotes": [f"{prefix}-quotes-000001"],
    }
    told = cluster.ask(f"/{prefix}-articles/_settings")[f"{prefix}-articles-000001"]["settings"]["index"]
    assert (told["number_of_shards"], told["number_of_replicas"]) == ("2", "1")


def test_a_changed_article_takes_its_former_quotes_with_it(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    two = "«Мост откроют весной», — сказал Антон Ким. «Паром останется», — добавила Вера Лунина."
    first = [dataclasses.replace(one, text=two) for one in articles(3)]
    run(settings, written(tmp_path / "a.jsonl", first))
    assert len(there(cluster, f"{prefix}-quotes")) == 6
    before = there(cluster, f"{prefix}-articles")
    changed = [dataclasses.replace(first[0], text="«Мост закрыт», — сказал Антон Ким."), *first[1:]]
    report = run(settings, written(tmp_path / "a.jsonl", changed))
    assert (report.updated, report.unchanged) == (1, 2)
    assert set(there(cluster, f"{prefix}-quotes")) == {"a0#q1", "a1#q1", "a1#q2", "a2#q1", "a2#q2"}
    after = there(cluster, f"{prefix}-articles")
    assert after["a0"]["version"] > before["a0"]["version"]
    assert after["a1"]["version"] == before["a1"]["version"]


def test_of_an_id_that_comes_twice_the_last_article_counts(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    one, two = articles(2)
    three = dataclasses.replace(one, text="Моста не будет.")
    report = run(settings, written(tmp_path / "a.jsonl", [one, two, three]))
    assert report.repeated == {"a0": 1}
    assert "Моста не будет" in there(cluster, f"{prefix}-articles")["a0"]["stored"]
    assert set(there(cluster, f"{prefix}-quotes")) == {"a1#q1"}
    assert run(settings, tmp_path / "a.jsonl").published is None


def test_what_is_deleted_goes_with_its_quotes_and_may_come_back(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    put(settings, articles(3))
    with OpenSearchWriter(settings) as writer:
        assert writer.delete("a1")
        assert not writer.delete("a1")
        assert not writer.delete("nobody")
        assert len(there(cluster, f"{prefix}-articles")) == 3
        published = writer.publish()
        assert (published.articles, published.quotes) == (2, 2)
        assert set(there(cluster, f"{prefix}-quotes")) == {"a0#q1", "a2#q1"}
        assert writer.delete("a0")
        writer.add(articles(1)[0])
        assert writer.publish().articles == 2


def test_an_article_that_vanished_from_its_file_is_taken_out(settings: OpenSearchSettings, tmp_path: Path) -> None:
    run(settings, written(tmp_path / "a.jsonl", articles(4)))
    report = run(settings, written(tmp_path / "a.jsonl", articles(3)))
    assert (report.unchanged, report.deleted) == (3, 1)
    assert report.published is not None
    assert report.published.articles == 3


def test_what_the_cluster_refuses_is_listed_and_costs_nothing_else(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = opensearch_mapping.mapping

    def with_numbers_for_sections(kind: Kind, lengths: Any = None) -> dict[str, Any]:
        made = mapping(kind, lengths)
        made["properties"]["section_key"] = {"type": "integer"}
        return made

    monkeypatch.setattr(opensearch_mapping, "mapping", with_numbers_for_sections)
    lines = [
        {"id": "good", "title": "Мост", "text": "«Мост открыт», — сказал Антон Ким.", "section": "1"},
        {"id": "bad", "title": "Паром", "text": "«Паром ушёл», — сказал Антон Ким.", "section": "Река"},
        {"id": "fair", "title": "Брод", "text": "Брода нет."},
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    report = run(settings, tmp_path / "a.jsonl")
    assert [one.where.endswith("a.jsonl") for one in report.rejected] == [True]
    assert "section_key" in report.rejected[0].reason
    assert set(there(cluster, f"{prefix}-articles")) == {"good", "fair"}
    assert set(there(cluster, f"{prefix}-quotes")) == {"good#q1"}
    assert report.added == 2


def test_a_document_that_no_request_can_hold_is_refused_before_it_is_sent(
    settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_bulk, "LARGEST", 2_000)
    monkeypatch.setattr(opensearch_lengths, "SAMPLE", 1)
    large = dataclasses.replace(articles(1)[0], id="large", text="Мост через реку. " * 200)
    with OpenSearchWriter(settings) as writer:
        writer.add(articles(1)[0])
        with pytest.raises(InvalidArticleError, match="expected 2,000 at most"):
            writer.add(large)
        assert writer.publish().articles == 1


def test_a_load_that_broke_off_is_gone_on_with(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    some = articles(300)

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(report: Report) -> None:
        if report.seen == 250:
            raise Stopped

    with pytest.raises(Stopped):
        run(settings, written(tmp_path / "a.jsonl", some[:250]), progress=stop)
    with OpenSearchWriter(settings) as writer:
        for one in some[:210]:
            writer.add(one)
        with writer._or_failed():  # what was gathered by a process that is killed then
            assert writer._bulk is not None
            writer._bulk.flush()
    assert live(cluster, prefix) == {}
    with OpenSearchWriter(settings) as writer:
        assert writer.unpublished
        left = dict(writer.states())
        assert len(left) == 210
        report = sync(writer, [written(tmp_path / "a.jsonl", some)])
    assert report.published is not None
    assert report.published.articles == 300
    assert live(cluster, prefix)[f"{prefix}-articles"] == [f"{prefix}-articles-000001"]


def test_a_rebuild_that_broke_off_loses_what_is_in_the_input_no_more(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.jsonl", articles(230))
    run(settings, file)
    with OpenSearchWriter(settings, rebuild=True) as writer:
        for one in articles(220):
            writer.add(one)
        assert writer._bulk is not None
        writer._bulk.flush()
    with OpenSearchWriter(settings, rebuild=True) as writer:
        report = rebuild(writer, {}, [written(file, articles(5))])
    assert report.published is not None
    assert report.published.articles == 5
    assert len(there(cluster, f"{prefix}-articles")) == 5
    assert live(cluster, prefix)[f"{prefix}-quotes"] == [f"{prefix}-quotes-000002"]


def test_a_rebuild_that_is_not_what_was_sent_does_not_go_live(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    put(settings, articles(3))
    with OpenSearchWriter(settings, rebuild=True) as writer:
        for one in articles(210):
            writer.add(one)
        assert writer._bulk is not None
        writer._bulk.flush()
        cluster.ask(f"/{prefix}-articles-000002/_doc/a7?refresh=true", "DELETE")
        cluster.ask(f"/{prefix}-quotes-000002/_doc/a7%23q1?refresh=true", "DELETE")
        with pytest.raises(DamagedIndexError, match="not what was sent"):
            writer.publish()
    assert live(cluster, prefix)[f"{prefix}-articles"] == [f"{prefix}-articles-000001"]
    assert len(there(cluster, f"{prefix}-articles")) == 3


def test_a_request_of_a_former_writer_that_arrives_late_changes_nothing(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str
) -> None:
    put(settings, articles(2))
    late = opensearch_bulk.Target(settings, 1, opensearch_mapping.USUAL_LENGTHS, 1)
    bulk = opensearch_bulk.Bulk(connect(settings), late)
    bulk.put(dataclasses.replace(articles(1)[0], text="Старое."), (), opensearch_writer._STATELESS, 0)
    bulk.flush()
    cluster.ask(f"/{prefix}-articles/_refresh", "POST")
    assert "Старое" not in there(cluster, f"{prefix}-articles")["a0"]["stored"]
    assert bulk.rejected == []


def test_one_writer_at_a_time(settings: OpenSearchSettings) -> None:
    with OpenSearchWriter(settings), pytest.raises(LockedError, match=f"process {os.getpid()}"):
        OpenSearchWriter(settings)
    OpenSearchWriter(settings).close()


def hold(settings: OpenSearchSettings) -> None:
    OpenSearchWriter(settings)
    os._exit(0)  # nobody lets go


def test_a_writer_that_died_on_this_machine_holds_nothing(settings: OpenSearchSettings) -> None:
    other = multiprocessing.get_context("spawn").Process(target=hold, args=(settings,))
    other.start()
    other.join()
    assert other.exitcode == 0  # it died holding the lock
    OpenSearchWriter(settings).close()


def test_a_writer_that_gave_no_sign_of_life_is_taken_over_from_and_publishes_no_more(
    settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import opensearch_lock

    first = OpenSearchWriter(settings)
    first.add(articles(1)[0])
    monkeypatch.setattr(opensearch_lock, "LEASE", -1.0)
    with OpenSearchWriter(settings):
        with pytest.raises(LockedError):
            first._lock._write({**first._lock._told})
        first._lock.lost = True
        with pytest.raises(LockedError, match="taken over"):
            first.publish()
    first.close()


def test_an_index_of_another_analysis_is_not_written_and_can_be_rebuilt(
    settings: OpenSearchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, articles(2))
    monkeypatch.setattr(opensearch_mapping, "LAYOUT_VERSION", 999)
    with pytest.raises(UnsupportedIndexError, match="molva reindex"):
        OpenSearchWriter(settings)
    with OpenSearchWriter(settings, rebuild=True) as writer:
        writer.add(articles(1)[0])
        assert writer.publish().generation.startswith("000002.")


def test_several_processes_make_the_same_index(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    long = [dataclasses.replace(one, text=one.text + " Река течёт мимо города." * 90) for one in articles(280)]
    file = written(tmp_path / "a.jsonl", [*long, dataclasses.replace(long[0], title="Последний")])
    alone = run(settings, file, jobs=1)
    states, bodies = read_states(HERE), there(cluster, f"{prefix}-articles")
    with OpenSearchWriter(settings, rebuild=True) as writer:
        together = rebuild(writer, states, [file], jobs=2)
    assert together.published is not None
    assert alone.published is not None
    assert (together.published.articles, together.published.quotes) == (
        alone.published.articles,
        alone.published.quotes,
    )
    assert read_states(HERE) == states
    again = there(cluster, f"{prefix}-articles")
    for one in (*bodies.values(), *again.values()):
        for name in ("version", "order", "checksum"):
            del one[name]
    assert again == bodies
    assert bodies["a0"]["stored"] == again["a0"]["stored"]
    assert "Последний" in again["a0"]["stored"]


def test_an_article_that_no_node_has_room_for_costs_nothing_else(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    some = articles(3)
    long = "река" * 50
    huge = dataclasses.replace(articles(4)[3], text=some[0].text + f" {long}" * 40_000)
    report = run(settings, written(tmp_path / "a.jsonl", [some[0], huge, *some[1:]]))
    assert [one.reason.startswith("article 'a3': the cluster does not take it") for one in report.rejected] == [True]
    assert "larger than what a node takes at once" in report.rejected[0].reason
    assert set(there(cluster, f"{prefix}-articles")) == {"a0", "a1", "a2"}
    assert set(there(cluster, f"{prefix}-quotes")) == {"a0#q1", "a1#q1", "a2#q1"}
