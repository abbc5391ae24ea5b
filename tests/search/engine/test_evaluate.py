"""The engine finds what Whoosh finds, searched exhaustively over the same segments, with the same scores."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from whoosh import query as wq
from whoosh.query import spans

from index.model import Article, Quote, Span, Speaker
from index.schema import KINDS, NO_DAY, Kind
from index.storage.builder import SegmentBuilder
from index.storage.format import MemoryArrays
from index.storage.rows import ArticleRows, rows_of
from index.storage.segment import Segment
from index.writer import SyncState
from search.engine import bounds
from search.engine.evaluate import Evaluator
from search.engine.plan import NOTHING, All, Everything, Node, Term, plan_of
from search.engine.plan import Any as AnyNode
from search.engine.ranking import AcrossFields
from search.engine.scoring import EXPANSIONS
from search.engine.snapshot import Snapshot
from search.errors import QueryError
from search.query.build import ARTICLES, build
from search.query.language import parse
from search.query.near import AnyForm, AnyOf, Boosted, Expanded, Near, NumberRange
from tests.search.engine.oracle import answers, snapshot_of

FORMS = ("мост", "моста", "Мост", "мосту", "мосты", "паром", "парома", "Волков", "волков", "волк", "Волкова", "река")
ROOTS = ("мост", "паром", "волк", "^волков", "рек", "нет", "reka")
DATES = (None, "2015-01-01", "2015-01-02", "2015-02-01", "2016-03-01", "1969-12-31")
SOURCES = (None, "Вестник Окольска", "Заря")
SPEAKERS = (None, Speaker("volkov", "Пётр Волков"), Speaker("reka", "Анна Река"))

texts = st.lists(st.sampled_from(FORMS), min_size=0, max_size=14).map(" ".join)
quotes = st.lists(st.tuples(texts, st.sampled_from(("direct", "partial")), st.sampled_from(SPEAKERS)), max_size=2)
articles = st.tuples(texts, texts, st.sampled_from(DATES), st.sampled_from(SOURCES), quotes)
batches = st.lists(
    st.tuples(st.lists(articles, max_size=6), st.lists(st.integers(0, 5), max_size=2)), min_size=1, max_size=3
)


def rows(drawn: Sequence[Any], prefix: str = "a") -> list[ArticleRows]:
    made = []
    for number, (title, text, published, source, said) in enumerate(drawn):
        name = f"{prefix}{number}"
        article = Article(name, title or "Паводок", text or "Вода", published=published, source=source)
        found = [
            Quote(f"{name}#q{at}", name, (Span(0, 1),), words or "Нет", kind, speaker)
            for at, (words, kind, speaker) in enumerate(said)
        ]
        made.append(rows_of(article, found, SyncState(None, "d")))
    return made


def made(drawn: Sequence[Any]) -> Snapshot:
    return snapshot_of([(rows(some, f"s{number}-"), gone) for number, (some, gone) in enumerate(drawn)])


# -- queries of all types

FIELDS: dict[Kind, tuple[str, ...]] = {"article": ("text", "title"), "quote": ("quote", "article_title")}
TERMS = (*ROOTS, *("=" + form.lower() for form in FORMS[:9]))
boosts = st.sampled_from((1.0, 1.0, 2.0, 0.5, 0.0))
first_days = st.integers(16430, 16480)


def fields(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from((*FIELDS[kind], FIELDS[kind][0], "speaker"))


def terms(kind: Kind) -> st.SearchStrategy[wq.Query]:
    return st.builds(wq.Term, fields(kind), st.sampled_from(TERMS), boosts)


def words(kind: Kind, field: str) -> st.SearchStrategy[wq.Query]:
    term = st.builds(wq.Term, st.just(field), st.sampled_from(TERMS), boosts)
    return st.one_of(
        term,
        st.lists(term, min_size=1, max_size=3).map(AnyForm),
        st.builds(Expanded, st.just(field), st.sampled_from(("=мос", "=п", "=волк", "мо"))),
        st.builds(
            Expanded, st.just(field), st.sampled_from(("=мсот", "=волкв")), edits=st.integers(1, 2), prefix=st.just(2)
        ),
    )


def near(kind: Kind) -> st.SearchStrategy[wq.Query]:
    return fields(kind).flatmap(
        lambda field: st.builds(Near, st.lists(words(kind, field), min_size=1, max_size=4), st.integers(0, 4), boosts)
    )


def dates() -> st.SearchStrategy[wq.Query]:
    moment = st.one_of(
        st.none(),
        st.builds(
            lambda days, hours: datetime(2015, 1, 1) + timedelta(days, hours * 3600),
            st.integers(-2, 40),
            st.sampled_from((0, 0, 7)),
        ),
    )
    day = st.one_of(st.none(), first_days)
    return st.one_of(
        st.builds(NumberRange, st.just("day"), first_days, first_days),
        st.builds(wq.NumericRange, st.just("day"), day, day, st.booleans(), st.booleans(), boosts),
        st.builds(wq.DateRange, st.just("published"), moment, moment, st.booleans(), st.booleans(), boosts),
        st.builds(wq.Term, st.just("day"), first_days),
    )


def leaves(kind: Kind) -> st.SearchStrategy[wq.Query]:
    field = fields(kind)
    text = st.sampled_from(("мост", "мос", "м", "=мост", "=", "волк", "паро", "я"))
    constant = st.booleans()
    root = st.sampled_from((*TERMS, "=река"))
    plain = tuple((name, weight) for name, weight in zip(FIELDS[kind], (1.0, 2.5), strict=True))
    return st.one_of(
        terms(kind),
        terms(kind),
        st.builds(
            AcrossFields, root, st.just(plain), boosts, st.sampled_from((None, "мост", "моста", "волков", "нет"))
        ),
        st.builds(
            wq.Phrase, field, st.lists(st.sampled_from(TERMS), min_size=1, max_size=3), st.integers(1, 4), boosts
        ),
        near(kind),
        st.builds(wq.Prefix, field, text, boosts, constant),
        st.builds(wq.Wildcard, field, st.sampled_from(("м?ст*", "*ов", "=*а", "*", "мост")), boosts, constant),
        st.builds(wq.Regex, field, st.sampled_from(("мо.*", "=?волк.*", "^па", ".*", "[мв]о")), boosts, constant),
        st.builds(
            wq.FuzzyTerm,
            field,
            st.sampled_from(("мосд", "волк", "рек", "апром")),
            boosts,
            st.integers(1, 2),
            st.integers(0, 2),
            constant,
        ),
        st.builds(wq.Variations, field, st.sampled_from(("reka", "мост"))),
        st.builds(
            wq.TermRange,
            field,
            st.sampled_from((None, "в", "мост", "=м")),
            st.sampled_from((None, "мост", "п", "=п")),
            st.booleans(),
            st.booleans(),
            boosts,
            constant,
        ),
        st.builds(wq.Every, st.sampled_from((None, *FIELDS[kind], "speaker", "kind", "day")), boosts),
        st.builds(wq.Term, st.just("kind"), st.sampled_from(("direct", "partial", "pull"))),
        st.builds(wq.Term, st.just("source_key"), st.sampled_from(("заря", "вестник окольска"))),
        st.just(wq.NullQuery),
        dates(),
        st.builds(lambda one, other: spans.SpanNear(one, other, slop=2), terms(kind), terms(kind)),
    )


def queries(kind: Kind) -> st.SearchStrategy[wq.Query]:
    def nested(inner: st.SearchStrategy[wq.Query]) -> st.SearchStrategy[wq.Query]:
        several = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(
            st.builds(wq.And, several, boosts),
            st.builds(wq.Or, several, boosts),
            st.builds(AnyOf, several),
            st.builds(wq.DisjunctionMax, several, boosts),
            st.builds(wq.Not, inner),
            st.builds(wq.AndNot, inner, inner),
            st.builds(wq.AndMaybe, inner, inner),
            st.builds(wq.Require, inner, inner),
            st.builds(wq.ConstantScoreQuery, inner, st.sampled_from((0.0, 1.0, 2.5))),
            st.builds(Boosted, inner, boosts),
        )

    return st.recursive(leaves(kind), nested, max_leaves=8)


MANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=30)
both_kinds: st.SearchStrategy[Kind] = st.sampled_from(KINDS)


def check(snapshot: Snapshot, query: wq.Query, kind: Kind) -> None:
    expected = answers(snapshot, query, kind)
    node = plan_of(query, kind)
    evaluator = Evaluator(snapshot)
    view = snapshot.views[kind]
    found = {
        doc + base: score
        for base, (docs, scores) in zip(view.base, evaluator.matches(node, kind), strict=False)
        for doc, score in zip(docs.tolist(), scores.tolist(), strict=True)
    }
    assert sorted(found) == sorted(expected)
    assert found == pytest.approx(expected, abs=1e-9, rel=1e-9)
    ranked = sorted(found, key=lambda doc: (-found[doc], doc))
    for k in (1, 3, 50):
        top = evaluator.top(node, kind, k)
        assert (top.total, top.relation) == (len(expected), "eq")
        assert top.docs.tolist() == ranked[:k]
        assert top.scores.tolist() == [found[doc] for doc in ranked[:k]]


@MANY
@given(batches, st.data())
def test_any_tree_finds_and_scores_as_whoosh_does(drawn: Sequence[Any], data: st.DataObject) -> None:
    kind: Kind = data.draw(both_kinds)
    check(made(drawn), data.draw(queries(kind)), kind)


@SOME
@given(batches, st.data())
def test_filters_leave_what_passes_them(drawn: Sequence[Any], data: st.DataObject) -> None:
    snapshot, kind = made(drawn), data.draw(both_kinds)
    node = plan_of(data.draw(queries(kind)), kind)
    view, evaluator = snapshot.views[kind], Evaluator(snapshot)
    chosen: list[NDArray[np.uint8] | None] = [
        None if (bits := data.draw(st.none() | st.integers(0, 2**12))) is None else mask_of(bits, part.docs)
        for part in view.parts
    ]
    every = evaluator.top(node, kind, 100)
    passing = [
        (doc, score)
        for doc, score in zip(every.docs.tolist(), every.scores.tolist(), strict=True)
        if (mask := chosen[view.segment_of(doc)[0]]) is None or mask[view.segment_of(doc)[1]]
    ]
    top = evaluator.top(node, kind, 3, passing=chosen)
    assert list(zip(top.docs.tolist(), top.scores.tolist(), strict=True)) == passing[:3]
    assert top.total == len(passing)


def mask_of(bits: int, docs: int) -> NDArray[np.uint8]:
    return np.array([bits >> doc & 1 for doc in range(docs)], np.uint8)


@SOME
@given(batches, st.data())
def test_by_day_the_undated_come_last_and_ties_go_by_document(drawn: Sequence[Any], data: st.DataObject) -> None:
    snapshot, kind = made(drawn), data.draw(both_kinds)
    node = plan_of(data.draw(queries(kind)), kind)
    view, evaluator = snapshot.views[kind], Evaluator(snapshot)
    k = data.draw(st.integers(1, 6))
    found = sorted(evaluator.top(node, kind, 100).docs.tolist())
    days = {doc: int(view.parts[segment].day[at]) for doc in found for segment, at in [view.segment_of(doc)]}
    newest = sorted(found, key=lambda doc: (days[doc] == NO_DAY, -days[doc], doc))
    oldest = sorted(found, key=lambda doc: (days[doc] == NO_DAY, days[doc], doc))
    assert evaluator.newest(node, kind, k).docs.tolist() == newest[:k]
    assert evaluator.oldest(node, kind, k).docs.tolist() == oldest[:k]
    assert evaluator.newest(node, kind, k).total == len(found)


# -- lists long enough to be passed over block by block


def long_segments(*lengths: Sequence[int]) -> Snapshot:
    """A segment for each list of lengths: «мост» and then so many other words in each article."""
    segments = []
    for lengths_of in lengths:
        builder = SegmentBuilder()
        for number, length in enumerate(lengths_of):
            text = " ".join(["мост"] * (1 + number % 3 * (number % 7 == 0)) + ["вода"] * length)
            builder.add(rows_of(Article(str(number), "Паводок", text), [], SyncState(None, "d")))
        segments.append(Segment(MemoryArrays(*builder.build()), "s"))
    return Snapshot(segments)


@pytest.fixture(scope="module")
def uneven() -> Snapshot:
    """Two segments whose mean lengths are far apart, so that bounds of both are those of another mean."""
    chance = random.Random(5)  # noqa: S311  (lengths of texts, no secrets)
    short = [chance.choice((0, 1, 2, 3, 40)) for _ in range(6000)]
    long = [chance.choice((5, 60, 70, 80)) for _ in range(4000)]
    return long_segments(short, long)


@pytest.mark.parametrize("k", [1, 10, 300])
def test_blocks_are_passed_over_only_where_nothing_better_is_in_them(uneven: Snapshot, k: int) -> None:
    evaluator = Evaluator(uneven)
    term = Term("text", "мост".encode(), 2.0)
    view = uneven.views["article"]
    every = [
        (-score, doc + base)
        for base, (docs, scores) in zip(view.base, evaluator.matches(term, "article"), strict=False)
        for doc, score in zip(docs.tolist(), scores.tolist(), strict=True)
    ]
    top = evaluator.top(term, "article", k)
    assert list(zip((-top.scores).tolist(), top.docs.tolist(), strict=True)) == sorted(every)[:k]
    assert top.total == 10_000


def test_a_union_scores_as_its_documents_one_by_one(uneven: Snapshot) -> None:
    """The same floats, whether lists are added up or documents scored: ties stay ties."""
    one, other = Term("text", "мост".encode()), Term("text", "вод".encode(), 0.25)
    evaluator = Evaluator(uneven)
    added = evaluator.matches(AnyNode((one, other)), "article")
    single = evaluator.matches(All((Everything(0.0), AnyNode((one, other)))), "article")
    for (docs, scores), (same, values) in zip(added, single, strict=True):
        assert docs.tolist() == same.tolist()
        assert scores.tolist() == values.tolist()


@MANY
@given(batches, st.data())
def test_bounds_leave_out_nothing_that_is_among_the_best(drawn: Sequence[Any], data: st.DataObject) -> None:
    snapshot, kind = made(drawn), data.draw(both_kinds)
    parts = data.draw(st.lists(queries(kind), min_size=2, max_size=4))
    optional = data.draw(st.lists(near(kind) | terms(kind), min_size=1, max_size=3))
    query = wq.AndMaybe(data.draw(st.sampled_from((wq.And(parts), AnyOf(parts)))), AnyOf(optional))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "FROM", 0)
        patch.setattr(bounds, "LEADING", 1)
        check(snapshot, query, kind)


# -- limits


def test_a_deadline_cuts_the_answer_short_and_says_so(uneven: Snapshot) -> None:
    node: Node = AnyNode((Term("text", "мост".encode()), Term("text", "вод".encode())))
    late = Evaluator(uneven).top(node, "article", 10, deadline=0.0)
    assert late.relation == "gte"
    assert late.total < 10_000
    assert Evaluator(uneven).newest(node, "article", 10, deadline=0.0).relation == "gte"
    assert Evaluator(uneven).top(node, "article", 10, deadline=time.monotonic() + 100).relation == "eq"


def test_an_index_without_documents_answers() -> None:
    empty = snapshot_of([])
    top = Evaluator(empty).top(Term("text", "мост".encode()), "article", 10)
    assert (top.total, top.docs.tolist()) == (0, [])


def test_a_query_nested_too_deep_is_refused() -> None:
    query: wq.Query = wq.Term("text", "мост")
    for _ in range(5000):
        query = wq.Not(query)
    with pytest.raises(QueryError, match="nested"):
        plan_of(query, "article")


def test_a_query_nested_as_deep_as_allowed_is_answered(uneven: Snapshot) -> None:
    query: wq.Query = wq.Term("text", "мост")
    for _ in range(45):
        query = wq.AndMaybe(wq.Or([wq.And([query, wq.Not(wq.Term("text", "паром"))]), wq.NullQuery]), query)
        query = query if _ < 6 else query.a
    top = Evaluator(uneven).top(plan_of(query, "article"), "article", 1)
    assert top.total == 10_000


def test_threads_share_an_evaluator(uneven: Snapshot) -> None:
    nodes = [plan_of(build(parse(text).node, ARTICLES), "article") for text in ("мост вода", "!вода", "мос* -паводок")]
    expected = [Evaluator(uneven).top(node, "article", 10) for node in nodes]
    evaluator = Evaluator(uneven)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: evaluator.top(nodes[at % 3], "article", 10), range(60)))
    for at, top in enumerate(found):
        assert (top.docs.tolist(), top.scores.tolist()) == (
            expected[at % 3].docs.tolist(),
            expected[at % 3].scores.tolist(),
        )


def test_compounds_are_flat() -> None:
    one, other, third = (wq.Term("text", word) for word in ("мост", "паром", "рек"))
    plan = plan_of(wq.Or([wq.Or([one, other], boost=2.0), third]), "article")
    assert plan == AnyNode((term("мост", 2.0), term("паром", 2.0), term("рек")))
    assert plan_of(wq.And([one, wq.NullQuery]), "article") == NOTHING
    assert plan_of(wq.And([one], boost=3.0), "article") == term("мост")


def term(text: str, boost: float = 1.0) -> Term:
    return Term("text", text.encode(), boost)


def test_a_prefix_stands_for_the_most_frequent_words_only() -> None:
    words = [f"мост{a}{b}" for a in "абвгдежзик" for b in "абвгдежзик"]
    text = " ".join(words + words[:EXPANSIONS])
    snapshot = snapshot_of([([rows_of(Article("1", "Паводок", text), [], SyncState(None, "d"))], ())])
    rare = rows_of(Article("2", "Паводок", words[-1]), [], SyncState(None, "d"))
    both = snapshot_of([([rows_of(Article("1", "Паводок", text), [], SyncState(None, "d")), rare], ())])
    query = plan_of(Expanded("text", "=мост"), "article")
    assert Evaluator(snapshot).top(query, "article", 10).total == 1
    assert Evaluator(both).top(query, "article", 10).total == 1
