"""What is one word to a reader is one term to the index, and its offsets point into the text as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import FORM_MARK, fold, query_roots, tokens
from index.analysis.lemma import may_be_surname, same_word
from index.analysis.sentences import sentences


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ёлка", "елка"),
        ("е\u0308лка", "елка"),  # decomposed
        ("Берёзов", "БЕРЕЗОВ"),
        ("за\u0301мок", "замок"),
        ("пере\u00adпра\u00adва", "переправа"),
        ("паро\u200bходство", "пароходство"),
        ("cлобода", "слобода"),  # Latin c
        ("MOCT", "moct"),
        ("\u0438\u0306од", "йод"),  # decomposed й
    ],
)
def test_what_looks_like_one_word_folds_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("дай", "даи"), ("RT", "РТ")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_latin_word_stays_latin() -> None:
    assert forms("Covid и RT") == ["covid", "и", "rt"]


def test_hyphens_and_dots_part_words() -> None:
    assert forms("Бой\u2011Жилинский, 15.12.2015") == ["бой", "жилинский", "15", "12", "2015"]


def test_offsets_cover_hidden_characters() -> None:
    text = "река Вью\u00adга\u0301 течёт"
    second = tokens(text)[1]
    assert text[second.start : second.end] == "Вью\u00adга\u0301"
    assert second.form == "вьюга"


def test_characters_beyond_the_bmp_keep_offsets() -> None:
    text = "🚋🚋 трамвай"
    (token,) = tokens(text)
    assert text[token.start : token.end] == "трамвай"


@pytest.mark.parametrize("form", ["Волков", "Волкова", "Волкову", "Волковым", "Волкове", "Волковой", "Волковы"])
def test_all_cases_of_a_surname_share_its_root(form: str) -> None:
    assert "^волков" in tokens(form)[0].roots


def test_a_common_noun_in_small_letters_has_no_surname_root() -> None:
    assert tokens("стая волков")[1].roots == ("волк",)


def test_abbreviations_are_not_stemmed() -> None:
    assert tokens("МЧС")[0].roots == ("мчс",)
    assert tokens("ИГ")[0].roots == ("иг",)


def test_a_capitalised_surname_is_asked_for_first_and_its_stem_last() -> None:
    asked = query_roots("волков", written="Волков")
    assert asked.roots == ("^волков",)
    assert asked.last_resort == "волк"


def test_a_capitalised_noun_is_no_surname() -> None:
    assert not may_be_surname("магазинов")
    assert query_roots("магазинов", written="Магазинов").roots == ("магазин", "^магазинов")


def test_a_token_is_known_by_its_roots_and_its_marked_form() -> None:
    assert tokens("Берёзовым")[0].terms == ("березов", "^березов", FORM_MARK + "березовым")


@pytest.mark.parametrize(("one", "other"), [("мост", "мостами"), ("день", "дни"), ("вино", "вином")])
def test_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("банк", "банка"), ("вино", "вина"), ("лавровый", "лавров")])
def test_words_that_share_a_stem_only_are_told_apart_where_no_form_is_common(one: str, other: str) -> None:
    shared = same_word(one, other)
    # «вина» is a form of both вино and вина, «банка» of both банк and банка: those two meet by right.
    assert shared == ((one, other) in {("банк", "банка"), ("вино", "вина")})


@given(st.text(max_size=200))
def test_tokens_never_overlap_and_lie_in_the_text(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(st.text(alphabet="абвёйеиaceMO\u0301\u00ad\u0306", max_size=30))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мост открыт. Река стоит.", ["Мост открыт.", "Река стоит."]),
        (
            "В г. Зареченске живут А. С. Берёзов и др. Все рады.",
            ["В г. Зареченске живут А. С. Берёзов и др. Все рады."],
        ),
        ("Правда? «Да!» Он ушёл…", ["Правда?", "«Да!»", "Он ушёл…"]),
        ("Первая строка\nвторая строка", ["Первая строка", "вторая строка"]),
        ("Цена 3.5 млн. рублей.", ["Цена 3.5 млн. рублей."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


@given(st.text(alphabet="аБ. !?…\n»«", max_size=80))
def test_sentences_leave_out_blanks_only(text: str) -> None:
    found = sentences(text)
    covered = {n for a, b in found for n in range(a, b)}
    assert all(text[n].isspace() for n in range(len(text)) if n not in covered)
    assert all(text[a:b] == text[a:b].strip() for a, b in found)
