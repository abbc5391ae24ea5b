"""What is found literally comes first and is never hidden; what is put behind it is named and can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, open_writer
from search import Searcher, open_searcher
from tests.conftest import Indexed

TOWNS = ("Зареченск", "Приозёрск", "Верхний Лог", "Кедровка")


def archive(many: int) -> list[Article]:
    """Articles of which three have all of the words «мост паром переправа», a third has «паром»."""
    made = []
    for number in range(many):
        words = ["Совет обсудил бюджет"]
        if number % 3 == 0:
            words.append("Открылся паром")
        if number % 5 == 0:
            words.append("Закрыт мост")
        if number in (4, 40, 80):
            words = ["Мост и паром", "новая переправа"]
        made.append(
            Article(
                id=f"a{number}",
                title=TOWNS[number % 4],
                text=". ".join(words) + ".",
                published=f"2019-{number % 12 + 1:02d}-11",
                source="Заря" if number % 2 else "Маяк",
            )
        )
    return made


ALL = {"a4", "a40", "a80"}


@pytest.fixture(scope="module")
def molva(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("archive")
    with open_writer(folder) as writer:
        for article in archive(1_200):
            writer.add(article)
        writer.publish()
    with open_searcher(folder) as searcher:
        yield searcher


def test_what_has_all_words_comes_first_and_what_has_some_follows(molva: Searcher) -> None:
    page = molva.search("мост паром переправа", limit=100)
    ids = [hit.id for hit in page.hits]
    assert set(ids[:3]) == ALL
    assert len(set(ids)) == 100
    assert page.total.value == sum(n % 3 == 0 or n % 5 == 0 or f"a{n}" in ALL for n in range(1_200))
    assert [warning.code for warning in page.warnings] == ["some_words"]
    assert "нашлось 3" in page.warnings[0].message
    assert page.rewrites == ()


@pytest.mark.parametrize("parameters", [{"rewrite": "off"}, {"strict": True}, {"sort": "newest"}])
def test_an_answer_in_part_can_be_left_out(molva: Searcher, parameters: dict[str, Any]) -> None:
    page = molva.search("мост паром переправа", limit=100, **parameters)
    assert {hit.id for hit in page.hits} == ALL
    assert page.warnings == ()


@settings(max_examples=20, deadline=None)
@given(offset=st.integers(0, 60), limit=st.integers(1, 20))
def test_pages_are_cut_from_one_list(molva: Searcher, offset: int, limit: int) -> None:
    whole = molva.search("мост паром переправа", limit=100)
    page = molva.search("мост паром переправа", limit=limit, offset=offset)
    assert [hit.id for hit in page.hits] == [hit.id for hit in whole.hits][offset : offset + limit]
    assert page.total == whole.total


def test_facets_count_what_is_found_in_whole_and_in_part(molva: Searcher) -> None:
    page = molva.search("мост паром переправа", facets="source")
    assert page.facets is not None
    assert sum(count.count for count in page.facets["source"]) == page.total.value


def test_a_filter_that_leaves_little_is_no_reason_to_ask_for_less(molva: Searcher) -> None:
    page = molva.search("совет бюджет", source="Нет такой газеты")
    assert page.total.value == 0
    assert page.warnings == ()


def test_enough_hits_stand_alone(molva: Searcher) -> None:
    page = molva.search("мост закрыт", limit=100)
    assert page.warnings == ()
    assert all("мост" in hit.snippets[0].text for hit in page.hits)  # type: ignore[union-attr]


def test_a_small_archive_needs_all_of_two_words(indexed: Indexed) -> None:
    small = indexed([Article(id="a", title="Мост", text="Мост открыт."), Article(id="b", title="Паром", text="Стоит.")])
    assert small.search("мост паром").total.value == 0


def test_a_question_without_an_answer_is_answered_in_part_even_there(indexed: Indexed) -> None:
    small = indexed([Article(id="a", title="Мост", text="Мост открыт."), Article(id="b", title="Паром", text="Стоит.")])
    page = small.search("когда починят мост в Кедровке")
    assert [hit.id for hit in page.hits] == ["a"]
    assert [warning.code for warning in page.warnings] == ["some_words"]


def test_a_misspelled_word_is_repaired_and_named(molva: Searcher) -> None:
    page = molva.search("перепарва")
    assert {hit.id for hit in page.hits} == ALL
    assert [(one.kind, one.before, one.after) for one in page.rewrites] == [("spelling", "перепарва", "переправа")]
    assert molva.search("перепарва", rewrite="off").total.value == 0


def test_a_name_is_no_other_word_while_there_is_the_name(indexed: Indexed) -> None:
    texts = {"a": "Выступил депутат Волков.", "b": "В лесу видели волка."}
    both = indexed([Article(id=name, title="Новости", text=text) for name, text in texts.items()])
    assert [hit.id for hit in both.search("Волков").hits] == ["a"]
    one = indexed([Article(id="b", title="Новости", text=texts["b"])])
    page = one.search("Волков")
    assert [(hit.id, hit.match) for hit in page.hits] == [("b", "stem")]


def test_a_prefix_that_stands_for_too_many_words_says_so(indexed: Indexed) -> None:
    endings = [one + other for one in "абвгдежзи" for other in "клмнопрст"]
    text = " ".join(f"мост{ending}" for ending in endings)
    many = indexed([Article(id="a", title="Словарь", text=f"{text} мостовая.")])
    (warning,) = many.search("мост*").warnings
    assert (warning.code, warning.span) == ("too_many_forms", (0, 5))
    assert many.search("мосто*").warnings == ()
