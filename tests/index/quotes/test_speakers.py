"""Whom does a mention name? A full name that the article gives, in the nominative, or nobody."""

from __future__ import annotations

import pytest

from index.quotes import extract, slug

from .notation import article

NAMED = [
    ("«Мост готов», — сказал Аркадий Берёзов.", "Аркадий Берёзов", "name"),
    ("«Мост готов», — сказала мэр города Марина Соколова.", "Марина Соколова", "name"),
    ("По словам Камиля Рахимова, «мост готов и ждёт».", "Камиль Рахимов", "name"),
    ("По словам Надежды Орловской, «мост готов и ждёт».", "Надежда Орловская", "name"),
    ("По словам Мишеля Дюваля, «мост готов и ждёт».", "Мишель Дюваль", "name"),
    ("По словам Дарьи Лис, «мост готов и ждёт».", "Дарья Лис", "name"),
    ("По словам Зои Немирович, «мост готов и ждёт».", "Зоя Немирович", "name"),
    ("По словам Фёдора Толстых, «мост готов и ждёт».", "Фёдор Толстых", "name"),
    ("По словам Глеба Дурасово, «мост готов и ждёт».", "Глеб Дурасово", "name"),
    ("По словам Тенгиза Маргвелидзе, «мост готов и ждёт».", "Тенгиз Маргвелидзе", "name"),
    ("По словам Ашота Карапетяна, «мост готов и ждёт».", "Ашот Карапетян", "name"),
    ("«Мост готов», — сказал Сергей Петрович Лунин.", "Сергей Петрович Лунин", "name"),
    ("«Мост готов», — сказал начальник «Водоканала» Юрий Заяц.", "Юрий Заяц", "name"),
    ("Пришёл Андрей Чернышёв. «Мост готов», — сказал Чернышев.", "Андрей Чернышёв", "surname"),
    ("Встретились с Джоном Керни. «Мост готов», — сказал Керни.", "Джон Керни", "surname"),
    ("Портрет Тараса Гнатенко сняли. «Верните», — сказал Гнатенко.", "Тарас Гнатенко", "surname"),
    ("Встреча с Раулем Мендесом затянулась. «Мост готов», — сказал Мендес.", "Рауль Мендес", "surname"),
    ("Говорили с Григорием Полевым. «Мост готов», — сказал Полевой.", "Григорий Полевой", "surname"),
    ("Вручили Антону Киму букет. «Мост готов», — сказал Ким.", "Антон Ким", "surname"),
    ("Мэр Марина Соколова ушла. «Мост готов», — приводит агентство слова Соколовой.", "Марина Соколова", "surname"),
    ("Пришли Марина Соколова и Виктор Соколов. «Мост готов», — сказала Соколова.", "Марина Соколова", "surname"),
    ("Пришли Тарас Гнатенко и Оксана Гнатенко. «Мост готов», — сказала Гнатенко.", "Оксана Гнатенко", "surname"),
    ("Пела Анна-Мария Вайс. «Мост готов», — сказала Вайс.", "Анна-Мария Вайс", "surname"),
    ("Дирижёр Святослав Бой-Жилинский кашлянул. «Тише», — сказал Бой-Жилинский.", "Святослав Бой-Жилинский", "surname"),
]
BARE = [
    ("«Мост готов», — сказал Орлов.", "Орлов"),
    ("По словам Орлова, «мост готов и ждёт».", "Орлов"),
    ("Заседал Роман Волков. «Мост готов», — сказала пресс-секретарь Волкова.", "Волкова"),
    ("Женщину зовут Ирина Белова. «Мост готов», — сказал Белов.", "Белов"),
]
NOBODY = [
    "«Мост готов», — сказал мэр.",
    "Мэр Аркадий Берёзов уехал. «Мост готов», — сказал водитель.",
    "Пришли Павел Орлов и Иван Орлов. «Мост готов», — сказал Орлов.",
    "Заседал Роман Волков. По словам пресс-секретаря Волкова, «мост готов и ждёт».",
    "«Мост готов», — сообщили в конторе.",
    "Надпись гласит: «Здесь начинался город».",
]


@pytest.mark.parametrize(("text", "name", "by"), NAMED)
def test_a_speaker_stands_in_the_nominative(text: str, name: str, by: str) -> None:
    (quote,) = extract(article(text))
    assert quote.speaker is not None, quote
    assert (quote.speaker.name, quote.resolved_by) == (name, by)
    assert quote.speaker.id == slug(name)


@pytest.mark.parametrize(("text", "name"), BARE)
def test_a_surname_that_nobody_else_bears_is_all_that_the_article_gives(text: str, name: str) -> None:
    (quote,) = extract(article(text))
    assert (quote.speaker and quote.speaker.name, quote.resolved_by) == (name, "surname")


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_is_guessed(text: str) -> None:
    (quote,) = extract(article(text))
    assert quote.speaker is None
    assert quote.resolved_by is None


def test_a_named_speaker_is_surer_than_an_unnamed_one() -> None:
    text = (
        "«Мост готов», — сказал Антон Ким. «Нет», — ответил Ким. «Да», — сказал мэр. «Река поднялась за ночь на метр»."
    )
    confidence = [quote.confidence for quote in extract(article(text))]
    assert min(confidence[:2]) > max(confidence[2:])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Сергей Лавров", "sergei-lavrov"),
        ("Аркадий Берёзов", "arkadii-berezov"),
        ("Анна-Мария Вайс", "anna-mariya-vais"),
        ("Щукарь Объедков", "shchukar-obedkov"),
        ("NASA", "nasa"),
        ("«Прибой»", "priboi"),
    ],
)
def test_a_slug_is_plain_latin(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_both_spellings_of_yo_give_one_slug() -> None:
    assert slug("Пётр Снегирёв") == slug("Петр Снегирев")


def test_no_slug_is_empty() -> None:
    assert slug("久石") != slug("山田") != ""
