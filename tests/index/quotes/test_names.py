"""Do surnames decline, and come back to the nominative, as grammar says?"""

from __future__ import annotations

import pytest

from index.quotes.declension import forms, to_nominative
from index.quotes.names import full_names

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


def test_a_title_decides_between_two_readings() -> None:
    (name,) = full_names("мэра города Александра Петрова")
    assert {(person.first, person.surname) for person, _ in name.readings} == {("Александр", "Петров")}
