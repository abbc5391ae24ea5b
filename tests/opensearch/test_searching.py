"""What does a searcher do while a cluster changes under it? It answers from one generation, or says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index import Article, open_writer
from index.opensearch_settings import OpenSearchSettings
from search import IndexUnavailableError, Searcher, StaleCursorError, open_searcher
from search.cursors import read_cursor
from search.opensearch_searcher import _place_of
from search.request import request_of
from search.results import QuoteHit
from search.sizes import live_state
from web.metrics import IndexMetrics

from .archive import articles
from .cluster import Cluster


def publish(some: Sequence[Article], *, rebuild: bool = False) -> None:
    with open_writer("nowhere", rebuild=rebuild) as writer:
        for article in some:
            writer.add(article)
        writer.publish()


@pytest.fixture
def searcher(settings: OpenSearchSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Searcher]:
    """Over ten articles; what is published later is seen at once."""
    monkeypatch.setattr("search.opensearch_live.POLL", 0.0)
    publish(articles(10))
    with open_searcher(tmp_path) as found:
        yield found


def walked(searcher: Searcher, cursor: str | None) -> Iterator[str]:
    while cursor is not None:
        page = searcher.search("мост", limit=3, cursor=cursor)
        yield from (hit.id for hit in page.hits)
        cursor = page.next


def test_without_an_index_it_is_said_how_to_make_one(settings: OpenSearchSettings, tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="molva index PATH"):
        open_searcher(tmp_path)


def test_an_index_of_another_analysis_is_not_searched(
    cluster: Cluster, settings: OpenSearchSettings, tmp_path: Path
) -> None:
    publish(articles(2))
    alias = f"{settings.prefix}-articles"
    (found,) = cluster.ask(f"/{alias}/_mapping").values()
    other = found["mappings"]["_meta"] | {"molva": "0123456789abcdef"}
    cluster.ask(f"/{alias}/_mapping", "PUT", {"_meta": other})
    with pytest.raises(IndexUnavailableError, match=r"another analysis.*run: molva reindex"):
        open_searcher(tmp_path)


def test_aliases_of_two_generations_answer_nothing(
    cluster: Cluster, settings: OpenSearchSettings, tmp_path: Path
) -> None:
    publish(articles(2))
    publish(articles(3), rebuild=True)
    first, second = (f"{settings.prefix}-quotes-00000{number}" for number in (1, 2))
    alias = f"{settings.prefix}-quotes"
    cluster.ask(
        "/_aliases",
        "POST",
        {"actions": [{"remove": {"index": second, "alias": alias}}, {"add": {"index": first, "alias": alias}}]},
    )
    with pytest.raises(IndexUnavailableError, match=r"two generations.*molva check"):
        open_searcher(tmp_path)


def test_what_is_published_is_found_and_nothing_before(searcher: Searcher) -> None:
    before = searcher.stats().generation
    with open_writer("nowhere") as writer:
        writer.add(Article("new", "Паром", "Паром ушёл в рейс."))
        assert searcher.search("паром", rewrite="off").total.value == 0
        writer.publish()
    assert [hit.id for hit in searcher.search("паром").hits] == ["new"]
    assert searcher.stats().generation != before


def test_a_list_that_somebody_walks_through_stays_as_it_was(searcher: Searcher) -> None:
    whole = [hit.id for hit in searcher.search("мост").hits]
    first = searcher.search("мост", limit=3)
    second = searcher.search("мост", limit=3, cursor=first.next)
    publish([Article("new", "Мост", "Мост, мост и мост.", published="2020-01-01")])
    assert searcher.search("мост").total.value == 11
    ids = [hit.id for page in (first, second) for hit in page.hits]
    assert [*ids, *walked(searcher, second.next)] == whole


@pytest.mark.parametrize("reader", ["the same", "another"])
def test_behind_a_first_page_a_list_goes_on_in_its_generation_while_that_is_kept(
    searcher: Searcher, tmp_path: Path, cluster: Cluster, prefix: str, reader: str
) -> None:
    whole = [hit.id for hit in searcher.search("мост").hits]
    first = searcher.search("мост", limit=3)
    publish(articles(14), rebuild=True)
    assert searcher.search("мост").total.value == 14
    with open_searcher(tmp_path) as other:
        asked = searcher if reader == "the same" else other
        assert [hit.id for hit in first.hits] + list(walked(asked, first.next)) == whole
    with open_searcher(tmp_path) as other:  # what is kept of who is who is that of the generation which answers
        page = other.search("мост", type="quote", limit=3)
    cluster.ask(f"/{prefix}-who/_refresh", "POST")
    kept = cluster.ask(f"/{prefix}-who/_search")["hits"]["hits"]
    assert {one["_source"]["generation"] for one in kept} == {page.index.generation}
    publish(articles(15), rebuild=True)  # two are kept
    with pytest.raises(StaleCursorError, match="ask again without cursor"):
        searcher.search("мост", limit=3, cursor=first.next)


def test_a_first_page_is_not_held_while_the_same_index_is_written(searcher: Searcher) -> None:
    cursor = searcher.search("мост", limit=3).next
    publish(articles(11))
    with pytest.raises(StaleCursorError, match="ask again without cursor"):
        searcher.search("мост", limit=3, cursor=cursor)


def test_a_list_that_is_let_go_of_is_stale(cluster: Cluster, searcher: Searcher) -> None:
    first = searcher.search("мост", limit=3)
    second = searcher.search("мост", limit=3, cursor=first.next)
    assert second.next is not None
    held = _place_of(read_cursor(second.next, request_of("мост", {"limit": 3})))
    cluster.ask("/_search/point_in_time", "DELETE", {"pit_id": [held.pit]})
    with pytest.raises(StaleCursorError, match="ask again without cursor"):
        searcher.search("мост", limit=3, cursor=second.next)


def test_a_new_generation_answers_at_once(searcher: Searcher) -> None:
    publish(articles(4, told="Паром ходит каждый день"), rebuild=True)
    assert searcher.search("мост", type="quote").total.value == 0
    assert searcher.search("паром", type="quote").totals == {"article": 4, "quote": 4}


def test_what_a_person_decides_holds_at_the_next_question(searcher: Searcher, tmp_path: Path) -> None:
    from index.speakers import overrides

    text = "«Мост стар», — сказал Антон Кимов. «Мост ещё постоит», — сказал Антон Ким."
    publish([Article("b", "Мост", text, published="2015-05-05")])
    assert facet(searcher, "стар") == {"Антон Ким": 1, "Антон Кимов": 1}
    overrides.save(tmp_path, overrides.NONE.with_merged("anton-kimov", "anton-kim"))
    hit = searcher.search("стар", type="quote").hits[0]
    assert isinstance(hit, QuoteHit)
    assert hit.speaker is not None
    assert hit.speaker.id == "anton-kim"
    assert facet(searcher, "стар") == {"Антон Ким": 1}


def facet(searcher: Searcher, q: str) -> dict[str, int]:
    found = searcher.search(q, facets="speaker").facets
    assert found is not None
    return {one.value: one.count for one in found["speaker"]}


def test_metrics_tell_the_size_of_what_is_live(
    searcher: Searcher, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stats = searcher.stats()
    found = live_state(tmp_path)
    assert found is not None
    assert (found.articles, found.quotes, found.generation, found.created) == (10, 10, stats.generation, stats.created)
    assert (found.bytes, found.segments) == (stats.bytes, stats.segments)
    told = {metric.name: metric.samples[0].value for metric in IndexMetrics(tmp_path).collect()}
    assert (told["molva_index_open"], told["molva_index_bytes"]) == (1, stats.bytes)
    monkeypatch.setenv("MOLVA_OPENSEARCH_PREFIX", f"{prefix}-nothing")
    assert [(metric.name, metric.samples[0].value) for metric in IndexMetrics(tmp_path).collect()] == [
        ("molva_index_open", 0)
    ]
    monkeypatch.setenv("MOLVA_OPENSEARCH_URL", "http://127.0.0.1:9")
    assert live_state(tmp_path) is None
