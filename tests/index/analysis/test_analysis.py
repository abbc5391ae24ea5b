"""What is one word to a reader is one term to the index, and its offsets point into the text as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import FORM_MARK, fold, query_roots, tokens
from index.analysis.lemma import same_word
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


def roots(written: str) -> tuple[str, ...]:
    (token,) = tokens(written)
    return token.roots


def meet(one: str, other: str) -> bool:
    """Whether a query for `one` finds `other` in earnest."""
    (asked,) = tokens(one)
    return not set(query_roots(asked.form, written=one).roots).isdisjoint(roots(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("человек", "людям"),
        ("ребёнок", "детьми"),
        ("день", "дней"),
        ("год", "лет"),
        ("идти", "шёл"),
        ("конец", "концу"),
        ("мать", "матерью"),
        ("хороший", "лучше"),
        ("взять", "возьмут"),
        ("сон", "сны"),
        ("открыть", "открытого"),
        ("ехать", "едут"),
    ],
)
def test_all_forms_of_a_word_meet(one: str, other: str) -> None:
    assert meet(one, other)
    assert meet(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("страна", "странный"), ("волк", "волокно"), ("медведь", "Медведев"), ("лист", "листок"), ("порт", "портить")],
)
def test_words_that_only_share_a_stem_do_not_meet(one: str, other: str) -> None:
    assert not meet(one, other)
    assert not meet(other, one)


@pytest.mark.parametrize("form", ["Волков", "Волкова", "Волкову", "Волковым", "Волкове", "Волковой", "Волковы"])
def test_all_cases_of_a_surname_share_its_root(form: str) -> None:
    assert roots(form) == ("волков",)
    assert meet("Волков", form)
    assert meet("волкова", form)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Вьюнкин", "Вьюнкиной"),  # none of these is in the dictionary
        ("Бутербродов", "Бутербродовым"),
        ("Хлебоедский", "Хлебоедской"),
        ("Квакен", "Квакеном"),
        ("Квакена", "Квакену"),
        ("Ибрагуим", "Ибрагуимом"),
        ("Бубадзе", "Бубадзе"),
        ("Карапузян", "Карапузяна"),
        ("Пельмень-Заливной", "Пельмень-Заливной"),
        ("Мурзилкович", "Мурзилковичу"),
        ("Шмандра", "Шмандру"),
        ("Тыква", "Тыквой"),
    ],
)
def test_unknown_names_meet_in_all_cases(one: str, other: str) -> None:
    for left, right in zip(tokens(one), tokens(other), strict=True):
        assert meet(one[left.start : left.end], other[right.start : right.end])
        assert meet(left.form, other[right.start : right.end])


def test_a_common_noun_in_small_letters_has_no_surname_root() -> None:
    assert tokens("стая волков")[1].roots == ("волк",)


@pytest.mark.parametrize("written", ["МЧС", "ИГ", "ООН", "ФСБ"])
def test_abbreviations_are_left_as_they_are(written: str) -> None:
    assert roots(written) == (written.lower(),)


@pytest.mark.parametrize(("written", "root"), [("МЧСа", "мчс"), ("МИДом", "мид"), ("ВУЗы", "вуз")])
def test_abbreviations_lose_an_ending_in_small_letters(written: str, root: str) -> None:
    assert roots(written) == (root,)


def test_words_of_a_headline_in_capitals_are_found_by_their_lemmas() -> None:
    assert meet("переправа", "ПЕРЕПРАВУ")
    assert meet("Волков", "ВОЛКОВА")
    assert meet("ВОЛКОВ", "Волкову")


def test_an_abbreviation_is_asked_for_in_small_letters_too() -> None:
    assert "иг" in query_roots("иг", written="иг").roots
    assert "лет" not in query_roots("лет", written="лет").roots


def test_a_capitalised_surname_is_asked_for_first_and_what_looks_like_it_last() -> None:
    assert query_roots("волков", written="Волков") == (("волков",), ("волк",), ())
    assert query_roots("толстой", written="Толстой") == (("толстой",), ("толстый",), ())


@pytest.mark.parametrize(
    ("typed", "doubtful"),
    [
        ("рот", {"рота"}),
        ("вести", {"весть"}),
        ("взрыв", {"взрыть"}),
        ("Киев", {"кий"}),
        ("Яков", {"як"}),
        ("Щеглов", {"щегол"}),
        ("премьера", set()),  # nearly as often of a премьер
        ("газа", set()),
        ("королева", set()),  # Королёв, in small letters
    ],
)
def test_what_is_typed_as_dictionaries_have_it_is_hardly_another_words_case(typed: str, doubtful: set[str]) -> None:
    asked = query_roots(fold(typed), written=typed)
    assert set(asked.doubtful) == doubtful
    assert doubtful < set(asked.roots)


def test_a_name_that_the_dictionary_never_declines_is_declined() -> None:
    assert meet("Эммануэль", "Эммануэлю")
    assert meet("Эммануэля", "Эммануэль")
    assert meet("эммануэль", "Эммануэлем")


@pytest.mark.parametrize("case", ["Шугдая", "Шугдаю", "Шугдаем", "Шугдай"])
def test_an_unknown_name_in_y_is_found_in_all_cases(case: str) -> None:
    assert meet("Шугдай", case)
    assert meet(case, "Шугдай")
    assert meet(case.lower(), "Шугдай")


def test_a_surname_in_oi_is_found_where_its_forms_look_like_those_of_another() -> None:
    assert meet("Яровая", "Яровой")
    assert meet("Яровой", "Яровую")
    assert meet("Яровой", "Ярового")
    assert query_roots("волковой", written="Волковой").roots == ("волков",)


def test_a_surname_in_small_letters_may_be_either() -> None:
    assert set(query_roots("волков", written="волков").roots) == {"волков", "волк"}


def test_a_capitalised_noun_is_no_surname_alone() -> None:
    assert query_roots("магазинов", written="Магазинов").roots == ("магазин", "магазинов")


def test_a_token_is_known_by_its_roots_and_its_marked_form() -> None:
    assert tokens("Стали")[0].terms == ("стать", "сталь", FORM_MARK + "стали")


@pytest.mark.parametrize(("one", "other"), [("мост", "мостами"), ("день", "дни"), ("вино", "вином")])
def test_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("банк", "банка"), ("вино", "вина"), ("лавровый", "лаврова")])
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
