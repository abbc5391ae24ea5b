"""Scores are those of the formula, computed slowly over the same articles."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

from index import Article
from index.analysis import tokens
from search.query.build import ARTICLES, weighted_terms
from search.ranking import FIELD_B, K1, B, idf, saturated
from tests.conftest import Indexed

WORDS = ("мост", "моста", "паром", "река", "Волков", "волк", "мэр")
articles = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=3), st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)),
    min_size=1,
    max_size=6,
)


def terms_of(text: str) -> list[str]:
    return [term for token in tokens(text) for term in token.terms]


def kept_length(terms: list[str]) -> int:
    """Whoosh keeps a document's length in one byte."""
    return int(byte_to_length(length_to_byte(len(terms))))


def slow_scores(corpus: list[tuple[str, str]], word: str) -> dict[str, float]:
    """BM25F as the textbook has it, over title and text."""
    fields = [[terms_of(title) for title, _ in corpus], [terms_of(text) for _, text in corpus]]
    (token,) = tokens(word)
    found: dict[str, float] = {}
    for number in range(len(corpus)):
        score = 0.0
        for term, weight in weighted_terms(token, word, exact=False):
            frequency = 0.0
            for (name, boost), field in zip(ARTICLES.plain, fields, strict=True):
                b = FIELD_B.get(name, B)
                mean = (sum(map(len, field)) or 1) / len(corpus)
                frequency += boost * field[number].count(term) / (1 - b + b * kept_length(field[number]) / mean)
            n = max(sum(term in document for document in field) for field in fields)
            score += weight * log(1 + (len(corpus) - n + 0.5) / (n + 0.5)) * frequency * (K1 + 1) / (frequency + K1)
        if score:
            found[str(number)] = score
    return found


@settings(max_examples=40, deadline=None)
@given(corpus=articles, word=st.sampled_from(WORDS))
def test_one_word_scores_as_the_formula_says(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[tuple[list[str], list[str]]], word: str
) -> None:
    from index import open_writer
    from search import open_searcher

    texts = [(" ".join(title), " ".join(text)) for title, text in corpus]
    folder = tmp_path_factory.mktemp("ranking")
    with open_writer(folder) as writer:
        for number, (title, text) in enumerate(texts):
            writer.add(Article(id=str(number), title=title, text=text), ())
        writer.publish()
    with open_searcher(folder) as molva:
        found = {hit.id: hit.score for hit in molva.search(word, limit=100).hits}
    assert found == pytest.approx(slow_scores(texts, word), abs=2e-6)


def test_rarer_words_weigh_more_and_none_weighs_less_than_nothing() -> None:
    weights = [idf(100, frequency) for frequency in range(101)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_a_word_that_comes_often_saturates() -> None:
    assert saturated(1) == pytest.approx(1)
    assert saturated(1e9) < K1 + 1


def test_a_word_in_title_and_text_is_one_word(indexed: Indexed) -> None:
    """Two words, one in the title and one in the text, are worth more than one word in both."""
    both = Article(id="both", title="Мост", text="Мост стоит")
    each = Article(id="each", title="Мост", text="Паром стоит")
    molva = indexed([both, each])
    assert [hit.id for hit in molva.search("мост | паром").hits] == ["each", "both"]
