"""Every question to the small archive of `river.py`, on every engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from search import NotFoundError, QueryError, Searcher
from search.request import SearchRequest, request_of
from search.results import QuoteHit
from tests.conftest import Indexed

from .river import ARTICLES, ASKED, LISTS, TIMES, Ask


@pytest.fixture
def engine() -> str:
    """What the searcher says that it is."""
    return "embedded"


@pytest.fixture
def river(indexed: Indexed) -> Searcher:
    return indexed(ARTICLES)


def at(told: Any, place: str) -> Any:
    """What stands in JSON at a place; `*` is each of a list."""
    name, _, rest = place.partition(".")
    if not name:
        return told
    if name == "*":
        return [at(one, rest) for one in told]
    return at(told[int(name) if isinstance(told, list) else name], rest)


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.name)
def test_ask(ask: Ask, river: Searcher) -> None:
    method = getattr(river, ask.method)
    if ask.refused is not None:
        with pytest.raises(QueryError) as refused:
            method(*ask.given, **ask.parameters)
        assert refused.value.code == ask.refused
        return
    told = method(*ask.given, **ask.parameters).to_dict()
    assert {place: at(told, place) for place in ask.told} == dict(ask.told)


@pytest.mark.parametrize(("q", "by", "periods", "undated"), TIMES)
def test_over_time(q: str, by: Any, periods: Mapping[str, int] | None, undated: int, river: Searcher) -> None:
    found = river.timeline(request_of(q, {}), by)
    counts = {one.value: one.count for one in found.periods}
    assert (found.undated, sum(counts.values()) + undated) == (undated, found.total.value)
    if periods is not None:
        assert counts == periods
    else:
        assert (min(counts), max(counts), len(counts)) == ("2019-03", "2021-04", 26)


def walked(searcher: Searcher, limit: int, asked: Mapping[str, Any]) -> Iterator[str]:
    cursor = None
    while True:
        page = searcher.search(**asked, limit=limit, cursor=cursor)
        yield from (hit.id for hit in page.hits)
        cursor = page.next
        if cursor is None:
            return


@pytest.mark.parametrize("asked", LISTS, ids=str)
def test_pages_behind_each_other_are_the_list(asked: Mapping[str, Any], river: Searcher) -> None:
    whole = [hit.id for hit in river.search(**asked, limit=100).hits]
    assert len(whole) > 2
    assert list(walked(river, 1, asked)) == whole
    assert list(walked(river, 3, asked)) == whole
    offsets = [hit.id for at in range(0, len(whole), 2) for hit in river.search(**asked, limit=2, offset=at).hits]
    assert offsets == whole


def test_a_cursor_belongs_to_its_question(river: Searcher) -> None:
    cursor = river.search("мост", limit=1).next
    with pytest.raises(QueryError, match="another question"):
        river.search("паром", limit=1, cursor=cursor)


def test_reprints_from_the_first_date_on(river: Searcher) -> None:
    assert [hit.id for hit in river.reprints("bridge-2#q1")] == ["bridge-1#q1", "bridge-2#q1"]
    assert [hit.id for hit in river.reprints("ferry#q1")] == ["ferry#q1"]


def test_what_is_not_there_is_not_found(river: Searcher) -> None:
    for ask, name in (
        (river.article, "nothing"),
        (river.quote, "ferry#q9"),
        (river.speaker, "nobody"),
        (river.reprints, "x"),
    ):
        with pytest.raises(NotFoundError):
            ask(name)


def test_the_whole_archive_comes_in_its_order(river: Searcher) -> None:
    stored = list(river.articles())
    assert [one.article for one in stored] == list(ARTICLES)
    assert sum(len(one.quotes) for one in stored) == river.stats().quotes == 6
    assert [article_id for article_id, _ in river.listing(2, 3).articles] == ["ferry", "school", "fair"]
    assert river.listing(5, 9).articles == (("mayor", "2021-12-30"), ("undated", None), ("ice", "2021-04-02"))
    assert river.listing(8, 3).articles == ()


def test_stats_name_the_engine(river: Searcher, engine: str) -> None:
    found = river.stats()
    assert (found.articles, found.quotes, found.speakers, found.engine) == (8, 6, 3, engine)
    assert found.bytes > 0


def test_words_that_are_asked_for_are_marked_in_an_article(river: Searcher) -> None:
    title, text = river.marked("ferry", "паромы билет школа")
    assert title.html == "<mark>Паром</mark> идёт к острову"
    assert [text.text[start:end] for start, end in text.spans] == ["Паром", "Билеты", "паром"]


def test_a_hit_says_why_it_answers(river: Searcher) -> None:
    hit = river.search("лёд сошёл рано", explain=True).hits[0]
    assert hit.explain is not None
    assert "«сошёл»: в тексте (как в запросе, рядом с «рано»)" in hit.explain
    assert "вместе стоит 100 % веса запроса" in hit.explain


def test_own_words_of_a_speaker(river: Searcher) -> None:
    assert river.words_of_speaker("anton-berezov") == ()  # two quotes are too few to tell
    hit = river.search(SearchRequest("дело", type="quote")).hits[0]
    assert isinstance(hit, QuoteHit)
    assert hit.marked.html == "<mark>Дело</mark> сделано"
