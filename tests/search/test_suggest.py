"""What is suggested while somebody types: words, speakers and sources that begin so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from search.suggest import Suggester, Suggestions, suggester_of
from tests.search.repair.vocabularies import snapshot_of

ARTICLES = (
    Article(
        id="1",
        title="Паром в Заречье",
        text="Матвей Жабин, паромщик, ждёт весны. «Паром готов к весне, и мост не нужен», — сказал Матвей Жабин.",
        source="Голос Заречья",
        published="2021-03-01",
    ),
    Article(
        id="2",
        title="Новый мост",
        text="Новый мост у Заречья. «Старый мост стоит крепко, простоит и до осени», — сказала Глафира Щукина.",
        source="Вестник пристани",
        published="2021-04-01",
    ),
    Article(
        id="3",
        title="Мост открыт",
        text="Старый мост открыт. НИИ парома и ОПК парома довольны. Paromix тоже.",
        source="Голос Заречья",
        published="2021-05-01",
    ),
)


@pytest.fixture(scope="module")
def suggester(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    snapshot = snapshot_of(Path(tmp_path_factory.mktemp("suggest")) / "index", ARTICLES[:2], ARTICLES[2:])
    return suggester_of(snapshot)


def texts(found: Suggestions) -> tuple[list[str], list[str], list[str]]:
    return (
        [one.text for one in found.words],
        [one.text for one in found.speakers],
        [one.text for one in found.sources],
    )


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("паромщ", "паромщик"),
        ("Паромщ", "Паромщик"),
        ("ПАРОМЩ", "ПАРОМЩИК"),
        ("зар", "Заречье"),
        ("ни", "НИИ"),
        ("par", "Paromix"),
        ("новый мо", "новый мост"),
        ("заголовок:мос", "заголовок:мост"),
        ("-мос", "-мост"),
        ('"новый мос', '"новый мост'),
        ("(паром | мос", "(паром | мост"),
        ("!мос", "!мост"),
        ("gfhjvo", "паромщик"),
        ("yjdsq vj", "новый мост"),
        ("зфкщьш", "Paromix"),
    ],
)
def test_the_last_word_is_completed_and_what_stands_before_it_is_kept(
    suggester: Suggester, typed: str, word: str
) -> None:
    assert texts(suggester.suggest(typed))[0][:1] == [word]


def test_the_most_frequent_word_comes_first(suggester: Suggester) -> None:
    words = suggester.suggest("п").words
    assert [one.text for one in words][:2] == ["Паром", "парома"]
    assert [one.count for one in words] == sorted((one.count for one in words), reverse=True)


def test_words_that_stand_behind_the_word_before_come_first(suggester: Suggester) -> None:
    assert texts(suggester.suggest("стоит к"))[0][0] == "стоит крепко"
    assert texts(suggester.suggest("готов к"))[0][0] == "готов к"


def test_speakers_are_suggested_by_any_of_their_names(suggester: Suggester) -> None:
    for typed in ("мат", "жаб", "матвей ж", "Жабин Мат", ";f,", "vfndtq ;f"):
        assert texts(suggester.suggest(typed))[1] == ["Матвей Жабин"]
    assert texts(suggester.suggest("матвей щ"))[1] == []


def test_sources_come_with_the_number_of_their_articles(suggester: Suggester) -> None:
    found = suggester.suggest("голос").sources
    assert [(one.text, one.count) for one in found] == [("Голос Заречья", 2)]


def test_behind_a_field_its_own_values_are_suggested(suggester: Suggester) -> None:
    assert texts(suggester.suggest("спикер:жаб")) == ([], ['спикер:"Матвей Жабин"'], [])
    assert texts(suggester.suggest("мост источник:вест")) == ([], [], ['мост источник:"Вестник пристани"'])


@pytest.mark.parametrize("typed", ["", "  ", "паром ", "щщщ", "?!", "а" * 300, "спикер:"])
def test_nothing_is_suggested_where_nothing_begins_so(suggester: Suggester, typed: str) -> None:
    assert texts(suggester.suggest(typed)) == ([], [], [])


def test_no_more_than_asked_for_are_suggested(suggester: Suggester) -> None:
    assert len(suggester.suggest("п", 2).words) == 2
    assert texts(suggester.suggest("новый м", 1))[0] == ["новый мост"]
    assert texts(suggester.suggest("п", 0)) == ([], [], [])


def test_suggestions_are_written_as_the_endpoint_gives_them(suggester: Suggester) -> None:
    assert suggester.suggest("голос").to_dict() == {
        "query": "голос",
        "words": [],
        "speakers": [],
        "sources": [{"text": "Голос Заречья", "kind": "source", "count": 2}],
    }


@given(typed=st.text('мосtПа «":;,.-!()|*', max_size=12), limit=st.integers(1, 4))
def test_any_text_may_be_typed(suggester: Suggester, typed: str, limit: int) -> None:
    assert all(len(some) <= limit for some in texts(suggester.suggest(typed, limit)))
