"""Misspelled words are read as the likeliest word of the index, right ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.repair.mistakes import FIRST_LETTER, cost
from search.repair.spelling import corrections
from search.repair.splits import parted
from search.repair.words import in_context, joined, real_words, spelt

from .vocabularies import Listed, distance

words = st.text("абвгдстьцокй", min_size=1, max_size=7)


@given(words)
def test_a_word_costs_nothing_as_it_is(word: str) -> None:
    assert cost(word, word) == 0


@given(words, words)
def test_a_mistake_costs_less_than_its_edits_would(typed: str, meant: str) -> None:
    edits = distance(typed, meant)
    assert 0.3 * edits <= cost(typed, meant) <= edits + 2 * FIRST_LETTER


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("перговоры", "переговоры", "приговоры"),
        ("пораход", "пароход", "поход"),
        ("чуство", "чувство", "чутьё"),
        ("росийский", "российский", "росистый"),
        ("здраствуй", "здравствуй", "здрав"),
        ("строитьель", "строитель", "строить"),
        ("поезж", "поезд", "поезжай"),
        ("мсот", "мост", "соты"),
    ],
)
def test_a_likely_mistake_costs_less_than_another(typed: str, meant: str, other: str) -> None:
    assert cost(typed, meant) < cost(typed, other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("парамщик", "паромщик"),
        ("паромщиик", "паромщик"),
        ("пармощик", "паромщик"),
        ("паромшик", "паромщик"),
        ("павроход", "пароход"),
        ("набережнная", "набережная"),
        ("нобережная", "набережная"),
        ("набережая", "набережная"),
        ("Парамщик", "Паромщик"),
        ("НОБЕРЕЖНАЯ", "НАБЕРЕЖНАЯ"),
        ("Жабинн", "Жабин"),
        ("обьезд", "объезд"),
    ],
)
def test_misspelled_words_are_read_as_those_of_the_index(typed: str, meant: str) -> None:
    vocabulary = Listed("паромщик Жабин сказал про объезд", "пароход и набережная", "парад на пароме")
    assert [choice.text for choice in spelt(typed, vocabulary)][:1] == [meant]


@pytest.mark.parametrize("word", ["пряник", "троллейбус", "ЦЕРП", "дом7", "2015", "ё", "щщщ"])
def test_a_right_word_that_the_index_does_not_have_is_left_alone(word: str) -> None:
    assert spelt(word, Listed("пряники", "троллейбусы и церковь", "дом", "еж", "щи")) == []


def test_the_more_frequent_of_equally_near_words_is_meant() -> None:
    vocabulary = Listed(*["лодка у моста"] * 9, "ложка")
    assert corrections("лоока", vocabulary)[0].form == "лодка"


def test_words_beside_a_misspelled_one_choose_its_reading() -> None:
    vocabulary = Listed("ремонт крана", "ремонт крана", "ремонт крана", *["корона короля"] * 3, *["крона дуба"] * 3)
    choices = spelt("кроана", vocabulary)
    assert {choice.text for choice in choices} >= {"крана", "крона"}
    assert in_context(choices, ["дуба"], vocabulary)[0].text == "крона"
    assert in_context(choices, ["ремонт"], vocabulary)[0].text == "крана"


def test_a_name_inside_a_query_is_only_read_as_a_name() -> None:
    vocabulary = Listed("донора ждут", "донора нашли")
    assert spelt("Донэрра", vocabulary, first=False) == []


def test_a_word_of_the_index_gives_way_only_to_a_far_likelier_one() -> None:
    vocabulary = Listed(*["паромщик на пристани"] * 40, "парромщик на пристани", "парнишка на пристани")
    assert [choice.text for choice in real_words("парромщик", ["пристани"], vocabulary)] == ["паромщик"]
    assert real_words("парромщик", ["вокзал"], vocabulary) == []
    assert real_words("парнишка", ["пристани"], vocabulary) == []
    assert real_words("паромщик", ["пристани"], vocabulary) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("чтото", "что-то"),
        ("ктонибудь", "кто-нибудь"),
        ("вицемэр", "вице-мэр"),
        ("постарому", "по-старому"),
        ("наберегу", "на берегу"),
        ("уреки", "у реки"),
    ],
)
def test_words_that_ran_together_are_parted(typed: str, meant: str) -> None:
    vocabulary = Listed("что то не так", "кто нибудь, вице мэр", "по старому на берегу у реки", "то, что на реке")
    assert [one.form for one in parted(typed, vocabulary)][:1] == [meant]


@pytest.mark.parametrize("form", ["берегмост", "токто", "не"])
def test_words_that_never_stand_together_are_not_made(form: str) -> None:
    assert parted(form, Listed("кто то", "берег", "мост", "н", "е")) == []


def test_a_word_with_a_needless_hyphen_is_one_word() -> None:
    assert [choice.text for choice in spelt("паро-ход", Listed("пароход", "ход"))][:1] == ["пароход"]


def test_two_words_are_one_where_the_index_has_it_so() -> None:
    vocabulary = Listed("недалеко от моста", "не дали", "далеко")
    assert joined("не", "далеко", vocabulary, unknown=False) == "недалеко"
    assert joined("Не", "далеко", vocabulary, unknown=False) == "Недалеко"
    assert joined("от", "моста", vocabulary, unknown=False) is None
    assert joined("не", "далеко", Listed("недалеко", "не далеко"), unknown=False) is None
