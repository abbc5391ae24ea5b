"""The numpy table of a field's forms finds what a letter-by-letter comparison finds."""

from __future__ import annotations

from itertools import accumulate
from types import SimpleNamespace
from typing import cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.storage.part import Part
from search.repair.forms import _letters, distances, letters_of

from .vocabularies import distance

words = st.text("абвгд", min_size=1, max_size=7)


@given(words, st.lists(words, min_size=1, max_size=20))
def test_distances_of_many_words_are_those_of_each(wanted: str, others: list[str]) -> None:
    longest = max(map(len, others))
    letters = np.zeros((longest, len(others)), np.uint8)
    for column, word in enumerate(others):
        letters[: len(word), column] = letters_of(word)
    lengths = np.array([len(word) for word in others], np.int64)
    found = distances(letters, lengths, letters_of(wanted))
    assert found.tolist() == [distance(wanted, other) for other in others]


def test_letters_have_numbers_of_their_own() -> None:
    letters = letters_of("абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz")
    assert len(set(letters.tolist())) == 58
    assert letters.max() < 64
    assert letters_of("07").tolist() == [58, 58]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5), min_size=1), st.booleans())
def test_letters_of_terms_are_those_of_their_texts(texts: list[str], marked: bool) -> None:
    mark = int(marked)
    terms = ["=" * mark + text for text in ["до", *texts]]
    ends = accumulate(len(term.encode()) for term in terms)
    part = SimpleNamespace(
        terms_start=np.array([0, *ends], np.uint32),
        terms_bytes=np.frombuffer("".join(terms).encode(), np.uint8),
    )
    letters, lengths = _letters(cast(Part, part), 1, len(terms), mark)
    assert lengths.tolist() == list(map(len, texts))
    assert letters.tolist() == letters_of("".join(texts)).tolist()
