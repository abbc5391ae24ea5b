"""Latin letters of several schools are read as the Russian words that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold
from search.repair.translit import latin_readings, readings
from search.repair.words import transliterated

from .romanised import ROMANISED
from .vocabularies import Listed

WORDS = Listed(*ROMANISED)


def test_most_spellings_of_most_schools_are_read_rightly() -> None:
    pairs = [(latin, russian) for russian, spellings in ROMANISED.items() for latin in spellings]
    right = sum(transliterated(latin, WORDS)[:1] == [fold(russian)] for latin, russian in pairs)
    assert len(pairs) > 400
    assert right / len(pairs) >= 0.97


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        *(("zarechye", "заречье"), ("Zarech'e", "Заречье"), ("ZARECHYE", "ЗАРЕЧЬЕ"), ("Saretschje", "Заречье")),
        *(("zhabin", "жабин"), ("Żabin", "Жабин"), ("jabine", "жабин"), ("Schabin", "Жабин")),
        *(("paromshchik", "паромщик"), ("paromschik", "паромщик"), ("paromščik", "паромщик")),
        *(("ust-zarechye", "усть-заречье"), ("Ust'-Zarech'e", "Усть-Заречье")),
    ],
)
def test_names_are_read_in_the_letter_case_as_typed(latin: str, russian: str) -> None:
    vocabulary = Listed("Заречье", "Жабин", "паромщик", "усть")
    assert (transliterated(latin, vocabulary) or ["—"])[0] == russian


@pytest.mark.parametrize("word", ["2015", "x5", "паром", "中文", "ferry", "paromchik", "-"])
def test_what_stands_for_no_word_of_the_index_is_left_alone(word: str) -> None:
    assert transliterated(word, Listed("паромщик", "мост")) == []


def test_a_translation_is_no_transliteration() -> None:
    vocabulary = Listed("В кремле и у моста", "кремль", "мост", "площадь", "москва")
    assert [transliterated(word, vocabulary) for word in ("kremlin", "bridge", "square", "moscow")] == [[]] * 4


def test_russian_letters_are_read_as_a_latin_name_that_stands_in_the_index() -> None:
    vocabulary = Listed("Сервис Paromix закрыт", "Paromix снова открыт")
    assert transliterated("паромикс", vocabulary) == ["paromix"]
    assert transliterated("мост", Listed("most", "most")) == []  # a Russian word is meant as it is
    brands = Listed("Tarelka Telegraph Portal Twitter Toyota", "Tarelka Telegraph Portal Twitter Toyota")
    assert transliterated("твиттер", brands) == ["twitter"]
    assert transliterated("тойота", brands) == ["toyota"]
    assert [transliterated(word, brands) for word in ("телеграф", "портал", "телеграфа")] == [[], [], []]


@given(st.sampled_from(sorted(ROMANISED)))
def test_readings_come_cheapest_first(russian: str) -> None:
    for latin in ROMANISED[russian]:
        costs = [cost for _, cost in readings(latin, 1.0)]
        assert costs == sorted(costs)
        assert all(0 <= cost <= 1 for cost in costs)


@given(st.text("abcdefghijklmnopqrstuvwxyz'4", max_size=40))
def test_any_letters_have_a_bounded_number_of_readings(word: str) -> None:
    assert len(readings(word, 1.3)) <= 256
    assert all(text.isalpha() for text, _ in readings(word, 1.3))


def test_one_strange_letter_makes_a_word_unreadable() -> None:
    assert readings("par@m", 2) == []
    assert latin_readings("паром2", 2) == []
