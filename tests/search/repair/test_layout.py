"""The other keyboard layout, both ways, with the keys of punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.repair.layout import chunks, switched

# Cyrillic, and the same keys in the Latin layout.
PAIRS = (
    ("паром", "gfhjv"),
    ("мост", "vjcn"),
    ("юбилей", ".,bktq"),
    ("хлеб", "[kt,"),
    ("объезд", "j,]tpl"),
    ("жёлудь", ";`kelm"),
    ("эхо", "'[j"),
    ("Заречье", "Pfhtxmt"),
    ("ЭХО", '"{J'),
    ("Юбка", ">,rf"),
    ("ПАРОМ", "GFHJV"),
    ("съёмка", "c]`vrf"),
)


@pytest.mark.parametrize(("cyrillic", "latin"), PAIRS)
def test_latin_keys_are_read_as_russian_ones(cyrillic: str, latin: str) -> None:
    assert switched(latin)[0] == cyrillic


@pytest.mark.parametrize(("cyrillic", "latin"), PAIRS)
def test_russian_keys_are_read_as_latin_ones(cyrillic: str, latin: str) -> None:
    assert switched(cyrillic) == [latin]


@pytest.mark.parametrize(("typed", "meant"), [("gfhjv,", "паром,"), ("gfhjv.", "паром."), ("gfhjv?", "паром?")])
def test_keys_at_the_end_may_be_punctuation(typed: str, meant: str) -> None:
    assert meant in switched(typed)


@pytest.mark.parametrize("word", ["2015", "gfhjv2", "паром-gfhjv", "", "-", "中文"])
def test_other_words_have_no_other_layout(word: str) -> None:
    assert switched(word) == []


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГЖЭЮХЪЁ", min_size=1, max_size=12))
def test_there_and_back_again(word: str) -> None:
    (latin,) = switched(word)
    if any(char.isalpha() for char in latin):
        assert switched(latin)[0] == word


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gfhjv vjcn", ["gfhjv", "vjcn"]),
        ('-gfhjv "yjdsq vjcn"~5', ["gfhjv", "yjdsq", "vjcn"]),
        ("title:gfhjv", ["gfhjv"]),
        ("источник:(gfhjv | vjcn)", ["gfhjv", "vjcn"]),
        ("gfhjv* vjcn~2", ["gfhjv", "vjcn"]),
        ("!gfhjv vjcn", ["vjcn"]),
        ('!"yjdsq vjcn" gfhjv', ["gfhjv"]),
        ("!«yjdsq vjcn» gfhjv", ["gfhjv"]),
        ("https://gfhjv.ru/vjcn gfhjv", ["gfhjv"]),
        ("«gfhjv»", ["gfhjv"]),
    ],
)
def test_marks_of_the_query_language_are_no_letters(query: str, found: list[str]) -> None:
    assert [chunk.text for chunk in chunks(query)] == found
    assert all(query[chunk.start : chunk.end] == chunk.text for chunk in chunks(query))


@given(st.text('абgf;[".,!-()|*~2 «»:/', max_size=30))
def test_any_text_has_chunks_in_their_places(query: str) -> None:
    places = [(chunk.start, chunk.end) for chunk in chunks(query)]
    assert places == sorted(places)
    assert all(query[chunk.start : chunk.end] == chunk.text != "" for chunk in chunks(query))
