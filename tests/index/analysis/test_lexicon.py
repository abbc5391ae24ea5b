"""Does the quick way to lemmas say what pymorphy says? And does anything else fall back to it?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pymorphy3.units import DictionaryAnalyzer

from index.analysis import lemma
from index.analysis.fold import fold
from index.analysis.lexicon import LEAST_SHARE, Lexicon
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


def by_pymorphy(form: str) -> dict[str, bool]:
    """The lemmas of a known form that are not noise, and whether each is a surname only."""
    parses = lemma.morph().parse(form)
    known = [r for r in parses if r.is_known and isinstance(r.methods_stack[0][0], DictionaryAnalyzer)]
    least = LEAST_SHARE / 1_000_000
    if len({fold(r.normal_form) for r in known}) > 1 and lemma.lexicon().is_counted(form):
        most = {fold(r.normal_form): 0.0 for r in known}
        for reading in known:
            most[fold(reading.normal_form)] = max(most[fold(reading.normal_form)], reading.score)
        known = [r for r in known if most[fold(r.normal_form)] >= least]
    return {
        name: all("Surn" in r.tag for r in known if fold(r.normal_form) == name)
        for name in {fold(r.normal_form) for r in known}
    }


@settings(max_examples=500, deadline=None)
@given(forms)
@example("стали")
@example("все")
@example("берет")
@example("наилучшего")
@example("побыстрее")
@example("волков")
@example("мороз")
@example("а")
@example("")
def test_a_known_word_has_the_lemmas_that_pymorphy_gives(form: str) -> None:
    found = lemma.lexicon().readings(form)
    if found:
        assert {reading.lemma: reading.surname for reading in found} == by_pymorphy(form)


@settings(max_examples=300, deadline=None)
@given(st.text("abcdefivxz0123456789", min_size=1, max_size=8))
def test_latin_words_and_numbers_are_their_own_lemmas_as_with_pymorphy(form: str) -> None:
    guessed = {fold(r.normal_form) for r in lemma.morph().parse(form)}
    assert lemma.lemmas(form) == guessed


@pytest.mark.parametrize("form", ["мосты", "стали", "елка", "звезды", "быстрее"])
def test_words_of_the_dictionary_are_known(form: str) -> None:
    assert lemma.lexicon().readings(form)


@pytest.mark.parametrize("form", ["", "мосз", "bridge", "2015"])
def test_other_words_have_no_readings(form: str) -> None:
    assert lemma.lexicon().readings(form) == ()


@pytest.mark.parametrize("form", ["мосз", "квакеном"])
def test_lemmas_of_other_words_are_guessed(form: str) -> None:
    assert lemma.lemmas(form)


def test_the_likeliest_reading_comes_first() -> None:
    assert [reading.lemma for reading in lemma.lexicon().readings("стали")] == ["стать", "сталь"]


@settings(max_examples=50, deadline=None)
@given(st.lists(forms, max_size=20))
@example(["стали", "", "звезды", "мосз", "наилучшего", "ё", "лаврова"])
def test_the_compiled_reading_is_the_same(some: list[str]) -> None:
    kernels = pytest.importorskip("index.analysis.lexicon_kernels", reason="numba is not installed")
    assert kernels.readings(some) == [lemma.lexicon().readings(form) for form in some]


def test_files_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps([["format_version", "3.0"]]), encoding="utf-8")
    with pytest.raises(ValueError, match="expected 2"):
        Lexicon(tmp_path)


def test_without_its_files_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemma, "_FILES", "no_such_package_of_dictionaries")
    lemma.lexicon.cache_clear()
    with pytest.raises(FileNotFoundError, match="pip install pymorphy3"):
        lemma.lexicon()
    lemma.lexicon.cache_clear()
