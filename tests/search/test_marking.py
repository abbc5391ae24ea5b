"""What is marked is what answers: windows, levels, snippets."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.model import Span
from search.hits import Hits
from search.leaves import edits_within, leaves_of
from search.marking import Reading, read
from search.query.language import parse
from search.query.near import windows
from search.query.scope import SCOPES
from search.results import ArticleHit
from tests.conftest import Indexed

places = st.lists(st.sets(st.integers(0, 12), max_size=5).map(sorted), min_size=2, max_size=4)


def slow_near(of: list[list[int]], slop: int) -> set[int]:
    """Where windows begin, by trying all choices of distinct positions."""
    found = set()
    for choice in product(*of):
        distinct = len(set(choice)) == len(choice)
        if distinct and max(choice) - min(choice) < len(of) + slop:
            found.add(min(choice))
    return found


@given(places, st.integers(1, 4))
def test_near_finds_what_trying_all_positions_finds(of: list[list[int]], slop: int) -> None:
    assert {first for first, _ in windows(of, slop)} == slow_near(of, slop)


@given(places)
def test_a_phrase_finds_what_trying_all_positions_finds(of: list[list[int]]) -> None:
    expected = {first for first in of[0] if all(first + n in ones for n, ones in enumerate(of))}
    assert {first for first, _ in windows(of, 0)} == expected


@given(st.text("абв", max_size=5), st.text("абв", max_size=5), st.integers(0, 2))
def test_edits_are_counted_as_the_definition_counts_them(one: str, other: str, most: int) -> None:
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        return min(distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))

    assert edits_within(one, other, most) == (distance(one, other) <= most)


def hit(text: str, query: str, title: str = "Заметка") -> ArticleHit:
    return hit_of(Article(id="a", title=title, text=text), query)


def hit_of(article: Article, query: str) -> ArticleHit:
    node = parse(query).node
    leaves = leaves_of(node, SCOPES["article"])

    def reading(text: str, field: str) -> Reading:
        return read(leaves, text, field)

    return Hits(node, "article", leaves, [1.0] * len(leaves)).article(article, 1.0, (), reading)


@pytest.mark.parametrize(
    ("text", "query", "match"),
    [
        ("Открыли мост. Волк ушёл.", "мост | Волков", "exact"),  # of alternatives the best counts
        ("Открыли мост. Волк ушёл.", "мост Волков", "stem"),  # of all the worst
        ("Открыли мосты.", "мост", "lemma"),
        ("Мост", "!мост", "exact"),
        ("Мост и паром", "мост -лодка", "exact"),
        ("Мост и паром", "дата:2015", "exact"),
        ("Река. Много рек.", "заголовок:заметка", "exact"),
    ],
)
def test_match_is_the_weakest_link_of_the_best_reading(text: str, query: str, match: str) -> None:
    assert hit(text, query).match == match


def test_a_word_asked_for_in_the_title_is_not_marked_in_the_text() -> None:
    found = hit("Мост открыли утром.", "заголовок:мост", title="Мост")
    assert found.title.spans == (Span(0, 4),)
    assert all(not snippet.spans for snippet in found.snippets)


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("Мост, 🚋 трамвай, мо\u0301ст", "мост", "<mark>Мост</mark>, 🚋 трамвай, <mark>мо\u0301ст</mark>"),
        ("Построили ра\u00adтушу у реки", "ратуша", "Построили <mark>ра\u00adтушу</mark> у реки"),
        ("Очень, очень важно", '"очень очень"~2', "<mark>Очень</mark>, <mark>очень</mark> важно"),
        ("Эр-Рига у моря", "Эр-Риг*", "<mark>Эр-Рига</mark> у моря"),
        ("<b>мост</b> & мост", "мост", "&lt;b&gt;<mark>мост</mark>&lt;/b&gt; &amp; <mark>мост</mark>"),
        ("Мост или рост", "мост~", "<mark>Мост</mark> или рост"),
    ],
)
def test_marks_stand_on_whole_words(text: str, query: str, html: str) -> None:
    assert hit(text, query).snippets[0].html == html


def test_a_phrase_over_the_end_of_a_sentence_is_marked_inside_it() -> None:
    (snippet,) = hit("Открыли мост.\n\nПаром ушёл.", '"мост паром"').snippets
    assert snippet.html == "Открыли <mark>мост</mark>."


def test_a_hole_inside_a_sentence_is_not_shown() -> None:
    text = 'Открыли мост [gallery ids="1,2,3,4,5,6,7,8,9"] через реку.'
    start, end = text.index("["), text.index("]") + 1
    (snippet,) = hit_of(Article(id="a", title="Т", text=text, holes=(Span(start, end),)), "мост реку").snippets
    assert snippet.html == "Открыли <mark>мост</mark> через <mark>реку</mark>."


def test_function_words_are_never_marked_beside_others() -> None:
    found = hit("Что сказал мэр о мосте, что нового?", "что сказал мэр")
    assert found.snippets[0].html == "Что <mark>сказал</mark> <mark>мэр</mark> о мосте, что нового?"


def test_a_book_is_marked_at_its_beginning_only() -> None:
    found = hit("Река течёт. " * 40_000 + "Мост.", "мост | река")
    assert found.snippets[0].spans


def test_repeated_words_need_a_place_each(indexed: Indexed) -> None:
    twice = Article(id="twice", title="А", text="Это очень очень важно")
    molva = indexed([twice, replace(twice, id="once", text="Это очень даже важно")])
    assert [hit.id for hit in molva.search('"очень очень важно"~2').hits] == ["twice"]


def test_the_last_part_of_a_hyphenated_prefix_stands_beside_the_first(indexed: Indexed) -> None:
    together = Article(id="together", title="А", text="Эр-Рига у моря")
    molva = indexed([together, replace(together, id="apart", text="Эр сказал. Рига далеко")])
    assert [hit.id for hit in molva.search("Эр-Риг*").hits] == ["together"]
