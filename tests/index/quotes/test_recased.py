"""Does a text without capital letters get them where names and sentences begin, and stay as long as it was?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.quotes.recased import is_small, recased


def test_names_and_sentences_get_capitals() -> None:
    text = "глава мид рф олег лунин приехал в москву. он молчал."
    assert recased(text) == "Глава МИД РФ Олег Лунин приехал в Москву. Он молчал."


def test_a_text_with_capitals_is_not_small() -> None:
    assert is_small("москва, 1 дек")
    assert not is_small("Москва, 1 дек")
    assert not is_small("12:30")


@given(st.text(alphabet="абвгдеёжзийклмн .,!?«»—\n-", max_size=80))
def test_the_text_stays_as_long_and_differs_in_case_only(text: str) -> None:
    made = recased(text)
    assert len(made) == len(text)
    assert made.lower() == text
