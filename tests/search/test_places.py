"""Positions of an index say the same as the words of its texts; places in a text are those of the tokeniser."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import tokens
from index.model import Article, Span
from index.storage.part import Part
from index.storage.rows import rows_of
from index.writer import SyncState
from search import offsets, places
from search.errors import QueryError
from search.marking import Leaf, WordPattern, find, leaves_of
from search.offsets import bounds_of
from search.places import Places, Postings
from search.query.language import parse
from search.query.scope import SCOPES
from tests.index.storage.naive import build

WRITTEN = (
    *("Лавров", "лавров", "Лаврова", "лавр", "Лаврами", "мост", "Мосты", "моста", "МОСТ", "мо\u0301ст", "мостик"),
    *("и", "не", "МИД", "МИДом", "мид", "Эр-Рига", "банк", "банка", "банки", "ра\u00adтуша", "ратуши", "😀", "𝔸"),
    *("2015", "cлобода", "слобода"),
)
QUERIES = (
    *("лавров", "Лавров", "лаврова", "лавр", "мост", "мосты", "!мосты", "!МОСТ", "мид", "МИД", "МИДом", "Эр-Рига"),
    *("Эр-Риг*", "банк", "банка", "ратуша", "мос*", "лавр*", "!мост*", "мост~", "банк~2", "лавров~", "слобода"),
    *('"мост и"', '"мост лавров"~2', '"и не"~3', '!"мост и"', '"Лавров Лавров"~4', "и", "2015", "заголовок:мост"),
    "текст:банка",
)

texts = st.lists(st.sampled_from(WRITTEN), max_size=40).map(" ".join)
queries = st.lists(st.sampled_from(QUERIES), min_size=1, max_size=4).map(" ".join)


def part_of(*of: str) -> Part:
    """A part of articles with these texts; their titles are the same."""
    articles = [Article(id=f"a{number}", title=text, text=text) for number, text in enumerate(of)]
    return Part(build([rows_of(article, (), SyncState(None, None)) for article in articles]), "article")


def places_in(part: Part, leaves: Sequence[Leaf]) -> Places:
    """Where the leaves stand, with every form that a prefix or a misspelled word may mean."""

    def expand(field: str, word: WordPattern) -> list[int]:
        forms = ((number, part.term(number).decode()) for number in part.terms_of(field))
        return [n for n, form in forms if form[0] == "=" and word.level_of_form(form[1:]) is not None]

    return Places(leaves, Postings(part), expand)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), queries)
def test_positions_say_what_reading_every_word_says(of: list[str], query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    here = places_in(part_of(*of), leaves)
    for doc, text in enumerate(of):
        for field in ("title", "text"):
            assert here.found(doc, field) == find(leaves, tokens(text), field)


def test_a_book_is_looked_through_until_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "STRIDE", 10)
    leaves = leaves_of(parse("мост | паром").node, SCOPES["article"])
    part = part_of("река " * 35 + "мост река мост " + "река " * 10 + "паром")
    assert [found.first for found in places_in(part, leaves).found(0, "text")] == [35, 37]


def test_frequencies_and_forms_beyond_a_byte_are_read_whole() -> None:
    many = " ".join(f"мост{'ик' * (n % 2)} слово{n}" for n in range(400))
    leaves = leaves_of(parse("мост | слово7* | !мостик").node, SCOPES["article"])
    assert places_in(part_of("мост", many), leaves).found(1, "text") == find(leaves, tokens(many), "text")


def test_many_roots_of_a_prefix_are_found() -> None:
    text = " ".join(f"пре{a}{b}" for a in "абвгд" for b in "клмнпрст")
    leaves = leaves_of(parse("пре*").node, SCOPES["article"])
    part = part_of("предел", text, "начало " + text)
    assert [len(places_in(part, leaves).found(doc, "text")) for doc in range(3)] == [1, 40, 40]


nasty = st.text(st.sampled_from("абв яЁё.-_!\n\u0301\u0300\u00ad\u200b\ufeff1Ⅷ中😀𝔸é"), max_size=60)


@given(nasty, st.sets(st.integers(0, 40)))
def test_places_in_a_text_are_those_of_the_tokeniser(text: str, asked: set[int]) -> None:
    expected = {n: Span(token.start, token.end) for n, token in enumerate(tokens(text)) if n in asked}
    wanted = sorted(asked)
    assert bounds_of(text, wanted) == expected
    for reach in (1, 7, 100):
        found = offsets._counted(text, wanted, reach) if wanted else {}
        assert found in (None, expected)
        assert found is not None or reach < len(text)


def test_a_place_far_in_a_long_text_is_found() -> None:
    text = "слово\u0301, " * 3000 + "конец"
    assert bounds_of(text, [0, 2999, 3000, 3001]) == {
        0: Span(0, 6),
        2999: Span(8 * 2999, 8 * 2999 + 6),
        3000: Span(24_000, 24_005),
    }


def test_the_queries_of_these_tests_are_sound() -> None:
    for query in QUERIES:
        try:
            assert not parse(query).warnings
        except QueryError as error:
            pytest.fail(f"{query}: {error}")
