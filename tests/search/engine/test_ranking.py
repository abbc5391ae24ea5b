"""Scores are those of the formula, computed slowly over the same articles."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import tokens
from index.model import Article
from index.schema import TEXT_FIELDS
from index.storage.rows import rows_of
from index.writer import SyncState
from search.engine.evaluate import Evaluator
from search.engine.plan import plan_of
from search.engine.scoring import FORM_WEIGHT, K1, idf, saturated
from search.engine.snapshot import Snapshot
from search.query.build import ARTICLES, SCOPES, build
from search.query.language import parse
from search.query.scope import weighted_roots
from tests.search.engine.oracle import answers, snapshot_of

WORDS = ("мост", "моста", "паром", "река", "Волков", "волк", "мэр")
articles = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=3), st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)),
    min_size=1,
    max_size=6,
)


def snapshot(texts: Sequence[tuple[str, str]], size: int) -> Snapshot:
    """Segments of `size` articles."""
    rows = [
        rows_of(Article(str(n), title or "—", text), [], SyncState(None, "d")) for n, (title, text) in enumerate(texts)
    ]
    return snapshot_of([(rows[at : at + size], ()) for at in range(0, len(rows), size)])


def found(snapshot: Snapshot, query: str) -> dict[int, float]:
    top = Evaluator(snapshot).top(plan_of(build(parse(query).node, ARTICLES), "article"), "article", 100)
    return dict(zip(top.docs.tolist(), top.scores.tolist(), strict=True))


def slow_scores(corpus: list[tuple[str, str]], word: str) -> dict[int, float]:
    """BM25F as the textbook has it, over title and text; every length here is kept exactly."""
    fields = [[tokens(title) for title, _ in corpus], [tokens(text) for _, text in corpus]]
    (asked,) = tokens(word)
    scores: dict[int, float] = {}
    for number in range(len(corpus)):
        score = 0.0
        for root, boost, sure in weighted_roots(asked, word, last_resort=False):
            x = x_of_form = 0.0
            for field, (name, weight) in zip(fields, ARTICLES.plain, strict=True):
                b = {text.name: text.b for text in TEXT_FIELDS["article"]}[name]
                mean = sum(map(len, field)) / len(corpus) or 1.0
                norm = 1 - b + b * len(field[number]) / mean
                here = [token for token in field[number] if root in token.roots]
                x += weight * len(here) / norm
                x_of_form += weight * sum(token.form == asked.form for token in here) / norm
            n = max(sum(any(root in token.roots for token in document) for document in field) for field in fields)
            worth = boost * log(1 + (len(corpus) - n + 0.5) / (n + 0.5))
            score += worth * x * (K1 + 1) / (x + K1)
            if sure:
                score += FORM_WEIGHT * worth * x_of_form * (K1 + 1) / (x_of_form + K1)
        if score:
            scores[number] = score
    return scores


@settings(max_examples=60, deadline=None)
@given(corpus=articles, word=st.sampled_from(WORDS), size=st.integers(1, 6))
def test_one_word_scores_as_the_formula_says_however_it_is_cut_into_segments(
    corpus: list[tuple[list[str], list[str]]], word: str, size: int
) -> None:
    texts = [(" ".join(title), " ".join(text)) for title, text in corpus]
    assert found(snapshot(texts, size), word) == pytest.approx(slow_scores(texts, word), abs=1e-9)


words = st.sampled_from((*WORDS, "!моста", "мос*", "мсот~", "волков~2", "не", "на"))
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda some: '"' + " ".join(some) + '"')
near = st.tuples(phrases, st.integers(0, 3)).map(lambda pair: f"{pair[0]}~{pair[1]}")
typed = st.lists(
    st.one_of(
        words,
        words,
        phrases,
        near,
        words.map(lambda word: "-" + word),
        st.tuples(words, words).map(lambda pair: f"({pair[0]} | {pair[1]})"),
        words.map(lambda word: "заголовок:" + word),
        st.sampled_from(("Мост-Паром", "дата:2015", "*", "источник:заря", "вид:прямая")),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(corpus=articles, query=typed, size=st.integers(1, 6))
def test_what_is_typed_scores_as_whoosh_scores_it(
    corpus: list[tuple[list[str], list[str]]], query: str, size: int
) -> None:
    texts = [(" ".join(title), " ".join(text)) for title, text in corpus]
    index = snapshot(texts, size)
    if not query.replace("-", "").strip() or all(part.startswith("-") for part in query.split()):
        return  # refused: only negative
    asked = build(parse(query).node, SCOPES["article"])
    assert found(index, query) == pytest.approx(answers(index, asked, "article"), abs=1e-9)


def test_rarer_words_weigh_more_and_none_weighs_less_than_nothing() -> None:
    weights = [idf(100, frequency) for frequency in range(101)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_a_word_that_comes_often_saturates() -> None:
    assert saturated(1) == pytest.approx(1)
    assert saturated(1e9) < K1 + 1


def test_a_word_in_title_and_text_is_one_word() -> None:
    """Two words, one in the title and one in the text, are worth more than one word in both."""
    index = snapshot([("Мост", "Мост стоит"), ("Мост", "Паром стоит")], 2)
    scores = found(index, "мост | паром")
    assert scores[1] > scores[0] > 0


def test_the_form_asked_for_ranks_first_and_finds_no_more() -> None:
    index = snapshot([("Река", "у моста"), ("Река", "на мосту"), ("Река", "паром")], 3)
    scores = found(index, "мосту")
    assert list(scores) == [1, 0]


def test_what_is_not_wanted_costs_no_score() -> None:
    index = snapshot([("Река", "у моста"), ("Река", "паром")], 2)
    assert found(index, "мост -паром") == found(index, "мост")


def test_an_exact_form_finds_that_form_only() -> None:
    index = snapshot([("Река", "у моста"), ("Река", "на мосту")], 1)
    assert list(found(index, "!моста")) == [0]


def test_a_prefix_is_scored_as_one_word() -> None:
    """However many words it stands for: a document with two of them has the frequency 2."""
    index = snapshot([("Река", "мост мосту"), ("Река", "мост мост"), ("Река", "паром вода")], 3)
    scores = found(index, "мос*")
    assert scores[0] == scores[1]


def test_misspelled_words_are_found_near_their_neighbours() -> None:
    index = snapshot([("Вести", "старый Зареченск Окольск"), ("Вести", "Зареченск стоит")], 2)
    assert list(found(index, "Зареченск-Окол*")) == [0]
