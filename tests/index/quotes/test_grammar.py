"""Are the readings that come straight from the dictionary's files those that pymorphy gives?"""

from __future__ import annotations

from collections import Counter

import pytest

from index.quotes.grammar import Reading, _guessed, _in_dictionary, is_known, nominatives_of_name, readings

WORDS = """мост стали лет её ёлка елка все всё Лунин Лунина Соколовой Александра Этери Саша Петровичем министр сказал
говорится готов слышно три третьего которого по же не ан-масс рад вице-мэр больной стекло мыла замок города Вьюга
окольск кто-нибудь пойду пришедший делая лучше четверо нельзя ах"""


def seen(found: tuple[Reading, ...]) -> Counter[tuple[object, ...]]:
    return Counter((*r[:-1], round(r.score, 6)) for r in found)


@pytest.mark.parametrize("word", WORDS.lower().split())
def test_the_dictionary_is_read_as_pymorphy_reads_it(word: str) -> None:
    fast = _in_dictionary(word)
    if is_known(word):
        assert seen(fast) == seen(_guessed(word))
        assert [r.lemma for r in fast] == [r.lemma for r in _guessed(word)]
    else:
        assert fast == ()
        assert readings(word) == _guessed(word)


def test_a_first_name_comes_with_case_and_gender() -> None:
    assert ("александр", "gent", "masc") in nominatives_of_name("Александра", "Name")
    assert ("александра", "nomn", "femn") in nominatives_of_name("Александра", "Name")


def test_a_patronymic_keeps_its_gender_in_the_nominative() -> None:
    assert nominatives_of_name("Андреевной", "Patr") == (("андреевна", "ablt", "femn"),)
