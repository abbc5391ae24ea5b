"""Are the guesses at unknown words the ones that pymorphy makes?"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Article
from index.analysis.guesses import guesses
from index.analysis.lemma import morph, parses
from index.prepare import prepare
from index.words import word_set

BEGINNINGS = word_set(
    "не пере экс- авиа анти- лже по- кот мост бутявк зелен сел берез трамва окольск снегир лик шур абырв звезд наи по "
    "вест ёл ее ну кое - -то -ка а"
)
ENDINGS = word_set("а ами ов ского ский ому ел ёл ить ущий нул ее ейший е ова ину ич -то -таки")
words = st.one_of(
    st.builds(
        lambda parts, ending: "".join(parts) + ending,
        st.lists(st.sampled_from(sorted(BEGINNINGS)), min_size=1, max_size=3),
        st.sampled_from(["", *sorted(ENDINGS)]),
    ),
    st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя-", min_size=1, max_size=9),
    st.text("abcxiv0123456789.,-«»…№я", min_size=1, max_size=6),
)


def by_pymorphy(word: str) -> list[tuple[str, str, float]]:
    return [(str(parse.tag), parse.normal_form, parse.score) for parse in morph().parse(word)]


@settings(max_examples=1000, deadline=None)
@given(words)
@example("кот")
@example("берез")
@example("все")
@example("окольчанин-снегирь")
@example("экс-окольчанин")
@example("лже-кот-то")
@example("по-окольски")
@example("смотри-ка")
@example("xiv")
@example("50-летний")
@example("-")
def test_guesses_are_those_of_pymorphy_in_its_order_and_as_likely(word: str) -> None:
    assert [(guess.tag, guess.lemma, guess.score) for guess in guesses(word)] == by_pymorphy(word)


@pytest.mark.parametrize("word", ["\U00017000", "мост\U00017001", "\U00018d08-й"])
def test_letters_that_unicode_has_no_names_for_are_no_error(word: str) -> None:
    list(guesses(word))
    assert all(one.tag.POS is None for one in parses(word))
    article = Article(
        id="a", title=word.title(), text=f"«{word} открыт», — сказал {word} {word.upper()}. По словам {word}, да."
    )
    assert prepare(article)[0].id == "a"
