"""Do both engines answer alike? Every question to the bundled newspaper, answer against answer: the same hits with the
same marks, snippets, quotes and speakers, totals, facets, warnings and repairs.

Scores are floats of two engines, so hits that are as good to a thousandth may stand in another order; nothing else may.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from index import Article
from index.sources import Loaded, read_paths
from search import Searcher
from search.request import FACETS, request_of
from web.cli import NEWSPAPER

from .conftest import Opened

ENGINES = ("embedded", "opensearch")

NEAR = 0.03  # of a score: what rounding and Lucene's lengths come to
NEAR_AS_ONE = 0.15  # of forms that score as one: a small shard may lack the most frequent of them, whose idf it takes
QUESTIONS: Sequence[tuple[str, dict[str, Any]]] = (
    ("", {}),
    ("", {"type": "quote"}),
    ("", {"sort": "oldest", "limit": 40}),
    ("мост", {}),
    ("мосты и дороги", {}),
    ("мэр города", {}),
    ("мэр города", {"sort": "newest"}),
    ("глава администрации заявил о ремонте", {}),
    ("почему не работает паром", {}),
    ('"городской совет"', {}),
    ('"совет города"~3', {}),
    ("!мостом", {}),
    ("мост -паром", {}),
    ("школа | больница", {}),
    ("(школа ИЛИ больница) директор", {}),
    ("заголовок:мост", {}),
    ("текст:река", {}),
    ("о:ярмарка", {}),
    ("рек*", {}),
    ("при*", {"snippets": False}),
    ("про*", {}),
    ("при*", {"type": "quote"}),
    ("про* мост", {}),
    ("мост -про*", {}),
    ("заголовок:рем*", {}),
    ("источник:зар*", {}),
    ("дом~2", {}),
    ("дом~2", {"type": "quote"}),
    ("ремнот~", {}),
    ("ремнот", {}),
    ("vjcn", {}),
    ("most", {}),
    ("мост", {"type": "quote"}),
    ("мост", {"type": "quote", "reprints": "all"}),
    ("вид:косвенная мост", {"type": "quote"}),
    ("спикер:мэр", {"type": "quote"}),
    ("дата:2019..2020 мост", {}),
    ("мост", {"from_": "2020-06", "to": "2020"}),
    ("цены на билеты выросли вдвое за год", {}),
    ("мост река паром школа больница ярмарка", {}),
    ("мост", {"explain": True}),
    ("мост", {"snippets": False}),
    ("12 декабря", {}),
    ("первый", {"type": "quote", "kind": ("direct", "indirect")}),
)


@pytest.fixture(scope="module")
def newspaper() -> list[Article]:
    return [item.article for item in read_paths([NEWSPAPER]) if isinstance(item, Loaded)]


@pytest.fixture(scope="module")
def both(newspaper: list[Article], opened: Opened) -> tuple[Searcher, Searcher]:
    embedded, cluster = (opened(engine, newspaper) for engine in ENGINES)
    return embedded, cluster


def told(searcher: Searcher, q: str, parameters: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[float, str]]]:
    """The answer without what is the engine's own, hits by id; and their scores in the order of the hits."""
    found: Any = searcher.search(q, **{"limit": 100, "facets": FACETS} | parameters).to_dict()
    for name in ("took_ms", "index", "next"):
        del found[name]
    order = [(hit.pop("score"), hit["id"]) for hit in found["hits"]]
    found["hits"] = {hit["id"]: hit for hit in found["hits"]}
    return found, order


@pytest.mark.parametrize(("q", "parameters"), QUESTIONS, ids=str)
def test_the_same_is_found_and_shown(q: str, parameters: dict[str, Any], both: tuple[Searcher, Searcher]) -> None:
    (one, order), (other, order_of_cluster) = (told(searcher, q, parameters) for searcher in both)
    if parameters.get("sort"):
        assert [name for _, name in order_of_cluster] == [name for _, name in order]
    else:
        assert_ranked_alike(order, order_of_cluster, NEAR_AS_ONE if set("*~") & set(q) else NEAR)
    assert other == one


def assert_ranked_alike(one: list[tuple[float, str]], other: list[tuple[float, str]], near: float) -> None:
    """Where two hits change places, they are nearly as good."""
    score = {name: value for value, name in one}
    for (_, before), (_, behind) in pairwise(other):
        if before in score and behind in score:
            assert score[behind] <= score[before] * (1 + near) + NEAR


@pytest.mark.parametrize("q", ["", "мост", "спикер:мэр"])
@pytest.mark.parametrize("by", ["year", "month"])
@pytest.mark.parametrize("kind", ["article", "quote"])
def test_the_same_over_time(q: str, by: Any, kind: Any, both: tuple[Searcher, Searcher]) -> None:
    one, other = (searcher.timeline(request_of(q, {"type": kind}), by).to_dict() for searcher in both)
    del one["index"], other["index"]
    assert other == one


def test_the_same_speakers_with_the_same_words(both: tuple[Searcher, Searcher]) -> None:
    one, other = (searcher.speakers(limit=100) for searcher in both)
    assert other.speakers == one.speakers
    assert other.total == one.total
    words = [[searcher.words_of_speaker(found.id) for found in one.speakers[:5]] for searcher in both]
    assert any(words[0])
    assert words[1] == words[0]


def test_the_same_articles(both: tuple[Searcher, Searcher]) -> None:
    one, other = both
    assert list(other.articles()) == list(one.articles())
    assert other.listing(3, 7).articles == one.listing(3, 7).articles


def test_of_what_is_typed_the_same_names_are_suggested(both: tuple[Searcher, Searcher]) -> None:
    for typed in ("берёз", "зареч", "источник:зар", "спикер:ан"):
        one, other = (searcher.suggest(typed) for searcher in both)
        assert (other.speakers, other.sources) == (one.speakers, one.sources)
