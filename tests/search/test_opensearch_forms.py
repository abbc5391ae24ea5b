"""Which forms are the most frequent ones, by what a cluster tells of a column?"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from index.opensearch_documents import summands
from search.engine.plan import Fuzzy, Prefixed
from search.engine.scoring import EXPANSIONS
from search.opensearch_cluster import Asked
from search.opensearch_forms import ClusterForms, distance
from search.opensearch_query import Taken

FORMS = [f"мара{one}{two}" for one in "бвгджлмнрст" for two in "аеиоуя"]


class Columns:
    """A cluster that knows documents as the counts of their forms; it tells what is asked of one column."""

    def __init__(self, *documents: Counter[str], alike: tuple[str, ...] = ()) -> None:
        self.documents = documents
        self.alike = alike
        self.asked: list[dict[str, Any]] = []

    def search(self, asked: list[Asked]) -> list[dict[str, Any]]:
        self.asked += [one.body for one in asked]
        return [self._told(one.body) for one in asked]

    def _told(self, body: dict[str, Any]) -> dict[str, Any]:
        if "suggest" in body:
            return {"suggest": {"alike": [{"options": [{"text": one} for one in self.alike]}]}}
        if "aggs" not in body:
            return {"hits": {"total": {"value": sum(map(self._fits(body["query"]), self.documents))}}}
        include = body["aggs"]["forms"]["terms"]["include"]
        begin = include.partition("[")[0] if isinstance(include, str) else None
        counts = Counter(
            f"{form}|{summand}"
            for document in self.documents
            for form, count in document.items()
            for summand in summands(count)
            if (form.startswith(begin) if begin is not None else f"{form}|{summand}" in include)
        )
        return {"aggregations": {"forms": {"buckets": [{"key": k, "doc_count": n} for k, n in counts.items()]}}}

    def _fits(self, query: dict[str, Any]) -> Any:
        if "exists" in query:
            return bool
        terms = query["terms"]["text"] if "terms" in query else [query["term"]["text"]["value"]]
        return lambda document: any(term.removeprefix("=") in document for term in terms)


def taken(cluster: Columns, pattern: Prefixed | Fuzzy = Prefixed("=мара".encode())) -> Taken:  # noqa: B008
    return ClusterForms(cluster, "articles").of("text", pattern)  # type: ignore[arg-type]


@given(st.lists(st.dictionaries(st.sampled_from(FORMS), st.integers(1, 40), min_size=1), min_size=1, max_size=20))
def test_the_forms_with_the_most_tokens_are_taken_of_equals_the_first(documents: list[dict[str, int]]) -> None:
    total = sum((Counter(one) for one in documents), Counter[str]())
    found = taken(Columns(*map(Counter, documents)))
    best = sorted(total, key=lambda form: (-total[form], form))
    assert found.terms == tuple(f"={form}" for form in best[:EXPANSIONS])
    assert found.more == (len(total) > EXPANSIONS)
    assert (found.documents, found.with_field) == (len(documents), len(documents)) if not found.more else True
    assert found.most <= found.documents


def test_a_prefix_of_nothing_is_nothing() -> None:
    assert taken(Columns(Counter({"река": 2}))) == Taken((), False, 0, 0, 1)


def test_words_that_look_alike_are_those_within_so_many_edits_and_the_word_itself() -> None:
    document = Counter({"мост": 1, "мосты": 5, "место": 2, "тост": 9})
    cluster = Columns(document, alike=("=мосты", "=место", "=мотс", "=тост"))
    found = taken(cluster, Fuzzy("=мост", 1, 2))
    assert found.terms == ("=мосты", "=мост")  # the others: two edits, two for an exchange, another first letter
    assert not found.more


def test_what_was_asked_for_is_remembered_and_several_are_asked_for_together() -> None:
    cluster = Columns(Counter({"марал": 1, "мост": 1}))
    forms = ClusterForms(cluster, "articles")  # type: ignore[arg-type]
    wanted = [("text", Prefixed("=мара".encode())), ("text", Prefixed("=мос".encode()))]
    found = forms.all_of(wanted)
    asked = len(cluster.asked)
    assert [one.terms for one in found] == [("=марал",), ("=мост",)]
    assert [forms.of(*one) for one in wanted] == found
    assert len(cluster.asked) == asked


@given(st.text("абв", max_size=6), st.text("абв", max_size=6))
def test_distance_is_levenshteins(one: str, other: str) -> None:
    @cache
    def slow(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        exchanged = slow(i - 1, j - 1) + (one[i - 1] != other[j - 1])
        return min(exchanged, slow(i - 1, j) + 1, slow(i, j - 1) + 1)

    assert distance(one, other) == slow(len(one), len(other))
