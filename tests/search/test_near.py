"""Words next to each other, and the other array operations: with all candidates at once as with one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.support.levenshtein import levenshtein

from search.engine import reference
from search.query.windows import windows

places = st.sets(st.integers(0, 12), max_size=5).map(sorted)
documents = st.lists(st.lists(places, min_size=3, max_size=3), min_size=1, max_size=5)
numbers = st.sets(st.integers(0, 300), max_size=40).map(sorted)


def keys(found: Sequence[Sequence[Sequence[int]]], word: int) -> Any:
    """Keys of one word: `found[document][word]` are its positions."""
    return np.array([doc << reference.OWNER | at for doc, words in enumerate(found) for at in words[word]], np.int64)


def array(values: Sequence[int]) -> Any:
    return np.array(values, np.uint32)


@given(documents, st.lists(st.integers(0, 2), min_size=2, max_size=4), st.integers(0, 4))
def test_near_words_are_those_that_windows_finds(found: list[list[list[int]]], phrase: list[int], slop: int) -> None:
    expected = [doc for doc, words in enumerate(found) if windows([words[word] for word in phrase], slop)]
    if slop == 0:
        assert reference.side_by_side([keys(found, word) for word in phrase]).tolist() == expected
        return
    counts = Counter(phrase)
    distinct = list(counts)
    owners = reference.windowed(
        [keys(found, word) for word in distinct], [counts[word] for word in distinct], len(phrase) + slop
    )
    assert owners.tolist() == expected


@given(documents, st.lists(st.integers(0, 2), min_size=1, max_size=4), st.integers(1, 4))
def test_a_chain_is_any_choice_of_positions_that_are_close_enough(
    found: list[list[list[int]]], phrase: list[int], slop: int
) -> None:
    def stands(words: list[list[int]]) -> bool:
        chosen = product(*(words[word] for word in phrase))
        return any(all(1 <= b - a <= slop for a, b in pairwise(one)) for one in chosen)

    expected = [doc for doc, words in enumerate(found) if stands(words)]
    assert reference.chained([keys(found, word) for word in phrase], slop).tolist() == expected


def test_three_words_that_share_two_positions_are_not_near() -> None:
    shared = np.array([3, 4], np.int64)
    assert reference.windowed([shared, shared + 0], [1, 1], 5).tolist() == [0]
    assert reference.windowed([shared, shared + 0, shared + 0], [1, 1, 1], 6).tolist() == []
    assert reference.windowed([shared], [3], 6).tolist() == []


@pytest.mark.parametrize("width", [2, 1 << 20])
def test_a_window_ends_with_its_document(width: int) -> None:
    one = np.array([7], np.int64)
    other = np.array([1 << reference.OWNER], np.int64)
    assert reference.windowed([one, other], [1, 1], width).tolist() == []


@given(numbers, numbers)
def test_places_of_documents_in_a_list(wanted: list[int], docs: list[int]) -> None:
    expected = [docs.index(doc) if doc in docs else -1 for doc in wanted]
    assert reference.places(array(wanted), array(docs)).tolist() == expected
    assert reference.contained(array(wanted), array(docs)).tolist() == [place >= 0 for place in expected]


@given(st.lists(numbers, max_size=4))
def test_a_union_has_each_document_once(lists: list[list[int]]) -> None:
    found = reference.union([array(docs) for docs in lists], 301)
    assert found.tolist() == sorted(set().union(*lists))


@given(st.lists(st.sampled_from((0.0, 0.5, 1.0, 1.5)), max_size=60), st.integers(1, 20))
def test_the_best_are_first_and_ties_go_by_document(scores: list[float], k: int) -> None:
    chosen = reference.best(np.arange(len(scores), dtype=np.uint32) * 3, np.array(scores), k)
    assert chosen.tolist() == sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:k]


@given(numbers, numbers)
def test_bits_of_a_bitmap(docs: list[int], asked: list[int]) -> None:
    bits = np.zeros(5, np.uint64)
    for doc in docs:
        bits[doc >> 6] |= np.uint64(1 << (doc & 63))
    assert reference.has_bits(array(asked), bits).tolist() == [doc in docs for doc in asked]


letters = st.text("аяmo=😀", max_size=6)


@settings(max_examples=60)
@given(st.sets(letters, min_size=1, max_size=12), letters, st.integers(0, 2))
def test_misspellings_are_those_of_the_textbook(words: set[str], text: str, edits: int) -> None:
    terms = sorted(word.encode() for word in words)
    starts = np.array([0, *np.cumsum([len(term) for term in terms])], np.int64)
    data = np.frombuffer(b"".join(terms), np.uint8)
    found = reference.fuzzy(data, starts, np.zeros(len(terms), np.uint8), text, edits, 0, len(terms))
    expected = [at for at, term in enumerate(terms) if _distance(term.decode(), text) <= edits]
    assert found.tolist() == expected


def _distance(one: str, other: str) -> int:
    return int(levenshtein(one, other)) if one and other else len(one) + len(other)
