"""Are the short words of a headline in capitals told from abbreviations, and is nothing moved by it?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analyze, fold
from index.analysis.capitals import is_turned, with_headlines
from index.analysis.tokenise import tokenise
from index.storage.tokens import PlainTokeniser, Words

CAPITALS = st.text(alphabet="АБЫ аб.\n5-«»", max_size=60)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("ЦЕНЫ НА ГАЗ ВЫРОСЛИ", "цЕНЫ нА гАЗ ВЫРОСЛИ"),
        ("ВОДЫ НЕТ\nВ домах", "ВОДЫ НЕТ\nВ домах"),  # no word is too long for an abbreviation
        ("ЦЕНЫ УПАЛИ", "цЕНЫ УПАЛИ"),
        ("Паром ушёл.\nСУДА В ГАВАНИ\nЛёд тает.", "Паром ушёл.\nсУДА В ГАВАНИ\nЛёд тает."),
        ("«ДОМА, 48 ОКОЛО МОСТА»", "«дОМА, 48 ОКОЛО МОСТА»"),
        ("Сообщил глава МЧС РОССИИ Гущин", "Сообщил глава МЧС РОССИИ Гущин"),
        ("ГАЗ и ВОДА", "ГАЗ и ВОДА"),
        ("ВОДА ПЕТРОВа", "ВОДА ПЕТРОВа"),
        ("", ""),
    ],
)
def test_short_words_of_a_headline_are_turned(text: str, turned: str) -> None:
    assert with_headlines(text) == turned


@given(CAPITALS)
def test_only_letter_case_changes(text: str) -> None:
    turned = with_headlines(text)
    assert turned.lower() == text.lower()
    assert list(tokenise(turned)) == list(tokenise(text))


@settings(deadline=None)  # the dictionary is opened at first use
@given(CAPITALS)
def test_a_text_that_was_read_is_read_again_without_change(text: str) -> None:
    turned = with_headlines(text)
    assert [token.form for token in analyze(turned)] == [fold(text[start:end]) for start, end in tokenise(text)]


@pytest.mark.parametrize("written", ["цЕНЫ", "нА", "гАЗ"])
def test_a_turned_word_is_told_by_its_letters(written: str) -> None:
    assert is_turned(written)


@pytest.mark.parametrize("written", ["ЦЕНЫ", "цены", "Цены", "ц", "вЫРОСЛИ", "iPAD", ""])
def test_other_words_are_not_turned(written: str) -> None:
    assert not is_turned(written)


def test_a_headline_is_found_under_lemmas_and_its_abbreviations_under_themselves() -> None:
    found = {token.form: token.roots for token in analyze("РАНЫ ГОРОДА, А НЕ РАН")}
    assert found["раны"] == ("рана", "раны")
    assert "ран" in found["ран"]


def test_a_query_like_text_without_headline_keeps_its_abbreviations() -> None:
    assert next(analyze("РАН")).roots == ("ран",)


def test_words_may_be_given_to_the_tokeniser_in_any_case() -> None:
    words = Words()
    numbers, counts = PlainTokeniser(words).numbers(["ЦЕНЫ НА ГАЗ УПАЛИ"])
    assert (len(numbers), counts.tolist()) == (4, [4])
