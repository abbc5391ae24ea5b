"""Are the abbreviations found that articles explain, and nothing else taken for an explanation?"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from index import Article, open_writer
from index.abbreviation_table import AbbreviationsError, mined_of_index, save, saved, table_file
from index.abbreviations import Abbreviation, explained, mined
from index.maintenance import check
from web.cli import main

RIVERS = "Ведомство речных дел (ВРД) закрыло навигацию на Вьюге."


def pairs(text: str) -> list[tuple[str, str]]:
    return [(found.abbreviation, found.expansion) for found in explained(text)]


@pytest.mark.parametrize(
    ("text", "abbreviation", "expansion"),
    [
        (RIVERS, "ВРД", "Ведомство речных дел"),
        ("Закрыло навигацию ВРД (Ведомство речных дел), а не порт.", "ВРД", "Ведомство речных дел"),
        ("Туда пришло Ведомство речных дел — ВРД.", "ВРД", "Ведомство речных дел"),
        ("Открыли архив ВРД.\nВРД — Ведомство речных дел, ему сто лет.", "ВРД", "Ведомство речных дел"),
        ("В Ведомстве речных дел (далее — ВРД) молчат.", "ВРД", "Ведомстве речных дел"),
        ("Ведомство речных дел (сокращённо ВРД) молчит.", "ВРД", "Ведомство речных дел"),
        ("Вчера Ведомство речных дел («ВРД») молчало.", "ВРД", "Ведомство речных дел"),
        ("Фонд «Ведомство речных дел» (ВРД) закрыт.", "ВРД", "Ведомство речных дел"),
        ("Ведомство речных дел (ВРД, образовано в 1911 году) молчит.", "ВРД", "Ведомство речных дел"),
        ("Ведомство\u00a0речных дел\u00a0(ВРД) молчит.", "ВРД", "Ведомство речных дел"),
        ("Ве\u0301домство реч\u00adных дел (ВРД) молчит.", "ВРД", "Ведомство речных дел"),
        ("Совет по мостам и паромам в Заречье (СМПЗ) собрался.", "СМПЗ", "Совет по мостам и паромам в Заречье"),
        ("Северо-Окольская паромная компания (СОПК) разорилась.", "СОПК", "Северо-Окольская паромная компания"),
        ("Совет мостов, паромов и лодок (СМПЛ) собрался.", "СМПЛ", "Совет мостов, паромов и лодок"),
        ("Поставят водомерный пункт (ВП) и гидроэлектростанцию (ГЭС).", "ГЭС", "гидроэлектростанцию"),
        ("Запретили беспарусную лодку (БПЛ) на Вьюге.", "БПЛ", "беспарусную лодку"),
        ("Создан Окольский азиатский союз (ОкАзС).", "ОкАзС", "Окольский азиатский союз"),
        ("Ведомство речных дел Заречного Края (ВРД) молчит.", "ВРД", "Ведомство речных дел"),
        ("Ведомство речных дел (ВРД ЗК) молчит.", "ВРД", "Ведомство речных дел"),
        ("Ведомство речных дел Заречного края (ВРД ЗК) молчит.", "ВРД ЗК", "Ведомство речных дел Заречного края"),
        ("Музей имени Ефима Лотарёва (МЕЛ) открыт.", "МЕЛ", "Музей имени Ефима Лотарёва"),
        ("Партия «Паромная переправа — За реку» (ППЗР) победила.", "ППЗР", "Паромная переправа — За реку"),
        ("Сервис River Ferry Lines (RFL) закрыт.", "RFL", "River Ferry Lines"),
        ("Это Окольский еженедельник (ОЕ), старая газета.", "ОЕ", "Окольский еженедельник"),
        ("Школа Ёлкина и Ершова (ШЕЕ) открыта.", "ШЕЕ", "Школа Ёлкина и Ершова"),
    ],
)
def test_an_explanation_is_found_however_it_is_written(text: str, abbreviation: str, expansion: str) -> None:
    assert (abbreviation, expansion) in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        "Капитан Лука Жердев (ВРД) молчит.",  # of which he is
        "Ведомство речных дел (МРД) молчит.",  # another letter
        "Ведомство речных больших дел (ВРД) молчит.",  # a word without a letter
        "Ведомство рек (ВРД) молчит.",  # a letter without a word
        "Ведомство. Речных дел (ВРД) нет.",  # another sentence
        "Ведомство речных дел, см. план (ВРД)",
        "Ведомство речных дел (врд) молчит.",  # no capitals
        "Ведомство речных дел (1911) молчит.",
        "Ведомство речных дел () молчит (",
        "Паром ВРД (Вьюга, Рыбное, Дальнее) ходит.",  # a list
        "Мост открыт — ВРД.",
        "Вода — ВДА",
        "ВРД — ВРД (ВРД)",
        "(ВРД)",
        "река (И)",
    ],
)
def test_what_does_not_have_its_letters_is_no_explanation(text: str) -> None:
    assert pairs(text) == []


def test_declined_explanations_are_one_and_are_shown_in_the_nominative() -> None:
    texts = [
        "Писали в Ведомство речных дел (ВРД), и всё.",
        "Узнали в Ведомстве речных дел (ВРД). Ещё раз: в Ведомстве речных дел (ВРД).",
        "ВРД (Ведомством речных дел) недовольны.",
    ]
    assert mined(texts) == [Abbreviation("ВРД", "Ведомство речных дел", 3)]


def test_what_is_never_in_the_nominative_is_shown_as_most_often_written() -> None:
    texts = ["из Совета мостов (СМТ)", "о Союзе мостов (СМ)", "о Союзе мостов (СМ)", "к Союзу мостов (СМ)"]
    assert mined(texts) == [Abbreviation("СМ", "Союзе мостов", 3)]


def test_an_article_counts_once_and_two_meanings_of_one_abbreviation_are_two_rows() -> None:
    texts = [f"{RIVERS} {RIVERS}", RIVERS, "Выборы: Вольная речная дума (ВРД) собралась.", "Ничего тут нет."]
    assert mined(texts) == [
        Abbreviation("ВРД", "Ведомство речных дел", 2),
        Abbreviation("ВРД", "Вольная речная дума", 1),
    ]


LETTERS = "авекмноптрс"
WORDS = st.lists(st.sampled_from(LETTERS).flatmap(lambda first: st.just(first + "ьщюъы")), min_size=3, max_size=6)
JOINTS = st.sampled_from([" ", " ", "-", " и ", " по ", " в "])


@given(WORDS, st.lists(JOINTS, min_size=6, max_size=6), st.sampled_from(["…", "Тогда, в мае: ", "«"]))
def test_initials_always_lead_back_to_their_words(words: list[str], joints: list[str], before: str) -> None:
    # No letter but the first of these words is one of an abbreviation, so there is one way to read them only.
    long = words[0] + "".join(joint + word for joint, word in zip(joints, words[1:], strict=False))
    short = "".join(word[0] for word in words).upper()
    assert pairs(f"{before}{long} ({short}).") == [(short, long)]


def is_explained(letters: str, words: list[str]) -> bool:
    """Whether the letters, in their order, are in the words, and each word but function words begins with one."""
    begun = [word[0] for word in words if len(word) > 3]
    rest = iter(letters)
    return all(any(first == letter for letter in rest) for first in begun)


PIECES = st.sampled_from(
    [
        "Ведомство",
        "речных",
        "дел",
        "водоотвод",
        "и",
        "по",
        "ВРД",
        "ВВД",
        "(ВРД)",
        "(ВОРД)",
        "—",
        "-",
        " ",
        ",",
        ".",
        "«",
    ]
)


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text("ВвРрДд (),—-«»и", max_size=40))
def test_whatever_is_found_has_its_letters_in_the_text(text: str) -> None:
    for short, long in explained(text):
        words = [word.lower() for word in long.replace("-", " ").replace(",", " ").replace("—", " ").split()]
        assert short in text
        assert words[0][0] == short[0].lower()
        assert is_explained(short.lower(), words)
        assert all(one in text for one in long.split())


# -- the table beside an index


def molva(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = tmp_path / "index"
    with open_writer(index) as writer:
        writer.add(Article(id="one", title="Река", text=RIVERS))
        writer.add(Article(id="two", title="Ведомство речных дел (ВРД)", text="Вольная речная дума (ВРД) тоже тут."))
        writer.add(Article(id="gone", title="Снег", text="Союз снежных бурь (ССБ) закрыт."))
        writer.publish()
    with open_writer(index) as writer:
        writer.delete("gone")
        writer.publish()
    return index


def test_the_live_articles_of_an_index_are_mined_titles_too(folder: Path) -> None:
    rows = [Abbreviation("ВРД", "Ведомство речных дел", 2), Abbreviation("ВРД", "Вольная речная дума", 1)]
    assert mined_of_index(folder) == rows
    assert molva("abbreviations", "--index", folder).stdout == (
        "ВРД\tВедомство речных дел\t2\nВРД\tВольная речная дума\t1\n"
    )
    found = json.loads(molva("abbreviations", "--index", folder, "--json", "--least", "2").stdout)
    assert found == [{"abbreviation": "ВРД", "expansion": "Ведомство речных дел", "articles": 2}]


def test_a_saved_table_is_read_as_it_was_written_and_outlives_publishing_and_checking(folder: Path) -> None:
    assert saved(folder) == []
    assert molva("abbreviations", "--index", folder, "--save").exit_code == 0
    assert saved(folder) == mined_of_index(folder)
    content = table_file(folder).read_bytes()
    with open_writer(folder) as writer:
        writer.add(Article(id="three", title="Лёд", text="Лёд сошёл."))
        writer.publish()
    assert check(folder, repair=True).sound
    assert table_file(folder).read_bytes() == content


def test_an_edited_table_is_not_written_over_unless_one_says_so(folder: Path) -> None:
    table_file(folder).write_text('{"version": 1, "abbreviations": []}', "utf-8")
    refused = molva("abbreviations", "--index", folder, "--save")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert saved(folder) == []
    assert molva("abbreviations", "--index", folder, "--save", "--force").exit_code == 0
    assert len(saved(folder)) == 2


def test_a_row_of_ones_own_needs_no_count(tmp_path: Path) -> None:
    row = {"abbreviation": "ВРД", "expansion": " Ведомство речных дел "}
    table_file(tmp_path).write_text(json.dumps({"version": 1, "abbreviations": [row]}), "utf-8-sig")
    assert saved(tmp_path) == [Abbreviation("ВРД", "Ведомство речных дел", 0)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no JSON"),
        ("\\udcff", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "another JSON"),
        ('{"version": 7, "abbreviations": []}', "another JSON"),
        ('{"version": 1, "abbreviations": {}}', "another JSON"),
        ('{"version": 1, "abbreviations": [{}]}', "row 1"),
        ('{"version": 1, "abbreviations": [{"abbreviation": "ВРД", "expansion": 5}]}', "row 1"),
        ('{"version": 1, "abbreviations": [{"abbreviation": "ВРД", "expansion": "…"}]}', "row 1"),
        ('{"version": 1, "abbreviations": [{"abbreviation": "ВРД", "expansion": "а", "note": ""}]}', "row 1"),
    ],
)
def test_a_broken_table_is_named_with_what_was_found(tmp_path: Path, content: str, said: str) -> None:
    table_file(tmp_path).write_text(content, "utf-8")
    with pytest.raises(AbbreviationsError, match=said) as error:
        saved(tmp_path)
    assert str(table_file(tmp_path)) in str(error.value)
    assert "molva abbreviations" in str(error.value)


def test_the_rows_come_with_those_that_most_articles_give_first(tmp_path: Path) -> None:
    texts = [RIVERS, RIVERS, "Дом рыбака (ДР) открыт.", "Банк лодок (БЛ)", "Банк лодок (БЛ)", "Банк лодок (БЛ)"]
    rows = mined(texts)
    assert [row.abbreviation for row in rows] == ["БЛ", "ВРД", "ДР"]
    assert all(one.articles >= other.articles for one, other in pairwise(rows))
    save(tmp_path, rows)
    assert saved(tmp_path) == rows


def test_no_index_is_said_to_be_none(tmp_path: Path) -> None:
    result = molva("abbreviations", "--index", tmp_path / "nothing")
    assert result.exit_code == 2
    assert "no such folder" in result.stderr
