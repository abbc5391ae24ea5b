"""Does the quick way to lemmas say what pymorphy says? And does anything else fall back to it?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.analysis import lemma
from index.analysis.fold import fold
from index.analysis.lexicon import LEAST_SCORE, Lexicon
from index.words import word_set

STEMS = word_set(
    "мост стал ел лавр песк берез небес котел все черн пес ель клен звезд сел вес учен лет наилучш быстр смел"
)
ENDINGS = word_set("а ы ов и е ом ам ами ах ю ие ого ому ей ая ое ые ее ть ла ло ли л им ить о ье н но ший ка")
forms = st.one_of(
    st.builds(
        lambda stem, ending: stem + ending, st.sampled_from(sorted(STEMS)), st.sampled_from(["", *sorted(ENDINGS)])
    ),
    st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", max_size=6),
)


def by_pymorphy(form: str) -> frozenset[str]:
    readings = lemma.morph().parse(form)
    return frozenset(fold(r.normal_form) for r in readings if r.score >= LEAST_SCORE)


@settings(max_examples=500, deadline=None)
@given(forms)
@example("стали")
@example("все")
@example("берет")
@example("наилучшего")
@example("побыстрее")
@example("а")
@example("")
def test_a_known_word_has_the_lemmas_that_pymorphy_gives(form: str) -> None:
    known = lemma.lexicon()
    assert known is not None
    found = known.lemmas(form)
    assert found is None or found == by_pymorphy(form)


@settings(max_examples=300, deadline=None)
@given(st.text("abcdefivxz0123456789", min_size=1, max_size=8))
def test_latin_words_and_numbers_are_their_own_lemmas_as_with_pymorphy(form: str) -> None:
    assert lemma.lemmas(form) == by_pymorphy(form)


@pytest.mark.parametrize("form", ["мосты", "стали", "елка", "звезды", "быстрее"])
def test_words_of_the_dictionary_are_known(form: str) -> None:
    known = lemma.lexicon()
    assert known is not None
    assert known.lemmas(form)


@pytest.mark.parametrize("form", ["", "а", "мосз", "bridge", "2015"])
def test_what_it_does_not_decide_is_left_to_pymorphy(form: str) -> None:
    known = lemma.lexicon()
    assert known is not None
    assert known.lemmas(form) is None


def test_files_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps([["format_version", "3.0"]]), encoding="utf-8")
    with pytest.raises(ValueError, match="expected 2"):
        Lexicon(tmp_path)


def test_without_its_files_pymorphy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemma, "_FILES", "no_such_package_of_dictionaries")
    for cached in (lemma.lexicon, lemma.lemmas, lemma.same_word):
        cached.cache_clear()
    assert lemma.lexicon() is None
    assert lemma.same_word("мосты", "мостом")
    for cached in (lemma.lexicon, lemma.lemmas, lemma.same_word):
        cached.cache_clear()
