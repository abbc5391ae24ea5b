"""One name in all ways that articles write it."""

from __future__ import annotations

import pytest

from index.speakers.naming import Naming, naming


@pytest.mark.parametrize(
    ("written", "first", "patronymic", "surname"),
    [
        ("Аркадий Берёзов", "аркадий", "", "березов"),
        ("Аркадий Львович Берёзов", "аркадий", "львович", "березов"),
        ("Берёзов Аркадий Львович", "аркадий", "львович", "березов"),
        ("А. Берёзов", "а", "", "березов"),
        ("А.Берёзов", "а", "", "березов"),
        ("А. Л. Берёзов", "а", "л", "березов"),
        ("Берёзов А.Л.", "а", "л", "березов"),
        ("Берёзов", "", "", "березов"),
        ("Анна-Мария Вайс", "анна-марья", "", "вайс"),
        ("Анна Мария Вайс", "анна марья", "", "вайс"),
        ("Отто фон Грау", "отто", "", "фон грау"),
        ("Вера Ильинична Жук", "вера", "ильинична", "жук"),
        ("Ким Сон Хва", "ким сон", "", "хва"),
    ],
)
def test_a_name_has_its_parts(written: str, first: str, patronymic: str, surname: str) -> None:
    assert naming(written) == Naming(first, patronymic, surname)


def test_spellings_of_one_name_are_one() -> None:
    assert naming("Наталия Берёзова") == naming("Наталья Березова")
    assert naming("Грэг Мэй") == naming("Грег Мей")


@pytest.mark.parametrize("written", ["Министерство мостов", "ВРД", "«Прибой»", "Комитет 9 мая"])
def test_what_is_no_persons_name_is_compared_whole(written: str) -> None:
    assert not naming(written).is_person


def test_names_agree_where_nothing_that_both_write_differs() -> None:
    full = naming("Аркадий Львович Берёзов")
    for other in ("Аркадий Берёзов", "А. Берёзов", "А.Л. Берёзов", "Берёзов"):
        assert full.agrees(naming(other))
        assert naming(other).agrees(full)
    for other in ("Аркадий Ильич Берёзов", "Б. Берёзов", "А.И. Берёзов", "Берёзова", "Аркадий Соснов"):
        assert not full.agrees(naming(other))
