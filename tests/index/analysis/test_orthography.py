"""What does a reader take for one word, however it was typed, stressed, dressed up, or glued to its neighbour?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import fold
from index.analysis.tokenise import parts_of, tokenise


def forms(text: str) -> list[str]:
    return [fold(text[start:end]) for start, end in tokenise(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("за\u0301мок", "замок"),
        ("зáмок", "замок"),  # a Latin a with an accent
        ("в\u0450рба", "верба"),  # е with grave, composed
        ("м\u045dр", "мир"),  # и with grave, composed
        ("ё\u0301лка", "елка"),
        ("\u0456\u0308жа", "їжа"),
        ("ВЬЮГА", "вьюга"),
        ("Bьюга", "вьюга"),  # a Latin B
        ("HА", "на"),
        ("ПAРОM", "паром"),
        ("Kиeв", "киев"),
        ("Кiев", "кіев"),
        ("Тwitter", "twitter"),  # a Cyrillic Т
        ("Вloomberg", "bloomberg"),
        ("SpaceХ", "spacex"),
        ("ХIХ", "XIX"),
        ("ХХ", "XX"),
        ("хх", "XX"),
        ("ХХI", "XXI"),
        ("ＣＯＶＩＤ", "covid"),
        ("ﬁnal", "final"),
        ("𝐌𝐨𝐥𝐯𝐚", "molva"),
        ("м²", "м2"),
        ("CO₂", "co2"),
        ("H₂SO₄", "h2so4"),
        ("переправа¹²", "переправа"),
        ("µм", "μм"),
    ],
)
def test_what_a_reader_takes_for_one_word_folds_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("мой", "мои"),
        ("RT", "РТ"),
        ("хо", "xo"),
        ("Київ", "Киив"),
        ("ґанок", "ганок"),
        ("ўзор", "узор"),
        ("10²", "102"),
        ("½", "12"),
        ("вода", "boда"),  # a small b is no в
        ("нос", "hос"),  # a small h is no н
        ("SMSка", "смска"),
    ],
)
def test_what_a_reader_tells_apart_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("joint", "-\u2010\u2011\u2012\u2013\u2014\u2212'’‘`ʹ./ \u00a0\u202f")
def test_whatever_parts_a_word_parts_it_alike(joint: str) -> None:
    if joint != "ʹ":  # a letter, of transliterations
        assert forms(f"Усть{joint}Вьюга") == ["усть", "вьюга"]


def test_offsets_are_those_of_the_text_as_it_was() -> None:
    text = "за\u0301\u00adмок «Ⅻ» ﬁnal\u0301 🚋🚋 е\u0308лка"
    assert [text[a:b] for a, b in tokenise(text)] == ["за\u0301\u00adмок", "Ⅻ", "ﬁnal\u0301", "е\u0308лка"]


ODD = "АВСЕНКМОРТХУІЁасеорхуіёйѐкмтнвABCEHKMOPTXYIabcehkmoptxyiáÏ²₂0з½ﬁＡİẞ\u0301\u0306\u0308\u00ad"


@given(st.text(ODD, max_size=12))
@example("hxaМ\u0308²")
@example("аİ")
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(st.text(ODD, min_size=1, max_size=12))
def test_a_word_stays_a_word(text: str) -> None:
    assert all(fold(text[start:end]) for start, end in tokenise(text))


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", max_size=20))
def test_composed_and_decomposed_letters_are_the_same(word: str) -> None:
    assert fold(unicodedata.normalize("NFD", word)) == fold(word) == word.replace("ё", "е")


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("рекуМост", ("реку", "Мост")),
        ("рекуМЧС", ("реку", "МЧС")),
        ("ПаромщикаСлушайте", ("Паромщика", "Слушайте")),
        ("ПаромщикаОбь", ("Паромщика", "Обь")),
        ("МЧССообщило", ("МЧС", "Сообщило")),
        ("такжеВ", ("также", "В")),
        ("судРешил", ("суд", "Решил")),
        ("РекиБерегаМосты", ("Реки", "Берега", "Мосты")),
        ("25Сегодня", ("25", "Сегодня")),
        ("2016года", ("2016", "года")),
        ("2016г", ("2016", "г")),
        ("1процент", ("1", "процент")),
        ("21й", ("21",)),
        ("построить30", ("построить", "30")),
        ("ПаромNews", ("Паром", "News")),
        ("ruСмотреть", ("ru", "Смотреть")),
        ("отNASA", ("NASA",)),
        ("BLMщики", ("BLM",)),
        ("0сень", ("Осень",)),
        ("3аседание", ("Заседание",)),
        ("Р0ССИЯ", ("РОССИЯ",)),
    ],
)
def test_words_that_lost_their_blank_are_seen(written: str, parts: tuple[str, ...]) -> None:
    assert parts_of(written) == parts


@pytest.mark.parametrize(
    "written",
    [
        *("мост", "МЧС", "Берёзов", "covid", "COVID19", "2016"),
        *("ВПотоке", "МегаФон", "РечТрансБанк", "УралМост", "КамАЗ", "АиФ", "росСМИ", "кВт", "мРНК"),
        *("МЧСа", "МЧСовцы", "ОМОНовский", "Т72", "м2", "3к1", "А234", "3х4", "МН17", "Cейчас", "Тwitter", "СOVID"),
    ],
)
def test_a_word_of_its_own_has_no_parts(written: str) -> None:
    assert parts_of(written) == ()


@pytest.mark.parametrize("seed", ["а", "А", "Аа", "а1", "аb", "а²", "а\u0301"])
def test_a_word_as_long_as_a_book_is_one_word(seed: str) -> None:
    book = seed * 100_000
    assert fold(fold(book)) == fold(book)
    assert parts_of(book) == ()


@given(st.text("рекуМОСТЧ20тгabN", max_size=12))
def test_parts_are_what_was_written_or_less(written: str) -> None:
    parts = parts_of(written)
    assert len("".join(parts)) <= len(written)
    assert all(parts)
