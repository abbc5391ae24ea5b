"""Do surnames decline, and come back to the nominative, as grammar says?"""

from __future__ import annotations

import pytest

from index.quotes.declension import forms, to_nominative
from index.quotes.names import full_names
from index.quotes.people import People

DECLINED = [
    ("Берёзов", "masc", "ablt", "березовым"),
    ("Синицын", "masc", "datv", "синицыну"),
    ("Соколова", "femn", "gent", "соколовой"),
    ("Орловская", "femn", "accs", "орловскую"),
    ("Полевой", "masc", "gent", "полевого"),
    ("Дюваль", "masc", "ablt", "дювалем"),
    ("Заяц", "masc", "gent", "зайца"),
    ("Мендес", "masc", "ablt", "мендесом"),
    ("Окуджава", "masc", "gent", "окуджавы"),
    ("Гнатенко", "masc", "datv", "гнатенко"),
    ("Маргвелидзе", "masc", "ablt", "маргвелидзе"),
    ("Толстых", "masc", "gent", "толстых"),
    ("Немирович", "femn", "datv", "немирович"),
    ("Ковальчук", "masc", "datv", "ковальчуку"),
    ("Ковальчук", "femn", "datv", "ковальчук"),
    ("Дурасово", "masc", "gent", "дурасово"),
    ("Бой-Жилинский", "masc", "gent", "бой-жилинского"),
]


@pytest.mark.parametrize(("surname", "gender", "case", "form"), DECLINED)
def test_a_surname_declines(surname: str, gender: str, case: str, form: str) -> None:
    assert form in forms(surname, gender, case)


@pytest.mark.parametrize(("surname", "gender", "case", "form"), DECLINED)
def test_a_form_comes_back_to_its_nominative(surname: str, gender: str, case: str, form: str) -> None:
    written = "-".join(part.capitalize() for part in form.split("-"))
    assert surname.replace("ё", "е") in to_nominative(written, gender, case)


def test_a_patronymic_alone_is_no_surname() -> None:
    assert list(full_names("Пришла Ольга Андреевна с мелом.")) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Портрет мэра города Александра Петрова сняли.", "Александр Петров"),
        ("Мэр города Александра Петрова уехала.", "Александра Петрова"),
        ("Пришла уполномоченный по правам ребёнка Лидия Лунина.", "Лидия Лунина"),
        ("Пришла однофамилица тренера Марина Соколова.", "Марина Соколова"),
        ("Ждали Романа Волкова у ворот.", "Роман Волков"),
        ("Жена пропавшего, Серафима Рудакова, держалась сухо.", "Серафима Рудакова"),
        ("Оговорка возмутила Лидию Чернышевскую.", "Лидия Чернышевская"),
        ("Вручили Святославу Бой-Жилинскому букет.", "Святослав Бой-Жилинский"),
    ],
)
def test_what_stands_around_a_name_decides_between_two_readings(text: str, name: str) -> None:
    assert [who.name for who in People(text).everybody] == [name]
